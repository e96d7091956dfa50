"""HTML pages: each thing that fits a format's selector is a row, looked at by the format's fields."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.read import encoding
from callanalytics.read.file import File
from callanalytics.read.table import Builder, TextTable

# What Google Voice writes into the name of each page: "<party> - <Type> - <moment in UTC>.html". The party is
# empty where the caller is unknown, and the type is missing in some years.
FROM_NAME = ("_name_party", "_name_type", "_name_utc")
TYPES = ("Placed", "Received", "Missed", "Voicemail", "Recorded", "Text", "Group Conversation")
_MOMENT = r"(?P<utc>\d{4}-\d\d-\d\dT\d\d[_:]\d\d[_:]\d\dZ)"
_NAME = re.compile(rf"(?:(?P<party>.*?)\s*-\s+(?P<type>[A-Z][A-Za-z ]*?)|(?P<only>.*?))\s*-\s*{_MOMENT}(?:\(\d+\))?")


def soup(file: File):
    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
    from bs4.builder import ParserRejectedMarkup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # Takeout's pages say they are XML, and are not
        try:
            return BeautifulSoup(encoding.decoded(file.content())[0], "html.parser")
        except (ParserRejectedMarkup, RecursionError):
            raise CallLogError(f"{file.shown} is damaged HTML", do="export it again") from None


def table(files: Sequence[File], fmt: Format) -> TextTable:
    """The rows of all pages as one table; ``member`` says which page each is from.

    Beside the format's fields there are three columns read from the page's own name: ``_name_party``,
    ``_name_type`` and ``_name_utc``.
    """
    fields = fmt.file.fields
    header = (*fields, *FROM_NAME)
    builder = Builder(header)
    for member, file in enumerate(files):
        entries = soup(file).select(fmt.file.rows)
        if not entries:
            raise CallLogError(f"{file.shown} has no entry of the format {fmt.name}")
        named = from_name(file.stem)
        for number, entry in enumerate(entries, 1):
            builder.add(number, [*(_value(entry, field) for field in fields.values()), *named], member)
    cells, rows, members = builder.finish()
    return TextTable(tuple(files), "", "html", header, cells, rows, members, tuple(builder.empty()))


def from_name(stem: str) -> tuple[str | None, str | None, str | None]:
    """The party, type and moment that a page's name states; None for each that it does not.

    >>> from_name("+12025550143 - Missed - 2020-08-19T12_03_42Z")
    ('+12025550143', 'Missed', '2020-08-19T12:03:42Z')
    >>> from_name(" - Received - 2020-06-12T14_41_25Z"), from_name("+12025550143 - 2018-04-01T16_28_19Z")
    ((None, 'Received', '2020-06-12T14:41:25Z'), ('+12025550143', None, '2018-04-01T16:28:19Z'))
    """
    match = _NAME.fullmatch(stem)
    if not match:
        return None, None, None
    party = match["party"] or match["only"]
    return party or None, match["type"], match["utc"].replace("_", ":")


def _value(entry, field: str) -> str | None:
    """What a field ``selector@attribute`` finds first inside an entry."""
    selector, _, attribute = field.partition("@")
    found = entry.select_one(selector) if selector else entry
    if found is None:
        return None
    value = found.get(attribute) if attribute else found.get_text(" ", strip=True)
    return " ".join(value) if isinstance(value, list) else value
