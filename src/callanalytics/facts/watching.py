"""Watching: from a moment on, until when was a line under observation without a break?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics.facts.rows import NAT, codes


class Watch:
    """Unbroken coverage of the lines of an office.

    Parameters
    ----------
    coverage : the table
    lines : the numbers of the office, for whom no number is written: then all of them must be covered
    unanswered : only coverage in which calls that nobody answered would be seen
    declared : also the office's word that its hand log is complete
    """

    def __init__(self, coverage: pa.Table, lines: list[str], *, unanswered: bool = True, declared: bool = True):
        usable = coverage.to_pylist()
        usable = [r for r in usable if r["has_unanswered"] or not unanswered]
        whole = [_span(r) for r in usable if r["our_number"] is None] if declared else []
        own: dict[str, list] = {}
        for row in usable:
            if row["our_number"] is not None:
                own.setdefault(row["our_number"], []).append(_span(row))
        self.lines = lines
        self.office = _united(whole)
        self.line = {number: _united([*spans, *whole]) for number, spans in own.items()}

    def until(self, start: np.ndarray, number: pa.Array) -> np.ndarray:
        """The end of the unbroken coverage in which each start lies; NaT where it lies in none.

        ``number`` is the number given to the agency; null stands for every line of the office.
        """
        ends = np.full(len(start), NAT)
        numbers = number.unique().drop_null().to_pylist()
        which = codes(number, numbers)
        order = np.argsort(which, kind="stable")
        edges = np.searchsorted(which[order], np.arange(len(numbers) + 1))
        for known, first, last in zip(numbers, edges, edges[1:], strict=False):
            rows = order[first:last]
            ends[rows] = _until(self.line.get(known, self.office), start[rows])
        rows = order[: edges[0]]
        ends[rows] = self._until_on_every_line(start[rows])
        return ends

    def _until_on_every_line(self, start):
        every = [_until(self.line.get(line, self.office), start) for line in self.lines]
        if not every:
            return _until(self.office, start)
        some_not = np.any(np.isnat(every), axis=0)
        return np.where(some_not, NAT, np.fmin.reduce(every))


def _span(row):
    return moment(row["from_utc"]), moment(row["to_utc"])


def _united(spans) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends of stretches that touch or overlap, put together."""
    starts, ends = [], []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return np.array(starts, "M8[us]"), np.array(ends, "M8[us]")


def _until(united, start):
    starts, ends = united
    place = np.searchsorted(starts, start, side="right") - 1
    inside = (place >= 0) & ~np.isnat(start)
    end = np.full(len(start), NAT)
    end[inside] = ends[place[inside]]
    return np.where(end >= start, end, NAT)


def moment(stamp) -> np.datetime64:
    """An Arrow timestamp that has become a datetime with a zone, as numpy has it."""
    return np.datetime64(stamp.replace(tzinfo=None), "us")
