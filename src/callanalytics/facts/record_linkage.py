"""Match the hand log with the phone log: which entry is about which call.

Every pair of an entry and a call that can be the same contact has a *misfit* in seconds: how far the call is from the
time written, and how badly numbers and durations agree. Entries and calls are then joined one to one so that the sum
over all is smallest. (Joined one after another, an early entry would take the call of a later one.) A pair costs
(misfit / reach)², an unmatched entry 1. So any pair is better than an unmatched entry, and an exact pair is not given
up to save a poor one.

The rest is joined if no other pair is possible. An entry without a time of day is joined to the one call of that day.
An entry whose time is further off (up to ``FAR_S``) is joined to the one call that it may be about, if the duration of
the whole call was written and agrees; that pair is flagged.

Several entries with a date alone and several calls of that day are taken as the same calls, as far as possible. Each
entry that says how its call went gets a call that it can be about, so that waits and durations differ least. If another
call fits too, the pair is ``assumed``: the time of day and the duration of the entry's call are unknown. The other
calls that fit are ``possible``: it is unknown whether they were logged.

`best_pairs` compares arrays (`NotedContacts`, `LoggedCalls`); `join_logs` uses its pairs to join the rows of both
tables.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.facts.arrays import (
    MISSING,
    NAT,
    Rows,
    pairs_within,
    seconds,
    time_columns,
    times_of_rows,
)
from callanalytics.values import zones

TOLERANCE_S = 600  # clocks differ, and people write down afterwards
FAR_S = 5400  # an hour misread, an entry written after the next call: only if no other match is possible
PLAIN_S = 120  # pairs further apart than this plus the stated rounding are joined, but flagged
NUMBER_S = 300  # misfit of a number that differs
LONGEST_S = 6 * 3600  # a call of unknown length is assumed to last no longer
FEW = 4  # a group of at most this many pairs is solved by trying every choice
NEAR = 1e-9  # costs this close are equal, because rounding separates them
LARGE = 40000  # entries times calls up to which a group is solved as a full table of pairs
DURATION_S, DURATION_SHARE = 120, 0.25  # a whole call noted by hand may be off by the larger of these
START, ANSWER, END, UNKNOWN = range(4)  # points of a call whose time an entry may give
MOMENTS = ("start", "answer", "end", "unknown")


@dataclass(frozen=True)
class NotedContacts:
    """Contacts as written down. Seconds and codes are -1, times NaT, where nothing was written."""

    when: np.ndarray
    date: np.ndarray  # the day alone, office's clock; NaT where a time of day was written
    precision_s: np.ndarray
    moment: np.ndarray  # START, ANSWER, END, UNKNOWN
    wait_s: np.ndarray
    wait_rounding_s: np.ndarray
    duration_s: np.ndarray
    number: np.ndarray
    line: np.ndarray
    answered: np.ndarray  # 1, 0, -1
    has_details: np.ndarray  # whether it says how the call went: its wait, its duration, its end, who spoke


@dataclass(frozen=True)
class LoggedCalls:
    """Calls as the phone system logged them, in order of start; those without a start last."""

    when: np.ndarray
    date: np.ndarray  # office's clock
    duration_s: np.ndarray
    precision_s: np.ndarray
    number: np.ndarray
    line: np.ndarray
    answered: np.ndarray


@dataclass(frozen=True)
class Pairs:
    """Which entry is about which call, as indices in the two logs, and where the two disagree."""

    entry: np.ndarray
    call: np.ndarray
    conflict_start: np.ndarray
    conflict_number: np.ndarray
    assumed: np.ndarray  # more than one call of its day may be the entry's
    possible: np.ndarray  # unmatched calls that an assumed entry may be about
    doubtful: np.ndarray  # unmatched entries although a call of their day fits: several calls or entries compete


@dataclass(frozen=True)
class _Edges:
    """Pairs that may be the same contact."""

    entry: np.ndarray
    call: np.ndarray
    apart_s: np.ndarray

    def __getitem__(self, rows) -> _Edges:
        return _Edges(self.entry[rows], self.call[rows], self.apart_s[rows])


def best_pairs(entries: NotedContacts, calls: LoggedCalls, *, far: bool = False) -> Pairs:
    """Join entries and calls one to one, globally best. With ``far``, also join the rest that lie far apart or have
    only a date."""
    if not len(entries.when) or not len(calls.when):
        nothing = np.zeros(0, np.int64)
        return Pairs(nothing, nothing, nothing > 0, nothing > 0, nothing > 0, nothing, nothing)
    edges = _edges_in_reach(entries, calls)
    misfit = _misfit(entries, calls, edges)
    edges, misfit = edges[misfit >= 0], misfit[misfit >= 0]
    # Squared, so that one poor pair costs more than two fair ones. Below 1, any pair beats an unmatched entry.
    cost = np.minimum((misfit / _reach_s(entries)[edges.entry]) ** 2, 0.999)
    chosen = _cheapest(edges, cost, len(entries.when), len(calls.when))
    timed = edges[chosen]
    of_day = _edges_of_the_day(entries, calls, timed)
    dated = _unambiguous(entries, calls, of_day)
    found, assumed = [timed, dated], np.zeros(0, bool)
    if far:
        found.append(_edges_far_apart(entries, calls, timed, dated))
        several, assumed = _several_of_a_day(entries, calls, of_day, found)
        found.append(several)
    entry, call = (np.concatenate([getattr(edges, name) for edges in found]) for name in ("entry", "call"))
    apart = np.concatenate([edges.apart_s for edges in found])
    assumed = np.concatenate([np.zeros(len(entry) - len(assumed), bool), assumed])
    return Pairs(
        entry,
        call,
        apart > entries.precision_s[entry] + PLAIN_S,
        differ(entries.number[entry], calls.number[call]),
        assumed,
        np.setdiff1d(of_day.call[np.isin(of_day.entry, entry[assumed])], call),
        np.setdiff1d(of_day.entry[~np.isin(of_day.call, call)], entry),
    )


# ---- possible pairs ------------------------------------------------------------------------------------


def _reach_s(entries: NotedContacts) -> np.ndarray:
    grid = np.where(entries.moment == ANSWER, np.maximum(entries.wait_rounding_s, 0), 0)
    return np.maximum(entries.precision_s, 0) + grid + TOLERANCE_S


def _edges_in_reach(entries: NotedContacts, calls: LoggedCalls) -> _Edges:
    """Pairs of each entry with every call whose start, answer, or end lies within the entry's reach."""
    reach = seconds(_reach_s(entries))
    # How long before the time written the call may have started: the wait, if the time is of the answer; else a long
    # call.
    back = np.where(entries.moment == START, 0, np.where(_gives_answer(entries), entries.wait_s, LONGEST_S))
    ahead = np.where(_gives_answer(entries), back, 0)
    earliest, latest = entries.when - seconds(back) - reach, entries.when - seconds(ahead) + reach
    entry, call = pairs_within(earliest, latest, calls.when)
    apart = _seconds_apart(entries, calls, entry, call)
    near = apart <= _reach_s(entries)[entry]
    return _Edges(entry[near], call[near], apart[near])


