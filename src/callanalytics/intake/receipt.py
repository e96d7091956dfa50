"""The receipt of an ingest and its layout on screen: files in a table, questions, rows to fix."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby

from callanalytics.intake import receipt_text
from callanalytics.intake.receipt_data import COUNTS, NO_PLACE_FOR_DUE, OWN_DUE, FileEntry, ReceiptData, Unclear
from callanalytics.intake.receipt_text import (
    MAP,
    WIDTH,
    cut_middle,
    example_of,
    grouped_by,
    number_runs,
    plural,
    row_numbers,
    shortened,
    wrapped,
)
from callanalytics.wording import some, words_for

# ---- the files as a table -------------------------------------------------------------------------------------------

FILE, TITLE = 36, 40
COLUMNS = {"rows": "rows", "calls": "calls", "entries": "entries", "notices": "notices", "set_aside": "set aside"}
COLUMNS |= {"rejects": "to fix", "duplicates": "known"}
ALWAYS = ("rows", "calls", "entries")  # the columns that stand also where all cells are empty


def file_table(receipt: ReceiptData) -> str:
    """One line per file, or one for pages that were read together; the total; what was set aside."""
    if not receipt.files:
        return ""
    totals = receipt.totals
    columns = {name: title for name, title in COLUMNS.items() if name in ALWAYS or totals[name]}
    lines = [["file", "what it is", *columns.values()]]
    folder = common_folder([entry.file for entry in receipt.files])
    lines += [_file_line(group, columns, folder) for group in grouped_files(receipt.files)]
    if len(lines) > 2:
        lines.append(["total", "", *(_number_cell(totals[name]) for name in columns)])
    words = {reason: (reason.replace("_", " "),) * 2 for reason in receipt.aside} | words_for("set_aside")
    counts = ", ".join(plural(n, *words[reason]) for reason, n in receipt.aside.items())
    notes = [f"  set aside: {counts}" if counts else ""]
    if "duplicates" in columns:
        notes.append(f"  known: {totals['duplicates']:,} of the calls and entries were seen before; each counts once")
    widths = [max(len(line[c]) for line in lines) for c in range(len(lines[0]))]
    aligned = [[*map(str.ljust, line[:2], widths), *map(str.rjust, line[2:], widths[2:])] for line in lines]
    return "\n".join([*("  " + "  ".join(line) for line in aligned), *filter(None, notes)])


def grouped_files(files: Sequence[FileEntry]) -> list[list[FileEntry]]:
    """The files in groups, with pages that were read together as one group."""
    groups = groupby(files, key=lambda e: (e.state, e.export or e.sha256, e.format if e.export else e.file))
    return [list(group) for _, group in groups]


def common_folder(names: Sequence[str]) -> str:
    """The folder or ZIP that all the files are in, so that each line can omit it; "" if there is none."""
    folders = {folder + slash for folder, slash, _ in (name.partition("/") for name in names) if slash}
    return folders.pop() if len(folders) == 1 and len(names) > 1 and all("/" in name for name in names) else ""


def _file_line(entries: Sequence[FileEntry], columns: Iterable[str], folder: str) -> list[str]:
    first = entries[0]
    name = first.file if len(entries) == 1 else f"{first.export} ({len(entries):,} pages)"
    # 17 and 14 characters come before the name
    what = {
        "stored": "already in the store",
        "older": f"older version of {cut_middle(first.like.removeprefix(folder), TITLE - 17)}",
        "repeat": f"same bytes as {cut_middle(first.like.removeprefix(folder), TITLE - 14)}",
    }.get(first.state, first.title or first.format)
    what = what if len(what) <= TITLE else textwrap.shorten(what.rpartition(",")[0] or what, TITLE, placeholder=" ...")
    counts = {column: sum(getattr(entry, column) for entry in entries) for column in COUNTS}
    return [cut_middle(name.removeprefix(folder), FILE), what, *(_number_cell(counts[c]) for c in columns)]


def _number_cell(n: int) -> str:
    return f"{n:,}" if n else "-"


# ---- what a person must answer or fix -------------------------------------------------------------------------------

SHOWN_FIXES = 8  # kinds of problem shown per file; --json has every row
SHOWN_WORDS = 6  # words shown per column
TEMPLATE = "callanalytics template log.xlsx"
LOST_WITHOUT = words_for("lost_without")


def question_section(receipt: ReceiptData, folder: str) -> str:
    """Files that wait for an answer, each with the option that gives it."""
    if not receipt.questions:
        return ""
    # Group the same question about several files, whatever its example and whichever file its command names.
    every = grouped_by(
        receipt.questions, key=lambda each: replace(each.question, example="", do=_any_file(each.question.do))
    )
    lines = [plural(len(every), "question")]
    for alike in every:
        question = alike[0].question
        file, row_numbers = _file_and_others(alike[0].file, len(alike), folder), sum(asked.rows for asked in alike)
        column = f", column {question.column}" if question.column else ""
        lines += wrapped(f"{file} ({plural(row_numbers, 'row')}){column}: {question.text}{example_of(question)}.")
        for line in question.shown:
            lines += wrapped(f"    {line}")
        lines += [f"      {line}" for line in question.do.splitlines()]
        if len({asked.file for asked in alike}) > 1 and question.answers:
            lines.append("      if the answer is not the same for all of them, name one file at a time")
    return "\n".join(lines)


def _any_file(text: str) -> str:
    """A text without the file that the command in it names.

    >>> _any_file('type  callanalytics map "our logs/x.csv"   or wait')
    'type  callanalytics map FILE   or wait'
    """
    return re.sub(rf"""(?<={MAP})(?:"[^"]*"|'[^']*'|[^\s`]+)""", "FILE", text)


