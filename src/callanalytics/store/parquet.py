"""Write a table as Parquet bytes and read it back: the same rows give the same bytes, whatever their order.

Rows are sorted, so the order of ingests leaves no trace. Each file contains the meanings of its fields. Footer
statistics (smallest and largest value) are kept only for numbers, times, and closed lists of words. For a matter or a
phone number, they would be a readable copy of a client's data.
"""

from __future__ import annotations

import errno
import hashlib
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

REPEATING = set(
    "office_id source_id format timezone our_number other_number callback_number outcome_raw line reason words_said "
    "rule_id calendar warnings".split()
)
WHOLE = ("offices", "sources")  # tables that are one file, because they are small and often read
NO_ROWS = "/~none.parquet"  # the file of a table in which no office has a row
LARGE = 1 << 17  # calls of an office above which each month gets its own file
UNDATED = "undated"  # in place of a month
MIN_ROWS_FOR_THREADS = 5_000  # fewer rows are read faster without threads
ROWS_A_GROUP = 1 << 18  # a reader skips whole groups by office and time


def to_bytes(name: str, table: pa.Table) -> bytes:
    """Parquet file of a table of the schema, with rows in the table's order.

    >>> rows = {"office_id": ["o", "o"], "source_id": ["s", "s"], "row": [2, 3], "reason": ["leg", "fax"]}
    >>> table = schema.build("set_aside", rows)
    >>> to_bytes("set_aside", table) == to_bytes("set_aside", table.take([1, 0]))
    True
    """
    table = ordered(name, table)
    columns = schema.spec_of(name).columns
    # Texts may be personal, so they get no statistics.
    plain = [c.name for c in columns if c.words or not (pa.types.is_string(c.type) or pa.types.is_nested(c.type))]
    sink = pa.BufferOutputStream()
    how = {"compression": "zstd", "row_group_size": ROWS_A_GROUP, "write_page_checksum": True}
    pq.write_table(table, sink, use_dictionary=_repeating(name), write_statistics=plain, **how)
    return sink.getvalue().to_pybytes()


def encoded(name: str, rows: pa.Table) -> tuple[bytes, dict]:
    """Parquet file of a table's rows, and its record: digest and number of rows."""
    data = to_bytes(name, rows)
    return data, {"sha256": hashlib.sha256(data).hexdigest(), "rows": rows.num_rows}


def check_rows(folder: Path, listed: dict[str, dict]) -> None:
    """Refuse a newly written folder if a file does not open or has the wrong number of rows."""
    for name, entry in listed.items():
        if pq.read_metadata(folder / name).num_rows != entry["rows"]:
            raise OSError(errno.EIO, "a file just written cannot be read back")


def files_of(name: str, rows: pa.Table, besides: int = 0) -> Iterator[tuple[str, str, pa.Table]]:
    """Files of a table, as name (without the version's folder), office, and rows.

    ``besides`` is the number of rows of the same office in files that stay.

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
    """Calls in order, by month in UTC: the month as written in file names, and its calls."""
    moment = calls.column("started_at_utc")
    month = pc.add(pc.multiply(pc.year(moment), 100), pc.month(moment)).fill_null(0).to_numpy()
    edges = [0, *(np.flatnonzero(np.diff(month)) + 1).tolist(), len(month)]
    for first, last in itertools.pairwise(edges):
        yield str(month[first] or UNDATED), calls.slice(first, last - first)


def months_between(spans: Iterable[Ends]) -> set[str]:
    """Months that the given periods touch, as written in file names."""
    months = set()
    for first, last in filter(None, spans):
        ordinals = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
        months |= {f"{100 * (n // 12) + n % 12 + 1}" for n in ordinals}
    return months


def month_of_file(file: str) -> str:
    """Month whose calls a file has; "" for a file with all months.

    >>> month_of_file("calls.parquet/a.202203.parquet"), month_of_file("calls.parquet/a.parquet")
    ('202203', '')
    """
    return file.partition("/")[2].removesuffix(".parquet").partition(".")[2]


def span_in(path: Path) -> tuple[Ends, Ends]:
    """First and last time of the calls in a file, in UTC and on the office's clock, from its footer."""
    footer = pq.read_metadata(path)
    names = footer.schema.to_arrow_schema().names
    found = []
    for index in map(names.index, ("started_at_utc", "started_at_local")):
        ends = [footer.row_group(n).column(index).statistics for n in range(footer.num_row_groups)]
        known = [each for each in ends if each is not None and each.has_min_max]
        found.append((min(each.min for each in known), max(each.max for each in known)) if known else None)
    return found[0], found[1]


