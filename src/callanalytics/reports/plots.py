"""The main drawings as charts of the spreadsheet's own, which follow the cells beside them: titled with the finding,
with axes in words, intervals as error bars, a source, and the alt text.
"""

from __future__ import annotations

from itertools import groupby
from math import ceil
from typing import Any

from callanalytics.figures import style
from callanalytics.figures.chart import SOURCE, Chart, Plot
from callanalytics.reports.columns import ERRORS, Column
from callanalytics.reports.document import Document

TYPES = {
    "bars": {"type": "column"},
    "stack": {"type": "column", "subtype": "stacked"},
    "overlap": {"type": "column"},
    "points": {"type": "line"},
    "line": {"type": "scatter", "subtype": "straight"},
}
WIDTH, HEIGHT = 760, 380  # pixels
BESIDE = 1  # columns between the table and the chart
PALER = {style.BLUE: "#A9CFE8"}  # of a bar on which the whole interval must be seen
SMALL = {"size": 9, "bold": False, "color": style.INK}


def draw(book, page, chart: Chart, plot: Plot, columns: list[Column], top: int, report: Document) -> None:
    """Set the chart beside its table, whose head is in row `top`; one for each panel, below each other."""
    for place, (panel, first, last) in enumerate(_panels(plot, columns)):
        made = book.add_chart(TYPES[plot.kind])
        cells = _Cells(page.name, columns, top + 1 + first, top + 1 + last)
        for key, color in plot.y.items():
            if cells.has(key):
                made.add_series(_series(plot, cells, key, color))
        if plot.panels:
            made.add_series(_promised_day(plot, cells))
        _dress(made, plot, f"{chart.title} ({panel} requests)" if panel else chart.title, report, _most(plot, columns))
        where = {"description": chart.alt, "x_offset": 6, "y_offset": place * (HEIGHT + 10)}
        page.insert_chart(top + 1, len(columns) + BESIDE, made, where)


def _panels(plot: Plot, columns: list[Column]) -> list[tuple[str, int, int]]:
    """The first and last row of each panel; all rows where there is one chart."""
    parts = next((column.values for column in columns if column.key == plot.panels), columns[0].values)
    if not plot.panels:
        return [("", 0, len(parts) - 1)]
    found, start = [], 0
    for name, rows in groupby(parts):
        n = len(list(rows))
        found.append((str(name), start, start + n - 1))
        start += n
    return found


class _Cells:
    """Where the columns of a panel stand."""

    def __init__(self, sheet: str, columns: list[Column], first: int, last: int):
        self.sheet, self.first, self.last = sheet, first, last
        self.columns = {column.key: (place, column) for place, column in enumerate(columns)}

    def has(self, key: str) -> bool:
        return key in self.columns

    def span(self, key: str, last: int | None = None) -> list:
        place, _ = self.columns[key]
        return [self.sheet, self.first, place, self.last if last is None else last, place]

    def reference(self, key: str) -> str:
        from xlsxwriter.utility import xl_range_abs

        place, _ = self.columns[key]
        return f"='{self.sheet}'!{xl_range_abs(self.first, place, self.last, place)}"

    def head(self, key: str) -> str:
        return self.columns[key][1].head


def _series(plot: Plot, cells: _Cells, key: str, color: str) -> dict[str, Any]:
    look: dict[str, Any] = {
        "name": cells.head(key),
        "categories": cells.span(plot.x),
        "values": cells.span(key),
        "gap": 35,
    }
    if plot.kind == "overlap":
        look["overlap"] = 100
    if plot.kind in ("bars", "stack", "overlap"):
        look["fill"] = {"color": PALER.get(color, color) if plot.limits else color}
        look["border"] = {"color": color, "width": 0.75}
    elif plot.kind == "line":
        look["line"] = {"color": color, "width": 2.25}
    else:
        look["line"] = {"color": color, "width": 1}
        look["marker"] = {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}}
    if plot.limits:
        above, below = map(cells.reference, ERRORS)
        look["y_error_bars"] = {
            "type": "custom",
            "plus_values": above,
            "minus_values": below,
            "line": {"color": style.INK, "width": 1.25},
        }
    return look


def _promised_day(plot: Plot, cells: _Cells) -> dict[str, Any]:
    """An upright line at the promised day: one point at the foot, and its error bar."""
    return {
        "name": "promised day",
        "categories": cells.span("promised_day", cells.first),
        "values": cells.span("value", cells.first),
        "marker": {"type": "none"},
        "y_error_bars": {
            "type": "fixed",
            "value": 1,
            "direction": "plus",
            "end_style": 0,
            "line": {"color": style.VERMILION, "width": 2},
        },
    }


def _most(plot: Plot, columns: list[Column]) -> float:
    """Where the axis ends so that no interval does: a spreadsheet looks at the figures alone."""
    if not plot.limits:
        return 0
    highest = max((value for column in columns if column.key == plot.limits[0] for value in column.values if value),
                  default=0)  # fmt: skip
    return ceil(highest / 10) * 10


def _dress(made, plot: Plot, title: str, report: Document, most: float) -> None:
    """The title, the words at the axes with the source and the mark beneath, and how far the axes go."""
    source = " ".join(filter(None, [SOURCE, report.seen_on, report.marking]))
    made.set_title({"name": title, "name_font": {"size": 13, "color": style.INK}, "overlay": False})
    x: dict[str, Any] = {"name": f"{plot.x_title}\n{source}", "name_font": SMALL, "num_font": SMALL}
    y: dict[str, Any] = {
        "name": plot.y_title,
        "name_font": SMALL,
        "num_font": SMALL,
        "min": 0,
        "major_gridlines": {"visible": True, "line": {"color": style.GRAY, "width": 0.5}},
    }
    if plot.kind == "line":
        y |= {"max": 1, "num_format": "0%"}
        x |= {"min": 0}
    else:
        x |= {"text_axis": True, "num_format": FORMATS.get(plot.x, "mmm d, yyyy")}
        y |= {"num_format": "0"} | ({"max": most} if most else {})
    made.set_x_axis(x)
    made.set_y_axis(y)
    made.set_legend(
        {"position": "bottom", "delete_series": [2] if plot.panels else []} if len(plot.y) > 1 else {"none": True}
    )
    made.set_size({"width": WIDTH, "height": HEIGHT})


FORMATS = {
    "hour": "h AM/PM",
    "hour_local": "h AM/PM",
    "slot": "mmm yyyy",
    "month": "mmm yyyy",
    "month_local": "mmm yyyy",
}
