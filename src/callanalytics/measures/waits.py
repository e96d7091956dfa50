"""How long until a person answers."""

from __future__ import annotations

from functools import partial
from statistics import NormalDist

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.measures.card import Beside, Card
from callanalytics.measures.measure import measure
from callanalytics.measures.rates import INTERVAL_MINIMUM, SHARE_MINIMUM, Figures, long, number, share
from callanalytics.measures.result import Result
from callanalytics.measures.tally import cells_of

CAP_S = 7200  # the restricted mean counts two hours at most
WITHIN_S = (900, 1800, 3600, 5400)
MEDIAN_MINIMUM, REACHED_MINIMUM, P90_MINIMUM = 20, 10, 36

LIVE = "(in_live_hours IS NULL OR in_live_hours)"
NOTED = f"{LIVE} AND wait_s IS NOT NULL"
COUNTS = {
    "n_reached": f"{NOTED} AND wait_kind = 'reached'",
    "n_gave_up": f"{NOTED} AND wait_kind = 'gave_up'",
    "n_cut_off": f"{NOTED} AND wait_kind = 'cut_off'",
    "n_not_queued": f"{LIVE} AND wait_kind = 'not_queued'",
    "n_unknown": f"{LIVE} AND (wait_kind = 'unknown' OR (wait_kind <> 'not_queued' AND wait_s IS NULL))",
    "n_outside_hours": "NOT in_live_hours",
    "n_rounded": f"{NOTED} AND wait_kind IN ('reached', 'gave_up', 'cut_off') AND wait_grid_s >= 300",
}
BESIDE = (
    Beside("n_gave_up", "Callers who hung up while waiting; they waited at least as long as noted"),
    Beside("n_cut_off", "Calls cut off while waiting; they too count as at least as long"),
    Beside("n_not_queued", "Calls that never queued for a person (automated system, closed, busy), in no wait"),
    Beside("n_unknown", "Calls whose wait nobody noted, in no wait (a phone system does not know it)"),
    Beside("n_outside_hours", "Calls outside live hours (Monday-Friday 8-20 Eastern, no closure), in no wait"),
    Beside("n_rounded", "Waits noted to five minutes or coarser; read the figures no finer than that"),
)
QUEUED = "calls that queued in live hours and whose wait somebody noted"
CLOCKS = {
    "clock_start": "the moment named in wait_from: dial (from dialling, automated system included), queue, or unsaid; "
    "never pooled",
    "clock_stop": "a live person speaks",
}

WAIT = Card(
    name="wait",
    version=1,
    title="Time from dialling (or from the moment named in wait_from) to a live person.",
    table="dials",
    population=QUEUED,
    numerator="calls that reached a person; hung up and cut off are lower bounds (Kaplan-Meier)",
    denominator="calls still waiting",
    **CLOCKS,
    minimum="median and mean: n >= 20 with 10 reached; p90: 36 reached and no more than a tenth still waiting at the end",
    source="reference values: R survival 3.8; L. Brown et al., JASA 100 (2005), 36-50",
    unit="s",
    counts=COUNTS,
    rows=BESIDE,
)
SERVICE_LEVEL = Card(
    name="service_level",
    version=1,
    title="Chance of a live person within so many minutes.",
    table="dials",
    population=QUEUED,
    numerator="within_...: 1 - S(t), those who hung up or were cut off counting as at least; "
    "answered_within_...: answered by then",
    denominator="all who queued",
    **CLOCKS,
    source="reference values: R survival 3.8; the second figure is the call-centre industry's service level",
    counts=COUNTS,
    rows=BESIDE,
)
AVERAGE_SPEED_OF_ANSWER = Card(
    name="average_speed_of_answer",
    version=1,
    title="Mean wait of answered calls: what an agency would publish. It falls when callers give up sooner.",
    table="dials",
    population="calls that reached a person in live hours and whose wait somebody noted",
    numerator="sum of their waits",
    denominator="these calls",
    **CLOCKS,
    minimum="n >= 20",
    source="call-centre industry usage; here for comparison with published figures only",
    unit="s",
    counts=COUNTS,
    rows=BESIDE,
)


