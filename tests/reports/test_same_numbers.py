"""One number is the same number wherever it stands: in the report, the workbook, the slides, the email, and what the
command ``measure`` gives.

Every number of every sentence, table and drawing of the liaison report is looked for. One that is no measure's is in
:data:`NOT_MEASURED` or among the :func:`others`, with its reason; a reason that no number needs any more fails.
"""

import io
import re
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time
from numbers import Real

import openpyxl
import pandas as pd
import pptx
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from callanalytics import accounting, estimates, measures, wording
from callanalytics.facts import time_rounding
from callanalytics.figures import rows as measured_rows
from callanalytics.figures.chart import Chart
from callanalytics.measures.card import KEYS
from callanalytics.reports import columns, findings, liaison, periods, writers, xlsx
from callanalytics.reports import pptx as slides
from callanalytics.reports.document import TableBlock, Terms, Text

N = r"\d[\d,]*"
PAIR = rf"({N})(?:–({N})| to ({N}))? of (?:the )?({N})(?:–({N}))?"
SHARE = re.compile(rf"(\d+)(?:–(\d+))?% \((?:95% interval )?(\d+)–(\d+)%; {PAIR}\)")
TIME = re.compile(rf"(\d+) minutes \((?:95% interval )?(\d+)–(\d+); (?:n )?({N})")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"

NOT_MEASURED = {  # why a number is no measure's -> what it looks like
    "a day": rf"{MONTH} \d+(?:, \d{{4}})?|{MONTH}–?{MONTH}? \d{{4}}|\d{{4}}-\d\d-\d\d|\d+ [A-Z][a-z]+\.? \d{{4}}",
    "a time of day": r"\d+(?:–| to | and )\d+ [ap]\.m\.|\d+(?::\d\d)? [ap]\.m\.|\d+:\d\d",
    "the level of every interval": r"95% interval|95% intervals|with 95%|at 95%",
    "a telephone number": r"1-\d{3}-\d{3}-\d{4}",
    "a document of the agency or the association": r"AILA Doc\. \d+|note \d+",
    "what the agency said": r"“[^”]+”",
    "the agency's own figures of earlier years": r"2001: .*?I-2002-001\)+|44,000 calls a day",
    "a figure published elsewhere, with its source": r"15\.9 minutes were published|\d+% were published while staff "
    r"answered \d+ to \d+%",
    "the version of the program": r"callanalytics \d+\.\d+\.\d+",
    "the seed of the draw": r"--seed \d+",
}


@pytest.fixture(scope="module")
def built(facts, brief_and_results):
    """The log, its report, and the figures that the report is made of."""
    return facts, *brief_and_results


def texts(it):
    """Every text of a report, in every part of it; definitions speak of no log."""
    if isinstance(it, str):
        yield it
    elif isinstance(it, Chart):
        yield from (it.title, it.alt, it.caption, it.subtitle)
    elif isinstance(it, tuple):
        for part in it:
            yield from texts(part)
    elif is_dataclass(it) and not isinstance(it, Terms):
        for part in fields(it):
            if part.name not in ("fingerprint", "widths"):
                yield from texts(getattr(it, part.name))


def to_reported_lines(facts):
    every = facts.agency_calls.to_arrow()
    reported = every.filter(pa.array(accounting.is_reported(every, facts.agency)))
    return replace(facts, agency_calls=replace(facts.agency_calls, arrow=reported))


@pytest.mark.slow
def test_every_measure_of_the_report_is_what_the_command_gives(built):
    facts, _, results = built
    own = to_reported_lines(facts)
    confirmed = facts.promises.to_arrow().filter(pc.invert(results.is_stale))
    judged = replace(own, promises=replace(facts.promises, arrow=confirmed))
    assert len(results.taken) > 30
    for (name, keys), result in results.taken.items():
        command = measures.run(name, judged if measures.CARDS[name].judges_promises else own, keys)
        pd.testing.assert_frame_equal(result.table, command.table)


def is_of_both(block):
    return isinstance(block, TableBlock) and block.title == "Each finding against the period before"


