"""One row an incoming contact that is or may be the agency's: a call, an entry of one, a text that asks for us.

A call counts if it shows a number of the agency's, or none that could be read: withheld, unknown, a name
without a number, or a system that records no callers. A call from a known other number does not. What was
shown is a fact of its own (``caller_id``); whether a callback answers a promise is decided in ``linking``.

Where an automatic receptionist or voicemail took a call and the export says so, no one answered: the formats see to
that. On a line where, by the office's word, an automatic receptionist answers first, an export that says only that
the call was answered does not say that a person followed: its result is not known, unless someone noted it.

**Entries joined by their day** (`join_by_day`): an entry that the phone log shows at another hour of the day was
written down late, or by the date alone. The phone log was watching, so that a call that it does not show at the time
written did not come then; and a call that it shows that day, and no one wrote down, is the one noted. So an entry left
over is joined to a call left over of the same day, line and result, where it names the call of ours that it answers, or
where that day there are as many entries as calls of that result (one and one; or several entries without a time of day,
then in their order). The agency's number goes before a caller that is not shown, the nearest before others, for an
entry without a time the first.
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

REPLY = np.timedelta64(60, "m")  # the agency waits about an hour for the answer to its text
RESULT_OF_CALL = {
    "answered": "answered",
    "voicemail": "voicemail",
    "missed": "missed",
    "busy": "missed",
    "canceled": "missed",
    "failed": "missed",
    "unknown": "unknown",
}
RECEPTIONIST = "receptionist"  # the kind of a line
RESULTS = tuple(schema.CALLBACK_RESULTS.split())


@dataclass(frozen=True)
class Callbacks:
    """The callbacks of an office before any is linked: the columns of the table, and what the linking asks of them.

    ``sr_number``, ``matter`` are what the log says of the promise a callback belongs to; ``is_agency``
    that it was the agency for certain: by its number, or because someone wrote it down as its call.
    """

    columns: dict[str, pa.Array]
    when: np.ndarray  # the moment; of a callback with a date alone, the earliest it can have been
    is_agency: np.ndarray
    sr_number: pa.Array
    matter: pa.Array

    def __len__(self) -> int:
        return len(self.when)


def find(office: dict, inbound: Rows, entries: Rows, notices: Rows, watch: CoveredSpans, agency: Agency) -> Callbacks:
    """The callbacks of one office, in order of time.

    Parameters
    ----------
    inbound : what :func:`calls_of_the_agency` gives
    watch : where the phone log would show one that no one answered
    """
    inbound = inbound.where(duplicates.duplicate_calls(inbound, callbacks=True) < 0)
    spoken = _from_calls(office, inbound, entries, watch, agency)
    asked = _from_texts(office, notices.where(notices.is_in("kind", "text_ahead")), notices, agency)
    return _together(office, [spoken, asked], agency)


def calls_of_the_agency(calls: Rows, agency: Agency) -> Rows:
    """Inbound calls from a number of the agency's, or from none that is known: they may be callbacks."""
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
    noted = noted_contacts(callback_entries, numbers, answered=_answered(callback_entries.arrow("outcome")))
    logged = logged_calls(inbound, office["timezone"], numbers, answered=_answered(result))
    shown = np.where(shows_the_agency(inbound, agency), "agency", inbound.texts("caller_id"))
    rank = np.select([shown == "agency", np.isin(shown.astype(str), ["withheld", "unknown"])], [0, 1], MISSING)
    # Only where the phone log was watching does a call that it lacks prove the entry's time wrong.
    watched = ~np.isnat(watch.until(noted.when, callback_entries.arrow("our_number")))
    asked = parent_calls(callback_entries, entries)
    joined = join_logs(inbound, callback_entries, noted, logged)
    joined = join_by_day(joined, noted, logged, office["timezone"], rank, watched, asked)
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
        "our_number": joined.either("our_number"),
        "result": _result_of_callbacks(joined, result),
    }
    by_number = np.append(is_callback_number, False)[joined.call]  # MISSING picks the last
    return Callbacks(
        columns,
        earliest_moments(times, agency.timezone),
        by_number | (joined.entry >= 0),
        joined.entry_column("sr_number"),
        joined.entry_column("matter"),
    )


