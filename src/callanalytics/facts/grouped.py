"""Moments in groups: the next one, or how many lie between two others, without a loop."""

from __future__ import annotations

import numpy as np

from callanalytics.facts.rows import NAT


class Grouped:
    """Moments, each in a group; groups are codes from 0 on, others and NaT are left out.

    >>> when = np.array(["2022-03-01", "2022-03-05", "2022-03-03"], "M8[us]")
    >>> found = Grouped(np.array([0, 0, 1]), when)
    >>> found.between(np.array([0, 1]), when[[0, 0]], when[[1, 1]]).tolist()    # both bounds included
    [2, 1]
    >>> found.after(np.array([0, 1]), when[[0, 2]]).astype("M8[D]").astype(str).tolist()
    ['2022-03-05', 'NaT']
    """

    def __init__(self, group: np.ndarray, at: np.ndarray):
        kept = (group >= 0) & ~np.isnat(at)
        group, at = group[kept], at[kept]
        self._order = np.sort(at)
        self._key = group * self._step + np.searchsorted(self._order, at, side="left")
        by_key = np.argsort(self._key, kind="stable")
        self._key, self._group, self._at = self._key[by_key], group[by_key], at[by_key]

    @property
    def _step(self) -> int:
        return len(self._order) + 1

    def _place(self, group, moment, side):
        """How many moments of lower groups, and of this one before (``right``: not after) the given one."""
        return np.searchsorted(self._key, group * self._step + np.searchsorted(self._order, moment, side=side), "left")

    def between(self, group: np.ndarray, since: np.ndarray, until: np.ndarray) -> np.ndarray:
        """How many moments of a group lie from one moment to another, both included; 0 where either is NaT."""
        count = self._place(group, until, "right") - self._place(group, since, "left")
        return np.where((group < 0) | np.isnat(since) | np.isnat(until), 0, np.maximum(count, 0))

    def after(self, group: np.ndarray, moment: np.ndarray) -> np.ndarray:
        """The first moment of a group after another; NaT where there is none."""
        place = self._place(group, moment, "right")
        there = (np.append(self._group, -1)[place] == group) & (group >= 0) & ~np.isnat(moment)
        return np.where(there, np.append(self._at, NAT)[place], NAT)

    def before(self, group: np.ndarray, moment: np.ndarray) -> np.ndarray:
        """The last moment of a group before another, that one left out; NaT where there is none."""
        place = self._place(group, moment, "left") - 1
        there = (np.append(self._group, -1)[place] == group) & (group >= 0) & (place >= 0) & ~np.isnat(moment)
        return np.where(there, np.append(self._at, NAT)[place], NAT)
