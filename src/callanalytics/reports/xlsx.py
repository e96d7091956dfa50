"""The report as a workbook, for those who go on with its numbers: contents, the words on one sheet, and each table and
drawing's data on a sheet of its own, linked from the contents and back.

The data stand in Excel tables, which sort and filter, as people read them (:mod:`callanalytics.reports.columns`); the
main drawings are charts of the spreadsheet's own. Text is written as text, so that nothing a log holds can run as a
formula; what reads as a number is one, but for ids: a workbook keeps neither zeros in front of a number nor its
sixteenth digit.
"""

from __future__ import annotations

import io
import re
import warnings
from datetime import date, datetime
from functools import singledispatch
from math import ceil
from typing import Any

from callanalytics.figures.chart import SOURCE, Chart
from callanalytics.invented import LABEL
from callanalytics.reports import columns, plots
from callanalytics.reports import sentences as say
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

UNFIT = re.compile(r"[\[\]:*?/\\]+")  # what no sheet's name may hold
HANGING = frozenset("a an and are as by did every for have no not of on the to until was were what with".split())
LONGEST = 31  # letters of a sheet's name
TOP = 4  # row of a table's head, counted from 0
NARROWEST, WIDEST = 10, 50  # of a column, in characters
READABLE = 100  # characters of a line of a caption
LINE = 15  # points
MARK = {"bold": True, "font_color": "#A40E26"}
TEXT = {"text_wrap": True, "valign": "top"}


def document(report: Document) -> bytes:
    """The report as XLSX: same report, same bytes."""
    import xlsxwriter

    written = io.BytesIO()
    with warnings.catch_warnings(), xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        warnings.simplefilter("error")  # the library only warns of a table that it leaves out
        book.set_properties({"title": report.title, "created": datetime(2020, 1, 1)})
        made = _Book(book, report)
        words = made.add("Report")
        words.set_column(0, 0, 110, made.look(**TEXT))
        lines: list[tuple[str, str]] = [("bold", report.title), ("", report.scope), ("", report.seen)]
        lines += [("", line) for line in front_lines(report.front)] if report.front else []
        for it in (*(report.front.charts if report.front else ()), *_in_full(_with_definitions(report))):
            lines += [("bold" if isinstance(it, Heading) else "", line) for line in cell_lines(it)]
            if isinstance(it, TableBlock | Chart):
                lines.append((made.sheet_of(it), "See sheet"))
        made.write_words(words, lines)
        made.write_contents()
    return written.getvalue()


def _with_definitions(report: Document) -> list:
    """The blocks behind page one, the definitions as one table that can be searched."""
    blocks = [*report.blocks, *report.further]
    terms = [it for it in blocks if isinstance(it, Terms)]
    if not terms:
        return blocks
    rows = tuple((it.title, word, meaning) for it in terms for word, meaning in it.pairs)
    table = TableBlock("Definitions", ("measure", "what", "in words"), rows, numeric=False)
    return [*(it for it in blocks if not isinstance(it, Terms)), table]


def _in_full(blocks: list) -> list:
    """The blocks, of a table that paper has the first rows of the whole alone."""
    rows = {(it.title, it.head): it.rows for it in blocks if isinstance(it, TableBlock)}  # the last of a title counts
    return [it for it in blocks if not (isinstance(it, TableBlock) and len(it.rows) < len(rows[it.title, it.head]))]


