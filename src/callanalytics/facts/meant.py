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

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency
from callanalytics.facts.promises import Promises, life
from callanalytics.facts.queue import microseconds
from callanalytics.facts.rows import NOWHERE, seconds
from callanalytics.facts.watching import Watch

TOO_SHORT_S = 120  # the automated system alone takes longer
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
    n, nobody, urgency = len(promises), np.full(len(unnoted), NOWHERE), promises.columns["urgency"]
    is_ended = promises.end < life(promises.start, urgency, agency)[1]
    ended = np.where(is_ended, promises.end, open_until(promises.start, urgency, agency))
    opens = microseconds(np.concatenate([promises.start, unnoted.start]))
    closes = microseconds(np.concatenate([ended, unnoted.end]))
    code = np.concatenate([number, nobody]).tolist()
    can_tell = (is_exact & unnoted.would_be_seen(at)).tolist()
    there, count = [False] * len(code), dict.fromkeys({*code, *line.tolist(), NOWHERE}, 0)
    total, everywhere = dict(count), [0, 0]

    def turn(place: int, step: int) -> None:
        """Open (1) or close (-1) a promise: numbers of the open ones, and the sums of their places."""
        if there[place] == (step > 0):
            return
        there[place] = step > 0
        count[code[place]] += step
        total[code[place]] += step * place
        everywhere[0] += step
        everywhere[1] += step * place

    opening, closing = np.argsort(opens, kind="stable").tolist(), np.argsort(closes, kind="stable").tolist()
    opens, closes = opens.tolist(), closes.tolist()
    found, opened, closed = [], 0, 0
    for moment, where, named, last, tells in zip(
        microseconds(at, undated=0).tolist(), line.tolist(), told.tolist(), ends.tolist(), can_tell, strict=True
    ):
        while opened < len(code) and opens[opening[opened]] <= moment:
            if closes[opening[opened]] >= moment:
                turn(opening[opened], 1)
            opened += 1
        while closed < len(code) and closes[closing[closed]] < moment:
            turn(closing[closed], -1)
            closed += 1
        if where == NOWHERE:
            open_ones, places = everywhere
        else:
            open_ones, places = count[where] + count[NOWHERE], total[where] + total[NOWHERE]
        only = named if named >= 0 else places if open_ones == 1 and tells and places < n else NOWHERE
        if last and only >= 0:
            turn(only, -1)
        found.append(only)
    return np.array(found, np.int64)
