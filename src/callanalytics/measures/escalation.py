"""What callers asked for, and the result: Tier 2, urgency, refusals, and requests that an officer decides.

Each function takes the table of agency calls. Shares carry Wilson's 95 % interval; exclusions are counted separately.
Missing answers are not missing at random, so a caveat says how far they could move the rate if all were no, or all yes.
Requests are appointments, expedites, and reschedulings: granted, relayed, refused, or nothing came.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from callanalytics import estimates
from callanalytics.lazy import np
from callanalytics.measures.card import words_of_cards
from callanalytics.measures.compute import (
    Figures,
    agency_of,
    day_of,
    days_of,
    estimated,
    figures_table,
    measure,
    share,
    sums_by_group,
)
from callanalytics.measures.definitions import (
    INTERVAL_MINIMUM,
    MEDIAN_MINIMUM,
    SHARE_MINIMUM,
)
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.schema import REQUEST_RESULTS


def escalation_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that reached a person and on which a callback was promised.

    A callback by Tier 2: urgent, regular, or of unknown kind. An automatic callback that only keeps the caller's place
    in the queue does not count. Gives ``rate``, and its parts ``rate_urgent`` and ``rate_regular`` [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "promised": ["urgent"] * 8 + ["regular"] * 12 + ["none"] * 20})
    >>> escalation_rate(calls).table.loc[:1, ["statistic", "n", "events", "value"]]
         statistic   n  events  value
    0         rate  40      20    0.5
    1  rate_urgent  40       8    0.2
    """
    return measure(agency_calls, "escalation_rate", by, as_of=as_of)


def urgency_downgrade_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Matters the caller said were urgent that were passed on as regular.

    Tier 1 decides whether a request is urgent. Over calls on which the caller said that it was, and a callback was
    promised as urgent or as regular; those not passed on at all are counted separately. Gives ``rate`` [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "urgency_claimed": "urgent",
    ...                       "promised": ["urgent"] * 24 + ["regular"] * 8 + ["none"] * 3})
    >>> urgency_downgrade_rate(calls).table.loc[:1, ["statistic", "n", "events", "value"]]
             statistic   n  events  value
    0             rate  32       8   0.25
    1  n_not_passed_on  35       3   3.00
    """
    return measure(agency_calls, "urgency_downgrade_rate", by, as_of=as_of)


def tier2_request_granted(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Requests for Tier 2 after which an officer or a supervisor spoke on the same call.

    Tier 1 does not put calls through on request (AILA's practice pointer of 10 January 2022): this measure tests that.
    Over calls whose highest tier was logged. Gives ``rate`` and ``promised_instead``, where only Tier 1 spoke and a
    callback was promised [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "tier2_requested": True, "tier": ["tier1"] * 27 + ["tier2"] * 3,
    ...                       "promised": ["regular"] * 15 + ["none"] * 15})
    >>> tier2_request_granted(calls).table.loc[:1, ["statistic", "n", "events", "value"]]
              statistic   n  events  value
    0              rate  30       3    0.1
    1  promised_instead  30      15    0.5
    """
    return measure(agency_calls, "tier2_request_granted", by, as_of=as_of)


