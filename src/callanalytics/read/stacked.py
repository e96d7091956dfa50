"""Tables below one another in one tab of a hand-kept log: the calls of the office, and under them the callbacks.

The rows of a lower table are put under the columns of the first; a column that only the lower one has is added. Where
its title or its header says that the agency called, a further column says so of its rows. A lower table of other
things is set aside. Where the first header comes again, the first table goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from callanalytics.formats import Format, contents, fitting, fold, trades
from callanalytics.formats.fitting import Fit
from callanalytics.formats.words import tokens
from callanalytics.read.headers import Cells, Heading, Numbered, as_heading
from callanalytics.read.table import Odd, column_names

LEAST = 3  # columns of a lower table
DIRECTION, INCOMING = "In/Out", "incoming"  # what says that the calls of a table came in
ANSWERED = "Callback answered"  # what the answers of a table of callbacks are called, whatever their header
OF_CALLBACKS = {"callback": "date", "callback_time": "time"}  # in a table headed as one of callbacks, its date and time
LENGTHS = frozenset(("duration", "minutes"))  # what a column of waits may be taken for
_LAYOUT = ("date", "time", "span")  # kinds of cells that show whether two tables have the same columns
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class _Lower:
    """A lower table: its header and rows, what its columns mean, whether they are callbacks, and whether it is read.

    ``is_first``: its header is the first one again.
    """

    heading: Heading
    rows: Sequence[Numbered]
    columns: Mapping[str, str]
    is_incoming: bool
    is_read: bool
    is_first: bool = False

    def names(self) -> list[str]:
        """The names of its columns, as the table above is to have them."""
        renamed = {}
        if self.is_incoming:
            answers = (self.columns.get(meaning) for meaning in ("callback_answered", *fitting.WHO_CAME))
            renamed = {name: ANSWERED for name in answers if name}
        return [renamed.get(name, name) for name in self.heading.names]


def unstacked(heading: Heading, rows: Sequence[Numbered], fmt: Format) -> tuple[Heading, list[Numbered], list[Odd]]:
    """The heading and the rows with those of lower tables among them, and what is set aside: headers, other tables."""
    below = [row for row in rows if row[0] > heading.last]
    places = _headers(below, heading, fmt)
    if not places:
        return heading, list(rows), []
    upper = _fit(below[: places[0]], heading, fmt).columns
    date = next((place for place, name in enumerate(heading.names) if name == upper.get("date")), 0)
    lower: list[_Lower] = []
    for first, end in zip(places, [*places[1:], len(below)], strict=True):
        title, block = _title(below, first, date), below[first:end]
        if _is_again(block[0][1], heading):
            lower.append(_first_again(block, title, heading, upper, fmt))
        else:
            lower.append(_lower(block, title, heading, upper, lower, fmt))
    if all(table.is_first and table.is_read and not table.is_incoming for table in lower):
        return heading, list(rows), []
    names, width = list(heading.names), len(heading.names)
    kept: list[Numbered] = [(number, list(cells[:width])) for number, cells in below[: places[0]]]
    odd: list[Odd] = []
    for table in lower:
        odd.append(Odd(table.heading.row, "header", outcome="set_aside"))
        filled = [(number, cells) for number, cells in table.rows if contents.filled(cells)]
        if not table.is_read:
            odd += [Odd(number, "no_call", outcome="set_aside") for number, _ in filled]
            continue
        spread = [_place_of(name, table, names, upper) for name in table.names()]
        direction = _place(DIRECTION, names) if table.is_incoming else None
        kept += [(number, _spread(cells, spread, len(names), direction)) for number, cells in filled]
    kept = [(number, [*cells, *[None] * (len(names) - len(cells))]) for number, cells in kept]
    return replace(heading, names=column_names(names)), kept, odd


def _first_again(rows: Sequence[Numbered], title: str, first: Heading, upper: Mapping[str, str], fmt: Format) -> _Lower:
    """Rows under the first header again: they go on with the first table, unless their title names another agency."""
    heading = replace(first, row=rows[0][0])
    is_told = trades.speaks_of_calls([title]) or bool(contents.KINDS["others"].match(title))
    is_of_others = is_told and trades.trade_weight(fmt, [title]) < 0
    is_incoming = _are_callbacks(upper, title, heading, rows[1:])
    return _Lower(heading, rows[1:], upper, is_incoming, not is_of_others, is_first=True)


def _lower(
    rows: Sequence[Numbered],
    title: str,
    first: Heading,
    upper: Mapping[str, str],
    above: Sequence[_Lower],
    fmt: Format,
) -> _Lower:
    """The lower table whose header is the first of these rows.

    A header that stood over callbacks ``above`` does so again, unless a title of calls is over it.
    """
    heading = as_heading(rows[0][1], rows[0][0])
    whole = [row for row in rows[1:] if len(contents.filled(row[1])) > 1]
    fit = _fit(whole, heading, fmt)
    columns = _by_callbacks(fit.columns)
    is_known = any(table.is_incoming and table.heading.names == heading.names for table in above)
    is_incoming = columns != fit.columns or (is_known and not trades.speaks_of_calls([title]))
    is_incoming = is_incoming or _are_callbacks(columns, title, heading, whole)
    if not is_incoming and "wait" not in columns:
        columns |= _waits_in_their_place(heading, columns, whole, first, upper)
    of_title = trades.trade_weight(fmt, [title])
    is_log = of_title >= 0 and ("wait" in columns or (_are_spoken(columns, title) and fit.weight + of_title >= 0))
    return _Lower(heading, rows[1:], columns, is_incoming, "date" in columns and (is_incoming or is_log))


def _are_spoken(columns: Mapping[str, str], title: str) -> bool:
    """Whether a table without waits may be of our calls by its agents, its results or its requests: not Client calls.

    >>> _are_spoken({"result": "Result"}, "April"), _are_spoken({"result": "Result"}, "Client calls")
    (True, False)
    """
    if not {"agent", "agent_id"}.isdisjoint(columns) or {"sr", "time"} <= columns.keys():
        return True
    is_of_clients = trades.speaks_of_calls([title]) and not {"client", "clients"}.isdisjoint(tokens(title))
    return "result" in columns and not is_of_clients


def _by_callbacks(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns of a lower table; one headed as of callbacks has their days and times for its own."""
    answers = {"callback_time", "callback_answered"}
    if "date" in columns or "callback" not in columns or answers.isdisjoint(columns):
        return dict(columns)
    return {OF_CALLBACKS.get(meaning, meaning): name for meaning, name in columns.items()}


