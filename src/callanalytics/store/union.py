"""Many exports, one log: their rows united as multisets, and what to do where two tell differently of one call.

* A call has an id made of what it is known by (:mod:`callanalytics.normalize.ids`); true repeats inside one export
  have ids of their own. So a union by id is a union of multisets by maximum multiplicity: what is twice in one
  export stays twice, what is in two exports is not doubled.
* Where exports differ on a call of one id, the one accepted last decides what it says.
* A corrected field that the id is made of (a duration) makes another id. Such two are taken for one call only where
  they can hardly be two: exports of one format that have more than half of their calls in common in the time that
  both speak of; each alone in having a call of that start, direction and agency's number; and no two numbers of ours
  that differ. The one of the export accepted last stays.
* The row that stays carries the warning ``corrected``; those that do not are in :func:`corrections`, and in their
  sources as ever.
* Entries of hand logs that are known by their day alone are told apart by what they say (:mod:`.apart`).
* Of exports that say just the same, the one with the smallest source id gets the credit (source, row and format),
  so that the order in which files came leaves no trace where they agree.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.store.apart import split_collisions

CREDIT = ("source_id", "source_row", "format")
IDS = {"calls": "call_id", "notes": "note_id", "notices": "notice_id"}
CORRECTED = "corrected"
KNOWN_BY = ("started_at_utc", "started_at_local", "direction", "other_number")


@dataclass(frozen=True)
class Correction:
    """A row that another export tells differently: where each stands, and the columns that differ."""

    source_id: str
    row: int
    by_source_id: str
    by_row: int
    columns: tuple[str, ...]


def united(exports: list[pa.Table], id: str) -> pa.Table:
    """The rows of exports of one kind, oldest accepted first, each call or note once.

    >>> told = {"source_id": ["b"], "source_row": [2], "format": ["f"], "reason": ["expedite"]}
    >>> older, newer = pa.table({"call_id": ["x"], **told}), pa.table({"call_id": ["x"], **told, "reason": ["other"]})
    >>> united([older, newer], "call_id").column("reason").to_pylist()
    ['other']
    """
    exports = split_collisions(exports) if id == IDS["notes"] else exports
    rows = pa.concat_tables(exports).combine_chunks()
    kept, differing = _settled(rows, exports, id)
    kept = np.sort(kept)
    marked = np.zeros(rows.num_rows, bool)
    marked[[by for _, by in differing]] = True
    return _with_warning(rows.take(pa.array(kept)), marked[kept]) if differing else rows.take(pa.array(kept))


def corrections(exports: list[pa.Table], id: str) -> list[Correction]:
    """The rows that :func:`united` leaves out because another export tells of their call differently."""
    exports = split_collisions(exports) if id == IDS["notes"] else exports
    rows = pa.concat_tables(exports).combine_chunks()
    _, differing = _settled(rows, exports, id)
    if not differing:
        return []
    lost, by = (rows.take(pa.array(side)).to_pylist() for side in zip(*differing, strict=True))
    return [
        Correction(a["source_id"], a["source_row"], b["source_id"], b["source_row"], _differing(a, b, id))
        for a, b in zip(lost, by, strict=True)
    ]


def _differing(a: dict, b: dict, id: str) -> tuple[str, ...]:
    return tuple(name for name in a if a[name] != b[name] and name not in (*CREDIT, id, "warnings"))


def _settled(rows: pa.Table, exports: list[pa.Table], id: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """The places of the rows that stay, and for each that another tells differently its place and the other's."""
    if not rows.num_rows:
        return np.zeros(0, int), []
    age = np.repeat(np.arange(len(exports)), [export.num_rows for export in exports])
    code = codes(rows.column(id))
    replaced = _of_other_ids(rows, age, code) if id == IDS["calls"] and "direction" in rows.column_names else {}
    here = np.ones(rows.num_rows, bool)
    here[list(replaced)] = False
    kept, differing = _of_one_id(rows, np.flatnonzero(here), age, code)
    stands_for = dict(zip(code[kept].tolist(), kept.tolist(), strict=True))
    differing += [(lost, stands_for[code[_last(lost, replaced)]]) for lost in replaced]
    return kept, sorted(differing)


