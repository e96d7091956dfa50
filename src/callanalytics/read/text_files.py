"""Text files with delimiters: how a file separates its cells, careful reading record by record, and the table.

The dialect is found by trying, not by counting characters. Each delimiter and quote is tried on the beginning of the
file. The one whose rows agree best on their width wins, but one that shows a known header in the file wins over all
others. Where no delimiter separates the cells, blanks may align them, as in what is printed to a file.

A fast path reads a file that is regular throughout: in UTF-8, without NULs or bare CRs, and every line under the
header a row with as many cells as the header. Its result equals the careful reader's (a test checks this). In any doubt
the careful reader is used.
"""

from __future__ import annotations

import codecs
import csv
import functools
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.errors import UnreadableFile
from callanalytics.formats import Format, contents
from callanalytics.lazy import regex
from callanalytics.read import grids, headers, stacked
from callanalytics.read.file import File, decoded
from callanalytics.read.grids import Blocks, Grid, Placing
from callanalytics.read.headers import Cells, Heading, KnownHeaders, Numbered, as_heading
from callanalytics.read.table import BLANKS, Odd, TextTable, cleaned, refuse_too_wide

SAMPLE = 200  # records tried
_LARGEST_CELL = 1 << 24
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


_LINE = "\x1f"  # in no text, so that each line is one cell
_WORD = regex(r"[^\W\d_]{4,}")
_WORDS_OF_NOTE = 2  # fewest such words behind the day of a note, before its first comma


@dataclass(frozen=True)
class Dialect:
    """A delimiter, a quote character ("" for none), and whether a backslash escapes the next character."""

    delimiter: str = ","
    quote: str = '"'
    escaped: bool = False

    def reader(self, lines, *, strict: bool = False):
        # The library's limit of 131,072 characters in a cell is set for the whole process, so it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_CELL))
        # A space before a quoted cell is common and means nothing; cells lose their outer blanks anyway.
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            doublequote=not self.escaped,
            escapechar="\\" if self.escaped else None,
            skipinitialspace=True,
            strict=strict,
        )

    def __str__(self) -> str:
        return (
            f"cells separated by {_DELIMITER_NAMES.get(self.delimiter, repr(self.delimiter))}, quoted by {self.quote}"
        )


_NOTES = Dialect(_LINE, "")
_ALIGNED = Dialect("\t", "")  # blanks align the cells; the lines are read with a tab in place of them
_FEWEST_ALIGNED = 3  # lines, and columns
_RULE = "-=_ \r\n"  # what a line under a header has alone


