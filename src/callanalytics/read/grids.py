"""Numbered rows of cells and a heading become a table: no row is lost, and each odd row has its reason.

Two kinds of file need more than a heading. A file without a header is recognized by its first rows and put under
columns named by position. A stacked file has several blocks below one another, each with lines above its header; some
blocks hold no calls.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format, fold
from callanalytics.formats.derived_columns import heads_days
from callanalytics.lazy import regex
from callanalytics.read.file import File
from callanalytics.read.headers import Cells, Heading, KnownHeaders, Numbered, as_heading, rows_above
from callanalytics.read.table import (
    BLANKS,
    Builder,
    Odd,
    TextTable,
    column_names,
    filled,
)
from callanalytics.values.dates import MONTH_NAME
from callanalytics.wording import plural

_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}"
# "Totals", "Subtotal of Msg's", "Subtotal ext. 101", "Total calls: 132", "Total 3/1/2022", as a spreadsheet writes it
# "3/1/2022 Total"; but a caller may be named Total Something.
_TOTAL = (
    r"(?i)^(?:(?:page|report|group)[ -])?"
    rf"(?:grand|sub|overall|running|month(?:ly)?|week(?:ly)?|daily|quarter(?:ly)?|q[1-4]|year(?:ly)?|ytd|{MONTH_NAME})?"
    r"[ -]?totals?"
    r"(?:$|\s*[:=(]|\s+(?:of|for|number|calls?|records?|rows?|minutes?|duration|time)\b"
    rf"|\s+(?:ext(?:ension)?\.? ?)?\d{{2,6}}$|\s+{_DAY}$)|^{_DAY}\s+totals?$"
    r"|^(?:gesamt(?:summe|zahl)?|insgesamt|summe|suma|totale[ns]?|totaux)(?:$|\s*[:=(])"
)
# A report's remarks about itself, on a line below its calls; a damaged row of calls never has these words.
_FOOTER = (
    r"(?i)^\W*(?:\(c\)|©|copyright\b|confidential\b.{0,60}$|all rights reserved|end of (?:report|file|list)"
    r"|(?:report |file )?(?:generated|created|exported|printed|produced|downloaded)(?: (?:by|on|at|from)\b|:? \d)"
    r"|powered by\b|page \d+ of \d+|\d[\d,]* (?:records?|calls?|entries|results)(?: found)?\W*$)"
)
_COUNTED = regex(r"(?i)total (?:number of )?(?:calls|rows|records|entries)\D{0,3}(\d[\d,]*)\s*$")
_SQL_TYPE = (
    r"(?i)^(?:INTEGER|INT|BIGINT|SMALLINT|FLOAT|DOUBLE|BOOLEAN|DATE|TIMESTAMP|TEXT|UNIQUEIDENTIFIER"
    r"|N?(?:VAR)?CHAR ?\(\d+\))$"
)

MAX_ROWS_AROUND = 200  # rows around a table that are kept


class Grid:
    """The rows under one heading, added one by one.

    `aligned`: columns stay aligned even if cells are empty (a sheet), so a short row is not damaged, and text to the
    right of the table belongs to no column. In a text file a row of another width is refused; `wanted` states the
    correct width.
    """

    def __init__(self, heading: Heading, *, aligned: bool, wanted: str = ""):
        self.wanted = wanted or f"{plural(len(heading.names), 'cell')}, as in the header (row {heading.row})"
        self.heading, self.aligned, self.width = heading, aligned, len(heading.names)
        self.cells = pa.Table.from_arrays([pa.array([], pa.string())] * self.width, list(heading.names))
        self.rows = np.zeros(0, np.int32)
        self.odd: list[Odd] = []
        self.n_beside = self.n_above = 0  # rows with text right of the table; rows above the header that belong to it
        self.around: list[tuple[str, ...]] = []

    def take(self, rows: Iterable[tuple[int, Cells | None]]) -> Grid:
        builder = Builder(self.heading.names)
        last, width, add = self.heading.last, self.width, builder.add
        for number, cells in rows:
            if number <= last:
                continue
            if cells is None or len(cells) != width:
                cells = self._fitted(number, cells)
                if cells is None:
                    continue
            add(number, cells)
        self.cells, self.rows, _ = builder.finish()
        return self

    def _fitted(self, number: int, cells: Cells | None) -> Cells | None:
        """A row of another width fitted to the table's; None if it is blank or odd."""
        if cells is None:
            self.odd.append(
                Odd(number, "quote", "an opening quotation mark has no closing one", 'a closing " in the cell')
            )
            return None
        filled = [column for column, cell in enumerate(cells, 1) if cell and cell.strip(BLANKS)]
        if not filled:
            return None
        is_beside = filled[-1] > self.width and (self.aligned or len(cells) <= self.heading.cells)
        self.n_beside += is_beside
        self.note_around(cells[self.width :])
        is_heading = filled == [1] and heads_days(cells[0] or "")  # the day of the rows under it
        if self.aligned or is_beside or is_heading or (len(cells) > self.width and filled[-1] <= self.width):
            return [*cells[: self.width], *[None] * (self.width - len(cells))]
        self.note_around(cells)
        if reason := _reason_aside(cells):
            self.odd.append(Odd(number, reason, stated_total(cells), outcome="set_aside"))
        else:
            count = plural(1 if len(filled) == 1 else len(cells), "cell")
            self.odd.append(Odd(number, "width", count, self.wanted))
        return None

    def note_around(self, cells: Cells) -> None:
        """Keep text around the table, which may explain its cells."""
        if len(self.around) < MAX_ROWS_AROUND and (
            filled := tuple(filter(None, (c.strip(BLANKS) for c in cells if c)))
        ):
            self.around.append(filled)

    def with_rows_above(self, numbered: Iterable[Numbered]) -> Grid:
        """Add the rows above the header that belong to its table."""
        above = [row for row in numbered if row[0] < self.heading.row]
        for _, cells in above:
            self.note_around(cells)
        # In a text file a line with fewer cells is not a row of this table: totals of another block, a preamble.
        whole = [(number, cells) for number, cells in above if self.aligned or len(cells) >= self.width]
        if whole and not self.heading.is_made and (found := rows_above(whole, self.cells, self.width)):
            builder = Builder(self.heading.names)
            for number, cells in found:
                builder.add(number, [*cells[: self.width], *[None] * (self.width - len(cells))])
            cells, rows, _ = builder.finish()
            self.cells, self.rows = pa.concat_tables([cells, self.cells]), np.concatenate([rows, self.rows])
            self.n_above = len(found)
        return self

    def narrowed(self, heading: Heading) -> Grid:
        """The same rows, with only some of the columns."""
        self.heading, self.width, self.cells = heading, len(heading.names), self.cells.select(list(heading.names))
        return self

    def table(self, file: File, sheet: str, kind: str, notes: Iterable[str] = ()) -> TextTable:
        cells, rows, odd = self.cells, self.rows, [*self.odd]
        first = [cell for cell in _row(cells, 0) if cell] if cells.num_rows else []
        if first and len(first) == self.width and all(map(is_sql_type, first)):
            cells, rows = cells.slice(1), rows[1:]  # some systems write SQL types under the header
        cells = self._in_order(cells)
        kept = filled(cells)
        for index, reason, found in self._rows_aside(cells) if cells.num_rows else ():
            kept[index] = False
            odd.append(Odd(int(rows[index]), reason, found, outcome="set_aside"))
        if not kept.all():  # do not copy a million rows for nothing
            cells, rows = cells.filter(pa.array(kept)), rows[kept]
        odd.sort(key=lambda o: o.row)
        notes = [*notes, *self._notes(len(rows), odd)]
        odd = _titles_of_headers(odd, rows)
        member = np.zeros(len(rows), np.int32)
        return TextTable(
            (file,), sheet, kind, self.heading.names, cells, rows, member, tuple(odd), tuple(notes), self.heading.row,
            tuple(self.around),
        )  # fmt: skip

    def _rows_aside(self, cells: pa.Table) -> Iterator[tuple[int, str, str]]:
        """Indices of rows outside the table, with the reason and the total they state: headers, totals, footers."""
        yield from ((i, "header", "") for i in self._repeats(cells))
        found = pc.match_substring_regex(pc.coalesce(*cells.columns), f"{_TOTAL}|{_FOOTER}")
        for i in np.flatnonzero(pc.fill_null(found, False).to_numpy(zero_copy_only=False)).tolist():
            if reason := _reason_aside(row := _row(cells, i)):
                yield i, reason, stated_total(row)

    def _in_order(self, cells: pa.Table) -> pa.Table:
        """The cells under their own names where a header below, as of a file pasted under another, has another order.

        Such a header then has the same order as the first one.
        """
        header = [*map(fold, self.heading.names)]
        may_be = pc.is_in(pc.utf8_lower(cells.column(0)), pa.array({name.lower() for name in self.heading.names}))
        for i in np.flatnonzero(may_be.to_numpy()).tolist():
            order = [*map(fold, column_names(_row(cells, i)))]
            if order != header and sorted(order) == sorted(header):
                below = cells.slice(i).select([order.index(name) for name in header])
                cells = pa.concat_tables([cells.slice(0, i), below.rename_columns(cells.column_names)])
        return cells

    def _repeats(self, cells: pa.Table) -> list[int]:
        """Indices of rows that repeat the header, and of the line above it on each page.

        In a header of several rows, each names a part of a column, or nothing.
        """
        header, is_tied = [fold(name) for name in self.heading.names], self.heading.last > self.heading.row

        def is_again(row: list[str | None]) -> bool:
            if not is_tied:
                return [*map(fold, column_names(row))] == header
            parts = (not cell or f" {fold(cell)} " in f" {name} " for cell, name in zip(row, header, strict=True))
            return any(row) and all(parts)

        first = pa.array([self.heading.names[0].lower(), *header[0].split() * is_tied, *[None] * is_tied])
        may_be = np.flatnonzero(pc.is_in(pc.utf8_lower(cells.column(0)), first).to_numpy())
        rows = ((i, _row(cells, i)) for i in may_be.tolist())
        again = [i for i, row in rows if is_again(row)]
        above = (i - 1 for i in again if i and tuple(filter(None, _row(cells, i - 1))) in self.around)
        return sorted({*again, *above})

    def _notes(self, count: int, odd: list[Odd]) -> list[str]:
        notes = []
        if self.heading.stray_cell:
            notes.append(f"ignored: text far to the right of the header, in cell {self.heading.stray_cell:,}")
        if self.heading.is_made:
            names = ", ".join(name for name in self.heading.names if not name.startswith("("))
            notes.append(f"no row names the columns, so they were read by their contents, as {names}")
        if self.n_above:
            notes.append(f"the header is in row {self.heading.row}; {plural(self.n_above, 'row')} above it read too")
        if self.n_beside:
            notes.append(f"text to the right of the last named column was not read ({plural(self.n_beside, 'row')})")
        stated = {o.found for o in odd if o.reason == "total" and o.found}
        rejected = sum(o.outcome == "reject" for o in odd)
        if len(stated) == 1 and int(total := stated.pop()) != count + rejected:
            notes.append(f"the file's own total says {total}; there are {plural(count + rejected, 'row')}")
        return notes


