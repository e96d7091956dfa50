"""What a format looks at in each column: the rules that read it, the words and patterns it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from callanalytics import formats
from callanalytics.formats import Format, Rule, When, find, fold
from callanalytics.formats.conditions import Column, Test

NUMBERS = ("number", "caller", "extension")  # parsers of telephone numbers
MOMENTS = ("moment", "moment_by_hand", "date", "epoch_s", "epoch_ms", "epoch_2001")
# Parsers that read a cell whole, and what they read tells nothing of a person.
PLAIN = ("words", "seconds", "minutes", "milliseconds", "clock_span", "iso_duration", "human_span", "told", "time",
         "time_24", "zone", "yes_no", "int")  # fmt: skip
NAMES = ("agent_name", "field_office")
IDS = ("agent_id", "sr_number", "matter", "receipt")
LISTED = ("reason", "words_said", "line")  # our column -> words of the agency's lists


@dataclass
class Looks:
    """How one column of a table is looked at. ``rules`` read it alone, ``shared`` join it to others."""

    rules: list[Rule] = field(default_factory=list)
    shared: list[Rule] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    is_key: bool = False
    is_events: bool = False

    @property
    def all_rules(self) -> list[Rule]:
        return [*self.rules, *self.shared]

    @property
    def targets(self) -> set[str]:
        return {rule.target for rule in self.all_rules}

    @property
    def is_of_words(self) -> bool:
        """Whether it holds a phone system's words, and neither numbers nor names nor ids."""
        others = any(
            rule.parse in NUMBERS or rule.target in (*NAMES, *IDS, "sender", "body") for rule in self.all_rules
        )
        return not (others or self.is_key or self.is_events)

    @cached_property
    def words(self) -> frozenset[str]:
        """Whole cells that the format knows: the words of its lists, folded."""
        told = {word for rule in self.all_rules for word in rule.words}
        told |= {fold(word) for rule in self.all_rules for word in rule.blank}
        return frozenset(told | {fold(test.text) for test in self.tests if test.text[:1] not in ("~", "*")})

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Parts of a cell that the format knows: the runs of letters and digits in its words and patterns."""
        texts = [*self.words, *(test.text for test in self.tests), *(rule.take for rule in self.all_rules)]
        texts += [re.sub(r"\w\?", "", text) for text in texts]  # "totals?" is total too
        plain = (re.sub(r"\\[a-zA-Z]|\{[^}]*\}|\(\?\w+\)|\[[^\]]*\]", " ", text) for text in texts)
        return frozenset(piece.casefold() for text in plain for piece in re.findall(r"[^\W_]+", text))


@cache
def public_words() -> frozenset[str]:
    """Whole cells by which the known phone systems say what a call was, folded."""
    words: set[str] = set()
    for fmt in formats.load().values():
        if fmt.makes == "calls":
            words |= {word for rule in fmt.columns.values() for word in rule.all_words}
            tests = [test.text for when in _conditions(fmt) for _, column in when.tests for test in column]
            words |= {fold(text) for text in tests if text[:1] not in ("~", "*")}
            words |= {fold(told) for e in fmt.examples if isinstance(told := e.gives.get("outcome_raw"), str)}
    return frozenset(words)


def looks_of(fmt: Format, header: tuple[str, ...]) -> dict[str, Looks]:
    """The columns of a table that its format looks at; one that is not here tells the format nothing."""
    found: dict[str, Looks] = {}

    def looks_of(column: Column) -> Looks:
        name = find(column, header)
        return found.setdefault(name, Looks()) if name is not None else Looks()

    gathered = {name: column for name, (column, _) in (fmt.legs.gather if fmt.legs else {}).items()}
    for rule in _leaves(fmt):
        columns = [gathered.get(column[0], column) for column in rule.columns]
        present = [column for column in columns if find(column, header) is not None]
        for column in present:
            (looks_of(column).rules if len(present) == 1 else looks_of(column).shared).append(rule)
    for when in _conditions(fmt):
        for column, tests in when.tests:
            looks_of(gathered.get(column[0], column)).tests += tests
    for column in (*(fmt.legs.group + fmt.legs.own if fmt.legs else ()), *fmt.unique):
        looks_of(column).is_key = True
    for column in (*gathered.values(), *(fmt.legs.inherit if fmt.legs else ())):
        looks_of(column)
    for column in fmt.events.rule.columns if fmt.events else ():
        looks_of(column).is_events = True
    return found


def _sets(fmt: Format) -> Iterator[dict[str, Rule]]:
    yield fmt.columns
    yield from (part.columns for part in fmt.parts)
    if fmt.notices:
        yield fmt.notices.columns


def _leaves(fmt: Format) -> Iterator[Rule]:
    """Every rule that reads cells, those of the cases too."""
    waiting = [rule for columns in _sets(fmt) for rule in columns.values()]
    while waiting:
        rule = waiting.pop()
        yield rule
        waiting += [then for _, then in rule.cases]


def _conditions(fmt: Format) -> Iterator[When]:
    yield from (aside.when for aside in fmt.set_aside)
    yield from (part.when for part in fmt.parts)
    yield fmt.recognise.cells
    if fmt.notices:
        yield fmt.notices.when
    if fmt.legs:
        yield from fmt.legs.master
        yield from fmt.legs.any.values()
        yield from (when for _, when in fmt.legs.gather.values())
        if fmt.legs.above:
            yield fmt.legs.above
    for rule in _leaves(fmt):
        yield from (when for when, _ in rule.cases)
