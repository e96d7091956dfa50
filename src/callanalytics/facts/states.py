"""State of each promise on a day: the columns made at load.

``as_of`` is the end of a day on the agency's clock; later events are ignored. By the default reading, the state at the
due time is the first that holds:

1. ``withdrawn``: the callback was no longer needed (and no person or email had answered before the withdrawal)
2. ``answered_first``, ``answered_second``: a person answered the first callback, or a later one
3. ``emailed``: an email answered it
4. ``both_missed``: two or more callbacks that certainly no one answered; ``result_unknown``: the result of a callback
   was not logged; ``missed_once``: any other callback

Nothing by then: ``late`` (a contact came afterwards), ``silent`` (none came, and the line was watched), ``unwatched``
(none came, and the line was not watched). Not yet due, and nothing came: ``waiting``.

A callback on an unknown day came, in time or not: ``undated``, if nothing else had come in time.

If the urgency, the rule, or the time of day is unknown, the same words describe what came; ``rule_unknown`` means that
nothing did. If several rules may have applied, each judges the promise. The state is the word on which they agree, or
``rule_unknown`` if they differ or nothing came.

Whether a promise is watched does not depend on what came: the line was covered without a break from the start to the
due time, or, if that is still ahead, to the as-of day.

**Two ends.** A figure that depends on which promise a callback or an email answered has two ends. *Certain* counts
contacts that the log names, or that can belong to no other request, logged or not. *At most* adds the *free* contacts,
each assigned to one request so that as many as possible are served. Free contacts are the agency's callbacks and emails
that name no request, and callbacks that may be the agency's. A free callback may belong to a request if it came to the
number given (any, if either is unknown) while the request may have been open. A request may be open from its start
until something certainly ended it, or its life was over. An email may belong to any such request, whatever the number.

A callback that certainly belongs to a request also has two ends if its result or its day is unknown: *certain* counts
only what holds in every case.

Each request carries its free contacts as a list of numbers (``free_callbacks``), one for each contact. A number holds
the identity of the contact and, in the last eight bits, what it is worth. So any part of a table can be counted by
itself: see ``estimates.is_served``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import clocks, schema
from callanalytics.agencies import Agency
from callanalytics.facts import attempts, linking
from callanalytics.facts.arrays import (
    MISSING,
    NAT,
    GroupedMoments,
    after_timed,
    codes,
    column_of_days,
    column_of_flags,
    column_of_moments,
    column_of_words,
    columns_of,
    earliest_moments,
    indices_in_ranges,
    is_present,
    is_set,
    moments,
    take,
)
from callanalytics.facts.promises import life, noon
from callanalytics.schema import FREE_BITS, READINGS
from callanalytics.values import zones

# ---- contacts for each promise -----------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """Contacts for the promises of offices that call one agency; no office's promises match another's callbacks.

    ``promises``, ``callbacks`` are the columns of the tables, ``start`` the earliest time at which each promise can
    have begun. Per callback, ``owner`` is the index of the promise it is linked to, ``certainty`` how certain that is,
    and ``when`` the time it counts from.
    """

    promises: dict[str, pa.Array]
    callbacks: dict[str, pa.Array]
    start: np.ndarray
    owner: np.ndarray
    certainty: np.ndarray
    when: np.ndarray
    agency: Agency

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def counted(self) -> np.ndarray:
        """Promise that each of the agency's callbacks is counted for; MISSING for any other callback."""
        return np.where(linking.is_counted(self.certainty), self.owner, MISSING)

    @cached_property
    def certain(self) -> np.ndarray:
        """Promise that each callback certainly belongs to; MISSING for any other callback."""
        return np.where(self.certainty == linking.CERTAIN, self.owner, MISSING)

    @cached_property
    def has_day(self) -> np.ndarray:
        """Whether the day of each callback was logged."""
        return is_present(self.callbacks["date"])

    @cached_property
    def undated(self) -> np.ndarray:
        """Whether a callback without a day is counted for each promise."""
        return self._has_undated(~self.has_day)

    @cached_property
    def undated_answer(self) -> np.ndarray:
        """The same for a callback that someone may have answered."""
        return self._has_undated(~self.has_day & ~self.missed)

    def _has_undated(self, chosen: np.ndarray) -> np.ndarray:
        return np.isin(np.arange(len(self)), self.counted[chosen])

    @cached_property
    def missed(self) -> np.ndarray:
        """Whether it is known that no one answered each callback."""
        return codes(self.callbacks["result"], schema.UNANSWERED) >= 0

    @cached_property
    def is_answered(self) -> np.ndarray:
        """Whether a person answered each callback."""
        return linking.answered_by_person(self.callbacks["channel"], self.callbacks["result"])

    @cached_property
    def is_unnoted(self) -> np.ndarray:
        """Whether the result of each callback was not logged."""
        return codes(self.callbacks["result"], ["unknown"]) == 0

    @cached_property
    def counted_attempts(self) -> attempts.Attempts:
        """Attempts on each promise, from its counted callbacks with a known day."""
        return self.attempts(np.where(self.has_day, self.counted, MISSING))

    @cached_property
    def certain_attempts(self) -> attempts.Attempts:
        """Attempts on each promise, from the callbacks with a known day that certainly belong to it."""
        return self.attempts(np.where(self.has_day, self.certain, MISSING))

    @cached_property
    def all_attempts(self) -> tuple[attempts.Attempts, attempts.Attempts]:
        """The same two, with a callback without a day as the first that came."""
        if self.has_day.all():
            return self.counted_attempts, self.certain_attempts
        return self.attempts(self.counted), self.attempts(self.certain)

    @cached_property
    def counted_moments(self) -> list[GroupedMoments]:
        """Times of the callbacks counted for each promise: all, those missed, those with no known result."""
        kinds = (self.has_day, self.has_day & self.missed, self.has_day & self.is_unnoted)
        return [GroupedMoments(np.where(is_one, self.counted, MISSING), self.when) for is_one in kinds]

    @cached_property
    def office_codes(self) -> tuple[np.ndarray, np.ndarray]:
        """Office of each promise and of each callback, as codes; MISSING for an office without promises."""
        offices = self.promises["office_id"].unique().to_pylist()
        return codes(self.promises["office_id"], offices), codes(self.callbacks["office_id"], offices)

    @cached_property
    def lines(self) -> list[tuple[str, str | None]]:
        """Office of each promise, and the number that it gave."""
        columns = (self.promises[name].to_pylist() for name in ("office_id", "callback_number"))
        return list(zip(*columns, strict=True))

    def attempts(self, promise: np.ndarray) -> attempts.Attempts:
        """Attempts from some callbacks, given the index of each one's promise, else MISSING."""
        return attempts.attempts_of_promises(len(self), promise, self.when, self.is_answered, self.missed, self.agency)

    def business_days(self, since: np.ndarray, until: np.ndarray) -> np.ndarray:
        """Number of the agency's business days from each time to another."""
        return clocks.business_days_between(since, until, agency=self.agency)

    def moment(self, name: str) -> np.ndarray:
        """One of the times of each promise; NaT where it has none."""
        return moments(self.promises[f"{name}_utc"])


