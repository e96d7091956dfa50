"""Waits that people rounded: the heaping index, quantiles with the heaps spread, and thresholds that lie on a heap."""

import numpy as np
import pandas as pd
import pytest

from callanalytics import estimates, measures
from callanalytics.facts import time_rounding
from exhaustive import worlds
from facts_rows import build, note, table


def agency_calls(wait_s, kind="reached", grid=None):
    frame = pd.DataFrame({"wait_s": wait_s, "wait_outcome": kind, "wait_origin": "dial"})
    return frame.assign(wait_rounding_s=pd.array([grid] * len(frame), "Int64"))


def figure(result, statistic):
    return result.table[result.table["statistic"] == statistic].iloc[0]


def simulated(seed, n, grid_min, rounds=1.0):
    """Log-normal waits around 33 minutes, of which a share is reported to the nearest `grid_min`; patience 60."""
    rng = np.random.default_rng(seed)
    wait, patience = rng.lognormal(np.log(33), 0.6, n), rng.exponential(60, n)
    held = np.minimum(wait, patience)
    result = np.where(rng.random(n) < rounds, np.round(held / grid_min) * grid_min, np.round(held))
    return agency_calls((result * 60).astype(int), np.where(wait <= patience, "reached", "gave_up"))


def test_the_index_is_five_times_the_share_of_whole_fives_worked_out_by_hand():
    # 40 waits of at least a minute, 30 of them whole fives: 5 x 30 / 40 = 3.75. The two of no minute are in neither.
    row = figure(measures.wait(agency_calls([600] * 30 + [420] * 10 + [0] * 2)), "heaping_index")
    assert (row["n"], row["events"], row["value"]) == (40, 30, 3.75)
    low, high = estimates.wilson(30, 40)
    assert (row["low"], row["high"]) == (5 * low, 5 * high)


def test_every_place_that_counts_whole_fives_counts_the_same_waits():
    seconds = [0, 0, 29, 30, 60, 269, 270, 300, 300, 329, 330, 599, 600, 1800, None]
    entries = [note(f"n{i}", "2022-03-01 10:00", wait_s=s, wait_outcome="reached") for i, s in enumerate(seconds)]
    made = build([], entries)
    rows = table("entries", entries)
    (habit,) = time_rounding.habits(rows, made.tables["agency_calls"]).values()
    index = figure(measures.wait(agency_calls([s for s in seconds if s is not None])), "heaping_index")
    share = figure(measures.log_completeness(rows, made.tables["agency_calls"]), "waits_on_5_minutes")
    by_hand = 11, 7  # from 30 seconds on: 270, 300 twice, 329, 599, 600 and 1800 are nearest to a whole five
    assert (habit.waits, habit.waits_on_5) == (index["n"], index["events"]) == (share["n"], share["events"]) == by_hand


def test_uniform_minutes_have_index_one_and_all_rounded_ones_five():
    assert figure(measures.wait(agency_calls(np.arange(1, 101) * 60)), "heaping_index")["value"] == 1.0
    assert figure(measures.wait(agency_calls(np.arange(1, 41) * 300)), "heaping_index")["value"] == 5.0


def test_what_no_one_rounded_has_one_median():
    result = measures.wait(simulated(1, 500, 1))
    for statistic in ("median", "p90"):
        plain, spread = figure(result, statistic), figure(result, f"{statistic}_spread")
        assert spread[["value", "low", "high"]].tolist() == plain[["value", "low", "high"]].tolist()


def grouped_median(heaps, counts, grid):
    """The median of rounded minutes, with each heap spread evenly over what was rounded to it."""
    order = np.argsort(heaps)
    heaps, counts = np.asarray(heaps, float)[order], np.asarray(counts)[order]
    ends = np.cumsum(counts)
    starts = np.maximum(heaps - grid / 2, 0)

    def spread(rank):
        i = int(np.searchsorted(ends, rank))
        inside = (rank - (ends[i] - counts[i])) / (counts[i] + 1)
        return starts[i] + inside * (heaps[i] + grid / 2 - starts[i])

    middle = (ends[-1] + 1) / 2
    value = spread(int(middle)) + middle % 1 * (spread(int(middle) + 1) - spread(int(middle)))
    return value, *(spread(int(rank)) for rank in estimates.quantile_ranks(int(ends[-1]), 0.5))


