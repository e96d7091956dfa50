"""From a count table of waits to the figures of a group: curves, quantiles, means, chances."""

from __future__ import annotations

from functools import partial
from statistics import NormalDist

import numpy as np

from callanalytics import estimates
from callanalytics.measures import rounded
from callanalytics.measures.rates import INTERVAL_MINIMUM, SHARE_MINIMUM, Figures, excluded_counts, long, share
from callanalytics.measures.tally import cells_of

CAP_S = 7200  # the restricted mean counts two hours at most
MEDIAN_MINIMUM, REACHED_MINIMUM, P90_MINIMUM = 20, 10, 36
QUEUED = "calls that queued in live hours and whose wait somebody noted"


def curves_of(card, counted, by):
    """The group of every row, the groups, their sums, the noted waits in order, and one survival curve a group."""
    codes, cells = cells_of(counted, by, card)
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.names}
    rows = _noted(counted, codes)
    lost = rows["n_gave_up"] + rows["n_cut_off"]
    curves = estimates.kaplan_meier(rows["cell"], rows["t_s"], rows["n_reached"], lost, len(cells))
    return codes, cells, sums, rows, curves


def _noted(counted, codes):
    """The noted waits of every group, in order of group and wait, one row a pair."""
    names = ("n_reached", "n_gave_up", "n_cut_off")
    noted = np.flatnonzero(sum(counted[name].to_numpy() for name in names))
    t = counted["wait_s"].iloc[noted].to_numpy(dtype="int64")
    noted = noted[(order := np.lexsort((t, codes[noted])))]
    t, cell = t[order], codes[noted]
    first = np.flatnonzero(np.r_[len(t) > 0, (np.diff(cell) != 0) | (np.diff(t) != 0)][: len(t)])
    sums = {n: np.add.reduceat(counted[n].to_numpy()[noted], first) if len(t) else t for n in names}
    return {"cell": cell[first], "t_s": t[first], **sums}


def times(card, counted, by):
    """Median, p90 and restricted mean of the wait in each group, with the bounds, and the curves."""
    codes, cells, sums, rows, curves = curves_of(card, counted, by)
    lost = sums["n_gave_up"] + sums["n_cut_off"]
    n = sums["n_reached"] + lost
    enough = (n >= MEDIAN_MINIMUM) & (sums["n_reached"] >= REACHED_MINIMUM)
    timed = partial(_timed, n=n, events=sums["n_reached"])
    value, se = curves.restricted_mean(CAP_S)
    none = [np.full(len(cells), np.nan)] * 2
    half = NormalDist().inv_cdf(0.975) * se
    figures = [
        timed("median", *curves.quantile(0.5), enough=enough),
        timed("p90", *curves.quantile(0.9), enough=sums["n_reached"] >= P90_MINIMUM),
        timed("mean_120min", value, np.clip(value - half, 0, None), np.clip(value + half, None, CAP_S), enough=enough),
        *(timed(name, bound, *none, enough=enough, is_bound=True) for name, bound in _bounds(rows, curves, n)),
        *_rounding(codes, counted, timed, enough, sums["n_reached"] >= P90_MINIMUM, len(cells)),
        share("share_censored", lost, n, QUEUED),
        share("share_unknown", sums["n_unknown"], n + sums["n_unknown"], "calls that queued, or may have"),
        *excluded_counts(card, sums),
    ]
    return long(card, cells, figures), _curve_frame(cells, rows, curves)


def _timed(statistic, value, low, high, *, n, events, enough, is_bound=False):
    """A time in every group, left out where the sample is too small or the curve does not come down so far."""
    known = enough & ~np.isnan(value)
    value, low, high = (np.where(known, v, np.nan) for v in (value, low, high))
    flag = np.where(np.logical_not(is_bound) & (np.isnan(low) | np.isnan(high)), "one_sided", "ok")
    flag = np.where(known, flag, np.where(enough | (n == 0), "not_estimable", "small_n"))
    return Figures(statistic, "s", QUEUED, n, events, value, low, high, flag)


def _bounds(rows, curves, n):
    """The median had every lost caller been about to get through, and had none ever."""
    lost = rows["n_gave_up"] + rows["n_cut_off"]
    gone = n[curves.cell] - curves.n_at_risk + curves.reached + lost
    so_far = np.concatenate(([0], np.cumsum(curves.reached)))
    reached = so_far[1:] - so_far[curves.start[curves.cell]]
    yield "median_if_reached_next", curves.first_time(2 * gone >= n[curves.cell])
    yield "median_if_never_reached", curves.first_time(2 * reached >= n[curves.cell])


