"""Complete dates not written in full: blank under a dated row, a ditto mark, a day without its year.

They are completed as a careful reader would complete them, before they are read, and their rows get a warning.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa

from callanalytics.formats import Rule
from callanalytics.lazy import regex
from callanalytics.normalize.cells import Cells, read
from callanalytics.normalize.problems import Problems
from callanalytics.values import lexicon, tidy, try_read
from callanalytics.values.dates import (
    DATES,
    MONTH_NAME,
    WEEKDAY_NAME,
    date_order,
    month_number,
    next_weekday,
    order_votes,
    read_date,
)
from callanalytics.values.moments import Moment
from callanalytics.values.phones import placeholder

NO_DAY = np.datetime64("NaT", "D")
_WEEKDAY = rf"(?:{WEEKDAY_NAME}\.?,?\s+)?"
_WITHOUT_YEAR = [
    regex(_WEEKDAY + pattern, re.IGNORECASE)
    for pattern in (
        # Not if a year, a range, or a clock time follows.
        r"(?P<first>\d{1,2})(?P<between>[/-])(?P<second>\d{1,2})(?!\d|[/.:-]\d)",
        # May 9:30 and May 4 pm are times, and May 2, 2023 has its year.
        rf"(?P<name>{MONTH_NAME})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:|,?\s+\d{{4}}|[ap]\.?m)",
        # 2 May 23 has its year; 2 May 10:30 and 2 May 10a have a time.
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:de\s+)?(?P<name>{MONTH_NAME})\b\.?(?!,?[\s-]+\d{{2,4}}(?!:|\s?[ap](?:\.?m)?\b))",
    )
]


def complete(
    cells: Cells,
    rule: Rule | None,
    year: str,
    problems: Problems,
    stated_order: str,
    passed: Mapping[int, str],
) -> Cells:
    """The cells with every date of a column written in full, as far as the rows around it or the sheet show it.

    A blank date, a ditto mark, and a word for nothing take the day of the row above, unless that date cannot be read.
    A day without a year takes the year that puts it between the dated rows around it. Otherwise it takes the year in
    the sheet's name (`year`) if that keeps the rows in order, else the year nearest to those rows. A date that nothing
    completes stays as it is. ``passed`` maps a row to the date of the row set aside right above it.
    """
    name = _column_of(cells, rule)
    if rule is None or name is None:
        return cells
    cells = _with_weekdays_first(cells, name)
    written = cells.texts((name,))
    yearless = [_without_year(text) for text in written.texts]
    repeats = [_is_ditto(text) or bool(placeholder(text)) for text in written.texts]
    if not any(yearless) and not any(repeats) and (written.codes >= 0).all():
        return cells
    order = stated_order or date_order([with_any_year(text) for text in written.texts]) or rule.order
    order = order if order in ("mdy", "dmy") else "mdy"
    full = _days(cells, rule, order)
    following = _next_of(full)
    texts: list[str | None] = [written.text_of(row) for row in range(cells.n)]
    is_repeat, has_no_year = np.zeros(cells.n, bool), np.zeros(cells.n, bool)
    above: np.datetime64 = NO_DAY
    above_text = None
    direction = _direction(full, [yearless[code] for code in written.codes if code >= 0], order)
    for row, text in enumerate(texts):
        code, around = written.codes[row], (above, following[row], year, order, direction)
        if (date_passed := passed.get(row)) and not headed_year(date_passed):
            above_text = _whole_date(date_passed, around)
        if headed := headed_year(text):  # applies to the rows under it, whatever is above
            year, above, above_text = headed, NO_DAY, None
        elif text is None or repeats[code]:
            if above_text is not None:
                texts[row], is_repeat[row] = above_text, True
        else:
            above = full[row]
            if np.isnat(above) and (match := yearless[code]) and (found := _year_of(match, *around)):
                text, above, has_no_year[row] = _dated(match, found), _day_of(match, found, order), True
            texts[row], above_text = text, None if np.isnat(above) else _date_part(text)
    problems.warn(is_repeat, "date_from_above")
    problems.warn(has_no_year, "year_inferred")
    return cells.with_column(name, pa.array(texts, pa.string()))


def with_dittos(cells: Cells, names: set[str]) -> Cells:
    """The cells of these columns with each ditto mark replaced by the text above it."""
    for name in sorted(names):
        written = cells.texts((name,))
        dittos = [_is_ditto(text) for text in written.texts]
        if any(dittos):
            texts: list[str | None] = []
            for row, code in enumerate(written.codes):
                is_repeat = code >= 0 and dittos[code] and row > 0
                texts.append(texts[-1] if is_repeat else written.text_of(row))
            cells = cells.with_column(name, pa.array(texts, pa.string()))
    return cells


def _whole_date(text: str, around: tuple) -> str | None:
    """The date with which a text begins, with its year as the rows around it show it; None if they do not."""
    match = _without_year(text)
    found = _year_of(match, *around) if match else None
    if match and found:
        text = _dated(match, found)
    return _date_part(text) if found or not match else None


def _with_weekdays_first(cells: Cells, name: str) -> Cells:
    """The cells with each weekday moved before its date, where it can be read: 3/14/24 (Thu), May 2 Thursday."""
    written = cells.texts((name,))
    turned = [_WEEKDAY_LAST.sub(r"\2 \1", tidy(text)) for text in written.texts]
    if not any(map(_WEEKDAY_LAST.fullmatch, map(tidy, written.texts))):
        return cells
    return cells.with_column(
        name, pa.array([turned[code] if code >= 0 else None for code in written.codes], pa.string())
    )


_WEEKDAY_LAST = regex(rf"(?i)(.*\d)[ ,]+\(?({WEEKDAY_NAME})\.?\)?")
_HEAD = regex(rf"(?:{MONTH_NAME}\.?,?\s+(?:de\s+|del\s+)?|(?:year|año)\s+)?(20\d\d)", re.IGNORECASE)


def turned_back(cells: Cells, rule: Rule, stated_order: str | None) -> tuple[Cells, np.ndarray]:
    """The cells of a workbook with the day and month of its dates exchanged, if a spreadsheet turned them; and those
    rows.

    Where the day comes first, a spreadsheet takes 03/05/2022 for May 3, and leaves 03/15/2022 a text.
    """
    untouched = cells, np.zeros(cells.n, bool)
    names = [name for column in rule.columns if (name := cells.name_of(column)) is not None]
    if not cells.is_workbook or len(names) != 1 or rule.cases:
        return untouched
    written = cells.texts((names[0],))
    dates = [_DAY_OF_CELL.match(text) for text in written.texts]
    votes = order_votes(text for text, date in zip(written.texts, dates, strict=True) if not date)
    found, n_texts = list(filter(None, dates)), len(dates) - sum(map(bool, dates))
    is_proven = min(len(found), n_texts) >= FEWEST_TURNED and max(votes) == n_texts
    order = "mdy" if votes[0] else "dmy"
    if not is_proven or stated_order not in (None, "", order) or any(int(date["day"]) > 12 for date in found):
        return untouched
    texts = [_DAY_OF_CELL.sub(r"\g<year>-\g<day>-\g<month>", text) for text in written.texts]
    is_other = np.array([text != before for text, before in zip(texts, written.texts, strict=True)] + [False])
    column = pa.array([*texts, None]).take(pa.array(written.codes % (len(texts) + 1)))
    return cells.with_column(names[0], column), is_other[written.codes]


FEWEST_TURNED = 3  # fewest dates, and fewest texts beside them, that show that a spreadsheet turned the dates
_DAY_OF_CELL = regex(r"^(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")


def headed_year(text: str | None) -> str:
    """The year of a heading above rows that is a month with its year, or a year alone; "" for any other text.

    >>> headed_year("MAY 2023"), headed_year("2023"), headed_year("5/1")
    ('2023', '2023', '')
    """
    match = _HEAD.fullmatch(tidy(text)) if text else None
    return match[1] if match else ""


def is_of_first(title: str, days: Sequence[str]) -> bool:
    """Whether a title is a month with its year, and the first of the days without a year below it is in that month.

    Over other days it may be the month in which the list was printed.

    >>> is_of_first("March 2025", ["3/20", "4/2"]), is_of_first("March 2025", ["11/27", "3/5"])
    (True, False)
    """
    first = next(filter(None, map(_without_year, days)), None)
    if first is None or not headed_year(title):
        return False
    found = [_day_of(first, 2020, order) for order in ("mdy", "dmy")]
    own = regex(MONTH_NAME, re.IGNORECASE).match(tidy(title))
    return own is not None and month_number(own[0]) in {day.astype(date).month for day in found if not np.isnat(day)}


def are_of_a_month(days: Sequence[str], month: str, number: int) -> bool:
    """Whether days without a year are of a whole month, so that a number next to the month's name is its year.

    A tab named Mar 24 may be of the weeks that begin or end on that day: then a day of another month is in it, or none
    is farther off than two weeks. It may also be all of the month until that day: then that day is the last.
    """
    matches = list(filter(None, map(_without_year, days)))
    found = [[_day_of(match, 2020, order).astype(date) for match in matches] for order in ("mdy", "dmy")]
    whole = next((own for own in found if all(day and day.month == month_number(month) for day in own)), [])
    numbers = {day.day for day in whole}
    return any(abs(day - number) > WEEKS_LONG for day in numbers) and max(numbers) != number


WEEKS_LONG = 14  # days
_NEAR = np.timedelta64(100, "D")  # a year that puts days farther off is not that of the other sheets


def year_beside(cells: Cells, rule: Rule | None, beside: Sequence[str], stated_order: str) -> str:
    """The one year that puts all days of a sheet, none with a year, among the dates `beside` it or within 100 days.

    "" if no year or more than one does. A year must also fit the weekdays that the dates state.
    """
    name = _column_of(cells, rule)
    own = [text for text in cells.texts((name,)).texts if text] if name is not None else []
    matches = [match for text in own if (match := _without_year(text))]
    if not own or len(matches) < len(own):
        return ""
    order = stated_order or date_order([with_any_year(text) for text in (*own, *beside)]) or "mdy"
    days = [day for text in beside if not np.isnat(day := _whole_day(text, order))]
    if not days:
        return ""
    first, last = min(days), max(days)
    apart = {}
    for year in range(_year(first) - 1, _year(last) + 2):
        dated = [_day_of(match, year, order) for match in matches]
        if not any(map(np.isnat, dated)) and all(map(_falls_on, own, dated)):
            apart[year] = max(first - min(dated), max(dated) - last, np.timedelta64(0, "D"))
    near = [year for year, days_apart in apart.items() if days_apart <= _NEAR]
    return str(near[0]) if len(near) == 1 else ""


def year_at_start(cells: Cells, rule: Rule | None, first: int, stated_order: str) -> str:
    """The year of the first row of a sheet of the year `first` and the next, if its days, none with a year, pass New
    Year once; "" if they may pass it never or twice, or in either direction."""
    name = _column_of(cells, rule)
    written = cells.texts((name,)) if name is not None else None
    rows = [text for row in range(cells.n) if written and (text := written.text_of(row))]
    matches = [match for text in rows if (match := _without_year(text))]
    if not rows or len(matches) < len(rows):
        return ""
    order = stated_order or date_order(map(with_any_year, rows)) or "mdy"
    days = np.array([_day_of(match, 2020, order) for match in matches]).astype(int)
    for oldest, number in ((first, days), (first + 1, -days)):  # the newest row may be first
        steps = np.diff(number)
        # A row out of order steps back, too, but by less than New Year does.
        over = steps[abs(steps) > 366 - _NEAR.astype(int)]
        if (over < 0).tolist() == [True] and (steps < 0).sum() == 1 < (steps > 0).sum():
            return str(oldest)
    return ""


def _year(day: np.datetime64) -> int:
    return day.astype(date).year


def _whole_day(text: str, order: str) -> np.datetime64:
    day = None if _without_year(text) else try_read(read_date, _date_part(text), order=order)
    return NO_DAY if day is None else np.datetime64(day, "D")


def any_day(text: str | None) -> date | None:
    """The day with which a text begins, in whichever order of day and month it can be read; None if in neither."""
    days = (_whole_day(text, order) for order in ("mdy", "dmy") if text)
    return next((day.astype(date) for day in days if not np.isnat(day)), None)


def _falls_on(text: str, day: np.datetime64) -> bool:
    stated, found = re.match(WEEKDAY_NAME, tidy(text), re.IGNORECASE), day.astype(date)
    return stated is None or next_weekday(found, stated[0]) in (None, found)


def with_year(text: str, day: np.datetime64, order: str, within: np.timedelta64) -> str:
    """A date with the year that makes it the first such day on or after `day`, if it is `within` that time."""
    match = _without_year(text)
    if match is None or np.isnat(day):
        return text
    first = day.astype("M8[D]").astype(date).year
    for year in (first, first + 1):
        found = _day_of(match, year, order or "mdy")
        if not np.isnat(found) and np.timedelta64(0, "D") <= found - day.astype("M8[D]") <= within:
            return _dated(match, year)
    return text


_DATE = rf"(?:{MONTH_NAME}\.?\s+\d{{1,2}}|\d{{1,2}}/\d{{1,2}})(?:(?:,\s*|\s+|/)\d{{2,4}})?(?!\d)"
_PERIOD = regex(rf"({_DATE})\s*(?:-|–|—|to|through|thru)\s*({_DATE})", re.IGNORECASE)
_BILLED = regex(rf"\b(?:bill(?:ing)?|invoice|statement)\b[^\d]*?\b(?:date|of)\b[^\d]*?({_DATE})", re.IGNORECASE)
BILLED_DAYS = np.timedelta64(62, "D")  # before its own date, those of which a bill is


def stated_period(around: Sequence[Sequence[str]]) -> tuple[np.datetime64, np.datetime64] | None:
    """The first and the last day that rows outside a table say it is of, or the two months before the date of a bill.

    None if nothing or more than one thing says it, or if it is longer than a year.

    >>> stated_period([("Bill period", "Dec 26 - Jan 25, 2024")])
    (np.datetime64('2023-12-26'), np.datetime64('2024-01-25'))
    """
    texts = [" ".join(row) for row in around]
    found: set[tuple[np.datetime64, np.datetime64]] = set()
    for pattern in (_PERIOD, _BILLED):
        matches = [match for text in texts for match in pattern.finditer(text)] if not found else []
        for match in matches:
            last = _whole_day(match[match.lastindex or 0], "mdy")
            first = last - BILLED_DAYS if pattern is _BILLED else _whole_day(match[1], "mdy")
            if np.isnat(first) and not np.isnat(last) and (own := _without_year(match[1])):
                years = (last.astype(date).year, last.astype(date).year - 1)
                first = next((day for year in years if (day := _day_of(own, year, "mdy")) <= last), NO_DAY)
            found |= {(first, last)}
    period = found.pop() if len(found) == 1 else (NO_DAY, NO_DAY)
    return period if np.timedelta64(0, "D") <= period[1] - period[0] < _YEAR_LONG else None


def order_of_report(around: Sequence[Sequence[str]]) -> str | None:
    """The order of day and month in what a report says of itself; None if that proves none.

    >>> order_of_report([("From 05/01/2024 12:00 AM", "to 05/31/2024 11:59 PM")]), order_of_report([("05/01/2024",)])
    ('mdy', None)
    """
    return date_order(day for row in around for day in _DAY_IN_FIGURES.findall(" ".join(row)))


_DAY_IN_FIGURES = regex(r"(?<![\d/])\d{1,2}/\d{1,2}/\d{2,4}(?![\d/])")


def with_stated_years(table):
    """The table, with the years of the period that it states put into each column of days that have none.

    The period also shows the order of day and month, if only one order puts every day into it.
    """
    period = stated_period(table.around) if table.around else None
    if period is None:
        return table
    cells = table.cells
    for place, name in enumerate(cells.column_names):
        texts = cells.column(place).to_pylist()
        own = [text for text in texts if text]
        if own and all(map(_without_year, own)):
            ways = [[_in_period(text, period, order) for text in texts] for order in ("mdy", "dmy")]
            whole = [way for way in ways if all(day or not text for day, text in zip(way, texts, strict=True))]
            if whole and all(way == whole[0] for way in whole):
                cells = cells.set_column(place, name, pa.array(whole[0], pa.string()))
    return table if cells is table.cells else replace(table, cells=cells)


def _in_period(text: str | None, period: tuple[np.datetime64, np.datetime64], order: str) -> str | None:
    """A text that begins with a day without a year, with that day of the period in full; None if it has none."""
    first, last = period
    if (match := _without_year(text or "")) is None:
        return None
    days = (_day_of(match, year, order) for year in range(_year(first), _year(last) + 1))
    return next((str(day) + match.string[match.end() :] for day in days if first <= day <= last), None)


def a_year_off(days: np.ndarray) -> np.ndarray:
    """Mask of rows dated a year before or after the rows around them, in a sheet otherwise in chronological order.

    ``days`` is the day of each row, NaT for none. At either end of the sheet, the row has to be near its neighbor.

    >>> rows = "2023-11-06 2023-12-01 2023-12-19 2023-01-04 2024-01-09 2024-02-03".split()
    >>> a_year_off(np.array(rows, "M8[D]")).tolist()
    [False, False, False, True, False, False]
    """
    found = np.zeros(len(days), bool)
    dated = np.flatnonzero(~np.isnat(days))
    number = days[dated].astype("M8[D]").astype(int)
    number *= -1 if (np.diff(number) < 0).sum() > (np.diff(number) > 0).sum() else 1  # the newest row may be first
    line = _in_order(number)
    off = np.setdiff1d(np.arange(len(number)), line)
    if len(off) > len(number) / 4 or len(line) < 4:
        return found
    after = np.searchsorted(line, off)
    near = _NEAR.astype(int)
    around = np.concatenate([[number[line[0]] - near], number[line], [number[line[-1]] + near]])
    low, high = around[after], around[after + 1]
    for year in (-365, 365):
        moved = number[off] + year
        found[dated[off[(moved >= low - 1) & (moved <= high + 1)]]] = True  # a leap year has one more day
    return found


def _in_order(number: np.ndarray) -> np.ndarray:
    """The indexes of the longest run of numbers, not always adjacent, that never decreases."""
    ends: list[int] = []  # for each length of run so far, the index of its smallest last number
    before = np.full(len(number), -1)
    for place, value in enumerate(number.tolist()):
        length = bisect_right(ends, value, key=lambda end: number[end])
        before[place] = ends[length - 1] if length else -1
        ends[length : length + 1] = [place]
    found = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return np.array(found[::-1], int)


def _column_of(cells: Cells, rule: Rule | None) -> str | None:
    """The one column of dates that a rule means in this table; None if there is none, or more than one."""
    if rule is None or rule.cases or rule.take or rule.patterns or rule.parse not in ("date", "moment_by_hand"):
        return None
    present = [name for column in rule.columns if (name := cells.name_of(column)) is not None]
    return present[0] if len(present) == 1 else None


def _is_ditto(text: str) -> bool:
    words = lexicon.tokens(tidy(text))
    found = lexicon.phrases("ditto").match(words, 0)
    return found is not None and found[1] == len(words)


def _without_year(text: str) -> re.Match | None:
    """Match the date without a year at the start of a text; None for any other text."""
    text = tidy(text)
    if any(pattern.match(text) for pattern in DATES):
        return None
    return next(filter(None, (pattern.match(text) for pattern in _WITHOUT_YEAR)), None)


def with_any_year(text: str) -> str:
    """A date without a year as a date in 2021, to use its day and month; any other text unchanged."""
    match = _without_year(text)
    return _dated(match, 2021) if match else text


def _dated(match: re.Match, year: int) -> str:
    """The text of a date without a year, with a year added after its day and month."""
    parts = match.groupdict()
    if parts.get("between"):
        day = f"{parts['first']}{parts['between']}{parts['second']}{parts['between']}{year}"
    else:
        day = f"{parts['name']} {parts['day']}, {year}"
    weekday = re.match(_WEEKDAY, match.string, re.IGNORECASE)
    return (weekday[0] if weekday else "") + day + match.string[match.end() :]


def _day_of(match: re.Match, year: int, order: str) -> np.datetime64:
    """The day of a date without a year in the given year; NaT if there is no such day."""
    parts = match.groupdict()
    if parts.get("between"):
        month, day = (int(parts["first"]), int(parts["second"]))[:: 1 if order == "mdy" else -1]
    else:
        month, day = month_number(parts["name"]), int(parts["day"])
    try:
        return np.datetime64(date(year, month, day), "D")
    except ValueError:
        return NO_DAY


def _date_part(text: str) -> str:
    text = tidy(text)
    match = next(filter(None, (pattern.match(text) for pattern in DATES)), None)
    return match[0] if match else text


def _days(cells: Cells, rule: Rule, order: str) -> np.ndarray:
    good = read(rule, cells, order=order).without_problems()
    return good.numbers(lambda d: np.datetime64(d.local if isinstance(d, Moment) else d, "D"), "M8[D]", NO_DAY)


def _next_of(days: np.ndarray) -> np.ndarray:
    found, following = np.full(len(days), NO_DAY), NO_DAY
    for row in range(len(days) - 1, -1, -1):
        found[row] = following
        following = following if np.isnat(days[row]) else days[row]
    return found


def _direction(days: np.ndarray, yearless: Sequence[re.Match | None], order: str) -> int:
    """1 if a sheet's oldest row is first, -1 if its newest is, 0 if neither shows.

    The first and last dates decide; with fewer than two, most steps between days without a year do.
    """
    dated = days[~np.isnat(days)]
    if len(dated) < 2:
        in_one_year = [_day_of(match, 2020, order) for match in yearless if match]
        steps = np.diff(np.array(in_one_year, "M8[D]")).astype("m8[D]")
        return int(np.sign((steps > np.timedelta64(0, "D")).sum() - (steps < np.timedelta64(0, "D")).sum()))
    return 1 if dated[0] <= dated[-1] else -1


_YEAR_LONG = np.timedelta64(365, "D")


def _year_of(match: re.Match, above, below, sheet: str, order: str, direction: int) -> int | None:
    """The year of a date without one, from the dated rows around it and the sheet's name; None if neither shows it."""
    near = [day for day in (above, below) if not np.isnat(day)]
    years = sorted({day.astype(date).year + step for day in near for step in (-1, 0, 1)})
    fitting = {year: found for year in years if not np.isnat(found := _day_of(match, year, order))}
    if len(near) == 2:
        first, last = sorted(near)
        between = [year for year, day in fitting.items() if first <= day <= last]
        if len(between) == 1:
            return between[0]
    if not np.isnat(above) and sheet and (named := fitting.get(int(sheet))):
        # Less than a year: a row of one December may be above rows of the next.
        if named == above or (direction == (1 if named > above else -1) and abs(named - above) < _YEAR_LONG):
            return int(sheet)
    if near and fitting:
        return min(fitting, key=lambda year: (abs(fitting[year] - near[0]), year if direction < 0 else -year))
    return int(sheet) if sheet and not near else None
