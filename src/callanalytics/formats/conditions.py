"""Columns as a format names them, and conditions on a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from callanalytics.formats import patterns

# A column as a format names it: one name, or several of which the first present counts ("Date|Call date").
Column = tuple[str, ...]


def fold(name: str) -> str:
    """A header name as it is compared: capitals, blanks and a question mark or colon at the end do not matter.

    >>> fold("  Action  Result "), fold("No."), fold("Called back?")
    ('action result', 'no.', 'called back')
    """
    return " ".join(name.casefold().split()).rstrip("?: ")


def find(column: Column, header) -> str | None:
    """The name in the header that this column means, the first alternative first; None if there is none.

    >>> find(("Date", "Call date"), ["Time", "CALL  DATE"])
    'CALL  DATE'
    """
    present = _present(tuple(header))
    return next((present[fold(name)] for name in column if fold(name) in present), None)


@lru_cache(maxsize=256)
def _present(header: tuple[str, ...]) -> dict[str, str]:
    """The names of a header by their folded form, the first of equal ones; a header of thousands is folded once."""
    present: dict[str, str] = {}
    for name in header:
        present.setdefault(fold(name), name)
    return present


@dataclass(frozen=True)
class Test:
    """What a cell must be: a word (capitals do not matter), ``""`` empty, ``"*"`` not empty, ``"~..."`` a pattern.

    A pattern is a regular expression that must fit the whole cell, of which it sees 300 characters.

    >>> Test("~[0-9]{2,6}").fits("114"), Test("fax").fits("Fax"), Test("").fits(None), Test("*").fits("")
    (True, True, True, False)
    """

    text: str

    @cached_property
    def _pattern(self) -> re.Pattern:
        return re.compile(self.text[1:], re.IGNORECASE | re.DOTALL)

    @property
    def is_blind_to_digits(self) -> bool:
        """Whether no cell fits for one of its digits that would not fit for another.

        >>> [Test(text).is_blind_to_digits for text in ("~\\\\d{1,6}", "fax", "*", "~9.*", "~[0-5]+", "911")]
        [True, True, True, False, False, False]
        """
        rest = re.sub(r"\\d|(?<!\\)\{\d*,?\d*\}", "", self.text) if self.text.startswith("~") else self.text
        return not re.search(r"[\d\[]|\(\?P=", rest)

    def fits(self, cell: str | None) -> bool:
        cell = cell or ""
        if self.text == "*":
            return bool(cell)
        if self.text.startswith("~"):
            return self._pattern.fullmatch(cell[: patterns.SEEN]) is not None
        return fold(self.text) == fold(cell)


@dataclass(frozen=True)
class When:
    """A condition on a row: every column named must fit one of its tests; a column the file lacks is empty."""

    tests: tuple[tuple[Column, tuple[Test, ...]], ...] = ()
