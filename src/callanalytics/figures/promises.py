"""Whether callbacks came within the agency's stated time: of all requests, and on the timeline of one matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from callanalytics import wording
from callanalytics.figures import proportions, rows, style
from callanalytics.figures.chart import Chart
from callanalytics.measures.result import SHOWN_ONCE, Result

READINGS = wording.words_for("readings")
URGENCIES = {"urgent": "Urgent requests", "regular": "Regular requests"}

NONE_JUDGED = "No promised callback with complete records and a known stated time is due yet."
NO_PROMISE = "No promised callback is logged so far."

UNDATED = "Came, day not logged"
# One row each; the upper rows add up to what can be judged, the lower rows are separate.
JUDGED = {
    "In time, a person answered": ("answered_first", "answered_second"),
    "In time, by email": ("emailed",),
    "In time, unanswered": ("missed_once", "both_missed"),
    "In time, answer not logged": ("result_unknown",),
    UNDATED: ("undated",),
    "After the stated time": ("late",),
    "No contact recorded": ("silent",),
}
EXTENSION = "Nothing came, extension given"  # the agency does not call extensions, so this silence is not its failure
APART = {
    EXTENSION: (),
    "Nothing so far, not due yet": ("waiting",),
    "Nothing seen, line not observed": ("unwatched",),
    "Stated time not known": ("rule_unknown",),
    "No longer needed": ("withdrawn",),
}
SAME_BY_ALL = (
    "A request made while more than one stated time may have held is in an upper row if a contact came and all of them "
    "judge it alike."
)
_COLORS = (style.BLUE, "#7db3d8", "#a9cfe8", "#d3e5f2", "#e4e6e8", "#f0b48a", style.VERMILION)
COLORS = dict(zip(JUDGED, _COLORS, strict=True))
APART_LOOK = {"facecolor": style.PAPER, "edgecolor": "#8b949e", "hatch": style.HATCH}


def none_judged(result: Result, otherwise: str) -> str:
    """The sentence of a chart without a request; if timeframes are unconfirmed, the caption counts those requests."""
    return "No promised callback can be judged." if rows.not_confirmed(result) else otherwise


@style.house_style()
def kept_by_reading(result: Result, *, title: str = "Did the callback come in the stated time?") -> Chart:
    """Share of requests with a call or an email in the stated time, by three ways to count the time.

    Parameters
    ----------
    result : ``measures.promise_kept_rate`` by urgency
    """
    rows.require(result, "kept_by_reading", "promise_kept_rate", ("urgency",))
    kept = rows.pick(result, "rate")
    kept = kept[kept["reading"].isin(READINGS["urgent"]) & kept["urgency"].isin(URGENCIES)]
    if not kept["n"].sum():
        return rows.nothing_to_draw(result, title, none_judged(result, NONE_JUDGED))
    figure, axes = style.canvas(height=2.2)
    y, ticks = 0.0, []
    for urgency, name in URGENCIES.items():
        axes.text(-0.02, y, name, fontweight="bold", va="center", ha="right", transform=axes.get_yaxis_transform())
        for reading, words in READINGS[urgency].items():
            y -= 1
            ticks.append((y, words))
            proportions.draw(axes, y, rows.headline(result, "rate", urgency=urgency, reading=reading))
        y -= 1.35
    axes.set_yticks([t for t, _ in ticks], [words for _, words in ticks])
    axes.set_ylim(y + 0.7, 0.6)
    proportions.draw_axis(axes)
    shares = [
        f"{urgency}, {words}: {proportions.share_label(row)}"
        for urgency in URGENCIES
        for reading, words in READINGS[urgency].items()
        if (row := rows.headline(result, "rate", urgency=urgency, reading=reading))
    ]
    alt = (
        "Shares of requests with a call or an email in the stated time, with intervals: "
        f"{'; '.join(shares) or 'none yet'}."
    )
    caption = rows.caption(
        result,
        "Requests for a callback that are due, observed, and judged by a known rule, counted as kept when the "
        "agency called, answered or not, or emailed by then; share with 95% interval.",
        "Thick line: from what came for certain to the most that may have come. Open point: fewer than 30 "
        "requests; under 10, the counts alone.",
    )
    return Chart(figure, title, alt, caption, kept, name="In time, by reading")


@style.house_style()
def promise_states(
    result: Result, silent: Result | None = None, *, title: str = "What became of every request?"
) -> Chart:
    """Every request for a callback in one state; each row starts where the one above ends, so they add up to all.

    Parameters
    ----------
    result : ``measures.promise_states`` by urgency
    silent : ``measures.silent_promises`` by urgency: requests with an extension are shown separately
    """
    rows.require(result, "promise_states", "promise_states", ("urgency",))
    counts = _without_judgment(_with_extension(rows.pick(result, "count"), silent))
    counts = counts.assign(n=counts["value"], events=counts["value"])  # also for rows that were split or joined
    groups = [u for u in (*URGENCIES, "unknown") if counts.loc[counts["urgency"] == u, "value"].sum()]
    if not groups:
        return rows.nothing_to_draw(result, title, none_judged(result, NO_PROMISE))
    figure, grid = style.canvas(height=2.6, columns=len(groups), sharey=True, sharex=True, squeeze=False)
    most = counts.groupby("urgency")["value"].sum().max()
    for axes, urgency in zip(grid[0], groups, strict=True):
        own = counts[counts["urgency"] == urgency]
        _draw_states(axes, own, _shown_states(counts), URGENCIES.get(urgency, "Urgency not noted"), most)
    names = list(_shown_states(counts))
    places = _places(names)
    grid[0][0].set_yticks(places, names)
    grid[0][0].set_ylim(places[-1] - 0.6, 0.7)
    n = int(counts["value"].sum())
    every = f"All {wording.number(n)} requests" if n > 1 else "The only request"
    # All requests, and the judged ones by outcome; the other states are in the table
    by_state = counts.groupby("state")["value"].sum()
    shown = {name: those for name, those in _shown_states(counts).items() if name in JUDGED or name == EXTENSION}
    parts = [f"{name.lower()} {sum(by_state.get(s, 0) for s in those):.0f}" for name, those in shown.items()]
    alt = (
        f"Bars, one row a state, adding to all {wording.number(by_state.sum())} requests. All urgencies together: "
        f"{', '.join(parts)}."
    )
    caption = rows.caption(
        result,
        f"{every} for a callback, each in one row; a row begins where the one above ends.",
        "Weekends, holidays, and closures stop the clock. Rates count fewer requests than these: only those that "
        "are due, have a known stated time, and have complete records from start to due moment. The hatched rows "
        "are in no rate.",
        SAME_BY_ALL if counts.loc[counts["state"] == "Stated time not known", "value"].any() else "",
        SHOWN_ONCE,
    )
    return Chart(figure, title, alt, caption, counts, name="What became of requests")


def _with_extension(counts, silent):
    """The counts, with a separate state for requests without contact for which the office gave an extension."""
    if silent is None:
        return counts
    rows.require(silent, "promise_states", "silent_promises", ("urgency",))
    beside = rows.pick(silent, "n_extension").set_index("urgency")["events"]
    states = []
    for row in counts.to_dict("records"):
        n = min(int(beside.get(row["urgency"], 0)), int(row["value"])) if row["state"] == "silent" else 0
        states.append(row | {"value": row["value"] - n})
        states += [row | {"state": EXTENSION, "value": n}] if n else []
    return pd.DataFrame(states, columns=counts.columns)


def _without_judgment(counts):
    """The counts, with judged requests of unknown urgency moved to ``rule_unknown``: they have no known timeframe."""
    came = {state for states in JUDGED.values() for state in states}
    is_timeless = (counts["urgency"] == "unknown") & counts["state"].isin(came)
    counts = counts.assign(state=counts["state"].mask(is_timeless, "rule_unknown"))
    keys = [name for name in counts.columns if name in ("urgency", "state")]
    joined = counts.groupby(keys, sort=False)["value"].transform("sum")
    return counts.assign(value=joined).drop_duplicates(keys).reset_index(drop=True)


def _shown_states(counts) -> dict[str, tuple[str, ...]]:
    """The chart's rows with their states; the rows for extensions and unknown days appear only if they are used."""
    known = JUDGED | APART | {EXTENSION: (EXTENSION,)}
    there = {*counts["state"]}
    rare = (EXTENSION, UNDATED)
    return {name: states for name, states in known.items() if name not in rare or not there.isdisjoint(states)}


