"""ZIP, gzip, and XML files, checked for bombs and for names that lead outside; OpenDocument sheets, tables of Word.

A spreadsheet (.ods), or the tables of a Word document (.docx), become a workbook, so that one reader serves all. Dates,
times, and numbers keep their stored values, not their displayed form; merged cells stay merged and hidden rows hidden.
Comments and styles are left out. For a formula only the stored value is kept. A table of Word has only text.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import itertools
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Literal
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from callanalytics.errors import CallLogError, UnreadableFile
from callanalytics.lazy import regex

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of an archive: number of members, total unpacked bytes, unpacked ÷ packed; and what to do instead."""

    members: int
    unpacked: int
    do: str
    ratio: int = 200  # call-log sheets have 10-16, bombs about 1,000


# A sheet of 64 MB has about 150,000 rows and takes a minute to read; the same rows as CSV take a second.
OF_A_WORKBOOK = Limits(1_000, 64 * _MIB, "save it as CSV (in Excel: File > Save As), and name that file")
OF_A_ZIP = Limits(200_000, 8 << 30, "unpack it yourself, and name the folder")
LARGEST_MEMBER = 2 << 30
# What zipfile and zlib raise for a damaged archive; OSError comes from an offset that points nowhere.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_BEGINNING = 4096  # bytes: an XML file usually makes its definitions there
_SMALL = 2 * _MIB  # below this size no ratio is dangerous


def open_archive(source, shown: str, limits: Limits) -> zipfile.ZipFile:
    """The archive, with its directory checked before anything is inflated; one bad member refuses the archive."""
    archive = _directory(source, shown)
    members = archive.infolist()
    _refuse(
        archive, shown, _too_much(members, limits) or next(iter(_refusals(members, limits).values()), ""), limits.do
    )
    return archive


def open_members(source, shown: str) -> tuple[zipfile.ZipFile, dict[int, str]]:
    """The archive whose members are separate files, and why some of them (by ``id``) must not be unpacked.

    A member that is a bomb, is locked, or leads outside is refused alone; the other members are read.
    """
    archive = _directory(source, shown)
    refusals = _refusals(archive.infolist(), OF_A_ZIP)
    _refuse(archive, shown, _too_much([m for m in archive.infolist() if id(m) not in refusals], OF_A_ZIP), OF_A_ZIP.do)
    return archive, refusals


def _directory(source, shown: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except BROKEN as broken:
        raise damaged(shown) from broken


def _refuse(archive: zipfile.ZipFile, shown: str, problem: str, do: str) -> None:
    if problem:
        archive.close()
        raise UnreadableFile(f"{shown} was not opened", found=problem, do=do)


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, size: int | None = None) -> bytes:
    """The bytes of a member.

    ``zipfile`` inflates no more than the directory states, so a false directory results in a bad checksum.
    """
    try:
        with archive.open(info) as stream:
            content = stream.read(info.file_size if size is None else size)
    except BROKEN as broken:
        raise damaged(shown) from broken
    if size is None and len(content) != info.file_size:
        raise damaged(shown)
    return content


def gunzipped(content: bytes, shown: str, size: int | None = None) -> bytes:
    """A gzip file's bytes, counted while inflating."""
    allowed = max(len(content) * OF_A_ZIP.ratio, _SMALL)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            # One byte more than allowed shows that there is more, without unpacking the rest.
            plain = stream.read(size if size is not None else min(allowed, LARGEST_MEMBER) + 1)
    except (OSError, EOFError, zlib.error) as broken:
        raise damaged(shown) from broken
    if len(plain) > min(allowed, LARGEST_MEMBER):
        raise UnreadableFile(f"{shown} was not opened", found=_bomb(len(plain), len(content)))
    return plain


def damaged(shown: str) -> CallLogError:
    return UnreadableFile(
        f"{shown} is damaged",
        found="the file ends too early or its checksum is wrong",
        do="export or download it again",
    )


class DefinesEntities(ValueError):
    """Raised for an XML file that defines its own entities: call logs never do, attacks do."""


def xml_events(
    opened: Callable[[], IO[bytes]], events: Sequence[Literal["start", "end"]] = ("end",)
) -> Iterator[tuple[str, Element]]:
    """The elements of an XML file, read by the standard library. The file is opened twice: the first time for a check.

    Entities can only be defined before the first element. A check inside the parser, as in defusedxml, calls Python at
    every element and takes ten times as long.
    """
    guard, begun = expat.ParserCreate(), []
    guard.EntityDeclHandler, guard.StartElementHandler = _refuse_entity, lambda *_: begun.append(True)
    with opened() as source, suppress(expat.ExpatError):  # the reader below reports damage
        while not begun and (beginning := source.read(_BEGINNING)):
            guard.Parse(beginning)
        if not begun:  # newer parsers hold back unfinished parts until the input ends
            guard.Parse(b"", True)
    with opened() as source:
        yield from iterparse(source, events)  # noqa: S314  nothing in it can grow, because it has no entities


