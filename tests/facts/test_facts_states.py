"""Promises: when their clocks start, and where they stand on a day."""

from datetime import date

import pyarrow as pa
import pytest

from callanalytics import agencies, clocks
from callanalytics.facts import states
from callanalytics.measures import callback_hit_rate, late_callbacks, promise_kept_rate, silent_promises
from facts_rows import (
    CELL,
    MAIN,
    build,
    call,
    eastern,
    ends,
    line,
    loaded,
    naive,
    note,
    promise,
    rang,
    standing,
    state,
    stranger,
    utc,
)
from stored_log import OTHER, other_office

SHOWN = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-09-30 18:00")]  # covers the main line
P = promise("p", "2022-03-01 10:00", matter="M1")  # Tuesday 11:00 Eastern; due Friday March 4, 11:00
REGULAR = {**P, "promised": "regular"}  # due Wednesday April 12, 18:30 Eastern
OLD = promise("p", "2021-06-01 10:00")  # 48 hours: Thursday June 3; 72: Friday June 4
OLD_SHOWN = [stranger("first", "2021-05-01 08:00"), stranger("last", "2021-09-30 18:00")]


def answered(id, moment, **more):
    return rang(id, moment, outcome="answered", s=300, **more)


def row(made, as_of):
    (found,) = standing(made, as_of)
    return found


# ---- starts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "noted", "start", "basis"),
    [
        ([call("c", "2022-03-01 10:00:30", s=1200)], {}, "2022-03-01 10:20:30", "call_end"),
        ([call("c", "2022-03-01 10:00:30", s=1200)], {"duration_s": 900}, "2022-03-01 10:20:30", "call_end"),
        ([call("c", "2022-03-01 10:00:30", s=None)], {"duration_s": 900}, "2022-03-01 10:15:30", "call_end"),
        ([], {"duration_s": 900}, "2022-03-01 10:15", "call_end"),
        ([], {"time_refers_to": "end", "duration_s": 900}, "2022-03-01 10:00", "call_end"),
        ([], {"time_refers_to": "answer", "duration_s": 900, "wait_s": 600}, "2022-03-01 10:05", "call_end"),
        ([], {"time_refers_to": "answer", "duration_s": 900}, "2022-03-01 10:00", "call_start"),
        ([], {"wait_s": 600, "wait_origin": "dial"}, "2022-03-01 10:10", "wait_end"),
        ([], {"wait_s": 600, "wait_origin": "queue"}, "2022-03-01 10:10", "wait_end"),
        ([], {"wait_s": 4 * 3600}, "2022-03-01 14:00", "wait_end"),
        ([], {"wait_s": 4 * 3600 + 60}, "2022-03-01 10:00", "call_start"),  # more likely a slip
        ([], {"wait_s": 600, "time_refers_to": "unknown"}, "2022-03-01 10:00", "call_start"),
        ([], {}, "2022-03-01 10:00", "call_start"),
    ],
)
def test_the_clock_starts_when_the_call_ended_as_far_as_that_is_known(calls, noted, start, basis):
    (made,) = build(calls, [{**P, **noted}]).promises
    assert (naive(made["started_at_utc"]), made["start_basis"]) == (utc(start), basis)


def test_due_moments_are_those_of_the_clocks():
    (made,) = build(entries=[{**P, "quoted_value": 2, "quoted_unit": "business_days"}]).promises
    due = {c: naive(made[f"due_{c}_utc"]) for c in ("strict", "default", "lenient", "quoted")}
    assert due == {"strict": eastern("2022-03-04 11:00"), "default": eastern("2022-03-04 11:00"),
                   "lenient": eastern("2022-03-09 11:00"), "quoted": eastern("2022-03-03 18:30")}  # fmt: skip
    assert (made["rule_id"], made["rule_age_days"]) == ("t2-urgent-2022", 50)
    assert made["calendar"]


@pytest.mark.slow
def test_only_a_promised_callback_of_tier_two_is_a_promise():
    for word, n in (("urgent", 1), ("regular", 1), ("unknown", 1), ("queue", 0), ("none", 0), (None, 0)):
        assert len(build(entries=[{**P, "promised": word}]).promises) == n


