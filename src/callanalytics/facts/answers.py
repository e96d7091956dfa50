"""What came besides rings: answers by e-mail, announcements of a call-back, call-backs no longer needed.

An e-mail or an announcement that names no promise goes to the living one that is due first, as rings do: in
doubt the agency has answered. A withdrawal is the office's own act and is not given away so: it must name its
promise, or only one can be meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from callanalytics.facts import references
from callanalytics.facts.promises import Promises
from callanalytics.facts.queue import earliest_due_first, lines_as_codes
from callanalytics.facts.rows import NAT, NOWHERE, Rows
from callanalytics.facts.timeblock import earliest


@dataclass(frozen=True)
class Events:
    """Things that came for a promise, in order of time: when, which one the log names, at which number of ours."""

    at: np.ndarray
    told: np.ndarray
    number: pa.Array

    def in_order(self) -> Events:
        return self[np.lexsort((self.told, self.at))]

    def __getitem__(self, places) -> Events:
        return Events(self.at[places], self.told[places], self.number.take(pa.array(places, pa.int64())))


@dataclass(frozen=True)
class Announced:
    """For each promise when a call-back was first announced, and how; and all announcements that were seen."""

    at: np.ndarray
    channel: pa.Array
    seen: np.ndarray


def mails(promises: Promises, notes: Rows, notices: Rows, followed: np.ndarray) -> Events:
    """Answers by e-mail: as somebody noted, and from the mailbox itself."""
    a = _of_notes(promises, notes, followed, "email")
    b = _of_notices(promises, notices.where(notices.is_("kind", "answer")))
    return Events(
        np.concatenate([a.at, b.at]), np.concatenate([a.told, b.told]), pa.concat_arrays([a.number, b.number])
    ).in_order()


def withdrawn(promises: Promises, notes: Rows, followed: np.ndarray) -> np.ndarray:
    """When each promised call-back was no longer needed; NaT where it was."""
    events = _of_notes(promises, notes, followed, "withdrawn")
    opened, closed = np.sort(promises.start), np.sort(promises.end)
    living = np.searchsorted(opened, events.at, side="right") - np.searchsorted(closed, events.at, side="left")
    sure = (events.told >= 0) | (living == 1)
    return first_at(promises, *_given(promises, events[np.flatnonzero(sure)]))


def announced(promises: Promises, notes: Rows, notices: Rows, followed: np.ndarray) -> Announced:
    """Texts and e-mails ahead: a promise can have one of each, so that each kind has a queue of its own."""
    rows = notices.where(notices.is_("kind", "announcement"))
    kinds = [_of_notices(promises, rows.where(rows.is_("channel", word))) for word in ("text", "email")]
    kinds.append(_of_notes(promises, notes, followed, "notice"))
    text, email, noted = (first_at(promises, *_given(promises, events)) for events in kinds)
    seen = np.sort(np.concatenate([events.at for events in kinds]))
    return Announced(np.fmin(np.fmin(text, email), noted), _channel(text, email, noted), seen)


def first_at(promises: Promises, given: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The earliest moment given to each promise, never before its start; NaT where there is none."""
    first = np.full(len(promises), NAT)
    kept = given >= 0
    given = given[kept]
    at = np.fmax(at[kept], promises.start[given])
    order = np.argsort(at, kind="stable")[::-1]  # the earliest is written last
    first[given[order]] = at[order]
    return first


def _of_notes(promises, notes: Rows, followed, kind: str) -> Events:
    mask = notes.is_("kind", kind)
    chosen = notes.where(mask)
    at = earliest(chosen.moments(), chosen.moments("started_at_local"))
    told = references.named(promises, at, followed[mask], chosen.arrow("sr_number"), chosen.arrow("matter"))
    return Events(at, told, chosen.arrow("our_number")).in_order()


def _of_notices(promises, chosen: Rows) -> Events:
    at = earliest(chosen.moments(), chosen.moments("started_at_local"))
    follows, matter = np.full(len(chosen), NOWHERE), pa.nulls(len(chosen), pa.string())
    told = references.named(promises, at, follows, chosen.arrow("sr_number"), matter)
    return Events(at, told, chosen.arrow("our_number")).in_order()


def _given(promises: Promises, events: Events) -> tuple[np.ndarray, np.ndarray]:
    """The promise each event goes to, and its moment; one event, and a promise steps back behind the others."""
    number, line = lines_as_codes(promises.columns["callback_number"], events.number)
    ends = np.zeros(len(events.at), bool)
    return earliest_due_first(promises, number, events.at, line, events.told, ends, attempts=1), events.at


def _channel(text, email, noted) -> pa.Array:
    seen = [~np.isnat(at) for at in (text, email, noted)]
    word = np.select([seen[0] & seen[1], seen[0], seen[1], seen[2]], ["both", "text", "email", "unknown"], "")
    return pa.array(word, pa.string(), mask=word == "")
