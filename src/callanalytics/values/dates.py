"""Read dates as machines and people write them, and find the order of day and month that a column proves.

The last section reads many ISO dates and times at once, the form that phone systems write by the million.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.lazy import regex
from callanalytics.values import Unreadable, parser, tidy, try_read

DAY = 86400  # [s]
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS = "mon tue wed thu fri sat sun".split()
# The name of a month or weekday, in full or as usually abbreviated, and no longer: Marquez and Montoya begin like one.
MONTH_NAME = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
MONTH_NAME += r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
MONTH_NAME += (
    r"|enero|ene|febrero|marzo|abril|abr|mayo|junio|julio|agosto|ago|sep?tiembre|octubre|noviembre|diciembre|dic)"
)
_SPANISH = {"ene": "jan", "abr": "apr", "ago": "aug", "set": "sep", "dic": "dec"}
WEEKDAY_NAME = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|weds"
WEEKDAY_NAME += r"|lun(?:es)?|martes|mi[eé](?:rcoles)?|jue(?:ves)?|vie(?:rnes)?|s[aá]b(?:ado)?|dom(?:ingo)?)"
_WEEKDAY = (  # misspelled too, because the date must fall on it
    r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun|lun|mar(?=tes|di|\.)|mi[eé]|jue|vie|s[aá]b|dom"
    r"|mer(?=credi|\.)|jeu(?=di|\.)|ven(?=dredi|\.)|sam(?=edi|\.)|dim(?=anche|\.)"
    r"|mo(?=\.)|di(?=\.|ens)|mi(?=\.|ttw)|do(?=\.|n)|fr(?=\.|eitag)|sa(?=\.)|so(?=\.|nn))[a-záé]*\.?,?\s+)?"
)
_WEEKDAYS_ABROAD = [  # Spanish, French, German
    names.split() for names in ("lun mar mie jue vie sab dom", "lun mar mer jeu ven sam dim", "mo di mi do fr sa so")
]
_YEAR = r"(?P<year>\d{4}|\d{2})"
_NAMED = rf"(?P<month>{MONTH_NAME})\.?"
_YEAR_NAMED = r"(?P<year>\d{4}|\d{2}(?!:|\s?[ap](?:\.?m)?\b))"  # Mar 5, 10a and Apr 1, 11:20 have a time
DATES = [
    regex(_WEEKDAY + pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        # The only form whose order is ambiguous; other code uses it as DATES[1].
        rf"(?P<first>\d{{1,2}})([-/.])(?P<second>\d{{1,2}})\3{_YEAR}",
        rf"{_NAMED}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR_NAMED}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?:de\s+)?{_NAMED},?[\s-]*(?:del?\s+)?{_YEAR_NAMED}",
        # Eight digits are a date only if they begin with a year of this century.
        r"(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)",
    )
]
_SERIAL = regex(r"\d{5}(\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01 and 2099-12-31, as spreadsheets count days
# The zone tables and the calendars of business days cover these years. A call in any other year is a typing error, or a
# machine's way to write "never"; no date in these years is refused for its age.
FIRST_YEAR, LAST_YEAR = 1970, 2100


@parser("date", "a date with its year, as in 3/1/2022 or 2022-03-01")
def read_date(text: str, order: str = "", patterns: tuple[str, ...] = ()) -> date:
    """A date: 2022-03-01, Mar 1 2022, 1 March 2022, or 3/1/2022 if the order is known.

    `order` is ``mdy`` or ``dmy``; it is decided for a whole column (:func:`date_order`), never for a cell.
    `patterns` are tried first, as in ``strptime``.

    >>> read_date("3/1/2022", order="mdy"), read_date("Tue, 1 Mar. 2022"), read_date("3/13/22", order="mdy")
    (datetime.date(2022, 3, 1), datetime.date(2022, 3, 1), datetime.date(2022, 3, 13))
    """
    for moment in by_patterns(tidy(text), patterns):
        return moment.date()
    found, rest = split_date(tidy(text), order)
    if rest and not re.fullmatch(r"[ T]?0?0:00(:00(\.0+)?)?", rest):
        raise Unreadable("unreadable", "a date alone, one in a cell")
    return found


def date_order(texts) -> str | None:
    """The order of day and month that a column's cells prove: ``mdy``, ``dmy``; None if they prove neither.

    A number over 12, or a weekday's name that fits only one order, proves it. Cells to the contrary count as typing
    errors up to one in ten; if there are more, neither order is proven.

    >>> date_order(["3/4/2022", "3/13/2022"]), date_order(["3/4/2022"]), date_order(["Fri 03/04/2022"])
    ('mdy', None, 'mdy')
    """
    return winner(*order_votes(texts))


def winner(mdy: int, dmy: int) -> str | None:
    """The order that these votes prove; None if the votes against exceed one for every ten in favor."""
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


RUN = 15  # this many different ambiguous days do not run one way, or all avoid weekends, by chance
WEEKENDS = 2


def order_in_sequence(texts: Iterable[str]) -> str | None:
    """The order of day and month in which the dates of a sheet, in sequence, look like days of calls; or None.

    Days of calls run forward or backward, and none is a Saturday or a Sunday. An order counts if it alone fits and
    enough days are ambiguous. For weekends, the other order must give two or more. Days whose texts are sorted too
    prove nothing by running one way, because someone may have sorted the column. If the two kinds of proof disagree,
    the result is None.

    >>> order_in_sequence(f"{month}/{day}/2022" for month in (1, 2, 3) for day in (4, 5, 6, 7, 8, 10, 11))
    'mdy'
    >>> order_in_sequence(["01/04/2022", "04/08/2022", "06/01/2022", "07/02/2022", "09/06/2022", "09/12/2022"])
    """
    doubtful = [match for text in texts if needs_order(text) and (match := DATES[1].match(tidy(text)))]
    days = {order: [_day_in(match, order) for match in doubtful] for order in ("mdy", "dmy")}
    if any(len(set(each)) < RUN for each in days.values()):
        return None
    is_of_texts = _runs([match[0] for match in doubtful])
    runs = [order for order, each in days.items() if not is_of_texts and _runs(each)]
    weekends = {order: sum(day.weekday() > 4 for day in set(each)) for order, each in days.items()}
    working = [order for order, n in weekends.items() if n == 0 and max(weekends.values()) >= WEEKENDS]
    found = {each[0] for each in (runs, working) if len(each) == 1}
    return found.pop() if len(found) == 1 else None


def _runs(values: list) -> bool:
    """Whether values run forward or backward."""
    return values in (sorted(values), sorted(values, reverse=True))


def _day_in(match: re.Match, order: str) -> date:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    month, day = (first, second) if order == "mdy" else (second, first)
    return date(year if year > 99 else 2000 + year, month, day)


def next_weekday(start: date, weekday: str) -> date | None:
    """The first day on or after `start` with this weekday, given in English or Spanish, in full or abbreviated.

    >>> next_weekday(date(2023, 9, 12), "Wed"), next_weekday(date(2023, 9, 12), "martes")
    (datetime.date(2023, 9, 13), datetime.date(2023, 9, 12))
    """
    number = _weekday_number(weekday)
    return None if number is None else start + timedelta(days=(number - start.weekday()) % 7)


def _weekday_number(name: str) -> int | None:
    """0 to 6 by the first letters of a weekday, English, Spanish, French, or German; None for another word."""
    word = name.casefold().replace("é", "e").replace("á", "a")
    found = ((names, word[: len(names[0])]) for names in (WEEKDAYS, *_WEEKDAYS_ABROAD))
    return next((names.index(short) for names, short in found if short in names), None)


def needs_order(text: str) -> bool:
    """Whether a cell is a date that gives a different day in the other order.

    >>> needs_order("3/4/2022 9:00"), needs_order("3/3/2022"), needs_order("2022-03-04")
    (True, False, False)
    """
    match = DATES[1].match(tidy(text))
    if match is None or match["first"] == match["second"]:
        return False
    return _order_of(text) is None and int(match["second"]) <= 12


def _order_of(text: str) -> str | None:
    """The one order in which a cell can be read; None if it can be read in both, or is not such a date."""
    match = DATES[1].match(tidy(text))
    return _order_in(match) if match and not _may_begin_with_year(match) else None


def _order_in(match: re.Match) -> str | None:
    """The one order in which the date exists and has the weekday it names; None if both or neither fit."""
    first, second = int(match["first"]), int(match["second"])
    if first == second:
        return None
    # Only one of the two can be a month.
    if (first > 12) != (second > 12):  # 2/30 does not exist, but its order is certain
        return "dmy" if first > 12 else "mdy"
    fitting = [order for order in ("mdy", "dmy") if try_read(partial(_made_date, match), order)]
    return fitting[0] if len(fitting) == 1 else None


def _may_begin_with_year(match: re.Match) -> bool:
    """Whether the first number may be the year: 22-03-01 may be March 1, 2022, or March 22, 2001."""
    return match[3] == "-" and len(match["year"]) == 2 and int(match["first"]) > 12


def split_date(text: str, order: str) -> tuple[date, str]:
    """The date that a text begins with, and the rest of the text."""
    for pattern in DATES:
        match = pattern.match(text)
        rest = with_colons(text[match.end() :]) if match else ""
        if match and not re.match(r"[^\W_T]", rest):
            return _made_date(match, order), rest
    if is_serial(text):
        return from_serial(text).date(), ""
    raise Unreadable


_COMPACT_TIME = regex(r"[ T_-]?([0-2]\d)([0-5]\d)([0-5]\d)(\.\d{1,9})?(?=$|[Z +-])")


def with_colons(rest: str) -> str:
    """The time of day in a stamp of figures alone, as machines write it after a date; any other text unchanged.

    >>> with_colons("133000.123"), with_colons("_133000Z"), with_colons(" 1:30 PM")
    ('T13:30:00.123', 'T13:30:00Z', ' 1:30 PM')
    """
    match = _COMPACT_TIME.match(rest)
    return f"T{match[1]}:{match[2]}:{match[3]}{match[4] or ''}{rest[match.end() :]}" if match else rest


def _made_date(match: re.Match, order: str) -> date:
    parts = match.groupdict()
    if "first" in parts:
        if _may_begin_with_year(match):
            raise Unreadable("ambiguous", "the year in four digits, as in 2022-03-01")
        if not order and match["first"] != match["second"]:  # the column's order is unknown
            order = _order_in(match) or ""
            if not order and max(int(match["first"]), int(match["second"])) <= 12:
                raise Unreadable("ambiguous", "month/day or day/month? say which for the whole file")
        parts["month"], parts["day"] = (parts["first"], parts["second"])[:: 1 if order in ("", "mdy") else -1]
    month = parts["month"] if parts["month"].isdigit() else month_number(parts["month"])
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        # As in strptime; a resulting year before 1970 is refused below.
        year += 2000 if year <= 68 else 1900
    try:
        found = date(year, int(month), int(parts["day"]))
    except ValueError:
        if "first" in parts and int(parts["month"]) > 12 >= int(parts["day"]):  # the other order would give a valid day
            order = "month/day" if parts["month"] == parts["first"] else "day/month"
            raise Unreadable("other_order", f"{order}, as the rest of the file is read (--date-order)") from None
        raise Unreadable("no_such_day", "a day that exists, as in 2/28/2022") from None
    known_year(found)
    weekday = parts.get("weekday")
    if weekday and _weekday_number(weekday) != found.weekday():
        raise Unreadable("weekday", "the weekday that this date has")
    return found


def month_number(name: str) -> int:
    """1 to 12 by the first letters of a month's name, English or Spanish.

    >>> month_number("March"), month_number("agosto")
    (3, 8)
    """
    short = name[:3].lower()
    return MONTHS.index(_SPANISH.get(short, short)) + 1


def known_year(day):
    """The date or time itself if the calendars cover its year; otherwise raise :class:`Unreadable`.

    >>> known_year(date(1, 3, 1))
    Traceback (most recent call last):
    callanalytics.values.Unreadable: no_such_year
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable("no_such_year", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def is_serial(text: str) -> bool:
    """Whether a text is a spreadsheet's day number in this century."""
    return bool(_SERIAL.fullmatch(text)) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL


def from_serial(text: str) -> datetime:
    """A spreadsheet's day number (days since December 30, 1899, the time of day as a fraction) as a date and time.

    >>> from_serial("44621.4201388889")
    datetime.datetime(2022, 3, 1, 10, 5)
    """
    # Two days before January 1, 1900: spreadsheets count that day as 1 and include a February 29, 1900.
    return datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * DAY))


