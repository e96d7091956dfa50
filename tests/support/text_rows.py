"""Rows of text as ``read`` would return them, made by hand."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from callanalytics import agencies
from callanalytics.normalize import Settings, normalize
from callanalytics.read import TextTable

NEW_YORK = Settings("an office", zone="America/New_York")


def text_table(rows: list[dict], *, kind: str = "csv", sheet: str = "", odd=()) -> TextTable:
    """A table whose first row is row 2 of its file; a cell that is missing or "" is empty."""
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    cells = {name: pa.array([row.get(name) or None for row in rows], pa.string()) for name in header}
    n = len(rows)
    return TextTable(
        files=(SimpleNamespace(sha256="0123456789abcdef" * 4),),
        sheet=sheet,
        kind=kind,
        header=header,
        cells=pa.table(cells),
        rows=np.arange(2, n + 2, dtype=np.int32),
        member=np.zeros(n, np.int32),
        odd=tuple(odd),
    )


def normalized(rows: list[dict], fmt, settings: Settings = NEW_YORK, **more):
    return normalize(text_table(rows, **more), fmt, settings, agencies.load())


def became(rows: list[dict], fmt, settings: Settings = NEW_YORK, **more) -> list[dict]:
    """The calls or entries that rows become; fails if a row becomes something else."""
    done = normalized(rows, fmt, settings, **more)
    assert not done.blocking, done.blocking
    assert not done.rejects.num_rows, done.rejects.to_pylist()
    return (done.calls if fmt.makes == "calls" else done.entries).to_pylist()
