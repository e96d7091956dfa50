"""Shares in a list, steps from all cases to some, and one finding counted in many ways."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from callanalytics import wording
from callanalytics.errors import InvalidRequest
from callanalytics.figures import rows, style
from callanalytics.figures.chart import Chart
from callanalytics.measures.definitions import INTERVAL_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import SHOWN_ONCE, Result, is_range
from callanalytics.measures.specifications import Specifications
from callanalytics.wording import in_calendar_words, plural

Share = Result | tuple[Result, str] | dict[str, Any]  # a result, one of its statistics, or a row of its table


@style.house_style()
def shares(results: Result | Mapping[str, Share], *, title: str, note: str = "", statistic: str = "rate") -> Chart:
    """One row for each share, with its 95% interval and its counts.

    Parameters
    ----------
    results : a Result split by one key, with a row for each value; or a dict from words for the row to a Result, a
        pair (Result, statistic), or a row of a result's table
        The statistic's first row is drawn: the default reading, with both ends.
    statistic : for results given without one

    Returns
    -------
    Chart
        Filled point: n of 30 or more; open: 10 to 29; under 10, counts alone.
    """
    first = None
    if isinstance(results, Result):
        first = results
        results, others = _by_value(results)
        note = " ".join(filter(None, (note, others)))
    known = Result | dict | tuple
    if not isinstance(results, dict) or not all(isinstance(each, known) for each in results.values()):
        raise InvalidRequest(
            "shares draws results",
            found=type(results).__name__,
            wanted="a result split by one key, or words for each row with its result",
            run='draw  {"Reached a person": callanalytics.measures.reach_rate(log.agency_calls)}',
        )
    table = pd.DataFrame([{"row": words} | share_of(result, statistic) for words, result in results.items()])
    parts = [r[0] if isinstance(r, tuple) else r for r in results.values() if not isinstance(r, dict)]
    if parts:  # name only the part of the log that all rows share
        common = tuple(each for each in parts[0].selected if all(each in part.selected for part in parts))
        first = replace(parts[0], selected=common)
    if not len(table) or not table["n"].sum():
        return rows.nothing_to_draw(first, title, "Nothing is on record yet from which to count these shares.")
    figure, axes = style.canvas(height=0.45 + 0.24 * len(table))
    for i, share in enumerate(table.to_dict("records")):
        draw(axes, -float(i), share)
    axes.set_yticks([-float(i) for i in range(len(table))], table["row"])
    axes.set_ylim(-len(table) + 0.4, 0.6)
    draw_axis(axes)
    listed = "; ".join(f"{share['row']}: {share_label(share)}" for share in table.to_dict("records"))
    has_two = any(is_range(share) for share in table.to_dict("records"))
    thick = "Thick line: from the confirmed count to the highest possible." if has_two else ""
    key = (
        f"Share with 95% interval. Open point: fewer than {SHARE_MINIMUM}; under {INTERVAL_MINIMUM}, the counts alone."
    )
    words = (key, thick, note)
    caption = rows.caption(first, *words) if first is not None else " ".join(filter(None, words))
    return Chart(figure, title, alt=f"Shares with intervals: {listed}.", caption=caption, data=table)


COUNTED = 1e-6  # a share that differs more from events / n was not counted


def _by_value(result: Result) -> tuple[dict[str, Result], str]:
    """The result for each value of the one key it is split by, and a sentence on waits that are in none."""
    keys = [key for key in result.by if key != "wait_origin"]
    if len(keys) != 1:
        raise InvalidRequest(
            "shares draws a row for each value of one key",
            found=f"{result.card.name}, split by {', '.join(keys) or 'nothing'}",
            run=f'draw  callanalytics.measures.{result.card.name}(..., by="{result.card.keys[-1]}")',
        )
    result, _, others = rows.one_clock(result) if "wait_origin" in result.by else (result, "", "")
    table, (key,) = result.table, keys
    parts = {value: replace(result, table=table[table[key] == value]) for value in table[key].dropna().unique()}
    return {in_calendar_words(key, value): part for value, part in parts.items()}, others


def share_of(result, statistic: str = "rate") -> dict:
    """The share by which a result is quoted, as a dict: n, events, low, high, and the upper end if there is one."""
    if isinstance(result, tuple):
        result, statistic = result
    row = result if isinstance(result, dict) else rows.headline(result, statistic)
    value, n = row.get("value", float("nan")), row["n"]
    if n and abs(value - row["events"] / n) > COUNTED:
        raise InvalidRequest(
            f"shares draws shares that are counted; {statistic} is estimated from waits of at least so long",
            run="draw  answered_within_60min,  or the curve:  callanalytics.figures.chance_by_minutes",
        )
    return {name: row[name] for name in ("n", "events", "low", "high", "most", "most_n") if name in row}


def draw(axes, y: float, share) -> None:
    """Draw one share at height `y`: its interval, its point (a thick line if it has two ends), and its counts."""
    n = int(share["n"])
    if n >= INTERVAL_MINIMUM:
        style.whisker(axes, y, share["low"], share["high"], color=style.BLUE, across=True)
        if is_range(share):
            style.bar(axes, y, share["events"] / n, share["most"] / share["most_n"], across=True)
        else:
            style.dot(axes, share["events"] / n, y, is_open=n < SHARE_MINIMUM)
    axes.text(1.03, y, share_label(share), va="center", fontsize=style.SMALL)


def share_label(share) -> str:
    """The share in words: a percentage with counts from 30 up, counts alone below that."""
    if not share["n"]:
        return "none so far"
    if share["n"] < SHARE_MINIMUM or not share.get("most", share["events"]):
        return wording.cases(share)
    return f"{wording.percents(share)}  ({wording.cases(share)})"


def draw_axis(axes) -> None:
    """Set the axis from 0 to 100%, with vertical grid lines."""
    axes.set_xlim(0, 1)
    style.percents(axes.xaxis, 4)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


CALL, CALLBACK = wording.words_for("steps_of_a_call"), wording.words_for("steps_of_a_callback")


@style.house_style()
def funnel(result: Result, *, title: str = "How far does a call get?") -> Chart:
    """Plain bars: how many logged calls got to each step, and how many promised callbacks did.

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
    callback = {step: result.agency.fill(words) for step, words in CALLBACK.items()}
    for steps in (CALL, callback):
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
    axes.set_yticks([height for height, _, _ in ticks], [words for _, words, _ in ticks])
    for tick, (_, _, is_whole) in zip(axes.get_yticklabels(), ticks, strict=True):
        tick.set_fontweight("bold" if is_whole else "normal")
    caption = rows.caption(
        result,
        f"{wording.number(counts.get('dialed', 0))} logged calls in live hours, and "
        f"{wording.number(counts.get('promised', 0))} promised callbacks, including those not yet due or without "
        "complete records: counts of what was logged, with their share of all calls or callbacks; no rates.",
        SHOWN_ONCE,
    )
    alt = f"Bars, one a step. {_steps_in_words(CALL, counts)}. {_steps_in_words(callback, counts)}."
    return Chart(figure, title, alt, caption, result.table.assign(step=result.table["step"].map(CALL | callback)))


