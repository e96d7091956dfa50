"""Business days, service hours and due moments: when the clock runs, and when a call-back is due.

The calendars come from the agencies file; zones from ``values.zones``; nothing here asks the machine
for the time.
"""

from callanalytics.clocks.calendars import Calendar, calendar, is_business_day
from callanalytics.clocks.due import READINGS, business_days_between, due, due_all, due_told
from callanalytics.clocks.hours import EASTERN, end_of_day, in_live_hours, in_window, window_in
from callanalytics.clocks.window import moments_in_window, window_days_between

__all__ = [
    "EASTERN",
    "READINGS",
    "Calendar",
    "business_days_between",
    "calendar",
    "due",
    "due_all",
    "due_told",
    "end_of_day",
    "in_live_hours",
    "in_window",
    "is_business_day",
    "moments_in_window",
    "window_days_between",
    "window_in",
]
