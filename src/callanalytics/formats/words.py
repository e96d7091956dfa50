"""The words of a column's header, and which of a format's meanings they express.

People name the same column in many ways (*Min on hold*, *Length of hold*, *How long on hold?*). So the format of a
hand-kept log names no headers: it lists words and what they mean. A header has a meaning if it contains every word of
one set in ``has``, and no complete set in ``lacks``; ``may`` words add little and cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from callanalytics.lazy import regex
from callanalytics.values import lexicon, zones

# Words that say nothing about what a column holds.
FILLING = lexicon.word_set("filling")
ZONES = lexicon.word_set("zones")
_IN_BRACKETS = regex(r"\s*[(\[]([^()\[\]]{1,60}(?:\([^()]*\))?)[)\]]\s*$")
_EASTERN = regex(r"(?<![A-Z])EST(?![A-Za-z.])|[(\[](?:[^()\[\]]*\W)?[Ee]st(?![\w.])[^()\[\]]*[)\]]")
_ZONE_ROW = regex(
    r"(?i)\s*(?:(?:report )?time ?zone(?: of (?:the )?report)?|zeitzone|zona horaria|fuso horário|fuseau horaire)"
    r"\s*[:=]?\s+(.+)"
)
_TIMES_ARE_IN = regex(
    r"(?i)(?:.*[^\w\s]\s*|(?:.*\W)?(?:all|the|these|its|call|start|report|and|&)\s+)?times"
    r"(?: (?:are|shown|displayed|listed|reported|given|in|the))* ([^\W\d_].*)"
)
_FURTHER = regex(r"[.;]\s")  # All times Pacific. Hold is from dialing.
KNOWN, FILLER, UNKNOWN, MAY = 2.0, 1.0, -1.0, 0.25  # scores of a header's words
LONGEST = 400  # letters of a header that are read
MAX_CACHED_HEADERS = 100_000  # headers kept in the cache
MAX_WORDS = 8  # of a header; one with more words is a full question
MIN_SCORE = 1.5  # least score for a header to have a meaning
MIN_UNKNOWN = -2.0  # lowest total score for unknown words in such a question

Phrases = tuple[tuple[frozenset[str], ...], ...]


@dataclass(frozen=True)
class Meaning:
    """A meaning that a column of a hand-kept log may have.

    ``says``: its name for people. ``has``: sets of words, one of which must be complete in the header (a bar separates
    alternatives for a word). ``may``: words that go with it. ``lacks``: sets of which none may be complete. ``holds``:
    what its cells look like (a key of `contents.KINDS`). ``must_hold``: a column whose cells do not fit is not taken.
    ``weight``: how strongly it indicates a call log. ``ask``: ask about a column that looks like it and is not taken.
    ``is_unread``: recognized but not read. ``instead``: meanings that such a column replaces in a sheet without a
    column for them; the first missing one counts.
    """

    name: str = field(metadata={"key": ""})
    says: str = ""
    has: Phrases = ()
    may: frozenset[str] = frozenset()
    lacks: Phrases = ()
    holds: str = ""
    must_hold: bool = False
    weight: int = 0
    ask: bool = False
    is_unread: bool = False
    column: str = ""
    instead: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """Every word that identifies a header of this meaning."""
        return self.may.union(*(word for words in self.has for word in words))

    def is_lacking(self, words: Sequence[str]) -> bool:
        """Whether a header has words that exclude this meaning."""
        there = frozenset(words)
        return any(_is_there(wanted, there) for wanted in self.lacks)

    def score(self, words: Sequence[str]) -> float:
        """How well a header's words fit this meaning; 0 if they do not.

        >>> wait = Meaning("wait", "", (phrase("hold|wait"),), frozenset({"min"}))
        >>> wait.score(tokens("Min on hold")), wait.score(tokens("Notes")), wait.score(tokens("Hold music"))
        (2.25, 0.0, 1.0)
        """
        if self.is_lacking(words):
            return 0.0
        there = frozenset(words)
        return max((self._score(found, words) for found in self.has if _is_there(found, there)), default=0.0)

    def _score(self, found: tuple[frozenset[str], ...], words: Sequence[str]) -> float:
        known = frozenset().union(*found)
        score, unknown = 0.0, 0.0
        for word in dict.fromkeys(words):
            if word in known:
                score += KNOWN if word not in FILLING else FILLER
            elif word in self.may:
                score += MAY
            elif word not in FILLING:
                unknown += UNKNOWN
        return max(score + max(unknown, MIN_UNKNOWN if len(words) > MAX_WORDS else unknown), 0.0)


class Vocabulary:
    """The meanings of a format, indexed by header words, because a sheet may have thousands of columns."""

    def __init__(self, meanings: Sequence[Meaning]):
        self._meanings = meanings
        self._by_word: dict[str, set[int]] = {}
        for rank, meaning in enumerate(meanings):
            for word in frozenset().union(*(wanted[0] for wanted in meaning.has)):
                self._by_word.setdefault(word, set()).add(rank)

        self._known = FILLING.union(*(m.words.union(*(word for words in m.lacks for word in words)) for m in meanings))
        self._spelled: dict[str, set[str]] = {}
        for word in self._known:
            self._spelled.setdefault(_letters(word), set()).add(word)
        self.scores = lru_cache(MAX_CACHED_HEADERS)(self._scores)  # one cache per vocabulary

    def _spelled_out(self, word: str) -> str:
        """The correct spelling of an unknown word whose letters match exactly one known word: hodl, aggent."""
        others = self._spelled.get(_letters(word), ()) if len(word) > 3 and word not in self._known else ()
        return next(iter(others)) if len(others) == 1 else word

    def _scores(self, header: str) -> tuple[tuple[int, Meaning, float], ...]:
        """The meanings of a header, in order: rank, meaning, and how well the header fits it."""
        words = tuple(map(self._spelled_out, tokens(header)))
        ranks = {rank for word in words for rank in self._by_word.get(word, ())}
        scored = ((rank, self._meanings[rank], self._meanings[rank].score(words)) for rank in sorted(ranks))
        return tuple(found for found in scored if found[2])

    def meanings(self, header: str) -> set[str]:
        """The names of the meanings that a header plainly has."""
        return {meaning.name for _, meaning, score in self.scores(header) if score >= MIN_SCORE}


def _letters(word: str) -> str:
    """The first letter of a word, then its other letters sorted, with doubled letters counted once.

    >>> _letters("hodl") == _letters("hold"), _letters("aggent") == _letters("agent"), _letters("form")
    (True, True, 'fmor')
    """
    return word[:1] + "".join(sorted(re.sub(r"(.)\1+", r"\1", word[1:])))


@cache
def phrase(text: str) -> tuple[frozenset[str], ...]:
    """Words that must all be present, each with its alternatives.

    >>> [sorted(words) for words in phrase("agent|rep id")]
    [['agent', 'rep'], ['id']]
    """
    return tuple(frozenset(word.split("|")) for word in lexicon.unaccented(text).split())


def _is_there(wanted: tuple[frozenset[str], ...], there: frozenset[str]) -> bool:
    return all(words & there for words in wanted)


@cache
def tokens(header: str) -> tuple[str, ...]:
    """The words of a header, without time zones and, next to Latin words, without a translation in another script.

    >>> tokens("Time  Called (CT)"), tokens("SR No."), tokens("hold_seconds"), tokens("CalledBackOn?")
    (('time', 'called'), ('sr', '#'), ('hold', 'seconds'), ('callback', 'on'))
    >>> tokens("Matter \u4e8b\u9805")
    ('matter',)
    """
    is_zone = ZONES if _EASTERN.search(header) else ZONES - {"est"}  # else it means estimated
    words = tuple(word for word in _words(header) if word not in is_zone)
    return tuple(word for word in words if _is_latin(word)) or words


def _is_latin(word: str) -> bool:
    """Whether a word has only Latin letters; symbols do not count as letters."""
    return all(letter < "\u0250" or "\u1e00" <= letter < "\u1f00" or not letter.isalpha() for letter in word)


@cache
def zone_of(header: str) -> str:
    """The word by which a header names a time zone; "" if there is none or more than one.

    >>> zone_of("Time called (CT)"), zone_of("Time"), zone_of("Time (ET/CT)")
    ('CT', '', '')
    >>> zone_of("Time EST"), zone_of("Time (est)"), zone_of("Est. time"), zone_of("Time est")  # estimated, the last two
    ('ET', 'ET', '', '')
    """
    # People who write EST mean the wall clock, in summer too. MST stays as it is, because it may be Arizona's.
    named = {word for word in _words(header) if word in ZONES and (word != "est" or _EASTERN.search(header))}
    found = {re.sub(r"^([ecp])[sd]t$|^mdt$", r"\1t", word).upper() for word in named}
    found = {"MT" if word == "T" else word for word in found}
    return found.pop() if len(found) == 1 else ""


@cache
def header_zone(header: str) -> str:
    """The zone that the header of a time column names, as written there; "" if it names none.

    >>> header_zone("Start Time (America/Chicago)"), header_zone("Date/Time (ET)"), header_zone("createdAtPT")
    ('America/Chicago', 'ET', 'PT')
    >>> header_zone("Start time (GMT-05:00)"), header_zone("start_time_utc"), header_zone("Call time (sec)")
    ('GMT-05:00', 'UTC', '')
    """
    in_brackets = _IN_BRACKETS.search(header)
    if in_brackets and zones.find_zone(in_brackets[1]):
        return in_brackets[1]
    return zone_of(header) or ("UTC" if {"utc", "gmt"} & set(_words(header)) else "")


@cache
def without_zone(header: str) -> str:
    """A header without a bracketed zone at its end.

    >>> without_zone("Start Time (Central Time)"), without_zone("Start Time (local)")
    ('Start Time', 'Start Time (local)')
    """
    in_brackets = _IN_BRACKETS.search(header)
    return header[: in_brackets.start()] if in_brackets and header_zone(f"({in_brackets[1]})") else header


def zone_beside(texts: Sequence[Sequence[str]]) -> str:
    """The zone that a row above or below a table gives for all its times; "" if no row or several name one.

    >>> zone_beside([("Call report",), ("Time zone: Central Time (US & Canada)",)])
    'America/Chicago'
    >>> zone_beside([("Time Zone", "America/Denver"), ("Page", "1")]), zone_beside([("Time zone: yours",)])
    ('America/Denver', '')
    >>> zone_beside([("Office: Main", "Time zone: America/Denver")]), zone_beside([("Zona horaria", "UTC-05:00", "1")])
    ('America/Denver', 'UTC-05:00')
    >>> zone_beside([("All times Pacific. Hold is from dialing.",)])
    'America/Los_Angeles'
    >>> zone_beside([("Calls of March (all times are in UTC).",)]), zone_beside([("Contact Center times in Central",)])
    ('UTC', '')
    """
    # The label may stand in any cell of its row, with the zone in the same cell or the next.
    parts = (cells[i:j] for cells in texts for i in range(len(cells)) for j in (i + 1, i + 2, len(cells)))
    rows = [sentence for cells in parts for sentence in _FURTHER.split(" ".join(cells)[:LONGEST])]
    named = [match[1] for row in rows if (match := _ZONE_ROW.match(row) or _TIMES_ARE_IN.match(row))]
    plain = (name.strip(" ,;.") for name in named)
    found = {zone for name in plain if (zone := zones.find_zone(name if "(" in name else name.removesuffix(")")))}
    return found.pop() if len(found) == 1 else ""


@cache
def _words(header: str) -> tuple[str, ...]:
    text = (
        re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", header[:LONGEST])
        .casefold()
        .replace("_", " ")
        .replace("’", "'")
    )
    text = lexicon.unaccented(text)
    for spelling, word in _spellings():
        text = spelling.sub(word, text)
    for first, phrase, word in _shortened():
        if first in text:  # skip compiling phrases that cannot match
            text = phrase.sub(word, text)
    return tuple(re.findall(r"[^\W_]+|#", text))


@cache
def _spellings() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of spelling variants in headers, each with its one word."""
    return [(re.compile(spelling), word) for spelling, word in lexicon.pattern_texts()["header"]["spellings"]]


@cache
def _shortened() -> list[tuple[str, re.Pattern[str], str]]:
    """The lexicon's phrases, longest first, each with its first word and the word that replaces it."""
    headings = lexicon.content()["header"].items()
    phrases = [(lexicon.unaccented(phrase).split(), f" {word} ") for word, listed in headings for phrase in listed]
    phrases.sort(key=lambda pair: -len(" ".join(pair[0])))
    texts = (r"\s*".join(map(re.escape, parts)) for parts, _ in phrases)
    return [
        (parts[0], regex(rf"(?<!\w){text}(?!\w)"), word) for (parts, word), text in zip(phrases, texts, strict=True)
    ]
