"""A cell that tells what came of a promised callback: 1/13 missed, 1/14 talked to officer; VM 7:12am; no call yet."""

from __future__ import annotations

import re
from typing import NamedTuple

from callanalytics.values import lexicon
from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME
from callanalytics.values.registry import Unreadable, tidy

_DATE = re.compile(
    rf"(?:\b{WEEKDAY_NAME}\.?,?\s+)?(?:"
    r"\b\d{4}-\d\d-\d\d\b"
    r"|(?<![\d/.-])\d{1,2}([/-])\d{1,2}(?:\1(?:\d{4}|\d{2}))?(?![\d/]|-\d)"
    rf"|\b{MONTH_NAME}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d|:)(?:,?\s+(?:19|20)\d\d)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?[\s-]+{MONTH_NAME}\b\.?(?:,?[\s-]+(?:19|20)\d\d)?)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d/:.-])(?:\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]\.?\s*m?\b\.?)?|\d{1,2}\s*[ap]\.?m?\b\.?)(?!\s*(?:min|hr|hour))",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\(([^()]*)\)")
_FIRST_MARK = 0xE000  # private characters stand for the dates and times of a cell among its words
RESULTS = ("missed", "voicemail", "answered", "email")
_NAMES = 3  # words of a name behind "spoke with"


class Came(NamedTuple):
    """One callback of a cell, each part as it is written; "" where nothing is said of it.

    ``result`` is ``missed``, ``voicemail`` or ``answered``; ``email``: the answer came by email; ``none``: on that day
    none had come.
    """

    date: str = ""
    time: str = ""
    result: str = ""


def read_callbacks(text: str) -> tuple[Came, ...]:
    """The callbacks that a cell tells of, each with its date, time and result; none where none came.

    A result counts for the dates before it that have none yet, or for those behind it where results stand first.

    >>> [came[:] for came in read_callbacks("1/13 missed, 1/14 talked to officer")]
    [('1/13', '', 'missed'), ('1/14', '', 'answered')]
    >>> [came[:] for came in read_callbacks("1/13 & 1/15 missed both")], read_callbacks("no call yet")
    ([('1/13', '', 'missed'), ('1/15', '', 'missed')], ())
    >>> [came[:] for came in read_callbacks("VM 7:12am")]
    [('', '7:12am', 'voicemail')]
    """
    said = _said(tidy(text))
    words = [word for word, _ in said]
    if not words:
        raise Unreadable
    if words[0] == "none" and len(words) > 1 and set(words[1:]) <= {"missed", "voicemail"}:
        said, words = said[1:], words[1:]  # no, voicemail: one came, and nobody answered it
    if "none" in words:
        return _none(said)
    events = _of_dates(said) if "date" in words else _without_dates(said)
    if len(events) == 1 and "twice" in words:
        events *= 2
    return tuple(Came(*event) for event in events)


def has_dated_callbacks(text: str) -> bool:
    """Whether a cell tells of callbacks, each with its day and its result.

    >>> has_dated_callbacks("1/13 missed, 1/14 talked to officer"), has_dated_callbacks("1/13")
    (True, False)
    """
    try:
        came = read_callbacks(text)
    except Unreadable:
        return False
    return bool(came) and all(each.date and each.result for each in came)


def _said(text: str) -> list[tuple[str, str]]:
    """Dates, times and results of a text in their order; :class:`Unreadable` at a word of no list."""
    found: list[tuple[str, str]] = []

    def marked(kind: str):
        def mark(match: re.Match) -> str:
            found.append((kind, match[0].strip()))
            return f" {chr(_FIRST_MARK + len(found) - 1)} "

        return mark

    text = _remarked(text)
    words = lexicon.tokens(_TIME.sub(marked("time"), _DATE.sub(marked("date"), text)))
    listed, said, place, names = lexicon.phrases("callback"), [], 0, 0
    while place < len(words):
        phrase = listed.match(words, place)
        if _FIRST_MARK <= ord(words[place][0]) < _FIRST_MARK + len(found):
            said.append(found[ord(words[place][0]) - _FIRST_MARK])
            place, names = place + 1, 0
        elif phrase:
            if phrase[0] not in ("filler", "sign"):
                said.append((phrase[0], ""))
                names = _NAMES if phrase[0] == "answered" else 0
            place += phrase[1]
        elif names and words[place].isalpha():
            names, place = names - 1, place + 1
        else:
            raise Unreadable
    return said


def _remarked(text: str) -> str:
    """The text without remarks in brackets of which no word is known: 3/4 missed (JT at the dentist)."""
    return _REMARK.sub(lambda match: "" if _is_strange(match[1]) else match[0], text)


def _is_strange(remark: str) -> bool:
    """Whether a remark has no word that says what came of a call, and no figure."""
    words, listed = lexicon.tokens(remark), lexicon.phrases("callback")
    found = (listed.match(words, place) for place in range(len(words)))
    return not re.search(r"\d", remark) and all(phrase is None or phrase[0] in ("filler", "sign") for phrase in found)


def _none(said: list[tuple[str, str]]) -> tuple[Came, ...]:
    """None came: no callback at all, or none up to a day that is named."""
    rest = [pair for pair in said if pair[0] not in ("none", "ring")]
    if not rest:
        return ()
    if len(rest) == 1 and rest[0][0] == "date":
        return (Came(rest[0][1], "", "none"),)
    raise Unreadable


def _without_dates(said: list[tuple[str, str]]) -> list[list[str]]:
    """One callback of an unknown day."""
    times = [text for word, text in said if word == "time"]
    results = _as_one([word for word, _ in said if word in RESULTS])
    if len(times) > 1 or len(results) > 1:
        raise Unreadable
    return [["", *(times or [""]), *(results or [""])]]


def _of_dates(said: list[tuple[str, str]]) -> list[list[str]]:
    """The callbacks of the dates, each with the result that stands nearest."""
    first = next(word for word, _ in said if word in ("date", *RESULTS))
    events: list[list[str]] = []
    waiting, result, time = 0, "", ""  # the first event without a result yet; a result or a time before its date
    for place, (word, text) in enumerate(said):
        if word == "date":
            events.append([text, time, result])
            time, result = "", result if first != "date" else ""
            waiting = max(waiting, len(events)) if events[-1][2] else waiting
        elif word == "time" and not events:
            time = text
        elif word == "time":
            events.append([events[-1][0], text, ""]) if events[-1][1] else events[-1].__setitem__(1, text)
        elif word in RESULTS and first != "date":
            result = _as_one([result, word])[-1] if result and not events else word
        elif word in RESULTS and waiting == len(events) and word != events[-1][2] and _is_of_next(said, place):
            result = word  # "1/13 missed, email 1/20": of the date behind it
        elif word in RESULTS:
            waiting = _result_for(events, waiting, word)
    return events


def _is_of_next(said: list[tuple[str, str]], place: int) -> bool:
    """Whether a result stands before a date that has none behind it."""
    words = [word for word, _ in said[place + 1 :]]
    if words[:1] != ["date"]:
        return False
    own = words[1 : words.index("date", 1)] if "date" in words[1:] else words[1:]
    return not set(own) & set(RESULTS)


def _result_for(events: list[list[str]], waiting: int, result: str) -> int:
    """Give a result to the events that wait for one; a second of the last event is told with it, or of another call."""
    if waiting < len(events):
        for event in events[waiting:]:
            event[2] = result
        return len(events)
    both = _as_one([events[-1][2], result])
    if len(both) == 1:
        events[-1][2] = both[0]
    else:
        events.append([events[-1][0], "", result])
    return len(events)


def _as_one(results: list[str]) -> list[str]:
    """Results without repeats; a call that was missed and left a voicemail is one that went to voicemail."""
    found = list(dict.fromkeys(results))
    return ["voicemail"] if set(found) == {"missed", "voicemail"} else found
