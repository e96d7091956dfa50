"""How long until a person answers, and at which hour of the week it is shortest."""

from __future__ import annotations

import pandas as pd

from callanalytics.figures import labels, rows, style, timeline
from callanalytics.figures.chart import Chart

CLOCK = {
    "dial": "Minutes from dialling to a live person, automated system included",
    "queue": "Minutes from entering the queue to a live person",
    "unsaid": "Minutes to a live person, from a moment that was not noted",
}
LOST = "Callers who hung up or were cut off count as having waited at least that long."
HOURS = tuple((h, h + 1) for h in range(8, 20))  # live hours: Monday to Friday, 8 to 20 Eastern
BLOCKS = ((8, 10), (10, 14), (14, 17), (17, 20))
FIGURES = ["n", "events", "value", "low", "high", "flag"]


@style.house_style()
def hour_by_weekday(result, *, wait_from: str = "dial", title: str = "When is the wait shortest?") -> Chart:
    """Median wait in each hour of the week, Eastern: the number, its n, and nothing where n is too small.

    Parameters
    ----------
    result : ``measures.wait`` by weekday and hour
    wait_from : the start of the clock; the three are never pooled

    Returns
    -------
    Chart
        A cell needs 20 calls of which 10 reached a person; the others are hatched. Where fewer than two
        thirds of the hours reach that, hours are joined to blocks (8-10, 10-14, 14-17, 17-20), and the
        caption says so.
    """
    result, said = rows.coarsened(result, "median")
    spans = BLOCKS if "block" in result.by else HOURS
    cells = _week(result, wait_from, spans)
    figure, axes = style.canvas(height=2.75)
    shown = cells[cells["is_shown"]]
    low, high = (shown["value"].min(), shown["value"].max()) if len(shown) else (0, 1)
    for cell in cells.itertuples():
        _draw_cell(axes, cell, low, high)
    _draw_week(axes, spans)
    n = int(cells["n"].sum())
    return Chart(
        figure,
        title,
        alt=_map_alt(shown, len(cells), n),
        caption=rows.caption(
            result,
            f"{CLOCK[wait_from]}: median by hour of the call's start, Eastern time; {labels.number(n)} calls. {LOST}",
            "Hatched: fewer than 20 calls, or fewer than 10 that reached a person." if len(shown) < len(cells) else "",
            said,
        ),
        data=cells.drop(columns=["is_shown"]),
    )


def _week(result, wait_from, spans):
    """Every slot of the week's live hours; one that nobody called in has n 0."""
    days = pd.DataFrame({"weekday": range(1, 6)})
    full = days.merge(pd.DataFrame(spans, columns=["start", "end"]), how="cross")
    medians = rows.pick(result, "median", wait_from=wait_from)
    key = "block" if "block" in result.by else "hour"
    medians = medians[medians[key].notna() & medians["weekday"].notna()]
    starts = [int(str(value).split("-")[0]) for value in medians[key]]
    medians = medians.assign(start=starts, weekday=medians["weekday"].astype("int64"))
    return _told(full.merge(medians[["weekday", "start", *FIGURES]], on=["weekday", "start"], how="left"))


def _told(cells):
    cells[["n", "events"]] = cells[["n", "events"]].fillna(0).astype("int64")
    cells["flag"] = cells["flag"].fillna("small_n")
    return cells.assign(is_shown=cells["flag"].isin(rows.SHOWN))


def _draw_cell(axes, cell, low, high):
    wide, y, middle = cell.end - cell.start, 5 - cell.weekday, (cell.start + cell.end) / 2
    if not cell.is_shown:
        style.unknown_box(axes, cell.start, y, wide, 1)
        words = "n<20" if cell.n < rows.MINIMUM_MEDIAN else "–"
        axes.text(middle, y + 0.66, words, ha="center", va="center", fontsize=style.TINY, bbox=style.pad())
        axes.text(middle, y + 0.28, f"n {cell.n}", ha="center", va="center", fontsize=style.TINY, bbox=style.pad())
        return
    style.box(axes, cell.start, y, wide, 1, facecolor=style.shade(cell.value, low, high), linewidth=0)
    axes.text(middle, y + 0.64, f"{cell.value / 60:.0f}", ha="center", va="center", fontsize=13, fontweight="bold")
    small = f"n {cell.n}" if wide < 2 else f"{_interval(cell)} · n {cell.n}"
    axes.text(middle, y + 0.24, small, ha="center", va="center", fontsize=style.TINY)


