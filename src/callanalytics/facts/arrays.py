"""Arrow columns as numpy arrays: codes, times, times in groups, and the time columns of facts.

Rows are sorted by time, date, and id, so that nothing depends on the order of the files. A missing code or row index is
``MISSING``, a missing time ``NAT``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.schema import with_column
from callanalytics.values import zones

NAT = np.datetime64("NaT", "us")
MISSING = -1  # index of a missing row; code of a missing value


class Rows:
    """Rows of one table, sorted by time, then date as written, then id; without an id, in their present order."""

    def __init__(self, table: pa.Table, id: str | None = None):
        self.table = (table if id is None else in_order(table, id)).combine_chunks()

    def __len__(self) -> int:
        return self.table.num_rows

    def where(self, mask: np.ndarray) -> Rows:
        """Selected rows, in the same order."""
        return Rows(self.table.filter(pa.array(mask)))

    def arrow(self, name: str) -> pa.Array:
        column = self.table.column(name)
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def moments(self, name: str = "started_at_utc") -> np.ndarray:
        """datetime64[us] without zone, NaT for null."""
        return moments(self.arrow(name))

    def numbers(self, name: str, missing: int = MISSING) -> np.ndarray:
        return integers(self.arrow(name), missing)

    def texts(self, name: str) -> np.ndarray:
        """Objects, None for null."""
        return self.arrow(name).to_numpy(zero_copy_only=False)

    def codes(self, name: str, words) -> np.ndarray:
        """The index of each value in ``words``; MISSING for null and for any other value."""
        return codes(self.arrow(name), words)

    def is_in(self, name: str, *words: str) -> np.ndarray:
        """Whether each value is one of the words; False for null."""
        found = pc.is_in(self.arrow(name), value_set=pa.array(words, pa.string()))
        return found.to_numpy(zero_copy_only=False)

    def is_present(self, name: str) -> np.ndarray:
        return is_present(self.arrow(name))

    def take(self, name: str, indices: np.ndarray) -> pa.Array:
        """The value at each index; null where the index is MISSING."""
        return take(self.arrow(name), indices)


def in_order(table: pa.Table, id: str) -> pa.Table:
    """Rows in order of time, then date as written, then id."""
    keys = [name for name in ("started_at_utc", "started_at_local", "date", id) if name in table.column_names]
    return table.take(pc.sort_indices(table, sort_keys=[(name, "ascending") for name in keys]))


def order_by_moment(when: np.ndarray, ids: pa.Array) -> np.ndarray:
    """Indices in order of time, then id; rows without a time come last."""
    table = pa.table({"when": pa.array(when, pa.timestamp("us")), "id": ids})
    return pc.sort_indices(table, sort_keys=[("when", "ascending"), ("id", "ascending")]).to_numpy()


def indices_in_ranges(first: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The indices of several ranges, one range after the other.

    >>> indices_in_ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(count) - count  # how many indices the ranges before each one take
    return np.arange(count.sum()) + np.repeat(first - before, count)


def pairs_within(low: np.ndarray, high: np.ndarray, moment: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of a span and a time within it, both ends included, as two arrays of indices. NaT is in no span."""
    order = np.argsort(moment, kind="stable")[: np.count_nonzero(~np.isnat(moment))]  # NaT sorts last
    first = np.searchsorted(moment[order], low, side="left")
    count = np.where(np.isnat(low), 0, np.searchsorted(moment[order], high, side="right") - first)
    return np.repeat(np.arange(len(low)), count), order[indices_in_ranges(first, count)]


def columns_of(table: pa.Table) -> dict[str, pa.Array]:
    return {name: table.column(name).combine_chunks() for name in table.column_names}


def moments(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """datetime64[us] without zone, NaT for null."""
    return column.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)


def integers(column: pa.Array | pa.ChunkedArray, missing: int = MISSING) -> np.ndarray:
    """int64; MISSING, or another number, for null."""
    return column.cast(pa.int64()).fill_null(missing).to_numpy(zero_copy_only=False)


