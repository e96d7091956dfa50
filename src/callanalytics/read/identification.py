"""The format of a file: exactly one, known by its content; a file of no format gets the nearest one named.

If only some of a format's columns are present, the cells under the header must be what the format's rules read,
because two systems may give a column the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from callanalytics.errors import CallLogError, UnreadableFile
from callanalytics.formats import Format, Positions, Rule, contents, find, fold
from callanalytics.formats.layout import not_in, taken_of
from callanalytics.read import documents, grids, headers, messages, text_files, workbooks
from callanalytics.read.file import TABLES, File
from callanalytics.read.headers import KnownHeaders, Numbered
from callanalytics.read.pages import kind_read
from callanalytics.read.table import BLANKS
from callanalytics.values import try_read
from callanalytics.values.parsers import NOTHING, PARSERS, words_for
from callanalytics.wording import some

_MIN_SHARE_OF_MOMENTS = 0.8  # share of the filled cells that must read as a time
# Share of the rows whose direction must be known, and of the cells that must be numbers or withheld
_MIN_SHARE_KNOWN = 0.5
MOMENTS = ("started", "date", "time")
NUMBERS = ("caller", "called", "our_number", "other_number")

Row = Mapping[str, str]


def odd_column(fmt: Format, header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """The first column whose cells the format would not understand; "" if there is none, or the table is empty."""
    names = tuple(header)
    records = [dict(zip(names, ((cell or "").strip(BLANKS) for cell in cells), strict=False)) for cells in rows]
    records = [{name: "" if fold(cell) in NOTHING else cell for name, cell in row.items()} for row in records]
    records = [row for row in records if any(row.values())]
    for target in MOMENTS:
        if (rule := fmt.columns.get(target)) and _share_read(rule, names, records) < _MIN_SHARE_OF_MOMENTS:
            return _column_read(rule, names)
    if fmt.events:
        return "" if _hold_histories(fmt.events.rule, names, records) else _column_read(fmt.events.rule, names)
    direction = fmt.columns["direction"]
    known = sum(_rule_value(direction, row) not in (None, "unknown") for row in records)
    if direction.all_columns and known < _MIN_SHARE_KNOWN * len(records):
        return _column_read(direction, names)
    numbers = [rule for target in NUMBERS if (rule := fmt.columns.get(target))]
    if numbers and records and not _hold_numbers(numbers, names, records):
        return _column_read(numbers[0], names)
    return ""


def _column_read(rule: Rule, names: tuple[str, ...]) -> str:
    there = (find(column, names) for column in rule.all_columns)
    return next((name for name in there if name), rule.target)


def _share_read(rule: Rule, names: tuple[str, ...], rows: Sequence[Row]) -> float:
    """Share of the filled cells that a rule's parser reads, with the better order of day and month."""
    there = [name for column in rule.columns if (name := find(column, names))]
    texts = [" ".join(filter(None, (row.get(name, "") for name in there))) for row in rows] if there else []
    texts = [text for text in texts if text and fold(text) not in map(fold, rule.blank)]
    texts = [taken for text in texts if (taken := taken_of(text, rule.take)) is not None]
    orders = [rule.order] if rule.order in ("mdy", "dmy") else ["mdy", "dmy"]
    read = partial(try_read, PARSERS[rule.parse], patterns=rule.patterns)
    n_read = max(sum(read(text, order=order) is not None for text in texts) for order in orders)
    return n_read / len(texts) if texts else 1.0


def _rule_value(rule: Rule, row: Row) -> str | int | None:
    for when, then in rule.cases:
        cells = ((row.get(find(column, row) or "", ""), tests) for column, tests in when.tests)
        if all(any(test.fits(cell) for test in tests) for cell, tests in cells):
            return _rule_value(then, row)
    if rule.value is not None:
        return rule.value
    texts = (row.get(find(column, row) or "", "") for column in rule.columns)
    words = words_for(fold(" ".join(filter(None, texts))))
    return next((rule.words[word] for word in words if word in rule.words), rule.default)


