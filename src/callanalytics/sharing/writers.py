"""Write a copy of each kind of file: the same rows in the same places, every cell as :class:`CellReplacer` gives it.

A writer copies only what it names: no file properties, and no names of members, sheets, or styles.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from xml.sax.saxutils import quoteattr

from callanalytics.formats import Format, fold
from callanalytics.formats.derived_columns import year_of
from callanalytics.lazy import regex
from callanalytics.proposals.columns import is_column
from callanalytics.read import File, TextTable, documents, text_files
from callanalytics.read.documents import ELEMENT, xml_elements
from callanalytics.read.file import decoded
from callanalytics.read.grids import is_sql_type, stated_total
from callanalytics.read.headers import KnownHeaders
from callanalytics.read.table import BLANKS
from callanalytics.read.text_files import stated_delimiter
from callanalytics.read.workbooks import Sheet, Workbook, heading_of
from callanalytics.sharing.column_policy import PLACEHOLDER

# ---- cells and headings of any kind of file -------------------------------------------------------------------------

Change = Callable[[str | None, str | None], str]  # (column, text) -> replacement


def heading(cell: str | None, number: int, known=frozenset()) -> str:
    """A header cell: its words if they name a column of calls or are in `known`, else its position.

    >>> heading("Call Date", 3), heading("Maria Ng", 4), heading("Phone 2025550143", 5)
    ('Call Date', 'column 4', 'column 5')
    """
    words = " ".join(plain(cell).split())
    return words if not words or words in known or is_heading(words) else f"column {number}"


def plain(cell: str | None) -> str:
    """A cell without leading and trailing blanks, as the reader trims it."""
    return (cell or "").strip(BLANKS)


def is_heading(cell: str | None) -> bool:
    return is_column(cell or "")


def stray_cell(cell: str | None) -> str:
    """A cell outside the table's rows: its text if it is a column heading, a placeholder if filled, else ""."""
    text = plain(cell)
    return text if is_heading(text) else PLACEHOLDER if text else ""


def row(columns, cells, change: Change) -> list[str]:
    """The cells of a row, rewritten; placeholders for its filled cells if nothing else would be left."""
    names = [*columns, *[None] * (len(cells) - len(columns))]
    new = [change(name, cell) for name, cell in zip(names, cells, strict=False)]
    if not any(new):
        new = [PLACEHOLDER if plain(cell) else "" for cell in cells]
    return new


# ---- text files with delimiters, line by line, so that row 118 stays row 118 ----------------------------------------

# Stands for a damaged record, which must be damaged in the copy too
_QUOTE_THAT_STAYS_OPEN = '"x'


def delimited_bytes(file: File, fmt: Format, table: TextTable, change: Change, looked_at: set[str]) -> bytes:
    """The bytes of the copy: UTF-8, the same delimiter, blank lines where a cell spanned several."""
    head = text_files.head_lines(file)
    dialect, first = text_files.find_dialect(head, KnownHeaders(fmt)), head[:1]
    rows, odd = set(table.rows.tolist()), {o.row: o.reason for o in table.odd}
    lines = [first[0].strip()] if stated_delimiter(first) else []
    for number, cells, columns in text_files.records_with_columns(file, fmt):
        lines += [""] * (number - 1 - len(lines))  # in the copy, a cell of several lines takes one
        lines.append(
            _csv_line(_line_cells(number, cells, columns, rows, odd, fmt, change, looked_at), dialect.delimiter)
        )
    content = file.head(3)
    # The copy has the byte order mark and line ends by which the original was read
    mark = "\ufeff" if content.startswith(codecs.BOM_UTF8) else ""
    end = "\r\n" if b"\r\n" in file.head() else "\n"
    return (mark + end.join(lines) + end).encode("utf-8")


