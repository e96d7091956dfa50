"""Bring tables of an earlier shape to today's, one step at a time.

Every Parquet file records its shape in its metadata; `schema.VERSION` is today's. A store of an earlier shape can be
read as it is: each table is brought up to date in memory. The next command that writes to it rewrites everything,
sources too, so that no two shapes ever coexist (:meth:`callanalytics.store.Store.publish`).

To change a table, a column, a type, or the meaning of a value:

1. Raise `schema.VERSION` by one.
2. Add the step from the earlier shape to `STEPS`. It takes the rows of a table to the same rows in the next shape. It
   may use only these rows and plain constants, because today's schema and rules will have changed when it is needed.
   Values it cannot know stay null; facts are remade anyway when the store is next written. The calls of a long export
   are stored in its source as ``calls_as_read``, without IDs. The fields and the method of these IDs must not change
   (`ids.py`; ``tests/normalize/test_ids.py`` checks known IDs).
3. Add a store of the new shape to ``tests/stores`` (``python tests/stores/make.py``); the earlier ones stay.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from callanalytics import schema
from callanalytics.errors import StoreError
from callanalytics.wording import quoted

# Key: the shape a step starts from. Value: (table name in that shape, its rows) -> its rows in the next shape.
STEPS: dict[int, Callable[[str, pa.Table], pa.Table]] = {
    3: lambda name, table: table,  # rows unchanged; from here on each office has its own files
}
OLDEST = min(STEPS)  # no release wrote an earlier shape
SHAPE_KEY = b"schema_version"


def shape_of(columns: pa.Schema) -> int:
    """Shape recorded in a table's metadata; today's if none is."""
    return int((columns.metadata or {}).get(SHAPE_KEY, schema.VERSION))


def migrated(name: str, table: pa.Table) -> pa.Table:
    """Rows of a table in today's shape.

    >>> today = schema.empty("set_aside")
    >>> migrated("set_aside", today) is today
    True

    Raises
    ------
    CallLogError
        The table was written in a shape newer than today's, or before the first release.
    """
    made_in = shape_of(table.schema)
    refuse_unknown_shape(made_in, f"table {name}")
    for shape in range(made_in, schema.VERSION):
        table = STEPS[shape](name, table)
    return table


def refuse_unknown_shape(made_in: int, what: str) -> None:
    """Refuse the shape of a later version of the package, or of no release: guessing could lose rows."""
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
    """Instructions to update this copy, because no package index has it."""
    folder = Path(__file__).resolve().parents[3]
    if (folder / ".git").exists():
        return f"update this copy:  git -C {quoted(folder)} pull"
    if (folder / "run.py").is_file():
        return f"put the newer folder of callanalytics in place of {folder.name}, and run the command again"
    return "install the newer wheel, from where this one came"