def _rounding(codes, counted, timed, enough, enough_p90, n_cells):
    """How heaped the noted waits are, and the quantiles with the heaps spread."""
    reached = counted["n_reached"].to_numpy()
    lost = (counted["n_gave_up"] + counted["n_cut_off"]).to_numpy()
    rows = np.flatnonzero(reached + lost)
    codes, reached, lost = codes[rows], reached[rows], lost[rows]
    wait, grid = (counted[name].iloc[rows].to_numpy("int64", na_value=0) for name in ("wait_s", "wait_grid_s"))
    n, fives = rounded.heaping(codes, wait, reached + lost, n_cells)
    yield _index(n, fives)
    grid = rounded.grids(codes, wait, grid, n, fives)
    curves = rounded.spread_curves(codes, wait, grid, reached, lost, n_cells)
    yield timed("median_spread", *curves.quantile(0.5), enough=enough)
    yield timed("p90_spread", *curves.quantile(0.9), enough=enough_p90)


def _index(n, fives):
    """The heaping index with the limits of Wilson's interval of the share it is made of."""
    low, high = estimates.wilson(fives, n)
    with np.errstate(invalid="ignore"):
        value = np.where(n >= INTERVAL_MINIMUM, fives / np.maximum(n, 1), np.nan)
    flag = np.where(n >= SHARE_MINIMUM, "ok", np.where(n > 0, "small_n", "not_estimable"))
    value, low, high = (rounded.INDEX * np.where(np.isnan(value), np.nan, v) for v in (value, low, high))
    return Figures("heaping_index", "index", rounded.OF_NONZERO, n, fives, value, low, high, flag)


def _curve_frame(cells, rows, curves):
    frame = cells.iloc[curves.cell].reset_index(drop=True)
    return frame.assign(
        t_s=curves.t,
        n_at_risk=curves.n_at_risk,
        reached=curves.reached,
        gave_up=rows["n_gave_up"],
        cut_off=rows["n_cut_off"],
        s=curves.s,
        se=curves.se,
        low=curves.low,
        high=curves.high,
    )


def within(card, counted, by, *, within_s):
    """Chance of a person within each time, and the share answered by then."""
    _, cells, sums, rows, curves = curves_of(card, counted, by)
    n = sums["n_reached"] + sums["n_gave_up"] + sums["n_cut_off"]
    figures = []
    for t in within_s:
        name = f"within_{t / 60:g}min"
        by_then = np.where(rows["t_s"] <= t, rows["n_reached"], 0)
        answered = np.bincount(rows["cell"], by_then, len(cells)).astype("int64")
        sooner = np.bincount(rows["cell"], np.where(rows["t_s"] < t, rows["n_reached"], 0), len(cells)).astype("int64")
        figures += [
            chance(name, n, answered, *curves.survival_at(t)),
            chance(f"sooner_than_{t / 60:g}min", n, sooner, *curves.survival_at(np.nextafter(t, 0))),
            share(f"answered_{name}", answered, n, QUEUED),
        ]
    return long(card, cells, [*figures, *excluded_counts(card, sums)]), None


def chance(name, n, answered, s, _se, low, high, **labels):
    """1 - S(t) with its limits. Nobody, or everybody, answered by then: one limit is certain, the other has no band."""
    low, high = np.where(s == 0, 0.0, low), np.where(s == 1, 1.0, high)
    known = ~np.isnan(s)
    flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
    flag = np.where(n < SHARE_MINIMUM, "small_n", flag)
    flag = np.where(known & (n > 0), flag, "not_estimable")
    shown = known & (n >= INTERVAL_MINIMUM)
    value, low, high = (np.where(shown, 1 - v, np.nan) for v in (s, high, low))
    return Figures(name, "share", QUEUED, n, answered, value, low, high, flag, **labels)


def mean_of_answered(card, counted, by):
    """Mean wait of the calls that reached a person, in each group."""
    _, cells, sums, rows, _ = curves_of(card, counted, by)
    n = sums["n_reached"]
    powers = (rows["n_reached"] * rows["t_s"].astype(float) ** p for p in (1, 2))
    total, squares = (np.bincount(rows["cell"], summed, len(cells)) for summed in powers)
    value, low, high = estimates.mean(total, squares, n)
    mean = _timed("mean", value, low, high, n=n, events=n, enough=n >= MEDIAN_MINIMUM)
    return long(card, cells, [mean, *excluded_counts(card, sums)]), None
