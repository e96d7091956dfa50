"""Our calls to the agency: which note is about which call, and what each of the two logs knows."""

from datetime import date
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics.facts import record_linkage
from exhaustive import examples
from facts_rows import CALLBACK, CELL, MAIN, PREMIUM, USCIS, build, call, naive, note, promise, rang, stranger, utc

AT = "2022-03-01 10:00"


def pairs(made):
    return {(d["entry_id"], d["call_id"]) for d in made.agency_calls if d["recorded_in"] == "both"}


def only(made):
    (agency_call,) = made.agency_calls
    return agency_call


def warned(agency_call):
    return (agency_call["warnings"] or "").split()


# ---- which calls are agency calls -----------------------------------------------------------------------------


def test_calls_to_an_agency_number_are_dials_and_others_are_not():
    made = build([
        call("1", "2022-03-01 09:00"),
        call("2", "2022-03-01 10:00", other=PREMIUM),
        call("3", "2022-03-01 11:00", other=None, caller_id="known"),
        call("4", "2022-03-01 12:00", other=CALLBACK),  # the number that calls us; no one waits there
        call("5", "2022-03-01 13:00", direction="inbound"),
        call("6", "2022-03-01 14:00", direction="unknown"),
    ])  # fmt: skip
    assert {d["agency_call_id"]: d["line"] for d in made.agency_calls} == {"1": "contact_center", "2": "premium"}


def test_a_phone_alone_never_knows_the_wait_nor_who_answered():
    agency_call = only(build([call("1", AT)]))
    assert (agency_call["recorded_in"], agency_call["time_refers_to"]) == ("phone", "start")
    known = [agency_call[c] for c in ("wait_s", "wait_rounding_s", "person_reached", "tier", "reason", "promised")]
    assert known == [None] * 6
    assert [agency_call[c] for c in ("wait_outcome", "wait_origin", "outcome")] == ["unknown", "unstated", "unknown"]


def test_a_note_alone_is_a_dial_and_says_which_moment_its_time_is():
    agency_call = only(build(entries=[note("n", AT, time_refers_to="end", line="premium", our_number=CELL)]))
    found = [
        agency_call[c] for c in ("agency_call_id", "recorded_in", "time_refers_to", "line", "our_number", "call_id")
    ]
    assert found == ["n", "entry", "end", "premium", CELL, None]


def test_a_line_that_was_not_written_is_not_guessed():
    agency_call = only(build(entries=[note("n", AT)]))
    assert (agency_call["line"], agency_call["in_live_hours"]) == ("unknown", None)


# ---- both logs -----------------------------------------------------------------------------------------


def test_a_note_takes_its_time_and_line_from_the_phone_and_the_rest_from_the_hand():
    noted = note(
        "n",
        "2022-03-01 10:00",
        time_refers_to="unknown",
        wait_s=900,
        wait_outcome="reached",
        wait_rounding_s=300,
        outcome="resolved",
        tier="tier1",
        agent_id="T1",
        sr_number="SR1",
        matter="M1",
        line=None,
    )
    agency_call = only(build([call("c", "2022-03-01 09:58:31", s=1500)], [noted]))
    assert naive(agency_call["started_at_utc"]) == utc("2022-03-01 09:58:31")
    found = [
        agency_call[c]
        for c in (
            "agency_call_id",
            "recorded_in",
            "time_refers_to",
            "line",
            "our_number",
            "duration_s",
            "hour_local",
            "hour",
        )
    ]
    assert found == ["c", "both", "start", "contact_center", MAIN, 1500, 9, 10]
    found = [
        agency_call[c]
        for c in ("wait_s", "wait_outcome", "wait_origin", "person_reached", "tier", "agent_id", "sr_number", "matter")
    ]
    assert found == [900, "reached", "dial", True, "tier1", "T1", "SR1", "M1"]
    assert warned(agency_call) == []


@pytest.mark.parametrize(
    ("start", "joined", "conflict"),
    [("10:00:40", True, False), ("09:57:30", True, False), ("10:06:00", True, True), ("09:48:00", False, False)],
)
def test_a_note_is_joined_within_its_rounding_and_ten_minutes_and_beyond_three_it_says_so(start, joined, conflict):
    made = build([call("c", f"2022-03-01 {start}")], [note("n", AT)])
    assert (len(made.agency_calls) == 1) == joined
    if joined:
        assert ("conflict_start" in warned(made.agency_calls[0])) == conflict


