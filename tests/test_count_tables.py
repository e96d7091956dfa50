"""Counts that add up: parts give what the whole would, tables what rows would, and nothing is counted twice."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callanalytics import counts, estimates, measures, schema
from callanalytics.errors import CallLogError
from callanalytics.measures.count_table import from_arrow
from exhaustive import some
from measure_rows import QUICK, log

LOG = log(400, seed=11)
WAITS = ("wait", "service_level", "average_speed_of_answer", "hold_per_answer", "hours_on_hold", "reconcile")
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2", "o3"]),
        st.sampled_from([202201, 202202, 202203]),
        st.integers(0, 12_000),
        st.sampled_from(["reached", "reached", "reached", "gave_up", "cut_off"]),
    ),
    min_size=1,
    max_size=120,
)


def dials(calls) -> pd.DataFrame:
    frame = pd.DataFrame(calls, columns=["office_id", "month", "wait_s", "wait_kind"])
    return frame.assign(wait_from="dial", outcome="unknown")


def in_parts(frame):
    return [part for _, part in frame.groupby(["office_id", "month"])]


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(CALLS, st.randoms(use_true_random=False))
def test_parts_added_in_any_order_give_what_all_rows_give(calls, chance):
    frame = dials(calls)
    for name in WAITS:
        parts = [measures.count_table(name, part) for part in in_parts(frame)]
        chance.shuffle(parts)
        added = sum(parts[1:], parts[0]).result()
        whole = getattr(measures, name)(frame)
        pd.testing.assert_frame_equal(added.table, whole.table, rtol=0, atol=1e-12, check_dtype=False)
        if whole.curve is not None:
            pd.testing.assert_frame_equal(added.curve, whole.curve, rtol=0, atol=1e-12, check_dtype=False)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(CALLS)
def test_every_wait_figure_is_that_of_the_rows_themselves(calls):
    """Not by way of any table: each call by itself goes into the estimator, one row a call."""
    frame = dials(calls)
    t = frame["wait_s"].to_numpy()
    reached = (frame["wait_kind"] == "reached").to_numpy().astype(int)
    rows = estimates.kaplan_meier(np.zeros(len(t), int), t, reached, 1 - reached)
    table = sum(
        (measures.count_table("wait", part) for part in in_parts(frame)[1:]),
        measures.count_table("wait", in_parts(frame)[0]),
    )
    curve = table.result().curve
    for name in ("t", "n_at_risk", "reached", "s", "se", "low", "high"):
        ours = curve["t_s" if name == "t" else name].to_numpy(float)
        np.testing.assert_allclose(ours, np.asarray(getattr(rows, name), float), rtol=0, atol=1e-12)
    told = table.result().table.set_index("statistic")
    if told.loc["median", "flag"] in ("ok", "one_sided"):
        assert told.loc["median", "value"] == rows.quantile(0.5)[0][0]
    held = measures.count_table("hours_on_hold", frame).result().table.set_index("statistic")
    assert held.loc["held", "value"] == t.sum()


OF_ONE_TABLE = {name: name for name, card in measures.CARDS.items() if not card.also}


@pytest.mark.parametrize("name", some(OF_ONE_TABLE, set(QUICK) & set(OF_ONE_TABLE)))
def test_offices_counted_apart_add_up_to_all_of_them(name):
    frame = getattr(LOG, measures.CARDS[name].table)
    ids = frame.arrow["office_id"]
    parts = [
        measures.count_table(name, replace(frame, arrow=frame.arrow.filter(pc.equal(ids, office))))
        for office in ids.unique().to_pylist()
    ]
    added = sum(parts[1:], parts[0])
    whole = getattr(measures, name)(frame)
    pd.testing.assert_frame_equal(added.result().table, whole.table, rtol=0, atol=1e-12, check_dtype=False)


@pytest.mark.parametrize("name", ["wait", "missed_callbacks", "time_to_callback", "request_outcome", "redial_rate"])
def test_a_table_written_and_read_back_is_the_same(name):
    table = measures.count_table(name, getattr(LOG, measures.CARDS[name].table), by=("office", "month"))
    back = from_arrow(table.to_arrow())
    assert (back.definition, back.parts, back.by, back.as_of) == (table.definition, table.parts, table.by, table.as_of)
    pd.testing.assert_frame_equal(back.result().table, table.result().table, check_dtype=False)


@pytest.fixture
def one():
    return measures.count_table("wait", dials([("o1", 202201, 600, "reached")] * 30))


@pytest.fixture
def other():
    return dials([("o2", 202201, 900, "reached")] * 30)


def test_the_same_month_of_the_same_office_is_refused(one):
    with pytest.raises(CallLogError, match="counted twice") as refusal:
        one + measures.count_table("wait", dials([("o1", 202201, 60, "gave_up"), ("o1", 202202, 60, "gave_up")]))
    assert "202201" in str(refusal.value)
    assert "o1" not in str(refusal.value)  # an office is nobody's business but its own


def test_undated_rows_of_an_office_are_refused_twice(one):
    undated = dials([("o1", None, 60, "reached")])
    with pytest.raises(CallLogError, match="rows without a date"):
        one + measures.count_table("wait", undated) + measures.count_table("wait", undated)


def test_another_definition_is_refused(one, other):
    changed = measures.count_table("wait", other)
    raised = replace(changed, card=replace(changed.card, version=changed.card.version + 1))
    redrawn = replace(changed, card=replace(changed.card, counts=changed.card.counts | {"n_reached": "reached"}))
    for wrong in (raised, redrawn, measures.count_table("abandonment_rate", other), changed.coarser(60)):
        with pytest.raises(CallLogError, match="different definitions"):
            one + wrong


def test_words_alone_do_not_change_a_definition(one, other):
    changed = measures.count_table("wait", other)
    reworded = replace(changed, card=replace(changed.card, title="Time to a person."))
    assert len((one + reworded).parts) == 2


def test_other_keys_and_other_days_are_refused(one, other):
    with pytest.raises(CallLogError, match="different keys"):
        one + measures.count_table("wait", other, by=("month",))
    apart = [
        measures.count_table("promise_states", replace(LOG.promises, as_of=day, arrow=LOG.promises.arrow.slice(i, 1)))
        for i, day in enumerate((date(2022, 6, 30), date(2022, 7, 1)))
    ]
    with pytest.raises(CallLogError, match="looked at on different days"):
        apart[0] + apart[1]


def test_counts_of_an_older_definition_are_refused_when_read(one):
    arrow = one.to_arrow()
    old = {k: v.replace(one.definition.encode(), b"0123456789abcdef") for k, v in arrow.schema.metadata.items()}
    with pytest.raises(CallLogError, match="another definition"):
        from_arrow(arrow.replace_schema_metadata(old))
    with pytest.raises(CallLogError, match="no table of counts"):
        from_arrow(pa.table({"n": [1]}))


def test_measures_of_two_tables_have_no_one_table_of_counts():
    with pytest.raises(CallLogError, match="more than one table"):
        measures.count_table("funnel", LOG)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(CALLS, st.sampled_from([60, 300, 900]))
def test_coarser_bins_keep_every_count_and_move_no_time_by_more_than_a_bin(calls, bin_s):
    fine = measures.count_table("wait", dials(calls))
    coarse = fine.coarser(bin_s)
    names = ["n", *fine.card.counts]
    assert coarse.counted[names].sum().tolist() == fine.counted[names].sum().tolist()
    assert (coarse.counted["wait_s"] % bin_s == 0).all()
    for a, b in zip(fine.result().table.itertuples(), coarse.result().table.itertuples(), strict=True):
        if a.statistic in ("median_if_reached_next", "median_if_never_reached") and a.value == a.value:
            assert 0 <= b.value - a.value < bin_s


def test_a_file_is_counted_where_it_lies(tmp_path):
    file = tmp_path / "dials.parquet"
    rows = LOG.dials.to_arrow()
    pq.write_table(rows, file)
    for name in ("wait", "reach_rate", "volume"):
        for by in ((), ("month",)):
            ours = getattr(measures, name)(file, by=by)
            in_memory = getattr(measures, name)(rows, by=by)
            pd.testing.assert_frame_equal(ours.table, in_memory.table)
            assert ours.caveats == in_memory.caveats


def test_a_file_without_what_is_made_at_load_is_refused(tmp_path):
    file = tmp_path / "promises.parquet"
    stored = schema.arrow_schema("promises").names
    pq.write_table(LOG.promises.to_arrow().select(stored), file)
    with pytest.raises(CallLogError, match="made when a store is opened"):
        measures.promise_kept_rate(file)
    with pytest.raises(CallLogError, match="is not there"):
        measures.volume(tmp_path / "dials.parquet")


def test_the_engine_opens_no_file_outside_the_folder_it_was_given(tmp_path):
    import duckdb

    inside, outside = tmp_path / "store", tmp_path / "elsewhere"
    for folder in (inside, outside):
        folder.mkdir()
        pq.write_table(pa.table({"a": [1]}), folder / "t.parquet")
    with counts._engine(inside) as engine:
        assert engine.read_parquet(str(inside / "t.parquet")).fetchall() == [(1,)]
        for escape in (
            f"SELECT * FROM read_parquet('{outside}/t.parquet')",
            f"SELECT * FROM read_parquet('{inside}/../elsewhere/t.parquet')",
            "SET enable_external_access = true",
            "SET allowed_directories = ['/']",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(escape).fetchall()


@pytest.mark.parametrize("name", OF_ONE_TABLE)
def test_counts_that_are_shared_hold_no_telephone_number_name_or_matter(name):
    frame = LOG.dials.to_arrow() if measures.CARDS[name].table == "dials" else getattr(LOG, measures.CARDS[name].table)
    told = measures.count_table(name, frame).to_arrow()
    assert not {"our_number", "callback_number", "matter", "receipt", "sr_number", "agent_id"} & set(told.column_names)
    assert not re.search(r"\+1\d{10}", str(told.to_pylist()))
