"""Find when each row began: the time as written, its zone, the source of the zone, and the time in UTC.

The zone comes from the row first (a zone, then an offset). Next comes what the file proves (an epoch next to the local
time, a zone that the layout states), then what the user states. If nothing states it, the zone is unknown. A time
without AM or PM is completed from the hours of the agency, and its row gets a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from callanalytics.formats import Rule
from callanalytics.formats.layout import taken_of
from callanalytics.lazy import regex
from callanalytics.normalize.cells import EMPTY, Cells, Reading, numbered_words, read, rows_where
from callanalytics.normalize.dates_of_rows import turned_back, with_any_year
from callanalytics.normalize.problems import Problems
from callanalytics.values import zones
from callanalytics.values.dates import (
    DAY,
    MONTH_NAME,
    date_order,
    needs_order,
    order_in_sequence,
    order_votes,
    read_iso_moments,
    winner,
)
from callanalytics.values.moments import MORNING_OR_AFTERNOON, Moment, are_parts_of_day
from callanalytics.values.parsers import PARSERS

EARLIEST = np.datetime64("2018-01-01", "us")  # no analysis covers earlier rows; they are kept with a warning
STEP_S = 900  # UTC offsets are multiples of a quarter hour
# After a week of holidays, the next day with calls may still show the other offset.
MAX_DAYS_BESIDE = np.timedelta64(7, "D")
SUNDAY = 7  # clocks change on Sundays
FLAGS = [None, "repeated", "skipped"]
SOURCES = [None, "row", "offset", "epoch", "file", "user"]  # where the zone comes from
NO_SOURCE, ROW, OFFSET, EPOCH, FILE, USER = range(len(SOURCES))


@dataclass
class Clock:
    """The start of every row. ``precision_s`` is 0 if no date is written; ``order`` is the order of day and month."""

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
    """Read the start of every row by the rules ``started`` or ``date`` and ``time``, ``timezone``, ``epoch``.

    `order` is the order of day and month in another column of the same table; it applies to a column that proves none.
    The hours of the `agency` decide between morning and afternoon if AM or PM is missing.
    """
    epoch = read_epochs(rules["epoch"], cells) if "epoch" in rules else None
    written = read_local_times(rules, cells, settings, problems, epoch, order)
    row_zone = read(rules.get("timezone"), cells, office=settings.zone)
    row_zone = row_zone.converted(lambda word: zones.find_zone(word, settings.zone))  # a format may state MST
    if row_zone.problems:
        problems.drop(row_zone, "timezone")
        leave_out_times(written, row_zone.is_bad)  # their zone is unknown, and any other zone would be a guess
    written.zone = np.where(written.zone == EMPTY, written.numbers_of(row_zone), written.zone)
    is_epoch_rule = "started" in rules and rules["started"].parse.startswith("epoch")
    named = (rules[name].zone for name in ("started", "time", "date") if name in rules)  # zone of a column: createdAtPT
    stated = next((zones.zone(name, settings.zone) for name in named if name), None)
    clock = _resolved(written, epoch, settings, stated, is_epoch_rule)
    if written.no_half.any():
        complete_halves(written, clock.utc, rules, cells, problems, agency)
        clock = _resolved(written, epoch, settings, stated, is_epoch_rule)
    _warn(clock, _stated_offsets(rules, cells, written), problems, settings)
    return clock


def _resolved(written: Written, epoch: np.ndarray | None, settings, stated: str | None, is_epoch_rule: bool) -> Clock:
    # A copy, because the same times are resolved again after AM or PM is completed.
    written = replace(written, zone=written.zone.copy())
    n = len(written.local)
    utc, flag = np.full(n, NAT), np.zeros(n, np.int8)
    source = np.where(written.zone == EMPTY, NO_SOURCE, ROW).astype(np.int8)
    by_offset = ~np.isnan(written.offset) & (source == NO_SOURCE)
    offset = np.where(by_offset, written.offset, 0).astype(np.int64)
    utc[by_offset] = (written.local - offset.astype("m8[m]").astype("m8[us]"))[by_offset]
    for minutes in np.unique(offset[by_offset]).tolist():
        written.zone[by_offset & (offset == minutes)] = written.number_of(zones.zone(_offset_name(minutes)))
    source[by_offset] = EPOCH if is_epoch_rule else OFFSET
    if epoch is not None:
        _by_epoch(written, epoch, utc, source)
    if user := stated or settings.file_zone or settings.zone:
        rest = source == NO_SOURCE
        written.zone[rest] = written.number_of(user)
        source[rest] = FILE if stated else USER
    wanted = np.isnat(utc) & ~np.isnat(written.local)
    for key, number in written.zones.items():
        rows = np.flatnonzero(wanted & (written.zone == number))
        utc[rows], flag[rows] = zones.to_utc(written.local[rows], key)
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


def _offset_name(minutes: int) -> str:
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "UTC"


def _by_epoch(written: Written, true: np.ndarray, utc, source) -> None:
    """Set the offset to the local time minus the epoch next to it: the most common of a day, to the quarter hour."""
    chosen = (source == NO_SOURCE) & ~np.isnat(true) & ~np.isnat(written.local)
    if not chosen.any():
        return
    apart = (written.local - true).astype("m8[s]").astype(np.float64)[chosen]
    steps = np.rint(apart / STEP_S).astype(np.int64)
    days, day = np.unique(written.local[chosen].astype("M8[D]"), return_inverse=True)
    day = day.reshape(-1)
    # A single row may be off by minutes (a transfer, a parked call), but not a whole day: its most common step counts,
    # the smallest if several are equally common.
    pairs, counts = np.unique(np.stack([day, steps]), axis=1, return_counts=True)
    order = np.lexsort((pairs[1], -counts, pairs[0]))
    first = np.searchsorted(pairs[0][order], np.arange(len(days)))
    of_day = pairs[1][order][first]
    # On the day the clocks change, a row may have either offset: if its own epoch gives the offset of the day before or
    # after, it takes that one. In a sparse log those days may be far off; then they count only around a Sunday.
    is_near, may_change = np.diff(days) <= MAX_DAYS_BESIDE, zones.weekdays(days) == SUNDAY
    before = np.concatenate([of_day[:1], np.where(is_near | may_change[1:], of_day[:-1], of_day[1:])])
    after = np.concatenate([np.where(is_near | may_change[:-1], of_day[1:], of_day[:-1]), of_day[-1:]])
    across = (steps == before[day]) | (steps == after[day])
    minutes = np.where(across, steps, of_day[day]) * (STEP_S // 60)
    # No zone is further from UTC; a larger difference means that the two times record different events.
    plausible = np.abs(minutes) <= 14 * 60
    rows = np.flatnonzero(chosen)[plausible]
    minutes = minutes[plausible]
    utc[rows] = written.local[rows] - minutes.astype("m8[m]").astype("m8[us]")
    source[rows] = EPOCH
    for value in np.unique(minutes).tolist():
        written.zone[rows[minutes == value]] = written.number_of(zones.zone(_offset_name(value)))


# ---- warnings ---------------------------------------------------------------------------------------


def _stated_offsets(rules, cells, written: Written) -> np.ndarray:
    """Minutes east of UTC that the zone word of each row states (EST: -300); NaN for words without an offset (ET)."""
    word = next((rules[name].zone for name in ("started", "time", "date") if name in rules and rules[name].zone), "")
    stated = np.full(cells.n, _stated_offset(word))
    if "timezone" in rules:
        column = cells.joined(rules["timezone"].columns)
        of_rows = np.array([*(_stated_offset(text) for text in column.texts), np.nan])[column.codes]
        stated = np.where(column.codes == EMPTY, stated, of_rows)
    # A zone after the time takes precedence over the column of zones, as it does for the zone itself.
    return np.where(written.has_word, written.stated, stated)


def _stated_offset(word: str | None) -> float:
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
    # EST in July, or EDT in January: still read as Eastern local time.
    actual = (clock.local - clock.utc).astype("m8[m]").astype(np.float64)
    problems.warn(~np.isnan(stated) & ~np.isnat(clock.utc) & (actual != stated), "zone_not_in_season")


# ---- local times as a column writes them -----------------------------------------------------------------------------

NAT = np.datetime64("NaT", "us")
MIN_DATES_OF_ORDER = 5  # this many different dates that prove an order are not typing errors

TYPED, STORED = 1, 2  # a time of day without AM or PM
HALVES = {"": 0, "typed": TYPED, "stored": STORED}


class UndecidedOrder(Exception):
    """All dates of a column fit both month/day and day/month, or some fit only one and some only the other."""

    def __init__(self, column: str, example: str, *, is_torn: bool):
        super().__init__(column)
        self.column, self.example, self.is_torn = column, example, is_torn


@dataclass
class Written:
    """What the cells say before any zone is applied.

    ``no_half`` marks times of day without AM or PM: `TYPED` if typed so, `STORED` if a spreadsheet stored them so.
    ``zone`` is the number, in ``zones``, of the IANA key that the row's own text states; -1 if it states none.
    """

    local: np.ndarray
    precision_s: np.ndarray
    offset: np.ndarray  # minutes; NaN where none is written
    zone: np.ndarray
    no_half: np.ndarray
    zones: dict[str, int]
    has_word: np.ndarray
    stated: np.ndarray  # minutes that the zone word after the time states
    order: str = ""

    def numbers_of(self, reading: Reading) -> np.ndarray:
        """The number of each row's zone in a reading; a new zone gets the next number."""
        return reading.numbers(self.number_of, "i4", EMPTY)

    def number_of(self, zone: str) -> int:
        return self.zones.setdefault(zone, len(self.zones))


