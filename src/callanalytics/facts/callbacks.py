"""One row for each incoming contact that is or may be the agency's: a call, an entry about one, or a text that asks.

A call counts if it shows one of the agency's numbers, or no number that could be read: withheld, unknown, a name
without a number, or a system that records no callers. A call from a known other number does not count. ``caller_id``
keeps what was shown; `linking` decides whether a callback answers a promise.

If an export says that an automatic receptionist or voicemail took a call, no one answered; the formats see to that.
Some lines, the office says, have an automatic receptionist that answers first. If an export says only that a call there
was answered, a person may not have followed: the result is unknown unless someone logged it.

**Entries joined by their day** (`join_by_day`): the phone log may show a call at another hour than an entry for the
same day. Then the entry was written late, or has a date alone. The phone log covered the time written, so no call came
then; and a call that day that no one logged is the one meant. So an entry without a call is joined to a call without an
entry that has the same day, line, and result. One condition must hold: the entry names the office's call that it
answers; or that day has as many entries as calls of that result. The second covers one entry and one call, or several
entries without a time of day. Of several calls, those that show the agency's number come before those without a caller,
then the nearest; for an entry without a time, the first of the day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import clocks, schema
from callanalytics.agencies import Agency
from callanalytics.facts import duplicates
from callanalytics.facts.arrays import (
    MISSING,
    NAT,
    GroupedMoments,
    Rows,
    codes,
    earliest_moments,
    moments,
    order_by_moment,
    take,
    time_columns,
    times_of_rows,
)
from callanalytics.facts.observation import CoveredSpans
from callanalytics.facts.record_linkage import (
    Contacts,
    LoggedCalls,
    NotedContacts,
    differ,
    join_logs,
    logged_calls,
    noted_contacts,
    numbers_in,
    pairs_of_same_day,
)
from callanalytics.values import zones

REPLY = np.timedelta64(60, "m")  # after its text, the agency waits about an hour for the reply
RESULT_OF_CALL = {word: word for word in ("answered", "voicemail", "missed", "unknown")}
RESULT_OF_CALL |= dict.fromkeys(("busy", "canceled", "failed"), "missed")
RECEPTIONIST = "receptionist"  # the kind of a line
RESULTS = tuple(schema.CALLBACK_RESULTS.split())


@dataclass(frozen=True)
class Callbacks:
    """Callbacks of an office before linking: the columns of the table, and what linking needs.

    ``sr_number`` and ``matter`` are what the log says of the promise a callback belongs to. ``is_agency`` says that the
    agency certainly made it: it shows a callback number of the agency's, or someone logged it as the agency's call.
    """

    columns: dict[str, pa.Array]
    when: np.ndarray  # the time; for a callback with a date alone, the earliest possible
    is_agency: np.ndarray
    sr_number: pa.Array
    matter: pa.Array

    def __len__(self) -> int:
        return len(self.when)


def find(office: dict, inbound: Rows, entries: Rows, notices: Rows, watch: CoveredSpans, agency: Agency) -> Callbacks:
    """Callbacks of one office, in order of time.

    Parameters
    ----------
    inbound : the result of :func:`calls_of_the_agency`
    watch : coverage in which the phone log would show a call that no one answered
    """
    inbound = inbound.where(duplicates.duplicate_calls(inbound, callbacks=True) < 0)
    spoken = _from_calls(office, inbound, entries, watch, agency)
    asked = _from_texts(office, notices.where(notices.is_in("kind", "text_ahead")), notices, agency)
    return _in_time_order(office, [spoken, asked], agency)


def calls_of_the_agency(calls: Rows, agency: Agency) -> Rows:
    """Inbound calls from one of the agency's numbers, or with an unknown number, which may be callbacks."""
    inbound = calls.where(calls.is_in("direction", "inbound"))
    return inbound.where(~inbound.is_in("caller_id", "known") | shows_the_agency(inbound, agency))


def shows_the_agency(calls: Rows, agency: Agency) -> np.ndarray:
    numbers = sorted(number.e164 for number in agency.numbers)
    return codes(calls.arrow("other_number"), numbers) >= 0


# ---- calls and entries of calls --------------------------------------------------------------------------


