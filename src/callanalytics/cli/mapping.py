"""The command that proposes a mapping for an export that is not known."""

from __future__ import annotations

import click

from callanalytics import commands
from callanalytics.cli import screen
from callanalytics.cli.group import JSON, main


@main.command("map")
@click.argument("file", type=click.Path())
@click.option("--out", default="mapping.toml", show_default=True, metavar="FILE.toml", type=click.Path())
@JSON
def map_(file, out, json_):
    """Propose what the columns of an unknown CSV, XLSX or JSON mean, and write it as a mapping.

    From the header and the values: the moment, the numbers, the duration and its unit, the direction, the
    outcome. Shows three masked rows as they would be read; what the file does not prove is a question, here and
    in the mapping. It is not applied: read it, answer the questions in it, then check the file with it.

    \b
    Example:  callanalytics map calls.csv --out acme.toml
              callanalytics check calls.csv --mapping acme.toml
    """
    from callanalytics import proposals

    made = proposals.propose(file)
    written = made.write(out)
    following = f"callanalytics check {commands.quoted(file)} --mapping {commands.quoted(written)}"
    if json_:
        rules = {target: {"from": [c[0] for c in rule.columns]} for target, rule in made.fmt.columns.items()}
        asked = [vars(question) for question in made.questions]
        told = {"file": made.file, "known": made.known, "columns": rules, "questions": asked, "rows": list(made.rows)}
        screen.as_json(told | {"written": written.name, "next": following})
        return
    if made.known:
        screen.say(f"{made.file} is known already: it is read as {made.known} without a mapping.\n")
    for target, rule in made.fmt.columns.items():
        screen.say(f"  {target:<14} {_said(rule)}")
    screen.say("\nThe first rows as they would be read" + (f" ({made.note}):" if made.note else ":"))
    screen.table(list(made.rows))
    count = f"{len(made.questions)} question{'' if len(made.questions) == 1 else 's'}"
    where = f"{count}, to be answered in {written.name}, where they stand too:"
    screen.say("\n" + (where if made.questions else "Nothing is open."))
    for number, question in enumerate(made.questions, 1):
        screen.say(f"  {number}. {question}")
    screen.say(f"\nNothing was read into a store. When {written.name} says what you mean:  {following}")


def _said(rule) -> str:
    """A rule in a line: from which columns, read as what."""
    if not rule.columns:
        return f"always {rule.value}"
    ways = [rule.parse, *filter(None, [rule.order, rule.clock])]
    return f"{' + '.join(column[0] for column in rule.columns)}  ({', '.join(ways)})"
