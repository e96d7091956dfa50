"""XLSX workbooks, checked for bombs: sheets as rows of text, and their tables.

Cells become text in one canonical form: ``2022-03-01 10:05:00``, ``2022-03-01``, ``10:05:00``, numbers
without a trailing ``.0``, ``TRUE``, ``FALSE``; errors (``#REF!``) stay as they are. Only a sheet's XML shows merged
cells, hidden rows, and formulas without a value.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import formats
from callanalytics.errors import CallLogError, Refused, UnreadableFile
from callanalytics.formats import Format, contents, fold, relevance
from callanalytics.lazy import regex
from callanalytics.read import archive, grids, headers, office_documents, pages, stacked
from callanalytics.read.file import File, shown_sheet
from callanalytics.read.grids import Grid, Placing
from callanalytics.read.headers import Cells, Heading, KnownHeaders, Numbered
from callanalytics.read.table import Builder, Odd, TextTable
from callanalytics.wording import plural


class Range(NamedTuple):
    """A block of merged cells, counted from 1, ends included."""

    column: int
    row: int
    last_column: int
    last_row: int


class SheetContent(NamedTuple):
    """The content of a sheet's XML: the rows that hold something, with their numbers, and what is odd about them.

    ``merged`` are blocks of cells. ``hidden`` and ``struck`` are the numbers of rows that hold something and are
    hidden, or have a cell struck through. ``unvalued`` are the cells with a formula and no stored value, and
    ``inexact`` the columns with numbers longer than Excel can keep.
    """

    rows: list[Numbered]
    merged: list[Range]
    hidden: list[int]
    struck: list[int]
    unvalued: list[str]
    inexact: set[int]


_EXACT = 10**15  # Excel keeps fifteen digits of a number


def _content(sheet) -> SheetContent:
    """Read a sheet's XML once, row by row, with the library's own cell reader, and record what is odd in it."""
    from openpyxl.worksheet._reader import FORMULA_TAG, MERGE_TAG, ROW_TAG, VALUE_TAG, MergeCells, WorkSheetParser

    content = SheetContent([], [], [], [], [], set())
    style_of = _style_reader(sheet)
    book = sheet.parent
    parser = WorkSheetParser(None, sheet._shared_strings, True, book.epoch, book._date_formats, book._timedelta_formats)
    # The library itself opens a sheet's XML with this method, and offers no public one.
    for _, element in archive.xml_events(sheet._get_source):
        if element.tag == MERGE_TAG:
            content.merged.extend(Range(*cells.bounds) for cells in MergeCells.from_tree(element).mergeCell)
        if element.tag != ROW_TAG:
            continue
        before = parser.row_counter
        number, cells = parser.parse_row(element)
        if number <= before:  # the library would drop this row
            raise UnreadableFile(
                "the rows of a sheet are out of order",
                found=f"row {number} after row {before}",
                do="open the workbook in Excel, save it as XLSX under a new name, and name that file",
            )
        # A formula that returns text (t="str") may have an empty text as its value.
        formulas = [cell for cell in element if cell.find(FORMULA_TAG) is not None and cell.get("t") != "str"]
        content.unvalued.extend(cell.get("r", "") for cell in formulas if not cell.findtext(VALUE_TAG))
        if len(element) and element.get("hidden") in ("1", "true"):
            content.hidden.append(number)
        element.clear()
        texts: list[str | None] = [None] * (cells[-1]["column"] if cells else 0)
        for cell in cells:
            index, value = cell["column"] - 1, cell["value"]
            if value is None or index >= len(texts):
                continue
            texts[index] = _text(value, style_of, cell)
            if isinstance(value, int | float) and abs(value) >= _EXACT:
                content.inexact.add(index)
        if any(texts):
            content.rows.append((number, texts))
        if any(style_of(cell).is_struck for cell in cells if cell["value"] is not None):
            content.struck.append(number)
    return content


class _Style(NamedTuple):
    """How a cell is shown: its number format, and whether it is struck through."""

    number_format: str = "General"
    is_struck: bool = False


def _style_reader(sheet) -> Callable[[dict], _Style]:
    """A function from a cell to its style, which reads each style once."""
    from openpyxl.cell.read_only import ReadOnlyCell

    styles: dict[int, _Style] = {}

    def style_of(cell: dict) -> _Style:
        if (number := cell["style_id"]) not in styles:
            styles[number] = _Style()
            with suppress(IndexError):  # the workbook lacks the style
                shown = ReadOnlyCell(sheet, **cell)
                styles[number] = _Style(shown.number_format, bool(shown.font.strike))
        return styles[number]

    return style_of


def _text(value, style_of: Callable[[dict], _Style], cell: dict) -> str:
    """The value of a cell in its canonical form."""
    if isinstance(value, str):
        # Excel writes control characters as _x000D_.
        return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        text = str(int(value)) if float(value).is_integer() and abs(value) < 1e300 else repr(value)
        shown = style_of(cell).number_format
        # An ID shown with leading zeros includes them.
        return text.zfill(len(shown)) if re.fullmatch(r"0{2,}", shown) and text.isdigit() else text
    if isinstance(value, dt.datetime):
        from openpyxl.styles.numbers import is_datetime

        is_day = value.time() == dt.time() and is_datetime(style_of(cell).number_format) == "date"
        return value.date().isoformat() if is_day else value.isoformat(" ")
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign = "-" if seconds < 0 else ""
        return f"{sign}{abs(seconds) // 3600:02}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


class Workbook:
    """An XLSX file and its sheets."""

    def __init__(self, file: File):
        import openpyxl

        self.file = file
        is_page = file.kind in ("html", "eml")
        content = io.BytesIO(pages.as_workbook(file) if is_page else file.content())
        self.archive = archive.open_archive(content, file.shown, archive.OF_A_WORKBOOK)
        with _damage_as_sentence(file):
            if not {office_documents.CONTENT, office_documents.WORD}.isdisjoint(self.archive.namelist()):
                content = io.BytesIO(office_documents.as_workbook(file.content()))
            if not openpyxl.DEFUSEDXML:
                raise Refused(
                    "workbooks are not read while the guard against XML bombs is off",
                    do="unset OPENPYXL_DEFUSEDXML, and make sure that the package defusedxml is installed",
                )
            book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
            sheets = list(book.worksheets)
        self.sheets = tuple(Sheet(self, sheet, number, len(sheets)) for number, sheet in enumerate(sheets, 1))


def opened_workbook(file: File) -> Workbook:
    """The workbook in a file, opened once for identifying the file and then reading it."""
    if "workbook" not in file.__dict__:
        file.__dict__["workbook"] = Workbook(file)
    return file.__dict__["workbook"]


class Sheet:
    """One sheet of a workbook. ``shown`` names it by its position if its name may be a client's.

    ``titles`` are the names of the sheet and its workbook.
    """

    def __init__(self, book: Workbook, sheet, number: int, count: int):
        self._file, self._sheet = book.file, sheet
        self.title: str = sheet.title
        self.titles = self.title, book.file.stem
        self.is_hidden = sheet.sheet_state != "visible"
        folder, _, name = sheet._worksheet_path.rpartition("/")
        related = book.archive.read(path) if (path := f"{folder}/_rels/{name}.rels") in book.archive.namelist() else b""
        self.has_comments = b"omment" in related
        named = shown_sheet(sheet.title, number)
        place = f"{named} of {count}" if named == f"sheet {number}" else named
        self.shown = place if count > 1 else "the sheet"

    @cached_property
    def content(self) -> SheetContent:
        """The sheet's rows as text, and what is odd about them."""
        with _damage_as_sentence(self._file):
            return _content(self._sheet)

    @property
    def beginning(self) -> list[Numbered]:
        """The first rows that hold something."""
        return [row for row in self.content.rows[: headers.ROWS + 1] if row[0] <= _TOP_ROWS]

    def notes(self, computed=frozenset()) -> list[str]:
        """What a person should know about a sheet that was read; formulas in columns that no rule reads are ignored."""
        unvalued = [cell for cell in self.content.unvalued if cell.rstrip("0123456789") not in computed]
        notes = [f"read like the others: {plural(len(self.content.hidden), 'hidden row')}"] * bool(self.content.hidden)
        if struck := self.content.struck:
            n = plural(len(struck), "row")
            rows = f"{'row' if len(struck) == 1 else 'rows'} {_first_of(struck)}"
            notes += [f"read like the others: {n} with text struck through ({rows}). Delete rows that do not count"]
        short = (cell for _, cells in self.content.rows for cell in cells if cell and len(cell) <= _LONGEST_KEY)
        parts = (part for cell in short for part in re.split(r"[,;/]", cell))
        colors = {match[1].casefold() for match in map(_COLOR_KEY.match, parts) if match}
        notes += ["not read: colors, though a key says what they mean. Write that in a column"] * (len(colors) > 1)
        notes += [
            "not read: comments attached to cells. Write what they say about a call in a column"
        ] * self.has_comments
        if unvalued:
            notes.append(
                f"read as empty: {plural(len(unvalued), 'formula')} without a stored value. "
                "Opening the workbook in Excel and saving it stores the values"
            )
        return notes