def test_the_figures_of_both_periods_are_what_the_command_gives_of_them(built):
    facts, report, results = built
    table = next(filter(is_of_both, report.blocks))
    for part, column in zip(results.pair.parts, (1, 2), strict=True):
        chosen = part.log.selection
        period = to_reported_lines(facts.where(since=chosen.since, until=chosen.until))
        command = measures.run("hold_per_answer", period, ())
        row = measured_rows.headline(command, "hold_per_answer", wait_origin=results.clock)
        rows = next(row[column] for row in table.rows if row[0].endswith("Held for each conversation"))
        assert rows.numbers == {"n": row["n"], **{name: row[name] / 60 for name in ("value", "low", "high")}}


class Measured:
    """The figures of a report, to look numbers up."""

    def __init__(self, results, more=()):
        rows = [*more] + [row for result in results.taken.values() for row in result.table.to_dict("records")]
        rows += results.by_block.table.to_dict("records")  # the hours in four blocks
        rows += [results.median | {"unit": "s"}]  # hang-ups judged within each part of the day: the report says so
        rows += [
            findings.share_row(*counts) | {"unit": "share", "value": counts[0] / counts[1]}
            for counts in (results.missed_outside, results.missed_early)
        ]
        self.shares, self.times, self.numbers = {}, set(), set()
        for row in rows:
            if row["n"] == row["n"]:
                self.add(row)

    def add(self, row):
        n, events, unit = int(row["n"]), row["events"], row["unit"]
        limits = [row[name] for name in ("low", "high")]
        self.numbers |= {f"{n:,}"} | ({f"{int(events):,}"} if events == events else set())
        if events == events:
            self.shares.setdefault((int(events), n), []).append(tuple(f"{100 * limit:.0f}" for limit in limits))
        values = [value for value in (row["value"], *limits) if value == value]
        if unit == "s":
            self.times.add((*tuple(f"{value / 60:.0f}" for value in (row["value"], *limits)), f"{n:,}"))
            self.numbers |= {f"{value / 60:.0f}" for value in values} | {f"{value / 3600:,.0f}" for value in values}
        elif unit == "share":
            self.numbers |= {f"{100 * value:.0f}" for value in values}
            self.numbers |= {f"{100 * value:.1f}" for value in limits if value < 0.01}
        else:
            self.numbers |= {f"{value:,.0f}" for value in values} | {f"{value:.2f}" for value in values}

    def has_pair(self, low, high, n, most_n):
        ends = ((low, n), (high or low, most_n or n)), ((low, most_n or n), (high or low, n))
        return any(all(end in self.shares for end in pair) for pair in ends)

    def has_share(self, groups):
        percent, _, low, high, *pair = groups
        events, most, n, most_n = _pair(pair)
        ends = [(n, most_n or n), (most_n or n, n)]  # the cases read forward, whichever end has more
        return any(self.has_ends(percent, low, high, (events, one[0]), (most or events, one[1])) for one in ends)

    def has_ends(self, percent, low, high, least, most):
        rows = [*self.shares.get(least, ()), *self.shares.get(most, ())]
        lows, highs = ({limits[place] for limits in rows} for place in (0, 1))
        is_right = wording.percent(least[0] / least[1]).removesuffix("%") == percent
        return is_right and low in lows and high in highs


def _count(text):
    return int(text.replace(",", "")) if text else None


def _pair(groups):
    low, dash, to, n, most_n = groups
    return tuple(map(_count, (low, dash or to, n, most_n)))


def _sums(chart):
    """What the cells of a drawing come to: all of them, and those of each kind of link."""
    placed = chart.data.dropna(subset=[key for key in KEYS if key in chart.data])
    for name in {"n", "value", "count"} & set(placed.columns):
        yield placed[name].sum()
        if "link" in placed:
            yield from placed.groupby("link")[name].sum()


def of_both_periods(results):
    """The rows that stand against each other, and the higher end of those with two."""
    rows = [row for *_, both in periods.compared(results, results.pair) for row in both]
    rows += [row | {"events": row["most"], "n": row["most_n"]} for row in rows if "most" in row]
    return [{"value": row["events"] / row["n"], "unit": "share"} | row for row in rows]


