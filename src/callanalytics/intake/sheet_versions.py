"""Versions of a hand log, which people keep editing: which state is newer, and what happened to each row.

Each file is one *state* of a sheet: all of it, or the rows of some days. Two files are states of one sheet if they have
the same format and, in the period that both cover, agree on more than half of the rows of the shorter one. Also, nearly
every row of one of them must have a counterpart (`MAX_SHARE_OWN`): if each has rows of its own, two people keep two
logs. A row is recognized by its time and kind (its id) or by identical content; a row whose time was corrected, by its
neighbors and content. Rows agree if their content does: the same minute is not enough.

The first of these tests that gives an answer decides which of two states is newer:

==========  ==================================================================================================
`said`      a person says so (``--replaces``)
`later`     one goes on to a later day
`saved`     both are workbooks that say when they were saved
`more`      one has more rows in the period that both cover
`filled`    one has more cells filled in in that period
`order`     no test decides: the one accepted last (in one run, the one with more rows, then the later name)
==========  ==================================================================================================

So the order in which files are read decides only if nothing else does.

* If several states describe a row differently, the reading that appeared last counts: an older state that is read again
  does not bring an old reading back.
* A row is *removed* if a newer state lacks it although that state covers its time: strictly between its own first and
  last row, because an export may begin or end within a day. Rows outside stay as the older state has them.
* If more than `MAX_REMOVED` rows, and more than `MAX_SHARE_REMOVED` of the older state's rows in the common period, are
  removed at once, they stay, and a question asks about them. A person rarely deletes so many; a filter, another tab, or
  another person's sheet does. With fewer than 50 such rows, the limit is a tenth of them instead of `MAX_REMOVED`.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, cmp_to_key

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.facts.arrays import without_misdated
from callanalytics.ids import are_other_clients
from callanalytics.store.merge import EXACT_S, RARELY_SHARED

MAX_REMOVED, MAX_SHARE_REMOVED = 5, 0.05
MAX_SHARE_OWN = 0.1  # rows only in one state, as a share of the rows in common, up to which two files are one sheet
MAX_COLUMNS_LOST = 1  # columns that a newer state may lack; a separate ledger of callbacks, for example, has no waits
NOT_FACTS = set(
    "office_id entry_id source_id source_row item format started_at_utc started_at_local timezone timezone_source "
    "dst_flag kind parent_entry_id warnings wait_rounding_s started_precision_s time_refers_to wait_origin "
    "callback_extension".split()
)
HEAD = ("entry_id", "source_row", "kind", "started_at_local", "started_precision_s")
IDENTIFYING = [f"0 {name}" for name in RARELY_SHARED]  # facts of the row itself that two rows rarely share
UNSTATED = (None, "unknown")  # values that an empty cell becomes
TRIES = 50  # candidates tried for a row with a corrected time; more would show nothing
STATED, ORDER = "said", "order"


@dataclass(frozen=True, eq=False)
class Row:
    """One row of the sheet: its id, place, time, and filled-in cells (including further contacts)."""

    id: str
    key: tuple
    number: int
    kind: str
    start: datetime | None
    is_exact: bool  # its time is the call's own, and not just the day or the hour
    facts: dict

    @cached_property
    def reading(self) -> tuple:
        """The whole content of the row: rows with the same reading describe one contact in the same words."""
        return self.kind, self.start, frozenset(self.facts.items())

    def agrees(self, other: Row) -> bool:
        """Whether the two describe one contact: at least as many cells are equal as differ."""
        # A correction changes a cell or two of a row; another contact differs in nearly all of them.
        both = self.facts.keys() & other.facts.keys()
        return 2 * sum(self.facts[name] == other.facts[name] for name in both) >= len(both)

    def is_surely(self, other: Row) -> bool:
        """Whether a row with the same id shows that two files are states of one sheet.

        It does if no cell differs, or more cells are equal than differ, among the identifying cells, or among all if
        there are none. The id alone is not enough: two people of an office may each call on that day, or at nine sharp,
        and both calls may be resolved. Another client's name is not enough to tell two apart: it may be spelled anew.
        """
        filled = self.facts.keys() & other.facts.keys()
        identifying = filled & {*IDENTIFYING}
        both = {name for name in identifying if not are_other_clients(self.facts[name], other.facts[name])}
        both = both or (filled if self.is_exact else identifying or filled)
        same = sum(self.facts[name] == other.facts[name] for name in both)
        return same == len(both) or 2 * same > len(both)

    def is_like(self, other: Row) -> bool:
        """Whether the other may be this row with its time corrected."""
        on_one_day = self.start and other.start and self.start.date() == other.start.date()
        own = sum(name in self.facts and self.facts[name] == other.facts.get(name) for name in IDENTIFYING)
        is_alike = self.kind == other.kind and self.agrees(other) and self.is_surely(other)
        return is_alike and (bool(on_one_day) or own >= 2)

    def marks(self) -> list[tuple]:
        """Keys that rows must share for `is_like` to hold: the same day, or two equal identifying cells."""
        marks = [(name, self.facts[name]) for name in IDENTIFYING if name in self.facts]
        day = [(self.kind, self.start.date())] if self.start else []
        return day + [(self.kind, *pair) for pair in itertools.combinations(marks, 2)]


@dataclass(frozen=True, eq=False)
class State:
    """The content of a hand log in one file.

    ``saved`` is when it was saved, if the file itself says so. ``keeps`` means that no row is removed because this file
    lacks it. ``replaced_by`` is the state that a person says replaces it.
    """

    id: str
    shown: str
    format: str
    entries: pa.Table
    saved: datetime | None = None
    keeps: bool = False
    replaced_by: str = ""

    @cached_property
    def rows(self) -> list[Row]:
        """The rows in the order of the sheet."""
        entries = self.entries
        filled = [name for name in entries.column_names if entries.column(name).null_count < entries.num_rows]
        compared = [name for name in filled if name not in NOT_FACTS]
        heads: dict[tuple, list] = {}
        facts: dict[tuple, dict] = defaultdict(dict)
        for row in entries.select([*{*filled, *HEAD, "source_id", "item"}]).to_pylist():
            key, part = (row["source_id"], row["source_row"]), row["item"]
            facts[key] |= {f"{part} {name}": row[name] for name in compared if row[name] not in UNSTATED}
            if part == 0:
                heads[key] = [row[name] for name in HEAD]
            else:
                facts[key][f"{part} start"] = row["started_at_local"]
        rows = []
        for key in sorted(heads):
            entry_id, number, kind, start, precision = heads[key]
            is_exact = precision is not None and precision <= EXACT_S
            rows.append(Row(entry_id, key, number, kind, start, is_exact, facts[key]))
        return rows

    @cached_property
    def starts(self) -> list[datetime]:
        """The times of its rows in order, without those after the day of reading, which are errors."""
        heads = without_misdated(self.entries)
        heads = heads.filter(pc.equal(heads.column("item"), 0))
        return sorted(heads.column("started_at_local").drop_null().to_pylist())

    def speaks_of(self, start: datetime | None) -> bool:
        """Whether the state covers this time: strictly between its first and last row."""
        return bool(start and self.starts and self.starts[0] < start < self.starts[-1])

    def rows_between(self, first: datetime, last: datetime) -> int:
        """How many rows are in this period, both ends included."""
        return bisect_right(self.starts, last) - bisect_left(self.starts, first)

    def filled_between(self, first: datetime, last: datetime) -> int:
        """How many cells are filled in in the rows of this period."""
        starts, filled = self._filled
        return filled[bisect_right(starts, last)] - filled[bisect_left(starts, first)]

    @cached_property
    def _filled(self) -> tuple[list[datetime], list[int]]:
        filled = sorted((row.start, len(row.facts)) for row in self.rows if row.start)
        return [start for start, _ in filled], [0, *itertools.accumulate(n for _, n in filled)]


# ---- which is the newer ------------------------------------------------------------------------------------------


def evidence(one: State, other: State) -> tuple[int, str]:
    """1 if the first state is newer, -1 if the second is, with the deciding test; 0 and ``order`` if none decides."""
    if stated := (other.replaced_by == one.id) - (one.replaced_by == other.id):
        return stated, STATED
    if not (one.starts and other.starts):
        return 0, ORDER
    first, last = common_time(one.starts, other.starts)
    # In the order of the table above: the first test that differs decides.
    tests = {
        "later": _order_of(one.starts[-1].date(), other.starts[-1].date()),
        "saved": _order_of(one.saved, other.saved) if one.saved and other.saved else 0,
        "more": _order_of(one.rows_between(first, last), other.rows_between(first, last)),
        "filled": _order_of(one.filled_between(first, last), other.filled_between(first, last)),
    }
    return next(((order, test) for test, order in tests.items() if order), (0, ORDER))


def _order_of(own, theirs) -> int:
    """1 if the first is greater, -1 if the second is, 0 if they are equal."""
    return (own > theirs) - (own < theirs)


def common_time(one: Sequence[datetime], other: Sequence[datetime]) -> tuple[datetime, datetime]:
    """The period that two sorted lists of times both cover: the later beginning and the earlier end."""
    return max(one[0], other[0]), min(one[-1], other[-1])


def oldest_first(states: Sequence[State]) -> list[State]:
    """The states, oldest first; ``states`` are in the order of acceptance, which decides if nothing else does."""
    # compared() need not be transitive. Sorting from one fixed order gives one result, in whatever order files come.
    plain = sorted(states, key=lambda state: (max(state.starts[-1:], default=datetime.min), len(state.rows)))
    accepted = {state.id: index for index, state in enumerate(states)}

    def compared(one: State, other: State) -> int:
        return evidence(one, other)[0] or accepted[one.id] - accepted[other.id]

    ordered = sorted(plain, key=cmp_to_key(compared))
    # A person's statement about two states holds even if a third state was sorted between them.
    for state in [state for state in ordered if state.replaced_by]:
        ids = [each.id for each in ordered]
        if state.replaced_by in ids and ids.index(state.replaced_by) < ids.index(state.id):
            ordered.remove(state)
            ordered.insert(ids.index(state.replaced_by), state)
    return ordered


# ---- the sheet made from the states -------------------------------------------------------------------------------


@dataclass(eq=False)
class Entry:
    """One contact, as the states of a sheet describe it, oldest first: the index of each state, and its row."""

    tellings: list[tuple[int, Row]] = field(default_factory=list)

    @property
    def latest(self) -> Row:
        return self.tellings[-1][1]


@dataclass(eq=False)
class Sheet:
    """A hand log, combined from its states (their indexes among all), oldest first."""

    states: list[int] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass(eq=False)
class Removal:
    """Rows of one state that a newer one lacks. If ``is_asked``, they stay until a person has answered."""

    older: int
    newer: int
    rows: list[tuple[Entry, Row]]
    is_asked: bool


def _lacks_columns(state: State, entries: Sequence[Entry]) -> bool:
    """Whether a file has too many entirely empty columns that are filled in in most rows that it would replace."""
    filled = Counter(name for entry in entries for name in entry.latest.facts)
    own = {name for row in state.rows for name in row.facts}
    return sum(2 * n >= len(entries) for name, n in filled.items() if name not in own) > MAX_COLUMNS_LOST


class Sheets:
    """All hand logs of an office, combined from their states one after the other.

    ``near`` counts the rows that a state shares with a sheet that it is not a state of, and the rows that only it, and
    only the sheet's last state, has.
    """

    def __init__(self, states: Sequence[State]):
        self.states = oldest_first(states)
        self.sheets: list[Sheet] = []
        self.near: list[tuple[int, int, int, int, int]] = []
        self._rows: list[dict[tuple, Entry]] = []  # by state: the entry of each row
        self._by_id: dict[str, list[tuple[Entry, Sheet]]] = defaultdict(list)
        self._by_reading: dict[tuple, list[tuple[Entry, Sheet]]] = defaultdict(list)
        self._joined: dict[Sheet, Sheet] = {}
        for index in range(len(self.states)):
            self._add_entry(index)

    def sheet_of(self, sheet: Sheet) -> Sheet:
        while sheet in self._joined:
            sheet = self._joined[sheet]
        return sheet

    def _add_entry(self, index: int) -> None:
        state = self.states[index]
        known = self._known(state)
        kin = [sheet for sheet in self.sheets if self._is_kin(index, sheet, known.get(sheet, {}))]
        for other, rows in known.items():
            if other not in kin and (n := sum(map(_is_sure, rows.items()))):
                theirs = len({*self._rows[other.states[-1]].values()} - {*rows.values()})
                self.near.append((index, other.states[-1], n, len(state.rows) - len(rows), theirs))
        sheet = self._united(kin)
        of_row = {row: entry for one in kin for row, entry in known.get(one, {}).items()}
        of_row |= self._moved(state, sheet, of_row)
        entries = {}
        for row in state.rows:
            entry = of_row.get(row)
            if entry is None:
                entry = Entry()
                sheet.entries.append(entry)
            entry.tellings.append((index, row))
            entries[row.key] = entry
            self._by_id[row.id].append((entry, sheet))
            self._by_reading[row.reading].append((entry, sheet))
        sheet.states.append(index)
        self._rows.append(entries)

    def _known(self, state: State) -> dict[Sheet, dict[Row, Entry]]:
        """By sheet, the rows of a state that the sheet already has: identical rows first, then rows with one id."""
        found: dict[Sheet, dict[Row, Entry]] = defaultdict(dict)
        taken: set[Entry] = set()
        # The surest match takes an entry first: same content and id, then same content, then same id.
        rounds = (
            (self._by_reading, lambda row: row.reading, lambda entry, row: entry.latest.id == row.id),
            (self._by_reading, lambda row: row.reading, lambda entry, row: True),
            (self._by_id, lambda row: row.id, lambda entry, row: row.is_exact or entry.latest.agrees(row)),
        )
        for index, key, fits in rounds:
            for row in state.rows:
                for entry, sheet in index.get(key(row), ()):
                    sheet = self.sheet_of(sheet)
                    if self.states[sheet.states[-1]].format != state.format:
                        continue
                    if entry not in taken and row not in found[sheet] and fits(entry, row):
                        found[sheet][row] = entry
                        taken.add(entry)
        return {sheet: rows for sheet, rows in found.items() if rows}

    def _is_kin(self, index: int, sheet: Sheet, known: dict[Row, Entry]) -> bool:
        """Whether a file is a state of the sheet."""
        state, ids = self.states[index], [self.states[each].id for each in sheet.states]
        if any(self.states[each].replaced_by == state.id for each in sheet.states) or state.replaced_by in ids:
            return True
        # Two people may call in the same minute: only rows with the same content make two files one sheet.
        n_sure = sum(map(_is_sure, known.items()))
        if not n_sure or _lacks_columns(state, list(known.values())):
            return False
        known = known | self._moved(state, sheet, known)
        rows, theirs = state.rows, sheet.entries
        # Only the time that both cover counts: an export of one week is a version of a log of two years.
        starts = sorted(entry.latest.start for entry in theirs if entry.latest.start)
        if starts and state.starts:
            first, last = common_time(starts, state.starts)
            rows = [row for row in rows if row.start and first <= row.start <= last]
            theirs = [entry for entry in theirs if entry.latest.start and first <= entry.latest.start <= last]
        # A version has rows added or removed; if each has rows of its own, two people keep two logs.
        met = set(known.values())
        own = min(sum(row not in known for row in rows), sum(entry not in met for entry in theirs))
        return 2 * n_sure > min(len(rows), len(theirs)) and own <= MAX_SHARE_OWN * len(known)

    def _united(self, kin: list[Sheet]) -> Sheet:
        """Several sheets merged into the first; a new sheet if there are none."""
        if not kin:
            self.sheets.append(Sheet())
            return self.sheets[-1]
        sheet, *others = kin
        for other in others:
            sheet.states = sorted({*sheet.states, *other.states})
            sheet.entries += other.entries
            self.sheets.remove(other)
            self._joined[other] = sheet
        return sheet

    def _moved(self, state: State, sheet: Sheet, known: dict[Row, Entry]) -> dict[Row, Entry]:
        """Rows whose time was corrected: without a counterpart on either side, below the same known row, and alike."""
        found: dict[Row, Entry] = {}
        if not known:
            return found
        # A corrected row keeps its neighbors, so only rows below the same known row are compared.
        met = {id(entry) for entry in known.values()}
        gaps = _gaps(state.rows, {row: id(entry) for row, entry in known.items()})
        holders = {entry.tellings[-1][0] for entry in sheet.entries if id(entry) not in met}
        for holder in sorted(holders, reverse=True):
            of_row = self._rows[holder]
            there = [row for row in self.states[holder].rows if row.key in of_row]
            marked = {row: id(of_row[row.key]) for row in there if id(of_row[row.key]) in met}
            for gap, rows in _gaps(there, marked).items() if marked else ():
                own = [row for row in gaps.get(gap, ()) if row not in found]
                for row, theirs in _paired_rows(own, [r for r in rows if of_row[r.key].latest is r]):
                    found[row] = of_row[theirs.key]
        return found

    # ---- what counts ---------------------------------------------------------------------------------------------

    def counted(self, entry: Entry) -> tuple[int, Row]:
        """The state and row that count: the last state that has the reading which appeared last."""
        if len(entry.tellings) == 1:
            return entry.tellings[0]
        tellings = [telling for telling in entry.tellings if not self.states[telling[0]].replaced_by] or entry.tellings
        # A reading keeps the place where it first appeared: an older file that is read again brings none back.
        readings = list(dict.fromkeys(row.reading for _, row in tellings))
        return next(telling for telling in reversed(tellings) if telling[1].reading == readings[-1])

    def n_lacking(self, newer: int, older: int) -> int:
        """How many rows of `older` are not in `newer`, whatever its period: these go if `newer` replaces it."""
        return len({*self._rows[older].values()} - {*self._rows[newer].values()})

    def removals(self) -> list[Removal]:
        """Rows that a newer state lacks, by the last state that has them and the first later one that lacks them."""
        found: dict[tuple[int, int], list] = defaultdict(list)
        for sheet in self.sheets:
            for entry in sheet.entries:
                newest, row = entry.tellings[-1]
                replaced_by = self.states[newest].replaced_by
                later = [(index, self.states[index]) for index in sheet.states if index > newest]
                # A row outside the newer state's period was not deleted: that state may hold only one month.
                removers = (
                    index
                    for index, state in later
                    if state.id == replaced_by or (not state.keeps and state.speaks_of(row.start))
                )
                if (remover := next(removers, None)) is not None:
                    found[newest, remover].append((entry, row))
        return [
            Removal(older, newer, sorted(rows, key=lambda pair: pair[1].key), self._is_asked(older, newer, len(rows)))
            for (older, newer), rows in sorted(found.items())
        ]

    def _is_asked(self, older: int, newer: int, n: int) -> bool:
        left, right = self.states[older], self.states[newer]
        if left.replaced_by == right.id:
            return False
        first, last = common_time(left.starts, right.starts)
        n_rows = left.rows_between(first, last)
        return n > max(MAX_SHARE_REMOVED * n_rows, min(MAX_REMOVED, MAX_SHARE_OWN * n_rows))


def _is_sure(known: tuple[Row, Entry]) -> bool:
    row, entry = known
    return entry.latest.is_surely(row)


def _gaps(rows: Sequence[Row], known: dict[Row, int]) -> dict[int, list[Row]]:
    """The rows without a counterpart, by the last one above them that has one."""
    gaps: dict[int, list[Row]] = defaultdict(list)
    above = 0
    for row in rows:
        if row in known:
            above = known[row]
        else:
            gaps[above].append(row)
    return gaps


def _paired_rows(rows: list[Row], others: list[Row]) -> list[tuple[Row, Row]]:
    """Each row paired with the first of the others that may be the same row, each used once."""
    by_mark: dict[tuple, list[Row]] = defaultdict(list)
    for other in others if rows else ():
        for mark in other.marks():
            by_mark[mark].append(other)
    rank = {other: n for n, other in enumerate(others)}
    found: list[tuple[Row, Row]] = []
    taken: set[Row] = set()
    for row in rows:
        near = {other for mark in row.marks() for other in by_mark.get(mark, ())[:TRIES]} - taken
        match = next((other for other in sorted(near, key=rank.__getitem__) if row.is_like(other)), None)
        if match:
            found.append((row, match))
            taken.add(match)
    return found


# ---- what the receipt reports -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """What the receipt says about a hand log that replaced an older state. ``decided_by`` is the evidence; ``kept`` is
    the number of the older state's rows that stay, because the newer state does not cover their time."""

    newer: str
    older: str
    decided_by: str
    same: int
    changed: int
    added: int
    removed: tuple[tuple[int, datetime | None], ...] = field(default=())
    kept: int = 0

    def to_json(self) -> dict:
        counts = {name: getattr(self, name) for name in ("same", "changed", "added", "kept")}
        data = {"newer": self.newer, "older": self.older, "by": self.decided_by, **counts}
        return data | {"removed": [row for row, _ in self.removed]}


def version(sheets: Sheets, newer: int, older: int, removed: Sequence[Row], kept: int) -> Version:
    """What changed from an older state to a newer one."""
    left, right = sheets.states[newer], sheets.states[older]
    before = {id(sheets._rows[older][row.key]): row for row in right.rows}
    met: Counter[str] = Counter()
    for row in left.rows:
        then = before.get(id(sheets._rows[newer][row.key]))
        met["added" if then is None else "same" if then.reading == row.reading else "changed"] += 1
    gone = tuple((row.number, row.start) for row in removed)
    decided_by = evidence(left, right)[1]
    return Version(left.shown, right.shown, decided_by, met["same"], met["changed"], met["added"], gone, kept)
