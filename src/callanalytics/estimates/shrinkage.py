"""Hours of the week, each with few calls: partial pooling, and whether weekdays or hours differ at all.

Each hour of the week moves toward the figures of its hour of the day and its weekday, as far as its own error warrants.
If nothing differs, no color differs: the map has one color, and says so.

Log-rank sums over permuted days show whether weekdays or hours differ at all. A test that treats calls as independent
finds a worse weekday in 41 % of simulations in which days differ but weekdays do not. So the days are the unit. Labels
are shuffled over whole days, or over the parts of each day, and a difference counts if few of these shuffles show one
as large. This needs no formula for the error.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from callanalytics.estimates.intervals import NAN, normal_quantile
from callanalytics.lazy import np

DIFFERS = 0.05


@dataclass(frozen=True)
class Shrunken:
    """Cells after partial pooling; arrays in the order of the cells given, nan for a cell without a figure.

    Attributes
    ----------
    value, se : each cell's figure, moved toward its hour and weekday, and its error
    low, high : its 95 % limits
    mean : mean of all cells
    by_row, by_column, by_cell : variance between rows (hours), between columns (weekdays), and of cells beyond both
    p : probability of cells that differ this much, if all were the same
    star_p : p value of each cell against all the others, adjusted for the number of comparisons (Benjamini-Hochberg)
    covariance : of the cells that have a figure, in their order
    own_se : the error of each cell's own figure, as given
    n : number of cells with a figure
    """

    value: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mean: float
    by_row: float
    by_column: float
    by_cell: float
    p: float
    star_p: np.ndarray
    covariance: np.ndarray
    own_se: np.ndarray
    n: int

    @property
    def differs(self) -> bool:
        """Whether any difference between cells is detectable; if not, a map has one color and says so."""
        return self.p < DIFFERS and self.by_row + self.by_column + self.by_cell > 0


def shrink_cells(value, se, row, column) -> Shrunken:
    """Partial pooling of hour x weekday cells.

    Parameters
    ----------
    value, se : each cell's figure and its error (the logarithm of a restricted mean; log-odds); nan if it has none
    row, column : hour and weekday of each cell, any labels

    Returns
    -------
    Shrunken

    Notes
    -----
    .. math:: y_{hw} = g + a_h + b_w + c_{hw} + e_{hw}, \\quad e \\sim N(0, s_{hw}^2), \\quad
              a \\sim N(0, \\tau_a^2), b \\sim N(0, \\tau_b^2), c \\sim N(0, \\tau_c^2)

    The three variances are by restricted maximum likelihood, and each may be 0; the cells are then their conditional
    means given the data. ``star_p`` compares each cell's own figure with the precision-weighted mean of all the others.

    References
    ----------
    .. [1] B. Efron, C. Morris, "Data analysis using Stein's estimator and its generalizations", JASA 70 (1975),
           311-319.
    .. [2] D. Harville, "Maximum likelihood approaches to variance component estimation", JASA 72 (1977), 320-338.

    Examples
    --------
    >>> hour, day = np.repeat(range(12), 5), np.tile(range(5), 12)
    >>> rng = np.random.default_rng(1)
    >>> nothing = shrink_cells(rng.normal(3.5, 0.2, 60), np.full(60, 0.2), hour, day)
    >>> nothing.differs, int((nothing.star_p < 0.1).sum())
    (False, 0)
    >>> early = shrink_cells(rng.normal(3.5 + 0.05 * hour, 0.2), np.full(60, 0.2), hour, day)
    >>> early.differs, bool(early.by_row > early.by_column)
    (True, True)
    """
    y, s = np.asarray(value, float), np.asarray(se, float)
    known = np.isfinite(y) & np.isfinite(s) & (s > 0)
    n = int(known.sum())
    own_se = np.where(known, s, NAN)
    if n < 3:
        cells = (np.full(len(y), NAN),) * 4
        return Shrunken(*cells, *(NAN,) * 5, cells[0], np.zeros((n, n)), own_se, n)
    y, s2 = y[known], s[known] ** 2
    labels = [np.asarray(each)[known] for each in (row, column)]
    # 1 where two cells share a label
    kernels = [*((each[:, None] == each[None, :]).astype(float) for each in labels), np.eye(n)]
    (by_row, by_column, by_cell), own = _components(y, s2, kernels)
    inverse = np.linalg.inv(own + np.diag(s2))  # a few dozen cells: no need to avoid the inverse
    ones = inverse.sum(axis=1)
    mean = float(ones @ y / ones.sum())
    shrunk = mean + own @ inverse @ (y - mean)
    rest = 1 - own @ ones
    # Last term: the mean is itself estimated from these cells, and matters more to a cell with little data of its own.
    covariance = own - own @ inverse @ own + np.outer(rest, rest) * (1 / ones.sum())
    error = np.sqrt(np.clip(np.diag(covariance), 0, None))
    half = normal_quantile() * error
    p = _cochran_p(y, s2)
    value, se, low, high = (_back(v, known) for v in (shrunk, error, shrunk - half, shrunk + half))
    stars = _back(adjusted_p(_against_the_others(y, s2)), known)
    return Shrunken(value, se, low, high, mean, by_row, by_column, by_cell, p, stars, covariance, own_se, n)


def _cochran_p(y, s2) -> float:
    """Probability of figures that differ this much if all have one mean; uses no model of rows and columns."""
    from scipy.special import chdtrc

    weight = 1 / s2
    return float(chdtrc(len(y) - 1, weight @ (y - weight @ y / weight.sum()) ** 2))


def adjusted_p(p) -> np.ndarray:
    """p values adjusted for their number, which limits the share of false findings (Benjamini-Hochberg).

    If 60 hours of a week do not differ, some hour "differs" at 5 % in 94 % of maps.

    Parameters
    ----------
    p : array of p values; nan if nothing was tested, which does not count as a test

    Returns
    -------
    array
        Values to compare with the level: a value at or below it is a finding.

    Notes
    -----
    :math:`\\tilde p_{(i)} = \\min_{j \\ge i} (m / j) p_{(j)}`.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995), 289-300.

    Examples
    --------
    >>> adjusted_p([0.0001, 0.0004, 0.0019, 0.0095, 0.0201]).round(5).tolist()
    [0.0005, 0.001, 0.00317, 0.01188, 0.0201]
    >>> adjusted_p([0.01, float("nan"), 0.04]).round(3).tolist()
    [0.02, nan, 0.04]
    """
    p = np.asarray(p, float)
    tested = ~np.isnan(p)
    m = int(tested.sum())
    order = np.argsort(p[tested], kind="stable")
    scaled = m / np.arange(1, m + 1) * p[tested][order]
    found, out = np.empty(m), np.full(p.shape, np.nan)
    # No p value is adjusted above a greater one: the minimum runs from the greatest down.
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    out[tested] = found
    return out


def _back(values, known):
    out = np.full(len(known), NAN)
    out[known] = values
    return out


def _components(y, s2, kernels):
    """Variances by restricted maximum likelihood, each at least 0; and the covariance of cells that they imply."""
    from scipy.optimize import minimize

    unit = float(np.var(y)) or 1.0  # so that the search uses numbers near 1, whatever the unit

    def deviance(theta):
        v = sum(t * unit * kernel for t, kernel in zip(theta, kernels, strict=True)) + np.diag(s2)
        inverse = np.linalg.inv(v)
        ones = inverse.sum(axis=1)
        p = inverse - np.outer(ones, ones) / ones.sum()
        left = p @ y
        value = np.linalg.slogdet(v)[1] + np.log(ones.sum()) + y @ left
        slope = [unit * (np.sum(p * kernel) - left @ kernel @ left) for kernel in kernels]
        return value, np.array(slope)

    # A bound, not a logarithm: a variance of exactly 0 must be possible, because it gives a map of one color.
    bounds = [(0, None)] * len(kernels)
    found = minimize(deviance, [0.3] * len(kernels), jac=True, method="L-BFGS-B", bounds=bounds)
    variances = (np.clip(found.x, 0, None) * unit).tolist()
    return variances, sum(v * kernel for v, kernel in zip(variances, kernels, strict=True))


def _against_the_others(y, s2):
    """Two-sided p of each cell against the precision-weighted mean of all the other cells."""
    from scipy.special import ndtr

    w = 1 / s2
    # The mean of the others excludes the cell itself, so the two errors are independent and their variances add up.
    others = (w @ y - w * y) / (w.sum() - w)
    z = (y - others) / np.sqrt(s2 + 1 / (w.sum() - w))
    return 2 * ndtr(-np.abs(z))


# ---- groups of calls, if all callers of a day share one queue --------------------------------------------------------

# Together with the log itself this makes 2,000, so one in 20 is a whole number of shuffles.
N_PERMUTATIONS = 1999
CHUNK = 2_000_000  # numbers held in memory at once


@dataclass(frozen=True)
class Permuted:
    """Sums over calls of each group: ``excess`` of calls reached over those expected, and ``expected``.

    Arrays with one row for each shuffle and one column for each group; the first row is the log itself.
    """

    excess: np.ndarray
    expected: np.ndarray

    def p_any(self) -> float:
        """Probability of groups that differ this much, if all were the same."""
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = self.excess.sum(axis=1) / self.expected.sum(axis=1)
            away = (self.excess - self.expected * rate[:, None]) ** 2 / self.expected
        return _p_of(np.nansum(away, axis=1))

    def p_pairs(self) -> np.ndarray:
        """For each pair of groups, the probability that any pair differs this much if all are the same (max-statistic).

        nan for a group without calls.
        """
        n = self.excess.shape[1]
        out = np.full((n, n), np.nan)
        pairs = list(combinations(range(n), 2))
        if not pairs:
            return out
        found = np.stack([self._difference(a, b) for a, b in pairs], axis=1)
        # -1 is below every difference; a shuffle of nothing but nan would warn.
        most = np.nanmax(np.where(np.isnan(found), -1.0, found), axis=1)
        for k, (a, b) in enumerate(pairs):
            if not np.isnan(found[0, k]):
                out[a, b] = out[b, a] = np.mean(most >= found[0, k] - 1e-9)
        return out

    def _difference(self, a, b):
        (u, e), (v, f) = ((self.excess[:, k], self.expected[:, k]) for k in (a, b))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((e > 0) & (f > 0), np.abs(u / e - v / f) / np.sqrt(1 / e + 1 / f), np.nan)


def log_rank_sums(t, reached, lost):
    """Callers reached beyond those expected if all rows had one curve, and those expected, for each row of counts.

    A row below 0 waited longer than others. The sums over a group are O - E and E of the log-rank test.

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
    times, index = np.unique(t, return_inverse=True)
    d, gone = (np.bincount(index, v, len(times)) for v in (reached, reached + lost))
    at_risk = gone[::-1].cumsum()[::-1]
    # Nelson and Aalen's sum through each time: what the log-rank test expects of a caller followed so long.
    hazard = np.cumsum(d / np.maximum(at_risk, 1))[index] if len(t) else np.zeros(0)
    expected = (reached + lost) * hazard
    return reached - expected, expected


