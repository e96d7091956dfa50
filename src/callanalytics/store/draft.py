"""The next version of a store while it is written: what changes is put there, the rest keeps its files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from callanalytics import schema
from callanalytics.store import commit, parquet, verify
from callanalytics.store.disk import Disk


class Draft:
    """The next version: its files, each on the disk as soon as it is put, its sources, and its marks if they change.

    Parameters
    ----------
    root, disk : the store's
    before : the manifest of the version in force
    version : that version, if its files are of today's shape and can stay
    """

    def __init__(self, root: Path, disk: Disk, before: commit.Manifest, version: str):
        self.sources, self.marks = list(before["sources"]), before.get("forgotten")
        self.files: commit.Files = {}
        self.added: dict[str, Mapping[str, pa.Table]] = {}  # what new sources gave: it need not be read back
        self.whole: dict[str, pa.Table] = {}  # rows of all offices, of tables that are one file
        self._disk, self._before = disk, before["files"]
        self._folder, self._there = commit.temporary(root / commit.PUBLISHED / "next"), root / commit.PUBLISHED
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
        self._make_room(file)
        self._disk.write(self._folder / file, data)
        verify.row_check({file: entry})(self._folder)
        self.files[file] = entry

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
        self._make_room(file)
        self._disk.link(self._there / self._version / file, self._folder / file)
        self.files[file] = self._before[file]

    def _make_room(self, file: str) -> None:
        if (folder := (self._folder / file).parent) not in self._rooms:
            self._disk.make_folder(folder)
            self._rooms.add(folder)