def is_sql_type(cell: str | None) -> bool:
    """Whether a cell names an SQL type."""
    return bool(re.match(_SQL_TYPE, cell or ""))


def _row(cells: pa.Table, index: int) -> list[str | None]:
    return [column[index].as_py() for column in cells.columns]


def _reason_aside(cells: Cells) -> str:
    """Why a row is outside the table: a line of totals, or a remark about the report; "" for any other row."""
    first, *others = (text for cell in cells if (text := (cell or "").strip(BLANKS)))
    return "total" if re.match(_TOTAL, first) else "no_call" if not others and re.match(_FOOTER, first) else ""


def stated_total(cells: Cells) -> str:
    """The number of calls that a line of totals states; "" if it states another kind of total."""
    match = _COUNTED.match(" ".join(c.strip(BLANKS) for c in cells if c and c.strip(BLANKS)))
    return match[1].replace(",", "") if match else ""


def _titles_of_headers(odd: list[Odd], rows: np.ndarray) -> list[Odd]:
    """Set aside a line of one cell right above a repeated header: it is a title, not a damaged call."""
    headers = [o.row for o in odd if o.reason == "header"]

    def is_title(o: Odd) -> bool:
        if o.reason != "width" or o.found != "1 cell" or o.row > max(headers, default=0):
            return False
        header = headers[bisect(headers, o.row)]
        return bool(np.searchsorted(rows, o.row) == np.searchsorted(rows, header))  # no call between

    return [Odd(o.row, "header", outcome="set_aside") if is_title(o) else o for o in odd]


