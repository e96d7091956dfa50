"""One file as given: its bytes, the text in them, its kind, and the name that a message may show."""

from __future__ import annotations

import codecs
import errno
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from callanalytics.errors import CallLogError, UnreadableFile
from callanalytics.lazy import regex
from callanalytics.read import office_documents
from callanalytics.read.archive import BROKEN
from callanalytics.toml_files import shipped_toml
from callanalytics.wording import printable

_BOMS = (  # longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINES_NAMED = 5


def decoded(content: bytes) -> tuple[str, list[str]]:
    """The text of a file, and a note if the encoding had to be inferred or part of it was damaged.

    A byte order mark decides; without one, UTF-16 is recognized by its NULs, and everything else is UTF-8. Lines that
    are not UTF-8 are read as Windows-1252 and listed. Nothing is left out: bytes that fit no encoding become U+FFFD,
    and the note says so.

    >>> decoded("José".encode("cp1252"))
    ('José', ['line 1 is not UTF-8: read as Windows-1252'])
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return _decoded_wide(content[len(bom) :], name, [])
    is_marked, content = content.startswith(codecs.BOM_UTF8), content.removeprefix(codecs.BOM_UTF8)
    if not is_marked and (name := _by_nuls(content[:4096])):
        return _decoded_wide(content, name, [f"no mark of its encoding: read as {name[:6].upper()}"])
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return _line_by_line(content)


def _by_nuls(sample: bytes) -> str:
    """The kind of UTF-16 in a text without its mark, or "": in Latin text every other byte is NUL."""
    half = max(len(sample) // 2, 1)
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if high > 0.4 * half and low < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if low > 0.4 * half and high < 0.1 * half else ""


def _decoded_wide(content: bytes, name: str, notes: list[str]) -> tuple[str, list[str]]:
    text = content.decode(name, "replace")
    if "�" in text and "�".encode(name) not in content:
        notes = [*notes, f"damaged {name[:6].upper()}: unreadable places, shown as �: {text.count('�')}"]
    return text, notes


def _line_by_line(content: bytes) -> tuple[str, list[str]]:
    """Decode line by line, so that one stray byte does not garble every other name in the file."""
    lines, odd = [], []
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
            continue
        except UnicodeDecodeError:
            odd.append(str(number))
        try:
            lines.append(line.decode("cp1252"))
        except UnicodeDecodeError:  # five bytes have no meaning in Windows-1252
            lines.append(line.decode("latin-1"))
    note = f"line {odd[0]} is not UTF-8: read as Windows-1252"
    if len(odd) > 1:
        named = ", ".join(odd[:_LINES_NAMED]) + (" ..." if len(odd) > _LINES_NAMED else "")
        note = f"{len(odd)} lines are not UTF-8: read as Windows-1252 (lines {named})"
    return "\n".join(lines), [note]


@cache
def _harmless_words(what: str) -> frozenset[str]:
    """The ``words`` that make up export names, or the ``suffixes`` they may end with, from ``names.toml``."""
    return frozenset(shipped_toml(__file__, "names.toml")[what].split())


LARGEST = 4 << 30  # bytes: a larger file is not read into memory whole
PIECE = 1 << 20
_HARMLESS_NUMBER = regex(r"\d{1,4}|(?:19|20)\d{6}|\d{6}|\d{1,2}T\d{1,2}|\d{1,2}Z")
# Digits with any separators, and letters before them: phone, receipt, and A-numbers.
_DIGIT_GROUP = regex(r"(?:(?<![^\W_])[^\W\d_]{1,3})?[+(]*\d(?:[^\w]{0,3}_{0,2}\d)*")
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:[01]\d|2[0-3])[._:\-]?[0-5]\d(?:[._:\-]?[0-5]\d)?"
_YEAR = r"(?:19|20)\d\d"
_DATE = regex(
    rf"((?<!\d){_YEAR}(?:[._\- ]?{_MONTH}(?:[._\- ]?{_DAY}(?:[T_\- .]{{0,3}}{_CLOCK})?)?|[_\-]{_YEAR})(?!\d)"
    rf"|(?<![\d._\-])(?:0?[1-9]|1[0-2])[._\-](?:0?[1-9]|[12]\d|3[01])[._\-](?:20)?\d\d(?![\d._\-]*\d))"
)
_IDENTIFYING_DIGITS = 6  # digits: shorter runs are not a number of a person, receipt, or case


@dataclass(frozen=True, eq=False)
class File:
    """A file on disk, or a member of a folder or ZIP.

    ``name`` is its full name and may hold a client's; ``shown`` is what a message may say. ``size`` is in bytes.
    ``container`` is the shown name of the folder or ZIP that contains it, "" if it was given directly. ``opened``
    opens it for reading in pieces, if it is on a disk.
    """

    name: str
    shown: str
    size: int
    fetch: Callable[[int | None], bytes]
    container: str = ""
    opened: Callable[[], BinaryIO] | None = None

    @property
    def stem(self) -> str:
        """The last part of the name, without its ending."""
        return PurePosixPath(self.name).stem

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bytes, 64 hex digits."""
        digest = hashlib.sha256()
        try:
            with self.opened() if self.opened else io.BytesIO(self.fetch(None)) as stream:
                while piece := stream.read(PIECE):
                    digest.update(piece)
        except OSError as failed:
            raise refused_by_disk(failed, self.shown) from failed
        return digest.hexdigest()

    @cached_property
    def source_id(self) -> str:
        return self.sha256[:16]

    @cached_property
    def kind(self) -> str:
        """What its content shows it to be, readable or refused."""
        return _kind_of(self)

    def head(self, size: int = 1 << 18) -> bytes:
        """The first bytes."""
        return self.fetch(size)

    def content(self) -> bytes:
        """All bytes, checked against ``sha256``."""
        content = self.fetch(None)
        digest = hashlib.sha256(content).hexdigest()
        if self.__dict__.setdefault("sha256", digest) != digest:
            raise UnreadableFile(
                f"{self.shown}: the file changed while it was being read",
                do="close the program that writes it, and run the command again",
            )
        return content


def on_disk(path: Path, shown: str, container: str = "", name: str = "") -> File:
    """A file on disk; a failure to read it is reported as a plain sentence."""

    def fetch(size: int | None) -> bytes:
        try:
            with path.open("rb") as stream:
                if size is None and os.fstat(stream.fileno()).st_size > LARGEST:
                    raise UnreadableFile(
                        f"{shown} is too large",
                        found=f"more than {LARGEST >> 30} GB",
                        do="split the export by months or years",
                    )
                return stream.read() if size is None else stream.read(size)
        except OSError as failed:
            raise refused_by_disk(failed, shown) from failed

    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # reading it raises the reason
    return File(name or path.name, shown, size, fetch, container, lambda: path.open("rb"))


def unreadable(name: str, shown: str, why: CallLogError, container: str = "") -> File:
    """A file that cannot be read, with the reason, so that other files are still read."""

    def fetch(size: int | None) -> bytes:
        raise why

    return File(name, shown, 0, fetch, container)


def refused_by_disk(failed: OSError | ValueError, shown: str) -> CallLogError:
    if isinstance(failed, ValueError) or failed.errno in (errno.ENAMETOOLONG, errno.EINVAL):
        return UnreadableFile(f"{shown[:40]} is not a valid file name", do="check the spelling")
    if failed.errno == errno.ELOOP:
        return UnreadableFile(f"{shown} is a link that leads to itself", do="name the file itself")
    if failed.errno in (errno.EACCES, errno.EPERM):
        return UnreadableFile(
            f"{shown} could not be opened",
            found="it is open in another program (Excel?), or this account may not read it",
            do="close it there, or copy it to your own folder, and run the command again",
        )
    if failed.errno == errno.ENOENT:
        return UnreadableFile(f"{shown} is no longer there", do="check the folder, and run the command again")
    return UnreadableFile(f"{shown} could not be read", found=f"the disk reports: {failed.strerror or 'no reason'}")


def shown_name(name: str) -> str:
    """A name that the user typed, with phone, receipt, and other long numbers masked.

    Dates stay, because they identify an export. A client's name in a file name looks like any other word, and is
    shown to the person who typed it.

    >>> shown_name("march.csv"), shown_name("calls 202-555-0143.csv"), shown_name("cdr__2022-03-01.csv")
    ('march.csv', 'calls ***.csv', 'cdr__2022-03-01.csv')
    >>> shown_name("IOE-09-123-45678.csv"), shown_name("312_555_0186.csv")
    ('IOE-***.csv', '***.csv')
    """
    return printable(_without_numbers(name))


def shown_member(name: str, container: str, ordinal: int) -> str:
    """A name found in a folder or ZIP, with only the common words of export names; a masked name shows its position.

    >>> shown_member("calls/2022-03 call log.csv", "exports", 4)
    'exports/calls/2022-03 call log.csv'
    >>> shown_member("RingCentral.Ng", "exports", 3)
    'exports/#3 RingCentral.***'
    >>> shown_member("Maria Ng/+12025550143 - Missed.html", "exports", 5), shown_member("Ng calls.csv", "exports", 6)
    ('exports/.../#5 *** - Missed.html', 'exports/#6 *** calls.csv')
    """
    *folders, last = name.split("/")
    path = PurePosixPath(last)
    suffix = (
        path.suffix if path.suffix[1:].casefold() in _harmless_words("suffixes") else ""
    )  # any other may be a client's name
    name = last.removesuffix(suffix)
    stem = _harmless_part(name)
    if stem != name:
        stem = f"#{ordinal} {stem}" if re.search(r"[^\W_]", stem) else f"#{ordinal}"
    return "/".join([container, *(f if _harmless_part(f) == f else "..." for f in folders), stem + suffix])


OF_SHEET = regex(
    r', sheet (?:\d+|"[^"]*")(?:, from column \d{1,4})?$'
)  # follows the name of a file that has several sheets


def shown_sheet(title: str, number: int) -> str:
    """A sheet by its name if that has only common words of export names; otherwise by its position.

    A table next to another one on a sheet keeps the column from which it runs.

    >>> shown_sheet("Oct 26", 2), shown_sheet("Maria Ng", 3), shown_sheet("", 4)
    ('sheet "Oct 26"', 'sheet 3', 'sheet 4')
    >>> shown_sheet("Log, from column 6", 2), shown_sheet("Maria Ng, from column 6", 2)
    ('sheet "Log", from column 6', 'sheet 2, from column 6')
    """
    beside = _FROM_COLUMN.search(title)
    name, place = (title[: beside.start()], beside[0]) if beside else (title, "")
    is_harmless = bool(name.strip()) and _harmless_part(name) == name
    return (f'sheet "{name}"' if is_harmless else f"sheet {number}") + place


_FROM_COLUMN = regex(r", from column \d{1,4}$")


def _harmless_part(name: str) -> str:
    """A name with ``***`` for every word and number that may be a client's."""
    kept = ""
    for part in re.findall(r"[^\W_]+|[\W_]+", _without_numbers(name)):
        is_harmless = part.casefold() in _harmless_words("words") or _HARMLESS_NUMBER.fullmatch(part)
        kept += part if is_harmless else "***" if re.match(r"[^\W_]", part) else printable(part)
    return re.sub(r"\*{3}(?:[\W_]*\*{3})+", "***", kept)


def _without_numbers(name: str) -> str:
    """The name with its long numbers masked; each piece between the dates in it is checked separately."""

    def masked(match: re.Match) -> str:
        return "***" if sum(char.isdigit() for char in match[0]) >= _IDENTIFYING_DIGITS else match[0]

    pieces = _DATE.split(name)
    return "".join(piece if index % 2 else _DIGIT_GROUP.sub(masked, piece) for index, piece in enumerate(pieces))


# ---- what kind of file it is, by its first bytes and never by its name, and why some kinds are refused ---------------

TABLES = ("csv", "xlsx")
READABLE = ("csv", "xlsx", "json", "xml", "html", "eml", "database")

NOT_A_LOG = "not_a_log"  # the code of an error about a file that cannot hold calls
_TABLE = shipped_toml(__file__, "kinds.toml")
_KINDS: dict[str, dict] = _TABLE["kinds"]
_SIGNS = {
    key: [(sign.encode("latin-1"), name) for name, kind in _KINDS.items() for sign in kind.get(key, ())]
    for key in ("begins", "maybe")
}
# Files of these kinds often accompany calls in an export: in a folder they are passed over, not reported as errors.
BESIDE_CALLS = {name: kind["beside"] for name, kind in _KINDS.items() if "beside" in kind}
# For the start of an email: one field, and the names of fields that hardly any message lacks.
_FIELD = regex(r"([A-Za-z][A-Za-z-]+):[ \t]?\S?")
_SHOWN_FIELDS, _TABLE_LINES = {"from", "to", "date", "subject"}, 3
_MESSAGE_FIELDS = {*_SHOWN_FIELDS, "received", "message-id", "mime-version", "return-path"}


def readable_kind(file: File) -> str:
    """One of ``READABLE``; any other file is refused, with advice on what to do."""
    if file.kind in READABLE:
        return file.kind
    what, do = _KINDS[file.kind]["what"], _KINDS[file.kind]["do"]
    raise UnreadableFile(
        f"{file.shown} is not a call log that can be read", found=what, do=_TABLE["do"].get(do, do), code=NOT_A_LOG
    )


def _kind_of(file: File) -> str:
    head = file.head()
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "empty"
    found = _kind_by_magic(head)
    if found == "zip":
        return _kind_in_zip(file)
    if found == "ole":
        content = file.content()
        # A compound file stores the names of its streams in UTF-16.
        streams = {"EncryptedPackage": "encrypted", "Workbook": "xls", "Book": "xls", "WordDocument": "docx"}
        streams["__substg1.0_"] = "eml"  # an Outlook message
        return next((kind for name, kind in streams.items() if name.encode("utf-16-le") in content), "ole")
    return found or _kind_by_text(head)


def _kind_by_magic(head: bytes) -> str:
    signs = _SIGNS["begins"] + (_SIGNS["maybe"] if b"\0" in head[:64] else [])
    found = next((name for sign, name in signs if head.startswith(sign)), "")
    if head[4:8] == b"ftyp":
        return "picture" if head[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "video"
    if head.startswith(b"RIFF"):
        return {b"WAVE": "sound", b"WEBP": "picture"}.get(head[8:12], "video")
    # In a tar archive the magic number follows the name, mode, and times of its first file.
    return "archive" if head[257:262] == b"ustar" else found


def _kind_in_zip(file: File) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(file.content())) as opened:
            names = opened.namelist()
            if "mimetype" in names and opened.getinfo("mimetype").file_size < 100:
                kind = opened.read("mimetype").decode("latin-1")
                if "spreadsheet" in kind:
                    return "xlsx" if office_documents.CONTENT in names else "ods"
                return "docx"
            if office_documents.WORD in names and office_documents.has_rows(opened):
                return "xlsx"
    except BROKEN:
        return "zip"
    for kind, sign in (("xlsx", "xl/workbook.xml"), ("xlsb", "xl/workbook.bin"), ("docx", "word/"), ("pptx", "ppt/")):
        if any(name.casefold().startswith(sign) for name in names):
            return kind
    return "numbers" if any(name.endswith(".iwa") for name in names) else "zip"


def _kind_by_text(head: bytes) -> str:
    text = _latin_text(head.removeprefix(b"\xef\xbb\xbf"))
    if text is None:
        return "binary"
    start = text.lstrip("\ufeff \t\r\n\0").casefold()
    if re.match(r"\{\s*[\"}]|\[\s*(?:[\[{\"\]]|\d[\d.]*\s*[,\]])", start):  # [9/3/2024 9:55 AM] is a note
        return "json"
    if start.startswith("<"):
        if "<html" in start[:4096] or "<!doctype html" in start[:4096]:
            return "html"
        if "urn:schemas-microsoft-com:office:spreadsheet" in start[:4096]:
            return "spreadsheetml"
        return "xml" if re.match(r"<[?!a-z_]", start) else "csv"
    if looks_like_message(start[:8192]):
        return "eml"
    if re.search(r"^-- [^\s/]+ --$", text, re.MULTILINE):
        return "txtar"
    return "csv"


def looks_like_message(start: str) -> bool:
    """Whether a text begins with the fields of an email.

    >>> looks_like_message("From: a@example.org\\r\\nDate: Tue, 1 Mar 2022 10:00:00 -0500\\r\\nSubject: x\\r\\n")
    True
    >>> looks_like_message("Date: 3/1/2022\\nTime: 10:00\\n"), looks_like_message("From,To,Date\\na,b,c")
    (False, False)

    The fields that a mail program shows, over a table, are an email that someone copied for its table.
    """
    lines = [line for line in start.splitlines()[:60] if line[:1] not in (" ", "\t")]
    fields = {match[1].casefold() for line in lines[:40] if (match := _FIELD.match(line))} & _MESSAGE_FIELDS
    is_table = fields <= _SHOWN_FIELDS and sum(line.count("\t") > 1 for line in lines) >= _TABLE_LINES
    return bool(lines) and bool(_FIELD.match(lines[0])) and len(fields) >= 3 and not is_table


_CONTROLS = bytes({*range(1, 9), *range(14, 32)} - {0x1B})  # not in any text; ESC starts a color


def _latin_text(head: bytes) -> str | None:
    """The head as text to search for ASCII; None if it is not text."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    sample = head[:4096]
    if sample.count(0) > len(sample) // 4:  # UTF-16 without its mark, or not text
        wide = sample[1::2].count(0) > len(sample) // 3 or sample[::2].count(0) > len(sample) // 3
        return head.replace(b"\0", b"").decode("latin-1") if wide else None
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return None if controls > len(sample) // 20 else head.decode("latin-1")
