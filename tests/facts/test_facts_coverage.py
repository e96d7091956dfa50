"""When could a line be observed: never more than the files show, and never less because of how they were cut."""

from datetime import date, timedelta

import numpy as np
import pytest

from callanalytics import clocks
from callanalytics.values import zones
from facts_rows import CELL, MAIN, ZONE, build, line, naive, note, promise, source, state, stranger, utc


def daily(first, last, ours=MAIN, source="a", skip=(), clock="12:00"):
    """A stranger's call on every day from one to another, but those skipped."""
    days = np.arange(np.datetime64(first), np.datetime64(last) + clocks.DAY)
    skipped = {str(d) for a, b in skip for d in np.arange(np.datetime64(a), np.datetime64(b) + clocks.DAY)}
    kept = [str(d) for d in days if str(d) not in skipped]
    return [stranger(f"{source}{ours}{d}", f"{d} {clock}", ours, source=source) for d in kept]


def spans(made, number=MAIN):
    """The days from and to which a line is covered, pieces that touch put together."""
    found = []
    for row in made.coverage:
        if row["our_number"] != number:
            continue
        start, end = (_day(row[name]) for name in ("from_utc", "to_utc"))
        if found and naive(row["from_utc"]) == found[-1][2]:
            found[-1] = (found[-1][0], end, naive(row["to_utc"]))
        else:
            found.append((start, end, naive(row["to_utc"])))
    return [(start, end) for start, end, _ in found]


def _day(moment):
    return str(zones.to_local(np.array([moment.replace(tzinfo=None)], "M8[us]"), ZONE)[0].astype("M8[D]"))


# ---- exports -------------------------------------------------------------------------------------------


def test_an_export_covers_a_line_from_its_first_call_to_its_last():
    made = build(daily("2022-03-01", "2022-03-31"))
    (row,) = made.coverage
    assert (naive(row["from_utc"]), naive(row["to_utc"])) == (utc("2022-03-01 12:00"), utc("2022-03-31 12:00"))
    assert (row["basis"], row["has_unanswered"], row["source_id"]) == ("export", True, "a")


def test_a_week_without_calls_on_a_busy_line_is_a_gap():
    made = build(daily("2022-03-01", "2022-05-31", skip=[("2022-04-04", "2022-04-08")]))
    assert spans(made) == [("2022-03-01", "2022-04-03"), ("2022-04-09", "2022-05-31")]


def test_several_holes_do_not_hide_each_other():
    holes = [("2022-03-21", "2022-04-01"), ("2022-05-02", "2022-05-13"), ("2022-06-20", "2022-07-01")]
    assert len(spans(build(daily("2022-02-01", "2022-08-31", skip=holes)))) == 4


def test_a_hole_does_not_make_itself_look_ordinary():
    made = build(daily("2022-03-01", "2022-03-25", skip=[("2022-03-14", "2022-03-23")]))
    assert spans(made) == [("2022-03-01", "2022-03-13"), ("2022-03-24", "2022-03-25")]


def test_a_weekend_and_thanksgiving_are_no_gap():
    made = build(daily("2021-11-01", "2021-12-10", skip=[("2021-11-25", "2021-11-28"), ("2021-11-13", "2021-11-14")]))
    assert spans(made) == [("2021-11-01", "2021-12-10")]


def test_a_quiet_line_may_be_quiet_for_as_long_as_it_usually_is():
    every_fourth = [f"2022-{m:02}-{d:02}" for m in range(1, 10) for d in (1, 5, 9, 13, 17, 21, 25)]
    calls = [stranger(day, f"{day} 12:00") for day in every_fourth if not "2022-05-09" <= day <= "2022-05-17"]
    assert spans(build(calls)) == [("2022-01-01", "2022-09-25")]


def test_a_handful_of_calls_is_taken_at_its_word():
    assert spans(build([stranger("1", "2022-03-01 09:00"), stranger("2", "2022-06-30 09:00")])) == [
        ("2022-03-01", "2022-06-30")
    ]


def test_one_call_covers_nothing():
    assert build([stranger("1", "2022-03-01 09:00")]).coverage == []


def test_each_line_has_its_own_coverage():
    made = build([*daily("2022-03-01", "2022-03-31"), *daily("2022-03-14", "2022-03-18", CELL)])
    assert spans(made) == [("2022-03-01", "2022-03-31")]
    assert spans(made, CELL) == [("2022-03-14", "2022-03-18")]


