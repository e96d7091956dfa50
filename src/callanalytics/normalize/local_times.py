"""Moments as a column writes them: local clock readings, the order of day and month, and the half of the day.

A time without AM or PM is completed by the rows around it or by the hours of the office, before anything is read of
it, and its row says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from callanalytics.formats import Rule
from callanalytics.normalize import numbering
from callanalytics.normalize.cells import Cells, Reading, Texts, read, taken_of
from callanalytics.normalize.numbering import EMPTY
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

NAT = np.datetime64("NaT", "us")
MANY = 5  # different dates that prove an order are more than slips of the pen


TYPED, STORED = 1, 2  # a time of day without AM or PM
HALVES = {"": 0, "typed": TYPED, "stored": STORED}


class UndecidedOrder(Exception):
    """The dates of a column fit month/day and day/month, or some the one and some the other."""

    def __init__(self, column: str, example: str, row: int, is_torn: bool):
        super().__init__(column)
        self.column, self.example, self.row, self.is_torn = column, example, row, is_torn


@dataclass
class Written:
    """What the cells say before any zone is applied; ``no_half`` says of times of day beside which no one wrote AM
    or PM whether they were typed so (`TYPED`) or are stored so by a spreadsheet (`STORED`).

    ``zone`` is the number, among ``zones``, of the IANA key that a row's own text says; -1 where it says none.
    """

    local: np.ndarray
    precision_s: np.ndarray
    offset: np.ndarray  # minutes; NaN where none is written
    zone: np.ndarray
    no_half: np.ndarray
    zones: dict[str, int]
    order: str = ""

    def numbers_of(self, reading: Reading) -> np.ndarray:
        """The zones of a reading by their numbers; one not met before gets the next."""
        return reading.numbers(self.number_of, "i4", EMPTY)

    def number_of(self, zone: str) -> int:
        return self.zones.setdefault(zone, len(self.zones))


def read_local_times(rules, cells, settings, problems, epoch, order) -> Written:
    rule = rules.get("started") or rules["date"]
    written, day = _read_moments(rule, cells, settings, problems, epoch, order)
    if rule.target == "date":  # a spreadsheet's date alone may come with a midnight that no one wrote
        written.precision_s[_is_midnight(written.local)] = DAY
    _leave_out(day, rule, rules, cells, problems)
    if rule.needed:
        problems.reject((written.precision_s == 0) & ~day.is_bad, day.name, "empty", PARSERS[rule.parse].wanted)
    time = _read_times(rules.get("time"), cells)
    problems.drop(time, "time")
    return _with_times(written, time, settings.zone)


def _read_times(rule: Rule | None, cells: Cells) -> Reading:
    """The times of day; fractions are times only in a column that shows it."""
    if rule is None or not rule.columns:
        return read(rule, cells)
    return read(rule, cells, has_parts=are_parts_of_day(cells.joined(rule.columns).texts))


# What tells of a call beside its date; with two of them a row is one, whatever stands where its date should be.
TELLING = "time wait agent_name agent_id sr_number outcome promised".split()
ENOUGH = 2
# A date with a slip in it: somebody can mend it, and should.
LIKE_DATE = re.compile(
    rf"\d{{1,4}}[/-]\d{{1,2}}|\d+\.\d+\.\d+|\d{{5}}|(?<![^\W_]){MONTH_NAME}(?![^\W\d_])|true|false", re.IGNORECASE
)


def _leave_out(day: Reading, rule: Rule, rules, cells: Cells, problems) -> None:
    """Reject rows whose date cannot be read; of a hand-kept log keep those that tell of a call, without their date.

    Only where no date stands there at all, as in *see e-mail*.
    """
    bad = day.is_bad
    if not problems.drops_cells or rule.needed or "wait" not in rules or not bad.any():
        problems.reject_bad(day)
        return
    columns = {column for name in TELLING if name in rules for column in rules[name].all_columns}
    named = {name for column in columns if (name := cells.name_of(column)) is not None}
    outside = np.zeros(cells.n, int)
    for name in named:
        outside += cells.texts((name,)).codes != EMPTY
    is_slip = numbering.of_each([*(bool(LIKE_DATE.search(text)) for text in day.texts), False], day.codes, bool)
    kept = (outside >= ENOUGH) & ~is_slip
    problems.drop(day.only(kept), "date")
    problems.reject_bad(day.only(~kept))


def _is_midnight(local: np.ndarray) -> np.ndarray:
    return local == local.astype("M8[D]").astype("M8[us]")


def _read_moments(
    rule: Rule, cells: Cells, settings, problems: Problems, epoch: np.ndarray, order: str
) -> tuple[Written, Reading]:
    """What each row says of its moment, and the reading, in which those that cannot be read are found.

    The plain ISO form is taken all at once, every other text by the parser, each distinct one once.
    """
    plain = _plain_moments(rule, cells)
    rest = np.flatnonzero(np.isnat(plain))
    others = cells.rows(rest)
    order, is_inferred = _settled_order(rule, others, settings, epoch[rest], order)
    reading = read(rule, others, order=order).turned(_as_moment)
    if is_inferred:
        of_text = [*map(needs_order, reading.texts), False]
        warned = np.zeros(cells.n, bool)
        warned[rest] = numbering.of_each(of_text, reading.codes, bool)
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
    if (column := cells.unencoded(rule.columns)) is not None:  # moments hardly repeat
        return read_iso_moments(column)
    texts = cells.joined(rule.columns)
    return np.append(read_iso_moments(pa.array(texts.texts, pa.string())), NAT)[texts.codes]


def _as_moment(value):
    """A bare date as a moment of a day's precision, so that a cell may hold either."""
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
    )
    written.zone = written.numbers_of(good.turned(lambda m: _zone_of(m.zone, office)))
    return written


