"""Assign callbacks that name no promise to a promise.

**Due first** (`earliest_due_first`): a callback that names no promise goes to the living promise due first. One pass
over events in order of time keeps one queue of promises for each number. The agency works through its list by due date,
and so does this rule. The time is linear but for the logarithm of the queue, and no event is assigned twice.

**Only one** (`only_one`): one open promise at a number proves nothing by itself. The log may lack the promise that was
meant, or may wrongly show one as over. So a callback that names no promise is certain for a promise only if

* no other promise is open at that number. A promise ended only by a callback counted for it, not certain for it, stays
  open for this test. So doubt about one callback spreads to later ones, until the log names a promise, promises are
  withdrawn, or enough time passes. For this test a promise stays open twice as long as callbacks are linked to it,
  because time alone proves no end;
* no call to the agency in that time has an unknown promise. A call does if the phone log shows it and no one logged it,
  unless it was too short or the agency was closed; and
* the phone exports cover every line of the office for that time, so that such a call would have been seen.

(In simulated data, a callback with one open promise in the log belongs to that promise in 27 to 89 of 100 cases.
Callbacks that pass all three tests always do.)
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency
from callanalytics.facts.arrays import MISSING, codes, is_present, moments, seconds
from callanalytics.facts.observation import CoveredSpans
from callanalytics.facts.promises import Promises, life

NEVER = np.iinfo(np.int64).max
OTHER = 1_000_000_000  # a line whose number no promise gave; a promise without a written number may still use it


def earliest_due_first(
    promises, number: np.ndarray, when: np.ndarray, line: np.ndarray, named: np.ndarray, ends: np.ndarray, attempts: int
) -> np.ndarray:
    """Index of the promise that each event is assigned to; MISSING if none is living.

    A promise steps back behind the others once it has had ``attempts`` events, or once it is overdue. It can still
    receive events, but only when no other promise is waiting. (An overdue promise that kept its turn would take the
    events of all promises due after it, and make them late too.)

    Parameters
    ----------
    promises : with ``start``, ``due``, ``end``
    number : code of the number that each promise gave; MISSING if none is written, so that any line matches
    when, line : time and line of each event, in order of time; an unknown line may be any
    named : the promise that the log names, or MISSING
    ends : whether the event ends the promise (someone answered)
    """
    by_due = np.lexsort((promises.start, promises.due))  # from here on a promise is its rank by due time
    rank = np.append(np.argsort(by_due), MISSING)  # MISSING picks the last
    start, end = (microseconds(values)[by_due] for values in (promises.start, promises.end))
    opening = np.argsort(start, kind="stable")
    entered, looked_at = _queues(number[by_due].tolist(), line)
    had, over = [0] * len(start), [False] * len(start)
    due = microseconds(promises.due)[by_due].tolist()
    first = _first_in_turn(had, over, end.tolist(), due, attempts)
    given, opened = [], 0
    # NEVER at the end stops the loop below: no event has that time.
    opening, starts = opening.tolist(), [*start[opening].tolist(), NEVER]
    for moment, where, rank_named, is_last in zip(
        microseconds(when, undated=0).tolist(), line.tolist(), rank[named].tolist(), ends.tolist(), strict=True
    ):
        while starts[opened] <= moment:  # a promise that starts at the time of an event can receive it
            for queue in entered[opening[opened]]:
                # A promise is its rank by due time, so the smallest number in a heap is the one due first.
                heappush(queue, opening[opened])
            opened += 1
        chosen = rank_named if rank_named >= 0 else first(looked_at[where], moment)
        given.append(chosen)
        if chosen >= 0:
            had[chosen] += 1
            over[chosen] |= is_last
    return np.append(by_due, MISSING)[np.array(given, np.int64)]


def lines_as_codes(given: pa.Array, lines: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Numbers that promises gave, and lines of events, as codes; MISSING where not written or not known."""
    numbers = given.unique().drop_null().to_pylist()
    indices, known = codes(lines, numbers), is_present(lines)
    return codes(given, numbers), np.where(known & (indices < 0), OTHER, indices)


