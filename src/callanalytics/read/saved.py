"""When a file says it was saved, where it says so itself: the disk's own date changes with every copy."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

from callanalytics.errors import CallLogError
from callanalytics.read import archive, content
from callanalytics.read.file import File

_PROPERTIES = "docProps/core.xml"
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z\s*<")
_ENOUGH = 1 << 16


def saved_at(file: File) -> datetime | None:
    """The moment at which a workbook was last saved, in UTC; none for any other file, or where it says nothing."""
    try:
        if content.kind(file) != "xlsx":
            return None
        book = archive.opened(io.BytesIO(file.content()), file.shown, archive.OF_A_WORKBOOK)
        told = archive.member(book, book.getinfo(_PROPERTIES), file.shown, _ENOUGH)
    except (CallLogError, KeyError):
        return None
    found = _MODIFIED.search(told)
    try:
        return datetime.fromisoformat(found[1].decode()).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
