"""One row a call of ours to an agency line: from the phone log, the hand log, or both.

No dial is lost: there are as many as outbound calls to the agency and notes of calls together, less the pairs
(and less calls that two phone systems logged, see ``twins``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import clocks, schema
from callanalytics.agencies import Agency
from callanalytics.facts import logs, matching, timekeeping, twins
from callanalytics.facts.rows import Rows, codes, first_of, nulled, take, union_words, words
from callanalytics.facts.watching import Watch
from callanalytics.values import zones

A_DAY = np.timedelta64(1, "D")
NOT_SAID = "unknown"  # the line of a note that does not name it

# What ends a call without a live person, and what only a live person can do.
WITHOUT_PERSON = "ivr_resolved ivr_ended ivr_not_understood ivr_gave_up closed".split()
BY_PERSON = (
    "resolved service_request callback_promised appointment refused_too_soon refused_use_online refused_limit "
    "refused_no_g28 refused_other"
).split()
AS_NOTED = (
    "wait_s wait_grid_s tier reason urgency_claimed tier2_requested promised inquiries request_result words_said "
    "caller_role g28_on_file tried_first agent_id sr_number matter protected"
).split()


def build(office: dict, calls: Rows, notes: Rows, watch: Watch, agency: Agency) -> pa.Table:
    """The dials of one office.

    Parameters
    ----------
    calls, notes : all of the office; those that are no dials are left out here
    watch : what the phone exports cover, to tell a note without a call from a call that no export shows
    """
    outbound = to_the_agency(calls, agency)
    twin = twins.of_calls(outbound)
    is_double = np.isin(np.arange(len(outbound)), twin[twin >= 0])[twin < 0]
    outbound = outbound.where(twin < 0)
    line = line_dialled(outbound, agency)
    dialled = notes.where(notes.is_("kind", "dial"))
    numbers = logs.numbers_in(outbound, dialled)
    lines = sorted({listed.code for listed in agency.lines} - {"other"})
    said = logs.noted(dialled, numbers, lines, logs.unknown_answers(dialled))
    seen = logs.logged(outbound, office["timezone"], numbers, codes(line, lines), logs.unknown_answers(outbound))
    sheets = dialled.arrow("format")
    told = timekeeping.settled(said, seen, codes(sheets, sheets.unique().to_pylist()))
    joined = logs.join(outbound, dialled, told, seen, far=True)
    return _in_order(_table(office, joined, line, is_double, told.moment, watch, agency))


def to_the_agency(calls: Rows, agency: Agency) -> Rows:
    """The calls that went out to a number of the agency's."""
    outbound = calls.where(calls.is_("direction", "outbound"))
    return outbound.where(line_dialled(outbound, agency).is_valid().to_numpy(zero_copy_only=False))


def line_dialled(calls: Rows, agency: Agency) -> pa.Array:
    """The agency line behind each number called, on the day of the call; null for any other number."""
    listed = [number for number in agency.numbers if number.use == "outbound"]
    other = calls.arrow("other_number")
    day = calls.moments().astype("M8[D]")
    day = np.where(np.isnat(day), calls.moments("started_at_local").astype("M8[D]"), day)
    found = np.full(len(calls), -1)
    for place, number in enumerate(listed):
        since = np.isnat(day) | (day >= np.datetime64(number.since or "0001-01-01", "D"))
        until = np.isnat(day) | (day <= np.datetime64(number.until or "9999-12-31", "D"))
        found[pc.equal(other, number.e164).fill_null(False).to_numpy(zero_copy_only=False) & since & until] = place
    return words([number.line for number in listed], found)


def _table(office, joined: logs.Joined, line: pa.Array, is_double, moment_of, watch: Watch, agency) -> pa.Table:
    times = joined.times(office["timezone"])
    moment = times["started_at_utc"].cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    line = first_of(take(line, joined.call), joined.note_column("line"), pa.scalar(NOT_SAID))
    identity = joined.identity()
    n = len(joined.call)
    return schema.build(
        "dials",
        {
            "office_id": [office["office_id"]] * n,
            "dial_id": first_of(identity["call_id"], identity["note_id"]),
            **identity,
            **times,
            "time_of": _time_of(joined, moment_of),
            "line": line,
            "our_number": joined.either("our_number"),
            "duration_s": joined.either("duration_s"),
            **{name: joined.note_column(name) for name in AS_NOTED},
            **{name: _noted_word(joined, name, other) for name, other in _UNNOTED.items()},
            "wait_kind": _wait_kind(joined),
            "reached": _reached(joined),
            "request_days": _request_days(joined, times["date_local"]),
            "in_live_hours": clocks.in_live_hours(moment, line.to_numpy(zero_copy_only=False), agency=agency),
            "warnings": union_words(
                joined.call_column("warnings"),
                joined.note_column("warnings"),
                *_warnings(joined, line, is_double, moment_of, watch, moment, office["timezone"]),
            ),
        },
    )


_UNNOTED = {"wait_from": "unsaid", "outcome": "unknown"}  # of a call that nobody noted


def _noted_word(joined, name, other):
    return first_of(joined.note_column(name), pa.scalar(other))


