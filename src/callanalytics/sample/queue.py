"""What happens on a call: the automated system, the queue, Tier 1."""

from __future__ import annotations

from datetime import datetime

from callanalytics.sample import model
from callanalytics.sample.almanac import eastern, is_live
from callanalytics.sample.dice import Dice
from callanalytics.sample.model import Dial, Need

_SAID = {
    "appointment": {"infopass": 62, "agent": 12, "representative": 10, "": 16},
    "expedite": {"expedite": 45, "infopass": 15, "agent": 20, "": 20},
    "inquiry": {"case_status": 34, "agent": 24, "representative": 20, "infopass": 6, "": 16},
    "other": {"representative": 34, "agent": 30, "": 36},
}


def median_min(utc: datetime) -> float:
    """The true median of the wait, in minutes, of a call that joins the queue at this moment.

    >>> median_min(datetime(2022, 3, 1, 15, 30))  # Tuesday 10:30 Eastern
    39.0
    """
    clock = eastern(utc)
    step = model.STEP if clock.date() >= model.STEP_ON else 1.0
    return model.MEDIAN_MIN[clock.hour] * model.WEEKDAY[clock.isoweekday()] * step


def place(dice: Dice, id: str, office: str, need: Need, when: datetime, ours: str) -> Dial:
    """One call, from dialing to the end."""
    said = dice.weighted(_SAID[need.family])
    made = {"id": id, "office": office, "need": need, "start": when, "line": need.line, "ours": ours, "said": said}
    ivr_s = 30 + int(dice.lognormal(model.IVR_MEDIAN_S, 0.45))
    if need.line == "premium":
        dial = _hold(dice, made, model.PREMIUM_MEDIAN_MIN)
    elif not is_live(when):
        dial = Dial(**made, kind="not_queued", wait_s=ivr_s // 2, outcome=dice.weighted(model.AFTER_HOURS))
    elif dice.chance(model.IVR_EXIT[said]):
        dial = Dial(**made, kind="not_queued", wait_s=ivr_s, outcome=dice.weighted(model.IVR_OUTCOME))
    else:
        dial = _hold(dice, made, median_min(when))
    dial.tail_s = dice.whole(0, 9)
    return dial


def _hold(dice: Dice, made: dict, median: float) -> Dial:
    virtual = 60 * dice.lognormal(median, model.WAIT_SIGMA)
    ends = {
        "reached": virtual,
        "gave_up": 60 * dice.exponential(model.PATIENCE_MIN),
        "cut_off": 60 * dice.exponential(model.CUT_OFF_MIN),
    }
    kind = min(ends, key=ends.__getitem__)
    outcome = {"gave_up": "hung_up", "cut_off": "dropped"}.get(kind, "")
    dial = Dial(**made, kind=kind, wait_s=max(5, int(ends[kind])), outcome=outcome, virtual_s=int(virtual))
    return _talk(dice, dial) if kind == "reached" else dial


def _talk(dice: Dice, dial: Dial) -> Dial:
    dial.talk_s = 45 + int(60 * dice.lognormal(model.TALK_MEDIAN_MIN, model.TALK_SIGMA))
    results = dict(model.RESULTS[dial.need.family])
    if dial.line == "premium":
        results.pop("callback_promised")
    dial.outcome = dice.weighted(results)
    # Only Tier 2 schedules; a supervisor is rare.
    dial.tier = "tier2" if dial.outcome == "appointment" else dice.weighted({"tier1": 97, "supervisor": 3})
    return dial
