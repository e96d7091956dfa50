"""A short letter to each office with open questions: exact questions, no client data."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from callanalytics import clocks, outputs
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError
from callanalytics.intake.batch import Batch, Outcome
from callanalytics.intake.discover import EMPTY_FOLDER
from callanalytics.intake.planning import OTHER_OFFICE
from callanalytics.intake.receipt import LOST_WITHOUT, Receipt, example_of, grouped_by, unmasked
from callanalytics.intake.receipt_data import Problem
from callanalytics.intake.remarks import OWN_DUE
from callanalytics.lazy import regex
from callanalytics.proposals.columns import shareable_header
from callanalytics.read.file import shown_name
from callanalytics.read.identification import UNKNOWN_EXPORT
from callanalytics.wording import capital, day, plural, row_numbers, some

WIDTH = 78
SHOWN_COLUMNS = 24  # of a file
SOUGHT = "when you called, how long you waited, who spoke, or whether a callback was promised or came"
_RESERVED = regex(r"(?i)con|prn|aux|nul|(?:com|lpt)\d")  # names that are devices on Windows


def write(batch: Batch, folder, agency: Agency) -> list[Path]:
    """Write one text file for each office with open questions; return the files."""
    folder = Path(folder)
    written: list[Path] = []
    for outcome in batch.outcomes:
        text = letter(outcome, agency)
        if text:
            # On Windows and macOS, names that differ only in case are the same file
            path = folder / f"{_file_name(outcome.office, {path.stem.casefold() for path in written})}.txt"
            outputs.save(path, text.encode("utf-8"))
            written.append(path)
    return written


def letter(outcome: Outcome, agency: Agency) -> str:
    """The letter; "" if there is nothing to ask.

    It holds file names as the office knows them (long numbers masked), column names, row numbers, and the last four
    digits of the office's own phones. It also quotes what was not understood or could not be read, masked unless it is
    a common word or a date. It quotes no other cell.
    """
    asked = list(_all_questions(outcome, agency))
    if not asked:
        return ""
    opening = (
        f"To {outcome.office}\n\nThank you for your call logs. Please answer "
        f"{'this question' if len(asked) == 1 else f'these {len(asked)} questions'} so that we can use them fully. "
        "Send no client data; put corrected files where you put the first ones."
    )
    paragraphs = [*map(_filled, opening.split("\n\n"))]
    paragraphs += [_filled(question, f"{n}. ") for n, question in enumerate(asked, 1)]
    return "\n\n".join(paragraphs) + "\n"


def _filled(text: str, mark: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False)


def _all_questions(outcome: Outcome, agency: Agency):
    if outcome.is_ours:
        return  # an error in the roster is for the person who keeps it
    if outcome.is_missing or _has_no_file(outcome):
        yield "We have no files from your office. Which phone system and log do you use, and when can you send them?"
        return
    if outcome.problem:
        do = "" if outcome.problem.is_for_operator else outcome.problem.do.rstrip(". ")
        yield f"Your files could not be read: {outcome.problem.what.rstrip('.')}.{do and f' {capital(do)}.'}"
        return
    if outcome.receipt is None:
        return
    receipt = unmasked(outcome.receipt, _without_numbers)
    if receipt.is_zone_assumed:
        yield "In which time zone is your office: Eastern, Central, Mountain, Arizona, Pacific, Alaska, or Hawaii?"
    for asked in receipt.questions:
        question = asked.question
        texts = [answer.text for answer in question.answers]
        choices = f" {capital('; or '.join(texts))}?" if texts else " Which is meant?"
        if texts and all(text in question.text for text in texts):
            choices = ""  # the question itself names them
        waiting = f" Until you answer, its {plural(asked.rows, 'row')} can't be used." if question.blocks else ""
        text = question.text.rstrip(".?")
        column = f", column “{question.column}”" if question.column else ""
        yield f"{asked.file}{column}: {text}{example_of(question)}.{choices}{waiting}"
    for shown, problem in zip(receipt.problems, outcome.receipt.problems, strict=True):
        yield _plain_problem(shown, _column_names(outcome.receipt, problem))
    yield from _questions_on_words(receipt)
    yield from _questions_on_rows(receipt)
    yield from _questions_on_coverage(receipt, outcome.complete_to, agency)


def _without_numbers(name: str) -> str:
    """A name for use in a letter: the office knows its words, but long numbers may be a client's and are masked."""
    return "/".join(map(shown_name, name.split("/")))


def _column_names(receipt: Receipt, problem: Problem) -> list[str]:
    """The columns of a file of unknown format, with anything that may be a client's masked; none if no row is certainly
    a header."""
    path = receipt.paths.get(problem.file)
    if problem.why.code != UNKNOWN_EXPORT or path is None:
        return []
    try:
        return shareable_header(path)
    except CallLogError:
        return []


def _plain_problem(problem: Problem, columns: Sequence[str]) -> str:
    """A problem as a sentence for an office that does not have this program: commands become questions."""
    why = problem.why
    if not why.is_for_operator:
        return f"{str(problem).rstrip('.')}."
    problem_line = str(Problem(problem.file, CallLogError(why.what, found=why.found))).rstrip(".")
    if why.code == OTHER_OFFICE:  # offices must not learn about each other
        return f"{problem.file}: another office sent the same file. Whose log is it?"
    if why.code == UNKNOWN_EXPORT:
        which = f" Which of its columns show {SOUGHT}: {_named_columns(columns)}?" if columns else ""
        return f"{problem_line}.{which} Which program or phone system wrote it? If it is not a call log, leave it out."
    return f"{problem_line}. How was it made, and should we read it?"


