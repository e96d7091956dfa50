"""A measure's card: its definition, written once, in words and in the SQL predicates that count it.

The shipped cards are in ``cards.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from string import Template
from typing import Any

from callanalytics import schema
from callanalytics.agencies import Agency
from callanalytics.agencies.rows import OpenWeek
from callanalytics.measures import definitions
from callanalytics.measures.definitions import PERCENT_MINIMUM, POINTER
from callanalytics.toml_files import shipped_toml
from callanalytics.wording import words_for

# The keys a measure may be split by, and the column that stores each key.
_OF_CALENDAR = [f"{part}{clock}" for clock in ("", "_local") for part in ("month", "date", "weekday", "hour")]
_OTHERS = "office line reason tier recorded_in urgency wait_origin words_said caller_role g28_on_file state cause"
KEYS = {key: "office_id" if key == "office" else key for key in (*_OF_CALENDAR, *_OTHERS.split(), "attributed_to")}


def keys_but(table: str, *without: str) -> tuple[str, ...]:
    """The keys a measure of a table may be split by, except those that begin with one of the words in `without`."""
    names = schema.TABLES[table].names
    return tuple(key for key, column in KEYS.items() if column in names and not key.startswith(without))


COMMON_WORDS = words_for("statistics")


@dataclass(frozen=True)
class Rate:
    """One rate of a measure: which of the card's counts is the denominator, and which the numerator.

    Either may be a sum of counts, as in ``"a + b"``.
    """

    n: str
    events: str
    cases: str
    statistic: str = "rate"
    reading: str = ""
    link: str = ""
    optional: bool = False  # shown only where its denominator is not 0 throughout


@dataclass(frozen=True)
class Count:
    """One count of a measure; `n` is its exposure. `events` may be a sum of counts, as in ``"a + b"``."""

    n: str
    events: str
    cases: str
    statistic: str = "count"
    link: str = ""


@dataclass(frozen=True)
class Free:
    """A count that depends on which request some callbacks were for: the rows that can each be given a free callback.

    It is a maximum over the rows of a predicate: no callback is given twice (``estimates.is_served``). A callback
    counts only if it meets every word of a choice in ``worth`` and, where given, came ``within`` that many business
    days. Choices look like "beside missed or before not answered"; the words are those of ``schema.FREE_BITS``. A
    choice that begins with "two" needs a row with two free callbacks before its first certain one. ``rest``: count
    instead the fewest rows left without one. An email counts as a callback does.
    """

    where: str
    worth: str = ""
    within: int | None = None
    rest: bool = False

    def choices(self) -> list[str]:
        return self.worth.split(" or ")

    def in_words(self) -> str:
        """The count in words, for the card."""
        kind = f" that is {self.worth}" if self.worth else ""
        kind += "" if self.within is None else f" within {self.within} business days"
        whose = "cannot be given one each" if self.rest else "can be given one each"
        return f"most that {whose} (a callback{kind}) of: `{self.where}`".replace(
            "most that cannot", "fewest that cannot"
        )


@dataclass(frozen=True)
class Excluded:
    """A count shown separately from the figures, mostly because its rows are in none; `sentence` makes the caveat.

    `where` is its predicate; empty where the card gives it among its counts. `why` is the reason its rows are left out
    (a code of ``accounting.REASONS``); empty where they are in the figures anyway. `label` names the count in a table.
    """

    count: str
    sentence: str
    where: str = ""
    why: str = ""
    label: str = ""


@dataclass(frozen=True)
class Rule:
    """A figure by another organization's published rule: its numerator and denominator, why it differs, its source, and
    the day that was read."""

    rule: str
    figure: str
    events: tuple[tuple[int, str], ...]
    n: tuple[tuple[int, str], ...]
    why: str
    source: str
    seen: date
    short_s: int = 0
    is_ratio: bool = False  # the numerator is not a part of the denominator

    def formula(self) -> str:
        parts = (" ".join(f"{'+' if k > 0 else '-'} {term}" for k, term in sums) for sums in (self.events, self.n))
        return " ÷ ".join(part.removeprefix("+ ") for part in parts)


@dataclass(frozen=True)
class Card:
    """The definition of one measure.

    Attributes
    ----------
    name, title : the name, the definition in one sentence
    version : of the definition; raised when it changes
    table : the table it counts; `also`: further tables it needs
    population, numerator, denominator : who is counted, in words
    clock_start, clock_stop : from when to when, for a time
    owns_hour : the time that decides the hour, weekday, and month
    minimum : sample below which no estimate is shown
    source : where the definition comes from
    unit : of the figures
    counts : name -> predicate on columns of the schema: the definition as it is executed
    rows : the figures made from the counts
    keys : what it may be split by
    counted : the sum of counts of the rows in its figures; by default the denominator of its first figure
    left_out : reason -> predicate of rows that are in no figure and are not shown separately
    free : name -> a count that depends on which request some callbacks were for
    blank : predicate of the rows that could be yes or no but log neither; a caveat says how far they could move the
        first rate. It is given where the logged rows are no fair sample of them
    words : statistic -> its name in words, where its own name does not read as words; a pattern covers several
    are_apart : no row meets two of the predicates by which rows are counted or left out. Their counts then are the
        account of rows, and no further pass over a large table is needed
    is_local : a user's own definition, not one of these
    week : the open hours of the agency whose words the card uses
    """

    name: str
    title: str
    table: str
    population: str
    version: int = 1
    numerator: str = ""
    denominator: str = ""
    clock_start: str = ""
    clock_stop: str = ""
    owns_hour: str = "the start of the call"
    minimum: str = PERCENT_MINIMUM
    source: str = POINTER
    unit: str = "share"
    counts: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Rule | Rate | Count | Excluded, ...] = ()
    also: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    counted: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    free: Mapping[str, Free] = field(default_factory=dict)
    blank: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    are_apart: bool = False
    is_local: bool = False
    week: OpenWeek | None = None

    def __post_init__(self):
        schema.refuse_unknown(self.table)
        if not self.keys:
            object.__setattr__(self, "keys", keys_but(self.table))
        if not self.counted:
            object.__setattr__(self, "counted", next((row.n for row in self.rows if hasattr(row, "events")), "n"))
        excluded = {row.count: row.where for row in self.rows if isinstance(row, Excluded) and row.where}
        blank = {"n_blank": self.blank} if self.blank else {}
        object.__setattr__(self, "counts", {**self.counts, **excluded, **blank})

    def worded(self, agency: Agency) -> Card:
        """The card in the words of an agency: its name, its hours, what it cites (``Agency.fill``)."""
        texts: dict[str, Any] = {name: agency.fill(getattr(self, name)) for name in TEXTS}
        words = {statistic: agency.fill(text) for statistic, text in self.words.items()}
        return replace(
            self,
            **texts,
            words=words,
            rows=tuple(_row_worded(row, agency) for row in self.rows),
            left_out={why: agency.fill(predicate) for why, predicate in self.left_out.items()},
            week=agency.open_week,
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns that distinguish rows of the same statistic: ``reading``, ``link``, ``rule``."""
        return tuple(
            label for label in ("reading", "link", "rule") if any(getattr(row, label, "") for row in self.rows)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns of its counts."""
        return ("n", *self.counts, *self.free)

    @property
    def reasons(self) -> dict[str, str]:
        """Why rows are in no figure: reason -> predicate. A row is left out for the first that holds."""
        excluded = {row.why: row.where for row in self.rows if isinstance(row, Excluded) and row.why}
        return excluded | dict(self.left_out)

    @property
    def judges_promises(self) -> bool:
        """Whether it compares promises with the agency's stated time."""
        return self.table == "promises" and bool(self.clock_stop)

    @property
    def noun(self) -> str:
        """The noun for the rows of its table in a sentence."""
        return {"agency_calls": "calls"}.get(self.table, self.table)

    def label(self, statistic: str) -> str:
        """A statistic's name in words, for a table.

        >>> card = Card("kept", "", "promises", "", words={r"within_(\\d+)d": r"a call within \\1 days"})
        >>> card.label("within_7d"), card.label("rate"), card.label("n_not_due")
        ('a call within 7 days', 'share', 'n not due')
        """
        excluded = {row.count: row.label for row in self.rows if isinstance(row, Excluded) and row.label}
        for pattern, words in {**COMMON_WORDS, **excluded, **self.words}.items():
            if match := re.fullmatch(pattern, statistic):
                return match.expand(words).replace("_", " ")
        return statistic.replace("_", " ")

    def lines(self) -> list[tuple[str, str]]:
        """The card as a page shows it: labels with texts, then every predicate that is executed."""
        labels = {
            "population": "population",
            "numerator": "numerator",
            "denominator": "denominator",
            "clock_start": "clock starts",
            "clock_stop": "clock stops",
            "owns_hour": "hour and month are those of",
            "minimum": "minimum sample",
            "unit": "unit",
            "source": "source",
        }
        lines = [(label, getattr(self, name)) for name, label in labels.items() if getattr(self, name)]
        lines.append(("keys", ", ".join(self.keys)))
        rules = [row for row in self.rows if isinstance(row, Rule)]
        lines += [(f"{r.figure}: {r.rule}", f"{r.formula()}. {r.source}, read {r.seen}") for r in rules]
        lines += [(name, f"`{predicate}`") for name, predicate in self.counts.items()]
        return lines + [(name, each.in_words()) for name, each in self.free.items()]

    def to_json(self) -> dict:
        content = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("rows", "free", "words", "week")
        }
        content["free"] = {name: each.in_words() for name, each in self.free.items()}
        return {name: list(v) if isinstance(v, tuple) else dict(v) if isinstance(v, Mapping) else v
                for name, v in content.items()}  # fmt: skip


