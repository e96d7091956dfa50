"""Resampling whole weeks or whole offices: calls of one week (or office) go together, so they are drawn together.

A draw is how often each week or office was taken, an array of counts; count tables add up, so a replicate is a sum of
tables and never looks at a call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.curves import SAME
from callanalytics.estimates.survival import kaplan_meier

BLOCK = 256  # times worked on at once: replicates x times of them stay in the processor's cache


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
    many were reached or lost, C D and C G are the counts of every replicate: two matrix products a cell.

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
    weeks, week = np.unique(week, return_inverse=True)
    copies = draws(len(weeks), n, seed).astype(np.float32) if len(weeks) else np.zeros((n, 0), np.float32)
    order = np.lexsort((t, cell))
    cell, week, t, reached, lost = (v[order] for v in (cell, week, t, reached, lost))
    start = np.searchsorted(cell, np.arange(n_cells + 1))
    replicates = np.full((n, n_cells, len(q)), np.nan)
    for i in range(n_cells):
        one = slice(start[i], start[i + 1])
        replicates[:, i] = _quantiles(copies, week[one], t[one], reached[one], lost[one], q)
    curves = kaplan_meier(cell, t, reached, lost, n_cells)
    value = np.stack([curves.quantile(one)[0] for one in q], axis=1)
    return Resampled(value, *_percentiles(replicates, level), replicates, len(weeks))


def _quantiles(copies, week, t, reached, lost, q):
    """Quantiles of every replicate in one cell; nan where the curve does not come down so far."""
    found = np.full((len(copies), len(q)), np.nan)
    times = np.unique(t[reached > 0])
    if not len(times):
        return found
    # Those lost between two times at which somebody was reached leave with the earlier; before the first, at once.
    place = np.searchsorted(times, t, side="right") - 1
    week, place, reached, gone = (v[place >= 0] for v in (week, place, reached, reached + lost))
    at_risk = copies @ np.bincount(week, gone, copies.shape[1])
    s, levels = np.ones(len(copies)), 1 - np.asarray(q) + SAME
    edges = np.searchsorted(place, np.arange(0, len(times) + BLOCK, BLOCK))
    for first, a, b in zip(range(0, len(times), BLOCK), edges[:-1], edges[1:], strict=True):
        shape = (copies.shape[1], min(BLOCK, len(times) - first))
        slot = week[a:b] * shape[1] + place[a:b] - first
        here, going = (
            copies @ np.bincount(slot, v[a:b], shape[0] * shape[1]).reshape(shape).astype(np.float32)
            for v in (reached, gone)
        )
        left = np.cumsum(going, axis=1, dtype=np.float64)
        risk = at_risk[:, None] - left + going
        with np.errstate(divide="ignore", invalid="ignore"):
            curve = 1 - here / risk
        curve[risk <= 0] = 1.0  # nobody is left in this replicate: its curve stays where it was
        np.cumprod(curve, axis=1, out=curve)
        curve *= s[:, None]
        for j, level in enumerate(levels):
            open_ = np.isnan(found[:, j]) & (curve[:, -1] <= level)
            found[open_, j] = times[first + np.argmax(curve[open_] <= level, axis=1)]
        s, at_risk = curve[:, -1], at_risk - left[:, -1]
        if (s <= levels.min()).all():
            break
    return found


def _percentiles(replicates, level):
    """Limits over the first axis; what is not known counts as more than everything known."""
    ordered = np.sort(np.where(np.isnan(replicates), np.inf, replicates), axis=0)
    n = len(ordered)
    places = (int(np.floor((1 - level) / 2 * n)), min(int(np.ceil((1 + level) / 2 * n)) - 1, n - 1))
    return tuple(np.where(np.isinf(ordered[p]), np.nan, ordered[p])[()] for p in places)