def test_where_rules_differ_there_is_no_default_due_moment():
    (made,) = build(entries=[OLD]).promises
    assert made["rule_id"] == "t2-urgent-2021|t2-urgent-2022"
    assert naive(made["due_strict_utc"]) == eastern("2021-06-03 11:00")
    assert made["due_default_utc"] is None


def test_a_promise_with_a_date_alone_has_no_due_moment():
    (made,) = build(entries=[{**promise("p", "2022-03-01")}]).promises
    assert [made[c] for c in ("started_at_utc", "due_strict_utc", "due_lenient_utc", "watched_until_utc")] == [None] * 4
    assert made["date"] == date(2022, 3, 1)


# ---- restarts ------------------------------------------------------------------------------------------


def restarted(calls, entries):
    return naive(build([*SHOWN, *calls], entries).promises[0]["restarted_at_utc"])


AGAIN = note("again", "2022-03-15 09:00", matter="M1")


@pytest.mark.slow
def test_a_call_on_the_same_matter_after_a_miss_is_a_restart():
    missed = rang("r", "2022-03-03 10:00")
    before = note("before", "2022-03-02 09:00", matter="M1")
    assert restarted([missed], [P, before, AGAIN]) == utc("2022-03-15 09:00")
    assert restarted([missed], [P, {**AGAIN, "matter": "M2"}]) is None
    assert restarted([missed], [{**P, "matter": None}, {**AGAIN, "matter": None}]) is None


def test_a_call_after_silence_is_a_restart_only_once_the_promise_was_due():
    assert restarted([], [P, note("early", "2022-03-03 09:00", matter="M1")]) is None
    assert restarted([], [P, AGAIN]) == utc("2022-03-15 09:00")


def test_a_call_after_the_matter_was_settled_starts_nothing_again():
    missed, reached = rang("r", "2022-03-02 10:00"), answered("s", "2022-03-03 10:00")
    assert restarted([missed, reached], [P, AGAIN]) is None
    assert restarted([missed], [P, note("e", "2022-03-03", "email", parent_entry_id="p"), AGAIN]) is None


@pytest.mark.slow
def test_a_restart_is_seen_only_when_it_has_come():
    made = build([*SHOWN, rang("r", "2022-03-03 10:00")], [P, AGAIN])
    assert row(made, "2022-03-14")["restarted_at_utc"] is None
    assert naive(row(made, "2022-03-15")["restarted_at_utc"]) == utc("2022-03-15 09:00")


