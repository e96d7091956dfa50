"""The rings of each promise as attempts: in rounds, counted, the first two of the first round by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callanalytics.clocks import business_days_between
from callanalytics.facts.rows import NAT, NOWHERE

MOST = 127  # an int8


@dataclass(frozen=True)
class Attempts:
    """Rounds of rings, and what the promises made of them.

    Of each ring: ``round`` and ``seq`` within it (0: not linked). Of each promise: moment and place of the first
    and second ring of its first round, the last moment of that round, how many rings in all, the first that
    reached somebody, the first that did not.
    """

    round: np.ndarray
    seq: np.ndarray
    first_at: np.ndarray
    first: np.ndarray
    second_at: np.ndarray
    second: np.ndarray
    last_of_round_at: np.ndarray
    count: np.ndarray
    reached_at: np.ndarray
    missed_at: np.ndarray


def of_promises(
    n_promises: int, promise: np.ndarray, at: np.ndarray, reaches: np.ndarray, missed: np.ndarray, gap: int
) -> Attempts:
    """Rings as attempts.

    Parameters
    ----------
    promise : place of the promise that each ring of the agency's is counted for, else NOWHERE
    at : the moment each ring counts from
    reaches, missed : whether it reached a person; whether nobody answered it
    gap : rings more business days apart than this make two rounds
    """
    linked = np.flatnonzero((promise >= 0) & ~np.isnat(at))
    linked = linked[np.lexsort((at[linked], promise[linked]))]
    owner, when = promise[linked], at[linked]
    is_new = np.append(True, owner[1:] != owner[:-1])[: len(linked)]
    apart = np.append(0, business_days_between(when[:-1], when[1:]))[: len(linked)]
    opens = is_new | (apart > gap)
    rounds = _since(np.cumsum(opens), is_new)
    seq = _since(np.arange(len(linked)), opens)
    in_first = rounds == 1
    round_of, seq_of = np.zeros(len(promise), np.int64), np.zeros(len(promise), np.int64)
    round_of[linked], seq_of[linked] = np.minimum(rounds, MOST), np.minimum(seq, MOST)
    first_at, first = _by_promise(n_promises, owner, when, linked, in_first & (seq == 1))
    second_at, second = _by_promise(n_promises, owner, when, linked, in_first & (seq == 2))
    last_at, _ = _by_promise(n_promises, owner, when, linked, in_first)
    return Attempts(
        round_of,
        seq_of,
        first_at,
        first,
        second_at,
        second,
        last_at,
        np.bincount(owner, minlength=n_promises),
        _first(n_promises, owner, when, reaches[linked]),
        _first(n_promises, owner, when, missed[linked]),
    )


def _since(count: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """A running count, begun again with 1 wherever it starts."""
    if not len(count):
        return count
    base = np.maximum.accumulate(np.where(starts, np.arange(len(count)), 0))
    return count - count[base] + 1


def _by_promise(n, owner, when, place, chosen):
    """The last of the chosen rings of each promise: its moment and its place."""
    at, ring = np.full(n, NAT), np.full(n, NOWHERE)
    at[owner[chosen]], ring[owner[chosen]] = when[chosen], place[chosen]
    return at, ring


def _first(n, owner, when, chosen):
    at = np.full(n, NAT)
    at[owner[chosen][::-1]] = when[chosen][::-1]  # the earliest is written last
    return at
