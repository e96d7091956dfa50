"""Tables below one another in one tab of a hand-kept log: the calls of the office, and under them the callbacks.

The rows of a lower table are put under the columns of the first; a column that only the lower one has is added. Where
its title says that the agency called, a further column says so of its rows. A lower table of other things is set aside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from callanalytics.formats import Format, contents, fitting, fold, trades
from callanalytics.read.headers import Cells, Heading, Numbered, as_heading
from callanalytics.read.table import Odd, column_names

LEAST = 3  # columns of a lower table
DIRECTION, INCOMING = "In/Out", "incoming"  # what says that the calls of a table came in
ANSWERED = "Callback answered"  # what the answers of a table of callbacks are called, whatever their header
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class _Lower:
    """A lower table: its title and header, its rows, what its columns mean, and whether it is read."""

    heading: Heading
    rows: Sequence[Numbered]
    columns: dict[str, str]
    title: str
    is_incoming: bool
    is_read: bool

    def names(self) -> list[str]:
        """The names of its columns, as the table above is to have them."""
        renamed = {}
        if self.is_incoming:
            answers = (self.columns.get(meaning) for meaning in ("callback_answered", *fitting.WHO_CAME))
            renamed = {name: ANSWERED for name in answers if name}
        return [renamed.get(name, name) for name in self.heading.names]


def unstacked(heading: Heading, rows: Sequence[Numbered], fmt: Format) -> tuple[Heading, list[Numbered], list[Odd]]:
    """The heading and the rows with those of lower tables among them, and what is set aside: headers, other tables."""
    places = [place for place, row in enumerate(rows) if row[0] > heading.last and _may_be_header(row[1], heading, fmt)]
    if not places:
        return heading, list(rows), []
    ends = [*places[1:], len(rows)]
    lower = [_lower(rows[:first], rows[first:end], fmt) for first, end in zip(places, ends, strict=True)]
    names, width = list(heading.names), len(heading.names)
    above = [row for row in rows[: places[0]] if row[0] > heading.last]
    upper = fitting.fit(fmt, heading.names, lambda place: _column(above, place)).columns
    kept: list[Numbered] = [(number, list(cells[:width])) for number, cells in above]
    odd: list[Odd] = []
    for table in lower:
        odd.append(Odd(table.heading.row, "header", outcome="set_aside"))
        filled = [(number, cells) for number, cells in table.rows if contents.filled(cells)]
        if not table.is_read:
            odd += [Odd(number, "no_call", outcome="set_aside") for number, _ in filled]
            continue
        spread = [_place_of(name, table, names, dict(upper)) for name in table.names()]
        direction = _place(DIRECTION, names) if table.is_incoming else None
        kept += [(number, _spread(cells, spread, len(names), direction)) for number, cells in filled]
    kept = [(number, [*cells, *[None] * (len(names) - len(cells))]) for number, cells in kept]
    return replace(heading, names=column_names(names)), kept, odd


def _lower(above: Sequence[Numbered], rows: Sequence[Numbered], fmt: Format) -> _Lower:
    """The lower table whose header is the first of these rows."""
    below = as_heading(rows[0][1], rows[0][0])
    columns = dict(fitting.fit(fmt, below.names, lambda place: _column(rows[1:], place)).columns)
    line = next((texts for _, cells in reversed(above) if (texts := contents.filled(cells))), [])
    title = line[0] if len(line) == 1 else ""
    is_incoming = trades.are_callbacks(columns, (title,))
    is_log = "wait" in columns and trades.trade_weight(fmt, [title]) >= 0
    return _Lower(below, rows[1:], columns, title, is_incoming, "date" in columns and (is_incoming or is_log))


def _spread(cells: Cells, places: Sequence[int], width: int, direction: int | None) -> list[str | None]:
    """The cells of a lower table's row under all columns."""
    spread: list[str | None] = [None] * width
    for place, cell in zip(places, cells, strict=False):
        spread[place] = cell
    if direction is not None and len(contents.filled(cells)) > 1:
        spread[direction] = INCOMING
    return spread


def _place_of(name: str, table: _Lower, names: list[str], upper: dict[str, str]) -> int:
    """Where a column of a lower table belongs: under the same name, else the same meaning, else in one of its own."""
    same = upper.get(next((meaning for meaning, column in table.columns.items() if column == name), ""), "")
    is_free = fold(same) not in set(map(fold, table.names()))
    is_there = fold(name) in set(map(fold, names))
    return _place(same if same in names and is_free and not is_there else name, names)


def _place(name: str, names: list[str]) -> int:
    """The place of a column, which is added where it is not there."""
    folded = [fold(each) for each in names]
    if fold(name) not in folded:
        names.append(name)
        return len(names) - 1
    return folded.index(fold(name))


def _may_be_header(cells: Cells, heading: Heading, fmt: Format) -> bool:
    """Whether a row below the first header is another: words alone, most of them names of columns, and a date's."""
    texts = contents.filled(cells)
    if len(texts) < LEAST or any(map(_DIGIT.search, texts)):
        return False
    pairs = zip(cells, heading.names, strict=False)
    if all(not cell or fold(cell) == fold(name) for cell, name in pairs):
        return False  # the header again
    named = (any(score >= fitting.LEAST for *_, score in fmt.vocabulary.scores(text)) for text in texts)
    return 2 * sum(named) > len(texts) and fitting.is_likely(fmt, column_names(cells))


def _column(rows: Sequence[Numbered], place: int) -> list[str | None]:
    """The cells of a column."""
    return [cells[place] if place < len(cells) else None for _, cells in rows[: contents.LOOKED_AT]]
