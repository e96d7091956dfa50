"""How far a pooled figure leans on one office, and what clusters do to an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.estimate import NAN, Estimate, unknown

LARGEST, LARGEST_TWO = 0.50, 0.85  # above either, a figure is one office's rather than a committee's


@dataclass(frozen=True)
class Dominance:
    """How unevenly calls are spread over offices.

    Attributes
    ----------
    effective : number of offices of equal size that would weigh as much (Kish)
    largest, largest_two : share of the largest, and of the two largest, 0-1
    is_dominated : more than half from one, or more than 85 % from two
    n, offices : calls, offices with any
    """

    effective: float
    largest: float
    largest_two: float
    is_dominated: bool
    n: int
    offices: int


def dominance(sizes) -> Dominance:
    """How far one office carries the figure.

    Parameters
    ----------
    sizes : calls (or promises) of each office

    Notes
    -----
    Effective number: :math:`(\\sum n)^2 / \\sum n^2`.

    References
    ----------
    .. [1] L. Kish, Survey Sampling (1965), section 11.7.
    .. [2] Bundesbank RDSC, rules for research output: the two largest contribute at most 85 %.

    Examples
    --------
    >>> found = dominance([170, 85, 57, 42, 34, 28, 24, 21, 19, 17, 15, 14, 13, 12, 11, 11, 10, 9, 9, 8])
    >>> print(f"{found.effective:.3f} of {found.offices}; largest {found.largest:.0%}; dominated: {found.is_dominated}")
    8.054 of 20; largest 28%; dominated: False
    """
    sizes = np.sort(np.asarray(sizes, float))[::-1]
    sizes = sizes[sizes > 0]
    n = sizes.sum()
    if n == 0:
        return Dominance(NAN, NAN, NAN, False, 0, 0)
    one, two = float(sizes[0] / n), float(sizes[:2].sum() / n)
    effective = float(n**2 / (sizes**2).sum())
    return Dominance(effective, one, two, one > LARGEST or two > LARGEST_TWO, int(n), len(sizes))


@dataclass(frozen=True)
class LeftOut:
    """A figure with each office left out in turn.

    Attributes
    ----------
    values : the figure without each office
    low, high : the least and the greatest of them; a claim that does not hold at both is dropped
    office : place of the office whose absence moves the figure most
    whole : the figure of all
    """

    values: np.ndarray
    low: float
    high: float
    office: int
    whole: float


def leave_one_out(statistic: Callable[[np.ndarray], float], n_offices: int) -> LeftOut:
    """A figure with each office left out in turn.

    Parameters
    ----------
    statistic : takes an array of 0 and 1, one entry an office, 1 where it is in, and gives the figure
    n_offices : how many there are

    Examples
    --------
    >>> events, n = np.array([12, 30, 9]), np.array([20, 60, 12])
    >>> found = leave_one_out(lambda kept: kept @ events / (kept @ n), 3)
    >>> print(f"{found.low:.3f} to {found.high:.3f}, most by office {found.office}")
    0.525 to 0.656, most by office 1
    """
    whole = float(statistic(np.ones(n_offices, int)))
    values = np.array([float(statistic(1 - np.eye(n_offices, dtype=int)[i])) for i in range(n_offices)])
    away = np.abs(values - whole)
    if not n_offices or np.isnan(away).all():
        return LeftOut(values, NAN, NAN, -1, whole)
    return LeftOut(values, float(np.nanmin(values)), float(np.nanmax(values)), int(np.nanargmax(away)), whole)


def cluster_mean(n, total, level: float = 0.95) -> Estimate:
    """Mean over calls whose errors go together within offices (or matters), from each one's n and sum.

    Parameters
    ----------
    n, total : calls of each cluster, and the sum of their values

    Returns
    -------
    Estimate
        The call-weighted mean; sandwich error with G / (G - 1), Student with G - 1 degrees of freedom. ``n`` counts
        clusters. With few or uneven clusters it covers less than it says: prefer the office-equal figures.

    Notes
    -----
    .. math:: \\bar x = \\sum_g x_g / \\sum_g n_g, \\quad
              \\mathrm{se}^2 = \\frac{G}{G - 1} \\sum_g (x_g - n_g \\bar x)^2 / \\Big(\\sum_g n_g\\Big)^2

    References
    ----------
    .. [1] K.-Y. Liang, S. Zeger, "Longitudinal data analysis using generalized linear models", Biometrika 73 (1986).

    Examples
    --------
    >>> print(cluster_mean([6, 2, 3, 5], [90, 58, 68, 50]))
    16.62 (95% interval 6.017 to 27.23; n 4 clusters; cluster-robust (CR1))
    """
    n, total = np.asarray(n, float), np.asarray(total, float)
    n, total = n[n > 0], total[n > 0]
    g = len(n)
    if g < 2:
        return unknown(g, "clusters", "one cluster alone shows no spread", level=level)
    from scipy.special import stdtrit

    mean = float(total.sum() / n.sum())
    se = float(np.sqrt(((total - n * mean) ** 2).sum()) / n.sum() * np.sqrt(g / (g - 1)))
    half = float(stdtrit(g - 1, 0.5 + level / 2)) * se
    return Estimate(mean, mean - half, mean + half, g, "clusters", "cluster-robust (CR1)", level, se)


def intraclass(n, total, squares) -> tuple[float, float]:
    """How alike calls of one office are: share of the variance that lies between offices; and the mean cluster size.

    Parameters
    ----------
    n, total, squares : of each office: calls, sum of the values, sum of their squares

    Returns
    -------
    icc, n0
        The design effect of a mean is about 1 + (n0 - 1) icc.

    Notes
    -----
    One-way analysis of variance: :math:`(M_b - M_w) / (M_b + (n_0 - 1) M_w)`.

    References
    ----------
    .. [1] A. Donner, "A review of inference procedures for the intraclass correlation coefficient", Int. Stat. Rev. 54
           (1986), 67-82.

    Examples
    --------
    >>> rows = [[12, 15, 14, 18, 16, 15], [30, 28], [22, 25, 21], [9, 8, 11, 10, 12]]
    >>> icc, n0 = intraclass([len(r) for r in rows], [sum(r) for r in rows], [sum(x * x for x in r) for r in rows])
    >>> print(f"{icc:.5f} {n0:.5f}")
    0.94327 3.79167
    """
    n, total, squares = (np.asarray(v, float) for v in (n, total, squares))
    g, all_n = len(n), n.sum()
    mean = total.sum() / all_n
    between = (n * (total / n - mean) ** 2).sum() / (g - 1)
    within = (squares - total**2 / n).sum() / (all_n - g)
    n0 = (all_n - (n**2).sum() / all_n) / (g - 1)
    return float((between - within) / (between + (n0 - 1) * within)), float(n0)