def turnbull_median(left, right):
    """The interval that holds the median of waits of which only two limits are known each (Turnbull 1976)."""
    from_, to = [], []
    edges = sorted([(v, 2, 0) for v in set(left)] + [(v, 1, 1) for v in set(right)])
    last = None  # an innermost interval: from a left limit to the next right one, without a left one between
    for value, _, is_right in edges:
        if is_right and last is not None:
            from_, to, last = [*from_, last], [*to, value], None
        elif not is_right:
            last = value
    from_, to = np.array(from_), np.array(to)
    holds = (left[:, None] <= from_) & (to <= right[:, None])
    mass = np.full(len(from_), 1 / len(from_))
    for _ in range(2000):
        given = holds * mass
        mass = (given / given.sum(axis=1, keepdims=True)).mean(axis=0)
    i = int(np.argmax(1 - np.cumsum(mass) <= 0.5 + 1e-9))
    return from_[i], to[i]


def test_without_hang_ups_it_is_the_grouped_quantile():
    result = pd.Series(np.random.default_rng(3).lognormal(np.log(33), 0.6, 801)).div(5).round().mul(5)
    heaps = result.value_counts()
    ours = figure(measures.wait(agency_calls((result * 60).astype(int))), "median_spread")
    value, low, high = grouped_median(heaps.index, heaps.to_numpy(), 5)
    assert ours["value"] / 60 == pytest.approx(value, abs=0.6)
    assert ours["low"] / 60 == pytest.approx(low, abs=1.0)
    assert ours["high"] / 60 == pytest.approx(high, abs=1.0)


def test_it_lies_in_the_interval_that_turnbulls_curve_allows():
    frame = simulated(4, 300, 5)
    minutes, reached = frame["wait_s"].to_numpy() / 60, (frame["wait_outcome"] == "reached").to_numpy()
    left = np.maximum(minutes - 2.5, 0)
    low, high = turnbull_median(left, np.where(reached, minutes + 2.5, np.inf))
    ours = figure(measures.wait(frame), "median_spread")["value"] / 60
    # Turnbull puts a heap's mass between whichever limits others leave; a heap next to it is as far as they differ.
    assert low - 2.5 <= ours <= high + 2.5


def test_a_noted_grid_of_a_quarter_of_an_hour_is_spread_over_a_quarter():
    # 30 waits of "45 minutes" alone: spread over 37.5 to 52.5, the median in the middle, to half a minute.
    row = figure(measures.wait(agency_calls([2700] * 30, grid=900)), "median_spread")
    assert row["value"] / 60 == pytest.approx(45, abs=0.51)
    assert 37.5 < row["low"] / 60 < 45 < row["high"] / 60 < 52.5
    assert figure(measures.wait(agency_calls([2700] * 30, grid=900)), "median")["value"] == 2700


def test_spreading_a_heap_counts_no_caller_twice():
    # Two heaps of one size, all reached: at the end of the first, half are left with the error of 60 calls.
    from callanalytics.measures.wait_curves import Rounding, curves_of_pieces

    spread = Rounding(np.array([0, 1]), np.array([300, 0]), np.ones(2))
    row, wait, share = spread.in_pieces(np.array([600, 1800]))
    curves = curves_of_pieces(np.zeros(len(row), int), wait, 30 * share, 0 * share, 1)
    s, se, _, _ = curves.survival_at(1000)
    assert s[0] == pytest.approx(0.5)
    assert se[0] == pytest.approx(np.sqrt(0.25 / 60))


