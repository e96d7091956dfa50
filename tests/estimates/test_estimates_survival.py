"""Competing causes and weighted curves: R's and statsmodels' values, and laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import estimates

# R: survfit on t = 1..8, e = 1, 2, 0, 1, 2, 1, 0, 1
TINY = {1: [0.125, 0.125, 0.125, 0.275, 0.275, 0.425, 0.425, 0.725], 2: [0, 0.125, 0.125, 0.125] + [0.275] * 4}
ROWS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=25
)


def counted(frame, time, event, causes):
    table = pd.crosstab(frame[time], frame[event])
    return table.index.to_numpy(), table[causes].to_numpy(), table[0].to_numpy()


# ---- competing causes ---------------------------------------------------------------------------------


def test_the_tiny_set_has_the_incidence_worked_by_hand():
    e = np.array([1, 2, 0, 1, 2, 1, 0, 1])
    found = estimates.aalen_johansen(np.arange(1, 9), np.column_stack([e == 1, e == 2]), e == 0)
    for cause, wanted in TINY.items():
        assert found.share[:, cause - 1] == pytest.approx(wanted, abs=1e-12)
    one_minus = 1 - estimates.kaplan_meier(np.zeros(8, int), np.arange(1, 9), (e == 1) * 1, (e != 1) * 1).s
    assert one_minus[-1] == pytest.approx(1)  # what treating e-mail as censored would say


def test_competing_risks_of_1384_patients_agree_with_r(r, r_data):
    found = estimates.aalen_johansen(*counted(r_data("mgus2_competing"), "months", "event", [1, 2]))
    assert [*found.events.sum(axis=0), found.n - found.events.sum()] == r["mgus2.n_events_pcm_death_censor"]
    months = (60, 120, 240, 360)
    for i, cause in enumerate(("pcm", "death")):
        wanted = r[f"mgus2.AJ.{cause}.60_120_240_360"]
        assert [found.shares_at(m)[0][i] for m in months] == pytest.approx(wanted, abs=1e-10)
    assert [found.shares_at(m)[1][0] for m in months] == pytest.approx(r["mgus2.AJ.pcm.se"], abs=1e-11)


def test_e_mail_as_censored_answers_another_question(r, r_data):
    t, events, lost = counted(r_data("mgus2_competing"), "months", "event", [1, 2])
    curve = estimates.kaplan_meier(np.zeros(len(t), int), t, events[:, 0], events[:, 1] + lost)
    naive = [1 - curve.survival_at(m)[0][0] for m in (60, 120, 240, 360)]
    assert naive == pytest.approx(r["mgus2.naive_1-KM.pcm.60_120_240_360"], abs=1e-10)
    assert naive[-1] > 3 * estimates.aalen_johansen(t, events, lost).shares_at(360)[0][0]


def test_a_cause_that_ended_no_one_so_far_still_has_an_upper_limit():
    # Ten requests: two not followed beyond day 1, four answered by phone on day 2, four still open on day 9.
    found = estimates.aalen_johansen([1, 2, 9], [[0, 0], [4, 0], [0, 0]], [2, 0, 4])
    for day, known in ((0, 10), (1, 10), (5, 8)):
        share, _, low, high = found.shares_at(day)
        assert (share[1], low[1]) == (0, 0)
        assert high[1] == pytest.approx(1 - 0.025 ** (1 / known))  # nothing in so many
    everything = estimates.aalen_johansen([1, 2], [[3], [5]], [0, 0])
    share, _, low, high = everything.shares_at(2)
    assert (share[0], high[0]) == (1, 1)
    assert low[0] == pytest.approx(0.025 ** (1 / 8))


def test_incidence_agrees_with_statsmodels_on_ties():
    from statsmodels.duration.survfunc import CumIncidenceRight

    rng = np.random.default_rng(2)
    t, e = rng.integers(0, 30, 300), rng.integers(0, 3, 300)
    theirs = CumIncidenceRight(t, e)
    found = estimates.aalen_johansen(t, np.column_stack([e == 1, e == 2]), e == 0)
    for i, cause in enumerate(theirs.cinc):
        assert [found.shares_at(u)[0][i] for u in theirs.times] == pytest.approx(cause, abs=1e-12)


@given(rows=ROWS)
def test_what_came_by_phone_by_mail_and_not_yet_makes_one(rows):
    t, phone, mail, lost = (np.array(v) for v in zip(*rows, strict=True))
    found = estimates.aalen_johansen(t, np.column_stack([phone, mail]), lost)
    km = estimates.kaplan_meier(np.zeros(len(t), int), t, phone + mail, lost)
    some = (found.events.sum(axis=1) + np.bincount(np.unique(t, return_inverse=True)[1], lost)) > 0
    assert found.still_open[some] == pytest.approx(km.s, abs=1e-9)
    inside = ~np.isnan(found.low)
    assert ((found.low <= found.share) & (found.share <= found.high))[inside].all()


@given(rows=ROWS)
def test_one_cause_alone_is_one_minus_kaplan_meier_with_greenwoods_error(rows):
    t, phone, _, lost = (np.array(v) for v in zip(*rows, strict=True))
    keep = phone + lost > 0
    if not keep.any():
        return
    found = estimates.aalen_johansen(t[keep], phone[keep, None], lost[keep])
    km = estimates.kaplan_meier(np.zeros(keep.sum(), int), t[keep], phone[keep], lost[keep])
    assert found.share[:, 0] == pytest.approx(1 - km.s, abs=1e-9)
    alive = km.s > 0
    assert found.se[alive, 0] == pytest.approx(km.se[alive], abs=1e-9)


def test_no_one_followed_is_not_an_error():
    no_requests = estimates.aalen_johansen([], np.zeros((0, 2)), [])
    assert np.isnan(no_requests.shares_at(5)[0]).all()
    few = estimates.aalen_johansen([3, 5], [[1, 0], [0, 0]], [0, 1])
    assert few.shares_at(1)[0].tolist() == [0, 0]
    assert np.isnan(few.shares_at(9)[0]).all()  # one was still open at 5 and not followed further


# ---- curves of R's data sets --------------------------------------------------------------------------


def test_medians_and_their_limits_agree_with_r(r, r_data):
    lung = r_data("lung")
    died = (lung["status"] == 2).astype(int).to_numpy()
    curves = estimates.kaplan_meier(np.zeros(len(lung), int), lung["time"].to_numpy(), died, 1 - died)
    assert [curves.quantile(q)[0][0] for q in (0.25, 0.5, 0.75, 0.9)] == r["lung.log-log.q25_50_75_90"]
    assert [v[0] for v in curves.quantile(0.5)[1:]] == r["lung.log-log.median.lo_hi"]
    aml = r_data("aml")
    cell, names = pd.factorize(aml["x"])
    status = aml["status"].to_numpy()
    curves = estimates.kaplan_meier(cell, aml["time"].to_numpy(), status, 1 - status)
    for i, name in enumerate(names):
        found = [None if np.isnan(v[i]) else v[i] for v in curves.quantile(0.5)[1:]]
        assert found == r[f"aml.log-log.{name}.median.lo_hi"]


def test_a_count_table_of_the_lung_rows_gives_their_curve(r, r_data):
    lung = r_data("lung")
    table = lung.groupby(["time", "status"]).size().reset_index(name="n")
    assert len(table) == r["lung.rows_of_count_table"]
    died = (lung["status"] == 2).astype(int)
    rows = estimates.kaplan_meier(np.zeros(len(lung), int), lung["time"], died, 1 - died)
    reached = np.where(table["status"] == 2, table["n"], 0)
    one = estimates.kaplan_meier(np.zeros(len(table), int), table["time"], reached, table["n"] - reached)
    assert np.abs(rows.s - one.s).max() == r["lung.max_abs_difference_rows_vs_table"] == 0


# ---- calls that were not logged with equal chance -----------------------------------------------------


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 20), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30
    ),
    weight=st.floats(0.1, 9),
)
def test_equal_weights_are_no_weights(rows, weight):
    cell, t, reached, lost = (np.array(v) for v in zip(*rows, strict=True))
    plain = estimates.kaplan_meier(cell, t, reached, lost, 3)
    weighted = estimates.weighted_kaplan_meier(cell, t, reached, lost, np.full(len(t), weight), 3)
    assert weighted.s == pytest.approx(plain.s, abs=1e-9)
    alive = plain.s > 0
    assert weighted.se[alive] == pytest.approx(plain.se[alive], abs=1e-9)


def test_a_weight_of_two_moves_the_curve_like_two_calls_but_counts_as_one():
    t, reached = np.array([5, 10, 15, 20, 25, 30]), np.array([1, 1, 0, 1, 1, 1])
    weight = np.array([2, 1, 2, 1, 2, 1])
    weighted = estimates.weighted_kaplan_meier(np.zeros(6, int), t, reached, 1 - reached, weight)
    doubled = estimates.kaplan_meier(np.zeros(6, int), t, reached * weight, (1 - reached) * weight)
    assert weighted.s == pytest.approx(doubled.s)
    assert (weighted.se[:4] > doubled.se[:4]).all()


def test_weights_bring_back_the_wait_that_selective_logging_hid():
    rng = np.random.default_rng(11)
    wait, patience = rng.lognormal(np.log(1800), 0.7, 60_000), rng.exponential(3600, 60_000)
    t, reached = np.minimum(wait, patience).astype(int), (wait <= patience).astype(int)
    band = np.searchsorted([600, 1800, 3600], t)
    noted = rng.random(len(t)) < np.array([0.2, 0.4, 0.6, 0.8])[band]
    weight = estimates.logging_weights(np.bincount(band[noted], minlength=4), np.bincount(band, minlength=4))
    rows = (np.zeros(noted.sum(), int), t[noted], reached[noted], 1 - reached[noted])
    assert estimates.kaplan_meier(*rows).quantile(0.5)[0][0] > 2000
    weighted = estimates.weighted_kaplan_meier(*rows, weight[band[noted]])
    assert weighted.quantile(0.5)[0][0] == pytest.approx(1800, rel=0.03)


@pytest.mark.slow
def test_counting_what_was_seen_in_each_band_narrows_the_error_to_that_of_drawn_logs():
    """The spread of the weighted curve over 400 drawn logs is what the error says, and less than without the bands."""
    rng, result = np.random.default_rng(11), []
    for _ in range(400):
        t = np.ceil(rng.lognormal(np.log(35), 0.7, 400)).astype(int)
        band = (t > 30).astype(int)
        noted = rng.random(400) < np.where(band, 0.8, 0.4)
        seen, kept = (np.bincount(band[some], minlength=2) for some in (slice(None), noted))
        weight = estimates.logging_weights(kept, seen)
        rows = np.zeros(noted.sum(), int), t[noted], np.ones(noted.sum()), np.zeros(noted.sum()), weight[band[noted]]
        bands = estimates.Bands(band[noted], kept[None])
        wide, narrow = estimates.weighted_kaplan_meier(*rows), estimates.weighted_kaplan_meier(*rows, bands=bands)
        result.append([narrow.survival_at(35)[0][0], narrow.survival_at(35)[1][0], wide.survival_at(35)[1][0]])
    s, narrow, wide = np.array(result).T
    assert narrow.mean() == pytest.approx(s.std(), rel=0.08)
    assert wide.mean() > 1.15 * narrow.mean()
