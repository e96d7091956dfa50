"""When to call: the cost of calling in each slot of the week, the slots that include the best one, and tips tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from callanalytics import estimates
from callanalytics.agencies.rows import OpenWeek
from callanalytics.estimates import Estimate
from callanalytics.estimates.slots import MASS
from callanalytics.lazy import np, pd
from callanalytics.measures.compute import (
    Figures,
    agency_of,
    check_above_zero,
    enough_waits,
    estimated,
    figures_table,
    group_by_group,
    long,
    measure,
    single,
    sums_by_group,
    with_key,
)
from callanalytics.measures.definitions import WAIT_COUNTS, unreached
from callanalytics.measures.result import Result, Sentence, check_result, clock_of
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.measures.wait_curves import QUEUED

SLOT = ("weekday", "block")
WORTH_S = 300  # the saving per live answer that makes it worth calling at another time
THURSDAY, FRIDAY = 4, 5
ADVICE = {  # the practice pointer's tips as ratios of hold: statistic -> id of the claim in the agencies file
    "late_over_early_in_day": "earlier-is-shorter",
    "late_over_early_in_week": "early-in-week",
    "friday_over_other_days": "not-on-friday",
}


# All three hold together with 95 % confidence: each is a little wider than it would be alone (Bonferroni).
TOGETHER = 1 - 0.05 / len(ADVICE)


def compared(card, counted, by, *, patience_s):
    """For each group: the cost of every slot, the best slots, what they save, and the tips."""
    groups = tuple(key for key in by if key not in SLOT)
    codes, cells, sums = sums_by_group(counted, groups, card)
    week = card.week
    open_day, block = pd.Categorical(counted["weekday"], week.days), pd.Categorical(counted["block"], week.names)
    # The slot of each row, weekday by weekday; -1 for a row in none.
    index = np.where(block.codes >= 0, open_day.codes.astype(int) * len(week.names) + block.codes, -1)
    reached = counted["n_reached"].to_numpy()
    lost = unreached(counted).to_numpy()
    day = pd.factorize(counted["date"])[0]
    wait = counted["wait_s"].to_numpy(float, na_value=0)
    noted = (reached + lost > 0) & (index >= 0)
    found = [
        _group(*(v[noted & (codes == i)] for v in (index, day, wait, reached, lost)), patience_s, week)
        for i in range(len(cells))
    ]
    wholes = cells.assign(weekday=pd.array([pd.NA] * len(cells), "Int64"), block=None)
    weekday, block = np.repeat(week.days, len(week.names)), np.tile(np.array(week.names, object), len(week.days))
    slots = cells.iloc[np.repeat(np.arange(len(cells)), len(weekday))].reset_index(drop=True)
    slots = slots.assign(weekday=pd.array(np.tile(weekday, len(cells)), "Int64"), block=np.tile(block, len(cells)))
    per_slot = long(card, slots, _slot_figures(found))
    per_group = figures_table(card, wholes, sums, _group_figures(found))
    return group_by_group(len(cells), by, per_slot, per_group), None


@dataclass(frozen=True)
class _Found:
    n: np.ndarray
    reached: np.ndarray
    costs: estimates.Costs
    best: estimates.BestSlots
    differs: bool
    tips: tuple[Estimate, ...]


def _group(index, day, wait, reached, lost, patience_s, week: OpenWeek) -> _Found:
    """The results of one group: the costs of its slots, the best of them, and the tips."""
    n_blocks = len(week.names)
    n_slots = len(week.days) * n_blocks
    n, n_reached = (np.bincount(index, v, n_slots).astype("int64") for v in (reached + lost, reached))
    costs = _costs(index, day, wait, reached, lost, n_slots, patience_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(costs.value > 0, np.log(costs.value), np.nan)
    log, error = (np.where(enough_waits(n, n_reached), v, np.nan) for v in (log, costs.log_se))
    row, column = np.divmod(np.arange(n_slots), n_blocks)
    weekday, which = np.divmod(index, n_blocks)
    # Callers of one day share a queue: if calls count as independent, a difference of days can look like one of slots.
    p = estimates.p_slots(day, weekday, which, n_blocks, *estimates.log_rank_sums(wait, reached, lost))
    shrunken = replace(estimates.shrink_cells(log, error, column, row), p=p)
    best = estimates.best_slots(shrunken, n, worth=WORTH_S)
    # Test each tip within strata of what it leaves open: those who call late in the day may call on other weekdays.
    day_of_week = np.array(week.days)[weekday]
    sides = ((weekday, which >= n_blocks // 2), (which, day_of_week >= THURSDAY), (which, day_of_week >= FRIDAY))
    tips = tuple(_tip(stratum, side, day, wait, reached, lost, patience_s) for stratum, side in sides)
    return _Found(n, n_reached, costs, best, shrunken.differs, tips)


def _costs(cell, day, wait, reached, lost, n_cells, patience_s):
    curves = estimates.kaplan_meier(cell, wait, reached, lost, n_cells)
    return estimates.slot_costs(curves, patience_s, days=estimates.Days(cell, day, wait, reached, lost))


def _tip(stratum, side, day, wait, reached, lost, patience_s) -> Estimate:
    cell, n_cells = stratum * 2 + side, 2 * (stratum.max(initial=0) + 1)
    costs = _costs(cell, day, wait, reached, lost, n_cells, patience_s)
    n, n_reached = (np.bincount(cell, v, n_cells) for v in (reached + lost, reached))
    # Use a stratum only where each of its sides has enough calls for a figure.
    costs = replace(costs, value=np.where(enough_waits(n, n_reached), costs.value, np.nan))
    index = np.arange(n_cells)
    return estimates.stratified_ratio(costs, index // 2, index % 2, n, level=TOGETHER)


def _slot_figures(found):
    n, reached = (_concatenated([getattr(f, name) for f in found], "int64") for name in ("n", "reached"))
    found_costs = tuple(_concatenated([getattr(f.costs, name) for f in found]) for name in ("value", "low", "high"))
    p_best = _concatenated([f.best.p_best if f.differs else np.full(len(f.n), np.nan) for f in found])
    is_chosen = [np.isin(np.arange(len(f.n)), f.best.chosen).astype(float) for f in found]
    # A slot that was not compared is neither in the set nor outside it.
    compared_ones = [np.isfinite(f.best.p_best) & (f.best.verdict == "set") for f in found]
    is_chosen = [np.where(is_one, c, np.nan) for c, is_one in zip(is_chosen, compared_ones, strict=True)]
    return [
        estimated("hold_per_answer", "s", QUEUED, n, reached, found_costs, enough_waits(n, reached)),
        single("p_best", "chance", QUEUED, n, reached, p_best),
        single("in_best_set", "yes_no", QUEUED, n, reached, _concatenated(is_chosen)),
    ]


def _concatenated(parts, kind=float):
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)


def _group_figures(found):
    n, reached = (np.array([getattr(f, name).sum() for f in found], "int64") for name in ("n", "reached"))

    def estimate(statistic, unit, ones):
        value, low, high = (np.array([getattr(e, name) for e in ones], float) for name in ("value", "low", "high"))
        flag = np.where(np.isnan(value), "not_estimable", "ok")
        return Figures(statistic, unit, QUEUED, n, reached, value, low, high, flag)

    plain = partial(single, cases=QUEUED, n=n, events=reached)
    return [
        estimate("saving", "s", [f.best.saved for f in found]),
        plain("p_saves", "chance", value=[f.best.p_saves for f in found]),
        plain("p_saves_5min", "chance", value=[f.best.p_worth for f in found]),
        plain("more_calls", "calls", value=[f.best.more for f in found]),
        *(estimate(statistic, "times", [f.tips[i] for f in found]) for i, statistic in enumerate(ADVICE)),
    ]


# ---- the measure, and the sentence of a report -------------------------------------------------------


PATIENCE_S = 3600
LOOKS_BACK = (
    "This looks back and forecasts nothing: it says what calls at these times cost, not what they will cost; and if "
    "many follow it, the slot fills up."
)


def when_to_call(agency_calls: Frame, by: Keys = (), *, patience_s: int = PATIENCE_S, as_of: Day = None) -> Result:
    """Hold per live answer in each slot of the week, the slots that hold the best, and what calling then would have
    saved.

    For a caller who gives up after `patience_s` and calls again in the same slot: the mean hold until a person speaks,
    failed calls included. A slot is a weekday and a block of open hours (for USCIS 8-10, 10-14, 14-17, 17-20 Eastern).
    The cheapest slot of a log is partly luck. So the answer is a set of slots, or that the data cannot tell yet and
    about how many more calls are needed. It looks back and forecasts nothing.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by; weekday and block are always added
    patience_s : how long the caller holds [s]

    Returns
    -------
    Result
        Per slot: ``hold_per_answer`` [s]; ``p_best`` [chance], where slots differ; ``in_best_set`` [1 yes, 0 no], for
        slots compared where there is a set. In the rows without a slot: ``saving`` [s for each live answer],
        ``p_saves`` [chance], ``p_saves_5min``; ``more_calls``, roughly, where the data cannot tell. The pointer's tips
        are ratios of hold, ``late_over_early_in_day``, ``late_over_early_in_week``, ``friday_over_other_days`` [times]:
        above 1 supports the tip; the three intervals hold together with 95 %. n is queued calls, events live answers.

    Notes
    -----
    Calls of one day may be alike, so errors are computed over days where those are larger. A permutation test decides
    whether slots differ at all: it permutes days over weekdays, and the blocks within each day
    (:func:`~callanalytics.estimates.p_slots`; 1,999 permutations, one seed). Where no slot differs and days do (by a
    log-sd of 0.3), a set is named in 3.7, 5.0, and 5.3 of 100 logs of 875, 1,750, and 3,500 calls (300 simulations
    each). Slots are assumed independent given the hour, the weekday, and their own effects. All offices count as one
    queue, unless split.

    The set and the saving are less certain than they say where days differ that much. In simulations in which the best
    slot is 5 % cheaper than the next, the set includes it in 84, 83, and 92 of 100 logs of these sizes that name one.
    The interval of the saving includes the true saving in 87, 95, and 82.

    References
    ----------
    .. [1] B. Efron, C. Morris, "Data analysis using Stein's estimator", JASA 70 (1975), 311-319.
    .. [2] M. Mogstad et al., "Inference for ranks", Rev. Econ. Stud. 91 (2024), 476-518.
    .. [3] A. Winkler et al., "Multi-level block permutation", NeuroImage 123 (2015), 253-268.

    Examples
    --------
    >>> rows = [(f"2022-01-{3 + 7 * w + d:02d}", d + 1, h, 300 + 150 * (h - 8) + 60 * i)
    ...         for w in range(4) for d in range(5) for h in range(8, 20) for i in range(10)]
    >>> calls = pd.DataFrame(rows, columns=["date", "weekday", "hour", "wait_s"])
    >>> calls = calls.assign(wait_outcome="reached", wait_origin="dial", time_refers_to="start", dst_flag=None)
    >>> best = best_time(when_to_call(calls.assign(date=pd.to_datetime(calls["date"]).dt.date)))
    >>> best.verdict, sorted({block for _, block in best.slots}), f"{best.tips['earlier-is-shorter'].value:.1f}"
    ('set', ['08-10'], '2.0')
    """
    check_above_zero(patience_s, "a patience is a time", "seconds, such as 3600")
    by, slot = with_key(by, "wait_origin"), _keys_of_slot(agency_of(agency_calls).open_week)
    estimate = partial(compared, patience_s=patience_s)
    result = measure(
        agency_calls, "when_to_call", by, as_of=as_of, estimate=estimate, extra_keys=OF_A_SLOT, derived=slot
    )
    return replace(result, caveats=(*_caveats(result, patience_s), *result.caveats))


def _keys_of_slot(week: OpenWeek) -> dict[str, Callable]:
    """The two keys of a slot, each from the counts; the weekday too is missing where the block is."""
    block = partial(_open_block, week=week)
    return {"weekday": lambda rows: rows["weekday"].where(block(rows).notna()), "block": block}


def _open_block(counted, week: OpenWeek):
    """The block of the open day that a row is in; none where the hour of its start is unknown or not open."""
    # The blocks of the hours 0 to 23, then None, which index -1 (a missing hour) selects.
    of_hour = np.array([*(week.block(hour) if hour in week.hours else None for hour in range(24)), None], object)
    start = counted["dst_flag"].isna() & (counted["time_refers_to"].isna() | (counted["time_refers_to"] == "start"))
    is_open = start & counted["weekday"].isin(week.days)
    return pd.Series(of_hour[counted["hour"].to_numpy("int64", na_value=-1)], counted.index).where(is_open, None)


OF_A_SLOT = ("weekday", "hour", "dst_flag", "time_refers_to", "date", "wait_s")


def _caveats(result, patience_s):
    if not len(result.table):
        return
    yield f"For a caller who gives up after {patience_s / 60:g} minutes and calls again in the same slot."
    yield LOOKS_BACK
    queued = result.tally[list(WAIT_COUNTS)].sum(axis=1)
    if n := int(queued[result.tally["block"].isna()].sum()):
        yield f"In no slot, because their hour is not known, not that of the start, or not open: {n:,}."


# ---- for a sentence -----------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class BestTime(Sentence):
    """What a report says about when to call.

    Attributes
    ----------
    verdict : ``set``, ``cannot tell``
    slots : (weekday, block) of the set that includes the best slot; empty where the data cannot tell
    hold : ``hold_per_answer`` of the cheapest and the most expensive slot in the set [s]
    limits : the lowest and the highest limit of the 95 % intervals of the same slots [s]
    saving : [s] for each live answer, against the calls as they were made; nan where no slots differ
    p_saves : probability that it saves anything
    more_calls : about how many more calls are needed to tell; 0 where a difference worth seeing would have shown
    compared, slots_open : slots with enough calls to be compared, and all open slots
    tips : id of the claim -> hold on the side advised against over the other, three intervals together 95 %
    n : calls that queued in open slots
    """

    verdict: str
    slots: tuple[tuple[int, str], ...]
    hold: tuple[float, float]
    limits: tuple[float, float]
    saving: Estimate
    p_saves: float
    more_calls: float
    compared: int
    slots_open: int
    tips: dict[str, Estimate]
    n: int

    @property
    def sentence(self) -> str:
        """The finding in a sentence, or why there is none."""
        if self.verdict == "set":
            best = (
                f"Slots of the week differ; with {MASS:.0%} probability, the cheapest is one of {len(self.slots)} of "
                f"the {self.compared} compared"
            )
            if not self.saving.low > 0:
                return f"{best}; what calling then would have saved cannot be told yet ({self.n:,} calls)."
            low, high = (f"{v / 60:.0f}" for v in (self.saving.low, self.saving.high))
            return (
                f"{best}. Calls in these slots would have cost {self.saving.value / 60:.0f} minutes of holding less "
                f"for each live answer than the calls as they were made (95% interval {low} to {high}; "
                f"{self.n:,} calls)."
            )
        few = f"{self.compared} of {self.slots_open} slots of the week have enough calls to be compared."
        if not self.compared:
            return f"Which slot costs least cannot be told yet: {few}"
        if self.more_calls:
            return (
                f"Which slot costs least cannot be told yet: {few} About {self.more_calls:,.0f} more calls are needed."
            )
        return f"No slot can be told from the others: {few} Had they differed much, it would most likely have shown."


def best_time(result: Result, wait_origin: str | None = None) -> BestTime:
    """What :func:`when_to_call`, without further keys, says about calls whose waits have one starting point.

    ``wait_origin`` is by default that of most of them (:func:`clock_of`).
    """
    check_result(result, "when_to_call", ("block", "weekday"))
    rows = result.table[result.table["wait_origin"] == clock_of(result, wait_origin)]
    slot, whole = rows[rows["block"].notna()], rows[rows["block"].isna()].set_index("statistic")
    hold = slot[slot["statistic"] == "hold_per_answer"].reset_index(drop=True)
    inside = (slot[slot["statistic"] == "in_best_set"]["value"] == 1).to_numpy()
    n, week = int(hold["n"].sum()), result.agency.open_week

    def estimate_of(name):
        row = whole.loc[name]
        level = TOGETHER if name != "saving" else 0.95
        return Estimate(row["value"], row["low"], row["high"], int(row["n"]), "calls", "", level, flag=row["flag"])

    nothing = Estimate(np.nan, np.nan, np.nan, 0, "calls", "", flag="not_estimable", why="no call")
    tips = {claim: estimate_of(statistic) if len(rows) else nothing for statistic, claim in ADVICE.items()}
    ends = hold.loc[inside, "value"]
    return BestTime(
        "set" if inside.any() else "cannot tell",
        tuple(zip(hold.loc[inside, "weekday"].astype(int), hold.loc[inside, "block"], strict=True)),
        (float(ends.min()), float(ends.max())),
        (float(hold.loc[inside, "low"].min()), float(hold.loc[inside, "high"].max())),
        estimate_of("saving") if len(rows) else nothing,
        float(whole.loc["p_saves", "value"]) if len(rows) else float("nan"),
        float(whole.loc["more_calls", "value"]) if len(rows) else float("nan"),
        int(hold["value"].notna().sum()),
        len(week.days) * len(week.blocks),
        tips,
        n,
    )
