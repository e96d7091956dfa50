"""Sentences of a receipt: counts and row numbers, file names, what files can show, what newer versions changed."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import NamedTuple, TypeVar

from callanalytics import proposals, wording
from callanalytics.errors import CallLogError
from callanalytics.facts.agency_calls import WAITS_NAMED, leading_clock
from callanalytics.intake.offices import CHOICES, Options
from callanalytics.intake.receipt_data import Asked, Problem, ReceiptData, Scope
from callanalytics.intake.sheet_versions import Row, State, Version
from callanalytics.normalize import Answer, Question
from callanalytics.read import Passed
from callanalytics.read.file import shown_name
from callanalytics.wording import day, in_store, plural, quoted, quoted_name

# ---- counts, row numbers, long names and sentences ------------------------------------------------------------------

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


def row_numbers(numbers: Sequence[int]) -> str:
    """Row numbers with their noun.

    >>> row_numbers([41]), row_numbers([77, 78, 79, 80, 203])
    ('row 41', 'rows 77-80, 203')
    """
    return f"row{'' if len(numbers) == 1 else 's'} {number_runs(numbers)}"


def number_runs(numbers: Sequence[int], shown: int = 6) -> str:
    """Row numbers in a short form: consecutive ones as ranges, the rest counted.

    >>> number_runs([77, 78, 79, 80, 203]), number_runs(list(range(2, 40, 2)))
    ('77-80, 203', '2, 4, 6, 8, 10, 12 and 13 more')
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    named = [f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:shown]]
    left = sum(map(len, runs[shown:]))
    return ", ".join(named) + (f" and {left:,} more" if left else "")


def example_of(question: Question) -> str:
    """An example to append to a question; "" if there is none or the text already has it."""
    return f" (as in {question.example})" if question.example and question.example not in question.text else ""


def grouped_by(parts: Sequence, key) -> list[list]:
    """Items grouped by a key, in the order in which each group first appears."""
    order = list(dict.fromkeys(map(key, parts)))
    groups = itertools.groupby(sorted(parts, key=lambda part: order.index(key(part))), key=key)
    return [list(group) for _, group in groups]


# ---- the names of files: masked in a stored receipt, whole on the owner's screen ------------------------------------


AnyReceipt = TypeVar("AnyReceipt", bound=ReceiptData)


def unmasked(receipt: AnyReceipt, may_show: Callable[[str], str] = str) -> AnyReceipt:
    """The receipt with every file's own name, as far as ``may_show`` shows it; on the owner's screen, commands that
    name a file also have its path."""
    # str, the default, shows every name unchanged, for the owner's own screen
    receipt = _with_places(receipt) if may_show is str else receipt
    names = {masked: may_show(name) for masked, name in receipt.names.items() if masked != name}
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


def _with_places(receipt: AnyReceipt) -> AnyReceipt:
    """The receipt with the file's path in each command that it prints about a file."""

    def whole(text: str, file: str) -> str:
        path = receipt.paths.get(file)
        return text.replace(f"{MAP}FILE", f"{MAP}{quoted(path)}") if path else text

    questions = [
        replace(asked, question=replace(asked.question, do=whole(asked.question.do, asked.file)))
        for asked in receipt.questions
    ]
    problems = [Problem(p.file, _error_as_shown(p.why, str, whole(p.why.do, p.file))) for p in receipt.problems]
    return replace(receipt, questions=tuple(questions), problems=tuple(problems))


def without_numbers(name: str) -> str:
    """A name for use in a letter: the office knows its words, but long numbers may be a client's and are masked."""
    return "/".join(map(shown_name, name.split("/")))


def _error_as_shown(why: CallLogError, shown: Callable[[str], str], do: str = "") -> CallLogError:
    """A copy of the error, of the same class and for the same reader, with names as shown."""
    copied = copy(why)
    copied.what, copied.where, copied.found = map(shown, (why.what, why.where, why.found))
    copied.do, copied.args = do or shown(why.do), (copied.what,)
    return copied


# ---- what the files can and cannot show, and what to type next ------------------------------------------------------

PROVISIONAL_NAME = "this office"  # for files whose office is not known yet


def coverage_section(receipt: ReceiptData) -> str:
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
    for habit in scope.habits:
        if habit.rounding:
            yield from headed("times", habit.rounding)
        if habit.unstated:
            yield from headed("times", f"{habit.moments}{ASK_TIME_REFERS_TO if habit.word == 'unknown' else ''}")


SHOWN_GAPS = 3
ASK_TIME_REFERS_TO = ". Answer with  --time-refers-to start  (or answer, end)"


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


def _callback_lines(scope: Scope, receipt: ReceiptData) -> Iterator[str]:
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
        lacking = f"missed callbacks from {', '.join(scope.no_missed)}: its export omits unanswered calls"
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


