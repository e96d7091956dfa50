"""The report as a workbook, for those who go on with its numbers: words on one sheet, each table and drawing's data
on a sheet of its own, named for what it holds and linked from the contents.

The data stand in Excel tables, which sort and filter; times are minutes there, and weekdays have their names. Text is
written as text, so that nothing a log holds can run as a formula; what reads as a number is one, but for ids: a
workbook keeps neither zeros in front of a number nor its sixteenth digit.
"""

from __future__ import annotations

import io
import re
import warnings
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
    Numbers,
    PageBreak,
    TableBlock,
    Terms,
    Text,
)

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,2}(?:,\d{3}){0,4}|[1-9]\d{0,14})(?:\.\d+)?(?:e-?\d+)?")
UNFIT = re.compile(r"[\[\]:*?/\\]+")  # what no sheet's name may hold
HANGING = frozenset("a an and are as by did every for have no not of on the to until was were what with".split())
LONGEST = 31  # letters of a sheet's name
TOP = 4  # row of a table's head, counted from 0
SECONDS = ("value", "low", "high")  # columns whose unit the column "unit" names
WIDEST = 48


def document(report: Document) -> bytes:
    """The report as XLSX: same report, same bytes."""
    import xlsxwriter

    written = io.BytesIO()
    with warnings.catch_warnings(), xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        warnings.simplefilter("error")  # the library only warns of a table that it leaves out
        book.set_properties({"title": report.title, "created": datetime(2020, 1, 1)})
        looks = {
            "bold": book.add_format({"bold": True}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
            "whole": book.add_format({"num_format": "#,##0"}),
            "part": book.add_format({"num_format": "#,##0.0###"}),
        }
        words, contents = book.add_worksheet("Report"), book.add_worksheet("Contents")
        words.set_column(0, 0, 110, looks["wrapped"])
        lines = [*filter(None, [report.marking]), report.title, report.scope, report.seen]
        lines += front_lines(report.front) if report.front else []
        sheets: list[tuple[str, str]] = []
        for it in (*(report.front.charts if report.front else ()), *report.blocks, *report.further):
            sheet = _sheet(book, it, looks, report.marking, len(sheets) + 1)
            lines += [*cell_lines(it), *([f"See sheet {sheet}."] if sheet else [])]
            sheets += [(sheet, it.title)] if isinstance(it, TableBlock | Chart) else []
        for row, line in enumerate(lines):
            words.write_string(row, 0, line)
        _contents(contents, sheets, looks, report.marking)
    return written.getvalue()


def _contents(page, sheets, looks, marking: str):
    """Every sheet with the title of what it holds, as a link."""
    page.set_column(0, 0, LONGEST + 2)
    page.set_column(1, 1, 80)
    for place, line in enumerate([*filter(None, [marking]), "Contents"]):
        page.write_string(place, 0, line, looks["bold"])
    for row, (sheet, title) in enumerate(sheets, 3):
        page.write_url(row, 0, f"internal:'{sheet}'!A1", string=sheet)
        page.write_string(row, 1, title)


def _sheet(book, it, looks, marking: str, number: int) -> str:
    """The name of the sheet made for a table or a drawing; "" for any other block."""
    if isinstance(it, TableBlock):
        head, rows, beneath = it.head, [tuple(map(_read, row)) for row in it.rows], it.note
    elif isinstance(it, Chart):
        (head, rows), beneath = _people_read(it), it.caption
    else:
        return ""
    sheet = book.add_worksheet(_name(it.title, {each.name.casefold() for each in book.worksheets()}))
    for place, line in enumerate(filter(None, [marking, it.title, beneath])):
        sheet.write_string(place, 0, line, looks["bold"] if line == it.title else None)
    for row, values in enumerate(rows, TOP + 1):
        for column, value in enumerate(values):
            _cell(sheet, row, column, value, looks)
    _table(sheet, head, rows, number)
    for column, word in enumerate(head):
        longest = max((len(str(row[column])) for row in rows), default=0)
        sheet.set_column(column, column, min(max(longest, len(word) + 4, 8), WIDEST))
    sheet.freeze_panes(TOP + 1, 0)
    return sheet.name


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name: the start of its title, cut at a word, with a number where the name is taken.

    >>> _name("Which calls these are: 1,091 of 3,972", set())
    'Which calls these are'
    >>> _name("Files", {"files"})
    'Files 2'
    """
    words = UNFIT.sub(" ", title.split(": ")[0].replace("'", "")).split() or ["Table"]
    is_cut = len(" ".join(words)) > LONGEST - 4
    while len(words) > 1 and (len(" ".join(words)) > LONGEST - 4 or (is_cut and words[-1].casefold() in HANGING)):
        words.pop()
    name = " ".join(words)[: LONGEST - 4].rstrip(" .,;–")
    numbered = (f"{name} {n}" if n > 1 else name for n in range(1, len(taken) + 3))
    return next(each for each in numbered if each.casefold() not in taken)


def _table(sheet, head, rows, number: int):
    """An Excel table over the rows; one without rows is a head alone."""
    names = list(_headers(head))
    if not rows:
        for column, word in enumerate(names):
            sheet.write_string(TOP, column, word)
        return
    sheet.add_table(
        TOP,
        0,
        TOP + len(rows),
        len(head) - 1,
        {"name": f"Table_{number}", "style": "Table Style Light 1", "columns": [{"header": name} for name in names]},
    )


def _headers(head):
    """The words of a head, each once: Excel takes no two columns of one name, nor one without."""
    taken: set[str] = set()
    for column, word in enumerate(head, 1):
        name = word or f"column {column}"
        while name.casefold() in taken:
            name += f" ({column})"
        taken.add(name.casefold())
        yield name


def _people_read(chart: Chart) -> tuple[tuple[str, ...], list[tuple]]:
    """The data of a chart with minutes for seconds and names for weekdays."""
    import pandas as pd

    data = chart.data.copy()
    if "unit" in data.columns:
        timed = data["unit"] == "s"
        for name in [name for name in SECONDS if name in data.columns]:
            data[name] = data[name].where(~timed, data[name] / 60)
        data["unit"] = data["unit"].where(~timed, "min")
    names = {}
    for name in map(str, data.columns):
        if name.endswith("_s"):
            data[name] = data[name] / 60
            names[name] = f"{name.removesuffix('_s')} (min)"
        elif name == "weekday":
            data[name] = [None if pd.isna(day) else labels.WEEKDAYS[int(day) - 1] for day in data[name]]
    data = data.rename(columns=names)
    rows = [tuple(_plain(value) for value in row) for row in data.itertuples(index=False)]
    return tuple(map(str, data.columns)), rows


def _plain(value):
    """A value of a frame as a number, or as text; what is not known is empty."""
    import pandas as pd

    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return float(value) if hasattr(value, "__float__") else str(value)


def _read(text: str):
    """A cell's text, as a number where it reads as one."""
    return float(text.replace(",", "")) if NUMBER.fullmatch(text) else text


def _cell(sheet, row: int, column: int, value, looks) -> None:
    if isinstance(value, float):
        sheet.write_number(row, column, value, looks["whole" if value == int(value) else "part"])
    elif value:
        sheet.write_string(row, column, value)


def front_lines(page: FrontPage) -> list[str]:
    """Page one in words, one line a cell."""
    numbers = [line.replace("; pale ", "; counted otherwise ") for line in _number_lines(page.numbers)]  # no strip here
    asks = [f"{n}. {ask}" for n, ask in enumerate(page.asks, 1)]
    return [page.sender, page.headline, page.scope, *numbers, *([f"We ask {page.agency} to", *asks] if asks else [])]


def _number_lines(numbers) -> list[str]:
    return [f"{number.value} {number.words} {_in_brackets(number.note)}".rstrip() for number in numbers]


def _in_brackets(note: str) -> str:
    """A note in brackets, once; nothing for none.

    >>> _in_brackets("(28–72%)"), _in_brackets("39 calls; 42–70"), _in_brackets("31% (20–45%)"), _in_brackets("")
    ('(28–72%)', '(39 calls; 42–70)', '(31%; 20–45%)', '')
    """
    plain = note.removeprefix("(").replace(" (", "; ").replace(")", "")
    return f"({plain})" if plain else ""


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
def _(it: Numbers):
    return ["", it.title, *_number_lines(it.numbers), *filter(None, [it.note])]


@cell_lines.register
def _(it: Finding):
    return [f"{it.number}. {it.lead}{it.brackets} {it.detail}".strip(), *filter(None, [it.note, it.otherwise_how])]


@cell_lines.register
def _(it: AgendaItem):
    statements = f"What {it.agency} said: {it.statement} {it.source}", f"What members logged: {it.logged}"
    return ["", f"{it.number}. {it.heading}", *statements, *it.questions, f"We ask {it.agency} to {it.ask}"]


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
