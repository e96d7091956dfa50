"""XLSX workbooks, behind a guard against bombs: sheets as rows of text, and their tables.

Cells become text in one canonical form: ``2022-03-01 10:05:00``, ``2022-03-01``, ``10:05:00``, numbers
without a trailing ``.0``, ``TRUE``, ``FALSE``; errors (``#REF!``) stay as they are. Merged cells, hidden rows and
formulas without a value stand only in a sheet's XML.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from callanalytics.errors import CallLogError, Refused, UnreadableFile
from callanalytics.formats import Format, fold
from callanalytics.read import archive, grids, headers, sniff, stacked
from callanalytics.read.file import File
from callanalytics.read.grids import Grid, Placing
from callanalytics.read.headers import Cells, Heading, KnownHeaders, Numbered
from callanalytics.read.table import Builder, Odd, TextTable
from callanalytics.wording import plural


@dataclass(frozen=True)
class Range:
    """A block of merged cells, counted from 1, ends included."""

    column: int
    row: int
    last_column: int
    last_row: int


@dataclass(frozen=True)
class SheetFacts:
    """Merged ranges, numbers of hidden rows that hold something, places (row, column) of formulas without a value."""

    merged: tuple[Range, ...]
    hidden: tuple[int, ...]
    unvalued: tuple[str, ...]

    def merged_at(self, row: int) -> list[Range]:
        return [r for r in self.merged if r.row <= row <= r.last_row]


def sheet_facts(source) -> SheetFacts:
    """Read once through a sheet's XML, keeping nothing of it but the facts."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils import range_boundaries

    merged, hidden, unvalued = [], [], []
    last, data = 0, None
    for event, element in iterparse(source, events=("start", "end")):
        tag = archive.local_name(element.tag)
        if tag == "sheetData":
            data = element
        if event == "start":
            continue
        if tag == "row":
            last = _row_number(element, last)
            if len(element) and element.get("hidden") in ("1", "true"):
                hidden.append(last)
            unvalued += [cell.get("r", "") for cell in element if _has_no_value(cell)]
            data.clear() if data is not None else element.clear()
        elif tag == "mergeCell":
            merged.append(Range(*range_boundaries(element.get("ref"))))
    return SheetFacts(tuple(merged), tuple(hidden), tuple(unvalued))


def _row_number(row, last: int) -> int:
    """Rows go up: the reader of the cells would leave out one that does not."""
    number = int(row.get("r", last + 1))
    if number <= last:
        raise UnreadableFile(
            "the rows of a sheet are out of order",
            found=f"row {number} after row {last}",
            do="open the workbook in Excel, save it as XLSX under a new name, and name that file",
        )
    return number


def _has_no_value(cell) -> bool:
    parts = {archive.local_name(part.tag): part for part in cell}
    return "f" in parts and ("v" not in parts or parts["v"].text is None) and cell.get("t") != "str"


_EXACT = 10**15  # Excel keeps fifteen digits of a number


class Workbook:
    """An XLSX file and its sheets."""

    def __init__(self, file: File):
        self.file = file
        content = io.BytesIO(file.content())
        archive.open_archive(content, file.shown, archive.OF_A_WORKBOOK)
        with _damage_as_sentence(file), _without_warnings():
            if is_open_document(file.content()):
                content = io.BytesIO(archive.as_workbook(file.content()))
            book = _openpyxl().load_workbook(content, read_only=True, data_only=True, keep_links=False)
            sheets = list(book.worksheets)
        self.sheets = tuple(Sheet(self, sheet, place, len(sheets)) for place, sheet in enumerate(sheets, 1))


def opened_workbook(file: File) -> Workbook:
    """The workbook in a file, opened once: a file is identified, and then read."""
    if "workbook" not in file.__dict__:
        file.__dict__["workbook"] = Workbook(file)
    return file.__dict__["workbook"]


