"""Finds the header in a sheet or text file: a known one, the likeliest one, or that of a hand-kept log.

A known format states its header. Every hand-kept log has its own: a row is its header if its words say so and the cells
below confirm it. Rows above a header may still belong to its table, as in a sheet that someone sorted together with its
header.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import pyarrow as pa

from callanalytics.formats import Format, column_meanings, contents, fold, relevance
from callanalytics.formats.column_meanings import SheetColumns
from callanalytics.formats.words import without_zone
from callanalytics.lazy import regex
from callanalytics.read.table import BLANKS, column_names
from callanalytics.values import lexicon

_FAR_APART = 100  # empty cells between two names: anything after so many is not a column of the table
ROWS = 30  # nonblank rows among which the header is searched

Cells = Sequence[str | None]
Numbered = tuple[int, Cells]


@dataclass(frozen=True)
class Heading:
    """The names of the columns, the row that has them, and the last row that belongs to them.

    ``cells`` is the number of cells in that row; cells after the last name are columns without one. ``stray_cell`` is
    the first cell too far to the right to be a name, 0 if there is none. ``is_made``: no row names the columns, so
    their names come from their contents. ``date``: in a hand-kept log, the column of the day.
    """

    names: tuple[str, ...]
    row: int
    last: int
    cells: int = 0
    stray_cell: int = 0
    is_made: bool = False
    date: str = ""


class KnownHeaders:
    """Whether a row is the header of one of these formats, or a row of a format without a header.

    The names of headers are folded once.
    """

    def __init__(self, *formats: Format):
        self._wanted = [(fmt, len(fmt.recognize.needed)) for fmt in formats if fmt.recognize.header]
        self._columns: dict[str, set[tuple[int, int]]] = {}  # folded name -> its columns, by format
        for number, (fmt, _) in enumerate(self._wanted):
            for index, column in enumerate(fmt.recognize.needed):
                for name in column:
                    self._columns.setdefault(fold(name), set()).add((number, index))
        self._by_words = [fmt for fmt in formats if fmt.recognize.words]
        self._positions = [(fmt.file.columns, fmt.recognize.cells) for fmt in formats if fmt.file.columns.groups]

    def __call__(self, cells: Cells) -> bool:
        return self.is_header(cells) or any(
            positions.columns_of_row(cells, when) for positions, when in self._positions
        )

    def is_header(self, cells: Cells) -> bool:
        """Whether a row is the header of one of these formats, or may be one by its words."""
        return bool(self.fitting(cells)) or any(relevance.is_likely(fmt, column_names(cells)) for fmt in self._by_words)

    def fitting(self, cells: Cells) -> list[Format]:
        """The formats whose header this row is."""
        header = column_names(cells)
        spelled = {fold(each) for name in header for each in {name, without_zone(name)}}
        there = Counter(number for number, _ in set().union(*(self._columns.get(name, ()) for name in spelled)))
        near = [self._wanted[number][0] for number in sorted(there) if there[number] == self._wanted[number][1]]
        return [fmt for fmt in near if fmt.recognize.fits(header)]


def first_name(column: str) -> str:
    """A column's name in messages: the first of its names.

    >>> first_name("Wait|Hold|Hold time")
    'Wait'
    """
    return column.partition("|")[0]


def wanted_columns(fmt: Format) -> str:
    """The columns of a format, for a message."""
    if fmt.file.columns.groups:
        return "rows without a header: " + ", ".join(fmt.file.columns.names)
    if fmt.recognize.words:
        says = {meaning.name: meaning.says for meaning in fmt.words}
        return "columns that show " + ", ".join(
            [*(says[name] for name in fmt.recognize.words), "how long the wait was"]
        )
    return "the columns " + ", ".join(column[0] for column in fmt.recognize.needed)


def first_heading(rows: Sequence[Numbered], is_header: Callable[[Cells], bool]) -> Heading | None:
    """The first row that is a header, or the rows that are one together, as a heading."""
    together = likeliest_heading(rows)
    whole = together if together and is_header(together.names) else None
    return next((as_heading(cells, number) for number, cells in rows if is_header(cells)), whole)


def as_heading(cells: Cells, row: int, last: int | None = None) -> Heading:
    """A row taken as the header; empty cells at its end are not columns, nor is a word far to the right."""
    filled = [index for index, cell in enumerate(cells, 1) if cell and cell.strip(BLANKS)]
    end = max(filled, default=0)
    width, stray = next((pair for pair in itertools.pairwise(filled) if pair[1] - pair[0] > _FAR_APART), (end, 0))
    return Heading(column_names(cells[:width]), row, last or row, len(cells), stray)


def likeliest_heading(rows: Sequence[Numbered]) -> Heading | None:
    """The header of an unknown table: the first row of the usual width in which every cell is words, plus the rows
    right below it that are words too although the rest of the table has numbers."""
    widths = Counter(len(as_heading(cells, 0).names) for _, cells in rows)
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width), default=0)
    for index, (number, cells) in enumerate(rows):
        found = as_heading(cells, number)
        if len(found.names) >= usual and all(_is_word(cell) for cell in cells[: len(found.names)]):
            return _with_rows_under(found, rows[index:])
    return None


def _with_rows_under(found: Heading, rows: Sequence[Numbered]) -> Heading:
    """A header joined with the further rows that belong to it, column by column."""
    width = len(found.names)
    numeric = [index for index in range(width) if _is_mostly_numbers([cells for _, cells in rows[1:]], index)]
    parts = [rows[0][1]]
    for _, cells in rows[1:]:
        if not numeric or len(cells) < width or not all(_is_word(cells[index]) for index in range(width)):
            break
        if any(map(contents.KINDS.date.match, contents.filled(cells))):  # Mon, Jan 8, 2024
            break
        parts.append(cells)
    if len(parts) == 1:
        return found
    joined = [" ".join((part[index] or "").strip(BLANKS) for part in parts) for index in range(width)]
    return Heading(column_names(joined), found.row, rows[len(parts) - 1][0], found.cells, found.stray_cell)


def _is_mostly_numbers(rows: Sequence[Cells], index: int) -> bool:
    texts = [cells[index] for cells in rows if index < len(cells) and (cells[index] or "").strip(BLANKS)]
    return bool(texts) and 2 * sum(not _is_word(cell) for cell in texts) > len(texts)


def names_every_column(heading: Heading) -> bool:
    """Whether each column has a name of its own, in words."""
    return all(_is_word(name) and "(column " not in name for name in heading.names)


def _is_word(cell: str | None) -> bool:
    return bool(re.search(r"[^\W\d_]", cell or "")) and len(cell or "") <= 60


_ROWS_BELOW = 200  # rows below the header that show which columns hold numbers, dates, and times
_MIN_SHARE_OF_FIGURES = 0.8
_DIGIT = regex(r"\d")


def rows_above(above: Sequence[Numbered], below: pa.Table, width: int) -> list[Numbered]:
    """The rows above a header that resemble the rows below it, and the rows among them; titles are left out.

    A row resembles them if it fills at least half of the columns that hold figures below, with figures. If there are
    no figures below, the row must fill half of the columns, with a figure in one of them.

    >>> below = pa.table({"Date": ["3/15/2022"], "Wait": ["45"], "Outcome": ["Solved"]})
    >>> title, row, odd = (1, ["All of March", "", ""]), (2, ["3/13/2022", "10", "Solved"]), (3, ["", "no", "Cut off"])
    >>> rows_above([title, row, odd], below, 3) == [row, odd], rows_above([title, odd], below, 3)
    (True, [])
    """
    columns = [[cell for cell in column.to_pylist() if cell] for column in below.slice(0, _ROWS_BELOW).columns]
    shares = [sum(map(_has_digit, cells)) / len(cells) if cells else 0 for cells in columns]
    figures = [index for index, share in enumerate(shares) if share >= _MIN_SHARE_OF_FIGURES]
    alike = [_is_like(cells, figures, width) for _, cells in above]
    first = alike.index(True) if True in alike else len(above)
    # Between these and the header, a row of several cells also belongs to the table, whatever it lacks.
    return [
        row for row, like in zip(above[first:], alike[first:], strict=True) if like or len(contents.filled(row[1])) > 1
    ]


def _is_like(cells: Cells, figures: list[int], width: int) -> bool:
    texts = [(cell or "").strip(BLANKS) for cell in cells]
    if any(texts[width:]) or sum(map(bool, texts)) < min(width, 2):  # a title with a year: USCIS calls 2024
        return False
    texts = [*texts[:width], *[""] * (width - len(texts))]
    if not figures:
        return 2 * sum(map(bool, texts)) >= max(4, width) and any(map(_has_digit, texts))
    filled = [texts[index] for index in figures if texts[index]]
    return 2 * len(filled) >= len(figures) and all(map(_has_digit, filled))


def _has_digit(cell: str) -> bool:
    return bool(_DIGIT.search(cell))


_ROWS_TRIED = 60  # rows under a header whose cells are checked
_GAPS_TRIED = 3  # gaps tried: the rows above one may be a log
_CALLBACK_TAB = 3  # weight for a log from a tab name that means the agency's callbacks
_NO_WAITS = 2 * relevance.LACKING  # nothing is missing where callbacks with their results have no waits and no agents
_LONGEST_TITLE = 60  # characters of a cell that may be a title
_UNIT = regex(r"(?i)min|sec|hour|\bhrs?\b|\bh:mm|\bmm:ss|\bu ?/ ?r\b")
_HINT = regex(r"(?i)\([^()]*\)|m{1,2}/d{1,2}(?:/y{2,4})?|h{1,2}:m{2}.*|y ?/ ?n|yes ?/ ?no|min(?:ute)?s?\.?|#")


@dataclass(frozen=True)
class FoundLog:
    """A heading, what its columns mean, and how strongly that suggests a log of calls."""

    heading: Heading
    fit: SheetColumns
    weight: float


def find_log(
    rows: Sequence[Numbered], fmt: Format, titles: Sequence[str] = (), tied: Iterable[Heading] = ()
) -> FoundLog | None:
    """The heading that makes the most sense of a sheet, whether or not that is enough; None if no row could be one.

    ``rows`` are the first rows that hold something, ``titles`` are the sheet's names, ``tied`` are headings of two
    rows or of merged cells. If gaps divide the rows, and all rows together are not a log, the rows above a gap may be.
    """
    return _found_log(tuple((number, tuple(cells)) for number, cells in rows), fmt, tuple(titles), tuple(tied))


@lru_cache(maxsize=16)  # identifying and reading a file each ask about its first rows
def _found_log(
    rows: tuple[Numbered, ...], fmt: Format, titles: tuple[str, ...], tied: tuple[Heading, ...]
) -> FoundLog | None:
    found = _best_heading(rows, fmt, titles, tied)
    if is_log(found, fmt):
        return found
    gaps = (index for index in range(contents.MIN_CELLS, len(rows)) if rows[index][0] > rows[index - 1][0] + 1)
    above = (_best_heading(rows[:gap], fmt, titles, tied) for gap in itertools.islice(gaps, _GAPS_TRIED))
    return next((each for each in above if is_log(each, fmt)), found)


def _best_heading(
    rows: Sequence[Numbered], fmt: Format, titles: Sequence[str], tied: Sequence[Heading]
) -> FoundLog | None:
    """The heading of which the most columns are understood; the weight decides only between equals."""
    best: FoundLog | None = None
    filled = [[cell.strip() for cell in cells if cell and cell.strip()] for _, cells in rows]
    legend = lexicon.legend_groups(texts for texts in filled if len(texts) <= 3)
    rows = [row for row, texts in zip(rows, filled, strict=True) if not lexicon.is_legend_pair(texts, legend)]
    row_texts = [contents.filled(cells) for _, cells in rows]
    alone = [texts[0] for texts in row_texts if len(texts) == 1]
    notes = [*_headings_of_notes(rows, row_texts)]
    headings = notes or [*tied, *_candidates(rows), *_without_header(rows, fmt, titles)]
    for heading in headings:
        if best is not None and heading.names == best.heading.names:
            continue  # the same header again, over the calls of another month
        below = _rows_below(heading, rows, row_texts)
        column = lambda index, below=below, names=heading.names: _column(below, index, legend, names[index])  # noqa: E731
        above = (cell for number, cells in rows if number < heading.row for cell in cells)
        over = [cell for cell in above if cell and len(cell) <= _LONGEST_TITLE]
        named = (*titles, *over) if notes else titles
        if not _may_be_header(fmt, over[-1:] if notes and over else heading.names, named, column):
            continue
        found = column_meanings.find(fmt, heading.names, column, titles=named, alone=alone)
        if not found.has(fmt.recognize.words):
            continue
        weight = found.weight + _weight_of_titles(fmt, heading, found, column, titles, over)
        if weight >= fmt.recognize.enough:
            texts = [*titles, *over, *heading.names, *itertools.chain.from_iterable(below)]
            weight -= relevance.TRADE * relevance.is_of_others(filter(None, texts))
        if best is None or _n_meanings(found) > _n_meanings(best.fit):
            best = FoundLog(heading, found, weight)
    return best


def _rows_below(heading: Heading, rows: Sequence[Numbered], row_texts: Sequence[list[str]]) -> list[Cells]:
    """The first rows under a heading, without repeated headers and, if others remain, without rows of one cell: these
    do not show what a column holds."""
    names = contents.filled(name for name in heading.names if not name.startswith("("))
    under = [(cells, texts) for (number, cells), texts in zip(rows, row_texts, strict=True) if number > heading.last]
    full = [cells for cells, texts in under if len(texts) > 1 and texts != names]
    return (full or [cells for cells, _ in under])[:_ROWS_TRIED]


def _weight_of_titles(
    fmt: Format,
    heading: Heading,
    found: SheetColumns,
    column: Callable[[int], list[str | None]],
    titles: Sequence[str],
    over: Sequence[str],
) -> float:
    """How much the sheet's ``titles`` and the cells ``over`` its header speak for a log of calls to the agency."""
    around = [*titles, *over]
    of_trade, is_named = relevance.trade_weight(fmt, around), relevance.names_agency(around)
    weight = of_trade + relevance.PROMISED * (found.states_times and of_trade >= 0)
    # A title of another trade outweighs columns that could belong to any trade.
    weight -= relevance.TRADE * (of_trade <= -relevance.TRADE and not found.has_casework)
    # Weight against a log is given back if a title names the agency.
    weight += found.forgiven * is_named
    # A tab with only the agency's callbacks is part of the log.
    if relevance.are_callbacks(found.columns, titles):
        n_naming = is_named + relevance.names_agency(titles[:1])
        has_results = not {"callback_answered", "callback_missed"}.isdisjoint(found.columns)
        unread = [index for index, name in enumerate(heading.names) if name not in found.columns.values()]
        has_results &= not any(map(_has_callers, map(column, unread)))
        weight += _CALLBACK_TAB * n_naming + _NO_WAITS * (n_naming > 0 and has_results)
    # If a title names other offices too, and no cell shows which, it is unknown which office a call was with.
    if relevance.names_others_too([*titles[:1], *over]):
        columns = [contents.filled(column(place)) for place in range(len(heading.names))]
        shows_each_line = any(contents.share(texts, "others") for texts in columns)
        weight -= relevance.TRADE * (not shows_each_line and {"line", "narrative"}.isdisjoint(found.columns))
    # A list of clients who came to the office has dates and times too.
    is_visit = found.is_silent and "client" in found.columns and not relevance.mentions_calls(around)
    weight -= relevance.NO_CALL_COLUMNS * is_visit
    return weight - relevance.TRADE * (found.is_business and not relevance.is_casework(fmt, around))


