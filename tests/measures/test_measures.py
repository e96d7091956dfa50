"""Measures: worked out on paper, recounted by other means, and the laws that hold for all of them."""

import html
import json
import re
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from callanalytics import agencies, measures, schema
from callanalytics.errors import CallLogError
from callanalytics.measures import CARDS
from callanalytics.measures.card import KEYS
from callanalytics.measures.compute import tally
from callanalytics.measures.result import account_of_frame
from callanalytics.measures.small_cells import share_of_cells
from callanalytics.measures.waits import FIGURES, OURS, TERMS, WHY_OURS, rules
from exhaustive import fair, some
from measure_rows import AS_OF, OFFICES, QUICK, Frame, log
from roots import BY_HAND

LOG = log(600, seed=2)
EMPTY = replace(
    LOG,
    **{t: Frame(schema.empty(t, loaded=True), OFFICES) for t in ("agency_calls", "callbacks", "promises", "entries")},
)
RATED = [name for name, card in CARDS.items() if card.table == "promises" and name != "promise_states"]
FLAGS = {"ok", "small_n", "not_estimable", "suppressed", "one_sided", "dominated"}


def figure(result, statistic, **labels):
    """The one row of a result with this statistic."""
    rows = result.table[result.table["statistic"] == statistic]
    for name, value in labels.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def n_events(result, statistic="rate", **labels):
    row = figure(result, statistic, **labels)
    return int(row["n"]), int(row["events"])


def keys_in_turn(name):
    """Every key of a measure where everything is tried; else every fifth, of the next measure from the next one on."""
    return fair(CARDS[name].keys, 5, first=list(CARDS).index(name))


def keys_to_try(name):
    return [(), *((key,) for key in keys_in_turn(name)), CARDS[name].keys[:2]]


@cache
def of_the_log(name, keys=()):
    """A measure of the invented log: many laws ask for the same."""
    return measures.run(name, LOG, keys)


every_measure = pytest.mark.parametrize("name", some({name: name for name in CARDS}, QUICK))


# ---- by hand ------------------------------------------------------------------------------------------


@pytest.fixture
def hand_waits():
    rows = pd.read_csv(BY_HAND / "measures_waits.csv")
    return pd.DataFrame(
        {"wait_s": rows["minutes"] * 60, "wait_outcome": rows["wait_outcome"], "in_live_hours": rows["in_live_hours"],
         "wait_origin": "dial"}
    )  # fmt: skip


def test_waits_are_those_worked_out_on_paper(hand_waits):
    result = measures.wait(hand_waits)
    median = figure(result, "median")
    assert (median["n"], median["events"], median["flag"]) == (24, 15, "ok")
    # By the curve 1500 to 3000; all waits are whole fives, which spread out go a minute further either way.
    assert (median["value"], median["low"], median["high"]) == (2400, 1440, 3060)
    at_40 = result.curve[result.curve["t_s"] == 2400].iloc[0]
    assert at_40["s"] == pytest.approx(5 / 12)
    assert at_40["se"] == pytest.approx(0.118260, abs=1e-6)
    assert (at_40["n_at_risk"], at_40["reached"]) == (9, 3)
    assert figure(result, "mean_120min")["flag"] == "not_estimable"
    assert figure(result, "p90")["flag"] == "small_n"
    assert figure(result, "median_if_reached_next")["value"] == 1800
    assert figure(result, "median_if_never_reached")["value"] == 2400
    assert n_events(result, "share_censored") == (24, 9)
    assert n_events(result, "share_unknown") == (26, 2)
    for name, value in {"gave_up": 6, "cut_off": 3, "not_queued": 2, "unknown": 2, "outside_hours": 1}.items():
        assert figure(result, f"n_{name}")["value"] == value


def test_a_wait_whose_end_no_one_noted_is_counted_apart_from_one_not_noted():
    # Five in the curve; of seven without a wait to use, four have no wait at all and three a wait without its end.
    ends = ["reached"] * 5 + ["unknown"] * 3 + ["unknown"] * 3 + ["reached"]
    calls = pd.DataFrame({"wait_s": [600] * 8 + [None] * 4, "wait_outcome": ends, "wait_origin": "dial"})
    result = measures.wait(calls)
    assert n_events(result, "share_unknown") == (12, 7)
    assert figure(result, "n_unknown")["value"] == 7
    assert figure(result, "n_end_unknown")["value"] == 3


def test_chances_and_averages_are_those_worked_out_on_paper(hand_waits):
    within = measures.service_level(hand_waits, within_s=[2400])
    assert figure(within, "within_40min")["value"] == pytest.approx(7 / 12)
    assert n_events(within, "answered_within_40min") == (24, 12)
    mean = figure(measures.average_speed_of_answer(hand_waits), "mean")
    assert (mean["n"], mean["flag"]) == (15, "small_n")
    twice = pd.concat([hand_waits, hand_waits])
    assert figure(measures.average_speed_of_answer(twice), "mean")["value"] == 29 * 60


@pytest.fixture
def hand_promises():
    rows = pd.read_csv(BY_HAND / "measures_promises.csv").convert_dtypes()
    for reading in ("strict", "default", "lenient"):
        rows[f"is_watched_{reading}"] = rows["is_watched"]
    for what in ("due", "watched", "kept"):
        rows[f"is_{what}_quoted"] = pd.array([None] * len(rows), "boolean")
    again = pd.to_datetime(rows["restarted"], utc=True)
    return certain(rows.assign(restarted_at_utc=again, callback_answered_at_utc=None, emailed_at_utc=None))


ENDS = ("certain", "possible")
ANSWERED_IN_TIME = 256 + sum(schema.FREE_BITS[word] for word in ("default", "lenient", "answered", "before"))


def certain(promises):
    """Everything that came was certain; beside it one callback that may have been a hit of promise 9."""
    promises = promises.assign(
        **{f"is_kept_certain_{r}": promises[f"is_kept_{r}"] for r in schema.READINGS}, is_blocked=False
    )
    first, second = promises["first_callback_result"], promises["second_callback_result"]
    promises = promises.assign(
        is_hit_certain=promises["is_hit"],
        certain_first_callback_result=first,
        certain_second_callback_result=second,
    )
    came = {"silent": "none", "unwatched": "none", "waiting": "none", "withdrawn": "none", "late": "late"}
    promises["certain_contact"] = [
        None if pd.isna(due) else came.get(state, "in_time")
        for state, due in zip(promises["state"], promises["is_due_default"], strict=True)
    ]
    promises["free_callbacks"] = [[ANSWERED_IN_TIME] if no == 9 else [] for no in promises["no"]]
    promises["free_days"] = [[3] if no == 9 else [] for no in promises["no"]]
    return promises


