"""Whether callbacks reached the office, month by month, and when unanswered callbacks came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from types import SimpleNamespace

import pandas as pd

from callanalytics import wording
from callanalytics.agencies.rows import Event
from callanalytics.errors import InvalidRequest
from callanalytics.figures import rows, style
from callanalytics.figures.chart import Chart, Plot
from callanalytics.figures.promises import NONE_JUDGED, URGENCIES, none_judged
from callanalytics.measures.definitions import INTERVAL_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import Result, paired_ends
from callanalytics.wording import plural


@style.house_style()
def hit_rate_by_month(
    result: Result,
    events: Sequence[Event] = (),
    *,
    named: bool = True,
    title: str = "How many callbacks reached the office in time?",
) -> Chart:
    """Share of due and observed requests whose callback was answered in time, by month of the request.

    Parameters
    ----------
    result : ``measures.callback_hit_rate`` by month, or by urgency and month
    events : the agency's policy events; drawn as marks, never as causes
    named : whether the caption names the marks; if not, an earlier chart has named them

    Returns
    -------
    Chart
            Thick line: from the confirmed share to the highest possible share; under 10 requests, counts alone.
    """
    rows.require(result, "hit_rate_by_month", "callback_hit_rate", ("month",), ("urgency", "month"), ("month_local",))
    result, joined = rows.coarsened(_known(result), "rate")
    shares = paired_ends(rows.pick(result, "rate"))
    shares, axis, step = rows.time_slots(result, shares[shares["n"] > 0])
    if not axis:
        return rows.nothing_to_draw(result, title, none_judged(result, NONE_DUE))
    urgencies = [u for u in URGENCIES if "urgency" in shares and (shares["urgency"] == u).any()]
    groups: list[str | None] = [*urgencies] or [None]
    if shares["n"].max() < INTERVAL_MINIMUM:
        return rows.nothing_to_draw(
            result, title, f"{TOO_FEW_REQUESTS}in one {rows.STEP_NAMES[step]}. {_counts(shares, groups, step)}."
        )
    figure, grid = style.canvas(height=0.45 + 1.15 * len(groups), rows=len(groups), squeeze=False)
    marks = rows.on_axis(events, axis, step)
    for axes, urgency in zip(grid[:, 0], groups, strict=True):
        part = shares if urgency is None else shares[shares["urgency"] == urgency]
        _draw_shares(axes, part, axis)
        rows.draw_axis(axes, axis, step, dict(zip(part["slot"], part["n"], strict=True)))
        rows.draw_events(axes, marks, axis, step)
        axes.set_title(URGENCIES[urgency] if urgency else "", pad=16)
    n = int(shares["n"].sum())
    alt = (
        f"Points by {rows.STEP_NAMES[step]}: share of requests whose callback was answered in time. "
        f"{_counts(shares, groups, step)}."
    )
    caption = rows.caption(
        result,
        "" if groups != [None] else "Urgent and regular requests together.",
        "Requests due and observed whose callback a person answered by the due time (weekends, holidays, and "
        f"closures stop the clock), by {rows.STEP_NAMES[step]} of the request; {wording.number(n)} requests, n "
        "under each.",
        "Thick line: from what came for certain to the most that may have come; thin line: 95% interval "
        "around both. Under 10, counts alone.",
        joined,
        rows.events_key(marks) if named else "Marks as in the drawing of the wait.",
    )
    return Chart(figure, title, alt, caption, shares, name=f"Callbacks in time by {rows.STEP_NAMES[step]}")


NONE_DUE = f"{NONE_JUDGED} Nothing can be said of how many reached the office."
TOO_FEW_REQUESTS = f"Too few requests for a chart, which needs {INTERVAL_MINIMUM} "


def _known(result):
    """The result without promises of unknown urgency: no timeframe judges them, so they have no rate to draw."""
    if "urgency" not in result.by:
        return result
    return replace(result, **{part: frame[frame["urgency"].isin(URGENCIES)]
                              for part, frame in (("table", result.table), ("tally", result.tally))})  # fmt: skip


def _draw_shares(axes, shares, axis):
    for row in shares.sort_values("slot").itertuples():
        x = axis.index(row.slot)
        if row.n < INTERVAL_MINIMUM:
            counts = wording.between(f"{row.events:.0f}", f"{row.most:.0f}")
            axes.text(x, 0.05, f"{counts} of {row.n:.0f}", ha="center", fontsize=style.SMALL, bbox=style.padding())
            continue
        style.whisker(axes, x, row.low, row.high, color=style.BLUE)
        if row.most > row.events:
            style.bar(axes, x, row.events / row.n, row.most / row.most_n)
        else:
            style.dot(axes, x, row.events / row.n, is_open=row.n < SHARE_MINIMUM)
    axes.set_ylim(0, 1)
    style.percents(axes.yaxis, 2)


def _counts(shares, groups, step):
    kind = rows.STEP_NAMES[step]
    counted = []
    for urgency in groups:
        part = shares if urgency is None else shares[shares["urgency"] == urgency]
        low, high, n = (int(part[name].sum()) for name in ("events", "most", "n"))
        counts = wording.between(str(low), str(high))
        counted.append(f"{URGENCIES.get(urgency, 'All requests')}: {counts} of {n} over {plural(len(part), kind)}")
    return "; ".join(counted)


@style.house_style()
def missed_by_month(result: Result, *, title: str = "How many callbacks went unanswered?") -> Chart:
    """Callbacks that no one answered: confirmed ones, with possible ones stacked on top.

    Parameters
    ----------
    result : ``measures.missed_callbacks`` by month or month_local
    """
    rows.require(result, "missed_by_month", "missed_callbacks", ("month_local",), ("month",))
    month = "month_local" if "month_local" in result.table else "month"
    certain, most = _missed(result, month)
    if not any(most.values()):
        return rows.nothing_to_draw(result, title, NONE_MISSED)
    axis = rows.months(min(most), max(most))
    figure, axes = style.canvas(height=1.55)
    _draw_bars(axes, axis, certain, most)
    rows.draw_axis(axes, axis)
    style.legend(axes, {"certain": _SURE, "possible, upper bound": _MAYBE})
    sure, top = sum(certain.values()), sum(most.values())
    alt = (
        f"Bars by month of the call: {plural(sure, 'unanswered callback')} for certain, at most {top}, over "
        f"{plural(len(axis), 'month')}."
    )
    caption = rows.caption(
        result,
        f"Callbacks no one at the office answered, by month of the call: {wording.number(sure)} confirmed, up to "
        f"{wording.number(top)} if every call without a number that fits an open request was one, and every call "
        "from the agency's own number.",
    )
    x, y = "Month of the call; pale: possible, upper bound", "Callbacks no one answered"
    colors = {"possible": "#F0B48A", "certain": style.VERMILION}
    plot = Plot("overlap", month, colors, x, y, pivot=("link", "value"))
    return Chart(figure, title, alt, caption, rows.pick(result, "count"), name="Missed by month", plot=plot)


NONE_MISSED = "No callback that no one answered is on record."
_SURE = {"facecolor": style.VERMILION}
_MAYBE = {"facecolor": style.PAPER, "edgecolor": style.VERMILION, "hatch": style.HATCH}


def _missed(result, key):
    """Certain counts and upper bounds, each as a dict from an integer key."""
    counts = rows.pick(result, "count")
    counts = counts[counts[key].notna()]
    return tuple(
        {int(k): int(v) for k, v in counts[counts["link"] == link].groupby(key)["value"].sum().items()}
        for link in ("certain", "possible")
    )


def _draw_bars(axes, axis, certain, most):
    height, beside = 2, ""  # points from a bar to its label; the label at its left
    for x, slot in enumerate(axis):
        sure, top = certain.get(slot, 0), most.get(slot, 0)
        style.box(axes, x - 0.38, 0, 0.76, sure, linewidth=0, **_SURE)
        style.box(axes, x - 0.38, sure, 0.76, top - sure, linewidth=0.8 if top > sure else 0, **_MAYBE)
        if top:
            label = str(sure) if top == sure else f"{sure}–{top}"
            is_wide = len(axis) > 20 and len(beside) + len(label) > 8  # two ranges next to each other would read as one
            height = 11 if is_wide and height == 2 else 2
            style.label(axes, label, (x, top), (0, height), ha="center", va="bottom")
            beside = label
    style.scale_up(axes, max([*most.values(), 4]))
    axes.set_ylabel("Callbacks", fontsize=style.SMALL)


PARTS: dict[str, dict[str, str | float]] = {
    "all": {"facecolor": style.GRAY},
    "inside office hours": {"facecolor": style.GRAY},
    "outside office hours": {"facecolor": style.VERMILION},
    "hours not given": {"facecolor": style.PAPER, "edgecolor": style.SOFT, "hatch": style.HATCH, "linewidth": 0.8},
}

SOLID = {name: style.SKY if name == "hours not given" else str(look["facecolor"]) for name, look in PARTS.items()}


@style.house_style()
def missed_by_local_hour(
    results: Result | dict[str, Result],
    *,
    opening: Sequence[tuple[float, float]] = (),
    width: float = style.WIDE,
    title: str = "Missed callbacks by the office's own clock",
) -> Chart:
    """Unanswered callbacks by the hour on the office's own clock, inside and outside its opening hours.

    Parameters
    ----------
    results : ``measures.missed_callbacks`` by hour_local; or a dict of the same result over the callbacks of each part,
        named ``inside office hours``, ``outside office hours``, and ``hours not given``
    opening : pairs of hours at which offices open and close. The hours when all are open are shaded, and the hours
        when only some are open are shaded lighter
    width : inches
    """
    results = _by_part(results)
    counts = {name: _by_hour(results[name]) for name in PARTS if name in results}
    first_of = next(iter(results.values()))
    if why := _without_hours(results, counts):
        return rows.nothing_to_draw(first_of, title, why)
    total = {name: sum(part.values()) for name, part in counts.items()}
    n = sum(total.values())
    figure, axes = style.canvas(width, 2.1)
    by_hour = _draw_day(axes, counts)
    _shade_opening(axes, opening)
    early, untimed = sum(v for hour, v in by_hour.items() if hour < 8), n - sum(by_hour.values())
    # If no office gave hours, nothing can be outside them.
    outside = total.get("outside office hours") if total.get("hours not given", 0) < n else None
    legend = _legend_of_hours(opening, is_given=not total.get("hours not given"))
    every = "Confirmed callbacks that no one answered, by hour on the office's own clock: " + wording.number(n)
    no_hour = f"{wording.number(untimed)} without a time of day {'is' if untimed == 1 else 'are'}" if untimed else ""
    under = rows.caption(first_of, f"{every}.", no_hour and f"{no_hour} in no hour.")
    plot = Plot("stack", "hour_local", {name: SOLID[name] for name in counts}, "Hour on the office's own clock",
                "Callbacks no one answered", pivot=("part", "count"), caption=under)  # fmt: skip
    alt = (
        f"Bars by local hour: {plural(n, 'unanswered callback')}, "
        f"{f'{outside} outside office hours, ' if outside is not None else ''}"
        f"{early} before 8 a.m."
    )
    caption = rows.caption(
        first_of,
        f"{every}, of which {wording.number(outside)} outside the office's stated hours ({legend})."
        if outside is not None
        else f"{every}; the office's opening hours are not known.",
        no_hour and f"{no_hour} not drawn.",
    )
    parts = [(hour, name, part[hour]) for name, part in counts.items() for hour in part]
    data = pd.DataFrame(parts, columns=["hour_local", "part", "count"])
    subtitle = "By local hour" + (f"; {legend}." if outside is not None else ".")
    name = "Missed by local hour"
    return Chart(figure, title, alt, caption, data, subtitle=subtitle, name=name, plot=plot)


def _without_hours(results: dict[str, Result], counts: dict[str, dict]) -> str:
    """Why no bar can be drawn; "" if one can."""
    n = sum(sum(part.values()) for part in counts.values())
    if not n:
        possible = sum(int(rows.pick(result, "count", link="possible")["value"].sum()) for result in results.values())
        few = f"No confirmed callback went unanswered; {wording.number(possible)} possible ones did."
        return few if possible else NONE_MISSED
    has_hour = any(hour is not None for part in counts.values() for hour in part)
    return "" if has_hour else f"{plural(n, 'confirmed callback')} went unanswered; no time of day is logged."


def _legend_of_hours(opening: Sequence[tuple[float, float]], *, is_given: bool) -> str:
    """What the colors and the shade mean. ``is_given``: whether the opening hours of all offices are known."""
    of_hours = f"dark orange: office closed{'' if is_given else '; hatched: hours not given'}"
    shaded = ("; shaded: all open" if len(set(opening)) > 1 else "; shaded: open") if opening else ""
    return of_hours + shaded


def _by_part(results) -> dict[str, Result]:
    """The results by part of the day, each checked; an unsplit result is the part ``all``."""
    parts = results if isinstance(results, dict) else {"all": results}
    for result in parts.values():
        rows.require(result, "missed_by_local_hour", "missed_callbacks", ("hour_local",))
    if unknown := set(parts) - set(PARTS):
        raise InvalidRequest(
            "missed_by_local_hour knows no such part of the day",
            found=", ".join(sorted(map(str, unknown))),
            wanted=", ".join(PARTS),
            do="draw the result itself where the parts do not matter",
        )
    return parts


def _shade_opening(axes, opening):
    """Shade the hours when some offices are open, darker when all are open."""
    if not opening:
        return
    opens, closes = zip(*opening, strict=True)
    top = axes.get_ylim()[1]
    for start, end, color in ((min(opens), max(closes), "#f3f6f9"), (max(opens), min(closes), "#e3e9ee")):
        if start < end:
            style.box(axes, start, 0, end - start, top, facecolor=color, linewidth=0, zorder=0)


def _by_hour(result):
    """Certain counts by local hour; callbacks without an hour are under None."""
    counts = rows.pick(result, "count", link="certain")
    counts = counts[counts["value"] > 0]
    hours = (None if pd.isna(hour) else int(hour) for hour in counts["hour_local"])
    return dict(zip(hours, counts["value"].astype(int).tolist(), strict=True))


def _draw_day(axes, counts: dict[str, dict]) -> dict[int, int]:
    """Draw each hour's parts stacked; return the total of each hour."""
    known = [hour for part in counts.values() for hour in part if hour is not None]
    first, last = min([7, *known]), max([17, *known]) + 1
    totals = dict.fromkeys(range(first, last), 0)
    for name, part in counts.items():
        for hour in totals:
            style.box(axes, hour + 0.07, totals[hour], 0.86, part.get(hour, 0),
                      **{"linewidth": 0.0, **PARTS[name], **({} if hour in part else {"linewidth": 0.0})})  # fmt: skip
            totals[hour] += part.get(hour, 0)
    for hour, value in totals.items():
        if value:
            style.label(axes, str(value), (hour + 0.5, value), (0, 2), ha="center", va="bottom")
    axes.set_xlim(first, last)
    # Even hours, so that noon gets a label
    ticks = range(first + first % 2, last + 1, 2)
    axes.set_xticks(ticks, [rows.hour_name(h, (0, ticks[0], 24)) for h in ticks], fontsize=style.SMALL)
    style.scale_up(axes, max([*totals.values(), 4]))
    style.bars_alone(axes)
    return totals


