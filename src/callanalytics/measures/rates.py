"""From counts to the rows of a result: shares with Wilson intervals, plain counts, and the minimum sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.measures.card import Beside, Card, Count, Rate
from callanalytics.measures.tally import cells_of

SHARE_MINIMUM, INTERVAL_MINIMUM = 30, 10


@dataclass(frozen=True)
class Figures:
    """One kind of figure in every group: arrays as long as there are groups."""

    statistic: str
    unit: str
    of: str
    n: np.ndarray
    events: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    flag: np.ndarray
    reading: str = ""
    link: str = ""
    rule: str = ""


def share(statistic: str, events, n, of: str, **labels) -> Figures:
    """A share with its Wilson interval.

    From 30 on it stands for itself; from 10 on it is flagged ``small_n`` and its interval must be shown with it;
    below 10 the two counts are all there is.
    """
    events, n = np.asarray(events, "int64"), np.asarray(n, "int64")
    low, high = estimates.wilson(events, n)
    with np.errstate(invalid="ignore"):
        value = np.where(n > 0, events / np.maximum(n, 1), np.nan)
    flag = np.where(n >= SHARE_MINIMUM, "ok", np.where(n > 0, "small_n", "not_estimable"))
    value, low, high = (np.where(n >= INTERVAL_MINIMUM, v, np.nan) for v in (value, low, high))
    return Figures(statistic, "share", of, n, events, value, low, high, flag, **labels)


def number(statistic: str, events, n, of: str, **labels) -> Figures:
    """A count of what is in the log: always shown, and without an interval, for it was counted and not drawn."""
    events, n = np.asarray(events, "int64"), np.asarray(n, "int64")
    none = np.full(len(n), np.nan)
    return Figures(statistic, "count", of, n, events, events.astype(float), none, none, np.full(len(n), "ok"), **labels)


def from_card(card: Card, counted: pd.DataFrame, by) -> tuple[pd.DataFrame, None]:
    """The figures a card names, in each group."""
    codes, cells = cells_of(counted, by, card)
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.names}
    return long(card, cells, [f for row in card.rows for f in _figures(row, sums)]), None


def excluded_counts(card: Card, sums) -> list[Figures]:
    """The counts a card shows beside its figures."""
    return [f for row in card.rows if isinstance(row, Beside) for f in _figures(row, sums)]


def _figures(row, sums):
    if isinstance(row, Beside):
        yield number(row.count, sums[row.count], sums["n"], "all rows")
        return
    n, events = (sum(sums[name] for name in names.split(" + ")) for names in (row.n, row.events))
    if isinstance(row, Count):
        yield number(row.statistic, events, n, row.of, link=row.link)
    elif not row.optional or n.sum():
        yield share(row.statistic, events, n, row.of, reading=row.reading, link=row.link)


def long(card: Card, cells: pd.DataFrame, figures: list[Figures]) -> pd.DataFrame:
    """One row a group and figure: the figures of a group stand together, in the order given."""
    n_cells, n_figures = len(cells), len(figures)
    table = cells.iloc[np.repeat(np.arange(n_cells), n_figures)].reset_index(drop=True)
    for name in (*card.labels, "statistic", "unit", "of"):
        words = np.tile(np.array([getattr(f, name) or None for f in figures], object), n_cells)
        table[name] = pd.Series(words, dtype=object)
    for name in ("n", "events", "value", "low", "high", "flag"):
        columns = [np.asarray(getattr(f, name)) for f in figures]
        kind = {"n": "int64", "events": "int64", "flag": object}.get(name, float)
        table[name] = np.stack(columns, axis=1).reshape(-1).astype(kind) if columns else np.empty(0, kind)
    return table


__all__ = ["Beside", "Count", "Figures", "Rate", "excluded_counts", "from_card", "long", "number", "share"]
