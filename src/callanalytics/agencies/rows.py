"""One class for each kind of dated fact. The fields are the keys of the TOML rows, one to one.

``source`` says where a fact was read, and ``grade`` how certain it is: ``P`` primary (government or AILA text), ``S``
secondary (law firm, press), ``W`` weak (anonymous page), ``U`` unverified (general knowledge). Dates are those of the
source. *Earliest* and *latest* bracket a change whose day is unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, ClassVar

from callanalytics.wording import WEEKDAYS, clock_time

Grade = Annotated[str, ("P", "S", "W", "U")]
NoClosure = Annotated[str, ("snow", "lapse", "inauguration")]  # kinds of closure that stop the clock only if named


class Fact:
    """A row identified by its key, by default its ID."""

    known_by: ClassVar[tuple[str, ...]] = ("id",)

    @property
    def key(self) -> str:
        return " ".join(str(getattr(self, name)) for name in self.known_by)


@dataclass(frozen=True, kw_only=True)
class SourcedFact(Fact):
    """A fact with a source."""

    note: str = ""
    source: str
    grade: Grade


@dataclass(frozen=True, kw_only=True)
class Number(SourcedFact):
    """A phone number of the agency; ``use`` is ``outbound`` (offices call it) or ``inbound_callback`` (it calls)."""

    known_by = ("e164", "use")
    e164: str
    line: str
    use: Annotated[str, ("outbound", "inbound_callback")]
    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Hours in which people answer on a line: on weekdays (1 = Monday) from ``opens`` to ``closes`` (midnight is
    24:00), on the agency's clock."""

    weekdays: tuple[int, ...]
    opens: str
    closes: str
    since: date | None = None
    until: date | None = None
    words: str = ""
    source: str
    grade: Grade

    @property
    def in_brief(self) -> str:
        """The hours as a definition names them.

        >>> usual = dict(source="a notice", grade="U")
        >>> Hours(weekdays=(1, 2, 3, 4, 5), opens="08:00", closes="20:00", **usual).in_brief
        'Monday-Friday 8 a.m.-8 p.m.'
        >>> Hours(weekdays=(2, 4), opens="09:30", closes="16:00", **usual).in_brief
        'Tuesday, Thursday 9:30 a.m.-4 p.m.'
        """
        first, last = self.weekdays[0], self.weekdays[-1]
        in_a_row = len(self.weekdays) > 2 and self.weekdays == tuple(range(first, last + 1))
        names = [WEEKDAYS[day - 1] for day in self.weekdays]
        days = f"{names[0]}-{names[-1]}" if in_a_row else ", ".join(names)
        return f"{days} {clock_time(self.opens)}-{clock_time(self.closes)}"


