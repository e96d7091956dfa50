"""The commands that read files: check, ingest, peek, map, scrub; for one office or for all offices of a roster."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from callanalytics import wording
from callanalytics.cli import screen
from callanalytics.cli.group import (
    COULD_NOT,
    INTERRUPTED,
    JSON,
    NEEDS_A_PERSON,
    STORE,
    agency,
    main,
    store_there,
    typed_again,
)
from callanalytics.errors import InvalidRequest
from callanalytics.lazy import load_pyarrow_alone
from callanalytics.wording import plural

FILES = click.Path(readable=False)  # the receipt says whether each file can be read
ROSTER = click.option("--roster", metavar="FILE", type=click.Path(), help="Many offices: folder,office,timezone ...")


def reading_options(command):
    """Add the options that tell `check` and `ingest` about the files."""
    # Help lists the option that was added last first
    for option in reversed(
        [
            click.option("--office", metavar="NAME", help="The office's name."),
            click.option("--timezone", metavar="ZONE", help="The office's: Eastern, Central ... or America/Chicago."),
            click.option("--file-timezone", metavar="ZONE", help="Zone of times without one, if not the office's."),
            click.option("--date-order", type=click.Choice(["mdy", "dmy"]), help="Month first or day first."),
            click.option(
                "--time-refers-to", type=click.Choice(["start", "answer", "end"]), help="What the sheet's times mark."
            ),
            click.option("--wait-origin", type=click.Choice(["dial", "queue"]), help="Where the sheet's waits begin."),
            click.option("--wait-unit", type=click.Choice(["minutes", "seconds", "hours"]), help="The unit of waits."),
            click.option("--wait-clock", type=click.Choice(["h:mm", "m:ss"]), help="How to read a wait such as 1:15."),
            click.option("--column", metavar="MEANING=HEADER", multiple=True, help="What a column of the sheet means."),
            click.option("--format", "format_", metavar="NAME", help="Read as this format (see: formats)."),
            click.option("--mapping", metavar="FILE", type=click.Path(), help="Your own format (TOML)."),
            click.option("--accept-mapping", is_flag=True, help="Read an unknown phone export as check shows it."),
            click.option("--our-number", metavar="NUMBER", multiple=True, help="An office number, or its last four."),
            click.option("--senders", metavar="FILE", type=click.Path(), help="Senders of agency texts, as TOML."),
        ]
    ):
        command = option(command)
    return command


@main.command()
@click.argument("paths", nargs=-1, required=True, type=FILES, metavar="PATH...")
@STORE
@reading_options
@ROSTER
@JSON
def check(paths, store, json_, format_, roster, **options):
    """Show what each file is, and what would be read, rejected, or asked. Stores nothing.

    It does not ask again what the store knows about the office. It also reads files that the store already holds.
    With --roster, PATH is the inbox of many offices.

    \b
    Example:  callanalytics check "call logs"
              callanalytics check inbox --roster offices.csv
    """
    load_pyarrow_alone()
    options |= {"format": format_, "today": date.today(), "answers": store_there(store)}
    if roster:
        options["answers"] = _existing_store(options["answers"])
        _finish_offices(_read_offices(paths, roster, options, json_))
        return
    from callanalytics import intake

    with _reporting_interruption(), screen.progress("reading") as step:
        receipt = intake.check(paths, progress=step, agency=agency(), **options)
    screen.show(receipt, json_)
    _finish(receipt)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=FILES, metavar="PATH...")
@STORE
@reading_options
@click.option("--new-office", is_flag=True, help="Add this office to a store that has others.")
@click.option("--replaces", metavar="FILE", help="A stored file, as its receipt names it, that these replace.")
@click.option("--keep-removed", is_flag=True, help="Keep entries that a newer version of a hand log lacks.")
@click.option("--keep-numbers", is_flag=True, help="Store strangers' numbers too; the store records this.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any row was rejected.")
@ROSTER
@JSON
def ingest(paths, store, json_, format_, strict, roster, **options):
    """Read files, folders, and ZIPs into the store and print a receipt. Safe to repeat.

    With --roster, PATH is the inbox of many offices: a table gives the office and time zone of each folder.

    \b
    Example:  callanalytics ingest "call logs" --office "Alder and Birch" --timezone Central
    """
    load_pyarrow_alone()
    if roster:
        with _reporting_interruption(store):
            done = _read_offices(paths, roster, options | {"format": format_, "today": date.today()}, json_, store)
        _finish_offices(done)
        return
    from callanalytics import intake

    with _reporting_interruption(store), screen.progress("reading") as step:
        options |= {"format": format_, "today": date.today()}
        options |= {"progress": step, "waiting": screen.print_error, "agency": agency()}
        receipt = intake.ingest(paths, store, **options)
    screen.show(receipt, json_)
    _finish(receipt, strict=strict)


@contextmanager
def _reporting_interruption(store=None):
    """After Ctrl-C, print whether anything was stored before it."""
    from callanalytics.store import Store

    before = store and Store.open(store, create=True).version
    try:
        yield
    except KeyboardInterrupt:
        is_as_before = not store or Store.open(store, create=True).version == before
        some = f"after some of it was stored in {store}: run it again; nothing is stored twice."
        screen.print_error("\nStopped. Nothing was stored." if is_as_before else f"\nStopped {some}")
        sys.exit(INTERRUPTED)


def _finish_offices(batch):
    """Exit with a failure if nothing was read, or with NEEDS_A_PERSON if any office needs an answer."""
    if not any(outcome.receipt and outcome.receipt.files for outcome in batch.outcomes):
        sys.exit(COULD_NOT)
    if any(outcome.why for outcome in batch.outcomes):
        sys.exit(NEEDS_A_PERSON)


def _finish(receipt, *, strict=False):
    """Exit with a failure if nothing was read, or with NEEDS_A_PERSON if files or rows are left over."""
    if not receipt.files and receipt.problems:
        sys.exit(COULD_NOT)
    if receipt.problems or receipt.is_waiting or (strict and receipt.totals["rejects"]):
        sys.exit(NEEDS_A_PERSON)


@main.command()
@click.argument("file", type=click.Path())
@JSON
def peek(file, json_):
    """Show a file's header, three masked rows, and the nearest format.

    \b
    Example:  callanalytics peek march.csv
    """
    from callanalytics import intake

    seen = intake.peek(file)
    if json_:
        screen.as_json(seen)
        return
    screen.say(f"{seen['file']}: {seen['verdict']}\n")
    screen.table(seen["rows"], seen["header"])


# ---- an unknown export format --------------------------------------------------------------------------------------


@main.command("map")
@click.argument("file", type=click.Path())
@click.option("--out", default="mapping.toml", show_default=True, metavar="FILE.toml", type=click.Path())
@JSON
def map_(file, out, json_):
    """Propose what the columns of an unknown CSV, XLSX, or JSON mean, and write it as a mapping.

    From the header and the values: the time, the numbers, the duration and its unit, the direction, the
    outcome. Shows three masked rows as they would be read; what the file does not prove is a question, here and
    in the mapping. It is not applied: read it, answer the questions in it, then check the file with it.

    \b
    Example:  callanalytics map calls.csv --out acme.toml
              callanalytics check calls.csv --mapping acme.toml
    """
    from callanalytics import proposals

    made = proposals.propose(file, agency=agency())
    written = made.write(out)
    following = f"callanalytics check {wording.quoted(file)} --mapping {wording.quoted(written)}"
    if json_:
        rules = {
            target: {"from": list(dict.fromkeys(name for columns in _sources_of(rule) for name in columns))}
            for target, rule in made.fmt.columns.items()
        }
        asked = [{"about": each.about, "text": each.text, "do": each.do} for each in made.questions]
        proposal = {"file": made.file, "known": made.known, "columns": rules, "questions": asked}
        screen.as_json(proposal | {"rows": list(made.rows), "written": written.name, "next": following})
        return
    if made.known:
        screen.say(f"{made.file} has a known format: it is read as {made.known} without a mapping.\n")
    for target, rule in made.fmt.columns.items():
        screen.say(f"  {target:<14} {_rule_line(rule)}")
    screen.say("\nThe first rows as they would be read" + (f" ({made.note}):" if made.note else ":"))
    screen.table(list(made.rows))
    count = plural(len(made.questions), "question")
    where = f"{count} to answer in {written.name}, which lists them too:"
    screen.say("\n" + (where if made.questions else "No questions."))
    for number, question in enumerate(made.questions, 1):
        screen.say(f"  {number}. {question}")
    screen.say(f"\nNothing was stored. When {written.name} is right:  {following}")


def _rule_line(rule) -> str:
    """A rule in one line: its columns and how they are read; a case's columns come before the rule's own."""
    sources = _sources_of(rule)
    if not sources:
        return f"always {rule.value}"
    ways = [rule.parse, *filter(None, [rule.order, rule.clock])]
    return f"{', else '.join(' + '.join(columns) for columns in sources)}  ({', '.join(ways)})"


def _sources_of(rule) -> list[tuple[str, ...]]:
    """The columns that a rule reads, in the order in which it tries them; none that the file does not have."""
    inner = [then for _, then in rule.cases]
    read = [tuple(column[0] for column in each.columns if not column[0].startswith("<")) for each in [*inner, rule]]
    return list(dict.fromkeys(filter(None, read)))


# ---- a shareable export ---------------------------------------------------------------------------------------------


@main.command()
@click.argument("file", type=click.Path())
@click.option("--out", metavar="FILE", type=click.Path(), help="The new file; otherwise scrubbed-... in this folder.")
@click.option("--seed", type=int, help="The same seed gives the same replacements. Keep it private.")
@click.option("--date-order", type=click.Choice(["mdy", "dmy"]), help="Month first or day first.")
@click.option("--format", "format_", metavar="NAME", help="Read as this format (see: formats).")
@click.option("--mapping", metavar="FILE", type=click.Path(), help="Your own format (TOML).")
@JSON
def scrub(file, json_, format_, **options):
    """Write a shareable copy of an export, to show how a phone system writes its calls or what is read wrongly.

    Phone numbers become 555-01xx (the agency's own stay). Names and IDs become invented ones, each always the same.
    Dates shift by whole weeks, so that hour and weekday stay. Words the format does not know are masked, columns it
    does not read are emptied, and remarks are dropped. The copy is read again and compared with the original before
    it is kept: the same rows, durations, outcomes, and legs. In a hand-kept log, free text is masked, and the cells
    that read differently because of it are counted.

    \b
    Example:  callanalytics scrub march.csv --out march-for-others.csv
    """
    from callanalytics import sharing

    made = sharing.scrub(file, format=format_, agency=agency(), **options)
    if json_:
        screen.as_json(made.to_json())
        return
    formats = ", ".join(made.formats)
    screen.say(f"Saved {made.out.name}: {plural(made.rows, 'row')}, read like {made.file} as {formats}.\n")
    for line in _changes(made):
        screen.say(f"  {line}")
    screen.say("\nCheck it before you share it:")
    if made.kept:
        screen.say("  - these words are unchanged:")
    for column, words in made.kept.items():
        screen.say(f"      {column}: {', '.join(words[:8])}{' ...' if len(words) > 8 else ''}")
    screen.say(
        "  - hours, weekdays, durations, and the order of calls are real: anyone with a record of the same calls"
    )
    screen.say(
        "    (the phone company, the agency) can find them again. Give it to people you know, not to the public."
    )
    if options["out"]:
        screen.say("  - you chose the new file's name: make sure that it names no client.")


def _changes(made) -> list[str]:

    counts = made.replaced
    lines = [
        f"replaced   {plural(counts['numbers'], 'phone number')} by 555-01xx; "
        f"{plural(made.agency_numbers, 'number')} of {agency().label} kept, since they are public",
        f"replaced   {plural(counts['names'], 'name')}, {plural(counts['ids'], 'word or id', 'words and ids')}",
        f"moved      {plural(made.moments, 'time')} by whole weeks; hour and weekday are unchanged",
    ]
    if made.season:
        lines.append(f"           {made.season:,} of them are now across a change to or from daylight saving time:")
        lines.append("           if the file uses UTC, their hour differs by one")
    if made.emptied:
        lines.append(f"emptied    {plural(len(made.emptied), 'column')} that the format does not read")
    lines += [f"left out   {name}" for name in made.left_out]
    if made.otherwise:
        changed = ", ".join(
            f"{column.replace('_', ' ')} in {plural(n, 'row')}" for column, n in sorted(made.otherwise.items())
        )
        lines.append("masked     free text, including words about the call. The copy shows how the sheet is laid out,")
        lines.append(f"           but reads differently here: {changed}")
    return lines


# ---- many offices in one command ------------------------------------------------------------------------------------


def _read_offices(paths, roster, options, json_, store=None):
    """Read the files of every office into one store; without one, check them."""
    from callanalytics.intake import batch as batches

    if len(paths) != 1:
        raise InvalidRequest("A roster needs one inbox", found=f"{len(paths)} paths", do="name one folder")
    (inbox,) = paths
    opened = batches.open_roster(roster, inbox)
    own = [name.replace("_", "-") for name in ("office", "timezone", "new_office", "replaces") if options.get(name)]
    if own:
        raise InvalidRequest(
            f"--{' and --'.join(own)} cannot be used for many offices", do="the roster names each office and its zone"
        )
    words = {name: value for name, value in options.items() if value}
    words |= {"say": batches.say_nothing if json_ else screen.print_error, "workers": os.cpu_count() or 1}
    if store:
        batch = batches.ingest(opened, store, waiting=screen.print_error, agency=agency(), **words)
    else:
        batch = batches.check(opened, agency=agency(), **words)
    _show_offices(batch, json_, Path(inbox), stored=bool(store))
    if not (json_ or store):
        screen.say(f"Next:  {typed_again().replace(' check ', ' ingest ', 1)}")
    return batch


def _existing_store(store: str | None) -> str | None:
    """The store, if it holds anything; a first check of many offices may name a store that does not exist yet."""
    from callanalytics.store import Store

    if store and not Store.open(store, create=True).version:
        screen.print_error(f"There is no store in {store} yet, so there are no earlier answers.")
        return None
    return store


def _show_offices(batch, json_, inbox: Path, *, stored: bool) -> None:
    if json_:
        screen.as_json(batch.to_json())
        return
    screen.table([_office_row(outcome, stored) for outcome in batch.outcomes])
    wrong = (each for each in batch.outcomes if each.problem and each.problem.do)
    for problem in dict.fromkeys(f"{each.office}: {each.problem}" for each in wrong):  # once per office, not per row
        screen.say(f"\n{problem}")
    if batch.unclaimed:
        screen.say(f"\nNot in the roster, so not read: {', '.join(batch.unclaimed)}")
    screen.say(f"\n{_counted_offices(batch, stored)}.")
    _show_office_commands([each.receipt for each in batch.outcomes if each.receipt and each.receipt.stored and stored])
    for note in batch.notes:
        screen.say(f"Note: {note}.")
    screen.say(f"Details of each file:  callanalytics check {wording.quoted(inbox / 'FOLDER')}")


def _counted_offices(batch, stored: bool) -> str:
    """How many offices were stored or checked, and how many need an answer."""
    n = len({each.office for each in batch.outcomes})  # an office with two rows counts once
    asked = len({each.office for each in batch.outcomes if each.why})
    done = sum(outcome.is_stored if stored else outcome.receipt is not None for outcome in batch.outcomes)
    counts = [f"{done} of {n} offices {'stored' if stored else 'checked'}"]
    counts += [f"{asked} {'needs' if asked == 1 else 'need'} an answer"] if asked else []
    return "; ".join([*counts, *([] if stored else ["nothing was stored"])])


def _show_office_commands(receipts: list) -> None:
    """Print what each office can declare to have more of its callbacks judged."""
    from callanalytics.intake.receipt import office_command, open_details

    commands = [office_command(detail, receipt) for receipt in receipts for detail in open_details(receipt.scope)]
    if commands:
        screen.say(
            "  To have more callbacks judged, name each line, or declare that the office's log has every callback:"
        )
    for command in commands:
        screen.say(f"  {command}")


def _office_row(outcome, stored: bool) -> dict:
    receipt = outcome.receipt
    if receipt is None:
        return {"office": outcome.office, "outcome": "not read", "why": outcome.why}
    totals = receipt.totals
    asked = len(receipt.questions) + len(receipt.problems)
    read = "stored" if receipt.stored else "nothing new" if outcome.is_stored else "not stored"
    return {
        "office": outcome.office,
        "files": len(receipt.files),
        "rows": totals["rows"],
        "calls": totals["calls"],
        "entries": totals["entries"],
        "to fix": totals["rejects"],
        "questions": asked,
        "outcome": read if stored else "checked",
        "why": outcome.why,
    }
