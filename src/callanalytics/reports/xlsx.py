"""The report as a workbook, for people who work with its numbers. It has a sheet of contents, a sheet of words, and one
sheet per table or chart, linked from the contents and back.

The data are in Excel tables, which sort and filter, in readable form (:mod:`callanalytics.reports.columns`); the main
charts are native to the spreadsheet. Text is written as text, so that nothing in a log can run as a formula. Text that
reads as a number becomes one, except ids: a workbook loses a number's leading zeros and its 16th digit.
"""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime
from itertools import groupby
from math import ceil
from typing import Any

from callanalytics.figures import style
from callanalytics.figures.chart import SOURCE, Chart, Plot
from callanalytics.invented import LABEL
from callanalytics.lazy import regex
from callanalytics.reports import columns
from callanalytics.reports import document as doc
from callanalytics.reports import sentences as say
from callanalytics.reports.columns import ERRORS, Column

UNFIT = regex(r"[\[\]:*?/\\]+")  # characters not allowed in a sheet's name
HANGING = frozenset("a an and are as by did every for have no not of on the to until was were what with".split())
LONGEST = 31  # letters of a sheet's name
TOP = 4  # row of a table's head, counted from 0
NARROWEST, WIDEST = 10, 50  # widths of a column, in characters
READABLE = 100  # characters per line of a caption
LINE = 15  # points
MARK = {"bold": True, "font_color": "#A40E26"}
TEXT = {"text_wrap": True, "valign": "top"}


def document(report: doc.Document) -> bytes:
    """The report as XLSX: same report, same bytes."""
    import xlsxwriter

    written = io.BytesIO()
    with warnings.catch_warnings(), xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        warnings.simplefilter("error")  # the library only warns when it omits a table
        # A fixed day, so that the same report gives the same bytes
        book.set_properties({"title": report.title, "created": datetime(2020, 1, 1)})
        made = _Book(book, report)
        words = made.add("Report")
        words.set_column(0, 0, 110, made.look(**TEXT))
        lines: list[tuple[str, str]] = [("bold", report.title), ("", report.scope), ("", report.seen)]
        lines += [("", line) for line in front_lines(report.front)] if report.front else []
        for it in (*(report.front.charts if report.front else ()), *_in_full(_with_definitions(report))):
            lines += [("bold" if isinstance(it, doc.Heading) else "", line) for line in cell_lines(it)]
            if isinstance(it, doc.TableBlock | Chart):
                lines.append((made.sheet_of(it), "See sheet"))
        made.write_words(words, lines)
        made.write_contents()
    return written.getvalue()


def _with_definitions(report: doc.Document) -> list:
    """The blocks after page one, with the definitions as one searchable table."""
    blocks = [*report.blocks, *report.further]
    terms = [it for it in blocks if isinstance(it, doc.Terms)]
    if not terms:
        return blocks
    rows = tuple((it.title, word, meaning) for it in terms for word, meaning in it.pairs)
    table = doc.TableBlock("Definitions", ("measure", "what", "in words"), rows)
    return [*(it for it in blocks if not isinstance(it, doc.Terms)), table]


def _in_full(blocks: list) -> list:
    """The blocks; of a table that paper cuts short, only the full version."""
    n_rows = {(it.title, it.head): len(it.rows) for it in blocks if isinstance(it, doc.TableBlock)}  # last one wins
    return [it for it in blocks if not isinstance(it, doc.TableBlock) or len(it.rows) >= n_rows[it.title, it.head]]


