"""Single figures with their intervals: shares, means, ratios, and quantiles; and two tests of counts.

Arrays in, arrays out; n = 0 gives nan.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from callanalytics.lazy import np

NAN = float("nan")
TAIL = (1 - 0.95) / 2  # probability below a two-sided 95 % interval, and above it


def normal_quantile(level: float = 0.95) -> float:
    """The z of a two-sided interval, from the standard library: importing scipy.stats takes half a second.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf(0.5 + level / 2)


def student_quantile(df):
    """The t of a two-sided 95 % interval, for a number or an array of degrees of freedom.

    >>> round(float(student_quantile(9)), 4)
    2.2622
    """
    from scipy.special import stdtrit

    return stdtrit(df, 1 - TAIL)


@dataclass(frozen=True)
class Estimate:
    """A number with its interval and its base.

    Attributes
    ----------
    value, low, high : the number and its limits; nan if the data cannot give one
    n, cases : how many cases, and of what kind
    method : how the interval was made, in words
    level : coverage of the interval
    se : standard error, on the scale on which the interval was made
    p : p value against "no difference", if that is tested
    flag : ``ok``, ``small_n``, ``not_estimable``, ``one_sided``, ``dominated``
    why : the reason in a sentence, if the number is missing

    Examples
    --------
    >>> print(Estimate(0.56, 0.41, 0.70, n=41, cases="promises", method="Wilson"))
    0.56 (95% interval 0.41 to 0.7; n 41 promises; Wilson)
    >>> print(Estimate(NAN, NAN, NAN, n=3, cases="offices", method="none", flag="small_n", why="fewer than 5 offices"))
    not estimable: fewer than 5 offices (n 3 offices)
    """

    value: float
    low: float
    high: float
    n: int
    cases: str
    method: str
    level: float = 0.95
    se: float = NAN
    p: float = NAN
    flag: str = "ok"
    why: str = ""

    def __str__(self) -> str:
        # Only nan differs from itself: then the value is not known.
        if self.value != self.value:
            return f"not estimable: {self.why or self.flag} (n {self.n} {self.cases})"
        interval = f"{self.level * 100:g}% interval {self.low:.4g} to {self.high:.4g}"
        return f"{self.value:.4g} ({interval}; n {self.n} {self.cases}; {self.method})"


def unknown(n: int, cases: str, why: str) -> Estimate:
    """An estimate without a value, with the reason."""
    return Estimate(NAN, NAN, NAN, n, cases, "none", flag="not_estimable", why=why)


# ---- shares, means, quantiles ------------------------------------------------------------------------


def wilson(events, n):
    """Score interval of a share.

    Parameters
    ----------
    events, n : counts, numbers or arrays

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
    z2 = normal_quantile() ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        center = (k + z2 / 2) / (n + z2)
        half = np.sqrt(z2) / (n + z2) * np.sqrt(n * share * (1 - share) + z2 / 4)
    # At the edges the limit is the edge itself; the formula would miss it by a rounding error.
    low = np.where(k == 0, 0.0, np.clip(center - half, 0, 1))
    high = np.where(k == n, 1.0, np.clip(center + half, 0, 1))
    none = n == 0
    return np.where(none, np.nan, low)[()], np.where(none, np.nan, high)[()]


def clopper_pearson(events, n):
    """Exact binomial interval: covers at least its stated level, and is wider for that.

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
    # np.maximum keeps the unused branch of np.where inside the function's domain.
    low = np.where(k == 0, 0.0, betaincinv(np.maximum(k, 1), n - k + 1, TAIL))
    high = np.where(k == n, 1.0, betaincinv(k + 1, np.maximum(n - k, 1), 1 - TAIL))
    none = n == 0
    return np.where(none, np.nan, low)[()], np.where(none, np.nan, high)[()]


