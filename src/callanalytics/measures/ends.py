"""The two ends of a figure that hangs on whose a ring was, as one row."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

LINKS = ("certain", "possible")
# Of a figure that shows each request in one place, and so has no two ends.
SHOWN_ONCE = "A call that names no request is shown at the one due first, and may have been about another."


def joined(rows: pd.DataFrame) -> dict:
    """The row of a figure, its two ends put together where it has two.

    ``n``, ``events``, ``value``, ``low`` are those of the lower end, ``high`` is the limit of the higher one, so that
    the interval reaches over both; ``most_n`` and ``most`` are n and events of the higher end. Of a figure with one
    end, or with two that are the same, they are those of the figure itself.

    >>> ends = pd.DataFrame({"link": ["certain", "possible"], "n": [50, 50], "events": [25, 33], "value": [0.5, 0.66],
    ...                      "low": [0.37, 0.52], "high": [0.63, 0.78], "flag": "ok"})
    >>> {name: joined(ends)[name] for name in ("events", "most", "low", "high")}
    {'events': 25, 'most': 33, 'low': 0.37, 'high': 0.78}
    """
    ends = [row for _, row in rows.iterrows()]
    if "link" in rows and tuple(rows["link"]) == LINKS and _is_one_end_empty(rows):
        low = high = rows.loc[rows["n"].idxmax()].to_dict()
    elif "link" in rows and tuple(rows["link"]) == LINKS:
        low, high = sorted((row.to_dict() for row in ends), key=_share)
    else:
        low = high = ends[0].to_dict()
    return low | {"high": high["high"], "most": high["events"], "most_n": high["n"]}


def together(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one statistic over many cells, the two ends of each put together (:func:`joined`)."""
    if "link" not in rows or set(rows["link"]) != set(LINKS):
        return rows.assign(most=rows["events"], most_n=rows["n"])
    certain, possible = (rows[rows["link"] == link].reset_index(drop=True) for link in LINKS)
    certain, possible = certain.mask(certain["n"] == 0, possible), possible.mask(possible["n"] == 0, certain)
    return certain.assign(high=possible["high"], most=possible["events"], most_n=possible["n"])


def _is_one_end_empty(rows: pd.DataFrame) -> bool:
    """Whether one end counts no case at all: it is no limit then, and the other stands for both."""
    return bool((rows["n"] == 0).any())


def _share(row: Mapping) -> float:
    return row["events"] / row["n"] if row["n"] else 0.0


def is_range(row: Mapping) -> bool:
    """Whether the two ends of a row differ."""
    most, n = row.get("most", row["events"]), row.get("most_n", row["n"])
    return (most, n) != (row["events"], row["n"])
