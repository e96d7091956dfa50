"""Logs in web pages and emails, made into workbooks: their tables, or the lines of an email that begin with a day.

So one reader serves all. A page or an email without such rows stays what it is.
"""

from __future__ import annotations

import email.utils
import io
from email.message import EmailMessage

from callanalytics.errors import CallLogError
from callanalytics.formats import contents
from callanalytics.lazy import regex
from callanalytics.read import messages
from callanalytics.read.file import File, decoded, readable_kind
from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME, month_number
from callanalytics.values.narratives import read_narrative

Rows = list[list[str | None]]
_DAY = regex(rf"(?i)\W*(?:{WEEKDAY_NAME}\W+)?(?:(?P<number>\d\d?)/\d|(?P<name>{MONTH_NAME})\b)")
_WIDEST = 63  # columns that a cell may span


def kind_read(file: File) -> str:
    """The kind as which a file is read: a page or an email that holds a log is read as a workbook."""
    return "xlsx" if tables_in(file) else readable_kind(file)


def tables_in(file: File) -> list[Rows]:
    """The tables in a page, or the log that someone sent by email; none if there is none."""
    if file.kind not in ("html", "eml"):
        return []
    if "tables" not in file.__dict__:  # found once for identifying the file and then reading it
        file.__dict__["tables"] = _tables_in(file)
    return file.__dict__["tables"]


def _tables_in(file: File) -> list[Rows]:
    if file.kind == "html":
        content = file.content()
        return _tables_of_page(decoded(content)[0]) if b"<table" in content.lower() else []
    try:
        return _log_in_message(messages.parsed(file))
    except (CallLogError, *messages.BROKEN):
        return []  # whoever reads it as a message says what is wrong with it


def as_workbook(file: File) -> bytes:
    """The bytes of an XLSX workbook with each table of a file as a sheet; the name of a sheet from an email has the
    year in which it was sent, unless a row is from a later month."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    tables = tables_in(file)
    sent = email.utils.parsedate(str(messages.parsed(file).get("Date", ""))) if file.kind == "eml" else None
    for rows in tables:
        is_before = sent and all(_month(text) <= sent[1] for text in _dated(rows))
        sheet = book.create_sheet(f"Sent in {sent[0]}" if sent and is_before else "Sheet")
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _tables_of_page(page: str) -> list[Rows]:
    """The tables that no other table is in, if one of them has rows with days."""
    from lxml import etree, html

    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # the page is empty
        return []
    inner = (table for table in root.iter("table") if table.find(".//table") is None)
    tables = [[*map(_cells, table.iter("tr"))] for table in inner]
    return tables if any(len(_dated(rows)) >= contents.MIN_CELLS for rows in tables) else []


def _month(text: str) -> int:
    """The month of a row's day, if its day comes second: 3/9, Mar 9; 0 for any other day."""
    day = _DAY.match(text)
    return 0 if day is None else int(day["number"]) if day["number"] else month_number(day["name"])


def _cells(row) -> list[str | None]:
    """The texts of a row of a table, with empty cells where one spans several columns."""
    found: list[str | None] = []
    for cell in row.iterchildren("td", "th"):
        stated = cell.get("colspan", "1")
        width = min(int(stated), _WIDEST) if stated.isdecimal() else 1
        found += [" ".join(" ".join(cell.itertext()).split()) or None, *[None] * (width - 1)]
    return found


def _log_in_message(message: EmailMessage) -> list[Rows]:
    """The tables or the lines of an email, if most of their rows with a day tell of a call."""
    texts = {kind: body.get_content() for kind in ("html", "plain") if (body := message.get_body((kind,)))}
    subject = str(message.get("Subject", ""))
    notes = [_notes(texts["plain"], subject)] if "plain" in texts else []
    tables = _tables_of_page(texts.get("html", ""))
    return next((found for found in (tables, notes) if any(map(_is_of_calls, found))), [])


def _notes(text: str, subject: str) -> Rows:
    """The lines of an email that begin with a day, each with the lines right behind it, under its subject.

    What is behind a gap, such as a signature, is no part of a note.
    """
    notes, is_open = [subject], False
    for line in map(str.strip, contents.under_days(text.splitlines())):
        if contents.KINDS.date.match(line):
            notes.append(line)
        elif line and is_open:
            notes[-1] += f" {line}"
        is_open = bool(line) and len(notes) > 1
    return [[note] for note in notes if note]


def _dated(rows: Rows) -> list[str]:
    """The texts of the rows with a day in one of the first two cells."""
    is_dated = lambda row: any(contents.KINDS.date.match(cell) for cell in row[:2] if cell)  # noqa: E731
    return [" ".join(filter(None, row)) for row in rows if is_dated(row)]


def _is_of_calls(rows: Rows) -> bool:
    dated = _dated(rows)
    n_calls = sum(read_narrative(text).is_of_call for text in dated)
    return n_calls >= contents.MIN_CELLS and 2 * n_calls > len(dated)
