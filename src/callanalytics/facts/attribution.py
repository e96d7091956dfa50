"""Why nobody answered a ring, and whose doing that was.

One cause a ring, the first that holds:

====================  =======================================================  =======
cause                 when                                                     blame
====================  =======================================================  =======
blocked_unknown       the log says the call was blocked                        firm
extension             the number given had an extension                        firm
wrong_number          it rang another line than the one given                  unknown
outside_window        before 7:00 or after 18:30 Eastern, or no business day   agency
outside_office_hours  inside the window, outside the office's own hours        shared
blocked_unknown       caller withheld, on a line that lets none through        firm
before_notice         the announcement came soon after the ring                agency
no_notice             none had come, though the office's logs show others      agency
staff_unavailable     announced, in the window and in office hours             firm
unknown               anything else                                            unknown
====================  =======================================================  =======

An announcement *soon after* is one within three business days of the ring and before the promise is due: a later
one announces another call. ``no_notice`` needs a witness: an office whose logs show no announcement in the weeks
before the ring may not keep them. It looks at nothing later than the ring, so that the day of looking changes nothing.
A ring that no promise is linked to is of unknown cause: it may not have been the agency's at all. So is one of
which nobody noted whether it was answered.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.clocks import business_days_between
from callanalytics.facts.rows import NAT, codes, take, words

CAUSES = (
    "blocked_unknown extension outside_window outside_office_hours staff_unavailable wrong_number no_notice "
    "before_notice unknown"
).split()
BLAME = {
    "blocked_unknown": "firm",
    "extension": "firm",
    "wrong_number": "unknown",
    "outside_window": "agency",
    "outside_office_hours": "shared",
    "before_notice": "agency",
    "no_notice": "agency",
    "staff_unavailable": "firm",
    "unknown": "unknown",
}
WITNESS = np.timedelta64(28, "D")  # an announcement of any promise this near shows that the office keeps them
SOON = 3  # business days: the agency announces a call one or two ahead


def of_rings(office: dict, columns, promise: np.ndarray, at: np.ndarray, promises, announced) -> dict[str, pa.Array]:
    """The columns ``cause`` and ``blame``; null for rings that somebody answered.

    Parameters
    ----------
    columns : of the rings
    promise : place of the promise that each ring is linked to, however surely; NOWHERE where none
    at : the moment each ring counts from
    promises, announced : the promises, and when each was announced
    """
    cause = np.full(len(at), CAUSES.index("unknown"))
    linked = promise >= 0
    for word, holds in reversed(_tests(office, columns, promise, at, promises, announced)):
        cause[holds & linked] = CAUSES.index(word)
    cause[codes(columns["result"], ["unknown"]) == 0] = CAUSES.index("unknown")
    cause[codes(columns["result"], ["blocked"]) == 0] = CAUSES.index("blocked_unknown")
    answered = codes(columns["result"], ["answered"]) == 0
    cause[answered] = -1
    blame = pa.array([BLAME[word] for word in CAUSES])
    return {"cause": words(CAUSES, cause), "blame": take(blame, cause)}


def _tests(office, columns, promise, at, promises, announced):
    """Causes in the order in which they are looked for, and where each holds."""
    rang, given = columns["our_number"], take(promises.columns["callback_number"], promise)
    extension = take(promises.columns["callback_extension"], promise).fill_null(False).to_numpy(zero_copy_only=False)
    notice = np.append(announced.at, NAT)[promise]
    inside, outside = _is(columns["in_window"], True), _is(columns["in_window"], False)
    at_work, closed = _is(columns["in_office_hours"], True), _is(columns["in_office_hours"], False)
    return [
        ("extension", extension),
        ("wrong_number", _both_and_differ(rang, given)),
        ("outside_window", outside),
        ("outside_office_hours", closed),
        ("blocked_unknown", _never_gets_through(office, columns)),
        ("before_notice", _is_soon_after(at, notice, np.append(_due(promises), NAT)[promise])),
        ("no_notice", ~(notice <= at) & witnessed(at, announced.seen)),
        ("staff_unavailable", (notice <= at) & inside & at_work),
    ]


def _is(flag: pa.Array, value: bool) -> np.ndarray:
    known = flag.fill_null(not value).to_numpy(zero_copy_only=False)
    return known if value else ~known


def _both_and_differ(a: pa.Array, b: pa.Array) -> np.ndarray:
    return pc.not_equal(a, b).fill_null(False).to_numpy(zero_copy_only=False)


def blocking_lines(office: dict) -> list[str]:
    """The lines of which the office says that withheld callers do not get through."""
    return [line["number"] for line in office.get("lines") or () if line["withheld_get_through"] is False]


def blocks(office: dict, number: pa.Array, rings) -> pa.Array:
    """Whether the line of each number lets no caller through who shows none: yes by the office's word; no by that, or
    because a phone log shows such a call there; null where neither tells, or no number is known."""
    said = {line["number"]: line["withheld_get_through"] for line in office.get("lines") or ()}
    hidden = (codes(rings["caller_id"], ["withheld", "unknown"]) >= 0) & rings["call_id"].is_valid().to_numpy(False)
    through = set(pc.unique(rings["our_number"].filter(pa.array(hidden))).to_pylist()) - {None}
    known = {**dict.fromkeys(through, False), **{line: not word for line, word in said.items() if word is not None}}
    return pa.array([known.get(each) for each in number.to_pylist()], pa.bool_())


def _never_gets_through(office, columns) -> np.ndarray:
    hidden = codes(columns["caller_id"], ["withheld", "unknown"]) >= 0
    return hidden & (codes(columns["our_number"], blocking_lines(office)) >= 0)


def _due(promises) -> np.ndarray:
    """The default due moment; where rules differ or none is known, the one that orders the promises."""
    default = promises.columns["due_default_utc"].cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return np.where(np.isnat(default), promises.due, default)


def _is_soon_after(at: np.ndarray, notice: np.ndarray, due: np.ndarray) -> np.ndarray:
    """Whether the announcement came after the ring, for this call-back still and not for a later one."""
    return (notice > at) & (notice < due) & (business_days_between(at, notice) <= SOON)


def witnessed(at: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Whether the office's logs show an announcement of any call-back in the weeks before each moment.

    ``seen``: the moments of all announcements, in order.
    """
    return np.searchsorted(seen, at, side="right") > np.searchsorted(seen, at - WITNESS, side="left")