# Attributes of a card that people read and nothing executes
TEXTS = ("title population numerator denominator clock_start clock_stop owns_hour minimum source").split()


def _row_worded(row, agency: Agency):
    if isinstance(row, Excluded):
        return replace(row, sentence=agency.fill(row.sentence), label=agency.fill(row.label))
    return replace(row, cases=agency.fill(row.cases)) if isinstance(row, Rate | Count) else row


# ---- the shipped cards -------------------------------------------------------------------------------


@cache
def _content() -> dict[str, Any]:
    return shipped_toml(__file__, "cards.toml")


@cache
def words_of_cards() -> dict[str, str]:
    """What each $word in ``cards.toml`` stands for: a minimum sample, a list of the schema, or a predicate."""
    words = {name.lower(): str(value) for name, value in vars(definitions).items() if name.isupper()}
    words |= {name: str(getattr(schema, name.upper())) for name in ("wait_ends", "lost", "unanswered")}
    for name, predicate in _content()["predicates"].items():
        words[name] = Template(predicate).substitute(words)
    return words


def names_of_cards() -> list[str]:
    """The measures in the order of lists and pages; a card of a measure's second table has a name of its own there."""
    return [name for name, parts in _content()["card"].items() if "name" not in parts]


@cache
def shipped(name: str) -> Card:
    """A card of ``cards.toml``."""
    content = _content()
    own = content["card"][name]
    like = (content["shared"] | content["card"])[own["like"]] if "like" in own else {}
    parts = _in_full({"name": name, **like, **own} | {"like": None})
    del parts["like"]
    figures, excluded, free = parts.pop("figures", ()), parts.pop("excluded", ()), parts.pop("free", {})
    rules = shipped_toml(__file__, parts.pop("rules"))["rule"] if "rules" in parts else ()
    rows = (
        *(_rule(**rule) for rule in rules),
        *(row for figure in figures for row in _figures(**figure)),
        *(Excluded(**_in_full(content["excluded"][row] if isinstance(row, str) else row)) for row in excluded),
    )
    without = tuple(parts.pop("not_by", ()))
    keys = parts.pop("keys", keys_but(parts["table"], *without))
    return Card(**parts, rows=rows, keys=keys, free={count: Free(**each) for count, each in free.items()})


