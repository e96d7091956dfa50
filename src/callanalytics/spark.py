"""Count a pool too large for one computer, with Spark. Only this module uses ``pyspark``, loaded when it is needed.

Spark moves rows, one group for each office, and counts them. The same functions as on one computer make an office's
facts, and the same SQL text counts them, so the figures are the same.
"""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, partial, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, schema
from callanalytics import facts as facts_of_office
from callanalytics.agencies import Agency
from callanalytics.errors import InvalidRequest, StoreError
from callanalytics.log import Log
from callanalytics.selection import Selection
from callanalytics.tables import Files, StoredTable, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",  # otherwise times come back on the machine's clock
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
ON_THIS_COMPUTER = {  # nothing listens to the network
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "900m",
}
# Rows of any table on their way to the worker that has the whole office: the table's name, and some of its rows.
PACKED = "office_id string, name string, rows binary"
Work = Callable[[dict[str, pa.Table]], Mapping[str, pa.Table]]


def session(master: str) -> SparkSession:
    """A Spark session with the settings that the store's tables need.

    Parameters
    ----------
    master : where it runs, in Spark's terms: ``local[2]`` for two cores here, ``spark://host:7077`` for a cluster

    Raises
    ------
    CallLogError
        pyspark or Java is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise InvalidRequest(
            "the engine spark needs pyspark, which is not installed",
            wanted="the extra spark of callanalytics",
            run="in the project folder:  python3 run.py measure NAME --engine spark    installs it and counts",
        ) from None
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise InvalidRequest(
            "the engine spark needs Java, which is not on this computer",
            wanted="Java 17 or newer, on the path or in JAVA_HOME",
            run="install it (on Debian and Ubuntu: apt install default-jre-headless)",
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers run the Python that has callanalytics
    # No row goes through pandas.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    settings: dict[str, Any] = SETTINGS | (ON_THIS_COMPUTER if master.startswith("local") else {})
    made = SparkSession.builder.appName("callanalytics").master(master).config(map=settings).getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def facts(
    tables: Mapping[str, DataFrame], *, agency: Agency | None = None, until: np.datetime64 | None = None
) -> dict[str, DataFrame]:
    """Facts of every office of a pool: the rows of each office are one group, from which one worker makes its facts.

    Parameters
    ----------
    tables : frames of ``calls``, ``entries``, ``notices``, ``sources``, ``offices``, with the store's columns
    agency : whose numbers, rules, and callback hours apply; only offices that call it are used. If omitted, USCIS as
        shipped
    until : the last time whose rows are used (UTC)

    Returns
    -------
    frames of ``coverage``, ``agency_calls``, ``callbacks``, ``promises``

    Examples
    --------
    >>> spark = session("local[2]")        # doctest: +SKIP
    >>> names = ("calls", "entries", "notices", "sources", "offices")        # doctest: +SKIP
    >>> pool = {name: spark.read.parquet(f"s3a://pool/{name}.parquet") for name in names}        # doctest: +SKIP
    >>> facts(pool)["promises"].write.parquet("s3a://pool/promises.parquet")        # doctest: +SKIP
    """
    work = partial(_facts_of_office, agency=agency or agencies.load(), until=until)
    shapes = {name: schema.arrow_schema(name) for name in schema.FACTS}
    return by_office({name: tables[name] for name in (*schema.LOGGED, "sources", "offices")}, work, shapes)


def on_spark(log: Log, spark: SparkSession) -> Log:
    """The same log with its tables on a cluster: measures are counted there, and figures are made from the counts here.

    Driver and workers must see the store under the same path.
    """
    if log.store.is_older:
        raise StoreError(
            f"{log.store.shown} was made by an earlier version of callanalytics",
            wanted="a store of today's shape, which Spark can read",
            run="ingest a file into it, which writes all of it anew",
        )
    return _SparkLog(log, spark)


class _SparkLog(Log):
    """A log whose tables are Spark frames."""

    def __init__(self, log: Log, spark: SparkSession):
        vars(self).update({name: value for name, value in vars(log).items() if name not in schema.TABLES})
        self._whole = self if log._whole is log else log._whole
        self._spark = spark

    def _with_selection(self, chosen: Selection) -> Log:
        return _SparkLog(super()._with_selection(chosen), self._spark)

    def _table(self, name: str) -> Table:
        frame = cache(partial(self._frame, name))

        def reader(columns) -> pa.Table:
            fields = schema.arrow_schema(name, loaded=True)
            asked = pa.schema([fields.field(column) for column in columns], fields.metadata)
            return frame().select(*columns).toArrow().cast(asked)

        path, names, selected = self.store.path(name), self._names, tuple(self.selected)
        return StoredTable(name, None, self.as_of, path, names, self.agency, selected, reader=reader, lies=frame)

    def _frame(self, name: str) -> DataFrame:
        if files := self.files(name):
            return _frame_of(self._spark, files)
        is_whole, chosen = self._whole._is_whole, self.selection
        own = [office["office_id"] for office in self._offices]
        needed = {name, *(("promises", "callbacks") if name in ("promises", "callbacks") else ()), "offices"}
        needed |= {"agency_calls"} if chosen else set()
        needed = needed if is_whole else {*schema.LOGGED, "sources", "offices"}
        stored = {each: self._stored(each, own) for each in needed}
        work = partial(_rows_of_office, name, self.as_of, self.logged, self.agency, chosen, is_whole)
        return by_office(stored, work, {name: schema.arrow_schema(name, loaded=True)})[name]

    def _stored(self, name: str, offices: list[str]) -> DataFrame:
        from pyspark.sql.pandas.types import from_arrow_schema

        if paths := self.store.paths(name, offices):
            frame = _frame_of(self._spark, Files(tuple(paths)))
            return frame.where(frame.office_id.isin(offices))
        return self._spark.createDataFrame([], from_arrow_schema(schema.arrow_schema(name), prefer_timestamp_ntz=True))


def _frame_of(spark: SparkSession, files: Files) -> DataFrame:
    from pyspark.sql import functions

    frame = spark.read.parquet(*(f"file://{path.as_posix()}" for path in files.paths))  # a space stays a space
    frame = frame.where(files.where) if files.where else frame
    return frame.withColumns({name: functions.expr(text) for name, text in files.replaced.items()})


# ---- one group for each office ------------------------------------------------------------------------


def by_office(given: Mapping[str, DataFrame], work: Work, made: Mapping[str, pa.Schema]) -> dict[str, DataFrame]:
    """Tables made from the tables of each office, by a function that gets all rows of one office."""
    from pyspark.sql.pandas.types import from_arrow_schema

    packed = [frame.mapInArrow(partial(_pack, name), PACKED) for name, frame in given.items()]
    rows = reduce(lambda left, right: left.union(right), packed)
    # A plain function of one argument: Spark reads the type hints of any other, and does not know these.
    done = rows.groupBy("office_id").applyInArrow(lambda packed: _work_of_group(work, packed), PACKED).persist()
    shapes = {name: from_arrow_schema(shape, prefer_timestamp_ntz=True) for name, shape in made.items()}
    return {name: done.where(done.name == name).mapInArrow(_unpack, shapes[name]) for name in made}


def _pack(name: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for office in batch.column("office_id").unique():
            yield from _packed(name, office, batch.filter(pc.equal(batch.column("office_id"), office)))


def _packed(name: str, office: Any, rows: pa.RecordBatch | pa.Table) -> list[pa.RecordBatch]:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write(rows)
    columns = [pa.array([office], pa.string()), pa.array([name]), pa.array([sink.getvalue().to_pybytes()], pa.binary())]
    return [pa.record_batch(columns, ["office_id", "name", "rows"])]


def _unpack(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for rows in batch.column("rows"):
            yield from pa.ipc.open_stream(rows.as_buffer()).read_all().to_batches()


def _work_of_group(work: Work, packed: pa.Table) -> pa.Table:
    given: dict[str, list[pa.Table]] = {}
    for name, rows in zip(packed.column("name").to_pylist(), packed.column("rows"), strict=True):
        table = pa.ipc.open_stream(rows.as_buffer()).read_all()
        # Spark returns its own names and types for some things; the cast restores the schema's.
        given.setdefault(name, []).append(table.select(schema.arrow_schema(name).names).cast(schema.arrow_schema(name)))
    office = packed.column("office_id")[0]
    done = work({name: pa.concat_tables(tables) for name, tables in given.items()})
    parts = [_packed(name, office, table.combine_chunks()) for name, table in done.items() if table.num_rows]
    empty = pa.schema([("office_id", pa.string()), ("name", pa.string()), ("rows", pa.binary())]).empty_table()
    return pa.concat_tables([empty, *(pa.Table.from_batches(part) for part in parts)])


class _OfficeRows:
    """The tables of an office, with the interface of a store."""

    is_older, shown = False, "the pool"

    def __init__(self, tables: Mapping[str, pa.Table]):
        self.tables = tables

    def read(self, table: str, offices=None, columns=None) -> pa.Table:
        rows = self.tables.get(table, schema.empty(table))
        return rows.select(columns or rows.column_names)

    def offices(self) -> list[dict[str, Any]]:
        return self.read("offices").to_pylist()

    def path(self, table: str) -> None:
        return None

    def fingerprint(self) -> str:
        return ""


def _facts_of_office(tables: Mapping[str, pa.Table], *, agency: Agency, until) -> Mapping[str, pa.Table]:
    rows = _OfficeRows(tables)
    calls, entries, notices, sources = (rows.read(name) for name in (*schema.LOGGED, "sources"))
    for office in rows.offices():
        if agency.is_called_by(office):
            return facts_of_office.build(office, calls, entries, notices, sources, agency, until)
    return {}


def _rows_of_office(
    name: str, as_of: date, logged: tuple[date, date] | None, agency: Agency, chosen: Selection, is_whole: bool,
    tables: Mapping[str, pa.Table],
) -> Mapping[str, pa.Table]:  # fmt: skip
    """Rows of one office that its log selects."""
    log = Log(_OfficeRows(tables), as_of, logged, agency=agency)  # type: ignore[arg-type]  # it has the same methods
    vars(log)["_is_whole"] = is_whole  # as of the whole pool
    return {name: log.where(since=chosen.since, until=chosen.until, line=chosen.lines).table(name).to_arrow()}
