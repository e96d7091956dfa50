"""The short way through a text file that is regular throughout; any doubt, and the careful way is taken.

Regular is a file in UTF-8 without NULs or bare CRs, in which every line under the header is one row of as many cells
as the header. The result is then what the careful reader gives (a test holds it to that), whether the file is read
whole or some lines at a time.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from callanalytics.read import delimited, letters
from callanalytics.read.dialects import Dialect
from callanalytics.read.file import File
from callanalytics.read.headings import Heading, heading
from callanalytics.read.table import cleaned, of_each_word

LINES = 6 << 20  # bytes of the lines that are read at one time
BLOCK = 1 << 24  # bytes that Arrow takes at one time
LONGEST = 1 << 26  # bytes in which a line must end
CR, LF, BLANK, QUOTE = b'\r\n "'
WORDS = pa.dictionary(pa.int32(), pa.string())


class Irregular(Exception):
    """A file, or some place in it, that the short way must not be taken through."""


def cells(content: bytes, dialect: Dialect, head: Heading) -> tuple[pa.Table, np.ndarray] | None:
    """The rows under the header and their line numbers, read by Arrow; None where a file is not regular."""
    try:
        table = _cells(_body(content, dialect, head), dialect, [pa.string()] * len(head.names))
    except Irregular:
        return None
    rows = np.arange(head.last + 1, head.last + 1 + table.num_rows, dtype=np.int32)
    return table.rename_columns(list(head.names)), rows


def portions(file: File, dialect: Dialect, head: Heading, size: int = LINES) -> Iterator[tuple[pa.Table, np.ndarray]]:
    """The same some lines at a time, of about so many bytes. Columns of few different texts are dictionaries.

    Raises
    ------
    Irregular
        At the first place that is not regular.
    """
    kinds = [pa.string()] * len(head.names)
    row = head.last + 1
    for place, lines in enumerate(_bodies(file, dialect, head, size)):
        table = _cells(lines, dialect, kinds)
        if not place:
            kinds = [WORDS if _is_of_words(column) else pa.string() for column in table.columns]
            table = pa.table([c.cast(kind) for c, kind in zip(table.columns, kinds, strict=True)], table.column_names)
        rows = np.arange(row, row + table.num_rows, dtype=np.int32)
        row += table.num_rows
        yield table.rename_columns(list(head.names)), rows


def _bodies(file: File, dialect: Dialect, head: Heading, size: int) -> Iterator[bytes]:
    """What stands under the header, whole lines at a time."""
    above, has_begun = b"", False
    for lines in file.lines(size, LONGEST):
        if len(lines) >= size + LONGEST:
            raise Irregular
        if not has_begun:
            above += lines
            has_begun = letters.count(LF, above) > head.last  # the header, and a line of rows
            if not has_begun:
                continue
            lines = _body(above, dialect, head)
        yield lines
    if not has_begun:
        yield _body(above, dialect, head)


def _body(content: bytes, dialect: Dialect, head: Heading) -> bytes:
    """What stands under the header line, where the header is no more than that line and something is there."""
    if dialect.quote != '"' or dialect.escaped:
        raise Irregular
    if not head.row:  # a file without a header
        body = content.removeprefix(codecs.BOM_UTF8)
    else:
        start = 0
        for _ in range(head.last):
            begin, start = start, content.find(b"\n", start) + 1
            if not start:
                raise Irregular
        _must_be_plain(content[:start])
        line = _text(content[begin:start]).lstrip("\ufeff")
        if heading(next(dialect.reader([line]), []), head.row).names != head.names:
            raise Irregular
        body = content[start:]
    if not body:
        raise Irregular
    return body


def _cells(body: bytes, dialect: Dialect, kinds: list[pa.DataType]) -> pa.Table:
    """The cells of whole lines."""
    _must_be_plain(body)
    if _is_otherwise(body, dialect):
        raise Irregular
    table = _by_arrow(body, dialect, kinds)
    if table.num_rows != letters.count(LF, body) + (not body.endswith(b"\n")):
        raise Irregular  # a blank line, or a quote that held several lines
    columns = [of_each_word(cleaned, c) if pa.types.is_dictionary(c.type) else cleaned(c) for c in table.columns]
    return pa.Table.from_arrays(columns, table.column_names)


def _must_be_plain(content: bytes) -> None:
    if b"\0" in content or (b"\r" in content and _has_bare_cr(content)):
        raise Irregular
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Irregular
    if not content.isascii():
        _text(content)


def _has_bare_cr(content: bytes) -> bool:
    return content.endswith(b"\r") or any(np.any((a == CR) > (b == LF)) for a, b in letters.neighbors(content))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Irregular from None


def _is_otherwise(body: bytes, dialect: Dialect) -> bool:
    """Three things that Arrow takes otherwise: a mark of the encoding where the lines begin (it would leave that out,
    and see a quote behind it), a blank before a quote, a quote still open where the lines end."""
    if body.startswith(codecs.BOM_UTF8):
        return True
    if b'"' not in body:
        return False
    has_blank_before = any(np.any((a == BLANK) & (b == QUOTE)) for a, b in letters.neighbors(body))
    if has_blank_before and re.search(rb'(?:^|[\n%s]) +"' % re.escape(dialect.delimiter.encode()), body):
        return True
    end = len(body) - body.endswith(b"\n") - body.endswith(b"\r\n")
    last = body[body.rfind(b"\n", 0, end) + 1 :].decode("utf-8")
    return delimited.ends_in_a_quote(last, dialect)


def _by_arrow(body: bytes, dialect: Dialect, kinds: list[pa.DataType]) -> pa.Table:
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(len(kinds))]
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(body),
            arrow_csv.ReadOptions(
                column_names=names, block_size=min(len(body) + 1, BLOCK), use_threads=len(body) > BLOCK
            ),
            arrow_csv.ParseOptions(delimiter=dialect.delimiter, ignore_empty_lines=False),
            # That it is UTF-8 throughout is known by now.
            arrow_csv.ConvertOptions(
                column_types=dict(zip(names, kinds, strict=True)), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        raise Irregular from None


def _is_of_words(column: pa.ChunkedArray) -> bool:
    """Whether the texts of a column come again and again."""
    return 4 * len(column.unique()) <= len(column)
