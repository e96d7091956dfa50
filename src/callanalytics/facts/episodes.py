"""Needs: agency calls, redials, drop-outs of the automated system and restarts that are about one matter and reason.

One pass over the agency calls in order of time.

* An agency call is about the matter that was noted; failing that, about the service request number, and so about the
  matter that another dial with that number names.
* It joins the open need of its matter with the same reason. An agency call without a reason, or with one that only says
  that there was a call before, joins the need of its matter last called about; and a need begun without a reason takes
  the first that is said.
* A need closes so many days after its last call, or after the last callback promised on it was due at the latest;
  earlier, once it was settled (a call within those days shows that it was not). What comes later begins another.
* Where neither matter nor service request is noted, an agency call shortly after one on which no one is known to have
  spoken, from the same number of ours to the same line and for no other reason, is its redial, and belongs to the need
  of either. Any other such dial belongs to none: ``episode_id`` is null.

The limits are in ``episodes.toml``. A need is named by its first agency call.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from callanalytics.facts.arrays import codes, earliest_moments, moments

NEVER = np.iinfo(np.int64).max
MINUTE = 60_000_000  # microseconds
DAY = 1440 * MINUTE


@cache
def limits() -> dict:
    """The limits of ``episodes.toml``."""
    return tomllib.loads((Path(__file__).parent / "episodes.toml").read_text("utf-8"))


@dataclass(eq=False)
class _Episode:
    """A need while it is followed: the places of its agency calls, until when one more may join, when it was
    settled."""

    reason: str | None = None
    agency_calls: list[int] = field(default_factory=list)
    open_until: int = 0
    settled: int = NEVER


def episode_columns(agency_calls: pa.Table, promises: pa.Table, zone: str) -> tuple[pa.Array, pa.Array]:
    """``episode_id`` and ``episode_call`` of each agency call.

    Parameters
    ----------
    agency_calls : of one office
    promises : of the same, for when a need was settled and until when it waits for a callback
    """
    followed = _Episodes(agency_calls, promises, zone)
    for place in followed.order:
        followed.take(place)
    return followed.columns()


def episodes_of_promises(promises: pa.Table, agency_calls: pa.Table) -> pa.Array:
    """The need of each promise: that of the agency call on which it was made."""
    place = codes(promises.column("agency_call_id").combine_chunks(), agency_calls.column("agency_call_id").to_pylist())
    return agency_calls.column("episode_id").combine_chunks().take(pa.array(place, pa.int64(), mask=place < 0))


class _Episodes:
    """The needs of an office as they are followed from dial to dial."""

    def __init__(self, agency_calls: pa.Table, promises: pa.Table, zone: str):
        self.values = {name: agency_calls.column(name).to_pylist() for name in _COLUMNS}
        self.n = agency_calls.num_rows
        self.ids = agency_calls.column("agency_call_id").to_pylist()
        start = earliest_moments(agency_calls, zone)
        lasted = [(s or 0) * 1_000_000 for s in agency_calls.column("duration_s").to_pylist()]
        self.order = np.argsort(start, kind="stable")[: int(np.sum(~np.isnat(start)))].tolist()
        self.start = start.astype(np.int64).tolist()
        self.end = [when + s for when, s in zip(self.start, lasted, strict=True)]
        self.subject = _subjects(self.values["matter"], self.values["sr_number"])
        self.waits, self.settled = _awaited(promises, self.ids)
        self.of_matter: dict[str, list[_Episode]] = {}
        self.last: dict[tuple, int] = {}
        self.need: list[_Episode | None] = [None] * self.n

    def take(self, place: int) -> None:
        """Give one agency call to its need."""
        subject, phone = self.subject[place], (self.values["our_number"][place], self.values["line"][place])
        before = self.last.get(phone)
        self.last[phone] = place
        tried = before if before is not None and self._is_redial(before, place) else None
        if subject is None:
            need = self.need[tried] if tried is not None else None
            self._put(place, need or _Episode())
            return
        need = self._open(subject, place) or self._begun(subject)
        # The calls before this one named no matter: if this one is their redial, they were about its matter.
        if tried is not None and self.subject[tried] is None and self.need[tried] is not need:
            self._merge(self.need[tried], need)
        self._put(place, need)
        need.reason = need.reason or self._reason(place)

    def columns(self) -> tuple[pa.Array, pa.Array]:
        id: list[str | None] = [None] * self.n
        seq: list[int | None] = [None] * self.n
        for need in {n for n in self.need if n}:
            places = sorted(need.agency_calls, key=lambda p: (self.start[p], self.ids[p]))
            if len(places) == 1 and self.subject[places[0]] is None:
                continue  # nothing is known to tie it to anything
            for n, place in enumerate(places, 1):
                id[place], seq[place] = self.ids[places[0]], min(n, 32767)
        return pa.array(id, pa.string()), pa.array(seq, pa.int16())

    def _reason(self, place: int) -> str | None:
        reason = self.values["reason"][place]
        return None if reason in limits()["follow_ups"] else reason

    def _open(self, subject: str, place: int) -> _Episode | None:
        """The need that this dial joins: the one last called about, of the same reason where one is said."""
        when, reason = self.start[place], self._reason(place)
        still = [n for n in self.of_matter.get(subject, ()) if when <= n.open_until and when <= _closing(n.settled)]
        fitting = [n for n in still if reason is None or n.reason in (None, reason)]
        return max(
            fitting,
            key=lambda n: (n.reason == reason, self.start[n.agency_calls[-1]], n.agency_calls[-1]),
            default=None,
        )

    def _begun(self, subject: str) -> _Episode:
        need = _Episode()
        self.of_matter.setdefault(subject, []).append(need)
        return need

    def _is_redial(self, before: int, place: int) -> bool:
        apart = self.start[place] - self.end[before]
        spoke = self.values["person_reached"][before] is True
        timed = self.values["started_at_utc"][before] is not None and self.values["started_at_utc"][place] is not None
        known = self.values["our_number"][place] is not None
        reasons = {self._reason(before), self._reason(place)} - {None}
        return known and timed and not spoke and len(reasons) < 2 and apart <= limits()["redial_minutes"] * MINUTE

    def _put(self, place: int, need: _Episode) -> None:
        need.agency_calls.append(place)
        self.need[place] = need
        until = max(self.end[place], self.waits.get(place, 0)) + limits()["gap_days"] * DAY
        need.open_until = max(need.open_until, until)
        settled = self.end[place] if self.values["outcome"][place] in limits()["settling"] else NEVER
        need.settled = min(settled, self.settled.get(place, NEVER))

    def _merge(self, lone: _Episode | None, need: _Episode) -> None:
        """Redials before the call on which the matter was noted belong to its need."""
        if lone is None or any(self.subject[place] for place in lone.agency_calls):
            return
        for place in lone.agency_calls:
            self.need[place] = need
        need.agency_calls[:0] = lone.agency_calls


_COLUMNS = "matter sr_number reason our_number line person_reached outcome started_at_utc".split()


def _closing(settled: int) -> int:
    return settled if settled == NEVER else settled + limits()["settled_days"] * DAY


def _subjects(matters: list, numbers: list) -> list[str | None]:
    """The matter of each agency call; else of an agency call with the same service request number; else that number."""
    matter_of = {number: matter for matter, number in zip(matters, numbers, strict=True) if matter and number}
    known = [matter or matter_of.get(number) for matter, number in zip(matters, numbers, strict=True)]
    return [f"M {m}" if m else f"S {n}" if n else None for m, n in zip(known, numbers, strict=True)]


def _awaited(promises: pa.Table, ids: list[str]) -> tuple[dict, dict]:
    """For the agency calls with a promise until when its callback is awaited, and when it was settled."""
    place = codes(promises.column("agency_call_id").combine_chunks(), ids).tolist()
    due = moments(promises["due_lenient_utc"])
    answered = np.fmin(moments(promises["callback_answered_at_utc"]), moments(promises["emailed_at_utc"]))
    return _known(place, due), _known(place, answered)


def _known(places: list[int], when: np.ndarray) -> dict[int, int]:
    triples = zip(places, when.astype(np.int64).tolist(), np.isnat(when).tolist(), strict=True)
    return {place: moment for place, moment, missing in triples if place >= 0 and not missing}
