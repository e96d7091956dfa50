"""The account of what was logged: stored = counted + left out, with every reason named and counted.

`of_rows` divides the stored rows into calls to the agency and others. `of_calls` counts how many of those calls a
report covers. The card of a measure (``measures``) counts what that measure leaves out, in the same words. Reasons are
codes with counts; `REASONS` has the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, clocks, schema, wording
from callanalytics.agencies import Agency
from callanalytics.facts.agency_calls import is_reported
from callanalytics.facts.arrays import Rows, moments, rows_until, without_misdated
from callanalytics.facts.observation import line_dialed
from callanalytics.values import zones

REASONS = wording.words_for("left_out")


@dataclass(frozen=True)
class Account:
    """How many of the stored rows are in a figure, and why the others are not.

    Attributes
    ----------
    table : what is counted: ``agency_calls``, ``callbacks``, ``promises``, ``entries``, or ``rows`` (calls, entries,
        notices)
    stored : number of rows in the store
    left_out : reason -> number of rows in no figure; each row has one reason, the first that holds
    as_of : the as-of day
    agency : whose calls these are; if omitted, USCIS as shipped
    """

    table: str
    stored: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    as_of: date | None = None
    agency: Agency = field(default_factory=agencies.load, repr=False, compare=False)

    @property
    def counted(self) -> int:
        return self.stored - sum(self.left_out.values())

    def to_json(self) -> dict:
        return {"of": self.table, "stored": self.stored, "counted": self.counted, "left_out": dict(self.left_out)}

    def __str__(self) -> str:
        return self.line()

    def line(self, where: str = "") -> str:
        """The account in one line.

        >>> print(Account("agency_calls", 108, {"no_date": 5, "other_line": 9}))
        94 of 108 logged calls are in these figures; 14 are not: 9 to other lines, 5 without a date.
        >>> print(Account("agency_calls", 108, {"other_line": 9}))
        99 of 108 logged calls are in these figures; the 9 to other lines are not.
        >>> print(Account("rows", 70, {"incoming_call": 10}))
        60 of 70 stored rows are calls to USCIS; the 10 incoming calls are not.
        >>> print(Account("agency_calls", 24), Account("promises", 0))
        All 24 logged calls are in these figures. No promised callback is logged.
        """
        where = where or (f"calls to {self.agency.label}" if self.table == "rows" else "in these figures")
        one, many = map(self.agency.fill, wording.words_for("rows_of")[self.table])
        noun = one if self.stored == 1 else many
        if not self.stored:
            return f"No {one} is logged."
        if not self.left_out:
            which = "The only" if self.stored == 1 else f"All {self.stored:,}"
            return f"{which} {noun} {_is_or_are(self.stored)} {where}."
        n, out, why = self.counted, self.stored - self.counted, reasons(self)
        others = f"the {why[0]} {_is_or_are(out)} not" if len(why) == 1 else f"{out:,} are not: {', '.join(why)}"
        return f"{n:,} of {self.stored:,} {noun} {_is_or_are(n)} {where}; {others}."


def _is_or_are(n: int) -> str:
    return "is" if n == 1 else "are"


def reasons(account: Account) -> list[str]:
    """Reasons why rows are left out, each with its count, the most frequent first."""
    day = wording.day(account.as_of) if account.as_of else "the day asked for"
    ordered = sorted(account.left_out.items(), key=lambda pair: -pair[1])
    return [f"{n:,} {reason(why, account.agency, day)}" for why, n in ordered]


def reason(why: str, agency: Agency, day: str) -> str:
    """Words of a reason, with the as-of day if the reason names one."""
    return agency.fill(REASONS[why]).replace("{day}", day)


# ---- account of the stored rows --------------------------------------------------------------------------


def of_rows(tables: Callable[[str], pa.Table], agency: Agency) -> Account:
    """Account of all stored calls, entries, and notices, in which the calls to the agency are counted.

    A call in both the phone log and the hand log is one call: its further row is left out as ``same_call``. So is a row
    of the call in a second phone system. A second entry is left out as ``noted_twice``.

    Parameters
    ----------
    tables : returns a stored table, given its name
    """
    calls, entries, notices, agency_calls = (tables(name) for name in (*schema.LOGGED, "agency_calls"))
    is_call = pc.equal(entries.column("kind"), "dial").to_numpy()
    stands_alone = is_among(
        entries.column("entry_id"), agency_calls.filter(agency_calls.column("call_id").is_null()).column("entry_id")
    )
    twice = is_call & ~is_among(entries.column("entry_id"), agency_calls.column("entry_id"))
    left = _of_phone_calls(calls, agency_calls, agency) | {"noted_twice": int(twice.sum())}
    left["same_call"] += int((is_call & ~stands_alone & ~twice).sum())
    left |= {"other_entry": int((~is_call & ~stands_alone).sum()), "notice": notices.num_rows}
    stored = calls.num_rows + entries.num_rows + notices.num_rows
    return Account("rows", stored, {why: n for why, n in left.items() if n}, agency=agency)


def _of_phone_calls(calls: pa.Table, agency_calls: pa.Table, agency: Agency) -> dict[str, int]:
    """Rows of the phone systems that are not separate calls to the agency, counted by kind."""
    counts = {row["values"]: row["counts"] for row in pc.value_counts(calls.column("direction")).to_pylist()}
    # Other parties' numbers are not kept, so these rows are few.
    outbound = pc.and_(pc.equal(calls.column("direction"), "outbound"), calls.column("other_number").is_valid())
    outbound = Rows(calls.filter(outbound), "call_id")
    to_agency = line_dialed(outbound, agency).is_valid().to_numpy(zero_copy_only=False)
    counted = is_among(outbound.arrow("call_id"), agency_calls.column("call_id"))
    return {
        "incoming_call": counts.get("inbound", 0),
        "internal_call": counts.get("internal", 0),
        "no_direction": counts.get("unknown", 0),
        "to_others": counts.get("outbound", 0) - int((to_agency | counted).sum()),
        "same_call": int((to_agency & ~counted).sum()),
    }


def is_among(values, wanted) -> np.ndarray:
    """Whether each value is one of those wanted; null never is."""
    wanted = wanted.drop_null().combine_chunks() if isinstance(wanted, pa.ChunkedArray) else pa.array(wanted)
    return pc.is_in(values, value_set=wanted).to_numpy(zero_copy_only=False)


# ---- calls that a report covers ----------------------------------------------------------------------------


def of_calls(
    agency_calls: pa.Table, unseen: Mapping[str, int], as_of: date | None = None, *, agency: Agency
) -> Account:
    """Account of the calls to the agency, on the lines that a report counts, as of a day.

    Parameters
    ----------
    agency_calls : the calls known on that day
    unseen : number of the other calls by reason (:func:`unseen`)
    """
    others = agency_calls.num_rows - is_reported(agency_calls, agency).sum()
    left = dict(unseen) | ({"other_line": int(others)} if others else {})
    return Account("agency_calls", agency_calls.num_rows + sum(unseen.values()), left, as_of, agency)


def of_log(log) -> Account:
    """Account of the calls to the agency in a log, as of its day."""
    return of_calls(log.agency_calls.to_arrow(), log.unseen("agency_calls"), log.as_of, agency=log.agency)


def by_default(tables: Callable[[str], pa.Table], agency: Agency) -> Account:
    """Account of the calls to the agency in a report that names no day: it uses the last day that was logged."""
    agency_calls, span = tables("agency_calls"), logged(tables, agency.timezone)
    if span is None:
        return of_calls(agency_calls, {}, agency=agency)
    end, zone = clocks.end_of_day(span[1], agency=agency), agency.timezone
    return of_calls(
        rows_until(agency_calls, end, zone), unseen(tables, "agency_calls", end, zone), span[1], agency=agency
    )


# ---- the day ---------------------------------------------------------------------------------------------


def logged(tables: Callable[[str], pa.Table], zone: str) -> tuple[date, date] | None:
    """First and last day on which anything was logged, on the agency's clock (``zone``); None if no row has a date.

    Coverage counts: a line that was watched without a call is logged too. A row with a date alone belongs to that day
    on the office's clock. Rows dated after the day on which they were read are errors, and are not used.
    """
    covered = tables("coverage")
    ends = (moments(covered.column(name)) for name in ("from_utc", "to_utc"))
    days = [day for end in ends for day in _first_and_last(zones.local_days(end, zone))]
    for name in schema.LOGGED:
        days += _first_and_last(days_of(without_misdated(tables(name)), zone))
    return (min(days), max(days)) if days else None


def outside_log(log: Any, first: date | None = None, last: date | None = None) -> Iterator[str]:
    """Sentences about a day or period outside the logs, because an empty table alone would say that nothing
    happened."""
    logged = getattr(log, "logged", None)
    if logged is None:
        return
    begins, ends = logged
    if max(first or log.as_of, log.as_of) > ends:
        yield f"The logs end {wording.day(ends)}: what came later is not in them."
    if min(last or log.as_of, log.as_of) < begins:
        yield f"The logs begin {wording.day(begins)}: what came earlier is not in them."


def days_of(table: pa.Table, zone: str) -> np.ndarray:
    """Agency's day of each row, or the day as written if there is no time of day; NaT without a date."""
    written = moments(table.column("started_at_local")).astype("M8[D]")
    days = zones.local_days(moments(table.column("started_at_utc")), zone)
    return np.where(np.isnat(days), written, days)