class _Book:
    """A workbook in the making: its looks, and the sheets made so far."""

    def __init__(self, book, report: Document):
        self.book, self.report = book, report
        self.looks: dict[tuple, Any] = {}
        self.sheets: dict[str, TableBlock | Chart] = {}
        self.contents = self.add("Contents")

    def look(self, **properties):
        """A format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format(properties)
        return self.looks[key]

    def add(self, name: str):
        """A sheet that prints on pages of one width, each with the mark of invented or private data."""
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(1)  # US Letter
        page.fit_to_pages(1, 0)
        page.set_margins(0.5, 0.5, 0.75, 0.6)
        page.set_footer("&L&A&RPage &P of &N")
        if self.report.marking:
            page.set_header("&L" + self.report.marking.replace("&", "&&")[:200])
        return page

    def head(self, page, title: str, beneath: str, width: int):
        """Title, what is beneath it over so many columns, and the mark."""
        page.write_string(0, 0, title, self.look(bold=True, font_size=14))
        if beneath:
            wrapped = self.look(**TEXT)
            page.merge_range(1, 0, 1, width - 1, "", wrapped)
            page.write_string(1, 0, beneath, wrapped)
            page.set_row(1, LINE * (1 + len(beneath) // READABLE))
        if self.report.marking:
            page.write_string(2, 0, self.report.marking, self.look(**MARK))

    def back(self, page, row: int, column: int = 0):
        page.write_url(row, column, "internal:'Contents'!A1", string="← Contents")

    def sheet_of(self, it: TableBlock | Chart) -> str:
        """The name of the sheet of a table or a drawing; drawings of the same data share one."""
        wanted = it.name or it.title
        same = (name for name, other in self.sheets.items() if isinstance(it, Chart) and isinstance(other, Chart)
                and it.name == other.name and it.data.equals(other.data))  # fmt: skip
        if name := next(same, ""):
            return name
        name = _name(wanted, {each.name.casefold() for each in self.book.worksheets()})
        self.sheets[name] = it
        page = self.add(name)
        if isinstance(it, TableBlock):
            self.write_table(page, it.title, it.note, columns.of_table(it))
            return name
        made = columns.of_chart(it.data, it.plot)
        self.write_table(page, it.title, _beneath(it), made)
        if it.plot and made[0].values:
            plots.draw(self.book, page, it, it.plot, made, TOP, self.report)
        return name

    def write_table(self, page, title: str, beneath: str, made: list[columns.Column]):
        widths = [_width(column) for column in made]
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        spread = [*widths, *[NARROWEST] * READABLE]
        reach = next(n for n in range(2, len(spread)) if sum(spread[:n]) >= READABLE)
        self.head(page, title, beneath, reach)
        page.set_row(TOP, LINE * max(ceil((len(c.head) + 2) / w) for c, w in zip(made, widths, strict=True)))
        self.back(page, TOP - 1)
        self.fill(page, made)
        page.freeze_panes(TOP + 1, 0)
        page.repeat_rows(TOP)

    def fill(self, page, made: list[columns.Column]):
        """An Excel table over the rows; one without rows is a head alone."""
        heads = list(_headers([column.head for column in made]))
        for place, column in enumerate(made):
            for row, (value, form) in enumerate(zip(column.values, column.formats, strict=True), TOP + 1):
                self.cell(page, row, place, value, form)
        if not made[0].values:
            for place, word in enumerate(heads):
                page.write_string(TOP, place, word, self.look(bold=True))
            return
        page.add_table(
            TOP,
            0,
            TOP + len(made[0].values),
            len(made) - 1,
            {
                "name": f"Table_{len(self.sheets)}",
                "style": "Table Style Light 1",
                "columns": [
                    {
                        "header": head,
                        "header_format": self.look(**TEXT, bold=True, **_aligned(column)),
                        "format": self.look(num_format=column.formats[0]),
                    }
                    for head, column in zip(heads, made, strict=True)
                ],
            },
        )

    def cell(self, page, row: int, place: int, value, form: str):
        if value is None or value == "":
            return
        if isinstance(value, bool):
            page.write_boolean(row, place, value, self.look(valign="top"))
        elif isinstance(value, date):
            page.write_datetime(row, place, value, self.look(num_format=form, align="left", valign="top"))
        elif isinstance(value, int | float):
            page.write_number(row, place, value, self.look(num_format=form, valign="top"))
        else:
            page.write_string(row, place, value, self.look(**TEXT, align="left", indent=int(place > 0)))

    def write_words(self, page, lines: list[tuple[str, str]]):
        """The report in words, one line a cell; a table or a drawing as the way to its sheet."""
        lines = [*([("mark", self.report.marking)] if self.report.marking else []), *lines]
        for row, (kind, line) in enumerate(lines):
            if kind == "mark":
                page.write_string(row, 0, line, self.look(**MARK))
            elif kind in ("", "bold"):
                page.write_string(row, 0, line, self.look(**TEXT, bold=bool(kind)))
            else:
                page.write_url(row, 0, f"internal:'{kind}'!A1", string=f"{line} {kind}.")
        self.back(page, 0, 1)
        page.freeze_panes(1, 0)

    def write_contents(self):
        """Every sheet with the title of what it holds, as a link."""
        page = self.contents
        page.set_column(0, 0, LONGEST + 2)
        page.set_column(1, 1, 90, self.look(**TEXT))
        self.head(page, self.report.title, f"{self.report.scope} {self.report.seen}", 2)
        lines = {"Report": "All of it in words", **{name: it.title for name, it in self.sheets.items()}}
        for row, (name, title) in enumerate(lines.items(), TOP):
            page.write_url(row, 0, f"internal:'{name}'!A1", string=name)
            page.write_string(row, 1, title)
        page.freeze_panes(TOP, 0)
        page.activate()


def _beneath(it: Chart) -> str:
    """What stands under a title, in words that fit the drawing that the spreadsheet makes."""
    caption = it.plot.caption if it.plot and it.plot.caption else it.caption
    return " ".join(f"{caption.replace(LABEL, '')} {SOURCE}".split())


def _aligned(column: columns.Column) -> dict:
    """The head of numbers stands over them, clear of the filter's button."""
    is_text = any(isinstance(value, str | date) for value in column.values)
    return {} if is_text else {"align": "right", "indent": 2}


