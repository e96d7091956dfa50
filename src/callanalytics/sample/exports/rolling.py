"""A hand log kept in some form tool that shows the last two months: a CSV of them at the end of every month.

A call stands in the files of its own month and of the next, there with the call-backs that came in between.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

from callanalytics.sample.exports.hand_sheet import Line, with_callbacks
from callanalytics.sample.exports.phone import Accounts
from callanalytics.sample.model import Note

HEADER = [
    "Date & time", "Phone number called from", "Min on hold", "Spoke to", "Reason for call", "What happened",
    "Call back promised?", "Number for call back", "Called back on", "Answered?", "2nd call", "2nd answered?",
    "Tracking/SR number", "Name & ID # of agent", "Our file", "Initials",
]  # fmt: skip
YEAR = 2022


def write(folder: Path, notes: list[Note], reason_names: dict[str, tuple[str, ...]]) -> dict[str, Accounts]:
    """The twelve files of the year; what must become of the rows of each is said of the newest that has them."""
    for note in notes:
        if note.what == "ring" and note.about and note.at.date() >= _first_of(note.about.at.month + 2):
            note.ring.note = None  # no file has both the call and this call-back
    files = {}
    for month in range(1, 13):
        first, last = _first_of(month - 1), _first_of(month + 1) - timedelta(days=1)
        seen = [note for note in notes if first <= note.at.date() <= last]
        rows = [_cells(Line(note, later, reason_names).cells()) for note, later in with_callbacks(seen)]
        name = f"USCIS calls {YEAR}-{month:02}.csv"
        _save(folder / name, rows)
        again = 0 if month == 12 else sum(n.what == "dial" and n.at.month == month for n in seen)
        files[name] = Accounts(len(rows), notes=len(rows) - again, set_aside=again)
    return files


def _first_of(month: int) -> date:
    """The first day of a month of the year; 0 is the December before it, 13 the January after."""
    return date(YEAR + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _cells(of_chicago: dict) -> list[str]:
    def cell(name: str) -> str:
        return of_chicago.get(name, "")

    agent = ", ".join(filter(None, (cell("Agent"), cell("Agent ID") and f"#{cell('Agent ID')}")))
    return [
        f"{cell('Date')} {cell('Time').removesuffix(' CT')}".strip(), cell("Called from"), cell("Hold time"),
        cell("Spoke with"), cell("Reason"), cell("Result"), cell("Callback?"), cell("Callback number"),
        cell("Called back on"), cell("Answered?"), cell("2nd call"), cell("2nd answered?"), cell("SR #"), agent,
        cell("File"), "RT",
    ]  # fmt: skip


def _save(path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode())
