"""A researcher's own card works like ours and says that it is hers."""

import pytest

from callanalytics import measures
from callanalytics.errors import CallLogError
from callanalytics.estimates import wilson
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
