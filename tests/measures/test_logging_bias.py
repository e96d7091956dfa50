"""Who waits long writes it down: the wait as noted is then too long, and the phone system's durations mend it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from callanalytics import measures
from callanalytics.errors import CallLogError
from callanalytics.figures import rows
from callanalytics.measures import sql_counts
from callanalytics.reports import findings
from callanalytics.tables import Table

TRUTH_S = 35 * 60
TALK_S, OFTEN, SELDOM, LONG_S = 480, 0.70, 0.35, 1800


def office(rng, n=900, *, often=OFTEN, seldom=SELDOM) -> pd.DataFrame:
    """Calls of an office whose phone system sees them all; those of half an hour on are noted twice as often."""
    virtual, patience = TRUTH_S * np.exp(rng.normal(0, 0.7, n)), rng.exponential(3600, n)
    reached = virtual <= patience
    wait = np.minimum(virtual, patience).round()
    duration = wait + np.where(reached, TALK_S, 0)
    noted = rng.random(n) < np.where(duration >= LONG_S, often, seldom)
    return pd.DataFrame(
        {
            "recorded_in": np.where(noted, "both", "phone"),
            "duration_s": duration.astype("int64"),
            "wait_s": pd.Series(wait).where(noted).astype("Int64"),
            "wait_outcome": np.where(noted, np.where(reached, "reached", "gave_up"), "unknown"),
            "wait_origin": np.where(noted, "dial", "unstated"),
        }
    )


def medians(agency_calls):
    table = measures.logging_bias(agency_calls).table.set_index("statistic")
    return table.loc["median_as_noted"], table.loc["median_weighted"]


@pytest.mark.slow
def test_the_weighted_wait_holds_the_truth_and_the_one_as_noted_does_not():
    rng = np.random.default_rng(20220711)
    found = [medians(office(rng)) for _ in range(100)]
    held = [sum(row["low"] <= TRUTH_S <= row["high"] for row in rows) for rows in zip(*found, strict=True)]
    assert held[1] / len(found) >= 0.93
    assert held[0] / len(found) < 0.5
    assert np.mean([as_noted["value"] for as_noted, _ in found]) > 1.1 * TRUTH_S
    assert np.mean([weighted["value"] for _, weighted in found]) == pytest.approx(TRUTH_S, rel=0.03)


def bad_news(rng, n=600) -> pd.DataFrame:
    """Calls of an office that notes those on which nobody came twice as often as others of their length."""
    calls = office(rng, n, often=1, seldom=1)
    unnoted = rng.random(n) >= np.where(calls["wait_outcome"] == "reached", 0.4, 0.8)
    calls.loc[unnoted, ["recorded_in", "wait_s", "wait_outcome", "wait_origin"]] = [
        "phone",
        None,
        "unknown",
        "unstated",
    ]
    return calls.astype({"wait_s": "Int64"})


def codes(result) -> list[str]:
    return [code for caveat in result.caveats if (code := getattr(caveat, "code", ""))]


def test_a_figure_of_noted_waits_says_where_calls_were_not_noted_alike():
    uneven, even = bad_news(np.random.default_rng(5)), office(np.random.default_rng(5), often=0.6, seldom=0.6)
    for calls, expected in ((uneven, ["noted_unevenly"]), (even, [])):
        dated = calls.assign(date=pd.Timestamp("2022-03-01"), office_id="o")
        for name in ("wait", "service_level", "hold_per_answer", "weekly_wait", "logging_bias"):
            assert codes(getattr(measures, name)(dated)) == expected, name
    # Of few calls, chance alone makes shares as unlike as these.
    assert codes(measures.wait(uneven.head(12))) == []


def test_one_table_is_asked_once_whether_its_calls_were_noted_alike(monkeypatch):
    rows = bad_news(np.random.default_rng(5)).assign(date=pd.Timestamp("2022-03-01"), office_id="o")
    table, asked, count = Table("agency_calls", pa.Table.from_pandas(rows)), [], sql_counts.count
    monkeypatch.setattr(sql_counts, "count", lambda *rest, **more: asked.append(rest[2]) or count(*rest, **more))
    assert codes(measures.wait(table)) == codes(measures.service_level(table)) == ["noted_unevenly"]
    assert asked.count(["duration_s"]) == 1


def test_the_first_finding_says_where_calls_were_not_noted_alike():
    assert "Calls were not logged alike: " in finding_of(bad_news(np.random.default_rng(5))).detail


def test_a_log_that_notes_all_calls_alike_is_left_as_it_is():
    calls = office(np.random.default_rng(1))
    noted = calls[calls["recorded_in"] == "both"]
    as_noted, weighted = medians(noted)
    assert weighted["value"] == as_noted["value"]
    assert measures.logging_bias(noted).table.set_index("statistic").loc["noted", "value"] == 1


def test_a_call_that_may_be_the_one_noted_is_neither_noted_nor_unnoted():
    calls = office(np.random.default_rng(1))
    of_day = calls.assign(
        warnings=np.where(calls["recorded_in"] == "both", "call_of_day_assumed", "call_of_day_possible")
    )
    alone, beside = (measures.logging_bias(each).table for each in (calls, pd.concat([calls, of_day])))
    figures = ["statistic", "value", "low", "high", "events"]
    is_share = alone["unit"] == "share"
    pd.testing.assert_frame_equal(
        alone.loc[is_share & alone["statistic"].str.startswith("noted"), figures],
        beside.loc[is_share & beside["statistic"].str.startswith("noted"), figures],
    )


def busy_hours(rng, n):
    """Calls of an office that notes long calls more often, of a queue that is slow, and whose callers hold on, at noon.

    Also what each caller would have waited, had no one hung up.
    """
    hour = rng.choice(np.arange(8, 20), n)
    slow = (hour >= 10) & (hour < 17)
    virtual = np.where(slow, 50, 25) * 60 * np.exp(rng.normal(0, 0.7, n))
    patience = rng.exponential(np.where(slow, 90, 35) * 60.0)
    reached = virtual <= patience
    wait = np.minimum(virtual, patience).round()
    duration = wait + np.where(reached, TALK_S, 0)
    noted = rng.random(n) < np.where(duration >= LONG_S, 0.6, 0.4)
    calls = pd.DataFrame(
        {
            "recorded_in": np.where(noted, "both", "phone"),
            "duration_s": duration.astype("int64"),
            "wait_s": pd.Series(wait).where(noted).astype("Int64"),
            "wait_outcome": np.where(noted, np.where(reached, "reached", "gave_up"), "unknown"),
            "wait_origin": np.where(noted, "dial", "unstated"),
            "hour": hour,
        }
    )
    return calls, virtual


def test_without_a_phone_log_hang_ups_are_judged_within_the_part_of_the_day_too():
    calls, virtual = busy_hours(np.random.default_rng(3), 20_000)
    noted = calls.assign(recorded_in="entry", wait_s=calls["wait_s"].fillna(0), time_refers_to="start", dst_flag=None)
    noted = noted[calls["recorded_in"] == "both"]
    truth = np.median(virtual[calls["recorded_in"] == "both"])
    fixed = measures.standardized_wait(measures.wait(noted, "hour"))
    one = measures.wait(noted).table.iloc[0]
    assert abs(fixed.value - truth) < abs(one["value"] - truth)
    assert fixed.low <= truth <= fixed.high


@pytest.mark.slow
def test_the_weighted_wait_leads_whatever_it_is_and_a_caveat_says_so():
    biased = office(np.random.default_rng(3), n=3000)
    as_noted, weighted = medians(biased)
    assert weighted["value"] < as_noted["low"]
    fair = office(np.random.default_rng(3), n=400, often=0.5, seldom=0.5)
    as_noted, weighted = medians(fair)
    assert as_noted["low"] <= weighted["value"] <= as_noted["high"]
    for calls in (biased, fair):
        result = measures.logging_bias(calls)
        assert measures.leading_wait(result).is_weighted
        assert any(sentence.endswith("we report the corrected one.") for sentence in result.caveats)


def test_with_too_few_waits_in_both_logs_the_noted_one_leads_and_says_why():
    calls = office(np.random.default_rng(3), n=30)
    few = measures.leading_wait(measures.logging_bias(calls))
    assert not few.is_weighted
    assert few.sentence.startswith("We report the wait as logged: correcting it for calls no one logged takes 20 waits")
    assert f"here {few.weighted['n']} and {few.weighted['events']}." in few.sentence


def test_where_most_noted_calls_are_in_no_phone_log_the_noted_one_leads():
    calls = office(np.random.default_rng(3), n=400)
    noted = calls[calls["recorded_in"] == "both"].assign(recorded_in="entry", duration_s=None)
    many = pd.concat([calls, noted, noted], ignore_index=True).astype({"duration_s": "Int64"})
    lead = measures.leading_wait(measures.logging_bias(many))
    assert (lead.is_weighted, lead.n_noted, lead.n_unseen) == (False, len(noted), 2 * len(noted))
    assert "because no phone log shows" in lead.sentence


def test_which_wait_leads_is_decided_over_all_calls_and_nothing_is_said_of_none():
    calls = office(np.random.default_rng(3), n=100)
    nothing = measures.leading_wait(measures.logging_bias(calls.head(0)))
    assert (nothing.is_weighted, nothing.sentence) == (False, "")
    with pytest.raises(CallLogError, match="over all calls"):
        measures.leading_wait(
            measures.logging_bias(calls.assign(hour=9, time_refers_to="start", dst_flag=None), "hour")
        )


def finding_of(agency_calls):
    """The first finding of a report over these calls alone."""

    def take(name, *keys):
        return getattr(measures, name)(agency_calls, keys)

    lead = measures.leading_wait(take("logging_bias"))
    as_noted = rows.headline(take("wait"), "median")
    results = SimpleNamespace(
        take=take,
        row=lambda name, statistic="rate": rows.headline(take(name), statistic),
        clock="dial",
        other_clocks={},
        unstated_offices=1,
        other_lines=0,
        lead=lead,
        median=lead.weighted if lead.is_weighted else as_noted,
    )
    return findings.wait(results)


@pytest.mark.slow
def test_a_reports_first_finding_leads_with_the_weighted_wait_and_with_the_noted_one_where_no_phone_log_is():
    calls = office(np.random.default_rng(3), n=3000).assign(in_live_hours=True)
    _, weighted = medians(calls)
    result = finding_of(calls)
    assert result.bar.value == weighted["value"]
    assert "we report the corrected one" in result.detail
    by_hand = calls[calls["recorded_in"] == "both"].assign(recorded_in="entry", warnings=None)
    plain = finding_of(by_hand)
    assert plain.bar.value == measures.wait(by_hand).table.iloc[0]["value"]
    assert "weighted" not in plain.detail


def test_noted_calls_are_set_beside_those_that_no_one_noted():
    calls = office(np.random.default_rng(5), n=3000)
    days = pd.date_range("2022-01-03", periods=1500)
    # The first 1500 calls are alone on their day, the other 1500 come in threes.
    calls["date"] = [*days, *np.repeat(days[:500] + pd.Timedelta(days=1500), 3)]
    calls = calls.assign(office_id="o", our_number="+12125550100")
    table = measures.logging_bias(calls).table.set_index("statistic")
    noted = calls["recorded_in"] == "both"
    for name, which in (("noted", noted), ("unnoted", ~noted)):
        again = table.loc[f"redialed_{name}"]
        assert again[["n", "events"]].tolist() == [which.sum(), which[1500:].sum()]
        lasted = table.loc[f"duration_{name}"]
        assert lasted["value"] == np.quantile(calls.loc[which, "duration_s"], 0.5, method="inverted_cdf")
        assert lasted["low"] < lasted["value"] < lasted["high"]
    assert table.loc["duration_noted", "low"] > table.loc["duration_unnoted", "high"]  # long calls are written down
    by_hour = measures.logging_bias(calls.assign(hour=9, time_refers_to="start", dst_flag=None), "hour").table
    assert by_hour[by_hour["statistic"] == "redialed_noted"]["events"].sum() == noted[1500:].sum()


def test_the_share_noted_is_that_of_every_band_of_length():
    calls = office(np.random.default_rng(4), n=3000)
    table = measures.logging_bias(calls).table.set_index("statistic")
    for name, low, high in (("noted_15_30min", 900, 1800), ("noted_60_120min", 3600, 7200)):
        band = calls[calls["duration_s"].between(low, high, inclusive="left")]
        assert table.loc[name, ["n", "events"]].tolist() == [len(band), (band["recorded_in"] == "both").sum()]
    assert table.loc["covered", "value"] == 1
