"""How to check us: how fair a sample the hand logs are, how sure the links, calls drawn by lot; and what in the logs
cannot be right, contradicts itself or was estimated, with what was done about it.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pyarrow.compute as pc

from callanalytics import wording
from callanalytics.facts import time_rounding
from callanalytics.facts.agency_calls import reported_lines
from callanalytics.measures.log_quality import BANDS_MIN, NAMES
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, TableBlock
from callanalytics.reports.meeting import Audit
from callanalytics.reports.results import Results
from callanalytics.wording import plural

BANDS = (*(f"{a} to {b} minutes" for a, b in pairwise(BANDS_MIN)), f"{BANDS_MIN[-1]} minutes and more")
DRAWN = 30


def ways(results: Results, audit: Audit | None = None) -> TableBlock:
    """Four ways to put the figures to the test; of an audit that was made, what came of it."""
    checks = {
        "Logging": _noted(results),
        "Links": _links(results),
        "Draw": _draw(results, audit),
        "First figure": f"{again(results)}  (the rows with wait_origin {results.clock}; without --line, "
        f"{wording.number(results.other_lines)} calls to other lines of the agency are counted too).",
    }
    rows = tuple((word, text) for word, text in checks.items() if text)
    return TableBlock("What can be checked", ("check", "how, and what it gives here"), rows, "", False, (0.7, 6.0))


def again(results: Results) -> str:
    """The command that gives the report's first figure; for the folder in which the store lies as `calls`."""
    return f"callanalytics measure wait --as-of {results.as_of} --line {','.join(reported_lines(results.agency))}"


def _noted(results):
    """What share of the phone systems' calls was noted, and the wait with each noted call standing for its like."""
    noted, as_noted, weighted = (
        results.row("logging_bias", name) for name in ("noted", "median_as_noted", "median_weighted")
    )
    if not noted["n"]:
        return (
            f"No phone system's export shows a call to {results.agency.label}, so no one can tell which calls went "
            "unnoted."
        )
    share = f"Calls to {results.agency.label} in the phone systems' exports that somebody noted: {say.share(noted)}."
    if not say.is_shown(weighted):
        return share
    return (
        f"{share} Half of the {wording.number(as_noted['n'])} waits from dialing in both logs: {_minutes(as_noted)}; "
        f"each weighted for the unnoted calls of its length: {_minutes(weighted)}."
    )


def _minutes(row):
    return f"{wording.minutes(row['value'])} ({say.wait_sure(row)})"


def _links(results):
    sure, most = (results.row("missed_callbacks", "count", link=link) for link in ("certain", "possible"))
    if not most["n"]:
        return ""
    credited = results.row("missed_callbacks", "n_credited")["events"]
    theirs = f"{results.agency.label}'s"
    return (
        f"Callback attempts that are certainly {theirs}: {wording.number(sure['n'])}; {whose(sure['n'], credited)}. "
        f"With those that only may be {theirs}, never mixed with these: {wording.number(most['n'])}."
    )


def whose(n: int, credited: int) -> str:
    """How many of the agency's calls are certain as to the request they were for, and how the others are counted.

    >>> whose(157, 0)
    'each is certain as to which request it was for'
    >>> whose(157, 38)  # doctest: +NORMALIZE_WHITESPACE
    '119 are certain as to which request they were for, and the other 38 count once each, for the request due first of
    those that were open at their number'
    """
    if not credited:
        return "each is certain as to which request it was for"
    return (
        f"{wording.number(n - credited)} are certain as to which request they were for, and the other "
        f"{wording.number(credited)} count once each, for the request due first of those that were open at their number"
    )


def _draw(results, audit):
    if audit:
        return (
            f"{plural(audit.drawn, 'call')} drawn by seed {audit.seed}; {wording.number(audit.documented)} "
            "documented by their offices. The draw again: callanalytics audit draw "
            f"--as-of {results.as_of} --seed {audit.seed} --n {audit.drawn}"
        )
    if not results.n_calls:
        return ""
    n = min(DRAWN, results.n_calls)
    return (
        f"callanalytics audit draw --as-of {results.as_of} --seed {results.as_of:%Y%m%d} --n {n}  draws "
        f"{n} calls by lot; each names the file and row it was read from, for the office to document."
    )


def by_length(results: Results) -> list[Block]:
    """The share noted by the length of the call: whether long calls were likelier to be written down."""
    rows = [results.row("logging_bias", name) for name in NAMES]
    if not sum(row["n"] for row in rows):
        return []
    lines = tuple((words, say.share(row)) for words, row in zip(BANDS, rows, strict=True) if row["n"])
    agency = results.agency.label
    note = f"Calls to {agency} in the phone systems' exports, in live hours, by the length of the whole call."
    return [TableBlock("Which calls were noted", ("the call lasted", "noted"), lines, note, False, (1.5, 2.0))]


# ---- what cannot be right ----------------------------------------------------------------------------


