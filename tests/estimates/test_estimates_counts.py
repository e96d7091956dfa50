"""Dispersion and many comparisons at once: R's and scipy's values, and hand-worked ones."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import estimates

# Benjamini, Hochberg, JRSS B 57 (1995), the example of section 3.
PUBLISHED_P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528]
PUBLISHED_P += [0.759, 1.0]


# ---- dispersion ---------------------------------------------------------------------------------------


def test_a_common_share_has_a_dispersion_about_one_and_a_wandering_one_more():
    rng = np.random.default_rng(1)
    exposure = rng.integers(50, 150, 400)
    assert estimates.dispersion(rng.binomial(exposure, 0.1), exposure).ratio == pytest.approx(1, abs=0.2)
    wandering = rng.gamma(4, 0.1 / 4, 400)
    assert estimates.dispersion(rng.binomial(exposure, wandering), exposure).ratio > 2


def test_dispersion_is_pearsons_chi_square_of_a_table():
    from scipy.stats import chi2_contingency

    x, exposure = np.array([2, 4, 3, 12]), np.array([10, 20, 10, 40])
    wanted = chi2_contingency([x, exposure - x], correction=False)
    found = estimates.dispersion(x, exposure)
    assert (found.ratio * found.df, found.p) == pytest.approx((wanted.statistic, wanted.pvalue))


# ---- many comparisons ---------------------------------------------------------------------------------


def test_adjusted_p_values_agree_with_r(r):
    assert estimates.adjusted_p(PUBLISHED_P) == pytest.approx(r["bh"], rel=1e-8)


def test_benjamini_and_hochberg_reject_four_of_their_fifteen(r):
    adjusted = estimates.adjusted_p(PUBLISHED_P)
    assert (adjusted <= 0.05).sum() == r["reject_BH_Holm_Bonf_at_.05"][0] == 4
    assert adjusted[:5] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625, 0.0603], abs=1e-12)


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusting_never_makes_a_p_value_smaller_and_keeps_their_order(p):
    p = np.array(p)
    adjusted = estimates.adjusted_p(p)
    assert (adjusted >= p).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def test_what_was_not_tested_is_not_counted_among_the_tests():
    assert estimates.adjusted_p([0.01, np.nan, 0.04])[[0, 2]] == pytest.approx([0.02, 0.04])


# ---- every function of the room -----------------------------------------------------------------------

FUNCTIONS = [name for name, each in vars(estimates).items() if inspect.isfunction(each)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_says_what_it_gives_and_shows_it(name):
    doc = getattr(estimates, name).__doc__
    assert ">>> " in doc
    assert len(doc.strip().splitlines()[0]) > 20


def test_no_estimate_comes_without_its_n_and_its_interval():
    one = estimates.random_effects([3.2, 3.6, 3.9, 3.1, 3.5], [0.1] * 5).mean
    assert {"value", "low", "high", "n", "cases", "method"} <= set(vars(one))
    assert "n 5 offices" in str(one)