def _queues(number: list[int], line: np.ndarray) -> tuple[list, dict]:
    """Queues that each promise enters, and queues that an event on each line searches.

    Each number has two: one of promises still in turn, and one of those that stepped back. An event on an unknown line
    searches the queues of all promises.
    """
    lines = np.unique(line).tolist()
    own: dict[int, tuple[list, list]] = {code: ([], []) for code in {*number, *lines, MISSING}}
    every: tuple[list, list] = ([], [])
    unwritten = [own[MISSING]] if MISSING in number else []
    looked_at = {code: (own[code], *unwritten) if code >= 0 else (every,) for code in lines}
    entered = {code: (queues[0], every[0]) if MISSING in lines else (queues[0],) for code, queues in own.items()}
    return [entered[code] for code in number], looked_at


def _first_in_turn(had: list[int], over: list[bool], end: list[int], due: list[int], attempts: int):
    """Function of queues and a time that finds the promise due first; those still in turn come before the others."""

    def head(queues, turn, moment):
        queue = queues[turn]
        # A promise that is over leaves its queue only at the head, so each promise is moved once or twice in all.
        while queue:
            promise = queue[0]
            if over[promise] or end[promise] < moment:
                heappop(queue)
            elif turn == 0 and (had[promise] >= attempts or due[promise] < moment):
                heappush(queues[1], heappop(queue))
            else:
                return promise
        return NEVER

    def first(looked_at, moment):
        for turn in (0, 1):
            found = NEVER
            for queues in looked_at:
                found = min(found, head(queues, turn, moment))
            if found != NEVER:
                return found
        return MISSING

    return first


def microseconds(moments: np.ndarray, undated: int = NEVER) -> np.ndarray:
    """Times as integers. A promise without a time never starts; an event without one comes before every start."""
    return np.where(np.isnat(moments), undated, moments.astype("M8[us]").astype(np.int64))


# ---- only one can be meant ---------------------------------------------------------------------------


TOO_SHORT_S = 120  # the automated system alone takes longer
EVERY = -2  # all lines together
A_WEEK = np.timedelta64(7, "D")  # holidays make one life longer than another


class UnnotedCalls:
    """Calls to the agency whose promise was not logged: when each ended, and until when a callback may come."""

    def __init__(self, agency_calls: pa.Table, watch: CoveredSpans, agency: Agency):
        noted, lasted = agency_calls["entry_id"].is_valid(), agency_calls["duration_s"].fill_null(TOO_SHORT_S)
        is_known = pc.or_(noted, pc.less(lasted, TOO_SHORT_S))
        is_known = pc.or_(is_known, pc.invert(agency_calls["in_live_hours"].fill_null(True)))
        calls = agency_calls.filter(pc.invert(is_known))
        when = moments(calls["started_at_utc"])
        self.start = when + seconds(calls["duration_s"].fill_null(0).to_numpy())
        self.end = open_until(self.start, _unknown_urgency(self.start), agency)
        self._watch, self._agency = watch, agency

    def __len__(self) -> int:
        return len(self.start)

    def would_be_seen(self, when: np.ndarray) -> np.ndarray:
        """Whether the phone exports show every call on which a callback at that time may have been promised."""
        since = when - (open_until(when, _unknown_urgency(when), self._agency) - when) - A_WEEK
        return self._watch.until(since, pa.nulls(len(when), pa.string())) >= when


def _unknown_urgency(start: np.ndarray) -> pa.Array:
    return pa.array(["unknown"] * len(start), pa.string())


def open_until(start: np.ndarray, urgency: pa.Array, agency: Agency) -> np.ndarray:
    """Time until which a promise that nothing ended may be meant: twice its life."""
    return start + 2 * (life(start, urgency, agency)[1] - start)


