"""Whose call-back was it? A call of USCIS's that names no request may have been for any that was open at its number.

That it was the agency's is certain; which request it was for, nobody said, and it is counted for the one due first.
Over many requests it counts once, and that is all a figure needs; on the sheet of one, it has to be said.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies
from callanalytics.agencies import Agency
from callanalytics.facts import linking
from callanalytics.facts.arrays import MISSING, NAT, GroupedMoments, codes, columns_of, earliest, moments
from callanalytics.facts.assignment import lines_as_codes
from callanalytics.facts.promises import life


@dataclass(frozen=True)
class Credit:
    """A call of USCIS's that names no request: the one it is counted for, and all that were open at its number then."""

    promise_id: str
    open_then: frozenset[str]

    def remark(self, promise_id: str) -> str:
        """What is said of it on the sheet of a request.

        >>> Credit("p", frozenset("pqr")).remark("p")
        'names no request: 3 were open at this number; counted for this one, due first'
        >>> Credit("p", frozenset("pqr")).remark("q")
        'names no request: 3 were open at this number; counted for another, due first'
        >>> Credit("p", frozenset("p")).remark("p")
        'names no request; counted for this one, the only one open in the log'
        """
        n = len(self.open_then)
        if n == 1:
            return "names no request; counted for this one, the only one open in the log"
        whose = "this one" if promise_id == self.promise_id else "another"
        return f"names no request: {n} were open at this number; counted for {whose}, due first"


def in_doubt(log, *, agency: Agency | None = None) -> Counter:
    """Of each promise how many calls that are counted for it may have been for another that was open then."""
    agency = agency or agencies.uscis()
    found: Counter[str] = Counter()
    rings, promises = log.rings.to_arrow(), log.promises.to_arrow()
    for office in promises["office_id"].unique().to_pylist():
        mine, theirs = (table.filter(pc.equal(table["office_id"], office)) for table in (promises, rings))
        called = _Called(theirs)
        several = _Lives(mine, theirs, agency).how_many(called) > 1
        found.update(owner for owner, is_so in zip(called.promise_id, several, strict=True) if is_so)
    return found


def ambiguity_remark(n: int) -> str:
    """What is said of a request for which so many calls are counted that may have been another's.

    >>> ambiguity_remark(0), ambiguity_remark(1), ambiguity_remark(2)
    ('', 'a call counted for it may have been for another', '2 calls counted for it may have been for others')
    """
    if n == 1:
        return "a call counted for it may have been for another"
    return f"{n} calls counted for it may have been for others" if n else ""


def of_requests(log, wanted: set[str], *, agency: Agency | None = None) -> dict[str, Credit]:
    """The calls that name no request and are counted for one of these promises, or may have been for one.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives
    wanted : ids of promises of one office
    """
    agency = agency or agencies.uscis()
    promises = log.promises.to_arrow()
    mine = pc.is_in(promises["promise_id"], value_set=pa.array(sorted(wanted), pa.string()))
    offices = promises.filter(mine).column("office_id").unique()
    promises, rings = (t.filter(pc.is_in(t["office_id"], value_set=offices)) for t in (promises, log.rings.to_arrow()))
    ids, lives, called = (
        np.array(promises["promise_id"].to_pylist(), object),
        _Lives(promises, rings, agency),
        _Called(rings),
    )
    found = {}
    for place, (ring, owner) in enumerate(zip(called.ring_id, called.promise_id, strict=True)):
        credit = Credit(owner, frozenset({owner, *ids[lives.open_at(called, place)]}))
        if wanted & credit.open_then:
            found[ring] = credit
    return found


class _Called:
    """The calls of an office that name no request: whose each is counted as, when it came, on which line."""

    def __init__(self, rings: pa.Table):
        of = columns_of(rings)
        credited = pa.array(linking.certainty_of_links(of["link"], of["link_p"]) == linking.CREDITED)
        of = {name: values.filter(credited) for name, values in of.items()}
        self.ring_id, self.promise_id = of["ring_id"].to_pylist(), of["promise_id"].to_pylist()
        self.at, self.line = earliest(moments(of["started_at_utc"]), moments(of["date"])), of["our_number"]


class _Lives:
    """How long each promise of an office was open: what merely may have ended one has not."""

    def __init__(self, promises: pa.Table, rings: pa.Table, agency: Agency):
        of = columns_of(promises)
        self.given = of["callback_number"]
        self.start = earliest(moments(of["started_at_utc"]), moments(of["date"]))
        ended = [
            _known_to_have_reached(promises, rings),
            *(moments(of[f"{n}_at_utc"]) for n in ("emailed", "withdrawn")),
        ]
        self.end = np.fmin.reduce([life(self.start, of["urgency"], agency)[1], *ended])

    def open_at(self, called: _Called, place: int) -> np.ndarray:
        """Which were open at the number that was called; a line that no log names may be any."""
        number, line = lines_as_codes(self.given, called.line)
        fits = (number == line[place]) | (number == MISSING) | (line[place] == MISSING)
        return fits & (self.start <= called.at[place]) & (self.end >= called.at[place])

    def how_many(self, called: _Called) -> np.ndarray:
        """How many were open at the number of each call."""
        number, line = lines_as_codes(self.given, called.line)
        everywhere = np.zeros(len(number), np.int64)
        anywhere = np.zeros(len(line), np.int64)
        own, unwritten, every = (
            self._open(group, wanted, called.at)
            for group, wanted in (
                (number, line), (np.where(number < 0, 0, MISSING), anywhere), (everywhere, anywhere)
            )
        )  # fmt: skip
        return np.where(line == MISSING, every, own + unwritten)

    def _open(self, group: np.ndarray, wanted: np.ndarray, at: np.ndarray) -> np.ndarray:
        """How many of a group each had begun by a moment, less those that had ended before it."""
        long_ago = np.full(len(at), np.datetime64("1900-01-01", "us"))
        ended = np.where(np.isnat(self.start), NAT, self.end)
        begun, over = GroupedMoments(group, self.start), GroupedMoments(group, ended)
        return begun.between(wanted, long_ago, at) - over.between(wanted, long_ago, at - np.timedelta64(1, "us"))


def _known_to_have_reached(promises: pa.Table, rings: pa.Table) -> np.ndarray:
    """When each promise reached a person by a ring that is certainly its own."""
    columns, reached = columns_of(rings), moments(columns_of(promises)["reached_at_utc"])
    certain = linking.certainty_of_links(columns["link"], columns["link_p"]) == linking.CERTAIN
    spoke = certain & linking.reaches_somebody(columns["channel"], columns["result"])
    owner = codes(columns["promise_id"], promises["promise_id"].to_pylist())
    sure = np.bincount(owner[spoke & (owner != MISSING)], minlength=promises.num_rows) > 0
    return np.where(sure, reached, NAT)
