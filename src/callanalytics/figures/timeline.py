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


NAMES = {1: "month", 3: "quarter", 12: "year"}


def slots(result, rows):
    """The rows with a column ``slot`` (the first month of their month, quarter or year), the axis, and its step.

    Which of the three it is stands in the result's keys.
    """
    step = next(step for step, name in NAMES.items() if {name, f"{name}_local"} & set(result.by))
    key = next(k for k in result.by if k.removesuffix("_local") == NAMES[step])
    rows = rows[rows[key].notna()]
    rows = rows.assign(slot=[_first_month(value, step) for value in rows[key]])
    return rows, _axis_of(rows["slot"], step), step


def _first_month(value, step):
    """The first month of 202205, "2022 Q2" or 2022."""
    if step == 3:
        year, quarter = str(value).split(" Q")
        return int(year) * 100 + int(quarter) * 3 - 2
    return int(value) if step == 1 else int(value) * 100 + 1


def _axis_of(values, step):
    """Every slot from the first to the last; none where there is no case at all."""
    if not len(values):
        return []
    return [m for m in months(min(values), max(values)) if (m % 100 - 1) % step == 0]


def place(day: date, axis: list[int], step: int = 1) -> float:
    """Where a day lies on an axis whose n-th slot spans n - 0.5 to n + 0.5 and holds `step` months.

    >>> place(date(2022, 1, 1), [202112, 202201])
    0.5
    """
    into = (day.day - 1) / monthrange(day.year, day.month)[1]
    return (day.year * 12 + day.month - 1 - _ordinal(axis[0]) + into) / step - 0.5


def draw_axis(axes, axis: list[int], step: int = 1, counts: dict[int, int] | None = None) -> None:
    """Label the slots with month, quarter or year, their n (`counts`), and the year under the first slot of each."""
    names = []
    for i, slot in enumerate(axis):
        lines = [_name(slot, step)]
        if counts is not None:
            lines.append(labels.number(counts.get(slot, 0)))
        if step < 12 and (i == 0 or slot // 100 != axis[i - 1] // 100):
            lines.append(str(slot // 100))
        names.append("\n".join(lines))
    size = style.SMALL
    axes.set_xticks(range(len(axis)), names, fontsize=size)
    axes.set_xlim(-0.5, max(len(axis), 1) - 0.5)
    if not axis:
        axes.text(0, 0.5, "nothing logged so far", ha="center", va="center", transform=axes.get_xaxis_transform())
    axes.tick_params(axis="x", length=0)
    if counts:
        axes.annotate("n", (-0.5, 0), (-6, -3.5 - 1.95 * size), xycoords=("data", "axes fraction"),
                      textcoords="offset points", ha="right", va="center", fontsize=size,
                      annotation_clip=False)  # fmt: skip


def _name(slot, step):
    if step == 12:
        return str(slot // 100)
    return labels.MONTHS[slot % 100 - 1][:3] if step == 1 else f"Q{(slot % 100 + 2) // 3}"


def on_axis(events, axis: list[int], step: int = 1) -> list:
    """The policy events drawn by default whose day, interval or period touches the axis; oldest first."""
    shown = [e for e in events if axis and e.mark == "A" and _span(e, axis, step)]
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
        is_in_view = high < len(axis) - 0.5
        if is_in_view:  # an interval that runs on beyond the axis has no edge to draw
            axes.axvline(high, color=style.SOFT, linewidth=0.9, linestyle=dashes, zorder=1)
        x = high if is_in_view else (low + high) / 2
        level = sum(abs(x - other) < len(axis) / 40 for other in taken)
        taken.append(x)
        axes.annotate(str(n), (x, 1.0), (0, 2 + 10.5 * level), xycoords=("data", "axes fraction"),
                      textcoords="offset points", ha="center", va="bottom", fontsize=style.SMALL, color=style.INK,
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