def wait(dials, by=(), *, as_of=None) -> Result:
    """Time from dialling (or from the moment named in ``wait_from``) to a live person.

    A caller who was reached waited as long as noted; one who hung up or was cut off waited *at least* as long. A
    call that never queued is out of the population; a call whose wait nobody noted is in no curve. Both are counted,
    and so are calls outside live hours. ``wait_from`` is always a key: the three clocks are never pooled.

    Parameters
    ----------
    dials : one row a call to an agency line
    by : keys to split by; with ``tier``, only calls that reached a person count, since no other has a tier

    Returns
    -------
    Result
        ``median``, ``p90``, ``mean_120min`` (mean of the wait, two hours at most) [s] with 95 % intervals;
        ``median_if_reached_next`` and ``median_if_never_reached`` [s]: had every caller who was lost been about to
        get through, or never; ``share_censored``, ``share_unknown``; counts beside. ``curve``: S(t) and its limits.

    Notes
    -----
    The median is the first time with S(t) <= 1/2, its interval the times at which the log-log band gets there. A
    limit that does not exist is flagged ``one_sided``; a curve that never comes down so far, ``not_estimable``.

    References
    ----------
    .. [1] L. Brown et al., "Statistical analysis of a telephone call center", JASA 100 (2005), 36-50.

    Examples
    --------
    >>> dials = pd.DataFrame({"wait_s": [600, 1200, 1500, 2400, 3000, 1800, 1800, 3000] * 3,
    ...                       "wait_kind": (["reached"] * 5 + ["gave_up"] * 3) * 3, "wait_from": "dial"})
    >>> wait(dials).table.loc[:1, ["wait_from", "statistic", "n", "events", "value", "flag"]]
      wait_from statistic   n  events   value           flag
    0      dial    median  24      15  2400.0             ok
    1      dial       p90  24      15     NaN        small_n
    """
    only, said = _reached_only(by)
    return measure(dials, WAIT, _with_clock(by), as_of=as_of, estimate=_waits, further=("wait_s",), where=only,
                   said=said)  # fmt: skip


def service_level(dials, by=(), *, within_s=WITHIN_S, as_of=None) -> Result:
    """Chance of a live person within so many minutes.

    ``within_60min`` is what a caller who stays can expect: those who hung up or were cut off count as "not by
    then". ``answered_within_60min`` is the industry's figure beside it: answered by then ÷ all who queued, as if
    those who hung up earlier could never have got through.

    Parameters
    ----------
    dials : one row a call to an agency line
    by : keys to split by
    within_s : times [s]

    Returns
    -------
    Result
        Shares, 0-1, with 95 % intervals (log-log; Wilson).

    Examples
    --------
    >>> dials = pd.DataFrame({"wait_s": [600, 1200, 1500, 2400, 3000, 1800, 1800, 3000] * 4,
    ...                       "wait_kind": (["reached"] * 5 + ["gave_up"] * 3) * 4, "wait_from": "dial"})
    >>> service_level(dials, within_s=[2400]).table.loc[:1, ["statistic", "n", "events", "value"]].round(3)
                   statistic   n  events  value
    0           within_40min  32      16  0.583
    1  answered_within_40min  32      16  0.500
    """
    only, said = _reached_only(by)
    estimate = partial(_within, within_s=tuple(within_s))
    return measure(dials, SERVICE_LEVEL, _with_clock(by), as_of=as_of, estimate=estimate, further=("wait_s",),
                   where=only, said=said)  # fmt: skip


def average_speed_of_answer(dials, by=(), *, as_of=None) -> Result:
    """Mean wait of answered calls: what an agency would publish.

    Callers who hung up or were cut off are not in it, so it is shorter than the wait and falls when callers give up
    sooner. It is here to be set beside an agency's own figure, never as a finding.

    Parameters
    ----------
    dials : one row a call to an agency line
    by : keys to split by

    Returns
    -------
    Result
        ``mean`` [s] with Student's 95 % interval.

    Examples
    --------
    >>> dials = pd.DataFrame({"wait_s": [600, 1200] * 10 + [7200], "wait_kind": ["reached"] * 20 + ["gave_up"],
    ...                       "wait_from": "dial"})
    >>> average_speed_of_answer(dials).table.loc[:0, ["n", "value"]]
        n  value
    0  20  900.0
    """
    only, said = _reached_only(by)
    return measure(dials, AVERAGE_SPEED_OF_ANSWER, _with_clock(by), as_of=as_of, estimate=_answered,
                   further=("wait_s",), where=only, said=said)  # fmt: skip


def _with_clock(by):
    by = (by,) if isinstance(by, str) else tuple(by)
    return by if "wait_from" in by else (*by, "wait_from")


def _reached_only(by):
    if "tier" not in ((by,) if isinstance(by, str) else by):
        return "", ()
    return "wait_kind = 'reached'", (
        "By tier only calls that reached a person count, since no other call has a tier; so these waits are shorter "
        "than those of all callers.",
    )


# ---- estimates ------------------------------------------------------------------------------------------


def _curves(card, counted, by):
    """The groups, their sums, the noted waits in order, and one survival curve a group."""
    codes, cells = cells_of(counted, by, card)
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.counts}
    lost = counted["n_gave_up"].to_numpy() + counted["n_cut_off"].to_numpy()
    noted = np.flatnonzero((counted["n_reached"].to_numpy() + lost) > 0)
    wait_s = counted["wait_s"].iloc[noted].to_numpy(dtype="int64")
    noted = noted[np.lexsort((wait_s, codes[noted]))]
    rows = pd.DataFrame({name: counted[name].to_numpy()[noted] for name in ("n_reached", "n_gave_up", "n_cut_off")})
    rows["t_s"], rows["cell"] = counted["wait_s"].iloc[noted].to_numpy(dtype="int64"), codes[noted]
    rows["n_lost"] = rows["n_gave_up"] + rows["n_cut_off"]
    curves = estimates.kaplan_meier(*(rows[c].to_numpy() for c in ("cell", "t_s", "n_reached", "n_lost")), len(cells))
    return cells, sums, rows, curves