def _line_cells(
    number, cells, columns, rows, odd, fmt: Format, change: Change, looked_at: set[str]
) -> list[str] | None:
    if cells is None:
        return None
    if number in odd:
        return odd_row(cells, odd[number])
    if number in rows:
        return row(columns, cells, change)
    if KnownHeaders(fmt).is_header(cells):
        return [heading(cell, column, looked_at) for column, cell in enumerate(cells, 1)]
    return list(_cells_above(cells, fmt, change))


def odd_row(cells, reason: str) -> list[str]:
    """A row outside the table, reduced to its kind: a total, a repeated header, or which cells are filled."""
    if reason == "header":
        return [stray_cell(cell) for cell in cells]
    kept = [PLACEHOLDER if plain(cell) else "" for cell in cells]
    if reason == "total":
        count = stated_total(cells)
        kept[next(index for index, cell in enumerate(kept) if cell)] = f"Total calls: {count}" if count else "Total"
    return kept


def _cells_above(cells, fmt: Format, change: Change) -> Iterator[str]:
    """A line above a header: a label that the format wants with its value rewritten, or a row of SQL types."""
    label = None
    for cell in cells:
        if label and plain(cell):
            yield change(label, cell)
            label = None
            continue
        label = next((n for n, tests in fmt.file.above.items() if any(t.fits(plain(cell)) for t in tests)), None)
        yield plain(cell) if label or is_sql_type(cell) else stray_cell(cell)


def _csv_line(cells: list[str] | None, delimiter: str) -> str:
    if cells is None:
        return _QUOTE_THAT_STAYS_OPEN
    # An empty cell alone would be written as two quotes, which is not a blank line
    if not any(cells) and len(cells) < 2:
        return ""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow([re.sub(r"\s+", " ", cell) for cell in cells])
    return text.getvalue()


# ---- workbooks ------------------------------------------------------------------------------------------------------

_MADE = datetime(1980, 1, 1)  # fixed, because a workbook must state when it was made
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
# A spreadsheet keeps fifteen digits of a number
_WHOLE = regex(r"0|[1-9]\d{0,14}")
_PART = regex(r"(?:0|[1-9]\d{0,8})\.\d{1,6}")


def workbook_bytes(
    file: File, fmt: Format, tables: list[TextTable], changes: list[Change], looked_at: set[str]
) -> bytes:
    """The bytes of the copy of a workbook. Each table is a sheet; the sheet about the office is left out."""
    import xlsxwriter

    content = io.BytesIO()
    # A cell that begins with = stays text: a copy must not compute anything.
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        formats = {pattern: book.add_format({"num_format": pattern}) for pattern in (_DAY, _MOMENT)}
        by_title = {table.sheet: (table, change) for table, change in zip(tables, changes, strict=True)}
        for sheet_number, sheet in enumerate(Workbook(file).sheets, 1):
            if sheet.title in by_title:
                table, change = by_title[sheet.title]
                own = book.add_worksheet(_sheet_title(sheet.title, fmt, sheet_number))
                for number, cells in _sheet_rows(sheet, table, fmt, change, looked_at):
                    for column, cell in enumerate(cells):
                        _write_cell(own, number - 1, column, cell, formats)
                # Merge the same cells as in the original: they hold a two-row header together
                for r in sheet.content.merged:
                    if (r.row, r.column) == (r.last_row, r.last_column):
                        continue
                    own.merge_range(r.row - 1, r.column - 1, r.last_row - 1, r.last_column - 1, "")
    return content.getvalue()


def _sheet_title(title: str, fmt: Format, number: int) -> str:
    """A sheet's name: one that the format looks for, or a year; otherwise its position."""
    if fold(title) in map(fold, fmt.recognize.sheet) or re.fullmatch(r"20\d\d", title):
        return title
    return f"Sheet {number} {year_of(title)}".strip()  # dates without a year are read by this year


