"""Pooling over offices, fixed mixes, hours of the week: R's and statsmodels' values, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from callanalytics import estimates
from callanalytics.estimates import pooling

KISH = [170, 85, 57, 42, 34, 28, 24, 21, 19, 17, 15, 14, 13, 12, 11, 11, 10, 9, 9, 8]


@pytest.fixture(scope="session")
def bcg(r_data):
    """Log risk ratios of 13 trials and their variances."""
    d = r_data("bcg")
    treated, control = d["tpos"] + d["tneg"], d["cpos"] + d["cneg"]
    y = np.log(d["tpos"] / treated) - np.log(d["cpos"] / control)
    return y.to_numpy(), (1 / d["tpos"] - 1 / treated + 1 / d["cpos"] - 1 / control).to_numpy()


# ---- random effects -----------------------------------------------------------------------------------


def test_the_trials_are_those_r_was_given(r, bcg):
    assert bcg[0] == pytest.approx(r["bcg.yi"], rel=1e-9)
    assert bcg[1] == pytest.approx(r["bcg.vi"], rel=1e-9)


# metafor stops its iterations at a change of 1e-5.
def test_random_effects_agree_with_metafor(r, bcg):
    pooled = estimates.random_effects(*bcg)
    found = [pooled.mean.value, pooled.mean.se, pooled.mean.low, pooled.mean.high]
    assert found == pytest.approx(r["bcg.REML.HKSJ.est_se_lo_hi"], rel=1e-5)
    assert found[1:] == pytest.approx([0.180792, -1.108444, -0.320621], abs=1e-6)
    assert pooled.tau2 == pytest.approx(r["bcg.REML.est_se_lo_hi_tau2_I2_Q"][4], rel=1e-5)
    assert pooled.mean.n == 13


def test_the_search_for_the_variance_between_offices_begins_at_dersimonian_and_lairds(r, bcg):
    assert pooling._dersimonian_laird(*bcg) == pytest.approx(r["bcg.DL.est_se_lo_hi_tau2_I2_Q"][4], rel=1e-9)


def test_the_prediction_interval_has_the_variance_of_metafors(r, bcg):
    """Its interval there is the normal one, on its own standard error; ours takes Student and Hartung-Knapp's."""
    low, high = r["bcg.REML.PI_lo_hi"]
    _, se, *_ = r["bcg.REML.est_se_lo_hi_tau2_I2_Q"]
    pooled = estimates.random_effects(*bcg)
    between = ((high - low) / 2 / stats.norm.ppf(0.975)) ** 2 - se**2
    reach = stats.t.ppf(0.975, 12) * np.sqrt(between + pooled.mean.se**2)
    assert pooled.prediction_low == pytest.approx(pooled.mean.value - reach, abs=1e-6)
    assert pooled.prediction_high == pytest.approx(pooled.mean.value + reach, abs=1e-6)


@given(
    y=st.lists(st.floats(-3, 3), min_size=5, max_size=20),
    data=st.data(),
)
def test_the_mean_lies_among_the_offices_and_one_more_may_lie_further_out(y, data):
    v = data.draw(st.lists(st.floats(0.01, 2), min_size=len(y), max_size=len(y)))
    pooled = estimates.pool_offices(y, v)
    assert min(y) - 1e-9 <= pooled.mean.value <= max(y) + 1e-9
    assert pooled.prediction_low <= pooled.mean.low + 1e-9
    assert pooled.mean.high - 1e-9 <= pooled.prediction_high


def test_under_five_offices_there_is_no_pooled_interval_and_it_says_why():
    pooled = estimates.pool_offices([3.0, 3.5, 3.2, 3.3], [0.1] * 4)
    assert np.isnan([pooled.mean.value, pooled.mean.low, pooled.prediction_low]).all()
    assert pooled.mean.why == "4 offices; an interval over offices needs 5"
    assert estimates.pool_shares([3, 4], [9, 9]).mean.n == 2


def test_an_office_whose_own_figure_is_not_known_is_left_out_and_counted():
    y = [3.0, 3.5, 3.2, 3.3, 3.6, np.nan, 3.1]
    pooled = estimates.pool_offices(y, [0.1] * 5 + [0.1, np.nan])
    assert (pooled.left_out, pooled.mean.n) == (2, 5)
    shares = estimates.pool_shares([1, 2, 3, 4, 5, 0], [9, 9, 9, 9, 9, 0])
    assert (shares.left_out, shares.mean.n) == (1, 5)


def test_times_are_pooled_as_logarithms_and_given_back_as_times():
    y = np.array([1800, 2400, 3600, 3000, 2700.0])
    pooled = estimates.pool_offices(y, (0.1 * y) ** 2, transform="log")
    logs = estimates.random_effects(np.log(y), np.full(5, 0.01))
    assert pooled.mean.value == pytest.approx(np.exp(logs.mean.value))
    assert pooled.mean.low == pytest.approx(np.exp(logs.mean.low))


