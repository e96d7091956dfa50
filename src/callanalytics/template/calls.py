"""The sheet *Calls*: header, three examples, the rows given, then numbered rows to fill in."""

from __future__ import annotations

from datetime import date, datetime, time

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from callanalytics.template import columns as c
from callanalytics.template import lists, live
from callanalytics.template.book import ALARMS, EXAMPLE_CELL, LIVE_CELL, Book

PREPARED = 1000  # numbered rows
ALL = (*c.HEADERS, *live.WORKING)


def write(book: Book, sheet, places: live.Places, rows: list[dict], shown: list[dict], examples: int) -> None:
    """Every row, the first ``examples`` of them gray; ``shown`` is what their live columns say."""
    count = examples + max(PREPARED, len(rows) - examples)
    _write_headers(book, sheet)
    letters = {header: xl_col_to_name(place) for place, header in enumerate(ALL)}
    for place in range(1, count + 1):
        given = place <= len(rows)
        row = rows[place - 1] if given else {"No.": place - examples}
        formulas = live.formulas(live.Row(place + 1, letters, count + 1), places)
        _write_row(book, sheet, place, row, formulas, shown[place - 1] if given else {}, gray=place <= examples)
    _guide_typing(book, sheet, count)
    _mark_what_is_due(book, sheet, count)
    _arrange(book, sheet, count)


def _write_headers(book: Book, sheet) -> None:
    for place, column in enumerate(c.COLUMNS):
        sheet.write(0, place, column.header, book.heading(column.says))
    sheet.write_row(0, len(c.COLUMNS), live.WORKING)
    sheet.set_row(0, 48)


def _write_row(book: Book, sheet, place: int, row: dict, formulas: dict, shown: dict, gray: bool) -> None:
    shade = EXAMPLE_CELL if gray else {}
    for column_no, column in enumerate(c.COLUMNS):
        value = row.get(column.header)
        if column.kind != "live" and (gray or value is not None):
            book.write(sheet, place, column_no, value, column.kind, **shade)
    for column_no, header in enumerate(ALL):
        if header in formulas:
            style = book.style("moment" if header == "Due" else "text", align="left", **(shade or LIVE_CELL))
            sheet.write_formula(place, column_no, formulas[header], style, _serial(shown.get(header, "")))


def _serial(value):
    """A moment as the number that a spreadsheet keeps for it."""
    return (value - datetime(1899, 12, 30)).total_seconds() / 86400 if isinstance(value, datetime) else value


def _guide_typing(book: Book, sheet, count: int) -> None:
    """Drop-downs and checks, each with a sentence."""
    ranges = lists.ranges(book.agency)
    for place, column in enumerate(c.COLUMNS):
        check = _list_check(column, ranges[column.header]) if column.kind == "list" else _check(column)
        if check:
            hint = {"input_title": column.header[:32], "input_message": column.hint} if column.hint else {}
            sheet.data_validation(1, place, count, place, {**check, **hint})


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
        # A whole number: 0:45 would be kept as a time of day, and nobody could tell 45 minutes from 45 seconds.
        "minutes": {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 1440},
        "count": {"validate": "integer", "criteria": ">=", "value": 1},
    }.get(column.kind)
    said = {
        "date": "A date, as in 3/1/2022.",
        "time": "A time with AM or PM, as in 10:05 AM.",
        "minutes": "Minutes as a whole number: 45, not 0:45.",
        "count": "A whole number.",
    }
    if check:
        return {**check, "error_title": column.header[:32], "error_message": said[column.kind]}
    return {"validate": "any"} if column.hint else None


def _mark_what_is_due(book: Book, sheet, count: int) -> None:
    overdue = c.HEADERS.index("Overdue")
    cell = xl_rowcol_to_cell(1, overdue, col_abs=True)
    for word, (ink, fill) in ALARMS.items():
        told = {"type": "formula", "criteria": f'={cell}="{word}"',
                "format": book.file.add_format({"bold": True, "font_color": ink, "bg_color": fill})}  # fmt: skip
        sheet.conditional_format(1, 0, count, overdue, told)


def _arrange(book: Book, sheet, count: int) -> None:
    """Widths, formats for what will be typed, the folded group, frozen panes, printing."""
    for place, column in enumerate(c.COLUMNS):
        after_more = place and c.COLUMNS[place - 1].more and not column.more
        told = {"level": 1, "hidden": True} if column.more else {"collapsed": True} if after_more else {}
        style = None if column.kind == "live" else book.style(column.kind)
        sheet.set_column(place, place, column.width, style, told)
    sheet.set_column(len(c.COLUMNS), len(ALL) - 1, 18, None, {"hidden": True})
    frozen = c.HEADERS.index("Time") + 1
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, count, len(c.COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(len(c.COLUMNS))}{count + 1}"})
    sheet.set_landscape()
    sheet.set_paper(5)  # legal
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, frozen - 1)
    sheet.set_footer("&L&A&RPage &P of &N")
