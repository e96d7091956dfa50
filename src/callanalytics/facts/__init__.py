"""Facts: combine the phone records and the hand log into one row for each thing that happened.

============  =============================================================================  ==============
table         one row                                                                        made in
============  =============================================================================  ==============
coverage      one period in which a line could be observed                                   `observation`
agency_calls  one call from the office to an agency line                                     `agency_calls`
callbacks     one contact that is or may be the agency's                                     `callbacks`
promises      one promised callback                                                          `promises`
============  =============================================================================  ==============

`duplicates` finds rows that are one call, in two phone systems or in two entries. `record_linkage` finds which entry is
about which call, and `time_rounding` which time of the call a sheet writes down. `promises` reads which promise the log
itself names. `linking` gives callbacks that name no promise to the promise due first, and finds those that can belong
to only one promise. `attempts` groups the callbacks of a promise into rounds, and names the cause of a missed one.
`agency_calls` also groups the calls about one matter into episodes. `arrays` holds the arrays that all of these use.
Facts hold times only; `states` makes the columns that depend on the as-of day, at load.

Everything here depends on the rows alone, not on their order, their files, or the day. As of an earlier day, the same
function makes the facts from the rows up to that day (``until``): a day's facts are what was known then.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics import schema
from callanalytics.agencies import Agency
from callanalytics.facts import agency_calls, arrays, attempts, callbacks, duplicates, linking, observation, promises
from callanalytics.facts.arrays import NAT, Rows, codes, column_of_moments, column_of_words, is_present, take
from callanalytics.facts.observation import CoveredSpans
from callanalytics.schema import with_column

__all__ = ["build"]


def build(
    office: dict,
    calls: pa.Table,
    entries: pa.Table,
    notices: pa.Table,
    sources: pa.Table,
    agency: Agency,
    until: np.datetime64 | None = None,
) -> dict[str, pa.Table]:
    """Facts of one office.

    Parameters
    ----------
    office : its row of ``offices``
    calls, entries, notices, sources : its rows of these tables, each call, entry, and notice once
    agency : whose numbers, rules, and callback hours apply
    until : the last time whose rows are used (UTC); later rows show only that they were exported, and so that a line
        was covered

    Returns
    -------
    ``coverage``, ``agency_calls``, ``callbacks``, ``promises``, as the schema defines them
    """
    every_call = observation.with_lines_filled(office, Rows(calls, "call_id"))
    every_entry = Rows(entries, "entry_id")
    covered = known = observation.coverage_table(office, every_call, every_entry, sources, agency)
    calls, entries, notices = every_call, every_entry, Rows(notices, "notice_id")
    if until is not None:
        calls, entries, notices = (
            Rows(arrays.rows_until(rows.table, until, agency.timezone)) for rows in (calls, entries, notices)
        )
        # Entries are matched to calls by the coverage known on that day. Which lines there are, and when each was
        # covered, is known from all rows.
        known = observation.coverage_table(office, calls, entries, sources, agency)
        covered, known = (arrays.coverage_until(each, until) for each in (covered, known))
    lines = observation.lines_of(office, calls, entries, agency)
    shown = CoveredSpans(known, lines, unanswered=False, declared=False)
    entries = duplicates.without_duplicates(entries, calls, shown, agency)
    dialed = agency_calls.build(office, calls, entries, shown, agency)
    made = {name: schema.empty(name) for name in ("callbacks", "promises")}
    inbound = callbacks.calls_of_the_agency(calls, agency)
    if len(inbound) or len(entries) or len(notices):  # an office that only dialed has nothing to link
        promised = promises.find(office, entries, dialed, agency)
        incoming = callbacks.find(office, inbound, entries, notices, CoveredSpans(known, lines, declared=False), agency)
        unnoted = linking.UnnotedCalls(dialed, shown, agency)
        watch = CoveredSpans(covered, observation.lines_of(office, every_call, every_entry, agency))
        made = _linked(office, incoming, promised, dialed, entries, notices, unnoted, watch, agency)
        dialed = promises.flag_contradictions(dialed, promised, entries)
    episode, number = agency_calls.Episodes(dialed, made["promises"], agency.timezone).columns()
    dialed = with_column(with_column(dialed, "episode_id", episode), "episode_call", number)
    # A promise is of the episode of the call on which it was made.
    index = codes(made["promises"]["agency_call_id"].combine_chunks(), dialed["agency_call_id"].to_pylist())
    of_promise = take(dialed["episode_id"].combine_chunks(), index)
    made["promises"] = with_column(made["promises"], "episode_id", of_promise)
    return {"coverage": covered, "agency_calls": dialed, **made}


def _linked(office, incoming, promised, dialed, entries, notices, unnoted, watch, agency) -> dict[str, pa.Table]:
    """Tables of callbacks and promises, each with its columns about the other."""
    followed = promises.promise_followed(entries, promised)
    # Find what ends a promise first: nothing is linked to it after that.
    withdrawn = linking.withdrawals(promised, entries, followed)
    living = promised.ended_at(withdrawn)
    mails = linking.email_answers(living, entries, notices, followed)
    links = linking.link(incoming, mails, living, entries, followed, unnoted, agency)
    living = living.ended_at(links.answered, links.emailed)
    announced = linking.announcements(living, entries, notices, followed)
    channel, result = incoming.columns["channel"], incoming.columns["result"]
    reaches = linking.answered_by_person(channel, result)
    missed = codes(result, schema.UNANSWERED) >= 0
    tried = attempts.attempts_of_promises(len(promised), links.counted, links.when, reaches, missed, agency)
    is_credited, called = links.certainty == linking.CREDITED, (links.promise, links.when)
    causes = attempts.causes_of_callbacks(office, incoming.columns, *called, promised, announced, agency)
    of_callbacks = {
        **incoming.columns,
        "office_id": [office["office_id"]] * len(incoming),
        "promise_id": take(promised.columns["promise_id"], links.promise),
        "link": column_of_words(linking.LINKS, links.certainty),
        "is_credited": pa.array(is_credited, pa.bool_(), mask=~is_credited),
        "round": pa.array(tried.round, pa.int8(), mask=tried.round == 0),
        "round_seq": pa.array(tried.seq, pa.int8(), mask=tried.seq == 0),
        **causes,
    }
    by_person, ends = linking.result_by_person(channel, result), [links.answered, links.emailed, withdrawn]
    # A promise with a date alone is watched from the start of that day.
    watched_until = watch.until(living.start, living.columns["callback_number"])
    moments = {
        "first_callback_at_utc": np.where(is_present(take(incoming.columns["date"], tried.first)), tried.first_at, NAT),
        "second_callback_at_utc": tried.second_at,
        "callback_answered_at_utc": tried.answered_at,
        "notice_at_utc": announced.when,
        "emailed_at_utc": links.emailed,
        "certain_emailed_at_utc": links.certain_emailed,
        "withdrawn_at_utc": withdrawn,
        "restarted_at_utc": promises.restarts(living, dialed, tried.missed_at, ends),
        "watched_until_utc": np.where(promises.has_unread_callback(living, entries), NAT, watched_until),
    }
    of_promises = {
        **living.columns,
        **{name: column_of_moments(values) for name, values in moments.items()},
        "office_id": [office["office_id"]] * len(living),
        "first_callback_result": take(by_person, tried.first),
        "second_callback_result": take(by_person, tried.second),
        "n_callbacks": np.minimum(tried.count, 32767),
        "notice_channel": announced.channel,
        "possible_missed": linking.possible_missed(living, incoming.columns, links),
    }
    return {
        "callbacks": arrays.in_order(schema.build("callbacks", of_callbacks), "callback_id"),
        "promises": arrays.in_order(schema.build("promises", of_promises), "promise_id"),
    }