def _wait_kind(joined) -> pa.Array:
    """How the wait ended; not known of a wait longer than its whole call: a slip, or another call's note.

    "Disconnected" of a call on which a person promised something came after the wait: no call counts both as one
    that reached a person and as one that was lost waiting.
    """
    noted = pc.if_else(_lost_after_person(joined), "reached", _noted_word(joined, "wait_kind", "unknown"))
    return pc.if_else(pa.array(_over_duration(joined)), "unknown", noted)


def _lost_after_person(joined) -> pa.Array:
    """Calls noted as hung up or cut off of which the note proves that a person spoke first.

    A wait of which only the least is written stays a lower bound.
    """
    notes = joined.notes
    is_bound = pc.match_substring(notes.arrow("warnings"), "wait_at_least").fill_null(False)
    lost = notes.is_("wait_kind", "gave_up", "cut_off") & _person_acted(notes)
    lost &= ~is_bound.to_numpy(zero_copy_only=False)
    return take(pa.array(lost), joined.note).fill_null(False)


def _over_duration(joined) -> np.ndarray:
    wait, grid = (_numbers(joined.note_column(name)) for name in ("wait_s", "wait_grid_s"))
    lasted, exact = (_numbers(joined.call_column(name)) for name in ("duration_s", "duration_precision_s"))
    return (wait >= 0) & (lasted >= 0) & (matching.over_duration(wait, grid, lasted, exact) > 0)


def _time_of(joined, moment_of: np.ndarray) -> pa.Array:
    """The start, where the phone log has the call; else what the note's time is, as said or as its sheet shows."""
    is_call = pa.array(joined.call >= 0)
    return pc.if_else(is_call, "start", take(words(matching.MOMENTS, moment_of), joined.note))


def _reached(joined) -> pa.Array:
    """Whether a live person spoke: what only a person can give or do proves it, whatever else is written.

    A call that nobody noted, and one of which nobody wrote how it ended, is not known.
    """
    notes = joined.notes
    person = notes.is_("wait_kind", "reached") | _person_acted(notes)
    nobody = notes.is_("wait_kind", "gave_up", "cut_off", "not_queued") | notes.is_("outcome", *WITHOUT_PERSON)
    return take(pa.array(person, pa.bool_(), mask=~(person | nobody)), joined.note)


def _person_acted(notes: Rows) -> np.ndarray:
    """Whether a note has what only a person can give or do: a tier, an outcome, a promise."""
    promised = notes.is_("promised", "urgent", "regular", "unknown")
    return notes.is_there("tier") | notes.is_("outcome", *BY_PERSON) | promised


def _request_days(joined, date: pa.Array) -> pa.Array:
    """Days from the call, on the office's clock, to the decision; null where the decision is before the call."""
    decided = joined.note_column("decided_on")
    days = pc.subtract(decided.cast(pa.int32()), date.cast(pa.int32()))
    fits = pc.and_(pc.greater_equal(days, 0), pc.less_equal(days, 32767)).fill_null(False)
    return pc.if_else(fits, days, pa.scalar(None, pa.int32())).cast(pa.int16())


def _is_covered(joined, watch: Watch, moment, zone: str) -> np.ndarray:
    """Whether the phone log covers the moment of each note, of one with a date alone that whole day."""
    written = joined.note_column("started_at_local").cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    midnight = zones.to_utc(written.astype("M8[D]").astype("M8[us]"), zone)[0]
    timeless = np.isnat(moment)
    since = np.where(timeless, midnight, moment)
    return watch.until(since, joined.note_column("our_number")) >= np.where(timeless, midnight + A_DAY, since)


def _warnings(joined, line, is_double, moment_of, watch: Watch, moment, zone: str) -> list[pa.Array]:
    is_note, is_call = joined.note >= 0, joined.call >= 0
    is_unsaid = joined.notes.codes("time_of", matching.MOMENTS) == matching.UNKNOWN
    is_estimated = is_unsaid & (moment_of < matching.UNKNOWN)
    covered = _is_covered(joined, watch, moment, zone)
    found = {
        "conflict_start": joined.paired(joined.pairs.conflict_start),
        "conflict_number": joined.paired(joined.pairs.conflict_number),
        "conflict_line": _lines_differ(joined, line),
        "wait_over_duration": _over_duration(joined),
        "lost_after_person": _lost_after_person(joined).to_numpy(zero_copy_only=False),
        "logged_twice": np.append(is_double, False)[joined.call],  # NOWHERE picks the last
        timekeeping.ESTIMATED: np.append(is_estimated, False)[joined.note] & ~is_call,
        "call_of_day_unsure": np.isin(joined.note, joined.pairs.doubtful),
        "unmatched_note": is_note & ~is_call & covered,
    }
    n = len(is_note)
    return [nulled(pa.array([code] * n, pa.string()), ~mask) for code, mask in found.items()]


def _lines_differ(joined, line: pa.Array) -> np.ndarray:
    """Notes that say "other line" of a call that the phone log shows to have gone to a listed one: its line holds."""
    differ = pc.not_equal(joined.note_column("line"), line).fill_null(False)
    return differ.to_numpy(zero_copy_only=False)


def _numbers(column: pa.Array) -> np.ndarray:
    return column.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)


def _in_order(table: pa.Table) -> pa.Table:
    order = [("started_at_utc", "ascending"), ("date", "ascending"), ("dial_id", "ascending")]
    return table.take(pc.sort_indices(table, sort_keys=order))
