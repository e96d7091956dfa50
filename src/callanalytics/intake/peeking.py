"""A first look at a file: what it is, or what it is nearest to, and three of its rows, masked."""

from __future__ import annotations

import re

from callanalytics import formats, read
from callanalytics.errors import CallLogError
from callanalytics.values.phones import shape

ROWS = 3


def peek(file) -> dict:
    """The file's shown name, a verdict in words, its header and its first rows with letters and digits masked."""
    found = read.files([file])
    if len(found) != 1:
        raise CallLogError("peek looks at one file", found=f"{len(found)} files", do="name one of them")
    one = found.files[0]
    tables = read.tables(one)
    header = [_shown(name) for name in tables[0].header] if tables else []
    rows = tables[0].cells.slice(0, ROWS).to_pylist() if tables else []
    return {
        "file": one.shown,
        "verdict": _verdict(one),
        "header": header,
        "rows": [dict(zip(header, map(shape, row.values()), strict=True)) for row in rows],
    }


def _shown(name: str) -> str:
    """A column's name; one with a long number in it is a cell of a file without a header."""
    return shape(name) if re.search(r"\d{3}", name) else name


def _verdict(file) -> str:
    known = formats.load()
    try:
        fmt = read.identify(file, known)
    except CallLogError as why:
        return f"{why.what.removeprefix(file.shown).strip()}; {why.found}"
    return f"{fmt.title} (read as {fmt.name})"
