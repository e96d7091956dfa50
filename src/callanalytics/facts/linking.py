"""Link each callback to the promise that it answers: certain, possible, or none.

certain
    The callback is the agency's and answers that promise. The log says so (the entry follows the call, or names its
    service request or its matter), or it can belong to no other promise (``assignment.only_one``).
possible, ``is_credited``
    The callback is the agency's, but its promise is unknown. It shows the agency's number, or someone logged it as
    the agency's call, and it came to the callback number while a promise lived. (A promise without a number matches
    any office line; so does a call if the phone system does not say which line it came to.) It is *credited* to one
    promise and counted for that one alone, as certain ones are. It enters ``possible_*`` of every other promise of
    that number that lived then.
possible
    It may be the agency's. Either the caller was withheld, unknown, a name without a number, or not recorded, in
    callback hours on a business day, on a line with a living promise; or the agency's number called another line of
    the office. It names the promise due first of those it may belong to, and enters ``possible_*`` of each.
none
    Everything else. That includes a callback that, by the log, follows a call on which no promise was logged: it
    belongs to that call, not to another promise.

``is_credited`` is true if a possible callback is known to be the agency's, and null elsewhere: the probability of the
others is not estimated. Crediting is a counting rule, because a ledger must show a callback somewhere; no headline
rests on it. A figure that depends on which promise a callback answered is stated as a range (``states``). Its low end
counts certain links; its high end is the most that any assignment of the other callbacks to requests allows.

A callback has at most one promise; a promise may have several callbacks. A promise lives from its start to the first
of: an answer by email, a callback that someone at the office answered, a withdrawal, fifteen business days after its
lenient due time. What the log names applies after that too. A callback that names no promise is credited to the promise
due first among those not overdue. After as many callbacks as the agency said it would try (two), the next promise takes
its turn. A callback with a date alone comes after those of that day with a time. So each such callback counts once. The
rule favors the agency: this order keeps the most requests in time, and a callback about a request no one logged is
credited to one that was.

**Other contacts**: answers by email (linked by the same rules), announcements of a callback, callbacks no longer
needed. An announcement that names no promise goes to the living one due first, as callbacks do, so that doubt favors
the agency. A withdrawal is the office's own act and is not assigned that way: it must name its promise, or only one
promise can be meant.
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
    """Contacts for a promise, in order of time: when, which promise the log names, and which office number."""

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
    """When and how a callback was first announced, per promise; and all announcements seen."""

    when: np.ndarray
    channel: pa.Array
    seen: np.ndarray


def email_answers(promises: Promises, entries: Rows, notices: Rows, followed: np.ndarray) -> Events:
    """Answers by email, from the hand log and from the mailbox itself."""
    noted = _events_of_entries(promises, entries, followed, "email")
    received = _events_of_notices(promises, notices.where(notices.is_in("kind", "answer")))
    return (noted + received).in_order()


def withdrawals(promises: Promises, entries: Rows, followed: np.ndarray) -> np.ndarray:
    """When each promised callback was no longer needed; NaT where it still was."""
    events = _events_of_entries(promises, entries, followed, "withdrawn")
    opened, closed = np.sort(promises.start), np.sort(promises.end)
    # Promises begun by then, less those ended before. If that is one, the withdrawal must be of that promise.
    n_living = np.searchsorted(opened, events.when, side="right") - np.searchsorted(closed, events.when, side="left")
    is_certain = (events.named >= 0) | (n_living == 1)
    return first_at(promises, *_promises_given(promises, events[np.flatnonzero(is_certain)]))


def announcements(promises: Promises, entries: Rows, notices: Rows, followed: np.ndarray) -> Announcements:
    """Texts, emails, and entries that announce a callback."""
    # Each kind has its own queue, because a promise can have one of each.
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
    """Earliest time assigned to each promise, never before its start; NaT where there is none."""
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
    """Promise that each event goes to, and its time. After one event, a promise steps back behind the others."""
    number, line = lines_as_codes(promises.columns["callback_number"], events.number)
    ends = np.zeros(len(events.when), bool)
    return earliest_due_first(promises, number, events.when, line, events.named, ends, attempts=1), events.when


# ---- links -------------------------------------------------------------------------------------------


NONE, POSSIBLE, CREDITED, CERTAIN = range(4)
LINKS = ("none", "possible", "possible", "certain")  # as the table has them
KNOWN = True  # is_credited of a credited callback: the agency's, for an unknown promise
NO_END = 1 << 30  # attempts: a possible callback makes no promise step back


@dataclass(frozen=True)
class Links:
    """Links of callbacks and emails to promises.

    Per callback: its promise (an index, or MISSING), the certainty of the link, and the time it counts from. Per
    promise: when a person answered a callback of the agency's, when an email answered it, and when an email that is
    certainly its answer did.
    """

    promise: np.ndarray
    certainty: np.ndarray
    when: np.ndarray
    answered: np.ndarray
    emailed: np.ndarray
    certain_emailed: np.ndarray

    @property
    def counted(self) -> np.ndarray:
        """Promise that each of the agency's callbacks is counted for; MISSING for any other callback."""
        return np.where(is_counted(self.certainty), self.promise, MISSING)