def unclear_section(receipt: ReceiptData, folder: str) -> str:
    """Unread columns and unknown words of hand-kept sheets, each with what to do."""
    lines: list[str] = []
    for column in grouped_by(receipt.unclear, key=lambda unclear: (unclear.doubt.column, unclear.is_own_due)):
        files = grouped_by(column, key=lambda unclear: unclear.file)
        fullest = max(files, key=lambda group: sum(len(unclear.doubt.rows) for unclear in group))
        lines += wrapped(_unclear_line(fullest, _file_and_others(fullest[0].file, len(files), folder)))
    likely = [pair for pair in receipt.unread if pair[1].looks]
    for pairs in grouped_by(likely, key=lambda pair: pair[1].name):
        file, column = max(pairs, key=lambda pair: pair[1].rows)
        examples = ", ".join(f'"{word}"' for word in column.words)
        looks = f"{column.looks} ({examples})" if examples else column.looks
        start = f'{_file_and_others(file, len(dict(pairs)), folder)}: column "{column.name}" was ignored, but'
        lines += wrapped(f"{start} {plural(column.rows, 'cell')} look like {looks}. {column.do}".rstrip())
    plain = grouped_by([pair for pair in receipt.unread if not pair[1].looks], key=lambda pair: pair[1].name)
    for columns in grouped_by(plain, key=lambda pairs: tuple(file for file, _ in pairs)):
        named = ", ".join(f'"{pairs[0][1].name}"' for pairs in columns)
        where = _file_and_others(columns[0][-1][0], len(dict(columns[0])), folder)
        lines += wrapped(f"{where}: ignored and not stored: column{'' if len(columns) == 1 else 's'} {named}")
    return "\n".join(["Not understood (rows kept, these cells ignored)", *lines]) if lines else ""


def _file_and_others(file: str, n: int, folder: str) -> str:
    more = f" and {plural(n - 1, 'other file')}" if n > 1 else ""
    return f"{file.removeprefix(folder)}{more}"


def _unclear_line(group: Sequence[Unclear], file: str) -> str:
    first = group[0]
    where = f'{file}, column "{first.doubt.column}"'
    n = sum(len(unclear.doubt.rows) for unclear in group)
    if what := words_for("long_lists").get(first.doubt.target):
        return f'{where}: {plural(n, "row")} with {what} in your own words; they count as "other"'
    named = [_word_with_rows(alike) for alike in grouped_by(group, key=lambda unclear: unclear.doubt.word)]
    more = f" and {len(named) - SHOWN_WORDS:,} other words" if len(named) > SHOWN_WORDS else ""
    if unlisted := words_for("unlisted").get(first.doubt.target):
        return f"{where}: {', '.join(named[:SHOWN_WORDS])}{more}. The format does not list these words: {unlisted}"
    if first.is_own_due:
        return f"{where}: {plural(n, 'row')} with {OWN_DUE}. {NO_PLACE_FOR_DUE}"
    lost = LOST_WITHOUT.get(first.doubt.target, first.doubt.target.replace("_", " "))
    one_of = "Write" if "as in" in first.wanted else "Write one of:"
    write = f" {one_of} {first.wanted}" if first.wanted else f" Known words are in the template:  {TEMPLATE}"
    return f"{where}: {', '.join(named[:SHOWN_WORDS])}{more}. Unknown for these rows: {lost}.{write}"


def _word_with_rows(alike: Sequence[Unclear]) -> str:
    """A word with its rows and sheets."""
    where = ", ".join(f"{number_runs(u.doubt.rows, 4)}{u.sheet and f' of {u.sheet}'}" for u in alike)
    return f'"{alike[0].doubt.word}" ({plural(sum(len(u.doubt.rows) for u in alike), "row")}: {where})'


