"""From predicates to small frames of counts. Only this module counts with ``duckdb``.

A measure counts with one plain SQL text: ``GROUP BY`` stored keys, ``COUNT(*)``, ``COUNT(CASE WHEN ... THEN 1 END)``,
and nothing else. It uses no order, no comparison of times, no arithmetic, and no time zone, because engines disagree
about these. So the same text (:func:`sql`) runs on ``spark.sql`` and gives the same integers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from callanalytics import schema
from callanalytics.errors import InvalidRequest, StoreError
from callanalytics.lazy import np, pa, pc, pd, pq
from callanalytics.tables import Files

Frame: TypeAlias = object  # a table of a log, a frame of pandas, Polars, Arrow, or Spark, or a Parquet file
Keys: TypeAlias = str | Sequence[str]  # what a measure is split by: one key, or several
NOTHING: Mapping[str, str] = MappingProxyType({})
MAX_ROWS_IN_MEMORY = 1 << 20  # a stored table with more rows is counted in its files, not read into memory
Day: TypeAlias = date | str | None  # the last day whose records count: a date, or its ISO text


def sql(
    table: str, by: Sequence[str] = (), counts: Mapping[str, str] | None = None, where: str = "",
    instead: Mapping[str, str] = NOTHING,
) -> str:  # fmt: skip
    """The SQL text that counts: one row per group, its number of rows ``n``, and how many of them meet each predicate.

    ``instead`` maps a key to the expression to group by.

    >>> print(sql("agency_calls", ["weekday"], {"n_reached": "wait_outcome = 'reached'"}))
    SELECT weekday,
           COUNT(*) AS n,
           COUNT(CASE WHEN wait_outcome = 'reached' THEN 1 END) AS n_reached
    FROM agency_calls
    GROUP BY weekday
    """
    cases = [f"COUNT(CASE WHEN {predicate} THEN 1 END) AS {name}" for name, predicate in (counts or {}).items()]
    keys = [f"{instead[name]} AS {name}" if name in instead else name for name in by]
    text = "SELECT " + ",\n       ".join([*keys, "COUNT(*) AS n", *cases]) + f"\nFROM {table}"
    text += f"\nWHERE {where}" if where else ""
    return text + (f"\nGROUP BY {', '.join(instead.get(name, name) for name in by)}" if by else "")


def count(
    frame: Frame, table: str, by: Sequence[str] = (), counts: Mapping[str, str] | None = None, where: str = "",
    instead: Mapping[str, str] = NOTHING,
) -> pd.DataFrame:  # fmt: skip
    """Count the rows of a frame by keys.

    Parameters
    ----------
    frame : Table, pandas, Polars, Arrow, or Spark frame, or the path of a table's Parquet file
        Rows of `table`; only the columns that the text names are read. A file is counted without loading it: that is
        for tables larger than memory, and it counts every row of the file, whatever the day. A Spark frame is counted
        by its cluster.
    table : name of a table in :mod:`callanalytics.schema`
    by : columns to group by
    counts : name -> predicate on columns of the schema
    where : predicate; rows for which it is false or unknown are not counted
    instead : key -> expression to group by instead

    Returns
    -------
    DataFrame, one row per group
        The keys (integers and yes/no may be missing), ``n``, and one column of counts per predicate. Sorted by the
        keys: numbers by value, words in the order of the schema, missing last.

    Examples
    --------
    >>> calls = pd.DataFrame({"weekday": [2, 1, 1], "wait_outcome": ["reached", "gave_up", "reached"]})
    >>> count(calls, "agency_calls", ["weekday"], {"n_reached": "wait_outcome = 'reached'"})
       weekday  n  n_reached
    0        1  2          1
    1        2  1          1
    """
    text = sql(table, by, counts, where, instead)
    _check_frame(frame, table)
    rows = _rows_in_memory(frame, table, _columns(text, table))
    counted = _run_where_they_lie(text, table, _source(frame)) if rows is None else _run(text, table, rows)
    # The counts with keys of the schema's types: a file from elsewhere may hold wider ones, as 64-bit integers
    known = {column.name: column.type for column in schema.TABLES[table].columns}
    kinds = [field.with_type(known.get(field.name, field.type)) if field.type == pa.int64() else field
             for field in counted.schema]  # fmt: skip
    small = counted.cast(pa.schema(kinds)).to_pandas(types_mapper=_nullable, date_as_object=False)
    lists = [column.name for column in counted.schema if pa.types.is_list(column.type)]
    return in_order(small, [name for name in by if name not in lists], table)  # lists cannot be sorted by


def sizes(frame: Frame, table: str, keys: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """How many rows have each value of these text columns, values in order; missing values are not counted."""
    known: dict = getattr(frame, "counted_before", {})
    if missing := [key for key in keys if key not in known]:
        known |= _sizes(frame, table, missing)
    return {key: known[key] for key in keys}


def _sizes(frame: Frame, table: str, keys: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    rows = _rows_in_memory(frame, table, keys) if keys else None
    if rows is not None:
        found = {key: pc.value_counts(rows.column(key).drop_null()).to_pylist() for key in keys}
        return {key: sorted((row["values"], row["counts"]) for row in found[key]) for key in keys}
    source = _source(frame)
    if isinstance(source, Files) and not source.where and "office_id" in keys:  # the store's list has these counts
        known = {"office_id": sorted((office, n) for office, n in source.offices.items() if n)}
        return known | _sizes(frame, table, [key for key in keys if key not in known])
    found = count(frame, table, keys) if keys else pd.DataFrame()
    return {key: [(value, int(n)) for value, n in found.groupby(key)["n"].sum().items()] for key in keys}


def _source(frame: Frame) -> Any:
    """The source that holds a frame's rows, if it has one; else the frame itself."""
    return getattr(frame, "source", None) or frame


