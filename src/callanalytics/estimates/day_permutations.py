"""Do groups of calls differ, if all callers of a day share one queue? Log-rank sums, with days permuted.

A test that takes calls as independent finds a weekday that is worse than another in 41 % of worlds in which weekdays do
not differ but days do. So the days are the unit: labels are dealt out anew over whole days, or over the parts of each
day, and a difference counts if few of these deals show one as large. It needs no formula for the error.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

N_PERMUTATIONS = 1999
CHUNK = 2_000_000  # numbers held at once


@dataclass(frozen=True)
class Permuted:
    """Sums over calls of each group: ``excess`` of calls reached over those expected, and ``expected``.

    Arrays of one row a deal and one column a group; the first row is the log as it is.
    """

    excess: np.ndarray
    expected: np.ndarray

    def p_any(self) -> float:
        """Chance of groups as unlike as these, were all the same."""
        return _p_of(self._q())

    def p_pairs(self) -> np.ndarray:
        """Of each pair of groups, the chance of any pair as unlike as this, were all the same (max-statistic).

        nan for a group without calls.
        """
        n = self.excess.shape[1]
        out = np.full((n, n), np.nan)
        pairs = list(combinations(range(n), 2))
        if not pairs:
            return out
        found = np.stack([self._difference(a, b) for a, b in pairs], axis=1)
        most = np.nanmax(np.where(np.isnan(found), -1.0, found), axis=1)
        for k, (a, b) in enumerate(pairs):
            if not np.isnan(found[0, k]):
                out[a, b] = out[b, a] = np.mean(most >= found[0, k] - 1e-9)
        return out

    def _q(self):
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = self.excess.sum(axis=1) / self.expected.sum(axis=1)
            away = (self.excess - self.expected * rate[:, None]) ** 2 / self.expected
        return np.nansum(away, axis=1)

    def _difference(self, a, b):
        (u, e), (v, f) = ((self.excess[:, k], self.expected[:, k]) for k in (a, b))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((e > 0) & (f > 0), np.abs(u / e - v / f) / np.sqrt(1 / e + 1 / f), np.nan)


def log_rank_sums(t, reached, lost):
    """Of each row of a count table: callers reached beyond those expected had all rows one curve, and those expected.

    A row below 0 waited longer than others. The sums over a group are the O - E and E of the log-rank test.

    References
    ----------
    .. [1] R. Peto, J. Peto, "Asymptotically efficient rank invariant test procedures", JRSS A 135 (1972), 185-207.

    Examples
    --------
    >>> excess, expected = log_rank_sums([10, 20, 30], [1, 1, 0], [0, 0, 1])
    >>> excess.round(3).tolist(), expected.round(3).tolist()
    ([0.667, 0.167, -0.833], [0.333, 0.833, 0.833])
    """
    t, reached, lost = np.asarray(t), np.asarray(reached, float), np.asarray(lost, float)
    times, place = np.unique(t, return_inverse=True)
    d, gone = (np.bincount(place, v, len(times)) for v in (reached, reached + lost))
    at_risk = gone[::-1].cumsum()[::-1]
    hazard = np.cumsum(d / np.maximum(at_risk, 1))[place] if len(t) else np.zeros(0)
    expected = (reached + lost) * hazard
    return reached - expected, expected


def permuted_days(
    day, group, excess, expected, n_groups: int, *, within=None, n_permutations: int = N_PERMUTATIONS, seed: int = 1
) -> Permuted:
    """Sums of every group, as they are and after each deal of the groups over the units of the log.

    Parameters
    ----------
    day, group, excess, expected : of each row; a row of the same day and group belongs to the same unit. Where every
        day has one group (weekdays) the units are days; else the parts of days
    n_groups : groups are 0 to n_groups - 1
    within : of each row, the stratum within which groups are dealt out; all rows together where none is given

    References
    ----------
    .. [1] A. Winkler et al., "Multi-level block permutation", NeuroImage 123 (2015), 253-268.
    .. [2] P. Westfall, S. Young, Resampling-Based Multiple Testing (1993), section 2.3: the max-statistic.

    Examples
    --------
    Two days of each of two weekdays, and calls that wait longer on one of the days:

    >>> deals = permuted_days([0, 1, 2, 3], [0, 1, 0, 1], [2.0, -2.0, 1.0, -1.0], [5.0] * 4, 2)
    >>> deals.excess[0].tolist(), round(deals.p_any(), 1)
    ([3.0, -3.0], 0.3)
    """
    day, group = np.asarray(day, "int64"), np.asarray(group, "int64")
    within = np.zeros(len(day), "int64") if within is None else np.asarray(within, "int64")
    units, first, unit = np.unique(day * n_groups + group, return_index=True, return_inverse=True)
    n = len(units)
    sums = [np.bincount(unit, v, n) for v in (np.asarray(excess, float), np.asarray(expected, float))]
    order = np.argsort(within[first], kind="stable")
    label, stratum = group[first][order], np.unique(within[first][order], return_inverse=True)[1]
    sums = [v[order] for v in sums]
    rng, deals = np.random.default_rng(seed), [[np.bincount(label, v, n_groups)[None] for v in sums]]
    size = max(1, CHUNK // max(n, 1))
    for start in range(0, n_permutations, size):
        m = min(size, n_permutations - start)
        # The whole part of the key is the stratum, the rest chance: units are shuffled within their stratum alone.
        dealt = np.argsort(stratum + rng.random((m, n)), axis=1)
        cell = (np.arange(m)[:, None] * n_groups + label).ravel()
        deals.append([np.bincount(cell, v[dealt].ravel(), m * n_groups).reshape(m, n_groups) for v in sums])
    return Permuted(*(np.concatenate(v) for v in zip(*deals, strict=True)))


def p_slots(day, weekday, block, n_blocks: int, excess, expected, **options) -> float:
    """Chance of slots of the week (weekday and block of the day) as unlike as these, were all the same.

    Two tests, each at half the level: whole days are dealt out over the weekdays; and the blocks of each day among
    themselves, in each weekday, or where most days have calls in one block only, the blocks of all days of a weekday.

    Returns
    -------
    float
        The smaller p of both, doubled.

    Examples
    --------
    >>> day, weekday, block = [0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1]
    >>> p_slots(day, weekday, block, 2, [0.0] * 6, [1.0] * 6)        # no slot differs from what was expected
    1.0
    """
    day, weekday, block = (np.asarray(v, "int64") for v in (day, weekday, block))
    if not len(day):
        return 1.0
    slot = weekday * n_blocks + block
    cells = np.unique(day * (n_blocks + 1) + block)
    blocks_a_day = np.unique(cells // (n_blocks + 1), return_counts=True)[1]
    within = day if np.median(blocks_a_day) >= 2 else weekday
    n_days = int(weekday.max()) + 1
    over_weekdays = permuted_days(day, weekday, excess, expected, n_days, **options).p_any()
    over_blocks = permuted_days(day, slot, excess, expected, n_days * n_blocks, within=within, **options)
    return min(1.0, 2 * min(over_weekdays, _p_of(_within_weekdays(over_blocks, n_blocks))))


def _within_weekdays(deals, n_blocks):
    """How unlike the blocks of each weekday are, over all weekdays: what the weekdays differ by is taken out."""
    excess, expected = (v.reshape(len(v), -1, n_blocks) for v in (deals.excess, deals.expected))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = excess.sum(axis=2, keepdims=True) / expected.sum(axis=2, keepdims=True)
        return np.nansum((excess - expected * rate) ** 2 / expected, axis=(1, 2))


def _p_of(statistic):
    """Share of deals that show at least as much as the log, which is one of them."""
    # A deal that shows the same in another order of summing is a tie, and counts.
    return float(np.mean(statistic >= statistic[0] * (1 - 1e-12)))