def stated_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that a first line ``sep=;`` states, as Excel writes it; "" if there is none."""
    match = re.fullmatch(r'\s*"?sep=(.)"?\s*', lines[0], re.IGNORECASE) if lines else None
    return match[1] if match else ""


def find_dialect(lines: Sequence[str], is_header: Callable[[list[str]], bool] = lambda cells: False) -> Dialect:
    """The dialect of the first lines of a file: the best with a known header, or else the best.

    >>> find_dialect(["Date;Wait\\n", "3/1/2022;0,45\\n", "3/2/2022;1,10\\n"]).delimiter
    ';'
    """
    tried = _possible_dialects(tuple(lines))
    known = (dialect for dialect, rows in tried if any(map(is_header, rows[:30])))
    return next(known, tried[0][0])


@lru_cache(maxsize=16)  # for identifying a file and then reading it
def _possible_dialects(lines: tuple[str, ...]) -> list[tuple[Dialect, list[list[str]]]]:
    """The dialects that the lines may have, each with its first rows, the likeliest first."""
    if delimiter := stated_delimiter(lines):
        candidates = list(_candidates(lines, delimiter))
        lines = lines[1:]
    elif _starts_of_columns(lines):
        candidates = [_ALIGNED]
    elif _are_notes(lines):
        candidates = [_NOTES]
    else:
        candidates = [d for delimiter in _DELIMITER_NAMES for d in _candidates(lines, delimiter)]
    tried = [(dialect, _sample(_prepared(lines, dialect), dialect)) for dialect in candidates]
    return sorted(tried, key=lambda each: _agreement(each[1]), reverse=True)


def _are_notes(lines: Sequence[str]) -> bool:
    """Whether most lines are notes in sentences, with their day first, below any lines of titles.

    >>> _are_notes(["USCIS\\n", *["3/1/22 9am called USCIS, held 40 min, no one came on\\n"] * 3])
    True
    >>> _are_notes(["Date,Wait,Notes\\n", *["3/1/22,40,no one came on the whole time\\n"] * 3])
    False
    """
    days = [(contents.KINDS.date.match(line), line) for line in lines if line.strip(BLANKS)]
    days = [*itertools.dropwhile(lambda pair: not pair[0], days)]
    n_notes = 0
    for day, line in days:
        begin = re.split(r"[,;\t|]", line[day.end() :], maxsplit=1)[0] if day else ""
        n_notes += len(_WORD.findall(begin)) >= _WORDS_OF_NOTE or bool(contents.KINDS.begins_call.match(begin))
    is_quoted = any(line.lstrip(BLANKS).startswith('"') for _, line in days)  # a column of a workbook, saved as CSV
    return n_notes >= contents.MIN_CELLS and not is_quoted and n_notes >= contents.SHARE_FOR * len(days)


def _starts_of_columns(lines: Sequence[str]) -> list[int]:
    """Where each column begins in lines that blanks align. Empty if they do not, or if a delimiter separates the cells.

    >>> _starts_of_columns(["Date     Wait   Called back", "3/1/22   40 m", "3/2/22          hung up"])
    [0, 9, 16]
    >>> _starts_of_columns(["Date     Wait   Result", "3/1/22   40 minutes     agent", "3/2/22   we hung up"])
    []
    """
    texts = [text for line in lines[:SAMPLE] if (text := line.rstrip()).strip(_RULE)]
    widths = [len(re.split(" {2,}", text.strip())) for text in texts]
    most = max(widths, default=0)
    rows = [text for text, width in zip(texts, widths, strict=True) if 2 * width >= most]
    if most < _FEWEST_ALIGNED or len(rows) < max(_FEWEST_ALIGNED, 0.6 * len(texts)) or "\t" in "".join(rows):
        return []
    has_mark = any(rows[0].count(mark) and len({row.count(mark) for row in rows}) == 1 for mark in ",;|")
    if has_mark or contents.KINDS.date.match(rows[0]):  # notes have no header
        return []
    is_blank = [not "".join(letters).strip() for letters in zip_longest(*rows, fillvalue=" ")]
    starts = [n for n, blank in enumerate(is_blank) if not blank and (n == 0 or is_blank[n - 1])]
    sides = list(zip(starts, starts[1:], [*starts[2:], None], strict=False))
    parted = [starts[0], *(n for before, n, after in sides if _parts_cells(rows, before, n, after))]
    named = [n for n, after in zip(parted, [*parted[1:], None], strict=True) if rows[0][n:after].strip()]
    cells = (cell for row in rows for cell in _with_tabs(row, named).split("\t"))
    return named if len(named) >= _FEWEST_ALIGNED and not any("  " in cell for cell in cells) else []


def _parts_cells(rows: list[str], before: int, start: int, after: int | None) -> bool:
    """Whether a row has two blanks or more between the words on both sides of a start: one may lie within a cell."""
    sides = ((row[before:start], row[start:after].strip()) for row in rows)
    return any(left.endswith("  ") and left.strip() and right for left, right in sides)


def _prepared(lines: Sequence[str], dialect: Dialect) -> Sequence[str]:
    """The lines as the dialect separates them: each note under its day, or aligned cells with tabs between them. A line
    with a word where every row has blanks stays one cell."""
    if dialect == _NOTES:
        return contents.under_days(lines)
    if dialect != _ALIGNED:
        return lines
    starts = _starts_of_columns(lines)
    return [_with_tabs(line, starts) if line.strip(_RULE) else "\n" for line in lines]


def _with_tabs(line: str, starts: list[int]) -> str:
    if any(line[start - 1 : start].strip() for start in starts[1:]):
        return line
    return "\t".join(line[a:b].strip() for a, b in pairwise([0, *starts[1:], None])) + "\n"


def _candidates(lines: Sequence[str], delimiter: str) -> list[Dialect]:
    text = "".join(lines)
    found = [Dialect(delimiter)]
    if '\\"' in text:
        found.append(Dialect(delimiter, escaped=True))
    quoted = rf"(?:^|{re.escape(delimiter)})'[^'\n]*'\s*(?:$|{re.escape(delimiter)})"
    if "'" in text and re.search(quoted, text, re.MULTILINE):
        found.append(Dialect(delimiter, "'"))
    return found


def _agreement(rows: list[list[str]]) -> float:
    """How well the rows agree on one width, and how large that is."""
    widths = Counter(len(row) for row in rows)
    width, agreed = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(0, 0))
    if width < 2:
        return 0.0
    share = agreed / len(rows)
    cells = [cell for row in rows for cell in row]
    # Cells that keep their quotes show that the quote character is another one.
    unread = sum(len(c) > 1 and c[0] == c[-1] and c[0] in "\"'" for c in cells) / len(cells)
    return share * share * (1 - 1 / width) - unread


def _sample(lines: Sequence[str], dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = dialect.reader(lines)
    while len(rows) < SAMPLE:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:  # a cell over the limit, under a wrong dialect
            continue
        if any(cell.strip(BLANKS) for cell in row):
            rows.append(row)
    return rows


HEAD = 1 << 18  # bytes that are used to find the dialect
_LONGEST_RECORD = 10_000  # physical lines in one record: a quote open for longer is a mistake
# Lines read after quotes that did not close: after this many, each search stops sooner.
_MAX_WASTED_LINES, _SHORT_RECORD = 1_000_000, 100

Record = tuple[int, list[str] | None]


@lru_cache(maxsize=1)  # for finding the dialect, and then the first rows
def head_lines(file: File) -> list[str]:
    """The complete lines at the beginning of a file."""
    head = file.head(HEAD)
    lines = contents.under_days(physical_lines(decoded(head)[0]))
    # In a longer file, the last line of the head is cut off.
    return lines[:-1] if len(head) == HEAD and len(lines) > 1 else lines


def physical_lines(text: str) -> list[str]:
    """The lines with their ends. Only CR, LF, and CRLF end one: ``str.splitlines`` would split cells."""
    return io.StringIO(text, newline="").readlines()


def all_records(content: bytes, dialect: Dialect, width: int = 0) -> tuple[Iterator[Record], list[str]]:
    """The records of a file, and notes on its encoding; ``width`` as for :func:`records`."""
    text, notes = decoded(content)
    return records(_prepared(physical_lines(text), dialect), dialect, width), notes


def split_cells(line: str, dialect: Dialect) -> list[str]:
    """The cells of a line with unreliable quotes, split at every delimiter. A quote without its other half stays in
    its cell.

    >>> split_cells('3/1/2022,"Kim,"0:45"\\n', Dialect())
    ['3/1/2022', '"Kim', '0:45']
    """
    cells = [cell.strip() for cell in line.rstrip("\r\n").split(dialect.delimiter)]
    return [c[1:-1] if len(c) > 1 and c[0] == c[-1] == dialect.quote else c for c in cells]


def records(lines: Sequence[str], dialect: Dialect, width: int = 0) -> Iterator[Record]:
    """Each record with the line it begins on; None for the cells of a line on which a quote opens wrongly.

    A quote that is never closed properly would swallow the lines after it. Only that line is given up, and reading
    continues with the next one. If the table's `width` is known, a line with a stray quote is split at every delimiter
    if this gives it that width and its quotes do not.
    """
    start = 1 if stated_delimiter(lines) else 0
    vain = 0
    while start < len(lines):
        feed = _Feed(lines, start, _LONGEST_RECORD if vain < _MAX_WASTED_LINES else _SHORT_RECORD)
        reader = dialect.reader(feed)
        for cells in _each_record(reader):
            stop = feed.position
            if (
                cells is None
                or runs_on(lines, start, stop, dialect)
                or _swallows_calls(lines, start, stop, cells, dialect)
            ):
                yield start + 1, None
                vain += stop - start
                start += 1
                break
            is_of_one_line = stop - start == 1
            yield start + 1, _fitted_to_width(cells, lines[start], dialect, width) if is_of_one_line else cells
            start = feed.start = stop


def _fitted_to_width(cells: list[str], line: str, dialect: Dialect, width: int) -> list[str]:
    """The cells; split at every delimiter if a stray quote hid one and the row then has the table's width."""
    if not width or len(cells) == width or not dialect.quote or dialect.quote not in line:
        return cells
    try:
        if len(list(dialect.reader([line], strict=True))) == 1:
            return cells
    except csv.Error:
        pass  # its quotes break the rules
    split = split_cells(line, dialect)
    return split if len(split) == width else cells


