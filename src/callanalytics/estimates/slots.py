"""What calling costs in each slot of the week, and which slots hold the best one.

The cost is time on hold for each live answer, for a caller of a stated patience. The slot that looks best is partly
lucky: with ten calls in each slot it promises to save 46 % and delivers 17 %. So the answer is a *set* of slots that
holds the best one with 90 % probability, with the saving after shrinkage, or "cannot tell yet". It describes the past
and is not a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

from callanalytics.estimates.intervals import TAIL, Estimate, normal_quantile, unknown
from callanalytics.estimates.shrinkage import DIFFERS, Shrunken
from callanalytics.estimates.survival import Curves
from callanalytics.lazy import np


@dataclass(frozen=True)
class Costs:
    """Hold time per live answer, by slot: ``value``, ``low``, ``high``; and ``log_se``, the error of its logarithm."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    log_se: np.ndarray


@dataclass(frozen=True)
class Days:
    """The count table of the curves by day: arrays of one length, one row for each slot, day, and time."""

    slot: np.ndarray
    day: np.ndarray
    t: np.ndarray
    reached: np.ndarray
    lost: np.ndarray


def slot_costs(curves: Curves, tau: float, days: Days | None = None) -> Costs:
    """Time on hold per live answer for a caller who gives up after `tau` and calls again in the same slot.

    Parameters
    ----------
    curves : one for each slot
    tau : the caller's patience, in the unit of the curves
    days : if given, calls of one day may be similar, and the error is the larger of two: that of independent calls
        and that of days

    Returns
    -------
    Costs
            nan if a slot was not followed to `tau`, or if no one was reached by then.

    Notes
    -----
    .. math:: \\mathrm{cost}(\\tau) = E[\\min(V, \\tau)] / P(V \\le \\tau)

    The error of its logarithm comes from Greenwood's terms, with numerator and denominator moving together. Over G days
    its square is :math:`G / (G - 1) \\sum_g z_g^2`, where :math:`z_g` is the sum of each day's calls' effects on the
    logarithm (infinitesimal jackknife).

    References
    ----------
    .. [1] D. A. Binder, "Fitting Cox's proportional hazards models from survey data", Biometrika 79 (1992), 139-147.

    Examples
    --------
    >>> from callanalytics.estimates import kaplan_meier
    >>> costs = slot_costs(kaplan_meier([0] * 4, [10, 20, 40, 60], [5, 5, 5, 5], [0] * 4), tau=30)
    >>> print(f"{costs.value[0]:.0f} ({costs.low[0]:.0f} to {costs.high[0]:.0f})")
    45 (25 to 81)
    """
    held, held_se = curves.restricted_mean(tau)
    s, se, _, _ = curves.survival_at(tau)
    pieces, _ = curves.areas(tau)
    together = np.zeros(curves.n_cells)
    for i in np.flatnonzero(np.diff(curves.start)):
        one = slice(curves.start[i], curves.start[i + 1])
        # If the last caller at risk is reached, S is 0: no area is left, and Greenwood's term has no bound.
        inside = (curves.t[one] <= tau) & (curves.n_at_risk[one] > curves.reached[one])
        after = pieces[one][::-1].cumsum()[::-1]
        risk, d = curves.n_at_risk[one][inside], curves.reached[one][inside]
        # The same terms move the area and S(tau): a slot with a high curve has both long holds and few answers.
        together[i] = s[i] * (after[inside] * d / (risk * (risk - d))).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = np.where(s < 1, 1 - s, np.nan)
        value = held / reached
        variance = (held_se / held) ** 2 + (np.nan_to_num(se) / reached) ** 2 + 2 * together / (held * reached)
        log_se = np.where(np.isnan(value), np.nan, np.sqrt(variance))
    if days is not None:
        # fmax: a slot with calls of only one day has no error of days and keeps the other error.
        log_se = np.fmax(log_se, np.where(np.isnan(value), np.nan, _error_of_days(curves, days, tau, held, s)))
    factor = np.exp(normal_quantile() * log_se)
    return Costs(value, value / factor, value * factor, log_se)


def _error_of_days(curves, days, tau, held, s):
    """Standard error of each slot's log cost if calls of one day are similar."""
    out = np.full(curves.n_cells, np.nan)
    pieces, _ = curves.areas(tau)
    for i in range(curves.n_cells):
        one, mine = slice(curves.start[i], curves.start[i + 1]), np.flatnonzero(days.slot == i)
        if not len(mine) or not s[i] < 1:
            continue
        moved_reached, moved_lost = _moved(curves, one, pieces[one], tau, held[i], s[i])
        # An exact search: every time in the days is a time of the curve, which has the same counts.
        index = np.searchsorted(curves.t[one], days.t[mine])
        moved = days.reached[mine] * moved_reached[index] + days.lost[mine] * moved_lost[index]
        _, day = np.unique(days.day[mine], return_inverse=True)
        by_day = np.bincount(day, moved)
        if len(by_day) > 1:  # a single day does not show how days differ
            out[i] = np.sqrt(len(by_day) / (len(by_day) - 1) * (by_day**2).sum())
    return out


