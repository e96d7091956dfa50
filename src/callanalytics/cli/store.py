"""The commands for a store: its tables, where they lie, whether it is whole, removing a file, forgetting a client."""

from __future__ import annotations

import sys

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, JSON, NEEDS_A_PERSON, STORE, Listing, main


def _tables() -> str:
    from callanalytics import schema

    return f"Tables: {', '.join(schema.TABLES)}."


@main.command(cls=Listing, names=_tables)
@click.argument("name", metavar="TABLE")
@STORE
@AS_OF
@click.option("--out", metavar="FILE", type=click.Path(), help="csv, parquet, json or xlsx; else TABLE.xlsx here.")
def table(name, store, as_of, out):
    """Write one table of the store for Excel people.

    \b
    Example:  callanalytics table dials --out dials.xlsx
    """
    from callanalytics.log import load
    from callanalytics.reports import tables

    out = out or f"{name}.xlsx"
    log = load(store, as_of=as_of)
    tables.write(log.table(name), out)
    screen.say(f"{out} is written. It holds the office's own data: keep it inside the office.")
    screen.say_day(log)


@main.command(cls=Listing, names=_tables)
@click.argument("table", default="dials", metavar="[TABLE]")
@STORE
@click.option("--immutable", is_flag=True, help="The version in force now: its bytes never change.")
def path(table, store, immutable):
    """Print where a table's Parquet file lies, for pandas, DuckDB, R.

    \b
    Example:  callanalytics path dials
    """
    from callanalytics.store import Store

    screen.say(str(Store.open(store).path(table, immutable=immutable)))


@main.command()
@STORE
@click.option("--originals", metavar="DIR", type=click.Path(), help="Read the exports again and compare every row.")
@JSON
def verify(store, originals, json_):
    """Check the store against its own digests, and against the exports if you have them.

    \b
    Example:  callanalytics verify --originals "USCIS calls"
    """
    from callanalytics import intake
    from callanalytics.store import Store

    opened = Store.open(store)
    problems = opened.verify() or (intake.recount(opened) if opened.is_made_here() else [])
    if originals:
        problems += intake.compare(opened, originals)
    if json_:
        screen.as_json({"problems": problems})
    else:
        screen.say("\n".join(problems) or _whole(opened))
    if problems:
        sys.exit(NEEDS_A_PERSON)


def _whole(store):
    """What was found right."""
    whole = "The store is whole: every file, count and row is as recorded"
    if store.is_made_here():
        return f"{whole}, and dials, rings, promises and coverage are what the calls and notes give."
    return f"{whole}. Dials, rings and promises were made by another version and were not made again to compare."


@main.command()
@click.argument("file", metavar="FILE")
@STORE
@JSON
def remove(file, store, json_):
    """Take a file out of the store; ingest it again to bring it back.

    FILE is its name as a receipt shows it, its path, its id, or the beginning of its SHA-256 digest.

    \b
    Example:  callanalytics remove "USCIS calls/march.csv"
    """
    from callanalytics import intake

    done = intake.remove(store, file)
    screen.as_json(done.to_json()) if json_ else screen.say(done.text())


@main.command()
@STORE
@click.option("--matter", metavar="TEXT", help="The office's file number.")
@click.option("--receipt", metavar="TEXT", help="A receipt number, in any spelling.")
@click.option("--number", metavar="TEXT", help="A telephone number of a client.")
@click.option("--own-line", is_flag=True, help="The number is a line of the office, and is to go all the same.")
@JSON
def forget(store, json_, **told):
    """Erase a client's rows, or a number, for good: old exports do not bring them back.

    \b
    Example:  callanalytics forget --matter 2022-014
    """
    from callanalytics import intake

    done = intake.forget(store, **told)
    screen.as_json(done.to_json()) if json_ else screen.say(done.text())
    if done.is_nothing:
        sys.exit(NEEDS_A_PERSON)
