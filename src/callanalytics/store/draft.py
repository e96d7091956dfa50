"""The next version of a store while it is written: new files for what changes, the old ones for the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.store import commit, parquet, verify
from callanalytics.store.disk import Disk


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
    files: commit.Files
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

    def __init__(self, root: Path, disk: Disk, before: commit.Manifest, version: str, part_folder: Path | None = None):
        self.sources, self.marks = list(before["sources"]), before.get("forgotten")
        self._sources_before = [source["id"] for source in self.sources]
        self.files: commit.Files = {}
        self.added: dict[str, Mapping[str, pa.Table]] = {}  # rows of new sources, so that they need not be read back
        self.whole: dict[str, pa.Table] = {}  # rows of all offices, for tables that are one file
        self._disk, self._before = disk, before["files"]
        self.part_folder, self.laid = part_folder, (part_folder or root) / commit.SOURCES  # new sources
        self._there = root / commit.PUBLISHED
        self._folder = part_folder or commit.temporary(self._there / "next")
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
        data, entry = verify.encoded(parquet.table_of_file(file), rows)
        entry |= {"office_id": office} if office else {}
        if self._version and self._before.get(file) == entry:
            self._link(file)
            return
        path = self._path_of(file)
        self._disk.write(path, data)
        verify.check_rows(path.parent, {path.name: entry})
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
            if (laid := part.folder / commit.SOURCES / source["id"]).exists():
                commit.name_folder(laid, self.laid / source["id"], self._disk)
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
        version = commit.version_name(number, manifest)
        self._disk.write(self._folder / commit.MANIFEST, manifest)
        for folder in sorted({file.partition("/")[0] for file in self.files if "/" in file}):
            self._disk.sync_folder(self._folder / folder)
        commit.name_folder(self._folder, self._there / version, self._disk)
        return version

    def discard(self) -> None:
        """Remove everything written for this version."""
        self._disk.remove(self._folder)
        self._rooms.clear()

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
