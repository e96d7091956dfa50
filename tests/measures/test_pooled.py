"""Figures over offices, hours drawn together, and what report and map say of them."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import report_log
from callanalytics import estimates, figures, measures
from callanalytics.errors import CallLogError
from callanalytics.reports import comparisons, liaison
from callanalytics.reports.document import Note, TableBlock, Text
from callanalytics.reports.results import Results
from exhaustive import worlds

AS_OF = "2022-06-30"


def waits(levels, n=60, seed=1):
    """Agency calls of offices: name -> typical wait in seconds."""
    rng = np.random.default_rng(seed)
    rows = []
    for name, level in levels.items():
        wait, patience = level * np.exp(rng.normal(0, 0.6, n)), rng.exponential(7200, n)
        rows += [
            (name, int(min(w, p)), "reached" if w <= p else "gave_up") for w, p in zip(wait, patience, strict=True)
        ]
    agency_calls = pd.DataFrame(rows, columns=["office_id", "wait_s", "wait_outcome"])
    return agency_calls.assign(wait_origin="dial", time_refers_to="start", dst_flag=None)


OFFICES = {f"office {i}": level for i, level in enumerate((1200, 1800, 2400, 1500, 2100, 2700))}


# ---- over offices -------------------------------------------------------------------------------------


def test_the_wait_of_a_typical_office_is_the_random_effects_mean_of_the_offices_own():
    result = measures.wait(waits(OFFICES, n=300), "office")
    found = measures.over_offices(result)
    own = result.table.query("statistic == 'mean_120min'")
    se = (own["high"] - own["low"]) / 2 / 1.959964
    wanted = estimates.pool_offices(own["value"], se**2, transform="log")
    assert found.typical.value == pytest.approx(wanted.mean.value, rel=1e-6)
    assert (found.typical.low, found.typical.high) == pytest.approx((wanted.mean.low, wanted.mean.high), rel=1e-5)
    assert (found.statistic, found.typical.n, found.unit, found.left_out) == ("mean_120min", 6, "s", 0)
    assert found.prediction_low < found.typical.low < found.typical.value < found.typical.high < found.prediction_high


def test_the_mean_is_capped_where_every_offices_calls_reach():
    short = pd.DataFrame({"office_id": "short", "wait_s": [*range(600, 4500, 60), 4600], "wait_outcome": "reached"})
    short.loc[short.index[-1], "wait_outcome"] = "gave_up"  # no one there waited longer than 77 minutes
    agency_calls = pd.concat([waits(OFFICES, n=300), short]).assign(
        wait_origin="dial", time_refers_to="start", dst_flag=None
    )
    found = measures.over_offices(measures.wait(agency_calls, "office"))
    assert (found.statistic, found.typical.n, found.left_out) == ("mean_60min", 7, 0)
    assert found.typical.value < 3600


def test_all_calls_as_one_office_give_an_interval_that_is_too_narrow():
    agency_calls = waits(OFFICES, n=300)
    found = measures.over_offices(measures.wait(agency_calls, "office"))
    one = measures.wait(agency_calls).table.query("statistic == 'mean_120min'").iloc[0]
    assert found.typical.high - found.typical.low > 3 * (one["high"] - one["low"])
    assert found.together.whole == pytest.approx(one["value"])


def test_leaving_out_the_slowest_office_moves_the_figure_most():
    found = measures.over_offices(measures.wait(waits(OFFICES | {"slow": 6000}), "office"))
    names = sorted({*OFFICES, "slow"})
    assert names[found.together.office] == "slow"
    assert found.together.low < found.together.whole < found.together.high


def test_under_five_offices_there_is_no_interval_and_it_is_said_why():
    few = dict(list(OFFICES.items())[:4])
    found = measures.over_offices(measures.wait(waits(few), "office"))
    assert np.isnan([found.typical.value, found.typical.low]).all()
    assert "needs 5" in found.typical.why


def test_an_office_with_most_of_the_calls_makes_the_figure_dominated():
    agency_calls = pd.concat([waits(OFFICES, n=20), waits({"large": 1800}, n=400)])
    found = measures.over_offices(measures.wait(agency_calls, "office"))
    assert found.sizes.is_dominated
    assert found.typical.flag == "dominated"


@pytest.mark.slow
def test_a_share_over_offices_is_of_the_headline_reading_only():
    facts = six_offices(3000)
    result = measures.run("promise_kept_rate", facts, ("office",))
    found = measures.over_offices(result)
    rows = result.table.query("statistic == 'rate' and reading == 'default' and link == 'certain'")
    assert found.sizes.n == rows["n"].sum()
    assert found.typical.value == pytest.approx(estimates.pool_shares(rows["events"], rows["n"]).mean.value)
    assert 0 < found.typical.low < found.typical.value < found.typical.high < 1


@pytest.mark.parametrize("keys", [(), ("office", "weekday")])
def test_a_figure_that_is_not_split_by_office_alone_is_refused(keys):
    agency_calls = waits(OFFICES).assign(weekday=1, in_live_hours=True)
    with pytest.raises(CallLogError, match="is split by"):
        measures.over_offices(measures.wait(agency_calls, keys))


# ---- in the report ------------------------------------------------------------------------------------


def six_offices(n=1200):
    """The invented log with its rows dealt out to six offices."""
    facts = report_log.log(n)
    ids = [f"o{i}" for i in range(1, 7)]
    names = {id: f"Office {id}" for id in ids}
    rng = np.random.default_rng(2)
    changed = {}
    for name in ("agency_calls", "callbacks", "promises"):
        arrow = getattr(facts, name).arrow
        dealt = pa.array(rng.choice(ids, arrow.num_rows), arrow.schema.field("office_id").type)
        place = arrow.column_names.index("office_id")
        arrow = arrow.set_column(place, arrow.schema.field("office_id"), dealt)
        changed[name] = replace(getattr(facts, name), arrow=arrow, office_names=names)
    offices = facts.offices.arrow
    more = offices.take([0] * 6)
    for column, values in (("office_id", ids), ("name", list(names.values()))):
        place = more.column_names.index(column)
        more = more.set_column(place, more.schema.field(column), pa.array(values, more.schema.field(column).type))
    return replace(facts, offices=replace(facts.offices, arrow=more, office_names=names), **changed)


@pytest.mark.slow
def test_a_report_of_six_offices_counts_the_office():
    blocks = liaison.further_blocks(Results(six_offices()))
    (table,) = [b for b in blocks if isinstance(b, TableBlock) and b.title == "A typical office"]
    assert len(table.rows) == 6  # a wait, a share, and both ends of two more
    wait = table.rows[0]
    assert "minutes (95% interval" in wait[1]
    assert wait[1].endswith("6 offices)")
    assert "each wait counted up to" in wait[0]
    assert all(cell.count("–") == 1 for cell in wait[2:])


@pytest.mark.slow
def test_a_request_judged_by_a_stale_rule_is_in_no_figure_over_offices_either():
    results = Results(six_offices())
    found = measures.over_offices(results.aside("promise_kept_rate", "office"))
    assert found.sizes.n == results.row("promise_kept_rate")["n"]
    assert ("promise_kept_rate", ("office",)) not in results.taken


@pytest.mark.slow
def test_a_report_of_three_offices_says_why_there_is_no_interval_over_offices():
    blocks = liaison.further_blocks(Results(report_log.log(300)))
    text = " ".join(b.text for b in blocks if isinstance(b, Text))
    assert "Three law offices took part." in text
    assert "no interval over offices is given; it takes 5" in text
    assert not [b for b in blocks if isinstance(b, TableBlock) and b.title == "A typical office"]


# ---- hours of the week --------------------------------------------------------------------------------


def week_of_calls(later=0.0, seed=1, n=40):
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(1, 6):
        for hour in range(8, 20):
            wait = 1800 * np.exp(later * (hour - 8) + rng.normal(0, 0.7, n))
            patience = rng.exponential(3600, n)
            rows += [
                (day, hour, int(min(w, p)) // 60 * 60, "reached" if w <= p else "gave_up")
                for w, p in zip(wait, patience, strict=True)
            ]
    agency_calls = pd.DataFrame(rows, columns=["weekday", "hour", "wait_s", "wait_outcome"])
    return measures.wait(
        agency_calls.assign(wait_origin="dial", time_refers_to="start", dst_flag=None), ("weekday", "hour"), as_of=AS_OF
    )


@pytest.mark.slow
def test_hours_that_do_not_differ_become_one_color_and_the_map_says_so():
    result = week_of_calls()
    week = measures.pooled_week(result)
    assert (week.differs, week.stars, week.cells["pooled_s"].nunique()) == (False, 0, 1)
    chart = figures.hour_by_weekday(result)
    assert "One color: no difference between these hours is detectable" in chart.caption
    assert "No difference between its cells is detectable" in chart.alt
    filled = {p.get_facecolor() for p in chart.figure.axes[0].patches if not p.get_hatch()}
    assert len(filled) == 1


@pytest.mark.slow
def test_hours_that_differ_are_drawn_together_in_color_and_starred():
    result = week_of_calls(later=0.12)
    week = measures.pooled_week(result)
    assert week.differs
    by_hour = week.cells.groupby("hour")["pooled_s"].mean()
    assert by_hour.iloc[-1] > 2 * by_hour.iloc[0]
    medians = result.table.query("statistic == 'median'").set_index(["weekday", "hour"])["value"]
    pooled = week.cells.set_index(["weekday", "hour"])["pooled_s"]
    assert np.log(pooled).groupby("hour").std().mean() < np.log(medians).groupby("hour").std().mean()
    chart = figures.hour_by_weekday(result)
    starred = [t.get_text() for axes in chart.figure.axes for t in axes.texts if t.get_text().endswith("*")]
    assert len(starred) == week.stars == chart.data["is_star"].sum() > 0
    assert "one star in ten may be chance" in chart.caption


@pytest.mark.slow
def test_the_map_is_darker_where_the_number_printed_is_higher():
    chart = figures.hour_by_weekday(week_of_calls(later=0.12))
    assert "The darker, the longer." in chart.caption
    shown = chart.data[chart.data["flag"] == "ok"].sort_values("value")
    tints = {(p.get_x(), p.get_y()): sum(p.get_facecolor()[:3]) for p in chart.figure.axes[0].patches}
    drawn = [tints[cell.start, 5 - cell.weekday] for cell in shown.itertuples()]
    assert len(drawn) > 20
    assert all(light >= dark - 1e-9 for light, dark in pairwise(drawn))
    assert drawn[0] > drawn[-1]


@pytest.mark.slow
def test_maps_without_differences_are_seldom_colored_or_starred():
    found = [measures.pooled_week(week_of_calls(seed=seed, n=24)) for seed in worlds(40)]
    assert sum(week.differs for week in found) <= 0.15 * len(found)  # 5 % of 40 is 2
    assert sum(week.stars > 0 for week in found) <= 0.15 * len(found)


def test_too_few_hours_are_not_compared():
    rows = [(1, 9, 600, "reached")] * 30 + [(2, 9, 900, "reached")] * 30
    agency_calls = pd.DataFrame(rows, columns=["weekday", "hour", "wait_s", "wait_outcome"])
    result = measures.wait(
        agency_calls.assign(wait_origin="dial", time_refers_to="start", dst_flag=None), ("weekday", "hour")
    )
    week = measures.pooled_week(result)
    assert (week.differs, len(week.cells)) == (False, 2)
    nothing = measures.pooled_week(
        measures.wait(
            agency_calls[:0].assign(wait_origin="dial", time_refers_to="start", dst_flag=None), ("weekday", "hour")
        )
    )
    assert len(nothing.cells) == 0


# ---- before and after ---------------------------------------------------------------------------------


def daily(step=0.0, days=560, seed=1, offices=("a", "b")):
    """Six calls a day from 2021-01-04, waits longer by `step` (in logarithms) from 2022-01-03 on."""
    rng = np.random.default_rng(seed)
    moment = pd.date_range("2021-01-04", periods=days).repeat(6)
    wait = 1500 * np.exp(step * (moment >= "2022-01-03") + rng.normal(0, 0.4, len(moment)))
    agency_calls = pd.DataFrame(
        {"date": moment, "wait_s": wait.astype(int), "wait_outcome": "reached", "wait_origin": "dial"}
    )
    return measures.wait(agency_calls.assign(office_id=rng.choice(list(offices), len(moment))), ("office", "date"))


CHANGED = date(2022, 1, 3)


@pytest.mark.slow
def test_a_step_at_a_known_date_is_found_with_its_interval():
    found = measures.before_after(daily(step=-0.3), CHANGED)
    assert found.step.low < np.exp(-0.3) + 0.06
    assert found.step.high < 0.9
    assert (found.step.n, found.placebo.rank, found.joined, found.left) == (80, 1, 0, 0)
    after = found.weeks["week"] >= pd.Timestamp(CHANGED)
    assert (found.weeks["fitted"] < found.weeks["without"])[after].all()
    assert found.weeks.loc[~after, "fitted"].to_numpy() == pytest.approx(found.weeks.loc[~after, "without"].to_numpy())


@pytest.mark.slow
def test_a_date_at_which_nothing_happened_is_one_of_many():
    found = measures.before_after(daily(), CHANGED)
    assert found.step.low < 1 < found.step.high
    assert found.placebo.rank > 3


@pytest.mark.slow
def test_only_calls_between_two_other_changes_are_compared():
    limited = measures.before_after(daily(step=-0.3), CHANGED, first=date(2021, 6, 7), last=date(2022, 6, 5))
    assert (limited.step.n, limited.step.flag) == (52, "small_n")
    short = measures.before_after(daily(), CHANGED, last=date(2022, 2, 20))
    assert short.step.why == "52 weeks before and 7 after; a comparison needs 12 on either side"
    assert short.placebo is None


@pytest.mark.slow
def test_the_week_in_which_a_change_fell_is_on_neither_side():
    monday, thursday = (measures.before_after(daily(), day) for day in (CHANGED, date(2022, 1, 6)))
    assert (monday.step.n, thursday.step.n) == (80, 79)


@pytest.mark.slow
def test_an_office_that_joins_on_the_way_is_counted():
    late = daily(days=560, offices=("a",)).curve
    late = late[pd.to_datetime(late["date"]) > "2021-09-01"].assign(office="late")
    result = daily(days=560, offices=("a",))
    found = measures.before_after(replace(result, curve=pd.concat([result.curve, late])), CHANGED)
    assert (found.joined, found.left) == (1, 0)


def test_a_search_finds_the_week_of_a_great_change_and_says_that_it_is_no_finding():
    found = measures.search_changes(daily(step=-0.5))
    (one,) = found.found
    assert abs((one.week - CHANGED).days) <= 14
    assert one.earliest <= CHANGED <= one.latest
    assert one.ratio == pytest.approx(np.exp(-0.5), abs=0.08)
    assert found.sentence.endswith("only later weeks can confirm.")


@pytest.mark.slow
def test_a_search_may_find_none_and_is_not_made_in_few_weeks():
    assert measures.search_changes(daily()).found == ()
    assert "found none" in measures.search_changes(daily()).sentence
    few = measures.search_changes(daily(days=100))
    assert few.sentence == "No search for other dates was made: 15 weeks; a search needs 40."
    with pytest.raises(CallLogError, match="is split by"):
        measures.search_changes(measures.wait(waits(OFFICES), "office"))


def test_waits_that_are_not_split_by_day_are_refused():
    with pytest.raises(CallLogError, match="is split by"):
        measures.before_after(measures.wait(waits(OFFICES), "office"), CHANGED)


def test_a_report_attempts_no_comparison_where_the_day_is_not_known():
    results = Results(report_log.log(300))
    (result,) = [b.lines for b in comparisons.before_and_after(results) if isinstance(b, Note)]
    (compared,) = result
    assert compared.startswith("No comparison, since the day is not known:")
    searched = comparisons.step_finding(results)
    assert searched.text == "Too few weeks to say whether the wait changed."
    assert searched.detail == "0 weeks; a search needs 40."


@pytest.mark.slow
def test_a_change_at_an_uncertain_time_bars_comparisons_that_it_may_lie_in():
    by_then = SimpleNamespace(earliest=None, latest=date(2023, 1, 1), until=None, period=False, precision="by")
    band = SimpleNamespace(earliest=date(2021, 12, 1), latest=date(2022, 2, 1), until=None, period=False, precision="x")
    day = SimpleNamespace(earliest=CHANGED, latest=CHANGED, until=None, period=False, precision="day")
    earlier = SimpleNamespace(earliest=date(2021, 6, 1), latest=date(2021, 6, 1), until=None, period=False,
                              precision="day")  # fmt: skip
    shown = [comparisons._step_at(daily(step=-0.3), day, [other]) for other in (by_then, band, earlier)]
    assert [found for _, found in shown[:2]] == [None, None]
    assert all("may have come" in why for why, _ in shown[:2])
    assert shown[2][1].step.n == 59  # only the weeks since the earlier change
    result = comparisons._step_sentence(SimpleNamespace(**vars(day), label="Another rule"), shown[2][1])
    assert result.startswith("At January 3, 2022 (Another rule) the wait went to 0.7")
    assert "59 weeks" in result
    assert re.search(r"That step ranks 1st of \d+ dates: unusual\.", result)
