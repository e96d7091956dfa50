"""What the template's formulas show, for programs that compute none: the sample's logs store it beside the formulas."""

from __future__ import annotations

from datetime import date, datetime, time

import numpy as np

from callanalytics import clocks
from callanalytics.agencies import Agency
from callanalytics.template import columns as c
from callanalytics.template.columns import CAME, UNCERTAIN, WANTED
from callanalytics.values import zones


def of_log(rows: list[dict], zone: str | None, agency: Agency, as_of: date | None = None) -> list[dict]:
    """What the live columns show in the example rows of a log and in the rows written below them."""
    numbered = [{"No.": number, **row} for number, row in enumerate(rows, 1)]
    return [*_live_values(list(c.EXAMPLES), zone, agency, as_of), *_live_values(numbered, zone, agency, as_of)]


def _live_values(rows: list[dict], zone: str | None, agency: Agency, as_of: date | None) -> list[dict]:
    """What the live columns show for these rows at the end of `as_of` (omitted: the last date written)."""
    due = _due(rows, zone, agency)
    days = [np.datetime64(row["Date"], "D") for row in rows if _is_date(row.get("Date"))]
    # Never use this computer's date: the same rows must give the same bytes
    now = clocks.end_of_day(as_of or max(days, default="1990-01-01"), agency=agency)
    contacts: dict[object, set[str | None]] = {}
    for row in rows:
        contacts.setdefault(row.get("About no."), set()).add(row.get("What happened"))
    shown = []
    for row, moment in zip(rows, due, strict=True):
        shown.append(
            {
                "Due": _on_the_clock(moment, zone),
                "Overdue": _state(row, contacts.get(row.get("No."), set()), moment, now),
                "Window in our time": _window_text(moment, zone, agency),
                "Still missing for AILA": _missing_text(row, zone),
            }
        )
    return shown


def _due(rows: list[dict], zone: str | None, agency: Agency) -> list:
    """For each row the due time (UTC, by the default reading), the words for two timeframes, or ""."""
    urgencies = [_urgency(row, zone) for row in rows]
    starts = [
        _started(row, zone) if urgency else np.datetime64("NaT", "us")
        for row, urgency in zip(rows, urgencies, strict=True)
    ]
    due = clocks.due_all(np.array(starts, "M8[us]"), urgencies, agency=agency)
    return [
        "" if np.isnat(start) else UNCERTAIN if np.isnat(moment) else moment
        for start, moment in zip(starts, due["due_default"], strict=True)
    ]


def _urgency(row: dict, zone: str | None) -> str | None:
    timed = _is_date(row.get("Date")) and isinstance(row.get("Time"), time) and _zone_of(row, zone)
    if row.get("What happened") != c.WE_CALLED or not timed:
        return None
    return {c.URGENT: "urgent", c.REGULAR: "regular"}.get(row.get("Call-back promised", ""))


def _started(row: dict, zone: str | None) -> np.datetime64:
    """The end of the call, or its start if no length was logged."""
    local = np.datetime64(datetime.combine(row["Date"], row["Time"]), "us")
    minutes = row.get("Whole call, minutes")
    minutes = minutes if isinstance(minutes, int | float) else 0
    start = zones.to_utc([local], _zone_of(row, zone) or "")[0][0]
    return start + np.timedelta64(round(minutes * 60), "s")


def _zone_of(row: dict, zone: str | None) -> str | None:
    """The zone of the row's clock; None if it is not in the drop-down, because the formula knows no other."""
    written = row.get("Time zone")
    if written in (None, "", c.OFFICES_ZONE):
        return zone
    return zones.zone(written) if written in c.ZONES else None


def _is_date(value) -> bool:
    return isinstance(value, date)


def _on_the_clock(moment, zone: str | None):
    """A due time on the office's clock, as a Python datetime."""
    return moment if isinstance(moment, str) else zones.to_local([moment], zone)[0].item() if zone else ""


def _state(row: dict, contacts: set, due, now) -> str:
    promised = row.get("Call-back promised")
    if row.get("What happened") != c.WE_CALLED or promised in (None, "", c.NOT_PROMISED):
        return ""
    for state, what in CAME:
        # Same order as in the formula: an answered callback settles a missed one
        if contacts & {*what}:
            return state
    return "" if isinstance(due, str) else "OVERDUE" if now > due else "open"


def _window_text(due, zone: str | None, agency: Agency) -> str:
    if isinstance(due, str) or zone is None:
        return ""
    day = zones.to_local([due], agency.timezone)[0].astype("M8[D]")
    edges = (edge.astype("M8[us]").item() for edge in clocks.window_in(zone, day, agency=agency))
    return " - ".join(f"{edge.hour % 12 or 12}:{edge:%M} {'AM' if edge.hour < 12 else 'PM'}" for edge in edges)


def _missing_text(row: dict, zone: str | None) -> str:
    if row.get("What happened") != c.WE_CALLED:
        return ""
    is_asked = {
        "": True,
        "a person spoke": row.get("Who spoke to us") in c.PERSONS,
        "a call-back was promised": row.get("Call-back promised") not in (None, "", c.NOT_PROMISED),
    }
    lacking = [
        word
        for word, headers, calls in WANTED
        if is_asked[calls] and all(row.get(header) in (None, "") for header in headers)
        if word != "time zone" or not zone  # a row without a zone has the office's
    ]
    return ", ".join(lacking) or "complete"
