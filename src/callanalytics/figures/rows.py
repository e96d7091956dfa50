"""What the charts read from a result: rows of its long table, and the words that stand under a drawing."""

from __future__ import annotations

import textwrap

import pandas as pd

from callanalytics import measures
from callanalytics.errors import CallLogError
from callanalytics.facts.dials import WAITS_NAMED
from callanalytics.figures import labels, style
from callanalytics.figures.chart import Chart
from callanalytics.invented import LABEL
from callanalytics.measures.result import Result, joined_ends

SHOWN = ("ok", "one_sided", "dominated")  # flags of a figure that may be shown


# What stands for a key in coarser cells: a figure of months takes quarters as well.
OWN = ("wait_from", "week", "state", "step")  # keys that a measure has by itself
FINE = {"block": "hour", "quarter": "month", "year": "month"}


def require(result, figure: str, measure: str, *shapes: tuple[str, ...]) -> None:
    """Refuse what a figure cannot draw: something else than a result, another measure, or another split.

    `shapes` are the keys by which the measure may be split; the start of the clock and the week are no choice of the
    reader's and do not count, and coarser cells stand for finer ones. The message names the ``by=`` to use.
    """
    wanted = " or ".join(f"by={_typed(shape)}" if shape else "not split" for shape in shapes)
    call = f"callanalytics.measures.{measure}(..., by={_typed(shapes[0])})" if shapes[0] else (
        f"callanalytics.measures.{measure}(...)"
    )  # fmt: skip
    if not isinstance(result, measures.Result):
        raise CallLogError(
            f"{figure} draws the result of a measure", found=type(result).__name__, wanted=f"{measure}, {wanted}",
            do=f"draw  {call}",
        )  # fmt: skip
    if result.card.name != measure:
        raise CallLogError(
            f"{figure} cannot draw {result.card.name}", wanted=f"{measure}, {wanted}", do=f"draw  {call}"
        )
    keys = {_fine(key) for key in result.by if key not in OWN}
    if keys not in [set(shape) for shape in shapes]:
        raise CallLogError(
            f"{figure} cannot draw {measure} split like this",
            found=f"by={_typed(tuple(key for key in result.by if key not in OWN))}",
            wanted=wanted,
            do=f"draw  {call}",
        )


def _fine(key: str) -> str:
    name = key.removesuffix("_local")
    return FINE[name] + key[len(name) :] if name in FINE else key


def _typed(keys: tuple[str, ...]) -> str:
    """Keys as they are typed.

    >>> _typed(("month",)), _typed(("weekday", "hour")), _typed(())
    ('"month"', '("weekday", "hour")', '()')
    """
    if len(keys) == 1:
        return f'"{keys[0]}"'
    return "(" + ", ".join(f'"{key}"' for key in keys) + ")"


MOST_LINES = 6
CHARACTERS = 100  # of a line across a drawing


def one_clock(result, wait_from: str | None = None):
    """The waits of one moment alone, that moment, and a sentence on those that run from another and are not drawn."""
    waits = measures.waits_by_clock(result)
    clock = wait_from or measures.clock_of(result)
    others = [f"{labels.many(n, 'wait')} {WAITS_NAMED[other]}" for other, n in waits.items() if n and other != clock]
    return measures.of_one_clock(result, clock), clock, f"Not drawn: {'; '.join(others)}." if others else ""


def groups_of(result, time: str = "") -> tuple[str, list]:
    """The key, beside that of time, by which a result is split, and its values; ("", [None]) where there is none."""
    fine = [key for key in result.by if key != "wait_from" and _fine(key).removesuffix("_local") != time]
    if not fine:
        return "", [None]
    values = [value for value in dict.fromkeys(result.table[fine[0]]) if not pd.isna(value)]
    if len(values) > MOST_LINES:
        raise CallLogError(
            f"{len(values)} lines in one drawing cannot be told apart", found=f"by {fine[0]}", wanted="up to six",
            do="measure the rows of those that matter",
        )  # fmt: skip
    return fine[0], values


def nothing_to_draw(result: Result | None, title: str, says: str, caption_: str = "") -> Chart:
    """A chart in which nothing would stand: the sentence that says so, and what it takes, in its place."""
    lines = textwrap.wrap(says, CHARACTERS)
    figure, axes = style.canvas(height=0.25 + 0.17 * len(lines))
    axes.set_axis_off()
    axes.text(0, 0.5, "\n".join(lines), va="center", transform=axes.transAxes)
    data = pd.DataFrame({"n": [0]}) if result is None else result.table
    text = caption(result, caption_) if result is not None else caption_
    return Chart(figure, title, alt=says, caption=text, data=data, says=says)


def pick(result, statistic: str, **keys):
    """The rows of one statistic; a key the table does not have is no restriction.

    A figure is drawn of one reading, one kind of link and one start of the clock: those never mix.
    """
    table = result.table
    rows = table[table["statistic"] == statistic]
    for name, value in keys.items():
        if name in rows.columns:
            rows = rows[rows[name] == value]
    return rows


def headline(result, statistic: str, **keys) -> dict:
    """The one row a result is quoted with: the clock of most waits, the default reading, and both ends of a share that
    hangs on whose a ring was (``measures.ends``).

    `keys` choose the cell, and may ask for another reading, one link or another clock (``wait_from``).
    """
    found = pick(result, statistic, **keys)
    for name, value in {"reading": "default", "wait_from": measures.clock_of(result)}.items():
        if name in found.columns and name not in keys:
            found = found[found[name].isna() | (found[name] == value)]
    return joined_ends(found.iloc[:2]) if len(found) else dict(EMPTY)


# What is said of a cell in which nothing was counted.
EMPTY = {"n": 0, "events": 0, "value": float("nan"), "low": float("nan"), "high": float("nan"), "flag": "not_estimable"}


def coarsened(result, statistic: str):
    """The result in cells that are large enough for two thirds of the chart, and the sentence that says so."""
    coarser = measures.coarsen(result, statistic)
    joined = set(coarser.by) - set(result.by)
    if not joined:
        return coarser, ""
    fine = "hours" if joined & {"block", "block_local"} else "months"
    why = f"By {joined.pop().removesuffix('_local')}, since fewer than two thirds of the {fine} have enough cases."
    return coarser, why


def caption(result, *sentences: str) -> str:
    """The sentences given, the day the figure is seen from, where the rows measured know it, and whether they are
    invented."""
    kept = [s.strip() for s in sentences if s and s.strip()]
    seen = f"As of {labels.day(result.as_of)}." if result.as_of else ""
    return " ".join(filter(None, [*kept, seen, LABEL if result.is_invented else ""]))


def pick_all(result, statistics) -> list[dict]:
    """One row for each of several statistics, in the order asked for."""
    return [headline(result, statistic) | {"statistic": statistic} for statistic in statistics]
