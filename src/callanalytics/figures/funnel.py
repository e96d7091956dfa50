"""Step by step: how many go on to the next."""

from __future__ import annotations

import pandas as pd

from callanalytics.figures import labels, rows, style
from callanalytics.figures.chart import Chart


@style.house_style()
def steps(results, *, title: str, what: str = "calls", note: str = "") -> Chart:
    """Plain bars, one a step: how many, of how many, and what share.

    Parameters
    ----------
    results : dict, words for the step -> a Result that holds one count or one share
        A share's bar is its events; its n may be smaller than the step before where something was not noted, and
        is then printed, so that no loss is read into a gap in the notes.
    """
    table = pd.DataFrame([{"step": words} | _one(result) for words, result in results.items()])
    figure, axes = style.canvas(height=0.35 + 0.36 * len(table))
    most = max([*table["events"], 1])
    for i, row in enumerate(table.itertuples()):
        style.box(axes, 0, -i - 0.36, row.events, 0.72, facecolor=style.BLUE, linewidth=0)
        axes.annotate(_told(row), (row.events, -i), (5, 0), textcoords="offset points", va="center",
                      fontsize=style.SMALL)  # fmt: skip
    style.bare(axes)
    axes.set_xlim(0, most * 1.55)
    axes.set_xticks([])
    axes.set_ylim(-len(table) + 0.4, 0.6)
    axes.set_yticks([-float(i) for i in range(len(table))], table["step"])
    first = next(iter(results.values()))
    return Chart(
        figure,
        title,
        alt=f"Bars, one a step: {'; '.join(f'{row.step} {_told(row)}' for row in table.itertuples())}.",
        caption=rows.caption(first, f"Bars count {what}; shares with 95% Wilson interval.", note),
        data=table,
    )


def _one(result):
    """The single count or default share of a result."""
    table = result.table
    for name, value in (("reading", "default"), ("link", "certain")):
        if name in table.columns and (table[name] == value).any():
            table = table[(table[name] == value) | table[name].isna()]
    row = table[table["statistic"].isin(("rate", "count"))].iloc[0]
    if row["statistic"] == "count":
        return {"n": int(row["value"]), "events": int(row["value"]), "low": None, "high": None}
    return {"n": int(row["n"]), "events": int(row["events"]), "low": row["low"], "high": row["high"]}


def _told(row):
    if row.low is None or row.low != row.low:
        return labels.number(row.events)
    counts = f"{labels.number(row.events)} of {labels.number(row.n)}"
    if row.n < rows.MINIMUM_INTERVAL:
        return counts
    interval = f"{row.low * 100:.0f}–{row.high * 100:.0f}%"
    return f"{counts}  {interval}" if row.n < rows.MINIMUM_SHARE else f"{counts}  {labels.percent(row.events / row.n)} ({interval})"
