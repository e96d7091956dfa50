"""The report for a researcher: every measure with its counts, interval, and flag, its exclusions, and its definition.

Paper has the leading figure of each measure, the curves, and the method; full tables are for a screen and a workbook.
No office, client, or agent is named. Nothing is selected and nothing is left out: a figure with too few cases appears
with its counts and its flag.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from callanalytics import figures, measures, wording
from callanalytics.figures import rows
from callanalytics.log import Log
from callanalytics.measures.result import is_range
from callanalytics.reports import annex, columns, sentences
from callanalytics.reports.document import Block, Heading, Note, PageBreak, TableBlock, Text
from callanalytics.reports.results import Confirmed, Results
from callanalytics.reports.writers import Report
from callanalytics.wording import plural

ON_SCREEN = 80  # most rows of a measure on the page; longer ones, such as those by week, are only in a file
GROUPS = 3  # most groups of a measure with a leading figure each; with more, see its table
ENDS = ("reading", "link")  # these split a figure into readings and ends, not cases into groups
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
    log : the log that ``callanalytics.load`` returns
    confirmed : timeframes that, by a source, still held more than a year after they were last confirmed
    """
    results = Results(log, confirmed)
    drawn: list[Block] = [figures.specification_curve(results.curve(name)) for name in results.curves]
    blocks = [
        _leading_figures(results),
        *([PageBreak(), Heading("What each finding depends on"), *drawn] if drawn else []),
        PageBreak(),
        Heading("Where the tables are"),
        Text(WHERE),
        Heading("How to check us"),
        *annex.caveats(results),
        annex.ways(results),
        *annex.data_quality(results),
    ]
    further = [
        Heading("Every measure"),
        Text(log.agency.fill(HOW)),
        *(block for name in measures.CARDS for block in _measure(results, name)),
        *annex.by_office(results),
        *annex.by_length(results),
        *annex.contradictions(log),
        *annex.definitions(results),
    ]
    title = f"Calls to {log.agency.label}: every measure with its counts"
    return Report.from_log(log, title, annex.scope(results), blocks, further=tuple(further))


def _leading_figures(results: Results) -> TableBlock:
    """The leading figure of each measure, one line per group; a measure with too many groups has none."""
    taken = {name: results.take(name) for name in measures.CARDS}
    groups = {name: _groups(result) for name, result in taken.items()}
    many = [f"{name} ({len(each):,} figures)" for name, each in groups.items() if len(each) > GROUPS]
    none = [name for name, each in groups.items() if not each]
    has_all = "too many groups for a leading figure, and each a sheet of the workbook"
    title, head = "The leading figure of each measure", ("measure", "statistic", "figure")
    lines = tuple(_line(taken[name], group) for name, each in groups.items() if len(each) <= GROUPS for group in each)
    note = sentences.joined(
        "Each with its 95% interval and cases.",
        f"These have {has_all}: {wording.joined(many)}." if many else "",
        f"These have no case to count: {wording.joined(none)}." if none else "",
        _another_median(results),
    )
    return TableBlock(title, head, lines, note, (1.65, 3.5, 2.25), name="Leading figures")


def _another_median(results: Results) -> str:
    """Why the liaison report's first figure differs from the measure's; empty if they are the same."""
    leads, noted = results.median, results.row("wait", "median")
    if not sentences.is_shown(leads) or all(leads[name] == noted[name] for name in ("n", "value", "low", "high")):
        return ""
    those = "waits in both logs, weighted for calls no one logged" if results.lead.is_weighted else "the same waits"
    return f"The liaison report leads with {sentences.wait(leads)}: {those}, hang-ups compared by part of the day."


def _groups(result: measures.Result) -> list[dict]:
    """The group of each leading figure of a measure, by key; a single ungrouped figure gives one empty group."""
    keys = [key for key in _keys(result) if key not in ENDS]
    leading = rows.pick(result, next(iter(result.table["statistic"]), ""))
    # A row whose key is unknown stays in the table but is not a leading figure
    groups = leading[keys].dropna().drop_duplicates().to_dict("records") if keys else []
    # One ungrouped figure, or none
    return groups or [{}] * min(len(leading), 1)


def _line(result: measures.Result, group: dict) -> tuple[str, str, str]:
    statistic = result.table["statistic"].iloc[0]
    words = [columns.WORDS.get(key, {}).get(value) or _cell(value) for key, value in group.items()]
    short = sentences.without_interval_name(_in_words(rows.headline(result, statistic, **group)))
    return result.card.name, ": ".join([result.card.label(statistic), *words]), short


def _in_words(row: dict) -> sentences.Figure:
    ways = {"share": sentences.share, "s": sentences.wait, "count": sentences.count_of_cases}
    if not row["n"]:
        return sentences.cannot(row["n"])
    if row["unit"] == "count" and row["events"] == row["n"] and not is_range(row):
        return sentences.count(row["n"])
    if row["unit"] == "s" and sentences.is_shown(row) and row["low"] != row["low"] and row["high"] != row["high"]:
        words = f"{wording.minutes(row['value'])} ({plural(row['n'], 'call')})"  # a total has no interval to show
        return sentences.Figure(words, "min", n=row["n"], value=row["value"] / 60)
    if row["unit"] in ways:
        return ways[row["unit"]](row)
    if not sentences.is_shown(row):
        return sentences.cannot(row["n"])
    numbers = {name: row[name] for name in ("n", "value", "low", "high")}
    return sentences.Figure(measures.in_words(row), row["unit"], **numbers)


def _measure(results: Results, name: str) -> list[Block]:
    result = results.take(name)
    card = result.card
    keys = _keys(result)
    title = f"{name}, version {card.version}"
    in_words = sentences.in_plain_words(card.title)
    lines = [_row(row, keys) for row in result.table.to_dict("records")]
    is_long = len(lines) > ON_SCREEN
    note = f"{in_words} {len(lines):,} figures, too many for a page: they are in the workbook." if is_long else in_words
    widths, data = (*[1.4] * len(keys), 2.1, 1.3, 0.7, 0.7, 0.9, 0.9, 0.9, 1.2), result.table[[*keys, *HEAD]]
    shown = () if is_long else tuple(lines)
    table = TableBlock(title, (*keys, *HEAD), shown, note, widths, name=name, data=data)
    return [table, *([Note(result.caveats)] if result.caveats else [])]


def _keys(result: measures.Result) -> list[str]:
    """The columns by which a measure's table is split."""
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