@pytest.mark.slow
def test_promises_are_those_worked_out_on_paper(hand_promises):
    kept = measures.promise_kept_rate(hand_promises)
    readings = ("strict", "default", "lenient")
    assert [n_events(kept, reading=r, link="certain") for r in readings] == [(9, 5), (9, 6), (9, 7)]
    assert [n_events(kept, reading=r, link="possible") for r in readings] == [(9, 5), (9, 7), (9, 8)]
    bounds = [n_events(kept, "rate_rules_differ", reading=r) for r in ("strict", "lenient")]
    assert bounds == [(1, 0), (1, 1)]
    beside = {"not_due": 2, "unwatched": 1, "withdrawn": 1, "unknown": 1, "rules_differ": 1}
    assert {name: figure(kept, f"n_{name}")["value"] for name in beside} == beside
    hit = measures.callback_hit_rate(hand_promises)
    assert [n_events(hit, link=link) for link in ("certain", "possible")] == [(9, 3), (9, 4)]
    silent = measures.silent_promises(hand_promises)
    assert [n_events(silent, "count", link=link) for link in ("certain", "possible")] == [(9, 2), (9, 1)]
    late = measures.late_callbacks(hand_promises)
    assert [n_events(late, "count", link=link) for link in ("certain", "possible")] == [(9, 1), (9, 1)]


@pytest.mark.slow
def test_attempts_are_those_worked_out_on_paper(hand_promises):
    first = measures.first_attempt_hit_rate(hand_promises)
    assert [n_events(first, link=link) for link in ("certain", "possible")] == [(8, 5), (9, 6)]
    for link in ("certain", "possible"):
        assert n_events(measures.second_attempt_made_rate(hand_promises), link=link) == (3, 2)
        assert n_events(measures.second_attempt_hit_rate(hand_promises), link=link) == (2, 1)
    both = measures.both_missed_rate(hand_promises)
    assert [n_events(both, link=link) for link in ("certain", "possible")] == [(9, 1), (8, 1)]
    assert n_events(measures.notice_rate(hand_promises)) == (8, 2)


def test_contact_within_some_days_is_that_worked_out_on_paper(hand_promises):
    result = measures.time_to_callback(hand_promises)
    found = {t: [n_events(result, f"contact_within_{t}d", link=link) for link in ENDS] for t in (3, 7, 15)}
    assert found == {3: [(11, 7), (11, 8)], 7: [(8, 8), (8, 8)], 15: [(0, 0), (0, 0)]}


def test_requests_made_again_are_those_worked_out_on_paper(hand_promises):
    result = measures.restart_rate(hand_promises)
    assert [n_events(result, "after_both_missed", link=link) for link in ENDS] == [(1, 1), (1, 1)]
    assert [n_events(result, "after_silence", link=link) for link in ENDS] == [(2, 1), (1, 1)]


@pytest.fixture
def hand_calls():
    rows = pd.read_csv(BY_HAND / "measures_calls.csv").convert_dtypes()
    return rows.assign(wait_s=rows["minutes"] * 60, wait_origin="dial", date=pd.to_datetime(rows["date"]))


SEEN = "2022-04-30"


def test_what_was_held_is_what_was_worked_out_on_paper(hand_calls):
    held = measures.hours_on_hold(hand_calls, per_hour=90)
    assert (figure(held, "held")["value"], figure(held, "cost")["value"]) == (20_100, 502.5)
    assert n_events(held, "held") == (11, 11)
    result = measures.hold_per_answer(hand_calls)
    assert (n_events(result, "hold_per_answer"), figure(result, "hold_per_answer")["flag"]) == ((11, 8), "small_n")
    twice = figure(measures.hold_per_answer(pd.concat([hand_calls] * 2)), "hold_per_answer")
    assert twice["value"] == pytest.approx(41.875 * 60)
    assert [twice["low"] / 60, twice["high"] / 60] == pytest.approx([35.15, 49.89], abs=0.01)


def test_a_rate_per_hour_that_is_none_is_refused(hand_calls):
    for wrong in (0, -95, float("nan")):
        with pytest.raises(CallLogError, match="an amount above 0"):
            measures.hours_on_hold(hand_calls, per_hour=wrong)


def test_paths_and_what_was_passed_on_are_those_worked_out_on_paper(hand_calls):
    paths = measures.path_success_rate(hand_calls)
    assert n_events(paths, words_said="infopass") == (4, 4)
    assert n_events(paths, words_said="agent") == (3, 0)
    assert paths.table.query("statistic == 'n_unsaid'")["value"].sum() == 5
    passed = measures.escalation_rate(hand_calls)
    assert [n_events(passed, s) for s in ("rate", "rate_urgent", "rate_regular")] == [(7, 2), (7, 1), (7, 1)]
    assert figure(passed, "n_unknown")["value"] == 1
    assert n_events(measures.urgency_downgrade_rate(hand_calls)) == (2, 1)
    tier2 = measures.tier2_request_granted(hand_calls)
    assert (n_events(tier2), n_events(tier2, "promised_instead")) == ((2, 1), (2, 1))


def test_refusals_are_those_worked_out_on_paper(hand_calls):
    refused = measures.refusal_rate(hand_calls, by=("caller_role",))
    assert n_events(refused, caller_role="staff") == n_events(refused, "refused_no_g28", caller_role="staff") == (1, 1)
    assert n_events(refused, caller_role="attorney") == (6, 0)


def test_requests_are_those_worked_out_on_paper(hand_calls):
    found = measures.request_outcome(hand_calls, as_of=SEEN)
    for request, counts in {"appointment": (1, 1, 0, 0), "expedite": (0, 0, 1, 1)}.items():
        for result, k in zip(("granted", "relayed", "refused", "nothing_came"), counts, strict=True):
            assert n_events(found, result, request=request) == (2, k)
    five = measures.request_outcome(pd.concat([hand_calls] * 5), as_of=SEEN)
    granted = figure(five, "granted_within_30_days", request="appointment")
    assert (granted["n"], granted["events"], granted["value"]) == (10, 5, 0.5)
    assert figure(five, "refused_within_30_days", request="expedite")["flag"] == "not_estimable"
    assert figure(five, "median_days", request="appointment")["flag"] == "small_n"
    many = measures.request_outcome(pd.concat([hand_calls] * 20), as_of=SEEN)
    assert figure(many, "median_days", request="appointment")["value"] == 5


def test_needs_are_those_worked_out_on_paper(hand_calls):
    needs = measures.calls_per_need(hand_calls)
    assert n_events(needs, "calls") == (6, 11)
    assert n_events(needs, "one_call") == (6, 4)
    assert n_events(needs, "mean_if_resolved") == (3, 3)
    four = pd.concat([hand_calls.assign(episode_id=hand_calls["episode_id"] + str(i)) for i in range(4)])
    assert figure(measures.calls_per_need(four), "mean")[["n", "value"]].tolist() == [24, pytest.approx(11 / 6)]
    redialed = measures.redial_rate(hand_calls, as_of=SEEN)
    assert (n_events(redialed), figure(redialed, "n_too_recent")["value"]) == ((3, 2), 1)
    settled = measures.first_contact_resolution(hand_calls, as_of=SEEN)
    assert (n_events(settled), figure(settled, "n_too_recent")["value"]) == ((4, 1), 1)


