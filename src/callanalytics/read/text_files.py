"""A text file with delimiters as a table."""

from __future__ import annotations

import itertools

from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.read import delimited, dialects, headings, regular
from callanalytics.read.dialects import Dialect
from callanalytics.read.file import File
from callanalytics.read.grids import Grid
from callanalytics.read.headings import Heading, Knows, Numbered
from callanalytics.read.table import BLANKS, TextTable


def beginning(file: File, dialect: Dialect) -> list[Numbered]:
    """The first rows of the file that hold something."""
    rows = (
        (n, cells)
        for n, cells in delimited.head_records(file, dialect)
        if cells and any(c.strip(BLANKS) for c in cells)
    )
    return list(itertools.islice(rows, headings.ROWS))


def table(file: File, fmt: Format) -> TextTable:
    """The rows under the header that the format wants."""
    knows = Knows(fmt)
    dialect = delimited.dialect_of(file, knows)
    heading = headings.first(beginning(file, dialect), knows)
    if heading is None:
        raise CallLogError(
            f"{file.shown} is no file of the format {fmt.name}",
            wanted=headings.wanted(fmt),
            do="leave out --format; callanalytics check says what the file is",
        )
    return _under(file, heading, dialect)


def unknown_table(file: File) -> TextTable | None:
    """The rows under what is likeliest the header, for a layout nobody has described yet."""
    dialect = dialects.find(delimited.head_lines(file))
    heading = headings.likeliest(beginning(file, dialect))
    return _under(file, heading, dialect) if heading else None


def _under(file: File, heading: Heading, dialect: Dialect) -> TextTable:
    content, notes = file.content(), []
    grid = Grid(heading, aligned=False)
    if regular_cells := regular.cells(content, dialect, heading):
        grid.cells, grid.rows = regular_cells
    else:
        records, notes = delimited.all_records(content, dialect, len(heading.names))
        grid.take(records)
    if dialect != Dialect():
        notes = [*notes, f"read with {dialect}"]
    return grid.table(file, "", "csv", notes)
