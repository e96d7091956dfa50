"""Whether callbacks came within the agency's stated time."""

from __future__ import annotations

import pandas as pd

from callanalytics import wording
from callanalytics.figures import proportions, rows, style
from callanalytics.figures.chart import Chart
from callanalytics.measures.result import SHOWN_ONCE, Result

READINGS = {
    "urgent": {
        "strict": "by the clock, nights and weekends too",
        "default": "Monday to Friday, no holiday or closure",
        "lenient": "only the hours the line is staffed",
    },
    "regular": {
        "strict": "weekdays, holidays too",
        "default": "business days, no holiday or closure",
        "lenient": "the same, to the end of the last day",
    },
}
URGENCIES = {"urgent": "Urgent requests", "regular": "Regular requests"}

NONE_JUDGED = "No promised callback with complete records and a known stated time is due yet."
NO_PROMISE = "No promised callback is logged so far."

UNDATED = "Came, day not logged"
# One row each; the upper rows add up to what can be judged, the lower rows are separate.
JUDGED = {
    "In time, a person answered": ("answered_first", "answered_second"),
    "In time, by email": ("emailed",),
    "In time, unanswered": ("missed_once", "both_missed"),
    "In time, answer not logged": ("result_unknown",),
    UNDATED: ("undated",),
    "After the stated time": ("late",),
    "No contact recorded": ("silent",),
}
EXTENSION = "Nothing came, extension given"  # the agency does not call extensions, so this silence is not its failure
APART = {
    EXTENSION: (),
    "Nothing so far, not due yet": ("waiting",),
    "Nothing seen, line not observed": ("unwatched",),
    "Stated time not known": ("rule_unknown",),
    "No longer needed": ("withdrawn",),
}
SAME_BY_ALL = (
    "A request made while more than one stated time may have held is in an upper row if a contact came and all of them "
    "judge it alike."
)
_COLORS = (style.BLUE, "#7db3d8", "#a9cfe8", "#d3e5f2", "#e4e6e8", "#f0b48a", style.VERMILION)
COLORS = dict(zip(JUDGED, _COLORS, strict=True))
APART_LOOK = {"facecolor": style.PAPER, "edgecolor": "#8b949e", "hatch": style.HATCH}


def none_judged(result: Result, otherwise: str) -> str:
    """The sentence of a chart without a request; if timeframes are unconfirmed, the caption counts those requests."""
    return "No promised callback can be judged." if rows.not_confirmed(result) else otherwise


@style.house_style()
def kept_by_reading(result: Result, *, title: str = "Did the callback come in the stated time?") -> Chart:
    """Share of requests with a call or an email in the stated time, by three ways to count the time.

    Parameters
    ----------
    result : ``measures.promise_kept_rate`` by urgency
    """
    rows.require(result, "kept_by_reading", "promise_kept_rate", ("urgency",))
    kept = rows.pick(result, "rate")
    kept = kept[kept["reading"].isin(READINGS["urgent"]) & kept["urgency"].isin(URGENCIES)]
    if not kept["n"].sum():
        return rows.nothing_to_draw(result, title, none_judged(result, NONE_JUDGED))
    figure, axes = style.canvas(height=2.2)
    y, ticks = 0.0, []
    for urgency, name in URGENCIES.items():
        axes.text(-0.02, y, name, fontweight="bold", va="center", ha="right", transform=axes.get_yaxis_transform())
        for reading, words in READINGS[urgency].items():
            y -= 1
            ticks.append((y, words))
            proportions.draw(axes, y, rows.headline(result, "rate", urgency=urgency, reading=reading))
        y -= 1.35
    axes.set_yticks([t for t, _ in ticks], [words for _, words in ticks])
    axes.set_ylim(y + 0.7, 0.6)
    proportions.draw_axis(axes)
    shares = [
        f"{urgency}, {words}: {proportions.share_label(row)}"
        for urgency in URGENCIES
        for reading, words in READINGS[urgency].items()
        if (row := rows.headline(result, "rate", urgency=urgency, reading=reading))
    ]
    return Chart(
        figure,
        title,
        alt="Shares of requests with a call or an email in the stated time, with intervals: "
        f"{'; '.join(shares) or 'none yet'}.",
        caption=rows.caption(
            result,
            "Requests for a callback that are due, observed, and judged by a known rule, counted as kept when the "
            "agency called, answered or not, or emailed by then; share with 95% interval.",
            "Thick line: from what came for certain to the most that may have come. Open point: fewer than 30 "
            "requests; under 10, the counts alone.",
        ),
        data=kept,
        name="In time, by reading",
    )


