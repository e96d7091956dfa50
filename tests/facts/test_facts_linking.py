"""The agency's callbacks: which they are, which promise each answers, and why no one answered."""

from datetime import date

import pytest

from callanalytics.measures import callback_hit_rate
from facts_rows import (
    CELL,
    MAIN,
    USCIS,
    build,
    call,
    ends,
    line,
    naive,
    note,
    notice,
    promise,
    rang,
    standing,
    stranger,
    utc,
)

OPEN = [{"weekday": day, "opens": "09:00", "closes": "17:00"} for day in range(1, 6)]
P = promise("p", "2022-03-01 10:00", matter="M1", sr_number="SR1")  # a Tuesday; lenient due March 9
# Both lines in exports for as long before as a promise lives: a call that no one noted would be seen.
SHOWN = [stranger(f"{n}", moment, ours) for n, (moment, ours) in enumerate(
    (moment, ours) for moment in ("2021-09-01 08:00", "2022-07-29 18:00") for ours in (MAIN, CELL))]  # fmt: skip


def links(made):
    return {r["callback_id"]: (r["promise_id"], r["link"]) for r in made.callbacks}


def ring_note(id, moment, outcome="answered", **more):
    return note(id, moment, "ring", outcome=outcome, **more)


def why(*calls, entries=(P,), notices=(), **more):
    """Cause and blame of the last callback."""
    made = build(calls, entries, notices, **more)
    return made.callbacks[-1]["cause"], made.callbacks[-1]["attributed_to"]


# ---- which calls are callbacks -----------------------------------------------------------------------------


def test_what_was_shown_of_the_caller_is_a_fact_of_its_own():
    made = build([
        rang("agency", "2022-03-02 10:00"),
        rang("withheld", "2022-03-02 11:00", None),
        rang("unknown", "2022-03-02 12:00", None, caller_id="unknown"),
        rang("text", "2022-03-02 13:00", None, caller_id="text"),
        rang("nothing", "2022-03-02 14:00", None, caller_id="not_recorded"),
        rang("800", "2022-03-02 15:00", USCIS),
        stranger("stranger", "2022-03-02 16:00"),
        call("ours", "2022-03-02 17:00"),
    ])  # fmt: skip
    assert {r["callback_id"]: r["caller_id"] for r in made.callbacks} == {
        "agency": "agency", "withheld": "withheld", "unknown": "unknown", "text": "text", "nothing": "not_recorded",
        "800": "agency",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "result"),
    [("answered", "answered"), ("voicemail", "voicemail"), ("missed", "missed"), ("busy", "missed"),
     ("canceled", "missed"), ("unknown", "unknown")],
)  # fmt: skip
def test_the_result_of_a_ring_is_what_the_phone_system_says(outcome, result):
    assert build([rang("r", "2022-03-02 10:00", outcome=outcome)]).callbacks[0]["result"] == result


def test_a_person_knows_better_than_the_phone_system_who_answered():
    made = build([rang("r", "2022-03-02 10:00:20", outcome="answered")], [ring_note("n", "2022-03-02 10:01", "missed")])
    (callback,) = made.callbacks
    assert [callback[c] for c in ("recorded_in", "call_id", "entry_id", "result")] == ["both", "r", "n", "missed"]


def test_notes_of_rings_are_joined_one_to_one_with_calls_that_may_be_the_agencys():
    calls = [rang("r1", "2022-03-02 10:00", None), rang("r2", "2022-03-02 10:06"), stranger("s", "2022-03-02 10:03")]
    made = build(calls, [ring_note("n1", "2022-03-02 10:03", "missed"), ring_note("n2", "2022-03-02 10:08", "missed")])
    assert {(r["call_id"], r["entry_id"]) for r in made.callbacks} == {("r1", "n1"), ("r2", "n2")}


@pytest.mark.parametrize(
    ("moment", "window", "office"),
    [
        ("2022-03-02 06:00", True, False),
        ("2022-03-02 05:59", False, False),
        ("2022-03-02 09:00", True, True),
        ("2022-03-02 17:00", True, False),
        ("2022-03-02 17:30", True, False),
        ("2022-03-02 17:31", False, False),
        ("2022-02-21 10:00", False, True),  # Presidents' Day: the agency is closed, the office is not
        ("2022-03-05 10:00", False, False),
    ],
)
def test_the_window_is_eastern_and_the_office_hours_are_local(moment, window, office):
    (callback,) = build([rang("r", moment)], hours=OPEN).callbacks
    assert (callback["in_window"], callback["in_office_hours"]) == (window, office)
    assert build([rang("r", moment)]).callbacks[0]["in_office_hours"] is None