@style.house_style()
def callbacks_by_day(
    curves: dict[str, pd.DataFrame], *, title: str = "Callbacks by business day since the request"
) -> Chart:
    """Share of requests with a call or an email on record by each business day, with the promised day marked.

    Parameters
    ----------
    curves : dict from ``urgent`` or ``regular`` to a frame with the columns day, n, events, most_n, most (the two ends
        of the share) and the attribute ``promised``, the promised day, at which the frame gives the share in time; the
        attributes ``as_of``, ``is_invented``, and ``selected``, if present, appear in the caption
    """
    if not isinstance(curves, dict) or not all(
        isinstance(curve, pd.DataFrame) and "promised" in curve.attrs and {"day", "most"} <= set(curve.columns)
        for curve in curves.values()
    ):
        raise InvalidRequest(
            "callbacks_by_day draws the curves of urgent and regular requests",
            found=type(curves).__name__,
            do="draw  Results(log).callback_curves",
        )
    curves = {name: curve for name, curve in curves.items() if len(curve) and curve["n"].iloc[0]}
    few = {name: curve for name, curve in curves.items() if curve["n"].iloc[0] < INTERVAL_MINIMUM}
    curves = {name: curve for name, curve in curves.items() if name not in few}
    too_few = f"{TOO_FEW_REQUESTS}of a kind. In time, {_in_time(few)}." if few else ""
    if not curves:
        return rows.nothing_to_draw(None, title, too_few or "No promised callback can be judged yet.")
    # The second curve, of regular requests, covers more days
    figure, grid = style.canvas(height=2.0, columns=len(curves), squeeze=False,
                                gridspec_kw={"width_ratios": [1, 1.55][: len(curves)]})  # fmt: skip
    for axes, (urgency, curve) in zip(grid[0], curves.items(), strict=True):
        _draw_days(axes, curve, urgency)
    sizes = [f"{wording.number(curve['n'].iloc[0])} {urgency}" for urgency, curve in curves.items()]
    parts = [curve.assign(urgency=name, promised_day=curve.attrs["promised"]) for name, curve in curves.items()]
    data = pd.concat(parts, ignore_index=True)
    data = data[data["day"] % 1 == 0]  # the extra step after the promised day is not a day
    what = f"Share of {wording.joined(sizes)} requests with a call or email on record, by business day"
    caption = rows.caption(
        _provenance(curves),
        f"{what} since the request; orange line: the promised day; shaded: late. Line: confirmed contacts; pale: "
        "with those that may be about another request.",
        too_few,
    )
    subtitle = (
        f"Share with a call or email, by business day: {wording.joined(sizes)}. Pale: may concern another request."
    )
    under = f"{what} since the request. Light line: with those that may be about another request."
    x, y = "Business days since the request; orange line: the promised day", "Share with a call or email"
    colors = {"value_most": style.SKY, "value": style.BLUE}
    plot = Plot("line", "day", colors, x, y, panels="urgency", caption=rows.caption(_provenance(curves), under))
    alt, name = f"{what}. By the promised day, {_in_time(curves)}.", "Callbacks by day"
    return Chart(figure, title, alt, caption, data, subtitle=subtitle, name=name, plot=plot)