def _has_callers(cells: Iterable[str | None]) -> bool:
    """Whether a column has the telephone numbers of callers who are not the agency."""
    texts = contents.filled(cells)
    return contents.most(texts, "phone") and not contents.share(texts, "ours") + contents.share(texts, "premium")


# Names for the columns of a sheet without a header, by their contents; the first column that fits gets the name.
_NAMES = {"date": "Date", "time": "Time", "urgency": "Promised", "span": "Wait", "numbered": "SR number"}
_LINES = "Call notes"
_LETTER = regex(r"[^\W\d_]|:")


def _headings_of_notes(rows: Sequence[Numbered], row_texts: Sequence[list[str]]) -> Iterator[Heading]:
    """A name for notes of which most begin with their day. Lines above the first are no header: they may be a name."""
    lines = [(number, texts[0]) for (number, _), texts in zip(rows, row_texts, strict=True) if texts]
    below = [*itertools.dropwhile(lambda line: not contents.KINDS.date.match(line[1]), lines)]
    n_dated = sum(bool(contents.KINDS.date.match(text)) for _, text in below)
    if below and n_dated >= contents.SHARE_FOR * len(below) and all(len(texts) < 2 for texts in row_texts):
        yield Heading((_LINES,), below[0][0], below[0][0] - 1, 1, is_made=True)


