"""Telephone numbers of strangers, of which nothing is kept but that they are numbers: written all alike.

A phone system's export has almost as many numbers as rows, and all but a few are no agency's. Those in an ordinary
spelling are told apart by two patterns over the whole column. What is left for the parser of numbers to read is the
agency's numbers, one stranger for each spelling, and whatever is spelt otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format, Rule, When
from callanalytics.normalize.cells import Cells
from callanalytics.values.parsers import SENTINELS
from callanalytics.values.phones import ORDINARY

ANYBODY = "212-555-0100"  # is given to nobody
SAME_SPELLING = r"\1\2212\4555\60100"  # it, spelt as the number in its place
# A column, whether a stranger's digits tell nothing at this place, whether the place is a condition.
Use = tuple[tuple[str, ...], bool, bool]
STRANGERS = ("other_number", "caller_id")  # columns of ours in which a stranger is a stranger, whoever it is


def alike(cells: Cells, fmt: Format, agency) -> Cells:
    """The cells in which strangers' ordinary numbers are one, in the columns where that changes nothing we keep."""
    for name, is_tested in _columns(cells, fmt):
        column = cells.columns.column(name)
        if pa.types.is_string(column.type):
            cells = cells.with_column(name, _alike(column, agency, is_tested))
    return cells


def _alike(column: pa.ChunkedArray, agency, is_tested: bool) -> pa.ChunkedArray:
    """A number stays as it is written where its last four digits are an agency's, or those of no number at all.

    Where conditions of the format look at the column, the spelling must be kept: a condition may tell a + from none.
    """
    ends = {number.e164[-4:] for number in agency.numbers} | {word[-4:] for word in SENTINELS if word[-4:].isdecimal()}
    stays = pc.match_substring_regex(column, f"(?:{'|'.join(sorted(ends))})$")
    if is_tested:
        anybody = pc.replace_substring_regex(column, pattern=f"^{ORDINARY}$", replacement=SAME_SPELLING)
        return pc.if_else(stays, column, anybody)
    is_ordinary = pc.match_substring_regex(column, f"^{ORDINARY}$")
    return pc.if_else(pc.and_not(is_ordinary, stays), ANYBODY, column)


def _columns(cells: Cells, fmt: Format) -> list[tuple[str, bool]]:
    """The columns that are read for a stranger's number, and in which nothing hangs on its digits; whether conditions
    look at them."""
    if fmt.makes != "calls" or fmt.notices:
        return []
    uses: dict[str | None, list[tuple[bool, bool]]] = {}
    for column, is_blind, is_test in _uses(fmt):
        uses.setdefault(cells.name_of(column), []).append((is_blind, is_test))
    read = {cells.name_of(c) for target in STRANGERS if target in fmt.columns for c in fmt.columns[target].all_columns}
    told = ((name, [blind for blind, _ in uses[name]], [test for _, test in uses[name]]) for name in read - {None})
    return sorted((name, any(tests)) for name, blind, tests in told if all(blind) and not all(tests))


def _uses(fmt: Format) -> Iterator[Use]:
    """Every place at which a format looks at a column."""
    for target, rule in fmt.columns.items():
        yield from _of_rule(rule, target in STRANGERS)
    for aside in fmt.set_aside:
        yield from _of_when(aside.when)
    yield from ((column, False, False) for column in fmt.unique)
    if fmt.legs:
        legs = fmt.legs
        named = (*legs.group, *legs.own, *legs.inherit, *(column for column, _ in legs.gather.values()))
        yield from ((column, False, False) for column in named)
        whens = (legs.above, *legs.any.values(), *(when for _, when in legs.gather.values()), *legs.master)
        for when in filter(None, whens):
            yield from _of_when(when)


def _of_rule(rule: Rule, is_strangers: bool) -> Iterator[Use]:
    is_whole = len(rule.columns) == 1 and rule.parse in ("number", "caller") and not (rule.take or rule.blank)
    yield from ((column, is_strangers and is_whole, False) for column in rule.columns)
    for when, then in rule.cases:
        yield from _of_when(when)
        yield from _of_rule(then, is_strangers)


def _of_when(when: When) -> Iterator[Use]:
    yield from ((column, all(test.is_blind_to_digits for test in tests), True) for column, tests in when.tests)