def others(facts, report, results):
    """Numbers that are not a measure's but counted from the log beside them: why -> which."""
    tables = [getattr(facts, name).to_arrow() for name in ("sources", "rejects", "set_aside", "coverage")]
    files = tables[0].group_by("format").aggregate([(c, "sum") for c in COUNTS]).to_pylist()
    by_office = tables[0].group_by(["office_id", "format"]).aggregate([(c, "sum") for c in COUNTS]).to_pylist()
    whole = tables[0].group_by([]).aggregate([(c, "sum") for c in COUNTS]).to_pylist()
    read = {value for row in (*files, *by_office, *whole) for value in row.values() if isinstance(value, int)}
    steps = [step for flow in FLOWS for step in liaison.steps(results, *flow)]
    reported = [result.table for result in results.taken.values()]
    sure = results.row("missed_callbacks", "count", link="certain")
    hours = results.take("wait", "hour").table.query("statistic == 'median'").dropna(subset="hour")
    habits = time_rounding.habits(facts.entries.to_arrow(), facts.agency_calls.to_arrow())
    return {
        "a call or a request that is in no figure": {n for _, n, _ in steps} | {results.other_lines,
                                                                                *results.unused_waits},
        "made over a year after the stated time was confirmed": {
            *(results.n_stale(u) for u in ("urgent", "regular")), pc.sum(results.is_stale).as_py()},
        "judged by one of several stated times, or by none": {results.n_rules_differ, *(n for _, n in results.rules)},
        "a row of a file": read | {len(table) for table in tables},
        "an interval of the report, or a figure of few": {
            sum(int(table["low"].notna().sum()) for table in reported),
            sum(int((table["flag"] == "small_n").sum()) for table in reported)},
        "as large as so many offices of one size": {round(estimates.dominance(results.calls_by_office).effective, 1)},
        "certain but for the request": {sure["n"] - results.row("missed_callbacks", "n_credited")["events"]},
        "the cells of a drawing, added up": {int(value) for chart in report.screen_charts for value in _sums(chart)},
        "waits whose hour is known": {int(hours[hours["wait_origin"] == results.clock]["n"].sum())},
        "a time written in a sheet": {habit.times for habit in habits.values()},
        "in no cell of a drawing": {
            results.n_calls - int(drawn) for chart in report.screen_charts for drawn in _sums(chart)
        },
    }  # fmt: skip


def pairs_of_others(report, results):
    """So many of so many, where no one measure has both: why -> which."""
    ends = [[step[1] for step in liaison.steps(results, *flow)] for flow in FLOWS]
    by_urgency = [chart.data.groupby("urgency")[["events", "most", "n"]].sum() for chart in report.screen_charts
                  if {"urgency", "most"} <= set(chart.data) and chart.name.startswith("Callbacks in time")]  # fmt: skip
    n_stale = pc.sum(results.is_stale).as_py()
    return {
        "calls without a time of day": {(results.agency_calls.arrow["hour"].null_count, results.n_calls)},
        "made over a year after the stated time was confirmed": {(n_stale, results.n_promises())},
        "all that is logged, and what is counted": {(n, flow[0]) for flow in ends for n in flow},
        "the months of a drawing, added up": {(row[end], row["n"]) for sums in by_urgency for row in
                                              sums.to_dict("records") for end in ("events", "most")},
    }  # fmt: skip


def _both(pair):
    low, high, n, most_n = pair
    return {(low, n), (high or low, most_n or n)}


FLOWS = (("wait", "calls", "median"), ("promise_kept_rate", "requests", "judged"))
COUNTS = ("rows", "calls", "entries", "notices", "rejects", "set_aside")


def unknown(facts, report, results):
    """The numbers of a report that are nowhere else, and the reasons that others of them needed."""
    reasons, apart = others(facts, report, results), pairs_of_others(report, results)
    own, of_both = Measured(results), Measured(results, of_both_periods(results))
    compared = {words for block in report.blocks if is_of_both(block) for words in texts(block)}
    used, lost = set(), []
    beside = {f"{value:,}": why for why, values in reasons.items() for value in values}
    for text in dict.fromkeys(texts(report)):
        measured = of_both if text in compared else own
        lost += [found.group() for found in SHARE.finditer(text) if not measured.has_share(found.groups())]
        lost += [found.group() for found in TIME.finditer(text) if found.groups() not in measured.times]
        rest = text
        for why, looks in NOT_MEASURED.items():
            rest, n = re.subn(looks, "~", rest)
            used |= {why} if n else set()
        for found in re.finditer(PAIR, rest):
            pair = _pair(found.groups())
            why = next((why for why, pairs in apart.items() if _both(pair) <= pairs), "")
            used |= {why} if why else set()
            lost += [] if why or measured.has_pair(*pair) else [found.group()]
        for number in NUMBER.findall(re.sub(PAIR, "~", rest)):
            if number in measured.numbers:
                continue
            used |= {beside[number]} if number in beside else set()
            lost += [] if number in beside else [f"{number} in “{text[:90]}”"]
    return lost, used


