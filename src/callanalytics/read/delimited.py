"""Text files with delimiters: careful reading, record by record, with the line each began on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from callanalytics.read import dialects, encoding
from callanalytics.read.dialects import Dialect
from callanalytics.read.file import File

HEAD = 1 << 18  # bytes by which the dialect is found
_LONGEST_RECORD = 10_000  # physical lines of one record: a quote open for longer was never meant to be
# Lines looked at behind quotes that did not close: after so many of them, one is given up sooner.
_IN_VAIN, _SHORT_RECORD = 1_000_000, 100

Record = tuple[int, list[str] | None]


def head_lines(file: File) -> list[str]:
    """The whole lines at the beginning of a file."""
    head = file.head(HEAD)
    lines = physical_lines(encoding.decoded(head)[0])
    return lines[:-1] if len(head) == HEAD and len(lines) > 1 else lines


def physical_lines(text: str) -> list[str]:
    """The lines, ends kept. Only CR, LF and CRLF end one: ``str.splitlines`` would break cells apart."""
    return io.StringIO(text, newline="").readlines()


def dialect_of(file: File, is_header: Callable[[list[str]], bool]) -> Dialect:
    return dialects.find(head_lines(file), is_header)


def head_records(file: File, dialect: Dialect) -> Iterator[Record]:
    """The records at the beginning of a file, to find the header among them: it may have a stray quote too."""
    lines = head_lines(file)
    for number, cells in records(lines, dialect):
        yield number, [c.strip(dialect.quote) for c in parted(lines[number - 1], dialect)] if cells is None else cells


def all_records(content: bytes, dialect: Dialect, width: int = 0) -> tuple[Iterator[Record], list[str]]:
    """The records of a file, and what was noted of its encoding; ``width`` as for :func:`records`."""
    text, notes = encoding.decoded(content)
    return records(physical_lines(text), dialect, width), notes


def parted(line: str, dialect: Dialect) -> list[str]:
    """The cells of a line whose quotes cannot be trusted, parted at every delimiter. A quote without its other half
    stays in its cell.

    >>> parted('3/1/2022,"Kim,"0:45"\\n', Dialect())
    ['3/1/2022', '"Kim', '0:45']
    """
    cells = [cell.strip() for cell in line.rstrip("\r\n").split(dialect.delimiter)]
    return [c[1:-1] if len(c) > 1 and c[0] == c[-1] == dialect.quote else c for c in cells]


def records(lines: Sequence[str], dialect: Dialect, width: int = 0) -> Iterator[Record]:
    """Each record with the line it begins on; None for the cells of a line on which a quote opens wrongly.

    A quote that is never closed properly would swallow the lines after it. Such a line is given up by itself, and
    reading goes on with the next one. Where the table's `width` is known, a line with a stray quote is parted at
    every delimiter if that, and not its quotes, gives it so many cells.
    """
    at = 1 if dialects.stated(lines) else 0
    vain = 0
    while at < len(lines):
        feed = _Feed(lines, at, _LONGEST_RECORD if vain < _IN_VAIN else _SHORT_RECORD)
        reader = dialect.reader(feed)
        for cells in _each(reader):
            if cells is None or runs_on(lines, at, feed.at, dialect) or _swallows(lines, at, feed.at, cells, dialect):
                yield at + 1, None
                vain += feed.at - at
                at += 1
                break
            is_of_one_line = feed.at - at == 1
            yield at + 1, _of_width(cells, lines[at], dialect, width) if is_of_one_line else cells
            at = feed.start = feed.at


def _of_width(cells: list[str], line: str, dialect: Dialect, width: int) -> list[str]:
    """The cells; parted at every delimiter if a stray quote hid one and the row then has the table's width."""
    if not width or len(cells) == width or dialect.quote not in line or _keeps_the_rules(line, dialect):
        return cells
    told = parted(line, dialect)
    return told if len(told) == width else cells


def _keeps_the_rules(line: str, dialect: Dialect) -> bool:
    try:
        return len(list(dialect.reader([line], strict=True))) == 1
    except csv.Error:
        return False


class _Feed:
    """The lines from `start`, no more than a record may have at a time."""

    def __init__(self, lines: Sequence[str], start: int, longest: int):
        self.lines, self.start, self.at, self.longest = lines, start, start, longest

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.at == len(self.lines) or self.at - self.start >= self.longest:
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def _each(reader) -> Iterator[list[str] | None]:
    try:
        yield from reader
    except csv.Error:  # a cell larger than any a call log has
        yield None


def runs_on(lines: Sequence[str], start: int, stop: int, dialect: Dialect) -> bool:
    """Whether a record is several lines, or the last, because a quote in it was not closed properly."""
    if stop - start == 1 and stop < len(lines):
        return False
    try:
        return len(list(dialect.reader(lines[start:stop], strict=True))) != 1
    except csv.Error as broken:
        # One line may break the strict rule otherwise: '"User 10" <114>' is how FreePBX writes a caller.
        return stop - start > 1 or str(broken) == "unexpected end of data"


def ends_in_a_quote(line: str, dialect: Dialect) -> bool:
    """Whether a quote is open where a line ends, so that the next one goes on with its cell; also behind a cell that
    breaks the strict rule.

    >>> [ends_in_a_quote(line, Dialect()) for line in ('"User 10" <114>,"a"', '"User 10" <114>,"a')]
    [False, True]
    """
    reader = dialect.reader([line, ""])
    try:
        next(reader)
    except csv.Error:  # a cell larger than any a call log has
        return True
    return reader.line_num > 1


def _swallows(lines: Sequence[str], start: int, stop: int, cells: list[str], dialect: Dialect) -> bool:
    """Whether a record of several lines is really a quote gone astray and the calls after it.

    A remark may run over many lines; but lines that by themselves have the cells of a row each are rows.
    """
    inner = lines[start + 1 : stop - 1][:50]
    if len(inner) < 2 or len(cells) < 3:
        return False
    alike = sum(len(next(dialect.reader([line]), [])) == len(cells) for line in inner)
    return alike * 2 > len(inner)