def is_open_document(content: bytes) -> bool:
    """Whether the bytes of a workbook are those of an OpenDocument spreadsheet, which has another layout."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return archive.CONTENT in opened.namelist()


class Sheet:
    """One sheet of a workbook. ``shown`` names it by its place: a sheet's name may be a client's."""

    def __init__(self, book: Workbook, sheet, place: int, count: int):
        self._book, self._sheet = book, sheet
        self.title: str = sheet.title
        self.is_hidden = sheet.sheet_state != "visible"
        self.shown = f"sheet {place} of {count}" if count > 1 else "the sheet"
        self.inexact: set[int] = set()  # columns with numbers longer than Excel can keep

    @property
    def titles(self) -> tuple[str, ...]:
        """What the sheet is called, and its workbook."""
        return self.title, self._book.file.stem

    @cached_property
    def facts(self) -> SheetFacts:
        """What the library does not tell: merged cells, hidden rows, formulas without a stored value."""
        # The library opens the sheet's XML by this method itself, and offers no other way to it.
        with _damage_as_sentence(self._book.file), self._sheet._get_source() as source:
            return sheet_facts(source)

    @cached_property
    def beginning(self) -> list[Numbered]:
        """The first rows that hold something."""
        rows: list[Numbered] = list(self.rows(until=_TOP_ROWS))
        return rows[: headers.ROWS + 1]

    def rows(self, until: int | None = None) -> Iterator[tuple[int, list[str | None]]]:
        """Each row that is not empty, with its number, down to the last that a sheet can have."""
        return ((number, texts) for number, texts in self._texts(until) if any(texts))

    def _texts(self, until: int | None) -> Iterator[tuple[int, list[str | None]]]:
        self._sheet.reset_dimensions()  # what a sheet says of its size is often wrong
        rows = enumerate(self._sheet.iter_rows(max_row=until), 1)
        while True:
            with _damage_as_sentence(self._book.file), _without_warnings():
                block = [
                    (number, [self._text(cell, place) for place, cell in enumerate(cells)])
                    for number, cells in itertools.islice(rows, 1000)
                ]
            if not block:
                return
            yield from block

    def _text(self, cell, place: int) -> str | None:
        value = cell.value
        if value is None:
            return None
        if isinstance(value, str):
            return _unescaped(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) >= _EXACT:
                self.inexact.add(place)
            return _number_text(value, cell.number_format)
        if isinstance(value, dt.datetime):
            return _moment_text(value, cell.number_format)
        return _other_text(value)

    def notes(self, computed=frozenset()) -> list[str]:
        """What a person should know of a sheet that was read; of formulas in columns no one reads, nothing."""
        facts, notes = self.facts, []
        unvalued = [cell for cell in facts.unvalued if cell.rstrip("0123456789") not in computed]
        if facts.hidden:
            notes.append(f"read like the others: {plural(len(facts.hidden), 'hidden row')}")
        if unvalued:
            notes.append(
                f"read as empty: {plural(len(unvalued), 'formula')} without a stored value. "
                "Opening the workbook in Excel and saving it stores the values"
            )
        return notes


def _openpyxl():
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise Refused(
            "workbooks are not read while the guard against XML bombs is off",
            do="unset OPENPYXL_DEFUSEDXML, and see that the package defusedxml is installed",
        )
    return openpyxl


@contextmanager
def _without_warnings():
    """Without the library's remarks: on drop-downs it does not know, on serial numbers that are no dates.

    The latter become ``#VALUE!`` and are seen as that.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _damage_as_sentence(file: File):
    """Whatever a damaged workbook makes the libraries raise, as one sentence."""
    try:
        yield
    except CallLogError:
        raise
    except Exception as problem:  # openpyxl raises KeyError, TypeError, BadZipFile, ParseError ... as it comes
        raise UnreadableFile(
            f"{file.shown} could not be read as a workbook",
            found="parts of it are damaged, or written in a way Excel does not write",
            do="open it in Excel, save it as XLSX under a new name, and name that file",
        ) from problem


