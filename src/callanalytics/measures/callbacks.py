"""Did the promised call-back come in the stated time, and did it reach anyone?

A promise is *counted* (on a reading) when its urgency and rule are known, we did not withdraw it before it was
answered, its line was watched, and it fell due on or before ``as_of``, whatever happened before. So a promise not yet
due is in no rate, not even as an early success, and none is counted because of what came.

Each function takes the table of promises, as ``log.promises`` gives it for an ``as_of``. Shares carry Wilson's 95 %
interval, counts none; what is in no rate is counted beside. ``month`` is that of the promise's start.
"""

from __future__ import annotations

from callanalytics.measures.card import COUNT_MINIMUM, PERCENT_MINIMUM, Beside, Card, Count, Rate
from callanalytics.measures.measure import measure
from callanalytics.measures.result import Result
from callanalytics.schema import READINGS

OURS = "state <> 'withdrawn'"
KNOWN = f"{OURS} AND is_due_default IS NOT NULL"
DIFFER = f"{OURS} AND is_due_default IS NULL AND is_due_strict IS NOT NULL"
DUE_UNDER_ALL = f"{DIFFER} AND is_due_lenient AND is_watched_lenient"


def counted(reading: str = "default") -> str:
    """The predicate of the promises that enter a rate on a reading."""
    return f"{KNOWN} AND is_due_{reading} AND is_watched_{reading}"


# Every promise is in exactly one of the first five or counted (default reading): nothing is dropped in silence.
BESIDE = (
    Beside(
        "n_not_due",
        "Promises not yet due, in no rate whatever has come since",
        f"{KNOWN} AND NOT is_due_default",
        "not_due",
    ),
    Beside(
        "n_unwatched",
        "Promises due on a line that no log covers from start to due moment, in no rate",
        f"{KNOWN} AND is_due_default AND (is_watched_default IS NULL OR NOT is_watched_default)",
        "unwatched",
    ),
    Beside("n_withdrawn", "Promises we withdrew before they were due, in no rate", "state = 'withdrawn'", "withdrawn"),
    Beside(
        "n_unknown",
        "Promises whose urgency, rule or moment is not known, in no rate",
        f"{OURS} AND is_due_strict IS NULL AND is_due_default IS NULL",
        "rule_unknown",
    ),
    Beside(
        "n_rules_differ",
        "Promises of a time when more than one stated time may have held; they stand apart",
        DIFFER,
        "rules_differ",
    ),
    Beside(
        "n_old_rule",
        "Promises judged by a rule last confirmed more than a year before they were made",
        f"{counted()} AND rule_age_days > 365",
    ),
)
NOT_COUNTED = {row.why: row.where for row in BESIDE if row.why}
COUNTED = "promises with known urgency and rule, not withdrawn, watched, due on or before as_of"
OF_PROMISES = {
    "table": "promises",
    "population": COUNTED,
    "clock_start": "the promise (end of the call, or as start_basis says); on a closed day the next open day",
    "clock_stop": "USCIS's stated time, on the reading named",
    "owns_hour": "the start of the call on which it was promised",
}

PROMISE_KEPT_RATE = Card(
    name="promise_kept_rate",
    version=2,
    title="Promised call-backs for which USCIS rang or e-mailed by its stated time, whether or not we answered.",
    numerator="first ring to us, answered or not, or answer by e-mail, by the due moment of the reading",
    denominator="counted promises, on each reading: strict, default (federal business days), lenient, as told",
    **OF_PROMISES,
    counts={
        **{f"n_counted_{r}": counted(r) for r in READINGS},
        **{f"n_kept_{r}": f"{counted(r)} AND is_kept_{r}" for r in READINGS},
        "n_due_under_all": DUE_UNDER_ALL,
        "n_kept_under_all": f"{DUE_UNDER_ALL} AND is_kept_strict",
        "n_kept_under_one": f"{DUE_UNDER_ALL} AND is_kept_lenient",
    },
    counted="n_counted_default",
    rows=(
        *(Rate(f"n_counted_{r}", f"n_kept_{r}", "promises counted", reading=r, optional=r == "told") for r in READINGS),
        *(
            Rate(
                "n_due_under_all",
                f"n_kept_under_{which}",
                "promises due under every rule that may have held",
                statistic="rate_rules_differ",
                reading=reading,
                optional=True,
            )
            for which, reading in (("all", "strict"), ("one", "lenient"))
        ),
        *BESIDE,
    ),
)
CALLBACK_HIT_RATE = Card(
    name="callback_hit_rate",
    version=3,
    title="Promised call-backs on which a person of ours was reached by the due moment.",
    numerator="a ring answered by a person by due_default; e-mail is no hit",
    denominator="counted promises (default reading)",
    **OF_PROMISES,
    counts={
        "n_counted": counted(),
        "n_hit": f"{counted()} AND is_hit",
        "n_hit_possible": f"{counted()} AND is_hit_possible",
    },
    rows=(
        Rate("n_counted", "n_hit", "promises counted", link="certain"),
        Rate("n_counted", "n_hit_possible", "promises counted", link="possible"),
        *BESIDE,
    ),
)


