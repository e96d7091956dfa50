"""What had been logged by a moment: what came later is not seen."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.clocks import EASTERN
from callanalytics.values import zones


def seen(table: pa.Table, as_of: np.datetime64) -> pa.Table:
    """The rows of a table that had happened by a moment.

    A row with a date alone had happened if that is the moment's Eastern day or earlier; one without any stays.
    """
    day = zones.to_local(np.array([as_of]), EASTERN).astype("M8[D]")[0].item()
    before = pc.less_equal(
        table.column("started_at_utc"), pa.scalar(as_of, pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    )
    written = table.column("date" if "date" in table.column_names else "started_at_local").cast(pa.date32())
    return table.filter(pc.coalesce(before, pc.less_equal(written, pa.scalar(day, pa.date32())), pa.scalar(True)))


def in_time(table: pa.Table) -> pa.Table:
    """The rows but those dated after the day on which they were read, which are slips of the pen."""
    if "warnings" not in table.column_names:
        return table
    warnings = table.column("warnings")
    if warnings.null_count == len(warnings):
        return table
    return table.filter(pc.invert(pc.match_substring(warnings.cast(pa.string()), "after_ingest").fill_null(False)))


def covered(coverage: pa.Table, as_of: np.datetime64) -> pa.Table:
    """Coverage up to a moment. It is known from all that was exported, whenever that was."""
    limit = pa.scalar(as_of.item(), pa.timestamp("us")).cast(schema.MOMENT)
    begun = coverage.filter(pc.less(coverage.column("from_utc"), limit))
    to = pc.if_else(pc.greater(begun.column("to_utc"), limit), limit, begun.column("to_utc"))
    return begun.set_column(begun.column_names.index("to_utc"), begun.schema.field("to_utc"), to)


def columns_of(table: pa.Table) -> dict[str, pa.Array]:
    return {name: table.column(name).combine_chunks() for name in table.column_names}


def moments(column: pa.Array) -> np.ndarray:
    """datetime64[us] without zone, NaT for null."""
    return column.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
