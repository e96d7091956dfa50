"""Write a table or a result to a file for spreadsheets and other programs: csv, xlsx, parquet, json."""

from __future__ import annotations

import datetime
import io
import json
import math
import numbers
from pathlib import Path

from callanalytics import outputs
from callanalytics.errors import InvalidRequest
from callanalytics.invented import LABEL
from callanalytics.tables import Table

# First characters that make a spreadsheet run a cell; the last four are full-width forms from Asian keyboards
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
SHEET_ROWS = 1_048_575  # rows a worksheet holds below its header
LOOKED_AT, WIDEST = 200, 40  # rows that decide a column's width; greatest width in characters


def write(source, path) -> Path:
    """Write a ``Table`` or a ``Result``; the file's extension decides the format.

    Text that a spreadsheet would run as a formula gets a leading apostrophe in CSV and is written as plain
    text in XLSX. Times are ISO 8601 in UTC with ``Z`` in both, since a spreadsheet has no zones.

    Raises
    ------
    CallLogError
        The extension is not one of the four, or the file is open in another program.
    """
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InvalidRequest(f"{path.name}: this ending is not known", wanted=", ".join(WRITERS), do="rename FILE")
    is_private = getattr(source, "is_private", isinstance(source, Table))  # a table has rows; a result has only counts
    with outputs.writing(path, private=is_private) as stream:
        writer(source, stream)
    return path


def _frame(source):
    if isinstance(source, Table):
        return source.plain_frame()
    return source.table if hasattr(source, "card") else source.to_pandas()


def _text_frame(frame):
    """A copy of the frame with times and nested values as text, which every spreadsheet shows the same way."""
    import pandas as pd

    frame = frame.copy()
    for name in frame.columns:
        values = frame[name]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            frame[name] = values.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        elif values.dtype == object:
            frame[name] = [
                json.dumps(list(v), default=str) if hasattr(v, "__len__") and not isinstance(v, str) else v
                for v in values
            ]
    return frame


def write_csv(frame, stream) -> None:
    """Write a frame as CSV in which no cell can run as a formula."""
    frame = _text_frame(frame)
    for name in frame.columns:
        if frame[name].dtype == object or str(frame[name].dtype).startswith("str"):
            frame[name] = [f"'{v}" if isinstance(v, str) and v.startswith(DANGEROUS) else v for v in frame[name]]
    frame.to_csv(stream, index=False, mode="wb")


def _xlsx(source, stream):
    import xlsxwriter

    frame = _text_frame(_frame(source))
    if len(frame) > SHEET_ROWS:
        raise InvalidRequest(f"{len(frame):,} rows do not fit in one sheet", do="write csv or parquet")
    made = io.BytesIO()  # not to the file itself: after a failed write, the library tries again at exit
    # constant_memory drops rows once written: a table may have a million
    with xlsxwriter.Workbook(made, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        # A fixed day, so that the same table gives the same bytes
        book.set_properties({"created": datetime.datetime(2020, 1, 1)})
        sheet = book.add_worksheet("Invented sample data" if source.is_invented else "table")
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(frame), max(len(frame.columns) - 1, 0))
        _set_up_print(sheet, LABEL if source.is_invented else "")
        bold = book.add_format({"bold": True})
        for column, name in enumerate(frame.columns):
            sheet.write_string(0, column, str(name), bold)
            longest = max((len(str(value)) for value in frame[name].head(LOOKED_AT)), default=0)
            sheet.set_column(column, column, min(max(longest, len(str(name)) + 4), WIDEST))
        for row, values in enumerate(frame.itertuples(index=False), start=1):
            for column, value in enumerate(values):
                _write_cell(sheet, row, column, value)
    stream.write(made.getbuffer())


def _set_up_print(sheet, mark: str):
    """Set the print layout: one page wide, column names on each page, and the mark of invented data."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{mark}")
    sheet.set_footer("&L&A&RPage &P of &N")


def _write_cell(sheet, row, column, value):
    import pandas as pd

    if pd.isna(value):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    # After bool, which is a number too; a sheet has no infinity
    elif isinstance(value, numbers.Real) and math.isfinite(value):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _json(source, stream):
    if hasattr(source, "card"):
        text = json.dumps(source.to_json(), indent=1, default=str)
    else:
        text = _text_frame(_frame(source)).to_json(orient="records", date_format="iso", indent=1)
    stream.write(text.encode("utf-8"))


WRITERS = {
    ".csv": lambda source, stream: write_csv(_frame(source), stream),
    ".xlsx": _xlsx,
    ".parquet": lambda source, stream: _frame(source).to_parquet(stream, index=False),
    ".json": _json,
}
