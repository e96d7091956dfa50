"""Stable IDs: the same call has the same ID, whatever file it came in and in whatever order.

Stores hold these IDs, so a change to how they are made is a change of shape (`store/migrations.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.lazy import regex

BETWEEN = "\x1f"  # appears in no cell
NOTHING = "\x00"
CLIENT = "client-"  # begins the code of a client
CODE = regex(rf"{CLIENT}[0-9a-f]{{10}}")
CODES_ALONE = regex(rf"^(?:{CODE.pattern} ?)+$")  # of clients without a file number
SIZE = 16  # bytes of a digest
_AT_ONCE = 1 << 16  # texts converted to Python strings at one time


def of_calls(columns, agencys: pa.Array, unique: Sequence[pa.Array], office_id: str) -> pa.Array:
    """IDs from start, direction, office number, agency number, duration, and the fields that the vendor declares
    unique.

    If a vendor's ID exists, the duration may be corrected later, so it is left out. Of the other parties' numbers, only
    the agency's are used, so that keeping strangers' numbers changes no ID.
    """
    start = columns["started_at_utc"].cast(pa.int64()).cast(pa.string())
    if start.null_count:
        local = columns["started_at_local"].cast(pa.int64()).cast(pa.string())
        start = pc.coalesce(start, pc.binary_join_element_wise("local", local, " "))
    duration = columns["duration_s"]
    for vendor_ids in unique:
        duration = pc.if_else(vendor_ids.is_valid(), pa.scalar(None, duration.type), duration)
    keys = [start, columns["direction"], columns["our_number"], agencys, duration, *unique]
    rest = "caller_id duration_s duration_kind outcome outcome_raw legs timezone".split()
    return make(office_id, keys, [columns[name] for name in rest])


def of_client(name: str, office_id: str) -> str:
    """The code that stands for a client's name in a store. The order of its words, capitals, and accents do not count.

    It hides the name from a reader, not from someone who has the store and guesses the name.

    >>> of_client("Diaz, Ana", "o") == of_client("ANA DÍAZ", "o") != of_client("Ana Diaz", "p")
    True
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    text = BETWEEN.join([office_id, *sorted(words)])
    return f"{CLIENT}{blake2b(text.encode(), digest_size=5).hexdigest()}"


def are_other_clients(one, other) -> bool:
    """Whether two cells have only codes of clients, and none that both have. It is a weak sign of two calls: two people
    spell a name in two ways, and one call may be about several clients.

    >>> are_other_clients("client-34b83c36ee", "client-b51c2b4cd2"), are_other_clients("client-34b83c36ee", "22-014")
    (True, False)
    """
    cells = [str(one), str(other)]
    return all(map(CODES_ALONE.match, cells)) and set(cells[0].split()).isdisjoint(cells[1].split())


def with_ids(rows: pa.Table) -> pa.Table:
    """Calls with their IDs, from calls as read. The rows are all those of one export, without strangers' numbers."""
    columns = {field.name: _as_strings(rows.column(field.name)) for field in rows.schema}
    unique = [columns.pop("vendor_id")] if "vendor_id" in columns else []
    office = columns["office_id"][0].as_py() if rows.num_rows else ""
    return schema.build("calls", columns | {"call_id": of_calls(columns, columns["other_number"], unique, office)})


def _as_strings(column: pa.ChunkedArray) -> pa.Array:
    is_encoded = pa.types.is_dictionary(column.type)
    return (column.cast(pa.string()) if is_encoded else column).combine_chunks()


def make(office_id: str, keys: list[pa.Array], rest: list[pa.Array]) -> pa.Array:
    """128-bit BLAKE2b, in hex, of the office, the key fields, and an occurrence number.

    Rows with equal keys are sorted by the `rest` of their content and numbered, so that neither the order of rows nor
    the file matters.

    >>> keys, rest = [pa.array(["a", "a"])], [pa.array(["x", "y"])]
    >>> ids = make("o", keys, rest).to_pylist()
    >>> ids[0] != ids[1], ids == make("o", keys, [rest[0].take(pa.array([1, 0]))]).to_pylist()[::-1]
    (True, True)
    """
    if not len(keys[0]):
        return pa.array([], pa.string())
    parts = ([column.slice(start, _AT_ONCE) for column in keys] for start in range(0, len(keys[0]), _AT_ONCE))
    digests = np.concatenate([_digests(_text(part, office_id)) for part in parts])
    # Half of a digest separates nearly all rows; texts are compared only where halves are equal.
    halves = np.ascontiguousarray(digests[:, 0])
    in_order = np.sort(halves)
    repeated = pc.is_in(pa.array(halves), value_set=pa.array(in_order[1:][np.diff(in_order) == 0]))
    if len(again := np.flatnonzero(repeated)):
        texts = _text([column.take(pa.array(again)) for column in keys], office_id)
        occurrence = _occurrence(texts, [column.take(pa.array(again)) for column in rest])
        is_later = occurrence > 0
        numbers = pa.array(occurrence[is_later]).cast(pa.string())
        numbered = pc.binary_join_element_wise(texts.filter(pa.array(is_later)), numbers, BETWEEN)
        digests[again[is_later]] = _digests(numbered)
    ends = np.arange(len(digests) + 1, dtype=np.int32) * 2 * SIZE
    return pa.StringArray.from_buffers(len(digests), pa.py_buffer(ends), pa.py_buffer(digests.tobytes().hex().encode()))


def _digests(texts: pa.Array) -> np.ndarray:
    """A digest of each text, as two numbers."""
    joined = b"".join([blake2b(text, digest_size=SIZE).digest() for text in texts.cast(pa.binary()).to_pylist()])
    return np.frombuffer(bytearray(joined), np.uint64).reshape(-1, 2)


def _text(columns: list[pa.Array], *first: str) -> pa.Array:
    parts = [pc.fill_null(column.cast(pa.string()), NOTHING) for column in columns]
    return pc.binary_join_element_wise(*first, *parts, BETWEEN)


def _occurrence(key: pa.Array, rest: list[pa.Array]) -> np.ndarray:
    """0 for the first row of a key, 1 for the next ..., in the order of the rest of their content."""
    codes = key.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    content = _text(rest) if rest else pa.nulls(len(key), pa.string())
    _, content_rank = np.unique(np.asarray(content.to_pylist(), object).astype(str), return_inverse=True)
    order = np.lexsort((content_rank.reshape(-1), codes))
    sorted_codes = codes[order]
    is_first = np.concatenate([[True], sorted_codes[1:] != sorted_codes[:-1]])
    occurrence = np.empty(len(order), np.int64)
    occurrence[order] = np.arange(len(order)) - np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
    return occurrence
