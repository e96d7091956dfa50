"""A column of texts by how they are spelled, digits all one: "(202) 555-0143" and "(312) 555-0198" are spelled alike.

A column of a million different telephone numbers has few spellings. They are found by comparing the bytes of many
texts at once, so that no text has to be looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LENGTHS = range(7, 21)  # bytes of a telephone number as people and phone systems write it
MOST = 4  # spellings of one length; whatever is spelled otherwise is nobody's
FEW = 32  # texts that are looked at one by one as fast


@dataclass(frozen=True, eq=False)
class Alike:
    """Texts of one spelling: their rows, and their bytes as ``letters[place, text]``.

    ``spelling`` is one of the texts; ``digits`` are the places in it at which every text has a digit of its own.
    """

    rows: np.ndarray
    letters: np.ndarray
    spelling: str
    digits: np.ndarray

    def spelling_of(self, digits: str) -> str:
        """These digits in the same spelling."""
        text = list(self.spelling)
        for place, digit in zip(self.digits.tolist(), digits, strict=True):
            text[place] = digit
        return "".join(text)

    def values(self, places) -> np.ndarray:
        """The digits at these places of each text, together as a number."""
        found = np.zeros(len(self.rows), np.int32)
        for place in places:
            found = found * 10 + (self.letters[place] - ord("0"))
        return found


def of_column(column: pa.ChunkedArray) -> Iterator[Alike]:
    """The texts of a column that are spelled as many others of it are; each text once at most."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    length = pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    for size in np.flatnonzero(np.bincount(np.minimum(length, LENGTHS.stop)) >= FEW).tolist():
        if size in LENGTHS:
            rows = np.flatnonzero(length == size)
            yield from _of_length(rows, _letters(column, rows, size))


def _letters(column: pa.Array, rows: np.ndarray, size: int) -> np.ndarray:
    chosen = column if len(rows) == len(column) else column.take(pa.array(rows))
    first = np.frombuffer(chosen.buffers()[1], np.int32)[chosen.offset]
    codes = np.frombuffer(chosen.buffers()[2], np.uint8)[first : first + len(rows) * size]
    return np.ascontiguousarray(codes.reshape(-1, size).T)


def _of_length(rows: np.ndarray, letters: np.ndarray) -> Iterator[Alike]:
    for _ in range(MOST):
        if len(rows) < FEW:
            return
        is_digit = letters - np.uint8(ord("0")) <= 9  # what is less than "0" wraps around
        spelling, digits = letters[:, 0], np.flatnonzero(is_digit[:, 0])
        fits = is_digit[digits].all(axis=0)
        for mark in np.flatnonzero(~is_digit[:, 0]).tolist():
            fits &= letters[mark] == spelling[mark]
        whole = fits.all()
        yield Alike(
            rows if whole else rows[fits],
            letters if whole else letters[:, fits],
            spelling.tobytes().decode("latin-1"),
            digits,
        )
        if whole:
            return
        rows, letters = rows[~fits], letters[:, ~fits]
