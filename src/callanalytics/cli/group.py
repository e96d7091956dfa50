"""The main command: its order of commands, its error messages, and the options that many commands share."""

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
    """A group that lists its commands by purpose and turns errors into sentences."""

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
            # Only the file's name: the path may contain a client's name
            screen.print_error(f"{Path(problem.filename or '').name or 'a file'}: {problem.strerror.lower()}")
            ctx.exit(COULD_NOT)
        except BrokenPipeError:
            # The reader of the output has closed it, as `| head` does; without this, Python prints an error at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except (click.Abort, KeyboardInterrupt):
            screen.print_error("\nStopped. The store is undamaged: the change was made completely or not at all.")
            ctx.exit(INTERRUPTED)
        # Before UNFORESEEN, since click's Exit is a RuntimeError
        except (click.exceptions.Exit, click.ClickException):
            raise
        except UNFORESEEN as fault:
            # For people who debug the program on their own files
            if os.environ.get("CALLANALYTICS_DEBUG"):
                raise
            screen.print_error(str(unforeseen(fault)))
            ctx.exit(COULD_NOT)


def unforeseen(fault: Exception) -> CallLogError:
    """The message for an unexpected error. Its own text may contain a client's data and is not shown."""
    return CallLogError(
        "Something unexpected in these files stopped the command",
        found=f"error {fault_code(fault)}",
        run="check the files one at a time with `callanalytics check FILE`, and tell us the file type (no calls)\n"
        "the store is undamaged, the change made completely or not at all; to make sure:  callanalytics verify",
    )


class Listing(click.Command):
    """A command whose help ends with the names it takes, which are looked up only when help is shown."""

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
        agency()  # report an error in the file before doing anything


def agency():
    """The agency that the current command is about: USCIS, or what the user's own file (``--agency-file``) gives."""
    from callanalytics import agencies

    root = click.get_current_context().find_root()
    # Read once per command, since its calendars are cached by agency
    if not root.obj:
        own = own_facts()
        root.obj = agencies.load(own) if own and own.is_dir() else agencies.load(extra=own)
    return root.obj


def opened(store: str, as_of: str | None = None, **selection) -> Log:
    """The part of a store that a command uses, as of a day."""
    from callanalytics.log import load

    return load(store, as_of=as_of, agency=agency()).where(**selection)


def own_facts() -> Path | None:
    """The user's own file that the command names (``--agency-file``), or None."""
    named = click.get_current_context().find_root().params["agency_file"]
    return Path(named) if named else None


def store_there(store: str) -> str | None:
    """The store if the user named one, or if the default folder holds one; else None."""
    # A named store is used whether it exists or not
    typed = click.get_current_context().get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE
    return store if typed or (Path(store) / "CURRENT").is_file() else None


def typed_again(**instead: str) -> str:
    """The current command as typed, ready to paste; ``instead`` gives parameters other text, or "" to omit them."""
    context: click.Context | None = click.get_current_context()
    words: list[str] = []
    while context:
        name = context.info_name if context.parent else "callanalytics"
        words = [name or "", *_typed_words(context, instead), *words]
        context = context.parent
    return " ".join(words)


def _typed_words(context: click.Context, instead: Mapping[str, str]) -> Iterator[str]:
    """The typed words of one command: its arguments and options, without those that the user did not type."""
    for param in context.command.params:
        name = param.name or ""
        # A parameter with its default value need not be typed again
        if context.get_parameter_source(name) is not click.core.ParameterSource.COMMANDLINE:
            continue
        option = [param.opts[0]] if isinstance(param, click.Option) else []
        if name in instead:
            yield from [*option, instead[name]] if instead[name] else []
        elif isinstance(param, click.Option) and param.is_flag:
            yield from option
        else:
            # A parameter that may be repeated is a tuple, and is written once per value
            value = context.params[name]
            for each in value if isinstance(value, tuple) else (value,):
                yield from [*option, wording.quoted(each)]


STORE = click.option(
    "--store", default=wording.STORE, show_default=True, metavar="DIR", help="The folder of the store."
)
OUT = click.option("--out", default=wording.OUT, show_default=True, metavar="DIR", type=click.Path(),
                   help="The folder to write to.")  # fmt: skip
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
    """The options that select part of a log, all or the named ones, as the keywords of :meth:`Log.where`."""
    chosen = {name: option for name, option in _SELECTION.items() if not names or name in names}

    def decorate(command: Callable) -> Callable:
        @wraps(command)
        def selected(*args, **given):
            part = {name: given.pop(name) for name in chosen}
            if "line" in part:
                part["line"] = tuple(code.strip() for code in part["line"].split(",") if code.strip())
            return command(*args, selection=part, **given)

        # Help lists the option that was added last first
        for option in reversed(chosen.values()):
            selected = option(selected)
        return selected

    return decorate


JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, for programs.")
