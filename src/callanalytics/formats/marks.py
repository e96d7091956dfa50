"""One answer told by a mark in one of several columns: an x under Urgent, Regular or None."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from callanalytics.formats import contents
from callanalytics.formats.words import tokens
from callanalytics.values.callbacks import RESULTS, read_callbacks
from callanalytics.values.promises import Promise, read_promise
from callanalytics.values.registry import Unreadable

MARK = re.compile(r"(?i)\W*(?:[x✓✔√●•*■☑☒]|yes|y|true|1|checked)\W*$")
_OF_PROMISE = re.compile(
    r"(?i)promis|\bcall(?:s|ing|ed)? ?-?back|\bc/?b\b|\b(?:tier|level|t|nivel) ?2\b|will call|told to expect"
    r"|commit|respon|answer|llamad?[ae]|llaman|prome"
)
LONGEST = 80  # letters of a header that is an answer


NO_MARK = re.compile(r"(?i)\W*(?:no|n|false|0|unchecked|☐)\W*$")


def is_mark(text: str | None) -> bool:
    """Whether a cell holds a mark and nothing else.

    >>> is_mark("x"), is_mark("✓"), is_mark("no"), is_mark(None)
    (True, True, False, False)
    """
    return bool(text and MARK.match(text))


def groups(
    header: Sequence[str], raw: Sequence[Sequence[str | None]], found: Mapping[str, int]
) -> dict[str, list[int]]:
    """The columns that tell a meaning together, each by its marks; ``found`` are the columns of the other meanings."""
    places = [place for place, name in enumerate(header) if len(name) <= LONGEST and _are_marks(raw[place])]
    grouped: dict[str, list[int]] = {}
    promises = {place: promise for place in places if (promise := _promise(header[place]))}
    if any(promise.kind != "none" for promise in promises.values()) and _tells_who_calls(header, promises):
        _add(grouped, "promised", list(promises), raw)
    left = [place for place in places if place not in grouped.get("promised", ())]
    came = [
        place for place in left if place > found.get("callback", len(header)) and _result_of_callback(header[place])
    ]
    if any(_result_of_callback(header[place]) != "answered" for place in came):
        _add(grouped, "callback_answered", came, raw)
        left = [place for place in left if place not in grouped.get("callback_answered", ())]
    if "result" not in found or found["result"] in left:
        _add(grouped, "result", [place for place in left if _is_end(header[place])], raw)
    return grouped


def answer(header: str, meaning: str) -> str:
    """What a mark under a header says of a meaning: the header, without words before it with which it cannot be read.

    >>> answer("Callback promised Urgent (72 hrs)", "promised"), answer("CC answer none", "promised")
    ('Callback promised Urgent (72 hrs)', 'none')
    >>> answer("Call back: none", "promised")  # a group's name that can be read with its answer stays
    'Call back: none'
    """
    if meaning == "promised":
        return _tail(header, read_promise)
    return _tail(header, read_callbacks) if meaning == "callback_answered" else header


def _are_marks(cells: Sequence[str | None]) -> bool:
    """Whether a column holds marks alone; it may be empty, since no one may have had that answer yet."""
    return all(is_mark(cell) or NO_MARK.match(cell) for cell in cells if cell)


def _add(grouped: dict[str, list[int]], meaning: str, places: list[int], raw) -> None:
    if len(places) > 1 and any(is_mark(cell) for place in places for cell in raw[place]):
        grouped[meaning] = places


def _promise(header: str) -> Promise | None:
    """What a mark under a header promises; None where it promises nothing."""
    tail = _tail(header, read_promise)
    promise = read_promise(tail) if tail else None
    return promise if promise and (promise.kind or promise.stated or promise.number) else None


def _tells_who_calls(header: Sequence[str], places: Iterable[int]) -> bool:
    """Whether a header names a promise, a callback or a tier, or one of the group is a time and nothing else.

    Urgent and Regular alone may be what the caller asked for.
    """
    return any(map(_OF_PROMISE.search, header)) or any(_is_time(header[place]) for place in places)


def _is_time(header: str) -> bool:
    """Whether a header can be read as a promise to its first word, and names its time."""
    try:
        promise = read_promise(header.rstrip(" ?"))
    except Unreadable:
        return False
    return bool(promise.stated or promise.number)


def _result_of_callback(header: str) -> str:
    tail = _tail(header, read_callbacks)
    came = read_callbacks(tail) if tail else ()
    return came[0].result if len(came) == 1 and came[0].result in RESULTS else ""


def _is_end(header: str) -> bool:
    return "callback" not in tokens(header) and bool(contents.share([header], "lost_or_reached"))


def _tail(header: str, read: Callable) -> str:
    """The last words of a header that can be read, as many as possible; "" where none can."""
    words = header.rstrip(" ?").split()
    for first in range(len(words)):
        try:
            read(text := " ".join(words[first:]))
        except Unreadable:
            continue
        return text
    return ""
