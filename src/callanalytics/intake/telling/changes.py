"""What newer versions of a hand log changed, as a person reads it."""

from __future__ import annotations

from callanalytics.intake.receipt import Receipt
from callanalytics.intake.telling.lines import wrapped

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
        counts = (
            (version.same, "as before"),
            (version.changed, "filled in or corrected"),
            (version.added, "new"),
            (len(version.removed), "removed"),
        )
        said = ", ".join(f"{n:,} {what}" for n, what in counts if n)
        doubt = f" {DOUBTS[version.by]}" if version.by in DOUBTS else ""
        newer, older = (name.removeprefix(folder) for name in (version.newer, version.older))
        lines += wrapped(f"{newer} takes the place of {older}: of its entries {said}.{doubt}")
        lines += [f"      removed: {_gone(*entry)}" for entry in version.removed[:SHOWN]]
        if len(version.removed) > SHOWN:
            lines.append(f"      and {len(version.removed) - SHOWN:,} more")
    return "\n".join(["Newer versions of a hand log", *lines]) if lines else ""


def _gone(row: int, start) -> str:
    return f"row {row} of the older" + (f", {start:%b} {start.day}, {start.year}, {start:%H:%M}" if start else "")
