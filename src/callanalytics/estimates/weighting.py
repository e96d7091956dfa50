"""Weighted waits: calls that were not logged with equal chance, and cells combined in a fixed mix.

Callers who wait long are likelier to log the call. If the phone system has seen every call, the share of calls logged
in each band of duration is known, and a logged call counts as 1 / share calls.

With a fixed mix of hours, an office that calls at eight does not improve the committee's figure. Each cell is estimated
alone, and all offices and years use the same weights (direct standardization). One curve of all calls together is
wrong, because callers in busy hours give up sooner (41 minutes where the truth is 30).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from callanalytics.estimates.intervals import Estimate, unknown
from callanalytics.estimates.survival import SAME, Curves, added_up, band, pairs_in_order, running_by_cell
from callanalytics.lazy import np


def logging_weights(noted, seen):
    """Weight of a logged call in each band: calls seen by the phone system over calls logged.

    Parameters
    ----------
    noted, seen : counts by band of duration

    Returns
    -------
    array
            nan for a band in which nothing was logged: no call can represent it.

    References
    ----------
    .. [1] D. G. Horvitz, D. J. Thompson, "A generalization of sampling without replacement", JASA 47 (1952), 663-685.

    Examples
    --------
    >>> logging_weights([10, 40, 0], [40, 50, 10]).tolist()
    [4.0, 1.25, nan]
    """
    noted, seen = np.asarray(noted, float), np.asarray(seen, float)
    return np.where(noted > 0, seen / np.maximum(noted, 1), np.nan)


# A band with fewer logged calls keeps the wider error: its mean is not known well enough to be subtracted.
BAND_MINIMUM = 5


@dataclass(frozen=True)
class Bands:
    """Bands with weights estimated as seen over logged: the band of each row, and logged calls by [cell, band]."""

    band: np.ndarray
    noted: np.ndarray


def weighted_kaplan_meier(
    cell, t, reached, lost, weight, n_cells: int | None = None, bands: Bands | None = None
) -> Curves:
    """Survival curves from a count table whose rows have weights.

    Parameters
    ----------
    cell, t, reached, lost : as for :func:`~callanalytics.estimates.kaplan_meier`
    weight : how many calls each call of a row counts as
    bands : given if the weights are calls seen over calls logged in a band (:func:`logging_weights`), so estimated
        from the same calls; without it they are taken as known, which makes the error too wide

    Returns
    -------
    Curves
            Of sums of weights, with a robust error; for quantiles and S(t), because the error of their restricted mean
            would be Greenwood's. If all weights are 1 (or any one number), the curve is that of Kaplan-Meier.

    Notes
    -----
    S(t) is computed as usual, from sums of weights. Greenwood's error would take a weight of 4 for four calls; instead:

    .. math:: \\mathrm{var} \\log S(t) = \\sum_i w_i^2 \\left( \\sum_{t_j \\le \\min(t, T_i)}
              \\frac{d_j}{n_j (n_j - d_j)} - \\frac{\\delta_i [T_i \\le t]}{n_{T_i}} \\right)^2

    (infinitesimal jackknife; for a caller who was reached at T, the inner sum excludes T). The number of calls in each
    band is known, so only differences within a band are uncertain by the weight's square. With :math:`m_b(t)` the mean
    of the bracket over the :math:`n_b` logged calls of band b, the variance is smaller by

    .. math:: \\sum_b n_b w_b (w_b - 1) m_b(t)^2

    References
    ----------
    .. [1] D. A. Binder, "Fitting Cox's proportional hazards models from survey data", Biometrika 79 (1992), 139-147.
    .. [2] T. Therneau et al., survival 3.8 for R: ``survfit(robust = TRUE)``.
    .. [3] C.-E. Sarndal, B. Swensson, J. Wretman, Model Assisted Survey Sampling (1992), section 9.4: strata whose
           sizes are known for all calls, and logged calls as the second phase.

    Examples
    --------
    Short waits were logged half as often as long ones, so each counts as two.

    >>> curves = weighted_kaplan_meier([0] * 4, [10, 20, 30, 40], [10, 10, 20, 20], [0] * 4, [2, 2, 1, 1])
    >>> curves.s.round(3).tolist(), curves.quantile(0.5)[0].tolist()
    ([0.75, 0.5, 0.25, 0.0], [20.0])
    """
    cell, t = np.asarray(cell), np.asarray(t)
    reached, lost, weight = (np.asarray(v, float) for v in (reached, lost, weight))
    n_cells = n_cells if n_cells is not None else (int(cell.max()) + 1 if len(cell) else 0)
    rows, first = pairs_in_order(cell, t, (reached + lost > 0) & (weight > 0))
    cell, t = cell[rows][first], t[rows][first]
    reached, lost, weight = (v[rows] for v in (reached, lost, weight))
    d, lost_there = added_up(first, reached * weight, lost * weight)
    squares_d, squares_lost = added_up(first, reached * weight**2, lost * weight**2)
    start, n_at_risk, s = _curve(cell, d, lost_there, n_cells)
    variance = _log_variance(d, squares_d, squares_lost, n_at_risk, start)
    if bands:
        calls = [reached, lost, weight, np.asarray(bands.band)[rows]]
        variance = np.clip(variance - _known_sizes(calls, first, bands.noted, d, n_at_risk, start), 0, None)
    return Curves(cell, t, n_at_risk, d, s, s * np.sqrt(variance), start)


def _curve(cell, d, lost, n_cells):
    """Where the times of each cell begin; then, at each time, the sum of weights still at risk, and S."""
    start = np.searchsorted(cell, np.arange(n_cells + 1))
    gone = running_by_cell(np.add, d + lost, start)
    n_at_risk = gone[start[1:][cell] - 1] - gone + d + lost
    s = running_by_cell(np.multiply, np.clip(1 - d / n_at_risk, 0, 1), start)
    return start, n_at_risk, np.where(s < 1e-12, 0.0, s)  # sums of weights rarely cancel to the last bit


def _log_survival_steps(d, n_at_risk):
    """For each time: how much one more caller still waiting raises log S, and one more reached lowers it."""
    left = n_at_risk - d
    with np.errstate(divide="ignore", invalid="ignore"):
        # Sums of weights rarely cancel exactly: after the last caller only a rounding error is left, and dividing by it
        # would have no bound.
        step = np.where(left > 1e-9 * n_at_risk, d / (n_at_risk * left), 0.0)
    return step, 1 / n_at_risk


def _log_variance(d, squares_d, squares_lost, n_at_risk, start):
    out = np.zeros(len(d))
    for a, b in pairwise(start.tolist()):
        one = slice(a, b)
        step, own = _log_survival_steps(d[one], n_at_risk[one])
        upto = np.cumsum(step)
        settled = squares_d[one] * (upto - step - own) ** 2 + squares_lost[one] * upto**2
        weight_left = (squares_d[one] + squares_lost[one]).sum() - np.cumsum(squares_d[one] + squares_lost[one])
        out[one] = np.cumsum(settled) + upto**2 * weight_left
    return out


def _known_sizes(calls, first, noted, d, n_at_risk, start):
    """Reduction in the variance of log S because the calls seen in each band are counted, not estimated.

    ``calls``: for each row the number reached, the number lost, the weight, and the band; ``first``: the row with which
    each time begins.
    """
    reached, lost, weight, band = calls
    index = np.repeat(np.arange(len(first)), np.diff(first, append=len(band)))
    out = np.zeros(len(d))
    for cell, (a, b) in enumerate(pairwise(start.tolist())):
        step, own = _log_survival_steps(d[a:b], n_at_risk[a:b])
        upto = np.cumsum(step)
        inside = (index >= a) & (index < b)
        for k in np.unique(band[inside]):
            if noted[cell, k] < BAND_MINIMUM:
                continue
            mine = inside & (band == k)
            n_reached, n_lost = (np.bincount(index[mine] - a, v[mine], b - a) for v in (reached, lost))
            settled = np.cumsum(n_reached * (upto - step - own) + n_lost * upto)
            waiting = (n_reached + n_lost).sum() - np.cumsum(n_reached + n_lost)
            w = weight[mine][0]  # the same for the whole band
            out[a:b] += w * (w - 1) / noted[cell, k] * (settled + upto * waiting) ** 2
    return out


# ---- a fixed mix of cells ----------------------------------------------------------------------------


def standardized_quantile(curves: Curves, weights, q: float, drawn: float | None = None) -> Estimate:
    """Quantile of the wait in the fixed mix: first time with S(t) <= 1 - q, limits where its band gets there.

    With ``drawn``, the mix is not given but estimated from that many calls. Its own error is added, which is
    :math:`(\\sum_c w_c S_c^2 - S^2) / n`.

    Examples
    --------
    >>> from callanalytics.estimates import kaplan_meier
    >>> curves = kaplan_meier([0, 0, 1, 1], [10, 30, 20, 40], [50, 50, 50, 50], [0] * 4)
    >>> print(standardized_quantile(curves, [1, 3], 0.5))
    20 (95% interval 20 to 30; n 200 calls; standardized over 2 cells, log-log)
    """
    w = np.asarray(weights, float)
    if (w < 0).any() or not w.sum() > 0:
        raise ValueError("weights are not negative, and not all 0")
    w = w / w.sum()
    used = w > 0
    full = np.diff(curves.start) > 0
    n = int(curves.n_at_risk[curves.start[:-1][full & used]].sum())
    if empty := int((used & ~full).sum()):
        return unknown(n, "calls", f"{empty} of {int(used.sum())} cells of the fixed mix have no call")
    # In a cell in which everyone was reached, S stays 0 after its last time.
    end = np.min(np.where(curves.s_max > SAME, curves.t_max, np.inf)[used])  # every cell is followed until then
    times = np.unique(curves.t[(curves.t <= end) & (w[curves.cell] > 0)])
    s, squares, variance = np.zeros(len(times)), np.zeros(len(times)), np.zeros(len(times))
    for i in np.flatnonzero(used):
        one = slice(curves.start[i], curves.start[i + 1])
        upto = np.searchsorted(curves.t[one], times, side="right")
        # `upto` counts the times so far; 0 is before the first, where S is 1.
        own = np.concatenate(([1.0], curves.s[one]))[upto]
        s, squares = s + w[i] * own, squares + w[i] * own**2
        variance += w[i] ** 2 * np.concatenate(([0.0], np.nan_to_num(curves.se[one])))[upto] ** 2
    if drawn:
        variance += np.where(s < 1 - SAME, np.clip(squares - s**2, 0, None), 0) / drawn  # none while S is 1
    low_band, high_band = band(s, np.sqrt(variance))
    done = s <= SAME

    def first(chosen):
        return float(times[np.argmax(chosen)]) if chosen.any() else float("nan")

    with np.errstate(invalid="ignore"):
        value = first(s <= 1 - q + SAME)
        low, high = first((low_band <= 1 - q + SAME) | done), first((high_band <= 1 - q + SAME) | done)
    if value != value:
        return unknown(n, "calls", f"in some cell the last caller was lost before {1 - q:.0%} were left")
    flag = "one_sided" if low != low or high != high else "ok"
    return Estimate(value, low, high, n, "calls", f"standardized over {int(used.sum())} cells, log-log", flag=flag)