def _came(name, version, title, state, numerator, *further, is_so=""):
    """The card of a count over the counted promises; only what came differs."""
    n, is_so = f"n_{state}", is_so or f"state = '{state}'"
    return Card(
        name=name,
        version=version,
        title=title,
        numerator=numerator,
        denominator="counted promises (default reading)",
        minimum=f"{COUNT_MINIMUM}; rate: {PERCENT_MINIMUM}",
        **OF_PROMISES,
        counts={
            "n_counted": counted(),
            n: f"{counted()} AND {is_so}",
            f"{n}_without_candidate": f"{counted()} AND {is_so} AND possible_missed IS NULL "
            "AND possible_reached_p IS NULL",
        },
        rows=(
            Count("n_counted", n, "promises counted", link="certain"),
            Rate("n_counted", n, "promises counted", link="certain"),
            *further,
            *BESIDE,
        ),
    )


# The agency does not call an extension, so a silence there is none of its doing.
BY_EXTENSION = "state = 'silent' AND callback_extension"
SILENT_PROMISES = _came(
    "silent_promises",
    4,
    "Promised call-backs for which no contact is recorded, on lines that could be observed.",
    "silent",
    "nothing came by the due moment, nor since, and the number given had no extension",
    Count("n_counted", "n_silent_without_candidate", "promises counted", link="possible"),
    Rate("n_counted", "n_silent_without_candidate", "promises counted", link="possible"),
    Beside(
        "n_extension",
        "Promises without a contact for which the office gave a number with an extension, which USCIS does not call: "
        "not counted as silent",
        f"{counted()} AND {BY_EXTENSION}",
    ),
    is_so="state = 'silent' AND (callback_extension IS NULL OR NOT callback_extension)",
)
LATE_CALLBACKS = _came(
    "late_callbacks",
    2,
    "Promised call-backs for which the first contact came after USCIS's stated time.",
    "late",
    "nothing came by the due moment, something since",
)
PROMISE_STATES = Card(
    name="promise_states",
    version=2,
    title="Where each promised call-back stands at as_of.",
    numerator="promises in the state",
    minimum=COUNT_MINIMUM,
    unit="count",
    **OF_PROMISES | {"population": "every promised call-back"},
    rows=(Count("n", "n", "promises"),),
)


def promise_kept_rate(promises, by=(), *, as_of=None) -> Result:
    """Promised call-backs for which USCIS rang or e-mailed by its stated time, whether or not we answered.

    Kept: the first ring to us, answered or not, or an answer by e-mail, by the due moment. The three readings of
    the stated time stand side by side (``strict``, ``default``, ``lenient``; see the clocks), and *as told* where
    the caller was told a time. Promises made while more than one rule may have held are judged by all of them and
    stand apart as two bounds, ``rate_rules_differ``: kept under every rule, and kept under at least one.

    Gives ``rate`` [share] by ``reading``. Answered ÷ all promises would read 45 % where 60 % is true, answered ÷ closed
    promises 65 %.

    Forty watched promises, ten not yet due; of the thirty due, twenty-one had a ring in time.

    >>> import pandas as pd
    >>> one = {f"is_{w}_{r}": True for w in ("due", "watched", "kept") for r in ("strict", "default", "lenient")}
    >>> one |= {"is_due_told": None, "is_watched_told": None, "is_kept_told": None, "state": "reached_first"}
    >>> broken = one | {"is_kept_strict": False, "is_kept_default": False, "state": "late"}
    >>> early = one | {f"is_due_{r}": False for r in ("strict", "default", "lenient")}
    >>> promises = pd.DataFrame([one] * 21 + [broken] * 9 + [early] * 10)
    >>> promise_kept_rate(promises).table.loc[:2, ["reading", "statistic", "n", "events", "value"]]
       reading statistic   n  events  value
    0   strict      rate  30      21    0.7
    1  default      rate  30      21    0.7
    2  lenient      rate  30      30    1.0
    """
    return measure(promises, PROMISE_KEPT_RATE, by, as_of=as_of)


