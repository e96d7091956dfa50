"""The links at scale and against a known truth; the full figures are printed by ``benchmarks/``."""

import sys

import pytest

from exhaustive import fair
from roots import BENCHMARKS

sys.path.insert(0, str(BENCHMARKS))
import promises as at_scale
import ranges


@pytest.mark.slow
def test_no_ring_is_given_to_a_promise_twice_over():
    result = at_scale.certain_pass(20_000)
    assert result["double"] == 0
    assert result["linked"] > 15_000
    assert result["double_asof"] > 5_000


@pytest.mark.slow
def test_promises_seen_in_part_read_as_they_are():
    result = at_scale.kept(range(6))
    assert result["low"] <= result["truth_of_counted"] <= result["high"]
    assert abs(result["truth"] - result["truth_of_counted"]) < 0.035


@pytest.mark.slow
def test_a_rounded_and_forgetful_hand_log_meets_the_phone_log():
    result = at_scale.matched(range(2))
    assert result["precision"] >= 0.99
    assert result["recall"] >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize(
    ("noted", "hidden", "blocks", "names"),
    fair([(1.0, 0.0, False, 1.0), (0.6, 0.0, False, 0.5), (0.8, 0.4, True, 0.5), (0.4, 1.0, False, 1.0)], 4, first=2),
)
def test_the_printed_ranges_hold_the_truth_where_logs_are_thin(noted, hidden, blocks, names):
    """On a few cells of the grid; the whole of it is printed by ``benchmarks/ranges.py``."""
    result = ranges.cell(6, noted, hidden, blocks, names)["figures"]
    assert {"kept", "hit", "late", "silent"} <= set(result)
    assert all(row["holds"] >= 0.8 for row in result.values()), result