def _gives_answer(entries: NotedContacts) -> np.ndarray:
    return (entries.moment == ANSWER) & (entries.wait_s >= 0)


def _seconds_apart(entries: NotedContacts, calls: LoggedCalls, entry, call) -> np.ndarray:
    """Seconds between the time written and the point of the call that it refers to."""
    # The time written, counted from the start of the call.
    after = (entries.when[entry] - calls.when[call]) / np.timedelta64(1, "s")
    lasted = calls.duration_s[call]
    noted_s = entries.duration_s[entry]
    lasted = np.select([lasted >= 0, noted_s >= 0], [lasted, noted_s], LONGEST_S)
    during = np.maximum(np.maximum(-after, after - lasted), 0)
    moment = entries.moment[entry]
    return np.select(
        [moment == START, _gives_answer(entries)[entry], (moment == END) & (lasted < LONGEST_S)],
        [np.abs(after), np.abs(after - entries.wait_s[entry]), np.abs(after - lasted)],
        during,
    )


def _misfit(entries: NotedContacts, calls: LoggedCalls, edges: _Edges) -> np.ndarray:
    """Misfit of each pair in seconds; -1 where it cannot be the same contact."""
    entry, call = edges.entry, edges.call
    excess, is_known = _excess_over_duration(entries, calls, entry, call)
    plain = edges.apart_s <= entries.precision_s[entry] + PLAIN_S
    other_number = differ(entries.number[entry], calls.number[call])
    impossible = differ(entries.line[entry], calls.line[call])
    impossible |= ~plain & (excess > TOLERANCE_S)
    # A wrong number is accepted only for a call that fits in time and in duration.
    impossible |= other_number & ~(plain & is_known & (excess == 0))
    misfit = edges.apart_s + np.minimum(excess, TOLERANCE_S) + NUMBER_S * other_number
    misfit = misfit + NUMBER_S * differ(entries.answered[entry], calls.answered[call])
    return np.where(impossible, -1, misfit)


