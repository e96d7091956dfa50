"""How complete the hand log is: what AILA asks for and was written down, and the calls nobody noted."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from callanalytics import counts
from callanalytics.measures.card import Beside, Card, Rate
from callanalytics.measures.measure import measure
from callanalytics.measures.outcomes import LIVE, OUTSIDE
from callanalytics.measures.result import Result
from callanalytics.measures.rounded import OF_NONZERO

PROMISED = "promised IN ('urgent', 'regular', 'unknown')"
ASKED = {  # field: (calls of which it can be asked, filled, in words)
    "time": ("n_dials", "started_precision_s < 86400", "noted calls"),
    "time_zone": ("n_dials", "timezone IS NOT NULL", "noted calls"),
    "number_used": ("n_dials", "our_number IS NOT NULL", "noted calls"),
    "agent_name": ("n_spoke", "agent_name IS NOT NULL", "noted calls on which a person spoke"),
    "agent_id": ("n_spoke", "agent_id IS NOT NULL", "noted calls on which a person spoke"),
    "sr_number": (
        "n_requests",
        "(sr_number IS NOT NULL OR no_sr_reason IS NOT NULL)",
        "noted calls with a service request or a promised call-back",
    ),
    "callback_number": ("n_promised", "callback_number IS NOT NULL", "noted calls with a promised call-back"),
}
BASES = {
    "n_dials": "kind = 'dial'",
    "n_spoke": "kind = 'dial' AND (wait_kind = 'reached' OR tier IS NOT NULL)",
    "n_requests": f"kind = 'dial' AND (outcome IN ('service_request', 'callback_promised') OR {PROMISED})",
    "n_promised": f"kind = 'dial' AND {PROMISED}",
}
_WAITS = "kind = 'dial' AND wait_s >= 30"
_ON_5 = "(wait_s + 30) % 300 < 60"  # as facts.time_rounding.whole_fives; a test holds that they are the same

LOG_COMPLETENESS = Card(
    name="log_completeness",
    title="Share of the fields AILA asks for that are filled, and of calls to the agency that nobody noted.",
    table="notes",
    also=("dials",),
    population="calls in the hand log; for not_noted, calls to the agency in the phone log, in live hours",
    numerator="filled_...: the field is filled (or says why there is no number); not_noted: no note belongs to it; "
    "waits_on_5_minutes: the wait is whole five minutes, to the nearest, where one in five would be by chance",
    denominator="calls of which the field can be asked: an agent's name only where a person spoke; "
    "waits_on_5_minutes: noted waits of at least half a minute",
    version=2,
    counted="n_dials",
    left_out={"not_a_call": "kind <> 'dial'"},
    keys=("office",),
    counts={
        **BASES,
        **{f"n_{name}": f"{BASES[base]} AND {filled}" for name, (base, filled, _) in ASKED.items()},
        "n_waits": _WAITS,
        "n_on_5": f"{_WAITS} AND {_ON_5}",
    },
    rows=(
        *(Rate(base, f"n_{name}", of, f"filled_{name}") for name, (base, _, of) in ASKED.items()),
        Rate("n_waits", "n_on_5", OF_NONZERO, "waits_on_5_minutes"),
    ),
)
_PHONED = f"{LIVE} AND evidence IN ('phone', 'both')"
NOT_NOTED = replace(
    LOG_COMPLETENESS,
    table="dials",
    counts={
        "n_phone": _PHONED,
        "n_not_noted": f"{LIVE} AND evidence = 'phone'",
    },
    rows=(
        Rate("n_phone", "n_not_noted", "calls to the agency in the phone log", "not_noted"),
        Beside(
            "n_note_only",
            "Noted calls that no phone log shows: on a line without an export, or with a wrong time",
            "evidence = 'note'",
        ),
        OUTSIDE,
    ),
)


def log_completeness(notes, dials, by=(), *, as_of=None) -> Result:
    """Share of the fields AILA asks for that are filled, and of calls to the agency that nobody noted.

    Fields: time, time zone, number used, agent's name and ID, service request number (or why none), number for the
    call-back. Each is asked only of calls that can have it. ``waits_on_5_minutes`` tells how waits were rounded.
    ``not_noted`` looks the other way: calls in the phone
    log to which no note belongs. A log kept only on bad days makes waits look long; this is how to tell.

    Parameters
    ----------
    notes : one row a contact that somebody wrote down
    dials : one row a call to an agency line
    by : ``("office",)`` or nothing

    Returns
    -------
    Result
        ``filled_...`` and ``not_noted`` [share] with Wilson's 95 % interval.

    References
    ----------
    .. [1] AILA, "Practice Pointer: Navigating the USCIS Contact Center", updated 10 Jan. 2022: "The log should
           include the phone number used when calling, the time (zone) of the call, name and agent ID number, and any
           tracking or service request (SR) number issued."

    Examples
    --------
    >>> import pandas as pd
    >>> notes = pd.DataFrame({"kind": "dial", "wait_kind": "reached", "outcome": "resolved",
    ...                       "agent_id": ["A1"] * 24 + [None] * 8})
    >>> dials = pd.DataFrame({"evidence": ["both"] * 32 + ["phone"] * 8})
    >>> log_completeness(notes, dials).table.iloc[[4, 8]][["statistic", "n", "events", "value"]]
             statistic   n  events  value
    4  filled_agent_id  32      24   0.75
    8        not_noted  40       8   0.20
    """
    filled, noted = (
        measure(frame, card, by, as_of=as_of) for frame, card in ((notes, LOG_COMPLETENESS), (dials, NOT_NOTED))
    )
    table = counts.in_order(pd.concat([filled.table, noted.table], ignore_index=True), filled.by, "dials")
    return replace(filled, table=table, caveats=tuple(dict.fromkeys((*filled.caveats, *noted.caveats))), tally=None)


CARDS = (LOG_COMPLETENESS,)