def _named_columns(names: Sequence[str]) -> str:
    """Some columns of a file, and how many more there are."""
    return some([f"“{name}”" for name in names], SHOWN_COLUMNS)


def _questions_on_words(receipt: Receipt):
    for group in grouped_by(receipt.unclear, key=lambda each: (each.file, each.doubt.column, each.is_own_due)):
        first = group[0]
        if first.doubt.target not in LOST_WITHOUT:
            continue
        if first.is_own_due:
            rows = row_numbers([row for each in group for row in each.doubt.rows])
            yield _due_question(first.file, first.doubt.column, rows)
            continue
        words = ", ".join(
            f"“{u.doubt.word}” ({row_numbers(u.doubt.rows)}{u.sheet and f' of {u.sheet}'})" for u in group[:6]
        )
        yield (
            f"{first.file}, column “{first.doubt.column}”: what do you mean by {words}? "
            + (f"Choices: {first.wanted}." if first.wanted else "")
        ).strip()
    for file, column in receipt.unread:
        if column.looks == OWN_DUE:
            yield _due_question(file, column.name, plural(column.rows, "row"))
        elif column.looks:
            yield f"{file}: does the column “{column.name}” ({plural(column.rows, 'row')}) show {column.looks}?"
    plain = [pair for pair in receipt.unread if not pair[1].looks]
    for pairs in grouped_by(plain, key=lambda pair: pair[0]):
        names = list(dict.fromkeys(column.name for _, column in pairs))  # each tab may have the same
        columns, which = ("columns", "one of them") if len(names) > 1 else ("column", "it")
        yield f"{pairs[0][0]}: we did not read the {columns} {_named_columns(names)}. Does {which} show {SOUGHT}?"


def _due_question(file: str, column: str, rows: str) -> str:
    """The question to an office that wrote a due date which it computed itself."""
    which = f"{file}, column “{column}” ({rows})"
    return f"{which}: are these {OWN_DUE}? If so, what was promised: 72 hours, or 30 business days?"


def _has_no_file(outcome: Outcome) -> bool:
    """Whether the office's folder holds no file at all; if it holds other files, the letter lists them."""
    receipt = outcome.receipt
    if receipt is None or receipt.files or not receipt.problems:
        return False
    return all(problem.why.code == EMPTY_FOLDER for problem in receipt.problems)


def _questions_on_rows(receipt: Receipt):
    for group in grouped_by(receipt.to_fix, key=lambda fix: (fix.file, fix.column, fix.reason, fix.wanted)):
        first = group[0]
        column = f", column “{first.column}”" if first.column else ""
        wanted = first.wanted.replace("; ...", "; or another choice from its list").rstrip(".")
        wanted = f" Please write: {wanted}." if wanted else ""
        found = ", ".join(dict.fromkeys(f"“{fix.found}”" for fix in group[:3] if fix.found)) or "this"
        yield f"{first.file}, {row_numbers([fix.row for fix in group])}{column}: {found} could not be read.{wanted}"


def _questions_on_coverage(receipt: Receipt, complete_to: date | None, agency: Agency):
    scope = receipt.scope
    if scope is None:
        return
    for system in scope.lineless:
        yield (
            f"The {system.vendor} export does not say which of your phones rang. Which number is it, and is it a desk "
            "phone?"
        )
    shift = scope.clock
    if shift.fitting:
        yield (
            f"{shift.fitting:,} of {plural(shift.n, 'entry')} of your log are "
            f"{plural(abs(shift.hours), 'hour')} {'before' if shift.hours > 0 else 'after'} a call in your phone log. "
            "In which time zone is each log?"
        )
    for gap in scope.gaps:
        yield (
            f"The phone log of {gap.where} shows no calls between {day(gap.last)} and "
            f"{day(gap.first)}. Was the office closed, or is an export missing?"
        )
    for unseen in scope.unseen:
        if unseen.is_written:
            when = f" between {day(unseen.first)} and {day(unseen.last)}" if unseen.first and unseen.last else ""
            yield (
                f"{plural(unseen.n, 'callback')} promised{when} {'was' if unseen.n == 1 else 'were'} to come to "
                f"{unseen.number}. No file covers that phone then. Can you export its calls, including unanswered ones?"
            )
    if complete_to:
        ends = [phone.last for phone in scope.phones] + ([scope.hand_log[1]] if scope.hand_log else [])
        if ends and _business_days(max(ends), complete_to, agency) > 0:
            yield (
                f"Your files end on {day(max(ends))}, but should reach {day(complete_to)}. Were there "
                "no calls, or is a file missing?"
            )


def _business_days(last: date, wanted: date, agency: Agency) -> int:
    """Business days after the first day, up to and including the second."""
    # 17:00 UTC is in the middle of the same day on the agency's clock, with or without daylight saving time
    noon = np.array([last, wanted], "M8[D]") + np.timedelta64(17, "h")
    return int(clocks.business_days_between(noon[:1], noon[1:] + np.timedelta64(1, "D"), agency=agency)[0]) - 1


def _file_name(office: str, taken: set[str]) -> str:
    """The office's name as a file name on any system, with a number if it is already taken.

    >>> _file_name("Alder & Birch, LLP", set()), _file_name("Alder / Birch LLP", {"alder birch llp"})
    ('Alder Birch LLP', 'Alder Birch LLP 2')
    >>> _file_name("../x", set()), _file_name("CON", set())
    ('x', 'office CON')
    """
    name = " ".join(re.sub(r"[^\w -]", " ", office).split())
    if not name or _RESERVED.fullmatch(name):
        name = f"office {name}".strip()
    numbered = (f"{name} {n}" for n in itertools.count(2))
    return next(n for n in itertools.chain([name], numbered) if n.casefold() not in taken)