@style.house_style()
def promise_states(
    result: Result, silent: Result | None = None, *, title: str = "What became of every request?"
) -> Chart:
    """Every request for a callback in one state; each row starts where the one above ends, so they add up to all.

    Parameters
    ----------
    result : ``measures.promise_states`` by urgency
    silent : ``measures.silent_promises`` by urgency: requests with an extension are shown separately
    """
    rows.require(result, "promise_states", "promise_states", ("urgency",))
    counts = _without_judgment(_with_extension(rows.pick(result, "count"), silent))
    counts = counts.assign(n=counts["value"], events=counts["value"])  # also for rows that were split or joined
    groups = [u for u in (*URGENCIES, "unknown") if counts.loc[counts["urgency"] == u, "value"].sum()]
    if not groups:
        return rows.nothing_to_draw(result, title, none_judged(result, NO_PROMISE))
    figure, grid = style.canvas(height=2.6, columns=len(groups), sharey=True, sharex=True, squeeze=False)
    most = counts.groupby("urgency")["value"].sum().max()
    for axes, urgency in zip(grid[0], groups, strict=True):
        own = counts[counts["urgency"] == urgency]
        _draw_states(axes, own, _shown_states(counts), URGENCIES.get(urgency, "Urgency not noted"), most)
    names = list(_shown_states(counts))
    places = _places(names)
    grid[0][0].set_yticks(places, names)
    grid[0][0].set_ylim(places[-1] - 0.6, 0.7)
    n = int(counts["value"].sum())
    every = f"All {wording.number(n)} requests" if n > 1 else "The only request"
    # All requests, and the judged ones by outcome; the other states are in the table
    by_state = counts.groupby("state")["value"].sum()
    shown = {name: those for name, those in _shown_states(counts).items() if name in JUDGED or name == EXTENSION}
    parts = [f"{name.lower()} {sum(by_state.get(s, 0) for s in those):.0f}" for name, those in shown.items()]
    return Chart(
        figure,
        title,
        alt=f"Bars, one row a state, adding to all {wording.number(by_state.sum())} requests. All urgencies together: "
        f"{', '.join(parts)}.",
        caption=rows.caption(
            result,
            f"{every} for a callback, each in one row; a row begins where the one above ends.",
            "Weekends, holidays, and closures stop the clock. Rates count fewer requests than these: only those that "
            "are due, have a known stated time, and have complete records from start to due moment. The hatched rows "
            "are in no rate.",
            SAME_BY_ALL if counts.loc[counts["state"] == "Stated time not known", "value"].any() else "",
            SHOWN_ONCE,
        ),
        data=counts,
        name="What became of requests",
    )


def _with_extension(counts, silent):
    """The counts, with a separate state for requests without contact for which the office gave an extension."""
    if silent is None:
        return counts
    rows.require(silent, "promise_states", "silent_promises", ("urgency",))
    beside = rows.pick(silent, "n_extension").set_index("urgency")["events"]
    states = []
    for row in counts.to_dict("records"):
        n = min(int(beside.get(row["urgency"], 0)), int(row["value"])) if row["state"] == "silent" else 0
        states.append(row | {"value": row["value"] - n})
        states += [row | {"state": EXTENSION, "value": n}] if n else []
    return pd.DataFrame(states, columns=counts.columns)


def _without_judgment(counts):
    """The counts, with judged requests of unknown urgency moved to ``rule_unknown``: they have no known timeframe."""
    came = {state for states in JUDGED.values() for state in states}
    is_timeless = (counts["urgency"] == "unknown") & counts["state"].isin(came)
    counts = counts.assign(state=counts["state"].mask(is_timeless, "rule_unknown"))
    keys = [name for name in counts.columns if name in ("urgency", "state")]
    joined = counts.groupby(keys, sort=False)["value"].transform("sum")
    return counts.assign(value=joined).drop_duplicates(keys).reset_index(drop=True)


def _shown_states(counts) -> dict[str, tuple[str, ...]]:
    """The chart's rows with their states; the rows for extensions and unknown days appear only if they are used."""
    known = JUDGED | APART | {EXTENSION: (EXTENSION,)}
    there = {*counts["state"]}
    rare = (EXTENSION, UNDATED)
    return {name: states for name, states in known.items() if name not in rare or not there.isdisjoint(states)}


def _places(names) -> list[float]:
    """The height of each row, with a small gap above the rows outside the judged part."""
    return [-float(i) - (0 if name in JUDGED else 0.6) for i, name in enumerate(names)]


def _draw_states(axes, counts, shown, name, most):
    """Draw one panel; `most` is the largest total of all panels, so that all bars have one scale."""
    by_state = counts.groupby("state")["value"].sum()
    total, start = int(by_state.sum()), 0
    places, n_judged = _places(shown), sum(row in JUDGED for row in shown)
    for y, (row, those) in zip(places, shown.items(), strict=True):
        value = int(sum(by_state.get(s, 0) for s in those))
        look = {"edgecolor": "none"} | ({"facecolor": COLORS[row]} if row in COLORS else APART_LOOK)
        style.box(axes, start, y - 0.36, value, 0.72, linewidth=0.8 if "hatch" in look else 0, **look)
        left = start + value > 0.75 * most
        inside = left and start < 0.15 * most  # at the left of its start the label would cover the row's name
        look = {"ha": "right" if left else "left", "va": "center", "bbox": style.pad() if inside else None}
        x = start if left and not inside else start + value
        style.label(axes, wording.number(value), (x, y), (-3 if left else 3, 0), **look)
        start += value
    axes.set_xlim(0, max(most, 1) * 1.02)
    axes.set_title(f"{name}: {wording.number(total)}")
    style.hide_frame(axes)
    axes.set_xticks([])
    axes.axhline((places[n_judged - 1] + places[n_judged]) / 2, color=style.FAINT, linewidth=0.8)
