"""How long until a person answers, by minutes held and month by month."""

from __future__ import annotations

import pandas as pd

from callanalytics.figures import labels, rows, style, timeline
from callanalytics.figures.chart import Chart
from callanalytics.measures.card import KEYS

CLOCK = {
    "dial": "Minutes from dialing to a live person, automated system included",
    "queue": "Minutes from entering the queue to a live person",
    "unsaid": "Minutes to a live person as noted; the log does not say whether from dialing",
}
LOST = "Callers who hung up or were cut off count as having waited at least that long."
NONE = "No wait is noted so far. Note for each call the minutes until a person spoke, and whether anyone did."
FIGURES = ["n", "events", "value", "low", "high", "flag"]
GROUPS = tuple(key for key in KEYS if not key.startswith(("date", "weekday", "hour", "month")) and key != "wait_from")
COLORS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.SKY, style.SOFT)
DASHES = ("-", (0, (5, 2)), (0, (1, 1)), (0, (6, 2, 1, 2)), (0, (3, 1)), (0, (8, 3)))  # told apart without color


def with_counts(cells):
    """Cells with their counts; a cell in which nothing was counted has n 0 and no figure."""
    cells[["n", "events"]] = cells[["n", "events"]].fillna(0).astype("int64")
    cells["flag"] = cells["flag"].fillna("small_n")
    return cells.assign(is_shown=cells["flag"].isin(rows.SHOWN))


@style.house_style()
def chance_by_minutes(result, *, wait_from: str | None = None, title: str = "How long must one hold?") -> Chart:
    """Chance of having a person on the line by minutes held (Kaplan-Meier), with its 95% band.

    Parameters
    ----------
    result : ``measures.wait``, not split; or split by one key (``office``, ``line`` ...), a line for each value
    wait_from : the moment from which the waits run; that of most of them if not said
    """
    rows.require(result, "chance_by_minutes", "wait", (), *((key,) for key in GROUPS))
    result, clock, others = rows.one_clock(result, wait_from)
    key, values = rows.groups_of(result)
    curve = result.curve.sort_values([*([key] if key else []), "t_s"])
    if not len(curve):
        return rows.nothing_to_draw(result, title, NONE, others)
    curves = {value: curve if value is None else curve[curve[key] == value] for value in values}
    curves = {value: part for value, part in curves.items() if len(part)}
    sizes = {value: int(part["n_at_risk"].iloc[0]) for value, part in curves.items()}
    figure, axes = style.canvas(height=2.2)
    for i, part in enumerate(curves.values()):
        _draw_curve(axes, part, COLORS[i], DASHES[i])
    _draw_chance_axes(axes, curves)
    if key:
        style.lines(axes, {f"{value} (n {labels.number(sizes[value])})": i for i, value in enumerate(curves)},
                    COLORS, DASHES)  # fmt: skip
        marks = ""
    else:
        marks = _mark(axes, curve)
    return Chart(
        figure,
        title,
        alt=_curve_alt(curves, sizes, marks),
        caption=rows.caption(
            result,
            f"{CLOCK[clock]}; Kaplan–Meier estimate with 95% band, {labels.number(sum(sizes.values()))} calls.",
            LOST,
            "" if key else "The row under the axis counts calls still waiting.",
            others,
        ),
        data=pd.concat([_by_minute(part) for part in curves.values()]),
    )


def _draw_curve(axes, curve, color, dashes):
    minutes = [0.0, *(curve["t_s"] / 60)]
    lines = {name: [0.0, *(1 - curve[name])] for name in ("s", "low", "high")}
    axes.fill_between(minutes, lines["high"], lines["low"], step="post", color=color, alpha=0.18, linewidth=0)
    axes.step(minutes, lines["s"], where="post", color=color, linestyle=dashes)


def _mark(axes, curve):
    """The curve's height at four minutes, as points with words; the same for the alt text."""
    marks = {m: _chance_at(curve, m) for m in (15, 30, 60, 90)}
    marks = {m: chance for m, chance in marks.items() if chance is not None}
    for m, chance in marks.items():
        style.dot(axes, m, chance)
        beside = {"textcoords": "offset points", "va": "center" if chance < 0.2 else "top"}
        off = (14, -5) if chance < 0.2 else (8, -4)  # low on the curve the words keep clear of it, and of the axis
        axes.annotate(f"{labels.percent(chance)} by {m} min", (m, max(chance, 0.09)), off, **beside)
    return "; ".join(f"{labels.percent(chance)} by {m} minutes" for m, chance in marks.items())


def _curve_alt(curves, sizes, marks):
    if None in curves:
        n = labels.number(sizes[None])
        return f"Rising curve of the chance of a person by minutes held, {n} calls: {marks or 'none'}."
    each = []
    for value, curve in curves.items():
        chance = _chance_at(curve, 60)
        by_hour = "not known at 60 minutes" if chance is None else f"{labels.percent(chance)} by 60 minutes"
        each.append(f"{value} ({labels.many(sizes[value], 'call')}): {by_hour}")
    return f"Rising curves of the chance of a person by minutes held. {'; '.join(each)}."


def _by_minute(curve):
    """The curve where it stands at the end of each minute: what the eye can follow."""
    minute = (curve["t_s"] + 59) // 60
    return curve[minute != minute.shift(-1)]