def _in_full(value: Any) -> Any:
    """A value with what each $word in it stands for; a list as a tuple."""
    if isinstance(value, str):
        return Template(value).substitute(words_of_cards())
    if isinstance(value, dict):
        return {key: _in_full(part) for key, part in value.items()}
    return tuple(map(_in_full, value)) if isinstance(value, list) else value


def _figures(unit: str = "share", maybe: str = "", **parts: Any) -> tuple[Rate | Count, ...]:
    """A rate or a count; if some events are in it only `maybe`, its two ends."""
    kind = Count if unit == "count" else Rate
    if not maybe:
        return (kind(**parts),)
    most = parts | {"events": f"{parts['events']} + {maybe}"}
    return kind(**parts, link="certain"), kind(**most, link="possible")


def _rule(id: str, events: str, n: str, **parts: Any) -> Rule:
    return Rule(id, events=_terms(events), n=_terms(n), **parts)


def _terms(text: str) -> tuple[tuple[int, str], ...]:
    """A sum of named counts.

    >>> _terms("answered + gave_up - gave_up_short")
    ((1, 'answered'), (1, 'gave_up'), (-1, 'gave_up_short'))
    """
    words = f"+ {text}".split()
    return tuple(({"+": 1, "-": -1}[sign], term) for sign, term in zip(words[::2], words[1::2], strict=True))
