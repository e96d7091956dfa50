"""E-mails, written anew: the fields that the format looks at, in a plain message without attachments."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from callanalytics.sharing.carriers import Change


def written(columns: dict[str, str | None], change: Change) -> bytes:
    """The bytes of a message whose parts are `columns`."""
    told = {name: change(name, value) for name, value in columns.items()}
    message = EmailMessage()
    for name in ("From", "To", "Subject"):
        message[name] = told.get(name) or ""
    try:
        message["Date"] = format_datetime(datetime.fromisoformat(told["Sent"]))
    except ValueError:
        message["Date"] = told["Sent"]
    message.set_content(told.get("Body") or "")
    return message.as_bytes()