def _rows_in_memory(frame: Frame, table: str, columns: Collection[str]) -> pa.Table | None:
    """Columns of the rows of a frame; None for a frame whose rows are counted without loading them."""
    source = _source(frame)
    lie_elsewhere = isinstance(source, str | Path) or is_of_spark(source)
    if lie_elsewhere or (isinstance(source, Files) and source.n_rows > MAX_ROWS_IN_MEMORY):
        return None
    return schema.conform(frame, table, only=columns)


def _run_where_they_lie(text: str, table: str, source: Any) -> pa.Table:
    if isinstance(source, str | Path):
        return _run_on_file(text, table, Path(source).resolve())
    return _run_on_files(text, table, source) if isinstance(source, Files) else _run_on_spark(text, table, source)


def _nullable(kind: pa.DataType) -> Any:
    """The pandas type for a column: keys may be missing, which pandas' plain integers and booleans do not allow."""
    if kind == pa.int64():  # a count
        return None
    return pd.Int64Dtype() if pa.types.is_signed_integer(kind) else pd.BooleanDtype() if kind == pa.bool_() else None


def _check_frame(frame: Frame, table: str) -> None:
    if isinstance(frame, str | Path) and Path(frame).is_dir() and Path(frame).suffix != ".parquet":
        folder = Path(frame).as_posix()
        raise InvalidRequest(f"{folder} is a folder", run=f'pass callanalytics.load("{folder}").{table}')
    is_frame = isinstance(frame, pd.DataFrame) or hasattr(frame, "to_arrow") or hasattr(frame, "column_names")
    if not (is_frame or isinstance(frame, str | Path) or is_of_spark(frame)):
        raise InvalidRequest(
            f"these are no rows of {table}",
            found=type(frame).__name__,
            wanted="a table of a log, a frame of pandas, Polars, Arrow, or Spark, or the path of a Parquet file",
            run="pass what its to_arrow_table() gives"
            if hasattr(frame, "to_arrow_table")
            else f"pass log.{table}, where log is what callanalytics.load gives",
        )


def _columns(text: str, table: str) -> set[str]:
    """The columns of a table that an SQL text names; words in quotes are values."""
    named = set(re.findall(r"\w+", re.sub(r"'[^']*'", "", text)))
    # Keep one column: Arrow counts no rows in a table without columns.
    return named & set(schema.TABLES[table].names) or {"office_id"}


def missing_columns(frame: Frame, table: str, text: str) -> list[str]:
    """The columns that a text names and a frame lacks, in the schema's order. A file that lacks some is refused.

    >>> text = sql("agency_calls", counts={"n_late": "hour > 17"})
    >>> missing_columns(pd.DataFrame({"weekday": [1]}), "agency_calls", text)
    ['hour']
    """
    has = set(getattr(frame, "column_names", getattr(frame, "columns", schema.TABLES[table].names)))
    missing = _columns(text, table) - has
    return [name for name in schema.TABLES[table].names if name in missing]


def _run(text: str, table: str, rows: pa.Table) -> pa.Table:
    with _in_memory().cursor() as engine:  # other cursors do not see what is registered with this one
        engine.register(table, rows)
        return engine.sql(text).to_arrow_table()


@cache
def _in_memory():
    """The engine for all frames of this process: starting and locking one takes longer than counting a log."""
    return _engine()


def _run_on_file(text: str, table: str, file: Path) -> pa.Table:
    """Count in a Parquet file, or in a table that is a folder of them."""
    paths = sorted(file.glob("*.parquet")) if file.is_dir() else [file] if file.is_file() else []
    if not paths:
        raise InvalidRequest(
            f"{file.name} is not there", run=f"`callanalytics path {table}` shows where a store's tables lie"
        )
    for path in paths:
        _check_pages(path, path.stat().st_mtime_ns, path.stat().st_size)
    return _run_on_files(text, table, Files(tuple(paths)))


