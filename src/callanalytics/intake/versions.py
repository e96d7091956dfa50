"""A hand log is a living sheet: which of two states of it is the newer, and what changed between them.

Two files are states of one sheet if they have one format and agree on more than half of the rows of the shorter.
A row is known by its moment and kind (its id); one whose moment was corrected by what stands around it and in it.

Which state is the newer is decided by the first of these that tells:

==========  ==================================================================================================
`more`      one has every row of the other, with all that is filled in there, and more
`later`     one goes on after the last day of the other
`filled`    in the rows of both, one has more cells filled in
`saved`     the workbooks say when they were saved
`order`     nothing tells: the one read last (in one run, the one with more rows)
==========  ==================================================================================================

A sheet only grows, as a rule; so a shorter one never wipes a longer one unless a person says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import pyarrow as pa

NOT_FACTS = set(
    "office_id note_id source_id source_row part format started_at_utc started_at_local timezone timezone_source "
    "clock_flag kind follows warnings wait_grid_s started_precision_s time_of wait_from callback_extension".split()
)
# Of the row itself, what hardly two rows have in common.
TELLING = [f"0 {name}" for name in "wait_s duration_s agent_name agent_id sr_number matter receipt".split()]
UNSAID = (None, "unknown")  # what a cell left empty becomes


@dataclass(frozen=True)
class Row:
    """One row of the sheet: its id, where it stands, its moment, and what is filled in (further contacts too)."""

    id: str
    place: tuple
    number: int
    kind: str
    start: datetime | None
    facts: dict

    def agrees(self, other: Row) -> bool:
        """Whether the two tell of one contact: no more cells contradict each other than are the same."""
        both = self.facts.keys() & other.facts.keys()
        return 2 * sum(self.facts[name] == other.facts[name] for name in both) >= len(both)

    def is_like(self, other: Row) -> bool:
        """Whether the other may be this row with its moment corrected."""
        on_one_day = self.start and other.start and self.start.date() == other.start.date()
        own = sum(name in self.facts and self.facts[name] == other.facts.get(name) for name in TELLING)
        return self.kind == other.kind and self.agrees(other) and (bool(on_one_day) or own >= 2)

    def lacks(self, other: Row) -> bool:
        """Whether the other has something filled in that this one has not."""
        return bool(other.facts.keys() - self.facts.keys())


@dataclass(frozen=True, eq=False)
class State:
    """What one file said of a hand log. ``saved`` is when, if the file itself says so."""

    id: str
    shown: str
    format: str
    notes: pa.Table
    saved: datetime | None = None

    @cached_property
    def rows(self) -> list[Row]:
        """The rows in the order of the sheet."""
        heads: dict[tuple, dict] = {}
        facts: dict[tuple, dict] = {}
        for note in self.notes.to_pylist():
            place = note["source_id"], note["source_row"]
            told = {f"{note['part']} {k}": v for k, v in note.items() if k not in NOT_FACTS and v not in UNSAID}
            facts.setdefault(place, {}).update(told)
            if note["part"] == 0:
                heads[place] = note
            else:
                facts[place][f"{note['part']} start"] = note["started_at_local"]
        return [_row(place, heads[place], facts[place]) for place in sorted(heads)]

    @cached_property
    def last(self) -> datetime | None:
        return max((row.start for row in self.rows if row.start), default=None)


def _row(place: tuple, note: dict, facts: dict) -> Row:
    return Row(note["note_id"], place, note["source_row"], note["kind"], note["started_at_local"], facts)


@dataclass(frozen=True, eq=False)
class Pairing:
    """Two states side by side: rows known by their id, rows whose moment differs, and the rows of one alone."""

    known: list[tuple[Row, Row]]
    moved: list[tuple[Row, Row]]
    left: list[Row]
    right: list[Row]

    @property
    def pairs(self) -> list[tuple[Row, Row]]:
        return self.known + self.moved


@dataclass(frozen=True)
class Version:
    """A hand log that took the place of an older state of it: what the receipt tells. ``by`` is the evidence."""

    newer: str
    older: str
    by: str
    same: int
    changed: int
    added: int
    removed: tuple[tuple[int, datetime | None], ...] = field(default=())

    def to_json(self) -> dict:
        told = {name: getattr(self, name) for name in ("newer", "older", "by", "same", "changed", "added")}
        return told | {"removed": [row for row, _ in self.removed]}


def pairing(left: State, right: State) -> Pairing:
    """The rows of two states of a sheet, each with its counterpart."""
    of_right = {row.id: row for row in right.rows}
    known = [(row, of_right[row.id]) for row in left.rows if row.id in of_right and row.agrees(of_right[row.id])]
    before_left = _before(left.rows, {a.place: a.id for a, _ in known})
    before_right = _before(right.rows, {b.place: b.id for _, b in known})
    moved = []
    for gap, rows in before_left.items():
        others = before_right.get(gap, [])
        for row in list(rows):
            twin = next((other for other in others if row.is_like(other)), None)
            if twin:
                moved.append((row, twin))
                rows.remove(row)
                others.remove(twin)
    alone = [sorted((r for rows in gaps.values() for r in rows), key=_place) for gaps in (before_left, before_right)]
    return Pairing(known, moved, *alone)


def _place(row: Row) -> tuple:
    return row.place


def _before(rows: Sequence[Row], known: dict[tuple, str]) -> dict[str, list[Row]]:
    """The rows without a counterpart, by the last one above them that has one."""
    gaps: dict[str, list[Row]] = {}
    above = ""
    for row in rows:
        if row.place in known:
            above = known[row.place]
        else:
            gaps.setdefault(above, []).append(row)
    return gaps


def are_of_one_sheet(left: State, right: State, pairs: Pairing) -> bool:
    """Whether two files are states of one hand log."""
    fewer = min(len(left.rows), len(right.rows))
    return left.format == right.format and 2 * len(pairs.known) > fewer


def evidence(left: State, right: State, pairs: Pairing) -> tuple[bool, str]:
    """Whether the left state is the newer, and what tells. Where nothing does: ``order``, and yes."""
    more = [
        not theirs and bool(mine or gains) and not losses
        for mine, theirs, gains, losses in (
            (pairs.left, pairs.right, _gains(pairs, 0), _gains(pairs, 1)),
            (pairs.right, pairs.left, _gains(pairs, 1), _gains(pairs, 0)),
        )
    ]
    if any(more):
        return more[0], "more"
    later = [_goes_on(pairs.left, right), _goes_on(pairs.right, left)]
    if later[0] != later[1]:
        return later[0], "later"
    filled = sum(len(a.facts) - len(b.facts) for a, b in pairs.pairs)
    if filled:
        return filled > 0, "filled"
    if left.saved and right.saved and left.saved != right.saved:
        return left.saved > right.saved, "saved"
    return True, "order"


def _gains(pairs: Pairing, side: int) -> int:
    """In how many rows of both the one side has something filled in that the other lacks."""
    return sum(pair[1 - side].lacks(pair[side]) for pair in pairs.pairs)


def _goes_on(alone: Sequence[Row], other: State) -> bool:
    """Whether some of the rows that one state alone has lie after the other's last day."""
    last = other.last
    return last is not None and any(row.start and row.start.date() > last.date() for row in alone)


def told(newer: State, older: State, pairs: Pairing, by: str) -> Version:
    """What changed from the older state to the newer; ``pairs`` has the newer on the left."""
    same = sum(a.facts == b.facts for a, b in pairs.known)
    return Version(
        newer.shown,
        older.shown,
        by,
        same,
        len(pairs.pairs) - same,
        len(pairs.left),
        tuple((row.number, row.start) for row in pairs.right),
    )
