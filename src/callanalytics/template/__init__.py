"""The hand log to fill in: one XLSX file, for Excel or Google Sheets, that computes its own due dates."""

from __future__ import annotations

import io
from pathlib import Path

from callanalytics import agencies, outputs
from callanalytics.agencies import Agency
from callanalytics.errors import InvalidRequest, Refused
from callanalytics.template import sheets
from callanalytics.template.columns import EXAMPLE, EXAMPLES, HEADERS, LIVE, WORKING, ZONES
from callanalytics.values import zones

__all__ = ["EXAMPLE", "HEADERS", "LIVE", "SHEETS", "WORKING", "write"]

SHEETS = ("Calls", "Your office", "What the columns mean", "Lists", "Closures")


def write(
    path: Path | str,
    *,
    rows: list[dict] | None = None,
    shown: list[dict] | None = None,
    office: dict | None = None,
    agency: Agency | None = None,
) -> None:
    """Write the hand log: empty, or filled with rows.

    Parameters
    ----------
    rows : one dict for each row, by header (``{"Date": date(2022, 3, 1), "What happened": "We called", ...}``)
        Dates and times as Python's own types; everything else is written as given, numbers and IDs as text.
        ``No.`` may be omitted. Live columns are formulas, never given.
    shown : what the formulas show in the example rows and in these rows, for programs that compute none
    office : ``name``, ``timezone``, ``hours``, ``lines``, ``logs_callbacks_since``, shaped as in the table *offices*

    The same call writes the same bytes. An empty log never replaces an existing file, which may be someone's log.
    """
    if Path(path).suffix.lower() != ".xlsx":
        raise InvalidRequest(
            f"{Path(path).name}: the call log is a workbook", wanted="a name that ends in .xlsx", do="rename FILE"
        )
    # A log that people fill in has the same name, and there is no second copy
    if rows is None and _is_there(path):
        raise Refused(f"{Path(path).name} already exists and may hold calls", do="choose another name, or move it")
    agency, office = agency or agencies.load(), office or {}
    rows = [{"No.": number, **row} for number, row in enumerate(rows or [], 1)]
    _check(rows)
    zone = zones.zone(office["timezone"]) if office.get("timezone") else None
    # The drop-down's word for a zone, or the zone's key if it has none
    label = {zones.zone(word): word for word in ZONES}.get(zone or "", zone or "")
    # A zone that is not in the drop-down gets its own line in the hidden table
    own_zone = (label, zone) if zone and label not in ZONES else None
    examples = [{name: agency.fill(v) if isinstance(v, str) else v for name, v in row.items()} for row in EXAMPLES]
    written = [*examples, *rows]
    made = io.BytesIO()
    book = sheets.Book.open(made, agency)
    tabs = [book.file.add_worksheet(name, sheets.Sheet) for name in SHEETS]
    references = sheets.formula_references(agency, sheets.ZONE_CELL, own_zone)
    sheets.write_calls(book, tabs[0], references, written, shown or written, len(examples))
    sheets.write_office(book, tabs[1], office, label)
    sheets.write_meanings(book, tabs[2])
    sheets.write_lists(book, tabs[3], own_zone)
    sheets.write_closures(book, tabs[4])
    book.file.close()
    outputs.save(path, made.getvalue())


def _is_there(path) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # a name that no file can have: writing it reports the reason
        return False


def _check(rows: list[dict]) -> None:
    for row in rows:
        unknown = sorted(set(row) - set(HEADERS) | set(row) & set(LIVE))
        if unknown:
            raise KeyError(f"not a column to fill in: {', '.join(unknown)}")
