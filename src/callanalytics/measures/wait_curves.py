"""From a count table of waits to the figures of a group: curves, quantiles, means, and chances.

People round waits, so each heap is also spread over the values that round to it. Callers of busy hours hang up sooner,
so hang-ups are also judged within each part of the day, and the parts are weighted by their calls.
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
PIECES = 60  # a heap is spread in minutes, at most an hour of them; every grid divides an hour
OF_NONZERO = "logged waits of at least half a minute"
INDEX = HEAP_S // 60  # the most the index can be


HABITS = (1, 5, 10, 15, 30)  # what people round to, in minutes
CYCLE = max(HABITS)  # every habit divides it
TURNS = 100  # iterations of the estimate below; more do not change it
MIN_CHANCE = 0.01  # a less likely habit is left out for a wait


@dataclass(frozen=True)
class Rounding:
    """What each wait may have been rounded to: its row, the width [s] (0: not rounded), and the probability."""

    row: np.ndarray
    width: np.ndarray
    chance: np.ndarray

    def in_pieces(self, wait: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The waits in pieces, each heap spread evenly over half a width on either side, minute by minute.

        Returns for each piece the row, the wait, and its share of the row's calls."""
        pieces = np.clip(self.width // 60, 1, PIECES)
        which = np.repeat(np.arange(len(self.row)), pieces)
        index = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        row, width = self.row[which], self.width[which]
        t = np.maximum(wait[row] - width / 2 + (index + 0.5) * (width / pieces[which]), 0)
        return row, np.where(width > 0, t, wait[row]), self.chance[which] / pieces[which]


def rounding(codes, wait, noted_grid, callers, n_cells: int) -> Rounding:
    """What each row's wait was rounded to: as logged, or, for whole fives of a heaped group, estimated from its waits.

    How many of a group's waits end on which minute shows how many people round to what: 5 and 25 come from rounding to
    1 or 5 minutes, 10 and 20 also from rounding to 10, and so on. The shares are maximum-likelihood estimates [1]_,
    with every minute of a half hour equally likely before rounding.

    References
    ----------
    .. [1] D. Heitjan, D. Rubin, "Inference from coarse data via multiple imputation with application to age heaping",
           JASA 85 (1990), 304-314.
    """
    from callanalytics.facts.time_rounding import whole_fives

    is_counted, on_five = whole_fives(wait)
    n, fives = (np.bincount(codes, callers * those, n_cells) for those in (is_counted, on_five))
    heaped = INDEX * fives > HEAPED * n
    is_noted = noted_grid >= HEAP_S
    # A wait logged to the minute is unchanged: half a minute either way moves no figure that is shown.
    guessed = ~is_noted & heaped[codes] & (wait % HEAP_S == 0) & (wait > 0)
    chance = np.zeros((len(wait), len(HABITS)))
    cells, cell = np.unique(codes[guessed], return_inverse=True)
    rows = np.flatnonzero(is_counted & ~is_noted & np.isin(codes, cells))
    minute = (wait + 30) // 60 % CYCLE
    counts = np.zeros((len(cells), CYCLE))
    np.add.at(counts, (np.searchsorted(cells, codes[rows]), minute[rows]), callers[rows])
    chance[guessed] = _chances_of_habits(counts)[cell, :, minute[guessed]]
    chance[~guessed, 0] = 1
    row, habit = np.nonzero(chance >= MIN_CHANCE)
    width = np.where(np.arange(len(HABITS)) > 0, np.array(HABITS) * 60, 0)[habit]
    likely = chance[row, habit] / np.where(chance >= MIN_CHANCE, chance, 0).sum(axis=1)[row]
    return Rounding(row, np.where(is_noted[row], noted_grid[row], width), likely)


def _chances_of_habits(counts: np.ndarray) -> np.ndarray:
    """How likely each habit is behind each minute [cells, habits, minutes], from counts by minute [cells, minutes]."""
    # A habit puts all waits on its own multiples, equally often on each
    falls = np.array([[habit / CYCLE * (minute % habit == 0) for minute in range(CYCLE)] for habit in HABITS])
    shares = np.full((len(counts), len(HABITS)), 1 / len(HABITS))
    for _ in range(TURNS):
        joint = shares[:, :, None] * falls
        given = joint / np.maximum(joint.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        shares = (given * counts[:, None, :]).sum(axis=2) / counts.sum(axis=1, keepdims=True)
    return given


def pieces_of(cell, rows: pd.DataFrame, callers, n_cells: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The waits of these rows of counts in pieces: each piece's row, its wait, and its share of the row's calls."""
    wait, noted = (rows[name].to_numpy("int64", na_value=0) for name in ("wait_s", "wait_rounding_s"))
    return rounding(cell, wait, noted, callers, n_cells).in_pieces(wait)


def curves_of_pieces(cell, t, reached, lost, n_cells: int, weight=None, bands=None) -> Curves:
    """Survival curves of calls in pieces, whose counts need not be whole numbers."""
    weight = np.ones(len(t)) if weight is None else weight
    curves = estimates.weighted_kaplan_meier(cell, t, reached, lost, weight, n_cells, bands=bands)
    # Before one whole caller is reached, the band means nothing: for a sixtieth of a caller it is as wide as possible.
    is_one = estimates.survival.running_by_cell(np.add, curves.reached, curves.start) > 1 - WHOLE
    return replace(curves, se=np.where(is_one, curves.se, 0))


WHOLE = 1e-9  # tolerance within which shares add up to whole calls


# ---- parts of the day --------------------------------------------------------------------------------


def standardized_wait(result: Result, wait_origin: str | None = None) -> Estimate:
    """Median of the wait, with hang-ups judged within each part of the day and parts weighted by their calls.

    One curve for all hours assumes that callers of every hour hold equally long. Where those of a slow hour give up
    sooner, or later, it is wrong (41 minutes where 30 is true); a weighted curve per part is not. Rounded waits
    are spread, as in ``median_spread`` of :func:`~callanalytics.measures.wait`.

    Parameters
    ----------
    result : ``wait`` by hour
    wait_origin : the starting point of the waits; by default that of most of them (:func:`clock_of`)

    Returns
    -------
    Estimate
        [s]; not estimable where the last caller hung up or was cut off before half had reached a person.

    Notes
    -----
    :math:`S(t) = \\sum_c w_c S_c(t)` over the parts of the day (the agency's open blocks). Its limits are log-log,
    from :math:`\\sum_c w_c^2 \\mathrm{se}_c^2` and the error of the weights themselves.

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
    assert result.tally is not None  # every result of `wait` has a tally
    rows = result.tally[result.tally["wait_origin"] == clock_of(result, wait_origin)]
    rows = rows[(rows["n_reached"] + unreached(rows)) > 0]
    reached, lost = rows["n_reached"].to_numpy(), unreached(rows).to_numpy()
    waits = Waits.rounded(np.zeros(len(rows), int), rows, reached, lost, 1, result.agency.open_week)
    n = int((reached + lost).sum())
    value, low, high = waits.medians(1)[:, 0].tolist()
    if np.isnan(value):
        why = "the last caller hung up or was cut off before half had got through" if n else "no wait was logged"
        return estimates.intervals.unknown(n, "calls", why)
    flag = "one_sided" if np.isnan(low) or np.isnan(high) else "ok"
    return Estimate(value, low, high, n, "calls", "judged within each part of the day, log-log", flag=flag)


@dataclass(frozen=True)
class Waits:
    """A count table of waits: for each row its cell, the hour of its calls, the wait, and how many ended how.

    Callers of busy hours hang up sooner, so hang-ups are judged against callers of the same hours: one curve for each
    part of the day, weighted by the calls in each part. A part in which fewer than ten calls reached a person is too
    small for its own curve: such parts, and calls without an open hour, share one.
    """

    cell: np.ndarray
    hour: pd.Series
    wait_s: np.ndarray
    reached: np.ndarray
    lost: np.ndarray
    week: OpenWeek
    row: np.ndarray

    @classmethod
    def rounded(cls, cell: np.ndarray, rows: pd.DataFrame, reached, lost, n_cells: int, week: OpenWeek) -> Waits:
        """The waits of these rows of counts, with rounded waits in pieces; ``row`` is the row of each piece."""
        row, wait, share = pieces_of(cell, rows, reached + lost, n_cells)
        return cls(cell[row], rows["hour"].iloc[row], wait, reached[row] * share, lost[row] * share, week, row)

    @property
    def n_parts(self) -> int:
        """The number of open blocks, plus one for calls in parts that are too small or without an open hour."""
        return len(self.week.blocks) + 1

    def medians(self, n_cells: int, weight=None, bands=None) -> np.ndarray:
        """Median and limits of each cell, [3, cells]; NaN where there is none.

        If the last caller of some part hung up before half of all callers reached a person, no mix of curves shows when
        they did: all of that cell's calls then share one curve.

        Parameters
        ----------
        weight : how many calls each call of a row represents; one by default
        bands : the band of each row, how many of its calls were logged, and the number of bands
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
        enough = np.bincount(index, self.reached, n_cells * self.n_parts) > REACHED_MINIMUM - WHOLE
        return np.where(enough[index], index, self.cell * self.n_parts + other)

    def _over(self, part: np.ndarray, n_cells: int, weight, bands) -> np.ndarray:
        n = n_cells * self.n_parts
        each = np.ones(len(part)) if weight is None else weight
        table = (part, self.wait_s, self.reached, self.lost)
        if weight is None:
            curves = curves_of_pieces(*table, n)
        else:
            band, noted, n_bands = bands
            by_band = np.bincount(part * n_bands + band, noted, n * n_bands).reshape(n, n_bands)
            curves = curves_of_pieces(*table, n, each, estimates.Bands(band, by_band))
        calls, squares = (np.bincount(part, (self.reached + self.lost) * w, n) for w in (each, each**2))
        found = np.full((3, n_cells), np.nan)
        for cell in range(n_cells):
            own = slice(cell * self.n_parts, (cell + 1) * self.n_parts)
            mix = np.zeros(n)
            mix[own] = calls[own]
            if mix.any():
                drawn = mix.sum() ** 2 / squares[own].sum()  # the effective number of calls behind the mix
                median = estimates.standardized_quantile(curves, mix, 0.5, drawn=drawn)
                found[:, cell] = median.value, median.low, median.high
        return found


# ---- the figures -------------------------------------------------------------------------------------


CAP_S = 7200  # the restricted mean counts two hours at most
QUEUED = "calls that queued in live hours and whose wait was logged"


def curves_of(card, counted, by):
    """The group of every row, the groups, their sums, the logged waits in order, and one survival curve per group."""
    codes, cells, sums = sums_by_group(counted, by, card)
    t = counted["wait_s"].to_numpy(dtype="int64", na_value=0)
    # One row per pair of group and wait.
    noted, first = estimates.survival.pairs_in_order(
        codes, t, sum(counted[name].to_numpy() for name in WAIT_COUNTS) > 0
    )
    sums_of_pairs = estimates.survival.added_up(first, *(counted[n].to_numpy()[noted] for n in WAIT_COUNTS))
    rows = dict(zip(WAIT_COUNTS, sums_of_pairs, strict=True)) | {"cell": codes[noted][first], "t_s": t[noted][first]}
    lost = unreached(rows)
    curves = estimates.kaplan_meier(rows["cell"], rows["t_s"], rows["n_reached"], lost, len(cells))
    return codes, cells, sums, rows, curves


def times(card, counted, by):
    """Median, p90, and restricted mean of the wait in each group, with the bounds, and the curves."""
    codes, cells, sums, rows, curves = curves_of(card, counted, by)
    lost = unreached(sums)
    n = sums["n_reached"] + lost
    enough, enough_p90 = enough_waits(n, sums["n_reached"]), sums["n_reached"] >= P90_MINIMUM
    none = np.full(len(cells), np.nan)

    def timed(statistic, found, enough=enough, needs_limits=True):
        return estimated(statistic, "s", QUEUED, n, sums["n_reached"], found, enough, needs_limits=needs_limits)

    spread, heaping = _rounding(codes, counted, len(cells))
    median, p90 = spread.quantile(0.5), spread.quantile(0.9)
    figures = [
        timed("median", _widened(curves.quantile(0.5), median)),
        timed("p90", _widened(curves.quantile(0.9), p90), enough_p90),
        timed("mean_120min", capped_mean(curves)),
        *(timed(name, (bound, none, none), needs_limits=False) for name, bound in _bounds(rows, curves, n)),
        heaping,
        timed("median_spread", median),
        timed("p90_spread", p90, enough_p90),
        share("share_censored", lost, n, QUEUED),
        share("share_unknown", sums["n_unknown"], n + sums["n_unknown"], "calls that queued, or may have"),
    ]
    frame = cells.iloc[curves.cell].reset_index(drop=True)
    lost_as = {kind: rows[f"n_{kind}"] for kind in schema.LOST}
    at_risk, limits = ({name: getattr(curves, name) for name in names.split()}
                       for names in ("n_at_risk reached", "s se low high"))  # fmt: skip
    return figures_table(card, cells, sums, figures), frame.assign(t_s=curves.t, **at_risk, **lost_as, **limits)


def capped_mean(curves):
    """The mean of the wait in each group, capped at two hours, and its limits."""
    value, se = curves.restricted_mean(CAP_S)
    half = normal_quantile() * se
    return value, np.clip(value - half, 0, None), np.clip(value + half, None, CAP_S)


def _bounds(rows, curves, n):
    """The median if every lost caller had been about to get through, and if none ever had."""
    lost = unreached(rows)
    gone = n[curves.cell] - curves.n_at_risk + curves.reached + lost
    so_far = np.concatenate(([0], np.cumsum(curves.reached)))
    reached = so_far[1:] - so_far[curves.start[curves.cell]]
    yield "median_if_reached_next", curves.first_time(2 * gone >= n[curves.cell])
    yield "median_if_never_reached", curves.first_time(2 * reached >= n[curves.cell])


def _widened(quantile, spread):
    """A quantile of the waits as logged, with the limits of the spread waits where these are further out."""
    (value, low, high), (_, lower, higher) = quantile, spread
    return value, np.where(np.isnan(value), low, np.fmin(low, lower)), np.maximum(high, higher)


def _rounding(codes, counted, n_cells) -> tuple[Curves, Figures]:
    """The curves with rounded waits spread; and how heaped the waits are, with the limits of Wilson's interval."""
    from callanalytics.facts.time_rounding import whole_fives

    reached, lost = counted["n_reached"].to_numpy(), unreached(counted).to_numpy()
    rows = np.flatnonzero(reached + lost)
    codes, reached, lost, counted = codes[rows], reached[rows], lost[rows], counted.iloc[rows]
    wait = counted["wait_s"].to_numpy("int64", na_value=0)
    # By chance a fifth of the waits are whole fives, so the index is five times their share: 5 where everyone rounded.
    n, fives = (
        np.bincount(codes, np.where(those, reached + lost, 0), n_cells).astype("int64") for those in whole_fives(wait)
    )
    low, high = estimates.wilson(fives, n)
    with np.errstate(invalid="ignore"):
        value = np.where(n >= INTERVAL_MINIMUM, fives / np.maximum(n, 1), np.nan)
    value, low, high = (INDEX * np.where(np.isnan(value), np.nan, v) for v in (value, low, high))
    flag = sample_flag(n >= SHARE_MINIMUM, n)
    heaping = Figures("heaping_index", "index", OF_NONZERO, n, fives, value, low, high, flag)
    row, wait, share = pieces_of(codes, counted, reached + lost, n_cells)
    return curves_of_pieces(codes[row], wait, reached[row] * share, lost[row] * share, n_cells), heaping


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
            # S just before t: a caller reached at exactly t does not count yet.
            chance(f"sooner_than_{t / 60:g}min", n, sooner, *curves.survival_at(np.nextafter(t, 0))),
            share(f"answered_{name}", answered, n, QUEUED),
        ]
    return figures_table(card, cells, sums, figures), None


def chance(name, n, answered, s, _se, low, high, **labels):
    """1 - S(t) with its limits."""
    # If no one, or everyone, was answered by then, one limit is certain and the other has no band.
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
