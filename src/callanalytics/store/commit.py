"""Layout of a store's folder, and the steps of a commit.

::

    calls/                     0700
    ├── CURRENT                one line: the current version. Replacing it is the commit
    ├── LOCK                   held by whoever writes
    ├── .gitignore             covers everything here, so that no store is committed by mistake
    ├── sources/<id>/          rows of one accepted export; never changed
    ├── published/<version>/   every table and manifest.json; never changed, the newest three are kept
    │   ├── calls.parquet/     a table is a folder of files, each of one office (a large office's calls: of one month)
    │   └── offices.parquet    this table and the list of files are small, so each is one file
    └── calls.parquet/ ...     second names of the current version's files, for people

A file unchanged since the version before is the same file under a second name, or a copy if the file system has no hard
links; it is never rewritten. The office is in the file's column. As a folder name ``office_id=.../`` some programs
would read it as another type, and pandas would refuse it next to the column.

The steps are in the order that survives a kill, a full disk, and a power cut.

====  ==================================================================================================
 1    remove what an interrupted commit left under temporary names
 2    ``sources/<id>``: write, sync each file, sync the folder, give it its name, sync the name
 3    ``published/<version>``: the same for what changed, second names for the rest, and the manifest
 4    ``CURRENT``: write, sync, replace, sync the name. **This is the commit**
 5    second names in the root for people; remade at the next opening if this step is interrupted
 6    remove versions beyond the newest three, and sources that none of these name
====  ==================================================================================================

Before step 4 a reader sees the old state, after it the new one; no step leaves a third. The second names of step 5 are
for people. During that step, some offices there are in either state and a table may be missing; none is there twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.errors import StoreError
from callanalytics.lazy import regex
from callanalytics.store import migrations, parquet
from callanalytics.store.disk import Disk
from callanalytics.values import zones

CURRENT, LOCK, HOLDER, LINKED = "CURRENT", "LOCK", ".holder", ".linked"
IGNORED = ".gitignore"
SOURCES, PUBLISHED = "sources", "published"
MANIFEST, SOURCE_CARD = "manifest.json", "source.json"
VERSION = regex(r"(\d{6,})-([0-9a-f]{12})")
SOURCE = regex(r"[0-9a-f]{16}(-\d+)?")
OURS = {CURRENT, LOCK, HOLDER, LINKED, SOURCES, PUBLISHED, *(f"{name}.parquet" for name in schema.TABLES)}
PACKAGES = ("callanalytics", "pyarrow", "numpy", "tzdata", "holidays", "phonenumbers", "openpyxl")
IGNORED_NAMES = {".ds_store", "thumbs.db", "desktop.ini", IGNORED}  # files that systems leave in any folder


def version_name(number: int, manifest: bytes) -> str:
    """Name of a version: its number and the digest of its manifest, so that the name proves the content.

    >>> version_name(7, b"{}")
    '000007-44136fa355b3'
    """
    return f"{number:06d}-{hashlib.sha256(manifest).hexdigest()[:12]}"


def number_of(version: str) -> int:
    """Running number of a version; 0 for none."""
    found = VERSION.fullmatch(version)
    return int(found[1]) if found else 0


def versions(root: Path, disk: Disk) -> list[str]:
    """Versions whose folders exist, oldest first."""
    return sorted(filter(VERSION.fullmatch, disk.names(root / PUBLISHED)), key=number_of)


def temporary(path: Path) -> Path:
    """Name of a file or folder while it is being written."""
    return path.with_name(f".{path.name}.tmp")


def is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(".tmp")


def _is_passing(name: str) -> bool:
    """Whether a name is not part of the store: a temporary name, or a file that a system left."""
    return is_temporary(name) or name.lower() in IGNORED_NAMES


def current(root: Path, disk: Disk) -> str:
    """Current version; "" before the first commit.

    Raises
    ------
    CallLogError
        The folder is not a store, or was damaged by a sync service or by hand.
    """
    names = disk.names(root)
    # A sync service that met two writers keeps both under odd names; then neither can be trusted.
    odd = [n for n in names if n.startswith((CURRENT, LOCK)) and n not in OURS]
    for folder, pattern in ((PUBLISHED, VERSION), (SOURCES, SOURCE)):
        odd += [f"{folder}/{n}" for n in disk.names(root / folder) if not (pattern.fullmatch(n) or _is_passing(n))]
    if odd and CURRENT in names:
        raise StoreError(
            f"{root.name}: a sync service left a conflict copy; two computers wrote to this store at once",
            where=odd[0],
            do="move the store out of the synced folder, delete the copy, then ingest the files of both\n"
            "computers again (nothing is stored twice)",
        )
    if CURRENT in names:
        version = disk.read(root / CURRENT).decode("utf-8", "replace").strip()
        if VERSION.fullmatch(version) and (root / PUBLISHED / version).is_dir():
            return version
        there = ", ".join(versions(root, disk)) or "none"
        raise StoreError(
            f"{root.name}: the file {CURRENT} names no existing version",
            found=f"versions in {PUBLISHED}: {there}",
            do="restore the folder from a backup, or read the exports into a new store",
        )
    # An empty folder, or one with only what an interrupted first ingest leaves before its commit.
    first_only = all(number_of(v) == 1 for v in versions(root, disk))
    if not first_only or not all(_is_passing(n) or n in (LOCK, HOLDER, SOURCES, PUBLISHED) for n in names):
        raise _damaged_or_foreign(root, names, disk)
    return ""


Files = dict[str, dict]


class Manifest(TypedDict, total=False):
    """Contents of one version of a store, and what made it."""

    files: Files  # for each file of the tables: digest, number of rows, and office if it is of one
    sources: list[dict]  # ID and digest of each accepted export
    forgotten: dict | None  # marks of what was erased
    schema_version: int
    parent: str
    packages: dict[str, str]


def manifest_of(root: Path, version: str, disk: Disk) -> Manifest:
    """Manifest of a version: its tables, its sources, and the versions of what made it."""
    try:
        manifest = json.loads(disk.read(root / PUBLISHED / version / MANIFEST))
        made_by = manifest["schema_version"]
        if "tables" in manifest:  # up to shape 3 a table was one file
            manifest["files"] = {f"{name}.parquet": entry for name, entry in manifest.pop("tables").items()}
        if not (isinstance(made_by, int) and isinstance(manifest["files"], dict)):
            raise TypeError
        for source in manifest["sources"]:
            source["id"], source["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError, FileNotFoundError) as broken:
        raise StoreError(
            f"{root.name}: the list of tables of version {number_of(version)} cannot be read",
            where=f"{PUBLISHED}/{version}/{MANIFEST}",
            do="restore the folder from a backup, or read the exports into a new store",
        ) from broken
    migrations.refuse_newer(made_by, root.name)
    return manifest


def json_bytes(value: Mapping) -> bytes:
    """JSON that is the same for the same value, and readable: one entry per line.

    >>> json_bytes({"files": {"b": {"rows": 2}, "a": 1}, "sources": ["s"], "of": None}).decode().split()
    ['{', '"files":', '{', '"a":', '1,', '"b":', '{"rows":', '2}', '},', '"of":', 'null,', '"sources":', '["s"]', '}']
    """
    return f"{_in_lines(value, 2)}\n".encode()


_plain_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode  # made once: a store has thousands of files


def _in_lines(value: Any, depth: int) -> str:
    """JSON with one entry per line in the given number of outer levels."""
    if not depth or not value or not isinstance(value, dict):
        # No indentation, because only then json uses its fast encoder.
        return _plain_json(value)
    entries = (f"{_plain_json(key)}: {_in_lines(value[key], depth - 1)}" for key in sorted(value))
    return "{\n" + ",\n".join(entries) + "\n}"


@cache
def package_versions() -> dict[str, str]:
    """Versions of the packages that shaped the rows, and of the time zones."""
    found = dict.fromkeys(PACKAGES, "unknown") | {"time zones": zones.version()}
    for name in PACKAGES:
        with suppress(metadata.PackageNotFoundError):  # running from a checkout that was not installed
            found[name] = metadata.version(name)
    return found


def _damaged_or_foreign(root, names, disk):
    there = versions(root, disk)
    if not there:
        inside = [name for name in names if (root / name / CURRENT).is_file()]
        return StoreError(
            f"{root.name} is not a store: it holds other things",
            found=f"{len(names)} files or folders that callanalytics did not make",
            run=f"the store is {root.name}/{inside[0]}" if inside else "name a new or empty folder with --store",
        )
    return StoreError(
        f"{root.name}: the file {CURRENT} is missing",
        found=f"versions in {PUBLISHED}: {', '.join(there)}",
        do=f"restore it from a backup, or write this one line into {CURRENT}:\n{there[-1]}",
    )


def sweep(root: Path, disk: Disk) -> None:
    """Remove everything with a temporary name. Only the holder of the lock may do this, since no one else writes."""
    for folder in (root, root / SOURCES, root / PUBLISHED):
        for name in disk.names(folder):
            if is_temporary(name):
                disk.remove(folder / name)


def write_folder(target: Path, files: dict[str, bytes], tables: Files, disk: Disk) -> None:
    """Write a folder of files, ``tables`` among them, that exists as a whole or not at all."""
    draft = temporary(target)
    disk.remove(draft)
    disk.make_folder(draft)
    for name, data in files.items():
        disk.write(draft / name, data)
    parquet.check_rows(draft, tables)
    name_folder(draft, target, disk)


def name_folder(draft: Path, target: Path, disk: Disk) -> None:
    """Give its final name to a folder whose files are on the disk."""
    disk.sync_folder(draft)
    # A commit interrupted before CURRENT may have left a folder of that name, which no version names.
    retire(target, disk)
    disk.replace(draft, target)
    disk.sync_folder(target.parent)


def write_file(target: Path, data: bytes, disk: Disk) -> None:
    """Write a file in one step, in place of another."""
    draft = temporary(target)
    disk.remove(draft)
    disk.write(draft, data)
    disk.replace(draft, target)
    disk.sync_folder(target.parent)


def links_are_fresh(root: Path, version: str, files: Files, disk: Disk) -> bool:
    """Whether the stable names in the root show exactly this version."""
    if LINKED not in disk.names(root) or _linked_version(root, disk) != version:
        return False
    return all(_visible_files(root, table, disk) == names for table, names in _by_table(files).items())


def link_stable(root: Path, version: str, files: Files, disk: Disk) -> None:
    """Give the current version's files their stable names: ``calls.parquet/...`` and the others in the root.

    Only files that changed since the version last shown get new names. If a file is gone, the table's whole folder is
    replaced.
    """
    try:
        before = manifest_of(root, _linked_version(root, disk), disk)["files"]
    except (OSError, StoreError):
        before = {}
    tables = _by_table(files)
    for former in {f"{name}.parquet" for name in migrations.BEFORE_3.values()} - set(tables):
        disk.remove(root / former)
    for table, names in tables.items():
        if (root / table).is_file() and table not in names:
            disk.remove(root / table)  # from an earlier shape
        shown = _visible_files(root, table, disk)
        if shown - names:
            draft = temporary(root / table)
            disk.remove(draft)
            disk.make_folder(draft)
            for name in names:
                disk.link(root / PUBLISHED / version / name, draft / name.rpartition("/")[2])
            # While the folder is replaced a reader finds none, which is an error; file by file would count rows twice.
            name_folder(draft, root / table, disk)
            continue
        changed = [name for name in sorted(names) if name not in shown or files[name] != before.get(name)]
        for name in changed:
            there, named = root / PUBLISHED / version / name, root / name
            # Replacing a name by another name of the same file does nothing and leaves both, so check first.
            if not (named.exists() and named.samefile(there)):
                disk.make_folder(named.parent)
                draft = temporary(named)
                disk.remove(draft)
                disk.link(there, draft)
                disk.replace(draft, named)
        if changed and table not in names:
            disk.sync_folder(root / table)
    write_file(root / LINKED, f"{version}\n".encode(), disk)


def _by_table(files: Files) -> dict[str, set[str]]:
    """Files of each table, by the table's name in the root."""
    tables: dict[str, set[str]] = {}
    for name in files:
        tables.setdefault(name.partition("/")[0], set()).add(name)
    return tables