class _Book:
    """A workbook under construction: its formats, and the sheets made so far."""

    def __init__(self, book, report: doc.Document):
        self.book, self.report = book, report
        self.looks: dict[tuple, Any] = {}
        self.sheets: dict[str, doc.TableBlock | Chart] = {}
        self.contents = self.add("Contents")

    def look(self, **properties):
        """A format, created once."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format(properties)
        return self.looks[key]

    def add(self, name: str):
        """Add a sheet that prints one page wide, with the mark of invented or private data on each page."""
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(1)  # US Letter
        page.fit_to_pages(1, 0)
        page.set_margins(0.5, 0.5, 0.75, 0.6)
        page.set_footer("&L&A&RPage &P of &N")
        if self.report.marking:
            # A single & begins an Excel code; a header holds 255 characters, codes included
            page.set_header("&L" + self.report.marking.replace("&", "&&")[:200])
        return page

    def head(self, page, title: str, beneath: str, width: int):
        """Write the title, the words below it across `width` columns, and the mark."""
        page.write_string(0, 0, title, self.look(bold=True, font_size=14))
        if beneath:
            wrapped = self.look(**TEXT)
            page.merge_range(1, 0, 1, width - 1, "", wrapped)
            page.write_string(1, 0, beneath, wrapped)
            # Merged cells do not grow with their text
            page.set_row(1, LINE * (1 + len(beneath) // READABLE))
        if self.report.marking:
            page.write_string(2, 0, self.report.marking, self.look(**MARK))

    def back(self, page, row: int, column: int = 0):
        page.write_url(row, column, "internal:'Contents'!A1", string="← Contents")

    def sheet_of(self, it: doc.TableBlock | Chart) -> str:
        """The name of the sheet of a table or chart, added if missing; charts of the same data share one."""
        wanted = it.name or it.title
        same = (name for name, other in self.sheets.items() if isinstance(it, Chart) and isinstance(other, Chart)
                and it.name == other.name and it.data.equals(other.data))  # fmt: skip
        if name := next(same, ""):
            return name
        name = _name(wanted, {each.name.casefold() for each in self.book.worksheets()})
        self.sheets[name] = it
        page = self.add(name)
        if isinstance(it, doc.TableBlock):
            self.write_table(page, it.title, it.note, columns.of_table(it))
            return name
        made = columns.of_chart(it.data, it.plot)
        # The caption below the title must describe the spreadsheet's chart, not the drawn one
        caption = it.plot.caption if it.plot and it.plot.caption else it.caption
        self.write_table(page, it.title, " ".join(f"{caption.replace(LABEL, '')} {SOURCE}".split()), made)
        if it.plot and made[0].values:
            draw_chart(self.book, page, it, it.plot, made, self.report)
        return name

    def write_table(self, page, title: str, beneath: str, made: list[columns.Column]):
        widths = [_width(column) for column in made]
        for index, width in enumerate(widths):
            page.set_column(index, index, width)
        spread = [*widths, *[NARROWEST] * READABLE]
        reach = next(n for n in range(2, len(spread)) if sum(spread[:n]) >= READABLE)
        self.head(page, title, beneath, reach)
        # The filter button takes the width of two characters
        page.set_row(TOP, LINE * max(ceil((len(c.head) + 2) / w) for c, w in zip(made, widths, strict=True)))
        self.back(page, TOP - 1)
        self.fill(page, made)
        page.freeze_panes(TOP + 1, 0)
        page.repeat_rows(TOP)

    def fill(self, page, made: list[columns.Column]):
        """Write an Excel table over the rows; without rows, only the head."""
        heads = list(_headers([column.head for column in made]))
        for index, column in enumerate(made):
            for row, (value, form) in enumerate(zip(column.values, column.formats, strict=True), TOP + 1):
                self.cell(page, row, index, value, form)
        if not made[0].values:
            for index, word in enumerate(heads):
                page.write_string(TOP, index, word, self.look(bold=True))
            return
        looks = [
            {"header_format": self.look(**TEXT, bold=True, **_aligned(column)),
             "format": self.look(num_format=column.formats[0])} for column in made
        ]  # fmt: skip
        named = [{"header": head, **look} for head, look in zip(heads, looks, strict=True)]
        table = {"name": f"Table_{len(self.sheets)}", "style": "Table Style Light 1", "columns": named}
        page.add_table(TOP, 0, TOP + len(made[0].values), len(made) - 1, table)

    def cell(self, page, row: int, index: int, value, form: str):
        if value is None or value == "":
            return
        # In this order, because a bool is a number in Python
        if isinstance(value, bool):
            page.write_boolean(row, index, value, self.look(valign="top"))
        elif isinstance(value, date):
            page.write_datetime(row, index, value, self.look(num_format=form, align="left", valign="top"))
        elif isinstance(value, int | float):
            page.write_number(row, index, value, self.look(num_format=form, valign="top"))
        else:
            page.write_string(row, index, value, self.look(**TEXT, align="left", indent=int(index > 0)))

    def write_words(self, page, lines: list[tuple[str, str]]):
        """Write the report in words, one line per cell; tables and charts become links to their sheets."""
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
        """Write the contents: a link to every sheet, with the title of what it holds."""
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


def _aligned(column: columns.Column) -> dict:
    """Right-align the head of numbers above them, clear of the filter button."""
    is_text = any(isinstance(value, str | date) for value in column.values)
    return {} if is_text else {"align": "right", "indent": 2}


def _width(column: columns.Column) -> float:
    """The width of a column: its longest value, within limits; its head may take two lines."""
    longest = max((len(_widest_text(value)) for value in column.values), default=0)
    return min(max(longest + 1, len(column.head) / 2 + 4, max(map(len, column.head.split())) + 6, NARROWEST), WIDEST)


def _widest_text(value) -> str:
    return value if isinstance(value, str) else "0" * (12 if isinstance(value, date) else len(f"{value or 0:,.1f}"))


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name: the start of its title, cut at a word, with a number if the name is taken.

    >>> _name("Which calls these are: 1,091 of 3,972", set())
    'Which calls these are'
    >>> _name("Files", {"files"})
    'Files 2'
    """
    # A straight quote would need doubling in every reference to the sheet
    words = UNFIT.sub(" ", title.split(": ")[0].replace("'", "’")).split() or ["Table"]
    is_cut = len(" ".join(words)) > LONGEST
    while len(words) > 1 and (len(" ".join(words)) > LONGEST or (is_cut and words[-1].casefold() in HANGING)):
        words.pop()
    name = " ".join(words)[:LONGEST].rstrip(" .,;–")
    numbered = (f"{name[: LONGEST - 3]} {n}" if n > 1 else name for n in range(1, len(taken) + 3))
    # Excel treats Files and files as one name
    return next(each for each in numbered if each.casefold() not in taken)