def test_a_time_rounded_to_the_hour_reaches_an_hour():
    made = build([call("c", "2022-03-01 09:20:00")], [note("n", AT, started_precision_s=3600)])
    assert pairs(made) == {("n", "c")}
    assert warned(made.agency_calls[0]) == []


@pytest.mark.parametrize(
    ("moment", "noted", "written"),
    [
        ("answer", {"wait_s": 1800, "wait_outcome": "reached"}, "10:30"),
        ("answer", {}, "10:20"),
        ("end", {}, "10:50"),
        ("end", {"duration_s": 3000}, "10:50"),
        ("unknown", {}, "10:25"),
    ],
)
def test_a_time_that_is_not_the_start_is_held_against_the_moment_it_is_of(moment, noted, written):
    made = build([call("c", "2022-03-01 10:00:00", s=3000), call("d", "2022-03-01 11:30:00", s=3000)],
                 [note("n", f"2022-03-01 {written}", time_refers_to=moment, **noted)])  # fmt: skip
    assert pairs(made) == {("n", "c")}


def test_an_early_note_does_not_take_the_call_of_a_later_one():
    made = build([call("c1", "2022-03-01 10:03"), call("c2", "2022-03-01 10:08")],
                 [note("n1", "2022-03-01 10:00"), note("n2", "2022-03-01 10:04")])  # fmt: skip
    assert pairs(made) == {("n1", "c1"), ("n2", "c2")}


def test_an_exact_pair_is_not_given_up_for_two_poor_ones():
    made = build([call("c1", "2022-03-01 09:52"), call("c2", "2022-03-01 10:00")],
                 [note("n1", "2022-03-01 10:00"), note("n2", "2022-03-01 10:08")])  # fmt: skip
    assert pairs(made) == {("n1", "c2")}


def test_of_redials_the_note_of_a_long_wait_is_about_the_long_call():
    calls = [
        call("1", "2022-03-01 10:00", s=4),
        call("2", "2022-03-01 10:01", s=5),
        call("3", "2022-03-01 10:02", s=2900),
    ]
    assert pairs(build(calls, [note("n", AT, wait_s=2700, wait_rounding_s=60)])) == {("n", "3")}


def test_a_note_of_a_long_wait_is_not_about_a_short_call_some_minutes_off():
    noted = note("n", AT, wait_s=2700, wait_rounding_s=60)
    assert pairs(build([call("c", "2022-03-01 10:06", s=10)], [noted])) == set()
    assert pairs(build([call("c", "2022-03-01 10:06", s=2900)], [noted])) == {("n", "c")}


def test_another_line_of_the_agency_is_another_call():
    assert pairs(build([call("c", AT)], [note("n", AT, line="premium")])) == set()
    assert pairs(build([call("c", AT)], [note("n", AT, line="contact_center")])) == {("n", "c")}


def test_another_number_of_ours_is_another_call_unless_start_and_length_agree():
    assert pairs(build([call("c", AT, s=900)], [note("n", AT, our_number=CELL)])) == set()
    made = build([call("c", AT, s=900)], [note("n", AT, our_number=CELL, duration_s=900)])
    assert pairs(made) == {("n", "c")}
    assert warned(made.agency_calls[0]) == ["conflict_number"]


def test_a_wait_longer_than_the_whole_call_is_kept_and_said():
    agency_call = only(build([call("c", AT, s=720)], [note("n", AT, wait_s=2700, wait_rounding_s=60)]))
    assert (agency_call["wait_s"], warned(agency_call)) == (2700, ["wait_over_duration"])


def test_a_wait_as_long_as_its_rounding_allows_is_no_conflict():
    assert warned(only(build([call("c", AT, s=2650)], [note("n", AT, wait_s=2700, wait_rounding_s=60)]))) == []


def test_a_note_by_its_date_alone_is_joined_when_only_one_call_can_be_meant():
    made = build([call("c", AT, s=1500)], [note("n", "2022-03-01", wait_s=1200)])
    assert pairs(made) == {("n", "c")}
    assert only(made)["hour_local"] == 10


