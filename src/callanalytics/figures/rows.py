"""What charts read from a result: rows of its long table, the caption, and the axis of months with the agency's
policy events.
"""

from __future__ import annotations

import textwrap
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from callanalytics import measures, wording
from callanalytics.errors import InvalidRequest
from callanalytics.facts.agency_calls import WAITS_NAMED
from callanalytics.figures import style
from callanalytics.figures.chart import Chart
from callanalytics.invented import LABEL
from callanalytics.measures.result import joined_ends
from callanalytics.wording import joined, plural

# Coarser cells are accepted for their finer key: a figure of months takes quarters too.
OWN = ("wait_origin", "week", "state", "step")  # keys that a measure adds by itself
FINE = {"block": "hour", "quarter": "month", "year": "month"}


def require(result, figure: str, measure: str, *shapes: tuple[str, ...]) -> None:
    """Refuse what a figure cannot draw: something other than a result, another measure, or another split.

    `shapes` are the keys by which the measure may be split. The wait's origin and the week do not count, because the
    reader does not choose them; coarser cells count as finer ones. The message names the ``by=`` to use.
    """
    wanted = joined((f"by={_typed_keys(shape)}" if shape else "not split" for shape in shapes), "or")
    call = f"callanalytics.measures.{measure}(..., by={_typed_keys(shapes[0])})" if shapes[0] else (
        f"callanalytics.measures.{measure}(...)"
    )  # fmt: skip
    if not isinstance(result, measures.Result):
        raise InvalidRequest(
            f"{figure} draws the result of a measure", found=type(result).__name__, wanted=f"{measure}, {wanted}",
            do=f"draw  {call}",
        )  # fmt: skip
    if result.card.name != measure:
        raise InvalidRequest(
            f"{figure} cannot draw {result.card.name}", wanted=f"{measure}, {wanted}", do=f"draw  {call}"
        )
    keys = {_fine_key(key) for key in result.by if key not in OWN}
    if keys not in [set(shape) for shape in shapes]:
        raise InvalidRequest(
            f"{figure} cannot draw {measure} split like this",
            found=f"by={_typed_keys(tuple(key for key in result.by if key not in OWN))}",
            wanted=wanted,
            do=f"draw  {call}",
        )


def require_best(best, is_one: Callable[[Any], bool], call: str) -> None:
    """Refuse a `best` that does not name hours, or slots of the week."""
    if not all(is_one(each) for each in best):
        raise InvalidRequest("best does not say which to color", found=repr(best)[:40], do=f"draw  (..., best={call})")


def _fine_key(key: str) -> str:
    name = key.removesuffix("_local")
    return FINE[name] + key[len(name) :] if name in FINE else key


def _typed_keys(keys: tuple[str, ...]) -> str:
    """Keys as a person types them.

    >>> _typed_keys(("month",)), _typed_keys(("weekday", "hour")), _typed_keys(())
    ('"month"', '("weekday", "hour")', '()')
    """
    if len(keys) == 1:
        return f'"{keys[0]}"'
    return "(" + ", ".join(f'"{key}"' for key in keys) + ")"


MAX_LINES = 6
CHARACTERS = 100  # in a line across a drawing


def one_clock(result, wait_origin: str | None = None):
    """The waits of one origin, that origin, and a sentence on the waits of other origins, which are not drawn."""
    waits = measures.waits_by_clock(result)
    clock = wait_origin or measures.clock_of(result)
    others = [f"{plural(n, 'wait')} {WAITS_NAMED[other]}" for other, n in waits.items() if n and other != clock]
    return measures.of_one_clock(result, clock), clock, f"Not drawn: {'; '.join(others)}." if others else ""


def groups_of(result, time: str = "") -> tuple[str, list]:
    """The key besides time by which a result is split, and its values; ("", [None]) if there is none."""
    fine = [key for key in result.by if key != "wait_origin" and _fine_key(key).removesuffix("_local") != time]
    if not fine:
        return "", [None]
    values = [value for value in dict.fromkeys(result.table[fine[0]]) if not pd.isna(value)]
    if len(values) > MAX_LINES:
        raise InvalidRequest(
            f"{len(values)} lines in one drawing cannot be told apart", found=f"by {fine[0]}", wanted="up to six",
            do="measure the rows of those that matter",
        )  # fmt: skip
    return fine[0], values


def nothing_to_draw(result: Any, title: str, says: str, caption_: str = "") -> Chart:
    """A chart with nothing to draw: instead, a sentence that says so, and what is missing."""
    lines = textwrap.wrap(says, CHARACTERS)
    figure, axes = style.canvas(height=0.25 + 0.17 * len(lines))
    axes.set_axis_off()
    axes.text(0, 0.5, "\n".join(lines), va="center", transform=axes.transAxes)
    data = pd.DataFrame({"n": [0]}) if result is None else result.table
    text = caption(result, caption_) if result is not None else caption_
    return Chart(figure, title, alt=says, caption=text, data=data, says=says)


