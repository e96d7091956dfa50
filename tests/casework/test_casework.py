"""What an office does with its own log: what is open and what to do, what the tips would save, what an audit draws."""

import hashlib
from datetime import date, datetime

import pytest

from callanalytics import agencies
from callanalytics import log as logs
from callanalytics.casework import practice
from callanalytics.casework.open_promises import STANDS, open_promises
from callanalytics.errors import CallLogError
from callanalytics.measures import sql_counts
from facts_rows import CELL, MAIN, line, note, promise, rang, stranger
from stored_log import stored

# Urgent requests on Tuesday 1 March 2022, 10:00 in Chicago: due Friday 4 March, 10:00.
SEEN = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-04-29 18:00")]
ASKED = "2022-03-01 10:00"


def opened(tmp_path, as_of, calls=(), entries=(), **more):
    log = logs.load(stored(tmp_path / "calls", [*SEEN, *calls], list(entries), [], **more), as_of)
    return {promise.promise_id: promise for promise in open_promises(log)}


# ---- open callbacks ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_call_back_waits_is_due_today_and_is_overdue_as_the_days_pass(tmp_path):
    store = stored(tmp_path / "calls", SEEN, [promise("p", ASKED)], [])
    days = ("2022-03-03", "2022-03-04", "2022-03-05")
    assert [open_promises(logs.load(store, day))[0].stand for day in days] == ["waiting", "due_today", "overdue"]


@pytest.mark.slow
def test_a_missed_ring_waits_for_the_second_and_then_says_ask_again(tmp_path):
    store = stored(tmp_path / "calls", [*SEEN, rang("r", "2022-03-02 10:00")], [promise("p", ASKED)], [])
    assert open_promises(logs.load(store, "2022-03-03"))[0].stand == "missed"
    later = open_promises(logs.load(store, "2022-03-15"))[0]
    assert later.stand == "start_over"
    assert "no second one came" in later.steps[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "calls",
    [
        [rang("r", "2022-03-02 10:00", outcome="unknown")],
        [rang("r", "2022-03-02 10:00"), rang("s", "2022-03-03 10:00", outcome="unknown")],
    ],
    ids=["the first", "the second"],
)
def test_a_ring_whose_result_no_one_noted_is_to_be_written_down_and_not_called_missed(tmp_path, calls):
    later = opened(tmp_path, "2022-03-15", calls, [promise("p", ASKED)])["p"]
    assert later.stand == "write_result"
    assert later.steps == ("Write in the log whether anyone answered the callback.",
                           "If no one did, call again.")  # fmt: skip
    assert "missed" not in " ".join(later.steps)


@pytest.mark.slow
def test_a_ring_whose_result_no_one_noted_may_be_followed_by_a_second(tmp_path):
    found = opened(tmp_path, "2022-03-03", [rang("r", "2022-03-02 10:00", outcome="unknown")], [promise("p", ASKED)])
    assert (found["p"].stand, found["p"].may_still_call) == ("unnoted", True)
    assert found["p"].steps[1].startswith("If no one did, a second call may still come")


@pytest.mark.slow
def test_a_stored_export_that_no_line_is_named_for_is_said_to_be_that(tmp_path):
    lineless = [{**call, "our_number": None} for call in SEEN]

    def steps(lines):
        log = logs.load(
            stored(tmp_path / str(len(lines)), lineless, [promise("p", ASKED)], [], lines=lines), "2022-04-01"
        )
        return open_promises(log)[0].steps

    command = f'callanalytics office "Alder and Birch" --store {tmp_path / "0"} --line NUMBER:desk:invented'
    assert steps([])[0] == (
        f"No phone log in the store is named as that of the number given: name it with `{command}`."
    )
    elsewhere = [line(MAIN, "another"), line(CELL)]
    assert steps(elsewhere)[0] == "Check the phone's own history: its calls of those days are in no file."


@pytest.mark.slow
def test_two_missed_rings_say_ask_again_at_once(tmp_path):
    callbacks = [rang("r", "2022-03-02 10:00"), rang("s", "2022-03-02 11:00")]
    found = opened(tmp_path, "2022-03-03", callbacks, [promise("p", ASKED)])
    assert found["p"].stand == "start_over"
    assert "both callbacks were missed" in found["p"].steps[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("calls", "entries"),
    [
        ([rang("r", "2022-03-02 10:00", outcome="answered", s=120)], []),
        ([], [note("e", "2022-03-02 10:00", "email", parent_entry_id="p")]),
        ([], [note("w", "2022-03-02 10:00", "withdrawn", parent_entry_id="p")]),
    ],
    ids=["answered", "by email", "withdrawn"],
)
def test_what_settles_a_call_back_takes_it_off_the_list(tmp_path, calls, entries):
    assert opened(tmp_path, "2022-03-20", calls, [promise("p", ASKED), *entries]) == {}


