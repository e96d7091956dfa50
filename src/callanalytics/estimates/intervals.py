"""Intervals for shares, counts, means and quantiles. Arrays in, arrays out; n = 0 gives nan."""

from __future__ import annotations

import numpy as np

from callanalytics.estimates.estimate import normal_quantile


def wilson(events, n, level: float = 0.95):
    """Score interval of a share.

    Parameters
    ----------
    events, n : counts, numbers or arrays
    level : coverage

    Returns
    -------
    low, high
        Shares, 0-1; nan where ``n`` is 0.

    Notes
    -----
    .. math:: \\frac{k + z^2/2}{n + z^2} \\pm \\frac{z}{n + z^2} \\sqrt{n \\hat p (1 - \\hat p) + z^2/4}

    References
    ----------
    .. [1] E. B. Wilson, "Probable inference", JASA 22 (1927), 209-212.
    .. [2] R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998), 857-872.

    Examples
    --------
    >>> low, high = wilson(81, 263)
    >>> print(f"{low:.4f} {high:.4f}")
    0.2553 0.3662
    """
    k, n = np.asarray(events, float), np.asarray(n, float)
    z2 = normal_quantile(level) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        center = (k + z2 / 2) / (n + z2)
        half = np.sqrt(z2) / (n + z2) * np.sqrt(n * share * (1 - share) + z2 / 4)
    # At the edges the limit is the edge itself; computing it leaves a rounding error on the wrong side.
    low = np.where(k == 0, 0.0, np.clip(center - half, 0, 1))
    high = np.where(k == n, 1.0, np.clip(center + half, 0, 1))
    none = n == 0
    return np.where(none, np.nan, low)[()], np.where(none, np.nan, high)[()]


def jeffreys(events, n, level: float = 0.95):
    """Equal-tailed interval of the posterior Beta(k + 1/2, n - k + 1/2); 0 at k = 0 and 1 at k = n.

    References
    ----------
    .. [1] L. Brown, T. Cai, A. DasGupta, "Interval estimation for a binomial proportion", Stat. Sci. 16 (2001).

    Examples
    --------
    >>> low, high = jeffreys(0, 20)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0000 0.1166
    """
    from scipy.special import betaincinv

    k, n = np.asarray(events, float), np.asarray(n, float)
    tail = (1 - level) / 2
    low = np.where(k == 0, 0.0, betaincinv(k + 0.5, n - k + 0.5, tail))
    high = np.where(k == n, 1.0, betaincinv(k + 0.5, n - k + 0.5, 1 - tail))
    none = n == 0
    return np.where(none, np.nan, low)[()], np.where(none, np.nan, high)[()]


def clopper_pearson(events, n, level: float = 0.95):
    """Exact binomial interval: covers at least as often as it says, and is wider for it.

    References
    ----------
    .. [1] C. Clopper, E. Pearson, "The use of confidence or fiducial limits", Biometrika 26 (1934), 404-413.

    Examples
    --------
    >>> low, high = clopper_pearson(15, 148)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0578 0.1617
    """
    from scipy.special import betaincinv

    k, n = np.asarray(events, float), np.asarray(n, float)
    tail = (1 - level) / 2
    # np.maximum keeps the unused branch of np.where inside the function's domain.
    low = np.where(k == 0, 0.0, betaincinv(np.maximum(k, 1), n - k + 1, tail))
    high = np.where(k == n, 1.0, betaincinv(k + 1, np.maximum(n - k, 1), 1 - tail))
    none = n == 0
    return np.where(none, np.nan, low)[()], np.where(none, np.nan, high)[()]


