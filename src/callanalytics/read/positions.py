"""Tables without a header: known by what stands in their first rows, and put under columns named by their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from callanalytics.formats import Format
from callanalytics.read.headings import Cells, Heading, Numbered
from callanalytics.read.table import BLANKS, counted

Names = tuple[str, ...]


def has_no_header(fmt: Format) -> bool:
    """Whether files of a format begin with their first call."""
    return bool(fmt.file.columns.groups)


def fits(rows: Sequence[Numbered], fmt: Format, *, aligned: bool = False) -> bool:
    """Whether more than half of the first rows are rows of this format: one that is damaged proves nothing."""
    placing = Placing(fmt, aligned=aligned)
    return has_no_header(fmt) and 2 * sum(placing.knows(cells) for _, cells in rows) > len(rows)


class Placing:
    """The rows of one file put under their columns; ``seen`` are the columns that any of them had.

    `aligned`: in a sheet a row may end before its last columns, where those are empty. In a text file only a
    delimiter too many at the end is forgiven.
    """

    def __init__(self, fmt: Format, *, aligned: bool = False):
        self.positions, self.when, self.aligned = fmt.file.columns, fmt.recognise.cells, aligned
        self.widths = sorted(self.positions.by_width)
        self.seen: dict[Names, None] = {}

    @property
    def wanted(self) -> str:
        """How many cells a row may have, for a message."""
        first, last = self.widths[0], self.widths[-1]
        return f"{first} to {last} cells" if last > first else counted(first, "cell")

    def knows(self, cells: Cells) -> bool:
        """Whether a row has a width and cells as the format says."""
        return any(self.positions.columns_of_row(row, self.when) for row in self._shapes(cells))

    def layout(self, cells: Cells) -> tuple[Names, Cells] | None:
        """The columns of a row and their cells; None where no row of the format has its width."""
        shapes = list(self._shapes(cells))
        for row in shapes:
            if names := self.positions.columns_of_row(row, self.when):
                return names, row
        return (self.positions.by_width[len(shapes[0])][0], shapes[0]) if shapes else None

    def rows(self, records: Iterable[tuple[int, Cells | None]]) -> Iterator[tuple[int, Cells | None]]:
        """Each row with a cell for every column of the format; one of another width as it is."""
        places = {name: place for place, name in enumerate(self.positions.names)}
        for number, cells in records:
            found = self.layout(cells) if cells and any(c and c.strip(BLANKS) for c in cells) else None
            if found is None:
                yield number, cells
                continue
            names, row = found
            self.seen.setdefault(names)
            spread: list[str | None] = [None] * len(places)
            for name, cell in zip(names, row, strict=True):
                spread[places[name]] = cell
            yield number, spread

    def heading(self) -> Heading:
        """The columns that occurred; all of them where no row did."""
        occurred = {name for names in self.seen for name in names} or set(self.positions.names)
        return Heading(tuple(name for name in self.positions.names if name in occurred), 0, 0)

    def _shapes(self, cells: Cells) -> Iterator[Cells]:
        """The cells in the widths that they may be meant to have: in a sheet the narrowest that holds what is there."""
        filled = max((place for place, cell in enumerate(cells, 1) if cell and cell.strip(BLANKS)), default=0)
        if not filled:
            return
        if not self.aligned and len(cells) in self.positions.by_width:
            yield cells
        for width in self.widths:
            if filled <= width and (self.aligned or width < len(cells)):
                yield [*cells[:width], *[None] * (width - len(cells))]
