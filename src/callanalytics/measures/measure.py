"""Take one measure: count, estimate, say what is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from callanalytics import invented
from callanalytics.measures.account import of_frame
from callanalytics.measures.card import Card
from callanalytics.measures.rates import from_card
from callanalytics.measures.result import Result
from callanalytics.measures.tally import Context, caveats, checked, tally


def measure(
    frame,
    card: Card,
    by=(),
    *,
    as_of=None,
    estimate=from_card,
    further=(),
    where: str = "",
    said: tuple[str, ...] = (),
    derived: Mapping[str, Callable] | None = None,
    kept: Callable | None = None,
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
    derived : further key -> function of the counts; such a key is always one of the result's
    kept : function of the counts -> what is kept of them: they are shared, and must hold no telephone number
    """
    by = checked(by, card)
    counted = tally(frame, card, by, further, where)
    counted = kept(counted) if kept else counted
    counted = counted.assign(**{name: make(counted) for name, make in (derived or {}).items()})
    keys = (*by, *(derived or {}))
    table, curve = estimate(card, counted, keys)
    told = (*(said if len(counted) else ()), *caveats(Context(frame, card, by, counted)))
    is_invented = invented.is_invented(_offices(frame))
    seen = day_of(frame, as_of)
    counting = partial(of_frame, frame, card, where, seen)
    return Result(card, keys, table, curve, seen, told, counted, estimate, is_invented, counting)


def _offices(frame) -> list[str]:
    """The ids of the offices whose rows a frame holds, as far as it tells them."""
    if (names := getattr(frame, "office_names", None)) is not None:
        return list(names)
    has_ids = "office_id" in getattr(frame, "column_names", getattr(frame, "columns", ()))
    return [str(each) for each in frame["office_id"].unique()] if has_ids else []


def day_of(frame, as_of=None) -> date | None:
    """The day a table was looked at: the one given, else the one it knows."""
    seen = as_of if as_of is not None else getattr(frame, "as_of", None)
    return date.fromisoformat(seen) if isinstance(seen, str) else seen