def test_calls_that_no_one_logged_make_needs_shorter_and_the_caveat_says_so():
    rng = np.random.default_rng(1)
    calls = rng.geometric(0.5, 4000)  # half of the needs end with each call: two calls a need
    seq = np.concatenate([np.arange(1, n + 1) for n in calls])
    frame = pd.DataFrame({"episode_id": np.repeat(np.arange(4000), calls).astype(str), "episode_call": seq})
    whole = measures.calls_per_need(frame.assign(outcome="unknown"))
    half = measures.calls_per_need(frame[rng.random(len(frame)) < 0.5].assign(outcome="unknown"))
    assert figure(whole, "mean")["value"] == pytest.approx(2, abs=0.1)
    assert figure(half, "mean")["value"] == pytest.approx(1.5, abs=0.1)
    assert "usually too low if the log is incomplete: with half of the calls logged, at random, 1.5" in half.caveats[0]


def test_what_cannot_have_been_followed_yet_is_in_no_rate(hand_calls):
    for measure in (measures.redial_rate, measures.first_contact_resolution):
        assert n_events(measure(hand_calls, as_of="2022-03-01"))[0] == 0
        assert n_events(measure(hand_calls))[0] == 0  # no one said when the log was looked at


# ---- recounted by other means --------------------------------------------------------------------------


def promises_frame():
    frame = LOG.promises.to_arrow().to_pandas()
    yes = {c: frame[c].eq(True) for c in frame if c.startswith("is_")}  # a missing flag is no yes
    return frame, yes


def counted(reading="default"):
    frame, yes = promises_frame()
    known = frame["is_due_default"].notna() & (frame["state"] != "withdrawn") & ~yes["is_blocked"]
    return frame[known & yes[f"is_due_{reading}"] & yes[f"is_watched_{reading}"]]


@pytest.mark.parametrize("reading", schema.READINGS)
def test_kept_promises_are_recounted(reading):
    those = counted(reading)
    kept = those[f"is_kept_certain_{reading}"].eq(True)
    more = most_served(those[~kept], reading)
    result = measures.promise_kept_rate(LOG.promises)
    assert n_events(result, reading=reading, link="certain") == (len(those), kept.sum())
    assert n_events(result, reading=reading, link="possible") == (len(those), kept.sum() + more)


def most_served(promises, *worth) -> int:
    """A largest matching by augmenting paths (Kuhn), one promise after the other."""
    bits = sum(schema.FREE_BITS[word] for word in worth)
    callbacks = [
        {int(callback) >> 8 for callback in result if int(callback) & bits == bits}
        for result in promises["free_callbacks"]
    ]
    owner: dict[int, int] = {}

    def is_served(promise, seen) -> bool:
        for callback in callbacks[promise] - seen:
            seen.add(callback)
            if callback not in owner or is_served(owner[callback], seen):
                owner[callback] = promise
                return True
        return False

    return sum(is_served(promise, set()) for promise in range(len(callbacks)))


def test_a_second_ring_is_not_expected_after_an_email():
    frame = missed_first(certain_emailed_at_utc=[None, pd.Timestamp("2022-03-01", tz="UTC"), None])
    result = measures.second_attempt_made_rate(frame)
    assert n_events(result, link="certain") == n_events(result, link="possible") == (2, 1)
    assert figure(result, "n_ended")["value"] == 1


def test_a_second_ring_that_no_one_could_have_seen_is_not_missing():
    result = measures.second_attempt_made_rate(missed_first(is_round_watched_certain=[True, True, False]))
    assert n_events(result, link="certain") == n_events(result, link="possible") == (2, 1)
    assert figure(result, "n_unwatched")["value"] == 1


def missed_first(**more):
    """Three promises whose first callback no one answered; after one of them a second came."""
    given = {
        "certain_first_callback_result": "missed",
        "certain_second_callback_result": ["answered", None, None],
        "is_blocked": False,
        "is_round_closed_certain": True,
        "is_round_watched_certain": True,
        "certain_emailed_at_utc": None,
    } | more
    return pd.DataFrame(given).assign(free_callbacks=[[]] * 3)


def test_hits_silent_and_late_are_recounted():
    those = counted()
    hit = measures.callback_hit_rate(LOG.promises)
    sure = those["is_hit_certain"].eq(True)
    assert n_events(hit, link="certain") == (len(those), sure.sum())
    assert n_events(hit, link="possible")[1] == sure.sum() + most_served(those[~sure], "default", "answered")
    silent, late = (those[those["certain_contact"] == word] for word in ("none", "late"))
    result = measures.silent_promises(LOG.promises)
    assert n_events(result, link="certain") == (len(those), len(silent))
    assert n_events(result, link="possible")[1] == len(silent) - most_served(silent)
    result = measures.late_callbacks(LOG.promises)
    assert n_events(result, link="certain")[1] == len(late) - most_served(late, "default")


def test_every_promise_is_counted_or_beside():
    result = measures.promise_kept_rate(LOG.promises)
    beside = sum(
        figure(result, f"n_{n}")["value"] for n in "not_due unwatched withdrawn unknown rules_differ blocked".split()
    )
    assert beside + figure(result, "rate", reading="default", link="certain")["n"] == len(LOG.promises)


def test_every_call_waited_or_is_beside():
    table = measures.wait(LOG.agency_calls).table
    medians = table[table["statistic"] == "median"]["n"].sum()
    beside = table[table["statistic"].isin(["n_not_queued", "n_unknown", "n_outside_hours"])]["value"].sum()
    assert medians + beside == len(LOG.agency_calls)


@pytest.mark.slow
def test_waits_agree_with_statsmodels_cell_by_cell():
    from statsmodels.duration.survfunc import SurvfuncRight

    agency_calls = LOG.agency_calls.to_arrow().to_pandas()
    result = measures.wait(LOG.agency_calls, by=("line",))
    live = agency_calls["in_live_hours"].isna() | agency_calls["in_live_hours"].eq(True)
    noted = agency_calls[
        live & agency_calls["wait_s"].notna() & agency_calls["wait_outcome"].isin(["reached", "gave_up", "cut_off"])
    ]
    checked = 0
    for (line, clock), those in noted.groupby(["line", "wait_origin"]):
        theirs = SurvfuncRight(those["wait_s"], (those["wait_outcome"] == "reached").astype(int))
        ours = cell_of(result.curve, line, clock)
        ours = ours[ours["reached"] > 0]
        assert ours["s"].to_numpy() == pytest.approx(theirs.surv_prob, abs=1e-12)
        assert ours["se"].to_numpy() == pytest.approx(theirs.surv_prob_se, abs=1e-12, nan_ok=True)
        median = cell_of(result.table, line, clock).query("statistic == 'median'").iloc[0]
        if median["flag"] in ("ok", "one_sided"):
            assert median["value"] == theirs.quantile(0.5)
            checked += 1
    assert checked


def cell_of(frame, line, clock):
    return frame[(frame["line"] == line) & (frame["wait_origin"] == clock)]