def is_set(flags: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Whether each flag is true; False for null."""
    return flags.fill_null(False).to_numpy(zero_copy_only=False)


def is_present(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Whether each value is present."""
    return column.is_valid().to_numpy(zero_copy_only=False)


def codes(values: pa.Array, words) -> np.ndarray:
    """The index of each value in ``words``; MISSING for null and for any other value.

    >>> codes(pa.array(["b", None, "z"]), ["a", "b"]).tolist()
    [1, -1, -1]
    """
    indices = pc.index_in(values.cast(pa.string()), value_set=pa.array(list(words), pa.string()))
    return indices.fill_null(MISSING).cast(pa.int64()).to_numpy(zero_copy_only=False).copy()  # Arrow's own is read-only


def take(values: pa.Array, indices: np.ndarray) -> pa.Array:
    """The value at each index; null where the index is MISSING."""
    return values.take(pa.array(indices, pa.int64(), mask=indices < 0))


def column_of_words(names, which: np.ndarray) -> pa.Array:
    """A column of words from their indices in ``names``; null where the index is MISSING."""
    return take(pa.array(list(names), pa.string()), np.asarray(which))


def nulled(values: pa.Array, mask: np.ndarray) -> pa.Array:
    """The column with null wherever the mask is set."""
    return pc.if_else(pa.array(mask), pa.scalar(None, values.type), values)


def seconds(count: np.ndarray | int) -> np.ndarray:
    return np.asarray(count, np.int64) * np.timedelta64(1_000_000, "us")


def column_of_moments(moments: np.ndarray) -> pa.Array:
    return pa.array(moments.astype("M8[us]"), pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))


def column_of_flags(answer: np.ndarray, is_unknown: np.ndarray) -> pa.Array:
    """Flags; null where unknown."""
    return pa.array(answer, pa.bool_(), mask=is_unknown)


def column_of_days(days: np.ndarray, is_unknown: np.ndarray | None = None) -> pa.Array:
    """Counts of days, clipped to the range of the column; null where unknown."""
    return pa.array(np.clip(days, 0, 32767), pa.int16(), mask=is_unknown)


# ---- times in groups ---------------------------------------------------------------------------------


class GroupedMoments:
    """Times in groups. Groups are codes from 0 on; other codes and NaT are left out.

    >>> when = np.array(["2022-03-01", "2022-03-05", "2022-03-03"], "M8[us]")
    >>> found = GroupedMoments(np.array([0, 0, 1]), when)
    >>> found.between(np.array([0, 1]), when[[0, 0]], when[[1, 1]]).tolist()    # both bounds included
    [2, 1]
    >>> found.after(np.array([0, 1]), when[[0, 2]]).astype("M8[D]").astype(str).tolist()
    ['2022-03-05', 'NaT']
    """

    def __init__(self, group: np.ndarray, when: np.ndarray):
        kept = (group >= 0) & ~np.isnat(when)
        group, when = group[kept], when[kept]
        # One sorted list of numbers holds all groups: the group, then the rank of the time among all times. One search
        # answers for any number of groups at once.
        self._order = np.sort(when)
        self._key = group * self._group_offset + np.searchsorted(self._order, when, side="left")
        by_key = np.argsort(self._key, kind="stable")
        self._key, self._group, self._when = self._key[by_key], group[by_key], when[by_key]

    @property
    def _group_offset(self) -> int:
        return len(self._order) + 1

    def _place(self, group, moment, side):
        """Number of times in lower groups, plus those in this group before (``right``: not after) the given one."""
        return np.searchsorted(
            self._key, group * self._group_offset + np.searchsorted(self._order, moment, side=side), "left"
        )

    def before(self, group: np.ndarray, moment: np.ndarray) -> np.ndarray:
        """Number of times in lower groups, plus those in this group before the given time."""
        return self._place(group, moment, "left")

    def between(self, group: np.ndarray, since: np.ndarray, until: np.ndarray) -> np.ndarray:
        """Number of a group's times from one time to another, both included; 0 where either is NaT."""
        count = self._place(group, until, "right") - self._place(group, since, "left")
        return np.where((group < 0) | np.isnat(since) | np.isnat(until), 0, np.maximum(count, 0))

    def after(self, group: np.ndarray, moment: np.ndarray) -> np.ndarray:
        """First time of a group after the given one; NaT where there is none."""
        index = self._place(group, moment, "right")
        # -1 and NaT follow the last time, where the search ends if the group has no later one.
        there = (np.append(self._group, -1)[index] == group) & (group >= 0) & ~np.isnat(moment)
        return np.where(there, np.append(self._when, NAT)[index], NAT)


# ---- rows up to a time -------------------------------------------------------------------------------