def pick(result, statistic: str, **keys):
    """The rows of one statistic; a key that the table does not have restricts nothing.

    A figure must not mix readings, kinds of link, or wait origins.
    """
    table = result.table
    wanted = {"statistic": statistic} | {name: value for name, value in keys.items() if name in table}
    return table[np.all([(table[name] == value).to_numpy(bool, na_value=False) for name, value in wanted.items()], 0)]


def headline(result, statistic: str, **keys) -> dict:
    """The one row by which a result is quoted: the most common wait origin, the default reading, and both ends of a
    share that depends on which calls were callbacks (``measures.ends``).

    `keys` choose the cell, and may ask for another reading, one link, or another origin (``wait_origin``).
    """
    found = pick(result, statistic, **keys)
    for name in ("reading", "wait_origin"):
        if name in found.columns and name not in keys:
            value = "default" if name == "reading" else measures.clock_of(result)
            found = found[found[name].isna() | (found[name] == value)]
    # If a figure has two ends, its first two rows are the certain and the possible one
    return joined_ends(found.iloc[:2]) if len(found) else dict(EMPTY)


# The row for a cell in which nothing was counted.
EMPTY = {"n": 0, "events": 0, "value": float("nan"), "low": float("nan"), "high": float("nan"), "flag": "not_estimable"}


def coarsened(result, statistic: str):
    """The result in cells large enough for two thirds of the chart, and the caption's sentence about it."""
    coarser = measures.coarsen(result, statistic)
    joined = set(coarser.by) - set(result.by)
    if not joined:
        return coarser, ""
    fine = "hours" if joined & {"block", "block_local"} else "months"
    why = f"By {joined.pop().removesuffix('_local')}, since fewer than two thirds of the {fine} have enough cases."
    return coarser, why


def caption(result, *sentences: str) -> str:
    """The given sentences, then the part of the log and the day that the result names, and the label if it is
    invented."""
    kept = [s.strip() for s in (*sentences, not_confirmed(result)) if s and s.strip()]
    seen = f"As of {wording.day(result.as_of)}." if result.as_of else ""
    return " ".join(filter(None, [*kept, *getattr(result, "selected", ()), seen, LABEL if result.is_invented else ""]))


def not_confirmed(result) -> str:
    """The sentence on requests left out because no one confirmed their timeframe; "" if there are none."""
    n = getattr(result, "left_before", {}).get("not_confirmed", 0)
    return f"Not judged: {plural(n, 'request')} made over a year after the timeframe was last confirmed." if n else ""


# ---- the axis of time --------------------------------------------------------------------------------


