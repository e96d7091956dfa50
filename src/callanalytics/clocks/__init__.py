"""Business days, service hours, and due times: when the clock runs, and when a callback is due.

The calendars come from the agency's files, time zones from ``values.zones``; nothing here reads the computer's clock.
All hours are on the agency's own clock. Weekends, statutory holidays, and days closed by executive order are not
business days. Only this module uses the package ``holidays``.

A rule says "72 hours (Monday thru Friday)" or "30 business days". It can be counted in three ways, called readings, and
each promise is judged by all three:

========  =====================================================  ========================================
reading   hours                                                  business days
========  =====================================================  ========================================
strict    by the clock, including nights and weekends            weekdays, counting holidays; to end of window
default   24 a day on federal business days, same time of day    federal business days; to end of window
lenient   only the live hours of federal business days           like default, but to the end of that day
========  =====================================================  ========================================

All times are on the agency's clock; the window is its callback hours. The day of the start is day 0. A start on a
closed day counts from 0:00 of the next open one (strict hours: from the start itself). So strict <= default <= lenient,
always.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency, Rule
from callanalytics.values import zones

__all__ = [
    "READINGS", "URGENCIES", "Calendar", "business_days_between", "calendar", "due", "due_all", "due_as_quoted",
    "end_of_day", "in_live_hours", "in_window", "is_business_day", "window_in",
]  # fmt: skip

# Kinds of closure that stop the clock, by calendar. The file also has snow in Washington, lapses, and Inauguration Day.
# These stop nothing unless asked for: the phones may be anywhere, and the agency is fee-funded.
KINDS = {"weekdays": (), "statutory": ("statutory",), "federal": ("statutory", "executive_order")}
_HOLIDAYS_KNOWS = (1971, 2099)
DAY = np.timedelta64(1, "D")  # numpy adds no bare number to a day


@dataclass(frozen=True, eq=False)
class Calendar:
    """Monday to Friday except the days in ``closed``.

    Parameters
    ----------
    name : ``federal``, ``statutory``, ``weekdays``, or a name of your own
    closed : closed days other than Saturdays and Sundays, datetime64[D]
    version : the text recorded with every due time
    years : first and last year that ``closed`` covers; closed days of other years come from the package ``holidays``
        and are provisional. None: ``closed`` is complete.
    """

    name: str
    closed: np.ndarray
    version: str = "own"
    years: tuple[int, int] | None = None

    def is_open(self, days) -> np.ndarray:
        """Whether each day is a business day; False for NaT."""
        days = np.asarray(days, "M8[D]")
        known = ~np.isnat(days)
        answer = np.zeros(days.shape, bool)
        if known.any():
            answer[known] = per_day(days[known], self._is_open)
        return answer

    def open_days(self, first, last) -> np.ndarray:
        """Every business day from ``first`` to ``last``, both included."""
        days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + DAY)
        return days[self._is_open(days)]

    def closures(self, first_year: int, last_year: int) -> np.ndarray:
        """Closed days of these years in order, including provisional ones."""
        beyond = self._provisional(first_year, last_year)
        days = np.unique(np.concatenate([self.closed, beyond]))
        years = days.astype("M8[Y]").astype(np.int64) + 1970
        return days[(years >= first_year) & (years <= last_year)]

    def _is_open(self, days: np.ndarray) -> np.ndarray:
        """Same as ``is_open``, for days in order with none missing."""
        first, last = (days[[0, -1]].astype("M8[Y]").astype(np.int64) + 1970).tolist()
        closed = np.concatenate([self.closed, self._provisional(first, last)])
        return np.is_busday(days, holidays=closed)

    def _provisional(self, first_year: int, last_year: int) -> np.ndarray:
        # The weekdays calendar has no holidays, and a user's own calendar is complete.
        if self.years is None or not KINDS.get(self.name, True):
            return np.empty(0, "M8[D]")
        # The file's own years come from the sources; for other years the package's rules are the best there is.
        wanted = range(max(first_year, _HOLIDAYS_KNOWS[0]), min(last_year, _HOLIDAYS_KNOWS[1]) + 1)
        beyond = [_from_holidays(self.name, y) for y in wanted if not self.years[0] <= y <= self.years[1]]
        return np.concatenate([np.empty(0, "M8[D]"), *beyond])


@cache  # keyed by agency, which compares by identity: two agencies of one name never share a calendar
def calendar(name: str = "federal", *, also: tuple[str, ...] = (), agency: Agency) -> Calendar:
    """Calendar by name: ``federal`` (default: weekends, statutory holidays, closures by executive order), ``statutory``
    (no executive orders), or ``weekdays`` (weekends only).

    ``also`` adds kinds that are off by default: ``snow``, ``lapse``, ``inauguration``. The kinds that your own file
    lists under ``also_closed`` are already in ``federal``.

    >>> from callanalytics import agencies
    >>> uscis = agencies.load()
    >>> calendar(agency=uscis).is_open(["2025-01-08", "2025-01-09"]).tolist()   # 9 January 2025: day of mourning
    [True, False]
    >>> calendar("statutory", agency=uscis).is_open(["2025-01-09"]).tolist()
    [True]
    """
    if name not in KINDS:
        raise ValueError(f"no calendar {name!r}; there are {', '.join(KINDS)}")
    also = tuple(dict.fromkeys((*(agency.also_closed if name == "federal" else ()), *also)))
    kinds = (*KINDS[name], *also)
    spans = [(c.date, c.until or c.date) for c in agency.closures if c.kind in kinds]
    days = [np.arange(np.datetime64(a, "D"), np.datetime64(b, "D") + DAY) for a, b in spans]
    closed = np.unique(np.concatenate([np.empty(0, "M8[D]"), *days]))
    version = agency.closures_version + "".join(f" and {kind}" for kind in also)
    return Calendar(name, closed, version, agency.closures_years)


def as_calendar(given: str | Calendar, agency: Agency) -> Calendar:
    """The given calendar, or the calendar of the given name."""
    return given if isinstance(given, Calendar) else calendar(given, agency=agency)


def is_business_day(days, *, agency: Agency) -> np.ndarray:
    """Whether each day is a federal business day.

    >>> from callanalytics import agencies
    >>> is_business_day(["2025-12-24", "2025-12-25", "2025-12-29"], agency=agencies.load()).tolist()
    [False, False, True]
    """
    return as_calendar("federal", agency).is_open(np.asarray(days, "M8[D]"))


def per_day(days: np.ndarray, answer) -> np.ndarray:
    """Values of ``answer(days)``, computed once for each day from the first to the last.

    A million promises fall on only some thousand days.
    """
    first, last = days.min(), days.max()
    return answer(np.arange(first, last + DAY))[(days - first).astype(np.int64)]


@cache
def _from_holidays(name: str, year: int) -> np.ndarray:
    import holidays

    # "government", not "public": only this category has the days closed by executive order.
    category = {"statutory": "public"}.get(name, "government")
    days = sorted(holidays.US(categories=(category,), years=year))
    return np.array([day for day in days if day.year == year and day.weekday() < 5], "M8[D]")


# ---- hours ------------------------------------------------------------------------------------------


TICK = np.timedelta64(1, "us")


def as_moments(utc) -> np.ndarray:
    """Times as datetime64[us] in UTC, from numpy, Arrow, or a list; null becomes NaT."""
    if isinstance(utc, pa.Array | pa.ChunkedArray):
        whole = utc.combine_chunks() if isinstance(utc, pa.ChunkedArray) else utc
        return whole.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return np.atleast_1d(np.asarray(utc, "M8[us]"))


def since_midnight(clock: str) -> np.timedelta64:
    """``"18:30"`` as time since midnight; ``"24:00"`` is the next midnight.

    >>> since_midnight("18:30").astype("m8[m]")
    np.timedelta64(1110,'m')
    """
    hours, minutes = clock.split(":")
    return np.timedelta64(int(hours) * 60 + int(minutes), "m").astype("m8[us]")


def end_of_day(day: date | str | np.datetime64, *, agency: Agency) -> np.datetime64:
    """Last microsecond of a day on the agency's clock, in UTC: the time that ``as_of`` means.

    >>> from callanalytics import agencies
    >>> end_of_day("2022-06-30", agency=agencies.load())
    np.datetime64('2022-07-01T03:59:59.999999')
    """
    return ends_of_days(np.atleast_1d(np.asarray(day, "M8[D]")), agency.timezone)[0]


def ends_of_days(days: np.ndarray, zone: str) -> np.ndarray:
    # Counted back from the next midnight, because a day may have 23 or 25 hours.
    return moments_of_clock(days + DAY, np.timedelta64(0, "us"), zone) - TICK


def moments_of_clock(days: np.ndarray, clock, zone: str) -> np.ndarray:
    """Times in UTC at which the clocks of a zone show this time on these days."""
    return zones.to_utc(days.astype("M8[us]") + clock, zone)[0]


def in_window(utc, *, agency: Agency) -> np.ndarray:
    """Whether each time is in the agency's callback hours on a federal business day; False for NaT.

    Both ends are included: if the hours end at 18:30, a call at 18:30 came by the due time.

    >>> from callanalytics import agencies
    >>> moments = np.array(["2022-03-01T12:00", "2022-03-01T11:59", "2022-03-01T23:30"], "M8[us]")
    >>> in_window(moments, agency=agencies.load()).tolist()
    [True, False, True]
    """
    days, clock = _day_and_time(utc, agency.timezone)
    window = agency.window
    inside = (clock >= since_midnight(window.opens)) & (clock <= since_midnight(window.closes))
    return inside & as_calendar("federal", agency).is_open(days)


def in_live_hours(utc, line, *, agency: Agency) -> pa.BooleanArray:
    """Whether people answer on the line at each time: during its hours, on days that are not closed.

    Null if the line's hours are unknown or the time is missing. The opening time is included, the closing time is not.

    Parameters
    ----------
    line : one code from the agency's files, or one for each time

    >>> from callanalytics import agencies
    >>> uscis = agencies.load()
    >>> moments = np.array(["2022-03-01T13:00", "2022-03-01T12:59", "2022-02-21T15:00"], "M8[us]")  # Presidents' Day
    >>> in_live_hours(moments, "contact_center", agency=uscis).to_pylist()
    [True, False, False]
    >>> in_live_hours(moments, "premium", agency=uscis).to_pylist()  # its hours are not known
    [None, None, None]
    """
    days, clock = _day_and_time(utc, agency.timezone)
    line = line if isinstance(line, str) or line is None else np.asarray(line, object)
    live, known = np.zeros(days.shape, bool), np.zeros(days.shape, bool)
    weekday = zones.weekdays(days)
    for listed in agency.lines:
        ours = np.broadcast_to(line == listed.code, days.shape)
        for hours in listed.hours:
            # Hours without dates apply always, as far as is known.
            since = np.datetime64(hours.since or "0001-01-01", "D")
            until = np.datetime64(hours.until or "9999-12-31", "D")
            spoken_of = ours & (days >= since) & (days <= until)
            known |= spoken_of
            live |= (
                spoken_of
                & np.isin(weekday, hours.weekdays)
                & (clock >= since_midnight(hours.opens))
                & (clock < since_midnight(hours.closes))
            )
    return pa.array(live & as_calendar("federal", agency).is_open(days), pa.bool_(), mask=~known)


def window_in(zone: str, day: date | str, *, agency: Agency) -> tuple[np.datetime64, np.datetime64]:
    """Agency's callback hours on a day of its clock, shown on another clock: from, to.

    >>> from callanalytics import agencies
    >>> window = window_in("America/Los_Angeles", "2022-03-01", agency=agencies.load())
    >>> [str(moment.astype("M8[m]")) for moment in window]
    ['2022-03-01T04:00', '2022-03-01T15:30']
    """
    window = agency.window
    days = np.atleast_1d(np.asarray(day, "M8[D]"))
    return tuple(
        zones.to_local(moments_of_clock(days, since_midnight(clock), agency.timezone), zone)[0]
        for clock in (window.opens, window.closes)
    )


def _day_and_time(utc, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Day of each time on a zone's clock, and the time since its midnight."""
    local = zones.to_local(as_moments(utc), zone)
    days = local.astype("M8[D]")
    return days, local - days


