"""What the charts read from a result: rows of its long table, and the words that stand under a drawing."""

from __future__ import annotations

from callanalytics.figures import labels

MINIMUM_MEDIAN, MINIMUM_REACHED = 20, 10  # calls, and of these calls that reached a person
MINIMUM_SHARE, MINIMUM_INTERVAL = 30, 10  # below 30 "k of n" with its interval, below 10 without


def pick(result, statistic: str, **keys):
    """The rows of one statistic; a key the table does not have is no restriction.

    A figure is drawn of one reading, one kind of link and one start of the clock: those never mix.
    """
    table = result.table
    rows = table[table["statistic"] == statistic]
    for name, value in keys.items():
        if name in rows.columns:
            rows = rows[rows[name] == value]
    return rows


def caption(result, *sentences: str) -> str:
    """The sentences given, and the day the figure is seen from."""
    told = [s.strip() for s in sentences if s and s.strip()]
    return " ".join([*told, f"As of {labels.day(result.as_of)}."])
