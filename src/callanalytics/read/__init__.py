"""From files to rows of text: what a person named, opened with care; nothing is interpreted here.

>>> from callanalytics import formats, read
>>> for file in read.files([]):                                   # files, folders, ZIPs
...     fmt = read.identify(file, formats.load())                 # exactly one, told by content
...     tables = read.rows(file, fmt)                             # every row, or why not

Content decides what a file is, never its name. Every row of a file is a row of a :class:`TextTable` or
one of its :class:`Odd` rows. Messages name files by ``File.shown`` and hold nothing of a client.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.read import content, databases, elements, messages, pages, records, regular, sheets, text_files
from callanalytics.read.file import File
from callanalytics.read.matching import Match, UnknownExport, identify, nearest
from callanalytics.read.regular import Irregular
from callanalytics.read.table import Odd, TextTable
from callanalytics.read.walking import Found, Passed, files

__all__ = [
    "MANY",
    "File",
    "Found",
    "Irregular",
    "Match",
    "Odd",
    "Passed",
    "TextTable",
    "UnknownExport",
    "files",
    "identify",
    "nearest",
    "portions",
    "rows",
    "rows_of_many",
    "tables",
]  # fmt: skip

MANY = ("html", "eml")  # kinds of which a folder holds many files of one row each, read as one table


def rows(file: File, fmt: Format) -> list[TextTable]:
    """The rows of a file of this format: one table, or one a sheet, the sheet about the office last."""
    kind = content.kind(file)
    if fmt.kind != ("table" if kind in content.TABLES else kind):
        raise CallLogError(
            f"{file.shown} is no file of the format {fmt.name}",
            found=f"a {kind.upper()} file",
            wanted="CSV or XLSX" if fmt.kind == "table" else fmt.kind.upper(),
        )
    if kind == "xlsx":
        return sheets.tables(file, fmt)
    if kind == "database":
        return [databases.table(file, fmt.recognise.table)]
    if kind == "csv":
        return [text_files.table(file, fmt)]
    if kind == "json":
        return [records.of_format(file, fmt)]
    return [elements.table(file, fmt.file.elements) if kind == "xml" else rows_of_many([file], fmt)]


def portions(file: File, fmt: Format, size: int = regular.LINES) -> Iterator[TextTable]:
    """The rows of a long text file some at a time, about ``size`` bytes of them, so that none fills the memory.

    Raises :class:`Irregular` at the first place that is not as regular as a program writes it: then the file must be
    read whole, by :func:`rows`.
    """
    if content.kind(file) != "csv" or fmt.kind != "table":
        raise Irregular
    return text_files.portions(file, fmt, size)


def rows_of_many(files: Sequence[File], fmt: Format) -> TextTable:
    """The rows of many pages or e-mails of one format as one table: thousands of files, one row each."""
    return (messages if fmt.kind == "eml" else pages).table(files, fmt)


def tables(file: File) -> list[TextTable]:
    """What looks like tables in a file of an unknown layout, to be shown (masked) or mapped."""
    kind = content.kind(file)
    if kind == "csv":
        found = [text_files.unknown_table(file)]
    elif kind == "xlsx":
        found = sheets.unknown_tables(file)
    elif kind == "json":
        found = [records.table(file, records.likeliest(records.document(file)))]
    elif kind == "xml":
        found = [elements.table(file, [elements.commonest(file)])]
    elif kind == "database":
        found = [databases.table(file, name)] if (name := databases.longest(file)) else []
    else:
        found = []
    return [table for table in found if table is not None and table.header]
