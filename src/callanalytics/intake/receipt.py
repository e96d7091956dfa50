"""The receipt of an ingest and its text: files in a table, questions, rows to fix, what files show, newer versions."""

from __future__ import annotations

import itertools
import re
import shlex
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import NamedTuple

from callanalytics import proposals, wording
from callanalytics.errors import CallLogError
from callanalytics.facts.agency_calls import WAITS_NAMED, leading_clock
from callanalytics.intake.offices import CHOICES, PROVISIONAL_NAME, Options
from callanalytics.intake.receipt_data import COUNTS, Asked, FileEntry, Fix, Problem, Scope
from callanalytics.intake.remarks import NO_PLACE_FOR_DUE, OWN_DUE, Column, Unclear
from callanalytics.intake.sheet_versions import Version
from callanalytics.normalize import Question
from callanalytics.read import Passed
from callanalytics.wording import day, in_store, number_runs, plural, quoted, quoted_name, row_numbers, some, words_for


@dataclass(frozen=True)
class Receipt:
    """What `ingest` or `check` did with every file. ``print`` it, or take its parts.

    ``questions`` and ``problems`` need a person. ``to_fix`` are the rejected rows; ``aside`` counts the rows set aside
    by reason. ``unclear`` are words, and ``unread`` columns (with their file), that were not understood. ``versions``
    say what newer hand logs changed; ``notes`` are further notes; ``passed`` are files that are not logs. ``command``
    is what to type next; ``guesses`` are the alternatives to answers that it assumes. ``again`` is the command to check
    again, and ``known_in`` the store that has the office. ``names``
    maps names in messages to the files' own, and ``paths`` to their paths on the disk. ``timezone`` is the zone given;
    ``proposed_zone`` is that of the office's own numbers, for a person to confirm.
    """

    files: tuple[FileEntry, ...] = ()
    questions: tuple[Asked, ...] = ()
    problems: tuple[Problem, ...] = ()
    passed: tuple[Passed, ...] = ()
    to_fix: tuple[Fix, ...] = ()
    aside: dict[str, int] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    unread: tuple[tuple[str, Column], ...] = ()
    notes: tuple[str, ...] = ()
    scope: Scope | None = None
    office: str = ""
    store: str = ""
    stored: bool = False
    command: str = ""
    again: str = ""
    known_in: str = ""
    guesses: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict, repr=False)
    paths: dict[str, Path] = field(default_factory=dict, repr=False)
    timezone: str = ""
    proposed_zone: str = ""

    @property
    def totals(self) -> dict[str, int]:
        """The counts of all files together."""
        return {name: sum(getattr(entry, name) for entry in self.files) for name in COUNTS}

    @property
    def is_waiting(self) -> bool:
        """Whether some file is not stored until a question about it is answered."""
        return any(asked.question.blocks for asked in self.questions)

    @property
    def already_ingested(self) -> int:
        """How many of the files the store already holds, byte for byte."""
        return sum(entry.state == "stored" for entry in self.files)

    def to_json(self) -> dict:
        """The JSON form that scripts rely on; keys for what needs a person are present only if there is any."""
        files = [entry.to_json() for entry in self.files]
        parts = {
            "questions": [asked.to_json() for asked in self.questions],
            "versions": [version.to_json() for version in self.versions],
            "problems": [{"file": p.file, "message": str(p.why)} for p in self.problems],
            "to_fix": [vars(fix) for fix in self.to_fix],
            "not_understood": [
                {"file": u.file, "column": u.doubt.column, "word": u.doubt.word, "rows": list(u.doubt.rows)}
                for u in self.unclear
            ],
            "columns_not_read": [
                {"file": file, "column": column.name, "rows": column.rows, "looks_like": column.looks or None}
                for file, column in self.unread
            ],
        }
        found = {name: part for name, part in parts.items() if part}
        return {"files": files, **self.totals, "already_ingested": self.already_ingested, **found}

    def text(self) -> str:
        """The receipt for the owner's terminal, with the files' own names."""
        return receipt_page(unmasked(self))

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        # Notebooks are kept and sent, so file names stay masked in them. JupyterLab wraps the lines of a <pre>; a table
        # must scroll instead.
        is_masked = any(masked != name for masked, name in self.names.items())
        text = receipt_page(replace(self, command="", again="") if is_masked else self)
        return f'<div style="overflow-x:auto"><pre style="white-space:pre">{escape(text)}</pre></div>'


