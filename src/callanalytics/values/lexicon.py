"""The words of hand-kept logs by what they mean: ``lexicon.toml`` read once, texts cut into tokens, and legends.

What has to be found among other words stands as a pattern in ``patterns.toml``.

A legend stands beside a table and says what the letters in it stand for: R = reached, H = hung up.
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
_ACCENTS = regex("[\u0300-\u036f]")  # marks over letters, which many leave out
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_JOINED = regex(r"(?<=[^\W\d_])_(?=[^\W_])")  # hung_up, as programs write words
_PICTURES = regex("[\U0001f300-\U0001faff\ufe0f]")  # faces and such, which say nothing
_APOSTROPHES = regex(r"['’](?=[^\W\d_])")
_NAME_IN_PATTERN = regex(r"\{([a-z_]\w*)\}")  # the braces of a pattern hold numbers alone


def tokens(text: str) -> list[str]:
    """The numbers, words and signs of a text, without capitals, apostrophes, spaces and accents.

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
        # A fraction alone is one only before hours, else it may be a day; the empty group is the number it lacks.
        text = re.sub(r"(?<![\d/.])()(1/2|1/4|3/4)(?=\s*(?:an?\s+)?(?:h|hr|hrs|hour|hours)\b)", _decimal, text)
    found = _TOKEN.findall(text)
    if "'" in text:
        found = [_APOSTROPHES.sub("", token) if token[0] not in "'\"" else token for token in found]
    return tuple(found)


def _decimal(match: re.Match) -> str:
    """A whole number, if there is one, and a fraction as a decimal."""
    top, bottom = match[2].split("/")
    return f"{int(match[1] or 0) + int(top) / int(bottom):g}"


def unaccented(text: str) -> str:
    """A text without the accents over its letters, of any language.

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
        self._longest: dict[str, int] = {}  # of the phrases that begin with a token
        for words in sorted(self._headings, key=len):
            self._longest[words[0]] = len(words)

    def match(self, words: list[str], index: int) -> tuple[str, int] | None:
        """The heading of the longest phrase that begins at an index, and how many tokens it has."""
        longest = self._longest.get(words[index], 0) if index < len(words) else 0
        for length in range(min(longest, len(words) - index), 0, -1):
            heading = self._headings.get(tuple(words[index : index + length]))
            if heading is not None:
                return heading, length
        return None

    def walk(self, words: list[str]) -> Iterator[tuple[str, list[str]]]:
        """The phrases of these words in their order, each behind its heading; a word of no phrase has none."""
        index = 0
        while index < len(words):
            heading, length = self.match(words, index) or ("", 1)
            yield heading, words[index : index + length]
            index += length


@cache
def content() -> dict:
    """What the file says."""
    return shipped_toml(__file__, "lexicon.toml")


def word_set(name: str) -> frozenset[str]:
    """The words of a set of the file."""
    return frozenset(content()["words"][name].split())


@cache
def phrases(*parts: str) -> Phrases:
    """The phrases of these parts of the lexicon together; of a phrase under two headings the first counts.

    >>> phrases("wait").match(tokens("hung up after 40"), 0)
    ('hang_up', 2)
    """
    headings: dict[str, list[str]] = {}
    for part in parts:
        headings |= content()[part]
    return Phrases(headings)


@cache
def pattern_texts() -> dict[str, dict]:
    """What ``patterns.toml`` says."""
    parts = shipped_toml(__file__, "patterns.toml")
    parts["shared"] |= {"month": MONTH_NAME, "weekday": WEEKDAY_NAME}
    return parts


@cache
def _pattern_text(part: str, name: str) -> str:
    """A pattern of a part, else the shared one of this name, with those that it names in braces put in."""
    parts = pattern_texts()
    part = part if name in parts[part] else "shared"
    return _NAME_IN_PATTERN.sub(lambda match: _pattern_text(part, match[1]), parts[part][name].replace("\n", ""))


class Patterns:
    """The patterns of one part of ``patterns.toml`` by their names, each compiled when it is first asked for.

    >>> bool(Patterns("narratives").lost.search("then we gave up"))
    True
    """

    def __init__(self, part: str):
        self._part = part

    def __getattr__(self, name: str) -> re.Pattern[str]:
        """The pattern of a name, kept as an attribute so that it costs once."""
        if name.startswith("__"):  # copy and doctest ask for these
            raise AttributeError(name)
        pattern = re.compile(_pattern_text(self._part, name), re.IGNORECASE)
        setattr(self, name, pattern)
        return pattern

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """The same, of a name that is chosen as the program runs."""
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(pattern_texts()[self._part])


# ---- legends beside a table ------------------------------------------------------------------------------------------

_CODE = r"[^\W\d_]{1,2}\d?|[A-Z]{3}|\d{1,2}"
# A code and its sign; a colon or a dash only where the code is one or two capitals.
_ITEM = regex(rf"(?<![\w'/.])({_CODE})\s*=\s*|(?<![\w'/.])(?<!\d )([A-Z]{{1,2}}\d?)(?:\s*:|\s+[-–—]|\s*→)\s+")
_PAIRED = regex(rf"(?:(?P<label>[^\W\d_][\w ./-]{{1,30}}?)\s*[:=–-]\s*)?(?P<code>{_CODE})")  # CB: A
_GROUP = regex(r"\n|;|\||\.\s+(?=[A-Z])")
_LABEL = regex(r"^\W*([^\W\d_][\w ./-]{2,30}?)\s*[:(]")
_BETWEEN = regex(r"\s*[/,;+&]\s*|\s+and\s+|\s+")
_BEHIND = regex(r"(?:(?<=\d[ap] )|(?<=[ap]m )|(?<=\d ))[A-Z]{1,3}(?=\s*(?:[,;/]|$))")
_BEFORE = regex(r"(?:(?<=^)|(?<=[,;/] ))[A-Z]{1,3}(?=\s+\d{1,2}[/-]\d)")
_WORDS = regex(r"[^\W\d_]{3}|IVR|VM|\bno\b|\d ?(?:h|d)")  # what a code may stand for
LONGEST = 1000  # letters of a text that is searched
LONGEST_WORDS = 60  # letters of what a code stands for
MIN_SHARE_OF_CODES = 0.5  # share of a column's cells that are codes, from which on it is one of codes
MIN_CODES = 2  # codes that make a legend
# Labels of a legend that name no column, and words as short as a code.
_OF_ANY_COLUMN = word_set("of_any_column")
_CODES = frozenset("code codes codigo codigos código códigos".split())
_WORDS_TOO = frozenset("no ok vm na si cb".split())


class Legend(NamedTuple):
    """Codes that are explained together, and what the group is called: ``Result: R = reached, H = hung up``."""

    label: str
    codes: dict[str, str]


def legend_groups(rows: Iterable[Sequence[str]]) -> tuple[Legend, ...]:
    """The groups of codes that the texts of these rows explain; none where they explain a single one.

    Two cells of a row, the first of which is a code, explain it where other rows are alike.

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
    """Whether the cells of a row explain codes and hold nothing else.

    >>> is_legend(["Key: R = reached, H = hung up"]), is_legend(["3/14/2022", "R = reached"])
    (True, False)
    """
    return len(row) <= 3 and sum(len(group.codes) for group in legend_groups([row])) >= MIN_CODES


