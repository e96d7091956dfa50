"""Many offices, one figure: the office is the sampling unit, not the call; and how far one office determines it.

An interval that treats the calls of twenty offices as independent covers the truth for a typical office 20-34 % of the
time instead of 95 %. Here each office gives one figure with its own error, and offices may differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from callanalytics.estimates.intervals import NAN, Estimate, student_quantile, unknown
from callanalytics.lazy import np

# Below five, Student's quantile on k - 1 degrees of freedom makes the interval useless: 12.7 for two offices.
MIN_OFFICES = 5


@dataclass(frozen=True)
class Pooled:
    """The figure of a typical office, and how much offices differ.

    Attributes
    ----------
    mean : Estimate of the mean over offices; ``n`` counts offices
    prediction_low, prediction_high : limits for the figure of one more office
    tau2 : variance between offices, on the scale of the pooling
    left_out : number of offices whose own figure is not known
    """

    mean: Estimate
    prediction_low: float
    prediction_high: float
    tau2: float
    left_out: int = 0


def random_effects(value, variance) -> Pooled:
    """Random-effects mean of figures that each have their own error.

    Parameters
    ----------
    value, variance : arrays, for each office one figure and its squared standard error

    Returns
    -------
    Pooled

    Notes
    -----
    With :math:`\\tau^2` by restricted maximum likelihood and :math:`w_i = 1 / (v_i + \\tau^2)`:
    :math:`\\mu = \\sum w_i y_i / \\sum w_i`; the error of Hartung, Knapp, Sidik, and Jonkman
    :math:`\\mathrm{se}^2 = \\sum w_i (y_i - \\mu)^2 / ((k - 1) \\sum w_i)`; prediction
    :math:`\\mu \\pm t_{k-1} \\sqrt{\\tau^2 + \\mathrm{se}^2}`.

    References
    ----------
    .. [1] R. DerSimonian, N. Laird, "Meta-analysis in clinical trials", Control. Clin. Trials 7 (1986), 177-188.
    .. [2] J. IntHout, J. Ioannidis, G. Borm, "The Hartung-Knapp-Sidik-Jonkman method ...", BMC Med. Res. Methodol. 14
           (2014), 25.
    .. [3] W. Viechtbauer, "Conducting meta-analyses in R with the metafor package", J. Stat. Softw. 36(3) (2010).

    Examples
    --------
    >>> pooled = random_effects([3.2, 3.6, 3.9, 3.1, 3.5, 3.4], [0.01, 0.02, 0.04, 0.01, 0.02, 0.03])
    >>> print(pooled.mean)
    3.421 (95% interval 3.125 to 3.716; n 6 offices; random effects (reml), HKSJ)
    """
    y, v = np.asarray(value, float), np.asarray(variance, float)
    # An error of 0 would give that office all the weight, so it is left out and counted.
    known = np.isfinite(y) & np.isfinite(v) & (v > 0)
    left_out = int((~known).sum())
    y, v = y[known], v[known]
    k = len(y)
    if k < 2:
        return _not_pooled(k, "one office alone shows no spread", left_out)
    tau2 = _reml(y, v)
    mean, weights = _mean(y, v, tau2)
    # Hartung, Knapp, Sidik, Jonkman: the spread among the offices themselves, Student with k - 1 degrees of freedom.
    se = float(np.sqrt(weights @ (y - mean) ** 2 / ((k - 1) * weights.sum())))
    factor = float(student_quantile(k - 1))
    estimate = Estimate(
        mean, mean - factor * se, mean + factor * se, k, "offices", "random effects (reml), HKSJ", se=se
    )
    reach = factor * np.sqrt(tau2 + se**2)
    return Pooled(estimate, mean - reach, mean + reach, tau2, left_out)


def pool_offices(value, variance, transform: str = "") -> Pooled:
    """The figure of a typical office, with an interval from five offices up.

    Parameters
    ----------
    value, variance : for each office one figure and its squared standard error, on the natural scale
    transform : ``log`` for times (a restricted mean): pooled as logarithms and returned as times

    Returns
    -------
    Pooled
            With fewer than five offices the mean is not estimable, and its ``why`` gives the reason.

    Notes
    -----
    Random effects with the variance between offices by restricted maximum likelihood and the interval of Hartung,
    Knapp, Sidik, and Jonkman (:func:`random_effects`). With ``log`` the error of an office's logarithm is
    :math:`\\mathrm{se}_i / y_i`, so the returned figure is the geometric mean over offices. The offices are a sample of
    offices like these, not of all callers.

    Examples
    --------
    >>> print(pool_offices([2400, 3000, 1800], [900, 2500, 1600]).mean)
    not estimable: 3 offices; an interval over offices needs 5 (n 3 offices)
    >>> pooled = pool_offices([2400, 3000, 1800, 2100, 2700], [14400] * 5, transform="log")
    >>> print(f"{pooled.mean.value:.0f} ({pooled.mean.low:.0f} to {pooled.mean.high:.0f})")
    2372 (1848 to 3045)
    """
    y, v = np.asarray(value, float), np.asarray(variance, float)
    known = np.isfinite(y) & np.isfinite(v) & (v > 0)
    k = int(known.sum())
    if k < MIN_OFFICES:
        why = f"{k} offices; an interval over offices needs {MIN_OFFICES}"
        return _not_pooled(k, why, int((~known).sum()))
    if transform != "log":
        return random_effects(y, v)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _to_natural_scale(random_effects(np.log(y), v / y**2), np.exp)


def pool_shares(events, n) -> Pooled:
    """A share in a typical office: the log-odds of each office's share are pooled and returned as a share.

    Parameters
    ----------
    events, n : counts of each office; an office whose n is 0 is left out

    Notes
    -----
    Half an event is added on either side, :math:`\\log \\frac{k + 1/2}{n - k + 1/2}` with variance
    :math:`\\frac{1}{k + 1/2} + \\frac{1}{n - k + 1/2}`, so that an office with none or all still counts.

    Examples
    --------
    >>> pooled = pool_shares([12, 30, 9, 20, 16], [20, 60, 12, 41, 25])
    >>> print(f"{pooled.mean.value:.3f} ({pooled.mean.low:.3f} to {pooled.mean.high:.3f}), n {pooled.mean.n} offices")
    0.546 (0.439 to 0.650), n 5 offices
    """
    k, n = np.asarray(events, float), np.asarray(n, float)
    yes, no = k + 0.5, n - k + 0.5
    logit = np.where(n > 0, np.log(yes / no), np.nan)
    return _to_natural_scale(pool_offices(logit, 1 / yes + 1 / no), lambda x: 1 / (1 + np.exp(-x)))


def _mean(y, v, tau2):
    weights = 1 / (v + tau2)
    return float(weights @ y / weights.sum()), weights


def _dersimonian_laird(y, v):
    w = 1 / v
    q = w @ (y - _mean(y, v, 0.0)[0]) ** 2
    return float(max(0.0, (q - len(y) + 1) / (w.sum() - (w**2).sum() / w.sum())))


def _reml(y, v):
    """Restricted maximum likelihood, by Fisher scoring; 0 if the likelihood falls from there."""
    # The moment estimate needs no search and is close to the maximum, so scoring takes few steps from there.
    tau2 = _dersimonian_laird(y, v)
    for _ in range(500):  # far more than needed: the loop ends by the tolerance below
        mean, w = _mean(y, v, tau2)
        second = (w**2).sum()
        # One step of Fisher scoring: the slope of the restricted likelihood over its expected curvature.
        spread = second - 2 * (w**3).sum() / w.sum() + (second / w.sum()) ** 2
        slope = w**2 @ (y - mean) ** 2 - w.sum() + second / w.sum()
        new = max(0.0, tau2 + slope / spread)  # never negative: offices may differ by chance alone
        if abs(new - tau2) <= 1e-12 * (1 + tau2):
            return float(new)
        tau2 = new
    return float(tau2)


def _not_pooled(k, why, left_out):
    return Pooled(unknown(k, "offices", why), NAN, NAN, NAN, left_out)


def _to_natural_scale(pooled, how):
    """The figure and its limits on the natural scale; variances stay on the pooled scale."""
    if pooled.mean.value != pooled.mean.value:
        return pooled
    mean = replace(pooled.mean, **{name: float(how(getattr(pooled.mean, name))) for name in ("value", "low", "high")})
    low, high = float(how(pooled.prediction_low)), float(how(pooled.prediction_high))
    return replace(pooled, mean=mean, prediction_low=low, prediction_high=high)


# ---- one office among several ------------------------------------------------------------------------


LARGEST, LARGEST_TWO = 0.50, 0.85  # above either, the figure is one office's rather than a committee's


@dataclass(frozen=True)
class Dominance:
    """How unevenly calls are spread over offices.

    Attributes
    ----------
    effective : number of offices of equal size that would have the same weight (Kish)
    largest : share of the largest, 0-1
    is_dominated : more than half comes from one office, or more than 85 % from two
    n, offices : number of calls, and of offices with any
    """

    effective: float
    largest: float
    is_dominated: bool
    n: int
    offices: int


def dominance(sizes) -> Dominance:
    """How far one office determines the figure.

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
        return Dominance(NAN, NAN, False, 0, 0)
    one, two = float(sizes[0] / n), float(sizes[:2].sum() / n)
    effective = float(n**2 / (sizes**2).sum())
    return Dominance(effective, one, one > LARGEST or two > LARGEST_TWO, int(n), len(sizes))


