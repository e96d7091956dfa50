"""Dates and times of day, as machines and as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from callanalytics.values.registry import Unreadable, parser
from callanalytics.values.zones import find_zone

MORNING_OR_AFTERNOON = "morning or afternoon? write 3:15 PM or 15:15"
MINUTE, QUARTER, HOUR, DAY = 60, 900, 3600, 86400  # [s]


class Moment(NamedTuple):
    """A clock reading as written: ``offset`` in minutes east of UTC and ``zone`` only where the cell states them.

    ``is_stored`` as in :class:`TimeOfDay`.
    """

    local: datetime
    precision_s: int = 1
    offset: int | None = None
    zone: str | None = None
    is_stored: bool = False


class TimeOfDay(NamedTuple):
    """A time of day in seconds from midnight, how exactly it was written, and the zone word if there is one.

    ``is_stored``: it was a spreadsheet's time, of which one cannot see whether somebody typed AM or nothing.
    """

    seconds: int
    precision_s: int = MINUTE
    zone: str | None = None
    is_stored: bool = False


_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_WEEKDAY = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_NAMED = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = [
    re.compile(_WEEKDAY + pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        rf"(?P<first>\d{{1,2}})([-/.])(?P<second>\d{{1,2}})\3{_YEAR}",
        rf"{_NAMED}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_NAMED},?[\s-]+{_YEAR}",
    )
]
_TIME = re.compile(
    r"""(?:(?P<about>~|about|around|approx\.?|ca\.?|circa)\s*)?
    (?:(?P<compact>\d{3,4})(?![\d:])
       |(?P<hour>\d{1,2})(?!\d)
        (?: [:.h](?P<minute>\d{2}) (?: :(?P<second>\d{2}) (?:[.,](?P<fraction>\d+))? )? )?)
    \s*(?:(?P<half>[ap])\.?\s*m\b\.?)?""",
    re.IGNORECASE | re.VERBOSE,
)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{2}):?(\d{2})", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01 and 2099-12-31, as spreadsheets count days


def tidy(text: str) -> str:
    """The text with odd blanks made plain (U+202F before AM) and a formula's ``="..."`` taken off.

    >>> tidy('="2:12"'), tidy("4:52:10\\u202fPM ")
    ('2:12', '4:52:10 PM')
    """
    text = " ".join(text.split())
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text


# ---- dates ------------------------------------------------------------------------------------------


@parser("date", "a date with its year, as in 3/1/2022 or 2022-03-01")
def read_date(text: str, order: str = "", patterns: tuple[str, ...] = ()) -> date:
    """A date: 2022-03-01, Mar 1 2022, 1 March 2022, or 3/1/2022 where the order is known.

    `order` is ``mdy`` or ``dmy``; it is decided for a whole column (:func:`date_order`), never for a cell.
    `patterns` are tried first, as in ``strptime``.

    >>> read_date("3/1/2022", order="mdy"), read_date("Tue, 1 Mar. 2022"), read_date("3/13/22", order="mdy")
    (datetime.date(2022, 3, 1), datetime.date(2022, 3, 1), datetime.date(2022, 3, 13))
    """
    for moment in _by_patterns(tidy(text), patterns):
        return moment.date()
    found, rest = _split_date(tidy(text), order)
    if rest and not re.fullmatch(r"[ T]?0?0:00(:00(\.0+)?)?", rest):
        raise Unreadable("unreadable", "a date alone, one in a cell")
    return found


def date_order(texts) -> str | None:
    """The order of day and month that a column's cells prove: ``mdy``, ``dmy``; None where they prove neither.

    A number over 12, or a weekday's name that fits one order only, proves it. A few cells to the contrary
    (at most one for ten) are slips of the pen; more of them prove nothing.

    >>> date_order(["3/4/2022", "3/13/2022"]), date_order(["3/4/2022"]), date_order(["Fri 03/04/2022"])
    ('mdy', None, 'mdy')
    """
    return winner(*order_votes(texts))


def winner(mdy: int, dmy: int) -> str | None:
    """The order that so many votes each prove; at most one in ten may be against it."""
    if not mdy + dmy or min(mdy, dmy) * 10 > max(mdy, dmy):
        return None
    return "mdy" if mdy > dmy else "dmy"


def order_votes(texts) -> tuple[int, int]:
    """How many cells can only be month/day, and how many only day/month.

    >>> order_votes(["3/4/2022", "3/13/2022", "14/3/2022"])
    (1, 1)
    """
    votes = [_order_of(text) for text in texts]
    return votes.count("mdy"), votes.count("dmy")


def needs_order(text: str) -> bool:
    """Whether a cell is a date that means another day in the other order.

    >>> needs_order("3/4/2022 9:00"), needs_order("3/3/2022"), needs_order("2022-03-04")
    (True, False, False)
    """
    match = _DATES[1].match(tidy(text))
    return bool(match) and match["first"] != match["second"] and _order_of(text) is None and int(match["second"]) <= 12


def _order_of(text: str) -> str | None:
    """The one order in which a cell can be read; None where it can be read in both, or is no such date."""
    match = _DATES[1].match(tidy(text))
    return _order_in(match) if match and not _may_begin_with_year(match) else None


def _order_in(match: re.Match) -> str | None:
    """The one order in which it is a day that exists and has the weekday it names."""
    first, second = int(match["first"]), int(match["second"])
    if first == second:
        return None
    if (first > 12) != (second > 12):  # 2/30 is no day, but no doubt about its order either
        return "dmy" if first > 12 else "mdy"
    fitting = [order for order in ("mdy", "dmy") if _date_in(match, order)]
    return fitting[0] if len(fitting) == 1 else None


def _own_order(match: re.Match) -> str:
    """The order of a cell in a column of which nothing is known."""
    if match["first"] == match["second"]:
        return "mdy"
    found = _order_in(match)
    if found is None and max(int(match["first"]), int(match["second"])) <= 12:
        raise Unreadable("ambiguous", "month/day or day/month? say which for the whole file")
    return found or "mdy"


def _may_begin_with_year(match: re.Match) -> bool:
    """22-03-01 may be the first of March 2022, or the 22nd of March 2001."""
    return match[3] == "-" and len(match["year"]) == 2 and int(match["first"]) > 12


def _date_in(match: re.Match, order: str) -> date | None:
    try:
        return _made_date(match, order)
    except ValueError:
        return None


def _split_date(text: str, order: str) -> tuple[date, str]:
    """The date a text begins with, and what stands behind it."""
    for pattern in _DATES:
        match = pattern.match(text)
        if match and not re.match(r"[^\W_T]", text[match.end() :]):
            return _made_date(match, order), text[match.end() :]
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
        return from_serial(text).date(), ""
    raise Unreadable


def _made_date(match: re.Match, order: str) -> date:
    told = match.groupdict()
    if "first" in told:
        if _may_begin_with_year(match):
            raise Unreadable("ambiguous", "the year in four digits, as in 2022-03-01")
        order = order or _own_order(match)
        told["month"], told["day"] = (told["first"], told["second"])[:: 1 if order == "mdy" else -1]
    month = told["month"] if told["month"].isdigit() else _MONTHS.index(told["month"].lower()[:3]) + 1
    try:
        found = date(_year(told["year"]), int(month), int(told["day"]))
    except ValueError:
        raise Unreadable("no_such_day", "a day that exists, as in 2/28/2022") from None
    weekday = told.get("weekday")
    if weekday and _WEEKDAYS.index(weekday.lower()) != found.weekday():
        raise Unreadable("weekday", "the weekday that this date has")
    return found


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) - (100 if int(text) > 68 else 0)


def from_serial(text: str) -> datetime:
    """A spreadsheet's day number (days from 30 December 1899, the time of day as a fraction) as a clock reading.

    >>> from_serial("44621.4201388889")
    datetime.datetime(2022, 3, 1, 10, 5)
    """
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * DAY))
    return moment


# ---- times of day -----------------------------------------------------------------------------------


@parser("time", "a time of day, as in 10:05 AM or 15:40")
def read_time(text: str) -> TimeOfDay:
    """A time of day as people write it: 10:05 AM, 9.05am, 0905, 3pm, noon; a zone may stand behind it.

    Without AM or PM, 7:00 to 12:59 are taken as written and 13:00 on is the 24-hour clock. From 1:00 to 6:59
    nobody can tell the afternoon from the night, so such a cell is not read. A spreadsheet's stored time (03:15:00)
    is given as it stands and marked.

    >>> read_time("10:05 AM ET").zone, read_time("3pm").precision_s, read_time("0905").seconds
    ('ET', 3600, 32700)
    >>> read_time("03:15:00")
    TimeOfDay(seconds=11700, precision_s=60, zone=None, is_stored=True)
    """
    time, has_half = _time(text)
    if has_half or not HOUR <= time.seconds < 7 * HOUR:
        return time
    if not re.fullmatch(r"\d\d:\d\d:\d\d", tidy(text)):
        raise Unreadable("ambiguous", MORNING_OR_AFTERNOON)
    return time._replace(is_stored=True)


@parser("time_24", "a time of day, as in 15:40 or 3:40 PM")
def read_machine_time(text: str) -> TimeOfDay:
    """A time of day as machines write it: the 24-hour clock unless AM or PM stands there.

    >>> read_machine_time("3:04 PM").seconds == read_machine_time("15:04").seconds, read_machine_time("3:15").seconds
    (True, 11700)
    """
    return _time(text)[0]


def _time(text: str) -> tuple[TimeOfDay, bool]:
    """The time, and whether AM, PM or a word settles the half of the day."""
    text = tidy(text)
    word = re.match(r"(?:12\s*)?(noon|midnight)\b", text, re.IGNORECASE)
    if word:
        seconds = 12 * HOUR if word[1].lower() == "noon" else 0
        return TimeOfDay(seconds, HOUR, _zone_word(text[word.end() :])), True
    match = _TIME.match(text)
    if not match:
        raise Unreadable
    zone = _zone_word(text[match.end() :])
    hour, minute, second = _clock_parts(match)
    exact = MINUTE if match["minute"] or match["compact"] else HOUR
    if match["hour"] and not match["minute"] and not match["half"]:
        raise Unreadable  # "10" alone may be anything
    if match["about"]:
        exact = QUARTER if exact == MINUTE else HOUR
    return TimeOfDay(hour * HOUR + minute * 60 + second, exact, zone), bool(match["half"])


def _clock_parts(match: re.Match) -> tuple[int, int, int]:
    if match["compact"]:
        hour, minute, second = int(match["compact"][:-2]), int(match["compact"][-2:]), 0
    else:
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    # "18:50 PM" is written by machines and says nothing false; "18:50 AM" does.
    if half and ((hour > 12 and half == "a") or (hour == 0 and half == "p")):
        raise Unreadable
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Unreadable("no_such_time", "a time of day, as in 10:05 AM or 15:40")
    return hour, minute, second


def _zone_word(rest: str) -> str | None:
    """The zone word behind a time; anything else there cannot be read."""
    word = rest.strip(" ,()")
    if not word:
        return None
    if _OFFSET.fullmatch(word) or find_zone(word):
        return word
    raise Unreadable("unreadable", "one time of day, with or without its zone, as in 10:05 AM ET")


# ---- date and time in one ---------------------------------------------------------------------------


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
    for moment in _by_patterns(text, patterns):
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
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
        return Moment(from_serial(text))
    day, rest = _split_date(text, order)
    return _at_time(day, rest.lstrip(" ,T"), time_of)


@parser("epoch_s", "seconds since 1970, as in 1646147100")
def read_epoch(text: str) -> Moment:
    """Seconds since 1 January 1970, UTC.

    >>> read_epoch("1504525166.228").local
    datetime.datetime(2017, 9, 4, 11, 39, 26, 228000)
    """
    return _from_epoch(int(_plain_number(text) * 1_000_000))


@parser("epoch_ms", "milliseconds since 1970, as in 1646147100000")
def read_epoch_ms(text: str) -> Moment:
    """Milliseconds since 1 January 1970, UTC.

    >>> read_epoch_ms("1467998061690").local
    datetime.datetime(2016, 7, 8, 17, 14, 21, 690000)
    """
    return _from_epoch(int(_plain_number(text) * 1_000))


def _plain_number(text: str):
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(tidy(text))
    except InvalidOperation:
        raise Unreadable from None


def _from_epoch(microseconds: int) -> Moment:
    if microseconds <= 0:  # zero is how machines write "never"
        raise Unreadable("no_moment")
    return Moment((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).replace(tzinfo=None), 1, 0)


def _by_patterns(text: str, patterns: tuple[str, ...]) -> Iterator[datetime]:
    """What the text means by each of the patterns that fits it."""
    for pattern in patterns:
        try:
            yield datetime.strptime(text, pattern)
        except ValueError:
            continue


def _aware(moment: datetime) -> Moment:
    offset = moment.utcoffset()
    return Moment(moment.replace(tzinfo=None), 1, None if offset is None else round(offset.total_seconds() / 60))


def _at_time(day: date, rest: str, time_of: Callable[[str], TimeOfDay]) -> Moment:
    midnight = datetime(day.year, day.month, day.day)
    if not rest:
        return Moment(midnight, DAY)
    time = time_of(rest)
    match = _TIME.match(rest)  # none for "noon"
    offset = _offset_minutes(time.zone)
    fraction = int(((match and match["fraction"]) or "0")[:6].ljust(6, "0"))
    exact = 1 if match and match["second"] and not time.is_stored else time.precision_s
    local = midnight + timedelta(seconds=time.seconds, microseconds=fraction)
    return Moment(local, exact, offset, time.zone if offset is None else None, time.is_stored)


def _offset_minutes(word: str | None) -> int | None:
    """Minutes east of UTC for ``Z``, ``UTC`` and numeric offsets; None for zone words, which have their summers."""
    if not word:
        return None
    if word.upper() in ("Z", "UTC", "GMT"):
        return 0
    match = _OFFSET.fullmatch(word)
    return (1 if match[1] == "+" else -1) * (int(match[2]) * 60 + int(match[3])) if match else None
