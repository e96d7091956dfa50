"""Tables below, or next to, one another on one tab of a hand-kept log: calls, callbacks, and other things.

The main table is the one that makes the tab a log. Another table holds the agency's callbacks if its own title or
header says so. It holds calls if it would be a log on its own tab, or if it has nearly the main header and similarly
filled rows. All others are set aside. Rows that are read go under the main table's columns, plus added columns.
In a text file each table has its own width. Tables next to one another are of one kind: they have the same header.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from callanalytics.formats import Format, column_meanings, contents, fold, relevance, settled_columns
from callanalytics.formats.column_meanings import OF_CALLBACKS, SheetColumns
from callanalytics.formats.words import tokens
from callanalytics.lazy import regex
from callanalytics.read import headers
from callanalytics.read.headers import Cells, Heading, Numbered, as_heading
from callanalytics.read.table import Odd, TextTable, column_names, filled
from callanalytics.values import lexicon
from callanalytics.values.phones import names_person

MIN_NAMES = 3  # column names without other words that make a header
NEARLY = 2 / 3  # share of the main header that a similar header must have
CALLS, CALLBACKS, OTHERS = "calls", "callbacks", "others"  # what a table holds
DIRECTION, INCOMING = "In/Out", "incoming"  # column and word that mark the calls of a table as incoming
ANSWERED = "Callback answered"  # name for the answers in a table of callbacks, whatever its header
ANSWERS = ("callback_answered", *settled_columns.WHO_CAME)
THEIRS, OURS = frozenset("uscis they agency officer t2 tier".split()), frozenset("we i our client clients to".split())
OF_OURS = ("agent_id", "sr", "promised", "tier")  # columns that show that a row is a call to our agency
OF_A_CALL = frozenset(("wait", "time", "agent", "agent_id"))  # a call has one of these, or a time in its date
LENGTHS = frozenset(("duration", "minutes"))  # meanings that a column of waits may be mistaken for
_LAYOUT = ("date", "time", "span")  # kinds of cells that show whether two tables have the same columns
_NO_NAME = regex(r"(?i)(?<!\bt)(?<!\btier )\d|=")  # not in a column name: digits, or = as in the key to a code


@dataclass(frozen=True)
class _Table:
    """A table: its header and rows, what its columns mean, the row of its title (0 for none), and what it holds."""

    heading: Heading
    rows: Sequence[Numbered]
    columns: Mapping[str, str]
    title: int = 0
    holds: str = CALLS

    def names(self) -> list[str]:
        """The names of its columns for the main table."""
        answers = {self.columns.get(meaning) for meaning in ANSWERS} if self.holds == CALLBACKS else ()
        return [ANSWERED if name in answers else name for name in self.heading.names]

    def texts(self, meaning: str) -> list[str]:
        """The filled cells of the column with this meaning."""
        names, name = self.heading.names, self.columns.get(meaning)
        return contents.filled(_column(self.rows, names.index(name))) if name in names else []


FURTHER = ", from column "  # in the name of a further table next to the first
OF_EACH_CALL = frozenset("date day when time start client case".split())  # words of columns that a further call has
_AGAIN = regex(r" \(\d+\)$")
_NUMBERED = regex(r"\s*#?\d$")
_ORDINAL = regex(r"(?i)^(?:1st|2nd|3rd|[4-9]th|first|second|third|fourth|fifth)\s+(?=call|attempt|try)")
FEWEST_CALLS = 3  # of a row, if only their days are numbered: 1st call, Hold, 2nd call, Hold, 3rd call, Hold


def side_by_side(table: TextTable, date: str, over: Cells = ()) -> list[TextTable]:
    """The tables next to one another on a tab, as of January and February, if they have one header; else the whole.

    ``date`` is the column of the day, ``over`` the row above the names of the columns. Each further table is a sheet of
    its own, named by its first column. Columns before all of them, as of the case or the day, belong to each.

    >>> import numpy as np
    >>> header = column_names(["Case", "Date", "Wait", "", "Date", "Wait"])
    >>> columns = [["A1", "B2"], ["1/6", "1/8"], ["44", "9"], [None, None], ["2/3", None], ["40", None]]
    >>> cells = pa.table(columns, names=list(header))
    >>> whole = TextTable((), "2025", "xlsx", header, cells, np.array([2, 3]), np.zeros(2, int))
    >>> [(part.sheet, part.header, part.rows.tolist()) for part in side_by_side(whole, "Date")]
    [('2025', ('Case', 'Date', 'Wait'), [2, 3]), ('2025, from column 5', ('Case', 'Date', 'Wait'), [2])]
    >>> len(side_by_side(whole, "Date", [None, "Our call", None, None, "Callback"]))
    1
    """
    groups = contents.filled(over)
    named = [n for n, name in enumerate(table.header) if name != f"(column {n + 1})"]
    names = [_without_group(table.header[n], groups) for n in named]
    between = {*range(len(table.header))} - {*named}
    date = _without_group(date, groups)
    if not _repeated(names, date)[1]:  # Time 1, Hold 1, Time 2, Hold 2
        names, date = [_NUMBERED.sub("", name) for name in names], _NUMBERED.sub("", date)
    n_shared, width = _repeated(names, date)
    if not width:
        alike = [_ORDINAL.sub("", name) for name in names]
        n_shared, width = _repeated(alike, _ORDINAL.sub("", date))
        width *= (len(names) - n_shared) // max(width, 1) >= FEWEST_CALLS
    if not width or any(table.cells.column(n).null_count < len(table.rows) for n in between):
        return [table]
    own_words = {word for name in names[n_shared : n_shared + width] for word in tokens(name)}
    # Hold, Agent, Hold, Agent behind one day may be of tier 1 and tier 2 on one call; a title may be over them
    are_persons = len(groups) == (len(names) - n_shared) // width and all(map(names_person, groups))
    has_own_day = date in names[n_shared : n_shared + width]
    if any("callback" in tokens(name) for name in groups) or not (
        has_own_day or are_persons or own_words & OF_EACH_CALL
    ):
        return [table]
    places = [named[start : start + width] for start in range(n_shared, len(names), width)]
    has_own = [filled(table.cells.select(own)) for own in places]
    odd = [Odd(row, "empty", outcome="set_aside") for row in table.rows[~np.logical_or.reduce(has_own)].tolist()]
    parts = []
    for own, kept in zip(places, has_own, strict=True):
        cells = table.cells.select(named[:n_shared] + own).rename_columns(names[: n_shared + width])
        part = replace(table, header=tuple(cells.column_names), cells=cells.filter(pa.array(kept)),
                       rows=table.rows[kept], member=table.member[kept], odd=(*table.odd, *odd))  # fmt: skip
        if own is not places[0]:
            part = replace(part, sheet=f"{table.sheet}{FURTHER}{own[0] + 1}", odd=(), notes=())
        parts.append(part)
    return parts


def _repeated(names: list[str], date: str) -> tuple[int, int]:
    """How many columns come before those that repeat, and how many repeat; 0 if none do.

    The day is among them, or before all of them: one day for the calls of each person. Then they have a hold.

    >>> _repeated(["Case", *["Date", "Wait"] * 3], "Date"), _repeated(["Date", *["Hold", "Result"] * 2], "Date")
    ((1, 2), (1, 2))
    >>> _repeated(["Date", "Hold", "Result"], "Date"), _repeated(["Date", *["Time", "Result"] * 2], "Date")
    ((0, 0), (0, 0))
    """
    n_dates = names.count(date)
    if not n_dates or len(names) > relevance.WIDE or len({*names}) == len(names):
        return 0, 0
    first = names.index(date)
    for start in (0, first) if n_dates > 1 else range(first + 1, len(names)):
        widths = [len(names[start:]) // n_dates] if n_dates > 1 else range(2, len(names[start:]) // 2 + 1)
        for width in widths:
            own, n_times = names[start : start + width], len(names[start:]) // width if width > 1 else 0
            is_held = n_dates > 1 or any(not contents.HELD.isdisjoint(tokens(name)) for name in own)
            if n_times > 1 and is_held and own * n_times == names[start:]:
                return start, width
    return 0, 0


def _without_group(name: str, groups: Sequence[str]) -> str:
    """A column's name without its group and without its number: 2nd call Date, Date (2)."""
    group = next((f"{group} " for group in groups if name.startswith(f"{group} ")), "")
    return _AGAIN.sub("", name.removeprefix(group))


