"""The committed simulations hold what the methods page promises, and a small run of them agrees with the file."""

import csv
import importlib.util

import pytest

from exhaustive import EXHAUSTIVE
from roots import BENCHMARKS

spec = importlib.util.spec_from_file_location("coverage_benchmark", BENCHMARKS / "coverage.py")
coverage = importlib.util.module_from_spec(spec)
spec.loader.exec_module(coverage)

with (BENCHMARKS / "coverage.csv").open(encoding="utf-8", newline="") as table:
    LINES = list(csv.DictReader(table))
PROMISED = (
    "median wait",
    "p90 of the wait",
    "hit rate (Wilson)",
    "mean wait of a typical office",
    "median wait that leads",
)


@pytest.mark.parametrize("row", [r for r in LINES if r["figure"] in PROMISED], ids=lambda r: r["world"])
def test_intervals_hold_the_truth_as_often_as_they_say(row):
    assert 0.93 <= float(row["covers"]) <= 0.97


def test_a_date_at_which_nothing_happened_raises_fewer_than_eight_alarms_in_a_hundred():
    alarms = [r for r in LINES if r["figure"].startswith("no step")]
    assert alarms
    assert all(1 - float(r["covers"]) < 0.08 for r in alarms)


def test_the_weighted_wait_holds_the_truth_where_the_notes_as_they_are_do_not():
    (row,) = [r for r in LINES if r["figure"].startswith("median wait, weighted")]
    assert float(row["covers"]) >= 0.93
    assert float(row["naive_covers"]) < 0.5


def test_the_usual_figures_hold_the_truth_far_less_often():
    usual = {r["naive_figure"]: float(r["naive_covers"]) for r in LINES if r["naive_covers"]}
    for name in ("of answered calls, order statistics", "all calls as one office", "reached of closed or due, Wilson"):
        assert usual[name] < 0.6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "runs"),
    [("waits", 400), ("requests", 120), ("offices", 120), ("interruptions", 150), ("logging", 200),
     ("leading", 60 if EXHAUSTIVE else 8)],
)  # fmt: skip
def test_a_small_run_agrees_with_the_file(world, runs):
    for row in getattr(coverage, world)(runs=runs):
        named = dict(zip(coverage.HEAD, row, strict=True))
        (kept,) = [r for r in LINES if all(r[k] == named[k] for k in ("figure", "world", "naive_figure"))]
        # four standard errors of a share near 0.95 in so many runs
        assert float(named["covers"]) == pytest.approx(float(kept["covers"]), abs=4 * (0.05 / runs) ** 0.5)