def outcome_oracle():
    agency_calls = LOG.agency_calls.to_arrow().to_pandas()
    live = agency_calls[agency_calls["in_live_hours"].isna() | agency_calls["in_live_hours"].eq(True)]
    is_open = live["wait_outcome"].eq("no_person") & live["wait_s"].notna()
    queued = live[live["wait_outcome"].isin(["reached", "gave_up", "cut_off"]) | is_open]
    has_known_end = live["outcome"].ne("unknown") | live["wait_outcome"].isin(
        ["reached", "gave_up", "cut_off", "not_queued"]
    )
    entered = live[live["outcome"].ne("closed") & has_known_end]
    known = live[live["person_reached"].notna()]
    stuck = ["ivr_ended", "ivr_not_understood", "ivr_gave_up"]
    unsaid = ((entered["outcome"] == "unknown") & (entered["wait_outcome"] == "not_queued")).sum()
    assert unsaid > 0
    return {
        "reach_rate": (len(known), known["person_reached"].eq(True).sum()),
        "abandonment_rate": (len(queued), (queued["wait_outcome"] == "gave_up").sum()),
        "disconnect_rate": (len(queued), (queued["wait_outcome"] == "cut_off").sum()),
        "ivr_containment_rate": (len(entered), (entered["outcome"] == "ivr_resolved").sum(), unsaid),
        "ivr_unresolved_exit_rate": (len(entered), entered["outcome"].isin(stuck).sum(), unsaid),
    }


@pytest.mark.parametrize("name", outcome_oracle())
def test_outcome_rates_are_recounted(name):
    table = getattr(measures, name)(LOG.agency_calls)
    for link in table.table["link"].dropna().unique() if "link" in table.table else [None]:
        n, events, *maybe = outcome_oracle()[name]
        most = sum(maybe) if link == "possible" else 0
        assert n_events(table, **({"link": link} if link else {})) == (n, events + most)


def theirs(callbacks):
    """Certainly a callback of theirs, whosever it was."""
    return (callbacks["link"] == "certain") | ((callbacks["link"] == "possible") & callbacks["is_credited"].eq(True))


def test_missed_callbacks_are_recounted():
    callbacks = LOG.callbacks.to_arrow().to_pandas()
    missed = callbacks["result"].isin(["missed", "voicemail", "blocked"])
    sure = theirs(callbacks)
    maybe = (callbacks["link"] == "possible") & ~sure
    own = (callbacks["link"] == "none") & (callbacks["caller_id"].eq("agency") | callbacks["entry_id"].notna())
    result = measures.missed_callbacks(LOG.callbacks)
    known = callbacks["result"] != "unknown"
    assert n_events(result, "count", link="certain") == ((sure & known).sum(), (sure & missed).sum())
    assert n_events(result, "rate") == n_events(result, "count", link="certain")
    hidden = callbacks["caller_id"].isin(["withheld", "unknown"]) & callbacks["entry_id"].isna()
    hidden &= callbacks["link"] == "none"
    inside = sure | maybe | own | (hidden & callbacks["in_window"].eq(True))
    assert figure(result, "count", link="possible")["value"] == (inside & missed).sum()
    every = inside | (hidden & callbacks["in_window"].notna())
    assert n_events(result, "count_any_hour") == ((every & known).sum(), (every & missed).sum())


def test_a_missed_call_without_a_number_is_in_the_upper_bound_although_no_request_in_the_log_was_open():
    # The one who notes requests had left: what rang then may be about a request that no one logged.
    one = {"is_credited": None, "result": "missed", "caller_id": "withheld", "channel": "voice", "entry_id": None}
    calls = [{**one, "link": link, "in_window": inside} for link, inside in (("possible", 1), ("none", 1), ("none", 0))]
    result = measures.missed_callbacks(pd.DataFrame(calls).astype({"in_window": bool}))
    assert figure(result, "count", link="possible")["value"] == 2
    assert figure(result, "count_any_hour")["value"] == 3
    assert (figure(result, "n_hidden_inside")["value"], figure(result, "n_hidden_outside")["value"]) == (1, 1)


def test_the_share_missed_allows_for_calls_that_may_have_been_callbacks():
    # Six of ten certain ones were missed. Of the calls that may have been one, 20 were answered and 25 were not: with
    # the first alone 6 of 30 were missed, with the others 31 of 35. Wilson's interval of 6 of 10 is 31 to 83 %.
    kinds = (
        ("certain", "missed", 6),
        ("certain", "answered", 4),
        ("possible", "answered", 20),
        ("possible", "missed", 25),
    )
    rows = [{"link": link, "result": result} for link, result, many in kinds for _ in range(many)]
    callbacks = pd.DataFrame(rows).assign(is_credited=None, caller_id="withheld", channel="voice")
    result = measures.missed_callbacks(callbacks)
    found = figure(result, "rate")
    assert (found["n"], found["events"]) == (10, 6)
    assert (found["low"], found["high"]) == pytest.approx((6 / 30, 31 / 35))
    assert result.caveats[0].startswith("In 1 of 1 group the interval of the rate is wider than a 95% interval")
    certain = measures.missed_callbacks(callbacks[callbacks["link"] == "certain"])
    assert "95%" not in " ".join(certain.caveats)


def test_an_attempt_credited_to_one_promise_of_several_counts_once_and_as_certain():
    callbacks = pd.DataFrame(
        {
            "link": ["certain", "possible", "possible"],
            "is_credited": [None, True, None],
            "result": "missed",
            "caller_id": ["agency", "agency", "withheld"],
            "channel": "voice",
            "in_window": True,
        }
    )
    result = measures.missed_callbacks(callbacks)
    assert n_events(result, "count", link="certain") == (2, 2)
    assert n_events(result, "count", link="possible") == (3, 3)
    assert figure(result, "n_credited")["value"] == 1
    assert n_events(measures.out_of_window_rate(callbacks)) == (2, 0)
    assert n_events(measures.withheld_share(callbacks), link="certain") == (2, 0)


def test_causes_add_up_to_what_was_missed():
    whole = measures.missed_callbacks(LOG.callbacks, by=("month",)).table.query("statistic == 'rate'")
    parts = measures.missed_callbacks(LOG.callbacks, by=("month", "cause")).table.query("statistic == 'rate'")
    assert parts["cause"].notna().all()
    summed = parts.groupby("month", dropna=False).agg(events=("events", "sum"), n=("n", "max"))
    wanted = whole.set_index("month")
    assert summed["events"].reindex(wanted.index).fillna(0).tolist() == wanted["events"].tolist()
    assert (summed["n"].reindex(wanted.index).fillna(wanted["n"]) == wanted["n"]).all()


def test_ring_shares_are_recounted():
    callbacks = LOG.callbacks.to_arrow().to_pandas()
    attempts = callbacks[theirs(callbacks) & (callbacks["channel"] == "voice")]
    timed = attempts[attempts["in_window"].notna()]
    assert n_events(measures.out_of_window_rate(LOG.callbacks)) == (len(timed), timed["in_window"].eq(False).sum())
    shown = attempts[attempts["caller_id"] != "not_recorded"]
    hidden = shown["caller_id"].isin(["withheld", "unknown"]).sum()
    assert n_events(measures.withheld_share(LOG.callbacks), link="certain") == (len(shown), hidden)


