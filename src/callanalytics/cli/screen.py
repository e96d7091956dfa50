"""What a person sees: tables, JSON, progress and messages. The door to ``rich``."""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
from contextlib import contextmanager
from datetime import date, datetime

from callanalytics import commands
from callanalytics.invented import LABEL

_COMMAND = re.compile(r"\s*(Next:?\s+)?callanalytics ")
_MARK = re.compile(r"\s*(?:[\w-]+(?: [\w-]+)?\s{2,})?")  # the indent, and a word or two that a column is named by


def say(text: str = "", *, to=None) -> None:
    """Print text with control characters taken out: a hostile cell must not move the cursor.

    On a terminal a long line wraps between words, under where its text began; a command to copy stays whole.
    """
    to = to or sys.stdout
    clean = "".join(c for c in text if c in "\n\t" or c.isprintable())
    if is_terminal(to):
        clean = "\n".join(wrapped for line in clean.split("\n") for wrapped in _wrapped(line, width()))
    print(clean, file=to)


def _wrapped(line: str, room: int) -> list[str]:
    """
    >>> _wrapped("  cannot     31 call-backs were to ring a phone in no file", 40)
    ['  cannot     31 call-backs were to ring', '             a phone in no file']
    """
    if len(line) <= room or _COMMAND.match(line):
        return [line]
    mark = _MARK.match(line)[0]
    if len(mark) > room // 2:
        mark = ""
    return commands.wrapped(line, room, subsequent_indent=" " * len(mark), replace_whitespace=False) or [line]


def label(log) -> None:
    """Say of an invented log that it is one, above everything that is made of it."""
    if log.is_invented:
        say(f"{LABEL}\n")


def say_day(log) -> None:
    """Say what the day of looking leaves out of a log; nothing where it leaves out nothing."""
    from callanalytics.reports import sentences

    for told in sentences.of_the_day(log):
        say(told)


def say_account(log) -> None:
    """Say how many of the calls logged are in a report, and why the others are not."""
    from callanalytics import accounting
    from callanalytics.reports import sentences

    say(str(accounting.of_calls(log.dials.to_arrow(), log.unseen("dials"), log.as_of)))
    for told in sentences.outside_log(log):
        say(told)


def complain(text: str) -> None:
    say(text, to=sys.stderr)


def as_json(value) -> None:
    print(json.dumps(value, indent=2, default=_plain, ensure_ascii=False))


def _plain(value):
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else str(value)


def table(rows: list[dict], columns: list[str] | None = None) -> None:
    """A table: aligned on a terminal, tab-separated elsewhere so that other programs can read it."""
    columns = columns or list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(c)) for c in columns] for row in rows]
    if not is_terminal():
        for line in [columns, *cells]:
            say("\t".join(line))
        return
    from callanalytics.cli import columns as layout

    right = [all(_is_number(row.get(c)) for row in rows) for c in columns]
    for line in layout.lay_out(columns, cells, width(), right):
        say(line)


def is_terminal(stream=None) -> bool:
    return (stream or sys.stdout).isatty()


def width() -> int:
    """Characters to a line of this terminal; a wide one is not filled, since long lines read badly."""
    return min(shutil.get_terminal_size().columns, 120)


def _is_number(value) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(value) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) and value != round(value) else str(value).replace("\n", " ")


@contextmanager
def progress(label: str):
    """A callback ``step(done, total)``: a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
