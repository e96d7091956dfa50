"""Open callbacks as a calendar file for Outlook, Google, and Apple; the only module that uses ``icalendar``.

Each callback has one entry on its due day, from the start to the end of the callback hours. It has an alarm at the
start and one a business day earlier. The entry keeps its ``UID``; ``SEQUENCE`` is twice the number of days since the
request. So a later file replaces an earlier one, an earlier file changes nothing, and importing a file twice adds
nothing. A callback that was resolved, or whose round of calls is over, is sent as ``CANCELLED`` for some weeks, one
step ahead of an entry of that day.

The file names no client, no matter, and no full phone number, because others see a calendar.
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

SETTLED_FOR = timedelta(days=60)  # how long a resolved callback is still sent as canceled
OVER = {  # open callbacks whose round of calls is over
    "start_over": "missed, ask again",
    "write_result": "came; note in the log whether it was answered",
}
PRODUCT = "-//callanalytics//callbacks//EN"


def write(log, path) -> Path | None:
    """Write the open callbacks of a log to `path` (``.ics``); None, and no file, if there is no entry."""
    made = calendar(log)
    # The format requires at least one entry
    return outputs.save(path, made, private=True) if b"BEGIN:VEVENT" in made else None


def calendar(log) -> bytes:
    """The calendar of a log as of its day; the same log and day give the same bytes."""
    import icalendar

    made = icalendar.Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", "PUBLISH"), ("calscale", "GREGORIAN")):
        made.add(name, value)
    seen = end_of_day(log.as_of, log.agency).replace(microsecond=0)  # the format allows only whole seconds
    still = {promise.promise_id: promise for promise in open_promises(log)}
    for promise in still.values():
        if promise.due_on and promise.started_on and promise.may_still_call:
            made.add_component(_entry(promise, promise.due_on, promise.started_on, log, seen))
    for row in log.promises.to_arrow().to_pylist():
        due = due_of(row)
        # A callback that is only overdue keeps its entry: nothing ended it
        why = OVER.get(still[row["promise_id"]].stand) if is_open(row) else "settled"
        if why and due and due > seen - SETTLED_FOR:
            entry = _event(row["promise_id"], agency_day(due, log.agency), row["date"], log, seen)
            entry.add("summary", f"{log.agency.label} callback: {why}")
            entry.add("status", "CANCELLED")
            # Odd, to replace an open entry of the same day, whose number is even
            entry["sequence"] += 1
            made.add_component(entry)
    return made.to_ical()


def _entry(promise: OpenPromise, due_on: date, asked: date, log, seen: datetime):
    entry = _event(promise.promise_id, due_on, asked, log, seen)
    entry.add("summary", f"{log.agency.label} callback due ({promise.urgency}), asked {wording.day(asked)}")
    entry.add("status", "CONFIRMED")
    # People who share the calendar see that the time is taken, but not why
    entry.add("class", "PRIVATE")
    if promise.window is None:
        raise ValueError("no call is awaited for a promise without a due day")
    opens, closes = promise.window
    number = phones.mask(promise.number) if promise.number else "none written down"
    lines = [
        f"They may call from {wording.time_of_day(opens)} to {wording.time_of_day(closes)} on the office's clock.",
        f"Number given: {number}.",
        *(f"About that number: {doubt}." for doubt in promise.doubts),
        *promise.steps,
    ]
    entry.add("description", "\n".join(lines))
    entry.add_component(_alarm(f"A {log.agency.label} callback is due today.", timedelta(0)))
    before = due_on - timedelta(days=1)
    # On a weekend or holiday, no one in the office would notice the alarm
    while not clocks.is_business_day(before, agency=log.agency):
        before -= timedelta(days=1)
    entry.add_component(_alarm(f"A {log.agency.label} callback is due on the next business day.", due_on - before))
    return entry


def _event(promise_id: str, due_on: date, asked: date, log, seen: datetime):
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{promise_id}@callanalytics")
    event.add("dtstamp", seen)
    # A calendar keeps the entry with the higher number, in whatever order it imports the files
    event.add("sequence", 2 * max(0, (log.as_of - asked).days))
    # In UTC, which every calendar shows in its own time zone.
    opens, closes = window_on(due_on, "UTC", log.agency)
    event.add("dtstart", opens.replace(tzinfo=UTC))
    event.add("dtend", closes.replace(tzinfo=UTC))
    event.add("transp", "TRANSPARENT")  # the entry does not block other appointments
    return event


def _alarm(words: str, before: timedelta):
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -before)
    return alarm
