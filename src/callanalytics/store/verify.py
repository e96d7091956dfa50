"""Whether the store is still what was written: digests, shapes, counts, ids, and where every row came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.errors import CallLogError
from callanalytics.store import layout, parquet

IDS = {
    "calls": "call_id",
    "notes": "note_id",
    "notices": "notice_id",
    "offices": "office_id",
    "dials": "dial_id",
    "rings": "ring_id",
    "promises": "promise_id",
}
REFERENCES = (  # column of a table -> the table and column where each of its values must be
    *((name, "office_id", "offices", "office_id") for name in schema.TABLES if name != "offices"),
    *((name, "source_id", "sources", "source_id") for name in ("calls", "notes", "notices", "rejects", "set_aside")),
    *((name, "call_id", "calls", "call_id") for name in ("dials", "rings")),
    *((name, "note_id", "notes", "note_id") for name in ("dials", "rings")),
    ("coverage", "source_id", "sources", "source_id"),
    ("rings", "notice_id", "notices", "notice_id"),
    ("promises", "promise_id", "notes", "note_id"),
    ("rings", "promise_id", "promises", "promise_id"),
)


def problems(store) -> list[str]:
    """Everything wrong with the store's own files, one sentence each; nothing if it is whole.

    Looked at are all versions that are kept, the sources, the tables of the version in force, and whether
    these hold exactly the calls and notes that the sources gave. The exports themselves are not needed.
    """
    found = []
    for version in layout.versions(store.root, store.disk):
        if layout.number_of(version) <= layout.number_of(store.version):
            found += _of_version(store, version)
    found += [p for source in store.manifest["sources"] for p in _of_source(store, source)]
    found += _of_stable_names(store)
    if not found:  # a damaged file has been named already; what it holds would only repeat it
        tables = {name: store.read(name) for name in schema.TABLES}
        found += [*_of_words(tables), *_of_ids(tables), *_of_references(tables), *_of_counts(tables)]
        found += _of_union(store, tables)
    return found


def _of_version(store, version) -> Iterator[str]:
    folder = store.root / layout.PUBLISHED / version
    try:
        told = store.disk.read(folder / layout.MANIFEST)
        manifest = layout.manifest_of(store.root, version, store.disk)
    except (OSError, CallLogError):
        if not folder.exists():  # an ingest beside us has just removed it
            return
        yield f"{layout.PUBLISHED}/{version}: {layout.MANIFEST} cannot be read"
        return
    if layout.version_name(layout.number_of(version), told) != version:
        yield f"{layout.PUBLISHED}/{version}: {layout.MANIFEST} was changed"
    listed = {f"{name}.parquet": told for name, told in manifest["tables"].items()}
    yield from _of_files(folder, listed, layout.MANIFEST, store.disk)


def _of_source(store, source) -> Iterator[str]:
    folder = store.root / layout.SOURCES / source["id"]
    try:
        told = store.disk.read(folder / layout.SOURCE_CARD)
        listed = json.loads(told)["files"]
    except (OSError, ValueError, KeyError):
        yield f"{layout.SOURCES}/{source['id']}: {layout.SOURCE_CARD} cannot be read"
        return
    if hashlib.sha256(told).hexdigest() != source["sha256"]:
        yield f"{layout.SOURCES}/{source['id']}: {layout.SOURCE_CARD} was changed"
    yield from _of_files(folder, listed, layout.SOURCE_CARD, store.disk)


def _of_files(folder: Path, listed: dict, card: str, disk) -> Iterator[str]:
    """Each file of a folder against what its card says of it, and the folder against files nobody listed."""
    where = f"{folder.parent.name}/{folder.name}"
    for name in sorted(set(disk.names(folder)) - set(listed) - {card}):
        if name.lower() not in layout.PASSING:
            yield f"{where}: a file stands there that does not belong to it"
    for name, told in listed.items():
        try:
            data = disk.read(folder / name)
        except OSError:
            yield f"{where}/{name} is missing or cannot be read"
            continue
        if hashlib.sha256(data).hexdigest() != told["sha256"]:
            yield f"{where}/{name} is not as it was written: its digest differs"
        else:
            yield from _of_shape(f"{where}/{name}", name.removesuffix(".parquet"), data, told["rows"])


def _of_shape(where, name, data, rows) -> Iterator[str]:
    try:
        table = parquet.read(pa.BufferReader(data), name)
    except (pa.ArrowException, ValueError, KeyError):
        yield f"{where} does not have the columns of {name}"
        return
    if table.num_rows != rows:
        yield f"{where} holds {table.num_rows:,} rows; {rows:,} are recorded"


def _of_stable_names(store) -> Iterator[str]:
    """The files people open by their stable names show the version in force."""
    for name, told in store.manifest["tables"].items():
        try:
            data = store.disk.read(store.root / f"{name}.parquet")
        except OSError:
            yield f"{name}.parquet is missing or cannot be read"
            continue
        if hashlib.sha256(data).hexdigest() != told["sha256"]:
            yield f"{name}.parquet does not show the version in force: open the store once to renew it"


def _of_words(tables) -> Iterator[str]:
    for name, table in tables.items():
        for column in schema.TABLES[name].columns:
            if column.words:
                used = set(pc.unique(table.column(column.name)).to_pylist()) - {None, *column.words}
                if used:
                    yield f"{name}.{column.name} holds {len(used)} words that are not on its list"


def _of_ids(tables) -> Iterator[str]:
    for name, column in IDS.items():
        ids = tables[name].column(column)
        if twice := len(ids) - pc.count_distinct(ids).as_py():
            yield f"{name}: {twice:,} rows carry an id that another row has"


def _of_references(tables) -> Iterator[str]:
    for name, column, other, key in REFERENCES:
        values = tables[name].column(column).drop_null()
        known = pc.is_in(values, value_set=tables[other].column(key).combine_chunks())
        if strays := len(values) - (pc.sum(known).as_py() or 0):
            yield f"{name}.{column}: {strays:,} rows name a row of {other} that is not there"


def _of_counts(tables) -> Iterator[str]:
    """Each file's rows are all accounted for."""
    sources = tables["sources"]
    parts = [sources.column(c).cast(pa.int64()) for c in ("calls", "notes", "notices", "rejects", "set_aside")]
    total = parts[0]
    for part in parts[1:]:
        total = pc.add(total, part)
    wrong = pc.sum(pc.not_equal(total, sources.column("rows"))).as_py() or 0
    if wrong:
        yield f"sources: in {wrong:,} files the rows are not calls + notes + notices + rejects + set aside"


def _of_union(store, tables) -> Iterator[str]:
    """The published tables hold what the sources gave: every id, no other, and every reject and set-aside row."""
    for name in ("calls", "notes", "notices"):
        parts = [store.read_source(s, name).column(IDS[name]) for s in store.source_ids()]
        given = pc.unique(pa.chunked_array([c for part in parts for c in part.chunks], pa.string()))
        here = tables[name].column(IDS[name])
        missing = len(given) - (pc.sum(pc.is_in(given, value_set=here.combine_chunks())).as_py() or 0)
        foreign = len(here) - (pc.sum(pc.is_in(here, value_set=given)).as_py() or 0)
        if missing:
            yield f"{name}: {missing:,} rows of the sources are not in the published table"
        if foreign:
            yield f"{name}: {foreign:,} published rows are in no source"
    for name in ("rejects", "set_aside", "sources"):
        given = sum(store.read_source(s, name).num_rows for s in store.source_ids())
        if given != tables[name].num_rows:
            yield f"{name}: {tables[name].num_rows:,} rows are published; the sources gave {given:,}"
