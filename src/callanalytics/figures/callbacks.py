"""Whether call-backs reached the office, month by month, and when those came that nobody answered."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from callanalytics.errors import CallLogError
from callanalytics.figures import labels, rows, style, timeline
from callanalytics.figures.chart import Chart
from callanalytics.figures.promises import URGENCIES
from callanalytics.measures.definitions import INTERVAL_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import paired_ends


@style.house_style()
def hit_rate_by_month(
    result, events=(), *, named: bool = True, title: str = "How many call-backs reached the office in time?"
) -> Chart:
    """Share of due and observed requests whose call-back was answered in time, by month of the request.

    Parameters
    ----------
    result : ``measures.callback_hit_rate`` by month, or by urgency and month
    events : the agency's policy events; drawn as marks, never as causes
    named : whether the marks are named here; elsewhere a drawing above has named them

    Returns
    -------
    Chart
        Thick: from what came for certain to the most that may have; under 10 requests the counts alone.
    """
    rows.require(result, "hit_rate_by_month", "callback_hit_rate", ("month",), ("urgency", "month"), ("month_local",))
    result, said = rows.coarsened(_known(result), "rate")
    shares = paired_ends(rows.pick(result, "rate"))
    shares, axis, step = timeline.slots(result, shares[shares["n"] > 0])
    if not axis:
        return rows.nothing_to_draw(result, title, NONE_DUE)
    urgencies = [u for u in URGENCIES if "urgency" in shares and (shares["urgency"] == u).any()]
    groups: list[str | None] = [*urgencies] or [None]
    figure, grid = style.canvas(height=0.45 + 0.95 * len(groups), rows=len(groups), squeeze=False)
    marks = timeline.on_axis(events, axis, step)
    for axes, urgency in zip(grid[:, 0], groups, strict=True):
        part = shares if urgency is None else shares[shares["urgency"] == urgency]
        _draw_shares(axes, part, axis)
        timeline.draw_axis(axes, axis, step, dict(zip(part["slot"], part["n"], strict=True)))
        timeline.draw_events(axes, marks, axis, step)
        axes.set_title(URGENCIES[urgency] if urgency else "", pad=14)
    n = int(shares["n"].sum())
    return Chart(
        figure,
        title,
        alt=_shares_alt(shares, groups, step),
        caption=rows.caption(
            result,
            "" if groups != [None] else "Urgent and regular requests together.",
            "Requests due and observed whose call-back a person answered by the due moment (weekends, holidays and "
            f"closures stop the clock), by {timeline.NAMES[step]} of the request; {labels.number(n)} requests, n under "
            "each.",
            "Thick line: from what came for certain to the most that may have come; thin line: 95% Wilson interval "
            "around both. Under 10, counts alone.",
            said,
            timeline.key(marks) if named else "Marks as in the drawing of the wait.",
        ),
        data=shares,
    )


NONE_DUE = (
    "No promised callback is due yet on a line that was watched from the promise on: nothing can be said of how many "
    "reached the office."
)


def _known(result):
    """The result without promises of unknown urgency: no rule judges them, so they have no rate to draw."""
    if "urgency" not in result.by:
        return result
    return replace(result, **{part: frame[frame["urgency"].isin(URGENCIES)]
                              for part, frame in (("table", result.table), ("tally", result.tally))})  # fmt: skip


def _draw_shares(axes, shares, axis):
    for row in shares.sort_values("slot").itertuples():
        x = axis.index(row.slot)
        if row.n < INTERVAL_MINIMUM:
            counts = labels.between(f"{row.events:.0f}", f"{row.most:.0f}")
            axes.text(x, 0.05, f"{counts} of {row.n:.0f}", ha="center", fontsize=6.5, bbox=style.pad())
            continue
        style.whisker(axes, x, row.low, row.high, color=style.BLUE)
        if row.most > row.events:
            style.bar_up(axes, x, row.events / row.n, row.most / row.most_n)
        else:
            style.dot(axes, x, row.events / row.n, is_open=row.n < SHARE_MINIMUM)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])


def _shares_alt(shares, groups, step):
    kind = timeline.NAMES[step]
    said = []
    for urgency in groups:
        part = shares if urgency is None else shares[shares["urgency"] == urgency]
        low, high, n = (int(part[name].sum()) for name in ("events", "most", "n"))
        counts = labels.between(str(low), str(high))
        said.append(f"{URGENCIES.get(urgency, 'All requests')}: {counts} of {n} over {labels.many(len(part), kind)}")
    return f"Points by {kind}: share of requests whose call-back was answered in time. {'; '.join(said)}."


@style.house_style()
def missed_by_month(result, *, title: str = "How many call-backs went unanswered?") -> Chart:
    """Call-backs nobody answered: certain ones, and on top those that may have been call-backs.

    Parameters
    ----------
    result : ``measures.missed_callbacks`` by month or month_local
    """
    rows.require(result, "missed_by_month", "missed_callbacks", ("month_local",), ("month",))
    certain, most = _missed(result, "month_local" if "month_local" in result.table else "month")
    if not any(most.values()):
        return rows.nothing_to_draw(result, title, NONE_MISSED)
    axis = timeline.months(min(most), max(most))
    figure, axes = style.canvas(height=1.55)
    _draw_bars(axes, axis, certain, most)
    timeline.draw_axis(axes, axis)
    style.legend(axes, {"certain": _SURE, "possible, upper bound": _MAYBE})
    sure, top = sum(certain.values()), sum(most.values())
    return Chart(
        figure,
        title,
        alt=f"Bars by month of the call: {sure} unanswered call-backs for certain, at most {top}, over "
        f"{labels.many(len(axis), 'month')}.",
        caption=rows.caption(
            result,
            f"Call-backs nobody at the office answered, by month of the call: {labels.number(sure)} certain, at most "
            f"{labels.number(top)} if every call without a number that fits an open request was one, and every call "
            "from the agency's own number.",
        ),
        data=rows.pick(result, "count"),
    )


NONE_MISSED = "No callback that nobody answered is on record."
_SURE = {"facecolor": style.VERMILION}
_MAYBE = {"facecolor": style.PAPER, "edgecolor": style.VERMILION, "hatch": style.HATCH}


def _missed(result, key):
    """Certain counts, and upper bounds, by one integer key."""
    counts = rows.pick(result, "count")
    counts = counts[counts[key].notna()]
    return tuple(
        {int(k): int(v) for k, v in counts[counts["link"] == link].groupby(key)["value"].sum().items()}
        for link in ("certain", "possible")
    )


def _draw_bars(axes, axis, certain, most):
    for x, slot in enumerate(axis):
        sure, top = certain.get(slot, 0), most.get(slot, 0)
        style.box(axes, x - 0.38, 0, 0.76, sure, linewidth=0, **_SURE)
        style.box(axes, x - 0.38, sure, 0.76, top - sure, linewidth=0.8 if top > sure else 0, **_MAYBE)
        if top:
            told = str(sure) if top == sure else f"{sure}–{top}"
            axes.annotate(told, (x, top), (0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=6.5)
    style.scale_up(axes, max([*most.values(), 4]))
    axes.set_ylabel("Call-backs", fontsize=style.SMALL)


PARTS = {
    "all": {"facecolor": style.BLUE, "edgecolor": style.BLUE},
    "inside office hours": {"facecolor": style.BLUE, "edgecolor": style.BLUE},
    "outside office hours": {"facecolor": style.PAPER, "edgecolor": style.VERMILION, "hatch": style.BACK_HATCH},
    "hours not given": {"facecolor": style.FAINT, "edgecolor": style.SOFT},
}


@style.house_style()
def missed_by_local_hour(results, *, title: str = "At what time of the office's day did they ring?") -> Chart:
    """Unanswered call-backs by the hour on the office's own clock, inside and outside its opening hours.

    Parameters
    ----------
    results : ``measures.missed_callbacks`` by hour_local; or a dict, ``inside office hours``, ``outside office hours``,
        ``hours not given`` -> the same over the rings of that part
    """
    if not isinstance(results, dict):
        results = {"all": results}
    for result in results.values():
        rows.require(result, "missed_by_local_hour", "missed_callbacks", ("hour_local",))
    if unknown := set(results) - set(PARTS):
        raise CallLogError(
            "missed_by_local_hour knows no such part of the day",
            found=", ".join(sorted(map(str, unknown))),
            wanted=", ".join(PARTS),
            do="draw the result itself where the parts do not matter",
        )
    counts = {name: _by_hour(results[name]) for name in PARTS if name in results}
    first_of = next(iter(results.values()))
    if not any(sum(part.values()) for part in counts.values()):
        return rows.nothing_to_draw(first_of, title, NONE_MISSED)
    hours = [h for part in counts.values() for h in part if h is not None]
    first, last = min([7, *hours]), max([17, *hours]) + 1
    figure, axes = style.canvas(height=2.2)
    base = dict.fromkeys(range(first, last), 0)
    for name, part in counts.items():
        for hour in base:
            style.box(
                axes, hour + 0.08, base[hour], 0.84, part.get(hour, 0), linewidth=0.8 * (hour in part), **PARTS[name]
            )
            base[hour] += part.get(hour, 0)
    _draw_day(axes, base, first, last)
    if "all" not in counts:
        style.legend(axes, {name: PARTS[name] for name, part in counts.items() if part})
    total = {name: sum(part.values()) for name, part in counts.items()}
    n, early = sum(total.values()), sum(v for hour, v in base.items() if hour < 8)
    outside, untimed = total.get("outside office hours"), n - sum(base.values())
    if total.get("hours not given", 0) >= n:  # hours nobody gave are not kept to
        outside = None
    return Chart(
        figure,
        title,
        alt=f"Bars by local hour: {n} unanswered call-backs, "
        f"{f'{outside} outside office hours, ' if outside is not None else ''}"
        f"{f'{early} before 8 a.m.' if untimed < n else 'none with a time of day'}.",
        caption=rows.caption(
            first_of,
            "Call-backs that are certain and that nobody answered, by hour on the office's own clock: "
            f"{labels.number(n)}"
            + (
                f", of which {labels.number(outside)} outside the office's stated hours."
                if outside is not None
                else "; the office's opening hours are not known."
            ),
            f"{labels.number(untimed)} without a time of day are not drawn." if untimed else "",
        ),
        data=pd.DataFrame(
            [(hour, name, part[hour]) for name, part in counts.items() for hour in part],
            columns=["hour_local", "part", "count"],
        ),
    )


def _by_hour(result):
    """Certain counts by local hour; those without one under None."""
    counts = rows.pick(result, "count", link="certain")
    return {
        None if pd.isna(row.hour_local) else int(row.hour_local): int(row.value)
        for row in counts.itertuples()
        if row.value
    }


def _draw_day(axes, totals, first, last):
    for hour, value in totals.items():
        if value:
            axes.annotate(str(value), (hour + 0.5, value), (0, 2), textcoords="offset points", ha="center",
                          va="bottom", fontsize=style.SMALL)  # fmt: skip
    axes.set_xlim(first, last)
    ticks = range(first, last + 1, 1 if last - first <= 14 else 2)
    axes.set_xticks(ticks, [labels.hour(h) for h in ticks], fontsize=style.TINY)
    style.scale_up(axes, max([*totals.values(), 4]))
    axes.set_ylabel("Call-backs", fontsize=style.SMALL)
