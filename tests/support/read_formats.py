"""Small formats for the reading tests: only what recognizes a file and says where its rows are."""

import io
from pathlib import Path

import openpyxl

from callanalytics import read
from callanalytics.formats import Format, Recognize
from callanalytics.formats.layout import FilePart, OfficeSheet


def a_format(name, kind="table", *, header="", office=None, records="", elements=(), rows="", fields=None, **recognize):
    """A format known by its header ("Date, Time|Clock") or by `recognize`."""
    columns = tuple(tuple(c.split("|")) for c in header.split(", ")) if header else ()
    return Format(
        name=name, path=Path(name), title=name, vendor=name, makes="calls", kind=kind, evidence="", seen="", source="",
        has_unanswered=True, has_caller_id=True, has_zone=False, columns={}, office=office,
        recognize=Recognize(header=columns, **recognize),
        file=FilePart(records=(records,), elements=tuple(elements), rows=rows, fields=fields or {}),
    )  # fmt: skip


LOG = a_format("log", header="Date, Time, Number, Wait")
HAND = a_format("hand", header="No., Date, What happened", office=OfficeSheet("Your office", {}), sheet=("Calls",))
LIST = a_format("list", "json", records="records", keys=("startTime", "result"))
ONE = a_format("one", "json", keys=("startTime", "result"))
BACKUP = a_format("backup", "xml", elements=("call", "sms"), element="call", attributes=("number", "date"))
ENTRY = "div.haudio, div.hChatLog"
VOICE_FIELDS = {
    "class": "@class",
    "published": "abbr.published@title",
    "duration": "abbr.duration@title",
    "tel": "a.tel@href",
}
VOICE = a_format("voice", "html", selector=ENTRY, rows=ENTRY, fields=VOICE_FIELDS)

HEADER = "Date,Time,Number,Wait,Notes\n"
ROW = "3/1/2022,10:05 AM,2028382200,45,fine\n"


def a_file(folder: Path, content, name="march.csv"):
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return next(iter(read.files([path])))


def a_book(*rows, title="Sheet", hidden=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, lines in hidden:
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden"
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table_of(folder: Path, content, fmt=LOG, name="march.csv"):
    """The one table of a file with this content."""
    (table,) = read.rows(a_file(folder, content, name), fmt)
    return table


def reasons(table) -> list[tuple[int, str, str]]:
    return [(o.row, o.reason, o.outcome) for o in table.odd]


def last_row(table) -> list:
    return list(table.cells.slice(table.cells.num_rows - 1).to_pylist()[0].values())
