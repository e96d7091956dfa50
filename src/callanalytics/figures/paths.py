"""How far a call gets: automated system, Tier 1, Tier 2, call-back."""

from __future__ import annotations

import textwrap

import pandas as pd

from callanalytics.figures import labels, rows, style
from callanalytics.figures.chart import Chart
from callanalytics.measures.definitions import SHARE_MINIMUM
from callanalytics.measures.result import SHOWN_ONCE

CALL = {
    "dialled": "Calls noted, in live hours",
    "queued": "past the automated system",
    "reached": "a person answered",
    "tier2": "Tier 2 on the same call",
}
CALLBACK = {
    "promised": "Call-backs promised by Tier 1",
    "rung": "USCIS rang",
    "answered_first": "first call answered",
    "rung_again": "rang a second time",
    "answered_second": "second call answered",
}


@style.house_style()
def funnel(result, *, title: str = "How far does a call get?") -> Chart:
    """Plain bars: of all noted calls, how many got to each step; of all promised call-backs, how many came.

    Parameters
    ----------
    result : ``measures.funnel``, not split
    """
    rows.require(result, "funnel", "funnel", ())
    counts = dict(zip(result.table["step"], result.table["value"].astype(int), strict=True))
    if not sum(counts.values()):
        return rows.nothing_to_draw(result, title, "No call is noted in a hand log so far, and no callback promised.")
    figure, axes = style.canvas(height=1.9)
    y, ticks = 0.0, []
    for steps in (CALL, CALLBACK):
        whole = counts.get(next(iter(steps)), 0)
        for i, (step, words) in enumerate(steps.items()):
            _draw_step(axes, y, counts.get(step, 0), whole, is_whole=i == 0)
            ticks.append((y, words, i == 0))
            y -= 1
        y -= 0.5
    style.hide_frame(axes)
    most = max([*counts.values(), 1])
    axes.set_xlim(0, most * 1.25)
    axes.set_xticks([])
    axes.set_ylim(y + 1, 0.6)
    axes.set_yticks([place for place, _, _ in ticks], [words for _, words, _ in ticks])
    for tick, (_, _, is_whole) in zip(axes.get_yticklabels(), ticks, strict=True):
        tick.set_fontweight("bold" if is_whole else "normal")
    return Chart(
        figure,
        title,
        alt=f"Bars, one a step. {_said(CALL, counts)}. {_said(CALLBACK, counts)}.",
        caption=rows.caption(
            result,
            f"{labels.number(counts.get('dialled', 0))} noted calls in live hours, and "
            f"{labels.number(counts.get('promised', 0))} call-backs promised, those not yet due and those not observed "
            "among them: counts of what was logged, with their share of all calls or of all call-backs; no rates.",
            SHOWN_ONCE,
        ),
        data=result.table,
    )


def _draw_step(axes, y, count, whole, *, is_whole):
    style.box(axes, 0, y - 0.36, count, 0.72, facecolor=style.BLUE if is_whole else style.SKY, linewidth=0)
    share = f"  ({labels.percent(count / whole)})" if whole >= SHARE_MINIMUM and not is_whole else ""
    axes.annotate(f"{labels.number(count)}{share}", (count, y), (5, 0), textcoords="offset points", va="center",
                  fontsize=style.SMALL)  # fmt: skip


def _said(steps, counts):
    return ", ".join(f"{words} {labels.number(counts.get(step, 0))}" for step, words in steps.items())


BESIDE = 50  # characters of what stands beside a bar, on one line


@style.house_style()
def flow(steps, *, title: str, caption: str = "") -> Chart:
    """From everything logged to the cases of a figure: bars that narrow, and beside each what was taken out.

    Parameters
    ----------
    steps : (words, how many are left, words for those taken out here), the whole first
    """
    whole = steps[0][1]
    if not whole:
        return rows.nothing_to_draw(None, title, "Nothing is logged that these figures are counted from.")
    figure, axes = style.canvas(height=0.1 + 0.27 * len(steps))
    left = whole
    for y, (_, n, out) in enumerate(steps):
        style.box(axes, 0, -y - 0.34, n, 0.68, facecolor=style.BLUE if y == len(steps) - 1 else style.GRAY, linewidth=0)
        if left > n:
            told = "\n".join(textwrap.wrap(f"−{labels.number(left - n)} {out}", BESIDE))
            axes.annotate(told, (left, -y), (6, 0), textcoords="offset points", va="center", linespacing=0.95,
                          fontsize=style.SMALL, color=style.SOFT)  # fmt: skip
        left = n
    style.hide_frame(axes)
    axes.set_xlim(0, whole * 2.1)
    axes.set_ylim(-len(steps) + 0.4, 0.6)
    axes.set_xticks([])
    names = [f"{labels.number(n)} {words}".strip() for words, n, _ in steps]
    axes.set_yticks([-y for y in range(len(steps))], names, fontsize=style.SMALL + 0.5)
    axes.get_yticklabels()[-1].set_fontweight("bold")
    return Chart(
        figure,
        title,
        alt=f"Narrowing bars: {'; '.join(names)}.",
        caption=caption,
        data=pd.DataFrame([(words, n) for words, n, _ in steps], columns=["step", "n"]),
    )