class _Feed:
    """The lines from `start`, up to the longest record at a time."""

    def __init__(self, lines: Sequence[str], start: int, longest: int):
        self.lines, self.start, self.position, self.longest = lines, start, start, longest

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.position == len(self.lines) or self.position - self.start >= self.longest:
            raise StopIteration
        self.position += 1
        return self.lines[self.position - 1]


def _each_record(reader) -> Iterator[list[str] | None]:
    try:
        yield from reader
    except csv.Error:  # a cell larger than any in a call log
        yield None


def runs_on(lines: Sequence[str], start: int, stop: int, dialect: Dialect) -> bool:
    """Whether a record has several lines, or is the last, because a quote in it was not closed properly."""
    if stop - start == 1 and stop < len(lines):
        return False
    try:
        return len(list(dialect.reader(lines[start:stop], strict=True))) != 1
    except csv.Error as broken:
        # A single line may break the strict rule differently: FreePBX writes a caller as '"User 10" <114>'.
        return stop - start > 1 or str(broken) == "unexpected end of data"


def ends_in_a_quote(line: str, dialect: Dialect) -> bool:
    """Whether a quote is still open where a line ends, so that the next line continues its cell; also after a cell
    that breaks the strict rule.

    >>> [ends_in_a_quote(line, Dialect()) for line in ('"User 10" <114>,"a"', '"User 10" <114>,"a')]
    [False, True]
    """
    # A reader that reads the second, empty line has a quote open.
    reader = dialect.reader([line, ""])
    try:
        next(reader)
    except csv.Error:  # a cell larger than any in a call log
        return True
    return reader.line_num > 1


