"""Stable ids: the same call has the same id, whatever file it came in and in whatever order.

What they are made of is what stores hold: a change here is a change of shape (`store/migrations.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema

BETWEEN = "\x1f"  # stands in no cell
NOTHING = "\x00"
_AT_ONCE = 1 << 18  # texts that are Python's own at one time


def of_calls(columns, agencys: pa.Array, unique: Sequence[pa.Array], office_id: str) -> pa.Array:
    """Of start, direction, our number, the agency's number, duration and what the vendor declares unique.

    Where there is such an id the duration may be corrected, and stays out. Of the other party the agency's numbers
    alone, so that keeping strangers' numbers changes no id.
    """
    moment = columns["started_at_utc"].cast(pa.int64()).cast(pa.string())
    local = pc.binary_join_element_wise("local", columns["started_at_local"].cast(pa.int64()).cast(pa.string()), " ")
    start = pc.coalesce(moment, local)
    duration = columns["duration_s"]
    for vendor_ids in unique:
        duration = pc.if_else(vendor_ids.is_valid(), pa.scalar(None, duration.type), duration)
    keys = [start, columns["direction"], columns["our_number"], agencys, duration, *unique]
    rest = "caller_id duration_s duration_kind outcome outcome_raw legs timezone".split()
    return make(office_id, keys, [columns[name] for name in rest])


def with_ids(rows: pa.Table) -> pa.Table:
    """Calls as they were read, part by part, as calls; all those of one export, no stranger's number kept."""
    columns = {field.name: _plain(rows.column(field.name)) for field in rows.schema}
    unique = [columns.pop("vendor_id")] if "vendor_id" in columns else []
    office = columns["office_id"][0].as_py() if rows.num_rows else ""
    return schema.build("calls", columns | {"call_id": of_calls(columns, columns["other_number"], unique, office)})


def _plain(column: pa.ChunkedArray) -> pa.Array:
    is_encoded = pa.types.is_dictionary(column.type)
    return (column.cast(pa.string()) if is_encoded else column).combine_chunks()


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
    occurrence = _occurrence(key, rest)
    start = pa.scalar(office_id + BETWEEN)
    texts = pc.binary_join_element_wise(start, key, "")
    again = pc.binary_join_element_wise(texts, pa.array(occurrence).cast(pa.string()), BETWEEN)
    texts = pc.if_else(pa.array(occurrence > 0), again, texts)
    starts = range(0, len(texts), _AT_ONCE)
    return pa.concat_arrays([_digests(texts.slice(start, _AT_ONCE)) for start in starts])


def _digests(texts: pa.Array) -> pa.Array:
    encoded = texts.cast(pa.binary()).to_pylist()
    return pa.array([blake2b(text, digest_size=16).hexdigest() for text in encoded], pa.string())


def _text(columns: list[pa.Array]) -> pa.Array:
    parts = [pc.fill_null(column.cast(pa.string()), NOTHING) for column in columns]
    return pc.binary_join_element_wise(*parts, BETWEEN)


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
