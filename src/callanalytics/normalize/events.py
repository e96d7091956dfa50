"""Rows whose contacts stand together in one cell -> one row of cells for each contact, beside the row's own."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from callanalytics.formats import Events
from callanalytics.normalize.cells import Cells, read
from callanalytics.normalize.problems import Problems
from callanalytics.values.events import Event

COLUMNS = tuple(f"(event) {name}" for name in Event._fields)


def expand(cells: Cells, told: Events, sheet: str, problems: Problems) -> tuple[Cells, np.ndarray, np.ndarray]:
    """The contacts of every row as cells of their own, the row that each stands in and its place there.

    Each has its row's cells and the columns `COLUMNS`, which a format's rules name. A cell of which anything is not
    understood rejects its row as a whole.
    """
    reading = read(told.rule, cells, **year_of(sheet))
    problems.reject_bad(reading)
    events = reading.without_problems().objects(())
    sizes = np.array([len(of_row) for of_row in events], int)
    rows = np.repeat(np.arange(cells.n), sizes)
    parts = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    columns = cells.columns.select([name for name in cells.columns.column_names if name not in COLUMNS])
    columns = columns.take(pa.array(rows))
    for place, name in enumerate(COLUMNS):
        values = [event[place] or None for of_row in events for event in of_row]
        columns = columns.append_column(name, pa.array(values, pa.string()))
    return Cells(tuple(columns.column_names), columns), rows, parts


def year_of(sheet: str) -> dict[str, str]:
    """The year by which a sheet is named, for dates without one."""
    found = set(re.findall(r"(?<!\d)20\d\d(?!\d)", sheet))
    return {"year": found.pop()} if len(found) == 1 else {}
