"""The words of hand-kept logs, by what they mean: ``lexicon.toml`` read once, and texts cut into tokens."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_TOKEN = re.compile(r"\d+(?:\.\d+)?|\.\d+|[^\W\d_]+(?:['’][^\W\d_]+)*|''|>=|[^\w\s]|_")
_ACCENTS = re.compile("[\u0300-\u036f]")  # marks over letters, which many leave out
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_JOINED = re.compile(r"(?<=[^\W\d_])_(?=[^\W_])")  # hung_up, as programs write words
_PICTURES = re.compile("[\U0001f300-\U0001faff\ufe0f]")  # faces and such, which say nothing
_APOSTROPHES = re.compile(r"['’](?=[^\W\d_])")


def tokens(text: str) -> list[str]:
    """The numbers, words and signs of a text, without capitals, apostrophes, spaces and accents.

    >>> tokens("Didn't wait 1h10, ~45min (dropped)")
    ['didnt', 'wait', '1', 'h', '10', ',', '~', '45', 'min', '(', 'dropped', ')']
    >>> tokens("1½ hrs"), tokens("1 1/2 hrs")
    (['1.5', 'hrs'], ['1.5', 'hrs'])
    >>> tokens("Colgué"), tokens("hung_up")
    (['colgue'], ['hung', 'up'])
    """
    text = unaccented(text.casefold()).replace("’", "'").replace("\u2044", "/").replace("\u200b", "")
    text = _JOINED.sub(" ", _PICTURES.sub(" ", text))
    for sign, decimal in _FRACTIONS.items():
        text = re.sub(rf"(?<=\d)\s*{sign}", decimal, text).replace(sign, f"0{decimal}")
    text = re.sub(r"(?<![\d/.])(\d+)\s+(1/2|1/4|3/4)(?![\d/])", _mixed, text)
    text = re.sub(r"(?<![\d/.])(1/2|1/4|3/4)(?=\s*(?:an?\s+)?(?:h|hr|hrs|hour|hours)\b)", _fraction, text)
    return [_APOSTROPHES.sub("", token) if token[0] not in "'\"" else token for token in _TOKEN.findall(text)]


def unaccented(text: str) -> str:
    """A text without the accents over its letters, of any language.

    >>> unaccented("¿cuánto esperé?"), unaccented("ligação")
    ('¿cuanto espere?', 'ligacao')
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def _mixed(match: re.Match) -> str:
    return f"{int(match[1]) + _quotient(match[2]):g}"


def _fraction(match: re.Match) -> str:
    return f"{_quotient(match[1]):g}"


def _quotient(fraction: str) -> float:
    top, bottom = fraction.split("/")
    return int(top) / int(bottom)


class Phrases:
    """The phrases of one part of the lexicon, each under its heading."""

    def __init__(self, headings: dict[str, list[str]]):
        self._headings: dict[tuple[str, ...], str] = {}
        for heading, phrases in headings.items():
            for phrase in phrases:
                self._headings.setdefault(tuple(tokens(phrase)), heading)
        self._longest = max(map(len, self._headings))

    def match(self, words: list[str], place: int) -> tuple[str, int] | None:
        """The heading of the longest phrase that begins at a place, and how many tokens it has."""
        for length in range(min(self._longest, len(words) - place), 0, -1):
            heading = self._headings.get(tuple(words[place : place + length]))
            if heading is not None:
                return heading, length
        return None


@cache
def content() -> dict:
    """What the file says."""
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))


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
