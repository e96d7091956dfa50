"""Whether the cells under a header are what a format's rules read: dates, words of direction, numbers.

Asked where only some of the columns are there by which a format is known: two systems may call a column alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from callanalytics.formats import Format, Rule, When, find, fold
from callanalytics.read.table import BLANKS
from callanalytics.values.parsers import PARSERS, Unreadable

ENOUGH = 0.8  # share of the filled cells that must read as a moment
SOME = 0.5  # share of the rows whose direction must be known, and of the cells that must be numbers or withheld
MOMENTS = ("started", "date", "time")
NUMBERS = ("caller", "called", "our_number", "other_number")

Row = Mapping[str, str]


def odd_column(fmt: Format, header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """The first column whose cells the format would not understand; "" where there is none, and of an empty table."""
    names = tuple(header)
    told = [dict(zip(names, ((cell or "").strip(BLANKS) for cell in cells), strict=False)) for cells in rows]
    told = [row for row in told if any(row.values())]
    for target in MOMENTS:
        if (rule := fmt.columns.get(target)) and _share_read(rule, names, told) < ENOUGH:
            return _name(rule, names)
    direction = fmt.columns["direction"]
    if direction.all_columns and told and _share_known(direction, told) < SOME:
        return _name(direction, names)
    numbers = [rule for target in NUMBERS if (rule := fmt.columns.get(target))]
    if numbers and told and not _hold_numbers(numbers, names, told):
        return _name(numbers[0], names)
    return ""


def _name(rule: Rule, names: tuple[str, ...]) -> str:
    there = (find(column, names) for column in rule.all_columns)
    return next((name for name in there if name), rule.target)


def _share_read(rule: Rule, names: tuple[str, ...], rows: Sequence[Row]) -> float:
    """How many of the filled cells a rule's parser reads, in one of the orders of day and month."""
    there = [name for column in rule.columns if (name := find(column, names))]
    texts = [" ".join(filter(None, (row.get(name, "") for name in there))) for row in rows] if there else []
    texts = [text for text in texts if text and fold(text) not in map(fold, rule.blank)]
    if rule.take:
        texts = [match[match.re.groups and 1] or "" for text in texts if (match := re.search(rule.take, text))]
    orders = [rule.order] if rule.order in ("mdy", "dmy") else ["mdy", "dmy"]
    read = (sum(_reads(rule, text, order) for text in texts) for order in orders)
    return max(read) / len(texts) if texts else 1.0


def _reads(rule: Rule, text: str, order: str) -> bool:
    try:
        return PARSERS[rule.parse](text, order=order, patterns=rule.patterns) is not None
    except Unreadable:
        return False


def _share_known(rule: Rule, rows: Sequence[Row]) -> float:
    """In how many rows the rule for the direction says which way a call went."""
    return sum(_value(rule, row) not in (None, "unknown") for row in rows) / len(rows)


def _value(rule: Rule, row: Row) -> str | int | None:
    for when, then in rule.cases:
        if _fits(when, row):
            return _value(then, row)
    if rule.value is not None:
        return rule.value
    cells = (row.get(find(column, row) or "", "") for column in rule.columns)
    return rule.words.get(fold(" ".join(filter(None, cells))), rule.default)


def _fits(when: When, row: Row) -> bool:
    cells = ((row.get(find(column, row) or "", ""), tests) for column, tests in when.tests)
    return all(any(test.fits(cell) for test in tests) for cell, tests in cells)


def _hold_numbers(rules: Sequence[Rule], names: tuple[str, ...], rows: Sequence[Row]) -> bool:
    """Whether some of these columns hold telephone numbers and extensions, and nothing is in the way of it."""
    there = {name for rule in rules for column in _sources(rule) if (name := find(column, names))}
    texts = [text for row in rows for name in there if (text := row.get(name, ""))]
    return not texts or sum(bool(re.search(r"\d{2}", text)) for text in texts) >= SOME * len(texts)


def _sources(rule: Rule) -> list:
    return [*rule.columns, *(column for _, then in rule.cases for column in _sources(then))]
