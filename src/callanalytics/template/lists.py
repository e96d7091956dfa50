"""The hidden sheets: *Lists* (drop-downs and the tables that the formulas read) and *Closures*."""

from __future__ import annotations

from datetime import date, time

from xlsxwriter.utility import xl_col_to_name

from callanalytics import clocks
from callanalytics.agencies import Agency
from callanalytics.template import columns as c
from callanalytics.template import live
from callanalytics.template.book import Book
from callanalytics.values import zones

OFFICE_ZONES, PHONES, KNOWN = "office's zone", "desk or mobile", "yes, no, not known"
ZONES_AT, SEASONS_AT, RULES_AT, WINDOW_AT = 30, 34, 37, 43  # first columns, right of all drop-downs
SEASONS = (1990, 2050)
PROVISIONAL_YEARS = 3  # a log lives longer than the list of closures


def ranges(agency: Agency) -> dict[str, str]:
    """Where each drop-down stands, by the header of its column."""
    found = {}
    for place, (name, words) in enumerate(_lists(agency).items()):
        letter = xl_col_to_name(place)
        found[name] = f"Lists!${letter}$2:${letter}${len(words) + 1}"
    return found


def _lists(agency: Agency) -> dict[str, tuple[str, ...]]:
    return {
        **c.choices(agency),
        OFFICE_ZONES: c.ZONES,
        PHONES: ("Desk", "Mobile", "Receptionist"),  # automatic: that it answers is no answer by a person
        KNOWN: ("Yes", "No", "Not known"),
    }


def write(book: Book, sheet, own_zone: tuple[str, str] | None) -> None:
    """Drop-downs and tables. ``own_zone``: label and key of an office's zone that is not among the usual ones."""
    for place, (name, words) in enumerate(_lists(book.agency).items()):
        sheet.write_column(0, place, [name, *words])
    for first, header, rows in (
        (ZONES_AT, ("zone", "hours to Eastern, winter", "summer"), _zones(own_zone)),
        (SEASONS_AT, ("from", "summer time"), live.seasons(*SEASONS)),
        (RULES_AT, ("from", "urgent hours", "urgent days", "regular hours", "regular days"),
         live.rules_by_date(book.agency)),
        (WINDOW_AT, ("window opens", "window closes"), [_window(book.agency)]),
    ):  # fmt: skip
        sheet.write_row(0, first, header)
        for place, row in enumerate(rows, 1):
            for column, value in enumerate(row, first):
                book.write(sheet, place, column, value)
    sheet.hide()


def _zones(own_zone: tuple[str, str] | None) -> list[tuple]:
    listed = [*((label, zones.zone(label)) for label in c.ZONES), *([own_zone] if own_zone else [])]
    return [(label, *live.hours_to_eastern(key)) for label, key in listed]


def _window(agency: Agency) -> tuple[time, time]:
    return time.fromisoformat(agency.window.opens), time.fromisoformat(agency.window.closes)


def write_closures(book: Book, sheet) -> None:
    """Days on which the clock stops, and the version of the list."""
    names = {closure.date: closure.name for closure in book.agency.closures}
    version = clocks.calendar(agency=book.agency).version
    sheet.write_row(0, 0, ("Closed on", "What", version))
    for place, day in enumerate(_closed(book.agency), 1):
        book.write(sheet, place, 0, day)
        sheet.write_string(place, 1, names.get(day, "provisional: as far as known when this file was made"))
    sheet.set_column(0, 0, 12)
    sheet.hide()


def _closed(agency: Agency) -> list[date]:
    first, last = agency.closures_years
    return clocks.calendar(agency=agency).closures(first, last + PROVISIONAL_YEARS).tolist()


def places(agency: Agency, office_zone: str, own_zone: tuple[str, str] | None) -> live.Places:
    """Where everything stands, for the formulas."""

    def block(first: int, width: int, rows: int) -> str:
        return f"Lists!${xl_col_to_name(first)}$2:${xl_col_to_name(first + width - 1)}${rows + 1}"

    return live.Places(
        office_zone=office_zone,
        zones=block(ZONES_AT, 3, len(c.ZONES) + bool(own_zone)),
        seasons=block(SEASONS_AT, 2, len(live.seasons(*SEASONS))),
        rules=block(RULES_AT, 5, len(live.rules_by_date(agency))),
        opens=f"Lists!${xl_col_to_name(WINDOW_AT)}$2",
        closes=f"Lists!${xl_col_to_name(WINDOW_AT + 1)}$2",
        closures=f"Closures!$A$2:$A${len(_closed(agency)) + 1}",
    )
