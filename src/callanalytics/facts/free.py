"""Contacts of which nobody can say whose they were, and what the log says for certain without them.

What hangs on whose a ring or an e-mail was has two ends. *Certain*: what came by contacts that the log names, or that
can have been no other request's, also not one that nobody logged. *At most*: what may have come besides, if the *free*
contacts, each to one request, are given so that as many as possible are served. Free are the rings and e-mails that are
the agency's and name no request, and the rings that may have been the agency's. A free ring may have been a request's
if it came to the number that was given (any, where either is not known) while that request may have been open: from its
start until something ended it for certain, or its life was over. So may an e-mail, to whichever number.

Each request carries them as a list of numbers (``free_rings``), one a contact: which it is, and (in the last eight
bits) what it would be worth. So that any part of a table can be counted by itself: see ``estimates.served``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from callanalytics.agencies import Agency
from callanalytics.clocks import business_days_between
from callanalytics.facts import linking
from callanalytics.facts.came import Came
from callanalytics.facts.promises import life
from callanalytics.facts.rows import NOWHERE, column_of_days, column_of_flags, take
from callanalytics.schema import FREE_BITS, READINGS

AT_ONCE = 1_000_000  # pairs of contact and request that are looked at together
MOST = 400  # free contacts of one request; with more than that it can do without any other's
CONTACTS = ("in_time", "late", "none")


def columns(of: Came, due: dict[str, np.ndarray], agency: Agency) -> dict[str, pa.Array]:
    """The columns of the promises that say what is certain, and the free contacts of each."""
    tried, emailed = of.attempts(of.certain), of.moment("certain_emailed_at")
    contact = np.fmin(tried.first_at, emailed)
    result = linking.by_a_person(of.rings["channel"], of.rings["result"])
    undue = np.isnat(due["default"])
    came = np.select([contact <= due["default"], ~np.isnat(contact)], CONTACTS[:2], CONTACTS[2])
    return {
        **{f"is_kept_certain_{r}": column_of_flags(contact <= due[r], np.isnat(due[r])) for r in READINGS},
        "is_hit_certain": column_of_flags(tried.reached_at <= due["default"], undue),
        "certain_contact": pa.array(came.tolist(), pa.string(), mask=undue),
        "certain_ring1_result": take(result, tried.first),
        "certain_ring2_result": take(result, tried.second),
        "certain_contact_days": column_of_days(business_days_between(of.start, contact), np.isnat(contact)),
        **_lists(of, due, tried.first_at, _ends(of, tried.reached_at, agency)),
    }


def _ends(of: Came, reached: np.ndarray, agency: Agency) -> np.ndarray:
    """Until when each request may have been open: what merely may have ended one has not."""
    end = life(of.start, of.promises["urgency"], agency)[1]
    return np.fmin.reduce([end, reached, of.moment("certain_emailed_at"), of.moment("withdrawn_at")])


@dataclass(frozen=True)
class Contacts:
    """The free contacts: when each came, at which number (a code; NOWHERE: any), which it is, what it is worth to
    whomever it is given to, and whether it is an e-mail."""

    at: np.ndarray
    line: np.ndarray
    number: np.ndarray
    worth: np.ndarray
    is_mail: np.ndarray


def _contacts(of: Came) -> tuple[np.ndarray, Contacts]:
    """Codes of the numbers given; and the free contacts: rings, and e-mails that are nobody's for certain."""
    given, line = linking.lines_of(of.promises["callback_number"], of.rings, of.sure)
    rings = np.flatnonzero(((of.sure == linking.CREDITED) | (of.sure == linking.POSSIBLE)) & ~np.isnat(of.at))
    emailed = of.moment("emailed_at")
    mails = np.flatnonzero(~np.isnat(emailed) & ~(emailed == of.moment("certain_emailed_at")))
    worth = np.select([of.reaches, of.missed], [FREE_BITS["answered"], FREE_BITS["missed"]], 0)
    told = take(of.promises["promise_id"], mails).to_pylist()
    ids = [*take(of.rings["ring_id"], rings).to_pylist(), *(f"e-mail about {id}" for id in told)]
    return given, Contacts(
        np.concatenate([of.at[rings], emailed[mails]]),
        np.concatenate([line[rings], np.full(len(mails), NOWHERE)]),
        _numbers(ids),
        np.concatenate([worth[rings], np.zeros(len(mails), np.int64)]),
        np.arange(len(rings) + len(mails)) >= len(rings),
    )


def _numbers(ids: list[str]) -> np.ndarray:
    """A number an id, its last eight bits free."""
    made = [int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), "big") >> 1 for id in ids]
    return np.array(made, np.int64) & ~np.int64(0xFF)