# A cell of a key: green = reached; Yellow: left a message.
_COLOR_KEY = regex(
    r"(?i)\W*(?:light |dark )?(green|yellow|red|orange|blue|purple|pink|gr[ae]y|verde|amarill[oa]|roj[oa]|azul)"
    r"(?: (?:rows?|cells?|highlight\w*))?\s*(?:[=:–—-]|means\b)\s*\w"
)


_LONGEST_KEY = 200  # characters


def _first_of(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:5])) + (" ..." if len(rows) > 5 else "")


@contextmanager
def _damage_as_sentence(file: File):
    """Report any error that a damaged workbook causes in the libraries as one sentence.

    Library warnings are not shown: about drop-downs they do not know, and about serial numbers that are not dates,
    which become ``#VALUE!`` and are visible as that.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except CallLogError:
        raise
    except Exception as problem:  # openpyxl raises KeyError, TypeError, BadZipFile, ParseError ...
        raise UnreadableFile(
            f"{file.shown} could not be read as a workbook",
            found="parts of it are damaged, or not as Excel writes them",
            do="open it in Excel, save it as XLSX under a new name, and name that file",
        ) from problem


_PROPERTIES = "docProps/core.xml"
_MODIFIED = regex(rb"<dcterms:modified[^>]*>\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z\s*<")
_PROPERTIES_SIZE = 1 << 16


def saved_at(file: File) -> datetime | None:
    """The time a workbook was last saved, in UTC; None for other files, or if the workbook does not say."""
    try:
        if pages.kind_read(file) != "xlsx":
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


_TOP_ROWS = 200  # rows of a sheet among which its first rows with content are searched


def may_hold(sheet: Sheet, fmt: Format) -> bool:
    """Whether a sheet's name allows this format; a hidden sheet is excluded."""
    wanted = [fold(name) for name in fmt.recognize.sheet]
    return not sheet.is_hidden and (not wanted or fold(sheet.title) in wanted)