# ---- states, default reading ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("calls", "entries", "states"),
    [
        # what came, and the state on March 2, 4 (the day it is due), 10 and 31
        ([], [], "waiting silent silent silent"),
        ([answered("r", "2022-03-02 12:00")], [], "answered_first answered_first answered_first answered_first"),
        ([rang("r", "2022-03-02 12:00")], [], "missed_once missed_once missed_once missed_once"),
        ([rang("r", "2022-03-02 12:00"), answered("s", "2022-03-04 09:00")], [],
         "missed_once answered_second answered_second answered_second"),
        ([rang("r", "2022-03-02 12:00"), answered("s", "2022-03-08 09:00")], [],
         "missed_once missed_once missed_once missed_once"),
        ([rang("r", "2022-03-02 12:00"), rang("s", "2022-03-03 12:00")], [],
         "missed_once both_missed both_missed both_missed"),
        ([rang("r", "2022-03-02 12:00"), rang("s", "2022-03-03 12:00"), answered("t", "2022-03-04 09:00")], [],
         "missed_once answered_second answered_second answered_second"),
        ([answered("r", "2022-03-04 10:00")], [], "waiting answered_first answered_first answered_first"),
        ([answered("r", "2022-03-04 10:01")], [], "waiting late late late"),
        ([rang("r", "2022-03-08 09:00")], [], "waiting silent late late"),
        ([], [("e", "2022-03-02 12:00", "email")], "emailed emailed emailed emailed"),
        ([], [("e", "2022-03-08 12:00", "email")], "waiting silent late late"),
        ([rang("r", "2022-03-02 12:00")], [("e", "2022-03-03 12:00", "email")],
         "missed_once emailed emailed emailed"),
        ([], [("w", "2022-03-02 12:00", "withdrawn")], "withdrawn withdrawn withdrawn withdrawn"),
        ([], [("w", "2022-03-07 12:00", "withdrawn")], "waiting silent silent silent"),
        ([answered("r", "2022-03-02 12:00")], [("w", "2022-03-03 12:00", "withdrawn")],
         "answered_first answered_first answered_first answered_first"),
        ([rang("r", "2022-03-02 12:00")], [("w", "2022-03-03 12:00", "withdrawn")],
         "missed_once withdrawn withdrawn withdrawn"),
        ([], [("e", "2022-03-02 12:00", "email"), ("w", "2022-03-03 12:00", "withdrawn")],
         "emailed emailed emailed emailed"),
        ([rang("r", "2022-03-02 12:00"), rang("s", "2022-03-03 12:00", outcome="unknown")], [],
         "missed_once result_unknown result_unknown result_unknown"),
        ([rang("r", "2022-03-02 12:00"), rang("s", "2022-03-03 12:00"),
          rang("t", "2022-03-03 15:00", outcome="unknown")], [], "missed_once both_missed both_missed both_missed"),
        ([rang("r", "2022-03-02 12:00", outcome="unknown")], [],
         "result_unknown result_unknown result_unknown result_unknown"),
        ([rang("r", "2022-03-02 12:00", outcome="unknown"), rang("s", "2022-03-03 12:00")], [],
         "result_unknown result_unknown result_unknown result_unknown"),
        ([rang("r", "2022-03-02 12:00", outcome="unknown"), answered("s", "2022-03-03 12:00")], [],
         "result_unknown answered_second answered_second answered_second"),
        ([rang("r", "2022-03-08 12:00", outcome="unknown")], [], "waiting silent late late"),
    ],
)  # fmt: skip
def test_a_promise_stands_where_what_came_by_its_due_moment_puts_it(calls, entries, states):
    made = build([*SHOWN, *calls], [P, *(note(*n, parent_entry_id="p") for n in entries)])
    assert [state(made, f"2022-03-{day}") for day in ("02", "04", "10", "31")] == states.split()


@pytest.mark.slow
def test_nothing_on_a_line_that_was_not_watched_is_unwatched():
    made = build(SHOWN, [{**P, "callback_number": CELL}])
    assert [state(made, f"2022-03-0{day}") for day in (2, 4)] == ["waiting", "unwatched"]
    assert (
        state(build(entries=[P, note("e", "2022-03-08 10:00", "email", parent_entry_id="p")]), "2022-03-31") == "late"
    )


@pytest.mark.slow
def test_a_promise_whose_coverage_ends_before_it_is_due_is_never_silent():
    for last, wanted in (("2022-03-04 10:00", "silent"), ("2022-03-04 09:59", "unwatched")):
        made = build([SHOWN[0], stranger("last", last)], [P])
        assert state(made, "2022-03-03") == "waiting"
        assert {state(made, day) for day in ("2022-03-04", "2022-12-31")} == {wanted}


@pytest.mark.slow
def test_due_that_day_is_due():
    made = build(SHOWN, [REGULAR])
    days = {day: row(made, day) for day in ("2022-04-11", "2022-04-12")}
    assert [(r["is_due_default"], r["state"]) for r in days.values()] == [(False, "waiting"), (True, "silent")]
    assert [r["is_due_lenient"] for r in days.values()] == [False, True]  # due with the last moment of the day


@pytest.mark.slow
def test_a_ring_at_the_due_moment_is_in_time():
    made = build([*SHOWN, answered("r", "2022-03-04 10:00:00")], [P])
    assert [row(made, "2022-03-04")[c] for c in ("is_kept_default", "is_hit")] == [True] * 2
    assert ends(made, "2022-03-04", callback_hit_rate)[1] == 1


# ---- urgency or rule unknown ---------------------------------------------------------------------------


