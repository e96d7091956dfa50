"""A wrong call of a public function of the measures says so in a sentence, with what would be right."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from callanalytics import measures
from callanalytics.errors import CallLogError
from callanalytics.measures.card import Card, Rate
from measure_rows import log

LOG = log(200, 1)
WAIT, REACHED = measures.wait(LOG.agency_calls), measures.reach_rate(LOG.agency_calls, "office")
OWN = {"name": "own", "title": "Own.", "population": "p", "numerator": "n", "denominator": "d", "source": "s"}

WRONG = {
    "keys that are no words": (lambda: measures.wait(LOG.agency_calls, 5), 'by="month"'),
    "no keys": (lambda: measures.wait(LOG.agency_calls, None), 'by="month"'),
    "a key that is none": (lambda: measures.sql("wait", 5), 'by="month"'),
    "a day that is none": (lambda: measures.volume(LOG.agency_calls, as_of="soon"), "2022-06-30"),
    "a number for a day": (lambda: measures.volume(LOG.agency_calls, as_of=5), "2022-06-30"),
    "a time below 0": (lambda: measures.service_level(LOG.agency_calls, within_s=[-5]), "within_s="),
    "a time in words": (lambda: measures.service_level(LOG.agency_calls, within_s="an hour"), "within_s="),
    "a rate in words": (lambda: measures.hours_on_hold(LOG.agency_calls, per_hour="95"), "such as 95"),
    "a patience in words": (lambda: measures.when_to_call(LOG.agency_calls, patience_s="1h"), "such as 3600"),
    "an odd limit": (lambda: measures.reconcile(LOG.agency_calls, within_s=float("nan")), "such as 3600"),
    "days below 0": (lambda: measures.redial_rate(LOG.agency_calls, within_days=-1), "within_days="),
    "days in words": (lambda: measures.first_contact_resolution(LOG.agency_calls, within_days="x"), "within_days="),
    "no table": (lambda: measures.wait(None), "pass log.agency_calls"),
    "a whole log": (lambda: measures.wait(LOG), "pass log.agency_calls"),
    "a list": (lambda: measures.promise_states([1]), "pass log.promises"),
    "another table": (lambda: measures.wait(LOG.callbacks), "pass log.agency_calls"),
    "a path for a log": (lambda: measures.run("wait", "calls/"), "callanalytics.load"),
    "a table for a log": (lambda: measures.run("wait", LOG.agency_calls), "callanalytics.load"),
    "log and name changed over": (lambda: measures.run(LOG, "wait"), "reach_rate"),
    "no end of a share": (lambda: measures.over_offices(REACHED, "maybe"), "certain, possible"),
    "no share": (lambda: measures.over_offices(measures.volume(LOG.agency_calls, "office")), "reach_rate"),
    "a table for a result": (lambda: measures.over_offices(LOG.agency_calls), "take the measure"),
    "a week without hours": (lambda: measures.pooled_week(measures.wait(LOG.agency_calls, "weekday")), "hour"),
    "a week of another measure": (lambda: measures.pooled_week(REACHED), "wait, split by"),
    "no clock": (lambda: measures.of_one_clock(WAIT, "noon"), "dial, queue, unstated"),
    "a result without clocks": (lambda: measures.of_one_clock(REACHED), "split by wait_origin"),
    "hours of another measure": (lambda: measures.standardized_wait(REACHED), "wait, split by hour"),
    "the best time of a wait": (lambda: measures.best_time(WAIT), "when_to_call"),
    "a lead of a wait": (lambda: measures.leading_wait(WAIT), "logging_bias"),
    "a change of a share": (lambda: measures.search_changes(REACHED), "wait, split by office and date"),
    "a change without a day": (
        lambda: measures.before_after(measures.wait(LOG.agency_calls, ("office", "date")), None),
        "2021-12-16",
    ),
    "a statistic that there is not": (
        lambda: measures.coarsen(measures.wait(LOG.agency_calls, "hour"), "mean"),
        "median",
    ),
    "no card": (lambda: measures.local(None), "Card"),
    "a card of no table": (lambda: Card(**OWN, table="phones"), "agency_calls"),
    "a card whose rate counts nothing": (
        lambda: measures.local(Card(**OWN, table="agency_calls", rows=(Rate("n_all", "n", "calls"),))),
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
    assert {measures.volume(LOG.agency_calls, as_of=day).as_of for day in days} == {date(2022, 6, 30)}


def test_one_time_to_be_answered_within_needs_no_list():
    one, many = (measures.service_level(LOG.agency_calls, within_s=times).table for times in (3600, [3600]))
    assert one.equals(many)


def test_a_log_needs_the_tables_of_a_measure_alone():
    only_dials = SimpleNamespace(agency_calls=LOG.agency_calls, offices=LOG.offices, as_of=LOG.as_of, agency=LOG.agency)
    assert len(measures.run("volume", only_dials).table)
    with pytest.raises(CallLogError, match="taken from a log"):
        measures.run("late_callbacks", only_dials)
