"""Whether the store is still what was written: digests, shapes, counts, ids, and where every row came from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.errors import CallLogError
from callanalytics.store import layout, parquet, union

# Rows by table and digest: versions share most of their tables, and the same bytes need be read once.
Shapes = dict[tuple[str, str], int | None]
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
    ("notes", "follows", "notes", "note_id"),
    ("coverage", "source_id", "sources", "source_id"),
    ("rings", "notice_id", "notices", "notice_id"),
    ("promises", "promise_id", "notes", "note_id"),
    ("promises", "dial_id", "dials", "dial_id"),
    ("rings", "promise_id", "promises", "promise_id"),
)


def problems(store) -> list[str]:
    """Everything wrong with the store's own files, one sentence each; nothing if it is whole.

    Looked at are all versions that are kept, the sources, the tables of the version in force, and whether
    these hold exactly the calls and notes that the sources gave. The exports themselves are not needed.
    """
    found, shapes = [], {}
    for version in layout.versions(store.root, store.disk):
        if layout.number_of(version) <= layout.number_of(store.version):
            found += _of_version(store, version, shapes)
    found += [p for source in store.manifest["sources"] for p in _of_source(store, source, shapes)]
    found += _of_stable_names(store)
    if not found:  # a damaged file has been named already; what it holds would only repeat it
        tables = {name: store.read(name) for name in schema.TABLES}
        found += [*_of_words(tables), *_of_ids(tables), *_of_references(tables), *_of_counts(tables)]
        found += _of_union(store, tables)
    return found


def _of_version(store, version, shapes: Shapes) -> Iterator[str]:
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
    yield from _of_files(folder, listed, layout.MANIFEST, store.disk, shapes)


def _of_source(store, source, shapes: Shapes) -> Iterator[str]:
    folder = store.root / layout.SOURCES / source["id"]
    try:
        told = store.disk.read(folder / layout.SOURCE_CARD)
        listed = json.loads(told)["files"]
    except (OSError, ValueError, KeyError):
        yield f"{layout.SOURCES}/{source['id']}: {layout.SOURCE_CARD} cannot be read"
        return
    if hashlib.sha256(told).hexdigest() != source["sha256"]:
        yield f"{layout.SOURCES}/{source['id']}: {layout.SOURCE_CARD} was changed"
    yield from _of_files(folder, listed, layout.SOURCE_CARD, store.disk, shapes)


def _of_files(folder: Path, listed: dict, card: str, disk, shapes: Shapes) -> Iterator[str]:
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
            yield from _of_shape(f"{where}/{name}", name.removesuffix(".parquet"), data, told, shapes)


def _of_shape(where, name, data, told, shapes: Shapes) -> Iterator[str]:
    key = name, told["sha256"]
    if key not in shapes:
        shapes[key] = _rows_of(data, name)
    rows = shapes[key]
    if rows is None:
        yield f"{where} does not have the columns of {name}"
    elif rows != told["rows"]:
        yield f"{where} holds {rows:,} rows; {told['rows']:,} are recorded"


def _rows_of(data: bytes, name: str) -> int | None:
    """How many rows a file's bytes hold; None where they are not of the table."""
    try:
        return parquet.read(pa.BufferReader(data), name).num_rows
    except (pa.ArrowException, ValueError, KeyError):
        return None


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
    """The published tables hold what the sources gave, every row and column of it, and nothing else."""
    for name in ("calls", "notes", "notices", "rejects", "set_aside", "sources"):
        given = [store.read_source(source, name) for source in store.source_ids()]
        expected = parquet.ordered(name, pa.concat_tables([schema.empty(name), *_by_office(given, name)]))
        if not expected.equals(tables[name]):
            yield from _differences(name, expected, tables[name])


def _by_office(given: list[pa.Table], name: str) -> Iterator[pa.Table]:
    """What the sources of each office gave, as it is to be published."""
    filled = [(table.column("office_id")[0].as_py(), table) for table in given if table.num_rows]
    for office in sorted({office for office, _ in filled}):
        own = [table for owner, table in filled if owner == office]
        yield union.united(own, union.IDS[name]) if name in union.IDS else pa.concat_tables(own)


def _differences(name: str, expected: pa.Table, here: pa.Table) -> Iterator[str]:
    key = union.IDS.get(name)
    wanted, found = (Counter(map(repr, table.to_pylist())) for table in (expected, here))
    missing, foreign = (wanted - found).total(), (found - wanted).total()
    if key:
        ids = [set(table.column(key).to_pylist()) for table in (expected, here)]
        missing, foreign = len(ids[0] - ids[1]), len(ids[1] - ids[0])
        if differing := (found - wanted).total() - foreign:
            yield f"{name}: {differing:,} published rows say something else than the sources"
    if missing:
        yield f"{name}: {missing:,} rows of the sources are not in the published table"
    if foreign:
        yield f"{name}: {foreign:,} published rows are in no source"
