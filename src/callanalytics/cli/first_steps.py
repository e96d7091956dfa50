"""The commands to begin with: start, demo, template, formats, sample, lab, and app."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import sys
import textwrap
import time
from collections import Counter
from datetime import date
from pathlib import Path

import click

from callanalytics import outputs
from callanalytics.cli import screen
from callanalytics.cli.group import JSON, OUT, STORE, agency, main, own_facts, store_there
from callanalytics.cli.reading import ingest, reading_options
from callanalytics.errors import CallLogError
from callanalytics.invented import shipped_folder
from callanalytics.wording import day


@main.command()
@click.argument("folder", required=False, type=click.Path())
@STORE
@OUT
@reading_options
@click.option("--new-office", is_flag=True, help="Add this office to a store that has others.")
@click.option("--no-open", is_flag=True, help="Write the report without opening it.")
@click.option("--shortcut", is_flag=True, help="Write a file next to FOLDER that does this at a double-click.")
def start(folder, store, out, no_open, shortcut, format_, **given):
    """Turn a folder of call logs into a report: check, ask, store, write, and open it.

    It asks for the folder if you name none, and then one question at a time: Enter takes the choice shown, ? explains,
    Ctrl-C stops, and nothing is stored. If it cannot ask, it prints the option that gives the answer.

    \b
    Example:  callanalytics start "call logs"
              callanalytics start "call logs" --shortcut
    """
    if shortcut:
        from callanalytics.cli import app as page

        made = write_shortcut(folder, command="start" if page.missing() else "app")
        screen.say(f"Saved {made.name} in {made.parent}. Double-click it to start. Nothing was read.")
        return
    from callanalytics.cli import start as whole_way

    given = {name: value for name, value in (given | {"format": format_}).items() if value}
    whole_way.run(folder, store, out, given, read_options, opens=not no_open)


def read_options(words: list[str]) -> dict:
    """The options of `ingest` in `words`, as typed, by name."""
    # The command requires a path; `-` is a placeholder that is never read
    read = ingest.make_context("ingest", ["-", *words])
    typed = click.core.ParameterSource.COMMANDLINE
    given = {name: value for name, value in read.params.items() if read.get_parameter_source(name) is typed}
    return {name.rstrip("_"): value for name, value in given.items() if name != "paths"}


@main.command()
@click.argument("folder", default="demo", metavar="[DIR]")
def demo(folder):
    """Run the whole job on sample logs: a store and a liaison report in DIR, the findings on the screen.

    \b
    Example:  callanalytics demo
    """
    run_demo(Path(folder))


@main.command()
@click.argument("file", metavar="FILE.xlsx", type=click.Path())
def template(file):
    """Create a call log workbook that computes due dates as you type: one row per contact.

    \b
    Example:  callanalytics template log.xlsx
    """
    from callanalytics import template as hand_log

    hand_log.write(file, agency=agency())
    screen.say(f"{file} is ready. Fill in the sheet 'Your office' once; then one row for every contact.")


@main.command()
@JSON
def formats(json_):
    """List supported formats and the evidence for each."""
    from callanalytics import formats as known

    rows = [known_format.to_json() for known_format in known.load().values()]
    if json_:
        screen.as_json({"formats": rows})
        return
    screen.table(rows, ["format", "reads", "makes", "unanswered calls", "time zone", "seen"])
    screen.say("Evidence for each format: docs/formats.md, or --json.")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path())
def sample(folder):
    """Copy the sample logs to DIR: exports of six invented law offices, with the answer key.

    \b
    Example:  callanalytics sample invented
    """
    with outputs.filling(folder) as draft:
        shutil.copytree(shipped_folder("sample"), draft, dirs_exist_ok=True)
    screen.say(f"{folder} has the logs of six invented offices and the answer key. No real client is in them.")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("folder", default="notebooks", metavar="[DIR]")
@click.argument("jupyter", nargs=-1, metavar="[-- OPTIONS FOR JUPYTER]")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@STORE
def lab(folder, jupyter, no_browser, store):
    """Open copies of the notebooks in DIR in JupyterLab; it uses no network.

    The notebooks read your store if there is one, otherwise the sample. A notebook that you changed stays as it is.

    \b
    Example:  callanalytics lab
    """
    own = store_there(store)
    for name in copy_notebooks(Path(folder), own):
        screen.say(f"{name} is new: you changed your copy, which stays as it is.")
    run_lab(Path(folder), *jupyter, *(["--no-browser"] if no_browser else []))


@main.command()
@click.argument("folder", required=False, type=click.Path())
@STORE
@OUT
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
def app(folder, store, out, no_browser):
    """Open a page on this computer: choose a folder, answer questions, see charts, write the report.

    FOLDER is offered first. No one else can open the page, and it uses no network.

    \b
    Example:  callanalytics app
    """
    from callanalytics.cli import app as page

    page.run_app(Path(folder or "."), store, out, own_facts(), opens=not no_browser)


# ---- the whole job on the invented sample ---------------------------------------------------------------------------

DEMO_WIDTH = 100


def run_demo(folder: Path) -> None:
    """Ingest the sample into `folder`/store, write the report next to it, and print what the logs show."""
    from callanalytics import log, reports
    from callanalytics import sample as invented
    from callanalytics.reports import liaison

    exports = shipped_folder("sample")
    if not (exports / "key" / "key.json").is_file():
        raise CallLogError("The sample is missing from this installation", do="install it again")
    screen.say("Six invented law offices, January 2021 - December 2022: New York, Chicago, Los Angeles, Honolulu,")
    screen.say("Denver, Phoenix. No real client is in these logs.\n")
    started, receipts = time.monotonic(), []
    for office in invented.offices():
        with screen.progress(f"reading {office.name}") as step:
            receipts.append(invented.ingest(folder / "store", office, step, agency=agency()))
    total = sum((Counter(receipt.totals) for receipt in receipts), Counter())
    # A file is stored only once, so a second demo stores nothing
    again = "" if any(receipt.stored for receipt in receipts) else "   (all already in the store)"
    files = sum(len(receipt.files) for receipt in receipts)
    screen.say(
        f"Read {files} files, {total['rows']:,} rows: {total['calls']:,} phone calls, {total['entries']:,} log "
        f"entries, {total['notices']:,} notices, {total['set_aside']:,} set aside, {total['rejects']:,} to fix   "
        f"{time.monotonic() - started:.0f} s{again}\n"
    )
    opened = log.load(folder / "store", agency=agency())
    # Built once, so that the screen and the files show the same findings
    report = liaison.build(opened)
    written = reports.report("liaison", opened, folder, built=report)
    # Print the findings without the details that the report prints under them
    as_of = report.as_of
    screen.say(f"What the logs show, as of {day(as_of)}")
    for finding in report.findings:
        text = f"{finding.lead}{finding.brackets} {finding.detail}".strip()
        first, *rest = textwrap.wrap(text, DEMO_WIDTH - 5, break_on_hyphens=False)
        screen.say("\n".join([f"{finding.number:>3}  {first}", *(f"     {line}" for line in rest)]))
    screen.say()
    screen.say_account(opened)
    screen.say()
    # The sample was invented from known numbers, so anyone can see how close the figures come.
    truth = json.loads((exports / "key" / "key.json").read_text("utf-8"))["truth"]
    unanswered = sum(n for result, n in truth["callbacks"].items() if result not in ("answered", "text"))
    screen.say(
        f"  Sample data, so the answers are known: the true median wait is {truth['median_wait_min']:.0f} minutes,\n"
        f"  and {unanswered:,} callbacks truly went unanswered; some of them left no trace in a log.\n"
    )
    _print_written(folder, written)


def _print_written(folder: Path, written: list[Path]) -> None:
    uses = {".html": "the report, works offline", ".pdf": "the same, to print: pages 1-2 are the brief"}
    rows = [(path.as_posix(), uses[path.suffix]) for path in written]
    rows.append(((folder / "store" / "calls.parquet").as_posix(), "for pandas, DuckDB, R"))
    wide = max(len(path) for path, _ in rows) + 2
    for n, (path, what) in enumerate(rows):
        screen.say(f"{'' if n else 'Open':<7}{path:<{wide}}{what}")
    screen.say(
        "\nYour logs:  callanalytics check FOLDER         shows what it can read; changes nothing"
        "\n            callanalytics template log.xlsx    a call log that computes due dates"
    )


# ---- a file to double-click that runs start -------------------------------------------------------------------------

CLOSE = "Press Enter to close this window."
MOVED = "The program has moved. Write this file again with  start --shortcut"


def write_shortcut(folder: str | None, system: str = sys.platform, command: str = "start") -> Path:
    """Write this system's kind of file next to the folder and return its path.

    Without a folder, the file is written to the current folder and asks for one. ``command``: ``app`` opens the page,
    ``start`` asks in a window.
    """
    logs = Path(folder).resolve() if folder else None
    parent = logs.parent if logs else Path.cwd()
    name = f"Report on {logs.name}" if logs else "Report on call logs"
    ending, text = {"win32": (".cmd", _batch_file), "darwin": (".command", _mac_script)}.get(
        system, (".desktop", _desktop_entry)
    )
    content = text(sys.executable, command, logs.name if logs else "", parent)
    made = outputs.save(parent / f"{name}{ending}", content)
    made.chmod(0o755)  # so that a double-click runs it
    return made


def _started_as(python: str, to: str = "cd") -> str:
    """The beginning of commands printed in the window: it works in any terminal, without the program on its path."""
    return f"{to} {screen.HERE} && {python} -m callanalytics"


def _batch_file(python: str, command: str, folder: str, _: Path) -> bytes:
    """A batch file. Its own folder is %~dp0; a percent sign in a name is doubled."""
    named = f' "{folder}"'.replace("%", "%%") if folder else ""
    # A percent sign begins a variable in a batch file
    program = f'"{python}"'.replace("%", "%%")
    lines = (
        "@echo off",
        # UTF-8, since the window's own code page lacks letters of other scripts
        "chcp 65001 >nul",
        'cd /d "%~dp0"',
        f'set "{screen.STARTED_AS}={_started_as(program, "cd /d")}"',
        f"if not exist {program} echo {MOVED}",
        f"{program} -m callanalytics {command}{named}",
        f"echo {CLOSE}",
        "pause >nul",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def _mac_script(python: str, command: str, folder: str, _: Path) -> bytes:
    named = f" {shlex.quote(folder)}" if folder else ""
    lines = (
        "#!/bin/sh",
        'cd "$(dirname "$0")" || exit 1',
        f"export {screen.STARTED_AS}={shlex.quote(_started_as(shlex.quote(python)))}",
        f"{shlex.quote(python)} -m callanalytics {command}{named}",
        # A shell's exit codes 126 and 127 mean that the program could not be started
        f"[ $? -lt 126 ] || echo '{MOVED}'",
        f"printf '\\n{CLOSE} '",
        "read -r _",
    )
    return ("\n".join(lines) + "\n").encode()


def _desktop_entry(python: str, command: str, folder: str, parent: Path) -> bytes:
    """A desktop entry. Its arguments are quoted twice: for the command line, then for the file."""
    start = f'{screen.STARTED_AS}="$3" "$0" -m callanalytics {command} ${{1:+"$1"}}'
    # The script gets its arguments as $0 to $3, so no name is ever part of a command
    script = f"cd \"$2\" && {start}; printf '\\n{CLOSE} '; read -r _"
    began = _started_as(shlex.quote(python))
    words = " ".join(map(_desktop_word, ["/bin/sh", "-c", script, python, folder, str(parent), began]))
    name = f"Report on {folder or 'call logs'}".replace("\\", "\\\\")
    return f"[Desktop Entry]\nType=Application\nName={name}\nTerminal=true\nExec={words}\n".encode()


def _desktop_word(text: str) -> str:
    quoted = "".join(f"\\{char}" if char in '"`$\\' else char for char in text).replace("%", "%%")
    return f'"{quoted}"'.replace("\\", "\\\\")


# ---- JupyterLab without requests to the network ---------------------------------------------------------------------

QUIET = {"fetchNews": "false", "checkForUpdates": False}
# The page requests none of this by itself, and the server refuses it if asked: no news, no check for updates, and an
# extension panel that only lists what is installed.
NO_REQUESTS = (
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)


def run_lab(folder: Path, *options: str) -> None:
    """Start the server in this process, on the first notebook; return when it stops."""
    screen.say(f"JupyterLab on copies of the notebooks in {folder}. Stop it with Ctrl-C.")
    if own := own_facts():
        screen.say(f"To use your file in a notebook, set in its first cell:  own_rules = {str(own.resolve())!r}")
    # A separate settings folder, so that the user's own JupyterLab stays unchanged.
    settings = (folder / ".lab-settings").resolve()
    extension = settings / "@jupyterlab" / "apputils-extension"
    extension.mkdir(parents=True, exist_ok=True)
    (extension / "notification.jupyterlab-settings").write_text(json.dumps(QUIET), "utf-8")
    os.environ["JUPYTERLAB_SETTINGS_DIR"] = str(settings)
    from jupyterlab.labapp import LabApp

    opened = "--LabApp.default_url=/lab/tree/01-load-your-calls.ipynb"
    LabApp.launch_instance([f"--notebook-dir={folder}", "--ServerApp.ip=127.0.0.1", opened, *NO_REQUESTS, *options])


def copy_notebooks(folder: Path, store: str | None) -> list[str]:
    """Copy the notebooks, set to read ``store``; return the names of copies added next to notebooks that were changed.

    A copy whose cells are still as they were copied is updated. A file records what was copied.
    """
    record = folder / ".lab-settings" / "copied.json"
    copied = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    record.parent.mkdir(parents=True, exist_ok=True)
    beside = []
    for shipped in sorted(shipped_folder("notebooks").glob("*.ipynb")):
        notebook, file = json.loads(shipped.read_text("utf-8")), folder / shipped.name
        if store:
            (cell,) = (each for each in notebook["cells"] if "parameters" in each["metadata"].get("tags", []))
            own = f"store = {str(Path(store).resolve())!r}".replace("\\", r"\\")  # escaped for `re.sub`
            cell["source"] = [re.sub("^store = None", own, line) for line in cell["source"]]  # the comment stays
        new, there, then = _digest(notebook), _digest_in(file), copied.get(shipped.name)
        # This version was copied before and is still there: any change is the user's
        if then == new and there is not None:
            continue
        # The user changed it and the shipped one is newer: write next to theirs, never over it
        if there not in (None, then, new):
            file = folder / f"{shipped.stem} (new {date.today()}).ipynb"
            if file.exists():
                continue
            beside.append(file.name)
        if there != new:
            outputs.save(file, (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode())
        copied[shipped.name] = new
    record.write_text(json.dumps(copied), "utf-8")
    (folder / "docs").mkdir(exist_ok=True)
    shutil.copyfile(shipped_folder("docs") / "dictionary.md", folder / "docs" / "dictionary.md")
    return beside


def _digest_in(file: Path) -> str | None:
    """The digest of the notebook in the file; None if there is none. A file that cannot be read counts as changed."""
    try:
        return _digest(json.loads(file.read_text("utf-8"))) if file.is_file() else None
    except (ValueError, LookupError):
        return ""


def _digest(notebook: dict) -> str:
    """A digest of only the cells' sources: a notebook that was only run still counts as copied."""
    # Outputs and counters change with every run
    sources = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()
