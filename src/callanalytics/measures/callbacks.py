"""Did the promised callback come in the stated time, and did it reach anyone?

A promise is *counted* (on a reading) under five conditions, whatever happened before. Its urgency and rule are known,
the office did not withdraw it before it was answered, its line was observed, its line is not known to block callers who
show no number, and it fell due on or before ``as_of``. So a promise not yet due is in no rate, not even as an early
success, and none is counted because of what came.

It is often unknown which request a callback or an email was for: it names no request, or shows no number. So every
figure that depends on it has two ends. ``link = certain`` counts what certainly came. ``link = possible`` adds the most
that may also have come, under any assignment of the other callbacks and emails to requests, none assigned twice (see
*Whose callback it was*). For silence, the ends are reversed. The log cannot tell where between the two ends the truth
is, so the figure's interval spans both intervals.

Each function takes the table of promises, as ``log.promises`` gives it for an ``as_of``. Shares carry Wilson's 95 %
interval, counts none; what is in no rate is counted separately. ``month`` is that of the promise's start.
"""

from __future__ import annotations

from callanalytics.measures.compute import measure, with_key
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys


def promise_kept_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks for which USCIS called or emailed by its stated time, whether or not anyone answered.

    Kept: the first incoming call to the office, answered or not, or an answer by email, by the due time. The table has
    a row for each reading of the stated time (``strict``, ``default``, ``lenient``; see the clocks), and ``quoted``
    where the agency told the caller a time. Promises made while more than one rule may have applied are judged by all
    of them. They are reported separately as two bounds, ``rate_rules_differ``: certainly kept under every rule, and
    the most kept under at least one.

    Gives ``rate`` [share] by ``reading`` and ``link``, its two ends. Answered ÷ all promises would read 45 % where
    60 % is true; answered ÷ closed promises, 65 %.

    Example: 40 observed promises, 10 not yet due. Of the 30 due, 21 had a callback in time, and 3 more may have.

    >>> import pandas as pd
    >>> names = ("due", "watched", "kept_certain")
    >>> one = {f"is_{name}_{r}": True for name in names for r in ("strict", "default", "lenient")}
    >>> one |= {"is_due_quoted": None, "is_watched_quoted": None, "is_kept_certain_quoted": None, "is_blocked": False}
    >>> one |= {"state": "answered_first", "free_callbacks": []}
    >>> broken = one | {"is_kept_certain_strict": False, "is_kept_certain_default": False, "state": "late"}
    >>> maybe = [broken | {"free_callbacks": [256 * ring + 2]} for ring in (1, 2, 3)]  # 2: in time, by default
    >>> early = one | {f"is_due_{r}": False for r in ("strict", "default", "lenient")}
    >>> promises = pd.DataFrame([one] * 21 + [broken] * 6 + maybe + [early] * 10)
    >>> promise_kept_rate(promises).table.loc[:5, ["reading", "link", "statistic", "n", "events", "value"]]
       reading      link statistic   n  events  value
    0   strict   certain      rate  30      21    0.7
    1   strict  possible      rate  30      21    0.7
    2  default   certain      rate  30      21    0.7
    3  default  possible      rate  30      24    0.8
    4  lenient   certain      rate  30      30    1.0
    5  lenient  possible      rate  30      30    1.0
    """
    return measure(promises, "promise_kept_rate", by, as_of=as_of)


def callback_hit_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks that a person at the office answered by the due time.

    A hit is a callback that a person at the office answered by the default due time. An answer by email is no hit; its
    promise stays in the denominator. USCIS's caller ID may be "unknown" (AILA's practice pointer), and most callbacks
    name no request. So the row ``link = certain`` counts callbacks that are certainly the promise's own, and ``link =
    possible`` adds the most that may also have been hit.

    Gives ``rate`` [share] by ``link``.

    >>> import pandas as pd
    >>> one = {"state": "answered_first", "is_due_strict": True, "is_due_default": True, "is_due_lenient": True,
    ...        "is_watched_default": True, "is_hit_certain": True, "is_blocked": False, "free_callbacks": []}
    >>> from callanalytics import schema
    >>> answered = schema.FREE_BITS["default"] + schema.FREE_BITS["answered"]
    >>> maybe = [one | {"is_hit_certain": False, "free_callbacks": [256 * ring + answered]} for ring in range(8)]
    >>> callback_hit_rate(pd.DataFrame([one] * 24 + maybe)).table.loc[:1, ["link", "n", "events", "value"]]
           link   n  events  value
    0   certain  32      24   0.75
    1  possible  32      32   1.00
    """
    return measure(promises, "callback_hit_rate", by, as_of=as_of)


def silent_promises(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks for which no contact is recorded, on lines that could be observed.

    Nothing came by the due time, nor since: no callback, answered or not, and no email. Do not add these to missed
    callbacks, which are calls that the office did not answer. The row ``link = certain`` counts all for which nothing
    came that is certainly theirs. ``link = possible`` is a lower bound: the fewest left once each possible callback or
    email is assigned to one of them. A promise for which the office gave a number with an extension, which USCIS does
    not call, is not silent; it is counted separately.

    Gives ``count`` [promises] and ``rate`` [share]; n counted promises.

    >>> import pandas as pd
    >>> one = {"state": "silent", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"certain_contact": "none", "is_blocked": False, "free_callbacks": []}
    >>> promises = pd.DataFrame([one] * 3 + [one | {"certain_contact": "in_time"}] * 7)
    >>> silent_promises(promises).table.loc[:1, ["link", "statistic", "n", "value", "low", "high"]].round(2)
          link statistic   n  value   low  high
    0  certain     count  10    3.0   NaN   NaN
    1  certain      rate  10    0.3  0.11   0.6
    """
    return measure(promises, "silent_promises", by, as_of=as_of)


def late_callbacks(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks for which the first contact came after USCIS's stated time.

    Nothing came by the default due time, something since. The row ``link = certain`` counts those that were late
    whichever requests the unassigned callbacks were for; ``link = possible`` the most that may have been late.

    Gives ``count`` [promises] and ``rate`` [share]; n counted promises.

    >>> import pandas as pd
    >>> one = {"state": "late", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"certain_contact": "late", "is_blocked": False, "free_callbacks": []}
    >>> promises = pd.DataFrame([one] * 2 + [one | {"certain_contact": "in_time"}] * 8)
    >>> late_callbacks(promises).table.loc[:0, ["n", "value"]]
        n  value
    0  10    2.0
    """
    return measure(promises, "late_callbacks", by, as_of=as_of)


def promise_states(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Status of each promised callback on the last day whose records are used [``as_of``].

    Every promise is in exactly one state; the states are those of the default reading (see the dictionary).

    Gives ``count`` [promises] by ``state``, which is always a key; states that do not occur have no row.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"state": ["silent", "waiting", "silent"]})
    >>> promise_states(promises).table[["state", "value"]]
         state  value
    0  waiting    1.0
    1   silent    2.0
    """
    return measure(promises, "promise_states", with_key(by, "state"), as_of=as_of)
