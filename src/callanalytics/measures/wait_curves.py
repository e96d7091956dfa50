"""From a count table of waits to the figures of a group: curves, quantiles, means and chances.

People round waits, so each heap is also spread over what was rounded to it. Callers of busy hours hang up sooner, so
hang-ups are also judged within each part of the day, and the parts weighed as the calls are spread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from callanalytics import estimates, schema
from callanalytics.agencies.rows import OpenWeek
from callanalytics.estimates import Curves, Estimate
from callanalytics.estimates.intervals import normal_quantile
from callanalytics.lazy import np, pd
from callanalytics.measures.compute import (
    Figures,
    enough_waits,
    estimated,
    figures_table,
    sample_flag,
    share,
    sums_by_group,
)
from callanalytics.measures.definitions import (
    INTERVAL_MINIMUM,
    MEDIAN_MINIMUM,
    P90_MINIMUM,
    REACHED_MINIMUM,
    SHARE_MINIMUM,
    WAIT_COUNTS,
    unreached,
)
from callanalytics.measures.result import Result, check_result, clock_of

# ---- rounded waits -----------------------------------------------------------------------------------


HEAP_S, HEAPED = 300, 2.5  # five minutes; from this index on, multiples of five count as rounded to five
PIECES = 60  # a heap is spread in minutes, at most an hour of them: all grids divide it
OF_NONZERO = "noted waits of at least half a minute"
INDEX = HEAP_S // 60  # the most the index can be


def grids(codes, wait, noted_grid, n, fives):
    """What each row's wait was rounded to [s]: as noted; five minutes for whole fives of a heaped group; else 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        heaped = np.where(n > 0, INDEX * fives / n, 0.0) > HEAPED
    guessed = np.where(heaped[codes] & (wait % HEAP_S == 0) & (wait > 0), HEAP_S, 0)
    # A wait noted to the minute is left as it is: half a minute either way moves no figure that is shown.
    return np.where(noted_grid >= HEAP_S, noted_grid, guessed).astype("int64")