def permuted_days(
    day, group, excess, expected, n_groups: int, *, within=None, n_permutations: int = N_PERMUTATIONS, seed: int = 1
) -> Permuted:
    """Sums of every group, first for the log itself and then for each shuffle of the groups over its units.

    Parameters
    ----------
    day, group, excess, expected : of each row; rows with the same day and group form one unit. If every day has one
        group (weekdays), the units are days; otherwise, parts of days
    n_groups : groups are 0 to n_groups - 1
    within : stratum of each row, within which groups are shuffled; all rows together if omitted

    References
    ----------
    .. [1] A. Winkler et al., "Multi-level block permutation", NeuroImage 123 (2015), 253-268.
    .. [2] P. Westfall, S. Young, Resampling-Based Multiple Testing (1993), section 2.3: the max-statistic.

    Examples
    --------
    Two days each of two weekdays, and calls that wait longer on one of the weekdays:

    >>> deals = permuted_days([0, 1, 2, 3], [0, 1, 0, 1], [2.0, -2.0, 1.0, -1.0], [5.0] * 4, 2)
    >>> deals.excess[0].tolist(), round(deals.p_any(), 1)
    ([3.0, -3.0], 0.3)
    """
    day, group = np.asarray(day, "int64"), np.asarray(group, "int64")
    within = np.zeros(len(day), "int64") if within is None else np.asarray(within, "int64")
    # One integer for each pair of day and group: a search over pairs of columns would be slower.
    units, first, unit = np.unique(day * n_groups + group, return_index=True, return_inverse=True)
    n = len(units)
    sums = [np.bincount(unit, v, n) for v in (np.asarray(excess, float), np.asarray(expected, float))]
    # Labels are in order of stratum, as the shuffled units below are: position k of both is in one stratum.
    order = np.argsort(within[first], kind="stable")
    label, stratum = group[first][order], np.unique(within[first][order], return_inverse=True)[1]
    sums = [v[order] for v in sums]
    rng = np.random.default_rng(seed)
    deals = [[np.bincount(label, v, n_groups)[None] for v in sums]]
    size = max(1, CHUNK // max(n, 1))
    for start in range(0, n_permutations, size):
        m = min(size, n_permutations - start)
        # The integer part of the key is the stratum, the rest is random: units are shuffled only within their stratum.
        dealt = np.argsort(stratum + rng.random((m, n)), axis=1)
        cell = (np.arange(m)[:, None] * n_groups + label).ravel()
        deals.append([np.bincount(cell, v[dealt].ravel(), m * n_groups).reshape(m, n_groups) for v in sums])
    return Permuted(*(np.concatenate(v) for v in zip(*deals, strict=True)))


def p_slots(day, weekday, block, n_blocks: int, excess, expected, **options) -> float:
    """Probability of slots of the week (weekday and block of the day) that differ this much, if all were the same.

    Two tests, each at half the level. One shuffles whole days over the weekdays. The other compares the blocks within
    each weekday. It shuffles the blocks of each day among themselves, or those of all days of a weekday if most days
    have calls in only one block.

    Returns
    -------
    float
        The smaller p of the two, doubled.

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
    # A day with calls in only one block has nothing to shuffle within itself.
    within = day if np.median(blocks_a_day) >= 2 else weekday
    n_days = int(weekday.max()) + 1
    over_weekdays = permuted_days(day, weekday, excess, expected, n_days, **options).p_any()
    over_blocks = permuted_days(day, slot, excess, expected, n_days * n_blocks, within=within, **options)
    return min(1.0, 2 * min(over_weekdays, _p_of(_within_weekdays(over_blocks, n_blocks))))


def _within_weekdays(deals, n_blocks):
    """How much the blocks of each weekday differ, summed over weekdays; differences between weekdays are removed."""
    excess, expected = (v.reshape(len(v), -1, n_blocks) for v in (deals.excess, deals.expected))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = excess.sum(axis=2, keepdims=True) / expected.sum(axis=2, keepdims=True)
        return np.nansum((excess - expected * rate) ** 2 / expected, axis=(1, 2))


def _p_of(statistic):
    """Share of shuffles that show at least as much as the log, which is one of them."""
    # A shuffle that shows the same value summed in another order is a tie, and counts.
    return float(np.mean(statistic >= statistic[0] * (1 - 1e-12)))
