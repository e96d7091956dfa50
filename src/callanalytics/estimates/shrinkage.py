"""Hours of the week, each with few calls: partial pooling, so that a map shows differences and not chance.

Each hour of the week is drawn toward what its hour of the day and its weekday say, as far as its own error warrants.
Where nothing differs, nothing is left of the colors: the map has one, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.intervals import NAN, normal_quantile

DIFFERS = 0.05


@dataclass(frozen=True)
class Shrunken:
    """Cells after partial pooling; arrays as the cells were given, nan for a cell without a figure.

    Attributes
    ----------
    value, se : each cell's figure drawn toward its hour and weekday, and its error
    low, high : 95 % limits of it
    mean : of all cells
    by_row, by_column, by_cell : variance between rows (hours), columns (weekdays), and of cells beyond both
    p : chance of cells as unlike as these, were all the same
    star_p : of each cell against the mean of all, adjusted for how many are compared (Benjamini-Hochberg)
    covariance : of the cells that have a figure, in their order
    own_se : the error of each cell's own figure, as it was given
    n : cells with a figure
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
        """Whether any difference between the cells is detectable; if not, a map has one color and says so."""
        return self.p < DIFFERS and self.by_row + self.by_column + self.by_cell > 0


def shrink_cells(value, se, row, column) -> Shrunken:
    """Partial pooling of hour x weekday cells.

    Parameters
    ----------
    value, se : each cell's figure and its error (the logarithm of a restricted mean; log-odds); nan where none
    row, column : hour and weekday of each cell, any labels

    Returns
    -------
    Shrunken

    Notes
    -----
    .. math:: y_{hw} = g + a_h + b_w + c_{hw} + e_{hw}, \\quad e \\sim N(0, s_{hw}^2), \\quad
              a \\sim N(0, \\tau_a^2), b \\sim N(0, \\tau_b^2), c \\sim N(0, \\tau_c^2)

    The three variances by restricted maximum likelihood, each may be 0; the cells are then their conditional means
    given the data. ``star_p`` compares each cell's own figure with the precision-weighted mean of all the others.

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
    if n < 3:
        cells, own_se = (np.full(len(y), NAN),) * 4, _back(s[known], known)
        return Shrunken(*cells, *(NAN,) * 5, cells[0], np.zeros((n, n)), own_se, n)
    y, s2 = y[known], s[known] ** 2
    kernels = [_alike(np.asarray(row)[known]), _alike(np.asarray(column)[known]), np.eye(n)]
    variances = _components(y, s2, kernels)
    own = sum(v * kernel for v, kernel in zip(variances, kernels, strict=True))
    inverse = np.linalg.inv(own + np.diag(s2))  # of a few dozen cells: no need to avoid the inverse
    ones = inverse.sum(axis=1)
    mean, mean_variance = float(ones @ y / ones.sum()), float(1 / ones.sum())
    shrunk = mean + own @ inverse @ (y - mean)
    rest = 1 - own @ ones
    covariance = own - own @ inverse @ own + mean_variance * np.outer(rest, rest)
    error = np.sqrt(np.clip(np.diag(covariance), 0, None))
    half = normal_quantile() * error
    q = float((1 / s2) @ (y - (1 / s2) @ y / (1 / s2).sum()) ** 2)
    from scipy.special import chdtrc

    value, se, low, high = (_back(v, known) for v in (shrunk, error, shrunk - half, shrunk + half))
    by_row, by_column, by_cell = map(float, variances)
    stars = _back(adjusted_p(_against_the_others(y, s2)), known)
    p = float(chdtrc(n - 1, q))
    own_se = _back(np.sqrt(s2), known)
    return Shrunken(value, se, low, high, mean, by_row, by_column, by_cell, p, stars, covariance, own_se, n)


def adjusted_p(p) -> np.ndarray:
    """p values adjusted for their number: the share of false findings among the findings is held (Benjamini-Hochberg).

    Of 60 hours of a week in which nothing differs, some "differ" at 5 % in 94 % of maps.

    Parameters
    ----------
    p : array of p values; nan where nothing was tested, and that is not counted among the tests

    Returns
    -------
    array
        What to compare with the level: a finding where it is at most that.

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
    # A p value is adjusted to no more than a greater one: the minimum runs from the greatest down.
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    out[tested] = found
    return out


def _alike(labels):
    """1 where two cells share a label."""
    return (labels[:, None] == labels[None, :]).astype(float)


def _back(values, known):
    out = np.full(len(known), NAN)
    out[known] = values
    return out


def _components(y, s2, kernels):
    """Variances by restricted maximum likelihood, each at least 0."""
    from scipy.optimize import minimize

    unit = float(np.var(y)) or 1.0  # so that the search runs over numbers near 1, whatever the unit

    def deviance(theta):
        v = sum(t * unit * kernel for t, kernel in zip(theta, kernels, strict=True)) + np.diag(s2)
        inverse = np.linalg.inv(v)
        ones = inverse.sum(axis=1)
        p = inverse - np.outer(ones, ones) / ones.sum()
        left = p @ y
        value = np.linalg.slogdet(v)[1] + np.log(ones.sum()) + y @ left
        slope = [unit * (np.sum(p * kernel) - left @ kernel @ left) for kernel in kernels]
        return value, np.array(slope)

    bounds = [(0, None)] * len(kernels)
    found = minimize(deviance, [0.3] * len(kernels), jac=True, method="L-BFGS-B", bounds=bounds)
    return np.clip(found.x, 0, None) * unit


def _against_the_others(y, s2):
    """Two-sided p of each cell against the precision-weighted mean of all the other cells."""
    from scipy.special import ndtr

    w = 1 / s2
    # The mean of the others does not contain the cell itself, so the two errors are independent and add up.
    others = (w @ y - w * y) / (w.sum() - w)
    z = (y - others) / np.sqrt(s2 + 1 / (w.sum() - w))
    return 2 * ndtr(-np.abs(z))