def _without_header(rows: Sequence[Numbered], fmt: Format, titles: Sequence[str]) -> Iterator[Heading]:
    """Names for the columns of a sheet that begins with its first call, if its title or its cells name the agency.

    Every row has its day in the same column, including the first row, and one column shows both lost calls and other
    calls: no calendar does. A column of no known kind gets no name and is not read.
    """
    rows = list(itertools.dropwhile(lambda row: len(contents.filled(row[1])) == 1, rows))  # titles
    if len(rows) <= relevance.SEVERAL:
        return
    width = min(max(len(cells) for _, cells in rows), relevance.WIDE)
    columns = [[cells[index] if index < len(cells) else None for _, cells in rows] for index in range(width)]
    texts = [contents.filled(column) for column in columns]
    is_named = relevance.names_agency(titles)
    is_ours = is_named or relevance.states_times(texts)
    result = next((index for index in range(width) if _tell_ends(texts[index], is_named=is_named)), None)
    if not is_ours or result is None:
        return
    names = _names_by_cells(columns, texts, result)
    if _NAMES["date"] in names:
        yield Heading(tuple(names), rows[0][0] - 1, rows[0][0] - 1, width, is_made=True)


def _names_by_cells(columns: Sequence[Sequence[str | None]], texts: Sequence[list[str]], result: int) -> list[str]:
    """Names for columns by what they hold; one of no known kind keeps its number.

    So does one of days, unless the first row has a day, and nearly all of the others do.
    """
    names = list(column_names([""] * len(columns)))
    names[result] = "Result"
    for kind, name in _NAMES.items():
        free = (p for p, other in enumerate(names) if other.startswith("("))
        indices = [p for p in free if contents.share(texts[p], kind) >= contents.SHARE_FOR]
        if kind == "span":
            indices = _waits_among(indices, texts)
        days = [bool(contents.KINDS.date.match(text or "")) for p in indices[:1] for text in columns[p]]
        if indices and (kind != "date" or (days[0] and sum(days) >= contents.NEARLY_ALL * len(days))):
            names[indices[0]] = name
    return names


