"""From which moment the waits of a result run, and how that is said."""

from __future__ import annotations

from dataclasses import replace

from callanalytics.facts.dials import CLOCKS, leading_clock
from callanalytics.measures.result import Result

COUNTED = ("n_reached", "n_gave_up", "n_cut_off")  # calls with a wait: in these counts of every measure of waits

# Behind "half of these calls needed more than 45 minutes", and in front of nothing.
SINCE = {
    "dial": "from dialing to a person",
    "queue": "from entering the queue to a person",
    "unsaid": "to a person, as noted; the log does not say whether from dialing",
}


# A whole sentence.
WAITS_RUN = {
    "dial": "Waits run from dialing, automated system included.",
    "queue": "Waits run from entering the queue, without the automated system.",
    "unsaid": "Waits are as noted; the log does not say whether they run from dialing.",
}


def waits_by_clock(result: Result) -> dict[str, int]:
    """How many waits of a result run from each moment: all of them, those without an hour or a week too."""
    if result.tally is None or "wait_from" not in result.tally:
        return {}
    names = [name for name in COUNTED if name in result.tally] or ["n"]
    waits = result.tally[names].sum(axis=1).groupby(result.tally["wait_from"].astype(str)).sum()
    return {clock: int(waits[clock]) for clock in CLOCKS if clock in waits}


def of_one_clock(result: Result, wait_from: str | None = None) -> Result:
    """The result with the waits of one moment alone: the one given, else :func:`clock_of`."""
    clock = wait_from or clock_of(result)
    frames = {name: getattr(result, name) for name in ("table", "curve", "tally")}
    return replace(result, **{n: f[f["wait_from"] == clock] for n, f in frames.items() if f is not None})


def clock_of(result: Result) -> str:
    """The moment from which the waits run that a result is quoted with (:func:`~.facts.dials.leading_clock`).

    >>> import pandas as pd
    >>> from callanalytics.measures import wait
    >>> dials = pd.DataFrame({"wait_s": 600, "wait_kind": "reached", "wait_from": ["dial"] * 3 + ["unsaid"] * 9})
    >>> clock_of(wait(dials)), clock_of(wait(dials.head(3)))
    ('unsaid', 'dial')
    """
    return leading_clock(waits_by_clock(result))
