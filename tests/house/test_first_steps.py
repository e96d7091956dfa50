"""What a person types who has Python, and has read neither the source nor the documentation."""

import duckdb
import pandas as pd
import pytest
from matplotlib.figure import Figure

import callanalytics as ca


@pytest.fixture
def calls(sample_log):
    return sample_log.agency_calls


@pytest.mark.parametrize("room", [ca, ca.measures, ca.figures], ids=lambda room: room.__name__)
def test_completion_offers_what_is_public_and_no_module(room):
    assert dir(room) == sorted(room.__all__)


def test_completion_offers_the_columns_of_a_table(calls):
    assert calls._ipython_key_completions_() == calls.columns


def test_a_log_says_what_it_holds(sample_log):
    assert f"agency_calls {len(sample_log.agency_calls):,}" in repr(sample_log)


def test_a_log_is_narrowed_to_an_office_by_its_name_alone(sample_log):
    assert len(sample_log.where("Alder and Birch").offices) == 1


def test_a_receipt_is_read_as_it_is_printed(tmp_path):
    receipt = ca.check(tmp_path / "nothing")
    assert repr(receipt) == str(receipt) == receipt.text()


def test_a_table_shows_where_each_request_stands(sample_log):
    assert {"urgency", "state"} <= set(repr(sample_log.promises).splitlines()[2].split())


def test_what_duckdb_filtered_is_measured_as_an_arrow_table(calls):
    monday = duckdb.sql("SELECT * FROM calls WHERE weekday = 1")
    with pytest.raises(ca.CallLogError, match="to_arrow_table"):
        ca.measures.wait(monday)
    in_pandas = calls.to_pandas().query("weekday == 'Monday'")
    pd.testing.assert_frame_equal(ca.measures.wait(monday.to_arrow_table()).table, ca.measures.wait(in_pandas).table)


def test_a_key_whose_column_is_gone_is_refused(calls):
    with pytest.raises(ca.CallLogError, match=r"cannot be split by reason(?s:.*)pass log.agency_calls"):
        ca.measures.wait(calls.to_pandas().drop(columns="reason"), by="reason")


def test_offices_are_no_column_and_the_message_says_how_to_choose_one(calls):
    with pytest.raises(ca.CallLogError, match=r'log.where\(office="..."\)'):
        calls["office"]


def test_a_store_in_place_of_its_table_is_told_from_it(sample_stores):
    with pytest.raises(ca.CallLogError, match=r"load\(.*\).agency_calls"):
        ca.measures.wait(str(sample_stores("few")))


def test_a_store_that_was_nearly_named_is_named(tmp_path):
    (tmp_path / "demo" / "store").mkdir(parents=True)
    (tmp_path / "demo" / "store" / "CURRENT").write_text("v")
    with pytest.raises(ca.CallLogError, match=r"perhaps .*demo/store"):
        ca.load(tmp_path / "demo" / "stor")
    with pytest.raises(ca.CallLogError, match="the store is demo/store"):
        ca.load(tmp_path / "demo")


def test_a_chart_goes_with_its_words_into_a_grid_of_ones_own(calls):
    grid = Figure(figsize=(8, 3)).subplots(1, 2)
    chart = ca.figures.chance_by_minutes(ca.measures.wait(calls))
    chart.draw_on(grid[1])
    (picture,) = grid[1].images
    height, width = picture.get_array().shape[:2]
    assert width / height < chart.width / chart.figure.get_size_inches()[1]  # words are above and beneath
    assert not grid[0].images


def test_figures_are_printed_in_words(calls):
    waits = ca.measures.wait(calls, by="weekday").pick("median", wait_origin="dial")
    table = waits.in_words()
    assert list(table.columns) == ["weekday", "wait_origin", "statistic", "figure"]
    assert list(table["weekday"]) == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert list(table["figure"]) == [ca.measures.in_words(row) for row in waits.table.to_dict("records")]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ('ca.figures.wait_by_hour(ca.measures.wait(calls, by="hour"), best="8")', r"best=\(8, 9\)"),
        ('ca.figures.hour_by_weekday(ca.measures.wait(calls, by=("weekday", "hour")), best=[1])', "best_time"),
        ("ca.measures.clock_of(calls)", r"\(wait\(log.agency_calls\)\)"),
        ("ca.measures.of_one_clock(calls)", r"\(wait\(log.agency_calls\)\)"),
        ('ca.report(calls, "liaison", "report")', "no report named by a Table(?s:.*)liaison"),
        ("ca.measures.in_words(ca.measures.wait(calls))", r"result.in_words\(\)"),
    ],
)
def test_a_wrong_argument_is_answered_with_the_right_call(typed, answer, calls):
    with pytest.raises(ca.CallLogError, match=answer):
        eval(typed, {"ca": ca, "calls": calls})