def _unescaped(text: str) -> str:
    """Excel writes control characters as ``_x000D_``."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def _number_text(value: float, number_format: str) -> str:
    text = str(int(value)) if float(value).is_integer() and abs(value) < 1e300 else repr(value)
    if re.fullmatch(r"0{2,}", number_format) and text.isdigit():
        return text.zfill(len(number_format))  # an ID shown with leading zeros
    return text


def _moment_text(value: dt.datetime, number_format: str) -> str:
    from openpyxl.styles.numbers import is_datetime

    if value.time() == dt.time() and is_datetime(number_format) == "date":
        return value.date().isoformat()
    return value.isoformat(" ")


def _other_text(value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign = "-" if seconds < 0 else ""
        return f"{sign}{abs(seconds) // 3600:02}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


_PROPERTIES = "docProps/core.xml"
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z\s*<")
_PROPERTIES_SIZE = 1 << 16


def saved_at(file: File) -> datetime | None:
    """The moment at which a workbook was last saved, in UTC; none for any other file, or where it says nothing."""
    try:
        if sniff.kind(file) != "xlsx":
            return None
        book = archive.open_archive(io.BytesIO(file.content()), file.shown, archive.OF_A_WORKBOOK)
        properties = archive.read_member(book, book.getinfo(_PROPERTIES), file.shown, _PROPERTIES_SIZE)
    except (CallLogError, KeyError):
        return None
    found = _MODIFIED.search(properties)
    try:
        return datetime.fromisoformat(found[1].decode()).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


_TOP_ROWS = 200  # sheet rows among which the first thirty that hold something are looked for


def may_hold(sheet: Sheet, fmt: Format) -> bool:
    """Whether a sheet may be one of this format by its name; a hidden sheet is none."""
    wanted = [fold(name) for name in fmt.recognize.sheet]
    return not sheet.is_hidden and (not wanted or fold(sheet.title) in wanted)


def merged_headings(sheet: Sheet, rows: list[Numbered]) -> list[Heading]:
    """Every row that merged cells tie together, as a heading."""
    if not sheet.facts.merged:
        return []
    return [heading for place in range(len(rows[: headers.ROWS])) for heading in _merged_at(sheet, rows, place)]


def heading_of(sheet: Sheet, rows: list[Numbered], fmt: Format) -> Heading | None:
    """The heading that a format wants, in one row or in two that belong together."""
    if fmt.recognize.words:
        return headers.log_heading(rows, fmt, sheet.titles, merged_headings(sheet, rows))
    is_header = KnownHeaders(fmt)
    plain = headers.first_heading(rows[: headers.ROWS], is_header)
    return next((heading for heading in merged_headings(sheet, rows) if is_header(heading.names)), plain)


def _merged_at(sheet: Sheet, rows: list[Numbered], place: int) -> Iterator[Heading]:
    """A row as a heading with its merged cells spread out, and with the row below where some reach into it."""
    number, upper = rows[place]
    ranges = sheet.facts.merged_at(number)
    if not ranges:
        return
    upper = _spread(upper, [r for r in ranges if r.row == number])
    if place + 1 == len(rows) or not any(r.row == number and r.last_row == number + 1 for r in ranges):
        yield headers.as_heading(upper, number)
        if place + 1 == len(rows) or not headers.may_continue_header(rows[place + 1][1]):
            return
    below, lower = rows[place + 1]
    pairs = list(itertools.zip_longest(upper, lower))
    if any(r.last_row > number for r in ranges):
        yield headers.as_heading([under or over for over, under in pairs], number, below)
    groups = {over for over, under in pairs if under}
    if len(groups) == 1 < len(pairs) and None not in groups:
        return  # one name over every column is the sheet's title
    yield headers.as_heading([" ".join(dict.fromkeys(t for t in pair if t)) for pair in pairs], number, below)


def _spread(cells: Cells, ranges: list[Range]) -> list[str | None]:
    """A cell merged over several columns stands for all of them."""
    spread = list(cells)
    for r in (r for r in ranges if r.column < r.last_column <= len(cells) + 50):
        spread += [None] * (r.last_column - len(spread))
        spread[r.column - 1 : r.last_column] = [spread[r.column - 1]] * (r.last_column - r.column + 1)
    return spread


def sheet_tables(file: File, fmt: Format) -> list[TextTable]:
    """Every visible sheet that has this format's header; the sheet about the office beside them."""
    book, found, date_columns, passed, office, around = opened_workbook(file), [], [], [], [], []
    del file.__dict__["workbook"]  # no one needs it after this
    known_titles = {fold(title) for title in fmt.office.beside} if fmt.office else set()
    for sheet in book.sheets:
        if fmt.office and fold(sheet.title) == fold(fmt.office.sheet):
            office.append(_office_table(file, sheet))
            continue
        rows = sheet.beginning if may_hold(sheet, fmt) else []
        if grids.fits_positions(rows, fmt, aligned=True):
            found.append(_without_header(file, sheet, fmt, len(book.sheets)))
            date_columns.append("")
        elif rows and not grids.has_no_header(fmt) and (heading := heading_of(sheet, rows, fmt)):
            found.append(_sheet_table(file, sheet, heading, len(book.sheets), fmt))
            date_columns.append(heading.date)
        elif fold(sheet.title) not in known_titles:
            around += [tuple(cell for cell in cells if cell) for _, cells in rows]
            passed.append(
                f"{sheet.shown} is hidden: not read" if sheet.is_hidden else f"{sheet.shown} holds no {fmt.makes}"
            )
    if not found:
        raise UnreadableFile(
            f"{file.shown} has no sheet of the format {fmt.name}",
            wanted=headers.wanted_columns(fmt),
            run="unhide the sheet if it is hidden, or leave out --format",
        )
    found = [replace(table, around=(*table.around, *around)) for table in found]
    found = _with_dates_beside(found, date_columns)
    return [*found, *office] if not passed else [_with_notes(found[0], passed), *found[1:], *office]


