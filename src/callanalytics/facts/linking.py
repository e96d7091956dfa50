"""Which promise a callback answers: for certain, possibly, or none.

certain
    The callback is the agency's and that promise's. The log says so (the entry follows the call, names its service
    request or its matter), or it can have been no other promise's (``assignment.only_one``).
possible, ``is_credited``
    The callback is the agency's, and no one knows whose: it shows the agency's number, or someone wrote it down as the
    agency's call, and it came to the number that was given, while a promise lived. (Where the promise names no number,
    any line of the office is the number given; where the phone system does not say which line rang, any may have.) It
    is *credited* to one promise and counted for that one alone, as certain ones are; it enters ``possible_*`` of every
    other one of that number that lived then.
possible
    It may have been the agency's. The caller was withheld, unknown, a name without a number or not recorded at all, in
    the callback window of a business day, on a line with a living promise; or the agency's number rang another line
    of the office. It names the promise due first of those it may belong to, and enters ``possible_*`` of every one.
none
    Everything else; and a callback that, by the log, follows a call on which no promise was noted: it is that call's,
    not another's.

``is_credited`` is true where a possible callback is known to be the agency's, and null elsewhere: how likely the others
are is not guessed. Crediting is a rule of counting, for a ledger must show a callback somewhere; no headline rests on
it. What depends on whose a callback was is stated as a range (``states``): at least what certain links say, at most
what any giving of the other callbacks to requests allows.

A callback has at most one promise; a promise may have several callbacks. A promise lives from its start to the first
of: an answer by email, a callback that a person of ours answered, a withdrawal, fifteen business days past its lenient
due moment. What the log says holds after that too. Callbacks that name no promise are credited to the one due first of
those not overdue, and after as many as the agency said it would try (two) to the next; one with a date alone after
those of that day with a time. So each such callback counts once. The rule favors the agency: to serve what is due first
is the order that keeps most requests in time, and a callback about a request no one logged is credited to one that was.

**What came besides callbacks**: answers by email (linked by the same rules), announcements of a callback, callbacks no
longer needed. An announcement that names no promise goes to the living one that is due first, as callbacks do: in doubt
the agency has announced. A withdrawal is the office's own act and is not given away so: it must name its promise, or
only one can be the one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency
from callanalytics.facts import assignment
from callanalytics.facts.arrays import (
    MISSING,
    NAT,
    GroupedMoments,
    Rows,
    after_timed,
    codes,
    earliest,
    is_present,
    is_set,
)
from callanalytics.facts.assignment import earliest_due_first, lines_as_codes
from callanalytics.facts.callbacks import Callbacks
from callanalytics.facts.promises import Promises, promise_named


@dataclass(frozen=True)
class Events:
    """Things that came for a promise, in order of time: when, which one the log names, at which number of ours."""

    when: np.ndarray
    named: np.ndarray
    number: pa.Array

    def in_order(self) -> Events:
        return self[np.lexsort((self.named, self.when))]

    def __getitem__(self, places) -> Events:
        return Events(self.when[places], self.named[places], self.number.take(pa.array(places, pa.int64())))


@dataclass(frozen=True)
class Announced:
    """For each promise when a callback was first announced, and how; and all announcements that were seen."""

    when: np.ndarray
    channel: pa.Array
    seen: np.ndarray


def email_answers(promises: Promises, entries: Rows, notices: Rows, followed: np.ndarray) -> Events:
    """Answers by email: as someone noted, and from the mailbox itself."""
    a = _events_of_entries(promises, entries, followed, "email")
    b = _events_of_notices(promises, notices.where(notices.is_in("kind", "answer")))
    return Events(
        np.concatenate([a.when, b.when]), np.concatenate([a.named, b.named]), pa.concat_arrays([a.number, b.number])
    ).in_order()


def withdrawals(promises: Promises, entries: Rows, followed: np.ndarray) -> np.ndarray:
    """When each promised callback was no longer needed; NaT where it was."""
    events = _events_of_entries(promises, entries, followed, "withdrawn")
    opened, closed = np.sort(promises.start), np.sort(promises.end)
    # How many had begun by then, less how many had ended before: where that is one, the withdrawal must be its.
    n_living = np.searchsorted(opened, events.when, side="right") - np.searchsorted(closed, events.when, side="left")
    is_certain = (events.named >= 0) | (n_living == 1)
    return first_at(promises, *_promises_given(promises, events[np.flatnonzero(is_certain)]))


def announcements(promises: Promises, entries: Rows, notices: Rows, followed: np.ndarray) -> Announced:
    """Texts and emails ahead: a promise can have one of each, so that each kind has a queue of its own."""
    rows = notices.where(notices.is_in("kind", "announcement"))
    kinds = [_events_of_notices(promises, rows.where(rows.is_in("channel", word))) for word in ("text", "email")]
    kinds.append(_events_of_entries(promises, entries, followed, "notice"))
    text, email, noted = (first_at(promises, *_promises_given(promises, events)) for events in kinds)
    seen = np.sort(np.concatenate([events.when for events in kinds]))
    return Announced(np.fmin(np.fmin(text, email), noted), _announced_by(text, email, noted), seen)


def first_at(promises: Promises, given: np.ndarray, when: np.ndarray) -> np.ndarray:
    """The earliest moment given to each promise, never before its start; NaT where there is none."""
    first = np.full(len(promises), NAT)
    kept = given >= 0
    given = given[kept]
    when = np.fmax(when[kept], promises.start[given])
    order = np.argsort(when, kind="stable")[::-1]  # the earliest is written last
    first[given[order]] = when[order]
    return first


def _events_of_entries(promises, entries: Rows, followed, kind: str) -> Events:
    mask = entries.is_in("kind", kind)
    chosen = entries.where(mask)
    when = earliest(chosen.moments(), chosen.moments("started_at_local"), promises.zone)
    named = promise_named(promises, when, followed[mask], chosen.arrow("sr_number"), chosen.arrow("matter"))
    return Events(when, named, chosen.arrow("our_number")).in_order()


def _events_of_notices(promises, chosen: Rows) -> Events:
    when = earliest(chosen.moments(), chosen.moments("started_at_local"), promises.zone)
    follows, matter = np.full(len(chosen), MISSING), pa.nulls(len(chosen), pa.string())
    named = promise_named(promises, when, follows, chosen.arrow("sr_number"), matter)
    return Events(when, named, chosen.arrow("our_number")).in_order()


def _promises_given(promises: Promises, events: Events) -> tuple[np.ndarray, np.ndarray]:
    """The promise each event goes to, and its moment; one event, and a promise steps back behind the others."""
    number, line = lines_as_codes(promises.columns["callback_number"], events.number)
    ends = np.zeros(len(events.when), bool)
    return earliest_due_first(promises, number, events.when, line, events.named, ends, attempts=1), events.when


def _announced_by(text, email, noted) -> pa.Array:
    seen = [~np.isnat(moment) for moment in (text, email, noted)]
    channel = np.select([seen[0] & seen[1], seen[0], seen[1], seen[2]], ["both", "text", "email", "unknown"], "")
    return pa.array(channel, pa.string(), mask=channel == "")


# ---- links -------------------------------------------------------------------------------------------


NONE, POSSIBLE, CREDITED, CERTAIN = range(4)
LINKS = ("none", "possible", "possible", "certain")  # as the table has them
KNOWN = True  # is_credited of a credited callback: the agency's, whosever it was
UNANSWERED = ("missed", "voicemail", "blocked")
NO_END = 1 << 30  # attempts: a possible callback makes no promise step back


@dataclass(frozen=True)
class Links:
    """The promise of each callback (its place, or MISSING), how sure the link is, and the moment it counts from;
    and of each promise when a person answered a callback of the agency's, when an email answered it, and when one did
    that is its for certain."""

    promise: np.ndarray
    certainty: np.ndarray
    when: np.ndarray
    answered: np.ndarray
    emailed: np.ndarray
    certain_emailed: np.ndarray

    @property
    def counted(self) -> np.ndarray:
        """The promise that each callback of the agency's is counted for; MISSING for any other callback."""
        return np.where(is_counted(self.certainty), self.promise, MISSING)


