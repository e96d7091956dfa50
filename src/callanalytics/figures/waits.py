"""How long until a person answers, by minutes held and month by month."""

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
FIGURES = ["n", "events", "value", "low", "high", "flag"]


def told(cells):
    """Cells with their counts; a cell in which nothing was counted has n 0 and no figure."""
    cells[["n", "events"]] = cells[["n", "events"]].fillna(0).astype("int64")
    cells["flag"] = cells["flag"].fillna("small_n")
    return cells.assign(is_shown=cells["flag"].isin(rows.SHOWN))


@style.house_style()
def chance_by_minutes(result, *, wait_from: str = "dial", title: str = "How long must one hold?") -> Chart:
    """Chance of having a person on the line by minutes held (Kaplan-Meier), with its 95% band.

    Parameters
    ----------
    result : ``measures.wait``, not split
    """
    curve = result.curve[result.curve["wait_from"] == wait_from].sort_values("t_s")
    n = int(curve["n_at_risk"].iloc[0]) if len(curve) else 0
    figure, axes = style.canvas(height=2.2)
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
        off = (14, -5) if chance < 0.2 else (8, -4)  # low on the curve the words keep clear of it, and of the axis
        axes.annotate(f"{labels.percent(chance)} by {m} min", (m, max(chance, 0.09)), off, **beside)
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
    cells = told(pd.DataFrame({"slot": axis}).merge(medians[["slot", *FIGURES]], on="slot", how="left"))
    figure, axes = style.canvas(height=1.95)
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
