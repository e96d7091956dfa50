"""The hand log meets the phone log: which note is about which call.

Every pair of a note and a call that can be the same contact has a *misfit* in seconds: how far the call lies
from the time written, and how badly numbers and durations agree. Notes and calls are then joined one to one so
that the sum over all of them is least (not one after the other: an early note would take the call of a later
one). A pair counts (misfit / reach)², a note left alone 1, so that a pair is always better than a note alone
and an exact pair is not given up to save a poor one.

What is left is joined only where no other pair is possible: a note without a time of day with the one call of that day,
and a note whose time is further off (up to ``FAR_S``) with the one call that it may be, if the length of the whole
call was written and agrees. That one is flagged.

`best_pairs` compares arrays (`Noted`, `Logged`); `join_logs` puts the rows of the two tables together by its pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.facts.arrays import (
    MISSING,
    NAT,
    Rows,
    first_of,
    places_in_ranges,
    seconds,
    take,
    time_columns,
    times_of_rows,
)
from callanalytics.values import zones

TOLERANCE_S = 600  # clocks differ, and people write down afterwards
FAR_S = 5400  # an hour misread, a note written after the next call: only where nothing else can be meant
PLAIN_S = 120  # further apart than this beyond the stated rounding: joined, but flagged
NUMBER_S = 300  # the misfit of a number that differs
LONGEST_S = 6 * 3600
LARGE = 40000  # notes times calls of a knot that is solved as a table of all pairs
DURATION_S, DURATION_SHARE = 120, 0.25  # a whole call noted by hand may be off by the larger of these
START, ANSWER, END, UNKNOWN = range(4)  # moments of a call that a note may give
MOMENTS = ("start", "answer", "end", "unknown")


@dataclass(frozen=True)
class Noted:
    """Contacts as written down. Seconds and codes are -1, moments NaT, where nothing was written."""

    when: np.ndarray
    date: np.ndarray  # the day alone, office's clock; NaT where a time of day was written
    precision_s: np.ndarray
    moment: np.ndarray  # START, ANSWER, END, UNKNOWN
    wait_s: np.ndarray
    wait_grid_s: np.ndarray
    duration_s: np.ndarray
    number: np.ndarray
    line: np.ndarray
    answered: np.ndarray  # 1, 0, -1


@dataclass(frozen=True)
class Logged:
    """Calls as the phone system has them, in order of start, those without a start last."""

    when: np.ndarray
    date: np.ndarray  # office's clock
    duration_s: np.ndarray
    precision_s: np.ndarray
    number: np.ndarray
    line: np.ndarray
    answered: np.ndarray


@dataclass(frozen=True)
class Pairs:
    """Which note is about which call, as places in the two logs, and where the two disagree."""

    note: np.ndarray
    call: np.ndarray
    conflict_start: np.ndarray
    conflict_number: np.ndarray
    doubtful: np.ndarray  # notes left alone though a call of their day fits: several may be meant, or several mean it


@dataclass(frozen=True)
class _Edges:
    """Pairs that may be the same contact."""

    note: np.ndarray
    call: np.ndarray
    apart_s: np.ndarray

    def __getitem__(self, rows) -> _Edges:
        return _Edges(self.note[rows], self.call[rows], self.apart_s[rows])


def best_pairs(notes: Noted, calls: Logged, *, far: bool = False) -> Pairs:
    """Join notes and calls one to one, globally best; ``far``: also those left over that lie far apart."""
    edges = _edges_in_reach(notes, calls)
    misfit = _misfit(notes, calls, edges)
    edges, misfit = edges[misfit >= 0], misfit[misfit >= 0]
    # Squared, one poor pair costs more than two fair ones. Below 1, any pair is better than a note left alone.
    cost = np.minimum((misfit / _reach_s(notes)[edges.note]) ** 2, 0.999)
    chosen = _cheapest(edges, cost, len(notes.when), len(calls.when))
    timed = edges[chosen]
    of_day = _edges_of_the_day(notes, calls, timed)
    dated = _unambiguous(notes, calls, of_day)
    found = [timed, dated, *([_edges_far_apart(notes, calls, timed, dated)] if far else [])]
    note, call = (np.concatenate([getattr(edges, name) for edges in found]) for name in ("note", "call"))
    apart = np.concatenate([edges.apart_s for edges in found])
    return Pairs(
        note,
        call,
        apart > notes.precision_s[note] + PLAIN_S,
        differ(notes.number[note], calls.number[call]),
        np.setdiff1d(of_day.note, dated.note),
    )


# ---- who can be whom -----------------------------------------------------------------------------------


def _reach_s(notes: Noted) -> np.ndarray:
    grid = np.where(notes.moment == ANSWER, np.maximum(notes.wait_grid_s, 0), 0)
    return np.maximum(notes.precision_s, 0) + grid + TOLERANCE_S


def _edges_in_reach(notes: Noted, calls: Logged) -> _Edges:
    """Every note with every call whose start, answer or end lies within the note's reach."""
    n_timed = int(np.sum(~np.isnat(calls.when)))
    starts = calls.when[:n_timed]
    reach = seconds(_reach_s(notes))
    # How long before the time written the call may have started: the wait, if it is of the answer; else a long call.
    back = np.where(notes.moment == START, 0, np.where(_gives_answer(notes), notes.wait_s, LONGEST_S))
    ahead = np.where(_gives_answer(notes), back, 0)
    low = np.searchsorted(starts, notes.when - seconds(back) - reach, side="left")
    high = np.searchsorted(starts, notes.when - seconds(ahead) + reach, side="right")
    count = np.where(np.isnat(notes.when), 0, high - low)
    note = np.repeat(np.arange(len(count)), count)
    call = places_in_ranges(low, count)
    apart = _seconds_apart(notes, calls, note, call)
    near = apart <= _reach_s(notes)[note]
    return _Edges(note[near], call[near], apart[near])