def test_notes_by_their_date_alone_are_the_calls_of_the_day_as_many_as_can_be():
    calls = [call("c", AT, s=1500), call("d", "2022-03-01 15:00", s=1500)]
    made = build(calls, [note("n", "2022-03-01", tier="tier1")])
    joined = next(row for row in made.agency_calls if row["recorded_in"] == "both")
    assert len(made.agency_calls) == 2
    assert warned(joined) == ["call_of_day_assumed"]
    assert (joined["hour_local"], str(joined["date_local"])) == (None, "2022-03-01")
    assert [joined[name] for name in ("duration_s", "line", "our_number")] == [None, "unknown", None]
    assert [warned(row) for row in made.agency_calls if row["recorded_in"] == "phone"] == [["call_of_day_possible"]]
    assert pairs(build(calls, [note("n", "2022-03-01"), note("m", "2022-03-01 15:00")])) == {("n", "c"), ("m", "d")}
    # More notes than calls: those over count by themselves.
    assert len(build(calls, [note(id, "2022-03-01", tier="tier1") for id in "klm"]).agency_calls) == 3
    calls[0]["duration_s"] = 300
    assert pairs(build(calls, [note("n", "2022-03-01", wait_s=1400)])) == {("n", "d")}
    calls[1]["duration_s"] = 200
    assert len(build(calls, [note("n", "2022-03-01", wait_s=1400)]).agency_calls) == 3


def test_a_note_by_its_date_alone_without_a_wait_takes_no_call_for_its_length():
    calls = [call("c", AT, s=300), call("d", "2022-03-01 15:00", s=5400)]
    assert pairs(build(calls, [note("n", "2022-03-01", tier="tier1")])) == {("n", "c")}


def test_a_note_by_its_date_alone_that_says_nothing_else_is_joined_to_none_of_two_calls():
    calls = [call("c", AT, s=1500), call("d", "2022-03-01 15:00", s=1500)]
    made = build(calls, [note("n", "2022-03-01")])
    assert [warned(row) for row in made.agency_calls if row["recorded_in"] == "entry"] == [["call_of_day_unsure"]]
    assert len(made.agency_calls) == 3


def test_notes_of_a_day_of_which_one_fits_only_one_call_are_certain():
    calls = [call("c", AT, s=3432), call("d", "2022-03-01 15:00", s=1872)]
    made = build(calls, [note("n", "2022-03-01", wait_s=1500), note("m", "2022-03-01", wait_s=3000)])
    assert pairs(made) == {("m", "c"), ("n", "d")}
    assert [(warned(row), row["hour_local"]) for row in made.agency_calls] == [([], 10), ([], 15)]


def test_waits_of_a_day_lie_as_near_to_the_lengths_as_they_can_and_a_promise_takes_no_hour():
    calls = [call("c", AT, s=3600), call("d", "2022-03-01 15:00", s=1800)]
    noted = [note("n", "2022-03-01", wait_s=900, promised="urgent"), note("m", "2022-03-01", wait_s=1200)]
    made = build(calls, noted)
    assert pairs(made) == {("m", "c"), ("n", "d")}
    assert [warned(row) for row in made.agency_calls] == [["call_of_day_assumed"]] * 2
    assert [row["due_default_utc"] for row in made.promises] == [None]


def test_a_note_without_a_time_keeps_its_date_and_has_no_hour():
    agency_call = only(build(entries=[note("n", "2022-03-01")]))
    keys = [agency_call[c] for c in ("started_at_utc", "date", "month", "weekday", "hour", "date_local", "hour_local")]
    assert keys == [None, date(2022, 3, 1), 202203, 2, None, date(2022, 3, 1), None]


def test_a_note_without_a_date_is_counted_in_no_month():
    agency_call = only(build(entries=[note("n", None)]))
    assert [agency_call[c] for c in ("date", "month", "hour", "date_local", "in_live_hours")] == [None] * 5


@pytest.mark.slow
def test_a_note_whose_call_should_be_in_the_export_says_that_it_is_not():
    calls = [stranger("s", "2022-03-01 08:00"), stranger("t", "2022-03-03 08:00")]
    assert warned(only(build(calls, [note("n", AT)]))) == ["unmatched_note"]
    assert warned(only(build(calls, [note("n", AT, our_number=CELL)]))) == []
    assert warned(only(build(calls, [note("n", "2022-03-04 10:00")]))) == []
    assert warned(only(build(calls, [note("n", "2022-03-02")]))) == ["unmatched_note"]
    assert warned(only(build(calls, [note("n", "2022-03-03")]))) == []  # the export ends within that day


