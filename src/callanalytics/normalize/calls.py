"""Turn rows of a phone system into calls.

Several rows may be one call: this module also picks the row that represents it and the rows that are its legs, and
finds the rows of an export pasted below another one with the same rows.
"""

from __future__ import annotations

import re
from collections import Counter
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
    combined_parts,
    numbered_words,
    one_value,
    read,
    rows_where,
)
from callanalytics.normalize.clock import Clock, read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.values import has_lost_digits
from callanalytics.values.dates import DAY
from callanalytics.values.parsers import Unreadable, words_for
from callanalytics.values.spans import seconds_of

STRING = pa.string()
FEWEST_SHORT, SHORT_MINUTES = 3, 5  # so many different lengths, none so long, may be hours and minutes
LONGEST_MINUTES = 720  # a larger number read as minutes would be a call of more than half a day
# Words for "none" in a key column. Read as a key, such a word would merge all its rows into one call.
FEWEST_COPIED = 3  # different rows in order: so many do not come twice by chance


def pasted_again(cells: pa.Table) -> np.ndarray:
    """Mask of rows that stand above in the same order: two exports with days in common, one pasted below the other.

    A row alone may be a second call.

    >>> np.flatnonzero(pasted_again(pa.table({"Number": [*"abbcd", *"bbcd", *"efgg", *"ef"]}))).tolist()
    [5, 6, 7, 8]
    """
    key = np.zeros(cells.num_rows, np.int64)  # the same number for the same row
    for column in cells.columns:
        code = codes_of(column.combine_chunks().dictionary_encode().indices)
        key = np.unique(key * (code.max(initial=0) + 2) + code + 1, return_inverse=True)[1].ravel()
    order = np.argsort(key, kind="stable")
    since = np.zeros(len(key), np.int64)  # how many rows above the same row stands
    is_same = np.append(False, np.diff(key[order]) == 0)[: len(key)]
    since[order[is_same]] = (order - np.roll(order, 1))[is_same]
    found = np.zeros(len(key), bool)
    for distance in {*since[1:][since[1:] == since[:-1]].tolist()} - {*range(FEWEST_COPIED)}:
        is_again = np.append(np.zeros(distance, bool), key[distance:] == key[:-distance])
        edges = np.flatnonzero(np.diff(is_again, prepend=False, append=False))
        for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            found[first:end] |= end - first >= FEWEST_COPIED <= len(np.unique(key[first:end]))
    return found


MIN_FOLDED, SHARE_FOLDED = 3, 4  # so many calls, and one in so many, have several rows of one minute


def grouped_by_habit(group: np.ndarray, below: np.ndarray) -> np.ndarray:
    """The groups, if so many have several rows that the system writes several for a call; else each row its own.

    The rows ``below`` are of the call above them either way, and show no habit.

    >>> nothing = np.zeros(7, bool)
    >>> grouped_by_habit(np.array([0, 0, 1, 1, 2, 2, 3]), nothing).tolist()
    [0, 0, 1, 1, 2, 2, 3]
    >>> grouped_by_habit(np.array([0, 0, 1]), nothing[:3]).tolist()
    [0, 1, 2]
    """
    sizes = np.bincount(group[~below])
    n_folded = int((sizes > 1).sum())
    if n_folded >= MIN_FOLDED and SHARE_FOLDED * n_folded >= len(sizes):
        return group
    return np.unique(_row_above(below), return_inverse=True)[1].reshape(-1)


def _row_above(below: np.ndarray) -> np.ndarray:
    """The number of each row, or of the row that it is below; the first row is below none."""
    rows = np.arange(len(below))
    return np.maximum.accumulate(np.where(below, 0, rows))


def with_numbers(cells: Cells, legs: Legs, group: np.ndarray) -> Cells:
    """The cells with the column that numbers the rows of a call, where a file with such calls lacks it."""
    for name, (first, further) in legs.number.items():
        is_several = np.bincount(group)[group] > 1
        if cells.name_of((name,)) is None and is_several.any():
            is_first = np.arange(cells.n) == np.unique(group, return_index=True)[1][group]
            words = np.where(is_several, np.where(is_first, first, further), "")
            cells = cells.with_column(name, pa.array(words.tolist(), STRING))
    return cells