def _excess_over_duration(entries: NotedContacts, calls: LoggedCalls, entry, call) -> tuple[np.ndarray, np.ndarray]:
    """Seconds by which wait and whole call exceed what the phone logged, and whether either is known."""
    lasted = calls.duration_s[call]
    noted_s, wait = entries.duration_s[entry], entries.wait_s[entry]
    allowed = np.maximum(DURATION_S, DURATION_SHARE * np.maximum(noted_s, lasted)) + calls.precision_s[call]
    whole = np.where((noted_s >= 0) & (lasted >= 0), np.maximum(np.abs(noted_s - lasted) - allowed, 0), 0)
    over = over_duration(wait, entries.wait_rounding_s[entry], lasted, calls.precision_s[call])
    waited = np.where((wait >= 0) & (lasted >= 0), over, 0)
    return np.maximum(whole, waited), (lasted >= 0) & ((noted_s >= 0) | (wait >= 0))


def over_duration(wait_s, grid_s, duration_s, precision_s) -> np.ndarray:
    """Seconds by which a wait is longer than its whole call, after allowing for rounding of both.

    People write 45 for 44 and for 42, whatever grid the sheet has, so a whole multiple of five or of fifteen minutes is
    allowed that much. Otherwise hang-ups, whose wait is the whole call, would look like errors.

    >>> wait, grid, lasted = np.array([2700, 2700, 2520]), np.array([900, 60, 60]), np.array([2000, 1000, 2000])
    >>> over_duration(wait, grid, lasted, np.array([1, 1, 1])).tolist()
    [0, 799, 459]
    """
    heap = np.select([wait_s % 900 == 0, wait_s % 300 == 0], [900, 300], 0)
    return np.maximum(wait_s - np.maximum(grid_s, heap) - precision_s - duration_s, 0)