def _width(column: columns.Column) -> float:
    """Wide enough for the words of a column, as far as one reads; its head may take two lines."""
    longest = max((len(_shown(value)) for value in column.values), default=0)
    return min(max(longest + 1, len(column.head) / 2 + 4, max(map(len, column.head.split())) + 6, NARROWEST), WIDEST)


def _shown(value) -> str:
    return value if isinstance(value, str) else "0" * (12 if isinstance(value, date) else len(f"{value or 0:,.1f}"))


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name: the start of its title, cut at a word, with a number where the name is taken.

    >>> _name("Which calls these are: 1,091 of 3,972", set())
    'Which calls these are'
    >>> _name("Files", {"files"})
    'Files 2'
    """
    words = UNFIT.sub(" ", title.split(": ")[0].replace("'", "’")).split() or ["Table"]
    is_cut = len(" ".join(words)) > LONGEST
    while len(words) > 1 and (len(" ".join(words)) > LONGEST or (is_cut and words[-1].casefold() in HANGING)):
        words.pop()
    name = " ".join(words)[:LONGEST].rstrip(" .,;–")
    numbered = (f"{name[: LONGEST - 3]} {n}" if n > 1 else name for n in range(1, len(taken) + 3))
    return next(each for each in numbered if each.casefold() not in taken)


def _headers(head):
    """The words of a head, each once: Excel takes no two columns of one name, nor one without."""
    taken: set[str] = set()
    for column, word in enumerate(head, 1):
        name = word or f"column {column}"
        while name.casefold() in taken:
            name += f" ({column})"
        taken.add(name.casefold())
        yield name


def front_lines(page: FrontPage) -> list[str]:
    """Page one in words, one line a cell."""
    numbers = [line.replace("; pale ", "; counted otherwise ") for line in _number_lines(page.numbers)]  # no strip here
    asks = [f"{n}. {ask}" for n, ask in enumerate(page.asks, 1)]
    return [page.sender, page.headline, page.scope, *numbers, *([f"We ask {page.agency} to", *asks] if asks else [])]


def _number_lines(numbers) -> list[str]:
    notes = (f" ({say.without_brackets(number.note)})" if number.note else "" for number in numbers)
    return [f"{number.value} {number.words}{note}" for number, note in zip(numbers, notes, strict=True)]


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
def _(it: PageBreak):
    return []


@cell_lines.register(TableBlock)
@cell_lines.register(Chart)
def _(it):
    return [it.title]
