"""Which promise a ring answers: for certain, perhaps, or none.

certain
    The log says so (the note follows the call, names its service request or its matter), or the ring is the
    agency's and came to the number that was given, while the promise lived. The agency's is a ring that shows
    202-838-2200, and one that somebody wrote down as its call. Where the promise names no number, any line of
    the office is the number given; where the phone system does not say which line rang, any may have.
possible
    The caller was withheld, unknown, a name without a number or not recorded at all, in the call-back window of a
    business day, on a line with a living promise; or the agency's number rang another line of the office.
    A possible ring names the likeliest promise of those it may belong to; it enters ``possible_missed`` of every
    one of them.
none
    Everything else; and a ring of which the log says that it follows a call on which no promise was noted: it is
    that call's, not another's.

``link_p``, the chance that a possible ring was a call-back at all, and the weights of the promises are worked out in
``weighing``; here a possible ring is given to the one due first.

A ring has at most one promise; a promise may have several rings. A promise lives from its start to the first
of: an answer by e-mail, a ring that reached somebody, a withdrawal, fifteen business days past its lenient due
moment. What the log says holds after that too. Rings that name no promise go to the one due first, and after
as many as the agency said it would try (two) to the next; one with a date alone after those of that day with a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency
from callanalytics.facts import references
from callanalytics.facts.answers import Events, first_at
from callanalytics.facts.grouped import Grouped
from callanalytics.facts.promises import Promises
from callanalytics.facts.queue import earliest_due_first, lines_as_codes
from callanalytics.facts.rings import Rings
from callanalytics.facts.rows import NAT, NOWHERE, Rows, codes
from callanalytics.facts.timeblock import after_timed

NONE, POSSIBLE, CERTAIN = range(3)
LINKS = ("none", "possible", "certain")
NO_END = 1 << 30  # attempts: a possible ring makes no promise step back


@dataclass(frozen=True)
class Links:
    """The promise of each ring (its place, or NOWHERE), how sure the link is, and the moment it counts from;
    and of each promise when a ring linked for certain reached a person, and when an e-mail answered it."""

    promise: np.ndarray
    sure: np.ndarray
    at: np.ndarray
    reached: np.ndarray
    emailed: np.ndarray


def link(rings: Rings, mails: Events, promises: Promises, notes: Rows, followed: np.ndarray, agency: Agency) -> Links:
    """The promise of each ring and of each answer by e-mail; ``promises`` end with their withdrawal already."""
    told, of_another = _told(rings, promises, notes, followed)
    reaches = reaches_somebody(rings.columns["channel"], rings.columns["result"])
    sure = np.flatnonzero((told >= 0) | (rings.is_agency & ~np.isnat(rings.at) & ~of_another))
    timed = rings.columns["started_at_utc"].is_valid().to_numpy(zero_copy_only=False)
    turn = rings.at.copy()
    turn[sure] = after_timed(rings.at[sure], timed[sure], np.zeros(len(sure), np.int64))
    rang = Events(turn, told, rings.columns["our_number"])[sure]
    of_ring, of_mail = _in_one_pass(promises, rang, reaches[sure], mails, _attempts(agency))
    promise = np.full(len(rings), NOWHERE)
    promise[sure] = of_ring
    at = _not_before_start(rings.at, promises, promise)
    at = after_timed(at, timed, promise)
    reached = first_at(promises, np.where(reaches, promise, NOWHERE), at)
    emailed = first_at(promises, of_mail, mails.at)
    kind = np.where(promise >= 0, CERTAIN, NONE)
    chosen, likeliest = _likeliest(rings, promises.ending(reached, emailed), kind, of_another)
    promise[chosen], kind[chosen] = likeliest, np.where(likeliest >= 0, POSSIBLE, NONE)
    return Links(promise, kind, at, reached, emailed)


def _in_one_pass(promises, rang: Events, reaches, mails: Events, attempts: int) -> tuple[np.ndarray, np.ndarray]:
    """The promises of rings and of e-mails, both in one order of time: either may end a promise for the other."""
    at, told = np.concatenate([rang.at, mails.at]), np.concatenate([rang.told, mails.told])
    ends = np.concatenate([reaches, np.ones(len(mails.at), bool)])
    number, line = lines_as_codes(promises.columns["callback_number"], pa.concat_arrays([rang.number, mails.number]))
    order = np.argsort(at, kind="stable")
    given = np.empty(len(at), np.int64)
    given[order] = earliest_due_first(promises, number, at[order], line[order], told[order], ends[order], attempts)
    return given[: len(rang.at)], given[len(rang.at) :]


def _likeliest(rings: Rings, living: Promises, kind, of_another) -> tuple[np.ndarray, np.ndarray]:
    """The rings that may be call-backs, and of each the living promise due first that it may belong to."""
    maybe, any_line = may_be_a_callback(rings.columns, kind)
    maybe &= ~of_another
    number, line = lines_as_codes(living.columns["callback_number"], rings.columns["our_number"])
    chosen = np.flatnonzero(maybe)
    line = np.where(any_line, NOWHERE, line)[chosen]
    nothing, ends = np.full(len(chosen), NOWHERE), np.zeros(len(chosen), bool)
    return chosen, earliest_due_first(living, number, rings.at[chosen], line, nothing, ends, NO_END)


def _told(rings: Rings, promises: Promises, notes: Rows, followed) -> tuple[np.ndarray, np.ndarray]:
    """The promise that the log names for each ring, and whether it names a call on which none was noted."""
    place = codes(rings.note_id, notes.texts("note_id").tolist())
    follows = np.append(followed, NOWHERE)[place]  # NOWHERE picks the last
    told = references.named(promises, rings.at, follows, rings.sr_number, rings.matter)
    names_a_call = notes.arrow("follows").is_valid().to_numpy(zero_copy_only=False)
    return told, np.append(names_a_call, False)[place] & (told < 0)


def _attempts(agency: Agency) -> int:
    return max(agency.attempts, key=lambda a: a.last_confirmed).attempts


def _not_before_start(at, promises, promise) -> np.ndarray:
    start = np.append(promises.start, np.datetime64("NaT", "us"))[promise]
    return np.fmax(at, start)


def reaches_somebody(channel: pa.Array, result: pa.Array) -> np.ndarray:
    """A ring that a person answered; the answer to a text is not yet a call."""
    return (codes(channel, ["voice"]) == 0) & (codes(result, ["answered"]) == 0)


def by_a_person(channel: pa.Array, result: pa.Array) -> pa.Array:
    """The result of each ring as a person's doing: of a text that we replied to, whether anybody spoke is unknown."""
    is_reply = pa.array((codes(channel, ["text"]) == 0) & (codes(result, ["answered"]) == 0))
    return pc.if_else(is_reply, pa.scalar("unknown"), result.cast(pa.string()))


