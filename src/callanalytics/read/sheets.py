"""The sheets of a workbook as tables: which of them, under which heading, and what is said of the rest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from callanalytics.errors import CallLogError
from callanalytics.formats import Format, fold
from callanalytics.read import by_words, headings, positions
from callanalytics.read.file import File
from callanalytics.read.grids import Grid
from callanalytics.read.headings import Cells, Heading, Knows, Numbered
from callanalytics.read.positions import Placing
from callanalytics.read.sheet_xml import Range
from callanalytics.read.table import Builder, TextTable, counted
from callanalytics.read.workbooks import Sheet, Workbook

_FAR = 200  # sheet rows among which the first thirty that hold something are looked for


def beginning(sheet: Sheet) -> list[Numbered]:
    """The first rows of a sheet that hold something."""
    return list(sheet.rows(until=_FAR))[: headings.ROWS + 1]


def may_hold(sheet: Sheet, fmt: Format) -> bool:
    """Whether a sheet may be one of this format by its name; a hidden sheet is none."""
    wanted = [fold(name) for name in fmt.recognise.sheet]
    return not sheet.is_hidden and (not wanted or fold(sheet.title) in wanted)


def tied(sheet: Sheet, rows: list[Numbered]) -> list[Heading]:
    """Every row that merged cells tie together, as a heading."""
    if not sheet.facts.merged:
        return []
    return [heading for place in range(len(rows[: headings.ROWS])) for heading in _tied(sheet, rows, place)]


def heading_of(sheet: Sheet, rows: list[Numbered], fmt: Format) -> Heading | None:
    """The heading that a format wants, in one row or in two that belong together."""
    if fmt.recognise.words:
        return by_words.heading(rows, fmt, sheet.titles, tied(sheet, rows))
    is_header = Knows(fmt)
    plain = headings.first(rows[: headings.ROWS], is_header)
    return next((heading for heading in tied(sheet, rows) if is_header(heading.names)), plain)


def _tied(sheet: Sheet, rows: list[Numbered], place: int) -> Iterator[Heading]:
    """A row as a heading with its merged cells spread out, and with the row below where some reach into it."""
    number, upper = rows[place]
    ranges = sheet.facts.merged_at(number)
    if not ranges:
        return
    upper = _spread(upper, [r for r in ranges if r.row == number])
    if place + 1 == len(rows) or not any(r.row == number and r.last_row == number + 1 for r in ranges):
        yield headings.heading(upper, number)
        if place + 1 == len(rows) or not by_words.goes_on(rows[place + 1][1]):
            return
    below, lower = rows[place + 1]
    pairs = list(itertools.zip_longest(upper, lower))
    if any(r.last_row > number for r in ranges):
        yield headings.heading([under or over for over, under in pairs], number, below)
    yield headings.heading([" ".join(dict.fromkeys(t for t in pair if t)) for pair in pairs], number, below)


def _spread(cells: Cells, ranges: list[Range]) -> list[str | None]:
    """A cell merged over several columns stands for all of them."""
    spread = list(cells)
    for r in (r for r in ranges if r.column < r.last_column <= len(cells) + 50):
        spread += [None] * (r.last_column - len(spread))
        spread[r.column - 1 : r.last_column] = [spread[r.column - 1]] * (r.last_column - r.column + 1)
    return spread


def tables(file: File, fmt: Format) -> list[TextTable]:
    """Every visible sheet that has this format's header; the sheet about the office beside them."""
    book, found, passed, office, around = Workbook(file), [], [], [], []
    beside = {fold(title) for title in fmt.office.beside} if fmt.office else set()
    for sheet in book.sheets:
        if fmt.office and fold(sheet.title) == fold(fmt.office.sheet):
            office.append(_office(file, sheet))
            continue
        rows = beginning(sheet) if may_hold(sheet, fmt) else []
        if positions.fits(rows, fmt, aligned=True):
            found.append(_without_header(file, sheet, fmt, len(book.sheets)))
        elif rows and not positions.has_no_header(fmt) and (heading := heading_of(sheet, rows, fmt)):
            found.append(_table(file, sheet, heading, len(book.sheets), fmt.computed))
        elif fold(sheet.title) not in beside:
            around += [tuple(cell for cell in cells if cell) for _, cells in rows]
            passed.append(
                f"{sheet.shown} is hidden: not read" if sheet.is_hidden else f"{sheet.shown} holds no {fmt.makes}"
            )
    if not found:
        raise CallLogError(
            f"{file.shown} has no sheet of the format {fmt.name}",
            wanted=headings.wanted(fmt),
            do="unhide the sheet if it is hidden, or leave out --format",
        )
    found = [replace(table, around=(*table.around, *around)) for table in found]
    return [*found, *office] if not passed else [_noted(found[0], passed), *found[1:], *office]


def unknown_tables(file: File) -> list[TextTable]:
    """Each visible sheet under what is likeliest its header."""
    book = Workbook(file)
    found = [(s, headings.likeliest(beginning(s)[: headings.ROWS])) for s in book.sheets if not s.is_hidden]
    return [_table(file, sheet, heading, len(book.sheets)) for sheet, heading in found if heading]


def _noted(table: TextTable, more: list[str]) -> TextTable:
    return replace(table, notes=(*table.notes, *more))


def _table(file: File, sheet: Sheet, heading: Heading, count: int, computed=()) -> TextTable:
    """A sheet under its heading; formulas of the ``computed`` columns are not missed where they have no value."""
    top = beginning(sheet)  # first: what the sheet notes is of its last reading
    grid = Grid(heading, aligned=True).take(sheet.rows()).with_rows_above(top)
    own = {fold(name) for column in computed for name in column}
    letters = {_letter(place) for place, name in enumerate(heading.names, 1) if fold(name) in own}
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
        f"{counted(len(merged), 'merged cell')} below the header (row {rows}): the text counts for the first cell only"
    ]


def _inexact(sheet: Sheet, heading: Heading) -> list[str]:
    named = [heading.names[place] for place in sorted(sheet.inexact) if place < len(heading.names)]
    return [f'column "{name}" has numbers of more than 15 digits: Excel has changed their ends to 0' for name in named]


def _office(file: File, sheet: Sheet) -> TextTable:
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