@pytest.mark.slow
def test_of_a_promise_of_unknown_urgency_only_what_came_is_told():
    unknown = {**P, "promised": "unknown"}
    assert state(build(SHOWN, [unknown]), "2022-03-02") == "rule_unknown"
    assert state(build([*SHOWN, answered("r", "2022-04-20 10:00")], [unknown]), "2022-06-30") == "answered_first"
    assert state(build([*SHOWN, rang("r", "2022-03-03 10:00")], [unknown]), "2022-06-30") == "missed_once"
    made = row(build(SHOWN, [unknown]), "2022-06-30")
    flags = [made[c] for c in made if c.startswith("is_")]
    assert flags == [None] * len(flags)
    assert (made["contact_by"], made["attributed_to"]) == (None, "unknown")


@pytest.mark.parametrize(
    ("callback", "wanted"),
    [
        (answered("r", "2021-06-03 09:00"), "answered_first"),  # in time under both rules
        (answered("r", "2021-06-03 12:00"), "rule_unknown"),  # late under 48 hours, in time under 72
        (answered("r", "2021-06-07 12:00"), "late"),  # late under both
        (rang("r", "2021-06-02 12:00"), "missed_once"),
        (None, "rule_unknown"),
    ],
)
def test_where_two_rules_may_have_held_they_must_agree(callback, wanted):
    made = build([*OLD_SHOWN, *([callback] if callback else [])], [OLD])
    assert state(made, "2021-09-01") == wanted


@pytest.mark.slow
def test_where_rules_differ_and_nothing_came_no_word_is_given_to_it():
    for shown in (OLD_SHOWN, []):
        assert {state(build(shown, [OLD]), day) for day in ("2021-06-01", "2021-06-03", "2021-09-01")} == {
            "rule_unknown"
        }


def test_two_rules_that_see_different_attempts_in_time_do_not_agree():
    made = build([*OLD_SHOWN, rang("r", "2021-06-02 12:00"), answered("s", "2021-06-03 12:00")], [OLD])
    assert state(made, "2021-09-01") == "rule_unknown"
    found = row(made, "2021-09-01")
    assert (found["is_kept_strict"], found["is_kept_default"], found["is_kept_lenient"]) == (True, None, True)
    assert (found["is_watched"], found["is_watched_default"], found["is_hit"]) == (True, None, None)


# ---- yes or no -----------------------------------------------------------------------------------------


def test_each_reading_has_its_own_flags():
    # Made on a Friday: strict Monday noon, default Wednesday noon, lenient the Friday after.
    made = build([*SHOWN, rang("r", "2022-03-15 09:00")], [promise("p", "2022-03-11 11:00")])
    r = row(made, "2022-03-16")
    found = {name: [r[f"is_{name}_{reading}"] for reading in ("strict", "default", "lenient", "quoted")]
            for name in ("due", "kept", "watched")}  # fmt: skip
    assert found == {"due": [True, True, False, None], "kept": [False, True, True, None],
                    "watched": [True, True, True, None]}  # fmt: skip


@pytest.mark.slow
def test_a_promise_that_is_waiting_is_watched_if_its_line_is_covered_to_the_day_of_looking():
    made = build([SHOWN[0], stranger("last", "2022-03-02 17:00")], [REGULAR])
    assert [row(made, day)["is_watched"] for day in ("2022-03-01", "2022-03-02", "2022-03-03")] == [True, True, False]


@pytest.mark.slow
def test_watched_is_decided_regardless_of_what_came():
    silent, rung = build(SHOWN, [P]), build([*SHOWN, answered("r", "2022-03-02 12:00")], [P])
    assert row(silent, "2022-03-31")["is_watched"] is row(rung, "2022-03-31")["is_watched"] is True
    unseen = build(entries=[P, note("r", "2022-03-02 12:00", "ring", outcome="answered", parent_entry_id="p")])
    assert (row(unseen, "2022-03-31")["state"], row(unseen, "2022-03-31")["is_watched"]) == ("answered_first", False)


@pytest.mark.slow
def test_email_keeps_a_promise_and_is_no_hit():
    made = build(SHOWN, [P, note("e", "2022-03-02 12:00", "email", parent_entry_id="p")])
    r = row(made, "2022-03-31")
    assert (r["is_kept_default"], r["is_kept_certain_default"], r["is_hit"]) == (True, True, False)
    assert ends(made, "2022-03-31", callback_hit_rate) == (0, 0)
    assert (r["contact_by"], r["certain_contact_days"]) == ("email", 1)


