"""Outcomes of calls: how many there were, and whether they ended with a person, a hang-up, or the automated system.

Each function takes the table of agency calls. Rates carry Wilson's 95 % interval; exclusions are counted separately.
The funnel follows calls past the automated system, to Tier 1 and Tier 2, and to the callbacks that came.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callanalytics.lazy import pd
from callanalytics.measures import sql_counts
from callanalytics.measures.card import KEYS, Card, Count, Excluded, one_rate, two_ends
from callanalytics.measures.compute import measure, with_key
from callanalytics.measures.definitions import COUNT_MINIMUM, LIVE, POINTER, QUEUED_KINDS
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys

VOLUME = Card(
    name="volume",
    title="Calls from the office to an agency line.",
    table="agency_calls",
    population="every call to an agency line that is in the phone log, in an entry, or in both",
    numerator="calls",
    minimum=COUNT_MINIMUM,
    unit="count",
    rows=(
        Count("n", "n", "calls"),
        Excluded(
            "n_outside_hours",
            "Of these calls, outside live hours ({live} {clock}, no closure)",
            "NOT in_live_hours",
        ),
    ),
)


def volume(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls from the office to an agency line.

    Every call counts, whatever its outcome and hour: answered or not, known from the phone log, from an entry, or from
    both (then once). Calls outside the line's staffed hours are also counted separately.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by, such as ``("weekday", "hour")``; on the agency's clock unless they end in ``_local``

    Returns
    -------
    Result
        ``count`` and ``n_outside_hours`` [calls].

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"weekday": [1, 1, 5]})
    >>> volume(calls, by=("weekday",)).table[["weekday", "statistic", "value"]]
       weekday        statistic  value
    0        1            count    2.0
    1        1  n_outside_hours    0.0
    2        5            count    1.0
    3        5  n_outside_hours    0.0
    """
    return measure(agency_calls, VOLUME, by, as_of=as_of)


# ---- outcomes ----------------------------------------------------------------------------------------


OUTSIDE = Excluded(
    "n_outside_hours",
    "Calls outside live hours ({live} {clock}, no closure), in no rate",
    "NOT in_live_hours",
    "outside_hours",
)
INDUSTRY = f"call-center industry usage; {POINTER}"

REACH_RATE = one_rate(
    "reach_rate",
    "Calls in live hours on which a live person spoke.",
    version=2,
    table="agency_calls",
    population="calls in live hours",
    numerator="calls on which a live person spoke",
    denominator="calls in live hours for which it is known whether a person spoke; a phone log alone never shows it",
    n=("n_known", f"{LIVE} AND person_reached IS NOT NULL"),
    events=("n_reached", "person_reached"),
    cases="calls in live hours whose result is known",
    excluded=(
        Excluded(
            "n_unknown",
            "Calls for which no one logged whether a person spoke (no phone log shows it), in no rate",
            f"{LIVE} AND person_reached IS NULL",
            "person_unknown",
        ),
        OUTSIDE,
    ),
)

QUEUED = f"{LIVE} AND {QUEUED_KINDS}"


def _rate_of_lost(name: str, title: str, numerator: str, event: tuple[str, str]) -> Card:
    """The card of a rate over the calls that queued. Its higher end adds calls where no one logged who ended them."""
    part, counted = event
    return Card(
        name,
        title,
        version=2,
        table="agency_calls",
        population="calls in live hours that queued for a person",
        numerator=f"{numerator}; at most [link = possible], with the calls that reached no person and for which no one "
        "logged who ended them",
        denominator="calls in live hours that queued: reached a person, hung up waiting, or cut off waiting",
        source=INDUSTRY,
        counts={
            "n_queued": QUEUED,
            part: f"{QUEUED} AND {counted}",
            "n_no_person": f"{QUEUED} AND wait_outcome = 'no_person'",
        },
        rows=(
            *two_ends("calls that queued in live hours", ("n_queued", part), ("n_queued", f"{part} + n_no_person")),
            Excluded(
                "n_not_queued",
                "Calls that never queued for a person (automated system, closed, busy), in no rate",
                f"{LIVE} AND wait_outcome = 'not_queued'",
                "never_queued",
                label="calls: never queued for a person",
            ),
            Excluded(
                "n_unknown",
                "Calls for which no one logged whether they queued, in no rate",
                f"{LIVE} AND NOT ({QUEUED_KINDS}) AND wait_outcome <> 'not_queued'",
                "queue_unknown",
            ),
            OUTSIDE,
        ),
    )


