"""Which promise a ring answers: for certain, perhaps, or none.

certain
    The ring is the agency's and that promise's. The log says so (the note follows the call, names its service request
    or its matter), or it can have been no other promise's (``meant``).
possible, ``link_p`` 1000
    The ring is the agency's, and nobody knows whose: it shows 202-838-2200, or somebody wrote it down as its call, and
    it came to the number that was given, while a promise lived. (Where the promise names no number, any line of the
    office is the number given; where the phone system does not say which line rang, any may have.) It is *credited*
    to one promise and counted for that one alone, as certain ones are; it enters ``possible_*`` of every other one of
    that number that lived then.
possible
    It may have been the agency's. The caller was withheld, unknown, a name without a number or not recorded at all, in
    the call-back window of a business day, on a line with a living promise; or the agency's number rang another line
    of the office. It names the promise due first of those it may belong to, and enters ``possible_*`` of every one.
none
    Everything else; and a ring of which the log says that it follows a call on which no promise was noted: it is
    that call's, not another's.

``link_p`` is 1000 where a possible ring is known to be the agency's, and null elsewhere: how likely the others are is
not guessed. Crediting is a rule of counting, for a ledger must show a ring somewhere; no headline rests on it. What
hangs on whose a ring was is stated as a range (``free``): at least what certain links say, at most what any giving of
the other rings to requests allows.

An answer by e-mail is linked by the same rules: for certain, or credited to the promise due first.

A ring has at most one promise; a promise may have several rings. A promise lives from its start to the first
of: an answer by e-mail, a ring that reached somebody, a withdrawal, fifteen business days past its lenient due
moment. What the log says holds after that too. Rings that name no promise are credited to the one due first of those
not overdue, and after as many as the agency said it would try (two) to the next; one with a date alone after those of
that day with a time. So each such ring counts once. The rule favors the agency: to serve what is due first is the order
that keeps most requests in time, and a ring about a request nobody logged is credited to one that was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency
from callanalytics.facts import meant, references
from callanalytics.facts.answers import Events, first_at
from callanalytics.facts.grouped import Grouped
from callanalytics.facts.promises import Promises
from callanalytics.facts.queue import earliest_due_first, lines_as_codes
from callanalytics.facts.rings import Rings
from callanalytics.facts.rows import NAT, NOWHERE, Rows, codes
from callanalytics.facts.timeblock import after_timed

NONE, POSSIBLE, CREDITED, CERTAIN = range(4)
LINKS = ("none", "possible", "possible", "certain")  # as the table has them
KNOWN = 1000  # link_p of a credited ring: a call-back of the agency's, whosever it was
UNANSWERED = ("missed", "voicemail", "blocked")
NO_END = 1 << 30  # attempts: a possible ring makes no promise step back


@dataclass(frozen=True)
class Links:
    """The promise of each ring (its place, or NOWHERE), how sure the link is, and the moment it counts from;
    and of each promise when a ring of the agency's reached a person, when an e-mail answered it, and when one did that
    is its for certain."""

    promise: np.ndarray
    sure: np.ndarray
    at: np.ndarray
    reached: np.ndarray
    emailed: np.ndarray
    certain_emailed: np.ndarray

    @property
    def counted(self) -> np.ndarray:
        """The promise that each ring of the agency's is counted for; NOWHERE for any other ring."""
        return np.where(is_theirs(self.sure), self.promise, NOWHERE)


def is_theirs(sure: np.ndarray) -> np.ndarray:
    """The rings that are the agency's for certain, and counted for one promise, be it known or credited.

    (In SQL: ``measures.rings.THEIRS``.)
    """
    return sure >= CREDITED


def as_stored(link: pa.Array, link_p: pa.Array) -> np.ndarray:
    """How sure each link is, from the two columns of the table."""
    is_known = pc.equal(link_p, KNOWN).fill_null(False).to_numpy(zero_copy_only=False)
    return np.select(
        [codes(link, ["certain"]) == 0, (codes(link, ["possible"]) == 0) & is_known, codes(link, ["possible"]) == 0],
        [CERTAIN, CREDITED, POSSIBLE],
        NONE,
    )


