"""What stands behind the figures of a measure: how many rows are in them, and why the others are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from callanalytics import counts
from callanalytics.accounting import Account
from callanalytics.measures.card import Card


def of_frame(frame, card: Card, where: str = "", as_of: date | None = None) -> Account:
    """The account of the rows of a frame: each is counted, or left out for the first of the card's reasons that holds.

    `where` is a further predicate of the figures: waits by tier are those of calls that reached a person. Rows that
    neither a reason nor the population names are ``other``: those of a card of somebody's own.
    """
    reasons = dict(card.reasons)
    population = " OR ".join(f"({card.counts.get(name, 'TRUE')})" for name in card.counted.split(" + "))
    if where:
        reasons = reasons | {"no_tier": f"NOT coalesce({where}, FALSE)"}
    first = {why: _first(list(reasons.values())[: place + 1]) for place, why in enumerate(reasons)}
    first["counted"] = _first([*reasons.values(), population])
    found = counts.count(frame, card.table, counts=first)
    row = found.iloc[0] if len(found) else dict.fromkeys(("n", *first), 0)
    left = {why: int(row[why]) for why in reasons}
    left["other"] = int(row["n"]) - int(row["counted"]) - sum(left.values())
    return Account(card.table, int(row["n"]), {why: n for why, n in left.items() if n}, as_of)


def _first(predicates: list[str]) -> str:
    """The predicate of rows for which the last of some predicates is the first that holds.

    >>> _first(["a", "b"])
    'CASE WHEN a THEN FALSE WHEN b THEN TRUE END'
    """
    *others, last = predicates
    return f"CASE {''.join(f'WHEN {other} THEN FALSE ' for other in others)}WHEN {last} THEN TRUE END"


def widened(account: Account, before: Mapping[str, int], after: Mapping[str, int]) -> Account:
    """The account with what was left out before the measure saw its rows (the day, the period, the line), and what it
    left out of its figures once it had counted them."""
    left: Counter[str] = Counter(before)
    left.update(account.left_out)
    left.update(after)
    stored = account.stored + sum(before.values())
    return Account(account.table, stored, {why: n for why, n in left.items() if n}, account.as_of)
