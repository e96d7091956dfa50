"""The store: plain Parquet files, committed so that no acknowledged row is lost.

`commit` defines the folder layout and the order of writes, and `parquet` the contents of a file. `verify` records these
contents and checks that they still hold. `merge` combines many exports into one log, and `migrations` updates an
earlier shape. Only this package uses `pyarrow.parquet`.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema, wording
from callanalytics.errors import CallLogError, InvalidRequest, StoreError
from callanalytics.store import commit, disk, merge, migrations, parquet, tombstones, verify
from callanalytics.store.commit import Draft, Part
from callanalytics.store.disk import Disk, disk_error, explained_disk_failures, explained_read_failures, not_erased

__all__ = ["KEEP", "SOURCE_TABLES", "Disk", "Part", "Store"]

KEEP = 3  # versions; a reader that opened one has two more commits' time to finish
SOURCE_TABLES = (*verify.OF_FILES, "sources")
BUSY_S, PATIENT_S = 60, 1.0
RENEWED = "{} was made by an earlier version of callanalytics; it was converted, and that version can no longer open it"
NOT_SHOWN = (
    "the files *.parquet in {} still show the previous version: another program has one open, or the disk is full; "
    "they are renewed the next time the store is opened"
)
NOT_REMOVED = "old versions in {} could not be removed; the next ingest tries again"
NOTHING: commit.Manifest = {"files": {}, "sources": [], "forgotten": None}


class Store:
    """A folder of Parquet files, read at the version that was current when it was opened.

    Read with :meth:`read` or point any program at :meth:`path`. Write inside :meth:`writing`, which holds the store's
    lock and first moves to the newest version.

    >>> import tempfile
    >>> store = Store.open(tempfile.mkdtemp(), create=True)
    >>> with store.writing():
    ...     store.publish({"set_aside": schema.build("set_aside", {"office_id": ["o"], "source_id": ["s"],
    ...                                                            "row": [2], "reason": ["leg"]})})
    >>> store.read("set_aside").num_rows, store.read("calls").num_rows
    (1, 0)
    """

    def __init__(self, root: Path, disk: Disk):
        self.root, self.disk = root, disk
        self.shown = root.name  # its name in messages
        self.version, self.manifest = "", NOTHING
        self.warnings: list[str] = []
        self._draft: Draft | None = None  # the next version, while the lock is held
        self._cards: dict[str, dict] = {}
        self._offices: dict[str, pa.Table] = {}  # the offices table of the version last asked for

    @classmethod
    def open(cls, path, create: bool = False, disk: Disk | None = None) -> Store:
        """Store in a folder, at its current version; an open store is returned as it is.

        ``create`` accepts an empty or missing folder; nothing is written until the first publish.

        Raises
        ------
        CallLogError
            The folder is missing, is not a store, holds a store of a newer callanalytics, or was damaged by a sync
            service or by hand; or the path is a URL.
        """
        if isinstance(path, Store):
            return path
        if re.match(r"\w[\w+.-]+:/", str(path)):  # a URL would name a folder here; a drive has one letter
            raise InvalidRequest(
                "A store must be a folder on this computer, not a URL",
                found=wording.printable(str(path)),
                wanted="a folder, as in --store calls",
            )
        try:
            store = cls(Path(path).resolve(), disk or Disk())
        except RuntimeError as loop:  # Python before 3.13 gives it no errno
            raise StoreError("the folder named with --store is a link that leads to itself") from loop
        store.shown = wording.printable(Path(path).as_posix())
        with explained_disk_failures(f"{store.shown} could not be opened"):
            if store.root.exists() and not store.root.is_dir():
                raise StoreError(f"{store.shown} is a file, not a folder", run="name a folder with --store")
            store._turn_to_newest()
        if not store.version and not create:
            raise StoreError(
                f"There is no store in {store.shown}",
                run=_store_beside(Path(path)) or f"callanalytics start{wording.in_store(path)}  makes one",
            )
        if store.version:
            store._mend_links()
        return store

    @classmethod
    def nowhere(cls) -> Store:
        """A store without rows and without a folder."""
        return cls(Path(), Disk())

    # ---- reading ---------------------------------------------------------------------------------------------

    def read(
        self, table: str, offices: Collection[str] | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """One table as `schema` defines it, for all offices or those given by ID, with all columns or some.

        It is empty before the first publish.
        """
        schema.refuse_unknown(table)
        parts = [schema.empty(table).select(columns or schema.empty(table).column_names)]
        parts += [self.read_file(file, table, offices, columns) for file in self.files(table, offices)]
        return pa.concat_tables(parts).combine_chunks()

    def read_file(
        self,
        file: str,
        table: str,
        offices: Collection[str] | None = None,
        columns: Sequence[str] | None = None,
        narrow: Callable[[pa.Table], pa.Table] | None = None,
    ) -> pa.Table:
        """Rows of one of the :meth:`files` of a table; ``narrow`` drops rows before their words are decoded."""
        path, is_of_one = self._checked(file, table), "office_id" in self.manifest["files"][file]
        with explained_read_failures(self.shown, f"table {table}"):
            return parquet.read(path, table, columns, None if is_of_one else offices, narrow)

    def files(self, table: str, offices: Collection[str] | None = None) -> list[str]:
        """Files with a table's rows, for all offices or some, as paths in the version's folder."""
        stored_as = migrations.name_in(self._shape, table)
        whose = None if offices is None else {*offices, None}
        return [file for file, entry in self.manifest["files"].items()
                if parquet.table_of_file(file) == stored_as
                and (whose is None or entry.get("office_id") in whose)]  # fmt: skip

    def files_in_time(self, office: str, spans: Iterable[tuple[merge.Ends, merge.Ends]]) -> list[str]:
        """Files that may hold an office's calls in the given periods."""
        months = {"", parquet.UNDATED, *parquet.months_between(utc for utc, _ in spans)}
        return [file for file in self.files("calls", [office]) if parquet.month_of_file(file) in months]

    def path(self, table: str = "agency_calls", immutable: bool = False) -> Path:
        """Path of a table, a file or a folder of files: its stable name, or with ``immutable`` this version's path."""
        schema.refuse_unknown(table)
        folder = self.root / commit.PUBLISHED / self.version if immutable else self.root
        return folder / f"{migrations.name_in(self._shape, table)}.parquet"

    def paths(self, table: str, offices: Collection[str] | None = None) -> list[Path]:
        """Files of this version with a table's rows, for all offices or some, for an engine that reads them itself.
        Each file is unchanged since it was written."""
        return [self._checked(file, table) for file in self.files(table, offices)]

    def _checked(self, file: str, table: str) -> Path:
        with explained_read_failures(self.shown, f"table {table}"):
            path = self.root / commit.PUBLISHED / self.version / file
            verify.refuse_changed(path, self.manifest["files"][file]["sha256"])
            return path

    def offices(self) -> list[dict]:
        """Offices, from the table of that name."""
        if self.version not in self._offices:
            self._offices = {self.version: self.read("offices")}
        return self._offices[self.version].to_pylist()

    def source_ids(self) -> list[str]:
        """IDs of the source folders in order of acceptance; while writing, those of the next version."""
        return [source["id"] for source in (self.manifest["sources"] if self._draft is None else self._draft.sources)]

    def published_source_ids(self) -> list[str]:
        """IDs of the source folders of the current version."""
        return [source["id"] for source in self.manifest["sources"]]

    def span_of_source(self, source: str) -> tuple[merge.Ends, merge.Ends]:
        """First and last time of an accepted export's calls, in UTC and on the office's clock."""
        path = self._folder_of(source) / "calls.parquet"
        with explained_read_failures(self.shown, f"source {source}"):
            return parquet.span_in(path) if path.exists() else (None, None)

    def read_source(self, source: str, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows that one accepted export gave to one of `SOURCE_TABLES`, with all columns or some."""
        nothing = schema.empty(table).select(columns or schema.empty(table).column_names)
        if self._draft is not None and source in self._draft.added:
            return self._draft.added[source].get(table, nothing).select(nothing.column_names)
        folder = self._folder_of(source)
        names = dict.fromkeys((table, migrations.BEFORE_3.get(table, table)))
        with explained_read_failures(self.shown, f"source {source}"):
            path = next((path for name in names if (path := folder / f"{name}.parquet").exists()), None)
            return parquet.read(path, table, columns) if path else nothing

    def source_card(self, source: str) -> dict:
        """Record of an accepted export, made when it was added."""
        card = self._card(source)
        return migrations.card_today(card["export"], card["schema_version"])

    def cards(self) -> dict[str, dict]:
        """Records of all accepted exports, in order of acceptance."""
        return {source: self.source_card(source) for source in self.source_ids()}

    def formats(self) -> set[str]:
        """Formats of the accepted exports, including a user's own."""
        return {card["format"] for card in self.cards().values()}

    def _card(self, source) -> dict:
        if source not in self._cards:
            with explained_read_failures(self.shown, f"source {source}"):
                card_bytes = self.disk.read(self._folder_of(source) / commit.SOURCE_CARD)
                self._cards[source] = json.loads(card_bytes)
        return self._cards[source]

    def _folder_of(self, source: str) -> Path:
        laid = self._draft and self._draft.laid / source
        return laid if laid and laid.exists() else self.root / commit.SOURCES / source

    def marks(self) -> tombstones.Marks | None:
        """Marks of what was erased from this store; None if nothing ever was."""
        kept = self.manifest.get("forgotten")
        return tombstones.open_marks(kept, self.root.name) if kept else None

    def fingerprint(self) -> str:
        """SHA-256 over the digests of the published tables: the same rows give the same fingerprint, whenever they
        came."""
        files = self.manifest["files"]
        lines = "".join(f"{name} {files[name]['sha256']}\n" for name in sorted(files))
        return hashlib.sha256(lines.encode()).hexdigest()

    def is_made_here(self) -> bool:
        """Whether the current version was made with the same packages, time zones, and calendars as run now."""
        return not self.is_older and self.manifest.get("packages") in (None, commit.package_versions())

    def verify(self, deep: bool = True) -> list[str]:
        """Problems of the store as sentences; empty if every file is as recorded.

        ``deep`` also checks every count, ID, and row, and compares calls, entries, and notices with their sources,
        column by column. :func:`callanalytics.intake.recount` checks the facts made from them,
        :func:`callanalytics.intake.compare` the exports.
        """
        return verify.problems(self, deep)

    @property
    def is_older(self) -> bool:
        """Whether the current version has tables of an earlier shape; the next publish rewrites them."""
        return self._shape < schema.VERSION

    @property
    def _shape(self) -> int:
        return self.manifest.get("schema_version", schema.VERSION)

    # ---- writing ---------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, wait_s: float = BUSY_S, waiting=None):
        """Hold the store for writing, at its newest version. If it is already held, or written as a part, do nothing.

        ``waiting(sentence)`` is called once if another process holds it, after `PATIENT_S`.

        Raises
        ------
        CallLogError
            Another process holds it (the message names it), or the folder is not writable.
        """
        from filelock import FileLock, Timeout

        if self._draft is not None:
            yield self
            return
        refused = f"{self.shown} cannot be written"
        with explained_disk_failures(refused):
            self.disk.make_folder(self.root)
            if not self.version:
                self.disk.make_private(self.root)
        lock = FileLock(self.root / commit.LOCK, mode=0o600)
        # Say nothing at first: most writers finish within a second.
        patient = min(PATIENT_S, wait_s) if waiting else wait_s
        try:
            try:
                lock.acquire(timeout=patient)
            except Timeout:
                if patient == wait_s:
                    raise
                waiting(f"{self.shown} is being written{self._by_whom()}: waiting, up to {wait_s:.0f} seconds")
                lock.acquire(timeout=wait_s - patient)
        except Timeout:
            raise StoreError(
                f"{self.shown} is being written by another program",
                found=self._by_whom().removeprefix(" by "),
                do="wait until it has finished, then try again",
            ) from None
        except OSError as failed:
            raise disk_error(refused, failed) from failed
        try:
            with explained_disk_failures(refused):
                self._turn_to_newest()
                commit.sweep(self.root, self.disk)
                if not (self.root / commit.IGNORED).exists():
                    commit.write_file(self.root / commit.IGNORED, b"*\n", self.disk)
                writer = f"process {os.getpid()} on {platform.node() or 'this computer'}"
                commit.write_file(self.root / commit.HOLDER, writer.encode(), self.disk)
            self._draft = self._new_draft()
            yield self
        finally:
            self._draft = None
            lock.release()

    @contextmanager
    def writing_part(self, name: str) -> Iterator[Store]:
        """Write while another process holds the store, into a separate folder; that process may :meth:`take` it.

        The store is at its newest version, and what :meth:`publish` is given stays separate: see :meth:`part`.
        """
        disk, folder = self.disk, commit.temporary(self.root / name)
        self._turn_to_newest()
        self.disk = copy(disk)
        self.disk.keeps_names = False
        self._draft = self._new_draft(folder)
        try:
            yield self
        except BaseException:
            disk.remove(folder)
            raise
        finally:
            self.disk = disk
            for source in {*self.source_ids()} - {*self.published_source_ids()}:
                self._cards.pop(source, None)  # it may be refused, and come again as another office's
            self._draft = None

    def part(self) -> Part | None:
        """Part of one office that was published separately; None if nothing was."""
        return self._held_draft().part(lambda source: self.source_card(source)["office_id"])

    def take(self, part: Part) -> None:
        """Add an office's part to the next version. It takes effect at the next :meth:`publish`."""
        with explained_disk_failures(f"{self.shown} could not be written; it is unchanged"):
            self._held_draft().take(part)
        self.put(part.office, part.whole)

    def sweep(self) -> None:
        """Remove parts that were not taken. If the disk refuses, the next writing removes them."""
        with suppress(OSError):
            commit.sweep(self.root, self.disk)

    def add_source(self, source: str, tables: Mapping[str, pa.Table], card: dict) -> None:
        """Write the rows of an accepted export as the newest source. They take effect at the next :meth:`publish`.

        ``source`` is the export's ID; ``card`` is what `source.json` keeps of it besides digests and row counts.
        """
        tables = {name: parquet.ordered(name, rows) for name, rows in tables.items()}
        listed = self._written(source, tables, card)
        self._held_draft().sources.append(listed)
        self._held_draft().added[listed["id"]] = tables

    def rewrite_source(self, source: str, tables: Mapping[str, pa.Table], card: dict) -> None:
        """Replace the content of an accepted export. Its position among the others stays the same."""
        index = self.source_ids().index(source)
        self._held_draft().sources[index] = self._written(source.partition("-")[0], tables, card)

    def _written(self, source, tables, card) -> dict:
        self._held_draft()
        made = {f"{name}.parquet": parquet.encoded(name, rows) for name, rows in tables.items() if rows.num_rows}
        files, listed = {name: data for name, (data, _) in made.items()}, {n: entry for n, (_, entry) in made.items()}
        with explained_disk_failures(f"{self.shown} could not be written; it is unchanged"):
            # Use a folder that no version names: the same bytes may have been read before under other settings.
            taken = set(self.source_ids())
            for version in commit.versions(self.root, self.disk):
                if commit.number_of(version) <= commit.number_of(self.version):
                    taken |= {s["id"] for s in commit.manifest_of(self.root, version, self.disk)["sources"]}
            names = (source, *(f"{source}-{n}" for n in range(2, len(taken) + 3)))
            folder = next(name for name in names if name not in taken)
            card_bytes = commit.json_bytes(
                {"id": folder, "schema_version": schema.VERSION, "files": listed, "export": card}
            )
            target = self._held_draft().laid / folder
            files[commit.SOURCE_CARD] = card_bytes
            commit.write_folder(target, files, listed, self.disk)
        return {"id": folder, "sha256": hashlib.sha256(card_bytes).hexdigest()}

    def drop_source(self, source: str) -> None:
        """Leave out an accepted export from the next publish on."""
        draft = self._held_draft()
        draft.sources = [s for s in draft.sources if s["id"] != source]

    def keep_marks(self, marks: tombstones.Marks) -> None:
        """Keep these marks of erased rows, from the next publish on."""
        self._held_draft().marks = marks.to_json()

    def put(self, office: str, tables: Mapping[str, pa.Table], kept: Iterable[str] = ()) -> None:
        """Write all rows of an office in some tables. They take effect at the next :meth:`publish`.

        ``kept`` are files of the office, as paths in the version's folder, that stay; their rows are not given.
        """
        draft = self._held_draft()
        with explained_disk_failures(f"{self.shown} could not be written; it is unchanged"):
            for name, rows in tables.items():
                if name in parquet.WHOLE:
                    before = draft.whole[name] if name in draft.whole else self.read(name)
                    draft.whole[name] = pa.concat_tables([_rows_of_others(before, [office]), rows])
                else:
                    draft.put(name, rows, [office], [file for file in kept if parquet.table_of_file(file) == name])

    def publish(self, tables: Mapping[str, pa.Table] = MappingProxyType({}), keep: int = KEEP) -> None:
        """Commit what was :meth:`put`, and whole tables, as a new version; none if nothing changed.

        Tables not given stay as they are. Returns when the version is on the disk. ``keep`` versions remain (1 after an
        erasure). In a store of an earlier shape, every table and source is rewritten.
        """
        draft, was_older = self._held_draft(), self.is_older
        if draft.part_folder:
            draft.whole |= tables
            return None
        as_it_was = f"{self.shown} could not be written; it is unchanged"
        if was_older:
            self._renew_sources()
        with explained_disk_failures(as_it_was):
            # Put whole tables into the next version, and what stays of the current one
            offices = ["", *{entry["office_id"] for entry in self.manifest["files"].values() if "office_id" in entry}]
            given = {**draft.whole, **tables}
            for name in schema.TABLES if self.is_older else given:
                rows = given[name] if name in given else _rows_of_others(self.read(name), draft.offices_of(name))
                draft.put(name, rows, offices)
            draft.take_over()
        known: commit.Manifest = {"files": draft.files, "sources": draft.sources}
        known |= {"forgotten": draft.marks, "schema_version": schema.VERSION}
        if known == {part: self.manifest.get(part) for part in known}:
            draft.discard()
            self._draft = self._new_draft()
            return self._finish_commit(keep)
        manifest: commit.Manifest = {**known, "parent": self.version, "packages": commit.package_versions()}
        with explained_disk_failures(as_it_was):
            version = draft.commit(commit.number_of(self.version) + 1, commit.json_bytes(manifest))
        with explained_disk_failures(f"{self.shown} may or may not hold the new rows"):
            # The commit point: from here on this version is current.
            commit.write_file(self.root / commit.CURRENT, f"{version}\n".encode(), self.disk)
        self.version, self.manifest = version, manifest
        self._draft = self._new_draft()
        if was_older:
            self.warnings.append(RENEWED.format(self.shown))
        self._finish_commit(keep)

    def _new_draft(self, part_folder: Path | None = None) -> Draft:
        return Draft(self.root, self.disk, self.manifest, "" if self.is_older else self.version, part_folder)

    def _renew_sources(self):
        """Rewrite the sources of an earlier shape, each in its position."""
        for source in self.source_ids():
            if self._card(source)["schema_version"] < schema.VERSION:
                # Include the rows of a sheet's older state: they come back when the newer file is removed.
                names = (*SOURCE_TABLES, *schema.NAMES_AS_READ.values())
                tables = {name: self.read_source(source, name) for name in names}
                self.rewrite_source(source, tables, self.source_card(source))

    def _finish_commit(self, keep):
        """Finish a commit. The rows are safe: a failure here becomes a warning, and the next opening repairs it."""
        for step, failure in (
            (partial(commit.link_stable, self.root, self.version, self.manifest["files"]), NOT_SHOWN),
            (partial(commit.keep_newest, self.root, self.version, keep), NOT_REMOVED),
        ):
            try:
                step(self.disk)
            except (OSError, CallLogError) as failed:
                if keep < KEEP:  # the old rows must be gone, and files still hold them: a warning is not enough
                    raise not_erased(self.shown, failed) from failed
                self.warnings.append(failure.format(self.shown))

    def _turn_to_newest(self):
        newest = commit.current(self.root, self.disk)
        if newest != self.version:
            self.manifest = commit.manifest_of(self.root, newest, self.disk)
        self.version = newest
        self.warnings = list(dict.fromkeys([*self.warnings, *disk.place_warnings(self.root)]))

    def _mend_links(self):
        """Renew stable names left by an interrupted commit, unless another process is writing now."""
        try:
            if not commit.links_are_fresh(self.root, self.version, self.manifest["files"], self.disk):
                with self.writing(wait_s=0):
                    commit.link_stable(self.root, self.version, self.manifest["files"], self.disk)
        except (CallLogError, OSError):
            self.warnings.append(f"the files *.parquet in {self.shown} may show the previous version")

    def _held_draft(self) -> Draft:
        """Next version, while the store is held for writing."""
        if self._draft is None:
            raise RuntimeError("write inside  with store.writing():")
        return self._draft

    def _by_whom(self) -> str:
        try:
            holder = self.disk.read(self.root / commit.HOLDER).decode("utf-8", "replace").strip()
        except OSError:
            holder = ""
        return f" by {holder}" if holder else ""


def _rows_of_others(table: pa.Table, offices: Collection[str]) -> pa.Table:
    """Rows of other offices."""
    return table.filter(pc.invert(pc.is_in(table.column("office_id"), value_set=pa.array(offices, pa.string()))))


def _store_beside(path: Path) -> str:
    """Suggest a store next to a folder that is not one, if its name is similar."""
    stores = [found.parent.name for found in path.parent.glob(f"*/{commit.CURRENT}")]
    near = get_close_matches(path.name, stores, n=1)
    return f"perhaps {wording.printable(path.with_name(near[0]).as_posix())}" if near else ""
