"""Assign each row of a table once: blank, set aside, a leg, a notice, a call, an entry, or rejected.

The dated list of senders (:mod:`callanalytics.agencies`) decides which texts and emails are the agency's: by address,
or by words that only the agency's messages have. Words alone are not enough if an ordinary phone number or a person's
address sent them, unless the message names the agency. A text from the office that answers the agency is
``reply_out``; every other message is set aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import ids, schema
from callanalytics.formats import Format, Legs, Rule, contents, relevance
from callanalytics.formats.derived_columns import first_of_two_years
from callanalytics.formats.layout import Notices
from callanalytics.formats.words import tokens
from callanalytics.lazy import regex
from callanalytics.normalize import calls, dates_of_rows, entries, free_words
from callanalytics.normalize.cells import EMPTY, Cells, codes_of, numbered_words, read, rows_where
from callanalytics.normalize.clock import read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.normalize.row_kinds import is_day_off, is_outgoing, is_part, is_sum, is_sum_of, is_unwanted_call
from callanalytics.values import lexicon
from callanalytics.values.callbacks import denies_callbacks
from callanalytics.values.lexicon import Patterns
from callanalytics.values.narratives import is_written
from callanalytics.values.phones import e164, placeholder

STRING = pa.string()
MIN_COLUMNS = 3
OF_LEGS = ("direction", "caller", "called", "our_number", "other_number")  # alike on all rows of a call
REPEATED = ("client", "matter", "receipt", "line", "reason")  # what a ditto mark repeats, besides the day
OTHER_REASON = "other_reason"  # rows whose reason names another agency, if nothing names this one
MAX_UNLABELED_SUMS = 3  # sums that a row may have under their columns without a label
CALENDAR = lexicon.word_set("calendar")  # header words for a part of the calendar, often written ahead
_WORDS = Patterns("rows")
_SECONDS = regex(r":\d\d:(?:[1-9]\d|0[1-9])")


def _is_day(text: str) -> bool:
    """Whether a cell has a day without a time; a workbook gives its days as midnight.

    >>> [_is_day(text) for text in ("8/5/24", "2024-08-05 00:00:00", "8/5/24 9:05 AM", "2024")]
    [True, True, False, False]
    """
    return bool(contents.KINDS.date.match(text)) and ":" not in re.sub(r"\b0?0:00(:00)?$", "", text)


def _are_words(text: str) -> bool:
    return bool(_WORDS.words_alone.fullmatch(text)) and ("=" in text or not free_words.tells_of_call(text))


def sort_out(table, fmt: Format, settings, agency, source_ids) -> tuple[dict, int, list, list]:
    """Sort rows into tables. Return the tables, the count of rows in them, the cells left out, and those to ask about.

    The tables are calls, entries, notices, rejects, and set_aside. A cell left out is (column, target, text, row
    numbers of the file); one to ask about is (subject, column, text, row numbers)."""
    sorting = _Sorting(table, fmt, settings, agency, source_ids)
    tables, n = sorting.result()
    return tables, n, sorting.cell_remarks("doubts"), sorting.cell_remarks("asked")


def count(table, fmt: Format) -> int:
    """Number of rows of a table, without blank ones."""
    cells = Cells(table.header, table.cells)
    return cells.n - int(_blank(cells, fmt).sum()) + len(table.odd)


def _blank(cells: Cells, fmt: Format) -> np.ndarray:
    """Mask of rows that hold nothing but a printed number or a formula's result; these count as blank."""
    if fmt.makes != "entries":
        return np.zeros(cells.n, bool)
    number = fmt.columns["number"].columns if "number" in fmt.columns else ()
    return cells.is_empty(but=(*number, *fmt.computed))


