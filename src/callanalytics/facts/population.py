"""Which calls a report's figures are about, and from which moment its waits run."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema

LINES = ("contact_center", "unknown")  # a hand log rarely says which line; the premium line it does say
CLOCKS = tuple(schema.WAIT_FROMS.split())
ENDED = ("reached", "gave_up", "cut_off")  # how a wait ends
# Of a number of waits: "841 waits as noted, ...".
NAMED = {
    "dial": "from dialing",
    "queue": "from entering the queue",
    "unsaid": "as noted, the log not saying whether from dialing",
}


def leading_clock(waits: Mapping[str, int]) -> str:
    """The moment from which the waits run that a report leads with: the one with most waits, and the only rule for it.

    Waits from different moments are never pooled, so one has to lead. Of equals, and of none at all, the first of
    ``dial``, ``queue``, ``unsaid``.

    >>> leading_clock({"dial": 12, "unsaid": 80}), leading_clock({"queue": 5, "dial": 5}), leading_clock({})
    ('unsaid', 'dial', 'dial')
    """
    return max(CLOCKS, key=lambda clock: (waits.get(clock, 0), -CLOCKS.index(clock)))


def usable_waits(dials: pa.Table) -> dict[str, int]:
    """By clock, how many calls have a wait that a report can use: to its lines, in live hours, noted, and ended."""
    of_lines = pc.is_in(dials.column("line"), value_set=pa.array(LINES))
    live = pc.fill_null(dials.column("in_live_hours"), True)
    ended = pc.is_in(dials.column("wait_kind"), value_set=pa.array(ENDED))
    usable = pc.and_(pc.and_(of_lines, live), pc.and_(ended, pc.is_valid(dials.column("wait_s"))))
    counted = pc.value_counts(dials.filter(usable).column("wait_from")).to_pylist()
    return {row["values"]: row["counts"] for row in counted}
