"""Columns of an Arrow table as numpy arrays, in an order that does not hang on the order of the files."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.facts.seen import seen

NAT = np.datetime64("NaT", "us")
NOWHERE = -1  # the place of a row that there is not; the code of a value that is not recorded


class Rows:
    """The rows of one table, sorted by moment, then date as written, then id."""

    def __init__(self, table: pa.Table, id: str):
        keys = [name for name in ("started_at_utc", "started_at_local", "date", id) if name in table.column_names]
        order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in keys])
        self.table = table.take(order).combine_chunks()

    def __len__(self) -> int:
        return self.table.num_rows

    def where(self, mask: np.ndarray) -> Rows:
        """Some of the rows, in the same order."""
        chosen = object.__new__(Rows)
        chosen.table = self.table.filter(pa.array(mask)).combine_chunks()
        return chosen

    def seen_until(self, moment: np.datetime64) -> Rows:
        """The rows that had happened by a moment, in the same order."""
        chosen = object.__new__(Rows)
        chosen.table = seen(self.table, moment).combine_chunks()
        return chosen

    def arrow(self, name: str) -> pa.Array:
        column = self.table.column(name)
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def moments(self, name: str = "started_at_utc") -> np.ndarray:
        """datetime64[us] without zone, NaT for null."""
        return self.arrow(name).cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)

    def numbers(self, name: str, missing: int = NOWHERE) -> np.ndarray:
        return self.arrow(name).cast(pa.int64()).fill_null(missing).to_numpy(zero_copy_only=False)

    def texts(self, name: str) -> np.ndarray:
        """Objects, None for null."""
        return self.arrow(name).to_numpy(zero_copy_only=False)

    def codes(self, name: str, words) -> np.ndarray:
        """The place of each value in ``words``; NOWHERE for null and for any other value."""
        return codes(self.arrow(name), words)

    def is_(self, name: str, *words: str) -> np.ndarray:
        """Whether each value is one of the words; False for null."""
        found = pc.is_in(self.arrow(name), value_set=pa.array(words, pa.string()))
        return found.to_numpy(zero_copy_only=False)

    def yes(self, name: str) -> np.ndarray:
        """Whether a flag is set; False for null."""
        return self.arrow(name).fill_null(False).to_numpy(zero_copy_only=False)

    def no(self, name: str) -> np.ndarray:
        """Whether a flag is there and not set."""
        return ~self.arrow(name).fill_null(True).to_numpy(zero_copy_only=False)

    def is_there(self, name: str) -> np.ndarray:
        return self.arrow(name).is_valid().to_numpy(zero_copy_only=False)

    def take(self, name: str, places: np.ndarray) -> pa.Array:
        """The value at each place; null where the place is NOWHERE."""
        return take(self.arrow(name), places)


def codes(values: pa.Array, words) -> np.ndarray:
    """The place of each value in ``words``; NOWHERE for null and for any other value.

    >>> codes(pa.array(["b", None, "z"]), ["a", "b"]).tolist()
    [1, -1, -1]
    """
    places = pc.index_in(values.cast(pa.string()), value_set=pa.array(list(words), pa.string()))
    return places.fill_null(NOWHERE).cast(pa.int64()).to_numpy(zero_copy_only=False).copy()  # Arrow's own is read-only


def take(values: pa.Array, places: np.ndarray) -> pa.Array:
    """The value at each place; null where the place is NOWHERE."""
    return values.take(pa.array(places, pa.int64(), mask=places < 0))


def first_of(*columns: pa.Array) -> pa.Array:
    """In each row the first value that is not null."""
    return pc.coalesce(*columns)


def words(names, which: np.ndarray) -> pa.Array:
    """A column of words from their places in ``names``; null where the place is NOWHERE."""
    return take(pa.array(list(names), pa.string()), np.asarray(which))


def nulled(values: pa.Array, mask: np.ndarray) -> pa.Array:
    """The column with null wherever the mask is set."""
    return pc.if_else(pa.array(mask), pa.scalar(None, values.type), values)


def seconds(count: np.ndarray) -> np.ndarray:
    return np.asarray(count, np.int64) * np.timedelta64(1_000_000, "us")


def column_of_moments(moments: np.ndarray) -> pa.Array:
    return pa.array(moments.astype("M8[us]"), pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))


def column_of_flags(answer: np.ndarray, is_unknown: np.ndarray) -> pa.Array:
    """Yes or no; null where nobody knows."""
    return pa.array(answer, pa.bool_(), mask=is_unknown)


def column_of_days(days: np.ndarray, is_unknown: np.ndarray | None = None) -> pa.Array:
    """Counts of days, as many as the column holds; null where nobody knows."""
    return pa.array(np.clip(days, 0, 32767), pa.int16(), mask=is_unknown)


def union_words(*columns: pa.Array) -> pa.Array:
    """Blank-separated codes of several columns as one, in alphabetical order without repeats; null for none."""
    told = pc.binary_join_element_wise(*(column.fill_null("") for column in columns), " ")
    distinct = told.dictionary_encode()
    tidy = [" ".join(sorted(set(text.split()))) or None for text in distinct.dictionary.to_pylist()]
    return pa.array(tidy, pa.string()).take(distinct.indices)