def unstacked(
    heading: Heading, rows: Sequence[Numbered], fmt: Format, *, aligned: bool = True
) -> tuple[Heading, list[Numbered], list[Odd]]:
    """The heading, all rows to keep (those of other tables included), and what is set aside: headers, other tables.

    If not ``aligned``, as in a text file, a row narrower than its own header, or with text beyond it, is damaged.
    """
    main, tables = _tables_of_sheet(heading, rows, fmt)
    # The same header repeated, as at the top of each printed page, means one long table.
    if all(table.holds == CALLS and _is_again(table.heading.names, heading) for table in tables):
        return heading, list(rows), []
    names, kept = list(heading.names), list[Numbered]()
    headings = sorted({number for table in tables[1:] for number in (table.heading.row, table.heading.last)})
    odd = [Odd(number, "header", outcome="set_aside") for number in headings]
    titles = {table.title for table in tables if table is main or table.holds != CALLS}
    for table in tables:
        spread = [_place_of(name, table, names, main.columns) for name in table.names() if table.holds != OTHERS]
        direction = _place(DIRECTION, names) if table.holds == CALLBACKS else None
        width = len(table.heading.names)  # of a whole row, with no text after it
        for number, cells in table.rows:
            if number in titles or table.holds == OTHERS:
                reason = "header" if number in titles else "no_call"
                odd += [Odd(number, reason, outcome="set_aside")] * bool(contents.filled(cells))
            elif not aligned and (len(cells) < width or any(map(str.strip, filter(None, cells[width:])))):
                wanted = f"{width} cells, as in the header (row {table.heading.row})"
                odd.append(Odd(number, "width", f"{len(cells)} cells", wanted))
            else:
                kept.append((number, _spread_cells(cells, spread, len(names), direction)))
    # A later table may have added columns after these rows were placed
    kept = [(number, [*cells, *[None] * (len(names) - len(cells))]) for number, cells in kept]
    return replace(tables[0].heading, names=column_names(names), date=heading.date), kept, odd


