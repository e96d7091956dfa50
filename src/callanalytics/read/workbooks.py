"""XLSX workbooks: sheets as rows of text, behind a guard against bombs.

Cells become text in one canonical form: ``2022-03-01 10:05:00``, ``2022-03-01``, ``10:05:00``, numbers
without a trailing ``.0``, ``TRUE``, ``FALSE``; errors (``#REF!``) stay as they are.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from callanalytics.errors import CallLogError
from callanalytics.read import archive, sheet_xml
from callanalytics.read.file import File
from callanalytics.read.table import counted

_EXACT = 10**15  # Excel keeps fifteen digits of a number


class Workbook:
    """An XLSX file and its sheets."""

    def __init__(self, file: File):
        self.file = file
        content = io.BytesIO(file.content())
        archive.opened(content, file.shown, archive.OF_A_WORKBOOK)
        with _sentences(file), _unwarned():
            book = _openpyxl().load_workbook(content, read_only=True, data_only=True, keep_links=False)
            sheets = list(book.worksheets)
        self.sheets = tuple(Sheet(self, sheet, place, len(sheets)) for place, sheet in enumerate(sheets, 1))


class Sheet:
    """One sheet of a workbook. ``shown`` names it by its place: a sheet's name may be a client's."""

    def __init__(self, book: Workbook, sheet, place: int, count: int):
        self._book, self._sheet, self._place = book, sheet, place
        self.title: str = sheet.title
        self.is_hidden = sheet.sheet_state != "visible"
        self.shown = f"sheet {place} of {count}" if count > 1 else "the sheet"
        self.inexact: set[int] = set()  # columns with numbers longer than Excel can keep

    @property
    def titles(self) -> tuple[str, ...]:
        """What the sheet is called, and its workbook."""
        return self.title, self._book.file.stem

    @cached_property
    def facts(self) -> sheet_xml.Facts:
        """What the library does not tell: merged cells, hidden rows, formulas without a stored value."""
        known = self._book.file.__dict__.setdefault("facts_of_sheets", {})  # a file is told apart, then read
        if self._place not in known:
            # The library opens the sheet's XML by this method itself, and offers no other way to it.
            with _sentences(self._book.file), self._sheet._get_source() as source:
                known[self._place] = sheet_xml.facts(source)
        return known[self._place]

    def rows(self, until: int | None = None) -> Iterator[tuple[int, list[str | None]]]:
        """Each row that is not empty, with its number, down to the last that a sheet can have."""
        return ((number, texts) for number, texts in self._texts(until) if any(texts))

    def _texts(self, until: int | None) -> Iterator[tuple[int, list[str | None]]]:
        self._sheet.reset_dimensions()  # what a sheet says of its size is often wrong
        rows = enumerate(self._sheet.iter_rows(max_row=until), 1)
        while True:
            with _sentences(self._book.file), _unwarned():
                block = [
                    (number, [self._text(cell, place) for place, cell in enumerate(cells)])
                    for number, cells in itertools.islice(rows, 1000)
                ]
            if not block:
                return
            yield from block

    def _text(self, cell, place: int) -> str | None:
        value = cell.value
        if value is None:
            return None
        if isinstance(value, str):
            return _unescaped(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) >= _EXACT:
                self.inexact.add(place)
            return _number(value, cell.number_format)
        if isinstance(value, dt.datetime):
            return _moment(value, cell.number_format)
        return _other(value)

    def notes(self, computed=frozenset()) -> list[str]:
        """What a person should know of a sheet that was read; of formulas in columns nobody reads, nothing."""
        facts, notes = self.facts, []
        unvalued = [cell for cell in facts.unvalued if cell.rstrip("0123456789") not in computed]
        if facts.hidden:
            notes.append(f"read like the others: {counted(len(facts.hidden), 'hidden row')}")
        if unvalued:
            notes.append(
                f"read as empty: {counted(len(unvalued), 'formula')} without a stored value. "
                "Opening the workbook in Excel and saving it stores the values"
            )
        return notes


def _openpyxl():
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise CallLogError(
            "workbooks are not read while the guard against XML bombs is off",
            do="unset OPENPYXL_DEFUSEDXML, and see that the package defusedxml is installed",
        )
    return openpyxl


@contextmanager
def _unwarned():
    """Without the library's remarks: on drop-downs it does not know, on serial numbers that are no dates.

    The latter become ``#VALUE!`` and are seen as that.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _sentences(file: File):
    """Whatever a damaged workbook makes the libraries raise, as one sentence."""
    try:
        yield
    except CallLogError:
        raise
    except Exception as problem:  # openpyxl raises KeyError, TypeError, BadZipFile, ParseError ... as it comes
        raise CallLogError(
            f"{file.shown} could not be read as a workbook",
            found="parts of it are damaged, or written in a way Excel does not write",
            do="open it in Excel, save it as XLSX under a new name, and name that file",
        ) from problem


def _unescaped(text: str) -> str:
    """Excel writes control characters as ``_x000D_``."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def _number(value: int | float, number_format: str) -> str:
    text = str(int(value)) if float(value).is_integer() and abs(value) < 1e300 else repr(value)
    if re.fullmatch(r"0{2,}", number_format) and text.isdigit():
        return text.zfill(len(number_format))  # an ID shown with leading zeros
    return text


def _moment(value: dt.datetime, number_format: str) -> str:
    from openpyxl.styles.numbers import is_datetime

    if value.time() == dt.time() and is_datetime(number_format) == "date":
        return value.date().isoformat()
    return value.isoformat(" ")


def _other(value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign = "-" if seconds < 0 else ""
        return f"{sign}{abs(seconds) // 3600:02}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
