"""Tables of an earlier shape, brought to today's one step at a time.

Every Parquet file says in its metadata which shape it has; `schema.VERSION` is today's. A store of an earlier shape
can be read as it lies, each table brought up in memory; the next command that writes to it writes all of it anew,
sources too, so that no two shapes ever stand side by side (:meth:`callanalytics.store.Store.publish`).

Whoever changes a table, a column, a type, or what a value means

1. raises `schema.VERSION` by one;
2. puts the step from the shape before into `STEPS`: from the rows of a table to the same rows in the next shape. It
   may use nothing but these rows and plain constants; today's schema and rules will have moved on when it is needed.
   What it cannot know it leaves null, and facts are made anew anyway when the store is next written. Among the sources
   the calls of a long export lie as ``calls_as_read``, without ids: what these are made of must stay, and how
   (`ids.py`; ``tests/normalize/test_ids.py`` holds ids once given);
3. adds a store of the new shape to ``tests/stores`` (``python tests/stores/make.py``); the earlier ones stay for good.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from callanalytics import schema
from callanalytics.errors import StoreError
from callanalytics.wording import quoted

# By the shape a step begins with: (name of a table in that shape, its rows) -> its rows in the next shape.
STEPS: dict[int, Callable[[str, pa.Table], pa.Table]] = {
    3: lambda name, table: table,  # rows are as they were; each office has files of its own from here on
}
OLDEST = min(STEPS)  # no release wrote an earlier shape
SHAPE_KEY = b"schema_version"


def shape_of(columns: pa.Schema) -> int:
    """The shape that a table's metadata says it has; today's where it says none."""
    return int((columns.metadata or {}).get(SHAPE_KEY, schema.VERSION))


def migrated(name: str, table: pa.Table) -> pa.Table:
    """The rows of a table in today's shape.

    >>> today = schema.empty("set_aside")
    >>> migrated("set_aside", today) is today
    True

    Raises
    ------
    CallLogError
        The table was written in a shape that is still to come, or before the first release.
    """
    made_in = shape_of(table.schema)
    refuse_unknown_shape(made_in, f"table {name}")
    for shape in range(made_in, schema.VERSION):
        table = STEPS[shape](name, table)
    return table


def refuse_unknown_shape(made_in: int, what: str) -> None:
    """Refuse what a later version of the package wrote, and what was never released: guessing could lose rows."""
    if made_in > schema.VERSION:
        raise StoreError(
            f"{what} was made by a newer version of callanalytics",
            found=f"tables of shape {made_in}; this version knows up to {schema.VERSION}",
            run=_how_to_update(),
        )
    if made_in < OLDEST:
        raise StoreError(
            f"{what} was made by a version of callanalytics from before its first release",
            found=f"tables of shape {made_in}; this version reads them from {OLDEST} on",
            run="ingest the files again into a new store:  callanalytics ingest FOLDER --store NEW",
        )


def _how_to_update() -> str:
    """How this copy is renewed: there is no package index that has it."""
    folder = Path(__file__).resolve().parents[3]
    if (folder / ".git").exists():
        return f"update this copy:  git -C {quoted(folder)} pull"
    if (folder / "run.py").is_file():
        return f"put the newer folder of callanalytics in place of {folder.name}, and run the command again"
    return "install the newer wheel, from where this one came"