def _from_calls(office, inbound: Rows, entries: Rows, watch: CoveredSpans, agency) -> Callbacks:
    callback_entries = entries.where(entries.is_in("kind", "ring"))
    numbers = numbers_in(inbound, callback_entries)
    result = _result_of_calls(office, inbound)
    noted = noted_contacts(callback_entries, numbers, answered=_answer_codes(callback_entries.arrow("outcome")))
    logged = logged_calls(inbound, office["timezone"], numbers, answered=_answer_codes(result))
    shown = np.where(shows_the_agency(inbound, agency), "agency", inbound.texts("caller_id"))
    rank = np.select([shown == "agency", np.isin(shown.astype(str), ["withheld", "unknown"])], [0, 1], MISSING)
    # A call missing from the phone log proves the entry's time wrong only if the log covered that time.
    watched = ~np.isnat(watch.until(noted.when, callback_entries.arrow("our_number")))
    parent = callback_entries.codes("parent_entry_id", entries.texts("entry_id").tolist())
    asked = np.append(entries.moments(), NAT)[parent], parent >= 0  # MISSING picks the last
    joined = join_logs(inbound, callback_entries, noted, logged)
    joined = join_by_day(joined, noted, logged, office["timezone"], rank, watched, asked)
    # A person's entry comes first: a phone system may take an answering machine for a person.
    noted_result = joined.entry_column("outcome")
    is_result = pc.and_(pc.is_in(noted_result, value_set=pa.array(RESULTS)), pc.not_equal(noted_result, "unknown"))
    noted_result = pc.if_else(is_result.fill_null(False), noted_result, pa.scalar(None, pa.string()))
    is_callback_number = codes(inbound.arrow("other_number"), sorted(agency.callback_numbers)) >= 0
    times = joined.times(office["timezone"], agency.timezone)
    identity = joined.identity()
    columns = {
        "callback_id": pc.coalesce(identity["call_id"], identity["entry_id"]),
        **identity,
        "notice_id": pa.nulls(len(joined.call), pa.string()),
        **times,
        "channel": _repeat("voice", len(joined.call)),
        "caller_id": pc.coalesce(take(pa.array(shown, pa.string()), joined.call), pa.scalar("not_recorded")),
        "our_number": joined.call_or_entry("our_number"),
        "result": pc.coalesce(noted_result, take(result, joined.call), pa.scalar("unknown")),
    }
    by_number = np.append(is_callback_number, False)[joined.call]  # MISSING picks the last
    since, is_agency = earliest_moments(times, agency.timezone), by_number | (joined.entry >= 0)
    return Callbacks(columns, since, is_agency, *map(joined.entry_column, ("sr_number", "matter")))


def _result_of_calls(office: dict, calls: Rows) -> pa.Array:
    words = list(RESULT_OF_CALL)
    result = take(pa.array(list(RESULT_OF_CALL.values())), calls.codes("outcome", words))
    machines = [line["number"] for line in office.get("lines") or () if RECEPTIONIST in (line["kind"] or "")]
    is_machine = (codes(calls.arrow("our_number"), machines) >= 0) & (codes(result, ["answered"]) == 0)
    return pc.if_else(pa.array(is_machine), "unknown", result)


def _answer_codes(result: pa.Array) -> np.ndarray:
    """1 answered, 0 not, -1 unknown."""
    index = codes(result, RESULTS)
    is_known = (index >= 0) & (index != RESULTS.index("unknown"))
    return np.where(is_known, index == RESULTS.index("answered"), MISSING)


# ---- texts that ask for an answer ----------------------------------------------------------------------


def _from_texts(office, texts: Rows, notices: Rows, agency) -> Callbacks:
    """Texts that ask whether someone is there count as attempts, answered if the office replied within the hour."""
    every = np.arange(len(texts))
    times = time_columns(*times_of_rows(texts, every), office["timezone"], agency.timezone)
    # Whether a reply left the same number within the hour.
    replies = notices.where(notices.is_in("kind", "reply_out"))
    numbers = sorted({*texts.texts("our_number"), *replies.texts("our_number")} - {None})
    # Codes start at 0, so that a reply from an unknown number matches a text to an unknown number.
    sent = GroupedMoments(replies.codes("our_number", numbers) + 1, replies.moments())
    asked = texts.moments()
    is_replied = sent.between(texts.codes("our_number", numbers) + 1, asked, asked + REPLY) > 0
    columns = {
        "callback_id": texts.arrow("notice_id"),
        "recorded_in": _repeat("notice", len(texts)),
        "call_id": pa.nulls(len(texts), pa.string()),
        "entry_id": pa.nulls(len(texts), pa.string()),
        "notice_id": texts.arrow("notice_id"),
        **times,
        "channel": _repeat("text", len(texts)),
        "caller_id": _repeat("agency", len(texts)),
        "our_number": texts.arrow("our_number"),
        # A missing reply proves nothing: exports may lack the office's replies.
        "result": pc.if_else(pa.array(is_replied), "answered", "unknown"),
    }
    since, is_agency = earliest_moments(times, agency.timezone), np.ones(len(texts), bool)
    return Callbacks(columns, since, is_agency, texts.arrow("sr_number"), pa.nulls(len(texts), pa.string()))


# ---- together ------------------------------------------------------------------------------------------


def _repeat(word: str, n: int) -> pa.Array:
    return pa.array([word] * n, pa.string())


def _in_time_order(office, parts: list[Callbacks], agency) -> Callbacks:
    """Callbacks in one order of time, and whether each came in the agency's callback hours and in the office's
    hours."""
    when = np.concatenate([part.when for part in parts])
    columns = {name: pa.concat_arrays([part.columns[name] for part in parts]) for name in parts[0].columns}
    index = order_by_moment(when, columns["callback_id"])
    order = pa.array(index)
    columns = {name: values.take(order) for name, values in columns.items()}
    utc = moments(columns["started_at_utc"])
    columns |= {
        "in_window": pa.array(clocks.in_window(utc, agency=agency), pa.bool_(), mask=np.isnat(utc)),
        "in_office_hours": _in_office_hours(office, utc),
    }
    return Callbacks(
        columns,
        when[index],
        np.concatenate([part.is_agency for part in parts])[index],
        pa.concat_arrays([part.sr_number for part in parts]).take(order),
        pa.concat_arrays([part.matter for part in parts]).take(order),
    )


