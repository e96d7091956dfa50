"""The commands for a store: table, path, verify, remove, forget, office, and rules."""

from __future__ import annotations

import dataclasses
import sys

import click

from callanalytics.cli import screen
from callanalytics.cli.group import (
    AS_OF,
    JSON,
    NEEDS_A_PERSON,
    STORE,
    Listing,
    agency,
    main,
    opened,
    selection_options,
    typed_again,
)
from callanalytics.wording import plain_name, quoted_name


def _table_names() -> str:
    from callanalytics import schema

    return f"Tables: {', '.join(schema.TABLES)}."


@main.command(cls=Listing, names=_table_names)
@click.argument("name", metavar="TABLE")
@STORE
@AS_OF
@selection_options()
@click.option(
    "--out", metavar="FILE", type=click.Path(), help="A csv, parquet, json, or xlsx file; otherwise TABLE.xlsx here."
)
def table(name, store, as_of, selection, out):
    """Export one table to Excel, CSV, Parquet, or JSON.

    \b
    Example:  callanalytics table agency_calls --out agency_calls.xlsx
    """
    from callanalytics.reports import tables

    out = out or f"{name}.xlsx"
    log = opened(store, as_of, **selection)
    tables.write(log.table(name), out)
    screen.say(f"Saved {out}. It holds the office's own data: keep it inside the office.")
    screen.say_day(log)


@main.command(cls=Listing, names=_table_names)
@click.argument("table", default="agency_calls", metavar="[TABLE]")
@STORE
@click.option("--immutable", is_flag=True, help="The files of the current version, which never change.")
def path(table, store, immutable):
    """Print the path of a table's Parquet files, for pandas, Polars, DuckDB, or R.

    \b
    Example:  callanalytics path agency_calls
    """
    from callanalytics.store import Store

    screen.say(str(Store.open(store).path(table, immutable=immutable)))


@main.command()
@STORE
@click.option("--deep", is_flag=True, help="Also recheck every row: IDs, references, facts. Takes minutes.")
@click.option("--originals", metavar="DIR", type=click.Path(), help="Read the exports again and compare every row.")
@JSON
def verify(store, deep, originals, json_):
    """Check the store for damage, and against the exports if you have them.

    \b
    Example:  callanalytics verify --originals "call logs"
    """
    from callanalytics import intake
    from callanalytics.store import Store

    opened = Store.open(store)
    problems = opened.verify(deep)
    # Checking rows of a damaged file adds nothing, and facts made by another version may rightly differ
    if deep and not problems and opened.is_made_here():
        problems = intake.recount(opened, agency=agency())
    lines, counts = problems or [_verified(opened, deep)], {}
    if originals:
        compared = intake.compare(opened, originals, agency=agency())
        lines = [*lines, *compared.problems, compared.text()]
        problems = [*problems, *compared.problems]
        counts = {"originals": {"files": compared.files, "compared": compared.compared}}
    if json_:
        screen.as_json({"problems": problems} | counts)
    else:
        screen.say("\n".join(lines))
    if problems:
        sys.exit(NEEDS_A_PERSON)


def _verified(store, deep: bool) -> str:
    """A sentence that says what was checked and found correct."""
    if not deep:
        return "The store is undamaged: every file is as it was written. To recheck every row: --deep"
    whole = "The store is undamaged: every file, count, and row is as recorded"
    if store.is_made_here():
        return f"{whole}, and agency calls, callbacks, promises, and coverage match the calls and entries."
    return f"{whole}. Another version made the agency calls, callbacks, and promises, so they were not compared."


@main.command()
@click.argument("file", metavar="FILE")
@STORE
@JSON
def remove(file, store, json_):
    """Remove a file from the store; ingest it again to bring it back.

    FILE is its name on the receipt, its path, its ID, or the beginning of its SHA-256 digest.

    \b
    Example:  callanalytics remove "call logs/march.csv"
    """
    from callanalytics import intake

    done = intake.remove(store, file, agency=agency())
    screen.show(done, json_)


@main.command()
@STORE
@click.option("--matter", metavar="TEXT", help="The office's file number, or the client's name.")
@click.option("--receipt", metavar="TEXT", help="A receipt number, in any spelling.")
@click.option("--number", metavar="TEXT", help="A client's phone number.")
@click.option("--own-line", is_flag=True, help="Erase the number although it is an office line.")
@JSON
def forget(store, json_, **client):
    """Erase a client's rows, or a number, for good, even from later imports of old exports.

    \b
    Example:  callanalytics forget --matter 2022-014
    """
    from callanalytics import intake

    done = intake.forget(store, agency=agency(), **client)
    screen.show(done, json_)
    if done.is_nothing:
        sys.exit(NEEDS_A_PERSON)


# ---- settings of an office ------------------------------------------------------------------------------------------