def _waits(card, counted, by):
    cells, sums, rows, curves = _curves(card, counted, by)
    lost = sums["n_gave_up"] + sums["n_cut_off"]
    n = sums["n_reached"] + lost
    enough = (n >= MEDIAN_MINIMUM) & (sums["n_reached"] >= REACHED_MINIMUM)
    timed = partial(_timed, n=n, events=sums["n_reached"])
    value, se = curves.restricted_mean(CAP_S)
    half = NormalDist().inv_cdf(0.975) * se
    figures = [
        timed("median", *curves.quantile(0.5), enough=enough),
        timed("p90", *curves.quantile(0.9), enough=sums["n_reached"] >= P90_MINIMUM),
        timed("mean_120min", value, np.clip(value - half, 0, None), np.clip(value + half, None, CAP_S), enough=enough),
        *(timed(name, bound, bound, bound, enough=enough) for name, bound in _bounds(rows, len(cells))),
        share("share_censored", lost, n, QUEUED),
        share("share_unknown", sums["n_unknown"], n + sums["n_unknown"], "calls that queued, or may have"),
        *(number(row.count, sums[row.count], n + sums["n_unknown"], "calls") for row in BESIDE),
    ]
    return long(card, cells, figures), _curve_frame(cells, rows, curves)


def _timed(statistic, value, low, high, *, n, events, enough):
    """A time in every group, left out where the sample is too small or the curve does not come down so far."""
    known = enough & ~np.isnan(value)
    value, low, high = (np.where(known, v, np.nan) for v in (value, low, high))
    flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
    flag = np.where(known, flag, np.where(enough | (n == 0), "not_estimable", "small_n"))
    return Figures(statistic, "s", QUEUED, n, events, value, low, high, flag)


def _bounds(rows, n_cells):
    """The median had every lost caller been about to get through, and had none ever."""
    cell, t, reached, lost = (rows[c].to_numpy() for c in ("cell", "t_s", "n_reached", "n_lost"))
    soon = estimates.kaplan_meier(cell, t, reached + lost, np.zeros_like(lost), n_cells)
    after_all = np.full(len(t), t.max(initial=0) + 1)
    both = [np.concatenate(pair) for pair in ((cell, cell), (t, after_all), (reached, 0 * reached), (0 * lost, lost))]
    never = estimates.kaplan_meier(*both, n_cells)
    yield "median_if_reached_next", soon.quantile(0.5)[0]
    yield "median_if_never_reached", never.quantile(0.5)[0]


def _curve_frame(cells, rows, curves):
    frame = cells.iloc[curves.cell].reset_index(drop=True)
    return frame.assign(
        t_s=curves.t,
        n_at_risk=curves.n_at_risk,
        reached=curves.reached,
        gave_up=rows["n_gave_up"].to_numpy(),
        cut_off=rows["n_cut_off"].to_numpy(),
        s=curves.s,
        se=curves.se,
        low=curves.low,
        high=curves.high,
    )


def _within(card, counted, by, *, within_s):
    cells, sums, rows, curves = _curves(card, counted, by)
    n = sums["n_reached"] + sums["n_gave_up"] + sums["n_cut_off"]
    figures = []
    for t in within_s:
        name = f"within_{t / 60:g}min"
        by_then = np.where(rows["t_s"] <= t, rows["n_reached"], 0)
        answered = np.bincount(rows["cell"], by_then, len(cells)).astype("int64")
        figures += [_chance(name, n, answered, *curves.at(t)), share(f"answered_{name}", answered, n, QUEUED)]
    figures += [number(row.count, sums[row.count], n + sums["n_unknown"], "calls") for row in BESIDE]
    return long(card, cells, figures), None


def _chance(name, n, answered, s, _se, low, high):
    """1 - S(t) with its limits. Nobody, or everybody, answered by then: one limit is certain, the other has no band."""
    low, high = np.where(s == 0, 0.0, low), np.where(s == 1, 1.0, high)
    known = ~np.isnan(s)
    flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
    flag = np.where(n < SHARE_MINIMUM, "small_n", flag)
    flag = np.where(known & (n > 0), flag, "not_estimable")
    shown = known & (n >= INTERVAL_MINIMUM)
    value, low, high = (np.where(shown, 1 - v, np.nan) for v in (s, high, low))
    return Figures(name, "share", QUEUED, n, answered, value, low, high, flag)


def _answered(card, counted, by):
    cells, sums, rows, _ = _curves(card, counted, by)
    n = sums["n_reached"]
    weights = rows["n_reached"].to_numpy()
    total, squares = (np.bincount(rows["cell"], weights * rows["t_s"].to_numpy(float) ** p, len(cells)) for p in (1, 2))
    value, low, high = estimates.mean(total, squares, n)
    mean = _timed("mean", value, low, high, n=n, events=n, enough=n >= MEDIAN_MINIMUM)
    beside = [number(row.count, sums[row.count], n, "calls") for row in BESIDE]
    return long(card, cells, [mean, *beside]), None


CARDS = (WAIT, SERVICE_LEVEL, AVERAGE_SPEED_OF_ANSWER)