def history_of(promises: pa.Table, callbacks: pa.Table, agency: Agency) -> History:
    """Contacts for the promises of some offices."""
    of_promise, of_callback = columns_of(promises), columns_of(callbacks)
    start = earliest_moments(of_promise, agency.timezone)
    linked, known = (
        pc.binary_join_element_wise(columns["office_id"], columns["promise_id"], " ")
        for columns in (of_callback, of_promise)
    )
    owner = codes(linked, known.to_pylist())
    certainty = linking.certainty_of_links(of_callback["link"], of_callback["is_credited"])
    when = earliest_moments(of_callback, agency.timezone)
    when = np.fmax(when, np.append(start, NAT)[owner])
    is_timed = is_present(of_callback["started_at_utc"])
    when = after_timed(when, is_timed, np.where(linking.is_counted(certainty), owner, MISSING), agency.timezone)
    return History(of_promise, of_callback, start, owner, certainty, when, agency)


# ---- states ------------------------------------------------------------------------------------------


STATES = tuple(schema.STATES.split())
PARTIES = schema.PARTIES.split()


def promises_as_of(
    promises: pa.Table, callbacks: pa.Table, offices: Sequence[dict], as_of: np.datetime64, agency: Agency
) -> pa.Table:
    """Promises of some offices as they stood at a given time, with the columns made at load.

    Parameters
    ----------
    promises, callbacks : of these offices: facts made of the rows up to that time (``facts.build``, ``until``)
    offices : their rows of ``offices``
    as_of : last time whose records are used, UTC without zone (``clocks.end_of_day``)
    """
    history = history_of(promises, callbacks, agency)
    due = {reading: history.moment(f"due_{reading}") for reading in schema.READINGS}
    until = np.minimum(history.moment("watched_until"), as_of)
    # Regardless of what came: otherwise lines on which something came would count as watched more easily.
    watched = {reading: _is_watched(until, moment, as_of, agency.timezone) for reading, moment in due.items()}
    state = _state_codes(promises, history, due, until, as_of)
    followed = history.business_days(history.start, until)
    # The kind of the first contact counted for each promise.
    contact = first_contact(history)
    # At the same time, the call comes before the email; NaT, where no call came, compares as false.
    is_by_phone = (history.counted_attempts.first_at <= contact) | (np.isnat(contact) & history.undated)
    word = np.where(is_by_phone, "phone", np.where(np.isnat(contact), "none", "email"))
    loaded = {
        **_state_flags(history, due, watched, as_of),
        "is_blocked": attempts.blocks(offices, history.lines, history.callbacks),
        **_round_flags(history, until, as_of),
        "followed_days": column_of_days(followed, np.isnat(history.start) | np.isnat(until)),
        "contact_by": pa.array(word.tolist(), pa.string(), mask=np.isnat(due["lenient"])),
        **certainty_columns(history, due),
        "state": column_of_words(STATES, state),
        "attributed_to": _attributed_to(offices, history, state),
        "watched_until_utc": column_of_moments(until),
    }
    return schema.build("promises", {**history.promises, **loaded}, loaded=True)


