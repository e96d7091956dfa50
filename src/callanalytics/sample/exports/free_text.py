"""A hand log with titles above and free words in it: promises as they were said, call-backs in one cell."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from callanalytics.sample.dice import Dice
from callanalytics.sample.exports.hand_sheet import Line, with_callbacks
from callanalytics.sample.exports.phone import Accounts, half_day
from callanalytics.sample.model import Note

TITLE = ["USCIS Contact Center calls - 2022"]
HEADER = [
    "Date", "Time", "Rep", "Badge", "Length of hold", "Outcome", "Call-back promised", "CB no.", "Call backs", "SR",
    "Matter", "Follow up",
]  # fmt: skip
_PROMISED = {
    "urgent": ("w/in 72 hrs", "72 hrs", "urgent", "call back w/in 72 hrs"),
    "regular": ("30 biz days", "30 business days", "regular"),
    "unknown": ("yes", "Tier 2 will call"),
}
_RANG = {
    "answered": ("talked to officer", "answered", "spoke w/ officer"),
    "missed": ("missed", "missed, no VM"),
    "voicemail": ("VM", "left VM"),
}
_ABOVE = 3  # title, empty line, header


def write(path: Path, notes: list[Note], reason_names: dict[str, tuple[str, ...]]) -> Accounts:
    """A row for each call noted."""
    rows = []
    for row, (note, later) in enumerate(with_callbacks(notes), _ABOVE + 1):
        note.row = row
        rows.append(_cells(note, later, Line(note, later, reason_names).cells()))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([TITLE, [], HEADER, *rows])
    path.write_bytes(text.getvalue().encode())
    return Accounts(len(rows), notes=len(rows))


def _cells(note: Note, later: list[Note], of_chicago: dict) -> list[str]:
    dice = Dice(note.thing.id, "free text")

    def cell(name: str) -> str:
        return of_chicago.get(name, "")

    promise = note.dial.promise
    promised = dice.pick(_PROMISED[promise.noted_urgency]) if promise else cell("Callback?")
    rings = [each for each in later if each.what == "ring"][:2]
    return [
        cell("Date"), cell("Time").removesuffix(" CT"), cell("Agent"), cell("Agent ID"), cell("Hold time"),
        cell("Result"), promised, cell("Callback number"), ", ".join(_in_words(each, dice) for each in rings),
        cell("SR #"), cell("File"), dice.weighted({"": 80, "client": 10, "done": 10}),
    ]  # fmt: skip


def _in_words(ring: Note, dice: Dice) -> str:
    """As in ``1/13 9:05am missed``."""
    clock, half = half_day(ring.at)
    at = f" {clock}{half.lower()}" if dice.chance(0.6) else ""
    return f"{ring.at.month}/{ring.at.day}{at} {dice.pick(_RANG[ring.ring.result])}"