def read_local_times(rules, cells, settings, problems, epoch, order) -> Written:
    rule = rules.get("started") or rules["date"]
    written, day = _read_moments(rule, cells, settings, problems, epoch, order)
    if rule.target == "date":  # a spreadsheet may add a midnight that no one typed to a date
        written.precision_s[(written.local == written.local.astype("M8[D]").astype("M8[us]"))] = DAY
    _leave_out(day, rule, rules, cells, problems)
    if rule.needed:
        problems.reject((written.precision_s == 0) & ~day.is_bad, day.name, "empty", PARSERS[rule.parse].wanted)
    of_time = rules.get("time")
    # Fractions are times only in a column whose texts show that they are.
    options: dict[str, Any] = (
        {"has_parts": are_parts_of_day(cells.joined(of_time.columns).texts)} if of_time and of_time.columns else {}
    )
    time = read(of_time, cells, **options)
    problems.drop(time, "time")
    good = time.without_problems()
    has_time = good.is_there & ~np.isnat(written.local)  # a day without a time keeps the time in its own cell
    seconds = good.numbers(lambda t: t.seconds, "i8", 0).astype("m8[s]").astype("m8[us]")
    written.local = np.where(has_time, written.local.astype("M8[D]").astype("M8[us]") + seconds, written.local)
    exact, no_half = (good.numbers(f, "i4", 0) for f in (lambda t: t.precision_s, lambda t: HALVES[t.no_half]))
    written.precision_s = np.where(has_time, exact, written.precision_s)
    written.no_half = np.where(has_time, no_half, written.no_half)
    own_zone = written.numbers_of(good.converted(lambda t: t.zone and zones.find_zone(t.zone, settings.zone)))
    written.zone = np.where(own_zone == EMPTY, written.zone, own_zone)
    has_word, stated = _zone_words(good)
    written.has_word, written.stated = written.has_word | has_word, np.where(has_word, stated, written.stated)
    return written


