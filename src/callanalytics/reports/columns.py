"""Tables for spreadsheets: heads in words; minutes, shares, hours, weekdays, and months in their own formats; and each
number of an estimate in its own column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from callanalytics import wording
from callanalytics.facts.agency_calls import WAITS_NAMED
from callanalytics.figures.chart import Plot
from callanalytics.figures.rows import months
from callanalytics.lazy import regex
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.reports.document import TableBlock
from callanalytics.reports.sentences import STATES, Day, Figure

# No leading zero and at most 15 digits: an id or a phone number stays text and keeps all its digits
NUMBER = regex(r"-?(?:0|[1-9]\d{0,2}(?:,\d{3}){0,4}|[1-9]\d{0,14})(?:\.\d+)?")
WHOLE, PART, PERCENT = "#,##0", "#,##0.0###", "0.0%"
FORMATS = dict.fromkeys(("s", "min"), "#,##0.0") | dict.fromkeys(("share", "chance"), PERCENT)
FORMATS |= dict.fromkeys(("count", "hours", "days"), WHOLE)
HEADS = wording.words_for("heads")
LOWER = {"n": "cases, lower share", "events": "of these, lower share"}  # when a higher share has columns too
VALUES = {"min": "minutes", "share": "share", "count": "count", "hours": "hours"}
WORDS = {
    "state": STATES,
    "wait_origin": WAITS_NAMED,
    "unit": {"s": "minutes"},
    "urgency": {"unknown": "not noted"},
    "flag": wording.words_for("flags"),
}
MEASURED = ("value", "value_most", "low", "high", "least", "greatest")  # the column "unit" gives their unit
COUNTED = (*MEASURED, "events", "most", "n", "most_n", "flag")  # the order of number columns after the keys
IN_THE_TITLE = ("statistic", "unit", "of", "wait_origin", "flag")  # in the title if every row has the same value
HOURS, MONTHS = ("hour", "hour_local", "start", "end"), ("month", "month_local", "slot")
SHARES = ("s", "se")  # columns with these names are shares
ERRORS = ("above", "below")  # distances of an interval's limits from its figure


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `key`: its name in the data frame. `formats`: the number format of each value."""

    key: str
    head: str
    values: tuple[Any, ...]
    formats: tuple[str, ...]


def of_chart(data, plot: Plot | None = None) -> list[Column]:
    """The columns of a chart's data, one row per mark, plus those a spreadsheet needs to redraw the chart."""
    if plot and plot.pivot:
        data = _pivoted(data, plot)
    columns = _of_frame(data)
    if plot and plot.limits:
        # A spreadsheet draws an interval from the distance of each limit to the figure
        by_key = {column.key: column for column in columns}
        figure = by_key[next(iter(plot.y))]
        made = []
        for key, limit, sign in zip(ERRORS, plot.limits, (1, -1), strict=True):
            values = tuple(None if middle is None or end is None else sign * (end - middle)
                           for middle, end in zip(figure.values, by_key[limit].values, strict=True))  # fmt: skip
            made.append(Column(key, f"interval {key}", values, figure.formats))
        columns += made
    return columns


def of_table(block: TableBlock) -> list[Column]:
    """The columns of a table of words: a figure becomes its numbers, and in a numeric table text becomes numbers."""
    if block.data is not None:
        return _of_frame(block.data)
    cells = [[row[index] for row in block.rows] for index in range(len(block.head))]
    if block.numeric:
        cells[1:] = [[_read(cell) for cell in column] for column in cells[1:]]
    # Two columns of figures would give two columns named 'cases', so each gets its figure's name
    several = sum(any(isinstance(cell, Figure) and {*cell.numbers} > {"value"} for cell in column) for column in cells)
    return [
        made for head, column in zip(block.head, cells, strict=True) for made in _of_words(head, column, several > 1)
    ]


def _of_words(head: str, cells: list, several: bool) -> Iterator[Column]:
    figures = [cell for cell in cells if isinstance(cell, Figure)]
    if not figures:
        yield _column(head, head, [cell.day if isinstance(cell, Day) else cell for cell in cells])
        return
    has_words = any(not isinstance(cell, Figure) and cell not in ("", "–") for cell in cells)
    keys = [key for key in COUNTED
            if (key == "value" and has_words) or any(key in figure.numbers for figure in figures)]  # fmt: skip
    units = [cell.unit if isinstance(cell, Figure) else "" for cell in cells]
    for key in keys:
        formats = tuple(FORMATS.get(unit, "0.00") if key in MEASURED else WHOLE for unit in units)
        word = _head(key, keys)
        name = head if key == "value" else f"{head}: {word}" if several or "value" not in keys else word
        yield Column(key, name, tuple(_part(cell, key) for cell in cells), formats)
        if key == "value" and len({figure.unit for figure in figures}) > 1:
            yield _column("unit", "unit", [VALUES.get(unit, unit.replace("_", " ")) for unit in units])


def _part(cell, key: str):
    """One number of a figure. A cell of words stands beside the values."""
    if isinstance(cell, Figure):
        return cell.numbers.get(key)
    return cell if key == "value" else None


