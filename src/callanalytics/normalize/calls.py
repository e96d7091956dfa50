"""Rows of a phone system -> calls.

Several rows may be one call: here too is which row stands for it, and which are its legs.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import ids
from callanalytics.formats import Format, Legs, Rule, fold
from callanalytics.lazy import regex
from callanalytics.normalize.cells import (
    EMPTY,
    Cells,
    Reading,
    Texts,
    codes_of,
    numbered_words,
    read,
    rows_where,
    throughout,
    together,
)
from callanalytics.normalize.clock import read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.values.dates import DAY
from callanalytics.values.parsers import Unreadable
from callanalytics.values.phones import e164
from callanalytics.values.spans import seconds_of

STRING = pa.string()
LONGEST_MINUTES = 720  # a greater number of minutes would be a call of more than half a day
# How "none" is written where a key should stand; taken for a key, it would make one call of all such rows.
NO_KEY = {"0", "na", "n/a", "-", "--", "null", "none"}


def with_legs(cells: Cells, legs: Legs, group: np.ndarray, start: tuple) -> Cells:
    """The cells with what the other rows of their call say.

    The blanks of ``inherit`` take the first row's cells. Each condition of ``any`` has a column: ``yes`` where some row
    of the same call fits it. Those of ``gather`` have on all rows of a call what the earliest fitting row says, by the
    columns of its `start`.
    """
    first, n_calls = np.unique(group, return_index=True)[1], group.max(initial=-1) + 1
    for column in legs.inherit:
        if (name := cells.name_of(column)) is not None:
            row_of = np.where(cells.texts(column).codes == EMPTY, first[group], np.arange(cells.n))
            cells = cells.with_column(name, cells.columns.column(name).take(pa.array(row_of)))
    with_more = cells
    for name, when in legs.any.items():
        fitting = np.zeros(n_calls, bool)
        fitting[group[cells.fits(when)]] = True
        words = pc.if_else(pa.array(fitting[group]), "yes", pa.scalar(None, STRING))
        with_more = with_more.with_column(name, words)
    cells = with_more
    early = _alphabetical(cells.joined(start), np.ones(cells.n, bool)) if legs.gather else np.zeros(0, np.int64)
    for name, (column, when) in legs.gather.items():
        texts = cells.texts(column)
        saying = np.flatnonzero(cells.fits(when) & (texts.codes != EMPTY))
        code_of_call = np.full(n_calls, EMPTY, np.int32)
        saying = saying[np.lexsort((saying, early[saying]))][::-1]  # the earliest row is written last
        code_of_call[group[saying]] = texts.codes[saying]
        with_more = with_more.with_column(name, replace(texts, codes=code_of_call[group]).column())
    return with_more


def master_rows(
    cells: Cells, legs: Legs, group: np.ndarray, alive: np.ndarray, start: tuple
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the rows still `alive` stand for their call, and how many rows each row's call has.

    Of several that might, the one whose `start` (these columns) reads first, so that an export sorted otherwise gives
    the same calls; where the place of a row says what it belongs to, the first in the file.
    A leg by its place (``above``) never stands for a call: where its first row was set aside, or lies in another
    export, nothing is known of the call but that it rang somewhere.
    """
    rank = np.full(cells.n, len(legs.master), np.int64)
    for index, when in reversed(list(enumerate(legs.master))):
        rank[cells.fits(when)] = index
    if legs.above:
        rank[cells.fits(legs.above)] = len(legs.master) + 1
    sizes = np.bincount(group[alive], minlength=group.max(initial=-1) + 1)[group]
    is_master, is_one_of_many = alive & (sizes == 1), alive & (sizes > 1)
    if len(rows := np.flatnonzero(is_one_of_many)):
        early = np.zeros(cells.n, np.int64) if legs.above else _alphabetical(cells.joined(start), is_one_of_many)
        order = rows[np.lexsort((rows, early[rows], rank[rows], group[rows]))]
        is_master[order[np.append(True, np.diff(group[order]) != 0)]] = True
    if legs.above:
        is_master &= ~cells.fits(legs.above)
    return is_master, np.minimum(sizes, np.iinfo(np.int16).max).astype(np.int16)


