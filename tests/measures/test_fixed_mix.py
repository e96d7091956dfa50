"""The wait of a fixed mix of hours: where patience goes with the hour, one curve of all is wrong and this is not."""

import numpy as np
import pandas as pd
import pytest

from callanalytics import estimates, measures
from callanalytics.errors import CallLogError


def two_kinds_of_hours(seed, n=6000):
    """Mornings: median 15 minutes, patience 25; afternoons: median 60, patience 120. Half of the calls each."""
    rng = np.random.default_rng(seed)
    late = rng.random(n) < 0.5
    wait = rng.lognormal(np.log(np.where(late, 60, 15)), 0.7)
    patience = rng.exponential(np.where(late, 120, 25))
    hour = np.where(late, rng.choice([15, 18], n), rng.choice([9, 12], n))
    frame = pd.DataFrame(
        {"hour": hour, "weekday": rng.integers(1, 6, n), "wait_s": (np.minimum(wait, patience) * 60).astype(int) + 1}
    )
    frame["wait_outcome"] = np.where(wait <= patience, "reached", "gave_up")
    return frame.assign(wait_origin="dial", time_refers_to="start", dst_flag=None)


def test_the_trap_of_one_curve_is_stepped_round():
    agency_calls = two_kinds_of_hours(1)
    truth = 30 * 60  # half of an even mix of 15 and 60, logarithms spread alike
    fixed = measures.standardized_wait(measures.wait(agency_calls, "hour"))
    one = measures.wait(agency_calls).table.iloc[0]
    assert fixed.low < truth < fixed.high
    assert one["low"] > truth * 1.15


def test_a_single_part_of_the_day_gives_its_own_curve():
    agency_calls = two_kinds_of_hours(2)
    agency_calls = agency_calls[agency_calls["hour"] == 9]
    fixed, plain = (
        measures.standardized_wait(measures.wait(agency_calls, "hour")),
        measures.wait(agency_calls).table.iloc[0],
    )
    assert (fixed.value, fixed.low, fixed.high, fixed.n) == (plain["value"], plain["low"], plain["high"], plain["n"])


def test_without_a_wait_nothing_is_estimated():
    empty = measures.wait(two_kinds_of_hours(3).head(0), "hour")
    assert measures.standardized_wait(empty).why == "no wait was logged"


def test_waits_that_are_not_split_by_hour_are_refused():
    with pytest.raises(CallLogError, match="is split by"):
        measures.standardized_wait(measures.wait(two_kinds_of_hours(4, 200)))


def test_the_curve_of_the_wait_is_that_of_the_rows_themselves():
    """Not by way of any count table: each call by itself goes into the estimator, one row a call."""
    agency_calls = two_kinds_of_hours(5, 300)
    t, reached = agency_calls["wait_s"].to_numpy(), (agency_calls["wait_outcome"] == "reached").to_numpy().astype(int)
    rows = estimates.kaplan_meier(np.zeros(len(t), int), t, reached, 1 - reached)
    result = measures.wait(agency_calls)
    for name in ("t", "n_at_risk", "reached", "s", "se", "low", "high"):
        ours = result.curve["t_s" if name == "t" else name].to_numpy(float)
        np.testing.assert_allclose(ours, np.asarray(getattr(rows, name), float), rtol=0, atol=1e-12)
    assert result.table.iloc[0]["value"] == rows.quantile(0.5)[0][0]
