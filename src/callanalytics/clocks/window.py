"""The clock of the call-back window: it runs from 7:00 to 18:30 Eastern on federal business days, and stands else."""

from __future__ import annotations

import numpy as np

from callanalytics import agencies
from callanalytics.agencies import Agency
from callanalytics.clocks.calendars import is_business_day
from callanalytics.clocks.due import business_days_between
from callanalytics.clocks.hours import EASTERN, at_eastern, moments, of_day
from callanalytics.values import zones


def window_days_between(utc_from, utc_to, *, agency: Agency | None = None) -> np.ndarray:
    """Business days between two moments on the window's clock; NaN where either is NaT.

    >>> at = np.array(["2022-03-04T12:00", "2022-03-07T17:45"], "M8[us]")      # Friday 7:00, Monday 12:45 Eastern
    >>> window_days_between(at[:1], at[1:]).tolist()
    [1.5]
    """
    since, until = np.broadcast_arrays(moments(utc_from), moments(utc_to))
    agency = agency or agencies.uscis()
    whole = business_days_between(since, until, agency=agency)
    return np.where(whole < 0, np.nan, whole + _passed(until, agency) - _passed(since, agency))


def moments_in_window(days, parts: int, *, agency: Agency | None = None) -> np.ndarray:
    """The middles of so many equal parts of the window of each day, one row a part.

    >>> moments_in_window(np.array(["2022-03-04"], "M8[D]"), 1)[0].astype("M8[m]").astype(str).tolist()
    ['2022-03-04T17:45']
    """
    opens, length = _opens_and_length(agency or agencies.uscis())
    return np.stack([at_eastern(days, opens + length * (2 * part + 1) // (2 * parts)) for part in range(parts)])


def _passed(at: np.ndarray, agency: Agency) -> np.ndarray:
    """The part of the day's window that has passed; 0 on a closed day, which counts with the next open one."""
    opens, length = _opens_and_length(agency)
    passed, known = np.zeros(at.shape), ~np.isnat(at)
    local = zones.to_local(at[known], EASTERN)
    day = local.astype("M8[D]")
    passed[known] = np.where(
        is_business_day(day, agency=agency), np.clip((local - day - opens) / length, 0.0, 1.0), 0.0
    )
    return passed


def _opens_and_length(agency: Agency) -> tuple[np.timedelta64, np.timedelta64]:
    opens = of_day(agency.window.opens)
    return opens, of_day(agency.window.closes) - opens