def _first_and_last(days: np.ndarray) -> list[date]:
    """First and last of some days; empty if there are none."""
    known = days[~np.isnat(days)]
    return [known.min().item(), known.max().item()] if len(known) else []


def unseen(tables: Callable[[str], pa.Table], name: str, end: np.datetime64, zone: str) -> dict[str, int]:
    """Number of rows of a table that a time leaves out, by reason: ``after_reading``, dated after the day on which they
    were read, which are errors; ``after_day``, all others. Empty if none is left out."""
    stored = tables(name)
    n = stored.num_rows - rows_until(stored, end, zone).num_rows
    right = _without_slips(stored, name, tables) if n else stored
    late = right.num_rows - rows_until(right, end, zone).num_rows
    return {why: m for why, m in (("after_day", late), ("after_reading", n - late)) if m}


def _without_slips(table: pa.Table, name: str, tables: Callable[[str], pa.Table]) -> pa.Table:
    """Rows without such errors. A fact without its own warnings has those of the rows it was made from."""
    if name not in MADE_OF:
        return without_misdated(table)
    is_right = np.ones(table.num_rows, bool)
    for made_of, id, own in MADE_OF[name]:
        rows = tables(made_of)
        is_slip = ~is_among(rows.column(id), without_misdated(rows).column(id))
        is_right &= ~is_among(table.column(own), rows.column(id).filter(pa.array(is_slip)))
    return table.filter(pa.array(is_right))


MADE_OF = {  # fact without warnings -> the tables it was made from, their ID column, and the column that holds that ID
    "callbacks": (("calls", "call_id", "call_id"), ("entries", "entry_id", "entry_id")),
    "promises": (("entries", "entry_id", "promise_id"),),
}