def _moved(curves, one, pieces, tau, held, s):
    """Change in the logarithm of the cost from one more caller, reached or lost, at each time."""
    t, risk, d = curves.t[one], curves.n_at_risk[one], curves.reached[one]
    inside = (t <= tau) & (risk > d)
    step = np.where(inside, d / (risk * np.maximum(risk - d, 1)), 0.0)
    own = np.where(t <= tau, 1 / risk, 0.0)
    area = np.where(t < tau, pieces, 0.0)
    upto, after = np.cumsum(step), area[::-1].cumsum()[::-1]
    before = np.cumsum(area * upto) - area * upto
    odds = s / (1 - s)
    reached = upto - step - own
    return (before + reached * after) / held + odds * reached, (before + upto * after) / held + odds * upto


def stratified_ratio(costs: Costs, stratum, side, n, level: float = 0.95) -> Estimate:
    """Ratio of the cost on one side to that on the other, comparing sides within each stratum.

    Parameters
    ----------
    costs : one for each stratum and side
    stratum, side : of each entry; ``side`` is 0 or 1
    n : calls of each entry; a stratum weighs as much as the calls of both its sides

    Returns
    -------
    Estimate
        Side 1 over side 0, over the strata in which both sides have a cost; ``n`` counts their calls.

    Notes
    -----
    :math:`\\log r = \\sum_s w_s (\\log c_{s1} - \\log c_{s0}) / \\sum_s w_s`: the mix of strata is the same for both
    sides, so differences in who calls on which days do not matter.

    References
    ----------
    .. [1] K. Rothman, S. Greenland, T. Lash, Modern Epidemiology, 3rd ed. (2008), chapter 15.

    Examples
    --------
    >>> cost = np.array([30.0, 45.0, 40.0, 60.0])
    >>> costs = Costs(cost, cost, cost, np.full(4, 0.1))
    >>> print(stratified_ratio(costs, [0, 0, 1, 1], [0, 1, 0, 1], [50, 50, 50, 50]))
    1.5 (95% interval 1.233 to 1.825; n 200 calls; stratified over 2)
    """
    stratum, side, n = np.asarray(stratum), np.asarray(side), np.asarray(n, float)
    known = np.isfinite(costs.value) & np.isfinite(costs.log_se) & (costs.value > 0)
    log, weight, variance, calls = [], [], [], 0
    for one in np.unique(stratum):
        pair = [np.flatnonzero((stratum == one) & (side == k) & known) for k in (0, 1)]
        if all(len(p) == 1 for p in pair):
            a, b = (int(p[0]) for p in pair)
            log.append(np.log(costs.value[b] / costs.value[a]))
            variance.append(costs.log_se[a] ** 2 + costs.log_se[b] ** 2)
            weight.append(n[a] + n[b])
            calls += int(n[a] + n[b])
    if not log:
        return unknown(0, "calls", "no stratum has a cost on both sides")
    w = np.array(weight) / sum(weight)
    value, se = float(w @ log), float(np.sqrt(w**2 @ variance))
    half = normal_quantile(level) * se
    low, high = float(np.exp(value - half)), float(np.exp(value + half))
    return Estimate(float(np.exp(value)), low, high, calls, "calls", f"stratified over {len(log)}", level, se)


# ---- the best slots ----------------------------------------------------------------------------------


MASS, SURE = 0.90, 0.95  # the set holds the best with MASS; advice needs SURE that it saves anything
WORTH_SEEING = 0.15  # with this spread of log costs, slots around 35 minutes are mostly between 26 and 47
POWER = 0.8
PER_CALL = 1.0  # variance of a slot's log cost times its calls, if no slot has a figure to estimate it from


@dataclass(frozen=True)
class BestSlots:
    """Which slots hold the best one, and what calling there would have saved.

    Attributes
    ----------
    p_best : for each slot, the probability that it is the best; nan for a slot without a figure
    chosen : indices of the smallest set that holds the best with the wanted probability; empty without a verdict
    saving : share of hold time saved by spreading the calls over that set, with its interval
    saved : the same in the unit of the costs, for each live answer
    p_saves, p_worth : probability that it saves anything; that it saves more than `worth`
    verdict : ``set`` or ``cannot tell``
    more : without a verdict, roughly how many more calls are needed over all slots; 0 if the present calls would have
        shown a difference worth seeing
    n : number of slots compared
    """

    p_best: np.ndarray
    chosen: tuple[int, ...]
    saving: Estimate
    saved: Estimate
    p_saves: float
    p_worth: float
    verdict: str
    more: float
    n: int