# ---- the names of files: masked in a stored receipt, whole on the owner's screen ------------------------------------


def unmasked(receipt: Receipt) -> Receipt:
    """The receipt with every file's own name, for the owner's screen; commands that name a file also have its path."""
    receipt = _with_places(receipt)
    names = {masked: name for masked, name in receipt.names.items() if masked != name}
    if not names:
        return receipt
    # One name may begin with another, and the pattern takes the first match
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

    def shown(text: str) -> str:
        return pattern.sub(lambda match: names[match[0]], text)

    return replace(
        receipt,
        files=tuple(replace(e, file=shown(e.file), like=shown(e.like), export=shown(e.export)) for e in receipt.files),
        questions=tuple(replace(asked, file=shown(asked.file)) for asked in receipt.questions),
        problems=tuple(Problem(shown(p.file), _error_as_shown(p.why, shown)) for p in receipt.problems),
        passed=tuple(Passed(shown(passed.shown), passed.why) for passed in receipt.passed),
        to_fix=tuple(replace(fix, file=shown(fix.file)) for fix in receipt.to_fix),
        unclear=tuple(replace(unclear, file=shown(unclear.file)) for unclear in receipt.unclear),
        unread=tuple((shown(file), column) for file, column in receipt.unread),
        versions=tuple(replace(v, newer=shown(v.newer), older=shown(v.older)) for v in receipt.versions),
        notes=tuple(map(shown, receipt.notes)),
    )


MAP = "callanalytics map "


def _with_places(receipt: Receipt) -> Receipt:
    """The receipt with the file's path in each command that it prints about a file."""

    def whole(text: str, file: str) -> str:
        path = receipt.paths.get(file)
        return text.replace(f"{MAP}FILE", f"{MAP}{quoted(path)}") if path else text

    wholes = [replace(asked.question, do=whole(asked.question.do, asked.file)) for asked in receipt.questions]
    questions = [replace(asked, question=q) for asked, q in zip(receipt.questions, wholes, strict=True)]
    problems = [Problem(p.file, _error_as_shown(p.why, str, whole(p.why.do, p.file))) for p in receipt.problems]
    return replace(receipt, questions=tuple(questions), problems=tuple(problems))


def _error_as_shown(why: CallLogError, shown: Callable[[str], str], do: str = "") -> CallLogError:
    """A copy of the error, of the same class and for the same reader, with names as shown."""
    copied = copy(why)
    copied.what, copied.where, copied.found = map(shown, (why.what, why.where, why.found))
    copied.do, copied.args = do or shown(why.do), (copied.what,)
    return copied


# ---- long names and sentences ---------------------------------------------------------------------------------------

WIDTH = 110


def cut_middle(text: str, width: int) -> str:
    """A long name shortened in the middle, so that both ends remain.

    >>> cut_middle("RingCentral October to December.csv", 20)
    'RingCent...ember.csv'
    """
    return text if len(text) <= width else f"{text[: width // 2 - 2]}...{text[-(width - width // 2 - 1) :]}"


def shortened(text: str, width: int) -> str:
    """The beginning of a long sentence, cut between words.

    >>> shortened("minutes, as in 45; or 1h10, ~45 min", 20)
    'minutes, as in 45 ...'
    """
    return text if len(text) <= width else f"{text[: width + 1].rpartition(' ')[0].rstrip(' ,;')} ..."


def wrapped(text: str) -> list[str]:
    return wording.wrapped(text, WIDTH, initial_indent="  ", subsequent_indent="      ")


def headed(word: str, text: str) -> list[str]:
    """A line under a heading of one word."""
    return wording.wrapped(text, WIDTH, initial_indent=f"  {word:<11}", subsequent_indent=" " * 13)


def example_of(question: Question) -> str:
    """An example to append to a question; "" if there is none or the text already has it."""
    return f" (as in {question.example})" if question.example and question.example not in question.text else ""


def grouped_by(parts: Sequence, key) -> list[list]:
    """Items grouped by a key, in the order in which each group first appears."""
    order = list(dict.fromkeys(map(key, parts)))
    groups = itertools.groupby(sorted(parts, key=lambda part: order.index(key(part))), key=key)
    return [list(group) for _, group in groups]


