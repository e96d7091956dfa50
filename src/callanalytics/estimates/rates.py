"""Counts that have an exposure: a ratio of two rates, a rate over uneven periods, and how uneven they are.

A count says nothing without its exposure: with the same one-in-ten risk, but 280 call-backs due instead of 200, the
count of missed ones rises in 87 % of all cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.estimate import NAN, Estimate, unknown
from callanalytics.estimates.intervals import clopper_pearson, garwood

OVER_DISPERSED = 1.5  # from here on Garwood's interval is too narrow, and the periods' own spread is used
FEW_EVENTS = 10  # below, on either side, a rate is no basis for a claim (NCHS, rates and counts, 2023)


def rate_ratio(events_a: int, exposure_a: float, events_b: int, exposure_b: float, level: float = 0.95) -> Estimate:
    """Rate of a over rate of b, with the exact interval and p value given the sum of both counts.

    Parameters
    ----------
    events_a, events_b : counts
    exposure_a, exposure_b : what they could have come from (call-backs due, months), in the same unit

    Returns
    -------
    Estimate
        ``n`` counts the events of both. Without any event in b the ratio has no upper limit.

    Notes
    -----
    Given x_a + x_b, x_a is binomial with share :math:`p = r E_a / (r E_a + E_b)`, r being the ratio; so limits of p
    (Clopper-Pearson) are limits of r, and p is tested against :math:`E_a / (E_a + E_b)`, adding up everything that
    is no likelier than what was seen. R's ``poisson.test``.

    References
    ----------
    .. [1] J. Przyborowski, H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika
           31 (1940), 313-323.

    Examples
    --------
    >>> ratio = rate_ratio(11, 800, 23, 900)
    >>> print(f"{ratio.value:.4f} {ratio.low:.4f} {ratio.high:.4f} p {ratio.p:.5f}")
    0.5380 0.2368 1.1489 p 0.12078
    """
    n = int(events_a + events_b)
    if n == 0:
        return unknown(0, "events", "no event on either side", level=level)
    from scipy.stats import binomtest

    low, high = clopper_pearson(events_a, n, level)
    per = exposure_b / exposure_a
    low, high = low / (1 - low) * per, (high / (1 - high) * per if high < 1 else np.inf)
    value = events_a / events_b * per if events_b else np.inf
    p = binomtest(int(events_a), n, exposure_a / (exposure_a + exposure_b)).pvalue
    flag = "small_n" if min(events_a, events_b) < FEW_EVENTS else "ok"
    return Estimate(value, float(low), float(high), n, "events", "conditional exact", level, p=float(p), flag=flag)


@dataclass(frozen=True)
class Dispersion:
    """How much periods with a common rate differ, against what chance alone makes of it.

    Attributes
    ----------
    ratio : Pearson's X² over its degrees of freedom; 1 for a Poisson count, above 1.5 the periods truly differ
    df : degrees of freedom
    p : chance of as much, were the rate the same throughout
    n : periods
    """

    ratio: float
    df: int
    p: float
    n: int


def dispersion(events, exposure, *, of_exposure: bool = False) -> Dispersion:
    """Over-dispersion of counts around one common rate.

    Parameters
    ----------
    events, exposure : arrays, one entry a period; periods without exposure say nothing and are left out
    of_exposure : each event is one of the exposure (missed call-backs among call-backs), so that the count is binomial

    Notes
    -----
    .. math:: \\phi = \\frac{1}{k - 1} \\sum_i \\frac{(x_i - r E_i)^2}{r E_i}, \\quad r = \\sum x / \\sum E

    and for events that are part of the exposure divided by :math:`1 - r`: Pearson's X² of the table of periods.

    References
    ----------
    .. [1] P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd ed. (1989), section 4.5.

    Examples
    --------
    >>> found = dispersion([2, 4, 3, 12], [10, 10, 10, 10])
    >>> print(f"{found.ratio:.2f} on {found.df} degrees of freedom, p {found.p:.3f}")
    3.98 on 3 degrees of freedom, p 0.008
    """
    x, exposure = np.asarray(events, float), np.asarray(exposure, float)
    x, exposure = x[exposure > 0], exposure[exposure > 0]
    df, total = len(x) - 1, x.sum()
    if df < 1 or total == 0:
        return Dispersion(NAN, max(df, 0), NAN, len(x))
    from scipy.special import chdtrc

    wanted = total / exposure.sum() * exposure
    pearson = float(((x - wanted) ** 2 / wanted).sum())
    if of_exposure:
        left = 1 - total / exposure.sum()
        pearson = pearson / left if left > 0 else 0.0
    return Dispersion(pearson / df, df, float(chdtrc(df, pearson)), len(x))


def rate(events, exposure, level: float = 0.95) -> Estimate:
    """Rate over several periods (or one): Garwood's interval, or one as wide as the periods themselves differ.

    Parameters
    ----------
    events, exposure : numbers, or arrays with one entry a period

    Returns
    -------
    Estimate
        Events per unit of exposure; ``n`` counts the events. None at all still has an upper limit.

    Notes
    -----
    Where the dispersion exceeds 1.5: :math:`\\log r \\pm t_{k-1} \\sqrt{\\phi / \\sum x}` (quasi-Poisson).

    Examples
    --------
    >>> print(rate(3, 50))
    0.06 (95% interval 0.01237 to 0.1753; n 3 events; Garwood)
    >>> print(rate([2, 4, 3, 12], [10, 10, 10, 10]))
    0.525 (95% interval 0.1313 to 2.1; n 21 events; quasi-Poisson, dispersion 3.98)
    """
    x, exposure = np.atleast_1d(np.asarray(events, float)), np.atleast_1d(np.asarray(exposure, float))
    total, base = float(x.sum()), float(exposure.sum())
    if base <= 0:
        return unknown(int(total), "events", "nothing they could have come from", level=level)
    spread = dispersion(x, exposure)
    flag = "small_n" if total < FEW_EVENTS else "ok"
    if spread.ratio > OVER_DISPERSED:
        from scipy.special import stdtrit

        se = float(np.sqrt(spread.ratio / total))
        factor = float(np.exp(stdtrit(spread.df, 0.5 + level / 2) * se))
        value, method = total / base, f"quasi-Poisson, dispersion {spread.ratio:.2f}"
        return Estimate(value, value / factor, value * factor, int(total), "events", method, level, se, flag=flag)
    low, high = garwood(total, base, level)
    return Estimate(total / base, float(low), float(high), int(total), "events", "Garwood", level, flag=flag)


def control_limits(events, exposure, sigmas: float = 3.0):
    """Limits of a u-chart: where a period's rate lies if nothing but chance moves it.

    Returns
    -------
    center, low, high
        The common rate; arrays with the limits of each period, wider where its exposure is small.

    References
    ----------
    .. [1] W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931).

    Examples
    --------
    >>> center, low, high = control_limits([2, 4, 3, 12], [10, 10, 10, 40], sigmas=2)
    >>> print(f"{center:.3f}", low.round(3).tolist(), high.round(3).tolist())
    0.300 [0.0, 0.0, 0.0, 0.127] [0.646, 0.646, 0.646, 0.473]
    """
    x, exposure = np.asarray(events, float), np.asarray(exposure, float)
    center = float(x.sum() / exposure.sum()) if exposure.sum() else NAN
    with np.errstate(divide="ignore", invalid="ignore"):
        half = sigmas * np.sqrt(center / exposure)
    return center, np.clip(center - half, 0, None), center + half


def rule_of_three(exposure: float, level: float = 0.95) -> float:
    """Upper limit of a rate of which nothing was seen: one-sided, 3.0 / exposure. So "none" is never "0 %".

    >>> print(f"{rule_of_three(50):.4f}")
    0.0599
    """
    return float(-np.log(1 - level) / exposure)