def _visible_files(root: Path, table: str, disk: Disk) -> set[str]:
    """Files of a table that a reader of its stable name finds."""
    if (root / table).is_file():
        return {table}
    return {f"{table}/{name}" for name in disk.names(root / table) if name.endswith(".parquet")}


def _linked_version(root: Path, disk: Disk) -> str:
    return disk.read(root / LINKED).decode("utf-8", "replace").strip()


def keep_newest(root: Path, version: str, keep: int, disk: Disk) -> None:
    """Remove versions older than the newest ``keep``, versions never committed, and sources that none of these name."""
    older = [v for v in versions(root, disk) if number_of(v) < number_of(version)]
    # Not older[-(keep - 1):], which with keep = 1 would be all of them.
    kept = [*older[len(older) - min(keep - 1, len(older)) :], version]
    named = {source["id"] for v in kept for source in manifest_of(root, v, disk)["sources"]}
    for folder, wanted in ((PUBLISHED, kept), (SOURCES, named)):
        for name in disk.names(root / folder):
            if name not in wanted and name.lower() not in IGNORED_NAMES:
                retire(root / folder / name, disk)


def retire(path: Path, disk: Disk) -> None:
    """Remove a folder so that an interruption leaves it whole or under a temporary name, never half of it."""
    if path.exists():
        doomed = temporary(path.with_name(f"{path.name}.gone"))
        disk.remove(doomed)
        disk.replace(path, doomed)
        # Sync first: after a power cut the name can survive without its files.
        disk.sync_folder(path.parent)
        disk.remove(doomed)