def differ(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Whether both are known and differ."""
    return (a >= 0) & (b >= 0) & (a != b)


# ---- best assignment -----------------------------------------------------------------------------------


def _cheapest(edges: _Edges, cost: np.ndarray, n_entries: int, n_calls: int) -> np.ndarray:
    """Indices of the pairs of the one-to-one assignment with the least total cost, at 1 for each unmatched entry."""
    # Most pairs have no rival; only competing ones need the assignment.
    alone = _is_sole(edges.entry, n_entries) & _is_sole(edges.call, n_calls)
    rest = np.flatnonzero(~alone)
    if not len(rest):
        return np.flatnonzero(alone)
    return np.sort(np.concatenate([np.flatnonzero(alone), rest[_assigned(edges[rest], cost[rest])]]))


def _assigned(edges: _Edges, cost: np.ndarray) -> np.ndarray:
    """Indices of the chosen pairs among competing edges, one connected group of entries and calls at a time."""
    entry = np.unique(edges.entry, return_inverse=True)[1]
    call = np.unique(edges.call, return_inverse=True)[1]
    knot = _knots(entry, call)
    order = np.argsort(knot, kind="stable")
    # -1 is no group, so the last group ends there too.
    ends = np.flatnonzero(np.diff(knot[order], append=-1)) + 1
    chosen = [_assigned_in_knot(entry, call, cost, order[a:b]) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    return np.concatenate(chosen)


def _knots(entry: np.ndarray, call: np.ndarray) -> np.ndarray:
    """First entry, for each pair, of its connected group of entries and calls.

    >>> _knots(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2])).tolist()
    [0, 0, 0, 2]
    """
    first, joined = np.arange(0), np.arange(entry.max() + 1)
    while not np.array_equal(first, joined):
        first, joined = joined, joined.copy()
        of_call = np.full(call.max() + 1, len(first))
        np.minimum.at(of_call, call, first[entry])
        np.minimum.at(joined, entry, of_call[call])
        joined = joined[joined]
    return first[entry]


def _assigned_in_knot(entry, call, cost, rows) -> np.ndarray:
    """Chosen rows of one group, in which every entry has its candidates and one empty seat at cost 1."""
    entry, call, cost = entry[rows], call[rows], cost[rows]
    if len(rows) <= FEW and (best := _only_best(entry, call, cost)) is not None:
        return rows[best]
    first_entry, first_call = entry.min(), call.min()
    n, m = entry.max() - first_entry + 1, call.max() - first_call + 1
    if n * m > LARGE:
        return rows[_assigned_sparsely(entry, call, cost)]
    from scipy.optimize import linear_sum_assignment

    # The calls of the group, and an empty seat for each entry at cost 1: the cost of leaving it unmatched.
    table = np.ones((n, m + n))
    table[:, :m] = 2.0  # no edge: costs more than the empty seat
    table[entry - first_entry, call - first_call] = cost
    seat = linear_sum_assignment(table)[1]
    return rows[seat[entry - first_entry] == call - first_call]


def _only_best(entry, call, cost) -> list[int] | None:
    """Cheapest choice among a few pairs, found by trying each; None where two are equally good.

    Importing the solver takes longer than solving all groups of a small office.
    """
    every = itertools.chain.from_iterable(itertools.combinations(range(len(entry)), n) for n in range(len(entry) + 1))
    tried = [pairs for pairs in every if len({*entry[[*pairs]]}) == len(pairs) == len({*call[[*pairs]]})]
    (least, best), *others = sorted((sum(cost[[*pairs]] - 1), pairs) for pairs in tried)
    return [*best] if not others or others[0][0] > least + NEAR else None


def _assigned_sparsely(entry, call, cost) -> np.ndarray:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    entries, entry = np.unique(entry, return_inverse=True)
    calls, call = np.unique(call, return_inverse=True)
    every = np.arange(len(entries))
    rows, columns = np.concatenate([entry, every]), np.concatenate([call, len(calls) + every])
    weight = 1 + np.concatenate([cost, np.ones(len(entries))])  # a zero would mean no edge
    seats = csr_array((weight, (rows, columns)), shape=(len(entries), len(calls) + len(entries)))
    seat = min_weight_full_bipartite_matching(seats)[1]
    return seat[entry] == call


def _edges_of_the_day(entries: NotedContacts, calls: LoggedCalls, timed: _Edges) -> _Edges:
    """Pairs of each entry without a time of day with every unmatched call of that day that it can be about."""
    free_entry, free_call = np.ones(len(entries.date), bool), np.ones(len(calls.date), bool)
    free_entry[timed.entry], free_call[timed.call] = False, False
    entry, call = pairs_of_same_day(entries.date, free_entry, calls.date, free_call)
    edges = _Edges(entry, call, np.zeros(len(entry)))
    return edges[_agrees(entries, calls, edges)]


def _several_of_a_day(entries: NotedContacts, calls: LoggedCalls, of_day: _Edges, found) -> tuple[_Edges, np.ndarray]:
    """Pairs of a day that join the most entries, with the nearest waits, and whether other pairs could replace each."""
    is_left = ~np.isin(of_day.entry, np.concatenate([pairs.entry for pairs in found]))
    is_left &= ~np.isin(of_day.call, np.concatenate([pairs.call for pairs in found]))
    left = of_day[is_left & entries.has_details[of_day.entry]]
    if not len(left.entry):
        return left, left.entry > 0
    # Without a wait any call fits: a guess by duration would bias what is measured about the durations of logged calls.
    wait, lasted = entries.wait_s[left.entry], calls.duration_s[left.call]
    apart_s = np.where(wait >= 0, np.abs(wait - lasted), 0)
    # So small that all pairs of a day together cost less than one unmatched entry.
    cost = np.minimum(apart_s / LONGEST_S, 1) ** 2 / 1000
    chosen = _cheapest(left, cost, len(entries.when), len(calls.when))
    knot = _knots(*(np.unique(side, return_inverse=True)[1] for side in (left.entry, left.call)))
    n_of_knot, order = np.bincount(knot[chosen], minlength=len(knot)), np.argsort(knot, kind="stable")
    begin, end = (np.searchsorted(knot[order], knot[chosen], side=side) for side in ("left", "right"))
    assumed = np.zeros(len(chosen), bool)
    for index, pair in enumerate(chosen):
        others = order[begin[index] : end[index]]
        others = others[others != pair]
        n_others = len(_assigned(left[others], cost[others])) if len(others) else 0
        assumed[index] = n_others == n_of_knot[knot[pair]]
    return left[chosen], assumed


def _edges_far_apart(entries: NotedContacts, calls: LoggedCalls, *joined: _Edges) -> _Edges:
    """Pairs of unmatched entries with a time and the one unmatched call within an hour and a half that each may be
    about."""
    free_entry, free_call = np.ones(len(entries.when), bool), np.ones(len(calls.when), bool)
    for edges in joined:
        free_entry[edges.entry], free_call[edges.call] = False, False
    when = np.where(free_entry, entries.when, NAT)
    far = seconds(FAR_S)
    entry, call = pairs_within(when - far, when + far, np.where(free_call, calls.when, NAT))
    edges = _Edges(entry, call, _seconds_apart(entries, calls, entry, call))
    chosen = _unambiguous(entries, calls, edges[_agrees(entries, calls, edges)])
    # This far apart, only the duration of the whole call shows that it was this one.
    return chosen[(entries.duration_s[chosen.entry] >= 0) & (calls.duration_s[chosen.call] >= 0)]


def _agrees(entries: NotedContacts, calls: LoggedCalls, edges: _Edges) -> np.ndarray:
    """Whether nothing written contradicts each pair."""
    entry, call = edges.entry, edges.call
    excess, _ = _excess_over_duration(entries, calls, entry, call)
    differs = differ(entries.number[entry], calls.number[call]) | differ(entries.line[entry], calls.line[call])
    return (excess == 0) & ~differs & ~differ(entries.answered[entry], calls.answered[call])


def _unambiguous(entries: NotedContacts, calls: LoggedCalls, edges: _Edges) -> _Edges:
    """Pairs whose entry has no other call and whose call has no other entry."""
    return edges[_is_sole(edges.entry, len(entries.when)) & _is_sole(edges.call, len(calls.when))]


def _is_sole(indices: np.ndarray, n: int) -> np.ndarray:
    """Whether each index, below n, occurs once."""
    return np.bincount(indices, minlength=n)[indices] == 1


def pairs_of_same_day(entry_date, free_entry, call_date, free_call) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of each free entry with every free call of its day."""
    day = np.where(free_entry, entry_date, NAT)
    return pairs_within(day, day, np.where(free_call, call_date, NAT))