def _are_callbacks(columns: Mapping[str, str], title: str, heading: Heading, rows: Sequence[Numbered]) -> bool:
    """Whether a title is of callbacks; what was promised may stand beside them, if not the day of another call.

    A column of waits in which nothing stands is that of the calls, whose header was used again.
    """
    empty = {name for place, name in enumerate(heading.names) if not contents.filled(_column(rows, place))}
    promised = {"promised"} if "callback" not in columns else set()
    filled = {meaning: name for meaning, name in columns.items() if meaning not in promised and name not in empty}
    return trades.are_callbacks(filled, (title,))


def _waits_in_their_place(
    heading: Heading, columns: Mapping[str, str], rows: Sequence[Numbered], first: Heading, upper: Mapping[str, str]
) -> dict[str, str]:
    """The column of lengths that stands where the first table has its waits, whatever it was taken for: Duration."""
    if (wait := upper.get("wait", "")) not in first.names:
        return {}
    place = first.names.index(wait)
    name = heading.names[place] if place < len(heading.names) else wait
    taken_for = {meaning for meaning, column in columns.items() if column == name}
    is_new = name not in first.names and taken_for <= LENGTHS
    is_of_lengths = contents.share(contents.filled(_column(rows, place)), "span") >= contents.MOST
    return {"wait": name} if is_new and is_of_lengths else {}


def _spread(cells: Cells, places: Sequence[int], width: int, direction: int | None) -> list[str | None]:
    """The cells of a lower table's row under all columns."""
    spread: list[str | None] = [None] * width
    for place, cell in zip(places, cells, strict=False):
        spread[place] = cell
    if direction is not None and len(contents.filled(cells)) > 1:
        spread[direction] = INCOMING
    return spread