def _provenance(curves):
    """The curves' last day of records, selection, and whether their log is invented, if they have these attributes."""
    attributes = next(iter(curves.values())).attrs
    return SimpleNamespace(**{name: attributes.get(name, none) for name, none in PROVENANCE.items()})


PROVENANCE = {"as_of": None, "is_invented": False, "selected": ()}  # attribute -> its value where it is not known


def _at_promise(curve):
    return curve[curve["day"] == curve.attrs["promised"]].iloc[0]


def _in_time(curves):
    return "; ".join(f"{urgency}: {_by_promise(curve)}" for urgency, curve in curves.items())


def _by_promise(curve):
    """The share by the promised day, both ends; counts if there are few requests."""
    due = _at_promise(curve)
    counts = f"{wording.between(str(int(due['events'])), str(int(due['most'])))} of {int(due['n'])}"
    if due["n"] < SHARE_MINIMUM:
        return counts
    return wording.between(wording.percent(due["events"] / due["n"]), wording.percent(due["most"] / due["most_n"]))


def _draw_days(axes, curve, urgency):
    promised, last = curve.attrs["promised"], curve["day"].max()
    low, high = curve["events"] / curve["n"], curve["most"] / curve["most_n"]
    style.box(axes, promised, 0, last - promised, 1, facecolor=style.PEACH, linewidth=0, zorder=0)
    axes.fill_between(curve["day"], low, high, step="post", color=style.PALE, linewidth=0)
    axes.step(curve["day"], low, where="post", color=style.BLUE)
    axes.plot([promised, promised], [0, 1], color=style.VERMILION, linewidth=1.6)
    due = _at_promise(curve)
    style.bar(axes, promised, due["events"] / due["n"], due["most"] / due["most_n"])
    style.dot(axes, promised, due["events"] / due["n"])
    look = {"va": "center", "fontsize": style.SMALL + 2, "fontweight": "bold"}
    style.label(axes, _by_promise(curve), (promised, 0.24), (5, 0), **look)
    style.label(axes, f"by day {promised:.0f}", (promised, 0.09), (5, 0), va="center")
    axes.set_xlim(0, last)
    axes.set_ylim(0, 1.04)
    step = next((s for s in (1, 2, 3, 5, 10, 15, 30) if last / s <= 5), 50 * ceil(last / 250))
    # Leave out ticks that would touch the promised day's tick
    ticks = {tick for tick in range(0, int(last) + 1, step) if not 0 < abs(tick - promised) < step / 2}
    axes.set_xticks(sorted(ticks | {int(promised)}))
    style.percents(axes.yaxis, 2)
    axes.set_title(URGENCIES[urgency])
