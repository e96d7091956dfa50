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
* A copy that a spreadsheet saved may lack the seconds of each start, which makes other IDs. Its calls are those of an
  export of the same format with the same minute, direction, agency number, and length, and no other office number, if
  these are more than half of its calls in the time that both cover. The rows with seconds stay.
* The row that stays after either carries the warning ``corrected``. The others are in
  :func:`united_with_corrections`, and remain in their sources.
* If exports have equal rows, the one with the smallest source ID is credited (source, row, and format). So the order of
  the files leaves no trace where they agree.

Which rows of several hand logs are one entry, and under which ID it is kept:

* An entry's ID comes from its time and kind. If the time is only a day or an hour, two people's logs can have entries
  with one ID that are two calls. They are two if, of the columns that both fill, more differ than agree. Only columns
  that two calls hardly ever share count (`RARELY_SHARED`) if both fill any; else all do. An outcome, for example, is
  the same in many calls. If the time is a call's own minute, two logs mostly record one call, and one may correct an
  error of the other. Such entries are two calls only if columns of case and agent (`CASE_COLUMNS`) are filled in both
  and none of them agrees. If none is filled in both, or only names of clients differ, they are two if any of
  `CALL_COLUMNS` differs, such as the wait, because two people may call in the same minute. Otherwise they are one, and
  the receipt says so.
* A ledger of callbacks gives the day of a call and no time; a sheet that notes waits is no ledger. A call in a ledger
  is joined to the one call of that day in another sheet that it can be (`_Entry.calls_that_fit`). The service request
  decides; else the matter or receipt, if the ledger notes a promise and nothing that both give differs. Of several
  fitting calls, the only one with a promise is taken. The ledger's call takes that call's ID and time, and so does a
  callback of that call with a date alone; both carry ``call_of_day_joined``. If none or several of the possible calls
  fit, or several ledger rows fit one call, they stay separate and carry ``call_of_day_unsure``.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.ids import are_other_clients
from callanalytics.schema import union_of_words, with_column
from callanalytics.store.tombstones import comparable, identifiers_in

PROVENANCE = ("source_id", "source_row", "format")
IDS = {name: schema.TABLES[name].id for name in schema.LOGGED}
CORRECTED = "corrected"
ENDS = ("started_at_utc", "started_at_local")  # clocks that give the first and last time of an export
MINUTE_US = 60_000_000
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
    filled = [export for export in exports if export.num_rows]
    if not filled:
        return exports[0], []
    filled = with_shared_ids(filled) if id_column == IDS["entries"] else filled
    # Only exports that overlap in time can hold the same calls; entries and notices may be in any.
    groups = [list(range(len(filled)))]
    if len(filled) > 1 and id_column == IDS["calls"] and {*ENDS} <= set(filled[0].column_names):
        groups = groups_in_time([span_of(export) for export in filled])
    tables, found = [], []
    for together in groups:
        # No two rows of one export share an ID, except where two sheets of a workbook record one call.
        if len(together) == 1 and id_column != IDS["entries"] and _has_own_ids(filled[together[0]], id_column):
            tables.append(filled[together[0]])
            continue
        table, corrected = _united_group([filled[index] for index in together], id_column)
        tables.append(table)
        found += corrected
    return (tables[0] if len(tables) == 1 else pa.concat_tables(tables).combine_chunks()), found


def _has_own_ids(export: pa.Table, id_column: str) -> bool:
    """Whether no two rows of an export share an ID, which only rows of different sheets can."""
    is_one_sheet = pc.count_distinct(export.column("source_id")).as_py() == 1
    return is_one_sheet or pc.count_distinct(export.column(id_column)).as_py() == export.num_rows


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
    found = [Correction(a["source_id"], a["source_row"], b["source_id"], b["source_row"],
                        tuple(name for name in compared if a[name] != b[name]))
             for a, b in zip(lost, standing, strict=True)]  # fmt: skip
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
    replaced: dict[int, int] = {}
    if id_column == IDS["calls"] and "direction" in rows.column_names:
        copies = _copies_without_seconds(rows, age, code)
        corrected = _corrected_under_other_ids(rows, age, code)
        replaced = {lost: by for lost, by in corrected.items() if not {lost, by} & copies.keys()} | copies
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
    # Rows of an ID are the same if only their source differs; null equals null.
    same = np.ones(len(shared), bool)
    for name in set(rows.column_names) - {*PROVENANCE}:
        value = value_codes(rows.column(name))
        same &= value[shared] == value[newest[code[shared]]]
    # Of the same rows, the one with the smallest source ID (and row) is credited.
    source = pc.rank(rows.column("source_id"), sort_keys="ascending", tiebreaker="dense").to_numpy()
    row, alike = rows.column("source_row").to_numpy(), shared[same]
    alike = alike[np.lexsort((row[alike], source[alike], code[alike]))]
    credited = alike[np.append(True, np.diff(code[alike]) != 0)[: len(alike)]]
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


