"""From a count table of waits by day: what calling cost in each slot of the week, and whether a tip holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.estimates import Estimate
from callanalytics.measures.ladder import OPEN_DAYS, OPEN_HOURS, block
from callanalytics.measures.rates import Figures, excluded_counts, long
from callanalytics.measures.tally import cells_of
from callanalytics.measures.wait_figures import MEDIAN_MINIMUM, QUEUED, REACHED_MINIMUM

MASS, SURE = 0.90, 0.95
BLOCKS = tuple(dict.fromkeys(block(hour) for hour in OPEN_HOURS))
SLOT = ("weekday", "block")
SLOTS = len(OPEN_DAYS) * len(BLOCKS)
WORTH_S = 300  # what is worth another time of calling, for each live answer
NOON, MIDWEEK, FRIDAY = 2, 3, 4  # the second half of the open day begins at 14:00; Thursday; Friday


@dataclass(frozen=True)
class Advice:
    """A tip of the practice pointer as a hypothesis: slots of one side against those of the other, within strata."""

    statistic: str
    claim: str  # id in the agencies file
    side: str  # what is compared, as the card words it


ADVICE = (
    Advice("late_over_early_in_day", "earlier-is-shorter", "14-20 over 8-14 Eastern, within each weekday"),
    Advice(
        "late_over_early_in_week", "early-in-week", "Thursday and Friday over Monday to Wednesday, within each block"
    ),
    Advice("friday_over_other_days", "not-on-friday", "Friday over Monday to Thursday, within each block"),
)
# All three together hold with 95 %: each is a little wider than it would be alone (Bonferroni).
TOGETHER = 1 - 0.05 / len(ADVICE)


def compared(card, counted, by, *, patience_s):
    """Of each group: the cost of every slot; the best of them, what they save, and the tips."""
    groups = tuple(key for key in by if key not in SLOT)
    codes, cells = cells_of(counted, groups, card)
    place = _places(counted)
    rows = {name: counted[name].to_numpy() for name in ("n_reached", "n_gave_up", "n_cut_off")}
    day = pd.factorize(counted["date"])[0]
    wait = counted["wait_s"].to_numpy(float, na_value=0)
    lost = rows["n_gave_up"] + rows["n_cut_off"]
    noted = (rows["n_reached"] + lost > 0) & (place >= 0)
    found = [
        _group(*(v[noted & (codes == i)] for v in (place, day, wait, rows["n_reached"], lost)), patience_s)
        for i in range(len(cells))
    ]
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.names}
    slots, wholes = _slot_cells(cells), cells.assign(weekday=pd.array([pd.NA] * len(cells), "Int64"), block=None)
    per_slot = long(card, slots, _slot_figures(found))
    per_group = long(card, wholes, [*_group_figures(found), *excluded_counts(card, sums)])
    order = [*np.repeat(np.arange(len(cells)), len(per_slot) // max(len(cells), 1)),
             *np.repeat(np.arange(len(cells)), len(per_group) // max(len(cells), 1))]  # fmt: skip
    both = pd.concat([per_slot.astype(per_group.dtypes), per_group], ignore_index=True)
    return both.iloc[np.argsort(order, kind="stable")][[*by, *both.columns.drop(list(by))]].reset_index(drop=True), None


def _places(counted):
    """The slot of each row, 0 to 19, weekday by weekday; -1 for a row in none."""
    names = {name: i for i, name in enumerate(BLOCKS)}
    which = np.array([names.get(name, -1) for name in counted["block"]])
    weekday = counted["weekday"].to_numpy(dtype="int64", na_value=0)
    return np.where((which >= 0) & (weekday > 0), (weekday - 1) * len(BLOCKS) + which, -1)


def _slot_cells(cells):
    n = SLOTS
    repeated = cells.iloc[np.repeat(np.arange(len(cells)), n)].reset_index(drop=True)
    weekday = np.tile(np.repeat(list(OPEN_DAYS), len(BLOCKS)), len(cells))
    return repeated.assign(
        weekday=pd.array(weekday, "Int64"), block=np.tile(np.array(BLOCKS, object), len(cells) * len(OPEN_DAYS))
    )


@dataclass(frozen=True)
class _Found:
    n: np.ndarray
    reached: np.ndarray
    costs: estimates.Costs
    best: estimates.BestSlots
    differs: bool
    tips: tuple[Estimate, ...]


def _group(place, day, wait, reached, lost, patience_s) -> _Found:
    """Everything of one group: costs of its slots, the best of them, the tips."""
    n_slots = SLOTS
    n, n_reached = (np.bincount(place, v, n_slots).astype("int64") for v in (reached + lost, reached))
    costs = _costs(place, day, wait, reached, lost, n_slots, patience_s)
    enough = (n >= MEDIAN_MINIMUM) & (n_reached >= REACHED_MINIMUM)
    log, error = (np.where(enough, v, np.nan) for v in (_log(costs.value), costs.log_se))
    weekday, which = np.divmod(np.arange(n_slots), len(BLOCKS))
    p = estimates.p_slots(
        day, place // len(BLOCKS), place % len(BLOCKS), len(BLOCKS), *estimates.log_rank_sums(wait, reached, lost)
    )
    shrunken = replace(estimates.shrink_cells(log, error, which, weekday), p=p)
    best = estimates.best_slots(shrunken, n, n, mass=MASS, sure=SURE, worth=WORTH_S)
    weekday, which = np.divmod(place, len(BLOCKS))
    sides = ((weekday, which >= NOON), (which, weekday >= MIDWEEK), (which, weekday >= FRIDAY))
    tips = tuple(_tip(stratum, side, day, wait, reached, lost, patience_s) for stratum, side in sides)
    return _Found(n, n_reached, costs, best, shrunken.differs, tips)


def _costs(cell, day, wait, reached, lost, n_cells, patience_s):
    curves = estimates.kaplan_meier(cell, wait, reached, lost, n_cells)
    return estimates.slot_costs(curves, patience_s, days=estimates.Days(cell, day, wait, reached, lost))


def _log(values):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


def _tip(stratum, side, day, wait, reached, lost, patience_s) -> Estimate:
    cell, n_cells = stratum * 2 + side, 2 * max(len(OPEN_DAYS), len(BLOCKS))
    costs = _costs(cell, day, wait, reached, lost, n_cells, patience_s)
    n, n_reached = (np.bincount(cell, v, n_cells) for v in (reached + lost, reached))
    few = (n < MEDIAN_MINIMUM) | (n_reached < REACHED_MINIMUM)
    costs = replace(costs, value=np.where(few, np.nan, costs.value))
    of = np.arange(n_cells)
    return estimates.stratified_ratio(costs, of // 2, of % 2, n, level=TOGETHER)


def _slot_figures(found):
    n, reached = (_joined([getattr(f, name) for f in found], "int64") for name in ("n", "reached"))
    value, low, high = (_joined([getattr(f.costs, name) for f in found]) for name in ("value", "low", "high"))
    enough = (n >= MEDIAN_MINIMUM) & (reached >= REACHED_MINIMUM)
    value, low, high = (np.where(enough, v, np.nan) for v in (value, low, high))
    flag = np.where(np.isnan(value), np.where(enough | (n == 0), "not_estimable", "small_n"), "ok")
    p_best = _joined([f.best.p_best if f.differs else np.full(len(f.n), np.nan) for f in found])
    chosen = [np.isin(np.arange(len(f.n)), f.best.chosen).astype(float) for f in found]
    chosen = _joined(
        [c if f.best.verdict == "set" else np.full(len(c), np.nan) for c, f in zip(chosen, found, strict=True)]
    )
    none = np.full(len(n), np.nan)

    def flags_of(values):
        return np.where(np.isnan(values), "not_estimable", "ok")

    return [
        Figures("hold_per_answer", "s", QUEUED, n, reached, value, low, high, flag),
        Figures("p_best", "chance", QUEUED, n, reached, p_best, none, none, flags_of(p_best)),
        Figures("in_best_set", "yes_no", QUEUED, n, reached, chosen, none, none, flags_of(chosen)),
    ]


def _joined(parts, kind=float):
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)


def _group_figures(found):
    n, reached = (np.array([getattr(f, name).sum() for f in found], "int64") for name in ("n", "reached"))

    def estimate(statistic, unit, ones):
        value, low, high = (np.array([getattr(e, name) for e in ones], float) for name in ("value", "low", "high"))
        flag = np.where(np.isnan(value), "not_estimable", "ok")
        return Figures(statistic, unit, QUEUED, n, reached, value, low, high, flag)

    def plain(statistic, unit, values):
        value, none = np.array(values, float), np.full(len(n), np.nan)
        return Figures(
            statistic, unit, QUEUED, n, reached, value, none, none, np.where(np.isnan(value), "not_estimable", "ok")
        )

    return [
        estimate("saving", "s", [f.best.saved for f in found]),
        plain("p_saves", "chance", [f.best.p_saves for f in found]),
        plain("p_saves_5min", "chance", [f.best.p_worth for f in found]),
        plain("more_calls", "calls", [f.best.more for f in found]),
        *(estimate(advice.statistic, "times", [f.tips[i] for f in found]) for i, advice in enumerate(ADVICE)),
    ]