def is_counted(certainty: np.ndarray) -> np.ndarray:
    """Callbacks that are certainly the agency's and count for one promise, known or credited.

    (In SQL: ``theirs`` in ``measures/cards.toml``.)
    """
    return certainty >= CREDITED


def certainty_of_links(link: pa.Array, is_credited: pa.Array) -> np.ndarray:
    """Certainty of each link, from the two columns of the table."""
    is_known = is_set(pc.equal(is_credited, KNOWN))
    return np.select(
        [codes(link, ["certain"]) == 0, (codes(link, ["possible"]) == 0) & is_known, codes(link, ["possible"]) == 0],
        [CERTAIN, CREDITED, POSSIBLE],
        NONE,
    )


def known_column(certainty: np.ndarray) -> pa.Array:
    """Column ``is_credited``: true for a callback that is the agency's for an unknown promise, else null."""
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
    """Links of each callback and email answer to a promise; ``promises`` already end with their withdrawal."""
    index = codes(callbacks.columns["entry_id"], entries.texts("entry_id").tolist())
    follows = np.append(followed, MISSING)[index]  # MISSING picks the last
    named = promise_named(promises, callbacks.when, follows, callbacks.sr_number, callbacks.matter)
    # By the log, it answers a call on which no promise was logged, so it belongs to no promise.
    of_another = np.append(is_present(entries.arrow("parent_entry_id")), False)[index] & (named < 0)
    reaches = answered_by_person(callbacks.columns["channel"], callbacks.columns["result"])
    # A callback that the log names counts whatever number it showed; any other must certainly be the agency's.
    theirs = np.flatnonzero((named >= 0) | (callbacks.is_agency & ~np.isnat(callbacks.when) & ~of_another))
    timed = is_present(callbacks.columns["started_at_utc"])
    # One owner for all, so that the contacts of a day get one order, whatever their promise.
    order_when = callbacks.when.copy()
    order_when[theirs] = after_timed(
        callbacks.when[theirs], timed[theirs], np.zeros(len(theirs), np.int64), promises.zone
    )
    # Callbacks and emails share one order of time, since either may end a promise for the other; every email does.
    n, by_mail = len(theirs), np.ones(len(mails.when), bool)
    contacts = Events(order_when, named, callbacks.columns["our_number"])[theirs] + mails
    ends, is_exact = (np.concatenate([of_calls[theirs], by_mail]) for of_calls in (reaches, timed))
    counted, only = _promises_of_contacts(promises, contacts, ends, is_exact, unnoted, agency)
    of_callback, of_mail, only_callback, only_mail = counted[:n], counted[n:], only[:n], only[n:]
    # Certain only if both rules name the same promise: the one credited, and the only one possible.
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
    """Promise that each contact is counted for, and the only one it can belong to; MISSING for none.

    ``ends``: whether it ends its promise; ``is_exact``: whether its time of day is known.
    """
    given, line = lines_as_codes(promises.columns["callback_number"], contacts.number)
    order = np.argsort(contacts.when, kind="stable")
    columns = (column[order] for column in (contacts.when, line, contacts.named, ends, is_exact))
    when, line, named, ends, is_exact = columns
    counted = earliest_due_first(promises, given, when, line, named, ends, agency.last_attempts.attempts)
    only = assignment.only_one(promises, given, unnoted, agency, when, line, named, ends, is_exact)
    index = np.argsort(order)  # position of each contact in the order of time
    return counted[index], only[index]