def test_a_line_whose_last_call_is_near_the_end_of_the_export_is_covered_to_that_end():
    made = build([*daily("2022-03-01", "2022-03-31"), *daily("2022-03-01", "2022-03-30", CELL)])
    assert spans(made, CELL) == [("2022-03-01", "2022-03-31")]


def test_monthly_exports_cover_as_one_file_does():
    calls = daily("2022-03-01", "2022-05-31")
    months = [{**c, "source_id": "abc"[c["started_at_local"].month - 3]} for c in calls]
    made = build(months)
    assert spans(made) == spans(build(calls)) == [("2022-03-01", "2022-05-31")]
    assert [row["source_id"] for row in made.coverage] == ["a", "b", "c"]


def test_a_month_that_no_one_exported_is_a_gap():
    made = build([*daily("2022-03-01", "2022-03-31", source="a"), *daily("2022-05-01", "2022-05-31", source="b")])
    assert spans(made) == [("2022-03-01", "2022-03-31"), ("2022-05-01", "2022-05-31")]


def test_two_small_exports_do_not_vouch_for_the_time_between_them():
    days = [("2022-03-01", "a"), ("2022-03-20", "a"), ("2022-05-02", "b"), ("2022-05-20", "b")]
    calls = [stranger(day, f"{day} 09:00", source=export) for day, export in days]
    assert spans(build(calls)) == [("2022-03-01", "2022-03-20"), ("2022-05-02", "2022-05-20")]


def test_pages_of_one_call_each_are_one_export():
    days = [f"2022-03-{d:02}" for d in (1, 9, 17, 25)]
    calls = [stranger(day, f"{day} 09:00", source=f"p{i}") for i, day in enumerate(days)]
    made = build(calls, sources=[source(f"p{i}", n=1) for i in range(4)])
    assert spans(made) == [("2022-03-01", "2022-03-25")]
    assert len(made.coverage) == 1


def test_the_stated_range_of_a_file_counts_where_the_line_is_hardly_quiet_before_it_ends():
    stated = {"covers_from_utc": utc("2022-03-01 00:00"), "covers_to_utc": utc("2022-04-01 23:00")}
    assert spans(build(daily("2022-03-01", "2022-03-31"), sources=[source(**stated)])) == [("2022-03-01", "2022-04-01")]
    assert spans(build(daily("2022-03-01", "2022-03-21"), sources=[source(**stated)])) == [("2022-03-01", "2022-03-21")]


def test_an_export_without_unanswered_calls_says_so():
    made = build(daily("2022-03-01", "2022-03-31"), sources=[source(witness=False)])
    assert [row["has_unanswered"] for row in made.coverage] == [False]


def test_a_call_dated_after_the_day_of_reading_covers_no_years_to_come():
    slip = stranger("slip", "2032-03-01 12:00", warnings="after_ingest")
    assert spans(build([*daily("2022-03-01", "2022-03-31"), slip])) == [("2022-03-01", "2022-03-31")]


# ---- numbers of ours -----------------------------------------------------------------------------------


@pytest.mark.parametrize("known", ["invented", "Invented", "INVENT-ED"])
def test_calls_without_a_number_of_ours_are_those_of_the_line_that_the_office_names(known):
    made = build(daily("2022-03-01", "2022-03-31", None), lines=[line(MAIN, known), line(CELL, "another")])
    assert spans(made) == [("2022-03-01", "2022-03-31")]
    assert spans(made, CELL) == []


def test_calls_without_a_number_of_ours_cover_nothing_when_no_line_is_named():
    assert build(daily("2022-03-01", "2022-03-31", None)).coverage == []


def test_of_several_lines_named_for_one_system_none_is_covered():
    made = build(daily("2022-03-01", "2022-03-31", None), lines=[line(MAIN, "invented"), line(CELL, "invented")])
    assert made.coverage == []


# ---- the hand log --------------------------------------------------------------------------------------


def test_a_hand_log_declared_complete_covers_the_whole_office_to_its_last_row():
    entries = [note("1", "2022-03-01 10:00"), note("2", "2022-04-20 16:00")]
    (row,) = build(entries=entries, logs_callbacks_since=date(2022, 2, 1)).coverage
    assert (row["our_number"], row["basis"], row["source_id"]) == (None, "declared", None)
    assert (naive(row["from_utc"]), naive(row["to_utc"])) == (utc("2022-02-01 00:00"), utc("2022-04-20 16:00"))