def _read(text: str):
    """A cell's text, as a number if it reads as one."""
    return float(text.replace(",", "")) if NUMBER.fullmatch(text) and not isinstance(text, Figure) else text


def _head(name: str, names: Iterable[str]) -> str:
    return (LOWER if "most" in names else {}).get(name) or HEADS.get(name, name.replace("_", " "))


def _of_frame(data) -> list[Column]:
    """The columns of a frame: keys, then figure, limits, and counts; a count that only repeats the figure is
    omitted."""
    made = list(_columns_of_result(data))
    figure = next((column.values for column in made if column.key == "value"), ())
    # A count is its own figure and would appear twice
    kept = [column for column in made if column.key not in ("n", "events") or column.values != figure]
    order = {key: index for index, key in enumerate(COUNTED, 1)}
    return sorted(kept, key=lambda column: order.get(column.key, 0))


def _columns_of_result(data) -> Iterator[Column]:
    data = data.reset_index(drop=True)
    if any(name.startswith(("month", "quarter", "year")) for name in map(str, data.columns)):  # it repeats the period
        data = data.drop(columns="slot", errors="ignore")
    units = list(data["unit"]) if "unit" in data else [""] * len(data)
    for name in map(str, data.columns):
        values = list(data[name])
        # A value shared by all rows is in the title; but a remark on all rows must stay visible
        if name in IN_THE_TITLE and len(set(map(str, values))) == 1 and values[0] not in ("small_n", "not_estimable"):
            continue
        if name not in MEASURED:
            yield _column(name, _head(name, data.columns), [_as_text(name, _as_python(value)) for value in values])
        elif name == "value" or any(value == value for value in values):  # not a limit that no row has
            yield _measured(name, values, units)
    if {"n", "events"} <= set(data.columns) and "value" not in data:
        yield _shares("value", "share", data["events"], data["n"])
        if "most" in data:
            yield _shares("value_most", "share, at most", data["most"], data["most_n"])


def _measured(name: str, values: list, units: list[str]) -> Column:
    """A column of figures or limits. Seconds are shown as minutes; the head names the unit if all rows share it."""
    alike = {"min" if unit == "s" else unit for unit in units}
    plain = zip(map(_as_python, values), units, strict=True)
    found = [value / 60 if unit == "s" and value is not None else value for value, unit in plain]
    is_one = name == "value" and len(alike) == 1
    head = VALUES.get(next(iter(alike)), HEADS[name]) if is_one else HEADS[name]
    forms = tuple(FORMATS.get(unit, PART) if unit else PERCENT for unit in units)
    is_whole = alike == {"min"} and all(value is None or value == round(value) for value in found)
    return Column(name, head, tuple(found), (WHOLE,) * len(forms) if is_whole else forms)


def _shares(key: str, head: str, events, n) -> Column:
    """The share of each row; empty for rows with too few cases."""
    # The printed table omits such percentages too
    found = [part / whole if whole >= INTERVAL_MINIMUM else None for part, whole in zip(events, n, strict=True)]
    return Column(key, head, tuple(found), (PERCENT,) * len(found))


def _as_python(value):
    """A frame's value as a plain Python value; missing values are None."""
    import pandas as pd

    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _as_text(name: str, value):
    """A value of a key or a count, as people read it."""
    if value is None:
        return None
    if name in HOURS:
        # A spreadsheet stores a time of day as a fraction of a day
        return value / 24
    if name in MONTHS:
        return date(int(value) // 100, int(value) % 100, 1)
    if name.startswith("weekday"):
        return wording.WEEKDAYS[int(value) - 1]
    if name.endswith("_s"):
        return value / 60
    return WORDS.get(name, {}).get(value, value) if isinstance(value, str) else value


def _column(name: str, head: str, values: Iterable) -> Column:
    found = tuple(values)
    named = {"h AM/PM": HOURS, "mmm yyyy": MONTHS, PERCENT: SHARES}
    form = next((form for form, names in named.items() if name in names), "")
    if name.endswith("_s"):
        head, form = f"{head.removesuffix(' s')} (minutes)", FORMATS["s"]
    if not form and any(isinstance(value, date) for value in found):
        form = "mmm d, yyyy"
    if not form:
        form = WHOLE if all(value == int(value) for value in found if isinstance(value, float)) else PART
    return Column(name, head, found, (form,) * len(found))


def _pivoted(data, plot: Plot):
    """One row per place on the axis, one column per part; 0 where a part has no value."""
    part, value = plot.pivot
    known = data[data[plot.x].notna()]
    if not len(known):
        return known[[plot.x]]
    wide = known.pivot_table(index=plot.x, columns=part, values=value, aggfunc="sum", fill_value=0)
    first, last = int(wide.index.min()), int(wide.index.max())
    # Hours and months without a row stay on the axis, so that gaps are visible
    every = range(first, last + 1) if plot.x in HOURS else months(first, last)
    wide = wide.reindex(index=every, columns=[name for name in plot.y if name in wide], fill_value=0)
    return wide.rename_axis(plot.x).reset_index()
