"""The receipt on a screen: files in a table, then questions, rows to fix, what was not read, what it can show."""

from __future__ import annotations

import textwrap

from callanalytics.intake.receipt import Receipt
from callanalytics.intake.telling import asking, changes, listing, showing
from callanalytics.intake.telling.lines import WIDTH, plural, wrapped


def _notes(receipt: Receipt, folder: str) -> str:
    lines = [line for note in receipt.notes for line in wrapped(note.removeprefix(folder))]
    return "\n".join(["To know", *lines]) if lines else ""


PARTS = (asking.questions, asking.not_understood, asking.fixes, asking.not_read, changes.versions, _notes)


def receipt_text(receipt: Receipt) -> str:
    """The whole receipt as text."""
    folder = listing.common_folder(_names(receipt))
    parts = [_headline(receipt), listing.table(receipt)]
    parts += [part(receipt, folder) for part in PARTS]
    parts += [showing.scope(receipt), showing.next_step(receipt)]
    return "\n\n".join(filter(None, parts))


def _names(receipt: Receipt) -> list[str]:
    """Every file that the receipt speaks of."""
    names = [entry.file for entry in receipt.files] + [asked.file for asked in receipt.questions]
    return names + [problem.file for problem in receipt.problems] + [passed.shown for passed in receipt.passed]


def _headline(receipt: Receipt) -> str:
    files = listing.grouped(receipt.files)
    states = [group[0].state for group in files]
    asked = len({asked.file for asked in receipt.questions if asked.question.blocks})
    n = len(states) + asked + len(receipt.problems) + len(receipt.passed)
    counts = (
        (states.count("read"), "read"),
        (states.count("stored"), "in the store already"),
        (states.count("older"), "an older version" if states.count("older") == 1 else "older versions"),
        (states.count("repeat"), "the same as another"),
        (asked, "with a question" if asked == 1 else "with questions"),
        (len(receipt.problems), "cannot be read"),
        (len(receipt.passed), "no call log" if len(receipt.passed) == 1 else "no call logs"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    done = f"Stored in {receipt.store}." if receipt.stored else "Nothing was stored."
    if not receipt.stored and receipt.store and receipt.files:
        done = f"Nothing new: the store {receipt.store} is as it was."
    return "\n".join(textwrap.wrap(f"{plural(n, 'file')}{': ' if said else ''}{said}. {done}", WIDTH))
