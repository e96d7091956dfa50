"""The open call-backs on a terminal: by what is to be done first, a few lines each, and whom to turn to."""

from __future__ import annotations

from collections import Counter
from datetime import date

from callanalytics import commands
from callanalytics.casework.open_promises import RECENT, STANDS, OpenPromise
from callanalytics.cli import screen
from callanalytics.cli.columns import hung
from callanalytics.figures import labels
from callanalytics.reports import sentences as say
from callanalytics.reports import words
from callanalytics.values import zones

URGENCY = {"urgent": "urgent", "regular": "regular", "unknown": "not said which"}


def show(still: list[OpenPromise], as_of: date, store, *, every: bool) -> None:
    """Print them; those asked long ago, of which nothing will come by waiting, are counted unless `every` is wanted."""
    listed = [promise for promise in still if every or promise.is_listed(as_of)]
    offices = {promise.office for promise in still}
    for stand in STANDS:
        mine = [promise for promise in listed if promise.stand == stand]
        if mine:
            _group(mine, several=len(offices) > 1)
    if older := len(still) - len(listed):
        screen.say(
            f"\n{labels.many(older, 'older one')}, asked more than {RECENT.days} days before and not listed: close "
            "them in the log if they are no longer needed; without --open, every one is listed."
        )
    _turn_to(listed, store)


def show_settled(rows: list[dict], *, several: bool) -> None:
    """Print what is settled, two lines or three each."""
    for row in rows:
        office = f", {row['office']}" if several else ""
        screen.say(f"\n  {row['id']}  {row['matter']} ({row['kind']}){office}: {row['what became of it']}")
        screen.say(f"            promised {row['promised']}; due {row['due']}; number given: {row['number given']}")


def counted(still: list[OpenPromise]) -> str:
    """How many there are, and how they stand.

    >>> counted([])
    'No promised call-back is open.'
    """
    if not still:
        return "No promised call-back is open."
    counts = Counter(promise.stand for promise in still)
    told = "; ".join(f"{labels.number(counts[s])} {words.STANDS[s]}" for s in STANDS if counts[s])
    return f"{labels.many(len(still), 'open call-back')}: {told}."


def _group(mine: list[OpenPromise], *, several: bool) -> None:
    title = words.STANDS[mine[0].stand]
    usual = Counter(promise.steps for promise in mine).most_common(1)[0][0]
    screen.say(f"\n{title[0].upper()}{title[1:]} ({labels.number(len(mine))})")
    screen.say(f"  {' '.join(usual)}")
    for promise in mine:
        screen.say()
        mark = f"  {promise.promise_id[:8]}  "
        for name, text in _lines(promise, usual, several=several):
            screen.say("\n".join(hung(text, screen.width(), f"{mark}{name:<8}" if name else mark)))
            mark = " " * len(mark)


def _lines(promise: OpenPromise, usual: tuple[str, ...], *, several: bool):
    """What stands beside a request's id."""
    office = f", {promise.office}" if several else ""
    yield "", f"{promise.matter or 'Matter not noted'} ({URGENCY[promise.urgency]}){office}"
    yield "asked", moment(promise.started_at, promise.started_on, promise.zone) or "on a day not noted"
    yield "due", moment(promise.due, None, promise.zone) or "not known"
    if promise.may_ring and promise.window:
        yield "window", f"{' to '.join(map(say.clock, promise.window))}, your time, each business day until due"
    yield "number", "; ".join([*([say.number(promise.number)] if promise.number else []), *promise.doubts])
    if promise.steps != usual:
        yield "do", " ".join(promise.steps)


def _turn_to(listed: list[OpenPromise], store) -> None:
    """Whom one may turn to, for how many of them, and the command that writes the e-mail."""
    asked = dict.fromkeys(recourse for promise in listed for recourse in promise.recourses)
    if not asked:
        return
    screen.say("\nIf calling again leads nowhere")
    for recourse in asked:
        mine = [promise for promise in listed if recourse in promise.recourses]
        screen.say(f"  {recourse} For {labels.many(len(mine), 'request')}: {_named(mine)}.")
    screen.say("\nThe sheet they ask for, with the e-mail ready to go over:")
    screen.say(f"  callanalytics evidence --promise {listed[0].promise_id[:8]}{commands.in_store(store)}")


def _named(promises: list[OpenPromise], most: int = 6) -> str:
    ids = [promise.promise_id[:8] for promise in promises]
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")


def moment(at, day: date | None, zone: str) -> str:
    """A moment on the office's clock with the zone's name; a date where the time of day is not known."""
    if at is None:
        return f"{day:%b} {day.day}, {day.year}" if day else ""
    local = at.astimezone(zones.rules(zone))
    return f"{local:%a %b} {local.day}, {local.year}, {say.clock(local)} {local:%Z}"
