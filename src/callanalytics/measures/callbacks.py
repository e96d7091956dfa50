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

from typing import Any

from callanalytics.measures.card import Card, Count, Excluded, Free, Rate, two_ends
from callanalytics.measures.compute import measure, with_key
from callanalytics.measures.definitions import COUNT_MINIMUM, PERCENT_MINIMUM, STALE_DAYS
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.schema import READINGS

# On a line that blocks callers who show no number, a callback may leave no trace: the line is no evidence.
UNBLOCKED = "(is_blocked IS NULL OR NOT is_blocked)"
OBSERVABLE = f"state <> 'withdrawn' AND {UNBLOCKED}"
KNOWN = f"{OBSERVABLE} AND is_due_default IS NOT NULL"
RULES_DIFFER = f"{OBSERVABLE} AND is_due_default IS NULL AND is_due_strict IS NOT NULL"
UNDER_ALL = "promises due under every rule that may have applied"
DUE_UNDER_ALL = f"{RULES_DIFFER} AND is_due_lenient AND is_watched_lenient"


def counted(reading: str = "default") -> str:
    """The predicate of the promises that enter a rate on a reading."""
    return f"{KNOWN} AND is_due_{reading} AND is_watched_{reading}"


WITHDRAWN = Excluded(
    "n_withdrawn",
    "Promises the office withdrew before they were due, in no rate",
    "state = 'withdrawn'",
    "withdrawn",
    label="not counted: no longer needed",
)
BLOCKED = Excluded(
    "n_blocked",
    "Promises for which the office gave a line that blocks callers who show no number, as {agency} may, in no rate; "
    "they could be counted if that setting were off, or the office's log were declared complete",
    "state <> 'withdrawn' AND is_blocked",
    "line_blocks",
    label="not counted: line blocks unknown callers",
)
# Each promise is counted (default reading) or under one reason (`why`), so none is dropped unseen.
EXCLUDED = (
    Excluded(
        "n_not_due",
        "Promises not yet due, in no rate even if a contact has come",
        f"{KNOWN} AND NOT is_due_default",
        "not_due",
        label="not counted: not due yet",
    ),
    Excluded(
        "n_unwatched",
        "Promises due on a line that no log covers from start to due time, in no rate",
        f"{KNOWN} AND is_due_default AND (is_watched_default IS NULL OR NOT is_watched_default)",
        "unwatched",
        label="not counted: line not observed throughout",
    ),
    WITHDRAWN,
    BLOCKED,
    Excluded(
        "n_unheard",
        "Promises on a line for which neither the office nor an export says whether callers who show no number get "
        "through; if they do not, more callbacks may have come than any log can show",
        f"{OBSERVABLE} AND is_blocked IS NULL",
        label="counted, on a line that may block unknown callers",
    ),
    Excluded(
        "n_unknown",
        "Promises whose urgency, rule, or time is not known, in no rate",
        f"{OBSERVABLE} AND is_due_strict IS NULL AND is_due_default IS NULL",
        "rule_unknown",
    ),
    Excluded(
        "n_rules_differ",
        "Promises from a period in which more than one stated time may have applied; they are reported separately",
        RULES_DIFFER,
        "rules_differ",
        label="not counted: two stated times may have applied",
    ),
    Excluded(
        "n_old_rule",
        "Promises judged by a rule last confirmed more than a year before they were made; the liaison and research "
        "reports judge them only with --confirm-rule",
        f"{counted()} AND rule_age_days > {STALE_DAYS}",
        label="counted, stated time last confirmed over a year before",
    ),
)
NOT_COUNTED = {row.why: row.where for row in EXCLUDED if row.why}
COUNTED = (
    "promises with known urgency and rule, not withdrawn, due by the last day whose records are used [as_of], on a "
    "line that was observed and blocks no caller for showing no number"
)
# A callback came for these on an unlogged day: they are kept, or late, only at the possible end.
UNDATED = {"n_undated": f"{counted()} AND state = 'undated'"}
OWNS_HOUR = "the start of the call on which it was promised"
OF_PROMISES: dict[str, Any] = {
    "table": "promises",
    "population": COUNTED,
    "clock_start": "the promise (end of the call, or another point in it if the log says so [start_basis]); on a "
    "closed day, the next open day",
    "clock_stop": "the end of {agency}'s stated time, by the reading named",
    "owns_hour": OWNS_HOUR,
}

