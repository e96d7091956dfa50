"""What a format may make: the columns of calls, notes and notices, the words they may hold, how each may be read."""

from __future__ import annotations

import pyarrow as pa

from callanalytics import schema

CALLS = (
    "started date time timezone epoch direction caller called our_number other_number caller_id "
    "duration_s duration_kind duration_precision_s outcome outcome_raw"
).split()
NOTES = (
    "started date time timezone time_of kind number about line our_number callback_number wait wait_kind wait_from "
    "wait_grid_s duration_s outcome tier promised told urgency_claimed tier2_requested reason inquiries request_result "
    "appointment_on decided_on agent_name agent_id sr_number no_sr_reason confirmed_by_number words_said caller_role "
    "g28_on_file tried_first field_office emergency matter receipt protected may_cite"
).split()
NOTICES = "started date time timezone direction sender our_number sr_number body".split()
COLUMNS = {"calls": CALLS, "notes": NOTES, "notices": NOTICES}
NEEDED = {"calls": ("direction",), "notes": ("kind",), "notices": ("sender",)}

_SPANS = ("seconds", "minutes", "milliseconds", "clock_span", "iso_duration", "human_span")
_STRINGS = ("text", "words", "number", "extension", "caller", "zone")
# How the columns are read whose type alone does not say it.
_PARSERS = {
    "started": ("moment", "moment_by_hand", "epoch_s", "epoch_ms", "epoch_2001"),
    "date": ("date", "moment", "moment_by_hand"),
    "time": ("time", "time_24"),
    "timezone": ("zone", "words"),
    "epoch": ("epoch_s", "epoch_ms"),
    "wait": _SPANS,
    "duration_s": _SPANS,
    "told": ("told",),
    "caller": ("number",),
    "called": ("number",),
    "our_number": ("number",),
    "other_number": ("number",),
    "callback_number": ("number",),
}


def words_of(target: str, makes: str) -> tuple[str, ...]:
    """The closed list of a column of ours; empty where any text will do."""
    if (makes, target) == ("notices", "direction"):
        return ("inbound", "outbound")
    spec = schema.TABLES[makes]
    return spec.column(target).words if target in spec.names else ()


def parsers_of(target: str, makes: str) -> tuple[str, ...]:
    """The parsers whose values a column can hold.

    >>> parsers_of("inquiries", "notes"), parsers_of("protected", "notes"), parsers_of("time", "calls")
    (('int',), ('yes_no',), ('time', 'time_24'))
    """
    if target in _PARSERS:
        return _PARSERS[target]
    kind = _type_of(target, makes)
    if pa.types.is_integer(kind):
        return ("int",)
    if pa.types.is_boolean(kind):
        return ("yes_no",)
    return ("date",) if pa.types.is_date(kind) else _STRINGS


def constant_of(target: str, makes: str) -> type | None:
    """The Python type of a constant that a column can hold; None where it can hold none."""
    if target == "timezone":  # a header may name the zone of every time below it
        return str
    if target in _PARSERS:
        return None
    kind = _type_of(target, makes)
    if pa.types.is_boolean(kind):
        return bool
    return int if pa.types.is_integer(kind) else None if pa.types.is_date(kind) else str


def _type_of(target: str, makes: str) -> pa.DataType:
    spec = schema.TABLES[makes]
    return spec.column(target).type if target in spec.names else pa.string()
