"""Ordinary calls: incoming ones that show the number of somebody else, by line, hour and kind of day.

They tell how much everybody else calls at an hour. How many of everybody else withhold their number is another
question (:mod:`.likelihood`); that they do so about as often at all hours is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from callanalytics import clocks
from callanalytics.facts.rings import shows_the_agency
from callanalytics.facts.rows import Rows, codes
from callanalytics.facts.watching import moment
from callanalytics.values import zones


@dataclass(frozen=True)
class Ordinary:
    """How many ordinary calls came on each line, and how many an hour are usual when.

    ``lines`` are their numbers, ``count`` the calls of each; ``hourly`` is the rate by line, by closed or business
    day and by Eastern hour, so that it does not hang on the zone that the office gives.
    """

    lines: list[str]
    count: np.ndarray
    hourly: np.ndarray
    zone: str

    def rate(self, at: np.ndarray, line: pa.Array) -> np.ndarray:
        """Ordinary calls an hour at each moment on each line; of a line that is not known, on all together."""
        is_open, hour = _hour(at, self.zone)
        every = np.concatenate([self.hourly, self.hourly.sum(axis=0, keepdims=True)])  # NOWHERE picks the sum
        return every[codes(line, self.lines), is_open, hour]

    @property
    def total(self) -> int:
        return int(self.count.sum())


def of_office(office: dict, calls: Rows, covered: pa.Table, agency) -> Ordinary:
    """The ordinary calls of an office on the lines that an export covers."""
    spans = [row for row in covered.to_pylist() if row["basis"] == "export"]
    lines = sorted({row["our_number"] for row in spans})
    others = calls.is_("direction", "inbound") & calls.is_("caller_id", "known") & ~shows_the_agency(calls, agency)
    chosen = calls.where(others & ~np.isnat(calls.moments()) & (calls.codes("our_number", lines) >= 0))
    line = chosen.codes("our_number", lines)
    is_open, hour = _hour(chosen.moments(), clocks.EASTERN)
    count = np.bincount(line, minlength=len(lines))
    shape = _smooth(np.bincount(is_open * 24 + hour, minlength=48).reshape(2, 24).astype(float))
    days = np.array([_days([s for s in spans if s["our_number"] == number]) for number in lines]).reshape(-1, 2)
    share = shape / max(shape.sum(), 1)
    hourly = count[:, None, None] * share[None] / np.maximum(days, 1)[:, :, None]
    return Ordinary(lines, count, hourly, clocks.EASTERN)


def _hour(at: np.ndarray, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Whether each moment is on a business day (1, else 0), and its hour on the office's clock."""
    local = zones.to_local(at, zone)
    day = local.astype("M8[D]")
    return clocks.is_business_day(day).astype(np.int64), (local - day).astype("m8[h]").astype(np.int64)


def _smooth(count: np.ndarray) -> np.ndarray:
    """Each hour with half a neighbour on either side, and a little everywhere: no hour is proven to be silent."""
    around = (np.roll(count, 1, axis=1) + np.roll(count, -1, axis=1)) / 4
    return count / 2 + around + 0.02


def _days(spans) -> tuple[int, int]:
    """Closed and business days on which a line was covered."""
    closed = business = 0
    for span in spans:
        first, last = (moment(span[end]).astype("M8[D]") for end in ("from_utc", "to_utc"))
        is_open = clocks.is_business_day(np.arange(first, last + 1))
        business, closed = business + int(is_open.sum()), closed + int((~is_open).sum())
    return closed, business
