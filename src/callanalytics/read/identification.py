"""Which format a file is of: exactly one, known by its content; a file that is none names the nearest.

Where only some of the columns are there by which a format is known, the cells under the header must be what the
format's rules read: two systems may call a column alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from callanalytics.errors import CallLogError, UnreadableFile
from callanalytics.formats import Format, Positions, Rule, When, find, fold
from callanalytics.read import documents, grids, headers, messages, sniff, text_files, workbooks
from callanalytics.read.file import File
from callanalytics.read.headers import KnownHeaders
from callanalytics.read.table import BLANKS
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.wording import some

_READ_AS_MOMENTS = 0.8  # share of the filled cells that must read as a moment
_KNOWN_ENOUGH = (
    0.5  # share of the rows whose direction must be known, and of the cells that must be numbers or withheld
)
MOMENTS = ("started", "date", "time")
NUMBERS = ("caller", "called", "our_number", "other_number")

Row = Mapping[str, str]


def odd_column(fmt: Format, header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """The first column whose cells the format would not understand; "" where there is none, and of an empty table."""
    names = tuple(header)
    records = [dict(zip(names, ((cell or "").strip(BLANKS) for cell in cells), strict=False)) for cells in rows]
    records = [row for row in records if any(row.values())]
    for target in MOMENTS:
        if (rule := fmt.columns.get(target)) and _share_read(rule, names, records) < _READ_AS_MOMENTS:
            return _column_read(rule, names)
    direction = fmt.columns["direction"]
    known = sum(_rule_value(direction, row) not in (None, "unknown") for row in records)
    if direction.all_columns and known < _KNOWN_ENOUGH * len(records):
        return _column_read(direction, names)
    numbers = [rule for target in NUMBERS if (rule := fmt.columns.get(target))]
    if numbers and records and not _hold_numbers(numbers, names, records):
        return _column_read(numbers[0], names)
    return ""


def _column_read(rule: Rule, names: tuple[str, ...]) -> str:
    there = (find(column, names) for column in rule.all_columns)
    return next((name for name in there if name), rule.target)


def _share_read(rule: Rule, names: tuple[str, ...], rows: Sequence[Row]) -> float:
    """How many of the filled cells a rule's parser reads, in one of the orders of day and month."""
    there = [name for column in rule.columns if (name := find(column, names))]
    texts = [" ".join(filter(None, (row.get(name, "") for name in there))) for row in rows] if there else []
    texts = [text for text in texts if text and fold(text) not in map(fold, rule.blank)]
    if rule.take:
        texts = [match[match.re.groups and 1] or "" for text in texts if (match := re.search(rule.take, text))]
    orders = [rule.order] if rule.order in ("mdy", "dmy") else ["mdy", "dmy"]
    read = (sum(_reads(rule, text, order) for text in texts) for order in orders)
    return max(read) / len(texts) if texts else 1.0


def _reads(rule: Rule, text: str, order: str) -> bool:
    try:
        return PARSERS[rule.parse](text, order=order, patterns=rule.patterns) is not None
    except Unreadable:
        return False


def _rule_value(rule: Rule, row: Row) -> str | int | None:
    for when, then in rule.cases:
        if _fits(when, row):
            return _rule_value(then, row)
    if rule.value is not None:
        return rule.value
    cells = (row.get(find(column, row) or "", "") for column in rule.columns)
    return rule.words.get(fold(" ".join(filter(None, cells))), rule.default)


def _fits(when: When, row: Row) -> bool:
    cells = ((row.get(find(column, row) or "", ""), tests) for column, tests in when.tests)
    return all(any(test.fits(cell) for test in tests) for cell, tests in cells)


