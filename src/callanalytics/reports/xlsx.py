"""The report as a workbook, for those who go on with its numbers: words on one sheet, each table and drawing's data
on a sheet of its own.

Text is written as text, so that nothing a log holds can run as a formula; what reads as a number is one, but for ids:
a workbook keeps neither zeros in front of a number nor its sixteenth digit.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from functools import singledispatch

from callanalytics.figures import labels
from callanalytics.figures.chart import Chart
from callanalytics.reports.document import (
    AgendaItem,
    Document,
    Finding,
    FrontPage,
    Heading,
    Note,
    PageBreak,
    TableBlock,
    Terms,
    Text,
)

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,2}(?:,\d{3}){0,4}|[1-9]\d{0,14})(?:\.\d+)?(?:e-?\d+)?")


def document(report: Document) -> bytes:
    """The report as XLSX: same report, same bytes."""
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"title": report.title, "created": datetime(2020, 1, 1)})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        words = book.add_worksheet("Report")
        words.set_column(0, 0, 110, wrapped)
        lines = [*filter(None, [report.marking]), report.title, report.scope, _seen(report)]
        lines += front_lines(report.front) if report.front else []
        for it in (*(report.front.charts if report.front else ()), *report.blocks, *report.further):
            sheet = _sheet(book, it, bold, report.marking)
            lines += [*cell_lines(it), *([f"See sheet {sheet}."] if sheet else [])]
        for row, line in enumerate(lines):
            words.write_string(row, 0, line)
    return written.getvalue()


def _seen(report: Document) -> str:
    return f"As of {labels.day(report.as_of)}, Eastern. Store {report.fingerprint[:16]}."


def _sheet(book, it, bold, marking: str) -> str:
    """The sheet made for a table or a drawing; "" for any other block."""
    if isinstance(it, TableBlock):
        head, rows, beneath = it.head, it.rows, it.note
    elif isinstance(it, Chart):
        head, rows, beneath = tuple(map(str, it.data.columns)), tuple(it.rows()), it.caption
    else:
        return ""
    sheet = book.add_worksheet(f"Table {len(book.worksheets())}")
    for place, line in enumerate([*filter(None, [marking]), it.title, beneath]):
        sheet.write_string(place, 0, line, bold if line == it.title else None)
    top = 4
    for column, word in enumerate(head):
        sheet.write_string(top, column, word, bold)
    for row, values in enumerate(rows, top + 1):
        for column, value in enumerate(values):
            _cell(sheet, row, column, value)
    sheet.set_column(0, max(0, len(head) - 1), 18)
    sheet.freeze_panes(top + 1, 0)
    return sheet.name


def _cell(sheet, row: int, column: int, value: str) -> None:
    if NUMBER.fullmatch(value):
        sheet.write_number(row, column, float(value.replace(",", "")))
    elif value:
        sheet.write_string(row, column, value)


def front_lines(page: FrontPage) -> list[str]:
    """Page one in words, one line a cell."""
    numbers = [f"{number.value} {number.words} ({number.note})".replace(" ()", "") for number in page.numbers]
    asks = [f"{n}. {ask}" for n, ask in enumerate(page.asks, 1)]
    return [page.sender, page.headline, page.scope, *numbers, *(["We ask USCIS to", *asks] if asks else [])]


@singledispatch
def cell_lines(it) -> list[str]:
    """A block in words, one line a cell."""
    raise TypeError(f"a workbook has no form for {type(it).__name__}")


@cell_lines.register
def _(it: Heading):
    return ["", it.text]


@cell_lines.register
def _(it: Text):
    return [f"{it.lead} {it.text}".strip()]


@cell_lines.register
def _(it: Note):
    return list(it.lines)


@cell_lines.register
def _(it: Finding):
    return [f"{it.number}. {it.lead}{it.brackets} {it.detail}".strip(), *filter(None, [it.note, it.otherwise_how])]


@cell_lines.register
def _(it: AgendaItem):
    statements = f"What USCIS said: {it.statement} {it.source}", f"What members logged: {it.logged}"
    return ["", f"{it.number}. {it.heading}", *statements, *it.questions, f"We ask USCIS to {it.ask}"]


@cell_lines.register
def _(it: Terms):
    return ["", it.title, *(f"{word}: {meaning}" for word, meaning in it.pairs)]


@cell_lines.register
def _(it: PageBreak):
    return []


@cell_lines.register(TableBlock)
@cell_lines.register(Chart)
def _(it):
    return [it.title]
