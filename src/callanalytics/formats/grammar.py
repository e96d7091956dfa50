"""Read a format's TOML into :class:`Format`. Error messages name the file, the place, and what is allowed.

:mod:`callanalytics.formats.layout` defines the keys; this module reads short forms and checks that keys fit together.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from callanalytics import schema
from callanalytics.errors import InvalidRequest
from callanalytics.formats import layout
from callanalytics.formats.contents import KINDS as LOOKS
from callanalytics.formats.layout import Column, LookAlike, OtherBlock, Positions, Recognize, Test, When, fold
from callanalytics.formats.words import Meaning, Phrases, phrase
from callanalytics.lazy import regex
from callanalytics.toml_files import Checked, content_of, fields_of
from callanalytics.values.parsers import PARSERS
from callanalytics.values.zones import find_zone
from callanalytics.wording import joined

SHIPPED = Path(__file__).resolve().parent
RECOGNIZED_BY = {
    "table": set("header core also absent sheet cells".split())
    | set("words expects enough for against trades may_be_ours casework times business".split()),
    "json": {"keys"},
    "xml": {"element", "attributes", "absent"},
    "html": {"selector"},
    "eml": {"keys"},
    "database": {"table", "header"},
}
FILE_KEYS = {
    "table": {"columns", "above", "other"},
    "json": {"records", "lists"},
    "xml": {"elements"},
    "html": {"rows", "fields"},
    "eml": set(),
    "database": set(),
}

OF_A_COLUMN = "parse map patterns unit order clock take blank known strict".split()  # say how a column is read
FIXED = ("value", "default")
LARGEST = 32767  # limit of a whole number in a column
_LIST = regex(r"\{([a-z_][a-z_0-9]*)\}")  # no quantifier begins with a letter


def read(path: Path, known: dict[str, layout.Format], content: dict | None = None) -> layout.Format:
    """Read a format from its file, or from such a file's content; `known` are the formats that ``extends`` may name."""
    content = _content_of(path) if content is None else _with_maps_in_place(content)
    base = content.pop("extends", None)
    if base is not None:
        Checked(path).one_of(base, sorted(known), "key extends")
        inherited = _taken_over(known[base], known, content)
        if both := sorted({*content.get("lists", {})} & {*inherited.get("lists", {})}):
            raise InvalidRequest(f"{path.name}: {base} has a list {both[0]} already", do="give yours another name")
        content = _put_over(inherited, content)
    return read_content(path, content)


def _taken_over(base: layout.Format, known: dict[str, layout.Format], content: dict) -> dict:
    """The content that a format inherits: everything; from another kind of file, everything but how it is
    recognized."""
    inherited = _content_of(base.path)
    if "extends" in inherited:
        inherited = _put_over(_taken_over(known[inherited.pop("extends")], known, inherited), inherited)
    if content.get("kind", base.kind) != base.kind:
        inherited = {key: value for key, value in inherited.items() if key not in ("recognize", "file")}
    own = content.get("recognize")
    if isinstance(own, dict) and {"header", "cells"} & set(own):  # another header has other core columns
        inherited["recognize"] = {key: value for key, value in inherited.get("recognize", {}).items() if key != "core"}
    return inherited


def read_content(path: Path, content: dict) -> layout.Format:
    """Build a format from its file's content; `path` gives its name and is used in messages."""
    try:
        return _Reading(path).format(content)
    except RecursionError:  # cases within cases within cases
        raise InvalidRequest(f"{path.name} is nested too deeply", do="see TEMPLATE.toml") from None


