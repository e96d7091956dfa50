"""What came for each promise, read back from the tables of an office."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from callanalytics.agencies import Agency
from callanalytics.facts import attempts, linking
from callanalytics.facts.rows import NAT, NOWHERE, codes
from callanalytics.facts.seen import columns_of, moments
from callanalytics.facts.timeblock import after_timed, earliest


@dataclass(frozen=True)
class Came:
    """What came for the promises of an office.

    ``promises``, ``rings`` are the columns of the tables, ``start`` the earliest moment at which each promise can have
    begun; of each ring ``owner`` is the place of the promise that it is linked to, ``sure`` how surely, ``at`` the
    moment it counts from.
    """

    promises: dict[str, pa.Array]
    rings: dict[str, pa.Array]
    start: np.ndarray
    owner: np.ndarray
    sure: np.ndarray
    at: np.ndarray
    round_gap: int

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def counted(self) -> np.ndarray:
        """The promise that each ring of the agency's is counted for; NOWHERE for any other ring."""
        return np.where(linking.is_theirs(self.sure), self.owner, NOWHERE)

    @cached_property
    def certain(self) -> np.ndarray:
        """The promise that each ring belongs to for certain; NOWHERE for any other ring."""
        return np.where(self.sure == linking.CERTAIN, self.owner, NOWHERE)

    @cached_property
    def missed(self) -> np.ndarray:
        """Whether it is known of each ring that nobody answered it."""
        return codes(self.rings["result"], linking.UNANSWERED) >= 0

    @cached_property
    def reaches(self) -> np.ndarray:
        """Whether a person answered each ring."""
        return linking.reaches_somebody(self.rings["channel"], self.rings["result"])

    @cached_property
    def tried(self) -> attempts.Attempts:
        """The rings counted for each promise, as attempts."""
        return self.attempts(self.counted)

    def attempts(self, promise: np.ndarray) -> attempts.Attempts:
        """Some rings as attempts: the place of each one's promise, else NOWHERE."""
        return attempts.of_promises(len(self), promise, self.at, self.reaches, self.missed, self.round_gap)

    def moment(self, name: str) -> np.ndarray:
        """A moment of each promise; NaT where it has none."""
        return moments(self.promises[f"{name}_utc"])


def of_tables(promises: pa.Table, rings: pa.Table, agency: Agency) -> Came:
    """What came for the promises of one office."""
    of_promise, of_ring = columns_of(promises), columns_of(rings)
    start = earliest(moments(of_promise["started_at_utc"]), _midnights(of_promise["date"]))
    owner = codes(of_ring["promise_id"], promises.column("promise_id").to_pylist())
    sure = linking.as_stored(of_ring["link"], of_ring["link_p"])
    at = earliest(moments(of_ring["started_at_utc"]), _midnights(of_ring["date"]))
    at = np.fmax(at, np.append(start, NAT)[owner])
    is_timed = of_ring["started_at_utc"].is_valid().to_numpy(zero_copy_only=False)
    at = after_timed(at, is_timed, np.where(linking.is_theirs(sure), owner, NOWHERE))
    return Came(of_promise, of_ring, start, owner, sure, at, agency.round_gap)


def _midnights(dates: pa.Array) -> np.ndarray:
    return dates.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