def _alphabetical(starts: Texts, chosen: np.ndarray) -> np.ndarray:
    """The place of each chosen row's text in alphabetical order, an empty one last; 0 for the other rows."""
    ranks = np.zeros(len(starts.codes), np.int64)
    codes, inverse = np.unique(starts.codes[chosen], return_inverse=True)
    # "\uffff" sorts behind every text.
    texts = [starts.texts[code] if code != EMPTY else "\uffff" for code in codes.tolist()]
    rank = np.empty(len(texts), np.int64)
    rank[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    ranks[chosen] = rank[inverse.reshape(-1)]
    return ranks


def call_groups(cells: Cells, legs: Legs) -> np.ndarray:
    """The number of the call to which each row belongs, from 0 in order of appearance.

    A row without a key is a call of its own, unless it fits ``above``: then it belongs to the row before it.
    """
    rows = np.arange(cells.n)
    key = _call_keys(cells, legs)
    opens = ~cells.fits(legs.above) | (key != EMPTY) if legs.above else np.ones(cells.n, bool)
    # There is no row above the first that it could belong to.
    opens[:1] = True
    source = np.maximum.accumulate(np.where(opens, rows, 0))
    # Numbers that no key has, one a row: a row without a key is a call of its own.
    keyed = np.where(key == EMPTY, cells.n + rows, key)[source]
    _, first, group = np.unique(keyed, return_index=True, return_inverse=True)
    by_appearance = np.empty(len(first), np.int64)
    by_appearance[np.argsort(first)] = np.arange(len(first))
    return by_appearance[group.reshape(-1)]


def _call_keys(cells: Cells, legs: Legs) -> np.ndarray:
    """The number of each row's key: its ``group`` cells or, where it has none, its ``own``; -1 for neither."""
    if not legs.group:
        return np.full(cells.n, EMPTY, np.int32)
    group = _without_none(cells.joined(legs.group))
    return _first_filled(group, _without_none(cells.joined(legs.own))) if legs.own else group.codes


def _without_none(keys: Texts) -> Texts:
    """The keys without the words for none; millions of keys are looked at by their length alone."""
    none = [code for code, text in enumerate(keys.texts) if len(text) < 5 and text.casefold() in NO_KEY]
    return Texts(np.where(np.isin(keys.codes, none), EMPTY, keys.codes), keys.words, keys.name) if none else keys


def _first_filled(first: Texts, second: Texts) -> np.ndarray:
    number: dict[str, int] = {}
    numbers = [
        np.array([*(number.setdefault(text, len(number)) for text in keys.texts), EMPTY], np.int64)[keys.codes]
        for keys in (first, second)
    ]
    return np.where(numbers[0] == EMPTY, numbers[1], numbers[0])


AGENCYS = "the agency's number"
DIRECTION = "(direction)"  # the column in which the other rules find what the rule of that name says


def build(
    cells: Cells, fmt: Format, settings, agency, legs: np.ndarray
) -> tuple[dict[str, pa.Array], np.ndarray, Problems]:
    """Every column of the calls but the source's, the row of each, and what was rejected.

    Calls come in stored order: sorting a million is faster before each has its words.
    """
    problems = Problems(cells.n)
    rules = fmt.columns
    clock = read_clock(rules, cells, settings, problems)
    # A phone system writes the moment of every call; a row without one is damaged.
    moment = cells.heading_of((rules.get("started") or rules["date"]).columns)
    problems.reject(clock.precision_s == 0, moment, "empty", "a date and a time of day")
    problems.reject(clock.precision_s == DAY, moment, "no_time", "a date and a time of day")
    direction = _direction(rules, cells, agency, problems)
    problems.reject_bad(direction)
    problems.reject(~direction.is_there, direction.name, "empty", "a direction")
    columns = clock.columns() | {"direction": direction.words()}
    cells = cells.with_column(DIRECTION, columns["direction"].cast(STRING))
    # Most numbers are strangers', and none of those is kept.
    kept = None if settings.keep_numbers else [number.e164 for number in agency.numbers]
    numbers = _numbers(rules, cells, fmt, direction, kept)
    _warn_of_lost_digits(rules, cells, problems)
    columns |= _duration(rules, cells, problems)
    columns |= _outcome(fmt, cells, problems)
    columns |= {f"unique {i}": cells.texts(column).column() for i, column in enumerate(fmt.unique)}
    columns |= {"legs": pa.array(legs, pa.int16()), "warnings": problems.warnings()}
    agencys = numbers["other_number"].among(agency.is_agency_number)
    passed_on = _passed_on(rules, cells, numbers["our_number"], agencys, direction)
    numbers["our_number"] = numbers["our_number"].among(
        lambda n: n and n not in passed_on and not agency.is_agency_number(n)
    )
    if not settings.keep_numbers:
        numbers["other_number"] = agencys
    columns |= {name: reading.words() for name, reading in numbers.items()}
    columns[AGENCYS] = agencys.words()
    if problems.rejected.any():
        kept = pa.array(~problems.rejected)
        columns = {name: _without_unused(column.filter(kept)) for name, column in columns.items()}
    agencys = columns.pop(AGENCYS)
    unique = [columns.pop(name) for name in list(columns) if name.startswith("unique ")]
    columns["call_id"] = ids.of_calls(columns, agencys, unique, settings.office_id)
    keys = pa.table([columns["started_at_utc"], columns["call_id"]], ["moment", "id"])
    order = pc.sort_indices(keys, [("moment", "ascending"), ("id", "ascending")])
    kept_rows = np.flatnonzero(~problems.rejected)[order.to_numpy()]
    # Popped one by one, so that a million calls do not lie in memory twice.
    return {name: columns.pop(name).take(order) for name in list(columns)}, kept_rows, problems


def _direction(rules, cells: Cells, agency, problems: Problems) -> Reading:
    """Which way the calls went; where no word says it, the agency's number does, which is never one of ours."""
    rule = rules["direction"]
    direction = read(_without_last_resort(rule), cells)
    if "unknown" in (rule.default, rule.value):
        problems.doubt(direction, "direction")
        direction = direction.without_problems().filled("unknown")
    unsaid = direction.are("unknown")
    if not unsaid.any() or not {"caller", "called"} <= set(rules):
        return direction
    numbers = [number.e164 for number in agency.numbers]
    came, went = (
        read(rules[name], cells, unsaid, numbers).without_problems().among(agency.is_agency_number).is_there & unsaid
        for name in ("caller", "called")
    )
    parts = [(came & ~went, throughout(cells.n, "inbound")), (went & ~came, throughout(cells.n, "outbound"))]
    return together([*parts, (came == went, direction)], cells.n)


def _without_last_resort(rule: Rule) -> Rule:
    """The rule for the direction as one that says ``unknown`` of no word: a word that it does not list is a problem."""
    if rule.default == "unknown":
        return replace(rule, default=None)
    looked = rule.all_columns
    is_of_words = rule.value == "unknown" and len(looked) == 1
    return replace(rule, value=None, columns=looked, parse="words") if is_of_words else rule


def _without_unused(column: pa.Array) -> pa.Array:
    """The column without words that no row of it has: what only a rejected row said is not stored."""
    if not pa.types.is_dictionary(column.type):
        return column
    return numbered_words(column.dictionary.to_pylist(), codes_of(column.indices))


def _numbers(rules, cells: Cells, fmt: Format, direction: Reading, kept: list[str] | None) -> dict[str, Reading]:
    """Our number, the other party's, and what the system knew of the caller; of the others those that are ``kept``."""

    def numbers(name: str, rows: np.ndarray, among=None) -> Reading:
        return read(rules.get(name), cells, rows, among).without_problems()

    # Where the direction is not known, no one can say which of the two numbers is ours.
    known = direction.is_there & ~direction.is_bad & ~direction.are("unknown")
    ours, others = numbers("our_number", known), numbers("other_number", np.ones(cells.n, bool), kept)
    if "caller" in rules or "called" in rules:
        of_in, of_out = known & direction.are("inbound"), known & ~direction.are("inbound")
        ours = together([(of_in, numbers("called", of_in)), (of_out, numbers("caller", of_out))], cells.n)
        others = together([(of_in, numbers("caller", of_in, kept)), (of_out, numbers("called", of_out, kept))], cells.n)
    return {"our_number": ours, "other_number": others, "caller_id": _caller_id(rules, cells, fmt, direction)}


def _passed_on(rules, cells: Cells, ours: Reading, agencys: Reading, direction: Reading) -> set[str]:
    """Numbers of callers that look like ours: a call passed on to another telephone has its caller's as that which
    called out. Ours is one that was called, or that called the agency."""
    of_in, caller = direction.are("inbound"), rules.get("caller") or rules.get("other_number")
    doubtful = _values_in(ours, ~of_in) - _values_in(ours, of_in | agencys.is_there)
    if not doubtful or caller is None:
        return set()
    return _values_in(read(caller, cells, of_in, sorted(doubtful)).without_problems(), of_in) & doubtful


def _values_in(reading: Reading, rows: np.ndarray) -> set[str]:
    """What stands in the rows of a mask."""
    codes = np.unique(reading.codes[rows])
    return {reading.values[code] for code in codes[codes != EMPTY].tolist()} - {None}


NUMBERS = ("caller", "called", "our_number", "other_number")
_SHORTENED = regex(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)


def _warn_of_lost_digits(rules, cells: Cells, problems: Problems) -> None:
    """Of numbers that a spreadsheet shortened (8.00375E+09): whose they were, no one can say."""
    columns = {column for name in NUMBERS if name in rules for column in rules[name].columns}
    for column in columns:
        texts = cells.texts(column)
        has_exponent = pc.match_substring(texts.words, "E+", ignore_case=True).to_numpy(zero_copy_only=False)
        is_lost = rows_where(lambda t: _SHORTENED.fullmatch(t) and e164(t) is None, texts.of_texts(has_exponent))
        problems.warn(is_lost, "number_shortened")


def _caller_id(rules, cells: Cells, fmt: Format, direction: Reading) -> Reading:
    """What the system knew of the caller. Of our own calls the caller is us, and known."""
    if not fmt.has_caller_id:
        return throughout(cells.n, "not_recorded")
    rule, number = rules.get("caller_id"), rules.get("caller") or rules.get("other_number")
    if rule is None and number is not None:
        rule = _as_caller(number)
    is_ours = direction.are("outbound", "internal")
    caller = read(rule, cells, ~is_ours).among(bool).filled("unknown" if rule else "not_recorded")
    return together([(is_ours, throughout(cells.n, "known")), (~is_ours, caller)], cells.n)


def _as_caller(rule: Rule) -> Rule:
    """The rule of a caller's number, read for what its cell shows and not for the number."""
    cases = tuple((when, _as_caller(then)) for when, then in rule.cases)
    return Rule("caller_id", rule.columns, parse="caller", default="unknown", take=rule.take, cases=cases)


def _duration(rules, cells: Cells, problems: Problems) -> dict[str, pa.Array]:
    duration = read(_length_rule(rules.get("duration_s"), cells), cells).turned(seconds_of)
    problems.warn(duration.is_bad, "duration_unread")
    # No call takes longer than a day: a longer one is a counter that ran on, and no length.
    is_too_long = duration.numbers(lambda seconds: seconds, "i8", 0) > DAY
    problems.warn(is_too_long, "duration_too_long")
    duration = duration.without_problems().only(~is_too_long)
    precision = read(rules.get("duration_precision_s"), cells).array(pa.int16())
    return {
        "duration_s": duration.array(pa.int32()),
        "duration_kind": read(rules.get("duration_kind"), cells).filled("unknown").words(),
        "duration_precision_s": pc.fill_null(precision, pa.scalar(1, pa.int16())),
    }


def _length_rule(rule: Rule | None, cells: Cells) -> Rule | None:
    """The rule for a length; of a column of bare numbers where clock times are usual, seconds if some prove it."""
    if rule is None or rule.parse != "clock_span" or rule.cases or rule.take:
        return rule
    texts = [text for text in cells.joined(rule.columns).texts if fold(text) not in map(fold, rule.blank)]
    if not texts or not all(re.fullmatch(r"\d{1,6}", text) for text in texts):
        return rule
    return replace(rule, parse="seconds", clock="") if max(map(int, texts)) > LONGEST_MINUTES else rule


def _outcome(fmt: Format, cells: Cells, problems: Problems) -> dict[str, pa.Array]:
    """How the calls ended, and the system's own words for it: of these only words that the format names."""

    # Whatever else stands in such a cell may be a name that somebody typed.
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
