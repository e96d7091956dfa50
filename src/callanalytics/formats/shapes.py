"""Columns as a format names them, conditions on a row, and the parts of a layout that only reading needs.

These parts state by what a file of a format is known, and how it becomes rows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from callanalytics.formats import checks
from callanalytics.formats.words import without_zone

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

    A zone in brackets behind a name does not matter, unless another column has the bare name.

    >>> find(("Date", "Call date"), ["Time", "CALL  DATE"]), find(("Time",), ["Time (ET)"])
    ('CALL  DATE', 'Time (ET)')
    """
    present = _present(tuple(header))
    return next((present[fold(name)] for name in column if fold(name) in present), None)


@lru_cache(maxsize=256)
def _present(header: tuple[str, ...]) -> dict[str, str]:
    """The names of a header by their folded form, the first of equal ones; a header of thousands is folded once."""
    present: dict[str, str] = {}
    for name in header:
        present.setdefault(fold(name), name)
    for name in header:
        present.setdefault(fold(without_zone(name)), name)
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

    def fits(self, cell: str | None) -> bool:
        cell = cell or ""
        if self.text == "*":
            return bool(cell)
        if self.text.startswith("~"):
            return self._pattern.fullmatch(cell[: checks.SEARCHED]) is not None
        return fold(self.text) == fold(cell)


@dataclass(frozen=True)
class When:
    """A condition on a row: every column named must fit one of its tests; a column the file lacks is empty."""

    tests: tuple[tuple[Column, tuple[Test, ...]], ...] = ()


ANYTHING = When()


@dataclass(frozen=True)
class Recognize:
    """By what a file of this format is known.

    table: every ``header`` column is there, none of ``absent``; ``sheet`` (if given) is the sheet's name. Where
    ``core`` names some of them, these suffice, if what stands in them fits; ``also`` are columns that occur and are not
    read. A table without a header: its first rows fit ``cells``, in the columns that ``file.columns`` names by their
    places. json: a record has every key of ``keys`` (dotted: ``from.phoneNumber``). xml: an ``element`` of this name
    with every one of ``attributes``, and none named in ``absent``. html: something fits the CSS ``selector``. eml: a
    message has the fields ``keys``. database: ``table`` has every column of ``header``.
    By words: a column for each meaning of ``words`` is there (its lack of one of ``expects`` counts
    against it), and what the columns and their cells say comes to
    ``enough``; ``speaks_for`` and ``speaks_against`` are words in headers and titles that count beside the columns;
    ``trades`` those of which one alone says that the calls of a sheet are another's, unless it is one of
    ``may_be_ours`` and the agency is named over the sheet. ``casework`` are words of cells, headers and titles that
    only an office of ours writes, ``business`` words of cells that others write: where none of the former stands,
    these count against a sheet. A star stands for any ending.
    """

    header: tuple[Column, ...] = ()
    absent: tuple[Column, ...] = ()
    sheet: tuple[str, ...] = ()
    cells: When = ANYTHING
    keys: tuple[str, ...] = ()
    element: str = ""
    attributes: tuple[str, ...] = ()
    selector: str = ""
    table: str = ""
    core: tuple[Column, ...] = ()
    also: tuple[Column, ...] = ()
    words: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()
    enough: int = 0
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    may_be_ours: tuple[str, ...] = ()
    casework: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    business: tuple[str, ...] = ()

    @cached_property
    def speaking(self) -> frozenset[str]:
        """Every word of ``speaks_for``, ``speaks_against`` and ``trades``."""
        texts = " ".join((*self.speaks_for, *self.speaks_against, *self.trades))
        return frozenset(texts.replace("|", " ").split())

    @property
    def needed(self) -> tuple[Column, ...]:
        """The columns without which a file is not of this format."""
        return self.core or self.header

    def lacking(self, header) -> list[str]:
        """The needed columns that a header lacks, alternatives with | between.

        >>> Recognize(header=(("Date",), ("Wait",), ("Note",)), core=(("Date",), ("Wait",))).lacking(["Wait"])
        ['Date']
        """
        return _not_in(self.needed, header)

    def missing(self, header) -> list[str]:
        """The columns wanted that a header lacks, alternatives with | between.

        >>> Recognize(header=(("Date", "Day"), ("Wait",))).missing(["day", "Reason"])
        ['Wait']
        """
        return _not_in(self.header, header)

    def unwanted(self, header) -> list[str]:
        """The columns of a header that only other formats have."""
        found = (find(column, header) for column in self.absent)
        return [name for name in found if name is not None]

    def fits(self, header) -> bool:
        """Whether a table with this header is of this format."""
        return bool(self.header) and not self.lacking(header) and not self.unwanted(header)


