"""The command that counts one finding in every defensible way."""

from __future__ import annotations

from pathlib import Path

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, JSON, STORE, main

PICTURES = (".png", ".svg")


@main.command()
@click.argument("finding")
@STORE
@AS_OF
@click.option("--out", metavar="FILE", type=click.Path(), help="png or svg: the chart; csv, xlsx, json: the table.")
@JSON
def specifications(finding, store, as_of, out, json_):
    """Count one finding in every defensible way, to see what it hangs on.

    FINDING: wait, urgent, regular, reached, answered, missed or silent.

    \b
    Example:  callanalytics specifications wait --out wait.png
    """
    from callanalytics import specifications as known
    from callanalytics.log import load

    log = load(store, as_of=as_of)
    taken = known.curve(log, finding)
    if out:
        _write(taken, Path(out))
        screen.say(f"{out} is written.")
    elif json_:
        screen.as_json(taken.to_json())
    else:
        screen.label(taken)
        held = int(taken.table["holds"].sum())
        screen.say(f"The {taken.finding.title}, counted in {len(taken.table)} ways, as of {taken.as_of}.")
        screen.say(f"{held} of them lie inside the 95% interval of the headline.\n")
        screen.table(taken.table.to_dict("records"))
        screen.say_day(log)


def _write(taken, path: Path) -> None:
    if path.suffix.lower() not in PICTURES:
        from callanalytics.reports import tables

        tables.write(taken, path)
        return
    from callanalytics import figures, outputs

    chart = figures.specification_curve(taken)
    outputs.save(path, chart.png() if path.suffix.lower() == ".png" else chart.svg())