@pytest.mark.slow
def test_a_hidden_caller_whom_we_answered_in_time_may_have_been_a_hit():
    def hits(moment, **more):
        made = build([*SHOWN, answered("r", moment, other=None, **more)], [P])
        return *ends(made, "2022-03-31", callback_hit_rate), state(made, "2022-03-31")

    assert hits("2022-03-03 12:00") == (0, 1, "silent")
    assert hits("2022-03-04 12:00") == (0, 0, "silent")
    assert hits("2022-03-03 12:00", ours=CELL) == (0, 0, "silent")


@pytest.mark.slow
def test_possible_rings_are_counted_up_to_the_day_of_looking():
    made = build([*SHOWN, *(rang(d, f"{d} 12:00", None) for d in ("2022-03-02", "2022-03-03"))], [P])
    assert [row(made, f"2022-03-0{d}")["possible_missed"] for d in (1, 2, 3, 4)] == [None, 1, 2, 2]
    assert made.promises[0]["possible_missed"] == 2


@pytest.mark.parametrize(
    ("calls", "day", "closed"),
    [
        ([], "2022-03-31", None),
        ([rang("r", "2022-03-02 12:00")], "2022-03-09", False),
        ([rang("r", "2022-03-02 12:00")], "2022-03-10", True),
        ([rang("r", "2022-03-02 12:00"), rang("s", "2022-03-03 12:00")], "2022-03-02", False),
        ([rang("r", "2022-03-02 12:00"), rang("s", "2022-03-03 12:00")], "2022-03-03", True),
        ([answered("r", "2022-03-02 12:00")], "2022-03-02", True),
    ],
)
def test_a_round_is_over_when_no_ring_can_join_it(calls, day, closed):
    assert row(build([*SHOWN, *calls], [P]), day)["is_round_closed"] is closed


def test_a_free_callback_ends_no_round_of_the_callbacks_that_are_certain():
    named = note("n", "2022-03-22 12:00", "ring", outcome="missed", parent_entry_id="p")
    free = rang("free", "2022-03-02 12:00")  # two requests were open: whose it was no one knows
    made_of = [P, promise("q", "2022-03-01 10:30"), named]
    made = build([*SHOWN, free, rang("r", "2022-03-22 12:00")], made_of)
    first, _ = standing(made, "2022-03-23")
    assert (first["certain_first_callback_result"], len(first["free_callbacks"])) == ("missed", 1)
    assert (first["is_round_closed"], first["is_round_closed_certain"]) == (True, False)
    # Seen for a week after the free one, and not as long after the certain one.
    seen = [SHOWN[0], stranger("last", "2022-03-24 18:00")]
    first, _ = standing(build([*seen, free, rang("r", "2022-03-22 12:00")], made_of), "2022-03-31")
    assert first["is_round_watched_certain"] is False


@pytest.mark.slow
def test_days_to_contact_and_days_watched_are_business_days():
    def contact_by(calls, day, shown=SHOWN):
        r = row(build([*shown, *calls], [REGULAR]), day)
        return r["certain_contact_days"], r["followed_days"], r["contact_by"]

    named = [note("n", "2022-03-08 12:00", "ring", outcome="missed", parent_entry_id=REGULAR["entry_id"])]
    r = row(build([*SHOWN, rang("r", "2022-03-08 12:00")], [REGULAR, *named]), "2022-03-09")
    assert (r["certain_contact_days"], r["followed_days"], r["contact_by"]) == (5, 6, "phone")
    assert contact_by([rang("r", "2022-03-08 12:00")], "2022-03-07") == (None, 4, "none")
    assert contact_by([], "2022-06-30", [SHOWN[0], stranger("last", "2022-03-15 12:00")]) == (None, 10, "none")
    assert contact_by([], "2022-06-30", [])[1] is None  # never watched


def test_a_free_ring_says_after_how_many_business_days_it_came():
    made = build([*SHOWN, rang("r", "2022-03-08 12:00")], [REGULAR, promise("q", "2022-03-01 12:00", "regular")])
    for r in standing(made, "2022-03-31"):
        assert (len(r["free_callbacks"]), r["free_days"]) == (1, [5])


