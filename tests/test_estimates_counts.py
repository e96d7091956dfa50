"""Ratios, dispersion, causes, many comparisons, rounding: R's and statsmodels' values, and hand-worked ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import estimates

# Benjamini, Hochberg, JRSS B 57 (1995), the example of section 3.
PUBLISHED_P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528]
PUBLISHED_P += [0.759, 1.0]


# ---- rates --------------------------------------------------------------------------------------------


def test_a_rate_ratio_agrees_with_r(r):
    ratio = estimates.rate_ratio(11, 800, 23, 900)
    assert [ratio.value, ratio.low, ratio.high, ratio.p] == pytest.approx(
        r["rate_ratio_11/800_23/900.est_lo_hi_p"], rel=1e-9
    )


def test_a_rate_ratio_agrees_with_statsmodels():
    from statsmodels.stats.rates import test_poisson_2indep as compared

    for counts in ((11, 800, 23, 900), (40, 120, 31, 150), (3, 10, 1, 12)):
        assert estimates.rate_ratio(*counts).p == pytest.approx(compared(*counts, method="exact-cond").pvalue)


def test_without_an_event_in_the_second_the_ratio_has_no_upper_limit():
    ratio = estimates.rate_ratio(4, 10, 0, 10)
    assert ratio.value == ratio.high == np.inf
    # All four in the first: the lower limit of its share is the fourth root of 0.025.
    assert ratio.low == pytest.approx(0.025**0.25 / (1 - 0.025**0.25))
    assert ratio.flag == "small_n"
    nothing = estimates.rate_ratio(0, 10, 0, 10)
    assert (nothing.flag, nothing.n) == ("not_estimable", 0)


def test_a_common_rate_has_a_dispersion_about_one_and_a_wandering_one_more():
    rng = np.random.default_rng(1)
    exposure = rng.integers(50, 150, 400)
    assert estimates.dispersion(rng.poisson(0.1 * exposure), exposure).ratio == pytest.approx(1, abs=0.2)
    wandering = rng.gamma(4, 0.1 / 4, 400)
    assert estimates.dispersion(rng.poisson(wandering * exposure), exposure).ratio > 2


def test_dispersion_is_pearsons_chi_square_of_a_table():
    from scipy.stats import chisquare

    x, exposure = np.array([2, 4, 3, 12]), np.array([10, 20, 10, 40])
    wanted = chisquare(x, x.sum() * exposure / exposure.sum())
    found = estimates.dispersion(x, exposure)
    assert (found.ratio * found.df, found.p) == pytest.approx((wanted.statistic, wanted.pvalue))


def test_a_rate_over_periods_that_differ_has_a_wider_interval_than_one_over_periods_alike():
    alike, apart = (estimates.rate(x, [100] * 4) for x in ([20, 21, 19, 20], [2, 40, 8, 30]))
    assert alike.value == apart.value
    assert apart.high - apart.low > 3 * (alike.high - alike.low)
    assert alike.method == "Garwood"


def test_a_quasi_poisson_rate_agrees_with_statsmodels():
    import statsmodels.api as sm

    x, exposure = np.array([2, 40, 8, 30]), np.array([90.0, 110, 100, 120])
    fit = sm.GLM(x, np.ones(4), family=sm.families.Poisson(), exposure=exposure).fit(scale="X2", use_t=True)
    found = estimates.rate(x, exposure)
    assert (found.value, found.low, found.high) == pytest.approx((np.exp(fit.params[0]), *np.exp(fit.conf_int()[0])))


def test_none_missed_is_not_no_risk():
    assert estimates.rule_of_three(100) == pytest.approx(0.03, abs=1e-4)
    assert estimates.rate(0, 100).high == pytest.approx(3.688879 / 100)
    assert estimates.rate(0, 0).flag == "not_estimable"


# ---- causes -------------------------------------------------------------------------------------------


def test_simultaneous_intervals_agree_with_statsmodels():
    from statsmodels.stats.proportion import multinomial_proportions_confint

    counts = np.array([91, 49, 37, 43])
    theirs = multinomial_proportions_confint(counts, method="goodman")
    assert np.column_stack(estimates.goodman(counts)[1:]) == pytest.approx(theirs)


def test_agreement_of_coders_agrees_with_statsmodels():
    from statsmodels.stats.inter_rater import cohens_kappa

    table = [[20, 5, 1], [10, 15, 2], [0, 3, 9]]
    theirs, ours = cohens_kappa(table), estimates.kappa(table)
    assert (ours.value, ours.se, ours.low, ours.high) == pytest.approx(
        (theirs.kappa, theirs.std_kappa, theirs.kappa_low, theirs.kappa_upp)
    )


# ---- many comparisons ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["bh", "by", "holm"])
def test_adjusted_p_values_agree_with_r(r, method):
    assert estimates.adjusted_p(PUBLISHED_P, method) == pytest.approx(r[method], rel=1e-8)


def test_benjamini_and_hochberg_reject_four_of_their_fifteen_where_bonferroni_rejects_three():
    rejected = [(estimates.adjusted_p(PUBLISHED_P, m) <= 0.05).sum() for m in ("bh", "holm", "bonferroni")]
    assert rejected == [4, 3, 3]
    assert estimates.adjusted_p(PUBLISHED_P)[:5] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625, 0.0603])
    assert estimates.discoveries(PUBLISHED_P, 0.05).sum() == 4


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusting_never_makes_a_p_value_smaller_and_keeps_their_order(p):
    p = np.array(p)
    for method in ("bh", "by", "holm", "bonferroni"):
        adjusted = estimates.adjusted_p(p, method)
        assert (adjusted >= p).all()
        assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def test_what_was_not_tested_is_not_counted_among_the_tests():
    assert estimates.adjusted_p([0.01, np.nan, 0.04], "bonferroni")[[0, 2]] == pytest.approx([0.02, 0.08])
    with pytest.raises(ValueError, match="there are bh"):
        estimates.adjusted_p([0.1], "fdr")


# ---- rounding -----------------------------------------------------------------------------------------


def test_the_heaping_index_is_one_for_uniform_minutes_and_five_where_all_rounded():
    minutes = np.arange(1, 101)
    assert estimates.heaping_index(minutes, np.ones(100)) == (1.0, 100)
    assert estimates.heaping_index(minutes[4::5], np.ones(20)) == (5.0, 20)
    assert estimates.heaping_index([0], [9])[1] == 0


def test_turnbulls_curve_agrees_with_r(r):
    left = [0, 0, 2.5, 2.5, 7.5, 7.5, 12.5, 17.5]
    right = [2.5, 2.5, 7.5, 7.5, 12.5, 12.5, 17.5, np.inf]
    curve = estimates.turnbull(left, right)
    assert curve.s[:4] == pytest.approx([0.75, 0.5, 0.25, 0.125], abs=1e-8)
    assert curve.s[:4] == pytest.approx(r["turnbull.surv"][:4], abs=1e-8)
    assert (curve.n, curve.quantile(0.5)) == (8, (2.5, 7.5))


def test_turnbulls_curve_of_overlapping_intervals_is_that_of_a_published_example():
    # Two overlapping waits meet in (2, 3]; the third lies apart: two thirds of the mass there, one third here.
    curve = estimates.turnbull([0, 2, 6], [3, 5, 7])
    assert list(zip(curve.left, curve.right, curve.mass.round(6), strict=True)) == [
        (2.0, 3.0, 0.666667),
        (6.0, 7.0, 0.333333),
    ]


def test_turnbulls_curve_of_exact_and_censored_waits_is_kaplan_meiers():
    t, reached = np.array([3, 5, 5, 8, 9, 12]), np.array([1, 1, 0, 1, 0, 1])
    curve = estimates.turnbull(t, np.where(reached, t, np.inf))
    ours = estimates.kaplan_meier(np.zeros(6, int), t, reached, 1 - reached)
    at_events = {float(t): s for t, s, d in zip(ours.t, ours.s, ours.reached, strict=True) if d}
    turnbulls = {t: s for t, s in zip(curve.left, curve.s, strict=True) if t in at_events}
    assert turnbulls == pytest.approx(at_events, abs=1e-7)


def test_a_grouped_quantile_of_rounded_waits_lies_nearer_the_truth_than_the_plain_one():
    rng = np.random.default_rng(7)
    plain, grouped = [], []
    for _ in range(200):
        values, counts = np.unique(np.round(rng.lognormal(np.log(33), 0.6, 1000) / 5) * 5, return_counts=True)
        plain.append(estimates.order_statistic(values, counts, 0.5)[0])
        grouped.append(estimates.grouped_quantile(values, counts, 0.5, 5).value)
    assert np.mean(grouped) == pytest.approx(33, abs=0.4)
    assert np.std(grouped) < np.std(plain) / 2


def test_rounding_up_moves_a_quantile_by_half_the_grid():
    near, up = (
        estimates.grouped_quantile([25, 30, 35], [10, 20, 10], 0.5, 5, rounded=how) for how in ("nearest", "up")
    )
    assert near.value - up.value == pytest.approx(2.5)
    assert estimates.grouped_quantile([], [], 0.5, 5).flag == "not_estimable"


# ---- every function of the room -----------------------------------------------------------------------

FUNCTIONS = [n for n in estimates.__all__ if not isinstance(getattr(estimates, n), type)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_says_what_it_gives_and_shows_it(name):
    doc = getattr(estimates, name).__doc__
    assert ">>> " in doc
    assert len(doc.strip().splitlines()[0]) > 20


def test_no_estimate_comes_without_its_n_and_its_interval():
    one = estimates.rate(3, 50)
    assert {"value", "low", "high", "n", "of", "method"} <= set(vars(one))
    assert "n 3 events" in str(one)
