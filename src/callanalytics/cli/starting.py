"""The commands to begin with: the demo, the sheet to fill in, the formats, the sample, the notebooks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from callanalytics.cli import screen
from callanalytics.cli.group import JSON, OUT, STORE, main
from callanalytics.cli.reading import ingest, reading_options


@main.command()
@click.argument("folder", required=False, type=click.Path())
@STORE
@OUT
@reading_options
@click.option("--no-open", is_flag=True, help="Write the report and leave the browser alone.")
@click.option("--shortcut", is_flag=True, help="Write a file beside FOLDER that does this at a double-click.")
def start(folder, store, out, no_open, shortcut, format_, **told):
    """From a folder of call logs to the report: look, ask what is open, store, write, open it.

    Asks for the folder if none is named, and one question at a time: Enter takes the choice that is shown, ? explains,
    Ctrl-C stops and nothing is stored. Where nobody can be asked, it says which option gives the answer.

    \b
    Example:  callanalytics start "USCIS calls"
              callanalytics start "USCIS calls" --shortcut
    """
    if shortcut:
        from callanalytics.cli import shortcut as double_click

        made = double_click.write(folder)
        screen.say(f"{made.name} is written in {made.parent}: a double-click does the rest. Nothing was read.")
        return
    from callanalytics.cli import start as whole_way

    told = {name: value for name, value in (told | {"format": format_}).items() if value}
    whole_way.run(folder, store, out, told, _options, opens=not no_open)


def _options(words: list[str]) -> dict:
    """Options as they are typed with `ingest`, by name."""
    read = ingest.make_context("ingest", ["-", *words])
    typed = click.core.ParameterSource.COMMANDLINE
    given = {name: value for name, value in read.params.items() if read.get_parameter_source(name) is typed}
    return {name.rstrip("_"): value for name, value in given.items() if name != "paths"}


@main.command()
@click.argument("folder", default="demo", metavar="[DIR]")
def demo(folder):
    """The whole job on invented logs: store and liaison report in DIR, findings on the screen.

    \b
    Example:  callanalytics demo
    """
    from callanalytics.cli.demo import run

    run(Path(folder))


@main.command()
@click.argument("file", metavar="FILE.xlsx", type=click.Path())
def template(file):
    """Write the call log to fill in: one row a contact, due dates worked out while you type.

    \b
    Example:  callanalytics template log.xlsx
    """
    from callanalytics import template as hand_log

    hand_log.write(file)
    screen.say(f"{file} is ready. Fill in the sheet 'Your office' once; then one row for every contact.")


@main.command()
@JSON
def formats(json_):
    """What can be read, and on what evidence."""
    from callanalytics import formats as known

    rows = [known_format.to_json() for known_format in known.load().values()]
    if json_:
        screen.as_json({"formats": rows})
        return
    screen.table(rows, ["format", "reads", "makes", "unanswered calls", "time zone", "seen"])
    screen.say("On what evidence each rests: docs/formats.md, or --json.")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option("--seed", default=20220711, show_default=True)
def sample(folder, seed):
    """Invent exports of six law offices, and the key with the truth. Same seed, same bytes.

    \b
    Example:  callanalytics sample invented
    """
    from callanalytics import outputs
    from callanalytics import sample as invented

    with outputs.filling(folder) as draft:
        invented.write(draft, seed=seed)
    screen.say(f"{folder} holds six invented offices and the key. No real client is in there.")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("folder", default="notebooks", metavar="[DIR]")
@click.argument("jupyter", nargs=-1, metavar="[-- OPTIONS FOR JUPYTER]")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
def lab(folder, jupyter, no_browser):
    """Open JupyterLab on a copy of the notebooks in DIR; it asks nothing of the network.

    \b
    Example:  callanalytics lab
    """
    from callanalytics.cli.lab import run

    sys.exit(run(Path(folder), *jupyter, *(["--no-browser"] if no_browser else [])))