OF_AUTOMATED: dict[str, Any] = {  # the calls that the automated system answered
    "table": "agency_calls",
    "population": "calls in live hours that the automated system answered",
    "denominator": "calls in live hours with a logged result, except a closed or busy line",
    "source": INDUSTRY,
    "n": ("n_entered", f"{LIVE} AND outcome NOT IN ('unknown', 'closed')"),
    "cases": "calls that the automated system answered in live hours",
    "excluded": (
        Excluded(
            "n_closed",
            "Calls that found the line closed or busy, in no rate",
            f"{LIVE} AND outcome = 'closed'",
            "line_closed",
            label="not counted: closed or busy",
        ),
        Excluded(
            "n_unknown",
            "Calls whose result no one logged, in no rate",
            f"{LIVE} AND outcome = 'unknown'",
            "no_result",
        ),
        OUTSIDE,
    ),
}
ABANDONMENT_RATE = _rate_of_lost(
    "abandonment_rate",
    "Calls that queued and on which the caller hung up before a person spoke.",
    "calls on which the caller hung up while waiting; no short call is left out",
    ("n_gave_up", "wait_outcome = 'gave_up'"),
)
DISCONNECT_RATE = _rate_of_lost(
    "disconnect_rate",
    "Calls that queued and were cut off before a person spoke.",
    "calls that the system or the line cut off while waiting",
    ("n_cut_off", "wait_outcome = 'cut_off'"),
)
IVR_CONTAINMENT_RATE = one_rate(
    "ivr_containment_rate",
    "Calls that the automated system resolved.",
    numerator="calls whose purpose the automated system met; a caller who gave up there does not count",
    events=("n_ended_there", "outcome IN ('ivr_resolved')"),
    **OF_AUTOMATED,
)
IVR_UNRESOLVED_EXIT_RATE = one_rate(
    "ivr_unresolved_exit_rate",
    "Calls that ended in the automated system without being resolved.",
    numerator="calls that the automated system ended, that it did not understand, or on which the caller gave up there",
    events=("n_ended_there", "outcome IN ('ivr_ended', 'ivr_not_understood', 'ivr_gave_up')"),
    **OF_AUTOMATED,
)


def reach_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls in live hours on which a live person spoke.

    Counts every call for which it is known whether a person spoke, even if it never queued: a busy line, or an
    automated system that ended the call, is a call without a person. A call known only from the phone log is in no
    rate: a phone system cannot tell a person from a queue.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": [True] * 24 + [False] * 8 + [None] * 3})
    >>> reach_rate(calls).table[["statistic", "n", "events", "value"]]
             statistic   n  events  value
    0             rate  32      24   0.75
    1        n_unknown  35       3   3.00
    2  n_outside_hours  35       0   0.00
    """
    return measure(agency_calls, REACH_RATE, by, as_of=as_of)


def abandonment_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that queued and on which the caller hung up before a person spoke.

    Denominator: calls in staffed hours that queued, however the wait ended. Calls that were cut off are in the
    denominator and not in the numerator (see :func:`disconnect_rate`); short calls are included.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_outcome": ["reached"] * 24 + ["gave_up"] * 12 + ["cut_off"] * 4 + ["not_queued"]})
    >>> abandonment_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40      12    0.3
    """
    return measure(agency_calls, ABANDONMENT_RATE, by, as_of=as_of)


def disconnect_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that queued and were cut off before a person spoke.

    The line or the system ended the call while the caller waited. Denominator as in :func:`abandonment_rate`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_outcome": ["reached"] * 36 + ["cut_off"] * 4})
    >>> disconnect_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40       4    0.1
    """
    return measure(agency_calls, DISCONNECT_RATE, by, as_of=as_of)


def ivr_containment_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that the automated system resolved.

    Only calls whose purpose was met count; a call that ended without result is in :func:`ivr_unresolved_exit_rate`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": ["ivr_resolved"] * 3 + ["resolved"] * 27 + ["closed", "unknown"]})
    >>> ivr_containment_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30       3    0.1
    """
    return measure(agency_calls, IVR_CONTAINMENT_RATE, by, as_of=as_of)