def spread_curves(codes, wait, grid, reached, lost, n_cells) -> Curves:
    """Survival curves with every heap spread evenly over half a grid on either side, minute by minute."""
    pieces = np.clip(grid // 60, 1, PIECES)
    row = np.repeat(np.arange(len(wait)), pieces)
    index = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    width = grid[row] / pieces[row]
    t = np.maximum(wait[row] - grid[row] / 2 + (index + 0.5) * width, 0)
    t = np.where(grid[row] > 0, t, wait[row])
    # Counts are multiplied by 60 so that every piece is a whole number; splitting the callers reached at one time over
    # later times changes neither who was at risk in sum nor Greenwood's sum, which is then divided by 60 again.
    share = PIECES // pieces[row]
    curves = estimates.kaplan_meier(codes[row], t, reached[row] * share, lost[row] * share, n_cells)
    return replace(curves, se=curves.se * np.sqrt(PIECES))


# ---- parts of the day --------------------------------------------------------------------------------


def standardized_wait(result: Result, wait_origin: str | None = None) -> Estimate:
    """Median of the wait, hang-ups judged within each part of the day, parts weighed as the calls are spread.

    One curve of all hours takes it that callers of every hour hold equally long. Where those of a slow hour give up
    sooner, or later, it is wrong (41 minutes where 30 is true); a curve of each part, weighed, is not.

    Parameters
    ----------
    result : ``wait`` by hour
    wait_origin : the moment from which the waits run; that of most of them (:func:`clock_of`) if not given

    Returns
    -------
    Estimate
        [s]; not estimable where the last caller was lost before half were through.

    Notes
    -----
    :math:`S(t) = \\sum_c w_c S_c(t)` over the parts of the day (the agency's open blocks), its limits log-log
    of :math:`\\sum_c w_c^2 \\mathrm{se}_c^2` and the error of the mix itself.

    References
    ----------
    .. [1] K. Rothman, S. Greenland, T. Lash, Modern Epidemiology, 3rd ed. (2008), chapter 3.

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> rows = [(hour, 60 * (10 + hour + i)) for hour in (9, 12, 15, 18) for i in range(150)]
    >>> calls = pd.DataFrame(rows, columns=["hour", "wait_s"])
    >>> calls = calls.assign(wait_outcome="reached", wait_origin="dial", time_refers_to="start", dst_flag=None)
    >>> found = standardized_wait(wait(calls, by="hour"))
    >>> print(f"{found.value / 60:.0f} minutes, n {found.n}")
    98 minutes, n 600
    """
    check_result(result, "wait", ("hour",))
    assert result.curve is not None  # every wait has its curves
    rows = result.curve[result.curve["wait_origin"] == clock_of(result, wait_origin)]
    lost = unreached(rows, "").to_numpy()
    waits = Waits(
        np.zeros(len(rows), int),
        rows["hour"],
        rows["t_s"].to_numpy(),
        rows["reached"].to_numpy(),
        lost,
        result.agency.open_week,
    )
    n = int(rows["reached"].sum() + lost.sum())
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
    week: OpenWeek

    @property
    def n_parts(self) -> int:
        """The open blocks, and one for what is too thin or has no open hour."""
        return len(self.week.blocks) + 1

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
            together = self._over(self.cell * self.n_parts, n_cells, weight, bands)
            found = np.where(np.isnan(found[0]), together, found)
        return found

    def _parts(self, n_cells: int) -> np.ndarray:
        hour = self.hour.to_numpy(float, na_value=-1)
        part = np.searchsorted([first for first, _ in self.week.blocks], hour, side="right") - 1
        other = self.n_parts - 1
        part = np.where((part >= 0) & (hour < self.week.hours.stop), part, other)
        index = self.cell * self.n_parts + part
        enough = np.bincount(index, self.reached, n_cells * self.n_parts) >= REACHED_MINIMUM
        return np.where(enough[index], index, self.cell * self.n_parts + other)

    def _over(self, part: np.ndarray, n_cells: int, weight, bands) -> np.ndarray:
        n = n_cells * self.n_parts
        each = np.ones(len(part)) if weight is None else weight
        table = (part, self.wait_s, self.reached, self.lost)
        if weight is None:
            curves = estimates.kaplan_meier(*table, n)
        else:
            band, noted, n_bands = bands
            by_band = np.bincount(part * n_bands + band, noted, n * n_bands).reshape(n, n_bands)
            curves = estimates.weighted_kaplan_meier(*table, each, n, bands=estimates.Bands(band, by_band))
        calls, squares = (np.bincount(part, (self.reached + self.lost) * w, n) for w in (each, each**2))
        found = np.full((3, n_cells), np.nan)
        for cell in range(n_cells):
            own = slice(cell * self.n_parts, (cell + 1) * self.n_parts)
            mix = np.zeros(n)
            mix[own] = calls[own]
            if mix.any():
                drawn = mix.sum() ** 2 / squares[own].sum()  # how many calls the mix itself rests on
                median = estimates.standardized_quantile(curves, mix, 0.5, drawn=drawn)
                found[:, cell] = median.value, median.low, median.high
        return found


# ---- the figures -------------------------------------------------------------------------------------


CAP_S = 7200  # the restricted mean counts two hours at most
QUEUED = "calls that queued in live hours and whose wait somebody noted"


def curves_of(card, counted, by):
    """The group of every row, the groups, their sums, the noted waits in order, and one survival curve a group."""
    codes, cells, sums = sums_by_group(counted, by, card)
    noted = np.flatnonzero(sum(counted[name].to_numpy() for name in WAIT_COUNTS))
    t = counted["wait_s"].iloc[noted].to_numpy(dtype="int64")
    noted = noted[(order := np.lexsort((t, codes[noted])))]
    t, cell = t[order], codes[noted]
    first = np.flatnonzero(np.r_[len(t) > 0, (np.diff(cell) != 0) | (np.diff(t) != 0)][: len(t)])
    # One row a pair of group and wait.
    rows = {n: np.add.reduceat(counted[n].to_numpy()[noted], first) if len(t) else t for n in WAIT_COUNTS}
    rows |= {"cell": cell[first], "t_s": t[first]}
    lost = unreached(rows)
    curves = estimates.kaplan_meier(rows["cell"], rows["t_s"], rows["n_reached"], lost, len(cells))
    return codes, cells, sums, rows, curves


def times(card, counted, by):
    """Median, p90 and restricted mean of the wait in each group, with the bounds, and the curves."""
    codes, cells, sums, rows, curves = curves_of(card, counted, by)
    lost = unreached(sums)
    n = sums["n_reached"] + lost
    enough, enough_p90 = enough_waits(n, sums["n_reached"]), sums["n_reached"] >= P90_MINIMUM
    none = np.full(len(cells), np.nan)

    def timed(statistic, found, enough=enough, needs_limits=True):
        return estimated(statistic, "s", QUEUED, n, sums["n_reached"], found, enough, needs_limits=needs_limits)

    figures = [
        timed("median", curves.quantile(0.5)),
        timed("p90", curves.quantile(0.9), enough_p90),
        timed("mean_120min", capped_mean(curves)),
        *(timed(name, (bound, none, none), needs_limits=False) for name, bound in _bounds(rows, curves, n)),
        *_rounding(codes, counted, timed, enough_p90, len(cells)),
        share("share_censored", lost, n, QUEUED),
        share("share_unknown", sums["n_unknown"], n + sums["n_unknown"], "calls that queued, or may have"),
    ]
    frame = cells.iloc[curves.cell].reset_index(drop=True)
    return figures_table(card, cells, sums, figures), frame.assign(
        t_s=curves.t,
        n_at_risk=curves.n_at_risk,
        reached=curves.reached,
        **{kind: rows[f"n_{kind}"] for kind in schema.LOST},
        s=curves.s,
        se=curves.se,
        low=curves.low,
        high=curves.high,
    )


def capped_mean(curves):
    """The mean of the wait in each group, two hours at most, and its limits."""
    value, se = curves.restricted_mean(CAP_S)
    half = normal_quantile() * se
    return value, np.clip(value - half, 0, None), np.clip(value + half, None, CAP_S)


def _bounds(rows, curves, n):
    """The median had every lost caller been about to get through, and had none ever."""
    lost = unreached(rows)
    gone = n[curves.cell] - curves.n_at_risk + curves.reached + lost
    so_far = np.concatenate(([0], np.cumsum(curves.reached)))
    reached = so_far[1:] - so_far[curves.start[curves.cell]]
    yield "median_if_reached_next", curves.first_time(2 * gone >= n[curves.cell])
    yield "median_if_never_reached", curves.first_time(2 * reached >= n[curves.cell])


def _rounding(codes, counted, timed, enough_p90, n_cells):
    """How heaped the noted waits are, with the limits of Wilson's interval; and the quantiles with the heaps spread."""
    from callanalytics.facts.time_rounding import whole_fives

    reached = counted["n_reached"].to_numpy()
    lost = unreached(counted).to_numpy()
    rows = np.flatnonzero(reached + lost)
    codes, reached, lost = codes[rows], reached[rows], lost[rows]
    wait, grid = (counted[name].iloc[rows].to_numpy("int64", na_value=0) for name in ("wait_s", "wait_rounding_s"))
    # By chance a fifth of the waits are whole fives; so the index is five times their share, 5 where everybody rounded.
    n, fives = (
        np.bincount(codes, np.where(those, reached + lost, 0), n_cells).astype("int64") for those in whole_fives(wait)
    )
    low, high = estimates.wilson(fives, n)
    with np.errstate(invalid="ignore"):
        value = np.where(n >= INTERVAL_MINIMUM, fives / np.maximum(n, 1), np.nan)
    value, low, high = (INDEX * np.where(np.isnan(value), np.nan, v) for v in (value, low, high))
    flag = sample_flag(n >= SHARE_MINIMUM, n)
    yield Figures("heaping_index", "index", OF_NONZERO, n, fives, value, low, high, flag)
    grid = grids(codes, wait, grid, n, fives)
    curves = spread_curves(codes, wait, grid, reached, lost, n_cells)
    yield timed("median_spread", curves.quantile(0.5))
    yield timed("p90_spread", curves.quantile(0.9), enough_p90)


def within(card, counted, by, *, within_s):
    """Chance of a person within each time, and the share answered by then."""
    _, cells, sums, rows, curves = curves_of(card, counted, by)
    n = sums["n_reached"] + unreached(sums)
    figures = []
    for t in within_s:
        name = f"within_{t / 60:g}min"
        answered, sooner = (
            np.bincount(rows["cell"], np.where(then, rows["n_reached"], 0), len(cells)).astype("int64")
            for then in (rows["t_s"] <= t, rows["t_s"] < t)
        )
        figures += [
            chance(name, n, answered, *curves.survival_at(t)),
            # S just before t: whoever was reached at exactly t does not count yet.
            chance(f"sooner_than_{t / 60:g}min", n, sooner, *curves.survival_at(np.nextafter(t, 0))),
            share(f"answered_{name}", answered, n, QUEUED),
        ]
    return figures_table(card, cells, sums, figures), None


def chance(name, n, answered, s, _se, low, high, **labels):
    """1 - S(t) with its limits."""
    # No one, or everybody, answered by then: one limit is certain, the other has no band.
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
    found = estimates.mean(total, squares, n)
    mean = estimated("mean", "s", QUEUED, n, n, found, n >= MEDIAN_MINIMUM, needs_limits=True)
    return figures_table(card, cells, sums, [mean]), None