def _gives_answer(notes: Noted) -> np.ndarray:
    return (notes.moment == ANSWER) & (notes.wait_s >= 0)


def _seconds_apart(notes: Noted, calls: Logged, note, call) -> np.ndarray:
    """Seconds between the time written and the moment of the call that it speaks of."""
    # The time written, counted from the start of the call.
    after = (notes.when[note] - calls.when[call]) / np.timedelta64(1, "s")
    lasted = calls.duration_s[call]
    lasted = np.where(lasted >= 0, lasted, np.where(notes.duration_s[note] >= 0, notes.duration_s[note], LONGEST_S))
    during = np.maximum(np.maximum(-after, after - lasted), 0)
    moment = notes.moment[note]
    return np.select(
        [moment == START, _gives_answer(notes)[note], (moment == END) & (lasted < LONGEST_S)],
        [np.abs(after), np.abs(after - notes.wait_s[note]), np.abs(after - lasted)],
        during,
    )


def _misfit(notes: Noted, calls: Logged, edges: _Edges) -> np.ndarray:
    """Seconds by which each pair does not fit; -1 where it cannot be the same contact."""
    note, call = edges.note, edges.call
    excess, is_known = _excess(notes, calls, note, call)
    plain = edges.apart_s <= notes.precision_s[note] + PLAIN_S
    other_number = differ(notes.number[note], calls.number[call])
    impossible = differ(notes.line[note], calls.line[call])
    impossible |= ~plain & (excess > TOLERANCE_S)
    impossible |= other_number & ~(plain & is_known & (excess == 0))
    misfit = edges.apart_s + np.minimum(excess, TOLERANCE_S) + NUMBER_S * other_number
    misfit = misfit + NUMBER_S * differ(notes.answered[note], calls.answered[call])
    return np.where(impossible, -1, misfit)


