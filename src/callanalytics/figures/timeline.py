"""A time axis by month, and what the agency changed when.

Events are rows of the agencies files (``Agency.events``).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from callanalytics.figures import labels, style


def months(first: int, last: int) -> list[int]:
    """Every month from `first` to `last`, yyyymm, both included: an empty month is a place on the axis.

    >>> months(202111, 202202)
    [202111, 202112, 202201, 202202]
    """
    start, end = _ordinal(first), _ordinal(last)
    return [i // 12 * 100 + i % 12 + 1 for i in range(start, end + 1)]


def _ordinal(yyyymm):
    return yyyymm // 100 * 12 + yyyymm % 100 - 1


def quarter(yyyymm: int) -> int:
    """The first month of its quarter.

    >>> quarter(202205)
    202204
    """
    return yyyymm - (yyyymm % 100 - 1) % 3


def place(day: date, axis: list[int], step: int = 1) -> float:
    """Where a day lies on an axis whose n-th slot spans n - 0.5 to n + 0.5 and holds `step` months.

    >>> place(date(2022, 1, 1), [202112, 202201])
    0.5
    """
    into = (day.day - 1) / monthrange(day.year, day.month)[1]
    return (day.year * 12 + day.month - 1 - _ordinal(axis[0]) + into) / step - 0.5


def draw_axis(axes, axis: list[int], step: int = 1) -> None:
    """Label the slots: month initials or quarters, with the year under the first slot of each."""
    names = []
    for i, slot in enumerate(axis):
        starts_year = i == 0 or slot // 100 != axis[i - 1] // 100
        name = labels.MONTHS[slot % 100 - 1][:3] if step == 1 else f"Q{(slot % 100 + 2) // 3}"
        names.append(f"{name}\n{slot // 100}" if starts_year else name)
    axes.set_xticks(range(len(axis)), names)
    axes.set_xlim(-0.6, len(axis) - 0.4)
    axes.tick_params(axis="x", length=0)


def on_axis(events, axis: list[int], step: int = 1) -> list:
    """The policy events drawn by default whose day, interval or period touches the axis; oldest first."""
    shown = [e for e in events if e.mark == "A" and _span(e, axis, step)]
    return sorted(shown, key=lambda e: e.latest)


def _span(event, axis, step):
    """Where an event begins and ends on the axis (once, for a day); None if it lies outside.

    A change known only as "by then" may have come at any time before: its band opens with the axis.
    """
    edge_low, edge_high = -0.5, len(axis) - 0.5
    low = edge_low if _is_open(event) else place(event.earliest or event.latest, axis, step)
    high = edge_high if event.period and event.until is None else place(event.until or event.latest, axis, step)
    if high <= edge_low or low >= edge_high or (_is_open(event) and high > edge_high):
        return None
    return max(low, edge_low), min(high, edge_high)


def _is_open(event):
    return event.earliest is None and event.precision != "day" and not event.period


def draw_events(axes, events, axis: list[int], step: int = 1) -> None:
    """A dashed line where a change has a day, a band where only an interval is known; numbered at the top."""
    taken: list[float] = []
    for n, event in enumerate(events, 1):
        low, high = _span(event, axis, step)
        is_day = low == high
        if not is_day:
            axes.axvspan(low, high, color="#eef1f4", zorder=0, linewidth=0)
        dashes = (0, (4, 3)) if is_day else (0, (1, 2))
        axes.axvline(high, color=style.SOFT, linewidth=0.9, linestyle=dashes, zorder=1)
        level = sum(abs(high - other) < len(axis) / 40 for other in taken)
        taken.append(high)
        axes.annotate(str(n), (high, 1.0), (0, 2 + 9 * level), xycoords=("data", "axes fraction"),
                      textcoords="offset points", ha="center", va="bottom", fontsize=style.TINY, color=style.INK,
                      fontweight="bold", annotation_clip=False)  # fmt: skip


def key(events) -> str:
    """The numbered marks in words, for the caption."""
    if not events:
        return ""
    marks = [f"({n}) {_when(e)}: {e.label}" for n, e in enumerate(events, 1)]
    return f"Marks show what happened when, not why anything changed: {'; '.join(marks)}."


def _when(event):
    if event.period:
        return f"{labels.day(event.latest)} to {labels.day(event.until) if event.until else 'a day not known'}"
    if _is_open(event):
        return f"by {labels.day(event.latest)}"
    if event.earliest and event.earliest != event.latest:
        return f"between {labels.day(event.earliest)} and {labels.day(event.latest)}"
    return labels.day(event.latest)


def draw_counts(axes, axis: list[int], counts: dict[int, int]) -> None:
    """The n of each slot, in small type above the axis line."""
    for x, slot in enumerate(axis):
        axes.annotate(f"{counts.get(slot, 0):,}", (x, 0), (0, 2), xycoords=("data", "axes fraction"),
                      textcoords="offset points", ha="center", va="bottom", fontsize=6.5, color=style.SOFT)  # fmt: skip
