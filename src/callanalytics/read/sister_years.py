"""The year of a sheet whose days have none, by the days of the other sheets of its book."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date

from callanalytics.read.table import TextTable

_WEEKDAY = r"\W*(?:[^\W\d]{2,9}\W+)?"
_WHOLE_DATE = re.compile(
    rf"{_WEEKDAY}(?:(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    r"|(?P<m2>\d\d?)[/.-](?P<d2>\d\d?)[/.-](?:20)?(?P<y2>\d\d)(?![\d:]))"
)
_DAY_ALONE = re.compile(rf"(?P<weekday>{_WEEKDAY})(?P<month>\d\d?)[/.-](?P<day>\d\d?)(?![\d:/.-])")
WEEKDAYS = "mon tue wed thu fri sat sun".split()
_NEAR = 100  # days between a sheet and its sisters; a year that is farther off is not theirs


def with_years_beside(tables: list[TextTable], date_columns: list[str]) -> list[TextTable]:
    """Each sheet whose days have no year with the one year that brings them next to the days of its sisters.

    Not where a name of the sheet or the file has two digits, which may be a year.
    """
    whole = [_whole_days(table, name) for table, name in zip(tables, date_columns, strict=True)]
    sisters = sorted({day for days in whole for day in days})
    return [
        table
        if days or not sisters or re.search(r"\d\d", f"{table.sheet} {table.file.stem}")
        else replace(table, year_beside=_year_beside(_days_alone(table, name), sisters))
        for table, days, name in zip(tables, whole, date_columns, strict=True)
    ]


def _texts_of(table: TextTable, name: str) -> list[str]:
    return [text for text in table.cells.column(name).to_pylist() if text] if name in table.header else []


def _whole_days(table: TextTable, name: str) -> list[date]:
    """The days with a year in a sheet's column of days; those that are in no order of month and day are left out."""
    found = [match.groupdict() for text in _texts_of(table, name) if (match := _WHOLE_DATE.match(text))]
    parts = [(int(g["y"] or f"20{g['y2']}"), int(g["m"] or g["m2"]), int(g["d"] or g["d2"])) for g in found]
    return [date(*part) for part in parts if _is_day(*part)]


def _days_alone(table: TextTable, name: str) -> list[tuple[int, int, str]]:
    """Month, day, and weekday ("" for none) of the days without a year, each written month first."""
    found = filter(None, map(_DAY_ALONE.match, _texts_of(table, name)))
    return [(int(m["month"]), int(m["day"]), m["weekday"].strip(" ,.").casefold()[:3]) for m in found]


def _year_beside(days: list[tuple[int, int, str]], sisters: list[date]) -> str:
    """The one year that brings all days between the sisters' first and last, or next to them; "" for none.

    Not a year in which they fall on other weekdays than they say.
    """
    first, last = sisters[0], sisters[-1]
    far = {}
    for year in range(first.year - 1, last.year + 2):
        dated = [date(year, month, day) for month, day, _ in days if _is_day(year, month, day)]
        if dated and len(dated) == len(days) and all(map(_falls_on, dated, days)):
            far[year] = max((first - min(dated)).days, (max(dated) - last).days, 0)
    nearest = [year for year, apart in far.items() if apart == min(far.values()) and apart <= _NEAR]
    return str(nearest[0]) if len(nearest) == 1 else ""


def _falls_on(day: date, stated: tuple[int, int, str]) -> bool:
    return stated[2] not in WEEKDAYS or WEEKDAYS[day.weekday()] == stated[2]


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
