"""How long callers wait for a person: by minutes held, by hour, call by call, by week, and by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from callanalytics import wording
from callanalytics.agencies.rows import Event
from callanalytics.errors import InvalidRequest
from callanalytics.figures import rows, style
from callanalytics.figures.chart import Chart, Plot
from callanalytics.measures.card import KEYS
from callanalytics.measures.definitions import (
    FOR_A_MEDIAN,
    MEDIAN_MINIMUM,
    REACHED_MINIMUM,
    TOO_FEW_WAITS,
    WAIT_COUNTS,
    WAIT_MINIMUM,
    unreached,
)
from callanalytics.measures.result import SHOWN_FLAGS, Result
from callanalytics.measures.weekly import BeforeAfter
from callanalytics.wording import plural

CLOCK = wording.words_for("wait_axis")
LOST = "Calls that ended in a hang-up or a cut-off count as waits of at least that long."
NONE = "No wait is noted so far. Note for each call the minutes until a person spoke, and whether anyone did."
TOO_FEW_FOR_CURVE = f"Too few waits for a curve: it takes {WAIT_MINIMUM}."
OPEN = "A line that ends at the edge: no upper limit is known."
BEYOND = 1e6  # [s] above any picture, which cuts the line off
FIGURES = ["n", "events", "value", "low", "high", "flag"]
GROUPS = tuple(key for key in KEYS if not key.startswith(("date", "weekday", "hour", "month")) and key != "wait_origin")
COLORS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.SKY, style.SOFT)
DASHES = ("-", (0, (5, 2)), (0, (1, 1)), (0, (6, 2, 1, 2)), (0, (3, 1)), (0, (8, 3)))  # distinguishable without color


def with_counts(cells):
    """Cells with their counts; a cell in which nothing was counted has n 0 and no figure."""
    cells[["n", "events"]] = cells[["n", "events"]].fillna(0).astype("int64")
    cells["flag"] = cells["flag"].fillna("small_n")
    return cells.assign(is_shown=cells["flag"].isin(SHOWN_FLAGS))


@style.house_style()
def chance_by_minutes(
    result: Result, *, wait_origin: str | None = None, title: str = "How long must one hold?"
) -> Chart:
    """Chance of having reached a person by minutes held (Kaplan-Meier), with its 95% band.

    Parameters
    ----------
    result : ``measures.wait``, not split; or split by one key (``office``, ``line`` ...), with a line for each value
    wait_origin : when the waits begin; if omitted, as most of them do
    """
    rows.require(result, "chance_by_minutes", "wait", (), *((key,) for key in GROUPS))
    result, clock, others = rows.one_clock(result, wait_origin)
    key, values = rows.groups_of(result)
    if result.curve is None or not len(result.curve):
        return rows.nothing_to_draw(result, title, NONE, others)
    curve = result.curve.sort_values([*([key] if key else []), "t_s"])
    curves = {value: curve if value is None else curve[curve[key] == value] for value in values}
    sizes = {value: int(part["n_at_risk"].iloc[0]) for value, part in curves.items() if len(part)}
    curves = {value: curves[value] for value, n in sizes.items() if n >= MEDIAN_MINIMUM}
    curves = {value: part for value, part in curves.items() if part["reached"].sum() >= REACHED_MINIMUM}
    n, too_small = sum(sizes.values()), [str(value) for value in sizes if value not in curves]
    if not curves:
        return rows.nothing_to_draw(result, title, f"{TOO_FEW_FOR_CURVE} {plural(n, 'wait')} in all.", others)
    figure, axes = style.canvas(height=2.2)
    for i, part in enumerate(curves.values()):
        color, minutes = COLORS[i], [0.0, *(part["t_s"] / 60)]
        lines = {name: [0.0, *(1 - part[name])] for name in ("s", "low", "high")}
        axes.fill_between(minutes, lines["high"], lines["low"], step="post", color=color, alpha=0.18, linewidth=0)
        axes.step(minutes, lines["s"], where="post", color=color, linestyle=DASHES[i])
    _draw_chance_axes(axes, curves)
    marks = "" if key else _mark(axes, curve)
    if key:
        _name_lines(axes, curves, sizes)
    caption = rows.caption(
        result,
        f"{CLOCK[clock]}; band: 95% interval; {wording.number(sum(sizes[value] for value in curves))} calls.",
        LOST,
        "" if key else "The row under the axis counts calls still waiting.",
        f"Too few calls for a line: {wording.joined(too_small)}." if too_small else "",
        others,
    )
    data = pd.concat([_by_minute(part) for part in curves.values()])
    return Chart(figure, title, _curve_alt(curves, sizes, marks), caption, data, name="Chance by minutes held")


def _name_lines(axes, values, sizes):
    style.lines(axes, [f"{value} (n {wording.number(sizes.get(value, 0))})" for value in values], COLORS, DASHES)


def _mark(axes, curve):
    """Mark the curve's height at four times, as points with words; return the same words for the alt text."""
    marks = {m: _chance_at(curve, m) for m in (15, 30, 60, 90)}
    marks = {m: chance for m, chance in marks.items() if chance is not None}
    for m, chance in marks.items():
        style.dot(axes, m, chance)
        off, va = ((14, -5), "center") if chance < 0.2 else ((8, -4), "top")  # low words stay clear of curve and axis
        style.label(axes, f"{wording.percent(chance)} by {m} min", (m, max(chance, 0.09)), off, va=va, fontsize=None)
    return "; ".join(f"{wording.percent(chance)} by {m} minutes" for m, chance in marks.items())