def _excess(notes: Noted, calls: Logged, note, call) -> tuple[np.ndarray, np.ndarray]:
    """Seconds by which wait and whole call go beyond what the phone logged, and whether either is known."""
    lasted = calls.duration_s[call]
    noted_s, wait = notes.duration_s[note], notes.wait_s[note]
    allowed = np.maximum(DURATION_S, DURATION_SHARE * np.maximum(noted_s, lasted)) + calls.precision_s[call]
    whole = np.where((noted_s >= 0) & (lasted >= 0), np.maximum(np.abs(noted_s - lasted) - allowed, 0), 0)
    waited = np.where(
        (wait >= 0) & (lasted >= 0), over_duration(wait, notes.wait_grid_s[note], lasted, calls.precision_s[call]), 0
    )
    return np.maximum(whole, waited), (lasted >= 0) & ((noted_s >= 0) | (wait >= 0))


def over_duration(wait_s, grid_s, duration_s, precision_s) -> np.ndarray:
    """Seconds by which a wait is longer than its whole call, rounding of both allowed for.

    People write 45 for 44 and for 42, whatever grid the sheet has: a whole multiple of five or of fifteen minutes is
    allowed that much. Else those who hung up, whose wait is their whole call, would be taken for mistakes.

    >>> wait, grid, lasted = np.array([2700, 2700, 2520]), np.array([900, 60, 60]), np.array([2000, 1000, 2000])
    >>> over_duration(wait, grid, lasted, np.array([1, 1, 1])).tolist()
    [0, 799, 459]
    """
    heap = np.select([wait_s % 900 == 0, wait_s % 300 == 0], [900, 300], 0)
    return np.maximum(wait_s - np.maximum(grid_s, heap) - precision_s - duration_s, 0)


