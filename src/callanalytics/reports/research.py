"""The report for a researcher: every measure with its counts, interval and flag, what is not in it, and its definition.

Paper has the leading figure of each measure, the curves and the method; the tables in full are for a screen and a
workbook. No office, client or agent is named. Nothing is chosen and nothing is left out: a figure too small to be shown
stands with its counts and its flag.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from callanalytics import figures, measures
from callanalytics.figures import labels, rows
from callanalytics.log import Log
from callanalytics.measures.result import is_range
from callanalytics.reports import annex, checking, columns, sentences
from callanalytics.reports.document import Block, Heading, Note, PageBreak, TableBlock, Text, marking
from callanalytics.reports.results import Confirmed, Results
from callanalytics.reports.writers import Report

ON_SCREEN = 80  # rows of a measure; a longer one, such as one by week, is for a file
GROUPS = 3  # of a measure, each with a leading figure of its own; more are for its table
ENDS = ("reading", "link")  # split one figure in its readings and ends, and no cases in groups
HEAD = ("statistic", "unit", "n", "events", "value", "low", "high", "flag")
WHERE = (
    "This document has the leading figure of each measure, how each finding changes with the way of counting, and the "
    "method. The tables in full, and every definition, are in the workbook, a sheet for each measure, and on the page, "
    f"but for a table of more than {ON_SCREEN} figures: callanalytics report research --formats xlsx,html"
)
HOW = (
    "Shares from 0 to 1 and times in seconds, in the workbook as percentages and minutes; low and high are the limits "
    "of the 95% interval. One table a measure, taken over the whole log: calls to the {line}'s own line or to a line "
    "no one noted. An empty cell is not known. "
    "Flags: ok; small_n, under the minimum sample of the definition; not_estimable; one_sided, one limit is not "
    "reached; dominated, one office has too large a part; suppressed. Split by any key of a measure: "
    "callanalytics measure NAME --by KEYS --out FILE."
)


def build(log: Log, confirmed: tuple[Confirmed, ...] = ()) -> Report:
    """Every measure of a log.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives
    confirmed : stated times that somebody says still held more than a year after they were last confirmed
    """
    results = Results(log, confirmed)
    blocks = [
        Heading("Where the tables are"),
        Text(WHERE),
        _leading(results),
        *_hangs_on(results),
        PageBreak(),
        Heading("How to check us"),
        *annex.caveats(results),
        checking.ways(results),
        *annex.data_quality(results),
    ]
    further = [
        Heading("Every measure"),
        Text(log.agency.fill(HOW)),
        *(block for name in measures.CARDS for block in _measure(results, name)),
        *annex.by_office(results),
        *checking.by_length(results),
        *checking.contradictions(log),
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
        further=tuple(further),
    )


def _leading(results: Results) -> TableBlock:
    """The figure that each measure is quoted with: a line for each of its groups, none where they are too many."""
    return TableBlock(
        "The leading figure of each measure",
        ("measure", "figure", "with its 95% interval and cases"),
        tuple(line for name in measures.CARDS for line in _lines(name, results.take(name))),
        numeric=False,
        widths=(1.65, 2.7, 3.05),
        name="Leading figures",
    )


def _lines(name: str, result: measures.Result) -> Iterator[tuple[str, str, str]]:
    for statistic in result.table["statistic"].head(1):
        label, keys = result.card.label(statistic), [key for key in _keys(result) if key not in ENDS]
        groups = rows.pick(result, statistic)[keys].dropna().drop_duplicates().to_dict("records") if keys else []
        if len(groups) > GROUPS:
            split = labels.joined([key.replace("_", " ") for key in keys])
            yield name, f"{label}, by {split}", f"{len(groups):,} figures, in the workbook"
            continue
        for group in groups or [{}]:
            words = [columns.WORDS.get(key, {}).get(value) or _cell(value) for key, value in group.items()]
            yield name, ": ".join([label, *words]), _in_words(rows.headline(result, statistic, **group))


def _in_words(row: dict) -> str:
    if not row["n"]:
        return sentences.cannot(row["n"])
    if row["unit"] == "count" and is_range(row):
        low, high = sorted(((row["events"], row["n"]), (row["most"], row["most_n"])))
        return sentences.count_of_cases(dict(zip(("events", "n", "most", "most_n"), (*low, *high), strict=True)))
    ways = {"share": sentences.share, "s": sentences.wait}
    return ways.get(row["unit"], measures.in_words)(row)


def _hangs_on(results: Results) -> list[Block]:
    """Each finding of the liaison report under every way of counting it."""
    drawn = [figures.specification_curve(results.curve(name)) for name in results.curves]
    return [PageBreak(), Heading("What each finding hangs on"), *drawn] if drawn else []


def _measure(results: Results, name: str) -> list[Block]:
    result = results.take(name)
    card = result.card
    keys = _keys(result)
    title, in_words = f"{name}, version {card.version}", sentences.in_plain_words(card.title)
    lines = [_row(row, keys) for row in result.table.to_dict("records")]
    is_long = len(lines) > ON_SCREEN
    table = TableBlock(
        title,
        (*keys, *HEAD),
        () if is_long else tuple(lines),
        note=f"{in_words} {len(lines):,} figures, too many for a page: they are in the workbook."
        if is_long
        else in_words,
        numeric=False,
        widths=(*[1.4] * len(keys), 2.1, 1.3, 0.7, 0.7, 0.9, 0.9, 0.9, 1.2),
        name=name,
        data=result.table[[*keys, *HEAD]],
    )
    return [table, *([Note(result.caveats)] if result.caveats else [])]


def _keys(result: measures.Result) -> list[str]:
    """The columns that a table of a measure is split by."""
    return [name for name in dict.fromkeys((*result.by, *result.card.labels)) if name in result.table]


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
