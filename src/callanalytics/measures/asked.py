"""What was asked for on a call, and what became of it: requests, escalations, refusals.

Each function takes the table of dials. Shares carry Wilson's 95 % interval; what is left out is counted beside.
What is not logged is not missing at random, so a caveat says how far it could move the rate: all of it no, or all yes.
"""

from __future__ import annotations

from callanalytics.measures.card import Beside, Card, Rate, one_rate
from callanalytics.measures.measure import measure
from callanalytics.measures.outcomes import LIVE, OUTSIDE
from callanalytics.measures.result import Result

SPOKE = f"{LIVE} AND reached"
PROMISED = "promised IN ('urgent', 'regular', 'unknown')"
# Of a call that no one logged it is not known whether a person spoke; all of them may have.
NOBODY_KNOWS = f"{LIVE} AND reached IS NULL"
NOBODY = {"person_unknown": NOBODY_KNOWS, "no_person": f"{LIVE} AND NOT reached"}
OF_TALKS = {"table": "dials", "population": "calls in live hours on which a live person spoke"}
REFUSALS = {  # outcome -> in words
    "refused_too_soon": "told that it was too soon",
    "refused_use_online": "told to use the website",
    "refused_limit": "told of the limit of three inquiries",
    "refused_no_g28": "told that no G-28 was on file",
    "refused_other": "refused otherwise",
}

ESCALATION_RATE = Card(
    name="escalation_rate",
    version=2,
    blank=f"({SPOKE} AND promised IS NULL) OR ({NOBODY_KNOWS})",
    title="Calls that reached a person and on which a call-back was promised.",
    numerator="a call-back of Tier 2 was promised: urgent, regular, or not told which; not an automatic one that keeps "
    "our place",
    denominator="calls that reached a person and of which it was noted whether a call-back was promised",
    **OF_TALKS,
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
        Beside(
            "n_unknown",
            "Calls that reached a person and of which nobody noted whether a call-back was promised, in no rate",
            f"{SPOKE} AND promised IS NULL",
            "promise_unknown",
        ),
        OUTSIDE,
    ),
    left_out=NOBODY,
)
URGENCY_DOWNGRADE_RATE = one_rate(
    "urgency_downgrade_rate",
    "Matters we called urgent that were passed on as regular.",
    version=2,
    blank=f"({SPOKE} AND urgency_claimed = 'urgent' AND (promised IS NULL OR promised = 'unknown')) "
    f"OR ({NOBODY_KNOWS})",
    numerator="Tier 1 made it regular",
    denominator="calls on which we said that it was urgent and a call-back was promised as urgent or as regular",
    n=("n_claimed", f"{SPOKE} AND urgency_claimed = 'urgent' AND promised IN ('urgent', 'regular')"),
    events=("n_downgraded", "promised = 'regular'"),
    of="calls passed on that we had called urgent",
    beside=(
        Beside(
            "n_not_passed_on",
            "Calls we had called urgent and on which no call-back was promised, in no rate",
            f"{SPOKE} AND urgency_claimed = 'urgent' AND promised IN ('none', 'queue')",
            "not_passed_on",
        ),
        Beside(
            "n_unknown",
            "Calls we had called urgent and of which nobody noted how they were passed on, in no rate",
            f"{SPOKE} AND urgency_claimed = 'urgent' AND (promised IS NULL OR promised = 'unknown')",
            "promise_unknown",
        ),
        OUTSIDE,
    ),
    left_out=NOBODY | {"not_claimed": f"{SPOKE} AND (urgency_claimed IS NULL OR urgency_claimed <> 'urgent')"},
    **OF_TALKS,
)
TIER2_REQUEST_GRANTED = Card(
    name="tier2_request_granted",
    version=2,
    blank=f"({SPOKE} AND tier2_requested AND tier IS NULL) OR ({NOBODY_KNOWS})",
    title="Requests for Tier 2 after which an officer or a supervisor spoke on the same call.",
    numerator="the highest tier that spoke was Tier 2 or a supervisor",
    denominator="calls that reached a person, on which we asked for Tier 2 and the tier was noted",
    **OF_TALKS,
    counts={
        "n_asked": f"{SPOKE} AND tier2_requested AND tier IS NOT NULL",
        "n_granted": f"{SPOKE} AND tier2_requested AND tier IN ('tier2', 'supervisor')",
        "n_called_back": f"{SPOKE} AND tier2_requested AND tier = 'tier1' AND {PROMISED}",
    },
    rows=(
        Rate("n_asked", "n_granted", "calls on which we asked for Tier 2"),
        Rate("n_asked", "n_called_back", "calls on which we asked for Tier 2", "promised_instead"),
        Beside(
            "n_unknown",
            "Calls on which we asked for Tier 2 and nobody noted who spoke, in no rate",
            f"{SPOKE} AND tier2_requested AND tier IS NULL",
            "tier_unknown",
        ),
        OUTSIDE,
    ),
    left_out=NOBODY | {"not_asked": f"{SPOKE} AND (tier2_requested IS NULL OR NOT tier2_requested)"},
)
ANSWERED = f"{SPOKE} AND outcome <> 'unknown'"
REFUSAL_RATE = Card(
    name="refusal_rate",
    version=2,
    blank=f"({SPOKE} AND outcome = 'unknown') OR ({NOBODY_KNOWS})",
    title="Calls that reached a person who refused what we asked.",
    numerator="told that it was too soon, to use the website, of the limit of three, that no G-28 was on file, or "
    "refused otherwise",
    denominator="calls that reached a person and whose result was noted",
    **OF_TALKS,
    counts={
        "n_answered": ANSWERED,
        "n_refused": f"{SPOKE} AND outcome IN ({', '.join(map(repr, REFUSALS))})",
        **{f"n_{outcome}": f"{SPOKE} AND outcome = '{outcome}'" for outcome in REFUSALS},
    },
    rows=(
        Rate("n_answered", "n_refused", "calls that reached a person"),
        *(Rate("n_answered", f"n_{outcome}", "calls that reached a person", outcome) for outcome in REFUSALS),
        Beside(
            "n_unknown", "Calls whose result nobody noted, in no rate", f"{SPOKE} AND outcome = 'unknown'", "no_result"
        ),
        OUTSIDE,
    ),
    left_out=NOBODY,
)


