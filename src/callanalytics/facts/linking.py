"""Which promise a ring answers: for certain, perhaps, or none.

certain
    The log says so (the note follows the call, names its service request or its matter), or the ring is the
    agency's and came to the number that was given, while the promise lived. The agency's is a ring that shows
    202-838-2200, and one that somebody wrote down as its call. Where the promise names no number, any line of
    the office is the number given; where the phone system does not say which line rang, any may have.
possible
    The caller was withheld or unknown, in the call-back window of a business day, on a line with a living
    promise; or the agency's number rang another line of the office. A possible ring names the promise due
    first of those it may belong to; it enters ``possible_missed`` of every one of them.

``link_p``, the chance that a possible ring was a call-back at all, is left empty here: an honest figure needs
the office's rate of withheld calls while nothing was promised, and is calibrated elsewhere.

A ring has at most one promise; a promise may have several rings. A promise lives from its start to the first
of: an answer by e-mail, a ring that reached somebody, a withdrawal, fifteen business days past its lenient due
moment. What the log says holds after that too. Rings that name no promise go to the one due first, and after
as many as the agency said it would try (two) to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from callanalytics.agencies import Agency
from callanalytics.facts import references
from callanalytics.facts.answers import OTHER, first_at
from callanalytics.facts.grouped import Grouped
from callanalytics.facts.promises import Promises
from callanalytics.facts.queue import earliest_due_first
from callanalytics.facts.rings import Rings
from callanalytics.facts.rows import NOWHERE, Rows, codes

NONE, POSSIBLE, CERTAIN = range(3)
LINKS = ("none", "possible", "certain")
NO_END = 1 << 30  # attempts


@dataclass(frozen=True)
class Links:
    """The promise of each ring (its place, or NOWHERE), how sure the link is, and the moment it counts from."""

    promise: np.ndarray
    sure: np.ndarray
    at: np.ndarray
    reached: np.ndarray  # of each promise: when a ring linked for certain reached a person


def link(rings: Rings, promises: Promises, notes: Rows, followed: np.ndarray, agency: Agency) -> Links:
    """The promise of each ring; ``promises`` end with their e-mail answer or withdrawal already."""
    numbers = promises.columns["callback_number"].unique().drop_null().to_pylist()
    number = codes(promises.columns["callback_number"], numbers)
    line = lines_of_rings(rings.columns["our_number"], numbers)
    told = _told(rings, promises, notes, followed)
    reaches = reaches_somebody(rings.columns["channel"], rings.columns["result"])
    sure = np.flatnonzero((told >= 0) | (rings.is_agency & ~np.isnat(rings.at)))
    promise = np.full(len(rings), NOWHERE)
    promise[sure] = earliest_due_first(
        promises, number, rings.at[sure], line[sure], told[sure], reaches[sure], _attempts(agency)
    )
    at = _not_before_start(rings.at, promises, promise)
    reached = first_at(promises, np.where(reaches, promise, NOWHERE), at)
    kind = np.where(promise >= 0, CERTAIN, NONE)
    maybe, any_line = may_be_a_callback(rings.columns, kind)
    chosen = np.flatnonzero(maybe)
    likeliest = earliest_due_first(
        promises.ending(reached),
        number,
        rings.at[chosen],
        np.where(any_line, NOWHERE, line)[chosen],
        np.full(len(chosen), NOWHERE),
        np.zeros(len(chosen), bool),
        NO_END,
    )
    promise[chosen], kind[chosen] = likeliest, np.where(likeliest >= 0, POSSIBLE, NONE)
    return Links(promise, kind, at, reached)


def _told(rings: Rings, promises: Promises, notes: Rows, followed) -> np.ndarray:
    place = codes(rings.note_id, notes.texts("note_id").tolist())
    follows = np.append(followed, NOWHERE)[place]  # NOWHERE picks the last
    return references.named(promises, rings.at, follows, rings.sr_number, rings.matter)


def _attempts(agency: Agency) -> int:
    return max(agency.attempts, key=lambda a: a.last_confirmed).attempts


def _not_before_start(at, promises, promise) -> np.ndarray:
    start = np.append(promises.start, np.datetime64("NaT", "us"))[promise]
    return np.fmax(at, start)


def reaches_somebody(channel: pa.Array, result: pa.Array) -> np.ndarray:
    """A ring that a person answered; the answer to a text is not yet a call."""
    return (codes(channel, ["voice"]) == 0) & (codes(result, ["answered"]) == 0)


def lines_of_rings(our_number: pa.Array, numbers: list[str]) -> np.ndarray:
    """Codes of the lines that rang: NOWHERE where not known, OTHER where no promise gave the line's number."""
    known = our_number.is_valid().to_numpy(zero_copy_only=False)
    places = codes(our_number, numbers)
    return np.where(known, np.where(places < 0, OTHER, places), NOWHERE)


def may_be_a_callback(columns, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which rings that are not linked for certain may be call-backs, and which of these on behalf of any line."""
    any_line = known_to_be_the_agency(columns)
    hidden = codes(columns["caller_id"], ["withheld", "unknown"]) >= 0
    inside = columns["in_window"].fill_null(False).to_numpy(zero_copy_only=False)
    timed = columns["started_at_utc"].is_valid().to_numpy(zero_copy_only=False)
    return (kind != CERTAIN) & timed & (any_line | (hidden & inside)), any_line


def known_to_be_the_agency(columns) -> np.ndarray:
    """Rings that show a number of the agency's, or that somebody wrote down as its call."""
    noted = columns["note_id"].is_valid().to_numpy(zero_copy_only=False)
    return (codes(columns["caller_id"], ["agency"]) == 0) | noted


# ---- how many may have been a promise's ----------------------------------------------------------------


def possible_missed(columns, links: Links, promises: Promises) -> pa.Array:
    """For each promise the possible rings that nobody answered; null where no possible ring came at all."""
    any_line = known_to_be_the_agency(columns)
    possible = links.sure == POSSIBLE
    missed = codes(columns["result"], ["missed", "voicemail", "blocked"]) >= 0
    args = promises.columns["callback_number"], columns["our_number"], promises.start, promises.end
    came, lost = (
        possible_rings(*args, rings_at=links.at, any_line=any_line, chosen=chosen)
        for chosen in (possible, possible & missed)
    )
    return pa.array(np.minimum(lost, 32767), pa.int16(), mask=came == 0)


def possible_rings(given: pa.Array, rang: pa.Array, since, until, *, rings_at, any_line, chosen) -> np.ndarray:
    """For each promise, how many of the chosen rings came from one moment to another on a line that may be its.

    Parameters
    ----------
    given : number that each promise gave; null where none is written, then every line counts
    rang : line of each ring; null where not known, then it may be any
    any_line : rings that may be any line's, whichever rang
    """
    numbers = given.unique().drop_null().to_pylist()
    number = codes(given, numbers)
    line = np.where(any_line, NOWHERE, lines_of_rings(rang, numbers))[chosen]
    at, nil = rings_at[chosen], np.zeros(len(since), np.int64)
    groups = Grouped(np.where(line < 0, 0, line + 1), at)  # group 0: of any line
    counted = groups.between(number + 1, since, until) + groups.between(nil, since, until)
    return np.where(number < 0, Grouped(np.zeros(len(at), np.int64), at).between(nil, since, until), counted)
