"""Resampling whole weeks or whole offices: calls of one week (or office) go together, so they are drawn together.

A draw is how often each week or office was taken, an array of counts; count tables add up, so a replicate is a sum of
tables and never looks at a call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from callanalytics.estimates.curves import SAME
from callanalytics.estimates.survival import kaplan_meier

BLOCK = 256  # slots worked on at once: replicates x slots of them stay in the processor's cache
FINEST = 512  # slots a cell: with more times than that, times next to each other share one in the replicates


@dataclass(frozen=True)
class Resampled:
    """Figures with percentile intervals over resampled clusters.

    Attributes
    ----------
    value, low, high : arrays; a limit is nan where the figure is not known in that tail of the replicates
    replicates : array, replicates first
    n : clusters
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    replicates: np.ndarray
    n: int


def draws(n_clusters: int, n: int, seed: int) -> np.ndarray:
    """How often each cluster is taken in each replicate: array replicates x clusters, rows adding up to clusters.

    >>> draws(3, 2, seed=1).sum(axis=1).tolist()
    [3, 3]
    """
    return np.random.default_rng(seed).multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=n)


def cluster_bootstrap(
    statistic: Callable, n_clusters: int, n: int = 2000, seed: int = 1, level: float = 0.95
) -> Resampled:
    """Percentile interval of any figure, by drawing whole clusters.

    Parameters
    ----------
    statistic : takes an array of counts, how often each cluster was drawn, and gives a number or an array
    n_clusters, n, seed : clusters, replicates, seed: the same seed gives the same interval

    Returns
    -------
    Resampled
        With few or uneven clusters the interval covers less than it says (86-90 % with 6-20 offices): use it for
        what has no formula, and prefer :func:`~callanalytics.estimates.pool_offices`.

    References
    ----------
    .. [1] B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

    Examples
    --------
    >>> events, n = np.array([12, 30, 9, 20, 16]), np.array([20, 60, 12, 41, 25])
    >>> found = cluster_bootstrap(lambda copies: copies @ events / (copies @ n), 5, n=500)
    >>> print(f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})")
    0.551 (0.508 to 0.660)
    """
    value = np.asarray(statistic(np.ones(n_clusters, int)), float)
    replicates = np.array([statistic(copies) for copies in draws(n_clusters, n, seed)], float)
    return Resampled(value, *_percentiles(replicates, level), replicates, n_clusters)


def week_bootstrap(
    cell, week, t, reached, lost, n_cells: int, q=(0.5, 0.9), n: int = 1000, seed: int = 1, level: float = 0.95
) -> Resampled:
    """Quantiles of the wait in each cell, Kaplan-Meier, with intervals over resampled weeks.

    Parameters
    ----------
    cell, week, t, reached, lost : a count table, one row a cell, week and time; whole numbers from 0 but for `t`
    n_cells : how many cells
    q : quantiles
    n, seed : replicates; the same seed gives the same interval

    Returns
    -------
    Resampled
        ``value``, ``low``, ``high``: arrays cells x quantiles; ``replicates``: replicates x cells x quantiles. All
        cells see the same weeks, so differences between cells can be taken replicate by replicate.

    Notes
    -----
    With C (replicates x weeks) how often each week was drawn and D, G (weeks x times) how many were reached, and how
    many were reached or lost, C D and C G are the counts of every replicate: two matrix products a cell. A cell with
    more than 512 different times is resampled in 512 slots of equally many callers: the curve at their ends is exact
    but for those lost within a slot, who leave half-way, and a quantile is the time by which the slot's callers as a
    whole were reached in that share. The figures themselves are always those of every single time.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> week, t = rng.integers(0, 30, 600), rng.integers(60, 3600, 600)
    >>> one, some = np.zeros(600, int), rng.integers(0, 2, 600)
    >>> found = week_bootstrap(one, week, t, some, 1 - some, 1, n=200)
    >>> bool((found.low <= found.value).all() and (found.value <= found.high).all())
    True
    """
    cell, week, t, reached, lost = (np.asarray(v) for v in (cell, week, t, reached, lost))
    weeks, week = _numbered(week)
    copies = (draws(weeks, n, seed) if weeks else np.zeros((n, 0))).astype(np.float32)
    if (np.diff(cell) < 0).any():
        order = np.argsort(cell, kind="stable")
        cell, week, t, reached, lost = (v[order] for v in (cell, week, t, reached, lost))
    start = np.searchsorted(cell, np.arange(n_cells + 1))
    value, replicates = np.full((n_cells, len(q)), np.nan), np.full((n, n_cells, len(q)), np.nan)
    for i, (a, b) in enumerate(pairwise(start.tolist())):
        table = _Table.from_counts(week[a:b], t[a:b], reached[a:b], lost[a:b], weeks)
        if table is not None:
            value[i] = table.quantiles(q)
            replicates[:, i] = table.resampled(copies, q)
    return Resampled(value, *_percentiles(replicates, level), replicates, weeks)


