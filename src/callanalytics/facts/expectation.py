"""How much a ring was to be expected of each promise at a moment, by what the log knew then.

Four things are known of a living promise: its age in units of the time that was stated, whether a text or e-mail
announced the call, whether a call came for certain that nobody answered, and which number was given. From these
follows a rate, in rings a business day of the call-back window; the figures are in ``likelihood.toml``. Nothing
later than the moment is looked at.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from callanalytics import clocks
from callanalytics.facts.grouped import Grouped
from callanalytics.facts.rows import NOWHERE
from callanalytics.values import zones

PARTS = 4  # of a day: an urgent promise lives for a few only
TICK = np.timedelta64(1, "us")


@cache
def figures() -> dict:
    """The figures of ``likelihood.toml``."""
    return tomllib.loads((Path(__file__).parent / "likelihood.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Outlook:
    """What the log knew of each promise.

    Attributes
    ----------
    start, end : its life
    stated : federal business days within which the call was promised
    number : code of the number given; NOWHERE where none is written
    notice : when a call was announced; NaT where it was not
    misses : the rings of the agency's that nobody answered, grouped by the promise they are counted for
    """

    start: np.ndarray
    end: np.ndarray
    stated: np.ndarray
    number: np.ndarray
    notice: np.ndarray
    misses: Grouped

    def rate(self, promise: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Rings a business day to be expected of each promise at each moment, on all lines together."""
        told, stated = figures(), self.stated[promise]
        age = clocks.window_days_between(self.start[promise], at) / stated
        first = _by(told["first"]["ages"], told["first"]["rings"], age) / stated * self._announced(promise, at)
        missed = self.misses.between(promise, self.start[promise], at - TICK)
        again = again_after(clocks.window_days_between(self.misses.before(promise, at), at))
        return np.select([missed == 0, missed == 1], [first, again], told["spent"]["rings"])

    def candidates(self, at: np.ndarray, line: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Every ring with every promise that lived and may be its: places of both, and what the rate is times.

        A line that is not known (NOWHERE) may be any.
        """
        anywhere = np.zeros(len(self.start), np.int64)
        of_line = np.where(line >= 0, line, NOWHERE)
        found = [
            self._living(at, of_line, self.number),
            self._living(at, np.where(line >= 0, 0, NOWHERE), np.where(self.number < 0, anywhere, NOWHERE)),
            self._living(at, np.where(line < 0, 0, NOWHERE), anywhere),
        ]
        ring, promise = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((promise, ring))
        ring, promise = ring[order], promise[order]
        is_unwritten = (self.number[promise] < 0) & (line[ring] >= 0)
        return ring, promise, np.where(is_unwritten, figures()["unwritten"]["share"], 1.0)

    def days(self) -> tuple[np.ndarray, np.ndarray]:
        """Moments spread over the windows of each life: promise and moment. Each stands for a part of a day."""
        first, last = (zones.to_local(at, clocks.EASTERN).astype("M8[D]") for at in (self.start, self.end))
        length = np.where(np.isnat(last - first), -1, (last - first).astype(np.int64))
        promise, passed = _each(length + 1)
        day = first[promise] + passed
        is_open = clocks.is_business_day(day)
        promise, day = promise[is_open], day[is_open]
        at = clocks.moments_in_window(day, PARTS).ravel()
        promise = np.tile(promise, PARTS)
        inside = (at >= self.start[promise]) & (at <= self.end[promise])
        return promise[inside], at[inside]

    def _announced(self, promise, at):
        told, notice = figures()["announced"], self.notice[promise]
        times = _by(told["days"], told["times"], clocks.window_days_between(notice, at))
        return np.where(notice <= at, times, told["none"])

    def _living(self, at, group_of_ring, group_of_promise):
        """Rings and the promises of the same group that lived then; a group below 0 is none."""
        known = np.flatnonzero((group_of_promise >= 0) & ~np.isnat(self.start))
        order = np.sort(self.start[known])
        step = len(order) + 1
        key = group_of_promise[known] * step + np.searchsorted(order, self.start[known], "left")
        by_key = np.argsort(key, kind="stable")
        key, known = key[by_key], known[by_key]
        length = (self.end - self.start)[~np.isnat(self.end - self.start)]
        longest = np.max(length, initial=np.timedelta64(0, "us"))
        first, last = np.searchsorted(order, at - longest, "left"), np.searchsorted(order, at, "right")
        low, high = (np.searchsorted(key, group_of_ring * step + place, "left") for place in (first, last))
        ring, passed = _each(np.where(np.isnat(at) | (group_of_ring < 0), 0, np.maximum(high - low, 0)))
        promise = known[low[ring] + passed]
        lives = self.end[promise] >= at[ring]
        return ring[lives], promise[lives]


def again_after(days: np.ndarray) -> np.ndarray:
    """Rings a business day to be expected so many business days after a first one that nobody answered.

    >>> again_after(np.array([1.5, np.nan])).tolist() == [figures()["again"]["rings"][2], 0.0]
    True
    """
    told = figures()["again"]
    return np.where(np.isnan(days), 0.0, _by(told["days"], told["rings"], days))


def _by(edges, values, x: np.ndarray) -> np.ndarray:
    return np.asarray(values, float)[np.searchsorted(edges, np.nan_to_num(x), side="right")]


def _each(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every place as often as it counts, and beside it 0, 1, 2 ... within each."""
    place = np.repeat(np.arange(len(count)), count)
    return place, np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