def test_a_ring_with_a_date_alone_has_no_hour_and_no_window():
    (callback,) = build(entries=[ring_note("n", "2022-03-02")], hours=OPEN).callbacks
    assert [callback[c] for c in ("date", "hour", "in_window", "in_office_hours")] == [
        date(2022, 3, 2),
        None,
        None,
        None,
    ]


def test_a_text_that_asks_for_us_is_an_attempt_and_our_reply_answers_it():
    ahead = notice("t", "2022-03-02 10:00", "text_ahead")
    (callback,) = build(SHOWN, [P], [ahead]).callbacks
    found = [callback[c] for c in ("recorded_in", "channel", "notice_id", "result", "promise_id", "link")]
    assert found == ["notice", "text", "t", "unknown", "p", "certain"]
    replied = build(entries=[P], notices=[ahead, notice("u", "2022-03-02 10:40", "reply_out")])
    late = build(entries=[P], notices=[ahead, notice("u", "2022-03-02 11:10", "reply_out")])
    assert (replied.callbacks[0]["result"], late.callbacks[0]["result"]) == ("answered", "unknown")
    assert replied.promises[0]["callback_answered_at_utc"] is None  # the call is still to come


# ---- certain -------------------------------------------------------------------------------------------


def test_the_agencys_number_on_the_number_given_is_certain_while_the_promise_lives():
    calls = [rang(id, moment) for id, moment in (
        ("before", "2022-03-01 09:59"), ("with it", "2022-03-01 10:00"), ("after", "2022-03-01 10:01"),
        ("last day", "2022-03-30 17:30"), ("too late", "2022-03-30 17:31"))]  # fmt: skip
    assert links(build([*SHOWN, *calls], [P])) == {
        "before": (None, "none"), "with it": ("p", "certain"), "after": ("p", "certain"),
        "last day": ("p", "certain"), "too late": (None, "none"),
    }  # fmt: skip


def test_a_promise_of_unknown_urgency_lives_as_long_as_the_longest_rule():
    late = rang("r", "2022-05-03 12:00")  # 15 business days after 30 business days is May 3
    assert links(build([*SHOWN, late], [promise("p", "2022-03-01 10:00", "unknown")])) == {"r": ("p", "certain")}
    assert links(build([*SHOWN, late], [P])) == {"r": (None, "none")}


def test_the_agencys_number_on_another_line_is_only_possible():
    made = build([rang("r", "2022-03-02 10:00", ours=CELL)], [P])
    assert links(made) == {"r": ("p", "possible")}
    assert made.promises[0]["possible_missed"] == 1


def test_a_promise_without_a_number_may_be_rung_on_any_line():
    assert links(build([*SHOWN, rang("r", "2022-03-02 10:00", ours=CELL)], [{**P, "callback_number": None}])) == {
        "r": ("p", "certain")
    }


def test_a_line_that_the_system_does_not_record_may_be_the_one():
    assert links(build([*SHOWN, rang("r", "2022-03-02 10:00", ours=None)], [P])) == {"r": ("p", "certain")}


@pytest.mark.parametrize(
    "noted",
    [{"parent_entry_id": "p"}, {"sr_number": "SR1"}, {"matter": "M1"}, {"parent_entry_id": "e"}],
    ids=lambda s: str(s),
)
def test_what_the_log_says_is_certain_whoever_called_and_wherever(noted):
    earlier = promise("q", "2022-03-01 09:00", number=CELL)  # due before p: would have its turn
    entries = [
        P,
        earlier,
        ring_note("n", "2022-03-03 10:00", our_number=CELL, **noted),
        note("e", "2022-03-02", "notice", parent_entry_id="p"),
    ]
    assert links(build(entries=entries))["n"] == ("p", "certain")


@pytest.mark.slow
def test_the_log_is_believed_after_the_promise_has_died_but_not_before_it_was_made():
    assert links(build(entries=[P, ring_note("n", "2022-06-01 10:00", parent_entry_id="p")])) == {"n": ("p", "certain")}
    assert links(build(entries=[P, ring_note("n", "2022-02-25 10:00", parent_entry_id="p")])) == {"n": (None, "none")}