def _curve_alt(curves, sizes, marks):
    if None in curves:
        n = wording.number(sizes[None])
        return f"Rising curve of the chance of a person by minutes held, {n} calls: {marks or 'none'}."
    each = []
    for value, curve in curves.items():
        chance = _chance_at(curve, 60)
        by_hour = "not known at 60 minutes" if chance is None else f"{wording.percent(chance)} by 60 minutes"
        each.append(f"{value} ({plural(sizes[value], 'call')}): {by_hour}")
    return f"Rising curves of the chance of a person by minutes held. {'; '.join(each)}."


def _by_minute(curve):
    """The curve's last value in each minute: as much as the eye can follow."""
    minute = (curve["t_s"] + 59) // 60
    return curve[minute != minute.shift(-1)]


def _draw_chance_axes(axes, curves):
    ticks = range(0, 121, 15)
    axes.set_xlim(0, 122)
    axes.set_ylim(0, 1)
    style.percents(axes.yaxis, 4)
    if len(curves) == 1:
        (curve,) = curves.values()
        waiting = [_waiting_at(curve, m) for m in ticks]
        axes.set_xticks(ticks, [f"{m}\n{wording.number(n)}" for m, n in zip(ticks, waiting, strict=True)])
        axes.set_xlabel("Minutes held (above) and calls still waiting (below)", fontsize=style.SMALL)
    else:
        axes.set_xticks(ticks)
        axes.set_xlabel("Minutes held", fontsize=style.SMALL)
    axes.set_ylabel("Had a person", fontsize=style.SMALL)


def _waiting_at(curve, minute):
    later = curve[curve["t_s"] >= minute * 60]
    return int(later["n_at_risk"].iloc[0]) if len(later) else 0


def _chance_at(curve, minute):
    """The curve's height at a minute; None once no one is left waiting, because nothing is known there."""
    if not _waiting_at(curve, minute):
        return None
    before = curve[curve["t_s"] <= minute * 60]
    return float(1 - before["s"].iloc[-1]) if len(before) else 0.0


MEDIAN = wording.words_for("wait_median_axis")


def limits_in_minutes(cell) -> tuple[float, float]:
    """An interval in minutes; without an upper limit it extends beyond the picture."""
    low, high = (0.0 if cell.low != cell.low else cell.low), (BEYOND if cell.high != cell.high else cell.high)
    return low / 60, high / 60


