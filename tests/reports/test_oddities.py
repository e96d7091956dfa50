"""The data-quality annex: what does not fit is counted and said in words, never hidden and never put right."""

from types import SimpleNamespace

from callanalytics import agencies, schema
from callanalytics.facts import time_rounding
from callanalytics.log import Table
from callanalytics.reports import annex
from callanalytics.wording import words_for
from facts_rows import build, call, note, office, promise, stranger, table

SHOWN = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-09-30 18:00")]


def log(calls=(), entries=(), **more):
    made = build(calls, entries, **more)
    offices = schema.build("offices", {name: [value] for name, value in office(**more).items()})
    tables = {**made.tables, "calls": table("calls", calls), "entries": table("entries", entries), "offices": offices}
    rows_by_name = {name: Table(name, rows) for name, rows in tables.items()}
    return SimpleNamespace(agency=agencies.load(), **rows_by_name)


def contradictions_of(log) -> dict[str, str]:
    return dict(row for block in annex.contradictions(log) for row in block.rows)


def test_every_contradiction_of_promises_is_counted_in_words():
    entries = [promise("p", "2022-03-01 10:00", sr_number="S"), promise("q", "2022-03-02 10:00", sr_number="S")]
    entries.append(note("n", "2022-02-25 10:00", "ring", outcome="answered", parent_entry_id="p"))
    found = contradictions_of(log([*SHOWN, call("c", "2022-03-01 10:08")], entries))
    assert found["Request with a service request number that another also has: both kept"] == "2"
    assert found["Callback logged for a request made only later: answers none"] == "1"
    assert found["Request logged before its call began: its clock starts with the call"] == "1"


def test_a_warning_of_a_note_is_counted_once_though_its_dial_carries_it_too():
    found = contradictions_of(log([], [note("n", "2022-03-01 10:00", warnings="before_2018 reason_unlisted")]))
    assert found["Dated before 2018: kept with its date"] == "1"
    assert found["Reason: word in no list, counted as other"] == "1"


def test_hours_that_end_before_they_begin_and_offices_that_export_nothing_are_counted():
    hours = [{"weekday": 1, "opens": "17:00", "closes": "09:00"}, {"weekday": 2, "opens": "09:00", "closes": "17:00"}]
    found = contradictions_of(log([], [note("n", "2022-03-01 10:00")], hours=hours))
    assert found["Weekday whose opening hours end before they begin: not used"] == "1"
    assert found["Noted call of an office with no phone export that covers a line: counted as noted"] == "1"


def test_where_all_fits_nothing_is_said():
    assert contradictions_of(log([*SHOWN, call("c", "2022-03-01 10:00")], [note("n", "2022-03-01 10:00")])) == {}


def test_each_warning_of_a_dial_has_words():
    words = "conflict_start conflict_number conflict_line wait_over_duration logged_twice call_of_day_unsure"
    assert {*words.split(), "unmatched_note", time_rounding.ESTIMATED} <= set(words_for("warnings"))


def test_an_office_too_young_to_show_a_habit_is_not_said_to_have_one():
    assert annex.times_as_written(log([], [note("n", "2022-03-01 10:00")]), {office()["office_id"]: "Office A"}) == []


def test_a_layout_that_an_office_named_itself_is_not_named():
    entries = [note(f"n{day}", f"2022-03-{day:02} 10:00", format="garcia_lopez") for day in range(1, 25)]
    (block,) = annex.times_as_written(log([], entries), {office()["office_id"]: "Office A"})
    assert {first for first, _ in block.rows} == {"Office A: layout of its own"}