def as_known(sure: np.ndarray) -> pa.Array:
    """The column ``link_p``: ``KNOWN`` for a ring that is the agency's and nobody knows whose, else null."""
    return pa.array(np.full(len(sure), KNOWN, np.int16), mask=sure != CREDITED)


def link(
    rings: Rings,
    mails: Events,
    promises: Promises,
    notes: Rows,
    followed: np.ndarray,
    unnoted: meant.Unnoted,
    agency: Agency,
) -> Links:
    """The promise of each ring and of each answer by e-mail; ``promises`` end with their withdrawal already."""
    told, of_another = _told(rings, promises, notes, followed)
    reaches = reaches_somebody(rings.columns["channel"], rings.columns["result"])
    theirs = np.flatnonzero((told >= 0) | (rings.is_agency & ~np.isnat(rings.at) & ~of_another))
    timed = rings.columns["started_at_utc"].is_valid().to_numpy(zero_copy_only=False)
    turn = rings.at.copy()
    turn[theirs] = after_timed(rings.at[theirs], timed[theirs], np.zeros(len(theirs), np.int64))
    rang = Events(turn, told, rings.columns["our_number"])[theirs]
    pass_ = _Pass(promises, rang, reaches[theirs], timed[theirs], mails)
    of_ring, of_mail = pass_.given(_attempts(agency))
    only_ring, only_mail = pass_.certain(unnoted, agency)
    promise, is_certain = np.full(len(rings), NOWHERE), np.zeros(len(rings), bool)
    promise[theirs], is_certain[theirs] = of_ring, (of_ring >= 0) & (only_ring == of_ring)
    at = after_timed(np.fmax(rings.at, np.append(promises.start, NAT)[promise]), timed, promise)
    reached = first_at(promises, np.where(reaches, promise, NOWHERE), at)
    emailed = first_at(promises, of_mail, mails.at)
    certain_emailed = first_at(promises, np.where(only_mail == of_mail, of_mail, NOWHERE), mails.at)
    kind = np.select([is_certain, promise >= 0], [CERTAIN, CREDITED], NONE)
    chosen, likeliest = _likeliest(rings, promises.ending(reached, emailed), kind, of_another)
    promise[chosen], kind[chosen] = likeliest, np.where(likeliest >= 0, POSSIBLE, NONE)
    return Links(promise, kind, at, reached, emailed, certain_emailed)