@style.house_style()
def wait_by_month(
    result: Result,
    events: Sequence[Event] = (),
    *,
    wait_origin: str | None = None,
    title: str = "Has the wait changed?",
) -> Chart:
    """Median wait month by month (quarter or year, if months are too small), with intervals and policy marks.

    Parameters
    ----------
    result : ``measures.wait`` by month; or by one more key (``office`` ...), with a line for each value
    events : the agency's policy events; drawn as marks, never as causes
    wait_origin : when the waits begin; if omitted, as most of them do
    """
    rows.require(result, "wait_by_month", "wait", ("month",), *(("month", key) for key in GROUPS), ("month_local",))
    result, clock, others = rows.one_clock(result, wait_origin)
    result, joined = rows.coarsened(result, "median")
    key, values = rows.groups_of(result, "month")
    medians, axis, step = rows.time_slots(result, rows.pick(result, "median"))
    cells = with_counts(_every_slot(axis, medians, key, values))
    shown, n = cells[cells["is_shown"]], int(cells["n"].sum())
    if not len(shown):
        few = f"No {rows.STEP_NAMES[step]} has a known median: {FOR_A_MEDIAN}."
        return rows.nothing_to_draw(result, title, f"{few} {plural(n, 'call')} in all." if n else NONE, others)
    figure, axes = style.canvas(height=1.95)
    for i, value in enumerate(values):
        _draw_medians(axes, shown if value is None else shown[shown[key] == value], axis, i, len(values))
    style.scale_up(axes, max([*(shown["high"].fillna(shown["value"]) / 60), 30.0]))
    axes.set_ylabel("Minutes, median", fontsize=style.SMALL)
    marks = rows.on_axis(events, axis, step)
    rows.draw_axis(axes, axis, step, cells.groupby("slot")["n"].sum().to_dict())
    axes.set_xlim(right=max(len(axis), 1) - 0.3)
    rows.draw_events(axes, marks, axis, step)
    if key:
        sizes = cells.groupby(key)["n"].sum()
        _name_lines(axes, values, sizes)
    of_the_call = f"{rows.STEP_NAMES[step].capitalize()} of the call"
    plot = Plot("points", "slot", {"value": style.BLUE}, of_the_call, MEDIAN[clock], limits=("high", "low"))
    caption = rows.caption(
        result,
        f"{CLOCK[clock]}: median by {rows.STEP_NAMES[step]} with 95% interval; "
        f"{wording.number(n)} calls, n under each. {LOST}",
        joined,
        f"No point: {TOO_FEW_WAITS}." if len(shown) < len(cells) else "",
        OPEN if shown["high"].isna().any() else "",
        rows.events_key(marks),
        others,
    )
    alt, data = _time_alt(shown, n, step, key, values), cells.drop(columns=["is_shown"]).assign(unit="s")
    name = f"Wait by {rows.STEP_NAMES[step]}"
    return Chart(figure, title, alt, caption, data, name=name, plot=None if key else plot)


def _every_slot(axis, medians, key, values):
    """A row for every slot of the axis, for each line."""
    slots, keys = pd.DataFrame({"slot": axis}), ["slot", key] if key else ["slot"]
    slots = slots.merge(pd.DataFrame({key: values}), how="cross") if key else slots
    return slots.merge(medians[[*keys, *FIGURES]], on=keys, how="left")


def _draw_medians(axes, shown, axis, index, lines):
    """Draw the medians of one line as points with whiskers; several lines are side by side, with points joined."""
    # The points of all lines stay within six tenths of the slot
    shift = 0.0 if lines == 1 else (index - (lines - 1) / 2) * min(0.12, 0.6 / lines)
    points = []
    for cell in shown.itertuples():
        x, minutes = axis.index(cell.slot) + shift, cell.value / 60
        style.whisker(axes, x, *limits_in_minutes(cell), color=COLORS[index])
        style.dot(axes, x, minutes, color=COLORS[index])
        points.append((x, minutes))
        if lines == 1:
            style.label(axes, f"{minutes:.0f}", (x, minutes), (4.5, 0), va="center")
    if lines > 1 and points:
        axes.plot(*zip(*points, strict=True), color=COLORS[index], linestyle=DASHES[index], linewidth=1.0, zorder=2)


def _time_alt(shown, n, step, key="", values=(None,)):
    kind = rows.STEP_NAMES[step]
    start = f"Median wait by {kind}, {wording.number(n)} calls."
    if not key:
        return f"{start} {_first_to_last(shown)}"
    each = (f"{v}: {_first_to_last(part)}" for v in values if len(part := shown[shown[key] == v]))
    return f"{start} {' '.join(each)}"


def _first_to_last(shown):
    ends = [shown.iloc[0], shown.iloc[-1]]
    ends_named = " to ".join(f"{wording.minutes(e['value'])} ({wording.month(int(e['slot']))})" for e in ends)
    return f"First to last: {ends_named}. Range {shown['value'].min() / 60:.0f} to {shown['value'].max() / 60:.0f}."


LAST_MINUTE, BIN = 120, 3  # minutes: end of the axis, and width of a column of marks
WORDS = 0.22  # of the height, kept free of marks for the words at the median
MAX_MARKS = 90  # calls; with more, a curve shows more than marks


