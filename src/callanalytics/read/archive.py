"""ZIP, gzip, and XML files, checked for bombs and for names that lead outside."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Literal
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from callanalytics.errors import CallLogError, UnreadableFile

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


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


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
    name = m.orig_filename
    if is_link or re.match(r"[/\\]|[A-Za-z]:", name) or "\0" in name or ".." in re.split(r"[/\\]", name):
        return "a name in it points outside it"
    if same_name > 1:
        return "two files in it have the same name"
    return "it is protected by a password" if m.flag_bits & 1 else ""


def _bomb(unpacked: int, packed: int) -> str:
    return f"it would grow {unpacked // max(packed, 1):,} times when unpacked; no call log does"