def _waits_among(indices: Sequence[int], texts: Sequence[list[str]]) -> list[int]:
    """Of columns of numbers: those with a unit, else the only one whose numbers differ and do not just count."""
    with_unit = [
        p for p in indices if sum(map(bool, map(_LETTER.search, texts[p]))) >= contents.SHARE_FOR * len(texts[p])
    ]
    others = [p for p in indices if len({*texts[p]}) > 2 and not _is_count(texts[p])]
    return with_unit or (others if len(others) == 1 else [])


def _tell_ends(texts: Sequence[str], *, is_named: bool) -> bool:
    """Whether most cells tell how a call ended, some as lost and some as not lost.

    In a sheet that names the agency, all calls may be lost.
    """
    lost = contents.share(list(texts), "lost")
    is_mixed = 0 < lost < contents.NEARLY_ALL or (is_named and lost > 0)
    return contents.share(list(texts), "lost_or_reached") >= contents.SHARE_FOR and is_mixed


def _is_count(texts: Sequence[str]) -> bool:
    """Whether numbers go up by one from row to row, or are longer than any wait."""
    numbers = [float(text) for text in texts if re.fullmatch(r"\d+(\.0)?", text)]
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    return bool(numbers) and (max(numbers) >= 1000 or steps.count(1) >= contents.NEARLY_ALL * len(steps))


