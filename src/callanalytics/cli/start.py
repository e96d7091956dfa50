"""The whole way in one go: look, ask what is open, store, write the report, open it."""

from __future__ import annotations

import re
import shlex
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from callanalytics import commands, intake
from callanalytics.cli import screen
from callanalytics.cli.group import COULD_NOT, INTERRUPTED, NEEDS_A_PERSON
from callanalytics.errors import CallLogError
from callanalytics.intake.telling import listing
from callanalytics.intake.telling.file_names import unmasked
from callanalytics.intake.telling.lines import plural, together
from callanalytics.intake.telling.showing import PROVISIONAL_NAME
from callanalytics.values import zones

ZONES = "Eastern, Central, Mountain, Arizona, Pacific, Alaska, Hawaii"
WHICH_FOLDER = "Which folder holds your phone exports and call sheets?\nDrag it into this window, then press Enter."
NOT_SURE = "not sure"
OF_THE_LOG = set("uscis call calls log logs phone export exports data file files folder our my new sheets".split())


class Unanswered(CallLogError):
    """Something only a person can say, where nobody can be asked."""


@dataclass
class Dialog:
    """Asks one question at a time. Enter takes the choice that is named; ``?`` explains."""

    can_ask: bool

    def ask(self, text: str, usual: str = "", explain: str = "") -> str:
        """What was typed; ``usual`` where it was nothing. An empty answer without a usual one is asked again."""
        while True:
            screen.say(f"\n  {text}" + (f"\n      Enter: {usual}" if usual else ""))
            typed = "".join(c for c in input("  > ") if c.isprintable()).strip()
            if typed == "?":
                screen.say(f"  {explain or 'Type the answer and press Enter; Ctrl-C stops, and nothing is stored.'}")
            elif typed or usual:
                return typed or usual


def run(folder: str | None, store: str, out: str, told: dict, parse, *, opens: bool) -> None:
    """Lead from a folder to its report.

    ``told`` are the reading options given with the command, by name; ``parse`` turns option words, as an answer
    carries them, into such a dict.
    """
    dialog = Dialog(can_ask=is_at_a_terminal())
    stored = False
    try:
        path = _folder(folder, dialog)
        _refuse_store_in_folder(path, store)
        receipt, told = _settled(path, store, told, dialog, parse)
        receipt = replace(_ingest(path, store, told), command=_check_again(path, told))
        stored = receipt.stored
        if not (receipt.stored or receipt.already_ingested):
            screen.say(f"\n{receipt.text()}")
            sys.exit(COULD_NOT)
        _finish(receipt, store, out, opens=opens and dialog.can_ask)
    except (KeyboardInterrupt, EOFError):
        screen.complain(f"\nStopped. {f'The calls are in {store}.' if stored else 'Nothing was stored.'}")
        sys.exit(INTERRUPTED)
    if receipt.is_waiting or receipt.problems:
        sys.exit(NEEDS_A_PERSON)


def is_at_a_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and screen.is_terminal()


# ---- which folder ----------------------------------------------------------------------------------------------


def _folder(given: str | None, dialog: Dialog) -> Path:
    if given is not None:
        return Path(given)
    if not dialog.can_ask:
        raise Unanswered("which folder?", do="callanalytics start FOLDER")
    while True:
        typed = dialog.ask(WHICH_FOLDER)
        if found := dropped(typed):
            return found
        screen.say("  There is no such folder here. Open it in the file manager and drag its icon into this window.")


def dropped(text: str) -> Path | None:
    """The folder or file that a person typed, pasted or dragged in: quotes around it and backslashes are fine."""
    tries = [text, text.removeprefix("& ").strip("'\""), text.replace("\\ ", " ")]
    try:
        tries += [" ".join(shlex.split(text))]
    except ValueError:
        pass  # one quote alone: as in O'Brien
    return next((path for path in (Path(each).expanduser() for each in tries) if path.exists()), None)


def _refuse_store_in_folder(path: Path, store: str) -> None:
    """The folder of the exports cannot be the store as well."""
    if path.resolve() == Path(store).resolve() and path.is_dir() and not (path / "CURRENT").exists():
        raise CallLogError(
            f"{path.name} holds your files, so that the store needs another folder",
            do=f"callanalytics start {commands.quoted(path)} --store {commands.quoted(f'{store}-store')}",
        )


# ---- what only a person can say --------------------------------------------------------------------------------


