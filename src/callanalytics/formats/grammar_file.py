"""What a format's TOML says of files: by what one is known, what only looks like one, how it becomes rows."""

from __future__ import annotations

import re

from callanalytics.formats.checks import Checked
from callanalytics.formats.conditions import Column, Test, When
from callanalytics.formats.shapes import FilePart, LookAlike, OtherBlock, Positions, Recognise

RECOGNISED_BY = {
    "table": set("header core also absent sheet cells".split())
    | set("words expects enough for against trades may_be_ours casework business".split()),
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


class FileReading(Checked):
    """The parts of a format that speak of files, one method each."""

    def recognise(self, part: dict, kind: str, where: str = "[recognise]") -> Recognise:
        self.only(part, RECOGNISED_BY[kind], where)
        found = Recognise(
            header=self.columns_named(part, "header", where),
            absent=self.columns_named(part, "absent", where),
            sheet=self.texts(part, "sheet", where),
            cells=self.when(part["cells"], f"{where} cells") if "cells" in part else When(),
            keys=self.texts(part, "keys", where),
            element=self.text(part, "element", where),
            attributes=self.texts(part, "attributes", where),
            selector=self.text(part, "selector", where),
            table=self.text(part, "table", where),
            core=self.columns_named(part, "core", where),
            also=self.columns_named(part, "also", where),
            words=self.texts(part, "words", where),
            expects=self.texts(part, "expects", where),
            enough=self.number(part, "enough", where),
            speaks_for=self.texts(part, "for", where),
            speaks_against=self.texts(part, "against", where),
            trades=self.texts(part, "trades", where),
            may_be_ours=self.texts(part, "may_be_ours", where),
            casework=self.texts(part, "casework", where),
            business=self.texts(part, "business", where),
        )
        listed = {name for column in found.header for name in column}
        if strange := [name for column in found.core for name in column if name not in listed]:
            raise self.wrong(f"{where}, key core", ", ".join(strange), "names that stand in header")
        if not (found.words or found.header or found.cells.tests or found.keys or found.element or found.selector):
            raise self.wrong(where, "nothing", " and ".join(sorted(RECOGNISED_BY[kind])))
        return found

    def look_alike(self, table: dict, where: str) -> LookAlike:
        kind = "json" if "keys" in table else "table"
        part = {key: value for key, value in table.items() if key not in ("what", "do")}
        what, do = self.text(table, "what", where), self.text(table, "do", where)
        if not (what and do):
            raise self.wrong(where, "no what, or no do", "what such a file is, and what to do instead")
        return LookAlike(self.recognise(part, kind, where), what, do)

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
        if sum(may_miss for _, may_miss in groups) > 12:
            raise self.wrong("[file], key columns", "more than 12 groups that may be missing", "12 at most")
        return found

    def other(self, block: dict, where: str) -> OtherBlock:
        reason = self.text(block, "reason", where)
        if not re.fullmatch(r"[a-z_]+", reason):
            raise self.wrong(f"{where}, key reason", repr(reason), "one word, as in data")
        part = {key: value for key, value in block.items() if key != "reason"}
        return OtherBlock(self.recognise(part, "table", where), reason)

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
        place = f"{where}, key when, column"
        return When(tuple((self.column(name, place), self.tests(entry, name, f"{where}, key when")) for name in entry))

    def tests(self, entry: dict, key: str, where: str) -> tuple[Test, ...]:
        words = self.texts(entry, key, where)
        for word in words:
            if word.startswith("~"):
                self.pattern(word[1:], f"{where}, column {key}")
        return tuple(Test(word) for word in words)