# ---- the next version while it is written: new files for what changes, the old ones for the rest ---------------------


@dataclass(frozen=True)
class Part:
    """Everything a store will hold of one office, kept in a separate ``folder`` until the store takes it.

    ``before`` are the sources that the office had, and ``sources`` those that it has now, in order. The new ones are in
    the folder, and so are ``files``. ``tables`` are those that were put, and ``whole`` the office's rows of tables that
    are one file.
    """

    folder: Path
    office: str
    before: frozenset[str]
    sources: list[dict]
    files: Files
    tables: frozenset[str]
    whole: dict[str, pa.Table]


class Draft:
    """Next version: its files (each on the disk once it is put), its sources, and its marks if they change.

    Parameters
    ----------
    root, disk : the store's
    before : the manifest of the current version
    version : that version, if its files have today's shape and can stay
    part_folder : the folder for a :class:`Part`; if omitted, everything is written in its final place
    """

    def __init__(self, root: Path, disk: Disk, before: Manifest, version: str, part_folder: Path | None = None):
        self.sources, self.marks = list(before["sources"]), before.get("forgotten")
        self._sources_before = [source["id"] for source in self.sources]
        self.files: Files = {}
        self.added: dict[str, Mapping[str, pa.Table]] = {}  # rows of new sources, so that they need not be read back
        self.whole: dict[str, pa.Table] = {}  # rows of all offices, for tables that are one file
        self._disk, self._before = disk, before["files"]
        self.part_folder, self.laid = part_folder, (part_folder or root) / SOURCES  # new sources
        self._there = root / PUBLISHED
        self._folder = part_folder or temporary(self._there / "next")
        self._version, self._in_force = version, self._there / version
        self._rooms: set[str] = set()  # folders already made
        self._new: set[tuple[str, str]] = set()  # table and office whose earlier files are not kept

    def put(self, name: str, rows: pa.Table, offices: Collection[str], kept: Sequence[str] = ()) -> None:
        """Replace the rows of some offices in a table, except for files that are ``kept``."""
        self._new |= {(name, office) for office in offices}
        for file in kept:
            self._link(file)
        for file, office, part in parquet.files_of(name, rows, sum(self._before[file]["rows"] for file in kept)):
            self._write(file, office, part)

    def _write(self, file: str, office: str, rows: pa.Table) -> None:
        data, entry = parquet.encoded(parquet.table_of_file(file), rows)
        entry |= {"office_id": office} if office else {}
        if self._version and self._before.get(file) == entry:
            self._link(file)
            return
        path = self._path_of(file)
        self._disk.write(path, data)
        parquet.check_rows(path.parent, {path.name: entry})
        self.files[file] = entry

    def part(self, owner_of: Callable[[str], str]) -> Part | None:
        """Part of one office that was written separately; None if there is none. ``owner_of`` gives a source's
        office."""
        if not (self.part_folder and self._new):
            return None
        # A part has one office; with two, the unpacking fails.
        (office,) = {owner for _, owner in self._new}
        own = [source for source in self.sources if owner_of(source["id"]) == office]
        before = frozenset(source for source in self._sources_before if owner_of(source) == office)
        tables = frozenset(table for table, owner in self._new if owner == office)
        whole = {name: rows.filter(pc.equal(rows.column("office_id"), office)) for name, rows in self.whole.items()}
        return Part(self.part_folder, office, before, own, self.files, tables, whole)

    def take(self, part: Part) -> None:
        """Add a part to this version, except for its whole tables."""
        self._disk.make_folder(self.laid)
        # A source that no version names is removed later, so nothing changes until the commit.
        for source in part.sources:
            if (laid := part.folder / SOURCES / source["id"]).exists():
                name_folder(laid, self.laid / source["id"], self._disk)
        self.sources = [source for source in self.sources if source["id"] not in part.before] + part.sources
        self._new |= {(table, part.office) for table in part.tables}
        for file, entry in part.files.items():
            self._disk.replace(part.folder / _in_part(file), self._path_of(file))
            self.files[file] = entry
        self._disk.remove(part.folder)

    def offices_of(self, name: str) -> list[str]:
        """Offices whose rows of a table were put."""
        return [office for table, office in self._new if table == name]

    def take_over(self) -> None:
        """Keep the current version's files whose rows were not replaced; a table without rows gets one file for all."""
        for file, entry in self._before.items() if self._version else ():
            owner = parquet.table_of_file(file), entry.get("office_id", "")
            if owner not in self._new and not file.endswith(parquet.NO_ROWS):
                self._link(file)
        for name in set(schema.TABLES) - set(map(parquet.table_of_file, self.files)):
            file = f"{name}.parquet{parquet.NO_ROWS}"
            if self._version and file in self._before:
                self._link(file)
            else:
                self._write(file, "", schema.empty(name))

    def commit(self, number: int, manifest: bytes) -> str:
        """Give the folder its name, with its manifest; return the name."""
        version = version_name(number, manifest)
        self._disk.write(self._folder / MANIFEST, manifest)
        for folder in sorted({file.partition("/")[0] for file in self.files if "/" in file}):
            self._disk.sync_folder(self._folder / folder)
        name_folder(self._folder, self._there / version, self._disk)
        return version

    def discard(self) -> None:
        """Remove everything written for this version."""
        self._disk.remove(self._folder)

    def _link(self, file: str) -> None:
        self._disk.link(self._in_force / file, self._path_of(file))
        self.files[file] = self._before[file]

    def _path_of(self, file: str) -> Path:
        """Path at which a file of a table is written, after making its folder."""
        name = _in_part(file) if self.part_folder else file
        if (room := name.rpartition("/")[0]) not in self._rooms:
            self._disk.make_folder(self._folder / room)
            self._rooms.add(room)
        return self._folder / name


def _in_part(file: str) -> str:
    """Name of a file in a part: without the folder of its table, which would be made for it alone."""
    return file.replace("/", ".")
