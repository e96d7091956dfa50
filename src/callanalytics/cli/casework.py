"""The commands for the office's own cases: the evidence sheet and the draw of an audit."""

from __future__ import annotations

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, JSON, OUT, STORE, main


@main.command()
@STORE
@AS_OF
@click.option("--matter", metavar="REF", default="", help="The office's own reference.")
@click.option("--promise", metavar="ID", default="", help="One promised call-back, as `promises` shows it.")
@click.option("--office", metavar="NAME", default="", help="Where several offices have such a matter.")
@OUT
@click.option("--to", default="docx,pdf", metavar="docx,pdf", show_default=True)
def evidence(store, as_of, matter, promise, office, out, to):
    """Write the sheet AILA's case assistance asks for: every attempt, what was promised, what is missing.

    It holds client data and says so on every page.

    \b
    Example:  callanalytics evidence --matter 2022-014
    """
    from callanalytics.log import load
    from callanalytics.reports import evidence as sheet

    log = load(store, as_of=as_of)
    for path in sheet.write(log, out, matter=matter, promise=promise, office=office, to=tuple(to.split(","))):
        screen.say(f"{path} is written. It holds client data: keep it inside the office.")
    screen.say_day(log)


@main.group()
def audit():
    """Check figures against single calls that chance has chosen."""


@audit.command()
@STORE
@AS_OF
@click.option("--seed", required=True, metavar="TEXT", help="Agreed on beforehand, such as the day of the meeting.")
@click.option("--n", default=30, show_default=True, help="How many calls.")
@JSON
def draw(store, as_of, seed, n, json_):
    """Draw calls by a seed, so that the examples are drawn and not chosen.

    \b
    Example:  callanalytics audit draw --seed 20220711 --n 30
    """
    from callanalytics.casework import audit as sampling
    from callanalytics.log import load

    log = load(store, as_of=as_of)
    drawn = sampling.draw(log, seed, n)
    if json_:
        screen.as_json({"seed": seed, "as_of": str(log.as_of), "of": len(log.dials), "rows": drawn})
        return
    screen.label(log)
    screen.say(f"{len(drawn)} of {len(log.dials):,} calls drawn by seed {seed}, as of {log.as_of}.\n")
    screen.table([_in_words(row) for row in drawn])
    screen.say_day(log)


def _in_words(row) -> dict:
    """A drawn call as a person looks it up: where it is written, and what stands there."""
    from callanalytics.reports import words

    return {
        "draw": row["draw"],
        "office": row["office"],
        "date": row["date"],
        "in which log": words.LOGS[row["evidence"]],
        "how it ended": words.OUTCOMES[row["outcome"]],
        "file": row["file"],
        "row": row["row"],
    }
