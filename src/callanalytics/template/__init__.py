"""The hand log to fill in: one XLSX file, for Excel or Google Sheets, that computes its own due dates.

*Calls* has the header, three examples, the given rows, then numbered rows to fill in. *Your office* is filled in once;
the reader finds each answer by its label, in any row. *What the columns mean* says how to keep the log, then explains
each column on one line. *Lists* (drop-downs and the tables that the formulas read) and *Closures* are hidden.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from callanalytics import agencies, clocks, outputs, wording
from callanalytics.agencies import Agency
from callanalytics.errors import InvalidRequest, Refused
from callanalytics.template import columns as c
from callanalytics.template.columns import EXAMPLE, HEADERS, LIVE, WORKING
from callanalytics.values import zones
from callanalytics.wording import WEEKDAYS

__all__ = ["EXAMPLE", "HEADERS", "LIVE", "SHEETS", "WORKING", "write"]

SHEETS = ("Calls", "Your office", "What the columns mean", "Lists", "Closures")
CREATED_AT = datetime(2022, 7, 11)  # fixed, so that the same call writes the same bytes
KINDS, COLORS = c.TABLES["kind"], c.TABLES["color"]  # of cells
BOXED = COLORS["answer"]


def write(
    path: Path | str,
    *,
    rows: list[dict] | None = None,
    shown: list[dict] | None = None,
    office: dict | None = None,
    agency: Agency | None = None,
) -> None:
    """Write the hand log: empty, or filled with rows.

    Parameters
    ----------
    rows : one dict for each row, by header (``{"Date": date(2022, 3, 1), "What happened": "We called", ...}``)
        Dates and times as Python's own types; everything else is written as given, numbers and IDs as text.
        ``No.`` may be omitted. Live columns are formulas, never given.
    shown : what the formulas show in the example rows and in these rows, for programs that compute none
    office : ``name``, ``timezone``, ``hours``, ``lines``, ``logs_callbacks_since``, shaped as in the table *offices*

    The same call writes the same bytes. An empty log never replaces an existing file, which may be someone's log.
    """
    if Path(path).suffix.lower() != ".xlsx":
        raise InvalidRequest(
            f"{Path(path).name}: the call log is a workbook", wanted="a name that ends in .xlsx", do="rename FILE"
        )
    # A log that people fill in has the same name, and there is no second copy
    if rows is None and _is_there(path):
        raise Refused(f"{Path(path).name} already exists and may hold calls", do="choose another name, or move it")
    agency, office = agency or agencies.load(), office or {}
    rows = [{"No.": number, **row} for number, row in enumerate(rows or [], 1)]
    if unknown := sorted({header for row in rows for header in row} - (set(c.HEADERS) - set(c.LIVE))):
        raise KeyError(f"not a column to fill in: {', '.join(unknown)}")
    zone = zones.zone(office["timezone"]) if office.get("timezone") else None
    # The drop-down's word for a zone, or the zone's key if it has none
    label = {zones.zone(word): word for word in c.ZONES}.get(zone or "", zone or "")
    # A zone that is not in the drop-down gets its own line in the hidden table
    own_zone = (label, zone) if zone and label not in c.ZONES else None
    examples = [{name: agency.fill(v) if isinstance(v, str) else v for name, v in row.items()} for row in c.EXAMPLES]
    written = [*examples, *rows]
    made = io.BytesIO()
    book = Book.open(made, agency)
    tabs = [book.file.add_worksheet(name, Sheet) for name in SHEETS]
    references = formula_references(agency, own_zone)
    write_calls(book, tabs[0], references, written, shown or written, len(examples))
    write_office(book, tabs[1], office, label)
    write_meanings(book, tabs[2])
    write_lists(book, tabs[3], own_zone)
    write_closures(book, tabs[4])
    book.file.close()
    outputs.save(path, made.getvalue())


def _is_there(path) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # a name that no file can have: writing it reports the reason
        return False


# ---- the workbook and its sheets --------------------------------------------------------------------------------


class Sheet(Worksheet):
    """A sheet that writes formulas unchanged. The library searches each formula for thirty functions that Excel added
    after 2007, which takes longer than everything else; the log uses none of them (a test checks this).
    """

    def _prepare_formula(self, formula, expand_future_functions=False):
        return formula.removeprefix("=")


@dataclass
class Book:
    """An open workbook, which makes each format once."""

    file: xlsxwriter.Workbook
    agency: Agency
    _made: dict = field(default_factory=dict)

    @classmethod
    def open(cls, into: BinaryIO, agency: Agency) -> Book:
        file = xlsxwriter.Workbook(into, {"in_memory": True})
        title = agency.fill("Log of calls to the {agency} {line}")
        file.set_properties({"title": title, "created": CREATED_AT})
        return cls(file, agency)

    def style(self, kind: str = "text", **changes):
        """The cell format of this kind, with the given changes."""
        changes = {**KINDS[kind], **changes}
        key = tuple(sorted(changes.items()))
        if key not in self._made:
            self._made[key] = self.file.add_format(changes)
        return self._made[key]

    def heading(self, says: str):
        return self.style(**COLORS["heading"], **COLORS[says])

    def write(self, sheet, row: int, column: int, value, kind: str = "text", **changes) -> None:
        """Write one cell in the format of its kind; a value that does not fit the kind keeps its own type."""
        if value is None:
            sheet.write_blank(row, column, None, self.style(kind, **changes))
        elif isinstance(value, bool):
            sheet.write_string(row, column, "Yes" if value else "No", self.style(kind, **changes))
        elif isinstance(value, date | time):
            fits = kind if kind in ("date", "time", "moment") else "date" if isinstance(value, date) else "time"
            sheet.write_datetime(row, column, value, self.style(fits, **changes))
        elif kind == "id" or isinstance(value, str):
            # Write a number as text: Excel would drop its leading zeros and round its sixteenth digit
            sheet.write_string(row, column, str(value), self.style(kind, **changes))
        else:
            sheet.write_number(row, column, value, self.style(kind, **changes))


OFFICE_ZONES, PHONES, KNOWN = "office's zone", "desk or mobile", "yes, no, not known"
ZONES_AT, SEASONS_AT, RULES_AT, WINDOW_AT = 30, 34, 37, 43  # first columns, right of all drop-downs
SEASONS = (1990, 2050)
PROVISIONAL_YEARS = 3  # a log is in use for longer than the list of closures covers


def list_ranges(agency: Agency) -> dict[str, str]:
    """The range of each drop-down, by the header of its column."""
    found = {}
    for index, (name, words) in enumerate(_drop_downs(agency).items()):
        letter = xl_col_to_name(index)
        found[name] = f"Lists!${letter}$2:${letter}${len(words) + 1}"
    return found


def _drop_downs(agency: Agency) -> dict[str, tuple[str, ...]]:
    return {
        **c.choices(agency),
        OFFICE_ZONES: c.ZONES,
        PHONES: ("Desk", "Mobile", "Receptionist"),  # a machine that answers is not a person
        KNOWN: ("Yes", "No", "Not known"),
    }


def write_lists(book: Book, sheet, own_zone: tuple[str, str] | None) -> None:
    """Write drop-downs and tables. ``own_zone``: label and key of an office's zone that is not in the drop-down."""
    for index, (name, words) in enumerate(_drop_downs(book.agency).items()):
        sheet.write_column(0, index, [name, *words])
    listed = [*((label, zones.zone(label)) for label in c.ZONES), *([own_zone] if own_zone else [])]
    for first, header, rows in (
        (ZONES_AT, ("zone", f"hours to {book.agency.clock}, winter", "summer"),
         [(label, *c.hours_to_agency(key, book.agency)) for label, key in listed]),
        (SEASONS_AT, ("from", "summer time"), c.seasons(*SEASONS, book.agency)),
        (RULES_AT, ("from", "urgent hours", "urgent days", "regular hours", "regular days"),
         c.rules_by_date(book.agency)),
        (WINDOW_AT, ("window opens", "window closes"), [_window(book.agency)]),
    ):  # fmt: skip
        sheet.write_row(0, first, header)
        for index, row in enumerate(rows, 1):
            for column, value in enumerate(row, first):
                book.write(sheet, index, column, value)
    sheet.hide()


