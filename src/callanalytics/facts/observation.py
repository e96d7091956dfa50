"""Lines of an office, and the periods in which records cover each. Outside them, no one can say a line had no call.

A phone export covers a line from the line's first call to its last. Two limits keep that honest:

* A hole longer than the longest *ordinary quiet period* is a gap. Quiet is counted in business days without a call. The
  share of such days in the record, without its longest hole, gives the length of quiet that chance alone explains. A
  length expected less than once in a hundred such records is not ordinary. Up to ``MIN_QUIET`` days are always
  ordinary. A record of fewer than ``MIN_BUSY_DAYS`` days with calls cannot show what is ordinary. Then an export covers
  everything between its first and last row, and two exports adjoin only over ``MIN_QUIET``.
* A line is covered to the start or end of the export only if its own first or last call is no further away than an
  ordinary quiet period.

Exports of one phone system that adjoin are read as one, so that it does not matter how its calls are split into files.
A call that does not name an office number belongs to the one line that the office says the system shows. If the office
names no line, or several, the call covers nothing: its line is unknown.

A system that records no callers cannot show that the agency did not call, because a callback in it looks like any other
call. Its rows stay, with ``has_unanswered`` false.

`coverage_table` makes the table. `CoveredSpans` finds in it until when a line was covered without a break.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.agencies import Agency
from callanalytics.clocks import business_days_between
from callanalytics.facts.arrays import (
    MISSING,
    NAT,
    Rows,
    codes,
    column_of_moments,
    column_of_words,
    earliest,
    integers,
    is_misdated,
    is_present,
    is_set,
    take,
    without_misdated,
)
from callanalytics.schema import with_column
from callanalytics.values import zones


class CoveredSpans:
    """Unbroken coverage of the lines of an office.

    Parameters
    ----------
    coverage : the table
    lines : the numbers of the office; if no number is given, all of them must be covered
    unanswered : only coverage in which calls that no one answered would be seen
    declared : also the office's declaration that its hand log is complete
    """

    def __init__(self, coverage: pa.Table, lines: list[str], *, unanswered: bool = True, declared: bool = True):
        own: dict[str | None, list] = {None: []}  # None: the whole office, as it declares
        for row in coverage.to_pylist():
            if row["has_unanswered"] or not unanswered:
                span = as_datetime64(row["from_utc"]), as_datetime64(row["to_utc"])
                own.setdefault(row["our_number"], []).append(span)
        whole = own.pop(None) if declared else []
        self.lines = lines
        self.office = _united(whole)
        self.line = {number: _united([*spans, *whole]) for number, spans in own.items()}

    def until(self, start: np.ndarray, number: pa.Array) -> np.ndarray:
        """End of the unbroken coverage that contains each start; NaT where none does.

        ``number`` is the number given to the agency; null means every line of the office.
        """
        ends = np.full(len(start), NAT)
        numbers = number.unique().drop_null().to_pylist()
        # Number by number, so that one search in the spans of a line finds all its starts.
        which = codes(number, numbers)
        order = np.argsort(which, kind="stable")
        edges = np.searchsorted(which[order], np.arange(len(numbers) + 1))
        for known, first, last in zip(numbers, edges, edges[1:], strict=False):
            rows = order[first:last]
            ends[rows] = _end_of_span(self.line.get(known, self.office), start[rows])
        rows = order[: edges[0]]  # on an unknown line: as long as every line is covered
        spans = [self.line.get(line, self.office) for line in self.lines] or [self.office]
        ends[rows] = np.minimum.reduce([_end_of_span(each, start[rows]) for each in spans])  # NaT wins over any time
        return ends


def _united(spans) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends of the spans, with those that touch or overlap merged."""
    starts: list[np.datetime64] = []
    ends: list[np.datetime64] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return np.array(starts, "M8[us]"), np.array(ends, "M8[us]")


def _end_of_span(united, start):
    starts, ends = united
    index = np.searchsorted(starts, start, side="right") - 1
    inside = (index >= 0) & ~np.isnat(start)
    end = np.full(len(start), NAT)
    end[inside] = ends[index[inside]]
    return np.where(end >= start, end, NAT)