# ---- the files as a table -------------------------------------------------------------------------------------------

FILE, TITLE = 36, 40
COLUMNS = {"rows": "rows", "calls": "calls", "entries": "entries", "notices": "notices", "set_aside": "set aside"}
COLUMNS |= {"rejects": "to fix", "duplicates": "known"}
ALWAYS = ("rows", "calls", "entries")  # the columns that stand also where all cells are empty


def file_table(receipt: Receipt) -> str:
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
    groups = itertools.groupby(files, key=lambda e: (e.state, e.export or e.sha256, e.format if e.export else e.file))
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


def question_section(receipt: Receipt, folder: str) -> str:
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
        file = _file_and_others(alike[0].file, len(alike), folder)
        row_numbers = sum(asked.rows for asked in alike)
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


def unclear_section(receipt: Receipt, folder: str) -> str:
    """Unread columns and unknown words of hand-kept sheets, each with what to do."""
    lines: list[str] = []
    for column in grouped_by(
        receipt.unclear, key=lambda unclear: (unclear.doubt.column, unclear.doubt.target, unclear.is_own_due)
    ):
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
    found = some(named, SHOWN_WORDS, f"{len(named) - SHOWN_WORDS:,} other words")
    if unlisted := words_for("unlisted").get(first.doubt.target):
        return f"{where}: {found}. The format does not list these words: {unlisted}"
    if first.is_own_due:
        return f"{where}: {plural(n, 'row')} with {OWN_DUE}. {NO_PLACE_FOR_DUE}"
    lost = LOST_WITHOUT.get(first.doubt.target, first.doubt.target.replace("_", " "))
    one_of = "Write" if "as in" in first.wanted else "Write one of:"
    write = f" {one_of} {first.wanted}" if first.wanted else f" Known words are in the template:  {TEMPLATE}"
    return f"{where}: {found}. Unknown for these rows: {lost}.{write}"


def _word_with_rows(alike: Sequence[Unclear]) -> str:
    """A word with its rows and sheets."""
    where = ", ".join(f"{number_runs(u.doubt.rows, 4)}{u.sheet and f' of {u.sheet}'}" for u in alike)
    return f'"{alike[0].doubt.word}" ({plural(sum(len(u.doubt.rows) for u in alike), "row")}: {where})'


def fix_section(receipt: Receipt, folder: str) -> str:
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


def unread_section(receipt: Receipt, folder: str) -> str:
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


# ---- what the files can and cannot show, and what to type next ------------------------------------------------------


def coverage_section(receipt: Receipt) -> str:
    """The section of a receipt on what the files can and cannot show."""
    scope = receipt.scope
    if scope is None:
        return ""
    heading = f"What {f'the log of {receipt.office}' if receipt.stored else 'these files'} can and cannot show"
    lines = [*_log_lines(scope), *_slip_lines(scope), *_wait_lines(scope), *_callback_lines(scope, receipt)]
    for stated in dict.fromkeys(stated for _, stated in scope.retention):
        vendors = [vendor for vendor, own in scope.retention if own == stated]
        keep = "keeps its log" if len(vendors) == 1 else "keep their logs"
        lines += headed("expires", f"how long {', '.join(vendors)} {keep}: {stated}")
    return "\n".join([heading, *lines]) if lines else ""


def _log_lines(scope: Scope) -> Iterator[str]:
    """What the hand log and the phone logs cover, and how many calls are in both."""
    if scope.account and scope.account.stored:
        yield from headed("calls", scope.account.line("in a report"))
    if scope.hand_log:
        yield from headed("hand log", _date_span(*scope.hand_log))
    for phone in scope.phones:
        never = "" if phone.shows_unanswered else "; it does not show every missed callback"
        yield from headed("phone", f"{phone.number}  {_date_span(phone.first, phone.last)}{never}")
    for system in scope.lineless:
        span = f"  {_date_span(system.first, system.last)}" if system.first else ""
        yield from headed("phone", f"{system.vendor}{span}")
    noted, phoned = scope.noted
    if phoned:
        share = f" ({noted / phoned:.0%})" if phoned >= 10 else ""
        left = f"; {phoned - noted:,} not logged" if phoned > noted else ""
        calls = f"{noted:,} of the {plural(phoned, 'phone call')} to {scope.agency} in its period"
        yield from headed("both", f"the hand log has {calls}{share}{left}")
    assumed, unsure = scope.of_days
    for n, what in ((assumed, "as one of them, but in no hour"), (unsure, "separately: nothing shows which it is")):
        if n:
            which = f"{plural(n, 'entry')} {'gives' if n == 1 else 'give'} only a date"
            which = f"{which}, and the phone made several calls that day"
            each = f"{'it counts' if n == 1 else 'each counts'} {what}"
            yield from headed("both", f"{which}: {each}. Add the times to count them by hour")


