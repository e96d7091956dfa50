"""What the log itself says: which promise a ring, an e-mail or a notice belongs to.

By the number of the call it follows, by the service request number that was named, or by the office's own
matter number. Nothing is taken for a promise of a later day.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics.facts.promises import Promises
from callanalytics.facts.rows import NOWHERE, Rows, codes

CHAIN = 16  # a text that follows a ring that follows a call ...


def followed(notes: Rows, promises: Promises) -> np.ndarray:
    """For each note the place of the promise that it follows, directly or through other notes of its kind."""
    ids = notes.texts("note_id").tolist()
    found = codes(notes.arrow("note_id"), promises.columns["promise_id"].to_pylist())
    parent = notes.codes("follows", ids)
    parent[notes.is_("kind", "dial")] = NOWHERE
    for _ in range(CHAIN):
        more = (found < 0) & (parent >= 0)
        more[more] = found[parent[more]] >= 0
        if not more.any():
            break
        found[more] = found[parent[more]]
    return found


def named(promises: Promises, at: np.ndarray, follows: np.ndarray, sr_number: pa.Array, matter: pa.Array) -> np.ndarray:
    """The promise that each event names; NOWHERE where it names none.

    Of several with the same service request or matter, the last that was made before it; a matter, which may
    be called about for years, only while that promise lives.
    """
    by_number = _last_of(promises, "sr_number", sr_number, at)
    by_matter = _last_of(promises, "matter", matter, at)
    by_matter = np.where(at <= _at(promises.end, by_matter), by_matter, NOWHERE)
    not_later = ~(_day(at) < _day(_at(promises.start, follows)))  # a note without any date follows what it says
    told = np.where(not_later, follows, NOWHERE)
    told = np.where(told >= 0, told, by_number)
    return np.where(told >= 0, told, by_matter)


def _last_of(promises: Promises, name: str, key: pa.Array, at: np.ndarray) -> np.ndarray:
    """The last promise with this key that was made on the day of the event or before."""
    keys = promises.columns[name].unique().drop_null().to_pylist()
    own, asked = codes(promises.columns[name], keys), codes(key, keys)
    n = len(promises) + 1
    before = np.searchsorted(_day(promises.start), _day(at), side="right")
    listed = np.sort(own * n + np.arange(len(promises)))
    place = np.searchsorted(listed, asked * n + before, side="left") - 1
    found = np.append(listed, -n)[place]
    fits = (asked >= 0) & (place >= 0) & (found // n == asked) & ~np.isnat(at)
    return np.where(fits, found % n, NOWHERE)


def _day(moment: np.ndarray) -> np.ndarray:
    """The day on the agency's side of the world, near enough: a ring noted to the quarter of an hour may seem
    to come before the end of the call that it answers."""
    return (moment - np.timedelta64(5, "h")).astype("M8[D]")


def _at(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.append(values, np.datetime64("NaT", "us"))[places]
