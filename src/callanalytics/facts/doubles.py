"""The same call written down twice: by two people of an office, or in two rows of one sheet, minutes apart.

Two rows are notes of one call if all of this holds.

1. Both are of a call to the agency, or both of a call from it; neither lacks its time of day, and the times are at most
   `NEAR` apart.
2. Nothing that both say differs: line, our number, agent, service request, matter, receipt, number for the callback,
   tier, reason, result, promise, how the wait ended. (What was not noted differs from nothing.) Waits and lengths may
   differ by `SLACK_S`, or by their rounding where that is wider.
3. Something shows that they cannot be two calls, one after the other:

   ==========  ==============================================================================================
   `agent`     one agent's ID; or one agent's name about one case (service request, matter or receipt)
   `request`   a person gave both the same result under the same service request number
   `overlap`   about one case, and each lasted longer than the time between the two, and the rounding of both
   `phone`     about one case, and a phone log that covers that time shows just one call to the agency from
               `AROUND` before the first to `AROUND` after the second
   ==========  ==============================================================================================

   Of calls from the agency: somebody answered both, with one agent or about one case (or the same earlier call of
   ours); or nobody did, and they stand at the same minute; of two with a date alone, that they were written beside two
   notes of one call.

So two calls about one matter, one given up after two minutes and another three minutes later, stay two unless the
phone log shows one; so do any two of which nothing tells the case or the agent, since two people may hold in one
queue at once, for one time. The note of which more is filled in stands for the call, with what only the other says;
both stay in ``notes``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from callanalytics.agencies import Agency
from callanalytics.facts import coverage, dials, logs, twins
from callanalytics.facts.rows import NOWHERE, Rows, seconds, union_words
from callanalytics.facts.watching import Watch

NEAR = np.timedelta64(5, "m")
AROUND = np.timedelta64(10, "m")
SLACK_S = 300
WARNING = "noted_twice"
CASE = ("sr_number", "matter", "receipt")
SAME = tuple("office_id kind line our_number agent_id callback_number tier reason outcome promised".split()) + CASE
UNSAID = ("unknown", "unsaid")
# What is the row's own, and is not filled in from another.
OWN = set(
    "office_id note_id source_id source_row part format started_at_utc started_at_local timezone timezone_source "
    "clock_flag started_precision_s time_of kind follows warnings".split()
)


@dataclass(frozen=True)
class Phone:
    """What the phone logs of an office show: the moments of its calls to the agency, in order, and when they cover."""

    called: np.ndarray
    watch: Watch

    def shows_one(self, notes: Rows, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Whether, between two notes and some minutes around, all is covered and there is just one call."""
        at, number = notes.moments(), notes.arrow("our_number")
        since, until = at[a] - AROUND, at[b] + AROUND
        covered = self.watch.until(since, number.take(pa.array(a))) >= until
        n = np.searchsorted(self.called, until, side="right") - np.searchsorted(self.called, since, side="left")
        return covered & (n == 1)


def phone(office: dict, calls: Rows, notes: Rows, covered: pa.Table, agency: Agency) -> Phone:
    """The phone logs of an office, to tell one call from two."""
    calls = logs.with_lines_named(office, calls)
    watch = Watch(covered, coverage.lines_of(office, calls, notes, agency), unanswered=False, declared=False)
    outbound = dials.to_the_agency(calls, agency)
    called = outbound.where(twins.of_calls(outbound) < 0).moments()
    return Phone(np.sort(called[~np.isnat(called)]), watch)


def of_notes(notes: Rows, phone: Phone) -> np.ndarray:
    """For each note the place of the one that stands for the same call; NOWHERE for that one and all others."""
    read = _Read(notes, phone)
    stands = np.full(len(notes), NOWHERE)
    _fold(stands, read, _pairs(read, "dial", read.is_one_call))
    read = _Read(notes, phone, _follows(notes, stands))
    _fold(stands, read, _pairs(read, "ring", read.is_one_ring) | _pairs_of_days(read))
    return stands


