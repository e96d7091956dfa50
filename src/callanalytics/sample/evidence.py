"""What an office's files can prove of its history, by the rules of the tables: worked out apart from the product.

A fact is *certain* here when the files leave no room: the log says to which call a ring belongs, and no other
ring of the office could be taken for that promise's. Only such facts are expected of the product one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from callanalytics.sample.almanac import EASTERN, business_day, due, eastern, local, to_utc
from callanalytics.sample.history import History
from callanalytics.sample.model import Dial, Promise, Ring
from callanalytics.sample.offices import Office

# Between these days the sources do not say which of two stated times applied (AILA Doc. 19101631, two versions).
OLD_UNTIL, NEW_FROM = date(2021, 2, 10), date(2021, 12, 16)
_OLD, _NEW = {"urgent": (48, "hours"), "regular": (7, "business_days")}, {
    "urgent": (72, "hours"), "regular": (30, "business_days"),
}  # fmt: skip
AS_OF = date(2022, 12, 31)
_END = to_utc(EASTERN, datetime(2022, 12, 31, 23, 59, 59))
_MARGIN = timedelta(hours=3)  # a ring so near the due moment hangs on where the clock is said to start


def is_noted(thing) -> bool:
    """Whether a row that can be read tells of it."""
    return bool(thing.note) and not thing.note.wrong


def evidence(thing: Dial | Ring) -> str:
    """``both``, ``phone``, ``note`` or ``none``."""
    return {(1, 1): "both", (1, 0): "phone", (0, 1): "note", (0, 0): "none"}[thing.in_phone, is_noted(thing)]


def is_linked(ring: Ring) -> bool:
    """Whether the log itself says to which promise the ring belongs."""
    return is_noted(ring) and bool(ring.note.about) and is_noted(ring.promise.dial)


def is_ours_for_sure(ring: Ring) -> bool:
    """Whether the files show that it was the agency: it shows its number on a line that is exported, or was noted."""
    return is_noted(ring) or (ring.in_phone and ring.shows == "agency")


def rules(promise: Promise) -> list[tuple[int, str]]:
    """The stated times that may have applied when it was given, as far as the sources say."""
    urgency, day = promise.noted_urgency, eastern(promise.dial.start).date()
    if urgency == "unknown":
        return []
    return ([_OLD[urgency]] if day < NEW_FROM else []) + ([_NEW[urgency]] if day > OLD_UNTIL else [])


def due_moments(promise: Promise) -> list[datetime]:
    """When it fell due by each of these, default reading."""
    return [due(promise.start, *rule) for rule in rules(promise)]


def is_certain(promise: Promise, history: History) -> bool:
    """Whether everything that the product says of this promise can be foretold from the files."""
    dues = due_moments(promise)
    if not is_noted(promise.dial) or not dues or promise.given is None:
        return False
    shown = [r for r in promise.rings if evidence(r) != "none"]
    sure = all(r.channel == "voice" and (is_linked(r) or not is_ours_for_sure(r)) for r in shown)
    sure = sure and all(note.about for note in promise.side_notes)
    apart = all(abs(r.start - d) > _MARGIN for r in shown for d in dues)
    return sure and apart and not _others(promise, history, max(dues))


def _others(promise: Promise, history: History, last_due: datetime) -> bool:
    """Whether a ring or e-mail that belongs to nothing for certain falls into the life of this promise."""
    begins = promise.start - timedelta(days=1)
    ends = datetime.combine(business_day(last_due.date(), 16), datetime.min.time())
    return any(begins <= at <= ends for owner, at in _loose(history) if owner is not promise)


def _loose(history: History) -> Iterator[tuple[Promise, datetime]]:
    """Rings and messages that are the agency's for sure, and of which no row says to which call they belong."""
    for ring in history.rings:
        if (ring.in_phone and ring.channel == "text") or (is_ours_for_sure(ring) and not is_linked(ring)):
            yield ring.promise, ring.start
    for promise in history.promises:
        for note in promise.side_notes:
            if not note.about:
                yield promise, to_utc(history.office.zone, note.at)


def linked(promise: Promise) -> list[Ring]:
    """The rings that the log itself ties to the promise, in order of time."""
    return [r for r in sorted(promise.rings, key=lambda r: r.start) if r.channel == "voice" and is_linked(r)]


def is_watched(promise: Promise, office: Office, until: datetime) -> bool:
    """Whether the number given was covered from the start of the promise to this moment."""
    start = local(office.zone, promise.start).date()
    if office.logs_all_since and office.logs_all_since <= start:
        return True
    return bool(promise.given) and office.covers(promise.given, start) and until <= _END


def state(promise: Promise, office: Office) -> str:
    """The state that the files prove at the end of 2022, on the default reading."""
    dues = due_moments(promise)
    by = {_state_by(promise, office, at) for at in dues}
    if len(by) == 1 and not (len(dues) > 1 and by & {"silent", "unwatched", "waiting"}):
        return by.pop()
    return "rule_unknown"


def _state_by(promise: Promise, office: Office, at: datetime) -> str:
    rings = linked(promise)
    in_time = [r for r in rings if r.start <= at]
    if promise.withdrawn_note and promise.withdrawn <= at:
        return "withdrawn"
    for n, ring in enumerate(in_time):
        if ring.result == "answered":
            return "reached_first" if n == 0 else "reached_second"
    emailed = promise.emailed if promise.email_note and promise.email_note.about else None
    if emailed and emailed <= at:
        return "emailed"
    if in_time:
        return "both_missed" if len(in_time) > 1 else "missed_once"
    if rings or emailed:
        return "late"
    if at > _END:
        return "waiting"
    return "silent" if is_watched(promise, office, at) else "unwatched"