class _Reading(Checked):
    """Readers for parts of a file whose form does not follow from their type, one method each."""

    kind = "format file"
    do = "see TEMPLATE.toml"

    # ---- values ---------------------------------------------------------------------------------

    def texts(self, value, where: str) -> tuple[str, ...]:
        """One text or a list of texts."""
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in listed):
            raise self.wrong(where, repr(value), 'text, or a list, as in ["A", "B"]')
        return tuple(listed)

    def column(self, name: str, where: str) -> Column:
        names = tuple(part.strip() for part in name.split("|"))
        if not all(names):
            raise self.wrong(where, repr(name), 'a header name, or several as in "Date|Call date"')
        return names

    def columns_named(self, value, where: str) -> tuple[Column, ...]:
        return tuple(self.column(name, where) for name in self.texts(value, where))

    def number(self, value, where: str) -> int:
        if type(value) is not int or abs(value) > LARGEST:
            raise self.wrong(where, repr(value), f"a whole number up to {LARGEST}")
        return value

    def reason(self, value, where: str) -> str:
        if not re.fullmatch(r"[a-z_]+", self.value(str, value, where)):
            raise self.wrong(where, repr(value), "one word, as in fax")
        return value

    def zone(self, value, where: str) -> str:
        if self.value(str, value, where) and find_zone(value) is None:
            raise self.wrong(where, repr(value), "Eastern, Pacific ..., or a name such as America/Chicago")
        return value

    def pattern(self, value, where: str) -> str:
        self.value(str, value, where)
        # Tests check the shipped patterns; checking them here would take a fifth of the time to read all formats.
        if self.path.parent != SHIPPED and (problem := pattern_problem(value)):
            shown = value if len(value) <= 60 else value[:57] + "..."
            raise self.wrong(where, f"{shown!r}: {problem}", "a regular expression that cannot run away")
        return value

    def tests(self, value, where: str) -> tuple[Test, ...]:
        words = self.texts(value, where)
        for word in words:
            if word.startswith("~"):
                self.pattern(word[1:], where)
        return tuple(map(Test, words))

    def when(self, entry, where: str) -> When:
        if not isinstance(entry, dict) or not entry:
            raise self.wrong(where, repr(entry), 'columns and words, as in { Type = ["Fax"] }')
        places = {name: f"{where}, column {name}" for name in entry}
        return When(tuple((self.column(name, place), self.tests(entry[name], place)) for name, place in places.items()))

    def conditions(self, value, where: str) -> tuple[When, ...]:
        return tuple(self.when(when, where) for when in (value if isinstance(value, list) else [value]))

    def positions(self, value, where: str) -> Positions:
        """``columns``: names in order, ``"a+b?"`` for a group that may be missing."""
        groups = []
        for group in self.texts(value, where):
            names = tuple(name.strip() for name in group.rstrip("?").split("+"))
            groups.append((names, group.endswith("?")))
        found = Positions(tuple(groups))
        if len(set(found.names)) < len(found.names) or not all(found.names):
            raise self.wrong(where, "a name that is empty or stands twice", "each column once")
        # Each optional group doubles the layouts that a row may have: 12 groups make 4,096.
        if sum(may_miss for _, may_miss in groups) > 12:
            raise self.wrong(where, "more than 12 groups that may be missing", "12 at most")
        return found

    def phrases(self, value, where: str) -> Phrases:
        return tuple(map(phrase, self.texts(value, where)))

    def may(self, value, where: str) -> frozenset[str]:
        return frozenset(self.value(str, value, where).split())

    # ---- the whole format -----------------------------------------------------------------------

    def written_out(self, part, lists: dict[str, tuple[str, ...]]):
        """A part with its lists filled in: ``{offices}`` in a pattern means any of the list's words, alone in a list
        all of them."""
        if isinstance(part, dict):
            return {key: self.written_out(value, lists) for key, value in part.items()}
        if isinstance(part, list):
            items = (lists.get(str(item)[1:-1], [item]) if _LIST.fullmatch(str(item)) else [item] for item in part)
            return [self.written_out(item, lists) for item in itertools.chain(*items)]
        if not isinstance(part, str) or not (part.startswith("~") or _LIST.fullmatch(part)):
            return part
        if missing := [name for name in _LIST.findall(part) if name not in lists]:
            raise self.wrong(part, f"no list {missing[0]}", "lists that stand under [lists]")
        return _LIST.sub(lambda match: f"(?:{'|'.join(lists[match[1]])})", part)

    def format(self, content: dict) -> layout.Format:
        lists = self.value(dict[str, tuple[str, ...]], content.pop("lists", {}), "[lists]")
        for name, words in lists.items():
            if not words or any(not word or word.startswith("~") or _LIST.search(word) for word in words):
                raise self.wrong(f"[lists] {name}", "no words, an empty one, or a pattern or list among them", "words")
        content = {name: self.written_out(part, lists) for name, part in content.items()}
        self.refuse_other_keys(content, fields_of(layout.Format), "the top of the file")
        kind = self.one_of(content.get("kind"), layout.KINDS, "key kind")
        makes = self.one_of(content.get("makes"), layout.MAKES, "key makes")
        columns: dict[str, layout.Rule] = {}
        if makes != "notices":
            columns = self.columns(content.get("columns", {}), "[columns]", makes)
        elif "columns" in content or "notices" not in content:
            wanted = "[notices] with its columns, and no [columns]"
            raise self.wrong("[columns]", "a file that makes notices", wanted)
        self.refuse_other_keys(self.table(content.get("file", {}), "[file]"), FILE_KEYS[kind], "[file]")
        recognize = self.known(Recognize, content.get("recognize", {}), "[recognize]", kind)
        name, path = self.path.stem, self.path
        return self.record(layout.Format, content, name=name, path=path, recognize=recognize, columns=columns)

    def known(self, cls: type, part, where: str, kind: str = "table") -> Any:
        """How a file of a kind is recognized, plus the keys that a subclass adds."""
        allowed = RECOGNIZED_BY[kind] | (fields_of(cls).keys() - fields_of(Recognize).keys())
        self.refuse_other_keys(self.table(part, where), allowed, where)
        found = self.record(cls, part, where)
        listed = {name for column in found.header for name in column}
        if strange := [name for column in found.core for name in column if name not in listed]:
            raise self.wrong(f"{where}, key core", ", ".join(strange), "names that stand in header")
        if not (found.words or found.header or found.cells.tests or found.keys or found.element or found.selector):
            raise self.wrong(where, "nothing", joined(sorted(RECOGNIZED_BY[kind])))
        return found

    def look_alike(self, part, where: str) -> LookAlike:
        found = self.known(LookAlike, part, where, "json" if "keys" in self.table(part, where) else "table")
        if not (found.what and found.do):
            raise self.wrong(where, "no what, or no do", "what such a file is, and what to do instead")
        return found

    def other(self, part, where: str) -> OtherBlock:
        return self.known(OtherBlock, part, where)

    def identity(self, part, where: str) -> tuple[Column, ...]:
        return self.columns_named(self.table(part, where).get("unique", []), f"{where}, key unique")

    def meanings(self, words, where: str) -> tuple[Meaning, ...]:
        """What the columns may mean, in order of search."""
        found = []
        for name, part in self.table(words, where).items():
            place = f"[words.{name}]"
            meaning = self.record(Meaning, part, place, name=name)
            if not re.fullmatch(r"[a-z_0-9]+", name) or not meaning.has:
                raise self.wrong(place, "no name or no words", 'a name as in wait, and has = ["wait|hold"]')
            if meaning.holds:
                self.one_of(meaning.holds, sorted(LOOKS), f"{place}, key holds")
            found.append(replace(meaning, says=meaning.says or name.replace("_", " ")))
        return tuple(found)

    # ---- columns --------------------------------------------------------------------------------

    def columns(self, part, where: str, makes: str = "entries") -> dict[str, layout.Rule]:
        self.refuse_other_keys(self.table(part, where), COLUMNS[makes], where)
        rules = {target: self.rule(target, entry, f"{where} {target}", makes) for target, entry in part.items()}
        missing = [target for target in NEEDED[makes] if target not in rules]
        if not {"started", "date"} & set(rules):
            missing.append("started (or date)")
        if missing:
            raise self.wrong(where, "no " + ", ".join(missing), "a rule for each of these columns")
        return rules

    def rule(self, target: str, entry, where: str, makes: str) -> layout.Rule:
        places = self.items(self.table(entry, where).get("cases", []), f"{where}, case")
        cases = tuple(self.case(target, case, place, makes) for place, case in places)
        parse = entry.get("parse", "words" if "map" in entry else "text")
        fixed = {key: self.constant(target, entry[key], f"{where}, key {key}", makes) for key in FIXED if key in entry}
        rule = self.record(layout.Rule, entry, where, target=target, cases=cases, parse=parse, **fixed)
        if "from" not in entry and (idle := [key for key in OF_A_COLUMN if key in entry]):
            raise self.wrong(where, f"{', '.join(idle)}, and no from", 'its column, as in from = "Header"')
        if not {"from", "value", "default", "cases"} & set(entry):
            raise self.wrong(where, "neither from nor value", "a column to read, or a value that every row has")
        held, place = held_by(target, makes), f"{where}, key parse"
        self.check_map(rule, where, held.words)
        if "parse" in entry:
            self.one_of(parse, sorted(PARSERS), place)
        if "map" in entry and parse != "words":
            raise self.wrong(place, repr(parse), "words, or none, beside a map")
        if "from" in entry:
            self.one_of(parse, held.parsers, place)
        return rule

    def case(self, target: str, entry, where: str, makes: str) -> tuple[When, layout.Rule]:
        """The condition of a case and its rule; a case without a rule leaves the column empty."""
        rest = {key: value for key, value in self.table(entry, where).items() if key != "when"}
        then = self.rule(target, rest, where, makes) if rest else layout.Rule(target=target)
        return self.when(entry.get("when"), f"{where}, key when"), then

    def constant(self, target: str, value: Any, where: str, makes: str) -> str | int:
        """A constant, checked against what the column may hold."""
        words, _, kind = held_by(target, makes)
        if words:
            self.one_of(value, words, where)
        # Not isinstance: true is an int in Python.
        is_of_kind = type(value) is kind
        if not is_of_kind or (kind is int and abs(value) > LARGEST):
            kinds = {str: "a word", int: f"a whole number up to {LARGEST}", bool: "true or false"}
            raise self.wrong(where, repr(value), kinds[kind] if kind else "no constant: name a column")
        if target == "timezone" and find_zone(value) is None:
            raise self.wrong(where, repr(value), "a name such as America/Chicago, or a word as MST")
        return value

    def check_map(self, rule: layout.Rule, where: str, allowed: tuple[str, ...]) -> None:
        """Check that a map has only schema words as keys, and no file word under two of them."""
        folded: dict[str, str] = {}
        for ours, listed in rule.map.items():
            if allowed:
                self.one_of(ours, allowed, f"{where}, key map (ours = theirs)")
            for word in listed:
                if folded.setdefault(fold(word), ours) != ours:
                    raise self.wrong(f"{where}, key map", f"{word!r} stands for two words", "each word once")

    # ---- rows -----------------------------------------------------------------------------------

    def gathered(self, part, where: str) -> tuple[Column, When]:
        self.refuse_other_keys(self.table(part, where), ["from", "when"], where)
        column = self.column(self.value(str, part.get("from", ""), where), f"{where}, key from")
        return column, self.when(part.get("when"), f"{where}, key when")

    def parts(self, value, where: str) -> tuple[layout.Part, ...]:
        """The further contacts of a row; adjacent parts with the same ``each`` are repeated as a group for each of its
        numbers."""
        found = []
        tables = [(place, self.table(part, place)) for place, part in self.items(value, where)]
        for _, group in itertools.groupby(tables, key=lambda pair: str(pair[1].get("each", ""))):
            alike = list(group)
            for number in self.texts(alike[0][1].get("each", []), alike[0][0]) or ("",):
                for place, part in alike:
                    entry, words = part, number.split()
                    if number:  # its words, as in "2 2nd Second", replace {n}, {nth}, and {word}
                        if len(words) != 3:
                            wanted = 'three words each, as in "2 2nd Second"'
                            raise self.wrong(f"{place}, key each", repr(number), wanted)
                        entry = _in_place({key: value for key, value in part.items() if key != "each"}, *words)
                    found.append(self.record(layout.Part, entry, place))
        return tuple(found)

    def notices(self, entry, where: str) -> layout.Notices:
        columns = self.columns(self.table(entry, where).get("columns", {}), "[notices.columns]", "notices")
        return self.record(layout.Notices, entry, where, columns=columns)

    readers: ClassVar = {
        int: number, layout.Reason: reason, layout.Zone: zone, layout.Pattern: pattern,
        frozenset[str]: may, Phrases: phrases, tuple[str, ...]: texts, tuple[Column, ...]: columns_named,
        layout.Identity: identity, Positions: positions, tuple[Test, ...]: tests, When: when,
        tuple[When, ...]: conditions, tuple[Column, When]: gathered, OtherBlock: other, LookAlike: look_alike,
        dict[str, layout.Rule]: columns, tuple[layout.Part, ...]: parts, layout.Notices: notices,
        tuple[Meaning, ...]: meanings,
    }  # fmt: skip


