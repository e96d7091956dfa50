"""The sheet that describes the office: answers beside their labels, opening hours, telephone lines."""

from __future__ import annotations

from callanalytics.formats import fold
from callanalytics.values.dates import read_date
from callanalytics.values.moments import read_machine_time
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.phones import e164

WEEKDAYS = {name: day for day, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split(), 1)}


def read_office(table, sheet) -> dict:
    """What the sheet says, shaped as in the table *offices*; None where it says nothing or cannot be read.

    ``logs_callbacks_since`` is a date only where the answer to *every call-back* is yes: a date beside a no
    declares nothing.
    """
    rows = [[cell or "" for cell in row.values()] for row in table.cells.to_pylist()]
    answer = {name: _answer(rows, labels) for name, labels in sheet.labels.items()}
    every = _read("yes_no", answer.get("logs_every_callback"))
    since = _date(answer.get("since")) if every else None
    return {
        "name": answer.get("name") or None,
        "timezone": _read("zone", answer.get("timezone")),
        "hours": _hours(rows) or None,
        "lines": _lines(rows, sheet.labels.get("lines", ())) or None,
        "logs_callbacks_since": since,
    }


def _answer(rows: list[list[str]], labels) -> str:
    """The cell beside the first of the labels that stands in the sheet."""
    wanted = {fold(label).rstrip("?: ") for label in labels}
    for row in rows:
        if fold(row[0]).rstrip("?: ") in wanted:
            return next((cell for cell in row[1:] if cell), "")
    return ""


def _read(parser: str, text: str | None):
    try:
        return PARSERS[parser](text) if text else None
    except Unreadable:
        return None


def _date(text: str | None):
    try:
        return read_date(text, order="mdy") if text else None
    except ValueError:
        return None


def _hours(rows: list[list[str]]) -> list[dict]:
    found = []
    for row in rows:
        day, cells = WEEKDAYS.get(fold(row[0])), [*row[1:], "", ""]
        opens, closes = _clock(cells[0]), _clock(cells[1])
        if day and opens and closes:
            found.append({"weekday": day, "opens": opens, "closes": closes})
    return found


def _clock(text: str) -> str | None:
    try:
        seconds = read_machine_time(text).seconds if text else None
    except ValueError:
        return None
    return None if seconds is None else f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _lines(rows: list[list[str]], labels) -> list[dict]:
    """The rows below the header of the telephone lines, as far as they begin with a number."""
    wanted = {fold(label) for label in labels}
    start = next((place for place, row in enumerate(rows, 1) if fold(row[0]) in wanted), len(rows))
    found = []
    for row in rows[start:]:
        number, kind, through, covered = (*row, "", "", "", "")[:4]
        if e164(number):
            found.append(
                {
                    "number": e164(number),
                    "kind": fold(kind) or None,
                    "withheld_get_through": _read("yes_no", through),
                    "covered_by": covered or None,
                }
            )
    return found
