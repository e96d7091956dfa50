"""Part of a log: the rows of some offices, a period, or calls to some lines, and why the other rows are left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import accounting
from callanalytics.accounting import is_among
from callanalytics.facts.agency_calls import UNKNOWN_LINE
from callanalytics.facts.arrays import moments
from callanalytics.values import zones


@dataclass(frozen=True)
class Selection:
    """The rows of a log that are selected; all, if nothing is given.

    A promise and a callback belong to the period of their own date; a log entry belongs to that of its call. A row
    without a date is in no period. By line, a promise belongs to the call on which it was made, and a callback to its
    promise.

    Attributes
    ----------
    offices : IDs of the offices
    since, until : dates on the agency's clock, both included
    lines : codes of the agency's lines; ``unknown`` means a line that was not logged
    zone : the agency's time zone
    """

    offices: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    lines: tuple[str, ...] = ()
    zone: str = "America/New_York"

    def __bool__(self) -> bool:
        return bool(self.offices or self.has_period or self.lines)

    @property
    def has_period(self) -> bool:
        return self.since is not None or self.until is not None

    def rows(self, name: str, tables: Callable[[str], pa.Table]) -> pa.Table:
        """The selected rows of a table.

        Parameters
        ----------
        name : name of the table
        tables : returns a whole table, given its name
        """
        table = tables(name)
        for _, keep in self._steps(name, table.column_names, tables):
            table = table.filter(pa.array(keep(table)))
        return table

    def left_out(self, name: str, tables: Callable[[str], pa.Table]) -> dict[str, int]:
        """Reason -> number of rows of a table left out; each row has one reason, the first that holds."""
        table, left = tables(name), {}
        for reason, keep in self._steps(name, table.column_names, tables):
            kept = table.filter(pa.array(keep(table)))
            n_out = table.num_rows - kept.num_rows
            if reason == "outside_period" and name != "coverage":
                n_undated = int(np.isnat(self._days(table)).sum())
                left["no_date"], n_out = n_undated, n_out - n_undated
            left[reason] = n_out
            table = kept
        return {reason: n for reason, n in left.items() if n}

    def predicates(self, name: str) -> dict[str, str] | None:
        """Reason -> predicate of the rows of a facts table that it does not leave out; None if another table decides.
        Offices are not included.

        >>> Selection(since=date(2022, 1, 1), lines=("premium",)).predicates("agency_calls")["outside_period"]
        "date >= DATE '2022-01-01'"
        """
        if (self.lines and name != "agency_calls") or (self.has_period and name == "entries"):
            return None
        days = [f"date {sign} DATE '{day}'" for sign, day in ((">=", self.since), ("<=", self.until)) if day]
        period = {"outside_period": " AND ".join(days)} if days else {}
        lines = {"other_line": one_of(f"coalesce(line, '{UNKNOWN_LINE}')", self.lines)} if self.lines else {}
        return period | lines

    def sql_of_reason(self, name: str) -> str | None:
        """SQL expression for the reason why a row of a facts table is left out; null for a row that is not."""
        stays = self.predicates(name)
        if stays is None or name not in ("agency_calls", "callbacks", "promises"):
            return None
        offices = {"other_office": one_of("office_id", self.offices)} if self.offices else {}
        dated = {"no_date": "date IS NOT NULL"} if self.has_period else {}
        cases = (f"WHEN NOT ({stay}) THEN '{reason}'" for reason, stay in {**offices, **dated, **stays}.items())
        return f"CASE {' '.join(cases)} END"

    def sentences(self, n_offices: int) -> list[str]:
        """Sentences on what was selected, to print next to a figure. They name no office, because figures are passed
        on.

        >>> Selection(since=date(2022, 1, 1), lines=("premium",)).sentences(4)
        ["Only from 2022-01-01 on the agency's clock.", 'Only calls to the line premium.']
        """
        found = []
        if 0 < len(set(self.offices)) < n_offices:
            found.append(f"Only {len(self.offices):,} of {n_offices:,} offices.")
        if self.since and self.until and self.since > self.until:
            found.append(f"No rows: the start {self.since} is after the end {self.until}.")
        elif self.has_period:
            span = " ".join(f"{word} {day}" for word, day in (("from", self.since), ("to", self.until)) if day)
            both = ", both days included" if self.since and self.until else ""
            found.append(f"Only {span} on the agency's clock{both}.")
        if self.lines:
            found.append(f"Only calls to the line{'s' * (len(self.lines) > 1)} {', '.join(self.lines)}.")
        return found

    def _steps(
        self, name: str, columns: Collection[str], tables: Callable[[str], pa.Table]
    ) -> Iterator[tuple[str, Callable]]:
        """One step for each reason that can leave out rows of a table: the reason, and the mask of the rows to keep."""
        if self.offices and "office_id" in columns:
            yield "other_office", lambda table: is_among(table.column("office_id"), self.offices)
        if self.has_period and name == "entries":
            yield "outside_period", lambda table: self._by_call(table, tables, self._in_period)
        elif self.has_period and (name == "coverage" or "started_at_utc" in columns):
            yield "outside_period", self._in_period
        if self.lines and (keep := self._line_step(name, tables)):
            yield "other_line" if name != "callbacks" else "no_call", keep

    def _in_period(self, table: pa.Table) -> np.ndarray:
        """Mask of the rows of the period; of the coverage, those that overlap it."""
        if "from_utc" in table.column_names:
            first, last = (zones.local_days(moments(table.column(name)), self.zone) for name in ("from_utc", "to_utc"))
        else:
            first = last = self._days(table)
        inside = ~np.isnat(first)
        if self.since is not None:
            inside &= last >= np.datetime64(self.since)
        if self.until is not None:
            inside &= first <= np.datetime64(self.until)
        return inside

    def _days(self, table: pa.Table) -> np.ndarray:
        """Agency's day of each row; NaT without a date."""
        if "date" in table.column_names:
            return table.column("date").to_numpy().astype("M8[D]")
        return accounting.days_of(table, self.zone)

    def _line_step(self, name: str, tables: Callable[[str], pa.Table]) -> Callable[[pa.Table], np.ndarray] | None:
        if name == "agency_calls":
            return self._to_lines
        if name == "entries":
            return lambda table: self._by_call(table, tables, lambda rest: np.zeros(rest.num_rows, bool))
        if name in ("promises", "callbacks"):
            calls, promises = tables("agency_calls"), tables("promises")
            kept = calls.filter(pa.array(self._to_lines(calls))).column("agency_call_id")
            promised = promises.filter(pc.is_in(promises.column("agency_call_id"), value_set=kept.combine_chunks()))
            return lambda table: is_among(table.column("promise_id"), promised.column("promise_id"))
        return None

    def _to_lines(self, calls: pa.Table) -> np.ndarray:
        return is_among(pc.fill_null(calls.column("line"), UNKNOWN_LINE), self.lines)

    def _by_call(self, entries: pa.Table, tables: Callable[[str], pa.Table], alone: Callable) -> np.ndarray:
        """Mask of the entries to keep: an entry about a call goes with its call; for any other, `alone` decides."""
        calls = tables("agency_calls")
        kept = calls
        if self.has_period:
            kept = kept.filter(pa.array(self._in_period(kept)))
        if self.lines:
            kept = kept.filter(pa.array(self._to_lines(kept)))
        ids = entries.column("entry_id")
        is_of_call = is_among(ids, calls.column("entry_id"))
        return np.where(is_of_call, is_among(ids, kept.column("entry_id")), alone(entries))


def one_of(value: str, words: Collection[str]) -> str:
    """Predicate of the rows whose value is one of some words."""
    quoted = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"{value} IN ({quoted})" if words else "FALSE"