PROMISE_KEPT_RATE = Card(
    **OF_PROMISES,
    name="promise_kept_rate",
    version=4,
    title="Promised callbacks for which {agency} called or emailed by its stated time, whether or not anyone answered.",
    numerator="first incoming call to the office, answered or not, or answer by email, by the due time of the reading; "
    "certain: one certainly for this promise; possible: plus the most promises that may have had another by then",
    denominator="counted promises, by reading: strict, default (federal business days), lenient, quoted to the caller",
    counts={
        **{f"n_counted_{r}": counted(r) for r in READINGS},
        **{f"n_kept_{r}": f"{counted(r)} AND is_kept_certain_{r}" for r in READINGS},
        "n_due_under_all": DUE_UNDER_ALL,
        "n_kept_under_all": f"{DUE_UNDER_ALL} AND is_kept_certain_strict",
        "n_kept_under_one": f"{DUE_UNDER_ALL} AND is_kept_certain_lenient",
        **UNDATED,
    },
    free={
        **{f"n_maybe_kept_{r}": Free(f"{counted(r)} AND NOT is_kept_certain_{r}", r) for r in READINGS},
        "n_maybe_kept_under_one": Free(f"{DUE_UNDER_ALL} AND NOT is_kept_certain_lenient", "lenient"),
    },
    counted="n_counted_default",
    rows=(
        *(
            Rate(f"n_counted_{r}", events, "promises counted", reading=r, link=link, optional=r == "quoted")
            for r in READINGS
            for link, events in (("certain", f"n_kept_{r}"), ("possible", f"n_kept_{r} + n_maybe_kept_{r}"))
        ),
        *(
            Rate("n_due_under_all", events, UNDER_ALL, "rate_rules_differ", reading, link, optional=True)
            for events, reading, link in (
                ("n_kept_under_all", "strict", "certain"),
                ("n_kept_under_one + n_maybe_kept_under_one", "lenient", "possible"),
            )
        ),
        *EXCLUDED,
    ),
    words={"rate_rules_differ": "share, two stated times may have applied"},
)
CALLBACK_HIT_RATE = Card(
    **OF_PROMISES,
    name="callback_hit_rate",
    version=6,
    title="Promised callbacks that a person at the office answered by the due time.",
    numerator="a callback answered by a person by the due time, weekends, holidays, and closures not counted "
    "[due_default]; an email does not count; possible: plus those for which no one logged whether the office answered, "
    "or on which day the callback came",
    denominator="counted promises (default reading)",
    counts={"n_counted": counted(), "n_hit": f"{counted()} AND is_hit_certain", **UNDATED},
    # A callback may have been answered where no one logged whether it was.
    free={"n_maybe_hit": Free(f"{counted()} AND NOT is_hit_certain", "default answered")},
    rows=(
        *two_ends("promises counted", ("n_counted", "n_hit"), ("n_counted", "n_hit + n_maybe_hit")),
        *EXCLUDED,
    ),
)


def _count_over_promises(name, version, title, numerator, counts, free, certain, possible, *further_rows):
    """The card of a count over the counted promises; only what came differs."""
    return Card(
        name=name,
        version=version,
        title=title,
        numerator=numerator,
        denominator="counted promises (default reading)",
        minimum=f"{COUNT_MINIMUM}; rate: {PERCENT_MINIMUM}",
        **OF_PROMISES,
        counts={"n_counted": counted(), **counts},
        free=free,
        rows=(
            *(
                row("n_counted", events, "promises counted", link=link)
                for link, events in (("certain", certain), ("possible", possible))
                for row in (Count, Rate)
            ),
            *further_rows,
            *EXCLUDED,
        ),
    )


# The agency does not call an extension, so silence there is not its fault.
BY_EXTENSION = "state = 'silent' AND callback_extension"
NO_CONTACT = f"{counted()} AND certain_contact = 'none' AND (callback_extension IS NULL OR NOT callback_extension)"
SILENT_PROMISES = _count_over_promises(
    "silent_promises",
    5,
    "Promised callbacks for which no contact is recorded, on lines that could be observed.",
    "no contact by the due time, nor since, and the number given had no extension; certain: none that is certainly for "
    "this promise; possible: the fewest promises left without even a callback or email that may have been for them",
    {"n_silent": NO_CONTACT},
    {"n_silent_without_ring": Free(NO_CONTACT, rest=True)},
    "n_silent",
    "n_silent_without_ring",
    Excluded(
        "n_extension",
        "Promises without a contact for which the office gave a number with an extension, which {agency} does not "
        "call: not counted as silent",
        f"{counted()} AND {BY_EXTENSION}",
        label="not counted: an extension was given, so the agency does not call",
    ),
)
LATE_CALLBACKS = _count_over_promises(
    "late_callbacks",
    4,
    "Promised callbacks for which the first contact came after {agency}'s stated time.",
    "no contact by the due time, but one since; certain: the fewest promises for which no other contact may have come "
    "in time; possible: the most for which the first contact may have come late",
    {"n_late": f"{counted()} AND certain_contact = 'late'", **UNDATED},
    {
        "n_late_whatever_came": Free(f"{counted()} AND certain_contact = 'late'", "default", rest=True),
        "n_maybe_late": Free(f"{counted()} AND certain_contact IN ('undated', 'none')", "not default"),
    },
    "n_late_whatever_came",
    "n_late + n_maybe_late",
)
PROMISE_STATES = Card(
    **OF_PROMISES | {"population": "every promised callback"},
    name="promise_states",
    version=3,
    title="Status of each promised callback on the last day whose records are used [as_of]. A callback whose "
    "promise is unknown counts for one promise alone, usually the one due first; it may have been for another.",
    numerator="promises in the state",
    minimum=COUNT_MINIMUM,
    unit="count",
    rows=(Count("n", "n", "promises"),),
)


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
    return measure(promises, PROMISE_KEPT_RATE, by, as_of=as_of)


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
    return measure(promises, CALLBACK_HIT_RATE, by, as_of=as_of)


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
    return measure(promises, SILENT_PROMISES, by, as_of=as_of)


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
    return measure(promises, LATE_CALLBACKS, by, as_of=as_of)


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
    return measure(promises, PROMISE_STATES, with_key(by, "state"), as_of=as_of)
