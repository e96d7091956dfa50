"""Stable ids: the same call has the same id, whatever file it came in and in whatever order."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BETWEEN = "\x1f"  # stands in no cell
NOTHING = "\x00"


def make(office_id: str, keys: list[pa.Array], rest: list[pa.Array]) -> pa.Array:
    """128-bit BLAKE2b, in hex, of the office, the key fields and an occurrence number.

    Rows with equal keys are numbered after sorting them by the `rest` of their content, so that neither the
    order of rows nor the file matters.

    >>> keys, rest = [pa.array(["a", "a"])], [pa.array(["x", "y"])]
    >>> ids = make("o", keys, rest).to_pylist()
    >>> ids[0] != ids[1], ids == make("o", keys, [rest[0].take(pa.array([1, 0]))]).to_pylist()[::-1]
    (True, True)
    """
    if not len(keys[0]):
        return pa.array([], pa.string())
    key = _text(keys)
    texts = key.to_pylist()
    occurrence = _occurrence(key, rest)
    start = blake2b(office_id.encode() + BETWEEN.encode(), digest_size=16)
    return pa.array([_digest(start, text, n) for text, n in zip(texts, occurrence.tolist(), strict=True)], pa.string())


def _digest(start, text: str, occurrence: int) -> str:
    whole = start.copy()
    whole.update((f"{text}{BETWEEN}{occurrence}" if occurrence else text).encode())
    return whole.hexdigest()


def _text(columns: list[pa.Array]) -> pa.Array:
    told = [pc.fill_null(column.cast(pa.string()), NOTHING) for column in columns]
    return pc.binary_join_element_wise(*told, BETWEEN)


def _occurrence(key: pa.Array, rest: list[pa.Array]) -> np.ndarray:
    """0 for the first row of a key, 1 for the next ... in the order of the rest of their content."""
    codes = key.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    occurrence = np.zeros(len(codes), np.int64)
    again = np.flatnonzero(np.bincount(codes)[codes] > 1)
    if not len(again):
        return occurrence
    content = _text([column.take(pa.array(again)) for column in rest]) if rest else pa.nulls(len(again), pa.string())
    _, content_rank = np.unique(np.asarray(content.to_pylist(), object).astype(str), return_inverse=True)
    order = np.lexsort((content_rank.reshape(-1), codes[again]))
    sorted_codes = codes[again][order]
    is_first = np.concatenate([[True], sorted_codes[1:] != sorted_codes[:-1]])
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
    occurrence[again[order]] = place
    return occurrence
