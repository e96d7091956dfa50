"""Who can bear witness that the agency did not ring, and what one contact in several logs is worth: one."""

from datetime import date

import pytest

from callanalytics import measures
from facts_rows import (
    CALLBACK,
    CELL,
    MAIN,
    USCIS,
    build,
    call,
    line,
    naive,
    note,
    notice,
    promise,
    rang,
    source,
    standing,
    state,
    stranger,
    utc,
)


def daily(first, last, ours=MAIN, id="a", **more):
    days = [
        date.fromordinal(n)
        for n in range(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1)
    ]
    return [stranger(f"{id}{ours}{d}", f"{d} 12:00", ours, source=id, **more) for d in days]


MARCH = daily("2022-03-01", "2022-03-31")
P = promise("p", "2022-03-08 10:00")


def only(made):
    (row,) = standing(made, "2022-03-31")
    return row


# ---- lines ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_without_a_number_a_line_that_only_the_hand_log_names_must_be_covered_too():
    asked = promise("p", "2022-03-08 10:00", number=None)
    assert state(build(MARCH, [asked]), "2022-03-31") == "silent"
    assert state(build(MARCH, [asked, note("n", "2022-03-07 10:00", our_number=CELL)]), "2022-03-31") == "unwatched"
    other = promise("q", "2022-03-30 10:00", number=CELL)
    assert standing(build(MARCH, [asked, other]), "2022-03-31")[0]["state"] == "unwatched"


@pytest.mark.parametrize("number", [CALLBACK, USCIS])
def test_an_agency_number_written_as_ours_is_no_line_of_the_office(number):
    entries = [promise("p", "2022-03-08 10:00", number=None), note("n", "2022-03-07 10:00", callback_number=number)]
    assert state(build(MARCH, entries), "2022-03-31") == "silent"


def test_a_system_that_records_no_callers_watches_nothing():
    made = build(MARCH, [P], sources=[source(has_caller_id=False)])
    assert [row["has_unanswered"] for row in made.coverage] == [False]
    assert state(made, "2022-03-31") == "unwatched"


def test_two_small_exports_do_not_vouch_for_a_line_between_them_beside_a_busy_one():
    busy = daily("2022-01-03", "2022-06-30", id="m")
    few = [stranger(f"{s}{d}", f"{d} 12:00", CELL, source=s) for s, d in
           (("a", "2022-01-04"), ("a", "2022-01-06"), ("b", "2022-06-27"), ("b", "2022-06-29"))]  # fmt: skip
    made = build([*busy, *few], [promise("p", "2022-03-08 10:00", number=CELL)])
    assert state(made, "2022-06-30") == "unwatched"


# ---- silence -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("outcome", ["missed", "answered"])
def test_no_one_is_blamed_for_silence_when_a_hidden_caller_may_have_been_the_call_back(outcome):
    row = only(build([*MARCH, rang("r", "2022-03-09 10:05", None, outcome=outcome, s=60)], [P]))
    assert (row["state"], row["attributed_to"]) == ("silent", "unknown")
    assert only(build(MARCH, [P]))["attributed_to"] == "agency"


# ---- one call, several logs ----------------------------------------------------------------------------


def test_one_call_in_three_phone_systems_is_one_dial():
    calls = [call(f, "2022-03-08 10:00", format=f, source=f) for f in ("fa", "fb", "fc")]
    assert len(build(calls, sources=[source(f, format=f) for f in ("fa", "fb", "fc")]).agency_calls) == 1


@pytest.mark.parametrize("known", [{}, {"s": None}, {"s": 25}, {"other": None}])
def test_one_missed_call_back_in_two_phone_systems_is_one_ring(known):
    calls = [
        *MARCH,
        rang("r1", "2022-03-09 10:00"),
        rang("r2", "2022-03-09 10:00", **{"format": "b", "source": "b", **known}),
    ]
    made = build(calls, [P], sources=[source("a"), source("b", format="b")])
    assert [callback["caller_id"] for callback in made.callbacks] == ["agency"]
    assert only(made)["state"] == "missed_once"


def test_two_missed_call_backs_in_one_phone_system_are_two_rings():
    assert len(build([*MARCH, rang("r1", "2022-03-09 10:00"), rang("r2", "2022-03-09 10:00:30")], [P]).callbacks) == 2


def test_a_ring_written_down_a_quarter_of_an_hour_late_is_the_one_that_the_phone_log_shows():
    made = build([*MARCH, rang("r", "2022-03-09 10:05")],
                 [P, note("n", "2022-03-09 10:25", "ring", outcome="missed", parent_entry_id="p")])  # fmt: skip
    (callback,) = made.callbacks
    assert (callback["recorded_in"], naive(callback["started_at_utc"])) == ("both", utc("2022-03-09 10:05"))


def test_two_rings_noted_by_their_date_alone_are_the_two_that_the_phone_log_shows():
    callbacks = [rang("r1", "2022-03-09 10:05"), rang("r2", "2022-03-09 14:05")]
    entries = [note(f"n{n}", "2022-03-09", "ring", outcome="missed") for n in (1, 2)]
    assert [callback["recorded_in"] for callback in build([*MARCH, *callbacks], [P, *entries]).callbacks] == [
        "both",
        "both",
    ]


