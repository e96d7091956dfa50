"""The same call in several phone systems: exported from the switchboard and from a case-management program, say.

Only what can be nothing else is taken for one call: the same line of ours, the same number of the agency's, the
same direction, each from the exports of another format, starts at most a minute apart (more only where a system
rounds to minutes) and durations that agree. The most exact is kept. Nothing is taken away from ``calls``, nor from
coverage.

Of a ring, one system may show the caller and another none: such two may be one. Where nobody answered, durations
are not compared: some systems count the ringing, some nothing.
"""

from __future__ import annotations

import numpy as np

from callanalytics.facts.rows import NOWHERE, Rows, seconds

APART_S = 60
DURATION_S = 5
UNANSWERED = ("voicemail", "missed", "busy", "cancelled", "failed")


def of_calls(calls: Rows, *, rings: bool = False) -> np.ndarray:
    """For each call the place of the most exact one that is the same call; NOWHERE for that one and all others.

    Parameters
    ----------
    calls : calls that show a number of the agency's; of ``rings`` also those that show no caller
    """
    twin = np.full(len(calls), NOWHERE)
    order = _side_by_side(calls, () if rings else ("other_number",))
    for places in _runs(calls, order, rings):
        best = min(order[places].tolist(), key=_exactness(calls))
        twin[order[places]] = best
        twin[best] = NOWHERE
    return twin


def _runs(calls: Rows, order: np.ndarray, rings: bool) -> list[list[int]]:
    """Runs of neighbors that are one call: no two of one format, each like the first and like the one before."""
    pairs = np.flatnonzero(_may_be_one(calls, order[:-1], order[1:], rings)).tolist()
    format, runs = calls.texts("format"), []
    for place in pairs:
        following = place + 1
        run = runs[-1] if runs and runs[-1][-1] == place else None
        if run is None:
            runs.append([place, following])
        elif format[order[following]] not in {format[order[p]] for p in run}:
            if _may_be_one(calls, order[run[:1]], order[[following]], rings)[0]:
                run.append(following)
    return runs


def _exactness(calls: Rows):
    exact, format = calls.numbers("duration_precision_s"), calls.texts("format")
    is_numbered, is_told = calls.is_there("other_number"), ~calls.is_("outcome", "unknown")
    return lambda call: (not is_numbered[call], not is_told[call], exact[call], format[call])


def _side_by_side(calls: Rows, further: tuple[str, ...]) -> np.ndarray:
    """The calls in such an order that two of one line and direction stand together by time."""
    keys = [calls.arrow(name).dictionary_encode() for name in ("our_number", "direction", *further)]
    codes = [key.indices.fill_null(-1).to_numpy(zero_copy_only=False) for key in keys]
    return np.lexsort((calls.moments(), *codes))


def _may_be_one(calls: Rows, a: np.ndarray, b: np.ndarray, rings: bool) -> np.ndarray:
    at, lasted = calls.moments(), calls.numbers("duration_s")
    exact = np.maximum(calls.numbers("duration_precision_s"), 1)
    rounding = np.maximum(exact[a], exact[b]) - 1
    near = at[b] - at[a] <= seconds(APART_S + rounding)
    alike = (np.abs(lasted[a] - lasted[b]) <= DURATION_S + rounding) & (lasted[a] >= 0) & (lasted[b] >= 0)
    if rings:
        nobody = calls.is_("outcome", *UNANSWERED)
        alike = np.where(nobody[a] | nobody[b], nobody[a] & nobody[b], alike)
    same = np.ones(len(a), bool)
    for name in ("our_number", "direction"):
        values = calls.texts(name)
        same &= (values[a] == values[b]) & np.not_equal(values[a], None)
    other, shown = calls.texts("other_number"), calls.is_there("other_number")
    same &= (other[a] == other[b]) & shown[a] | (rings & ~(shown[a] & shown[b]))
    format = calls.texts("format")
    return near & alike & same & (format[a] != format[b])