def test_warnings_of_both_logs_stand_together():
    agency_call = only(build([call("c", "2022-03-01 10:06", warnings="b")], [note("n", AT, warnings="a b")]))
    assert warned(agency_call) == ["a", "b", "conflict_start"]


# ---- who was reached -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noted", "reached"),
    [
        ({"wait_outcome": "reached"}, True),
        ({"tier": "tier2"}, True),
        ({"outcome": "refused_limit"}, True),
        ({"promised": "unknown"}, True),
        ({"wait_outcome": "gave_up"}, False),
        ({"wait_outcome": "cut_off", "outcome": "dropped"}, False),
        ({"wait_outcome": "not_queued", "outcome": "ivr_resolved"}, False),
        ({"outcome": "closed"}, False),
        ({"outcome": "hung_up"}, None),
        ({"promised": "queue"}, None),
        ({"promised": "queue", "outcome": "callback_promised"}, None),
        ({"promised": "none"}, None),
        ({}, None),
        ({"wait_outcome": "cut_off", "tier": "tier1"}, True),
        ({"wait_outcome": "cut_off", "agent_id": "1234"}, True),
        ({"wait_outcome": "gave_up", "agent_name": "Officer Brown"}, True),
        ({"wait_outcome": "cut_off", "agent_name": "Tier 1"}, False),
        ({"wait_outcome": "cut_off", "agent_name": "a live agent"}, False),
        ({"wait_outcome": "gave_up", "agent_name": "hold music"}, False),
        ({"wait_outcome": "gave_up", "agent_name": "Emma (virtual)"}, False),
        ({"wait_outcome": "gave_up", "agent_name": "Maria"}, False),
        ({"wait_outcome": "no_person", "agent_name": "Adams"}, False),
    ],
)
def test_a_person_was_reached_if_one_gave_or_did_something(noted, reached):
    assert only(build(entries=[note("n", AT, **noted)]))["person_reached"] is reached


@pytest.mark.parametrize("lost", ["gave_up", "cut_off"])
def test_a_call_that_reached_a_person_was_not_lost_while_waiting(lost):
    agency_call = only(
        build(entries=[note("n", AT, wait_s=2400, wait_outcome=lost, outcome="dropped", promised="urgent")])
    )
    assert (agency_call["person_reached"], agency_call["wait_outcome"], agency_call["wait_s"]) == (
        True,
        "reached",
        2400,
    )
    assert warned(agency_call) == ["lost_after_person"]


def test_a_few_names_over_and_over_are_those_who_called_and_reached_no_one():
    noted = [
        note(f"n{day}", f"2022-03-{day:02} 10:00", wait_outcome="gave_up" if day % 2 else "reached", agent_name=name)
        for day, name in enumerate(["Maria", "José", "maria"] * 3, 1)
    ]
    made = build(entries=noted).agency_calls
    assert [row["wait_outcome"] for row in made].count("gave_up") == 5
    assert [row["person_reached"] for row in made].count(False) == 5


def test_one_name_of_a_few_rows_is_no_agent_and_many_names_are():
    for names, lost in ((["Maria"] * 2, 2), (["Maria"] * 3, 3), ([*"ABCDEFGH"], 0)):
        noted = [
            note(f"n{day}", f"2022-03-{day:02} 10:00", wait_outcome="gave_up", agent_name=name.ljust(5, "e"))
            for day, name in enumerate(names, 1)
        ]
        assert [row["wait_outcome"] for row in build(entries=noted).agency_calls].count("gave_up") == lost


# ---- small columns -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "live"), [("2022-03-01 10:00", True), ("2022-03-01 19:00", False), ("2022-02-21 10:00", False)]
)
def test_live_hours_are_eastern_and_know_holidays(moment, live):
    assert only(build([call("c", moment)]))["in_live_hours"] is live
    assert only(build([call("c", moment, other=PREMIUM)]))["in_live_hours"] is None