def _numbered(week):
    """How many weeks there are, and each row's week as a number from 0."""
    if not len(week):
        return 0, week.astype(int)
    seen = np.bincount(week - week.min()) > 0
    return int(seen.sum()), (np.cumsum(seen) - 1)[week - week.min()]


@dataclass(frozen=True)
class _Table:
    """The count table of one cell: weeks x slots -> reached, lost. A slot is one time, or a few next to each other.

    Those lost between two times at which somebody was reached leave with the earlier; before the first, at once.
    """

    times: np.ndarray  # at which somebody was reached
    by_time: np.ndarray  # how many were, at each, over all weeks; `lost_by_time` those lost since
    lost_by_time: np.ndarray
    ends: np.ndarray  # of each slot: the place after its last time
    reached: np.ndarray
    lost: np.ndarray

    @classmethod
    def from_counts(cls, week, t, reached, lost, weeks):
        times = np.unique(t[reached > 0])
        if not len(times):
            return None
        place = np.searchsorted(times, t, side="right") - 1
        if place.min() < 0:
            week, place, reached, lost = (v[place >= 0] for v in (week, place, reached, lost))
        by_time, lost_by_time = (np.bincount(place, v, len(times)) for v in (reached, lost))
        ends = _slots(by_time)
        slot = np.searchsorted(ends, place, side="right")
        tables = (np.bincount(week * len(ends) + slot, v, weeks * len(ends)) for v in (reached, lost))
        return cls(times, by_time, lost_by_time, ends, *(v.reshape(weeks, -1).astype(np.float32) for v in tables))

    def quantiles(self, q):
        """Those of the calls as they are."""
        zero = np.zeros(len(self.times), int)
        curve = kaplan_meier(zero, self.times, self.by_time, self.lost_by_time)
        return [curve.quantile(one)[0][0] for one in q]

    def resampled(self, copies, q):
        """Those of every replicate; nan where the curve does not come down so far."""
        found = np.full((len(copies), len(q)), np.nan)
        at_risk = (copies @ (self.reached + self.lost).sum(axis=1)).astype(float)
        s, levels = np.ones(len(copies)), 1 - np.asarray(q) + SAME
        for first in range(0, len(self.ends), BLOCK):
            here, gone = (copies @ v[:, first : first + BLOCK] for v in (self.reached, self.lost))
            gone += here
            left = np.cumsum(gone, axis=1, dtype=np.float64)
            risk = at_risk[:, None] - left + gone
            if len(self.ends) < len(self.times):
                risk -= (gone - here) / 2  # within a slot those lost leave half-way, as in a life table
            curve = 1 - here / np.maximum(risk, 1)  # nobody left in a replicate: its curve stays where it was
            np.cumprod(curve, axis=1, out=curve)
            curve *= s[:, None]
            for j, level in enumerate(levels):
                down = np.flatnonzero(np.isnan(found[:, j]) & (curve[:, -1] <= level))
                slot = np.argmax(curve[down] <= level, axis=1)
                before = np.where(slot > 0, curve[down, slot - 1], s[down])
                found[down, j] = self._time(first + slot, (before - level) / (before - curve[down, slot]))
            s, at_risk = curve[:, -1], at_risk - left[:, -1]
            if (s <= levels.min()).all():
                break
        return found

    def _time(self, slot, share):
        """The time by which this share of a slot's callers was reached."""
        upto = np.concatenate(([0], np.cumsum(self.by_time)))
        starts = np.concatenate(([0], self.ends[:-1]))
        wanted = upto[starts[slot]] + share * (upto[self.ends[slot]] - upto[starts[slot]])
        place = np.searchsorted(upto, wanted - 1e-9, side="left") - 1
        return self.times[np.clip(place, starts[slot], self.ends[slot] - 1)]


def _slots(by_time):
    """Where slots end: after every time if there are few, else after equal shares of those reached."""
    if len(by_time) <= FINEST:
        return np.arange(1, len(by_time) + 1)
    upto = np.cumsum(by_time)
    return np.unique(np.searchsorted(upto, upto[-1] * np.arange(1, FINEST + 1) / FINEST - 1e-9) + 1)


def _percentiles(replicates, level):
    """Limits over the first axis; what is not known counts as more than everything known."""
    ordered = np.sort(np.where(np.isnan(replicates), np.inf, replicates), axis=0)
    n = len(ordered)
    places = (int(np.floor((1 - level) / 2 * n)), min(int(np.ceil((1 + level) / 2 * n)) - 1, n - 1))
    return tuple(np.where(np.isinf(ordered[p]), np.nan, ordered[p])[()] for p in places)
