"""Counting: one text, the same integers on every engine, and nothing else let in or out."""

import importlib
import importlib.util
import re
import sqlite3
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from callanalytics import measures, schema
from callanalytics.errors import CallLogError
from callanalytics.measures import CARDS, sql_counts
from callanalytics.measures.card import KEYS, shipped
from exhaustive import some
from measure_rows import QUICK, log

LOG = log(600, seed=5)
EVERY_CARD = [*CARDS.values(), shipped("not_noted"), shipped("called_back")]
SPLITS = [(), ("office_id",), ("month", "weekday")]


def splits(card):
    names = schema.TABLES[card.table].names
    return [keys for keys in SPLITS if set(keys) <= set(names)]


def name(value):
    return f"{value.name}-{value.table}" if hasattr(value, "table") else "-".join(value) or "all"


CASES = {f"{name(card)}-{name(keys)}": (card, keys) for card in EVERY_CARD for keys in splits(card)}
QUICK_CASES = [case for case, (card, _) in CASES.items() if card.name in QUICK]
every_case = pytest.mark.parametrize("case", some(CASES, QUICK_CASES))


@every_case
def test_another_engine_gives_the_same_integers_for_the_same_text(case):
    card, keys = case
    table = getattr(LOG, card.table).to_arrow()
    ours = sql_counts.count(table, card.table, keys, card.counts)
    with sqlite3.connect(":memory:") as engine:
        rows = table.to_pandas()
        rows = rows[[c for c in rows if not isinstance(rows[c].dtype, pd.DatetimeTZDtype) and c != "free_callbacks"]]
        for moment in set(table.column_names) - set(rows):
            rows[moment] = [None if when is None else str(when) for when in table[moment].to_pylist()]
        rows.to_sql(card.table, engine, index=False)
        theirs = pd.read_sql(sql_counts.sql(card.table, keys, card.counts), engine)
    wanted = {tuple(None if pd.isna(v) else v for v in row) for row in theirs.itertuples(index=False)}
    assert {tuple(None if pd.isna(v) else v for v in row) for row in ours.itertuples(index=False)} == wanted


@pytest.mark.parametrize("card", EVERY_CARD, ids=name)
def test_the_text_groups_and_counts_and_does_nothing_else(card):
    text = sql_counts.sql(card.table, ("office_id",), card.counts)
    predicates = " ".join(card.counts.values())
    words = set(re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", text)))
    allowed = {
        "SELECT",
        "COUNT",
        "CASE",
        "WHEN",
        "THEN",
        "END",
        "AS",
        "FROM",
        "WHERE",
        "GROUP",
        "BY",
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "NULL",
        "LIKE",
        "coalesce",
        "n",
        card.table,
        *card.counts,
    }
    assert words - allowed <= set(schema.TABLES[card.table].names)
    compared = re.findall(r"(\w+)\s*(?:<=|>=|<>|=|<|>)", predicates)
    moments = {c.name for c in schema.TABLES[card.table].columns if pa.types.is_timestamp(c.type)}
    assert not set(compared) & moments


def test_counts_agree_with_a_recount_row_by_row():
    agency_calls = LOG.agency_calls.to_arrow().to_pandas()
    ours = sql_counts.count(
        LOG.agency_calls, "agency_calls", ("wait_origin", "tier"), {"n_long": "wait_s >= 3600 OR person_reached"}
    )
    for row in ours.itertuples():
        same_tier = agency_calls["tier"].isna() if pd.isna(row.tier) else agency_calls["tier"] == row.tier
        those = agency_calls[(agency_calls["wait_origin"] == row.wait_origin) & same_tier]
        assert row.n == len(those)
        assert row.n_long == sum(
            (w >= 3600) or (r is True) for w, r in zip(those["wait_s"], those["person_reached"], strict=True)
        )
    assert ours["n"].sum() == len(agency_calls)


def test_rows_come_in_the_order_of_the_schema_with_the_missing_last():
    ours = sql_counts.count(LOG.agency_calls, "agency_calls", ("wait_outcome", "hour"))
    kinds = [k for k in schema.WAIT_OUTCOMES.split() if k in set(ours["wait_outcome"])]
    assert list(dict.fromkeys(ours["wait_outcome"])) == kinds != sorted(kinds)
    for _, hours in ours.groupby("wait_outcome", sort=False)["hour"]:
        known = hours.dropna().tolist()
        assert known == sorted(known)
        assert hours.isna().tolist() == [False] * len(known) + [True] * (len(hours) - len(known))


def test_order_holds_for_many_keys_with_many_values():
    rng = np.random.default_rng(0)
    keys = ["month", "date", "hour", "month_local", "hour_local", "wait_s"]
    frame = pd.DataFrame({k: rng.integers(0, 3000, 2000) for k in keys})
    ordered = sql_counts.in_order(frame, keys, "agency_calls")
    assert ordered[keys].to_numpy().tolist() == sorted(frame[keys].to_numpy().tolist())


def frames():
    arrow = LOG.agency_calls.to_arrow()
    words = arrow.column("wait_outcome").combine_chunks()
    yield "table", LOG.agency_calls
    yield "arrow", arrow
    yield "pandas", arrow.to_pandas()
    yield (
        "dictionaries",
        arrow.set_column(arrow.column_names.index("wait_outcome"), "wait_outcome", words.dictionary_encode()),
    )
    yield (
        "views",
        arrow.set_column(arrow.column_names.index("wait_outcome"), "wait_outcome", words.cast(pa.string_view())),
    )


@pytest.mark.parametrize("frame", [f for _, f in frames()], ids=[n for n, _ in frames()])
def test_every_kind_of_frame_counts_alike(frame):
    asked = (("month", "line"), {"n_reached": "wait_outcome = 'reached'"})
    pd.testing.assert_frame_equal(
        sql_counts.count(frame, "agency_calls", *asked), sql_counts.count(LOG.agency_calls, "agency_calls", *asked)
    )


def test_a_polars_frame_counts_alike():
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(LOG.agency_calls.to_arrow())
    asked = (("month", "line"), {"n_reached": "wait_outcome = 'reached'"})
    pd.testing.assert_frame_equal(
        sql_counts.count(frame, "agency_calls", *asked), sql_counts.count(LOG.agency_calls, "agency_calls", *asked)
    )


MEASURED = ("wait", "callback_hit_rate", "missed_callbacks", "when_to_call")


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURED)
def test_a_measure_of_any_kind_of_frame_is_that_of_the_log(measure):
    rows = getattr(LOG, CARDS[measure].table)
    wanted = getattr(measures, measure)(rows).table
    arrow = rows.to_arrow()
    kinds = {"arrow": arrow, "pandas": arrow.to_pandas()}
    if importlib.util.find_spec("polars"):
        kinds["polars"] = importlib.import_module("polars").from_arrow(arrow)
    for kind, frame in kinds.items():
        pd.testing.assert_frame_equal(getattr(measures, measure)(frame, as_of=LOG.as_of).table, wanted, obj=kind)


