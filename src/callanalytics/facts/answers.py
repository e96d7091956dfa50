"""What came besides rings: announcements of a call-back, answers by e-mail, call-backs no longer needed.

What names no promise goes to the living one that is due first, as rings do: in doubt the agency has answered.
A withdrawal is the office's own act and is not given away so: it must name its promise, or only one may be meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from callanalytics.facts import references
from callanalytics.facts.promises import Promises
from callanalytics.facts.queue import earliest_due_first
from callanalytics.facts.rows import NAT, NOWHERE, Rows, codes
from callanalytics.facts.timeblock import earliest

CHANNELS = ("text", "email", "unknown")


@dataclass(frozen=True)
class Answers:
    """For each promise when it was answered by e-mail, withdrawn, announced and how; and all announcements there were."""

    emailed: np.ndarray
    withdrawn: np.ndarray
    notice: np.ndarray
    notice_channel: pa.Array
    notices_seen: np.ndarray


@dataclass(frozen=True)
class _Events:
    at: np.ndarray
    told: np.ndarray
    number: pa.Array

    def in_order(self) -> _Events:
        order = np.lexsort((self.told, self.at))
        return _Events(self.at[order], self.told[order], self.number.take(pa.array(order)))


def find(promises: Promises, notes: Rows, notices: Rows, followed: np.ndarray) -> Answers:
    """What came for each promise, told by the hand log and by the agency's own messages."""
    withdrawn = _withdrawn(promises, _of_notes(promises, notes, followed, "withdrawn"))
    promises = promises.ending(withdrawn)
    mails = _united(_of_notes(promises, notes, followed, "email"), _of_notices(promises, notices, "answer"))
    emailed = _first_given(promises, mails, ends=True)
    promises = promises.ending(emailed)
    ahead = _announcements(promises, notes, notices, followed)
    by_channel = [_first_given(promises, events, ends=False) for events in ahead]
    return Answers(
        emailed,
        withdrawn,
        np.fmin.reduce(by_channel),
        _channel(*by_channel),
        np.sort(np.concatenate([events.at for events in ahead])),
    )


def _announcements(promises, notes, notices, followed) -> list[_Events]:
    """By text, by e-mail, and as somebody noted, who need not say which."""
    announced = notices.where(notices.is_("kind", "announcement"))
    by = [
        _of_notices(promises, announced.where(announced.is_("channel", word)), "announcement") for word in CHANNELS[:2]
    ]
    return [*by, _of_notes(promises, notes, followed, "notice")]


def _of_notes(promises, notes: Rows, followed, kind: str) -> _Events:
    mask = notes.is_("kind", kind)
    chosen = notes.where(mask)
    at = earliest(chosen.moments(), chosen.moments("started_at_local"))
    told = references.named(promises, at, followed[mask], chosen.arrow("sr_number"), chosen.arrow("matter"))
    return _Events(at, told, chosen.arrow("our_number")).in_order()


def _of_notices(promises, notices: Rows, kind: str) -> _Events:
    chosen = notices.where(notices.is_("kind", kind))
    at = earliest(chosen.moments(), chosen.moments("started_at_local"))
    nothing = np.full(len(chosen), NOWHERE)
    told = references.named(promises, at, nothing, chosen.arrow("sr_number"), pa.nulls(len(chosen), pa.string()))
    return _Events(at, told, chosen.arrow("our_number")).in_order()


def _united(a: _Events, b: _Events) -> _Events:
    return _Events(
        np.concatenate([a.at, b.at]), np.concatenate([a.told, b.told]), pa.concat_arrays([a.number, b.number])
    ).in_order()


def _first_given(promises: Promises, events: _Events, *, ends: bool) -> np.ndarray:
    """The first event given to each promise; NaT where none is."""
    numbers = promises.columns["callback_number"].unique().drop_null().to_pylist()
    every = np.full(len(events.at), ends)
    given = earliest_due_first(
        promises,
        codes(promises.columns["callback_number"], numbers),
        events.at,
        np.where(
            events.number.is_valid().to_numpy(zero_copy_only=False), _else(codes(events.number, numbers)), NOWHERE
        ),
        events.told,
        every,
        attempts=1,
    )
    return first_at(promises, given, events.at)


OTHER = 1_000_000_000  # a number that no promise gave: it may still be one for which no number is written


def _else(places: np.ndarray) -> np.ndarray:
    return np.where(places < 0, OTHER, places)


def first_at(promises: Promises, given: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The earliest moment given to each promise, never before its start; NaT where there is none."""
    first = np.full(len(promises), NAT)
    kept = given >= 0
    given, at = given[kept], _not_before(at[kept], promises.start[given[kept]])
    order = np.argsort(at, kind="stable")[::-1]  # the earliest is written last
    first[given[order]] = at[order]
    return first


def _not_before(at, start):
    return np.fmax(at, start)


def _withdrawn(promises: Promises, events: _Events) -> np.ndarray:
    opened, closed = np.sort(promises.start), np.sort(promises.end)
    living = np.searchsorted(opened, events.at, side="right") - np.searchsorted(closed, events.at, side="left")
    sure = (events.told >= 0) | (living == 1)
    chosen = _Events(events.at[sure], events.told[sure], pa.nulls(int(sure.sum()), pa.string()))
    return _first_given(promises, chosen, ends=True)


def _channel(text, email, unknown) -> pa.Array:
    seen = [~np.isnat(at) for at in (text, email, unknown)]
    word = np.select([seen[0] & seen[1], seen[0], seen[1], seen[2]], ["both", "text", "email", "unknown"], "")
    return pa.array(word, pa.string(), mask=word == "")