# ---- due times --------------------------------------------------------------------------------------------------

URGENCIES = ("urgent", "regular")
UNITS = ("hours", "days", "business_days")
READINGS = ("strict", "default", "lenient")
NOT_DUE = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class _Starts:
    """Start times of promises, in UTC and on the agency's clock."""

    utc: np.ndarray
    local: np.ndarray

    @classmethod
    def from_utc(cls, utc: np.ndarray, agency: Agency) -> _Starts:
        return cls(utc, zones.to_local(utc, agency.timezone))

    @cached_property
    def days(self) -> np.ndarray:
        return self.local.astype("M8[D]")

    def rows_at(self, rows) -> _Starts:
        return _Starts(self.utc[rows], self.local[rows])


def due(started_utc, rule: Rule, reading: str, calendar: str | Calendar = "federal", *, agency: Agency) -> np.ndarray:
    """Time by which each promise is due under one rule and one reading; NaT for a start that is NaT.

    Parameters
    ----------
    started_utc : times of escalation, UTC
    rule : a row of ``agency.rules``
    reading : ``strict``, ``default``, or ``lenient`` (see the table above)
    calendar : business days of the default and lenient readings: ``federal``, ``statutory``, ``weekdays``,
        or a :class:`Calendar`

    Returns
    -------
    datetime64[us], UTC: a contact at this time is in time, one a microsecond later is not

    Examples
    --------
    >>> from callanalytics import agencies
    >>> uscis = agencies.load()
    >>> rule = uscis.rule("t2-urgent-2022")
    >>> start = np.array(["2025-01-07T16:00"], "M8[us]")    # Tuesday 11:00; Thursday was a day of mourning
    >>> for reading in READINGS:
    ...     print(reading, due(start, rule, reading, agency=uscis).astype("M8[m]")[0])
    strict 2025-01-10T16:00
    default 2025-01-13T16:00
    lenient 2025-01-16T16:00
    """
    started = as_moments(started_utc)
    known = ~np.isnat(started)
    result = np.full(started.shape, NOT_DUE)
    if known.any():
        result[known] = _due(
            _Starts.from_utc(started[known], agency), rule, reading, as_calendar(calendar, agency), agency
        )
    return result


