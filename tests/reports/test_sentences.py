"""Numbers in words: never without what they were counted from, and no percentage of a handful."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from callanalytics import estimates, measures, schema, wording
from callanalytics.figures.rows import headline
from callanalytics.reports import findings, periods
from callanalytics.reports import sentences as say

NAN = float("nan")


def share(events, n):
    low, high = estimates.wilson(events, n)
    return {"n": n, "events": events, "value": events / n if n else NAN, "low": low, "high": high,
            "flag": "ok" if n >= 30 else "small_n" if n else "not_estimable"}  # fmt: skip


def time(n, reached, value=NAN, low=NAN, high=NAN, flag="ok"):
    return {"n": n, "events": reached, "value": value, "low": low, "high": high, "flag": flag}


@pytest.mark.parametrize(
    ("events", "n", "words"),
    [
        (0, 0, "cannot tell yet (n = 0)"),
        (3, 7, "3 of 7"),
        (0, 9, "none of 9"),
        (5, 10, "5 of 10 (95% interval 24–76%)"),
        (17, 29, "17 of 29 (95% interval 41–74%)"),
        (18, 30, "60% (95% interval 42–75%; 18 of 30)"),
        (30, 30, "100% (95% interval 89–100%; 30 of 30)"),
        (0, 1456, "none of 1,456 (95% interval 0–0.3%)"),
        (1, 1456, "under 1% (95% interval 0–0.4%; 1 of 1,456)"),
    ],
)
def test_a_share_is_said_by_the_size_of_its_sample(events, n, words):
    assert say.share(share(events, n)) == words


ANYTHING = {"n": 90, "events": 2, "most": 88, "most_n": 90, "low": 0.006, "high": 0.994, "flag": "ok"}
MUCH = ANYTHING | {"events": 20, "low": 0.15}


def test_of_a_share_that_could_be_nearly_anything_no_percentage_is_said():
    assert say.share(ANYTHING) == "cannot tell (95% interval 1–99%; 2–88 of 90)"
    assert say.share_in_brief(ANYTHING) == "2–88 of 90"
    assert say.percent_and_sure(ANYTHING) == "95% interval 1–99%"
    assert say.share(MUCH) == "22–98% (95% interval 15–99%; 20–88 of 90)"


def test_no_percentage_is_said_where_either_end_has_a_handful():
    few = {"n": 35, "events": 1, "most": 8, "most_n": 8, "low": 0, "high": 1, "flag": "ok"}
    assert say.share_in_brief(few) == "1–8 of 8–35"
    assert say.percent_and_sure(few) == "too few for a percentage"


@pytest.mark.parametrize(
    ("first", "again", "words"),
    [
        (MUCH, MUCH, "Offices answered the first callback on 20–88 of 90 requests. After a first miss, USCIS called "
         "again on 22–98% (15–99%; 20–88 of 90)."),
        (ANYTHING, ANYTHING, "The logs cannot tell how often offices answered the first callback (2–88 of 90 "
         "requests). After a first miss, the logs cannot tell how often USCIS called again (1–99%; 2–88 of 90)."),
    ],
)  # fmt: skip
def test_what_the_logs_cannot_tell_is_a_sentence_of_its_own(first, again, words):
    rows = {"first_attempt_hit_rate": first, "second_attempt_made_rate": again}
    results = SimpleNamespace(row=rows.get, n_promises=lambda: 90, agency=SimpleNamespace(label="USCIS"))
    found = findings.answered(results)
    assert f"{found.text} {found.detail}" == words


@pytest.mark.parametrize("n", range(0, 120, 7))
def test_a_percentage_behind_a_title_needs_thirty_cases(n):
    result = say.percent_and_sure(share(n // 2, n))
    assert result.startswith(f"{n // 2 / n:.0%};" if n else " ") == (n >= 30)
    assert say.all_or_some(share(n // 2, n)) == f"{n // 2 or 'none'} of {n}"


def test_a_wait_says_its_interval_and_its_calls():
    assert say.wait(time(1388, 1050, 2460, 2280, 2700)) == "41 minutes (95% interval 38–45; 1,388 calls)"


def test_a_wait_without_an_upper_limit_says_so():
    assert say.wait(time(60, 31, 2460, 2280, flag="one_sided")) == "41 minutes (95% interval 38 or more; 60 calls)"


@pytest.mark.parametrize("flag", ["small_n", "not_estimable", "suppressed"])
def test_a_wait_that_may_not_be_shown_is_not(flag):
    assert say.wait(time(14, 9, 2460, 2280, 2700, flag)) == "cannot tell yet (n = 14)"


def test_how_many_hung_up_of_a_few_calls_is_no_percentage():
    rows = {"share_censored": share(2, 8)}
    results = SimpleNamespace(row=lambda _, statistic: rows.get(statistic, time(8, 6, flag="small_n")))
    assert findings.tail(results) == "2 of 8 hung up or were cut off and count as having waited at least that long."


def test_two_figures_are_apart_only_if_their_intervals_do_not_touch():
    early, late, wide = time(90, 60, 1800, 1500, 2000), time(90, 60, 2700, 2400, 3100), time(20, 10, 2700, 1900, 3100)
    assert say.intervals_apart(early, late)
    assert say.intervals_apart(late, early)
    assert not say.intervals_apart(early, wide)
    assert say.intervals_apart(
        early, time(20, 10, 2700, 2400, NAN)
    )  # without an upper limit, and above all of the other
    assert not say.intervals_apart(late, time(20, 10, 2700, 2400, NAN))
    assert not say.intervals_apart(early, time(20, 10, 2700, NAN, NAN))


def in_minutes(row):
    return f"{row['value'] / 60:.0f} min"


QUICK, SLOW = time(90, 60, 1800, 1500, 2000), time(90, 60, 2700, 2400, 3100)


@pytest.mark.parametrize(
    ("before", "now", "in_words", "words", "in_brief"),
    [
        (QUICK, QUICK, in_minutes, "no change can be shown", "no change shown"),
        (QUICK, SLOW, in_minutes, "longer", "was 30 min"),
        (SLOW, QUICK, in_minutes, "shorter", "was 45 min"),
        (QUICK, SLOW | {"flag": "small_n"}, in_minutes, "", ""),
        (share(45, 90), share(46, 90), say.share_in_brief, "no change can be shown", "no change shown"),
        (share(45, 90), share(80, 90), say.share_in_brief, "higher", "was 50%"),
        (share(80, 90), share(45, 90), say.share_in_brief, "lower", "was 89%"),
        (share(2, 12), share(12, 12), say.count_of_cases, "higher", "was 2 of 12"),
        (share(0, 9), share(45, 90), say.share_in_brief, "", ""),
        (share(0, 0), share(45, 90), say.share_in_brief, "", ""),
    ],
)
def test_a_figure_is_said_against_the_period_before(before, now, in_words, words, in_brief):
    both = [row | {"unit": "s" if in_words is in_minutes else "share"} for row in (before, now)]
    assert periods.change(*both) == words
    assert periods.in_brief(both, in_words) == in_brief


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 minutes"), (59, "1 minute"), (5970, "100 minutes"), (7200, "2 h"), (7500, "2 h 5 min")],
)
def test_minutes_turn_to_hours_from_two_hours_on(seconds, words):
    assert wording.minutes(seconds) == words


@pytest.mark.parametrize(
    ("share_", "words"),
    [(0, "0%"), (0.004, "under 1%"), (0.006, "1%"), (0.994, "99%"), (0.997, "over 99%"), (1, "100%")],
)
def test_a_percentage_never_rounds_to_none_or_all(share_, words):
    assert wording.percent(share_) == words


def test_hours_are_said_as_people_say_them():
    assert [wording.hours(*span) for span in ((8, 10), (11, 12), (12, 13), (17, 20), (23, 24))] == [
        "8–10 a.m.", "11 a.m.–noon", "noon–1 p.m.", "5–8 p.m.", "11 p.m.–midnight",
    ]  # fmt: skip


def test_a_result_without_the_cell_asked_for_has_nothing_in_it():
    agency_calls = pd.DataFrame({"wait_s": [600] * 30, "wait_outcome": "reached", "wait_origin": "dial"})
    row = headline(measures.wait(agency_calls), "median", wait_origin="queue")
    assert row["n"] == 0
    assert math.isnan(row["value"])


def test_the_headline_is_the_default_reading_from_end_to_end():
    one = {"state": "answered_first", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    in_time = schema.FREE_BITS["default"] | schema.FREE_BITS["answered"]
    callbacks = [[256 * place + in_time] if place < 20 else [] for place in range(40)]
    promises = pd.DataFrame([one | {"is_hit_certain": i < 10, "is_blocked": False} for i in range(40)])
    promises = promises.assign(free_callbacks=callbacks)
    result = measures.callback_hit_rate(promises)
    assert [headline(result, "rate")[name] for name in ("n", "events", "most")] == [40, 10, 20]
    assert headline(result, "rate", link="possible")["events"] == 20
    assert headline(result, "rate")["high"] == headline(result, "rate", link="possible")["high"]