def is_legend_pair(row: Sequence[str], legend: Sequence[Legend]) -> bool:
    """Whether a row has a code and what it stands for, in two cells."""
    first = _PAIRED.fullmatch(row[0].strip(" =:")) if len(row) == 2 else None
    if first is None:
        return False
    return any(group.codes.get(_key(first["code"])) == row[1].strip(" =:-") for group in legend)


def may_be_legend(text: str) -> bool:
    """Whether a text may explain codes, by its signs."""
    return "=" in text and bool(_ITEM.search(text[:LONGEST]))


def legend_codes(texts: Sequence[str], legend: Sequence[Legend], header: str) -> dict[str, str]:
    """What each code of a column stands for; nothing where most of its cells are no codes of the legend.

    A group with a label counts only for a column that the label names; one without only where all codes of the column
    are explained. Of two groups with one code that counts which is named like the column, else which has more of its
    codes; a code that two such groups explain otherwise stands for nothing.

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
                    continue  # of figures alone no one knows whether they are codes
                meanings.setdefault(code, set()).add(meaning)
        known = {code: meanings.pop() if len(meanings) == 1 else "" for code, meanings in meanings.items()} | known
    if not any(own for own, _ in ranked) and not {code for code in used if code.isalpha()} <= known.keys() | _WORDS_TOO:
        return {}
    known = {code: meaning for code, meaning in known.items() if meaning}
    coded = sum(spelled_out(text, known) != text for text in texts)
    return known if texts and coded >= MIN_SHARE_OF_CODES * len(texts) else {}


def _words_of(name: str) -> frozenset[str]:
    """The words of a header or a label, however *callback* is written."""
    return frozenset(re.findall(r"\w+", re.sub(r"\bcall[ -]back|\bc[/.]?b\b", "callback", name.casefold())))


def spelled_out(text: str, codes: dict[str, str]) -> str:
    """A cell with its codes spelled out; as it is where it has others, or words beside them.

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


def _codes_in(text: str) -> list[str]:
    """The codes of a cell that holds nothing else."""
    words = [word for word in _BETWEEN.split(text.strip(" .()")) if word]
    return [_key(word) for word in words] if all(re.fullmatch(_CODE, word) for word in words) else []


def _key(code: str) -> str:
    return code.casefold()
