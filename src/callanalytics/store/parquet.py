"""One table as Parquet bytes and back: same rows, same bytes, whatever order they came in.

Rows are sorted, so the order of ingests leaves no trace. Field meanings travel in the file. Footer
statistics (smallest and largest value) are kept for numbers, moments and closed words only: for a matter
or a telephone number they would be a copy of a client's data in clear.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from callanalytics import ids, schema
from callanalytics.store import migrations
from callanalytics.store.merge import Ends

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
WHOLE = ("offices", "sources")  # tables that are one file: they are small, and read at every turn
NO_ROWS = "/~none.parquet"  # the file of a table of which no office has a row
LARGE = 1 << 17  # calls of an office from which on each month has a file of its own
UNDATED = "undated"  # in place of a month
MIN_ROWS_FOR_THREADS = 5_000  # rows that threads would only slow down
ROWS_A_GROUP = 1 << 18  # a reader skips whole groups by office and time

# The table that has the shape of one of another name.
_AS_READ = {as_read: plain for plain, as_read in schema.NAMES_AS_READ.items()}


def to_bytes(name: str, table: pa.Table) -> bytes:
    """The Parquet file of a table of the schema, rows in the table's order.

    >>> rows = {"office_id": ["o", "o"], "source_id": ["s", "s"], "row": [2, 3], "reason": ["leg", "fax"]}
    >>> table = schema.build("set_aside", rows)
    >>> to_bytes("set_aside", table) == to_bytes("set_aside", table.take([1, 0]))
    True
    """
    table = ordered(name, table)
    columns = schema.TABLES[_AS_READ.get(name, name)].columns
    # Texts may be personal.
    plain = [c.name for c in columns if c.words or not (pa.types.is_string(c.type) or pa.types.is_nested(c.type))]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        use_dictionary=_repeating(name),
        write_statistics=plain,
        row_group_size=ROWS_A_GROUP,
        write_page_checksum=True,
    )
    return sink.getvalue().to_pybytes()


def files_of(name: str, rows: pa.Table, besides: int = 0) -> Iterator[tuple[str, str, pa.Table]]:
    """The files of a table, without the folder of a version: of each its name, its office, and its rows.

    ``besides`` is how many rows of the same office are in files that stay.

    >>> rows = {"office_id": ["b", "a"], "source_id": ["s", "s"], "row": [2, 3], "reason": ["leg", "leg"]}
    >>> [(file, office, part.num_rows) for file, office, part in files_of("set_aside", schema.build("set_aside", rows))]
    [('set_aside.parquet/a.parquet', 'a', 1), ('set_aside.parquet/b.parquet', 'b', 1)]
    """
    if name in WHOLE:
        yield f"{name}.parquet", "", rows
        return
    offices = sorted(rows.column("office_id").unique().to_pylist())
    for office in offices:
        own = rows if len(offices) == 1 else rows.filter(pc.equal(rows.column("office_id"), office))
        is_large = name == "calls" and own.num_rows + besides > LARGE
        for month, part in _by_month(ordered(name, own)) if is_large else [("", own)]:
            yield file_name(name, office, month), office, part


def _by_month(calls: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Calls in order, month by month in UTC: the month as it stands in the name of a file, and its calls."""
    moment = calls.column("started_at_utc")
    month = pc.add(pc.multiply(pc.year(moment), 100), pc.month(moment)).fill_null(0).to_numpy()
    edges = [0, *(np.flatnonzero(np.diff(month)) + 1).tolist(), len(month)]
    for first, last in itertools.pairwise(edges):
        yield str(month[first] or UNDATED), calls.slice(first, last - first)


def months_between(spans: Iterable[Ends]) -> set[str]:
    """The months that stretches of time touch, as they stand in names of files."""
    months = set()
    for first, last in filter(None, spans):
        ordinals = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
        months |= {f"{100 * (n // 12) + n % 12 + 1}" for n in ordinals}
    return months


def month_of_file(file: str) -> str:
    """The month whose calls a file has; "" of a file with all of them.

    >>> month_of_file("calls.parquet/a.202203.parquet"), month_of_file("calls.parquet/a.parquet")
    ('202203', '')
    """
    return file.partition("/")[2].removesuffix(".parquet").partition(".")[2]


def span_in(path: Path) -> tuple[Ends, Ends]:
    """First and last moment of the calls in a file, in UTC and on the office's clock, as its footer says."""
    footer = pq.read_metadata(path)
    names = footer.schema.to_arrow_schema().names
    found = []
    for index in map(names.index, ("started_at_utc", "started_at_local")):
        ends = [footer.row_group(n).column(index).statistics for n in range(footer.num_row_groups)]
        known = [each for each in ends if each is not None and each.has_min_max]
        found.append((min(each.min for each in known), max(each.max for each in known)) if known else None)
    return found[0], found[1]


