"""What a receipt asks of a person: questions, words that were not understood, rows to fix, files that were not read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from callanalytics.intake.receipt import Asked, Fix, Receipt
from callanalytics.intake.telling.file_names import MAP
from callanalytics.intake.telling.lines import numbers, plural, rows, shortened, together, wrapped
from callanalytics.intake.unread import Column, Unclear
from callanalytics.read import Passed

SHOWN_FIXES = 8  # kinds of problem a file; --json has every row
SHOWN_WORDS = 6  # words a column
REASONS = {
    "empty": "is empty",
    "no_time": "has no time of day",
    "width": "has more or fewer columns than the header",
}
WITHOUT = {  # what is lost while a word is not understood
    "promised": "whether a call-back was promised, and which",
    "told": "what the caller was told",
    "tier": "who spoke",
    "wait_kind": "how the wait ended",
    "outcome": "how the call ended",
    "kind": "who called whom",
    "wait": "how long the wait was",
    "time": "at what time",
    "timezone": "at what time",
    "contact": "what came of the callback",
}
# Of lists that are long, a word that is not in them counts as "other": nothing is asked.
OTHER = {"reason": "reasons", "line": "lines", "words_said": "words said to the system"}


def questions(receipt: Receipt, folder: str) -> str:
    """Files that wait for an answer, each with the option that gives it."""
    if not receipt.questions:
        return ""
    every = together(receipt.questions, key=_question)
    lines = [plural(len(every), "question")]
    for alike in every:
        question = alike[0].question
        example = f" (as in {question.example})" if question.example and question.example not in question.text else ""
        file, rows = _in(alike[0].file, len(alike), folder), sum(asked.rows for asked in alike)
        column = f", column {question.column}" if question.column else ""
        lines += wrapped(f"{file} ({plural(rows, 'row')}){column}: {question.text}{example}.")
        for line in question.shown:
            lines += wrapped(f"    {line}")
        lines += [f"      {line}" for line in question.do.splitlines()]
        if len({asked.file for asked in alike}) > 1 and question.answers:
            lines.append("      if it is not the same in all of them, name the files one at a time")
    return "\n".join(lines)


def _question(asked: Asked):
    """What files have in common that ask the same: all but the example, and the file that a command names."""
    return replace(asked.question, example="", do=_any_file(asked.question.do))


def _any_file(text: str) -> str:
    """A text without the file that the command in it names.

    >>> _any_file('type  callanalytics map "our logs/x.csv"   or wait')
    'type  callanalytics map FILE   or wait'
    """
    return re.sub(rf"""(?<={MAP})(?:"[^"]*"|'[^']*'|[^\s`]+)""", "FILE", text)


def not_understood(receipt: Receipt, folder: str) -> str:
    """Columns of a hand-kept sheet that were not read and words that nobody knows, each to be answered."""
    lines: list[str] = []
    for column in together(receipt.unclear, key=lambda unclear: unclear.doubt.column):
        files = together(column, key=lambda unclear: unclear.file)
        fullest = max(files, key=lambda group: sum(len(unclear.doubt.rows) for unclear in group))
        lines += wrapped(_words(fullest, _in(fullest[0].file, len(files), folder)))
    likely = [pair for pair in receipt.unread if pair[1].looks]
    for pairs in together(likely, key=lambda pair: pair[1].name):
        file, column = max(pairs, key=lambda pair: pair[1].rows)
        lines += wrapped(_likely(_in(file, _files(pairs), folder), column))
    plain = together([pair for pair in receipt.unread if not pair[1].looks], key=lambda pair: pair[1].name)
    for columns in together(plain, key=lambda pairs: tuple(file for file, _ in pairs)):
        named = ", ".join(f'"{pairs[0][1].name}"' for pairs in columns)
        where = _in(columns[0][-1][0], _files(columns[0]), folder)
        lines += wrapped(f"{where}: not read, and not stored: column{'' if len(columns) == 1 else 's'} {named}")
    return "\n".join(["Not understood (these rows are read without it)", *lines]) if lines else ""


def _files(pairs: Sequence[tuple[str, Column]]) -> int:
    """In how many files a column stands: the sheets of a workbook are one."""
    return len({file for file, _ in pairs})


