"""What an office writes down of its history: not everything, not to the minute, and now and then wrongly."""

from __future__ import annotations

from datetime import datetime, timedelta

from callanalytics.sample import model
from callanalytics.sample.almanac import local
from callanalytics.sample.dice import Dice
from callanalytics.sample.history import History
from callanalytics.sample.model import Dial, Note, Promise
from callanalytics.sample.offices import Office

# How often an optional column is filled in.
_FILLED = {
    "line": 0.55, "our_number": 0.85, "reason": 0.95, "claim": 0.7, "agent_name": 0.5, "agent_id": 0.8, "sr": 0.93,
    "matter": 0.93, "whole": 0.4, "inquiries": 0.4, "role": 0.5, "g28": 0.3, "words": 0.6, "tried": 0.25,
    "protected": 0.5, "may_cite": 0.35, "told": 0.3, "office": 0.12, "number": 0.85, "about": 0.98,
}  # fmt: skip
_CLOCK_GRID = {1: 72, 5: 23, 15: 5}  # minutes to which a time of day is rounded
_CLOCK_ERROR = {0: 62, 1: 22, -1: 10, 2: 6}  # minutes by which a clock on the wall is off
WRONG = ["time without am or pm"] * 3 + ["no such day", "two calls in one cell", "no figure"]
FORGOTTEN_PROMISE = 0.25  # a call with a promise is forgotten so much less often
NOTES_NOTICE, NOTES_NOTHING_CAME, DATE_ONLY = 0.5, 0.5, 0.008


def write_down(history: History, seed: int) -> list[Note]:
    """The notes of an office, in the order in which they would be written."""
    pen = _Pen(history.office, Dice(seed, history.office.key, "notes"))
    notes = [note for dial in history.dials for note in pen.of_dial(dial)]
    notes.sort(key=lambda n: (n.at, n.thing.id, n.what))
    return notes


class _Pen:
    def __init__(self, office: Office, dice: Dice):
        self.office, self.dice = office, dice

    def of_dial(self, dial: Dial) -> list[Note]:
        """The note of a call, if it was noted, and what was noted of the call-back promised on it."""
        forgotten = 1 - self.office.notes_dials
        forgotten *= FORGOTTEN_PROMISE if dial.promise else 1
        note = None if self.dice.chance(forgotten) else self._dial(dial)
        dial.note = note
        after = self._of_promise(dial.promise) if dial.promise else []
        return ([note] if note else []) + after

    def _note(self, what: str, thing, utc: datetime, about: Note | None = None) -> Note:
        has = frozenset(name for name, share in _FILLED.items() if self.dice.chance(share))
        return Note(what, thing, self._clock(utc), about=about if "about" in has else None, has=has)

    def _clock(self, utc: datetime) -> datetime:
        """The time as somebody reads it off a clock and rounds it."""
        at = local(self.office.zone, utc).replace(second=0, microsecond=0)
        at += timedelta(minutes=self.dice.weighted(_CLOCK_ERROR))
        grid = self.dice.weighted(_CLOCK_GRID)
        return at + timedelta(minutes=grid * round(at.minute / grid) - at.minute)

    def _dial(self, dial: Dial) -> Note:
        note = self._note("dial", dial, dial.start)
        note.date_only = not dial.promise and self.dice.chance(DATE_ONLY)
        grid = self.dice.weighted(self.office.grids)
        if self.dice.chance(self.office.notes_wait):
            note.wait_min = max(1, grid * round(dial.wait_s / 60 / grid))
        if "whole" in note.has:
            note.whole_min = max(note.wait_min or 0, 1, round(dial.duration_s / 60))
        return note

    def _of_promise(self, promise: Promise) -> list[Note]:
        dice, about = self.dice, promise.dial.note
        promise.noted_urgency = "unknown" if dice.chance(model.URGENCY_NOT_TOLD) else promise.urgency
        notes = []
        for ring in promise.rings:
            if ring.channel == "voice" and ring.result != "blocked" and dice.chance(self.office.notes_rings):
                ring.note = self._note("ring", ring, ring.start, about)
                notes.append(ring.note)
        if promise.notice and dice.chance(NOTES_NOTICE):
            promise.notice_note = self._note("notice", promise, promise.notice, about)
        if promise.emailed and dice.chance(self.office.notes_email):
            promise.email_note = self._note("email", promise, promise.emailed, about)
        if promise.withdrawn and about:
            promise.withdrawn_note = self._note("withdrawn", promise, promise.withdrawn, about)
        if promise.restarted and _came_to_nothing(promise) and about and dice.chance(NOTES_NOTHING_CAME):
            promise.nothing_note = self._note("none_came", promise, promise.restarted - timedelta(minutes=4), about)
        return notes + promise.side_notes


def spoil(notes: list[Note], seed: int, *more: str) -> None:
    """Make a cell of a few rows unreadable: calls on which nothing was promised, so that no other row hangs on them."""
    dice = Dice(seed, "spoil", len(notes))
    plain = [n for n in notes if n.what == "dial" and not n.dial.promise and not n.date_only]
    for wrong in (*WRONG, *more):
        # Without AM or PM a time is doubtful only where both might be: 3:15, not 10:15.
        doubtful = [n for n in plain if 13 <= n.at.hour <= 18]
        note = dice.pick(doubtful if wrong == "time without am or pm" else plain)
        plain.remove(note)
        note.wrong = wrong
        if wrong == "no figure":
            note.wait_min = None
        note.date_only = note.date_only or wrong == "two calls in one cell"


def leave_out_all_but_callbacks(history: History) -> None:
    """A sheet with one row a call has room for its first two call-backs, and for nothing that came otherwise."""
    for promise in history.promises:
        told = [r for r in promise.rings if r.note and r.note.about]
        for ring in promise.rings:
            ring.note = ring.note if ring in told[:2] else None
        promise.notice_note = promise.email_note = promise.withdrawn_note = promise.nothing_note = None


def _came_to_nothing(promise: Promise) -> bool:
    return bool(promise.restarted and promise.fate == "never" and promise.restarted > promise.due)