def _draw_chance_axes(axes, curves):
    ticks = range(0, 121, 15)
    axes.set_xlim(0, 122)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    if len(curves) == 1:
        (curve,) = curves.values()
        waiting = [_waiting_at(curve, m) for m in ticks]
        axes.set_xticks(ticks, [f"{m}\n{labels.number(n)}" for m, n in zip(ticks, waiting, strict=True)])
        axes.set_xlabel("Minutes held (above) and calls still waiting (below)", fontsize=style.SMALL)
    else:
        axes.set_xticks(ticks)
        axes.set_xlabel("Minutes held", fontsize=style.SMALL)
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
def wait_by_month(result, events=(), *, wait_from: str | None = None, title: str = "Has the wait changed?") -> Chart:
    """Median wait month by month (quarter or year, where months are too small), with intervals and what changed when.

    Parameters
    ----------
    result : ``measures.wait`` by month; or by one further key (``office`` ...), a line for each value
    events : the agency's policy events; drawn as marks, never as causes
    wait_from : the moment from which the waits run; that of most of them if not said
    """
    rows.require(result, "wait_by_month", "wait", ("month",), *(("month", key) for key in GROUPS), ("month_local",))
    result, clock, others = rows.one_clock(result, wait_from)
    result, said = rows.coarsened(result, "median")
    key, values = rows.groups_of(result, "month")
    medians, axis, step = timeline.slots(result, rows.pick(result, "median"))
    cells = with_counts(_every_slot(axis, medians, key, values))
    shown, n = cells[cells["is_shown"]], int(cells["n"].sum())
    if not len(shown):
        kind = timeline.NAMES[step]
        few = f"No {kind} has a known median: it takes 20 calls with a wait, 10 of them reached, and few hang-ups."
        return rows.nothing_to_draw(result, title, f"{few} {labels.many(n, 'call')} in all." if n else NONE, others)
    figure, axes = style.canvas(height=1.95)
    for i, value in enumerate(values):
        _draw_medians(axes, shown if value is None else shown[shown[key] == value], axis, i, len(values))
    style.scale_up(axes, max([*(shown["high"].fillna(shown["value"]) / 60), 30.0]))
    axes.set_ylabel("Minutes, median", fontsize=style.SMALL)
    marks = timeline.on_axis(events, axis, step)
    timeline.draw_axis(axes, axis, step, cells.groupby("slot")["n"].sum().to_dict())
    axes.set_xlim(right=max(len(axis), 1) - 0.3)
    timeline.draw_events(axes, marks, axis, step)
    if key:
        sizes = cells.groupby(key)["n"].sum()
        style.lines(axes, {f"{v} (n {labels.number(sizes.get(v, 0))})": i for i, v in enumerate(values)},
                    COLORS, DASHES)  # fmt: skip
    return Chart(
        figure,
        title,
        alt=_time_alt(shown, n, step, key, values),
        caption=rows.caption(
            result,
            f"{CLOCK[clock]}: median by {timeline.NAMES[step]} with 95% interval; "
            f"{labels.number(n)} calls, n under each. {LOST}",
            said,
            "No point: fewer than 20 calls, or fewer than 10 that reached a person." if len(shown) < len(cells) else "",
            timeline.key(marks),
            others,
        ),
        data=cells.drop(columns=["is_shown"]),
    )


def _every_slot(axis, medians, key, values):
    """A row for every slot of the axis, and every line."""
    places = pd.DataFrame({"slot": axis})
    if not key:
        return places.merge(medians[["slot", *FIGURES]], on="slot", how="left")
    places = places.merge(pd.DataFrame({key: values}), how="cross")
    return places.merge(medians[["slot", key, *FIGURES]], on=["slot", key], how="left")


def _draw_medians(axes, shown, axis, place, lines):
    """The medians of one line: points with whiskers; of several lines, side by side and joined."""
    shift = 0.0 if lines == 1 else (place - (lines - 1) / 2) * min(0.12, 0.6 / lines)
    points = []
    for cell in shown.itertuples():
        x, minutes = axis.index(cell.slot) + shift, cell.value / 60
        bottom, top = (cell.value if limit != limit else limit for limit in (cell.low, cell.high))
        style.whisker(axes, x, bottom / 60, top / 60, color=COLORS[place])
        style.dot(axes, x, minutes, color=COLORS[place])
        points.append((x, minutes))
        if lines == 1:
            axes.annotate(f"{minutes:.0f}", (x, minutes), (4.5, 0), textcoords="offset points",
                          va="center", fontsize=6.5)  # fmt: skip
    if lines > 1 and points:
        axes.plot(*zip(*points, strict=True), color=COLORS[place], linestyle=DASHES[place], linewidth=1.0, zorder=2)


def _time_alt(shown, n, step, key="", values=(None,)):
    kind = timeline.NAMES[step]
    start = f"Median wait by {kind}, {labels.number(n)} calls."
    if not key:
        return f"{start} {_first_to_last(shown)}"
    each = (f"{v}: {_first_to_last(part)}" for v in values if len(part := shown[shown[key] == v]))
    return f"{start} {' '.join(each)}"


def _first_to_last(shown):
    ends = [shown.iloc[0], shown.iloc[-1]]
    said = " to ".join(f"{labels.minutes(e['value'])} ({labels.month(int(e['slot']))})" for e in ends)
    return f"First to last: {said}. Range {shown['value'].min() / 60:.0f} to {shown['value'].max() / 60:.0f}."