def _tables_of_sheet(heading: Heading, rows: Sequence[Numbered], fmt: Format) -> tuple[_Table, list[_Table]]:
    """The table under a heading, and all tables of its sheet from top to bottom."""
    above = [row for row in rows if row[0] < heading.row]
    below = [row for row in rows if row[0] > heading.last]
    indices = _headers(below, heading, fmt)
    own = below[: indices[0]] if indices else below
    main = _Table(heading, own, _fit(own, heading, fmt).columns)
    title, words = _title([*above, (heading.row, heading.names)], len(above), main)
    main = replace(main, title=title, holds=CALLBACKS if _are_callbacks(main, words, fmt) else CALLS)
    earlier = _tables(above, [index for index, (_, cells) in enumerate(above) if _names_day(cells, fmt)], main, fmt)
    # A table above the main one counts only if it has days, which an address book lacks.
    with_days = [table for table in earlier if table.texts("date")]
    return main, [*with_days, main, *_tables(below, indices, main, fmt)]


def _tables(rows: Sequence[Numbered], indices: Sequence[int], main: _Table, fmt: Format) -> list[_Table]:
    """The tables whose headers are at these indices of the rows."""
    found = [main]
    for first, end in zip(indices, [*indices[1:], len(rows)], strict=False):
        found.append(_other_table(rows[first:end], _title(rows, first, main), found, fmt))
    return found[1:]


def _other_table(rows: Sequence[Numbered], title: tuple[int, str], tables: Sequence[_Table], fmt: Format) -> _Table:
    """The table with the first of these rows as header, judged by the main table and the table before it."""
    main, before, words = tables[0], tables[-1], title[1]
    heading = as_heading(rows[0][1], rows[0][0])
    whole = [row for row in rows[1:] if len(contents.filled(row[1])) > 1]
    fit = _fit(whole, heading, fmt)
    table = _Table(heading, whole, _by_callbacks(fit.columns, words), title[0])
    found, of_title = headers.find_log(rows[: headers.ROWS], fmt, [words]), relevance.trade_weight(fmt, [words])
    is_of_calls = ":" in "".join(table.texts("date")) or not OF_A_CALL.isdisjoint(table.columns)  # not of requests
    is_log = is_of_calls and found is not None and headers.is_log(found, fmt) and found.heading.row == heading.row
    if table.columns != fit.columns or _are_callbacks(table, words, fmt):
        holds = CALLBACKS
    elif {*map(fold, heading.names)} == {*map(fold, main.heading.names)}:
        # NVC cases are what our calls are about, unless the rows show nothing of a call to our agency.
        is_of_others = relevance.mentions_calls([words]) or not any(map(table.texts, OF_OURS))
        holds = OTHERS if is_of_others and of_title < 0 else CALLS
    elif not relevance.names_callbacks([words]) and (
        is_log or (_is_like(table, main) and fit.weight + of_title >= 0)
        or (is_of_calls and of_title >= 0 and fit.weight >= 0 and _tells_ends(table))
    ):  # fmt: skip
        holds = CALLS
        table = replace(table, columns={**table.columns, **_waits_in_their_place(table, main)})
    else:
        holds = before.holds if not words and heading.names == before.heading.names else OTHERS
    return replace(table, rows=rows[1:], holds=holds)


