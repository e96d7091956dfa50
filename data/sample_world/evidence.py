"""What an office's files can prove of its history, by the rules of the tables: worked out without the product.

A fact is *certain* here when the files leave no room: the log names the call to which a callback belongs, and no other
ring of the office could be taken for that promise's. Only such facts are expected of the product one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sample_world.almanac import business_day, due, eastern, local, to_utc
from sample_world.history import END, History
from sample_world.model import Dial, Note, Promise, Ring

# Stated times, each with the first and last day on which it may have applied, as the package's sources have it
# (AILA Doc. 19101631, two versions; sivisalaw.com of 2019-03-06). Where two may have, no one knows.
_STATED = {
    "urgent": ((2, "hours"), (48, "hours"), (72, "hours")),
    "regular": ((2, "hours"), (7, "business_days"), (30, "business_days")),
}
_MAY_HOLD = (
    (date(2019, 2, 14), date(2021, 2, 9)),
    (date(2019, 2, 15), date(2021, 12, 15)),
    (date(2021, 2, 11), date(9999, 1, 1)),
)
AS_OF = date(2022, 12, 31)
_LIVES_ON = 16  # business days after the last due moment in which a call may still be taken for its callback
_NEAR = timedelta(minutes=25)
_MARGIN = timedelta(hours=3)  # a callback so near the due moment hangs on where the clock is said to start


def noted(thing: Dial | Ring) -> Note | None:
    """The row that tells of it, if there is one and it can be read."""
    return None if thing.note is None or thing.note.is_rejected else thing.note


def is_noted(thing: Dial | Ring) -> bool:
    """Whether a row that can be read tells of it."""
    return noted(thing) is not None


def recorded_in(thing: Dial | Ring) -> str:
    """``both``, ``phone``, ``entry``, or ``none``."""
    return {(1, 1): "both", (1, 0): "phone", (0, 1): "entry", (0, 0): "none"}[thing.in_phone, is_noted(thing)]


def is_doubtful(agency_call: Dial, history: History) -> bool:
    """Whether a note may be taken for another call: it has no time of day, or a call that no one noted lies near."""
    note = noted(agency_call)
    if note is None:
        return False
    if note.date_only or note.wrong:
        return True
    noted_start = to_utc(history.office.zone, note.noted_at)
    unnoted = (d for d in history.agency_calls if d.in_phone and not _has_time(d))
    return any(d.start - _NEAR <= noted_start <= d.end + _NEAR for d in unnoted)


def _has_time(agency_call: Dial) -> bool:
    """Whether a row that can be read tells of the call, and of its time of day."""
    note = noted(agency_call)
    return note is not None and not note.date_only


def is_linked(callback: Ring) -> bool:
    """Whether the log itself says to which promise the callback belongs."""
    note = noted(callback)
    return note is not None and bool(note.about) and is_noted(callback.promise.agency_call)


def is_surely_agency(callback: Ring) -> bool:
    """Whether the files show that it was the agency: it shows its number on a line that is exported, or was noted."""
    return is_noted(callback) or (callback.in_phone and callback.shows == "agency")


def possible_rules(promise: Promise) -> list[tuple[int, str]]:
    """The stated times that may have applied when it was given, as far as the sources say."""
    if promise.noted_urgency == "unknown":
        return []
    day = eastern(promise.agency_call.start).date()
    spans = zip(_STATED[promise.noted_urgency], _MAY_HOLD, strict=True)
    return [stated for stated, (first, last) in spans if first <= day <= last]


def due_moment(promise: Promise) -> datetime | None:
    """When it fell due on the default reading; None where the urgency is not noted or two stated times may hold."""
    stated = possible_rules(promise)
    return due(promise.start, *stated[0]) if len(stated) == 1 else None


def _doubt_window(promise: Promise) -> tuple[datetime, datetime]:
    """From when on a contact may have been late, until when it may have been in time, on any reading of any rule."""
    due_at = due_moment(promise)
    if due_at:
        return due_at - _MARGIN, due_at + _MARGIN
    return min(_bounds(promise, *r)[0] for r in possible_rules(promise)), max(
        _bounds(promise, *r)[1] for r in possible_rules(promise)
    )


def _bounds(promise: Promise, value: int, unit: str) -> tuple[datetime, datetime]:
    """Before the strict reading (clock hours, weekdays) and after the lenient one (12 live hours a day)."""
    if unit == "hours":
        day = business_day(promise.start.date(), value // 12 + 2)
        return promise.start + timedelta(hours=value) - _MARGIN, datetime.combine(day, time(6))
    weekdays = promise.start + timedelta(days=value * 7 // 5 - 1)
    return weekdays, datetime.combine(business_day(promise.start.date(), value + 1), time(6))


def is_certain(promise: Promise, history: History) -> bool:
    """Whether everything that the product says of this promise can be foretold from the files."""
    if not is_noted(promise.agency_call) or not possible_rules(promise) or promise.given is None:
        return False
    if history.office.line(promise.given).blocks:  # a callback may have come and left no trace
        return False
    first, last = _doubt_window(promise)
    shown = [r for r in promise.callbacks if recorded_in(r) != "none"]
    sure = all(r.channel == "voice" and (is_linked(r) or not is_surely_agency(r)) for r in shown)
    sure = sure and all(note.about for note in promise.side_notes)
    contacts = [r.start for r in shown] + [moment for moment in (promise.emailed, promise.withdrawn) if moment]
    return sure and not any(first <= moment <= last for moment in contacts) and not _has_competitor(promise, history)


def _has_competitor(promise: Promise, history: History) -> bool:
    """Whether a callback or e-mail that belongs to nothing for certain falls into the life of this promise."""
    begins = promise.start - timedelta(days=1)
    last = max(_bounds(promise, *stated)[1] for stated in possible_rules(promise))
    ends = datetime.combine(business_day(last.date(), _LIVES_ON), time(23))
    return any(begins <= moment <= ends for owner, moment in _unassigned_contacts(history) if owner is not promise)


def _unassigned_contacts(history: History) -> Iterator[tuple[Promise, datetime]]:
    """Callbacks and messages that are the agency's for sure, and of which no row says to which call they belong."""
    for callback in history.callbacks:
        if (callback.in_phone and callback.channel == "text") or (
            is_surely_agency(callback) and not is_linked(callback)
        ):
            yield callback.promise, callback.start
    for promise in history.promises:
        for note in promise.side_notes:
            if not note.about:
                yield promise, to_utc(history.office.zone, note.noted_at)


