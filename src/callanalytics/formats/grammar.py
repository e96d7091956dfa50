"""A format's TOML -> :class:`Format`. A message on what is wrong names file, place and what is allowed.

First come the parts on files: by what one is known, what only looks like one, how it becomes rows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from callanalytics.errors import InvalidRequest
from callanalytics.formats import checks, layout
from callanalytics.formats.checks import Checked, as_list, put_over, toml_of
from callanalytics.formats.contents import KINDS as LOOKS
from callanalytics.formats.layout import Column, FilePart, LookAlike, OtherBlock, Positions, Recognize, Test, When, fold
from callanalytics.formats.words import Meaning, phrase
from callanalytics.lazy import regex
from callanalytics.values.parsers import PARSERS
from callanalytics.values.zones import find_zone

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

HEAD: dict[str, type] = dict.fromkeys("title vendor makes kind evidence seen source".split(), str)
HEAD |= dict.fromkeys("has_unanswered has_caller_id has_zone".split(), bool)
SECTIONS = (
    "lists words recognize look_alike file columns set_aside legs identity part events notices office example".split()
)
RULE_KEYS = "from parse map value default patterns unit order clock zone take blank known strict needed cases".split()
OF_A_COLUMN = "parse map patterns unit order clock take blank known strict".split()  # say how a column is read
MEANING_KEYS = "says has may lacks holds must_hold weight ask is_unread column instead".split()
ORDERS = ("mdy", "dmy", "evidence")
CLOCKS = ("h:mm", "m:ss")
UNITS = ("seconds", "minutes", "hours")
_LIST = regex(r"\{([a-z_][a-z_0-9]*)\}")  # no quantifier begins with a letter


def read(path: Path, known: dict[str, layout.Format], content: dict | None = None) -> layout.Format:
    """A format from its file, or from what such a file would say; `known` are the formats that ``extends`` may name."""
    content = toml_of(path) if content is None else content
    base = content.pop("extends", None)
    if base is not None:
        Checked(path).one_of(base, sorted(known), "key extends")
        inherited = _taken_over(known[base], known, content)
        if both := sorted({*content.get("lists", {})} & {*inherited.get("lists", {})}):
            raise InvalidRequest(f"{path.name}: {base} has a list {both[0]} already", do="give yours another name")
        content = put_over(inherited, content)
    return read_content(path, content)


def _taken_over(base: layout.Format, known: dict[str, layout.Format], content: dict) -> dict:
    """What a format takes over of another: all of it, but of another kind of file nothing by which that is known."""
    inherited = toml_of(base.path)
    if "extends" in inherited:
        inherited = put_over(_taken_over(known[inherited.pop("extends")], known, inherited), inherited)
    if content.get("kind", base.kind) != base.kind:
        inherited = {key: value for key, value in inherited.items() if key not in ("recognize", "file")}
    own = content.get("recognize")
    if isinstance(own, dict) and {"header", "cells"} & set(own):  # what is core of another header says nothing of it
        inherited["recognize"] = {key: value for key, value in inherited.get("recognize", {}).items() if key != "core"}
    return inherited


def read_content(path: Path, content: dict) -> layout.Format:
    """A format from what its file says; `path` for its name and the messages."""
    try:
        return _Reading(path).format(content)
    except RecursionError:  # cases within cases within cases
        raise InvalidRequest(f"{path.name} is nested too deeply", do="see TEMPLATE.toml") from None


class _Reading(Checked):
    """The parts of a file, one method each; first those by which a file is known and becomes rows."""

    def recognize(self, part: dict, kind: str, where: str = "[recognize]") -> Recognize:
        self.only(part, RECOGNIZED_BY[kind], where)
        lists = "sheet keys attributes words expects trades may_be_ours casework times business".split()
        known: dict = {key: self.texts(part, key, where) for key in lists}
        known |= {key: self.columns_named(part, key, where) for key in ("header", "absent", "core", "also")}
        known |= {key: self.text(part, key, where) for key in ("element", "selector", "table")}
        found = Recognize(
            **known,
            cells=self.when(part["cells"], f"{where} cells") if "cells" in part else When(),
            enough=self.number(part, "enough", where),
            speaks_for=self.texts(part, "for", where),
            speaks_against=self.texts(part, "against", where),
        )
        listed = {name for column in found.header for name in column}
        if strange := [name for column in found.core for name in column if name not in listed]:
            raise self.wrong(f"{where}, key core", ", ".join(strange), "names that stand in header")
        if not (found.words or found.header or found.cells.tests or found.keys or found.element or found.selector):
            raise self.wrong(where, "nothing", " and ".join(sorted(RECOGNIZED_BY[kind])))
        return found

    def look_alike(self, table: dict, where: str) -> LookAlike:
        kind = "json" if "keys" in table else "table"
        part = {key: value for key, value in table.items() if key not in ("what", "do")}
        what, do = self.text(table, "what", where), self.text(table, "do", where)
        if not (what and do):
            raise self.wrong(where, "no what, or no do", "what such a file is, and what to do instead")
        return LookAlike(self.recognize(part, kind, where), what, do)

    def file(self, part: dict, kind: str) -> FilePart:
        self.only(part, FILE_KEYS[kind], "[file]")
        fields = self.table(part.get("fields", {}), "[file.fields]")
        labels = self.table(part.get("above", {}), "[file.above]")
        return FilePart(
            columns=self.positions(part),
            above={name: self.tests(labels, name, "[file.above]") for name in labels},
            others=tuple(self.other(block, where) for where, block in self.tables(part, "other")),
            records=self.texts(part, "records", "[file]") or ("",),
            lists=self.texts(part, "lists", "[file]"),
            elements=self.texts(part, "elements", "[file]"),
            rows=self.text(part, "rows", "[file]"),
            fields={name: self.text(fields, name, "[file.fields]") for name in fields},
        )

    def positions(self, part: dict) -> Positions:
        """``columns``: names in order, ``"a+b?"`` for a group that may be missing."""
        groups = []
        for group in self.texts(part, "columns", "[file]"):
            names = tuple(name.strip() for name in group.rstrip("?").split("+"))
            groups.append((names, group.endswith("?")))
        found = Positions(tuple(groups))
        if len(set(found.names)) < len(found.names) or not all(found.names):
            raise self.wrong("[file], key columns", "a name that is empty or stands twice", "each column once")
        # Each group that may be missing doubles the layouts that a row may have: 12 make 4,096.
        if sum(may_miss for _, may_miss in groups) > 12:
            raise self.wrong("[file], key columns", "more than 12 groups that may be missing", "12 at most")
        return found

    def other(self, block: dict, where: str) -> OtherBlock:
        reason = self.text(block, "reason", where)
        if not re.fullmatch(r"[a-z_]+", reason):
            raise self.wrong(f"{where}, key reason", repr(reason), "one word, as in data")
        part = {key: value for key, value in block.items() if key != "reason"}
        return OtherBlock(self.recognize(part, "table", where), reason)

    # ---- columns and conditions -----------------------------------------------------------------

    def columns_named(self, part: dict, key: str, where: str) -> tuple[Column, ...]:
        return tuple(self.column(name, f"{where}, key {key}") for name in self.texts(part, key, where))

    def column(self, name: str, where: str) -> Column:
        names = tuple(part.strip() for part in name.split("|"))
        if not all(names):
            raise self.wrong(where, repr(name), 'a header name, or several as in "Date|Call date"')
        return names

    def when(self, entry, where: str) -> When:
        if not isinstance(entry, dict) or not entry:
            raise self.wrong(f"{where}, key when", repr(entry), 'columns and words, as in { Type = ["Fax"] }')
        named = f"{where}, key when, column"
        return When(tuple((self.column(name, named), self.tests(entry, name, f"{where}, key when")) for name in entry))

    def tests(self, entry: dict, key: str, where: str) -> tuple[Test, ...]:
        words = self.texts(entry, key, where)
        for word in words:
            if word.startswith("~"):
                self.pattern(word[1:], f"{where}, column {key}")
        return tuple(Test(word) for word in words)

    # ---- the whole format -----------------------------------------------------------------------

    def written_out(self, part, lists: dict[str, tuple[str, ...]]):
        """What a part says, with its lists: ``{offices}`` in a pattern is any of their words, alone in a list all."""
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
        named = self.table(content.get("lists", {}), "[lists]")
        lists = {name: self.texts(named, name, "[lists]") for name in named}
        for name, words in lists.items():
            if not words or any(not word or word.startswith("~") or _LIST.search(word) for word in words):
                raise self.wrong(f"[lists] {name}", "no words, an empty one, or a pattern or list among them", "words")
        content = {name: self.written_out(part, lists) for name, part in content.items() if name != "lists"}
        head = self.head(content)
        part = {name: self.table(content.get(name, {}), f"[{name}]") for name in ("recognize", "file", "identity")}
        columns: dict[str, layout.Rule] = {}
        if head["makes"] != "notices":
            columns = self.columns(self.table(content.get("columns", {}), "[columns]"), head["makes"], "[columns]")
        elif "columns" in content or "notices" not in content:
            wanted = "[notices] with its columns, and no [columns]"
            raise self.wrong("[columns]", "a file that makes notices", wanted)
        return layout.Format(
            name=self.path.stem,
            path=self.path,
            **head,
            recognize=self.recognize(part["recognize"], head["kind"]),
            file=self.file(part["file"], head["kind"]),
            columns=columns,
            set_aside=tuple(self.aside(entry, where) for where, entry in self.tables(content, "set_aside")),
            legs=self.legs(self.table(content["legs"], "[legs]")) if "legs" in content else None,
            unique=self.columns_named(part["identity"], "unique", "[identity]"),
            parts=tuple(self.parts(content)),
            events=self.events(self.table(content["events"], "[events]")) if "events" in content else None,
            notices=self.notices(self.table(content["notices"], "[notices]")) if "notices" in content else None,
            look_alikes=tuple(self.look_alike(entry, where) for where, entry in self.tables(content, "look_alike")),
            office=self.office(self.table(content["office"], "[office]")) if "office" in content else None,
            examples=tuple(self.example(entry, where) for where, entry in self.tables(content, "example")),
            computed=self.columns_named(content, "computed", "the top of the file"),
            beside=self.texts(content, "beside", "the top of the file"),
            caveat=self.text(content, "caveat", "the top of the file"),
            words=tuple(self.meanings(self.table(content.get("words", {}), "[words]"))),
        )

    def head(self, content: dict) -> dict:
        self.only(content, [*HEAD, "computed", "beside", "caveat", *SECTIONS], "the top of the file")
        for key, type_ in HEAD.items():
            if not isinstance(content.get(key), type_):
                wanted = "true or false" if type_ is bool else "text in quotation marks"
                raise self.wrong(f"key {key}", repr(content.get(key, "nothing")), wanted)
        self.one_of(content["makes"], layout.MAKES, "key makes")
        self.one_of(content["kind"], layout.KINDS, "key kind")
        return {key: content[key] for key in HEAD}

    def meanings(self, words: dict) -> Iterator[Meaning]:
        """What the columns may say, in the order in which it is looked for."""
        for name, part in words.items():
            where = f"[words.{name}]"
            self.only(self.table(part, where), MEANING_KEYS, where)
            if not re.fullmatch(r"[a-z_0-9]+", name) or not part.get("has"):
                raise self.wrong(where, "no name or no words", 'a name as in wait, and has = ["wait|hold"]')
            weight = self.number(part, "weight", where)
            holds = self.text(part, "holds", where)
            if holds:
                self.one_of(holds, sorted(LOOKS), f"{where}, key holds")
            yield Meaning(
                name,
                self.text(part, "says", where) or name.replace("_", " "),
                tuple(map(phrase, self.texts(part, "has", where))),
                frozenset(self.text(part, "may", where).split()),
                tuple(map(phrase, self.texts(part, "lacks", where))),
                holds,
                self.flag(part, "must_hold", where),
                weight,
                self.flag(part, "ask", where),
                self.flag(part, "is_unread", where),
                self.text(part, "column", where),
                self.texts(part, "instead", where),
            )

    # ---- columns --------------------------------------------------------------------------------

    def columns(self, part: dict, makes: str, where: str) -> dict[str, layout.Rule]:
        self.only(part, checks.COLUMNS[makes], where)
        rules = {target: self.rule(target, entry, f"{where} {target}", makes) for target, entry in part.items()}
        missing = [target for target in checks.NEEDED[makes] if target not in rules]
        if not {"started", "date"} & set(rules):
            missing.append("started (or date)")
        if missing:
            raise self.wrong(where, "no " + ", ".join(missing), "a rule for each of these columns")
        return rules

    def rule(self, target: str, entry: dict, where: str, makes: str) -> layout.Rule:
        if not isinstance(entry, dict):
            raise self.wrong(where, repr(entry), 'a rule, as in { from = "Header", parse = "text" }')
        self.only(entry, RULE_KEYS, where)
        for key, allowed in (("order", ORDERS), ("clock", CLOCKS), ("unit", UNITS)):
            if key in entry:
                self.one_of(entry[key], allowed, f"{where}, key {key}")
        if "from" not in entry and (idle := [key for key in OF_A_COLUMN if key in entry]):
            raise self.wrong(where, f"{', '.join(idle)}, and no from", 'its column, as in from = "Header"')
        if not {"from", "value", "default", "cases"} & set(entry):
            raise self.wrong(where, "neither from nor value", "a column to read, or a value that every row has")
        zone = self.text(entry, "zone", where)
        if zone and find_zone(zone) is None:
            wanted = "Eastern, Pacific ..., or a name such as America/Chicago"
            raise self.wrong(f"{where}, key zone", repr(zone), wanted)
        words = self.words(target, entry, where, makes)
        parse = self.parser(target, entry, where, makes)
        cases = entry.get("cases", [])
        if not isinstance(cases, list):
            raise self.wrong(f"{where}, key cases", repr(cases), "a list of cases, each with when")
        return layout.Rule(
            target=target,
            columns=self.columns_named(entry, "from", where),
            parse=parse,
            words={fold(word): ours for word, ours in words.items()},
            listed=tuple(words),
            value=self.fixed(target, entry, "value", where, makes),
            default=self.fixed(target, entry, "default", where, makes),
            patterns=self.texts(entry, "patterns", where),
            unit=entry.get("unit", ""),
            order=entry.get("order", ""),
            clock=entry.get("clock", ""),
            zone=zone,
            take=self.pattern(self.text(entry, "take", where), f"{where}, key take"),
            blank=self.texts(entry, "blank", where),
            known=self.texts(entry, "known", where),
            strict=self.flag(entry, "strict", where),
            needed=self.flag(entry, "needed", where),
            cases=tuple(self.case(target, case, f"{where}, case {i}", makes) for i, case in enumerate(cases, 1)),
        )

    def case(self, target: str, entry, where: str, makes: str) -> tuple[When, layout.Rule]:
        """When it holds, and what then: a case that says no more leaves the column empty."""
        entry = self.table(entry, where)
        rest = {key: value for key, value in entry.items() if key != "when"}
        then = self.rule(target, rest, where, makes) if rest else layout.Rule(target=target)
        return self.when(entry.get("when"), where), then

    def parser(self, target: str, entry: dict, where: str, makes: str) -> str:
        """The parser named, or the usual one; one whose values the column can hold."""
        parse = entry.get("parse", "words" if "map" in entry else "text")
        if "parse" in entry:
            self.one_of(parse, sorted(PARSERS), f"{where}, key parse")
        if "map" in entry and parse != "words":
            raise self.wrong(f"{where}, key parse", repr(parse), "words, or none, beside a map")
        if "from" in entry:
            self.one_of(parse, checks.parsers_of(target, makes), f"{where}, key parse")
        return parse

    def fixed(self, target: str, entry: dict, key: str, where: str, makes: str) -> str | int | None:
        """A constant that the column may hold."""
        if key not in entry:
            return None
        value = self.constant(entry, key, where)
        kind, words = checks.constant_of(target, makes), checks.words_of(target, makes)
        if value is not None and words:
            self.one_of(value, words, f"{where}, key {key}")
        # Not isinstance: true is an int to Python.
        if value is not None and (kind is None or type(value) is not kind):
            kinds: dict[type | None, str] = {str: "a word", int: "a whole number", bool: "true or false"}
            wanted = kinds.get(kind, "no constant: name a column")
            raise self.wrong(f"{where}, key {key}", repr(value), wanted)
        if target == "timezone" and value is not None and find_zone(value) is None:
            raise self.wrong(f"{where}, key {key}", repr(value), "a name such as America/Chicago, or a word as MST")
        return value

    def words(self, target: str, entry: dict, where: str, makes: str) -> dict[str, str]:
        """``map``: ours = theirs (one or a list) -> theirs -> ours."""
        if "map" not in entry:
            return {}
        allowed = checks.words_of(target, makes)
        given = self.table(entry["map"], f"{where}, key map")
        words: dict[str, str] = {}
        folded: dict[str, str] = {}
        for ours in given:
            if allowed:
                self.one_of(ours, allowed, f"{where}, key map (ours = theirs)")
            for word in self.texts(given, ours, f"{where}, key map"):
                if folded.setdefault(fold(word), ours) != ours:
                    raise self.wrong(f"{where}, key map", f"{word!r} stands for two words", "each word once")
                words[word] = ours
        return words

    # ---- rows -----------------------------------------------------------------------------------

    def aside(self, entry: dict, where: str) -> layout.SetAside:
        self.only(entry, ["when", "reason"], where)
        reason = self.text(entry, "reason", where)
        if not re.fullmatch(r"[a-z_]+", reason):
            raise self.wrong(f"{where}, key reason", repr(reason), "one word, as in fax")
        return layout.SetAside(self.when(entry.get("when"), where), reason)

    def legs(self, entry: dict) -> layout.Legs:
        self.only(entry, ["group", "own", "above", "inherit", "any", "gather", "master"], "[legs]")
        marks = self.table(entry.get("any", {}), "[legs.any]")
        gather: dict[str, tuple[Column, When]] = {}
        for name, part in self.table(entry.get("gather", {}), "[legs.gather]").items():
            where = f"[legs.gather] {name}"
            self.only(self.table(part, where), ["from", "when"], where)
            column = self.column(self.text(part, "from", where), f"{where}, key from")
            gather[name] = column, self.when(part.get("when"), where)
        return layout.Legs(
            group=self.columns_named(entry, "group", "[legs]"),
            own=self.columns_named(entry, "own", "[legs]"),
            above=self.when(entry["above"], "[legs] above") if "above" in entry else None,
            inherit=self.columns_named(entry, "inherit", "[legs]"),
            any={name: self.when(when, f"[legs.any] {name}") for name, when in marks.items()},
            gather=gather,
            master=tuple(self.when(when, "[legs] master") for when in as_list(entry.get("master", []))),
        )

    def parts(self, content: dict) -> Iterator[layout.Part]:
        """The further contacts of a row; neighbors of one ``each`` stand once for each of its numbers, in turn."""
        tables = self.tables(content, "part")
        for _, group in itertools.groupby(tables, key=lambda pair: str(pair[1].get("each", ""))):
            alike = list(group)
            for number in self.texts(alike[0][1], "each", alike[0][0]) or ("",):
                for where, part in alike:
                    entry, words = part, number.split()
                    if number:  # its words, as in "2 2nd Second", in place of {n}, {nth} and {word}
                        if len(words) != 3:
                            wanted = 'three words each, as in "2 2nd Second"'
                            raise self.wrong(f"{where}, key each", repr(number), wanted)
                        entry = _in_place({key: value for key, value in part.items() if key != "each"}, *words)
                    self.only(entry, ["when", "columns"], where)
                    columns = self.table(entry.get("columns", {}), f"{where} columns")
                    rules = self.columns(columns, "entries", f"{where} columns")
                    yield layout.Part(self.when(entry.get("when"), where), rules)

    def events(self, entry: dict) -> layout.Events:
        self.only(entry, ["from", "parse"], "[events]")
        self.one_of(entry.get("parse", "events"), ["events"], "[events], key parse")
        columns = self.columns_named(entry, "from", "[events]")
        return layout.Events(layout.Rule(target="events", columns=columns, parse="events"))

    def notices(self, entry: dict) -> layout.Notices:
        self.only(entry, ["when", "columns", "otherwise"], "[notices]")
        columns = self.table(entry.get("columns", {}), "[notices.columns]")
        return layout.Notices(
            self.when(entry.get("when"), "[notices]"),
            self.columns(columns, "notices", "[notices.columns]"),
            self.text(entry, "otherwise", "[notices]", "text"),
        )

    def office(self, entry: dict) -> layout.OfficeSheet:
        self.only(entry, ["sheet", "labels", "beside"], "[office]")
        labels = self.table(entry.get("labels", {}), "[office.labels]")
        named = {key: self.texts(labels, key, "[office.labels]") for key in labels}
        beside = self.texts(entry, "beside", "[office]")
        return layout.OfficeSheet(self.text(entry, "sheet", "[office]"), named, beside)

    def example(self, entry: dict, where: str) -> layout.Example:
        self.only(entry, ["row", "gives", "part", "zone"], where)
        row = self.table(entry.get("row", {}), f"{where}, key row")
        gives = self.table(entry.get("gives", {}), f"{where}, key gives")
        part = self.number(entry, "part", where)
        return layout.Example(
            {key: self.text(row, key, where) for key in row}, gives, part, self.text(entry, "zone", where)
        )


def _in_place(value, n: str, nth: str, word: str):
    """A value of a TOML with the words of a number put in, keys too.

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