@dataclass(frozen=True)
class OpenWeek:
    """Hours in which people answer on an agency's main line, on its clock. Waits are compared within these hours.

    Attributes
    ----------
    days : weekdays, 1 = Monday
    blocks : the parts of an open day, each the hour where it begins and the hour where it ends
    """

    days: tuple[int, ...]
    blocks: tuple[tuple[int, int], ...]

    @property
    def hours(self) -> range:
        return range(self.blocks[0][0], self.blocks[-1][1])

    @property
    def midday(self) -> int:
        """The hour at which the second half of its blocks begins."""
        return self.blocks[len(self.blocks) // 2][0]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of its blocks, which sort in the order of the day."""
        return tuple(f"{first:02d}-{end:02d}" for first, end in self.blocks)

    @property
    def in_brief(self) -> str:
        """Its blocks as a definition names them.

        >>> OpenWeek((1, 2), ((9, 12), (12, 16))).in_brief
        '9-12, 12-16'
        """
        return ", ".join(f"{first}-{end}" for first, end in self.blocks)

    def block_from(self, hour: int) -> tuple[int, int]:
        """The block that begins at an hour."""
        return next(block for block in self.blocks if block[0] == hour)

    def block(self, hour: int) -> str:
        """Name of the block that an hour belongs to; the times before and after the open day are one block each.

        >>> week = OpenWeek((1, 2, 3, 4, 5), ((8, 10), (10, 14), (14, 20)))
        >>> [week.block(hour) for hour in (7, 8, 13, 20)]
        ['00-08', '08-10', '10-14', '20-24']
        """
        edges = (0, *(first for first, _ in self.blocks), self.hours.stop, 24)
        index = bisect_right(edges, hour)
        return f"{edges[index - 1]:02d}-{edges[index]:02d}"


def open_week(listed: tuple[Hours, ...], blocks: tuple[int, ...] = ()) -> OpenWeek:
    """Week of a line with these hours, without hours that ended, in the given blocks or four similar parts.

    ``blocks`` are the first hours of the blocks and the end of the last. Without known hours, people may answer at any
    time.

    >>> hours = (Hours(weekdays=(1, 3), opens="09:00", closes="15:30", source="a notice", grade="U"),)
    >>> open_week(hours).days, open_week(hours).in_brief
    ((1, 3), '9-10, 10-12, 12-14, 14-16')
    >>> open_week(hours, (9, 12, 16)).in_brief, open_week(()).in_brief
    ('9-12, 12-16', '0-6, 6-12, 12-18, 18-24')
    """
    today = [hours for hours in listed if hours.until is None]
    days = sorted({day for hours in today for day in hours.weekdays}) or range(1, 8)
    first = min([int(hours.opens[:2]) for hours in today], default=0)
    # A line that closes at 15:30 answers in the hour that begins at 15:00.
    end = max([int(hours.closes[:2]) + (hours.closes[3:] != "00") for hours in today], default=24)
    parts = min(4, end - first)
    edges = blocks or tuple(first + (end - first) * i // parts for i in range(parts + 1))
    return OpenWeek(tuple(days), tuple(pairwise(edges)))


@dataclass(frozen=True, kw_only=True)
class Line(SourcedFact):
    """A line of the agency. Without ``hours``, its live hours are unknown; ``retired``: gone by that day."""

    known_by = ("code",)
    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    retired: date | None = None


@dataclass(frozen=True, kw_only=True)
class Rule(SourcedFact):
    """A timeframe in which the agency said it would call back: ``value`` ``unit`` after the escalation.

    ``urgency`` is ``urgent``, ``regular``, or ``any`` (stated without this distinction). The rule began between
    ``from_earliest`` and ``from_latest`` and ended between ``to_earliest`` and ``to_latest`` (none: still in force as
    far as is known). It was last stated on ``last_confirmed``. The readings of its words are code (``clocks``).
    """

    id: str
    urgency: Annotated[str, ("urgent", "regular", "any")]
    value: int
    unit: Annotated[str, ("hours", "business_days")]
    from_earliest: date
    from_latest: date
    to_earliest: date | None = None
    to_latest: date | None = None
    last_confirmed: date
    words: str
    stated_by: str
    stated_to: str
    stated_on: date | None = None

    def may_hold_on(self, day: date) -> bool:
        """Whether the rule may have been in force for an escalation on this day."""
        # From the earliest possible first day to the latest possible last day: the sources bracket both.
        return self.from_earliest <= day and (self.to_latest is None or day <= self.to_latest)

    def applies_to(self, urgency: str | None) -> bool:
        """Whether the rule covers this urgency; an unknown urgency is never guessed."""
        return urgency in ("urgent", "regular") and self.urgency in ("any", urgency)


@dataclass(frozen=True, kw_only=True)
class Window(SourcedFact):
    """The agency's callback hours, on the clock of ``timezone``, on federal business days."""

    id: str
    opens: str
    closes: str
    timezone: str
    since: date | None = None
    last_confirmed: date
    words: str


@dataclass(frozen=True, kw_only=True)
class Attempts(SourcedFact):
    """Number of attempts at a callback; ``round_gap`` is this project's: attempts this close are one round [business
    days]."""

    id: str
    attempts: int
    round_gap: int
    last_confirmed: date
    words: str


@dataclass(frozen=True, kw_only=True)
class Notice(SourcedFact):
    """How callbacks are announced: ``lead_min`` to ``lead_max`` ``unit`` ahead."""

    id: str
    channels: tuple[str, ...]
    lead_min: int
    lead_max: int
    unit: Annotated[str, ("minutes", "business_days")]
    from_earliest: date
    from_latest: date
    last_confirmed: date
    words: str


@dataclass(frozen=True, kw_only=True)
class Event(SourcedFact):
    """A change to mark on a chart, between ``earliest`` and ``latest``; a period lasts to ``until`` (none: unknown).

    ``precision`` is ``day``, ``month``, or ``interval``; ``mark`` is A = drawn by default, B = on request, C = shaded
    as context. A before-and-after comparison must not straddle an interval.
    """

    id: str
    label: str
    earliest: date | None = None
    latest: date
    precision: Annotated[str, ("day", "month", "interval")]
    mark: Annotated[str, ("A", "B", "C")]
    period: bool = False
    until: date | None = None
    regime: bool = False


@dataclass(frozen=True, kw_only=True)
class Claim(SourcedFact):
    """A statement about the service that a log can test; ``test`` names the measure that tests it."""

    id: str
    claim: str
    words: str = ""
    stated_by: str
    stated_to: str = ""
    stated_on: date | None = None
    test: str = ""


@dataclass(frozen=True, kw_only=True)
class Sender(SourcedFact):
    """A sender of texts or emails. ``address`` is an email address, ``@`` and a domain, a number, or a short code.

    ``phrases`` restrict an address to messages that contain one of them; without an address, they recognize a message
    from an unknown sender.
    """

    id: str
    channel: Annotated[str, ("text", "email")]
    kind: Annotated[str, ("announcement", "text_ahead", "reply_out", "answer", "unknown")]
    address: str = ""
    phrases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def is_listed_on(self, day: date | None) -> bool:
        """Whether the row covers messages of that day; for a message without a date, always."""
        # An unknown bound is replaced by the day itself, and so bounds nothing.
        return day is None or ((self.since or day) <= day <= (self.until or day))

    def has(self, address: str) -> bool:
        own, given = _normalized_address(self.address), _normalized_address(address)
        # A domain means every address in it.
        return bool(own) and (given.endswith(own) if own.startswith("@") else given == own)

    def says(self, words: str) -> bool:
        words = " ".join(words.casefold().split())
        return any(phrase.casefold() in words for phrase in self.phrases)


@dataclass(frozen=True, kw_only=True)
class Mailbox(SourcedFact):
    """An address to write to instead of calling, and its purpose."""

    known_by = ("address",)
    address: str
    purpose: str
    subject: str = ""
    protected: bool = False


@dataclass(frozen=True, kw_only=True)
class Recourse(SourcedFact):
    """Where to turn when calling again does not help: not before ``after_days`` from the first request, and only if the
    agency was asked within the last ``within_days`` (0: no such limit)."""

    id: str
    who: str
    advice: str
    address: str = ""
    subject: str = ""
    after_days: int = 0
    within_days: int = 0
    last_confirmed: date


@dataclass(frozen=True, kw_only=True)
class Reason(Fact):
    """A reason to call: ``topic`` groups it, ``request`` may be granted or refused, ``self_service`` is another way."""

    known_by = ("code",)
    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    topic: str
    request: bool = False
    self_service: str = ""
    self_service_since: date | None = None
    source: str = ""
    grade: Grade = "U"


@dataclass(frozen=True, kw_only=True)
class Word(Fact):
    """Words said to the automated system; ``reaches_person`` is what a source says of them (none: nothing)."""

    known_by = ("code",)
    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    reaches_person: bool | None = None
    note: str = ""
    source: str = ""
    grade: Grade = "U"


@dataclass(frozen=True, kw_only=True)
class Anchor(SourcedFact):
    """A published figure; ``base`` says what was counted: calls received, answered, inquiries, waits ...

    ``cited_as`` is its source in a word or two, for page one, where space is short."""

    id: str
    period: str
    figure: str
    value: float | None = None
    unit: str
    base: str
    definition: str
    use: str
    cited_as: str = ""


@dataclass(frozen=True, kw_only=True)
class Retention(Fact):
    """How long a phone system keeps its call log; ``days`` none: set in the account, ask the administrator."""

    known_by = ("vendor",)
    vendor: str
    days: int | None = None
    says: str
    source: str = ""
    grade: Grade = "U"


@dataclass(frozen=True, kw_only=True)
class Closure(Fact):
    """A day (with ``until``, days) on which federal offices were closed, or might be said to have been.

    ``kind`` is ``statutory`` or ``executive_order``, which stop the clock by default, or ``inauguration``, ``snow``
    (offices in Washington only), or ``lapse`` (of appropriations; the agency is fee-funded), which do not.
    """

    known_by = ("date", "kind")
    date: date
    until: date | None = None  # type: ignore[valid-type]  # the field above hides the type of that name
    name: str
    kind: Annotated[str, ("statutory", "executive_order", "inauguration", "snow", "lapse")]
    source: str
    grade: Grade


def _normalized_address(address: str) -> str:
    """An address as compared: a phone number by its last ten digits."""
    digits = re.sub(r"\D", "", address)
    return address.casefold().strip() if "@" in address or len(digits) < 10 else digits[-10:]
