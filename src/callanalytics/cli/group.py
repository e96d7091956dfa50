"""The command itself: its order of commands, what it says of a fault, and the options that many share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from callanalytics.cli import screen
from callanalytics.errors import CallLogError

NEEDS_A_PERSON, COULD_NOT = 1, 2  # exit statuses; 0 is done
UNFORESEEN = (ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)
ORDER = (
    "demo template check peek map ingest office promises evidence report measures measure specifications plan audit "
    "rules formats table path verify forget scrub sample lab"
).split()


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