@pytest.mark.slow
def test_a_matter_speaks_for_a_promise_only_while_it_lives():
    assert links(build(entries=[P, ring_note("n", "2022-03-30 10:00", matter="M1")])) == {"n": ("p", "certain")}
    assert links(build(entries=[P, ring_note("n", "2022-04-01 10:00", matter="M1")])) == {"n": (None, "none")}


def test_a_ring_that_follows_a_call_without_a_promise_belongs_to_no_other_calls():
    first = promise("q", "2022-03-01 09:00")  # due before p
    again = note("d", "2022-03-02 10:00", parent_entry_id="p", outcome="resolved")
    assert links(build(entries=[P, first, again, ring_note("n", "2022-03-03 10:00", parent_entry_id="d")])) == {
        "n": (None, "none")
    }


def test_a_ring_noted_to_the_quarter_hour_may_seem_to_come_before_the_call_ended():
    entries = [{**P, "duration_s": 3600}, ring_note("n", "2022-03-01 10:45", parent_entry_id="p")]
    made = build(entries=entries)
    assert links(made) == {"n": ("p", "certain")}
    assert naive(made.promises[0]["first_callback_at_utc"]) == utc("2022-03-01 11:00")  # not before the clock started


@pytest.mark.parametrize("named", [{"parent_entry_id": "p"}, {"sr_number": "SR1"}, {"matter": "M1"}])
def test_a_wait_was_over_before_the_callback_that_the_log_names(named):
    waited = {**P, "wait_s": 2700, "sr_number": "SR1", "matter": "M1"}
    for came, start, basis in (("10:35", "10:00", "call_start"), ("10:50", "10:45", "wait_end")):
        (made,) = build(entries=[waited, ring_note("n", f"2022-03-01 {came}", **named)]).promises
        assert (naive(made["started_at_utc"]), made["start_basis"]) == (utc(f"2022-03-01 {start}"), basis)
        assert naive(made["first_callback_at_utc"]) == utc(f"2022-03-01 {came}")


def test_of_two_promises_with_one_request_number_the_later_one_is_meant():
    again = promise("q", "2022-03-08 10:00", sr_number="SR1")
    entries = [
        P,
        again,
        ring_note("n", "2022-03-09 10:00", sr_number="SR1"),
        ring_note("m", "2022-03-04 10:00", sr_number="SR1"),
    ]
    assert links(build(entries=entries)) == {"n": ("q", "certain"), "m": ("p", "certain")}


def test_a_ring_that_somebody_wrote_down_as_the_agencys_is_that_of_the_only_promise_there_is():
    assert links(build(SHOWN, [P, ring_note("n", "2022-03-03 10:00", "missed")])) == {"n": ("p", "certain")}
    made = build([*SHOWN, rang("r", "2022-03-03 10:00", None)], [P, ring_note("n", "2022-03-03 10:00", "missed")])
    assert links(made) == {"r": ("p", "certain")}


def test_the_promise_due_first_has_its_turn_first():
    entries = [promise("regular", "2022-03-01 10:00", "regular"), promise("urgent", "2022-03-02 10:00")]
    calls = [
        rang("1", "2022-03-03 10:00", outcome="answered", s=300),
        rang("2", "2022-03-04 10:00", outcome="answered", s=300),
    ]
    assert links(build(calls, entries)) == {"1": ("urgent", "possible"), "2": ("regular", "possible")}


def test_after_two_attempts_the_next_promise_has_its_turn():
    entries = [P, promise("q", "2022-03-01 11:00")]
    calls = [rang(str(i), f"2022-03-0{i} 10:00") for i in (2, 3, 4, 7, 8)]
    made = build(calls, entries)
    assert [r["promise_id"] for r in made.callbacks] == ["p", "p", "q", "q", "p"]
    assert [(p["promise_id"], p["n_callbacks"]) for p in made.promises] == [("p", 3), ("q", 2)]


def test_a_promise_that_reached_us_takes_no_more_rings():
    calls = [rang("1", "2022-03-02 10:00", outcome="answered", s=300), rang("2", "2022-03-03 10:00")]
    assert links(build([*SHOWN, *calls], [P])) == {"1": ("p", "certain"), "2": (None, "none")}


