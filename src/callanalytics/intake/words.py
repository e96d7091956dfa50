"""The receipt on a screen: files in a table, then questions, rows to fix, what was not read, what it can show."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby

from callanalytics.intake.receipt import COUNTS, FileEntry, Fix, Problem, Receipt

WIDTH = 110
FILE, TITLE = 36, 40
SHOWN_FIXES = 8  # a file; the others are in the table rejects
COLUMNS = {"rows": "rows", "calls": "calls", "notes": "entries", "notices": "notices", "set_aside": "set aside"}
DOUBTS = {
    "filled": "It counts as the newer because more of it is filled in.",
    "order": "Nothing in them tells which is newer: it is the one read last. If it is the older, ingest the other "
    "again with --replaces.",
}
REASONS = {
    "empty": "is empty",
    "no_time": "has no time of day",
    "width": "has more or fewer columns than the header",
}
ASIDE = {
    "older_version": ("row of older versions", "rows of older versions"),
    "leg": ("call leg", "call legs"),
    "text": ("other text", "other texts"),
    "email": ("other e-mail", "other e-mails"),
    "total": ("total line", "total lines"),
    "example": ("example", "examples"),
    "fax": ("fax", "faxes"),
    "conference": ("conference call", "conference calls"),
    "unfinished": ("call still going on", "calls still going on"),
}


def of(receipt: Receipt) -> str:
    """The whole receipt as text."""
    parts = [_headline(receipt), _files(receipt), _questions(receipt), _fixes(receipt), _not_read(receipt)]
    parts += [_versions(receipt), _notes(receipt), _scope(receipt), _next(receipt)]
    return "\n\n".join(filter(None, parts))


def plural(n: int, thing: str, things: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "file"), plural(1204, "reply", "replies")
    ('1 file', '1,204 replies')
    """
    return f"{n:,} {thing if n == 1 else things or thing + 's'}"