def may_be_a_callback(columns, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which rings that are not linked for certain may be call-backs, and which of these on behalf of any line."""
    any_line = known_to_be_the_agency(columns)
    hidden = codes(columns["caller_id"], ["withheld", "unknown", "text", "not_recorded"]) >= 0
    inside = columns["in_window"].fill_null(False).to_numpy(zero_copy_only=False)
    timed = columns["started_at_utc"].is_valid().to_numpy(zero_copy_only=False)
    return (kind != CERTAIN) & timed & (any_line | (hidden & inside)), any_line


def known_to_be_the_agency(columns) -> np.ndarray:
    """Rings that show a number of the agency's, or that somebody wrote down as its call."""
    noted = columns["note_id"].is_valid().to_numpy(zero_copy_only=False)
    return (codes(columns["caller_id"], ["agency"]) == 0) | noted


# ---- how many may have been a promise's ----------------------------------------------------------------


UNANSWERED = ("missed", "voicemail", "blocked")


def possible_missed(promises: Promises, columns, at: np.ndarray, sure: np.ndarray) -> pa.Array:
    """For each promise the possible rings that nobody answered; null where no possible ring came at all."""
    came = possible_rings(promises, columns, at, sure)
    missed = possible_rings(promises, columns, at, sure, UNANSWERED)
    return pa.array(np.minimum(missed, 32767), pa.int16(), mask=came == 0)


def perhaps_reached(promises: Promises, columns, at, sure, due: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """Which promises a possible ring that somebody answered may have reached by their due moment.

    A ring is one promise's at most: of those it may belong to, and that no certain ring reached in time, the one due
    first. Nothing else gives more promises a ring, so that this is the upper bound.
    """
    chosen = np.flatnonzero((sure == POSSIBLE) & reaches_somebody(columns["channel"], columns["result"]))
    chosen = chosen[np.argsort(at[chosen], kind="stable")]
    number, line = lines_as_codes(promises.columns["callback_number"], columns["our_number"])
    line = np.where(known_to_be_the_agency(columns), NOWHERE, line)[chosen]
    until = np.minimum(due, promises.end)
    open_ones = replace(promises, start=np.where(hit | np.isnat(until), NAT, promises.start), due=until, end=until)
    nothing, ends = np.full(len(chosen), NOWHERE), np.ones(len(chosen), bool)
    given = earliest_due_first(open_ones, number, at[chosen], line, nothing, ends, NO_END)
    return np.bincount(given[given >= 0], minlength=len(promises)) > 0


def possible_rings(promises: Promises, columns, at, sure, results=()) -> np.ndarray:
    """For each promise, how many possible rings came while it lived, on a line that may be its.

    Parameters
    ----------
    columns, at, sure : of the rings: the table's columns, the moment each counts from, how sure its link is
    results : only rings with one of these
    """
    chosen = sure == POSSIBLE
    if results:
        chosen &= codes(columns["result"], results) >= 0
    number, line = lines_as_codes(promises.columns["callback_number"], columns["our_number"])
    line, at = np.where(known_to_be_the_agency(columns), NOWHERE, line)[chosen], at[chosen]
    nil = np.zeros(len(promises), np.int64)
    groups = Grouped(np.where(line < 0, 0, line + 1), at)  # group 0: of any line
    counted = groups.between(number + 1, promises.start, promises.end) + groups.between(
        nil, promises.start, promises.end
    )
    whole = Grouped(np.zeros(len(at), np.int64), at).between(nil, promises.start, promises.end)
    return np.where(number < 0, whole, counted)