@pytest.mark.slow
def test_a_request_of_unknown_urgency_asks_for_what_would_settle_its_due_moment(tmp_path):
    found = opened(tmp_path, "2022-03-20", [], [promise("p", ASKED, promised="unknown")])
    assert (found["p"].stand, found["p"].due, found["p"].window) == ("no_rule", None, None)
    assert "urgent or regular" in found["p"].steps[0]


@pytest.mark.slow
def test_the_window_is_that_of_the_due_day_on_the_offices_clock(tmp_path):
    found = opened(tmp_path, "2022-03-03", [], [promise("p", ASKED)])
    assert found["p"].window == (datetime(2022, 3, 4, 6, 0), datetime(2022, 3, 4, 17, 30))
    assert found["p"].due_on == date(2022, 3, 4)


@pytest.mark.slow
def test_doubts_about_the_number_are_said(tmp_path):
    phones = [line(MAIN, withheld=False), line(CELL, withheld=True)]
    asked = [
        promise("deaf", ASKED, number=MAIN),
        promise("good", ASKED, number=CELL),
        promise("strange", ASKED, number="+13125550199"),
        promise("none", ASKED, number=None),
        promise("short", ASKED, number=CELL, callback_extension=True),
    ]
    found = opened(tmp_path, "2022-03-03", [], asked, lines=phones)
    assert found["good"].doubts == ()
    assert "unknown callers" in found["deaf"].doubts[0]
    assert "not among the office's phones" in found["strange"].doubts[0]
    assert "no number" in found["none"].doubts[0]
    assert "extension" in found["short"].doubts[0]


@pytest.mark.slow
def test_an_overdue_request_on_an_unseen_phone_says_to_look_there_first(tmp_path):
    found = opened(tmp_path, "2022-03-20", [], [promise("p", ASKED, number=CELL)])
    assert found["p"].stand == "overdue"
    assert found["p"].steps[0].startswith("Check the phone's own history")
    assert found["p"].steps[-1] == "If nothing came, call again: the promised time is over."


@pytest.mark.slow
def test_the_ombudsman_is_named_from_the_sixtieth_to_the_ninetieth_day(tmp_path):
    store = stored(tmp_path / "calls", SEEN, [promise("p", ASKED)], [])
    named = {
        day: any("Ombudsman" in who for who in open_promises(logs.load(store, day))[0].recourses)
        for day in ("2022-04-29", "2022-04-30", "2022-05-30", "2022-05-31")
    }
    assert named == {"2022-04-29": False, "2022-04-30": True, "2022-05-30": True, "2022-05-31": False}


@pytest.mark.slow
def test_what_is_due_stands_before_what_is_overdue_and_the_newest_overdue_first(tmp_path):
    asked = [promise(f"p{day:02}", f"2022-03-{day:02} 10:00", number=CELL) for day in (1, 2, 8, 9)]
    log = logs.load(stored(tmp_path / "calls", SEEN, asked, []), "2022-03-11")
    found = open_promises(log)
    assert [p.promise_id for p in found] == ["p08", "p02", "p01", "p09"]
    assert [STANDS.index(p.stand) for p in found] == sorted(STANDS.index(p.stand) for p in found)


# ---- the tips -------------------------------------------------------------------------------------------


def test_every_tip_is_a_row_of_the_agencies_file_with_its_source():
    claims = {claim.id: claim for claim in agencies.load().claims}
    for tip in practice.TIPS:
        assert claims[tip.claim].source


@pytest.mark.parametrize("tip", practice.TIPS, ids=lambda tip: tip.claim)
def test_a_tip_counts_on_an_empty_table(tip):
    from callanalytics import schema

    empty = schema.empty(tip.table, loaded=True)
    counted = sql_counts.count(empty, tip.table, counts=practice.predicates(tip, agencies.load()))
    assert counted.iloc[0].sum() == 0


