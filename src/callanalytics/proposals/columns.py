"""Inspect an unknown file: its columns, with their names as words and their cells as values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np

from callanalytics import formats, read
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, UnreadableFile
from callanalytics.formats import Format
from callanalytics.lazy import regex
from callanalytics.normalize.meanings import header_words
from callanalytics.read import TextTable
from callanalytics.toml_files import shipped_toml
from callanalytics.values import try_read
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import shape

# ---- the header and the first rows, masked --------------------------------------------------------------------------

ROWS = 3
USUAL = 0.5  # a key in at least half of the records is a column; any other may be someone's name
MIN_RECORDS = 3  # records
# Answers, which occur in the first row of calls of a file without a header. Without "No", which may mean number.
_ANSWERS = frozenset("yes y n x true false none".split())
_LONG_NUMBER = regex(r"\d{3}|\d(?:[\W_]*\d){5}")  # unbroken, or written in pairs: 12 34 56 78
_FIGURES = regex(r"\d{3}|\d[/.-]\d")  # from a phone number, a receipt, a form, or a date


@cache
def lexicon() -> dict:
    """Words of phone systems that no shipped format has."""
    return shipped_toml(__file__, "lexicon.toml")


NAMES = lexicon()["names"]  # words in column names


def peek(file) -> dict:
    """The file's masked name, a verdict in words, its header, and its first rows with letters and digits masked.

    A header name is shown if it is a plausible column name. Possible client data (a record keyed by names, a first row
    of calls in a file without a header) is masked like a cell.
    """
    found = read.files([file])
    if len(found) != 1:
        raise InvalidRequest("peek looks at one file", found=f"{len(found)} files", do="name one of them")
    one = found.files[0]
    known = known_format(one)
    headerless = known if known and known.file.columns.groups else None
    tables = read.rows(one, headerless) if headerless else read.tables(one)
    header = list(tables[0].header) if headerless else shown_header(tables[0]) if tables else []
    rows = tables[0].cells.slice(0, ROWS).to_pylist() if tables else []
    return {
        "file": one.shown,
        "verdict": _verdict(one),
        "header": header,
        "rows": [dict(zip(header, map(shape, row.values()), strict=True)) for row in rows],
    }


def known_format(file) -> Format | None:
    """The format that reads a file; None if none does."""
    try:
        return read.identify(file, formats.load())
    except CallLogError:
        return None


def shown_header(table: TextTable) -> list[str]:
    """The column names, with possible client data masked; equal names are distinguished by position."""
    usual = np.zeros(len(table.header), bool)
    if table.kind == "json" and table.cells.num_rows >= MIN_RECORDS:
        usual = np.array([column.null_count <= table.cells.num_rows * USUAL for column in table.cells.columns])
    is_header = table.kind != "csv" or _has_usual_names(table) or _is_above_figures(table)
    is_header = is_header and not _is_row_of_data(table)
    if table.kind == "json":
        return _distinct(_part_by_part(name, usual[index]) for index, name in enumerate(table.header))
    return _distinct(_column_name(name, is_header) for name in table.header)


def shareable_header(file) -> list[str]:
    """The column names for people who have not seen the file: common column words as they are, all others masked.

    Empty if the first filled row may not be a header: other rows are above the one found, or it looks like data.
    """
    tables = read.tables(read.files([file]).files[0])
    if not tables or not _is_surely_header(tables[0]):
        return []
    return _distinct(name if is_column(name) or _is_place(name) else shape(name) for name in tables[0].header)


def _distinct(names: Iterable[str]) -> list[str]:
    shown: dict[str, None] = {}
    for index, name in enumerate(names, 1):
        shown[name if name not in shown else f"{name} (column {index})"] = None
    return list(shown)


def _is_surely_header(table: TextTable) -> bool:
    """Whether a header is the first filled row, consists at least half of common column names, and has no figures."""
    is_first = table.header_row <= 1 or not (table.around or _has_rows_above(table))
    has_figures = any(_FIGURES.search(name) for name in table.header if not _is_place(name))
    return is_first and not has_figures and _has_usual_names(table) and not _is_row_of_data(table)


def _has_usual_names(table: TextTable) -> bool:
    return sum(map(is_column, table.header)) >= len(table.header) / 2


def _is_place(name: str) -> bool:
    return bool(re.fullmatch(r"\(column \d+\)", name))


def _has_rows_above(table: TextTable) -> bool:
    return bool(len(table.rows)) and bool(table.rows.min() < table.header_row)


def _is_row_of_data(table: TextTable) -> bool:
    """Whether the row taken as a sheet's header is really a row of data."""
    if table.kind not in ("csv", "xlsx"):
        return False
    names = [name.casefold() for name in table.header]
    columns = [column.slice(0, LOOKED_AT).to_pylist() for column in table.cells.columns]
    again = [name in {(cell or "").casefold() for cell in cells} for name, cells in zip(names, columns, strict=True)]
    # Rows are above it, it contains an answer, or two of its cells recur in their columns.
    return _has_rows_above(table) or not _ANSWERS.isdisjoint(names) or sum(again) > 1