def _draw_step(axes, y, count, whole, *, is_whole):
    style.box(axes, 0, y - 0.36, count, 0.72, facecolor=style.BLUE if is_whole else style.SKY, linewidth=0)
    share = f"  ({wording.percent(count / whole)})" if whole >= SHARE_MINIMUM and not is_whole else ""
    style.label(axes, f"{wording.number(count)}{share}", (count, y), (5, 0), va="center")


def _steps_in_words(steps, counts):
    return ", ".join(f"{words} {wording.number(counts.get(step, 0))}" for step, words in steps.items())


BESIDE = 50  # characters on a line of the text next to a bar


@style.house_style()
def flow(steps: Sequence[tuple[str, int, str]], *, title: str, caption: str = "") -> Chart:
    """From everything logged to the cases of a figure: bars that narrow, each with a note on what was taken out.

    Parameters
    ----------
    steps : (words, how many are left, words for those taken out here), starting with the whole
    """
    if not isinstance(steps, list | tuple) or not steps or not all(len(step) == 3 for step in steps):
        raise InvalidRequest(
            "flow draws steps",
            found=type(steps).__name__,
            wanted="(words, how many are left, words for those taken out) for each, the whole first",
        )
    whole = steps[0][1]
    if not whole:
        return rows.nothing_to_draw(None, title, "Nothing is logged that these figures are counted from.")
    figure, axes = style.canvas(height=0.1 + 0.27 * len(steps))
    left = whole
    for y, (_, n, out) in enumerate(steps):
        style.box(axes, 0, -y - 0.34, n, 0.68, facecolor=style.BLUE if y == len(steps) - 1 else style.GRAY, linewidth=0)
        if left > n:
            label = "\n".join(textwrap.wrap(f"−{wording.number(left - n)} {out}", BESIDE))
            style.label(axes, label, (left, -y), (6, 0), va="center", linespacing=0.95, color=style.SOFT)
        left = n
    style.hide_frame(axes)
    # The words next to the bars take half of the width
    axes.set_xlim(0, whole * 2.1)
    axes.set_ylim(-len(steps) + 0.4, 0.6)
    axes.set_xticks([])
    names = [f"{wording.number(n)} {words}".strip() for words, n, _ in steps]
    axes.set_yticks([-y for y in range(len(steps))], names, fontsize=style.SMALL + 0.5)
    axes.get_yticklabels()[-1].set_fontweight("bold")
    table = pd.DataFrame(list(steps), columns=["step", "left", "why"])
    table["taken_out"] = -table["left"].diff().fillna(0).astype(int)
    alt = f"Narrowing bars: {'; '.join(names)}."
    return Chart(figure, title, alt, caption, table[["step", "why", "taken_out", "left"]])


