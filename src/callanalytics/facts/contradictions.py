"""What a log says of promises that cannot all be so: kept as it is, and flagged on the call it was promised on.

=======================  ====================================================================================
warning of a dial        when
=======================  ====================================================================================
``promise_before_call``  the promise was noted before its call began, by the phone log
``ring_before_promise``  a ring is said to answer the promise of a later call: it is nobody's
``sr_number_twice``      another promise of the office has the same service request number: both stand
=======================  ====================================================================================
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics.facts import matching, references
from callanalytics.facts.promises import Promises
from callanalytics.facts.rows import NOWHERE, Rows, codes, nulled, seconds, union_words
from callanalytics.facts.timeblock import earliest

BEFORE_CALL, BEFORE_PROMISE, TWICE = "promise_before_call", "ring_before_promise", "sr_number_twice"


def flagged(dials: pa.Table, made: Promises, notes: Rows) -> pa.Table:
    """The dials, those of promises that contradict something with a warning more."""
    place = codes(made.columns["dial_id"], dials.column("dial_id").to_pylist())
    start = _moments(dials, "started_at_utc", "date")[place] if len(place) else np.array([], "M8[us]")
    found = {
        BEFORE_CALL: _noted_before(made, notes, start),
        BEFORE_PROMISE: _rung_before(made, notes, start),
        TWICE: _with_the_same(made.columns["sr_number"]),
    }
    words = []
    for code, mask in found.items():
        told = np.zeros(dials.num_rows, bool)
        told[place[mask]] = True
        words.append(nulled(pa.array([code] * dials.num_rows, pa.string()), ~told))
    field = dials.column_names.index("warnings")
    warnings = union_words(dials.column("warnings").combine_chunks(), *words)
    return dials.set_column(field, dials.schema.field(field), warnings)


def _noted_before(made: Promises, notes: Rows, start: np.ndarray) -> np.ndarray:
    place = codes(made.columns["promise_id"], notes.texts("note_id").tolist())
    at, exact = notes.moments()[place], notes.numbers("started_precision_s", 0)[place]
    return at + seconds(exact + matching.PLAIN_S) < start


def _rung_before(made: Promises, notes: Rows, start: np.ndarray) -> np.ndarray:
    """Promises that a ring of an earlier time, or where it has none of an earlier day, is said to follow."""
    followed = np.where(notes.is_("kind", "ring"), references.followed(notes, made), NOWHERE)
    rings = notes.where(followed >= 0)
    of = followed[followed >= 0]
    at, exact = rings.moments(), rings.numbers("started_precision_s", 0)
    day = rings.moments("started_at_local").astype("M8[D]")
    early = np.where(np.isnat(at), day < start[of].astype("M8[D]"), at + seconds(exact) < start[of])
    return np.isin(np.arange(len(made)), of[early])


def _with_the_same(numbers: pa.Array) -> np.ndarray:
    code = codes(numbers, numbers.unique().drop_null().to_pylist())
    return (code >= 0) & (np.bincount(code[code >= 0], minlength=1)[code] > 1)


def _moments(table: pa.Table, *names: str) -> np.ndarray:
    utc, date = (table.column(name).combine_chunks() for name in names)
    written = date.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return earliest(utc.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False), written)