def merged_headings(sheet: Sheet, rows: list[Numbered]) -> list[Heading]:
    """Every row that merged cells hold together, as a heading."""
    if not sheet.content.merged:
        return []
    return [heading for index in range(len(rows[: headers.ROWS])) for heading in _merged_at(sheet, rows, index)]


def heading_of(sheet: Sheet, rows: list[Numbered], fmt: Format) -> Heading | None:
    """The heading that a format needs, in one row or in two that belong together."""
    if fmt.recognize.words:
        return headers.log_heading(rows, fmt, sheet.titles, merged_headings(sheet, rows))
    is_header = KnownHeaders(fmt)
    plain = headers.first_heading(rows[: headers.ROWS], is_header)
    return next((heading for heading in merged_headings(sheet, rows) if is_header(heading.names)), plain)


def _heading_beside(book: Workbook, sheet: Sheet, fmt: Format) -> Heading | None:
    """The heading of a tab that too little shows to be of the log, in a workbook with another tab of calls: a tab with
    the same header against which nothing speaks, or one of callbacks that does not name the agency."""
    if not fmt.recognize.words:
        return None
    rows = sheet.beginning
    tied = merged_headings(sheet, rows)
    found = headers.find_log(rows, fmt, sheet.titles, tied)
    is_of_callbacks = relevance.names_callbacks(sheet.titles[:1])
    if found is None or not (is_of_callbacks or found.weight > 0):
        return None
    others = (each for each in book.sheets if each is not sheet and may_hold(each, fmt))
    beside = list(filter(None, (heading_of(each, each.beginning, fmt) for each in others)))
    if same := [each.date for each in beside if each.names == found.heading.names]:
        return replace(found.heading, date=same[0])
    titles = (*sheet.titles, relevance.AGENCY)
    return headers.log_heading(rows, fmt, titles, tied) if beside and is_of_callbacks else None


