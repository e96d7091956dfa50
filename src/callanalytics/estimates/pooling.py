"""Many offices, one figure: the office is the sampling unit, not the call.

An interval that takes the calls of twenty offices as independent covers the truth of a typical office 20-34 % of the
time where it says 95 %. Here each office gives one figure with its own error, and offices differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from callanalytics.estimates.estimate import NAN, Estimate, normal_quantile, unknown

FEWEST_OFFICES = 5
METHODS = ("reml", "dl", "pm", "fixed")


@dataclass(frozen=True)
class Pooled:
    """The figure of a typical office, and how much offices differ.

    Attributes
    ----------
    mean : Estimate of the mean over offices; ``n`` counts offices
    prediction_low, prediction_high : where the figure of one more office would lie
    tau2 : variance between offices, on the scale that was pooled
    i2 : share of the variance seen that lies between offices, 0-1
    q, p : Cochran's Q, and the chance of as much were all offices alike
    shrunken, shrunken_se : each office's figure, drawn toward the mean as far as its own error warrants
    weights : what each office weighs, adding up to 1
    left_out : offices whose own figure is not known
    """

    mean: Estimate
    prediction_low: float
    prediction_high: float
    tau2: float
    i2: float
    q: float
    p: float
    shrunken: np.ndarray
    shrunken_se: np.ndarray
    weights: np.ndarray
    left_out: int = 0


def random_effects(value, variance, method: str = "reml", interval: str = "hksj", level: float = 0.95) -> Pooled:
    """Random-effects mean of figures that each have their own error.

    Parameters
    ----------
    value, variance : arrays, one figure an office and its squared standard error
    method : variance between offices by ``reml``, ``dl`` (DerSimonian-Laird), ``pm`` (Paule-Mandel), or ``fixed`` at 0
    interval : ``hksj`` (Hartung-Knapp-Sidik-Jonkman: the spread of the offices themselves, Student with k - 1 degrees
        of freedom), or ``normal``, to check figures that others published

    Returns
    -------
    Pooled

    Notes
    -----
    With :math:`w_i = 1 / (v_i + \\tau^2)`: :math:`\\mu = \\sum w_i y_i / \\sum w_i`; HKSJ
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
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; there are {', '.join(METHODS)}")
    y, v = np.asarray(value, float), np.asarray(variance, float)
    known = np.isfinite(y) & np.isfinite(v) & (v > 0)
    left_out = int((~known).sum())
    y, v = y[known], v[known]
    k = len(y)
    if k < 2:
        return _not_pooled(k, "one office alone shows no spread", left_out, level)
    from scipy.special import chdtrc

    tau2 = {"reml": _reml, "dl": _dersimonian_laird, "pm": _paule_mandel, "fixed": lambda y, v: 0.0}[method](y, v)
    mean, weights = _mean(y, v, tau2)
    q = float((1 / v) @ (y - _mean(y, v, 0.0)[0]) ** 2)
    own = (k - 1) * (1 / v).sum() / ((1 / v).sum() ** 2 - (1 / v**2).sum())  # a typical office's own variance
    # A fixed effect claims that offices do not differ; how much they seem to is then read off Q.
    i2 = max(0.0, (q - k + 1) / q) if method == "fixed" and q else tau2 / (tau2 + own)
    se, factor, words = _error(y, mean, weights, interval, level)
    reach = factor * np.sqrt(tau2 + se**2)
    trust = tau2 / (tau2 + v)
    method_words = f"random effects ({method}), {words}" if method != "fixed" else f"fixed effect, {words}"
    estimate = Estimate(mean, mean - factor * se, mean + factor * se, k, "offices", method_words, level, se)
    return Pooled(
        estimate,
        mean - reach,
        mean + reach,
        tau2,
        float(i2),
        q,
        float(chdtrc(k - 1, q)),
        trust * y + (1 - trust) * mean,
        np.sqrt(trust * v + (1 - trust) ** 2 * se**2),
        weights / weights.sum(),
        left_out,
    )


