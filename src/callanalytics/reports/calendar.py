"""Open callbacks as a calendar file that Outlook, Google and Apple read: the only door to ``icalendar``.

One entry a callback, on the day it is due, from the opening of the window to its end, with an alarm when it opens
and one a business day before. The entry keeps its ``UID``; ``SEQUENCE`` is twice the number of days since the request,
so a later file takes the place of an earlier one, an earlier one changes nothing, and the same file twice is once. A
callback that was settled, or for which nothing more will come since its round of calls is over, is sent as
``CANCELLED`` for some weeks, one step ahead of an entry of that day.

No client stands in it, no matter and no whole number: a calendar is seen by others.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from callanalytics import clocks, outputs, wording
from callanalytics.casework.open_promises import (
    OpenPromise,
    agency_day,
    due_of,
    end_of_day,
    is_open,
    open_promises,
    window_on,
)
from callanalytics.values import phones

SETTLED_FOR = timedelta(days=60)  # how long a settled callback is still sent as canceled
OVER = {  # open ones whose round of calls is over
    "start_over": "missed, ask again",
    "write_result": "came; note in the log whether it was answered",
}
PRODUCT = "-//callanalytics//callbacks//EN"


def write(log, path) -> Path | None:
    """Write the open callbacks of a log to `path` (``.ics``); None, and no file, where there is no entry to make."""
    made = calendar(log)
    # The format wants one entry at least
    return outputs.save(path, made, private=True) if b"BEGIN:VEVENT" in made else None


def calendar(log) -> bytes:
    """The calendar of a log as it stood on its day: same log and day, same bytes."""
    import icalendar

    made = icalendar.Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", "PUBLISH"), ("calscale", "GREGORIAN")):
        made.add(name, value)
    seen = end_of_day(log.as_of, log.agency).replace(microsecond=0)  # the format has whole seconds
    still = {promise.promise_id: promise for promise in open_promises(log)}
    for promise in still.values():
        if promise.due_on and promise.started_on and promise.may_still_call:
            made.add_component(_entry(promise, promise.due_on, promise.started_on, log, seen))
    for row in log.promises.to_arrow().to_pylist():
        due = due_of(row)
        # One that is merely overdue stays where it was: nothing ended it
        why = OVER.get(still[row["promise_id"]].stand) if is_open(row) else "settled"
        if why and due and due > seen - SETTLED_FOR:
            entry = _event(row["promise_id"], agency_day(due, log.agency), row["date"], log, seen)
            entry.add("summary", f"{log.agency.label} callback: {why}")
            entry.add("status", "CANCELLED")
            # Odd, so that it wins over an open entry of the same day, whose number is even
            entry["sequence"] += 1
            made.add_component(entry)
    return made.to_ical()


def _entry(promise: OpenPromise, due_on: date, asked: date, log, seen: datetime):
    entry = _event(promise.promise_id, due_on, asked, log, seen)
    entry.add("summary", f"{log.agency.label} callback due ({promise.urgency}), asked {wording.day(asked)}")
    entry.add("status", "CONFIRMED")
    # Who shares the calendar sees that the time is taken, and not by what
    entry.add("class", "PRIVATE")
    if promise.window is None:
        raise ValueError("no call is awaited for a promise without a due day")
    opens, closes = promise.window
    number = phones.mask(promise.number) if promise.number else "none written down"
    lines = [
        f"They may ring from {wording.time_of_day(opens)} to {wording.time_of_day(closes)} on the office's clock.",
        f"Number given: {number}.",
        *(f"About that number: {doubt}." for doubt in promise.doubts),
        *promise.steps,
    ]
    entry.add("description", "\n".join(lines))
    entry.add_component(_alarm(f"A {log.agency.label} callback is due today.", timedelta(0)))
    before = due_on - timedelta(days=1)
    # An alarm on a weekend or holiday would ring in an empty office
    while not clocks.is_business_day(before, agency=log.agency):
        before -= timedelta(days=1)
    entry.add_component(_alarm(f"A {log.agency.label} callback is due on the next business day.", due_on - before))
    return entry


def _event(promise_id: str, due_on: date, asked: date, log, seen: datetime):
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{promise_id}@callanalytics")
    event.add("dtstamp", seen)
    # A calendar keeps the entry with the higher number, whichever file it is given last
    event.add("sequence", 2 * max(0, (log.as_of - asked).days))
    # In UTC, which every calendar shows on its own clock.
    opens, closes = window_on(due_on, "UTC", log.agency)
    event.add("dtstart", opens.replace(tzinfo=UTC))
    event.add("dtend", closes.replace(tzinfo=UTC))
    event.add("transp", "TRANSPARENT")  # it keeps no one from other appointments
    return event


def _alarm(words: str, before: timedelta):
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -before)
    return alarm
