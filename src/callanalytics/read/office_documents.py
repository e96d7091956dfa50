"""Spreadsheets of OpenDocument (.ods) and the tables or notes of Word documents (.docx), made into workbooks.

So one reader serves all. Dates, times, and numbers keep their stored values, not their displayed form; merged cells
stay merged and hidden rows hidden. Comments and styles are left out. For a formula only the stored value is kept. A
table of Word has only text. A document without a table may have notes, each beginning with its day.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from callanalytics.formats import contents, relevance
from callanalytics.lazy import regex
from callanalytics.read.archive import OF_A_WORKBOOK, local_name, xml_events
from callanalytics.values.lexicon import Patterns

CONTENT, WORD = "content.xml", "word/document.xml"
MAX_COLUMNS, MAX_ROWS = 16_384, 1_048_576  # limits of a sheet; a row may say that it repeats to the last one
_WIDEST = 63  # columns of a table of Word
_FORBIDDEN = regex(r"[\\/*?:\[\]]")  # not allowed in the name of a workbook's sheet
_LONGEST_NAME = 31
_DURATION = regex(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
DAY = 86400  # [s]
_YEAR, _IS_STAMP = regex(r"(?<!\d)20\d\d(?!\d)"), Patterns("rows").stamp.search
_HIDDEN = ("collapse", "filter")


def as_workbook(content: bytes) -> bytes:
    """The bytes of an XLSX workbook with the sheets of a spreadsheet, or the tables of a document of Word."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        is_of_word = WORD in archive.namelist()
        (_add_tables if is_of_word else _add_sheets)(book, partial(archive.open, WORD if is_of_word else CONTENT))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def has_rows(archive: zipfile.ZipFile) -> bool:
    """Whether a document of Word has a table, or notes that begin with their days."""
    with archive.open(WORD) as source:
        if b"<w:tbl>" in source.read(OF_A_WORKBOOK.unpacked):
            return True
    try:
        notes = _notes(partial(archive.open, WORD))
    except ParseError:
        return False
    return sum(bool(contents.KINDS.date.match(note)) for note in notes) >= contents.MIN_CELLS


def _notes(opened: Callable[[], IO[bytes]]) -> list[str]:
    """The lines of a document, each with the lines behind it that do not begin with a day, below the first day."""
    found: list[str] = []
    elements = (element for event, element in xml_events(opened, ("end",)) if _is_named(element, "p"))
    lines = [part.strip() for element in elements for part in _line(element).split("\n")]
    for line in filter(None, contents.under_days(lines)):
        is_behind = bool(found) and bool(contents.KINDS.date.match(found[-1]))
        if is_behind and not contents.KINDS.date.match(line):
            found[-1] += f" {line}"
        else:
            found.append(line)
    return found


def _add_sheets(book, opened: Callable[[], IO[bytes]]) -> None:
    sheet, row = None, 0
    for event, element in xml_events(opened, ("start", "end")):
        name = local_name(element.tag)
        if event == "start" and name == "table":
            sheet, row = _new_sheet(book, _attribute(element, "name")), 0
        elif event == "end" and name == "table-row" and sheet is not None:
            row = _add_row(sheet, element, row)
            element.clear()
        elif event == "end" and name == "table":
            sheet = None
            element.clear()


def _new_sheet(book, title: str):
    return book.create_sheet(_FORBIDDEN.sub(" ", title)[:_LONGEST_NAME].strip() or "Sheet")


def _add_tables(book, opened: Callable[[], IO[bytes]]) -> None:
    """Add each table of a document, also one in a cell of another, as a sheet with the name of the last line above; or
    the notes of a document without a table. A table that begins with a day has the header of the one before it. A line
    that is only a month takes the one year of the lines above; one without a year, that of the last line about calls.
    """
    above, depth, years, year = "", 0, set[str](), ""
    header, first = dict[int, str](), dict[int, str]()  # of the last table with a header
    for event, element in xml_events(opened, ("start", "end")):
        name = local_name(element.tag)
        depth += (name == "tbl") * (1 if event == "start" else -1)
        if event == "end" and not depth and name == "p":
            above = _line(element).strip() or above
            stated = set(_YEAR.findall("" if _IS_STAMP(above) else above))
            years |= stated
            if stated and (relevance.mentions_calls([above]) or relevance.names_agency([above])):
                year = stated.pop() if len(stated) == 1 else ""
        elif event == "end" and name == "tbl":
            is_month = len(years) == 1 and bool(contents.KINDS.month.match(above))
            is_dated = bool(_YEAR.search(above[:_LONGEST_NAME]))
            name = f"{above} {min(years)}" if is_month else above if is_dated else f"{year} {above or 'Sheet'}".strip()
            sheet, above = _new_sheet(book, name), above if depth else ""
            rows = [*map(_cells, itertools.filterfalse(_is_unseen, _children_named(element, "tr")))]
            is_headed = not rows or not any(map(contents.KINDS.date.match, rows[0].values()))
            if not is_headed and _are_alike(first, rows[0]):
                rows.insert(0, header)
            elif is_headed and len(rows) > 1:
                header, first = rows[:2]
            for cells in rows:
                sheet.append({column: text or None for column, text in cells.items()})
            element.clear()
    if not book.worksheets:
        sheet = _new_sheet(book, "")
        for note in _notes(opened):
            sheet.append([note])


