"""Rows above the header that are rows of its table, as in a sheet that somebody sorted with its header."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from callanalytics.read.headings import Cells, Numbered
from callanalytics.read.table import BLANKS

_LOOKED_AT = 200  # rows below the header that show in which columns numbers, dates and times stand
_MOSTLY = 0.8
_DIGIT = re.compile(r"\d")


def rows(above: Sequence[Numbered], below: pa.Table, width: int) -> list[Numbered]:
    """Of the rows above a header, those that are like the rows below it; titles and preambles are not.

    Like them is a row with something in at least half of the columns that hold figures below, and figures in each of
    these. Where nothing stands below, it is a row that fills half of the columns, figures among them.

    >>> below = pa.table({"Date": ["3/15/2022"], "Wait": ["45"], "Outcome": ["Solved"]})
    >>> rows([(1, ["Calls of March", "", ""]), (2, ["3/13/2022", "10", "Solved"])], below, 3)
    [(2, ['3/13/2022', '10', 'Solved'])]
    """
    figures = _columns_of_figures(below.slice(0, _LOOKED_AT))
    return [(number, cells) for number, cells in above if _is_like(cells, figures, width)]


def _columns_of_figures(below: pa.Table) -> list[int]:
    columns = [[cell for cell in column.to_pylist() if cell] for column in below.columns]
    shares = [sum(map(_has_digit, cells)) / len(cells) if cells else 0 for cells in columns]
    return [place for place, share in enumerate(shares) if share >= _MOSTLY]


def _is_like(cells: Cells, figures: list[int], width: int) -> bool:
    told = [(cell or "").strip(BLANKS) for cell in cells]
    if any(told[width:]):
        return False
    told = [*told[:width], *[""] * (width - len(told))]
    if not figures:
        return 2 * sum(map(bool, told)) >= max(4, width) and any(map(_has_digit, told))
    filled = [told[place] for place in figures if told[place]]
    return 2 * len(filled) >= len(figures) and all(map(_has_digit, filled))


def _has_digit(cell: str) -> bool:
    return bool(_DIGIT.search(cell))