def _with_dates_beside(tables: list[TextTable], date_columns: list[str]) -> list[TextTable]:
    """Each sheet with what stands in the other sheets' columns of days."""
    dates = [
        tuple(filter(None, table.cells.column(name).unique().to_pylist())) if name in table.header else ()
        for table, name in zip(tables, date_columns, strict=True)
    ]
    return [
        replace(
            table, dates_beside=tuple(text for other, texts in enumerate(dates) if other != place for text in texts)
        )
        for place, table in enumerate(tables)
    ]


def unknown_sheet_tables(file: File) -> list[TextTable]:
    """Each visible sheet under what is likeliest its header."""
    book = Workbook(file)
    found = [(s, headers.likeliest_heading(s.beginning[: headers.ROWS])) for s in book.sheets if not s.is_hidden]
    return [_sheet_table(file, sheet, heading, len(book.sheets)) for sheet, heading in found if heading]


def _with_notes(table: TextTable, more: list[str]) -> TextTable:
    return replace(table, notes=(*table.notes, *more))


def _sheet_table(file: File, sheet: Sheet, heading: Heading, count: int, fmt: Format | None = None) -> TextTable:
    """A sheet under its heading; formulas of the format's computed columns are not missed where they have no value."""
    rows: Iterable[Numbered] = sheet.rows()
    aside: list[Odd] = []
    if fmt is not None and fmt.recognize.words:
        heading, rows, aside = stacked.unstacked(heading, list(rows), fmt)
    grid = Grid(heading, aligned=True).take(rows).with_rows_above(sheet.beginning)
    grid.odd += aside
    computed_names = {fold(name) for column in (fmt.computed if fmt else ()) for name in column}
    letters = {_letter(place) for place, name in enumerate(heading.names, 1) if fold(name) in computed_names}
    notes = sheet.notes(letters) + _merged_below(sheet, heading) + _inexact(sheet, heading)
    if count > 1:
        notes = [f"{sheet.shown}: {note}" for note in notes]
    return grid.table(file, sheet.title, "xlsx", notes)


def _without_header(file: File, sheet: Sheet, fmt: Format, count: int) -> TextTable:
    """Every row of a sheet that has no header, under the columns that the format names by their places."""
    placing = Placing(fmt, aligned=True)
    grid = Grid(Heading(fmt.file.columns.names, 0, 0), aligned=True, wanted=placing.wanted)
    grid.take(placing.rows(sheet.rows())).narrowed(placing.heading())
    notes = [f"{sheet.shown}: {note}" if count > 1 else note for note in sheet.notes()]
    return grid.table(file, sheet.title, "xlsx", notes)


def _merged_below(sheet: Sheet, heading: Heading) -> list[str]:
    merged = [r for r in sheet.facts.merged if r.last_row > heading.last]
    if not merged:
        return []
    rows = ", ".join(str(r.row) for r in merged[:5]) + (" ..." if len(merged) > 5 else "")
    return [
        f"{plural(len(merged), 'merged cell')} below the header (row {rows}): the text counts for the first cell only"
    ]


def _inexact(sheet: Sheet, heading: Heading) -> list[str]:
    named = [heading.names[place] for place in sorted(sheet.inexact) if place < len(heading.names)]
    return [f'column "{name}" has numbers of more than 15 digits: Excel has changed their ends to 0' for name in named]


def _office_table(file: File, sheet: Sheet) -> TextTable:
    """The sheet about the office, cell by cell: columns A, B, C ..., every row that holds something."""

    rows = list(sheet.rows())
    width = max((len(cells) for _, cells in rows), default=1)
    letters = tuple(_letter(place) for place in range(1, width + 1))
    builder = Builder(letters)
    for number, cells in rows:
        builder.add(number, [*cells, *[None] * (width - len(cells))])
    cells, numbers, member = builder.finish()
    return TextTable((file,), sheet.title, "xlsx", letters, cells, numbers, member, is_office=True)


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(place)
