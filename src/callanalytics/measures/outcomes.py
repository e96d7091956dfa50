"""What became of a call: a person, a hang-up, a cut-off, or the automated system.

Each function takes the table of dials and gives ``rate`` [share] with Wilson's 95 % interval, and counts of what is
left out beside it.
"""

from __future__ import annotations

from callanalytics.measures.card import POINTER, Beside, one_rate
from callanalytics.measures.measure import measure
from callanalytics.measures.result import Result

LIVE = "(in_live_hours IS NULL OR in_live_hours)"
OUTSIDE = Beside(
    "n_outside_hours",
    "Calls outside live hours (Monday-Friday 8-20 Eastern, no closure), in no rate",
    "NOT in_live_hours",
    "outside_hours",
)
INDUSTRY = f"call-center industry usage; {POINTER}"

REACH_RATE = one_rate(
    "reach_rate",
    "Calls in live hours on which a live person spoke.",
    table="dials",
    population="calls in live hours",
    numerator="calls on which a live person spoke",
    denominator="calls in live hours of which it is known whether a person spoke; a phone log alone never knows",
    n=("n_known", f"{LIVE} AND reached IS NOT NULL"),
    events=("n_reached", "reached"),
    of="calls in live hours whose result is known",
    beside=(
        Beside(
            "n_unknown",
            "Calls of which nobody noted whether a person spoke (no phone log knows), in no rate",
            f"{LIVE} AND reached IS NULL",
            "person_unknown",
        ),
        OUTSIDE,
    ),
)


def _queued(name, title, kind, numerator):
    """The card of a rate over the calls that entered the queue; only its numerator differs."""
    return one_rate(
        name,
        title,
        table="dials",
        population="calls in live hours that queued for a person",
        numerator=numerator,
        denominator="calls in live hours that queued: reached a person, hung up waiting, or cut off waiting",
        source=INDUSTRY,
        n=("n_queued", f"{LIVE} AND wait_kind IN ('reached', 'gave_up', 'cut_off')"),
        events=(f"n_{kind}", f"wait_kind = '{kind}'"),
        of="calls that queued in live hours",
        beside=(
            Beside(
                "n_not_queued",
                "Calls that never queued for a person (automated system, closed, busy), in no rate",
                f"{LIVE} AND wait_kind = 'not_queued'",
                "never_queued",
            ),
            Beside(
                "n_unknown",
                "Calls of which nobody noted whether they queued, in no rate",
                f"{LIVE} AND wait_kind = 'unknown'",
                "queue_unknown",
            ),
            OUTSIDE,
        ),
    )


def _automated(name, title, outcomes, numerator):
    """The card of a rate over the calls the automated system took; only its numerator differs."""
    return one_rate(
        name,
        title,
        table="dials",
        population="calls in live hours that the automated system took",
        numerator=numerator,
        denominator="calls in live hours with a noted result, but closed or busy",
        source=INDUSTRY,
        n=("n_entered", f"{LIVE} AND outcome NOT IN ('unknown', 'closed')"),
        events=("n_ended_there", f"outcome IN ({outcomes})"),
        of="calls that the automated system took in live hours",
        beside=(
            Beside(
                "n_closed",
                "Calls that met a closed or busy line, in no rate",
                f"{LIVE} AND outcome = 'closed'",
                "line_closed",
            ),
            Beside(
                "n_unknown",
                "Calls whose result nobody noted, in no rate",
                f"{LIVE} AND outcome = 'unknown'",
                "no_result",
            ),
            OUTSIDE,
        ),
    )


ABANDONMENT_RATE = _queued(
    "abandonment_rate",
    "Calls that queued and on which we hung up before a person spoke.",
    "gave_up",
    "calls on which we hung up while waiting; no short call is left out",
)
DISCONNECT_RATE = _queued(
    "disconnect_rate",
    "Calls that queued and were cut off before a person spoke.",
    "cut_off",
    "calls that the system or the line cut off while waiting",
)
IVR_CONTAINMENT_RATE = _automated(
    "ivr_containment_rate",
    "Calls that the automated system resolved.",
    "'ivr_resolved'",
    "calls whose purpose the automated system met; a hang-up in anger is none",
)
IVR_UNRESOLVED_EXIT_RATE = _automated(
    "ivr_unresolved_exit_rate",
    "Calls that ended in the automated system with nothing resolved.",
    "'ivr_ended', 'ivr_not_understood', 'ivr_gave_up'",
    "calls that the automated system ended, that it did not understand, or on which we gave up there",
)


def reach_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls in live hours on which a live person spoke.

    Counts every call of which it is known whether a person spoke, whether it queued or not: a line that was busy
    or an automated system that ended the call is a call without a person. A call known from the phone log alone is
    in no rate: a phone system cannot tell a person from a queue.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"reached": [True] * 24 + [False] * 8 + [None] * 3})
    >>> reach_rate(dials).table[["statistic", "n", "events", "value"]]
             statistic   n  events  value
    0             rate  32      24   0.75
    1        n_unknown  35       3   3.00
    2  n_outside_hours  35       0   0.00
    """
    return measure(dials, REACH_RATE, by, as_of=as_of)


def abandonment_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls that queued and on which we hung up before a person spoke.

    Denominator: calls in live hours that queued, whatever ended the wait. Calls that were cut off are in the
    denominator and not in the numerator (see :func:`disconnect_rate`); no short call is left out.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"wait_kind": ["reached"] * 24 + ["gave_up"] * 12 + ["cut_off"] * 4 + ["not_queued"]})
    >>> abandonment_rate(dials).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40      12    0.3
    """
    return measure(dials, ABANDONMENT_RATE, by, as_of=as_of)


def disconnect_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls that queued and were cut off before a person spoke.

    The line or the system ended the call while the caller waited. Denominator as in :func:`abandonment_rate`.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"wait_kind": ["reached"] * 36 + ["cut_off"] * 4})
    >>> disconnect_rate(dials).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40       4    0.1
    """
    return measure(dials, DISCONNECT_RATE, by, as_of=as_of)


def ivr_containment_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls that the automated system resolved.

    Only calls whose purpose was met count; an exit without result is :func:`ivr_unresolved_exit_rate`.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"outcome": ["ivr_resolved"] * 3 + ["resolved"] * 27 + ["closed", "unknown"]})
    >>> ivr_containment_rate(dials).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30       3    0.1
    """
    return measure(dials, IVR_CONTAINMENT_RATE, by, as_of=as_of)


def ivr_unresolved_exit_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls that ended in the automated system with nothing resolved.

    The system ended the call, did not understand, or the caller gave up there. Denominator as in
    :func:`ivr_containment_rate`.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"outcome": ["ivr_ended", "ivr_gave_up", "ivr_not_understood"] * 4 + ["resolved"] * 28})
    >>> ivr_unresolved_exit_rate(dials).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40      12    0.3
    """
    return measure(dials, IVR_UNRESOLVED_EXIT_RATE, by, as_of=as_of)


CARDS = (REACH_RATE, ABANDONMENT_RATE, DISCONNECT_RATE, IVR_CONTAINMENT_RATE, IVR_UNRESOLVED_EXIT_RATE)
