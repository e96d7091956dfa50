"""Two years of one office: needs become calls, calls become promises, promises become callbacks, or more calls.

Chance falls the same on every machine: all draws come from ``random.Random.random``, and from nothing else. On a call
come the automated system, the queue, Tier 1. A promise becomes callbacks, second attempts, e-mails, announcements, or
nothing.
"""

from __future__ import annotations

import heapq
import math
import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import NormalDist
from typing import Any

from sample_world import model
from sample_world.almanac import (
    CLOSED,
    EASTERN,
    after_window_days,
    business_day,
    due,
    eastern,
    is_live,
    is_open,
    local,
    to_utc,
)
from sample_world.model import Dial, Need, Promise, Ring, Stranger
from sample_world.offices import Line, Office

_NORMAL = NormalDist()


class Dice:
    """A stream of chance of its own for each thing: more draws in one place move nothing elsewhere.

    >>> Dice(1, "office").whole(1, 6) == Dice(1, "office").whole(1, 6)
    True
    """

    def __init__(self, *names):
        # Not for secrets: the same seed must give the same world.
        self._draw = random.Random("/".join(map(str, names))).random  # noqa: S311

    def chance(self, p: float) -> bool:
        return self._draw() < p

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._draw()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, things):
        return things[self.whole(0, len(things) - 1)]

    def weighted(self, weights: dict):
        """One of the keys, each as often as its weight says."""
        mark = self._draw() * sum(weights.values())
        for thing, weight in weights.items():
            mark -= weight
            if mark < 0:
                return thing
        return thing

    def exponential(self, mean: float) -> float:
        return -mean * math.log(1 - self._draw())

    def lognormal(self, median: float, sigma: float) -> float:
        return median * math.exp(sigma * _NORMAL.inv_cdf(max(self._draw(), 1e-12)))


