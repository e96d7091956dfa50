"""Logs that cannot be right: every row is kept, flagged and counted, and nothing is guessed in silence."""

import pytest

from facts_rows import CELL, MAIN, build, call, line, naive, note, promise, rang, standing, state, stranger, utc

SHOWN = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-09-30 18:00")]
P = promise("p", "2022-03-01 10:00", sr_number="SR1")


def test_a_promise_before_the_call_it_came_from_starts_with_that_call():
    made = build([*SHOWN, call("c", "2022-03-01 10:08", s=600)], [P])  # noted eight minutes before its call
    (agency_call,) = made.agency_calls
    (kept,) = made.promises
    assert (agency_call["recorded_in"], agency_call["warnings"]) == ("both", "conflict_start promise_before_call")
    assert naive(kept["started_at_utc"]) == utc("2022-03-01 10:18")


def test_a_ring_that_is_noted_before_its_promise_is_kept_and_its_promise_is_not_kept_by_it():
    early = note("n", "2022-02-25 10:00", "ring", outcome="answered", parent_entry_id="p")
    made = build(SHOWN, [P, early])
    assert [(r["promise_id"], r["link"]) for r in made.callbacks] == [(None, "none")]
    assert state(made, "2022-03-31") == "silent"
    assert [d["warnings"] for d in made.agency_calls] == ["ring_before_promise unmatched_note"]


@pytest.mark.parametrize(
    ("moment", "flagged"),
    [("2022-03-01 09:45", True), ("2022-03-01 10:15", False), ("2022-02-28", True), ("2022-03-01", False)],
)
def test_a_ring_is_before_its_promise_by_its_time_or_where_it_has_none_by_its_day(moment, flagged):
    made = build(entries=[P, note("n", moment, "ring", outcome="missed", parent_entry_id="p")])
    assert ["ring_before_promise" in (d["warnings"] or "") for d in made.agency_calls] == [flagged]


@pytest.mark.slow
def test_two_promises_with_one_service_request_stay_two_and_a_ring_is_the_last_ones():
    entries = [P, promise("q", "2022-03-02 10:00", sr_number="SR1")]
    entries.append(note("n", "2022-03-03 09:00", "ring", outcome="answered", sr_number="SR1"))
    made = build(SHOWN, entries)
    assert len(made.promises) == 2
    assert ["sr_number_twice" in d["warnings"] for d in made.agency_calls] == [True, True]
    assert [r["promise_id"] for r in made.callbacks] == ["q"]
    assert {p["promise_id"]: p["state"] for p in standing(made, "2022-03-31")} == {"p": "silent", "q": "answered_first"}


@pytest.mark.parametrize("hours", [[("17:00", "09:00")], [("09:00", "09:00")]])
def test_hours_that_end_before_they_begin_are_not_believed(hours):
    found = [{"weekday": day, "opens": a, "closes": b} for day in range(1, 6) for a, b in hours]
    (callback,) = build([rang("r", "2022-03-02 10:00")], [P], hours=found).callbacks
    assert (callback["in_office_hours"], callback["cause"]) == (None, "unknown")


def test_of_hours_some_right_and_some_not_the_right_ones_hold():
    given = [{"weekday": 3, "opens": "17:00", "closes": "09:00"}, {"weekday": 4, "opens": "09:00", "closes": "17:00"}]
    made = build([rang("w", "2022-03-02 10:00"), rang("t", "2022-03-03 10:00")], [P], hours=given)
    assert [r["in_office_hours"] for r in made.callbacks] == [None, True]


def test_an_office_that_exports_nothing_is_watched_by_no_one_and_loses_nothing():
    entries = [
        P,
        note("n", "2022-03-02 10:00", "ring", outcome="missed", parent_entry_id="p"),
        promise("q", "2022-03-07 10:00"),
    ]
    made = build(entries=entries, lines=[line(MAIN, "RingCentral"), line(CELL)])
    assert made.coverage == []
    assert [d["recorded_in"] for d in made.agency_calls] == ["entry", "entry"]
    assert {d["warnings"] for d in made.agency_calls} == {None}  # no log contradicts them
    states = {p["promise_id"]: (p["state"], p["is_watched"]) for p in standing(made, "2022-03-31")}
    assert states == {"p": ("missed_once", False), "q": ("unwatched", False)}


def test_a_note_without_any_date_is_kept_and_belongs_to_no_hour():
    made = build(SHOWN, [promise("p", None), note("r", None, "ring", outcome="missed")])
    assert [(d["date"], d["hour"]) for d in made.agency_calls] == [(None, None)]
    assert [(r["date"], r["link"]) for r in made.callbacks] == [(None, "none")]
    assert state(made, "2022-03-31") == "rule_unknown"
