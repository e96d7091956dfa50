"""What a format's TOML may hold: every value of the kind it should be, or the message names place and what is wanted.

Here too are the columns that a format may make of calls, entries and notices, the words they may hold, how each may be
read; and the forms of regular expressions that cannot run away. Python's matcher tries alternatives one after the
other. A repeat inside a repeat (``(a+)+``), or a choice inside one (``(a|ab)*``), can make it try more ways than there
are atoms in the world, on a cell of thirty letters; a mapping file may come from anybody. Such patterns are refused
when the file is read; of a cell a pattern sees the first 300 characters. What is left takes at most a moment.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from functools import cache
from pathlib import Path

from callanalytics import schema
from callanalytics.errors import CallLogError, InvalidRequest
from callanalytics.lazy import regex

LONGEST_PATTERN = 1_000  # characters of a pattern
MAX_REPEATS = 3

_PIECES = regex(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\()(?:\?(?:[aiLmsux-]*:|[aiLmsux]+\)|[=!]|<[=!]|P<\w+>))?|(?P<close>\))"
    r"|(?P<repeat>[*+][?+]?|\{\d*,\d*\}[?+]?)|(?P<or>\|)|.",
    re.DOTALL,
)


@cache  # formats that extend another have its patterns
def pattern_problem(pattern: str) -> str:
    """Why a pattern is not used; "" if it may be.

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
    outer: list[bool] = []  # of each group that is open: whether it holds a repeat or a choice
    closed = False  # whether the group that was closed just now does
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

    >>> parsers_of("inquiries", "entries"), parsers_of("protected", "entries"), parsers_of("time", "calls")
    (('int',), ('yes_no',), ('time', 'time_24'))
    """
    if target in _PARSERS:
        return _PARSERS[target]
    kind = _kind_of(target, makes)
    return ("int",) if kind.startswith("int") else {"bool": ("yes_no",), "date32": ("date",)}.get(kind, _STRINGS)


def constant_of(target: str, makes: str) -> type | None:
    """The Python type of a constant that a column can hold; None where it can hold none."""
    if target == "timezone":  # a header may name the zone of every time below it
        return str
    if target in _PARSERS:
        return None
    kind = _kind_of(target, makes)
    return int if kind.startswith("int") else {"bool": bool, "date32": None}.get(kind, str)


def _kind_of(target: str, makes: str) -> str:
    spec = schema.TABLES[makes]
    return spec.column(target).kind if target in spec.names else "string"


LARGEST = 1 << 20  # bytes


class Checked:
    """The values of one file; knows its path, so that every problem names it."""

    def __init__(self, path: Path):
        self.path = path

    def wrong(self, where: str, found: str, wanted: str) -> CallLogError:
        return InvalidRequest(
            f"{self.path.name} is not a format file we can use",
            where=where,
            found=found,
            wanted=wanted,
            do="see TEMPLATE.toml",
        )

    def only(self, part: dict, allowed, where: str) -> None:
        """No key but these."""
        unknown = sorted(set(part) - set(allowed))
        if unknown:
            raise self.wrong(where, ", ".join(unknown), ", ".join(sorted(allowed)) or "no key at all")

    def one_of(self, word, allowed, where: str):
        if isinstance(word, dict | list) or word not in allowed:
            raise self.wrong(where, repr(word), ", ".join(map(str, allowed)))
        return word

    def table(self, value, where: str) -> dict:
        if not isinstance(value, dict):
            raise self.wrong(where, repr(value), "keys and values, as in { a = 1 }")
        return value

    def tables(self, content: dict, key: str) -> list[tuple[str, dict]]:
        """The tables of a list ``[[key]]``, each with its place."""
        listed = content.get(key, [])
        if not isinstance(listed, list):
            raise self.wrong(f"[[{key}]]", repr(listed), f"a list: [[{key}]], with two brackets")
        named = [(f"[[{key}]] no. {number}", part) for number, part in enumerate(listed, 1)]
        return [(where, self.table(part, where)) for where, part in named]

    def text(self, part: dict, key: str, where: str, default: str = "") -> str:
        value = part.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"{where}, key {key}", repr(value), "text in quotation marks")
        return value

    def texts(self, part: dict, key: str, where: str) -> tuple[str, ...]:
        """One text or a list of them."""
        listed = as_list(part.get(key, []))
        if not all(isinstance(value, str) for value in listed):
            raise self.wrong(f"{where}, key {key}", repr(part[key]), 'text, or a list, as in ["A", "B"]')
        return tuple(listed)

    def flag(self, part: dict, key: str, where: str) -> bool:
        value = part.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{where}, key {key}", repr(value), "true or false")
        return value

    def constant(self, part: dict, key: str, where: str) -> str | int | None:
        value = part.get(key)
        if (value is not None and not isinstance(value, str | int)) or (isinstance(value, int) and abs(value) > 32767):
            raise self.wrong(f"{where}, key {key}", repr(value), "a word or a whole number under 32768")
        return value

    def number(self, part: dict, key: str, where: str) -> int:
        """A whole number; 0 where none is given."""
        value = self.constant(part, key, where)
        if isinstance(value, str):
            raise self.wrong(f"{where}, key {key}", repr(value), "a whole number under 32768")
        return value or 0

    def pattern(self, text: str, where: str) -> str:
        if problem := pattern_problem(text):
            shown = text if len(text) <= 60 else text[:57] + "..."
            raise self.wrong(where, f"{shown!r}: {problem}", "a regular expression that cannot run away")
        return text


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def toml_of(path: Path) -> dict:
    """The content of a TOML file."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise InvalidRequest(f"{path.name} is no file", found="a folder, a device or a pipe", wanted="a TOML file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise InvalidRequest(f"{path.name} is too large for a TOML file", found=f"more than {LARGEST:,} bytes")
        return _with_maps_in_place(tomllib.loads(content.decode("utf-8-sig")))
    except OSError as problem:
        raise InvalidRequest(
            f"{path.name} cannot be read", found=problem.strerror or "", wanted="a TOML file"
        ) from None
    except RecursionError:
        raise InvalidRequest(f"{path.name} is nested too deeply", do="see TEMPLATE.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InvalidRequest(
            f"{path.name} is not valid TOML", found=str(problem), do="copy TEMPLATE.toml, which shows every key"
        ) from None


def _with_maps_in_place(content: dict) -> dict:
    """A file's content, with each ``map`` that is a name written out as the map of that name under [maps].

    >>> _with_maps_in_place({"maps": {"seen": {"yes": "Y"}}, "columns": [{"map": "seen"}, {"map": {"no": "N"}}]})
    {'columns': [{'map': {'yes': 'Y'}}, {'map': {'no': 'N'}}]}
    """
    maps = content.get("maps", {})

    def in_place(part):
        if isinstance(part, list):
            return [in_place(item) for item in part]
        if not isinstance(part, dict):
            return part
        # A name that does not stand there stays, and is found to be no map where the rule is read.
        return {
            key: maps.get(value, value) if key == "map" and isinstance(value, str) else in_place(value)
            for key, value in part.items()
        }

    return in_place({name: part for name, part in content.items() if name != "maps"}) if maps else content


def put_over(base: dict, above: dict) -> dict:
    """`above` put over `base`, table by table; a list takes the other's place as a whole.

    >>> put_over({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": []})
    {'a': {'x': 1, 'y': 3}, 'b': []}
    """
    merged = dict(base)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = put_over(merged[key], value) if both else value
    return merged
