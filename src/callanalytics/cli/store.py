"""The commands for a store: its tables, offices and rules; whether it is whole; what is taken out of it."""

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
@click.option("--out", metavar="FILE", type=click.Path(), help="csv, parquet, json or xlsx; else TABLE.xlsx here.")
def table(name, store, as_of, selection, out):
    """Write one table of the store for Excel people.

    \b
    Example:  callanalytics table agency_calls --out agency_calls.xlsx
    """
    from callanalytics.reports import tables

    out = out or f"{name}.xlsx"
    log = opened(store, as_of, **selection)
    tables.write(log.table(name), out)
    screen.say(f"{out} is written. It holds the office's own data: keep it inside the office.")
    screen.say_day(log)


@main.command(cls=Listing, names=_table_names)
@click.argument("table", default="agency_calls", metavar="[TABLE]")
@STORE
@click.option("--immutable", is_flag=True, help="The version in force now: its bytes never change.")
def path(table, store, immutable):
    """Print where a table's Parquet files lie, for pandas, Polars, DuckDB, R.

    \b
    Example:  callanalytics path agency_calls
    """
    from callanalytics.store import Store

    screen.say(str(Store.open(store).path(table, immutable=immutable)))


@main.command()
@STORE
@click.option("--deep", is_flag=True, help="Also count every row again: ids, references, facts. Takes minutes.")
@click.option("--originals", metavar="DIR", type=click.Path(), help="Read the exports again and compare every row.")
@JSON
def verify(store, deep, originals, json_):
    """Check every file of the store against its digest, and against the exports if you have them.

    \b
    Example:  callanalytics verify --originals "call logs"
    """
    from callanalytics import intake
    from callanalytics.store import Store

    opened = Store.open(store)
    problems = opened.verify(deep)
    # The rows of a damaged file would only say again that it is damaged; another version's facts may differ rightly
    if deep and not problems and opened.is_made_here():
        problems = intake.recount(opened, agency=agency())
    lines, counts = problems or [_verified(opened, deep)], {}
    if originals:
        compared = intake.compare_originals(opened, originals, agency=agency())
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
    """What was found right."""
    if not deep:
        return "The store is whole: every file is as it was written. To count every row again: --deep"
    whole = "The store is whole: every file, count and row is as recorded"
    if store.is_made_here():
        return f"{whole}, and agency calls, callbacks, promises and coverage are what the calls and entries give."
    return (
        f"{whole}. Agency calls, callbacks and promises were made by another version and were not made again "
        "to compare."
    )


@main.command()
@click.argument("file", metavar="FILE")
@STORE
@JSON
def remove(file, store, json_):
    """Take a file out of the store; ingest it again to bring it back.

    FILE is its name as a receipt shows it, its path, its id, or the beginning of its SHA-256 digest.

    \b
    Example:  callanalytics remove "call logs/march.csv"
    """
    from callanalytics import intake

    done = intake.remove(store, file, agency=agency())
    screen.show(done, json_)


@main.command()
@STORE
@click.option("--matter", metavar="TEXT", help="The office's file number.")
@click.option("--receipt", metavar="TEXT", help="A receipt number, in any spelling.")
@click.option("--number", metavar="TEXT", help="A telephone number of a client.")
@click.option("--own-line", is_flag=True, help="The number is a line of the office, and is to go all the same.")
@JSON
def forget(store, json_, **client):
    """Erase a client's rows, or a number, for good: old exports do not bring them back.

    \b
    Example:  callanalytics forget --matter 2022-014
    """
    from callanalytics import intake

    done = intake.forget(store, agency=agency(), **client)
    screen.show(done, json_)
    if done.is_nothing:
        sys.exit(NEEDS_A_PERSON)


# ---- what is known of an office -------------------------------------------------------------------------------------


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
    help="A phone of the office and the format whose export shows it; repeat for each.",
)
@click.option("--logs-callbacks-since", metavar="DATE", help="The hand log records every callback since then.")
@JSON
def office(name, store, json_, **details):
    """List the offices of a store, or set one's zone, hours and lines.

    A line of the kind receptionist is answered by an automatic receptionist first: that its export calls a
    callback answered does not say that a person followed, so it counts as one only where somebody noted it.

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
    # After a change too, so that what is now known can be read over
    screen.as_json({"offices": rows}) if json_ else screen.table([_office_row(o) for o in rows])


def _command_for(near: str) -> str:
    """The command in hand for the office that is likeliest meant, on a line of its own."""
    return f"if you mean {plain_name(near)}, type\n{typed_again(name=quoted_name(near))}"


def _office_row(office):
    lines = [_line_text(line) for line in office["lines"] or []]
    return {
        "office": office["name"],
        "zone": office["timezone"],
        "hours": _hours_text(office["hours"] or []) or "not said",
        "lines": "; ".join(lines) or "not said",
        "logs every callback since": str(office["logs_callbacks_since"] or "not said"),
    }


def _line_text(line) -> str:
    """A phone as --line was given it: its number, the export that shows it, and what is known of it."""
    through = {True: "lets unknown callers through", False: "blocks unknown callers", None: None}
    facts = (line["covered_by"] or "no export named", line["kind"], through[line["withheld_get_through"]])
    return f"{line['number']} ({', '.join(filter(None, facts))})"


def _hours_text(hours) -> str:
    """Opening hours with their weekdays, days of the same hours together: Mon-Thu 09:00-17:30, Fri 09:00-16:00."""
    runs: list[list] = []
    for hour in sorted(hours, key=lambda hour: hour["weekday"]):
        span = (hour["opens"], hour["closes"])
        # The day after the last of a run, with the same hours
        if runs and runs[-1][2] == span and runs[-1][1] == hour["weekday"] - 1:
            runs[-1][1] = hour["weekday"]
        else:
            runs.append([hour["weekday"], hour["weekday"], span])
    days = "Mon Tue Wed Thu Fri Sat Sun".split()
    named = (days[a - 1] if a == b else f"{days[a - 1]}-{days[b - 1]}" for a, b, _ in runs)
    return ", ".join(f"{name} {opens}-{closes}" for name, (_, _, (opens, closes)) in zip(named, runs, strict=True))


# ---- the stated times -----------------------------------------------------------------------------------------------


@main.command()
@click.option("--store", metavar="DIR", help="Judge the promises of this store anew by these rules.")
@JSON
def rules(store, json_):
    """The stated times by which callbacks are judged: words, dates, when last confirmed.

    Yours go into a file of your own, one [[rule]] with the same keys as those of --json; [[closure]], [[number]],
    [[event]] are read too, and also_closed = ["snow", "lapse", "inauguration"] stops the clock on such days. A row
    with the id of a shipped one takes its place. Name the file with every command that follows.

    \b
    Example:  callanalytics --agency-file mine.toml rules --store calls
              callanalytics --agency-file mine.toml report liaison
    """
    from callanalytics import agencies, intake

    if store:
        for office, n in intake.renew(store, agency=agency()).items():
            are = "promise is" if n == 1 else "promises are"
            screen.print_error(f"{office}: {n:,} {are} judged otherwise than before.")
    # Without the file of one's own: what is not in it is the person's
    shipped = {rule.id for rule in agencies.load().rules}
    in_force = agency().rules
    if json_:
        screen.as_json({"rules": [dataclasses.asdict(rule) | {"is_own": rule.id not in shipped} for rule in in_force]})
        return
    screen.table([_rule_row(rule, shipped) for rule in in_force])
    screen.say("Where two may have been in force, a request is judged by both. Sources and grades: --json.")


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
