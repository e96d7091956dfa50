"""The files of a receipt as a table: what each is, and what became of its rows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby

from callanalytics.intake.receipt import COUNTS, FileEntry, Receipt
from callanalytics.intake.telling.lines import cut, plural

FILE, TITLE = 36, 40
COLUMNS = {"rows": "rows", "calls": "calls", "notes": "entries", "notices": "notices", "set_aside": "set aside"}
ASIDE = {
    "older_version": ("row of older versions", "rows of older versions"),
    "leg": ("call leg", "call legs"),
    "text": ("other text", "other texts"),
    "email": ("other e-mail", "other e-mails"),
    "no_call": ("row of no call", "rows of no call"),
    "total": ("total line", "total lines"),
    "legend": ("row of a legend", "rows of a legend"),
    "example": ("example", "examples"),
    "fax": ("fax", "faxes"),
    "conference": ("conference call", "conference calls"),
    "unfinished": ("call still going on", "calls still going on"),
    "empty": ("line without a contact", "lines without a contact"),
}


def table(receipt: Receipt) -> str:
    """One line a file, or one for the pages that were read together; the total; what was set aside."""
    if not receipt.files:
        return ""
    columns = {
        name: title for name, title in COLUMNS.items() if name in ("rows", "calls", "notes") or _any(receipt, name)
    }
    if _any(receipt, "rejects"):
        columns["rejects"] = "to fix"
    if _any(receipt, "duplicates"):
        columns["duplicates"] = "known"
    lines = [["file", "what it is", *columns.values()]]
    folder = common_folder([entry.file for entry in receipt.files])
    lines += [_line(group, columns, folder) for group in grouped(receipt.files)]
    if len(lines) > 2:
        lines.append(["total", "", *(_number(receipt.totals[name]) for name in columns)])
    notes = [_aside(receipt.aside)]
    if "duplicates" in columns:
        notes.append(
            f"  known: {receipt.totals['duplicates']:,} of the calls and entries were there before; they count once"
        )
    return "\n".join([*_aligned(lines), *filter(None, notes)])


def grouped(files: Sequence[FileEntry]) -> list[list[FileEntry]]:
    """The files, pages that were read together as one."""
    return [list(group) for _, group in groupby(files, key=_together)]


def common_folder(names: Sequence[str]) -> str:
    """The folder or ZIP that all the files are in: it need not be said on every line."""
    folders = {folder + slash for folder, slash, _ in (name.partition("/") for name in names) if slash}
    return folders.pop() if len(folders) == 1 and len(names) > 1 and all("/" in name for name in names) else ""


def _any(receipt: Receipt, name: str) -> bool:
    return any(getattr(entry, name) for entry in receipt.files)


def _together(entry: FileEntry):
    """Pages read together stand in one line."""
    return (entry.export, entry.state, entry.format) if entry.export else (entry.sha256, entry.state, entry.file)


def _line(entries: Sequence[FileEntry], columns: Iterable[str], folder: str) -> list[str]:
    first = entries[0]
    name = first.file if len(entries) == 1 else f"{first.export} ({len(entries):,} pages)"
    what = {
        "stored": "in the store already",
        "older": f"older version of {cut(first.like.removeprefix(folder), TITLE - 17)}",
        "repeat": f"same bytes as {cut(first.like.removeprefix(folder), TITLE - 14)}",
    }.get(first.state, first.title or first.format)
    what = what if len(what) <= TITLE else textwrap.shorten(what.rpartition(",")[0] or what, TITLE, placeholder=" ...")
    counts = {column: sum(getattr(entry, column) for entry in entries) for column in COUNTS}
    return [cut(name.removeprefix(folder), FILE), what, *(_number(counts[c]) for c in columns)]


def _number(n: int) -> str:
    return f"{n:,}" if n else "-"


def _aligned(lines: list[list[str]]) -> list[str]:
    widths = [max(len(line[c]) for line in lines) for c in range(len(lines[0]))]
    return [
        "  "
        + "  ".join(
            cell.ljust(w) if c < 2 else cell.rjust(w) for c, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]


def _aside(aside: dict[str, int]) -> str:
    words = {reason: (reason.replace("_", " "),) * 2 for reason in aside} | ASIDE
    said = ", ".join(plural(n, *words[reason]) for reason, n in aside.items())
    return f"  set aside: {said}" if said else ""