def linked_callbacks(promise: Promise) -> list[Ring]:
    """The callbacks that the log itself ties to the promise, in order of time."""
    return [r for r in sorted(promise.callbacks, key=lambda r: r.start) if r.channel == "voice" and is_linked(r)]


def is_observed(promise: Promise, history: History, until: datetime) -> bool:
    """Whether the number given was covered from the start of the promise to this moment."""
    office, number = history.office, promise.given
    start = local(office.zone, promise.start).date()
    covered = number and office.covers(number, start) and until <= _last_call(history, number)
    declared = office.logs_all_since and office.logs_all_since <= start and until <= _last_note(history)
    return bool(covered or declared)


def _last_note(history: History) -> datetime:
    """Where the hand log ends: it too speaks of no more than its rows."""
    entries = [note for note in (*map(noted, history.agency_calls), *map(noted, history.callbacks)) if note]
    return to_utc(history.office.zone, max(note.noted_at for note in entries))


def _last_call(history: History, number: str) -> datetime:
    """Where the export of a line ends: an export speaks of no more than its rows."""
    starts = [d.start for d in history.agency_calls if d.in_phone and d.ours == number]
    starts += [r.start for r in history.callbacks if r.in_phone and r.to == number]
    return max(starts + [s.start for s in history.strangers if s.ours == number])


def provable_state(promise: Promise, history: History) -> str:
    """The state that the files prove at the end of 2022; for a certain promise, on whose timeliness rules agree."""
    late_from = _doubt_window(promise)[0]
    callbacks = linked_callbacks(promise)
    in_time = [r for r in callbacks if r.start < late_from]
    emailed = promise.emailed if promise.email_note else None
    if promise.withdrawn_note and promise.withdrawn and promise.withdrawn < late_from:
        return "withdrawn"
    for n, callback in enumerate(in_time):
        if callback.result == "answered":
            return "answered_second" if n else "answered_first"
    if emailed and emailed < late_from:
        return "emailed"
    if in_time:
        return _state_unanswered(in_time)
    return "late" if callbacks or emailed else _state_without_contact(promise, history)


def _state_unanswered(in_time: list[Ring]) -> str:
    """The state of a promise of which the files show callbacks in time, and no answer."""
    if len(in_time) > 1:
        return "both_missed"
    return "result_unknown" if in_time[0].result == "unknown" else "missed_once"


def _state_without_contact(promise: Promise, history: History) -> str:
    due_at = due_moment(promise)
    if due_at is None:
        return "rule_unknown"
    if due_at > END:
        return "waiting"
    return "silent" if is_observed(promise, history, due_at) else "unwatched"