@style.house_style()
def every_wait(
    result: Result,
    *,
    wait_origin: str | None = None,
    median: float = float("nan"),
    width: float = style.WIDE,
    title: str = "Every wait",
) -> Chart:
    """Every wait as a mark: calls that reached a person above, hang-ups and cut-offs below.

    Parameters
    ----------
    result : ``measures.wait``, not split, of up to 90 calls
    wait_origin : when the waits begin; if omitted, as most of them do
    median : the median wait to mark, in seconds; nothing is marked if it is nan
    width : inches
    """
    rows.require(result, "every_wait", "wait", ())
    one, clock, others = rows.one_clock(result, wait_origin)
    tally = one.tally
    counts = {True: tally["n_reached"], False: unreached(tally)}
    waits = {is_reached: tally["wait_s"].repeat(n) for is_reached, n in counts.items()}
    reached, lost = (len(waits[is_reached]) for is_reached in (True, False))
    if not 0 < reached + lost <= MAX_MARKS:
        few = f"{plural(reached + lost, 'wait')}: too many to mark one by one." if reached + lost else NONE
        return rows.nothing_to_draw(one, title, few, others)
    figure, axes = style.canvas(width, 1.9 if width == style.WIDE else 2.1)
    heights = [_draw_marks(axes, waits[is_reached] / 60, is_reached) for is_reached in (True, False)]
    top, foot = max(heights[0], 3) + 0.5, max(heights[1], 2) + 1
    # Top and foot make the whole height, in which the words get their share above the marks
    top = (top + WORDS * foot) / (1 - WORDS)
    axes.set_xlim(-2, LAST_MINUTE + 6)
    axes.set_ylim(-foot, top)
    if median == median:
        _mark_median(axes, median)
    words = {f"{reached} reached a person": True, f"{lost} hung up or were cut off": False}
    style.marks(
        axes, {text: _point_style(is_reached) for text, is_reached in words.items()}, columns=1 + (width == style.WIDE)
    )
    style.bars_alone(axes)
    axes.set_xticks(range(0, LAST_MINUTE + 1, 30), [str(m) for m in range(0, LAST_MINUTE, 30)] + [f"{LAST_MINUTE}+"])
    alt = (
        f"{plural(reached + lost, 'wait')}, one mark each: {reached} reached a person, {lost} hung up or were cut off."
    )
    caption = rows.caption(one, f"{CLOCK[clock]}; each mark is one call; {LAST_MINUTE}+: longer.", others)
    subtitle, data = "Minutes; each mark is one call.", tally[["wait_s", *WAIT_COUNTS]]
    return Chart(figure, title, alt, caption, data, subtitle=subtitle, name="Every wait")


def _mark_median(axes, median):
    """Draw a vertical line at the median, with its words above the marks on the side that has room."""
    x = min(median / 60, LAST_MINUTE + BIN)
    is_left = x > LAST_MINUTE / 2
    axes.plot([x] * 2, axes.get_ylim(), color=style.INK, linewidth=1.4, zorder=1)
    look = {"ha": "right" if is_left else "left", "va": "top", "fontsize": style.SMALL + 0.5, "fontweight": "bold"}
    top = (x, axes.get_ylim()[1])
    style.label(axes, f"half within {wording.minutes(median)}", top, (-4 if is_left else 4, -2), **look)


def _point_style(is_reached) -> dict:
    return {"color": style.BLUE if is_reached else style.VERMILION, "is_open": not is_reached}


def _draw_marks(axes, minutes, is_reached) -> int:
    """Draw the marks in columns away from the axis; return the height of the highest column."""
    columns: dict[int, int] = {}
    for minute in sorted(minutes):
        x = min(round(minute / BIN) * BIN, LAST_MINUTE + BIN)
        columns[x] = columns.get(x, 0) + 1
        y = columns[x] if is_reached else -columns[x]
        style.dot(axes, x, y, **_point_style(is_reached))
    return max(columns.values(), default=0)


AN_HOUR = 60  # minutes: longer waits count as this in a week's mean


