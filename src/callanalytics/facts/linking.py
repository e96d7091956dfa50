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

from callanalytics import schema
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

    def __getitem__(self, indices) -> Events:
        return Events(self.when[indices], self.named[indices], self.number.take(pa.array(indices, pa.int64())))

    def __add__(self, others: Events) -> Events:
        when, named = np.concatenate([self.when, others.when]), np.concatenate([self.named, others.named])
        return Events(when, named, pa.concat_arrays([self.number, others.number]))


@dataclass(frozen=True)
class Announcements:
    """For each promise when a callback was first announced, and how; and all announcements that were seen."""

    when: np.ndarray
    channel: pa.Array
    seen: np.ndarray


def email_answers(promises: Promises, entries: Rows, notices: Rows, followed: np.ndarray) -> Events:
    """Answers by email: as someone noted, and from the mailbox itself."""
    noted = _events_of_entries(promises, entries, followed, "email")
    received = _events_of_notices(promises, notices.where(notices.is_in("kind", "answer")))
    return (noted + received).in_order()


def withdrawals(promises: Promises, entries: Rows, followed: np.ndarray) -> np.ndarray:
    """When each promised callback was no longer needed; NaT where it was."""
    events = _events_of_entries(promises, entries, followed, "withdrawn")
    opened, closed = np.sort(promises.start), np.sort(promises.end)
    # How many had begun by then, less how many had ended before: where that is one, the withdrawal must be its.
    n_living = np.searchsorted(opened, events.when, side="right") - np.searchsorted(closed, events.when, side="left")
    is_certain = (events.named >= 0) | (n_living == 1)
    return first_at(promises, *_promises_given(promises, events[np.flatnonzero(is_certain)]))


def announcements(promises: Promises, entries: Rows, notices: Rows, followed: np.ndarray) -> Announcements:
    """Texts, emails and entries that announce a callback."""
    # A promise can have one of each, so that each kind has a queue of its own.
    rows = notices.where(notices.is_in("kind", "announcement"))
    kinds = [_events_of_notices(promises, rows.where(rows.is_in("channel", word))) for word in ("text", "email")]
    kinds.append(_events_of_entries(promises, entries, followed, "notice"))
    text, email, noted = (first_at(promises, *_promises_given(promises, events)) for events in kinds)
    seen = np.sort(np.concatenate([events.when for events in kinds]))
    by_text, by_email, by_word = (~np.isnat(moment) for moment in (text, email, noted))
    channel = np.select(
        [by_text & by_email, by_text, by_email, by_word], ["both", "text", "email", "unknown"], default=""
    )
    channel = pa.array(channel, pa.string(), mask=channel == "")
    return Announcements(np.fmin.reduce([text, email, noted]), channel, seen)


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


# ---- links -------------------------------------------------------------------------------------------


NONE, POSSIBLE, CREDITED, CERTAIN = range(4)
LINKS = ("none", "possible", "possible", "certain")  # as the table has them
KNOWN = True  # is_credited of a credited callback: the agency's, whosever it was
NO_END = 1 << 30  # attempts: a possible callback makes no promise step back


