"""A wrong call of a public function of the measures says so in a sentence, with what would be right."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from callanalytics import measures
from callanalytics.errors import CallLogError
from callanalytics.measures.card import Card, Rate
from measure_rows import log

LOG = log(200, 1)
WAIT, REACHED = measures.wait(LOG.dials), measures.reach_rate(LOG.dials, "office")
OWN = {"name": "own", "title": "Own.", "population": "p", "numerator": "n", "denominator": "d", "source": "s"}
Spark = type("DataFrame", (), {"__module__": "pyspark.sql", "columns": []})

WRONG = {
    "keys that are no words": (lambda: measures.wait(LOG.dials, 5), 'by="month"'),
    "no keys": (lambda: measures.wait(LOG.dials, None), 'by="month"'),
    "a key that is none": (lambda: measures.sql("wait", 5), 'by="month"'),
    "a day that is none": (lambda: measures.volume(LOG.dials, as_of="soon"), "2022-06-30"),
    "a number for a day": (lambda: measures.volume(LOG.dials, as_of=5), "2022-06-30"),
    "a time below 0": (lambda: measures.service_level(LOG.dials, within_s=[-5]), "within_s="),
    "a time in words": (lambda: measures.service_level(LOG.dials, within_s="an hour"), "within_s="),
    "a rate in words": (lambda: measures.hours_on_hold(LOG.dials, per_hour="95"), "such as 95"),
    "a patience in words": (lambda: measures.when_to_call(LOG.dials, patience_s="1h"), "such as 3600"),
    "an odd limit": (lambda: measures.reconcile(LOG.dials, within_s=float("nan")), "such as 3600"),
    "days below 0": (lambda: measures.redial_rate(LOG.dials, within_days=-1), "within_days="),
    "days in words": (lambda: measures.first_contact_resolution(LOG.dials, within_days="x"), "within_days="),
    "no table": (lambda: measures.wait(None), "pass log.dials"),
    "a whole log": (lambda: measures.wait(LOG), "pass log.dials"),
    "a list": (lambda: measures.promise_states([1]), "pass log.promises"),
    "another table": (lambda: measures.wait(LOG.rings), "pass log.dials"),
    "a frame of a cluster": (lambda: measures.wait(Spark()), "spark.sql"),
    "a path for a log": (lambda: measures.run("wait", "calls/"), "callanalytics.load"),
    "a table for a log": (lambda: measures.run("wait", LOG.dials), "callanalytics.load"),
    "log and name changed over": (lambda: measures.run(LOG, "wait"), "reach_rate"),
    "a period that is none": (lambda: measures.run("wait", LOG, from_="June"), "2022-06-30"),
    "no line": (lambda: measures.run("wait", LOG, lines="hotline"), "contact_center"),
    "no end of a share": (lambda: measures.over_offices(REACHED, "maybe"), "certain, possible"),
    "no share": (lambda: measures.over_offices(measures.volume(LOG.dials, "office")), "reach_rate"),
    "a table for a result": (lambda: measures.over_offices(LOG.dials), "take the measure"),
    "a week without hours": (lambda: measures.pooled_week(measures.wait(LOG.dials, "weekday")), "hour"),
    "a week of another measure": (lambda: measures.pooled_week(REACHED), "wait, split by"),
    "no clock": (lambda: measures.of_one_clock(WAIT, "noon"), "dial, queue, unsaid"),
    "a result without clocks": (lambda: measures.of_one_clock(REACHED), "split by wait_from"),
    "hours of another measure": (lambda: measures.standardized_wait(REACHED), "wait, split by hour"),
    "the best time of a wait": (lambda: measures.best_time(WAIT), "when_to_call"),
    "a lead of a wait": (lambda: measures.leading_wait(WAIT), "logging_bias"),
    "a change of a share": (lambda: measures.search_changes(REACHED), "wait, split by office and date"),
    "a change without a day": (
        lambda: measures.before_after(measures.wait(LOG.dials, ("office", "date")), None),
        "2021-12-16",
    ),
    "a statistic that there is not": (lambda: measures.coarsen(measures.wait(LOG.dials, "hour"), "mean"), "median"),
    "no card": (lambda: measures.local(None), "Card"),
    "a card of no table": (lambda: Card(**OWN, table="phones"), "dials"),
    "a card whose rate counts nothing": (
        lambda: measures.local(Card(**OWN, table="dials", rows=(Rate("n_all", "n", "calls"),))),
        "counts no n_all",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_call_says_what_would_be_right(wrong):
    call, right = WRONG[wrong]
    with pytest.raises(CallLogError) as refusal:
        call()
    assert right in str(refusal.value)


def test_a_day_may_be_given_in_any_of_its_forms():
    days = ("2022-06-30", date(2022, 6, 30), datetime(2022, 6, 30, 12))
    assert {measures.volume(LOG.dials, as_of=day).as_of for day in days} == {date(2022, 6, 30)}


def test_one_time_to_be_answered_within_needs_no_list():
    one, many = (measures.service_level(LOG.dials, within_s=times).table for times in (3600, [3600]))
    assert one.equals(many)


def test_a_log_needs_the_tables_of_a_measure_alone():
    only_dials = SimpleNamespace(dials=LOG.dials, offices=LOG.offices, as_of=LOG.as_of)
    assert len(measures.run("volume", only_dials).table)
    with pytest.raises(CallLogError, match="taken from a log"):
        measures.run("late_callbacks", only_dials)
