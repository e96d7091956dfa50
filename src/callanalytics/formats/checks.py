"""The columns that a format may fill for calls, entries, and notices, the words each may hold, and how each may be
read.

This module also checks that regular expressions cannot take exponential time. Python's matcher tries alternatives one
after the other. A repeat inside a repeat (``(a+)+``), or a choice inside one (``(a|ab)*``), can make it run practically
forever on a cell of 30 letters, and anyone may write a mapping file. Such patterns are refused when the file is read,
and a pattern sees only the first 300 characters of a cell. The remaining patterns are fast.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from callanalytics import schema
from callanalytics.lazy import regex

LONGEST_PATTERN = 1_000  # characters of a pattern
MAX_REPEATS = 3

_PIECES = regex(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\()(?:\?(?:[aiLmsux-]*:|[aiLmsux]+\)|[=!]|<[=!]|P<\w+>))?|(?P<close>\))"
    r"|(?P<repeat>[*+][?+]?|\{\d*,\d*\}[?+]?)|(?P<or>\|)|.",
    re.DOTALL,
)


@cache  # cached: formats that extend another repeat its patterns
def pattern_problem(pattern: str) -> str:
    """Why a pattern is refused; "" if it is allowed.

    >>> pattern_problem(r"(\\d{9,11})\\.\\d+$"), pattern_problem("(a+)+$"), pattern_problem("(a|ab)*c")
    ('', 'a repeat or a choice inside a repeat', 'a repeat or a choice inside a repeat')
    """
    if len(pattern) > LONGEST_PATTERN:
        return f"longer than {LONGEST_PATTERN:,} characters"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as wrong:
        return str(wrong) or "nested too deeply"
    if re.search(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?P=", pattern):
        return "it refers back to a group"
    outer: list[bool] = []  # for each open group, whether it holds a repeat or a choice
    closed = False  # whether the group just closed holds one
    repeats = 0
    for piece in _PIECES.finditer(pattern):
        if piece["open"] and not piece[0].endswith(")"):
            outer.append(False)
        elif piece["close"] and outer:
            closed = outer.pop()
            if closed and outer:
                outer[-1] = True
            continue
        elif piece["repeat"]:
            repeats += 1
            if closed:
                return "a repeat or a choice inside a repeat"
        if (piece["repeat"] or piece["or"]) and outer:
            outer[-1] = True
        closed = False
    return f"more than {MAX_REPEATS} repeats" if repeats > MAX_REPEATS else ""


CALLS = (
    "started date time timezone epoch direction caller called our_number other_number caller_id "
    "duration_s duration_kind duration_precision_s outcome outcome_raw"
).split()
ENTRIES = (
    "started date time timezone time_refers_to kind number about line our_number callback_number wait wait_outcome "
    "wait_origin "
    "wait_rounding_s duration_s outcome tier promised told urgency_claimed tier2_requested reason inquiries "
    "request_result "
    "appointment_on decided_on agent_name agent_id sr_number no_sr_reason confirmed_by_number words_said caller_role "
    "g28_on_file channel_tried_first field_office emergency matter receipt protected may_cite"
).split()
NOTICES = "started date time timezone direction sender our_number sr_number body".split()
COLUMNS = {"calls": CALLS, "entries": ENTRIES, "notices": NOTICES}
NEEDED = {"calls": ("direction",), "entries": ("kind",), "notices": ("sender",)}

_SPANS = ("seconds", "minutes", "milliseconds", "clock_span", "iso_duration", "human_span")
_STRINGS = ("text", "words", "number", "extension", "caller", "zone", "end_at_clock")
# Parsers of columns whose type alone does not determine them.
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


class Held(NamedTuple):
    """What a column of the schema can hold: the ``words`` of its closed list (empty: any text), the ``parsers`` that
    give such values, and the Python type of a ``constant`` (None: no constant allowed)."""

    words: tuple[str, ...]
    parsers: tuple[str, ...]
    constant: type | None


def held_by(target: str, makes: str) -> Held:
    """What a column of the schema can hold.

    >>> held_by("inquiries", "entries").parsers, held_by("protected", "entries").constant, held_by("time", "calls")
    (('int',), <class 'bool'>, Held(words=(), parsers=('time', 'time_24'), constant=None))
    """
    spec = schema.TABLES[makes]
    column = spec.column(target) if target in spec.names else None
    words = column.words if column else ()
    kind = column.kind if column else "string"
    held = {"bool": Held(words, ("yes_no",), bool), "date32": Held(words, ("date",), None)}.get(kind)
    if held is None:
        held = Held(words, ("int",), int) if kind.startswith("int") else Held(words, _STRINGS, str)
    if (makes, target) == ("notices", "direction"):
        return held._replace(words=("inbound", "outbound"))
    if target in _PARSERS:  # a header may name the zone of all times below it
        return held._replace(parsers=_PARSERS[target], constant=str if target == "timezone" else None)
    return held