def _hold_numbers(rules: Sequence[Rule], names: tuple[str, ...], rows: Sequence[Row]) -> bool:
    """Whether these columns hold enough phone numbers and extensions; True if they are empty."""
    there = {name for rule in rules for column in _sources(rule) if (name := find(column, names))}
    texts = [text for row in rows for name in there if (text := row.get(name, ""))]
    return not texts or sum(bool(re.search(r"\d{2}", text)) for text in texts) >= _MIN_SHARE_KNOWN * len(texts)


def _hold_histories(rule: Rule, names: tuple[str, ...], rows: Sequence[Row]) -> bool:
    """Whether the cells of a column describe several contacts, and most of them can be read."""
    texts = [text for row in rows if (text := row.get(_column_read(rule, names), ""))]
    contacts = [try_read(PARSERS["events"], text, year="2000") or () for text in texts]
    return 2 * sum(map(bool, contacts)) >= len(texts) and any(len(events) > 1 for events in contacts)


def _sources(rule: Rule) -> list:
    return [*rule.columns, *(column for _, then in rule.cases for column in _sources(then))]


MAPPED = ("csv", "xlsx", "json")  # kinds whose columns can be proposed
_NEAR = 0.5  # share of a format's columns that a file must have to count as near

_DO_MAP = (
    "`callanalytics map FILE` drafts what its columns mean and asks what it can't tell; then read it with  "
    "--mapping;  or send us the header row (never the calls)"
)
_DO_SEND = "send us its first lines with the names and numbers taken out"  # no meanings can be proposed for these
_DO_NAME = "write the names of its columns in a row above the first call, such as Date, Time, Hold (min), Result"
_MIN_CELLS = 3  # rows, each with as many cells, that show that a file has no header
_DO_INSTEAD = {
    "eml": "a message without a sender is a draft or a note of the mail program; leave it out",
}


def _has_rows(file: File) -> bool:
    """Whether a text has rows under a header, which a mapping could describe."""
    try:
        table = text_files.unknown_text_table(file)
    except CallLogError:
        return False
    return table is not None and table.cells.num_rows > 0


class UnknownExport(UnreadableFile):
    """A file of no known format."""


@dataclass(frozen=True)
class Match:
    """How well a file fits a format: the share it has (1 = all that is needed), and what is missing or unwanted.

    ``odd`` is a column whose cells are not what the format reads there. ``absent`` counts the listed columns that the
    file lacks, ``listed`` those that it has.
    """

    fmt: Format
    share: float
    missing: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    odd: str = ""
    absent: int = 0
    listed: int = 0
    by_words: bool = False

    @property
    def fits(self) -> bool:
        """Whether the file matches the format, judged by this format alone."""
        return self.share == 1 and not self.unwanted and not self.odd


def identify(file: File, formats: Mapping[str, Format] | Iterable[Format]) -> Format:
    """The one format of a file.

    Raises :class:`CallLogError`: it names both formats if two fit, or the nearest format and what is missing if none
    does.
    """
    formats = list(formats.values() if isinstance(formats, Mapping) else formats)
    kind = kind_read(file)
    sought = _Sought(file, kind, formats)
    # A hand log is known by its words, which an export may have too, so exports come first.
    fitting = _best_formats({m.fmt.name: m for m in sought.matches if m.fits and not m.by_words})
    if not fitting and not (alike := _look_alike(file, formats, kind)):
        fitting = {m.fmt.name: m.fmt for m in sought.matches if m.fits}
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if fitting:
        raise UnreadableFile(
            f"{file.shown} fits {len(fitting)} formats",
            found=", ".join(sorted(fitting)),
            run=f"choose one with --format {min(fitting)}",
        )
    raise alike or _unknown(file, sought, kind)


def _best_formats(fitting: dict[str, Match]) -> dict[str, Format]:
    """Among formats that fit, those with every listed column; if there are none, those with the most."""
    whole = {name: match.fmt for name, match in fitting.items() if not match.absent}
    most = max((match.listed for match in fitting.values()), default=0)
    return whole or {name: match.fmt for name, match in fitting.items() if match.listed == most}