def _is_above_figures(table: TextTable) -> bool:
    """Whether the first row, in any language, is a header: it has no figures where the rows below have them."""
    # In a file without a header, the first row of calls has figures in the same columns as the rest.
    below = [column.slice(0, MIN_RECORDS).to_pylist() for column in table.cells.columns]
    figures = [sum(bool(re.search(r"\d", cell or "")) for cell in cells) * 2 > len(cells) for cells in below]
    names = [name for name, has_figures in zip(table.header, figures, strict=True) if has_figures]
    return len(names) > 2 and not any(re.search(r"\d", name) for name in table.header)


def _column_name(name: str, is_header: bool) -> str:
    """A column's name; masked if it contains a long number, because it then is a cell of a file without a header."""
    return name if is_column(name) or (is_header and not _LONG_NUMBER.search(name)) else shape(name)


def _part_by_part(name: str, is_usual: bool) -> str:
    """A JSON key as a dotted path, masked part by part, because a record may be stored under its client's name."""
    parts = name.split(".")
    plain = is_usual and not re.search(r"\d{3}|\s", name)
    return ".".join(part if plain or is_column(part) else shape(part) for part in parts)


def is_column(name: str) -> bool:
    """Whether every word of a name is a common column word or a single letter, without a long number."""
    words = words_of(name)
    return (
        bool(words) and not _LONG_NUMBER.search(name) and all(word in known_words() or len(word) == 1 for word in words)
    )


