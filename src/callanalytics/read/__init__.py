"""From files to rows of text: what a person named, opened with care; nothing is interpreted here.

>>> from callanalytics import formats, read
>>> for file in read.files([]):                                   # files, folders, ZIPs
...     fmt = read.identify(file, formats.load())                 # exactly one, known by its content
...     tables = read.rows(file, fmt)                             # every row, or why not

Content decides what a file is, never its name. Every row of a file is a row of a :class:`TextTable` or
one of its :class:`Odd` rows. Messages name files by ``File.shown`` and hold nothing of a client.
"""

from __future__ import annotations

from collections.abc import Sequence

from callanalytics.errors import UnreadableFile
from callanalytics.formats import Format
from callanalytics.read import databases, documents, messages, sniff, text_files, workbooks
from callanalytics.read.discover import Found, Passed, files
from callanalytics.read.file import File
from callanalytics.read.identification import Match, UnknownExport, identify, nearest
from callanalytics.read.table import Odd, TextTable

__all__ = [
    "MANY",
    "File",
    "Found",
    "Match",
    "Odd",
    "Passed",
    "TextTable",
    "UnknownExport",
    "files",
    "identify",
    "nearest",
    "rows",
    "rows_of_many",
    "tables",
]  # fmt: skip

MANY = ("html", "eml")  # kinds of which a folder holds many files of one row each, read as one table


def rows(file: File, fmt: Format) -> list[TextTable]:
    """The rows of a file of this format: one table, or one a sheet, the sheet about the office last."""
    kind = sniff.kind(file)
    if fmt.kind != ("table" if kind in sniff.TABLES else kind):
        raise UnreadableFile(
            f"{file.shown} is no file of the format {fmt.name}",
            found=f"a {kind.upper()} file",
            wanted="CSV or XLSX" if fmt.kind == "table" else fmt.kind.upper(),
        )
    if kind == "xlsx":
        return workbooks.sheet_tables(file, fmt)
    if kind == "database":
        return [databases.table(file, fmt.recognize.table)]
    if kind == "csv":
        return [text_files.text_table(file, fmt)]
    if kind == "json":
        return [documents.json_table(file, fmt)]
    return [documents.xml_table(file, fmt.file.elements) if kind == "xml" else rows_of_many([file], fmt)]


def rows_of_many(files: Sequence[File], fmt: Format) -> TextTable:
    """The rows of many pages or e-mails of one format as one table: thousands of files, one row each."""
    return messages.message_table(files, fmt) if fmt.kind == "eml" else documents.page_table(files, fmt)


def tables(file: File) -> list[TextTable]:
    """What looks like tables in a file of an unknown layout, to be shown (masked) or mapped."""
    kind = sniff.kind(file)
    found: Sequence[TextTable | None]
    if kind == "csv":
        found = [text_files.unknown_text_table(file)]
    elif kind == "xlsx":
        found = workbooks.unknown_sheet_tables(file)
    elif kind == "json":
        found = [documents.json_table_at(file, documents.likeliest_path(documents.json_document(file)))]
    elif kind == "xml":
        found = [documents.xml_table(file, [documents.commonest_element(file)])]
    elif kind == "database":
        found = [databases.table(file, name)] if (name := databases.longest(file)) else []
    else:
        found = []
    return [table for table in found if table is not None and table.header]