def nearest(file: File, formats: Mapping[str, Format]) -> Match | None:
    """The format nearest to a file, and what the file lacks for it."""
    return _Sought(file, kind_read(file), formats.values()).nearest()


def _nearness(match: Match) -> tuple[int, int]:
    """Rank by the fewest differing columns, then by the most matching ones."""
    recognize = match.fmt.recognize
    wanted = len(recognize.header or recognize.keys or recognize.attributes)
    return -len(match.missing) - len(match.unwanted) - bool(match.odd), wanted - len(match.missing) - match.absent


def _unknown(file: File, sought: _Sought, kind: str) -> CallLogError:
    if kind == "json" and documents.has_no_records(documents.json_document(file)):
        return UnreadableFile(
            f"{file.shown} has no records",
            found="there were no calls in its period, or the export left them out",
            do="check the dates and filters of the export, and export it again",
        )
    near = sought.nearest()
    if any(map(_begins_below_header, sought.tables)):
        return UnknownExport(f"{file.shown} has no header row", do=_DO_NAME)
    if near is None:
        found = "no known format is similar"
    elif near.missing:
        found = f"closest to {near.fmt.name!r}, but it lacks the {_named_columns(near.missing)}"
    elif near.odd:
        found = f"closest to {near.fmt.name!r}, but with other contents in the {_named_columns([near.odd])}"
    else:
        found = f"closest to {near.fmt.name!r}, but with the extra {_named_columns(near.unwanted)}"
    can_be_mapped = kind in MAPPED and (kind != "csv" or _has_rows(file))
    cure = {"run": _DO_MAP} if can_be_mapped else {"do": _DO_INSTEAD.get(kind, _DO_SEND)}
    return UnknownExport(f"{file.shown} is not an export we know yet", found=found, **cure)


def _begins_below_header(table: _Table) -> bool:
    """Whether a table's first rows each have a day in the same column, so that none of them names the columns."""
    rows = [cells for _, cells in table.rows if sum(map(bool, cells)) >= _MIN_CELLS][:_MIN_CELLS]
    dated = (all(contents.KINDS.date.match(cell or "") for cell in column) for column in zip(*rows, strict=False))
    return len(rows) == _MIN_CELLS and any(dated)


def _look_alike(file: File, formats: list[Format], kind: str) -> CallLogError | None:
    """The error for a file that a format knows as something other than calls; None if no format does."""
    for fmt in formats:
        for alike in fmt.look_alikes:
            as_format = replace(fmt, recognize=alike, file=replace(fmt.file, columns=Positions()))
            is_of_kind = (kind == "json") == bool(alike.keys)
            if is_of_kind and any(match.fits for match in _Sought(file, kind, [as_format]).matches):
                return UnreadableFile(f"{file.shown} is not a call log", found=alike.what, do=alike.do)
    return None


def _named_columns(columns: Iterable[str]) -> str:
    names = [repr(headers.first_name(column)) for column in columns]
    return f"column{'' if len(names) == 1 else 's'} {some(names, 3)}"


