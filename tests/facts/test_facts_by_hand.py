"""Two small logs whose facts were worked out on paper: see ``by_hand/facts.md``."""

import csv
from datetime import datetime

import pytest

from facts_rows import CALLBACK, CELL, MAIN, USCIS, build, call, line, naive, note, standing, utc
from roots import BY_HAND

NUMBERS = {"MAIN": MAIN, "CELL": CELL, "USCIS": USCIS, "CALLBACK": CALLBACK}
OPEN = [{"weekday": day, "opens": "09:00", "closes": "17:00"} for day in range(1, 6)]


def rows(name):
    with (BY_HAND / name).open() as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def a_call(row):
    other = NUMBERS.get(row["other"])
    caller = "known" if other or row["other"] == "stranger" else "withheld"
    ours, lasted = NUMBERS[row["ours"]], int(row["seconds"])
    return call(row["id"], row["at"], row["direction"], other, ours, lasted, row["outcome"], caller_id=caller)


def a_note(row):
    given = {"wait_s": int(row["wait_s"] or 0), "duration_s": int(row["duration_s"]) if row["duration_s"] else None}
    if row["kind"] != "dial":
        return note(row["id"], row["at"], row["kind"], parent_entry_id=row["parent_entry_id"])
    return note(row["id"], row["at"], promised=row["promised"], callback_number=NUMBERS[row["number"]],
                wait_outcome="reached", **given)  # fmt: skip


@pytest.fixture(scope="module")
def made():
    calls = [*map(a_call, rows("facts_calls.csv"))]
    calls.append(call("c13", "2022-04-14 18:00:00", "inbound", None, s=60, caller_id="known"))
    entries = map(a_note, rows("facts_entries.csv"))
    return build(calls, entries, hours=OPEN, lines=[line(MAIN, "invented"), line(CELL)])


def test_the_main_line_is_covered_from_its_first_call_to_its_last(made):
    (stretch,) = made.coverage
    assert stretch["our_number"] == MAIN
    assert [naive(stretch[end]) for end in ("from_utc", "to_utc")] == [utc("2022-02-28 08:00"), utc("2022-04-29 17:00")]


def test_five_pairs_make_seven_dials(made):
    assert sorted(d["recorded_in"] for d in made.agency_calls) == ["both"] * 5 + ["entry", "phone"]
    assert {d["warnings"] for d in made.agency_calls} == {None}


def test_every_promise_starts_and_is_due_when_it_was_worked_out_to_be(made):
    got = {p["promise_id"]: p for p in made.promises}
    for wanted in rows("facts_promises.csv"):
        promise = got[wanted["promise"]]
        for column, wanted_moment in (
            ("started_at_utc", wanted["start_utc"]),
            ("due_default_utc", wanted["due_default_utc"]),
        ):
            assert naive(promise[column]) == datetime.fromisoformat(wanted_moment), (wanted["promise"], column)
        assert promise["possible_missed"] == (int(wanted["possible_missed"]) if wanted["possible_missed"] else None)


def test_every_ring_goes_where_it_was_worked_out_to_go(made):
    got = {
        r["callback_id"]: (r["promise_id"], r["link"], r["is_credited"] is True, r["cause"], r["attributed_to"])
        for r in made.callbacks
    }
    assert got == {
        "c2": ("n1", "possible", True, "outside_office_hours", "shared"),
        "c3": ("n1", "possible", True, None, None),
        "c6": (None, "none", False, "unknown", "unknown"),
        "c7": ("n2", "possible", False, "unknown", "unknown"),
        "c9": ("n5", "possible", True, "unknown", "unknown"),
    }


@pytest.mark.parametrize("day", ["0303", "0412", "0413", "0429", "0531"])
def test_every_promise_stands_where_it_was_worked_out_to_stand(made, day):
    got = {row["promise_id"]: row["state"] for row in standing(made, f"2022-{day[:2]}-{day[2:]}")}
    wanted = {row["promise"]: row[f"state_{day}"] for row in rows("facts_promises.csv") if row[f"state_{day}"]}
    assert got == wanted
