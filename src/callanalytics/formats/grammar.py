"""A format's TOML -> :class:`Format`. What is wrong in the file is told with file, place and what is allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from callanalytics import schema
from callanalytics.errors import CallLogError
from callanalytics.formats import layout
from callanalytics.values.parsers import PARSERS

HEAD = {
    "title": str,
    "vendor": str,
    "makes": str,
    "kind": str,
    "evidence": str,
    "seen": str,
    "source": str,
    "has_unanswered": bool,
    "has_caller_id": bool,
    "has_zone": bool,
}
SECTIONS = "recognise file columns set_aside legs identity part notices office example".split()
RULE_KEYS = "from parse map value default patterns unit order clock zone take blank strict needed cases".split()
CALL_TARGETS = (
    "started date time timezone epoch direction our_number other_number caller_id "
    "duration_s duration_kind duration_precision_s outcome outcome_raw"
).split()
NOTE_TARGETS = (
    "started date time timezone time_of kind number about line our_number callback_number wait wait_kind wait_from "
    "wait_grid_s duration_s outcome tier promised told urgency_claimed tier2_requested reason inquiries request_result "
    "appointment_on decided_on agent_name agent_id sr_number no_sr_reason confirmed_by_number words_said caller_role "
    "g28_on_file tried_first field_office emergency matter receipt protected may_cite"
).split()
NOTICE_TARGETS = "started date time timezone sender our_number sr_number body".split()
TARGETS = {"calls": CALL_TARGETS, "notes": NOTE_TARGETS, "notices": NOTICE_TARGETS}
NEEDED = {"calls": ("direction",), "notes": ("kind",), "notices": ("sender",)}
ORDERS = ("mdy", "dmy", "evidence")
CLOCKS = ("h:mm", "m:ss")
RECOGNISED_BY = {
    "table": {"header", "absent", "sheet"},
    "json": {"keys"},
    "xml": {"element", "attributes"},
    "html": {"selector"},
}
FILE_KEYS = {"table": set(), "json": {"records"}, "xml": {"elements"}, "html": {"rows", "fields"}}


def read(path: Path, known: dict[str, layout.Format]) -> layout.Format:
    """A format from its file. `known` are the formats that ``extends`` may name."""
    content = _toml(path)
    base = content.pop("extends", None)
    if base is not None:
        if base not in known:
            raise _wrong(path, "extends", f"there is no format {base!r}", ", ".join(sorted(known)))
        content = _over(_toml(known[base].path), content)
    return _Reading(path).format(content)


def _toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as problem:
        raise CallLogError(f"{path.name} cannot be read", found=problem.strerror or "", wanted="a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CallLogError(
            f"{path.name} is not valid TOML", found=str(problem), do="copy TEMPLATE.toml, which shows every key"
        ) from None


def _over(base: dict, above: dict) -> dict:
    """`above` put over `base`, table by table; a list takes the other's place as a whole.

    >>> _over({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": []})
    {'a': {'x': 1, 'y': 3}, 'b': []}
    """
    merged = dict(base)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if both else value
    return merged


def _wrong(path: Path, where: str, found: str, wanted: str) -> CallLogError:
    return CallLogError(
        f"{path.name} is not a format file we can use", where=where, found=found, wanted=wanted, do="see TEMPLATE.toml"
    )


class _Reading:
    """The reading of one file: knows its path, so that every problem names it."""

    def __init__(self, path: Path):
        self.path = path

    def wrong(self, where: str, found: str, wanted: str) -> CallLogError:
        return _wrong(self.path, where, found, wanted)

    # ---- the file as a whole --------------------------------------------------------------------

    def format(self, content: dict) -> layout.Format:
        head = self.head(content)
        kind, makes = head["kind"], head["makes"]
        return layout.Format(
            name=self.path.stem,
            path=self.path,
            **head,
            recognise=self.recognise(content.get("recognise", {}), kind),
            file=self.file(content.get("file", {}), kind),
            columns=self.columns(content.get("columns", {}), makes, "[columns]"),
            set_aside=tuple(self.aside(part, i) for i, part in enumerate(content.get("set_aside", []), 1)),
            legs=self.legs(content["legs"]) if "legs" in content else None,
            unique=self.columns_named(content.get("identity", {}).get("unique", []), "[identity] unique"),
            parts=tuple(self.part(part, i) for i, part in enumerate(content.get("part", []), 1)),
            notices=self.notices(content["notices"]) if "notices" in content else None,
            office=self.office(content["office"]) if "office" in content else None,
            examples=tuple(self.example(part, i) for i, part in enumerate(content.get("example", []), 1)),
            computed=self.columns_named(content.get("computed", []), "key computed"),
            caveat=content.get("caveat", ""),
        )

    def head(self, content: dict) -> dict:
        self.only(content, [*HEAD, "computed", "caveat", *SECTIONS], "the top of the file")
        head = {}
        for key, type_ in HEAD.items():
            if not isinstance(content.get(key), type_):
                wanted = "true or false" if type_ is bool else "text in quotation marks"
                raise self.wrong(f"key {key}", repr(content.get(key, "nothing")), wanted)
            head[key] = content[key]
        self.one_of(head["makes"], layout.MAKES, "key makes")
        self.one_of(head["kind"], layout.KINDS, "key kind")
        return head

    def recognise(self, part: dict, kind: str) -> layout.Recognise:
        self.only(part, RECOGNISED_BY[kind], "[recognise]")
        if not part:
            raise self.wrong("[recognise]", "nothing", " and ".join(sorted(RECOGNISED_BY[kind])))
        return layout.Recognise(
            header=self.columns_named(part.get("header", []), "[recognise] header"),
            absent=self.columns_named(part.get("absent", []), "[recognise] absent"),
            sheet=tuple(_listed(part.get("sheet", []))),
            keys=tuple(_listed(part.get("keys", []))),
            element=part.get("element", ""),
            attributes=tuple(_listed(part.get("attributes", []))),
            selector=part.get("selector", ""),
        )

    def file(self, part: dict, kind: str) -> layout.FilePart:
        self.only(part, FILE_KEYS[kind], "[file]")
        return layout.FilePart(
            records=part.get("records", ""),
            elements=tuple(_listed(part.get("elements", []))),
            rows=part.get("rows", ""),
            fields=dict(part.get("fields", {})),
        )

    # ---- columns --------------------------------------------------------------------------------

    def columns(self, part: dict, makes: str, where: str) -> dict[str, layout.Rule]:
        self.only(part, TARGETS[makes], where)
        rules = {target: self.rule(target, told, f"{where} {target}", makes) for target, told in part.items()}
        missing = [target for target in NEEDED[makes] if target not in rules]
        if not {"started", "date"} & set(rules):
            missing.append("started (or date)")
        if missing:
            raise self.wrong(where, "no " + ", ".join(missing), "a rule for each of these columns")
        return rules

    def rule(self, target: str, told: dict, where: str, makes: str) -> layout.Rule:
        if not isinstance(told, dict):
            raise self.wrong(where, repr(told), 'a rule, as in { from = "Header", parse = "text" }')
        self.only(told, RULE_KEYS, where)
        self.one_of(told.get("parse", "text"), sorted(PARSERS), f"{where}, key parse")
        self.one_of(told.get("order", "mdy"), ORDERS, f"{where}, key order")
        self.one_of(told.get("clock", "h:mm"), CLOCKS, f"{where}, key clock")
        words = self.words(target, told, where, makes)
        return layout.Rule(
            target=target,
            columns=self.columns_named(told.get("from", []), f"{where}, key from"),
            parse=told.get("parse", "words" if words else "text"),
            words=words,
            value=told.get("value"),
            default=told.get("default"),
            patterns=tuple(_listed(told.get("patterns", []))),
            unit=told.get("unit", ""),
            order=told.get("order", ""),
            clock=told.get("clock", ""),
            zone=told.get("zone", ""),
            take=self.pattern(told.get("take", ""), f"{where}, key take"),
            blank=tuple(_listed(told.get("blank", []))),
            strict=told.get("strict", False) is True,
            needed=told.get("needed", False) is True,
            cases=tuple(
                self.case(target, case, f"{where}, case {i}", makes) for i, case in enumerate(told.get("cases", []), 1)
            ),
        )

    def case(self, target: str, told: dict, where: str, makes: str) -> tuple[layout.When, layout.Rule]:
        rest = {key: value for key, value in told.items() if key != "when"}
        return self.when(told.get("when", {}), where), self.rule(target, rest, where, makes)

    def words(self, target: str, told: dict, where: str, makes: str) -> dict[str, str]:
        """``map``: ours = theirs (one or a list) -> theirs, folded -> ours."""
        allowed = _words_of(target, makes)
        for key in ("value", "default"):
            if allowed and key in told:
                self.one_of(told[key], allowed, f"{where}, key {key}")
        words: dict[str, str] = {}
        for ours, theirs in told.get("map", {}).items():
            if allowed:
                self.one_of(ours, allowed, f"{where}, key map (ours = theirs)")
            for word in _listed(theirs):
                if words.setdefault(layout.fold(word), ours) != ours:
                    raise self.wrong(f"{where}, key map", f"{word!r} stands for two words", "each word once")
        return words

    def columns_named(self, names, where: str) -> tuple[layout.Column, ...]:
        columns = []
        for name in _listed(names):
            if not isinstance(name, str) or not name.strip():
                raise self.wrong(where, repr(name), 'a header name, or several as in "Date|Call date"')
            columns.append(tuple(part.strip() for part in name.split("|")))
        return tuple(columns)

    # ---- rows -----------------------------------------------------------------------------------

    def when(self, told: dict, where: str) -> layout.When:
        if not isinstance(told, dict) or not told:
            raise self.wrong(f"{where}, key when", repr(told), 'columns and words, as in { Type = ["Fax"] }')
        tests = []
        for column, words in told.items():
            named = [layout.Test(word) for word in _listed(words)]
            for test in named:
                if test.text.startswith("~"):
                    self.pattern(test.text[1:], f"{where}, key when, column {column}")
            tests.append((*self.columns_named(column, where), tuple(named)))
        return layout.When(tuple(tests))

    def aside(self, told: dict, i: int) -> layout.SetAside:
        where = f"[[set_aside]] no. {i}"
        self.only(told, ["when", "reason"], where)
        if not re.fullmatch(r"[a-z_]+", told.get("reason", "")):
            raise self.wrong(f"{where}, key reason", repr(told.get("reason")), "one word, as in fax")
        return layout.SetAside(self.when(told.get("when", {}), where), told["reason"])

    def legs(self, told: dict) -> layout.Legs:
        self.only(told, ["group", "above", "inherit", "master"], "[legs]")
        masters = told.get("master", [])
        return layout.Legs(
            group=self.columns_named(told.get("group", []), "[legs] group"),
            above=self.when(told["above"], "[legs] above") if "above" in told else None,
            inherit=self.columns_named(told.get("inherit", []), "[legs] inherit"),
            master=tuple(self.when(m, "[legs] master") for m in (masters if isinstance(masters, list) else [masters])),
        )

    def part(self, told: dict, i: int) -> layout.Part:
        where = f"[[part]] no. {i}"
        self.only(told, ["when", "columns"], where)
        return layout.Part(
            self.when(told.get("when", {}), where), self.columns(told.get("columns", {}), "notes", f"{where} columns")
        )

    def notices(self, told: dict) -> layout.Notices:
        self.only(told, ["when", "columns", "otherwise"], "[notices]")
        return layout.Notices(
            self.when(told.get("when", {}), "[notices]"),
            self.columns(told.get("columns", {}), "notices", "[notices.columns]"),
            told.get("otherwise", "text"),
        )

    def office(self, told: dict) -> layout.OfficeSheet:
        self.only(told, ["sheet", "labels"], "[office]")
        return layout.OfficeSheet(
            told.get("sheet", ""), {key: tuple(_listed(value)) for key, value in told.get("labels", {}).items()}
        )

    def example(self, told: dict, i: int) -> layout.Example:
        self.only(told, ["row", "gives", "part", "zone"], f"[[example]] no. {i}")
        return layout.Example(
            dict(told.get("row", {})), dict(told.get("gives", {})), told.get("part", 0), told.get("zone", "")
        )

    # ---- small checks ---------------------------------------------------------------------------

    def only(self, part: dict, allowed, where: str) -> None:
        unknown = sorted(set(part) - set(allowed))
        if unknown:
            raise self.wrong(where, ", ".join(unknown), ", ".join(sorted(allowed)) or "no key at all")

    def one_of(self, word, allowed, where: str) -> None:
        if word not in allowed:
            raise self.wrong(where, repr(word), ", ".join(map(str, allowed)))

    def pattern(self, text: str, where: str) -> str:
        try:
            re.compile(text)
        except re.error as problem:
            raise self.wrong(where, f"{text!r}: {problem}", "a regular expression") from None
        return text


def _listed(value) -> list:
    return value if isinstance(value, list) else [value]


def _words_of(target: str, makes: str) -> tuple[str, ...]:
    """The closed list of a column of ours; empty where any text will do."""
    spec = schema.TABLES[makes]
    return spec.column(target).words if target in spec.names else ()
