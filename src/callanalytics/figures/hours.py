"""Waits by hour of the day, and waits and calls by hour and weekday."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

import pandas as pd

from callanalytics import measures, wording
from callanalytics.figures import rows, style
from callanalytics.figures.chart import Chart, Plot
from callanalytics.figures.waits import CLOCK, FIGURES, LOST, MEDIAN, NONE, OPEN, limits_in_minutes, with_counts
from callanalytics.measures.definitions import (
    FOR_A_MEDIAN,
    MEDIAN_MINIMUM,
    TOO_FEW_WAITS,
    WAIT_MINIMUM,
)
from callanalytics.measures.result import Result
from callanalytics.wording import plural

TOO_FEW_FOR_HOURS = f"Too few waits to compare hours: each needs {WAIT_MINIMUM}."
HOUR = wording.words_for("wait_hour_axis")


def too_few(result: Result, timed: int, few: str) -> str:
    """Why waits are not drawn by hour: no wait is logged, no wait has a known hour, or `few`: what each hour needs."""
    n = sum(measures.waits_by_clock(result).values())
    if not n:
        return NONE
    if not timed:
        return f"{plural(n, 'wait')}, none with a known hour."
    untimed = "" if timed == n else f", {wording.number(timed)} with a known hour"
    return f"{few} {plural(n, 'wait')} in all{untimed}."


@style.house_style()
def wait_by_hour(result: Result, *, wait_origin: str | None = None, best: int | Sequence[int] = (),
                 width: float = style.WIDE, title: str = "Waits by hour of the day") -> Chart:  # fmt: skip
    """Median wait by hour of the call on the agency's clock, on an axis from zero, with 95% intervals.

    Parameters
    ----------
    result : ``measures.wait`` by hour
    wait_origin : when the waits begin; if omitted, as most of them do
    best : the hour or hours to color, such as the part of the day with the shortest waits
    width : inches; at half a page, only the caption gives the counts

    Returns
    -------
    Chart
            A sentence instead of the drawing if fewer than half of the hours have a median.
    """
    rows.require(result, "wait_by_hour", "wait", ("hour",))
    best = (best,) if isinstance(best, int) else best or ()
    rows.require_best(best, lambda hour: isinstance(hour, Integral), "(8, 9)")
    result, clock, others = rows.one_clock(result, wait_origin)
    cells = rows.pick(result, "median")
    cells = with_counts(cells[cells["hour"].notna() & (cells["n"] > 0)].sort_values("hour").copy())
    shown, n = cells[cells["is_shown"]], int(cells["n"].sum())
    if len(shown) < 2 or 2 * len(shown) < len(cells):
        return rows.nothing_to_draw(result, title, too_few(result, n, TOO_FEW_FOR_HOURS), others)
    figure, axes = style.canvas(width, 2.1)
    hours = range(int(shown["hour"].min()), int(shown["hour"].max()) + 1)
    for cell in shown.itertuples():
        _draw_hour(axes, cell, cell.hour in best)
    axes.set_xlim(hours[0] - 0.55, hours[-1] + 0.55)
    counts = cells.set_index("hour")["n"]
    axes.set_xticks(list(hours), [_hour_label(h, hours[0], counts, width) for h in hours], fontsize=style.SMALL)
    axes.set_ylim(0, float((shown["high"].fillna(shown["value"])).max()) / 60 * 1.06)
    style.bars_alone(axes)
    of_the_call = f"{result.agency.clock} hour of the call"
    alt = (
        f"Bars by {of_the_call}, {wording.number(n)} calls: "
        + ", ".join(f"{wording.hour(int(c.hour))} {c.value / 60:.0f}" for c in shown.itertuples())
        + " minutes."
    )
    caption = rows.caption(
        result,
        f"{HOUR[clock]}, by {result.agency.clock} hour of the call; line: 95% interval; {plural(n, 'call')}. {LOST}",
        f"No bar: {TOO_FEW_WAITS}." if len(shown) < len(cells) else "",
        OPEN if shown["high"].isna().any() else "",
        others,
    )
    data, name = cells.drop(columns=["is_shown"]), "Wait by hour"
    subtitle = f"{MEDIAN[clock]}, by {result.agency.clock} hour; line: 95% interval; {plural(n, 'call')}."
    plot = Plot("bars", "hour", {"value": style.BLUE}, of_the_call, MEDIAN[clock], limits=("high", "low"))
    return Chart(figure, title, alt, caption, data, subtitle=subtitle, name=name, plot=plot)


def _draw_hour(axes, cell, is_best):
    minutes = cell.value / 60
    style.box(axes, cell.hour - 0.43, 0, 0.86, minutes, facecolor=style.BLUE if is_best else style.GRAY, linewidth=0)
    style.whisker(axes, cell.hour, *limits_in_minutes(cell), color=style.SOFT)
    ground = {"facecolor": style.PAPER, "edgecolor": "none", "boxstyle": "round,pad=0.12"} if is_best else None
    look = {"ha": "center", "va": "bottom", "fontsize": style.SMALL + 0.5, "fontweight": "bold", "bbox": ground}
    style.label(axes, f"{minutes:.0f}", (cell.hour, 0), (0, 4), **look)


def _hour_label(hour, first, counts, width):
    """The hour, with a.m. or p.m. for the first; at full width, its number of calls below."""
    name = rows.hour_name(hour, (first,))
    return name if width < style.WIDE else f"{name}\n{wording.number(counts.get(hour, 0))}"


@style.house_style()
def hour_by_weekday(
    result: Result,
    *,
    wait_origin: str | None = None,
    best: Sequence[tuple[int, str]] = (),
    title: str = "When is the wait shortest?",
) -> Chart:
    """Median wait in each hour of the agency's week: the number and its n, or no number if n is too small.

    Parameters
    ----------
    result : ``measures.wait`` by weekday and hour
    wait_origin : when the waits begin; if omitted, as most of them do
    best : (weekday, block) of the slots that hold the cheapest (``measures.best_time``); they are framed

    Returns
    -------
    Chart
            A cell needs 20 calls, 10 of which reached a person; the others are hatched. If fewer than two thirds of
            the hours reach that, hours are joined to blocks (for USCIS 8-10, 10-14, 14-17, 17-20), and the caption says
            so. The colors follow the printed medians; a star marks a cell that differs from the others
            (:func:`~callanalytics.measures.pooled_week`). If no difference is detectable, the map has one color, and
            the caption says so.
    """
    rows.require(result, "hour_by_weekday", "wait", ("weekday", "hour"))
    result, clock, others = rows.one_clock(result, wait_origin)
    of_best_time = "measures.best_time(measures.when_to_call(log.agency_calls)).slots"
    rows.require_best(best, lambda slot: isinstance(slot, tuple) and len(slot) == 2, of_best_time)
    result, joined = rows.coarsened(result, "median")
    open_week = result.agency.open_week
    spans = open_week.blocks if "block" in result.by else [(hour, hour + 1) for hour in open_week.hours]
    week = measures.pooled_week(result, clock)
    cells = _colored(_week(result, open_week.days, spans), week)
    shown = cells[cells["is_shown"]]
    if not len(shown):
        few = f"No part of the week has a known median: {FOR_A_MEDIAN}."
        return rows.nothing_to_draw(result, title, too_few(result, int(cells["n"].sum()), few), others)
    figure, axes = style.canvas(height=2.85)
    for cell in cells.itertuples():
        _draw_cell(axes, cell, open_week.days)
    _draw_week(axes, open_week.days, spans)
    framed = _draw_best(axes, cells, best, open_week.days)
    n = int(cells["n"].sum())
    caption = rows.caption(
        result,
        f"{CLOCK[clock]}: median by hour of the call's start, {result.agency.clock} time; "
        f"{wording.number(n)} calls. {LOST}",
        f"Hatched: {TOO_FEW_WAITS}." if len(shown) < len(cells) else "",
        joined,
        _compared(week, "blocks" if "block" in result.by else "hours"),
        framed,
        others,
    )
    alt = _map_alt(shown, len(cells), n, week, result.agency.clock)
    data = cells.drop(columns=["is_shown", "tint"]).assign(unit="s")
    return Chart(figure, title, alt, caption, data, name="Wait by hour and weekday")


def _week(result, days, spans):
    """Every slot of the week's live hours; a slot without calls has n 0."""
    days = pd.DataFrame({"weekday": days})
    full = days.merge(pd.DataFrame(spans, columns=["start", "end"]), how="cross")
    medians = rows.pick(result, "median")
    key = "block" if "block" in result.by else "hour"
    medians = medians[medians[key].notna() & medians["weekday"].notna()]
    # An hour is 8, a block is 08-10: both start at 8
    starts = [int(str(value).split("-")[0]) for value in medians[key]]
    medians = medians.assign(start=starts, weekday=medians["weekday"].astype("int64"))
    return with_counts(full.merge(medians[["weekday", "start", *FIGURES]], on=["weekday", "start"], how="left"))