def escalation_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls that reached a person and on which a call-back was promised.

    A call-back of Tier 2: urgent, regular, or not told which; an automatic call-back that only keeps our place in the
    queue is none. Gives ``rate``, and of it ``rate_urgent`` and ``rate_regular`` [share].

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"reached": True, "promised": ["urgent"] * 8 + ["regular"] * 12 + ["none"] * 20})
    >>> escalation_rate(dials).table.loc[:1, ["statistic", "n", "events", "value"]]
         statistic   n  events  value
    0         rate  40      20    0.5
    1  rate_urgent  40       8    0.2
    """
    return measure(dials, ESCALATION_RATE, by, as_of=as_of)


def urgency_downgrade_rate(dials, by=(), *, as_of=None) -> Result:
    """Matters we called urgent that were passed on as regular.

    Tier 1 decides whether a request is urgent. Over calls on which we said that it was, and a call-back was promised
    as urgent or as regular; those not passed on at all are counted beside. Gives ``rate`` [share].

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"reached": True, "urgency_claimed": "urgent",
    ...                       "promised": ["urgent"] * 24 + ["regular"] * 8 + ["none"] * 3})
    >>> urgency_downgrade_rate(dials).table.loc[:1, ["statistic", "n", "events", "value"]]
             statistic   n  events  value
    0             rate  32       8   0.25
    1  n_not_passed_on  35       3   3.00
    """
    return measure(dials, URGENCY_DOWNGRADE_RATE, by, as_of=as_of)


def tier2_request_granted(dials, by=(), *, as_of=None) -> Result:
    """Requests for Tier 2 after which an officer or a supervisor spoke on the same call.

    Tier 1 does not put calls through on request (AILA's practice pointer of 10 January 2022): this is the test of it.
    Over calls whose highest tier was noted. Gives ``rate`` and ``promised_instead``, where Tier 1 alone spoke and a
    call-back was promised [share].

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"reached": True, "tier2_requested": True, "tier": ["tier1"] * 27 + ["tier2"] * 3,
    ...                       "promised": ["regular"] * 15 + ["none"] * 15})
    >>> tier2_request_granted(dials).table.loc[:1, ["statistic", "n", "events", "value"]]
              statistic   n  events  value
    0              rate  30       3    0.1
    1  promised_instead  30      15    0.5
    """
    return measure(dials, TIER2_REQUEST_GRANTED, by, as_of=as_of)


def refusal_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls that reached a person who refused what we asked.

    By ``caller_role`` and ``g28_on_file`` it tells whether staff are refused where an attorney is not. Gives ``rate``
    and, of the same calls, the share of each refusal: ``refused_too_soon``, ``refused_use_online``, ``refused_limit``,
    ``refused_no_g28``, ``refused_other`` [share].

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"reached": True, "caller_role": ["staff"] * 30 + ["attorney"] * 30,
    ...                       "outcome": ["refused_no_g28"] * 12 + ["resolved"] * 45 + ["refused_too_soon"] * 3})
    >>> rates = refusal_rate(dials, by=("caller_role",)).table.query("statistic == 'rate'")
    >>> rates[["caller_role", "n", "events", "value"]]
      caller_role   n  events  value
    0    attorney  30       3    0.1
    8       staff  30      12    0.4
    """
    return measure(dials, REFUSAL_RATE, by, as_of=as_of)


CARDS = (ESCALATION_RATE, URGENCY_DOWNGRADE_RATE, TIER2_REQUEST_GRANTED, REFUSAL_RATE)