Names = tuple[str, ...]


def fits_positions(rows: Sequence[Numbered], fmt: Format, *, aligned: bool = False) -> bool:
    """Whether more than half of the first rows fit this format's positions; a damaged row proves nothing."""
    if not fmt.file.columns.groups:
        return False
    placing = Placing(fmt, aligned=aligned)
    return 2 * sum(placing.knows(cells) for _, cells in rows) > len(rows)


class Placing:
    """Puts the rows of one file under their columns; ``seen`` lists the columns that any row had.

    `aligned`: in a sheet a row may end before its last columns if those are empty. In a text file only extra empty
    cells at the end are accepted.
    """

    def __init__(self, fmt: Format, *, aligned: bool = False):
        self.positions, self.when, self.aligned = fmt.file.columns, fmt.recognize.cells, aligned
        self.widths = sorted(self.positions.by_width)
        self.seen: dict[Names, None] = {}

    @property
    def wanted(self) -> str:
        """The number of cells a row may have, for a message."""
        first, last = self.widths[0], self.widths[-1]
        return f"{first} to {last} cells" if last > first else plural(first, "cell")

    def knows(self, cells: Cells) -> bool:
        """Whether a row has the width and the cells that the format describes."""
        return any(self.positions.columns_of_row(row, self.when) for row in self._shapes(cells))

    def layout(self, cells: Cells) -> tuple[Names, Cells] | None:
        """The columns of a row and their cells; None if no row of the format has its width."""
        shapes = list(self._shapes(cells))
        for row in shapes:
            if names := self.positions.columns_of_row(row, self.when):
                return names, row
        return (self.positions.by_width[len(shapes[0])][0], shapes[0]) if shapes else None

    def rows(self, records: Iterable[tuple[int, Cells | None]]) -> Iterator[tuple[int, Cells | None]]:
        """Each row with a cell for every column of the format; a row of another width stays unchanged."""
        index_of = {name: index for index, name in enumerate(self.positions.names)}
        for number, cells in records:
            found = self.layout(cells) if cells and any(c and c.strip(BLANKS) for c in cells) else None
            if found is None:
                yield number, cells
                continue
            names, row = found
            self.seen.setdefault(names)
            spread: list[str | None] = [None] * len(index_of)
            for name, cell in zip(names, row, strict=True):
                spread[index_of[name]] = cell
            yield number, spread

    def heading(self) -> Heading:
        """The columns that occurred, or all columns if no row fit."""
        occurred = {name for names in self.seen for name in names} or set(self.positions.names)
        return Heading(tuple(name for name in self.positions.names if name in occurred), 0, 0)

    def _shapes(self, cells: Cells) -> Iterator[Cells]:
        """The cells in each width they may be meant to have: in a sheet, every width that holds the filled cells."""
        filled = max((number for number, cell in enumerate(cells, 1) if cell and cell.strip(BLANKS)), default=0)
        if not filled:
            return
        if not self.aligned and len(cells) in self.positions.by_width:
            yield cells
        for width in self.widths:
            if filled <= width and (self.aligned or width < len(cells)):
                yield [*cells[:width], *[None] * (width - len(cells))]


