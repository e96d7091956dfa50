"""The links at scale and against a known truth; the full figures are printed by ``benchmarks/``."""

import sys

import pytest

from roots import BENCHMARKS

sys.path.insert(0, str(BENCHMARKS))
import promises as at_scale
import ranges


def test_no_ring_is_given_to_a_promise_twice_over():
    told = at_scale.certain_pass(20_000)
    assert told["double"] == 0
    assert told["linked"] > 15_000
    assert told["double_asof"] > 5_000


@pytest.mark.slow
def test_promises_seen_in_part_read_as_they_are():
    told = at_scale.kept(range(6))
    assert told["low"] <= told["truth_of_counted"] <= told["high"]
    assert abs(told["truth"] - told["truth_of_counted"]) < 0.035


@pytest.mark.slow
def test_a_rounded_and_forgetful_hand_log_meets_the_phone_log():
    told = at_scale.matched(range(2))
    assert told["precision"] >= 0.99
    assert told["recall"] >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize(
    ("noted", "hidden", "blocks", "names"),
    [(1.0, 0.0, False, 1.0), (0.6, 0.0, False, 0.5), (0.8, 0.4, True, 0.5), (0.4, 1.0, False, 1.0)],
)
def test_the_printed_ranges_hold_the_truth_where_logs_are_thin(noted, hidden, blocks, names):
    """On a few cells of the grid; the whole of it is printed by ``benchmarks/ranges.py``."""
    told = ranges.cell(6, noted, hidden, blocks, names)["figures"]
    assert {"kept", "hit", "late", "silent"} <= set(told)
    assert all(row["holds"] >= 0.8 for row in told.values()), told