def _headline(receipt: Receipt) -> str:
    states = [entry.state for entry in receipt.files]
    asked = len({asked.file for asked in receipt.questions})
    n = len(states) + asked + len(receipt.problems) + len(receipt.passed)
    counts = (
        (states.count("read"), "read"),
        (states.count("stored"), "in the store already"),
        (states.count("older"), "replaced by a newer version"),
        (states.count("repeat"), "the same as another"),
        (asked, "with a question" if asked == 1 else "with questions"),
        (len(receipt.problems), "cannot be read"),
        (len(receipt.passed), "passed over"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    done = f"Stored in {receipt.store}." if receipt.stored else "Nothing was stored."
    if not receipt.stored and receipt.store and receipt.files:
        done = "Nothing new: the store is as it was."
    return f"{plural(n, 'file')}{': ' if said else ''}{said}. {done}"


# ---- the table -------------------------------------------------------------------------------------------------


def _files(receipt: Receipt) -> str:
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
    folder = _folder(receipt.files)
    lines += [_line(list(group), columns, folder) for _, group in groupby(receipt.files, key=_together)]
    if len(lines) > 2:
        lines.append(["total", "", *(_number(receipt.totals[name]) for name in columns)])
    notes = [_aside(receipt.aside)]
    if "duplicates" in columns:
        notes.append(
            f"  known: {receipt.totals['duplicates']:,} of the calls and entries were there before; they count once"
        )
    return "\n".join([*_aligned(lines), *filter(None, notes)])


def _any(receipt: Receipt, name: str) -> bool:
    return any(getattr(entry, name) for entry in receipt.files)


def _together(entry: FileEntry):
    """Pages read together stand in one line."""
    return (entry.export, entry.state, entry.format) if entry.export else (entry.sha256, entry.state, entry.file)


def _folder(entries: Sequence[FileEntry]) -> str:
    """The folder or ZIP that all the files are in: it need not be said on every line."""
    first = {entry.file.partition("/")[:2] for entry in entries}
    return "".join(first.pop()) if len(first) == 1 and len(entries) > 1 else ""


def _line(entries: Sequence[FileEntry], columns: Iterable[str], folder: str) -> list[str]:
    first = entries[0]
    name = first.file.removeprefix(folder) if len(entries) == 1 else f"{first.export} ({len(entries):,} pages)"
    what = {
        "stored": "in the store already",
        "older": f"older version of {_cut(first.like.removeprefix(folder), TITLE - 17)}",
        "repeat": f"same bytes as {_cut(first.like.removeprefix(folder), TITLE - 14)}",
    }.get(first.state, first.title or first.format)
    what = what if len(what) <= TITLE else textwrap.shorten(what.rpartition(",")[0] or what, TITLE, placeholder=" ...")
    counts = {column: sum(getattr(entry, column) for entry in entries) for column in COUNTS}
    return [_cut(name, FILE), what, *(_number(counts[c]) for c in columns)]


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


def _cut(text: str, width: int) -> str:
    """A long name keeps both its ends."""
    return text if len(text) <= width else f"{text[: width // 2 - 2]}...{text[-(width - width // 2 - 1) :]}"


def _aside(aside: dict[str, int]) -> str:
    words = {reason: (reason.replace("_", " "),) * 2 for reason in aside} | ASIDE
    said = ", ".join(plural(n, *words[reason]) for reason, n in aside.items())
    return f"  set aside: {said}" if said else ""


# ---- what needs a person -----------------------------------------------------------------------------------------


def _questions(receipt: Receipt) -> str:
    if not receipt.questions:
        return ""
    lines = [plural(len(receipt.questions), "question")]
    for asked in receipt.questions:
        question = asked.question
        example = f" (as in {question.example})" if question.example and question.example not in question.text else ""
        lines += _wrapped(
            f"{asked.file} ({plural(asked.rows, 'row')}), column {question.column}: {question.text}{example}."
        )
        lines += [f"      {line}" for line in question.do.splitlines()]
    return "\n".join(lines)


def _fixes(receipt: Receipt) -> str:
    lines = []
    for file, group in groupby(receipt.to_fix, key=lambda fix: fix.file):
        fixes = list(group)
        lines.append(f"{plural(len(fixes), 'row')} to fix in {file} (values masked)")
        lines += [f"  {_fix(fix)}" for fix in fixes[:SHOWN_FIXES]]
        if len(fixes) > SHOWN_FIXES:
            lines.append(f"  and {len(fixes) - SHOWN_FIXES:,} more: the table rejects lists them all")
    return "\n".join(lines)


def _fix(fix: Fix) -> str:
    where = f"row {fix.row:>5}  {fix.column or 'the row'}"
    if fix.found is not None:
        where += f' "{fix.found}"'
    reason = REASONS.get(fix.reason, "" if fix.found is not None else fix.reason.replace("_", " "))
    return f"{where} {reason}".rstrip() + (f"; wanted: {_cut(fix.wanted, 60)}" if fix.wanted else "")


def _not_read(receipt: Receipt) -> str:
    by_problem: dict[str, list[Problem]] = {}
    for problem in receipt.problems:
        by_problem.setdefault(str(problem).removeprefix(problem.file), []).append(problem)
    lines = []
    for said, problems in by_problem.items():
        others = f" and {len(problems) - 1:,} more like it" if len(problems) > 1 else ""
        lines += _wrapped(f"{problems[0].file}{others}{said}")
    by_reason: dict[str, list[str]] = {}
    for passed in receipt.passed:
        by_reason.setdefault(passed.why, []).append(passed.shown)
    for why, names in by_reason.items():
        more = f" and {len(names) - 4:,} more" if len(names) > 4 else ""
        lines += _wrapped(f"{', '.join(names[:4])}{more}: {why}")
    return "\n".join(["Not read", *lines]) if lines else ""


def _versions(receipt: Receipt) -> str:
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
        lines += _wrapped(f"{version.newer} takes the place of {version.older}: of its entries {said}.{doubt}")
        lines += [f"      removed: {_gone(*entry)}" for entry in version.removed[:SHOWN_FIXES]]
        if len(version.removed) > SHOWN_FIXES:
            lines.append(f"      and {len(version.removed) - SHOWN_FIXES:,} more")
    return "\n".join(["Newer versions of a hand log", *lines]) if lines else ""


def _gone(row: int, start) -> str:
    return f"row {row} of the older" + (f", {start:%b} {start.day}, {start.year}, {start:%H:%M}" if start else "")


def _notes(receipt: Receipt) -> str:
    return "\n".join(["To know", *(line for note in receipt.notes for line in _wrapped(note))]) if receipt.notes else ""


# ---- what it can show --------------------------------------------------------------------------------------------


def _scope(receipt: Receipt) -> str:
    scope = receipt.scope
    if scope is None:
        return ""
    lines = [f"What {f'the log of {receipt.office}' if receipt.stored else 'these files'} can and cannot show"]
    if scope.hand_log:
        lines += _said("hand log", _dates(*scope.hand_log))
    for number, first, last, sees_missed in scope.phones:
        never = "" if sees_missed else "; it never shows a call that nobody answered"
        lines += _said("phone", f"{number}  {_dates(first, last)}{never}")
    noted, phoned = scope.noted
    if phoned:
        share = f" ({noted / phoned:.0%})" if phoned >= 10 else ""
        lines += _said(
            "both", f"{noted:,} of {phoned:,} phone calls to the agency in the time of the log are in it{share}"
        )
    known, dialled = scope.waits
    if dialled:
        lines += _said("can", f"waits: noted for {known:,} of {dialled:,} calls in the log")
    elif scope.phones:
        lines += _said("cannot", "waits: a phone system does not know them; they come from the hand log")
    if scope.lineless:
        told = f"which of your phones rang: {', '.join(scope.lineless)} does not say it. Name your lines once"
        lines += _said("cannot", f"{told}:  callanalytics office NAME --store DIR --line NUMBER:desk:FORMAT")
    watched = [number for number, *_, sees_missed in scope.phones if sees_missed]
    if watched:
        lines += _said("can", f"call-backs that nobody answered, on {', '.join(watched)}")
    for number, n in scope.unseen:
        lines += _said("cannot", _unseen(number, n))
    if scope.no_missed:
        lines += _said(
            "cannot", f"missed call-backs from {', '.join(scope.no_missed)}: its export lacks unanswered calls"
        )
    for says in dict.fromkeys(says for _, says in scope.retention):
        vendors = ", ".join(vendor for vendor, own in scope.retention if own == says)
        lines += _said("soon gone", f"how long a log is kept ({vendors}): {says}")
    return "\n".join(lines)


def _unseen(number: str, n: int) -> str:
    asked = plural(n, "promised call-back")
    if number.startswith("*"):
        return f"{asked} to {number}: no file here shows that phone then. Export it, or they are not judged"
    return f"{asked} with {number}: judged only when every line of the office is covered"


def _dates(first, last) -> str:
    return f"{first:%b} {first.day}, {first.year} - {last:%b} {last.day}, {last.year}"


def _said(word: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"  {word:<11}", subsequent_indent=" " * 13)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")


def _next(receipt: Receipt) -> str:
    if receipt.store or not any(entry.state == "read" for entry in receipt.files):
        return ""
    return "Next:  callanalytics ingest PATH --store DIR --office NAME --timezone ZONE"
