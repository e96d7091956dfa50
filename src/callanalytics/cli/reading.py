"""The commands that read files: check, ingest, peek."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date

import click

from callanalytics.cli import screen
from callanalytics.cli.group import COULD_NOT, INTERRUPTED, JSON, NEEDS_A_PERSON, STORE, main

FILES = click.Path(readable=False)  # whether a file can be read is said in the receipt, beside the others
ROSTER = click.option("--roster", metavar="FILE", type=click.Path(), help="Many offices: folder,office,timezone ...")


def reading_options(command):
    """What `check` and `ingest` may be told about the files."""
    for option in reversed(
        [
            click.option("--office", metavar="NAME", help="Whose files these are."),
            click.option("--timezone", metavar="ZONE", help="The office's: Eastern, Central ... or America/Chicago."),
            click.option("--file-timezone", metavar="ZONE", help="Zone of times without one, if not the office's."),
            click.option("--date-order", type=click.Choice(["mdy", "dmy"]), help="Which comes first, month or day."),
            click.option("--time-of", type=click.Choice(["start", "answer", "end"]), help="What a sheet's times are."),
            click.option("--wait-from", type=click.Choice(["dial", "queue"]), help="Where a sheet's waits begin."),
            click.option("--wait-unit", type=click.Choice(["minutes", "seconds", "hours"]), help="What waits count."),
            click.option("--wait-clock", type=click.Choice(["h:mm", "m:ss"]), help="What a wait such as 1:15 is."),
            click.option("--column", metavar="MEANING=HEADER", multiple=True, help="What a sheet's column means."),
            click.option("--format", "format_", metavar="NAME", help="Read as this format (see: formats)."),
            click.option("--mapping", metavar="FILE", type=click.Path(), help="A format of your own, as TOML."),
            click.option("--accept-mapping", is_flag=True, help="Read an unknown phone export as check shows it."),
            click.option("--our-number", metavar="NUMBER", multiple=True, help="A number of ours, or its last four."),
            click.option("--senders", metavar="FILE", type=click.Path(), help="Senders of agency texts, as TOML."),
        ]
    ):
        command = option(command)
    return command


@main.command()
@click.argument("paths", nargs=-1, required=True, type=FILES, metavar="PATH...")
@reading_options
@ROSTER
@click.option("--letters", metavar="DIR", type=click.Path(), help="Write to each office that must answer something.")
@JSON
def check(paths, json_, format_, roster, letters, **told):
    """Say what each file is and what would be read, rejected and asked. Stores nothing.

    With --letters, PATH is the inbox of many offices: every folder is one, or what --roster says.

    \b
    Example:  callanalytics check "USCIS calls"
              callanalytics check inbox --roster offices.csv --letters letters
    """
    if roster or letters:
        from callanalytics.cli import rounds

        _finish_all(rounds.check(paths, roster, letters, told | {"format": format_, "today": date.today()}, json_))
        return
    from callanalytics import intake

    with _told_when_stopped(), screen.progress("reading") as step:
        receipt = intake.check(paths, format=format_, today=date.today(), progress=step, **told)
    _show(receipt, json_)
    _finish(receipt)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=FILES, metavar="PATH...")
@STORE
@reading_options
@click.option("--new-office", is_flag=True, help="This office is new to a store that has others.")
@click.option("--replaces", metavar="FILE", help="A file of the store, as its receipt names it, that these replace.")
@click.option("--keep-removed", is_flag=True, help="Keep entries that a newer version of a hand log lacks.")
@click.option("--keep-numbers", is_flag=True, help="Store strangers' numbers too; written into the store.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any row was rejected.")
@ROSTER
@JSON
def ingest(paths, store, json_, format_, strict, roster, **told):
    """Read files, folders and ZIPs into the store and print the receipt. Twice is once.

    With --roster, PATH is the inbox of many offices: a table says which folder is whose, in which zone.

    \b
    Example:  callanalytics ingest "USCIS calls" --office "Alder and Birch" --timezone Central
    """
    if roster:
        from callanalytics.cli import rounds

        with _told_when_stopped(store):
            done = rounds.ingest(paths, roster, store, told | {"format": format_, "today": date.today()}, json_)
        _finish_all(done)
        return
    from callanalytics import intake

    with _told_when_stopped(store), screen.progress("reading") as step:
        told |= {"format": format_, "today": date.today(), "progress": step, "waiting": screen.complain}
        receipt = intake.ingest(paths, store, **told)
    _show(receipt, json_)
    _finish(receipt, strict=strict)


@contextmanager
def _told_when_stopped(store=None):
    """After Ctrl-C, say whether anything was stored before it."""
    from callanalytics.store import Store

    before = store and Store.open(store, create=True).version
    try:
        yield
    except KeyboardInterrupt:
        is_as_before = not store or Store.open(store, create=True).version == before
        screen.complain(
            "\nStopped. Nothing was stored."
            if is_as_before
            else f"\nStopped after some of it was stored in {store}: run the same command again, twice is once."
        )
        sys.exit(INTERRUPTED)


def _show(receipt, json_):
    screen.as_json(receipt.to_json()) if json_ else screen.say(receipt.text())


def _finish_all(rounds):
    """Some offices left over need a person; none read at all is a failure."""
    if not any(outcome.receipt and outcome.receipt.files for outcome in rounds.outcomes):
        sys.exit(COULD_NOT)
    if any(outcome.needs_a_person for outcome in rounds.outcomes):
        sys.exit(NEEDS_A_PERSON)


def _finish(receipt, *, strict=False):
    """Nothing read at all is a failure; files or rows left over need a person."""
    if not receipt.files and receipt.problems:
        sys.exit(COULD_NOT)
    if receipt.problems or receipt.is_waiting or (strict and receipt.totals["rejects"]):
        sys.exit(NEEDS_A_PERSON)


@main.command()
@click.argument("file", type=click.Path())
@JSON
def peek(file, json_):
    """Show a file's header, three masked rows and the nearest format.

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