def is_counted(certainty: np.ndarray) -> np.ndarray:
    """The callbacks that are the agency's for certain, and counted for one promise, be it known or credited.

    (In SQL: ``measures.missed.THEIRS``.)
    """
    return certainty >= CREDITED


def certainty_of_links(link: pa.Array, is_credited: pa.Array) -> np.ndarray:
    """How sure each link is, from the two columns of the table."""
    is_known = is_set(pc.equal(is_credited, KNOWN))
    return np.select(
        [codes(link, ["certain"]) == 0, (codes(link, ["possible"]) == 0) & is_known, codes(link, ["possible"]) == 0],
        [CERTAIN, CREDITED, POSSIBLE],
        NONE,
    )


def known_column(certainty: np.ndarray) -> pa.Array:
    """The column ``is_credited``: true for a callback that is the agency's and no one knows whose, else null."""
    return pa.array(np.full(len(certainty), KNOWN), mask=certainty != CREDITED)


def link(
    callbacks: Callbacks,
    mails: Events,
    promises: Promises,
    entries: Rows,
    followed: np.ndarray,
    unnoted: assignment.UnnotedCalls,
    agency: Agency,
) -> Links:
    """The promise of each callback and of each answer by email; ``promises`` end with their withdrawal already."""
    named, of_another = _promises_named(callbacks, promises, entries, followed)
    reaches = answered_by_person(callbacks.columns["channel"], callbacks.columns["result"])
    theirs = np.flatnonzero((named >= 0) | (callbacks.is_agency & ~np.isnat(callbacks.when) & ~of_another))
    timed = is_present(callbacks.columns["started_at_utc"])
    # All of a day are put in one order, whosever they are: hence one owner for all.
    order_when = callbacks.when.copy()
    order_when[theirs] = after_timed(
        callbacks.when[theirs], timed[theirs], np.zeros(len(theirs), np.int64), promises.zone
    )
    agency_events = Events(order_when, named, callbacks.columns["our_number"])[theirs]
    contacts = _AgencyContacts(promises, agency_events, reaches[theirs], timed[theirs], mails)
    of_callback, of_mail = contacts.given(_attempts_stated(agency))
    only_callback, only_mail = contacts.certain(unnoted, agency)
    # Certain only where both rules name one promise: what the ledger credits it to, and the only one it can be.
    promise, is_certain = np.full(len(callbacks), MISSING), np.zeros(len(callbacks), bool)
    promise[theirs], is_certain[theirs] = of_callback, (of_callback >= 0) & (only_callback == of_callback)
    when = after_timed(np.fmax(callbacks.when, np.append(promises.start, NAT)[promise]), timed, promise, promises.zone)
    answered = first_at(promises, np.where(reaches, promise, MISSING), when)
    emailed = first_at(promises, of_mail, mails.when)
    certain_emailed = first_at(promises, np.where(only_mail == of_mail, of_mail, MISSING), mails.when)
    kind = np.select([is_certain, promise >= 0], [CERTAIN, CREDITED], NONE)
    chosen, likeliest = _likeliest(callbacks, promises.ending(answered, emailed), kind, of_another)
    promise[chosen], kind[chosen] = likeliest, np.where(likeliest >= 0, POSSIBLE, NONE)
    return Links(promise, kind, when, answered, emailed, certain_emailed)