@pytest.mark.parametrize(("kind", "link"), [("email", "none"), ("withdrawn", "none"), ("none_came", "certain")])
def test_an_answer_by_email_or_a_withdrawal_ends_the_promise(kind, link):
    entries = [P, note("e", "2022-03-02 12:00", kind, parent_entry_id="p")]
    assert links(build([*SHOWN, rang("r", "2022-03-03 10:00")], entries))["r"][1] == link


def test_rings_of_a_promise_make_rounds_of_at_most_five_business_days():
    days = ["2022-03-02", "2022-03-09", "2022-03-17", "2022-03-18"]  # 5 business days apart, then 6, then 1
    made = build([rang(day, f"{day} 10:00") for day in days], [P])
    assert [(r["round"], r["round_seq"]) for r in made.callbacks] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    (p,) = made.promises
    assert [naive(p[c]) for c in ("first_callback_at_utc", "second_callback_at_utc")] == [
        utc(f"{day} 10:00") for day in days[:2]
    ]
    assert (p["first_callback_result"], p["second_callback_result"], p["n_callbacks"]) == ("missed", "missed", 4)


# ---- the agency's, and no one knows whose --------------------------------------------------------------


def grades(made):
    """Of each ring the promise it is counted for, and how sure that is: ``certain``, ``credited`` or another word."""
    return {r["callback_id"]: (r["promise_id"], "credited" if r["is_credited"] else r["link"]) for r in made.callbacks}


Q = promise("q", "2022-03-01 11:00", matter="M2", sr_number="SR2")
ANSWERED = {"outcome": "answered", "s": 300}


def test_two_promises_at_one_number_worked_out_by_hand():
    """p and q are open at the main number. A call that names neither is answered: it is counted for p, due first, and
    may have been q's, so that both may be meant by the next one, which is missed and counted for q, as p's is over by
    that count. A call of which somebody noted q's service request is q's. p is answered by email, which ends it for
    certain: from then on q alone can be meant, though it was missed before; and the last call reaches it."""
    calls = [
        rang("1", "2022-03-02 10:00", **ANSWERED),
        rang("2", "2022-03-03 10:00"),
        rang("3", "2022-03-04 10:00"),
        rang("4", "2022-03-07 10:00", **ANSWERED),
        rang("5", "2022-03-08 10:00"),
    ]
    given = [ring_note("n", "2022-03-04 10:00", "missed", sr_number="SR2", our_number=MAIN),
            note("e", "2022-03-04 15:00", "email", parent_entry_id="p")]  # fmt: skip
    made = build([*SHOWN, *calls], [P, Q, *given])
    assert grades(made) == {
        "1": ("p", "credited"), "2": ("q", "credited"), "3": ("q", "certain"), "4": ("q", "certain"),
        "5": (None, "none"),
    }  # fmt: skip
    p, q = made.promises
    assert [(r["n_callbacks"], r["first_callback_result"], naive(r["callback_answered_at_utc"])) for r in (p, q)] == [
        (1, "answered", utc("2022-03-02 10:00")),
        (3, "missed", utc("2022-03-07 10:00")),
    ]
    # For the other each may have been: p was over by count when the second came; q was there for the first.
    assert [r["possible_missed"] for r in (p, q)] == [None, 0]


@pytest.mark.parametrize(
    ("calls", "lines", "grade"),
    [
        ([], {}, "certain"),
        ([call("c", "2022-02-10 10:00", s=900)], {}, "credited"),  # no one noted what was promised on it
        ([call("c", "2022-02-10 10:00", s=100)], {}, "certain"),  # too short
        ([call("c", "2022-02-12 10:00", s=900)], {}, "certain"),  # a Saturday
        ([call("c", "2021-10-01 10:00", s=900)], {}, "certain"),  # no callback comes so late
        ([call("c", "2022-02-10 10:00", other="+12025550199", s=900)], {}, "certain"),
        ([], {"lines": [line(MAIN), line(CELL), line("+13125550102")]}, "credited"),  # a phone in no export
    ],
)
def test_the_only_open_promise_is_meant_only_where_every_other_call_is_noted(calls, lines, grade):
    made = build([*SHOWN, *calls, rang("r", "2022-03-02 10:00")], [P], **lines)
    assert grades(made)["r"] == ("p", grade)


