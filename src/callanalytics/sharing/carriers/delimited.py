"""Text files with delimiters, written anew: line for line, so that row 118 is row 118 again."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from callanalytics.formats import Format
from callanalytics.read import File, TextTable, delimited, text_files
from callanalytics.read.dialects import stated
from callanalytics.read.grids import is_sql_type, stated_total
from callanalytics.read.headings import Knows
from callanalytics.sharing.carriers import Change, heading, plain, row, stray_cell
from callanalytics.sharing.cells import FILLED

_QUOTE_THAT_STAYS_OPEN = '"x'


def written(file: File, fmt: Format, table: TextTable, change: Change, looked_at: set[str]) -> bytes:
    """The file's bytes anew: UTF-8, the delimiter as it was, blank lines where a cell ran over several."""
    dialect = delimited.dialect_of(file, Knows(fmt))
    first = delimited.head_lines(file)[:1]
    rows, odd = set(table.rows.tolist()), {o.row: o.reason for o in table.odd}
    lines = [first[0].strip()] if stated(first) else []
    for number, cells, columns in text_files.laid_out(file, fmt):
        lines += [""] * (number - 1 - len(lines))  # a cell that ran over several lines stands in one
        lines.append(_line(_cells(number, cells, columns, rows, odd, fmt, change, looked_at), dialect.delimiter))
    content = file.head(3)
    mark = "\ufeff" if content.startswith(codecs.BOM_UTF8) else ""
    end = "\r\n" if b"\r\n" in file.head() else "\n"
    return (mark + end.join(lines) + end).encode("utf-8")


def _cells(number, cells, columns, rows, odd, fmt: Format, change: Change, looked_at: set[str]) -> list[str] | None:
    if cells is None:
        return None
    if number in odd:
        return odd_row(cells, odd[number])
    if number in rows:
        return row(columns, cells, change)
    if Knows(fmt).is_header(cells):
        return [heading(cell, place, looked_at) for place, cell in enumerate(cells, 1)]
    return list(_above(cells, fmt, change))


def odd_row(cells, reason: str) -> list[str]:
    """A row that is none of the table's, of which only what it is stays: a total, a header once more, so many cells."""
    if reason == "header":
        return [stray_cell(cell) for cell in cells]
    kept = [FILLED if plain(cell) else "" for cell in cells]
    if reason == "total":
        count = stated_total(cells)
        kept[next(place for place, cell in enumerate(kept) if cell)] = f"Total calls: {count}" if count else "Total"
    return kept


def _above(cells, fmt: Format, change: Change) -> Iterator[str]:
    """A line above a header: a label that the format wants and what stands beside it, a row of SQL types."""
    label = None
    for cell in cells:
        if label and plain(cell):
            yield change(label, cell)
            label = None
            continue
        label = next((n for n, tests in fmt.file.above.items() if any(t.fits(plain(cell)) for t in tests)), None)
        yield plain(cell) if label or is_sql_type(cell) else stray_cell(cell)


def _line(cells: list[str] | None, delimiter: str) -> str:
    if cells is None:
        return _QUOTE_THAT_STAYS_OPEN
    if not any(cells) and len(cells) < 2:
        return ""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow([re.sub(r"\s+", " ", cell) for cell in cells])
    return text.getvalue()