def test_days_to_a_decision_are_counted_from_the_call():
    def days(decided):
        return only(build(entries=[note("n", AT, request_result="granted", decided_on=decided)]))["request_days"]

    assert (days(date(2022, 3, 10)), days(date(2022, 2, 1)), days(None)) == (9, None, None)


def test_a_repeated_hour_keeps_its_flag():
    assert only(build(entries=[note("n", "2022-11-06 01:30", dst_flag="repeated")]))["dst_flag"] == "repeated"
    corrected = build([call("c", "2022-11-06 01:30")], [note("n", "2022-11-06 01:30", dst_flag="repeated")])
    assert only(corrected)["dst_flag"] is None


# ---- two phone systems ---------------------------------------------------------------------------------


def test_one_call_that_two_phone_systems_logged_is_one_dial():
    calls = [call("a", "2022-03-01 10:00:05", s=615), call("b", "2022-03-01 10:00:00", s=660, source="b",
             format="bill", duration_precision_s=60)]  # fmt: skip
    agency_call = only(build(calls))
    assert (agency_call["agency_call_id"], warned(agency_call)) == ("a", ["logged_twice"])


def test_two_calls_of_one_system_or_of_two_lines_are_two():
    again = {"s": 615, "source": "b"}
    assert len(build([call("a", AT, s=615), call("b", "2022-03-01 10:00:30", s=615)]).agency_calls) == 2
    assert len(build([call("a", AT, s=615), call("b", AT, ours=CELL, format="bill", **again)]).agency_calls) == 2
    assert len(build([call("a", AT, s=615), call("b", AT, ours=None, format="bill", **again)]).agency_calls) == 2


def test_a_call_in_two_layouts_of_one_system_is_one_though_one_names_no_line():
    simple = {"ours": None, "format": "ringcentral_simple", "source": "b"}
    detailed = [call("a1", AT, s=615, format="ringcentral_detailed"), call("a2", "2022-03-01 10:20:10", s=9, ours=CELL,
                format="ringcentral_detailed")]  # fmt: skip
    again = [call("b1", AT, s=615, **simple), call("b2", "2022-03-01 10:20:00", s=9, **simple)]
    assert {each["agency_call_id"] for each in build(detailed + again).agency_calls} == {"a1", "a2"}
    assert len(build([detailed[0], call("b", "2022-03-01 10:01:00", s=615, **simple)]).agency_calls) == 2
    rang = {"direction": "inbound", "other": None, "outcome": "missed"}
    rings = [call("r1", AT, s=20, format="ringcentral_detailed", **rang), call("r2", AT, s=0, **simple | rang)]
    assert len(build(rings).callbacks) == 1
    other = {"ours": None, "format": "unnamed_system_1f", "source": "b"}
    own = [call("a1", AT, s=615, format="unnamed_system_2e"), call("b1", AT, s=615, **other)]
    assert len(build(own).agency_calls) == 2, "two unknown systems are not one"


def test_redials_logged_by_both_systems_are_still_two():
    calls = [call("a1", "2022-03-01 10:00:00", s=10), call("a2", "2022-03-01 10:00:40", s=12)]
    calls += [
        call("b1", "2022-03-01 10:00:02", s=10, format="bill"),
        call("b2", "2022-03-01 10:00:41", s=12, format="bill"),
    ]
    assert {d["agency_call_id"] for d in build(calls).agency_calls} in ({"a1", "a2"}, {"b1", "b2"})


def test_a_call_has_one_duplicate_at_most():
    calls = [call("a1", "2022-03-01 10:00:00", s=10), call("a2", "2022-03-01 10:00:40", s=12)]
    calls.append(call("b1", "2022-03-01 10:00:02", s=10, format="bill"))
    assert len(build(calls).agency_calls) == 2


# ---- globally best -------------------------------------------------------------------------------------


def _sides(starts, entries):
    def full(n, value=-1):
        return np.full(n, value)

    base, nat = np.datetime64("2022-03-01T15:00", "us"), np.datetime64("NaT", "D")
    moment = base + np.array(entries, "m8[s]").astype("m8[us]")
    rows = record_linkage.NotedContacts(
        moment, np.full(len(entries), nat), full(len(entries), 60), full(len(entries), 0), *[full(len(entries))] * 7
    )
    begun = base + np.sort(np.array(starts, "m8[s]").astype("m8[us]"))
    n = len(starts)
    return rows, record_linkage.LoggedCalls(begun, np.full(n, nat), full(n, 600), full(n, 1), full(n), full(n), full(n))