def _slip_lines(scope: Scope) -> Iterator[str]:
    """What does not fit together in the logs: entries without a call, gaps, rounded times."""
    n, numbers = scope.callless
    if n:
        where = f" ({row_numbers(numbers)})" if numbers else ""
        why = "made on another phone, or with a wrong date, time, or zone"
        entries = f"{plural(n, 'entry')} {'matches' if n == 1 else 'match'} no phone record on covered days"
        yield from headed("both", f"{entries}{where}: {why}")
    for own in grouped_by(scope.gaps, key=lambda gap: gap.where):
        ends = ((day(gap.last, short=True), day(gap.first, short=True)) for gap in own[:SHOWN_GAPS])
        shown = "; ".join(f"between {last} and {first}" for last, first in ends)
        more = f" and {len(own) - SHOWN_GAPS:,} more such periods" if len(own) > SHOWN_GAPS else ""
        why = "if the office was open, export those dates too; callbacks then can't be judged"
        yield from headed("gap", f"{own[0].where} shows no calls {shown}{more}: {why}")
    for habit in scope.habits.values():
        if habit.rounding:
            yield from headed("times", habit.rounding)
        if habit.unstated:
            yield from headed("times", habit.moments)


SHOWN_GAPS = 3


def _wait_lines(scope: Scope) -> Iterator[str]:
    ended, noted, queued = scope.waits
    usable = sum(scope.clocks.values())
    if not queued:
        if scope.phones or scope.lineless:
            yield from headed("cannot", "waits: only a hand log has them, not a phone system")
        return
    if usable:  # a report leads with the starting point of most waits
        lead = leading_clock(scope.clocks)
        others = [f"{n:,} {WAITS_NAMED[clock]}" for clock, n in scope.clocks.items() if clock != lead]
        by_clock = f", {WAITS_NAMED[lead]}"
        if others:
            leading = f"a report leads with {scope.clocks[lead]:,} {WAITS_NAMED[lead]}"
            by_clock = f": {leading}; reported separately, not pooled: {'; '.join(others)}"
        base = f"{plural(queued, 'call')} that queued, or may have"
        yield from headed("can", f"waits: usable for {usable:,} of {base}{by_clock}")
    if (elsewhere := ended - usable) > 0:
        why = "outside staffed hours, to another line, longer than the whole call, or logged twice"
        yield from headed("cannot", f"{plural(elsewhere, 'wait')} {why}: excluded from wait figures")
    if left := noted - ended:
        why = "logged, but not whether a person answered or the caller hung up"
        yield from headed("cannot", f"{plural(left, 'wait')} {why} (log an agent, a tier, or an outcome)")
    if queued > noted:
        yield from headed("cannot", f"waits of {plural(queued - noted, 'call')}: not logged")


def _callback_lines(scope: Scope, receipt: Receipt) -> Iterator[str]:
    of_mark: dict[str, list[str]] = {"cannot": [], "ask": [], "or": []}
    for detail in open_details(scope):
        of_mark[detail.mark] += _detail_lines(detail, receipt)
    yield from of_mark["cannot"]
    watched = [phone.number for phone in scope.phones if phone.shows_unanswered]
    if watched:
        yield from headed("can", f"missed callbacks, on {', '.join(watched)}")
    for unseen in scope.unseen:
        promised = plural(unseen.n, "promised callback")
        when = f", promised {_date_span(unseen.first, unseen.last)}" if unseen.first else ""
        text = f"{promised} with {unseen.number}{when}: judged only if records cover every line of the office"
        if unseen.is_written:
            why = "no file covers that phone then. Export its calls to have them judged"
            text = f"{promised} to {unseen.number}{when}: {why}"
        yield from headed("cannot", text)
    yield from of_mark["ask"]
    if scope.no_missed:
        lacking = f"missed callbacks from {', '.join(scope.no_missed)}: the export shows no unanswered calls"
        yield from headed("cannot", lacking)
    # The other way to have promises judged if no phone log covers them.
    yield from of_mark["or"]


