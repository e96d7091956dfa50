"""Read ``lexicon.toml``, the words of hand-kept logs by meaning; cut texts into tokens; and read legends.

``patterns.toml`` has the patterns for what must be found among other words.

A legend next to a table explains the table's codes: R = reached, H = hung up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from callanalytics.lazy import regex
from callanalytics.toml_files import shipped_toml
from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME

_TOKEN = regex(r"\d+(?:\.\d+)?|\.\d+|[^\W\d_]+(?:['’][^\W\d_]+)*|''|>=|[^\w\s]|_")
_ACCENTS = regex("[\u0300-\u036f]")  # marks over letters, which many people leave out
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_JOINED = regex(r"(?<=[^\W\d_])_(?=[^\W_])")  # hung_up, as programs write words
_PICTURES = regex("[\U0001f300-\U0001faff\ufe0f]")  # emoji and the like, which carry no meaning here
_APOSTROPHES = regex(r"['’](?=[^\W\d_])")
_NAME_IN_PATTERN = regex(r"\{([a-z_]\w*)\}")  # a pattern's own braces hold only numbers


def tokens(text: str) -> list[str]:
    """The numbers, words, and signs of a text, without capitals, apostrophes, spaces, or accents.

    >>> tokens("Didn't wait 1h10, ~45min (dropped)")
    ['didnt', 'wait', '1', 'h', '10', ',', '~', '45', 'min', '(', 'dropped', ')']
    >>> tokens("1½ hrs"), tokens("1 1/2 hrs")
    (['1.5', 'hrs'], ['1.5', 'hrs'])
    >>> tokens("Colgué"), tokens("hung_up")
    (['colgue'], ['hung', 'up'])
    """
    return [*_tokens(text)]


@lru_cache(maxsize=1 << 14)  # the reader of each column asks for the same cells
def _tokens(text: str) -> tuple[str, ...]:
    text = unaccented(text.casefold()).replace("’", "'").replace("\u2044", "/").replace("\u200b", "")
    text = _JOINED.sub(" ", _PICTURES.sub(" ", text))
    for sign, decimal in _FRACTIONS.items() if not text.isascii() else ():
        text = re.sub(rf"(?<=\d)\s*{sign}", decimal, text).replace(sign, f"0{decimal}")
    if "/" in text:
        text = re.sub(r"(?<![\d/.])(\d+)\s+(1/2|1/4|3/4)(?![\d/])", _decimal, text)
        # A fraction without a whole number counts only before hours, because it may be a day; the empty group replaces
        # the missing number.
        text = re.sub(r"(?<![\d/.])()(1/2|1/4|3/4)(?=\s*(?:an?\s+)?(?:h|hr|hrs|hour|hours)\b)", _decimal, text)
    found = _TOKEN.findall(text)
    if "'" in text:
        found = [_APOSTROPHES.sub("", token) if token[0] not in "'\"" else token for token in found]
    return tuple(found)


def _decimal(match: re.Match) -> str:
    """A fraction, with or without a whole number, as a decimal."""
    top, bottom = match[2].split("/")
    return f"{int(match[1] or 0) + int(top) / int(bottom):g}"


def unaccented(text: str) -> str:
    """A text without accents, in any language.

    >>> unaccented("¿cuánto esperé?"), unaccented("ligação")
    ('¿cuanto espere?', 'ligacao')
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


class Phrases:
    """The phrases of one part of the lexicon, each under its heading."""

    def __init__(self, headings: dict[str, list[str]]):
        self._headings: dict[tuple[str, ...], str] = {}
        for heading, phrases in headings.items():
            for phrase in phrases:
                self._headings.setdefault(tuple(tokens(phrase)), heading)
        self._longest: dict[str, int] = {}  # most words of a phrase, by its first token
        for words in sorted(self._headings, key=len):
            self._longest[words[0]] = len(words)

    def match(self, words: list[str], index: int) -> tuple[str, int] | None:
        """The heading and the number of tokens of the longest phrase that begins at an index; None if none does."""
        longest = self._longest.get(words[index], 0) if index < len(words) else 0
        for length in range(min(longest, len(words) - index), 0, -1):
            heading = self._headings.get(tuple(words[index : index + length]))
            if heading is not None:
                return heading, length
        return None

    def walk(self, words: list[str]) -> Iterator[tuple[str, list[str]]]:
        """The phrases of these words in order, each after its heading; a word of no phrase has the heading ""."""
        index = 0
        while index < len(words):
            heading, length = self.match(words, index) or ("", 1)
            yield heading, words[index : index + length]
            index += length


