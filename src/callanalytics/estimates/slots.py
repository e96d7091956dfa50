"""When would calling have cost least? Hold minutes per live answer in each slot of the week, and how sure one can be.

The slot that looks best is partly lucky: with ten calls a slot it promises to save 46 % and delivers 17 %. So the
answer is a *set* of slots that holds the best one with 90 % probability, with the saving after shrinkage, or "cannot
tell yet". It looks back, and is no forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.curves import Curves
from callanalytics.estimates.estimate import Estimate, normal_quantile, unknown
from callanalytics.estimates.shrinkage import Shrunken


@dataclass(frozen=True)
class Costs:
    """Hold time per live answer, by slot: ``value``, ``low``, ``high``; ``log_se``, of its logarithm; ``n`` calls."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    log_se: np.ndarray
    n: np.ndarray


def slot_costs(curves: Curves, tau: float, level: float = 0.95) -> Costs:
    """Time on hold per live answer for a caller who gives up after `tau` and calls again in the same slot.

    Parameters
    ----------
    curves : one a slot
    tau : the caller's patience, in the unit of the curves

    Returns
    -------
    Costs
        nan where a slot was not followed to `tau`, or nobody was reached by then.

    Notes
    -----
    .. math:: \\mathrm{cost}(\\tau) = E[\\min(V, \\tau)] / P(V \\le \\tau)

    with the error of its logarithm from Greenwood's terms, numerator and denominator moving together.

    Examples
    --------
    >>> from callanalytics.estimates import kaplan_meier
    >>> costs = slot_costs(kaplan_meier([0] * 4, [10, 20, 40, 60], [5, 5, 5, 5], [0] * 4), tau=30)
    >>> print(f"{costs.value[0]:.0f} ({costs.low[0]:.0f} to {costs.high[0]:.0f}), n {costs.n[0]}")
    45 (25 to 81), n 20
    """
    held, held_se = curves.restricted_mean(tau)
    s, se, _, _ = curves.at(tau)
    pieces, _ = curves.areas(tau)
    n = np.zeros(curves.n_cells, int)
    full = np.diff(curves.start) > 0
    n[full] = curves.n_at_risk[curves.start[:-1][full]]
    together = np.zeros(curves.n_cells)
    for i in np.flatnonzero(full):
        one = slice(curves.start[i], curves.start[i + 1])
        inside = (curves.t[one] <= tau) & (curves.n_at_risk[one] > curves.reached[one])
        after = pieces[one][::-1].cumsum()[::-1]
        risk, d = curves.n_at_risk[one][inside], curves.reached[one][inside]
        together[i] = s[i] * (after[inside] * d / (risk * (risk - d))).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = np.where(s < 1, 1 - s, np.nan)
        value = held / reached
        variance = (held_se / held) ** 2 + (np.nan_to_num(se) / reached) ** 2 + 2 * together / (held * reached)
        log_se = np.where(np.isnan(value), np.nan, np.sqrt(variance))
    factor = np.exp(normal_quantile(level) * log_se)
    return Costs(value, value / factor, value * factor, log_se, n)


@dataclass(frozen=True)
class BestSlots:
    """Which slots hold the best one, and what calling there would have saved.

    Attributes
    ----------
    p_best : of each slot, the probability that it is the best; nan for a slot without a figure
    chosen : places of the smallest set that holds the best with the wanted probability; empty where one cannot tell
    saving : share of hold time saved by spreading the calls over that set, with its interval
    p_saves : probability that it saves anything
    verdict : ``set`` or ``cannot tell``
    more : calls a slot that would be needed, roughly, where one cannot tell yet; nan if nothing differs
    n : slots compared
    """

    p_best: np.ndarray
    chosen: tuple[int, ...]
    saving: Estimate
    p_saves: float
    verdict: str
    more: float
    n: int


def best_slots(
    cells: Shrunken, mix, calls=None, *, mass: float = 0.9, sure: float = 0.95, n_draws: int = 4000, seed: int = 1
) -> BestSlots:
    """The set of slots that holds the best one, from shrunken log costs.

    Parameters
    ----------
    cells : :func:`~callanalytics.estimates.shrink_cells` of the logarithm of :func:`slot_costs`
    mix : how the calls are spread over the slots now
    calls : calls of each slot, to say how many more are needed
    mass : probability with which the set holds the best
    sure : probability of any saving below which nothing is recommended

    Returns
    -------
    BestSlots
        "cannot tell" where no difference is detectable, or where it is less than 95 % sure that the set saves
        anything.

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
    known = np.flatnonzero(np.isfinite(cells.value))
    p_best = np.full(len(cells.value), np.nan)
    if not cells.differs:
        saving = unknown(len(known), "slots", "no difference between slots is detectable", level=mass)
        return BestSlots(p_best, (), saving, np.nan, "cannot tell", _more(cells, calls), len(known))
    rng = np.random.default_rng(seed)
    drawn = rng.multivariate_normal(cells.value[known], cells.covariance, n_draws, method="eigh")
    chance = np.bincount(drawn.argmin(axis=1), minlength=len(known)) / n_draws
    p_best[known] = chance
    order = np.argsort(-chance, kind="stable")
    size = int(np.searchsorted(np.cumsum(chance[order]), mass - 1e-12)) + 1
    inside = np.sort(order[:size])
    weights = np.asarray(mix, float)[known]
    costs = np.exp(drawn)
    now = costs @ (weights / weights.sum()) if weights.sum() else costs.mean(axis=1)
    saved = 1 - costs[:, inside].mean(axis=1) / now
    p_saves = float((saved > 0).mean())
    low, high = np.quantile(saved, [(1 - mass) / 2, (1 + mass) / 2])
    saving = Estimate(
        float(saved.mean()), float(low), float(high), len(known), "slots", "shrunken, simulated", mass,
        float(saved.std()),
    )  # fmt: skip
    told = p_saves >= sure and len(inside) < len(known)
    chosen = tuple(int(i) for i in known[inside]) if told else ()
    more = np.nan if told else _more(cells, calls)
    return BestSlots(p_best, chosen, saving, p_saves, "set" if told else "cannot tell", more, len(known))


def p_better(mean_a: float, se_a: float, mean_b: float, se_b: float) -> float:
    """Probability that a is less than b, both known with a normal error.

    >>> round(p_better(30, 3, 35, 4), 6)
    0.841345
    """
    from scipy.special import ndtr

    return float(ndtr((mean_b - mean_a) / np.hypot(se_a, se_b)))


def _more(cells, calls):
    """Calls a slot at which a slot's own error would be as small as the slots' spread; nan where there is no spread."""
    spread = cells.by_row + cells.by_column + cells.by_cell
    if calls is None or not spread or spread != spread:
        return float("nan")
    calls = np.asarray(calls, float)
    known = np.isfinite(cells.se) & np.isfinite(cells.value) & (calls > 0)
    typical = float(np.median(calls[known])) if known.any() else float("nan")
    error = float(np.median(cells.se[known] ** 2)) if known.any() else float("nan")
    return float(np.ceil(typical * max(4 * error / spread, 1)))
