"""The command `start`, all steps in one: check, ask open questions, store, write the report, open it."""

from __future__ import annotations

import re
import shlex
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click

from callanalytics import intake, wording
from callanalytics.cli import screen
from callanalytics.cli.group import COULD_NOT, INTERRUPTED, NEEDS_A_PERSON, agency, opened
from callanalytics.errors import OpenQuestion, Refused
from callanalytics.intake.offices import OF_ONE_FILE
from callanalytics.intake.receipt import (
    example_of,
    grouped_by,
    grouped_files,
    guesses_in,
    office_command,
    open_details,
    unmasked,
)
from callanalytics.values import zones
from callanalytics.wording import plural

ZONES = ", ".join(zones.US_ZONES)
WHICH_FOLDER = "Which folder holds your phone exports and call sheets?\nDrag it into this window, then press Enter."
NOT_SURE = "not sure"
OF_ALL_SHEETS = ("wait_origin", "time_refers_to")  # an office's habit: one answer also holds for sheets that ask later
OF_THE_WHOLE_LOG = ("other_clock", "call_of_day_unsure")  # printed if no one can be asked: calls may count twice
FILE_BY_FILE = "the files differ: ask me about each one"
OF_THE_LOG = set("uscis call calls log logs phone export exports data file files folder our my new sheets".split())


@dataclass
class Dialog:
    """Asks one question at a time. Enter takes the choice shown; ``?`` explains."""

    can_ask: bool

    def ask(self, text: str, usual: str = "", explain: str = "", choices: Sequence[str] = ()) -> str:
        """Ask, and return what was typed, or ``usual`` if nothing was; without ``usual``, ask again.

        ``choices`` are numbered from 1; the number is an answer.
        """
        text = "\n  ".join([text, *(f"    {n}  {choice}" for n, choice in enumerate(choices, 1))])
        while True:
            screen.say(f"\n  {text}" + (f"\n      Enter: {usual}" if usual else ""))
            # When a file is dropped on the window, it may send control characters with the path
            typed = "".join(c for c in input("  > ") if c.isprintable()).strip()
            if typed == "?":
                screen.say(f"  {explain or 'Type the answer and press Enter; Ctrl-C stops, and nothing is stored.'}")
            elif typed or usual:
                return typed or usual
            else:
                screen.say("  This question needs an answer. Type it, or ? for help.")

    def show(self, path: Path, receipt: intake.Receipt) -> None:
        """Print what the folder holds, before asking anything."""
        waiting = [each for each in receipt.questions if each.question.blocks]
        rows = receipt.totals["rows"] + sum(each.rows for each in waiting)
        read = len(grouped_files(receipt.files)) + len({each.file for each in waiting})
        ask = len({each.file for each in receipt.questions})
        counts = (
            (read - ask, "looks right", "look right"),
            (ask, "needs an answer", "need an answer"),
            (len(receipt.problems), "cannot be read", "cannot be read"),
        )
        parts = [plural(n, *words) for n, *words in counts if n]
        files = read + len(receipt.problems)
        if parts == [plural(files, "looks right", "look right")]:
            parts = ["It looks right" if files == 1 else "All look right"]
        screen.say(f"{path.name or path}: {plural(files, 'file')}, {plural(rows, 'row')}. {', '.join(parts)}.")
        for problem in receipt.problems:
            screen.say(f"  Not read: {problem}")


def run(folder: str | None, store: str, out: str, given: dict, parse, *, opens: bool) -> None:
    """Go from a folder to its report.

    ``given`` holds the reading options given with the command, by name; ``parse`` turns the option words of an answer
    into such a dict.
    """
    dialog = Dialog(can_ask=is_at_a_terminal())
    stored = False
    try:
        path = _folder(folder, store, given, dialog)
        refuse_store_in_folder(path, store, given)
        receipt, given = check_and_ask(path, store, given, dialog, parse)
        # The receipt advises checking these files again, with the answers given
        again = _command_line("check", path, given | {"new_office": False}, store)
        receipt = replace(ingest(path, store, given), command=again)
        stored = receipt.stored
        if not (receipt.stored or receipt.already_ingested):
            screen.say(f"\n{receipt.text()}")
            sys.exit(COULD_NOT)
        _finish(receipt, store, out, opens=opens and dialog.can_ask)
    except (KeyboardInterrupt, EOFError):
        screen.print_error(f"\nStopped. {f'The calls are in {store}.' if stored else 'Nothing was stored.'}")
        sys.exit(INTERRUPTED)
    if receipt.is_waiting or receipt.problems:
        sys.exit(NEEDS_A_PERSON)