class _Sought:
    """The formats of a file's kind, and those that it fits."""

    def __init__(self, file: File, kind: str, formats: Iterable[Format]):
        wanted = "table" if kind in TABLES else kind
        self.file, self.kind = file, kind
        self.formats = tuple(fmt for fmt in formats if fmt.kind == wanted)

    @cached_property
    def tables(self) -> list[_Table]:
        """The text, or each sheet of a workbook, with the formats that may fit it."""
        if self.kind == "csv":
            knows = KnownHeaders(*self.formats)
            rows = text_files.beginning(self.file, text_files.find_dialect(text_files.head_lines(self.file), knows))
            return [_Table(rows, self.formats, knows, (self.file.stem,))]
        sheets = workbooks.opened_workbook(self.file).sheets if self.kind == "xlsx" else ()
        held = ((sheet, tuple(fmt for fmt in self.formats if workbooks.may_hold(sheet, fmt))) for sheet in sheets)
        return [_Table(sheet.beginning, fmts, KnownHeaders(*fmts), sheet.titles, sheet) for sheet, fmts in held if fmts]

    @cached_property
    def matches(self) -> list[Match]:
        """How the file matches the formats; those that it fits are among them."""
        if self.kind in TABLES:
            by_columns = [match for table in self.tables for match in table.by_columns]
            # If a sheet has a known header, no other sheet is searched for the words of a log.
            is_known = any(match.fits for match in by_columns)
            return by_columns if is_known else [match for table in self.tables for match in table.matches]
        return _RECORDS[self.kind](self.file, self.formats)

    def nearest(self) -> Match | None:
        """The nearest format. Only used if none fits, because it takes every row for a header."""
        found = [match for table in self.tables for match in table.closest_formats()] or self.matches
        near = (match for match in found if match.share >= _NEAR and (match.missing or not match.by_words))
        return max(near, key=_nearness, default=None)


@dataclass(frozen=True)
class _Table:
    """The first rows of a text or a sheet, and the formats that may fit it."""

    rows: list[Numbered]
    formats: tuple[Format, ...]
    knows: KnownHeaders
    titles: Sequence[str]
    sheet: workbooks.Sheet | None = None

    @cached_property
    def by_header(self) -> list[Match]:
        """Match by a header; if none fits, match by the cells of the rows."""
        found: dict[str, Match] = {}
        for index, (_, cells) in enumerate(self.rows[: headers.ROWS]):
            for fmt in self.knows.fitting(cells):
                names, below = headers.as_heading(cells, 0).names, self.rows[index + 1 :]
                found.setdefault(fmt.name, _match_under(fmt, names, below))
        if not any(match.fits for match in found.values()):
            is_aligned = self.sheet is not None
            fitting = (fmt for fmt in self.formats if grids.fits_positions(self.rows, fmt, aligned=is_aligned))
            found |= {fmt.name: Match(fmt, 1.0) for fmt in fitting}
        if not any(match.fits for match in found.values()):
            fitting = (fmt for _, cells in self.rows[headers.ROWS :] for fmt in self.knows.fitting(cells))
            found = {fmt.name: Match(fmt, 1.0) for fmt in fitting} | found
        return list(found.values())

    @cached_property
    def merged_headings(self) -> list[headers.Heading]:
        """Headings that merged cells hold together."""
        return workbooks.merged_headings(self.sheet, self.rows) if self.sheet else []

    @cached_property
    def by_columns(self) -> list[Match]:
        """Match by a header of one row, or else by one with merged cells."""
        if any(match.fits for match in self.by_header):
            return self.by_header
        tied: dict[str, Match] = {}
        for heading in self.merged_headings:
            below = [row for row in self.rows if row[0] > heading.last]
            for fmt in self.knows.fitting(heading.names):
                tied.setdefault(fmt.name, _match_under(fmt, heading.names, below))
        return [*self.by_header, *tied.values()]

    @cached_property
    def matches(self) -> list[Match]:
        """Match by the columns, or else as a hand-kept log."""
        if any(match.fits for match in self.by_header):
            return self.by_header
        logs = []
        for fmt in (fmt for fmt in self.formats if fmt.recognize.words):
            if found := headers.find_log(self.rows, fmt, self.titles, self.merged_headings):
                # Plus 1, so that a weight just below enough is not a full share.
                share = 1.0 if headers.is_log(found, fmt) else max(found.weight, 0) / (fmt.recognize.enough + 1)
                logs.append(Match(fmt, share, by_words=True))
        return [*self.by_columns, *logs]

    def closest_formats(self) -> list[Match]:
        """For each format, what a table that fits none lacks."""
        if any(match.fits for match in self.by_header):
            return self.by_header
        known = {match.fmt for match in self.matches}
        others = [fmt for fmt in self.formats if fmt not in known]
        rows = [headers.as_heading(cells, 0).names for _, cells in self.rows]
        lacking = ((fmt, headers.missing_from_log(self.rows, fmt)) for fmt in others if fmt.recognize.words)
        by_words = [Match(fmt, _NEAR, tuple(missing), by_words=True) for fmt, missing in lacking if missing]
        by_columns = (_match_header(rows, fmt) for fmt in others if fmt.recognize.header)
        return [*self.by_header, *by_columns, *self.matches, *by_words]