def newcombe(events_a, n_a, events_b, n_b):
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
    (low_a, high_a), (low_b, high_b) = wilson(events_a, n_a), wilson(events_b, n_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = np.asarray(events_a, float) / n_a, np.asarray(events_b, float) / n_b
    low = a - b - np.sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    high = a - b + np.sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return (a - b)[()], low[()], high[()]


def mean(total, squares, n):
    """Mean of complete data with Student's interval, from the sum, the sum of squares, and n.

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
    total, squares, n = (np.asarray(v, float) for v in (total, squares, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / n
        # Equal values can leave a small negative difference, whose square root would be nan.
        variance = np.where(n > 1, np.maximum(squares - n * value**2, 0) / (n - 1), np.nan)
        # Below n = 2 the variance is nan already; the maximum keeps Student's quantile inside its domain.
        half = student_quantile(np.maximum(n - 1, 1)) * np.sqrt(variance / n)
    return value[()], (value - half)[()], (value + half)[()]


def quantile_ranks(n, q: float):
    """Ranks (from 1) of the order statistics that bound a quantile; a rank of 0 or n + 1 means there is no such limit.

    The two-sided 95 % interval needs n >= 6 for the median, 13 for the upper quartile, and 36 for the 90th percentile.

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
    n = np.asarray(n)
    # The largest rank with at most `TAIL` below it, and its mirror.
    ranks = _binomial_quantile(TAIL, n, q), _binomial_quantile(1 - TAIL, n, q) + 1
    # Without data the quantile is nan, which is not an integer.
    return tuple(np.where(n > 0, rank, 0).astype(int)[()] for rank in ranks)


def _binomial_quantile(p: float, n, q: float):
    """The smallest number of successes in `n` trials that is not exceeded with probability `p`.

    ``scipy.stats`` has this too, but importing it takes half a second.
    """
    from scipy.special import bdtr, bdtrik

    # bdtrik solves for a real number, so rounding may push the ceiling one too high: the number below is tried too.
    most = np.ceil(bdtrik(p, n, q))
    return np.where(bdtr(np.maximum(most - 1, 0), n, q) >= p, np.maximum(most - 1, 0), most)


def order_statistic(values, counts, q: float):
    """Quantile of complete data from a count table, with its distribution-free interval.

    The quantile is the smallest value with at least a share `q` of the data at or below it (R's type 1), so it is
    always a logged value.

    Parameters
    ----------
    values, counts : arrays
            Each value and how often it was logged, in any order.

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
    # In floating point 0.55 times 100 is 55.00000000000001, whose ceiling would be one value too far.
    ranks = (max(int(np.ceil(q * n - 1e-9)), 1), *quantile_ranks(n, q))
    return tuple(float(values[np.searchsorted(upto, r)]) if 1 <= r <= n else np.nan for r in ranks)


# ---- ratios ------------------------------------------------------------------------------------------


def ratio(total, squares, of_events, events, n):
    """A total over the number of events among its cases, such as all minutes held over calls answered.

    Parameters
    ----------
    total, squares : sum of all values, and of their squares
    of_events : sum of the values of the cases that were events
    events, n : number of events, and of all cases

    Returns
    -------
    value, low, high
        In the unit of the values; nan without an event. Limits are nan below n = 2.

    Notes
    -----
    Linearized on the log scale, with residuals :math:`e_i = x_i - R d_i`:

    .. math:: \\mathrm{var} \\log R = \\frac{n}{n - 1} \\sum e_i^2 / (\\sum x_i)^2

    References
    ----------
    .. [1] W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 6.4.

    Examples
    --------
    Four held 10, 20, 30, and 40 minutes; the second and the fourth got through: 100 minutes for two answers.

    >>> value, low, high = ratio(100, 3000, 60, 2, 4)
    >>> print(f"{value:.0f} {low:.1f} {high:.1f}")
    50 18.2 137.6
    """
    total, squares, of_events, events, n = (np.asarray(v, float) for v in (total, squares, of_events, events, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(events > 0, total / events, np.nan)
        # At this ratio the residuals add up to 0, so their mean need not be subtracted.
        left = np.maximum(squares - 2 * value * of_events + value**2 * events, 0)
        spread = np.where(n > 1, n / (n - 1) * left, np.nan)
        half = normal_quantile() * np.sqrt(spread) / total
        low, high = value * np.exp(-half), value * np.exp(half)
    return value[()], low[()], high[()]


# ---- periods that differ -----------------------------------------------------------------------------


OVER_DISPERSED = 1.5  # above this, Wilson's interval is too narrow, and the periods' own spread is used


@dataclass(frozen=True)
class Dispersion:
    """How much periods with a common share differ, compared with chance alone.

    Attributes
    ----------
    ratio : Pearson's X² over its degrees of freedom; 1 for chance alone, above 1.5 if the periods truly differ
    df : degrees of freedom
    n : number of periods
    """

    ratio: float
    df: int
    n: int

    @property
    def p(self) -> float:
        """Chance of at least this much if all shares were equal; imported on use, since no measure shows it."""
        from scipy.special import chdtrc

        return float(chdtrc(self.df, self.ratio * self.df))


def dispersion(events, exposure) -> Dispersion:
    """Over-dispersion of counts around one common share.

    Parameters
    ----------
    events, exposure : arrays, one entry for each period; each event is one of the exposure (missed callbacks among
        callbacks). Periods without exposure are left out

    Notes
    -----
    .. math:: \\phi = \\frac{1}{k - 1} \\sum_i \\frac{(x_i - r E_i)^2}{r (1 - r) E_i}, \\quad r = \\sum x / \\sum E

    which is Pearson's X² of the table of periods.

    References
    ----------
    .. [1] P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd ed. (1989), section 4.5.

    Examples
    --------
    >>> found = dispersion([2, 4, 3, 12], [20, 20, 20, 20])
    >>> print(f"{found.ratio:.2f} on {found.df} degrees of freedom, p {found.p:.3f}")
    5.40 on 3 degrees of freedom, p 0.001
    """
    x, exposure = np.asarray(events, float), np.asarray(exposure, float)
    x, exposure = x[exposure > 0], exposure[exposure > 0]
    df, total = len(x) - 1, x.sum()
    if df < 1 or total == 0:
        return Dispersion(NAN, max(df, 0), len(x))

    wanted = total / exposure.sum() * exposure
    left = 1 - total / exposure.sum()
    # Each event is one of its exposure, so chance gives a binomial spread, not a Poisson one. If all are events, no
    # period can differ.
    pearson = float(((x - wanted) ** 2 / wanted).sum()) / left if left > 0 else 0.0
    return Dispersion(pearson / df, df, len(x))


# ---- an upper bound ----------------------------------------------------------------------------------


def is_served(things: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Whether each request gets one of the things that may be its own, with as many served as possible, none twice.

    ``things``: the numbers of the things that may be the first request's, then the second's, and so on; ``sizes``: how
    many for each. The count is exact: if passing things on can free one for a request, it gets one; if not, no other
    assignment serves more [1]_.

    >>> int(is_served(np.array([1, 2, 1, 1]), np.array([2, 1, 1])).sum())
    2

    References
    ----------
    .. [1] C. Berge, "Two theorems in graph theory", Proc. National Academy of Sciences 43 (1957), 842-844.
    """
    choices = [each.tolist() for each in np.split(things, np.cumsum(sizes)[:-1])]
    given: dict[int, int] = {}  # request -> thing
    owner: dict[int, int] = {}  # thing -> request
    closed: set[int] = set()
    for request in range(len(choices)):
        takers, thing = _path_to_free_thing(request, choices, owner, closed)
        while thing is not None:  # each taker frees the thing that it had
            taker = takers[thing]
            owner[thing], given[taker], thing = taker, thing, given.get(taker)
    return np.isin(np.arange(len(sizes)), list(given))


def _path_to_free_thing(
    request: int, choices: list[list[int]], owner: dict[int, int], closed: set[int]
) -> tuple[dict[int, int], int | None]:
    """The request that would take each thing, in the fewest steps from one request, and the first free thing.

    The thing is None if no free one is reached. SciPy's matching is not used: its import takes longer than all else
    in the rate of a small log.
    """
    asked, takers = [request], {}
    for asking in asked:
        for thing in choices[asking]:
            if thing in takers or thing in closed:
                continue
            takers[thing] = asking
            if thing not in owner:
                return takers, thing
            asked.append(owner[thing])
    closed.update(takers)  # if these lead to no free thing now, they never will
    return takers, None
