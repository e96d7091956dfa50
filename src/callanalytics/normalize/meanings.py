"""Find the meanings of a hand-kept sheet's columns, and ask about doubtful ones.

A table's codes are spelled out first if a legend in the sheet explains them: R = reached, H = hung up.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from callanalytics.formats import Format, Rule, column_meanings, relevance
from callanalytics.formats.callback_columns import EITHER, promised_unit, with_promised_unit
from callanalytics.formats.column_meanings import UNITS, UNREAD, SheetColumns
from callanalytics.formats.contents import EACH, OF_EACH, name_in_set
from callanalytics.formats.layout import Column, Part, Test, When
from callanalytics.formats.words import tokens, zone_of
from callanalytics.normalize import derived_columns, row_kinds
from callanalytics.normalize.problems import Answer, Question
from callanalytics.read.table import TextTable
from callanalytics.values import lexicon, zones
from callanalytics.wording import joined, quoted

WIDE = 60  # a sheet with more columns is not searched for a legend


def spelled_out(table):
    """The table with its codes and units spelled out; rows that only explain them are set aside."""
    if len(table.header) > WIDE:
        return table
    for name in filter(promised_unit, table.header):
        texts = table.cells.column(table.header.index(name)).to_pylist()
        table = derived_columns.with_column(table, name, with_promised_unit(texts, name))
    rows = list(derived_columns.filled(table.cells))
    found = lexicon.legend_groups([*table.around, *_possible_legend(rows)])
    is_in_short = lexicon.is_in_short("\n".join(itertools.chain.from_iterable(rows)))
    if not (found or is_in_short or any(map(lexicon.may_be_legend, table.header))):
        return table
    is_legend = np.array([lexicon.is_legend(row) or lexicon.is_legend_pair(row, found) for row in rows], bool)
    kept = derived_columns.with_rows(table, ~is_legend, "legend") if is_legend.any() else table
    texts = zip(kept.header, (column.to_pylist() for column in kept.cells.columns), strict=True)
    columns = [pa.array(lexicon.with_codes_spelled_out(cells, found, name), pa.string()) for name, cells in texts]
    return replace(kept, cells=pa.Table.from_arrays(columns, names=list(kept.header)))


def _possible_legend(rows: list[list[str]]) -> list[list[str]]:
    """Rows of few cells, which may be a legend under the table, and single cells that may be one next to it."""
    short = [row for row in rows if len(row) <= 3]
    return short + [[text] for row in rows if len(row) > 3 for text in row if lexicon.may_be_legend(text)]


LOOKED_AT = 1_000  # rows of a column
SECOND_CALL = "<second_call>"


def fit(table, fmt: Format, settings, alike: Sequence = ()) -> tuple[Format, list[Question], TextTable]:
    """Fit the format to the table's columns. Return the format, the questions, and the table with derived columns.

    The meanings of columns come from the table's own rows and those of tabs with the same header (``alike``).
    """
    table = spelled_out(table)
    own = table.cells.slice(0, LOOKED_AT)
    tops = [own, *(each.cells.slice(0, LOOKED_AT) for each in map(spelled_out, alike))]
    given = {header: meaning for meaning, header in settings.columns}

    def texts(index: int) -> list[str]:
        return [text for top in tops for text in top.column(index).to_pylist()]

    found = column_meanings.find(
        fmt, table.header, texts, given, derived_columns.titles_of(table), derived_columns.alone(table)
    )
    is_of_callbacks = relevance.are_callbacks(found.columns, derived_columns.titles_of(table))
    if is_of_callbacks and "promised_on" in found.columns:  # each row has a promise, and what came of it
        found = replace(found, columns=_as_promises(found.columns))
        is_of_callbacks = False
    fitted = fitted_format(fmt, found, settings.own_file_zone)
    if is_of_callbacks:
        columns = dict(fitted.columns) | {"kind": Rule(target="kind", value="ring")}
        if not {"callback_answered", "callback_missed"}.isdisjoint(found.columns):
            columns["outcome"] = fitted.parts[0].columns["outcome"]
        fitted = replace(fitted, columns=columns, parts=())
    table, fitted = row_kinds.marked_callbacks(derived_columns.compose(table, found), fitted, found.columns)
    return fitted, questions(fmt, found), table


def _as_promises(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns of a tab of callbacks as those of a list of promises: the days and times in it are the callbacks'.

    Where no other column has days, the day of a promise is no callback's.
    """
    promised = columns["promised_on"]
    others = {name: column for name, column in columns.items() if name not in ("date", "time")}
    came = {theirs: columns[name] for name, theirs in OF_PROMISE.items() if columns.get(name) not in (None, promised)}
    return others | came | {"date": promised}


OF_PROMISE = {"date": "callback", "time": "callback_time"}


def questions(fmt: Format, found: SheetColumns) -> list[Question]:
    """Questions about two columns with one meaning, columns with one of two meanings, and columns that look like a
    missing one. None of them blocks."""
    says = {meaning.name: meaning.says for meaning in fmt.words}
    of_two = [_question_which(name, says[name], found.columns[name], others) for name, others in found.doubts.items()]
    of_two += [_question_either(header, meanings, found.columns) for header, meanings in found.either.items()]
    return of_two + [_question_like(header, name, says[name]) for header, name in found.likes.items()]