# ---- flags ---------------------------------------------------------------------------------------------


def _state_flags(history: History, due: dict, watched: dict, as_of) -> dict[str, pa.Array]:
    """Flags of each promise; null where there is no due time."""
    contact = first_contact(history)
    unknown = {reading: np.isnat(moment) for reading, moment in due.items()}
    flags = {f"is_watched_{reading}": column_of_flags(watched[reading], unknown[reading]) for reading in due}
    flags |= {f"is_due_{reading}": column_of_flags(due[reading] <= as_of, unknown[reading]) for reading in due}
    # A callback without a day may have come in time, or not.
    for reading, moment in due.items():
        is_open = unknown[reading] | (history.undated & ~(contact <= moment))
        flags[f"is_kept_{reading}"] = column_of_flags(contact <= moment, is_open)
    is_hit = history.counted_attempts.answered_at <= due["default"]
    either = np.where(unknown["default"], watched["lenient"], watched["default"])
    return flags | {
        "is_watched": column_of_flags(either, unknown["default"] & unknown["lenient"]),
        "is_hit": column_of_flags(is_hit, unknown["default"] | (history.undated_answer & ~is_hit)),
    }


def _is_watched(until: np.ndarray, due: np.ndarray, as_of, zone: str) -> np.ndarray:
    """Whether each line was covered from the start to the due time or, if that is ahead, to the agency's as-of day."""
    # No one can have watched up to a due time that is still ahead, so the as-of day counts instead.
    still = (due > as_of) & (zones.local_days(until, zone) >= zones.local_days(as_of, zone))
    return (until >= due) | still


