"""When a thing happened, on the agency's clock and on the office's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics.clocks import EASTERN
from callanalytics.facts.rows import Rows, column_of_moments, nulled, take
from callanalytics.values import zones


def time_block(utc: np.ndarray, written: np.ndarray, flag: pa.Array, zone: str) -> dict[str, pa.Array]:
    """The columns of time that every fact carries.

    Where only a date was written (``utc`` is NaT) both dates are the one written and both hours are null.

    Parameters
    ----------
    utc, written : datetime64[us]; the moment, and the clock as written
    flag : ``repeated``, ``skipped`` or null
    zone : the office's
    """
    return {
        "started_at_utc": column_of_moments(utc),
        **_keys(utc, written, EASTERN, ""),
        **_keys(utc, written, zone, "_local"),
        "clock_flag": flag,
    }


def _keys(utc, written, zone, suffix):
    timeless = np.isnat(utc)
    found = zones.keys(np.where(timeless, written, zones.to_local(utc, zone)))
    found["hour"] = nulled(found["hour"], timeless)
    return {f"{name}{suffix}": values for name, values in found.items()}


def time_of_rows(rows: Rows, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, pa.Array]:
    """Moment, clock as written and flag of some rows, in the order of ``time_block``."""
    moment = take(rows.arrow("started_at_utc"), places).cast(pa.timestamp("us"))
    written = take(rows.arrow("started_at_local"), places)
    return (
        moment.to_numpy(zero_copy_only=False),
        written.to_numpy(zero_copy_only=False),
        take(rows.arrow("clock_flag"), places),
    )


def earliest(utc: np.ndarray, written: np.ndarray) -> np.ndarray:
    """The moment of each contact; of one with a date alone, the first moment of that Eastern day.

    A call-back noted by its date alone so counts as early as it can have come: in doubt for the agency (but see
    ``after_timed``). NaT where no date was written.
    """
    midnight = zones.to_utc(written.astype("M8[D]").astype("M8[us]"), EASTERN)[0]
    return np.where(np.isnat(utc), midnight, utc)


def after_timed(at: np.ndarray, is_timed: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """The moments of rings, those with a date alone at the end of a day on which a timed one answers the same promise.

    The schema gives a date no hour. Where nothing else is known the doubt is the agency's; but beside a ring with a
    time it must not say that one came earlier, and so in time, against the one that is evidence.
    """
    day = zones.to_local(at, EASTERN).astype("M8[D]")
    key = np.where((owner >= 0) & ~np.isnat(day), owner * 1_000_000 + day.astype(np.int64), -1)
    later = ~is_timed & (key >= 0) & np.isin(key, key[is_timed & (key >= 0)])
    end = zones.to_utc((day + 1).astype("M8[us]"), EASTERN)[0] - np.timedelta64(1, "us")
    return np.where(later, end, at)
