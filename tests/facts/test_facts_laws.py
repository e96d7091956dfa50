"""Laws that hold for every log, tried on small invented ones."""

import random
from datetime import date, timedelta

import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callanalytics.measures import callback_hit_rate
from exhaustive import EXHAUSTIVE, examples
from facts_rows import (
    CALLBACK,
    CELL,
    MAIN,
    USCIS,
    build,
    call,
    ends,
    note,
    notice,
    promise,
    rang,
    standing,
    stranger,
)

pytestmark = pytest.mark.slow
DAYS = [date(2022, 3, 1) + timedelta(days=n) for n in range(75)]
OVER = {"late", "silent", "unwatched"}
IN_TIME = {"answered_first", "answered_second", "emailed", "both_missed", "missed_once", "result_unknown", "withdrawn"}
tried = examples(40)

times = st.builds(
    lambda day, minute: f"{day} {7 + minute // 60:02}:{minute % 60:02}", st.sampled_from(DAYS), st.integers(0, 600)
)
lines = st.sampled_from([MAIN, CELL, None])
agency_calls = st.tuples(st.just("dial"), times, lines, st.integers(0, 4000))
callbacks = st.tuples(
    st.just("ring"),
    times,
    lines,
    st.sampled_from([CALLBACK, None]),
    st.sampled_from(["answered", "missed", "voicemail"]),
)
promised = st.tuples(st.just("promise"), times, lines, st.sampled_from(["urgent", "regular", "unknown", "none"]))
others = st.tuples(
    st.just("note"), times, st.sampled_from(["ring", "email", "withdrawn", "notice", "none_came"]), st.integers(-1, 5)
)
messages = st.tuples(st.just("notice"), times, st.sampled_from(["announcement", "text_ahead", "reply_out", "answer"]))
things = st.lists(st.one_of(agency_calls, callbacks, promised, others, messages), max_size=24)


def log(drawn):
    """Calls, notes and notices of what was drawn; a note may follow one of the first promises."""
    calls = [stranger("first", "2022-02-25 08:00"), stranger("last", "2022-04-20 18:00")]
    entries, notices = [], []
    for n, (what, moment, *result) in enumerate(drawn):
        if what == "dial":
            calls.append(call(f"c{n}", moment, ours=result[0], s=result[1], other=USCIS))
        elif what == "ring":
            calls.append(rang(f"r{n}", moment, result[1], result[0], result[2]))
        elif what == "promise":
            entries.append(promise(f"p{n}", moment, result[1], result[0], matter=f"M{n % 3}"))
        elif what == "note":
            owners = [m["entry_id"] for m in entries if m["entry_id"].startswith("p")]
            parent_entry_id = owners[result[1]] if 0 <= result[1] < len(owners) else None
            outcome = "answered" if result[0] == "ring" and n % 2 else "missed" if result[0] == "ring" else "unknown"
            entries.append(note(f"n{n}", moment, result[0], parent_entry_id=parent_entry_id, outcome=outcome))
        else:
            channel = "email" if result[0] == "answer" else "text"
            notices.append(notice(f"t{n}", moment, result[0], channel, None if channel == "email" else MAIN))
    return calls, entries, notices


@tried
@given(things)
def test_no_dial_and_no_ring_is_lost(drawn):
    calls, entries, notices = log(drawn)
    made = build(calls, entries, notices)
    both = [d for d in made.agency_calls if d["recorded_in"] == "both"]
    asked = [c for c in calls if c["direction"] == "outbound"]
    assert len(made.agency_calls) == len(asked) + sum(n["kind"] == "dial" for n in entries) - len(both)
    assert len({d["call_id"] for d in both}) == len({d["entry_id"] for d in both}) == len(both)
    rung = [c for c in calls if c["direction"] == "inbound" and (c["other_number"] or c["caller_id"] != "known")]
    noted = sum(n["kind"] == "ring" for n in entries) + sum(n["kind"] == "text_ahead" for n in notices)
    assert len(made.callbacks) == len(rung) + noted - sum(r["recorded_in"] == "both" for r in made.callbacks)
    assert len(made.promises) == sum(n.get("promised") in ("urgent", "regular", "unknown") for n in entries)


@tried
@given(things)
def test_a_ring_has_one_promise_at_most_and_a_promise_the_rings_it_counts(drawn):
    made = build(*log(drawn))
    assert len({r["callback_id"] for r in made.callbacks}) == len(made.callbacks)
    sure = [r["promise_id"] for r in made.callbacks if is_theirs(r)]
    assert {p["promise_id"]: p["n_callbacks"] for p in made.promises} == {p["promise_id"]: sure.count(p["promise_id"])
                                                                  for p in made.promises}  # fmt: skip
    for r in made.callbacks:
        assert (r["promise_id"] is None) == (r["link"] == "none")
        assert (r["round"] is None) == (not is_theirs(r))
        assert r["is_credited"] is None or (r["link"] == "possible" and r["is_credited"])
        assert (r["cause"] is None) == (r["result"] == "answered") == (r["attributed_to"] is None)


