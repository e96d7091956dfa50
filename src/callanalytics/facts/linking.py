"""Link each callback to the promise that it answers: certain, possible, or none.

certain
    The callback is the agency's and answers that promise. The log says so (the entry follows the call, or names its
    service request, its matter, or its client; two clients of one name count as one), or it can belong to no other
    promise (`only_one`).
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

Two rules give a promise to a callback that names none:

**Due first** (`earliest_due_first`): a callback that names no promise goes to the living promise due first. One pass
over events in order of time keeps one queue of promises for each number. The agency works through its list by due date,
and so does this rule. The time is linear but for the logarithm of the queue, and no event is assigned twice.

**Only one** (`only_one`): one open promise at a number proves nothing by itself. The log may lack the promise that was
meant, or may wrongly show one as over. So a callback that names no promise is certain for a promise only if

* no other promise is open at that number. A promise ended only by a callback counted for it, not certain for it, stays
  open for this test. So doubt about one callback spreads to later ones, until the log names a promise, promises are
  withdrawn, or enough time passes. For this test a promise stays open twice as long as callbacks are linked to it,
  because time alone proves no end;
* no call to the agency in that time has an unknown promise. A call does if the phone log shows it and no one logged it,
  unless it was too short or the agency was closed; and
* the phone exports cover every line of the office for that time, so that such a call would have been seen.

(In simulated data, a callback with one open promise in the log belongs to that promise in 27 to 89 of 100 cases.
Callbacks that pass all three tests always do. Of links by a client's name, 1 of 100 is wrong where logs give an initial
and a surname, and 4 of 100 where 60 clients share 40 surnames and logs give nothing else.)
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.agencies import Agency
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
    moments,
    seconds,
)
from callanalytics.facts.callbacks import Callbacks
from callanalytics.facts.observation import CoveredSpans
from callanalytics.facts.promises import Promises, life, promise_named


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
    certain, possible = (codes(link, [word]) == 0 for word in ("certain", "possible"))
    return np.select([certain, possible & is_set(is_credited), possible], [CERTAIN, CREDITED, POSSIBLE], NONE)


def link(
    callbacks: Callbacks,
    mails: Events,
    promises: Promises,
    entries: Rows,
    followed: np.ndarray,
    unnoted: UnnotedCalls,
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
    n = len(theirs)
    by_mail = np.ones(len(mails.when), bool)
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
    chosen, likeliest = _likeliest(callbacks, promises.ended_at(answered, emailed), kind, of_another)
    promise[chosen], kind[chosen] = likeliest, np.where(likeliest >= 0, POSSIBLE, NONE)
    return Links(promise, kind, when, answered, emailed, certain_emailed)


def _promises_of_contacts(promises, contacts: Events, ends, is_exact, unnoted, agency: Agency):
    """Promise that each contact is counted for, and the only one it can belong to; MISSING for none.

    ``ends``: whether it ends its promise; ``is_exact``: whether its time of day is known.
    """
    if not len(contacts.when):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    given, line = lines_as_codes(promises.columns["callback_number"], contacts.number)
    order = np.argsort(contacts.when, kind="stable")
    columns = (column[order] for column in (contacts.when, line, contacts.named, ends, is_exact))
    when, line, named, ends, is_exact = columns
    counted = earliest_due_first(promises, given, when, line, named, ends, agency.last_attempts.attempts)
    only = only_one(promises, given, unnoted, when, line, named, ends, is_exact)
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


# ---- assigning callbacks that name no promise --------------------------------------------------------


NEVER = np.iinfo(np.int64).max
OTHER = 1_000_000_000  # a line whose number no promise gave; a promise without a written number may still use it


def earliest_due_first(
    promises, number: np.ndarray, when: np.ndarray, line: np.ndarray, named: np.ndarray, ends: np.ndarray, attempts: int
) -> np.ndarray:
    """Index of the promise that each event is assigned to; MISSING if none is living.

    A promise steps back behind the others once it has had ``attempts`` events, or once it is overdue. It can still
    receive events, but only when no other promise is waiting. (An overdue promise that kept its turn would take the
    events of all promises due after it, and make them late too.)

    Parameters
    ----------
    promises : with ``start``, ``due``, ``end``
    number : code of the number that each promise gave; MISSING if none is written, so that any line matches
    when, line : time and line of each event, in order of time; an unknown line may be any
    named : the promise that the log names, or MISSING
    ends : whether the event ends the promise (someone answered)
    """
    by_due = np.lexsort((promises.start, promises.due))  # from here on a promise is its rank by due time
    rank = np.append(np.argsort(by_due), MISSING)  # MISSING picks the last
    start, end = (microseconds(values)[by_due] for values in (promises.start, promises.end))
    opening = np.argsort(start, kind="stable")
    entered, looked_at = _queues(number[by_due].tolist(), line)
    had, over = [0] * len(start), [False] * len(start)
    due = microseconds(promises.due)[by_due].tolist()
    first = _first_in_turn(had, over, end.tolist(), due, attempts)
    given = []
    opened = 0
    # NEVER at the end stops the loop below: no event has that time.
    opening, starts = opening.tolist(), [*start[opening].tolist(), NEVER]
    for moment, where, rank_named, is_last in zip(
        microseconds(when, undated=0).tolist(), line.tolist(), rank[named].tolist(), ends.tolist(), strict=True
    ):
        while starts[opened] <= moment:  # a promise that starts at the time of an event can receive it
            for queue in entered[opening[opened]]:
                # A promise is its rank by due time, so the smallest number in a heap is the one due first.
                heappush(queue, opening[opened])
            opened += 1
        chosen = rank_named if rank_named >= 0 else first(looked_at[where], moment)
        given.append(chosen)
        if chosen >= 0:
            had[chosen] += 1
            over[chosen] |= is_last
    return np.append(by_due, MISSING)[np.array(given, np.int64)]


def lines_as_codes(given: pa.Array, lines: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Numbers that promises gave, and lines of events, as codes; MISSING where not written or not known."""
    numbers = given.unique().drop_null().to_pylist()
    indices, known = codes(lines, numbers), is_present(lines)
    return codes(given, numbers), np.where(known & (indices < 0), OTHER, indices)


