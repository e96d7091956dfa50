"""When to call: what calling cost in each slot of the week, which slots hold the best one, and whether tips hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from callanalytics import estimates
from callanalytics.agencies.rows import OpenWeek
from callanalytics.estimates import Estimate
from callanalytics.estimates.slots import MASS, SURE
from callanalytics.lazy import np, pd
from callanalytics.measures.card import Card, keys_but
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
from callanalytics.measures.definitions import POINTER, WAIT_COUNTS, WAIT_MINIMUM, unreached
from callanalytics.measures.result import Result, Sentence, check_result, clock_of
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.measures.wait_curves import QUEUED
from callanalytics.measures.waits import OF_WAITS

SLOT = ("weekday", "block")
WORTH_S = 300  # what is worth another time of calling, for each live answer
THURSDAY, FRIDAY = 4, 5


@dataclass(frozen=True)
class Advice:
    """A tip of the practice pointer as a hypothesis: slots of one side against those of the other, within strata."""

    statistic: str
    claim: str  # id in the agencies file
    side: str  # what is compared, as the card words it


ADVICE = (
    Advice("late_over_early_in_day", "earlier-is-shorter", "{late} over {early} {clock}, within each weekday"),
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
    """Everything of one group: costs of its slots, the best of them, the tips."""
    n_blocks = len(week.names)
    n_slots = len(week.days) * n_blocks
    n, n_reached = (np.bincount(index, v, n_slots).astype("int64") for v in (reached + lost, reached))
    costs = _costs(index, day, wait, reached, lost, n_slots, patience_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(costs.value > 0, np.log(costs.value), np.nan)
    log, error = (np.where(enough_waits(n, n_reached), v, np.nan) for v in (log, costs.log_se))
    row, column = np.divmod(np.arange(n_slots), n_blocks)
    weekday, which = np.divmod(index, n_blocks)
    # Callers of one day share a queue: what calls taken as independent show as a difference is often that of days.
    p = estimates.p_slots(day, weekday, which, n_blocks, *estimates.log_rank_sums(wait, reached, lost))
    shrunken = replace(estimates.shrink_cells(log, error, column, row), p=p)
    best = estimates.best_slots(shrunken, n, worth=WORTH_S)
    # Each tip within strata of what it does not speak of: who calls late in the day may call on other weekdays too.
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
    # A stratum enters only where both of its sides have calls enough for a figure of their own.
    costs = replace(costs, value=np.where(enough_waits(n, n_reached), costs.value, np.nan))
    index = np.arange(n_cells)
    return estimates.stratified_ratio(costs, index // 2, index % 2, n, level=TOGETHER)


def _slot_figures(found):
    n, reached = (_joined([getattr(f, name) for f in found], "int64") for name in ("n", "reached"))
    found_costs = tuple(_joined([getattr(f.costs, name) for f in found]) for name in ("value", "low", "high"))
    p_best = _joined([f.best.p_best if f.differs else np.full(len(f.n), np.nan) for f in found])
    is_chosen = [np.isin(np.arange(len(f.n)), f.best.chosen).astype(float) for f in found]
    # A slot that was not compared is neither in the set nor out of it.
    compared_ones = [np.isfinite(f.best.p_best) & (f.best.verdict == "set") for f in found]
    is_chosen = [np.where(is_one, c, np.nan) for c, is_one in zip(is_chosen, compared_ones, strict=True)]
    return [
        estimated("hold_per_answer", "s", QUEUED, n, reached, found_costs, enough_waits(n, reached)),
        single("p_best", "chance", QUEUED, n, reached, p_best),
        single("in_best_set", "yes_no", QUEUED, n, reached, _joined(is_chosen)),
    ]


def _joined(parts, kind=float):
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
        *(estimate(advice.statistic, "times", [f.tips[i] for f in found]) for i, advice in enumerate(ADVICE)),
    ]


# ---- the measure, and the sentence of a report -------------------------------------------------------


PATIENCE_S = 3600
# As _open_block has it: an hour that is not known, not that of the start, or not open.
NO_SLOT = (
    "hour IS NULL OR weekday IS NULL OR dst_flag IS NOT NULL OR coalesce(time_refers_to, 'start') <> 'start' "
    "OR weekday NOT IN {open_days} OR hour NOT IN {open_hours}"
)
WHEN_TO_CALL = Card(
    **OF_WAITS | {"left_out": {"no_slot": NO_SLOT}},
    name="when_to_call",
    title="Hold per live answer in each slot of the week, the slots that hold the best, and what calling then would "
    "have saved.",
    numerator="hold_per_answer: mean of the wait, the stated patience at most (Kaplan-Meier); in_best_set: slots, "
    f"cheapest first, until they hold the best with {MASS:.0%} probability; saving: mean of the slots against that of "
    f"the set, after partial pooling; {'; '.join(f'{a.statistic}: {a.side}' for a in ADVICE)}, all three together "
    "with 95 %",
    denominator="hold_per_answer: chance of a person within the patience; saving: the calls as they were made",
    version=4,
    minimum=f"a slot: {WAIT_MINIMUM}, followed to the stated patience; a set: slots differ "
    f"(p < 0.05, days permuted within slots) and {SURE:.0%} sure that it saves anything; a saving in words: its "
    "interval is above 0",
    source=f"definition of this project; B. Efron, C. Morris, JASA 70 (1975), 311-319; the tips: {POINTER}",
    unit="s",
    keys=keys_but("agency_calls", "date", "weekday", "hour", "tier"),
    words={
        "friday_over_other_days": "held on Friday against other days",
        "hold_per_answer": "held for each live answer",
        "in_best_set": "in the set that holds the cheapest",
        "late_over_early_in_day": "held after {midday} {clock} against before",
        "late_over_early_in_week": "held on Thursday and Friday against Monday to Wednesday",
        "more_calls": "calls still needed to tell, about",
        "p_best": "that it is the cheapest",
        "p_saves": "that it saves anything",
        "p_saves_5min": "that it saves more than 5 minutes",
        "saving": "held less for each answer, calling only in that set",
    },
)
LOOKS_BACK = (
    "This looks back and forecasts nothing: it says what calls at these times cost, not what they will cost; and if "
    "many follow it, the slot fills up."
)


def when_to_call(agency_calls: Frame, by: Keys = (), *, patience_s: int = PATIENCE_S, as_of: Day = None) -> Result:
    """Hold per live answer in each slot of the week, the slots that hold the best, and what calling then would have
    saved.

    For a caller who gives up after `patience_s` and calls again in the same slot; the mean hold until a person
    speaks, calls in vain included. A slot is a weekday and a block of open hours (of USCIS 8-10, 10-14, 14-17, 17-20
    Eastern). The cheapest slot of a log is partly lucky, so the answer is a set of slots, or that one cannot tell yet
    and about how many more calls it takes. It looks back and forecasts nothing.

    Parameters
    ----------
    agency_calls : one row a call to an agency line
    by : keys to split by; weekday and block always are
    patience_s : how long the caller holds [s]

    Returns
    -------
    Result
        Per slot: ``hold_per_answer`` [s]; ``p_best`` [chance], where slots differ; ``in_best_set`` [1 yes, 0 no], of
        slots compared where there is a set. In the rows without a slot: ``saving`` [s for each live answer],
        ``p_saves`` [chance], ``p_saves_5min``; ``more_calls``, roughly, where one cannot tell; and the pointer's tips
        as ratios of hold, ``late_over_early_in_day``, ``late_over_early_in_week``, ``friday_over_other_days`` [times]:
        above 1 it is borne out; the three intervals hold together with 95 %. n calls that queued, events live answers.

    Notes
    -----
    Calls of one day may be alike, so errors are over days where that is more. Whether slots differ at all is tested by
    dealing out days over weekdays, and the blocks of each day among themselves
    (:func:`~callanalytics.estimates.p_slots`; 1,999 deals, one seed): where no slot differs and days do (by a log-sd
    of 0.3), a set is named in 3.7, 5.0 and 5.3 of 100 logs of 875, 1,750 and 3,500 calls (300 worlds each). Slots are
    taken as independent given the hour, the weekday and themselves. Offices are one queue here, unless split.

    The set and the saving are less certain than they say where days differ so much. In worlds in which the best slot is
    5 % cheaper than the next, the set holds it in 84, 83 and 92 of 100 logs of these sizes that name one, and the
    interval of the saving holds it in 87, 95 and 82.

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
    >>> result = when_to_call(calls.assign(date=pd.to_datetime(calls["date"]).dt.date))
    >>> best = best_time(result)
    >>> best.verdict, sorted({block for _, block in best.slots}), f"{best.tips['earlier-is-shorter'].value:.1f}"
    ('set', ['08-10'], '2.0')
    """
    check_above_zero(patience_s, "a patience is a time", "seconds, such as 3600")
    keys, estimate = with_key(by, "wait_origin"), partial(compared, patience_s=patience_s)
    slot = _slot_keys(agency_of(agency_calls).open_week)
    result = measure(
        agency_calls, WHEN_TO_CALL, keys, as_of=as_of, estimate=estimate, extra_keys=OF_A_SLOT, derived=slot
    )
    return replace(result, caveats=(*_caveats(result, patience_s), *result.caveats))


def _slot_keys(week: OpenWeek) -> dict[str, Callable]:
    """How a row's weekday and block are made: both missing where it is in no slot."""
    block = partial(_open_block, week=week)
    return {"weekday": lambda rows: rows["weekday"].where(block(rows).notna()), "block": block}


def _open_block(counted, week: OpenWeek):
    """The block of the open day a row belongs to; none where the hour of its start is not known or not open."""
    # The hours 0 to 23, and behind them None, which the -1 of a missing hour picks.
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
    """What a report says of when to call.

    Attributes
    ----------
    verdict : ``set``, ``cannot tell``
    slots : (weekday, block) of the set that holds the best; empty where one cannot tell
    hold : of the slots of the set, ``hold_per_answer`` of the cheapest and the dearest [s]
    limits : of the same slots, the least and the greatest limit of their 95 % intervals [s]
    saving : [s] for each live answer, against the calls as they were made; nan where no slots differ
    p_saves : probability that it saves anything
    more_calls : about how many more it takes where one cannot tell; 0 where a difference worth seeing would have shown
    compared, slots_open : slots with enough calls to be compared, of how many
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
        """The finding, as far as there is one."""
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
    """What :func:`when_to_call`, split by nothing further, says of calls whose waits run from one moment.

    ``wait_origin`` is that of most of them (:func:`clock_of`) if not said.
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
    tips = {a.claim: estimate_of(a.statistic) if len(rows) else nothing for a in ADVICE}
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