def as_datetime64(stamp) -> np.datetime64:
    """Arrow timestamp that has become a datetime with a zone, as a numpy datetime64."""
    return np.datetime64(stamp.replace(tzinfo=None), "us")


# ---- the table of coverage ---------------------------------------------------------------------------


MIN_QUIET = 2  # business days: the day after Thanksgiving and one more
MIN_BUSY_DAYS = 10
MAX_CHANCE = 0.01


@dataclass(frozen=True)
class Observations:
    """Times at which a phone system showed a line to be under observation, in order."""

    when: np.ndarray
    line: np.ndarray
    source: np.ndarray
    agency: Agency  # its business days separate an ordinary quiet period from a gap

    def __getitem__(self, rows) -> Observations:
        return Observations(self.when[rows], self.line[rows], self.source[rows], self.agency)


def coverage_table(office: dict, calls: Rows, entries: Rows, sources: pa.Table, agency: Agency) -> pa.Table:
    """Every period in which a line of the office could be observed.

    One row for each line, period, and export; rows of exports that adjoin touch. Separate rows, for the whole office,
    hold the periods in which its hand log records every callback, if it declares so. These end with the last row of
    that log and leave out its gaps.
    """
    by_id = {row["source_id"]: row for row in sources.to_pylist()}
    kind = {id: (row["format"], row["has_unanswered"] and row["has_caller_id"]) for id, row in by_id.items()}
    lines = _known_lines(office, calls)
    rows: list[tuple] = []
    # Exports of one system with and without unanswered calls stay separate: only the first kind is a witness.
    for name, witness in sorted(set(kind.values())):
        own = {id: row for id, row in by_id.items() if kind[id] == (name, witness)}
        found = _stretches_of_system(own, calls, lines, agency)
        rows += [(line, start, end, witness, "export", source) for line, start, end, source in found]
    if office.get("logs_callbacks_since"):
        rows += [(None, *span, True, "declared", None) for span in _declared_spans(office, entries, agency)]
    # The same order whichever files came first, so that the table does not show how it was made.
    rows.sort(key=lambda row: (row[0] is None, row[0] or "", row[1], row[2], row[5] or ""))
    line, start, end, witness, basis, source = zip(*rows, strict=True) if rows else ((),) * 6
    return schema.build(
        "coverage",
        {
            "office_id": [office["office_id"]] * len(rows),
            "our_number": pa.array(line, pa.string()),
            "from_utc": column_of_moments(np.array(start, "M8[us]")),
            "to_utc": column_of_moments(np.array(end, "M8[us]")),
            "has_unanswered": pa.array(witness, pa.bool_()),
            "basis": pa.array(basis, pa.string()),
            "source_id": pa.array(source, pa.string()),
        },
    )


def lines_of(office: dict, calls: Rows, entries: Rows, agency: Agency) -> list[str]:
    """Numbers of an office: those it names, those its phone systems show, those its hand log gives as its own.

    All are needed, because a promise without a written number may be answered on any of them.
    """
    noted = {
        number for name in ("our_number", "callback_number") for number in entries.arrow(name).unique().to_pylist()
    }
    # An agency number written as the one to call back is an error, not an office number.
    noted = {number for number in noted if number and not agency.is_agency_number(number)}
    return list(dict.fromkeys([*_known_lines(office, calls), *sorted(noted)]))


def _known_lines(office: dict, calls: Rows) -> list[str]:
    """Numbers that the office names, and those its phone systems show."""
    stated = [line["number"] for line in office.get("lines") or () if line["number"]]
    return list(dict.fromkeys([*stated, *sorted(calls.arrow("our_number").unique().drop_null().to_pylist())]))