def by_patterns(text: str, patterns: tuple[str, ...]) -> Iterator[datetime]:
    """The date and time of the text by each pattern that fits it."""
    for pattern in patterns:
        try:
            found = datetime.strptime(text, pattern)
        except ValueError:
            continue
        yield known_year(found)


_NAT = np.datetime64("NaT", "us")
_FIRST_MOMENT, _END_OF_YEARS = (np.datetime64(f"{year}-01-01", "us") for year in (FIRST_YEAR, LAST_YEAR + 1))
_ISO_LENGTH = 19  # bytes
_ISO_MOMENT = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$"
_ISO_FORMAT = "%Y-%m-%d %H:%M:%S"


def read_iso_moments(texts: pa.Array) -> np.ndarray:
    """``2022-03-01 10:05:00`` (space or ``T``, no offset) as datetime64[us]; NaT for everything else.

    The parser ``moment`` reads the rest one by one. A day that does not exist, or whose year no calendar covers, is NaT
    too.

    >>> read_iso_moments(pa.array(["2022-03-01T10:05:00", "3/1/2022", "2022-02-30 10:05:00"])).astype(str).tolist()
    ['2022-03-01T10:05:00.000000', 'NaT', 'NaT']
    """
    found = np.full(len(texts), _NAT)
    is_of_length = pc.fill_null(pc.equal(pc.binary_length(texts), _ISO_LENGTH), False)
    fitting = np.flatnonzero(is_of_length.to_numpy(zero_copy_only=False))
    if not len(fitting):
        return found
    chosen = texts if len(fitting) == len(texts) else texts.filter(is_of_length)
    moments = _by_arrow(chosen)
    found[fitting] = _one_by_one(chosen) if moments is None else moments
    return found


def _by_arrow(texts: pa.Array) -> np.ndarray | None:
    """The times, if all texts are such times; otherwise None. Several times as fast."""
    try:
        moments = texts.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return moments if moments.min() >= _FIRST_MOMENT and moments.max() < _END_OF_YEARS else None


def _one_by_one(texts: pa.Array) -> np.ndarray:
    """The times of texts of which some may be something else; NaT for those."""
    is_moment = pc.match_substring_regex(texts, _ISO_MOMENT)
    plain = pc.replace_substring(pc.if_else(is_moment, texts, pa.scalar(None, pa.string())), "T", " ")
    moments = pc.strptime(plain, _ISO_FORMAT, "us", error_is_null=True)
    # February 30 may be read as a day in March, so a time counts only if it formats back to the same text.
    is_same = pc.fill_null(pc.equal(pc.strftime(moments.cast(pa.timestamp("s")), _ISO_FORMAT), plain), False)
    found = moments.to_numpy(zero_copy_only=False)
    is_known = (found >= _FIRST_MOMENT) & (found < _END_OF_YEARS) & is_same.to_numpy(zero_copy_only=False)
    return np.where(is_known, found, _NAT)