def _interval(cell):
    low, high = (None if limit != limit else f"{limit / 60:.0f}" for limit in (cell.low, cell.high))
    if low and high:
        return f"{low}–{high}"
    return f"{low} or more" if low else f"{high or '?'} or less"


def _draw_week(axes, spans):
    style.bare(axes)
    edges = [spans[0][0], *(end for _, end in spans)]
    for x in edges:
        axes.axvline(x, color=style.PAPER, linewidth=2)
    for y in range(1, 5):
        axes.axhline(y, color=style.PAPER, linewidth=2)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 5)
    axes.set_xticks(edges, [labels.hour(h) for h in edges])
    axes.set_yticks([4.5 - i for i in range(5)], labels.WEEKDAYS[:5])
    axes.xaxis.tick_top()


def _map_alt(shown, all_cells, n):
    start = f"Map of weekdays by hour of the day, Eastern, with the median wait in minutes; {labels.number(n)} calls."
    if not len(shown):
        return f"{start} No cell has enough calls for a median."
    best, worst = (shown.loc[i] for i in (shown["value"].idxmin(), shown["value"].idxmax()))
    return (
        f"{start} Shortest: {_slot(best)}, {labels.minutes(best['value'])}. Longest: {_slot(worst)}, "
        f"{labels.minutes(worst['value'])}. {all_cells - len(shown)} of {all_cells} cells have too few calls."
    )


def _slot(cell):
    return f"{labels.WEEKDAYS[int(cell['weekday']) - 1]} {labels.hours(int(cell['start']), int(cell['end']))}"


@style.house_style()
def chance_by_minutes(result, *, wait_from: str = "dial", title: str = "How long must one hold?") -> Chart:
    """Chance of having a person on the line by minutes held (Kaplan-Meier), with its 95% band.

    Parameters
    ----------
    result : ``measures.wait``, not split
    """
    curve = result.curve[result.curve["wait_from"] == wait_from].sort_values("t_s")
    n = int(curve["n_at_risk"].iloc[0]) if len(curve) else 0
    figure, axes = style.canvas(height=2.7)
    minutes = [0.0, *(curve["t_s"] / 60)]
    lines = {name: [0.0, *(1 - curve[name])] for name in ("s", "low", "high")}
    axes.fill_between(minutes, lines["high"], lines["low"], step="post", color=style.BLUE, alpha=0.18, linewidth=0)
    axes.step(minutes, lines["s"], where="post", color=style.BLUE)
    _draw_chance_axes(axes, curve)
    marks = {m: _chance_at(curve, m) for m in (15, 30, 60, 90)}
    marks = {m: chance for m, chance in marks.items() if chance is not None}
    for m, chance in marks.items():
        style.dot(axes, m, chance)
        beside = {"textcoords": "offset points", "va": "center" if chance < 0.2 else "top"}
        axes.annotate(f"{labels.percent(chance)} by {m} min", (m, max(chance, 0.05)), (8, -4), **beside)
    said = "; ".join(f"{labels.percent(chance)} by {m} minutes" for m, chance in marks.items())
    return Chart(
        figure,
        title,
        alt=f"Rising curve of the chance of a person by minutes held, {labels.number(n)} calls: {said or 'none'}.",
        caption=rows.caption(
            result,
            f"{CLOCK[wait_from]}; Kaplan–Meier estimate with 95% band, {labels.number(n)} calls.",
            LOST,
            "The row under the axis counts calls still waiting.",
        ),
        data=_by_minute(curve),
    )