def came(result, moment=None, id="n", **more):
    """An entry of a callback in the row of the promise, as a sheet notes it: Called back? yes."""
    return note(id, moment, "ring", outcome=result, parent_entry_id="p", **more)


@pytest.mark.parametrize(
    ("result", "hit"), [("answered", (0, 1)), ("unknown", (0, 1)), ("missed", (0, 0)), ("voicemail", (0, 0))]
)
def test_a_callback_without_a_day_came_and_no_one_knows_whether_in_time(result, hit):
    made, day = build(SHOWN, [P, came(result)]), "2022-03-31"
    measures = (promise_kept_rate, callback_hit_rate, late_callbacks, silent_promises)
    # In time, or late, and not silent: it came.
    assert [ends(made, day, measure) for measure in measures] == [(0, 1), hit, (0, 1), (0, 0)]
    found = row(made, day)
    assert (found["state"], found["certain_contact"], found["contact_by"]) == ("undated", "undated", "phone")
    assert (found["is_kept_default"], found["attributed_to"], found["first_callback_at_utc"]) == (None, None, None)
    assert (found["certain_first_callback_result"], found["certain_contact_days"]) == (result, None)
    caveats = promise_kept_rate(loaded(made, day)).caveats
    assert any("on a day that no one noted" in text and text.endswith(": 1.") for text in caveats)


def test_a_callback_in_time_beside_one_without_a_day_keeps_the_promise():
    made = build(SHOWN, [P, came("missed", "2022-03-02"), came("answered", id="m")])
    assert ends(made, "2022-03-31", promise_kept_rate) == (1, 1)
    assert ends(made, "2022-03-31", callback_hit_rate) == (0, 1)
    assert row(made, "2022-03-31")["state"] == "missed_once"


def test_a_late_callback_beside_one_without_a_day_may_be_the_second():
    made = build(SHOWN, [P, came("missed", "2022-03-22"), came("missed", id="m")])
    assert ends(made, "2022-03-31", promise_kept_rate) == (0, 1)
    assert ends(made, "2022-03-31", late_callbacks) == (0, 1)


def test_where_no_stated_time_is_known_one_without_a_day_is_told_as_such():
    made = build(SHOWN, [{**P, "promised": "unknown"}, came("answered")])
    assert row(made, "2022-03-31")["state"] == "undated"


@pytest.mark.parametrize(("result", "hit"), [("unknown", (0, 1)), ("answered", (0, 1)), ("missed", (0, 0))])
def test_a_callback_of_unknown_result_may_be_a_hit_also_where_no_one_knows_whose_it_was(result, hit):
    two = [P, promise("q", "2022-03-01 10:30")]
    made = build(SHOWN, [*two, note("n", "2022-03-02 12:00", "ring", outcome=result)])
    assert ends(made, "2022-03-31", callback_hit_rate) == hit  # one of the two, and not both
    assert ends(made, "2022-03-31", promise_kept_rate) == (0, 1)


def test_nothing_that_came_later_is_seen():
    entries = [
        P,
        note("e", "2022-03-10 12:00", "email", parent_entry_id="p"),
        note("n", "2022-03-08 09:00", "notice", parent_entry_id="p"),
    ]
    made = build([*SHOWN, rang("r", "2022-03-03 10:00"), rang("s", "2022-03-08 10:00")], entries)
    r = row(made, "2022-03-07")
    assert [
        r[c]
        for c in (
            "second_callback_at_utc",
            "second_callback_result",
            "emailed_at_utc",
            "notice_at_utc",
            "notice_channel",
        )
    ] == [None] * 5
    assert (r["n_callbacks"], naive(r["first_callback_at_utc"])) == (1, utc("2022-03-03 10:00"))
    assert naive(r["watched_until_utc"]) == eastern("2022-03-07 23:59:59.999999")
    assert standing(made, "2022-02-28") == []