class Detail(NamedTuple):
    """A detail that an office can give so that more of its callbacks can be judged: a sentence, and the option."""

    mark: str
    text: str
    option: str


def open_details(scope: Scope | None) -> list[Detail]:
    """The details that the office can give with the command `office` to have more callbacks judged."""
    details: list[Detail] = []
    for system in scope.lineless if scope else ():
        text = f"which of your phones rang: the {system.vendor} export does not say. Name the line"
        details.append(Detail("cannot", text, f"--line NUMBER:desk:{system.format}"))
    for line in scope.unheard if scope else ():
        text = (
            f"{plural(line.n, 'promised callback')} to {line.number}: does that phone accept calls with no caller "
            "ID? A callback may show none; if the phone blocks such calls, it leaves no trace. Answer with that "
            "phone's number in place of NUMBER (if it blocks them: blocks-unknown)"
        )
        details.append(Detail("ask", text, f"--line {':'.join(filter(None, ('NUMBER', line.known, KNOWN_CALLERS)))}"))
    if scope and scope.unseen and scope.hand_log:
        text = "if your log has every callback since its first day, declare it"
        details.append(Detail("or", text, f"--logs-callbacks-since {scope.hand_log[0]:%Y-%m-%d}"))
    return details


KNOWN_CALLERS = "lets-unknown"


def _detail_lines(detail: Detail, receipt: Receipt) -> list[str]:
    """A detail of the office as lines of the receipt, with its command if the store has the office."""
    text = f"or, {detail.text}" if detail.mark == "or" else detail.text
    mark = "" if detail.mark == "or" else detail.mark
    if not (receipt.stored or receipt.known_in):
        has_line = f":  {receipt.again}  shows the command" if receipt.again else ""
        return headed(mark, f"{text} after the files are stored{has_line}")
    return [*headed(mark, f"{text}:"), f"{' ' * 13}{office_command(detail, receipt)}"]


def office_command(detail: Detail, receipt: Receipt) -> str:
    """The command that gives this detail of an office in the store."""
    store = in_store(receipt.known_in or receipt.store)
    return f"callanalytics office {quoted_name(receipt.office)}{store} {detail.option}"


def _date_span(first, last) -> str:
    if first == last:
        return day(first, short=True)
    year = "" if first.year == last.year else f", {first.year}"
    return f"{first:%b} {first.day}{year} - {last:%b} {last.day}, {last.year}"


NEVER_GUESSED = "time_refers_to"  # a wrong answer puts calls in the wrong hour; without one, they are in none
UNANSWERED = {"our_number": "--our-number NUMBER"}  # question -> its answer if nothing is proposed