def test_where_the_exports_begin_too_late_an_earlier_call_would_not_be_seen():
    late = [stranger("a", "2022-01-10 08:00"), stranger("b", "2022-01-10 08:00", CELL), *SHOWN[2:]]
    for shown, grade in ((SHOWN, "certain"), (late, "credited")):
        assert grades(build([*shown, rang("r", "2022-03-02 10:00")], [P]))["r"] == ("p", grade)


def test_a_ring_without_a_time_of_day_is_certain_only_by_what_it_names():
    for result, grade in (({}, "credited"), ({"parent_entry_id": "p"}, "certain")):
        assert grades(build(SHOWN, [P, ring_note("n", "2022-03-03", **result)]))["n"] == ("p", grade)


def test_doubt_about_one_ring_spreads_until_the_lives_are_over():
    calls = [rang("1", "2022-03-02 10:00", **ANSWERED), rang("2", "2022-03-29 10:00"), rang("3", "2022-05-11 10:00")]
    again = promise("later", "2022-05-10 10:00")
    assert grades(build([*SHOWN, *calls], [P, Q, again])) == {
        "1": ("p", "credited"), "2": ("q", "credited"), "3": ("later", "certain"),
    }  # fmt: skip


def test_a_credited_ring_counts_once_and_a_second_attempt_is_the_same_promises():
    """Two tries at p, none at q: that is how they are counted. Had the second been q's, both would have been kept."""
    calls = [rang("1", "2022-03-02 10:00"), rang("2", "2022-03-03 10:00")]
    rows = standing(build([*SHOWN, *calls], [P, Q]), "2022-03-31")
    assert [(r["n_callbacks"], r["is_kept_default"], r["possible_missed"]) for r in rows] == [
        (2, True, None),
        (0, False, 2),
    ]


@pytest.mark.slow
def test_a_credited_ring_that_came_too_late_for_its_promise_may_have_been_a_hit_of_another():
    callback = rang("1", "2022-03-07 10:00", **ANSWERED)  # p was due on March 4, on the lenient reading on March 9
    made = build([*SHOWN, callback], [P, promise("q", "2022-03-07 09:00")])
    rows = standing(made, "2022-03-31")
    assert [(r["state"], r["is_hit"]) for r in rows] == [("late", False), ("silent", False)]
    assert ends(made, "2022-03-31", callback_hit_rate) == (0, 1)


# ---- possible ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noted", "link"),
    [
        ({}, "possible"),
        ({"caller_id": "unknown"}, "possible"),
        ({"caller_id": "text"}, "possible"),
        ({"caller_id": "not_recorded"}, "possible"),
        ({"ours": CELL}, "none"),
        ({"ours": None}, "possible"),
    ],
)
def test_a_hidden_caller_in_the_window_on_the_number_given_is_possible(noted, link):
    (callback,) = build([rang("r", "2022-03-02 10:00", None, **noted)], [P]).callbacks
    assert (callback["link"], callback["promise_id"], callback["is_credited"], callback["round"]) == (
        link,
        "p" if link != "none" else None,
        None,
        None,
    )


@pytest.mark.parametrize("moment", ["2022-03-02 05:30", "2022-03-02 17:45", "2022-03-05 10:00", "2022-03-01 09:30"])
def test_a_hidden_caller_outside_the_window_or_the_promises_life_is_no_one(moment):
    assert links(build([rang("r", moment, None)], [P])) == {"r": (None, "none")}


def test_a_possible_ring_counts_for_every_promise_it_may_belong_to():
    entries = [P, promise("q", "2022-03-01 11:00", "regular"), promise("other", "2022-03-01 12:00", number=CELL),
             promise("later", "2022-03-10 12:00"), promise("any", "2022-03-01 13:00", "regular", None)]  # fmt: skip
    calls = [rang("1", "2022-03-02 10:00", None), rang("2", "2022-03-03 10:00", None),
             rang("3", "2022-03-04 10:00", None, outcome="answered", s=60)]  # fmt: skip
    made = build(calls, entries)
    assert {p["promise_id"]: p["possible_missed"] for p in made.promises} == {
        "p": 2, "q": 2, "any": 2, "other": None, "later": None,
    }  # fmt: skip
    assert {r["promise_id"] for r in made.callbacks} == {"p"}


