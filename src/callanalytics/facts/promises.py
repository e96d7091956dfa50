"""One row for each promised callback: when its clock started, when it is due, and what the log links to it.

A promise is an entry about a call whose ``promised`` is urgent, regular, or unknown. Its clock starts when the call
ended: call start plus duration, from the phone log if that has the call. Without a duration, it starts at the end of
the logged wait, before which no one can have promised anything. Else it starts with the call. The same holds if the
wait is so long that it looks like an error, or if the log names a callback within it. (The logs record no time of
escalation; ``start_basis`` keeps a word for one.)

A promise in business days falls due at the end of the agency's callback hours, so a date alone is enough for its due
times. A promise in hours has none without the time of day.

**What the log names** (`promise_followed`, `promise_named`): a callback, an email, or a notice belongs to a promise by
any of three numbers: of the call it follows, of the service request, or of the office's own matter. None belongs to a
promise of a later day.

**Contradictions** (`flag_contradictions`): rows that cannot all be true are kept as they are, and flagged on the call
on which the promise was made:

=======================  ====================================================================================
warning of an agency call        when
=======================  ====================================================================================
``promise_before_call``  the promise was logged before its call began, by the phone log
``ring_before_promise``  a callback is said to answer the promise of a later call: it belongs to none
``sr_number_twice``      another promise of the office has the same service request number: both are kept
=======================  ====================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import clocks
from callanalytics.agencies import Agency
from callanalytics.facts.arrays import (
    MISSING,
    NAT,
    GroupedMoments,
    Rows,
    codes,
    column_of_moments,
    column_of_words,
    earliest,
    earliest_moments,
    integers,
    moments,
    order_by_moment,
    seconds,
    take,
    time_columns,
)
from callanalytics.facts.record_linkage import PLAIN_S
from callanalytics.schema import union_of_words, with_column
from callanalytics.values import zones
from callanalytics.values.spans import LONG_S

GRACE = 15  # business days after the lenient due time: a later callback is linked only if the log says so
BASES = ("call_end", "wait_end", "call_start")


@dataclass(frozen=True)
class Promises:
    """Promises of an office, in order of their start: columns of the table, and what linking needs.

    ``zone`` is the agency's. ``start`` is the earliest time at which the clock can have started. A promise *lives*, for
    linking, from there to ``end``: its ``longest`` end, unless something ended it before. ``due`` orders the promises:
    the lenient due time, by the longest rule if the urgency is unknown.
    """

    columns: dict[str, pa.Array]
    start: np.ndarray
    due: np.ndarray
    longest: np.ndarray
    end: np.ndarray
    zone: str

    def __len__(self) -> int:
        return len(self.start)

    def ended_at(self, *moments: np.ndarray) -> Promises:
        """The same promises, with each life ended by the first of the given times."""
        end = self.end
        for moment in moments:
            end = np.where(moment < end, moment, end)
        return replace(self, end=end)


def find(office: dict, entries: Rows, agency_calls: pa.Table, agency: Agency) -> Promises:
    """Promises of one office."""
    noted = entries.where(entries.is_in("kind", "dial") & entries.is_in("promised", "urgent", "regular", "unknown"))
    index = codes(noted.arrow("entry_id"), agency_calls.column("entry_id").to_pylist())
    agency_call = {name: take(agency_calls.column(name).combine_chunks(), index) for name in _OF_AGENCY_CALL}
    utc, basis = _clock_start(agency_call, noted, entries)
    written = agency_call["date_local"].to_numpy(zero_copy_only=False).astype("M8[us]")
    times = time_columns(utc, written, agency_call["dst_flag"], office["timezone"], agency.timezone)
    urgency = noted.arrow("promised")
    day = noon(times["date"], agency.timezone)
    # A date alone is enough for business days, but not for hours.
    counted = np.where(np.isnat(utc) & noted.is_in("promised", "regular"), day, utc)
    due = clocks.due_all(counted, urgency, agency=agency)
    counted = np.where(np.isnat(utc) & noted.is_in("quoted_unit", "business_days"), day, utc)
    quoted = clocks.due_as_quoted(counted, noted.arrow("quoted_value"), noted.arrow("quoted_unit"), agency=agency)
    columns = {
        "promise_id": noted.arrow("entry_id"),
        "agency_call_id": agency_call["agency_call_id"],
        **{name: noted.arrow(name) for name in ("matter", "sr_number", "protected")},
        **times,
        "urgency": urgency,
        "rule_id": due["rule_id"],
        "rule_age_days": due["rule_age_days"],
        "start_basis": column_of_words(BASES, basis),
        **{name: noted.arrow(name) for name in ("callback_number", "callback_extension")},
        **{f"due_{r}_utc": column_of_moments(due[f"due_{r}"]) for r in clocks.READINGS},
        "due_quoted_utc": column_of_moments(quoted),
        "calendar": pa.array([clocks.calendar(agency=agency).version] * len(noted), pa.string()),
    }
    start = earliest(utc, times["date"].to_numpy(zero_copy_only=False).astype("M8[us]"), agency.timezone)
    order = order_by_moment(start, columns["promise_id"])
    columns = {name: values.take(pa.array(order)) for name, values in columns.items()}
    first_due, end = (moment[order] for moment in life(start, urgency, agency))
    return Promises(columns, start[order], first_due, end, end, agency.timezone)


def noon(dates: pa.Array, zone: str) -> np.ndarray:
    """Noon of each day on the agency's clock, from which to count business days; NaT where no date was written."""
    day = dates.to_numpy(zero_copy_only=False).astype("M8[D]").astype("M8[us]")
    return zones.to_utc(day + np.timedelta64(12, "h"), zone)[0]


