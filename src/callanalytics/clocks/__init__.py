"""Business days, service hours, and due times: when the clock runs, and when a callback is due.

The calendars come from the agency's files, time zones from ``values.zones``; nothing here reads the computer's clock.
"""

from callanalytics.clocks.calendars import (
    Calendar,
    calendar,
    end_of_day,
    in_live_hours,
    in_window,
    is_business_day,
    window_in,
)
from callanalytics.clocks.due import (
    READINGS,
    URGENCIES,
    business_days_between,
    due,
    due_all,
    due_as_quoted,
)

__all__ = [
    "READINGS", "URGENCIES", "Calendar", "business_days_between", "calendar", "due", "due_all", "due_as_quoted",
    "end_of_day", "in_live_hours", "in_window", "is_business_day", "window_in",
]  # fmt: skip
