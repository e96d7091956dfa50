"""Callbacks of each promise as attempts: grouped into rounds and counted, with the cause of each missed one.

Each missed callback gets one cause, the first that holds:

====================  =======================================================  =============
cause                 when                                                     attributed_to
====================  =======================================================  =============
blocked_unknown       the log says the call was blocked                        firm
extension             the number given had an extension                        firm
wrong_number          it went to a line other than the one given               unknown
outside_window        outside callback hours, or not on a business day         agency
outside_office_hours  in callback hours, outside the office's own hours        shared
blocked_unknown       caller ID withheld, on a line that blocks such calls     firm
before_notice         the announcement came soon after the callback            agency
no_notice             no announcement, though the office's logs show others    agency
staff_unavailable     announced, in callback hours and office hours            firm
unknown               anything else                                            unknown
====================  =======================================================  =============

An announcement comes *soon after* if it comes within three business days of the callback and before the promise is due.
A later one announces another call. ``no_notice`` needs a witness, because an office whose logs show no announcement in
the weeks before the callback may not keep them. The witness is no later than the callback, so that the as-of day
changes nothing. The cause is unknown for a callback linked to no promise, which may not have been the agency's, and for
one whose result was not logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.agencies import Agency
from callanalytics.clocks import business_days_between
from callanalytics.facts.arrays import MISSING, NAT, codes, column_of_words, is_present, is_set, moments, take

MAX_INT8 = 127


@dataclass(frozen=True)
class Attempts:
    """Rounds of callbacks, and the attempts on each promise.

    Per callback: ``round`` and ``seq`` within it (0: not linked). Per promise: time and index of the first and second
    callback of its first round, and the time of the last one of that round. Also the number of callbacks in all, and
    the time of the first that was answered and of the first that no one answered.
    """

    round: np.ndarray
    seq: np.ndarray
    first_at: np.ndarray
    first: np.ndarray
    second_at: np.ndarray
    second: np.ndarray
    last_of_round_at: np.ndarray
    count: np.ndarray
    answered_at: np.ndarray
    missed_at: np.ndarray


def attempts_of_promises(
    n_promises: int, promise: np.ndarray, when: np.ndarray, reaches: np.ndarray, missed: np.ndarray, agency: Agency
) -> Attempts:
    """Attempts on each promise, from its callbacks.

    Parameters
    ----------
    promise : index of the promise that each of the agency's callbacks is counted for, else MISSING
    when : the time each callback counts from
    reaches, missed : whether a person answered it; whether no one did
    agency : supplies the business days, and the gap in them (``round_gap``) beyond which a new round begins
    """
    linked = np.flatnonzero((promise >= 0) & ~np.isnat(when))
    linked = linked[np.lexsort((when[linked], promise[linked]))]
    owner, linked_when = promise[linked], when[linked]
    # The days between one promise's last callback and the next promise's first mean nothing; ``is_new`` decides there.
    is_new = np.append(True, owner[1:] != owner[:-1])[: len(linked)]
    apart = np.append(0, business_days_between(linked_when[:-1], linked_when[1:], agency=agency))[: len(linked)]
    opens = is_new | (apart > agency.round_gap)
    rounds = _running_count(np.cumsum(opens), is_new)
    seq = _running_count(np.arange(len(linked)), opens)
    in_first = rounds == 1
    round_of, seq_of = np.zeros(len(promise), np.int64), np.zeros(len(promise), np.int64)
    round_of[linked], seq_of[linked] = np.minimum(rounds, MAX_INT8), np.minimum(seq, MAX_INT8)
    first_at, first = _last_of_promise(n_promises, owner, linked_when, linked, in_first & (seq == 1))
    second_at, second = _last_of_promise(n_promises, owner, linked_when, linked, in_first & (seq == 2))
    last_at, _ = _last_of_promise(n_promises, owner, linked_when, linked, in_first)
    count = np.bincount(owner, minlength=n_promises)
    ends = (_earliest_of_promise(n_promises, owner, linked_when, here[linked]) for here in (reaches, missed))
    return Attempts(round_of, seq_of, first_at, first, second_at, second, last_at, count, *ends)


def _running_count(count: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Running count that begins again with 1 at each start."""
    if not len(count):
        return count
    base = np.maximum.accumulate(np.where(starts, np.arange(len(count)), 0))
    return count - count[base] + 1


def _last_of_promise(n, owner, when, index, chosen):
    """Time and index of the last of the chosen callbacks of each promise."""
    last_when, callback = np.full(n, NAT), np.full(n, MISSING)
    # The callbacks are in order of time, and when an index repeats numpy keeps the last value.
    last_when[owner[chosen]], callback[owner[chosen]] = when[chosen], index[chosen]
    return last_when, callback