def file_name(name: str, office: str, month: str = "") -> str:
    """Path of an office's rows of a table; characters of its ID not allowed in file names are written in hex."""
    # The tilde is written in hex too, so that no office's file gets the name of a table without rows.
    safe = re.sub(r"[^A-Za-z0-9_-]", lambda sign: f"~{ord(sign[0]):x}~", office)
    return f"{name}.parquet/{safe}{month and f'.{month}'}.parquet"


def table_of_file(file: str) -> str:
    """Name of the table that a file belongs to."""
    return file.partition(".")[0]


def ordered(name: str, table: pa.Table) -> pa.Table:
    """Table with exactly the schema's columns, and its rows in the order that every version keeps."""
    wanted = schema.arrow_schema(name)
    if not table.schema.equals(wanted, check_metadata=True):
        table = table.select(wanted.names).cast(wanted)
    table = table.combine_chunks()
    keys = schema.spec_of(name).order
    if _is_ordered(table, keys):
        return table
    order = pc.sort_indices(table, sort_keys=[(column, "ascending") for column in keys])
    return table.take(order).combine_chunks()


def _is_ordered(table: pa.Table, keys: Sequence[str]) -> bool:
    """Whether the rows are already in order, as in most exports and in every file."""
    if table.num_rows < 2:
        return True
    # From the last key to the first: a key decides if all keys before it are equal. Equal rows are in order.
    fits = pa.scalar(True)
    for key in reversed(keys):
        before, after = (table.column(key).chunk(0)[part] for part in (slice(None, -1), slice(1, None)))
        fits = pc.or_(pc.less(before, after), pc.and_(pc.equal(before, after), fits))
    # Nulls have no known order, so such rows are sorted.
    return pc.all(fits, skip_nulls=False).as_py() is True


def read(
    path: Path,
    name: str,
    columns: Sequence[str] | None = None,
    offices: Collection[str] | None = None,
    narrow: Callable[[pa.Table], pa.Table] | None = None,
) -> pa.Table:
    """Table in a file, brought to today's shape and checked against the schema by name and type.

    Calls stored without their IDs get them. ``columns`` and ``offices`` select what is returned; ``narrow`` drops rows
    while repeated words are still codes.
    """
    # An earlier shape has other columns, and a file cannot be opened with coded words in columns that it lacks.
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
    rows = migrations.migrated(name.removesuffix("_as_read"), rows)
    if narrow and not is_of_today:
        rows = narrow(rows)
    if offices is not None:
        rows = rows_where(pc.is_in(rows.column("office_id"), value_set=pa.array(offices, pa.string())), rows)
    wanted = schema.arrow_schema(name)
    rows = rows.select(columns or rows.column_names)
    # Parquet has its own name for the elements of a list; the cast restores the schema's.
    return rows.cast(pa.schema([wanted.field(column) for column in columns], wanted.metadata) if columns else wanted)


def rows_where(mask: pa.ChunkedArray, rows: pa.Table) -> pa.Table:
    """Rows selected by a mask; the table itself if the mask selects all, because a filter makes a copy."""
    return rows if pc.all(mask).as_py() else rows.filter(mask)


def _repeating(name: str) -> list[str]:
    """Columns of a table whose words repeat."""
    return [c.name for c in schema.spec_of(name).columns if c.words or c.name in REPEATING]
