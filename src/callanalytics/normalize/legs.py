"""Rows that are one call: which row stands for it, and which are its legs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics.formats import Legs
from callanalytics.normalize.cells import EMPTY, Cells


def with_inherited(cells: Cells, legs: Legs | None) -> Cells:
    """The cells with the blanks of legs filled from the first row of their call."""
    if legs is None or not legs.inherit or not cells.n:
        return cells
    group = groups(cells, legs)
    first = _first_of(group)
    columns = cells.columns
    for column in legs.inherit:
        name = cells.name_of(column)
        if name is None:
            continue
        told = cells.texts(column)
        place = np.where(told.codes == EMPTY, first[group], np.arange(cells.n))
        filled = columns.column(name).take(pa.array(place))
        columns = columns.set_column(columns.column_names.index(name), name, filled)
    return Cells(cells.header, columns)


def fold(cells: Cells, legs: Legs | None) -> tuple[np.ndarray, np.ndarray]:
    """For each row whether it stands for its call, and how many rows that call has."""
    if legs is None or not cells.n:
        return np.ones(cells.n, bool), np.ones(cells.n, np.int16)
    group = groups(cells, legs)
    rank = np.full(cells.n, len(legs.master), np.int64)
    for place, when in reversed(list(enumerate(legs.master))):
        rank[cells.fits(when)] = place
    order = np.lexsort((np.arange(cells.n), rank, group))
    sorted_groups = group[order]
    is_master = np.zeros(cells.n, bool)
    is_master[order[np.concatenate([[True], sorted_groups[1:] != sorted_groups[:-1]])]] = True
    sizes = np.bincount(group)[group]
    return is_master, np.minimum(sizes, np.iinfo(np.int16).max).astype(np.int16)


def groups(cells: Cells, legs: Legs) -> np.ndarray:
    """The number of the call to which each row belongs, from 0 in order of appearance."""
    rows = np.arange(cells.n)
    key = cells.joined(legs.group).codes if legs.group else np.full(cells.n, EMPTY, np.int32)
    belongs_above = cells.fits(legs.above) if legs.above else np.zeros(cells.n, bool)
    if legs.group and legs.above is None:
        belongs_above = key == EMPTY
    # A row with a key opens or joins that call; one that belongs above takes the key of the last row before it.
    opens = ~(belongs_above & (key == EMPTY))
    opens[:1] = True
    source = np.maximum.accumulate(np.where(opens, rows, 0))
    keyed = np.where(key == EMPTY, len(rows) + rows, key)[source]
    _, first, group = np.unique(keyed, return_index=True, return_inverse=True)
    by_appearance = np.empty(len(first), np.int64)
    by_appearance[np.argsort(first)] = np.arange(len(first))
    return by_appearance[group.reshape(-1)]


def _first_of(group: np.ndarray) -> np.ndarray:
    return np.unique(group, return_index=True)[1]
