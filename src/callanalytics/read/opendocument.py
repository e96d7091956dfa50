"""OpenDocument spreadsheets (.ods) as workbooks, so that both are read by the same means.

Dates, times and numbers keep their stored values, not the form in which they are shown; merged cells and hidden rows
stay so. Comments, styles and formulas are left out: of a formula its stored value is kept.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

CONTENT = "content.xml"
MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576  # of a sheet; a row may say that it is repeated to the last
_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")  # in the name of a sheet of a workbook
_LONGEST_NAME = 31
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
DAY = 86400  # [s]
_HIDDEN = ("collapse", "filter")


def as_workbook(content: bytes) -> bytes:
    """The bytes of an XLSX workbook with the sheets of a spreadsheet."""
    from defusedxml.ElementTree import iterparse
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(CONTENT) as source:
        sheet, row = None, 0
        for event, element in iterparse(source, events=("start", "end")):
            name = _local(element.tag)
            if event == "start" and name == "table":
                sheet, row = book.create_sheet(_title(_attribute(element, "name"))), 0
            elif event == "end" and name == "table-row" and sheet is not None:
                row = _add(sheet, element, row)
                element.clear()
            elif event == "end" and name == "table":
                sheet = None
                element.clear()
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(element, name: str) -> str:
    """An attribute whatever its namespace; "" where there is none."""
    return next((value for key, value in element.items() if _local(key) == name), "")


def _times(element, name: str) -> int:
    return int(_attribute(element, name) or 1)


def _title(name: str) -> str:
    return _FORBIDDEN.sub(" ", name)[:_LONGEST_NAME] or "Sheet"


def _add(sheet, element, row: int) -> int:
    """Write a row, as often as it is repeated if it holds something, below `row`; the number of its last."""
    cells: list[tuple[int, object, int, int]] = []
    column = 0
    for cell in element:
        if _local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        value, repeated = _value(cell), _times(cell, "number-columns-repeated")
        wide, high = _times(cell, "number-columns-spanned"), _times(cell, "number-rows-spanned")
        if value is not None:
            cells += [(column + n + 1, value, wide, high) for n in range(min(repeated, MOST_COLUMNS - column))]
        column += repeated
    repeated = _times(element, "number-rows-repeated")
    for number in range(row + 1, min(row + (repeated if cells else 0), MOST_ROWS) + 1):
        for place, value, wide, high in cells:
            sheet.cell(number, place, value)
            if wide > 1 or high > 1:
                sheet.merge_cells(None, number, place, number + high - 1, place + wide - 1)
        if cells and _attribute(element, "visibility") in _HIDDEN:
            sheet.row_dimensions[number].hidden = True
    return row + repeated


def _value(cell):
    """What a cell holds, of the type that it says; None for an empty one."""
    kind = _attribute(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        number = float(_attribute(cell, "value"))
        return int(number) if number.is_integer() else number
    if kind == "date":
        return _moment(_attribute(cell, "date-value"))
    if kind == "time":
        return _duration(_attribute(cell, "time-value"))
    if kind == "boolean":
        return _attribute(cell, "boolean-value") == "true"
    return _text(cell) or None


def _moment(text: str) -> dt.date | dt.datetime:
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


def _duration(text: str) -> dt.time | dt.timedelta | str:
    """A time of day or a length of time, which the file does not tell apart; of a day and more only a length.

    >>> _duration("PT09H05M00S"), _duration("PT26H00M00S")
    (datetime.time(9, 5), datetime.timedelta(days=1, seconds=7200))
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return total if total.total_seconds() >= DAY else (dt.datetime.min + total).time()


def _text(cell) -> str:
    """The paragraphs of a cell, a line each."""
    return "\n".join(_plain(part) for part in cell if _local(part.tag) == "p")


def _plain(element) -> str:
    """The text of a paragraph without comments, its repeated blanks, tabs and line breaks written out."""
    written = {"s": " " * _times(element, "c"), "tab": "\t", "line-break": "\n"}.get(_local(element.tag))
    if written is not None:
        return written
    found = element.text or ""
    for part in element:
        if _local(part.tag) != "annotation":
            found += _plain(part)
        found += part.tail or ""
    return found