def _refuse_entity(*_) -> None:
    raise DefinesEntities


def _too_much(members: list[zipfile.ZipInfo], limits: Limits) -> str:
    """Why an archive as a whole must not be opened; "" if it may be."""
    unpacked = sum(m.file_size for m in members)
    if len(members) > limits.members:
        return f"it holds {len(members):,} files; {limits.members:,} are allowed"
    if unpacked > limits.unpacked:
        return f"unpacked it would fill {unpacked // _MIB:,} MB; {limits.unpacked // _MIB:,} MB are allowed"
    return ""


def _refusals(members: list[zipfile.ZipInfo], limits: Limits) -> dict[int, str]:
    """Why some members must not be unpacked, by the ``id`` of each."""
    names = Counter(m.orig_filename for m in members)
    found = {id(m): _refusal(m, names[m.orig_filename], limits) for m in members}
    return {member: why for member, why in found.items() if why}


def _refusal(m: zipfile.ZipInfo, same_name: int, limits: Limits) -> str:
    if m.file_size > _SMALL and m.file_size > limits.ratio * max(m.compress_size, 1):
        return _bomb(m.file_size, m.compress_size)
    # The upper half holds the file's Unix mode; these bits of it mark a link.
    is_link = (m.external_attr >> 16) & 0o170000 == 0o120000
    if is_link or _leads_elsewhere(m.orig_filename):
        return "a name in it points outside it"
    if same_name > 1:
        return "two files in it have the same name"
    return "it is protected by a password" if m.flag_bits & 1 else ""


def _bomb(unpacked: int, packed: int) -> str:
    return f"it would grow {unpacked // max(packed, 1):,} times when unpacked; no call log does"


def _leads_elsewhere(name: str) -> bool:
    return bool(re.match(r"[/\\]|[A-Za-z]:", name)) or "\0" in name or ".." in re.split(r"[/\\]", name)


# ---- OpenDocument, and Word ------------------------------------------------------------------------------------------