def is_at_a_terminal() -> bool:
    """Whether a person is there to answer questions."""
    return sys.stdin.isatty() and screen.is_terminal()


# ---- the folder ------------------------------------------------------------------------------------------------


def _folder(folder: str | None, store: str, given: dict, dialog: Dialog) -> Path:
    if folder is not None:
        return Path(folder)
    if not dialog.can_ask:
        raise OpenQuestion("No folder was named", run=_command_line("start", "FOLDER", given, store))
    while True:
        typed = dialog.ask(WHICH_FOLDER)
        if found := dropped(typed):
            return found
        screen.say("  There is no such folder here. Open it in the file manager and drag its icon into this window.")


def dropped(text: str) -> Path | None:
    """The folder or file that a person typed, pasted, or dragged in: quotes around it and backslashes are fine."""
    # As typed; as PowerShell drops it, & 'path'; as macOS does, with backslashes before spaces
    tries = [text, text.removeprefix("& ").strip("'\""), text.replace("\\ ", " ")]
    try:
        tries += [" ".join(shlex.split(text))]
    except ValueError:
        pass  # a single quote, as in O'Brien
    # The first that exists: a name may itself contain quotes or backslashes
    return next((path for path in (Path(each).expanduser() for each in tries) if path.exists()), None)


def refuse_store_in_folder(path: Path, store: str, given: dict) -> None:
    """Refuse to use the folder of the exports as the store."""
    if path.resolve() == Path(store).resolve() and path.is_dir() and not (path / "CURRENT").exists():
        elsewhere = _command_line("start", path, given, f"{store}-store")
        raise Refused(f"{path.name} holds your files, so the store needs another folder", run=elsewhere)


# ---- questions that only a person can answer -------------------------------------------------------------------


def check_and_ask(path: Path, store: str, given: dict, dialog: Dialog, parse) -> tuple[intake.Receipt, dict]:
    """Check the folder and ask until no question is open; return the last receipt and all options given."""
    known = offices_in(store)
    if len(known) > 1 and not given.get("office") and dialog.can_ask:
        names = ", ".join(office["name"] for office in known)
        named = dialog.ask(f"Which office's log is this? The store has {names}", explain=_ABOUT_NAME)
        given = given | _office_named(named, known, dialog)
    receipt, own_names = _check(path, store, given)
    dialog.show(path, receipt)
    if not (receipt.files or receipt.questions):
        screen.say(f"\n{receipt.text()}")
        sys.exit(COULD_NOT)
    if any(entry.state != "stored" for entry in receipt.files) or receipt.questions:
        zone = given.get("timezone")
        given = given | _choose_office(path, store, known, receipt, given, dialog)
        # In the office's own time zone, different entries and calls may match
        if given.get("timezone") != zone and receipt.totals["calls"] and receipt.totals["entries"]:
            receipt, own_names = _check(path, store, given)
    asked: set[tuple] = set()
    remembered: dict[tuple, list[str]] = {}  # answers that apply to every sheet of the office
    while open_ := [q for q in receipt.questions if (q.file, *_key(q)) not in asked and _is_open(q, dialog)]:
        if not dialog.can_ask:
            # Without anyone to ask, raise with the command that answers the questions that block a file
            waiting = [each for each in receipt.questions if each.question.blocks]
            safe = [answer for answer, _ in guesses_in(waiting)]
            line = " ".join([_command_line("start", path, given, store), *safe])
            intake.refuse_open_questions(receipt, line if safe else "")
        # Ask once for forty sheets of one kind, not forty times
        for alike in grouped_by(open_, key=_key):
            asked.update((each.file, *_key(each)) for each in alike)
            for words, files in _answers_of_kind(alike, dialog, remembered):
                given = _with_answer(given, parse(words), [own_names[file] for file in files])
        receipt, own_names = _check(path, store, given)
    _show_unanswered(receipt, dialog)
    return receipt, given


def _answers_of_kind(
    alike: list, dialog: Dialog, remembered: dict[tuple, list[str]]
) -> list[tuple[list[str], list[str]]]:
    """The answers to questions of one kind, each with its files; one given for all sheets is remembered, not asked."""
    key = _key(alike[0])
    if key in remembered:
        return [(remembered[key], [each.file for each in alike])]
    answers = _answers(alike, dialog)
    # Remember only an answer for all of them, so not 'not sure' or 'file by file'
    if key[0] in OF_ALL_SHEETS and len(answers) == 1 and answers[0][0]:
        remembered[key] = answers[0][0]
    return answers