def only_one(
    promises: Promises,
    number: np.ndarray,
    unnoted: UnnotedCalls,
    agency: Agency,
    when: np.ndarray,
    line: np.ndarray,
    named: np.ndarray,
    ends: np.ndarray,
    is_exact: np.ndarray,
) -> np.ndarray:
    """Index of the promise that each event certainly belongs to: the one named, or the only possible one.

    Parameters
    ----------
    promises : with their lives before these events end any
    number : code of the number that each promise gave; MISSING if none is written, so that any line matches
    when, line : time and line of each event, in order of time; an unknown line may be any
    named : the promise that the log names, or MISSING
    ends : whether the event ends its promise
    is_exact : whether the event's time of day is known; without it, no one can say what was open
    """
    urgency, no_number = promises.columns["urgency"], np.full(len(unnoted), MISSING)
    is_ended = promises.end < life(promises.start, urgency, agency)[1]
    # A promise that nothing ended may still be meant long after it was due.
    ended = np.where(is_ended, promises.end, open_until(promises.start, urgency, agency))
    spans = Spans(
        microseconds(np.concatenate([promises.start, unnoted.start])),
        microseconds(np.concatenate([ended, unnoted.end])),
        np.concatenate([number, no_number]),
    )
    tells = is_exact & unnoted.would_be_seen(when)
    found = only_open(spans, microseconds(when, undated=0), line, named, ends, tells, len(promises))
    # Spans after the promises are calls that no one logged. If one of these is the only match, the event gets none.
    return np.where(found < len(promises), found, MISSING)


@dataclass(frozen=True)
class Spans:
    """When each span opens and closes, both included, and on which line (MISSING: any)."""

    opens: np.ndarray
    closes: np.ndarray
    line: np.ndarray


def only_open(spans: Spans, when, line, named, ends, tells, may_end: int) -> np.ndarray:
    """Span that each event names, or the only one open on its line; MISSING if there is none or several.

    An event that ``ends`` closes its span, if that is one of the first ``may_end``. Where ``tells`` is false, only the
    name counts. One pass in order of time.
    """
    size = len(spans.line)
    begun = np.flatnonzero((spans.closes >= spans.opens) & (spans.opens < NEVER))
    steps = np.concatenate([begun, np.arange(len(when)) + 2 * size, begun + size])
    step_when = np.concatenate([spans.opens[begun], when, spans.closes[begun]])
    order = np.argsort(step_when, kind="stable")  # at the same time: first openings, then events, then closings
    return np.array(_one_pass(steps[order].tolist(), spans, line, named, ends, tells, may_end), np.int64)


def _one_pass(steps: list[int], spans: Spans, line, named, ends, tells, may_end: int) -> list[int]:
    """Find the spans, step by step. A step below ``size`` opens that span; below 2 * size it closes one; above, it is
    an event."""
    size, span_line = len(spans.line), spans.line.tolist()
    line, named, ends, tells = line.tolist(), named.tolist(), ends.tolist(), tells.tolist()
    is_open, found = [False] * size, [MISSING] * len(line)
    count = dict.fromkeys({MISSING, EVERY, *span_line, *line}, 0)  # number of open spans on each line
    indices = dict(count)  # and the sum of their indices; if one is open, its index

    def toggle(index: int, step: int) -> None:
        is_open[index] = step > 0
        for where in (span_line[index], EVERY):
            count[where] += step
            indices[where] += step * index

    for step in steps:
        if step < size:
            toggle(step, 1)
        elif step < 2 * size:
            if is_open[step - size]:
                toggle(step - size, -1)
        else:
            event = step - 2 * size
            only, own = named[event], line[event]
            if only == MISSING and tells[event]:
                if own == MISSING:
                    only = indices[EVERY] if count[EVERY] == 1 else MISSING
                elif count[own] + count[MISSING] == 1:
                    only = indices[own] + indices[MISSING]
            found[event] = only
            if ends[event] and 0 <= only < may_end and is_open[only]:
                toggle(only, -1)
    return found
