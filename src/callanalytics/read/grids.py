"""From numbered rows of cells and a heading to a table: no row is lost, and each that is odd says why."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import fold
from callanalytics.read import above, letters
from callanalytics.read.file import File
from callanalytics.read.headings import Cells, Heading, Numbered
from callanalytics.read.regular import Irregular
from callanalytics.read.table import BLANKS, Builder, Odd, TextTable, counted, filled

# "Total", "Totals", "Subtotal of Msg's", "Total calls: 132"; a caller may well be named Total Something.
_TOTAL = (
    r"(?i)^(?:grand|sub|overall)?[ -]?totals?"
    r"(?:$|\s*[:=]|\s+(?:of|for|number|calls?|records?|rows?|minutes?|duration|time)\b)"
)
_COUNTED = re.compile(r"(?i)total (?:number of )?(?:calls|rows|records|entries)\D{0,3}(\d[\d,]*)\s*$")
_SQL_TYPE = (
    r"(?i)^(?:INTEGER|INT|BIGINT|SMALLINT|FLOAT|DOUBLE|BOOLEAN|DATE|TIMESTAMP|TEXT|UNIQUEIDENTIFIER"
    r"|N?(?:VAR)?CHAR ?\(\d+\))$"
)


MOST_AROUND = 200  # rows around a table that are kept


class Grid:
    """The rows under one heading, taken one by one.

    `aligned`: columns stand under each other whatever is empty (a sheet), so that a short row is no damage
    and text beside the table belongs to no column. In a text file a row of another width is refused; `wanted` says
    what would have been right.
    """

    def __init__(self, heading: Heading, *, aligned: bool, wanted: str = ""):
        self.wanted = wanted or f"{counted(len(heading.names), 'cell')}, as in the header (row {heading.row})"
        self.heading, self.aligned, self.width = heading, aligned, len(heading.names)
        self.cells, self.rows = Builder(heading.names).finish()[:2]
        self.odd: list[Odd] = []
        self.beside = self.above = 0
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
        """A row of another width brought to the table's, or None where it is blank or odd."""
        if cells is None:
            self.odd.append(
                Odd(number, "quote", "a quotation mark opens and does not close", 'a closing " in the cell')
            )
            return None
        filled = [place for place, cell in enumerate(cells, 1) if cell and cell.strip(BLANKS)]
        if not filled:
            return None
        is_beside = filled[-1] > self.width and (self.aligned or len(cells) <= self.heading.cells)
        self.beside += is_beside
        self.note_around(cells[self.width :])
        if self.aligned or is_beside or (len(cells) > self.width and filled[-1] <= self.width):
            return [*cells[: self.width], *[None] * (self.width - len(cells))]
        self.note_around(cells)
        self.odd.append(self._of_other_width(number, cells, len(filled)))
        return None

    def note_around(self, cells: Cells) -> None:
        """Keep what stands around the table: it may explain what stands in it."""
        if len(self.around) < MOST_AROUND and (filled := tuple(filter(None, (c.strip(BLANKS) for c in cells if c)))):
            self.around.append(filled)

    def _of_other_width(self, number: int, cells: Cells, filled: int) -> Odd:
        first = next(cell.strip(BLANKS) for cell in cells if cell and cell.strip(BLANKS))
        count = counted(1 if filled == 1 else len(cells), "cell")
        if re.match(_TOTAL, first):
            return Odd(number, "total", stated_total(cells), outcome="set_aside")
        return Odd(number, "width", count, self.wanted)

    def with_rows_above(self, numbered: Iterable[Numbered]) -> Grid:
        """Put back what stands above the header and is a row of its table all the same."""
        # In a text file a line of fewer cells is no row of this table: totals of another block, a preamble.
        numbered = list(numbered)
        whole = [(number, cells) for number, cells in numbered if self.aligned or len(cells) >= self.width]
        found = above.rows([row for row in whole if row[0] < self.heading.row], self.cells, self.width)
        for number, cells in numbered:
            if number < self.heading.row:
                self.note_around(cells)
        if found:
            builder = Builder(self.heading.names)
            for number, cells in found:
                builder.add(number, [*cells[: self.width], *[None] * (self.width - len(cells))])
            cells, rows, _ = builder.finish()
            self.cells, self.rows = pa.concat_tables([cells, self.cells]), np.concatenate([rows, self.rows])
            self.above = len(found)
        return self

    def narrowed(self, heading: Heading) -> Grid:
        """The same rows under some of the columns."""
        self.heading, self.width, self.cells = heading, len(heading.names), self.cells.select(list(heading.names))
        return self

    def plain(self, file: File, cells: pa.Table, rows: np.ndarray, notes: Iterable[str]) -> TextTable:
        """Some rows of a file as a table by themselves; :class:`Irregular` where one of them may be odd."""
        may_be_odd = self.heading.beside or self.heading.names[0][:1].isdigit() or _may_hold_a_total(cells)
        may_be_odd = may_be_odd or _has_words(cells.column(0), self._says_header)
        if may_be_odd or all(re.match(_SQL_TYPE, cell or "") for cell in _row(cells, 0)):
            raise Irregular
        kept = filled(cells)
        if not kept.all():
            cells, rows = cells.filter(pa.array(kept)), rows[kept]
        told = {"notes": tuple(notes), "header_row": self.heading.row}
        return TextTable((file,), "", "csv", self.heading.names, cells, rows, np.zeros(len(rows), np.int32), **told)

    def _says_header(self, texts: pa.Array) -> pa.Array:
        return pc.equal(pc.utf8_lower(texts), self.heading.names[0].lower())

    def table(self, file: File, sheet: str, kind: str, notes: Iterable[str] = ()) -> TextTable:
        cells, rows = self._without_types(self.cells, self.rows)
        kept, odd = self._told_apart(cells, rows)
        cells, rows = cells.filter(pa.array(kept)), rows[kept]
        odd = sorted([*self.odd, *odd], key=lambda o: o.row)
        notes = [*notes, *self._notes(len(rows), odd)]
        odd = _titles_of_headers(odd, rows)
        member = np.zeros(len(rows), np.int32)
        told = {"odd": tuple(odd), "notes": tuple(notes), "header_row": self.heading.row, "around": tuple(self.around)}
        return TextTable((file,), sheet, kind, self.heading.names, cells, rows, member, **told)

    def _without_types(self, cells: pa.Table, rows: np.ndarray) -> tuple[pa.Table, np.ndarray]:
        """Leave out the row of SQL types that some systems write under the header; it is no call."""
        if not cells.num_rows:
            return cells, rows
        first = [cell for cell in _row(cells, 0) if cell]
        is_types = len(first) == self.width and all(map(is_sql_type, first))
        return (cells.slice(1), rows[1:]) if is_types else (cells, rows)

    def _told_apart(self, cells: pa.Table, rows: np.ndarray) -> tuple[np.ndarray, list[Odd]]:
        """Which rows are the table's; the header repeated and the totals among them are set aside."""
        kept = filled(cells)
        if not cells.num_rows:
            return kept, []
        aside = [(i, "header", "") for i in self._repeats(cells)]
        aside += [(i, "total", stated_total(_row(cells, i))) for i in _totals(cells)]
        kept[[i for i, *_ in aside]] = False
        return kept, [Odd(int(rows[i]), reason, found, outcome="set_aside") for i, reason, found in aside]

    def _repeats(self, cells: pa.Table) -> list[int]:
        """Places of rows that say the header again; a column without a name is empty there."""
        header = [fold(name) for name in self.heading.names]
        alike = pc.fill_null(self._says_header(cells.column(0)), False)
        return [
            i
            for i in np.flatnonzero(alike.to_numpy()).tolist()
            if all(
                fold(cell or "") == name or (not cell and name.startswith("(column"))
                for cell, name in zip(_row(cells, i), header, strict=True)
            )
        ]

    def _notes(self, count: int, odd: list[Odd]) -> list[str]:
        notes = []
        if self.heading.beside:
            notes.append(f"far to the right of the header something stands in cell {self.heading.beside:,}: no column")
        if self.above:
            notes.append(f"the header stands in row {self.heading.row}; {counted(self.above, 'row')} above it read too")
        if self.beside:
            notes.append(f"text to the right of the last named column was not read ({counted(self.beside, 'row')})")
        stated = {o.found for o in odd if o.reason == "total" and o.found}
        rejected = sum(o.outcome == "reject" for o in odd)
        if len(stated) == 1 and int(stated := stated.pop()) != count + rejected:
            notes.append(f"the file's own total says {stated}; there are {counted(count + rejected, 'row')}")
        return notes


