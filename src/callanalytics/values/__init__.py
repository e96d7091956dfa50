"""From text to value: telephone numbers, time zones and the named parsers of cells.

Pure functions of their arguments. Each distinct value of a column is handed over once, so these may
be slow, readable and fully tested. Here is what all parsers share: how one is made, found and told what it wants.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")


class Unreadable(ValueError):
    """A cell that a parser cannot read: why in one word, and what would have been right."""

    def __init__(self, reason: str = "unreadable", wanted: str = ""):
        super().__init__(reason)
        self.reason, self.wanted = reason, wanted

    def kept(self) -> Unreadable:
        """The same, to be kept: one that was raised holds on to all that was in memory where it was."""
        return Unreadable(self.reason, self.wanted)


@dataclass(frozen=True)
class Parser:
    """A parser of cells, known to format files by its name. ``wanted`` says what it reads, with an example."""

    name: str
    wanted: str
    read: Callable
    options: frozenset[str]

    @property
    def meaning(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.read) or "").partition("\n")[0]

    def __call__(self, text: str, **options):
        """The value of a cell; :class:`Unreadable` with what was wanted where there is none."""
        return self.with_options(**options)(text)

    def with_options(self, **options) -> Callable:
        """The parser as a function of the text alone. A format may state more options than this parser knows."""
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
    """Enter a function ``text -> value`` among the parsers, under the word that format files use."""

    def enter(function: Callable) -> Callable:
        options = frozenset(inspect.signature(function).parameters) - {"text"}
        PARSERS[name] = Parser(name, wanted, function, options)
        return function

    return enter


def try_read(read: Callable[..., Value], text: str, **options) -> Value | None:
    """What a reader makes of a text; None where it cannot read it."""
    try:
        return read(text, **options)
    except Unreadable:
        return None


def tidy(text: str) -> str:
    """The text with odd blanks made plain (U+202F before AM) and a formula's ``="..."`` taken off.

    >>> tidy('="2:12"'), tidy("4:52:10\\u202fPM ")
    ('2:12', '4:52:10 PM')
    """
    text = " ".join(text.split())
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text