def _queues(number: list[int], line: np.ndarray) -> tuple[list, dict]:
    """Queues that each promise enters, and queues that an event on each line searches.

    Each number has two: one of promises still in turn, and one of those that stepped back. An event on an unknown line
    searches the queues of all promises.
    """
    lines = np.unique(line).tolist()
    own: dict[int, tuple[list, list]] = {code: ([], []) for code in {*number, *lines, MISSING}}
    every: tuple[list, list] = ([], [])
    unwritten = [own[MISSING]] if MISSING in number else []
    looked_at = {code: (own[code], *unwritten) if code >= 0 else (every,) for code in lines}
    entered = {code: (queues[0], every[0]) if MISSING in lines else (queues[0],) for code, queues in own.items()}
    return [entered[code] for code in number], looked_at


def _first_in_turn(had: list[int], over: list[bool], end: list[int], due: list[int], attempts: int):
    """Function of queues and a time that finds the promise due first; those still in turn come before the others."""

    def head(queues, turn, moment):
        queue = queues[turn]
        # A promise that is over leaves its queue only at the head, so each promise is moved once or twice in all.
        while queue:
            promise = queue[0]
            if over[promise] or end[promise] < moment:
                heappop(queue)
            elif turn == 0 and (had[promise] >= attempts or due[promise] < moment):
                heappush(queues[1], heappop(queue))
            else:
                return promise
        return NEVER

    def first(looked_at, moment):
        for turn in (0, 1):
            found = NEVER
            for queues in looked_at:
                found = min(found, head(queues, turn, moment))
            if found != NEVER:
                return found
        return MISSING

    return first


def microseconds(moments: np.ndarray, undated: int = NEVER) -> np.ndarray:
    """Times as integers. A promise without a time never starts; an event without one comes before every start."""
    return np.where(np.isnat(moments), undated, moments.astype("M8[us]").astype(np.int64))


# ---- only one can be meant ---------------------------------------------------------------------------


TOO_SHORT_S = 120  # the automated system alone takes longer
EVERY = -2  # all lines together
A_WEEK = np.timedelta64(7, "D")  # holidays make one life longer than another


class UnnotedCalls:
    """Calls to the agency whose promise was not logged: when each ended, and until when a callback may come."""

    def __init__(self, agency_calls: pa.Table, watch: CoveredSpans, agency: Agency):
        noted, lasted = agency_calls["entry_id"].is_valid(), agency_calls["duration_s"].fill_null(TOO_SHORT_S)
        is_known = pc.or_(noted, pc.less(lasted, TOO_SHORT_S))
        is_known = pc.or_(is_known, pc.invert(agency_calls["in_live_hours"].fill_null(True)))
        calls = agency_calls.filter(pc.invert(is_known))
        when = moments(calls["started_at_utc"])
        self.start = when + seconds(calls["duration_s"].fill_null(0).to_numpy())
        self.end = open_until(self.start, _life_of_unknown(self.start, agency))
        self._watch, self._agency = watch, agency

    def __len__(self) -> int:
        return len(self.start)

    def would_be_seen(self, when: np.ndarray) -> np.ndarray:
        """Whether the phone exports show every call on which a callback at that time may have been promised."""
        since = when - (open_until(when, _life_of_unknown(when, self._agency)) - when) - A_WEEK
        return self._watch.until(since, pa.nulls(len(when), pa.string())) >= when


