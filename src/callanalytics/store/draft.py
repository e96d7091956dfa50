"""The next version of a store while it is written: what changes is put there, the rest keeps its files."""

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
    """All that a store will hold of one office, laid down in a ``folder`` of its own until the store takes it in.

    ``before`` are the sources that the office had, ``sources`` those that it has, in their turn; the new ones lie in
    the folder, and so do ``files``. ``tables`` were put; ``whole`` are rows of those that are one file.
    """

    folder: Path
    office: str
    before: frozenset[str]
    sources: list[dict]
    files: commit.Files
    tables: frozenset[str]
    whole: dict[str, pa.Table]


class Draft:
    """The next version: its files, each on the disk as soon as it is put, its sources, and its marks if they change.

    Parameters
    ----------
    root, disk : the store's
    before : the manifest of the version in force
    version : that version, if its files are of today's shape and can stay
    part_folder : where a :class:`Part` is laid down; omitted: all of it is written where the store has it
    """

    def __init__(self, root: Path, disk: Disk, before: commit.Manifest, version: str, part_folder: Path | None = None):
        self.sources, self.marks = list(before["sources"]), before.get("forgotten")
        self._sources_before = [source["id"] for source in self.sources]
        self.files: commit.Files = {}
        self.added: dict[str, Mapping[str, pa.Table]] = {}  # what new sources gave: it need not be read back
        self.whole: dict[str, pa.Table] = {}  # rows of all offices, of tables that are one file
        self._disk, self._before = disk, before["files"]
        self.part_folder, self.laid = part_folder, (part_folder or root) / commit.SOURCES  # new sources
        self._there = root / commit.PUBLISHED
        self._folder = part_folder or commit.temporary(self._there / "next")
        self._version = version
        self._rooms: set[Path] = set()  # folders that are made
        self._new: set[tuple[str, str]] = set()  # table and office whose earlier files are not taken over

    def put(self, name: str, rows: pa.Table, offices: Collection[str], kept: Sequence[str] = ()) -> None:
        """The rows of a table of some offices, in place of all that they have but the files that are ``kept``."""
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
        """What was laid down apart, of one office; None if nothing was. ``owner_of`` gives the office of a source."""
        if not (self.part_folder and self._new):
            return None
        # A part is of one office: of two the unpacking fails.
        (office,) = {owner for _, owner in self._new}
        own = [source for source in self.sources if owner_of(source["id"]) == office]
        before = frozenset(source for source in self._sources_before if owner_of(source) == office)
        tables = frozenset(table for table, owner in self._new if owner == office)
        whole = {name: rows.filter(pc.equal(rows.column("office_id"), office)) for name, rows in self.whole.items()}
        return Part(self.part_folder, office, before, own, self.files, tables, whole)

    def take(self, part: Part) -> None:
        """Take in what was laid down apart, but for the whole tables."""
        self._disk.make_folder(self.laid)
        # A source that no version names is swept away: until the commit, nothing has changed.
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
        """The offices whose rows of a table were put."""
        return [office for table, office in self._new if table == name]

    def take_over(self) -> None:
        """The files of the version in force whose rows no one put anew; a table without rows gets a file for all."""
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
        """Leave nothing of it."""
        self._disk.remove(self._folder)
        self._rooms.clear()

    def _link(self, file: str) -> None:
        self._disk.link(self._there / self._version / file, self._path_of(file))
        self.files[file] = self._before[file]

    def _path_of(self, file: str) -> Path:
        """Where a file of a table is written; its folder is made."""
        path = self._folder / (_in_part(file) if self.part_folder else file)
        if path.parent not in self._rooms:
            self._disk.make_folder(path.parent)
            self._rooms.add(path.parent)
        return path


def _in_part(file: str) -> str:
    """What a file is called while it is apart: without the folder of its table, which would be made for it alone."""
    return file.replace("/", ".")