@cache
def content() -> dict:
    """The content of ``lexicon.toml``."""
    return shipped_toml(__file__, "lexicon.toml")


def word_set(name: str) -> frozenset[str]:
    """The words of a set in the lexicon."""
    return frozenset(content()["words"][name].split())


@cache
def phrases(*parts: str) -> Phrases:
    """The phrases of these parts of the lexicon together; a phrase under two headings has the first.

    >>> phrases("wait").match(tokens("hung up after 40"), 0)
    ('hang_up', 2)
    """
    headings: dict[str, list[str]] = {}
    for part in parts:
        headings |= content()[part]
    return Phrases(headings)


@cache
def pattern_texts() -> dict[str, dict]:
    """The content of ``patterns.toml``, with the names of months and weekdays added to its shared patterns."""
    parts = shipped_toml(__file__, "patterns.toml")
    parts["shared"] |= {"month": MONTH_NAME, "weekday": WEEKDAY_NAME}
    return parts


@cache
def _pattern_text(part: str, name: str) -> str:
    """A pattern of a part, else the shared one of this name; names in braces are replaced by their patterns."""
    parts = pattern_texts()
    part = part if name in parts[part] else "shared"
    return _NAME_IN_PATTERN.sub(lambda match: _pattern_text(part, match[1]), parts[part][name].replace("\n", ""))


class Patterns:
    """The patterns of one part of ``patterns.toml`` by name, each compiled at its first use.

    >>> bool(Patterns("narratives").lost.search("then we gave up"))
    True
    """

    def __init__(self, part: str):
        self._part = part

    def __getattr__(self, name: str) -> re.Pattern[str]:
        """The pattern of a name, kept as an attribute so that it is compiled only once."""
        if name.startswith("__"):  # copy and doctest ask for these
            raise AttributeError(name)
        pattern = re.compile(_pattern_text(self._part, name), re.IGNORECASE)
        setattr(self, name, pattern)
        return pattern

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """The pattern of a name that is chosen at run time."""
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(pattern_texts()[self._part])


_SHARED = Patterns("shared")

# ---- legends next to a table -----------------------------------------------------------------------------------------

_CODE = r"[^\W\d_]{1,2}\d?|[A-Z]{3}|\d{1,2}"
# A code and its sign; a colon or a dash counts only after a code of one or two capitals.
_ITEM = regex(rf"(?<![\w'/.])({_CODE})\s*=\s*|(?<![\w'/.])(?<!\d )([A-Z]{{1,2}}\d?)(?:\s*:|\s+[-–—]|\s*→)\s+")
_PAIRED = regex(rf"(?:(?P<label>[^\W\d_][\w ./-]{{1,30}}?)\s*[:=–-]\s*)?(?P<code>{_CODE})")  # CB: A
_GROUP = regex(r"\n|;|\||\.\s+(?=[A-Z])")
_LABEL = regex(r"^\W*([^\W\d_][\w ./-]{2,30}?)\s*[:(]")
_BETWEEN = regex(r"\s*[/,;+&]\s*|\s+and\s+|\s+")
_BEHIND = regex(r"(?:(?<=\d[ap] )|(?<=[ap]m )|(?<=\d ))[A-Z]{1,3}(?=\s*(?:[,;/]|$))")
_BEFORE = regex(r"(?:(?<=^)|(?<=[,;/] ))[A-Z]{1,3}(?=\s+\d{1,2}[/-]\d)")
_WORDS = regex(r"[^\W\d_]{3}|IVR|VM|\bno\b|\d ?(?:h|d)")  # what a code may stand for
LONGEST = 1000  # characters of a text that are searched
LONGEST_WORDS = 60  # characters of a code's meaning
MIN_SHARE_OF_CODES = 0.5  # lowest share of cells with codes in a column of codes
MIN_CODES = 2  # fewest codes in a legend
# Labels of a legend that name no column, and words as short as a code.
_OF_ANY_COLUMN = word_set("of_any_column")
_CODES = frozenset("code codes codigo codigos código códigos".split())
_WORDS_TOO = frozenset("no ok vm na si cb".split())