def _show_unanswered(receipt: intake.Receipt, dialog: Dialog) -> None:
    for each in receipt.questions:
        if each.question.blocks:
            waits = f"Not stored until you answer: {plural(each.rows, 'row')}. {each.question.do}"
            screen.say(f"\n  {_question_text([each])}\n  {waits}")
        elif each.question.code in OF_THE_WHOLE_LOG and not _is_open(each, dialog):
            screen.say(f"\n  {_question_text([each])}: {each.question.do}")


def _check(path: Path, store: str, given: dict) -> tuple[intake.Receipt, dict[str, str]]:
    """The receipt with the files' real names; and for each file with a question, the name that the receipt keeps."""
    # A store without an office holds nothing to check the files against
    held = store if offices_in(store) else None
    with screen.progress("looking") as step:
        receipt = intake.check([path], store=held, today=date.today(), progress=step, agency=agency(), **given)
    shown = unmasked(receipt)
    both = zip(shown.questions, receipt.questions, strict=True)
    return shown, {named.file: kept.file for named, kept in both}


def _is_open(asked, dialog: Dialog) -> bool:
    """Whether the question can be answered by an option; if no one can be asked, whether a file waits for it."""
    return asked.question.blocks if not dialog.can_ask else bool(asked.question.answers)


def _key(asked) -> tuple:
    """A key that is equal for questions that one answer may settle."""
    return asked.question.code, tuple(answer.option for answer in asked.question.answers)


def offices_in(store: str) -> list[dict]:
    from callanalytics.store import Store

    return Store.open(store, create=True).offices()


def _choose_office(
    path: Path, store: str, known: list[dict], receipt: intake.Receipt, given: dict, dialog: Dialog
) -> dict:
    """The office and its zone: propose what the files say, and let the user confirm it."""
    office, zone = given.get("office"), given.get("timezone")
    if not dialog.can_ask:
        _refuse_unknown_office(path, store, known, receipt, given)
        return {}
    if office and (zone or intake.offices.find_office(office, known)):
        return {}
    where = (zones.in_words(receipt.timezone) if receipt.timezone else "") or receipt.proposed_zone
    if not office:
        office, zone = _office_asked(_name_of(receipt) or name_in(path), zone, where, dialog)
    given = _office_named(office, known, dialog)
    return given | {"timezone": _zone_asked(zone, where, dialog)} if given["new_office"] else given


def _name_of(receipt: intake.Receipt) -> str:
    """The office's name in the files; "" for none."""
    return receipt.office if receipt.office != intake.offices.PROVISIONAL_NAME else ""


def _refuse_unknown_office(path: Path, store: str, known: list[dict], receipt: intake.Receipt, given: dict) -> None:
    """Refuse to go on without the office's name and zone if no one can be asked."""
    office, named = given.get("office"), _name_of(receipt)
    if not office and known:  # use the only office's name if the files name it
        seen = intake.check([path], answers=store, agency=agency(), **given)
        named = named if seen.office == named else ""
    if not (office or named) or not (given.get("timezone") or receipt.timezone or known):
        line = _command_line("start", path, {"office": "YOUR OFFICE", "timezone": "ZONE"} | given, store)
        raise OpenQuestion("The office's name or time zone is missing", run=line)


def _office_asked(proposed: str, zone: str | None, where: str, dialog: Dialog) -> tuple[str, str | None]:
    """The name of the office as typed, and its zone if it was typed or accepted with the name."""
    both = f"{proposed}, {where}" if proposed and where and not zone else proposed
    office = dialog.ask("Which office's log is this? Type its name", both, _ABOUT_NAME)
    if office == both:
        return proposed, zone or where
    # The proposal reads 'office, zone', so people answer in that form
    if "," in office and zones.find_zone(office.rpartition(",")[2]):
        office, _, zone = office.rpartition(",")
    return office, zone


def _zone_asked(zone: str | None, proposed: str, dialog: Dialog) -> str:
    """The zone of a new office; asked until it is valid, since every hour in the report depends on it."""
    while not (zone and zones.find_zone(_without_time(zone))):
        zone = dialog.ask(f"In which time zone is the office? {ZONES}", proposed, _ABOUT_ZONE)
        if not zones.find_zone(_without_time(zone)):
            near = zones.nearest(_without_time(zone))
            screen.say(f"  There is no time zone with this name.{f' Did you mean {near}?' if near else ''}")
    return _without_time(zone)