def _window(agency: Agency) -> tuple[time, time]:
    return time.fromisoformat(agency.window.opens), time.fromisoformat(agency.window.closes)


def write_closures(book: Book, sheet) -> None:
    """Write the agency's closed days, and the version of the list."""
    names = {closure.date: closure.name for closure in book.agency.closures}
    version = clocks.calendar(agency=book.agency).version
    sheet.write_row(0, 0, ("Closed on", "What", version))
    for index, day in enumerate(_closed(book.agency), 1):
        book.write(sheet, index, 0, day)
        sheet.write_string(index, 1, names.get(day, "provisional: as far as known when this file was made"))
    sheet.set_column(0, 0, 12)
    sheet.hide()


def _closed(agency: Agency) -> list[date]:
    first, last = agency.closures_years
    return clocks.calendar(agency=agency).closures(first, last + PROVISIONAL_YEARS).tolist()


def formula_references(agency: Agency, own_zone: tuple[str, str] | None) -> c.References:
    """The absolute references of everything that the formulas read."""

    def block(first: int, width: int, rows: int) -> str:
        return f"Lists!${xl_col_to_name(first)}$2:${xl_col_to_name(first + width - 1)}${rows + 1}"

    return c.References(
        office_zone=ZONE_CELL,
        zones=block(ZONES_AT, 3, len(c.ZONES) + bool(own_zone)),
        seasons=block(SEASONS_AT, 2, len(c.seasons(*SEASONS, agency))),
        rules=block(RULES_AT, 5, len(c.rules_by_date(agency))),
        opens=f"Lists!${xl_col_to_name(WINDOW_AT)}$2",
        closes=f"Lists!${xl_col_to_name(WINDOW_AT + 1)}$2",
        closures=f"Closures!$A$2:$A${len(_closed(agency)) + 1}",
    )


