"""What callers asked for, and the result: Tier 2, urgency, refusals, and requests that an officer decides.

Each function takes the table of agency calls. Shares carry Wilson's 95 % interval; exclusions are counted separately.
Missing answers are not missing at random, so a caveat says how far they could move the rate if all were no, or all yes.
Requests are appointments, expedites, and reschedulings: granted, relayed, refused, or nothing came.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from callanalytics import estimates
from callanalytics.lazy import np
from callanalytics.measures.card import Card, Excluded, Rate, one_rate
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
    LIVE,
    MEDIAN_MINIMUM,
    POINTER,
    PROMISED,
    SHARE_MINIMUM,
    SHARES_MINIMUM,
)
from callanalytics.measures.outcomes import OUTSIDE
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.schema import REQUEST_RESULTS

SPOKE = f"{LIVE} AND person_reached"
# It is not known whether a person spoke on an unlogged call; on all of them, one may have.
PERSON_UNKNOWN = f"{LIVE} AND person_reached IS NULL"
NOT_TALKS = {"person_unknown": PERSON_UNKNOWN, "no_person": f"{LIVE} AND NOT person_reached"}
OF_TALKS: dict[str, Any] = {"table": "agency_calls", "population": "calls in live hours on which a live person spoke"}
REFUSALS = {  # outcome -> in words
    "refused_too_soon": "told that it was too soon",
    "refused_use_online": "told to use the website",
    "refused_limit": "told of the limit of three inquiries",
    "refused_no_g28": "told that no G-28 was on file",
    "refused_other": "refused otherwise",
}

ESCALATION_RATE = Card(
    **OF_TALKS,
    name="escalation_rate",
    version=2,
    blank=f"({SPOKE} AND promised IS NULL) OR ({PERSON_UNKNOWN})",
    title="Calls that reached a person and on which a callback was promised.",
    numerator="a callback by Tier 2 was promised: urgent, regular, or of unknown kind; not an automatic one that keeps "
    "the caller's place",
    denominator="calls that reached a person and for which it was logged whether a callback was promised",
    counts={
        "n_talked": f"{SPOKE} AND promised IS NOT NULL",
        "n_promised": f"{SPOKE} AND {PROMISED}",
        "n_urgent": f"{SPOKE} AND promised = 'urgent'",
        "n_regular": f"{SPOKE} AND promised = 'regular'",
    },
    rows=(
        Rate("n_talked", "n_promised", "calls that reached a person"),
        Rate("n_talked", "n_urgent", "calls that reached a person", "rate_urgent"),
        Rate("n_talked", "n_regular", "calls that reached a person", "rate_regular"),
        Excluded(
            "n_unknown",
            "Calls that reached a person and for which no one logged whether a callback was promised, in no rate",
            f"{SPOKE} AND promised IS NULL",
            "promise_unknown",
        ),
        OUTSIDE,
    ),
    left_out=NOT_TALKS,
    words={"rate_regular": "promised as regular", "rate_urgent": "promised as urgent"},
)
URGENCY_DOWNGRADE_RATE = one_rate(
    "urgency_downgrade_rate",
    "Matters the caller said were urgent that were passed on as regular.",
    version=2,
    blank=f"({SPOKE} AND urgency_claimed = 'urgent' AND (promised IS NULL OR promised = 'unknown')) "
    f"OR ({PERSON_UNKNOWN})",
    numerator="Tier 1 made it regular",
    denominator="calls on which the caller said it was urgent and a callback was promised as urgent or as regular",
    n=("n_claimed", f"{SPOKE} AND urgency_claimed = 'urgent' AND promised IN ('urgent', 'regular')"),
    events=("n_downgraded", "promised = 'regular'"),
    cases="calls passed on that the caller said were urgent",
    excluded=(
        Excluded(
            "n_not_passed_on",
            "Calls the caller said were urgent and on which no callback was promised, in no rate",
            f"{SPOKE} AND urgency_claimed = 'urgent' AND promised IN ('none', 'queue')",
            "not_passed_on",
            label="not counted: not passed on at all",
        ),
        Excluded(
            "n_unknown",
            "Calls the caller said were urgent and for which no one logged how they were passed on, in no rate",
            f"{SPOKE} AND urgency_claimed = 'urgent' AND (promised IS NULL OR promised = 'unknown')",
            "promise_unknown",
        ),
        OUTSIDE,
    ),
    left_out=NOT_TALKS | {"not_claimed": f"{SPOKE} AND (urgency_claimed IS NULL OR urgency_claimed <> 'urgent')"},
    **OF_TALKS,
)
TIER2_REQUEST_GRANTED = Card(
    **OF_TALKS,
    name="tier2_request_granted",
    version=2,
    blank=f"({SPOKE} AND tier2_requested AND tier IS NULL) OR ({PERSON_UNKNOWN})",
    title="Requests for Tier 2 after which an officer or a supervisor spoke on the same call.",
    numerator="the highest tier that spoke was Tier 2 or a supervisor",
    denominator="calls that reached a person, on which the caller asked for Tier 2 and the tier was logged",
    counts={
        "n_asked": f"{SPOKE} AND tier2_requested AND tier IS NOT NULL",
        "n_granted": f"{SPOKE} AND tier2_requested AND tier IN ('tier2', 'supervisor')",
        "n_called_back": f"{SPOKE} AND tier2_requested AND tier = 'tier1' AND {PROMISED}",
    },
    rows=(
        Rate("n_asked", "n_granted", "calls on which the caller asked for Tier 2"),
        Rate("n_asked", "n_called_back", "calls on which the caller asked for Tier 2", "promised_instead"),
        Excluded(
            "n_unknown",
            "Calls on which the caller asked for Tier 2 and no one logged who spoke, in no rate",
            f"{SPOKE} AND tier2_requested AND tier IS NULL",
            "tier_unknown",
        ),
        OUTSIDE,
    ),
    left_out=NOT_TALKS | {"not_asked": f"{SPOKE} AND (tier2_requested IS NULL OR NOT tier2_requested)"},
    words={"promised_instead": "a callback promised instead"},
)
ANSWERED = f"{SPOKE} AND outcome <> 'unknown'"
REFUSAL_RATE = Card(
    **OF_TALKS,
    name="refusal_rate",
    version=2,
    blank=f"({SPOKE} AND outcome = 'unknown') OR ({PERSON_UNKNOWN})",
    title="Calls that reached a person who refused what the caller asked.",
    numerator="the caller was told that it was too soon, to use the website, of the limit of three inquiries, or that "
    "no G-28 was on file, or was refused otherwise",
    denominator="calls that reached a person and whose result was logged",
    counts={
        "n_answered": ANSWERED,
        "n_refused": f"{SPOKE} AND outcome IN ({', '.join(map(repr, REFUSALS))})",
        **{f"n_{outcome}": f"{SPOKE} AND outcome = '{outcome}'" for outcome in REFUSALS},
    },
    rows=(
        Rate("n_answered", "n_refused", "calls that reached a person"),
        *(Rate("n_answered", f"n_{outcome}", "calls that reached a person", outcome) for outcome in REFUSALS),
        Excluded(
            "n_unknown",
            "Calls whose result no one logged, in no rate",
            f"{SPOKE} AND outcome = 'unknown'",
            "no_result",
        ),
        OUTSIDE,
    ),
    left_out=NOT_TALKS,
    words={
        "refused_limit": "told: three-inquiry limit",
        "refused_no_g28": "told: no G-28",
        "refused_other": "refused otherwise",
        "refused_too_soon": "told: too soon",
        "refused_use_online": "told: use the website",
    },
)


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
    return measure(agency_calls, ESCALATION_RATE, by, as_of=as_of)


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
    return measure(agency_calls, URGENCY_DOWNGRADE_RATE, by, as_of=as_of)


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
    return measure(agency_calls, TIER2_REQUEST_GRANTED, by, as_of=as_of)


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
    return measure(agency_calls, REFUSAL_RATE, by, as_of=as_of)


# ---- appointments, expedites, reschedulings ----------------------------------------------------------


RESULTS = {result: result for result in REQUEST_RESULTS.split()} | {"none": "nothing_came"}
WITHIN_DAYS = 30
REQUESTED = "request_result IS NOT NULL"
ASKED = f"{LIVE} AND {REQUESTED}"
REQUEST_OUTCOME = Card(
    name="request_outcome",
    title="Results of requests for an appointment, an expedite, or a rescheduling.",
    table="agency_calls",
    population="calls in live hours on which one of these was requested and its result was logged",
    numerator="granted; relayed (passed on, the field office decides); refused; nothing came [nothing_came]; granted "
    "or refused within 30 days [..._within_30_days]: cumulative incidence (Aalen-Johansen), requests not decided by "
    "the last day whose records are used [as_of] followed until then",
    denominator="these calls, each kind of request separately",
    clock_start="the day of the call",
    clock_stop="the day of the decision",
    minimum=f"shares: {SHARES_MINIMUM}; median: {MEDIAN_MINIMUM} decided",
    source=f"{POINTER}; kinds of requests: agencies/{{folder}}/reasons.toml",
    counts={
        "n_asked": ASKED,
        **{f"n_{result}": f"{ASKED} AND request_result = '{result}'" for result in RESULTS},
        "n_decided": f"{ASKED} AND request_result IN ('granted', 'refused') AND request_days IS NOT NULL",
        "n_granted_dated": f"{ASKED} AND request_result = 'granted' AND request_days IS NOT NULL",
        "n_refused_dated": f"{ASKED} AND request_result = 'refused' AND request_days IS NOT NULL",
        "n_open": f"{ASKED} AND request_result IN ('relayed', 'none')",
    },
    rows=(
        Excluded(
            "n_undated",
            "Requests granted or refused without a logged date of the decision, in no figure of days",
            f"{ASKED} AND request_result IN ('granted', 'refused') AND request_days IS NULL",
            label="not counted: day of the decision not logged",
        ),
        replace(
            OUTSIDE,
            sentence=OUTSIDE.sentence.replace("Calls", "Requests on calls"),
            where=f"{OUTSIDE.where} AND {REQUESTED}",
        ),
    ),
    counted="n_asked",
    left_out={"no_request": "request_result IS NULL"},
    words={"median_days": "median days to the decision", "relayed": "passed on to the field office"},
)
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
        REQUEST_OUTCOME,
        by,
        as_of=as_of,
        estimate=partial(_requests, seen=day_of(agency_calls, as_of)),
        extra_keys=("reason", "request_days", "date"),
        where=REQUESTED,
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