def _settled(path: Path, store: str, told: dict, dialog: Dialog, parse) -> tuple[intake.Receipt, dict]:
    """Check the folder and ask until nothing is open; returns the last receipt and all that was said."""
    known = _offices(store)
    if len(known) > 1 and not told.get("office") and dialog.can_ask:
        names = ", ".join(office["name"] for office in known)
        told = told | _named(
            dialog.ask(f"Whose log is this? The store has {names}", explain=_ABOUT_NAME), known, dialog
        )
    receipt = _check(path, store, told)
    _seen(path, receipt)
    if not (receipt.files or receipt.questions):
        screen.say(f"\n{receipt.text()}")
        sys.exit(COULD_NOT)
    if any(entry.state != "stored" for entry in receipt.files) or receipt.questions:
        told = told | _whose(path, known, receipt, told, dialog)
    asked: set[tuple] = set()
    while open_ := [each for each in receipt.questions if _key(each) not in asked and _is_open(each, dialog)]:
        if not dialog.can_ask:
            raise Unanswered(
                f"{plural(len(open_), 'question')} must be answered first, and nobody can be asked here",
                found="; ".join(f"{each.file}: {each.question.text}" for each in open_),
                do="\n".join(dict.fromkeys(each.question.do for each in open_)),
            )
        for alike in together(open_, key=_key):
            asked.add(_key(alike[0]))
            told = _with(told, parse(_answer(alike, dialog)))
        receipt = _check(path, store, told)
    for each in (each for each in receipt.questions if each.question.blocks):
        screen.say(f"\n  {_asked([each])}\n  {plural(each.rows, 'row')} of it wait. {each.question.do}")
    return receipt, told


def _check(path: Path, store: str, told: dict) -> intake.Receipt:
    held = store if _offices(store) else None
    with screen.progress("looking") as step:
        return unmasked(intake.check([path], store=held, today=date.today(), progress=step, **told))


def _seen(path: Path, receipt: intake.Receipt) -> None:
    rows = receipt.totals["rows"] + sum(each.rows for each in receipt.questions if each.question.blocks)
    files = len(listing.grouped(receipt.files)) + len({each.file for each in receipt.questions if each.question.blocks})
    ask = len({each.file for each in receipt.questions})
    said = f"{path.name or path}: {plural(files, 'file')}, {plural(rows, 'row')}. "
    said += (
        f"{files - ask} look right, {ask} {'needs' if ask == 1 else 'need'} an answer." if ask else "All look right."
    )
    screen.say(said)
    for problem in receipt.problems:
        screen.say(f"  Not read: {problem}")


def _is_open(asked, dialog: Dialog) -> bool:
    """Whether it can be answered by an option; where nobody can be asked, whether a file waits for it."""
    return asked.question.blocks if not dialog.can_ask else bool(asked.question.answers)


def _key(asked) -> tuple:
    """Questions that one answer settles: an option is said of all files at once."""
    return asked.question.code, tuple(answer.option for answer in asked.question.answers)


def _offices(store: str) -> list[dict]:
    from callanalytics.store import Store

    return Store.open(store, create=True).offices()


def _whose(path: Path, known: list[dict], receipt: intake.Receipt, told: dict, dialog: Dialog) -> dict:
    """Office and zone: what the files say is proposed, and the person confirms it."""
    office, zone = told.get("office"), told.get("timezone")
    named = receipt.office if receipt.office not in ("", PROVISIONAL_NAME) else ""
    proposed = named or name_in(path)
    where = (zones.in_words(receipt.timezone) if receipt.timezone else "") or receipt.proposed_zone
    if not dialog.can_ask:
        if not (office or named) or not (zone or receipt.timezone or known):
            raise Unanswered(
                "whose log is this, and in which time zone is the office?",
                do=f'callanalytics start {commands.quoted(path)} --office "YOUR OFFICE" --timezone ZONE',
            )
        return {}
    if office and (zone or _stored(office, known)):
        return {}
    if not office:
        both = f"{proposed}, {where}" if proposed and where and not zone else proposed
        office = dialog.ask("Whose log is this? The office's name", both, _ABOUT_NAME)
        if office == both:
            office = proposed
            zone = zone or where
        elif "," in office and zones.find_zone(office.rpartition(",")[2]):
            office, _, zone = office.rpartition(",")
    told = _named(office, known, dialog)
    if not told["new_office"]:
        return told
    while not (zone and zones.find_zone(_without_time(zone))):
        zone = dialog.ask(f"Where is the office? {ZONES}", where, _ABOUT_ZONE)
        if not zones.find_zone(_without_time(zone)):
            screen.say("  There is no time zone of this name.")
    return told | {"timezone": _without_time(zone)}


def _named(office: str, known: list[dict], dialog: Dialog) -> dict:
    """The office of the store that is meant, or a new one; a slip of the pen makes no second office."""
    record = _stored(office, known)
    near = intake.offices.nearest(office, [each["name"] for each in known])
    if not record and near and dialog.ask(f"Is that {near}, which the store has? yes or no", "yes") == "yes":
        record = _stored(near, known)
    return {"office": record["name"] if record else office.strip(), "new_office": not record}


_ABOUT_NAME = (
    "The name stands in your own report and in none that goes to others. One office has one name in the store."
)
_ABOUT_ZONE = "Every hour of every call hangs on it: take the zone of the office's clocks, not of the client's."


def _without_time(zone: str) -> str:
    return zone.strip().removesuffix(" time")


def _stored(office: str, known: Sequence[dict]) -> dict | None:
    return intake.offices.find(office, known)