def _merged_at(sheet: Sheet, rows: list[Numbered], index: int) -> Iterator[Heading]:
    """A row as a heading with its merged cells spread out, joined with the row below if some cells reach into it."""
    number, upper = rows[index]
    ranges = [r for r in sheet.content.merged if r.row <= number <= r.last_row]
    if not ranges:
        return
    upper = _spread_merged(upper, [r for r in ranges if r.row == number])
    if index + 1 == len(rows) or not any(r.row == number and r.last_row == number + 1 for r in ranges):
        yield headers.as_heading(upper, number)
        if index + 1 == len(rows) or not headers.may_continue_header(rows[index + 1][1]):
            return
    below, lower = rows[index + 1]
    pairs = list(itertools.zip_longest(upper, lower))
    if any(r.last_row > number for r in ranges):
        yield headers.as_heading([under or over for over, under in pairs], number, below)
    groups = {over for over, under in pairs if under}
    if len(groups) == 1 < len(pairs) and None not in groups:
        return  # one name over every column is the sheet's title
    yield headers.as_heading([" ".join(dict.fromkeys(t for t in pair if t)) for pair in pairs], number, below)


def _spread_merged(cells: Cells, ranges: list[Range]) -> list[str | None]:
    """Repeat a cell merged over several columns in all of them."""
    spread = list(cells)
    for r in (r for r in ranges if r.column < r.last_column <= len(cells) + 50):
        spread += [None] * (r.last_column - len(spread))
        spread[r.column - 1 : r.last_column] = [spread[r.column - 1]] * (r.last_column - r.column + 1)
    return spread


def sheet_tables(file: File, fmt: Format) -> list[TextTable]:
    """Every visible sheet with this format's header, and then the sheet about the office."""
    book = opened_workbook(file)
    found, date_columns, passed, office, around = [], [], [], [], []
    del file.__dict__["workbook"]  # not needed after this
    known_titles = {fold(title) for title in fmt.office.beside} if fmt.office else set()
    for sheet in book.sheets:
        if fmt.office and fold(sheet.title) == fold(fmt.office.sheet):
            office.append(_office_table(file, sheet))
            continue
        rows = sheet.beginning if may_hold(sheet, fmt) else []
        if grids.fits_positions(rows, fmt, aligned=True):
            found.append(_without_header(file, sheet, fmt, len(book.sheets)))
            date_columns.append("")
        elif (
            rows
            and not fmt.file.columns.groups
            and (heading := heading_of(sheet, rows, fmt) or _heading_beside(book, sheet, fmt))
        ):
            whole = _sheet_table(file, sheet, heading, len(book.sheets), fmt)
            over = dict(rows).get(heading.row - (heading.row == heading.last), ())
            parts = stacked.side_by_side(whole, heading.date, over) if fmt.recognize.words else [whole]
            found += parts
            date_columns += [heading.date] * len(parts)
        elif fold(sheet.title) not in known_titles:
            around += [tuple(cell for cell in cells if cell) for _, cells in rows]
            passed.append(_why_passed(sheet, fmt))
    if not found:
        raise UnreadableFile(
            f"{file.shown} has no sheet of the format {fmt.name}",
            wanted=headers.wanted_columns(fmt),
            run="unhide the sheet if it is hidden, or leave out --format",
        )
    found[0] = replace(found[0], notes=(*found[0].notes, *passed))
    return [*_with_what_is_beside(found, date_columns, around), *office]


def _with_what_is_beside(found: list[TextTable], date_columns: list[str], around: list) -> list[TextTable]:
    """The tables of a workbook, each with the words around them and the dates and promises of its other sheets.

    Dates on other sheets may prove the order of day and month for a sheet whose own dates do not.
    """
    days = [_days_and_promises(table, name) for table, name in zip(found, date_columns, strict=True)]
    tables = []
    for index, table in enumerate(found):
        others = (*days[:index], *days[index + 1 :])
        dates, promises = (tuple(text for each in others for text in each[side]) for side in (0, 1))
        around_it = (*table.around, *around)
        tables.append(replace(table, around=around_it, dates_beside=dates, promises_beside=promises))
    return tables


_PROMISING = r"(?i)call(?:ed|s)?[ -]?back|will call|\bcb\b|promis|\b(?:24|48|72) ?h|\b30 d"


def _days_and_promises(table: TextTable, name: str) -> list[list[str]]:
    """The unique cells of a sheet's date column, and each in whose row a cell, or its header, mentions a callback."""
    if name not in table.header:
        return [[], []]
    days, mentions = table.cells.column(name), pa.array(np.zeros(table.cells.num_rows, bool))
    for header, cells in zip(table.header, table.cells.columns, strict=True):
        is_headed = re.search(_PROMISING, header)
        telling = pc.is_valid(cells) if is_headed else pc.match_substring_regex(cells, _PROMISING)
        mentions = pc.or_(mentions, pc.fill_null(telling, False))
    return [list(filter(None, texts.to_pylist())) for texts in (days.unique(), days.filter(mentions))]


