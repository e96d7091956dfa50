"""A fixed mix of hours and weekdays: so that an office that calls at eight does not improve the committee's figure.

Cells are estimated apart and then weighed with the same weights for every office and year (direct standardization),
not thrown together: callers of busy hours give up sooner, and one curve of everything then lies (41 minutes where the
truth is 30).
"""

from __future__ import annotations

import numpy as np

from callanalytics.estimates.curves import SAME, Curves, band
from callanalytics.estimates.estimate import Estimate, normal_quantile, unknown
from callanalytics.estimates.intervals import wilson


def shares(weights) -> np.ndarray:
    """Weights that add up to 1.

    >>> shares([30, 10, 0]).tolist()
    [0.75, 0.25, 0.0]
    """
    weights = np.asarray(weights, float)
    if (weights < 0).any() or not weights.sum() > 0:
        raise ValueError("weights are not negative, and not all 0")
    return weights / weights.sum()


def _calls(curves, used):
    full = np.diff(curves.start) > 0
    return int(curves.n_at_risk[curves.start[:-1][full & used]].sum())


def _empty(curves, used):
    empty = int((used & (np.diff(curves.start) == 0)).sum())
    return f"{empty} of {int(used.sum())} cells of the fixed mix have no call" if empty else ""


def standardized_chance(curves: Curves, weights, t: float, level: float = 0.95) -> Estimate:
    """Chance of still waiting after `t`, were the calls spread over the cells as `weights` say.

    Parameters
    ----------
    curves : one a cell (hour and weekday)
    weights : the fixed mix, such as the calls of a base year in each cell
    t : time

    Returns
    -------
    Estimate
        Not estimable where a cell of the mix has no call or was not followed so far: nothing is put in its place.

    Notes
    -----
    .. math:: S(t) = \\sum_c w_c S_c(t), \\quad \\mathrm{se}^2 = \\sum_c w_c^2 \\mathrm{se}_c^2

    with log-log limits.

    References
    ----------
    .. [1] K. Rothman, S. Greenland, T. Lash, Modern Epidemiology, 3rd ed. (2008), chapter 3.

    Examples
    --------
    >>> from callanalytics.estimates import kaplan_meier
    >>> curves = kaplan_meier([0, 0, 1, 1], [10, 30, 20, 40], [5, 5, 5, 5], [0] * 4)
    >>> print(standardized_chance(curves, [3, 1], 15))
    0.625 (95% interval 0.3546 to 0.8081; n 20 calls; standardized over 2 cells, log-log)
    """
    w = shares(weights)
    used = w > 0
    s, se, _, _ = curves.survival_at(t)
    n, why = _calls(curves, used), _empty(curves, used)
    if np.isnan(s[used]).any():
        why = why or f"not every cell of the fixed mix was followed to {t:g}"
        return unknown(n, "calls", why, level=level)
    value, error = float(w[used] @ s[used]), float(np.sqrt((w[used] ** 2) @ np.nan_to_num(se[used]) ** 2))
    low, high = (float(v[0]) for v in band(np.array([value]), np.array([error]), level))
    flag = "one_sided" if low != low else "ok"
    method = f"standardized over {int(used.sum())} cells, log-log"
    return Estimate(value, low, high, n, "calls", method, level, error, flag=flag)


