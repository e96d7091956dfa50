"""Cells that tell in free words what came of a promised callback -> a row of cells for each callback in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Rule
from callanalytics.normalize.cells import Cells
from callanalytics.normalize.dates_of_rows import with_year
from callanalytics.values.callbacks import Came, callbacks_among, read_callbacks
from callanalytics.values.dates import WEEKDAY_NAME, needs_order, next_weekday
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.phones import placeholder

KINDS = {"email": "email", "none": "none_came"}
WEEKDAY = re.compile(rf"{WEEKDAY_NAME}\.?", re.IGNORECASE)
_OF_MATTER = re.compile(
    r"(?i)\W*(?:all )?(?:done|resolved|solved|completed?|closed|connected|hecho|resuelto)\W*"
)  # or a call
WITHIN_DAYS = 200  # a callback later than that is a slip of the pen, or of another request
SOON_DAYS, LATE_DAYS = 10, 60  # a callback of the same request comes soon in one order, and months later in the other
# Different callbacks that tell the order of day and month: by coming sooner in it, or because no other is possible.
VOTES, ONLY_VOTES = 3, 2
SOON_H = 72  # [h] a promise within which a weekday can be but one day
DAYS = pa.array(["days", "business_days"])
WITHIN = np.timedelta64(WITHIN_DAYS, "D")


@dataclass(frozen=True)
class Callbacks:
    """The callbacks of a column: their cells, the row each stands in, and the result and kind of each as it says them.

    ``unread`` are rows whose cell tells of nothing that can be read, without a date.
    """

    cells: Cells
    rows: np.ndarray
    result: list[str | None]
    kind: list[str | None]
    count: np.ndarray  # callbacks in the same cell
    unread: np.ndarray
    by_weekday: np.ndarray  # rows whose callback has a weekday for its date
    dates: list[str | None]


def is_of_callbacks(columns: dict[str, Rule]) -> bool:
    """Whether a further contact of a row is a callback, told in a cell of its own."""
    kind, date = columns.get("kind"), columns.get("date")
    return bool(kind and kind.value == "ring" and date and date.parse == "moment_by_hand")


def expand(
    cells: Cells, rule: Rule, fits: np.ndarray, days: np.ndarray, order: str, is_soon: np.ndarray | None = None
) -> Callbacks:
    """The callbacks of a column of dates, by the day (`days`) of the call that each row is about.

    A weekday is the next such day, in rows whose callback was promised within days (`is_soon`); of any other no one
    knows which Tuesday is meant, and its cell is not understood. A date without a year is the first such day from that
    day on. What is a plain date, with or without its time, stays as it is written, and so does what cannot be read,
    whose contact is left out later.
    """
    texts = cells.joined(rule.columns)
    events = [_events(text, order) for text in texts.texts]
    places: list[tuple[int, str | None, Came]] = []
    unread: list[int] = []
    for row in np.flatnonzero(texts.codes >= 0).tolist():
        code = texts.codes[row]
        if events[code] is None:
            if fits[row]:
                places.append((row, texts.texts[code], Came()))
            elif not placeholder(texts.texts[code]):
                unread.append(row)
            continue
        if (
            is_soon is not None
            and not is_soon[row]
            and any(WEEKDAY.fullmatch(came.date) for came in events[code] or ())
        ):
            unread.append(row)
            continue
        for came in events[code] or ():
            places.append((row, _dated(came, days[row], order), came))
    rows = np.array([row for row, *_ in places], int)
    counts = np.bincount(rows, minlength=cells.n)
    dates = pa.array([date for _, date, _ in places], pa.string())
    chosen = cells.over(cells.columns.take(pa.array(rows)))
    return Callbacks(
        chosen.with_column(cells.name_of(rule.columns[0]) or rule.columns[0][0], dates),
        rows,
        [came.result if came.result and came.result not in KINDS else None for *_, came in places],
        [KINDS.get(came.result) for *_, came in places],
        counts[rows],
        np.array(unread, int),
        np.array([row for row, _, came in places if WEEKDAY.fullmatch(came.date)], int),
        [date for _, date, _ in places],
    )


def is_promised_soon(columns: dict[str, pa.Array]) -> np.ndarray:
    """Whether the callback of each row was promised within 72 hours: a weekday behind it is the next one."""
    hours = pc.if_else(pc.equal(columns["quoted_unit"], "hours"), columns["quoted_value"], None)
    days = pc.if_else(pc.is_in(columns["quoted_unit"], DAYS), columns["quoted_value"], None)
    is_short = pc.coalesce(pc.less_equal(hours, SOON_H), pc.less_equal(days, SOON_H // 24))
    is_urgent = pc.equal(columns["promised"], "urgent")
    return pc.fill_null(pc.coalesce(is_short, is_urgent), False).to_numpy(False)


def order_by_days(found: Sequence[Callbacks], days: np.ndarray) -> str:
    """The order of day and month in which callbacks come after their calls; "" where the dates leave it open.

    Of a call on November 3, 11/8 is a callback of November 8: that of August 11 would have come before it. Where both
    orders come after every call, no one knows; nor where few different callbacks tell, or one tells the other order.
    """
    votes: dict[str, set[tuple]] = {"mdy": set(), "dmy": set()}
    dated = [pair for each in found for pair in zip(each.dates, days[each.rows], strict=True)]
    for text, day in dated:
        if text and not np.isnat(day) and needs_order(text):
            after = {order: _days_after(text, day, order) for order in ("mdy", "dmy")}
            fitting = {order: days for order, days in after.items() if 0 <= days <= WITHIN_DAYS}
            is_only = len(fitting) == 1
            soonest = min(fitting.values(), default=0)
            if soonest <= SOON_DAYS:  # of two orders the one in which it comes soon, not months later
                fitting = {order: days for order, days in fitting.items() if days <= max(soonest, LATE_DAYS)}
            if len(fitting) == 1:
                votes[min(fitting)].add((text, day, is_only))
    ((order, telling), (_, against)) = sorted(votes.items(), key=lambda each: -len(each[1]))
    is_enough = len(telling) >= VOTES or sum(is_only for *_, is_only in telling) >= ONLY_VOTES
    return order if is_enough and not against else ""


def _days_after(text: str, day: np.datetime64, order: str) -> int:
    """How many days after a day a date lies, read in this order; -1 where it is none."""
    try:
        moment = PARSERS["moment_by_hand"](text, order=order)
    except Unreadable:
        return -1
    return int((np.datetime64(moment.local, "D") - day) / np.timedelta64(1, "D"))


def _events(text: str, order: str) -> tuple[Came, ...] | None:
    """The callbacks of a cell; None where it is a date as any other, or cannot be read."""
    try:
        PARSERS["moment_by_hand"](text, order=order or "mdy")
        return None
    except Unreadable:
        pass
    if _OF_MATTER.fullmatch(text):
        return None
    try:
        return read_callbacks(text)
    except Unreadable:
        return callbacks_among(text) or None


def _dated(came: Came, day: np.datetime64, order: str) -> str | None:
    """The date and time of a callback with the year of the call it is about, as one text."""
    if not came.date:
        return None
    if WEEKDAY.fullmatch(came.date):
        behind = None if np.isnat(day) else (day.astype("M8[D]") + np.timedelta64(1, "D")).astype(date)
        named = behind and next_weekday(behind, came.date)
        return f"{named} {came.time}".strip() if named else None
    return f"{with_year(came.date, day, order, WITHIN)} {came.time}".strip()