ONE_TINT = 0.35  # for a map without detectable differences


def _colored(cells, week):
    """Each cell with its tint, from 0 (lightest) to 1 (darkest), and its star."""
    pooled = week.cells.rename(columns={"hour": "start", "block": "start"})
    pooled = pooled.assign(start=[int(str(value).split("-")[0]) for value in pooled["start"]])
    pooled["weekday"] = pooled["weekday"].astype("int64")
    cells = cells.merge(pooled, on=["weekday", "start"], how="left")
    cells["is_star"] = cells["is_star"].eq(True)
    printed = cells["value"].where(cells["is_shown"])
    low, high = printed.min(), printed.max()
    tint = (printed - low) / (high - low) if week.differs and high > low else ONE_TINT
    return cells.assign(tint=tint)


def _line_of(weekday: int, days: tuple[int, ...]) -> int:
    """Number of days drawn below a weekday on the map; the first day is at the top."""
    return len(days) - 1 - days.index(weekday)


def _draw_best(axes, cells, best, days):
    """Frame the slots that hold the cheapest; in a slot of several hours, each hour. Return the caption's sentence."""
    held = {(weekday, hour) for weekday, block in best for hour in range(*map(int, block.split("-")))}
    inside = [cell for cell in cells.itertuples() if (cell.weekday, cell.start) in held]
    for cell in inside:
        low, wide, y = cell.start + 0.07, cell.end - cell.start - 0.14, _line_of(cell.weekday, days) + 0.06
        style.box(axes, low, y, wide, 0.88, fill=False, edgecolor=style.INK, linewidth=1.3)
    return "Framed: the slots that hold the cheapest to call in with 90% probability." if inside else ""


