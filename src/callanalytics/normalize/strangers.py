"""Telephone numbers of strangers, of which nothing is kept but that they are numbers: written all alike.

A phone system's export has almost as many numbers as rows, and all but a few are no agency's. Those in an ordinary
spelling are told apart by patterns over the whole column. What is left for the parser of numbers to read is the
agency's numbers, one stranger for each spelling, and whatever is spelt otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format, Rule, When
from callanalytics.formats.conditions import Column
from callanalytics.normalize.cells import Cells
from callanalytics.read.table import of_each_word
from callanalytics.values.parsers import SENTINELS
from callanalytics.values.phones import ORDINARY, OUTSIDE_LINE

DIALLED = r"9(1?)[2-9]\d{9}"  # an ordinary number behind a 9 for the outside line
ANYBODY = "212-555-0100"  # is given to nobody
SAME_SPELLING = ((ORDINARY, r"\1\2212\4555\60100"), (DIALLED, r"9\12125550100"))
STRANGERS = ("other_number", "caller_id")  # columns of ours in which a stranger is a stranger, whoever it is
OURS = ("our_number",)  # read from the cells as they are written


@dataclass(frozen=True)
class Use:
    """A place at which a format looks at a column: whether a stranger's digits tell nothing there, whether it is a
    condition, whether a 9 in front is taken off."""

    column: Column
    is_blind: bool
    is_test: bool = False
    is_dialled: bool = False


def alike(cells: Cells, fmt: Format, agency) -> Cells:
    """The cells with strangers' ordinary numbers all one, in the columns where that changes nothing that is kept.

    Our own numbers must be read from the cells as they are.
    """
    for name, uses in _columns(cells, fmt).items():
        column, change = cells.columns.column(name), partial(_alike, agency=agency, uses=uses)
        is_of_words = pa.types.is_dictionary(column.type)
        cells = cells.with_column(name, of_each_word(change, column) if is_of_words else change(column))
    return cells


def _alike(column, agency, uses: list[Use]):
    """A number stays as it is written where its last four digits are an agency's, or those of no number at all.

    Where conditions of the format look at the column, the spelling is kept: a condition may tell a + from none.
    """
    ends = {number.e164[-4:] for number in agency.numbers} | {word[-4:] for word in SENTINELS if word[-4:].isdecimal()}
    stays = pc.match_substring_regex(column, f"(?:{'|'.join(sorted(ends))})$")
    spellings = SAME_SPELLING if any(use.is_dialled for use in uses) else SAME_SPELLING[:1]
    if not any(use.is_test for use in uses):
        ordinary = "|".join(pattern for pattern, _ in spellings)
        is_ordinary = pc.match_substring_regex(column, f"^(?:{ordinary})$")
        return pc.if_else(pc.and_not(is_ordinary, stays), ANYBODY, column)
    anybody = column
    for pattern, same in spellings:
        anybody = pc.replace_substring_regex(anybody, pattern=f"^{pattern}$", replacement=same)
    return pc.if_else(stays, column, anybody)


def _columns(cells: Cells, fmt: Format) -> dict[str, list[Use]]:
    """The columns that are read for a stranger's number, and in which nothing hangs on its digits."""
    uses: dict[str | None, list[Use]] = {}
    for use in _uses(fmt):
        uses.setdefault(cells.name_of(use.column), []).append(use)
    return {
        name: of_column
        for name, of_column in uses.items()
        if name is not None
        and all(use.is_blind for use in of_column)
        and len({use.is_dialled for use in of_column if not use.is_test}) == 1  # and there is such a use
    }


def _uses(fmt: Format) -> Iterator[Use]:
    """Every place at which the calls of a format are made of a column, but for our own numbers."""
    for target, rule in fmt.columns.items():
        if target not in OURS:
            yield from _of_rule(rule, target in STRANGERS)
    yield from (Use(column, False) for column in fmt.unique)


def _of_rule(rule: Rule, is_strangers: bool) -> Iterator[Use]:
    is_whole = len(rule.columns) == 1 and rule.parse in ("number", "caller") and not rule.blank
    is_blind = is_strangers and is_whole and rule.take in ("", OUTSIDE_LINE)
    yield from (Use(column, is_blind, is_dialled=bool(rule.take)) for column in rule.columns)
    for when, then in rule.cases:
        yield from _of_when(when)
        yield from _of_rule(then, is_strangers)


def _of_when(when: When) -> Iterator[Use]:
    yield from (Use(column, all(test.is_blind_to_digits for test in tests), True) for column, tests in when.tests)