def _life_of_unknown(start: np.ndarray, agency: Agency) -> np.ndarray:
    return life(start, pa.array(["unknown"] * len(start), pa.string()), agency)[1]


def open_until(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Time until which a promise that nothing ended may be meant: twice its life."""
    return start + 2 * (end - start)


def only_one(
    promises: Promises,
    number: np.ndarray,
    unnoted: UnnotedCalls,
    when: np.ndarray,
    line: np.ndarray,
    named: np.ndarray,
    ends: np.ndarray,
    is_exact: np.ndarray,
) -> np.ndarray:
    """Index of the promise that each event certainly belongs to: the one named, or the only possible one.

    Parameters
    ----------
    promises : with their lives before these events end any
    number : code of the number that each promise gave; MISSING if none is written, so that any line matches
    when, line : time and line of each event, in order of time; an unknown line may be any
    named : the promise that the log names, or MISSING
    ends : whether the event ends its promise
    is_exact : whether the event's time of day is known; without it, no one can say what was open
    """
    # A promise that nothing ended may still be meant long after it was due.
    latest = open_until(promises.start, promises.longest)
    ended = np.where(promises.end < promises.longest, promises.end, latest)
    no_number = np.full(len(unnoted), MISSING)
    spans = Spans(
        microseconds(np.concatenate([promises.start, unnoted.start])),
        microseconds(np.concatenate([ended, unnoted.end])),
        np.concatenate([number, no_number]),
    )
    tells = is_exact & unnoted.would_be_seen(when)
    found = only_open(spans, microseconds(when, undated=0), line, named, ends, tells, len(promises))
    # Spans after the promises are calls that no one logged. If one of these is the only match, the event gets none.
    return np.where(found < len(promises), found, MISSING)


@dataclass(frozen=True)
class Spans:
    """When each span opens and closes, both included, and on which line (MISSING: any)."""

    opens: np.ndarray
    closes: np.ndarray
    line: np.ndarray


def only_open(spans: Spans, when, line, named, ends, tells, may_end: int) -> np.ndarray:
    """Span that each event names, or the only one open on its line; MISSING if there is none or several.

    An event that ``ends`` closes its span, if that is one of the first ``may_end``. Where ``tells`` is false, only the
    name counts. One pass in order of time.
    """
    size = len(spans.line)
    begun = np.flatnonzero((spans.closes >= spans.opens) & (spans.opens < NEVER))
    steps = np.concatenate([begun, np.arange(len(when)) + 2 * size, begun + size])
    step_when = np.concatenate([spans.opens[begun], when, spans.closes[begun]])
    order = np.argsort(step_when, kind="stable")  # at the same time: first openings, then events, then closings
    return np.array(_one_pass(steps[order].tolist(), spans, line, named, ends, tells, may_end), np.int64)


def _one_pass(steps: list[int], spans: Spans, line, named, ends, tells, may_end: int) -> list[int]:
    """Find the spans, step by step. A step below ``size`` opens that span; below 2 * size it closes one; above, it is
    an event."""
    size, span_line = len(spans.line), spans.line.tolist()
    line, named, ends, tells = line.tolist(), named.tolist(), ends.tolist(), tells.tolist()
    is_open, found = [False] * size, [MISSING] * len(line)
    count = dict.fromkeys({MISSING, EVERY, *span_line, *line}, 0)  # number of open spans on each line
    indices = dict(count)  # and the sum of their indices; if one is open, its index

    def toggle(index: int, step: int) -> None:
        is_open[index] = step > 0
        for where in (span_line[index], EVERY):
            count[where] += step
            indices[where] += step * index

    for step in steps:
        if step < size:
            toggle(step, 1)
        elif step < 2 * size:
            if is_open[step - size]:
                toggle(step - size, -1)
        else:
            event = step - 2 * size
            only, own = named[event], line[event]
            if only == MISSING and tells[event]:
                if own == MISSING:
                    only = indices[EVERY] if count[EVERY] == 1 else MISSING
                elif count[own] + count[MISSING] == 1:
                    only = indices[own] + indices[MISSING]
            found[event] = only
            if ends[event] and 0 <= only < may_end and is_open[only]:
                toggle(only, -1)
    return found