def _by_minute(curve):
    """The curve where it stands at the end of each minute: what the eye can follow."""
    minute = (curve["t_s"] + 59) // 60
    return curve[minute != minute.shift(-1)]


def _draw_chance_axes(axes, curve):
    ticks = range(0, 121, 15)
    axes.set_xlim(0, 122)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    waiting = [_waiting_at(curve, m) for m in ticks]
    axes.set_xticks(ticks, [f"{m}\n{labels.number(n)}" for m, n in zip(ticks, waiting, strict=True)])
    axes.set_xlabel("Minutes held (above) and calls still waiting (below)", fontsize=style.SMALL)
    axes.set_ylabel("Had a person", fontsize=style.SMALL)


def _waiting_at(curve, minute):
    later = curve[curve["t_s"] >= minute * 60]
    return int(later["n_at_risk"].iloc[0]) if len(later) else 0


def _chance_at(curve, minute):
    """The curve's height at a minute; none once nobody is left waiting, since nothing is known there."""
    if not _waiting_at(curve, minute):
        return None
    before = curve[curve["t_s"] <= minute * 60]
    return float(1 - before["s"].iloc[-1]) if len(before) else 0.0


@style.house_style()
def wait_by_month(result, events=(), *, wait_from: str = "dial", title: str = "Has the wait changed?") -> Chart:
    """Median wait month by month (quarter or year, where months are too small), with intervals and what changed when.

    Parameters
    ----------
    result : ``measures.wait`` by month
    events : the agency's policy events; drawn as marks, never as causes
    """
    result, said = rows.coarsened(result, "median")
    medians, axis, step = timeline.slots(result, rows.pick(result, "median", wait_from=wait_from))
    cells = _told(pd.DataFrame({"slot": axis}).merge(medians[["slot", *FIGURES]], on="slot", how="left"))
    figure, axes = style.canvas(height=2.2)
    shown = cells[cells["is_shown"]]
    for cell in shown.itertuples():
        x = axis.index(cell.slot)
        bottom, top = (cell.value if limit != limit else limit for limit in (cell.low, cell.high))
        style.whisker(axes, x, bottom / 60, top / 60, color=style.BLUE)
        style.dot(axes, x, cell.value / 60)
        axes.annotate(f"{cell.value / 60:.0f}", (x, cell.value / 60), (4.5, 0), textcoords="offset points",
                      va="center", fontsize=6.5)  # fmt: skip
    style.scale_up(axes, max([*(shown["high"].fillna(shown["value"]) / 60), 30.0]))
    axes.set_ylabel("Minutes, median", fontsize=style.SMALL)
    marks = timeline.on_axis(events, axis, step)
    timeline.draw_axis(axes, axis, step, dict(zip(cells["slot"], cells["n"], strict=True)))
    axes.set_xlim(right=max(len(axis), 1) - 0.3)
    timeline.draw_events(axes, marks, axis, step)
    n = int(cells["n"].sum())
    return Chart(
        figure,
        title,
        alt=_time_alt(shown, n, step),
        caption=rows.caption(
            result,
            f"{CLOCK[wait_from]}: median by {timeline.NAMES[step]} with 95% interval; "
            f"{labels.number(n)} calls, n under each. {LOST}",
            said,
            "No point: fewer than 20 calls, or fewer than 10 that reached a person." if len(shown) < len(cells) else "",
            timeline.key(marks),
        ),
        data=cells.drop(columns=["is_shown"]),
    )


def _time_alt(shown, n, step):
    kind = timeline.NAMES[step]
    start = f"Median wait by {kind}, {labels.number(n)} calls."
    if not len(shown):
        return f"{start} No {kind} has enough calls for a median."
    ends = [shown.iloc[0], shown.iloc[-1]]
    said = " to ".join(f"{labels.minutes(e['value'])} ({labels.month(int(e['slot']))})" for e in ends)
    return f"{start} First to last: {said}. Range {shown['value'].min() / 60:.0f} to {shown['value'].max() / 60:.0f}."
