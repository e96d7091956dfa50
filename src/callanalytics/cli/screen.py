"""Output for people and programs: text, tables, JSON, progress, and messages. The only file that imports ``rich``."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import textwrap
from contextlib import contextmanager
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path

import click

from callanalytics import wording
from callanalytics.invented import LABEL
from callanalytics.lazy import regex

STARTED_AS = "CALLANALYTICS_STARTED_AS"  # run.py and the file to double-click set it to how they were called ...
HERE = "{here}"  # ... with this in place of the folder in which the program runs
_COMMAND = regex(r"\s*(Next:?\s+)?callanalytics ")
SECTIONS = wording.words_for("commands")  # in the order of work, with one line each
_NAMES = "|".join(name for lines in SECTIONS.values() for name in lines)
# The program's name where a command follows it, unlike in "callanalytics needs Python 3.11".
_NAME = regex(rf"(?<![\w/\\.-])callanalytics(?= (?P<own>--agency-file (?:\"[^\"]*\"|\S+) )?(?:{_NAMES})\b)")
_MARK = regex(r"\s*(?:[\w-]+(?: [\w-]+)?\s{2,})?")  # the indent, and one or two words that name a column

LOOKS = {"": "", "bold": "\x1b[1m", "red": "\x1b[1;31m"}


def say(text: str = "", *, to=None, look: str = "") -> None:
    """Print text without control characters: a hostile cell must not move the cursor.

    In a terminal, a long line wraps between words, indented to where its text began; a command to copy stays on one
    line. `look` is one of LOOKS, used if the terminal shows them and NO_COLOR is not set.
    """
    to = to or sys.stdout
    # Escape codes in a cell could hide the next line
    clean = "".join(c for c in text if c in "\n\t" or c.isprintable())
    if is_terminal(to):
        clean = "\n".join(wrapped for line in clean.split("\n") for wrapped in _wrapped(line, width()))
    clean = as_started(clean)
    print(f"{LOOKS[look]}{clean}\x1b[0m" if look and _shows_looks(to) else clean, file=to)


def _shows_looks(stream) -> bool:
    """Whether a terminal shows colors; the old Windows console would print the escape codes."""
    is_old = os.name == "nt" and "WT_SESSION" not in os.environ
    return is_terminal(stream) and not is_old and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def as_started(text: str) -> str:
    """The text with its commands written as the user started this one, with the same rules, ready to paste.

    >>> as_started("Next:  callanalytics check FOLDER")
    'Next:  callanalytics check FOLDER'
    """
    began = os.environ.get(STARTED_AS, "callanalytics").replace(HERE, wording.quoted(Path.cwd()))
    context = click.get_current_context(silent=True)
    rules = context.find_root().params.get("agency_file") if context else None
    # With other rules, the command would give other figures
    own = f" --agency-file {wording.quoted(rules)}" if rules else ""
    return _NAME.sub(lambda match: began if match["own"] else began + own, text)


def _wrapped(line: str, room: int) -> list[str]:
    """
    >>> _wrapped("  cannot     31 callbacks were to ring a phone in no file", 40)
    ['  cannot     31 callbacks were to ring a', '             phone in no file']
    """
    if len(line) <= room or _COMMAND.match(line):
        return [line]
    found = _MARK.match(line)
    # An indent of over half the line leaves too little room
    mark = found[0] if found and len(found[0]) <= room // 2 else ""
    return wording.wrapped(line, room, subsequent_indent=" " * len(mark), replace_whitespace=False) or [line]


def label(log) -> None:
    """Print the sample label, if the log is invented, above all output made from it."""
    if log.is_invented:
        say(f"{LABEL}\n")


def say_day(log) -> None:
    """Print what the as-of day leaves out of a log; nothing if it leaves out nothing."""
    from callanalytics.reports import sentences

    for sentence in sentences.of_the_day(log):
        say(sentence)


def say_account(log) -> None:
    """Print how many logged calls are in a report, and why the others are not."""
    from callanalytics import accounting

    say(str(accounting.of_log(log)))
    for sentence in accounting.outside_log(log):
        say(sentence)


def print_error(text: str) -> None:
    say(text, to=sys.stderr)


def show(done, json_: bool) -> None:
    """Print what was done, as JSON for programs or as text."""
    as_json(done.to_json()) if json_ else say(done.text())


def as_json(value) -> None:
    print(json.dumps(value, indent=2, default=_as_python, ensure_ascii=False))


def _as_python(value):
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else str(value)


def table(rows: list[dict], columns: list[str] | None = None) -> None:
    """Print a table: aligned in a terminal, tab-separated elsewhere so that other programs can read it."""
    columns = columns or list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(c)) for c in columns] for row in rows]
    # Tabs and no wrapping, for programs that split the line
    if not is_terminal():
        for line in [columns, *cells]:
            say("\t".join(line))
        return
    # Numbers align right, so that digits are under digits
    right = [all(_is_number(row.get(c)) for row in rows) for c in columns]
    for laid in lay_out(columns, cells, width(), right):
        say(laid)


def is_terminal(stream=None) -> bool:
    return (stream or sys.stdout).isatty()


def width() -> int:
    """Characters per line in this terminal, at most 120, since long lines are hard to read."""
    return min(shutil.get_terminal_size().columns, 120)


def _is_number(value) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(value) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) and value != round(value) else str(value).replace("\n", " ")


@contextmanager
def progress(label: str):
    """A function ``step(done, total)``: a progress bar in a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    # On stderr, so that standard output can be piped
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