@pytest.mark.slow
def test_every_number_of_the_report_is_a_measures_or_has_its_reason(built):
    facts, report, results = built
    lost, used = unknown(*built)
    assert not lost, "\n".join(lost)
    assert used == {*NOT_MEASURED, *others(facts, report, results), *pairs_of_others(report, results)}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["7% (95% interval 3–19%; 3 of 91)", "3 of 92 requests", "8,191 calls",
                                   "41 minutes (95% interval 26–54; 46 calls)"])  # fmt: skip
def test_a_number_that_is_no_measures_is_found(built, wrong):
    facts, report, results = built
    lost, _ = unknown(facts, replace(report, blocks=(*report.blocks, Text(wrong))), results)
    assert lost


# ---- the workbook ----------------------------------------------------------------------------------------------------


def written(value):
    """How a report may write the number of a cell."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return numbers_of(str(value)) if value is not None else set()
    return {f"{value:,.0f}", f"{value:.2f}", f"{value:,.1f}", f"{100 * value:.0f}", f"{100 * value:.1f}",
            *numbers_of(wording.percent(value)), *numbers_of(wording.minutes(60 * value))}  # fmt: skip


def numbers_of(text):
    return set(NUMBER.findall(text.replace("95% interval", "")))


@pytest.fixture(scope="module")
def book(built):
    return openpyxl.load_workbook(io.BytesIO(xlsx.document(built[1])))


def test_every_number_of_a_sentence_stands_in_the_workbook(built, book):
    _, report, _ = built
    words = {str(row[0]) for row in book["Report"].iter_rows(values_only=True)}
    there = numbers_of("\n".join(words))
    page = report.front
    for it in (*page.numbers, page.headline, page.scope, page.asks, report.scope, *report.blocks, *report.further):
        if not isinstance(it, TableBlock | Chart | Terms):
            text = numbers_of(" ".join(texts(replace(it, bar=None) if hasattr(it, "bar") else it)))
            assert text - {str(getattr(it, "level", ""))} <= there
    defined = {tuple(row) for row in book["Definitions"].iter_rows(values_only=True, min_row=6)}
    assert defined == {(it.title, *pair) for it in report.further if isinstance(it, Terms) for pair in it.pairs}


def test_every_number_of_a_table_stands_in_its_row_of_the_workbook(built, book):
    _, report, _ = built
    sheets = {sheet["A1"].value: sheet for sheet in book}
    for block in (*report.blocks, *report.further):
        if isinstance(block, TableBlock):
            rows = list(sheets[block.title].iter_rows(values_only=True, min_row=6))
            assert len(rows) == len(block.rows)
            for row, words in zip(rows, block.rows, strict=True):
                assert numbers_of(" ".join(words)) <= set().union(*map(written, row)), (block.title, words)


def test_every_number_drawn_stands_in_the_workbook(built, book):
    _, report, _ = built
    sheets = {sheet["A1"].value: sheet for sheet in book}
    by_data = {(chart.name, chart.data.to_csv()): sheets[chart.title] for chart in reversed(report.screen_charts)
               if chart.title in sheets}  # fmt: skip
    for chart in report.screen_charts:
        sheet = by_data[chart.name, chart.data.to_csv()]
        heads = [cell.value for cell in sheet[5]]
        rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(values_only=True, min_row=6)]
        if chart.plot and chart.plot.pivot:
            part, value = chart.plot.pivot
            for name, parts in chart.data.dropna(subset=[chart.plot.x]).groupby(part):
                assert sum(row[name] for row in rows) == parts[value].sum()
            continue
        assert len(rows) == len(chart.data)
        places = {column.key: place for place, column in enumerate(columns.of_chart(chart.data, chart.plot))}
        for name in chart.data:
            drawn = [None if pd.isna(value) else value for value in chart.data[name]]
            if name not in places:
                assert is_said_otherwise(name, chart.data), (chart.name, name)
                continue
            for row, value, unit in zip(rows, drawn, chart.data.get("unit", drawn), strict=True):
                cell = tuple(row.values())[places[name]]
                if isinstance(value, Real) and not isinstance(value, bool):
                    assert in_the_drawing(name, cell, unit) == pytest.approx(value), (chart.name, name)
                else:
                    assert cell == in_the_sheet(name, value), (chart.name, name)


def is_said_otherwise(name, data):
    """Whether a column may lack in a sheet: it is empty, words for all rows, the figure again, or a month's place."""
    values = data[name].dropna()
    is_figure = name in ("n", "events") and list(values) == list(data["value"])
    return not len(values) or name in columns.IN_THE_TITLE or name == "slot" or is_figure


