"""Estimates agree with R, statsmodels and published examples, to the digits given."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import estimates

NEWCOMBE = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0, 0.1611), (1, 29): (0.0061, 0.1718)}


def one_curve(t, reached, lost=None):
    t, reached = np.asarray(t), np.asarray(reached)
    return estimates.kaplan_meier(np.zeros(len(t), int), t, reached, 1 - reached if lost is None else lost)


# ---- shares and counts --------------------------------------------------------------------------------


@pytest.mark.parametrize(("counts", "limits"), NEWCOMBE.items())
def test_wilson_gives_newcombes_published_limits(counts, limits):
    assert np.round(estimates.wilson(*counts), 4) == pytest.approx(limits, abs=1e-12)


@pytest.mark.parametrize("counts", NEWCOMBE)
@pytest.mark.parametrize("method", ["wilson", "clopper_pearson"])
def test_intervals_of_a_share_agree_with_r(r, counts, method):
    assert getattr(estimates, method)(*counts) == pytest.approx(r[f"{method}.{counts[0]}/{counts[1]}"], rel=1e-9)


def test_a_difference_of_shares_agrees_with_r(r):
    assert estimates.newcombe(56, 70, 48, 80) == pytest.approx(r["newcombe_diff_56/70_48/80_wilson_hybrid"], rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("ours", "theirs"), [("wilson", "wilson"), ("clopper_pearson", "beta")])
def test_intervals_of_a_share_agree_with_statsmodels(ours, theirs):
    from statsmodels.stats.proportion import proportion_confint

    n = np.arange(1, 60)
    k = n // 3 + 1 - (n < 3)
    inside = (k > 0) & (k < n)
    k, n = k[inside], n[inside]
    assert np.array(getattr(estimates, ours)(k, n)) == pytest.approx(
        np.array(proportion_confint(k, n, method=theirs)), rel=1e-9
    )


def test_a_difference_agrees_with_statsmodels():
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(41, 70, 48, 80, method="newcomb", compare="diff", correction=False)
    assert estimates.newcombe(41, 70, 48, 80)[1:] == pytest.approx((low, high), rel=1e-9)


def test_a_mean_agrees_with_statsmodels():
    from statsmodels.stats.weightstats import DescrStatsW

    x = np.array([3.0, 8, 8, 13, 40])
    value, low, high = estimates.mean(x.sum(), (x**2).sum(), len(x))
    assert (value, low, high) == pytest.approx((x.mean(), *DescrStatsW(x).tconfint_mean()))


@given(n=st.integers(1, 500), data=st.data())
def test_every_interval_holds_its_share_and_stays_inside(n, data):
    k = data.draw(st.integers(0, n))
    for method in (estimates.wilson, estimates.clopper_pearson):
        low, high = method(k, n)
        assert 0 <= low <= k / n <= high <= 1


def test_no_trials_have_no_interval():
    for method in (estimates.wilson, estimates.clopper_pearson):
        assert np.isnan(method(0, 0)).all()


# ---- quantiles of complete data ----------------------------------------------------------------------


def test_quantiles_are_of_type_1(r):
    x = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
    found = [estimates.order_statistic(x, [1] * 10, q)[0] for q in (0.5, 0.9)]
    assert found == r["quantile.type1.p50_p90"] == [11, 23]


@pytest.mark.parametrize(("n", "q", "ranks"), [(10, 0.5, (2, 9)), (36, 0.9, (29, 36)), (100, 0.9, (84, 96))])
def test_order_statistic_ranks_agree_with_r(n, q, ranks):
    assert estimates.quantile_ranks(n, q) == ranks


@pytest.mark.parametrize(("q", "n"), [(0.5, 6), (0.75, 13), (0.9, 36), (0.95, 72)])
def test_a_two_sided_interval_exists_from_the_published_n_on(q, n):
    exists = [low >= 1 and high <= m for m in (n - 1, n) for low, high in [estimates.quantile_ranks(m, q)]]
    assert exists == [False, True]


def test_a_count_table_gives_the_quantiles_of_its_rows():
    rng = np.random.default_rng(3)
    rows = rng.integers(0, 40, 301)
    values, counts = np.unique(rows, return_counts=True)
    assert estimates.order_statistic(values, counts, 0.9) == estimates.order_statistic(rows, np.ones(301, int), 0.9)
    assert estimates.order_statistic(values, counts, 0.9)[0] == np.quantile(rows, 0.9, method="inverted_cdf")


# ---- Kaplan-Meier ------------------------------------------------------------------------------------


def test_the_aml_medians_agree_with_r(r, r_data):
    aml = r_data("aml")
    cell, names = pd.factorize(aml["x"])
    curves = estimates.kaplan_meier(
        cell, aml["time"].to_numpy(), aml["status"].to_numpy(), 1 - aml["status"].to_numpy()
    )
    value, low, high = curves.quantile(0.5)
    for i, name in enumerate(names):
        assert [curves.quantile(q)[0][i] for q in (0.25, 0.5, 0.75)] == r[f"aml.log-log.{name}.q25_50_75"]
        wanted_low, wanted_high = r[f"aml.log-log.{name}.median.lo_hi"]
        assert low[i] == wanted_low
        assert np.isnan(high[i]) if wanted_high is None else high[i] == wanted_high
    assert value.tolist() == [31, 23]


def test_lung_agrees_with_r(r, r_data):
    lung = r_data("lung")
    curves = one_curve(lung["time"], (lung["status"] == 2).astype(int))
    assert [curves.quantile(q)[0][0] for q in (0.25, 0.5, 0.75, 0.9)] == r["lung.log-log.q25_50_75_90"]
    assert [v[0] for v in curves.quantile(0.5)[1:]] == r["lung.log-log.median.lo_hi"] == [284, 361]
    assert [curves.survival_at(t)[0][0] for t in (180, 365)] == pytest.approx(r["lung.S_180_365"], abs=1e-10)
    assert [curves.survival_at(t)[1][0] for t in (180, 365)] == pytest.approx(r["lung.se_180_365"], abs=1e-11)
    assert [v[0] for v in curves.restricted_mean(365)] == pytest.approx(r["lung.rmst365_and_se"], abs=1e-8)


def test_standardized_lung_curves_agree_with_r(r, r_data):
    lung = r_data("lung")
    cell = (lung["sex"] == 2).astype(int).to_numpy()
    died = (lung["status"] == 2).astype(int).to_numpy()
    curves = estimates.kaplan_meier(cell, lung["time"].to_numpy(), died, 1 - died)
    weights = np.array([1 - cell.mean(), cell.mean()])
    assert [weights @ curves.survival_at(t)[0] for t in (180, 365)] == pytest.approx(
        r["lung.stratified_S_180_365"], abs=1e-10
    )


@pytest.mark.parametrize("seed", range(3))
def test_curves_agree_with_statsmodels_row_by_row(seed):
    from statsmodels.duration.survfunc import SurvfuncRight

    rng = np.random.default_rng(seed)
    t, reached = rng.integers(0, 60, 400), rng.integers(0, 2, 400)
    theirs = SurvfuncRight(t, reached)
    ours = one_curve(t, reached)
    inside = ours.reached > 0  # theirs has a row an event time only
    assert ours.t[inside] == pytest.approx(theirs.surv_times)
    assert ours.s[inside] == pytest.approx(theirs.surv_prob, abs=1e-12)
    assert ours.se[inside] == pytest.approx(theirs.surv_prob_se, abs=1e-12, nan_ok=True)
    assert ours.n_at_risk[inside] == pytest.approx(theirs.n_risk)
    assert ours.quantile(0.5)[0][0] == theirs.quantile(0.5)


def test_the_median_interval_agrees_with_statsmodels():
    from statsmodels.duration.survfunc import SurvfuncRight

    rng = np.random.default_rng(5)
    t, reached = rng.integers(1, 4000, 300), (rng.random(300) < 0.7).astype(int)
    with np.errstate(all="ignore"):
        low, high = SurvfuncRight(t, reached).quantile_ci(0.5, method="cloglog")
    value, ours_low, ours_high = (v[0] for v in one_curve(t, reached).quantile(0.5))
    assert ours_low == low
    # Theirs is the last time inside the band, ours the first time at which the band has come down to one half.
    assert high <= ours_high
    assert low <= value <= ours_high


def test_a_quantile_on_a_flat_part_is_its_first_time():
    # 1 - 1/4 = 3/4 exactly; computed as a product of eight factors it is off by a rounding error.
    curves = one_curve(range(1, 9), [1] * 8)
    assert curves.quantile(0.25)[0][0] == 2
    assert one_curve([1, 2, 3, 4], [1, 1, 1, 1]).quantile(0.5)[0][0] == 2


def test_everybody_reached_is_the_plain_distribution():
    rng = np.random.default_rng(1)
    t = rng.integers(0, 30, 200)
    curves = one_curve(t, np.ones(200, int))
    assert curves.s == pytest.approx([(t > u).mean() for u in curves.t], abs=1e-12)
    assert curves.restricted_mean(30)[0][0] == pytest.approx(t.mean())


def test_hang_ups_at_once_change_nothing():
    t, reached = [5, 10, 15, 20], [1, 0, 1, 1]
    with_more = one_curve([0, 0, 0, *t], [0, 0, 0, *reached])
    assert with_more.survival_at(15)[0] == pytest.approx(one_curve(t, reached).survival_at(15)[0])


def test_the_order_of_rows_and_splitting_them_change_nothing():
    rng = np.random.default_rng(2)
    cell, t = rng.integers(0, 5, 500), rng.integers(0, 40, 500)
    reached, lost = rng.integers(0, 3, 500), rng.integers(0, 3, 500)
    one = estimates.kaplan_meier(cell, t, reached, lost, 5)
    mixed = rng.permutation(500)
    other = estimates.kaplan_meier(cell[mixed], t[mixed], reached[mixed], lost[mixed], 5)
    for name in ("cell", "t", "n_at_risk", "reached", "s", "se", "low", "high"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_each_cell_is_as_if_it_stood_alone():
    rng = np.random.default_rng(4)
    cell, t = rng.integers(0, 7, 900), rng.integers(0, 99, 900)
    reached = rng.integers(0, 2, 900)
    all_cells = estimates.kaplan_meier(cell, t, reached, 1 - reached, 8)
    for i in range(7):
        alone = one_curve(t[cell == i], reached[cell == i])
        for ours, theirs in zip(
            (*all_cells.quantile(0.5), *all_cells.survival_at(50), *all_cells.restricted_mean(90)),
            (*alone.quantile(0.5), *alone.survival_at(50), *alone.restricted_mean(90)),
            strict=True,
        ):
            assert ours[i] == pytest.approx(theirs[0], rel=1e-10, nan_ok=True)


def test_a_cell_without_calls_is_empty_and_not_an_error():
    curves = estimates.kaplan_meier([0, 2], [5, 6], [1, 1], [0, 0], 4)
    assert np.isnan(curves.quantile(0.5)[0]).tolist() == [False, True, False, True]
    assert np.isnan(curves.survival_at(5)[0]).tolist() == [False, True, False, True]
    assert np.isnan(curves.restricted_mean(9)[0]).tolist() == [False, True, False, True]
    no_calls = estimates.kaplan_meier([], [], [], [], 1)
    assert np.isnan(no_calls.quantile(0.5)[0]).all()
    assert np.isnan(no_calls.survival_at(1)[0]).all()


def test_beyond_the_last_caller_nothing_is_known_unless_all_were_reached():
    left = one_curve([5, 10], [1, 0])
    assert np.isnan(left.survival_at(11)[0][0])
    assert np.isnan(left.restricted_mean(20)[0][0])
    done = one_curve([5, 10], [1, 1])
    assert done.survival_at(11)[0][0] == 0
    assert done.restricted_mean(20)[0][0] == pytest.approx(7.5)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60
    )
)
def test_every_curve_falls_and_its_band_holds_it(rows):
    cell, t, reached, lost = (np.array(v) for v in zip(*rows, strict=True))
    curves = estimates.kaplan_meier(cell, t, reached, lost, 4)
    same = np.diff(curves.cell) == 0
    assert (np.diff(curves.s)[same] <= 1e-15).all()
    inside = ~np.isnan(curves.low)
    assert ((curves.low <= curves.s + 1e-12) & (curves.s <= curves.high + 1e-12))[inside].all()
    value, low, high = curves.quantile(0.5)
    known = ~np.isnan(value)
    assert (low[known] <= value[known]).all()
    assert (high[known & ~np.isnan(high)] >= value[known & ~np.isnan(high)]).all()


@pytest.mark.slow
def test_a_week_of_hours_takes_no_longer_than_a_blink():
    import time

    rng = np.random.default_rng(0)
    key = np.unique(rng.integers(0, 168 * 14400, 273_000))
    cell, t = key // 14400, key % 14400
    reached, lost = rng.integers(1, 30, len(key)), rng.integers(0, 10, len(key))

    def seconds_of_a_run():
        start = time.process_time()
        curves = estimates.kaplan_meier(cell, t, reached, lost, 168)
        curves.quantile(0.5), curves.quantile(0.9)
        return time.process_time() - start

    # 25 ms on a quiet two-core machine; the limit only catches a loop over values (seconds).
    assert min(seconds_of_a_run() for _ in range(5)) < 0.25