def test_completeness_is_recounted():
    entries, agency_calls = LOG.entries.to_arrow().to_pandas(), LOG.agency_calls.to_arrow().to_pandas()
    calls = entries[entries["kind"] == "dial"]
    spoke = calls[(calls["wait_outcome"] == "reached") | calls["tier"].notna()]
    result = measures.log_completeness(LOG.entries, LOG.agency_calls)
    assert n_events(result, "filled_agent_id") == (len(spoke), spoke["agent_id"].notna().sum())
    assert n_events(result, "filled_time") == (len(calls), (calls["started_precision_s"] == 60).sum())
    phoned = agency_calls[agency_calls["in_live_hours"].ne(False) & agency_calls["recorded_in"].isin(["phone", "both"])]
    assert n_events(result, "not_noted") == (len(phoned), (phoned["recorded_in"] == "phone").sum())


# ---- laws over all measures ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", some({name: name for name in CARDS}, ["wait", "promise_kept_rate", "volume"]))
def test_an_empty_log_gives_an_empty_table_with_all_its_columns(name):
    for keys in keys_to_try(name):
        full, empty = of_the_log(name, keys), measures.run(name, EMPTY, keys)
        assert empty.table.empty
        assert list(empty.table.columns) == list(full.table.columns)
        assert empty.caveats == ()
        assert empty.to_json()["rows"] == []
        assert empty._repr_html_()


@pytest.mark.slow
@every_measure
def test_every_figure_has_its_n_a_flag_and_an_interval_that_holds_it(name):
    for keys in keys_to_try(name):
        table = of_the_log(name, keys).table
        assert (table["n"] >= 0).all()
        assert (
            (table["events"] >= 0) & ((table["events"] <= table["n"]) | table["unit"].isin(["count", "ratio"]))
        ).all()
        assert set(table["flag"]) <= FLAGS
        known = table.dropna(subset=["value", "low", "high"])
        assert ((known["low"] <= known["value"] + 1e-12) & (known["value"] <= known["high"] + 1e-12)).all()
        shares = table[table["unit"] == "share"].dropna(subset=["value"])
        assert shares["value"].between(0, 1).all()
        assert (shares["n"] >= 10).all()
        assert shares[["low", "high"]].notna().any(axis=1).all(), "a share without an interval"
        assert shares.loc[shares["flag"] == "ok", ["low", "high"]].notna().all(axis=None)
        assert table.loc[table["flag"] == "ok", "value"].notna().all()
        assert table.loc[(table["unit"] == "share") & (table["flag"] == "ok"), "n"].ge(30).all()


ADDITIVE = {name: name for name in CARDS if name != "missed_callbacks"}


@pytest.mark.slow
@pytest.mark.parametrize("name", some(ADDITIVE, set(QUICK) & set(ADDITIVE)))
def test_every_group_sums_to_the_whole(name):
    def sums(keys):
        table = of_the_log(name, keys).table
        table = table[~hangs_on_free_callbacks(CARDS[name], table)]  # a callback may serve one group or another
        labels = [
            c for c in ("reading", "link", "wait_origin", "state", "step", "statistic") if c in table and c not in keys
        ]
        return table.groupby(labels, dropna=False)[["n", "events"]].sum()

    whole = sums(())
    for key in keys_in_turn(name):
        if key == "tier" and "wait_origin" in of_the_log(name).table:
            continue  # only calls that reached a person have a tier
        parts = sums((key,))
        if key in ("wait_origin", "state"):
            continue  # already keys of the whole
        pd.testing.assert_frame_equal(parts, whole.loc[parts.index], check_dtype=False)
        assert whole.index.symmetric_difference(parts.index).empty


@every_measure
def test_one_table_of_counts_is_the_sum_of_two(name):
    """What two offices count apart adds up to what they count together: nothing is estimated before it is added."""
    if CARDS[name].also:
        pytest.skip("counts two tables")
    frame = getattr(LOG, CARDS[name].table)
    half = len(frame) // 2
    parts = [replace(frame, arrow=a) for a in (frame.arrow.slice(0, half), frame.arrow.slice(half))]
    whole = getattr(measures, name)(frame)
    added = pd.concat([getattr(measures, name)(p).tally for p in parts], ignore_index=True)
    table, _ = whole.estimate(whole.card, added, whole.by)
    exact = ~hangs_on_free_callbacks(CARDS[name], table)  # a callback that is free for both halves can serve one only
    pd.testing.assert_frame_equal(table[exact], whole.table[exact], check_dtype=False)


def hangs_on_free_callbacks(card, table) -> pd.Series:
    """Which rows of a result are counted from callbacks of which no one knows whose they were."""
    free = {(row.statistic, row.reading if hasattr(row, "reading") else "", row.link) for row in card.rows
            if hasattr(row, "events") and set(f"{row.n} + {row.events}".split(" + ")) & set(card.free)}  # fmt: skip
    rows = zip(*(table[c].fillna("") if c in table else [""] * len(table) for c in ("statistic", "reading", "link")),
               strict=True)  # fmt: skip
    return pd.Series([row in free for row in rows], index=table.index, dtype=bool)


@every_measure
def test_the_order_of_rows_changes_nothing(name):
    turned = replace(
        LOG,
        **{
            t: replace(f, arrow=f.arrow.take(np.arange(len(f))[::-1]))
            for t in ("agency_calls", "callbacks", "promises", "entries")
            for f in [getattr(LOG, t)]
        },
    )
    keys = CARDS[name].keys[:1]
    pd.testing.assert_frame_equal(measures.run(name, turned, keys).table, of_the_log(name, keys).table)


@pytest.mark.slow
@pytest.mark.parametrize("name", RATED)
def test_a_promise_not_yet_due_changes_no_rate(name):
    waiting = pa.Table.from_pylist(
        [{"state": "waiting", "is_round_closed_certain": None, "urgency": "urgent", "office_id": "o1"}
         | {f"is_{w}_{r}": w == "watched" for w in ("due", "watched", "kept") for r in schema.READINGS}
         | {f"is_kept_certain_{r}": False for r in schema.READINGS}
         | {"is_hit": False, "is_hit_certain": False, "is_blocked": False}
         | {"free_callbacks": [257 * 256], "free_days": [1]}]
    )  # fmt: skip
    more = pa.concat_tables([LOG.promises.to_arrow(), *[waiting] * 50], promote_options="permissive")
    rates = [r.table[r.table["unit"] == "share"].reset_index(drop=True)
             for r in (getattr(measures, name)(f) for f in (more, LOG.promises))]  # fmt: skip
    pd.testing.assert_frame_equal(*rates)


def test_an_early_success_is_no_success_yet():
    early = {"state": "answered_first", "is_hit_certain": True, "is_blocked": False}
    early |= {f"is_{w}_{r}": w != "due" for w in ("due", "watched", "kept_certain") for r in schema.READINGS}
    frame = pd.DataFrame([early] * 40).assign(free_callbacks=[[]] * 40)
    for measure in (measures.promise_kept_rate, measures.callback_hit_rate):
        table = measure(frame).table
        assert (table[table["unit"] == "share"]["n"] == 0).all()
        assert figure(measure(frame), "n_not_due")["value"] == 40