def due_all(started_utc, urgency, *, agency: Agency, readings=READINGS) -> dict[str, np.ndarray | pa.Array]:
    """Due times under every rule that may have been in force at each start.

    If the sources leave open which of several rules applied, ``due_strict`` is the earliest of their due times and
    ``due_lenient`` the latest. ``due_default`` is empty unless all agree. A contact in time under all rules is in time,
    one late under all is late, and any other is undecided. An urgency other than ``urgent`` or ``regular`` has no rule,
    nor does a start before the first known rule.

    Returns
    -------
    ``rule_id`` : string array, ``a`` or ``a|b``; null without a rule
    ``rule_age_days`` : int32 array, days from the last confirmation to the start (of several rules, the least recently
        confirmed; 0 if the rule was confirmed after the start); null without a rule
    ``due_strict``, ``due_default``, ``due_lenient`` : datetime64[us], UTC; NaT without a rule; only those in
        ``readings``

    >>> from callanalytics import agencies
    >>> due_all(np.array(["2021-06-01T14:00"], "M8[us]"), ["urgent"], agency=agencies.load())["rule_id"].to_pylist()
    ['t2-urgent-2021|t2-urgent-2022']
    """
    starts = _Starts.from_utc(as_moments(started_utc), agency)
    days, calendar = starts.days, as_calendar("federal", agency)
    urgency = _places(urgency, URGENCIES, len(days))
    dues = {reading: np.full(days.shape, NOT_DUE) for reading in readings}
    held, age = np.zeros(days.shape, np.int64), np.zeros(days.shape, np.int64)
    sets: list[list[str]] = [[]]  # rules that may have applied at one start; `held` is the index of its set
    for rule in agency.rules:
        until = np.datetime64(rule.to_latest or "9999-12-31", "D")
        holds = (days >= np.datetime64(rule.from_earliest, "D")) & (days <= until)
        spoken_of = [code for code, word in enumerate(URGENCIES) if rule.applies_to(word)]
        rows = np.flatnonzero(holds & np.isin(urgency, spoken_of))
        if not rows.size:
            continue
        for reading, moments in dues.items():
            one, before = _due(starts.rows_at(rows), rule, reading, calendar, agency), moments[rows]
            # With several rules: the strictest, the most lenient, and a default only if all agree.
            agreed = np.where((held[rows] == 0) | (before == one), one, NOT_DUE)
            combined = {"strict": np.fmin(before, one), "lenient": np.fmax(before, one), "default": agreed}
            moments[rows] = combined[reading]
        # Rows under the same rules so far are handled together: sets are few, and promises may be millions.
        known, which = np.unique(held[rows], return_inverse=True)
        held[rows] = len(sets) + which
        sets += [[*sets[index], rule.id] for index in known]
        confirmed = np.datetime64(rule.last_confirmed, "D")
        age[rows] = np.maximum(age[rows], (days[rows] - confirmed).astype(np.int64))
    return {
        "rule_id": pa.array(["|".join(each) or None for each in sets], pa.string()).take(pa.array(held)),
        "rule_age_days": pa.array(age, pa.int32(), mask=held == 0),
        **{f"due_{reading}": moment for reading, moment in dues.items()},
    }


