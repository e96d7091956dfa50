"""Verify that the store still matches its manifests and source cards: digests, shapes, counts, IDs, sources of rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache, reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.errors import CallLogError
from callanalytics.store import commit, merge, migrations, parquet


def refuse_changed(path: Path, sha256: str) -> None:
    """Refuse a file that differs from what was written, byte for byte. It is hashed once as long as it stays unchanged.

    A checksum in a Parquet file protects its pages, but not what its footer says of them.

    Raises
    ------
    ValueError
        The file's digest differs.
    """
    known = path.stat()
    if _cached_digest(path, known.st_mtime_ns, known.st_size) != sha256:
        raise ValueError(f"{path.name} has changed since it was written: its digest differs")


@lru_cache(maxsize=1 << 14)
def _cached_digest(path: Path, changed_ns: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Rows by table and digest: versions share most files, and the same bytes need to be read only once.
Shapes = dict[tuple[str, str], int | None]
OF_FILES = (*schema.LOGGED, "rejects", "set_aside")  # the tables that the rows of a file go to
REFERENCES = (  # column of a table -> the table and column where each of its values must be
    *((name, "office_id", "offices", "office_id") for name in schema.TABLES if name != "offices"),
    *((name, "source_id", "sources", "source_id") for name in OF_FILES),
    *((name, "call_id", "calls", "call_id") for name in ("agency_calls", "callbacks")),
    *((name, "entry_id", "entries", "entry_id") for name in ("agency_calls", "callbacks")),
    ("entries", "parent_entry_id", "entries", "entry_id"),
    ("coverage", "source_id", "sources", "source_id"),
    ("callbacks", "notice_id", "notices", "notice_id"),
    ("promises", "promise_id", "entries", "entry_id"),
    ("promises", "agency_call_id", "agency_calls", "agency_call_id"),
    ("callbacks", "promise_id", "promises", "promise_id"),
)


def problems(store, deep: bool) -> list[str]:
    """Problems of the store's own files, one sentence each; empty if it is whole.

    The check covers every kept version and the sources: whether each file is as it was written. ``deep`` also checks
    the tables of the current version, row by row, and whether they hold exactly the calls and entries that the sources
    gave. The exports themselves are not needed.
    """
    found: list[str] = []
    shapes: Shapes | None = {} if deep else None
    for version in commit.versions(store.root, store.disk):
        if commit.number_of(version) <= commit.number_of(store.version):
            found += _check_version(store, version, shapes)
    found += [p for source in store.manifest["sources"] for p in _check_source(store, source, shapes)]
    found += _check_stable_names(store)
    if deep and not found:  # a damaged file is already reported; checking its rows would only repeat it
        return _check_rows(store)
    return found


def _check_rows(store) -> list[str]:
    """Problems of the rows in the current version, read one office at a time."""
    sources: dict[str, list[str]] = {office["office_id"]: [] for office in store.offices()}
    sources |= {entry["office_id"]: [] for entry in store.manifest["files"].values() if "office_id" in entry}
    sources |= {office: [] for office in store.read("sources", columns=["office_id"]).column("office_id").to_pylist()}
    for source in store.source_ids():
        owners = store.read_source(source, "sources").column("office_id").to_pylist()
        sources.setdefault(owners[0] if owners else "", []).append(source)
    strange: dict[str, set[str]] = defaultdict(set)
    wrong: Counter[str] = Counter()  # by sentence
    for office, own in sources.items():
        tables = {name: store.read(name, [office]) for name in schema.TABLES}
        for name in tables:
            for column in (column for column in schema.TABLES[name].columns if column.words):
                used = set(pc.unique(tables[name].column(column.name)).to_pylist()) - {None, *column.words}
                strange[f"{name}.{column.name}"] |= used
        for check in (
            _check_ids(tables),
            _check_references(tables),
            _check_counts(tables),
            _check_union(store, tables, own),
        ):
            wrong.update(dict(check))
    found = [
        f"{column} holds {len(words)} words that are not on its list" for column, words in strange.items() if words
    ]
    return found + [sentence.format(f"{n:,}") for sentence, n in wrong.items()]


def _check_version(store, version, shapes: Shapes | None) -> Iterator[str]:
    folder = store.root / commit.PUBLISHED / version
    try:
        manifest_bytes = store.disk.read(folder / commit.MANIFEST)
        manifest = commit.manifest_of(store.root, version, store.disk)
    except (OSError, CallLogError):
        if not folder.exists():  # another ingest has just removed it
            return
        yield f"{commit.PUBLISHED}/{version}: {commit.MANIFEST} cannot be read"
        return
    if commit.version_name(commit.number_of(version), manifest_bytes) != version:
        yield f"{commit.PUBLISHED}/{version}: {commit.MANIFEST} was changed"
    yield from _check_files(folder, manifest["files"], commit.MANIFEST, store.disk, shapes)


def _check_source(store, source, shapes: Shapes | None) -> Iterator[str]:
    folder = store.root / commit.SOURCES / source["id"]
    try:
        card_bytes = store.disk.read(folder / commit.SOURCE_CARD)
        listed = json.loads(card_bytes)["files"]
    except (OSError, ValueError, KeyError):
        yield f"{commit.SOURCES}/{source['id']}: {commit.SOURCE_CARD} cannot be read"
        return
    if hashlib.sha256(card_bytes).hexdigest() != source["sha256"]:
        yield f"{commit.SOURCES}/{source['id']}: {commit.SOURCE_CARD} was changed"
    yield from _check_files(folder, listed, commit.SOURCE_CARD, store.disk, shapes)


def _check_files(folder: Path, listed: dict, card: str, disk, shapes: Shapes | None) -> Iterator[str]:
    """Check each file of a folder against its card, and the folder for files that are not listed."""
    where = f"{folder.parent.name}/{folder.name}"
    yield from _check_strangers(where, folder, listed, {card}, disk)
    for name, entry in listed.items():
        try:
            data = disk.read(folder / name)
        except OSError:
            yield f"{where}/{name} is missing or cannot be read"
            continue
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            yield f"{where}/{name} has changed since it was written: its digest differs"
        elif shapes is not None:
            yield from _check_shape(f"{where}/{name}", parquet.table_of_file(name), data, entry, shapes)


def _check_strangers(where: str, folder: Path, listed: Collection[str], others: set[str], disk) -> Iterator[str]:
    """Report unlisted files in a folder and in the folders of its tables."""
    for inside in {"", *(name.rpartition("/")[0] for name in listed)}:
        known = {name.removeprefix(f"{inside}/").partition("/")[0] for name in listed if name.startswith(inside)}
        for name in disk.names(folder / inside):
            if name not in known | (set() if inside else others) and name.lower() not in commit.IGNORED_NAMES:
                yield f"{where} holds a file that does not belong to it"


def _check_shape(where, name, data, entry, shapes: Shapes) -> Iterator[str]:
    key = name, entry["sha256"]
    if key not in shapes:
        # The name may be that of the table in an earlier shape.
        today = next((today for today, former in migrations.BEFORE_3.items() if former == name), name)
        try:
            shapes[key] = parquet.read(pa.BufferReader(data), today).num_rows
        except (pa.ArrowException, ValueError, KeyError):
            shapes[key] = None
    rows = shapes[key]
    if rows is None:
        yield f"{where} does not have the columns of {name}"
    elif rows != entry["rows"]:
        yield f"{where} holds {rows:,} rows; {entry['rows']:,} are recorded"


def _check_stable_names(store) -> Iterator[str]:
    """Check that the files with stable names show exactly the current version."""
    files, version = store.manifest["files"], store.root / commit.PUBLISHED / store.version
    for name, entry in files.items():
        shown = store.root / name
        try:
            is_same = (
                shown.samefile(version / name) or hashlib.sha256(store.disk.read(shown)).hexdigest() == entry["sha256"]
            )
        except OSError:
            yield f"{name} is missing or cannot be read"
            continue
        if not is_same:
            yield f"{name} does not show the current version: open the store once to renew it"
    for table in {name.partition("/")[0] for name in files if "/" in name}:
        here = {name.partition("/")[2] for name in files if name.startswith(f"{table}/")}
        if strangers := set(store.disk.names(store.root / table)) - here:
            yield f"{table}: {len(strangers):,} files in its folder do not belong to it"


# ---- rows of an office: a sentence for each problem, and the number of rows ------------------------------

Wrong = Iterator[tuple[str, int]]


def _check_ids(tables) -> Wrong:
    """Check that IDs are unique. An ID contains the office, so no two offices share one."""
    for name, column in ((spec.name, spec.id) for spec in schema.TABLES.values() if spec.id):
        ids = tables[name].column(column)
        if twice := len(ids) - pc.count_distinct(ids).as_py():
            yield f"{name}: {{}} rows have an id that another row has", twice


def _check_references(tables) -> Wrong:
    for name, column, other, key in REFERENCES:
        values = tables[name].column(column).drop_null()
        known = pc.is_in(values, value_set=tables[other].column(key).combine_chunks())
        if strays := len(values) - (pc.sum(known).as_py() or 0):
            yield f"{name}.{column}: {{}} rows refer to a row of {other} that does not exist", strays


def _check_counts(tables) -> Wrong:
    """Check that every row of each file is accounted for."""
    sources = tables["sources"]
    parts = [sources.column(c).cast(pa.int64()) for c in OF_FILES]
    total = reduce(pc.add, parts)
    if wrong := pc.sum(pc.not_equal(total, sources.column("rows"))).as_py():
        yield "sources: in {} files the rows are not calls + entries + notices + rejects + set aside", wrong


def _check_union(store, tables, sources: Collection[str]) -> Wrong:
    """Check that the published tables hold exactly the rows and columns that the sources gave."""
    for name in (*OF_FILES, "sources"):
        given = [schema.empty(name), *(store.read_source(source, name) for source in sources)]
        united = merge.united(given, merge.IDS[name]) if name in merge.IDS else pa.concat_tables(given)
        expected = parquet.ordered(name, united)
        if not expected.equals(tables[name]):
            yield from _differences(name, expected, tables[name])


def _differences(name: str, expected: pa.Table, here: pa.Table) -> Wrong:
    key = merge.IDS.get(name)
    wanted, found = (Counter(map(repr, table.to_pylist())) for table in (expected, here))
    missing, foreign = (wanted - found).total(), (found - wanted).total()
    if key:
        ids = [set(table.column(key).to_pylist()) for table in (expected, here)]
        missing, foreign = len(ids[0] - ids[1]), len(ids[1] - ids[0])
        if differing := (found - wanted).total() - foreign:
            yield f"{name}: {{}} published rows differ from the sources", differing
    if missing:
        yield f"{name}: {{}} rows of the sources are not in the published table", missing
    if foreign:
        yield f"{name}: {{}} published rows are in no source", foreign
