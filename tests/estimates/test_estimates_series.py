"""Before and after a date, and searches for dates: R's and statsmodels' values, and laws."""

import numpy as np
import pytest

from callanalytics import estimates
from exhaustive import worlds


def wandering(seed, n=104, rho=0.5):
    rng = np.random.default_rng(seed)
    e = np.zeros(n)
    e[0] = rng.normal()
    for i in range(1, n):
        e[i] = rho * e[i - 1] + np.sqrt(1 - rho**2) * rng.normal()
    return e


@pytest.mark.slow
def test_generalized_least_squares_agree_with_statsmodels_at_the_same_rho():
    import statsmodels.api as sm

    t, y = np.arange(104), wandering(1)
    found = estimates.interrupted_series(t, y, 60, season=52.18)
    x = estimates.design(t, 60, 52.18)
    sigma = found.rho ** np.abs(t[:, None] - t[None, :])
    fit = sm.GLS(y, x, sigma=sigma).fit()
    assert (found.step.value, found.step.se, found.step.low, found.step.high) == pytest.approx(
        (fit.params[2], fit.bse[2], *fit.conf_int()[2]), rel=1e-6
    )
    assert found.step.p == pytest.approx(fit.pvalues[2], rel=1e-6)


@pytest.mark.slow
def test_rho_is_where_the_restricted_likelihood_is_greatest():
    t, y = np.arange(104), wandering(2)
    x, found = estimates.design(t, 60), estimates.interrupted_series(t, y, 60)

    def log_likelihood(rho):  # written with matrices, as in the textbook
        sigma = rho ** np.abs(t[:, None] - t[None, :])
        inverse = np.linalg.inv(sigma)
        inner = x.T @ inverse @ x
        left = y - x @ np.linalg.solve(inner, x.T @ inverse @ y)
        spread = left @ inverse @ left
        return -0.5 * (101 * np.log(spread) + np.linalg.slogdet(sigma)[1] + np.linalg.slogdet(inner)[1])

    best = max(log_likelihood(rho) for rho in np.linspace(0.02, 0.95, 60))
    assert log_likelihood(found.rho) >= best - 1e-8


@pytest.mark.slow
def test_weeks_with_more_calls_weigh_more():
    import statsmodels.api as sm

    t, y, n = np.arange(80), wandering(4, 80), np.random.default_rng(4).integers(5, 50, 80)
    found = estimates.interrupted_series(t, y, 50, n=n)
    sigma = found.rho ** np.abs(t[:, None] - t[None, :]) / np.sqrt(n[:, None] * n[None, :])
    fit = sm.GLS(y, estimates.design(t, 50), sigma=sigma).fit()
    assert (found.step.value, found.step.se) == pytest.approx((fit.params[2], fit.bse[2]))


@pytest.mark.slow
def test_errors_that_go_together_make_a_step_less_certain():
    import statsmodels.api as sm

    t, y = np.arange(104), wandering(5, rho=0.7)
    independent = sm.OLS(y, estimates.design(t, 60)).fit().bse[2]
    assert estimates.interrupted_series(t, y, 60).step.se > 1.5 * independent


def test_weeks_without_calls_are_gaps_and_not_zeros():
    t, y = np.arange(104), wandering(6)
    holes = np.delete(np.arange(104), [20, 21, 70])
    y_nan = y.copy()
    y_nan[[20, 21, 70]] = np.nan
    gaps, nans = estimates.interrupted_series(t[holes], y[holes], 60), estimates.interrupted_series(t, y_nan, 60)
    assert gaps.step.value == nans.step.value
    assert gaps.step.n == 101
    assert gaps.step.value == pytest.approx(estimates.interrupted_series(t, y, 60).step.value, abs=0.15)


