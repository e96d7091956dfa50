"""How likely a call without a number was a call-back: rates worked out by hand, what a log makes of them."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from callanalytics.clocks import is_business_day
from callanalytics.facts.expectation import Outlook, figures
from callanalytics.facts.grouped import Grouped
from callanalytics.facts.rows import NAT, NOWHERE
from callanalytics.sample import offices, tables
from facts_rows import CALLBACK, CELL, build, note, notice, promise, rang, standing, stranger

FIRST, AGAIN, AHEAD = figures()["first"], figures()["again"], figures()["announced"]


def moments(*written):
    return np.array(written, "M8[us]")


def outlook(start, stated, number=0, notice=NAT, missed=()):
    at = moments(*missed)
    return Outlook(
        moments(start),
        moments(start) + np.timedelta64(90, "D"),
        np.array([stated]),
        np.array([number]),
        np.array([notice], "M8[us]"),
        Grouped(np.zeros(len(at), np.int64), at),
    )


def rate(view, at):
    return view.rate(np.array([0]), moments(at))[0]


# Tuesday, March 1, 2022, 12:45 Eastern (17:45 UTC) is the middle of the window.


def test_the_rate_of_a_regular_promise_by_its_age():
    view = outlook("2022-03-01T17:45", 30)
    for at, age in (("2022-03-02T17:45", 1 / 30), ("2022-03-15T16:45", 10 / 30), ("2022-05-02T16:45", 44 / 30)):
        place = sum(age >= edge for edge in FIRST["ages"])
        assert rate(view, at) == pytest.approx(FIRST["rings"][place] / 30 * AHEAD["none"])


def test_a_second_call_is_expected_a_day_or_two_after_a_first_that_was_missed():
    view = outlook("2022-03-01T17:45", 3, missed=["2022-03-02T17:45"])
    assert rate(view, "2022-03-02T17:44") == pytest.approx(FIRST["rings"][2] / 3 * AHEAD["none"])
    assert rate(view, "2022-03-03T17:45") == AGAIN["rings"][2]
    assert rate(view, "2022-03-11T17:45") == AGAIN["rings"][5]
    twice = outlook("2022-03-01T17:45", 3, missed=["2022-03-02T17:45", "2022-03-03T17:45"])
    assert rate(twice, "2022-03-04T17:45") == figures()["spent"]["rings"]


def test_an_announced_call_is_expected_one_or_two_days_later():
    told = np.datetime64("2022-03-10T17:45", "us")
    view, bare = outlook("2022-03-01T17:45", 30, notice=told), outlook("2022-03-01T17:45", 30)
    times = {at: rate(view, at) / rate(bare, at) * AHEAD["none"] for at in ("2022-03-10T17:44", "2022-03-14T16:45")}
    assert times["2022-03-10T17:44"] == pytest.approx(AHEAD["none"])  # not announced yet
    assert times["2022-03-14T16:45"] == pytest.approx(AHEAD["times"][2])


def test_a_promise_is_a_candidate_on_its_line_or_if_no_number_is_written_on_any():
    at = moments("2022-03-02T17:45")
    for number, line, times in ((0, 0, 1.0), (0, 1, None), (0, NOWHERE, 1.0), (NOWHERE, 0, 0.5)):
        found = outlook("2022-03-01T17:45", 30, number).candidates(at, np.array([line]))
        assert found[2].tolist() == ([] if times is None else [times])


# ---- an office's log -----------------------------------------------------------------------------------

DAYS = [day for day in (date(2022, 1, 3) + timedelta(days=n) for n in range(730)) if is_business_day([day])[0]]
CALLS = [stranger(f"s{n}-{day}", f"{day} {n:02}:20") for day in DAYS for n in range(9, 18, 3)]
# One promise lives at a time: an urgent one lives for three weeks past its six days.
PROMISED = [promise(f"p{n}", f"{day} 09:30", matter=f"M{n}") for n, day in enumerate(DAYS[5:485:24])]
AFTER = DAYS[6:486:24]  # the day after each


def hidden(days, at="14:10", outcome="missed"):
    return [rang(f"h{day}", f"{day} {at}", None, outcome=outcome) for day in days]


def chances(*calls, notes=PROMISED):
    return {r["ring_id"]: r["link_p"] for r in build([*CALLS, *calls], notes).rings}


def test_where_nobody_else_withholds_a_number_a_hidden_call_after_a_promise_was_the_callback():
    likely = chances(*hidden(AFTER), rang("night", f"{DAYS[7]} 23:10", None))
    assert likely.pop("night") is None  # outside the window: no call-back, so no chance
    assert min(likely.values()) > 800


def test_where_somebody_withholds_a_number_every_day_it_was_hardly_the_callback():
    likely = [p for p in chances(*hidden(DAYS)).values() if p is not None]
    assert likely
    assert max(likely) < 350


def test_where_the_log_cannot_tell_no_chance_is_stated():
    nobody_else = build(hidden(AFTER), PROMISED).rings
    no_numbers = build([*CALLS, *({**c, "caller_id": "not_recorded"} for c in hidden(AFTER))], PROMISED).rings
    for made in (nobody_else, no_numbers):
        assert {r["link"] for r in made} == {"possible"}
        assert {r["link_p"] for r in made} == {None}


def test_the_agencys_number_on_another_line_was_most_likely_a_callback():
    made = build([*CALLS, rang("r", f"{DAYS[6]} 14:10", CALLBACK, CELL)], PROMISED)
    (ring,) = made.rings
    assert (ring["link"], ring["link_p"]) == ("possible", 1000 * figures()["other_line"]["chance"])


def test_the_likeliest_promise_is_the_one_whose_call_was_announced():
    notes = [promise("a", "2022-03-01 10:00", "regular"), promise("b", "2022-03-02 10:00", "regular", matter="M2")]
    notes.append(note("n", "2022-03-08 10:00", "notice", follows="b"))
    made = build([*CALLS, rang("r", "2022-03-09 14:00", None)], notes)
    assert made.rings[0]["promise_id"] == "b"
    sent = [notice("t", "2022-03-08 10:00")]
    made = build([*CALLS, rang("r", "2022-03-09 14:00", None)], notes[:2], sent)
    assert made.rings[0]["promise_id"] == "a"  # an announcement that names nobody goes to the one due first


def test_a_promise_knows_how_likely_a_possible_ring_reached_somebody():
    calls = hidden(AFTER, outcome="answered")
    made = build([*CALLS, *calls], PROMISED)
    links = {r["promise_id"]: r["link_p"] / 1000 for r in made.rings}
    for p in standing(made, "2022-12-31"):
        # The chance that the ring reached us is the chance that it was the call-back.
        assert p["possible_reached_p"] == pytest.approx(links[p["promise_id"]], abs=0.001)
    early = {p["promise_id"]: p["possible_reached_p"] for p in standing(made, str(DAYS[5]))}
    assert early == {"p0": None}


def test_a_missed_candidate_reached_nobody():
    made = build([*CALLS, *hidden(AFTER)], PROMISED)
    assert {p["possible_reached_p"] for p in made.promises} == {0.0}
    assert {p["possible_missed"] for p in made.promises} == {1}


@pytest.mark.slow
def test_on_invented_offices_the_stated_chances_come_true():
    pairs, sure = [], []
    for seed in range(6):
        with tables.world(WITHHELD=0.6):
            like = offices.CHICAGO if seed % 2 else offices.NEW_YORK
            made = tables.invent(replace(like, notes_rings=0.3), 70 + seed)
        truth = {ring.id for ring in made.history.rings}
        for r in made.facts()["rings"].to_pylist():
            if r["link"] == "certain" and r["call_id"]:
                sure.append(r["call_id"] in truth)
            if r["link_p"] is not None and r["caller_id"] == "withheld":
                pairs.append((r["link_p"] / 1000, r["call_id"] in truth))
    chance, was = np.array(pairs).T
    assert len(pairs) > 60
    assert np.mean(sure) >= 0.995
    assert chance.mean() == pytest.approx(was.mean(), abs=0.08)
    assert was[chance > 0.8].mean() > was[chance < 0.6].mean() + 0.1


def test_the_figures_say_where_they_come_from():
    assert "generated" in figures()["source"]
    assert "real office" in figures()["note"]
