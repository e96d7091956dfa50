"""One table as Parquet bytes and back: same rows, same bytes, whatever order they came in.

Rows are sorted, so the order of ingests leaves no trace. Field meanings travel in the file. Footer
statistics (smallest and largest value) are kept for numbers, moments and closed words only: for a matter
or a telephone number they would be a copy of a client's data in clear.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from callanalytics import schema
from callanalytics.normalize import ids
from callanalytics.store import shapes

ORDER = {
    "calls": ("office_id", "started_at_utc", "call_id"),
    "notes": ("office_id", "started_at_utc", "note_id"),
    "notices": ("office_id", "started_at_utc", "notice_id"),
    "rejects": ("office_id", "source_id", "row", "column", "reason", "found", "wanted"),
    "set_aside": ("office_id", "source_id", "row", "reason"),
    "sources": ("office_id", "source_id"),
    "coverage": ("office_id", "our_number", "from_utc", "to_utc", "basis", "source_id"),
    "offices": ("office_id",),
    "dials": ("office_id", "started_at_utc", "dial_id"),
    "rings": ("office_id", "started_at_utc", "ring_id"),
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
    columns = schema.TABLES[_plain(name)].columns
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


def plain_writer(sink, shape: pa.Schema) -> pq.ParquetWriter:
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
    keys = [(column, "ascending") for column in ORDER[_plain(name)]]
    return table.take(pc.sort_indices(table, sort_keys=keys)).combine_chunks()


def read(path: Path, name: str) -> pa.Table:
    """The table in a file, brought to today's shape and checked against the schema by name and type.

    Calls that lie there as they were read, portion by portion, get their ids.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        rows = file.read(use_threads=file.metadata.num_rows > FEW)
    if name == "calls" and "call_id" not in rows.column_names:
        rows = ids.with_ids(shapes.brought_up(schema.CALLS_AS_READ.name, rows))
    # Parquet has its own name for the elements of a list; the cast gives back ours.
    return shapes.brought_up(_plain(name), rows).cast(schema.arrow_schema(name))


def _plain(name: str) -> str:
    """The table that has the shape of one of :data:`schema.NAMES_AS_READ`; any other name as it is."""
    return _AS_READ.get(name, name)


_AS_READ = {as_read: plain for plain, as_read in schema.NAMES_AS_READ.items()}


def rows_in(path: Path) -> int:
    """How many rows a file says it holds."""
    return pq.read_metadata(path).num_rows