# ---- rows of the two logs, joined --------------------------------------------------------------------


@dataclass(frozen=True)
class Contacts:
    """Contacts, each known from a call, an entry, or both: their indices, MISSING for none."""

    calls: Rows
    entries: Rows
    call: np.ndarray
    entry: np.ndarray
    pairs: Pairs

    def call_column(self, name: str) -> pa.Array:
        return self.calls.take(name, self.call)

    def entry_column(self, name: str) -> pa.Array:
        return self.entries.take(name, self.entry)

    def call_or_entry(self, name: str) -> pa.Array:
        """Value from the call, else from the entry."""
        return pc.coalesce(self.calls.take(name, self.certain_call), self.entry_column(name))

    @property
    def certain_call(self) -> np.ndarray:
        """Call of each row; MISSING if another call of its day may be meant instead."""
        return np.where(self.paired(self.pairs.assumed), MISSING, self.call)

    def identity(self) -> dict[str, pa.Array]:
        """Logs that recorded each contact, and its IDs there."""
        by_phone = pc.if_else(pa.array(self.entry < 0), "phone", "both")
        recorded_in = pc.if_else(pa.array(self.call < 0), "entry", by_phone)
        ids = {"call_id": self.call_column("call_id"), "entry_id": self.entry_column("entry_id")}
        return {"recorded_in": recorded_in, **ids}

    def times(self, zone: str, agency_zone: str) -> dict[str, pa.Array]:
        """Time columns, from the phone log where it has the call, because it is exact to the second."""
        utc, written, flag = times_of_rows(self.entries, self.entry)
        # If several calls of a day may be meant, only the day is known.
        exact, shown, call_flag = times_of_rows(self.calls, self.certain_call)
        timed = ~np.isnat(exact)
        is_call = self.call >= 0
        flag = pc.if_else(pa.array(timed), call_flag, flag)
        written = np.where(is_call & ~np.isnat(shown), shown, written)
        return time_columns(np.where(timed, exact, utc), written, flag, zone, agency_zone)

    def paired(self, mask: np.ndarray) -> np.ndarray:
        """Mask over the pairs as a mask over the rows."""
        found = np.zeros(len(self.call), bool)
        found[: len(mask)] = mask
        return found


