"""The store: plain Parquet, committed so that nothing acknowledged is lost. The door to Parquet files.

`commit` says where things lie and in which order they get there, `parquet` what a file holds,
`verify` what is recorded of it and whether it still holds that; `merge` makes one log of many exports,
`migrations` brings an earlier shape up to date.
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
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema, wording
from callanalytics.errors import CallLogError, InvalidRequest, StoreError
from callanalytics.store import commit, disk, merge, parquet, tombstones, verify
from callanalytics.store.disk import Disk, disk_error, explained_disk_failures, explained_read_failures, not_erased
from callanalytics.store.draft import Draft, Part

__all__ = ["KEEP", "SOURCE_TABLES", "Disk", "Part", "Store"]

KEEP = 3  # versions; a reader that opened one has two more commits' time to finish
SOURCE_TABLES = ("calls", "entries", "notices", "rejects", "set_aside", "sources")
BUSY_S, PATIENT_S = 60, 1.0
RENEWED = (
    "{} was made by an earlier version of callanalytics: all of it was written anew in today's shape, which that "
    "version cannot open"
)
NOTHING: commit.Manifest = {"files": {}, "sources": [], "forgotten": None}


class Store:
    """A folder of Parquet files with one version in force, the one that was so when it was opened.

    Read with :meth:`read` or point any program at :meth:`path`. Write inside :meth:`writing`, which holds
    the store's lock and first moves on to the newest version.

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
        self.shown = root.name  # what a message calls it
        self.version, self.manifest = "", NOTHING
        self.warnings: list[str] = []
        self._draft: Draft | None = None  # the next version, while the lock is held
        self._cards: dict[str, dict] = {}
        self._offices: dict[str, pa.Table] = {}  # the table of that name, of the version last asked for

    @classmethod
    def open(cls, path, create: bool = False, disk: Disk | None = None) -> Store:
        """The store in a folder, at the version now in force.

        ``create`` accepts a folder that is empty or not there; nothing is written until the first publish.

        Raises
        ------
        CallLogError
            No store there, another thing there, a store of a newer callanalytics, or one that a sync
            service or a hand has damaged; a URL.
        """
        if re.match(r"\w[\w+.-]+:/", str(path)):  # as a path it would name a folder here; a drive has one letter
            raise InvalidRequest(
                "a store is opened by its path on a disk of this computer, and not by a URL",
                found=wording.printable(str(path)),
                wanted="a folder, as in --store calls",
            )
        try:
            store = cls(Path(path).resolve(), disk or Disk())
        except RuntimeError as loop:  # Python before 3.13 has no errno for it
            raise StoreError("the folder named with --store is a link that leads to itself") from loop
        store.shown = wording.printable(Path(path).as_posix())
        with explained_disk_failures(f"{store.shown} could not be opened"):
            if store.root.exists() and not store.root.is_dir():
                raise StoreError(f"{store.shown} is a file, not a folder", run="name a folder with --store")
            store._turn_to_newest()
        if not store.version and not create:
            raise StoreError(
                f"there is no store in {store.shown}",
                run=_store_beside(Path(path)) or f"callanalytics start{wording.in_store(path)}  makes one",
            )
        if store.version:
            store._mend_links()
        return store

    # ---- reading ---------------------------------------------------------------------------------------------

    def read(
        self, table: str, offices: Collection[str] | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """One table, as `schema` has it: of some offices, by their ids, or of all; some of its columns, or all.

        It is empty before the first publish.
        """
        if table not in schema.TABLES:
            raise InvalidRequest(f"there is no table {table!r}", wanted=", ".join(schema.TABLES))
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
        """One of the :meth:`files` of a table; ``narrow`` leaves out rows before their words are spelled out."""
        path, is_of_one = self._checked(file, table), "office_id" in self.manifest["files"][file]
        with explained_read_failures(self.shown, f"table {table}"):
            return parquet.read(path, table, columns, None if is_of_one else offices, narrow)

    def files(self, table: str, offices: Collection[str] | None = None) -> list[str]:
        """The files with a table's rows, of all offices or of some, by their paths in the version's folder."""
        return [
            file
            for file, entry in self.manifest["files"].items()
            if parquet.table_of_file(file) == table
            and (offices is None or entry.get("office_id") is None or entry["office_id"] in offices)
        ]

    def files_in_time(self, office: str, spans: Iterable[tuple[merge.Ends, merge.Ends]]) -> list[str]:
        """The files in which calls of an office may be that lie in some stretches of time."""
        months = {"", parquet.UNDATED, *parquet.months_between(utc for utc, _ in spans)}
        return [file for file in self.files("calls", [office]) if parquet.month_of_file(file) in months]

    def path(self, table: str = "agency_calls", immutable: bool = False) -> Path:
        """Where a table lies, a file or a folder of files: by its stable name, or (``immutable``) by this version's."""
        if table not in schema.TABLES:
            raise InvalidRequest(f"there is no table {table!r}", wanted=", ".join(schema.TABLES))
        folder = self.root / commit.PUBLISHED / self.version if immutable else self.root
        return folder / f"{table}.parquet"

    def paths(self, table: str, offices: Collection[str] | None = None) -> list[Path]:
        """The files of this version that hold a table's rows of some offices, or of all, for an engine that reads them
        itself: each is as it was written."""
        return [self._checked(file, table) for file in self.files(table, offices)]

    def _checked(self, file: str, table: str) -> Path:
        with explained_read_failures(self.shown, f"table {table}"):
            path = self.root / commit.PUBLISHED / self.version / file
            verify.refuse_changed(path, self.manifest["files"][file]["sha256"])
            return path

    def offices(self) -> list[dict]:
        """The offices, as the table of that name has them."""
        if self.version not in self._offices:
            self._offices = {self.version: self.read("offices")}
        return self._offices[self.version].to_pylist()

    def sources(self) -> pa.Table:
        """The accepted files, one row each."""
        return self.read("sources")

    def source_ids(self) -> list[str]:
        """The source folders in the order they were accepted; while writing, those of the next version."""
        return [source["id"] for source in (self.manifest["sources"] if self._draft is None else self._draft.sources)]

    def published_source_ids(self) -> list[str]:
        """The source folders of the version in force."""
        return [source["id"] for source in self.manifest["sources"]]

    def span_of_source(self, source: str) -> tuple[merge.Ends, merge.Ends]:
        """First and last moment of an accepted export's calls, in UTC and on the office's clock."""
        path = self._folder_of(source) / "calls.parquet"
        with explained_read_failures(self.shown, f"source {source}"):
            return parquet.span_in(path) if path.exists() else (None, None)

    def read_source(self, source: str, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """What one accepted export gave to one of `SOURCE_TABLES`; some columns of it, or all."""
        nothing = schema.empty(table).select(columns or schema.empty(table).column_names)
        if self._draft is not None and source in self._draft.added:
            return self._draft.added[source].get(table, nothing).select(nothing.column_names)
        folder = self._folder_of(source)
        path = folder / f"{table}.parquet"
        with explained_read_failures(self.shown, f"source {source}"):
            return parquet.read(path, table, columns) if path.exists() else nothing

    def source_card(self, source: str) -> dict:
        """What was recorded of an accepted export when it was added."""
        return self._card(source)["export"]

    def cards(self) -> dict[str, dict]:
        """What was recorded of each accepted export, in the order of acceptance."""
        return {source: self.source_card(source) for source in self.source_ids()}

    def formats(self) -> set[str]:
        """The formats of the accepted exports, those of a person's own among them."""
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
        """The marks of what was erased from this store; None if nothing ever was."""
        kept = self.manifest.get("forgotten")
        return tombstones.open_marks(kept, self.root.name) if kept else None

    def fingerprint(self) -> str:
        """SHA-256 over the published tables' digests: same rows, same fingerprint, whenever they came."""
        files = self.manifest["files"]
        lines = "".join(f"{name} {files[name]['sha256']}\n" for name in sorted(files))
        return hashlib.sha256(lines.encode()).hexdigest()

    def is_made_here(self) -> bool:
        """Whether the version in force was made by the very packages, zones and calendars that run now."""
        return not self.is_older and self.manifest.get("packages") in (None, verify.package_versions())

    def verify(self, deep: bool = True) -> list[str]:
        """What is wrong with the store, in words; nothing if every file is as recorded.

        ``deep``: every count, id and row too, and calls, entries and notices are compared with what the sources gave,
        column by column. For what follows from them see :func:`callanalytics.intake.recount`, for the exports
        :func:`callanalytics.intake.compare`.
        """
        return verify.problems(self, deep)

    @property
    def is_older(self) -> bool:
        """Whether the version in force has tables of an earlier shape; the next publish writes them anew."""
        return self.manifest.get("schema_version", schema.VERSION) < schema.VERSION

    # ---- writing ---------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, wait_s: float = BUSY_S, waiting=None):
        """Hold the store for writing, at its newest version; nothing happens where it is held or written apart already.

        ``waiting(sentence)`` is called once where another process holds it, after `PATIENT_S`.

        Raises
        ------
        CallLogError
            Another process holds it (the message names it), or the folder cannot be written.
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
        # Without a word at first: most writers are done within a second.
        patient = min(PATIENT_S, wait_s) if waiting else wait_s
        try:
            try:
                lock.acquire(timeout=patient)
            except Timeout:
                if patient == wait_s:
                    raise
                waiting(f"{self.shown} is being written{self._by_whom()}: waiting, {wait_s:.0f} seconds at most")
                lock.acquire(timeout=wait_s - patient)
        except Timeout:
            raise self._busy() from None
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
        """Write beside a process that holds the store, into a folder of its own; that process may :meth:`take` it in.

        The store is at its newest version, and what :meth:`publish` is given stays apart: see :meth:`part`.
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
                self._cards.pop(source, None)  # it may not be taken in, and come again as another office's
            self._draft = None

    def part(self) -> Part | None:
        """What was published apart, of one office; None if nothing was."""
        return self._held_draft().part(lambda source: self.source_card(source)["office_id"])

    def take(self, part: Part) -> None:
        """Take in what was laid down apart of an office. It counts once a :meth:`publish` follows."""
        with explained_disk_failures(f"{self.shown} could not be written; it is as it was"):
            self._held_draft().take(part)
        self.put(part.office, part.whole)

    def sweep(self) -> None:
        """Remove what was laid down apart and not taken in. Where the disk refuses, the next writing does."""
        with suppress(OSError):
            commit.sweep(self.root, self.disk)

    def add_source(self, source: str, tables: Mapping[str, pa.Table], card: dict) -> None:
        """Lay down what an accepted export gave, as the last accepted. It counts once a :meth:`publish` follows.

        ``source`` is the export's id; ``card`` what `source.json` keeps of it beside digests and row counts.
        """
        tables = {name: parquet.ordered(name, rows) for name, rows in tables.items()}
        listed = self._written(source, tables, card)
        self._held_draft().sources.append(listed)
        self._held_draft().added[listed["id"]] = tables

    def rewrite_source(self, source: str, tables: Mapping[str, pa.Table], card: dict) -> None:
        """Put something else in the place of an accepted export. Its turn among the others stays as it was."""
        index = self.source_ids().index(source)
        self._held_draft().sources[index] = self._written(source.partition("-")[0], tables, card)

    def _written(self, source, tables, card) -> dict:
        self._held_draft()
        made = {f"{name}.parquet": verify.encoded(name, rows) for name, rows in tables.items() if rows.num_rows}
        files, listed = {name: data for name, (data, _) in made.items()}, {n: entry for n, (_, entry) in made.items()}
        with explained_disk_failures(f"{self.shown} could not be written; it is as it was"):
            # A folder that no version speaks of: the same bytes may have been read before under other settings.
            taken = set(self.source_ids())
            for version in commit.versions(self.root, self.disk):
                if commit.number_of(version) <= commit.number_of(self.version):
                    taken |= {s["id"] for s in commit.manifest_of(self.root, version, self.disk)["sources"]}
            names = (source, *(f"{source}-{n}" for n in range(2, len(taken) + 3)))
            folder = next(name for name in names if name not in taken)
            card_bytes = verify.json_bytes(
                {"id": folder, "schema_version": schema.VERSION, "files": listed, "export": card}
            )
            target = self._held_draft().laid / folder
            files[commit.SOURCE_CARD] = card_bytes
            commit.write_folder(target, files, self.disk, lambda written: verify.check_rows(written, listed))
        return {"id": folder, "sha256": hashlib.sha256(card_bytes).hexdigest()}

    def drop_source(self, source: str) -> None:
        """Leave an accepted export out from the next publish on."""
        draft = self._held_draft()
        draft.sources = [s for s in draft.sources if s["id"] != source]

    def keep_marks(self, marks: tombstones.Marks) -> None:
        """Keep these marks of what is erased, from the next publish on."""
        self._held_draft().marks = marks.to_json()

    def put(self, office: str, tables: Mapping[str, pa.Table], kept: Iterable[str] = ()) -> None:
        """Lay down all rows that some tables have of an office. They count once a :meth:`publish` follows.

        ``kept`` are files of the office, by their paths in the version's folder, that stay: their rows are not given.
        """
        draft = self._held_draft()
        with explained_disk_failures(f"{self.shown} could not be written; it is as it was"):
            for name, rows in tables.items():
                if name in parquet.WHOLE:
                    before = draft.whole[name] if name in draft.whole else self.read(name)
                    draft.whole[name] = pa.concat_tables([_without(before, [office]), rows])
                else:
                    draft.put(name, rows, [office], [file for file in kept if parquet.table_of_file(file) == name])

    def publish(self, tables: Mapping[str, pa.Table] = MappingProxyType({}), keep: int = KEEP) -> None:
        """Commit a new version of what was :meth:`put` and of whole tables. There is none if nothing changed.

        What is not given stays as it is. Returns when the version is on the disk. ``keep`` versions remain (1 after an
        erasure). In a store of an earlier shape every table and source is written anew.
        """
        draft, was_older = self._held_draft(), self.is_older
        if draft.part_folder:
            draft.whole |= tables
            return None
        as_it_was = f"{self.shown} could not be written; it is as it was"
        if was_older:
            self._renew_sources()
        with explained_disk_failures(as_it_was):
            self._complete(draft, tables)
        known: commit.Manifest = {
            "files": draft.files,
            "sources": draft.sources,
            "forgotten": draft.marks,
            "schema_version": schema.VERSION,
        }
        if known == {part: self.manifest.get(part) for part in known}:
            draft.discard()
            self._draft = self._new_draft()
            return self._tidy(keep)
        manifest: commit.Manifest = {**known, "parent": self.version, "packages": verify.package_versions()}
        with explained_disk_failures(as_it_was):
            version = draft.commit(commit.number_of(self.version) + 1, verify.json_bytes(manifest))
        with explained_disk_failures(f"{self.shown} may or may not hold the new rows"):
            # The commit point: from here on the version is in force.
            commit.write_file(self.root / commit.CURRENT, f"{version}\n".encode(), self.disk)
        self.version, self.manifest = version, manifest
        self._draft = self._new_draft()
        if was_older:
            self.warnings.append(RENEWED.format(self.shown))
        self._tidy(keep)

    def _complete(self, draft: Draft, tables: Mapping[str, pa.Table]) -> None:
        """Put whole tables into the next version, and what stays of the one in force."""
        offices = ["", *{entry["office_id"] for entry in self.manifest["files"].values() if "office_id" in entry}]
        given = {**draft.whole, **tables}
        for name in schema.TABLES if self.is_older else given:
            rows = given[name] if name in given else _without(self.read(name), draft.offices_of(name))
            draft.put(name, rows, offices)
        draft.take_over()

    def _new_draft(self, part_folder: Path | None = None) -> Draft:
        return Draft(self.root, self.disk, self.manifest, "" if self.is_older else self.version, part_folder)

    def _renew_sources(self):
        """Write the sources of an earlier shape anew, each in its turn."""
        for source in self.source_ids():
            if self._card(source)["schema_version"] < schema.VERSION:
                # With the rows of a sheet's older state: they come back when the newer file is removed.
                names = (*SOURCE_TABLES, *schema.NAMES_AS_READ.values())
                tables = {name: self.read_source(source, name) for name in names}
                self.rewrite_source(source, tables, self.source_card(source))

    def _tidy(self, keep):
        """What follows a commit. The rows are safe: a failure here becomes a warning, and the next opening mends it."""
        try:
            commit.link_stable(self.root, self.version, self.manifest["files"], self.disk)
        except OSError as failed:
            self._not_erased(keep, failed)
            self.warnings.append(
                f"the files *.parquet in {self.shown} still show the version before: another program has one "
                "open, or the disk is full; they are renewed the next time the store is opened"
            )
        try:
            commit.keep_newest(self.root, self.version, keep, self.disk)
        except (OSError, CallLogError) as failed:
            self._not_erased(keep, failed)
            self.warnings.append(f"old versions in {self.shown} could not be removed; the next ingest tries again")

    def _not_erased(self, keep, failed):
        """Where somebody counts on the old rows being gone, files that still hold them are no mere warning."""
        if keep < KEEP:
            raise not_erased(self.shown, failed) from failed

    def _turn_to_newest(self):
        newest = commit.current(self.root, self.disk)
        if newest != self.version:
            self.manifest = commit.manifest_of(self.root, newest, self.disk)
        self.version = newest
        self.warnings = list(dict.fromkeys([*self.warnings, *disk.place_warnings(self.root)]))

    def _mend_links(self):
        """Renew stable names that a cut-off commit left behind, unless somebody is writing just now."""
        try:
            if not commit.links_are_fresh(self.root, self.version, self.manifest["files"], self.disk):
                with self.writing(wait_s=0):
                    commit.link_stable(self.root, self.version, self.manifest["files"], self.disk)
        except (CallLogError, OSError):
            self.warnings.append(f"the files *.parquet in {self.shown} may show the version before")

    def _held_draft(self) -> Draft:
        """The next version, while the store is held for writing."""
        if self._draft is None:
            raise RuntimeError("write inside  with store.writing():")
        return self._draft

    def _busy(self):
        return StoreError(
            f"{self.shown} is being written by another program",
            found=self._by_whom().removeprefix(" by "),
            do="wait until it has finished, then try again",
        )

    def _by_whom(self) -> str:
        try:
            holder = self.disk.read(self.root / commit.HOLDER).decode("utf-8", "replace").strip()
        except OSError:
            holder = ""
        return f" by {holder}" if holder else ""


def _without(table: pa.Table, offices: Collection[str]) -> pa.Table:
    """The rows of other offices."""
    return table.filter(pc.invert(pc.is_in(table.column("office_id"), value_set=pa.array(offices, pa.string()))))


def _store_beside(path: Path) -> str:
    """A store that lies beside a folder that is none, and has a name like it."""
    stores = [found.parent.name for found in path.parent.glob(f"*/{commit.CURRENT}")]
    near = get_close_matches(path.name, stores, n=1)
    return f"perhaps {wording.printable(path.with_name(near[0]).as_posix())}" if near else ""
