"""Days and hours that count: business days, live hours of a line, callback hours, and the end of a day.

Weekends, statutory holidays, and days closed by executive order are not business days. Only this module uses the
package ``holidays``. All hours are on the agency's own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa

from callanalytics.agencies import Agency
from callanalytics.values import zones

# Kinds of closure that stop the clock, by calendar. The file also has snow in Washington, lapses, and Inauguration Day.
# These stop nothing unless asked for: the phones may be anywhere, and the agency is fee-funded.
KINDS = {"weekdays": (), "statutory": ("statutory",), "federal": ("statutory", "executive_order")}
_HOLIDAYS_KNOWS = (1971, 2099)


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
        days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
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
    days = [np.arange(np.datetime64(a, "D"), np.datetime64(b, "D") + 1) for a, b in spans]
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
    return answer(np.arange(first, last + 1))[(days - first).astype(np.int64)]


@cache
def _from_holidays(name: str, year: int) -> np.ndarray:
    import holidays

    # "government", not "public": only this category has the days closed by executive order.
    category = {"statutory": "public"}.get(name, "government")
    days = sorted(holidays.US(categories=(category,), years=year))
    return np.array([day for day in days if day.year == year and day.weekday() < 5], "M8[D]")


# ---- hours -------------------------------------------------------------------------------------------


TICK = np.timedelta64(1, "us")
DAY = np.timedelta64(24, "h").astype("m8[us]")


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
    return moments_of_clock(days + 1, np.timedelta64(0, "us"), zone) - TICK


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
