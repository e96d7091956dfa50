"""Files to rows of text: finds the files a person named and opens them safely; nothing is interpreted here.

>>> from callanalytics import formats, read
>>> for file in read.files([]):                                   # files, folders, ZIPs
...     fmt = read.identify(file, formats.load())                 # exactly one, known by its content
...     tables = read.rows(file, fmt)                             # every row, or why not

Content decides what a file is, never its name. Every row of a file is either a row of a :class:`TextTable` or
one of its :class:`Odd` rows. Messages name files by ``File.shown`` and contain no client data.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from callanalytics.errors import CallLogError, UnreadableFile
from callanalytics.formats import Format
from callanalytics.read import archive, documents, messages, text_files, workbooks
from callanalytics.read.file import (
    BESIDE_CALLS,
    TABLES,
    File,
    on_disk,
    refused_by_disk,
    shown_member,
    shown_name,
    unreadable,
)
from callanalytics.read.identification import Match, UnknownExport, identify, nearest
from callanalytics.read.pages import kind_read
from callanalytics.read.table import Odd, TextTable

__all__ = [
    "KINDS_OF_MANY_FILES", "File", "Found", "Match", "Odd", "Passed", "TextTable", "UnknownExport", "files",
    "identify", "nearest", "rows", "rows_of_many", "tables",
]  # fmt: skip

KINDS_OF_MANY_FILES = ("html", "eml")  # a folder may hold many files of these kinds, one row each, read as one table


def rows(file: File, fmt: Format) -> list[TextTable]:
    """The rows of a file of this format: one table, or one for each sheet, with the sheet about the office last."""
    kind = kind_read(file)
    if fmt.kind != ("table" if kind in TABLES else kind):
        raise UnreadableFile(
            f"{file.shown} is not a file of the format {fmt.name}",
            found=f"a {kind.upper()} file",
            wanted="CSV or XLSX" if fmt.kind == "table" else fmt.kind.upper(),
        )
    if kind == "xlsx":
        return workbooks.sheet_tables(file, fmt)
    if kind == "database":
        return [documents.database_table(file, fmt.recognize.table)]
    if kind == "csv":
        return [text_files.text_table(file, fmt)]
    if kind == "json":
        return [documents.json_table(file, fmt)]
    return [documents.xml_table(file, fmt.file.elements) if kind == "xml" else rows_of_many([file], fmt)]


def rows_of_many(files: Sequence[File], fmt: Format) -> TextTable:
    """The rows of many pages or emails of one format as one table: thousands of files, one row each."""
    return messages.message_table(files) if fmt.kind == "eml" else documents.page_table(files, fmt)


def tables(file: File) -> list[TextTable]:
    """The likely tables in a file of unknown layout, to be shown (masked) or mapped."""
    kind = kind_read(file)
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
        found = [documents.database_table(file, name)] if (name := documents.longest_table(file)) else []
    else:
        found = []
    return [table for table in found if table is not None and table.header]


# ---- files and folders -----------------------------------------------------------------------------------------------

_SYSTEM_FILES = {"thumbs.db", "desktop.ini", "__macosx", "ehthumbs.db", "icon\r"}
_OF_SYSTEM = "a system file"
_LOCK = "Excel's lock file: the workbook is open, and its last saved version is read"
_UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".tmp")
# Pages that Google adds to a Takeout next to the calls.
_TAKEOUT_PAGES = {"archive_browser.html", "bills.html"}
# Names found in a folder that this program made.
_OURS: dict[tuple[str, ...], str] = {
    ("CURRENT", "published", "sources"): "a store made from such files",
    ("liaison.html", "liaison.pdf"): "a report made from such files",
    ("firm.html", "firm.pdf"): "a report made from such files",
    ("research.html", "research.pdf"): "a report made from such files",
}
_NAME_ANOTHER = "name the workbook or export itself"


@dataclass(frozen=True)
class Passed:
    """A file that is not read, and why; ``name`` is its full name and may hold a client's."""

    shown: str
    why: str
    name: str = ""


@dataclass(frozen=True)
class Found:
    """The files to read, in order of their names, and the files passed over. Iterates over the files to read."""

    files: tuple[File, ...]
    passed: tuple[Passed, ...]

    def __iter__(self) -> Iterator[File]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def files(paths: Iterable[Path | str]) -> Found:
    """Every file at the given paths, each once; folders and ZIPs are opened.

    Files that often accompany calls in a folder (``Thumbs.db``, lock files, recordings, pictures) are passed over
    with the reason. A file or ZIP that cannot be read is still listed: the reason is raised when it is read, so that
    the other files are read too.
    """
    files: list[File] = []
    passed: list[Passed] = []
    seen: set[str] = set()
    for path in (Path(p) for p in ([paths] if isinstance(paths, str | Path) else paths)):
        for item in _in_path(path, seen):
            if isinstance(item, Passed):
                passed.append(item)
            else:
                files.append(item)
    return Found(tuple(files), tuple(passed))


def _in_path(path: Path, seen: set[str]) -> Iterator[File | Passed]:
    shown = shown_name(_name(path))
    mode = _mode(path, shown)
    real = os.path.realpath(path)
    if stat.S_ISDIR(mode):
        yield from _in_folder(path, shown, seen)
        return
    if not stat.S_ISREG(mode):
        raise UnreadableFile(
            f"{shown} is not a file",
            found="a device, a pipe, or a socket: it may never end",
            do="save the export as a file, and name that",
        )
    if real not in seen:
        seen.add(real)
        file = on_disk(path, shown)
        why = _LOCK if path.name.startswith("~$") else _OF_SYSTEM if path.name.casefold() in _SYSTEM_FILES else ""
        if why:
            file = unreadable(
                path.name, shown, UnreadableFile(f"{shown} is not a call log", found=why, do=_NAME_ANOTHER)
            )
        yield from _opened(file, path, is_named=True)


