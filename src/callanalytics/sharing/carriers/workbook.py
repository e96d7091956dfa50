"""Workbooks, written anew: the sheets with rows, cell under cell, without properties, hidden sheets and formulas."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

from callanalytics.formats import Format, fold
from callanalytics.read import File, TextTable
from callanalytics.read.grids import is_sql_type
from callanalytics.read.sheets import beginning, heading_of
from callanalytics.read.workbooks import Sheet, Workbook
from callanalytics.sharing.carriers import Change, heading, row, stray_cell
from callanalytics.sharing.carriers.delimited import odd_row

_MADE = datetime(1980, 1, 1)  # a workbook must say when it was made
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_WHOLE = re.compile(r"0|[1-9]\d{0,14}")
_PART = re.compile(r"(?:0|[1-9]\d{0,8})\.\d{1,6}")


def written(file: File, fmt: Format, tables: list[TextTable], changes: list[Change], looked_at: set[str]) -> bytes:
    """The workbook's bytes anew. Of the tables each is a sheet; the sheet about the office is left out."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        formats = {pattern: book.add_format({"num_format": pattern}) for pattern in (_DAY, _MOMENT)}
        by_title = {table.sheet: (table, change) for table, change in zip(tables, changes, strict=True)}
        for place, sheet in enumerate(Workbook(file).sheets, 1):
            if sheet.title in by_title:
                table, change = by_title[sheet.title]
                own = book.add_worksheet(_title(sheet.title, fmt, place))
                for number, cells in _rows(sheet, table, fmt, change, looked_at):
                    for column, cell in enumerate(cells):
                        _write(own, number - 1, column, cell, formats)
                _merge(own, sheet)
    return content.getvalue()


def _title(title: str, fmt: Format, place: int) -> str:
    """A sheet's name: one that the format wants, or a year; else its place."""
    if fold(title) in map(fold, fmt.recognise.sheet) or re.fullmatch(r"20\d\d", title):
        return title
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", title)  # by which dates without a year are read
    return f"Sheet {place} {years[0]}" if len(set(years)) == 1 else f"Sheet {place}"


def _rows(sheet: Sheet, table: TextTable, fmt: Format, change: Change, looked_at: set[str]):
    rows, odd = set(table.rows.tolist()), {o.row: o.reason for o in table.odd}
    found = heading_of(sheet, beginning(sheet), fmt)
    first, last = (found.row, found.last) if found else (0, 0)
    for number, cells in sheet.rows():
        if number in odd:
            yield number, odd_row(cells, odd[number])
        elif number in rows:
            yield number, row(table.header, cells, change)
        elif first <= number <= last:
            yield number, [heading(cell, place, looked_at) if cell else "" for place, cell in enumerate(cells, 1)]
        else:
            yield number, [(cell or "") if is_sql_type(cell) else stray_cell(cell) for cell in cells]


def _write(sheet, row: int, column: int, text: str, formats: dict) -> None:
    """A cell as Excel would hold it; what the reader would then give back otherwise stays text."""
    if not text:
        return
    if _WHOLE.fullmatch(text):
        sheet.write_number(row, column, int(text))
    elif _PART.fullmatch(text) and repr(float(text)) == text:
        sheet.write_number(row, column, float(text))
    elif moment := _moment(text):
        pattern = _MOMENT if isinstance(moment, datetime) else _DAY
        sheet.write_datetime(row, column, moment, formats[pattern])
    else:
        sheet.write_string(row, column, text)


def _moment(text: str) -> date | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
            return datetime.fromisoformat(text)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    return None


def _merge(own, sheet: Sheet) -> None:
    """Cells merged as they were: a header in two rows is tied together by them."""
    for r in sheet.facts.merged:
        if (r.row, r.column) == (r.last_row, r.last_column):
            continue
        own.merge_range(r.row - 1, r.column - 1, r.last_row - 1, r.last_column - 1, "")