def _in_office_hours(office: dict, utc) -> pa.Array:
    """Whether each time is in office hours, by weekday and the office's clock. A weekday without hours is closed."""
    stated = [(h["weekday"], clocks.since_midnight(h["opens"]), clocks.since_midnight(h["closes"]))
            for h in office.get("hours") or () if h["opens"] and h["closes"]]  # fmt: skip
    hours = [(weekday, opens, closes) for weekday, opens, closes in stated if opens < closes]
    if not hours:
        return pa.nulls(len(utc), pa.bool_())
    local = zones.to_local(utc, office["timezone"])
    day = local.astype("M8[D]")
    weekday = zones.weekdays(day)
    inside = np.zeros(len(utc), bool)
    clock = local - day
    for open_weekday, opens, closes in hours:
        inside |= (weekday == open_weekday) & (clock >= opens) & (clock < closes)
    # Hours that end before they begin are an error with no known meaning. Such a day is unknown, except within a valid
    # line of hours for the same day.
    slips = [open_weekday for open_weekday, opens, closes in stated if opens >= closes]
    return pa.array(inside, pa.bool_(), mask=np.isnat(utc) | (np.isin(weekday, slips) & ~inside))


# ---- entries joined by their day -----------------------------------------------------------------------


def join_by_day(
    joined: Contacts, noted: NotedContacts, logged: LoggedCalls, zone: str, rank: np.ndarray, watched, asked
) -> Contacts:
    """Contacts with the remaining entries and calls joined by their day.

    Parameters
    ----------
    rank : per call: 0 shows the agency's number, 1 shows no caller, MISSING cannot be meant
    watched : per entry: whether its line was covered at the time written
    asked : per entry: time of the office's call that it follows, NaT if unknown; and whether it names one
    """
    day = np.where(np.isnat(noted.when), noted.date, zones.local_days(noted.when, zone))
    timed = ~np.isnat(noted.when)
    free_entry, free_call = np.zeros(len(day), bool), np.zeros(len(logged.when), bool)
    free_entry[joined.entry[joined.call < 0]] = True
    free_call[joined.call[joined.entry < 0]] = True
    free_entry &= watched | ~timed
    free_call &= (rank >= 0) & ~np.isnat(logged.when)
    entry, call = pairs_of_same_day(day, free_entry, logged.date, free_call)
    asked_when, follows = asked
    # NaT, the office's call with unknown time, compares as false, so it rules out no pair.
    fits = ~differ(noted.number[entry], logged.number[call]) & ~(logged.when[call] < asked_when[entry])
    fits &= ~differ(noted.answered[entry], logged.answered[call])
    entry, call = entry[fits], call[fits]
    # Without a time of day, the time since midnight orders the calls: the first of the day is the nearest.
    apart = np.where(timed[entry], np.abs(noted.when[entry] - logged.when[call]), logged.when[call] - logged.date[call])
    # Days with as many entries as possible calls: one and one, or several without a time of day.
    day_of = day[entry].astype(np.int64)
    entries, calls = _distinct(day_of, entry), _distinct(day_of, call)
    edges = _distinct(day_of, np.arange(len(entry)))  # each fits each: the results are the same
    some_timed = np.isin(day_of, day_of[timed[entry]])
    sure = follows[entry] | ((entries == calls) & (edges == entries * calls) & ((entries == 1) | ~some_timed))
    chosen = np.flatnonzero(sure)
    # Entries with a time first, then entry by entry: the agency's number, the nearest call, the earliest call.
    order = chosen[
        np.lexsort((call[chosen], apart[chosen], rank[call[chosen]], entry[chosen], timed[entry[chosen]] < 1))
    ]
    return _with_first_free_calls(joined, entry[order].tolist(), call[order].tolist())


def _distinct(group: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Number of different values in each row's group."""
    pairs = np.unique(np.stack([group, value]), axis=1)[0]
    groups, count = np.unique(pairs, return_counts=True)
    return count[np.searchsorted(groups, group)] if len(groups) else np.zeros(len(group), np.int64)


def _with_first_free_calls(joined: Contacts, entries: list[int], calls: list[int]) -> Contacts:
    """The same rows after each entry, of these pairs, becomes one row with its first call that is still free."""
    given: dict[int, int] = {}
    taken: set[int] = set()
    for entry, call in zip(entries, calls, strict=True):
        if entry not in given and call not in taken:
            given[entry] = call
            taken.add(call)
    if not given:
        return joined
    of_entry = np.full(len(joined.entries), MISSING)
    of_entry[list(given)] = list(given.values())
    gone = (joined.entry < 0) & np.isin(joined.call, list(taken))
    found = np.where(joined.call < 0, of_entry[joined.entry], joined.call)
    return replace(joined, call=found[~gone], entry=joined.entry[~gone])
