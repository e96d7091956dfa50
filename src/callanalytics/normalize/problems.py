"""Record what could not be read: rejected rows, cells left out, warnings, and questions that only a person can settle.

A message shows a sheet's words as written only if they are common words about calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa

from callanalytics.formats import Format
from callanalytics.normalize.cells import Reading, Texts, numbered_words
from callanalytics.values import lexicon
from callanalytics.values.phones import placeholder, shape


@dataclass(frozen=True)
class Answer:
    """One answer to a question: the command-line option that gives it, and its meaning in plain words."""

    option: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question that only a person can settle: the column, what is doubtful in it, and how to answer.

    ``code`` names the kind of question. ``answers`` lists the choices, the safe one first; it is empty if the answer
    is not a choice. ``blocks`` means that the file waits for the answer; otherwise it is stored without it. ``shown``
    are lines that help to decide, without client data.
    """

    column: str
    text: str
    example: str
    do: str
    code: str = ""
    answers: tuple[Answer, ...] = ()
    blocks: bool = True
    shown: tuple[str, ...] = ()


def shown_words(text: str, fmt: Format | None = None) -> str:
    """A cell as a message may show it: as written if all its words are common ones or the format's own.

    Any other cell is masked: letters as x, digits as 9.

    >>> shown_words("Yes - 72 hours"), shown_words("within 30 days"), shown_words("promised to Maria, 72 h")
    ('Yes - 72 hours', 'within 30 days', 'xxxxxxxx xx xxxxx, 99 x')
    """
    words = re.findall(r"[^\W\d_]+|\d+", text.casefold())
    known = frozenset(lexicon.content()["common"]["words"].split()) | (_words_of_format(fmt) if fmt else frozenset())
    # Up to three digits are minutes, hours, or days; more may be a receipt or phone number.
    harmless = all(len(word) <= 3 if word.isdigit() else word in known for word in words)
    plain = " ".join(text.split())
    return plain if words and harmless and plain.isprintable() and len(plain) <= 60 else shape(text)


@lru_cache(maxsize=256)
def _words_of_format(fmt: Format) -> frozenset[str]:
    return frozenset(word for rule in fmt.rules for text in rule.all_words for word in re.findall(r"[^\W\d_]+", text))


class Problems:
    """The rejects and warnings of `n` rows. Only the first problem of a row is reported."""

    def __init__(self, n: int, *, drops_cells: bool = False):
        self.drops_cells = drops_cells  # an unreadable cell is left out, and its row stays
        self.rejected = np.zeros(n, bool)
        self._told: dict[int, tuple] = {}
        self._codes: list[str] = []
        self._flags = np.zeros(n, np.int64)
        self.doubts: list[tuple[str, str, str, np.ndarray]] = []  # column, target, text, rows
        self.asked: list[tuple[str, str, str, np.ndarray]] = []  # subject, column, text, rows

    def reject(self, mask: np.ndarray, column: str, reason: str, wanted: str, found=None) -> None:
        """Reject the rows of a mask for one reason; `found` gives the text of a row, if there is one."""
        for row in np.flatnonzero(mask & ~self.rejected).tolist():
            text = found(row) if found else None
            self._told[row] = (column or None, reason, shape(text) if text else None, wanted)
        self.rejected |= mask

    def reject_bad(self, reading: Reading) -> None:
        """Reject the rows whose value could not be read."""
        for row in np.flatnonzero(reading.is_bad & ~self.rejected).tolist():
            code = int(reading.codes[row])
            problem = reading.problems[code]
            self._told[row] = (
                reading.column_of(code) or None,
                problem.reason,
                shape(reading.texts[code]),
                problem.wanted,
            )
        self.rejected |= reading.is_bad

    def drop(self, reading: Reading, target: str) -> None:
        """Leave out unreadable cells and keep their text as doubts; without ``drops_cells``, reject their rows.

        A cell with only a word for nothing (n/a) counts as empty.
        """
        if not self.drops_cells:
            self.reject_bad(reading)
            return
        odd = {code: odd for code, odd in reading.problems.items() if not placeholder(reading.texts[code])}
        reading = replace(reading, problems=odd)
        self.warn(reading.is_bad, f"{target}_unread")
        self.doubt(reading, target)

    def drop_rows(self, mask: np.ndarray, texts: Texts, target: str) -> None:
        """Leave out the cells in the rows of a mask, whose text alone does not show the problem."""
        self.warn(mask, f"{target}_unread")
        for code in np.unique(texts.codes[mask & (texts.codes >= 0)]).tolist():
            rows = np.flatnonzero(mask & (texts.codes == code))
            self.doubts.append((texts.name, target, texts.texts[code], rows))

    def adopt(self, others: Problems, rows: np.ndarray, wanted: str) -> None:
        """Reject the rows that contain something rejected in `others`, for the same reason."""
        for row, column, reason, found, _ in others.rejects():
            # Only the first problem of a row is reported.
            self._told.setdefault(int(rows[row]), (column, reason, found, wanted))
        self.rejected[rows[others.rejected]] = True
        self.adopt_doubts(others, rows)

    def adopt_parts(self, others: Problems, rows: np.ndarray) -> None:
        """Add a doubt for each further contact left out in these rows; the rows themselves stay."""
        for row, column, _, found, _ in others.rejects():
            self.doubts.append((column or "", "contact", found or "", rows[[row]]))
        self.adopt_doubts(others, rows)

    def adopt_doubts(self, others: Problems, rows: np.ndarray) -> None:
        """Take over the cells that `others` left out or asked about, with the rows they are in."""
        self.doubts += [(column, target, text, rows[indices]) for column, target, text, indices in others.doubts]
        self.asked += [(about, column, text, rows[indices]) for about, column, text, indices in others.asked]

    def warn(self, mask: np.ndarray, code: str) -> None:
        """Put a warning code on the rows of a mask."""
        if mask.any():
            if code not in self._codes:
                self._codes.append(code)
            # Each code is a bit, so that a row's codes are one number and each distinct set becomes text only once.
            self._flags |= mask.astype(np.int64) << self._codes.index(code)

    def doubt(self, reading: Reading, target: str) -> None:
        """Record the unreadable texts of a reading and their rows as doubts; the rows stay."""
        for code in sorted(reading.problems):
            rows = np.flatnonzero(reading.codes == code)
            if len(rows):
                self.doubts.append((reading.column_of(code), target, reading.texts[code], rows))

    def warnings(self) -> pa.Array:
        """The codes of each row in alphabetical order, separated by spaces; null if there are none."""
        distinct, codes = np.unique(self._flags, return_inverse=True)
        words = [
            " ".join(sorted(code for i, code in enumerate(self._codes) if flags >> i & 1)) or None
            for flags in distinct.tolist()
        ]
        return numbered_words(words, codes.reshape(-1))

    def rejects(self) -> list[tuple[int, str | None, str, str | None, str]]:
        """(row, column, reason, found, wanted) of every rejected row, in order."""
        return [(row, *self._told[row]) for row in np.flatnonzero(self.rejected).tolist()]