def _may_be_header(
    fmt: Format, names: Sequence[str], titles: Sequence[str], column: Callable[[int], list[str | None]]
) -> bool:
    """Whether a row may be the header of a log: by its words, or by the days below it."""
    return (
        relevance.is_likely(fmt, names, titles)
        or relevance.has_days_under_words(fmt, names, column)
        or (len(names) == 1 and _are_lines_of_calls(fmt, names, titles, column(0)))
    )


def _are_lines_of_calls(fmt: Format, names: Sequence[str], titles: Sequence[str], lines: list[str | None]) -> bool:
    """Whether the lines under a title are about calls to the agency, as the title or the lines say."""
    texts = [text for text in contents.filled(lines) if contents.KINDS.date.match(text)]
    n_ours = sum(relevance.is_casework(fmt, [line]) or relevance.names_agency([line]) for line in texts)
    is_named = relevance.names_agency([*titles, *names]) or n_ours >= contents.SHARE_NEUTRAL * max(len(texts), 1)
    return is_named and relevance.is_of_lines(names, [texts])


def missing_from_log(rows: Sequence[Numbered], fmt: Format) -> list[str]:
    """The columns that a sheet lacks as a log, if the rest of its header is that of a log."""
    for heading in _candidates(rows):
        columns = column_meanings.find(fmt, heading.names, lambda index: []).columns
        missing = [name for name in fmt.recognize.words if name not in columns]
        if missing and len(columns) > 1 and all(name in columns for name in fmt.recognize.expects):
            return [name.capitalize() for name in missing]
    return []


