"""The sheet *Your office*: asked once. The reader finds an answer beside its label, whatever the row."""

from __future__ import annotations

from datetime import time

from callanalytics.template import lists
from callanalytics.template.book import BOXED, Book

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAME, ZONE, EVERY, SINCE = (
    "Office name",
    "Time zone",
    "Do you write down every call-back, missed ones too?",
    "Since when?",
)
HOURS_HEADER = ("Opening hours", "Opens", "Closes")
LINES_HEADER = (
    "Telephone number",
    "Desk or mobile",
    "Do unknown callers get through?",
    "Which system's export shows it",
)
LINES = 10
ZONE_ROW, EVERY_ROW, HOURS_ROW = 2, 3, 6  # from 0
LINES_ROW = HOURS_ROW + len(WEEKDAYS) + 2
ZONE_CELL = f"'Your office'!$B${ZONE_ROW + 1}"


def write(book: Book, sheet, office: dict, zone_label: str) -> None:
    """Name, zone, hours, lines, and whether every call-back is written down; blank where not given."""
    since = office.get("logs_callbacks_since")
    answers = {
        NAME: office.get("name"),
        ZONE: zone_label or None,
        EVERY: bool(since) if office else None,
        SINCE: since,
    }
    sheet.write_row(0, 0, ("Your office", "Answer"), book.heading("needed"))
    for place, (label, answer) in enumerate(answers.items(), 1):
        sheet.write_string(place, 0, label, book.style(text_wrap=True))
        book.write(sheet, place, 1, answer, "text", **BOXED)
    _write_hours(book, sheet, office)
    _write_lines(book, sheet, office)
    _guide_typing(book, sheet)
    sheet.set_column(0, 0, 50)
    sheet.set_column(1, 3, 30)
    sheet.set_landscape()
    sheet.set_paper(1)  # letter
    sheet.fit_to_pages(1, 1)


def _write_hours(book: Book, sheet, office: dict) -> None:
    sheet.write_row(HOURS_ROW, 0, HOURS_HEADER, book.heading("wanted"))
    told = {hours["weekday"]: hours for hours in office.get("hours") or ()}
    for day, name in enumerate(WEEKDAYS, 1):
        sheet.write_string(HOURS_ROW + day, 0, name)
        for column, edge in enumerate(("opens", "closes"), 1):
            clock = told.get(day, {}).get(edge)
            book.write(sheet, HOURS_ROW + day, column, time.fromisoformat(clock) if clock else None, "time", **BOXED)


def _write_lines(book: Book, sheet, office: dict) -> None:
    sheet.write_row(LINES_ROW, 0, LINES_HEADER, book.heading("wanted"))
    given = list(office.get("lines") or ())
    for place in range(max(LINES, len(given))):
        line = given[place] if place < len(given) else {}
        kind = (line.get("kind") or "").capitalize() or None
        cells = (line.get("number"), kind, line.get("withheld_get_through"), line.get("covered_by"))
        for column, value in enumerate(cells):
            book.write(sheet, LINES_ROW + 1 + place, column, value, "text" if column else "id", **BOXED)


def _guide_typing(book: Book, sheet) -> None:
    ranges = lists.ranges(book.agency)
    lines = (LINES_ROW + 1, LINES_ROW + LINES)
    for first, last, column, name in (
        (ZONE_ROW, ZONE_ROW, 1, lists.OFFICE_ZONES),
        (EVERY_ROW, EVERY_ROW, 1, "May be cited"),
        (*lines, 1, lists.PHONES),
        (*lines, 2, lists.KNOWN),
    ):
        sheet.data_validation(
            first, column, last, column, {"validate": "list", "source": f"={ranges[name]}", "error_type": "warning"}
        )
