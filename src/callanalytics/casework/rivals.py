"""Whose call-back was it? A call that names no request may have been for any that was open at its number then.

That it was the agency's is certain; which request it was for, nobody said. It is counted for the one due first. Over
many requests that evens out; on the sheet of one, it has to be said.
"""

from __future__ import annotations

import numpy as np

from callanalytics import clocks
from callanalytics.facts.promises import GRACE

ENDED = ("reached_at_utc", "emailed_at_utc", "withdrawn_at_utc")


def of_ring(ring: dict, promises: list[dict], notes: dict[str, dict]) -> int:
    """How many requests beside its own a ring may have been for; 0 where the log says which one.

    Parameters
    ----------
    ring : a row of ``rings`` linked for certain
    promises, notes : rows of ``promises`` as loaded, and of ``notes`` by ``note_id``
    """
    at, note = ring["started_at_utc"], notes.get(ring["note_id"]) or {}
    if at is None or any(note.get(name) for name in ("follows", "sr_number", "matter")):
        return 0
    return sum(_may_be(ring, at, promise) for promise in promises)


def _may_be(ring: dict, at, promise: dict) -> bool:
    if promise["promise_id"] == ring["promise_id"] or promise["office_id"] != ring["office_id"]:
        return False
    if promise["started_at_utc"] is None or promise["started_at_utc"] > at:
        return False
    if any(promise[name] and promise[name] < at for name in ENDED):
        return False
    given, rang = promise["callback_number"], ring["our_number"]
    return (not given or not rang or given == rang) and _lives(promise["due_lenient_utc"], at)


def _lives(due, at) -> bool:
    """Whether a call may still be linked; of an unknown due moment it may."""
    if due is None or at <= due:
        return True
    since, until = (np.array([moment.replace(tzinfo=None)], "M8[us]") for moment in (due, at))
    return bool(clocks.business_days_between(since, until)[0] <= GRACE)