@style.house_style()
def wait_by_week(
    result: Result,
    events: Sequence[Event] = (),
    *,
    wait_origin: str | None = None,
    title: str = "Has the wait changed?",
) -> Chart:
    """Mean wait of each week, each wait counted up to an hour, with its band, policy marks, and who logged.

    Parameters
    ----------
    result : ``measures.weekly_wait``, not split
    events : the agency's policy events; drawn as marks, never as causes
    wait_origin : when the waits begin; if omitted, as most of them do

    Returns
    -------
    Chart
            Line and band over weeks of 10 calls or more, broken where a week has fewer; open points: under 20. A
            triangle at the foot: an office began (up) or ended (down) in that week. A week is drawn at its Thursday.
    """
    rows.require(result, "wait_by_week", "weekly_wait", ())
    result, clock, others = rows.one_clock(result, wait_origin)
    weeks = _weeks(result)
    n = sum(week["n"] for week in weeks)
    values = [v / 60 for week in weeks if (v := week["mean_60min"]["value"]) == v]
    if not values:
        few = "No week has a known mean: it takes ten calls with a wait, five of them reached, and few hang-ups."
        return rows.nothing_to_draw(result, title, f"{few} {plural(n, 'call')} in all." if weeks else NONE, others)
    axis = rows.months(_yyyymm(weeks[0]), _yyyymm(weeks[-1]))
    figure, axes = style.canvas(height=2.0)
    xs = [rows.place_of_month(_thursday(week), axis) for week in weeks]
    _draw_line(axes, xs, weeks)
    _draw_moves(axes, xs, weeks)
    marks = rows.on_axis(events, axis)
    rows.draw_axis(axes, axis, 1, {month: sum(w["n"] for w in weeks if _yyyymm(w) == month) for month in axis})
    rows.draw_events(axes, marks, axis)
    start = f"Line of the mean wait by week, {wording.number(n)} calls in {plural(len(weeks), 'week')}."
    moves = _moves_in_words(weeks)
    mean = f"{CLOCK[clock]}: mean of each week, each wait counted up to {AN_HOUR} minutes"
    under = rows.caption(result, f"{mean}; {wording.number(n)} calls. {LOST} Under 10 calls, none.", others)
    up_to = f"Mean minutes, each wait up to {AN_HOUR}"
    caption = rows.caption(
        result,
        f"{mean}, with its 95% interval; {wording.number(n)} calls, n of each month under it. {LOST} Open point: "
        "under 20 calls; under 10, none.",
        moves,
        rows.events_key(marks),
        others,
    )
    alt = f"{start} Between {min(values):.0f} and {max(values):.0f} minutes. {moves}"
    plot = Plot("points", "week", {"mean_60min_s": style.BLUE}, "Week, by its Monday", up_to, caption=under)
    return Chart(figure, title, alt, caption, _data(weeks), name="Wait by week", plot=plot)


WEEK_FIGURES = ("mean_60min", "joined", "left", "offices")


def _weeks(result):
    """One dict for each week: its Monday, n, and its figures as rows."""
    table = result.table
    table = table[table["week"].notna() & table["statistic"].isin(WEEK_FIGURES)]
    weeks = {}
    for row in table.to_dict("records"):
        week = weeks.setdefault(row["week"], {"week": row["week"], "n": int(row["n"])})
        week[row["statistic"]] = row
    ordered = [weeks[monday] for monday in sorted(weeks)]
    logged = [i for i, week in enumerate(ordered) if week["n"]]  # weeks outside the logged ones are not drawn
    return ordered[logged[0] : logged[-1] + 1] if logged else []


def _yyyymm(week):
    return _thursday(week).year * 100 + _thursday(week).month


def _thursday(week):
    """The Thursday of the week, which lies in the month that has most of the week."""
    return week["week"].date() + timedelta(days=3)


def _draw_line(axes, xs, weeks):
    """Draw line and band over each unbroken run of weeks with a figure; weeks with few calls get open points."""
    value, low, high = ([week["mean_60min"][name] / 60 for week in weeks] for name in ("value", "low", "high"))
    axes.fill_between(xs, low, high, color=style.BLUE, alpha=0.18, linewidth=0)
    axes.plot(xs, value, color=style.BLUE, linewidth=1.1)
    for x, minutes, week in zip(xs, value, weeks, strict=True):
        if minutes == minutes:
            face = style.BLUE if week["mean_60min"]["flag"] in SHOWN_FLAGS else style.PAPER
            axes.plot([x], [minutes], "o", color=style.BLUE, markersize=3, markerfacecolor=face, markeredgewidth=0.8)
    _draw_an_hour(axes)


