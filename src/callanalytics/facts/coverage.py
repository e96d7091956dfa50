"""When could a line be observed? Without that, nobody can say that it did not ring.

A phone export covers a line from the line's first call to its last. Two limits keep it honest:

* A hole longer than the longest *ordinary quiet stretch* is a gap. Quiet is counted in business days without a
  call. From the share of such days in the record, its longest hole left out, follows how long a stretch chance
  alone makes: one that would come up less than once in a hundred such records is not ordinary. Up to
  ``LEAST_QUIET`` days are always ordinary. A record of fewer than ``ENOUGH`` days with calls shows nothing
  ordinary: then an export is taken at its word between its first and its last row, and two exports adjoin only
  over ``LEAST_QUIET``.
* A line ends with the export, not with its own last call, only where that call is no further from the
  export's end than an ordinary quiet stretch.

Exports of one phone system that adjoin are looked at as one, so that it does not matter how its calls are cut
into files. A call that does not say at which of our numbers it was belongs to the one line that the office says
the system shows; if it says none, or several, the call covers nothing: which of them it was on is not known.

A system that records no callers cannot bear witness that the agency did not ring: a call-back in it looks like
any other call. Its rows stand, with ``has_unanswered`` false.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import formats, schema
from callanalytics.agencies import Agency
from callanalytics.clocks import business_days_between
from callanalytics.facts.rows import NOWHERE, Rows, column_of_moments
from callanalytics.facts.watching import moment
from callanalytics.values import zones

LEAST_QUIET = 2  # business days: the day after Thanksgiving and one more
ENOUGH = 10
RARE = 0.01


@dataclass(frozen=True)
class Observed:
    """Moments at which a phone system showed a line to be under observation, in order of time."""

    at: np.ndarray
    line: np.ndarray
    source: np.ndarray

    def __getitem__(self, rows) -> Observed:
        return Observed(self.at[rows], self.line[rows], self.source[rows])


@dataclass(frozen=True)
class Stretch:
    """A line under observation by one source without a break."""

    line: str
    start: np.datetime64
    end: np.datetime64
    source: str


def build(office: dict, calls: Rows, notes: Rows, sources: pa.Table) -> pa.Table:
    """Every stretch of time in which a line of the office could be observed.

    One row a line, stretch and export; rows of exports that adjoin touch. Beside them, for the whole office, the
    stretches in which its hand log records every call-back, where it says so: to the last row of that log, without
    its holes.
    """
    told = {row["source_id"]: row for row in sources.to_pylist()}
    kind = {id: (row["format"], row["has_unanswered"] and row["has_caller_id"]) for id, row in told.items()}
    lines = list(dict.fromkeys([*_named(office), *_shown(calls)]))
    stretches = []
    for name, witness in sorted(set(kind.values())):
        own = {id: row for id, row in told.items() if kind[id] == (name, witness)}
        stretches += [(s, witness) for s in _of_system(own, calls, lines)]
    declared = _declared(office, notes)
    return _table(office, stretches, declared)


def lines_of(office: dict, calls: Rows, notes: Rows, agency: Agency) -> list[str]:
    """The numbers of an office: those it names, those its phone systems show, those its hand log gives as its own.

    All of them: a promise with no number written may be answered on any. An agency's number written down as the
    one to call back is a slip, and none of ours.
    """
    noted = {number for name in ("our_number", "callback_number") for number in notes.arrow(name).unique().to_pylist()}
    noted = {number for number in noted if number and not agency.is_agency_number(number)}
    return list(dict.fromkeys([*_named(office), *_shown(calls), *sorted(noted)]))


def _named(office: dict) -> list[str]:
    return [line["number"] for line in office.get("lines") or () if line["number"]]


def _shown(calls: Rows) -> list[str]:
    return sorted(calls.arrow("our_number").unique().drop_null().to_pylist())


def named_lines(office: dict, system: str) -> list[str]:
    """The lines of which the office says that this phone system's export shows them.

    >>> named_lines({"lines": [{"number": "+13125550100", "covered_by": "Ring Central"}]}, "ring_central_simple")
    ['+13125550100']
    """
    lines = office.get("lines") or ()
    return [line["number"] for line in lines if line["number"] and formats.is_named(line["covered_by"], system)]


# ---- exports -------------------------------------------------------------------------------------------


def _of_system(sources, calls: Rows, lines) -> list[Stretch]:
    """The stretches of all lines that one phone system's exports show."""
    ids = sorted(sources)
    seen = _observed(calls, sources, ids, lines)
    if not len(seen.at):
        return []
    firsts, lasts = _runs(_with_stated_range(seen, [sources[id] for id in ids]))
    stretch = np.searchsorted(firsts, seen.at, side="right") - 1
    known = np.flatnonzero(seen.line >= 0)
    known = known[np.lexsort((stretch[known], seen.line[known]))]
    part = seen.line[known] * len(firsts) + stretch[known]
    found = []
    for inside in np.split(known, np.flatnonzero(np.diff(part)) + 1) if len(known) else ():
        place = stretch[inside[0]]
        found += _of_line(lines[seen.line[inside[0]]], seen[inside], firsts[place], lasts[place], ids)
    return found


