"""The wait of a fixed mix of hours: each part of the week estimated by itself, then weighed, not thrown together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.errors import CallLogError
from callanalytics.estimates import Estimate
from callanalytics.measures.ladder import OPEN_HOURS
from callanalytics.measures.result import Result
from callanalytics.measures.wait_clock import clock_of
from callanalytics.measures.wait_figures import REACHED_MINIMUM

STARTS = np.array([8, 10, 14, 17])  # of the parts of the day
N_PARTS = len(STARTS) + 1  # the last: too thin, or without an hour


def standardized_wait(result: Result, wait_from: str | None = None) -> Estimate:
    """Median of the wait, hang-ups judged within each part of the day, parts weighed as the calls are spread.

    One curve of all hours takes it that callers of every hour hold equally long. Where those of a slow hour give up
    sooner, or later, it is wrong (41 minutes where 30 is true); a curve of each part, weighed, is not.

    Parameters
    ----------
    result : ``wait`` by hour
    wait_from : the moment from which the waits run; that of most of them (:func:`clock_of`) if not given

    Returns
    -------
    Estimate
        [s]; not estimable where the last caller was lost before half were through.

    Notes
    -----
    :math:`S(t) = \\sum_c w_c S_c(t)` over the parts of the day (8-10, 10-14, 14-17, 17-20 Eastern), its limits log-log
    of :math:`\\sum_c w_c^2 \\mathrm{se}_c^2` and the error of the mix itself.

    References
    ----------
    .. [1] K. Rothman, S. Greenland, T. Lash, Modern Epidemiology, 3rd ed. (2008), chapter 3.

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> rows = [(hour, 60 * (10 + hour + i)) for hour in (9, 12, 15, 18) for i in range(150)]
    >>> dials = pd.DataFrame(rows, columns=["hour", "wait_s"])
    >>> dials = dials.assign(wait_kind="reached", wait_from="dial", time_of="start", clock_flag=None)
    >>> found = standardized_wait(wait(dials, by="hour"))
    >>> print(f"{found.value / 60:.0f} minutes, n {found.n}")
    98 minutes, n 600
    """
    if {key for key in result.by if key != "wait_from"} != {"hour"} or result.curve is None:
        raise CallLogError(
            f"{result.card.name} is split by {', '.join(result.by) or 'nothing'}",
            wanted="the wait, split by hour",
            do='take the measure by="hour"',
        )
    rows = result.curve[result.curve["wait_from"] == (wait_from or clock_of(result))]
    lost = (rows["gave_up"] + rows["cut_off"]).to_numpy()
    waits = Waits(np.zeros(len(rows), int), rows["hour"], rows["t_s"].to_numpy(), rows["reached"].to_numpy(), lost)
    n = int((rows["reached"] + rows["gave_up"] + rows["cut_off"]).sum())
    value, low, high = waits.medians(1)[:, 0].tolist()
    if np.isnan(value):
        why = "the last caller was lost before half were through" if n else "no wait was noted"
        return estimates.intervals.unknown(n, "calls", why)
    flag = "one_sided" if np.isnan(low) or np.isnan(high) else "ok"
    return Estimate(value, low, high, n, "calls", "judged within each part of the day, log-log", flag=flag)


@dataclass(frozen=True)
class Waits:
    """A count table of waits: of each row its cell, the hour of its calls, the wait, and how many ended how.

    Callers of busy hours hang up sooner, so hang-ups are judged against callers of the same hours: one curve for each
    part of the day, weighed as the calls are spread over the parts. A part in which fewer than ten calls reached a
    person is too thin for a curve of its own: such parts, and calls without an hour, are one.
    """

    cell: np.ndarray
    hour: pd.Series
    wait_s: np.ndarray
    reached: np.ndarray
    lost: np.ndarray

    def medians(self, n_cells: int, weight=None, bands=None) -> np.ndarray:
        """Median and limits of each cell, [3, cells]; NaN where there is none.

        Where the last caller of some part hung up before half of all were through, no mix of curves can say when they
        were: all of that cell's calls then share one curve.

        Parameters
        ----------
        weight : what each call of a row stands for; one, if not said
        bands : the band of each row, how many of its calls were noted, and how many bands there are
        """
        found = self._over(self._parts(n_cells), n_cells, weight, bands)
        if np.isnan(found[0]).any():
            together = self._over(self.cell * N_PARTS, n_cells, weight, bands)
            found = np.where(np.isnan(found[0]), together, found)
        return found

    def _parts(self, n_cells: int) -> np.ndarray:
        hour = self.hour.to_numpy(float, na_value=-1)
        part = np.searchsorted(STARTS, hour, side="right") - 1
        part = np.where((part >= 0) & (hour < OPEN_HOURS.stop), part, len(STARTS))
        place = self.cell * N_PARTS + part
        enough = np.bincount(place, self.reached, n_cells * N_PARTS) >= REACHED_MINIMUM
        return np.where(enough[place], place, self.cell * N_PARTS + len(STARTS))

    def _over(self, part: np.ndarray, n_cells: int, weight, bands) -> np.ndarray:
        n = n_cells * N_PARTS
        each = np.ones(len(part)) if weight is None else weight
        table = (part, self.wait_s, self.reached, self.lost)
        if weight is None:
            curves = estimates.kaplan_meier(*table, n)
        else:
            band, noted, n_bands = bands
            by_band = np.bincount(part * n_bands + band, noted, n * n_bands).reshape(n, n_bands)
            curves = estimates.weighted_kaplan_meier(*table, each, n, bands=estimates.Bands(band, by_band))
        calls, squares = (np.bincount(part, (self.reached + self.lost) * w, n) for w in (each, each**2))
        found = [_median(curves, calls, squares, slice(c * N_PARTS, (c + 1) * N_PARTS)) for c in range(n_cells)]
        return np.array(found, float).reshape(n_cells, 3).T


def _median(curves, calls: np.ndarray, squares: np.ndarray, own: slice) -> tuple[float, float, float]:
    """The median of one cell's parts, weighed as its calls are spread, with its limits; NaN where there is none."""
    mix = np.zeros(len(calls))
    mix[own] = calls[own]
    if not mix.any():
        return (np.nan,) * 3
    drawn = mix.sum() ** 2 / squares[own].sum()  # how many calls the mix itself rests on
    found = estimates.standardized_quantile(curves, mix, 0.5, drawn=drawn)
    return found.value, found.low, found.high
