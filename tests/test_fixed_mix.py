"""The wait of a fixed mix of hours: where patience goes with the hour, one curve of all is wrong and this is not."""

import numpy as np
import pandas as pd
import pytest

from callanalytics import measures
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
    frame["wait_kind"] = np.where(wait <= patience, "reached", "gave_up")
    return frame.assign(wait_from="dial", time_of="start", clock_flag=None)


def test_the_trap_of_one_curve_is_stepped_round():
    dials = two_kinds_of_hours(1)
    truth = 30 * 60  # half of an even mix of 15 and 60, logarithms spread alike
    fixed = measures.standardized_wait(measures.wait(dials, ("weekday", "hour")))
    one = measures.wait(dials).table.iloc[0]
    assert fixed.low < truth < fixed.high
    assert one["low"] > truth * 1.15


def test_a_stated_mix_is_that_of_those_hours_alone():
    dials = two_kinds_of_hours(2)
    result = measures.wait(dials, ("weekday", "hour"))
    alone = measures.wait(dials[(dials["weekday"] == 2) & (dials["hour"] == 9)]).table.iloc[0]
    fixed = measures.standardized_wait(result, {(2, "08-10"): 1.0})
    assert (fixed.value, fixed.low, fixed.high, fixed.n) == (alone["value"], alone["low"], alone["high"], alone["n"])


def test_a_part_of_the_mix_without_calls_is_not_filled_in():
    dials = two_kinds_of_hours(3)
    result = measures.wait(dials[dials["hour"] != 18], ("weekday", "hour"))
    assert np.isnan(measures.standardized_wait(result, {(1, "17-20"): 0.5, (1, "08-10"): 0.5}).value)
    empty = measures.wait(dials.head(0), ("weekday", "hour"))
    assert measures.standardized_wait(empty).why == "no call whose hour is known"


def test_waits_that_are_not_split_by_hour_are_refused():
    with pytest.raises(CallLogError, match="is split by"):
        measures.standardized_wait(measures.wait(two_kinds_of_hours(4, 200)))
