"""Rows that are one call: which row stands for it, and which are its legs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Legs
from callanalytics.normalize.cells import Cells, Texts
from callanalytics.normalize.numbering import EMPTY

# How "none" is written where a key should stand; taken for a key, it would make one call of all such rows.
NO_KEY = {"0", "na", "n/a", "-", "--", "null", "none"}


def with_inherited(cells: Cells, legs: Legs, group: np.ndarray) -> Cells:
    """The cells with the blanks of legs filled from the first row of their call."""
    first = np.unique(group, return_index=True)[1]
    columns = cells.columns
    for column in legs.inherit:
        name = cells.name_of(column)
        if name is None:
            continue
        place = np.where(cells.texts(column).codes == EMPTY, first[group], np.arange(cells.n))
        filled = columns.column(name).take(pa.array(place))
        columns = columns.set_column(columns.column_names.index(name), name, filled)
    return cells.over(columns)


def with_marks(cells: Cells, legs: Legs, group: np.ndarray) -> Cells:
    """The cells with a column for each condition of ``any``: ``yes`` where some row of the same call fits it."""
    marked = cells
    for name, when in legs.any.items():
        fitting = np.zeros(group.max(initial=-1) + 1, bool)
        fitting[group[cells.fits(when)]] = True
        words = pc.if_else(pa.array(fitting[group]), "yes", pa.scalar(None, pa.string()))
        marked = marked.with_column(name, words)
    return marked


def with_gathered(cells: Cells, legs: Legs, group: np.ndarray, start: tuple) -> Cells:
    """The cells with the columns of ``gather``: what the earliest fitting row of a call says, on all its rows."""
    gathered = cells
    early = _order_of(cells.joined(start), np.ones(cells.n, bool)) if legs.gather else np.zeros(0, np.int64)
    for name, (column, when) in legs.gather.items():
        texts_of_column = cells.texts(column)
        saying = np.flatnonzero(cells.fits(when) & (texts_of_column.codes != EMPTY))
        code_of_call = np.full(group.max(initial=-1) + 1, EMPTY, np.int32)
        saying = saying[np.lexsort((saying, early[saying]))][::-1]  # the earliest row is written last
        code_of_call[group[saying]] = texts_of_column.codes[saying]
        texts = pa.array([*texts_of_column.texts, None], pa.string())
        places = np.where(code_of_call == EMPTY, len(texts_of_column.texts), code_of_call)[group]
        gathered = gathered.with_column(name, texts.take(pa.array(places)))
    return gathered


def masters(
    cells: Cells, legs: Legs, group: np.ndarray, alive: np.ndarray, start: tuple
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the rows still `alive` stand for their call, and how many rows each row's call has.

    Of several that might, the one whose `start` (these columns) reads first, so that an export sorted otherwise gives
    the same calls; where the place of a row says what it belongs to, the first in the file.
    A leg by its place (``above``) never stands for a call: where its first row was set aside, or lies in another
    export, nothing is known of the call but that it rang somewhere.
    """
    rank = np.full(cells.n, len(legs.master), np.int64)
    for place, when in reversed(list(enumerate(legs.master))):
        rank[cells.fits(when)] = place
    if legs.above:
        rank[cells.fits(legs.above)] = len(legs.master) + 1
    rows = np.flatnonzero(alive)
    sizes = np.bincount(group[rows], minlength=group.max(initial=-1) + 1)[group]
    early = np.zeros(cells.n, np.int64) if legs.above else _order_of(cells.joined(start), alive & (sizes > 1))
    order = rows[np.lexsort((rows, early[rows], rank[rows], group[rows]))]
    is_first = np.concatenate([[True], group[order][1:] != group[order][:-1]]) if len(order) else np.zeros(0, bool)
    is_master = np.zeros(cells.n, bool)
    is_master[order[is_first]] = True
    if legs.above:
        is_master &= ~cells.fits(legs.above)
    return is_master, np.minimum(sizes, np.iinfo(np.int16).max).astype(np.int16)


def _order_of(starts: Texts, chosen: np.ndarray) -> np.ndarray:
    """The place of each chosen row's text in alphabetical order, an empty one last; 0 for the other rows."""
    places = np.zeros(len(starts.codes), np.int64)
    codes, inverse = np.unique(starts.codes[chosen], return_inverse=True)
    texts = [starts.texts[code] if code != EMPTY else "\uffff" for code in codes.tolist()]
    place = np.empty(len(texts), np.int64)
    place[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    places[chosen] = place[inverse.reshape(-1)]
    return places


def groups(cells: Cells, legs: Legs) -> np.ndarray:
    """The number of the call to which each row belongs, from 0 in order of appearance.

    A row without a key is a call of its own, unless it fits ``above``: then it belongs to the row before it.
    """
    rows = np.arange(cells.n)
    key = _keys(cells, legs)
    opens = ~cells.fits(legs.above) | (key != EMPTY) if legs.above else np.ones(cells.n, bool)
    opens[:1] = True
    source = np.maximum.accumulate(np.where(opens, rows, 0))
    keyed = np.where(key == EMPTY, cells.n + rows, key)[source]
    _, first, group = np.unique(keyed, return_index=True, return_inverse=True)
    by_appearance = np.empty(len(first), np.int64)
    by_appearance[np.argsort(first)] = np.arange(len(first))
    return by_appearance[group.reshape(-1)]


def _keys(cells: Cells, legs: Legs) -> np.ndarray:
    """The number of each row's key: its ``group`` cells or, where it has none, its ``own``; -1 for neither."""
    if not legs.group:
        return np.full(cells.n, EMPTY, np.int32)
    group = _without_none(cells.joined(legs.group))
    return _first_filled(group, _without_none(cells.joined(legs.own))) if legs.own else group.codes


def _without_none(keys: Texts) -> Texts:
    """The keys without the words for none; millions of keys are looked at by their length alone."""
    none = [code for code, text in enumerate(keys.texts) if len(text) < 5 and text.casefold() in NO_KEY]
    return Texts(np.where(np.isin(keys.codes, none), EMPTY, keys.codes), keys.texts, keys.name) if none else keys


def _first_filled(first: Texts, second: Texts) -> np.ndarray:
    """The numbers of two columns' texts, equal texts alike, the first column's where it has one."""
    number: dict[str, int] = {}
    numbers = [
        np.array([*(number.setdefault(text, len(number)) for text in keys.texts), EMPTY], np.int64)[keys.codes]
        for keys in (first, second)
    ]
    return np.where(numbers[0] == EMPTY, numbers[1], numbers[0])
