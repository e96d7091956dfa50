"""Combine many exports into one log, as multisets of rows, and decide where two exports differ on one call.

* A call's ID is made from the fields that identify it (:mod:`callanalytics.ids`); true repeats within one export have
  their own IDs. So a union by ID is a union of multisets by maximum multiplicity: rows that appear twice in one export
  stay twice, and rows in two exports are not doubled.
* If exports differ on a call with one ID, the one accepted last decides. If two logs each record part of an entry, such
  as a log of waits and a ledger of callbacks, one fills the other's empty cells.
* A correction to a field of the ID (a duration) makes another ID. Such a pair counts as one call only if it can hardly
  be two. The exports have one format and share more than half of their calls in the time that both cover. In each, only
  one unmatched call has that start, direction, and agency number, and no two office numbers differ. The row of the
  export accepted last stays.
* The row that stays carries the warning ``corrected``. The others are in :func:`united_with_corrections`, and remain in
  their sources.
* If exports have equal rows, the one with the smallest source ID is credited (source, row, and format). So the order of
  the files leaves no trace where they agree.
* For which rows of several hand logs are one entry, see :mod:`.entry_ids`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.schema import with_column
from callanalytics.store.entry_ids import with_shared_ids

PROVENANCE = ("source_id", "source_row", "format")
IDS = {"calls": "call_id", "entries": "entry_id", "notices": "notice_id"}
CORRECTED = "corrected"
ENDS = ("started_at_utc", "started_at_local")  # clocks that give the first and last time of an export
KNOWN_BY = ("started_at_utc", "started_at_local", "direction", "other_number")


@dataclass(frozen=True)
class Correction:
    """A row that another export contradicts: where both are, and the columns that differ."""

    source_id: str
    row: int
    by_source_id: str
    by_row: int
    columns: tuple[str, ...]


def united(exports: list[pa.Table], id_column: str) -> pa.Table:
    """Rows of exports of one kind, oldest accepted first, with each call or entry once.

    >>> row = {"source_id": ["b"], "source_row": [2], "format": ["f"], "reason": ["expedite"]}
    >>> older, newer = pa.table({"call_id": ["x"], **row}), pa.table({"call_id": ["x"], **row, "reason": ["other"]})
    >>> united([older, newer], "call_id").column("reason").to_pylist()
    ['other']
    """
    return united_with_corrections(exports, id_column)[0]


def united_with_corrections(exports: list[pa.Table], id_column: str) -> tuple[pa.Table, list[Correction]]:
    """Same as :func:`united`, plus the rows left out because another export contradicts them."""
    exports = with_shared_ids(exports) if id_column == IDS["entries"] else exports
    filled = [export for export in exports if export.num_rows] or exports[:1]
    # Only exports that overlap in time can hold the same calls; entries and notices may be in any.
    groups = [list(range(len(filled)))]
    if len(filled) > 1 and id_column == IDS["calls"] and {*ENDS} <= set(filled[0].column_names):
        groups = groups_in_time([span_of(export) for export in filled])
    tables, found = [], []
    for together in groups:
        # No two rows of one export share an ID, except where two sheets of a workbook record one call.
        if len(together) == 1 and (id_column != IDS["entries"] or not filled[together[0]].num_rows):
            tables.append(filled[together[0]])
            continue
        table, corrected = _united_group([filled[index] for index in together], id_column)
        tables.append(table)
        found += corrected
    return (tables[0] if len(tables) == 1 else pa.concat_tables(tables).combine_chunks()), found


def _united_group(exports: list[pa.Table], id_column: str) -> tuple[pa.Table, list[Correction]]:
    rows, kept, differing = _settled(exports, id_column)
    if len(kept) == rows.num_rows:
        return rows, []
    kept = np.sort(kept)
    if not differing:
        return rows.take(pa.array(kept)), []
    compared = [name for name in rows.column_names if name not in (*PROVENANCE, id_column, "warnings")]
    if id_column == IDS["entries"]:
        rows, differing = _completed(rows, differing, compared)
    if not differing:
        return rows.take(pa.array(kept)), []
    marked = np.zeros(rows.num_rows, bool)
    marked[[standing for _, standing in differing]] = True
    lost, standing = (rows.take(pa.array(side)).to_pylist() for side in zip(*differing, strict=True))
    found = [
        Correction(
            a["source_id"],
            a["source_row"],
            b["source_id"],
            b["source_row"],
            tuple(name for name in compared if a[name] != b[name]),
        )
        for a, b in zip(lost, standing, strict=True)
    ]
    return _with_warning(rows.take(pa.array(kept)), marked[kept]), found


def _completed(rows: pa.Table, differing, compared) -> tuple[pa.Table, list[tuple[int, int]]]:
    """Rows with the empty cells of those that stay filled in, and the pairs that still contradict each other."""
    lost, standing = np.array(differing).T
    contradicts = np.zeros(len(lost), bool)
    for name in compared:
        column = rows.column(name)
        unstated = pc.is_null(column)
        if pa.types.is_string(column.type):
            unstated = pc.or_(unstated, pc.fill_null(pc.equal(column, "unknown"), False))
        is_empty, code = unstated.to_numpy(), value_codes(column)
        taken = np.arange(rows.num_rows)
        gives = is_empty[standing] & ~is_empty[lost]
        taken[standing[gives]] = lost[gives]
        contradicts |= ~is_empty[standing] & ~is_empty[lost] & (code[standing] != code[lost])
        rows = with_column(rows, name, column.take(pa.array(taken))) if gives.any() else rows
    return rows, [pair for pair, is_at_odds in zip(differing, contradicts.tolist(), strict=True) if is_at_odds]


Ends = tuple[Any, Any] | None  # first and last time


def span_of(calls: pa.Table) -> tuple[Ends, Ends]:
    """First and last time of the calls, in UTC and on the office's clock."""
    ends = [pc.min_max(calls.column(name)).as_py() for name in ENDS]
    utc, local = ((each["min"], each["max"]) if each["min"] is not None else None for each in ends)
    return utc, local