@every_measure
def test_result_and_json_have_the_promised_shape(name):
    result = of_the_log(name, CARDS[name].keys[:1])
    found = json.loads(json.dumps(result.to_json()))
    assert list(found) == ["measure", "version", "as_of", "rows", "caveats"]
    assert (found["measure"], found["as_of"]) == (name, "2022-06-30")
    wanted = {"statistic", "unit", "n", "events", "value", "low", "high", "flag"}
    assert all(wanted <= set(row) for row in found["rows"])
    assert "NaN" not in json.dumps(found)
    assert all(isinstance(c, str) and c.endswith(".") for c in found["caveats"])
    html = result._repr_html_()
    assert "<table>" in html
    assert not re.search(r"\b(nan|nat|none|<na>)\b", html.lower())


@pytest.mark.parametrize("name", CARDS)
def test_a_card_says_all_a_hearing_would_ask(name):
    card = CARDS[name]
    for field in ("title", "population", "numerator", "minimum", "source", "owns_hour", "unit"):
        assert getattr(card, field), field
    assert card.version >= 1
    assert card.title.endswith(".")
    assert card.denominator or card.unit == "count"
    assert json.dumps(card.to_json())
    doc = getattr(measures, name).__doc__
    assert card.title.startswith(doc.splitlines()[0].replace("``", "").rstrip("."))
    assert re.search(rf">>> .*\b{name}\(", doc)
    assert f":func:`{name}`" in measures.__doc__


@pytest.mark.parametrize("name", CARDS)
def test_an_unknown_key_is_refused_with_the_list_of_those_it_takes(name):
    with pytest.raises(CallLogError) as refusal:
        measures.run(name, LOG, by=("shoe_size",))
    assert "'shoe_size'" in str(refusal.value)
    assert all(key in str(refusal.value) for key in CARDS[name].keys)


def test_a_key_of_another_table_is_refused():
    with pytest.raises(CallLogError, match="cannot be split by 'cause'"):
        measures.wait(LOG.agency_calls, by=("cause",))
    assert "state" not in CARDS["volume"].keys
    assert set(CARDS["callback_hit_rate"].keys) <= set(KEYS)


def test_an_unknown_measure_is_refused_with_the_nearest():
    with pytest.raises(CallLogError, match="no measure 'hit_rat'") as refusal:
        measures.run("hit_rat", LOG)
    assert "callback_hit_rate" in str(refusal.value)


# ---- conventions ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_three_clocks_of_a_wait_are_never_pooled():
    for keys in ((), ("line",), ("wait_origin",), ("weekday", "hour")):
        for measure in (measures.wait, measures.service_level, measures.average_speed_of_answer):
            assert "wait_origin" in measure(LOG.agency_calls, by=keys).table


@pytest.mark.parametrize("measure", [measures.hold_per_answer, measures.hours_on_hold])
def test_what_holding_cost_is_not_split_by_tier_which_a_lost_call_does_not_have(measure):
    with pytest.raises(CallLogError, match="tier"):
        measure(LOG.agency_calls, by=("tier",))


def test_by_tier_only_calls_that_reached_a_person_count():
    result = measures.wait(LOG.agency_calls, by=("tier",))
    censored = result.table[result.table["statistic"] == "share_censored"]
    assert (censored["events"] == 0).all()
    assert any("reached a person" in c for c in result.caveats)


@pytest.mark.parametrize("key", ["hour", "hour_local"])
def test_rows_without_an_hour_leave_the_hours_and_are_counted(key):
    agency_calls = LOG.agency_calls.to_arrow().to_pandas()
    sure = agency_calls[key].notna() & agency_calls["dst_flag"].isna() & (agency_calls["time_refers_to"] == "start")
    result = measures.volume(LOG.agency_calls, by=(key,))
    counts = result.table[result.table["statistic"] == "count"]
    assert counts[counts[key].notna()]["value"].sum() == sure.sum()
    assert counts[counts[key].isna()]["value"].tolist() == [(~sure).sum()]
    assert any(f"{(~sure).sum():,}" in c for c in result.caveats)
    by_day = measures.volume(LOG.agency_calls, by=("weekday",)).table.query("statistic == 'count'")
    assert by_day["value"].sum() == len(agency_calls)  # a row without an hour still has its day


def test_offices_are_shown_by_name_where_the_frame_knows_them():
    assert set(measures.volume(LOG.agency_calls, by=("office",)).table["office"]) == set(OFFICES.values())
    bare = measures.volume(LOG.agency_calls.to_arrow(), by=("office",)).table
    assert set(bare["office"]) == set(OFFICES)


def test_pooling_offices_or_lines_is_said():
    caveats = " ".join(measures.wait(LOG.agency_calls).caveats)
    assert "3 offices are counted together" in caveats
    assert "Several agency lines" in caveats
    apart = " ".join(measures.wait(LOG.agency_calls, by=("office", "line")).caveats)
    assert "counted together" not in apart


def test_states_stand_in_the_order_of_the_dictionary():
    found = measures.promise_states(LOG.promises).table["state"].tolist()
    assert found == [s for s in schema.STATES.split() if s in found]
    assert measures.promise_states(LOG.promises).table["value"].sum() == len(LOG.promises)


def test_the_day_of_the_look_comes_from_the_log_or_is_given():
    assert measures.volume(LOG.agency_calls).as_of == AS_OF
    assert measures.volume(LOG.agency_calls.to_arrow(), as_of="2022-05-01").as_of == date(2022, 5, 1)
    assert measures.volume(LOG.agency_calls.to_arrow()).as_of is None


@pytest.mark.parametrize(("n", "flag", "shown"), [(0, "not_estimable", 0), (9, "small_n", 0), (10, "small_n", 1),
                                                  (29, "small_n", 1), (30, "ok", 1)])  # fmt: skip
def test_a_share_of_few_is_flagged(n, flag, shown):
    frame = pd.DataFrame({"person_reached": [True] * n + [None]})
    row = figure(measures.reach_rate(frame), "rate")
    assert (row["flag"], row[["value", "low", "high"]].notna().all()) == (flag, bool(shown))


def waits(reached, gave_up=0, minutes=30):
    steps = [minutes * 60 + 60 * i for i in range(reached)]
    return pd.DataFrame(
        {
            "wait_s": steps + [60] * gave_up,
            "wait_outcome": ["reached"] * reached + ["gave_up"] * gave_up,
            "wait_origin": "dial",
        }
    )


@pytest.mark.parametrize("name", [name for name, card in CARDS.items() if card.are_apart and not card.left_out])
def test_counts_of_predicates_that_are_apart_tell_the_account_of_rows(name):
    card = CARDS[name].worded(LOG.agency)
    rng, n = np.random.default_rng(11), 4000
    frame = pd.DataFrame(
        {
            "in_live_hours": rng.choice([True, False, None], n),
            "wait_s": rng.choice([None, 0, 600, 2400], n),
            "wait_outcome": rng.choice(schema.WAIT_OUTCOMES.split(), n),
            "wait_origin": rng.choice(["dial", "queue", "unstated"], n),
        }
    )
    for rows in (frame, LOG.agency_calls):
        sums = tally(rows, card)[["n", *card.counts]].sum().to_dict()
        by_sums = account_of_frame(rows, card, "", None, LOG.agency, sums)
        assert by_sums == account_of_frame(rows, card, "", None, LOG.agency)


