"""Cells too small to say anything are joined by a fixed ladder: hour to block, month to quarter.

The counts add up, so a joined cell is estimated anew from the counts of its parts; medians are never averaged.
A chart goes one step coarser when fewer than two thirds of its cells reach the minimum, never by how it looks.
"""

from __future__ import annotations

import pandas as pd

from callanalytics import estimates
from callanalytics.figures import rows, timeline

HOURS = tuple((h, h + 1) for h in range(8, 20))
BLOCKS = ((8, 10), (10, 14), (14, 17), (17, 20))
ENOUGH = 2 / 3
SHOWN = ("ok", "one_sided", "dominated")


def of_waits(result, wait_from: str):
    """Median wait by weekday and hour, or block; and the spans of the day that were used."""
    slots = pd.DataFrame(
        [(weekday, start, end) for weekday in range(1, 6) for start, end in HOURS], columns=["weekday", "start", "end"]
    )
    medians = rows.pick(result, "median", wait_from=wait_from).rename(columns={"hour": "start"})
    cells = _filled(slots, medians, ["weekday", "start"])
    if _is_enough(cells):
        return cells, HOURS
    curve = _counts(result, wait_from)
    block = {h: b for b in BLOCKS for h in range(*b)}
    curve = curve[curve["hour"].isin(block) & curve["weekday"].between(1, 5)]
    curve = curve.assign(start=[block[h][0] for h in curve["hour"]])
    slots = slots.assign(start=[block[h][0] for h in slots["start"]], end=[block[h][1] for h in slots["start"]])
    return _filled(slots.drop_duplicates(), medians_of(curve, ["weekday", "start"]), ["weekday", "start"]), BLOCKS


def of_waits_in_time(result, wait_from: str):
    """Median wait by month, or quarter; the axis of slots and how many months a slot holds."""
    medians = rows.pick(result, "median", wait_from=wait_from)
    medians = medians[medians["month"].notna()]
    axis = timeline.months(int(medians["month"].min()), int(medians["month"].max())) if len(medians) else [200001]
    cells = _filled(pd.DataFrame({"month": axis}), medians, ["month"])
    if _is_enough(cells):
        return cells, axis, 1
    curve = _counts(result, wait_from)
    curve = curve[curve["month"].notna()]
    curve = curve.assign(month=[timeline.quarter(int(m)) for m in curve["month"]])
    axis = sorted({timeline.quarter(m) for m in axis})
    return _filled(pd.DataFrame({"month": axis}), medians_of(curve, ["month"]), ["month"]), axis, 3


def of_shares_in_time(shares, axis: list[int]):
    """Shares by month, or quarter: n and events added up, Wilson intervals anew."""
    if (shares["n"] >= rows.MINIMUM_SHARE).mean() >= ENOUGH or not len(shares):
        return shares, axis, 1
    joined = shares.assign(month=[timeline.quarter(m) for m in shares["month"]])
    keys = [c for c in ("urgency", "month") if c in joined]
    joined = joined.groupby(keys, as_index=False)[["n", "events"]].sum()
    joined["value"] = joined["events"] / joined["n"]
    joined["low"], joined["high"] = estimates.wilson(joined["events"], joined["n"])
    return joined, sorted({timeline.quarter(m) for m in axis}), 3


def medians_of(counts, keys: list[str]):
    """Kaplan-Meier medians of cells made of a count table: keys, t_s, reached, lost."""
    cells = counts[keys].drop_duplicates().sort_values(keys).reset_index(drop=True)
    which = counts[keys].merge(cells.assign(cell=range(len(cells))), how="left")["cell"]
    curves = estimates.kaplan_meier(which, counts["t_s"], counts["reached"], counts["lost"], n_cells=len(cells))
    cells["value"], cells["low"], cells["high"] = curves.quantile(0.5)
    sums = counts.assign(cell=which.to_numpy()).groupby("cell")[["reached", "lost"]].sum()
    cells["n"], cells["events"] = sums.sum(axis=1), sums["reached"]
    few = (cells["n"] < rows.MINIMUM_MEDIAN) | (cells["events"] < rows.MINIMUM_REACHED)
    cells["flag"] = "ok"
    cells.loc[cells["high"].isna(), "flag"] = "one_sided"
    cells.loc[cells["value"].isna(), "flag"] = "not_estimable"
    cells.loc[few, "flag"] = "small_n"
    return cells


def _counts(result, wait_from):
    curve = result.curve[result.curve["wait_from"] == wait_from]
    return curve.assign(lost=curve["gave_up"] + curve["cut_off"])


def _filled(slots, cells, keys):
    """Every slot with its cell; a slot nobody called in has n 0."""
    wanted = [*keys, "n", "events", "value", "low", "high", "flag"]
    full = slots.merge(cells[wanted], on=keys, how="left")
    full[["n", "events"]] = full[["n", "events"]].fillna(0).astype(int)
    full["flag"] = full["flag"].fillna("small_n")
    full["is_shown"] = full["flag"].isin(SHOWN) & full["value"].notna()
    return full


def _is_enough(cells):
    return cells["is_shown"].mean() >= ENOUGH