NAME, ZONE, EVERY, SINCE = c.TABLES["office"]
HOURS_HEADER, LINES_HEADER = c.TABLES["hours"], c.TABLES["lines"]
LINES = 10
ZONE_ROW, EVERY_ROW, HOURS_ROW = 2, 3, 6  # from 0
LINES_ROW = HOURS_ROW + len(WEEKDAYS) + 2
ZONE_CELL = f"'Your office'!$B${ZONE_ROW + 1}"


def write_office(book: Book, sheet, office: dict, zone_label: str) -> None:
    """Write name, zone, hours, lines, and whether every callback is logged; an empty cell for each answer not given."""
    since = office.get("logs_callbacks_since")
    answers = {
        NAME: office.get("name"),
        ZONE: zone_label or None,
        EVERY: bool(since) if office else None,
        SINCE: since,
    }
    sheet.write_row(0, 0, ("Your office", "Answer"), book.heading("needed"))
    for index, (label, answer) in enumerate(answers.items(), 1):
        sheet.write_string(index, 0, label, book.style(text_wrap=True))
        book.write(sheet, index, 1, answer, "text", **BOXED)
    sheet.write_row(HOURS_ROW, 0, HOURS_HEADER, book.heading("wanted"))
    hours_by_day = {hours["weekday"]: hours for hours in office.get("hours") or ()}
    for day, name in enumerate(WEEKDAYS, 1):
        sheet.write_string(HOURS_ROW + day, 0, name)
        for column, edge in enumerate(("opens", "closes"), 1):
            clock = hours_by_day.get(day, {}).get(edge)
            book.write(sheet, HOURS_ROW + day, column, time.fromisoformat(clock) if clock else None, "time", **BOXED)
    _write_lines(book, sheet, office)
    _guide_office_typing(book, sheet)
    sheet.set_column(0, 0, 50)
    sheet.set_column(1, 3, 30)
    sheet.set_landscape()
    sheet.set_paper(1)  # letter
    sheet.fit_to_pages(1, 1)