def _zone_words(times: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Mask of the rows with a zone word after the time, and the minutes east of UTC that it states."""
    has_word = times.numbers(lambda time: bool(time.zone), "?", False)
    return has_word, times.numbers(lambda time: _stated_offset(time.zone), "f8", np.nan)


# Columns that describe a call, apart from its date. A row with two of them is a call, even without a valid date.
CALL_RULES = "time wait agent_name agent_id sr_number outcome promised".split()
MIN_CALL_CELLS = 2
# A date with a typing error: someone can correct it, and should.
LIKE_DATE = regex(
    # Five digits alone may be a spreadsheet's day number.
    rf"\d{{1,4}}[/-]\d{{1,2}}|\d+\.\d+\.\d+|\d{{5}}|(?<![^\W_]){MONTH_NAME}(?![^\W\d_])|true|false",
    re.IGNORECASE,
)


def _leave_out(day: Reading, rule: Rule, rules, cells: Cells, problems) -> None:
    """Reject rows with an unreadable date; in a hand log, keep those that describe a call, without their date."""
    bad = day.is_bad
    if not problems.drops_cells or rule.needed or "wait" not in rules or not bad.any():
        problems.reject_bad(day)
        return
    columns = {column for name in CALL_RULES if name in rules for column in rules[name].all_columns}
    named = {name for column in columns if (name := cells.name_of(column)) is not None}
    outside = np.zeros(cells.n, int)
    for name in named:
        outside += cells.texts((name,)).codes != EMPTY
    # A row is kept only if its date cell holds nothing like a date, as in *see e-mail*.
    is_slip = rows_where(LIKE_DATE.search, day)
    kept = (outside >= MIN_CALL_CELLS) & ~is_slip
    problems.drop(day.in_rows(kept), "date")
    problems.reject_bad(day.in_rows(~kept))


def _read_moments(
    rule: Rule, cells: Cells, settings, problems: Problems, epoch: np.ndarray | None, order: str
) -> tuple[Written, Reading]:
    """Each row's time as written, and the reading that holds the unreadable ones."""
    cells, is_turned = turned_back(cells, rule, settings.date_order)
    problems.warn(is_turned, "date_order_inferred")
    # Plain ISO times are read all at once; the parser reads every other distinct text once.
    plain = _plain_moments(rule, cells)
    rest = np.flatnonzero(np.isnat(plain))
    others = cells.rows(rest)
    epoch = None if epoch is None else epoch[rest]
    order, is_inferred = _settled_order(rule, others, settings, epoch, order)
    reading = read(rule, others, order=order).converted(_as_moment)
    if is_inferred:
        warned = np.zeros(cells.n, bool)
        warned[rest] = rows_where(needs_order, reading)
        problems.warn(warned, "date_order_inferred")
    codes = np.full(cells.n, EMPTY, np.int32)
    codes[rest] = reading.codes
    whole = replace(reading, codes=codes)
    written = _from_moments(whole, settings.zone)
    is_plain = ~np.isnat(plain)
    written.local[is_plain], written.precision_s[is_plain] = plain[is_plain], 1
    written.order = order
    return written, whole


def _plain_moments(rule: Rule, cells: Cells) -> np.ndarray:
    if rule.parse != "moment" or rule.cases or rule.take or rule.patterns:
        return np.full(cells.n, NAT)
    if (column := cells.unencoded(rule.columns)) is not None:  # times hardly repeat
        return read_iso_moments(column)
    texts = cells.joined(rule.columns)
    return np.append(read_iso_moments(texts.words), NAT)[texts.codes]


def _as_moment(value):
    """Convert a date alone to a time with the precision of a day, so that a cell may hold either."""
    return value if isinstance(value, Moment) else Moment(datetime(value.year, value.month, value.day), DAY)


def _from_moments(reading: Reading, office: str | None = None) -> Written:
    good = reading.without_problems()
    written = Written(
        good.numbers(lambda m: np.datetime64(m.local, "us"), "M8[us]", NAT),
        good.numbers(lambda m: m.precision_s, "i4", 0),
        good.numbers(lambda m: np.nan if m.offset is None else m.offset, "f8", np.nan),
        np.zeros(0, np.int32),
        good.numbers(lambda m: HALVES[m.no_half], "i1", 0),
        {},
        *_zone_words(good),
    )
    written.zone = written.numbers_of(good.converted(lambda m: m.zone and zones.find_zone(m.zone, office)))
    return written


def read_epochs(rule: Rule, cells: Cells) -> np.ndarray:
    """The time in UTC that each row's epoch states, datetime64[us]; NaT where it states none."""
    texts = cells.joined(rule.columns)
    taken = [taken_of(text, rule.take) for text in texts.texts]
    try:
        seconds = pa.array(taken, pa.string()).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return read(rule, cells).without_problems().numbers(lambda m: np.datetime64(m.local, "us"), "M8[us]", NAT)
    known = ~np.isnan(seconds)
    scale = 1e3 if rule.parse == "epoch_ms" else 1e6
    # numpy reads the smallest int64 as NaT.
    moments = np.where(known, np.where(known, seconds, 0) * scale, np.iinfo(np.int64).min).astype(np.int64)
    return np.append(moments.view("M8[us]"), NAT)[texts.codes]


def order_elsewhere(cells: Cells, rules) -> str:
    """The order of day and month that the date columns by these rules prove together; "" if none.

    A day without a year, as in a column of callbacks, proves as much as another.
    """
    texts = [
        text for rule in rules if "order" in PARSERS[rule.parse].options for text in cells.joined(rule.columns).texts
    ]
    return date_order(map(with_any_year, texts)) or ""


def _settled_order(rule: Rule, cells: Cells, settings, epoch: np.ndarray | None, other: str) -> tuple[str, bool]:
    """The order of day and month, and whether only the order of the rows shows it; "" if no date needs it.

    The column's own cells or the user settle it, else what the format states or `other` columns prove.
    """
    if "order" not in PARSERS[rule.parse].options:
        return "", False
    texts = cells.joined(rule.columns)
    mdy, dmy = order_votes(texts.texts)
    by_epoch = None if epoch is None else _order_by_epoch(rule, cells, epoch)
    proven, stated = winner(mdy, dmy) or by_epoch, rule.order if rule.order in ("mdy", "dmy") else None
    # The user's setting covers all files of a folder. A column that proves the opposite many times overrides it, just
    # as a file that proves its zone does.
    if settings.date_order:
        return (proven if proven and (by_epoch or max(mdy, dmy) >= MIN_DATES_OF_ORDER) else settings.date_order), False
    is_torn = bool(proven is None and mdy and dmy) or bool(proven and stated and proven != stated)
    known, by_rows = proven or stated or other, None
    if not known and rule.parse == "moment_by_hand":  # by the sequence of the days in the sheet
        by_rows = order_in_sequence(texts.texts[code] for code in texts.codes.tolist() if code != EMPTY)
    doubtful = next(filter(needs_order, texts.texts), None)
    if is_torn or (doubtful and not known and not by_rows):
        example = doubtful or next(text for text in texts.texts if order_votes([text]) != (0, 0))
        raise UndecidedOrder(texts.name, example, is_torn=is_torn)
    return known or by_rows or "", bool(by_rows)


def _order_by_epoch(rule: Rule, cells: Cells, epoch: np.ndarray) -> str | None:
    """The one order in which most local times lie near the epoch next to them; None if not exactly one does."""
    if np.isnat(epoch).all():
        return None
    near = {}
    for order in ("mdy", "dmy"):
        local = _from_moments(read(rule, cells, order=order).converted(_as_moment)).local
        known = ~np.isnat(local) & ~np.isnat(epoch)
        # Zones reach 14 hours from UTC, so the right order stays within 15 hours; the wrong one is days off.
        near[order] = float(np.mean(np.abs(local - epoch)[known] <= np.timedelta64(15, "h"))) if known.any() else 0.0
    best, other = sorted(near, key=near.__getitem__, reverse=True)
    return best if near[best] > 0.9 and near[other] < 0.9 else None


_COUNTED_TO_24 = regex(r"(?<![\d:/-])(1[3-9]|2[0-3]):\d\d(?!:\d)(?!\s*[ap])")  # 15:40 without PM
HALF_DAY = np.timedelta64(12, "h")


def complete_halves(written: Written, utc: np.ndarray, rules, cells: Cells, problems: Problems, agency) -> None:
    """Set AM or PM of each time without it, by when someone can have answered; leave it out if both or neither fit.

    A call fits the staffed hours of the agency's lines, a callback the agency's callback hours, in the zone of its row.
    A time stored by a spreadsheet stays as written if the morning fits. If the column has 24-hour times elsewhere, a
    typed 3:15 may mean 3:15 AM: it is left out unless the morning alone fits.
    """
    rule = rules.get("time") or rules.get("started") or rules["date"]
    texts = cells.joined(rule.columns)
    if agency is None or not problems.drops_cells:
        problems.reject(written.no_half > 0, texts.name, "ambiguous", MORNING_OR_AFTERNOON, texts.text_of)
        return
    local = zones.to_local(utc, agency.timezone)
    morning = (local - local.astype("M8[D]")).astype("m8[s]")
    is_ring = read(rules.get("kind"), cells).is_in("ring")
    # If no line states its hours, a call may have come at any time.
    stated = [(each.opens, each.closes) for line in agency.lines for each in line.hours] or [("00:00", "24:00")]
    opens = np.where(is_ring, _of_day(agency.window.opens), min(_of_day(opens) for opens, _ in stated))
    closes = np.where(is_ring, _of_day(agency.window.closes), max(_of_day(closes) for _, closes in stated))
    known = ~np.isnat(utc)
    fits_morning = known & (opens <= morning) & (morning < closes)
    afternoon = (morning + HALF_DAY) % np.timedelta64(DAY, "s")
    fits_afternoon = known & (opens <= afternoon) & (afternoon < closes)
    is_typed = written.no_half == TYPED
    is_doubtful = is_typed & any(_COUNTED_TO_24.search(text.casefold()) for text in texts.texts)
    to_afternoon = (written.no_half > 0) & fits_afternoon & ~fits_morning & ~is_doubtful
    as_written = fits_morning & ~fits_afternoon  # also in a column with 24-hour times
    unread = (written.no_half > 0) & ~to_afternoon & ~as_written & ~((written.no_half == STORED) & fits_morning)
    written.local[to_afternoon] += HALF_DAY
    problems.warn(to_afternoon | (is_typed & as_written), "time_half_inferred")
    problems.drop_rows(unread, texts, "time")
    leave_out_times(written, unread)


def leave_out_times(written: Written, rows: np.ndarray) -> None:
    """Keep only the date in the rows of a mask."""
    dated = rows & (written.precision_s > 0)
    written.local[dated] = written.local[dated].astype("M8[D]").astype("M8[us]")
    written.precision_s[dated] = DAY


def _of_day(clock: str) -> np.timedelta64:
    hour, minute = map(int, clock.split(":"))
    return np.timedelta64(timedelta(hours=hour, minutes=minute)).astype("m8[s]")