class Legend(NamedTuple):
    """Codes explained together, with the name of their group: ``Result: R = reached, H = hung up``."""

    label: str
    codes: dict[str, str]


def legend_groups(rows: Iterable[Sequence[str]]) -> tuple[Legend, ...]:
    """The groups of codes that the texts of these rows explain; none if they explain only one code.

    A row of two cells, a code and its meaning, counts if another row is like it.

    >>> legend_groups([["R = reached, H = hung up; U = urgent 72h"]])[0].codes
    {'r': 'reached', 'h': 'hung up'}
    >>> legend_groups([["R", "reached"], ["H", "hung up"]])[0].codes, legend_groups([["Calls of 2022 - ours"]])
    ({'r': 'reached', 'h': 'hung up'}, ())
    >>> legend_groups([["CB: A", "answered"], ["CB: M", "missed"]])
    (Legend(label='CB', codes={'a': 'answered', 'm': 'missed'}),)
    >>> legend_groups([["DC = they disconnected me, IVR = machine only"]])[0].codes
    {'dc': 'they disconnected me', 'ivr': 'machine only'}
    """
    found: list[Legend] = []
    pairs: dict[str, dict[str, str]] = {}
    for row in rows:
        if len(row) == 2 and (first := _PAIRED.fullmatch(row[0].strip(" =:"))) and _WORDS.search(row[1]):
            pairs.setdefault(first["label"] or "", {}).setdefault(_key(first["code"]), row[1].strip(" =:-"))
        else:
            found += _of_text("; ".join(row)[:LONGEST])
    found += [Legend(label, codes) for label, codes in pairs.items() if len(codes) >= MIN_CODES]
    return tuple(found) if sum(len(group.codes) for group in found) >= MIN_CODES else ()


def _of_text(text: str) -> Iterable[Legend]:
    label = ""
    for part in _GROUP.split(text):
        items = list(_ITEM.finditer(part))
        head = _LABEL.match(part[: items[0].start()] + ":" if items else part)
        label = head[1] if head else label
        codes: dict[str, str] = {}
        ends = [*(later.start() for later in items), len(part)][1:]
        for item, end in zip(items, ends, strict=True):
            words = part[item.end() : end].strip(" \t,/()[]-–—&.")
            if len(words) <= LONGEST_WORDS and _WORDS.search(words):
                codes.setdefault(_key(item[1] or item[2]), re.sub(r"\s+(?:and|or)$", "", words))
        if codes:
            yield Legend(label, codes)


def is_legend(row: Sequence[str]) -> bool:
    """Whether a row is a legend: at most three cells, which explain two or more codes.

    >>> is_legend(["Key: R = reached, H = hung up"]), is_legend(["3/14/2022", "R = reached"])
    (True, False)
    """
    return len(row) <= 3 and sum(len(group.codes) for group in legend_groups([row])) >= MIN_CODES


def is_legend_pair(row: Sequence[str], legend: Sequence[Legend]) -> bool:
    """Whether a row has two cells, a code of the legend and its meaning."""
    first = _PAIRED.fullmatch(row[0].strip(" =:")) if len(row) == 2 else None
    if first is None:
        return False
    return any(group.codes.get(_key(first["code"])) == row[1].strip(" =:-") for group in legend)


def may_be_legend(text: str) -> bool:
    """Whether a text has the signs of a legend, so that it may explain codes."""
    return "=" in text and bool(_ITEM.search(text[:LONGEST]))


