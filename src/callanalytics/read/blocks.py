"""Stacked files: several blocks under each other, each with lines above its header, some of them without calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from callanalytics.formats import Format
from callanalytics.read.headings import Cells, Heading, Knows, heading
from callanalytics.read.table import BLANKS, Odd, names

_NO_TITLE = 4  # cells of a line that is longer than any title


def is_stacked(fmt: Format) -> bool:
    """Whether a format's files hold more than one block."""
    return bool(fmt.file.above or fmt.file.others)


class Blocks:
    """The rows of the blocks that hold calls; those of other blocks are in ``odd``.

    What stands above the header of a block belongs to it and is no row. A line of another width that no header
    follows, or that has half of a row's cells or more and no label, is handed on as it is: a damaged row.
    """

    def __init__(self, fmt: Format, first: Heading):
        self.fmt, self.knows, self.first = fmt, Knows(fmt), first
        labels = tuple(fmt.file.above)  # a column of the file that is named like one of them is another column
        columns = names((*labels, *first.names))[len(labels) :]
        self.heading = Heading((*columns, *labels), first.row, 0)
        self.odd: list[Odd] = []
        self._labels: dict[str, str | None] = dict.fromkeys(fmt.file.above)
        self._pending: list[tuple[int, Cells]] = []
        self._places: list[int | None] | None = None  # of the wanted columns in the block at hand; None: other block
        self._reason, self._width = "", 0

    def rows(self, records: Iterable[tuple[int, Cells | None]]) -> Iterator[tuple[int, Cells | None]]:
        for number, cells in records:
            if cells is None:
                yield number, None
            elif _filled(cells):
                yield from self._line(number, cells)
        yield from self._pending

    def columns_of(self, number: int, cells: Cells | None) -> tuple[str | None, ...]:
        """The next line, and the columns in which its cells stand where it is a row of a block with calls."""
        if cells is None or not _filled(cells):
            return ()
        is_row = any(row == number for row, _ in self._line(number, cells))
        if not is_row or self._reason or len(cells) != self._width:
            return ()
        columns: list[str | None] = [None] * self._width
        for name, place in zip(self.first.names, self._places or (), strict=False):
            if place is not None:
                columns[place] = name
        return tuple(columns)

    def _line(self, number: int, cells: Cells) -> Iterator[tuple[int, Cells]]:
        if self.knows(cells):
            yield from self._begin(cells, "")
        elif other := next((o for o in self.fmt.file.others if o.header.fits(names(cells))), None):
            yield from self._begin(cells, other.reason)
        elif not self._width or len(cells) != self._width:
            self._pending.append((number, cells))
        elif self._reason:
            self.odd.append(Odd(number, self._reason, outcome="set_aside"))
        else:
            told = [None if place is None else cells[place] for place in self._places or ()]
            yield number, [*told, *self._labels.values()]

    def _begin(self, cells: Cells, reason: str) -> Iterator[tuple[int, Cells]]:
        """A header: what was pending stood above it, but for lines too long to be a title."""
        for number, line in self._pending:
            if not self._noted(line) and self._width and _filled(line) >= min(_NO_TITLE, self._width / 2):
                yield number, line
        self._pending, self._reason = [], reason
        own = heading(cells, 0).names
        self._width = len(cells)
        self._places = [own.index(name) if name in own else None for name in self.first.names]

    def _noted(self, line: Cells) -> bool:
        """Whether a line has a label that the format wants; what stands beside it is kept."""
        found = False
        for label, value in zip(line, [*line[1:], None], strict=False):
            for name, tests in self.fmt.file.above.items():
                if value and any(test.fits((label or "").strip(BLANKS)) for test in tests):
                    self._labels[name], found = value, True
        return found


def _filled(cells: Cells) -> int:
    return sum(bool(cell and cell.strip(BLANKS)) for cell in cells)
