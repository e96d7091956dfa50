"""One writer for each kind of file: the same rows in the same places, every cell as :class:`Replacing` gives it.

Nothing of the original is copied but what a writer names: no properties, no names of members, sheets or styles.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from callanalytics.proposals.peeking import is_column
from callanalytics.read.table import BLANKS
from callanalytics.sharing.cells import FILLED

Change = Callable[[str | None, str | None], str]  # column, text -> what stands there instead


def heading(cell: str | None, place: int, known=frozenset()) -> str:
    """A cell of the header: its words if columns of calls are named so or it is one of `known`, else its place.

    >>> heading("Call Date", 3), heading("Maria Ng", 4), heading("Phone 2025550143", 5)
    ('Call Date', 'column 4', 'column 5')
    """
    said = " ".join(plain(cell).split())
    return said if not said or said in known or is_heading(said) else f"column {place}"


def plain(cell: str | None) -> str:
    """A cell without its outer blanks, as the reader takes them off."""
    return (cell or "").strip(BLANKS)


def is_heading(cell: str | None) -> bool:
    return is_column(cell or "") and not re.search(r"\d{3}", cell or "")


def stray_cell(cell: str | None) -> str:
    """A cell that belongs to no row of the table: that it is filled, and the words of columns in it."""
    said = plain(cell)
    return said if is_heading(said) else FILLED if said else ""


def row(columns, cells, change: Change) -> list[str]:
    """The cells of a row anew; where nothing would be left of it, a mark that it was filled."""
    names = [*columns, *[None] * (len(cells) - len(columns))]
    new = [change(name, cell) for name, cell in zip(names, cells, strict=False)]
    if not any(new):
        new = [FILLED if plain(cell) else "" for cell in cells]
    return new
