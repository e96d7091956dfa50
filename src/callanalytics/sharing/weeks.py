"""By how many weeks the moments of a file move: whole ones, and so that summer time stays summer time."""

from __future__ import annotations

import random
from datetime import date

import numpy as np

from callanalytics.values import zones

_LEAST = 26  # weeks: less would leave the season
_FIRST = np.datetime64("2018-01-01", "D")  # dates before it are warned of
_SPAN = 600  # weeks to either side that are looked at


def choices(local: np.ndarray, today: date, seed: int) -> list[tuple[int, int]]:
    """Numbers of weeks in the order in which to try them, each with how many moments it takes out of summer time or
    into it.

    Those come first that take none, and of these the ones after which every moment lies between 2018 and today; among
    equals the seed decides. Summer time is that of the United States.

    >>> march = np.array(["2022-03-08T10:00", "2022-03-15T10:00"], "M8[us]")  # one before the change, one after
    >>> choices(march, date(2023, 1, 1), 7)[0][1]
    0
    """
    local = np.unique(local[~np.isnat(local)])
    if not len(local):
        return [(-52, 0)]
    first, last = local[0].astype("M8[D]"), local[-1].astype("M8[D]")
    summer = _offset(local)
    dice = random.Random(seed)  # noqa: S311
    ranked = []
    for weeks in (w for w in range(-_SPAN, _SPAN + 1) if abs(w) >= _LEAST):
        days = np.timedelta64(7 * weeks, "D")
        if last + days > np.datetime64(today, "D") or first + days < np.datetime64("2008-01-01"):
            continue
        lost = int((_offset(local + days.astype("m8[us]")) != summer).sum())
        ranked.append((lost, bool(first + days < _FIRST), dice.random(), weeks))
    return [(weeks, lost) for lost, _, _, weeks in sorted(ranked)] or [(-52, len(local))]


def _offset(local: np.ndarray) -> np.ndarray:
    """Hours from UTC of Eastern clocks, flagged where the hour is skipped or comes twice."""
    utc, flag = zones.to_utc(local, zones.EASTERN)
    return (local - utc).astype(np.int64) * 10 + flag
