"""Waits when some callers hung up: survival curves (Kaplan-Meier) from a count table, all cells at once.

A caller who was reached after t waited t. A caller who hung up or was cut off after t would have waited *at least* t:
a lower bound, not a wait. Leaving these callers out, or counting their times as waits, makes waits look short. If half
of the callers hang up, the median of answered calls is 22 % too low, and its 95 % interval covers the truth one time in
ten.

Ties: callers lost at t were still waiting when others were reached at t.

If the wait can end in several ways (a callback by phone, an answer by email, or neither), each cause has its own curve,
the cumulative incidence (Aalen-Johansen). An email answer ends the wait for a call; it is not "still waiting". One
minus Kaplan-Meier with emails censored answers a question no one asked (0.425 instead of 0.134 on one real data set).
Day counts have many ties: they are used as they are, without random jitter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from callanalytics.estimates.intervals import clopper_pearson, normal_quantile
from callanalytics.lazy import np

# Two survival probabilities closer than this are the same number, computed twice.
SAME = 1e-12


def band(s, se):
    """Log-log limits of S(t) from its standard error; nan where S is 0 or 1, because the method gives none there.

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

    Each entry of the arrays is one distinct time of one cell, in order of cell and time; cell ``i`` has the entries
    ``start[i]`` to ``start[i + 1] - 1``.

    Attributes
    ----------
    cell : number of the cell, 0, 1 ...
    t : time
    n_at_risk : callers still waiting just before t
    reached : of these, the number reached at t
    s, se : S(t) and its standard error (Greenwood); ``se`` is nan once S is 0
    low, high : limits of S(t); nan where S is 0 or 1, because the method gives none there
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

    def _last_of_cell(self, values):
        """The last entry of each cell."""
        full = self.start[1:] > self.start[:-1]
        out = np.full(self.n_cells, np.nan)
        out[full] = values[self.start[1:][full] - 1]
        return out

    @property
    def s_max(self) -> np.ndarray:
        """S at the longest time of each cell; nan for a cell without calls."""
        return self._last_of_cell(self.s)

    @property
    def t_max(self) -> np.ndarray:
        """The longest time of each cell."""
        return self._last_of_cell(self.t)

    def first_time(self, chosen) -> np.ndarray:
        """Time of the first chosen entry of each cell; nan if there is none."""
        out = np.full(self.n_cells, np.nan)
        # A search cell by cell stops at the first; a search over all entries would look at every later one too.
        for i, (a, b) in enumerate(pairwise(self.start.tolist())):
            # argmax is 0 if nothing is True, so the entry itself is checked again.
            if a < b and chosen[first := a + int(chosen[a:b].argmax())]:
                out[i] = self.t[first]
        return out

    def quantile(self, q: float):
        """First time with S(t) <= 1 - q in each cell, with the times at which the log-log limits reach it.

        Returns
        -------
        value, low, high
                nan if the curve, or its limit, never gets that low: "more than the longest time seen".

        Notes
        -----
        .. math:: \\hat t_q = \\min\\{t: S(t) \\le 1 - q\\}, \\quad
                  [\\min\\{t: S_{low}(t) \\le 1 - q\\}, \\min\\{t: S_{high}(t) \\le 1 - q\\}]

        On a flat part of the curve this is its first time, not the middle (values of S within 1e-12 are equal).

        References
        ----------
        .. [1] R. Brookmeyer, J. Crowley, "A confidence interval for the median survival time", Biometrics 38 (1982).
        """
        with np.errstate(invalid="ignore"):
            value = self.first_time(self.s <= 1 - q + SAME)
            # Where S is 0, the lower limit is taken as 0 too.
            low = self.first_time((self.low <= 1 - q + SAME) | (self.s == 0))
            high = self.first_time(self.high <= 1 - q + SAME)
        return value, low, high

    def survival_at(self, t: float):
        """S(t) in each cell, its standard error, and log-log limits.

        Returns
        -------
        s, se, low, high
                nan after the longest time of a cell whose last caller was not reached, because no caller remained.
                Before the first time S is 1, without limits.

        Notes
        -----
        The chance of a person within t is 1 - S(t), with the limits of S exchanged.
        """
        upto = self._count(self.t <= t)
        # For an empty cell, or one before its first time, this is another entry; `unknown` or `before` covers it.
        last = np.clip(self.start[:-1] + upto - 1, 0, max(len(self.t) - 1, 0))
        before, beyond = upto == 0, (t > self.t_max) & (self.s_max > 0)
        # After the longest time S is unknown, unless everyone was reached by then.
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
        """Area under S from each entry's time to the next (or `tau`), and in each cell from 0 to its first."""
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
                nan for a cell whose longest time is below tau if someone was still waiting then.

        Notes
        -----
        .. math:: \\mu_\\tau = \\int_0^\\tau S(t)\\,dt, \\quad
                  \\mathrm{se}^2 = \\sum_{t_i < \\tau} \\left(\\int_{t_i}^\\tau S\\right)^2 \\frac{d_i}{n_i (n_i - d_i)}

        References
        ----------
        .. [1] P. Royston, M. Parmar, "Restricted mean survival time", BMC Med. Res. Methodol. 13:152 (2013).
        """
        pieces, first = self.areas(tau)
        # One running sum over all cells, unlike `along`: no tie depends on the last digits of an area.
        upto = np.concatenate(([0.0], np.cumsum(pieces)))
        total = upto[self.start[1:]] - upto[self.start[:-1]]
        after = np.repeat(upto[self.start[1:]], np.diff(self.start)) - upto[:-1]  # area from each time to tau
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = after**2 * self.reached / (self.n_at_risk * (self.n_at_risk - self.reached))
        # Once the last caller is reached, no area remains: 0 times infinity counts as 0.
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
            Cell of each row, 0, 1 ...; in any order.
    t : array
        Time, any unit.
    reached, lost : arrays of int
        Callers reached at `t`; callers who hung up or were cut off at `t`. Rows of the same cell and time add up.
    n_cells : int, optional
            Number of cells; a cell without rows gets an empty curve.

    Returns
    -------
    Curves

    Notes
    -----
    .. math:: S(t) = \\prod_{t_i \\le t} (1 - d_i / n_i), \\quad
              \\mathrm{se}^2 = S^2 \\sum_{t_i \\le t} \\frac{d_i}{n_i (n_i - d_i)}

    with limits :math:`S^{\\exp(\\pm z\\,\\mathrm{se} / (S \\log S))}`, which stay between 0 and 1. Patience must not
    depend on the remaining wait *within a cell*, so cells stay separate and are not pooled into one curve.

    References
    ----------
    .. [1] E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958), 457-481.
    .. [2] L. Brown et al., "Statistical analysis of a telephone call center", JASA 100 (2005), 36-50, section 5.

    Examples
    --------
    Five callers reached after 10, 20, 25, 40, and 50 minutes; three gave up after 30, 30, and 50.

    >>> curves = kaplan_meier([0] * 6, [10, 20, 25, 30, 40, 50], [1, 1, 1, 0, 1, 1], [0, 0, 0, 2, 0, 1])
    >>> curves.s.round(3).tolist()
    [0.875, 0.75, 0.625, 0.625, 0.417, 0.208]
    >>> curves.quantile(0.5)[0].tolist()
    [40.0]
    """
    cell, t, reached, lost = (np.asarray(v) for v in (cell, t, reached, lost))
    rows, first = pairs_in_order(cell, t, reached + lost > 0)
    cell, t = cell[rows][first], t[rows][first]
    reached, lost = added_up(first, reached[rows], lost[rows])
    n_cells = n_cells if n_cells is not None else (int(cell[-1]) + 1 if len(cell) else 0)
    start = np.searchsorted(cell, np.arange(n_cells + 1))
    gone = np.concatenate(([0], np.cumsum(reached + lost)))
    # All callers of the cell who left at this time or later, including those lost at t.
    n_at_risk = np.repeat(gone[start[1:]], np.diff(start)) - gone[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = running_by_cell(np.multiply, 1 - reached / n_at_risk, start)
        greenwood = running_by_cell(np.add, reached / (n_at_risk * (n_at_risk - reached)), start)
        se = s * np.sqrt(greenwood)
    return Curves(cell, t, n_at_risk, reached, s, se, start)


def pairs_in_order(cell, t, is_counted):
    """Counted rows in order of cell and time, and the positions among them where each such pair begins."""
    rows = np.flatnonzero(is_counted)
    rows = rows[np.lexsort((t[rows], cell[rows]))]
    cell, t = cell[rows], t[rows]
    return rows, np.flatnonzero(np.r_[len(rows) > 0, (cell[1:] != cell[:-1]) | (t[1:] != t[:-1])][: len(rows)])


def added_up(first, *values):
    """The sums of values from each of these positions to the next."""
    return [np.add.reduceat(v, first) if len(v) else v for v in values]


def running_by_cell(running, values, start):
    """Running sum or product inside each cell."""
    # Accumulate cell by cell: subtracting two large running sums would lose the digits that decide ties.
    out = np.empty(len(values))
    for a, b in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        running.accumulate(values[a:b], out=out[a:b])
    return out


# ---- several ways to end ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of each cause, for one group.

    Attributes
    ----------
    t : distinct times
    n_at_risk : requests still open just before t
    events : array times x causes
    share, se, low, high : arrays times x causes: share of all that ended by t from that cause, its standard error
        (infinitesimal jackknife), and complementary log-log limits; if the share is 0 or 1, the exact binomial limits
        over all but those lost by then
    n : number followed
    """

    t: np.ndarray
    n_at_risk: np.ndarray
    events: np.ndarray
    share: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: int

    @property
    def still_open(self) -> np.ndarray:
        """Share not ended by any cause by t; together with the causes' shares it is 1."""
        return 1 - self.share.sum(axis=1)

    def shares_at(self, t: float):
        """Share ended by `t` for each cause, standard error, and limits.

        Returns
        -------
        share, se, low, high
                Arrays, one entry for each cause; nan beyond the longest time if some were still open then.
        """
        upto = int(np.searchsorted(self.t, t, side="right"))
        k = self.share.shape[1]
        if self.n == 0 or (t > self.t[-1] and self.still_open[-1] > 1e-12):
            return tuple(np.full(k, np.nan) for _ in range(4))
        if upto == 0:
            return np.zeros(k), np.zeros(k), np.zeros(k), np.full(k, clopper_pearson(0, self.n)[1])
        return self.share[upto - 1], self.se[upto - 1], self.low[upto - 1], self.high[upto - 1]


def aalen_johansen(t, events, lost) -> Incidence:
    """Cumulative incidence of competing causes from a count table.

    Parameters
    ----------
    t : times (business days), in any order; rows with the same time add up
    events : array rows x causes: number that ended at t from each cause
    lost : number still open at t and not followed further (not yet due)

    Returns
    -------
    Incidence

    Notes
    -----
    .. math:: F_k(t) = \\sum_{t_i \\le t} S(t_i^-) d_{ki} / n_i

    Those lost at t were open when others ended at t. The standard error is the infinitesimal jackknife: the effect of
    each case on the curve. The limits are those of :math:`\\log(-\\log(1 - F))`; for a cause that has ended none or all
    of the cases so far, those of Clopper and Pearson over all but the lost.

    References
    ----------
    .. [1] O. Aalen, S. Johansen, "An empirical transition matrix for non-homogeneous Markov chains based on censored
           observations", Scand. J. Stat. 5 (1978), 141-150.
    .. [2] T. Therneau et al., survival 3.8 for R: the standard error.

    Examples
    --------
    Eight requests, one a day: call, email, not followed, call, email, call, not followed, call.

    >>> calls, mails = [1, 0, 0, 1, 0, 1, 0, 1], [0, 1, 0, 0, 1, 0, 0, 0]
    >>> found = aalen_johansen(range(1, 9), list(zip(calls, mails)), [0, 0, 1, 0, 0, 0, 1, 0])
    >>> found.share[:, 0].round(3).tolist()
    [0.125, 0.125, 0.125, 0.275, 0.275, 0.425, 0.425, 0.725]
    """
    t, index = np.unique(np.asarray(t), return_inverse=True)
    events, lost = np.asarray(events, int), np.asarray(lost, int)
    events = np.column_stack([np.bincount(index, cause, len(t)) for cause in events.T]).astype(int)
    lost = np.bincount(index, lost, len(t)).astype(int)
    d, n = events.sum(axis=1), int(events.sum() + lost.sum())
    n_at_risk = n - np.r_[0, np.cumsum(d + lost)][:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        before = np.r_[1.0, np.cumprod(1 - d / n_at_risk)][:-1]
        share = np.cumsum(before[:, None] * events / n_at_risk[:, None], axis=0)
        no_share, whole_share = share <= 1e-12, share >= 1 - 1e-12  # an unknown share is neither
        # No case moves a curve that has reached 1: its sums cancel except for their last digits.
        se = np.sqrt(np.where(whole_share, 0, _jackknife(events, lost, d, n_at_risk, before)))
        theta = normal_quantile() * se / ((1 - share) * np.log(1 - share))
        low, high = (1 - (1 - share) ** np.exp(sign * theta) for sign in (1, -1))
    # The upper limit of 0 cases out of n. By symmetry, 1 minus it is the lower limit of n out of n.
    none = clopper_pearson(0, n - np.r_[0, np.cumsum(lost)][:-1])[1][:, None]
    low, high = np.where(no_share, 0, low), np.where(no_share, none, high)
    low, high = np.where(whole_share, 1 - none, low), np.where(whole_share, 1, high)
    return Incidence(t, n_at_risk, events, share, se, low, high, n)


def _jackknife(events, lost, d, n_at_risk, before):
    """Sum over all cases of the squared change in each cause's curve from one more such case."""
    left = n_at_risk - d  # 0 at the last time if all ended: the curve is 0 there, and nothing moves it
    step = np.where(left > 0, d / (n_at_risk * np.maximum(left, 1)), 0.0)
    # The change in log S, from its own time on, from one more case: one that was lost, one that ended.
    of_lost, own = np.cumsum(step), 1 / n_at_risk
    of_ended = of_lost - step - own
    total = np.zeros(events.shape)
    for cause, (of_cause, out) in enumerate(zip(events.T, total.T, strict=True)):
        rise = before * of_cause / n_at_risk
        moved = np.cumsum(rise * of_ended)  # change in the curve from one case that is still open
        out += (left - lost) * moved**2
        for way, many in enumerate((*events.T, lost)):
            m, end = of_lost if way == events.shape[1] else of_ended, moved + (way == cause) * before * own
            # One that ended moves the curve by m times each later rise. So its square, summed over all, grows from
            # time to time by sums of m² and of m times its last value: no row is visited again at each later time.
            squares = np.cumsum(many * m**2)
            products = np.cumsum(many * m * end + rise * _sums_before(squares))
            out += np.cumsum(many * end**2 + 2 * rise * _sums_before(products) + rise**2 * _sums_before(squares))
    return total


def _sums_before(sums):
    """Running sums that exclude each time's own value."""
    return np.r_[0.0, sums][:-1]