def join_logs(calls: Rows, entries: Rows, noted: NotedContacts, logged: LoggedCalls, *, far: bool = False) -> Contacts:
    """Joined entries and calls: the pairs first, then the calls and the entries without a partner."""
    pairs = best_pairs(noted, logged, far=far)
    lone_call, lone_entry = np.ones(len(calls), bool), np.ones(len(entries), bool)
    lone_call[pairs.call], lone_entry[pairs.entry] = False, False
    lone_call, lone_entry = np.flatnonzero(lone_call), np.flatnonzero(lone_entry)
    call = np.concatenate([pairs.call, lone_call, np.full(len(lone_entry), MISSING)])
    entry = np.concatenate([pairs.entry, np.full(len(lone_call), MISSING), lone_entry])
    return Contacts(calls, entries, call, entry, pairs)


# ---- arrays to match -----------------------------------------------------------------------------------


def noted_contacts(
    entries: Rows, numbers: list[str], lines: list[str] | None = None, answered: np.ndarray | None = None
) -> NotedContacts:
    """Entries as arrays; without ``lines`` or ``answered``, these are unknown for all."""
    when, unknown = entries.moments(), np.full(len(entries), MISSING)
    return NotedContacts(
        when=when,
        date=np.where(np.isnat(when), entries.moments("started_at_local"), NAT).astype("M8[D]"),
        precision_s=entries.numbers("started_precision_s"),
        moment=entries.codes("time_refers_to", MOMENTS),
        wait_s=entries.numbers("wait_s"),
        wait_rounding_s=entries.numbers("wait_rounding_s"),
        duration_s=entries.numbers("duration_s"),
        number=entries.codes("our_number", numbers),
        line=unknown if lines is None else entries.codes("line", lines),
        answered=unknown if answered is None else answered,
        has_details=entries.is_present("wait_s")
        | entries.is_present("duration_s")
        | entries.is_present("tier")
        | ~(entries.is_in("wait_outcome", "unknown") & entries.is_in("outcome", "unknown")),
    )


def logged_calls(
    calls: Rows, zone: str, numbers: list[str], lines: np.ndarray | None = None, answered: np.ndarray | None = None
) -> LoggedCalls:
    """Calls as arrays; without ``lines`` or ``answered``, these are unknown for all."""
    when, unknown = calls.moments(), np.full(len(calls), MISSING)
    return LoggedCalls(
        when=when,
        date=np.where(np.isnat(when), calls.moments("started_at_local"), zones.to_local(when, zone)).astype("M8[D]"),
        duration_s=calls.numbers("duration_s"),
        precision_s=calls.numbers("duration_precision_s"),
        number=calls.codes("our_number", numbers),
        line=unknown if lines is None else lines,
        answered=unknown if answered is None else answered,
    )


def numbers_in(calls: Rows, entries: Rows) -> list[str]:
    """Office numbers that either log names, sorted."""
    numbers = {*calls.arrow("our_number").unique().to_pylist(), *entries.arrow("our_number").unique().to_pylist()}
    return sorted(numbers - {None})
