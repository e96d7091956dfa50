"""Waits when some callers hung up: survival curves (Kaplan-Meier) from a count table, all cells at once.

A caller who was reached after t waited t. A caller who hung up or was cut off after t would have waited *at least*
t: a lower bound, not a wait. Leaving them out, or counting them as waits, both make waits look short (the median of
answered calls is 22 % too low where half of the callers hang up; its 95 % interval covers the truth one time in ten).

Ties: callers lost at t were still waiting when others were reached at t.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from callanalytics.estimates.intervals import normal_quantile

# Two survival probabilities closer than this are the same number, computed twice.
SAME = 1e-12


def band(s, se):
    """Log-log limits of S(t) from its standard error; nan where S is 0 or 1, for there the method gives none.

    >>> low, high = band(np.array([0.5]), np.array([0.1]))
    >>> print(f"{low[0]:.3f} {high[0]:.3f}")
    0.295 0.675
    """
    z = normal_quantile()
    with np.errstate(divide="ignore", invalid="ignore"):
        log_s = np.log(s)
        stretch = np.exp(z * se / (s * log_s))  # below 1: log S is negative
        low, high = np.exp(log_s / stretch), np.exp(log_s * stretch)  # three times as fast as powers of S
    inside = (s > 0) & (s < 1)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


@dataclass(frozen=True)
class Curves:
    """Survival curves of several cells: S(t) = chance of still waiting after t.

    One entry of each array is one distinct time of one cell, in order of cell and time; cell ``i`` holds the
    entries ``start[i]`` to ``start[i + 1] - 1``.

    Attributes
    ----------
    cell : which cell, 0, 1 ...
    t : time
    n_at_risk : still waiting just before t
    reached : of these, reached at t
    s, se : S(t) and its standard error (Greenwood); ``se`` is nan once S is 0
    low, high : limits of S(t); nan where S is 0 or 1, for there the method gives none
    """

    cell: np.ndarray
    t: np.ndarray
    n_at_risk: np.ndarray
    reached: np.ndarray
    s: np.ndarray
    se: np.ndarray
    start: np.ndarray

    @property
    def n_cells(self) -> int:
        return len(self.start) - 1

    @cached_property
    def _band(self):
        return band(self.s, self.se)

    @property
    def low(self) -> np.ndarray:
        return self._band[0]

    @property
    def high(self) -> np.ndarray:
        return self._band[1]

    @cached_property
    def _double_log(self):
        """log(-log S) and half the width of its band: all that a quantile asks of it, without powers."""
        with np.errstate(divide="ignore", invalid="ignore"):
            minus_log = -np.log(self.s)
            return np.log(minus_log), normal_quantile() * self.se / (self.s * minus_log)

    def _reaches(self, p):
        """Where the lower, and where the upper limit has come down to `p`."""
        middle, half = self._double_log
        level = np.log(-np.log(p + SAME))
        return middle + half >= level, middle - half >= level

    def _last(self, values):
        """The last entry of each cell."""
        full = self.start[1:] > self.start[:-1]
        out = np.full(self.n_cells, np.nan)
        out[full] = values[self.start[1:][full] - 1]
        return out

    @property
    def s_max(self) -> np.ndarray:
        """S at the longest time of each cell; nan for a cell without calls."""
        return self._last(self.s)

    @property
    def t_max(self) -> np.ndarray:
        """The longest time of each cell."""
        return self._last(self.t)

    def first_time(self, chosen) -> np.ndarray:
        """Time of the first chosen entry of each cell; nan where there is none."""
        out = np.full(self.n_cells, np.nan)
        # A search cell by cell stops at the first; one over all entries would look at every later one, too.
        for i, (a, b) in enumerate(pairwise(self.start.tolist())):
            if a < b and chosen[first := a + int(chosen[a:b].argmax())]:
                out[i] = self.t[first]
        return out

    def quantile(self, q: float):
        """First time with S(t) <= 1 - q in each cell, with the limits at which the log-log band gets there.

        Returns
        -------
        value, low, high
            nan where the curve, or its band, never comes down so far: "more than the longest time seen".

        Notes
        -----
        .. math:: \\hat t_q = \\min\\{t: S(t) \\le 1 - q\\}, \\quad
                  [\\min\\{t: S_{low}(t) \\le 1 - q\\}, \\min\\{t: S_{high}(t) \\le 1 - q\\}]

        On a flat part of the curve that is its first time, not the middle (two values of S closer than 1e-12 are one).

        References
        ----------
        .. [1] R. Brookmeyer, J. Crowley, "A confidence interval for the median survival time", Biometrics 38 (1982).
        """
        with np.errstate(invalid="ignore"):
            value = self.first_time(self.s <= 1 - q + SAME)
            low_reaches, high_reaches = self._reaches(1 - q)
            # Where S is 0 the band has closed at the bottom, whatever its upper side.
            low = self.first_time(low_reaches | (self.s == 0))
            high = self.first_time(high_reaches)
        return value, low, high

    def survival_at(self, t: float):
        """S(t) in each cell, its standard error and log-log limits.

        Returns
        -------
        s, se, low, high
            nan after the longest time of a cell whose last caller was not reached: nobody was left to tell.
            Before the first time S is 1 without limits.

        Notes
        -----
        The chance of a person within t is 1 - S(t), with the limits of S exchanged.
        """
        upto = self._count(self.t <= t)
        last = np.clip(self.start[:-1] + upto - 1, 0, max(len(self.t) - 1, 0))
        before, beyond = upto == 0, (t > self.t_max) & (self.s_max > 0)
        unknown = beyond | (np.diff(self.start) == 0)
        out = []
        for values, at_zero in ((self.s, 1.0), (self.se, 0.0), (self.low, np.nan), (self.high, np.nan)):
            found = values[last] if len(values) else np.full(self.n_cells, np.nan)
            out.append(np.where(unknown, np.nan, np.where(before, at_zero, found)))
        return tuple(out)

    def _count(self, chosen):
        upto = np.concatenate(([0], np.cumsum(chosen)))
        return upto[self.start[1:]] - upto[self.start[:-1]]

    def areas(self, tau: float):
        """Area under S from each entry's time to the next one's (or `tau`), and in each cell from 0 to its first."""
        ends = np.full(len(self.t), float(tau))
        ends[:-1] = np.where(self.cell[:-1] == self.cell[1:], self.t[1:], tau)
        pieces = self.s * (np.minimum(ends, tau) - np.minimum(self.t, tau))
        first = np.full(self.n_cells, float(tau))
        full = np.diff(self.start) > 0
        first[full] = np.minimum(self.t[self.start[:-1][full]], tau)
        return pieces, first

    def restricted_mean(self, tau: float):
        """Mean of min(wait, tau): the area under S up to tau, with its standard error.

        Returns
        -------
        value, se
            nan for a cell whose longest time is below tau while somebody was still waiting.

        Notes
        -----
        .. math:: \\mu_\\tau = \\int_0^\\tau S(t)\\,dt, \\quad
                  \\mathrm{se}^2 = \\sum_{t_i < \\tau} \\left(\\int_{t_i}^\\tau S\\right)^2 \\frac{d_i}{n_i (n_i - d_i)}

        References
        ----------
        .. [1] P. Royston, M. Parmar, "Restricted mean survival time", BMC Med. Res. Methodol. 13:152 (2013).
        """
        pieces, first = self.areas(tau)
        upto = np.concatenate(([0.0], np.cumsum(pieces)))
        total = upto[self.start[1:]] - upto[self.start[:-1]]
        after = np.repeat(upto[self.start[1:]], np.diff(self.start)) - upto[:-1]  # area from each time to tau
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = after**2 * self.reached / (self.n_at_risk * (self.n_at_risk - self.reached))
        # Once the last caller is reached nothing lies beyond: 0 times infinity is 0 here.
        terms = np.where((self.t < tau) & (self.n_at_risk > self.reached), terms, 0.0)
        sums = np.concatenate(([0.0], np.cumsum(terms)))
        se = np.sqrt(sums[self.start[1:]] - sums[self.start[:-1]])
        unknown = (np.diff(self.start) == 0) | ((self.t_max < tau) & (self.s_max > 0))
        return np.where(unknown, np.nan, first + total), np.where(unknown, np.nan, se)


# ---- from counts to curves ---------------------------------------------------------------------------


def kaplan_meier(cell, t, reached, lost, n_cells: int | None = None) -> Curves:
    """Survival curves from a count table: cell x time -> callers reached, callers lost.

    Parameters
    ----------
    cell : array of int
        Which cell a row belongs to, 0, 1 ...; any order.
    t : array
        Time, any unit.
    reached, lost : arrays of int
        Callers reached at `t`; callers who hung up or were cut off at `t`. Rows of the same cell and time add up.
    n_cells : int, optional
        How many cells there are; a cell without rows gets an empty curve.

    Returns
    -------
    Curves

    Notes
    -----
    .. math:: S(t) = \\prod_{t_i \\le t} (1 - d_i / n_i), \\quad
              \\mathrm{se}^2 = S^2 \\sum_{t_i \\le t} \\frac{d_i}{n_i (n_i - d_i)}

    with limits :math:`S^{\\exp(\\pm z\\,\\mathrm{se} / (S \\log S))}`, which stay inside 0-1. Patience must not
    depend on the wait still to come *within a cell*; so cells are kept apart and not pooled into one curve.

    References
    ----------
    .. [1] E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958), 457-481.
    .. [2] L. Brown et al., "Statistical analysis of a telephone call center", JASA 100 (2005), 36-50, section 5.

    Examples
    --------
    Five callers reached after 10, 20, 25, 40 and 50 minutes; three gave up after 30, 30 and 50.

    >>> curves = kaplan_meier([0] * 6, [10, 20, 25, 30, 40, 50], [1, 1, 1, 0, 1, 1], [0, 0, 0, 2, 0, 1])
    >>> curves.s.round(3).tolist()
    [0.875, 0.75, 0.625, 0.625, 0.417, 0.208]
    >>> curves.quantile(0.5)[0].tolist()
    [40.0]
    """
    cell, t, reached, lost = _added_up(*(np.asarray(v) for v in (cell, t, reached, lost)))
    n_cells = n_cells if n_cells is not None else (int(cell[-1]) + 1 if len(cell) else 0)
    start = np.searchsorted(cell, np.arange(n_cells + 1))
    gone = np.concatenate(([0], np.cumsum(reached + lost)))
    n_at_risk = np.repeat(gone[start[1:]], np.diff(start)) - gone[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = along(np.multiply, 1 - reached / n_at_risk, start)
        greenwood = along(np.add, reached / (n_at_risk * (n_at_risk - reached)), start)
        se = s * np.sqrt(greenwood)
    return Curves(cell, t, n_at_risk, reached, s, se, start)


def _added_up(cell, t, reached, lost):
    """Rows in order of cell and time, one a pair; rows where nobody was reached or lost fall out."""
    some = (reached + lost) > 0
    if not some.all():
        cell, t, reached, lost = (v[some] for v in (cell, t, reached, lost))
    if not len(cell):
        return cell.astype(int), t.astype(float), reached.astype(int), lost.astype(int)
    order = _order(cell, t)
    if order is not None:
        cell, t, reached, lost = (v[order] for v in (cell, t, reached, lost))
    new = (cell[1:] != cell[:-1]) | (t[1:] != t[:-1])
    if new.all():
        return cell, t, reached, lost
    first = np.flatnonzero(np.r_[True, new])
    return cell[first], t[first], np.add.reduceat(reached, first), np.add.reduceat(lost, first)


def _order(cell, t):
    """What sorts by cell and time; None where the rows are in order already."""
    if np.all((cell[1:] > cell[:-1]) | ((cell[1:] == cell[:-1]) & (t[1:] >= t[:-1]))):
        return None
    if np.issubdtype(t.dtype, np.integer) and t.min() >= 0:
        # Whole seconds: one sort of one number is twice as fast as two sorts.
        return np.argsort(cell * (np.int64(t.max()) + 1) + t)
    return np.lexsort((t, cell))


def along(running, values, start):
    """Running sum or product inside each cell.

    One call a cell, not one running sum minus its value at the cell's start: the difference of two large sums
    would cost the digits that decide ties.
    """
    out = np.empty(len(values))
    for a, b in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        running.accumulate(values[a:b], out=out[a:b])
    return out