def _name(path: Path) -> str:
    """The last part of a path; for ``.`` and the like, the folder's real name."""
    return path.name or os.path.basename(os.path.realpath(path))


def _mode(path: Path, shown: str) -> int:
    """The file mode of a path. Only files and folders are read: a pipe or a device may never end."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableFile(
            f"There is no file or folder {shown}",
            found=f"looked in the folder {shown_name(os.path.basename(os.path.realpath(path.parent))) or '/'}",
            do="check the spelling; a name with spaces needs quotes around it",
        ) from None
    except (OSError, ValueError) as failed:
        raise refused_by_disk(failed, shown) from failed


def _in_folder(folder: Path, shown: str, seen: set[str]) -> Iterator[File | Passed]:
    ordinal = 0
    refused: list[OSError] = []
    for parent, inner, names in os.walk(folder, onerror=refused.append):
        yield from _passed_folders(folder, parent, inner, shown)
        inner[:] = sorted(name for name in inner if not _why_passed(name))
        for name in sorted(names):
            path = Path(parent, name)
            real = os.path.realpath(path)
            if real in seen:
                continue
            seen.add(real)
            ordinal += 1
            member = path.relative_to(folder).as_posix()
            shown_as = shown_member(member, shown, ordinal)
            if why := _why_passed(name) or ("" if path.is_file() else "not a regular file"):
                yield Passed(shown_as, why, f"{_name(folder)}/{member}")
            else:
                file = on_disk(path, shown_as, container=shown, name=f"{_name(folder)}/{member}")
                yield from _opened(file, path)
    for failed in refused:
        shown_as = f"{shown}: a folder in it"
        yield unreadable(_name(folder), shown_as, refused_by_disk(failed, shown_as), container=shown)


def _passed_folders(folder: Path, parent: str, inner: list[str], shown: str) -> Iterator[Passed]:
    """Remove folders from ``inner`` that are not searched, and report them: links, and stores or reports from an
    earlier run."""
    for number, name in enumerate(sorted(inner), 1):
        path = Path(parent, name)
        why = next((why for marks, why in _OURS.items() if all((path / mark).exists() for mark in marks)), "")
        if path.is_symlink():  # it may lead back to this folder
            why = "a link to another folder; name that folder"
        if why:
            inner.remove(name)
            member = path.relative_to(folder).as_posix()
            yield Passed(shown_member(member, shown, number), why, f"{_name(folder)}/{member}")


def _opened(file: File, path: Path | None, *, is_named: bool = False) -> Iterator[File | Passed]:
    """The members of a ZIP, the content of a gzip file, or the file itself; a file that no one named may be passed
    over with the reason. The content decides."""
    try:
        kind = file.kind
    except CallLogError:
        kind = ""  # reading it raises the reason
    if kind in BESIDE_CALLS and not is_named:
        yield Passed(file.shown, BESIDE_CALLS[kind], file.name)
    elif kind == "gzip":

        def fetch(size: int | None) -> bytes:
            return archive.gunzipped(file.content(), file.shown, size)

        yield File(file.name.removesuffix(".gz"), file.shown, file.size, fetch, file.container)
    elif kind == "zip" and path is not None:
        yield from _in_zip(file, path)
    else:
        yield file


def _in_zip(file: File, path: Path) -> Iterator[File | Passed]:
    try:
        opened, refusals = archive.open_members(path, file.shown)
    except CallLogError as refused:
        yield unreadable(file.name, file.shown, refused, file.container)
        return
    members = sorted((m for m in opened.infolist() if not m.is_dir()), key=lambda m: m.filename)
    for ordinal, info in enumerate(members, 1):
        shown_as = shown_member(info.filename, file.shown, ordinal)
        parts = info.filename.split("/")
        if why := refusals.get(id(info)):
            packed = UnreadableFile(
                f"{shown_as} was not unpacked", found=why, do="unpack it yourself, and name the file"
            )
            yield unreadable(f"{file.name}/{info.filename}", shown_as, packed, file.shown)
        elif why := next((why for part in parts if (why := _why_passed(part))), ""):
            yield Passed(shown_as, why, f"{file.name}/{info.filename}")
        else:
            yield from _opened(_member(opened, info, file, shown_as), None)


def _member(opened: zipfile.ZipFile, info: zipfile.ZipInfo, file: File, shown_as: str) -> File:
    def fetch(size: int | None) -> bytes:
        if info.file_size > archive.LARGEST_MEMBER:
            raise UnreadableFile(
                f"{shown_as} is too large", found=f"{info.file_size:,} bytes", do="split the export by months"
            )
        return archive.read_member(opened, info, shown_as, size)

    return File(f"{file.name}/{info.filename}", shown_as, info.file_size, fetch, container=file.shown)


def _why_passed(name: str) -> str:
    """Why a name found in a folder or ZIP is passed over; "" if it is not."""
    folded = name.casefold()
    if name.startswith("~$"):
        return _LOCK
    if folded in _SYSTEM_FILES:
        return _OF_SYSTEM
    if name.startswith("."):
        return "a hidden file"
    if folded.endswith(_UNFINISHED):
        return "an unfinished download"
    return "a Google page, not a call" if folded in _TAKEOUT_PAGES else ""