def _is_like(table: _Table, main: _Table) -> bool:
    """Whether nearly the main header is above rows that name an agent or a request and how calls ended."""
    names, wanted = {*map(fold, table.heading.names)}, {*map(fold, main.heading.names)}
    is_near = len(names - wanted) <= 1 and len(names & wanted) >= NEARLY * len(wanted)
    is_filled = "date" in table.columns and any(map(table.texts, ("agent", *OF_OURS)))
    ends = [any(contents.share([text], kind) for kind in ("ended", "lost")) for text in table.texts("result")]
    return is_near and is_filled and sum(ends) >= contents.SHARE_FOR * len(ends)


def _tells_ends(table: _Table) -> bool:
    """Whether a table with days mostly tells how calls ended, and some as lost."""
    texts = table.texts("result")
    lost = [bool(contents.share([text], "lost")) for text in texts]
    ends = sum(is_lost or bool(contents.share([text], "ended")) for text, is_lost in zip(texts, lost, strict=True))
    return "date" in table.columns and any(lost) and ends >= contents.SHARE_FOR * len(texts)


def _by_callbacks(columns: Mapping[str, str], title: str) -> Mapping[str, str]:
    """The columns of a lower table; if it is headed as callbacks, not as clients, the callbacks' days are its days.

    If the header of the days says whose callbacks they are, the time and the result need not: USCIS called back.
    """
    words = frozenset(tokens(columns.get("callback", "")))
    is_theirs = not THEIRS.isdisjoint(words) and OURS.isdisjoint(words)
    wanted = {"callback_time", "callback_answered"} | ({"time", "result"} if is_theirs else set())
    is_headed = "callback" in columns and not wanted.isdisjoint(columns)
    if not is_headed or "date" in columns or not {"client", "clients"}.isdisjoint(tokens(title)):
        return columns
    return {OF_CALLBACKS.get(meaning, meaning): name for meaning, name in columns.items()}


def _are_callbacks(table: _Table, title: str, fmt: Format) -> bool:
    """Whether a title names callbacks, and the columns have a day and a time or an outcome.

    Incoming may mean mail or a client, so a column must say who answered, or the title must name the agency. Next to
    callbacks may be what was promised, but not the day of another call; empty waits are ignored, from a reused header.
    """
    is_vague = not {"incoming", "inbound"}.isdisjoint(tokens(title)) and not relevance.names_agency([title])
    needed = {"agent", "agent_id", *({"callback_answered"} if is_vague else {"notes", "time", "result", *ANSWERS})}
    columns, names = table.columns, table.heading.names
    filled = {meaning: name for meaning, name in columns.items() if name not in names or table.texts(meaning)}
    if "callback" not in columns:
        filled.pop("promised", "")
    has_callbacks = "date" in columns and not needed.isdisjoint(columns)
    return has_callbacks and relevance.are_callbacks(filled, (title,))


def _waits_in_their_place(table: _Table, main: _Table) -> dict[str, str]:
    """The one column of lengths whose name differs from the main header's column of waits: it holds the waits."""
    pairs = itertools.zip_longest(table.heading.names, main.heading.names, fillvalue="")
    others = [(name, wanted) for name, wanted in pairs if fold(name) != fold(wanted)]
    taken_for = [meaning for meaning, name in table.columns.items() if others == [(name, main.columns.get("wait"))]]
    return {"wait": others[0][0]} if taken_for and LENGTHS.issuperset(taken_for) else {}


def _spread_cells(cells: Cells, indices: Sequence[int], width: int, direction: int | None) -> list[str | None]:
    """The cells of a row under all columns."""
    placed = dict(zip(indices, cells, strict=False))
    spread = [placed.get(index) for index in range(width)]
    if direction is not None and len(contents.filled(cells)) > 1:
        spread[direction] = INCOMING
    return spread


def _place_of(name: str, table: _Table, names: list[str], upper: Mapping[str, str]) -> int:
    """The index for a table's column: under the same name, else the same meaning, else in a new column."""
    meanings = {meaning for meaning, column in table.columns.items() if column == name}
    same = next((upper[meaning] for meaning in table.columns if meaning in meanings and meaning in upper), "")
    is_free = fold(same) not in map(fold, table.names())
    is_day = table.holds == CALLBACKS and not meanings.isdisjoint(("date", "time"))
    is_there = fold(name) in map(fold, names) and not is_day
    return _place(same if same in names and is_free and not is_there else name, names)


