"""What a file is, by its first bytes and never by its name, and why some kinds are refused."""

from __future__ import annotations

import io
import re
import zipfile

from callanalytics.errors import UnreadableFile
from callanalytics.lazy import regex
from callanalytics.read import archive
from callanalytics.read.archive import BROKEN
from callanalytics.read.file import File

TABLES = ("csv", "xlsx")
READABLE = ("csv", "xlsx", "json", "xml", "html", "eml", "database")

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"SQLite format 3\0", "database"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "onenote"),
    (b"{\\rtf", "document"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "parquet"),
    (b"bplist", "plist"),
    (b"\x37\x7f\x06\x82", "journal"),
    (b"\x37\x7f\x06\x83", "journal"),
    (b"\x18\xe2\x2d\0", "journal"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture?"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"ID3", "sound"),
    (b"\xff\xfb", "sound"),
    (b"\xff\xf3", "sound"),
    (b"#!AMR", "sound"),
    (b"OggS", "sound"),
    (b"fLaC", "sound"),
    (b"BEGIN:VCARD", "cards"),
    (b"BEGIN:VCALENDAR", "calendar"),
    (b"MZ", "program?"),
    (b"\x7fELF", "program"),
    (b"!BDN", "mailbox"),
)
# A file of these lies beside calls in many an export: in a folder it is passed over, not complained of.
BESIDE_CALLS = {
    "picture": "a picture",
    "sound": "a recording",
    "cards": "address cards",
    "calendar": "a calendar",
    "journal": "the journal of a database",
}

_SAVE_AS_TABLE = "save it as XLSX or CSV (in Excel: File > Save As), and name that file"
_COPY_CALLS = "copy its table, or its notes with a call a row, into a workbook; save that as XLSX or CSV"
_NO_LOG = "it holds no call log; export the calls from the phone system as CSV"
NOT_A_LOG = "not_a_log"  # the code of an error about a file that cannot hold calls
_REFUSALS = {  # kind -> (what it is, what to do)
    "empty": ("it is empty", "export it again; an export without calls still has a header row"),
    "pdf": ("a PDF", "ask the phone system or carrier for the usage file (CSV, XLSX): a bill as PDF cannot be read"),
    "xls": ("a workbook of Excel 97-2003 (.xls)", _SAVE_AS_TABLE),
    "xlsb": ("a binary workbook (.xlsb)", _SAVE_AS_TABLE),
    "ods": ("an OpenDocument spreadsheet", _SAVE_AS_TABLE),
    "numbers": ("a Numbers, Pages or Keynote document", "export it as Excel or CSV (File > Export To)"),
    "encrypted": ("a workbook protected by a password", "save a copy without the password, and name the copy"),
    "docx": ("a Word document", _COPY_CALLS),
    "pptx": ("a PowerPoint file", _NO_LOG),
    "document": ("a text document (.rtf)", _COPY_CALLS),
    "onenote": ("a OneNote file", _COPY_CALLS),
    "ole": ("an old Office file", _SAVE_AS_TABLE),
    "spreadsheetml": ("a spreadsheet of Excel 2003 (XML)", _SAVE_AS_TABLE),
    "picture": ("a picture", "a screenshot cannot be read; export the calls as CSV"),
    "sound": ("a recording", _NO_LOG),
    "video": ("a recording", _NO_LOG),
    "cards": ("address cards", _NO_LOG),
    "calendar": ("a calendar", _NO_LOG),
    "plist": ("settings of a telephone or program (a property list)", _NO_LOG),
    "journal": ("the journal of a database, not the database", "name the database itself"),
    "mailbox": ("a mailbox", _NO_LOG),
    "parquet": ("a Parquet or Arrow file", "name the export it was made from"),
    "program": ("a program", _NO_LOG),
    "archive": ("an archive (not ZIP)", "unpack it, and name the folder"),
    "zip": ("a ZIP inside a ZIP, or one without files", "unpack it, and name the folder"),
    "gzip": ("a packed file inside a packed file", "unpack it, and name the folder"),
    "txtar": ("several text files in one (a txtar archive)", "save the table in it as a file of its own"),
    "binary": ("no text and no workbook", "export the calls as CSV or XLSX, and name that file"),
}
# Of an e-mail, where it begins: one field, and the names of those that hardly any message lacks.
_FIELD = regex(r"([A-Za-z][A-Za-z-]+):[ \t]?\S?")
_MESSAGE_FIELDS = {"from", "to", "date", "subject", "received", "message-id", "mime-version", "return-path"}


