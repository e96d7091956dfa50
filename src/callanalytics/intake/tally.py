"""What is counted of an export while its rows are made: by source, and of cells that are likelier a slip than true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.facts.arrays import without_misdated
from callanalytics.read.table import counted

ROWS = ("calls", "notes", "notices", "rejects", "set_aside")
DATED = ("calls", "notes", "notices")
_MOMENT = pa.timestamp("us", "UTC")
_NO_SPAN = pa.schema([("source_id", pa.string()), ("from", _MOMENT), ("to", _MOMENT)]).empty_table()
_SLIP = "kept as written. If the date is a slip, correct it and read the file again"
ODD_CELLS = {  # warning -> what it is, and what was done
    "after_ingest": ("dated after the day of reading", _SLIP),
    "before_2018": ("dated before 2018", _SLIP),
    "wait_at_least": ("a wait of which only the least is said", "kept as a lower bound, left out where a person came"),
    "wait_over_call": ("a wait longer than the whole call beside it", "both are kept as written; one is a slip"),
    "duration_too_long": ("a call longer than a day", "its length is left out"),
}

INFERRED = {  # warning -> what was read that nobody wrote, of one and of several
    "date_from_above": ("date read from the row above", "dates read from the row above"),
    "year_inferred": ("date given the year of the rows around it", "dates given the year of the rows around them"),
    "time_half_inferred": (
        "time without a.m. or p.m. read as the half of the day in which USCIS works",
        "times without a.m. or p.m. read as the half of the day in which USCIS works",
    ),
    "wait_unit_inferred": ("wait read in the unit of its column", "waits read in the unit of their column"),
    "wait_clock_inferred": (
        "wait such as 1:15 read as its column's are",
        "waits such as 1:15 read as their column's are",
    ),
    "wait_unsure": ("wait whose end its words leave open", "waits whose end their words leave open"),
    "promise_inferred": (
        "callback whose kind its time alone tells",
        "callbacks whose kind their time alone tells",
    ),
}


class Tally:
    """Counts over the tables of an export, all at once or portion by portion.

    ``counts`` is how many rows of each of `ROWS` each source gave, notes of part 0 alone.
    """

    def __init__(self, ids: list[str]):
        self.ids = ids
        self.counts = {name: np.zeros(len(ids), np.int64) for name in ROWS}
        self._spans = [_NO_SPAN]
        self._odd: dict[str, tuple[int, int]] = {}  # warning -> its first row, and how many
        self._inferred = dict.fromkeys(INFERRED, 0)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        for name in ROWS:
            mask = is_whole_row(tables[name]) if name == "notes" else None
            self.counts[name] += count_by(tables[name], self.ids, mask)
        self._spans += [_span(without_misdated(tables[name]), self.ids) for name in DATED]
        for code in ODD_CELLS:
            for name in ("calls", "notes"):
                self._add_odd(code, _warned(tables[name], code).column("source_row"))
        for code in INFERRED:
            self._inferred[code] += _warned(tables["notes"], code).num_rows

    def _add_odd(self, code: str, rows: pa.ChunkedArray) -> None:
        if len(rows):
            earliest = pc.min(rows).as_py()
            first, n = self._odd.get(code, (earliest, 0))
            self._odd[code] = min(first, earliest), n + len(rows)

    def covered(self) -> tuple[pa.Array, pa.Array]:
        """The first and last moment that each source speaks of.

        A row dated after the day on which it was read is a slip of the pen, and speaks of no moment.
        """
        whole = pa.concat_tables(self._spans).group_by("source_id").aggregate([("from", "min"), ("to", "max")])
        whole = whole.combine_chunks()
        place = pc.index_in(pa.array(self.ids, pa.string()), value_set=whole.column("source_id").combine_chunks())
        first, last = (whole.column(name).combine_chunks().take(place) for name in ("from_min", "to_max"))
        return first, last

    @property
    def is_empty(self) -> bool:
        return not any(counts.any() for counts in self.counts.values())

    @property
    def is_refused(self) -> bool:
        """Whether rows were rejected, and none taken."""
        return bool(self.counts["rejects"].any()) and not any(self.counts[name].any() for name in DATED)

    def inferred(self) -> list[str]:
        """One line of all that was read although nobody wrote it; none where there is nothing."""
        told = [f"{n:,} {INFERRED[code][n > 1]}" for code, n in self._inferred.items() if n]
        return ["; ".join(told)] if told else []

    def odd_cells(self) -> list[str]:
        """What to tell of rows that were taken although a cell of them is likelier a slip than true."""
        told = []
        for code in (code for code in ODD_CELLS if code in self._odd):
            (first, n), (says, done) = self._odd[code], ODD_CELLS[code]
            more = f" and {counted(n - 1, 'more row')}" if n > 1 else ""
            told.append(f"row {first}{more}, {says}: {done}")
        return told


def count_by(table: pa.Table, ids: list[str], mask=None) -> np.ndarray:
    """How many rows of a table (those of a mask) each source gave."""
    if mask is None and len(ids) == 1:
        return np.array([table.num_rows])
    places = pc.index_in(table.column("source_id").cast(pa.string()), value_set=pa.array(ids, pa.string())).to_numpy()
    return np.bincount(places if mask is None else places[mask], minlength=len(ids))


def is_whole_row(notes: pa.Table) -> np.ndarray:
    """Which notes stand for a row of the file, and not for a further contact written in one."""
    return pc.equal(notes.column("part"), 0).to_numpy()


def _span(dated: pa.Table, ids: list[str]) -> pa.Table:
    """The first and last moment of the rows of each source."""
    if len(ids) == 1:
        ends = pc.min_max(dated.column("started_at_utc")).as_py()
        told = [{"source_id": ids[0], "from": ends["min"], "to": ends["max"]}]
        return pa.Table.from_pylist(told if dated.num_rows else [], _NO_SPAN.schema)
    ends = [("started_at_utc", "min"), ("started_at_utc", "max")]
    return dated.group_by("source_id").aggregate(ends).rename_columns(_NO_SPAN.column_names).cast(_NO_SPAN.schema)


def _warned(table: pa.Table, code: str) -> pa.Table:
    """The rows that carry a warning."""
    return table.filter(_has_warning(table, code))


def _has_warning(table: pa.Table, code: str) -> pa.ChunkedArray:
    warnings = table.column("warnings")
    if warnings.null_count == len(warnings):
        return pa.chunked_array([pa.repeat(False, len(warnings))])
    return pc.match_substring(warnings.cast(pa.string()), code).fill_null(False)