class _Sorting:
    """Sorts the rows of one table; each row is assigned once. ``free`` marks the rows not yet assigned."""

    def __init__(self, table, fmt: Format, settings, agency, source_ids):
        self.table, self.fmt, self.settings, self.agency = table, fmt, settings, agency
        is_export, is_workbook = fmt.makes == "calls", table.kind == "xlsx"
        self.cells = Cells(table.header, table.cells, is_workbook=is_workbook, is_export=is_export)
        self.sources = source_ids or [file.sha256[:16] for file in table.files]
        self.free = np.ones(self.cells.n, bool)
        self.by_time = np.zeros(self.cells.n, bool)  # rows whose times alone show that they are of one call
        self.names_other = np.zeros(self.cells.n, bool)  # calls that stay, whose reason names another agency
        self.aside: list[tuple[np.ndarray, str]] = []
        self.rejected: list[tuple[np.ndarray, Problems]] = []
        rules = [fmt.columns[name] for name in ("started", "date", "time") if name in fmt.columns]
        self.start = tuple(column for rule in rules for column in rule.columns)

    def result(self) -> tuple[dict[str, pa.Table], int]:
        n = self.cells.n + len(self.table.odd)
        if self.fmt.makes == "entries":
            self.cells = dates_of_rows.with_dittos(self.cells, self.columns_of(*REPEATED))
            blank = _blank(self.cells, self.fmt)
            self.free &= ~blank
            n -= int(blank.sum())
        # Most exports show by their times alone that no row came again.
        may_repeat = self.fmt.makes == "calls" and not self.are_times_in_order()
        is_copy = calls.pasted_again(self.table.cells) if may_repeat else np.zeros(self.cells.n, bool)
        group = self.inherit(self.fmt.legs) if self.fmt.legs and self.cells.n else None
        self.put_aside(is_copy, "copy")
        self.set_aside()
        tables = {name: schema.empty(name) for name in ("calls", "entries", "notices")}
        if self.fmt.notices:
            tables["notices"] = self.notices(self.fmt.notices)
        makes = {"calls": lambda: self.calls(group), "entries": self.entries, "notices": dict}
        tables |= makes[self.fmt.makes]()
        tables |= {"rejects": self.reject_table(), "set_aside": self.aside_table()}
        return tables, n

    # ---- rows that are no call and no entry ------------------------------------------------------

    def inherit(self, legs: Legs) -> np.ndarray:
        rows = np.flatnonzero(calls.have_doubtful_keys(self.cells, legs))
        problems, column = Problems(len(rows)), self.cells.heading_of(legs.group)
        problems.reject(np.ones(len(rows), bool), column, "digits_lost", "export it again without a spreadsheet")
        self.rejected.append((rows, problems))
        self.free[rows] = False
        below = np.zeros(self.cells.n, bool)
        # Whether a column of the file, or a row's position, shows which rows are one call
        has_key = any(self.cells.name_of(column) is not None for column in (*legs.group, *legs.own))
        if not has_key and not (legs.above and self.cells.fits(legs.above).any()):
            numbers = [self.fmt.columns[name] for name in OF_LEGS if name in self.fmt.columns]
            legs = replace(legs, group=(*self.start, *(c for rule in numbers for c in rule.all_columns)), own=())
            for rule in self.fmt.set_aside:
                below |= self.cells.fits(rule.when) & (rule.reason == "leg" and bool(legs.number))
        group = calls.call_groups(self.cells, legs, below)
        if set(self.start) <= set(legs.group) and not legs.only and not self.has_seconds():
            group = calls.grouped_by_habit(group, below)
            self.by_time = (np.bincount(group[~below], minlength=group.max() + 1) > 1)[group]
        self.cells = calls.with_legs(calls.with_numbers(self.cells, legs, group), legs, group, self.start)
        return group

    def has_seconds(self) -> bool:
        """Whether most calls begin at a time with seconds."""
        whole = self.cells.unencoded(self.start)  # encoding it here would only slow down its reader
        if whole is None:
            texts = self.cells.joined(self.start)
            return 2 * rows_where(_SECONDS.search, texts).sum() > (texts.codes != EMPTY).sum()
        with_seconds = pc.sum(pc.match_substring_regex(whole, _SECONDS.pattern)).as_py() or 0
        return 2 * with_seconds > (pc.sum(pc.not_equal(whole, "")).as_py() or 0)

    def set_aside(self) -> None:
        for rule in self.fmt.set_aside:
            fits = self.cells.fits(rule.when)
            if rule.reason == OTHER_REASON and self.is_of_agency():
                self.names_other |= fits & self.free
            else:
                self.put_aside(fits, rule.reason)
        if self.fmt.makes == "entries":  # a remark alone, or a zone filled down, is not a contact
            self.put_aside(self.cells.is_empty(but=self.unread()), "empty")
        if self.fmt.name == "hand_sheet":
            self.put_aside(~self.where(lambda text: not contents.KINDS.formula_error.match(text)), "empty")
            self.put_aside(self.are_days_ahead(), "empty")
            self.put_aside(self.are_words_alone(), "no_call")
            self.put_aside(self.are_remarks() | self.are_unwanted() | self.are_of_cases(), "no_call")
            self.put_aside(self.are_sums(), "total")
            self.put_aside(self.are_of_another(), "same_call")
            self.put_aside(self.are_to_come(), "no_call")
        if self.fmt.events:  # a case that no one has called about
            columns = self.fmt.events.columns
            self.put_aside(self.cells.joined(columns).codes == EMPTY, "empty")

    def are_times_in_order(self) -> bool:
        """Whether no time comes again after another one, as in an export sorted by time."""
        whole = self.cells.unencoded(self.start)  # encoding it here would only slow down its reader
        if whole is not None and pc.all(pc.less_equal(whole[:-1], whole[1:])).as_py():
            return True
        named = [column for column in self.start if self.cells.name_of(column) is not None]
        key = np.zeros(self.cells.n, np.int64)
        for column in named:
            code = self.cells.texts(column).codes if whole is None else codes_of(whole.dictionary_encode().indices)
            key = key * (code.max(initial=0) + 2) + code
        runs = key[np.append(True, key[1:] != key[:-1])[: len(key)]]
        return bool(named) and len(pc.unique(pa.array(runs))) == len(runs)

    def is_of_agency(self) -> bool:
        """Whether a name, a title, or a header of the sheet names the agency, and none names another."""
        titles = [cells[0] for cells in self.table.around if len(cells) == 1]
        titles += [self.table.sheet or "", getattr(self.table.files[0], "stem", ""), *self.table.header]
        return relevance.names_agency(titles) and not relevance.names_others_too(titles)

    def unread(self) -> list:
        """The columns that say nothing about a contact: those that no rule reads, and those often filled down."""
        filled = ("number", "timezone", "client")
        found = [c for name, rule in self.fmt.columns.items() if name not in filled for c in rule.all_columns]
        found += [c for part in self.fmt.parts for c, _ in part.when.tests]
        found += self.fmt.events.columns if self.fmt.events else ()
        read = {self.cells.name_of(column) for column in found}
        return [(name,) for name in self.cells.header if name not in read]

    def calendar(self) -> set[str]:
        """The columns that no rule reads and whose header names a week or a month alone, not Calls this week."""
        return {name for (name,) in self.unread() if name and CALENDAR.issuperset(tokens(name))}

    def where(self, says: Callable[[str], object], names: Iterable[str] | None = None) -> np.ndarray:
        """Mask of the rows with a cell that passes the test, in any column or in one of `names`."""
        found = np.zeros(self.cells.n, bool)
        for name in self.cells.header if names is None else names:
            found |= rows_where(says, self.cells.texts((name,)))
        return found

    def are_days_ahead(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet with a day and nothing else, if there are several, each of another day: the
        days were written ahead. One or two may be of calls of which nothing more was noted."""
        days = self.columns_of("date", "number") | self.calendar()
        others = {*self.cells.header} - days - {self.cells.name_of(column) for column in self.fmt.computed}
        found = ~self.where(lambda text: not contents.KINDS.weekday.fullmatch(text), others)
        for name in self.columns_of("date"):
            texts = self.cells.texts((name,))
            is_lone = np.bincount(texts.codes + 1)[texts.codes + 1] == 1
            found &= is_lone & rows_where(_is_day, texts)
        return found & (len(self.cells.header) >= MIN_COLUMNS) & (found.sum() >= relevance.SEVERAL)

    def are_words_alone(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet with only words in the column of days, and none about a call, or a key:
        Prepared by SB; CB = callback."""
        found = np.zeros(self.cells.n, bool)
        for name in self.columns_of("date"):
            found |= self.cells.is_empty(but=[(name,)]) & rows_where(_are_words, self.cells.texts((name,)))
        return found

    def are_remarks(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet with a day and one remark that mentions no call: Office closed, holiday.

        A remark that no one called may have a name next to it, such as the writer's. If it is in a column of remarks,
        it may have anything next to it that is not about a call. A row with a callback is kept either way.
        """
        days, clocks = self.columns_of("date", "number") | self.calendar(), self.columns_of("time")
        callers = self.columns_of("caller_role") - days
        if len(self.cells.header) < MIN_COLUMNS:
            return np.zeros(self.cells.n, bool)
        filled, remarks, explicit, names, timed = np.zeros((5, self.cells.n), int)
        unread = {name for column in self.unread() for name in column}
        is_bare, is_noted = self.are_bare("date", "time"), np.zeros(self.cells.n, bool)
        for name in self.cells.header:
            if name in days:
                continue
            texts = self.cells.texts((name,))
            if name in callers:  # a caller's name is not a call; but the cell may say that no one called
                is_off = rows_where(free_words.is_without_call, texts)
                filled, remarks = filled + is_off, remarks + is_off
                continue
            filled += (texts.codes != EMPTY) & ~rows_where(contents.KINDS.weekday.fullmatch, texts)
            timed += (texts.codes != EMPTY) & (name in clocks)
            remarks += rows_where(partial(_is_remark, is_clock=name in clocks), texts)
            explicit += (says_none := rows_where(free_words.says_no_one_called, texts))
            is_noted |= says_none & (name in unread)
            names += rows_where(_WORDS.name.fullmatch, texts)
        is_remark = (filled == 1) & (remarks == 1) | (explicit == 1) & (names < 2) & (filled == 1 + names + timed)
        has_callback, came = np.zeros((2, self.cells.n), bool)
        for part in self.fmt.parts:
            has_callback |= (holds := self.cells.fits(part.when))
            came |= holds & ~rows_where(denies_callbacks, self.cells.joined(part.columns["date"].columns))
        return is_remark & ~has_callback | is_noted & is_bare & ~came

    def are_unwanted(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet about an unwanted call, such as spam, without a wait or an outcome.

        Rows about a letter also count if nothing else in them is about a call.
        """
        reasons = self.columns_of("reason", "matter")
        ends = self.columns_of("wait", "agent_name", "agent_id", "sr_number", "outcome", "promised", "ended") - reasons
        of_calls = self.columns_of("time", "agent_name", "agent_id", "sr_number", "outcome", "wait_outcome", "promised")
        unwanted = self.where(is_unwanted_call, set(self.cells.header) - reasons)
        ended = self.where(lambda text: len(text) > 3 and _is_filled(text) and not is_unwanted_call(text), ends)
        called = self.where(lambda text: not is_written(text), of_calls) | self.where(bool, self.columns_of("wait"))
        return unwanted & ~ended | self.where(is_written) & ~called

    def are_of_cases(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet about a client, a hearing, or a decision, without a call by the office."""
        beside = self.columns_of("date", "time", "reason", "matter", "caller_role")
        others = set(self.cells.header) - beside
        directions = self.columns_of("kind") - self.columns_of("line")
        of_calls = "wait agent_name agent_id sr_number tier outcome wait_outcome promised told duration_s".split()
        waits = self.columns_of("wait") - beside
        of_ours = self.columns_of(*of_calls) - beside - waits - directions
        ours = np.zeros(self.cells.n, bool)
        for names, says in (
            (waits, _has_figure),
            ((directions - waits) & others, is_outgoing),
            (of_ours, _is_filled),
            (others - waits - directions - of_ours, free_words.tells_of_call),
        ):
            for texts in (self.cells.texts((name,)) for name in names):
                ours |= rows_where(says, texts) & ~rows_where(free_words.is_of_case, texts)
        return self.where(free_words.is_of_case, others) & ~ours

    def are_to_come(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet without a day or anything about a call: a client to call about later.

        None if any row without a day is about a call: then a day may be written once for several calls.
        """
        of_calls, undated = (
            ~self.are_bare()
            | self.where(lambda text: free_words.tells_of_call(text) and not _WORDS.call_to_come.fullmatch(text)),
            np.zeros(self.cells.n, bool),
        )
        for name in self.columns_of("date"):
            undated |= (self.cells.texts((name,)).codes == EMPTY) & self.free
        for part in self.fmt.parts:
            of_calls |= self.cells.fits(part.when)
        return undated & ~(undated & of_calls).any()

    def are_of_another(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet that say another row has their call: (same call); entered twice, ignore.

        A row of the first kind says nothing else about a call; if it says so instead of a wait or an agent, it may give
        a day and what was asked. A row of the second kind matches an earlier row, or one without such words, with the
        same date and time and no differing cell.
        """
        subjects = self.columns_of("reason", "matter", "sr_number")
        twice = self.where(_WORDS.entered_twice.fullmatch, set(self.cells.header) - subjects)
        of_call = self.columns_of("wait", "duration_s", "agent_name", "agent_id")
        asked = ("outcome", "wait_outcome", "promised", "told", "sr_number")
        is_part = self.where(_WORDS.same_call.fullmatch, of_call) & self.are_bare("date", "time", *asked)
        # A promise, a loss, or a number is more than a question.
        is_part &= ~self.where(free_words.outcome_in, self.columns_of(*asked))
        is_part &= ~self.where(partial(re.search, r"\d"), self.columns_of(*asked))
        return (self.where(_WORDS.same_call.fullmatch) & self.are_bare()) | is_part | self.have_doubles(twice)

    def are_bare(self, *but: str) -> np.ndarray:
        """Mask of rows with nothing about a call except the words that it is the same one; ``but`` are ignored."""
        of_calls = "date time wait agent_id agent_name sr_number outcome wait_outcome promised told".split()
        looked_at = self.columns_of(*(target for target in of_calls if target not in but))
        nothing = (placeholder, _WORDS.same_call.fullmatch, _WORDS.call_to_come.fullmatch)
        return ~self.where(lambda text: not any(says(text) for says in nothing), looked_at)

    def have_doubles(self, twice: np.ndarray) -> np.ndarray:
        """Mask of the rows, among those that say they were entered twice, whose other entry is found."""
        found = np.zeros_like(twice)
        moments = [self.cells.texts((name,)) for name in sorted(self.columns_of("date", "time"))]
        beside = set(self.cells.header) - self.columns_of("date", "time", "number")
        others = [self.cells.texts((name,)) for name in sorted(beside)]
        for row in np.flatnonzero(twice).tolist():
            when = [texts.text_of(row) for texts in moments]
            if len(when) < 2 or not all(re.search(r"\d", text or "") for text in when):  # a day may have several
                continue
            for other in range(self.cells.n):
                is_first = other != row and (other < row or not twice[other]) and not found[other]
                if is_first and when == [texts.text_of(other) for texts in moments]:
                    pairs = ((texts.text_of(row), texts.text_of(other)) for texts in others)
                    found[row] |= all(
                        mine in (None, theirs) or _WORDS.entered_twice.fullmatch(mine or "") for mine, theirs in pairs
                    )
        return found

    def are_sums(self) -> np.ndarray:
        """Mask of rows of a hand-kept sheet without a day or time that hold labeled sums, or sums of rows above."""
        sums = np.zeros(self.cells.n, bool)
        is_undated = self.free.copy()
        for name in self.columns_of("date", "time"):
            is_undated &= self.cells.texts((name,)).codes == EMPTY
        columns = [self.cells.texts((name,)) for name in self.cells.header]
        shares = self.may_be_shares(is_undated)
        for row in np.flatnonzero(is_undated).tolist():
            texts = [(column, text) for column in columns if (text := column.text_of(row)) is not None]
            figures = [(column, text) for column, text in texts if not is_part(text)]
            sums[row] = is_sum([text for _, text in texts], may_be_share=bool(shares[row])) or (
                0 < len(figures) <= MAX_UNLABELED_SUMS
                and any(
                    all(is_sum_of(text, [column.text_of(each) for each in above]) for column, text in figures)
                    for above in _rows_summed(row, sums)
                )
            )
        return sums

    def may_be_shares(self, is_undated: np.ndarray) -> np.ndarray:
        """Mask of the rows in which 2 of 2 may be a share of all calls: after the last day, without an agent.

        If rows with a day also have such a cell in that column, it counts attempts.
        """
        may_be = np.arange(self.cells.n) > np.flatnonzero(self.free & ~is_undated).max(initial=-1)
        for name in self.cells.header:
            texts = self.cells.texts((name,))
            parts = rows_where(is_part, texts)
            may_be &= ~parts | ~(parts & ~is_undated).any()
        for name in self.columns_of("agent_name", "agent_id"):
            texts = self.cells.texts((name,))
            may_be &= (texts.codes == EMPTY) | rows_where(is_part, texts)
        return may_be

    def columns_of(self, *targets: str) -> set[str]:
        """The columns of the sheet from which these targets are read."""
        rules = (self.fmt.columns[target] for target in targets if target in self.fmt.columns)
        return {
            name for rule in rules for column in rule.all_columns if (name := self.cells.name_of(column)) is not None
        }

    def put_aside(self, mask: np.ndarray, reason: str) -> None:
        """Set aside the rows of a mask that are not assigned yet."""
        self.aside.append((np.flatnonzero(mask & self.free), reason))
        self.free &= ~mask

    # ---- rows that are something ----------------------------------------------------------------

    def notices(self, layout: Notices) -> pa.Table:
        rows = np.flatnonzero(self.free & self.cells.fits(layout.when))
        chosen = self.cells.rows(rows)
        agencys, columns, problems = sort_out_notices(chosen, layout.columns, self.settings, self.agency)
        self.put_aside(np.isin(np.arange(self.cells.n), rows[~agencys]), layout.otherwise)
        rows = rows[agencys]
        self.free[rows] = False
        self.rejected.append((rows, problems))
        if self.fmt.makes == "notices":  # such a file may hold other messages
            self.put_aside(np.ones(self.cells.n, bool), layout.otherwise)
        return self.table_of("notices", columns, rows[~problems.rejected])

    def calls(self, group: np.ndarray | None) -> dict[str, pa.Table]:
        size, begun = np.ones(self.cells.n, np.int16), None
        if group is not None and self.fmt.legs is not None:
            is_master, size = calls.master_rows(self.cells, self.fmt.legs, group, self.free, self.start)
            if not self.fmt.legs.above:
                rules = self.fmt.columns
                begun = calls.with_first_starts(self.cells, group, self.free, is_master, self.start, rules, self.agency)
            self.put_aside(~is_master, "leg")
        rows = np.flatnonzero(self.free)
        by_time = (size > 1) & self.by_time
        begun = begun.rows(rows) if begun is not None else None
        columns, kept, problems = calls.build(
            self.cells.rows(rows), self.fmt, self.settings, self.agency, size[rows], by_time[rows], begun
        )
        self.rejected.append((rows, problems))
        return {"calls": self.table_of("calls", columns, rows[kept])}

    def entries(self) -> dict[str, pa.Table]:
        rows = np.flatnonzero(self.free)
        chosen = self.cells.rows(rows)
        passed = self.dates_passed(rows)
        other = self.names_other[rows]
        columns, kept, problems = entries.build(
            chosen, self.fmt, self.settings, self.agency, self.name(), passed, other
        )
        self.rejected.append((rows, problems))
        return {"entries": self.table_of("entries", columns, rows[kept])}

    def dates_passed(self, rows: np.ndarray) -> dict[int, str]:
        """For each of these rows, the date of the last call set aside between it and the row before it."""
        calls = [set_aside for set_aside, reason in self.aside if reason in ("other_agency", "no_call")]
        days = [self.cells.texts((name,)) for name in self.columns_of("date")]
        if not calls or len(days) != 1:
            return {}
        dated = [row for row in np.sort(np.concatenate(calls)).tolist() if days[0].codes[row] != EMPTY]
        next_row = dict(zip(dated, np.searchsorted(rows, dated).tolist(), strict=True))
        return {row_below: days[0].text_of(row) or "" for row, row_below in next_row.items()}

    def name(self) -> str:
        """The sheet's name, from its tab, else from a file name with a year; else a year found in the sheet or book."""
        file = getattr(self.table.files[0], "shown", "")
        # If a name has several numbers, one may be part of a day or of a matter, so none is surely the year.
        is_of_calls = _WORDS.year_by_itself.search(file) and not _WORDS.stamp.search(file)
        of_file = file if is_of_calls or len(re.findall(r"\d{2,}", file)) == 1 else ""
        is_named = bool(re.search(r"\d", relevance.WORDS.unnamed.sub("", self.table.sheet or "")))
        name = self.table.sheet if is_named else of_file or self.table.sheet
        if self.fmt.name != "hand_sheet":
            return name
        if year := self.year_of_two(self.table.sheet if is_named else getattr(self.table.files[0], "stem", "")):
            return year
        if re.search(r"20\d\d", name or ""):
            return name
        return self.year_of_tab() or self.year_alone() or self.year_beside() or name

    def year_of_two(self, name: str) -> str:
        """The year of the first row where a name has two years in a row, 2024-25, and its days pass New Year once."""
        rule, order = self.fmt.columns.get("date"), self.settings.date_order or ""
        first = first_of_two_years(name)
        return dates_of_rows.year_at_start(self.cells, rule, first, order) if first else ""

    def year_of_tab(self) -> str:
        """The year in a tab's name, such as Apr '24 or Apr 24, if its rows show that this is no day; otherwise ""."""
        match = _WORDS.month_and_year.fullmatch((self.table.sheet or "").strip())
        days = self.dates_written()
        if not match or not days:
            return ""
        month, sign, year = match.groups()
        is_day = any(re.search(rf"(?<!\d){year}(?!\d)", text) for text in days)
        today = self.settings.today
        is_past = today is None or int(f"20{year}") <= today.year
        is_year = not is_day if sign else is_past and dates_of_rows.are_of_a_month(days, month, int(year))
        return f"20{year}" if is_year else ""

    def dates_written(self) -> list[str]:
        return [text for name in self.columns_of("date") for text in self.cells.texts((name,)).texts]

    def year_beside(self) -> str:
        """The year that the dates of the book's other sheets show; "" if a name of this one may hold a year."""
        if not self.table.dates_beside or _WORDS.may_be_year.search(f"{self.table.sheet} {self.table.file.stem}"):
            return ""
        rule, order = self.fmt.columns.get("date"), self.settings.date_order or ""
        return dates_of_rows.year_beside(self.cells, rule, self.table.dates_beside, order)

    def year_alone(self) -> str:
        """The one year alone in a row, Year: 2024 (fall), or in a title above: Calls, Feb-Apr 2024; "" if not one."""
        columns = [self.cells.texts((name,)) for name in self.cells.header]
        filled = sum((texts.codes != EMPTY).astype(int) for texts in columns)
        alone = (texts.text_of(row) or "" for row in np.flatnonzero(filled == 1).tolist() for texts in columns)
        found = {match[1] for text in alone if (match := _WORDS.year_alone.fullmatch(text.strip()))}
        found = found or self.years_of_titles()
        return found.pop() if len(found) == 1 else ""

    def years_of_titles(self) -> set[str]:
        """The years in titles above the rows that mention a log, calls, or the agency, as a name and address do not."""
        titles = [cells[0] for cells in self.table.around if len(cells) == 1]
        titles += [title for title in self.table.header[:1] if all(title in name for name in self.table.header)]
        titles = [title for title in titles if not _WORDS.stamp.search(title)]
        stating = [title for title in titles if "log" in tokens(title) or relevance.mentions_calls([title])]
        stating += [title for title in titles if relevance.names_agency([title])]
        matches = (match for title in stating for match in _WORDS.year_of_calls.finditer(title))
        days = self.dates_written()
        of_days = {dates_of_rows.headed_year(title) for title in titles if dates_of_rows.is_of_first(title, days)}
        return {next(filter(None, match.groups())) for match in matches} | of_days

    # ---- tables ---------------------------------------------------------------------------------

    def table_of(self, name: str, columns: dict[str, pa.Array], rows: np.ndarray) -> pa.Table:
        constants = {
            "office_id": _repeated(self.settings.office_id, len(rows)),
            "format": _repeated(self.fmt.name, len(rows)),
        }
        constants |= {"source_id": self.source(rows), "source_row": pa.array(self.table.rows[rows], pa.int32())}
        return schema.build(name, constants | columns)

    def source(self, rows: np.ndarray) -> pa.DictionaryArray:
        return numbered_words(self.sources, self.table.member[rows])

    def aside_table(self) -> pa.Table:
        odd = [o for o in self.table.odd if o.outcome == "set_aside"]
        rows = np.concatenate([np.zeros(0, int), *(rows for rows, _ in self.aside)])
        reasons = [_repeated(reason, len(rows)).cast(STRING) for rows, reason in self.aside]
        all_reasons = pa.concat_arrays([*reasons, pa.array([o.reason for o in odd], STRING)])
        return _by_row(schema.build("set_aside", self.placed(rows.astype(int), odd) | {"reason": all_reasons}))

    def reject_table(self) -> pa.Table:
        odd = [o for o in self.table.odd if o.outcome != "set_aside"]
        entries = [(int(rows[row]), *rest) for rows, problems in self.rejected for row, *rest in problems.rejects()]
        columns = self.placed(np.array([row for row, *_ in entries], int), odd)
        entries += [(0, None, o.reason, o.found or None, o.wanted) for o in odd]
        for index, name in enumerate(("column", "reason", "found", "wanted"), 1):
            columns[name] = [reject[index] for reject in entries]
        return _by_row(schema.build("rejects", columns))

    def cell_remarks(self, what: str) -> list[tuple[str, str, str, tuple[int, ...]]]:
        """The cells of kept rows that were left out (``doubts``) or must be ``asked`` about."""
        found = []
        for rows, problems in self.rejected:
            for first, second, text, indices in getattr(problems, what):
                staying = rows[indices[~problems.rejected[indices]]]
                if len(staying):
                    found.append((first, second, text, tuple(self.table.rows[staying].tolist())))
        return found

    def placed(self, rows: np.ndarray, odd: list) -> dict:
        """Office, source, and row number of rows of the table and of odd rows."""
        theirs = pa.array([self.sources[o.member] for o in odd], STRING)
        sources = pa.concat_arrays([self.source(rows).cast(STRING), theirs])
        shown = np.concatenate([self.table.rows[rows], np.array([o.row for o in odd], np.int32)])
        constants = {"office_id": _repeated(self.settings.office_id, len(shown)), "source_id": sources}
        return constants | {"row": pa.array(shown, pa.int32())}


def _rows_summed(row: int, sums: np.ndarray) -> list[list[int]]:
    """The rows that a total may sum: all above it, or those since the previous total; totals are never summed."""
    above = [each for each in range(row) if not sums[each]]
    last = int(np.flatnonzero(sums[:row]).max(initial=-1))
    return [above, [each for each in above if each > last]]


def _is_filled(text: str) -> bool:
    return not placeholder(text)


def _has_figure(text: str) -> bool:
    """Whether a wait is logged, even if it is 0."""
    return any(map(str.isdigit, text)) or _is_filled(text)


def _is_remark(text: str, *, is_clock: bool) -> bool:
    """Whether a text alone next to its date mentions no call."""
    return free_words.is_remark_alone(text) or is_day_off(text, is_clock=is_clock)


def _repeated(word: str, n: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), pa.array([word], STRING))


def _by_row(table: pa.Table) -> pa.Table:
    return table.sort_by([("source_id", "ascending"), ("row", "ascending")])


# ---- texts and emails of the agency ----------------------------------------------------------------------------------

REPLY = "reply_out"
ANSWER_WITHIN = np.timedelta64(1, "D")  # for a sender known by words alone; later texts may be about another matter


def sort_out_notices(
    cells: Cells, rules: dict[str, Rule], settings, agency
) -> tuple[np.ndarray, dict[str, pa.Array], Problems]:
    """Find messages of the agency and answers to it. Return their mask, their columns without the source, and problems.

    The columns leave out rejected rows; the problems cover only these messages.
    """
    sender, body = read(rules["sender"], cells), read(rules.get("body"), cells)
    moments = read_clock(rules, cells, settings, Problems(cells.n)).local
    addresses = sender.converted(lambda text: e164(text) or " ".join(text.casefold().split())).objects("")
    messages = list(zip(addresses, body.objects(""), moments.astype("M8[D]").tolist(), strict=True))
    found = {each: agency.sender_of_message(each[0] or "", each[1] or "", each[2]) for each in set(messages)}
    known = [found[each] for each in messages]
    by_address = sender.converted(lambda text: "email" if "@" in text else "text").objects("text")
    channel = np.array([c if s is None else s.channel for c, s in zip(by_address, known, strict=True)], object)
    kind = np.array([None if each is None else each.kind for each in known], object)
    is_ours = read(rules.get("direction"), cells).without_problems().objects("inbound") == "outbound"
    kind[is_ours] = None
    # An email from the office may be about anything; a text to an agency's sender answers it.
    kind[_are_replies(known, addresses, moments, is_ours) & (channel == "text")] = REPLY
    is_agencys = np.array([word is not None for word in kind], bool)
    rows = np.flatnonzero(is_agencys)
    chosen, problems = cells.rows(rows), Problems(len(rows))
    if "sr_number" in rules:
        numbers = read(rules["sr_number"], chosen).without_problems()
    else:
        numbers = read(rules.get("body"), chosen).converted(
            lambda text: (match := _WORDS.number_named.search(text)) and match[1]
        )
    columns = read_clock(rules, chosen, settings, problems).columns() | {
        "channel": pa.array(channel[rows], STRING),
        "kind": pa.array(kind[rows], STRING),
        "our_number": read(rules.get("our_number"), chosen).without_problems().array(STRING),
        "sr_number": numbers.array(STRING),
    }
    columns = {name: column.filter(pa.array(~problems.rejected)) for name, column in columns.items()}
    keys = [columns["started_at_local"].cast(pa.int64()), columns["channel"], columns["kind"]]
    columns["notice_id"] = ids.make(settings.office_id, keys, [columns["sr_number"]])
    return is_agencys, columns, problems


def _are_replies(known: list, addresses: np.ndarray, moments: np.ndarray, is_ours: np.ndarray) -> np.ndarray:
    """Mask of the office's messages to an agency address, or within a day after a message identified by words alone."""
    by_words: dict[str, list[np.datetime64]] = {}
    for row in np.flatnonzero(~is_ours):
        if known[row] is not None and not known[row].address:
            by_words.setdefault(addresses[row], []).append(moments[row])
    found = np.zeros(len(known), bool)
    for row in np.flatnonzero(is_ours):
        since = (moments[row] - moment for moment in by_words.get(addresses[row], ()))
        found[row] = known[row] is not None and bool(known[row].address)
        found[row] |= any(np.timedelta64(0, "s") <= gap <= ANSWER_WITHIN for gap in since)
    return found
