"""Turn text into values: phone numbers, time zones, and the named parsers of cells.

All are pure functions of their arguments. Each distinct text of a column is read once, so they may be slow, readable,
and fully tested. This module holds what all parsers share: their registry, their options, and their errors.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from callanalytics.lazy import regex

Value = TypeVar("Value")


class Unreadable(ValueError):
    """A cell that a parser cannot read: the reason in one word, and what would have been right."""

    def __init__(self, reason: str = "unreadable", wanted: str = ""):
        super().__init__(reason)
        self.reason, self.wanted = reason, wanted

    def kept(self) -> Unreadable:
        """A copy to keep: a raised exception holds references to everything in its stack frames."""
        return Unreadable(self.reason, self.wanted)


@dataclass(frozen=True)
class Parser:
    """A parser of cells, which format files call by name. ``wanted`` says what it reads, with an example."""

    name: str
    wanted: str
    read: Callable
    options: frozenset[str]

    @property
    def meaning(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.read) or "").partition("\n")[0]

    def __call__(self, text: str, **options):
        """Read the value of a cell; raise :class:`Unreadable` with what was wanted if it has none."""
        return self.with_options(**options)(text)

    def with_options(self, **options) -> Callable:
        """The parser as a function of the text alone. Options this parser does not know are ignored."""
        known = {key: value for key, value in options.items() if key in self.options}

        def read(text: str):
            try:
                return self.read(text, **known)
            except Unreadable as problem:
                raise Unreadable(problem.reason, problem.wanted or self.wanted) from None
            except (ValueError, OverflowError):
                raise Unreadable(wanted=self.wanted) from None

        return read


PARSERS: dict[str, Parser] = {}


def parser(name: str, wanted: str) -> Callable:
    """Register a function ``text -> value`` as a parser, under the word that format files use."""

    def enter(function: Callable) -> Callable:
        options = frozenset(inspect.signature(function).parameters) - {"text"}
        PARSERS[name] = Parser(name, wanted, function, options)
        return function

    return enter


def try_read(read: Callable[..., Value], text: str, **options) -> Value | None:
    """The value that a reader reads from a text; None if it cannot read it."""
    try:
        return read(text, **options)
    except Unreadable:
        return None


def tidy(text: str) -> str:
    """The text with unusual white space replaced by spaces (U+202F before AM) and a formula's ``="..."`` removed.

    >>> tidy('="2:12"'), tidy("4:52:10\\u202fPM ")
    ('2:12', '4:52:10 PM')
    """
    text = " ".join(text.split())
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text


_POWER_OF_TEN = regex(r"\d(?:\.(\d+))?E\+(\d{1,3})", re.IGNORECASE)


def has_lost_digits(text: str) -> bool:
    """Whether a spreadsheet shortened a number, so that its last digits are lost.

    >>> has_lost_digits("8.00375E+09"), has_lost_digits("8.003755283E+09"), has_lost_digits("8003755283")
    (True, False, False)
    """
    match = _POWER_OF_TEN.fullmatch(text)
    return match is not None and len(match[1] or "") < int(match[2])
