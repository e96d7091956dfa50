"""31,599 real calls to a bank: read by a mapping, counted, and put beside statsmodels row by row.

The Anonymous Bank data are by I. Guedj and A. Mandelbaum, Technion. Wait = seconds in the queue of calls that
queued; a caller who hung up waited at least as long.
"""

import time

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest

from callanalytics import agencies, estimates, measures, read
from callanalytics.formats import read_mapping
from callanalytics.normalize import Settings, normalize
from roots import TESTS

ROWS, QUEUED, PHANTOM = 31_599, 16_686, 240


@pytest.fixture(scope="module")
def bank(shared_data):
    """The file as pandas reads it: the oracle's side."""
    calls = pd.read_csv(shared_data / "anonymous-bank" / "january.txt", sep="\t")
    calls["hour"] = calls["vru_entry"].str.split(":").str[0].astype(int)
    return calls[(calls["q_start"] != "0:00:00") & (calls["outcome"] != "PHANTOM")]


@pytest.fixture(scope="module")
def normalized(shared_data):
    mapping = read_mapping(TESTS / "formats" / "anonymous_bank.toml")
    (file,) = read.files([shared_data / "anonymous-bank" / "january.txt"]).files
    (table,) = read.rows(file, mapping)
    return normalize(table, mapping, Settings("0" * 32, "Asia/Jerusalem"), agencies.load())


@pytest.fixture(scope="module")
def agency_calls(normalized):
    """The notes as agency calls: the facts a wait needs."""
    entries = normalized.entries
    started = entries["started_at_local"]
    columns = {
        name: entries[name]
        for name in ("office_id", "wait_s", "wait_outcome", "wait_origin", "time_refers_to", "dst_flag")
    }
    return pd.DataFrame({name: column.to_pandas() for name, column in columns.items()}
                        | {"hour_local": pc.hour(started).to_pandas(), "in_live_hours": None})  # fmt: skip


def test_every_row_of_the_file_is_accounted_for(normalized):
    assert normalized.rows == ROWS
    assert (normalized.entries.num_rows, normalized.set_aside.num_rows) == (ROWS - PHANTOM, PHANTOM)
    assert not normalized.questions


def test_the_wait_by_hour_is_that_of_statsmodels_on_the_rows(bank, agency_calls):
    from statsmodels.duration.survfunc import SurvfuncRight

    result = measures.wait(agency_calls, by=("hour_local",))
    curve = result.curve[(result.curve["reached"] > 0) & (result.curve["wait_origin"] == "queue")]
    assert len(bank) == QUEUED == result.table.query("statistic == 'median'")["n"].sum()
    compared = 0
    for hour, calls in bank.groupby("hour"):
        theirs = SurvfuncRight(calls["q_time"], (calls["outcome"] == "AGENT").astype(int))
        ours = curve[curve["hour_local"] == hour]
        assert ours["t_s"].tolist() == theirs.surv_times.tolist()
        assert ours["n_at_risk"].tolist() == theirs.n_risk.tolist()
        np.testing.assert_allclose(ours["s"], theirs.surv_prob, atol=1e-12, rtol=0)
        np.testing.assert_allclose(ours["se"], theirs.surv_prob_se, atol=1e-12, rtol=0)
        for name, sign in (("low", 1), ("high", -1)):
            np.testing.assert_allclose(ours[name], log_log(theirs, sign), atol=1e-12, rtol=0)
        compared += len(ours)
    assert compared == len(curve) > 1000