def _office_named(office: str, known: list[dict], dialog: Dialog) -> dict:
    """The store's office that was meant, or a new one; a typing error must not create a second office."""
    record = intake.offices.find_office(office, known)
    # A typing error would split an office's log in two
    near = intake.offices.nearest_office(office, [each["name"] for each in known])
    if not record and near and dialog.ask(f"Do you mean {near}, which is in the store? yes or no", "yes") == "yes":
        record = intake.offices.find_office(near, known)
    return {"office": record["name"] if record else office.strip(), "new_office": not record}


_ABOUT_NAME = "The name appears in your own report, never in one for others. An office has one name in the store."
_ABOUT_ZONE = "The hour of every call depends on it: use the time zone of the office, not of the client."


def _without_time(zone: str) -> str:
    return zone.strip().removesuffix(" time")


def name_in(path: Path) -> str:
    """The office that a folder seems to be named after; "" if it is named after its contents.

    >>> name_in(Path("Alder and Birch calls")), name_in(Path("USCIS calls"))
    ('Alder and Birch', '')
    """
    words = re.split(r"[\s_]+", path.resolve().name)
    # 'Alder and Birch calls' is the log of Alder and Birch
    while words and words[-1].casefold() in OF_THE_LOG:
        words.pop()
    while words and words[0].casefold() in OF_THE_LOG:
        words.pop(0)
    return wording.plain_name(" ".join(words)) if any(c.isalpha() for word in words for c in word) else ""


def _question_text(alike: Sequence) -> str:
    """A question with the files that raise it."""
    file, question = alike[0].file, alike[0].question
    more = f" and {plural(len({each.file for each in alike}) - 1, 'other file')}" if len(alike) > 1 else ""
    column = f', column "{question.column}"' if question.column else ""
    return f"{file.partition('/')[2] or file}{more}{column}: {question.text}{example_of(question)}"


def _answers(alike: Sequence, dialog: Dialog) -> list[tuple[list[str], list[str]]]:
    """The option words of each answer, with its files: one answer for all files that ask, or one for each file."""
    if (answer := _answer(alike, dialog)) is not None:
        return [(answer, [each.file for each in alike])]
    return [(_answer([each], dialog) or [], [each.file]) for each in alike]


def _answer(alike: Sequence, dialog: Dialog) -> list[str] | None:
    """The option words of the chosen answer; None if the user wants to be asked about each file.

    Enter means "not sure" if the file is stored without an answer. If the file waits for one, Enter leaves it out for
    now, if there is such a choice; otherwise nothing is assumed, and the question is asked again.
    """
    question = alike[0].question
    choices = [(answer.text, answer) for answer in question.answers]
    if len({each.file for each in alike}) > 1 and _is_of_one_file(question):
        choices.append((FILE_BY_FILE, None))
    lines = [_question_text(alike)]
    for each in {each.question.shown: each for each in alike if each.question.shown}.values():
        lines += [f"    {each.file}", *(f"      {line}" for line in each.question.shown)]
    # Enter must never store a guess; leaving a file out, or its cells unknown, can be corrected later
    usual = NOT_SURE if not question.blocks else "" if question.answers[0].option else "1"
    without = "Without an answer, the file is still stored, and the report says that this is unknown."
    without = "The file is not stored until you answer." if question.blocks else without
    explain = f"{plural(sum(each.rows for each in alike), 'row')} of it. {without}"
    while True:
        typed = dialog.ask("\n  ".join(lines), usual, explain, [text for text, _ in choices])
        if typed == NOT_SURE:
            return []
        if typed.isdecimal() and 0 < int(typed) <= len(choices):
            chosen = choices[int(typed) - 1][1]
            return shlex.split(chosen.option) if chosen else None
        for answer in question.answers:  # typed as its option's last word, or its text before a colon: "yes: ..."
            if typed.casefold() in (*answer.option.split()[-1:], answer.text.partition(":")[0].casefold()):
                return shlex.split(answer.option)
        screen.say(f"  Type a number from 1 to {len(choices)}{', or Enter' if usual else ''}.")


def _is_of_one_file(question) -> bool:
    """Whether its answers say what the cells of one file mean, so that another file may need another answer."""
    options = {word.removeprefix("--").replace("-", "_") for answer in question.answers for word in
               shlex.split(answer.option) if word.startswith("--")}  # fmt: skip
    return bool(options) and options <= set(OF_ONE_FILE)