def _place_of(name: str, table: _Lower, names: list[str], upper: Mapping[str, str]) -> int:
    """Where a column of a lower table belongs: under the same name, else the same meaning, else in one of its own."""
    meanings = [meaning for meaning, column in table.columns.items() if column == name]
    same = next((upper[meaning] for meaning in meanings if meaning in upper), "")
    is_free = fold(same) not in set(map(fold, table.names()))
    is_there = fold(name) in set(map(fold, names)) and not (table.is_incoming and {"date", "time"} & set(meanings))
    return _place(same if same in names and is_free and not is_there else name, names)


def _place(name: str, names: list[str]) -> int:
    """The place of a column, which is added where it is not there."""
    folded = [fold(each) for each in names]
    if fold(name) not in folded:
        names.append(name)
        return len(names) - 1
    return folded.index(fold(name))


def _is_again(cells: Cells, heading: Heading) -> bool:
    """Whether a row is the first header again."""
    if not cells or fold(cells[0] or "") not in ("", fold(heading.names[0])):
        return False
    return [*map(fold, as_heading(cells, 0).names)] == [*map(fold, heading.names)]


def _headers(rows: Sequence[Numbered], heading: Heading, fmt: Format) -> list[int]:
    """The places of the headers among the rows below the first."""
    places = [place for place, (_, cells) in enumerate(rows) if _may_be_header(cells, heading, fmt)]
    upper = _fit(rows[: places[0]], heading, fmt).columns if places else {}
    blocks = zip(places, [*places[1:], len(rows)], strict=True) if places else ()
    return [first for first, end in blocks if _is_header(rows[first:end], heading, upper, fmt)]


def _may_be_header(cells: Cells, heading: Heading, fmt: Format) -> bool:
    """Whether a row is the first header again, or may be another: words alone, most of them names, and a date's."""
    if _is_again(cells, heading):
        return True
    texts = contents.filled(cells)
    if len(texts) < LEAST or any(map(_DIGIT.search, texts)):
        return False
    named = [bool(_meanings(text, fmt)) for text in texts]
    return 2 * sum(named) > len(texts) and fitting.is_likely(fmt, column_names(cells))


def _is_header(rows: Sequence[Numbered], heading: Heading, upper: Mapping[str, str], fmt: Format) -> bool:
    """Whether the first of these rows, which may be a header, is one and no row of a log that is told in words.

    Its words are names alone; or one is the date's, and the rows under it have other columns than the first table.
    """
    named = [_meanings(text, fmt) for text in contents.filled(rows[0][1])]
    if _is_again(rows[0][1], heading) or all(named):
        return True
    is_dated = any(not names.isdisjoint(fmt.recognize.words) for names in named)
    kinds = {meaning.name: meaning.holds for meaning in fmt.words if meaning.holds in _LAYOUT}
    for meaning, name in upper.items() if is_dated else ():
        if meaning in kinds and name in heading.names:
            texts = contents.filled(_column(rows[1:], heading.names.index(name)))
            if texts and contents.share(texts, kinds[meaning]) < contents.MOST:
                return True
    return False


def _meanings(text: str, fmt: Format) -> set[str]:
    """What the name of a column may mean."""
    return {meaning.name for _, meaning, score in fmt.vocabulary.scores(text) if score >= fitting.LEAST}


def _title(rows: Sequence[Numbered], header: int, date: int) -> str:
    """What stands alone over a header, in its first column or that of the days; elsewhere it is a remark."""
    first = next(place for place, cell in enumerate(rows[header][1]) if cell and cell.strip())
    for _, above in reversed(rows[:header]):
        if filled := [place for place, cell in enumerate(above) if cell and cell.strip()]:
            is_title = len(filled) == 1 and (filled[0] <= first or filled[0] == date)
            return (above[filled[0]] or "") if is_title else ""
    return ""


def _fit(rows: Sequence[Numbered], heading: Heading, fmt: Format) -> Fit:
    """What the columns of a table mean."""
    return fitting.fit(fmt, heading.names, lambda place: _column(rows, place))


def _column(rows: Sequence[Numbered], place: int) -> list[str | None]:
    """The cells of a column."""
    return [cells[place] if place < len(cells) else None for _, cells in rows[: contents.LOOKED_AT]]