def _lists(of: Came, due, first: np.ndarray, end: np.ndarray) -> dict[str, pa.Array]:
    """The free contacts of each request as numbers, and after how many business days each came."""
    ids = _numbers(of.promises["promise_id"].to_pylist())
    given, free = _contacts(of)
    size = np.zeros(len(of), np.int64)
    values, days = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for request, contact in _pairs(of.start, end, given, free):
        at, worth = free.at[contact], free.worth[contact]
        for reading in READINGS:
            worth = worth | np.where(at <= due[reading][request], FREE_BITS[reading], 0)
        worth = worth | _beside_the_first(at, free.is_mail[contact], first[request], of.round_gap)
        after = business_days_between(of.start[request], at)
        request, value, after = _few(request, free.number[contact] | worth, after, ids)
        size += np.bincount(request, minlength=len(of))
        values.append(value)
        days.append(after)
    offsets = pa.array(np.concatenate([[0], np.cumsum(size)]).astype(np.int32))
    return {
        "free_rings": pa.ListArray.from_arrays(offsets, pa.array(np.concatenate(values))),
        "free_days": pa.ListArray.from_arrays(offsets, column_of_days(np.concatenate(days))),
    }


def _beside_the_first(at: np.ndarray, is_mail: np.ndarray, first: np.ndarray, gap: int) -> np.ndarray:
    """Whether a ring came in one round with the first certain one, before or after it; an e-mail after it counts as
    beside it whenever it came: where it was an answer, no second ring was to be expected."""
    apart = np.where(at < first, business_days_between(at, first), business_days_between(first, at))
    is_near = ~np.isnat(first) & ~is_mail & (apart >= 0) & (apart <= gap)
    is_beside = is_near | (is_mail & (at >= first))
    return np.where(is_near & (at < first), FREE_BITS["before"], 0) | np.where(is_beside, FREE_BITS["beside"], 0)


def _few(request: np.ndarray, value: np.ndarray, days: np.ndarray, ids: np.ndarray):
    """Of a request with very many free contacts the soonest of each worth, which no other request can be given: that
    can only make the most greater."""
    many = np.bincount(request, minlength=len(ids))[request] > MOST
    if not many.any():
        return request, value, days
    own = np.where(many, ids[request] | (value & 0xFF), value)
    order = np.lexsort((days, own, request))
    is_first = np.ones(len(order), bool)
    is_first[1:] = (np.diff(own[order]) != 0) | (np.diff(request[order]) != 0)
    order = order[is_first]
    return request[order], own[order], days[order]


def _pairs(start, end, given: np.ndarray, free: Contacts) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Requests with the free contacts that may have been theirs, in order of the requests, so many at once."""
    by_line, by_time = np.lexsort((free.at, free.line)), np.argsort(free.at, kind="stable")
    line = free.line[by_line]
    some = []
    for wanted in (given, np.full(len(given), NOWHERE)):  # of the number given; of a line that is not known
        low, high = (np.searchsorted(line, wanted, side) for side in ("left", "right"))
        some.append((by_line, *_between(free.at[by_line], low, high, start, end)))
    whole = (by_time, *_between(free.at[by_time], np.zeros(len(given), np.int64), len(by_time), start, end))
    is_known = given >= 0
    for block in _blocks(sum(np.where(is_known, n, 0) for _, _, n in some) + np.where(is_known, 0, whole[2])):
        found = [_spread(*part, block[is_known[block]]) for part in some]
        found.append(_spread(*whole, block[~is_known[block]]))
        request, contact = (np.concatenate(side) for side in zip(*found, strict=True))
        order = np.lexsort((contact, request))
        yield request[order], contact[order]


def _between(at: np.ndarray, low, high, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first place and the number of the moments from each start to each end, between two places of a list that is
    in order of time there."""
    first, last = np.empty(len(start), np.int64), np.empty(len(start), np.int64)
    low, high = np.broadcast_to(low, len(start)), np.broadcast_to(high, len(start))
    for a, b in set(zip(low.tolist(), high.tolist(), strict=True)):
        here = (low == a) & (high == b)
        first[here] = a + np.searchsorted(at[a:b], start[here], "left")
        last[here] = a + np.searchsorted(at[a:b], end[here], "right")
    is_open = ~np.isnat(start) & ~np.isnat(end)
    return first, np.where(is_open, np.maximum(last - first, 0), 0)


def _spread(contacts: np.ndarray, first: np.ndarray, n: np.ndarray, requests: np.ndarray):
    """A row a pair of one of these requests and a contact."""
    first, n = first[requests], n[requests]
    places = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n) + np.repeat(first, n)
    return np.repeat(requests, n), contacts[places]


def _blocks(size: np.ndarray) -> Iterator[np.ndarray]:
    """Places one after the other, as many at once as have so many pairs together."""
    block = np.cumsum(size) // AT_ONCE
    for each in np.unique(block):
        yield np.flatnonzero(block == each)
