"""The commands. Exit status: 0 done, 1 done but a person must look, 2 could not be done."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click

from callanalytics.cli import screen
from callanalytics.errors import CallLogError

NEEDS_A_PERSON, COULD_NOT = 1, 2
UNFORESEEN = (ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)
ORDER = (
    "demo template check peek map ingest office promises evidence report measures measure specifications plan audit "
    "formats table path verify forget pack pool scrub sample lab"
).split()
FILES = click.Path(readable=False)  # whether a file can be read is said in the receipt, beside the others


class Words(click.Group):
    """A group that lists its commands in the order of a person's work and turns our errors into sentences."""

    def list_commands(self, ctx):
        return sorted(self.commands, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))

    def format_commands(self, ctx, formatter):
        """Each with the whole first sentence of its help: half a sentence helps nobody choose."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _first_sentence(self.commands[name].help)) for name in self.list_commands(ctx)])

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except CallLogError as problem:
            screen.complain(str(problem))
            ctx.exit(COULD_NOT)
        except (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as problem:
            screen.complain(f"{Path(problem.filename or '').name or 'a file'}: {problem.strerror.lower()}")
            ctx.exit(COULD_NOT)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except UNFORESEEN as fault:
            if os.environ.get("CALLANALYTICS_DEBUG"):
                raise
            screen.complain(str(_unforeseen(fault)))
            ctx.exit(COULD_NOT)


def _first_sentence(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split()).split(". ")[0].rstrip(".:")


def _unforeseen(fault: Exception) -> CallLogError:
    """What a file made happen that nobody thought of; its words may hold a client's data and are not shown."""
    return CallLogError(
        "this could not be done: something in these files was not foreseen",
        found=type(fault).__name__,
        wanted="a store is as it was before, or as it is after: callanalytics verify tells",
        do="try the files one by one with `callanalytics check`, and tell us what kind it is (never the calls)",
    )


class Listing(click.Command):
    """A command whose help ends with the names it takes; they are looked up when somebody asks."""

    def __init__(self, *args, names=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = names

    def format_epilog(self, ctx, formatter):
        for part in self.names().split("\n\n"):
            formatter.write_paragraph()
            formatter.write_text(part)


def _tables() -> str:
    from callanalytics import schema

    return f"Tables: {', '.join(schema.TABLES)}."


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="callanalytics")
@click.option("--facts", metavar="FILE", type=click.Path(), help="Rules, closures ... of your own (see: rules).")
def main(facts):
    """From your call logs to figures an agency can check.

    \b
    Try it:       callanalytics demo
    Your files:   callanalytics check FOLDER
                  callanalytics ingest FOLDER --store calls --office "Your name" --timezone Eastern
                  callanalytics report liaison --store calls --out report
    """
    if facts:
        from callanalytics import agencies

        os.environ[agencies.OWN_FACTS] = str(Path(facts).resolve())
        agencies.uscis()  # a slip in the file is told before anything is done


STORE = click.option("--store", required=True, metavar="DIR", help="The store's folder.")
AS_OF = click.option("--as-of", metavar="DATE", help="Look at the log as it stood at the end of that day, Eastern.")
JSON = click.option("--json", "json_", is_flag=True, help="For programs.")


ROSTER = click.option("--roster", metavar="FILE", type=click.Path(), help="Many offices: folder,office,timezone ...")


def reading_options(command):
    """What `check` and `ingest` may be told about the files."""
    for option in reversed(
        [
            click.option("--office", metavar="NAME", help="Whose files these are."),
            click.option("--timezone", metavar="ZONE", help="The office's: Eastern, Central ... or America/Chicago."),
            click.option("--file-timezone", metavar="ZONE", help="Zone of times without one, if not the office's."),
            click.option("--date-order", type=click.Choice(["mdy", "dmy"]), help="Which comes first, month or day."),
            click.option("--time-of", type=click.Choice(["start", "answer", "end"]), help="What a sheet's times are."),
            click.option("--format", "format_", metavar="NAME", help="Read as this format (see: formats)."),
            click.option("--mapping", metavar="FILE", type=click.Path(), help="A format of your own, as TOML."),
            click.option("--senders", metavar="FILE", type=click.Path(), help="Senders of agency texts, as TOML."),
        ]
    ):
        command = option(command)
    return command


# ---- the main job ---------------------------------------------------------------------------------------


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
@click.argument("paths", nargs=-1, required=True, type=FILES, metavar="PATH...")
@reading_options
@ROSTER
@click.option("--letters", metavar="DIR", type=click.Path(), help="Write to each office that must answer something.")
@JSON
def check(paths, json_, format_, roster, letters, **told):
    """Say what each file is and what would be read, rejected and asked. Stores nothing.

    With --letters, PATH is the inbox of many offices: every folder is one, or what --roster says.

    \b
    Example:  callanalytics check "USCIS calls"
              callanalytics check inbox --roster offices.csv --letters letters
    """
    if roster or letters:
        from callanalytics.cli import rounds

        _finish_all(rounds.check(paths, roster, letters, told | {"format": format_, "today": date.today()}, json_))
        return
    from callanalytics import intake

    with screen.progress("reading") as step:
        receipt = intake.check(paths, format=format_, today=date.today(), progress=step, **told)
    _show(receipt, json_)
    _finish(receipt)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=FILES, metavar="PATH...")
