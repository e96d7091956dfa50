"""The workbook in the making: colors, formats made once, a creation date that never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from callanalytics.agencies import Agency

CREATED = datetime(2022, 7, 11)  # fixed, so that the same call writes the same bytes
FORMATS = {
    "date": "m/d/yyyy",
    "time": "h:mm AM/PM",
    "moment": "ddd m/d/yy h:mm AM/PM",
    "id": "@",  # text: long numbers keep their digits and leading zeros
    "minutes": "0",
    "count": "0",
    "number": "0",
    "text": "General",
    "list": "General",
}
CENTERED = ("date", "time", "minutes", "count", "number")
HEADINGS = {  # what a heading says -> fill, ink
    "needed": ("#1F4E5F", "#FFFFFF"),
    "wanted": ("#CFE3E8", "#1B2A30"),
    "optional": ("#EEF1F3", "#1B2A30"),
    "live": ("#F4E9CF", "#1B2A30"),
}
LIVE_CELL = {"font_color": "#3A4A50", "bg_color": "#FBF7EC"}
EXAMPLE_CELL = {"font_color": "#6B7278", "bg_color": "#ECECEC", "italic": True}
BOXED = {"bg_color": "#F7F9FA", "border": 1, "border_color": "#C8CDD2", "align": "left"}
ALARMS = {"OVERDUE": ("#8A1C1C", "#F9DEDC"), "due today": ("#6A4A00", "#FFEFC2")}


class Sheet(Worksheet):
    """A sheet whose formulas are written as they stand. The library looks through each for thirty functions that Excel
    learned after 2007, which takes longer than all the rest; the log uses none (a test holds it).
    """

    def _prepare_formula(self, formula, expand_future_functions=False):
        return formula.removeprefix("=")


@dataclass
class Book:
    """An open workbook. Formats are made once and shared."""

    file: xlsxwriter.Workbook
    agency: Agency
    _made: dict = field(default_factory=dict)

    @classmethod
    def open(cls, into: BinaryIO, agency: Agency) -> Book:
        file = xlsxwriter.Workbook(into, {"in_memory": True})
        file.set_properties({"title": "Log of calls to the USCIS Contact Center", "created": CREATED})
        return cls(file, agency)

    def style(self, kind: str = "text", **told):
        """The format of a cell of this kind, with whatever else is told."""
        told = {"num_format": FORMATS[kind], **({"align": "center"} if kind in CENTERED else {}), **told}
        key = tuple(sorted(told.items()))
        if key not in self._made:
            self._made[key] = self.file.add_format(told)
        return self._made[key]

    def heading(self, says: str):
        fill, ink = HEADINGS[says]
        return self.style(
            bold=True, text_wrap=True, valign="vcenter", border=1, border_color="#C8CDD2", bg_color=fill, font_color=ink
        )

    def write(self, sheet, row: int, column: int, value, kind: str = "text", **told) -> None:
        """One cell as its kind wants it; a value that does not fit the kind stays what it is."""
        if value is None:
            sheet.write_blank(row, column, None, self.style(kind, **told))
        elif isinstance(value, bool):
            sheet.write_string(row, column, "Yes" if value else "No", self.style(kind, **told))
        elif isinstance(value, date | time):
            fits = kind if kind in ("date", "time", "moment") else "date" if isinstance(value, date) else "time"
            sheet.write_datetime(row, column, value, self.style(fits, **told))
        elif kind == "id" or isinstance(value, str):
            sheet.write_string(row, column, str(value), self.style(kind, **told))
        else:
            sheet.write_number(row, column, value, self.style(kind, **told))
