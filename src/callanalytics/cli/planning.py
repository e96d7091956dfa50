"""The command for an analysis fixed before anybody looks."""

from __future__ import annotations

from pathlib import Path

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, OUT, main


@main.command()
@click.argument("file", type=click.Path())
@click.option("--store", metavar="DIR", help="Take the planned figures from this store; without it none is opened.")
@AS_OF
@OUT
def plan(file, store, as_of, out):
    """Check a planned analysis and print its digest; with --store, take all of its figures.

    \b
    Example:  callanalytics plan march.toml
              callanalytics plan march.toml --store calls --out figures
    """
    from callanalytics.measures import plan as plans

    planned = plans.read(file)
    screen.say(f"{planned.question}\nSHA-256 {planned.sha256}\n")
    for n, figure in enumerate(planned.figures, 1):
        split = f" by {', '.join(figure.by)}" if figure.by else ""
        when = "".join(f" {word} {day}" for word, day in (("from", figure.first), ("to", figure.last)) if day)
        screen.say(f"  {n}  {figure.measure}{split}{when}")
    if not store:
        return
    from callanalytics.log import load
    from callanalytics.reports import tables

    log = load(store, as_of=as_of)
    for n, result in enumerate(planned.take(log), 1):
        path = tables.write(result, Path(out) / f"{n:02}-{result.card.name}.json")
        screen.say(f"{path} is written.")
    screen.say_day(log)