# ---- a table laid out for a terminal's width: columns that wrap, or a card per row where that is shorter ------------

GAP = "  "
LONGEST_WORD = 16  # characters of a word that may break


def lay_out(columns: list[str], cells: list[list[str]], width: int, right: list[bool]) -> list[str]:
    """The lines of a table, or of cards if the columns do not fit or the table would be longer.

    >>> lay_out(["office", "n"], [["Alder and Birch", "1,204"], ["Rowan", "7"]], 24, [False, True])
    ['office               n', '---------------  -----', 'Alder and Birch  1,204', 'Rowan                7']
    >>> lay_out(["office", "number"], [["Alder and Birch", "312-555-0130"]], 16, [False, False])
    ['office  Alder and', '        Birch', 'number  312-555-0130']
    """
    cards = _card_lines(columns, cells, width)
    widths = _column_widths(columns, cells, width)
    if widths is None:
        return cards
    lines = [*_row_lines(columns, widths, right), GAP.join("-" * w for w in widths)]
    for row in cells:
        lines += _row_lines(row, widths, right)
    # A table reads better than cards, so it may be two lines longer
    return lines if len(lines) <= len(cards) + 2 else cards


def aligned(cells: list, width: int) -> list[str]:
    """A line for each row, with columns aligned, the first to the right; lines that are too long are cut.

    >>> aligned([["late", "office"], ["3 d", "Alder and Birch"]], 16)
    ['late  office', ' 3 d  Alder and…']
    """
    first, *others = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        GAP.join([row[0].rjust(first), *(text.ljust(w) for text, w in zip(row[1:], others, strict=True))]).rstrip()
        for row in cells
    ]
    return [line if len(line) <= width else f"{line[: width - 1].rstrip()}…" for line in lines]


def _column_widths(columns, cells, width: int) -> list[int] | None:
    """Column widths: all that each needs, or at least its longest word; None if even that does not fit."""
    texts = list(zip(columns, *cells, strict=True))
    wanted = [max(map(len, column)) for column in texts]
    least = [max(len(word) for text in column for word in text.split() or [""]) for column in texts]
    room = width - len(GAP) * (len(columns) - 1)
    if sum(wanted) <= room:
        return wanted
    if sum(least) > room:
        least = [min(one, LONGEST_WORD) for one in least]  # break a long name rather than give up the table
    if sum(least) > room:
        return None
    left = room - sum(least)
    lacking = sorted(range(len(least)), key=lambda i: wanted[i] - least[i])
    for done, i in enumerate(lacking):  # an even share of what is left; a column that needs less leaves more
        given = min(wanted[i] - least[i], left // (len(lacking) - done))
        least[i] += max(0, given)
        left -= max(0, given)
    return least


def _row_lines(texts, widths, right) -> list[str]:
    # A phone number must not break at its hyphens
    wrapped = [textwrap.wrap(text, w, break_on_hyphens=False) or [""] for text, w in zip(texts, widths, strict=True)]
    placed = zip_longest(*wrapped, fillvalue="")
    return [
        GAP.join(
            part.rjust(w) if to_right else part.ljust(w) for part, w, to_right in zip(parts, widths, right, strict=True)
        ).rstrip()
        for parts in placed
    ]


def _card_lines(columns, cells, width: int) -> list[str]:
    name = max(map(len, columns))
    lines: list[str] = []
    for row in cells:
        lines += [""] if lines else []
        for column, text in zip(columns, row, strict=True):
            if text:
                mark, room = column.ljust(name) + GAP, max(width, name + len(GAP) + 10)
                hanging = {"initial_indent": mark, "subsequent_indent": " " * len(mark)}
                lines += textwrap.wrap(text, room, **hanging, break_long_words=False, break_on_hyphens=False)
    return lines