def _result_of_calls(office: dict, calls: Rows) -> pa.Array:
    words = list(RESULT_OF_CALL)
    result = take(pa.array(list(RESULT_OF_CALL.values())), calls.codes("outcome", words))
    machines = [line["number"] for line in office.get("lines") or () if RECEPTIONIST in (line["kind"] or "")]
    is_machine = (codes(calls.arrow("our_number"), machines) >= 0) & (codes(result, ["answered"]) == 0)
    return pc.if_else(pa.array(is_machine), "unknown", result)


def _result_of_callbacks(joined, of_calls: pa.Array) -> pa.Array:
    """How each callback ended."""
    # What a person wrote goes first: a phone system may take an answering machine for a person.
    noted = joined.entry_column("outcome")
    is_word = pc.and_(pc.is_in(noted, value_set=pa.array(RESULTS)), pc.not_equal(noted, "unknown")).fill_null(False)
    noted = pc.if_else(is_word, noted, pa.scalar(None, pa.string()))
    return pc.coalesce(noted, take(of_calls, joined.call), pa.scalar("unknown"))


def _answered(result: pa.Array) -> np.ndarray:
    """1 answered, 0 not, -1 unknown."""
    index = codes(result, RESULTS)
    is_known = (index >= 0) & (index != RESULTS.index("unknown"))
    return np.where(is_known, index == RESULTS.index("answered"), MISSING)


# ---- texts that ask for us -----------------------------------------------------------------------------


def _from_texts(office, texts: Rows, notices: Rows, agency) -> Callbacks:
    """A text that asks whether we are there is an attempt; answered if our reply went out within the hour."""
    every = np.arange(len(texts))
    times = time_columns(*times_of_rows(texts, every), office["timezone"], agency.timezone)
    # Whether a reply left the same number within the hour
    replies = notices.where(notices.is_in("kind", "reply_out"))
    numbers = sorted({*texts.texts("our_number"), *replies.texts("our_number")} - {None})
    # Codes from 0 on, so that a reply from a number that is not known answers a text to one.
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
        # That no reply was seen proves nothing: exports may lack ours.
        "result": pc.if_else(pa.array(is_replied), "answered", "unknown"),
    }
    return Callbacks(
        columns,
        earliest_moments(times, agency.timezone),
        np.ones(len(texts), bool),
        texts.arrow("sr_number"),
        pa.nulls(len(texts), pa.string()),
    )


# ---- together ------------------------------------------------------------------------------------------


def _repeat(word: str, n: int) -> pa.Array:
    return pa.array([word] * n, pa.string())


