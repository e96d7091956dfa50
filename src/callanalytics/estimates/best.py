"""When would calling have cost least? The set of slots that holds the best one and what it saves, or "cannot tell".

The slot that looks best is partly lucky: with ten calls a slot it promises to save 46 % and delivers 17 %. So the
answer is a *set* of slots that holds the best one with 90 % probability, with the saving after shrinkage, or "cannot
tell yet". It looks back, and is no forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.estimate import Estimate, unknown
from callanalytics.estimates.shrinkage import DIFFERS, Shrunken

WORTH_SEEING = 0.15  # spread of log costs at which slots around 35 minutes lie mostly between 26 and 47
POWER = 0.8
PER_CALL = 1.0  # variance of a slot's log cost times its calls, where no slot has a figure to tell it by


@dataclass(frozen=True)
class BestSlots:
    """Which slots hold the best one, and what calling there would have saved.

    Attributes
    ----------
    p_best : of each slot, the probability that it is the best; nan for a slot without a figure
    chosen : places of the smallest set that holds the best with the wanted probability; empty where one cannot tell
    saving : share of hold time saved by spreading the calls over that set, with its interval
    saved : the same in the unit of the costs, for each live answer
    p_saves, p_worth : probability that it saves anything; that it saves more than `worth`
    verdict : ``set`` or ``cannot tell``
    more : where one cannot tell, how many more calls over all slots, roughly; 0 where as many as are there would have
        shown a difference worth seeing; nan where the calls of each slot were not given
    n : slots compared
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


def best_slots(
    cells: Shrunken,
    mix,
    calls=None,
    *,
    mass: float = 0.9,
    sure: float = 0.95,
    level: float = 0.95,
    worth: float = 0.0,
    n_draws: int = 4000,
    seed: int = 1,
) -> BestSlots:
    """The set of slots that holds the best one, from shrunken log costs.

    Parameters
    ----------
    cells : :func:`~callanalytics.estimates.shrink_cells` of the logarithm of :func:`slot_costs`
    mix : how the calls are spread over the slots now
    calls : calls of each slot, to say how many more are needed
    mass : probability with which the set holds the best
    sure : probability of any saving below which nothing is recommended
    level : of the interval of the saving
    worth : a saving worth having, in the unit of the costs

    Returns
    -------
    BestSlots
        "cannot tell" where no difference is detectable, or where it is less than 95 % sure that the set saves
        anything.

    Notes
    -----
    The slots' log costs are drawn from their joint normal distribution after partial pooling, 4,000 times. P(best) is
    how often a slot is the cheapest; the set takes slots in that order until it holds the best one with probability
    `mass`. Saving: mean cost of the set's slots, each as often as any other, against the mean over `mix`, in each draw.

    Calls still needed: those at which slots whose log costs spread by :math:`\\sigma = 0.15` (35 minutes on average,
    mostly 26 to 47) fail the test that all are the same in four of five logs. With k slots of error s each,

    .. math:: n' / n = \\left( \\chi^2_{k-1}(0.95) / \\chi^2_{k-1}(0.20) - 1 \\right) s^2 / \\sigma^2

    or twice as many as there are, where a difference is seen but not yet that calling elsewhere would have saved.

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
        saving = unknown(len(known), "slots", "no difference between slots is detectable", level=level)
        return BestSlots(p_best, (), saving, saving, np.nan, np.nan, "cannot tell", _more(cells, calls), len(known))
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
    saved = now - costs[:, inside].mean(axis=1)
    p_saves, p_worth = float((saved > 0).mean()), float((saved > worth).mean())
    told = p_saves >= sure and len(inside) < len(known)
    chosen = tuple(int(i) for i in known[inside]) if told else ()
    more = np.nan if told else _more(cells, calls)
    gained = (_of_draws(drawn, len(known), level) for drawn in (saved / now, saved))
    verdict = "set" if told else "cannot tell"
    return BestSlots(p_best, chosen, *gained, p_saves, p_worth, verdict, more, len(known))


def _of_draws(drawn, n, level):
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    how = "shrunken, simulated"
    return Estimate(float(drawn.mean()), float(low), float(high), n, "slots", how, level, float(drawn.std()))


def p_better(mean_a: float, se_a: float, mean_b: float, se_b: float) -> float:
    """Probability that a is less than b, both known with a normal error.

    >>> round(p_better(30, 3, 35, 4), 6)
    0.841345
    """
    from scipy.special import ndtr

    return float(ndtr((mean_b - mean_a) / np.hypot(se_a, se_b)))


def _more(cells, calls):
    """How many more calls over all slots; a slot without an error of its own is taken to be as the others."""
    if calls is None:
        return float("nan")
    from scipy.special import chdtri

    calls = np.asarray(calls, float)
    known = np.isfinite(cells.own_se) & (calls > 0)
    per_call = float(np.median(cells.own_se[known] ** 2 * calls[known])) if known.any() else PER_CALL
    df = max(len(calls) - 1, 1)
    wanted = (chdtri(df, DIFFERS) / chdtri(df, POWER) - 1) * per_call / WORTH_SEEING**2
    if cells.differs:
        wanted = max(wanted, 2 * float(np.median(calls[known])))
    return float(np.ceil(np.clip(wanted - calls, 0, None).sum()))