@dataclass(frozen=True)
class LeftOut:
    """A figure with each office left out in turn.

    Attributes
    ----------
    low, high : the lowest and highest of these figures; a claim that does not hold at both is dropped
    office : index of the office whose absence moves the figure most
    whole : the figure of all offices
    """

    low: float
    high: float
    office: int
    whole: float


def leave_one_out(statistic: Callable[[np.ndarray], float], n_offices: int) -> LeftOut:
    """A figure with each office left out in turn.

    Parameters
    ----------
    statistic : function from an array with one entry for each office (1 if kept, 0 if left out) to the figure
    n_offices : number of offices

    Examples
    --------
    >>> events, n = np.array([12, 30, 9]), np.array([20, 60, 12])
    >>> found = leave_one_out(lambda kept: kept @ events / (kept @ n), 3)
    >>> print(f"{found.low:.3f} to {found.high:.3f}, most by office {found.office}")
    0.525 to 0.656, most by office 1
    """
    whole = float(statistic(np.ones(n_offices, int)))
    # A row of 1 - eye keeps all offices but one.
    values = np.array([float(statistic(1 - np.eye(n_offices, dtype=int)[i])) for i in range(n_offices)])
    away = np.abs(values - whole)
    if not n_offices or np.isnan(away).all():
        return LeftOut(NAN, NAN, -1, whole)
    return LeftOut(float(np.nanmin(values)), float(np.nanmax(values)), int(np.nanargmax(away)), whole)