def is_sql_type(cell: str | None) -> bool:
    """Whether a cell is the name of an SQL type."""
    return bool(re.match(_SQL_TYPE, cell or ""))


def _row(cells: pa.Table, place: int) -> list[str | None]:
    return [column[place].as_py() for column in cells.columns]


def _may_hold_a_total(cells: pa.Table) -> bool:
    """Whether some cell reads like a total, of those that may be the first of their row."""
    for column in cells.columns:
        if _has_words(column, lambda texts: pc.match_substring_regex(texts, _TOTAL)):
            return True
        if not column.null_count:
            return False
    return False


def _has_words(column: pa.ChunkedArray, test) -> bool:
    """Whether some text of a column, of those that begin with no digit, fits a test.

    Where the column is a dictionary, each different text is looked at once.
    """
    chunks = [c.dictionary if pa.types.is_dictionary(c.type) else c for c in column.chunks]
    return any(pc.any(test(chunk.filter(pa.array(_begins_with_no_digit(chunk))))).as_py() for chunk in chunks)


def _begins_with_no_digit(texts: pa.Array) -> np.ndarray:
    first, _ = letters.ends(texts)
    return (first < ord("0")) | (first > ord("9"))


def _totals(cells: pa.Table) -> list[int]:
    """Places of rows whose first words are those of a total."""
    matches = pc.match_substring_regex(pc.coalesce(*cells.columns), _TOTAL)
    return np.flatnonzero(pc.fill_null(matches, False).to_numpy(zero_copy_only=False)).tolist()


def stated_total(cells: Cells) -> str:
    """The number of calls that a line of totals states, "" where it states another kind of total."""
    match = _COUNTED.match(" ".join(c.strip(BLANKS) for c in cells if c and c.strip(BLANKS)))
    return match[1].replace(",", "") if match else ""


def _titles_of_headers(odd: list[Odd], rows: np.ndarray) -> list[Odd]:
    """A line of one cell right above a repeated header is its title, not a damaged call."""
    headers = np.array([o.row for o in odd if o.reason == "header"], np.int64)
    if not len(headers):
        return odd
    places = np.array([o.row for o in odd], np.int64)
    next_header = np.append(headers, np.iinfo(np.int64).max)[np.searchsorted(headers, places, side="right")]
    next_row = np.append(rows, np.iinfo(np.int64).max)[np.searchsorted(rows, places, side="right")]
    told = []
    for o, header, row in zip(odd, next_header.tolist(), next_row.tolist(), strict=True):
        is_title = o.reason == "width" and o.found == "1 cell" and header < row
        told.append(Odd(o.row, "header", outcome="set_aside") if is_title else o)
    return told
