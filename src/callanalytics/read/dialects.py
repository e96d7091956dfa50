"""How a text file separates its cells: found by trying, not by guessing from counts of characters.

Each delimiter and quote is tried on the beginning of the file; the one under which the rows agree best
on their width wins, and one under which a known header stands in the file wins over all others.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callanalytics.read.table import BLANKS

SAMPLE = 200  # records looked at
_LARGEST_CELL = 1 << 24
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Dialect:
    """A delimiter, a quote character, and whether a backslash takes the meaning from the next character."""

    delimiter: str = ","
    quote: str = '"'
    escaped: bool = False

    def reader(self, lines, *, strict: bool = False):
        # The library's limit of 131,072 characters a cell is one for the whole process; it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_CELL))
        # A blank before a quoted cell is common and means nothing; cells lose their outer blanks anyway.
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            doublequote=not self.escaped,
            escapechar="\\" if self.escaped else None,
            skipinitialspace=True,
            strict=strict,
        )

    def __str__(self) -> str:
        return f"cells separated by {_NAMES.get(self.delimiter, repr(self.delimiter))}, quoted by {self.quote}"


def stated(lines: Sequence[str]) -> str:
    """The delimiter that a first line ``sep=;`` states, as Excel writes it; "" if there is none."""
    match = re.fullmatch(r'\s*"?sep=(.)"?\s*', lines[0], re.IGNORECASE) if lines else None
    return match[1] if match else ""


def find(lines: Sequence[str], is_header: Callable[[list[str]], bool] = lambda cells: False) -> Dialect:
    """The dialect of the lines at the beginning of a file.

    >>> find(["Date;Wait\\n", "3/1/2022;0,45\\n", "3/2/2022;1,10\\n"]).delimiter
    ';'
    """
    if delimiter := stated(lines):
        candidates = [d for d in _candidates(lines, delimiter)]
        lines = lines[1:]
    else:
        candidates = [d for delimiter in _NAMES for d in _candidates(lines, delimiter)]
    return max(candidates, key=lambda dialect: _score(lines, dialect, is_header))


def _candidates(lines: Sequence[str], delimiter: str) -> list[Dialect]:
    text = "".join(lines)
    found = [Dialect(delimiter)]
    if '\\"' in text:
        found.append(Dialect(delimiter, escaped=True))
    if re.search(rf"(?:^|{re.escape(delimiter)})'[^'\n]*'\s*(?:$|{re.escape(delimiter)})", text, re.MULTILINE):
        found.append(Dialect(delimiter, "'"))
    return found


def _score(lines: Sequence[str], dialect: Dialect, is_header: Callable[[list[str]], bool]) -> tuple[bool, float]:
    """Whether a known header is among the rows; how far the rows agree on one width, and how wide that is."""
    rows = _sample(lines, dialect)
    widths = Counter(len(row) for row in rows)
    width, agreed = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(0, 0))
    if width < 2:
        return any(map(is_header, rows[:30])), 0.0
    share = agreed / len(rows)
    cells = [cell for row in rows for cell in row]
    unread = sum(len(c) > 1 and c[0] == c[-1] and c[0] in "\"'" for c in cells) / len(cells)
    return any(map(is_header, rows[:30])), share * share * (1 - 1 / width) - unread


def _sample(lines: Sequence[str], dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = dialect.reader(lines)
    while len(rows) < SAMPLE:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:  # a cell beyond all measure, under a wrong dialect
            continue
        if any(cell.strip(BLANKS) for cell in row):
            rows.append(row)
    return rows
