"""When to call: costs worked out on paper, errors over days, tips that hold and that do not, and "cannot tell yet"."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from callanalytics import agencies, estimates, measures
from callanalytics.errors import CallLogError
from callanalytics.measures.slots import ADVICE
from exhaustive import EXHAUSTIVE, fair

MONDAY = date(2022, 1, 3)
HOURS = (9, 12, 15, 18)  # one in each block
WORLDS = 60 if EXHAUSTIVE else 30


def calls(seed, weeks, a_slot, slower, day_spread=0.0):
    """Log-normal waits around 35 minutes, times `slower` (weekday 0-4, hour) of the slot; patience 60 on average."""
    rng = np.random.default_rng(seed)
    rows = []
    for week in range(weeks):
        for weekday in range(5):
            of_day = rng.normal(0, day_spread)
            for hour in HOURS:
                wait = rng.lognormal(np.log(35 * slower(weekday, hour)) + of_day, 0.7, a_slot) * 60
                patience = rng.exponential(60, a_slot) * 60
                day = MONDAY + timedelta(7 * week + weekday)
                rows += [
                    (day, weekday + 1, hour, int(min(v, p)) + 1, "reached" if v <= p else "gave_up")
                    for v, p in zip(wait, patience, strict=True)
                ]
    frame = pd.DataFrame(rows, columns=["date", "weekday", "hour", "wait_s", "wait_outcome"])
    return frame.assign(wait_origin="dial", time_refers_to="start", dst_flag=None, office_id="o")


def early(_, hour):
    return 1.0 if hour < 14 else 1.5


def alike(_, __):
    return 1.0


def value(result, statistic, **keys):
    rows = result.table[result.table["statistic"] == statistic]
    for key, wanted in keys.items():
        rows = rows[rows[key] == wanted]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_cost_of_a_slot_is_the_one_worked_out_on_paper():
    # Of 20 calls 10 were reached after 20 minutes and 10 after 90. Patience 60: all hold 20, half hold 40 more,
    # and half get through: (20 + 20) / 0.5 = 80 minutes for each live answer.
    day = {
        "date": MONDAY,
        "weekday": 1,
        "hour": 9,
        "wait_outcome": "reached",
        "wait_origin": "dial",
        "time_refers_to": "start",
    }
    agency_calls = pd.DataFrame([{**day, "wait_s": s} for s in [1200] * 10 + [5400] * 10]).assign(dst_flag=None)
    row = value(measures.when_to_call(agency_calls), "hold_per_answer", weekday=1, block="08-10")
    assert (row["value"], row["n"], row["events"]) == (80 * 60, 20, 20)
    # With half an hour of patience: (20 + 5) / 0.5.
    half = measures.when_to_call(agency_calls, patience_s=1800)
    assert value(half, "hold_per_answer", weekday=1, block="08-10")["value"] == 50 * 60


@pytest.mark.slow
def test_a_morning_that_is_shorter_is_found_and_the_tip_borne_out():
    best = measures.best_time(measures.when_to_call(calls(1, 30, 2, early)))
    assert best.verdict == "set"
    assert {block for _, block in best.slots} <= {"08-10", "10-14"}
    assert best.saving.low > 0
    assert best.p_saves > 0.95
    tip = best.tips["earlier-is-shorter"]
    assert tip.low > 1
    for other in ("early-in-week", "not-on-friday"):
        assert best.tips[other].low < 1 < best.tips[other].high
    assert "would have cost" in best.sentence


@pytest.mark.slow
def test_where_nothing_differs_one_cannot_tell_and_hears_how_many_more_calls_it_takes():
    few = measures.best_time(measures.when_to_call(calls(2, 12, 2, alike)))
    assert (few.verdict, few.slots) == ("cannot tell", ())
    assert few.more_calls > 100
    assert "cannot be told yet" in few.sentence
    many = measures.best_time(measures.when_to_call(calls(6, 60, 4, alike)))
    assert (many.verdict, many.more_calls) == ("cannot tell", 0)
    assert "most likely have shown" in many.sentence


def test_too_few_calls_to_compare_are_said_to_be_too_few():
    best = measures.best_time(measures.when_to_call(calls(3, 3, 2, early)))
    assert (best.verdict, best.compared) == ("cannot tell", 0)
    assert best.more_calls > 0
    assert best.sentence.startswith("Which slot costs least cannot be told yet: 0 of 20 slots")


def test_no_call_at_all_is_no_error():
    best = measures.best_time(measures.when_to_call(calls(1, 1, 1, alike).head(0)))
    assert (best.verdict, best.n) == ("cannot tell", 0)


def test_calls_whose_hour_is_not_known_are_in_no_slot_and_counted():
    agency_calls = calls(4, 12, 2, early)
    agency_calls.loc[:9, "time_refers_to"] = "end"
    result = measures.when_to_call(agency_calls)
    hold = result.table[result.table["statistic"] == "hold_per_answer"]
    assert hold["n"].sum() == len(agency_calls) - 10
    assert any("In no slot" in found and found.endswith("10.") for found in result.caveats)


def test_it_says_that_it_looks_back():
    assert any("forecasts nothing" in result for result in measures.when_to_call(calls(1, 2, 1, early)).caveats)


def test_a_patience_that_is_none_is_refused():
    with pytest.raises(CallLogError, match="patience"):
        measures.when_to_call(calls(1, 1, 1, early), patience_s=0)


def test_every_tip_is_a_claim_in_the_agencies_file():
    assert set(ADVICE.values()) <= {claim.id for claim in agencies.load().claims}


# ---- errors -------------------------------------------------------------------------------------------


def table_of(agency_calls):
    reached = (agency_calls["wait_outcome"] == "reached").to_numpy().astype(int)
    day = pd.factorize(agency_calls["date"])[0]
    return np.zeros(len(agency_calls), int), day, agency_calls["wait_s"].to_numpy(), reached, 1 - reached


def test_with_every_call_on_its_own_day_the_error_is_that_of_independent_calls():
    cell, _, t, reached, lost = table_of(calls(5, 10, 2, alike))
    curves = estimates.kaplan_meier(cell, t, reached, lost)
    apart = estimates.slot_costs(curves, 3600)
    alone = estimates.slot_costs(curves, 3600, days=estimates.Days(cell, np.arange(len(t)), t, reached, lost))
    assert alone.log_se[0] == pytest.approx(apart.log_se[0], rel=0.01)


@pytest.mark.slow
def test_the_error_over_days_is_that_of_resampled_days():
    cell, day, t, reached, lost = table_of(calls(6, 40, 4, alike, day_spread=0.5))
    curves = estimates.kaplan_meier(cell, t, reached, lost)
    ours = estimates.slot_costs(curves, 3600, days=estimates.Days(cell, day, t, reached, lost)).log_se[0]

    def log_cost(copies):
        again = estimates.kaplan_meier(cell, t, reached * copies[day], lost * copies[day])
        return np.log(estimates.slot_costs(again, 3600).value[0])

    days = int(day.max()) + 1
    resampled = np.random.default_rng(1).multinomial(days, np.full(days, 1 / days), size=400)
    assert ours == pytest.approx(np.std([log_cost(copies) for copies in resampled]), rel=0.12)
    assert ours > 1.5 * estimates.slot_costs(curves, 3600).log_se[0]


def test_a_ratio_within_strata_is_not_moved_by_who_calls_when():
    # Tuesdays are twice as dear; side 1 calls mostly on Tuesdays. Within each day both sides cost the same.
    cost = np.array([30.0, 30.0, 60.0, 60.0])
    costs = estimates.Costs(cost, cost, cost, np.full(4, 0.1))
    ratio = estimates.stratified_ratio(costs, [0, 0, 1, 1], [0, 1, 0, 1], [90, 10, 10, 90])
    assert (ratio.value, ratio.n) == (1.0, 200)
    one_sided = estimates.stratified_ratio(costs, [0, 1, 2, 3], [0, 1, 0, 1], [90, 10, 10, 90])
    assert np.isnan(one_sided.value)
    assert one_sided.why


@pytest.mark.slow
def test_so_many_more_calls_do_mostly_tell():
    """At the number of calls it asks for, slots that differ as much as is worth seeing differ in four logs of five."""
    rng = np.random.default_rng(7)
    hour, weekday = np.tile(np.arange(4), 5), np.repeat(np.arange(5), 4)
    n, per_call = np.full(20, 30), 1.0
    se = np.sqrt(per_call / n)
    none = estimates.shrink_cells(np.full(20, 3.5), se, hour, weekday)
    wanted = (estimates.best_slots(none, n).more + n.sum()) / 20
    result = 0
    for _ in range(80):
        y = 3.5 + rng.normal(0, 0.15, 20) + rng.normal(0, np.sqrt(per_call / wanted), 20)
        result += estimates.shrink_cells(y, np.full(20, np.sqrt(per_call / wanted)), hour, weekday).differs
    assert 0.65 < result / 80 < 0.92


@pytest.mark.slow
def test_the_tips_intervals_hold_together_where_days_are_alike():
    """No slot differs, days do: all three ratios hold 1 at once in about 95 of 100 logs."""
    held = 0
    for seed in range(WORLDS):
        best = measures.best_time(measures.when_to_call(calls(100 + seed, 20, 2, alike, day_spread=0.3)))
        held += all(tip.low <= 1 <= tip.high for tip in best.tips.values())
    assert held >= {60: 52, 30: 25}[WORLDS]


@pytest.mark.slow
@pytest.mark.parametrize("n", fair([875, 1750, 3500], 3, first=1))
def test_where_days_differ_and_no_slot_does_a_set_is_named_no_more_often_than_the_test_says(n):
    """Worlds of 125 days that differ by a log-sd of 0.3; 6 % and two standard errors are 7 of 60 worlds, 4 of 30."""
    named = 0
    for seed in range(WORLDS):
        agency_calls = calls(1000 + seed, 25, 7, alike, day_spread=0.3).sample(n, random_state=seed)
        named += measures.best_time(measures.when_to_call(agency_calls)).verdict == "set"
    assert named <= {60: 7, 30: 4}[WORLDS]


def test_the_blocks_of_a_day_are_told_apart_although_days_differ_more():
    agency_calls = calls(3, 25, 2, early, day_spread=0.5)
    assert measures.best_time(measures.when_to_call(agency_calls)).verdict == "set"


def weekdays_told_apart(seed, slower=0.0, n_permutations=499):
    """Whether any two weekdays are told apart in 125 days of 28 calls that differ by a log-sd of 0.3."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(125), 28)
    wait = rng.lognormal(np.log(35) + rng.normal(0, 0.3, 125)[day] + slower * (day % 5 == 0), 0.7) * 60
    patience = rng.exponential(3600, len(day))
    reached = wait <= patience
    sums = estimates.log_rank_sums(np.minimum(wait, patience).astype(int), reached, ~reached)
    deals = estimates.permuted_days(day, day % 5, *sums, 5, n_permutations=n_permutations)
    return np.nanmin(deals.p_pairs()) <= 0.05


@pytest.mark.slow
def test_weekdays_that_do_not_differ_are_told_apart_no_more_often_than_the_test_says():
    """6 % and two standard errors of 200 worlds are 18 of them; intervals that do not touch told 41 % apart."""
    assert sum(weekdays_told_apart(seed) for seed in range(200)) <= 18


def test_a_weekday_that_is_slower_is_told_apart_although_days_differ():
    assert sum(weekdays_told_apart(seed, slower=0.4) for seed in range(5)) >= 4


def test_a_slot_with_too_few_calls_is_neither_in_the_set_nor_out_of_it():
    frame = calls(3, 20, 3, early)
    rare = (frame["weekday"] == 5) & (frame["hour"] == 18)
    frame = frame[~rare | (np.cumsum(rare) <= 10)]
    result = measures.when_to_call(frame)
    assert measures.best_time(result).verdict == "set"
    assert np.isnan(value(result, "in_best_set", weekday=5, block="17-20")["value"])
    assert value(result, "in_best_set", weekday=4, block="17-20")["value"] == 0