def test_a_wait_that_ended_without_a_person_counts_as_long_whoever_ended_it():
    hung_up = waits(30, 25, minutes=20).assign(person_reached=[True] * 30 + [False] * 25)
    hung_up["wait_s"] += [0] * 30 + [1200] * 25
    not_said = hung_up.replace({"wait_outcome": {"gave_up": "no_person"}})
    for name in ("wait", "service_level", "hold_per_answer", "reach_rate"):
        figures, others = (getattr(measures, name)(frame).table for frame in (hung_up, not_said))
        of_figures = ~figures["statistic"].str.startswith("n_")
        columns = ["statistic", "n", "events", "value", "low", "high", "flag"]
        pd.testing.assert_frame_equal(figures.loc[of_figures, columns], others.loc[of_figures, columns])
    assert figure(measures.wait(not_said), "n_no_person")["events"] == 25


def test_who_ended_a_call_stays_open_where_no_one_noted_it():
    # Of 40 calls that queued 24 reached a person and 6 we hung up on; 4 were cut off; of 6 no one noted it
    ends = {"reached": 24, "gave_up": 6, "cut_off": 4, "no_person": 6, "not_queued": 3}
    frame = pd.DataFrame({"wait_outcome": [end for end, n in ends.items() for _ in range(n)], "wait_s": 600})
    for rate, least in ((measures.abandonment_rate, 6), (measures.disconnect_rate, 4)):
        rows = rate(frame).table
        ends = rows[rows["statistic"] == "rate"].set_index("link")[["n", "events"]]
        assert ends.loc["certain"].tolist() == [40, least]
        assert ends.loc["possible"].tolist() == [40, least + 6]
        # Without a wait nothing says that the six queued
        assert figure(rate(frame.assign(wait_s=None)), "n_unknown")["events"] == 6


@pytest.mark.parametrize(
    ("frame", "statistic", "flag"),
    [
        (waits(19), "median", "small_n"),
        (waits(20), "median", "ok"),
        (waits(9, 40), "median", "small_n"),
        (waits(35), "p90", "small_n"),
        (waits(60), "p90", "ok"),
    ],
)
def test_a_time_of_few_is_left_out(frame, statistic, flag):
    row = figure(measures.wait(frame), statistic)
    assert (row["flag"], pd.notna(row["value"])) == (flag, flag == "ok")


def test_a_curve_that_never_comes_down_says_so():
    frame = pd.DataFrame({"wait_s": [60] * 15 + [600] * 25, "wait_outcome": ["reached"] * 15 + ["gave_up"] * 25,
                          "wait_origin": "dial"})  # fmt: skip
    assert figure(measures.wait(frame), "median")["flag"] == "not_estimable"


def test_few_are_said_in_counts_and_many_with_their_interval():
    def words(**row):
        return measures.in_words({"unit": "share", "flag": "ok", "low": None, "high": None, "value": None} | row)

    assert words(n=41, events=23, value=23 / 41, low=0.41, high=0.70) == "56% (95% interval 41-70%; 23 of 41)"
    assert words(n=12, events=7, value=7 / 12, low=0.32, high=0.81, flag="small_n") == "7 of 12 (95% interval 32-81%)"
    assert words(n=7, events=3, flag="small_n") == "3 of 7"
    assert words(n=40, events=0, value=0.0, low=0.0, high=0.09) == "0 of 40 (95% interval 0-9%)"


# ---- the ladder ------------------------------------------------------------------------------------------


def thin_week(per_cell):
    rows = [(d, h, 60 * (10 + i), "reached") for d in range(1, 6) for h in range(8, 20) for i in range(per_cell)]
    frame = pd.DataFrame(rows, columns=["weekday", "hour", "wait_s", "wait_outcome"])
    return frame.assign(wait_origin="dial", time_refers_to="start", month=202203)


def test_hours_become_blocks_when_too_few_reach_the_minimum():
    result = measures.coarsen(measures.wait(thin_week(10), by=("weekday", "hour")))
    assert result.by == ("weekday", "block", "wait_origin")
    assert result.table["block"].unique().tolist() == ["08-10", "10-14", "14-17", "17-20"]
    medians = result.table[result.table["statistic"] == "median"]
    assert sorted(medians["n"].unique()) == [20, 30, 40]
    assert (medians["flag"] == "ok").all()
    assert "hours are joined to blocks" in result.caveats[0]


def test_what_is_enough_stays_as_it_is():
    result = measures.wait(thin_week(20), by=("weekday", "hour"))
    assert measures.coarsen(result) is result


def test_few_calls_in_no_cells_have_no_coarser_cells():
    result = measures.wait(thin_week(3))
    assert measures.coarsen(result) is result


def test_an_open_hour_in_which_no_one_called_is_a_cell_too():
    frame = thin_week(20)
    result = measures.wait(frame[frame["hour"] < 14], by=("weekday", "hour"))
    assert share_of_cells(result, "median") == pytest.approx(30 / 60)
    assert "block" in measures.coarsen(result).by


def test_months_become_quarters_then_years():
    few = pd.DataFrame({"person_reached": [True] * 12 * 4, "month": [202100 + m for m in range(1, 13)] * 4})
    assert measures.coarsen(measures.reach_rate(few, by=("month",))).by == ("year",)
    some = pd.concat([few] * 3)
    quarters = measures.coarsen(measures.reach_rate(some, by=("month",)))
    assert quarters.table["quarter"].unique().tolist() == ["2021 Q1", "2021 Q2", "2021 Q3", "2021 Q4"]


def test_a_coarser_table_is_that_of_coarser_rows():
    frame = thin_week(10).assign(reached=True)
    joined = measures.coarsen(measures.wait(frame, by=("weekday", "hour"))).table.query("statistic == 'median'")
    blocks = frame.assign(hour=[int(agencies.load().open_week.block(h).split("-")[0]) for h in frame["hour"]])
    direct = measures.wait(blocks, by=("weekday", "hour")).table.query("statistic == 'median'")
    assert joined["value"].tolist() == direct["value"].tolist()
    assert joined["low"].tolist() == direct["low"].tolist()


@every_measure
def test_coarsening_loses_nothing(name):
    keys = tuple(key for key in ("month", "hour", "office") if key in CARDS[name].keys)
    result = of_the_log(name, keys)
    joined = measures.coarsen(result)
    if name != "missed_callbacks":
        assert (
            joined.table.query("unit == 'count'")["value"].sum() == result.table.query("unit == 'count'")["value"].sum()
        )
    assert not joined.table.empty


# ---- other people's rules --------------------------------------------------------------------------------


def test_every_published_rule_names_counts_there_are_and_says_where_it_is_from():
    for rule in rules():
        assert {term for _, term in (*rule.n, *rule.events)} <= set(TERMS), rule.rule
        assert rule.figure in FIGURES, rule.rule
        assert rule.why.endswith("."), rule.rule
        assert rule.source, rule.rule
        assert ("gave_up_short" in rule.formula()) == bool(rule.short_s), rule.rule
    named = [(rule.figure, rule.rule) for rule in rules()]
    assert len(named) == len(set(named))


