"""Infer how an office writes times: how it rounds them, and whether they are of the start, answer, or end of a call.

If a sheet does not say which, the person who keeps it may be asked. Without an answer, the phone log decides: for calls
in both logs, the time written is near the start, the answer (start plus logged wait), or the end. One of these is
inferred for a sheet only if at least ``MIN_CALLS`` calls were long enough to separate them and at least
``MIN_AGREEMENT`` of these agree. A mixed habit stays unknown. Times rounded to five minutes are compared as such.

There is one habit for each office and sheet format, whatever files the sheet came in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from callanalytics.facts.arrays import MISSING, NAT, codes, integers, moments
from callanalytics.facts.record_linkage import (
    ANSWER,
    END,
    MOMENTS,
    PLAIN_S,
    START,
    UNKNOWN,
    LoggedCalls,
    NotedContacts,
    best_pairs,
)

MIN_CALLS, MIN_AGREEMENT = 20, 0.9
GRIDS = (3600, 1800, 900, 300)  # seconds that people round to
MINUTE = 60
ESTIMATED = "time_of_estimated"  # the code among an agency call's warnings


@dataclass(frozen=True)
class Habit:
    """Meaning and rounding of the times in one sheet.

    Attributes
    ----------
    times, on_5, on_15 : entries about calls with a time of day; those on whole multiples of five and fifteen minutes
    grid_s : the grid that at least ``MIN_AGREEMENT`` of them lie on, of at least ``MIN_CALLS``; 60 where there is none
    telling : calls in both logs long enough to separate start, answer, and end
    near : how many of them are near the start, the answer, and the end
    answers : how many of them have a known answer
    moment : START, ANSWER, END, or UNKNOWN where the calls do not decide it
    waits, waits_on_5 : logged waits that :func:`whole_fives` counts; those that are whole five minutes
    unstated, alone : entries about calls with a time whose meaning is not stated; those in no phone log
    """

    times: int
    on_5: int
    on_15: int
    grid_s: int
    telling: int
    near: tuple[int, int, int]
    answers: int
    moment: int
    waits: int = 0
    waits_on_5: int = 0
    unstated: int = 0
    alone: int = 0

    @property
    def word(self) -> str:
        return MOMENTS[self.moment]

    @property
    def rounding(self) -> str:
        """Rounding of times and waits, with counts; "" where too few are written."""
        if self.times < MIN_CALLS:
            return ""
        text = f"{self.on_5 / self.times:.0%} of {self.times:,} times written are whole five minutes (20% by chance)"
        text += f", {self.on_15 / self.times:.0%} whole quarters of an hour (7%)"
        if self.waits >= MIN_CALLS:
            text += f"; {self.waits_on_5 / self.waits:.0%} of {self.waits:,} waits are whole five minutes"
        return text

    @property
    def moments(self) -> str:
        """What the times of a sheet refer to if it does not say, with the number of calls behind it."""
        start, answer, end = self.near
        counts = f"of {self.telling:,} calls in both logs that can tell, {start:,} lie by the start, {end:,} by the end"
        counts += f"; of {self.answers:,} with the wait noted, {answer:,} by the answer"
        counts = counts if self.telling else "no call is in both logs that could tell"
        left = f"{self.alone:,} of {self.unstated:,} such times are in no phone log"
        if self.moment == UNKNOWN:
            return f"whether of the start, the answer, or the end of a call is not known ({counts}); {left}"
        where = "" if self.moment == START else " and stand in no hour"
        return f"estimated to be of the {self.word} of a call ({counts}); {left}{where}"


def with_sheet_habits(noted: NotedContacts, logged: LoggedCalls, sheet: np.ndarray) -> NotedContacts:
    """Entries with the rounding and, if not stated, the meaning that their sheet's own times show.

    Parameters
    ----------
    sheet : code of the sheet of each entry
    """
    pairs = best_pairs(noted, logged)
    precision, moment = noted.precision_s.copy(), noted.moment.copy()
    for code in np.unique(sheet).tolist():
        mine = sheet == code
        habit = _habit(noted, logged, pairs.entry, pairs.call, mine)
        is_plain = mine & (precision > 0) & (precision < habit.grid_s)
        precision[is_plain & _is_on(noted.when, habit.grid_s)] = habit.grid_s
        moment[mine & (moment == UNKNOWN) & ~np.isnat(noted.when)] = habit.moment
    return replace(noted, precision_s=precision, moment=moment)


def _habit(noted: NotedContacts, logged: LoggedCalls, entry: np.ndarray, call: np.ndarray, mine: np.ndarray) -> Habit:
    when = noted.when[mine & (noted.precision_s > 0) & (noted.precision_s <= MINUTE)]
    grid = _grid(when)
    kept = (
        mine[entry] & ~np.isnat(noted.when[entry]) & ~np.isnat(logged.when[call]) & (noted.precision_s[entry] <= MINUTE)
    )
    entry, call = entry[kept], call[kept]
    after = (noted.when[entry] - logged.when[call]).astype("m8[s]").astype(np.int64)
    telling, near, answers, moment = _moment_shown(after, noted.wait_s[entry], logged.duration_s[call], grid)
    on_5, on_15 = (int(_is_on(when, grid_s).sum()) for grid_s in (300, 900))
    return Habit(len(when), on_5, on_15, grid, telling, near, answers, moment)


def _grid(when: np.ndarray) -> int:
    """Coarsest grid that nearly all times lie on."""
    when = when[~np.isnat(when)]
    grids = GRIDS if len(when) >= MIN_CALLS else ()
    return next((grid for grid in grids if _is_on(when, grid).mean() >= MIN_AGREEMENT), MINUTE)


def _is_on(when: np.ndarray, grid_s: int) -> np.ndarray:
    """Whether each time is a whole multiple of the grid; no clock here is off UTC by odd minutes."""
    known = ~np.isnat(when)
    # NaT has no second; 1 is on no grid.
    second = np.where(known, when, np.datetime64(1, "s")).astype("M8[s]").astype(np.int64)
    return known & (second % grid_s == 0)


def _moment_shown(after, wait, lasted, grid_s: int) -> tuple[int, tuple[int, int, int], int, int]:
    """Number of calls that separate start, answer, and end; number near each; number with a known answer; the result.

    ``after``: seconds from the call's start to the time written.
    """
    # Only calls so long that a time cannot be near two of these points separate them.
    close = grid_s + PLAIN_S
    tells = lasted > 2 * close
    after, wait, lasted = after[tells], wait[tells], lasted[tells]
    apart = (wait > 2 * close) & (lasted - wait > 2 * close)
    lies_by = [np.abs(after) <= close, apart & (np.abs(after - wait) <= close), np.abs(after - lasted) <= close]
    by_start, by_answer, by_end = (int(fits.sum()) for fits in lies_by)
    near = by_start, by_answer, by_end
    # Most calls have no known answer, so each point has its own denominator.
    possible = (len(after), int(apart.sum()), len(after))
    shares = [k / n if n >= MIN_CALLS else 0.0 for k, n in zip(near, possible, strict=True)]
    best = int(np.argmax(shares))
    moment = (START, ANSWER, END)[best] if shares[best] >= MIN_AGREEMENT else UNKNOWN
    return len(after), near, possible[1], moment


# ---- of stored tables ------------------------------------------------------------------------------------


def habits(entries: pa.Table, agency_calls: pa.Table) -> dict[tuple[str, str], Habit]:
    """Habit of each office's sheets, by office and format, from its stored entries and agency calls."""
    entries = entries.filter(pa.array(np.asarray(codes(entries["kind"], ["dial"]) == 0)))
    if not entries.num_rows:
        return {}
    both = agency_calls.filter(pa.array(codes(agency_calls["recorded_in"], ["both"]) == 0))
    call = codes(entries["entry_id"], both["entry_id"].to_pylist())
    when, nothing = moments(entries["started_at_utc"]), np.full(entries.num_rows, MISSING)
    noted = NotedContacts(
        when, np.full(len(when), NAT).astype("M8[D]"), integers(entries["started_precision_s"]),
        codes(entries["time_refers_to"], MOMENTS),
        integers(entries["wait_s"]), nothing, nothing, nothing, nothing, nothing, nothing,
    )  # fmt: skip
    when, nothing = moments(both["started_at_utc"]), np.full(both.num_rows, MISSING)
    logged = LoggedCalls(when, when.astype("M8[D]"), integers(both["duration_s"]), nothing, nothing, nothing, nothing)
    entry = np.flatnonzero(call >= 0)
    keys = list(zip(*(entries[name].to_pylist() for name in ("office_id", "format")), strict=True))
    found = {}
    for key in sorted(set(keys)):
        mine = np.array([k == key for k in keys], bool)
        habit = _habit(noted, logged, entry, call[entry], mine)
        unstated = mine & (noted.moment == UNKNOWN) & ~np.isnat(noted.when)
        counted, on_5 = whole_fives(noted.wait_s[mine])
        found[key] = replace(
            habit, waits=int(counted.sum()), waits_on_5=int(on_5.sum()), unstated=int(unstated.sum()),
            alone=int((unstated & (call < 0)).sum()),
        )  # fmt: skip
    return found


def whole_fives(wait_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether each logged wait counts toward the test of rounding to five minutes, and whether it is whole five
    minutes.

    Each wait counts as its nearest minute; a fifth of these are whole fives by chance. A wait under half a minute is in
    neither, because 0 is a multiple of everything and no one rounded to it. Every share and index of rounded waits uses
    this.

    >>> counted, on_5 = whole_fives(np.array([-1, 0, 29, 30, 270, 300, 329, 330, 600]))
    >>> counted.astype(int).tolist(), on_5.astype(int).tolist()
    ([0, 0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 0, 1])
    """
    counted = wait_s >= 30
    return counted, counted & ((wait_s + 30) % 300 < 60)