def _place(name: str, names: list[str]) -> int:
    """The index of a column, which is added if it is missing."""
    if fold(name) not in map(fold, names):
        names.append(name)
    return [*map(fold, names)].index(fold(name))


def _is_again(cells: Cells, heading: Heading) -> bool:
    """Whether a row repeats the main header."""
    begins = cells and fold(cells[0] or "") in ("", fold(heading.names[0]))
    return bool(begins) and [*map(fold, as_heading(cells, 0).names)] == [*map(fold, heading.names)]


def _headers(rows: Sequence[Numbered], heading: Heading, fmt: Format) -> list[int]:
    """Indices of headers below the main one: it repeated, a row that names the day, or words after a gap or title."""
    legend = lexicon.legend_groups(contents.filled(cells) for _, cells in rows if sum(map(bool, cells)) <= MIN_NAMES)
    indices = []
    for index, (number, cells) in enumerate(rows):
        above = rows[index - 1] if index else (number, ())
        is_apart = above[0] < number - 1 or sum(map(bool, above[1])) == 1
        is_free = is_apart and _are_words(cells) and not lexicon.is_legend_pair(contents.filled(cells), legend)
        if is_free or _is_again(cells, heading) or _names_day(cells, fmt):
            indices.append(index)
    upper = _fit(rows[: indices[0]], heading, fmt).columns if indices else {}
    blocks = zip(indices, [*indices[1:], len(rows)], strict=False)
    return [first for first, end in blocks if _is_header(rows[first:end], heading, upper, fmt)]


def _is_header(rows: Sequence[Numbered], heading: Heading, upper: Mapping[str, str], fmt: Format) -> bool:
    """Whether the first of these rows, a possible header, is one, and not a row of a log written in words.

    Either its words are only names, or the rows below it have other columns than the main table.
    """
    cells, texts = rows[0][1], contents.filled(rows[0][1])
    is_named, is_dated = len(texts) >= MIN_NAMES and all(map(fmt.vocabulary.meanings, texts)), _names_day(cells, fmt)
    if _is_again(cells, heading) or (is_named and is_dated):
        return True
    under = _Table(heading, rows[1:], upper)
    kinds = {meaning.name: meaning.holds for meaning in fmt.words if meaning.holds in _LAYOUT}
    held = {name: under.texts(name) for name in kinds}
    others = [name for name in kinds if held[name] and contents.share(held[name], kinds[name]) < contents.SHARE_FOR]
    return bool(others) if is_dated else "date" in others


def _names_day(cells: Cells, fmt: Format) -> bool:
    """Whether a row is only words, half of them column names, with the day of a call; or of a callback, if all are."""
    named = list(map(fmt.vocabulary.meanings, contents.filled(cells))) if _are_words(cells) else []
    days = {*fmt.recognize.words, "callback"} if all(named) else {*fmt.recognize.words}
    return 2 * sum(map(bool, named)) >= len(named) and any(map(days.intersection, named))


def _are_words(cells: Cells) -> bool:
    """Whether several cells hold words that may be column names."""
    return not any(_NO_NAME.search(cell) for cell in cells if cell) and len(contents.filled(cells)) > 1


def _title(rows: Sequence[Numbered], header: int, main: _Table) -> tuple[int, str]:
    """Row and words of a cell alone above a header; if it is right of the days, it is a remark."""
    names, day = main.heading.names, main.columns.get("date")
    first = next(index for index, cell in enumerate(rows[header][1]) if cell and cell.strip())
    number, above = rows[header - 1] if header else (0, ())
    alone = [(index, cell) for index, cell in enumerate(above) if cell and cell.strip()]
    is_title = len(alone) == 1 and alone[0][0] <= max(first, names.index(day) if day in names else 0)
    return (number, alone[0][1]) if is_title else (0, "")


def _fit(rows: Sequence[Numbered], heading: Heading, fmt: Format) -> SheetColumns:
    """The meanings of a table's columns."""
    return column_meanings.find(fmt, heading.names, lambda index: _column(rows, index))


def _column(rows: Sequence[Numbered], index: int) -> list[str | None]:
    """The cells of a column."""
    return [cells[index] if index < len(cells) else None for _, cells in rows[: contents.LOOKED_AT]]
