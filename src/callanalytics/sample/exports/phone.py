"""What a phone system sees: calls on a line, whoever is at the other end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from callanalytics.sample.history import History
from callanalytics.sample.model import Dial, Ring, Stranger
from callanalytics.sample.offices import Line

NUMBERS = {"contact_center": "+18003755283", "premium": "+18663155718"}
CALLBACK_NUMBER = "+12028382200"
# Written out, since strftime would ask the machine's language.
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


@dataclass(frozen=True)
class PhoneCall:
    """A call as a phone system logs it. ``other`` is None where the caller withheld the number."""

    start: datetime
    outbound: bool
    ours: str
    other: str | None
    result: str  # answered, voicemail, missed
    talk_s: int
    name: str
    ring_s: int


class Accounts(NamedTuple):
    """What must become of the rows of a file: ``rows = calls + notes + notices + rejects + set_aside``."""

    rows: int = 0
    calls: int = 0
    notes: int = 0
    notices: int = 0
    rejects: int = 0
    set_aside: int = 0

    def plus(self, other: Accounts) -> Accounts:
        """The rows of both."""
        return Accounts(*(a + b for a, b in zip(self, other, strict=True)))


def calls_on(history: History, line: Line) -> list[PhoneCall]:
    """Every call on a line that its export can hold, in order of time."""
    calls = [_dialled(d) for d in history.dials if d.in_phone and d.ours == line.number]
    calls += [_rung(r) for r in history.rings if r.in_phone and r.to == line.number and r.channel == "voice"]
    calls += [_strange(s) for s in history.strangers if s.ours == line.number]
    return sorted(calls, key=lambda c: (c.start, c.outbound, c.talk_s))


def _dialled(dial: Dial) -> PhoneCall:
    # The agency's automated system picks up at once: to the phone system every such call was answered.
    return PhoneCall(dial.start, True, dial.ours, NUMBERS[dial.line], "answered", dial.duration_s, "", 2)


def _rung(ring: Ring) -> PhoneCall:
    other = CALLBACK_NUMBER if ring.shows == "agency" else None
    return PhoneCall(ring.start, False, ring.to, other, ring.result, ring.talk_s, "", _ring_s(ring.start))


def _strange(s: Stranger) -> PhoneCall:
    return PhoneCall(
        s.start, s.direction == "outbound", s.ours, s.other, s.result, s.talk_s, s.name, _ring_s(s.start)
    )  # fmt: skip


def _ring_s(start: datetime) -> int:
    """How long it rang; any number will do that is the same each time."""
    return 6 + (start.minute * 60 + start.second) % 19


def us(number: str) -> str:
    """``(202) 838-2200``"""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def day_of(clock: datetime) -> str:
    """``Jul 8, 2016``"""
    return f"{MONTHS[clock.month - 1]} {clock.day}, {clock.year}"


def half_day(clock: datetime, seconds: bool = False) -> tuple[str, str]:
    """``("1:14", "PM")``, or ``("1:14:21", "PM")``."""
    shown = f"{clock.hour % 12 or 12}:{clock.minute:02d}" + (f":{clock.second:02d}" if seconds else "")
    return shown, "AM" if clock.hour < 12 else "PM"
