"""Facts: what happened, made from what two logs say about it.

=========  =============================================================================  =============
table      one row                                                                        made in
=========  =============================================================================  =============
coverage   one stretch of time in which a line could be observed                          `observation`
dials      one call of ours to an agency line                                             `dials`
rings      one contact that is or may be the agency's                                     `rings`
promises   one callback that was promised                                                 `promises`
=========  =============================================================================  =============

`duplicates` finds rows that are one call, in two phone systems or in two notes; `record_linkage` which note is about
which call (`time_rounding`: which moment of it a sheet's times are). `promises` reads what the log itself says of the
promise a thing belongs to; `assignment` gives what names none to the promise due first, and finds what can be only one
promise's; `linking` puts both together. `attempts` makes rounds of the callbacks of a promise, and names the cause of a
missed one; `episodes` groups the calls about one matter. `arrays` holds what all of these are written in. Facts hold
moments only; what depends on the day of looking is made at load, in `states`.

Everything here is a function of the rows, not of their order, the files they came in, or the day. As of an earlier day
the same function makes the facts of the rows of that day (``until``): a day's facts are what was known then.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics import schema
from callanalytics.agencies import Agency
from callanalytics.facts import (
    arrays,
    assignment,
    attempts,
    dials,
    duplicates,
    episodes,
    linking,
    observation,
    promises,
    rings,
)
from callanalytics.facts.arrays import Rows, codes, column_of_moments, column_of_words, take, with_column
from callanalytics.facts.observation import Watch

__all__ = ["build"]


def build(
    office: dict,
    calls: pa.Table,
    notes: pa.Table,
    notices: pa.Table,
    sources: pa.Table,
    agency: Agency,
    until: np.datetime64 | None = None,
) -> dict[str, pa.Table]:
    """The facts of one office.

    Parameters
    ----------
    office : its row of ``offices``
    calls, notes, notices, sources : its rows of these tables, each call, note and notice once
    agency : whose numbers, rules and window hold
    until : the last moment that is seen (UTC); of later rows only that they were exported, so that a line is known to
        have been covered

    Returns
    -------
    ``coverage``, ``dials``, ``rings``, ``promises``, as the schema has them
    """
    every_call, every_note = observation.with_lines_filled(office, Rows(calls, "call_id")), Rows(notes, "note_id")
    covered = known = observation.coverage_table(office, every_call, every_note, sources, agency)
    calls, notes, notices = every_call, every_note, Rows(notices, "notice_id")
    if until is not None:
        calls, notes, notices = (rows.until(until) for rows in (calls, notes, notices))
        # Which entry is which call was judged by the coverage of that day; which lines there were, and whether one was
        # watched, is known since.
        known = observation.coverage_table(office, calls, notes, sources, agency)
        covered, known = (arrays.coverage_until(each, until) for each in (covered, known))
    lines = observation.lines_of(office, calls, notes, agency)
    notes = duplicates.without_duplicates(notes, duplicates.phone_logs(office, calls, notes, known, agency))
    shown = Watch(known, lines, unanswered=False, declared=False)
    dialled = dials.build(office, calls, notes, shown, agency)
    made = promises.find(office, notes, dialled, agency)
    rang = rings.find(office, calls, notes, notices, Watch(known, lines, declared=False), agency)
    unnoted = assignment.Unnoted(dialled, shown, agency)
    watch = Watch(covered, observation.lines_of(office, every_call, every_note, agency))
    rings_table, promises_table = _linked(office, rang, made, notes, notices, watch, dialled, unnoted, agency)
    dialled = promises.flag_contradictions(dialled, made, notes)
    dialled, promises_table = _with_needs(dialled, promises_table)
    return {"coverage": covered, "dials": dialled, "rings": rings_table, "promises": promises_table}


def _with_needs(dialled: pa.Table, promised: pa.Table) -> tuple[pa.Table, pa.Table]:
    need, seq = episodes.episode_columns(dialled, promised)
    dialled = with_column(with_column(dialled, "need_id", need), "need_seq", seq)
    return dialled, with_column(promised, "need_id", episodes.episodes_of_promises(promised, dialled))


def _linked(office, rang, made, notes, notices, watch, dialled, unnoted, agency) -> tuple[pa.Table, pa.Table]:
    """Rings and promises, each with what it has of the other."""
    followed = promises.promise_followed(notes, made)
    withdrawn = linking.withdrawals(made, notes, followed)
    living = made.ending(withdrawn)
    mails = linking.email_answers(living, notes, notices, followed)
    links = linking.link(rang, mails, living, notes, followed, unnoted, agency)
    living = living.ending(links.reached, links.emailed)
    announced = linking.announcements(living, notes, notices, followed)
    counted = links.counted
    reaches = linking.reaches_somebody(rang.columns["channel"], rang.columns["result"])
    missed = codes(rang.columns["result"], linking.UNANSWERED) >= 0
    tried = attempts.attempts_of_promises(len(made), counted, links.when, reaches, missed, agency)
    again = promises.restarts(living, dialled, tried.missed_at, [links.reached, links.emailed, withdrawn])
    return (
        _rings_table(office, rang, links, made, tried, announced, agency),
        _promises_table(
            office,
            living,
            {
                **_of_rings(tried, rang),
                **_of_answers(announced, links, withdrawn),
                "restarted_at_utc": column_of_moments(again),
                "possible_missed": linking.possible_missed(living, rang.columns, links.when, links.sure, counted),
            },
            watch,
        ),
    )


def _rings_table(office, rang, links, made, tried, announced, agency) -> pa.Table:
    rounds = {name: pa.array(values, pa.int8(), mask=values == 0) for name, values in
              (("round", tried.round), ("round_seq", tried.seq))}  # fmt: skip
    table = schema.build(
        "rings",
        {
            **rang.columns,
            "office_id": [office["office_id"]] * len(rang),
            "promise_id": take(made.columns["promise_id"], links.promise),
            "link": column_of_words(linking.LINKS, links.sure),
            "link_p": linking.known_column(links.sure),
            **rounds,
            **attempts.causes_of_rings(office, rang.columns, links.promise, links.when, made, announced, agency),
        },
    )
    return arrays.in_order(table, "ring_id")


def _of_rings(tried, rang) -> dict:
    """What the promises have of their rings."""
    answered = linking.by_a_person(rang.columns["channel"], rang.columns["result"])
    return {
        "ring1_at_utc": column_of_moments(tried.first_at),
        "ring1_result": take(answered, tried.first),
        "ring2_at_utc": column_of_moments(tried.second_at),
        "ring2_result": take(answered, tried.second),
        "rings": np.minimum(tried.count, 32767),
        "reached_at_utc": column_of_moments(tried.reached_at),
    }


def _of_answers(announced, links, withdrawn) -> dict:
    """What the promises have of all else that came."""
    return {
        "notice_at_utc": column_of_moments(announced.when),
        "notice_channel": announced.channel,
        "emailed_at_utc": column_of_moments(links.emailed),
        "certain_emailed_at_utc": column_of_moments(links.certain_emailed),
        "withdrawn_at_utc": column_of_moments(withdrawn),
    }


def _promises_table(office, living, came: dict, watch) -> pa.Table:
    start = living.start  # of a date alone: with that day
    watched = column_of_moments(watch.until(start, living.columns["callback_number"]))
    own = {"office_id": [office["office_id"]] * len(living), "watched_until_utc": watched}
    return arrays.in_order(schema.build("promises", {**living.columns, **own, **came}), "promise_id")
