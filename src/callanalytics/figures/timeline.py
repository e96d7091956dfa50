"""The history of one matter on a timeline: calls, the promise and its last day, and the callbacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from callanalytics import wording
from callanalytics.figures import rows, style
from callanalytics.figures.chart import Chart

# kind of mark -> its color, whether it is hollow, and its size in points
LOOKS = {
    "call": (style.INK, False, 6.0),
    "promise": (style.BLUE, False, 8.5),
    "answered": (style.BLUE, False, 7.5),
    "missed": (style.VERMILION, True, 8.0),
    "unsure": (style.SOFT, True, 7.0),
    "other": (style.SOFT, False, 6.0),
}
# Positions of a label: distance from the line, and side
SIDES = ((1, 1), (1, -1), (2, 1), (2, -1), (3, 1), (3, -1))
STEP = 0.36  # inches between the levels of labels
CHARACTER, BOLD = 0.05, 1.1  # inches for an average letter of a label; how much wider a bold one is
GAP = 0.01  # fraction of the line, between labels
EDGE = 0.03  # fraction of the line, before its first and after its last mark


@dataclass(frozen=True)
class Mark:
    """An event: when it happened (on the office's clock), its kind, and its words in two lines."""

    when: datetime
    kind: str
    words: str
    more: str = ""


@dataclass(frozen=True)
class Band:
    """A timeframe: from the promise to the due time."""

    since: datetime
    due: datetime


@style.house_style()
def timeline(
    happened: Sequence[Mark], bands: Sequence[Band] = (), *, seen: datetime, title: str, caption: str
) -> Chart:
    """Marks on a timeline, with timeframes as bands that end in a line.

    Parameters
    ----------
    happened : in any order
    bands : the timeframes
    seen : the end of the last day whose records are used; drawn if it is before the end of a band
    """
    ordered = sorted(happened, key=lambda mark: mark.when)
    ends = [Mark(band.due, "due", f"{_day(band.due)} · promised by") for band in bands]
    today = [Mark(seen, "seen", f"as of {_day(seen)}")] if any(seen < band.due for band in bands) else []
    every = sorted((*ordered, *ends, *today), key=lambda mark: mark.when)
    if not every:
        return rows.nothing_to_draw(None, title, "Nothing in the log of this matter has a date.", caption)
    # At least one day: marks at one time would give a line without length
    first, last = every[0].when, max(every[-1].when, every[0].when + timedelta(days=1))
    x_of = {id(mark): (mark.when - first) / (last - first) for mark in every}
    sides = _sides(every, x_of)
    above, below = (max((level for level, way in sides.values() if way == sign), default=0) for sign in (1, -1))
    figure, axes = style.canvas(height=0.5 + STEP * (above + below))
    _draw_line(axes, bands, first, last)
    for mark in every:
        _draw_mark(axes, x_of[id(mark)], mark)
        if side := sides.get(id(mark)):
            _draw_label(axes, x_of[id(mark)], mark, *side)
    axes.set_xlim(-EDGE, 1 + EDGE)
    axes.set_ylim(-STEP * below - 0.2, STEP * above + 0.2)
    axes.set_axis_off()
    return Chart(
        figure,
        title,
        alt=f"Timeline: {'; '.join(_in_words(mark) for mark in every)}.",
        caption=caption,
        data=pd.DataFrame(
            [(mark.when, mark.kind, _in_words(mark)) for mark in every], columns=["when", "kind", "what"]
        ),
    )


def _sides(every: list[Mark], x_of: dict[int, float]) -> dict[int, tuple[int, int]]:
    """Position of each label. No two labels overlap and, if possible, none covers the line to another. A label
    without room is left out, because the tables have it."""
    laid: list[tuple[float, float, float, int, int]] = []  # x of the mark, start and end of its label, level, way
    found = {}
    # From the right: labels extend to the right of their marks, so the lines to marks at the left cross none of them.
    for mark in reversed(every):
        x = x_of[id(mark)]
        start, end = _extent(x, mark)
        free = [side for side in SIDES if not _is_taken((x, start, end, *side), laid)]
        # If no place is free of lines, a line may run behind a label
        free = free or [
            side for side in SIDES if not _is_taken((x, start, end, *side), [own for own in laid if own[3:] == side])
        ]
        if free:
            laid.append((x, start, end, *free[0]))
            found[id(mark)] = free[0]
    return found


def _is_taken(label: tuple[float, float, float, int, int], laid: list[tuple[float, float, float, int, int]]) -> bool:
    return any(_collide(label[:4], other[:4]) for other in laid if other[4] == label[4])


def _collide(label: tuple[float, float, float, int], other: tuple[float, float, float, int]) -> bool:
    """Whether two labels on the same side overlap, or one covers the line that leads to the other.

    >>> _collide((0.5, 0.5, 0.7, 1), (0.2, 0.2, 0.4, 1)), _collide((0.5, 0.5, 0.7, 1), (0.4, 0.4, 0.6, 1))
    (False, True)
    >>> _collide((0.5, 0.5, 0.7, 2), (0.4, 0.4, 0.6, 1)), _collide((0.5, 0.5, 0.7, 1), (0.4, 0.4, 0.6, 2))
    (True, False)
    """
    if label[3] == other[3]:
        return label[1] - GAP < other[2] and other[1] - GAP < label[2]
    near, far = sorted((label, other), key=lambda each: each[3])
    return near[1] - GAP < far[0] < near[2] + GAP


def _extent(x: float, mark: Mark) -> tuple[float, float]:
    """Start and end of a label as fractions of the line: to the left of its mark if the right has no room."""
    width = CHARACTER * max(len(mark.words) * BOLD, len(mark.more)) / (style.WIDE * (1 - 2 * EDGE))
    return (x - width, x) if x + width > 1 + EDGE else (x, x + width)


def _draw_line(axes, bands: Sequence[Band], first: datetime, last: datetime) -> None:
    axes.plot([-EDGE, 1 + EDGE], [0, 0], color=style.GRAY, linewidth=1.2, zorder=1)
    for band in bands:
        start, end = ((moment - first) / (last - first) for moment in (band.since, band.due))
        style.box(axes, start, -0.055, end - start, 0.11, facecolor=style.PALE, linewidth=0)


def _draw_mark(axes, x: float, mark: Mark) -> None:
    if mark.kind in ("due", "seen"):
        look = {"color": style.VERMILION, "linewidth": 1.8} if mark.kind == "due" else {
            "color": style.INK, "linewidth": 1.2, "linestyle": (0, (2, 1.5))}  # fmt: skip
        axes.plot([x, x], [-0.13, 0.13], zorder=4, **look)
        return
    color, is_hollow, size = LOOKS[mark.kind]
    axes.plot([x], [0], "o", markersize=size, markerfacecolor="white" if is_hollow else color, markeredgecolor=color,
              markeredgewidth=1.8 if is_hollow else 0, zorder=5)  # fmt: skip


def _draw_label(axes, x: float, mark: Mark, level: int, way: int) -> None:
    ha = "right" if _extent(x, mark)[1] == x else "left"
    top = STEP * level + 0.08 if way > 0 else 0.12 - STEP * level
    axes.plot([x, x], [0.08 * way, top - 0.27 if way > 0 else top], color=style.GRAY, linewidth=0.8, zorder=2)
    beneath = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.6}
    axes.text(x, top, mark.words, ha=ha, va="top", fontsize=style.SMALL + 0.5, fontweight="bold", bbox=beneath)
    if mark.more:
        axes.text(x, top - 0.135, mark.more, ha=ha, va="top", fontsize=style.SMALL, color=style.SOFT, bbox=beneath)


def _in_words(mark: Mark) -> str:
    return f"{mark.words}{f', {mark.more}' if mark.more else ''}".replace(" · ", ", ")


def _day(when: datetime) -> str:
    return wording.day(when.date(), short=True)