def _with_warning(rows: pa.Table, marked: np.ndarray) -> pa.Table:
    if "warnings" not in rows.column_names:
        return rows
    return _warned(rows, pa.array(np.where(marked, CORRECTED, ""), pa.string()))


def _warned(rows: pa.Table, codes: pa.Array) -> pa.Table:
    """Rows with further warnings; null or "" for none."""
    return with_column(rows, "warnings", union_of_words(rows.column("warnings").combine_chunks(), codes))


# ---- a call under two ids ---------------------------------------------------------------------------------------


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
            first = max(start[a].min(), start[b].min())
            last = min(start[a].max(), start[b].max())
            a, b = (side[(start[side] >= first) & (start[side] <= last)] for side in (a, b))
            for lost, standing in _unmatched_pairs(a, b, code, known_by):
                # Two different office numbers are two calls; an unknown one may be either.
                if number[lost] == number[standing] or not (is_known[lost] and is_known[standing]):
                    found[lost] = standing
    return found


def _copies_without_seconds(rows: pa.Table, age: np.ndarray, code: np.ndarray) -> dict[int, int]:
    """Calls of exports without any seconds that an export of the same format has with them: their indices, with its."""
    start = rows.column("started_at_local").cast(pa.int64()).fill_null(0).to_numpy()
    exports = [np.flatnonzero(age == n) for n in np.unique(age).tolist()]
    has_seconds = [bool((start[export] % MINUTE_US).any()) for export in exports]
    if len(set(has_seconds)) == 1:
        return {}
    system = value_codes(rows.column("format"))
    minute = start // MINUTE_US
    known_by = (value_codes(rows.column(name)) for name in ("direction", "other_number", "duration_s"))
    key = np.stack([minute, *known_by], 1)
    number, is_known = value_codes(rows.column("our_number")), rows.column("our_number").is_valid().to_numpy()
    found: dict[int, int] = {}
    exact = list(itertools.compress(exports, has_seconds))
    rough = [export for export, has in zip(exports, has_seconds, strict=True) if not has]
    for copy, original in itertools.product(rough, exact):
        if system[copy[0]] == system[original[0]]:
            first = max(minute[copy].min(), minute[original].min())
            last = min(minute[copy].max(), minute[original].max())
            given, known = (
                side[(first <= minute[side]) & (minute[side] <= last)].tolist() for side in (copy, original)
            )
            originals: dict[tuple, list[int]] = defaultdict(list)
            for index in known:
                originals[tuple(key[index])].append(index)
            pairs = []
            for index in sorted(given, key=lambda each: not is_known[each]):
                same = originals.get(tuple(key[index]), [])
                # The one with the same office number, else one of which either number is unknown.
                same.sort(key=lambda each: (number[each] == number[index], not is_known[each]))
                if same and (number[same[-1]] == number[index] or not (is_known[same[-1]] and is_known[index])):
                    pairs.append((index, same.pop()))
            if 2 * len(pairs) > len(given):
                found |= {lost: standing for lost, standing in pairs if code[lost] != code[standing]}
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


# ---- which rows of several hand logs are one entry --------------------------------------------------------------

EXACT_S = 900  # up to a quarter of an hour, a time is a call's own
RARELY_SHARED = "wait_s duration_s agent_name agent_id sr_number matter receipt".split()
COMPARED = [*RARELY_SHARED, *"callback_number reason outcome promised".split()]
CASE_COLUMNS = {*"matter receipt sr_number agent_id".split()}
CALL_COLUMNS = {*"wait_s wait_outcome agent_name our_number".split()}
UNSTATED = (None, "unknown")


def with_shared_ids(exports: list[pa.Table]) -> list[pa.Table]:
    """Entries of several exports, with IDs valid across all of them: rows of one entry share one ID."""
    return joined_by_day(split_collisions(exports))


