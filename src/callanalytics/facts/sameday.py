"""Notes of rings that the phone log shows at another hour of the day: written down late, or by the date alone.

The phone log was watching, so that a ring that it does not show at the time written did not come then; and a
ring it shows that day, that nobody wrote down, is the one meant. So a note left over is joined to a call left over
of the same day, line and result, where it says which call of ours it answers, or where that day there are as many
notes as calls of that result (one and one; or several notes without a time of day, then in their order). The
agency's number goes before a caller that is not shown, the nearest before others, for a note without a time the
first.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from callanalytics.facts import matching
from callanalytics.facts.logs import Joined
from callanalytics.facts.rows import NAT, NOWHERE
from callanalytics.values import zones


def join(
    joined: Joined, noted: matching.Noted, logged: matching.Logged, zone: str, rank: np.ndarray, watched, asked
) -> Joined:
    """The notes and calls that stand alone joined by their day.

    Parameters
    ----------
    rank : of each call: 0 shows the agency's number, 1 no caller, NOWHERE cannot be meant
    watched : of each note: whether its line was under observation at the time written
    asked : of each note: the moment of the call of ours that it follows, NaT where unknown; and whether it says one
    """
    day = np.where(np.isnat(noted.at), noted.date, zones.to_local(noted.at, zone).astype("M8[D]"))
    timed = ~np.isnat(noted.at)
    free_note, free_call = np.zeros(len(day), bool), np.zeros(len(logged.at), bool)
    free_note[joined.note[joined.call < 0]] = True
    free_call[joined.call[joined.note < 0]] = True
    free_note &= ~np.isnat(day) & (watched | ~timed)
    free_call &= (rank >= 0) & ~np.isnat(logged.at)
    note, call = matching.of_the_same_day(day, free_note, logged.date, free_call)
    told_at, follows = asked
    fits = ~matching.differ(noted.number[note], logged.number[call]) & ~(logged.at[call] < told_at[note])
    fits &= ~matching.differ(noted.answered[note], logged.answered[call])
    note, call = note[fits], call[fits]
    apart = np.where(timed[note], np.abs(noted.at[note] - logged.at[call]), logged.at[call] - logged.date[call])
    sure = follows[note] | _as_many(note, call, day, noted.answered, timed)
    chosen = np.flatnonzero(sure)
    order = chosen[np.lexsort((call[chosen], apart[chosen], rank[call[chosen]], note[chosen], timed[note[chosen]] < 1))]
    return _with_pairs(joined, *_in_turn(note[order].tolist(), call[order].tolist()))


def _as_many(note, call, day, answered, timed) -> np.ndarray:
    """Pairs of a day with as many notes as calls that can be meant: one and one, or several without a time of day."""
    day_of = day[note].astype(np.int64)
    notes, calls = _distinct(day_of, note), _distinct(day_of, call)
    edges = _distinct(day_of, np.arange(len(note)))  # all fit all: the results are the same
    some_timed = np.isin(day_of, day_of[timed[note]])
    return (notes == calls) & (edges == notes * calls) & ((notes == 1) | ~some_timed)


def _distinct(group: np.ndarray, value: np.ndarray) -> np.ndarray:
    """How many different values each row's group has."""
    pairs = np.unique(np.stack([group, value]), axis=1)[0]
    groups, count = np.unique(pairs, return_counts=True)
    return count[np.searchsorted(groups, group)] if len(groups) else np.zeros(len(group), np.int64)


def _in_turn(notes: list[int], calls: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Each note with its first call that is still free."""
    given: dict[int, int] = {}
    taken: set[int] = set()
    for note, call in zip(notes, calls, strict=True):
        if note not in given and call not in taken:
            given[note] = call
            taken.add(call)
    return np.array(list(given), np.int64), np.array(list(given.values()), np.int64)


def _with_pairs(joined: Joined, note: np.ndarray, call: np.ndarray) -> Joined:
    """The same rows, some notes and calls that stood alone now in one."""
    if not len(note):
        return joined
    of_note = np.full(len(joined.notes), NOWHERE)
    of_note[note] = call
    gone = (joined.note < 0) & np.isin(joined.call, call)
    found = np.where(joined.call < 0, of_note[joined.note], joined.call)
    return replace(joined, call=found[~gone], note=joined.note[~gone])


def asked_at(ring_notes, notes) -> tuple[np.ndarray, np.ndarray]:
    """When the call of ours was that each note follows; NaT where unknown. And whether it follows one at all."""
    parent = ring_notes.codes("follows", notes.texts("note_id").tolist())
    return np.append(notes.moments(), NAT)[parent], parent >= 0