def name_in(path: Path) -> str:
    """The office that a folder seems to be named after; "" where it is named after what is in it.

    >>> name_in(Path("Alder and Birch calls")), name_in(Path("USCIS calls"))
    ('Alder and Birch', '')
    """
    words = re.split(r"[\s_]+", path.resolve().name)
    while words and words[-1].casefold() in OF_THE_LOG:
        words.pop()
    while words and words[0].casefold() in OF_THE_LOG:
        words.pop(0)
    return commands.plain_name(" ".join(words)) if any(c.isalpha() for word in words for c in word) else ""


def _asked(alike: Sequence) -> str:
    """A question with the files that ask it."""
    file, question = alike[0].file, alike[0].question
    more = f" and {plural(len({each.file for each in alike}) - 1, 'other file')}" if len(alike) > 1 else ""
    column = f', column "{question.column}"' if question.column else ""
    example = f" (as in {question.example})" if question.example and question.example not in question.text else ""
    return f"{file.partition('/')[2] or file}{more}{column}: {question.text}{example}"


def _answer(alike: Sequence, dialog: Dialog) -> list[str]:
    """The option words of the answer that was chosen.

    Enter takes the first where a file waits for the answer; where it does not, the file is stored without one.
    """
    question = alike[0].question
    lines = [_asked(alike)]
    for each in {each.question.shown: each for each in alike if each.question.shown}.values():
        lines += [f"    {each.file}", *(f"      {line}" for line in each.question.shown)]
    lines += [f"    {n}  {answer.text}" for n, answer in enumerate(question.answers, 1)]
    usual = "1" if question.blocks else NOT_SURE
    explain = f"{plural(sum(each.rows for each in alike), 'row')} of it. " + (
        "The file waits for the answer."
        if question.blocks
        else "Without an answer the file is stored all the same, and the report says that it is not known."
    )
    while True:
        typed = dialog.ask("\n  ".join(lines), usual, explain)
        if typed == NOT_SURE:
            return []
        if typed.isdecimal() and 0 < int(typed) <= len(question.answers):
            return shlex.split(question.answers[int(typed) - 1].option)
        named = [answer for answer in question.answers if typed.casefold() in _names_of(answer)]
        if named:
            return shlex.split(named[0].option)
        screen.say(f"  Type a number from 1 to {len(question.answers)}, or Enter.")


def _names_of(answer) -> tuple[str, ...]:
    """How an answer may be typed: as the last word of its option, or as the word before a colon, as in "yes: ..."."""
    return (*answer.option.split()[-1:], answer.text.partition(":")[0].casefold())


def _with(told: dict, more: dict) -> dict:
    """Options put together: those that may be given several times add up."""
    return told | {name: (*told.get(name, ()), *v) if isinstance(v, tuple) else v for name, v in more.items()}


# ---- doing it --------------------------------------------------------------------------------------------------


def _ingest(path: Path, store: str, told: dict) -> intake.Receipt:
    with screen.progress("reading") as step:
        return intake.ingest([path], store, today=date.today(), progress=step, waiting=screen.complain, **told)


def _finish(receipt: intake.Receipt, store: str, out: str, *, opens: bool) -> None:
    """Write the report and say where it is, what became of the rows, what to do next."""
    from callanalytics import reports
    from callanalytics.log import load

    log = load(store)
    screen.say("Writing the report ...")
    written = reports.report("liaison", log, out)
    screen.say(f"\nReport  {'  '.join(map(str, written))}")
    screen.say(f"Rows    {_account(receipt)}")
    screen.say(f"Next    {_next(receipt, store)}")
    if opens:
        webbrowser.open(written[0].resolve().as_uri())


def _check_again(path: Path, told: dict) -> str:
    """The command that looks at these files again, with what was said of them."""
    named = [("office", commands.quoted_name)] + [(name, commands.quoted) for name in told if name != "office"]
    said = [(name, write, value) for name, write in named for value in _each(told.get(name))]
    words = [f"--{name.replace('_', '-')}{f' {write(value)}' if value else ''}" for name, write, value in said]
    return " ".join(["callanalytics check", commands.quoted(path), *words])


def _each(value) -> Sequence[str]:
    """What was said of an option, once or several times; "" of one without a value."""
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else [""] if value is True else []


def _account(receipt: intake.Receipt) -> str:
    totals = receipt.totals
    kinds = (
        ("calls", ("call", "calls")),
        ("notes", ("log entry", "log entries")),
        ("notices", ("notice", "notices")),
        ("set_aside", ("set aside", "set aside")),
        ("rejects", ("to fix", "to fix")),
    )
    said = ", ".join(plural(totals[kind], *words) for kind, words in kinds if totals[kind])
    waiting = sum(each.rows for each in receipt.questions if each.question.blocks)
    left = f"; {plural(waiting, 'row')} wait for an answer" if waiting else ""
    return f"{totals['rows']:,} in the files: {said}{left}"


def _next(receipt: intake.Receipt, store: str) -> str:
    if receipt.totals["rejects"] or receipt.problems or receipt.is_waiting:
        return f"{receipt.command}    lists what needs a person"
    return f"callanalytics promises{commands.in_store(store)}    what is due today"
