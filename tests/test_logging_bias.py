"""Who waits long writes it down: the wait as noted is then too long, and the phone system's durations mend it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from callanalytics import measures
from callanalytics.errors import CallLogError
from callanalytics.figures import rows
from callanalytics.reports import wait_findings

TRUTH_S = 35 * 60
TALK_S, OFTEN, SELDOM, LONG_S = 480, 0.70, 0.35, 1800


def office(rng, n=900) -> pd.DataFrame:
    """Calls of an office whose phone system sees them all; those of half an hour on are noted twice as often."""
    virtual, patience = TRUTH_S * np.exp(rng.normal(0, 0.7, n)), rng.exponential(3600, n)
    reached = virtual <= patience
    wait = np.minimum(virtual, patience).round()
    duration = wait + np.where(reached, TALK_S, 0)
    noted = rng.random(n) < np.where(duration >= LONG_S, OFTEN, SELDOM)
    return pd.DataFrame(
        {
            "evidence": np.where(noted, "both", "phone"),
            "duration_s": duration.astype("int64"),
            "wait_s": pd.Series(wait).where(noted).astype("Int64"),
            "wait_kind": np.where(noted, np.where(reached, "reached", "gave_up"), "unknown"),
            "wait_from": np.where(noted, "dial", "unsaid"),
        }
    )


def medians(dials):
    table = measures.logging_bias(dials).table.set_index("statistic")
    return table.loc["median_as_noted"], table.loc["median_weighted"]


@pytest.mark.slow
def test_the_weighted_wait_holds_the_truth_and_the_one_as_noted_does_not():
    rng = np.random.default_rng(20220711)
    told = [medians(office(rng)) for _ in range(200)]
    held = [sum(row["low"] <= TRUTH_S <= row["high"] for row in rows) for rows in zip(*told, strict=True)]
    assert held[1] / len(told) >= 0.93
    assert held[0] / len(told) < 0.5
    assert np.mean([as_noted["value"] for as_noted, _ in told]) > 1.1 * TRUTH_S
    assert np.mean([weighted["value"] for _, weighted in told]) == pytest.approx(TRUTH_S, rel=0.03)


def test_a_log_that_notes_all_calls_alike_is_left_as_it_is():
    calls = office(np.random.default_rng(1))
    noted = calls[calls["evidence"] == "both"]
    as_noted, weighted = medians(noted)
    assert weighted["value"] == as_noted["value"]
    assert measures.logging_bias(noted).table.set_index("statistic").loc["noted", "value"] == 1


def test_it_is_said_where_the_weighted_wait_leads():
    biased = office(np.random.default_rng(3), n=3000)
    as_noted, weighted = medians(biased)
    assert weighted["value"] < as_noted["low"]
    assert any("the weighted figure leads" in said for said in measures.logging_bias(biased).caveats)


def test_one_decision_says_which_wait_leads_both_ways():
    biased = measures.leading_wait(measures.logging_bias(office(np.random.default_rng(3), n=3000)))
    assert biased.is_weighted
    assert biased.sentence.endswith("outside the interval of the first, so the weighted figure leads.")
    calls = office(np.random.default_rng(3), n=3000)
    fair = calls[calls["evidence"] == "both"]
    plain = measures.leading_wait(measures.logging_bias(fair))
    assert not plain.is_weighted
    assert plain.sentence.endswith("inside the interval of the first, so the waits as noted lead.")
    nothing = measures.leading_wait(measures.logging_bias(calls.head(0)))
    assert (nothing.is_weighted, nothing.sentence) == (False, "")
    with pytest.raises(CallLogError, match="over all calls"):
        measures.leading_wait(measures.logging_bias(calls.assign(hour=9, time_of="start", clock_flag=None), "hour"))


def finding_of(dials):
    """The first finding of a report over these calls alone."""

    def take(name, *by):
        return getattr(measures, name)(dials, by)

    lead = measures.leading_wait(take("logging_bias"))
    results = SimpleNamespace(
        take=take,
        row=lambda name, statistic: rows.headline(take(name), statistic),
        clock="dial",
        other_clocks={},
        lead=lead,
    )
    return wait_findings.wait(results)


def test_a_reports_first_finding_leads_with_the_weighted_wait_where_it_must_and_with_the_noted_one_where_not():
    calls = office(np.random.default_rng(3), n=3000).assign(in_live_hours=True)
    _, weighted = medians(calls)
    told = finding_of(calls)
    assert told.bar.value == weighted["value"]
    assert "the weighted figure leads" in told.detail
    assert "All waits as noted" in told.detail
    fair = calls[calls["evidence"] == "both"]
    plain = finding_of(fair)
    assert plain.bar.value == measures.wait(fair).table.iloc[0]["value"]
    assert "weighted" not in plain.detail


def test_noted_calls_are_set_beside_those_that_nobody_noted():
    calls = office(np.random.default_rng(5), n=3000)
    days = pd.date_range("2022-01-03", periods=1500)
    # The first 1500 calls are alone on their day, the other 1500 come in threes.
    calls["date"] = [*days, *np.repeat(days[:500] + pd.Timedelta(days=1500), 3)]
    calls = calls.assign(office_id="o", our_number="+12125550100")
    table = measures.logging_bias(calls).table.set_index("statistic")
    noted = calls["evidence"] == "both"
    for name, which in (("noted", noted), ("unnoted", ~noted)):
        again = table.loc[f"redialled_{name}"]
        assert again[["n", "events"]].tolist() == [which.sum(), which[1500:].sum()]
        lasted = table.loc[f"duration_{name}"]
        assert lasted["value"] == np.quantile(calls.loc[which, "duration_s"], 0.5, method="inverted_cdf")
        assert lasted["low"] < lasted["value"] < lasted["high"]
    assert table.loc["duration_noted", "low"] > table.loc["duration_unnoted", "high"]  # long calls are written down
    by_hour = measures.logging_bias(calls.assign(hour=9, time_of="start", clock_flag=None), "hour").table
    assert by_hour[by_hour["statistic"] == "redialled_noted"]["events"].sum() == noted[1500:].sum()


def test_the_share_noted_is_that_of_every_band_of_length():
    calls = office(np.random.default_rng(4), n=3000)
    table = measures.logging_bias(calls).table.set_index("statistic")
    for name, low, high in (("noted_15_30min", 900, 1800), ("noted_60_120min", 3600, 7200)):
        band = calls[calls["duration_s"].between(low, high, inclusive="left")]
        assert table.loc[name, ["n", "events"]].tolist() == [len(band), (band["evidence"] == "both").sum()]
    assert table.loc["covered", "value"] == 1
