"""When each row began: the clock as written, its zone and how that is known, and the moment in UTC.

What is written in the row wins (a zone, then an offset), then what the file proves (an epoch beside the local
time, a zone that the layout states), then what the user says. Where nothing says, the zone stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from callanalytics.formats import Rule
from callanalytics.normalize import local_times
from callanalytics.normalize.cells import Cells, numbered_words, read
from callanalytics.normalize.local_times import NAT, Written, read_epochs, read_local_times
from callanalytics.normalize.numbering import EMPTY
from callanalytics.normalize.problems import Problems
from callanalytics.values import zones
from callanalytics.values.dates import DAY

EARLIEST = np.datetime64("2018-01-01", "us")  # before it no one asks; older rows are kept and warned of
STEP_S = 900  # zones lie on quarters of an hour
FLAGS = [None, "repeated", "skipped"]
SOURCES = [None, "row", "offset", "epoch", "file", "user"]  # how a zone is known
NO_SOURCE, ROW, OFFSET, EPOCH, FILE, USER = range(len(SOURCES))


@dataclass
class Clock:
    """The start of every row. ``precision_s`` is 0 where no date is written; ``order`` that of day and month."""

    utc: np.ndarray
    local: np.ndarray
    zone: pa.Array
    source: pa.Array
    flag: pa.Array
    precision_s: np.ndarray
    order: str = ""

    def columns(self) -> dict[str, pa.Array]:
        return {
            "started_at_utc": pa.array(self.utc, pa.timestamp("us")).cast(pa.timestamp("us", "UTC")),
            "started_at_local": pa.array(self.local, pa.timestamp("us")),
            "timezone": self.zone,
            "timezone_source": self.source,
            "dst_flag": self.flag,
        }


def read_clock(
    rules: dict[str, Rule], cells: Cells, settings, problems: Problems, order: str = "", agency=None
) -> Clock:
    """The start of every row by the rules ``started`` or ``date`` and ``time``, ``timezone``, ``epoch``.

    `order` of day and month is that of another column of the same table: it settles a column that proves none. The
    hours of the `agency` tell the afternoon from the night where no one wrote AM or PM.
    """
    epoch = read_epochs(rules.get("epoch"), cells)
    written = read_local_times(rules, cells, settings, problems, epoch, order)
    row_zone = read(rules.get("timezone"), cells, office=settings.zone)
    row_zone = row_zone.turned(lambda word: zones.find_zone(word, settings.zone))  # a format may state MST
    problems.drop(row_zone, "timezone")
    local_times.leave_out_times(written, row_zone.is_bad)  # of a zone that no one knows: any other would be a guess
    written.zone = np.where(written.zone == EMPTY, written.numbers_of(row_zone), written.zone)
    is_epoch_rule = "started" in rules and rules["started"].parse.startswith("epoch")
    clock = _resolved(written, epoch, settings, _stated_zone(rules, settings.zone), is_epoch_rule)
    if written.no_half.any():
        local_times.complete_halves(written, clock.utc, rules, cells, problems, agency)
        clock = _resolved(written, epoch, settings, _stated_zone(rules, settings.zone), is_epoch_rule)
    _warn(clock, _said_offsets(rules, cells), problems, settings)
    return clock


# ---- zones ------------------------------------------------------------------------------------------


def _stated_zone(rules, office: str | None) -> str | None:
    """The zone that the layout or the table itself states (a column named ``createdAtPT``)."""
    for name in ("started", "time", "date"):
        if name in rules and rules[name].zone:
            return zones.zone(rules[name].zone, office)
    return None


def _resolved(written: Written, epoch: np.ndarray, settings, stated: str | None, is_epoch_rule: bool) -> Clock:
    written = replace(written, zone=written.zone.copy())
    n = len(written.local)
    utc, flag = np.full(n, NAT), np.zeros(n, np.int8)
    source = np.where(written.zone == EMPTY, NO_SOURCE, ROW).astype(np.int8)
    _by_offset(written, utc, source, is_epoch_rule)
    _by_epoch(written, epoch, utc, source)
    if user := stated or settings.file_zone or settings.zone:
        rest = source == NO_SOURCE
        written.zone[rest] = written.number_of(user)
        source[rest] = FILE if stated else USER
    _by_zone(written, utc, flag, np.isnat(utc))
    undated = written.precision_s == 0
    written.zone[undated], source[undated] = EMPTY, NO_SOURCE
    timeless = undated | (written.precision_s == DAY)
    utc[timeless], flag[timeless] = NAT, 0
    return Clock(
        utc,
        written.local,
        numbered_words(list(written.zones), written.zone),
        numbered_words(SOURCES, source),
        numbered_words(FLAGS, flag),
        written.precision_s,
        written.order,
    )


def _by_offset(written: Written, utc, source, is_epoch_rule) -> None:
    chosen = ~np.isnan(written.offset) & (source == NO_SOURCE)
    if not chosen.any():
        return
    offset = np.where(chosen, written.offset, 0).astype(np.int64)
    utc[chosen] = (written.local - offset.astype("m8[m]").astype("m8[us]"))[chosen]
    for minutes in np.unique(offset[chosen]).tolist():
        written.zone[chosen & (offset == minutes)] = written.number_of(zones.zone(_offset_name(minutes)))
    source[chosen] = EPOCH if is_epoch_rule else OFFSET


def _offset_name(minutes: int) -> str:
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "UTC"


def _by_epoch(written: Written, true: np.ndarray, utc, source) -> None:
    """Local time minus the epoch beside it is the offset: the commonest of a day, to the quarter of an hour.

    A single row may be off by minutes (a transfer, a parked call); a whole day is not. On the day the clocks
    change a row lies on either side: where its own epoch gives the offset of the day before or after, it has
    that one.
    """
    chosen = (source == NO_SOURCE) & ~np.isnat(true) & ~np.isnat(written.local)
    if not chosen.any():
        return
    apart = (written.local - true).astype("m8[s]").astype(np.float64)[chosen]
    steps = np.rint(apart / STEP_S).astype(np.int64)
    days, day = np.unique(written.local[chosen].astype("M8[D]"), return_inverse=True)
    day = day.reshape(-1)
    of_day = _commonest(steps, day, len(days))
    beside = np.concatenate([of_day[:1], of_day, of_day[-1:]])
    across = (steps == beside[day]) | (steps == beside[day + 2])
    minutes = np.where(across, steps, of_day[day]) * (STEP_S // 60)
    plausible = np.abs(minutes) <= 14 * 60
    rows = np.flatnonzero(chosen)[plausible]
    minutes = minutes[plausible]
    utc[rows] = written.local[rows] - minutes.astype("m8[m]").astype("m8[us]")
    source[rows] = EPOCH
    for value in np.unique(minutes).tolist():
        written.zone[rows[minutes == value]] = written.number_of(zones.zone(_offset_name(value)))


def _commonest(steps: np.ndarray, group: np.ndarray, n: int) -> np.ndarray:
    """The commonest step of each group, the smallest of several."""
    pairs, counts = np.unique(np.stack([group, steps]), axis=1, return_counts=True)
    order = np.lexsort((pairs[1], -counts, pairs[0]))
    first = np.searchsorted(pairs[0][order], np.arange(n))
    return pairs[1][order][first]


def _by_zone(written: Written, utc, flag, wanted) -> None:
    """Local times as moments, zone by zone."""
    wanted = wanted & ~np.isnat(written.local)
    for key, number in written.zones.items():
        rows = np.flatnonzero(wanted & (written.zone == number))
        utc[rows], flag[rows] = zones.to_utc(written.local[rows], key)


# ---- warnings ---------------------------------------------------------------------------------------


def _said_offsets(rules, cells) -> np.ndarray:
    """Minutes east of UTC that a row's zone word states (EST: -300); NaN for words that follow the summer (ET).

    What stands behind the time counts before the column of zones, as it does for the zone itself.
    """
    column = cells.joined(rules["timezone"].columns) if "timezone" in rules else None
    stated = np.full(cells.n, np.nan)
    if column is not None:
        stated = np.array([*(_offset_said(text) for text in column.texts), np.nan])[column.codes]
    behind = read(rules.get("time"), cells).without_problems()
    if not any(time is not None and time.zone for time in behind.values):
        return stated
    has_own = behind.numbers(lambda t: bool(t.zone), "?", False)
    return np.where(has_own, behind.numbers(lambda t: _offset_said(t.zone), "f8", np.nan), stated)


def _offset_said(word: str | None) -> float:
    minutes = zones.stated_offset(word)
    return np.nan if minutes is None else minutes


def _warn(clock: Clock, stated: np.ndarray, problems: Problems, settings) -> None:
    dated = ~np.isnat(clock.local)
    problems.warn(dated & (clock.local < EARLIEST), "before_2018")
    if settings.today is not None:
        tomorrow = np.datetime64(settings.today, "D") + np.timedelta64(1, "D")
        problems.warn(dated & (clock.local >= tomorrow.astype("M8[us]")), "after_ingest")
    if np.isnan(stated).all():
        return
    # EST in July, or EDT in January: read as Eastern wall clock all the same.
    actual = (clock.local - clock.utc).astype("m8[m]").astype(np.float64)
    problems.warn(~np.isnan(stated) & ~np.isnat(clock.utc) & (actual != stated), "zone_not_in_season")
