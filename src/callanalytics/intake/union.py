"""Many exports, one log: the union of their rows by id.

The rule where two exports tell of the same call or note:

* the export accepted last decides what it says: a hand log filled in later, a corrected export;
* of the exports that say just this, the one with the smallest source id gets the credit (source, row and
  format), so that the order in which files came leaves no trace where they agree.

True repeats inside one export have ids of their own (an occurrence number), so a union by id is a union of
multisets: what is twice in one export stays twice, what is in two exports is not doubled.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CREDIT = ("source_id", "source_row", "format")


def united(exports: list[pa.Table], id: str) -> pa.Table:
    """The rows of exports of one kind, oldest accepted first, each id once.

    >>> told = {"source_id": ["b"], "source_row": [2], "format": ["f"], "reason": ["expedite"]}
    >>> older, newer = pa.table({"call_id": ["x"], **told}), pa.table({"call_id": ["x"], **told, "reason": ["other"]})
    >>> united([older, newer], "call_id").column("reason").to_pylist()
    ['other']
    """
    rows = pa.concat_tables(exports).combine_chunks()
    if not rows.num_rows:
        return rows
    age = np.repeat(np.arange(len(exports)), [export.num_rows for export in exports])
    code = codes(rows.column(id))
    times = np.bincount(code)[code]
    if times.max() == 1:
        return rows
    shared = np.flatnonzero(times > 1)
    order = shared[np.lexsort((age[shared], code[shared]))]
    is_newest = np.append(np.diff(code[order]) != 0, True)
    newest = np.zeros(code.max() + 1, np.int64)
    newest[code[order[is_newest]]] = order[is_newest]
    agree = shared[_same(rows, shared, newest[code[shared]])]
    credited = _first_by_source(rows, agree, code)
    return rows.take(pa.array(np.sort(np.concatenate([np.flatnonzero(times == 1), credited]))))


def codes(values: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """A small integer for each distinct value, null too, in no order.

    >>> codes(pa.array(["b", None, "b"])).tolist()
    [0, 1, 0]
    """
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return array.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _same(rows: pa.Table, these: np.ndarray, those: np.ndarray) -> np.ndarray:
    """Whether rows say the same as others, whoever says it. Null is the same as null."""
    same = np.ones(len(these), bool)
    for name in rows.column_names:
        if name not in CREDIT:
            code = codes(rows.column(name))
            same &= code[these] == code[those]
    return same


def _first_by_source(rows: pa.Table, places: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Of the rows of each id, that of the smallest source id (and row)."""
    source = pc.rank(rows.column("source_id"), sort_keys="ascending", tiebreaker="dense").to_numpy()
    row = rows.column("source_row").to_numpy()
    order = places[np.lexsort((row[places], source[places], code[places]))]
    return order[np.append(True, np.diff(code[order]) != 0)] if len(order) else order