@STORE
@reading_options
@click.option("--new-office", is_flag=True, help="This office is new to a store that has others.")
@click.option("--replaces", metavar="FILE", help="A file of the store, as its receipt names it, that these replace.")
@click.option("--keep-numbers", is_flag=True, help="Store strangers' numbers too; written into the store.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any row was rejected.")
@ROSTER
@JSON
def ingest(paths, store, json_, format_, strict, roster, **told):
    """Read files, folders and ZIPs into the store and print the receipt. Twice is once.

    With --roster, PATH is the inbox of many offices: a table says which folder is whose, in which zone.

    \b
    Example:  callanalytics ingest "USCIS calls" --store calls --office "Alder and Birch" --timezone Central
    """
    if roster:
        from callanalytics.cli import rounds

        _finish_all(rounds.ingest(paths, roster, store, told | {"format": format_, "today": date.today()}, json_))
        return
    from callanalytics import intake

    with screen.progress("reading") as step:
        told |= {"format": format_, "today": date.today(), "progress": step, "waiting": screen.complain}
        receipt = intake.ingest(paths, store, **told)
    _show(receipt, json_)
    _finish(receipt, strict=strict)


def _show(receipt, json_):
    screen.as_json(receipt.to_json()) if json_ else screen.say(receipt.text())


def _finish_all(rounds):
    """Some offices left over need a person; none done at all is a failure."""
    if not any(outcome.receipt for outcome in rounds.outcomes):
        sys.exit(COULD_NOT)
    if any(outcome.needs_a_person for outcome in rounds.outcomes):
        sys.exit(NEEDS_A_PERSON)


def _finish(receipt, *, strict=False):
    """Nothing read at all is a failure; files or rows left over need a person."""
    if not receipt.files and receipt.problems:
        sys.exit(COULD_NOT)
    if receipt.problems or receipt.questions or (strict and receipt.totals["rejects"]):
        sys.exit(NEEDS_A_PERSON)


@main.command()
@click.argument("name", required=False)
@STORE
@click.option("--timezone", metavar="ZONE", help="The office's zone.")
@click.option("--hours", metavar="TEXT", help='Opening hours, as in "Mon-Fri 9:00-17:30".')
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="NUMBER[:desk|mobile|receptionist][:FORMAT][:blocks-unknown]",
    help="A phone of the office and the format whose export shows it; repeat for each.",
)
@click.option("--logs-callbacks-since", metavar="DATE", help="The hand log records every call-back since then.")
@JSON
def office(name, store, json_, **told):
    """List the offices of a store, or set one's zone, hours and lines.

    A line of the kind receptionist is answered by an automatic receptionist first: that its export calls a
    call-back answered does not say that a person followed, so it counts as one only where somebody noted it.

    \b
    Example:  callanalytics office "Alder and Birch" --store calls --line "212-555-0100:desk:ringcentral_detailed"
    """
    from callanalytics.store import Store

    if name:
        from callanalytics import intake

        intake.set_office(store, name, say=screen.complain, **{k: v for k, v in told.items() if v})
    rows = Store.open(store).offices()
    screen.as_json({"offices": rows}) if json_ else screen.table([_office_row(o) for o in rows])


def _office_row(office):
    lines = [f"{line['number']} ({line['covered_by'] or 'no export named'})" for line in office["lines"] or []]
    return {
        "office": office["name"],
        "zone": office["timezone"],
        "hours": _hours(office["hours"] or []) or "not said",
        "lines": "; ".join(lines) or "not said",
        "logs every call-back since": str(office["logs_callbacks_since"] or "not said"),
    }


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


# ---- looking -----------------------------------------------------------------------------------------------


