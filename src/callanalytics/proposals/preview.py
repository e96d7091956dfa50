"""The first rows of a file as a proposed format would read them, masked."""

from __future__ import annotations

from dataclasses import replace

from callanalytics import agencies
from callanalytics.formats import Format
from callanalytics.normalize import Settings, normalize
from callanalytics.read import TextTable
from callanalytics.values.phones import mask

ROWS = 3
USCIS = "USCIS"
SEEN = 200  # rows of the file that are read for it


def preview(table: TextTable, fmt: Format) -> tuple[list[dict], str]:
    """Three calls, and what should be known of them: that the order of day and month is open, or that rows failed."""
    few = min(SEEN, table.cells.num_rows)
    first = replace(table, cells=table.cells.slice(0, few), rows=table.rows[:few], member=table.member[:few], odd=())
    settings = Settings("an office", zone="UTC", keep_numbers=True)
    agency = agencies.uscis()
    done = normalize(first, fmt, settings, agency)
    note = ""
    if done.blocking:
        done = normalize(first, fmt, replace(settings, date_order="mdy"), agency)
        note = "read month first, which is open"
    calls = done.calls.slice(0, ROWS).to_pylist()
    if done.rejects.num_rows:
        note = "; ".join([*filter(None, [note]), f"{done.rejects.num_rows} of the first {few} rows would be rejected"])
    return [_shown(call, agency) for call in calls], note


def _shown(call: dict, agency) -> dict:
    """A call without what could be a client's: of numbers their last four digits alone."""
    return {
        "began": call["started_at_local"] and str(call["started_at_local"]),
        "direction": call["direction"],
        "our number": call["our_number"] and mask(call["our_number"]),
        "other number": call["other_number"] and _party(call["other_number"], agency),
        "seconds": call["duration_s"],
        "outcome": call["outcome"],
    }


def _party(number: str, agency) -> str:
    return USCIS if agency.is_agency_number(number) else mask(number)