def unbroken(calls: pa.Table, sources: pa.Table) -> dict[str, list[tuple]]:
    """First and last moment of each stretch in which a phone system's exports have no hole, by format; on whatever line
    its calls were."""
    told = {row["source_id"]: row for row in sources.to_pylist()}
    rows, found = Rows(_ends_of_days(calls), "source_id"), {}
    for name in sorted({row["format"] for row in told.values()}):
        own = {id: row for id, row in told.items() if row["format"] == name}
        seen = _observed(rows, own, ids := sorted(own), [])
        if len(seen.at):
            whole = _with_stated_range(seen, [own[id] for id in ids])
            found[name] = list(zip(*_runs(whole), strict=True))
    return found


def _ends_of_days(calls: pa.Table) -> pa.Table:
    """Of each source and day the first and the last call: holes are told in days, and calls may be millions."""
    told = calls.select(["started_at_utc", "source_id", "warnings"])
    told = told.filter(pc.fill_null(pc.invert(pc.match_substring(told.column("warnings"), "after_ingest")), True))
    told = told.append_column("day", pc.cast(told.column("started_at_utc"), pa.date32(), safe=False))
    days = told.group_by(["source_id", "day"]).aggregate([("started_at_utc", "min"), ("started_at_utc", "max")])
    ends = [
        pa.table({"started_at_utc": days.column(f"started_at_utc_{end}"), "source_id": days.column("source_id")})
        for end in ("min", "max")
    ]
    both = pa.concat_tables(ends)
    nothing = pa.nulls(both.num_rows, pa.string())
    return both.append_column("our_number", nothing).append_column("warnings", nothing)


def _runs(seen: Observed) -> tuple[np.ndarray, np.ndarray]:
    """First and last moment of each unbroken run of a system."""
    ends = _ends(seen, _ordinary(seen.at))
    return seen.at[np.concatenate([[0], ends[:-1] + 1])], seen.at[ends]


def _ends(seen: Observed, quiet: int | None) -> np.ndarray:
    """The last place of each unbroken run; without an ordinary quiet, only one export vouches for its own holes."""
    same = seen.source[1:] == seen.source[:-1]
    breaks = _silent_days(seen.at) > (quiet if quiet is not None else np.where(same, np.inf, LEAST_QUIET))
    return np.append(np.flatnonzero(breaks), len(seen.at) - 1)


def _observed(calls: Rows, sources: dict, ids, lines) -> Observed:
    """The calls of some sources; one that names no line of ours shows only that the system was at work."""
    at, source = calls.moments(), calls.codes("source_id", ids)
    source = np.append(_as_exports(ids, sources), NOWHERE)[source]
    usable = ~np.isnat(at) & (source >= 0) & ~_is_misdated(calls)
    at, source, line = at[usable], source[usable], calls.codes("our_number", lines)[usable]
    order = np.lexsort((source, line, at))
    return Observed(at[order], line[order], source[order])


def _as_exports(ids, sources) -> np.ndarray:
    """The place of each source, all one-row files in that of the first: pages, of which one export has thousands."""
    is_page = np.array([sources[id]["rows"] <= 1 for id in ids], bool)
    return np.where(is_page, np.argmax(is_page), np.arange(len(ids)))


def _is_misdated(rows: Rows) -> np.ndarray:
    """Rows dated after the day on which they were read: a slip of the pen must not cover years to come."""
    return pc.match_substring(rows.arrow("warnings"), "after_ingest").fill_null(False).to_numpy(zero_copy_only=False)


