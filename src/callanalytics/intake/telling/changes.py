"""What newer versions of a hand log changed, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callanalytics.intake.receipt import Asked, Receipt
from callanalytics.intake.telling.lines import plural, wrapped
from callanalytics.intake.telling.lines import rows as row_numbers
from callanalytics.intake.telling.showing import quoted
from callanalytics.intake.versions import Row, State, Version
from callanalytics.normalize import Answer, Question

SHOWN = 8  # removed entries of a sheet
DOUBTS = {
    "filled": "It counts as the newer because more of it is filled in.",
    "order": "Nothing in them tells which is newer: it is the one read last. If it is the older, ingest the other "
    "again with --replaces.",
}


def versions(receipt: Receipt, folder: str) -> str:
    """What each newer hand log changed, and by what it is known to be the newer."""
    lines = []
    for version in receipt.versions:
        lines += wrapped(_changed(version, folder))
        lines += [f"      removed: {_gone(*entry)}" for entry in version.removed[:SHOWN]]
        if len(version.removed) > SHOWN:
            lines.append(f"      and {len(version.removed) - SHOWN:,} more")
    return "\n".join(["Newer versions of a hand log", *lines]) if lines else ""


def _changed(version: Version, folder: str) -> str:
    counts = (
        (version.same, "as before"),
        (version.changed, "filled in or corrected"),
        (version.added, "new"),
        (len(version.removed), "removed"),
    )
    said = ", ".join(f"{n:,} {what}" for n, what in counts if n)
    doubt = f" {DOUBTS[version.by]}" if version.by in DOUBTS and version.changed else ""
    newer, older = (name.removeprefix(folder) for name in (version.newer, version.older))
    if not version.kept:
        return f"{newer} takes the place of {older}: of its entries {said}.{doubt}"
    stay = f"{plural(version.kept, 'entry', 'entries')} of {older} {'stays' if version.kept == 1 else 'stay'}"
    return f"{newer} overlaps {older}: of its entries {said}; {stay}.{doubt}"


def _gone(row: int, start: datetime | None) -> str:
    return f"row {row} of the older" + (f", {_day(start)}, {start:%H:%M}" if start else "")


def _day(start: datetime) -> str:
    return f"{start:%b} {start.day}, {start.year}"


def ask_removed(newer: State, older: State, gone: Sequence[Row], *, is_named: bool) -> Asked:
    """The question whether rows that a newer hand log lacks are to go. ``is_named``: no other has the older's name."""
    days = sorted(row.start for row in gone if row.start)
    when = f", {_day(days[0])} to {_day(days[-1])}" if days else ""
    lacks = (
        f"{plural(len(gone), 'entry', 'entries')} of {older.shown} ({row_numbers([row.number for row in gone])}{when})"
    )
    replaces = f"--replaces {quoted(older.shown if is_named else older.id)}"
    question = Question(
        "",
        f"It lacks {lacks} although it covers those days. They stay until you say that they were removed",
        "",
        f"ingest {newer.shown} again and say which:  --keep-removed   or   {replaces}",
        "removed_rows",
        (
            Answer("--keep-removed", "keep them: the newer file shows only a part of the log"),
            Answer(replaces, "remove them: the newer file is the whole log"),
        ),
        blocks=False,
    )
    return Asked(newer.shown, len(gone), question)
