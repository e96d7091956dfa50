"""One table as Parquet bytes and back: same rows, same bytes, whatever order they came in.

Rows are sorted, so the order of ingests leaves no trace. Field meanings travel in the file. Footer
statistics (smallest and largest value) are kept for numbers, moments and closed words only: for a matter
or a telephone number they would be a copy of a client's data in clear.

A long export gives more rows than the memory should hold, and they may not stand in the store before all of them are
read. They are spooled: written as they come, into a file without a name that no one else can open. If the program ends
for whatever reason, the file is gone with it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from callanalytics import schema
from callanalytics.normalize import ids
from callanalytics.store import migrations

ORDER = {
    "calls": ("office_id", "started_at_utc", "call_id"),
    "entries": ("office_id", "started_at_utc", "entry_id"),
    "notices": ("office_id", "started_at_utc", "notice_id"),
    "rejects": ("office_id", "source_id", "row", "column", "reason", "found", "wanted"),
    "set_aside": ("office_id", "source_id", "row", "reason"),
    "sources": ("office_id", "source_id"),
    "coverage": ("office_id", "our_number", "from_utc", "to_utc", "basis", "source_id"),
    "offices": ("office_id",),
    "agency_calls": ("office_id", "started_at_utc", "agency_call_id"),
    "callbacks": ("office_id", "started_at_utc", "callback_id"),
    "promises": ("office_id", "started_at_utc", "promise_id"),
}
REPEATING = set(
    "office_id source_id format timezone our_number other_number callback_number outcome_raw line reason words_said "
    "rule_id calendar warnings".split()
)
ROW_NUMBERS = ("source_row", "row")
FEW = 5_000  # rows that threads would only slow down
ROWS_A_GROUP = 1 << 18  # a reader skips whole groups by office and time


def to_bytes(name: str, table: pa.Table) -> bytes:
    """The Parquet file of a table of the schema, rows in the table's order.

    >>> rows = {"office_id": ["o", "o"], "source_id": ["s", "s"], "row": [2, 3], "reason": ["leg", "fax"]}
    >>> table = schema.build("set_aside", rows)
    >>> to_bytes("set_aside", table) == to_bytes("set_aside", table.take([1, 0]))
    True
    """
    table = ordered(name, table)
    columns = schema.TABLES[_table_of(name)].columns
    words = [c.name for c in columns if c.words or c.name in REPEATING]
    plain = [c.name for c in columns if c.words or not _may_be_personal(c.type)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        use_dictionary=words,
        write_statistics=plain,
        row_group_size=ROWS_A_GROUP,
        write_page_checksum=True,
    )
    return sink.getvalue().to_pybytes()


def source_writer(sink, shape: pa.Schema) -> pq.ParquetWriter:
    """A Parquet file among the sources, which is only ever read as a whole: no statistics, and moments and row numbers
    by how far each is from the one before."""
    words = [f.name for f in shape if f.name != "vendor_id" and not pa.types.is_primitive(f.type)]
    steps = {f.name: "DELTA_BINARY_PACKED" for f in shape if pa.types.is_timestamp(f.type) or f.name in ROW_NUMBERS}
    return pq.ParquetWriter(
        sink,
        shape,
        compression="zstd",
        use_dictionary=words,
        column_encoding=steps,
        write_statistics=False,
        write_page_checksum=True,
    )


def _may_be_personal(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_nested(kind)


def ordered(name: str, table: pa.Table) -> pa.Table:
    """The table with exactly the schema's columns, its rows in the order every version keeps."""
    wanted = schema.arrow_schema(name)
    table = table.select(wanted.names).cast(wanted).combine_chunks()
    if table.num_rows < 2:
        return table
    keys = [(column, "ascending") for column in ORDER[_table_of(name)]]
    return table.take(pc.sort_indices(table, sort_keys=keys)).combine_chunks()


def read(path: Path, name: str) -> pa.Table:
    """The table in a file, brought to today's shape and checked against the schema by name and type.

    Calls that lie there as they were read, portion by portion, get their ids.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        rows = file.read(use_threads=file.metadata.num_rows > FEW)
    if name == "calls" and "call_id" not in rows.column_names:
        rows = ids.with_ids(migrations.migrated(schema.CALLS_AS_READ.name, rows))
    # Parquet has its own name for the elements of a list; the cast gives back ours.
    return migrations.migrated(_table_of(name), rows).cast(schema.arrow_schema(name))


def _table_of(name: str) -> str:
    """The table that has the shape of one of :data:`schema.NAMES_AS_READ`; any other name as it is."""
    return _AS_READ.get(name, name)


_AS_READ = {as_read: plain for plain, as_read in schema.NAMES_AS_READ.items()}


def rows_in(path: Path) -> int:
    """How many rows a file says it holds."""
    return pq.read_metadata(path).num_rows


PIECE = 1 << 24


class Spool:
    """One table of an export as a Parquet file in the making. ``shape`` is the shape in which its rows come."""

    def __init__(self, name: str, shape: pa.Schema, near: Path | None = None):
        self.name, self.num_rows = name, 0
        self._file = _unnamed_file(near)
        self._writer = source_writer(self._file, shape)
        self._hand = ThreadPoolExecutor(1)  # writes while the next rows are read
        self._last: Future | None = None

    def add(self, rows: pa.Table) -> None:
        """Put rows behind those that came before. At most one portion waits to be written."""
        if self._last:
            self._last.result()
        self.num_rows += rows.num_rows
        self._last = self._hand.submit(self._writer.write_table, rows) if rows.num_rows else None

    def close(self) -> None:
        """No more rows come."""
        if self._last:
            self._last.result()
        self._hand.shutdown()
        self._writer.close()

    def drop(self) -> None:
        """Give up what was written."""
        self._hand.shutdown()
        with contextlib.suppress(OSError, pa.ArrowException):  # no one wants it, be it whole or not
            self._writer.close()
        self._file.close()

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the finished file."""
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece

    def table(self) -> pa.Table:
        """All rows, in memory."""
        self._file.seek(0)
        return read(self._file, self.name)


class Spooled(Mapping):
    """The tables of an export, some of them spooled: such a one is read into memory whenever somebody asks for it."""

    def __init__(self, tables: dict[str, pa.Table], spools: dict[str, Spool]):
        self._tables, self.spools = tables, spools

    def __getitem__(self, name: str) -> pa.Table:
        return self.spools[name].table() if name in self.spools else self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._tables, *self.spools])

    def __len__(self) -> int:
        return len(self._tables) + len(self.spools)

    def parts(self) -> dict[str, pa.Table | Spool]:
        """Each table, or the spool that it lies in."""
        return {**self._tables, **self.spools}


def _unnamed_file(near: Path | None):
    """On the disk that is to hold the rows anyway, where that may be written."""
    folder = next((place for place in (near, *near.parents) if place.is_dir()), None) if near else None
    with contextlib.suppress(PermissionError):
        return tempfile.TemporaryFile(dir=folder)
    return tempfile.TemporaryFile()