def log_log(curve, sign):
    """A log-log limit from statsmodels' S and standard error; none where S is 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        s, se = curve.surv_prob, curve.surv_prob_se
        limit = np.exp(-np.exp(np.log(-np.log(s)) + sign * 1.959963984540054 * se / np.abs(s * np.log(s))))
    return np.where((s > 0) & (s < 1), limit, np.nan)


def test_medians_and_p90_by_hour_are_those_of_statsmodels(bank, agency_calls):
    from statsmodels.duration.survfunc import SurvfuncRight

    table = measures.wait(agency_calls, by=("hour_local",)).table
    for hour, calls in bank.groupby("hour"):
        theirs = SurvfuncRight(calls["q_time"], (calls["outcome"] == "AGENT").astype(int))
        for statistic, q in (("median", 0.5), ("p90", 0.9)):
            row = table[(table["hour_local"] == hour) & (table["statistic"] == statistic)].iloc[0]
            if row["flag"] in ("ok", "one_sided"):
                assert row["value"] == theirs.quantile(q)


def test_the_count_table_gives_what_the_rows_give(bank):
    reached = (bank["outcome"] == "AGENT").astype(int).to_numpy()
    rows = (bank["hour"].to_numpy(), bank["q_time"].to_numpy(), reached, 1 - reached)
    from_rows = estimates.kaplan_meier(*rows)
    table = pd.DataFrame(dict(zip("hour t reached lost".split(), rows, strict=True)))
    table = table.groupby(["hour", "t"], as_index=False).sum()
    from_table = estimates.kaplan_meier(*(table[c].to_numpy() for c in table))
    for name in ("t", "s", "se", "low", "high"):
        np.testing.assert_array_equal(getattr(from_rows, name), getattr(from_table, name))
    for ours, theirs in zip(from_rows.restricted_mean(600), from_table.restricted_mean(600), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_calls_that_never_queued_are_counted_and_in_no_wait(agency_calls):
    result = measures.wait(agency_calls)
    rows = result.table.set_index(["wait_origin", "statistic"])["value"]
    assert rows["queue", "n_not_queued"] == ROWS - PHANTOM - QUEUED
    assert rows["queue", "n_unknown"] == 0
    assert rows["queue", "n_gave_up"] == 3101


def test_the_served_only_median_would_be_shorter(bank, agency_calls):
    median = measures.wait(agency_calls).table.query("statistic == 'median'")["value"].iloc[0]
    assert bank.loc[bank["outcome"] == "AGENT", "q_time"].median() < median


def test_the_whole_measure_over_the_bank_is_quick(agency_calls):
    start = time.process_time()
    measures.wait(agency_calls, by=("hour_local",))
    assert time.process_time() - start < 3  # a tenth of a second on a quiet machine


# ---- the same calls under other people's rules ---------------------------------------------------------------


@pytest.fixture(scope="module")
def every_caller(shared_data):
    """All calls but phantoms: those answered at once waited nothing, those who hung up before the queue left there."""
    calls = pd.read_csv(shared_data / "anonymous-bank" / "january.txt", sep="\t")
    calls = calls[calls["outcome"] != "PHANTOM"]
    queued, answered = calls["q_start"] != "0:00:00", calls["outcome"] == "AGENT"
    kind = np.select([answered, queued], ["reached", "gave_up"], "not_queued")
    wait = calls["q_time"].where(queued, 0).where(answered | queued).astype("Int64")
    outcome = np.where(kind == "not_queued", "ivr_gave_up", "unknown")
    return pd.DataFrame({"wait_s": wait, "wait_outcome": kind, "wait_origin": "queue", "outcome": outcome})


@pytest.fixture(scope="module")
def figures(every_caller):
    table = measures.reconcile(every_caller, within_s=60).table
    return table[table["rule"].notna()].set_index(["statistic", "rule"])


PERCENT = {
    "abandonment": {
        "this project": 10.3,
        "Amazon Connect": 10.3,
        "Genesys Cloud": 10.3,
        "Simotel": 11.5,
        "Cisco, short calls under 5 s out": 9.8,
        "Cisco, short calls under 15 s out": 8.0,
        "Cisco, short calls under 30 s out": 6.1,
        "Every caller who left": 13.7,
    },
    "service_level": {
        "Asterisk ServiceLevelPerf": 79.2,
        "Genesys Cloud, abandons out": 79.2,
        "Asterisk ServiceLevelPerf2": 78.1,
        "Genesys Cloud, abandons in": 71.1,
        "Amazon Connect": 71.1,
        "Every caller": 68.4,
    },
}


@pytest.mark.parametrize(("figure", "rule"), [(f, rule) for f, result in PERCENT.items() for rule in result])
def test_a_share_moves_with_the_rule_alone(figures, figure, rule):
    row = figures.loc[(figure, rule)]
    assert round(100 * row["value"], 1) == PERCENT[figure][rule]
    assert row["unit"] == "ratio" or row["low"] < row["value"] < row["high"]
    assert row["why"].endswith(".")


def test_average_waits_move_with_the_rule_alone(figures):
    waits = figures["value"]["average_wait"]
    assert round(waits["Genesys Cloud"], 1) == 35.0
    assert round(waits["Issabel"], 1) == 37.7
    assert waits["SSA"] == waits["Genesys Cloud"]  # the bank offered no automatic call-back


def test_whoever_takes_an_automatic_callback_waited_nothing_for_one_agency_alone(every_caller):
    taken = pd.DataFrame(
        {"wait_outcome": ["unknown"] * 5000, "wait_origin": "queue", "promised": "queue", "outcome": "unknown"}
    )
    figures = measures.reconcile(pd.concat([every_caller, taken], ignore_index=True), within_s=60).table
    waits = figures[figures["statistic"] == "average_wait"].set_index("rule")["value"]
    n = (every_caller["wait_outcome"] == "reached").sum()
    assert waits["SSA"] == pytest.approx(waits["Genesys Cloud"] * n / (n + 5000))
    assert round(waits["Genesys Cloud"], 1) == 35.0


def test_our_chance_lies_between_those_that_forget_and_those_that_blame(figures):
    level = figures["value"]["service_level"]
    assert level["Every caller"] < level["this project"] < level["Asterisk ServiceLevelPerf"]