def groups_in_time(spans: Sequence[tuple[Ends, Ends]]) -> list[list[int]]:
    """Indices of the spans, in groups that overlap by either clock, directly or through other spans.

    The same call has the same time in each export that holds it: in UTC, or on the office's clock if UTC is unknown.

    >>> groups_in_time([((1, 3), None), ((7, 9), None), ((2, 5), None), (None, None)])
    [[0, 2], [1], [3]]
    """
    group = list(range(len(spans)))
    for clock in (0, 1):
        stretches = [(*ends, index) for index, span in enumerate(spans) if (ends := span[clock])]
        reach, before = None, 0
        for first, last, index in sorted(stretches):
            if reach is not None and first <= reach:
                joined, into = group[index], group[before]
                group = [into if each == joined else each for each in group]
            reach, before = last if reach is None else max(reach, last), index
    return [[p for p, each in enumerate(group) if each == number] for number in dict.fromkeys(group)]


def _settled(exports: list[pa.Table], id_column: str) -> tuple[pa.Table, np.ndarray, list[tuple[int, int]]]:
    """All rows; indices of those that stay; and pairs of a row that differs and the row that replaces it."""
    rows = pa.concat_tables(exports).combine_chunks()
    age = np.repeat(np.arange(len(exports)), [export.num_rows for export in exports])
    code = value_codes(rows.column(id_column))
    replaced = (
        _corrected_under_other_ids(rows, age, code)
        if id_column == IDS["calls"] and "direction" in rows.column_names
        else {}
    )
    here = np.ones(rows.num_rows, bool)
    here[list(replaced)] = False
    kept, differing = _newest_by_id(rows, np.flatnonzero(here), age, code)
    stands_for = dict(zip(code[kept].tolist(), kept.tolist(), strict=True))
    for lost in replaced:
        final = lost
        while final in replaced:  # a call may be corrected more than once
            final = replaced[final]
        differing.append((lost, stands_for[code[final]]))
    return rows, kept, sorted(differing)


def _newest_by_id(rows, indices, age, code) -> tuple[np.ndarray, list[tuple[int, int]]]:
    times = np.bincount(code[indices], minlength=code.max() + 1)[code[indices]]
    if times.max(initial=1) == 1:
        return indices, []
    shared = indices[times > 1]
    order = shared[np.lexsort((age[shared], code[shared]))]
    is_newest = np.append(np.diff(code[order]) != 0, True)
    newest = np.zeros(code.max() + 1, np.int64)
    newest[code[order[is_newest]]] = order[is_newest]
    same = _are_equal(rows, shared, newest[code[shared]])
    credited = _first_by_source(rows, shared[same], code)
    of_code = dict(zip(code[credited].tolist(), credited.tolist(), strict=True))
    differing = [(index, of_code[code[index]]) for index in shared[~same].tolist()]
    return np.concatenate([indices[times == 1], credited]), differing


