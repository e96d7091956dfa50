"""Which promise was meant, where the log does not name it: only one can have been, or nobody knows.

That only one call-back was open at a number proves nothing by itself: the log may lack the promise that was meant, or
believe one to be over that is not. So a ring that names nothing is certain for a promise only where

* no other promise is open at that number. One that ended by a ring which was merely counted for it is open still,
  whoever it is counted for; so doubt about one ring spreads to the later ones, until the log names what came, the
  promises are withdrawn, or so much time has passed. Time alone ends nothing for certain: here a promise is open twice
  as long as rings are linked to it;
* no call to the agency lies in the time of which neither log tells what was promised on it: one that the phone log
  shows and nobody noted, unless it was too short or the agency was closed; and
* such a call would have been seen: the phone exports cover every line of the office for as long as that.

(On generated truth a ring with one open promise in the log belongs to that promise in 27 to 89 of 100 cases; those that
pass all three all do.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency
from callanalytics.facts.promises import Promises, life
from callanalytics.facts.queue import NEVER, microseconds
from callanalytics.facts.rows import NOWHERE, seconds
from callanalytics.facts.watching import Watch

TOO_SHORT_S = 120  # the automated system alone takes longer
EVERY = -2  # all lines together
A_WEEK = np.timedelta64(7, "D")  # holidays make one life longer than another


class Unnoted:
    """Calls to the agency of which nobody wrote what was promised: when each ended, until when a call-back may come."""

    def __init__(self, dials: pa.Table, watch: Watch, agency: Agency):
        noted, lasted = dials["note_id"].is_valid(), dials["duration_s"].fill_null(TOO_SHORT_S)
        told = pc.or_(noted, pc.less(lasted, TOO_SHORT_S))
        told = pc.or_(told, pc.invert(dials["in_live_hours"].fill_null(True)))
        calls = dials.filter(pc.invert(told))
        at = calls["started_at_utc"].cast(pa.timestamp("us")).to_numpy()
        self.start = at + seconds(calls["duration_s"].fill_null(0).to_numpy())
        self.end = open_until(self.start, _unknown(self.start), agency)
        self._watch, self._agency = watch, agency

    def __len__(self) -> int:
        return len(self.start)

    def would_be_seen(self, at: np.ndarray) -> np.ndarray:
        """Whether every call on which a call-back of that moment may have been promised is in a phone export."""
        since = at - (open_until(at, _unknown(at), self._agency) - at) - A_WEEK
        return self._watch.until(since, pa.nulls(len(at), pa.string())) >= at


def _unknown(start: np.ndarray) -> pa.Array:
    return pa.array(["unknown"] * len(start), pa.string())


def open_until(start: np.ndarray, urgency: pa.Array, agency: Agency) -> np.ndarray:
    """Until when a promise may be meant that nothing ended: twice its life."""
    return start + 2 * (life(start, urgency, agency)[1] - start)


def only_one(
    promises: Promises,
    number: np.ndarray,
    unnoted: Unnoted,
    agency: Agency,
    at: np.ndarray,
    line: np.ndarray,
    told: np.ndarray,
    ends: np.ndarray,
    is_exact: np.ndarray,
) -> np.ndarray:
    """The place of the promise that each event belongs to for certain: named, or the only one there can be.

    Parameters
    ----------
    promises : as they live but for what these events end
    number : code of the number that each promise gave; NOWHERE where none is written, then any line will do
    at, line : moment and line of each event, in order of time; a line that is not known may be any
    told : the promise that the log names, or NOWHERE
    ends : whether the event ends its promise
    is_exact : whether the time of day of the event is known; without it nobody knows what was open
    """
    urgency, nobody = promises.columns["urgency"], np.full(len(unnoted), NOWHERE)
    is_ended = promises.end < life(promises.start, urgency, agency)[1]
    ended = np.where(is_ended, promises.end, open_until(promises.start, urgency, agency))
    spans = Spans(
        microseconds(np.concatenate([promises.start, unnoted.start])),
        microseconds(np.concatenate([ended, unnoted.end])),
        np.concatenate([number, nobody]),
    )
    tells = is_exact & unnoted.would_be_seen(at)
    found = only_open(spans, microseconds(at, undated=0), line, told, ends, tells, len(promises))
    return np.where(found < len(promises), found, NOWHERE)


@dataclass(frozen=True)
class Spans:
    """From when to when something is open, both included, and on which line (NOWHERE: on any)."""

    opens: np.ndarray
    closes: np.ndarray
    line: np.ndarray


def only_open(spans: Spans, at, line, told, ends, tells, may_end: int) -> np.ndarray:
    """The span that each event names, or the only one open on its line; NOWHERE where there is none or several.

    An event that ``ends`` closes its span, if that is one of the first ``may_end``; of one that does not tell, only the
    name counts. One pass in order of time.
    """
    size = len(spans.line)
    begun = np.flatnonzero((spans.closes >= spans.opens) & (spans.opens < NEVER))
    what = np.concatenate([begun, np.arange(len(at)) + 2 * size, begun + size])
    when = np.concatenate([spans.opens[begun], at, spans.closes[begun]])
    order = np.argsort(when, kind="stable")  # of one moment: what opens, events, what closes
    return np.array(_pass(what[order].tolist(), spans, line, told, ends, tells, may_end), np.int64)


def _pass(steps: list[int], spans: Spans, line, told, ends, tells, may_end: int) -> list[int]:
    """Steps in order of time: a span opens (its place), it closes (that and the number of spans), an event comes (its
    place and twice that number)."""
    size, on = len(spans.line), spans.line.tolist()
    line, told, ends, tells = line.tolist(), told.tolist(), ends.tolist(), tells.tolist()
    is_open, found = [False] * size, [NOWHERE] * len(line)
    count = dict.fromkeys({NOWHERE, EVERY, *on, *line}, 0)  # of the open spans of each line: how many they are
    places = dict(count)  # and the sum of their places

    def turn(place: int, step: int) -> None:
        is_open[place] = step > 0
        for where in (on[place], EVERY):
            count[where] += step
            places[where] += step * place

    for step in steps:
        if step < size:
            turn(step, 1)
        elif step < 2 * size:
            if is_open[step - size]:
                turn(step - size, -1)
        else:
            event = step - 2 * size
            only, own = told[event], line[event]
            if only == NOWHERE and tells[event]:
                if own == NOWHERE:
                    only = places[EVERY] if count[EVERY] == 1 else NOWHERE
                elif count[own] + count[NOWHERE] == 1:
                    only = places[own] + places[NOWHERE]
            found[event] = only
            if ends[event] and 0 <= only < may_end and is_open[only]:
                turn(only, -1)
    return found