def _sheet_rows(sheet: Sheet, table: TextTable, fmt: Format, change: Change, looked_at: set[str]):
    rows, odd = set(table.rows.tolist()), {o.row: o.reason for o in table.odd}
    found = heading_of(sheet, sheet.beginning, fmt)
    first, last = (found.row, found.last) if found else (0, 0)
    for number, cells in sheet.content.rows:
        if number in odd:
            yield number, odd_row(cells, odd[number])
        elif number in rows:
            yield number, row(table.header, cells, change)
        elif first <= number <= last:
            yield number, [heading(cell, column, looked_at) if cell else "" for column, cell in enumerate(cells, 1)]
        else:
            yield number, [(cell or "") if is_sql_type(cell) else stray_cell(cell) for cell in cells]


def _write_cell(sheet, row: int, column: int, text: str, formats: dict) -> None:
    """Write a cell as Excel would hold it; a value that would be read back differently stays text."""
    if not text:
        return
    if _WHOLE.fullmatch(text):
        sheet.write_number(row, column, int(text))
    # A number would turn 1.50 into 1.5
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


# ---- JSON -----------------------------------------------------------------------------------------------------------

_NUMBER = regex(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?")


def json_bytes(file: File, fmt: Format, change: Change, looked_at: set[str]) -> bytes:
    """The bytes of the copy; `looked_at` are the columns that the format knows by name."""
    doc = documents.json_document(file)
    path = documents.best_path(doc, fmt)
    rewriter = _RecordRewriter(fmt, change, {fold(name) for name in (*looked_at, *fmt.recognize.keys)})
    keys = path.split(".") if path else []
    text = decoded(file.content())[0]
    if not doc.is_lines:
        return _json_bytes(rewriter.records_at(_loads(text), keys))
    lines = text.split("\n")
    odd = {odd.row for odd in doc.odd}
    rewritten = [
        b"x" if n in odd else _json_bytes(rewriter.records_at(_loads(line), keys)) if line.strip() else b""
        for n, line in enumerate(lines, 1)
    ]
    return b"\n".join(rewritten)


class _RecordRewriter:
    def __init__(self, fmt: Format, change: Change, known: set[str]):
        self.lists, self.change, self.known = fmt.file.lists, change, known

    def records_at(self, value, keys: list[str]):
        """The records at the end of a path; everything outside the path is dropped."""
        if isinstance(value, list):
            return [self.records_at(item, keys) for item in value]
        if keys:
            leads = isinstance(value, dict) and keys[0] in value
            return {keys[0]: self.records_at(value[keys[0]], keys[1:])} if leads else {}
        return self.record(value) if isinstance(value, dict) else None

    def record(self, record: dict, prefix: str = "") -> dict:
        return {
            key: self.value(value, prefix + key) for key, value in record.items() if self.is_looked_at(prefix + key)
        }

    def is_looked_at(self, name: str) -> bool:
        """Whether the format looks at this key, or at one inside it."""
        name = fold(name)
        return any(known == name or known.startswith((name + ".", name + "[")) for known in self.known)

    def value(self, value, name: str):
        if isinstance(value, dict):
            return self.record(value, name + ".")
        if isinstance(value, list):
            is_listed = name in self.lists
            return [self.item(item, f"{name}[{n}]") if is_listed else {} for n, item in enumerate(value, 1)]
        if value is None or isinstance(value, bool):
            return value
        new = self.change(name, str(value))
        is_number = isinstance(value, int | float) and _NUMBER.fullmatch(new)
        return (float(new) if "." in new else int(new)) if is_number else new

    def item(self, item, name: str):
        """An item of a list whose items are columns; whatever the format does not read is emptied."""
        return self.record(item, name + ".") if isinstance(item, dict) else self.value(item, name)


def _loads(text: str):
    """The values; a number that Python would write differently stays text."""
    return json.loads(
        text,
        parse_int=lambda whole: int(whole) if len(whole) < 18 else whole,
        parse_float=lambda part: float(part) if repr(float(part)) == part else part,
        parse_constant=str,
    )


def _json_bytes(value) -> bytes:
    # Half of a surrogate pair, which JSON's escapes allow, cannot be encoded in UTF-8
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


# ---- XML ------------------------------------------------------------------------------------------------------------


def xml_bytes(file: File, fmt: Format, change: Change, looked_at: set[str]) -> bytes:
    """The bytes of the copy; everything else in the file (pictures, addresses) is left out."""
    lines, root = [], ""
    wanted = looked_at | set(fmt.recognize.attributes)
    for depth, tag, attributes in xml_elements(file):
        if depth == 0 and tag not in fmt.file.elements:
            root = tag
            stated = attributes.get("count", "")
            lines.append(f"<{tag} count={quoteattr(stated)}>" if stated.isdigit() else f"<{tag}>")
        elif tag in fmt.file.elements:
            named = {key.rpartition("}")[2]: value for key, value in attributes.items()}
            kept = {key: change(key, value) for key, value in named.items() if key in wanted and key != ELEMENT}
            lines.append(f"  <{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())} />")
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    return "\n".join([head, *lines, f"</{root}>" if root else "", ""]).encode("utf-8")


# ---- emails ---------------------------------------------------------------------------------------------------------


def message_bytes(columns: dict[str, str | None], change: Change) -> bytes:
    """The bytes of an email whose parts are `columns`."""
    fields = {name: change(name, value) for name, value in columns.items()}
    message = EmailMessage()
    for name in ("From", "To", "Subject"):
        message[name] = fields.get(name) or ""
    try:
        message["Date"] = format_datetime(datetime.fromisoformat(fields["Sent"]))
    except ValueError:
        message["Date"] = fields["Sent"]
    message.set_content(fields.get("Body") or "")
    return message.as_bytes()


# ---- HTML pages -----------------------------------------------------------------------------------------------------

_FRAME = ("class", "rel")  # attributes by which selectors find an element
_NOT_IN_PAGES = regex(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def page_bytes(file: File, fmt: Format, change: Change) -> bytes:
    """The bytes of the copy of a page."""
    page = documents.parse_page(file)
    selectors = " ".join([fmt.file.rows, fmt.recognize.selector, *fmt.file.fields.values()])
    words = set(re.findall(r"[\w-]+", selectors))
    around = documents.select(page, fmt.recognize.selector)
    entries = []
    for entry in documents.select(page, fmt.file.rows):
        frame = None if entry in around else next((p for p in entry.iterancestors() if p in around), None)
        if frame is not None:
            _strip_attributes(frame, words)
        text = documents.page_source(_rewritten_entry(entry, fmt, change, words))
        entries.append(f'<div class="{frame.get("class", "")}">{text}</div>' if frame is not None else text)
    head = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"/></head><body>'
    return "\n".join([head, *entries, "</body></html>\n"]).encode("utf-8")


def _rewritten_entry(entry, fmt: Format, change: Change, words: set[str]):
    """The entry with its fields rewritten and nothing else left in it."""
    found = []
    for name, field in fmt.file.fields.items():
        element, attribute, value = documents.field_of(entry, field)
        if element is not None:
            found.append((element, attribute, change(name, value)))
    # Remove every word first, then put the fields back: nothing between them can remain
    for element in entry.iter():
        element.text, element.tail = "", None
        _strip_attributes(element, words)
    for element, attribute, new in found:
        if attribute:
            element.set(attribute, _NOT_IN_PAGES.sub("�", new or ""))
        elif new:
            element[:], element.text = [], _NOT_IN_PAGES.sub("�", new)
    return entry


def _strip_attributes(element, words: set[str]) -> None:
    """Remove every attribute of an element except the words by which it is found."""
    kept = {name: " ".join(word for word in element.get(name, "").split() if word in words) for name in _FRAME}
    element.attrib.clear()
    element.attrib.update({name: value for name, value in kept.items() if value})


def page_name(fields: dict[str, str]) -> str:
    """The name of a page, made from its call's party, type, and time."""
    party, kind, moment = (fields.get(part) or "" for part in documents.PAGE_NAME_COLUMNS)
    stem = " - ".join([party, *([kind] if kind else []), moment.replace(":", "_")])
    return (stem if moment else PLACEHOLDER) + ".html"
