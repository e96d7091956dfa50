"""What a person sees: tables, JSON, progress and messages. The door to ``rich``."""

from __future__ import annotations

import json
import math
import sys
from contextlib import contextmanager
from datetime import date, datetime


def say(text: str = "", *, to=None) -> None:
    """Print text with control characters taken out: a hostile cell must not move the cursor."""
    print("".join(c for c in text if c in "\n\t" or c.isprintable()), file=to or sys.stdout)


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
    if not sys.stdout.isatty():
        for line in [columns, *cells]:
            say("\t".join(line))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD)
    numeric = [all(_is_number(row.get(c)) for row in rows) for c in columns]
    for name, right in zip(columns, numeric, strict=True):
        shown.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for line in cells:
        shown.add_row(*map(Text, line))
    Console().print(shown)


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
