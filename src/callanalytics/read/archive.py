"""ZIP and gzip files, opened behind a guard against bombs and names that lead elsewhere."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass

from callanalytics.errors import CallLogError, UnreadableFile

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What an archive may be: number of members, unpacked bytes in all, unpacked ÷ packed; and what to do instead."""

    members: int
    unpacked: int
    do: str
    ratio: int = 200  # call-log sheets measured 10-16, bombs about 1,000


# A sheet of 64 MB is one of some 150,000 rows, and a minute's reading; the same rows as CSV take a second.
OF_A_WORKBOOK = Limits(1_000, 64 * _MIB, "save it as CSV (in Excel: File > Save As), and name that file")
OF_A_ZIP = Limits(200_000, 8 << 30, "unpack it yourself, and name the folder")
LARGEST_MEMBER = 2 << 30
# What zipfile and zlib raise of a damaged archive; OSError comes of an offset that points nowhere.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_SMALL = 2 * _MIB  # below this no ratio is dangerous


def open_archive(source, shown: str, limits: Limits) -> zipfile.ZipFile:
    """The archive, its directory checked before anything of it is inflated; one bad member refuses it."""
    archive = _directory(source, shown)
    members = archive.infolist()
    _refuse(
        archive, shown, _too_much(members, limits) or next(iter(_refusals(members, limits).values()), ""), limits.do
    )
    return archive


def open_members(source, shown: str, limits: Limits = OF_A_ZIP) -> tuple[zipfile.ZipFile, dict[int, str]]:
    """The archive whose members are files of their own, and why some of them (by ``id``) must not be unpacked.

    A member that is a bomb, is locked, or leads elsewhere is refused by itself; its neighbors are read.
    """
    archive = _directory(source, shown)
    refusals = _refusals(archive.infolist(), limits)
    _refuse(archive, shown, _too_much([m for m in archive.infolist() if id(m) not in refusals], limits), limits.do)
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

    ``zipfile`` inflates no more than the directory says, so that a directory that lies ends in a bad checksum.
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


def _too_much(members: list[zipfile.ZipInfo], limits: Limits) -> str:
    """Why an archive as a whole must not be opened; "" if it may."""
    unpacked = sum(m.file_size for m in members)
    if len(members) > limits.members:
        return f"it holds {len(members):,} files; {limits.members:,} are allowed"
    if unpacked > limits.unpacked:
        return f"unpacked it would fill {unpacked // _MIB:,} MB; {limits.unpacked // _MIB:,} MB are allowed"
    return ""


def _refusals(members: list[zipfile.ZipInfo], limits: Limits) -> dict[int, str]:
    """Why single members must not be unpacked, by the ``id`` of each."""
    names = Counter(m.orig_filename for m in members)
    found = {id(m): _refusal(m, names[m.orig_filename], limits) for m in members}
    return {member: why for member, why in found.items() if why}


def _refusal(m: zipfile.ZipInfo, same_name: int, limits: Limits) -> str:
    if m.file_size > _SMALL and m.file_size > limits.ratio * max(m.compress_size, 1):
        return _bomb(m.file_size, m.compress_size)
    if _leads_elsewhere(m.orig_filename) or _is_link(m):
        return "a name in it leads outside of it"
    if same_name > 1:
        return "two files in it have the same name"
    return "it is protected by a password" if m.flag_bits & 1 else ""


def _bomb(unpacked: int, packed: int) -> str:
    return f"it would grow {unpacked // max(packed, 1):,} times when unpacked, as no call log does"


def _leads_elsewhere(name: str) -> bool:
    return bool(re.match(r"[/\\]|[A-Za-z]:", name)) or "\0" in name or ".." in re.split(r"[/\\]", name)


def _is_link(member: zipfile.ZipInfo) -> bool:
    return (member.external_attr >> 16) & 0o170000 == 0o120000