def with_legs(cells: Cells, legs: Legs, group: np.ndarray, start: tuple) -> Cells:
    """The cells, completed from the other rows of their call.

    Blanks in the columns of ``inherit`` take the first row's cells. Each condition of ``any`` gets a column: ``yes``
    where some row of the same call fits it; one of ``last``, where one of those that began last does. Each column of
    ``gather`` gets, on all rows of a call, the value of the earliest fitting row that has one, by the `start` columns.
    """
    first, n_calls = np.unique(group, return_index=True)[1], group.max(initial=-1) + 1
    for column in legs.inherit:
        if (name := cells.name_of(column)) is not None:
            row_of = np.where(cells.texts(column).codes == EMPTY, first[group], np.arange(cells.n))
            cells = cells.with_column(name, cells.columns.column(name).take(pa.array(row_of)))
    is_timed = bool(legs.gather or legs.last)
    early = _alphabetical(cells.joined(start), np.ones(cells.n, bool)) if is_timed else np.zeros(cells.n, np.int64)
    latest = np.full(n_calls, -1, np.int64)
    np.maximum.at(latest, group, early)
    with_more, is_last = cells, early == latest[group]
    for name, when in [*legs.any.items(), *legs.last.items()]:
        fitting = np.zeros(n_calls, bool)
        fitting[group[cells.fits(when) & (is_last | (name in legs.any))]] = True
        words = pc.if_else(pa.array(fitting[group]), "yes", pa.scalar(None, STRING))
        with_more = with_more.with_column(name, words)
    cells = with_more
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
    """Mask of the rows, among those still `alive`, that represent their call; and the row count of each row's call.

    Of several candidates, the row whose `start` columns sort first is taken, so that an export in another order gives
    the same calls. If a row's position shows its call (``above``), the first in the file is taken.
    A leg found by position (``above``) never represents a call: if its first row was set aside, or is in another
    export, the leg shows only that a phone rang.
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


def with_first_starts(
    cells: Cells, group: np.ndarray, alive: np.ndarray, calls: np.ndarray, start: tuple, rules, agency
) -> Cells | None:
    """The cells, with the start of the earliest row of an incoming call in the row that represents it (``calls``); None
    if no start changes.

    Such a call begins when the first phone rings. One of ours begins with the row that has the party called: the row
    before it may be the office's own telephone.
    """
    is_one_of_many = alive & (np.bincount(group[alive], minlength=group.max(initial=-1) + 1)[group] > 1)
    chosen = np.flatnonzero(is_one_of_many & calls)
    came = _direction(rules, cells.rows(chosen), agency, Problems(len(chosen))).is_in("inbound")
    if not came.any():
        return None
    rows = np.flatnonzero(is_one_of_many)
    early = _alphabetical(cells.joined(start), is_one_of_many)
    order = rows[np.lexsort((rows, early[rows], group[rows]))]
    first = np.zeros(group.max() + 1, np.int64)
    first[group[order[::-1]]] = order[::-1]  # the earliest row is written last
    row_of = np.arange(cells.n)
    row_of[chosen[came]] = first[group[chosen[came]]]
    if (early == early[row_of]).all():
        return None
    for name in filter(None, map(cells.name_of, start)):
        cells = cells.with_column(name, cells.columns.column(name).take(pa.array(row_of)))
    return cells


_HALF_DAY = regex(r"(\d{1,2})(:\d\d(?::\d\d)?)\s*([ap])\.?m", re.IGNORECASE)
_FIGURES = regex(r"(?<![\d.,])\d{1,3}(?!\d)")


def _alphabetical(starts: Texts, chosen: np.ndarray) -> np.ndarray:
    """Alphabetical rank of each chosen row's text, numbers in it by size, empty last; 0 for rows not chosen."""
    ranks = np.zeros(len(starts.codes), np.int64)
    codes, inverse = np.unique(starts.codes[chosen], return_inverse=True)
    # "\uffff" sorts after every text. AM or PM before the hour, and figures of equal width, sort 9:59 AM before noon,
    # and 12:59 PM before 1:00 PM; decimals stay as they are.
    texts = [starts.texts[code] if code != EMPTY else "\uffff" for code in codes.tolist()]
    if len(set(map(len, texts))) > 1 or "m" in "".join(texts[:1]).casefold():
        texts = [_HALF_DAY.sub(lambda time: f"{time[3].lower()} {int(time[1]) % 12}{time[2]}", text) for text in texts]
        texts = [_FIGURES.sub(lambda figures: figures[0].zfill(4), text) for text in texts]
    rank = np.empty(len(texts), np.int64)
    rank[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    ranks[chosen] = rank[inverse.reshape(-1)]
    return ranks


def call_groups(cells: Cells, legs: Legs, below: np.ndarray) -> np.ndarray:
    """The number of each row's call, from 0 in order of appearance.

    A row without a key is a call of its own, unless it fits ``above``: then it belongs to the row before it,
    as do the rows of ``below``.
    """
    rows = np.arange(cells.n)
    key = np.where(below, EMPTY, _call_keys(cells, legs))
    key = np.where(cells.fits(legs.only), key, EMPTY) if legs.only else key
    source = _row_above(below | (cells.fits(legs.above) & (key == EMPTY)) if legs.above else below)
    # A row without a key is a call of its own, so it gets a number that no key has.
    keyed = np.where(key == EMPTY, EMPTY - 1 - rows, key)[source]
    _, first, group = np.unique(keyed, return_index=True, return_inverse=True)
    by_appearance = np.empty(len(first), np.int64)
    by_appearance[np.argsort(first)] = np.arange(len(first))
    return by_appearance[group.reshape(-1)]


def _call_keys(cells: Cells, legs: Legs) -> np.ndarray:
    """The number of each row's key: its ``group`` cells or, if empty, its ``own`` cells; -1 for neither."""
    if not legs.group:
        return np.full(cells.n, EMPTY, np.int32)
    if not legs.own and sum(cells.name_of(column) is not None for column in legs.group) > 1:
        return cells.group_codes(legs.group)
    group = _without_none(cells.joined(legs.group))
    return _first_filled(group, _without_none(cells.joined(legs.own))) if legs.own else group.codes


def _without_none(keys: Texts) -> Texts:
    """The keys, with zeros and shortened numbers emptied."""
    keys = keys.of_texts(pc.not_equal(keys.words, "0").to_numpy(zero_copy_only=False))
    is_short = _are_shortened(keys)
    return keys.of_rows(~is_short) if is_short.any() else keys


def have_doubtful_keys(cells: Cells, legs: Legs) -> np.ndarray:
    """Mask of the rows whose key a spreadsheet shortened to that of another row: one call or two, no one can say.

    A row whose position shows its call (``above``) needs no key.
    """
    keys = [cells.joined(columns) for columns in (legs.group, legs.own or legs.group) if columns]
    lost = [_are_shortened(each) for each in keys]
    if not any(each.any() for each in lost) or (legs.above and cells.fits(legs.above).any()):
        return np.zeros(cells.n, bool)
    number = _first_filled(*keys)
    is_lost = np.where(keys[0].codes == EMPTY, lost[1], lost[0])
    return is_lost & (np.bincount(number[is_lost], minlength=number.max() + 1)[number] > 1)


def _first_filled(first: Texts, second: Texts) -> np.ndarray:
    number: dict[str, int] = {}
    numbers = [
        np.array([*(number.setdefault(text, len(number)) for text in keys.texts), EMPTY], np.int64)[keys.codes]
        for keys in (first, second)
    ]
    return np.where(numbers[0] == EMPTY, numbers[1], numbers[0])


AGENCYS = "the agency's number"
DIRECTION = "(direction)"  # the column in which other rules find the result of the rule ``direction``


def build(
    cells: Cells, fmt: Format, settings, agency, legs: np.ndarray, by_time: np.ndarray, begun: Cells | None = None
) -> tuple[dict[str, pa.Array], np.ndarray, Problems]:
    """Every column of the calls except the source, the row of each call, and the problems found.

    ``legs`` is the number of its rows; ``by_time`` whether their times alone show that they are one call.
    ``begun``: the cells with the starts of first rows. The ID keeps the start of the row that represents the call:
    another export may have it alone.

    Calls come in stored order, because sorting a million is faster before their words are added.
    """
    problems = Problems(cells.n)
    rules = fmt.columns
    clock = read_clock(rules, cells, settings, problems)
    # A phone system writes the time of every call; a row without one is damaged.
    moment = cells.heading_of((rules.get("started") or rules["date"]).columns)
    problems.reject(clock.precision_s == 0, moment, "empty", "a date and a time of day")
    problems.reject(clock.precision_s == DAY, moment, "no_time", "a date and a time of day")
    direction = _direction(rules, cells, agency, problems)
    problems.reject_bad(direction)
    problems.reject(~direction.is_there, direction.name, "empty", "a direction")
    columns = clock.columns() | {"direction": direction.words()}
    cells = cells.with_column(DIRECTION, columns["direction"].cast(STRING))
    # Most numbers belong to other parties, and none of those is kept.
    kept = None if settings.keep_numbers else [number.e164 for number in agency.numbers]
    numbers = _numbers(rules, cells, fmt, direction, kept)
    # A spreadsheet may have shortened numbers (8.00375E+09): their owner can't be identified.
    for column in {column for name in NUMBERS if name in rules for column in rules[name].all_columns}:
        problems.warn(_are_shortened(cells.texts(column)), "number_shortened")
    problems.warn(by_time, "legs_by_time")
    columns |= _duration(rules, cells, problems)
    if "ended" in rules:
        columns["duration_s"] = _until_end(rules, cells, settings, clock, problems)
    columns |= _outcome(fmt, cells, problems)
    columns |= {f"unique {i}": _without_none(cells.texts(column)).column() for i, column in enumerate(fmt.unique)}
    columns |= {"legs": pa.array(legs, pa.int16()), "warnings": problems.warnings()}
    agencys = numbers["other_number"].where_value(agency.is_agency_number)
    passed_on = _passed_on(rules, cells, numbers["our_number"], agencys, direction, agency)
    numbers["our_number"] = numbers["our_number"].where_value(
        lambda n: n and n not in passed_on and not agency.is_agency_number(n)
    )
    if not settings.keep_numbers:
        numbers["other_number"] = agencys
    columns |= {name: reading.words() for name, reading in numbers.items()}
    columns[AGENCYS] = agencys.words()
    if problems.rejected.any():
        kept = pa.array(~problems.rejected)
        columns = {name: column.filter(kept) for name, column in columns.items()}
        # Without words that no row has, so that nothing from rejected rows alone is stored
        worded = {name: column for name, column in columns.items() if pa.types.is_dictionary(column.type)}
        columns |= {n: numbered_words(c.dictionary.to_pylist(), codes_of(c.indices)) for n, c in worded.items()}
    agencys = columns.pop(AGENCYS)
    unique = [columns.pop(name) for name in list(columns) if name.startswith("unique ")]
    columns["call_id"] = ids.of_calls(columns, agencys, unique, settings.office_id)
    if begun is not None:
        clock = read_clock(rules, begun, settings, Problems(begun.n))
        columns |= {name: column.filter(pa.array(~problems.rejected)) for name, column in clock.columns().items()}
    keys = pa.table([columns["started_at_utc"], columns["call_id"]], ["moment", "id"])
    order = pc.sort_indices(keys, [("moment", "ascending"), ("id", "ascending")])
    kept_rows = np.flatnonzero(~problems.rejected)[order.to_numpy()]
    # Popped one by one, so that a million calls do not lie in memory twice.
    return {name: columns.pop(name).take(order) for name in list(columns)}, kept_rows, problems


def _direction(rules, cells: Cells, agency, problems: Problems) -> Reading:
    """The direction of each call, by its word; if unknown, by which side has the agency's number."""
    rule = rules["direction"]
    direction = read(_without_last_resort(rule), cells)
    if "unknown" in (rule.default, rule.value):
        problems.doubt(direction, "direction")
        direction = direction.without_problems().filled("unknown")
    unsaid = direction.is_in("unknown")
    if not unsaid.any() or not {"caller", "called"} <= set(rules):
        return direction
    numbers = [number.e164 for number in agency.numbers]
    came, went = (
        read(rules[name], cells, unsaid, numbers).without_problems().where_value(agency.is_agency_number).is_there
        & unsaid
        for name in ("caller", "called")
    )
    parts = [(came & ~went, one_value(cells.n, "inbound")), (went & ~came, one_value(cells.n, "outbound"))]
    return combined_parts([*parts, (came == went, direction)], cells.n)


def _without_last_resort(rule: Rule) -> Rule:
    """The direction's rule without its fallback ``unknown``, so that an unlisted word becomes a problem."""
    if rule.default == "unknown":
        return replace(rule, default=None)
    looked = rule.all_columns
    is_of_words = rule.value == "unknown" and len(looked) == 1
    return replace(rule, value=None, columns=looked, parse="words") if is_of_words else rule


def _numbers(rules, cells: Cells, fmt: Format, direction: Reading, kept: list[str] | None) -> dict[str, Reading]:
    """The office's number, the other party's, and the caller ID. Only other numbers in ``kept`` are read, if given."""

    def numbers(name: str, rows: np.ndarray, among=None) -> Reading:
        return read(rules.get(name), cells, rows, among).without_problems()

    # If the direction is unknown, nothing shows which of the two numbers is the office's.
    known = direction.is_there & ~direction.is_bad & ~direction.is_in("unknown")
    ours, others = numbers("our_number", known), numbers("other_number", np.ones(cells.n, bool), kept)
    if "caller" in rules or "called" in rules:
        of_in, of_out = known & direction.is_in("inbound"), known & ~direction.is_in("inbound")
        ours = combined_parts([(of_in, numbers("called", of_in)), (of_out, numbers("caller", of_out))], cells.n)
        others = combined_parts(
            [(of_in, numbers("caller", of_in, kept)), (of_out, numbers("called", of_out, kept))], cells.n
        )
    return {"our_number": ours, "other_number": others, "caller_id": _caller_id(rules, cells, fmt, direction)}


FEWEST_DIALED = 3  # parties that only a line of the office dials; a call is passed on to one or two telephones


def _passed_on(rules, cells: Cells, ours: Reading, agencys: Reading, direction: Reading, agency) -> set[str]:
    """Callers' numbers that look like the office's: a forwarded call shows its caller's number as the one dialing out.

    A number is the office's if it was called, or if it called the agency. A number that also called in is not. Its
    incoming part may be in another file: so neither is one that dialed only a telephone that others dialed too; nor, if
    the agency itself seems to dial out, any that dialed few parties, none of whom called in.
    """
    of_in, caller = direction.is_in("inbound"), rules.get("caller") or rules.get("other_number")
    doubtful = _values_in(ours, ~of_in) - _values_in(ours, of_in | agencys.is_there)
    if not doubtful or caller is None:
        return set()
    rows = ~of_in & ours.numbers(doubtful.__contains__, "?", False)
    dialed = read(rules.get("called") or rules.get("other_number"), cells, rows).without_problems()
    callers = _values_in(read(caller, cells, of_in, sorted(doubtful | _values_in(dialed, rows))), of_in)
    parties = _numbers_dialed(ours, dialed, rows)
    # A column of the office's own numbers holds no caller's.
    is_said = "our_number" in rules and set(rules["our_number"].all_columns).isdisjoint(caller.all_columns)
    is_forwarding = any(map(agency.is_agency_number, doubtful))
    times = Counter(party for dialed_by in parties.values() for party in dialed_by)

    def is_passed_on(line: str) -> bool:
        own = parties.get(line, set())
        is_few = not is_said and len(own) < FEWEST_DIALED and own.isdisjoint(callers)
        is_shared = bool(own) and all(times[party] > 1 for party in own)
        return line in callers or (is_few and (is_forwarding or is_shared))

    return set(filter(is_passed_on, doubtful))


def _numbers_dialed(lines: Reading, dialed: Reading, rows: np.ndarray) -> dict[str, set[str]]:
    """The numbers that each line dialed."""
    found: dict[str, set[str]] = {}
    pairs = np.stack([lines.codes, dialed.codes])[:, rows & dialed.is_there]
    for line, party in np.unique(pairs, axis=1).T.tolist():
        found.setdefault(lines.values[line], set()).add(dialed.values[party])
    return found


def _values_in(reading: Reading, rows: np.ndarray) -> set[str]:
    """The values in the rows of a mask."""
    codes = np.unique(reading.codes[rows])
    return {reading.values[code] for code in codes[codes != EMPTY].tolist()} - {None}


NUMBERS = ("caller", "called", "our_number", "other_number")


def _are_shortened(column: Texts) -> np.ndarray:
    """Mask of the rows with a number that a spreadsheet shortened."""
    has_exponent = pc.match_substring(column.words, "E+", ignore_case=True).to_numpy(zero_copy_only=False)
    return rows_where(has_lost_digits, column.of_texts(has_exponent))


def _caller_id(rules, cells: Cells, fmt: Format, direction: Reading) -> Reading:
    """What the system recorded of the caller. On outgoing and internal calls it is ``known``: the office itself.

    A system that can't show a withheld caller still shows the others: only calls without a number are not recorded.
    """
    rule, number = rules.get("caller_id"), rules.get("caller") or rules.get("other_number")
    if rule is None and number is not None:
        rule = _as_caller(number)
    is_ours = direction.is_in("outbound", "internal")
    caller = read(rule, cells, ~is_ours).where_value(bool).filled("unknown" if rule else "not_recorded")
    if not fmt.has_caller_id and "caller_id" not in rules:
        is_shown = direction.is_in("inbound") & caller.is_in("known")
        return combined_parts([(is_shown, caller), (~is_shown, one_value(cells.n, "not_recorded"))], cells.n)
    return combined_parts([(is_ours, one_value(cells.n, "known")), (~is_ours, caller)], cells.n)


def _as_caller(rule: Rule) -> Rule:
    """The rule of a caller's number, changed to read how the cell shows the caller, not the number."""
    cases = tuple((when, _as_caller(then)) for when, then in rule.cases)
    return Rule("caller_id", rule.columns, parse="caller", default="unknown", take=rule.take, cases=cases)


def _duration(rules, cells: Cells, problems: Problems) -> dict[str, pa.Array]:
    duration = read(_length_rule(rules.get("duration_s"), cells, problems), cells).converted(seconds_of)
    problems.warn(duration.is_bad, "duration_unread")
    # No call lasts longer than a day: a larger value is a counter that kept running.
    is_too_long = duration.numbers(lambda seconds: seconds, "i8", 0) > DAY
    problems.warn(is_too_long, "duration_too_long")
    duration = duration.without_problems().in_rows(~is_too_long)
    precision = read(rules.get("duration_precision_s"), cells).array(pa.int16())
    return {
        "duration_s": duration.array(pa.int32()),
        "duration_kind": read(rules.get("duration_kind"), cells).filled("unknown").words(),
        "duration_precision_s": pc.fill_null(precision, pa.scalar(1, pa.int16())),
    }


def _until_end(rules, cells: Cells, settings, start: Clock, problems: Problems) -> pa.Array:
    """The seconds from each call's start to its end; null without an end, or in an hour that the clock shows twice."""
    end_rules = {"started": rules["ended"]} | {name: rules[name] for name in ("timezone",) if name in rules}
    end = read_clock(end_rules, cells, settings, Problems(cells.n))
    problems.warn(np.isnat(end.utc) & (cells.joined(rules["ended"].columns).codes != EMPTY), "duration_unread")
    seconds = (end.utc - start.utc) / np.timedelta64(1, "s")
    problems.warn(seconds > DAY, "duration_too_long")
    is_known = (seconds >= 0) & (seconds <= DAY) & np.asarray(pc.and_(end.flag.is_null(), start.flag.is_null()))
    return pa.array(np.where(is_known, seconds, 0).astype(np.int32), mask=~is_known)


_WITHOUT_HOURS = regex(r"\d{1,2}:\d\d\.\d")
_HAS_HOUR = regex(r"0*[1-9]\d*:\d+:|[6-9]\d:|\d{3,}:")
_ANY_HOUR = regex(r"^\d+:\d\d(?=:00$)")
_OVER_A_DAY = regex(r"^(?:2[4-9]|[3-9]\d|\d{3,}):\d\d(?=:00$)")
_TWO_PARTS = regex(r"(\d+):\d\d(:00)?")  # also as a spreadsheet shows 41:11 that it took for hours and minutes


def _length_rule(rule: Rule | None, cells: Cells, problems: Problems) -> Rule | None:
    """The rule for a length, with the units of a ``clock_span`` column that its own values show.

    Bare numbers are in seconds if one is too long as minutes. Two parts are minutes and seconds if one is too long as
    hours and minutes; then 41:11:00 is 41:11, too, unless most of three parts have seconds: one call of 12:00:00 may be
    a line that stayed open. A spreadsheet shows 1:41:11.0 as 41:11.0: such lengths are left out if none has an hour.
    It shows 0:41:11 as 0:41 if told so: lengths of two parts that are all short may be hours and minutes.
    Beside numbers under 1,000, seconds such as 2.471 may be thousands, and are left out.
    """
    if rule is None or rule.parse not in ("clock_span", "seconds"):
        return rule
    column = cells.joined(rule.columns)
    if rule.parse == "seconds":
        return _without_thousands(rule, column, problems)
    texts = [text for text in column.texts if fold(text) not in map(fold, rule.blank)]
    if texts and all(re.fullmatch(r"\d{1,6}", text) for text in texts) and not rule.cases and not rule.take:
        return replace(rule, parse="seconds", clock="") if max(map(int, texts)) > LONGEST_MINUTES else rule
    is_cut = rows_where(_WITHOUT_HOURS.fullmatch, column)
    if is_cut.any() and not any(map(_HAS_HOUR.match, texts)):
        problems.warn(is_cut, "duration_hours_lost")
        return replace(rule, take=rf"^(?!{_WITHOUT_HOURS.pattern}$).+")
    spans = [text for text in texts if ":" in text]  # bare numbers are seconds, whatever the spans beside them are
    firsts = [int(match[1]) for text in spans if (match := re.fullmatch(r"\D*(\d+):\d\d\D*", text))]
    is_short = FEWEST_SHORT <= len(firsts) == len(spans) and max(firsts) < SHORT_MINUTES
    if rule.clock == "m:ss" and is_short:
        problems.warn(rows_where(lambda text: ":" in text, column), "duration_perhaps_of_hours")
    long = [text for text in texts if (hours := re.match(r"(\d{2,}):", text)) and int(hours[1]) * 60 >= LONGEST_MINUTES]
    has_seconds = [not text.endswith(":00") for text in texts if text.count(":") == 2]
    is_plain = all(map(_TWO_PARTS.fullmatch, long)) and 2 * sum(has_seconds) <= len(texts)
    if rule.clock == "h:mm" or not long or not is_plain:
        return rule
    # Beside 19:55, a spreadsheet writes only 24 minutes or more in three parts: 1:13:00 is an hour there.
    has_plain = any((match := _TWO_PARTS.fullmatch(text)) and not match[2] for text in texts)
    taken = _OVER_A_DAY if has_plain else _ANY_HOUR
    is_taken = rows_where(taken.search, column)
    problems.warn(is_taken, "duration_of_minutes")
    return replace(rule, clock="m:ss", take=rule.take if not is_taken.any() else f"{taken.pattern}|.+")


_THOUSANDS = r"^\d{1,3}\.\d{3}$"
_WHOLE = r"^[1-9]\d{0,2}$"  # a zero is written without decimals in either way
_NOT_THOUSANDS = r"^\d+\.\d{0,2}$|^\d+\.\d{4,}$|^\d{4,}"


def _without_thousands(rule: Rule, column: Texts, problems: Problems) -> Rule:
    """The rule for seconds, without 2.471 in a column whose other numbers are whole and small."""
    has_thousands, has_whole, has_others = (
        pc.any(pc.match_substring_regex(column.words, pattern)).as_py()
        for pattern in (_THOUSANDS, _WHOLE, _NOT_THOUSANDS)
    )
    if rule.take or not (has_thousands and has_whole) or has_others:
        return rule
    problems.warn(rows_where(regex(_THOUSANDS).match, column), "duration_unread")
    return replace(rule, take=rf"^(?!{_THOUSANDS[1:]}).+")


def _outcome(fmt: Format, cells: Cells, problems: Problems) -> dict[str, pa.Array]:
    """How the calls ended, and the system's own words for it; only words that the format lists are kept."""

    # Any other text in such a cell may be a name that someone typed.
    def known(text: str) -> str:
        if fmt.words_of_outcomes.isdisjoint(words_for(fold(text))):
            raise Unreadable("unknown_word")
        return text

    words = read(fmt.columns.get("outcome_raw"), cells).converted(known)
    problems.doubt(words, "outcome_raw")
    return {
        "outcome": read(fmt.columns.get("outcome"), cells).without_problems().filled("unknown").words(),
        "outcome_raw": words.without_problems().words(),
    }
