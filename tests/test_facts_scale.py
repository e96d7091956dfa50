"""The links at scale and against a known truth; the full figures are printed by ``benchmarks/``."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics.facts import queue
from callanalytics.facts.promises import Promises
from callanalytics.facts.rows import NOWHERE

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import promises as at_scale
import ranges

DAY = np.timedelta64(1, "D").astype("m8[us]")


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), max_size=20),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2), st.booleans()), max_size=20),
)
def test_line_by_line_and_the_queues_give_every_ring_to_the_same_promise(made, rang):
    made, rang = sorted(made), sorted(rang)
    start = np.datetime64("2022-03-01", "us") + np.array([day for day, _ in made], int) * DAY
    promises = Promises({}, start, start + 5 * DAY, start + 9 * DAY)
    number = np.array([line for _, line in made], np.int64)
    at = np.datetime64("2022-03-01", "us") + np.array([day for day, *_ in rang], int) * DAY
    line, ends = np.array([row[1] for row in rang], np.int64), np.array([row[2] for row in rang], bool)
    nothing = np.full(len(rang), NOWHERE)
    simple = queue.earliest_due_first(promises, number, at, line, nothing, ends, 2)
    # One promise more, on a line of its own and made out of order, and the linear pass may not be taken.
    first = np.datetime64("2022-02-01", "us")
    late = first + 400 * DAY
    more = Promises({}, np.append(start, first), np.append(promises.due, late), np.append(promises.end, late))
    general = queue.earliest_due_first(more, np.append(number, 9), at, line, nothing, ends, 2)
    assert simple.tolist() == general.tolist()


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
