"""Where in a sheet or text file the header stands."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callanalytics.formats import Format, fitting, fold
from callanalytics.read.table import BLANKS, names

_APART = 100  # empty cells between two names: what stands behind them is no column of the table
ROWS = 30  # rows, blank ones not counted, among which a header is looked for

Cells = Sequence[str | None]
Numbered = tuple[int, Cells]


@dataclass(frozen=True)
class Heading:
    """The names of the columns, the row they stand in, and the last row that belongs to them.

    ``cells`` is how many cells that row has: those behind the last name are columns without one. ``beside`` is
    the first cell so far to the right that it was not taken for a name, 0 if there is none.
    """

    names: tuple[str, ...]
    row: int
    last: int
    cells: int = 0
    beside: int = 0


class Knows:
    """Whether a row is the header that one of these formats wants, or a row of one that has no header.

    The names of headers are folded once.
    """

    def __init__(self, *formats: Format):
        self._wanted = [
            (fmt, [frozenset(map(fold, column)) for column in fmt.recognise.needed])
            for fmt in formats
            if fmt.recognise.header
        ]
        self._by_words = [fmt for fmt in formats if fmt.recognise.words]
        self._places = [(fmt.file.columns, fmt.recognise.cells) for fmt in formats if fmt.file.columns.groups]

    def __call__(self, cells: Cells) -> bool:
        return self.is_header(cells) or any(places.columns_of_row(cells, when) for places, when in self._places)

    def is_header(self, cells: Cells) -> bool:
        """Whether a row is the header of one of these formats, or by its words may be."""
        return bool(self.fitting(cells)) or any(fitting.is_likely(fmt, names(cells)) for fmt in self._by_words)

    def fitting(self, cells: Cells) -> list[Format]:
        """The formats of which a row is the header."""
        header = names(cells)
        present = {fold(name) for name in header}
        near = (fmt for fmt, wanted in self._wanted if not any(map(present.isdisjoint, wanted)))
        return [fmt for fmt in near if fmt.recognise.fits(header)]


def first_name(column: str) -> str:
    """A column as a message names it: the first of its names.

    >>> first_name("Wait|Hold|Hold time")
    'Wait'
    """
    return column.partition("|")[0]


def wanted(fmt: Format) -> str:
    """The columns of a format, for a message."""
    if fmt.file.columns.groups:
        return "rows without a header: " + ", ".join(fmt.file.columns.names)
    if fmt.recognise.words:
        says = {meaning.name: meaning.says for meaning in fmt.words}
        return "columns that say " + ", ".join([*(says[name] for name in fmt.recognise.words), "how long the wait was"])
    return "the columns " + ", ".join(column[0] for column in fmt.recognise.needed)


def first(rows: Sequence[Numbered], is_header: Callable[[Cells], bool]) -> Heading | None:
    """The first row that is the header."""
    return next((heading(cells, number) for number, cells in rows if is_header(cells)), None)


def heading(cells: Cells, row: int, last: int | None = None) -> Heading:
    """A row taken for the header; what is empty at its end is no column, nor is a word that stands far beside it."""
    filled = [place for place, cell in enumerate(cells, 1) if cell and cell.strip(BLANKS)]
    end = max(filled, default=0)
    width, beside = next((pair for pair in itertools.pairwise(filled) if pair[1] - pair[0] > _APART), (end, 0))
    return Heading(names(cells[:width]), row, last or row, len(cells), beside)


def likeliest(rows: Sequence[Numbered]) -> Heading | None:
    """The header of an unknown table: the first row of the usual width whose cells are all words, and the rows right
    under it that are words too where the rest of the table has numbers."""
    widths = Counter(len(heading(cells, 0).names) for _, cells in rows)
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width), default=0)
    for place, (number, cells) in enumerate(rows):
        found = heading(cells, number)
        if len(found.names) >= usual and all(_is_word(cell) for cell in cells[: len(found.names)]):
            return _with_rows_under(found, rows[place:])
    return None


def _with_rows_under(found: Heading, rows: Sequence[Numbered]) -> Heading:
    """A header with the further rows that belong to it, the words of each column joined."""
    width = len(found.names)
    numeric = [place for place in range(width) if _is_mostly_numbers([cells for _, cells in rows[1:]], place)]
    parts = [rows[0][1]]
    for _, cells in rows[1:]:
        if not numeric or len(cells) < width or not all(_is_word(cells[place]) for place in range(width)):
            break
        parts.append(cells)
    if len(parts) == 1:
        return found
    joined = [" ".join(part[place].strip(BLANKS) for part in parts) for place in range(width)]
    return Heading(names(joined), found.row, rows[len(parts) - 1][0], found.cells, found.beside)


def _is_mostly_numbers(rows: Sequence[Cells], place: int) -> bool:
    told = [cells[place] for cells in rows if place < len(cells) and (cells[place] or "").strip(BLANKS)]
    return bool(told) and 2 * sum(not _is_word(cell) for cell in told) > len(told)


def _is_word(cell: str | None) -> bool:
    return bool(re.search(r"[^\W\d_]", cell or "")) and len(cell or "") <= 60