def _swallows_calls(lines: Sequence[str], start: int, stop: int, cells: list[str], dialect: Dialect) -> bool:
    """Whether a record of several lines is really a stray quote and the calls after it.

    A remark may span many lines; but lines that each have a row's number of cells are rows.
    """
    inner = lines[start + 1 : stop - 1][:50]
    if len(inner) < 2 or len(cells) < 3:
        return False
    alike = sum(len(next(dialect.reader([line]), [])) == len(cells) for line in inner)
    return alike * 2 > len(inner)


# ---- the fast path --------------------------------------------------------------------------------------------------

BLOCK = 1 << 22  # bytes that Arrow reads at a time


class NeedsCarefulReader(Exception):
    """Raised if the fast path would read a file differently from the careful reader."""


def fast_cells(content: bytes, dialect: Dialect, head: Heading) -> tuple[pa.Table, np.ndarray] | None:
    """The rows under the header and their line numbers, read by Arrow; None if the file is not regular."""
    from pyarrow import csv as arrow_csv

    names = [str(number) for number in range(len(head.names))]
    try:
        start = _start_of_rows(content, dialect, head)
        if _differs_in_arrow(content, start, dialect):
            return None
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(start)),
            # Threads would use half as much processor time again, and save 0.1 seconds on a million rows.
            arrow_csv.ReadOptions(column_names=names, block_size=min(len(content) + 1, BLOCK), use_threads=False),
            arrow_csv.ParseOptions(delimiter=dialect.delimiter, ignore_empty_lines=False),
            # The content is known to be UTF-8 by now.
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except (NeedsCarefulReader, UnicodeDecodeError, pa.ArrowInvalid):
        return None
    if table.num_rows != content.count(b"\n", start) + (not content.endswith(b"\n")):
        return None  # a blank line, or a quote that held several lines
    cells = pa.Table.from_arrays([cleaned(column) for column in table.columns], list(head.names))
    return cells, np.arange(head.last + 1, head.last + 1 + table.num_rows, dtype=np.int32)


