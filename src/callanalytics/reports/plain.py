"""A definition in a lawyer's words; the name that a researcher needs stands in brackets behind them."""

from __future__ import annotations

import re

from callanalytics import formats

WORDS = (
    (r"n >= (\d+)", r"\1 cases"),
    (r"\brings\b", "incoming calls"),
    (r"\bring\b", "incoming call"),
    (r"\bpromises\b", "promised callbacks"),
)

NAME = re.compile(r"((?:\.\.\.)?\w*_\w+):?")  # a name of the tables that the card has not put in words
BRACKETS = re.compile(r"(\[[^\]]*\])")


def words(text: str) -> str:
    """A card's text for a reader who knows no table.

    >>> words("a ring answered by a person by the due moment [due_default]; email is no hit")
    'an incoming call answered by a person by the due moment [due_default]; email is no hit'
    >>> words("..._steady: offices that stayed; n >= 20")
    '[..._steady] offices that stayed; 20 cases'
    """
    for word, plain in WORDS:
        text = re.sub(word, plain, text)
    text = re.sub(r"\b([Aa]) (?=incoming)", r"\1n ", text)
    return "".join(part if part.startswith("[") else NAME.sub(r"[\1]", part) for part in BRACKETS.split(text))


def system(format: str) -> str:
    """A phone system or sheet as a reader calls it. A layout of an office's own may be named after that office or a
    client, and is not named.

    >>> system("ringcentral_simple"), system("garcia_lopez_log")
    ('ringcentral simple', 'layout of its own')
    """
    return format.replace("_", " ") if format in formats.load() else "layout of its own"
