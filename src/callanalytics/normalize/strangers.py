"""Numbers of strangers, made one before anything is read: what they are is kept nowhere.

Texts are grouped by format, many at once: those of one length and one pattern of digits are read like each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format, Rule, When
from callanalytics.formats.shapes import Column
from callanalytics.normalize import numbering
from callanalytics.normalize.cells import Cells, dictionary
from callanalytics.normalize.numbering import EMPTY
from callanalytics.read.table import changed_words
from callanalytics.values.parsers import SENTINELS
from callanalytics.values.phones import ORDINARY, OUTSIDE_LINE

LENGTHS = range(7, 21)  # bytes of a telephone number as people and phone systems write it
MOST = 4  # spellings of one length; whatever is spelled otherwise is no one's
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


DIALED = r"91?[2-9]\d{9}"  # an ordinary number behind a 9 for the outside line
ANYBODY = "2125550100"  # is given to no one
STRANGERS = ("other_number", "caller_id")  # columns of ours in which a stranger is a stranger, whoever it is
OURS = ("our_number",)  # read from the cells as they are written


@dataclass(frozen=True)
class Use:
    """A place at which a format looks at a column: whether a stranger's digits tell nothing there, whether it is a
    condition, whether a 9 in front is taken off."""

    column: Column
    is_blind: bool
    is_test: bool = False
    is_dialed: bool = False


def alike(cells: Cells, fmt: Format, agency) -> Cells:
    """The cells with strangers' ordinary numbers of one spelling all one, in the columns where that changes nothing
    that is kept.

    A number stays as it is written where its last four digits are an agency's, or those of no number at all. Our own
    numbers must be read from the cells as they are.
    """
    ends = {number.e164[-4:] for number in agency.numbers} | {word[-4:] for word in SENTINELS}
    is_end = np.zeros(10_000, bool)
    is_end[[int(end) for end in ends if end.isdecimal()]] = True
    for name, uses in _columns(cells, fmt).items():
        heads = {"": ORDINARY, "1": ORDINARY}
        if any(use.is_dialed for use in uses):
            heads |= {"9": DIALED, "91": DIALED}
        column, change = cells.columns.column(name), partial(_alike, heads=heads, is_end=is_end)
        is_of_words = pa.types.is_dictionary(column.type)
        cells = cells.with_column(name, changed_words(change, column) if is_of_words else change(column))
    return cells


def _alike(column, heads: dict[str, str], is_end: np.ndarray) -> pa.DictionaryArray:
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    codes = np.full(len(column), EMPTY, np.int32)
    texts: list[str] = []
    for spelled_alike in of_column(column):
        for chosen, anybody in _ordinary(spelled_alike, heads, is_end):
            codes[spelled_alike.rows[chosen]] = len(texts)
            texts.append(anybody)
    rest = np.flatnonzero(codes == EMPTY)
    others = column.take(pa.array(rest)).dictionary_encode()
    own = numbering.of_indices(others.indices)
    codes[rest] = own + (own != EMPTY) * len(texts)
    return dictionary(codes, pa.concat_arrays([pa.array(texts, pa.string()), others.dictionary]))


def _ordinary(alike: Alike, heads: dict[str, str], is_end: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """Which texts of one spelling are strangers' ordinary numbers, and how anybody's is spelled so.

    ``heads`` are the digits that may stand before the ten of a number, and the pattern that it then must fit.
    """
    for head, pattern in heads.items():
        if len(head) + len(ANYBODY) == len(alike.digits):
            anybody = alike.spelling_of(head + ANYBODY)
            if re.fullmatch(pattern, anybody, re.ASCII):
                first, *_ = alike.digits[len(head) :]
                chosen = alike.letters[first] >= ord("2")
                for place, digit in zip(alike.digits, head, strict=False):
                    chosen &= alike.letters[place] == ord(digit)
                yield chosen & ~is_end[alike.values(alike.digits[-4:])], anybody


def _columns(cells: Cells, fmt: Format) -> dict[str, list[Use]]:
    """The columns that are read for a stranger's number, and in which nothing hangs on its digits."""
    uses: dict[str | None, list[Use]] = {}
    for use in _uses(fmt):
        uses.setdefault(cells.name_of(use.column), []).append(use)
    return {
        name: of_column
        for name, of_column in uses.items()
        if name is not None
        and all(use.is_blind for use in of_column)
        and len({use.is_dialed for use in of_column if not use.is_test}) == 1  # and there is such a use
    }


def _uses(fmt: Format) -> Iterator[Use]:
    """Every place at which the calls of a format are made of a column, but for our own numbers."""
    for target, rule in fmt.columns.items():
        if target not in OURS:
            yield from _of_rule(rule, target in STRANGERS)
    yield from (Use(column, False) for column in fmt.unique)


def _of_rule(rule: Rule, is_strangers: bool) -> Iterator[Use]:
    is_whole = len(rule.columns) == 1 and rule.parse in ("number", "caller") and not rule.blank
    is_blind = is_strangers and is_whole and rule.take in ("", OUTSIDE_LINE)
    yield from (Use(column, is_blind, is_dialed=bool(rule.take)) for column in rule.columns)
    for when, then in rule.cases:
        yield from _of_when(when)
        yield from _of_rule(then, is_strangers)


def _of_when(when: When) -> Iterator[Use]:
    yield from (Use(column, all(test.is_blind_to_digits for test in tests), True) for column, tests in when.tests)
