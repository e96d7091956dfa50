"""Values that others printed: every one R gave us is held by some test, and those that need no data set stand here."""

import re
from math import comb

import numpy as np
import pytest

from callanalytics import estimates
from roots import TESTS

# What R printed besides: versions, the inputs of its script, and conventions that are not ours.
NOT_OURS = {
    "R": "a version",
    "survival": "a version",
    "cmprsk": "a version",
    "metafor": "a version",
    "boot": "a version",
    "mgus2.cuminc.pcm.60_120_240_360": "cmprsk's figure, digit for digit that of survival, which is held",
    "quantile.type2.p50_p90": "another convention: ours is type 1, always a value that was noted",
    "quantile.type8.p50_p90": "another convention",
    "by": "another rule for many comparisons: ours is Benjamini and Hochberg's",
    "holm": "another rule for many comparisons",
}
# R's values of figures that no measure shows, by the start of their names.
NOT_MEASURED = (
    "aml.log.",
    "aml.plain.",
    "bcg.FE.",
    "bcg.PM.",
    "cluster.",
    "coal.",
    "garwood.",
    "jeffreys_raw.",
    "lung.log.",
    "lung.logrank_",
    "lung.plain.",
    "pbest",
    "rate_ratio_",
    "turnbull.",
)


def test_every_value_that_r_printed_is_held_by_some_test(r):
    text = "\n".join(path.read_text("utf-8") for path in sorted(TESTS.rglob("test_*.py")))
    taken = [re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(key)) for key in re.findall(r'\br\[f?"([^\n]+?)"\]', text)]
    held = re.compile("|".join(f"(?:{key})" for key in taken))
    ours = [name for name in r if name not in NOT_OURS and not name.startswith(NOT_MEASURED)]
    assert [name for name in ours if not held.fullmatch(name)] == []


def test_the_coverage_of_order_statistics_is_rs(r):
    def coverage(n, q, low, high):
        return sum(comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(low, high))

    *ranks, wanted = r["order_stat_median_ci_n10.ranks_coverage"]
    assert list(estimates.quantile_ranks(10, 0.5)) == ranks
    assert coverage(10, 0.5, *map(int, ranks)) == pytest.approx(wanted, rel=1e-9)
    for n in (36, 40, 100):
        *ranks, wanted = r[f"p90.ranks.n{n}"]
        assert list(estimates.quantile_ranks(n, 0.9)) == ranks
        assert coverage(n, 0.9, *map(int, ranks)) == pytest.approx(wanted, rel=1e-8)


def test_one_set_of_numbers_has_other_quantiles_by_other_conventions(r):
    x = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
    assert np.quantile(x, [0.5, 0.9], method="weibull") == pytest.approx(r["quantile.type6.p50_p90"])
    assert np.quantile(x, [0.5, 0.9]) == pytest.approx(r["quantile.type7.p50_p90"])
    assert [estimates.order_statistic(x, [1] * 10, q)[0] for q in (0.5, 0.9)] == [11, 23]


def test_a_tiny_set_by_hand_and_by_r(r):
    e = np.array([1, 2, 0, 1, 2, 1, 0, 1])
    found = estimates.aalen_johansen(np.arange(1, 9), np.column_stack([e == 1, e == 2]), e == 0)
    assert found.share[:, 0] == pytest.approx(r["tiny.AJ.cause1"], abs=1e-12)
    assert found.share[:, 1] == pytest.approx(r["tiny.AJ.cause2"], abs=1e-12)
    curve = estimates.kaplan_meier(np.zeros(8, int), np.arange(1, 9), (e == 1) * 1, (e != 1) * 1)
    assert 1 - curve.s == pytest.approx(r["tiny.1-KM.cause1"], abs=1e-9)


# ---- printed figures that need no data set: held wherever the tests run -------------------------------


def to_digits(printed: str):
    """A printed figure and half a unit of its last digit."""
    digits = len(printed.partition(".")[2])
    return float(printed), 0.5 * 10**-digits + 1e-12


def agree(ours, printed):
    for value, text in zip(np.atleast_1d(ours), printed.split(), strict=True):
        wanted, half = to_digits(text)
        assert value == pytest.approx(wanted, abs=half), (value, text)


@pytest.mark.parametrize(
    ("method", "counts", "printed"),
    [
        ("wilson", (81, 263), ".2553 .3662"),
        ("wilson", (15, 148), ".0624 .1605"),
        ("wilson", (0, 20), "0 .1611"),
        ("wilson", (1, 29), ".0061 .1718"),
        ("clopper_pearson", (81, 263), ".2527 .3676"),
        ("clopper_pearson", (15, 148), ".0578 .1617"),
        ("clopper_pearson", (0, 20), "0 .1684"),
        ("clopper_pearson", (1, 29), ".0009 .1776"),
        ("newcombe", (56, 70, 48, 80), ".2000 .0524 .3339"),
    ],
)
def test_limits_are_the_printed_ones(method, counts, printed):
    agree(getattr(estimates, method)(*counts), printed)


def test_uneven_offices_weigh_as_printed():
    found = estimates.dominance([170, 85, 57, 42, 34, 28, 24, 21, 19, 17, 15, 14, 13, 12, 11, 11, 10, 9, 9, 8])
    assert found.n == 609
    agree(found.effective, "8.054")


def test_a_quantile_where_the_curve_rests_exactly_on_its_level_is_the_first_time():
    curve = estimates.kaplan_meier([0] * 4, [1, 2, 3, 4], [1] * 4, [0] * 4)
    assert curve.quantile(0.25)[0][0] == 1  # S(1) = 0.75 to the last bit or not
