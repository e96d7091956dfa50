"""Are the ranges of rates over attempts valid, and how much wider than need be? ``python benchmarks/attempts.py``.

Invented small offices: a few requests with the callbacks and e-mails that are theirs for certain, and a few free
contacts that may have been about any of several. Every giving of the free contacts, each to one request or to none, is
tried; the least and the greatest share over all of them are the sharp range. The printed range must hold it. Its
*excess* is how far it reaches beyond. ``--write`` keeps both in ``benchmarks/results/attempts.json``, for the methods
page.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pandas as pd

from callanalytics import measures
from callanalytics.schema import FREE_BITS

RESULTS = Path(__file__).resolve().parent / "results" / "attempts.json"
GAP = 5  # business days between two attempts of one round; here every day is one
LIFE = 20
FIGURES = {
    "first answered": measures.first_attempt_hit_rate,
    "second made": measures.second_attempt_made_rate,
    "second answered": measures.second_attempt_hit_rate,
    "both missed": measures.both_missed_rate,
}
RESULTS_OF_A_RING = ("answered", "missed", "missed", "voicemail", "unknown")
UNANSWERED = ("missed", "voicemail")


@dataclass(frozen=True)
class Contact:
    """A callback (``result`` as noted) or an e-mail (``result`` None), on a day and at a time of its own."""

    moment: float
    result: str | None


@dataclass(frozen=True)
class Request:
    """A request with what came for it for certain."""

    start: int
    contacts: tuple[Contact, ...]

    def callbacks(self) -> list[Contact]:
        return sorted((each for each in self.contacts if each.result), key=lambda each: each.moment)

    def is_emailed(self) -> bool:
        return any(each.result is None for each in self.contacts)

    def end(self) -> float:
        ending = [each.moment for each in self.contacts if each.result in (None, "answered")]
        return min([self.start + LIFE, *ending])


@dataclass(frozen=True)
class Office:
    """Its requests, and the free contacts, each with the places of the requests that it may have been about."""

    requests: tuple[Request, ...]
    free: tuple[tuple[Contact, tuple[int, ...]], ...]


def drawn(dice: random.Random) -> Office:
    """Up to six requests and five free contacts."""
    requests = tuple(_request(dice) for _ in range(dice.randint(1, 6)))
    free = []
    for _ in range(dice.randint(0, 5)):
        contact = Contact(dice.uniform(0, 26), dice.choice([*RESULTS_OF_A_RING, None]))
        maybe = tuple(n for n, each in enumerate(requests)
                      if each.start <= contact.moment < each.end() and dice.random() < 0.7)  # fmt: skip
        free.append((contact, maybe))
    return Office(requests, tuple(each for each in free if each[1]))


def crowded(dice: random.Random) -> Office:
    """One or two requests made on one day, and free contacts most of which come before what is theirs for certain."""
    requests = tuple(replace(_request(dice), start=0) for _ in range(dice.randint(1, 2)))
    free = []
    for _ in range(dice.randint(1, 4)):
        contact = Contact(dice.uniform(0, dice.choice([6, 18])), dice.choice([*RESULTS_OF_A_RING, None]))
        maybe = tuple(n for n, each in enumerate(requests) if contact.moment < each.end() and dice.random() < 0.8)
        free.append((contact, maybe))
    return Office(requests, tuple(each for each in free if each[1]))


def _request(dice: random.Random) -> Request:
    start, contacts, moment = dice.randint(0, 6), [], 0.0
    for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
        moment += dice.uniform(0.5, 8)
        contacts.append(Contact(start + moment, dice.choice(RESULTS_OF_A_RING)))
        if contacts[-1].result == "answered":
            break
    if dice.random() < 0.15:
        contacts.append(Contact(start + moment + dice.uniform(0.5, 6), None))
    return Request(start, tuple(contacts))


# ---- the truth of one giving ---------------------------------------------------------------------------


def givings(office: Office) -> Iterator[tuple[Request, ...]]:
    """The requests as they would be, were each free contact about one of those that it may have been, or about none."""
    for owners in itertools.product(*([None, *maybe] for _, maybe in office.free)):
        given: dict[int, tuple[Contact, ...]] = {}
        for (contact, _), owner in zip(office.free, owners, strict=True):
            given[owner] = (*given.get(owner, ()), contact)
        yield tuple(replace(each, contacts=(*each.contacts, *given.get(n, ())))
                    for n, each in enumerate(office.requests))  # fmt: skip


def first_two(request: Request) -> tuple[str | None, str | None]:
    """The results of the first callback, and of the second if it came in the same round."""
    callbacks = request.callbacks()
    is_second = len(callbacks) > 1 and int(callbacks[1].moment) - int(callbacks[0].moment) <= GAP
    return (callbacks[0].result if callbacks else None), (callbacks[1].result if is_second else None)


def answers(request: Request) -> dict[str, bool | None]:
    """What each rate asks of a request; None where it does not count it."""
    first, second = first_two(request)
    is_missed = first in UNANSWERED
    is_ended = second is None and request.is_emailed()
    is_known = first == "answered" or (is_missed and second != "unknown")
    return {
        "first answered": first == "answered" if first not in (None, "unknown") else None,
        "second made": second is not None if is_missed and not is_ended else None,
        "second answered": second == "answered" if second not in (None, "unknown") else None,
        "both missed": is_missed and second in UNANSWERED if is_known else None,
    }


def sharp(office: Office) -> dict[str, tuple[Fraction, Fraction] | None]:
    """The least and the greatest share over all givings; None where no giving has a case."""
    shares: dict[str, list[Fraction]] = {name: [] for name in FIGURES}
    for requests in givings(office):
        each = [answers(request) for request in requests]
        for name in FIGURES:
            counted = [one[name] for one in each if one[name] is not None]
            if counted:
                shares[name].append(Fraction(sum(counted), len(counted)))
    return {name: (min(some), max(some)) if some else None for name, some in shares.items()}


# ---- what is printed -----------------------------------------------------------------------------------


def promises(office: Office) -> pd.DataFrame:
    """The office as the table that the measures take, looked at when all rounds are over."""
    lists: list[list[int]] = [[] for _ in office.requests]
    for number, (contact, maybe) in enumerate(office.free):
        for n in maybe:
            lists[n].append(256 * number + sum(FREE_BITS[word] for word in _worth(contact, office.requests[n])))
    rows = []
    for request, free in zip(office.requests, lists, strict=True):
        first, second = first_two(request)
        is_rung = None if first is None else True
        emailed = pd.Timestamp("2022-03-01", tz="UTC") if request.is_emailed() else pd.NaT
        rows.append(
            {
                "state": "silent",
                "is_blocked": False,
                "certain_first_callback_result": first,
                "certain_second_callback_result": second,
                "certain_emailed_at_utc": emailed,
                "withdrawn_at_utc": pd.NaT,
                "is_round_closed_certain": is_rung,
                "is_round_watched_certain": is_rung,
                "free_callbacks": free,
            }
        )
    return pd.DataFrame(rows)


def _worth(contact: Contact, request: Request) -> list[str]:
    """What a free contact would be worth to a request (``schema.FREE_BITS``)."""
    words = {"answered": ["answered"], "missed": ["missed"], "voicemail": ["missed"]}.get(contact.result, [])
    certain = request.callbacks()
    if not certain:
        return words + ["before"] * (contact.result is not None)
    if contact.result is None:
        return ["beside"]
    is_before = contact.moment < certain[0].moment
    second = certain[1].moment if first_two(request)[1] else float("inf")
    is_beside = abs(int(contact.moment) - int(certain[0].moment)) <= GAP and contact.moment < second
    return words + ["before"] * is_before + ["beside"] * is_beside


def printed(office: Office) -> dict[str, tuple[Fraction, Fraction] | None]:
    """Both ends of each rate as the measures give them; None where they count nothing."""
    table, found = promises(office), {}
    for name, measure in FIGURES.items():
        rows = measure(table).table
        rows = rows[(rows["statistic"] == "rate") & (rows["n"] > 0)]
        shares = [Fraction(int(row["events"]), int(row["n"])) for _, row in rows.iterrows()]
        found[name] = (min(shares), max(shares)) if shares else None
    return found


def passed(office: Office) -> list[str]:
    """The rates whose printed range some giving passes: none, if they are valid."""
    exact, given = sharp(office), printed(office)
    return [name for name in FIGURES if exact[name] is not None and not _is_held(exact[name], given[name])]


def _is_held(exact, given) -> bool:
    return given is not None and given[0] <= exact[0] and exact[1] <= given[1]


def excess(seeds) -> dict[str, dict[str, float]]:
    """Of each rate: in how many offices the printed range holds the sharp one, in how many it is the sharp one, and
    how wide both are on average."""
    made: dict[str, list[tuple]] = {name: [] for name in FIGURES}
    for seed in seeds:
        office = drawn(random.Random(seed))
        exact, given = sharp(office), printed(office)
        for name in FIGURES:
            if exact[name] is not None:
                made[name].append((exact[name], given[name]))
    return {name: _summary(some) for name, some in made.items()}


def _summary(some: list[tuple]) -> dict[str, float]:
    n = len(some)
    width = lambda ends: float(ends[1] - ends[0])  # noqa: E731
    return {
        "offices": n,
        "valid": sum(_is_held(s, p) for s, p in some) / n,
        "sharp": sum(p == s for s, p in some) / n,
        "sharp_width": sum(width(s) for s, _ in some) / n,
        "width": sum(width(p) for _, p in some if p is not None) / n,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("offices", nargs="?", type=int, default=500)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    table = excess(range(asked.offices))
    for name, row in table.items():
        print(f"{name:<16} {row['offices']:5}  valid {row['valid']:.1%}  sharp {row['sharp']:.1%}  "
              f"width {row['width']:.3f}, sharp {row['sharp_width']:.3f}")  # fmt: skip
    if asked.write:
        RESULTS.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