@pytest.mark.slow
def test_the_spread_median_of_many_rounded_waits_is_nearer_the_truth_than_the_plain_one():
    found = {"median": [], "median_spread": []}
    for seed in worlds(60):
        result = measures.wait(simulated(100 + seed, 1000, 5))
        for name, values in found.items():
            values.append(figure(result, name)["value"] / 60)
    plain, spread = (np.array(found[name]) for name in found)
    off = [np.sqrt(((values - 33) ** 2).mean()) for values in (spread, plain)]
    assert off[0] < 0.6 * off[1]
    assert spread.mean() == pytest.approx(33, abs=0.6)


def test_a_threshold_on_a_heap_has_two_bounds_and_the_truth_lies_between():
    rng = np.random.default_rng(5)
    wait = rng.lognormal(np.log(33), 0.6, 4000)
    coarse = rng.random(4000) < 0.4
    result = np.where(coarse, np.round(wait / 15) * 15, np.round(wait)) * 60
    level = measures.service_level(agency_calls(result.astype(int)), within_s=[3600])
    within, sooner = (figure(level, f"{name}_60min") for name in ("within", "sooner_than"))
    truth = (wait <= 60).mean()
    assert sooner["value"] + 0.01 < truth < within["value"] - 0.01
    assert (within["n"], within["events"], sooner["events"]) == (4000, (result <= 3600).sum(), (result < 3600).sum())


def test_how_many_round_to_what_is_told_by_the_minutes_on_which_waits_end():
    # In each half hour eight callers on every minute, ten more on each five, thirty on each ten and on each quarter.
    from callanalytics.measures.wait_curves import rounding

    minute = np.arange(30, 90)
    callers = 8 + 10 * (minute % 5 == 0) + 30 * (minute % 10 == 0) + 30 * (minute % 15 == 0)
    found = rounding(np.zeros(60, int), minute * 60, np.zeros(60, int), callers, 1)
    of_35 = found.row == int(np.flatnonzero(minute == 35)[0])
    assert found.width[of_35].tolist() == [0, 300]
    assert found.chance[of_35] == pytest.approx([8 / 18, 10 / 18], abs=0.01)
    of_50 = found.row == int(np.flatnonzero(minute == 50)[0])
    assert found.width[of_50].tolist() == [0, 300, 600]
    assert found.chance[of_50] == pytest.approx([8 / 48, 10 / 48, 30 / 48], abs=0.01)
    of_45 = found.row == int(np.flatnonzero(minute == 45)[0])
    assert found.width[of_45].tolist() == [0, 300, 900]
    assert np.bincount(found.row, found.chance) == pytest.approx(1)


def test_a_caller_in_pieces_gives_no_band_before_one_is_whole():
    # One wait of half an hour among forty of 40 to 79 minutes: a sixtieth of a caller is no ground for a limit.
    frame = agency_calls([1800, *range(2400, 4800, 60)], grid=None)
    frame.loc[0, "wait_rounding_s"] = 3600
    row = figure(measures.wait(frame), "median_spread")
    assert row["low"] >= 2400


@pytest.mark.slow
@pytest.mark.parametrize("grid_min", [5, 10])
def test_the_interval_of_rounded_waits_holds_the_truth(grid_min):
    held = {"median": 0, "standardized": 0}
    tried = worlds(100)
    for seed in tried:
        median = 26 + seed % 10  # of which 30 lies on the heap, and 26 and 34 far from it
        frame = simulated(700 + seed, 400, 1)
        wait = np.round(frame["wait_s"] / 60 * median / 33 / grid_min) * grid_min * 60
        frame = frame.assign(wait_s=wait.astype(int), hour=12, time_refers_to="start", dst_flag=None)
        row, fixed = figure(measures.wait(frame), "median"), measures.standardized_wait(measures.wait(frame, "hour"))
        held["median"] += row["low"] <= median * 60 <= row["high"]
        held["standardized"] += fixed.low <= median * 60 <= fixed.high
    assert min(held.values()) >= 0.9 * len(tried), held
