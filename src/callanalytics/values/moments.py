"""A date and a time of day in one cell: clock readings with what they state of their zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from callanalytics.values.dates import DAY, by_patterns, from_serial, is_serial, known_year, split_date
from callanalytics.values.registry import Unreadable, parser, tidy
from callanalytics.values.times import CLOCK, OFFSET, TimeOfDay, read_machine_time, read_time

_SECONDS_TO_2001 = 978_307_200  # from 1970


class Moment(NamedTuple):
    """A clock reading as written: ``offset`` in minutes east of UTC and ``zone`` only where the cell states them.

    ``no_half`` as in :class:`TimeOfDay`.
    """

    local: datetime
    precision_s: int = 1
    offset: int | None = None
    zone: str | None = None
    no_half: str = ""


@parser("moment", "a date and a time of day, as in 2022-03-01 10:05 or 3/1/2022 10:05 AM")
def read_moment(text: str, order: str = "", patterns: tuple[str, ...] = ()) -> Moment:
    """Date and time of day in one cell, with an offset if it states one.

    ISO 8601 (``T`` or blank, offset or ``Z``, fractions of any length), RFC 2822, 3/1/2022 10:05 AM, spreadsheets'
    day numbers, and any of `patterns` (as in ``strptime``).

    >>> read_moment("2019-11-01T00:00:08.2589935Z").local
    datetime.datetime(2019, 11, 1, 0, 0, 8, 258993)
    >>> read_moment("Fri, 18 Oct 2019 17:02:00 +0000").offset, read_moment("2022-02-03T09:27:27.493-0500").offset
    (0, -300)
    """
    text = tidy(text)
    for moment in by_patterns(text, patterns):
        return _aware(moment)
    return _moment(text, order, read_machine_time)


@parser("moment_by_hand", "one date, with or without a time of day, as in 3/1/2022 or 3/1/2022 10:05 AM")
def read_moment_by_hand(text: str, order: str = "") -> Moment:
    """A date with or without a time of day, as people write it: the times as ``time`` reads them.

    >>> read_moment_by_hand("3/1/2022 2 pm", order="mdy").local, read_moment_by_hand("2022-03-01").precision_s
    (datetime.datetime(2022, 3, 1, 14, 0), 86400)
    """
    return _moment(tidy(text), order, read_time)


def _moment(text: str, order: str, time_of: Callable[[str], TimeOfDay]) -> Moment:
    if is_serial(text):
        return Moment(from_serial(text))
    day, rest = split_date(text, order)
    return _at_time(day, rest.lstrip(" ,T"), time_of)


@parser("epoch_s", "seconds since 1970, as in 1646147100")
def read_epoch(text: str) -> Moment:
    """Seconds since 1 January 1970, UTC.

    >>> read_epoch("1504525166.228").local
    datetime.datetime(2017, 9, 4, 11, 39, 26, 228000)
    """
    return _from_epoch(int(_plain_number(text) * 1_000_000))


@parser("epoch_2001", "seconds since 2001, as in 667839610.5")
def read_apple_epoch(text: str) -> Moment:
    """Seconds since 1 January 2001, UTC, as Apple's systems count.

    >>> read_apple_epoch("667839610.5").local
    datetime.datetime(2022, 3, 1, 15, 0, 10, 500000)
    """
    seconds = _plain_number(text)
    return _from_epoch(int((seconds + _SECONDS_TO_2001) * 1_000_000) if seconds > 0 else 0)


@parser("epoch_ms", "milliseconds since 1970, as in 1646147100000")
def read_epoch_ms(text: str) -> Moment:
    """Milliseconds since 1 January 1970, UTC.

    >>> read_epoch_ms("1467998061690").local
    datetime.datetime(2016, 7, 8, 17, 14, 21, 690000)
    """
    return _from_epoch(int(_plain_number(text) * 1_000))


_DIGITS = 20  # more than any count of seconds, or of their parts, since 1970


def _plain_number(text: str):
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(tidy(text))
    except InvalidOperation:
        raise Unreadable from None
    # "NaN" and "inf" are numbers to a machine, and no moment; a power of ten too great would take all its memory.
    if not number.is_finite() or number.adjusted() > _DIGITS:
        raise Unreadable
    return number


def _from_epoch(microseconds: int) -> Moment:
    if microseconds <= 0:  # zero is how machines write "never"
        raise Unreadable("no_moment")
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return Moment(known_year(moment.replace(tzinfo=None)), 1, 0)


def _aware(moment: datetime) -> Moment:
    offset = moment.utcoffset()
    return Moment(moment.replace(tzinfo=None), 1, None if offset is None else round(offset.total_seconds() / 60))


def _at_time(day: date, rest: str, time_of: Callable[[str], TimeOfDay]) -> Moment:
    midnight = datetime(day.year, day.month, day.day)
    if not rest:
        return Moment(midnight, DAY)
    time = time_of(rest)
    match = CLOCK.match(rest)  # none for "noon"
    offset = _offset_minutes(time.zone)
    fraction = int(((match and match["fraction"]) or "0")[:6].ljust(6, "0"))
    exact = 1 if match and match["second"] and time.no_half != "stored" else time.precision_s
    local = midnight + timedelta(seconds=time.seconds, microseconds=fraction)
    return Moment(local, exact, offset, time.zone if offset is None else None, time.no_half)


def _offset_minutes(word: str | None) -> int | None:
    """Minutes east of UTC for ``Z``, ``UTC`` and numeric offsets; None for zone words, which have their summers."""
    if not word:
        return None
    if word.upper() in ("Z", "UTC", "GMT"):
        return 0
    match = OFFSET.fullmatch(word)
    return (1 if match[1] == "+" else -1) * (int(match[2]) * 60 + int(match[3])) if match else None