def split_collisions(exports: list[pa.Table]) -> list[pa.Table]:
    """Entries of several sheets, with new IDs for entries that share one and contradict each other."""
    shared, exact = _shared_ids(exports)
    if not shared:
        return exports
    renamed: dict[str, dict[str, str]] = defaultdict(dict)  # by sheet
    columns = ["entry_id", "source_id", "source_row", *dict.fromkeys([*COMPARED, *CALL_COLUMNS])]
    rows = sorted(
        (row for export in exports for row in export.select(columns).to_pylist() if row["entry_id"] in shared),
        key=lambda row: (row["source_id"], row["source_row"]),
    )
    known: dict[str, list[tuple[str, dict]]] = {}
    for row in rows:
        names, is_one = (columns[3:], _may_be_one) if row["entry_id"] in exact else (COMPARED, _mostly_agree)
        # An empty cell contradicts nothing. "No person came" fits whoever ended the call.
        facts = {name: row[name] for name in names if row[name] not in (*UNSTATED, "unstated", "no_person")}
        variants = known.setdefault(row["entry_id"], [])
        entry_id = next((known_id for known_id, other in variants if is_one(facts, other)), None)
        if entry_id is None:
            # The new ID is made from the entry's content, so that it is the same whatever files come first.
            variant = f"{row['entry_id']} {sorted(facts.items())}".encode()
            entry_id = blake2b(variant, digest_size=16).hexdigest() if variants else row["entry_id"]
            variants.append((entry_id, facts))
        if entry_id != row["entry_id"]:
            renamed[row["source_id"]][row["entry_id"]] = entry_id
    return [_with_ids(export, renamed) for export in exports]


def _shared_ids(exports: list[pa.Table]) -> tuple[set[str], set[str]]:
    """IDs of entries in more than one sheet, and those among them with a time of their own."""
    times: Counter = Counter()
    exact: set[str] = set()
    for export in exports:
        ids = export.column("entry_id").to_pylist()
        if "started_precision_s" in export.column_names:
            precise = export.column("started_precision_s").to_pylist()
            exact |= {entry_id for entry_id, s in zip(ids, precise, strict=True) if s is not None and s <= EXACT_S}
        times.update(id for id, _ in {*zip(ids, export.column("source_id").to_pylist(), strict=True)})
    shared = {entry_id for entry_id, n in times.items() if n > 1}
    return shared, shared & exact


def _may_be_one(facts: dict, other: dict) -> bool:
    both = facts.keys() & other.keys()
    if case := {name for name in both & CASE_COLUMNS if not are_other_clients(facts[name], other[name])}:
        return any(facts[name] == other[name] for name in case)
    return all(facts[name] == other[name] for name in both & CALL_COLUMNS)


def _mostly_agree(facts: dict, other: dict) -> bool:
    both = facts.keys() & other.keys()
    both = both & set(RARELY_SHARED) or both
    return 2 * sum(facts[name] == other[name] for name in both) >= len(both)


def _with_ids(export: pa.Table, renamed: Mapping[str, Mapping[str, str]]) -> pa.Table:
    """Entries with their new IDs, by sheet."""
    sheets = export.column("source_id").to_pylist() if renamed else []
    for column in ("entry_id", "parent_entry_id") if not renamed.keys().isdisjoint(sheets) else ():
        ids = export.column(column).to_pylist()
        new_ids = [renamed.get(sheet, {}).get(id, id) for sheet, id in zip(sheets, ids, strict=True)]
        export = with_column(export, column, pa.array(new_ids, pa.string()))
    return export


# ---- ledgers of callbacks without times -------------------------------------------------------------------------

JOINED, UNSURE = "call_of_day_joined", "call_of_day_unsure"
DAY_S = 86400  # the precision of a date alone
PROMISES = ("urgent", "regular", "unknown")
CASE = ("sr_number", "matter", "receipt")
CONTENT = [*CASE, *"has_promise wait_outcome outcome promised reason line our_number callback_number agent_id".split()]
MOMENT = [*(column.name for column in schema.SHARED["local_time"]), "started_precision_s", "time_refers_to"]
SAYS_NOTHING = (*UNSTATED, "unstated", "other")
FEWEST_LISTED = 3  # if fewer, all days may be the same by chance
SHORTEST = 5  # letters and digits of a number that two cells may share: a year identifies no case