# ---- one office among several -------------------------------------------------------------------------


def test_twenty_uneven_offices_weigh_as_much_as_eight():
    found = estimates.dominance(KISH)
    assert (found.n, found.offices) == (609, 20)
    assert found.effective == pytest.approx(8.054, abs=5e-4)
    assert not found.is_dominated
    assert estimates.dominance([60, 20, 20]).is_dominated
    assert estimates.dominance([45, 45, 10]).is_dominated
    assert estimates.dominance([7] * 5).effective == pytest.approx(5)


def test_leaving_out_the_office_that_carries_the_figure_moves_it_most():
    waits, n = np.array([100.0, 100, 100, 900]), np.array([10, 10, 10, 10])
    found = estimates.leave_one_out(lambda kept: kept @ waits / (kept @ n), 4)
    assert (found.office, found.low, found.high, found.whole) == (3, 10, pytest.approx(1100 / 30), 30)


# ---- fixed mixes --------------------------------------------------------------------------------------


def test_a_standardized_curve_of_lung_by_sex_agrees_with_r(r, r_data):
    lung = r_data("lung")
    cell, died = (lung["sex"] == 2).astype(int).to_numpy(), (lung["status"] == 2).astype(int).to_numpy()
    curves = estimates.kaplan_meier(cell, lung["time"].to_numpy(), died, 1 - died)
    weights = np.bincount(cell)
    # The quantile at 1 - S(t) is t where the weighed curve steps at t, and at most t elsewhere.
    for t, s in zip((180, 365), r["lung.stratified_S_180_365"], strict=True):
        found = estimates.standardized_quantile(curves, weights, 1 - s - 1e-9)
        later = estimates.standardized_quantile(curves, weights, 1 - s + 1e-9)
        assert found.value <= t < later.value
        assert found.low <= found.value <= found.high
        assert found.n == 228


def test_one_cell_of_the_mix_gives_its_own_curve():
    rng = np.random.default_rng(1)
    t, reached = rng.integers(60, 5000, 400), rng.integers(0, 2, 400)
    curves = estimates.kaplan_meier(np.arange(400) % 2, t, reached, 1 - reached)
    for q in (0.25, 0.5):
        found = estimates.standardized_quantile(curves, [1, 0], q)
        assert (found.value, found.low, found.high) == tuple(v[0] for v in curves.quantile(q))


def test_an_empty_cell_of_the_mix_is_not_filled_in():
    curves = estimates.kaplan_meier([0, 0], [10, 20], [5, 5], [0, 0], 2)
    found = estimates.standardized_quantile(curves, [1, 1], 0.5)
    assert found.flag == "not_estimable"
    assert "1 of 2 cells" in found.why
    with pytest.raises(ValueError, match="weights"):
        estimates.standardized_quantile(curves, [0, 0], 0.5)


def test_standardized_waits_escape_the_trap_of_one_curve_for_all():
    # Two slots, medians 15 and 60 minutes, callers patient for 25 and 120: the mixture's median is 30.0.
    rng = np.random.default_rng(2)
    cell = np.arange(200_000) % 2
    wait = rng.lognormal(np.log(np.where(cell, 60, 15)), 0.7)
    patience = rng.exponential(np.where(cell, 120, 25))
    t, reached = np.minimum(wait, patience).round(2), (wait <= patience).astype(int)
    apart = estimates.kaplan_meier(cell, t, reached, 1 - reached)
    together = estimates.kaplan_meier(np.zeros(len(t), int), t, reached, 1 - reached)
    assert estimates.standardized_quantile(apart, [1, 1], 0.5).value == pytest.approx(30.0, abs=0.5)
    assert together.quantile(0.5)[0][0] > 38


# ---- hours of the week --------------------------------------------------------------------------------

HOUR, DAY = np.repeat(np.arange(12), 5), np.tile(np.arange(5), 12)


@pytest.mark.slow
def test_cells_of_a_map_without_differences_become_one_color_and_no_star():
    rng = np.random.default_rng(8)
    maps = [estimates.shrink_cells(rng.normal(3.5, 0.22, 60), np.full(60, 0.22), HOUR, DAY) for _ in range(40)]
    assert sum(m.differs for m in maps) <= 6  # 5 % of 40 is 2
    assert sum((m.star_p < 0.10).any() for m in maps) <= 10  # a tenth is 4
    spread = np.mean([np.ptp(m.value) for m in maps])
    assert spread < 0.25 * np.mean([4.6 * 0.22])  # the raw cells spread over about 4.6 standard errors