def best_slots(cells: Shrunken, mix, *, worth: float = 0.0, n_draws: int = 4000) -> BestSlots:
    """The set of slots that holds the best one, from shrunken log costs.

    Parameters
    ----------
    cells : :func:`~callanalytics.estimates.shrink_cells` of the logarithm of :func:`slot_costs`
    mix : calls of each slot, as they are distributed now
    worth : smallest saving worth having, in the unit of the costs

    Returns
    -------
    BestSlots
            "cannot tell" if no difference is detectable, or if the probability that the set saves anything
            is below 95 %.

    Notes
    -----
    The slots' log costs are drawn from their joint normal distribution after partial pooling, 4,000 times. P(best) is
    the share of draws in which a slot is the cheapest; the set takes slots in that order until it holds the best one
    with 90 % probability. Saving: mean cost of the set's slots, with equal weights, against the mean over `mix`, in
    each draw.

    Calls still needed: enough that slots whose log costs spread by :math:`\\sigma = 0.15` (35 minutes on average,
    mostly 26 to 47) fail the test that all are the same in four of five logs. With k slots of error s each,

    .. math:: n' / n = \\left( \\chi^2_{k-1}(0.95) / \\chi^2_{k-1}(0.20) - 1 \\right) s^2 / \\sigma^2

    or twice the present calls, if a difference is detectable but not yet a saving from calling elsewhere.

    References
    ----------
    .. [1] M. Mogstad et al., "Inference for ranks", Rev. Econ. Stud. 91 (2024), 476-518.

    Examples
    --------
    >>> from callanalytics.estimates import shrink_cells
    >>> hour, day = np.repeat(range(12), 5), np.tile(range(5), 12)
    >>> rng = np.random.default_rng(1)
    >>> early = shrink_cells(rng.normal(3.2 + 0.08 * hour, 0.1), np.full(60, 0.1), hour, day)
    >>> found = best_slots(early, np.ones(60))
    >>> found.verdict, len(found.chosen) < 15, bool(found.saving.low > 0.2)
    ('set', True, True)
    """
    known, p_best = np.flatnonzero(np.isfinite(cells.value)), np.full(len(cells.value), np.nan)
    if not cells.differs:
        saving = unknown(len(known), "slots", "no difference between slots is detectable")
        return BestSlots(
            p_best, (), saving, saving, np.nan, np.nan, "cannot tell", _calls_needed(cells, mix), len(known)
        )
    # "eigh": cells without differences of their own make the covariance singular, and Cholesky would reject it.
    # A fixed seed: the same log gives the same advice.
    drawn = np.random.default_rng(1).multivariate_normal(cells.value[known], cells.covariance, n_draws, method="eigh")
    p_best[known] = np.bincount(drawn.argmin(axis=1), minlength=len(known)) / n_draws
    inside = _likeliest(p_best[known])
    weights, costs = np.asarray(mix, float)[known], np.exp(drawn)
    now = costs @ (weights / weights.sum()) if weights.sum() else costs.mean(axis=1)
    saved = now - costs[:, inside].mean(axis=1)
    p_saves, p_worth = float((saved > 0).mean()), float((saved > worth).mean())
    is_sure = p_saves >= SURE and len(inside) < len(known)  # a set of all slots is not advice
    chosen, verdict = (tuple(known[inside].tolist()), "set") if is_sure else ((), "cannot tell")
    more, n = np.nan if is_sure else _calls_needed(cells, mix), len(known)
    return BestSlots(p_best, chosen, _of_draws(saved / now, n), _of_draws(saved, n), p_saves, p_worth, verdict, more, n)


def _likeliest(p_best):
    """The smallest set of slots that holds the best one with the wanted probability."""
    order = np.argsort(-p_best, kind="stable")
    # A rounding error in the sum of shares must not add one more slot.
    return np.sort(order[: int(np.searchsorted(np.cumsum(p_best[order]), MASS - 1e-12)) + 1])


def _of_draws(drawn, n):
    low, high = np.quantile(drawn, [TAIL, 1 - TAIL])
    se = float(drawn.std())
    return Estimate(float(drawn.mean()), float(low), float(high), n, "slots", "shrunken, simulated", se=se)


def _calls_needed(cells, calls):
    """Number of calls still needed over all slots."""
    from scipy.special import chdtri

    calls = np.asarray(calls, float)
    known = np.isfinite(cells.own_se) & (calls > 0)
    # A slot without its own error is taken to be like the others.
    per_call = float(np.median(cells.own_se[known] ** 2 * calls[known])) if known.any() else PER_CALL
    df = max(len(calls) - 1, 1)
    wanted = (chdtri(df, DIFFERS) / chdtri(df, POWER) - 1) * per_call / WORTH_SEEING**2
    if cells.differs:
        wanted = max(wanted, 2 * float(np.median(calls[known])))
    return float(np.ceil(np.clip(wanted - calls, 0, None).sum()))
