"""Texts and e-mails in a file -> those from the agency are notices, the others are set aside."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format
from callanalytics.normalize import ids
from callanalytics.normalize.cells import Cells, Reading, read
from callanalytics.normalize.clock import read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.values.phones import e164

STRING = pa.string()
# The number a message names: digits (and letters) behind the words for it.
_NUMBER = re.compile(
    r"(?:service (?:request|item)|SR|tracking)(?:\s*(?:number|no\.?|#|id))?\s*[:#]?\s*([A-Z]{0,3}\d[\dA-Z-]{5,})",
    re.IGNORECASE,
)


def is_agencys(cells: Cells, fmt: Format, agency) -> np.ndarray:
    """Which of the rows were sent by the agency: by the sender's address, or by words that only its messages have."""
    return _senders(cells, fmt, agency).without_problems().is_there


def build(cells: Cells, fmt: Format, settings, agency) -> tuple[dict[str, pa.Array], Problems]:
    """Every column of the notices but the source's, rejected rows left out, and what was rejected."""
    problems = Problems(cells.n)
    rules = fmt.notices.columns
    clock = read_clock(rules, cells, settings, problems)
    senders = _senders(cells, fmt, agency)
    columns = clock.columns() | {
        "channel": senders.turned(lambda s: s.channel).array(STRING),
        "kind": pc.fill_null(senders.turned(lambda s: s.kind or None).array(STRING), "unknown"),
        "our_number": read(rules.get("our_number"), cells).without_problems().array(STRING),
        "sr_number": _numbers_named(rules, cells),
    }
    kept = pa.array(~problems.rejected)
    columns = {name: column.filter(kept) for name, column in columns.items()}
    local = columns["started_at_local"].cast(pa.int64())
    columns["notice_id"] = ids.make(
        settings.office_id, [local, columns["channel"], columns["kind"]], [columns["sr_number"]]
    )
    return columns, problems


def _senders(cells: Cells, fmt: Format, agency) -> Reading:
    """The agency's sender of each row, by the words of the message, else by its address; none for anybody else."""
    rules = fmt.notices.columns
    by_words = read(rules.get("body"), cells).turned(lambda text: _by_phrase(text, agency))
    by_address = read(rules["sender"], cells).turned(
        lambda text: agency.sender_of(text) or agency.sender_of(e164(text))
    )
    words, address = _present(by_words), _present(by_address)
    codes = np.where(words.codes >= 0, words.codes, np.where(address.codes >= 0, address.codes + len(words.values), -1))
    return Reading(codes, [*words.values, *address.values], [*words.texts, *address.texts], address.name)


def _present(reading: Reading) -> Reading:
    """The reading without what turned out to be nothing."""
    gone = np.array([*(value is None for value in reading.values), True], bool)
    return Reading(np.where(gone[reading.codes], -1, reading.codes), reading.values, reading.texts, reading.name)


def _by_phrase(text: str, agency):
    words = " ".join(text.casefold().split())
    return next((s for s in agency.senders if any(phrase.casefold() in words for phrase in s.phrases)), None)


def _numbers_named(rules, cells: Cells) -> pa.Array:
    if "sr_number" in rules:
        return read(rules["sr_number"], cells).without_problems().array(STRING)

    def named(text: str) -> str | None:
        match = _NUMBER.search(text)
        return match[1] if match else None

    return read(rules.get("body"), cells).turned(named).array(STRING)