def _earliest_of_promise(n, owner, when, chosen):
    """Time of the first of the chosen callbacks of each promise."""
    earliest_when = np.full(n, NAT)
    earliest_when[owner[chosen][::-1]] = when[chosen][::-1]  # the earliest is written last
    return earliest_when


# ---- causes ------------------------------------------------------------------------------------------


CAUSES = schema.CAUSES.split()
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
WITNESS = np.timedelta64(28, "D")  # an announcement this near, of any promise, shows that the office keeps them
SOON = 3  # business days: the agency announces a call one or two ahead


def causes_of_callbacks(
    office: dict, columns, promise: np.ndarray, when: np.ndarray, promises, announced, agency: Agency
) -> dict[str, pa.Array]:
    """Columns ``cause`` and ``attributed_to``; null for answered callbacks.

    Parameters
    ----------
    columns : of the callbacks
    promise : index of the promise that each callback is linked to, whatever the certainty; MISSING if none
    when : the time each callback counts from
    promises, announced : the promises, and when each was announced
    """
    number_given = take(promises.columns["callback_number"], promise)
    extension = is_set(take(promises.columns["callback_extension"], promise))
    in_window, in_office_hours = columns["in_window"], columns["in_office_hours"]
    is_hidden = codes(columns["caller_id"], ["withheld", "unknown"]) >= 0
    notice = np.append(announced.when, NAT)[promise]  # MISSING picks the last
    # Without a default due time (rules differ, or none is known), use the due time that orders the promises.
    due = moments(promises.columns["due_default_utc"])
    due = np.append(np.where(np.isnat(due), promises.due, due), NAT)[promise]
    is_soon = (notice > when) & (notice < due) & (business_days_between(when, notice, agency=agency) <= SOON)
    # Whether the office's logs show an announcement of any callback in the weeks before each.
    is_witnessed = np.searchsorted(announced.seen, when, side="right") > np.searchsorted(announced.seen, when - WITNESS)
    tests = [  # causes in the order of the check, and where each holds
        ("extension", extension),
        ("wrong_number", is_set(pc.not_equal(columns["our_number"], number_given))),
        ("outside_window", is_set(pc.invert(in_window))),
        ("outside_office_hours", is_set(pc.invert(in_office_hours))),
        ("blocked_unknown", is_hidden & (codes(columns["our_number"], blocking_lines(office)) >= 0)),
        ("before_notice", is_soon),
        # Not "notice > when": NaT, which means never announced, must pass too.
        ("no_notice", ~(notice <= when) & is_witnessed),
        ("staff_unavailable", (notice <= when) & is_set(in_window) & is_set(in_office_hours)),
    ]
    cause = np.full(len(when), CAUSES.index("unknown"))
    for word, holds in reversed(tests):  # the first cause that holds is written last
        cause[holds & (promise >= 0)] = CAUSES.index(word)
    # What the log says of the callback overrides what its time and line suggest.
    cause[codes(columns["result"], ["unknown"]) == 0] = CAUSES.index("unknown")
    cause[codes(columns["result"], ["blocked"]) == 0] = CAUSES.index("blocked_unknown")
    answered = codes(columns["result"], ["answered"]) == 0
    cause[answered] = -1
    attributed_to = pa.array([BLAME[word] for word in CAUSES])
    return {"cause": column_of_words(CAUSES, cause), "attributed_to": take(attributed_to, cause)}


def blocking_lines(office: dict) -> list[str]:
    """Lines on which, the office says, callers without caller ID do not get through."""
    return [line["number"] for line in office.get("lines") or () if line["withheld_get_through"] is False]


def blocks(offices: Iterable[dict], lines: Iterable[tuple[str, str | None]], callbacks) -> pa.Array:
    """Whether each line (an office, its number) blocks callers without caller ID. The office's word decides, else False
    if a phone log shows such a call there. Null if neither is known, or if no number is."""
    is_hidden = (codes(callbacks["caller_id"], ["withheld", "unknown"]) >= 0) & is_present(callbacks["call_id"])
    hidden = pa.array(is_hidden & is_present(callbacks["our_number"]))
    reached = (callbacks[name].filter(hidden).to_pylist() for name in ("office_id", "our_number"))
    known = dict.fromkeys(zip(*reached, strict=True), False)
    for office in offices:
        stated = {line["number"]: line["withheld_get_through"] for line in office.get("lines") or ()}
        known |= {(office["office_id"], line): not gets for line, gets in stated.items() if gets is not None}
    return pa.array([known.get(line) for line in lines], pa.bool_())