def named_lines(office: dict, system: str) -> list[str]:
    """Lines that, the office says, this phone system's export shows.

    >>> named_lines({"lines": [{"number": "+13125550100", "covered_by": "Ring Central"}]}, "ring_central_simple")
    ['+13125550100']
    """
    from callanalytics import formats  # only making facts needs them; counting does not

    lines = office.get("lines") or ()
    return [line["number"] for line in lines if line["number"] and formats.is_named(line["covered_by"], system)]


def with_lines_filled(office: dict, calls: Rows) -> Rows:
    """Calls with a missing office number filled in, if the office names one line for their system."""
    if not office.get("lines"):
        return calls
    number, system = calls.arrow("our_number"), calls.arrow("format")
    systems = system.unique().to_pylist()
    named = [named_lines(office, name) for name in systems]
    # If the office names several lines, the call's line stays unknown.
    sole = pa.array([lines[0] if len(lines) == 1 else None for lines in named], pa.string())
    filled = pc.coalesce(number, take(sole, codes(system, systems)))
    return Rows(with_column(calls.table, "our_number", filled))


def to_the_agency(calls: Rows, agency: Agency) -> Rows:
    """Calls that went out to one of the agency's numbers."""
    outbound = calls.where(calls.is_in("direction", "outbound"))
    return outbound.where(is_present(line_dialed(outbound, agency)))


def line_dialed(calls: Rows, agency: Agency) -> pa.Array:
    """Agency line of each number called, on the day of the call; null for any other number."""
    listed = [number for number in agency.numbers if number.use == "outbound"]
    other = calls.arrow("other_number")
    day = calls.moments().astype("M8[D]")
    day = np.where(np.isnat(day), calls.moments("started_at_local").astype("M8[D]"), day)
    found = np.full(len(calls), -1)
    for index, number in enumerate(listed):
        since = np.isnat(day) | (day >= np.datetime64(number.since or "0001-01-01", "D"))
        until = np.isnat(day) | (day <= np.datetime64(number.until or "9999-12-31", "D"))
        found[is_set(pc.equal(other, number.e164)) & since & until] = index
    return column_of_words([number.line for number in listed], found)


# ---- exports -------------------------------------------------------------------------------------------


def _stretches_of_system(sources, calls: Rows, lines, agency: Agency) -> list[tuple]:
    """Periods of all lines that one phone system's exports show: line, start, end, source."""
    ids = sorted(sources)
    seen = _observed(calls, sources, ids, lines, agency)
    if not len(seen.when):
        return []
    # First the runs of the whole system, then those of each line within them: one line may be quiet while others are
    # not.
    firsts, lasts = _runs_of_system(_with_stated_range(seen, [sources[id] for id in ids]))
    stretch = np.searchsorted(firsts, seen.when, side="right") - 1
    known = np.flatnonzero(seen.line >= 0)
    known = known[np.lexsort((stretch[known], seen.line[known]))]
    part = seen.line[known] * len(firsts) + stretch[known]
    found = []
    for inside in np.split(known, np.flatnonzero(np.diff(part)) + 1) if len(known) else ():
        index = stretch[inside[0]]
        found += _stretches_of_line(lines[seen.line[inside[0]]], seen[inside], firsts[index], lasts[index], ids)
    return found


def unbroken(calls: pa.Table, sources: pa.Table, agency: Agency) -> dict[str, list[tuple]]:
    """First and last time of each period in which a phone system's exports have no gap, by format, whatever the
    line."""
    by_id = {row["source_id"]: row for row in sources.to_pylist()}
    # Only the first and last call of each source and day: gaps are counted in days, and calls may number millions.
    dated = without_misdated(calls.select(["started_at_utc", "source_id", "warnings"]))
    # safe=False lets the cast cut off the time of day, as wanted here.
    dated = dated.append_column("day", pc.cast(dated.column("started_at_utc"), pa.date32(), safe=False))
    days = dated.group_by(["source_id", "day"]).aggregate([("started_at_utc", "min"), ("started_at_utc", "max")])
    ends = [
        pa.table({"started_at_utc": days.column(f"started_at_utc_{end}"), "source_id": days.column("source_id")})
        for end in ("min", "max")
    ]
    both = pa.concat_tables(ends)
    nothing = pa.nulls(both.num_rows, pa.string())
    rows, found = Rows(both.append_column("our_number", nothing).append_column("warnings", nothing), "source_id"), {}
    for name in sorted({row["format"] for row in by_id.values()}):
        own = {id: row for id, row in by_id.items() if row["format"] == name}
        seen = _observed(rows, own, ids := sorted(own), [], agency)
        if len(seen.when):
            whole = _with_stated_range(seen, [own[id] for id in ids])
            found[name] = list(zip(*_runs_of_system(whole), strict=True))
    return found


