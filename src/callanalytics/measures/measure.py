"""Take one measure: count, estimate, say what is left out."""

from __future__ import annotations

from datetime import date

from callanalytics.measures.card import Card
from callanalytics.measures.rates import from_card
from callanalytics.measures.result import Result
from callanalytics.measures.tally import Context, caveats, checked, tally


def measure(
    frame, card: Card, by=(), *, as_of=None, estimate=from_card, further=(), where: str = "", said: tuple[str, ...] = ()
) -> Result:
    """The figures of a card over a frame.

    Parameters
    ----------
    frame : Table, pandas, Polars or Arrow frame of the card's table
    by : keys to split by
    as_of : the day the log was looked at; the frame's own where it knows it
    estimate : card, counts, keys -> table, curve
    further : stored columns to count by besides, such as the wait in seconds
    where : a further predicate; `said` tells the reader why
    """
    by = checked(by, card)
    counted = tally(frame, card, by, further, where)
    table, curve = estimate(card, counted, by)
    told = (*(said if len(counted) else ()), *caveats(Context(frame, card, by, counted)))
    seen = as_of if as_of is not None else getattr(frame, "as_of", None)
    seen = date.fromisoformat(seen) if isinstance(seen, str) else seen
    return Result(card, by, table, curve, seen, told, counted, estimate)
