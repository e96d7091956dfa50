"""A researcher's own card works like ours and says that it is hers; a plan fixes the figures before anybody looks."""

import hashlib
import json
from datetime import date

import pytest
from click.testing import CliRunner

from callanalytics import measures
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.estimates import wilson
from callanalytics.measures import preregistration
from callanalytics.measures.card import Card, Rate
from measure_rows import log

OWN = {
    "name": "morning_share",
    "title": "Calls made before noon, Eastern.",
    "table": "agency_calls",
    "population": "calls with a time of day",
    "numerator": "made before noon",
    "denominator": "calls with a time of day",
    "source": "our own question",
    "counts": {"n_timed": "hour IS NOT NULL", "n_early": "hour < 12"},
    "rows": (Rate("n_timed", "n_early", "calls with a time of day"),),
}


@pytest.fixture(scope="module")
def facts():
    return log(400, 5)


def test_an_own_measure_counts_by_every_key_its_table_has(facts):
    own = measures.local(Card(**OWN))
    whole, apart = own(facts.agency_calls), own(facts.agency_calls, by=("weekday",))
    hours = [h for h in facts.agency_calls.to_arrow()["hour"].to_pylist() if h is not None]
    assert (whole.table["n"][0], whole.table["events"][0]) == (len(hours), sum(h < 12 for h in hours))
    assert apart.table["n"].sum() == len(hours)


def test_an_own_measure_says_so_wherever_it_goes(facts):
    result = measures.local(Card(**OWN))(facts.agency_calls)
    assert result.card.is_local
    assert result.to_json()["caveats"][0].startswith("A local definition")
    assert not any(card.is_local for card in measures.CARDS.values())


def test_an_own_measure_has_the_interval_of_ours(facts):
    row = measures.local(Card(**OWN))(facts.agency_calls).table.iloc[0]
    low, high = wilson(row["events"], row["n"])
    assert (row["low"], row["high"]) == (low, high)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "wait"},
        {"source": " "},
        {"counts": {"n_timed": "no_such_column = 1", "n_early": "hour < 12"}},
        {"counts": {"n_timed": "hour IS NOT NULL", "n_early": "hour <"}},
    ],
    ids=["a name that is taken", "no source", "a column that there is not", "no condition"],
)
def test_a_card_that_cannot_be_is_refused(wrong):
    with pytest.raises(CallLogError):
        measures.local(Card(**{**OWN, **wrong}))


def test_an_own_predicate_reads_no_file():
    reads = {"n_timed": "hour IN (SELECT column0 FROM read_csv('/etc/hostname'))", "n_early": "hour < 12"}
    with pytest.raises(CallLogError):
        measures.local(Card(**{**OWN, "counts": reads}))


# ---- plans ----------------------------------------------------------------------------------------------

PLAN = """question = "Did the wait fall?"

[[figure]]
measure = "wait"
by = ["month"]
from = 2021-12-01
to = 2022-03-31

[[figure]]
measure = "reach_rate"
"""


@pytest.fixture
def planned(tmp_path):
    path = tmp_path / "march.toml"
    path.write_text(PLAN)
    return path


def test_a_plan_has_the_digest_of_its_bytes_and_its_figures_in_order(planned):
    plan = preregistration.read(planned)
    assert plan.sha256 == hashlib.sha256(PLAN.encode()).hexdigest()
    assert [f.measure for f in plan.figures] == ["wait", "reach_rate"]
    assert plan.figures[0].first == date(2021, 12, 1)


def test_planned_figures_are_those_of_the_measures_and_carry_the_digest(planned, facts):
    plan = preregistration.read(planned)
    first, second = plan.take(facts)
    assert second.table.equals(measures.reach_rate(facts.agency_calls).table)
    assert plan.sha256 in first.caveats[0]
    assert "figure 2 of 2" in second.caveats[0]


def test_without_a_store_a_plan_is_only_read(planned):
    told = CliRunner().invoke(main, ["plan", str(planned)])
    assert told.exit_code == 0
    assert hashlib.sha256(PLAN.encode()).hexdigest() in told.output


@pytest.mark.parametrize(
    "text",
    [
        "question = 1",
        'question = "?"',
        'question = "?"\n[[figure]]\nmeasure = "weather"',
        'question = "?"\n[[figure]]\nmeasure = "wait"\nby = ["color"]',
        'question = "?"\n[[figure]]\nmeasure = "wait"\nfrom = "soon"',
        "question = ",
    ],
)
def test_a_plan_that_plans_nothing_known_is_refused(tmp_path, text):
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(CallLogError):
        preregistration.read(path)


def test_json_of_a_plan_is_the_json_of_its_measures(planned, facts):
    assert json.dumps(preregistration.read(planned).take(facts)[0].to_json())