def is_theirs(callback) -> bool:
    return callback["link"] == "certain" or callback["is_credited"] is True


@tried
@given(things)
def test_a_certain_ring_can_be_no_other_promises_and_a_credited_one_counts_once(drawn):
    calls, entries, notices = log(drawn)
    long_ago = [
        stranger(ours, "2021-09-01 08:00", ours) for ours in (MAIN, CELL)
    ]  # no call that no one noted is hidden
    made = build([*long_ago, stranger("cell", "2022-04-20 18:00", CELL), *calls], entries, notices)
    callbacks = {r["callback_id"]: r for r in made.callbacks}
    found = {r["callback_id"] for r in callbacks.values() if r["entry_id"] and "n" in r["entry_id"]}
    for r in callbacks.values():
        if r["link"] != "certain" or r["entry_id"] in found:
            continue
        others = [p for p in made.promises if p["promise_id"] != r["promise_id"] and _may_be(p, r)]
        assert not others, (r["callback_id"], [p["promise_id"] for p in others])
    for p in standing(made, "2022-12-31"):
        possible = [r for r in callbacks.values() if r["link"] == "possible" and not counted_for(p, r)]
        assert (p["possible_missed"] or 0) <= sum(r["result"] in ("missed", "voicemail") for r in possible)
    _, hits = ends(made, "2022-12-31", callback_hit_rate)
    assert hits <= sum(r["result"] == "answered" and r["link"] != "none" for r in callbacks.values())


def counted_for(promise, callback) -> bool:
    return is_theirs(callback) and callback["promise_id"] == promise["promise_id"]


def _may_be(promise, callback) -> bool:
    """Open at that number then, by the columns alone."""
    if (
        not promise["started_at_utc"]
        or not callback["started_at_utc"]
        or promise["started_at_utc"] > callback["started_at_utc"]
    ):
        return False
    ended = [promise[f"{name}_at_utc"] for name in ("callback_answered", "emailed", "withdrawn")]
    fits = (
        not (promise["callback_number"] and callback["our_number"])
        or promise["callback_number"] == callback["our_number"]
    )
    return fits and not any(end and end < callback["started_at_utc"] for end in ended) and _lives(promise, callback)


def _lives(promise, callback) -> bool:
    return callback["started_at_utc"] <= promise["due_lenient_utc"] if promise["due_lenient_utc"] else True