def _in_place(value, n: str, nth: str, word: str):
    """A TOML value with the words of a number filled in, in keys too.

    >>> _in_place({"when": {"Call {n}|{nth} call": ["x"]}}, "2", "2nd", "Second")
    {'when': {'Call 2|2nd call': ['x']}}
    """
    if isinstance(value, dict):
        return {_in_place(key, n, nth, word): _in_place(inner, n, nth, word) for key, inner in value.items()}
    if isinstance(value, list):
        return [_in_place(inner, n, nth, word) for inner in value]
    if isinstance(value, str):
        return value.replace("{n}", n).replace("{nth}", nth).replace("{word}", word)
    return value


def _content_of(path: Path) -> dict:
    return _with_maps_in_place(content_of(path, "copy TEMPLATE.toml, which shows every key"))


def _with_maps_in_place(content: dict) -> dict:
    """A file's content in which each ``map`` that is a name is replaced by the map of that name under [maps].

    >>> _with_maps_in_place({"maps": {"seen": {"yes": "Y"}}, "columns": [{"map": "seen"}, {"map": {"no": "N"}}]})
    {'columns': [{'map': {'yes': 'Y'}}, {'map': {'no': 'N'}}]}
    """
    maps = content.get("maps", {})

    def in_place(part):
        if isinstance(part, list):
            return [in_place(item) for item in part]
        if not isinstance(part, dict):
            return part
        # An unknown name stays; reading the rule then finds that it is not a map.
        return {
            key: maps.get(value, value) if key == "map" and isinstance(value, str) else in_place(value)
            for key, value in part.items()
        }

    return in_place({name: part for name, part in content.items() if name != "maps"}) if maps else content


