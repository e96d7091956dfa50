"""Which days count: weekends, statutory holidays, closures by executive order (the door to ``holidays``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from callanalytics import agencies
from callanalytics.agencies import Agency

# Kinds of closure that stop the clock, by calendar. Snow in Washington, lapses and Inauguration Day are in
# the file too and stop nothing unless asked for: the phones may be anywhere, and the agency is fee-funded.
KINDS = {"weekdays": (), "statutory": ("statutory",), "federal": ("statutory", "executive_order")}
_HOLIDAYS_KNOWS = (1971, 2099)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Monday to Friday but the days in ``closed``.

    Parameters
    ----------
    name : ``federal``, ``statutory``, ``weekdays``, or your own
    closed : days besides Saturdays and Sundays, datetime64[D]
    version : what is written beside every due moment
    years : first and last year that ``closed`` speaks of; days of other years come from the package
        ``holidays`` and are provisional. None: ``closed`` is all there is.
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
        """The closed days of these years in order, provisional ones too."""
        beyond = self._provisional(first_year, last_year)
        days = np.unique(np.concatenate([self.closed, beyond]))
        years = days.astype("M8[Y]").astype(np.int64) + 1970
        return days[(years >= first_year) & (years <= last_year)]

    def _is_open(self, days: np.ndarray) -> np.ndarray:
        """As ``is_open`` for days in order, none missing."""
        closed = np.concatenate([self.closed, self._provisional(_year(days[0]), _year(days[-1]))])
        return np.is_busday(days, holidays=closed)

    def _provisional(self, first_year: int, last_year: int) -> np.ndarray:
        if self.years is None or not KINDS.get(self.name, True):
            return np.empty(0, "M8[D]")
        wanted = range(max(first_year, _HOLIDAYS_KNOWS[0]), min(last_year, _HOLIDAYS_KNOWS[1]) + 1)
        beyond = [_from_holidays(self.name, y) for y in wanted if not self.years[0] <= y <= self.years[1]]
        return np.concatenate([np.empty(0, "M8[D]"), *beyond])


def calendar(name: str = "federal", *, also: tuple[str, ...] = (), agency: Agency | None = None) -> Calendar:
    """A calendar by name: ``federal`` (the default: weekends, statutory holidays, closures by executive order),
    ``statutory`` (no executive orders) or ``weekdays`` (weekends only).

    ``also`` adds kinds that are off by default: ``snow``, ``lapse``, ``inauguration``; those that a file of your own
    names under ``also_closed`` are in ``federal`` already.

    >>> calendar().is_open(["2025-01-08", "2025-01-09"]).tolist()   # 9 January 2025: day of mourning
    [True, False]
    >>> calendar("statutory").is_open(["2025-01-09"]).tolist()
    [True]
    """
    if name not in KINDS:
        raise ValueError(f"no calendar {name!r}; there are {', '.join(KINDS)}")
    agency = agency or agencies.uscis()
    own = agency.also_closed if name == "federal" else ()
    return _calendar(name, tuple(dict.fromkeys((*own, *also))), agency)


@cache
def _calendar(name: str, also: tuple[str, ...], agency: Agency) -> Calendar:
    kinds = (*KINDS[name], *also)
    spans = [(c.date, c.until or c.date) for c in agency.closures if c.kind in kinds]
    days = [np.arange(np.datetime64(a, "D"), np.datetime64(b, "D") + 1) for a, b in spans]
    closed = np.unique(np.concatenate([np.empty(0, "M8[D]"), *days]))
    version = agency.closures_version + "".join(f" and {kind}" for kind in also)
    return Calendar(name, closed, version, agency.closures_years)


def as_calendar(given: str | Calendar, agency: Agency | None = None) -> Calendar:
    """A calendar given by itself or by its name."""
    return given if isinstance(given, Calendar) else calendar(given, agency=agency)


def is_business_day(days, calendar: str | Calendar = "federal", *, agency: Agency | None = None) -> np.ndarray:
    """Whether each day is a federal business day.

    >>> is_business_day(["2025-12-24", "2025-12-25", "2025-12-29"]).tolist()
    [False, False, True]
    """
    return as_calendar(calendar, agency).is_open(np.asarray(days, "M8[D]"))


def per_day(days: np.ndarray, answer) -> np.ndarray:
    """``answer(days)``, worked out once for every day from the first to the last and handed out.

    A million promises lie on some thousand days.
    """
    first, last = days.min(), days.max()
    return answer(np.arange(first, last + 1))[(days - first).astype(np.int64)]


def _year(day) -> int:
    return int(np.datetime64(day, "Y").astype(np.int64)) + 1970


@cache
def _from_holidays(name: str, year: int) -> np.ndarray:
    import holidays

    # "government", not "public": only it knows the days closed by executive order.
    category = {"statutory": "public"}.get(name, "government")
    days = sorted(holidays.US(categories=(category,), years=year))
    return np.array([day for day in days if day.year == year and day.weekday() < 5], "M8[D]")