def kind(file: File) -> str:
    """One of ``READABLE``; any other file is refused with what to do instead."""
    found = sniff_kind(file)
    if found in READABLE:
        return found
    what, do = _REFUSALS[found]
    raise UnreadableFile(f"{file.shown} is no call log that can be read", found=what, do=do, code=NOT_A_LOG)


def sniff_kind(file: File) -> str:
    """The kind of a file, of those that can be read and those that are refused: looked for once."""
    if "kind" not in file.__dict__:
        file.__dict__["kind"] = _sniffed(file)
    return file.__dict__["kind"]


def _sniffed(file: File) -> str:
    head = file.head()
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "empty"
    found = _kind_by_magic(head)
    if found == "zip":
        return _kind_in_zip(file)
    if found == "ole":
        content = file.content()
        # A compound file keeps the names of its streams in UTF-16.
        streams = {"EncryptedPackage": "encrypted", "Workbook": "xls", "Book": "xls", "WordDocument": "docx"}
        streams["__substg1.0_"] = "eml"  # an Outlook message
        return next((kind for name, kind in streams.items() if name.encode("utf-16-le") in content), "ole")
    return found or _kind_by_text(head)


def _kind_by_magic(head: bytes) -> str:
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if found.endswith("?"):  # two letters are a magic number only in a file that is no text
        return found[:-1] if b"\0" in head[:64] else ""
    if head[4:8] == b"ftyp":
        return "picture" if head[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "video"
    if head.startswith(b"RIFF"):
        return {b"WAVE": "sound", b"WEBP": "picture"}.get(head[8:12], "video")
    # A tar archive has its magic number behind the name, mode, and times of its first file.
    return "archive" if head[257:262] == b"ustar" else found


def _kind_in_zip(file: File) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(file.content())) as opened:
            names = opened.namelist()
            if "mimetype" in names and opened.getinfo("mimetype").file_size < 100:
                kind = opened.read("mimetype").decode("latin-1")
                if "spreadsheet" in kind:
                    return "xlsx" if archive.CONTENT in names else "ods"
                return "docx"
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
    if re.match(r"\{\s*[\"}]|\[\s*[\[{\"\]\d]", start):
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
    """Whether a text begins with the fields of an e-mail.

    >>> looks_like_message("From: a@example.org\\r\\nDate: Tue, 1 Mar 2022 10:00:00 -0500\\r\\nSubject: x\\r\\n")
    True
    >>> looks_like_message("Date: 3/1/2022\\nTime: 10:00\\n"), looks_like_message("From,To,Date\\na,b,c")
    (False, False)
    """
    lines = [line for line in start.splitlines()[:60] if line[:1] not in (" ", "\t")]
    fields = [match[1].casefold() for line in lines[:40] if (match := _FIELD.match(line))]
    return bool(lines) and bool(_FIELD.match(lines[0])) and len(_MESSAGE_FIELDS & set(fields)) >= 3


_CONTROLS = bytes({*range(1, 9), *range(14, 32)} - {0x1B})  # no text has them; ESC begins a color


def _latin_text(head: bytes) -> str | None:
    """The head as text in which ASCII can be looked for; None where it is no text."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    sample = head[:4096]
    if sample.count(0) > len(sample) // 4:  # UTF-16 without its mark, or no text
        wide = sample[1::2].count(0) > len(sample) // 3 or sample[::2].count(0) > len(sample) // 3
        return head.replace(b"\0", b"").decode("latin-1") if wide else None
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return None if controls > len(sample) // 20 else head.decode("latin-1")