def is_log(found: FoundLog | None, fmt: Format) -> bool:
    """Whether a sheet is a log of calls."""
    return found is not None and found.weight >= fmt.recognize.enough


def log_heading(
    rows: Sequence[Numbered], fmt: Format, titles: Sequence[str] = (), tied: Iterable[Heading] = ()
) -> Heading | None:
    """The header of a log of calls; None if the sheet is not one."""
    found = find_log(rows, fmt, titles, tied)
    return replace(found.heading, date=found.fit.columns.get("date", "")) if found and is_log(found, fmt) else None


def _n_meanings(fit: SheetColumns) -> tuple[int, int, float]:
    """How many columns have a meaning, how many meanings they have (a column may have two), and the weight of all
    meanings."""
    return len(set(fit.columns.values())), len(fit.columns), fit.weight


def _candidates(rows: Sequence[Numbered]) -> Iterator[Heading]:
    """Each row but those of calls as a heading, alone and joined with the row below it if no cell there is a date or a
    number."""
    for index, (number, cells) in enumerate(rows[:ROWS]):
        texts = contents.filled(cells)
        if all(any(map(contents.KINDS[kind].match, texts)) for kind in ("date", "phone")):
            continue
        below = rows[index + 1] if index + 1 < len(rows) else (0, [])
        # The row below may only tell how to fill in the columns
        texts = contents.filled(below[1])
        if len(texts) > 1 and all(_HINT.fullmatch(text) for text in texts):  # (mm/dd/yyyy), (local), (minutes)
            units = [cell if cell and _UNIT.search(cell) else "" for cell in below[1]]
            yield as_heading(_joined_headers(cells, units), number, below[0])
            continue
        yield as_heading(cells, number)
        # A single cell above the first name of a full header is a title
        is_title = contents.filled(cells[:1]) == contents.filled(cells) != [] and bool(_cell_text(below[1], 0))
        if index + 1 < len(rows) and may_continue_header(below[1]) and not is_title:
            yield as_heading(_joined_headers(cells, below[1]), number, below[0])
            # A row may name groups of columns, as CALL BACK over Date, Time, and Result; a title does not
            filled = [index for index, cell in enumerate(cells) if cell and cell.strip()]
            if filled and (len(filled) > 1 or filled[0] > 0) and len(filled) < len(contents.filled(below[1])):
                yield as_heading(_joined_headers(_spread_groups(cells, below[1]), below[1]), number, below[0])


def _joined_headers(cells, lower) -> list[str]:
    """The words of two header rows, column by column."""
    pairs = [(_cell_text(cells, i), _cell_text(lower, i)) for i in range(max(len(cells), len(lower)))]
    return [" ".join(filter(None, dict.fromkeys(pair))) for pair in pairs]


def _spread_groups(cells, lower) -> list[str]:
    """The name of each group, repeated over its columns up to the next name."""
    over, name = [], ""
    for index in range(len(lower)):
        name = _cell_text(cells, index) or name
        over.append(name)
    return over


def may_continue_header(cells) -> bool:
    """Whether a row may be the second row of a header: only words, and more than one."""
    texts = contents.filled(cells)
    return len(texts) > 1 and not any(contents.share([text], kind) for text in texts for kind in ("date", "clocked"))


def _cell_text(cells, index: int) -> str:
    return " ".join((cells[index] or "").split()) if index < len(cells) else ""


def _column(rows, index: int, legend, name: str) -> list[str | None]:
    """The cells of a column, with its codes spelled out."""
    texts = [cells[index] if index < len(cells) else None for cells in rows]
    return lexicon.with_codes_spelled_out(texts, legend, name)