def _why_passed(sheet: Sheet, fmt: Format) -> str:
    """Why a sheet of a workbook is not read, in the receipt's words."""
    if sheet.is_hidden:
        return f"{sheet.shown} is hidden: not read"
    by_hand = formats.load()["hand_sheet"]
    if fmt is not by_hand and may_hold(sheet, by_hand) and heading_of(sheet, sheet.beginning, by_hand):
        return f"{sheet.shown} looks like a hand-kept call log and was not read: save it as a separate file"
    dated = [row for _, row in sheet.beginning if sum(map(bool, row)) >= contents.MIN_CELLS and any(map(_is_day, row))]
    if fmt is by_hand and dated:
        n = f"{len(dated)} of its first rows {'have' if dated[1:] else 'has'} dates"
        return f"{sheet.shown} was not read, but {n}. If they are calls, name its columns as other sheets do"
    return f"{sheet.shown} has no {fmt.makes}"


def _is_day(cell: str | None) -> bool:
    return bool(cell and contents.KINDS.date.match(cell))


def unknown_sheet_tables(file: File) -> list[TextTable]:
    """Each visible sheet under its likeliest header."""
    book = Workbook(file)
    found = [(sheet, _likeliest_heading(sheet)) for sheet in book.sheets if not sheet.is_hidden]
    return [_sheet_table(file, sheet, heading, len(book.sheets)) for sheet, heading in found if heading]


def _likeliest_heading(sheet: Sheet) -> Heading | None:
    """The header of an unknown sheet: the first two rows that merged cells tie together and that name every column, the
    upper name before the lower, or else one row."""
    rows = sheet.beginning[: headers.ROWS]
    tied = [each for each in merged_headings(sheet, rows) if each.last > each.row and headers.names_every_column(each)]
    return [each for each in tied if each.row == tied[0].row][-1] if tied else headers.likeliest_heading(rows)


def _sheet_table(file: File, sheet: Sheet, heading: Heading, count: int, fmt: Format | None = None) -> TextTable:
    """A sheet under its heading; the format's computed columns may have formulas without a value."""
    content = sheet.content
    rows: Iterable[Numbered] = content.rows
    aside: list[Odd] = []
    if fmt is not None and fmt.recognize.words:
        heading, rows, aside = stacked.unstacked(heading, content.rows, fmt)
    grid = Grid(heading, aligned=True).take(rows).with_rows_above(sheet.beginning)
    grid.odd += aside
    computed_names = {fold(name) for column in (fmt.computed if fmt else ()) for name in column}
    notes = sheet.notes({_letter(n) for n, name in enumerate(heading.names, 1) if fold(name) in computed_names})
    if merged := [r.row for r in content.merged if r.last_row > heading.last]:
        below = f"{plural(len(merged), 'merged cell')} below the header (row {_first_of(merged)})"
        notes.append(f"{below}: the text counts for the first cell only")
    for name in (heading.names[index] for index in sorted(content.inexact) if index < len(heading.names)):
        notes.append(f'column "{name}" has numbers of more than 15 digits: Excel has replaced the last digits with 0')
    return grid.table(file, sheet.title, "xlsx", [f"{sheet.shown}: {note}" if count > 1 else note for note in notes])


def _without_header(file: File, sheet: Sheet, fmt: Format, count: int) -> TextTable:
    """Every row of a sheet without a header, under the columns that the format names by position."""
    placing = Placing(fmt, aligned=True)
    grid = Grid(Heading(fmt.file.columns.names, 0, 0), aligned=True, wanted=placing.wanted)
    grid.take(placing.rows(sheet.content.rows)).narrowed(placing.heading())
    notes = [f"{sheet.shown}: {note}" if count > 1 else note for note in sheet.notes()]
    return grid.table(file, sheet.title, "xlsx", notes)


def _office_table(file: File, sheet: Sheet) -> TextTable:
    """The sheet about the office, cell by cell: columns A, B, C ..., and every row that holds something."""
    rows = sheet.content.rows
    width = max((len(cells) for _, cells in rows), default=1)
    letters = tuple(_letter(column) for column in range(1, width + 1))
    builder = Builder(letters)
    for number, cells in rows:
        builder.add(number, [*cells, *[None] * (width - len(cells))])
    cells, numbers, member = builder.finish()
    return TextTable((file,), sheet.title, "xlsx", letters, cells, numbers, member, is_office=True)


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)
