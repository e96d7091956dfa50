"""The result of reading a file: rows of text under the file's own column names, and the odd rows.

Texts are checked as bytes in numpy if that is several times faster than Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.errors import UnreadableFile
from callanalytics.read.file import File

# Python strips most of these, but not NUL, the DOS end mark (1A), the byte order mark, and the zero-width space.
BLANKS = " \t\r\n\v\f\0\x1a\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff\u200b" + "".join(
    chr(c) for c in range(0x2000, 0x200B)
)
WIDEST = 16_384  # columns: the most that a spreadsheet can have
BLOCK = 1 << 16  # rows held as Python text at one time


@dataclass(frozen=True)
class Odd:
    """A file row outside its table: refused (``reject``), or of a known other kind (``set_aside``)."""

    row: int
    reason: str
    found: str = ""
    wanted: str = ""
    outcome: str = "reject"
    member: int = 0


@dataclass(frozen=True, eq=False)
class TextTable:
    """The rows of one file, sheet, or folder of pages, as text.

    Attributes
    ----------
    files : the file, or the pages that each gave a row
    sheet, kind : the sheet's name ("" if none); csv, xlsx, json, xml, html, eml, or database
    header : the column names in the file, blanks folded, made unique by " (2)"
    cells : one string column for each; null = empty or absent, otherwise the text without outer blanks
    rows : row number of each, as the file shows it
    member : index into ``files`` of each row
    odd : the other rows of the file. Every row is in ``cells`` or here; blank rows, the header, and lines above it
        do not count as rows
    notes : what a person should know
    around : the filled cells of rows above, next to, or below the table, or on a sheet without a table
    is_office : whether this sheet describes the office; its rows are not counted
    dates_beside : the cells of the date columns on the workbook's other sheets
    promises_beside : those of them whose row mentions a promise or a callback
    """

    files: tuple[File, ...]
    sheet: str
    kind: str
    header: tuple[str, ...]
    cells: pa.Table
    rows: np.ndarray
    member: np.ndarray
    odd: tuple[Odd, ...] = ()
    notes: tuple[str, ...] = ()
    header_row: int = 0
    around: tuple[tuple[str, ...], ...] = ()
    is_office: bool = False
    dates_beside: tuple[str, ...] = ()
    promises_beside: tuple[str, ...] = ()

    @property
    def file(self) -> File:
        return self.files[0]

    def __len__(self) -> int:
        """Number of rows in the file: those of ``cells`` and the odd ones."""
        return self.cells.num_rows + len(self.odd)


@dataclass
class Builder:
    """Collects rows of text one by one into an Arrow table; the block size limits memory."""

    header: tuple[str, ...]
    _done: list[pa.Table] = field(default_factory=list)
    _block: list[Sequence[str | None]] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _members: list[int] = field(default_factory=list)
    blank: list[tuple[int, int]] = field(default_factory=list)  # row and member of blank rows

    def add(self, number: int, cells: Sequence[str | None], member: int = 0) -> None:
        self._block.append(cells)
        self._numbers.append(number)
        self._members.append(member)
        if len(self._block) == BLOCK:
            self._flush()

    def _flush(self) -> None:
        columns = list(zip(*self._block, strict=True)) or [()] * len(self.header)
        arrays = [cleaned(pa.array(column, pa.string())) for column in columns]
        self._done.append(pa.Table.from_arrays(arrays, names=list(self.header)))
        self._block = []

    def finish(self) -> tuple[pa.Table, np.ndarray, np.ndarray]:
        """The cells, the row numbers, and the members; blank rows are left out and listed in ``blank``."""
        self._flush()
        cells = pa.concat_tables(self._done)
        rows, member = np.array(self._numbers, np.int32), np.array(self._members, np.int32)
        kept = filled(cells)
        if kept.all():
            return cells, rows, member
        self.blank = list(zip(rows[~kept].tolist(), member[~kept].tolist(), strict=True))
        return cells.filter(pa.array(kept)), rows[kept], member[kept]

    def empty(self) -> list[Odd]:
        """The blank rows as rows set aside, for files in which a row is a record and not a line."""
        return [Odd(row, "empty", outcome="set_aside", member=member) for row, member in self.blank]


def cleaned(cells: pa.Array | pa.ChunkedArray):
    """Text without its outer blanks; null if nothing is left."""
    if isinstance(cells, pa.ChunkedArray):
        return pa.chunked_array([cleaned(chunk) for chunk in cells.chunks], pa.string())
    first, last = end_bytes(cells)
    if first.all() and not _may_be_blank(first).any() and not _may_be_blank(last).any():
        return cells  # true for most columns of most exports
    trimmed = pc.utf8_trim(cells, characters=BLANKS)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _may_be_blank(letter: np.ndarray) -> np.ndarray:
    return (letter <= ord(" ")) | (letter > 0x7F)


def filled(cells: pa.Table) -> np.ndarray:
    """Whether each row holds anything."""
    kept = np.zeros(cells.num_rows, bool)
    for column in cells.columns:
        kept |= column.is_valid().to_numpy()
    return kept


def column_names(cells: Iterable[str | None]) -> tuple[str, ...]:
    """The header as column names: blanks folded, empty ones named by position, equal ones numbered.

    >>> column_names(["Date", " Call  Time ", "", "Date"])
    ('Date', 'Call Time', '(column 3)', 'Date (2)')
    """
    given: dict[str, None] = {}
    next_of: dict[str, int] = {}  # a row taken for a header may repeat one word three thousand times
    for number, cell in enumerate(cells, 1):
        name = " ".join((cell or "").strip(BLANKS).split()) or f"(column {number})"
        unique, again = name, next_of.get(name, 2)
        while unique in given:
            unique, again = f"{name} ({again})", again + 1
        given[unique], next_of[name] = None, again
    return tuple(given)


def refuse_too_wide(columns: int, file: File) -> None:
    """Refuse a table of thousands of columns, which no phone system or person fills, because each costs time."""
    if columns > WIDEST:
        raise UnreadableFile(
            f"{file.shown} is not a call log",
            found=f"{columns:,} columns",
            wanted="a row for each call, and a column for each fact about it",
        )


# ---- texts as bytes -----------------------------------------------------------------------------------------------


def end_bytes(texts: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last byte of each text; 0 if it is empty or null.

    >>> [end.tobytes() for end in end_bytes(pa.array(["ab", "", "c", None]))]
    [b'a\\x00c\\x00', b'b\\x00c\\x00']
    """
    _, offsets, letters = texts.buffers()
    bounds = np.frombuffer(offsets, np.int32) if offsets else np.zeros(1, int)
    bounds = bounds[texts.offset : texts.offset + len(texts) + 1]  # the array may be a slice of a longer one
    first, last = bounds[:-1], bounds[1:] - 1
    if letters is None or not letters.size:
        return np.zeros(len(texts), np.uint8), np.zeros(len(texts), np.uint8)
    codes = np.frombuffer(letters, np.uint8)
    is_empty = last < first
    if not is_empty.any():
        return codes[first], codes[last]
    # An empty text starts where the next one does, possibly past the end: read another byte, then replace it by 0.
    begin, end = (
        np.where(is_empty, 0, codes[np.where(is_empty, 0, indices)]).astype(np.uint8) for indices in (first, last)
    )
    return begin, end