def file_name(name: str, office: str, month: str = "") -> str:
    """Where an office's rows of a table are; of its id, what may not stand in a file's name is written in hex."""
    # The tilde is written in hex too, so that no office's file is called as that of a table without rows.
    safe = re.sub(r"[^A-Za-z0-9_-]", lambda sign: f"~{ord(sign[0]):x}~", office)
    return f"{name}.parquet/{safe}{month and f'.{month}'}.parquet"


def table_of_file(file: str) -> str:
    """The table of which a file is."""
    return file.partition(".")[0]


def ordered(name: str, table: pa.Table) -> pa.Table:
    """The table with exactly the schema's columns, its rows in the order every version keeps."""
    wanted = schema.arrow_schema(name)
    if not table.schema.equals(wanted, check_metadata=True):
        table = table.select(wanted.names).cast(wanted)
    table = table.combine_chunks()
    keys = ORDER[_AS_READ.get(name, name)]
    if _is_ordered(table, keys):
        return table
    order = pc.sort_indices(table, sort_keys=[(column, "ascending") for column in keys])
    return table.take(order).combine_chunks()


def _is_ordered(table: pa.Table, keys: Sequence[str]) -> bool:
    """Whether rows stand in order already, as those of most exports and of every file do."""
    if table.num_rows < 2:
        return True
    # From the last key to the first: a key decides where all before it are equal. Equal rows are in order.
    fits = pa.scalar(True)
    for key in reversed(keys):
        before, after = (table.column(key).chunk(0)[part] for part in (slice(None, -1), slice(1, None)))
        fits = pc.or_(pc.less(before, after), pc.and_(pc.equal(before, after), fits))
    # Of a null no order is known: such rows are sorted.
    return pc.all(fits, skip_nulls=False).as_py() is True


def read(
    path: Path,
    name: str,
    columns: Sequence[str] | None = None,
    offices: Collection[str] | None = None,
    narrow: Callable[[pa.Table], pa.Table] | None = None,
) -> pa.Table:
    """The table in a file, brought to today's shape and checked against the schema by name and type.

    Calls that an earlier version laid down without their ids get them. ``columns`` and ``offices`` are those asked for;
    ``narrow`` leaves out rows while words that repeat are still numbers.
    """
    # An earlier shape has other columns, and no file is opened with words of columns that it lacks as numbers.
    coded = _repeating(name) if narrow and migrations.shape_of(pq.read_schema(path)) == schema.VERSION else None
    with pq.ParquetFile(path, page_checksum_verification=True, read_dictionary=coded) as file:
        is_of_today = migrations.shape_of(file.schema_arrow) == schema.VERSION
        by_office = ["office_id"] if offices is not None else []
        asked = list(dict.fromkeys([*columns, *by_office])) if columns and is_of_today else None
        rows = file.read(asked, use_threads=not narrow and file.metadata.num_rows > MIN_ROWS_FOR_THREADS)
    if name == "calls" and "call_id" not in file.schema_arrow.names:
        rows = ids.with_ids(migrations.migrated(schema.CALLS_AS_READ.name, rows))
    if narrow and is_of_today:
        rows = narrow(rows)
    rows = migrations.migrated(_AS_READ.get(name, name), rows)
    if narrow and not is_of_today:
        rows = narrow(rows)
    if offices is not None:
        rows = rows_where(pc.is_in(rows.column("office_id"), value_set=pa.array(offices, pa.string())), rows)
    wanted = schema.arrow_schema(name)
    rows = rows.select(columns or rows.column_names)
    # Parquet has its own name for the elements of a list; the cast gives back ours.
    return rows.cast(pa.schema([wanted.field(column) for column in columns], wanted.metadata) if columns else wanted)


def rows_where(mask: pa.ChunkedArray, rows: pa.Table) -> pa.Table:
    """The rows of a mask; the table itself where that is all of them, since a filter makes a copy."""
    return rows if pc.all(mask).as_py() else rows.filter(mask)


def _repeating(name: str) -> list[str]:
    """The columns of a table whose words repeat."""
    return [c.name for c in schema.TABLES[_AS_READ.get(name, name)].columns if c.words or c.name in REPEATING]


def rows_in(path: Path) -> int:
    """How many rows a file says it holds."""
    return pq.read_metadata(path).num_rows
