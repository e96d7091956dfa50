"""Rows of a phone system -> calls."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format, Rule, fold
from callanalytics.normalize import ids, numbering, strangers
from callanalytics.normalize.cells import Cells, Reading, numbered_words, read, throughout, together
from callanalytics.normalize.clock import read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.values.dates import DAY
from callanalytics.values.parsers import Unreadable
from callanalytics.values.spans import seconds_of

STRING = pa.string()
AGENCYS = "the agency's number"
DIRECTION = "(direction)"  # the column in which the other rules find what the rule of that name says


def build(cells: Cells, fmt: Format, settings, agency, legs: np.ndarray) -> tuple[dict[str, pa.Array], Problems]:
    """Every column of the calls but the source's, rejected rows left out, and what was rejected."""
    problems = Problems(cells.n)
    rules = fmt.columns
    clock = read_clock(rules, cells, settings, problems)
    _reject_undated(clock, rules, cells, problems)
    alike = cells if settings.keep_numbers else strangers.alike(cells, fmt, agency)
    direction = read(rules["direction"], alike)
    problems.reject_bad(direction)
    problems.reject(~direction.is_there, direction.name, "empty", "a direction")
    columns = clock.columns() | {"direction": direction.words()}
    cells, alike = (each.with_column(DIRECTION, columns["direction"]) for each in (cells, alike))
    numbers = _numbers(rules, cells, alike, fmt, direction)
    columns |= _duration(rules, cells, problems)
    columns |= _outcome(fmt, alike, problems)
    columns |= {f"unique {i}": _text_of(cells, column) for i, column in enumerate(fmt.unique)}
    columns |= {"legs": pa.array(legs, pa.int16()), "warnings": problems.warnings()}
    columns |= {name: reading.words() for name, reading in numbers.items()}
    columns[AGENCYS] = numbers["other_number"].turned(lambda n: n if agency.is_agency_number(n) else None).words()
    if problems.rejected.any():
        kept = pa.array(~problems.rejected)
        columns = {name: _without_unused(column.filter(kept)) for name, column in columns.items()}
    return _finished(columns, settings, with_ids=not cells.seen.is_part), problems


def _without_unused(column: pa.Array) -> pa.Array:
    """The column without words that no row of it has: what only a rejected row said is not stored."""
    if not pa.types.is_dictionary(column.type):
        return column
    return numbered_words(column.dictionary.to_pylist(), numbering.of_indices(column.indices))


def _finished(columns: dict[str, pa.Array], settings, *, with_ids: bool) -> dict[str, pa.Array]:
    """The columns with their ids, and without strangers' numbers.

    Calls that look alike are numbered in their ids, and all of them must be there for that. Of a part of a file the
    vendor's own id is kept instead, and the ids are made where the parts are read together.
    """
    agencys = columns.pop(AGENCYS)
    unique = [columns.pop(name) for name in list(columns) if name.startswith("unique ")]
    if with_ids:
        columns["call_id"] = ids.of_calls(columns, agencys, unique, settings.office_id)
    elif unique:
        columns["vendor_id"] = unique[0]
    if not settings.keep_numbers:
        columns["other_number"] = agencys
    return columns


def _reject_undated(clock, rules, cells: Cells, problems: Problems) -> None:
    """A phone system writes the moment of every call; a row without one is damaged."""
    rule = rules.get("started") or rules["date"]
    name = cells.heading_of(rule.columns)
    problems.reject(clock.precision_s == 0, name, "empty", "a date and a time of day")
    problems.reject(clock.precision_s == DAY, name, "no_time", "a date and a time of day")


def _numbers(rules, cells: Cells, alike: Cells, fmt: Format, direction: Reading) -> dict[str, Reading]:
    """Our number, the other party's and what was known of it; in the cells ``alike`` strangers are all one."""
    ours, others = _lenient_reading(rules, "our_number", cells), _lenient_reading(rules, "other_number", alike)
    # Where the direction is not known, nobody can say which of the two numbers is ours.
    known = direction.is_there & ~direction.is_bad & ~direction.are("unknown")
    if "caller" in rules or "called" in rules:
        caller, called = _lenient_reading(rules, "caller", cells), _lenient_reading(rules, "called", cells)
        is_in = direction.are("inbound")
        ours = together([(is_in, called), (~is_in, caller)], cells.n)
        others = together([(is_in, caller), (~is_in, called)], cells.n).only(known)
    return {
        "our_number": ours.only(known),
        "other_number": others,
        "caller_id": _caller_id(rules, alike, fmt, direction),
    }


def _lenient_reading(rules, name: str, cells: Cells) -> Reading:
    return read(rules.get(name), cells).without_problems()


def _caller_id(rules, cells: Cells, fmt: Format, direction: Reading) -> Reading:
    """What the system knew of the caller. Of our own calls the caller is us, and known."""
    if not fmt.has_caller_id:
        return throughout(cells.n, "not_recorded")
    rule, number = rules.get("caller_id"), rules.get("caller") or rules.get("other_number")
    if rule is None and number is not None:
        rule = _as_caller(number)
    caller = read(rule, cells).without_problems().filled("unknown" if rule else "not_recorded")
    is_ours = direction.are("outbound", "internal")
    return together([(is_ours, throughout(cells.n, "known")), (~is_ours, caller)], cells.n)


def _as_caller(rule: Rule) -> Rule:
    """The rule of a caller's number, read for what its cell shows and not for the number."""
    cases = tuple((when, _as_caller(then)) for when, then in rule.cases)
    return Rule("caller_id", rule.columns, parse="caller", default="unknown", take=rule.take, cases=cases)


def _duration(rules, cells: Cells, problems: Problems) -> dict[str, pa.Array]:
    duration = read(rules.get("duration_s"), cells).turned(seconds_of)
    problems.warn(duration.is_bad, "duration_unread")
    problems.warn(duration.numbers(lambda seconds: seconds, "i8", 0) > DAY, "duration_too_long")
    duration = duration.turned(_of_a_day).without_problems()
    precision = read(rules.get("duration_precision_s"), cells).array(pa.int16())
    return {
        "duration_s": duration.array(pa.int32()),
        "duration_kind": read(rules.get("duration_kind"), cells).filled("unknown").words(),
        "duration_precision_s": pc.fill_null(precision, pa.scalar(1, pa.int16())),
    }


def _of_a_day(seconds: int) -> int:
    """No call takes longer than a day: a longer one is a counter that ran on, and no length."""
    if seconds > DAY:
        raise Unreadable("too_long")
    return seconds


def _outcome(fmt: Format, cells: Cells, problems: Problems) -> dict[str, pa.Array]:
    """How the calls ended, and the system's own words for it: of these only words that the format names.

    Whatever else stands in such a cell may be a name that somebody typed.
    """

    def known(text: str) -> str:
        if fold(text) not in fmt.words_of_outcomes:
            raise Unreadable("unknown_word")
        return text

    words = read(fmt.columns.get("outcome_raw"), cells).turned(known)
    problems.doubt(words, "outcome_raw")
    return {
        "outcome": read(fmt.columns.get("outcome"), cells).without_problems().filled("unknown").words(),
        "outcome_raw": words.without_problems().words(),
    }


def _text_of(cells: Cells, column) -> pa.Array:
    texts = cells.texts(column)
    return Reading(texts.codes, texts.texts, texts.texts, texts.name).array(STRING)