@dataclass(eq=False)
class _Entry:
    """Entry combined from all its rows: ``index`` is the first row, ``call`` the entry that a callback belongs to, and
    ``numbers`` what may name its case."""

    id: str
    index: int
    day: tuple
    call: str | None
    is_of_ledger: bool = True
    sheets: set[str] = field(default_factory=set)
    facts: dict = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def agrees_on(self, other: _Entry, names: Iterable[str]) -> list[bool]:
        """Whether each of these columns that both fill agrees."""
        return [self.facts[name] == other.facts[name] for name in self.facts.keys() & other.facts.keys() & {*names}]

    def calls_that_fit(self, others: Iterable[_Entry]) -> tuple[list[_Entry], bool, bool]:
        """Calls of its day that a ledger's call can be; whether a service request decides; whether it may be any at
        all."""
        # A call that was given up brought no promise.
        near = [other for other in others if all(self.agrees_on(other, ["wait_outcome"]))]
        alike = [other for other in near if all(self.agrees_on(other, CONTENT))]
        about = [other for other in near if any(self.agrees_on(other, CASE))]
        named = [
            other
            for other in about
            if self.agrees_on(other, ["sr_number"]) == [True]
            and all(self.agrees_on(other, ["has_promise"]))
            and _mostly_agree(self.facts, other.facts)
        ]
        has_promise = self.facts.get("has_promise", False)
        fitting = named or [other for other in about if has_promise and other in alike]
        promised = [other for other in fitting if has_promise and other.facts.get("has_promise")]
        # If one names no case, or both share part of one, nothing shows that they are two calls.
        may_be = about or [other for other in alike if not self.agrees_on(other, CASE)]
        may_be = may_be or [other for other in near if self.numbers & other.numbers]
        return promised if len(promised) == 1 else fitting, bool(named), bool(may_be)

    def callbacks_that_fit(self, others: Iterable[_Entry]) -> tuple[list[_Entry], bool, bool]:
        """Like `calls_that_fit`, for callbacks that belong to the same call."""
        near = [other for other in others if self.call == other.call is not None]
        return [other for other in near if all(self.agrees_on(other, CONTENT))], False, bool(near)


def joined_by_day(exports: list[pa.Table]) -> list[pa.Table]:
    """Entries, with each timeless call and callback of a ledger under the ID and time of the entry that it is."""
    rows = pa.concat_tables(exports) if exports else None
    if rows is None or not (is_of_ledger := _are_of_ledgers(rows)).any():
        return exports
    joined: dict[str, str] = {}
    unsure: set[str] = set()
    index_of: dict[str, int] = {}
    book_of = {
        sheet: n for n, export in enumerate(exports) for sheet in export.column("source_id").unique().to_pylist()
    }
    for kind, fit in (("dial", _Entry.calls_that_fit), ("ring", _Entry.callbacks_that_fit)):
        entries = _entries_of_days(rows, is_of_ledger, kind, joined)
        index_of |= {entry.id: entry.index for entry in entries}
        ids, others = _matched_entries(entries, fit)
        if kind == "dial":
            ids |= _listed_again(rows, entries, book_of)
        joined |= ids
        unsure |= others - joined.keys()
    return _rewritten(rows, exports, joined, unsure, index_of)


def _are_of_ledgers(rows: pa.Table) -> np.ndarray:
    """Whether each row is a call or callback with a date alone, in a sheet without waits."""
    waiting = pc.unique(rows.filter(rows.column("wait_s").is_valid()).column("source_id"))
    dated = pc.and_(pc.equal(rows.column("started_precision_s"), DAY_S), rows.column("started_at_local").is_valid())
    is_contact = pc.is_in(rows.column("kind"), value_set=pa.array(["dial", "ring"]))
    has_waits = pc.is_in(rows.column("source_id"), value_set=waiting)
    return pc.fill_null(pc.and_(pc.and_(dated, is_contact), pc.invert(has_waits)), False).to_numpy()


def _entries_of_days(rows: pa.Table, is_of_ledger: np.ndarray, kind: str, joined: dict[str, str]) -> list[_Entry]:
    """Entries of one kind on the days that appear in a ledger."""
    days = rows.column("started_at_local").to_numpy().astype("M8[D]")
    is_meant = pc.and_(pc.equal(rows.column("kind"), kind), pa.array(np.isin(days, np.unique(days[is_of_ledger]))))
    indices = np.flatnonzero(is_meant.to_numpy())
    needed = {"entry_id", "office_id", "source_id", "parent_entry_id", *RARELY_SHARED, *CONTENT} - {"has_promise"}
    found: dict[str, _Entry] = {}
    for index, row in zip(indices.tolist(), rows.select(sorted(needed)).take(indices).to_pylist(), strict=True):
        call = joined.get(row["parent_entry_id"], row["parent_entry_id"])
        entry = found.setdefault(row["entry_id"], _Entry(row["entry_id"], index, (row["office_id"], days[index]), call))
        entry.is_of_ledger &= bool(is_of_ledger[index])
        entry.sheets.add(row["source_id"])
        has_promise = {"has_promise": row["promised"] in PROMISES} if row["promised"] else {}
        facts = {name: row[name] for name in (*RARELY_SHARED, *CONTENT) if row.get(name) not in SAYS_NOTHING}
        written = [facts[name] for name in CASE if name in facts]
        words = {word for text in written for word in identifiers_in(text) if any(map(str.isdigit, word))}
        entry.numbers |= {word for word in words if len(word) >= SHORTEST}
        facts |= {name: comparable(facts[name]).removeprefix("sr") for name in CASE if name in facts}
        # A request may be logged with its callback or without.
        facts |= {"outcome": "callback_promised"} if row["outcome"] == "service_request" else {}
        entry.facts = facts | has_promise | entry.facts
    return list(found.values())


