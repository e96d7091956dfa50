"""Do months differ by more than chance? Then an interval that takes every case as independent is too narrow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.estimates.intervals import OVER_DISPERSED
from callanalytics.measures.rates import INTERVAL_MINIMUM, Figures
from callanalytics.measures.tally import cells_of

FEWEST_DF = 8  # degrees of freedom below which the figure is flagged (NCHS, rates and counts, 2023)


@dataclass(frozen=True)
class Months:
    """Of each group: Pearson's X² over its degrees of freedom, these, and whether it calls for a wider interval."""

    ratio: np.ndarray
    df: np.ndarray

    @property
    def wide(self) -> np.ndarray:
        with np.errstate(invalid="ignore"):
            return self.ratio > OVER_DISPERSED

    def figure(self, n, events, of: str, **labels) -> Figures:
        """The dispersion as a row."""
        none = np.full(len(n), np.nan)
        flag = np.where(np.isnan(self.ratio), "not_estimable", np.where(self.df >= FEWEST_DF, "ok", "small_n"))
        return Figures("dispersion", "index", of, n, events, self.ratio, none, none, flag, **labels)

    def of_share(self, figure: Figures) -> Figures:
        """A share with Wilson's interval of as many cases as months leave: n over the dispersion."""
        worth = np.where(self.wide, self.ratio, 1.0)
        low, high = estimates.wilson(figure.events / worth, figure.n / worth)
        shown = self.wide & (figure.n >= INTERVAL_MINIMUM)
        return replace(figure, low=np.where(shown, low, figure.low), high=np.where(shown, high, figure.high))


def between_months(counted: pd.DataFrame, by, codes, events: str, exposure: str, card, why=()) -> Months:
    """How much months differ in each group; rows without a month say nothing, nor do counts joined to quarters.

    `why` are keys that only an event has: the exposure of a group is that of all of them.
    """
    n_cells = int(codes.max()) + 1 if len(codes) else 0
    if "month" not in counted:
        return Months(np.full(n_cells, np.nan), np.zeros(n_cells, int))
    groups, wholes = cells_of(counted, [key for key in by if key not in why], card)
    dated = counted["month"].notna().to_numpy()
    month, months = pd.factorize(counted["month"].to_numpy("int64", na_value=0))
    shape = len(months) or 1

    def table(of, n, name):
        values = np.where(dated, counted[name].to_numpy(), 0)
        return np.bincount(of * shape + month, values, n * shape).reshape(n, shape)

    x, whole = table(codes, n_cells, events), table(groups, len(wholes), exposure)
    _, first = np.unique(codes, return_index=True)
    found = [estimates.dispersion(a, b) for a, b in zip(x, whole[groups[first]], strict=True)]
    return Months(np.array([f.ratio for f in found], float), np.array([f.df for f in found], int))


def dispersion_caveats(result) -> tuple[str, ...]:
    """Where months differ much more than chance makes them, and what follows for the intervals."""
    rows = result.table[result.table["statistic"] == "dispersion"]
    wide = rows[rows["value"] > OVER_DISPERSED]
    if not len(wide):
        return ()
    return (
        f"In {len(wide)} of {len(rows)} groups months differ {OVER_DISPERSED:g} times as much as chance alone makes "
        f"them on average, or more (dispersion up to {wide['value'].max():.1f}): there the rate has an "
        "interval as wide as the months differ.",
    )
