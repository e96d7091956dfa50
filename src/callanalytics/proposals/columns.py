"""The columns of an unknown table: their names as words, their distinct cells, and what these can be read as."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from callanalytics.errors import CallLogError
from callanalytics.proposals import peeking
from callanalytics.read import TextTable
from callanalytics.values.parsers import PARSERS, Unreadable

ENOUGH = 0.8  # share of a column's filled cells that a parser must read
LOOKED_AT = 2_000  # different cells of a column
BLANK = ("-", "--", "n/a", "na", "none", "null", "in progress")  # words by which systems leave a cell empty


# Words over the columns of systems set to other languages (German, Spanish, French), by those of the English ones.
ABROAD = {
    "datum": "date", "uhrzeit": "time", "zeit": "time", "beginn": "begin", "richtung": "direction", "dauer": "duration",
    "ergebnis": "result", "rufnummer": "number", "nummer": "number", "anrufer": "caller", "angerufener": "callee",
    "von": "from", "nach": "to", "fecha": "date", "hora": "time", "inicio": "begin", "dirección": "direction",
    "duración": "duration", "resultado": "result", "estado": "status", "número": "number", "teléfono": "phone",
    "origen": "from", "destino": "to", "heure": "time", "début": "begin", "sens": "direction", "durée": "duration",
    "résultat": "result", "numéro": "number", "appelant": "caller", "appelé": "callee",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A doubt that only a person can settle: the column (or what of the file), what is doubtful, what to write."""

    about: str
    text: str
    do: str

    def __str__(self) -> str:
        return f"{self.about}: {self.text} {self.do}"


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its name in the file, the words of that name, and each row's cell (None = empty)."""

    name: str
    words: tuple[str, ...]
    cells: tuple[str | None, ...]

    @cached_property
    def texts(self) -> list[str]:
        """The different cells that say something, in the order in which they come."""
        found = dict.fromkeys(cell for cell in self.cells if cell and cell.casefold() not in BLANK)
        return list(found)[:LOOKED_AT]

    @cached_property
    def counts(self) -> Counter:
        """In how many rows each cell stands."""
        return Counter(self.cells)

    @property
    def blanks(self) -> list[str]:
        """The words by which this column leaves a cell empty."""
        return sorted({cell for cell in self.cells if cell and cell.casefold() in BLANK})

    @property
    def filled(self) -> float:
        """The share of rows in which something stands."""
        return sum(self.counts[text] for text in self.texts) / max(len(self.cells), 1)

    def has(self, words: str) -> int:
        """How many words of the name are among these."""
        return len(set(self.words) & set(words.split()))

    def values(self, parse: str, **options) -> dict[str, object]:
        """What a named parser makes of each different cell; those that it cannot read are left out."""
        read = PARSERS[parse].with_options(**options)
        found = {}
        for text in self.texts:
            try:
                found[text] = read(text)
            except Unreadable:
                continue
        return found

    def reads(self, parse: str, **options) -> bool:
        """Whether a named parser reads nearly all of the column."""
        read = self.values(parse, **options)
        return sum(self.counts[text] for text in read) >= ENOUGH * max(sum(self.counts[t] for t in self.texts), 1)

    def row_of(self, text: str, table: TextTable) -> int:
        """The first row of the file in which a cell stands."""
        return int(table.rows[self.cells.index(text)])


def of_table(table: TextTable) -> tuple[list[Column], list[Question]]:
    """The columns that a mapping may name; of the others, why not."""
    columns, questions = [], []
    for place, (name, shown) in enumerate(zip(table.header, peeking.shown_header(table), strict=True), 1):
        if name != shown or "|" in name:
            questions.append(
                Question(f"column {place}", "its name may be a client's, or cannot be named here.", "Is it needed?")
            )
            continue
        cells = tuple(table.cells.column(place - 1).to_pylist())
        words = peeking.words_of(name)
        columns.append(Column(name, (*words, *(ABROAD[word] for word in words if word in ABROAD)), cells))
    if not columns or not table.cells.num_rows:
        raise CallLogError(
            f"{table.file.shown} has no header that could be mapped",
            found="rows without names for their columns",
            do="if the system can export a header, have it do so; else see [file] columns in TEMPLATE.toml",
        )
    return columns, questions