def value_codes(values: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Small integer for each distinct value, null included, in no order.

    >>> value_codes(pa.array(["b", None, "b"])).tolist()
    [0, 1, 0]
    """
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return array.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _are_equal(rows: pa.Table, these: np.ndarray, those: np.ndarray) -> np.ndarray:
    """Whether rows have the same content as others, whatever their source. Null equals null."""
    same = np.ones(len(these), bool)
    for name in rows.column_names:
        if name not in PROVENANCE:
            code = value_codes(rows.column(name))
            same &= code[these] == code[those]
    return same


def _first_by_source(rows: pa.Table, indices: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Row of each ID with the smallest source ID (and row)."""
    source = pc.rank(rows.column("source_id"), sort_keys="ascending", tiebreaker="dense").to_numpy()
    row = rows.column("source_row").to_numpy()
    order = indices[np.lexsort((row[indices], source[indices], code[indices]))]
    return order[np.append(True, np.diff(code[order]) != 0)] if len(order) else order


def _with_warning(rows: pa.Table, marked: np.ndarray) -> pa.Table:
    if "warnings" not in rows.column_names:
        return rows
    warnings = [
        " ".join(sorted({*(old or "").split(), CORRECTED})) if mark else old
        for old, mark in zip(rows.column("warnings").to_pylist(), marked.tolist(), strict=True)
    ]
    return with_column(rows, "warnings", pa.array(warnings, pa.string()))


# ---- a call under two ids ----------------------------------------------------------------------------------------


def _corrected_under_other_ids(rows: pa.Table, age: np.ndarray, code: np.ndarray) -> dict[int, int]:
    """Calls whose correction has another ID: the index of each, and of the row that stays."""
    if age[0] == age[-1]:
        return {}
    # 0 comes before every call, so a call without a time is outside the time that both exports cover.
    start = rows.column("started_at_local").cast(pa.int64()).fill_null(0).to_numpy()
    known_by = np.zeros(rows.num_rows, np.int64)
    for name in KNOWN_BY:
        column_codes = value_codes(rows.column(name))
        known_by = np.unique(known_by * (column_codes.max() + 1) + column_codes, return_inverse=True)[1].reshape(-1)
    ours = rows.column("our_number")
    number, is_known = value_codes(ours), ours.is_valid().to_numpy()
    spans = {n: np.flatnonzero(age == n) for n in np.unique(age).tolist()}
    format_code = value_codes(rows.column("format"))
    found: dict[int, int] = {}
    for older, newer in itertools.combinations(spans, 2):
        a, b = spans[older], spans[newer]
        if format_code[a[0]] == format_code[b[0]]:
            # Only calls in the time that both exports cover.
            first, last = max(start[a].min(), start[b].min()), min(start[a].max(), start[b].max())
            a, b = (side[(start[side] >= first) & (start[side] <= last)] for side in (a, b))
            for lost, standing in _unmatched_pairs(a, b, code, known_by):
                # Two different office numbers are two calls; an unknown one may be either.
                if number[lost] == number[standing] or not (is_known[lost] and is_known[standing]):
                    found[lost] = standing
    return found


def _unmatched_pairs(a: np.ndarray, b: np.ndarray, code: np.ndarray, known_by: np.ndarray):
    """Pairs of calls that are each in only one export, with the same key, which no other unmatched call of either
    has."""
    in_b, in_a = np.isin(code[a], code[b]), np.isin(code[b], code[a])
    if in_b.all() or in_a.all() or 2 * in_b.sum() <= min(len(a), len(b)):
        return []
    only_a, only_b = _found_one_time(a[~in_b], known_by), _found_one_time(b[~in_a], known_by)
    return [(only_a[key], only_b[key]) for key in only_a.keys() & only_b.keys()]


def _found_one_time(indices: np.ndarray, known_by: np.ndarray) -> dict[int, int]:
    keys, first, n = np.unique(known_by[indices], return_index=True, return_counts=True)
    return {
        key: int(indices[position]) for key, position, times in zip(keys.tolist(), first, n, strict=True) if times == 1
    }