WHAT = {  # warning -> what it is: what was done
    "conflict_start": "Call that the two logs put at times further apart than their rounding: the phone's holds",
    "conflict_number": "Call of which the two logs name different numbers of ours: the phone's holds",
    "conflict_line": "Call of which the two logs name different lines of {agency}: the phone's holds",
    "wait_over_duration": "Wait longer than its whole call: kept, in no curve",
    "lost_after_person": "Hung up or cut off, yet a person promised or did something: the wait ended with the person",
    "logged_twice": "Call that two phone systems logged: counted once",
    "noted_twice": "Call that two rows of the hand logs note: counted once, both kept",
    "unmatched_note": "Noted call on a line and at a time that an export covers, which shows none: counted as noted",
    "call_of_day_unsure": "Entry with a date alone, when several calls of that day may be meant: joined to none",
    "time_of_estimated": "Noted time whose moment of the call is estimated from the phone log",
    "promise_before_call": "Request noted before its call began: its clock starts with the call",
    "ring_before_promise": "Callback noted as of a request made only later: it answers none",
    "sr_number_twice": "Request with a service request number that another has too: both stand",
    "after_ingest": "Dated after the day of reading: kept with its date, covers nothing",
    "before_2018": "Dated before 2018: kept with its date",
    "no_date": "Without a date: kept, in no month",
    "zone_not_in_season": "Time zone written that was not in force then (EST in July): taken as the clock on the wall",
    "wait_over_call": "Wait longer than the whole call written beside it: both kept as written",
    "wait_at_least": "Wait of which only the least is said: a lower bound, left out where a person came",
    "wait_unit_inferred": "Wait whose unit the column's other waits tell",
    "wait_clock_inferred": "Wait such as 1:15, read as the column's other waits tell",
    "wait_unsure": "Wait in words that may mean more than one thing: how it ended is unknown",
    "time_half_inferred": "Time without a.m. or p.m.: read as the half of the day in which {agency} works",
    "date_order_inferred": "Date whose order of day and month only the other rows of its sheet tell",
    "date_from_above": "Date left blank: read from the row above",
    "year_inferred": "Date without its year: read from the rows around it, or the sheet's name or title",
    "promise_inferred": "Callback whose kind only its time tells, by {agency}'s own list",
    "weekday_inferred": "Callback with a weekday for its date: the next such day behind a promise of 72 hours",
    "promise_from_remark": "Promise that no column of promises has: read from a remark",
    "wait_without_call": "Wait written where there was no call of ours: left out",
    "number_shortened": "Number that a spreadsheet shortened (8.00375E+09): whose it was, no one can say",
    "duration_too_long": "Call longer than a day: its length left out",
}
ENDINGS = {
    "_unread": "{}: cell that could not be read, left empty",
    "_unlisted": "{}: word that is in no list, counted as other",
}


def times_as_written(log, offices) -> list[TableBlock]:
    """How each office's sheets were kept: rounding, and of those that do not say it, which moment the times are."""
    habits = time_rounding.habits(log.entries.to_arrow(), log.agency_calls.to_arrow())
    rows = [
        (f"{offices[office]}: {say.system_name(format)}", sentence)
        for (office, format), habit in habits.items()
        for sentence in (habit.rounding, f"Times {habit.moments}" if habit.unstated else "")
        if sentence
    ]
    note = (
        f"The moment of a sheet's times is estimated only where at least {time_rounding.ENOUGH} calls can tell and "
        f"{time_rounding.AGREE:.0%} of them agree."
    )
    block = TableBlock(
        "How times were written down",
        ("office and sheet", "what its times show"),
        tuple(rows),
        note=note,
        numeric=False,
        widths=(1.0, 3.0),
    )
    return [block] if rows else []


def contradictions(log) -> list[TableBlock]:
    """What was kept although it cannot be right, or not all of it: kinds, and how many rows of each."""
    counted = [*_flagged(log), *_of_offices(log)]
    rows = tuple((what, wording.number(n)) for what, n in sorted(counted, key=lambda row: (-row[1], row[0])) if n)
    block = TableBlock(
        "What does not fit, and what was done",
        ("what", "rows"),
        rows,
        note="Every such row is kept and carries a warning in its table. Nothing was corrected by guessing.",
        widths=(5.0, 0.8),
    )
    return [block] if rows else []


def _flagged(log):
    read = Counter(code for name in ("calls", "entries") for code in _codes(getattr(log, name)))
    made = Counter(code for code in _codes(log.agency_calls) if code not in read)
    return [(log.agency.fill(_in_words(code)), n) for code, n in (read + made).items()]


def _codes(table):
    for pair in pc.value_counts(table.to_arrow()["warnings"].drop_null()).to_pylist():
        for code in pair["values"].split():
            yield from [code] * pair["counts"]


def _in_words(code: str) -> str:
    for ending, sentence in ENDINGS.items():
        if code.endswith(ending):
            return sentence.format(_plain(code.removesuffix(ending)).capitalize())
    return WHAT.get(code, _plain(code))


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _of_offices(log):
    """What the offices say of themselves that cannot be used."""
    offices = log.offices.to_arrow().to_pylist()
    slips = sum(h["opens"] >= h["closes"] for o in offices for h in o["hours"] or () if h["opens"] and h["closes"])
    yield "Weekday whose opening hours end before they begin: not used", slips
    exports = log.coverage.to_arrow()
    seen = set(exports.filter(pc.equal(exports["basis"], "export"))["office_id"].to_pylist())
    agency_calls = Counter(log.agency_calls.to_arrow()["office_id"].to_pylist())
    unseen = sum(n for office, n in agency_calls.items() if office not in seen)
    yield "Noted call of an office with no phone export that covers a line: counted as noted", unseen