def _compared(week, noun):
    """The caption's sentence on differences between cells."""
    if week.p != week.p:
        return f"One color: too few {noun} to compare."
    if not week.differs:
        return f"One color: no difference between these {noun} is detectable (p = {week.p:.2f})."
    stars = " *: differs from the others; one star in ten may be chance." if week.stars else ""
    return f"The darker, the longer.{stars}"


def _draw_cell(axes, cell, days):
    wide, y, middle = cell.end - cell.start, _line_of(cell.weekday, days), (cell.start + cell.end) / 2
    if not cell.is_shown:
        style.box(
            axes, cell.start, y, wide, 1, facecolor=style.PAPER, edgecolor="#b6bfc8", hatch=style.HATCH, linewidth=0
        )
        words = f"n<{MEDIAN_MINIMUM}" if cell.n < MEDIAN_MINIMUM else "–"
        _write(axes, middle, y + 0.66, words, fontsize=style.SMALL, bbox=style.padding())
        _write(axes, middle, y + 0.28, f"n {cell.n}", fontsize=style.SMALL, bbox=style.padding())
        return
    style.box(axes, cell.start, y, wide, 1, facecolor=style.shade(cell.tint, 0, 1), linewidth=0)
    median = f"{cell.value / 60:.0f}{'*' if cell.is_star else ''}"
    _write(axes, middle, y + 0.66, median, fontsize=13, fontweight="bold")
    small = f"n {cell.n}" if wide < 2 else f"{_interval(cell)} · n {cell.n}"
    _write(axes, middle, y + 0.2, small, fontsize=style.SMALL)


def _write(axes, x, y, words, **look):
    """Write words that fit inside a cell, so the layout does not need to measure them."""
    axes.text(x, y, words, ha="center", va="center", in_layout=False, **look)


def _interval(cell):
    low, high = (None if limit != limit else f"{limit / 60:.0f}" for limit in (cell.low, cell.high))
    if low and high:
        return f"{low}–{high}"
    return f"{low} or more" if low else f"{high or '?'} or less"


def _draw_week(axes, days, spans):
    style.hide_frame(axes)
    edges = [spans[0][0], *(end for _, end in spans)]
    for x in edges:
        axes.axvline(x, color=style.PAPER, linewidth=2)
    for y in range(1, len(days)):
        axes.axhline(y, color=style.PAPER, linewidth=2)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, len(days))
    axes.set_xticks(edges, [wording.hour(h) for h in edges])
    axes.set_yticks([_line_of(day, days) + 0.5 for day in days], [wording.WEEKDAYS[day - 1] for day in days])
    axes.xaxis.tick_top()


