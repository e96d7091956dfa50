"""A callback by phone, an answer by email, or neither: cumulative incidence from counts (Aalen-Johansen).

An email answer ends the wait for a call; it is not "still waiting". One minus Kaplan-Meier with email as censored
answers a question nobody asked (0.425 instead of 0.134 on one real data set). Day counts are all ties: they are used
as they are, not moved apart at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callanalytics.estimates.intervals import clopper_pearson, normal_quantile


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of each cause, for one group.

    Attributes
    ----------
    t : distinct times
    n_at_risk : still open just before t
    events : array times x causes
    share, se, low, high : arrays times x causes: share of all that ended by t for that cause, its standard error
        (infinitesimal jackknife), complementary log-log limits; where the share is 0 or 1, the exact binomial limits
        of those of whom it is known by then
    n : all that were followed
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
        """Share not ended by any cause by t; with the causes' shares it makes 1."""
        return 1 - self.share.sum(axis=1)

    def shares_at(self, t: float):
        """Share ended by `t` for each cause, standard error and limits.

        Returns
        -------
        share, se, low, high
            Arrays, one entry a cause; nan beyond the longest time while some were still open.
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
    t : times (business days), in any order; rows of the same time add up
    events : array rows x causes: how many ended at t for each cause
    lost : how many were still open at t and not followed further (not yet due)

    Returns
    -------
    Incidence

    Notes
    -----
    .. math:: F_k(t) = \\sum_{t_i \\le t} S(t_i^-) d_{ki} / n_i

    Those lost at t were open when others ended at t. The standard error is the infinitesimal jackknife: how much each
    one followed moves the curve. The limits are those of :math:`\\log(-\\log(1 - F))`; of
    a cause that nobody, or everybody, ended by so far those of Clopper and Pearson over all but the lost.

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
    t, events, lost = _by_time(np.asarray(t), events, lost)
    d, n = events.sum(axis=1), int(events.sum() + lost.sum())
    n_at_risk = n - np.concatenate(([0], np.cumsum(d + lost)[:-1])) if len(t) else np.zeros(0, int)
    with np.errstate(divide="ignore", invalid="ignore"):
        before = np.concatenate(([1.0], np.cumprod(1 - d / n_at_risk)[:-1])) if len(t) else np.zeros(0)
        share = np.cumsum(before[:, None] * events / n_at_risk[:, None], axis=0)
        se = np.sqrt(_jackknife(events, lost, d, n_at_risk, before))
        inside = (share > 1e-12) & (share < 1 - 1e-12)
        theta = normal_quantile() * se / ((1 - share) * np.log(1 - share))
        low, high = (np.where(inside, 1 - (1 - share) ** np.exp(sign * theta), np.nan) for sign in (1, -1))
    known = n - np.concatenate(([0], np.cumsum(lost)[:-1])) if len(t) else np.zeros(0, int)
    none = clopper_pearson(0, known)[1][:, None] if len(t) else np.zeros((0, 1))
    nobody, everybody = share <= 1e-12, share >= 1 - 1e-12  # a share that is not known is neither
    low, high = np.where(nobody, 0, low), np.where(nobody, none, high)
    low, high = np.where(everybody, 1 - none, low), np.where(everybody, 1, high)
    return Incidence(t, n_at_risk, events, share, se, low, high, n)


def _by_time(t, events, lost):
    events, lost = np.asarray(events, int), np.asarray(lost, int)
    times, place = np.unique(t, return_inverse=True)
    out, out_lost = np.zeros((len(times), events.shape[1]), int), np.zeros(len(times), int)
    np.add.at(out, place, events)
    np.add.at(out_lost, place, lost)
    return times, out, out_lost


def _jackknife(events, lost, d, n_at_risk, before):
    """Sum over all followed of (how much one more like it would move each cause's curve)².

    Everybody who ended at the same time in the same way moves the curves alike, so there is one row a time and way.
    """
    n_times, n_causes = events.shape
    # Entry [i, j]: what one more who ended at time i does to the curve at time j.
    place, time = np.arange(n_times)[:, None], np.arange(n_times)[None, :]
    left = n_at_risk - d  # 0 at the last time if all ended: the curve is 0 there, and nothing moves it
    step = np.where(left > 0, d / (n_at_risk * np.maximum(left, 1)), 0.0)
    total = np.zeros((n_times, n_causes))
    for way in range(n_causes + 1):
        many = (events[:, way] if way < n_causes else lost).astype(float)
        ended = way < n_causes
        # How much one more of this kind moves log S, just before each time.
        moved = np.where((time < place) | ((time == place) & (not ended)), step, 0.0)
        moved = moved - np.where((time == place) & ended, 1 / n_at_risk, 0.0)
        moved = np.cumsum(moved, axis=1) - moved
        here = time <= place
        for cause in range(n_causes):
            hazard = events[:, cause] / n_at_risk
            own = (time == place) & (way == cause)
            pieces = before * (moved * hazard + own / n_at_risk - here * hazard / n_at_risk)
            total[:, cause] += many @ np.cumsum(pieces, axis=1) ** 2
    return total