_MORE_THAN_TITLE = 4  # filled cells in a line that is longer than any title


class Blocks:
    """The rows of the blocks that hold calls; rows of other blocks are in ``odd``.

    Lines above the header of a block belong to it and are not rows. A line of another width is passed on unchanged as a
    damaged row if no header follows it, or if it has at least half of a row's cells and no label.
    """

    def __init__(self, fmt: Format, first: Heading):
        self.fmt, self.knows, self.first = fmt, KnownHeaders(fmt), first
        labels = tuple(fmt.file.above)  # a file column with the name of a label is a different column
        columns = column_names((*labels, *first.names))[len(labels) :]
        self.heading = Heading((*columns, *labels), first.row, 0)
        self.odd: list[Odd] = []
        self._labels: dict[str, str | None] = dict.fromkeys(fmt.file.above)
        self._pending: list[tuple[int, Cells]] = []
        self._places: list[int | None] | None = None  # of wanted columns in this block
        self._reason, self._width = "", 0

    def rows(self, records: Iterable[tuple[int, Cells | None]]) -> Iterator[tuple[int, Cells | None]]:
        for number, cells in records:
            if cells is None:
                yield number, None
            elif _n_filled(cells):
                yield from self._line(number, cells)
        yield from self._pending

    def columns_of(self, number: int, cells: Cells | None) -> tuple[str | None, ...]:
        """Take the next line; return the columns of its cells if it is a row of a block with calls."""
        if cells is None or not _n_filled(cells):
            return ()
        is_row = any(row == number for row, _ in self._line(number, cells))
        if not is_row or self._reason or len(cells) != self._width:
            return ()
        columns: list[str | None] = [None] * self._width
        for name, index in zip(self.first.names, self._places or (), strict=False):
            if index is not None:
                columns[index] = name
        return tuple(columns)

    def _line(self, number: int, cells: Cells) -> Iterator[tuple[int, Cells]]:
        if self.knows(cells):
            yield from self._begin_block(cells, "")
        elif other := next((o for o in self.fmt.file.others if o.fits(column_names(cells))), None):
            yield from self._begin_block(cells, other.reason)
        elif not self._width or len(cells) != self._width:
            self._pending.append((number, cells))
        elif self._reason:
            self.odd.append(Odd(number, self._reason, outcome="set_aside"))
        else:
            wanted = [None if index is None else cells[index] for index in self._places or ()]
            yield number, [*wanted, *self._labels.values()]

    def _begin_block(self, cells: Cells, reason: str) -> Iterator[tuple[int, Cells]]:
        """Start a block: pending lines stood above its header, except those too long to be a title."""
        for number, line in self._pending:
            if not self._noted(line) and self._width and _n_filled(line) >= min(_MORE_THAN_TITLE, self._width / 2):
                yield number, line
        self._pending, self._reason = [], reason
        block_names = as_heading(cells, 0).names
        self._width = len(cells)
        self._places = [block_names.index(name) if name in block_names else None for name in self.first.names]

    def _noted(self, line: Cells) -> bool:
        """Whether a line has a label that the format wants; the value next to it is kept."""
        found = False
        for label, value in zip(line, [*line[1:], None], strict=False):
            for name, tests in self.fmt.file.above.items():
                if value and any(test.fits((label or "").strip(BLANKS)) for test in tests):
                    self._labels[name], found = value, True
        return found


def _n_filled(cells: Cells) -> int:
    return sum(bool(cell and cell.strip(BLANKS)) for cell in cells)
