"""What stands in a sheet's XML and is not told by the reader of its cells."""

from __future__ import annotations

from dataclasses import dataclass

from callanalytics.errors import CallLogError


@dataclass(frozen=True)
class Range:
    """A block of merged cells, counted from 1, ends included."""

    column: int
    row: int
    last_column: int
    last_row: int


@dataclass(frozen=True)
class Facts:
    """Merged ranges, numbers of hidden rows that hold something, places (row, column) of formulas without a value."""

    merged: tuple[Range, ...]
    hidden: tuple[int, ...]
    unvalued: tuple[str, ...]

    def merged_at(self, row: int) -> list[Range]:
        return [r for r in self.merged if r.row <= row <= r.last_row]


def facts(source) -> Facts:
    """Read once through a sheet's XML, keeping nothing of it but the facts."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils import range_boundaries

    merged, hidden, unvalued = [], [], []
    last, data = 0, None
    for event, element in iterparse(source, events=("start", "end")):
        tag = _local(element.tag)
        if tag == "sheetData":
            data = element
        if event == "start":
            continue
        if tag == "row":
            last = _row_number(element, last)
            if len(element) and element.get("hidden") in ("1", "true"):
                hidden.append(last)
            unvalued += [cell.get("r", "") for cell in element if _has_no_value(cell)]
            data.clear() if data is not None else element.clear()
        elif tag == "mergeCell":
            merged.append(Range(*range_boundaries(element.get("ref"))))
    return Facts(tuple(merged), tuple(hidden), tuple(unvalued))


def _row_number(row, last: int) -> int:
    """Rows go up: the reader of the cells would leave out one that does not."""
    number = int(row.get("r", last + 1))
    if number <= last:
        raise CallLogError(
            "the rows of a sheet are out of order",
            found=f"row {number} after row {last}",
            do="open the workbook in Excel, save it as XLSX under a new name, and name that file",
        )
    return number


def _has_no_value(cell) -> bool:
    parts = {_local(part.tag): part for part in cell}
    return "f" in parts and ("v" not in parts or parts["v"].text is None) and cell.get("t") != "str"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
