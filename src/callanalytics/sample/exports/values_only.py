"""The hand log after another program saved it: the same sheets and headers, the values alone, no formula."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter

from callanalytics.template import columns
from callanalytics.template import sheets as yours

_LOOKS = {"date": "m/d/yyyy", "time": "h:mm AM/PM", "id": "@"}
_YES_NO = {True: "Yes", False: "No"}
_QUESTIONS = (yours.NAME, yours.ZONE, yours.EVERY, yours.SINCE)


def write(path: Path, rows: list[dict], office: dict) -> None:
    """The sheets *Calls* and *Your office*."""
    file = xlsxwriter.Workbook(str(path))
    file.set_properties({"created": datetime(2023, 1, 3)})  # else it would be the moment of writing
    styles = {kind: file.add_format({"num_format": form}) for kind, form in _LOOKS.items()}
    _calls(file.add_worksheet("Calls"), rows, styles)
    _office(file.add_worksheet("Your office"), office, styles)
    file.close()


def _calls(sheet, rows: list[dict], styles: dict) -> None:
    kept = [column for column in columns.COLUMNS if column.kind != "live"]
    for place, column in enumerate(kept):
        sheet.write_string(0, place, column.header)
        for row_no, row in enumerate(rows, 1):
            _cell(sheet, row_no, place, row.get(column.header), styles.get(column.kind))


def _office(sheet, office: dict, styles: dict) -> None:
    since = office["logs_callbacks_since"]
    answers = [office["name"], office["timezone"], "Yes" if since else "No", since]
    lines = [("Your office", "Answer"), *zip(_QUESTIONS, answers, strict=True), (), yours.HOURS_HEADER]
    hours = {h["weekday"]: (time.fromisoformat(h["opens"]), time.fromisoformat(h["closes"])) for h in office["hours"]}
    lines += [(name, *hours.get(day, ())) for day, name in enumerate(yours.WEEKDAYS, 1)]
    lines += [(), yours.LINES_HEADER]
    for n in office["lines"]:
        lines.append((n["number"], n["kind"].capitalize(), _YES_NO[n["withheld_get_through"]], n["covered_by"]))
    for row_no, line in enumerate(lines):
        for place, value in enumerate(line):
            _cell(sheet, row_no, place, value, styles["time" if isinstance(value, time) else "id"])


def _cell(sheet, row_no: int, place: int, value, style) -> None:
    if isinstance(value, date | time):
        sheet.write_datetime(row_no, place, value, style)
    elif isinstance(value, str) and value:
        sheet.write_string(row_no, place, value, style)
    elif value is not None and value != "":
        sheet.write_number(row_no, place, value, style)
