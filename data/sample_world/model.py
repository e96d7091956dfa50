"""The invented world: its parameters, and the things that happen in it.

Everything that is drawn at random is drawn by a parameter written here. None of them was estimated from
real calls; they are round numbers near what lawyers tell each other. What is computed from these (true
medians, true shares) is the truth that the figures of the sample can be held against: see ``writing.py``.

Waits
    A *virtual wait* is how long a caller of endless patience would hold, from dialing to a person. It is
    lognormal with median :data:`MEDIAN_MIN` at the Eastern hour of the call, times :data:`WEEKDAY`, times
    :data:`STEP` from :data:`STEP_ON` on, and spread :data:`WAIT_SIGMA`. Patience and the time to a cut-off are
    exponential and know nothing of the wait. The shortest of the three is what happens.
Callbacks
    Tier 1 promises one in a stated time (:data:`STATED`). The first contact comes after so many times the stated
    time, on a clock that runs from 7:00 to 18:30 Eastern on business days; or by e-mail; or never. A callback
    that no one answers may be tried again. The office answers by the hour on its own clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

FIRST, LAST = date(2021, 1, 1), date(2022, 12, 31)

# ---- the queue ----------------------------------------------------------------------------------

MEDIAN_MIN = {8: 26, 9: 31, 10: 39, 11: 45, 12: 47, 13: 49, 14: 51, 15: 52, 16: 50, 17: 46, 18: 40, 19: 34}
WEEKDAY = {1: 1.08, 2: 1.0, 3: 0.97, 4: 0.98, 5: 1.04}
STEP_ON, STEP = date(2022, 6, 1), 1.2
WAIT_SIGMA = 0.6
PATIENCE_MIN = 150.0
CUT_OFF_MIN = 900.0
PREMIUM_MEDIAN_MIN = 12.0
TALK_MEDIAN_MIN, TALK_SIGMA = 9.0, 0.5
IVR_MEDIAN_S = 210.0

# What becomes of a call inside the automated system, by the words said to it; the rest joins the queue.
IVR_EXIT = {"infopass": 0.07, "agent": 0.30, "representative": 0.26, "expedite": 0.14, "case_status": 0.22, "": 0.16}
IVR_OUTCOME = {"ivr_resolved": 0.28, "ivr_ended": 0.38, "ivr_not_understood": 0.16, "ivr_gave_up": 0.18}
AFTER_HOURS = {"closed": 0.7, "ivr_resolved": 0.15, "ivr_gave_up": 0.15}

# ---- what Tier 1 does ---------------------------------------------------------------------------

RESULTS = {
    "appointment": {"callback_promised": 55, "appointment": 9, "refused_other": 14, "service_request": 8, "resolved": 6,
                    "unknown": 8},
    "expedite": {"callback_promised": 42, "service_request": 30, "refused_other": 12, "refused_use_online": 8,
                 "unknown": 8},
    "inquiry": {"service_request": 34, "resolved": 26, "callback_promised": 16, "refused_too_soon": 14,
                "refused_use_online": 6, "refused_limit": 2, "refused_no_g28": 2},
    "other": {"resolved": 48, "service_request": 18, "callback_promised": 12, "refused_use_online": 10, "unknown": 12},
}  # fmt: skip
REASONS = {  # code of the agencies file: (family, weight)
    "appt_adit": ("appointment", 10), "appt_emergency_ap": ("appointment", 5), "appointment": ("appointment", 6),
    "expedite_adjudication": ("expedite", 11), "expedite_biometrics": ("expedite", 3),
    "resched_interview": ("inquiry", 6), "resched_biometrics": ("inquiry", 6), "case_status": ("inquiry", 14),
    "outside_npt": ("inquiry", 13), "non_delivery": ("inquiry", 12), "typographic_error": ("inquiry", 4),
    "address_change": ("other", 5), "general_info": ("other", 5),
}  # fmt: skip
PREMIUM_SHARE = 0.03
URGENT = {"appointment": 0.5, "expedite": 0.68, "inquiry": 0.3, "other": 0.2}
URGENCY_NOT_TOLD = 0.05

# ---- promises and callbacks --------------------------------------------------------------------

RULE_CHANGED = date(2021, 9, 1)  # in this world; the sources leave it open, and so must the product
STATED = {  # before and from that day
    "urgent": ((48, "hours"), (72, "hours")),
    "regular": ((7, "business_days"), (30, "business_days")),
}
CONTACT = {"phone": 0.79, "email": 0.10, "never": 0.11}
CONTACT_MEDIAN, CONTACT_SIGMA = 0.75, 0.55  # first contact, in units of the stated time
OUTSIDE_WINDOW = 0.04
WITHHELD = 0.35  # share of callbacks that show no number
STRANGERS_WITHHELD = 0.09  # share of other incoming calls that show none
SECOND_ATTEMPT, SECOND_AFTER_DAYS = 0.72, (0.4, 2.6)  # window days after a miss
NOTICE, NOTICE_TEXT, NOTICE_DAYS = 0.42, 0.6, (1.0, 2.0)  # told ahead; by text rather than e-mail; window days
TEXT_AHEAD_FROM, TEXT_AHEAD = date(2022, 10, 1), 0.5  # "available in the next 30 minutes?", to mobiles
WITHDRAWN = 0.03
RESTART_AFTER_MISSES, RESTART_AFTER_SILENCE = 0.7, 0.55
EXTENSION, NUMBER_UNWRITTEN = 0.05, 0.04  # share of promises: an extension was given; the log does not say which number
EXTENSION_FACTOR = 0.6  # then the call ends at the front desk, and is taken less often

# ---- the office picks up ------------------------------------------------------------------------

ANSWERS = {"open": 0.80, "shoulder": 0.45, "closed": 0.06}  # a desk: open hours, an hour around them, else
ANSWERS_MOBILE = {"open": 0.84, "shoulder": 0.66, "closed": 0.18}
WITHHELD_FACTOR = 0.8  # unknown callers are picked up less
VOICEMAIL = 0.35  # of those not picked up

# ---- people try again ---------------------------------------------------------------------------

REDIAL = {
    "gave_up": (0.75, 3.0), "cut_off": (0.9, 0.3), "closed": (0.95, 14.0), "ivr_ended": (0.75, 0.5),
    "ivr_not_understood": (0.8, 0.2), "ivr_gave_up": (0.6, 4.0), "unknown": (0.4, 30.0), "refused_other": (0.4, 40.0),
    "refused_too_soon": (0.25, 400.0), "refused_use_online": (0.3, 60.0), "refused_limit": (0.9, 3.0),
    "refused_no_g28": (0.6, 48.0), "service_request": (0.15, 500.0),
}  # outcome: (share, median hours until the next try)  # fmt: skip
MOST_CALLS = 7
EARLY = 0.3  # share of calls that an office makes in its first two hours, besides the even ones
AFTER_REACHED = 0.15  # a callback that reached us, and still another call some weeks later


@dataclass(eq=False)
class Dial:
    """A call of ours. ``wait_s``: until a person came, or until it ended without one (``kind`` says which)."""

    code: str
    office: str
    need: Need
    start: datetime
    line: str
    ours: str
    words_said: str
    kind: str  # reached, gave_up, cut_off, not_queued
    wait_s: int
    outcome: str
    virtual_s: int | None = None
    talk_s: int = 0
    tier: str | None = None
    promise: Promise | None = None
    tail_s: int = 0  # what the phone system counts beside wait and talk
    note: Note | None = None
    in_phone: bool = False

    @property
    def duration_s(self) -> int:
        return self.wait_s + self.talk_s + self.tail_s

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.duration_s)


@dataclass(eq=False)
class Need:
    """What a client needs from the agency: one matter, as many calls as it takes."""

    code: str
    matter: str
    reason: str
    family: str
    line: str
    calls: int = 0
    open_promise: Promise | None = None


@dataclass(eq=False)
class Promise:
    """A callback that Tier 1 said would come. ``to``: number it calls; ``given``: number that the log names."""

    code: str
    office: str
    agency_call: Dial
    urgency: str
    value: int
    unit: str
    due: datetime
    to: str
    given: str | None
    extension: bool
    fate: str
    sr: str
    noted_urgency: str = "unknown"  # as the log has it, if it has it at all
    callbacks: list[Ring] = field(default_factory=list)
    emailed: datetime | None = None
    notice: datetime | None = None
    notice_channel: str | None = None
    withdrawn: datetime | None = None
    restarted: datetime | None = None
    email_note: Note | None = None
    notice_note: Note | None = None
    withdrawn_note: Note | None = None
    nothing_note: Note | None = None

    @property
    def start(self) -> datetime:
        return self.agency_call.end

    @property
    def side_notes(self) -> list[Note]:
        """Notes of it that are no callbacks."""
        return [n for n in (self.notice_note, self.email_note, self.withdrawn_note, self.nothing_note) if n]


@dataclass(eq=False)
class Ring:
    """The agency calls us (or, ``channel`` text, asks by text whether we are there)."""

    code: str
    office: str
    promise: Promise
    start: datetime
    to: str
    shows: str  # agency, withheld
    result: str  # answered, voicemail, missed
    talk_s: int
    channel: str = "voice"
    note: Note | None = None
    in_phone: bool = False


@dataclass(eq=False)
class Stranger:
    """A call that has nothing to do with the agency: the rest of an office's phone log."""

    start: datetime
    ours: str
    other: str | None  # None: withheld
    direction: str
    result: str
    talk_s: int
    name: str


REJECTED = ("no such day", "what happened is empty")  # what is wrong with a row that no one can place


@dataclass(eq=False)
class Note:
    """What somebody wrote down of an agency call, a callback, a notice. ``wrong``: what in the row cannot be read."""

    what: str  # dial, ring, notice, email, none_came, withdrawn
    thing: Dial | Ring | Promise
    noted_at: datetime  # the office's clock, as written
    date_only: bool = False
    wait_min: int | None = None
    whole_min: int | None = None
    about: Note | None = None
    has: frozenset = frozenset()  # optional columns that are filled in
    wrong: str = ""
    number: int = 0  # its No. in the hand log
    row: int = 0  # where it stands, as a spreadsheet shows it

    @property
    def agency_call(self) -> Dial:
        """The call it tells of."""
        if not isinstance(self.thing, Dial):
            raise TypeError(f"a note of a {self.what} tells of no call")
        return self.thing

    @property
    def callback(self) -> Ring:
        """The callback it tells of."""
        if not isinstance(self.thing, Ring):
            raise TypeError(f"a note of a {self.what} tells of no callback")
        return self.thing

    @property
    def is_rejected(self) -> bool:
        """The whole row is lost to the log, not a cell of it."""
        return self.wrong in REJECTED
