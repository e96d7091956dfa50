"""The short way through a text file that is regular throughout; any doubt, and the careful way is taken."""

from __future__ import annotations

import codecs
import io
import re

import numpy as np
import pyarrow as pa

from callanalytics.read import delimited
from callanalytics.read.dialects import Dialect
from callanalytics.read.headings import Heading, heading
from callanalytics.read.table import cleaned


def cells(content: bytes, dialect: Dialect, head: Heading) -> tuple[pa.Table, np.ndarray] | None:
    """The rows under the header and their line numbers, read by Arrow; None where a file is not regular.

    Regular is a file in UTF-8 without NULs or bare CRs, in which every line under the header is one row of
    as many cells as the header. The result is then what the careful reader gives (a test holds it to that).
    """
    if dialect.quote != '"' or dialect.escaped or not _is_plain(content):
        return None
    body = _body(content, dialect, head)
    if body is None:
        return None
    table = _by_arrow(body, dialect, len(head.names))
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    if table is None or table.num_rows != lines:  # a blank line, or a quote that held several lines
        return None
    columns = [cleaned(column) for column in table.columns]
    rows = np.arange(head.last + 1, head.last + 1 + lines, dtype=np.int32)
    return pa.Table.from_arrays(columns, names=list(head.names)), rows


def _is_plain(content: bytes) -> bool:
    if b"\0" in content or content.count(b"\r") != content.count(b"\r\n"):
        return False
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    try:
        codecs.utf_8_decode(content, "strict", True)
    except UnicodeDecodeError:
        return False
    return True


def _body(content: bytes, dialect: Dialect, head: Heading) -> bytes | None:
    """What stands under the header line; None where the header is more than that line, or nothing is there."""
    if not head.row:  # a file without a header
        content = content.removeprefix(codecs.BOM_UTF8)
        return content if content and not _is_otherwise(content, dialect) else None
    start = 0
    for _ in range(head.last):
        begin, start = start, content.find(b"\n", start) + 1
        if not start:
            return None
    line = content[begin:start].decode("utf-8").lstrip("\ufeff")
    row = next(dialect.reader([line]), [])
    body = content[start:]
    is_regular = body and heading(row, head.row).names == head.names and not _is_otherwise(body, dialect)
    return body if is_regular else None


def _is_otherwise(body: bytes, dialect: Dialect) -> bool:
    """Two things that Arrow takes otherwise: a blank before a quote, a quote still open where the file ends."""
    if b' "' in body and re.search(rb'(?:^|[\n%s]) +"' % re.escape(dialect.delimiter.encode()), body):
        return True
    last = body[body.rstrip(b"\r\n").rfind(b"\n") + 1 :].decode("utf-8")
    return delimited.runs_on([last], 0, 1, dialect)


def _by_arrow(body: bytes, dialect: Dialect, width: int) -> pa.Table | None:
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(width)]
    try:
        return arrow_csv.read_csv(
            io.BytesIO(body),
            arrow_csv.ReadOptions(column_names=names, block_size=1 << 23),
            arrow_csv.ParseOptions(delimiter=dialect.delimiter, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
