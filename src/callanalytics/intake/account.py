"""The account of a run: every file's rows, what was known before, what a person has to mend."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies
from callanalytics.facts import duplicates
from callanalytics.facts.arrays import Rows
from callanalytics.intake import publishing
from callanalytics.intake.exports import Export
from callanalytics.intake.gathering import Gathered
from callanalytics.intake.receipt import Asked, FileEntry, Fix, Receipt, entries_of
from callanalytics.intake.succession import base_id
from callanalytics.intake.tally import count_by, is_whole_row
from callanalytics.read import Passed
from callanalytics.store import Store
from callanalytics.store.apart import split_collisions
from callanalytics.store.union import Correction


def receipt(found: Gathered, read: Sequence[Export], planned, store: Store | None, cards, told, lines) -> Receipt:
    """The receipt of a plan: of the exports read, those that wait for an answer and those that are taken.

    ``cards`` are by digest, of the files that the store holds; ``told`` is to be told beside; ``lines`` is what
    became of hand logs (:mod:`.succession`).
    """
    entries = _entries(found, planned, store, cards)
    newest = [export for export in planned.exports if not export.older_than]
    return Receipt(
        files=tuple(entries),
        questions=(*_asked(read, planned.exports), *found.asked, *lines.asked),
        problems=tuple(found.problems),
        passed=(*found.passed, *_repeats_of_nothing(found, entries)),
        to_fix=tuple(fix for export in newest for fix in _fixes(export)),
        aside=_aside(planned.exports),
        unclear=tuple(unclear for export in newest for unclear in export.unclear),
        unread=tuple((export.shown, column) for export in newest for column in export.unread),
        notes=tuple(dict.fromkeys([*told, *map(_near, lines.near), *map(_back, lines.back)])),
        versions=tuple(lines.told),
        office=planned.office["name"] if planned.office else "",
        names=found.names,
        places=found.places,
    )


def _asked(read: Sequence[Export], taken: Sequence[Export]) -> Iterator[Asked]:
    """The questions of each export, but of an older version of a sheet of which nothing counts."""
    older = {export.id for export in taken if export.older_than}
    for export in (export for export in read if export.id not in older):
        rows = export.waiting or sum(map(export.rows_of, ("calls", "notes")))
        yield from (Asked(export.shown, rows, question) for question in export.questions)


def _entries(found: Gathered, planned, store: Store | None, cards) -> list[FileEntry]:
    """One entry a file, those read first, then those the store has, then the repeats."""
    entries: list[FileEntry] = []
    for export, twice in zip(planned.exports, _duplicates(planned, store), strict=True):
        told = {"title": export.format.title, "export": export.shown}
        if export.older_than:
            told |= {"state": "older", "like": _shown(export.older_than, planned, store)}
        entries += entries_of(export.tables["sources"].to_pylist(), twice, **told)
    if found.stored:
        entries += _stored_entries(found, cards, store)
    by_digest = {entry.sha256: entry for entry in entries}
    for file, digest in found.repeats:
        if same := by_digest.get(digest):
            held = same.calls + same.notes
            entries.append(replace(same, file=file.shown, state="repeat", like=same.file, duplicates=held, export=""))
    return entries


def _repeats_of_nothing(found: Gathered, entries: Sequence[FileEntry]) -> list[Passed]:
    """Repeats of a file that could not be taken itself."""
    taken = {entry.sha256 for entry in entries}
    return [Passed(file.shown, "the same bytes as another") for file, digest in found.repeats if digest not in taken]


def _stored_entries(found: Gathered, cards: dict[str, dict], store: Store) -> list[FileEntry]:
    """Files whose bytes the store holds, with the counts of then; pages that were read together stay together."""
    sources = store.sources()
    digests = pa.array([file.sha256 for file in found.stored], pa.string())
    rows = sources.filter(pc.is_in(sources.column("sha256"), value_set=digests)).to_pylist()
    held = {row["source_id"]: row["calls"] + row["notes"] for row in rows}
    by_digest = {entry.sha256: entry for entry in entries_of(rows, held, state="stored")}
    return [
        replace(by_digest[file.sha256], file=file.shown, export=_read_together(cards[file.sha256]))
        for file in found.stored
    ]


def _read_together(card: dict) -> str:
    return card["name"] if len(card["files"]) > 1 else ""


def _duplicates(planned, store: Store | None) -> list[dict[str, int]]:
    """By export and source: how many of its calls and notes the store, or an export before it, holds too.

    Entries of one day in two people's logs are told apart by what they say, as when they are stored.
    """
    counted: list[Counter] = [Counter() for _ in planned.exports]
    for name in ("calls", "notes"):
        given = [export.tables[name] for export in planned.exports]
        held = _held(name, planned, store)
        if (
            not any(table.num_rows for table in held)
            and sum(export.rows_of(name) > 0 for export in planned.exports) < 2
        ):
            continue  # there is nothing in which it might stand too
        if name == "notes":
            both = split_collisions([*held, *given])
            held, given = both[: len(held)], both[len(held) :]
        for counter, table, seen in zip(counted, given, seen_before(held, given, publishing.IDS[name]), strict=True):
            ids = pc.unique(table.column("source_id")).to_pylist()
            mask = seen if name == "calls" else seen & is_whole_row(table)
            counter.update(dict(zip(ids, count_by(table, ids, mask).tolist(), strict=True)))
    return [dict(counter) for counter in counted]


def seen_before(held: Sequence[pa.Table], tables: Sequence[pa.Table], id: str) -> list[np.ndarray]:
    """For each row of tables in order: whether its id is in those held, or in a table before."""
    columns = [chunk for table in (*held, *tables) for chunk in table.column(id).chunks]
    code = pa.chunked_array(columns, pa.string()).combine_chunks().dictionary_encode().indices.to_numpy()
    _, first = np.unique(code, return_index=True)
    is_first = np.zeros(len(code), bool)
    is_first[first] = True
    n = sum(table.num_rows for table in held)
    edges = np.cumsum([n, *(table.num_rows for table in tables)])
    return [~is_first[a:b] for a, b in itertools.pairwise(edges)]


def _held(name: str, planned, store: Store | None) -> list[pa.Table]:
    """What the store holds: of calls as they are counted, of entries source by source; not of sources that are replaced
    or read again."""
    if store is None or not store.version:
        return []
    replaced = {*planned.dropped, *planned.again}
    if name == "calls" and not replaced:
        return [store.read(name)]
    return [store.read_source(source, name) for source in store.source_ids() if source not in replaced]


def _fixes(export: Export) -> list[Fix]:
    sources = export.tables["sources"]
    names = dict(zip(sources.column("source_id").to_pylist(), sources.column("name").to_pylist(), strict=True))
    return [
        Fix(names[r["source_id"]], r["row"], r["column"], r["reason"], r["found"], r["wanted"])
        for r in export.tables["rejects"].to_pylist()
    ]


def _aside(given: Sequence[Export]) -> dict[str, int]:
    counted: Counter = Counter()
    for export in given:
        for pair in pc.value_counts(export.tables["set_aside"].column("reason")).to_pylist():
            counted[pair["values"]] += pair["counts"]
    return dict(counted.most_common())


def _shown(id: str, planned, store: Store | None) -> str:
    """What a message calls the export of this id, in this run or in the store."""
    named = next((export.shown for export in planned.exports if export.id == id), None)
    sources = [source for source in store.source_ids() if base_id(source) == id] if store and not named else ()
    return named or next((store.source_card(source)["name"] for source in sources), id)


def _near(pair: tuple[str, str, int]) -> str:
    """Two hand logs that share too few entries to be states of one, and might be all the same."""
    one, other, n = pair
    return (
        f"{one} and {other} have {n:,} {'entry' if n == 1 else 'entries'} in common, which count once. If one is a "
        "newer version of the other, ingest the newer again with  --replaces  and the name of the older"
    )


def _back(pair: tuple[str, int]) -> str:
    """Rows that had been set aside as an older version."""
    name, n = pair
    return f"{n:,} {'entry' if n == 1 else 'entries'} of {name} {'counts' if n == 1 else 'count'} again"


def corrected(given: Sequence[Correction], exports: Sequence[Export], sources: pa.Table) -> list[str]:
    """One line on the calls that an export of this run tells differently from another; the newer counts."""
    names = dict(zip(sources.column("source_id").to_pylist(), sources.column("name").to_pylist(), strict=True))
    ours = {id for export in exports for id in export.tables["sources"].column("source_id").to_pylist()}
    told = [c for c in given if {c.source_id, c.by_source_id} & ours]
    if not told:
        return []
    shown = [
        f"{', '.join(c.columns)} of row {c.by_row} of {names[c.by_source_id]} in place of row {c.row} of "
        f"{names[c.source_id]}"
        for c in told[:3]
    ]
    more = f"; and {len(told) - 3:,} more" if len(told) > 3 else ""
    what = "1 call or entry is" if len(told) == 1 else f"{len(told):,} calls or entries are"
    return [f"{what} told differently by two exports; the one read last counts: {'; '.join(shown)}{more}"]


def noted_twice(exports: Sequence[Export], office: dict, tables: Mapping[str, pa.Table]) -> list[str]:
    """One line on the rows of hand logs that note one call, where a row of this run is among them."""
    rows, sources = Rows(tables["notes"], publishing.IDS["notes"]), tables["sources"]
    calls, agency = Rows(tables["calls"], publishing.IDS["calls"]), agencies.uscis()
    phone = duplicates.phone_logs(office, calls, rows, tables["coverage"], agency)
    ours = {id for export in exports for id in export.tables["sources"].column("source_id").to_pylist()}
    names = dict(zip(sources.column("source_id").to_pylist(), sources.column("name").to_pylist(), strict=True))
    source, number = rows.texts("source_id"), rows.numbers("source_row").tolist()
    stands = duplicates.duplicate_notes(rows, phone)
    groups: dict[int, list[int]] = {}
    for place in np.flatnonzero((stands >= 0) & rows.is_("kind", "dial")).tolist():
        groups.setdefault(stands[place], [stands[place]]).append(place)
    told = [group for group in groups.values() if ours & {source[place] for place in group}]
    lines = [
        f"{len(group)} rows note the same call: {_places(sorted((names[source[p]], number[p]) for p in group))}"
        for group in told[:SHOWN_DOUBLES]
    ]
    if not lines:
        return []
    more = f"; and {len(told) - SHOWN_DOUBLES:,} more calls" if len(told) > SHOWN_DOUBLES else ""
    return [f"{'; '.join(lines)}{more}. Each counts once; no row is lost"]


SHOWN_DOUBLES = 5


def _places(rows: Sequence[tuple[str, int]]) -> str:
    """
    >>> _places([("log.csv", 41), ("log.csv", 42)]), _places([("a.csv", 3), ("b.csv", 9)])
    ('rows 41 and 42 of log.csv', 'row 3 of a.csv and row 9 of b.csv')
    """
    by_name: dict[str, list[str]] = {}
    for name, number in rows:
        by_name.setdefault(name, []).append(str(number))
    return " and ".join(
        f"{'row' if len(numbers) == 1 else 'rows'} {' and '.join(numbers)} of {name}"
        for name, numbers in by_name.items()
    )