def standardized_quantile(
    curves: Curves, weights, q: float, level: float = 0.95, drawn: float | None = None
) -> Estimate:
    """Quantile of the wait of the fixed mix: first time with S(t) <= 1 - q, limits where its band gets there.

    With ``drawn`` the mix is itself that of so many calls, and not given: its own error is added, which is
    :math:`(\\sum_c w_c S_c^2 - S^2) / n`.

    Examples
    --------
    >>> from callanalytics.estimates import kaplan_meier
    >>> curves = kaplan_meier([0, 0, 1, 1], [10, 30, 20, 40], [50, 50, 50, 50], [0] * 4)
    >>> print(standardized_quantile(curves, [1, 3], 0.5))
    20 (95% interval 20 to 30; n 200 calls; standardized over 2 cells, log-log)
    """
    w = shares(weights)
    used = w > 0
    n, why = _calls(curves, used), _empty(curves, used)
    if why:
        return unknown(n, "calls", why, level=level)
    end = np.min(np.where(curves.s_max > SAME, curves.t_max, np.inf)[used])  # followed in every cell until then
    times = np.unique(curves.t[(curves.t <= end) & (w[curves.cell] > 0)])
    s, squares, variance = np.zeros(len(times)), np.zeros(len(times)), np.zeros(len(times))
    for i in np.flatnonzero(used):
        one = slice(curves.start[i], curves.start[i + 1])
        upto = np.searchsorted(curves.t[one], times, side="right")
        own = np.concatenate(([1.0], curves.s[one]))[upto]
        s, squares = s + w[i] * own, squares + w[i] * own**2
        variance += w[i] ** 2 * np.concatenate(([0.0], np.nan_to_num(curves.se[one])))[upto] ** 2
    if drawn:
        variance += np.where(s < 1 - SAME, np.clip(squares - s**2, 0, None), 0) / drawn  # before anybody: none
    low_band, high_band = band(s, np.sqrt(variance), level)
    done = s <= SAME

    def first(chosen):
        return float(times[np.argmax(chosen)]) if chosen.any() else float("nan")

    with np.errstate(invalid="ignore"):
        value = first(s <= 1 - q + SAME)
        low, high = first((low_band <= 1 - q + SAME) | done), first((high_band <= 1 - q + SAME) | done)
    if value != value:
        return unknown(n, "calls", f"in some cell the last caller was lost before {1 - q:.0%} were left", level=level)
    flag = "one_sided" if low != low or high != high else "ok"
    return Estimate(
        value, low, high, n, "calls", f"standardized over {int(used.sum())} cells, log-log", level, flag=flag
    )


def standardized_mean(curves: Curves, weights, tau: float, level: float = 0.95) -> Estimate:
    """Restricted mean of the fixed mix: the weighted mean of the cells' restricted means, and its error.

    Notes
    -----
    :math:`\\mu = \\sum_c w_c \\mu_c`, :math:`\\mathrm{se}^2 = \\sum_c w_c^2 \\mathrm{se}_c^2`: cells are independent.

    Examples
    --------
    >>> from callanalytics.estimates import kaplan_meier
    >>> curves = kaplan_meier([0, 0, 1, 1], [10, 30, 20, 40], [50, 50, 50, 50], [0] * 4)
    >>> print(standardized_mean(curves, [1, 3], 60))
    27.5 (95% interval 25.95 to 29.05; n 200 calls; standardized over 2 cells, mean to 60)
    """
    w = shares(weights)
    used = w > 0
    value, se = curves.restricted_mean(tau)
    n = _calls(curves, used)
    if np.isnan(value[used]).any():
        why = _empty(curves, used) or f"not every cell of the fixed mix was followed to {tau:g}"
        return unknown(n, "calls", why, level=level)
    mean, error = float(w[used] @ value[used]), float(np.sqrt(w[used] ** 2 @ se[used] ** 2))
    half = normal_quantile(level) * error
    method = f"standardized over {int(used.sum())} cells, mean to {tau:g}"
    return Estimate(mean, mean - half, mean + half, n, "calls", method, level, error)


def standardized_share(events, n, weights, level: float = 0.95) -> Estimate:
    """A share of the fixed mix: Wilson's interval for as many trials as the weighted cells are worth.

    Notes
    -----
    :math:`p = \\sum w_c p_c`, effective number of trials :math:`p (1 - p) / \\sum w_c^2 p_c (1 - p_c) / n_c`, each
    cell's own variance taken at (k + 1/2) / (n + 1) so that a cell with none is not certain.

    References
    ----------
    .. [1] E. Korn, B. Graubard, "Confidence intervals for proportions with small expected number of positive counts
           estimated from survey data", Surv. Methodol. 24 (1998), 193-201: the effective number.

    Examples
    --------
    >>> print(standardized_share([10, 30], [40, 50], [1, 1]))
    0.425 (95% interval 0.3336 to 0.5218; n 90 in the cells; standardized over 2 cells, Wilson)
    """
    w = shares(weights)
    used = w > 0
    k, n = np.asarray(events, float)[used], np.asarray(n, float)[used]
    total = int(n.sum())
    if (n == 0).any():
        why = f"{int((n == 0).sum())} of {int(used.sum())} cells of the fixed mix are empty"
        return unknown(total, "in the cells", why, level=level)
    value, smooth = float(w[used] @ (k / n)), (k + 0.5) / (n + 1)
    variance = float(w[used] ** 2 @ (smooth * (1 - smooth) / n))
    middle = float(w[used] @ smooth)
    worth = middle * (1 - middle) / variance
    low, high = wilson(value * worth, worth, level)
    method = f"standardized over {int(used.sum())} cells, Wilson"
    return Estimate(value, float(low), float(high), total, "in the cells", method, level, float(np.sqrt(variance)))