def _run_on_files(text: str, table: str, files: Files) -> pa.Table:
    import duckdb

    first = files.paths[0]
    with _engine(*{path.parent for path in files.paths}) as engine:
        rows = engine.read_parquet([str(path) for path in files.paths])
        missing = sorted(_columns(text, table) - set(rows.columns))
        if missing:
            raise InvalidRequest(
                f"{first.name} has no column {missing[0]!r}: it is made when a store is opened for a day",
                run=f"pass log.{table}, as callanalytics.load gives it",
            )
        rows = rows.filter(files.where) if files.where else rows
        replaced = ", ".join(f"{expression} AS {name}" for name, expression in files.replaced.items())
        (rows.project(f"* REPLACE ({replaced})") if replaced else rows).create_view(table)
        try:
            return engine.sql(text).to_arrow_table()
        except (duckdb.ProgrammingError, duckdb.DataError):  # errors in the text, or in a cell that it cannot convert
            raise
        except duckdb.Error:  # a footer with contradictory counts, which Arrow accepts
            raise _damaged(first) from None


def is_of_spark(frame: Frame) -> bool:
    """Whether this is a Spark frame; the check does not import Spark."""
    return type(frame).__module__.startswith("pyspark.")


def _run_on_spark(text: str, table: str, frame) -> pa.Table:
    """The counts, by the frame's own cluster: the same text, with the frame in place of the table's name."""
    return frame.sparkSession.sql(text.replace(f"\nFROM {table}", "\nFROM {rows}"), rows=frame).toArrow()


@lru_cache(maxsize=4096)
def _check_pages(file: Path, changed_ns: int, size: int) -> None:
    """Refuse a file whose pages changed since they were written: DuckDB does not check. Run once per unchanged file."""
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as pages:
            for group in range(pages.num_row_groups):
                pages.read_row_group(group)
    except (pa.ArrowException, OSError, ValueError):
        raise _damaged(file) from None


def _damaged(file: Path) -> StoreError:
    return StoreError(
        f"{file.name} is damaged: what it holds is not what was written",
        run="run  callanalytics verify  on its store, or take the file from a backup",
    )


def _engine(*folders: Path):
    """An in-memory DuckDB, locked down: it fetches no extension, reads no Python variable, and opens only files in
    `folders`, if any.
    """
    import duckdb

    engine = duckdb.connect(":memory:")
    quoted = ", ".join("'" + str(folder).replace("'", "''") + "'" for folder in folders)
    for setting in (
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "GLOBAL python_enable_replacements = false",  # for its cursors too
        # Set before the next: once external access is off, no folder can be allowed.
        *([f"allowed_directories = [{quoted}]"] if folders else []),
        "enable_external_access = false",
        "lock_configuration = true",  # last: nothing can be set after it
    ):
        engine.execute(f"SET {setting}")
    return engine


# ---- the schema's order -----------------------------------------------------------------------------


def in_order(frame: pd.DataFrame, keys: Sequence[str], table: str) -> pd.DataFrame:
    """The frame sorted by keys in the schema's order."""
    if not len(keys) or len(frame) < 2:
        return frame.reset_index(drop=True)
    return frame.iloc[np.argsort(sort_keys(frame, keys, table), kind="stable")].reset_index(drop=True)


def sort_keys(frame: pd.DataFrame, keys: Sequence[str], table: str) -> np.ndarray:
    """One integer per row, equal for equal keys and increasing in the schema's order of the keys."""
    ranked = np.zeros(len(frame), np.int64)
    for key in keys:
        spec = schema.TABLES[table]
        words = spec.column(key).words if key in spec.names else ()
        ranks, n = _ranks(frame[key], {word: i for i, word in enumerate(words)})
        ranked = ranked * n + ranks
        # 2**20 leaves room for one more key of a million values.
        if n and ranked.size and ranked.max() > np.iinfo(np.int64).max // 2**20:
            # Many keys with many values: renumber the existing combinations, so the product stays in 64 bits.
            ranked = np.unique(ranked, return_inverse=True)[1]
    return ranked


def _ranks(values: pd.Series, words: dict[str, int]) -> tuple[np.ndarray, int]:
    """The rank of each value among the distinct ones, missing last; and the number of ranks."""
    codes, distinct = pd.factorize(values, sort=True)
    ranks = np.arange(len(distinct) + 1)  # a missing value has code -1, which selects the last
    if words:
        ranks[np.argsort([words.get(value, len(words)) for value in distinct], kind="stable")] = ranks[:-1].copy()
    return ranks[codes], len(ranks)