def _put_over(base: dict, above: dict) -> dict:
    """Merge `above` into `base`, table by table; a list replaces the other as a whole.

    >>> _put_over({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": []})
    {'a': {'x': 1, 'y': 3}, 'b': []}
    """
    merged = dict(base)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _put_over(merged[key], value) if both else value
    return merged


# ---- what a format may say ------------------------------------------------------------------------------------------
# The columns that it may fill for calls, entries, and notices, the words each may hold, and how each may be read.
#
# A regular expression must not take exponential time. Python's matcher tries alternatives one after the other. A repeat
# inside a repeat (``(a+)+``), or a choice inside one (``(a|ab)*``), can make it run practically forever on a cell of 30
# letters, and anyone may write a mapping file. Such patterns are refused when the file is read, and a pattern sees only
# the first 300 characters of a cell. The remaining patterns are fast.

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
    "started date time timezone epoch ended direction caller called our_number other_number caller_id "
    "duration_s duration_kind duration_precision_s outcome outcome_raw"
).split()
ENTRIES = (
    "started date time timezone time_refers_to kind number about line our_number callback_number wait wait_outcome "
    "wait_origin "
    "wait_rounding_s duration_s outcome tier promised told urgency_claimed tier2_requested reason inquiries "
    "request_result "
    "appointment_on decided_on agent_name agent_id sr_number no_sr_reason confirmed_by_number words_said caller_role "
    "g28_on_file channel_tried_first field_office emergency matter client receipt protected may_cite"
).split()
NOTICES = "started date time timezone direction sender our_number sr_number body".split()
COLUMNS = {"calls": CALLS, "entries": ENTRIES, "notices": NOTICES}
NEEDED = {"calls": ("direction",), "entries": ("kind",), "notices": ("sender",)}

_SPANS = ("seconds", "minutes", "milliseconds", "clock_span", "iso_duration", "human_span")
_STRINGS = ("text", "words", "number", "extension", "caller", "zone", "end_at_clock")
# Parsers of columns whose type alone does not determine them.
_PARSERS = {
    "started": ("moment", "moment_by_hand", "epoch_s", "epoch_ms", "epoch_2001"),
    "ended": ("moment", "epoch_s", "epoch_ms", "epoch_2001"),
    "date": ("date", "moment", "moment_by_hand"),
    "time": ("time", "time_24"),
    "timezone": ("zone", "words"),
    "epoch": ("epoch_s", "epoch_ms"),
    "wait": _SPANS,
    "duration_s": _SPANS,
    "told": ("told",),
    **dict.fromkeys(("caller", "called", "our_number", "other_number", "callback_number"), ("number",)),
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