def _headers(head):
    """The column heads, made unique: Excel refuses duplicate or empty column names."""
    taken: set[str] = set()
    for column, word in enumerate(head, 1):
        name = word or f"column {column}"
        while name.casefold() in taken:
            name += f" ({column})"
        taken.add(name.casefold())
        yield name


def front_lines(page: doc.FrontPage) -> list[str]:
    """Page one in words, one line per cell."""
    numbers = [line.replace("; pale ", "; counted otherwise ") for line in _number_lines(page.numbers)]  # no strip here
    asks = [f"{n}. {ask}" for n, ask in enumerate(page.asks, 1)]
    return [page.sender, page.headline, page.scope, *numbers, *([f"We ask {page.agency} to", *asks] if asks else [])]


def _number_lines(numbers) -> list[str]:
    notes = (f" ({say.without_brackets(number.note)})" if number.note else "" for number in numbers)
    return [f"{number.value} {number.words}{note}" for number, note in zip(numbers, notes, strict=True)]


def cell_lines(it: doc.Block) -> list[str]:
    """A block in words, one line per cell."""
    match it:
        case doc.Heading(text):
            return ["", text]
        case doc.Text(text, lead):
            return [f"{lead} {text}".strip()]
        case doc.Note(lines):
            return list(lines)
        case doc.Numbers(title, numbers, note):
            return ["", title, *_number_lines(numbers), *filter(None, [note])]
        case doc.Finding():
            line = f"{it.number}. {it.lead}{it.brackets} {it.detail}".strip()
            return [line, *filter(None, [it.note, it.otherwise_how])]
        case doc.AgendaItem():
            statement, logged, _, ask = it.titles
            statements = f"{statement}: {it.statement} {it.source}", f"{logged}: {it.logged}"
            return ["", f"{it.number}. {it.heading}", *statements, *it.questions, f"{ask} {it.ask}"]
        case doc.TableBlock() | doc.Terms() | Chart():
            return [it.title]
        case doc.PageBreak():
            return []
        case _:
            raise TypeError(f"a workbook has no form for {type(it).__name__}")


# ---- native spreadsheet charts, which follow the cells next to them -------------------------------------------------
# Each has the finding as its title, axes in words, intervals as error bars, a source, and alt text.


TYPES = {
    "bars": {"type": "column"},
    "stack": {"type": "column", "subtype": "stacked"},
    "overlap": {"type": "column"},
    "points": {"type": "line"},
    "line": {"type": "scatter", "subtype": "straight"},
}
WIDTH, HEIGHT = 760, 380  # pixels
BESIDE = 1  # columns between the table and the chart
PALER = {style.BLUE: "#A9CFE8"}  # paler bars, so that the whole interval is visible on them
SMALL_FONT = {"size": 9, "bold": False, "color": style.INK}


def draw_chart(book, page, chart: Chart, plot: Plot, columns: list[Column], report: doc.Document) -> None:
    """Insert the chart next to its table, whose head is in row `TOP`; with panels, one chart per panel, stacked."""
    for n_above, (panel, first, last) in enumerate(_panels(plot, columns)):
        made = book.add_chart(TYPES[plot.kind])
        cells = _Cells(page.name, columns, TOP + 1 + first, TOP + 1 + last)
        for key, color in plot.y.items():
            if key in cells.columns:
                made.add_series(_series(plot, cells, key, color))
        if plot.panels:
            # A vertical line at the promised day: one point at the bottom, and its error bar
            day, foot = (cells.span(key, cells.first) for key in ("promised_day", "value"))
            line = {"line": {"color": style.VERMILION, "width": 2}, "end_style": 0}
            bar = {"type": "fixed", "value": 1, "direction": "plus", **line}
            point = {"name": "promised day", "categories": day, "values": foot, "marker": {"type": "none"}}
            made.add_series({**point, "y_error_bars": bar})
        title = f"{chart.title} ({panel} requests)" if panel else chart.title
        _label_chart(made, plot, title, report, _axis_end(plot, columns))
        where = {"description": chart.alt, "x_offset": 6, "y_offset": n_above * (HEIGHT + 10)}
        page.insert_chart(TOP + 1, len(columns) + BESIDE, made, where)


