"""The wait of a fixed mix of hours: each part of the week estimated by itself, then weighed, not thrown together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.errors import CallLogError
from callanalytics.estimates import Estimate
from callanalytics.measures.ladder import OPEN_DAYS, OPEN_HOURS, block
from callanalytics.measures.result import Result
from callanalytics.measures.wait_clock import clock_of

PARTS = [(day, part) for day in OPEN_DAYS for part in dict.fromkeys(block(hour) for hour in OPEN_HOURS)]


def standardised_wait(
    result: Result, weights: dict | None = None, q: float = 0.5, wait_from: str | None = None
) -> Estimate:
    """Quantile of the wait, hang-ups judged within each part of the week, parts weighed by a fixed mix.

    One curve of all hours takes it that callers of every hour hold equally long. Where those of a slow hour give up
    sooner, or later, it is wrong (41 minutes where 30 is true); a curve of each part, weighed, is not. With the same
    weights two offices, or two years, are compared as if they had called at the same hours.

    Parameters
    ----------
    result : ``wait`` by weekday and hour
    weights : (weekday 1-5, block) -> share; what the calls of the log themselves are, if not said
    wait_from : the moment from which the waits run; that of most of them (:func:`clock_of`) if not said

    Returns
    -------
    Estimate
        [s]; not estimable where a part of the mix has no call or was not followed so far: nothing is put in its place.

    Notes
    -----
    :math:`S(t) = \\sum_c w_c S_c(t)` over 20 parts (Monday to Friday, 8-10, 10-14, 14-17, 17-20 Eastern), its limits
    log-log of :math:`\\sum_c w_c^2 \\mathrm{se}_c^2`; the weights are taken as given.

    References
    ----------
    .. [1] K. Rothman, S. Greenland, T. Lash, Modern Epidemiology, 3rd ed. (2008), chapter 3.

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> rows = [(day, hour, 60 * (10 + hour + i)) for day in range(1, 6) for hour in (9, 12, 15, 18) for i in range(30)]
    >>> dials = pd.DataFrame(rows, columns=["weekday", "hour", "wait_s"])
    >>> dials = dials.assign(wait_kind="reached", wait_from="dial", time_of="start", clock_flag=None)
    >>> found = standardised_wait(wait(dials, by=("weekday", "hour")))
    >>> print(f"{found.value / 60:.0f} minutes, n {found.n}")
    38 minutes, n 600
    """
    if {key for key in result.by if key != "wait_from"} != {"weekday", "hour"} or result.curve is None:
        raise CallLogError(
            f"{result.card.name} is split by {', '.join(result.by) or 'nothing'}",
            wanted="the wait, split by weekday and hour",
            do='take the measure by=("weekday", "hour")',
        )
    rows = result.curve[result.curve["wait_from"] == (wait_from or clock_of(result))]
    places = {part: i for i, part in enumerate(PARTS)}
    known = rows["weekday"].notna() & rows["hour"].notna()
    of = [places.get((int(d), block(int(h)))) if k else None for d, h, k in zip(rows["weekday"], rows["hour"], known,
                                                                               strict=True)]  # fmt: skip
    place = pd.Series(of, rows.index, dtype="Int64")
    rows, cell = rows[place.notna()], place[place.notna()].to_numpy("int64")
    reached, lost = rows["reached"].to_numpy(), (rows["gave_up"] + rows["cut_off"]).to_numpy()
    if not len(rows):
        return estimates.estimate.unknown(0, "calls", "no call whose hour is known")
    curves = estimates.kaplan_meier(cell, rows["t_s"].to_numpy(), reached, lost, len(PARTS))
    mix = np.bincount(cell, reached + lost, len(PARTS)) if weights is None else [weights.get(p, 0) for p in PARTS]
    return estimates.standardised_quantile(curves, mix, q)
