"""The rows of one office's two logs as the joining needs them: who called whom, when, for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.facts import matching
from callanalytics.facts.coverage import named_lines
from callanalytics.facts.rows import NAT, NOWHERE, Rows, codes, first_of, take
from callanalytics.facts.timeblock import time_block, time_of_rows
from callanalytics.values import zones


@dataclass(frozen=True)
class Joined:
    """One thing that happened, told by a call, a note or both: their places, NOWHERE where there is none."""

    calls: Rows
    notes: Rows
    call: np.ndarray
    note: np.ndarray
    pairs: matching.Pairs

    def call_column(self, name: str) -> pa.Array:
        return self.calls.take(name, self.call)

    def note_column(self, name: str) -> pa.Array:
        return self.notes.take(name, self.note)

    def either(self, name: str) -> pa.Array:
        """From the call, else from the note."""
        return first_of(self.call_column(name), self.note_column(name))

    def identity(self) -> dict[str, pa.Array]:
        """Which log knows it, and its ids there."""
        return {
            "evidence": _evidence(self.call, self.note),
            "call_id": self.call_column("call_id"),
            "note_id": self.note_column("note_id"),
        }

    def times(self, zone: str) -> dict[str, pa.Array]:
        """The time block: from the phone log where it knows the call, since it has the second."""
        utc, written, flag = time_of_rows(self.notes, self.note)
        exact, shown, call_flag = time_of_rows(self.calls, self.call)
        timed = ~np.isnat(exact)
        is_call = self.call >= 0
        flag = pc.if_else(pa.array(timed), call_flag, flag)
        written = np.where(is_call & ~np.isnat(shown), shown, written)
        return time_block(np.where(timed, exact, utc), written, flag, zone)

    def paired(self, mask: np.ndarray) -> np.ndarray:
        """What is said of each pair, said of each row."""
        said = np.zeros(len(self.call), bool)
        said[: len(mask)] = mask
        return said


def join(calls: Rows, notes: Rows, noted: matching.Noted, logged: matching.Logged, *, far: bool = False) -> Joined:
    """Notes and calls put together: the pairs first, then the calls and the notes that stand alone."""
    pairs = matching.join(noted, logged, far=far)
    lone_call, lone_note = np.ones(len(calls), bool), np.ones(len(notes), bool)
    lone_call[pairs.call], lone_note[pairs.note] = False, False
    lone_call, lone_note = np.flatnonzero(lone_call), np.flatnonzero(lone_note)
    call = np.concatenate([pairs.call, lone_call, np.full(len(lone_note), NOWHERE)])
    note = np.concatenate([pairs.note, np.full(len(lone_call), NOWHERE), lone_note])
    return Joined(calls, notes, call, note, pairs)


def _evidence(call, note) -> pa.Array:
    return take(pa.array(["note", "phone", "both"]), np.where(call < 0, 0, np.where(note < 0, 1, 2)))


# ---- what the joining looks at -------------------------------------------------------------------------


def noted(notes: Rows, numbers: list[str], lines: list[str], answered: np.ndarray) -> matching.Noted:
    at = notes.moments()
    return matching.Noted(
        at=at,
        date=np.where(np.isnat(at), notes.moments("started_at_local"), NAT).astype("M8[D]"),
        precision_s=notes.numbers("started_precision_s"),
        moment=notes.codes("time_of", matching.MOMENTS),
        wait_s=notes.numbers("wait_s"),
        wait_grid_s=notes.numbers("wait_grid_s"),
        duration_s=notes.numbers("duration_s"),
        number=notes.codes("our_number", numbers),
        line=notes.codes("line", lines),
        answered=answered,
    )


def logged(calls: Rows, zone: str, numbers: list[str], lines: np.ndarray, answered: np.ndarray) -> matching.Logged:
    at = calls.moments()
    return matching.Logged(
        at=at,
        date=np.where(np.isnat(at), calls.moments("started_at_local"), zones.to_local(at, zone)).astype("M8[D]"),
        duration_s=calls.numbers("duration_s"),
        precision_s=calls.numbers("duration_precision_s"),
        number=calls.codes("our_number", numbers),
        line=lines,
        answered=answered,
    )


def unknown_answers(rows: Rows) -> np.ndarray:
    return np.full(len(rows), NOWHERE)


def numbers_in(calls: Rows, notes: Rows) -> list[str]:
    """Every number of ours that either log names."""
    told = {*calls.arrow("our_number").unique().to_pylist(), *notes.arrow("our_number").unique().to_pylist()}
    return sorted(told - {None})


def with_lines_named(office: dict, calls: Rows) -> Rows:
    """The calls, those without a number of ours given it where the office names one line for their system.

    Where it names several, which of them a call was on stays unknown.
    """
    number, system = calls.arrow("our_number"), calls.arrow("format")
    systems = system.unique().to_pylist()
    named = [named_lines(office, name) for name in systems]
    sole = pa.array([lines[0] if len(lines) == 1 else None for lines in named], pa.string())
    filled = first_of(number, take(sole, codes(system, systems)))
    place = calls.table.column_names.index("our_number")
    told = object.__new__(Rows)
    told.table = calls.table.set_column(place, calls.table.schema.field("our_number"), filled)
    return told
