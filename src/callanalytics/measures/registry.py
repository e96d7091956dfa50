"""Measures by name: card, function, and SQL text; how to run one on a log; and how to make one of your own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from callanalytics import agencies, schema
from callanalytics.errors import InvalidRequest
from callanalytics.measures import sql_counts
from callanalytics.measures.card import KEYS, Card, Count, Rate, names_of_cards, shipped
from callanalytics.measures.compute import checked, measure
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Keys
from callanalytics.wording import joined

# Cards in the words of the agency that ships; a result's card uses the words of the agency whose calls it counts.
CARDS: dict[str, Card] = {name: shipped(name).worded(agencies.load()) for name in names_of_cards()}


def sql(name: str, by: Keys = ()) -> str:
    """The SQL that counts a measure: the same for DuckDB here and ``spark.sql`` on a cluster.

    >>> print(sql("disconnect_rate", by=("month",)).splitlines()[0])
    SELECT month,
    """
    known = card(name)
    return sql_counts.sql(known.table, [KEYS[key] for key in checked(by, known)], known.counts)


def run(
    name: str, log: Any, by: Keys = (), *, office: Sequence[str] | str = (), since: date | str | None = None,
    until: date | str | None = None, line: Sequence[str] | str = (),
) -> Result:  # fmt: skip
    """Compute a measure from a log.

    Parameters
    ----------
    name : the measure's name
    log : a log, as ``callanalytics.load`` returns it
    by : keys to split by
    office, since, until, line : the part of the log to use, as :meth:`callanalytics.Log.where` takes them

    Returns
    -------
    Result

    Raises
    ------
    CallLogError
        An unknown name, key, office, line, or date; the message lists the known ones.
    """
    # Imported here because they load the facts, which a list of measures does not need
    from callanalytics.accounting import outside_log
    from callanalytics.selection import Selection

    known = card(name)
    by = checked(by, known)
    tables = (known.table, *known.also)
    if not all(hasattr(log, part_of_log) for part_of_log in (*tables, "agency", "as_of")):
        raise InvalidRequest(
            "a measure is taken from a log",
            found=type(log).__name__,
            run=f'callanalytics.measures.run("{name}", callanalytics.load("calls"))',
        )
    if office or since or until or line:
        log = log.where(office=office, since=since, until=until, line=line)
    chosen = getattr(log, "selection", Selection())
    if chosen.lines and known.table == "callbacks":
        raise InvalidRequest(
            f"{known.name} counts {known.noun}, and those are of no line", run="leave out line (--line)"
        )
    parts = [getattr(log, table) for table in tables]
    left_before = dict(log.unseen(known.table, sql_counts.count)) if hasattr(log, "unseen") else {}
    result = function(name)(*parts, by=by)
    caveats = dict.fromkeys((*outside_log(log, chosen.since, chosen.until), *result.selected, *result.caveats))
    return replace(result, caveats=tuple(caveats), left_before=left_before)


def function(name: str):
    """The function of a measure: it has its card's name."""
    from callanalytics import measures  # which imports this module

    return getattr(measures, card(name).name)


def card(name: str) -> Card:
    """The card of a measure; refuse an unknown name, and suggest the nearest."""
    if not isinstance(name, str) or name not in CARDS:
        near = get_close_matches(str(name), CARDS, n=1)
        raise InvalidRequest(
            f"there is no measure {name!r}",
            wanted=", ".join(CARDS),
            run=f"perhaps {near[0]}" if near else "`callanalytics measures` shows what can be measured",
        )
    return CARDS[name]


# ---- a measure of your own ---------------------------------------------------------------------------


IN_WORDS = ("title", "population", "numerator", "denominator", "source")
MARK = "A local definition, not one of callanalytics's own: {title}"


def local(card: Card) -> Callable[..., Result]:
    """A measure made from your own card.

    It counts, estimates, and warns as the shipped measures do: the same keys, intervals, minimum samples, and caveats.
    Its card has ``is_local``, and its first caveat says so wherever the figures go.

    Parameters
    ----------
    card : population, numerator, denominator, and source in words, and the predicates that count them

    Returns
    -------
    function of ``(frame, by=(), *, as_of=None)``
        Called like every measure; returns a :class:`Result`.

    Raises
    ------
    CallLogError
        A name that is taken, missing words, or a predicate that the table cannot answer.

    Examples
    --------
    >>> import pandas as pd
    >>> from callanalytics.measures.card import Rate
    >>> evening = local(Card(
    ...     name="evening_share", title="Calls made after 5 p.m. Eastern.", table="agency_calls",
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
    if not isinstance(card, Card):
        raise InvalidRequest("a measure of your own is made of a Card", found=type(card).__name__)
    if card.name in CARDS:
        raise InvalidRequest(f"the name {card.name!r} is taken", do="give the card a name of its own")
    missing = [name for name in IN_WORDS if not getattr(card, name).strip()]
    used = {
        name for row in card.rows if isinstance(row, Rate | Count) for name in f"{row.n} + {row.events}".split(" + ")
    }
    if strange := sorted(used - set(card.names)):
        raise InvalidRequest(f"the card {card.name!r} counts no {joined(strange, 'or')}", wanted=", ".join(card.names))
    if missing:
        raise InvalidRequest(f"the card {card.name!r} does not say everything", wanted=", ".join(missing))
    for name, predicate in card.counts.items():
        try:
            sql_counts.count(schema.empty(card.table, loaded=True), card.table, counts={name: predicate})
        except Exception as problem:
            raise InvalidRequest(
                f"the table {card.table} cannot answer the predicate {name}",
                found=predicate,
                wanted="a condition in the words of docs/dictionary.md",
                do=str(problem).splitlines()[0],
            ) from None