def _with_stated_range(seen: Observed, sources: list[dict]) -> Observed:
    """The observations of a system with the first and last moment that each of its files speaks of."""
    ends = ("covers_from_utc", "covers_to_utc")
    stated = [(moment(sources[p][end]), p) for p in np.unique(seen.source) for end in ends if sources[p].get(end)]
    at = np.concatenate([seen.at, np.array([when for when, _ in stated], "M8[us]")])
    source = np.concatenate([seen.source, np.array([place for _, place in stated], np.int64)])
    line = np.concatenate([seen.line, np.full(len(stated), NOWHERE)])
    order = np.lexsort((source, line, at))
    return Observed(at[order], line[order], source[order])


def _of_line(number: str, seen: Observed, first, last, ids) -> list[Stretch]:
    """The stretches of one line within a stretch of its system."""
    quiet = _ordinary(seen.at)
    ends = _ends(seen, quiet)
    starts = np.concatenate([[0], ends[:-1] + 1])
    near = LEAST_QUIET if quiet is None else quiet
    found = []
    for start, end in zip(starts, ends, strict=True):
        begins, stops = seen.at[start], seen.at[end]
        begins = first if start == 0 and _silent_days(np.array([first, begins]))[0] <= near else begins
        stops = last if end == len(seen.at) - 1 and _silent_days(np.array([stops, last]))[0] <= near else stops
        found += _by_source(number, seen[start : end + 1], begins, stops, ids)
    return found


def _by_source(number: str, seen: Observed, begins, stops, ids) -> list[Stretch]:
    """One stretch cut where the next export begins to tell of the line, so that the pieces touch."""
    source, place = np.unique(seen.source, return_index=True)
    order = np.argsort(place)
    source, place = source[order], place[order]
    edges = [begins, *seen.at[place[1:]], stops]
    pieces = zip(edges, edges[1:], source, strict=False)
    return [Stretch(number, a, b, ids[s]) for a, b, s in pieces if a < b]


def _silent_days(at: np.ndarray) -> np.ndarray:
    """Business days without a call between each moment and the next."""
    return np.maximum(business_days_between(at[:-1], at[1:]) - 1, 0)


def _ordinary(at: np.ndarray) -> int | None:
    """The longest quiet stretch that is ordinary [business days]; None where the record is too short to tell.

    With a share q of quiet days among n, a stretch of k comes up about n q^k times by chance.
    """
    steps = business_days_between(at[:-1], at[1:])
    busy = 1 + int(np.sum(steps > 0))
    if busy < ENOUGH:
        return None
    silent = np.maximum(steps - 1, 0)
    quiet = int(silent.sum() - silent.max()) + 1  # one more, so that a line never silent yet is not held to be so
    days = busy + quiet
    return max(LEAST_QUIET, int(np.log(RARE / days) / np.log(quiet / days)))


# ---- the hand log --------------------------------------------------------------------------------------


def _declared(office: dict, notes: Rows) -> list[tuple]:
    """Where the hand log is complete by the office's word: from the day it says, as long as the log has no hole.

    A log kept by hand may have been given up, or not kept for a summer, as a phone system may be: a hole longer than
    an ordinary quiet stretch of the log ends what the word covers, until the next row.
    """
    since = office.get("logs_callbacks_since")
    midnight = zones.to_utc(notes.moments("started_at_local").astype("M8[D]"), office["timezone"])[0]
    utc = np.where(np.isnat(notes.moments()), midnight, notes.moments())  # a date alone: all that is sure of it
    utc = utc[~np.isnat(utc) & ~_is_misdated(notes)]
    if since is None:
        return []
    start = zones.to_utc(np.array([since], "M8[D]"), office["timezone"])[0]
    at = np.concatenate([start, np.sort(utc[utc > start])])
    quiet = _ordinary(at)
    last = np.append(np.flatnonzero(_silent_days(at) > (np.inf if quiet is None else quiet)), len(at) - 1)
    first = np.concatenate([[0], last[:-1] + 1])
    return [(at[a], at[b]) for a, b in zip(first, last, strict=True) if at[a] < at[b]]


def _table(office, stretches, declared) -> pa.Table:
    rows = [(s.line, s.start, s.end, witness, "export", s.source) for s, witness in stretches]
    rows += [(None, *stretch, True, "declared", None) for stretch in declared]
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