class _AgencyContacts:
    """Callbacks of the agency's and answers by email in one order of time: either may end a promise for the other."""

    def __init__(self, promises: Promises, agency_events: Events, reaches, timed, mails: Events):
        number = pa.concat_arrays([agency_events.number, mails.number])
        self.promises, self.n_callbacks = promises, len(agency_events.when)
        self.number, line = lines_as_codes(promises.columns["callback_number"], number)
        when, named = (
            np.concatenate([agency_events.when, mails.when]),
            np.concatenate([agency_events.named, mails.named]),
        )
        answers = np.ones(len(mails.when), bool)
        self.order = np.argsort(when, kind="stable")
        self.when, self.line, self.named = when[self.order], line[self.order], named[self.order]
        self.ends = np.concatenate([reaches, answers])[self.order]
        self.is_exact = np.concatenate([timed, answers])[self.order]

    def given(self, attempts: int) -> tuple[np.ndarray, np.ndarray]:
        """The promises that callbacks and emails are counted for."""
        return self._parted(
            earliest_due_first(self.promises, self.number, self.when, self.line, self.named, self.ends, attempts)
        )

    def certain(self, unnoted: assignment.UnnotedCalls, agency: Agency) -> tuple[np.ndarray, np.ndarray]:
        """The promises that callbacks and emails belong to for certain."""
        events = (self.when, self.line, self.named, self.ends, self.is_exact)
        return self._parted(assignment.only_one(self.promises, self.number, unnoted, agency, *events))

    def _parted(self, in_order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What was found of all in order of time: of the callbacks, and of the emails."""
        found = np.empty(len(self.when), np.int64)
        found[self.order] = in_order
        return found[: self.n_callbacks], found[self.n_callbacks :]


def _likeliest(callbacks: Callbacks, living: Promises, kind, of_another) -> tuple[np.ndarray, np.ndarray]:
    """The callbacks that may be the agency's, and of each the living promise due first that it may belong to."""
    maybe, any_line = may_be_a_callback(callbacks.columns, kind)
    maybe &= ~of_another
    number, line = lines_as_codes(living.columns["callback_number"], callbacks.columns["our_number"])
    chosen = np.flatnonzero(maybe)
    line = np.where(any_line, MISSING, line)[chosen]
    nothing, ends = np.full(len(chosen), MISSING), np.zeros(len(chosen), bool)
    return chosen, earliest_due_first(living, number, callbacks.when[chosen], line, nothing, ends, NO_END)


def _promises_named(callbacks: Callbacks, promises: Promises, entries: Rows, followed) -> tuple[np.ndarray, np.ndarray]:
    """The promise that the log names for each callback, and whether it names a call on which none was noted."""
    place = codes(callbacks.columns["entry_id"], entries.texts("entry_id").tolist())
    follows = np.append(followed, MISSING)[place]  # MISSING picks the last
    named = promise_named(promises, callbacks.when, follows, callbacks.sr_number, callbacks.matter)
    names_a_call = is_present(entries.arrow("parent_entry_id"))
    return named, np.append(names_a_call, False)[place] & (named < 0)


def _attempts_stated(agency: Agency) -> int:
    return max(agency.attempts, key=lambda a: a.last_confirmed).attempts


def answered_by_person(channel: pa.Array, result: pa.Array) -> np.ndarray:
    """A callback that a person answered; the answer to a text is not yet a call."""
    return (codes(channel, ["voice"]) == 0) & (codes(result, ["answered"]) == 0)


def result_by_person(channel: pa.Array, result: pa.Array) -> pa.Array:
    """The result of each callback as a person's doing: of a text that we replied to, whether anybody spoke is
    unknown."""
    is_reply = pa.array((codes(channel, ["text"]) == 0) & (codes(result, ["answered"]) == 0))
    return pc.if_else(is_reply, pa.scalar("unknown"), result.cast(pa.string()))


def may_be_a_callback(columns, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which callbacks that are not the agency's for certain may be its, and which of these on behalf of any line."""
    any_line = is_known_agency(columns)
    hidden = codes(columns["caller_id"], ["withheld", "unknown", "text", "not_recorded"]) >= 0
    inside = is_set(columns["in_window"])
    timed = is_present(columns["started_at_utc"])
    return ~is_counted(kind) & timed & (any_line | (hidden & inside)), any_line


def is_known_agency(columns) -> np.ndarray:
    """Callbacks that show a number of the agency's, or that someone wrote down as its call."""
    noted = is_present(columns["entry_id"])
    return (codes(columns["caller_id"], ["agency"]) == 0) | noted


def possible_missed(promises: Promises, columns, links: Links) -> pa.Array:
    """For each promise the callbacks no one answered that may have been its; null where no callback may have been.

    A callback that is counted for it is none of these, one that is credited to another is. ``columns`` and ``links``
    are of the callbacks.
    """
    is_possible = (links.certainty == POSSIBLE) | (links.certainty == CREDITED)
    is_missed = codes(columns["result"], UNANSWERED) >= 0
    possible = _possible_callbacks(promises, columns, links, is_possible)
    missed = _possible_callbacks(promises, columns, links, is_possible & is_missed)
    return pa.array(np.minimum(missed, 32767), pa.int16(), mask=possible == 0)


def _possible_callbacks(promises: Promises, columns, links: Links, chosen: np.ndarray) -> np.ndarray:
    """For each promise, how many of the chosen callbacks came while it lived, on a line that may be its, but its
    own."""
    number, line = line_codes(promises.columns["callback_number"], columns, links.certainty)
    line, when, counted = line[chosen], links.when[chosen], links.counted[chosen]

    def count(groups: np.ndarray, of_promises: np.ndarray) -> np.ndarray:
        return GroupedMoments(groups, when).between(of_promises, promises.start, promises.end)

    # A callback whose line is unknown may be any promise's; a promise with no number may have any callback.
    nil, everywhere = np.zeros(len(promises), np.int64), np.zeros(len(when), np.int64)
    on_its_line = count(line, number) + count(np.where(line == MISSING, 0, MISSING), nil)
    own = count(counted, np.arange(len(promises)))
    return np.where(number < 0, count(everywhere, nil), on_its_line) - own


def line_codes(given: pa.Array, columns, certainty) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the numbers given and of the lines rung; where the agency rang a line no one gave, any may be meant."""
    number, line = lines_as_codes(given, columns["our_number"])
    return number, np.where(is_known_agency(columns) & (certainty != CREDITED), MISSING, line)