def words_of(name: str) -> Sequence[str]:
    """The words of a column's name, in lower case.

    >>> words_of("dateTime_Started (UTC)")
    ['date', 'time', 'started', 'utc']
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W\d_]+", spaced.casefold())


@cache
def known_words() -> frozenset[str]:
    """The words in the column names of the known formats."""
    named = set(lexicon()["columns"]["named"].split())
    for fmt in formats.load().values():
        rules = [*fmt.columns.values(), *(rule for part in fmt.parts for rule in part.columns.values())]
        columns = [name for rule in rules for column in rule.all_columns for name in column]
        columns += [name for column in fmt.recognize.header for name in column]
        columns += [*fmt.recognize.keys, *fmt.recognize.attributes, *fmt.file.records, *fmt.file.fields]
        named |= {word for name in columns for word in words_of(name)} | header_words(fmt)
    return frozenset(named)


def _verdict(file) -> str:
    known = formats.load()
    try:
        fmt = read.identify(file, known)
    except CallLogError as why:
        return f"{why.what.removeprefix(file.shown).strip()}; {why.found}"
    return f"{fmt.title} (read as {fmt.name})"


def is_agencys(text: str | None, agency: Agency) -> bool:
    """Whether a cell holds a number of the agency."""
    number = try_read(PARSERS["number"], text or "")
    return isinstance(number, str) and agency.is_agency_number(number)


# ---- what the cells of a column can be read as ----------------------------------------------------------------------

SHARE_READ = 0.8  # least share of a column's filled cells that a parser must read
LOOKED_AT = 2_000  # distinct cells of a column
# Words that systems write for an empty cell, and for a length that they do not give.
BLANK = ("-", "--", "n/a", "na", "none", "null", "in progress", "less than 1 min", "less than 1 minute", "< 1 min")


@dataclass(frozen=True)
class Question:
    """A doubt that only a person can settle: the column (or part of the file), the doubt, and what to write."""

    about: str
    text: str
    do: str
    code: str = ""  # the kind of doubt, if the program asks about it

    def __str__(self) -> str:
        return f"{self.about}: {self.text} {self.do}"


@dataclass(frozen=True, eq=False)
class Column:
    """A column: its name in the file, the words of that name, and each row's cell (None = empty)."""

    name: str
    words: tuple[str, ...]
    cells: tuple[str | None, ...]

    @cached_property
    def texts(self) -> list[str]:
        """The distinct filled cells, in order of appearance."""
        found = dict.fromkeys(cell for cell in self.cells if cell and cell.casefold() not in BLANK)
        return list(found)[:LOOKED_AT]

    @cached_property
    def counts(self) -> Counter:
        """The number of rows with each cell."""
        return Counter(self.cells)

    @property
    def blanks(self) -> list[str]:
        """The words that this column uses for an empty cell."""
        return sorted({cell for cell in self.cells if cell and cell.casefold() in BLANK})

    @property
    def filled(self) -> float:
        """The share of rows with a filled cell."""
        return sum(self.counts[text] for text in self.texts) / max(len(self.cells), 1)

    def has(self, words: str) -> int:
        """How many of the name's words are among `words`."""
        return len(set(self.words) & set(words.split()))

    def values(self, parse: str, **options) -> dict[str, object]:
        """The value that a named parser reads from each distinct cell; unreadable cells are omitted."""
        read = PARSERS[parse].with_options(**options)
        found = ((text, try_read(read, text)) for text in self.texts)
        return {text: value for text, value in found if value is not None}

    def reads(self, parse: str, **options) -> bool:
        """Whether a named parser reads at least 80% of the column's filled cells."""
        read = self.values(parse, **options)
        return sum(self.counts[text] for text in read) >= SHARE_READ * max(sum(self.counts[t] for t in self.texts), 1)

    def row_of(self, text: str, table: TextTable) -> int:
        """The first row of the file with a cell."""
        return int(table.rows[self.cells.index(text)])


@dataclass
class Rules:
    """Findings about the columns: rules by schema column, the columns they use, and questions.

    ``aside``: words of a column whose rows are not calls, with the reason. ``sections``: sections for the mapping,
    copied unchanged.
    """

    rules: dict[str, dict] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    used: list[Column] = field(default_factory=list)
    has_unanswered: bool = False
    has_caller_id: bool = False
    has_zone: bool = False
    aside: list[tuple[str, list[str], str]] = field(default_factory=list)
    sections: dict[str, dict] = field(default_factory=dict)

    def column(self, target: str) -> Column | None:
        """The column that a rule reads; None if there is no such rule."""
        name = self.rules.get(target, {}).get("from")
        return next((column for column in self.used if column.name == name), None)

    def ask(self, about: Column | str, text: str, do: str, code: str = "") -> None:
        """Add a question about a column or another part of the file."""
        self.questions.append(Question(about if isinstance(about, str) else repr(about.name), text, do, code))


def ask_place(index: int) -> Question:
    """The question about a column whose name must not be shown."""
    return Question(f"column {index}", "its name may be a client's, or cannot be named here.", "Is it needed?")


def columns_of(table: TextTable) -> tuple[list[Column], list[Question]]:
    """The columns that a mapping may name, and a question for each of the rest."""
    columns, questions = [], []
    for index, (name, shown) in enumerate(zip(table.header, shown_header(table), strict=True), 1):
        if name != shown or "|" in name:
            questions.append(ask_place(index))
            continue
        cells = tuple(table.cells.column(index - 1).to_pylist())
        words = words_of(name)
        english = (ours for word in words for ours, theirs in lexicon()["abroad"].items() if word in theirs.split())
        columns.append(Column(name, (*words, *english), cells))
    if not columns or not table.cells.num_rows:
        raise UnreadableFile(
            f"{table.file.shown} has no header that could be mapped",
            found="rows without names for their columns",
            do="if the system can export a header, have it do so; else see [file] columns in TEMPLATE.toml",
        )
    return columns, questions