def test_a_hidden_call_in_the_very_second_is_counted_and_linked_alike():
    made = build([rang("r", "2022-03-01 10:00", None)], [P])
    assert (links(made), made.promises[0]["possible_missed"]) == ({"r": ("p", "possible")}, 1)


def test_a_promise_with_only_answered_candidates_has_none_missed():
    made = build([rang("3", "2022-03-04 10:00", None, outcome="answered", s=60)], [P])
    assert made.promises[0]["possible_missed"] == 0


# ---- what came besides ---------------------------------------------------------------------------------


def promises(made, *columns):
    return {p["promise_id"]: tuple(naive(p[c]) if c.endswith("utc") else p[c] for c in columns) for p in made.promises}


@pytest.mark.slow
def test_an_email_answer_goes_to_the_promise_it_names_else_to_the_one_due_first():
    entries = [P, promise("q", "2022-03-01 11:00", matter="M2")]
    for result, owner in (
        ({"parent_entry_id": "q"}, "q"),
        ({"matter": "M2"}, "q"),
        ({"sr_number": "SR1"}, "p"),
        ({}, "p"),
    ):
        got = promises(build(entries=[*entries, note("e", "2022-03-02 12:00", "email", **result)]), "emailed_at_utc")
        assert {id for id, (moment,) in got.items() if moment} == {owner}
        assert got[owner] == (utc("2022-03-02 12:00"),)


def test_an_answer_in_the_mailbox_counts_as_one_that_was_noted():
    got = build(entries=[P], notices=[notice("m", "2022-03-02 12:00", "answer", "email", None, sr_number="SR1")])
    assert promises(got, "emailed_at_utc") == {"p": (utc("2022-03-02 12:00"),)}


def test_an_email_after_somebody_was_reached_belongs_to_another_promise():
    entries = [P, promise("q", "2022-03-01 11:00"), note("e", "2022-03-03 12:00", "email")]
    made = build([rang("r", "2022-03-02 10:00", outcome="answered", s=300)], entries)
    assert promises(made, "emailed_at_utc") == {"p": (None,), "q": (utc("2022-03-03 12:00"),)}


@pytest.mark.slow
def test_a_withdrawal_must_name_its_promise_unless_only_one_lives():
    out = note("w", "2022-03-02 12:00", "withdrawn")
    assert promises(build(entries=[P, out]), "withdrawn_at_utc") == {"p": (utc("2022-03-02 12:00"),)}
    two = [P, promise("q", "2022-03-01 11:00")]
    assert set(promises(build(entries=[*two, out]), "withdrawn_at_utc").values()) == {(None,)}
    named = promises(build(entries=[*two, {**out, "parent_entry_id": "q"}]), "withdrawn_at_utc")
    assert named == {"p": (None,), "q": (utc("2022-03-02 12:00"),)}


def test_a_date_alone_counts_as_early_as_it_can_have_been():
    entries = [P, note("e", "2022-03-04", "email", parent_entry_id="p")]
    assert promises(build(entries=entries), "emailed_at_utc") == {"p": (utc("2022-03-03 23:00"),)}  # 0:00 Eastern
    same_day = [P, note("e", "2022-03-01", "email", parent_entry_id="p")]
    assert promises(build(entries=same_day), "emailed_at_utc") == {"p": (utc("2022-03-01 10:00"),)}


def test_announcements_by_text_and_email_are_both_one_promises():
    entries = [P, promise("q", "2022-03-01 11:00")]
    sent = [notice("t", "2022-03-02 10:00"), notice("m", "2022-03-02 11:00", channel="email", ours=None)]
    got = promises(build(entries=entries, notices=sent), "notice_at_utc", "notice_channel")
    assert got == {"p": (utc("2022-03-02 10:00"), "both"), "q": (None, None)}


def test_a_second_text_announces_the_next_promise():
    entries = [P, promise("q", "2022-03-01 11:00")]
    sent = [notice("t", "2022-03-02 10:00"), notice("u", "2022-03-02 12:00")]
    got = promises(build(entries=entries, notices=sent), "notice_at_utc")
    assert got == {"p": (utc("2022-03-02 10:00"),), "q": (utc("2022-03-02 12:00"),)}


def test_a_noted_announcement_need_not_say_how_it_came():
    got = build(entries=[P, note("n", "2022-03-02 10:00", "notice", parent_entry_id="p")])
    assert promises(got, "notice_channel") == {"p": ("unknown",)}


