"""Whether a weekly figure has changed: at a known date, compared with all other dates; and a search for dates.

Comparing the means before and after finds a "change" in 24 % of series without one, and in 77 % of series with a slow
drift, instead of 5 %. So the model has a change of level on top of a trend, and errors that carry over to the next
week. Test only a date that was known beforehand, never one found in the same data. The search suggests where to ask,
and later weeks can confirm it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from callanalytics.estimates.intervals import NAN, Estimate, student_quantile, unknown
from callanalytics.lazy import np

MIN_WEEKS = 12  # on each side; with fewer, no comparison is attempted
FULL_SAMPLE_WEEKS = (50, 25)  # weeks before, weeks after: with these, the figure is not flagged as small


@dataclass(frozen=True)
class Interruption:
    """What changed at a date.

    Attributes
    ----------
    step : change of the level at the date, on top of the trend
    rho : how far an error carries over to the next unit of time
    lag1 : autocorrelation left in the errors afterwards; near 0 if the model fits
    fitted, without : the model's values, and its values without the change
    """

    step: Estimate
    rho: float
    lag1: float
    fitted: np.ndarray
    without: np.ndarray


def design(t, start, season: float = 0.0):
    """The columns of the model: 1, time, step, and a sine and a cosine per year.

    Parameters
    ----------
    t : time of each value, whole units (weeks, months), gaps allowed
    start : first unit after the change
    season : units in a year (52.18 weeks, 12 months); 0 for none

    >>> design([0, 1, 2, 3], 2).tolist()
    [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 2.0, 1.0], [1.0, 3.0, 1.0]]
    """
    t = np.asarray(t, float)
    columns = [np.ones(len(t)), t, (t >= start).astype(float)]
    if season:
        columns += [np.sin(2 * np.pi * t / season), np.cos(2 * np.pi * t / season)]
    return np.column_stack(columns)


def interrupted_series(t, value, start, *, n=None, season=0.0) -> Interruption:
    """Interrupted time series: what changed in a weekly figure at a date known beforehand.

    Parameters
    ----------
    t, value : time in whole units (weeks), and the figure (log restricted mean, log-odds of a rate); weeks without
        calls are absent, and so are weeks that fall inside the interval if the date is known only as an interval
    start : first unit after the date
    n : calls of each unit, to give units with more calls more weight
    season : as for :func:`design`

    Returns
    -------
    Interruption
            With fewer than 12 units on either side the estimates are missing, with the reason. Under 50 before or 25
            after: ``small_n``.

    Notes
    -----
    .. math:: y_t = b_0 + b_1 t + b_2 [t \\ge s] + \\mathrm{season}_t + e_t, \\quad
              \\mathrm{corr}(e_t, e_u) = \\rho^{|t - u|}

    with variance :math:`\\sigma^2 / n_t` if the calls of each unit are given. :math:`\\rho` maximizes the restricted
    likelihood; the coefficients are those of generalized least squares at this :math:`\\rho`, with Student's limits on
    n - p degrees of freedom. These limits ignore that :math:`\\rho` is itself estimated, so a date without any change
    raises six or seven alarms in 100, not five (see the table of simulations).

    References
    ----------
    .. [1] J. Lopez Bernal, S. Cummins, A. Gasparrini, "Interrupted time series regression for the evaluation of public
           health interventions", IJE 46 (2017), 348-355.

    Examples
    --------
    >>> t = np.arange(100)
    >>> noise = np.random.default_rng(1).normal(0, 0.05, 100)
    >>> found = interrupted_series(t, 3.5 + 0.001 * t - 0.3 * (t >= 60) + noise, start=60)
    >>> print(f"{found.step.value:.2f} ({found.step.low:.2f} to {found.step.high:.2f}), n {found.step.n} weeks")
    -0.29 (-0.33 to -0.26), n 100 weeks
    """
    t, y = np.asarray(t, float), np.asarray(value, float)
    known = np.isfinite(y)
    t, y = t[known], y[known]
    n_before, n_after = int((t < start).sum()), int((t >= start).sum())
    x = design(t, start, season)
    if why := why_not(n_before, n_after, x):
        return Interruption(unknown(len(t), "weeks", why), NAN, NAN, np.zeros(0), np.zeros(0))
    scale = np.sqrt(np.asarray(n, float)[known]) if n is not None else np.ones(len(t))
    rho, b, cov, left = _autoregressive(t, y * scale, x * scale[:, None])
    flag = "ok" if n_before >= FULL_SAMPLE_WEEKS[0] and n_after >= FULL_SAMPLE_WEEKS[1] else "small_n"
    step = _estimate(b[2], cov[2, 2], len(t) - x.shape[1], len(t), f"AR(1) errors, rho {rho:.2f}", flag)
    return Interruption(step, rho, lag1(left), x @ b, np.delete(x, 2, axis=1) @ np.delete(b, 2))


def why_not(n_before, n_after, x) -> str:
    """Why the data cannot support a comparison; "" if they can."""
    if min(n_before, n_after) < MIN_WEEKS:
        return f"{n_before} weeks before and {n_after} after; a comparison needs {MIN_WEEKS} on either side"
    if np.linalg.matrix_rank(x) < x.shape[1] or len(x) < x.shape[1] + 5:
        return "too few different times for a trend, a step, and a season"
    return ""


def _estimate(value, variance, df, n, words, flag):
    from scipy.special import stdtr

    se = float(np.sqrt(variance))
    half = float(student_quantile(df)) * se
    p = float(2 * stdtr(df, -abs(value) / se)) if se else NAN
    return Estimate(float(value), float(value - half), float(value + half), n, "weeks", words, 0.95, se, p, flag)


def _autoregressive(t, y, x):
    """Generalized least squares with errors correlated as rho to the power of the time between them."""
    from scipy.optimize import minimize_scalar

    gap = np.diff(t)
    # Above 0.99 a series of a few years cannot tell errors that carry over from a slow drift.
    found = minimize_scalar(
        lambda rho: _gls_fit(rho, gap, y, x)[0], bounds=(-0.9, 0.99), method="bounded", options={"xatol": 1e-7}
    )
    rho = float(found.x)
    _, b, cov, left = _gls_fit(rho, gap, y, x)
    return rho, b, cov, left


def _gls_fit(rho, gap, y, x):
    """Minus twice the restricted log-likelihood at rho, and the fit there."""
    # Over a gap of several weeks the correlation is rho to that power; the sign is computed apart from the power.
    carry = np.sign(rho) ** gap * np.abs(rho) ** gap
    rest = np.sqrt(1 - carry**2)
    # The first week has no week before it and stays unchanged: every whitened value has the same variance.
    y = np.concatenate((y[:1], (y[1:] - carry * y[:-1]) / rest))
    x = np.concatenate((x[:1], (x[1:] - carry[:, None] * x[:-1]) / rest[:, None]))
    q, upper = np.linalg.qr(x)  # never x.T @ x: squaring the columns would lose half of their digits
    b = np.linalg.solve(upper, q.T @ y)
    left = y - x @ b
    df = len(y) - x.shape[1]
    variance = left @ left / df
    inverse = np.linalg.inv(upper)
    deviance = df * np.log(variance) + 2 * np.log(rest).sum() + 2 * np.log(np.abs(np.diag(upper))).sum()
    return deviance, b, variance * inverse @ inverse.T, left


def lag1(left) -> float:
    """Correlation of residuals with the next ones."""
    spread = left @ left
    return float(left[1:] @ left[:-1] / spread) if spread else NAN


# ---- the same model at other dates --------------------------------------------------------------------


@dataclass(frozen=True)
class Placebo:
    """The same model at every other date.

    Attributes
    ----------
    rank : rank of the true date, 1 for the strongest
    share : rank over number of dates: how often a random date does as well
    n : number of dates
    """

    rank: int
    share: float
    n: int


def placebo_dates(model: Callable, t, start) -> Placebo:
    """Rank of the true date among all dates at which the same model can be fitted.

    Parameters
    ----------
    model : function from a date to what changed there (``.step``)
    t : times of the series
    start : the true date

    Notes
    -----
    Dates next to a true change share its strength; a rank that is not near 1 is a warning, not a test.

    References
    ----------
    .. [1] A. Abadie, A. Diamond, J. Hainmueller, "Synthetic control methods", JASA 105 (2010), 493-505: placebo runs.

    Examples
    --------
    >>> t = np.arange(80)
    >>> y = np.random.default_rng(3).normal(0, 1, 80) + 4 * (t >= 50)
    >>> found = placebo_dates(lambda date: interrupted_series(t, y, date), t, 50)
    >>> found.rank, found.n
    (1, 57)
    """
    t = np.unique(np.asarray(t))
    # A date is the first week after the change, so the last date tried leaves MIN_WEEKS weeks after it.
    dates = np.union1d(t[MIN_WEEKS : len(t) - MIN_WEEKS + 1], [start])
    steps = [model(date).step for date in dates]
    strength = np.array([abs(step.value) / step.se if step.se else NAN for step in steps])
    own = strength[int(np.flatnonzero(dates == start)[0])]
    tried = int(np.isfinite(strength).sum())
    if not np.isfinite(own):
        return Placebo(0, NAN, tried)
    rank = int((strength > own).sum()) + 1
    return Placebo(rank, rank / tried, tried)


# ---- a search for dates ------------------------------------------------------------------------------


MIN_POINTS = 40  # with fewer points, no search is made


@dataclass(frozen=True)
class Changes:
    """What a search found.

    Attributes
    ----------
    after : indices of the last point before each change; empty if there is none
    spans : for each change, first and last index that fit nearly as well (95 %)
    levels : mean of each period
    n : number of points
    why : the reason, if no search was made
    """

    after: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    levels: tuple[float, ...]
    n: int
    why: str = ""

    def __str__(self) -> str:
        if self.why:
            return f"not searched: {self.why}"
        return f"{len(self.after)} changes in {self.n} points" if self.after else f"none found in {self.n} points"


def change_points(value, *, min_size: int = 4, penalty: float = 3.0, alike: bool = False) -> Changes:
    """Changes of level in a series: the best cuts for every number of cuts, with a price for each cut.

    Parameters
    ----------
    value : the figure of each unit of time
    min_size : fewest points between two changes
    penalty : price of a change, in units of log n
    alike : whether neighboring points may be similar without a change; then a change must stand out from that too

    Returns
    -------
    Changes
            ``after`` may be empty: then nothing stands out from noise. With fewer than 40 points no search is made.

    Notes
    -----
    Minimizes :math:`\\sum \\mathrm{cost}(\\mathrm{period}) + \\mathrm{penalty} \\log n \\times \\mathrm{changes}`
    exactly (optimal partitioning). The cost of a period is minus twice the log-likelihood of a level with normal noise.
    The noise is the median absolute first difference over 0.954, which changes of level hardly affect.

    If neighbors are similar with correlation :math:`\\rho`, the price is :math:`(1 + \\rho) / (1 - \\rho)^2` times as
    high: the long-run variance over that of first differences. :math:`1 + \\rho` is the mean squared difference two
    apart over that of one apart, which a few changes of level hardly move. Without it, a search in 104 weeks of
    :math:`\\rho = 0.5` finds a false change in 85 of 100 series; with it, in 5.

    References
    ----------
    .. [1] B. Jackson et al., "An algorithm for optimal partitioning of data on an interval", IEEE Signal Process. Lett.
           12 (2005), 105-108.
    .. [2] R. Killick, P. Fearnhead, I. Eckley, "Optimal detection of changepoints", JASA 107 (2012), 1590-1598.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> print(change_points(rng.normal(0, 1, 100)))
    none found in 100 points
    >>> change_points(np.r_[rng.normal(0, 1, 60), rng.normal(3, 1, 40)]).after
    (59,)
    """
    y = np.asarray(value, float)
    if len(y) < MIN_POINTS:
        return Changes((), (), (), len(y), f"{len(y)} points; a search needs {MIN_POINTS}")
    cost_of = _cost(y)
    price = penalty * (_long_run(y) if alike else 1.0)
    cuts = _best_cuts(cost_of, len(y), min_size, price * np.log(len(y)))
    edges = [0, *cuts, len(y)]
    spans = tuple(
        _range_of_cut(cost_of, a, cut, b, min_size) for a, cut, b in zip(edges, cuts, edges[2:], strict=False)
    )
    levels = tuple(float(y[a:b].mean()) for a, b in pairwise(edges))
    return Changes(tuple(cut - 1 for cut in cuts), spans, levels, len(y))


def _long_run(y):
    """Factor from the variance that first differences show to the long-run variance, if neighbors are similar."""
    one, two = ((y[k:] - y[:-k]) ** 2 for k in (1, 2))
    # At 1 the price would be infinite; 0.8 makes it 45 times as high.
    rho = np.clip(two.mean() / one.mean() - 1, 0, 0.8) if one.any() else 0.0
    return (1 + rho) / (1 - rho) ** 2


def _cost(y):
    """Minus twice the log-likelihood of a period, up to a constant that all cuts share."""
    sums, squares = (np.concatenate(([0.0], np.cumsum(v))) for v in (y, y**2))
    # 0.9539 = sqrt(2) * 0.6745: the median absolute difference of two independent normals of variance 1.
    noise = float(np.median(np.abs(np.diff(y))) / 0.9539)  # not affected by the level: changes are in few differences
    # If a figure does not change in more than half of the weeks, its median difference is 0.
    variance = noise**2 or float(np.var(y)) or 1.0
    return lambda a, b: (squares[b] - squares[a] - (sums[b] - sums[a]) ** 2 / (b - a)) / variance


def _best_cuts(cost_of, n, min_size, price):
    best, last = np.full(n + 1, np.inf), np.zeros(n + 1, int)
    best[0] = -price  # so that the first period costs nothing: k periods have k - 1 changes
    for b in range(min_size, n + 1):
        starts = [a for a in (0, *range(min_size, b - min_size + 1)) if np.isfinite(best[a])]
        total = [best[a] + cost_of(a, b) + price for a in starts]
        i = int(np.argmin(total))
        best[b], last[b] = total[i], starts[i]
    cuts, end = [], n
    # A period that begins at 0 is the first: there is no cut before it.
    while last[end]:
        end = int(last[end])
        cuts.append(end)
    return cuts[::-1]


CHI_SQUARE_95 = 3.841  # the 95 % point of the chi-square: cuts within this cost fit nearly as well


def _range_of_cut(cost_of, a, cut, b, min_size):
    """The first and last index that fit nearly as well as the cut."""
    # Only this cut moves, between its neighbors: a profile of one cut with the others fixed.
    indices = np.arange(a + min_size, b - min_size + 1)
    total = np.array([cost_of(a, k) + cost_of(k, b) for k in indices])
    here = cost_of(a, cut) + cost_of(cut, b)
    near = indices[total <= here + CHI_SQUARE_95]
    return int(near.min()) - 1, int(near.max()) - 1