def _write_lines(book: Book, sheet, office: dict) -> None:
    sheet.write_row(LINES_ROW, 0, LINES_HEADER, book.heading("wanted"))
    given = list(office.get("lines") or ())
    for index in range(max(LINES, len(given))):
        line = given[index] if index < len(given) else {}
        kind = (line.get("kind") or "").capitalize() or None
        cells = (line.get("number"), kind, line.get("withheld_get_through"), line.get("covered_by"))
        for column, value in enumerate(cells):
            book.write(sheet, LINES_ROW + 1 + index, column, value, "text" if column else "id", **BOXED)


def _guide_office_typing(book: Book, sheet) -> None:
    ranges = list_ranges(book.agency)
    lines = (LINES_ROW + 1, LINES_ROW + LINES)
    for first, last, column, name in (
        (ZONE_ROW, ZONE_ROW, 1, OFFICE_ZONES),
        (EVERY_ROW, EVERY_ROW, 1, "May be cited"),
        (*lines, 1, PHONES),
        (*lines, 2, KNOWN),
    ):
        sheet.data_validation(
            first, column, last, column, {"validate": "list", "source": f"={ranges[name]}", "error_type": "warning"}
        )


_CHARACTERS_A_LINE = 115  # characters that fit on a line across the three columns


def write_meanings(book: Book, sheet) -> None:
    wrapped = book.style(text_wrap=True, valign="top")
    sheet.write_string(0, 0, "How to keep this log", book.style(bold=True, font_size=14))
    sentences = instructions(book.agency)
    for row, sentence in enumerate(sentences, 1):
        sheet.merge_range(row, 0, row, 2, sentence, wrapped)
        # Merged cells do not grow with their text
        sheet.set_row(row, 15 * (1 + len(sentence) // _CHARACTERS_A_LINE))
    first = len(sentences) + 2
    sheet.write_row(first, 0, ("Column", "What to write", "Needed"), book.heading("needed"))
    for row, column in enumerate(c.COLUMNS, first + 1):
        needed = "works itself out" if column.kind == "live" else column.needed or "optional"
        sheet.write_string(row, 0, column.header, book.heading(column.says))
        sheet.write_row(row, 1, (book.agency.fill(column.meaning), needed), wrapped)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 84)
    sheet.set_column(2, 2, 22)
    sheet.set_paper(1)  # letter
    sheet.fit_to_pages(1, 0)


def instructions(agency: Agency) -> list[str]:
    """What everyone who writes in the log should know, with the agency's current numbers."""
    numbers = wording.joined(map(wording.phone_number, sorted(agency.callback_numbers)), "or")
    opens, closes = map(wording.time_of_day, _window(agency))
    aila = next((mailbox for mailbox in agency.mailboxes if mailbox.address.endswith("@aila.org")), None)
    known = {"numbers": numbers, "opens": opens, "closes": closes, "clock": agency.clock, "label": agency.label,
             "uncertain": c.UNCERTAIN, "aila": aila}  # fmt: skip
    sentences = c.TABLES["instructions"]
    return [sentence.format(**known) for sentence in (sentences if aila else sentences[:-1])]


PREPARED = 1000  # numbered rows
ALL_HEADERS = (*c.HEADERS, *c.WORKING)


def write_calls(
    book: Book, sheet, references: c.References, rows: list[dict], shown: list[dict], examples: int
) -> None:
    """Write every row, the first ``examples`` of them gray; ``shown`` holds the values of their live columns."""
    # A log longer than the prepared rows still gets its formulas
    count = examples + max(PREPARED, len(rows) - examples)
    _write_headers(book, sheet)
    letters = {header: xl_col_to_name(index) for index, header in enumerate(ALL_HEADERS)}
    for index in range(1, count + 1):
        given = index <= len(rows)
        row = rows[index - 1] if given else {"No.": index - examples}
        live_cells = c.row_formulas(c.RowCells(index + 1, letters, count + 1), references)
        _write_row(book, sheet, index, row, live_cells, shown[index - 1] if given else {}, gray=index <= examples)
    _guide_calls_typing(book, sheet, count)
    overdue = c.HEADERS.index("Overdue")
    cell = xl_rowcol_to_cell(1, overdue, col_abs=True)
    for word, look in c.TABLES["alarm"].items():
        rule = {"type": "formula", "criteria": f'={cell}="{word}"', "format": book.file.add_format(look)}
        sheet.conditional_format(1, 0, count, overdue, rule)
    _arrange(book, sheet, count)


def _write_headers(book: Book, sheet) -> None:
    for index, column in enumerate(c.COLUMNS):
        sheet.write(0, index, column.header, book.heading(column.says))
    sheet.write_row(0, len(c.COLUMNS), c.WORKING)
    sheet.set_row(0, 48)


def _write_row(book: Book, sheet, index: int, row: dict, live_cells: dict, shown: dict, gray: bool) -> None:
    shade = COLORS["example"] if gray else {}
    for column_no, column in enumerate(c.COLUMNS):
        value = row.get(column.header)
        if column.kind != "live" and (gray or value is not None):
            book.write(sheet, index, column_no, value, column.kind, **shade)
    for column_no, header in enumerate(ALL_HEADERS):
        if header in live_cells:
            style = book.style("moment" if header == "Due" else "text", align="left", **(shade or COLORS["live_cell"]))
            # The value is stored with the formula for programs that compute none
            sheet.write_formula(index, column_no, live_cells[header], style, _serial(shown.get(header, "")))


def _serial(value):
    """A time as the number by which a spreadsheet stores it."""
    return (value - datetime(1899, 12, 30)).total_seconds() / 86400 if isinstance(value, datetime) else value


def _guide_calls_typing(book: Book, sheet, count: int) -> None:
    """Add drop-downs and checks, each with a sentence."""
    ranges = list_ranges(book.agency)
    for index, column in enumerate(c.COLUMNS):
        check = _list_check(column, ranges[column.header]) if column.kind == "list" else _check(column)
        if check:
            # Excel allows 32 characters for a title
            hint = {"input_title": column.header[:32], "input_message": column.hint} if column.hint else {}
            sheet.data_validation(1, index, count, index, {**check, **hint})


def _list_check(column: c.Column, source: str) -> dict:
    lenient = column.header in c.OPEN_LISTS
    return {
        "validate": "list",
        "source": f"={source}",
        "error_type": "warning" if lenient else "stop",
        "error_title": column.header[:32],
        "error_message": "This is not in the list. Keep it anyway?" if lenient else "Please choose from the list.",
    }


def _check(column: c.Column) -> dict | None:
    check = {
        "date": {"validate": "date", "criteria": ">=", "value": date(2018, 1, 1)},
        "time": {"validate": "time", "criteria": "between", "minimum": time(0, 0), "maximum": time(23, 59, 59)},
        # A whole number only: 0:45 would be stored as a time of day, and no one could tell 45 minutes from 45 seconds.
        "minutes": {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 1440},
        "count": {"validate": "integer", "criteria": ">=", "value": 1},
    }.get(column.kind)
    if check:
        return {**check, "error_title": column.header[:32], "error_message": c.TABLES["refused"][column.kind]}
    return {"validate": "any"} if column.hint else None


def _arrange(book: Book, sheet, count: int) -> None:
    """Set widths, formats for later rows, the folded group, frozen panes, and printing."""
    for index, column in enumerate(c.COLUMNS):
        after_more = index and c.COLUMNS[index - 1].more and not column.more
        # The sign that unfolds a group is on the column after it
        folding = {"level": 1, "hidden": True} if column.more else {"collapsed": True} if after_more else {}
        style = None if column.kind == "live" else book.style(column.kind)
        sheet.set_column(index, index, column.width, style, folding)
    sheet.set_column(len(c.COLUMNS), len(ALL_HEADERS) - 1, 18, None, {"hidden": True})
    frozen = c.HEADERS.index("Time") + 1
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, count, len(c.COLUMNS) - 1)
    # Ids are text on purpose; without this each cell shows a green corner
    sheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(len(c.COLUMNS))}{count + 1}"})
    sheet.set_landscape()
    sheet.set_paper(5)  # legal
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, frozen - 1)
    sheet.set_footer("&L&A&RPage &P of &N")