def due_as_quoted(started_utc, value, unit, *, agency: Agency) -> np.ndarray:
    """Due times exactly as quoted to the caller; NaT if nothing was quoted.

    ``hours`` run by the clock. ``days`` are calendar days and ``business_days`` are federal business days; both end
    with the callback hours of the last day.

    Parameters
    ----------
    value, unit : one for each start, or one for all; null, NaN, or "" if nothing was quoted

    >>> from callanalytics import agencies
    >>> start, uscis = np.array(["2022-03-01T15:00"], "M8[us]"), agencies.load()
    >>> units = ("hours", "days", "business_days")
    >>> [str(due_as_quoted(start, 3, unit, agency=uscis).astype("M8[m]")[0]) for unit in units]
    ['2022-03-01T18:00', '2022-03-04T23:30', '2022-03-04T23:30']
    """
    starts = _Starts.from_utc(as_moments(started_utc), agency)
    # -1 means that nothing was quoted; no number of days is negative.
    value, unit = _as_whole_numbers(value, len(starts.utc)), _places(unit, UNITS, len(starts.utc))
    is_quoted = (value >= 0) & ~np.isnat(starts.utc)
    result = np.full(starts.utc.shape, NOT_DUE)
    closes, federal = since_midnight(agency.window.closes), as_calendar("federal", agency)
    after = {
        "hours": lambda s, n: s.utc + n * np.timedelta64(1, "h"),
        "days": lambda s, n: moments_of_clock(s.days + n, closes, agency.timezone),
        "business_days": lambda s, n: moments_of_clock(
            _business_days_later(s.days, n, federal)[1], closes, agency.timezone
        ),
    }
    for index, word in enumerate(UNITS):
        rows = np.flatnonzero(is_quoted & (unit == index))
        if rows.size:
            result[rows] = after[word](starts.rows_at(rows), value[rows])
    return result


