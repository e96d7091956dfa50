"""Changes to a log whose effect on the figures is known without knowing the figures."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from callanalytics import estimates, measures
from callanalytics.measures import sql_counts
from exhaustive import examples
from facts_rows import USCIS, build, call, note
from measure_rows import OFFICES, Frame, agency_calls, promises

tried = examples(24)
seeds = st.integers(0, 10_000)
rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 30), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40
)
shares = st.lists(
    st.integers(4, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=6, max_size=15
)


def same_curves(one, other):
    for name in ("cell", "t", "n_at_risk", "reached", "s", "se", "low", "high"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def columns(drawn):
    return [np.array(v) for v in zip(*drawn, strict=True)]


# ---- (a) offices' tables add up -----------------------------------------------------------------------


@given(drawn=rows, order=st.randoms(use_true_random=False))
def test_tables_of_offices_merged_in_any_order_are_one_table(drawn, order):
    one = estimates.kaplan_meier(*columns(drawn), 4)
    offices = [drawn[i::3] for i in range(3)]
    order.shuffle(offices)
    merged = [row for office in offices for row in office]
    same_curves(one, estimates.kaplan_meier(*columns(merged), 4))


@pytest.mark.slow
@tried
@given(seed=seeds, order=st.permutations(list(OFFICES)))
def test_offices_merged_in_any_order_give_the_same_measures(seed, order):
    whole = agency_calls(np.random.default_rng(seed), 300)
    parts = [whole.filter(pa.compute.equal(whole["office_id"], office)) for office in order]
    merged = Frame(pa.concat_tables(parts), OFFICES)
    for name, keys in (("wait", ("weekday",)), ("reach_rate", ("month",)), ("volume", ("office",))):
        measure = getattr(measures, name)
        assert measure(merged, keys).table.equals(measure(Frame(whole, OFFICES), keys).table)


# ---- (b) a count table says all that its rows say -----------------------------------------------------


@given(drawn=rows)
def test_a_curve_from_counts_is_the_curve_from_rows(drawn):
    cell, t, reached, lost = columns(drawn)
    cells, times = np.repeat(cell, reached + lost), np.repeat(t, reached + lost)
    got = np.concatenate([[1] * r + [0] * m for r, m in zip(reached, lost, strict=True)] or [[]]).astype(int)
    same_curves(
        estimates.kaplan_meier(cell, t, reached, lost, 4), estimates.kaplan_meier(cells, times, got, 1 - got, 4)
    )


# ---- (c) what is not due yet is in no rate ------------------------------------------------------------


@pytest.mark.slow
@tried
@given(seed=seeds, more=st.integers(1, 30))
def test_a_pending_request_changes_no_rate_of_those_due(seed, more):
    rng = np.random.default_rng(seed)
    closed, others = promises(rng, 120), promises(rng, 400)
    pending = others
    for reading in ("strict", "default", "lenient", "quoted"):
        pending = pending.filter(pa.compute.invert(pa.compute.fill_null(pending[f"is_due_{reading}"], False)))
    pending = pending.filter(pa.compute.is_in(pending["state"], pa.array(["waiting", "answered_first", "emailed"])))
    assume(len(pending))
    before, after = closed, pa.concat_tables([closed, pending.slice(0, more)])
    for measure in (measures.promise_kept_rate, measures.callback_hit_rate):
        rates = [measure(Frame(t, OFFICES)).table.query("statistic == 'rate'") for t in (before, after)]
        assert rates[0].reset_index(drop=True).equals(rates[1].reset_index(drop=True))


# ---- (d) the queue lives on Eastern time --------------------------------------------------------------

ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "Pacific/Honolulu")
moments = st.lists(
    st.tuples(st.integers(1, 28), st.integers(8, 16), st.integers(0, 59), st.integers(1, 90)), min_size=1, max_size=12
)


@pytest.mark.slow
@tried
@given(drawn=moments, zone=st.sampled_from(ZONES))
def test_an_office_in_another_zone_leaves_the_eastern_cells_where_they_are(drawn, zone):
    moments = [f"2022-03-{day:02} {hour:02}:{minute:02}" for day, hour, minute, _ in drawn]
    waits = [60 * minutes for *_, minutes in drawn]
    calls = [call(f"c{i}", t, other=USCIS, s=2 * w) for i, (t, w) in enumerate(zip(moments, waits, strict=True))]
    entries = [
        note(f"n{i}", t, wait_s=w, wait_outcome="reached") for i, (t, w) in enumerate(zip(moments, waits, strict=True))
    ]
    here, there = (build(calls, entries, timezone=z) for z in ("America/Chicago", zone))
    for made in (here, there):
        assert len(made.agency_calls) >= 1
    eastern = [
        sql_counts.count(m.tables["agency_calls"], "agency_calls", ["month", "weekday", "hour"]) for m in (here, there)
    ]
    assert eastern[0].equals(eastern[1])
    figures = [measures.wait(m.tables["agency_calls"], ("weekday", "hour")).table for m in (here, there)]
    assert figures[0].equals(figures[1])
    assert figures[0]["n"].sum() > 0


# ---- (f) what an office is ----------------------------------------------------------------------------


@given(drawn=shares)
def test_splitting_an_office_makes_more_offices_and_moves_no_call_weighted_figure(drawn):
    k, n = columns(drawn)
    k2, n2 = np.append(k, k[0] // 2), np.append(n, n[0] // 2)
    k2[0], n2[0] = k[0] - k[0] // 2, n[0] - n[0] // 2
    assume((k2 <= n2).all())
    assert estimates.wilson(k.sum(), n.sum()) == estimates.wilson(k2.sum(), n2.sum())
    assert estimates.dominance(n2).effective > estimates.dominance(n).effective


# ---- (g) the same calls twice are no more evidence ----------------------------------------------------


@given(drawn=rows)
def test_every_call_twice_leaves_a_curve_where_it_is_and_makes_its_own_error_smaller(drawn):
    cell, t, reached, lost = columns(drawn)
    result, twice = (estimates.kaplan_meier(cell, t, m * reached, m * lost, 4) for m in (1, 2))
    assert result.s == pytest.approx(twice.s, abs=1e-12)
    for q in (0.5, 0.9):
        np.testing.assert_array_equal(result.quantile(q)[0], twice.quantile(q)[0])
    known = result.se > 0
    assert (twice.se[known] < result.se[known]).all()


# ---- (h) hanging up at once says nothing of the wait --------------------------------------------------


@given(drawn=rows, hung_up=st.integers(1, 50))
def test_hang_ups_at_no_second_leave_the_wait_unchanged(drawn, hung_up):
    cell, t, reached, lost = columns(drawn)
    plain = estimates.kaplan_meier(cell, t, reached, lost, 4)
    every = np.arange(4)
    more = estimates.kaplan_meier(
        np.r_[cell, every], np.r_[t, every * 0], np.r_[reached, every * 0], np.r_[lost, every * 0 + hung_up], 4
    )
    seen = np.diff(plain.start) > 0
    for q in (0.25, 0.5, 0.9):
        for one, other in zip(plain.quantile(q), more.quantile(q), strict=True):
            np.testing.assert_array_equal(one[seen], other[seen])
    for one, other in zip(plain.restricted_mean(25), more.restricted_mean(25), strict=True):
        assert one[seen] == pytest.approx(other[seen], abs=1e-12, nan_ok=True)


# ---- (i) no one hung up -------------------------------------------------------------------------------


@given(t=st.lists(st.integers(1, 60), min_size=1, max_size=60))
def test_where_all_were_answered_the_curve_is_the_plain_distribution(t):
    t = np.array(t)
    zero, one = np.zeros(len(t), int), np.ones(len(t), int)
    curve = estimates.kaplan_meier(zero, t, one, zero)
    assert curve.s == pytest.approx([(t > u).mean() for u in curve.t], abs=1e-12)
    for q in (0.5, 0.9):
        # 1 - q of all are still waiting: the smallest time with at least a share q at or below it
        assert curve.quantile(q)[0][0] == np.sort(t)[int(np.ceil(q * len(t) - 1e-9)) - 1]
