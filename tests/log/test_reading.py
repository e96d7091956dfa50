"""What is read of a store is what is asked for: the columns of a measure, the offices that are looked at."""

import pytest

from callanalytics import load, measures
from callanalytics.measures import sql_counts
from callanalytics.store import Store
from facts_rows import ID, call
from stored_log import OTHER, stored


@pytest.fixture
def store(tmp_path):
    return stored(tmp_path / "store", [call("1", "2022-03-01 10:05"), call("2", "2022-03-02 10:05")], twice=True)


@pytest.fixture
def asked(monkeypatch):
    """(table, offices, columns) of everything that is read of a store."""
    found, read = [], Store.read

    def watched(store, table, offices=None, columns=None):
        found.append((table, offices, columns))
        return read(store, table, offices, columns)

    monkeypatch.setattr(Store, "read", watched)
    return found


def test_a_measure_reads_the_columns_it_counts_alone(store, asked):
    measures.run("wait", load(store))
    columns = {column for table, _, columns in asked if table == "agency_calls" for column in columns}
    assert "wait_s" in columns
    assert not columns & {"words_said", "matter", "our_number", "reason"}
    assert not [table for table, _, columns in asked if table == "calls" and "other_number" in columns]


def test_a_measure_of_an_office_reads_that_office_alone(store, asked):
    log = load(store).where(office="Elm")
    asked.clear()
    assert log.agency_calls.read(["wait_s"]).num_rows == 2
    assert [offices for table, offices, _ in asked if table == "agency_calls"] == [[OTHER]]


def test_promises_of_an_office_are_judged_without_those_of_others(store, asked):
    log = load(store).where(office="Elm")
    asked.clear()
    log.promises.to_arrow()
    assert {tuple(offices) for table, offices, _ in asked if table in ("promises", "callbacks")} == {(OTHER,)}


def test_a_column_is_read_once(store, asked):
    agency_calls = load(store).agency_calls
    first = agency_calls.read(["wait_s", "hour"])
    asked.clear()
    assert agency_calls.read(["hour", "wait_s"]).equals(first)
    assert asked == []


@pytest.mark.parametrize("office", [None, "Elm"])
def test_columns_are_the_same_whether_some_or_all_are_read(store, office):
    some, every = load(store).where(office=office, since="2022-03-02"), load(store).where(office, since="2022-03-02")
    names = ["office_id", "date", "outcome"]
    assert some.agency_calls.read(names).equals(every.agency_calls.to_arrow().select(names))
    assert set(some.agency_calls["office_id"]) == ({OTHER} if office else {ID, OTHER})


def test_where_nothing_is_selected_no_row_is_read_to_say_what_is_left_out(store, asked):
    assert load(store).unseen("agency_calls") == {}
    assert "agency_calls" not in {table for table, *_ in asked}


@pytest.mark.slow
def test_of_a_large_log_no_call_is_read_to_say_what_a_period_leaves_out(store, asked, monkeypatch):
    monkeypatch.setattr(sql_counts, "MAX_ROWS_IN_MEMORY", -1)
    account = measures.run("wait", load(store), since="2022-03-02").account
    assert account.left_out["outside_period"] == 2
    assert "agency_calls" not in {table for table, *_ in asked}
