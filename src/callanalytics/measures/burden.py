"""What holding costs the caller: minutes held for each conversation, hours held in all, and their price.

Both take the table of dials. ``wait_from`` is always a key: a time from dialing and one from entering the queue are
not added.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from callanalytics import estimates
from callanalytics.errors import CallLogError
from callanalytics.measures.card import COUNT_MINIMUM, Card
from callanalytics.measures.measure import measure
from callanalytics.measures.rates import Figures, excluded_counts, long
from callanalytics.measures.result import Result
from callanalytics.measures.tally import cells_of
from callanalytics.measures.wait_figures import MEDIAN_MINIMUM, QUEUED, REACHED_MINIMUM
from callanalytics.measures.waits import OF_WAITS

HOLD_PER_ANSWER = Card(
    name="hold_per_answer",
    title="Time on hold for each conversation: all holding, in vain or not, over live answers.",
    numerator="sum of the waits noted, of calls that reached a person, were given up or cut off",
    denominator="calls that reached a person",
    minimum="n >= 20 with 10 reached",
    source="interval of a ratio: W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 6.4",
    unit="s",
    **OF_WAITS,
)
HOURS_ON_HOLD = Card(
    name="hours_on_hold",
    title="Time on hold in all, and what it costs at a stated rate.",
    numerator="sum of the waits noted, of calls that reached a person, were given up or cut off",
    denominator="-",
    minimum=COUNT_MINIMUM,
    source="the office's own log; the rate is the reader's",
    unit="s",
    **OF_WAITS,
)


def hold_per_answer(dials, by=(), *, as_of=None) -> Result:
    """Time on hold for each conversation: all holding, in vain or not, over live answers.

    What a caller pays in minutes for one talk with a person: the minutes of calls that were given up or cut off are
    paid too. It is also the mean of the wait if the chance of getting through were the same at every moment. Gives
    ``hold_per_answer`` [s] with a 95 % interval (linearized ratio on the log scale); n calls that queued, events live
    answers.

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"wait_s": [1200, 2400] * 10, "wait_kind": ["gave_up", "reached"] * 10,
    ...                       "wait_from": "dial"})
    >>> hold_per_answer(dials).table.loc[:0, ["wait_from", "statistic", "n", "events", "value"]]
      wait_from        statistic   n  events   value
    0      dial  hold_per_answer  20      10  3600.0
    """
    return _held(dials, HOLD_PER_ANSWER, by, as_of, _per_answer)


def hours_on_hold(dials, by=(), *, per_hour: float | None = None, as_of=None) -> Result:
    """Time on hold in all, and what it costs at a stated rate.

    A sum over what was written down, and so a lower bound: calls whose wait nobody noted are counted beside and add
    nothing. No interval: it is not an estimate. Gives ``held`` [s], and with a rate ``cost`` [in the rate's currency];
    n calls that queued.

    Parameters
    ----------
    dials : one row a call to an agency line
    by : keys to split by
    per_hour : cost of an hour of whoever holds, such as 95 for a paralegal at $95

    >>> import pandas as pd
    >>> dials = pd.DataFrame({"wait_s": [1200, 2400], "wait_kind": ["gave_up", "reached"], "wait_from": "dial"})
    >>> hours_on_hold(dials, per_hour=95).table.loc[:1, ["statistic", "unit", "n", "value"]]
      statistic  unit  n   value
    0      held     s  2  3600.0
    1      cost  cost  2    95.0
    """
    if per_hour is not None and not 0 < per_hour < float("inf"):
        raise CallLogError("a rate per hour is an amount above 0", found=str(per_hour), wanted="such as 95")
    return _held(dials, HOURS_ON_HOLD, by, as_of, partial(_in_all, per_hour=per_hour))


def _held(dials, card, by, as_of, estimate):
    by = (by,) if isinstance(by, str) else tuple(by)
    by = by if "wait_from" in by else (*by, "wait_from")
    return measure(dials, card, by, as_of=as_of, estimate=estimate, further=("wait_s",))


def _sums(card, counted, by):
    """Groups, their counts, and for each group the sum of the waits, of their squares, and of those answered."""
    codes, cells = cells_of(counted, by, card)
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.names}
    answered = counted["n_reached"].to_numpy(float)
    many = answered + counted["n_gave_up"].to_numpy() + counted["n_cut_off"].to_numpy()
    wait = np.where(many > 0, counted["wait_s"].to_numpy(float, na_value=0), 0)
    added = (np.bincount(codes, w, len(cells)) for w in (many * wait, many * wait**2, answered * wait))
    return cells, sums, sums["n_reached"] + sums["n_gave_up"] + sums["n_cut_off"], *added


def _per_answer(card, counted, by):
    cells, sums, n, total, squares, of_answered = _sums(card, counted, by)
    reached = sums["n_reached"]
    enough = (n >= MEDIAN_MINIMUM) & (reached >= REACHED_MINIMUM)
    found = (np.where(enough, v, np.nan) for v in estimates.ratio(total, squares, of_answered, reached, n))
    flag = np.where(enough, "ok", np.where(n > 0, "small_n", "not_estimable"))
    figure = Figures("hold_per_answer", "s", QUEUED, n, reached, *found, flag)
    return long(card, cells, [figure, *excluded_counts(card, sums)]), None


def _in_all(card, counted, by, *, per_hour):
    cells, sums, n, total, *_ = _sums(card, counted, by)
    none, ok = np.full(len(n), np.nan), np.full(len(n), "ok")
    figures = [Figures("held", "s", QUEUED, n, n, total, none, none, ok)]
    if per_hour is not None:
        figures.append(Figures("cost", "cost", QUEUED, n, n, total / 3600 * per_hour, none, none, ok))
    return long(card, cells, [*figures, *excluded_counts(card, sums)]), None


CARDS = (HOLD_PER_ANSWER, HOURS_ON_HOLD)
