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
    """The records at the beginning of a file."""
    return records(head_lines(file), dialect)


def all_records(content: bytes, dialect: Dialect) -> tuple[Iterator[Record], list[str]]:
    """The records of a file, and what was noted of its encoding."""
    text, notes = encoding.decoded(content)
    return records(physical_lines(text), dialect), notes


def records(lines: Sequence[str], dialect: Dialect) -> Iterator[Record]:
    """Each record with the line it begins on; None for the cells of a line on which a quote opens wrongly.

    A quote that is never closed properly would swallow the lines after it. Such a line is given up by
    itself, and reading goes on with the next one.
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
            yield at + 1, cells
            at = feed.start = feed.at


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


def _swallows(lines: Sequence[str], start: int, stop: int, cells: list[str], dialect: Dialect) -> bool:
    """Whether a record of several lines is really a quote gone astray and the calls after it.

    A remark may run over many lines; but lines that by themselves have the cells of a row each are rows.
    """
    inner = lines[start + 1 : stop - 1][:50]
    if len(inner) < 2 or len(cells) < 3:
        return False
    alike = sum(len(next(dialect.reader([line]), [])) == len(cells) for line in inner)
    return alike * 2 > len(inner)
