"""The command that makes an export shareable."""

from __future__ import annotations

import click

from callanalytics.cli import screen
from callanalytics.cli.group import JSON, main


@main.command()
@click.argument("file", type=click.Path())
@click.option("--out", metavar="FILE", type=click.Path(), help="The new file; else one named scrubbed-... here.")
@click.option("--seed", type=int, help="The same seed replaces everything in the same way. Keep it to yourself.")
@click.option("--date-order", type=click.Choice(["mdy", "dmy"]), help="Which comes first, month or day.")
@click.option("--format", "format_", metavar="NAME", help="Read as this format (see: formats).")
@click.option("--mapping", metavar="FILE", type=click.Path(), help="A format of your own, as TOML.")
@JSON
def scrub(file, json_, format_, **told):
    """Make an export shareable, to show how a phone system writes its calls or what is read wrongly in them.

    Telephone numbers become 555-01xx (those of USCIS stay), names and ids invented ones, each always the same one.
    Dates move by whole weeks, so that hour and weekday stay. Words the format does not know are masked, columns it
    does not read are emptied, remarks are dropped. The new file is read again and compared with the old one before
    it is kept: the same rows, durations, outcomes and legs. Of a log kept by hand free words are masked, and what is
    read otherwise for it is counted.

    \b
    Example:  callanalytics scrub march.csv --out march-for-others.csv
    """
    from callanalytics import sharing

    made = sharing.scrub(file, format=format_, **told)
    if json_:
        screen.as_json(made.to_json())
        return
    formats = ", ".join(made.formats)
    screen.say(f"{made.out.name} is written: {_n(made.rows, 'row')}, read like {made.file} as {formats}.\n")
    for line in _done(made):
        screen.say(f"  {line}")
    screen.say("\nLook at it before you give it away:")
    for line in _to_look_at(made, is_named=bool(told["out"])):
        screen.say(f"  {line}")


def _done(made) -> list[str]:
    told = made.replaced
    lines = [
        f"replaced   {_n(told['numbers'], 'telephone number')} by 555-01xx; "
        f"{_n(made.agency_numbers, 'number')} of USCIS kept: they are public",
        f"replaced   {_n(told['names'], 'name')}, {_n(told['ids'], 'word or id', 'words and ids')}",
        f"moved      {_n(made.moments, 'moment')} by whole weeks; hour and weekday are as they were",
    ]
    if made.season:
        lines.append(f"           {made.season:,} of them lie beyond a change to or from summer time now:")
        lines.append("           where the file keeps UTC, their hour differs by one")
    if made.emptied:
        lines.append(f"emptied    {_n(len(made.emptied), 'column')} that the format does not read")
    lines += [f"left out   {name}" for name in made.left_out]
    if made.otherwise:
        told = ", ".join(
            f"{column.replace('_', ' ')} in {_n(n, 'row')}" for column, n in sorted(made.otherwise.items())
        )
        lines.append("masked     free words that told of the call too. The new file shows how the sheet is laid out,")
        lines.append(f"           and is read otherwise here: {told}")
    return lines


def _to_look_at(made, *, is_named: bool) -> list[str]:
    kept = [
        f"{column}: {', '.join(words[:8])}{' ...' if len(words) > 8 else ''}" for column, words in made.kept.items()
    ]
    lines = ["- these words stay as they are written:", *(f"    {line}" for line in kept)] if kept else []
    return [
        *lines,
        "- hours, weekdays, lengths and the order of the calls are real: whoever holds a record of the same calls",
        "  (the telephone company, the agency) can find them again. Give it to people, not to the public.",
        *(["- you chose the new file's name yourself: see that no client's is in it."] if is_named else []),
    ]


def _n(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
