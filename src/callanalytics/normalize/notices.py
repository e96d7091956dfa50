"""Texts and e-mails in a file -> those from the agency are notices, the others are set aside.

A message is the agency's by the dated list of senders (:mod:`callanalytics.agencies`): by its address, or by words
that only the agency's messages have. Words alone do not make it so where an ordinary telephone number or a person's
address sent them, unless the message names the agency. A text of ours that answers the agency is ``reply_out``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from callanalytics.formats import Format
from callanalytics.normalize import ids
from callanalytics.normalize.cells import Cells, Reading, read
from callanalytics.normalize.clock import Clock, read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.values.phones import e164

STRING = pa.string()
REPLY = "reply_out"
ANSWER_WITHIN = np.timedelta64(1, "D")  # a reply to a sender known by words alone; later ones may be another matter
# The number a message names: digits (and letters) behind the words for it.
NUMBER_NAMED = re.compile(
    r"(?:service (?:request|item)|SR|tracking)(?:\s*(?:number|no\.?|#|id))?\s*[:#]?\s*([A-Z]{0,3}\d[\dA-Z-]{5,})",
    re.IGNORECASE,
)


@dataclass
class Messages:
    """The messages of a table: who the other party is, what is said, when, and whether it was sent by us."""

    clock: Clock
    sender: Reading
    body: Reading
    is_ours: np.ndarray


def sort_out(cells: Cells, fmt: Format, settings, agency) -> tuple[np.ndarray, dict[str, pa.Array], Problems]:
    """Which rows are the agency's or answers to it; every column of these but the source's; which were rejected.

    The columns leave out what was rejected; the problems are of the agency's rows alone.
    """
    messages = _messages(cells, fmt, settings)
    kind, channel = _kinds(messages, _known(messages, agency), _channels(messages))
    is_agencys = np.array([word is not None for word in kind], bool)
    rows = np.flatnonzero(is_agencys)
    problems = Problems(len(rows))
    columns = _columns(cells.rows(rows), fmt, settings, kind[rows], channel[rows], problems)
    return is_agencys, columns, problems


def _messages(cells: Cells, fmt: Format, settings) -> Messages:
    rules = fmt.notices.columns if fmt.notices else {}
    ours = read(rules.get("direction"), cells).without_problems().objects("inbound")
    clock = read_clock(rules, cells, settings, Problems(cells.n))
    return Messages(clock, read(rules["sender"], cells), read(rules.get("body"), cells), ours == "outbound")


def _address_of(text: str) -> str:
    """An address as it is compared: a telephone number in one form, anything else in small letters."""
    return e164(text) or " ".join(text.casefold().split())


def _channels(messages: Messages) -> np.ndarray:
    """How each message came: an address with an @ is an e-mail's."""
    return messages.sender.turned(lambda text: "email" if "@" in text else "text").objects("text")


def _known(messages: Messages, agency) -> np.ndarray:
    """The sender of the agency's list that each message is of; None for anybody else's."""
    days = messages.clock.local.astype("M8[D]")
    addresses, bodies = messages.sender.turned(_address_of).objects(""), messages.body.turned(_folded).objects("")
    found = np.empty(len(days), object)
    seen: dict = {}
    for row in range(len(days)):
        key = addresses[row], bodies[row], days[row]
        if key not in seen:
            day = None if np.isnat(days[row]) else days[row].item()
            seen[key] = agency.sender_of_message(addresses[row] or "", bodies[row] or "", day)
        found[row] = seen[key]
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _kinds(messages: Messages, known: np.ndarray, channel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The kind of each notice and its channel; None for a message that is none."""
    kind = np.array([None if sender is None else sender.kind for sender in known], object)
    channel = np.array([c if s is None else s.channel for c, s in zip(channel, known, strict=True)], object)
    addresses = messages.sender.turned(_address_of).objects("")
    asked: dict[str, list[np.datetime64]] = {}
    for row in np.flatnonzero(~messages.is_ours):
        if known[row] is not None and not known[row].address:
            asked.setdefault(addresses[row], []).append(messages.clock.local[row])
    for row in np.flatnonzero(messages.is_ours):
        by_address = known[row] is not None and bool(known[row].address)
        since = [messages.clock.local[row] - moment for moment in asked.get(addresses[row], ())]
        answers = any(np.timedelta64(0, "s") <= gap <= ANSWER_WITHIN for gap in since)
        kind[row] = REPLY if channel[row] == "text" and (by_address or answers) else None
    return kind, channel


def _columns(cells: Cells, fmt: Format, settings, kind, channel, problems: Problems) -> dict[str, pa.Array]:
    rules = fmt.notices.columns if fmt.notices else {}
    columns = read_clock(rules, cells, settings, problems).columns() | {
        "channel": pa.array(channel, STRING),
        "kind": pa.array(kind, STRING),
        "our_number": read(rules.get("our_number"), cells).without_problems().array(STRING),
        "sr_number": _numbers_named(rules, cells),
    }
    kept = pa.array(~problems.rejected)
    columns = {name: column.filter(kept) for name, column in columns.items()}
    local = columns["started_at_local"].cast(pa.int64())
    keys = [local, columns["channel"], columns["kind"]]
    return columns | {"notice_id": ids.make(settings.office_id, keys, [columns["sr_number"]])}


def _numbers_named(rules, cells: Cells) -> pa.Array:
    if "sr_number" in rules:
        return read(rules["sr_number"], cells).without_problems().array(STRING)

    def named(text: str) -> str | None:
        match = NUMBER_NAMED.search(text)
        return match[1] if match else None

    return read(rules.get("body"), cells).turned(named).array(STRING)