@main.command()
@click.argument("file", type=click.Path())
@JSON
def peek(file, json_):
    """Show a file's header, three masked rows and the nearest format.

    \b
    Example:  callanalytics peek march.csv
    """
    from callanalytics import intake

    seen = intake.peek(file)
    if json_:
        screen.as_json(seen)
        return
    screen.say(f"{seen['file']}: {seen['verdict']}\n")
    screen.table(seen["rows"], seen["header"])


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
              callanalytics --facts mine.toml report liaison --store calls --out report
    """
    from callanalytics.cli import rules as shown

    if store:
        from callanalytics import intake

        for office, n in intake.renew(store).items():
            screen.complain(
                f"{office}: {n:,} {'promise is' if n == 1 else 'promises are'} judged otherwise than before."
            )
    shown.show(json_)


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


# ---- out ---------------------------------------------------------------------------------------------------


@main.command()
@click.argument("audience")
@STORE
@AS_OF
@click.option("--out", required=True, metavar="DIR", type=click.Path(), help="Where the report goes.")
@click.option("--to", default="html,pdf", metavar="FORMS", show_default=True, help="Of html, pdf, docx, xlsx.")
@click.option("--confirm-rule", "rules", multiple=True, metavar="ID", help="A stated time that still held ...")
@click.option("--source", "sources", multiple=True, metavar="TEXT", help="... as read there; printed in the report.")
@click.option("--meeting", metavar="FILE.toml", help="The last meeting and the audit, as above.")
def report(audience, store, as_of, out, to, rules, sources, meeting):
    """Write a report for a meeting with USCIS, for the office itself, or for a researcher.

    AUDIENCE: liaison (for the agency; names no office), firm (for the office itself; names matters) or research
    (every measure with its counts, intervals and definition; names no office).

    Requests made more than a year after USCIS's stated time was last confirmed are judged by it only if you say
    where it was confirmed since.

    \b
    --meeting FILE.toml adds "Last time" to the second page, whether the wait has
    changed since, and what came of an audit; without it nothing is said of them:
      [last]
      on = 2022-03-03
      [[last.item]]
      asked = "Urgent requests escalated on a Friday"
      answer = "Will look into it."
      figure = "urgent"     # told since and before: wait, urgent, regular, answered
      [audit]
      seed = "20220711"
      drawn = 30
      documented = 24

    \b
    Example:  callanalytics report liaison --store calls --out report
    """
    from callanalytics import reports
    from callanalytics.log import load

    if len(rules) != len(sources):
        raise CallLogError(
            "each --confirm-rule needs its --source", do="--confirm-rule ID --source TEXT, once for each"
        )
    confirm = tuple(zip(rules, sources, strict=True))
    forms = tuple(form.strip() for form in to.split(","))
    log = load(store, as_of=as_of)
    for path in reports.report(audience, log, out, to=forms, confirm=confirm, meeting=meeting):
        screen.say(f"{path} is written.")


@main.command(cls=Listing, names=_tables)
@click.argument("name", metavar="TABLE")
@STORE
@AS_OF
@click.option("--out", required=True, metavar="FILE", type=click.Path(), help="csv, parquet, json or xlsx.")
def table(name, store, as_of, out):
    """Write one table of the store for Excel people.

    \b
    Example:  callanalytics table dials --store calls --out dials.xlsx
    """
    from callanalytics.log import load
    from callanalytics.reports import tables

    tables.write(load(store, as_of=as_of).table(name), out)
    screen.say(f"{out} is written. It holds the office's own data: keep it inside the office.")


@main.command(cls=Listing, names=_tables)
@click.argument("table", default="dials", metavar="[TABLE]")
@STORE
@click.option("--immutable", is_flag=True, help="The version in force now: its bytes never change.")
def path(table, store, immutable):
    """Print where a table's Parquet file lies, for pandas, DuckDB, R.

    \b
    Example:  callanalytics path dials --store calls
    """
    from callanalytics.store import Store

    screen.say(str(Store.open(store).path(table, immutable=immutable)))


@main.command()
@STORE
@click.option("--originals", metavar="DIR", type=click.Path(), help="Read the exports again and compare every row.")
@JSON
def verify(store, originals, json_):
    """Check the store against its own digests, and against the exports if you have them.

    \b
    Example:  callanalytics verify --store calls --originals "USCIS calls"
    """
    from callanalytics import intake
    from callanalytics.store import Store

    opened = Store.open(store)
    problems = opened.verify() or (intake.recount(opened) if opened.is_made_here() else [])
    if originals:
        problems += intake.compare(opened, originals)
    if json_:
        screen.as_json({"problems": problems})
    else:
        screen.say("\n".join(problems) or _whole(opened))
    if problems:
        sys.exit(NEEDS_A_PERSON)


def _whole(store):
    """What was found right."""
    whole = "The store is whole: every file, count and row is as recorded"
    if store.is_made_here():
        return f"{whole}, and dials, rings, promises and coverage are what the calls and notes give."
    return f"{whole}. Dials, rings and promises were made by another version and were not made again to compare."


@main.command()
@STORE
@click.option("--matter", metavar="TEXT", help="The office's file number.")
@click.option("--receipt", metavar="TEXT", help="A receipt number, in any spelling.")
@click.option("--number", metavar="TEXT", help="A telephone number of a client.")
@click.option("--own-line", is_flag=True, help="The number is a line of the office, and is to go all the same.")
@JSON
def forget(store, json_, **told):
    """Erase a client's rows, or a number, for good: old exports do not bring them back.

    \b
    Example:  callanalytics forget --store calls --matter 2022-014
    """
    from callanalytics import intake

    done = intake.forget(store, **told)
    screen.as_json(done.to_json()) if json_ else screen.say(done.text())
    if done.is_nothing:
        sys.exit(NEEDS_A_PERSON)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option("--seed", default=20220711, show_default=True)
def sample(folder, seed):
    """Invent exports of four law offices, and the key with the truth. Same seed, same bytes.

    \b
    Example:  callanalytics sample invented
    """
    from callanalytics import sample as invented
    from callanalytics.reports.files import writing

    with writing(folder):
        invented.write(folder, seed=seed)
    screen.say(f"{folder} holds four invented offices and the key. No real client is in there.")


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
