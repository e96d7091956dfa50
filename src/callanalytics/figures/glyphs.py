"""Text in any script: which shipped font shows it, and what stands in for a character that none does.

A name may be in Chinese, Arabic or Devanagari, and a cell may hold whatever a program left there. A typesetter that
finds no glyph gives up the whole page, so every text is looked over first.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Source Sans 3"
FALLBACK = (  # looked through in this order; the first that has a character shows it
    "Noto Sans Hebrew",
    "Noto Sans Arabic",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    "Noto Sans Ethiopic",
    "Noto Sans KR",
    "Droid Sans Fallback",
    "Noto Emoji",
)
FAMILIES = (FAMILY, *FALLBACK)
JOINER = "\u200c"  # between Persian letters that must not join; kept where the font knows it
_PLAIN = re.compile(r"[\n -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2015\u2018-\u201e\u2022\u2026\u2212]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_SELECTORS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def printable(text: str) -> str:
    """The text without what no page may hold: control characters go, half a surrogate pair is named.

    >>> printable("a\\x1b[31m\\tb\\r\\nc"), printable("\\ud800")
    ('a[31m\\tb\\nc', '[U+D800]')
    """
    return _CONTROLS.sub(_in_words, text)


def _in_words(found: re.Match) -> str:
    sign = found[0]
    if sign in "\u2028\u2029":
        return "\n"
    return "" if unicodedata.category(sign) == "Cc" else _named(sign)


def showable(text: str) -> str:
    """The text in characters that the shipped fonts can show.

    What they lack is spelled in simpler characters, or named: ``[U+13000]``. Marks stay on a letter only where one font
    has both. Invisible signs go.

    >>> showable("王伟 22-014"), showable("\\U0001d7d8"), showable("\\U00013000"), showable("a\\u200b\\x1bb")
    ('王伟 22-014', '0', '[U+13000]', 'ab')
    """
    if _PLAIN.fullmatch(text):
        return text
    composed = unicodedata.normalize("NFC", printable(text).replace("\t", " "))
    return "".join(_shown(cluster) for cluster in _clusters(composed))


def is_plain(text: str) -> bool:
    """Whether the house's own font has every character of a text."""
    return text.isascii() or _letters()[0].issuperset(map(ord, set(text) - {"\n"}))


def _clusters(text: str) -> list[str]:
    """Each character with the marks that follow it; what is invisible is left out."""
    clusters: list[str] = []
    for sign in _SELECTORS.sub("", text):
        kind = unicodedata.category(sign)
        if kind[0] == "M" or sign == JOINER:
            clusters[-1:] = ["".join(clusters[-1:] or " ") + sign]
        elif kind != "Cf":
            clusters.append(sign)
    return clusters


@cache
def _shown(cluster: str) -> str:
    if cluster == "\n" or _font_of(cluster[0]).issuperset(map(ord, cluster)):
        return cluster
    if len(cluster) > 1:
        return _shown(cluster[0]) + "".join(_named(sign) for sign in cluster[1:] if sign != JOINER)
    kind = unicodedata.category(cluster)
    if kind[0] == "Z":
        return " "
    simpler = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", cluster))
    return simpler if all(ord(sign) in _font_of(sign) for sign in simpler) else _named(cluster)


def _font_of(sign: str) -> frozenset[int]:
    """The characters of the first font that has this one; none where no font has it."""
    return next((letters for letters in _letters() if ord(sign) in letters), frozenset())


def _named(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


@cache
def _letters() -> tuple[frozenset[int], ...]:
    """The characters of each shipped font, in the order of `FAMILIES`."""
    from fontTools.ttLib import TTFont

    found: dict[str, frozenset[int]] = {}
    for path in FONTS.rglob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            found.setdefault(font["name"].getDebugName(1), frozenset(font.getBestCmap()))
    return tuple(found[family] for family in FAMILIES)