@tried
@given(things, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(drawn, dice: random.Random):
    rows = log(drawn)
    made = build(*rows)
    for part in rows:
        dice.shuffle(part)
    again = build(*rows)
    for name, table in made.tables.items():
        assert table.equals(again.tables[name]), name


LATER_LINE = [  # a line that is first heard of on the day after the promise was due
    ("dial", "2022-03-01 07:00", MAIN, 0),
    ("dial", "2022-03-05 07:00", CELL, 0),
    ("promise", "2022-03-01 07:00", None, "urgent"),
]


@tried
@given(things, st.lists(st.sampled_from(DAYS), min_size=2, max_size=5))
@example(LATER_LINE, [date(2022, 3, 4), date(2022, 3, 5)])
def test_moving_the_day_of_looking_forward_never_reopens_a_promise(drawn, days):
    made = build(*log(drawn))
    before = {}
    for day in sorted(days):
        for p in standing(made, str(day)):
            old = before.get(p["promise_id"])
            if old:
                assert not (old["state"] != "waiting" and p["state"] == "waiting")
                assert not (old["is_due_default"] and not p["is_due_default"])
                if old["is_due_default"]:
                    assert p["is_kept_default"] == old["is_kept_default"]
                    assert p["is_watched_default"] == old["is_watched_default"]
                    assert p["is_hit"] == old["is_hit"]
                    assert p["state"] == old["state"] or (old["state"] in OVER and p["state"] == "late")
            before[p["promise_id"]] = p


@tried
@given(things, st.sampled_from(DAYS))
def test_state_and_flags_say_the_same(drawn, day):
    for p in standing(build(*log(drawn)), str(day)):
        due = p["is_due_default"]
        if p["state"] == "waiting":
            assert due is False
        if due is None:
            assert p["state"] in IN_TIME | {"rule_unknown", "late"}
        elif p["state"] in IN_TIME - {"withdrawn"}:
            assert p["is_kept_default"]
        elif p["state"] != "withdrawn":
            assert not p["is_kept_default"]
            assert due == (p["state"] in OVER)
        assert p["state"] != "silent" or p["is_watched_default"]
        assert p["state"] != "unwatched" or not p["is_watched_default"]
        assert not p["is_hit"] or p["is_kept_default"]
        assert not p["is_hit_certain"] or p["is_kept_certain_default"]
        kept = [p[f"is_kept_{reading}"] for reading in ("strict", "lenient")]
        assert kept in ([None, None], [False, False], [False, True], [True, True])


@tried
@given(things, st.sampled_from(DAYS))
def test_a_promise_due_after_its_coverage_ends_is_never_silent(drawn, last):
    calls, entries, notices = log(drawn)
    ended = [c for c in calls if c["started_at_local"].date() <= last]
    for p in standing(build(ended, entries, notices), "2022-12-31"):
        due = p["due_default_utc"]
        if due and due.date() > last + timedelta(days=1):
            assert p["state"] != "silent"
            assert not p["is_watched"]


def told_on(made, day) -> dict:
    """What a store says of each promise on a day, but for what hangs on how long its lines were covered."""
    seen = "first_callback_at_utc first_callback_result second_callback_at_utc second_callback_result n_callbacks "
    seen += "callback_answered_at_utc emailed_at_utc withdrawn_at_utc "
    seen += "notice_at_utc restarted_at_utc possible_missed is_kept_default is_hit is_round_closed contact_by"
    return {p["promise_id"]: {c: p[c] for c in seen.split()} for p in standing(made, str(day))}


@tried
@given(things, st.sampled_from(DAYS))
def test_what_was_seen_on_a_day_is_what_a_log_of_that_day_says(drawn, day):
    """The facts of rows up to a day say what the facts of all rows say as of that day."""
    rows = log(drawn)
    then = [[r for r in part if r["started_at_local"].date() <= day] for part in rows]
    # Looked at on the office's own evening: its day and the Eastern one hold the same rows, none is after 18:00.
    assert told_on(build(*then), day) == told_on(build(*rows), day)


def test_a_note_of_the_next_days_does_not_change_what_a_day_said():
    """A draw on which linking at first and linking of what was seen once disagreed."""
    drawn = [("dial", "2022-03-01 07:00", MAIN, 0), ("note", "2022-03-01 07:12", "ring", 0)]
    drawn += [("dial", "2022-03-01 07:00", MAIN, 0)] * 7 + [("promise", "2022-03-01 07:00", MAIN, "urgent")]
    for more in ([], [("note", "2022-03-02 07:00", "ring", 0)]):
        rows = log([*drawn, ("ring", "2022-03-01 07:00", MAIN, None, "answered"), *more])
        then = [[r for r in part if r["started_at_local"].date() <= DAYS[0]] for part in rows]
        assert told_on(build(*then), DAYS[0]) == told_on(build(*rows), DAYS[0])


@tried
@given(things)
def test_the_same_moments_in_an_office_elsewhere_give_the_same_eastern_facts(drawn):
    rows = log(drawn)
    here, there = build(*rows), build(*rows, timezone="Pacific/Honolulu")
    local = {"date_local", "month_local", "weekday_local", "hour_local"}
    for name in here.tables:
        kept = [c for c in here.tables[name].column_names if c not in local]
        assert here.tables[name].select(kept).equals(there.tables[name].select(kept)), name


def test_many_promises_and_rings_take_seconds():
    """A hundred thousand of each where everything is tried; else a quarter of them, in a quarter of the time."""
    import time

    import numpy as np

    from facts_rows import table

    dice = np.random.default_rng(1)
    days = [f"2022-{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 29)]
    n = 5000
    drawn = [dice.integers(0, top, 2 * n).tolist() for top in (len(days), 10, 60)]
    moments = [f"{days[day]} {7 + hour:02}:{minute:02}" for day, hour, minute in zip(*drawn, strict=True)]
    calls = table("calls", [rang(f"r{i}", moments[i]) for i in range(n)])
    entries = table("entries", [promise(f"p{i}", moments[n + i]) for i in range(n)])
    times = 20 if EXHAUSTIVE else 5
    calls, entries = (_repeated(rows, id, times) for rows, id in ((calls, "call_id"), (entries, "entry_id")))
    started = time.process_time()
    made = _facts(calls, entries)
    assert made["callbacks"].num_rows == made["promises"].num_rows == n * times
    assert time.process_time() - started < times


def _repeated(rows, id, times):
    import pyarrow as pa

    parts = []
    for k in range(times):
        ids = pc.binary_join_element_wise(rows.column(id), f"-{k}", "")
        number = f"+131255501{k:02}"
        part = rows.set_column(rows.column_names.index(id), rows.schema.field(id), ids)
        for name in ("our_number", "callback_number"):
            if name in part.column_names and part.column(name).null_count < len(part):
                part = part.set_column(
                    part.column_names.index(name), part.schema.field(name), pa.array([number] * len(part))
                )
        parts.append(part)
    return pa.concat_tables(parts)


def _facts(calls, entries):
    from callanalytics import agencies, facts, schema
    from facts_rows import office, source, table

    return facts.build(office(), calls, entries, schema.empty("notices"), table("sources", [source()]), agencies.load())
