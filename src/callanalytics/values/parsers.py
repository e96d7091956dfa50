"""Named parsers that a format file may use: one word each, one meaning each.

A parser takes the text of a cell and returns its value, or raises :class:`Unreadable` with the reason and what would
have been right. It reads each distinct text once. A new one takes three to eight lines with a doctest and is registered
by ``@parser``; every format may then use it. No parser is specific to a vendor.
"""

from __future__ import annotations

import re

from callanalytics.lazy import regex
from callanalytics.values import (
    PARSERS,
    Parser,
    Unreadable,
    dates,
    events,
    lexicon,
    moments,
    parser,
    promises,
    spans,
    tidy,
)
from callanalytics.values.phones import e164, without_address
from callanalytics.values.zones import find_zone

__all__ = ["PARSERS", "Parser", "Unreadable", "parser"]

_OTHERS = (dates, events, moments, promises, spans)  # importing these modules registers their parsers

_YES, _NO, _NOTHING = (lexicon.content()["cell"][name] for name in ("yes", "no", "nothing"))
NOTHING = frozenset(_NOTHING)
_CALLERS = lexicon.content()["caller"]
SENTINELS = {*_CALLERS["withheld"], *_CALLERS["unknown"]}
_NUMBER_LIKE = regex(r"[*#]?\d{1,6}#?|\+?\d[\d ().\-/]{5,18}\d")


@parser("text", "any text")
def read_text(text: str) -> str:
    """The text as written, with white space folded.

    >>> read_text("  SR  12 ")
    'SR 12'
    """
    return tidy(text)


def words_for(word: str) -> tuple[str, ...]:
    """A folded cell and, if it spells yes or no, the words for that.

    >>> words_for("y"), words_for("0"), words_for("fax")
    (('y', 'yes', 'true'), ('0', 'no', 'false'), ('fax',))
    """
    return (word, *next((spelled[:2] for spelled in (_YES, _NO) if word in spelled), ()))


@parser("words", "a word of the list")
def read_word(text: str, words: dict[str, str] | None = None, listed: tuple[str, ...] = ()) -> str:
    """The schema's word for a vendor's word, from the format's ``map``; capitals and extra spaces do not matter.

    >>> read_word("Call  Connected", words={"call connected": "answered"})
    'answered'
    """
    known = words or {}
    found = [known[word] for word in words_for(" ".join(text.casefold().split())) if word in known]
    if not found:
        raise Unreadable("unknown_word", one_of(listed))
    return found[0]


def one_of(listed: tuple[str, ...]) -> str:
    """The words of a list, joined for a message about what was wanted.

    >>> one_of(("Yes", "No")), one_of(("a" * 150, "b" * 100))[148:]
    ('Yes; No', 'aa; ...')
    """
    sentence = ""
    for word in listed:
        if sentence and len(sentence) + len(word) > 180:
            return sentence + "; ..."
        sentence += ("; " if sentence else "") + word
    return sentence


@parser("number", "a telephone number, as in (202) 838-2200")
def read_number(text: str) -> str:
    """A phone number in E.164 form; an extension is left out.

    >>> read_number("(202) 838-2200 x4")
    '+12028382200'
    """
    found = e164(text)
    if found is None or without_address(tidy(text)).casefold() in SENTINELS:
        raise Unreadable
    return found


@parser("extension", "an extension, as in 114")
def read_extension(text: str) -> str:
    """Two to six digits.

    >>> read_extension("ext. 114")
    '114'
    """
    match = re.fullmatch(r"(?:ext(?:ension)?\.?|x|#)?\s*(\d{2,6})", tidy(text), re.IGNORECASE)
    if not match:
        raise Unreadable
    return match[1]


@parser("caller", "what a phone system shows of the other party")
def read_caller(text: str) -> str:
    """Whether the other party's number is ``known``, ``withheld``, ``unknown``, or shown as ``text``.

    A foreign number is ``known``, as is an extension.

    >>> [read_caller(text) for text in ("202-838-2200", "114", "Anonymous", "+266696687", "Unknown", "Tax Office")]
    ['known', 'known', 'withheld', 'withheld', 'unknown', 'text']
    >>> read_caller("61400000001")
    'known'
    """
    word = without_address(tidy(text)).casefold()
    if word in SENTINELS:
        return "withheld" if word in _CALLERS["withheld"] else "unknown"
    return "known" if e164(text) or _NUMBER_LIKE.fullmatch(word) else "text"


@parser("yes_no", "Yes or No")
def read_yes_no(text: str) -> bool:
    """Yes or no.

    >>> read_yes_no("Yes"), read_yes_no("n"), read_yes_no("TRUE")
    (True, False, True)
    """
    word = tidy(text).casefold().rstrip(".")
    if word not in (*_YES, *_NO, *"x✓✔"):
        raise Unreadable
    return word not in _NO


@parser("int", "a whole number")
def read_int(text: str) -> int:
    """A whole number.

    >>> read_int("3"), read_int("2.0")
    (3, 2)
    """
    if not re.fullmatch(r"\d{1,9}(\.0*)?", tidy(text)):
        raise Unreadable
    return int(float(tidy(text)))


@parser("zone", "Eastern, Central, Mountain, Arizona, Pacific, Alaska, Hawaii, or an IANA name")
def read_zone(text: str, office: str | None = None) -> str:
    """A time zone, from its name or a word for it; MST is Arizona's in an `office` there.

    >>> read_zone("Central"), read_zone("PT"), read_zone("MST", office="America/Phoenix")
    ('America/Chicago', 'America/Los_Angeles', 'America/Phoenix')
    """
    found = find_zone(tidy(text), office)
    if found is None:
        raise Unreadable
    return found
