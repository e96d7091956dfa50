"""XML: each element of a format's kind is a row, its attributes are the columns. Read as a stream."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from callanalytics.errors import CallLogError
from callanalytics.read.file import File
from callanalytics.read.table import Builder, TextTable, names, refuse_too_wide

ELEMENT = "(element)"  # the column that holds the element's name

Row = tuple[str, dict[str, str]]

# Android backups write an emoji as two character references, the halves of a pair, which XML forbids.
_PAIR = re.compile(rb"&#(5[56]\d{3});&#(5[67]\d{3});")
_HALF = re.compile(rb"&#(5[5-7]\d{3});")


def stream(file: File) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Each element's depth, name and attributes, in order; nothing is kept of what has been read."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth, root = 0, None
    try:
        for event, element in iterparse(io.BytesIO(_mended(file.content())), events=("start", "end")):
            if event == "start":
                root = element if root is None else root
                yield depth, element.tag.rpartition("}")[2], dict(element.attrib)
                depth += 1
            else:
                depth -= 1
                element.clear()
                if depth == 1:
                    root.clear()
    except DefusedXmlException:
        raise CallLogError(
            f"{file.shown} was not read",
            found="it defines entities of its own, as call logs never do and attacks do",
            do="export it again from the phone; do not open it in other programs",
        ) from None
    except (ParseError, ValueError, LookupError) as broken:
        line = getattr(broken, "position", (0, 0))[0]
        raise CallLogError(
            f"{file.shown} is damaged XML",
            where=f"line {line}" if line else "",
            found="it ends too early, or something in it is no XML",
            do="export it again",
        ) from None


def table(file: File, elements: Sequence[str]) -> TextTable:
    """A row for each element of these names, wherever it stands; its number is its place among them."""
    rows: list[Row] = []
    stated = ""
    for depth, tag, attributes in stream(file):
        if tag in elements:
            rows.append((tag, attributes))
        elif depth == 0:
            stated = attributes.get("count", "")
    keys = tuple(dict.fromkeys(key for _, attributes in rows for key in attributes))
    refuse_too_wide(len(keys), file)
    header = (ELEMENT, *(key.rpartition("}")[2] for key in keys))
    builder = Builder(names(header))
    for number, (tag, attributes) in enumerate(rows, 1):
        builder.add(number, [tag, *(attributes.get(key) for key in keys)])
    cells, numbers, member = builder.finish()
    notes = ()
    if stated.isdigit() and int(stated) != len(rows):
        notes = (f"the file says it holds {stated} entries; {len(rows)} were found",)
    return TextTable((file,), "", "xml", builder.header, cells, numbers, member, notes=notes)


def commonest(file: File) -> str:
    """The name of the element that comes most often and has attributes; "" if none has."""
    counts = Counter(tag for depth, tag, attributes in stream(file) if depth and attributes)
    return counts.most_common(1)[0][0] if counts else ""


def _mended(content: bytes) -> bytes:
    if not _HALF.search(content):
        return content
    content = _PAIR.sub(_joined, content)
    return _HALF.sub(lambda m: b"&#65533;" if 0xD800 <= int(m[1]) <= 0xDFFF else m[0], content)


def _joined(match: re.Match) -> bytes:
    high, low = int(match[1]), int(match[2])
    if 0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:
        return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match[0]
