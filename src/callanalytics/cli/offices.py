"""The commands for what is known: of an office, and of the agency's rules."""

from __future__ import annotations

import click

from callanalytics.cli import screen
from callanalytics.cli.group import JSON, STORE, main


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
@click.option("--logs-callbacks-since", metavar="DATE", help="The hand log records every call-back since then.")
@JSON
def office(name, store, json_, **told):
    """List the offices of a store, or set one's zone, hours and lines.

    A line of the kind receptionist is answered by an automatic receptionist first: that its export calls a
    call-back answered does not say that a person followed, so it counts as one only where somebody noted it.

    \b
    Example:  callanalytics office "Alder and Birch" --line "212-555-0100:desk:ringcentral_detailed"
    """
    from callanalytics.store import Store

    if name:
        from callanalytics import intake

        intake.set_office(store, name, say=screen.complain, **{k: v for k, v in told.items() if v})
    rows = Store.open(store).offices()
    screen.as_json({"offices": rows}) if json_ else screen.table([_office_row(o) for o in rows])


def _office_row(office):
    lines = [_line(line) for line in office["lines"] or []]
    return {
        "office": office["name"],
        "zone": office["timezone"],
        "hours": _hours(office["hours"] or []) or "not said",
        "lines": "; ".join(lines) or "not said",
        "logs every call-back since": str(office["logs_callbacks_since"] or "not said"),
    }


def _line(line) -> str:
    """A phone as --line was given it: its number, the export that shows it, and what is known of it."""
    through = {True: "lets unknown callers through", False: "blocks unknown callers", None: None}
    facts = (line["covered_by"] or "no export named", line["kind"], through[line["withheld_get_through"]])
    return f"{line['number']} ({', '.join(filter(None, facts))})"


def _hours(hours) -> str:
    """Opening hours with their weekdays, days of the same hours together: Mon-Thu 09:00-17:30, Fri 09:00-16:00."""
    runs: list[list] = []
    for hour in sorted(hours, key=lambda hour: hour["weekday"]):
        span = (hour["opens"], hour["closes"])
        if runs and runs[-1][2] == span and runs[-1][1] == hour["weekday"] - 1:
            runs[-1][1] = hour["weekday"]
        else:
            runs.append([hour["weekday"], hour["weekday"], span])
    days = "Mon Tue Wed Thu Fri Sat Sun".split()
    named = (days[a - 1] if a == b else f"{days[a - 1]}-{days[b - 1]}" for a, b, _ in runs)
    return ", ".join(f"{name} {opens}-{closes}" for name, (_, _, (opens, closes)) in zip(named, runs, strict=True))


@main.command()
@click.option("--store", metavar="DIR", help="Judge the promises of this store anew by these rules.")
@JSON
def rules(store, json_):
    """The stated times by which call-backs are judged: words, dates, when last confirmed.

    Yours go into a file of your own, one [[rule]] with the same keys as those of --json; [[closure]], [[number]],
    [[event]] are read too, and also_closed = ["snow", "lapse", "inauguration"] stops the clock on such days. A row
    with the id of a shipped one takes its place. Name the file with every command that follows.

    \b
    Example:  callanalytics --facts mine.toml rules --store calls
              callanalytics --facts mine.toml report liaison
    """
    from callanalytics.cli import rules as shown

    if store:
        from callanalytics import intake

        for office, n in intake.renew(store).items():
            screen.complain(
                f"{office}: {n:,} {'promise is' if n == 1 else 'promises are'} judged otherwise than before."
            )
    shown.show(json_)