CONTENT, WORD = "content.xml", "word/document.xml"
MAX_COLUMNS, MAX_ROWS = 16_384, 1_048_576  # limits of a sheet; a row may say that it repeats to the last one
_WIDEST = 63  # columns of a table of Word
_FORBIDDEN = regex(r"[\\/*?:\[\]]")  # not allowed in the name of a workbook's sheet
_LONGEST_NAME = 31
_DURATION = regex(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
DAY = 86400  # [s]
_HIDDEN = ("collapse", "filter")


def as_workbook(content: bytes) -> bytes:
    """The bytes of an XLSX workbook with the sheets of a spreadsheet, or the tables of a document of Word."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        is_of_word = WORD in archive.namelist()
        (_add_tables if is_of_word else _add_sheets)(book, partial(archive.open, WORD if is_of_word else CONTENT))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def has_table(archive: zipfile.ZipFile) -> bool:
    """Whether a document of Word has a table."""
    with archive.open(WORD) as source:
        return b"<w:tbl>" in source.read(OF_A_WORKBOOK.unpacked)


def _add_sheets(book, opened: Callable[[], IO[bytes]]) -> None:
    sheet, row = None, 0
    for event, element in xml_events(opened, ("start", "end")):
        name = local_name(element.tag)
        if event == "start" and name == "table":
            sheet, row = _new_sheet(book, _attribute(element, "name")), 0
        elif event == "end" and name == "table-row" and sheet is not None:
            row = _add(sheet, element, row)
            element.clear()
        elif event == "end" and name == "table":
            sheet = None
            element.clear()


def _new_sheet(book, title: str):
    return book.create_sheet(_FORBIDDEN.sub(" ", title)[:_LONGEST_NAME].strip() or "Sheet")


def _add_tables(book, opened: Callable[[], IO[bytes]]) -> None:
    """Add each table of a document as a sheet with the name of the last line above it. Tables in cells are left out."""
    above, depth = "", 0
    for event, element in xml_events(opened, ("start", "end")):
        name = local_name(element.tag)
        depth += (name == "tbl") * (1 if event == "start" else -1)
        if event == "end" and not depth and name == "p":
            above = _line(element).strip() or above
        elif event == "end" and not depth and name == "tbl":
            sheet, above = _new_sheet(book, above), ""
            for number, row in enumerate(itertools.filterfalse(_is_unseen, _within(element, "tr")), 1):
                column = 1 + _columns(row, "gridBefore", 0)
                for cell in _within(row, "tc"):
                    text = "\n".join(map(_line, _within(cell, "p"))).strip()
                    sheet.cell(number, column, text or None)
                    column += _columns(cell, "gridSpan", 1)
            element.clear()


def _property(element, name: str) -> Element | None:
    """A property of a row, a cell, or a run of Word itself, not of what is in it."""
    stated = (part for part in element if local_name(part.tag).endswith("Pr"))
    return next((each for properties in stated for each in properties if _is_named(each, name)), None)


def _columns(element, name: str, default: int) -> int:
    stated = _property(element, name)
    return default if stated is None else min(int(_attribute(stated, "val")), _WIDEST)


def _is_unseen(element) -> bool:
    """Whether a tracked change took a row out, or moved a text away; or a text is hidden."""
    hidden = _property(element, "vanish")
    is_hidden = hidden is not None and _attribute(hidden, "val") not in ("0", "false", "off")
    return is_hidden or _is_named(element, "moveFrom") or _property(element, "del") is not None


def _is_named(element, name: str) -> bool:
    return local_name(element.tag) == name


def _within(element, name: str) -> Iterator[Element]:
    """The children of a name, also those that a content control holds: a date picked from a calendar."""
    for child in element:
        if _is_named(child, name):
            yield child
        elif local_name(child.tag) in ("sdt", "sdtContent"):
            yield from _within(child, name)


def _line(paragraph) -> str:
    """The text of a paragraph of Word as one sees it: without what a tracked change took out, and hidden text."""
    unseen = {part for whole in paragraph.iter() if _is_unseen(whole) for part in whole.iter()}
    parts = (part for run in paragraph.iter() if _is_named(run, "r") and run not in unseen for part in run)
    return "".join({"t": part.text, "tab": "\t", "br": "\n"}.get(local_name(part.tag)) or "" for part in parts)


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(element, name: str) -> str:
    """An attribute in any namespace; "" if there is none."""
    return next((value for key, value in element.items() if local_name(key) == name), "")


def _times(element, name: str) -> int:
    return int(_attribute(element, name) or 1)


def _add(sheet, element, row: int) -> int:
    """Write a row below `row`, as often as it repeats if it holds something; return the number of the last row."""
    cells: list[tuple[int, object, int, int]] = []
    column = 0
    for cell in element:
        if local_name(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        value, repeated = _value(cell), _times(cell, "number-columns-repeated")
        wide, high = _times(cell, "number-columns-spanned"), _times(cell, "number-rows-spanned")
        if value is not None:
            cells += [(column + n + 1, value, wide, high) for n in range(min(repeated, MAX_COLUMNS - column))]
        column += repeated
    repeated = _times(element, "number-rows-repeated")
    for number in range(row + 1, min(row + (repeated if cells else 0), MAX_ROWS) + 1):
        for column, value, wide, high in cells:
            sheet.cell(number, column, value)
            if wide > 1 or high > 1:
                sheet.merge_cells(None, number, column, number + high - 1, column + wide - 1)
        if cells and _attribute(element, "visibility") in _HIDDEN:
            sheet.row_dimensions[number].hidden = True
    return row + repeated


def _value(cell):
    """The value of a cell, in the type that the file states; None for an empty cell."""
    kind = _attribute(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        number = float(_attribute(cell, "value"))
        return int(number) if number.is_integer() else number
    if kind == "date":
        text = _attribute(cell, "date-value")
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    if kind == "time":
        return _duration(_attribute(cell, "time-value"))
    if kind == "boolean":
        return _attribute(cell, "boolean-value") == "true"
    return "\n".join(_plain(part) for part in cell if local_name(part.tag) == "p") or None


def _duration(text: str) -> dt.time | dt.timedelta | str:
    """A time of day or a duration, which the file does not distinguish; a day or more is always a duration.

    >>> _duration("PT09H05M00S"), _duration("PT26H00M00S")
    (datetime.time(9, 5), datetime.timedelta(days=1, seconds=7200))
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return total if total.total_seconds() >= DAY else (dt.datetime.min + total).time()


def _plain(element) -> str:
    """The text of a paragraph without comments, with its repeated spaces, tabs, and line breaks written out."""
    written = {"s": " " * _times(element, "c"), "tab": "\t", "line-break": "\n"}.get(local_name(element.tag))
    if written is not None:
        return written
    found = element.text or ""
    for part in element:
        if local_name(part.tag) != "annotation":
            found += _plain(part)
        found += part.tail or ""
    return found
