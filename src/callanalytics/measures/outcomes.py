"""Outcomes of calls: how many there were, and whether they ended with a person, a hang-up, or the automated system.

Each function takes the table of agency calls. Rates carry Wilson's 95 % interval; exclusions are counted separately.
The funnel follows calls past the automated system, to Tier 1 and Tier 2, and to the callbacks that came.
"""

from __future__ import annotations

from dataclasses import replace

from callanalytics.lazy import pd
from callanalytics.measures import sql_counts
from callanalytics.measures.compute import measure, with_key
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys


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
    return measure(agency_calls, "volume", by, as_of=as_of)


# ---- outcomes ----------------------------------------------------------------------------------------


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
    return measure(agency_calls, "reach_rate", by, as_of=as_of)


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
    return measure(agency_calls, "abandonment_rate", by, as_of=as_of)


def disconnect_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that queued and were cut off before a person spoke.

    The line or the system ended the call while the caller waited. Denominator as in :func:`abandonment_rate`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_outcome": ["reached"] * 36 + ["cut_off"] * 4})
    >>> disconnect_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40       4    0.1
    """
    return measure(agency_calls, "disconnect_rate", by, as_of=as_of)


def ivr_containment_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that the automated system resolved.

    Only calls whose purpose was met count; a call that ended without result is in :func:`ivr_unresolved_exit_rate`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": ["ivr_resolved"] * 3 + ["resolved"] * 27 + ["closed", "unknown"]})
    >>> ivr_containment_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30       3    0.1
    """
    return measure(agency_calls, "ivr_containment_rate", by, as_of=as_of)


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
    return measure(agency_calls, "ivr_unresolved_exit_rate", by, as_of=as_of)


# ---- paths -------------------------------------------------------------------------------------------


STEPS = ("dialed", "queued", "reached", "tier2", "promised", "rung", "answered_first", "rung_again", "answered_second")


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
        measure(frame, card, by, as_of=as_of) for frame, card in ((agency_calls, "funnel"), (promises, "called_back"))
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
    return measure(agency_calls, "path_success_rate", with_key(by, "words_said"), as_of=as_of)