def first_contact(history: History) -> np.ndarray:
    """Time of the first callback, answered or not, or of the answer by email."""
    return np.fmin(history.counted_attempts.first_at, history.moment("emailed_at"))


def _round_flags(history: History, until: np.ndarray, as_of) -> dict[str, pa.Array]:
    """Whether the first round is closed, and whether records would have shown a second callback in it.

    A round closes after a second callback, any answer, a withdrawal, or so many business days that a callback opens a
    new round. Whether it is watched does not depend on what came, so that rounds with a second callback do not count as
    watched more easily.
    """
    (tried, certain), gap = history.all_attempts, history.agency.round_gap
    # Rates use certain links: a callback that may belong to another promise neither opens nor ends a round here.
    watched = (history.business_days(certain.first_at, until) > gap) & ~history.undated
    none, none_certain = np.isnat(tried.first_at), np.isnat(certain.first_at)
    # After a callback without a day, it is unknown whether another would open a round.
    is_over = _is_round_over(history, certain, np.where(history.undated, NAT, as_of))
    return {
        "is_round_closed": column_of_flags(_is_round_over(history, tried, as_of), none),
        "is_round_closed_certain": column_of_flags(is_over, none_certain),
        "is_round_watched_certain": column_of_flags(watched, none_certain),
    }


def _is_round_over(history: History, tried: attempts.Attempts, as_of) -> np.ndarray:
    over = ~np.isnat(tried.second_at) | ~np.isnat(history.moment("certain_emailed_at"))
    over |= ~np.isnat(history.moment("withdrawn_at")) | (tried.answered_at <= tried.last_of_round_at)
    # A callback now would open another round.
    return over | (history.business_days(tried.last_of_round_at, as_of) > history.agency.round_gap)


# ---- states as words -----------------------------------------------------------------------------------


def _state_codes(promises: pa.Table, history: History, due: dict, until, as_of) -> np.ndarray:
    """Indices in ``STATES``; see the top of this file."""
    word = _state_words(history, due["default"], until, as_of)
    what_came = _outcome_words(history, np.full(len(word), as_of))
    if_none = np.where(history.undated, "undated", "rule_unknown")
    word = np.where(np.isnat(due["default"]), np.where(what_came == "", if_none, what_came), word)
    differ = np.isnat(due["default"]) & ~np.isnat(due["strict"])
    if differ.any():
        word = np.where(differ, _under_all(promises, history, until, as_of), word)
    return codes(pa.array(word.tolist(), pa.string()), STATES)


def _under_all(promises: pa.Table, history: History, until, as_of) -> np.ndarray:
    """Word for what came, if it is the same under each of several rules; else ``rule_unknown``."""
    rules = promises.column("rule_id").combine_chunks()
    several = [ids for ids in rules.unique().drop_null().to_pylist() if "|" in ids]
    which, start = codes(rules, several), moments(promises["started_at_utc"])
    start = np.where(np.isnat(start), noon(promises.column("date").combine_chunks(), history.agency.timezone), start)
    # numpy cuts longer words off without warning; the longest, answered_second, has 15 letters.
    agreed = np.full(len(start), "rule_unknown", "U16")
    for index, ids in enumerate(several):
        mine = which == index
        since, rules_held = np.where(mine, start, NAT), [history.agency.rule(id) for id in ids.split("|")]
        dues = [clocks.due(since, rule, "default", agency=history.agency) for rule in rules_held]
        each = [_state_words(history, due, until, as_of) for due in dues]
        same = np.logical_and.reduce([words == each[0] for words in each]) & ~np.isin(each[0], NOTHING_CAME)
        agreed[mine & same] = each[0][mine & same]
    return agreed


NOTHING_CAME = ("waiting", "silent", "unwatched")


