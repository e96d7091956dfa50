"""E-mails saved one by one (.eml, Outlook's .msg): each is a row of sender, recipient, moment, subject and text.

A .msg file is a small file system: sectors in chains, a tree of names, a stream for each property of the message. Only
the properties of the message itself are read, none of its attachments, of which each may be such a tree again.
"""

from __future__ import annotations

import email.parser
import email.policy
import email.utils
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import islice

import numpy as np

from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.read.file import File
from callanalytics.read.table import Builder, TextTable

HEADER = ("From", "To", "Sent", "Subject", "Body")
_LARGEST = 64 << 20  # bytes of a message, attachments included
_LONGEST_TEXT = 20_000  # letters of a text: what kind of message it is stands at its beginning
# What a damaged or hostile message makes the library raise.
_BROKEN = (LookupError, ValueError, OverflowError, AttributeError, TypeError, AssertionError, RecursionError)


def field_names(file: File) -> set[str]:
    """The names of the fields that a message has, in small letters."""
    return {name.casefold() for name in _parsed(file).keys()}


def message_table(files: Sequence[File], fmt: Format) -> TextTable:
    """A row a message; ``member`` says which file each is from."""
    builder = Builder(HEADER)
    for member, file in enumerate(files):
        message = _parsed(file)
        try:
            cells = [_address(message, "From"), _address(message, "To"), _sent_moment(message)]
            cells += [str(message.get("Subject", "")), _body_text(message)]
        except _BROKEN as broken:
            raise _damaged(file) from broken
        builder.add(1, cells, member)
    cells, rows, members = builder.finish()
    return TextTable(tuple(files), "", "eml", HEADER, cells, rows, members, tuple(builder.empty()))


def _parsed(file: File) -> EmailMessage:
    if file.size > _LARGEST:
        raise CallLogError(f"{file.shown} is too large for an e-mail", found=f"{file.size:,} bytes")
    try:
        if file.head().startswith(OLE_MAGIC):
            return outlook_message(file.content())
        return BytesParser(policy=email.policy.default).parsebytes(file.content())
    except _BROKEN as broken:
        raise _damaged(file) from broken


def _damaged(file: File) -> CallLogError:
    return CallLogError(f"{file.shown} is a damaged e-mail", do="save it again from the mail program")


def _address(message: EmailMessage, field: str) -> str:
    return email.utils.parseaddr(str(message.get(field, "")))[1]