# ---- cause and blame -----------------------------------------------------------------------------------


IN, EARLY = "2022-03-03 10:00", "2022-03-03 07:00"


@pytest.mark.parametrize(
    ("callback", "noted", "cause", "attributed_to"),
    [
        (rang("r", IN, outcome="answered", s=60), {}, None, None),
        (rang("r", IN), {}, "unknown", "unknown"),
        (rang("r", "2022-03-03 05:00"), {}, "outside_window", "agency"),
        (rang("r", EARLY), {"hours": OPEN}, "outside_office_hours", "shared"),
        (rang("r", EARLY), {}, "unknown", "unknown"),
        (rang("r", IN, None), {"lines": [line(MAIN, withheld=False)]}, "blocked_unknown", "firm"),
        (rang("r", IN), {"lines": [line(MAIN, withheld=False)]}, "unknown", "unknown"),
        (rang("r", IN, ours=CELL), {}, "wrong_number", "unknown"),
        (rang("r", IN, outcome="unknown"), {}, "unknown", "unknown"),
        (rang("r", "2022-03-03 05:00", outcome="unknown"), {}, "unknown", "unknown"),
        (rang("r", "2022-03-05 05:00", None), {}, "unknown", "unknown"),
    ],
)
def test_a_missed_ring_has_one_cause(callback, noted, cause, attributed_to):
    assert why(callback, **noted) == (cause, attributed_to)


def test_an_extension_is_the_firms_doing():
    assert why(rang("r", IN), entries=[{**P, "callback_extension": True}]) == ("extension", "firm")


def test_a_ring_noted_as_blocked_was_blocked():
    assert why(entries=[P, ring_note("n", IN, "blocked")]) == ("blocked_unknown", "firm")


def test_an_announced_ring_in_office_hours_is_the_firms_to_answer():
    sent = [notice("t", "2022-03-02 10:00")]
    assert why(rang("r", IN), notices=sent, hours=OPEN) == ("staff_unavailable", "firm")
    assert why(rang("r", IN), notices=sent) == ("unknown", "unknown")


def test_an_announcement_after_the_ring_is_no_announcement():
    assert why(rang("r", IN), notices=[notice("t", "2022-03-03 12:00")]) == ("before_notice", "agency")


def test_no_announcement_is_said_only_of_offices_that_log_them():
    entries = [P, promise("q", "2022-03-01 11:00", number=CELL)]
    assert why(rang("r", IN), entries=entries, notices=[notice("t", "2022-03-02 10:00", ours=CELL)]) == (
        "no_notice",
        "agency",
    )
    assert why(rang("r", IN), entries=entries) == ("unknown", "unknown")


# ---- who answers first ----------------------------------------------------------------------------------------


def test_an_automatic_receptionist_that_answers_is_no_person_unless_somebody_noted_one():
    first = line(MAIN, kind="receptionist")
    taken = rang("r", "2022-03-02 10:00", outcome="answered", s=20)
    (callback,) = build([*SHOWN, taken], [promise("p", "2022-03-01 10:00")], lines=[first]).callbacks
    assert (callback["link"], callback["result"]) == ("certain", "unknown")
    spoke = note("n", "2022-03-02 10:00", "ring", outcome="answered", our_number=MAIN)
    (callback,) = build([taken], [promise("p", "2022-03-01 10:00"), spoke], lines=[first]).callbacks
    assert (callback["recorded_in"], callback["result"]) == ("both", "answered")


def test_what_no_one_answered_stays_so_on_such_a_line_and_other_lines_are_believed():
    lines = [line(MAIN, kind="receptionist"), line(CELL, kind="desk")]
    calls = [
        rang("m", "2022-03-02 10:00", outcome="missed"),
        rang("a", "2022-03-02 11:00", ours=CELL, outcome="answered", s=20),
    ]
    assert [r["result"] for r in build(calls, lines=lines).callbacks] == ["missed", "answered"]


@pytest.mark.parametrize(("outcome", "answered"), [("unknown", (0, 1)), ("answered", (1, 1)), ("missed", (0, 0))])
def test_a_callback_of_which_no_one_noted_the_result_may_have_been_answered(outcome, answered):
    came = ring_note("r", "2022-03-02 10:00", outcome, parent_entry_id="p")
    assert ends(build(SHOWN, [P, came]), "2022-03-31", callback_hit_rate) == answered
