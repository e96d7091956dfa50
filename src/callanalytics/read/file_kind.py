"""What kind of file this is, by its first bytes and never by its name, and why some kinds are refused."""

from __future__ import annotations

import io
import re
import zipfile

from callanalytics.errors import UnreadableFile
from callanalytics.lazy import regex
from callanalytics.read import archive
from callanalytics.read.archive import BROKEN
from callanalytics.read.file import File
from callanalytics.toml_files import shipped_toml

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
_MESSAGE_FIELDS = {"from", "to", "date", "subject", "received", "message-id", "mime-version", "return-path"}


def kind(file: File) -> str:
    """One of ``READABLE``; any other file is refused, with advice on what to do."""
    found = sniff_kind(file)
    if found in READABLE:
        return found
    what, do = _KINDS[found]["what"], _KINDS[found]["do"]
    raise UnreadableFile(
        f"{file.shown} is not a call log that can be read", found=what, do=_TABLE["do"].get(do, do), code=NOT_A_LOG
    )


def sniff_kind(file: File) -> str:
    """The kind of a file, readable or refused; determined once for each file."""
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
    """Whether a text begins with the fields of an email.

    >>> looks_like_message("From: a@example.org\\r\\nDate: Tue, 1 Mar 2022 10:00:00 -0500\\r\\nSubject: x\\r\\n")
    True
    >>> looks_like_message("Date: 3/1/2022\\nTime: 10:00\\n"), looks_like_message("From,To,Date\\na,b,c")
    (False, False)
    """
    lines = [line for line in start.splitlines()[:60] if line[:1] not in (" ", "\t")]
    fields = [match[1].casefold() for line in lines[:40] if (match := _FIELD.match(line))]
    return bool(lines) and bool(_FIELD.match(lines[0])) and len(_MESSAGE_FIELDS & set(fields)) >= 3


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