def test_every_rule_and_ours_stand_in_the_table_with_a_reason():
    table = measures.reconcile(LOG.agency_calls).table
    ruled = table[table["rule"].notna()]
    wanted = {(rule.figure, rule.rule) for rule in rules()}
    wanted |= {(figure, OURS) for figure in WHY_OURS}
    assert set(zip(ruled["statistic"], ruled["rule"], strict=True)) == wanted
    assert ruled["why"].str.endswith(".").all()
    assert table.loc[table["rule"].isna(), "why"].isna().all()


def test_no_rule_has_a_mean_wait_of_fewer_calls_than_a_mean_takes():
    def means(n):
        waited = {"wait_s": 600, "wait_outcome": ["reached"] * n, "wait_origin": "queue", "outcome": "resolved"}
        calls = pd.DataFrame(waited)
        return measures.reconcile(calls).table.query("statistic == 'average_wait' and n > 0")

    few, enough = means(19), means(20)
    assert few["value"].isna().all()
    assert set(few["flag"]) == {"small_n"}
    assert (enough["value"] == 600).all()
    assert set(enough["flag"]) == {"ok"}


def test_what_is_not_logged_moves_a_rate_between_two_bounds_that_are_said():
    # 20 of 40 promised, 10 not logged, and 10 calls of which no one logged whether a person spoke: 20 to 40 of 60.
    logged = {"person_reached": True, "promised": ["regular"] * 20 + ["none"] * 20 + [None] * 10}
    unseen = pd.DataFrame({"person_reached": [None] * 10, "promised": [None] * 10})
    result = measures.escalation_rate(pd.concat([pd.DataFrame(logged), unseen], ignore_index=True))
    (sentence,) = [sentence for sentence in result.caveats if "could be yes or no" in sentence]
    assert "20 calls could be yes or no" in sentence
    assert "33% of 60" in sentence
    assert "all of them yes, 67%" in sentence
    assert "without them 50% of 40" in sentence


def test_a_promise_given_an_extension_is_not_silent_and_counted_beside():
    one = {"state": "silent", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    one |= {"certain_contact": "none", "is_blocked": False, "free_callbacks": []}
    promises = pd.DataFrame([one] * 10).assign(callback_extension=[True] * 2 + [False] * 3 + [None] * 5)
    rows = measures.silent_promises(promises).table
    assert rows[(rows["statistic"] == "count") & (rows["link"] == "certain")]["value"].tolist() == [8]
    assert rows[rows["statistic"] == "n_extension"]["value"].tolist() == [2]


# ---- as a person takes it -----------------------------------------------------------------------------


@every_measure
def test_a_result_is_as_readable_in_a_terminal_as_in_a_notebook(name):
    result = of_the_log(name, CARDS[name].keys[:1])
    text, page = repr(result), html.unescape(result._repr_html_())
    assert text.startswith(f"{name}: ")
    assert not re.search(r"\b(nan|nat|<na>|Card\()\b", text)
    assert all(cell in page for cell in re.split(" {2,}", text.splitlines()[-2]))


@every_measure
def test_a_result_is_wide_and_long_in_pandas(name):
    result = of_the_log(name, CARDS[name].keys[:1])
    wide, long_table = result.wide(), result.to_pandas(minutes=True)
    assert wide.notna().sum().sum() == result.table["value"].notna().sum()
    times = result.table["unit"] == "s"
    assert long_table.loc[times, "value"].equals(result.table.loc[times, "value"] / 60)
    assert long_table.loc[~times, "value"].equals(result.table.loc[~times, "value"])
    for statistic in result.table["statistic"].unique():
        picked = result.pick(statistic)
        assert set(picked.table["statistic"]) == {statistic}
        assert (picked.caveats, picked.as_of) == (result.caveats, result.as_of)


def test_figures_of_no_case_are_one_sentence_and_what_was_left_out_stays():
    shown = measures.wait(LOG.agency_calls.to_arrow().to_pandas().assign(wait_s=None), "hour")
    assert "No figure: there is no case to count." in repr(shown)
    first, _, rest = shown._repr_html_().partition("<details>")
    assert "<table>" not in first
    assert "no usable wait" in rest


def test_a_result_that_is_not_split_shows_every_figure_of_its_unit_first():
    shown = measures.log_completeness(LOG.entries, LOG.agency_calls)._repr_html_().split("<details>")[0]
    assert "filled in: agent name" in shown


def test_a_long_table_is_folded_and_a_short_one_is_open():
    by_hour = measures.volume(LOG.agency_calls, by=("weekday", "hour"))._repr_html_()
    assert "<summary>Show the table: " in by_hour
    assert by_hour.index("<details>") < by_hour.index("<table>")
    by_weekday = measures.volume(LOG.agency_calls, by="weekday")._repr_html_()
    assert "Show the table" not in by_weekday


def test_what_no_one_noted_is_said_only_of_keys_by_which_a_figure_is_split():
    rest = measures.run("when_to_call", LOG)._repr_html_()
    assert "not logged" not in rest
    assert "not logged" in measures.reach_rate(LOG.agency_calls, by="tier")._repr_html_()


def test_months_and_weekdays_have_their_names():
    page = measures.volume(LOG.agency_calls, by=("weekday", "month", "hour"))._repr_html_()
    assert re.search(r"<td>Tuesday</td><td>\w{3} 2022</td><td>\d+ [ap]\.m\.</td>", page)
    frame = measures.volume(LOG.agency_calls, by=("weekday", "month")).to_pandas()
    assert frame["weekday"].cat.ordered
    assert str(frame["month"].dtype) == "period[M]"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda r: r.pick("medain"), "(?s)no statistic 'medain'.*median"),
        (lambda r: r.pick("median", hour=8), "(?s)not split by 'hour'.*weekday"),
        (lambda r: r.pick("median", weekday=9), "no weekday 9"),
        (lambda r: r.wide("hour"), "(?s)not split by 'hour'.*weekday"),
        (measures.coarsen, None),
        (lambda r: measures.coarsen(LOG), "(?s)takes the result of a measure.*by="),
    ],
)
def test_what_a_result_does_not_have_is_refused_with_what_it_has(ask, message):
    result = measures.wait(LOG.agency_calls, by="weekday")
    if message is None:
        assert ask(result)
        return
    with pytest.raises(CallLogError, match=message):
        ask(result)


def test_a_column_that_is_missing_is_never_passed_over_in_silence():
    calls = LOG.agency_calls.to_arrow().to_pandas()
    with pytest.raises(CallLogError, match="no column wait_s"):
        measures.wait(calls.drop(columns="wait_s"))
    with pytest.raises(CallLogError, match="column 'wait_outcome' is missing"):
        measures.wait(calls.drop(columns="wait_outcome"))
    caveat = measures.wait(calls.drop(columns="in_live_hours")).caveats[-1]
    assert caveat == "These rows have no column in_live_hours: counted as if no one had noted it."
    assert not [result for result in measures.wait(calls).caveats if "no column" in result]
