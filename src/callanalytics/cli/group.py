"""The command itself: its order of commands, what it says of a fault, and the options that many share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callanalytics import wording
from callanalytics.cli import screen
from callanalytics.errors import CallLogError, fault_code

if TYPE_CHECKING:
    from callanalytics.log import Log

NEEDS_A_PERSON, COULD_NOT, INTERRUPTED = 1, 2, 130  # exit statuses; 0 is done
UNFORESEEN = (ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)


class Words(click.Group):
    """A group that lists its commands by what they are for and turns our errors into sentences."""

    def list_commands(self, ctx):
        ordered = [name for names in screen.SECTIONS.values() for name in names]
        return sorted(self.commands, key=lambda name: ordered.index(name) if name in ordered else len(ordered))

    def format_commands(self, ctx, formatter):
        for title, lines in screen.SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, line) for name, line in lines.items() if name in self.commands])

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except CallLogError as problem:
            screen.print_error(str(problem))
            ctx.exit(COULD_NOT)
        except (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as problem:
            # The name alone: the path to it may hold a client's
            screen.print_error(f"{Path(problem.filename or '').name or 'a file'}: {problem.strerror.lower()}")
            ctx.exit(COULD_NOT)
        except BrokenPipeError:
            # Whoever read us has left, as `| head` does: else Python complains once more as it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except (click.Abort, KeyboardInterrupt):
            screen.print_error("\nStopped. The store is undamaged: the change was made completely or not at all.")
            ctx.exit(INTERRUPTED)
        # Before those not foreseen, since an Exit of click's is a RuntimeError
        except (click.exceptions.Exit, click.ClickException):
            raise
        except UNFORESEEN as fault:
            # For who mends the program, on files of their own
            if os.environ.get("CALLANALYTICS_DEBUG"):
                raise
            screen.print_error(str(unforeseen(fault)))
            ctx.exit(COULD_NOT)


def unforeseen(fault: Exception) -> CallLogError:
    """An error that no one foresaw. Its words may hold a client's data and are not shown."""
    return CallLogError(
        "Something unexpected in these files stopped the command",
        found=f"error {fault_code(fault)}",
        run="check the files one at a time with `callanalytics check FILE`, and tell us the file type (no calls)\n"
        "the store is undamaged, the change made completely or not at all; to make sure:  callanalytics verify",
    )


class Listing(click.Command):
    """A command whose help ends with the names it takes; they are looked up when someone asks."""

    def __init__(self, *args, names=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = names

    def format_epilog(self, ctx, formatter):
        for part in self.names().split("\n\n"):
            formatter.write_paragraph()
            formatter.write_text(part)


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="callanalytics")
@click.option(
    "--agency-file",
    envvar="CALLANALYTICS_FACTS",
    metavar="FILE",
    type=click.Path(),
    help="Your own rules, closures, and so on (see: rules).",
)
def main(agency_file):
    """Turn call logs into figures an agency can check.

    \b
    Your files:   callanalytics start FOLDER        checks, asks, stores, and writes the report
    Try it:       callanalytics demo                the same on sample logs
    One by one:   callanalytics check FOLDER
                  callanalytics ingest FOLDER --office "Your name" --timezone Eastern
                  callanalytics report liaison

    The store is the folder `calls`, and reports go to `report`, both in this folder; --store and --out name others.
    """
    if agency_file:
        agency()  # a slip in the file is told before anything is done


def agency():
    """The agency that the command in hand is about: USCIS, with the file of one's own that the command names."""
    from callanalytics import agencies

    root = click.get_current_context().find_root()
    # Read once for each command: its calendars are kept by agency
    if not root.obj:
        own = own_facts()
        root.obj = agencies.load(own) if own and own.is_dir() else agencies.load(extra=own)
    return root.obj


def opened(store: str, as_of: str | None = None, **selection) -> Log:
    """The part of a store that a command looks at, as of a day."""
    from callanalytics.log import load

    return load(store, as_of=as_of, agency=agency()).where(**selection)


def own_facts() -> Path | None:
    """The file of one's own that the command names."""
    named = click.get_current_context().find_root().params["agency_file"]
    return Path(named) if named else None


def store_there(store: str) -> str | None:
    """The store where it was named, or where the folder that is looked in anyhow holds one; else none."""
    # A store that was named is meant, whether it is there or not
    typed = click.get_current_context().get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE
    return store if typed or (Path(store) / "CURRENT").is_file() else None


def typed_again(**instead: str) -> str:
    """The command in hand as it was typed, to be pasted; ``instead`` are parameters with other words, "" for none."""
    context: click.Context | None = click.get_current_context()
    words: list[str] = []
    while context:
        name = context.info_name if context.parent else "callanalytics"
        words = [name or "", *_typed_words(context, instead), *words]
        context = context.parent
    return " ".join(words)


def _typed_words(context: click.Context, instead: Mapping[str, str]) -> Iterator[str]:
    """What was typed of one command: its arguments and options, those left out that no one typed."""
    for param in context.command.params:
        name = param.name or ""
        # What has its usual value need not be typed again
        if context.get_parameter_source(name) is not click.core.ParameterSource.COMMANDLINE:
            continue
        option = [param.opts[0]] if isinstance(param, click.Option) else []
        if name in instead:
            yield from [*option, instead[name]] if instead[name] else []
        elif isinstance(param, click.Option) and param.is_flag:
            yield from option
        else:
            # One that may be given several times is a tuple, and is written as often
            value = context.params[name]
            for each in value if isinstance(value, tuple) else (value,):
                yield from [*option, wording.quoted(each)]


STORE = click.option(
    "--store", default=wording.STORE, show_default=True, metavar="DIR", help="The folder of the store."
)
OUT = click.option(
    "--out",
    default=wording.OUT,
    show_default=True,
    metavar="DIR",
    type=click.Path(),
    help="The folder to write to.",
)
FILE_OUT = click.option("--out", metavar="FILE", type=click.Path(), help="Write a csv, parquet, json, or xlsx file.")
AS_OF = click.option(
    "--as-of", metavar="DATE", help="Use the log as of the end of this day, in the agency's time zone."
)
_SELECTION = {
    "office": click.option("--office", multiple=True, metavar="NAME", help="Only this office; repeat for several."),
    "since": click.option("--since", metavar="DATE", help="First day, in the agency's time zone."),
    "until": click.option("--until", metavar="DATE", help="Last day, in the agency's time zone."),
    "line": click.option("--line", metavar="A,B", default="", help="Only calls to these lines, such as premium."),
}


def selection_options(*names: str) -> Callable[[Callable], Callable]:
    """The options that select part of a log, all or those named: the command gets them as :meth:`Log.where` does."""
    chosen = {name: option for name, option in _SELECTION.items() if not names or name in names}

    def decorate(command: Callable) -> Callable:
        @wraps(command)
        def selected(*args, **given):
            part = {name: given.pop(name) for name in chosen}
            if "line" in part:
                part["line"] = tuple(code.strip() for code in part["line"].split(",") if code.strip())
            return command(*args, selection=part, **given)

        # The help lists what was put on last first
        for option in reversed(chosen.values()):
            selected = option(selected)
        return selected

    return decorate


JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, for programs.")