ROW = 0.17  # inches for each answer


@style.house_style()
def specification_curve(taken: Specifications, *, title: str = "") -> Chart:
    """The specifications of a finding, smallest figure first.

    Parameters
    ----------
    taken : ``specifications.curve`` of a finding

    Returns
    -------
    Chart
            Above: the figure with its 95 % interval, the headline in black; the band is the headline's interval. Below:
            a mark where a specification gives that answer.
    """
    if not isinstance(taken, Specifications):
        raise InvalidRequest(
            "specification_curve draws the specifications of a finding",
            found=type(taken).__name__,
            run='draw  callanalytics.measures.specifications.curve(log, "wait")',
        )
    if taken.headline["value"] != taken.headline["value"]:
        # Every other way of counting has too few as well
        n, of_what = wording.number(taken.headline["n"]), taken.finding.title
        says = f"Too few cases for the {of_what} ({n}), so it cannot be counted in other ways."
        return rows.nothing_to_draw(taken, title or "Does it depend on how one counts?", says)
    table = taken.table[taken.table["value"].notna()]
    scale = 60 if taken.finding.unit == "s" else 1 / 100
    asked = [name for name in taken.questions if len(taken.answers[name]) > 1]
    answers = [(name, answer) for name in asked for answer in taken.answers[name]]
    height, parts = 1.7 + ROW * len(answers), {"height_ratios": [1.5, 0.2 + ROW * len(answers)]}
    figure, (above, below) = style.canvas(height=height, rows=2, sharex=True, gridspec_kw=parts)
    _draw_figures(above, table, taken.headline, scale)
    above.set_ylabel("minutes" if taken.finding.unit == "s" else "%")
    for y, (name, answer) in enumerate(answers):
        given = [x for x, value in enumerate(table[name]) if value == answer]
        below.plot(given, [-y] * len(given), "|", color=style.INK, markersize=6, markeredgewidth=1.0)
    names = [f"{name}: {answer}" for name, answer in answers]
    below.set_yticks([-y for y in range(len(answers))], names, fontsize=style.SMALL)
    below.set_ylim(-len(answers) + 0.4, 0.6)
    below.grid(False)
    below.tick_params(length=0, labelbottom=False)
    held = int(table["holds"].sum())
    lost = len(taken.table) - len(table)
    alt = (
        f"{plural(len(table), 'specification')} of the {taken.finding.title}, from "
        f"{table['value'].min() / scale:.0f} to {table['value'].max() / scale:.0f}; {held} lie inside the headline's "
        "interval."
    )
    caption = rows.caption(
        taken,
        f"{plural(len(table), 'way')} of counting the {taken.finding.title}; the headline in black, its 95% "
        f"interval as a band; {wording.number(held)} lie inside it. Bounds have no interval of their own.",
        f"Not drawn, since too few calls are left or the figure is not reached: {lost}." if lost else "",
    )
    title = title or f"Does it depend on how one counts? The {taken.finding.title}"
    data, name = table.assign(unit=taken.finding.unit), f"Ways to count ({taken.finding.name})"
    return Chart(figure, title, alt, caption, data, name=name)


def _draw_figures(axes, table, headline, scale):
    low, high = (headline["value"] if limit != limit else limit for limit in (headline["low"], headline["high"]))
    axes.axhspan(low / scale, high / scale, color=style.BLUE, alpha=0.15, linewidth=0)
    for x, row in enumerate(table.itertuples()):
        color = style.INK if row.is_headline else style.BLUE if row.holds else style.VERMILION
        if row.low == row.low and row.high == row.high:
            style.whisker(axes, x, row.low / scale, row.high / scale, color=color)
        axes.plot([x], [row.value / scale], "s" if row.is_headline else "o", markersize=3.2, color=color, zorder=4)
    axes.set_xlim(-1, len(table))
    # `scale` is one minute or one percent, which gives the axis some height if every figure is 0.
    axes.set_ylim(0, 1.08 * max(*table["high"].dropna(), *table["value"], scale) / scale)
    axes.tick_params(axis="x", length=0, labelbottom=False)