def guesses_in(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """The answers that the next command assumes, each with its alternative."""
    found: dict[str, str] = {}
    asking = [each.question for each in asked if each.question.code != NEVER_GUESSED]
    by_code = grouped_by(asking, key=lambda each: each.code)
    for code, questions in sorted((each[0].code, each) for each in by_code):
        # Each column is named by its own option; any other option is given once for all files
        for question in questions if code == "which_column" else questions[:1]:
            chosen, *others = [each.option for each in question.answers if each.option] or [UNANSWERED.get(code, "")]
            chosen += f" {proposals.ACCEPT}" if code == "our_number" else ""  # the question shows its columns
            otherwise = words_for("guesses").get(code) or f"or {wording.joined(others, 'or') or 'another one'}"
            # Quote each value as a whole, since it may contain a sheet's own words.
            typed = " ".join(word if word.startswith("--") else quoted(word) for word in shlex.split(chosen))
            found.setdefault(typed, f"{otherwise}: see the question above")
    return [(answer, otherwise) for answer, otherwise in found.items() if answer]


def ingest_command(
    paths, options: Options, office: dict, answers: Sequence[str] = (), store: str = wording.STORE
) -> str:
    """The command that ingests these files into a store; unknown values are in capitals."""
    named = office.get("name") if office.get("name") != PROVISIONAL_NAME else None
    zone = options.zone or (office.get("timezone") if named and office.get("timezone") else None)
    whose = [f"--office {quoted_name(options.office or named or 'YOUR OFFICE')}", f"--timezone {zone or 'ZONE'}"]
    return reading_command("ingest", paths, options, store, whose, answers)


def reading_command(name: str, paths, options: Options, store: str, whose: Sequence[str] = (), answers=()) -> str:
    """A command for these files with the options given; ``whose`` names office and zone, ``answers`` are assumed."""
    values = {
        "--file-timezone": options.file_zone,
        **{f"--{name.replace('_', '-')}": getattr(options, name) for name in CHOICES},
        "--format": options.forced and options.forced.name,
        "--mapping": options.mapping and quoted(options.mapping.path),
        "--senders": options.senders_file and quoted(options.senders_file),
    }
    values |= {"--our-number": " --our-number ".join(map(quoted, options.our_numbers))}
    given = [f"{option} {value}" for option, value in values.items() if value]
    given += [f"--column {quoted(f'{meaning}={header}')}" for meaning, header in options.columns]
    given += ["--accept-mapping"] if options.accept_mapping else []
    return " ".join([f"callanalytics {name}", *map(quoted, paths), *whose, *given, *answers]) + in_store(store)


# ---- what newer versions of a hand log changed ----------------------------------------------------------------------

SHOWN_REMOVED = 8  # removed entries shown per sheet
DOUBTS = words_for("newer_by")


def version_section(receipt: Receipt, folder: str) -> str:
    """What each newer hand log changed, and a caution if it is not certain which is newer."""
    lines: list[str] = []
    for version in receipt.versions:
        lines += wrapped(_changed(version, folder))
        for row, start in version.removed[:SHOWN_REMOVED]:
            when = f", {day(start, short=True)}, {start:%H:%M}" if start else ""
            lines.append(f"      removed: row {row} of the older file{when}")
        if len(version.removed) > SHOWN_REMOVED:
            lines.append(f"      and {len(version.removed) - SHOWN_REMOVED:,} more")
    return "\n".join(["Newer versions of a hand log", *lines]) if lines else ""


def _changed(version: Version, folder: str) -> str:
    counts = (version.same, version.changed, version.added, len(version.removed))
    words = ("as before", "filled in or corrected", "new", "removed")
    changes = ", ".join(f"{n:,} {what}" for n, what in zip(counts, words, strict=True) if n)
    doubt = f" {DOUBTS[version.decided_by]}" if version.decided_by in DOUBTS and version.changed else ""
    if doubt and version.decided_by == "order" and version.added:
        doubt += f" That removes {plural(version.added, 'new entry', 'new entries')} of this one."
    newer, older = (name.removeprefix(folder) for name in (version.newer, version.older))
    if not version.kept:
        return f"{newer} replaces {older}. Entries: {changes}.{doubt}"
    stay = f"{plural(version.kept, 'entry')} of {older} {'stays' if version.kept == 1 else 'stay'}"
    return f"{newer} overlaps {older}. Entries: {changes}; {stay}.{doubt}"


# ---- the whole receipt ----------------------------------------------------------------------------------------------


def _note_section(receipt: Receipt, folder: str) -> str:
    lines = [line for note in receipt.notes for line in wrapped(note.removeprefix(folder))]
    return "\n".join(["Notes", *lines]) if lines else ""


PARTS = (question_section, unclear_section, fix_section, unread_section, version_section, _note_section)


def receipt_page(receipt: Receipt) -> str:
    """The whole receipt as text."""
    names = [entry.file for entry in receipt.files] + [asked.file for asked in receipt.questions]
    names += [problem.file for problem in receipt.problems] + [passed.shown for passed in receipt.passed]
    folder = common_folder(names)
    parts = [_headline(receipt), file_table(receipt)]
    parts += [part(receipt, folder) for part in PARTS]
    parts.append(coverage_section(receipt))
    if receipt.command:
        parts.append("\n".join([f"Next:  {receipt.command}", *(f"       ({words})" for words in receipt.guesses)]))
    return "\n\n".join(filter(None, parts))


def _headline(receipt: Receipt) -> str:
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