def business_days_between(utc_from, utc_to, *, agency: Agency) -> np.ndarray:
    """Business days from one time to another: 0 on the day of the start, k on the k-th business day after it.

    A time on a closed day counts as the next open day, at either end. So a contact is in time for "k business days"
    exactly when the result is at most k (apart from the time of day). -1 if either is NaT.

    >>> a, b = np.array(["2022-03-04T15:00"], "M8[us]"), np.array(["2022-03-08T15:00"], "M8[us]")
    >>> from callanalytics import agencies
    >>> business_days_between(a, b, agency=agencies.load()).tolist()      # Friday to Tuesday
    [2]
    """
    start, end = np.broadcast_arrays(as_moments(utc_from), as_moments(utc_to))
    known = ~(np.isnat(start) | np.isnat(end))
    count = np.full(start.shape, -1, np.int64)
    if known.any():
        days = zones.local_days(np.concatenate([start[known], end[known]]), agency.timezone)
        first, last = days.min(), days.max()
        opened = as_calendar("federal", agency).open_days(first, last)
        # At either end, a closed day has the position of the next open one.
        index = per_day(days, lambda every: np.searchsorted(opened, every))
        count[known] = index[known.sum() :] - index[: known.sum()]
    return count


# ---- the readings --------------------------------------------------------------------------------


