"""Rows by the numbers of their texts or values, -1 for none.

A million rows are asked the same few questions many times. They are answered by arithmetic and by taking, which cost
a tenth of choosing row by row (``np.where``, a mask as an index), since no processor can guess what comes next.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

EMPTY = -1  # the number of an empty cell


def of_each(answers, codes: np.ndarray, kind) -> np.ndarray:
    """The answer for each row, of a list by number; the last is that of an empty cell.

    >>> of_each(["in", "out", ""], np.array([1, -1, 0]), object).tolist()
    ['out', '', 'in']
    """
    return np.take(np.asarray(answers, kind), codes, mode="wrap")  # -1 wraps around to the last


def found(codes: np.ndarray, n: int) -> np.ndarray:
    """Which of the numbers 0 to n - 1 some row has.

    >>> found(np.array([2, -1, 2]), 3).tolist()
    [False, False, True]
    """
    is_there = np.zeros(n + 1, bool)
    is_there[codes.astype(np.intp)] = True
    return is_there[:n]


def only(codes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The numbers in the rows of a mask; every other is empty.

    >>> only(np.array([3, 0, -1]), np.array([True, False, True])).tolist()
    [3, -1, -1]
    """
    return (codes - EMPTY) * rows + EMPTY


def merged(codes: np.ndarray, others: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The numbers, and in the rows of a mask the others.

    >>> merged(np.array([3, 0]), np.array([7, 7]), np.array([True, False])).tolist()
    [7, 0]
    """
    return codes + (others - codes) * rows


def filled(codes: np.ndarray, number: int) -> np.ndarray:
    """The numbers, with one in place of each empty cell.

    >>> filled(np.array([3, -1]), 9).tolist()
    [3, 9]
    """
    return codes + (codes == EMPTY) * codes.dtype.type(number - EMPTY)


def of_indices(indices: pa.Array) -> np.ndarray:
    """The numbers that a dictionary column of Arrow has.

    >>> of_indices(pa.array(["a", None, "b"]).dictionary_encode().indices).tolist()
    [0, -1, 1]
    """
    filled_indices = indices.fill_null(EMPTY) if indices.null_count else indices
    return filled_indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