def test_what_the_data_cannot_carry_is_not_attempted_and_says_why():
    t = np.arange(40)
    short = estimates.interrupted_series(t, wandering(7, 40), 35)
    assert short.step.why == "35 weeks before and 5 after; a comparison needs 12 on either side"
    assert np.isnan(short.step.value)
    thin = estimates.interrupted_series(t, wandering(7, 40), 25)
    assert thin.step.flag == "small_n"
    assert estimates.interrupted_series(np.arange(104), wandering(7), 60).step.flag == "ok"


def test_what_would_have_been_leaves_out_the_change_and_nothing_else():
    t = np.arange(104)
    y = 3 + 0.01 * t - 0.5 * (t >= 60)
    found = estimates.interrupted_series(t, y + 1e-6 * wandering(8), 60)
    assert found.without == pytest.approx(3 + 0.01 * t, abs=1e-4)
    assert found.fitted == pytest.approx(y, abs=1e-4)


@pytest.mark.slow
def test_the_true_date_ranks_first_among_placebos_and_a_false_one_does_not():
    t = np.arange(104)
    y = wandering(9, rho=0.2) - 4 * (t >= 70)

    def model(date):
        return estimates.interrupted_series(t, y, date)

    found = estimates.placebo_dates(model, t, 70)
    assert (found.rank, found.n) == (1, 81)
    assert found.share == pytest.approx(1 / 81)
    assert estimates.placebo_dates(model, t, 30).share > 0.1


# ---- searches -----------------------------------------------------------------------------------------


def test_the_nile_changed_after_1898_as_r_found(r, r_data):
    flow = r_data("nile")["flow"]
    found = estimates.change_points(flow, penalty=2.0)
    index, year, before, after = r["nile.last_index_before_break_year_means"]
    assert found.after == (27,)
    assert (found.after[0] + 1, 1871 + found.after[0]) == (index, year) == (28, 1898)
    assert found.levels == pytest.approx((before, after))
    assert found.spans[0][0] <= 27 <= found.spans[0][1]


@pytest.mark.slow
def test_a_search_in_noise_mostly_finds_nothing_and_says_so():
    rng = np.random.default_rng(1)
    found = [len(estimates.change_points(rng.normal(3.5, 0.2, 104)).after) for _ in range(60)]
    assert sum(k > 0 for k in found) <= 12
    assert str(estimates.change_points(np.sin(np.arange(50) * 2.1))).startswith("none found")


@pytest.mark.slow
def test_weeks_that_are_alike_are_not_taken_for_changes():
    def found(step, **options):
        series = (wandering(seed, rho=0.5) + step * (np.arange(104) >= 60) for seed in worlds(100))
        return np.mean([len(estimates.change_points(y, **options).after) > 0 for y in series])

    assert found(0) > 0.6  # the trap
    assert found(0, alike=True) < 0.12
    assert found(3, alike=True) > 0.8


def test_two_changes_are_found_where_there_are_two():
    rng = np.random.default_rng(2)
    y = np.r_[rng.normal(0, 1, 40), rng.normal(4, 1, 30), rng.normal(1, 1, 40)]
    found = estimates.change_points(y)
    assert found.after == pytest.approx((39, 69), abs=1)
    assert found.levels == pytest.approx((0, 4, 1), abs=0.5)


def test_the_cuts_are_the_best_of_all_cuts():
    from itertools import combinations, pairwise

    from callanalytics.estimates.series import _best_cuts, _cost

    y = np.random.default_rng(3).normal(0, 1, 14) + 2 * (np.arange(14) > 6)
    cost = _cost(y)

    def total(cuts):
        edges = [0, *cuts, 14]
        pieces = list(pairwise(edges))
        return sum(cost(a, b) for a, b in pieces) + 3 * len(cuts) if min(b - a for a, b in pieces) >= 3 else np.inf

    best = min((cuts for k in range(4) for cuts in combinations(range(1, 14), k)), key=total)
    assert tuple(_best_cuts(cost, 14, 3, 3.0)) == best


def test_under_forty_points_no_search_is_made():
    found = estimates.change_points(np.arange(20.0))
    assert str(found) == "not searched: 20 points; a search needs 40"