def _state_words(history: History, due: np.ndarray, until: np.ndarray, as_of) -> np.ndarray:
    """State of each promise by one due time."""
    limit = np.minimum(due, as_of)
    by_then = _outcome_words(history, limit)
    is_watched = _is_watched(until, due, as_of, history.agency.timezone)
    tests = [by_then != "", history.undated, first_contact(history) > limit, due > as_of, is_watched]
    return np.select(tests, [by_then, "undated", "late", "waiting", "silent"], "unwatched")


def _outcome_words(history: History, limit: np.ndarray) -> np.ndarray:
    """Word for what had come for each promise by a given time; empty where nothing had."""
    tried, emailed, withdrawn = history.counted_attempts, history.moment("emailed_at"), history.moment("withdrawn_at")
    every = np.arange(len(limit))
    callbacks, missed, unnoted = (kind.between(every, history.start, limit) for kind in history.counted_moments)
    answered = tried.answered_at <= limit
    # A withdrawal after the answer changes nothing.
    had_come = (tried.answered_at <= withdrawn) | (emailed <= withdrawn)
    tests = {
        "withdrawn": (withdrawn <= limit) & ~had_come,
        "answered_first": answered & (tried.answered_at == tried.first_at),
        "answered_second": answered,
        "emailed": emailed <= limit,
        "both_missed": missed >= 2,
        "result_unknown": unnoted >= 1,
        "missed_once": callbacks >= 1,
    }
    return np.select([*tests.values()], [*tests], "")


def _attributed_to(offices: Sequence[dict], history: History, state: np.ndarray) -> pa.Array:
    """Party to which a late or missing contact is attributed: the agency, unless the firm caused it or it is
    unknown."""
    extension = is_set(history.promises["callback_extension"])  # the agency does not call extensions
    # On a line that blocks withheld callers nothing can be seen. Or a callback that may be the one came, answered or
    # not.
    blocking = {(office["office_id"], line) for office in offices for line in attempts.blocking_lines(office)}
    blocks_withheld = np.array([line in blocking for line in history.lines], bool)
    doubtful = blocks_withheld | is_present(history.promises["possible_missed"])
    late, silent, no_rule = (state == STATES.index(word) for word in ("late", "silent", "rule_unknown"))
    which = np.select(
        [silent & extension, (silent & doubtful) | no_rule, silent | late],
        [PARTIES.index("firm"), PARTIES.index("unknown"), PARTIES.index("agency")],
        MISSING,
    )
    return column_of_words(PARTIES, which)


# ---- free contacts -----------------------------------------------------------------------------------


PAIRS_AT_A_TIME = 1_000_000  # pairs of contact and request handled together
MAX_FREE_CONTACTS = 400  # free contacts of one request; a request with more can do without any that others need
CONTACTS = ("in_time", "late", "undated", "none")


def certainty_columns(history: History, due: dict[str, np.ndarray]) -> dict[str, pa.Array]:
    """Columns of the promises for what is certain, and the free contacts of each."""
    tried, emailed = history.certain_attempts, history.moment("certain_emailed_at")
    of_any_day = history.all_attempts[1]
    contact = np.fmin(tried.first_at, emailed)
    # Until when each request may have been open: an event that may have ended it does not count.
    end = life(history.start, history.promises["urgency"], history.agency)[1]
    open_until = np.fmin.reduce([end, tried.answered_at, emailed, history.moment("withdrawn_at")])
    result = linking.result_by_person(history.callbacks["channel"], history.callbacks["result"])
    undue = np.isnat(due["default"])
    contact_word = np.select(
        [contact <= due["default"], ~np.isnat(contact), history.undated], CONTACTS[:3], CONTACTS[3]
    )
    return {
        **{f"is_kept_certain_{r}": column_of_flags(contact <= due[r], np.isnat(due[r])) for r in READINGS},
        "is_hit_certain": column_of_flags(tried.answered_at <= due["default"], undue),
        "certain_contact": pa.array(contact_word.tolist(), pa.string(), mask=undue),
        "certain_first_callback_result": take(result, of_any_day.first),
        "certain_second_callback_result": take(result, of_any_day.second),
        "certain_contact_days": column_of_days(history.business_days(history.start, contact), np.isnat(contact)),
        **_free_columns(history, due, of_any_day.first_at, of_any_day.second_at, open_until),
    }


