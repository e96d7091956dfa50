"""E-mails saved one by one (.eml, Outlook's .msg): each is a row of sender, recipient, moment, subject and text."""

from __future__ import annotations

import email.policy
import email.utils
import re
from collections.abc import Sequence
from datetime import UTC
from email.message import EmailMessage
from email.parser import BytesParser

from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.read import outlook
from callanalytics.read.file import File
from callanalytics.read.table import Builder, TextTable

HEADER = ("From", "To", "Sent", "Subject", "Body")
_LARGEST = 64 << 20  # bytes of a message, attachments included
_ENOUGH = 20_000  # letters of a text: what kind of message it is stands at its beginning
# What a damaged or hostile message makes the library raise.
_BROKEN = (LookupError, ValueError, OverflowError, AttributeError, TypeError, AssertionError, RecursionError)
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]+):[ \t]?\S?")
_OF_A_MESSAGE = {"from", "to", "date", "subject", "received", "message-id", "mime-version", "return-path"}


def looks_like_one(start: str) -> bool:
    """Whether a text begins with the fields of an e-mail.

    >>> looks_like_one("From: a@example.org\\r\\nDate: Tue, 1 Mar 2022 10:00:00 -0500\\r\\nSubject: x\\r\\n")
    True
    >>> looks_like_one("Date: 3/1/2022\\nTime: 10:00\\n"), looks_like_one("From,To,Date\\na,b,c")
    (False, False)
    """
    lines = [line for line in start.splitlines()[:60] if line[:1] not in (" ", "\t")]
    fields = [match[1].casefold() for line in lines[:40] if (match := _FIELD.match(line))]
    return bool(lines) and bool(_FIELD.match(lines[0])) and len(_OF_A_MESSAGE & set(fields)) >= 3


def fields_of(file: File) -> set[str]:
    """The names of the fields that a message has, in small letters."""
    return {name.casefold() for name in _message(file).keys()}


def table(files: Sequence[File], fmt: Format) -> TextTable:
    """A row a message; ``member`` says which file each is from."""
    builder = Builder(HEADER)
    for member, file in enumerate(files):
        message = _message(file)
        try:
            cells = [_address(message, "From"), _address(message, "To"), _sent(message)]
            cells += [str(message.get("Subject", "")), _text(message)]
        except _BROKEN as broken:
            raise _damaged(file) from broken
        builder.add(1, cells, member)
    cells, rows, members = builder.finish()
    return TextTable(tuple(files), "", "eml", HEADER, cells, rows, members, tuple(builder.empty()))


def _message(file: File) -> EmailMessage:
    if file.size > _LARGEST:
        raise CallLogError(f"{file.shown} is too large for an e-mail", found=f"{file.size:,} bytes")
    try:
        if file.head().startswith(outlook.MAGIC):
            return outlook.message(file.content())
        return BytesParser(policy=email.policy.default).parsebytes(file.content())
    except _BROKEN as broken:
        raise _damaged(file) from broken


def _damaged(file: File) -> CallLogError:
    return CallLogError(f"{file.shown} is a damaged e-mail", do="save it again from the mail program")


def _address(message: EmailMessage, field: str) -> str:
    return email.utils.parseaddr(str(message.get(field, "")))[1]


def _sent(message: EmailMessage) -> str:
    """The moment in the message's own offset; "-0000" says UTC, and that the sender's zone is not told."""
    try:
        moment = email.utils.parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        return str(message.get("Date", ""))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    payload = body.get_payload(decode=True) or b""
    try:
        text = payload.decode(body.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a character set of the sender's own
        text = payload.decode("latin-1")
    if body.get_content_type() == "text/html":
        from bs4 import BeautifulSoup

        text = BeautifulSoup(text[: 4 * _ENOUGH], "html.parser").get_text(" ")
    return " ".join(text[:_ENOUGH].split())