def _not_in(columns: tuple[Column, ...], header) -> list[str]:
    header = tuple(header)
    return ["|".join(column) for column in columns if find(column, header) is None]


@dataclass(frozen=True)
class Positions:
    """The columns of a table without a header, by their places.

    ``groups`` are the columns in order, each group with whether it may be missing as a whole.

    >>> places = Positions(((("start",), False), (("id",), True), (("link", "number"), True)))
    >>> places.names, sorted(places.by_width)
    (('start', 'id', 'link', 'number'), [1, 2, 3, 4])
    >>> places.by_width[3]
    (('start', 'link', 'number'),)
    """

    groups: tuple[tuple[tuple[str, ...], bool], ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every column, those that may be missing too."""
        return tuple(name for names, _ in self.groups for name in names)

    @cached_property
    def by_width(self) -> dict[int, tuple[tuple[str, ...], ...]]:
        """The columns that a row of so many cells may have; of those that may be missing, the earlier stay first."""
        found: dict[int, list[tuple[str, ...]]] = {}
        optional = [place for place, (_, may_miss) in enumerate(self.groups) if may_miss]
        for count in range(len(optional), -1, -1):
            for kept in itertools.combinations(optional, count):
                names = tuple(
                    name
                    for place, (group, may_miss) in enumerate(self.groups)
                    if not may_miss or place in kept
                    for name in group
                )
                found.setdefault(len(names), []).append(names)
        return {width: tuple(layouts) for width, layouts in found.items()}

    def columns_of_row(self, cells: Sequence[str | None], when: When) -> tuple[str, ...] | None:
        """The columns of a row: the first of its width whose cells fit `when`; None where there are none."""
        return next((names for names in self.by_width.get(len(cells), ()) if _fits(names, cells, when)), None)


def _fits(names: tuple[str, ...], cells: Sequence[str | None], when: When) -> bool:
    """Whether the cells of the columns that are there fit; a column that is missing is not asked."""
    for column, tests in when.tests:
        name: str | None = find(column, names)
        if name is not None and not _any_fits(tests, cells[names.index(name)]):
            return False
    return True


def _any_fits(tests: tuple[Test, ...], cell: str | None) -> bool:
    cell = (cell or "").strip()
    return any(test.fits(cell) for test in tests)


@dataclass(frozen=True)
class OtherBlock:
    """A block of a stacked file that holds no calls: known by its ``header``, its rows set aside for ``reason``."""

    header: Recognize
    reason: str


@dataclass(frozen=True)
class LookAlike:
    """A file that only looks like one of the format: by what it is ``known``, ``what`` it is, what to ``do``."""

    known: Recognize
    what: str
    do: str


NO_POSITIONS = Positions()


@dataclass(frozen=True)
class FilePart:
    """How a file that is no plain table becomes rows.

    table: ``columns`` names the columns of a file without a header, by their places. A stacked file, several blocks
    one under the other: ``above`` makes a column of the cell that stands beside a label above a block's header,
    ``others`` are blocks that hold no calls.
    json: ``records`` are the dotted paths at which the list of records may lie ("" = the file itself, a list or one
    object); the first under which a record has the format's keys counts. A nested object gives columns with dots
    (``from.phoneNumber``), a nested list one column ``legs[]`` that holds the number of its items; those of the lists
    named in ``lists`` are columns too, numbered from 1 (``participants[1].phoneNumber``). xml: each element named in
    ``elements``, wherever it stands, is a row; its attributes are the columns, and the column ``(element)`` is its
    name. html: each thing that fits the CSS
    selector ``rows`` is a row; ``fields`` name -> ``selector@attribute`` looked for inside it (``selector`` alone:
    its text; ``@attribute`` alone: of the row itself).
    """

    columns: Positions = NO_POSITIONS
    above: dict[str, tuple[Test, ...]] = field(default_factory=dict)
    others: tuple[OtherBlock, ...] = ()
    records: tuple[str, ...] = ("",)
    lists: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    rows: str = ""
    fields: dict[str, str] = field(default_factory=dict)