@dataclass(frozen=True)
class FreeContacts:
    """Free contacts.

    Each has its office (a code), time, line (a code; MISSING: any), identity, and worth to the request it is assigned
    to. ``is_mail`` marks emails, ``is_unnoted`` callbacks whose result was not logged.
    """

    office: np.ndarray
    when: np.ndarray
    line: np.ndarray
    number: np.ndarray
    worth: np.ndarray
    is_mail: np.ndarray
    is_unnoted: np.ndarray


def _free_contacts(history: History) -> tuple[np.ndarray, FreeContacts]:
    """Codes of the numbers given; and the free contacts: callbacks, and emails that are not certain for any promise."""
    given, line = linking.line_codes(history.promises["callback_number"], history.callbacks, history.certainty)
    is_call = codes(history.callbacks["channel"], ["voice"]) == 0  # a reply to a text is not yet a call
    is_free = (history.certainty == linking.CREDITED) | (history.certainty == linking.POSSIBLE)
    of_promise, of_callback = history.office_codes
    callbacks = np.flatnonzero(is_free & history.has_day & ~np.isnat(history.when) & (of_callback >= 0))
    emailed = history.moment("emailed_at")
    mails = np.flatnonzero(~np.isnat(emailed) & ~(emailed == history.moment("certain_emailed_at")))
    worth = np.select([history.is_answered, history.missed], [FREE_BITS["answered"], FREE_BITS["missed"]], 0)
    promise_ids = take(history.promises["promise_id"], mails).to_pylist()
    ids = [*take(history.callbacks["callback_id"], callbacks).to_pylist(), *(f"email about {id}" for id in promise_ids)]
    return given, FreeContacts(
        np.concatenate([of_callback[callbacks], of_promise[mails]]),
        np.concatenate([history.when[callbacks], emailed[mails]]),
        np.concatenate([line[callbacks], np.full(len(mails), MISSING)]),
        _contact_numbers(ids),
        np.concatenate([worth[callbacks], np.zeros(len(mails), np.int64)]),
        np.arange(len(callbacks) + len(mails)) >= len(callbacks),
        np.concatenate([(history.is_unnoted & is_call)[callbacks], np.zeros(len(mails), bool)]),
    )


def _contact_numbers(ids: list[str]) -> np.ndarray:
    """Number made from each ID, with its last eight bits free."""
    # Shifted by one, so that it fits a signed integer.
    made = [int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), "big") >> 1 for id in ids]
    return np.array(made, np.int64) & ~np.int64(0xFF)


def _free_columns(history: History, due, first: np.ndarray, second: np.ndarray, end: np.ndarray) -> dict[str, pa.Array]:
    """Free contacts of each request as numbers, and the business days after which each came."""
    ids = _contact_numbers(history.promises["promise_id"].to_pylist())
    given, free = _free_contacts(history)
    pairs = [_own_pairs(history, due)]
    for request, contact in _possible_pairs(history, end, given, free):
        when, worth = free.when[contact], free.worth[contact]
        # The worth of a contact depends on the request, so each pair has its own bits.
        in_time = _in_time_bits(when, request, due)
        worth = worth | in_time | _round_bits(when, free.is_mail[contact], first[request], second[request], history)
        after, number = history.business_days(history.start[request], when), free.number[contact]
        # A callback with unknown result may have been answered, so it is worth more to that rate and to no other.
        is_twice = free.is_unnoted[contact]
        as_answered = (number | in_time | FREE_BITS["answered"])[is_twice]
        value = np.append(number | worth, as_answered)
        pairs.append(
            _thinned_contacts(np.append(request, request[is_twice]), value, np.append(after, after[is_twice]), ids)
        )
    request, values, days = (np.concatenate(each) for each in zip(*pairs, strict=True))
    order = np.argsort(request, kind="stable")
    size = np.bincount(request, minlength=len(history))
    offsets = pa.array(np.concatenate([[0], np.cumsum(size)]).astype(np.int32))
    return {
        "free_callbacks": pa.ListArray.from_arrays(offsets, pa.array(values[order])),
        "free_days": pa.ListArray.from_arrays(offsets, column_of_days(days[order])),
    }


