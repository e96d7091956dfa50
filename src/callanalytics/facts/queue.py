"""Whose turn is it: what names no promise goes to the living promise that is due first.

One pass over events in order of time, with one queue of promises a number. As the agency works through its
list by the stated time, so do we: linear but for the queue's logarithm, and no event is given twice.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
import pyarrow as pa

from callanalytics.facts.rows import NOWHERE, codes

NEVER = np.iinfo(np.int64).max
OTHER = 1_000_000_000  # a line whose number no promise gave: it may still be a promise's for which none is written


def earliest_due_first(
    promises, number: np.ndarray, at: np.ndarray, line: np.ndarray, told: np.ndarray, ends: np.ndarray, attempts: int
) -> np.ndarray:
    """The place of the promise that each event is given to; NOWHERE where none lives.

    A promise steps back behind the others once it has had ``attempts`` events, or once it is overdue: more may still
    come to it, but only when no other waits. (An overdue promise that kept its place would take the events of all
    that are due after it, and make them late too.)

    Parameters
    ----------
    promises : with ``start``, ``due``, ``end``
    number : code of the number that each promise gave; NOWHERE where none is written, then any line will do
    at, line : moment and line of each event, in order of time; a line that is not known may be any
    told : the promise that the log names, or NOWHERE
    ends : whether the event ends the promise (somebody was reached)
    """
    by_due = np.lexsort((promises.start, promises.due))  # from here on a promise is its rank by due moment
    rank = np.append(np.argsort(by_due), NOWHERE)  # NOWHERE picks the last
    start, end = (microseconds(values)[by_due] for values in (promises.start, promises.end))
    opening = np.argsort(start, kind="stable")
    entered, looked_at = _queues(number[by_due].tolist(), line)
    had, over = [0] * len(start), [False] * len(start)
    due = microseconds(promises.due)[by_due].tolist()
    first = _first_in_turn(had, over, end.tolist(), due, attempts)
    given, opened = [], 0
    opening, starts = opening.tolist(), [*start[opening].tolist(), NEVER]
    for moment, where, named, last in zip(
        microseconds(at, undated=0).tolist(), line.tolist(), rank[told].tolist(), ends.tolist(), strict=True
    ):
        while starts[opened] <= moment:  # a promise that starts with an event is there for it
            for queue in entered[opening[opened]]:
                heappush(queue, opening[opened])
            opened += 1
        chosen = named if named >= 0 else first(looked_at[where], moment)
        given.append(chosen)
        if chosen >= 0:
            had[chosen] += 1
            over[chosen] |= last
    return np.append(by_due, NOWHERE)[np.array(given, np.int64)]


def lines_as_codes(given: pa.Array, rang: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The numbers that promises gave, and the lines of events, as codes; NOWHERE where not written or not known."""
    numbers = given.unique().drop_null().to_pylist()
    places, known = codes(rang, numbers), rang.is_valid().to_numpy(zero_copy_only=False)
    return codes(given, numbers), np.where(known & (places < 0), OTHER, places)


def _queues(number: list[int], line: np.ndarray) -> tuple[list, dict]:
    """The queues that each promise enters, and those that an event on each line looks at.

    Of each number there are two: of promises whose turn it is, and of those that stepped back. A line that is
    not known looks at the queue of all.
    """
    lines = np.unique(line).tolist()
    own = {code: ([], []) for code in {*number, *lines, NOWHERE}}
    every = ([], [])
    unwritten = [own[NOWHERE]] if NOWHERE in number else []
    looked_at = {code: (own[code], *unwritten) if code >= 0 else (every,) for code in lines}
    entered = {code: (queues[0], every[0]) if NOWHERE in lines else (queues[0],) for code, queues in own.items()}
    return [entered[code] for code in number], looked_at


def _first_in_turn(had: list[int], over: list[bool], end: list[int], due: list[int], attempts: int):
    """A function of queues and a moment: the promise due first, those whose turn it is before the others."""

    def head(queues, turn, moment):
        queue = queues[turn]
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
        return NOWHERE

    return first


def microseconds(moments: np.ndarray, undated: int = NEVER) -> np.ndarray:
    """What has no moment starts never; an event without one comes before every start."""
    return np.where(np.isnat(moments), undated, moments.astype("M8[us]").astype(np.int64))
