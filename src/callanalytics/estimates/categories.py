"""Causes and codes: shares of several causes at once, and how far two coders agree."""

from __future__ import annotations

import numpy as np

from callanalytics.estimates.estimate import Estimate, normal_quantile, unknown


def goodman(counts, level: float = 0.95):
    """Shares of causes of which each event has exactly one, with intervals that hold all at once.

    Parameters
    ----------
    counts : array, one entry a cause; "not known" is a cause like any other and is never shared out

    Returns
    -------
    share, low, high
        Arrays, 0-1; nan where there is no event.

    Notes
    -----
    Wilson's interval with the chi-square of 1 degree of freedom at :math:`\\alpha / k` in place of :math:`z^2`.

    References
    ----------
    .. [1] L. A. Goodman, "On simultaneous confidence intervals for multinomial proportions", Technometrics 7 (1965).

    Examples
    --------
    >>> share, low, high = goodman([91, 49, 37, 43])
    >>> print(low.round(3).tolist(), high.round(3).tolist())
    [0.334, 0.161, 0.115, 0.137] [0.498, 0.3, 0.24, 0.27]
    """
    counts = np.asarray(counts, float)
    n = counts.sum()
    if n == 0:
        return (np.full(len(counts), np.nan),) * 3
    z2 = normal_quantile(1 - (1 - level) / len(counts)) ** 2
    center, spread = (z2 + 2 * counts) / (2 * (n + z2)), z2 * (z2 + 4 * counts * (n - counts) / n)
    half = np.sqrt(spread) / (2 * (n + z2))
    return counts / n, np.clip(center - half, 0, 1), np.clip(center + half, 0, 1)


def kappa(table, level: float = 0.95) -> Estimate:
    """Agreement of two coders beyond chance: 1 is full agreement, 0 what chance gives.

    Parameters
    ----------
    table : square array of counts; row: what the first coder said, column: the second

    Notes
    -----
    .. math:: \\kappa = (p_o - p_e) / (1 - p_e)

    with the large-sample standard error of Fleiss, Cohen and Everitt.

    References
    ----------
    .. [1] J. Cohen, "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20 (1960), 37-46.
    .. [2] J. L. Fleiss, J. Cohen, B. S. Everitt, "Large sample standard errors of kappa", Psychol. Bull. 72 (1969).

    Examples
    --------
    >>> print(kappa([[20, 5], [10, 15]]))
    0.4 (95% interval 0.1511 to 0.6489; n 50 doubly coded; Fleiss, Cohen, Everitt)
    """
    counts = np.asarray(table, float)
    n = int(counts.sum())
    if n == 0:
        return unknown(0, "doubly coded", "nothing was coded twice", level=level)
    p = counts / n
    rows, columns, agreed = p.sum(axis=1), p.sum(axis=0), np.trace(p)
    chance = float(rows @ columns)
    if chance == 1:
        return unknown(n, "doubly coded", "both coders used one code only", level=level)
    value = (agreed - chance) / (1 - chance)
    a = np.diag(p) @ (1 - (rows + columns) * (1 - value)) ** 2
    mixed = (columns[:, None] + rows[None, :]) ** 2 * p
    b = (1 - value) ** 2 * (mixed.sum() - np.trace(mixed))
    c = (value - chance * (1 - value)) ** 2
    se = float(np.sqrt(max(a + b - c, 0) / n) / (1 - chance))
    half = normal_quantile(level) * se
    limits = float(value - half), float(min(value + half, 1))
    return Estimate(float(value), *limits, n, "doubly coded", "Fleiss, Cohen, Everitt", level, se)
