"""Clocks and closed days of the years that the sample covers, written out by hand.

The rest of the package works these out from its own files and from the zone database. The sample must not:
what it says is the truth against which they are checked. Moments are naive datetimes in UTC.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

EASTERN = "America/New_York"
_STANDARD = {
    "America/New_York": -5, "America/Chicago": -6, "America/Denver": -7, "America/Phoenix": -7,
    "America/Los_Angeles": -8, "Pacific/Honolulu": -10,
}  # fmt: skip
_NO_SUMMER = ("America/Phoenix", "Pacific/Honolulu")
_SUMMER = {
    2020: (date(2020, 3, 8), date(2020, 11, 1)),
    2021: (date(2021, 3, 14), date(2021, 11, 7)),
    2022: (date(2022, 3, 13), date(2022, 11, 6)),
    2023: (date(2023, 3, 12), date(2023, 11, 5)),
}
# Days on which federal offices are closed (opm.gov, "Federal Holidays"; no closure by executive order in these years).
CLOSED = frozenset(
    date.fromisoformat(day)
    for day in (
        "2021-01-01 2021-01-18 2021-02-15 2021-05-31 2021-06-18 2021-07-05 2021-09-06 2021-10-11 2021-11-11 "
        "2021-11-25 2021-12-24 2021-12-31 2022-01-17 2022-02-21 2022-05-30 2022-06-20 2022-07-04 2022-09-05 "
        "2022-10-10 2022-11-11 2022-11-24 2022-12-26 2023-01-02 2023-01-16 2023-02-20"
    ).split()
)
WINDOW = (time(7, 0), time(18, 30))  # Eastern, when callbacks are made
LIVE = (time(8, 0), time(20, 0))  # Eastern, when people answer
_WINDOW_S = 11.5 * 3600


def offset(zone: str, utc: datetime) -> timedelta:
    """How far the zone's clock stands from UTC at a moment.

    >>> offset("America/Chicago", datetime(2022, 7, 1)), offset("Pacific/Honolulu", datetime(2022, 7, 1))
    (datetime.timedelta(days=-1, seconds=68400), datetime.timedelta(days=-1, seconds=50400))
    """
    standard = timedelta(hours=_STANDARD[zone])
    if zone in _NO_SUMMER:
        return standard
    first, last = _SUMMER[(utc + standard).year]
    begins = datetime.combine(first, time(2)) - standard
    ends = datetime.combine(last, time(1)) - standard
    return standard + timedelta(hours=1) if begins <= utc < ends else standard


def local(zone: str, utc: datetime) -> datetime:
    return utc + offset(zone, utc)


def to_utc(zone: str, clock: datetime) -> datetime:
    """The moment at which the zone's clock shows this; the first of two where summer time repeats an hour."""
    standard = timedelta(hours=_STANDARD[zone])
    summer = clock - standard - timedelta(hours=1)
    return summer if local(zone, summer) == clock else clock - standard


def eastern(utc: datetime) -> datetime:
    return local(EASTERN, utc)


def is_open(day: date) -> bool:
    """Whether it is a federal business day."""
    return day.weekday() < 5 and day not in CLOSED


def next_open(day: date) -> date:
    """The first business day after this one."""
    day += timedelta(days=1)
    while not is_open(day):
        day += timedelta(days=1)
    return day


def business_day(day: date, n: int) -> date:
    """The n-th business day after this one; `n` may be 0 (the day itself, or the next open one)."""
    if not is_open(day):
        day = next_open(day)
    for _ in range(n):
        day = next_open(day)
    return day


def is_live(utc: datetime) -> bool:
    """Whether people answer at the Contact Center."""
    clock = eastern(utc)
    return is_open(clock.date()) and LIVE[0] <= clock.time() < LIVE[1]


def in_window(utc: datetime) -> bool:
    clock = eastern(utc)
    return is_open(clock.date()) and WINDOW[0] <= clock.time() <= WINDOW[1]


def after_window_days(utc: datetime, days: float) -> datetime:
    """The moment so many days later on a clock that runs in the callback window alone.

    >>> after_window_days(datetime(2022, 1, 14, 15), 1.0)  # Friday 10:00 Eastern; Monday is a holiday
    datetime.datetime(2022, 1, 18, 15, 0)
    """
    clock = eastern(utc)
    day, opens, closes = _window_of(clock.date())
    clock_time = min(max(clock, opens), closes)
    left = days * _WINDOW_S
    while left > (closes - clock_time).total_seconds():
        left -= (closes - clock_time).total_seconds()
        day, opens, closes = _window_of(next_open(day))
        clock_time = opens
    return to_utc(EASTERN, clock_time + timedelta(seconds=int(left)))


def _window_of(day: date) -> tuple[date, datetime, datetime]:
    day = business_day(day, 0)
    return day, datetime.combine(day, WINDOW[0]), datetime.combine(day, WINDOW[1])


def due(utc: datetime, value: int, unit: str) -> datetime:
    """When a callback promised at this moment falls due: federal business days, the default reading.

    >>> due(datetime(2021, 12, 22, 20), 72, "hours")  # Wednesday 15:00 Eastern
    datetime.datetime(2021, 12, 28, 20, 0)
    >>> due(datetime(2022, 1, 10, 15), 30, "business_days")
    datetime.datetime(2022, 2, 23, 23, 30)
    """
    clock = eastern(utc)
    day = clock.date()
    if unit == "business_days":
        return to_utc(EASTERN, datetime.combine(business_day(day, value), WINDOW[1]))
    clock_time = clock.time() if is_open(day) else time(0)
    return to_utc(EASTERN, datetime.combine(business_day(day, value // 24), clock_time))
