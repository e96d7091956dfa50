"""A measure of one's own: a card written in a notebook, that works like the shipped ones and is marked as local."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from callanalytics import counts, schema
from callanalytics.errors import CallLogError
from callanalytics.measures.card import Card
from callanalytics.measures.measure import measure

IN_WORDS = ("title", "population", "numerator", "denominator", "source")
MARK = "A local definition, not one of callanalytics's own: {title}"


def local(card: Card) -> Callable:
    """A measure made of your own card.

    It counts, estimates and warns as the shipped measures do: the same keys, intervals, minimum samples and caveats.
    Its card says ``is_local`` and its first caveat says so too, wherever the figures go.

    Parameters
    ----------
    card : population, numerator, denominator and source in words, and the predicates that count them

    Returns
    -------
    function of (frame, by=(), *, as_of=None)
        As every measure; gives a :class:`Result`.

    Raises
    ------
    CallLogError
        A name that is taken, words that are missing, or a predicate that the table cannot answer.

    Examples
    --------
    >>> import pandas as pd
    >>> from callanalytics.measures.card import Rate
    >>> evening = local(Card(
    ...     name="evening_share", title="Calls made after 5 p.m. Eastern.", table="dials",
    ...     population="calls with a time of day", numerator="made at 17:00 or later", denominator="these calls",
    ...     source="our own question", counts={"n_timed": "hour IS NOT NULL", "n_late": "hour >= 17"},
    ...     rows=(Rate("n_timed", "n_late", "calls with a time of day"),)))
    >>> result = evening(pd.DataFrame({"hour": [9] * 30 + [18] * 10}))
    >>> result.table[["n", "events", "value"]]
        n  events  value
    0  40      10   0.25
    >>> result.caveats[0]
    "A local definition, not one of callanalytics's own: Calls made after 5 p.m. Eastern."
    """
    _check(card)
    card = replace(card, is_local=True)

    def measure_own(frame, by=(), *, as_of=None):
        result = measure(frame, card, by, as_of=as_of)
        return replace(result, caveats=(MARK.format(title=card.title), *result.caveats))

    measure_own.__name__, measure_own.__doc__ = card.name, card.title
    return measure_own


def _check(card: Card) -> None:
    from callanalytics.measures.registry import CARDS

    if card.name in CARDS:
        raise CallLogError(f"the name {card.name!r} is taken", do="give the card a name of its own")
    missing = [name for name in IN_WORDS if not getattr(card, name).strip()]
    if missing:
        raise CallLogError(f"the card {card.name!r} does not say everything", wanted=", ".join(missing))
    for name, predicate in card.counts.items():
        try:
            counts.count(schema.empty(card.table, loaded=True), card.table, counts={name: predicate})
        except Exception as problem:
            raise CallLogError(
                f"the table {card.table} cannot answer the predicate {name}",
                found=predicate,
                wanted="a condition in the words of docs/dictionary.md",
                do=str(problem).splitlines()[0],
            ) from None