def _start_of_rows(content: bytes, dialect: Dialect, head: Heading) -> int:
    """Where the first row starts, in a plain text file whose header is at most one line."""
    is_odd = dialect.quote != '"' or dialect.escaped or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if is_odd or b"\0" in content or content.count(b"\r") > content.count(b"\r\n"):
        raise NeedsCarefulReader
    if not content.isascii():
        content.decode("utf-8")
    begin, start = 0, 0 if head.row else len(codecs.BOM_UTF8) * content.startswith(codecs.BOM_UTF8)
    for _ in range(head.last):
        begin, start = start, content.find(b"\n", start) + 1
        if not start:
            raise NeedsCarefulReader
    header = content[begin:start].decode("utf-8").lstrip("\ufeff")
    if head.row and as_heading(next(dialect.reader([header]), []), head.row).names != head.names:
        raise NeedsCarefulReader
    if start == len(content):
        raise NeedsCarefulReader
    return start


def _differs_in_arrow(content: bytes, start: int, dialect: Dialect) -> bool:
    """Whether Arrow would read the rows differently: because of a byte order mark at their start (it would drop that
    and see a quote after it), a space before a quote, or a quote still open at their end."""
    if content.startswith(codecs.BOM_UTF8, start):
        return True
    if content.find(b'"', start) < 0:
        return False
    blank_before_quote = rb'(?:^|[\n%s]) +"' % re.escape(dialect.delimiter.encode())
    if content.find(b' "', start) >= 0 and re.search(blank_before_quote, memoryview(content)[start:]):
        return True
    end = len(content) - content.endswith(b"\n") - content.endswith(b"\r\n")
    last = content[max(content.rfind(b"\n", start, end) + 1, start) :].decode("utf-8")
    return ends_in_a_quote(last, dialect)


def beginning(file: File, dialect: Dialect) -> list[Numbered]:
    """The first rows of the file that hold something."""
    lines, rows = _prepared(head_lines(file), dialect), list[Numbered]()
    for number, cells in records(lines, dialect):
        if cells is None:  # a header may have a stray quote too
            cells = [cell.strip(dialect.quote) for cell in split_cells(lines[number - 1], dialect)]
        if any(cell.strip(BLANKS) for cell in cells):
            rows.append((number, cells))
        if len(rows) == headers.ROWS:
            break
    return rows


def text_table(file: File, fmt: Format) -> TextTable:
    """The rows under the header that the format needs, or all rows if the format has no header."""
    knows = KnownHeaders(fmt)
    dialect = find_dialect(head_lines(file), knows)
    rows = beginning(file, dialect)
    if grids.fits_positions(rows, fmt):
        content = file.content()
        notes: list[str] = []
        placing = Placing(fmt)
        grid = Grid(Heading(fmt.file.columns.names, 0, 0), aligned=False, wanted=placing.wanted)
        # A single layout of the first row's width leaves no choice: every row must have its columns.
        layouts = placing.positions.by_width.get(len(rows[0][1]), ())
        only = Heading(layouts[0], 0, 0) if len(layouts) == 1 else None
        if only and (regular_cells := fast_cells(content, dialect, only)):
            grid.cells, grid.rows = regular_cells
            grid.heading, grid.width = only, len(only.names)
        else:
            records, notes = all_records(content, dialect)
            grid.take(placing.rows(records)).narrowed(placing.heading())
        return grid.table(file, "", "csv", [*notes, *_note_on_dialect(dialect)])
    heading = _heading(file, rows, fmt, knows)
    if heading is None:
        raise UnreadableFile(
            f"{file.shown} is not a file of the format {fmt.name}",
            wanted=headers.wanted_columns(fmt),
            run="leave out --format; `callanalytics check FILE` shows what the file is",
        )
    return (
        _table_of_blocks(file, fmt, heading, dialect)
        if fmt.file.above or fmt.file.others
        else _table_under(file, heading, dialect, fmt if fmt.recognize.words else None)
    )


