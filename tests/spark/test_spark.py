"""On Spark every figure and every fact is what it is on one computer."""

import json
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import measure_rows
from callanalytics import load, measures
from callanalytics import spark as on_cluster
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.schema import FACTS, LOGGED
from callanalytics.store import Store, parquet

TABLES = (*LOGGED, "sources", "offices")
NAMES = list(measures.CARDS)
QUICK = ("wait", "callback_hit_rate", "missed_callbacks", "log_completeness")  # one of each table


def assert_same(theirs, ours):
    """Counts to the last digit, estimates to twelve."""
    counted = ["n", "events", "flag"]
    pd.testing.assert_frame_equal(theirs.table[counted], ours.table[counted])
    pd.testing.assert_frame_equal(theirs.table, ours.table, check_exact=False, rtol=1e-12, atol=0)
    assert (theirs.caveats, theirs.account) == (ours.caveats, ours.account)


@pytest.fixture(scope="module")
def pool(sample_stores):
    return sample_stores("few")


@pytest.fixture(scope="module")
def logs(pool, spark):
    """The log of the sample as it is, and on Spark."""
    log = load(pool)
    return log, on_cluster.on_spark(log, spark)


@pytest.mark.spark
@pytest.mark.parametrize("name", NAMES)
def test_a_measure_of_the_sample_is_the_same(logs, name):
    ours, theirs = (measures.run(name, log) for log in logs)
    assert_same(theirs, ours)


@pytest.mark.spark
def test_a_measure_of_a_table_at_a_url_is_the_same(pool, spark):
    table = Store.open(pool).path("agency_calls", immutable=True)
    theirs = measures.wait(spark.read.parquet(f"file://{table.as_posix()}"), by="weekday")
    ours = measures.wait(table, by="weekday")
    assert_same(theirs, ours)


@pytest.mark.spark
def test_a_log_on_spark_stays_there_when_it_is_narrowed(logs):
    ours, theirs = logs
    office = ours.offices.to_pandas()["name"][0]
    for narrowed in (theirs.where(office), theirs.where(office).in_period("2022-03-01"), theirs.where(office).others):
        assert type(narrowed) is type(theirs)
    assert_same(measures.run("wait", theirs.where(office)), measures.run("wait", ours.where(office)))


@pytest.mark.spark  # the counts of all others: test_sql_counts.py
@pytest.mark.parametrize("name", QUICK)
def test_a_measure_of_generated_rows_is_the_same_by_its_keys(spark, tmp_path_factory, name):
    card = measures.CARDS[name]
    tables = [getattr(GENERATED, table).to_arrow() for table in (card.table, *card.also)]
    frames = [of_spark(spark, tmp_path_factory, rows) for rows in tables]
    take, keys = getattr(measures, name), card.keys[:2]
    assert_same(take(*frames, by=keys, as_of=measure_rows.AS_OF), take(*tables, by=keys, as_of=measure_rows.AS_OF))


GENERATED = measure_rows.log(300, 7)


def of_spark(spark, folders, rows):
    file = folders.mktemp("rows") / "rows.parquet"
    pq.write_table(rows, file, coerce_timestamps="us")
    return spark.read.parquet(str(file))


@pytest.mark.spark
@pytest.mark.parametrize("name", QUICK)
def test_part_of_a_log_as_of_an_earlier_day_is_the_same(logs, pool, spark, name):
    day = logs[0].agency_calls["date"].dropna().median().date()
    part = {"office": logs[0].offices["name"].iloc[0], "since": f"{day.year - 1}-01-01"}
    log = load(pool, as_of=day).where(**part)
    assert_same(measures.run(name, on_cluster.on_spark(log, spark)), measures.run(name, log))


@pytest.mark.spark
def test_the_facts_of_every_office_are_the_same(pool, spark):
    store = Store.open(pool)
    frames = {name: spark.read.parquet(*map(str, store.paths(name))) for name in TABLES}
    made = on_cluster.facts(frames)
    assert list(made) == list(FACTS)
    for name in FACTS:
        rows = made[name].toArrow().cast(store.read(name).schema)
        assert parquet.ordered(name, rows).equals(parquet.ordered(name, store.read(name)))


@pytest.mark.spark
def test_the_command_counts_on_spark(pool, spark, monkeypatch):
    stopped = []
    monkeypatch.setattr(type(spark), "stop", lambda session: stopped.append(session))
    words = ["measure", "wait", "--store", str(pool), "--by", "weekday", "--json"]
    here, there = (CliRunner().invoke(main, [*words, *more]) for more in ([], ["--engine", "spark"]))
    assert json.loads(there.stdout) == json.loads(here.stdout)
    assert stopped == [spark]


# ---- without it ----------------------------------------------------------------------------------------


def test_without_pyspark_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(CallLogError, match=r"(?s)is not installed.*python3 run\.py measure"):
        on_cluster.session("local[1]")


def test_without_java_it_is_java_that_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", type(sys)("pyspark.sql"))
    sys.modules["pyspark.sql"].SparkSession = None
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(CallLogError, match=r"(?s)needs Java.*Java 17 or newer"):
        on_cluster.session("local[1]")


def test_rows_come_out_of_a_package_as_they_went_in():
    rows = pa.record_batch({"office_id": ["a", "b", "a"], "n": [1, 2, 3]})
    back = list(on_cluster._unpack(on_cluster._pack("calls", [rows])))
    assert [batch.to_pylist() for batch in back] == [
        [{"office_id": "a", "n": 1}, {"office_id": "a", "n": 3}],
        [{"office_id": "b", "n": 2}],
    ]