def test_a_last_row_with_a_date_alone_covers_only_the_days_before_it():
    (row,) = build(entries=[note("1", "2022-04-20")], logs_callbacks_since=date(2022, 2, 1)).coverage
    assert naive(row["to_utc"]) == utc("2022-04-20 00:00")


def test_a_hand_log_that_no_one_declared_covers_nothing():
    assert build(entries=[note("1", "2022-03-01 10:00"), note("2", "2022-04-20 16:00")]).coverage == []


def test_a_declaration_later_than_the_last_row_covers_nothing():
    assert build(entries=[note("1", "2022-03-01 10:00")], logs_callbacks_since=date(2022, 5, 1)).coverage == []


# ---- watching ------------------------------------------------------------------------------------------


def watched(entries, calls=(), **more):
    (row,) = build(calls, entries, **more).promises
    return naive(row["watched_until_utc"])


def test_a_promise_is_watched_to_the_end_of_the_unbroken_coverage_of_its_number():
    calls = [*daily("2022-03-01", "2022-03-31", source="a"), *daily("2022-05-01", "2022-05-31", source="b")]
    assert watched([promise("p", "2022-03-08 10:00")], calls) == utc("2022-03-31 12:00")


def test_a_promise_on_a_number_that_no_export_shows_is_never_watched():
    assert watched([promise("p", "2022-03-08 10:00", number=CELL)], daily("2022-03-01", "2022-03-31")) is None


def test_an_export_without_unanswered_calls_watches_nothing():
    sources = [source(witness=False)]
    assert watched([promise("p", "2022-03-08 10:00")], daily("2022-03-01", "2022-03-31"), sources=sources) is None


def test_declared_logging_carries_on_where_an_export_ends():
    entries = [promise("p", "2022-03-08 10:00"), note("z", "2022-06-30 09:00", "none_came")]
    until = watched(entries, daily("2022-03-01", "2022-03-31"), logs_callbacks_since=date(2022, 3, 20))
    assert until == utc("2022-06-30 09:00")


def test_without_a_number_every_line_of_the_office_must_be_covered():
    calls = [*daily("2022-03-01", "2022-03-31"), *daily("2022-03-01", "2022-03-18", CELL, source="b")]
    asked = [promise("p", "2022-03-08 10:00", number=None)]
    assert watched(asked, calls) == utc("2022-03-18 12:00")
    assert watched(asked, calls, lines=[line(MAIN)]) == utc("2022-03-18 12:00")
    assert watched(asked, calls, lines=[line(MAIN), line("+13125550199")]) is None


def test_an_office_without_lines_watches_by_its_declaration_alone():
    entries = [promise("p", "2022-03-08 10:00", number=None), note("z", "2022-06-30 09:00", "none_came")]
    assert watched(entries, logs_callbacks_since=date(2022, 3, 1)) == utc("2022-06-30 09:00")
    assert watched(entries) is None


# ---- holes in a hand log -------------------------------------------------------------------------------


def test_a_hole_in_a_hand_log_said_to_be_complete_ends_what_the_word_covers():
    days = [date(2022, 1, 3) + timedelta(days=n) for n in range(180)]
    kept = [d for d in days if d.weekday() < 5 and not date(2022, 3, 14) <= d <= date(2022, 4, 15)]
    made = build(entries=[note(f"n{d}", f"{d} 10:00") for d in kept], logs_callbacks_since=date(2022, 1, 3))
    assert [(str(naive(c["from_utc"]))[:10], str(naive(c["to_utc"]))[:10]) for c in made.coverage] == [
        ("2022-01-03", "2022-03-11"),
        ("2022-04-18", "2022-07-01"),
    ]


@pytest.mark.slow
def test_a_promise_in_the_hole_of_a_hand_log_is_unwatched():
    days = [date(2022, 1, 3) + timedelta(days=n) for n in range(180)]
    kept = [d for d in days if d.weekday() < 5 and not date(2022, 3, 14) <= d <= date(2022, 4, 15)]
    entries = [note(f"n{d}", f"{d} 10:00") for d in kept]
    for day, wanted in (("2022-02-01", "silent"), ("2022-03-11", "unwatched"), ("2022-05-03", "silent")):
        made = build(entries=[*entries, promise("p", f"{day} 09:00")], logs_callbacks_since=date(2022, 1, 3))
        assert state(made, "2022-06-30") == wanted