def _due(starts: _Starts, rule: Rule, reading: str, calendar: Calendar, agency: Agency) -> np.ndarray:
    if reading not in READINGS:
        raise ValueError(f"no reading {reading!r}; there are {', '.join(READINGS)}")
    if rule.unit == "hours":
        hours = np.timedelta64(rule.value, "h").astype("m8[us]")
        if reading == "strict":
            return starts.utc + hours
        if reading == "default":
            return _after_open_hours(starts, hours, calendar, agency)
        return _after_live_hours(starts, hours, calendar, agency)
    if reading == "strict":
        calendar = as_calendar("weekdays", agency)
    closes, zone = since_midnight(agency.window.closes), agency.timezone

    def moment(days):
        last = _business_days_later(days, rule.value, calendar)[1]
        return ends_of_days(last, zone) if reading == "lenient" else moments_of_clock(last, closes, zone)

    return per_day(starts.days, moment)


def _after_open_hours(starts: _Starts, hours: np.timedelta64, calendar: Calendar, agency: Agency) -> np.ndarray:
    """Due times at the same time of day, hours / 24 business days later; hours left over run on past midnight."""
    days = starts.days
    counted, clock = _counted(starts, days, calendar)
    more, clock = np.divmod(clock + hours, DAY)
    return moments_of_clock(_business_days_later(counted, more, calendar)[1], clock, agency.timezone)


def _after_live_hours(starts: _Starts, hours: np.timedelta64, calendar: Calendar, agency: Agency) -> np.ndarray:
    """Due times after so many live hours: at the close rather than at the next opening."""
    # Use the hours last stated, because this reading needs one length of day; without any, use the whole day.
    stated = [(hours.opens, hours.closes) for hours in agency.line(agency.main_line).hours]
    opens, closes = map(since_midnight, (stated or [("00:00", "24:00")])[-1])
    length = closes - opens
    counted, clock = _counted(starts, starts.days, calendar)
    passed = np.clip(clock - opens, np.timedelta64(0, "us"), length) + hours
    # One tick less, so that hours used up exactly at the close are due then, not at the next opening.
    more = (passed - TICK) // length
    return moments_of_clock(
        _business_days_later(counted, more, calendar)[1], opens + passed - more * length, agency.timezone
    )


def _counted(starts: _Starts, days: np.ndarray, calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """Day 0 of each promise, and the time of day from which it counts: 0:00 if the start's own day is closed."""
    # On a closed day the clock starts at 0:00 of the next open one.
    opened, _ = _business_days_later(days, 0, calendar)
    clock = np.where(opened == days, starts.local - days, np.timedelta64(0, "us"))
    return opened, clock


def _business_days_later(days: np.ndarray, more, calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """Day 0 (the day itself, or the next open one) and the business day ``more`` days after it."""
    opened = _open_days_for(days, int(np.max(more)) + 1, calendar)
    index = per_day(days, lambda every: np.searchsorted(opened, every))
    return opened[index], opened[index + more]


def _open_days_for(days: np.ndarray, reach: int, calendar: Calendar) -> np.ndarray:
    """Business days from the first of these days to at least ``reach`` business days after the last."""
    first, last = days.min(), days.max()
    # Twice as many days contain enough business days, unless the calendar has many closures: then extend the range.
    room = 2 * reach + 31
    while True:
        opened = calendar.open_days(first, last + room * DAY)
        if len(opened) - np.searchsorted(opened, last) > reach:
            return opened
        if room > 366 * (reach + 10):
            raise ValueError(f"the calendar {calendar.name!r} is closed for years on end")
        room *= 2


# ---- values given for each start -----------------------------------------------------------------


def _places(values, words: tuple[str, ...], n: int) -> np.ndarray:
    """Index of each value among the words, one for each row; -1 for any other word and for null."""
    if not isinstance(values, pa.Array | pa.ChunkedArray):
        values = pa.array(np.broadcast_to(np.asarray(values, object), (n,)), pa.string(), from_pandas=True)
    indices = pc.index_in(values.cast(pa.string()), value_set=pa.array(words))
    return indices.fill_null(-1).to_numpy(zero_copy_only=False)


def _as_whole_numbers(values, n: int) -> np.ndarray:
    """Whole numbers, -1 for null or NaN, one for each row."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    values = np.atleast_1d(values)
    if values.dtype.kind not in "iu":
        values = np.array([-1 if value is None or value != value else int(value) for value in values], np.int64)
    return np.broadcast_to(values, (n,))