def _hold_numbers(rules: Sequence[Rule], names: tuple[str, ...], rows: Sequence[Row]) -> bool:
    """Whether some of these columns hold telephone numbers and extensions, and nothing is in the way of it."""
    there = {name for rule in rules for column in _sources(rule) if (name := find(column, names))}
    texts = [text for row in rows for name in there if (text := row.get(name, ""))]
    return not texts or sum(bool(re.search(r"\d{2}", text)) for text in texts) >= _KNOWN_ENOUGH * len(texts)


def _sources(rule: Rule) -> list:
    return [*rule.columns, *(column for _, then in rule.cases for column in _sources(then))]


MAPPED = ("csv", "xlsx", "json")  # kinds whose columns can be proposed
_NEAR = 0.5  # share of a format's columns that a file must have to be called near

_DO_MAP = (
    "`callanalytics map FILE` proposes what its columns mean and asks what it cannot tell; then read it with  "
    "--mapping;  or send us the header row (never the calls)"
)
_DO_SEND = "send us its first lines with the names and numbers taken out"  # nothing proposes what these mean
_DO_INSTEAD = {
    "html": "if the page is a table of calls, open it in Excel, save it as XLSX, and name that file",
    "eml": "a message without a sender is a draft or a note of the mail program: leave it out",
}


def _has_rows(file: File) -> bool:
    """Whether a text has rows under a header, which could be mapped."""
    try:
        table = text_files.unknown_text_table(file)
    except CallLogError:
        return False
    return table is not None and table.cells.num_rows > 0


UNKNOWN_EXPORT = "unknown_export"  # the code of the error about a file of no known format


class UnknownExport(UnreadableFile):
    """A file of no known format."""


