"""What the pages behind the brief say: when calling cost least, what can be checked, what would settle it."""

import re
from datetime import date

import pandas as pd
import pytest

from callanalytics import agencies, figures, measures
from callanalytics.reports import annex, comparisons, sections
from callanalytics.reports.document import Heading, TableBlock, Text
from callanalytics.reports.results import Results
from report_log import log


def agency_calls(minutes_at, weeks=6, each=3):
    """Calls of `weeks` weeks, every weekday and hour from 8 to 19, all answered after `minutes_at(hour)` and a bit."""
    rows = [
        (date(2022, 1, 3) + pd.Timedelta(days=7 * week + day), day + 1, hour, int(60 * minutes_at(hour)) + 45 * i)
        for week in range(weeks)
        for day in range(5)
        for hour in range(8, 20)
        for i in range(each)
    ]
    frame = pd.DataFrame(rows, columns=["date", "weekday", "hour", "wait_s"])
    return frame.assign(
        wait_outcome="reached", wait_origin="dial", time_refers_to="start", dst_flag=None, office_id="o1"
    )


@pytest.fixture(scope="module")
def results():
    return Results(log(600))


def best_time_blocks(found):
    """The sentence and the tips' table of a log's best time."""
    results = Results(log(0))
    blocks = sections.slot_by_slot(results, found)
    return next(b for b in blocks if isinstance(b, Text)).text, next(b for b in blocks if isinstance(b, TableBlock))


def test_where_mornings_cost_least_the_slots_are_named_with_minutes_and_saving():
    found = measures.best_time(measures.when_to_call(agency_calls(lambda hour: 10 if hour < 10 else 40)))
    sentence, tips = best_time_blocks(found)
    named = r"They are Mon.* 8–10 a\.m\. Eastern: \d+(–\d+)? minutes each \(their 95% intervals lie within \d+–\d+\)\."
    assert re.search(named, sentence)
    assert re.search(r"minutes of holding less .*\(95% interval −?\d+ to \d+; [\d,]+ calls\)", sentence)
    assert "forecasts nothing" in sentence
    assert tips.rows[0][0] == "Earlier calls wait less"
    assert tips.rows[0][-1] == "borne out"


def test_where_every_hour_costs_the_same_no_slot_is_named():
    sentence, tips = best_time_blocks(measures.best_time(measures.when_to_call(agency_calls(lambda hour: 30))))
    assert "They are" not in sentence
    assert {row[-1] for row in tips.rows} == {"not shown"}


def test_without_a_call_nothing_is_said_of_when_to_call():
    empty = Results(log(0))
    assert sections.slot_by_slot(empty, sections.best_time(empty)) == []


@pytest.mark.slow
def test_the_slots_that_cost_least_are_framed_on_the_map():
    slots = ((2, "08-10"), (3, "08-10"))
    waits = measures.wait(agency_calls(lambda hour: 30, weeks=1, each=30), ("weekday", "hour"))
    drawn = figures.hour_by_weekday(waits, best=slots)
    framed = [box for box in drawn.figure.axes[0].patches if not box.get_fill()]
    assert len(framed) == 4  # two slots of two hours: the map draws hours
    assert "Framed" in drawn.caption
    assert "Framed" not in figures.hour_by_weekday(waits).caption


def test_an_office_that_begins_later_is_a_mark_on_the_weekly_line():
    early = agency_calls(lambda hour: 30, weeks=20, each=1)
    late = early[early["date"] > date(2022, 3, 1)].assign(office_id="o2")
    drawn = figures.wait_by_week(measures.weekly_wait(pd.concat([early, late])), agencies.load().events)
    assert "1 office began (up)" in drawn.caption
    assert list(drawn.data["joined"]).count(1) == 1
    assert drawn.data["n"].sum() == len(early) + len(late)


def test_the_checks_give_the_share_noted_a_draw_and_the_first_figure(results):
    rows = dict(annex.ways(results).rows)
    assert re.search(r"audit draw .*--seed \d{8} --n 30", rows["Draw"])
    assert "callanalytics measure wait" in rows["First figure"]
    assert rows["Links"].startswith("Callback attempts that are certainly USCIS's: ")
    assert "no one can tell which calls went unnoted" in rows["Logging"]  # this log has no phone system's calls


def test_where_both_logs_have_calls_the_share_noted_and_both_medians_are_said(results, monkeypatch):
    short = pd.DataFrame({"duration_s": 1200, "wait_s": range(600, 1200, 10), "recorded_in": ["both", "phone"] * 30})
    long = pd.DataFrame({"duration_s": 4000, "wait_s": range(3000, 3600, 10), "recorded_in": "both"})
    calls = pd.concat([short, long]).assign(wait_outcome="reached", wait_origin="dial")
    table, others = measures.logging_bias(calls).table.set_index("statistic", drop=False), results.row

    def row(name, statistic="rate", **keys):
        return table.loc[statistic].to_dict() if name == "logging_bias" else others(name, statistic, **keys)

    monkeypatch.setattr(results, "row", row)
    rows = dict(annex.ways(results).rows)["Logging"]
    assert "someone logged: 75% (95% interval" in rows
    assert "90 of 120" in rows
    assert "Half of the 90 waits from dialing in both logs: 52 minutes" in rows
    assert "each weighted for the unnoted calls of its length: 20 minutes" in rows


def test_ten_counts_with_definitions_would_settle_it():
    table = next(b for b in comparisons.monthly_counts(agencies.load("uscis")) if isinstance(b, TableBlock))
    assert [row[0].split(".")[0] for row in table.rows] == [str(n) for n in range(1, 11)]
    assert all(definition.endswith(".") for _, definition in table.rows)
    assert isinstance(comparisons.monthly_counts(agencies.load("uscis"))[0], Heading)
