"""The wait week by week, what the agency changed when, and which offices began or ended on the way."""

from __future__ import annotations

from datetime import timedelta

from callanalytics.figures import labels, rows, style, timeline
from callanalytics.figures.chart import Chart
from callanalytics.figures.waits import CLOCK, LOST, NONE

AN_HOUR = 60  # minutes at which a wait is cut in a week's mean


@style.house_style()
def wait_by_week(result, events=(), *, wait_from: str | None = None, title: str = "Has the wait changed?") -> Chart:
    """Mean wait of each week, each wait counted up to an hour, with its band, policy marks, and who logged.

    Parameters
    ----------
    result : ``measures.weekly_wait``, not split
    events : the agency's policy events; drawn as marks, never as causes
    wait_from : the moment from which the waits run; that of most of them if not said

    Returns
    -------
    Chart
        Line and band over weeks of 10 calls or more, broken where a week has fewer; open points: under 20. A triangle
        at the foot: an office began (up) or ended (down) in that week. A week stands at its Thursday.
    """
    rows.require(result, "wait_by_week", "weekly_wait", ())
    result, clock, others = rows.one_clock(result, wait_from)
    weeks = _weeks(result)
    if not any(week["mean_60min"]["value"] == week["mean_60min"]["value"] for week in weeks):
        n = labels.many(sum(week["n"] for week in weeks), "call")
        few = "No week has a known mean: it takes ten calls with a wait, five of them reached, and few hang-ups."
        few = f"{few} {n} in all."
        return rows.nothing_to_draw(result, title, few if weeks else NONE, others)
    axis = timeline.months(_yyyymm(weeks[0]), _yyyymm(weeks[-1]))
    figure, axes = style.canvas(height=2.0)
    places = [timeline.place(_thursday(week), axis) for week in weeks]
    _draw_line(axes, places, weeks)
    _draw_moves(axes, places, weeks)
    axes.set_ylim(0, AN_HOUR)
    axes.set_yticks(range(0, AN_HOUR + 1, 15))
    axes.set_ylabel("Minutes, mean up to 60", fontsize=style.SMALL)
    marks = timeline.on_axis(events, axis)
    timeline.draw_axis(axes, axis, 1, _by_month(weeks))
    axes.set_xlim(-0.5, max(len(axis), 1) - 0.5)
    timeline.draw_events(axes, marks, axis)
    n = sum(week["n"] for week in weeks)
    return Chart(
        figure,
        title,
        alt=_alt(weeks, n),
        caption=rows.caption(
            result,
            f"{CLOCK[clock]}: mean of each week, each wait counted up to {AN_HOUR} minutes, with its 95% interval; "
            f"{labels.number(n)} calls, n of each month under it. {LOST} Open point: under 20 calls; under 10, none.",
            _moves_said(weeks),
            timeline.key(marks),
            others,
        ),
        data=_data(weeks),
    )


FIGURES = ("mean_60min", "joined", "left", "offices")


def _weeks(result):
    """One dict a week: its Monday, n, and the figures as rows."""
    table = result.table
    table = table[table["week"].notna() & table["statistic"].isin(FIGURES)]
    weeks = {}
    for row in table.to_dict("records"):
        week = weeks.setdefault(row["week"], {"week": row["week"], "n": int(row["n"])})
        week[row["statistic"]] = row
    told = [weeks[monday] for monday in sorted(weeks)]
    logged = [i for i, week in enumerate(told) if week["n"]]  # weeks beyond them have no place
    return told[logged[0] : logged[-1] + 1] if logged else []


def _yyyymm(week):
    return _thursday(week).year * 100 + _thursday(week).month


def _thursday(week):
    """The middle of the week: the month that holds most of it."""
    return week["week"].date() + timedelta(days=3)


def _by_month(weeks):
    counts = {}
    for week in weeks:
        counts[_yyyymm(week)] = counts.get(_yyyymm(week), 0) + week["n"]
    return counts


def _is_ok(week):
    return week["mean_60min"]["flag"] in rows.SHOWN


def _draw_line(axes, places, weeks):
    """Line and band over each unbroken run of weeks that have a figure; open points where a week has few calls."""
    value, low, high = ([week["mean_60min"][name] / 60 for week in weeks] for name in ("value", "low", "high"))
    axes.fill_between(places, low, high, color=style.BLUE, alpha=0.18, linewidth=0)
    axes.plot(places, value, color=style.BLUE, linewidth=1.1)
    for x, minutes, week in zip(places, value, weeks, strict=True):
        if minutes == minutes:
            face = style.BLUE if _is_ok(week) else style.PAPER
            axes.plot([x], [minutes], "o", color=style.BLUE, markersize=3, markerfacecolor=face, markeredgewidth=0.8)


def _draw_moves(axes, places, weeks):
    for x, week in zip(places, weeks, strict=True):
        for name, marker in (("joined", "^"), ("left", "v")):
            if week[name]["value"]:
                axes.plot([x], [2], marker, color=style.VERMILION, markersize=6, clip_on=False, zorder=5)
                axes.annotate(f"{week[name]['value']:.0f}", (x, 2), (0, 5), textcoords="offset points", ha="center",
                              fontsize=style.SMALL)  # fmt: skip


def _moves_said(weeks):
    joined, left = (int(sum(week[name]["value"] for week in weeks)) for name in ("joined", "left"))
    if not joined + left:
        return "The same offices logged from beginning to end." if weeks else ""
    told = [f"{labels.number(joined)} began (up)"] * bool(joined) + [f"{labels.number(left)} ended (down)"] * bool(left)
    return f"Triangles at the foot: offices of which {', '.join(told)}; with them the callers change."


def _alt(weeks, n):
    start = f"Line of the mean wait by week, {labels.number(n)} calls in {labels.many(len(weeks), 'week')}."
    values = [v / 60 for week in weeks if (v := week["mean_60min"]["value"]) == v]
    return f"{start} Between {min(values):.0f} and {max(values):.0f} minutes. {_moves_said(weeks)}"


def _data(weeks):
    import pandas as pd

    columns = ("week", "n", "mean_60min_s", "low_s", "high_s", "offices", "joined", "left")
    told = [
        (
            week["week"].date(),
            week["n"],
            *(week["mean_60min"][name] for name in ("value", "low", "high")),
            *(int(week[name]["value"]) for name in ("offices", "joined", "left")),
        )
        for week in weeks
    ]
    return pd.DataFrame(told, columns=columns)