def needed_calls(calls: pa.Table, agency: Agency) -> pa.Table:
    """Calls that give the same facts of an office as all its calls.

    These are all calls that are, or may be, the agency's. Of the others, which show that a line was observed, they are
    the first and the last for each source, line, and day.
    """
    numbers = pa.array([number.e164 for number in agency.numbers], pa.string())
    is_unknown = pc.and_(pc.equal(calls["direction"], "inbound"), pc.invert(pc.equal(calls["caller_id"], "known")))
    is_agencys = pc.is_in(calls["other_number"], value_set=numbers)
    is_needed = pc.or_(pc.or_(is_agencys, is_unknown), calls["started_at_utc"].is_null())
    day = pc.floor_temporal(calls["started_at_utc"].cast(pa.timestamp("us")), unit="day")
    words = (calls[name].combine_chunks().dictionary_encode().indices for name in ("source_id", "our_number"))
    kind = [integers(each) for each in (*words, day, is_misdated(calls["warnings"]))]
    order = np.lexsort((integers(calls["started_at_utc"]), *kind))
    is_next_kind = np.any([np.diff(key[order]) != 0 for key in kind], axis=0)
    needed = is_needed.to_numpy()
    needed[order[np.concatenate([[True], is_next_kind])[: len(order)]]] = True
    needed[order[np.concatenate([is_next_kind, [True]])[: len(order)]]] = True
    return calls.filter(pa.array(needed))


def _runs_of_system(seen: Observations) -> tuple[np.ndarray, np.ndarray]:
    """First and last time of each unbroken run of a system."""
    first, last = _runs_of_exports(seen, _longest_ordinary_quiet(seen.when, seen.agency))
    return seen.when[first], seen.when[last]


def _runs_of_exports(seen: Observations, quiet: int | None) -> tuple[np.ndarray, np.ndarray]:
    """First and last index of each unbroken run."""
    # Without an ordinary quiet period, only a single export explains its own gaps.
    same = seen.source[1:] == seen.source[:-1]
    return _runs(seen.when, np.where(same, np.inf, MIN_QUIET) if quiet is None else quiet, seen.agency)


def _runs(when: np.ndarray, longest, agency: Agency) -> tuple[np.ndarray, np.ndarray]:
    """First and last index of each run of times without more quiet days between them than ``longest``."""
    last = np.append(np.flatnonzero(_quiet_days(when, agency) > longest), len(when) - 1)
    return np.concatenate([[0], last[:-1] + 1]), last


def _observed(calls: Rows, sources: dict, ids, lines, agency: Agency) -> Observations:
    """Calls of some sources. A call that names no office line shows only that the system was working."""
    when, source = calls.moments(), calls.codes("source_id", ids)
    # Pages are files of one row each, and an export can have thousands: all count as the first of them.
    is_page = np.array([sources[id]["rows"] <= 1 for id in ids], bool)
    export = np.where(is_page, np.argmax(is_page), np.arange(len(ids)))
    source = np.append(export, MISSING)[source]
    usable = ~np.isnat(when) & (source >= 0) & ~is_set(is_misdated(calls.arrow("warnings")))
    when, source, line = when[usable], source[usable], calls.codes("our_number", lines)[usable]
    order = np.lexsort((source, line, when))
    return Observations(when[order], line[order], source[order], agency)