def without(notes: Rows, phone: Phone) -> Rows:
    """The notes of which each stands for a call of its own, with what only its doubles say."""
    stands = of_notes(notes, phone)
    doubles = np.flatnonzero(stands >= 0)
    if not len(doubles):
        return notes
    table = notes.table
    for name in table.column_names:
        if name not in OWN:
            table = _put(table, name, notes.arrow(name).take(pa.array(_fillers(notes, name, stands, doubles))))
    marked = np.isin(np.arange(len(notes)), stands[doubles])
    warning = pa.array([WARNING if mark else None for mark in marked], pa.string())
    table = _put(table, "warnings", union_words(notes.arrow("warnings"), warning))
    table = _put(table, "follows", pa.array(_follows(notes, stands), pa.string()))
    told = object.__new__(Rows)
    told.table = table
    return told.where(stands < 0)


def _put(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(place), values)


def _fillers(notes: Rows, name: str, stands: np.ndarray, doubles: np.ndarray) -> np.ndarray:
    """From which note each takes its value of a column: from itself if it has one."""
    is_said, places = _is_said(notes, name), np.arange(len(notes))
    for double in doubles[::-1].tolist():  # of several, the first that has it
        if is_said[double] and not is_said[stands[double]]:
            places[stands[double]] = double
    return places


def _is_said(notes: Rows, name: str) -> np.ndarray:
    said = notes.is_there(name)
    return said & ~notes.is_(name, *UNSAID) if pa.types.is_string(notes.arrow(name).type) else said


def _follows(notes: Rows, stands: np.ndarray) -> np.ndarray:
    """The note that each says it follows; of a double, the one that stands for it."""
    ids, follows = notes.texts("note_id"), notes.texts("follows")
    doubles = np.flatnonzero(stands >= 0).tolist()
    instead = {ids[double]: ids[stands[double]] for double in doubles}
    return np.array([instead.get(id, id) for id in follows], object) if instead else follows


# ---- which are one -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Read:
    """The columns by which two notes are compared, each distinct value a number, NOWHERE for what is not said."""

    notes: Rows
    phone: Phone
    follows: np.ndarray | None = None

    def __post_init__(self):
        notes, put = self.notes, object.__setattr__
        told = notes.texts("follows") if self.follows is None else self.follows
        put(self, "code", {name: _codes(notes, name) for name in (*SAME, "wait_kind")})
        put(self, "name", _encoded(np.array([_plain(text) for text in notes.texts("agent_name")], object)))
        put(self, "followed", _encoded(told))
        put(self, "own_followed", _encoded(notes.texts("follows")))
        put(self, "at", notes.moments())
        put(self, "day", notes.moments("started_at_local").astype("M8[D]"))
        put(self, "place", (_encoded(notes.texts("source_id")), notes.numbers("source_row")))
        put(self, "precise", notes.numbers("started_precision_s", missing=60))
        put(self, "lengths", {name: notes.numbers(name) for name in ("wait_s", "duration_s")})
        put(self, "grid", np.maximum(notes.numbers("wait_grid_s"), 60))
        put(self, "is_reached", notes.is_("wait_kind", "reached") | notes.is_there("tier"))
        put(self, "is_answered", notes.is_("outcome", "answered"))
        put(self, "is_missed", notes.is_("outcome", "missed", "voicemail", "blocked"))
        put(self, "filled", sum(_is_said(notes, name).astype(int) for name in notes.table.column_names))

    def is_same(self, name: str, a, b) -> np.ndarray:
        code = self.code[name]
        return (code[a] == code[b]) & (code[a] >= 0)

    def differ(self, a, b) -> np.ndarray:
        """Whether anything that both say is not the same."""
        found = (self.place[0][a] == self.place[0][b]) & (self.place[1][a] == self.place[1][b])
        for code in self.code.values():
            found |= (code[a] != code[b]) & (code[a] >= 0) & (code[b] >= 0)
        other_name = (self.name[a] != self.name[b]) & (self.name[a] >= 0) & (self.name[b] >= 0)
        found |= other_name & ~self.is_same("agent_id", a, b)
        slack = np.maximum(np.maximum(self.grid[a], self.grid[b]), SLACK_S)
        for length in self.lengths.values():
            found |= (np.abs(length[a] - length[b]) > slack) & (length[a] >= 0) & (length[b] >= 0)
        return found

    def is_of_one_case(self, a, b) -> np.ndarray:
        return np.logical_or.reduce([self.is_same(name, a, b) for name in CASE])

    def is_by_one_agent(self, a, b) -> np.ndarray:
        by_name = (self.name[a] == self.name[b]) & (self.name[a] >= 0)
        return self.is_same("agent_id", a, b) | (by_name & self.is_of_one_case(a, b))

    def is_one_call(self, a, b) -> np.ndarray:
        request = self.is_same("sr_number", a, b) & self.is_same("outcome", a, b)
        request &= self.is_reached[a] & self.is_reached[b]
        lasted = np.maximum(self.lengths["wait_s"], self.lengths["duration_s"])
        rounding = np.maximum(self.grid[a], self.grid[b]) + np.maximum(self.precise[a], self.precise[b])
        between = self.at[b] - self.at[a] + seconds(rounding)
        overlap = seconds(np.minimum(lasted[a], lasted[b])) > between
        of_one = self.is_of_one_case(a, b) & (overlap | self.phone.shows_one(self.notes, a, b))
        return ~self.differ(a, b) & (self.is_by_one_agent(a, b) | request | of_one)

    def is_one_ring(self, a, b) -> np.ndarray:
        of_one = self.is_of_one_case(a, b) | ((self.followed[a] == self.followed[b]) & (self.followed[a] >= 0))
        answered = self.is_answered[a] & self.is_answered[b] & (of_one | self.is_by_one_agent(a, b))
        missed = self.is_missed[a] & self.is_missed[b] & of_one & (self.at[a] == self.at[b])
        return ~self.differ(a, b) & (answered | missed)


