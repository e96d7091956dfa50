"""Read times of day, and dates with times in one cell, with the zone they state.

A date can also be moved by whole days in the format it is written in: 03/04/2022, 3-Mar-22, 20220304, 44621.42.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from callanalytics import wording
from callanalytics.lazy import regex
from callanalytics.values import Unreadable, has_lost_digits, parser, tidy, try_read
from callanalytics.values.dates import (
    DATES,
    DAY,
    MONTH_NAME,
    WEEKDAY_NAME,
    by_patterns,
    from_serial,
    is_serial,
    known_year,
    split_date,
    with_colons,
)
from callanalytics.values.zones import find_zone

MORNING_OR_AFTERNOON = "morning or afternoon? write 3:15 PM or 15:15"
MINUTE, QUARTER, HOUR = 60, 900, 3600  # [s]
# A lone a or p means AM or PM only right after a digit, as in 830a; otherwise an m has to follow it.
CLOCK = regex(
    r"""(?:(?P<about>~|about|around|approx\.?|ca\.?|circa)\s*)?
    (?:(?P<compact>\d{3,4})(?![\d:])
       |(?P<hour>\d{1,2})(?!\d)
        (?: (?:[:.]|\s?h\s?)(?P<minute>\d{2}) (?: :(?P<second>\d{2}) (?:[.,](?P<fraction>\d+))? )? )?)
    \s*(?:(?P<half>(?<=\d)[ap](?!\w)|[ap](?=\.?\s*m\b))(?:\.?\s*m\b\.?)?)?""",
    re.IGNORECASE | re.VERBOSE,
)
OFFSET = regex(r"(?:utc|gmt)?([+-])(\d{2}):?(\d{2})", re.IGNORECASE)


class TimeOfDay(NamedTuple):
    """A time of day in seconds from midnight, its precision as written, and its zone word if there is one.

    24:00 is the next midnight. ``no_half`` marks times from 1:00 to 6:59 without AM or PM: ``typed`` if no one wrote
    it, ``stored`` if a spreadsheet's format hides whether someone did.
    """

    seconds: int
    precision_s: int = MINUTE
    zone: str | None = None
    no_half: str = ""


@parser("time", "a time of day, as in 10:05 AM or 15:40")
def read_time(text: str, has_parts: bool = False) -> TimeOfDay:
    """A time of day as people write it: 10:05 AM, 9.05am, 0905, 830a, 3pm, noon; a zone may follow it.

    Without AM or PM, 7:00 to 12:59 is taken as written, and 13:00 or later is the 24-hour clock. From 1:00 to 6:59 the
    cell alone does not show AM or PM, so the time is returned as written and marked. So is a spreadsheet's stored time
    (03:15:00). A range gives its start. ``has_parts``: the column holds times as fractions of a day
    (:func:`are_parts_of_day`). A cell alone never shows this: 0.5 may be half an hour billed.

    >>> read_time("10:05 AM ET").zone, read_time("3pm").precision_s, read_time("0905").seconds
    ('ET', 3600, 32700)
    >>> read_time("830a").seconds // 60, read_time("115p").seconds // 60, read_time("9a").precision_s
    (510, 795, 3600)
    >>> read_time("03:15:00")
    TimeOfDay(seconds=11700, precision_s=60, zone=None, no_half='stored')
    >>> read_time("3:15").no_half, read_time("10:05-10:50 AM").seconds == read_time("10:05-10:50a").seconds
    ('typed', True)
    """
    if has_parts and (seconds := _part_of_day(tidy(text))) is not None:
        return TimeOfDay(seconds, MINUTE, None)
    time, has_half = _read_clock(_start_of(tidy(text)))
    if has_half or not HOUR <= time.seconds < 7 * HOUR:
        return time
    is_stored = re.fullmatch(r"\d\d:\d\d:\d\d", tidy(text))
    return time._replace(no_half="stored" if is_stored else "typed")


def are_parts_of_day(texts: Iterable[str]) -> bool:
    """Whether a column shows that its fractions are times, by a time with more decimals than anyone types.

    >>> are_parts_of_day(["0.375", "0.5416667"]), are_parts_of_day(["0.3", "0.75"])
    (True, False)
    """
    return any(re.fullmatch(r"0?\.\d{4,17}", tidy(text)) and _part_of_day(tidy(text)) is not None for text in texts)


def _part_of_day(text: str) -> int | None:
    """The seconds of a time stored as a fraction of a day in whole minutes: 0.375; None for any other text.

    >>> _part_of_day("0.375"), _part_of_day("0.5416667"), _part_of_day("0.37"), _part_of_day("9.15")
    (32400, 46800, None, None)
    """
    if not re.fullmatch(r"0?\.\d{1,17}", text):
        return None
    minutes = float(text) * 24 * 60
    return round(minutes) * 60 if abs(minutes - round(minutes)) < 0.02 and minutes >= 1 else None


def _start_of(text: str) -> str:
    """The first time of a range, with AM or PM from the second and the text after it; any other text unchanged."""
    time = r"\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?\s*m?\b\.?)?"
    match = re.fullmatch(rf"({time})\s*(?:-|–|—|to)\s*({time})(\s*[a-z()]*)", text, re.IGNORECASE)
    if not match or not re.search(r"[:.]|[ap]", match[1], re.IGNORECASE):
        return text
    half = re.search(r"[ap]\.?\s*m?\b\.?$", match[2], re.IGNORECASE)
    first_half = re.search(r"[ap]\.?\s*m?\b\.?$", match[1].strip(), re.IGNORECASE)
    crosses_noon = half and _hour_of(match[1]) % 12 > _hour_of(match[2]) % 12
    return f"{match[1].strip()}{'' if first_half or not half or crosses_noon else half[0]}{match[3]}".strip()


def _hour_of(text: str) -> int:
    return int(re.sub(r"\D.*", "", text, flags=re.DOTALL))


@parser("time_24", "a time of day, as in 15:40 or 3:40 PM")
def read_machine_time(text: str) -> TimeOfDay:
    """A time of day as machines write it: the 24-hour clock unless AM or PM is written.

    >>> read_machine_time("3:04 PM").seconds == read_machine_time("15:04").seconds, read_machine_time("3:15").seconds
    (True, 11700)
    >>> read_machine_time("24:00").seconds, read_machine_time("091233") == read_machine_time("91233")
    (86400, True)
    """
    text = re.sub(r"^\d{5}$", r"0\g<0>", tidy(text))  # a spreadsheet drops the zero
    return _read_clock(with_colons(text).lstrip("T"))[0]


@lru_cache(maxsize=1 << 14)  # the reader of each column asks for the same cells
def _read_clock(text: str) -> tuple[TimeOfDay, bool]:
    """The time, and whether AM, PM, or a word settles the half of the day."""
    # 1540 hrs
    text = re.sub(r"^(\d{4}|\d{1,2}:\d\d)\s*(?:h(?:(?:ou)?rs)?|horas)\.?$", r"\1", tidy(text), flags=re.IGNORECASE)
    text = re.sub(
        r"\s+de la ma[nñ]ana$", " am", re.sub(r"\s+de la (?:tarde|noche)$", " pm", text, flags=re.I), flags=re.I
    )
    word = re.match(r"(?:12\s*)?(noon|midnight|medio ?d[ií]a)(?!\w)", text, re.IGNORECASE)
    if word:
        seconds = 0 if word[1].lower() == "midnight" else 12 * HOUR
        return TimeOfDay(seconds, HOUR, _zone_word(text[word.end() :])), True
    match = CLOCK.match(text)
    if not match:
        raise Unreadable
    zone = _zone_word(text[match.end() :])
    hour, minute, second = _clock_parts(match)
    exact = MINUTE if match["minute"] or match["compact"] else HOUR
    if match["hour"] and not match["minute"] and not match["half"] and not match["about"]:
        raise Unreadable  # "10" alone may be anything; around 10 is a time
    if match["about"]:
        exact = QUARTER if exact == MINUTE else HOUR
    return TimeOfDay(hour * HOUR + minute * 60 + second, exact, zone), bool(match["half"])


def _clock_parts(match: re.Match) -> tuple[int, int, int]:
    if match["compact"]:
        hour, minute, second = int(match["compact"][:-2]), int(match["compact"][-2:]), 0
    else:
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    # Machines write "18:50 PM", which is consistent; "18:50 AM" is not.
    if half and (hour > 23 or (hour > 12 and half == "a") or (hour == 0 and half == "p")):
        raise Unreadable
    if (hour, minute, second, half) == (24, 0, 0, ""):
        return hour, minute, second  # the end of the day written before it
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Unreadable("no_such_time", "a time of day, as in 10:05 AM or 15:40")
    return hour, minute, second


def _zone_word(rest: str) -> str | None:
    """The zone word after a time, or None if nothing follows; any other text is unreadable."""
    word = rest.strip(" ,()")
    if not word:
        return None
    if OFFSET.fullmatch(word) or find_zone(word):
        return word
    raise Unreadable("unreadable", "one time of day, with or without its zone, as in 10:05 AM ET")


_SECONDS_TO_2001 = 978_307_200  # from 1970


class Moment(NamedTuple):
    """A date and time as written, with ``offset`` in minutes east of UTC and ``zone`` only if the cell states them.

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

    It may be ISO 8601 (``T`` or space, offset or ``Z``, fractions of any length), RFC 2822, 3/1/2022 10:05 AM, a
    spreadsheet's day number, or any of `patterns` (as in ``strptime``).

    >>> read_moment("2019-11-01T00:00:08.2589935Z").local
    datetime.datetime(2019, 11, 1, 0, 0, 8, 258993)
    >>> read_moment("Mon, Feb 28, 2022 at 10:07 AM").local, read_moment("2/28/2022 @ 10:07", order="mdy").precision_s
    (datetime.datetime(2022, 2, 28, 10, 7), 60)
    >>> read_moment("20220301150500.123").local, read_moment("mar. 01/03/2022 10:05", order="dmy").local
    (datetime.datetime(2022, 3, 1, 15, 5, 0, 123000), datetime.datetime(2022, 3, 1, 10, 5))
    >>> read_moment("13:42:26 PDT 2022-03-01").local
    datetime.datetime(2022, 3, 1, 13, 42, 26)
    >>> read_moment("Tue Mar 01 2022 10:05:07 GMT-0500 (Eastern Standard Time)").offset
    -300
    >>> read_moment("Fri, 18 Oct 2019 17:02:00 +0000").offset, read_moment("2022-02-03T09:27:27.493-0500").offset
    (0, -300)
    """
    text = tidy(text)
    for moment in by_patterns(text, patterns):
        offset = moment.utcoffset()
        return Moment(moment.replace(tzinfo=None), 1, None if offset is None else round(offset.total_seconds() / 60))
    return _moment(_DATE_LAST.sub(r"\2 \1", _ZONE_TWICE.sub("", text)), order, read_machine_time)


# The time first, as in 13:42:26 PDT 2022-03-01; and a zone beside its offset: GMT-0500 (Eastern Time).
_DATE_LAST = regex(r"^(\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?(?: [A-Z]{3,4})?),? (?=\d|[A-Z][a-z])(.+)$")
_ZONE_TWICE = regex(r"\b(?:GMT|UTC)(?=[+-]\d)| ?(?<=\d )\([A-Z][a-z]+(?: [A-Z][a-z]+)+\)$|\[[A-Z]\w+/\w+\]$")


@parser("moment_by_hand", "one date, with or without a time of day, as in 3/1/2022 or 3/1/2022 10:05 AM")
def read_moment_by_hand(text: str, order: str = "") -> Moment:
    """A date with or without a time of day, as people write it; the parser ``time`` reads the time.

    >>> read_moment_by_hand("3/1/2022 2 pm", order="mdy").local, read_moment_by_hand("2022-03-01").precision_s
    (datetime.datetime(2022, 3, 1, 14, 0), 86400)
    """
    if _WITHOUT_YEAR.fullmatch(text := tidy(text)):
        raise Unreadable(wanted=WITH_YEAR)
    return _moment(text, order, read_time)


_WITHOUT_YEAR = regex(
    rf"(?:{WEEKDAY_NAME}\.?,? )?(?:\d{{1,2}}[/-]\d{{1,2}}|{MONTH_NAME}\.? \d{{1,2}})(?:,? {WEEKDAY_NAME}\.?)?"
    r"(?:[\s,@]+(?:at )?\d{1,2}(?::\d\d| ?(?=[ap])) ?(?:[ap]\.?m?\.?)?)?",
    re.IGNORECASE,
)
WITH_YEAR = "a date with its year, as in 3/1/2022; or the year in the name of the sheet or the file, as in Jan 2022"

_BETWEEN = regex(r"^(?:at\b|@|[-–—](?=\s))\s*", re.IGNORECASE)  # what may be between a date and its time


def _moment(text: str, order: str, time_of: Callable[[str], TimeOfDay]) -> Moment:
    if is_serial(text):
        return Moment(from_serial(text))
    day, rest = split_date(text, order)
    midnight = datetime(day.year, day.month, day.day)
    rest = _BETWEEN.sub("", rest.lstrip(" ,T"), count=1)
    if not rest:
        return Moment(midnight, DAY)
    time = time_of(rest)
    match = CLOCK.match(rest)  # none for "noon"
    offset = _offset_minutes(time.zone)
    fraction = int(((match and match["fraction"]) or "0")[:6].ljust(6, "0"))
    exact = 1 if match and match["second"] and time.no_half != "stored" else time.precision_s
    local = midnight + timedelta(seconds=time.seconds, microseconds=fraction)
    return Moment(local, exact, offset, time.zone if offset is None else None, time.no_half)


@parser("epoch_s", "seconds since 1970, as in 1646147100")
def read_epoch(text: str) -> Moment:
    """Read seconds since January 1, 1970, UTC.

    >>> read_epoch("1504525166.228").local
    datetime.datetime(2017, 9, 4, 11, 39, 26, 228000)
    """
    return _from_epoch(int(_plain_number(text) * 1_000_000))


@parser("epoch_2001", "seconds since 2001, as in 667839610.5")
def read_apple_epoch(text: str) -> Moment:
    """Read seconds since January 1, 2001, UTC, as Apple's systems count.

    >>> read_apple_epoch("667839610.5").local
    datetime.datetime(2022, 3, 1, 15, 0, 10, 500000)
    """
    seconds = _plain_number(text)
    return _from_epoch(int((seconds + _SECONDS_TO_2001) * 1_000_000) if seconds > 0 else 0)


@parser("epoch_ms", "milliseconds since 1970, as in 1646147100000")
def read_epoch_ms(text: str) -> Moment:
    """Read milliseconds since January 1, 1970, UTC.

    >>> read_epoch_ms("1467998061690").local
    datetime.datetime(2016, 7, 8, 17, 14, 21, 690000)
    """
    return _from_epoch(int(_plain_number(text) * 1_000))


_MAX_DIGITS = 20  # more than any count of seconds, or of fractions of them, since 1970


def _plain_number(text: str):
    if has_lost_digits(text):
        raise Unreadable("digits_lost")
    try:
        number = Decimal(tidy(text))
    except InvalidOperation:
        raise Unreadable from None
    # "NaN" and "inf" parse as numbers but are not times; a huge power of ten would use up the memory.
    if not number.is_finite() or number.adjusted() > _MAX_DIGITS:
        raise Unreadable
    return number


def _from_epoch(microseconds: int) -> Moment:
    if microseconds <= 0:  # zero is how machines write "never"
        raise Unreadable("no_moment")
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return Moment(known_year(moment.replace(tzinfo=None)), 1, 0)


def _offset_minutes(word: str | None) -> int | None:
    """Minutes east of UTC for ``Z``, ``UTC``, and numeric offsets; None for zone words, whose offset changes."""
    if not word:
        return None
    if word.upper() in ("Z", "UTC", "GMT"):
        return 0
    match = OFFSET.fullmatch(word)
    return (1 if match[1] == "+" else -1) * (int(match[2]) * 60 + int(match[3])) if match else None


_IN_A_DAY = {"epoch_s": DAY, "epoch_2001": DAY, "epoch_ms": DAY * 1000}  # units of the count in a day
_ORDINAL = regex(r"(?<=\d)(?:st|nd|rd|th)", re.IGNORECASE)
_WEEKDAY_PATTERN = regex(WEEKDAY_NAME, re.IGNORECASE)


def moved_date(
    text: str,
    days: int,
    parse: str = "moment",
    order: str = "",
    patterns: tuple[str, ...] = (),
    otherwise: Callable[[str], str] = str,
) -> str:
    """The text of a date and time moved by so many days; raise :class:`Unreadable` if it has no date.

    The time of day, the zone, and the weekday's name stay as they are, so `days` must be whole weeks if a weekday is
    written. Text after the date that is not a time of day is replaced by the result of `otherwise`.

    >>> moved_date("3/4/2022 10:05 AM", 7, order="mdy"), moved_date("Fri 03/04/2022", -364, order="mdy")
    ('3/11/2022 10:05 AM', 'Fri 03/05/2021')
    >>> moved_date("4-Mar-22", 28), moved_date("2022-03-04T10:05:00Z", 7), moved_date("44621.42", 7)
    ('1-Apr-22', '2022-03-11T10:05:00Z', '44628.42')
    >>> moved_date("Tuesday, MARCH 1, 2022", 35), moved_date("Sept. 6, 2022", 56), moved_date("may 3, 2022", 28)
    ('Tuesday, APRIL 5, 2022', 'November. 1, 2022', 'may 31, 2022')
    >>> moved_date("1646147100.12", 7, "epoch_s"), moved_date("20220304", 7, patterns=("%Y%m%d",))
    ('1646751900.12', '20220311')
    """
    if parse in _IN_A_DAY:
        return _counted_on(tidy(text), days * _IN_A_DAY[parse])
    text = tidy(text)
    for pattern in patterns:
        try:
            return (datetime.strptime(text, pattern) + timedelta(days=days)).strftime(pattern)
        except ValueError:
            continue
    if is_serial(text):
        whole, point, part = text.partition(".")
        return f"{int(whole) + days}{point}{part}"
    then = split_date(text, order)[0] + timedelta(days=days)
    match = next(m for m in (pattern.match(text) for pattern in DATES) if m)
    # The text after the date may name a client, so only a time of day is kept as it is.
    behind = text[match.end() :]
    return _in_writing(match, then, order) + (behind if _is_time(behind) else otherwise(behind))


def _is_time(behind: str) -> bool:
    """Whether the text after a date is empty or a time of day, with or without its zone."""
    return not behind or bool(try_read(read_machine_time, behind.lstrip(" ,T")))


def _counted_on(text: str, units: int) -> str:
    """A count of seconds or milliseconds plus `units`, with its decimals as written. Zero, which means never, stays."""
    match = re.fullmatch(r"(\d+)(\.\d*)?", text)
    if not match:
        raise Unreadable
    return text if not Decimal(match[1]) else f"{int(match[1]) + units}{match[2] or ''}"


def _in_writing(match: re.Match, day: date, order: str) -> str:
    """The matched text with its year, month, and day replaced by those of `day`, in the same format."""
    names = [name for name in ("year", "month", "day", "first", "second") if name in match.re.groupindex]
    is_month_first = order != "dmy" and not ("first" in match.re.groupindex and int(match["first"]) > 12)
    numbers = {"year": day.year, "month": day.month, "day": day.day}
    numbers |= {"first": day.month, "second": day.day} if is_month_first else {"first": day.day, "second": day.month}
    pads = any(match[name].startswith("0") for name in names if name != "year")
    is_short = any(len(match[name]) == 1 for name in names if name != "year")
    text, start = match[0], match.start()
    for name in sorted(names, key=match.start, reverse=True):
        old = match[name]
        if name == "year":
            new = f"{numbers[name] % 100:02}" if len(old) == 2 else f"{numbers[name]:04}"
        elif old.isdigit():
            new = str(numbers[name]) if is_short and not pads else f"{numbers[name]:02}"
        else:  # abbreviated and capitalized like the original; May counts as abbreviated
            month = wording.MONTHS[numbers[name] - 1][: None if len(old) > 3 else 3]
            new = month.upper() if old.isupper() else month if old[0].isupper() else month.lower()
        text = text[: match.start(name) - start] + new + text[match.end(name) - start :]
    return _with_weekday(_ORDINAL.sub(wording.ordinal(day.day)[-2:], text), match)


def _with_weekday(text: str, match: re.Match) -> str:
    """The text with its weekday cut to the three letters that were read, if it is not a weekday's name: "Monica"."""
    found = re.match(r"[^\W\d_]+", text) if match["weekday"] else None
    word = found[0] if found else ""
    return text if not word or _WEEKDAY_PATTERN.fullmatch(word) else word[:3] + text[len(word) :]