def _sent_moment(message: EmailMessage) -> str:
    """The moment in the message's own offset; "-0000" says UTC, and that the sender's zone is unknown."""
    try:
        moment = email.utils.parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        return str(message.get("Date", ""))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _body_text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    payload = body.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(body.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a character set of the sender's own
        text = payload.decode("latin-1")
    if body.get_content_type() == "text/html":
        from bs4 import BeautifulSoup

        text = BeautifulSoup(text[: 4 * _LONGEST_TEXT], "html.parser").get_text(" ")
    return " ".join(text[:_LONGEST_TEXT].split())


OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128  # bytes of a name in the tree
_STREAM, _ROOT = 2, 5
_NONE = 0xFFFFFFFF
_IN_HEADER = 109  # sectors of the table of chains that the header itself names
_UNICODE, _ANSI, _BINARY = "001F", "001E", "0102"
_SUBJECT, _BODY, _HTML, _HEADERS = "0037", "1000", "1013", "007D"
# The sender's address as the Internet has it comes first, then as the office's server has it.
_SENDERS = ("5D01", "5D02", "0C1F", "0065")
_PROPERTIES = [
    name + form for name in (_SUBJECT, _BODY, _HTML, _HEADERS, *_SENDERS) for form in (_UNICODE, _ANSI, _BINARY)
]
_SENT, _DELIVERED, _MOMENT = 0x0039, 0x0E06, 0x0040
_LONGEST_PROPERTY = 256 << 10  # bytes of a property: what a message is stands at its beginning
_PROPERTIES_HEAD = 32  # bytes before the fixed properties of a message
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class DamagedContainer(ValueError):
    """The chains or the tree of a file do not hold."""


def outlook_message(content: bytes) -> EmailMessage:
    """Sender, recipient, moment, subject and text as a message; what is not there is left out.

    Raises :class:`Damaged`.
    """
    streams = _Container(content).streams(_PROPERTIES)
    known = email.parser.HeaderParser(policy=email.policy.default).parsestr(_property_text(streams, _HEADERS))
    sender = next(filter(None, (_property_text(streams, name) for name in _SENDERS)), "")
    made = EmailMessage(policy=email.policy.default)
    fields = {
        "From": str(known.get("From", "")) or sender,
        "To": str(known.get("To", "")),
        "Date": str(known.get("Date", "")) or _property_moment(streams),
        "Subject": _property_text(streams, _SUBJECT),
    }
    for name, value in fields.items():
        if value := " ".join("".join(c for c in value if c.isprintable() or c.isspace()).split()):
            made[name] = value
    body = _property_text(streams, _BODY)
    page = (
        "" if body else streams.get(_HTML + _BINARY, b"").decode("utf-8", "replace") or _property_text(streams, _HTML)
    )
    made.set_content(page or body, subtype="html" if page else "plain")
    return made


def _property_text(streams: dict[str, bytes], name: str) -> str:
    if (wide := streams.get(name + _UNICODE)) is not None:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return streams.get(name + _ANSI, b"").decode("cp1252", "replace").rstrip("\0")


def _property_moment(streams: dict[str, bytes]) -> str:
    """When it was sent, else when it came, as a message's header writes it; "" where neither is there."""
    fixed = streams.get("properties", b"")[_PROPERTIES_HEAD:]
    moments = {}
    for kind, name, ticks in (
        struct.unpack("<HH4xQ", fixed[start : start + 16]) for start in range(0, len(fixed) - 15, 16)
    ):
        if kind == _MOMENT and ticks:
            moments[name] = ticks
    ticks = moments.get(_SENT) or moments.get(_DELIVERED)
    try:
        return email.utils.format_datetime(_EPOCH + timedelta(microseconds=ticks // 10)) if ticks else ""
    except OverflowError:
        return ""


# ---- the file system ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    """A name of the tree: the neighbors in its folder, the first thing inside, where its bytes begin."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class _Container:
    """Sectors of one size in chains; short streams lie in a stream of small sectors of their own.

    A file may say anything: no chain is followed further than the file has sectors, no property read to a length that
    it chooses.
    """

    def __init__(self, content: bytes):
        if len(content) < 512 or not content.startswith(OLE_MAGIC):
            raise DamagedContainer("no such file")
        self._content = content
        big, small = struct.unpack_from("<HH", content, 30)
        if big not in (9, 12) or small != 6:
            raise DamagedContainer("sectors of an unknown size")
        self._size, self._small = 1 << big, 1 << small
        (directory,) = struct.unpack_from("<I", content, 48)
        self._cutoff, small_table = struct.unpack_from("<II", content, 56)
        self._next = self._table()
        self._entries = self._tree(self._chain(directory))
        if not self._entries or self._entries[0].kind != _ROOT:
            raise DamagedContainer("no root")
        self._next_small = _numbers(self._chain(small_table) if small_table < _NONE - 1 else b"")
        self._within = self._chain(self._entries[0].start) if self._entries[0].size else b""

    def streams(self, wanted: list[str]) -> dict[str, bytes]:
        """Streams of the message itself, by property and type; its fixed properties under a name of their own."""
        stored_entries = {entry.name: entry for entry in self._inside(self._entries[0]) if entry.kind == _STREAM}
        names = {f"__substg1.0_{name}": name for name in wanted} | {"__properties_version1.0": "properties"}
        return {name: self._bytes(stored_entries[stored]) for stored, name in names.items() if stored in stored_entries}

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._content):
            raise DamagedContainer("a sector beyond the end")
        return self._content[start : start + self._size]

    def _table(self) -> np.ndarray:
        """Of each sector the one that follows it."""
        more, count = struct.unpack_from("<II", self._content, 68)
        named = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76))
        for _ in range(min(count, self._sectors)):
            if more >= _NONE - 1:
                break
            *numbers, more = _numbers(self._sector(more)).tolist()
            named += numbers
        sectors = [number for number in named if number < _NONE - 3]
        if len(sectors) > self._sectors:
            raise DamagedContainer("more tables than sectors")
        return _numbers(b"".join(map(self._sector, sectors)))

    @property
    def _sectors(self) -> int:
        return len(self._content) // self._size

    def _chain(self, number: int, most: int | None = None) -> bytes:
        return b"".join(self._sector(n) for n in islice(_chain_numbers(number, self._next, self._sectors), most))

    def _tree(self, content: bytes) -> list[_Entry]:
        return [_entry(content[start : start + _ENTRY]) for start in range(0, len(content) - _ENTRY + 1, _ENTRY)]

    def _inside(self, folder: _Entry) -> Iterator[_Entry]:
        """Everything that lies in a folder itself."""
        waiting, seen = [folder.child], set()
        while waiting:
            number = waiting.pop()
            if number >= len(self._entries) or number in seen:
                continue
            seen.add(number)
            entry = self._entries[number]
            waiting += [entry.left, entry.right]
            yield entry

    def _bytes(self, entry: _Entry) -> bytes:
        size = min(entry.size, _LONGEST_PROPERTY)
        if entry.size >= self._cutoff:
            return self._chain(entry.start, size // self._size + 1)[:size]
        if not size:
            return b""
        chain = _chain_numbers(entry.start, self._next_small, len(self._within) // self._small)
        places = (n * self._small for n in islice(chain, size // self._small + 1))
        return b"".join(self._within[start : start + self._small] for start in places)[:size]


def _chain_numbers(number: int, following: np.ndarray, most: int) -> Iterator[int]:
    """The numbers of a chain in order; one that is longer than there are sectors is cyclic."""
    for _ in range(most + 1):
        if number >= _NONE - 3:
            return
        if number >= len(following):
            raise DamagedContainer("a chain that leads out of the file")
        yield number
        number = int(following[number])
    raise DamagedContainer("a chain without an end")


def _numbers(content: bytes) -> np.ndarray:
    return np.frombuffer(content[: len(content) // 4 * 4], "<u4")


def _entry(content: bytes) -> _Entry:
    length, kind, left, right, child = struct.unpack_from("<HBxIII", content, 64)
    start, size = struct.unpack_from("<II", content, 116)
    name = content[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(name, kind, left, right, child, start, size)