@main.command()
@click.argument("name", required=False)
@STORE
@click.option("--timezone", metavar="ZONE", help="The office's zone.")
@click.option("--hours", metavar="TEXT", help='Opening hours, as in "Mon-Fri 9:00-17:30".')
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="NUMBER[:desk|mobile|receptionist][:FORMAT][:blocks-unknown|:lets-unknown]",
    help="An office phone and the format whose export shows it; repeat for each.",
)
@click.option("--logs-callbacks-since", metavar="DATE", help="The hand log has every callback since then.")
@JSON
def office(name, store, json_, **details):
    """List a store's offices, or set one's time zone, hours, and lines.

    On a line of the kind receptionist, an automatic receptionist answers first. A callback that its export calls
    answered may not have reached a person, so it counts as answered only if someone logged that.

    \b
    Example:  callanalytics office "Alder and Birch" --line "212-555-0100:desk:ringcentral_detailed"
    """
    from callanalytics.store import Store

    if name:
        from callanalytics import intake

        known = Store.open(store).offices()
        intake.offices.known_office(name, known, _command_for)
        intake.set_office(
            store, name, say=screen.print_error, agency=agency(), **{k: v for k, v in details.items() if v}
        )
    rows = Store.open(store).offices()
    # Print after a change too, so that the user can review it
    screen.as_json({"offices": rows}) if json_ else screen.table([_office_row(o) for o in rows])


def _command_for(near: str) -> str:
    """The current command for the office that was most likely meant, on its own line."""
    return f"if you mean {plain_name(near)}, type\n{typed_again(name=quoted_name(near))}"


def _office_row(office):
    lines = [_line_text(line) for line in office["lines"] or []]
    return {
        "office": office["name"],
        "zone": office["timezone"],
        "hours": _hours_text(office["hours"] or []) or "not given",
        "lines": "; ".join(lines) or "not given",
        "logs every callback since": str(office["logs_callbacks_since"] or "not given"),
    }


def _line_text(line) -> str:
    """A phone as given with --line: its number, the export that shows it, and its other settings."""
    through = {True: "accepts calls with no caller ID", False: "blocks calls with no caller ID", None: None}
    facts = (line["covered_by"] or "no export given", line["kind"], through[line["withheld_get_through"]])
    return f"{line['number']} ({', '.join(filter(None, facts))})"


def _hours_text(hours) -> str:
    """Opening hours by weekday, with days of equal hours together: Mon-Thu 09:00-17:30, Fri 09:00-16:00."""
    runs: list[list] = []
    for hour in sorted(hours, key=lambda hour: hour["weekday"]):
        span = (hour["opens"], hour["closes"])
        # This day follows the last of the run and has the same hours
        if runs and runs[-1][2] == span and runs[-1][1] == hour["weekday"] - 1:
            runs[-1][1] = hour["weekday"]
        else:
            runs.append([hour["weekday"], hour["weekday"], span])
    days = "Mon Tue Wed Thu Fri Sat Sun".split()
    named = (days[a - 1] if a == b else f"{days[a - 1]}-{days[b - 1]}" for a, b, _ in runs)
    return ", ".join(f"{name} {opens}-{closes}" for name, (_, _, (opens, closes)) in zip(named, runs, strict=True))


# ---- timeframes -----------------------------------------------------------------------------------------------------


@main.command()
@click.option("--store", metavar="DIR", help="Judge this store's promises again by these rules.")
@JSON
def rules(store, json_):
    """Show the timeframes that decide whether a callback is in time: words, dates, when last confirmed.

    Put your own in a file: one [[rule]] each, with the same keys as in --json. It may also have [[closure]],
    [[number]], and [[event]], and also_closed = ["snow", "lapse", "inauguration"] stops the clock on such days. A row
    with the ID of a shipped one replaces it. Name the file with every later command.

    \b
    Example:  callanalytics --agency-file mine.toml rules --store calls
              callanalytics --agency-file mine.toml report liaison
    """
    from callanalytics import agencies, intake

    if store:
        for office, n in intake.renew(store, agency=agency()).items():
            are = "promise is" if n == 1 else "promises are"
            screen.print_error(f"{office}: {n:,} {are} now judged differently.")
    # Loaded without the user's file: rules not in these are the user's own
    shipped = {rule.id for rule in agencies.load().rules}
    in_force = agency().rules
    if json_:
        screen.as_json({"rules": [dataclasses.asdict(rule) | {"is_own": rule.id not in shipped} for rule in in_force]})
        return
    screen.table([_rule_row(rule, shipped) for rule in in_force])
    screen.say("If two may have been in force, a request is judged by both. Sources and grades: --json.")


def _rule_row(rule, shipped) -> dict:
    first, last = rule.from_earliest, rule.from_latest
    until = f"{rule.to_earliest} - {rule.to_latest}" if rule.to_latest else "in force"
    return {
        "rule": f"{rule.id}{'' if rule.id in shipped else ' (your own)'}",
        "for": rule.urgency,
        "within": f"{rule.value} {rule.unit.replace('_', ' ')}",
        "began": str(first) if first == last else f"{first} - {last}",
        "ended": until,
        "last confirmed": str(rule.last_confirmed),
    }
