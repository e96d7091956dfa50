"""How far a call gets: automated system, Tier 1, Tier 2, call-back."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from callanalytics import counts
from callanalytics.measures.card import COUNT_MINIMUM, KEYS, Beside, Card, Count, one_rate
from callanalytics.measures.measure import measure
from callanalytics.measures.outcomes import LIVE, OUTSIDE
from callanalytics.measures.result import Result

NOTED = f"{LIVE} AND evidence IN ('note', 'both')"
STEPS = ("dialled", "queued", "reached", "tier2", "promised", "rung", "answered_first", "rung_again", "answered_second")


SAID = f"{LIVE} AND words_said IS NOT NULL"
PATH_SUCCESS_RATE = one_rate(
    "path_success_rate",
    "Calls on which words said to the automated system led to a live person.",
    table="dials",
    population="calls in live hours of which it was noted what was said to the automated system",
    numerator="a live person spoke",
    denominator="of these, calls of which it is known whether a person spoke; each of the words apart",
    n=("n_said", f"{SAID} AND reached IS NOT NULL"),
    events=("n_reached", "reached"),
    of="calls in live hours whose words and result were noted",
    beside=(
        Beside(
            "n_unknown",
            "Calls of which nobody noted whether a person spoke",
            f"{SAID} AND reached IS NULL",
            "person_unknown",
        ),
        Beside("n_unsaid", "Calls of which nobody noted what was said", f"{LIVE} AND words_said IS NULL", "no_words"),
        OUTSIDE,
    ),
)


def _step(n, events, of, step):
    return Count(n, events, of, statistic=step)


FUNNEL = Card(
    name="funnel",
    title="How many calls got past the automated system, to Tier 1 and Tier 2, and how many call-backs came of them.",
    table="dials",
    also=("promises",),
    population="noted calls in live hours; from promised on, promises with the rings that are certainly theirs",
    numerator="calls, or promises, that got as far as the step",
    denominator="noted calls in live hours; from promised on, promises",
    minimum=COUNT_MINIMUM,
    unit="count",
    keys=tuple(key for key in KEYS if key.startswith(("month", "date", "weekday", "hour")) or key == "office"),
    counts={
        "n_dialled": NOTED,
        "n_queued": f"{NOTED} AND (wait_kind IN ('reached', 'gave_up', 'cut_off') OR reached)",
        "n_reached": f"{NOTED} AND reached",
        "n_tier2": f"{NOTED} AND reached AND tier IN ('tier2', 'supervisor')",
    },
    rows=(
        *(_step("n_dialled", f"n_{step}", "noted calls in live hours", step) for step in STEPS[:4]),
        Beside(
            "n_phone_only",
            "Calls that only the phone log knows, in no step: nobody noted how far they got",
            f"{LIVE} AND evidence = 'phone'",
            "phone_only",
        ),
        OUTSIDE,
    ),
)
CALLED_BACK = replace(
    FUNNEL,
    table="promises",
    counts={
        "n_rung": "ring1_result IS NOT NULL",
        "n_answered_first": "ring1_result = 'answered'",
        "n_rung_again": "ring2_result IS NOT NULL",
        "n_answered_second": "ring2_result = 'answered'",
    },
    rows=(
        _step("n", "n", "promises", "promised"),
        *(_step("n", f"n_{step}", "promises", step) for step in STEPS[5:]),
        Beside("n_waiting", "Promises not yet due for which nothing has come so far", "state = 'waiting'"),
        Beside("n_unwatched", "Promises on lines that no log covers: rings may be missing", "state = 'unwatched'"),
    ),
)


def funnel(dials, promises, by=(), *, as_of=None) -> Result:
    """How many calls got past the automated system, to Tier 1 and Tier 2, and how many call-backs came of them.

    Steps of a call: ``dialled``, ``queued`` (past the automated system), ``reached`` (a person, Tier 1 or higher),
    ``tier2`` (an officer or supervisor on the same call). Steps of a call-back: ``promised``, ``rung``,
    ``answered_first``, ``rung_again``, ``answered_second``. Counts of what the log shows; no rates, for promises
    not yet due are among them.

    Parameters
    ----------
    dials : one row a call to an agency line
    promises : one row a promised call-back, as ``log.promises`` gives it for an ``as_of``
    by : keys that both tables have

    Returns
    -------
    Result
        ``count`` by ``step``; n is the first step of its kind.

    Examples
    --------
    >>> import pandas as pd
    >>> dials = pd.DataFrame({"evidence": "note", "wait_kind": ["reached", "gave_up", "not_queued"],
    ...                       "reached": [True, False, False]})
    >>> promises = pd.DataFrame({"state": ["reached_first"], "ring1_result": ["answered"]})
    >>> funnel(dials, promises).table.loc[:6, ["step", "n", "value"]]
                 step  n  value
    0         dialled  3    3.0
    1          queued  3    2.0
    2         reached  3    1.0
    3           tier2  3    0.0
    4        promised  1    1.0
    5            rung  1    1.0
    6  answered_first  1    1.0
    """
    called, rung = (measure(frame, card, by, as_of=as_of) for frame, card in ((dials, FUNNEL), (promises, CALLED_BACK)))
    table = pd.concat([called.table, rung.table], ignore_index=True)
    table = table[table["statistic"].isin(STEPS)]
    table.insert(len(called.by), "step", table["statistic"])
    table = counts.in_order(table.assign(statistic="count"), called.by, "dials")
    said = tuple(dict.fromkeys((*called.caveats, *rung.caveats)))
    return replace(called, by=(*called.by, "step"), table=table, caveats=said, tally=None)


def path_success_rate(dials, by=(), *, as_of=None) -> Result:
    """Calls on which words said to the automated system led to a live person.

    The automated system takes speech only; some words ("InfoPass") are said to lead to a person, others ("agent") no
    longer do (AILA's practice pointer of 10 January 2022). ``words_said`` is always a key. Callers chose their words,
    and who knows the words may know more: the rates compare paths as they were used, not what a path would do for
    everybody. Gives ``rate`` [share] with Wilson's 95 % interval.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"words_said": ["infopass"] * 40 + ["agent"] * 40,
    ...                       "reached": [True] * 30 + [False] * 10 + [True] * 10 + [False] * 30})
    >>> rates = path_success_rate(dials).table.query("statistic == 'rate'")
    >>> rates[["words_said", "n", "events", "value"]]
      words_said   n  events  value
    0      agent  40      10   0.25
    4   infopass  40      30   0.75
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    return measure(dials, PATH_SUCCESS_RATE, by if "words_said" in by else (*by, "words_said"), as_of=as_of)


CARDS = (FUNNEL, PATH_SUCCESS_RATE)