def rows_until(table: pa.Table, as_of: np.datetime64, zone: str) -> pa.Table:
    """Rows of a table that had happened by a given time.

    A row with a date alone had happened if its date is the given day on the agency's clock (``zone``) or earlier. A row
    with neither time nor date stays.
    """
    day = zones.local_days(as_of, zone)[0].item()
    before = pc.less_equal(
        table.column("started_at_utc"), pa.scalar(as_of, pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    )
    written = table.column("date" if "date" in table.column_names else "started_at_local").cast(pa.date32())
    # Compare the time, else the date as written; keep a row that has neither.
    return table.filter(pc.coalesce(before, pc.less_equal(written, pa.scalar(day, pa.date32())), pa.scalar(True)))


def without_misdated(table: pa.Table) -> pa.Table:
    """Rows except those dated after the day on which they were read, which are errors."""
    if "warnings" not in table.column_names:
        return table
    misdated = is_misdated(table.column("warnings"))
    return table.filter(pc.invert(misdated)) if pc.any(misdated).as_py() else table


def is_misdated(warnings: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Whether each row is dated after the day on which it was read. Such an error must not cover years to come."""
    return pc.match_substring(warnings.cast(pa.string()), "after_ingest").fill_null(False)


def coverage_until(coverage: pa.Table, as_of: np.datetime64) -> pa.Table:
    """Coverage up to a given time, computed from every export, whenever it was made."""
    limit = pa.scalar(as_of.item(), pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    begun = coverage.filter(pc.less(coverage.column("from_utc"), limit))
    ends = begun.column("to_utc")
    return with_column(begun, "to_utc", pc.if_else(pc.greater(ends, limit), limit, ends))


# ---- when a thing happened ---------------------------------------------------------------------------


def time_columns(
    utc: np.ndarray, written: np.ndarray, flag: pa.Array, zone: str, agency_zone: str
) -> dict[str, pa.Array]:
    """Time columns that every fact carries.

    If only a date was written (``utc`` is NaT), both dates are that date and both hours are null.

    Parameters
    ----------
    utc, written : datetime64[us]; the time in UTC, and the clock as written
    flag : ``repeated``, ``skipped``, or null
    zone, agency_zone : the office's and the agency's
    """
    return {
        "started_at_utc": column_of_moments(utc),
        **_calendar_keys(utc, written, agency_zone, ""),
        **_calendar_keys(utc, written, zone, "_local"),
        "dst_flag": flag,
    }


def _calendar_keys(utc, written, zone, suffix):
    timeless = np.isnat(utc)
    found = zones.keys(np.where(timeless, written, zones.to_local(utc, zone)))
    found["hour"] = nulled(found["hour"], timeless)
    return {f"{name}{suffix}": values for name, values in found.items()}


def times_of_rows(rows: Rows, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray, pa.Array]:
    """Time, clock as written, and flag of some rows, in the order of ``time_columns``."""
    moment, written = (moments(rows.take(name, indices)) for name in ("started_at_utc", "started_at_local"))
    return moment, written, rows.take("dst_flag", indices)


def earliest(utc: np.ndarray, written: np.ndarray, zone: str) -> np.ndarray:
    """Time of each contact; for a date alone, the first moment of that day on the agency's clock.

    A callback logged by date alone so counts from the earliest time possible, which favors the agency (but see
    ``after_timed``). NaT where no date was written.
    """
    midnight = zones.to_utc(written.astype("M8[D]").astype("M8[us]"), zone)[0]
    return np.where(np.isnat(utc), midnight, utc)


def earliest_moments(columns, zone: str) -> np.ndarray:
    """Earliest possible time of each row of a table of facts."""
    return earliest(moments(columns["started_at_utc"]), moments(columns["date"]), zone)


def after_timed(when: np.ndarray, is_timed: np.ndarray, owner: np.ndarray, zone: str) -> np.ndarray:
    """Times of callbacks; one with a date alone moves to the end of its day if a timed one that day answers the same
    promise.

    The schema gives a date no hour. Without other evidence, doubt favors the agency. Next to a callback with a time, a
    date alone must not count as earlier, and so in time, against the one with evidence.
    """
    day = zones.local_days(when, zone)
    # Owner and day as one number: a day since 1970 stays far below a million.
    key = np.where((owner >= 0) & ~np.isnat(day), owner * 1_000_000 + day.astype(np.int64), -1)
    later = ~is_timed & (key >= 0) & np.isin(key, key[is_timed & (key >= 0)])
    end = zones.to_utc((day + np.timedelta64(1, "D")).astype("M8[us]"), zone)[0] - np.timedelta64(1, "us")
    return np.where(later, end, when)
