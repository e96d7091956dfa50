"""The weekly line: each week is the wait of its calls, and who logs in it is said."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from callanalytics import measures

FIRST = pd.Timestamp("2022-01-03")  # a Monday


def log(offices, seed=1):
    """Three calls a weekday of each office: name -> (first week, last week)."""
    rng = np.random.default_rng(seed)
    rows = []
    for name, (start, end) in offices.items():
        days = [FIRST + pd.Timedelta(days=7 * w + d) for w in range(start, end + 1) for d in range(5)]
        rows += [(name, day, int(s)) for day in days for s in rng.integers(300, 5400, 3)]
    agency_calls = pd.DataFrame(rows, columns=["office_id", "date", "wait_s"])
    agency_calls["wait_outcome"] = rng.choice(["reached", "gave_up"], len(agency_calls), p=[0.8, 0.2])
    return agency_calls.assign(wait_origin="dial")


def line(result, statistic):
    rows = result.table[result.table["statistic"] == statistic]
    return rows.set_index("week")


@pytest.mark.slow
def test_a_week_is_the_wait_of_its_calls():
    agency_calls = log({"a": (0, 3), "b": (0, 3)})
    result = measures.weekly_wait(agency_calls)
    for week, row in line(result, "median").iterrows():
        inside = agency_calls[(agency_calls["date"] >= week) & (agency_calls["date"] < week + pd.Timedelta(days=7))]
        wanted = measures.wait(inside).table.iloc[0]
        assert row[["n", "events", "value", "low", "high"]].tolist() == pytest.approx(
            wanted[["n", "events", "value", "low", "high"]].tolist()
        )
        assert week.day_name() == "Monday"


def test_the_mean_counts_a_wait_up_to_an_hour():
    days = [FIRST] * 20
    agency_calls = pd.DataFrame({"date": days, "wait_s": [1800] * 10 + [7200] * 10, "office_id": "a"})
    row = line(
        measures.weekly_wait(agency_calls.assign(wait_outcome="reached", wait_origin="dial")), "mean_60min"
    ).iloc[0]
    assert (row["value"], row["n"], row["flag"]) == (2700, 20, "ok")
    assert row["low"] < 2700 < row["high"] <= 3600


@pytest.mark.slow
def test_who_joins_and_who_leaves_is_named_in_its_week_and_parted_from_who_stayed():
    result = measures.weekly_wait(log({"stays": (0, 19), "joins": (8, 19), "leaves": (0, 11), "late": (2, 19)}))
    joined, left = line(result, "joined")["value"], line(result, "left")["value"]
    assert joined[joined > 0].to_dict() == {FIRST + pd.Timedelta(weeks=8): 1}
    assert left[left > 0].to_dict() == {FIRST + pd.Timedelta(weeks=11): 1}
    assert line(result, "offices")["value"].tolist() == [2, 2, *[3] * 6, *[4] * 4, *[3] * 8]
    assert line(result, "offices_steady")["value"].max() == 2
    steady = line(result, "median_steady")
    alone = line(measures.weekly_wait(log({"stays": (0, 19), "joins": (8, 19), "leaves": (0, 11), "late": (2, 19)})
                                      .query("office_id in ['stays', 'late']")), "median")  # fmt: skip
    pd.testing.assert_frame_equal(steady[["n", "value", "low"]], alone[["n", "value", "low"]])


def test_a_week_without_calls_is_a_row():
    agency_calls = log({"a": (0, 5)})
    agency_calls = agency_calls[agency_calls["date"] != FIRST + pd.Timedelta(days=14)]
    gap = agency_calls[
        (agency_calls["date"] < FIRST + pd.Timedelta(days=14)) | (agency_calls["date"] >= FIRST + pd.Timedelta(days=21))
    ]
    row = line(measures.weekly_wait(gap), "median").loc[FIRST + pd.Timedelta(days=14)]
    assert (row["n"], row["flag"]) == (0, "not_estimable")


def test_few_calls_of_a_week_have_a_mean_that_is_flagged_and_no_median():
    agency_calls = pd.DataFrame({"date": [FIRST] * 12, "wait_s": range(600, 1800, 100), "office_id": "a"})
    result = measures.weekly_wait(agency_calls.assign(wait_outcome="reached", wait_origin="dial"))
    median, mean = line(result, "median").iloc[0], line(result, "mean_60min").iloc[0]
    assert (median["flag"], np.isnan(median["value"])) == ("small_n", True)
    assert (mean["flag"], mean["value"]) == ("small_n", 1150)
    assert mean["low"] < 1150 < mean["high"]


def test_calls_without_a_date_are_in_no_week():
    agency_calls = log({"a": (0, 1)})
    agency_calls.loc[0, "date"] = None
    result = measures.weekly_wait(agency_calls)
    assert line(result, "median")["n"].sum() == len(agency_calls) - 1
    assert date.fromisoformat(result.to_json()["rows"][0]["week"]) == FIRST.date()