_OF_AGENCY_CALL = "agency_call_id started_at_utc duration_s wait_s time_refers_to dst_flag date_local".split()


def _clock_start(agency_call, noted: Rows, entries: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Time at which each clock starts, and which of ``BASES`` it is."""
    when = moments(agency_call["started_at_utc"])
    lasted, waited = (integers(agency_call[name]) for name in ("duration_s", "wait_s"))
    moment = agency_call["time_refers_to"].to_numpy(zero_copy_only=False)
    after_start = (moment == "start") & (lasted >= 0)
    after_answer = (moment == "answer") & (waited >= 0) & (lasted >= waited)
    # Whether the wait runs from dialing or from the queue, it ends no sooner than this after the start.
    after_wait = (moment == "start") & (lasted < 0) & (waited > 0) & (waited <= LONG_S)
    after_wait &= ~_is_called_back(noted, entries, when, when + seconds(waited))
    # For a call logged at its answer, the time left after the wait leads to its end.
    left = np.select([after_start, after_answer, after_wait], [lasted, lasted - waited, waited], 0)
    basis = np.select([after_start | after_answer | (moment == "end"), after_wait], [0, 1], 2)
    return when + seconds(left), np.where(np.isnat(when), 2, basis)


def _is_called_back(noted: Rows, entries: Rows, since: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Whether a callback between two times names the call on which each promise was logged, its request, or its
    matter."""
    callbacks = entries.where(entries.is_in("kind", "ring"))
    found = np.zeros(len(noted), bool)
    for own, named in (("entry_id", "parent_entry_id"), ("sr_number", "sr_number"), ("matter", "matter")):
        keys = noted.arrow(own).unique().drop_null().to_pylist()
        came = GroupedMoments(codes(callbacks.arrow(named), keys), callbacks.moments())
        found |= came.between(codes(noted.arrow(own), keys), since, until) > 0
    return found


def life(start: np.ndarray, urgency: pa.Array, agency: Agency) -> tuple[np.ndarray, np.ndarray]:
    """Due time that orders promises, and the time until which a callback may be linked to them.

    The due time is the lenient one of the rules in force: by the longest rule if the urgency is unknown, by the longest
    rule ever if none is known for that day. The life ends ``GRACE`` business days later.
    """
    lenient = partial(clocks.due_all, agency=agency, readings=("lenient",))
    due = lenient(start, urgency)["due_lenient"]
    # A promise of unknown urgency, or from before the first known rule, is kept: it lives as long as any would.
    lacking = np.flatnonzero(np.isnat(due) & ~np.isnat(start))
    if len(lacking):
        some = start[lacking]
        of_day = [lenient(some, [word] * len(some))["due_lenient"] for word in clocks.URGENCIES]
        due[lacking] = np.fmax.reduce(of_day)
    lacking = np.flatnonzero(np.isnat(due) & ~np.isnat(start))
    if len(lacking):
        for rule in agency.rules:
            due[lacking] = np.fmax(due[lacking], clocks.due(start[lacking], rule, "lenient", agency=agency))
    return due, clocks.due_as_quoted(due, GRACE, "business_days", agency=agency)


def restarts(promises: Promises, agency_calls: pa.Table, missed: np.ndarray, answered: list[np.ndarray]) -> np.ndarray:
    """First call about the same matter after a missed callback or the due time, whichever came first.

    Parameters
    ----------
    missed : time of the first callback no one answered; NaT where there was none
    answered : times of whatever settled it (a person reached, an email): a call after those is no restart
    """
    settled = np.fmin.reduce(answered)
    overdue = moments(promises.columns["due_default_utc"])
    overdue = np.where(np.isnat(overdue), promises.due, overdue)
    since = np.where(np.isnat(missed), overdue, np.fmin(missed, overdue))
    matters = promises.columns["matter"].unique().drop_null().to_pylist()
    called = moments(agency_calls.column("started_at_utc"))
    calls = GroupedMoments(codes(agency_calls.column("matter").combine_chunks(), matters), called)
    again = calls.after(codes(promises.columns["matter"], matters), since)
    return np.where(np.isnat(settled) | (again < settled), again, NAT)


def has_unread_callback(promises: Promises, entries: Rows) -> np.ndarray:
    """Whether the row of each promise may describe a callback in words not understood, so that it counts as
    unobserved."""
    is_unread = pc.match_substring(entries.arrow("warnings").cast(pa.string()), UNREAD_CALLBACK)
    index = codes(promises.columns["promise_id"], entries.texts("entry_id").tolist())
    return np.append(pc.fill_null(is_unread, False).to_numpy(zero_copy_only=False), False)[index]


UNREAD_CALLBACK = "contact_unread"  # a warning of a row


# ---- what the log names ------------------------------------------------------------------------------


CHAIN = 16  # a text that follows a callback that follows a call ...


def promise_followed(entries: Rows, promises: Promises) -> np.ndarray:
    """Index, for each entry, of the promise that it follows, directly or through other entries."""
    ids = entries.texts("entry_id").tolist()
    found = codes(entries.arrow("entry_id"), promises.columns["promise_id"].to_pylist())
    parent = entries.codes("parent_entry_id", ids)
    # An office call has its own promise or none, so no chain runs through it to an earlier promise.
    parent[entries.is_in("kind", "dial")] = MISSING
    for _ in range(CHAIN):
        # Each pass hands the promise one step further down the chains of entries.
        more = (found < 0) & (parent >= 0)
        more[more] = found[parent[more]] >= 0
        if not more.any():
            break
        found[more] = found[parent[more]]
    return found


def promise_named(
    promises: Promises, when: np.ndarray, follows: np.ndarray, sr_number: pa.Array, matter: pa.Array
) -> np.ndarray:
    """Promise that each event names; MISSING where it names none.

    Of several with the same service request or matter, the last made before the event. A matter, which may be called
    about for years, names a promise only while it lives.
    """
    if not len(when):
        return np.zeros(0, np.int64)
    by_number = _last_of(promises, "sr_number", sr_number, when)
    by_matter = _last_of(promises, "matter", matter, when)
    by_matter = np.where(when <= _value_of(promises.end, by_matter), by_matter, MISSING)
    # An entry without any date keeps the promise it follows, because NaT compares as false.
    not_later = ~(_agency_day(when, promises.zone) < _agency_day(_value_of(promises.start, follows), promises.zone))
    named = np.where(not_later, follows, MISSING)
    named = np.where(named >= 0, named, by_number)
    return np.where(named >= 0, named, by_matter)


def _last_of(promises: Promises, name: str, key: pa.Array, when: np.ndarray) -> np.ndarray:
    """Last promise with this key that was made on the day of the event or before."""
    keys = promises.columns[name].unique().drop_null().to_pylist()
    own, asked = codes(promises.columns[name], keys), codes(key, keys)
    n = len(promises) + 1
    before = np.searchsorted(_agency_day(promises.start, promises.zone), _agency_day(when, promises.zone), side="right")
    # Key and index as one sorted number: the one before "this key, so many promises had begun" is the last of them.
    listed = np.sort(own * n + np.arange(len(promises)))
    index = np.searchsorted(listed, asked * n + before, side="left") - 1
    # -n belongs to no key: it means "before the first".
    found = np.append(listed, -n)[index]
    fits = (asked >= 0) & (index >= 0) & (found // n == asked) & ~np.isnat(when)
    return np.where(fits, found % n, MISSING)


def _agency_day(moment: np.ndarray, zone: str) -> np.ndarray:
    """Day on the agency's standard time. Days are compared because a callback logged to the quarter hour may seem to
    come before the end of the call that it answers."""
    winter = np.array(["2022-01-15T12:00"], "M8[us]")
    return (moment + (zones.to_local(winter, zone) - winter)).astype("M8[D]")


def _value_of(values: np.ndarray, indices: np.ndarray) -> np.ndarray:
    return np.append(values, NAT)[indices]  # MISSING picks the last


# ---- contradictions ----------------------------------------------------------------------------------


BEFORE_CALL, BEFORE_PROMISE, NUMBER_TWICE = "promise_before_call", "ring_before_promise", "sr_number_twice"


def flag_contradictions(agency_calls: pa.Table, promises: Promises, entries: Rows) -> pa.Table:
    """Agency calls, with a warning added to those of contradictory promises."""
    index = codes(promises.columns["agency_call_id"], agency_calls.column("agency_call_id").to_pylist())
    start = earliest_moments(agency_calls, promises.zone)[index] if len(index) else np.array([], "M8[us]")
    noted = codes(promises.columns["promise_id"], entries.texts("entry_id").tolist())
    when, exact = entries.moments()[noted], entries.numbers("started_precision_s", 0)[noted]
    numbers = promises.columns["sr_number"]
    number = codes(numbers, numbers.unique().drop_null().to_pylist())
    found = {
        BEFORE_CALL: when + seconds(exact + PLAIN_S) < start,
        BEFORE_PROMISE: _answered_before_made(promises, entries, start),
        NUMBER_TWICE: (number >= 0) & (np.bincount(number[number >= 0], minlength=1)[number] > 1),
    }
    n = agency_calls.num_rows
    words = [
        pa.array([code] * n, pa.string(), mask=~np.isin(np.arange(n), index[is_so])) for code, is_so in found.items()
    ]
    warnings = union_of_words(agency_calls.column("warnings").combine_chunks(), *words)
    return with_column(agency_calls, "warnings", warnings)


def _answered_before_made(promises: Promises, entries: Rows, start: np.ndarray) -> np.ndarray:
    """Promises whose callback, the log says, came at an earlier time (or, without a time, on an earlier day)."""
    followed = np.where(entries.is_in("kind", "ring"), promise_followed(entries, promises), MISSING)
    callbacks = entries.where(followed >= 0)
    promise = followed[followed >= 0]
    when, exact = callbacks.moments(), callbacks.numbers("started_precision_s", 0)
    day = callbacks.moments("started_at_local").astype("M8[D]")
    early = np.where(np.isnat(when), day < start[promise].astype("M8[D]"), when + seconds(exact) < start[promise])
    return np.isin(np.arange(len(promises)), promise[early])