def _detail_lines(detail: Detail, receipt: ReceiptData) -> list[str]:
    """A detail of the office as lines of the receipt, with its command if the store has the office."""
    text = f"or, {detail.text}" if detail.mark == "or" else detail.text
    mark = "" if detail.mark == "or" else detail.mark
    if not (receipt.stored or receipt.known_in):
        has_line = f":  {receipt.again}  shows the command" if receipt.again else ""
        return headed(mark, f"{text} after the files are stored{has_line}")
    return [*headed(mark, f"{text}:"), f"{' ' * 13}{office_command(detail, receipt)}"]


def office_command(detail: Detail, receipt: ReceiptData) -> str:
    """The command that gives this detail of an office in the store."""
    store = in_store(receipt.known_in or receipt.store)
    return f"callanalytics office {quoted_name(receipt.office)}{store} {detail.option}"


def _date_span(first, last) -> str:
    if first == last:
        return day(first, short=True)
    year = "" if first.year == last.year else f", {first.year}"
    return f"{first:%b} {first.day}{year} - {last:%b} {last.day}, {last.year}"


OTHERWISE = {  # question -> the alternative to the answer in the printed command
    "date_order": "or dmy",
    "mapping": "omit --accept-mapping if they are wrong",
    "wait_origin": "or queue; omit --wait-origin if no one knows",
}

UNANSWERED = {"our_number": "--our-number NUMBER"}  # question -> its answer if nothing is proposed


def guesses(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """The answers that the next command assumes, each with its alternative."""
    found: dict[str, str] = {}
    by_code = grouped_by([each.question for each in asked], key=lambda each: each.code)
    for code, questions in sorted((each[0].code, each) for each in by_code):
        # Each column is named by its own option; any other option is given once for all files
        for question in questions if code == "which_column" else questions[:1]:
            chosen, *others = [each.option for each in question.answers if each.option] or [UNANSWERED.get(code, "")]
            chosen += f" {proposals.ACCEPT}" if code == "our_number" else ""  # the question shows its columns
            otherwise = OTHERWISE.get(code) or f"or {' or '.join(others) or 'another one'}"
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
DOUBTS = {
    "filled": "It counts as newer because it has more filled-in cells.",
    "order": "Nothing shows which is newer, so the one read last counts. If it is the older, ingest the other "
    "again with --replaces.",
}


def version_section(receipt: ReceiptData, folder: str) -> str:
    """What each newer hand log changed, and a caution if it is not certain which is newer."""
    lines = []
    for version in receipt.versions:
        lines += wrapped(_changed(version, folder))
        for row, start in version.removed[:SHOWN_REMOVED]:
            when = f", {day(start, short=True)}, {start:%H:%M}" if start else ""
            lines.append(f"      removed: row {row} of the older file{when}")
        if len(version.removed) > SHOWN_REMOVED:
            lines.append(f"      and {len(version.removed) - SHOWN_REMOVED:,} more")
    return "\n".join(["Newer versions of a hand log", *lines]) if lines else ""


def _changed(version: Version, folder: str) -> str:
    counts = (
        (version.same, "as before"),
        (version.changed, "filled in or corrected"),
        (version.added, "new"),
        (len(version.removed), "removed"),
    )
    changes = ", ".join(f"{n:,} {what}" for n, what in counts if n)
    doubt = f" {DOUBTS[version.decided_by]}" if version.decided_by in DOUBTS and version.changed else ""
    if doubt and version.decided_by == "order" and version.added:
        doubt += f" That removes {plural(version.added, 'new entry', 'new entries')} of this one."
    newer, older = (name.removeprefix(folder) for name in (version.newer, version.older))
    if not version.kept:
        return f"{newer} replaces {older}. Entries: {changes}.{doubt}"
    stay = f"{plural(version.kept, 'entry')} of {older} {'stays' if version.kept == 1 else 'stay'}"
    return f"{newer} overlaps {older}. Entries: {changes}; {stay}.{doubt}"


def ask_removed(newer: State, older: State, gone: Sequence[Row], n_lacking: int, *, is_named: bool) -> Asked:
    """The question whether to remove rows that a newer hand log lacks. ``n_lacking`` also counts those outside its
    period, which go if it replaces the older file. ``is_named``: no other file has the older file's name."""
    days = sorted(row.start for row in gone if row.start)
    when = f", {day(days[0], short=True)} to {day(days[-1], short=True)}" if days else ""
    lacks = f"{plural(len(gone), 'entry')} of {older.shown} ({row_numbers([row.number for row in gone])}{when})"
    replaces = f"--replaces {quoted(older.shown if is_named else older.id)}"
    n_rows = len(older.rows)
    lost = f"the older file loses {n_lacking:,} of its {plural(n_rows, 'entry')}"
    question = Question(
        "",
        f"It lacks {lacks} although it covers those days. They are kept until you confirm that they were removed",
        "",
        f"ingest it again with  --keep-removed   or   {replaces}\nwith --replaces, {lost}",
        "removed_rows",
        (
            Answer("--keep-removed", "keep them: the newer file has only part of the log"),
            Answer(replaces, f"remove them: the newer file is the whole log; {lost}"),
        ),
        blocks=False,
    )
    return Asked(newer.shown, len(gone), question)