def _places(names) -> list[float]:
    """The height of each row, with a small gap above the rows outside the judged part."""
    return [-float(i) - (0 if name in JUDGED else 0.6) for i, name in enumerate(names)]


def _draw_states(axes, counts, shown, name, most):
    """Draw one panel; `most` is the largest total of all panels, so that all bars have one scale."""
    by_state = counts.groupby("state")["value"].sum()
    total, start = int(by_state.sum()), 0
    places = _places(shown)
    n_judged = sum(row in JUDGED for row in shown)
    for y, (row, those) in zip(places, shown.items(), strict=True):
        value = int(sum(by_state.get(s, 0) for s in those))
        look = {"edgecolor": "none"} | ({"facecolor": COLORS[row]} if row in COLORS else APART_LOOK)
        style.box(axes, start, y - 0.36, value, 0.72, linewidth=0.8 if "hatch" in look else 0, **look)
        left = start + value > 0.75 * most
        inside = left and start < 0.15 * most  # at the left of its start the label would cover the row's name
        look = {"ha": "right" if left else "left", "va": "center", "bbox": style.padding() if inside else None}
        x = start if left and not inside else start + value
        style.label(axes, wording.number(value), (x, y), (-3 if left else 3, 0), **look)
        start += value
    axes.set_xlim(0, max(most, 1) * 1.02)
    axes.set_title(f"{name}: {wording.number(total)}")
    style.hide_frame(axes)
    axes.set_xticks([])
    axes.axhline((places[n_judged - 1] + places[n_judged]) / 2, color=style.FAINT, linewidth=0.8)


# ---- the history of one matter: calls, the promise and its last day, and the callbacks -------------------------------

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
    sides = _label_positions(every, x_of)
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
    data = pd.DataFrame([(mark.when, mark.kind, _in_words(mark)) for mark in every], columns=["when", "kind", "what"])
    return Chart(figure, title, f"Timeline: {'; '.join(_in_words(mark) for mark in every)}.", caption, data)


def _label_positions(every: list[Mark], x_of: dict[int, float]) -> dict[int, tuple[int, int]]:
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
    return any(_labels_collide(label[:4], other[:4]) for other in laid if other[4] == label[4])


def _labels_collide(label: tuple[float, float, float, int], other: tuple[float, float, float, int]) -> bool:
    """Whether two labels on the same side overlap, or one covers the line that leads to the other.

    >>> _labels_collide((0.5, 0.5, 0.7, 1), (0.2, 0.2, 0.4, 1)), _labels_collide((0.5, 0.5, 0.7, 1), (0.4, 0.4, 0.6, 1))
    (False, True)
    >>> _labels_collide((0.5, 0.5, 0.7, 2), (0.4, 0.4, 0.6, 1)), _labels_collide((0.5, 0.5, 0.7, 1), (0.4, 0.4, 0.6, 2))
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