def callback_hit_rate(promises, by=(), *, as_of=None) -> Result:
    """Promised call-backs on which a person of ours was reached by the due moment.

    A hit is a ring answered by a person of ours by the default due moment. An answer by e-mail is no hit; its
    promise stays below the line. The headline counts rings that are certainly theirs, each for one promise (see *Whose
    call-back it was*). USCIS's caller ID may be "unknown" (AILA's practice pointer), so hits may hide among withheld
    rings: the row ``link = possible`` adds those that may have been the call-back, and rings that came too late for the
    promise that they are counted for and in time for another, no ring twice.

    Gives ``rate`` [share] by ``link``.

    >>> import pandas as pd
    >>> one = {"state": "reached_first", "is_due_strict": True, "is_due_default": True, "is_due_lenient": True,
    ...        "is_watched_default": True, "is_hit": True, "is_hit_possible": True}
    >>> promises = pd.DataFrame([one] * 24 + [one | {"is_hit": False, "state": "silent"}] * 8)
    >>> callback_hit_rate(promises).table.loc[:1, ["link", "n", "events", "value"]]
           link   n  events  value
    0   certain  32      24   0.75
    1  possible  32      32   1.00
    """
    return measure(promises, CALLBACK_HIT_RATE, by, as_of=as_of)


def silent_promises(promises, by=(), *, as_of=None) -> Result:
    """Promised call-backs for which no contact is recorded, on lines that could be observed.

    Nothing came by the due moment, nor since: no ring, answered or not, and no e-mail. Not to be added to missed
    call-backs, which are rings that we did not answer. The row ``link = possible`` leaves out the promises for which
    a ring without a number, or one that is counted for another promise, may have been the call-back: a lower bound.
    A promise for which the office gave a number with an extension, which USCIS does not call, is not silent; it is
    counted beside.

    Gives ``count`` [promises] and ``rate`` [share]; n counted promises.

    >>> import pandas as pd
    >>> one = {"state": "silent", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> promises = pd.DataFrame([one] * 3 + [one | {"state": "emailed"}] * 7)
    >>> silent_promises(promises).table.loc[:1, ["link", "statistic", "n", "value", "low", "high"]].round(2)
          link statistic   n  value   low  high
    0  certain     count  10    3.0   NaN   NaN
    1  certain      rate  10    0.3  0.11   0.6
    """
    return measure(promises, SILENT_PROMISES, by, as_of=as_of)


def late_callbacks(promises, by=(), *, as_of=None) -> Result:
    """Promised call-backs for which the first contact came after USCIS's stated time.

    Nothing by the default due moment, something since. Only rings that are certainly theirs.

    Gives ``count`` [promises] and ``rate`` [share]; n counted promises.

    >>> import pandas as pd
    >>> one = {"state": "late", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> late_callbacks(pd.DataFrame([one] * 2 + [one | {"state": "emailed"}] * 8)).table.loc[:0, ["n", "value"]]
        n  value
    0  10    2.0
    """
    return measure(promises, LATE_CALLBACKS, by, as_of=as_of)


def promise_states(promises, by=(), *, as_of=None) -> Result:
    """Where each promised call-back stands at ``as_of``.

    Every promise is in exactly one state; the states are those of the default reading (see the dictionary).

    Gives ``count`` [promises] by ``state``, which is always a key; states that do not occur have no row.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"state": ["silent", "waiting", "silent"]})
    >>> promise_states(promises).table[["state", "value"]]
         state  value
    0  waiting    1.0
    1   silent    2.0
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    return measure(promises, PROMISE_STATES, by if "state" in by else (*by, "state"), as_of=as_of)


CARDS = (PROMISE_KEPT_RATE, CALLBACK_HIT_RATE, SILENT_PROMISES, LATE_CALLBACKS, PROMISE_STATES)
