"""Chance that falls the same on every machine: all draws come from ``random.Random.random``, and from nothing else."""

from __future__ import annotations

import math
import random
from statistics import NormalDist

_NORMAL = NormalDist()


class Dice:
    """A stream of chance of its own for each thing: more draws in one place move nothing elsewhere.

    >>> Dice(1, "office").whole(1, 6) == Dice(1, "office").whole(1, 6)
    True
    """

    def __init__(self, *names):
        # Not for secrets: the same seed must give the same world.
        self._draw = random.Random("/".join(map(str, names))).random  # noqa: S311

    def chance(self, p: float) -> bool:
        return self._draw() < p

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._draw()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, things):
        return things[self.whole(0, len(things) - 1)]

    def weighted(self, weights: dict):
        """One of the keys, each as often as its weight says."""
        mark = self._draw() * sum(weights.values())
        for thing, weight in weights.items():
            mark -= weight
            if mark < 0:
                return thing
        return thing

    def exponential(self, mean: float) -> float:
        return -mean * math.log(1 - self._draw())

    def lognormal(self, median: float, sigma: float) -> float:
        return median * math.exp(sigma * _NORMAL.inv_cdf(max(self._draw(), 1e-12)))