def _together(office, parts: list[Callbacks], agency) -> Callbacks:
    """Callbacks in one order of time, with whether each came in the agency's window, and in the office's own hours."""
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
    """By weekday, on the office's clock, from opening up to closing; a weekday without hours is closed."""
    stated = [(h["weekday"], _minutes(h["opens"]), _minutes(h["closes"]))
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
        opened = (clock >= np.timedelta64(opens, "m")) & (clock < np.timedelta64(closes, "m"))
        inside |= (weekday == open_weekday) & opened
    # Hours that end before they begin are a slip, and no one knows what was meant: such a day is not known, but inside
    # a good line of hours of the same day.
    slips = [open_weekday for open_weekday, opens, closes in stated if opens >= closes]
    return pa.array(inside, pa.bool_(), mask=np.isnat(utc) | (np.isin(weekday, slips) & ~inside))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")[:2]
    return int(hours) * 60 + int(minutes)


# ---- entries joined by their day -----------------------------------------------------------------------


def join_by_day(
    joined: Contacts, noted: NotedContacts, logged: LoggedCalls, zone: str, rank: np.ndarray, watched, asked
) -> Contacts:
    """The entries and calls that stand alone joined by their day.

    Parameters
    ----------
    rank : of each call: 0 shows the agency's number, 1 no caller, MISSING cannot be meant
    watched : of each entry: whether its line was under observation at the time written
    asked : of each entry: the moment of the call of ours that it follows, NaT where unknown; and whether it says one
    """
    day = np.where(np.isnat(noted.when), noted.date, zones.to_local(noted.when, zone).astype("M8[D]"))
    timed = ~np.isnat(noted.when)
    free_entry, free_call = np.zeros(len(day), bool), np.zeros(len(logged.when), bool)
    free_entry[joined.entry[joined.call < 0]] = True
    free_call[joined.call[joined.entry < 0]] = True
    free_entry &= watched | ~timed
    free_call &= (rank >= 0) & ~np.isnat(logged.when)
    entry, call = pairs_of_same_day(day, free_entry, logged.date, free_call)
    asked_when, follows = asked
    # NaT, an unknown call of ours, is before nothing: it speaks against no pair.
    fits = ~differ(noted.number[entry], logged.number[call]) & ~(logged.when[call] < asked_when[entry])
    fits &= ~differ(noted.answered[entry], logged.answered[call])
    entry, call = entry[fits], call[fits]
    # Without a time of day the time since midnight orders the calls: the first of the day is the nearest.
    apart = np.where(timed[entry], np.abs(noted.when[entry] - logged.when[call]), logged.when[call] - logged.date[call])
    # Pairs of a day with as many entries as calls that can be meant: one and one, or several without a time of day
    day_of = day[entry].astype(np.int64)
    entries, calls = _distinct(day_of, entry), _distinct(day_of, call)
    edges = _distinct(day_of, np.arange(len(entry)))  # all fit all: the results are the same
    some_timed = np.isin(day_of, day_of[timed[entry]])
    sure = follows[entry] | ((entries == calls) & (edges == entries * calls) & ((entries == 1) | ~some_timed))
    chosen = np.flatnonzero(sure)
    # Entries with a time first, then entry by entry: the agency's number, the nearest, the earliest call.
    order = chosen[
        np.lexsort((call[chosen], apart[chosen], rank[call[chosen]], entry[chosen], timed[entry[chosen]] < 1))
    ]
    return _with_pairs(joined, *_first_free_calls(entry[order].tolist(), call[order].tolist()))


def _distinct(group: np.ndarray, value: np.ndarray) -> np.ndarray:
    """How many different values each row's group has."""
    pairs = np.unique(np.stack([group, value]), axis=1)[0]
    groups, count = np.unique(pairs, return_counts=True)
    return count[np.searchsorted(groups, group)] if len(groups) else np.zeros(len(group), np.int64)


def _first_free_calls(entries: list[int], calls: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Each entry with its first call that is still free."""
    given: dict[int, int] = {}
    taken: set[int] = set()
    for entry, call in zip(entries, calls, strict=True):
        if entry not in given and call not in taken:
            given[entry] = call
            taken.add(call)
    return np.array(list(given), np.int64), np.array(list(given.values()), np.int64)


def _with_pairs(joined: Contacts, entry: np.ndarray, call: np.ndarray) -> Contacts:
    """The same rows, some entries and calls that stood alone now in one."""
    if not len(entry):
        return joined
    of_entry = np.full(len(joined.entries), MISSING)
    of_entry[entry] = call
    gone = (joined.entry < 0) & np.isin(joined.call, call)
    found = np.where(joined.call < 0, of_entry[joined.entry], joined.call)
    return replace(joined, call=found[~gone], entry=joined.entry[~gone])


def parent_calls(callback_entries, entries) -> tuple[np.ndarray, np.ndarray]:
    """When the call of ours was that each entry follows; NaT where unknown. And whether it follows one at all."""
    parent = callback_entries.codes("parent_entry_id", entries.texts("entry_id").tolist())
    return np.append(entries.moments(), NAT)[parent], parent >= 0
