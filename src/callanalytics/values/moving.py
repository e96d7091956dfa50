"""A date moved by whole days, in the writing in which it stands: 03/04/2022, 3-Mar-22, 20220304, 44621.42."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from callanalytics.values.dates import DATES, DAY, WEEKDAY_NAME, is_serial, split_date
from callanalytics.values.registry import Unreadable, tidy
from callanalytics.values.times import read_machine_time

_IN_A_DAY = {"epoch_s": DAY, "epoch_2001": DAY, "epoch_ms": DAY * 1000}  # how many of its units a day has
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)", re.IGNORECASE)
_WEEKDAY = re.compile(WEEKDAY_NAME, re.IGNORECASE)
_LONG = "January February March April May June July August September October November December".split()


def moved(
    text: str,
    days: int,
    parse: str = "moment",
    order: str = "",
    patterns: tuple[str, ...] = (),
    otherwise: Callable[[str], str] = str,
) -> str:
    """The text of a moment so many days later; :class:`Unreadable` where no date stands in it.

    The time of day, the zone and the weekday's name are left as they are, so `days` must be whole weeks where a
    weekday is written. What stands behind a date and is no time of day becomes what `otherwise` makes of it.

    >>> moved("3/4/2022 10:05 AM", 7, order="mdy"), moved("Fri 03/04/2022", -364, order="mdy")
    ('3/11/2022 10:05 AM', 'Fri 03/05/2021')
    >>> moved("4-Mar-22", 28), moved("2022-03-04T10:05:00Z", 7), moved("44621.42", 7)
    ('1-Apr-22', '2022-03-11T10:05:00Z', '44628.42')
    >>> moved("Tuesday, MARCH 1, 2022", 35), moved("Sept. 6, 2022", 56), moved("may 3, 2022", 28)
    ('Tuesday, APRIL 5, 2022', 'November. 1, 2022', 'may 31, 2022')
    >>> moved("1646147100.12", 7, "epoch_s"), moved("20220304", 7, patterns=("%Y%m%d",))
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
    behind = text[match.end() :]
    return _written(match, then, order) + (behind if _is_time(behind) else otherwise(behind))


def _is_time(behind: str) -> bool:
    """Whether nothing stands behind a date but a time of day, with its zone or without."""
    try:
        return not behind or bool(read_machine_time(behind.lstrip(" ,T")))
    except Unreadable:
        return False


def _counted_on(text: str, units: int) -> str:
    """A count of seconds or milliseconds, its decimals as they are written; zero stays what it is: never."""
    match = re.fullmatch(r"(\d+)(\.\d*)?", text)
    if not match:
        raise Unreadable
    return text if not Decimal(match[1]) else f"{int(match[1]) + units}{match[2] or ''}"


def _written(match: re.Match, day: date, order: str) -> str:
    """The matched text with its day, month and year put in the place of those that stand there."""
    names = [name for name in ("year", "month", "day", "first", "second") if name in match.re.groupindex]
    is_month_first = order != "dmy" and not _is_day_first(match)
    meant = {"year": day.year, "month": day.month, "day": day.day}
    meant |= {"first": day.month, "second": day.day} if is_month_first else {"first": day.day, "second": day.month}
    pads = any(match[name].startswith("0") for name in names if name != "year")
    is_short = any(len(match[name]) == 1 for name in names if name != "year")
    text, start = match[0], match.start()
    for name in sorted(names, key=match.start, reverse=True):
        own = match[name]
        if name == "year":
            said = f"{meant[name] % 100:02}" if len(own) == 2 else f"{meant[name]:04}"
        elif own.isdigit():
            said = str(meant[name]) if is_short and not pads else f"{meant[name]:02}"
        else:
            said = _month_as(own, meant[name])
        text = text[: match.start(name) - start] + said + text[match.end(name) - start :]
    return _with_weekday(_ORDINAL.sub(_ordinal(day.day), text), match)


def _with_weekday(text: str, match: re.Match) -> str:
    """The weekday in the three letters by which it was read, where more stands there than its name: "Monica"."""
    found = re.match(r"[^\W\d_]+", text) if match["weekday"] else None
    word = found[0] if found else ""
    return text if not word or _WEEKDAY.fullmatch(word) else word[:3] + text[len(word) :]


def _is_day_first(match: re.Match) -> bool:
    return "first" in match.re.groupindex and int(match["first"]) > 12


def _month_as(own: str, month: int) -> str:
    """The name of another month, cut to three letters and in capitals as its own is; May is as good as cut."""
    name = _LONG[month - 1] if len(own) > 3 else _LONG[month - 1][:3]
    return name.upper() if own.isupper() else name if own[0].isupper() else name.lower()


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