def _map_alt(shown, all_cells, n, week, clock):
    start = f"Map of weekdays by hour of the day, {clock}, with the median wait in minutes; {wording.number(n)} calls."
    if not week.differs:
        return f"{start} No difference between its cells is detectable."
    best, worst = (shown.loc[i] for i in (shown["value"].idxmin(), shown["value"].idxmax()))
    return (
        f"{start} Shortest: {_slot_name(best)}, {wording.minutes(best['value'])}. Longest: {_slot_name(worst)}, "
        f"{wording.minutes(worst['value'])}. {all_cells - len(shown)} of {all_cells} cells have too few calls."
    )


def _slot_name(cell):
    return f"{wording.WEEKDAYS[int(cell['weekday']) - 1]} {wording.hours(int(cell['start']), int(cell['end']))}"


@style.house_style()
def volume_by_hour_weekday(result: Result, *, title: str = "When were the calls made?") -> Chart:
    """Calls in each hour of the week on the agency's clock; people answer inside the frame.

    Parameters
    ----------
    result : ``measures.volume`` by weekday and hour
    """
    rows.require(result, "volume_by_hour_weekday", "volume", ("weekday", "hour"))
    calls = rows.pick(result, "count")
    timed = calls[calls["hour"].notna() & calls["weekday"].notna()]
    cells = {(int(r.weekday), int(r.hour)): int(r.value) for r in timed.itertuples() if r.value}
    untimed = int(calls["value"].sum()) - sum(cells.values())
    if not cells:
        unknown = f"{plural(untimed, 'call')}, none with a known hour: note the time of day."
        return rows.nothing_to_draw(result, title, unknown if untimed else "No call to the agency is logged so far.")
    live = result.agency.open_week
    first = min([live.hours.start, *(h for _, h in cells)])
    last = max([live.hours.stop, *(h + 1 for _, h in cells)])
    days = max([*live.days, *(d for d, _ in cells)])
    figure, axes = style.canvas(height=0.45 + 0.2 * days)
    most = max([*cells.values(), 1])
    for day in range(1, days + 1):
        for h in range(first, last):
            y, count = days - day, cells.get((day, h), 0)
            look = style.shade(count, 0, most) if count else style.PAPER
            style.box(axes, h, y, 1, 1, facecolor=look, edgecolor=style.PAPER, linewidth=1.5)
            if count:
                _write(axes, h + 0.5, y + 0.5, wording.number(count), fontsize=style.SMALL)
    _draw_frame(axes, first, last, days, live)
    n = sum(cells.values())
    caption = rows.caption(
        result,
        f"Calls to the agency's lines by weekday and hour of their start, {result.agency.clock} time; "
        f"{wording.number(n)} calls.",
        "People answer inside the frame, holidays and closures excepted.",
        f"{wording.number(untimed)} calls are not drawn: the hour of their start is not known." if untimed else "",
    )
    return Chart(figure, title, _alt(cells, n, result.agency.clock), caption, timed, name="Calls by hour and weekday")


def _draw_frame(axes, first, last, days, live):
    style.hide_frame(axes)
    # One frame around all days on which people answer, from the first to the last.
    top, tall = days - live.days[0] + 1, live.days[-1] - live.days[0] + 1
    style.box(axes, live.hours.start, top - tall, len(live.hours), tall, fill=False, edgecolor=style.INK, linewidth=1)
    axes.set_xlim(first - 0.05, last + 0.05)
    axes.set_ylim(-0.05, days + 0.05)
    step = 1 if last - first <= 13 else 2
    ticks = range(first, last + 1, step)
    axes.set_xticks(ticks, [wording.hour(h) for h in ticks])
    axes.set_yticks([days - d + 0.5 for d in range(1, days + 1)], wording.WEEKDAYS[:days])
    axes.xaxis.tick_top()


def _alt(cells, n, clock):
    start = f"Map of calls by weekday and hour, {clock}; {wording.number(n)} calls."
    (day, h), most = max(cells.items(), key=lambda item: item[1])
    return f"{start} Most in one cell: {wording.WEEKDAYS[day - 1]} {wording.hours(h, h + 1)}, {wording.number(most)}."