def newcombe(events_a, n_a, events_b, n_b, level: float = 0.95):
    """Difference of two independent shares, a minus b, with the hybrid score interval.

    Returns
    -------
    difference, low, high
        Shares, -1 to 1.

    Notes
    -----
    With Wilson's limits l, u of each share: :math:`d - \\sqrt{(p_a - l_a)^2 + (u_b - p_b)^2}` and
    :math:`d + \\sqrt{(u_a - p_a)^2 + (p_b - l_b)^2}`.

    References
    ----------
    .. [1] R. G. Newcombe, "Interval estimation for the difference between independent proportions", Stat. Med. 17
           (1998), 873-890, method 10.

    Examples
    --------
    >>> print("{:.4f} {:.4f} {:.4f}".format(*newcombe(56, 70, 48, 80)))
    0.2000 0.0524 0.3339
    """
    (low_a, high_a), (low_b, high_b) = wilson(events_a, n_a, level), wilson(events_b, n_b, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = np.asarray(events_a, float) / n_a, np.asarray(events_b, float) / n_b
    low = a - b - np.sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    high = a - b + np.sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return (a - b)[()], low[()], high[()]


def garwood(events, exposure=1.0, level: float = 0.95):
    """Exact interval of a Poisson count, divided by its exposure. No event at all still has an upper limit.

    Notes
    -----
    :math:`\\chi^2_{2x}(\\alpha/2) / 2E` to :math:`\\chi^2_{2x+2}(1 - \\alpha/2) / 2E`.

    References
    ----------
    .. [1] F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936), 437-442.

    Examples
    --------
    >>> print("{:.4f} {:.4f}".format(*garwood(3)))
    0.6187 8.7673
    """
    from scipy.special import gammaincinv

    x, exposure = np.asarray(events, float), np.asarray(exposure, float)
    tail = (1 - level) / 2
    low = np.where(x == 0, 0.0, gammaincinv(np.maximum(x, 1), tail))
    high = gammaincinv(x + 1, 1 - tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (low / exposure)[()], (high / exposure)[()]


def mean(total, squares, n, level: float = 0.95):
    """Mean of complete data with Student's interval, from the sum, the sum of squares and n.

    Returns
    -------
    value, low, high
        In the unit of the data; limits are nan below n = 2.

    Notes
    -----
    :math:`\\bar x \\pm t_{n-1} s / \\sqrt n`.

    Examples
    --------
    >>> print("{:.3f} {:.3f} {:.3f}".format(*mean(30, 220, 5)))   # 2, 4, 6, 8, 10
    6.000 2.074 9.926
    """
    from scipy.special import stdtrit

    total, squares, n = (np.asarray(v, float) for v in (total, squares, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / n
        variance = np.where(n > 1, np.maximum(squares - n * value**2, 0) / (n - 1), np.nan)
        half = stdtrit(np.maximum(n - 1, 1), 0.5 + level / 2) * np.sqrt(variance / n)
    return value[()], (value - half)[()], (value + half)[()]


def quantile_ranks(n, q: float, level: float = 0.95):
    """Ranks (from 1) of the order statistics that bound a quantile; 0 below or n + 1 above: that limit does not exist.

    The two-sided 95 % interval needs n >= 6 for the median, 13 for the upper quarter, 36 for the tenth that wait
    longest.

    Notes
    -----
    Ranks :math:`F^{-1}(\\alpha/2; n, q)` and :math:`F^{-1}(1 - \\alpha/2; n, q) + 1` of the binomial distribution.

    References
    ----------
    .. [1] W. Conover, Practical Nonparametric Statistics, 3rd ed. (1999), section 3.2.

    Examples
    --------
    >>> low, high = quantile_ranks([5, 10, 36], 0.5)
    >>> low.tolist(), high.tolist()
    ([0, 2, 12], [6, 9, 25])
    """
    from scipy.stats import binom

    n = np.asarray(n)
    tail = (1 - level) / 2
    # The largest rank that leaves at most `tail` below it, and its mirror.
    ranks = binom.ppf(tail, n, q), binom.ppf(1 - tail, n, q) + 1
    return tuple(np.where(n > 0, rank, 0).astype(int)[()] for rank in ranks)


def order_statistic(values, counts, q: float, level: float = 0.95):
    """Quantile of complete data from a count table, with its distribution-free interval.

    The quantile is the smallest value with at least a share `q` of the data at or below it (R's type 1), so it is
    always a value that was noted.

    Parameters
    ----------
    values, counts : arrays
        Each value and how often it was noted, in any order.

    Returns
    -------
    value, low, high
        In the unit of the data; a limit that does not exist is nan.

    Examples
    --------
    >>> order_statistic([2, 3, 5, 7, 11, 13, 17, 19, 23, 29], [1] * 10, 0.5)
    (11.0, 3.0, 23.0)
    """
    values, counts = np.asarray(values, float), np.asarray(counts, int)
    order = np.argsort(values, kind="stable")
    values, upto = values[order], np.cumsum(counts[order])
    n = int(upto[-1]) if len(upto) else 0
    if n == 0:
        return np.nan, np.nan, np.nan
    ranks = (max(int(np.ceil(q * n - 1e-9)), 1), *quantile_ranks(n, q, level))
    return tuple(float(values[np.searchsorted(upto, r)]) if 1 <= r <= n else np.nan for r in ranks)