def _question(header: str, text: str, do: str, answers: Mapping[str, str]) -> Question:
    """A question about a column; ``answers`` are the options for it, each with what it says."""
    listed = tuple(Answer(option, words) for option, words in answers.items())
    return Question(header, text, "", do, "which_column", listed, blocks=False)


def _question_which(meaning: str, says: str, taken: str, others: tuple[str, ...]) -> Question:
    named = joined(f'"{header}"' for header in (taken, *others))
    answers = {_option(meaning, each): f'{says} stands in "{each}"' for each in (taken, *others)}
    text = f'{named} may both be {says}. Until someone says which, it is read from "{taken}"'
    return _question(taken, text, "say which:  " + "   or   ".join(answers), answers)


def _question_either(header: str, meanings: tuple[str, str], columns: Mapping[str, str]) -> Question:
    words_of = dict(zip(meanings, EITHER[meanings], strict=True))
    taken = next((name for name in meanings if columns.get(name) == header), None)
    # The first answer is what holds until someone gives one
    says = {taken or UNREAD: ""} | words_of | {UNREAD: "neither: leave this column unread"}
    meanwhile = f"read as {words_of[taken]}" if taken else "not read"
    text = f"it may say {joined(words_of.values(), 'or')}. Until someone says, the column is {meanwhile}"
    do = "   ".join(f"if {words_of[name]}:  {_option(name, header)}" for name in meanings)
    return _question(header, text, do, {_option(name, header): words for name, words in says.items()})


def _question_like(header: str, meaning: str, says: str) -> Question:
    no, yes = _option(UNREAD, header), _option(meaning, header)
    text = f"the cells look like {says}, and the header does not say so. Until someone says, the column is not read"
    answers = {no: "leave this column unread", yes: f"it is {says}"}
    return _question(header, text, f"if it is {says}:  {yes}   if not:  {no}", answers)


def _option(meaning: str, header: str) -> str:
    named, plain = quoted(header), f'"{header}"'  # a header is untrusted text: a shell must not interpret it
    return f"--column {meaning}={plain if named == header else named}"


# ---- a sheet's own columns in a format -------------------------------------------------------------------------------


def fitted_format(fmt: Format, found: SheetColumns, file_zone: str | None = None) -> Format:
    """The format with its meanings replaced by the columns of one sheet.

    The header of a time or date may name the zone; the header of a length may name its unit. A different zone that the
    user states for the file (``file_zone``) takes precedence.
    """
    names = _Names(found)
    columns = {target: _in_units(names.rule(rule)) for target, rule in fmt.columns.items()}
    if rule := columns.get("timezone"):
        # The zone of each row, else the zone in the header of its time (or of its date with time).
        cases = []
        for meaning in ("time", "date"):
            header = found.columns.get(meaning, "")
            zone = zone_of(header)
            if zone and file_zone in (None, zones.find_zone(zone, file_zone)):
                tests = [(column, (Test(""),)) for column in rule.columns] + [((header,), (Test("*"),))]
                cases.append((When(tuple(tests)), Rule(target=rule.target, value=zone)))
        columns["timezone"] = replace(rule, cases=(*rule.cases, *cases))
    # The number of parts determines the item number of each contact: the office's second call counts only with a column
    own_parts = (
        each for each in fmt.parts if SECOND_CALL not in each.when.tests[0][0] or "second_call" in found.columns
    )
    parts = tuple(
        replace(part, when=names.when(part.when), columns={t: names.rule(rule) for t, rule in part.columns.items()})
        for part, names in [(part, names) for part in own_parts] + _further_callbacks(fmt, found)
    )
    return replace(
        fmt,
        words=(),
        columns=columns,
        parts=parts,
        set_aside=tuple(replace(aside, when=names.when(aside.when)) for aside in fmt.set_aside),
        events=replace(fmt.events, columns=tuple(map(names.column, fmt.events.columns))) if fmt.events else None,
        unique=tuple(map(names.column, fmt.unique)),
        computed=tuple(map(names.column, fmt.computed)),
    )


def _further_callbacks(fmt: Format, found: SheetColumns) -> list[tuple[Part, _Names]]:
    """The part of a row's first callback, repeated for the third and later callbacks with their own columns."""
    others = {meaning: header for meaning, header in found.columns.items() if meaning not in OF_EACH}
    parts = []
    for number in range(3, len(EACH) + 1):
        own = {meaning: found.columns.get(name_in_set(meaning, number)) for meaning in OF_EACH}
        if own["callback"]:
            named = others | {meaning: header for meaning, header in own.items() if header}
            parts.append((fmt.parts[0], _Names(replace(found, columns=named))))
    return parts


@dataclass(frozen=True)
class _Names:
    """Replaces ``<wait>`` by the sheet's column, and ``<wait: queue music>`` if its header has one of those words."""

    found: SheetColumns

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
    """The rule for a length, in the unit that its header names."""
    if not rule.unit or not rule.columns:
        return rule
    words = set(tokens(rule.columns[0][0]))
    named = [unit for unit, texts in UNITS.items() if words & set(texts.split())]
    return replace(rule, unit=named[0]) if len(named) == 1 else rule


def zone_of_headers(fmt: Format) -> str:
    """The zone named in the header of a sheet's time or date; "" if there is none."""
    rules = [fmt.columns[name] for name in ("time", "date") if name in fmt.columns]
    return next((zone for rule in rules for column in rule.columns for name in column if (zone := zone_of(name))), "")