@pytest.mark.spark
@pytest.mark.parametrize(("card", "keys"), CASES.values(), ids=CASES)
def test_a_cluster_gives_the_same_integers_for_the_same_text(spark, card, keys, tmp_path):
    file = tmp_path / f"{card.table}.parquet"
    rows = getattr(LOG, card.table).to_arrow()
    pq.write_table(rows, file, coerce_timestamps="us")
    spark.read.parquet(str(file)).createOrReplaceTempView(card.table)
    theirs = spark.sql(sql_counts.sql(card.table, keys, card.counts)).collect()
    ours = sql_counts.count(rows, card.table, keys, card.counts)
    wanted = {tuple(None if pd.isna(v) else v for v in row) for row in ours.itertuples(index=False)}
    assert {tuple(row) for row in theirs} == wanted


def test_an_empty_frame_gives_no_groups():
    assert sql_counts.count(schema.empty("agency_calls"), "agency_calls", ("month",)).empty


def test_a_frame_of_another_table_is_refused_by_the_missing_column():
    with pytest.raises(CallLogError, match="'wait_outcome' is missing"):
        sql_counts.count(LOG.callbacks, "agency_calls", (), {"n": "wait_outcome = 'reached'"})


def test_promises_without_their_state_are_refused():
    stored = LOG.promises.to_arrow().drop_columns(["is_hit"])
    with pytest.raises(CallLogError, match="'is_hit' is missing"):
        sql_counts.count(stored, "promises", (), {"n_hit": "is_hit"})


@pytest.mark.parametrize(
    "escape",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET autoinstall_known_extensions = true",
        "SELECT * FROM outside",
    ],
)
def test_the_engine_reaches_nothing_outside(escape, tmp_path, monkeypatch):
    import duckdb

    monkeypatch.chdir(tmp_path)
    outside = pa.table({"a": [1]})  # a Python variable that a query must not see
    for start in (sql_counts._engine, sql_counts._in_memory().cursor):
        with start() as engine, pytest.raises(duckdb.Error):
            engine.execute(escape).fetchall()
    assert outside.num_rows == 1
    assert not list(tmp_path.iterdir())


def test_one_count_sees_nothing_of_another():
    import duckdb

    sql_counts.count(LOG.agency_calls, "agency_calls", ("month",))
    with sql_counts._in_memory().cursor() as engine, pytest.raises(duckdb.Error):
        engine.execute("SELECT * FROM agency_calls").fetchall()


def test_every_key_is_a_column_of_some_fact():
    facts = {name for table in ("agency_calls", "callbacks", "promises") for name in schema.TABLES[table].names}
    assert set(KEYS.values()) <= facts
    assert all(
        f"{part}{clock}" in KEYS for part, clock in product(("month", "date", "weekday", "hour"), ("", "_local"))
    )


@pytest.mark.slow
def test_a_file_is_counted_where_it_lies(tmp_path):
    file = tmp_path / "agency_calls.parquet"
    rows = LOG.agency_calls.to_arrow()
    pq.write_table(rows, file)
    for measure in (measures.wait, measures.reach_rate, measures.volume):
        for keys in ((), ("month",)):
            in_file, in_memory = measure(file, by=keys), measure(rows, by=keys)
            pd.testing.assert_frame_equal(in_file.table, in_memory.table)
            assert in_file.caveats == in_memory.caveats


def test_a_file_without_what_is_made_at_load_is_refused(tmp_path):
    file = tmp_path / "promises.parquet"
    stored = schema.arrow_schema("promises").names
    pq.write_table(LOG.promises.to_arrow().select(stored), file)
    with pytest.raises(CallLogError, match="made when a store is opened"):
        measures.promise_kept_rate(file)
    with pytest.raises(CallLogError, match="is not there"):
        measures.volume(tmp_path / "agency_calls.parquet")
