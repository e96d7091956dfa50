"""A table with the letters of its cells spelled out, as a legend beside it says: R = reached, H = hung up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa

from callanalytics.read.table import Odd
from callanalytics.values import legends

WIDE = 60  # columns of a sheet with a legend


def spelled_out(table):
    """The table with its codes spelled out; rows that explain them and hold nothing else are set aside."""
    if len(table.header) > WIDE:
        return table
    rows = list(_filled(table.cells))
    found = legends.groups([*table.around, *_explaining(rows)])
    if not found and not any(map(legends.may_explain, table.header)):
        return table
    is_legend = np.array([legends.is_legend(row) or legends.is_pair(row, found) for row in rows], bool)
    kept = _without(table, is_legend)
    columns = [_spelled(column, found, name) for name, column in zip(kept.header, kept.cells.columns, strict=True)]
    return replace(kept, cells=pa.Table.from_arrays(columns, names=list(kept.header)))


def _filled(cells: pa.Table) -> Iterable[list[str]]:
    """The filled cells of each row."""
    columns = [column.to_pylist() for column in cells.columns]
    return ([text for text in row if text] for row in zip(*columns, strict=True))


def _explaining(rows: list[list[str]]) -> list[list[str]]:
    """Rows of few cells, in which a legend may stand under its table, and single cells that are one beside it."""
    short = [row for row in rows if len(row) <= 3]
    return short + [[text] for row in rows if len(row) > 3 for text in row if legends.may_explain(text)]


def _spelled(column: pa.ChunkedArray, legend, name: str):
    texts = column.to_pylist()
    codes = legends.codes_of([text for text in texts if text], legend, name)
    return (
        pa.array([legends.spelled(text, codes) if text else text for text in texts], pa.string()) if codes else column
    )


def _without(table, is_legend: np.ndarray):
    """The table without its legend's rows, which are set aside."""
    if not is_legend.any():
        return table
    places = np.flatnonzero(is_legend)
    odd = [Odd(int(table.rows[i]), "legend", outcome="set_aside", member=int(table.member[i])) for i in places]
    return replace(
        table,
        cells=table.cells.filter(pa.array(~is_legend)),
        rows=table.rows[~is_legend],
        member=table.member[~is_legend],
        odd=tuple(sorted([*table.odd, *odd], key=lambda each: each.row)),
    )