class _Pass:
    """Rings of the agency's and answers by e-mail in one order of time: either may end a promise for the other."""

    def __init__(self, promises: Promises, rang: Events, reaches, timed, mails: Events):
        number = pa.concat_arrays([rang.number, mails.number])
        self.promises, self.n_rings = promises, len(rang.at)
        self.number, line = lines_as_codes(promises.columns["callback_number"], number)
        at, told = np.concatenate([rang.at, mails.at]), np.concatenate([rang.told, mails.told])
        answers = np.ones(len(mails.at), bool)
        self.order = np.argsort(at, kind="stable")
        self.at, self.line, self.told = at[self.order], line[self.order], told[self.order]
        self.ends = np.concatenate([reaches, answers])[self.order]
        self.is_exact = np.concatenate([timed, answers])[self.order]

    def given(self, attempts: int) -> tuple[np.ndarray, np.ndarray]:
        """The promises that rings and e-mails are counted for."""
        return self._parted(
            earliest_due_first(self.promises, self.number, self.at, self.line, self.told, self.ends, attempts)
        )

    def certain(self, unnoted: meant.Unnoted, agency: Agency) -> tuple[np.ndarray, np.ndarray]:
        """The promises that rings and e-mails belong to for certain."""
        events = (self.at, self.line, self.told, self.ends, self.is_exact)
        return self._parted(meant.only_one(self.promises, self.number, unnoted, agency, *events))

    def _parted(self, in_order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What was found of all in order of time: of the rings, and of the e-mails."""
        found = np.empty(len(self.at), np.int64)
        found[self.order] = in_order
        return found[: self.n_rings], found[self.n_rings :]


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


def reaches_somebody(channel: pa.Array, result: pa.Array) -> np.ndarray:
    """A ring that a person answered; the answer to a text is not yet a call."""
    return (codes(channel, ["voice"]) == 0) & (codes(result, ["answered"]) == 0)


def by_a_person(channel: pa.Array, result: pa.Array) -> pa.Array:
    """The result of each ring as a person's doing: of a text that we replied to, whether anybody spoke is unknown."""
    is_reply = pa.array((codes(channel, ["text"]) == 0) & (codes(result, ["answered"]) == 0))
    return pc.if_else(is_reply, pa.scalar("unknown"), result.cast(pa.string()))


def may_be_a_callback(columns, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which rings that are not the agency's for certain may be call-backs, and which of these on behalf of any line."""
    any_line = known_to_be_the_agency(columns)
    hidden = codes(columns["caller_id"], ["withheld", "unknown", "text", "not_recorded"]) >= 0
    inside = columns["in_window"].fill_null(False).to_numpy(zero_copy_only=False)
    timed = columns["started_at_utc"].is_valid().to_numpy(zero_copy_only=False)
    return ~is_theirs(kind) & timed & (any_line | (hidden & inside)), any_line


def known_to_be_the_agency(columns) -> np.ndarray:
    """Rings that show a number of the agency's, or that somebody wrote down as its call."""
    noted = columns["note_id"].is_valid().to_numpy(zero_copy_only=False)
    return (codes(columns["caller_id"], ["agency"]) == 0) | noted


def possible_missed(promises: Promises, columns, at: np.ndarray, sure: np.ndarray, counted: np.ndarray) -> pa.Array:
    """For each promise the rings nobody answered that may have been its; null where no ring may have been.

    A ring that is counted for it is none of these, one that is credited to another is.
    """
    came = possible_rings(promises, columns, at, sure, counted)
    missed = possible_rings(promises, columns, at, sure, counted, UNANSWERED)
    return pa.array(np.minimum(missed, 32767), pa.int16(), mask=came == 0)


def possible_rings(promises: Promises, columns, at, sure, counted, results=()) -> np.ndarray:
    """For each promise, how many rings that may have been its came while it lived, on a line that may be its.

    Parameters
    ----------
    columns, at, sure, counted : of the rings: the table's columns, the moment each counts from, how sure its link is,
        the promise it is counted for (then it is no possible one of this promise's) or NOWHERE
    results : only rings with one of these
    """
    chosen = (sure == POSSIBLE) | (sure == CREDITED)
    if results:
        chosen &= codes(columns["result"], results) >= 0
    number, line = lines_of(promises.columns["callback_number"], columns, sure)
    line, at, counted = line[chosen], at[chosen], counted[chosen]
    nil = np.zeros(len(promises), np.int64)
    groups = Grouped(np.where(line < 0, 0, line + 1), at)  # group 0: of any line
    found = groups.between(number + 1, promises.start, promises.end) + groups.between(nil, promises.start, promises.end)
    whole = Grouped(np.zeros(len(at), np.int64), at).between(nil, promises.start, promises.end)
    own = Grouped(counted, at).between(np.arange(len(promises)), promises.start, promises.end)
    return np.where(number < 0, whole, found) - own


def lines_of(given: pa.Array, columns, sure) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the numbers given and of the lines rung; where the agency rang a line nobody gave, any may be meant."""
    number, line = lines_as_codes(given, columns["our_number"])
    return number, np.where(known_to_be_the_agency(columns) & (sure != CREDITED), NOWHERE, line)