@dataclass(frozen=True)
class Match:
    """How well a file fits a format: what of it is there (1 = all that is needed), what is missing or too much.

    ``odd`` is a column whose cells are not what the format's are; ``absent`` counts the listed columns that are not
    there, ``listed`` those that are.
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
        """Whether the file is of the format, as far as that format alone is asked."""
        return self.share == 1 and not self.unwanted and not self.odd


def identify(file: File, formats: Mapping[str, Format] | Iterable[Format]) -> Format:
    """The one format that a file is of.

    Raises :class:`CallLogError` naming both where two fit, and the nearest, with what is missing, where
    none does.
    """
    formats = list(formats.values() if isinstance(formats, Mapping) else formats)
    kind = sniff.kind(file)
    wanted = "table" if kind in sniff.TABLES else kind
    matches = _matches(file, kind, [fmt for fmt in formats if fmt.kind == wanted])
    # A hand log is known by its words, which an export may have as well: exports come first.
    fitting = _best({m.fmt.name: m for m in matches if m.fits and not m.by_words})
    if not fitting and not (alike := _look_alike(file, formats, kind)):
        fitting = {m.fmt.name: m.fmt for m in matches if m.fits}
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if fitting:
        raise UnreadableFile(
            f"{file.shown} fits {len(fitting)} formats",
            found=", ".join(sorted(fitting)),
            run=f"say which one it is: --format {min(fitting)}",
        )
    raise alike or _unknown(file, matches, kind)


def _best(fitting: dict[str, Match]) -> dict[str, Format]:
    """Of formats that fit, those of which every listed column is there; where there are none, that with most."""
    whole = {name: match.fmt for name, match in fitting.items() if not match.absent}
    most = max((match.listed for match in fitting.values()), default=0)
    return whole or {name: match.fmt for name, match in fitting.items() if match.listed == most}


def nearest(file: File, formats: Mapping[str, Format]) -> Match | None:
    """The format that comes nearest to a file, and what the file lacks of it."""
    kind = sniff.kind(file)
    wanted = "table" if kind in sniff.TABLES else kind
    return _nearest(_matches(file, kind, [fmt for fmt in formats.values() if fmt.kind == wanted]))


def _nearest(matches: list[Match]) -> Match | None:
    near = [m for m in matches if m.share >= _NEAR and (m.missing or not m.by_words)]
    return max(near, key=_nearness, default=None)


def _nearness(match: Match) -> tuple[int, int]:
    """Rank by fewest differing columns, then by most matching ones."""
    recognize = match.fmt.recognize
    wanted = len(recognize.header or recognize.keys or recognize.attributes)
    return -len(match.missing) - len(match.unwanted) - bool(match.odd), wanted - len(match.missing) - match.absent


def _unknown(file: File, matches: list[Match], kind: str) -> CallLogError:
    if kind == "json" and documents.has_no_records(documents.json_document(file)):
        return UnreadableFile(
            f"{file.shown} holds no records",
            found="an export of a time without calls, or one that left them out",
            do="look at the dates and filters of the export, and export it again",
        )
    near = _nearest(matches)
    if near is None:
        found = "no format is near"
    elif near.missing:
        found = f"nearest to {near.fmt.name!r}, but without its {_named_columns(near.missing)}"
    elif near.odd:
        found = f"nearest to {near.fmt.name!r}, but other words or figures stand in its {_named_columns([near.odd])}"
    else:
        found = f"nearest to {near.fmt.name!r}, but with the {_named_columns(near.unwanted)} that it never has"
    can_be_mapped = kind in MAPPED and (kind != "csv" or _has_rows(file))
    cure = {"run": _DO_MAP} if can_be_mapped else {"do": _DO_INSTEAD.get(kind, _DO_SEND)}
    return UnknownExport(f"{file.shown} is not an export we know yet", found=found, **cure, code=UNKNOWN_EXPORT)


def _look_alike(file: File, formats: list[Format], kind: str) -> CallLogError | None:
    """What a file is that a format knows for something else than calls; None where none does."""
    for fmt in formats:
        for alike in fmt.look_alikes:
            as_format = replace(fmt, recognize=alike.known, file=replace(fmt.file, columns=Positions()))
            matches = _matches(file, kind, [as_format]) if (kind == "json") == bool(alike.known.keys) else []
            if any(m.fits for m in matches):
                return UnreadableFile(f"{file.shown} is no call log", found=alike.what, do=alike.do)
    return None


def _named_columns(columns: Iterable[str]) -> str:
    names = [repr(headers.first_name(column)) for column in columns]
    return f"column{'' if len(names) == 1 else 's'} {some(names, 3)}"


def _match_header(headers: list[tuple[str, ...]], fmt: Format) -> Match:
    """The row that comes nearest to the header a format wants."""
    best = Match(fmt, 0.0)
    for header in headers:
        missing = tuple(fmt.recognize.lacking(header))
        share = 1 - len(missing) / max(len(fmt.recognize.needed), 1)
        unwanted = tuple(fmt.recognize.unwanted(header)) if not missing else ()
        if share and (share, -len(unwanted)) > (best.share, -len(best.unwanted)):
            best = Match(fmt, share, missing, unwanted)
    return best


def _matches(file: File, kind: str, formats: list[Format]) -> list[Match]:
    """How well a file of a kind fits each of these formats."""
    if kind == "csv":
        dialect = text_files.dialect_of(file, KnownHeaders(*formats))
        return _match_rows(text_files.beginning(file, dialect), formats, (file.stem,))
    if kind == "xlsx":
        return _match_workbook(file, formats)
    if kind == "xml":
        return _match_xml(file, formats)
    if kind == "html":
        page = documents.parse_page(file)
        return [Match(f, 1.0) for f in formats if f.recognize.selector and page.select_one(f.recognize.selector)]
    found = []
    if kind == "json":
        doc = documents.json_document(file)
        for fmt in formats:  # by the path under which its records come nearest to what the format wants
            records = [documents.records_at(doc, path) or [] for path in fmt.file.records]
            found.append(
                Match(fmt, *max((documents.missing_keys(each, fmt) for each in records), key=lambda pair: pair[0]))
            )
    elif kind == "eml":
        there = messages.field_names(file)
        for fmt in (fmt for fmt in formats if fmt.recognize.keys):  # another kind says nothing of a message's fields
            missing = tuple(key for key in fmt.recognize.keys if key.casefold() not in there)
            found.append(Match(fmt, 1 - len(missing) / len(fmt.recognize.keys), missing))
    else:
        tables = documents.database_columns(file)
        for fmt in formats:
            missing = tuple(fmt.recognize.missing(tables.get(fmt.recognize.table, ())))
            found.append(Match(fmt, 1 - len(missing) / max(len(fmt.recognize.header), 1), missing))
    return found


def _match_rows(rows: list, formats: list[Format], titles: Sequence[str] = (), *, aligned: bool = False) -> list[Match]:
    """A header decides; where there is none, what stands in the rows does."""
    knows = KnownHeaders(*formats)
    fitting: dict[str, Match] = {}
    for place, (_, cells) in enumerate(rows[: headers.ROWS]):
        for fmt in knows.fitting(cells):
            fitting.setdefault(fmt.name, _match_under(fmt, headers.as_heading(cells, 0).names, rows[place + 1 :]))
    if not any(match.fits for match in fitting.values()):
        fitting |= {fmt.name: Match(fmt, 1.0) for fmt in formats if grids.fits_positions(rows, fmt, aligned=aligned)}
    if any(match.fits for match in fitting.values()):
        return list(fitting.values())
    candidates = [headers.as_heading(cells, 0).names for _, cells in rows]
    others = [fmt for fmt in formats if fmt.recognize.header and fmt.name not in fitting]
    return [*fitting.values(), *(_match_header(candidates, fmt) for fmt in others), *_match_logs(rows, formats, titles)]


def _match_logs(
    rows: list, formats: list[Format], titles: Sequence[str] = (), tied: Iterable[headers.Heading] = ()
) -> list[Match]:
    """The formats of hand-kept logs: how much of what makes one is there."""
    matches = []
    for fmt in formats:
        found = headers.find_log(rows, fmt, titles, tied) if fmt.recognize.words else None
        if found:
            share = 1.0 if headers.is_log(found, fmt) else max(found.weight, 0) / (fmt.recognize.enough + 1)
            matches.append(Match(fmt, share, (), (), by_words=True))
        elif fmt.recognize.words and (missing := headers.missing_from_log(rows, fmt)):
            matches.append(Match(fmt, _NEAR, tuple(missing), (), by_words=True))
    return matches


def _match_under(fmt: Format, header: tuple[str, ...], rows: list) -> Match:
    """A format that needs no more than this header; where listed columns are not there, the cells must fit too."""
    absent = len(fmt.recognize.missing(header))
    odd = odd_column(fmt, header, [cells for _, cells in rows]) if absent else ""
    return Match(fmt, 1.0, odd=odd, absent=absent, listed=len(fmt.recognize.header) - absent)


def _match_workbook(file: File, formats: list[Format]) -> list[Match]:
    matches: list[Match] = []
    for sheet in workbooks.opened_workbook(file).sheets:
        candidates = [fmt for fmt in formats if workbooks.may_hold(sheet, fmt)]
        rows = sheet.beginning if candidates else []
        found = [m for m in _match_rows(rows, candidates, sheet.titles, aligned=True) if not m.by_words]
        if not any(m.fits for m in found):
            with_header = [fmt for fmt in candidates if fmt.recognize.header and rows]
            tied = [(fmt, workbooks.heading_of(sheet, rows, fmt)) for fmt in with_header]
            found += [_match_under(f, h.names, [row for row in rows if row[0] > h.last]) for f, h in tied if h]
            found += _match_logs(rows, candidates, sheet.titles, workbooks.merged_headings(sheet, rows))
        matches += found
    return matches


def _match_xml(file: File, formats: list[Format]) -> list[Match]:
    """All of the file is looked at: where texts and calls lie in one file, the calls may come last."""
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
