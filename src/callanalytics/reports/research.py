"""The report for a researcher: every measure with its counts, interval and flag, what is not in it, and its definition.
On paper stand what each finding hangs on and how to check it; the tables and definitions are on the page and in the
workbook.

No office, client or agent is named. Nothing is chosen and nothing is left out: a figure too small to be shown stands
with its counts and its flag.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from callanalytics import figures, measures
from callanalytics.reports import annex, checking, sentences
from callanalytics.reports.document import Block, Heading, Note, PageBreak, TableBlock, Text, marking
from callanalytics.reports.results import Confirmed, Results
from callanalytics.reports.writers import Report

PRINTED = 80  # rows of a measure; a longer one, such as one by week, is for a file
HEAD = ("statistic", "unit", "n", "events", "value", "low", "high", "flag")
HOW = (
    "Shares from 0 to 1, times in seconds; low and high are the limits of the 95% interval. One table a measure, taken "
    "over the whole log: calls to the {line}'s own line or to a line no one noted. An empty cell is not known. "
    "Flags: ok; small_n, under the minimum sample of the definition; not_estimable; one_sided, one limit is not "
    "reached; dominated, one office has too large a part; suppressed. Split by any key of a measure: "
    "callanalytics measure NAME --by KEYS --out FILE."
)


def build(log, confirmed: tuple[Confirmed, ...] = ()) -> Report:
    """Every measure of a log.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives
    confirmed : stated times that somebody says still held more than a year after they were last confirmed
    """
    results = Results(log, confirmed)
    blocks = [
        *_hangs_on(results),
        Heading("How to check us"),
        *annex.caveats(results),
        checking.ways(results),
        *annex.data_quality(results),
        *annex.by_office(results),
        *checking.by_length(results),
        *checking.contradictions(log),
        Text("Every measure with its counts, and its definition: in the HTML page and the workbook of this report."),
    ]
    tables = [
        Heading("How to read the tables"),
        Text(log.agency.fill(HOW)),
        Heading("Every measure"),
        *(block for name in measures.CARDS for block in _measure(results, name)),
        *annex.definitions(results),
    ]
    return Report(
        f"Calls to {log.agency.label}: every measure with its counts",
        annex.scope(results),
        log.as_of,
        log.fingerprint,
        tuple(blocks),
        marking(log),
        clock=log.agency.clock,
        further=tuple(tables),
    )


def _hangs_on(results: Results) -> list[Block]:
    """Each finding of the liaison report under every way of counting it."""
    drawn = [figures.specification_curve(results.curve(name)) for name in results.curves]
    return [Heading("What each finding hangs on"), *drawn, PageBreak()] if drawn else []


def _measure(results: Results, name: str) -> list[Block]:
    result = results.take(name)
    card = result.card
    keys = [name for name in dict.fromkeys((*result.by, *card.labels)) if name in result.table]
    if len(result.table) > PRINTED:
        where = f"callanalytics measure {name} --out {name}.csv  writes them"
        summary = f"{sentences.in_plain_words(card.title)} {len(result.table):,} figures, too many to print: {where}."
        return [Text(summary, lead=f"{name}, version {card.version}.")]
    rows = [_row(row, keys) for row in result.table.to_dict("records")]
    table = TableBlock(
        f"{name}, version {card.version}",
        (*keys, *HEAD),
        tuple(rows),
        note=sentences.in_plain_words(card.title),
        numeric=False,
        widths=(*[1.4] * len(keys), 2.1, 1.3, 0.7, 0.7, 0.9, 0.9, 0.9, 1.2),
    )
    return [table, *([Note(result.caveats)] if result.caveats else [])]


def _row(row: dict, keys: list[str]) -> tuple[str, ...]:
    return tuple(_cell(row.get(name)) for name in (*keys, *HEAD))


def _cell(value) -> str:
    """
    >>> _cell(1204), _cell(0.61234), _cell(None), _cell(2820.0)
    ('1,204', '0.6123', '', '2,820')
    """
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.4f}" if abs(value) < 10 else f"{value:,.1f}"
