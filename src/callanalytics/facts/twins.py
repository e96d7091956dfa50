"""The same call in two phone systems: a line's calls exported from the switchboard and from a case-management program.

Only what can be nothing else is taken for one call: the same line of ours, the same number of the agency's, the
same direction, from exports of two formats, starts at most a minute apart (more only where a system rounds to
minutes) and durations that agree. The more exact of the two is kept. Nothing is taken away from ``calls``, nor
from coverage.
"""

from __future__ import annotations

import numpy as np

from callanalytics.facts.rows import NOWHERE, Rows, seconds

APART_S = 60
DURATION_S = 5


def of_calls(calls: Rows) -> np.ndarray:
    """For each call the place of the more exact one that is the same call; NOWHERE for all others.

    Parameters
    ----------
    calls : calls that show a number of the agency's
    """
    twin = np.full(len(calls), NOWHERE)
    order = _side_by_side(calls)
    pairs = np.flatnonzero(_may_be_one(calls, order[:-1], order[1:]))
    exact, format = calls.numbers("duration_precision_s"), calls.texts("format")
    taken = -1
    for place in pairs.tolist():
        if place == taken:  # the first of these two is the second of the pair before
            continue
        a, b = order[place], order[place + 1]
        worse, better = (a, b) if (exact[a], format[a]) > (exact[b], format[b]) else (b, a)
        twin[worse] = better
        taken = place + 1
    return twin


def _side_by_side(calls: Rows) -> np.ndarray:
    """The calls in such an order that two of one line, number and direction stand together by time."""
    keys = [calls.arrow(name).dictionary_encode() for name in ("our_number", "other_number", "direction")]
    codes = [key.indices.fill_null(-1).to_numpy(zero_copy_only=False) for key in keys]
    return np.lexsort((calls.moments(), *codes))


def _may_be_one(calls: Rows, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    at, lasted = calls.moments(), calls.numbers("duration_s")
    exact = np.maximum(calls.numbers("duration_precision_s"), 1)
    rounding = np.maximum(exact[a], exact[b]) - 1
    near = at[b] - at[a] <= seconds(APART_S + rounding)
    alike = (np.abs(lasted[a] - lasted[b]) <= DURATION_S + rounding) & (lasted[a] >= 0) & (lasted[b] >= 0)
    same = np.ones(len(a), bool)
    for name in ("our_number", "other_number", "direction"):
        values = calls.texts(name)
        same &= (values[a] == values[b]) & np.not_equal(values[a], None)
    format = calls.texts("format")
    return near & alike & same & (format[a] != format[b])
