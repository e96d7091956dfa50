"""Before and after in counts with an exposure, and the same model at dates at which nothing happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.estimate import NAN, Estimate, unknown
from callanalytics.estimates.series import FEWEST, design, lag1, why_not


@dataclass(frozen=True)
class CountInterruption:
    """What changed at a date in counts per exposure.

    Attributes
    ----------
    step : rate after over rate before, the trend taken out
    trend : rate over rate a unit of time earlier
    slope : change of that ratio after the date
    dispersion : Pearson's X² over its degrees of freedom; intervals are wider by its root
    lag1 : autocorrelation left in the residuals
    """

    step: Estimate
    trend: Estimate
    slope: Estimate
    dispersion: float
    lag1: float


def interrupted_counts(
    t, events, exposure, start, *, season=0.0, pairs=2, slope=True, quasi=True, level=0.95
) -> CountInterruption:
    """Interrupted time series of counts: log-linear, with the exposure as offset, errors as wide as they are.

    Parameters
    ----------
    t, events, exposure : time in whole units, counts, what they came from
    start, season, pairs, slope : as for :func:`~callanalytics.estimates.design`
    quasi : widen the intervals by the dispersion (normal limits); without it they are Poisson's and too narrow

    Returns
    -------
    CountInterruption
        Ratios of rates; ``n`` counts the units of time.

    Notes
    -----
    .. math:: \\log E[x_t] = \\log E_t + b_0 + b_1 t + b_2 [t \\ge s] + b_3 (t - s)[t \\ge s] + \\mathrm{season}_t

    by maximum likelihood (Poisson); every variance is multiplied by Pearson's dispersion
    :math:`\\phi = \\sum (x_t - \\mu_t)^2 / \\mu_t / (n - p)`, and the ratio's limits are
    :math:`\\exp(b \\pm z\\,\\mathrm{se})`. Errors of different units are independent given the season: where they are
    not, the figure is too sure, and a series of weekly means is the one to use.

    References
    ----------
    .. [1] J. Lopez Bernal, S. Cummins, A. Gasparrini, IJE 46 (2017), 348-355: the worked example.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> t, exposure = np.arange(60), np.full(60, 1000.0)
    >>> events = rng.poisson(exposure * np.exp(-2 + 0.002 * t - 0.2 * (t >= 36)))
    >>> found = interrupted_counts(t, events, exposure, 36, slope=False)
    >>> print(f"{found.step.value:.3f} ({found.step.low:.3f} to {found.step.high:.3f})")
    0.795 (0.743 to 0.850)
    """
    t, x, exposure = (np.asarray(v, float) for v in (t, events, exposure))
    known = exposure > 0
    t, x, exposure = t[known], x[known], exposure[known]
    columns = design(t, start, season, pairs, slope)
    n_before, n_after = int((t < start).sum()), int((t >= start).sum())
    why = why_not(n_before, n_after, columns) or ("no event at all" if not x.sum() else "")
    if why:
        nothing = unknown(n_before + n_after, "periods", f"not attempted: {why}", level=level)
        return CountInterruption(nothing, nothing, nothing, NAN, NAN)
    b, cov, mu = _log_linear(x, columns, np.log(exposure))
    pearson = (x - mu) / np.sqrt(mu)
    dispersion = float(pearson @ pearson / (len(x) - columns.shape[1]))
    words = "quasi-Poisson" if quasi else "Poisson"

    def ratio(i):
        from scipy.special import ndtr, ndtri

        se = float(np.sqrt(cov[i, i] * (dispersion if quasi else 1)))
        half, p = float(ndtri(0.5 + level / 2)) * se, float(2 * ndtr(-abs(b[i]) / se))
        limits = (float(np.exp(b[i] + d)) for d in (0, -half, half))
        return Estimate(*limits, len(x), "periods", words, level, se, p)

    absent = unknown(len(x), "periods", "the model has no change of slope", level=level)
    return CountInterruption(ratio(2), ratio(1), ratio(3) if slope else absent, dispersion, lag1(pearson))


def _log_linear(y, x, offset):
    """Poisson regression by iteratively reweighted least squares."""
    mu = y + 0.5 * y.mean()
    for _ in range(100):
        eta = np.log(mu)
        weighted = x * mu[:, None]
        b = np.linalg.solve(weighted.T @ x, weighted.T @ (eta - offset + (y - mu) / mu))
        new = np.exp(x @ b + offset)
        done = np.abs(new - mu).max() < 1e-11 * new.max()
        mu = new
        if done:
            break
    return b, np.linalg.inv((x * mu[:, None]).T @ x), mu


@dataclass(frozen=True)
class Placebo:
    """The same model at every other date.

    Attributes
    ----------
    dates : the dates tried, the true one among them
    strength : |step / its error| at each
    rank : place of the true date, 1 the strongest
    share : rank over number of dates: how often a date picked at random does as well
    n : dates
    """

    dates: np.ndarray
    strength: np.ndarray
    rank: int
    share: float
    n: int


def placebo_dates(model: Callable, t, start) -> Placebo:
    """Rank of the true date among all dates at which the same model can be fitted.

    Parameters
    ----------
    model : takes a date and gives what changed there (``.step``)
    t : times of the series
    start : the true date

    Notes
    -----
    Dates next to a true change share its strength; the rank is a warning where it is not near 1, not a test.

    References
    ----------
    .. [1] A. Abadie, A. Diamond, J. Hainmueller, "Synthetic control methods", JASA 105 (2010), 493-505: placebo runs.

    Examples
    --------
    >>> from callanalytics.estimates import interrupted_series
    >>> t = np.arange(80)
    >>> y = np.random.default_rng(3).normal(0, 1, 80) + 4 * (t >= 50)
    >>> found = placebo_dates(lambda date: interrupted_series(t, y, date, slope=False), t, 50)
    >>> found.rank, found.n
    (1, 57)
    """
    t = np.unique(np.asarray(t))
    dates = np.union1d(t[FEWEST : len(t) - FEWEST + 1], [start])
    steps = [model(date).step for date in dates]
    strength = np.array([_strength(step) for step in steps])
    own = strength[int(np.flatnonzero(dates == start)[0])]
    tried = int(np.isfinite(strength).sum())
    if not np.isfinite(own):
        return Placebo(dates, strength, 0, NAN, tried)
    rank = int((strength > own).sum()) + 1
    return Placebo(dates, strength, rank, rank / tried, tried)


def _strength(step):
    """|estimate / error|; a ratio is measured by its logarithm."""
    if step.value != step.value or not step.se:
        return NAN
    is_ratio = "Poisson" in step.method
    return abs(np.log(step.value) if is_ratio else step.value) / step.se
