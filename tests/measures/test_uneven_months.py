"""Missed callbacks over months that differ: the dispersion, and intervals as wide as the months differ."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from callanalytics import estimates, measures


def callbacks(missed, attempts):
    """Certain attempts by month: how many missed, of how many."""
    rows = [
        (202101 + i, "missed" if j < k else "answered")
        for i, (k, n) in enumerate(zip(missed, attempts, strict=True))
        for j in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["month", "result"])
    return frame.assign(link="certain", channel="voice", caller_id="agency", is_credited=None, cause=None)


def figure(result, statistic, **keys):
    rows = result.table[(result.table["statistic"] == statistic) & (result.table["link"] == "certain")]
    for key, value in keys.items():
        rows = rows[rows[key] == value]
    return rows.iloc[0]


def test_the_dispersion_is_pearsons_chi_square_of_the_table_of_months():
    k, n = np.array([12, 3, 9, 20, 4, 7]), np.array([20, 18, 25, 30, 22, 15])
    row = figure(measures.missed_callbacks(callbacks(k, n)), "dispersion")
    wanted = chi2_contingency(np.array([k, n - k]), correction=False)
    assert row["value"] == pytest.approx(wanted.statistic / wanted.dof)
    assert (row["n"], row["events"], row["flag"]) == (130, 55, "small_n")  # five degrees of freedom


def test_a_count_has_no_interval_and_months_alike_keep_wilsons():
    result = measures.missed_callbacks(callbacks([4] * 12, [10] * 12))
    count, rate = figure(result, "count"), figure(result, "rate")
    assert count["value"] == 48
    assert np.isnan([count["low"], count["high"]]).all()
    assert (rate["low"], rate["high"]) == pytest.approx(estimates.wilson(48, 120))
    assert not any("months differ" in found for found in result.caveats)


def test_months_that_differ_widen_the_rates_interval_and_it_is_said():
    k, n = np.array([1, 18, 2, 17, 3, 15, 1, 19, 2, 16]), np.full(10, 20)
    result = measures.missed_callbacks(callbacks(k, n))
    rate, spread = (figure(result, name) for name in ("rate", "dispersion"))
    worth = spread["value"]
    assert (rate["low"], rate["high"]) == pytest.approx(estimates.wilson(k.sum() / worth, n.sum() / worth))
    assert spread["flag"] == "ok"
    assert any("months differ more than 1.5 times as much as chance" in found for found in result.caveats)


def test_a_cause_is_judged_against_the_attempts_of_all_causes():
    k, n = np.array([12, 3, 9, 20]), np.array([20, 18, 25, 30])
    frame = callbacks(k, n)
    frame["cause"] = np.where(frame["result"] == "missed", "no_notice", None)
    row = figure(measures.missed_callbacks(frame, ("cause",)), "dispersion", cause="no_notice")
    wanted = chi2_contingency(np.array([k, n - k]), correction=False)
    assert row["value"] == pytest.approx(wanted.statistic / wanted.dof)


def test_one_month_alone_cannot_differ():
    result = measures.missed_callbacks(callbacks([12, 3], [20, 18]), ("month",))
    assert (result.table[result.table["statistic"] == "dispersion"]["flag"] == "not_estimable").all()


@pytest.mark.slow
def test_a_rate_of_months_that_differ_is_held_as_often_as_it_says():
    rng = np.random.default_rng(9)
    held, plain, worlds = 0, 0, 125
    for _ in range(worlds):
        k = rng.binomial(25, rng.beta(4, 6, 18))
        row = figure(measures.missed_callbacks(callbacks(k, np.full(18, 25))), "rate")
        low, high = estimates.wilson(k.sum(), 18 * 25)
        held, plain = held + (row["low"] <= 0.4 <= row["high"]), plain + (low <= 0.4 <= high)
    assert held / worlds > 0.90
    assert plain / worlds < 0.85
