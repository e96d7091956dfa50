"""Whether call-backs reached the office, month by month, and when those came that nobody answered."""

from __future__ import annotations

from callanalytics.figures import labels, ladder, rows, style, timeline
from callanalytics.figures.chart import Chart
from callanalytics.figures.promises import URGENCIES


@style.house_style()
def hit_rate_by_month(result, events=(), *, title: str = "How many call-backs reached the office in time?") -> Chart:
    """Share of due and observed requests whose call-back was answered in time, by month of the request.

    Parameters
    ----------
    result : ``measures.callback_hit_rate`` by month, or by urgency and month
    events : the agency's policy events; drawn as marks, never as causes

    Returns
    -------
    Chart
        Filled point: 30 requests or more; open: 10 to 29; under 10 the counts alone.
    """
    shares = rows.pick(result, "rate", reading="default", link="certain")
    shares = shares[shares["month"].notna() & (shares["n"] > 0)]
    if "urgency" in shares:
        shares = shares[shares["urgency"].isin(URGENCIES)]
    axis = timeline.months(int(shares["month"].min()), int(shares["month"].max())) if len(shares) else [200001]
    shares, axis, step = ladder.of_shares_in_time(shares, axis)
    groups = [u for u in URGENCIES if "urgency" in shares and (shares["urgency"] == u).any()] or [None]
    figure, grid = style.canvas(height=0.6 + 1.65 * len(groups), rows=len(groups), squeeze=False)
    marks = timeline.on_axis(events, axis, step)
    for axes, urgency in zip(grid[:, 0], groups, strict=True):
        part = shares if urgency is None else shares[shares["urgency"] == urgency]
        _draw_shares(axes, part, axis)
        timeline.draw_axis(axes, axis, step)
        timeline.draw_events(axes, marks, axis, step)
        axes.set_title(URGENCIES.get(urgency, ""), pad=14)
    n = int(shares["n"].sum())
    return Chart(
        figure,
        title,
        alt=_shares_alt(shares, groups, step),
        caption=rows.caption(
            result,
            f"Requests due and observed whose call-back a person answered by the due moment (default reading), by "
            f"{'month' if step == 1 else 'quarter'} of the request; {labels.number(n)} requests, n under each.",
            "Band and whiskers: 95% Wilson interval. Open point: fewer than 30; under 10, counts alone.",
            "Months are joined to quarters because fewer than two thirds of them have 30 requests." if step == 3 else "",
            timeline.key(marks),
        ),
        data=shares,
    )


def _draw_shares(axes, shares, axis):
    shares = shares.sort_values("month")
    _draw_band(axes, shares, axis)
    for row in shares.itertuples():
        x = axis.index(int(row.month))
        if row.n < rows.MINIMUM_INTERVAL:
            axes.text(x, 0.19, f"{row.events:.0f} of {row.n:.0f}", ha="center", fontsize=6.5)
            continue
        if row.n < rows.MINIMUM_SHARE:
            style.whisker(axes, x, row.low, row.high, color=style.BLUE)
        style.dot(axes, x, row.events / row.n, is_open=row.n < rows.MINIMUM_SHARE)
    timeline.draw_counts(axes, axis, dict(zip(shares["month"].astype(int), shares["n"], strict=True)))
    axes.set_ylim(-0.14, 1)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])


def _draw_band(axes, shares, axis):
    """The band and line over each unbroken run of months that are large enough."""
    run: list = []
    enough = [r for r in shares.itertuples() if r.n >= rows.MINIMUM_SHARE]
    for row in [*enough, None]:
        x = axis.index(int(row.month)) if row is not None else None
        if run and (row is None or x != run[-1][0] + 1):
            xs, values, lows, highs = zip(*run, strict=True)
            axes.fill_between(xs, lows, highs, color=style.BLUE, alpha=0.18, linewidth=0)
            axes.plot(xs, values, color=style.BLUE, linewidth=1.2)
            if len(run) == 1:
                style.whisker(axes, xs[0], lows[0], highs[0], color=style.BLUE)
            run = []
        if row is not None:
            run.append((x, row.events / row.n, row.low, row.high))


def _shares_alt(shares, groups, step):
    kind = "month" if step == 1 else "quarter"
    said = []
    for urgency in groups:
        part = shares if urgency is None else shares[shares["urgency"] == urgency]
        k, n = int(part["events"].sum()), int(part["n"].sum())
        said.append(f"{URGENCIES.get(urgency, 'All requests')}: {k} of {n} over {len(part)} {kind}s")
    return f"Points by {kind}: share of requests whose call-back was answered in time. {'; '.join(said)}."


@style.house_style()
def missed_by_month(result, *, title: str = "How many call-backs went unanswered?") -> Chart:
    """Call-backs nobody answered: certain ones, and on top those that may have been call-backs.

    Parameters
    ----------
    result : ``measures.missed_callbacks`` by month or month_local
    """
    certain, most = _missed(result, "month_local" if "month_local" in result.table else "month")
    axis = timeline.months(min(most), max(most)) if most else [200001]
    figure, axes = style.canvas(height=2.1)
    _draw_bars(axes, axis, certain, most)
    timeline.draw_axis(axes, axis)
    _legend(axes)
    return Chart(
        figure,
        title,
        alt=f"Bars by month of the call: {sum(certain.values())} unanswered call-backs for certain, at most "
        f"{sum(most.values())}, over {len(axis)} months.",
        caption=rows.caption(
            result,
            f"Call-backs nobody at the office answered, by month: {labels.number(sum(certain.values()))} for certain "
            f"(from the agency's number, or noted), at most {labels.number(sum(most.values()))} if every withheld or "
            "unknown call that fits an open request was one.",
        ),
        data=rows.pick(result, "count"),
    )