def _match_header(rows: list[tuple[str, ...]], fmt: Format) -> Match:
    """The row nearest to the header that a format needs."""
    best = Match(fmt, 0.0)
    for header in rows:
        missing = tuple(not_in(fmt.recognize.needed, header))
        share = 1 - len(missing) / max(len(fmt.recognize.needed), 1)
        others = (find(column, header) for column in fmt.recognize.absent if not missing)
        unwanted = tuple(filter(None, others))
        if share and (share, -len(unwanted)) > (best.share, -len(best.unwanted)):
            best = Match(fmt, share, missing, unwanted)
    return best


def _match_under(fmt: Format, header: tuple[str, ...], rows: list) -> Match:
    """Match a format whose needed columns are all here; if listed columns are absent, the cells must fit too."""
    absent = len(not_in(fmt.recognize.header, header))
    odd = odd_column(fmt, header, [cells for _, cells in rows]) if absent else ""
    return Match(fmt, 1.0, odd=odd, absent=absent, listed=len(fmt.recognize.header) - absent)


def _match_json(file: File, formats: Sequence[Format]) -> list[Match]:
    """Match by the path whose records are nearest to what the format needs."""
    doc = documents.json_document(file)
    found = []
    for fmt in formats:
        records = [documents.records_at(doc, path) or [] for path in fmt.file.records]
        nearest = max((documents.missing_keys(each, fmt) for each in records), key=lambda pair: pair[0])
        found.append(Match(fmt, *nearest))
    return found


def _match_eml(file: File, formats: Sequence[Format]) -> list[Match]:
    there, found = messages.field_names(file), []
    for fmt in (fmt for fmt in formats if fmt.recognize.keys):  # a format without keys cannot match a message's fields
        missing = tuple(key for key in fmt.recognize.keys if key.casefold() not in there)
        found.append(Match(fmt, 1 - len(missing) / len(fmt.recognize.keys), missing))
    return found


def _match_database(file: File, formats: Sequence[Format]) -> list[Match]:
    tables = documents.database_columns(file)
    missing = ((fmt, tuple(not_in(fmt.recognize.header, tables.get(fmt.recognize.table, ())))) for fmt in formats)
    return [Match(fmt, 1 - len(names) / max(len(fmt.recognize.header), 1), names) for fmt, names in missing]


def _match_xml(file: File, formats: Sequence[Format]) -> list[Match]:
    """Match by the whole file: if texts and calls are in one file, the calls may come last."""
    seen = {(tag, frozenset(attributes)) for _, tag, attributes in documents.xml_elements(file)}
    names = {tag for tag, _ in seen}
    matches = []
    for fmt in formats:
        wanted = set(fmt.recognize.attributes)
        having = [attributes for tag, attributes in seen if tag == fmt.recognize.element]
        missing = min((wanted - attributes for attributes in having), key=len, default=None)
        if missing is not None:
            unwanted = tuple(column[0] for column in fmt.recognize.absent if names & set(column))
            matches.append(Match(fmt, 1 - len(missing) / max(len(wanted), 1), tuple(sorted(missing)), unwanted))
    return matches


def _match_html(file: File, formats: Sequence[Format]) -> list[Match]:
    return [Match(fmt, 1.0) for fmt in documents.formats_of_page(file, formats)]


_RECORDS = {"json": _match_json, "xml": _match_xml, "html": _match_html, "eml": _match_eml, "database": _match_database}
