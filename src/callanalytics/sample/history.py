"""Two years of one office: needs become calls, calls become promises, promises become rings, or more calls."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from callanalytics.sample import model, queue
from callanalytics.sample.almanac import CLOSED, business_day, eastern, local, to_utc
from callanalytics.sample.callbacks import END, promise_on
from callanalytics.sample.dice import Dice
from callanalytics.sample.model import Dial, Need, Promise, Ring, Stranger
from callanalytics.sample.offices import Line, Office

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
    dials: list[Dial]
    promises: list[Promise]
    rings: list[Ring]
    strangers: list[Stranger]


def live_through(office: Office, seed: int) -> History:
    """The office's two years; the same seed gives the same ones."""
    desk = _Desk(office, seed)
    desk.work()
    dials = _numbered(desk.dials, f"{office.key[0]}-D")
    promises = _numbered([d.promise for d in dials if d.promise], f"{office.key[0]}-P")
    rings = sorted((r for p in promises for r in p.rings), key=lambda r: r.start)
    strangers = [s for line in office.lines if line.covered_from for s in _strangers(office, line, seed)]
    return History(office, dials, promises, _numbered(rings, f"{office.key[0]}-R"), strangers)


def _numbered(things: list, prefix: str) -> list:
    for n, thing in enumerate(things, 1):
        thing.id = f"{prefix}{n:04d}"
    return things


class _Desk:
    """The one who calls: never two calls at a time, never outside the hours in which the office calls."""

    def __init__(self, office: Office, seed: int):
        self.office, self.seed = office, seed
        self.dice = Dice(seed, office.key, "calls")
        self.dials: list[Dial] = []
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
        id, matter = f"{self.office.key[0]}-N{n:03d}", f"M-{self.office.key[0]}{n:04d}"
        if dice.chance(model.PREMIUM_SHARE):
            return Need(id, matter, "premium", "inquiry", "premium")
        reason = dice.weighted(_REASON)
        return Need(id, matter, reason, _FAMILY[reason], "contact_center")

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
        dial = queue.place(dice, "", office.key, need, when, dice.weighted(office.dials_from))
        dial.in_phone = office.covers(dial.ours, local(office.zone, when).date())
        self.dials.append(dial)
        self.free = dial.end + timedelta(seconds=dice.whole(420, 1500))
        if need.open_promise:
            need.open_promise.restarted = need.open_promise.restarted or dial.start
        if dial.outcome == "callback_promised":
            self._promise(dial)
        elif need.calls < model.MOST_CALLS and dial.outcome in model.REDIAL:
            share, hours = model.REDIAL[dial.outcome]
            if dice.chance(share):
                self._plan(dial.end + timedelta(seconds=int(3600 * dice.lognormal(hours, 0.8))), need)

    def _promise(self, dial: Dial) -> None:
        dice, need = self.dice, dial.need
        promise = promise_on(dice, self.office, dial, "")
        again = _again(dice, promise)
        _forget_the_future(promise)
        for ring in promise.rings:
            day = local(self.office.zone, ring.start).date()
            seen = ring.channel == "voice" and ring.result != "blocked"
            ring.in_phone = seen and self.office.covers(ring.to, day)
        dial.promise = need.open_promise = promise
        if again and need.calls < model.MOST_CALLS:
            self._plan(again, need)


def _again(dice: Dice, promise: Promise) -> datetime | None:
    """When the office calls again about a promise: after misses, after silence, seldom after a conversation."""
    rings = [r for r in promise.rings if r.channel == "voice"] or promise.rings
    if rings and rings[-1].result == "answered":
        later = timedelta(days=dice.whole(12, 40), seconds=dice.whole(0, 9000))
        return rings[-1].start + later if dice.chance(model.AFTER_REACHED) else None
    if rings:
        share, since = model.RESTART_AFTER_MISSES, max(rings[-1].start, promise.start)
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
    promise.rings = [r for r in promise.rings if r.start <= END]
    for name in ("emailed", "notice", "withdrawn"):
        at = getattr(promise, name)
        if at and at > END:
            setattr(promise, name, None)


def _strangers(office: Office, line: Line, seed: int) -> list[Stranger]:
    dice = Dice(seed, office.key, line.number, "strangers")
    days = [d for d in _DAYS if line.covers(d) and (d.weekday() < 5 or dice.chance(0.12))]
    calls = []
    for n in range(line.strangers):  # spread evenly: an office's telephone is never silent for long
        day = days[n * len(days) // line.strangers]
        at = datetime.combine(day, time(0)) + timedelta(seconds=int(3600 * dice.between(8.2, 18.7)))
        calls.append(_stranger(dice, line, to_utc(office.zone, at)))
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
    return [_stranger(dice, line, at) for at in (first, second)]


def _stranger(dice: Dice, line: Line, at: datetime) -> Stranger:
    direction = "outbound" if dice.chance(0.45) else "inbound"
    if direction == "outbound":
        result = "answered" if dice.chance(0.8) else "missed"
    else:
        result = dice.weighted({"answered": 62, "missed": 22, "voicemail": 16})
    withheld = direction == "inbound" and dice.chance(model.STRANGERS_WITHHELD)
    talk_s = {"answered": 20 + int(60 * dice.lognormal(3.5, 0.9)), "voicemail": dice.whole(6, 60), "missed": 0}[result]
    other = None if withheld else f"+1{dice.pick(_AREAS)}55501{dice.whole(0, 99):02d}"
    return Stranger(at, line.number, other, direction, result, talk_s, dice.pick(_NAMES))
