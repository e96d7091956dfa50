"""Appointments, expedites, reschedulings: asked for on a call, and then granted, relayed, refused, or nothing."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from callanalytics import agencies, estimates
from callanalytics.measures.card import Beside, Card
from callanalytics.measures.measure import day_of, measure
from callanalytics.measures.outcomes import LIVE, OUTSIDE
from callanalytics.measures.rates import INTERVAL_MINIMUM, SHARE_MINIMUM, Figures, excluded_counts, long, share
from callanalytics.measures.result import Result
from callanalytics.measures.tally import cells_of
from callanalytics.schema import REQUEST_RESULTS

RESULTS = {result: result for result in REQUEST_RESULTS.split()} | {"none": "nothing_came"}
WITHIN_DAYS = 30
MEDIAN_MINIMUM = 20
REQUESTED = "request_result IS NOT NULL"
ASKED = f"{LIVE} AND {REQUESTED}"
REQUEST_OUTCOME = Card(
    name="request_outcome",
    title="What became of requests for an appointment, an expedite, a rescheduling.",
    table="dials",
    population="calls in live hours on which one of these was asked for and its result was noted",
    numerator="granted; relayed (passed on, the field office decides); refused; nothing_came; "
    "..._within_30_days: cumulative incidence (Aalen-Johansen), requests not decided by as_of followed until then",
    denominator="these calls, each kind of request apart",
    clock_start="the day of the call",
    clock_stop="the day of the decision",
    minimum="shares: n >= 30, from 10 on with their interval; median: 20 decided",
    source="AILA, Practice Pointer: Navigating the USCIS Contact Center, updated 10 Jan. 2022; kinds of requests: "
    "agencies/uscis/reasons.toml",
    counts={
        "n_asked": ASKED,
        **{f"n_{result}": f"{ASKED} AND request_result = '{result}'" for result in RESULTS},
        "n_decided": f"{ASKED} AND request_result IN ('granted', 'refused') AND request_days IS NOT NULL",
        "n_granted_dated": f"{ASKED} AND request_result = 'granted' AND request_days IS NOT NULL",
        "n_refused_dated": f"{ASKED} AND request_result = 'refused' AND request_days IS NOT NULL",
        "n_open": f"{ASKED} AND request_result IN ('relayed', 'none')",
    },
    rows=(
        Beside(
            "n_undated",
            "Requests granted or refused without a date of the decision, in no figure of days",
            f"{ASKED} AND request_result IN ('granted', 'refused') AND request_days IS NULL",
        ),
        Beside(
            OUTSIDE.count,
            OUTSIDE.said.replace("Calls", "Requests on calls"),
            f"{OUTSIDE.where} AND {REQUESTED}",
            OUTSIDE.why,
        ),
    ),
    counted="n_asked",
    left_out={"no_request": "request_result IS NULL"},
)
OF = "requests whose result was noted"


def request_outcome(dials, by=(), *, as_of=None) -> Result:
    """What became of requests for an appointment, an expedite, a rescheduling.

    ``request`` (appointment, expedite, reschedule) is always a key. Gives the shares ``granted``, ``relayed``,
    ``refused``, ``nothing_came``; ``median_days`` from the call to the decision, of those decided on a known day, with
    the interval of its order statistics; and ``granted_within_30_days`` and ``refused_within_30_days`` [share], in
    which a request not decided by ``as_of`` counts as open until then, so that slow decisions are not left out for
    being slow. Those need the day of the look; without it they are not estimable. A request that was never written down
    again looks open.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"reason": "appointment", "request_result": ["granted"] * 20 + ["none"] * 20,
    ...                       "request_days": [9] * 20 + [None] * 20})
    >>> request_outcome(dials).table.loc[[0, 4], ["request", "statistic", "n", "events", "value"]]
           request    statistic   n  events  value
    0  appointment      granted  40      20    0.5
    4  appointment  median_days  20      20    9.0
    """
    seen = day_of(dials, as_of)
    by = (by,) if isinstance(by, str) else tuple(by)
    return measure(
        dials,
        REQUEST_OUTCOME,
        by,
        as_of=as_of,
        estimate=partial(_requests, seen=seen),
        further=("reason", "request_days", "date"),
        where=REQUESTED,
        derived={"request": _kind_of_request},
    )


def _kind_of_request(counted):
    kinds = {reason.code: reason.topic for reason in agencies.uscis().reasons if reason.request}
    return [kinds.get(reason) for reason in counted["reason"]]


def _requests(card, counted, by, *, seen):
    codes, cells = cells_of(counted, by, card)
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.names}
    figures = [
        *(share(statistic, sums[f"n_{result}"], sums["n_asked"], OF) for result, statistic in RESULTS.items()),
        _median_days(counted, codes, sums),
        *_within(counted, codes, sums, seen),
        *excluded_counts(card, sums),
    ]
    return long(card, cells, figures), None


def _median_days(counted, codes, sums):
    n = sums["n_decided"]
    days = counted["request_days"].to_numpy(dtype=float, na_value=np.nan)
    decided = counted["n_decided"].to_numpy()
    found = np.full((len(n), 3), np.nan)
    for cell in np.flatnonzero(n >= MEDIAN_MINIMUM):
        rows = (codes == cell) & (decided > 0)
        found[cell] = estimates.order_statistic(days[rows], decided[rows], 0.5)
    flag = np.where(n >= MEDIAN_MINIMUM, "ok", np.where(n > 0, "small_n", "not_estimable"))
    return Figures("median_days", "days", "requests decided on a known day", n, n, *found.T, flag)


def _within(counted, codes, sums, seen):
    """Cumulative incidence of both decisions at 30 days; nan where the day of the look is not known."""
    decided = sums["n_decided"]
    n = decided + sums["n_open"]
    shares = np.full((len(n), 2, 3), np.nan)
    rows = _followed(counted, seen)
    for cell in np.flatnonzero((n >= INTERVAL_MINIMUM) & (seen is not None)):
        here = codes == cell
        found = estimates.aalen_johansen(*(part[here] for part in rows)).shares_at(WITHIN_DAYS)
        shares[cell] = np.stack([found[0], found[2], found[3]], axis=1)
    for k, (name, events) in enumerate((("granted", "n_granted_dated"), ("refused", "n_refused_dated"))):
        value, low, high = shares[:, k].T
        flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
        flag = np.where(n < SHARE_MINIMUM, "small_n", flag)
        flag = np.where(np.isnan(value) & ((n >= INTERVAL_MINIMUM) | (n == 0)), "not_estimable", flag)
        statistic = f"{name}_within_{WITHIN_DAYS}_days"
        yield Figures(statistic, "share", "requests followed", n, sums[events], value, low, high, flag)


def _followed(counted, seen):
    """Days, how many were granted and refused then, and how many were still open when last looked at."""
    days = counted["request_days"].to_numpy(dtype=float, na_value=np.nan)
    asked = np.array([np.datetime64("NaT") if pd.isna(day) else day for day in counted["date"]], "M8[D]")
    age = (np.datetime64(seen or date.min, "D") - asked).astype(float)
    # Asked on an unknown day: open for no known time. A day without a result: followed until then.
    age = np.where(np.isnat(asked), 0, np.maximum(age, 0))
    events = counted[["n_granted_dated", "n_refused_dated"]].to_numpy()
    return np.where(np.isnan(days), age, days), events, counted["n_open"].to_numpy()


CARDS = (REQUEST_OUTCOME,)