def differ(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Both known, and not the same."""
    return (a >= 0) & (b >= 0) & (a != b)


# ---- the best for all ----------------------------------------------------------------------------------


def _cheapest(edges: _Edges, cost: np.ndarray, n_notes: int, n_calls: int) -> np.ndarray:
    """The pairs of the one-to-one joining whose costs, with 1 for each note left alone, add up to least."""
    # Most pairs have no rival: only those that compete need the assignment.
    alone = _is_sole(edges.note, n_notes) & _is_sole(edges.call, n_calls)
    rest = np.flatnonzero(~alone)
    if not len(rest):
        return np.flatnonzero(alone)
    return np.sort(np.concatenate([np.flatnonzero(alone), rest[_assigned(edges[rest], cost[rest])]]))


def _assigned(edges: _Edges, cost: np.ndarray) -> np.ndarray:
    """The chosen pairs among edges that compete, one knot of competing notes and calls after the other."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    notes, note = np.unique(edges.note, return_inverse=True)
    calls, call = np.unique(edges.call, return_inverse=True)
    size = len(notes) + len(calls)
    graph = csr_array((np.ones(len(note)), (note, len(notes) + call)), shape=(size, size))
    knot = connected_components(graph, directed=False)[1][note]
    order = np.argsort(knot, kind="stable")
    ends = np.flatnonzero(np.diff(knot[order], append=-1)) + 1
    chosen = [
        _assigned_in_knot(note, call, cost, order[a:b], linear_sum_assignment)
        for a, b in zip([0, *ends[:-1]], ends, strict=True)
    ]
    return np.concatenate(chosen)


def _assigned_in_knot(note, call, cost, rows, assign) -> np.ndarray:
    """Every note of a knot has its candidates and one empty seat at cost 1."""
    note, call = note[rows], call[rows]
    first_note, first_call = note.min(), call.min()
    n, m = note.max() - first_note + 1, call.max() - first_call + 1
    if n * m > LARGE:
        return rows[_assigned_sparsely(note, call, cost[rows])]
    # The calls of the knot, and an empty seat for each note at cost 1: the cost of leaving it alone.
    table = np.ones((n, m + n))
    table[:, :m] = 2.0  # no edge: dearer than the empty seat
    table[note - first_note, call - first_call] = cost[rows]
    seat = assign(table)[1]
    return rows[seat[note - first_note] == call - first_call]


def _assigned_sparsely(note, call, cost) -> np.ndarray:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    notes, note = np.unique(note, return_inverse=True)
    calls, call = np.unique(call, return_inverse=True)
    every = np.arange(len(notes))
    rows, columns = np.concatenate([note, every]), np.concatenate([call, len(calls) + every])
    weight = 1 + np.concatenate([cost, np.ones(len(notes))])  # a zero would be no edge at all
    seats = csr_array((weight, (rows, columns)), shape=(len(notes), len(calls) + len(notes)))
    seat = min_weight_full_bipartite_matching(seats)[1]
    return seat[note] == call


def _edges_of_the_day(notes: Noted, calls: Logged, timed: _Edges) -> _Edges:
    """Notes without a time of day with every call left of that day that can be meant."""
    free_note = ~np.isnat(notes.date)
    free_note[timed.note] = False
    free_call = ~np.isnat(calls.date)
    free_call[timed.call] = False
    note, call = pairs_of_same_day(notes.date, free_note, calls.date, free_call)
    edges = _Edges(note, call, np.zeros(len(note)))
    return edges[_agrees(notes, calls, edges)]


def _edges_far_apart(notes: Noted, calls: Logged, *joined: _Edges) -> _Edges:
    """Notes with a time that are left over, each with the one call left within an hour and a half that it may be."""
    free_note, free_call = ~np.isnat(notes.when), ~np.isnat(calls.when)
    for edges in joined:
        free_note[edges.note], free_call[edges.call] = False, False
    kept, left = np.flatnonzero(free_note), np.flatnonzero(free_call)
    low = np.searchsorted(calls.when[left], notes.when[kept] - seconds(FAR_S), side="left")
    count = np.searchsorted(calls.when[left], notes.when[kept] + seconds(FAR_S), side="right") - low
    note, call = np.repeat(kept, count), left[places_in_ranges(low, count)]
    edges = _Edges(note, call, _seconds_apart(notes, calls, note, call))
    chosen = _unambiguous(notes, calls, edges[_agrees(notes, calls, edges)])
    return chosen[(notes.duration_s[chosen.note] >= 0) & (calls.duration_s[chosen.call] >= 0)]


def _agrees(notes: Noted, calls: Logged, edges: _Edges) -> np.ndarray:
    """Whether nothing that is written speaks against a pair."""
    note, call = edges.note, edges.call
    excess, _ = _excess(notes, calls, note, call)
    fits = (excess == 0) & ~differ(notes.number[note], calls.number[call]) & ~differ(notes.line[note], calls.line[call])
    return fits & ~differ(notes.answered[note], calls.answered[call])


def _unambiguous(notes: Noted, calls: Logged, edges: _Edges) -> _Edges:
    """The pairs whose note has no other call and whose call no other note."""
    return edges[_is_sole(edges.note, len(notes.when)) & _is_sole(edges.call, len(calls.when))]


def _is_sole(places: np.ndarray, n: int) -> np.ndarray:
    """Whether each place, of so many, occurs once."""
    return np.bincount(places, minlength=n)[places] == 1


def pairs_of_same_day(note_date, free_note, call_date, free_call) -> tuple[np.ndarray, np.ndarray]:
    """Every free note with every free call of its day."""
    notes, calls = np.flatnonzero(free_note), np.flatnonzero(free_call)
    calls = calls[np.argsort(call_date[calls], kind="stable")]
    low = np.searchsorted(call_date[calls], note_date[notes], side="left")
    count = np.searchsorted(call_date[calls], note_date[notes], side="right") - low
    return np.repeat(notes, count), calls[places_in_ranges(low, count)]


# ---- rows of the two logs, joined --------------------------------------------------------------------


@dataclass(frozen=True)
class Joined:
    """Contacts, each known from a call, a note or both: their places, MISSING where there is none."""

    calls: Rows
    notes: Rows
    call: np.ndarray
    note: np.ndarray
    pairs: Pairs

    def call_column(self, name: str) -> pa.Array:
        return self.calls.take(name, self.call)

    def note_column(self, name: str) -> pa.Array:
        return self.notes.take(name, self.note)

    def either(self, name: str) -> pa.Array:
        """From the call, else from the note."""
        return first_of(self.call_column(name), self.note_column(name))

    def identity(self) -> dict[str, pa.Array]:
        """Which log knows it, and its ids there."""
        return {
            "evidence": _evidence(self.call, self.note),
            "call_id": self.call_column("call_id"),
            "note_id": self.note_column("note_id"),
        }

    def times(self, zone: str, agency_zone: str) -> dict[str, pa.Array]:
        """The time block: from the phone log where it knows the call, since it has the second."""
        utc, written, flag = times_of_rows(self.notes, self.note)
        exact, shown, call_flag = times_of_rows(self.calls, self.call)
        timed = ~np.isnat(exact)
        is_call = self.call >= 0
        flag = pc.if_else(pa.array(timed), call_flag, flag)
        written = np.where(is_call & ~np.isnat(shown), shown, written)
        return time_columns(np.where(timed, exact, utc), written, flag, zone, agency_zone)

    def paired(self, mask: np.ndarray) -> np.ndarray:
        """A mask over the pairs as one over the rows."""
        found = np.zeros(len(self.call), bool)
        found[: len(mask)] = mask
        return found


def join_logs(calls: Rows, notes: Rows, noted: Noted, logged: Logged, *, far: bool = False) -> Joined:
    """Notes and calls put together: the pairs first, then the calls and the notes that stand alone."""
    pairs = best_pairs(noted, logged, far=far)
    lone_call, lone_note = np.ones(len(calls), bool), np.ones(len(notes), bool)
    lone_call[pairs.call], lone_note[pairs.note] = False, False
    lone_call, lone_note = np.flatnonzero(lone_call), np.flatnonzero(lone_note)
    call = np.concatenate([pairs.call, lone_call, np.full(len(lone_note), MISSING)])
    note = np.concatenate([pairs.note, np.full(len(lone_call), MISSING), lone_note])
    return Joined(calls, notes, call, note, pairs)


def _evidence(call, note) -> pa.Array:
    return take(pa.array(["note", "phone", "both"]), np.where(call < 0, 0, np.where(note < 0, 1, 2)))


# ---- what the joining looks at -------------------------------------------------------------------------


def noted_contacts(
    notes: Rows, numbers: list[str], lines: list[str] | None = None, answered: np.ndarray | None = None
) -> Noted:
    """Notes as arrays; without ``lines`` or ``answered``, neither is known of any."""
    when, unknown = notes.moments(), np.full(len(notes), MISSING)
    return Noted(
        when=when,
        date=np.where(np.isnat(when), notes.moments("started_at_local"), NAT).astype("M8[D]"),
        precision_s=notes.numbers("started_precision_s"),
        moment=notes.codes("time_of", MOMENTS),
        wait_s=notes.numbers("wait_s"),
        wait_grid_s=notes.numbers("wait_grid_s"),
        duration_s=notes.numbers("duration_s"),
        number=notes.codes("our_number", numbers),
        line=unknown if lines is None else notes.codes("line", lines),
        answered=unknown if answered is None else answered,
    )


def logged_calls(
    calls: Rows, zone: str, numbers: list[str], lines: np.ndarray | None = None, answered: np.ndarray | None = None
) -> Logged:
    """Calls as arrays; without ``lines`` or ``answered``, neither is known of any."""
    when, unknown = calls.moments(), np.full(len(calls), MISSING)
    return Logged(
        when=when,
        date=np.where(np.isnat(when), calls.moments("started_at_local"), zones.to_local(when, zone)).astype("M8[D]"),
        duration_s=calls.numbers("duration_s"),
        precision_s=calls.numbers("duration_precision_s"),
        number=calls.codes("our_number", numbers),
        line=unknown if lines is None else lines,
        answered=unknown if answered is None else answered,
    )


def numbers_in(calls: Rows, notes: Rows) -> list[str]:
    """Every number of ours that either log names."""
    numbers = {*calls.arrow("our_number").unique().to_pylist(), *notes.arrow("our_number").unique().to_pylist()}
    return sorted(numbers - {None})
