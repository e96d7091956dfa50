"""A stored table that is too large to read is counted in its files, and every figure is the same."""

from dataclasses import replace

import pandas as pd
import pytest

from callanalytics import load, measures
from callanalytics.measures import sql_counts
from callanalytics.tables import Files
from exhaustive import crossed

OF_FILES = [name for name, card in measures.CARDS.items() if card.table != "promises"]
PARTS = {
    "all": {},
    "a period": {"office": "Alder and Birch", "since": "2022-01-15", "until": "2022-05-31"},
    "a line": {"line": "contact_center"},
}


@pytest.mark.parametrize(("name", "part"), crossed(OF_FILES, PARTS))
def test_every_figure_is_the_same_counted_in_the_files(sample_stores, monkeypatch, name, part):
    part = PARTS[part]
    if part.get("line") and measures.CARDS[name].table == "callbacks":
        pytest.skip("callbacks are of no line")
    keys = tuple(key for key in ("weekday", "hour") if key in measures.CARDS[name].keys)
    log = load(sample_stores("few"))
    part = part | ({"office": log.offices["name"].iloc[0]} if "office" in part else {})
    read = measures.run(name, log, keys, **part)
    monkeypatch.setattr(sql_counts, "MAX_ROWS_IN_MEMORY", -1)
    read_before = sql_counts.schema.conform
    monkeypatch.setattr(
        sql_counts.schema, "conform", lambda frame, table, **only: _unread(frame, table, read_before, only)
    )
    lying = measures.run(name, load(sample_stores("few")), keys, **part)
    pd.testing.assert_frame_equal(lying.table, read.table)
    assert (lying.caveats, lying.account) == (read.caveats, read.account)


def _unread(frame, table, conform, only):
    assert table not in ("agency_calls", "callbacks"), "these lie in files"
    return conform(frame, table, **only)


def test_a_table_that_is_in_memory_is_counted_there(sample_stores):
    calls = load(sample_stores("few")).agency_calls
    assert isinstance(calls.source, Files)
    assert replace(calls, arrow=calls.arrow.slice(0, 5)).source is None


def test_as_of_an_earlier_day_the_rows_are_made_and_lie_in_no_file(sample_stores):
    store = sample_stores("few")
    day = load(store).logged[0]
    assert load(store, as_of=day).agency_calls.source is None
