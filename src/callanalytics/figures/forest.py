"""Shares side by side: a point, its interval, and the two counts it is made of."""

from __future__ import annotations

import pandas as pd

from callanalytics.figures import labels, rows, style
from callanalytics.figures.chart import Chart
from callanalytics.measures.definitions import INTERVAL_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import is_range


@style.house_style()
def shares(results, *, title: str, note: str = "") -> Chart:
    """One row a share, with its 95% interval and its counts.

    Parameters
    ----------
    results : dict, words for the row -> a Result, a pair (Result, statistic), or a row of a result's table
        The first row of the statistic (``rate`` if not said) is drawn: both its ends, the default reading.

    Returns
    -------
    Chart
        Filled point: n of 30 or more; open: 10 to 29; under 10 the counts alone.
    """
    table = pd.DataFrame([{"row": words} | share_of(result) for words, result in results.items()])
    first = next((r[0] if isinstance(r, tuple) else r for r in results.values() if not isinstance(r, dict)), None)
    if not len(table) or not table["n"].sum():
        return rows.nothing_to_draw(first, title, "Nothing that these shares are counted from is on record yet.")
    figure, axes = style.canvas(height=0.45 + 0.24 * len(table))
    for i, share in enumerate(table.to_dict("records")):
        draw(axes, -float(i), share)
    axes.set_yticks([-float(i) for i in range(len(table))], table["row"])
    axes.set_ylim(-len(table) + 0.4, 0.6)
    draw_axis(axes)
    said = "; ".join(f"{share['row']}: {share_label(share)}" for share in table.to_dict("records"))
    has_two = any(is_range(share) for share in table.to_dict("records"))
    thick = "Thick line: from what is certain to the most that may be." if has_two else ""
    key = "Share with 95% interval. Open point: fewer than 30; under 10, the counts alone."
    words = (key, thick, note)
    caption = rows.caption(first, *words) if first is not None else " ".join(filter(None, words))
    return Chart(figure, title, alt=f"Shares with intervals: {said}.", caption=caption, data=table)


def share_of(result, statistic: str = "rate") -> dict:
    """The share a result is quoted with, as a dict: n, events, low, high."""
    if isinstance(result, tuple):
        result, statistic = result
    row = result if isinstance(result, dict) else rows.headline(result, statistic)
    return {name: row[name] for name in ("n", "events", "low", "high", "most", "most_n") if name in row}


def draw(axes, y: float, share) -> None:
    """One share at height `y`: interval and point (a thick line where it has two ends), and its counts."""
    n = int(share["n"])
    if n >= INTERVAL_MINIMUM:
        style.whisker(axes, y, share["low"], share["high"], color=style.BLUE, across=True)
        if is_range(share):
            style.bar_across(axes, y, share["events"] / n, share["most"] / share["most_n"])
        else:
            style.dot(axes, share["events"] / n, y, is_open=n < SHARE_MINIMUM)
    axes.text(1.03, y, share_label(share), va="center", fontsize=style.SMALL)


def share_label(share) -> str:
    """The share in words: from 30 on a percentage with the counts, below that the counts alone."""
    n, events = int(share["n"]), int(share["events"])
    if not n:
        return "none so far"
    counts = labels.between(*(labels.number(k) if k else "none" for k in (events, int(share.get("most", events)))))
    of = labels.between(labels.number(n), labels.number(int(share.get("most_n", n))))
    if n < SHARE_MINIMUM or not share.get("most", events):
        return f"{counts} of {of}"
    most = share["most"] / share["most_n"] if "most" in share else events / n
    return f"{labels.between(labels.percent(events / n), labels.percent(most))}  ({counts} of {of})"


def draw_axis(axes) -> None:
    """From 0 to 100%, with upright grid lines."""
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