def read_epochs(rule: Rule | None, cells: Cells) -> np.ndarray:
    """The moment in UTC that a row's epoch states, datetime64[us]; NaT where it states none."""
    if rule is None:
        return np.full(cells.n, NAT)
    texts = cells.joined(rule.columns)
    taken = [taken_of(text, rule.take) for text in texts.texts]
    try:
        seconds = pa.array(taken, pa.string()).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return read(rule, cells).without_problems().numbers(lambda m: np.datetime64(m.local, "us"), "M8[us]", NAT)
    known = ~np.isnan(seconds)
    scale = 1e3 if rule.parse == "epoch_ms" else 1e6
    moments = np.where(known, np.where(known, seconds, 0) * scale, np.iinfo(np.int64).min).astype(np.int64)
    return np.append(moments.view("M8[us]"), NAT)[texts.codes]


def _with_times(written: Written, time: Reading, office: str | None) -> Written:
    """Days and times of day put together; a day without a time keeps what its own cell says."""
    has_time = time.is_there & ~time.is_bad & ~np.isnat(written.local)
    seconds = time.without_problems().numbers(lambda t: t.seconds, "i8", 0)
    midnight = written.local.astype("M8[D]").astype("M8[us]")
    written.local = np.where(has_time, midnight + seconds.astype("m8[s]").astype("m8[us]"), written.local)
    exact = time.without_problems().numbers(lambda t: t.precision_s, "i4", 0)
    written.precision_s = np.where(has_time, exact, written.precision_s)
    no_half = time.without_problems().numbers(lambda t: HALVES[t.no_half], "i1", 0)
    written.no_half = np.where(has_time, no_half, written.no_half)
    own_zone = written.numbers_of(time.without_problems().turned(lambda t: _zone_of(t.zone, office)))
    written.zone = np.where(own_zone == EMPTY, written.zone, own_zone)
    return written


def _zone_of(word: str | None, office: str | None) -> str | None:
    return zones.find_zone(word, office) if word else None


def order_elsewhere(cells: Cells, rules) -> str:
    """The order of day and month that the other date columns of a table prove, taken together; "" for none."""
    texts = [
        text for rule in rules if "order" in PARSERS[rule.parse].options for text in cells.joined(rule.columns).texts
    ]
    return date_order(texts) or ""


def _settled_order(rule: Rule, cells: Cells, settings, epoch: np.ndarray, other: str) -> tuple[str, bool]:
    """The order of day and month that the column's own cells or the user settle, and whether the rows' order alone
    tells it; "" where none is in doubt.

    The user speaks for all files of a folder at once: a column that proves the contrary many times over is read
    as it proves, as a file that proves its zone is.
    """
    if "order" not in PARSERS[rule.parse].options:
        return "", False
    texts = cells.joined(rule.columns)
    return _order_of(rule, cells, settings, epoch, other, texts)


def _order_of(rule: Rule, cells: Cells, settings, epoch: np.ndarray, other: str, texts: Texts) -> tuple[str, bool]:
    mdy, dmy = order_votes(texts.texts)
    by_epoch = _order_by_epoch(rule, cells, epoch)
    proven, stated = winner(mdy, dmy) or by_epoch, rule.order if rule.order in ("mdy", "dmy") else None
    if settings.date_order:
        return (proven if proven and (by_epoch or max(mdy, dmy) >= MANY) else settings.date_order), False
    torn = bool(proven is None and mdy and dmy) or bool(proven and stated and proven != stated)
    known = proven or stated or other
    found = known or _order_in_sequence(rule, texts)
    doubtful = next((text for text in texts.texts if needs_order(text)), None)
    if torn or (doubtful and not found):
        example = doubtful or next(text for text in texts.texts if order_votes([text]) != (0, 0))
        raise UndecidedOrder(texts.name, example, int(np.argmax(texts.codes == texts.texts.index(example))), torn)
    return found or "", bool(found and not known)