def legend_codes(texts: Sequence[str], legend: Sequence[Legend], header: str) -> dict[str, str]:
    """The meaning of each code of a column; empty if fewer than half of its cells are codes of the legend.

    A group with a label counts only for a column that the label names; a group without a label counts only if all codes
    of the column are explained. If two groups have the same code, the group whose label fits the column better wins,
    else the group with more of its codes. If two equal groups disagree, the code has no meaning.

    >>> promise = legend_groups([["Call back promised: U = urgent, R = regular"]])
    >>> legend_codes(["R", "R", "H"], promise, "Outcome"), legend_codes(["R", "U"], promise, "Promised")
    ({}, {'u': 'urgent', 'r': 'regular'})
    """
    legend = [*(group._replace(label=header) for group in legend_groups([[header]])), *legend]
    if not legend:
        return {}
    used = {word for text in texts for word in _codes_in(text)}
    words = _words_of(header)
    known: dict[str, str] = {}
    ranked: dict[tuple[int, int], list[Legend]] = {}
    is_of_codes = words <= _CODES and len({group.label for group in legend}) == 1  # Code, and one legend
    for group in legend:
        label = _words_of(group.label) - _OF_ANY_COLUMN
        n_named = int(is_of_codes) or len(label & words)
        if not label or n_named:
            ranked.setdefault((n_named, sum(word in group.codes for word in used)), []).append(group)
    for rank in sorted(ranked, reverse=True):
        meanings: dict[str, set[str]] = {}
        for group in ranked[rank]:
            for code, meaning in group.codes.items():
                if code.isdecimal() and not rank[0]:
                    continue  # numbers alone may not be codes
                meanings.setdefault(code, set()).add(meaning)
        known = {code: meanings.pop() if len(meanings) == 1 else "" for code, meanings in meanings.items()} | known
    if not any(own for own, _ in ranked) and not {code for code in used if code.isalpha()} <= known.keys() | _WORDS_TOO:
        return {}
    known = {code: meaning for code, meaning in known.items() if meaning}
    coded = sum(spelled_out(text, known) != text for text in texts)
    return known if texts and coded >= MIN_SHARE_OF_CODES * len(texts) else {}


def _words_of(name: str) -> frozenset[str]:
    """The words of a header or a label, with every spelling of *callback* unified."""
    return frozenset(re.findall(r"\w+", re.sub(r"\bcall[ -]back|\bc[/.]?b\b", "callback", name.casefold())))


def spelled_out(text: str, codes: dict[str, str]) -> str:
    """A cell with its codes spelled out; codes among other text only before or after a date or time, or before a sign.

    >>> spelled_out("R/U", {"r": "reached", "u": "urgent"}), spelled_out("H - lunch", {"h": "hung up"})
    ('reached, urgent', 'hung up - lunch')
    >>> spelled_out("M 4/3 1:48p, A 4/4", {"a": "answered", "m": "missed"}), spelled_out("4/3 M", {"m": "missed"})
    ('missed 4/3 1:48p, answered 4/4', '4/3 missed')
    """
    words = _codes_in(text)
    if words and all(word in codes for word in words):
        return ", ".join(codes[word] for word in words)
    if re.search(r"\d", text):  # 4/3 1:48p A, 4/4 9:05a M
        text = _BEFORE.sub(lambda match: codes.get(_key(match[0]), match[0]), text)  # A 4/3 1:48p
        return _BEHIND.sub(lambda match: codes.get(_key(match[0]), match[0]), text)
    first = re.match(rf"({_CODE})(?=\s*[-–—:;,(])", text)
    return codes[_key(first[1])] + text[first.end() :] if first and _key(first[1]) in codes else text


def with_codes_spelled_out(texts: Sequence[str | None], legend: Sequence[Legend], header: str) -> list[str | None]:
    """The cells of a column, each with its codes spelled out if the legend explains them or every office uses them."""
    codes = legend_codes([text for text in texts if text], legend, header)
    texts = [spelled_out(text, codes) if text and codes else text for text in texts]
    return [_SHARED.spoken_in_short.sub("spoke with ", text) if text else text for text in texts]


def is_in_short(text: str) -> bool:
    """Whether a text says in a law office's short words that it spoke with someone.

    >>> [is_in_short(text) for text in ("T/C w/ ISO Reyes", "TCW officer", "tc w/o answer", "phone call")]
    [True, True, False, False]
    """
    return bool(_SHARED.spoken_in_short.search(text))


def _codes_in(text: str) -> list[str]:
    """The codes of a cell that holds only codes; otherwise none."""
    words = [word for word in _BETWEEN.split(text.strip(" .()")) if word]
    return [_key(word) for word in words] if all(re.fullmatch(_CODE, word) for word in words) else []


def _key(code: str) -> str:
    return code.casefold()