def _heading(file: File, rows: list[Numbered], fmt: Format, knows: KnownHeaders) -> Heading | None:
    if fmt.file.columns.groups:  # files of this format begin with their first call
        return None
    return headers.log_heading(rows, fmt, (file.stem,)) if fmt.recognize.words else headers.first_heading(rows, knows)


def unknown_text_table(file: File) -> TextTable | None:
    """The rows under the likeliest header, for a layout that no one has described yet."""
    dialect = find_dialect(head_lines(file))
    heading = headers.likeliest_heading(beginning(file, dialect))
    if heading:
        refuse_too_wide(len(heading.names), file)
    return _table_under(file, heading, dialect) if heading else None


def _table_under(file: File, heading: Heading, dialect: Dialect, kept_by_hand: Format | None = None) -> TextTable:
    """The rows under a heading; in a hand-kept log, also those of further tables below it."""
    content = file.content()
    notes: list[str] = []
    aside: list[Odd] = []
    regular_cells = fast_cells(content, dialect, heading) if dialect != _NOTES else None
    if regular_cells and not (kept_by_hand and _has_gap(regular_cells[0])):
        grid = Grid(heading, aligned=False)
        grid.cells, grid.rows = regular_cells
    else:
        records, notes = all_records(content, dialect, len(heading.names))
        rows: Iterable[tuple[int, Cells | None]] = records
        if kept_by_hand:
            rows = list(records)
            whole = [(number, cells) for number, cells in rows if cells and "".join(filter(None, cells)).strip()]
            heading, whole, aside = stacked.unstacked(heading, whole, kept_by_hand, aligned=False)
            rows = [*whole, *(row for row in rows if row[1] is None)] if aside else rows
        grid = Grid(heading, aligned=False).take(rows)
        grid.odd += aside
    grid.with_rows_above(beginning(file, dialect))
    return grid.table(file, "", "csv", [*notes, *_note_on_dialect(dialect)])


def _has_gap(cells: pa.Table) -> bool:
    """Whether a row is empty or has only one cell, as above a further table."""
    n_filled = functools.reduce(pc.add, (pc.is_valid(column).cast(pa.int16()) for column in cells.columns))
    return pc.min(n_filled).as_py() <= 1


def _table_of_blocks(file: File, fmt: Format, first: Heading, dialect: Dialect) -> TextTable:
    """The rows of the blocks that hold calls, as one table."""
    records, notes = all_records(file.content(), dialect)
    blocks = Blocks(fmt, first)
    grid = Grid(blocks.heading, aligned=False, wanted=f"{len(first.names)} cells, as in the header (row {first.row})")
    grid.take(blocks.rows(records))
    grid.odd += blocks.odd
    return grid.table(file, "", "csv", [*notes, *_note_on_dialect(dialect)])


def _note_on_dialect(dialect: Dialect) -> list[str]:
    if dialect == _ALIGNED:
        return ["no mark separates its cells: cut where every row has a blank"]
    return [] if dialect in (Dialect(), _NOTES) else [f"read with {dialect}"]


def records_with_columns(file: File, fmt: Format) -> Iterator[tuple[int, list[str] | None, tuple[str | None, ...]]]:
    """Every record of the file with its line and, if it may be a row, the column of each cell."""
    knows = KnownHeaders(fmt)
    dialect = find_dialect(head_lines(file), knows)
    rows = beginning(file, dialect)
    if grids.fits_positions(rows, fmt):
        placing = Placing(fmt)
        for number, cells in all_records(file.content(), dialect)[0]:
            found = placing.layout(cells) if cells and any(cell.strip(BLANKS) for cell in cells) else None
            yield number, cells, found[0] if found else ()
        return
    heading = _heading(file, rows, fmt, knows)
    if heading is None:
        return
    if fmt.file.above or fmt.file.others:
        blocks = Blocks(fmt, heading)
        for number, cells in all_records(file.content(), dialect)[0]:
            yield number, cells, blocks.columns_of(number, cells)
        return
    for number, cells in all_records(file.content(), dialect, len(heading.names))[0]:
        yield number, cells, () if heading.row <= number <= heading.last else heading.names