@dataclass(frozen=True)
class Links:
    """The promise of each callback (its index, or MISSING), how sure the link is, and the moment it counts from;
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
    index = codes(callbacks.columns["entry_id"], entries.texts("entry_id").tolist())
    follows = np.append(followed, MISSING)[index]  # MISSING picks the last
    named = promise_named(promises, callbacks.when, follows, callbacks.sr_number, callbacks.matter)
    # By the log the answer to a call on which no promise was noted: that call's, and no other promise's.
    of_another = np.append(is_present(entries.arrow("parent_entry_id")), False)[index] & (named < 0)
    reaches = answered_by_person(callbacks.columns["channel"], callbacks.columns["result"])
    # What the log names counts whatever number it showed; else the callback must be the agency's for certain.
    theirs = np.flatnonzero((named >= 0) | (callbacks.is_agency & ~np.isnat(callbacks.when) & ~of_another))
    timed = is_present(callbacks.columns["started_at_utc"])
    # All of a day are put in one order, whosever they are: hence one owner for all.
    order_when = callbacks.when.copy()
    order_when[theirs] = after_timed(
        callbacks.when[theirs], timed[theirs], np.zeros(len(theirs), np.int64), promises.zone
    )
    # Callbacks and emails in one order of time, since either may end a promise for the other; each email does.
    n, by_mail = len(theirs), np.ones(len(mails.when), bool)
    contacts = Events(order_when, named, callbacks.columns["our_number"])[theirs] + mails
    ends, is_exact = (np.concatenate([of_calls[theirs], by_mail]) for of_calls in (reaches, timed))
    counted, only = _promises_of_contacts(promises, contacts, ends, is_exact, unnoted, agency)
    of_callback, of_mail, only_callback, only_mail = counted[:n], counted[n:], only[:n], only[n:]
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


def _promises_of_contacts(promises, contacts: Events, ends, is_exact, unnoted, agency: Agency):
    """The promise that each contact is counted for, and the only one that it can be of; MISSING for none.

    ``ends``: whether it ends its promise; ``is_exact``: whether its time of day is known.
    """
    given, line = lines_as_codes(promises.columns["callback_number"], contacts.number)
    order = np.argsort(contacts.when, kind="stable")
    columns = (column[order] for column in (contacts.when, line, contacts.named, ends, is_exact))
    when, line, named, ends, is_exact = columns
    counted = earliest_due_first(promises, given, when, line, named, ends, agency.last_attempts.attempts)
    only = assignment.only_one(promises, given, unnoted, agency, when, line, named, ends, is_exact)
    index = np.argsort(order)  # of each contact in the order of time
    return counted[index], only[index]


def _likeliest(callbacks: Callbacks, living: Promises, kind, of_another) -> tuple[np.ndarray, np.ndarray]:
    """The callbacks that may be the agency's, and of each the living promise due first that it may belong to."""
    columns = callbacks.columns
    any_line = is_known_agency(columns)
    hidden = codes(columns["caller_id"], ["withheld", "unknown", "text", "not_recorded"]) >= 0
    maybe = ~is_counted(kind) & ~of_another & is_present(columns["started_at_utc"])
    chosen = np.flatnonzero(maybe & (any_line | (hidden & is_set(columns["in_window"]))))
    number, line = lines_as_codes(living.columns["callback_number"], columns["our_number"])
    line = np.where(any_line, MISSING, line)[chosen]
    nothing, ends = np.full(len(chosen), MISSING), np.zeros(len(chosen), bool)
    return chosen, earliest_due_first(living, number, callbacks.when[chosen], line, nothing, ends, NO_END)


def answered_by_person(channel: pa.Array, result: pa.Array) -> np.ndarray:
    """Whether a person answered each callback."""
    # The answer to a text is not yet a call.
    return (codes(channel, ["voice"]) == 0) & (codes(result, ["answered"]) == 0)


def result_by_person(channel: pa.Array, result: pa.Array) -> pa.Array:
    """The result of each callback as a person's doing."""
    # We replied to a text: whether anybody spoke then is not known.
    is_reply = pa.array((codes(channel, ["text"]) == 0) & (codes(result, ["answered"]) == 0))
    return pc.if_else(is_reply, pa.scalar("unknown"), result.cast(pa.string()))


def is_known_agency(columns) -> np.ndarray:
    """Callbacks that show a number of the agency's, or that someone wrote down as its call."""
    noted = is_present(columns["entry_id"])
    return (codes(columns["caller_id"], ["agency"]) == 0) | noted


def possible_missed(promises: Promises, columns, links: Links) -> pa.Array:
    """For each promise the callbacks no one answered that may have been its; null where no callback may have been.

    ``columns`` and ``links`` are of the callbacks.
    """
    # One that is credited to another promise may have been this one's; its own are counted, and not possible.
    is_possible = (links.certainty == POSSIBLE) | (links.certainty == CREDITED)
    is_missed = codes(columns["result"], schema.UNANSWERED) >= 0
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
    """Codes of the numbers given and of the lines rung."""
    number, line = lines_as_codes(given, columns["our_number"])
    # The agency rang a line that no one gave: whichever number was given, that call may have been meant for it.
    return number, np.where(is_known_agency(columns) & (certainty != CREDITED), MISSING, line)