def _in(file: str, n: int, folder: str) -> str:
    more = f" and {plural(n - 1, 'other file')}" if n > 1 else ""
    return f"{file.removeprefix(folder)}{more}"


def _words(group: Sequence[Unclear], file: str) -> str:
    first = group[0]
    where = f'{file}, column "{first.doubt.column}"'
    n = sum(len(unclear.doubt.rows) for unclear in group)
    if what := OTHER.get(first.doubt.target):
        return f'{where}: {plural(n, "row")} with {what} of your own words; they count as "other"'
    named = [_named(alike) for alike in together(group, key=lambda unclear: unclear.doubt.word)]
    more = f" and {len(named) - SHOWN_WORDS:,} other words" if len(named) > SHOWN_WORDS else ""
    if first.doubt.target == "outcome_raw":  # a phone system's cell: nobody can write it otherwise
        unlisted = "The format does not list these words: they are not stored"
        return f"{where}: {', '.join(named[:SHOWN_WORDS])}{more}. {unlisted}"
    lost = WITHOUT.get(first.doubt.target, first.doubt.target.replace("_", " "))
    one_of = "Write" if "as in" in first.wanted else "Write one of:"
    write = f" {one_of} {first.wanted}" if first.wanted else " See what may be written: callanalytics template"
    return f"{where}: {', '.join(named[:SHOWN_WORDS])}{more}. These rows do not say {lost}.{write}"


def _named(alike: Sequence[Unclear]) -> str:
    """A word, and in which rows of which sheets it stands."""
    where = ", ".join(f"{numbers(u.doubt.rows, 4)}{f' of sheet {u.sheet}' if u.sheet > 1 else ''}" for u in alike)
    return f'"{alike[0].doubt.word}" ({plural(sum(len(u.doubt.rows) for u in alike), "row")}: {where})'


def _likely(file: str, column: Column) -> str:
    examples = ", ".join(f'"{word}"' for word in column.words)
    said = f" ({examples})" if examples else ""
    told = f'{file}: column "{column.name}" was not read, though {plural(column.rows, "row")} of it look like'
    return f"{told} {column.looks}{said}. {column.do}".rstrip()


def fixes(receipt: Receipt, folder: str) -> str:
    """Rejected rows, those of one kind together."""
    lines = []
    for of_file in together(receipt.to_fix, key=lambda fix: fix.file):
        lines.append(f"{plural(len(of_file), 'row')} to fix in {of_file[0].file.removeprefix(folder)} (values masked)")
        kinds = together(of_file, key=lambda fix: (fix.column, fix.reason, fix.wanted))
        for kind in kinds[:SHOWN_FIXES]:
            lines += wrapped(_fix(kind))
        if len(kinds) > SHOWN_FIXES:
            lines.append(f"  and {sum(map(len, kinds[SHOWN_FIXES:])):,} more: --json lists every row")
    return "\n".join(lines)


def _fix(kind: Sequence[Fix]) -> str:
    first = kind[0]
    where = f"{rows([fix.row for fix in kind])}  {first.column or 'the row'}"
    found = list(dict.fromkeys(fix.found for fix in kind if fix.found is not None))
    where += "".join(f' "{text}"' for text in found[:3]) + (" ..." if len(found) > 3 else "")
    reason = REASONS.get(first.reason, "" if found else first.reason.replace("_", " "))
    return f"{where} {reason}".rstrip() + (f": {shortened(first.wanted, 130)}" if first.wanted else "")


def not_read(receipt: Receipt, folder: str) -> str:
    """Files that could not be read, and files that are no logs."""
    lines = []
    for alike in together(receipt.problems, key=lambda p: _any_file(str(p).removeprefix(p.file))):
        first = alike[0]
        others = f" and {len(alike) - 1:,} more like it" if len(alike) > 1 else ""
        said = str(first).removeprefix(first.file)
        lines += wrapped(f"{first.file.removeprefix(folder)}{others}{said}")
    for group in together(receipt.passed, key=lambda passed: passed.why):
        lines += wrapped(_passed(group, folder))
    return "\n".join(["Not read", *lines]) if lines else ""


def _passed(group: Sequence[Passed], folder: str) -> str:
    names = [passed.shown.removeprefix(folder) for passed in group]
    more = f" and {len(names) - 4:,} more" if len(names) > 4 else ""
    return f"{', '.join(names[:4])}{more}: {group[0].why}"
