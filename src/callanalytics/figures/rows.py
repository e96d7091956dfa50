"""What the charts read from a result: rows of its long table, and the words that stand under a drawing."""

from __future__ import annotations

from callanalytics import estimates, measures
from callanalytics.figures import labels
from callanalytics.invented import LABEL

MINIMUM_MEDIAN, MINIMUM_REACHED = 20, 10  # calls, and of these calls that reached a person
MINIMUM_SHARE, MINIMUM_INTERVAL = 30, 10  # below 30 "k of n" with its interval, below 10 without
SHOWN = ("ok", "one_sided", "dominated")  # flags of a figure that may be shown


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


HEADLINE = {"wait_from": "dial", "reading": "default", "link": "certain"}


def headline(result, statistic: str, **keys) -> dict:
    """The one row a result is quoted with: waits from dialling, the default reading, certain links.

    `keys` choose the cell, and may ask for another reading or link.
    """
    found = pick(result, statistic, **keys)
    for name, value in HEADLINE.items():
        if name in found.columns and name not in keys:
            found = found[found[name].isna() | (found[name] == value)]
    return found.iloc[0].to_dict() if len(found) else dict(EMPTY)


# What is said of a cell in which nothing was counted.
EMPTY = {"n": 0, "events": 0, "value": float("nan"), "low": float("nan"), "high": float("nan"), "flag": "not_estimable"}


def coarsened(result, statistic: str):
    """The result in cells that are large enough for two thirds of the chart, and the sentence that says so."""
    coarser = measures.coarsen(result, statistic)
    joined = set(coarser.by) - set(result.by)
    if not joined:
        return coarser, ""
    fine = "hours" if joined & {"block", "block_local"} else "months"
    said = f"By {joined.pop().removesuffix('_local')}, since fewer than two thirds of the {fine} have enough cases."
    return coarser, said


def caption(result, *sentences: str) -> str:
    """The sentences given, the day the figure is seen from, where the rows measured know it, and whether they are
    invented."""
    told = [s.strip() for s in sentences if s and s.strip()]
    seen = f"As of {labels.day(result.as_of)}." if result.as_of else ""
    return " ".join(filter(None, [*told, seen, LABEL if result.is_invented else ""]))


def counted(n: int) -> str:
    """A count of events with its interval (Garwood), for a caption.

    >>> counted(57)
    '57 (95% interval 43–74)'
    """
    low, high = estimates.garwood(n)
    return f"{labels.number(n)} (95% interval {low:,.0f}–{high:,.0f})"


def pick_all(result, statistics) -> list[dict]:
    """One row for each of several statistics, in the order asked for."""
    return [headline(result, statistic) | {"statistic": statistic} for statistic in statistics]