def pool_offices(value, variance, transform: str = "", method: str = "reml", level: float = 0.95) -> Pooled:
    """The figure of a typical office, with an interval from five offices on.

    Parameters
    ----------
    value, variance : one figure an office and its squared standard error, on the natural scale
    transform : ``log`` for times (a restricted mean): pooled as logarithms and given back as times

    Returns
    -------
    Pooled
        Under five offices the mean is not estimable, and says why.

    Notes
    -----
    Random effects with the variance between offices by restricted maximum likelihood and the interval of Hartung,
    Knapp, Sidik and Jonkman (:func:`random_effects`). With ``log`` the error of an office's logarithm is
    :math:`\\mathrm{se}_i / y_i`, so the figure given back is the geometric mean over offices. An office is a draw from
    offices like these: not from all callers.

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
    if k < FEWEST_OFFICES:
        why = f"{k} offices; an interval over offices needs {FEWEST_OFFICES}"
        return _not_pooled(k, why, int((~known).sum()), level)
    if transform != "log":
        return random_effects(y, v, method, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _back(random_effects(np.log(y), v / y**2, method, level=level), np.exp)


def pool_shares(events, n, method: str = "reml", level: float = 0.95) -> Pooled:
    """A share in a typical office: log-odds of each office's share, pooled, and given back as a share.

    Parameters
    ----------
    events, n : counts of each office; an office without any n is left out

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
    return _back(pool_offices(logit, 1 / yes + 1 / no, method=method, level=level), lambda x: 1 / (1 + np.exp(-x)))


def office_equal_mean(value, level: float = 0.95) -> Estimate:
    """Plain mean of the offices' figures, each counting once, with Student's interval: a check on the pooled one.

    >>> print(office_equal_mean([3.2, 3.6, 3.9, 3.1, 3.5]))
    3.46 (95% interval 3.062 to 3.858; n 5 offices; Student)
    """
    y = np.asarray(value, float)
    y = y[np.isfinite(y)]
    k = len(y)
    if k < FEWEST_OFFICES:
        return unknown(k, "offices", f"{k} offices; an interval over offices needs {FEWEST_OFFICES}", level=level)
    from scipy.special import stdtrit

    se = float(y.std(ddof=1) / np.sqrt(k))
    half = float(stdtrit(k - 1, 0.5 + level / 2)) * se
    return Estimate(float(y.mean()), float(y.mean()) - half, float(y.mean()) + half, k, "offices", "Student", level, se)


def _mean(y, v, tau2):
    weights = 1 / (v + tau2)
    return float(weights @ y / weights.sum()), weights


def _error(y, mean, weights, interval, level):
    if interval == "normal":
        return float(np.sqrt(1 / weights.sum())), normal_quantile(level), "normal"
    from scipy.special import stdtrit

    k = len(y)
    se = float(np.sqrt(weights @ (y - mean) ** 2 / ((k - 1) * weights.sum())))
    return se, float(stdtrit(k - 1, 0.5 + level / 2)), "HKSJ"


def _dersimonian_laird(y, v):
    w = 1 / v
    q = w @ (y - _mean(y, v, 0.0)[0]) ** 2
    return float(max(0.0, (q - len(y) + 1) / (w.sum() - (w**2).sum() / w.sum())))


def _paule_mandel(y, v):
    """The variance at which the weighted squares are as many as their degrees of freedom."""

    def excess(tau2):
        mean, w = _mean(y, v, tau2)
        return w @ (y - mean) ** 2 - (len(y) - 1)

    if excess(0.0) <= 0:
        return 0.0
    from scipy.optimize import brentq

    high = float(np.var(y, ddof=1)) + 1e-12
    while excess(high) > 0:
        high *= 2
    return float(brentq(excess, 0.0, high, xtol=1e-14))


def _reml(y, v):
    """Restricted maximum likelihood, by Fisher scoring; 0 where the likelihood falls from there."""
    tau2 = _dersimonian_laird(y, v)
    for _ in range(500):
        mean, w = _mean(y, v, tau2)
        second = (w**2).sum()
        spread = second - 2 * (w**3).sum() / w.sum() + (second / w.sum()) ** 2
        slope = w**2 @ (y - mean) ** 2 - w.sum() + second / w.sum()
        new = max(0.0, tau2 + slope / spread)
        if abs(new - tau2) <= 1e-12 * (1 + tau2):
            return float(new)
        tau2 = new
    return float(tau2)


def _not_pooled(k, why, left_out, level):
    nothing = np.full(k, NAN)
    mean = unknown(k, "offices", why, level=level)
    return Pooled(mean, NAN, NAN, NAN, NAN, NAN, NAN, nothing, nothing, nothing, left_out)


def _back(pooled, how):
    """Limits on the natural scale; variances stay on the scale that was pooled."""
    if pooled.mean.value != pooled.mean.value:
        return pooled
    mean = replace(pooled.mean, **{name: float(how(getattr(pooled.mean, name))) for name in ("value", "low", "high")})
    low, high = float(how(pooled.prediction_low)), float(how(pooled.prediction_high))
    return replace(pooled, mean=mean, prediction_low=low, prediction_high=high, shrunken=how(pooled.shrunken))
