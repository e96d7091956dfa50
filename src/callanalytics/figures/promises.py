"""Whether the call-back came in the agency's stated time."""

from __future__ import annotations

from callanalytics.figures import labels, rows, style
from callanalytics.figures.chart import Chart

READINGS = {
    "strict": "by the clock (regular: weekdays)",
    "default": "Monday to Friday, no holiday or closure",
    "lenient": "open hours only (regular: end of the day)",
}
URGENCIES = {"urgent": "Urgent requests", "regular": "Regular requests"}

# One row each; the upper part adds up to what can be judged, the lower part stands apart.
JUDGED = {
    "In time, a person answered": ("reached_first", "reached_second"),
    "In time, by e-mail": ("emailed",),
    "In time, rang unanswered": ("missed_once", "both_missed"),
    "After the stated time": ("late",),
    "No contact recorded": ("silent",),
}
APART = {
    "Not due yet": ("waiting",),
    "Not observed": ("unwatched",),
    "Stated time not known": ("rule_unknown",),
    "No longer needed": ("withdrawn",),
}
LOOKS = {
    "In time, a person answered": {"facecolor": style.BLUE},
    "In time, by e-mail": {"facecolor": style.SKY},
    "In time, rang unanswered": {"facecolor": style.PAPER, "edgecolor": style.BLUE, "hatch": "\\\\\\\\"},
    "After the stated time": {"facecolor": style.ORANGE},
    "No contact recorded": {"facecolor": style.VERMILLION},
}
APART_LOOK = {"facecolor": style.PAPER, "edgecolor": "#8b949e", "hatch": style.HATCH}


@style.house_style()
def kept_by_reading(result, *, title: str = "Did the call-back come in the stated time?") -> Chart:
    """Share of requests with a call or an e-mail in the stated time, by three ways of counting it.

    Parameters
    ----------
    result : ``measures.promise_kept_rate`` by urgency
    """
    shares = rows.pick(result, "rate")
    shares = shares[shares["reading"].isin(READINGS) & shares["urgency"].isin(URGENCIES)]
    figure, axes = style.canvas(height=2.45)
    y, ticks = 0.0, []
    for urgency, name in URGENCIES.items():
        axes.text(-0.02, y, name, fontweight="bold", va="center", ha="right", transform=axes.get_yaxis_transform())
        for reading, words in READINGS.items():
            y -= 1
            ticks.append((y, words))
            _draw_share(axes, y, shares[(shares["urgency"] == urgency) & (shares["reading"] == reading)])
        y -= 1.35
    axes.set_yticks([t for t, _ in ticks], [words for _, words in ticks])
    axes.set_ylim(y + 0.7, 0.6)
    _draw_share_axis(axes)
    return Chart(
        figure,
        title,
        alt=_kept_alt(shares),
        caption=rows.caption(
            result,
            "Requests for a call-back that are due, observed and judged by a known rule, counted as kept when the "
            "agency rang, answered or not, or wrote by then; share with 95% Wilson interval.",
            "Open point: fewer than 30 requests; under 10, counts alone.",
        ),
        data=shares,
    )


def _draw_share(axes, y, row):
    if not len(row) or not row["n"].iloc[0]:
        axes.text(1.03, y, "none due and observed", va="center", fontsize=style.SMALL)
        return
    share = row.iloc[0]
    n, events = int(share["n"]), int(share["events"])
    counts = f"{labels.number(events)} of {labels.number(n)}"
    if n >= rows.MINIMUM_INTERVAL:
        style.whisker(axes, y, share["low"], share["high"], color=style.BLUE, across=True)
        style.dot(axes, events / n, y, is_open=n < rows.MINIMUM_SHARE)
    told = f"{labels.percent(events / n)}   {counts}" if n >= rows.MINIMUM_SHARE else counts
    axes.text(1.03, y, told, va="center", fontsize=style.SMALL)


def _draw_share_axis(axes):
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _kept_alt(shares):
    said = []
    for row in shares.itertuples():
        share = f" ({labels.percent(row.events / row.n)})" if row.n >= rows.MINIMUM_SHARE else ""
        said.append(f"{row.urgency}, {READINGS[row.reading]}: {row.events:.0f} of {row.n:.0f}{share}")
    return f"Six shares with intervals of requests answered in the stated time: {'; '.join(said) or 'none yet'}."


@style.house_style()
def states(result, *, title: str = "What became of every request?") -> Chart:
    """Every request for a call-back in one state; each row begins where the one above ends, so they add to all.

    Parameters
    ----------
    result : counts of promises by urgency and state
    """
    counts = rows.pick(result, "count")
    groups = [u for u in (*URGENCIES, "unknown") if counts.loc[counts["urgency"] == u, "value"].sum()] or ["urgent"]
    figure, grid = style.canvas(height=2.9, columns=len(groups), sharey=True, squeeze=False)
    for axes, urgency in zip(grid[0], groups, strict=True):
        _draw_states(axes, counts[counts["urgency"] == urgency], URGENCIES.get(urgency, "Urgency not noted"))
    names = [*JUDGED, *APART]
    grid[0][0].set_yticks([_row(i) for i in range(len(names))], names)
    grid[0][0].set_ylim(_row(len(names) - 1) - 0.6, 0.7)
    n = int(counts["value"].sum())
    return Chart(
        figure,
        title,
        alt=_states_alt(counts, groups),
        caption=rows.caption(
            result,
            f"All {labels.number(n)} requests for a call-back, each in one row; a row begins where the one above ends.",
            "Default reading of the stated time. The hatched rows are in no rate: not due by the day of this report; "
            "on a line that no log could observe; at a time whose stated time is not known; or no longer needed.",
        ),
        data=counts,
    )


def _row(i):
    return -float(i) - (0.6 if i >= len(JUDGED) else 0)


def _draw_states(axes, counts, name):
    by_state = counts.groupby("state")["value"].sum()
    total, start = int(by_state.sum()), 0
    for i, (row, those) in enumerate((JUDGED | APART).items()):
        value = int(sum(by_state.get(s, 0) for s in those))
        look = {"edgecolor": "none"} | LOOKS.get(row, APART_LOOK)
        style.box(axes, start, _row(i) - 0.36, value, 0.72, linewidth=0.8 if "hatch" in look else 0, **look)
        left = start + value > 0.75 * total
        axes.annotate(labels.number(value), (start if left else start + value, _row(i)), (-3 if left else 3, 0),
                      textcoords="offset points", ha="right" if left else "left", va="center",
                      fontsize=style.SMALL)  # fmt: skip
        start += value
    axes.set_xlim(0, max(total, 1) * 1.02)
    axes.set_title(f"{name}: {labels.number(total)}")
    style.bare(axes)
    axes.set_xticks([])
    axes.axhline((_row(len(JUDGED) - 1) + _row(len(JUDGED))) / 2, color=style.FAINT, linewidth=0.8)


def _states_alt(counts, groups):
    said = []
    for urgency in groups:
        by_state = counts[counts["urgency"] == urgency].groupby("state")["value"].sum()
        parts = [f"{name.lower()} {sum(by_state.get(s, 0) for s in those):.0f}" for name, those in (JUDGED | APART).items()]
        said.append(f"{URGENCIES.get(urgency, 'Urgency not noted')}: {', '.join(parts)}")
    return f"Bars, one row a state, adding to all requests. {'. '.join(said)}."