def in_the_sheet(name, value):
    """A word of the drawing as the sheet has it; no word is an empty cell."""
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return columns.WORDS.get(name, {}).get(value, value) or None if isinstance(value, str) else value


def in_the_drawing(name, cell, unit):
    """A cell as the drawing has it: seconds, an hour, a month or a weekday by its number."""
    if name.startswith("weekday"):
        return 1 + wording.WEEKDAYS.index(cell)
    if isinstance(cell, datetime | time) and name in columns.HOURS:
        return cell.hour + cell.minute / 60
    if isinstance(cell, date):
        return cell.year * 100 + cell.month
    is_time = name.endswith("_s") or (unit == "s" and name in ("value", "value_most", "low", "high"))
    return cell * 60 if is_time and cell is not None else cell


# ---- the slides and the email ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_slides_and_the_email_have_the_numbers_of_the_report(built):
    _, report, _ = built
    given = [report.front.headline, report.front.scope, report.account, *report.front.asks, *map(str, report.findings)]
    given += [f"{number.value} {number.words} {number.note}" for number in report.front.numbers]
    result = numbers_of("\n".join([*given, report.seen, report.front.key, *report.front.notes]))
    titles = numbers_of(" ".join(slide.title for slide in report.slides))
    assert numbers_of(writers.email(report)) <= result | titles | {str(n) for n in range(1, 1 + len(report.front.asks))}
    pages = pptx.Presentation(io.BytesIO(slides.document(report))).slides
    assert len(pages) == len(report.slides) <= 6
    for page, slide in zip(pages, report.slides, strict=True):
        assert page.shapes.title.text_frame.text == slide.title
        on_slide = numbers_of("\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)
                              .replace(report.seen, ""))  # fmt: skip
        drawn = numbers_of(f"{slide.chart.alt} {slide.chart.title} {slide.chart.subtitle}" if slide.chart else "")
        places = {str(n) for n in range(1, 1 + len(report.slides))}
        assert on_slide <= result | drawn | places


# ---- the findings, each by its measure -------------------------------------------------------------------------------


MEASURED = {
    "burden": ("hold_per_answer", "hold_per_answer", {"wait_origin": "dial"}),
    "urgent": ("promise_kept_rate", "rate", {"urgency": "urgent", "reading": "default"}),
    "regular": ("promise_kept_rate", "rate", {"urgency": "regular", "reading": "default"}),
    "answered": ("first_attempt_hit_rate", "rate", {}),
    "missed": ("missed_callbacks", "rate", {"link": "certain"}),
    "silent": ("silent_promises", "rate", {}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURED)
def test_a_finding_says_what_its_measure_gives(built, name):
    _, _, results = built
    measure, statistic, keys = MEASURED[name]
    split = tuple(key for key in keys if key in KEYS)
    log = results.judged if measures.CARDS[measure].judges_promises else results
    row = measured_rows.headline(measures.run(measure, log, split), statistic, **keys)
    text = str(findings.by_name(results)[name])
    if row["unit"] == "s":
        assert f"{round(row['value'] / 60)} minutes" in text
    else:
        counts = wording.between(f"{row['events']:,}", f"{row['most']:,}"), f"{row['events']:,} to {row['most']:,}"
        assert (
            any(f"{count} of {min(row['n'], row['most_n']):,}" in text for count in counts)
            or f"{row['events']:,} confirmed" in text
        )
