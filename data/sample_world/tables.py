"""An invented history as tables at once, no file between: for tests of the facts on hundreds of offices.

What the exports would say of it, after reading: the same rows, but for the formats' own accidents.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from callanalytics import agencies, facts, schema
from sample_world import hand_log, model
from sample_world.almanac import local, to_utc
from sample_world.history import History, live_through
from sample_world.model import Dial, Note, Promise, Ring, Stranger
from sample_world.offices import Office
from sample_world.phone_exports import CALLBACK_NUMBER, NUMBERS
from sample_world.writing import office_sheet

ID = "0" * 32
_KIND = {"reached": "reached", "gave_up": "gave_up", "cut_off": "cut_off", "not_queued": "not_queued"}
_LATE = 86400  # precision of a date alone


@dataclass(frozen=True)
class Invented:
    """An office's truth and its logs. Ids: a call has that of its agency call or ring, a note that and what it
    tells."""

    office: dict
    history: History
    calls: pa.Table
    entries: pa.Table
    notices: pa.Table
    sources: pa.Table

    def facts(self) -> dict[str, pa.Table]:
        return facts.build(self.office, self.calls, self.entries, self.notices, self.sources, agencies.load())


@contextmanager
def world(**parameters):
    """The model with other parameters, for as long as the block lasts.

    >>> with world(WITHHELD=1.0):
    ...     model.WITHHELD
    1.0
    """
    known = {name: getattr(model, name) for name in parameters}
    try:
        for name, value in parameters.items():
            setattr(model, name, value)
        yield
    finally:
        for name, value in known.items():
            setattr(model, name, value)


def invent(office: Office, seed: int) -> Invented:
    """Two years of an office, and its logs."""
    history = live_through(office, seed)
    calls = [_dialed(d, office) for d in history.agency_calls if d.in_phone]
    calls += [_rung(r, office) for r in history.callbacks if r.in_phone]
    calls += [_strange(s, n, office) for n, s in enumerate(history.strangers)]
    rows = [_note(note, office) for note in hand_log.write_down(history, seed) if not note.is_rejected]
    return Invented(
        {"office_id": ID, **office_sheet(office)},
        history,
        _table("calls", calls),
        _table("entries", rows),
        schema.empty("notices"),
        _table("sources", [_source(calls)] if calls else []),
    )


def entry_id(note: Note) -> str:
    return f"{note.thing.code}-{note.what}"


def _table(name: str, rows: list[dict]) -> pa.Table:
    names = list(dict.fromkeys(key for row in rows for key in row))
    return schema.build(name, {key: [row.get(key) for row in rows] for key in names}) if rows else schema.empty(name)


# ---- calls ----------------------------------------------------------------------------------------------


def _dialed(agency_call: Dial, office: Office) -> dict:
    return _call(
        agency_call.code,
        agency_call.start,
        office,
        "outbound",
        agency_call.ours,
        NUMBERS[agency_call.line],
        "answered",
        agency_call.duration_s,
    )


def _rung(callback: Ring, office: Office) -> dict:
    other = CALLBACK_NUMBER if callback.shows == "agency" else None
    shown = "known" if other else "withheld"
    return _call(
        callback.code, callback.start, office, "inbound", callback.to, other, callback.result, callback.talk_s, shown
    )


def _strange(s: Stranger, n: int, office: Office) -> dict:
    shown = "known" if s.other else "withheld"
    return _call(f"{office.key[0]}-S{n:05d}", s.start, office, s.direction, s.ours, None, s.result, s.talk_s, shown)


def _call(call_id, start: datetime, office: Office, direction, ours, other, result, lasted, shown="known") -> dict:
    return {
        "office_id": ID, "call_id": call_id, "source_id": "a", "source_row": 1, "format": "invented",
        **_times(start, local(office.zone, start), office), "direction": direction, "our_number": ours,
        "other_number": other, "caller_id": shown, "duration_s": lasted, "duration_kind": "total",
        "duration_precision_s": 1, "outcome": result, "legs": 1,
    }  # fmt: skip


def _times(utc: datetime | None, clock: datetime, office: Office) -> dict:
    return {"started_at_utc": utc, "started_at_local": clock, "timezone": office.zone, "timezone_source": "user"}


def _source(calls: list[dict]) -> dict:
    counted = {"rows": len(calls), "calls": len(calls), "entries": 0, "notices": 0, "rejects": 0, "set_aside": 0}
    flags = {"has_unanswered": True, "has_caller_id": True, "has_zone": True}
    return {"office_id": ID, "source_id": "a", "sha256": "a" * 64, "name": "invented.csv", "format": "invented",
            "settings": "{}", **flags, **counted}  # fmt: skip


# ---- notes ----------------------------------------------------------------------------------------------


def _note(note: Note, office: Office) -> dict:
    clock = note.noted_at.replace(hour=0, minute=0) if note.date_only else note.noted_at
    row = {
        "office_id": ID, "entry_id": entry_id(note), "source_id": "h", "source_row": 1, "item": 0, "format": "hand_log",
        **_times(None if note.date_only else to_utc(office.zone, clock), clock, office),
        "started_precision_s": _LATE if note.date_only else 60, "time_refers_to": "start",
        "kind": note.what, "wait_outcome": "unknown", "wait_origin": "unstated", "outcome": "unknown",
        "parent_entry_id": entry_id(note.about) if note.about else None,
    }  # fmt: skip
    if note.what == "dial":
        return row | _of_agency_call(note, note.agency_call)
    if note.what == "ring":
        return row | {"outcome": note.callback.result, "our_number": note.callback.to if "number" in note.has else None}
    return row


def _of_agency_call(note: Note, agency_call: Dial) -> dict:
    has = note.has
    row = {
        "our_number": agency_call.ours if "our_number" in has else None,
        "line": agency_call.line if "line" in has or agency_call.line == "premium" else None,
        "wait_s": None if note.wait_min is None else 60 * note.wait_min,
        "wait_outcome": _KIND[agency_call.kind],
        "wait_origin": "dial",
        "wait_rounding_s": 60,
        "duration_s": None if note.whole_min is None else 60 * note.whole_min,
        "outcome": agency_call.outcome,
        "tier": agency_call.tier,
        "matter": agency_call.need.matter if "matter" in has else None,
        "reason": agency_call.need.reason if "reason" in has else None,
        "words_said": agency_call.words_said or None,
        "promised": "none" if agency_call.tier else None,
    }
    return row | (_of_promise(note, agency_call.promise) if agency_call.promise else {})


def _of_promise(note: Note, promise: Promise) -> dict:
    return {
        "promised": promise.noted_urgency, "callback_number": promise.given,
        "callback_extension": promise.extension if promise.given else None,
        "sr_number": promise.sr if "sr" in note.has else None,
    }  # fmt: skip