def _are_alike(row: dict[int, str], other: dict[int, str]) -> bool:
    """Whether two rows have the same columns, with days and lengths in the same ones."""
    looks = [
        {column: [bool(contents.KINDS[kind].match(text)) for kind in ("date", "span")] for column, text in each.items()}
        for each in (row, other)
    ]
    return looks[0] == looks[1]


def _cells(row) -> dict[int, str]:
    """The texts of a row of a table of Word, by their columns."""
    column, found = 1 + _columns(row, "gridBefore", 0), {}
    for cell in _children_named(row, "tc"):
        found[column] = "\n".join(map(_line, _children_named(cell, "p"))).strip()
        column += _columns(cell, "gridSpan", 1)
    return found


def _own_property(element, name: str) -> Element | None:
    """A property of a row, a cell, or a run of Word itself, not of what is in it."""
    stated = (part for part in element if local_name(part.tag).endswith("Pr"))
    return next((each for properties in stated for each in properties if _is_named(each, name)), None)


def _columns(element, name: str, default: int) -> int:
    stated = _own_property(element, name)
    return default if stated is None else min(int(_attribute(stated, "val")), _WIDEST)


def _is_unseen(element) -> bool:
    """Whether a tracked change took a row out, or moved a text away; or a text is hidden."""
    hidden = _own_property(element, "vanish")
    is_hidden = hidden is not None and _attribute(hidden, "val") not in ("0", "false", "off")
    return is_hidden or _is_named(element, "moveFrom") or _own_property(element, "del") is not None


def _is_named(element, name: str) -> bool:
    return local_name(element.tag) == name


def _children_named(element, name: str) -> Iterator[Element]:
    """The children of a name, also those that a content control holds: a date picked from a calendar."""
    for child in element:
        if _is_named(child, name):
            yield child
        elif local_name(child.tag) in ("sdt", "sdtContent"):
            yield from _children_named(child, name)


def _line(paragraph) -> str:
    """The text of a paragraph of Word as one sees it: without what a tracked change took out, and hidden text."""
    unseen = {part for whole in paragraph.iter() if _is_unseen(whole) for part in whole.iter()}
    parts = (part for run in paragraph.iter() if _is_named(run, "r") and run not in unseen for part in run)
    return "".join({"t": part.text, "tab": "\t", "br": "\n"}.get(local_name(part.tag)) or "" for part in parts)


def _attribute(element, name: str) -> str:
    """An attribute in any namespace; "" if there is none."""
    return next((value for key, value in element.items() if local_name(key) == name), "")


def _times(element, name: str) -> int:
    return int(_attribute(element, name) or 1)


def _add_row(sheet, element, row: int) -> int:
    """Write a row below `row`, as often as it repeats if it holds something; return the number of the last row."""
    cells: list[tuple[int, object, int, int]] = []
    column = 0
    for cell in element:
        if local_name(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        value, repeated = _value(cell), _times(cell, "number-columns-repeated")
        wide, high = _times(cell, "number-columns-spanned"), _times(cell, "number-rows-spanned")
        if value is not None:
            cells += [(column + n + 1, value, wide, high) for n in range(min(repeated, MAX_COLUMNS - column))]
        column += repeated
    repeated = _times(element, "number-rows-repeated")
    for number in range(row + 1, min(row + (repeated if cells else 0), MAX_ROWS) + 1):
        for column, value, wide, high in cells:
            sheet.cell(number, column, value)
            if wide > 1 or high > 1:
                sheet.merge_cells(None, number, column, number + high - 1, column + wide - 1)
        if cells and _attribute(element, "visibility") in _HIDDEN:
            sheet.row_dimensions[number].hidden = True
    return row + repeated


def _value(cell):
    """The value of a cell, in the type that the file states; None for an empty cell."""
    kind = _attribute(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        number = float(_attribute(cell, "value"))
        return int(number) if number.is_integer() else number
    if kind == "date":
        text = _attribute(cell, "date-value")
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    if kind == "time":
        return _duration(_attribute(cell, "time-value"))
    if kind == "boolean":
        return _attribute(cell, "boolean-value") == "true"
    return "\n".join(_paragraph_text(part) for part in cell if local_name(part.tag) == "p") or None


def _duration(text: str) -> dt.time | dt.timedelta | str:
    """A time of day or a duration, which the file does not distinguish; a day or more is always a duration.

    >>> _duration("PT09H05M00S"), _duration("PT26H00M00S")
    (datetime.time(9, 5), datetime.timedelta(days=1, seconds=7200))
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return total if total.total_seconds() >= DAY else (dt.datetime.min + total).time()


def _paragraph_text(element) -> str:
    """The text of a paragraph without comments, with its repeated spaces, tabs, and line breaks written out."""
    written = {"s": " " * _times(element, "c"), "tab": "\t", "line-break": "\n"}.get(local_name(element.tag))
    if written is not None:
        return written
    found = element.text or ""
    for part in element:
        if local_name(part.tag) != "annotation":
            found += _paragraph_text(part)
        found += part.tail or ""
    return found