def test_shrunken_cells_lie_nearer_the_truth_than_the_cells_themselves():
    rng = np.random.default_rng(9)
    truth = 3.5 + rng.normal(0, 0.2, 12)[HOUR] + rng.normal(0, 0.1, 5)[DAY]
    raw, pooled = [], []
    for _ in range(20):
        y = rng.normal(truth, 0.25)
        found = estimates.shrink_cells(y, np.full(60, 0.25), HOUR, DAY)
        raw.append(((y - truth) ** 2).mean())
        pooled.append(((found.value - truth) ** 2).mean())
    assert np.mean(pooled) < np.mean(raw) / 2


def test_a_cell_without_a_figure_stays_without_one():
    rng = np.random.default_rng(10)
    y = rng.normal(3.5 + 0.05 * HOUR, 0.1)
    y[7] = np.nan
    found = estimates.shrink_cells(y, np.full(60, 0.1), HOUR, DAY)
    assert np.flatnonzero(np.isnan(found.value)).tolist() == [7]
    assert (found.n, np.isnan(found.star_p[7])) == (59, True)
    assert ((found.low < found.value) & (found.value < found.high))[~np.isnan(y)].all()


def test_with_one_kind_of_cell_shrinkage_is_that_of_metafor(r, bcg):
    y, v = bcg
    alone = estimates.shrink_cells(y, np.sqrt(v), np.arange(13), np.zeros(13))
    assert alone.by_row + alone.by_cell == pytest.approx(r["bcg.REML.est_se_lo_hi_tau2_I2_Q"][4], rel=1e-3)
    assert alone.value == pytest.approx(r["bcg.REML.blup.pred"], abs=1e-3)
    assert alone.se == pytest.approx(r["bcg.REML.blup.se"], rel=0.02)


def test_too_few_cells_are_not_pooled():
    found = estimates.shrink_cells([3.0, np.nan], [0.1, 0.1], [0, 1], [0, 0])
    assert np.isnan(found.value).all()
    assert not found.differs


# ---- when to call -------------------------------------------------------------------------------------


def test_the_cost_of_a_slot_without_hang_ups_is_hold_per_answer():
    rng = np.random.default_rng(1)
    wait = rng.integers(60, 3600, 500)
    costs = estimates.slot_costs(estimates.kaplan_meier(np.zeros(500, int), wait, np.ones(500, int), wait * 0), 1800)
    assert costs.value[0] == pytest.approx(np.minimum(wait, 1800).sum() / (wait <= 1800).sum())


@pytest.mark.slow
def test_the_error_of_a_slots_cost_is_that_of_resampled_calls():
    rng = np.random.default_rng(2)
    wait, patience = rng.lognormal(np.log(30), 0.7, 300), rng.exponential(60, 300)
    t, reached = np.minimum(wait, patience).round(1), (wait <= patience).astype(int)

    def log_cost(copies):
        curves = estimates.kaplan_meier(np.zeros(300, int), t, reached * copies, (1 - reached) * copies)
        return np.log(estimates.slot_costs(curves, 45).value[0])

    replicates = [log_cost(rng.multinomial(300, np.full(300, 1 / 300))) for _ in range(600)]
    curves = estimates.kaplan_meier(np.zeros(300, int), t, reached, 1 - reached)
    assert estimates.slot_costs(curves, 45).log_se[0] == pytest.approx(np.std(replicates), rel=0.1)


def test_slots_that_do_not_differ_give_no_advice():
    y = np.random.default_rng(1).normal(3.3, 0.25, 60)
    found = estimates.best_slots(estimates.shrink_cells(y, np.full(60, 0.25), HOUR, DAY), np.ones(60))
    assert (found.verdict, found.chosen) == ("cannot tell", ())
    assert found.saving.why == "no difference between slots is detectable"


@pytest.mark.slow
def test_the_saving_that_is_promised_is_about_the_saving_that_is_delivered():
    rng = np.random.default_rng(4)
    promised, delivered, naive = [], [], []
    for _ in range(25):
        truth = 3.5 + rng.normal(0, 0.15, 60)
        y = rng.normal(truth, 0.1)
        cells = estimates.shrink_cells(y, np.full(60, 0.1), HOUR, DAY)
        found = estimates.best_slots(cells, np.ones(60), n_draws=800)
        if found.chosen:
            promised.append(found.saving.value)
            delivered.append(1 - np.exp(truth)[list(found.chosen)].mean() / np.exp(truth).mean())
            naive.append(1 - np.exp(y).min() / np.exp(y).mean())
    assert len(promised) > 18
    assert np.mean(promised) == pytest.approx(np.mean(delivered), abs=0.025)
    assert np.mean(naive) > np.mean(delivered) + 0.08
