"""Counts that add up: one measure by cell, to be kept, added to next month's or another office's, and estimated from.

A count table holds, for each cell and wait in seconds, how many calls reached a person, were given up, were cut off,
and so for every measure what its card counts: call-backs by business day and way, rings by cause. Every figure of the
measure comes from these counts alone, so a table of parts gives what the rows of all parts would. What cannot be added
is refused: counts of another definition, and the same month of the same office twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd
import pyarrow as pa

from callanalytics import counts, schema
from callanalytics.errors import CallLogError
from callanalytics.measures import registry
from callanalytics.measures.card import Card
from callanalytics.measures.result import Result
from callanalytics.measures.tally import add_up

BIN_S = 1
NAME = b"callanalytics count table"
UNDATED = 0  # the month of rows without a date


@dataclass(frozen=True)
class CountTable:
    """The counts of one measure, and what they are counts of.

    Attributes
    ----------
    card : the definition
    by : the keys
    counted : DataFrame, one row a cell (and wait, day, cause): the keys and one column a count
    parts : (office, Eastern month) of every row counted; a month of 0 is rows without a date
    bin_s : waits are whole multiples of this, rounded up [s]
    as_of : the day the log was looked at
    """

    card: Card
    by: tuple[str, ...]
    counted: pd.DataFrame
    parts: frozenset[tuple[str, int]]
    bin_s: int = BIN_S
    as_of: date | None = None
    estimate: Callable | None = field(default=None, repr=False, compare=False)

    @property
    def definition(self) -> str:
        """A digest of all that makes two counts the same thing: name, version, predicates, bins.

        What is counted must agree to the letter; how a card words it may change.
        """
        told = [self.card.name, self.card.version, self.card.table, dict(sorted(self.card.counts.items())), self.bin_s]
        told += [[name, each.in_words()] for name, each in sorted(self.card.free.items())]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    def __add__(self, other: CountTable) -> CountTable:
        """Both together. Order and grouping make no difference."""
        self._check(other)
        together = _summed(pd.concat([self.counted, other.counted], ignore_index=True), self.by, self.card)
        seen = max((day for day in (self.as_of, other.as_of) if day), default=None)
        return replace(self, counted=together, parts=self.parts | other.parts, as_of=seen)

    def _check(self, other):
        if not isinstance(other, CountTable):
            raise TypeError(f"a count table and a {type(other).__name__} do not add")
        if self.definition != other.definition:
            raise CallLogError(
                "counts of different definitions do not add",
                found=f"{_named(self)} and {_named(other)}",
                do="count both with one version of callanalytics, in the same bins",
            )
        if self.by != other.by:
            raise CallLogError(
                "counts by different keys do not add", found=f"{', '.join(self.by)} and {', '.join(other.by)}"
            )
        if self.card.table == "promises" and self.as_of != other.as_of:
            raise CallLogError(
                "promises looked at on different days do not add",
                found=f"{self.as_of} and {other.as_of}",
                wanted="one as_of: what is due, and what had come, depends on it",
            )
        twice = sorted(month for _, month in self.parts & other.parts)
        if twice:
            raise CallLogError(
                "the same month of the same office would be counted twice",
                found=", ".join("rows without a date" if month == UNDATED else str(month) for month in twice[:6]),
                do="leave one of the two tables out, or count both logs together",
            )

    def coarser(self, bin_s: int) -> CountTable:
        """The same counts with waits rounded up to whole multiples of `bin_s`: fewer rows that are single calls.

        Figures of time are then right to one bin; sums, rates and counts that no wait enters stay as they are.
        """
        if bin_s % self.bin_s:
            raise CallLogError("bins do not fit", found=f"{bin_s} s", wanted=f"a multiple of {self.bin_s} s")
        counted = self.counted
        if "wait_s" in counted:
            counted = counted.assign(wait_s=-(-counted["wait_s"] // bin_s) * bin_s)
            counted = _summed(counted, self.by, self.card)
        return replace(self, counted=counted, bin_s=bin_s)

    def result(self) -> Result:
        """The figures: those that the rows of all parts would give."""
        table, curve = self.estimate(self.card, self.counted, self.by)
        offices, months = {office for office, _ in self.parts}, {month for _, month in self.parts if month != UNDATED}
        said = f"From counts of {len(offices)} offices in {len(months)} months, definition {self.definition}."
        return Result(self.card, self.by, table, curve, self.as_of, (said,), self.counted, self.estimate)

    def to_arrow(self) -> pa.Table:
        """The table with what it counts in its metadata; :func:`from_arrow` reads it back.

        At full resolution it is the log in another form: :meth:`coarser` first, and what leaves an office passes the
        gate.
        """
        told = {
            "measure": self.card.name,
            "version": self.card.version,
            "definition": self.definition,
            "by": list(self.by),
            "bin_s": self.bin_s,
            "as_of": self.as_of and str(self.as_of),
            "parts": sorted([office, month] for office, month in self.parts),
        }
        arrow = pa.Table.from_pandas(self.counted, preserve_index=False)
        return arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), NAME: json.dumps(told).encode()})


def count_table(name: str, log, by=(), **options) -> CountTable:
    """Count a measure, to be added up and estimated from later.

    Parameters
    ----------
    name : a measure that counts one table
    log : what ``callanalytics.load`` gives, or the measure's own table
    by : keys
    options : the measure's own, such as ``within_s``

    Raises
    ------
    CallLogError
        The measure is not known, or counts two tables (``funnel``, ``log_completeness``).

    Examples
    --------
    >>> import pandas as pd
    >>> def month(number, waits):
    ...     return pd.DataFrame({"office_id": "o1", "month": number, "wait_s": waits, "wait_kind": "reached",
    ...                          "wait_from": "dial"})
    >>> january, february = month(202201, range(60, 1260, 60)), month(202202, range(600, 1800, 60))
    >>> both = count_table("wait", january) + count_table("wait", february)
    >>> print(*both.result().table.loc[0, ["statistic", "n", "value"]])
    median 40 900.0
    >>> both + count_table("wait", january)
    Traceback (most recent call last):
    callanalytics.errors.CallLogError: the same month of the same office would be counted twice
      found   202201
      do      leave one of the two tables out, or count both logs together
    """
    card = registry.card(name)
    if card.also:
        raise CallLogError(f"{name} counts more than one table, and has no one table of counts")
    frame = registry.part(getattr(log, card.table), log) if hasattr(log, card.table) else log
    result = registry.function(name)(frame, by=by, **options)
    parts = counts.count(frame, card.table, ["office_id", "month"])
    named = zip(parts["office_id"], parts["month"].fillna(UNDATED).astype("int64"), strict=True)
    counted = _summed(result.tally, result.by, result.card)
    whole = frozenset((office, int(month)) for office, month in named)
    return CountTable(result.card, result.by, counted, whole, BIN_S, result.as_of, result.estimate)


def from_arrow(arrow: pa.Table, **options) -> CountTable:
    """A count table from what :meth:`CountTable.to_arrow` wrote; `options` as they were given when it was counted.

    Raises
    ------
    CallLogError
        No count table, or one made under a definition that is not this version's.
    """
    metadata = arrow.schema.metadata or {}
    if NAME not in metadata:
        raise CallLogError("this is no table of counts", wanted="a file that CountTable.to_arrow made")
    told = json.loads(metadata[NAME])
    card = registry.card(told["measure"])
    by = tuple(key for key in told["by"] if key in card.keys)
    parts = frozenset((office, month) for office, month in told["parts"])
    seen = date.fromisoformat(told["as_of"]) if told["as_of"] else None
    nothing = registry.function(card.name)(schema.empty(card.table, loaded=True), by=by, as_of=seen, **options)
    kinds = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    counted = arrow.to_pandas(types_mapper=kinds.get)
    counted = counted.astype({name: "int64" for name in card.names})
    table = CountTable(nothing.card, nothing.by, counted, parts, told["bin_s"], seen, nothing.estimate)
    if table.definition != told["definition"]:
        raise CallLogError(
            "these counts were made under another definition",
            found=f"{told['measure']} version {told['version']}, definition {told['definition']}",
            wanted=_named(table),
            do="count the log again",
        )
    return table


def _summed(counted, by, card):
    """One row a cell, the keys first, in the schema's order."""
    keys = [*by, *(c for c in counted.columns if c not in (*by, *card.names))]
    return add_up(counted, keys, card)


def _named(table):
    return f"{table.card.name} version {table.card.version}, bins of {table.bin_s} s ({table.definition})"
