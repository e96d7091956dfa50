"""What becomes of a promise: rings, second attempts, e-mails, announcements, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from callanalytics.sample import model
from callanalytics.sample.almanac import EASTERN, after_window_days, due, eastern, is_open, local, to_utc
from callanalytics.sample.dice import Dice
from callanalytics.sample.model import Dial, Promise, Ring
from callanalytics.sample.offices import Office

END = to_utc(EASTERN, datetime(2022, 12, 31, 23, 59, 59))  # what comes later is in no export


def promise_on(dice: Dice, office: Office, dial: Dial, id: str) -> Promise:
    """The promise that Tier 1 gave on this call, with everything that came of it up to the end of 2022."""
    urgent = dice.chance(model.URGENT[dial.need.family])
    word = "urgent" if urgent else "regular"
    value, unit = model.STATED[word][eastern(dial.start).date() >= model.RULE_CHANGED]
    to = dice.weighted(office.gives)
    promise = Promise(
        id=id, office=office.key, dial=dial, urgency=word, value=value, unit=unit, due=due(dial.end, value, unit),
        to=to, given=None if dice.chance(model.NUMBER_UNWRITTEN) else to,
        extension=office.line(to).kind == "desk" and dice.chance(model.EXTENSION),
        fate=dice.weighted(model.CONTACT), sr=f"{dice.whole(0, 99999999):08d}",
    )  # fmt: skip
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
    ring = _ring(dice, office, promise, first)
    if ring.result != "answered" and dice.chance(model.SECOND_ATTEMPT):
        _ring(dice, office, promise, after_window_days(ring.start, dice.between(*model.SECOND_AFTER_DAYS)))


def _ring(dice: Dice, office: Office, promise: Promise, at: datetime) -> Ring:
    line = office.line(promise.to)
    ring = Ring(
        id="", office=office.key, promise=promise, start=at, to=promise.to,
        shows="withheld" if dice.chance(model.WITHHELD) else "agency", result="missed", talk_s=0,
    )  # fmt: skip
    asked = line.kind == "mobile" and eastern(at).date() >= model.TEXT_AHEAD_FROM and dice.chance(model.TEXT_AHEAD)
    if asked:
        ring.channel, ring.shows = "text", "agency"
        if dice.chance(0.6):  # we say yes, and the call comes within the hour
            promise.rings.append(ring)
            ring.result = "answered"
            ring = replace(ring, channel="voice", start=at + timedelta(minutes=dice.whole(12, 50)))
    if ring.channel == "voice":
        ring.result, ring.talk_s = _pick_up(dice, office, promise, ring, likely=asked)
    promise.rings.append(ring)
    return ring


def _pick_up(dice: Dice, office: Office, promise: Promise, ring: Ring, likely: bool) -> tuple[str, int]:
    line = office.line(promise.to)
    if line.blocks and ring.shows == "withheld":
        return "blocked", 0
    answers = model.ANSWERS_MOBILE if line.kind == "mobile" else model.ANSWERS
    chance = answers[time_of_day(office, ring.start)]
    chance *= model.WITHHELD_FACTOR if ring.shows == "withheld" else 1.0
    chance *= model.EXTENSION_FACTOR if promise.extension else 1.0
    if dice.chance(0.95 if likely else chance):
        return "answered", 60 + int(60 * dice.lognormal(7.0, 0.6))
    return ("voicemail", dice.whole(8, 70)) if dice.chance(model.VOICEMAIL) else ("missed", 0)


def time_of_day(office: Office, utc: datetime) -> str:
    """Whether the office is ``open``, within an hour of it (``shoulder``), or ``closed``, on its own clock."""
    clock = local(office.zone, utc)
    if not is_open(clock.date()):
        return "closed"
    opens, closes = (datetime.combine(clock.date(), t) for t in (office.opens, office.closes))
    if opens <= clock < closes:
        return "open"
    hour = timedelta(hours=1)
    return "shoulder" if opens - hour <= clock < closes + hour else "closed"