def refusal_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that reached a person who refused what the caller asked.

    Split by ``caller_role`` or ``g28_on_file``, it shows whether staff are refused more than attorneys. Gives ``rate``
    and, of the same calls, the share of each refusal: ``refused_too_soon``, ``refused_use_online``, ``refused_limit``,
    ``refused_no_g28``, ``refused_other`` [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "caller_role": ["staff"] * 30 + ["attorney"] * 30,
    ...                       "outcome": ["refused_no_g28"] * 12 + ["resolved"] * 45 + ["refused_too_soon"] * 3})
    >>> rates = refusal_rate(calls, by=("caller_role",)).table.query("statistic == 'rate'")
    >>> rates[["caller_role", "n", "events", "value"]]
      caller_role   n  events  value
    0    attorney  30       3    0.1
    8       staff  30      12    0.4
    """
    return measure(agency_calls, "refusal_rate", by, as_of=as_of)


# ---- appointments, expedites, reschedulings ----------------------------------------------------------


RESULTS = {result: result for result in REQUEST_RESULTS.split()} | {"none": "nothing_came"}
WITHIN_DAYS = 30
OF = "requests whose result was logged"


def request_outcome(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Results of requests for an appointment, an expedite, or a rescheduling.

    ``request`` (appointment, expedite, reschedule) is always a key. Gives the shares ``granted``, ``relayed``,
    ``refused``, and ``nothing_came``. ``median_days`` runs from the call to the decision, for those decided on a known
    day, with the interval of its order statistics. Also gives ``granted_within_30_days`` and
    ``refused_within_30_days`` [share]: a request not decided by ``as_of`` counts as open until then, so that slow
    decisions are not left out. Those need ``as_of``; without it they are not estimable. A request that was never logged
    again looks open.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"reason": "appointment", "request_result": ["granted"] * 20 + ["none"] * 20,
    ...                       "request_days": [9] * 20 + [None] * 20})
    >>> request_outcome(calls).table.loc[[0, 4], ["request", "statistic", "n", "events", "value"]]
           request    statistic   n  events  value
    0  appointment      granted  40      20    0.5
    4  appointment  median_days  20      20    9.0
    """
    kinds = {reason.code: reason.topic for reason in agency_of(agency_calls).reasons if reason.request}
    return measure(
        agency_calls,
        "request_outcome",
        by,
        as_of=as_of,
        estimate=partial(_requests, seen=day_of(agency_calls, as_of)),
        extra_keys=("reason", "request_days", "date"),
        where=words_of_cards()["requested"],
        derived={"request": lambda counted: [kinds.get(reason) for reason in counted["reason"]]},
    )


def _requests(card, counted, by, *, seen):
    codes, cells, sums = sums_by_group(counted, by, card)
    n = sums["n_decided"]
    days = counted["request_days"].to_numpy(dtype=float, na_value=np.nan)
    decided = counted["n_decided"].to_numpy()
    found = np.full((len(n), 3), np.nan)
    for cell in np.flatnonzero(n >= MEDIAN_MINIMUM):
        rows = (codes == cell) & (decided > 0)
        found[cell] = estimates.order_statistic(days[rows], decided[rows], 0.5)
    figures = [
        *(share(statistic, sums[f"n_{result}"], sums["n_asked"], OF) for result, statistic in RESULTS.items()),
        estimated("median_days", "days", "requests decided on a known day", n, n, found.T, n >= MEDIAN_MINIMUM),
        *_within(counted, codes, sums, seen),
    ]
    return figures_table(card, cells, sums, figures), None


def _within(counted, codes, sums, seen):
    """Cumulative incidence of both decisions at 30 days; nan where `as_of` is not known."""
    decided = sums["n_decided"]
    n = decided + sums["n_open"]
    shares = np.full((len(n), 2, 3), np.nan)
    days = counted["request_days"].to_numpy(dtype=float, na_value=np.nan)
    asked = days_of(counted["date"])
    # Without `as_of`, no cell is estimated below, so any day will do here.
    age = (np.datetime64(seen or date.min, "D") - asked).astype(float)
    # A request of an unknown day is followed for 0 days; one without a day of decision, until `as_of`.
    age = np.where(np.isnat(asked), 0, np.maximum(age, 0))
    events = counted[["n_granted_dated", "n_refused_dated"]].to_numpy()
    rows = np.where(np.isnan(days), age, days), events, counted["n_open"].to_numpy()
    for cell in np.flatnonzero((n >= INTERVAL_MINIMUM) & (seen is not None)):
        here = codes == cell
        found = estimates.aalen_johansen(*(part[here] for part in rows)).shares_at(WITHIN_DAYS)
        shares[cell] = np.stack([found[0], found[2], found[3]], axis=1)
    for k, (name, events) in enumerate((("granted", "n_granted_dated"), ("refused", "n_refused_dated"))):
        value, low, high = shares[:, k].T
        flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
        flag = np.where(n < SHARE_MINIMUM, "small_n", flag)  # too few matters more than a missing limit
        flag = np.where(np.isnan(value) & ((n >= INTERVAL_MINIMUM) | (n == 0)), "not_estimable", flag)
        statistic = f"{name}_within_{WITHIN_DAYS}_days"
        yield Figures(statistic, "share", "requests followed", n, sums[events], value, low, high, flag)