def ivr_unresolved_exit_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that ended in the automated system without being resolved.

    The system ended the call, it did not understand, or the caller gave up there. Denominator as in
    :func:`ivr_containment_rate`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": ["ivr_ended", "ivr_gave_up", "ivr_not_understood"] * 4 + ["resolved"] * 28})
    >>> ivr_unresolved_exit_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40      12    0.3
    """
    return measure(agency_calls, IVR_UNRESOLVED_EXIT_RATE, by, as_of=as_of)


# ---- paths -------------------------------------------------------------------------------------------


NOTED = f"{LIVE} AND recorded_in IN ('entry', 'both')"
STEPS = ("dialed", "queued", "reached", "tier2", "promised", "rung", "answered_first", "rung_again", "answered_second")

WORDS_NOTED = f"{LIVE} AND words_said IS NOT NULL"
PATH_SUCCESS_RATE = one_rate(
    "path_success_rate",
    "Calls on which words said to the automated system led to a live person.",
    table="agency_calls",
    population="calls in live hours for which it was logged what was said to the automated system",
    numerator="a live person spoke",
    denominator="these calls, if it is known whether a person spoke; each wording separately",
    n=("n_said", f"{WORDS_NOTED} AND person_reached IS NOT NULL"),
    events=("n_reached", "person_reached"),
    cases="calls in live hours whose words and result were logged",
    excluded=(
        Excluded(
            "n_unknown",
            "Calls for which no one logged whether a person spoke",
            f"{WORDS_NOTED} AND person_reached IS NULL",
            "person_unknown",
        ),
        Excluded(
            "n_unsaid",
            "Calls for which no one logged what was said",
            f"{LIVE} AND words_said IS NULL",
            "no_words",
            label="not counted: words not logged",
        ),
        OUTSIDE,
    ),
)

FUNNEL = Card(
    name="funnel",
    title="How many calls got past the automated system, to Tier 1 and Tier 2, and how many callbacks they led to.",
    table="agency_calls",
    also=("promises",),
    population="logged calls in live hours; from the promised callback on, promises with the callbacks that are "
    "counted for them",
    numerator="calls, or promises, that got as far as the step",
    denominator="logged calls in live hours; from the promised callback on, promises",
    minimum=COUNT_MINIMUM,
    unit="count",
    keys=tuple(key for key in KEYS if key.startswith(("month", "date", "weekday", "hour")) or key == "office"),
    counts={
        "n_dialed": NOTED,
        "n_queued": f"{NOTED} AND ({QUEUED_KINDS} OR person_reached)",
        "n_reached": f"{NOTED} AND person_reached",
        "n_tier2": f"{NOTED} AND person_reached AND tier IN ('tier2', 'supervisor')",
    },
    rows=(
        *(Count("n_dialed", f"n_{step}", "logged calls in live hours", step) for step in STEPS[:4]),
        Excluded(
            "n_phone_only",
            "Calls that only the phone log shows, in no step: no one logged how far they got",
            f"{LIVE} AND recorded_in = 'phone'",
            "phone_only",
        ),
        OUTSIDE,
    ),
)
CALLED_BACK = replace(
    FUNNEL,
    table="promises",
    counts={
        "n_rung": "first_callback_result IS NOT NULL",
        "n_answered_first": "first_callback_result = 'answered'",
        "n_rung_again": "second_callback_result IS NOT NULL",
        "n_answered_second": "second_callback_result = 'answered'",
    },
    rows=(
        Count("n", "n", "promises", "promised"),
        *(Count("n", f"n_{step}", "promises", step) for step in STEPS[5:]),
        Excluded("n_waiting", "Promises not yet due, with no contact so far", "state = 'waiting'"),
        Excluded(
            "n_unwatched",
            "Promises on lines that no log covers: callbacks may be missing",
            "state = 'unwatched'",
            label="not counted: line not observed throughout",
        ),
    ),
)


def funnel(agency_calls: Frame, promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """How many calls got past the automated system, to Tier 1 and Tier 2, and how many callbacks they led to.

    Steps of a call: ``dialed``, ``queued`` (past the automated system), ``reached`` (a person, Tier 1 or higher),
    ``tier2`` (an officer or supervisor on the same call). Steps of a callback: ``promised``, ``rung``,
    ``answered_first``, ``rung_again``, ``answered_second``. Counts of what the log shows; no rates, since they include
    promises not yet due.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    promises : one row per promised callback, as ``log.promises`` gives it for an ``as_of``
    by : keys that both tables have

    Returns
    -------
    Result
        ``count`` by ``step``; n is the first step of its kind.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"recorded_in": "entry", "wait_outcome": ["reached", "gave_up", "not_queued"],
    ...                       "person_reached": [True, False, False]})
    >>> promises = pd.DataFrame({"state": ["answered_first"], "first_callback_result": ["answered"]})
    >>> funnel(calls, promises).table.loc[:6, ["step", "n", "value"]]
                 step  n  value
    0          dialed  3    3.0
    1          queued  3    2.0
    2         reached  3    1.0
    3           tier2  3    0.0
    4        promised  1    1.0
    5            rung  1    1.0
    6  answered_first  1    1.0
    """
    called, rung = (
        measure(frame, card, by, as_of=as_of) for frame, card in ((agency_calls, FUNNEL), (promises, CALLED_BACK))
    )
    table = pd.concat([called.table, rung.table], ignore_index=True)
    table = table[table["statistic"].isin(STEPS)]
    table.insert(len(called.by), "step", table["statistic"])
    table = sql_counts.in_order(table.assign(statistic="count"), called.by, "agency_calls")
    caveats = tuple(dict.fromkeys((*called.caveats, *rung.caveats)))
    return replace(called, by=(*called.by, "step"), table=table, caveats=caveats, tally=None)


def path_success_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls on which words said to the automated system led to a live person.

    The automated system takes speech only; some words ("InfoPass") are said to lead to a person, others ("agent") no
    longer do (AILA's practice pointer of 10 January 2022). ``words_said`` is always a key. Callers chose their words,
    and callers who know the words may know more. So the rates compare paths as they were used, not what a path would do
    for everyone. Gives ``rate`` [share] with Wilson's 95 % interval.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"words_said": ["infopass"] * 40 + ["agent"] * 40,
    ...                       "person_reached": [True] * 30 + [False] * 10 + [True] * 10 + [False] * 30})
    >>> rates = path_success_rate(calls).table.query("statistic == 'rate'")
    >>> rates[["words_said", "n", "events", "value"]]
      words_said   n  events  value
    0      agent  40      10   0.25
    4   infopass  40      30   0.75
    """
    return measure(agency_calls, PATH_SUCCESS_RATE, with_key(by, "words_said"), as_of=as_of)
