"""One function for each chart: it draws a result, and computes nothing that the result does not contain.

:func:`wait_by_hour` · :func:`hour_by_weekday` · :func:`chance_by_minutes` · :func:`every_wait` ·
:func:`wait_by_month` · :func:`wait_by_week` · :func:`before_after`: waits · :func:`volume_by_hour_weekday`: calls ·
:func:`callbacks_by_day` · :func:`kept_by_reading` · :func:`promise_states`: timeframes ·
:func:`hit_rate_by_month` · :func:`missed_by_month` · :func:`missed_by_local_hour`: callbacks · :func:`flow` ·
:func:`funnel` · :func:`shares`: steps and shares · :func:`specification_curve`: one finding counted in many ways.

Each returns a :class:`Chart`: the drawing with its title, alt text, caption, and data.
"""

from callanalytics.figures.callbacks import callbacks_by_day, hit_rate_by_month, missed_by_local_hour, missed_by_month
from callanalytics.figures.chart import Chart
from callanalytics.figures.hours import hour_by_weekday, volume_by_hour_weekday, wait_by_hour
from callanalytics.figures.promises import kept_by_reading, promise_states
from callanalytics.figures.proportions import flow, funnel, shares, specification_curve
from callanalytics.figures.waits import before_after, chance_by_minutes, every_wait, wait_by_month, wait_by_week

__all__ = [
    "Chart", "before_after", "callbacks_by_day", "chance_by_minutes", "every_wait", "flow", "funnel",
    "hit_rate_by_month", "hour_by_weekday", "kept_by_reading", "missed_by_local_hour", "missed_by_month",
    "promise_states", "shares", "specification_curve", "volume_by_hour_weekday", "wait_by_hour", "wait_by_month",
    "wait_by_week",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)  # completion offers the charts, not the modules