def _matched_entries(entries: Sequence[_Entry], fit) -> tuple[dict[str, str], set[str]]:
    """ID of the matching entry for each ledger entry; and the ledger entries with several or doubtful matches."""
    of_day: dict[tuple, list[_Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.is_of_ledger:
            of_day[entry.day].append(entry)
    claims: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    unsure: set[str] = set()
    for entry in (entry for entry in entries if entry.is_of_ledger):
        # Two rows that someone wrote into one sheet are two calls.
        fitting, is_named, may_be = fit(entry, [o for o in of_day[entry.day] if not entry.sheets & o.sheets])
        if len(fitting) == 1:
            claims[fitting[0].id].append((entry.id, is_named))
        elif may_be:
            unsure.add(entry.id)
    joined: dict[str, str] = {}
    for id, claiming in claims.items():
        sure = [own for own, is_named in claiming if is_named] or [own for own, _ in claiming if len(claiming) == 1]
        joined |= dict.fromkeys(sure, id)
        unsure |= {own for own, _ in claiming} - {*sure}
    return joined, unsure


def _listed_again(rows: pa.Table, entries: Sequence[_Entry], book_of: Mapping[str, int]) -> dict[str, str]:
    """IDs for the calls of a sheet that lists exactly the promised calls of its workbook's other sheets.

    Days alone decide, and no two calls may share one. A match of only some days may be chance.
    """
    is_promised = pc.and_(pc.equal(rows.column("kind"), "dial"), pc.is_in(rows.column("promised"), pa.array(PROMISES)))
    promised = rows.filter(is_promised).select(["entry_id", "office_id", "source_id", "started_at_local"])
    days = promised.column("started_at_local").to_numpy().astype("M8[D]")
    every = list(zip(*(promised.column(name).to_pylist() for name in promised.column_names[:3]), days, strict=True))
    by_id, by_sheet = {entry.id: entry for entry in entries}, defaultdict[str, list[_Entry]](list)
    for entry in entries:
        for sheet in entry.sheets if entry.is_of_ledger and len(entry.sheets) == 1 else ():
            by_sheet[sheet].append(entry)
    found: dict[str, str] = {}
    for sheet, own in by_sheet.items():
        first, last = min(entry.day for entry in own), max(entry.day for entry in own)
        of_others = {
            id: (office, day)
            for id, office, source, day in every
            if source != sheet and book_of[source] == book_of[sheet] and first <= (office, day) <= last
        }
        ids = {day: id for id, day in of_others.items()}
        listed = {entry.day for entry in own if entry.facts.get("has_promise")}
        if len(own) >= FEWEST_LISTED and len(listed) == len(own) == len(of_others) and listed == ids.keys():
            same = [(entry, by_id[ids[entry.day]]) for entry in own]
            if all(all(entry.agrees_on(other, CONTENT)) for entry, other in same):
                found |= {entry.id: other.id for entry, other in same}
    return found


def _rewritten(rows: pa.Table, exports, joined: dict[str, str], unsure: set[str], index_of) -> list[pa.Table]:
    """Rows of the exports with the new IDs, times, and warnings."""
    ids = rows.column("entry_id").to_pylist()
    of_moment = pa.array([index_of[joined[id]] if id in joined else index for index, id in enumerate(ids)])
    for name in MOMENT:
        rows = with_column(rows, name, rows.column(name).take(of_moment))
    code = dict.fromkeys(unsure, UNSURE) | dict.fromkeys([*joined, *joined.values()], JOINED)
    warned = _warned(rows, pa.array([code.get(id) for id in ids], pa.string()))
    renamed = dict.fromkeys(rows.column("source_id").unique().to_pylist(), joined) if joined else {}
    rows = _with_ids(warned, renamed)
    starts = np.cumsum([0, *(export.num_rows for export in exports)])
    return [rows.slice(start, export.num_rows) for start, export in zip(starts.tolist(), exports, strict=False)]
