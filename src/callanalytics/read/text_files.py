"""A text file with delimiters as a table: the careful way, and a short way through one that is regular throughout.

Regular is a file in UTF-8 without NULs or bare CRs, in which every line under the header is one row of as many cells
as the header. The result is then what the careful reader gives (a test holds it to that). At any doubt the careful way
is taken.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from callanalytics.errors import UnreadableFile
from callanalytics.formats import Format
from callanalytics.read import delimited, grids, headers
from callanalytics.read.delimited import Dialect
from callanalytics.read.file import File
from callanalytics.read.grids import Blocks, Grid, Placing
from callanalytics.read.headers import Heading, KnownHeaders, Numbered, as_heading
from callanalytics.read.table import (
    BLANKS,
    TextTable,
    cleaned,
    refuse_too_wide,
)

BLOCK = 1 << 24  # bytes that Arrow takes at one time


class Irregular(Exception):
    """A file that the short way would read otherwise than the careful one."""


def fast_cells(content: bytes, dialect: Dialect, head: Heading) -> tuple[pa.Table, np.ndarray] | None:
    """The rows under the header and their line numbers, read by Arrow; None where a file is not regular."""
    try:
        table = _arrow_cells(_body(content, dialect, head), dialect, len(head.names))
    except Irregular:
        return None
    rows = np.arange(head.last + 1, head.last + 1 + table.num_rows, dtype=np.int32)
    return table.rename_columns(list(head.names)), rows


def _body(content: bytes, dialect: Dialect, head: Heading) -> bytes:
    """What stands under the header line, where the header is no more than that line and something is there."""
    if dialect.quote != '"' or dialect.escaped:
        raise Irregular
    if not head.row:  # a file without a header
        body = content.removeprefix(codecs.BOM_UTF8)
    else:
        start = 0
        for _ in range(head.last):
            begin, start = start, content.find(b"\n", start) + 1
            if not start:
                raise Irregular
        _must_be_plain(content[:start])
        line = _utf8_text(content[begin:start]).lstrip("\ufeff")
        if as_heading(next(dialect.reader([line]), []), head.row).names != head.names:
            raise Irregular
        body = content[start:]
    if not body:
        raise Irregular
    return body


def _arrow_cells(body: bytes, dialect: Dialect, width: int) -> pa.Table:
    """The cells of whole lines."""
    _must_be_plain(body)
    if _differs_in_arrow(body, dialect):
        raise Irregular
    table = _read_by_arrow(body, dialect, width)
    if table.num_rows != body.count(b"\n") + (not body.endswith(b"\n")):
        raise Irregular  # a blank line, or a quote that held several lines
    return pa.Table.from_arrays([cleaned(column) for column in table.columns], table.column_names)


def _must_be_plain(content: bytes) -> None:
    if b"\0" in content or content.count(b"\r") > content.count(b"\r\n"):
        raise Irregular
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Irregular
    if not content.isascii():
        _utf8_text(content)


def _utf8_text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Irregular from None


def _differs_in_arrow(body: bytes, dialect: Dialect) -> bool:
    """Three things that Arrow takes otherwise: a mark of the encoding where the lines begin (it would leave that out,
    and see a quote behind it), a blank before a quote, a quote still open where the lines end."""
    if body.startswith(codecs.BOM_UTF8):
        return True
    if b'"' not in body:
        return False
    if b' "' in body and re.search(rb'(?:^|[\n%s]) +"' % re.escape(dialect.delimiter.encode()), body):
        return True
    end = len(body) - body.endswith(b"\n") - body.endswith(b"\r\n")
    last = body[body.rfind(b"\n", 0, end) + 1 :].decode("utf-8")
    return delimited.ends_in_a_quote(last, dialect)


def _read_by_arrow(body: bytes, dialect: Dialect, width: int) -> pa.Table:
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(width)]
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(body),
            arrow_csv.ReadOptions(
                column_names=names, block_size=min(len(body) + 1, BLOCK), use_threads=len(body) > BLOCK
            ),
            arrow_csv.ParseOptions(delimiter=dialect.delimiter, ignore_empty_lines=False),
            # That it is UTF-8 throughout is known by now.
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        raise Irregular from None


def beginning(file: File, dialect: Dialect) -> list[Numbered]:
    """The first rows of the file that hold something."""
    rows = (
        (n, cells)
        for n, cells in delimited.head_records(file, dialect)
        if cells and any(c.strip(BLANKS) for c in cells)
    )
    return list(itertools.islice(rows, headers.ROWS))


def text_table(file: File, fmt: Format) -> TextTable:
    """The rows under the header that the format wants, or all rows where it says that there is none."""
    knows = KnownHeaders(fmt)
    dialect = delimited.dialect_of(file, knows)
    rows = beginning(file, dialect)
    if grids.fits_positions(rows, fmt):
        return _table_without_header(file, fmt, dialect)
    heading = _heading(file, rows, fmt, knows)
    if heading is None:
        raise UnreadableFile(
            f"{file.shown} is no file of the format {fmt.name}",
            wanted=headers.wanted_columns(fmt),
            run="leave out --format; `callanalytics check FILE` says what the file is",
        )
    return (
        _table_of_blocks(file, fmt, heading, dialect) if grids.is_stacked(fmt) else _table_under(file, heading, dialect)
    )


def _heading(file: File, rows: list[Numbered], fmt: Format, knows: KnownHeaders) -> Heading | None:
    if grids.has_no_header(fmt):
        return None
    return headers.log_heading(rows, fmt, (file.stem,)) if fmt.recognize.words else headers.first_heading(rows, knows)


def unknown_text_table(file: File) -> TextTable | None:
    """The rows under what is likeliest the header, for a layout no one has described yet."""
    dialect = delimited.find_dialect(delimited.head_lines(file))
    heading = headers.likeliest_heading(beginning(file, dialect))
    if heading:
        refuse_too_wide(len(heading.names), file)
    return _table_under(file, heading, dialect) if heading else None


def _table_under(file: File, heading: Heading, dialect: Dialect) -> TextTable:
    content = file.content()
    notes: list[str] = []
    grid = Grid(heading, aligned=False)
    if regular_cells := fast_cells(content, dialect, heading):
        grid.cells, grid.rows = regular_cells
    else:
        records, notes = delimited.all_records(content, dialect, len(heading.names))
        grid.take(records)
    grid.with_rows_above(beginning(file, dialect))
    return grid.table(file, "", "csv", [*notes, *_note_on_dialect(dialect)])


def _table_of_blocks(file: File, fmt: Format, first: Heading, dialect: Dialect) -> TextTable:
    """The rows of the blocks that hold calls, one table."""
    records, notes = delimited.all_records(file.content(), dialect)
    stacked = Blocks(fmt, first)
    grid = Grid(stacked.heading, aligned=False, wanted=f"{len(first.names)} cells, as in the header (row {first.row})")
    grid.take(stacked.rows(records))
    grid.odd += stacked.odd
    return grid.table(file, "", "csv", [*notes, *_note_on_dialect(dialect)])


def _table_without_header(file: File, fmt: Format, dialect: Dialect) -> TextTable:
    """Every row of the file, under the columns that the format names by their places."""
    content = file.content()
    notes: list[str] = []
    placing = Placing(fmt)
    grid = Grid(Heading(fmt.file.columns.names, 0, 0), aligned=False, wanted=placing.wanted)
    only = _only_layout(file, placing, dialect)
    if only and (regular_cells := fast_cells(content, dialect, only)):
        grid.cells, grid.rows = regular_cells
        grid.heading, grid.width = only, len(only.names)
    else:
        records, notes = delimited.all_records(content, dialect)
        grid.take(placing.rows(records)).narrowed(placing.heading())
    return grid.table(file, "", "csv", [*notes, *_note_on_dialect(dialect)])


def _only_layout(file: File, placing: Placing, dialect: Dialect) -> Heading | None:
    """The columns that every row of the first row's width must have; None where that leaves a choice."""
    first = next((cells for _, cells in beginning(file, dialect)), [])
    layouts = placing.positions.by_width.get(len(first), ())
    return Heading(layouts[0], 0, 0) if len(layouts) == 1 else None


def _note_on_dialect(dialect: Dialect) -> list[str]:
    return [] if dialect == Dialect() else [f"read with {dialect}"]


def records_with_columns(file: File, fmt: Format) -> Iterator[tuple[int, list[str] | None, tuple[str | None, ...]]]:
    """Every record of the file with its line and, where it may be a row, the column in which each cell stands."""
    knows = KnownHeaders(fmt)
    dialect = delimited.dialect_of(file, knows)
    rows = beginning(file, dialect)
    if grids.fits_positions(rows, fmt):
        placing = Placing(fmt)
        for number, cells in delimited.all_records(file.content(), dialect)[0]:
            found = placing.layout(cells) if cells and any(cell.strip(BLANKS) for cell in cells) else None
            yield number, cells, found[0] if found else ()
        return
    heading = _heading(file, rows, fmt, knows)
    if heading is None:
        return
    if grids.is_stacked(fmt):
        stacked = Blocks(fmt, heading)
        for number, cells in delimited.all_records(file.content(), dialect)[0]:
            yield number, cells, stacked.columns_of(number, cells)
        return
    for number, cells in delimited.all_records(file.content(), dialect, len(heading.names))[0]:
        yield number, cells, () if heading.row <= number <= heading.last else heading.names