def _panels(plot: Plot, columns: list[Column]) -> list[tuple[str, int, int]]:
    """The first and last row of each panel; all rows if there is only one chart."""
    parts = next((column.values for column in columns if column.key == plot.panels), columns[0].values)
    if not plot.panels:
        return [("", 0, len(parts) - 1)]
    found, start = [], 0
    for name, rows in groupby(parts):
        n = len(list(rows))
        found.append((str(name), start, start + n - 1))
        start += n
    return found


class _Cells:
    """The positions of a panel's columns."""

    def __init__(self, sheet: str, columns: list[Column], first: int, last: int):
        self.sheet, self.first, self.last = sheet, first, last
        self.columns = {column.key: (index, column) for index, column in enumerate(columns)}

    def span(self, key: str, last: int | None = None) -> list:
        index, _ = self.columns[key]
        return [self.sheet, self.first, index, self.last if last is None else last, index]

    def reference(self, key: str) -> str:
        from xlsxwriter.utility import xl_range_abs

        index, _ = self.columns[key]
        return f"='{self.sheet}'!{xl_range_abs(self.first, index, self.last, index)}"


def _series(plot: Plot, cells: _Cells, key: str, color: str) -> dict[str, Any]:
    look: dict[str, Any] = {"name": cells.columns[key][1].head, "gap": 35}
    look |= {"categories": cells.span(plot.x), "values": cells.span(key)}
    if plot.kind == "overlap":
        look["overlap"] = 100
    if plot.kind in ("bars", "stack", "overlap"):
        look["fill"] = {"color": PALER.get(color, color) if plot.limits else color}
        look["border"] = {"color": color, "width": 0.75}
    elif plot.kind == "line":
        look["line"] = {"color": color, "width": 2.25}
    else:
        look["line"] = {"color": color, "width": 1}
        look["marker"] = {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}}
    if plot.limits:
        above, below = map(cells.reference, ERRORS)
        ends = {"type": "custom", "plus_values": above, "minus_values": below}
        look["y_error_bars"] = ends | {"line": {"color": style.INK, "width": 1.25}}
    return look


def _axis_end(plot: Plot, columns: list[Column]) -> float:
    """The end of the axis that fits every interval; a spreadsheet by itself considers only the figures."""
    if not plot.limits:
        return 0
    highest = max((value for column in columns if column.key == plot.limits[0] for value in column.values if value),
                  default=0)  # fmt: skip
    return ceil(highest / 10) * 10


def _label_chart(made, plot: Plot, title: str, report: doc.Document, most: float) -> None:
    """Set the title, the axis titles with the source and the mark below, and the ranges of the axes."""
    source = " ".join(filter(None, [SOURCE, report.seen_on, report.marking]))
    made.set_title({"name": title, "name_font": {"size": 13, "color": style.INK}, "overlay": False})
    fonts = {"name_font": SMALL_FONT, "num_font": SMALL_FONT}
    x: dict[str, Any] = {"name": f"{plot.x_title}\n{source}", **fonts}
    y: dict[str, Any] = {"name": plot.y_title, **fonts, "min": 0}
    y["major_gridlines"] = {"visible": True, "line": {"color": style.GRAY, "width": 0.5}}
    if plot.kind == "line":
        y |= {"max": 1, "num_format": "0%"}
        x |= {"min": 0}
    else:
        x |= {"text_axis": True, "num_format": AXIS_FORMATS.get(plot.x, "mmm d, yyyy")}
        y |= {"num_format": "0"} | ({"max": most} if most else {})
    made.set_x_axis(x)
    made.set_y_axis(y)
    made.set_legend(
        {"position": "bottom", "delete_series": [2] if plot.panels else []} if len(plot.y) > 1 else {"none": True}
    )
    made.set_size({"width": WIDTH, "height": HEIGHT})


AXIS_FORMATS = dict.fromkeys(columns.HOURS, "h AM/PM") | dict.fromkeys(columns.MONTHS, "mmm yyyy")