def _codes(notes: Rows, name: str) -> np.ndarray:
    return np.where(_is_said(notes, name), _encoded(notes.texts(name)), NOWHERE)


def _encoded(values: np.ndarray) -> np.ndarray:
    codes = pa.array(values, pa.string()).dictionary_encode().indices
    return codes.fill_null(NOWHERE).to_numpy(zero_copy_only=False)


def _plain(name: str | None) -> str | None:
    return "".join(filter(str.isalnum, name.casefold())) or None if name else None


def _pairs(read: _Read, kind: str, is_one) -> set[tuple[int, int]]:
    """The pairs of notes with a time that are one; the rows stand in order of time."""
    timed = ~np.isnat(read.at) & (read.precise <= 900) & read.notes.is_("kind", kind)
    order, found = np.flatnonzero(timed), set()
    for step in range(1, len(order)):
        a, b = order[:-step], order[step:]
        near = read.at[b] - read.at[a] <= NEAR
        if not near.any():
            break
        a, b = a[near], b[near]
        both = is_one(a, b)
        found |= set(zip(a[both].tolist(), b[both].tolist(), strict=True))
    return found


def _pairs_of_days(read: _Read) -> set[tuple[int, int]]:
    """Callbacks with a date alone that were written beside two notes of one call."""
    moved = (read.followed >= 0) & read.notes.is_("kind", "ring") & np.isnat(read.at) & ~np.isnat(read.day)
    groups: dict[tuple, list[int]] = {}
    for place in np.flatnonzero(moved).tolist():
        groups.setdefault((read.followed[place], read.day[place].item()), []).append(place)
    pairs = [(a, b) for places in groups.values() for a in places for b in places if a < b]
    if not pairs:
        return set()
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    both = ~read.differ(a, b) & (read.own_followed[a] != read.own_followed[b])
    return set(zip(a[both].tolist(), b[both].tolist(), strict=True))


def _fold(stands: np.ndarray, read: _Read, pairs: set[tuple[int, int]]) -> None:
    """Put notes that are one together: every one of them with every other."""
    runs: list[list[int]] = []
    for place in sorted({place for pair in pairs for place in pair}):
        run = next((run for run in runs if all((other, place) in pairs for other in run)), None)
        runs.append([place]) if run is None else run.append(place)
    for run in runs:
        best = max(run, key=lambda place: (read.filled[place], -place))
        stands[[place for place in run if place != best]] = best