def _in_time_bits(when: np.ndarray, request: np.ndarray, due: dict[str, np.ndarray]) -> np.ndarray:
    in_time = (np.where(when <= due[reading][request], FREE_BITS[reading], 0) for reading in READINGS)
    return np.bitwise_or.reduce([*in_time])


def _own_pairs(history: History, due: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Callbacks certain for a request whose result or day was not logged: they may have been answered, and may have
    come in time."""
    own = np.flatnonzero((history.is_unnoted | ~history.has_day) & (history.certain >= 0) & ~np.isnat(history.when))
    request, when = history.certain[own], history.when[own]
    number = _contact_numbers(take(history.callbacks["callback_id"], own).to_pylist())
    worth = np.where(history.missed[own], FREE_BITS["missed"], FREE_BITS["answered"])
    early, days = _in_time_bits(when, request, due) | worth, history.business_days(history.start[request], when)
    late = ~history.has_day[own]
    return (
        np.append(request, request[late]),
        np.append(number | early, (number | worth)[late]),
        np.append(days, days[late]),
    )


def _round_bits(
    when: np.ndarray, is_mail: np.ndarray, first: np.ndarray, second: np.ndarray, history: History
) -> np.ndarray:
    """Bits for a callback before the first certain one (or without one), and for one in the same round and before the
    second certain one. An email counts in the round whenever it came: if it was an answer, no second callback was to be
    expected."""
    apart = np.where(when < first, history.business_days(when, first), history.business_days(first, when))
    # Also if no callback is certain: then this one may have been the first.
    is_before = ~is_mail & ~(when >= first)
    is_beside = ~np.isnat(first) & (is_mail | ((apart >= 0) & (apart <= history.agency.round_gap) & ~(when >= second)))
    return np.where(is_before, FREE_BITS["before"], 0) | np.where(is_beside, FREE_BITS["beside"], 0)


def _thinned_contacts(request: np.ndarray, value: np.ndarray, days: np.ndarray, ids: np.ndarray):
    """Free contacts thinned for a request with very many: the soonest two of each worth, made assignable to it alone.
    That can only raise the maximum."""
    many = np.bincount(request, minlength=len(ids))[request] > MAX_FREE_CONTACTS
    if not many.any():
        return request, value, days
    own = np.where(many, ids[request] | (value & 0xFF), value)
    order = np.lexsort((days, own, request))
    is_kept = np.ones(len(order), bool)  # two, because some counts need a request that may have had two
    is_kept[2:] = (own[order][2:] != own[order][:-2]) | (request[order][2:] != request[order][:-2])
    order = order[is_kept]
    return request[order], own[order], days[order]


def _possible_pairs(
    history: History, end: np.ndarray, given: np.ndarray, free: FreeContacts
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of requests with the free contacts that may belong to them, in order of the requests."""
    by_time = np.lexsort((free.when, free.office))
    office = history.office_codes[0]
    of_office = GroupedMoments(free.office, free.when)
    low, n = of_office.before(office, history.start), of_office.between(office, history.start, end)
    block = np.cumsum(n) // PAIRS_AT_A_TIME
    for each in np.unique(block):
        requests = np.flatnonzero(block == each)
        request = np.repeat(requests, n[requests])
        contact = by_time[indices_in_ranges(low[requests], n[requests])]
        # A request without a number may have any contact; one with a number, those on that line or an unknown line.
        line, wanted = free.line[contact], given[request]
        fits = (wanted < 0) | (line == wanted) | (line == MISSING)
        request, contact = request[fits], contact[fits]
        order = np.lexsort((contact, request))
        yield request[order], contact[order]
