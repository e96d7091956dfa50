"""The format of one sheet: a format kept by hand, with the sheet's own columns in the place of its meanings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from callanalytics.formats.fitting import UNITS, Fit
from callanalytics.formats.layout import Format, Rule
from callanalytics.formats.shapes import Column, Test, When
from callanalytics.formats.words import FILLING, tokens, zone_of
from callanalytics.values import zones


def fitted(fmt: Format, found: Fit, file_zone: str | None = None) -> Format:
    """The format with the columns of one sheet in the place of its meanings.

    The header of a time or date may name the zone, that of a length its unit. Another zone that the user says of the
    file (``file_zone``) holds.
    """
    names = _Names(found)
    columns = {target: _in_units(names.rule(rule)) for target, rule in fmt.columns.items()}
    if "timezone" in columns:
        columns["timezone"] = _with_zone(columns["timezone"], found, file_zone)
    parts = tuple(
        replace(part, when=names.when(part.when), columns={t: names.rule(rule) for t, rule in part.columns.items()})
        for part in fmt.parts
    )
    return replace(
        fmt,
        words=(),
        columns=columns,
        parts=parts,
        set_aside=tuple(replace(aside, when=names.when(aside.when)) for aside in fmt.set_aside),
        events=replace(fmt.events, rule=names.rule(fmt.events.rule)) if fmt.events else None,
        unique=tuple(map(names.column, fmt.unique)),
        computed=tuple(map(names.column, fmt.computed)),
    )


@dataclass(frozen=True)
class _Names:
    """The columns of a sheet in the place of ``<wait>`` and ``<wait: queue music>``, which is that if its header has
    such a word."""

    found: Fit

    def column(self, column: Column) -> Column:
        return tuple(self.name(name) for name in column)

    def name(self, name: str) -> str:
        match = re.fullmatch(r"<(\w+)(?:: ([\w ]+))?>", name)
        if match is None:
            return name
        header = self.found.columns.get(match[1])
        if header is None or (match[2] and not set(match[2].split()) & set(tokens(header))):
            return name
        return header

    def when(self, when: When) -> When:
        return When(tuple((self.column(column), tests) for column, tests in when.tests))

    def rule(self, rule: Rule) -> Rule:
        cases = tuple((self.when(when), self.rule(then)) for when, then in rule.cases)
        return replace(rule, columns=tuple(map(self.column, rule.columns)), cases=cases)


def _in_units(rule: Rule) -> Rule:
    """A length in the unit that its header names."""
    if not rule.unit or not rule.columns:
        return rule
    words = set(tokens(rule.columns[0][0]))
    named = [unit for unit, texts in UNITS.items() if words & set(texts.split())]
    return replace(rule, unit=named[0]) if len(named) == 1 else rule


def _with_zone(rule: Rule, found: Fit, file_zone: str | None) -> Rule:
    """The zone of each row, else that which the header of its time (or of date and time in one) names."""
    cases = []
    for meaning in ("time", "date"):
        header = found.columns.get(meaning, "")
        zone = zone_of(header)
        if zone and file_zone in (None, zones.find_zone(zone, file_zone)):
            tests = [(column, (Test(""),)) for column in rule.columns] + [((header,), (Test("*"),))]
            cases.append((When(tuple(tests)), Rule(target=rule.target, value=zone)))
    return replace(rule, cases=(*rule.cases, *cases))


def zone_of_headers(fmt: Format) -> str:
    """The zone that the header of a sheet's time, or of its date, names; "" if none does."""
    rules = [fmt.columns[name] for name in ("time", "date") if name in fmt.columns]
    return next((zone for rule in rules for column in rule.columns for name in column if (zone := zone_of(name))), "")


def words_of(fmt: Format) -> set[str]:
    """Every word by which the columns of a format are known."""
    return {word for meaning in fmt.words for word in meaning.words} | (set(FILLING) if fmt.words else set())