def _last(place: int, replaced: dict[int, int]) -> int:
    """The reading that stays of a call that was corrected more than once."""
    while place in replaced:
        place = replaced[place]
    return place


def _of_one_id(rows, places, age, code) -> tuple[np.ndarray, list[tuple[int, int]]]:
    times = np.bincount(code[places], minlength=code.max() + 1)[code[places]]
    if times.max(initial=1) == 1:
        return places, []
    shared = places[times > 1]
    order = shared[np.lexsort((age[shared], code[shared]))]
    is_newest = np.append(np.diff(code[order]) != 0, True)
    newest = np.zeros(code.max() + 1, np.int64)
    newest[code[order[is_newest]]] = order[is_newest]
    same = _same(rows, shared, newest[code[shared]])
    credited = _first_by_source(rows, shared[same], code)
    of_code = dict(zip(code[credited].tolist(), credited.tolist(), strict=True))
    differing = [(place, of_code[code[place]]) for place in shared[~same].tolist()]
    return np.concatenate([places[times == 1], credited]), differing


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


def _with_warning(rows: pa.Table, marked: np.ndarray) -> pa.Table:
    if "warnings" not in rows.column_names:
        return rows
    told = [
        " ".join(sorted({*(old or "").split(), CORRECTED})) if mark else old
        for old, mark in zip(rows.column("warnings").to_pylist(), marked.tolist(), strict=True)
    ]
    place = rows.column_names.index("warnings")
    return rows.set_column(place, rows.schema.field(place), pa.array(told, pa.string()))


# ---- a call under two ids ----------------------------------------------------------------------------------------


def _of_other_ids(rows: pa.Table, age: np.ndarray, code: np.ndarray) -> dict[int, int]:
    """Calls whose corrected reading has another id: the place of each, and of the reading that stays."""
    start = rows.column("started_at_local").cast(pa.int64()).fill_null(0).to_numpy()
    known_by = _codes_together(rows, KNOWN_BY)
    ours = rows.column("our_number")
    number, is_known = codes(ours), ours.is_valid().to_numpy()
    spans = {n: np.flatnonzero(age == n) for n in np.unique(age).tolist()}
    format = codes(rows.column("format"))
    found: dict[int, int] = {}
    for older, newer in itertools.combinations(spans, 2):
        a, b = spans[older], spans[newer]
        if format[a[0]] == format[b[0]]:
            a, b = _in_common_time(a, b, start)
            for lost, by in _alone_on_both_sides(a, b, code, known_by):
                if number[lost] == number[by] or not (is_known[lost] and is_known[by]):
                    found[lost] = by
    return found


def _codes_together(rows: pa.Table, names) -> np.ndarray:
    together = np.zeros(rows.num_rows, np.int64)
    for name in names:
        own = codes(rows.column(name))
        together = np.unique(together * (own.max() + 1) + own, return_inverse=True)[1].reshape(-1)
    return together


def _in_common_time(a: np.ndarray, b: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the calls of two exports, those in the time of which both speak."""
    first, last = max(start[a].min(), start[b].min()), min(start[a].max(), start[b].max())
    return tuple(side[(start[side] >= first) & (start[side] <= last)] for side in (a, b))


def _alone_on_both_sides(a: np.ndarray, b: np.ndarray, code: np.ndarray, known_by: np.ndarray):
    """Pairs of calls that each export alone has, known by the same and by nothing else of either."""
    in_b, in_a = np.isin(code[a], code[b]), np.isin(code[b], code[a])
    if in_b.all() or in_a.all() or 2 * in_b.sum() <= min(len(a), len(b)):
        return []
    only_a, only_b = _once(a[~in_b], known_by), _once(b[~in_a], known_by)
    return [(only_a[key], only_b[key]) for key in only_a.keys() & only_b.keys()]


def _once(places: np.ndarray, known_by: np.ndarray) -> dict[int, int]:
    keys, first, n = np.unique(known_by[places], return_index=True, return_counts=True)
    return {key: int(places[at]) for key, at, times in zip(keys.tolist(), first, n, strict=True) if times == 1}