def test_a_ring_noted_by_its_date_takes_the_agencys_call_and_leaves_the_hidden_one():
    calls = [*MARCH, rang("r1", "2022-03-11 15:00"), rang("r2", "2022-03-11 14:00", None)]
    made = build(calls, [P, note("n", "2022-03-11", "ring", outcome="missed", parent_entry_id="p")])
    assert [(callback["recorded_in"], callback["call_id"]) for callback in made.callbacks] == [
        ("phone", "r2"),
        ("both", "r1"),
    ]
    assert only(made)["state"] == "late"


def test_a_noted_ring_of_another_result_is_another_ring():
    made = build([*MARCH, rang("r", "2022-03-09 10:05")],
                 [P, note("n", "2022-03-09 15:00", "ring", outcome="answered", parent_entry_id="p")])  # fmt: skip
    assert len(made.callbacks) == 2


@pytest.mark.slow
def test_a_ring_with_a_date_alone_does_not_come_before_a_timed_one_of_its_day():
    entries = [P, note("n", "2022-03-11", "ring", outcome="answered", parent_entry_id="p")]
    assert only(build([*MARCH, rang("r", "2022-03-11 15:00")], entries))["state"] == "late"
    assert only(build(MARCH, entries))["state"] == "answered_first"


# ---- texts ---------------------------------------------------------------------------------------------


def test_our_reply_to_a_text_is_no_answer_by_a_person():
    sent = [notice("t", "2022-03-09 10:00", "text_ahead"), notice("u", "2022-03-09 10:10", "reply_out")]
    made = build(MARCH, [P], sent)
    assert (made.promises[0]["first_callback_result"], only(made)["first_callback_result"]) == ("unknown", "unknown")


# ---- announcements -------------------------------------------------------------------------------------


def why(*sent, entries=(P,)):
    return build([*MARCH, rang("r", "2022-03-09 10:05")], entries, sent).callbacks[-1]["cause"]


def test_an_announcement_weeks_after_the_ring_is_of_another_call():
    assert why(notice("t", "2022-03-10 10:00")) == "before_notice"
    assert why(notice("t", "2022-03-25 10:00", ours=None)) == "unknown"


def test_nothing_later_than_the_ring_bears_witness_that_announcements_are_kept():
    other = promise("q", "2022-03-01 11:00", number=CELL)
    assert why(notice("t", "2022-03-02 10:00", ours=CELL), entries=[P, other]) == "no_notice"
    assert why(notice("t", "2022-03-20 10:00", ours=CELL), entries=[P, other]) == "unknown"


# ---- waits, dates, lines -------------------------------------------------------------------------------


def test_a_wait_longer_than_its_whole_call_is_in_no_wait_and_is_counted():
    days = [f"2022-03-{d:02} 10:00" for d in range(1, 5)]
    calls = [call(f"c{d}", d, s=180) for d in days]
    entries = [note(f"n{d}", d, wait_s=2700, wait_outcome="reached", tier="tier1") for d in days]
    result = measures.wait(build(calls, entries).tables["agency_calls"])
    rows = result.table.set_index("statistic")["value"]
    assert rows["n_unknown"] == 4
    assert result.table.set_index("statistic").loc["median", "n"] == 0
    assert any("longer than the whole call" in caveat for caveat in result.caveats)


def test_a_promise_of_business_days_with_a_date_alone_has_its_due_moments():
    (dated,) = build(MARCH, [promise("p", "2022-03-08", promised="regular")]).promises
    (timed,) = build(MARCH, [promise("p", "2022-03-08 10:00", promised="regular")]).promises
    names = [f"due_{reading}_utc" for reading in ("strict", "default", "lenient")]
    assert [dated[name] for name in names] == [timed[name] for name in names]
    assert dated["due_default_utc"] is not None
    assert dated["rule_id"] == timed["rule_id"]
    (urgent,) = build(MARCH, [promise("p", "2022-03-08")]).promises
    assert [urgent[name] for name in names] == [None] * 3


def test_a_note_of_another_line_joined_to_a_listed_one_says_so():
    (agency_call,) = build([call("c", "2022-03-08 10:00")], [note("n", "2022-03-08 10:00", line="other")]).agency_calls
    assert (agency_call["recorded_in"], agency_call["line"], agency_call["warnings"]) == (
        "both",
        "contact_center",
        "conflict_line",
    )


def test_one_line_named_for_a_system_has_its_calls():
    made = build(daily("2022-03-01", "2022-03-31", None), [P], lines=[line(MAIN, "invented")])
    assert state(made, "2022-03-31") == "silent"


@pytest.mark.slow
def test_a_ring_that_follows_a_call_without_a_promise_is_no_other_promises(tmp_path):
    import callanalytics as ca

    sheet = tmp_path / "log.csv"
    sheet.write_text(
        "No.,Date,Time,Time zone,What happened,About no.,Number we used,Line,Minutes to a person,Who spoke to us,"
        "Result,Call-back promised\n"
        "1,3/1/2022,10:05 AM,Eastern,We called,,,Contact Center,20,Tier 1,Call-back promised,"
        "Regular (30 business days)\n"
        "2,3/2/2022,10:05 AM,Eastern,We called,,,Contact Center,20,Tier 1,Solved,\n"
        '3,3/3/2022,10:05 AM,Eastern,"They called, we missed it",2,,,,,,\n',
        "utf-8",
    )
    ca.ingest([sheet], tmp_path / "store", office="Alder", timezone="Eastern", format="hand_log")
    log = ca.load(tmp_path / "store", as_of="2022-06-30")
    assert log.callbacks.to_arrow()["link"].to_pylist() == ["none"]
    assert log.promises.to_arrow()["n_callbacks"].to_pylist() == [0]