def months(first: int, last: int) -> list[int]:
    """Every month from `first` to `last`, yyyymm, both included: an empty month keeps its place on the axis.

    >>> months(202111, 202202)
    [202111, 202112, 202201, 202202]
    """
    start, end = _ordinal(first), _ordinal(last)
    return [i // 12 * 100 + i % 12 + 1 for i in range(start, end + 1)]


def _ordinal(yyyymm):
    return yyyymm // 100 * 12 + yyyymm % 100 - 1


STEP_NAMES = {1: "month", 3: "quarter", 12: "year"}


def time_slots(result, rows):
    """The rows with a column ``slot`` (the first month of their month, quarter, or year), the axis, and its step.

    The result's keys decide which of the three it is.
    """
    step = next(step for step, name in STEP_NAMES.items() if {name, f"{name}_local"} & set(result.by))
    key = next(k for k in result.by if k.removesuffix("_local") == STEP_NAMES[step])
    rows = rows[rows[key].notna()]
    rows = rows.assign(slot=[_first_month(value, step) for value in rows[key]])
    between = months(min(rows["slot"]), max(rows["slot"])) if len(rows) else []
    return rows, [month for month in between if (month % 100 - 1) % step == 0], step


def _first_month(value, step):
    """The first month of 202205, "2022 Q2", or 2022."""
    if step == 3:
        year, quarter = str(value).split(" Q")
        return int(year) * 100 + int(quarter) * 3 - 2
    return int(value) if step == 1 else int(value) * 100 + 1


def place_of_month(day: date, axis: list[int], step: int = 1) -> float:
    """Position of a day on an axis whose n-th slot spans n - 0.5 to n + 0.5 and holds `step` months.

    >>> place_of_month(date(2022, 1, 1), [202112, 202201])
    0.5
    """
    into = (day.day - 1) / monthrange(day.year, day.month)[1]
    return (day.year * 12 + day.month - 1 - _ordinal(axis[0]) + into) / step - 0.5


def draw_axis(axes, axis: list[int], step: int = 1, counts: dict[int, int] | None = None) -> None:
    """Label each slot with its month, quarter, or year, and its n (`counts`); each year's first slot shows the year."""
    names = []
    for i, slot in enumerate(axis):
        lines = [_slot_name(slot, step)]
        if counts is not None:
            lines.append(wording.number(counts.get(slot, 0)))
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
        # Next to the second line of the names, which has the counts
        style.label(axes, "n", (-0.5, 0), (-6, -3.5 - 1.95 * size), xycoords=("data", "axes fraction"), ha="right",
                    va="center", annotation_clip=False)  # fmt: skip


def _slot_name(slot, step):
    if step == 12:
        return str(slot // 100)
    return wording.MONTHS[slot % 100 - 1][:3] if step == 1 else f"Q{(slot % 100 + 2) // 3}"


def hour_name(hour: int, full) -> str:
    """An hour on an axis: its number, with a.m. or p.m. for the hours in `full`.

    >>> [hour_name(h, (4,)) for h in (4, 8, 12, 14)]
    ['4 a.m.', '8', 'noon', '2']
    """
    # Subtract 1 and add 1 again, so that hours 0 and 12 both show as 12.
    return "noon" if hour == 12 else wording.hour(hour) if hour in full else str((hour - 1) % 12 + 1)


def on_axis(events, axis: list[int], step: int = 1) -> list:
    """The default policy events whose day, interval, or period touches the axis; oldest first."""
    if not all(hasattr(event, "mark") for event in events):
        raise InvalidRequest("these are no policy events", found=repr(events)[:40], do="pass  log.agency.events")
    shown = [e for e in events if axis and e.mark == "A" and _span(e, axis, step)]
    return sorted(shown, key=lambda e: e.latest)


def _span(event, axis, step):
    """Start and end of an event on the axis (equal for a day); None if it is outside.

    A change known only as "by then" may have come at any earlier time, so its band starts with the axis.
    """
    edge_low, edge_high = -0.5, len(axis) - 0.5
    low = edge_low if _is_open(event) else place_of_month(event.earliest or event.latest, axis, step)
    high = (
        edge_high if event.period and event.until is None else place_of_month(event.until or event.latest, axis, step)
    )
    # A change by some day after the axis may not have touched the axis at all
    if high <= edge_low or low >= edge_high or (_is_open(event) and high > edge_high):
        return None
    return max(low, edge_low), min(high, edge_high)


def _is_open(event):
    return event.earliest is None and event.precision != "day" and not event.period


def draw_events(axes, events, axis: list[int], step: int = 1) -> None:
    """Draw a dashed line for a change with a known day and a band for an interval; number them at the top."""
    taken: list[float] = []
    for n, event in enumerate(events, 1):
        low, high = _span(event, axis, step)
        is_day = low == high
        if not is_day:
            axes.axvspan(low, high, color="#eef1f4", zorder=0, linewidth=0)
        dashes = (0, (4, 3)) if is_day else (0, (1, 2))
        is_in_view = high < len(axis) - 0.5
        if is_in_view:  # an interval that ends after the axis has no edge to draw
            axes.axvline(high, color=style.SOFT, linewidth=0.9, linestyle=dashes, zorder=1)
        x = high if is_in_view else (low + high) / 2
        # Numbers this close would overlap, so the later one goes higher
        level = sum(abs(x - other) < len(axis) / 40 for other in taken)
        taken.append(x)
        look = {"ha": "center", "va": "bottom", "color": style.INK, "fontweight": "bold", "annotation_clip": False}
        style.label(axes, str(n), (x, 1.0), (0, 2 + 10.5 * level), xycoords=("data", "axes fraction"), **look)


def events_key(events) -> str:
    """The numbered marks in words, for the caption."""
    if not events:
        return ""
    marks = [f"({n}) {event_day(e)}: {e.label}" for n, e in enumerate(events, 1)]
    return f"Marks show what happened when, not why anything changed: {'; '.join(marks)}."


def event_day(event) -> str:
    """When a change came, as far as it is known."""
    if event.period:
        return f"{wording.day(event.latest)} to {wording.day(event.until) if event.until else 'a day not known'}"
    if _is_open(event):
        return f"by {wording.day(event.latest)}"
    if event.earliest and event.earliest != event.latest:
        return f"between {wording.day(event.earliest)} and {wording.day(event.latest)}"
    return wording.day(event.latest)