def _order_in_sequence(rule: Rule, texts: Texts) -> str | None:
    """The order that the days of a hand-kept sheet show as they stand one below the other."""
    if rule.parse != "moment_by_hand":
        return None
    return order_in_sequence(texts.texts[code] for code in texts.codes.tolist() if code != EMPTY)


def _order_by_epoch(rule: Rule, cells: Cells, epoch: np.ndarray) -> str | None:
    """The order in which the local times lie within a day of the epoch beside them, if only one does."""
    if np.isnat(epoch).all():
        return None
    near = {}
    for order in ("mdy", "dmy"):
        local = _from_moments(read(rule, cells, order=order).turned(_as_moment)).local
        known = ~np.isnat(local) & ~np.isnat(epoch)
        near[order] = float(np.mean(np.abs(local - epoch)[known] <= np.timedelta64(15, "h"))) if known.any() else 0.0
    best, other = sorted(near, key=near.__getitem__, reverse=True)
    return best if near[best] > 0.9 and near[other] < 0.9 else None


HALF_DAY = np.timedelta64(12, "h")


def complete_halves(written: Written, utc: np.ndarray, rules, cells: Cells, problems: Problems, agency) -> None:
    """Move each such time to the half of the day in which somebody can have answered; leave it out where both fit.

    People answer between the live hours of the agency's lines, and it calls back within its window; the zone of each
    row counts. In a column of typed times that counts to 24 elsewhere, 3:15 may be meant as it stands: it is left out
    unless it fits as it stands, and only so.
    """
    rule = rules.get("time") or rules.get("started") or rules["date"]
    texts = cells.joined(rule.columns)
    if agency is None or not problems.drops_cells:
        problems.reject(written.no_half > 0, texts.name, "ambiguous", MORNING_OR_AFTERNOON, texts.text_of)
        return
    local = zones.to_local(utc, agency.timezone)
    morning = (local - local.astype("M8[D]")).astype("m8[s]")
    is_ring = read(rules.get("kind"), cells).are("ring")
    opens, closes = (np.where(is_ring, *pair) for pair in zip(_window(agency), _live_hours(agency), strict=True))
    known = ~np.isnat(utc)
    fits_morning = known & (opens <= morning) & (morning < closes)
    afternoon = (morning + HALF_DAY) % np.timedelta64(DAY, "s")
    fits_afternoon = known & (opens <= afternoon) & (afternoon < closes)
    is_typed = written.no_half == TYPED
    is_doubtful = is_typed & _counts_to_24(texts.texts)
    to_afternoon = (written.no_half > 0) & fits_afternoon & ~fits_morning & ~is_doubtful
    as_written = fits_morning & ~fits_afternoon  # in a column that counts to 24 as well
    unread = (written.no_half > 0) & ~to_afternoon & ~as_written & ~((written.no_half == STORED) & fits_morning)
    written.local[to_afternoon] += HALF_DAY
    problems.warn(to_afternoon | (is_typed & as_written), "time_half_inferred")
    problems.drop_rows(unread, texts, "time")
    leave_out_times(written, unread)


def leave_out_times(written: Written, rows: np.ndarray) -> None:
    """Keep the date alone of the rows of a mask."""
    dated = rows & (written.precision_s > 0)
    written.local[dated] = written.local[dated].astype("M8[D]").astype("M8[us]")
    written.precision_s[dated] = DAY


def _counts_to_24(texts: list[str]) -> bool:
    """Whether a column has times such as 15:40 without PM, as people write who count the hours to 24."""
    times = (re.search(r"(?<![\d:/-])(1[3-9]|2[0-3]):\d\d(?!:\d)(?!\s*[ap])", text.casefold()) for text in texts)
    return any(times)


def _window(agency) -> tuple[np.timedelta64, np.timedelta64]:
    """The hours in which the agency calls back, Eastern."""
    return _of_day(agency.window.opens), _of_day(agency.window.closes)


def _live_hours(agency) -> tuple[np.timedelta64, np.timedelta64]:
    """From when to when people answer on some line of the agency, Eastern."""
    hours = [hours for line in agency.lines for hours in line.hours]
    return min(_of_day(each.opens) for each in hours), max(_of_day(each.closes) for each in hours)


def _of_day(clock: str) -> np.timedelta64:
    hour, minute = map(int, clock.split(":"))
    return np.timedelta64(timedelta(hours=hour, minutes=minute)).astype("m8[s]")
