"""How often was called, and when."""

from __future__ import annotations

from callanalytics.measures.card import COUNT_MINIMUM, Beside, Card, Count
from callanalytics.measures.measure import measure
from callanalytics.measures.result import Result

VOLUME = Card(
    name="volume",
    title="Calls of ours to an agency line.",
    table="dials",
    population="every call to an agency line, known from the phone log, from a note, or from both",
    numerator="calls",
    minimum=COUNT_MINIMUM,
    unit="count",
    rows=(
        Count("n", "n", "calls"),
        Beside(
            "n_outside_hours",
            "Of these calls, outside live hours (Monday-Friday 8-20 Eastern, no closure)",
            "NOT in_live_hours",
        ),
    ),
)


def volume(dials, by=(), *, as_of=None) -> Result:
    """Calls of ours to an agency line.

    Every call counts, whatever became of it and at whatever hour: answered or not, known from the phone log, from a
    note, or from both (then once). How many of them lay outside the line's live hours is told beside.

    Parameters
    ----------
    dials : one row a call to an agency line
    by : keys to split by, such as ``("weekday", "hour")``; Eastern unless they end in ``_local``

    Returns
    -------
    Result
        ``count`` and ``n_outside_hours`` [calls].

    Examples
    --------
    >>> import pandas as pd
    >>> dials = pd.DataFrame({"weekday": [1, 1, 5]})
    >>> volume(dials, by=("weekday",)).table[["weekday", "statistic", "value"]]
       weekday        statistic  value
    0        1            count    2.0
    1        1  n_outside_hours    0.0
    2        5            count    1.0
    3        5  n_outside_hours    0.0
    """
    return measure(dials, VOLUME, by, as_of=as_of)


CARDS = (VOLUME,)