# ---- blame ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "entries", "noted", "wanted"),
    [
        ([], [P], {}, ("silent", "agency")),
        ([rang("r", "2022-03-08 10:00")], [P], {}, ("late", "agency")),
        ([], [{**P, "callback_extension": True}], {}, ("silent", "firm")),
        ([], [P], {"lines": [line(MAIN, withheld=False)]}, ("silent", "unknown")),
        ([], [P], {"lines": [line(MAIN, withheld=True)]}, ("silent", "agency")),
        ([rang("r", "2022-03-02 10:00")], [P], {}, ("missed_once", None)),
        ([], [{**P, "callback_number": CELL}], {}, ("unwatched", None)),
        ([], [{**P, "promised": "unknown"}], {}, ("rule_unknown", "unknown")),
        ([], [REGULAR], {}, ("waiting", None)),
    ],
)
def test_blame_is_given_where_nothing_came_in_time(calls, entries, noted, wanted):
    r = row(build([*SHOWN, *calls], entries, **noted), "2022-03-15")
    assert (r["state"], r["attributed_to"]) == wanted


# ---- bounds and rounds ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_possible_ring_makes_one_possible_hit_at_most():
    entries = [P, promise("q", "2022-03-01 11:00", matter="M2"), promise("r", "2022-03-01 12:00", matter="M3")]
    hidden = [answered("a", "2022-03-02 12:00", other=None), answered("b", "2022-03-03 12:00", other=None)]
    for n in (0, 1, 2):
        assert ends(build([*SHOWN, *hidden[:n]], entries), "2022-03-31", callback_hit_rate) == (0, n)


@pytest.mark.slow
def test_a_possible_ring_is_left_to_a_promise_that_was_not_reached_anyhow():
    entries = [P, promise("q", "2022-03-01 11:00", matter="M2")]
    callbacks = [answered("a", "2022-03-02 12:00", other=None), answered("b", "2022-03-03 12:00")]
    made = build([*SHOWN, *callbacks], entries)
    assert [r["is_hit"] for r in standing(made, "2022-03-31")] == [True, False]
    assert ends(made, "2022-03-31", callback_hit_rate)[1] == 2


@pytest.mark.parametrize(
    ("last", "second", "watched"),
    [("2022-09-30 18:00", False, True), ("2022-03-09 10:00", False, False), ("2022-03-09 10:00", True, False),
     ("2022-03-10 10:00", True, True)],
)  # fmt: skip
def test_a_round_is_watched_to_its_end_or_not_whatever_came(last, second, watched):
    came = {"r": "2022-03-02 12:00"} | ({"s": "2022-03-03 12:00"} if second else {})
    calls = [SHOWN[0], stranger("last", last), *(rang(id, moment) for id, moment in came.items())]
    named = [note(id, moment, "ring", outcome="missed", parent_entry_id="p") for id, moment in came.items()]
    assert row(build(calls, [P, *named]), "2022-04-30")["is_round_watched_certain"] is watched


def test_offices_judged_together_are_as_each_is_alone():
    hidden = [rang("r", "2022-03-02 10:00", other=None)]
    made = build([*SHOWN, *hidden], [P, {**REGULAR, "entry_id": "q"}], lines=[line(MAIN, withheld=False)])
    stray = build([*SHOWN, rang("s", "2022-03-02 09:00", other=None)], [P]).tables["callbacks"]
    end = clocks.end_of_day(date(2022, 9, 30), agency=agencies.load())

    def judged(offices):  # each with the same ids, beside one that has callbacks and no promise
        logs = [dict(other_office(made.tables, id)) for id in offices]
        promises, callbacks = (pa.concat_tables([log[name] for log in logs]) for name in ("promises", "callbacks"))
        rows = [{**made.office, "office_id": id} for id in offices]
        return states.promises_as_of(promises, pa.concat_tables([stray, callbacks]), rows, end, agencies.load())

    assert judged([OTHER])["free_callbacks"].to_pylist()[0]
    third = "2" * 32
    assert judged([OTHER, third]) == pa.concat_tables([judged([OTHER]), judged([third])]).combine_chunks()
    alone = states.promises_as_of(
        *(made.tables[name] for name in ("promises", "callbacks")), [made.office], end, agencies.load()
    )
    assert judged([OTHER]).drop("office_id") == alone.drop("office_id")