def _least_by_trying(starts, entries):
    """The least sum of (misfit / reach) squared, 1 for each note alone, over every way to join them."""
    best = len(entries)
    for k in range(1, min(len(starts), len(entries)) + 1):
        for chosen in combinations(range(len(entries)), k):
            for calls in permutations(range(len(starts)), k):
                apart = [abs(entries[i] - starts[j]) for i, j in zip(chosen, calls, strict=True)]
                if max(apart) <= 660:
                    best = min(best, sum(min((a / 660) ** 2, 0.999) for a in apart) + len(entries) - k)
    return best


@examples(60)
@given(st.lists(st.integers(0, 2400), max_size=4), st.lists(st.integers(0, 40).map(lambda m: m * 60), max_size=4))
def test_no_other_way_to_join_the_two_logs_fits_better(starts, entries):
    starts = sorted(starts)
    found = record_linkage.best_pairs(*_sides(starts, entries))
    apart = [abs(entries[i] - starts[j]) for i, j in zip(found.entry, found.call, strict=True)]
    cost = sum(min((a / 660) ** 2, 0.999) for a in apart) + len(entries) - len(apart)
    assert len(set(found.entry.tolist())) == len(set(found.call.tolist())) == len(apart)
    assert cost == pytest.approx(_least_by_trying(starts, entries), abs=1e-9)


def test_of_two_entries_that_fit_a_call_equally_the_first_has_it():
    """Entries of one minute are usual in a hand log: which of them is the call's must not change with the solver."""
    found = record_linkage.best_pairs(*_sides([3600, 90_000], [3600, 3600, 90_000]))
    assert found.entry.tolist() == [0, 2]


def test_a_knot_too_large_for_a_table_is_solved_as_well(monkeypatch):
    rng = np.random.default_rng(5)
    starts, entries = np.sort(rng.integers(0, 20000, 80)).tolist(), (rng.integers(0, 333, 80) * 60).tolist()
    table = record_linkage.best_pairs(*_sides(starts, entries))
    monkeypatch.setattr(record_linkage, "LARGE", 0)
    sparse = record_linkage.best_pairs(*_sides(starts, entries))

    def cost(found):
        apart = [abs(entries[i] - starts[j]) for i, j in zip(found.entry, found.call, strict=True)]
        return sum(min((a / 660) ** 2, 0.999) for a in apart) + len(entries) - len(apart)

    assert cost(table) == pytest.approx(cost(sparse))


def test_the_promise_of_a_call_is_found_on_its_dial():
    made = build([call("c", AT)], [promise("n", AT)])
    assert made.promises[0]["agency_call_id"] == only(made)["agency_call_id"] == "c"


def test_nothing_logged_gives_empty_tables_with_all_their_columns():
    made = build()
    assert {name: rows.num_rows for name, rows in made.tables.items()} == dict.fromkeys(made.tables, 0)
    assert build([rang("r", AT), call("x", AT, "internal", USCIS)]).agency_calls == []


# ---- far apart ----------------------------------------------------------------------------------------


def test_a_note_twenty_minutes_off_is_joined_where_only_one_call_can_be_meant_and_flagged():
    calls = [call("c", "2022-03-01 10:00", s=1500)]
    (agency_call,) = build(calls, [note("n", "2022-03-01 10:20", wait_s=1200, duration_s=1500)]).agency_calls
    assert (agency_call["recorded_in"], agency_call["warnings"]) == ("both", "conflict_start")


@pytest.mark.slow
def test_a_note_far_off_is_not_joined_where_two_calls_or_two_notes_may_be_meant_or_nothing_speaks_for_it():
    one, two = call("c", "2022-03-01 10:00", s=1500), call("d", "2022-03-01 10:50", s=1500)
    made = {"wait_s": 1200, "duration_s": 1500}
    near, other = note("n", "2022-03-01 10:25", **made), note("m", "2022-03-01 10:26", **made)
    for calls, entries in (([one, two], [near]), ([one], [near, other]), ([one], [note("n", "2022-03-01 10:25")])):
        assert "both" not in {d["recorded_in"] for d in build(calls, entries).agency_calls}
