"""A text file with delimiters as a table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.read import blocks, by_words, delimited, dialects, headings, positions, regular
from callanalytics.read.blocks import Blocks
from callanalytics.read.dialects import Dialect
from callanalytics.read.file import File
from callanalytics.read.grids import Grid
from callanalytics.read.headings import Heading, Knows, Numbered
from callanalytics.read.positions import Placing
from callanalytics.read.regular import Irregular
from callanalytics.read.table import BLANKS, TextTable, refuse_too_wide


def beginning(file: File, dialect: Dialect) -> list[Numbered]:
    """The first rows of the file that hold something."""
    rows = (
        (n, cells)
        for n, cells in delimited.head_records(file, dialect)
        if cells and any(c.strip(BLANKS) for c in cells)
    )
    return list(itertools.islice(rows, headings.ROWS))


def table(file: File, fmt: Format) -> TextTable:
    """The rows under the header that the format wants, or all rows where it says that there is none."""
    knows = Knows(fmt)
    dialect = delimited.dialect_of(file, knows)
    rows = beginning(file, dialect)
    if positions.fits(rows, fmt):
        return _without_header(file, fmt, dialect)
    heading = _heading(file, rows, fmt, knows)
    if heading is None:
        raise CallLogError(
            f"{file.shown} is no file of the format {fmt.name}",
            wanted=headings.wanted(fmt),
            do="leave out --format; `callanalytics check` says what the file is",
        )
    return _of_blocks(file, fmt, heading, dialect) if blocks.is_stacked(fmt) else _under(file, heading, dialect)


def _heading(file: File, rows: list[Numbered], fmt: Format, knows: Knows) -> Heading | None:
    if positions.has_no_header(fmt):
        return None
    return by_words.heading(rows, fmt, (file.stem,)) if fmt.recognise.words else headings.first(rows, knows)


def portions(file: File, fmt: Format, size: int = regular.LINES) -> Iterator[TextTable]:
    """The same rows some at a time, of a regular file with one header and no odd row.

    Raises
    ------
    Irregular
        At the first place where the file is anything else; it must then be read whole.
    """
    knows = Knows(fmt)
    dialect = delimited.dialect_of(file, knows)
    rows = beginning(file, dialect)
    heading = _heading(file, rows, fmt, knows)
    if heading is None or rows[0][0] < heading.row or positions.has_no_header(fmt) or blocks.is_stacked(fmt):
        raise Irregular
    grid = Grid(heading, aligned=False)
    for cells, rows in regular.portions(file, dialect, heading, size):
        yield grid.plain(file, cells, rows, _said(dialect))


def unknown_table(file: File) -> TextTable | None:
    """The rows under what is likeliest the header, for a layout nobody has described yet."""
    dialect = dialects.find(delimited.head_lines(file))
    heading = headings.likeliest(beginning(file, dialect))
    if heading:
        refuse_too_wide(len(heading.names), file)
    return _under(file, heading, dialect) if heading else None


def _under(file: File, heading: Heading, dialect: Dialect) -> TextTable:
    content, notes = file.content(), []
    grid = Grid(heading, aligned=False)
    if regular_cells := regular.cells(content, dialect, heading):
        grid.cells, grid.rows = regular_cells
    else:
        records, notes = delimited.all_records(content, dialect, len(heading.names))
        grid.take(records)
    grid.with_rows_above(beginning(file, dialect))
    return grid.table(file, "", "csv", [*notes, *_said(dialect)])


def _of_blocks(file: File, fmt: Format, first: Heading, dialect: Dialect) -> TextTable:
    """The rows of the blocks that hold calls, one table."""
    records, notes = delimited.all_records(file.content(), dialect)
    stacked = Blocks(fmt, first)
    grid = Grid(stacked.heading, aligned=False, wanted=f"{len(first.names)} cells, as in the header (row {first.row})")
    grid.take(stacked.rows(records))
    grid.odd += stacked.odd
    return grid.table(file, "", "csv", [*notes, *_said(dialect)])


def _without_header(file: File, fmt: Format, dialect: Dialect) -> TextTable:
    """Every row of the file, under the columns that the format names by their places."""
    content, notes = file.content(), []
    placing = Placing(fmt)
    grid = Grid(Heading(fmt.file.columns.names, 0, 0), aligned=False, wanted=placing.wanted)
    only = _only_layout(file, placing, dialect)
    if only and (regular_cells := regular.cells(content, dialect, only)):
        grid.cells, grid.rows = regular_cells
        grid.heading, grid.width = only, len(only.names)
    else:
        records, notes = delimited.all_records(content, dialect)
        grid.take(placing.rows(records)).narrowed(placing.heading())
    return grid.table(file, "", "csv", [*notes, *_said(dialect)])


def _only_layout(file: File, placing: Placing, dialect: Dialect) -> Heading | None:
    """The columns that every row of the first row's width must have; None where that leaves a choice."""
    first = next((cells for _, cells in beginning(file, dialect)), [])
    layouts = placing.positions.by_width.get(len(first), ())
    return Heading(layouts[0], 0, 0) if len(layouts) == 1 else None


def _said(dialect: Dialect) -> list[str]:
    return [] if dialect == Dialect() else [f"read with {dialect}"]


def laid_out(file: File, fmt: Format) -> Iterator[tuple[int, list[str] | None, tuple[str | None, ...]]]:
    """Every record of the file with its line and, where it may be a row, the column in which each cell stands."""
    knows = Knows(fmt)
    dialect = delimited.dialect_of(file, knows)
    rows = beginning(file, dialect)
    if positions.fits(rows, fmt):
        placing = Placing(fmt)
        for number, cells in delimited.all_records(file.content(), dialect)[0]:
            found = placing.layout(cells) if cells and any(cell.strip(BLANKS) for cell in cells) else None
            yield number, cells, found[0] if found else ()
        return
    heading = _heading(file, rows, fmt, knows)
    if heading is None:
        return
    if blocks.is_stacked(fmt):
        stacked = Blocks(fmt, heading)
        for number, cells in delimited.all_records(file.content(), dialect)[0]:
            yield number, cells, stacked.columns_of(number, cells)
        return
    for number, cells in delimited.all_records(file.content(), dialect, len(heading.names))[0]:
        yield number, cells, () if heading.row <= number <= heading.last else heading.names