def _with_stated_range(seen: Observations, sources: list[dict]) -> Observations:
    """Observations of a system, with the first and last time that each of its files states."""
    ends = ("covers_from_utc", "covers_to_utc")
    stamps = [(sources[index].get(end), index) for index in np.unique(seen.source) for end in ends]
    stated = [(as_datetime64(stamp), index) for stamp, index in stamps if stamp]
    when = np.concatenate([seen.when, np.array([moment for moment, _ in stated], "M8[us]")])
    source = np.concatenate([seen.source, np.array([index for _, index in stated], np.int64)])
    line = np.concatenate([seen.line, np.full(len(stated), MISSING)])
    order = np.lexsort((source, line, when))
    return Observations(when[order], line[order], source[order], seen.agency)


def _stretches_of_line(number: str, seen: Observations, first, last, ids) -> list[tuple]:
    """Periods of one line within a period of its system, split by source."""
    quiet = _longest_ordinary_quiet(seen.when, seen.agency)
    starts, ends = _runs_of_exports(seen, quiet)
    near = MIN_QUIET if quiet is None else quiet
    found = []
    for start, end in zip(starts, ends, strict=True):
        begins, stops = seen.when[start], seen.when[end]
        # A line's first and last period extend to the ends of the export if only an ordinary quiet period lies between.
        begins = first if start == 0 and _quiet_days(np.array([first, begins]), seen.agency)[0] <= near else begins
        is_end = end == len(seen.when) - 1
        stops = last if is_end and _quiet_days(np.array([stops, last]), seen.agency)[0] <= near else stops
        # Cut where the next export first shows the line, so that the pieces touch.
        source, index = np.unique(seen.source[start : end + 1], return_index=True)
        order = np.argsort(index)
        edges = [begins, *seen.when[start + index[order][1:]], stops]
        pieces = zip(edges, edges[1:], source[order], strict=False)
        found += [(number, a, b, ids[s]) for a, b, s in pieces if a < b]
    return found


def _quiet_days(when: np.ndarray, agency: Agency) -> np.ndarray:
    """Business days without a call between each time and the next."""
    # A call on the next business day leaves no quiet day in between.
    return np.maximum(business_days_between(when[:-1], when[1:], agency=agency) - 1, 0)


def _longest_ordinary_quiet(when: np.ndarray, agency: Agency) -> int | None:
    """Longest ordinary quiet period [business days]; None where the record is too short.

    With a share q of quiet days among n, a period of k comes up about n q^k times by chance.
    """
    steps = business_days_between(when[:-1], when[1:], agency=agency)
    busy = 1 + int(np.sum(steps > 0))
    if busy < MIN_BUSY_DAYS:
        return None
    silent = np.maximum(steps - 1, 0)
    quiet = int(silent.sum() - silent.max()) + 1  # one more, so that a line never quiet so far can be
    days = busy + quiet
    # Solved for k: days * (quiet / days) ** k = MAX_CHANCE.
    return max(MIN_QUIET, int(np.log(MAX_CHANCE / days) / np.log(quiet / days)))


# ---- the hand log --------------------------------------------------------------------------------------


def _declared_spans(office: dict, entries: Rows, agency: Agency) -> list[tuple]:
    """Periods for which the office declares its hand log complete: from the day it gives, without the log's gaps."""
    utc = earliest(entries.moments(), entries.moments("started_at_local"), office["timezone"])
    utc = utc[~np.isnat(utc) & ~is_set(is_misdated(entries.arrow("warnings")))]
    start = zones.to_utc(np.array([office["logs_callbacks_since"]], "M8[D]"), office["timezone"])[0]
    when = np.concatenate([start, np.sort(utc[utc > start])])
    quiet = _longest_ordinary_quiet(when, agency)
    # A hand log may have been given up, or interrupted for a summer. A gap longer than the log's ordinary quiet period
    # ends what the declaration covers, until the next row.
    first, last = _runs(when, np.inf if quiet is None else quiet, agency)
    return [(when[a], when[b]) for a, b in zip(first, last, strict=True) if when[a] < when[b]]
