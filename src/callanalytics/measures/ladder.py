"""Coarser cells when too few of them have enough calls: a fixed ladder, so that nobody chooses the cut by its result.

hour -> block (8-10, 10-14, 14-17, 17-20)    month -> quarter -> year    office -> all
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from callanalytics.measures.result import Result
from callanalytics.measures.tally import add_up
from callanalytics.measures.wait_clock import clock_of

ENOUGH = 2 / 3
BLOCKS = (0, 8, 10, 14, 17, 20, 24)
OPEN_HOURS, OPEN_DAYS = range(8, 20), range(1, 6)  # live hours: Monday to Friday, 8 to 20 Eastern


def block(hour: int) -> str:
    """The block of the day an hour belongs to; written so that blocks sort as the day goes.

    >>> [block(h) for h in (7, 8, 13, 19)]
    ['00-08', '08-10', '10-14', '17-20']
    """
    i = int(np.searchsorted(BLOCKS, hour, side="right"))
    return f"{BLOCKS[i - 1]:02d}-{BLOCKS[i]:02d}"


def _quarter(month: int) -> str:
    return f"{month // 100} Q{(month % 100 + 2) // 3}"


STEPS = tuple(
    (f"{fine}{clock}", coarse and f"{coarse}{clock}", how)
    for fine, coarse, how in (
        ("hour", "block", block),
        ("month", "quarter", _quarter),
        ("quarter", "year", lambda quarter: int(quarter[:4])),
        ("office", "", None),
    )
    for clock in (("", "_local") if fine != "office" else ("",))
)
SAID = {
    "hour": "hours are joined to blocks (8-10, 10-14, 14-17, 17-20)",
    "month": "months are joined to quarters",
    "quarter": "quarters are joined to years",
    "office": "offices are joined",
}


def coarsen(result: Result, statistic: str = "") -> Result:
    """The same figures in coarser cells, until two thirds of the open cells reach the minimum sample.

    Parameters
    ----------
    result : a measure's result, with its keys
    statistic : whose flags decide; the measure's first estimate (median, rate ...) if not said

    Returns
    -------
    Result
        The result itself where enough cells reach the minimum, or where no step is left; else with the keys
        ``block``, ``quarter`` or ``year`` in place of ``hour`` and ``month``, and a caveat that says so.

    Notes
    -----
    Counts add up, so the coarser figures are made of the same counts and are exact, not averages of finer figures.
    """
    statistic = statistic or _headline(result)
    for key, coarse, how in STEPS:
        if result.tally is None or key not in result.by or share_of_cells(result, statistic) >= ENOUGH:
            continue
        result = _step(result, key, coarse, how, statistic)
    return result


def _headline(result):
    """The first estimate of a result; counts are always shown and never need coarser cells."""
    estimates = result.table.loc[result.table["unit"] != "count", "statistic"]
    return estimates.iloc[0] if len(estimates) else "count"


def share_of_cells(result: Result, statistic: str) -> float:
    """Share of the open cells whose figure reaches the minimum; a cell in which nothing happened does not.

    Where a result has several rows a cell, those of the headline count: waits of the clock that leads, certain
    links, the default reading. Open cells: live hours for ``hour`` and ``weekday``, else what occurs in the log.
    """
    rows = result.table[result.table["statistic"] == statistic]
    for label, headline in (("wait_from", clock_of(result)), ("link", "certain"), ("reading", "default")):
        if label in rows and (rows[label] == headline).any():
            rows = rows[rows[label] == headline]
    keys = [key for key in result.by if key != "wait_from"]
    # A group in which nothing is counted (urgency unknown, a month not yet due) is no open cell.
    rows = rows[rows["n"] > 0]
    if not keys or not len(rows):
        return 1.0
    reached = {tuple(cell) for cell in rows.loc[rows["flag"].isin(["ok", "one_sided"]), keys].astype(object).to_numpy()}
    cells = set(product(*(_open_values(rows[key], key) for key in keys)))
    return len(reached & cells) / len(cells) if cells else 1.0


def _open_values(column, key):
    if key == "hour":
        return OPEN_HOURS
    if key == "block":
        return [block(h) for h in (8, 10, 14, 17)]
    if key == "weekday":
        return OPEN_DAYS
    return column.dropna().unique().tolist()


def _step(result, key, coarse, how, statistic):
    by = tuple(dict.fromkeys(coarse if k == key else k for k in result.by if k != key or coarse))
    counted = result.tally
    if coarse:
        distinct = {v: how(v) for v in counted[key].dropna().unique()}
        joined = pd.Series([distinct.get(v) if pd.notna(v) else None for v in counted[key]], index=counted.index)
        counted = counted.assign(**{coarse: joined.astype("Int64") if coarse.startswith("year") else joined})
    kept = [c for c in counted.columns if c not in (key, *result.card.names)]
    # The keys first and in the result's order: that is the order of its rows.
    counted = add_up(counted, [*by, *(c for c in kept if c not in by)], result.card)
    table, curve = result.estimate(result.card, counted, by)
    share = share_of_cells(result, statistic)
    said = f"Only {share:.0%} of the cells have enough {result.card.noun}, so {SAID[key.removesuffix('_local')]}."
    return replace(result, by=by, table=table, curve=curve, tally=counted, caveats=(said, *result.caveats))