def _missed(result, key):
    """Certain counts, and upper bounds, by one integer key."""
    counts = rows.pick(result, "count")
    counts = counts[counts[key].notna()]
    certain, most = (
        {int(k): int(v) for k, v in counts[counts["link"] == link].groupby(key)["value"].sum().items()}
        for link in ("certain", "possible")
    )
    return certain, {k: max(certain.get(k, 0), most.get(k, 0)) for k in {*certain, *most}}


def _draw_bars(axes, axis, certain, most):
    for x, slot in enumerate(axis):
        sure, top = certain.get(slot, 0), most.get(slot, 0)
        style.box(axes, x - 0.38, 0, 0.76, sure, facecolor=style.VERMILLION, linewidth=0)
        style.box(axes, x - 0.38, sure, 0.76, top - sure, facecolor=style.PAPER, edgecolor=style.VERMILLION,
                  hatch=style.HATCH, linewidth=0.8 if top > sure else 0)  # fmt: skip
        if top:
            told = str(sure) if top == sure else f"{sure}–{top}"
            axes.annotate(told, (x, top), (0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=6.5)
    axes.set_ylim(0, max([*most.values(), 4]) * 1.25)
    axes.set_ylabel("Call-backs", fontsize=style.SMALL)


def _legend(axes):
    looks = [{"facecolor": style.VERMILLION}, {"facecolor": style.PAPER, "edgecolor": style.VERMILLION, "hatch": style.HATCH}]
    style.legend(axes, dict(zip(("certain", "possible, upper bound"), looks, strict=True)))


@style.house_style()
def missed_by_local_hour(result, *, title: str = "At what time of the office's day did they ring?") -> Chart:
    """Unanswered call-backs by the hour on the office's own clock, inside and outside its opening hours.

    Parameters
    ----------
    result : ``measures.missed_callbacks`` by hour_local and in_office_hours
    """
    counts = rows.pick(result, "count", link="certain")
    timed = counts[counts["hour_local"].notna()]
    first, last = (min([7, *timed["hour_local"]]), max([18, *timed["hour_local"]])) if len(timed) else (7, 18)
    figure, axes = style.canvas(height=2.2)
    base = dict.fromkeys(range(int(first), int(last) + 1), 0)
    for name, (chosen, look) in _PARTS.items():
        part = timed[timed["in_office_hours"].map(chosen)].groupby("hour_local")["value"].sum()
        for hour, value in part.items():
            style.box(axes, hour + 0.08, base[int(hour)], 0.84, value, linewidth=0.8, **look)
            base[int(hour)] += int(value)
    for hour, value in base.items():
        if value:
            axes.annotate(str(value), (hour + 0.5, value), (0, 2), textcoords="offset points", ha="center",
                          va="bottom", fontsize=style.SMALL)  # fmt: skip
    axes.set_xlim(first, last + 1)
    ticks = range(int(first), int(last) + 2)
    axes.set_xticks(ticks, [labels.hour(h) for h in ticks], fontsize=style.TINY)
    axes.set_ylim(0, max([*base.values(), 4]) * 1.2)
    axes.set_ylabel("Unanswered call-backs", fontsize=style.SMALL)
    style.legend(axes, {name: look for name, (_, look) in _PARTS.items()})
    return _local_hour_chart(result, figure, title, counts, timed)


_PARTS = {
    "inside office hours": (lambda v: v is True or v == 1, {"facecolor": style.BLUE, "edgecolor": style.BLUE}),
    "outside office hours": (lambda v: v is False or v == 0, {"facecolor": style.PAPER, "edgecolor": style.VERMILLION, "hatch": "\\\\\\\\"}),
    "hours not given": (lambda v: v is None or v != v, {"facecolor": style.FAINT, "edgecolor": style.SOFT}),
}


def _local_hour_chart(result, figure, title, counts, timed):
    n, outside = int(counts["value"].sum()), int(timed.loc[timed["in_office_hours"].map(_PARTS["outside office hours"][0]), "value"].sum())
    early = int(timed.loc[timed["hour_local"] < 8, "value"].sum())
    untimed = n - int(timed["value"].sum())
    return Chart(
        figure,
        title,
        alt=f"Bars by local hour: {n} unanswered call-backs, {outside} of them outside office hours, {early} before 8 a.m.",
        caption=rows.caption(
            result,
            f"Call-backs that certainly came and that nobody answered, by hour on the office's own clock; {labels.number(n)} "
            f"in all, {labels.number(outside)} outside the office's stated hours.",
            f"{labels.number(untimed)} without a time of day are not drawn." if untimed else "",
        ),
        data=timed,
    )