def _draw_an_hour(axes):
    axes.set_ylim(0, AN_HOUR)
    axes.set_yticks(range(0, AN_HOUR + 1, 15))
    axes.set_ylabel("Minutes, mean up to 60", fontsize=style.SMALL)


def _draw_moves(axes, xs, weeks):
    for x, week in zip(xs, weeks, strict=True):
        for name, marker in (("joined", "^"), ("left", "v")):
            if week[name]["value"]:
                axes.plot([x], [2], marker, color=style.VERMILION, markersize=6, clip_on=False, zorder=5)
                style.label(axes, f"{week[name]['value']:.0f}", (x, 2), (0, 5), ha="center")


def _moves_in_words(weeks):
    joined, left = (int(sum(week[name]["value"] for week in weeks)) for name in ("joined", "left"))
    if not joined + left:
        return "The same offices logged from beginning to end." if weeks else ""
    moves = [f"{plural(n, 'office')} {what}" for n, what in ((joined, "began (up)"), (left, "ended (down)")) if n]
    return f"Triangles at the foot: {', '.join(moves)}; with them the callers change."


def _data(weeks):
    means, counts = {"mean_60min_s": "value", "low_s": "low", "high_s": "high"}, ("offices", "joined", "left")
    return pd.DataFrame([{"week": week["week"].date(), "n": week["n"],
                          **{column: week["mean_60min"][name] for column, name in means.items()},
                          **{name: int(week[name]["value"]) for name in counts}} for week in weeks])  # fmt: skip


# ---- the weekly wait before and after a date -------------------------------------------------------------------------


@style.house_style()
def before_after(found: BeforeAfter, *, title: str = "Did the wait change?") -> Chart:
    """Mean wait of each week before and after a date, the fitted line, and the line without the change.

    Parameters
    ----------
    found : ``measures.before_after``

    Returns
    -------
    Chart
            Points: weeks of 5 calls or more. Dashed: the fitted line without the step. If nothing could be compared, a
            sentence replaces the drawing.
    """
    if not isinstance(found, BeforeAfter):
        raise InvalidRequest(
            "before_after draws a comparison of the weeks around a date",
            found=type(found).__name__,
            do='draw  measures.before_after(measures.wait(log.agency_calls, by=("office", "date")), "2021-12-16")',
        )
    if found.step.value != found.step.value:
        return rows.nothing_to_draw(None, title, found.sentence, rows.caption(found))
    weeks = found.weeks.assign(week=pd.to_datetime(found.weeks["week"]))
    figure, axes = style.canvas(height=2.0)
    axes.plot(weeks["week"], weeks["mean_60min"] / 60, "o", color=style.SKY, markersize=3)
    is_after = weeks["week"] >= pd.Timestamp(found.day)
    axes.plot(weeks["week"][is_after], weeks["without"][is_after] / 60, color=style.SOFT, linestyle=(0, (4, 3)))
    for part in (weeks[~is_after], weeks[is_after]):
        axes.plot(part["week"], part["fitted"] / 60, color=style.BLUE)
    axes.axvline(pd.Timestamp(found.day), color=style.INK, linewidth=0.9)
    style.label(axes, wording.day(found.day, short=True), (pd.Timestamp(found.day), AN_HOUR), (3, -2), va="top")
    _draw_an_hour(axes)
    # Label the first month of every quarter, with its year below
    months = pd.date_range(weeks["week"].min(), weeks["week"].max(), freq="MS")
    months = months[months.month % 3 == 1]
    names = [f"{wording.MONTHS[day.month - 1][:3]}\n{day.year}" for day in months]
    axes.set_xticks(months, names, fontsize=style.SMALL)
    means = [weeks["mean_60min"][side].mean() / 60 for side in (~is_after, is_after)]
    alt = (
        f"Points, one a week: the mean wait averages {means[0]:.0f} minutes before {wording.day(found.day)} and "
        f"{means[1]:.0f} after. {found.sentence}"
    )
    caption = rows.caption(
        found,
        f"Mean wait of each week, each wait counted up to {AN_HOUR} minutes; {plural(len(weeks), 'week')}. Line: "
        f"fitted, with the trend that was already there. Dashed: the same without a step at the date. {LOST}",
        "A step at a date is no proof of what caused it.",
    )
    data = weeks[["week", "n"]].assign(
        **{f"{name}_minutes": (weeks[name] / 60).round(1) for name in ("mean_60min", "fitted", "without")}
    )
    return Chart(figure, title, alt, caption, data)