def _likeliest(callbacks: Callbacks, living: Promises, kind, of_another) -> tuple[np.ndarray, np.ndarray]:
    """Callbacks that may be the agency's, and for each the living promise due first that it may belong to."""
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
    # A reply to a text is not yet a call.
    return (codes(channel, ["voice"]) == 0) & (codes(result, ["answered"]) == 0)


def result_by_person(channel: pa.Array, result: pa.Array) -> pa.Array:
    """Result of each callback that a person produced."""
    # The office replied to a text; whether anyone spoke then is unknown.
    is_reply = pa.array((codes(channel, ["text"]) == 0) & (codes(result, ["answered"]) == 0))
    return pc.if_else(is_reply, pa.scalar("unknown"), result.cast(pa.string()))


def is_known_agency(columns) -> np.ndarray:
    """Callbacks that show one of the agency's numbers, or that someone logged as its call."""
    noted = is_present(columns["entry_id"])
    return (codes(columns["caller_id"], ["agency"]) == 0) | noted


def possible_missed(promises: Promises, columns, links: Links) -> pa.Array:
    """Number of unanswered callbacks that may belong to each promise; null where no callback may.

    ``columns`` and ``links`` are of the callbacks.
    """
    # A callback credited to another promise may belong to this one. Its own callbacks are counted, not possible.
    is_possible = (links.certainty == POSSIBLE) | (links.certainty == CREDITED)
    is_missed = codes(columns["result"], schema.UNANSWERED) >= 0
    possible = _possible_callbacks(promises, columns, links, is_possible)
    missed = _possible_callbacks(promises, columns, links, is_possible & is_missed)
    return pa.array(np.minimum(missed, 32767), pa.int16(), mask=possible == 0)


def _possible_callbacks(promises: Promises, columns, links: Links, chosen: np.ndarray) -> np.ndarray:
    """Number of the chosen callbacks that came while each promise lived, on a possible line, without its own."""
    number, line = line_codes(promises.columns["callback_number"], columns, links.certainty)
    line, when, counted = line[chosen], links.when[chosen], links.counted[chosen]

    def count(groups: np.ndarray, of_promises: np.ndarray) -> np.ndarray:
        return GroupedMoments(groups, when).between(of_promises, promises.start, promises.end)

    # A callback on an unknown line may belong to any promise; a promise without a number may have any callback.
    nil, everywhere = np.zeros(len(promises), np.int64), np.zeros(len(when), np.int64)
    on_its_line = count(line, number) + count(np.where(line == MISSING, 0, MISSING), nil)
    own = count(counted, np.arange(len(promises)))
    return np.where(number < 0, count(everywhere, nil), on_its_line) - own


def line_codes(given: pa.Array, columns, certainty) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the numbers given and of the lines called."""
    number, line = lines_as_codes(given, columns["our_number"])
    # If the agency called a line that no promise gave, the call may have been meant for any number given.
    return number, np.where(is_known_agency(columns) & (certainty != CREDITED), MISSING, line)
