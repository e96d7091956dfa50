"""Emails saved as single files (.eml, Outlook's .msg): each is a row of sender, recipient, time, subject, and text.

A .msg file is a small file system: sectors in chains, a tree of names, a stream for each property of the message. Only
the message's own properties are read, not its attachments, each of which may be another such tree.
"""

from __future__ import annotations

import email.parser
import email.policy
import email.utils
import io
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser

from callanalytics.errors import CallLogError, UnreadableFile
from callanalytics.read.documents import page_text
from callanalytics.read.file import File
from callanalytics.read.table import Builder, TextTable

HEADER = ("From", "To", "Sent", "Subject", "Body")
_LARGEST = 64 << 20  # bytes of a message, attachments included
_LONGEST_TEXT = 20_000  # letters of a text: its kind shows at the beginning
# Errors that a damaged or hostile message makes the library raise.
BROKEN = (LookupError, ValueError, OverflowError, AttributeError, TypeError, AssertionError, RecursionError)


def field_names(file: File) -> set[str]:
    """The names of a message's fields, in lowercase."""
    return {name.casefold() for name in parsed(file)}


def message_table(files: Sequence[File]) -> TextTable:
    """A row for each message; ``member`` gives the file of each."""
    builder = Builder(HEADER)
    for member, file in enumerate(files):
        message = parsed(file)
        try:
            cells = [_address(message, "From"), _address(message, "To"), _sent_moment(message)]
            cells += [str(message.get("Subject", "")), _body_text(message)]
        except BROKEN as broken:
            raise _damaged(file) from broken
        builder.add(1, cells, member)
    cells, rows, members = builder.finish()
    return TextTable(tuple(files), "", "eml", HEADER, cells, rows, members, tuple(builder.empty()))


def parsed(file: File) -> EmailMessage:
    """The message in a file."""
    if file.size > _LARGEST:
        raise UnreadableFile(f"{file.shown} is too large for an email", found=f"{file.size:,} bytes")
    try:
        if file.head().startswith(OLE_MAGIC):
            return outlook_message(file.content())
        return BytesParser(policy=email.policy.default).parsebytes(file.content())
    except BROKEN as broken:
        raise _damaged(file) from broken


def _damaged(file: File) -> CallLogError:
    return UnreadableFile(f"{file.shown} is a damaged email", do="save it again from the mail program")


def _address(message: EmailMessage, field: str) -> str:
    return email.utils.parseaddr(str(message.get(field, "")))[1]


def _sent_moment(message: EmailMessage) -> str:
    """The time at the message's own UTC offset; "-0000" means UTC with the sender's zone unknown."""
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
    except LookupError:  # an unknown character set
        text = payload.decode("latin-1")
    if body.get_content_type() == "text/html":
        text = page_text(text[: 4 * _LONGEST_TEXT])
    return " ".join(text[:_LONGEST_TEXT].split())


OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNICODE, _ANSI, _BINARY = "001F", "001E", "0102"
_SUBJECT, _BODY, _HTML, _HEADERS = "0037", "1000", "1013", "007D"
# The sender's Internet address comes first, then the address on the office's server.
_SENDERS = ("5D01", "5D02", "0C1F", "0065")
_PROPERTIES = [
    name + form for name in (_SUBJECT, _BODY, _HTML, _HEADERS, *_SENDERS) for form in (_UNICODE, _ANSI, _BINARY)
]
_SENT, _DELIVERED, _MOMENT = 0x0039, 0x0E06, 0x0040
_LONGEST_PROPERTY = 256 << 10  # bytes of a property: the kind of message shows at the beginning
_PROPERTIES_HEAD = 32  # bytes before the fixed properties of a message
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class DamagedContainer(ValueError):
    """The file system of a message is damaged."""


def outlook_message(content: bytes) -> EmailMessage:
    """Sender, recipient, time, subject, and text as a message; missing parts are left out.

    Raises :class:`DamagedContainer`.
    """
    streams = _streams(content)
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


def _streams(content: bytes) -> dict[str, bytes]:
    """The message's own streams, by property and type; its fixed properties are under ``properties``."""
    import olefile

    names = {f"__substg1.0_{name}": name for name in _PROPERTIES} | {"__properties_version1.0": "properties"}
    try:
        # The header states how many sectors its tables take, and olefile reads that many even from a smaller file.
        (shift,) = struct.unpack_from("<H", content, 30)
        tables = [struct.unpack_from("<I", content, offset)[0] for offset in (44, 64, 72)]  # FAT, mini FAT, DIFAT
        if not 6 < shift < 16 or max(tables) > len(content) >> shift:
            raise DamagedContainer("its tables are longer than the file")
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            stored = [name for name in names if container.get_type(name) == olefile.STGTY_STREAM]
            return {names[name]: container.openstream(name).read(_LONGEST_PROPERTY) for name in stored}
    except (OSError, struct.error) as broken:  # chains or a tree that lead nowhere
        raise DamagedContainer(str(broken)) from broken


def _property_text(streams: dict[str, bytes], name: str) -> str:
    if (wide := streams.get(name + _UNICODE)) is not None:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return streams.get(name + _ANSI, b"").decode("cp1252", "replace").rstrip("\0")


def _property_moment(streams: dict[str, bytes]) -> str:
    """When the message was sent, or else delivered, in the form of a message header; "" if neither is there."""
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
