"""Which hours count: live hours of a line, the call-back window, the end of a day; all on Eastern time."""

from __future__ import annotations

from datetime import date, time

import numpy as np
import pyarrow as pa

from callanalytics import agencies
from callanalytics.agencies import Agency
from callanalytics.clocks.calendars import as_calendar
from callanalytics.values import zones

EASTERN = zones.EASTERN
TICK = np.timedelta64(1, "us")
DAY = np.timedelta64(24, "h").astype("m8[us]")


def moments(utc) -> np.ndarray:
    """Moments as datetime64[us] in UTC, from numpy, Arrow or a list; null becomes NaT."""
    if isinstance(utc, pa.Array | pa.ChunkedArray):
        whole = utc.combine_chunks() if isinstance(utc, pa.ChunkedArray) else utc
        return whole.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return np.atleast_1d(np.asarray(utc, "M8[us]"))


def of_day(clock: str) -> np.timedelta64:
    """``"18:30"`` as time since midnight.

    >>> of_day("18:30").astype("m8[m]")
    np.timedelta64(1110,'m')
    """
    told = time.fromisoformat(clock)
    return np.timedelta64(told.hour * 60 + told.minute, "m").astype("m8[us]")


def end_of_day(day: date | str | np.datetime64) -> np.datetime64:
    """The last microsecond of an Eastern day, UTC: the moment that ``as_of`` means.

    >>> end_of_day("2022-06-30")
    np.datetime64('2022-07-01T03:59:59.999999')
    """
    return ends_of_days(np.atleast_1d(np.asarray(day, "M8[D]")))[0]


def ends_of_days(days: np.ndarray) -> np.ndarray:
    return at_eastern(days + 1, np.timedelta64(0, "us")) - TICK


def at_eastern(days: np.ndarray, clock) -> np.ndarray:
    """The moments at which Eastern clocks show this time of these days, UTC."""
    return zones.to_utc(days.astype("M8[us]") + clock, EASTERN)[0]


def in_window(utc, *, agency: Agency | None = None) -> np.ndarray:
    """Whether each moment lies in the agency's call-back window on a federal business day; False for NaT.

    7:00 to 18:30 Eastern, both included: a call at 18:30 came by the due moment.

    >>> in_window(np.array(["2022-03-01T12:00", "2022-03-01T11:59", "2022-03-01T23:30"], "M8[us]")).tolist()
    [True, False, True]
    """
    agency = agency or agencies.uscis()
    days, clock = _eastern(utc)
    window = agency.window
    inside = (clock >= of_day(window.opens)) & (clock <= of_day(window.closes))
    return inside & as_calendar("federal", agency).is_open(days)


def in_live_hours(utc, line, *, agency: Agency | None = None) -> pa.BooleanArray:
    """Whether people answer on the line at each moment: its hours, on days that are not closed.

    Null where the line's hours are not known or there is no moment. From the opening, up to but not at the close.

    Parameters
    ----------
    line : one code of the agencies file, or one for each moment

    >>> at = np.array(["2022-03-01T13:00", "2022-03-01T12:59", "2022-02-21T15:00"], "M8[us]")  # Presidents' Day
    >>> in_live_hours(at, "contact_center").to_pylist(), in_live_hours(at, "premium").to_pylist()
    ([True, False, False], [None, None, None])
    """
    agency = agency or agencies.uscis()
    days, clock = _eastern(utc)
    line = line if isinstance(line, str) or line is None else np.asarray(line, object)
    live, known = np.zeros(days.shape, bool), np.zeros(days.shape, bool)
    weekday = (days.astype(np.int64) + 3) % 7 + 1  # 1 January 1970 was a Thursday
    for listed in agency.lines:
        ours = np.broadcast_to(line == listed.code, days.shape)
        for hours in listed.hours:
            spoken_of = ours & _in_force(days, hours)
            known |= spoken_of
            live |= (
                spoken_of
                & np.isin(weekday, hours.weekdays)
                & (clock >= of_day(hours.opens))
                & (clock < of_day(hours.closes))
            )
    return pa.array(live & as_calendar("federal", agency).is_open(days), pa.bool_(), mask=~known)


def window_in(zone: str, day: date | str, *, agency: Agency | None = None) -> tuple[np.datetime64, np.datetime64]:
    """The call-back window of an Eastern day on another clock: from, to.

    >>> [str(moment.astype("M8[m]")) for moment in window_in("America/Los_Angeles", "2022-03-01")]
    ['2022-03-01T04:00', '2022-03-01T15:30']
    """
    window = (agency or agencies.uscis()).window
    days = np.atleast_1d(np.asarray(day, "M8[D]"))
    return tuple(zones.to_local(at_eastern(days, of_day(clock)), zone)[0] for clock in (window.opens, window.closes))


def _eastern(utc) -> tuple[np.ndarray, np.ndarray]:
    """The Eastern day of each moment, and the time since its midnight."""
    local = zones.to_local(moments(utc), EASTERN)
    days = local.astype("M8[D]")
    return days, local - days


def _in_force(days: np.ndarray, hours) -> np.ndarray:
    after = np.datetime64(hours.since, "D") if hours.since else np.datetime64("0001-01-01")
    before = np.datetime64(hours.until, "D") if hours.until else np.datetime64("9999-12-31")
    return (days >= after) & (days <= before)