_WORDS_SAID = {
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


def place_call(dice: Dice, code: str, office: str, need: Need, when: datetime, ours: str) -> Dial:
    """One call, from dialing to the end."""
    words_said = dice.weighted(_WORDS_SAID[need.family])
    made: dict[str, Any] = {"code": code, "office": office, "need": need, "start": when, "line": need.line}
    made |= {"ours": ours, "words_said": words_said}
    ivr_s = 30 + int(dice.lognormal(model.IVR_MEDIAN_S, 0.45))
    if need.line == "premium":
        agency_call = _hold(dice, made, model.PREMIUM_MEDIAN_MIN)
    elif not is_live(when):
        agency_call = Dial(**made, kind="not_queued", wait_s=ivr_s // 2, outcome=dice.weighted(model.AFTER_HOURS))
    elif dice.chance(model.IVR_EXIT[words_said]):
        agency_call = Dial(**made, kind="not_queued", wait_s=ivr_s, outcome=dice.weighted(model.IVR_OUTCOME))
    else:
        agency_call = _hold(dice, made, median_min(when))
    agency_call.tail_s = dice.whole(0, 9)
    return agency_call


def _hold(dice: Dice, made: dict, median: float) -> Dial:
    virtual = 60 * dice.lognormal(median, model.WAIT_SIGMA)
    ends = {
        "reached": virtual,
        "gave_up": 60 * dice.exponential(model.PATIENCE_MIN),
        "cut_off": 60 * dice.exponential(model.CUT_OFF_MIN),
    }
    kind = min(ends, key=ends.__getitem__)
    outcome = {"gave_up": "hung_up", "cut_off": "dropped"}.get(kind, "")
    agency_call = Dial(**made, kind=kind, wait_s=max(5, int(ends[kind])), outcome=outcome, virtual_s=int(virtual))
    return _talk(dice, agency_call) if kind == "reached" else agency_call


def _talk(dice: Dice, agency_call: Dial) -> Dial:
    agency_call.talk_s = 45 + int(60 * dice.lognormal(model.TALK_MEDIAN_MIN, model.TALK_SIGMA))
    results = dict(model.RESULTS[agency_call.need.family])
    if agency_call.line == "premium":
        results.pop("callback_promised")
    agency_call.outcome = dice.weighted(results)
    # Only Tier 2 schedules; a supervisor is rare.
    agency_call.tier = (
        "tier2" if agency_call.outcome == "appointment" else dice.weighted({"tier1": 97, "supervisor": 3})
    )
    return agency_call


END = to_utc(EASTERN, datetime(2022, 12, 31, 23, 59, 59))  # what comes later is in no export


def promise_on(dice: Dice, office: Office, agency_call: Dial, code: str) -> Promise:
    """The promise that Tier 1 gave on this call, with everything that came of it up to the end of 2022."""
    urgent = dice.chance(model.URGENT[agency_call.need.family])
    word = "urgent" if urgent else "regular"
    value, unit = model.STATED[word][eastern(agency_call.start).date() >= model.RULE_CHANGED]
    to = dice.weighted(office.gives)
    promise = Promise(
        code=code,
        office=office.key,
        agency_call=agency_call,
        urgency=word,
        value=value,
        unit=unit,
        due=due(agency_call.end, value, unit),
        to=to,
        given=None if dice.chance(model.NUMBER_UNWRITTEN) else to,
        extension=office.line(to).kind == "desk" and dice.chance(model.EXTENSION),
        fate=dice.weighted(model.CONTACT),
        sr=f"{dice.whole(0, 99999999):08d}",
    )
    _play(dice, office, promise)
    return promise


def _play(dice: Dice, office: Office, promise: Promise) -> None:
    stated = promise.value / 24 if promise.unit == "hours" else promise.value
    after = stated * min(dice.lognormal(model.CONTACT_MEDIAN, model.CONTACT_SIGMA), 4.0)
    first = after_window_days(promise.start, after)
    if dice.chance(model.WITHDRAWN):
        promise.fate = "withdrawn"
        promise.withdrawn = after_window_days(promise.start, after * dice.between(0.2, 0.8))
        return
    if promise.fate == "email":
        promise.emailed = first
    elif promise.fate == "phone":
        _announce(dice, promise, first, after)
        _attempts(dice, office, promise, first)


def _announce(dice: Dice, promise: Promise, first: datetime, after: float) -> None:
    ahead = dice.between(*model.NOTICE_DAYS)
    if after > ahead + 0.2 and dice.chance(model.NOTICE):
        promise.notice = after_window_days(promise.start, after - ahead)
        promise.notice_channel = "text" if dice.chance(model.NOTICE_TEXT) else "email"


def _attempts(dice: Dice, office: Office, promise: Promise, first: datetime) -> None:
    """A first attempt; after a miss perhaps a second, and there it ends."""
    if dice.chance(model.OUTSIDE_WINDOW):
        evening = eastern(first).replace(hour=18, minute=dice.whole(31, 59))
        first = to_utc(EASTERN, evening)
    callback = _attempt(dice, office, promise, first)
    if callback.result != "answered" and dice.chance(model.SECOND_ATTEMPT):
        _attempt(dice, office, promise, after_window_days(callback.start, dice.between(*model.SECOND_AFTER_DAYS)))


def _attempt(dice: Dice, office: Office, promise: Promise, start: datetime) -> Ring:
    line = office.line(promise.to)
    callback = Ring(
        code="", office=office.key, promise=promise, start=start, to=promise.to,
        shows="withheld" if dice.chance(model.WITHHELD) else "agency", result="missed", talk_s=0,
    )  # fmt: skip
    asked = line.kind == "mobile" and eastern(start).date() >= model.TEXT_AHEAD_FROM and dice.chance(model.TEXT_AHEAD)
    if asked:
        callback.channel, callback.shows = "text", "agency"
        if dice.chance(0.6):  # we say yes, and the call comes within the hour
            promise.callbacks.append(callback)
            callback.result = "answered"
            callback = replace(callback, channel="voice", start=start + timedelta(minutes=dice.whole(12, 50)))
    if callback.channel == "voice":
        callback.result, callback.talk_s = _pick_up(dice, office, promise, callback, likely=asked)
    promise.callbacks.append(callback)
    return callback


def _pick_up(dice: Dice, office: Office, promise: Promise, callback: Ring, likely: bool) -> tuple[str, int]:
    line = office.line(promise.to)
    if line.blocks and callback.shows == "withheld":
        return "blocked", 0
    answers = model.ANSWERS_MOBILE if line.kind == "mobile" else model.ANSWERS
    chance = answers[opening_state(office, callback.start)]
    chance *= model.WITHHELD_FACTOR if callback.shows == "withheld" else 1.0
    chance *= model.EXTENSION_FACTOR if promise.extension else 1.0
    if dice.chance(0.95 if likely else chance):
        return "answered", 60 + int(60 * dice.lognormal(7.0, 0.6))
    return ("voicemail", dice.whole(8, 70)) if dice.chance(model.VOICEMAIL) else ("missed", 0)


def opening_state(office: Office, utc: datetime) -> str:
    """Whether the office is ``open``, within an hour of it (``shoulder``), or ``closed``, on its own clock."""
    clock = local(office.zone, utc)
    if not is_open(clock.date()):
        return "closed"
    opens, closes = (datetime.combine(clock.date(), t) for t in (office.opens, office.closes))
    if opens <= clock < closes:
        return "open"
    hour = timedelta(hours=1)
    return "shoulder" if opens - hour <= clock < closes + hour else "closed"


_DAYS = [model.FIRST + timedelta(days=n) for n in range((model.LAST - model.FIRST).days + 1)]
_FAMILY = {reason: family for reason, (family, _) in model.REASONS.items()}
_REASON = {reason: weight for reason, (_, weight) in model.REASONS.items()}
# Codes of places far from the offices; with 555-01xx no number of anybody.
_AREAS = (201, 210, 305, 404, 414, 512, 602, 614, 617, 702, 713, 804, 901, 919, 971)
_NAMES = ("Client A", "Client B", "Court clerk", "Courier", "Translator", "Landlord", "Bank", "Lunch")


@dataclass
class History:
    """Everything that happened to one office, each list in order of time."""

    office: Office
    agency_calls: list[Dial]
    promises: list[Promise]
    callbacks: list[Ring]
    strangers: list[Stranger]


def live_through(office: Office, seed: int) -> History:
    """The office's two years; the same seed gives the same ones."""
    desk = _Desk(office, seed)
    desk.work()
    agency_calls = _numbered(desk.agency_calls, f"{office.key[0]}-D")
    promises = _numbered([d.promise for d in agency_calls if d.promise], f"{office.key[0]}-P")
    callbacks = sorted((r for p in promises for r in p.callbacks), key=lambda r: r.start)
    strangers = [s for line in office.lines if line.covered_from for s in _strangers(office, line, seed)]
    return History(office, agency_calls, promises, _numbered(callbacks, f"{office.key[0]}-R"), strangers)


def _numbered(things: list, prefix: str) -> list:
    for n, thing in enumerate(things, 1):
        thing.code = f"{prefix}{n:04d}"
    return things


class _Desk:
    """The one who calls: never two calls at a time, never outside the hours in which the office calls."""

    def __init__(self, office: Office, seed: int):
        self.office, self.seed = office, seed
        self.dice = Dice(seed, office.key, "calls")
        self.agency_calls: list[Dial] = []
        self.free = datetime(2020, 12, 31)
        self.later: list = []
        self.planned = 0

    def work(self) -> None:
        days = [d for d in _DAYS if d >= self.office.since]
        for n in range(1, self.office.needs + 1):
            self._plan(self._some_time(self.dice.pick(days)), self._need(n))
        while self.later:
            when, _, need = heapq.heappop(self.later)
            fitting = self._fitting(when)
            if fitting > when:
                self._plan(fitting, need)
            elif when < END - timedelta(hours=6):
                self._call(when, need)

    def _plan(self, when: datetime, need: Need) -> None:
        self.planned += 1  # keeps the order of plans for the same second
        heapq.heappush(self.later, (when, self.planned, need))

    def _need(self, n: int) -> Need:
        dice = self.dice
        code, matter = f"{self.office.key[0]}-N{n:03d}", f"M-{self.office.key[0]}{n:04d}"
        if dice.chance(model.PREMIUM_SHARE):
            return Need(code, matter, "premium", "inquiry", "premium")
        reason = dice.weighted(_REASON)
        return Need(code, matter, reason, _FAMILY[reason], "contact_center")

    def _some_time(self, day: date) -> datetime:
        """A time at which the office may call, on this day or the next on which it works."""
        first, last = self.office.calls_from, self.office.calls_until
        if self.dice.chance(model.EARLY):
            last = first + 2
        hour = self.dice.between(first, last)
        while not self._works(day):
            day += timedelta(days=1)
        return to_utc(self.office.zone, datetime.combine(day, time(0)) + timedelta(seconds=int(hour * 3600)))

    def _works(self, day: date) -> bool:
        """Monday to Friday; on three federal holidays of ten somebody is in, and finds the line closed."""
        return day.weekday() < 5 and (day not in CLOSED or Dice(self.seed, self.office.key, day).chance(0.3))

    def _fitting(self, when: datetime) -> datetime:
        """This moment, if the caller is free and at work; else the next that may do."""
        when = max(when, self.free)
        clock = local(self.office.zone, when)
        hour = clock.hour + clock.minute / 60
        if hour > self.office.calls_until:
            return self._some_time(clock.date() + timedelta(days=1))
        if hour < self.office.calls_from or not self._works(clock.date()):
            return self._some_time(clock.date())
        return when

    def _call(self, when: datetime, need: Need) -> None:
        dice, office = self.dice, self.office
        need.calls += 1
        agency_call = place_call(dice, "", office.key, need, when, dice.weighted(office.dials_from))
        agency_call.in_phone = office.covers(agency_call.ours, local(office.zone, when).date())
        self.agency_calls.append(agency_call)
        self.free = agency_call.end + timedelta(seconds=dice.whole(420, 1500))
        if need.open_promise:
            need.open_promise.restarted = need.open_promise.restarted or agency_call.start
        if agency_call.outcome == "callback_promised":
            self._promise(agency_call)
        elif need.calls < model.MOST_CALLS and agency_call.outcome in model.REDIAL:
            share, hours = model.REDIAL[agency_call.outcome]
            if dice.chance(share):
                self._plan(agency_call.end + timedelta(seconds=int(3600 * dice.lognormal(hours, 0.8))), need)

    def _promise(self, agency_call: Dial) -> None:
        dice, need = self.dice, agency_call.need
        promise = promise_on(dice, self.office, agency_call, "")
        again = _again(dice, promise)
        _forget_the_future(promise)
        for callback in promise.callbacks:
            day = local(self.office.zone, callback.start).date()
            seen = callback.channel == "voice" and callback.result != "blocked"
            callback.in_phone = seen and self.office.covers(callback.to, day)
        agency_call.promise = need.open_promise = promise
        if again and need.calls < model.MOST_CALLS:
            self._plan(again, need)


def _again(dice: Dice, promise: Promise) -> datetime | None:
    """When the office calls again about a promise: after misses, after silence, seldom after a conversation."""
    callbacks = [r for r in promise.callbacks if r.channel == "voice"] or promise.callbacks
    if callbacks and callbacks[-1].result == "answered":
        later = timedelta(days=dice.whole(12, 40), seconds=dice.whole(0, 9000))
        return callbacks[-1].start + later if dice.chance(model.AFTER_REACHED) else None
    if callbacks:
        share, since = model.RESTART_AFTER_MISSES, max(callbacks[-1].start, promise.start)
    elif promise.emailed or promise.withdrawn:
        return None
    else:
        share, since = model.RESTART_AFTER_SILENCE, promise.due
    if not dice.chance(share):
        return None
    day = business_day(eastern(since).date(), dice.whole(1, 5))
    return datetime.combine(day, time(15)) + timedelta(seconds=dice.whole(0, 18000))


def _forget_the_future(promise: Promise) -> None:
    """What would come after the last day of the sample has not happened."""
    promise.callbacks = [r for r in promise.callbacks if r.start <= END]
    for name in ("emailed", "notice", "withdrawn"):
        moment = getattr(promise, name)
        if moment and moment > END:
            setattr(promise, name, None)


def _strangers(office: Office, line: Line, seed: int) -> list[Stranger]:
    dice = Dice(seed, office.key, line.number, "strangers")
    days = [d for d in _DAYS if line.covers(d) and (d.weekday() < 5 or dice.chance(0.12))]
    calls = []
    for n in range(line.strangers):  # spread evenly: an office's telephone is never silent for long
        day = days[n * len(days) // line.strangers]
        clock = datetime.combine(day, time(0)) + timedelta(seconds=int(3600 * dice.between(8.2, 18.7)))
        calls.append(_stranger(dice, line, to_utc(office.zone, clock)))
    calls += _in_the_repeated_hour(dice, office, line)
    return sorted((s for s in calls if s.other or not line.blocks), key=lambda s: s.start)


def _in_the_repeated_hour(dice: Dice, office: Office, line: Line) -> list[Stranger]:
    """Two calls in the last such night that the line covers: an hour apart, and both at 1:35 on the wall."""
    night = next((day for day in (date(2022, 11, 6), date(2021, 11, 7)) if line.covers(day)), None)
    if night is None:
        return []
    first = to_utc(office.zone, datetime.combine(night, time(1, 35)))
    second = first + timedelta(hours=1)
    is_summer_time_kept = local(office.zone, first) == local(office.zone, second)
    if not (is_summer_time_kept and line.covers(first.date())):
        return []
    return [_stranger(dice, line, moment) for moment in (first, second)]


def _stranger(dice: Dice, line: Line, start: datetime) -> Stranger:
    direction = "outbound" if dice.chance(0.45) else "inbound"
    if direction == "outbound":
        result = "answered" if dice.chance(0.8) else "missed"
    else:
        result = dice.weighted({"answered": 62, "missed": 22, "voicemail": 16})
    withheld = direction == "inbound" and dice.chance(model.STRANGERS_WITHHELD)
    talk_s = {"answered": 20 + int(60 * dice.lognormal(3.5, 0.9)), "voicemail": dice.whole(6, 60), "missed": 0}[result]
    other = None if withheld else f"+1{dice.pick(_AREAS)}55501{dice.whole(0, 99):02d}"
    return Stranger(start, line.number, other, direction, result, talk_s, dice.pick(_NAMES))