def fix_section(receipt: ReceiptData, folder: str) -> str:
    """Rejected rows, grouped by kind."""
    lines = []
    for of_file in grouped_by(receipt.to_fix, key=lambda fix: fix.file):
        lines.append(f"{plural(len(of_file), 'row')} to fix in {of_file[0].file.removeprefix(folder)} (values masked)")
        kinds = grouped_by(of_file, key=lambda fix: (fix.column, fix.reason, fix.wanted))
        for kind in kinds[:SHOWN_FIXES]:
            first = kind[0]
            where = f"{row_numbers([fix.row for fix in kind])}  {first.column or 'the row'}"
            found = list(dict.fromkeys(fix.found for fix in kind if fix.found is not None))
            where += "".join(f' "{text}"' for text in found[:3]) + (" ..." if len(found) > 3 else "")
            reason = words_for("rejected").get(first.reason, "" if found else first.reason.replace("_", " "))
            wanted = f": {shortened(first.wanted, 130)}" if first.wanted else ""
            lines += wrapped(f"{where} {reason}".rstrip() + wanted)
        if len(kinds) > SHOWN_FIXES:
            lines.append(f"  and {sum(map(len, kinds[SHOWN_FIXES:])):,} more: --json lists every row")
    return "\n".join(lines)


def unread_section(receipt: ReceiptData, folder: str) -> str:
    """Files that could not be read, and files that are not logs."""
    lines = []
    for alike in grouped_by(receipt.problems, key=lambda p: _any_file(str(p).removeprefix(p.file))):
        first = alike[0]
        others = f" and {len(alike) - 1:,} more like it" if len(alike) > 1 else ""
        reason = str(first).removeprefix(first.file)
        lines += wrapped(f"{first.file.removeprefix(folder)}{others}{reason}")
    for group in grouped_by(receipt.passed, key=lambda passed: passed.why):
        names = [passed.shown.removeprefix(folder) for passed in group]
        lines += wrapped(f"{some(names, 4)}: {group[0].why}")
    return "\n".join(["Not read", *lines]) if lines else ""


# ---- the whole receipt ----------------------------------------------------------------------------------------------


def _note_section(receipt: ReceiptData, folder: str) -> str:
    lines = [line for note in receipt.notes for line in wrapped(note.removeprefix(folder))]
    return "\n".join(["Notes", *lines]) if lines else ""


PARTS = (question_section, unclear_section, fix_section, unread_section, receipt_text.version_section, _note_section)


def receipt_page(receipt: ReceiptData) -> str:
    """The whole receipt as text."""
    names = [entry.file for entry in receipt.files] + [asked.file for asked in receipt.questions]
    names += [problem.file for problem in receipt.problems] + [passed.shown for passed in receipt.passed]
    folder = common_folder(names)
    parts = [_headline(receipt), file_table(receipt)]
    parts += [part(receipt, folder) for part in PARTS]
    parts.append(receipt_text.coverage_section(receipt))
    if receipt.command:
        parts.append("\n".join([f"Next:  {receipt.command}", *(f"       ({words})" for words in receipt.guesses)]))
    return "\n\n".join(filter(None, parts))


def _headline(receipt: ReceiptData) -> str:
    files = grouped_files(receipt.files)
    states = [group[0].state for group in files]
    asked = len({asked.file for asked in receipt.questions if asked.question.blocks})
    n = len(states) + asked + len(receipt.problems) + len(receipt.passed)
    counts = (
        (states.count("read"), "read"),
        (states.count("stored"), "already in the store"),
        (states.count("older"), "an older version" if states.count("older") == 1 else "older versions"),
        (states.count("repeat"), "the same as another"),
        (asked, "with a question" if asked == 1 else "with questions"),
        (len(receipt.problems), "cannot be read"),
        (len(receipt.passed), "not a call log" if len(receipt.passed) == 1 else "not call logs"),
    )
    summary = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    done = f"Stored in {receipt.store}." if receipt.stored else "Nothing was stored."
    if not receipt.stored and receipt.store and receipt.files:
        done = f"Nothing new. The store {receipt.store} is unchanged."
    return "\n".join(textwrap.wrap(f"{plural(n, 'file')}{': ' if summary else ''}{summary}. {done}", WIDTH))


class Receipt(ReceiptData):
    """What `ingest` or `check` did with every file. ``print`` it, or take its parts (:class:`.ReceiptData`)."""

    def text(self) -> str:
        """The receipt for the owner's terminal, with the files' own names."""
        return receipt_page(receipt_text.unmasked(self))

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        # Notebooks are kept and sent, so file names stay masked in them. JupyterLab wraps the lines of a <pre>; a table
        # must scroll instead.
        is_masked = any(masked != name for masked, name in self.names.items())
        text = receipt_page(replace(self, command="", again="") if is_masked else self)
        return f'<div style="overflow-x:auto"><pre style="white-space:pre">{escape(text)}</pre></div>'