@pytest.mark.slow
def test_an_extension_is_held_against_the_number_alone(tmp_path):
    """By hand: 12 requests with an extension, none answered; 12 without, 6 answered in time."""
    asked = []
    for i in range(12):
        day = f"2022-03-{i + 1:02}"
        asked.append(promise(f"x{i}", f"{day} 09:00", number=CELL, callback_extension=True))
        asked.append(promise(f"n{i}", f"{day} 10:00", number=MAIN, matter=f"M{i}"))
        if i % 2:
            asked.append(note(f"r{i}", f"{day} 14:00", "ring", parent_entry_id=f"n{i}", outcome="answered"))
    seen = [*SEEN, stranger("c1", "2022-02-01 08:00", ours=CELL), stranger("c2", "2022-04-29 18:00", ours=CELL)]
    log = logs.load(stored(tmp_path / "calls", seen, asked, []), "2022-04-29")
    held = next(h for h in practice.check_tips(log) if h.claim.id == "no-extensions")
    assert (held.against, held.followed) == ((12, 12), (6, 12))
    # Newcombe (1998), method 10, worked out from the two Wilson intervals 0.7575-1 and 0.2538-0.7462:
    # 0.5 - sqrt(0.2425^2 + 0.2462^2) = 0.154 and 0.5 + sqrt(0^2 + 0.2462^2) = 0.746.
    assert held.difference == pytest.approx((0.5, 0.154, 0.746), abs=5e-4)
    assert held.sentence == (
        "Requests with an extension to the number given: 12 of 12 had no call in time that somebody answered; with a "
        "number alone: 6 of 12. 50 points more (95% interval 15 to 75)."
    )


@pytest.mark.slow
def test_no_claim_is_made_where_there_are_few(tmp_path):
    asked = [
        note("a", "2022-03-01 10:00", inquiries=4, outcome="refused_limit"),
        note("b", "2022-03-02 10:00", inquiries=1),
    ]
    log = logs.load(stored(tmp_path / "calls", SEEN, asked, []), "2022-03-20")
    text = {h.claim.id: h.sentence for h in practice.check_tips(log)}
    assert text["three-inquiries"].endswith("Too few to say what it cost.")
    assert text["retired-lines"] == "Not logged: calls to a line that is out of service."


# ---- the audit ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_draw_hangs_on_the_seed_and_the_calls_alone(tmp_path):
    entries = [note(f"n{i:02}", f"2022-03-{i + 1:02} 10:00", source_row=i + 2) for i in range(20)]
    one = logs.load(stored(tmp_path / "a", SEEN, entries, []), "2022-04-01")
    other = logs.load(stored(tmp_path / "b", SEEN, entries[::-1], []), "2022-04-01")
    assert practice.draw_sample(one, "20220711", 5) == practice.draw_sample(other, 20220711, 5)
    assert practice.draw_sample(one, "another", 5) != practice.draw_sample(one, "20220711", 5)
    by_hand = sorted(
        (f"n{i:02}" for i in range(20)), key=lambda id: hashlib.blake2b(f"20220711\n{id}".encode()).digest()
    )
    assert [row["agency_call_id"] for row in practice.draw_sample(one, "20220711", 5)] == by_hand[:5]


@pytest.mark.slow
def test_a_longer_draw_begins_with_the_shorter_one(tmp_path):
    entries = [note(f"n{i:02}", f"2022-03-{i + 1:02} 10:00") for i in range(20)]
    log = logs.load(stored(tmp_path / "a", SEEN, entries, []), "2022-04-01")
    assert practice.draw_sample(log, 1, 20)[:7] == practice.draw_sample(log, 1, 7)
    assert len(practice.draw_sample(log, 1, 99)) == 20


@pytest.mark.slow
def test_a_draw_leads_back_to_file_and_row_and_names_no_number(tmp_path):
    calls = [rang("r", "2022-03-02 10:00")]
    log = logs.load(
        stored(tmp_path / "a", [*SEEN, *calls], [note("n", "2022-03-01 10:00", source_row=7)], []), "2022-04-01"
    )
    (row,) = practice.draw_sample(log, 1)
    assert row["row"] == 7
    assert "555" not in str(row)


@pytest.mark.slow
def test_a_draw_of_nothing_is_refused(tmp_path):
    log = logs.load(stored(tmp_path / "a", SEEN, [note("n", "2022-03-01 10:00")], []), "2022-04-01")
    with pytest.raises(CallLogError, match="at least one"):
        practice.draw_sample(log, 1, 0)