def _with_answer(given: dict, answer: dict, files: Sequence[str]) -> dict:
    """The options given, plus an answer: what it says about cells applies only to the files that asked."""
    # A cell need not mean the same in the next sheet
    own = {name: value for name, value in answer.items() if name in OF_ONE_FILE}
    of_files = dict(given.get("of_files", {}))
    for file in files if own else ():
        of_files[file] = _merged_options(of_files.get(file, {}), own)
    given = _merged_options(given, {name: value for name, value in answer.items() if name not in own})
    return given | {"of_files": of_files} if of_files else given


def _merged_options(given: dict, more: dict) -> dict:
    """Options merged; the values of options that may be repeated are joined."""
    return given | {name: (*given.get(name, ()), *v) if isinstance(v, tuple) else v for name, v in more.items()}


# ---- storing and reporting -------------------------------------------------------------------------------------


def ingest(path: Path, store: str, given: dict) -> intake.Receipt:
    with screen.progress("reading") as step:
        how = {"today": date.today(), "progress": step, "waiting": screen.print_error, "agency": agency()}
        return intake.ingest([path], store, **how, **given)


def _finish(receipt: intake.Receipt, store: str, out: str, *, opens: bool) -> None:
    """Write the report, then print where it is, which calls are in it, and what is left to do."""
    from callanalytics import accounting, reports
    from callanalytics.reports import findings, results

    log = opened(store)
    screen.say("Writing the report ...")
    written = reports.report("liaison", log, out)
    screen.say(f"\nReport  {'  '.join(map(str, written))}")
    screen.say(f"Calls   {accounting.of_log(log)}")
    if unjudged := findings.not_confirmed(results.Results(log)):
        screen.say(f"Judged  {unjudged} {findings.HOW_TO_JUDGE}")
    if left := left_to_do(receipt):
        screen.say(f"To do   {left}")
    # Cells and columns of hand-kept sheets that were not understood; their rows are stored without them.
    unread = ((sum(len(each.doubt.rows) for each in receipt.unclear), "cell"), (len(set(receipt.unread)), "column"))
    if any(n for n, _ in unread):
        counts = wording.joined(plural(n, word) for n, word in unread if n)
        screen.say(f"Unread  {counts} not understood: {receipt.command}    lists them")
    if receipt.totals["rejects"] or receipt.problems or receipt.is_waiting:
        screen.say(f"Next    {receipt.command}    lists what to fix or answer")
    else:
        screen.say(f"Next    callanalytics promises{wording.in_store(store)}    what is due today")
    for detail in open_details(receipt.scope):
        screen.say(f"Add     {detail.text}:\n        {office_command(detail, receipt)}")
    if opens:
        webbrowser.open(written[0].resolve().as_uri())


def _command_line(name: str, path: Path | str, given: dict, store: str) -> str:
    """A command for these files, with the options given for them, and the store with its earlier answers."""
    first, *others = [*given.get("of_files", {}).values()] or [{}]
    # An option that is the same for every file is written once in the command
    alike = {name: value for name, value in first.items() if all(own.get(name) == value for own in others)}
    alike.pop("file_timezone", None)  # a phone log's zone is not the sheet's
    given = alike | {name: value for name, value in given.items() if name != "of_files"}
    named = [("office", wording.quoted_name)] + [(name, wording.quoted) for name in given if name != "office"]
    values = [(name, write, value) for name, write in named for value in _values(given.get(name))]
    words = [f"--{name.replace('_', '-')}{f' {write(value)}' if value else ''}" for name, write, value in values]
    words += _report_options() if name == "start" else []
    return " ".join([f"callanalytics {name}", wording.quoted(path), *words]) + wording.in_store(store)


def _report_options() -> list[str]:
    """The report options that were typed with `start`, for commands printed in its place."""
    context = click.get_current_context(silent=True)
    is_typed = context and context.get_parameter_source("out") is click.core.ParameterSource.COMMANDLINE
    return [f"--out {wording.quoted(context.params['out'])}"] if context and is_typed else []


def _values(value) -> Sequence[str]:
    """The values given for an option, one or several; "" for an option without a value."""
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else [""] if value is True else []


def left_to_do(receipt: intake.Receipt) -> str:
    """What in the files is not in the store and needs a person."""
    waiting = sum(each.rows for each in receipt.questions if each.question.blocks)
    counts = (
        (receipt.totals["rejects"], "row to fix", "rows to fix"),
        (waiting, "row needs an answer", "rows need an answer"),
        (len(receipt.problems), "file cannot be read", "files cannot be read"),
    )
    return ", ".join(plural(n, *words) for n, *words in counts if n)
