"""Read the wait and its outcome, and infer one from the other.

The column shows what bare numbers and 1:15 mean; if it does not, a person is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format, Rule, find
from callanalytics.lazy import regex
from callanalytics.normalize.cells import Cells, Reading, read
from callanalytics.schema import ONLY_A_PERSON
from callanalytics.values import lexicon, try_read
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.spans import (
    BARE_S,
    LONG_S,
    PART_OF_WHAT,
    Span,
    amount_of,
    are_minutes_and_seconds,
    without_amount,
)

MINUTE, HOUR = 60, 3600  # [s]
PLAUSIBLE = (4 * MINUTE, 5 * HOUR)  # shortest and longest plausible median wait of a column
MIN_VALUES = 3  # this many different values may decide without other evidence
CLOSER = np.log(3)  # a reading has to be nearer to the column's other waits by this log ratio
SECONDS_FROM, MINUTES_TO = 240, 120  # medians of bare numbers: above the first seconds, up to the second minutes
# A spreadsheet stores a typed 0:45 as 0:45:00, so zero seconds prove nothing there and are removed.
WITHOUT_ZERO_SECONDS = r"^(\d+:\d\d(?=:00$)|[\s\S]*)"


@dataclass(frozen=True)
class Units:
    """How to read a column of waits: the ``unit`` of bare numbers and the ``clock`` of two parts; "" if undecided.

    ``decimals``: the digits of 31.02 in a column of minutes, ``parts`` of a minute or ``seconds``; "" if undecided.

    ``is_inferred``: which of unit and clock come only from the column's other values; the rows get a warning.
    """

    unit: str = "minutes"
    clock: str = ""
    decimals: str = ""
    is_inferred: tuple[str, ...] = ()


@dataclass
class _Column:
    """The distinct amounts of a column, each with its number of rows."""

    pairs: Counter[tuple[int, int]]
    bare: Counter[float]
    known: Counter[float]
    has_seconds: bool = False  # a workbook's times, some with seconds that are not zero
    are_minutes: bool = False  # each pair is minutes and seconds, as a cell shows


def decide(rule: Rule | None, cells: Cells, settings) -> Units:
    """Decide how to read the rule's column of waits."""
    if rule is None or rule.parse not in ("human_span", "clock_span") or not rule.columns:
        return Units(rule.unit if rule and rule.unit else "minutes", rule.clock if rule else "")
    texts = cells.joined(rule.columns)
    rows = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.texts)).tolist()
    column = _amounts(zip(texts.texts, rows, strict=True), cells.is_workbook)
    header = _units_stated(texts.name)
    # Minutes are a format's default, so only another unit says something about this sheet.
    stated = header.get("unit") or ("" if header or rule.unit == "minutes" else rule.unit)
    unit, by_unit = _unit(column, settings.wait_unit, stated)
    clock, by_clock = _clock(column, unit, settings.wait_clock or rule.clock or header.get("clock", ""))
    inferred = [name for name, by_others in (("unit", by_unit), ("clock", by_clock)) if by_others]
    decimals = _decimals(texts.texts, rows, texts.name, cells.is_workbook) if unit == "minutes" else "parts"
    return Units(unit, clock, decimals, tuple(inferred))


# ---- 31.02 ------------------------------------------------------------------------------------------

HUNDREDTHS = regex(r"(?<![\d:.,])(\d{1,3})\.(\d\d)(?![\d:.,])(?!\s*(?:h|m|s|min))", re.IGNORECASE)
SMALL = regex(r"\W*[1-5]\.\d\W*")  # among whole minutes: 1.5 is more often an hour and a half
SEVERAL = 5  # this many different values show a habit


def _decimals(texts: list[str], rows: list[int], header: str, is_workbook: bool) -> str:
    """The meaning of two digits after a decimal point, as the whole column shows it.

    Parts of a minute if half of the numbers or more have decimals, and no decimals have two digits or some are over
    .59. Seconds if the header says so, or if a text file has five or more different numbers with two digits, none over
    .59, and over 90% of its numbers have decimals. A lone 31.02 among whole numbers is an error, and a lone 1.5 is
    ambiguous.

    >>> _decimals(["12.75", "8.33", "7.5"], [1, 1, 1], "Wait", False), _decimals(["31.02", "45"], [1, 9], "Wait", False)
    ('parts', '')
    >>> _decimals(["12.5", "8.3", "2.5"], [1, 1, 1], "Wait", False), _decimals(["1.5", "45"], [1, 9], "Wait", False)
    ('parts', '')
    """
    if re.search(r"\b(?:m{1,2}|mins?|minutes?)\s*[.]\s*(?:s{1,2}|secs?|seconds?)\b", header.casefold()):
        return "seconds"
    found = {text: (match, n) for text, n in zip(texts, rows, strict=True) if (match := HUNDREDTHS.search(text))}
    plain = sum(n for text, n in zip(texts, rows, strict=True) if re.fullmatch(r"\d+", text))
    broken = sum(n for text, n in zip(texts, rows, strict=True) if re.fullmatch(r"\d+\.\d+", text))
    if broken < plain:
        return ""
    if not found or any(int(match[2]) > 59 for match, _ in found.values()):
        return "parts"
    return "seconds" if len(found) >= SEVERAL and not is_workbook and broken > 9 * plain else ""


def _units_stated(header: str) -> dict[str, str]:
    """The unit or the clock format that a header names: Wait (min), Hold h:mm.

    >>> _units_stated("Wait (mins)"), _units_stated("Hold time (h:mm)"), _units_stated("Hold")
    ({'unit': 'minutes'}, {'clock': 'h:mm'}, {})
    """
    if match := re.search(r"\b(h{1,2}|m{1,2}):(m{1,2}|s{1,2})\b", header.casefold()):
        return {"clock": "h:mm" if match[1][0] == "h" else "m:ss"}
    units = lexicon.phrases("units")
    words = [word for word in lexicon.tokens(header) if word.isalpha()]
    named = {found[0] for index in range(len(words)) if (found := units.match(words, index))}
    return {"unit": named.pop()} if len(named) == 1 else {}


def _amounts(texts: Iterable[tuple[str, int]], is_workbook: bool) -> _Column:
    column = _Column(Counter(), Counter(), Counter())
    texts = list(texts)
    for text, rows in texts:
        column.has_seconds |= is_workbook and bool(re.search(r"\d:\d\d:(?!00)\d\d", text))
        amount = try_read(amount_of, _without_zero_seconds(text) if is_workbook else text)
        if amount is None:
            continue
        if amount.clock:
            column.pairs[amount.clock] += rows
        elif amount.bare is not None:
            column.bare[amount.bare] += rows
        elif amount.high:
            column.known[(amount.low + amount.high) / 2] += rows
    # Beside waits that are plausible as hours and minutes, one to the second was read from a telephone
    are_hours = all(first * HOUR <= PLAUSIBLE[1] for first, _ in column.pairs)
    column.are_minutes = are_minutes_and_seconds(column.pairs, () if are_hours else (text for text, _ in texts))
    return column


def _without_zero_seconds(text: str) -> str:
    """The text as typed in a cell to which the workbook added seconds."""
    found = re.search(WITHOUT_ZERO_SECONDS, text)
    return found[1] if found else text


def lacks(name: str, text: str, is_workbook: bool) -> bool:
    """Whether a wait lacks its ``unit``, or has two parts without the ``clock`` that explains them."""
    amount = try_read(amount_of, _without_zero_seconds(text) if is_workbook else text)
    return amount is not None and bool(amount.clock if name == "clock" else amount.bare)


def _median(values: dict[float, int], scale: float = 1.0) -> float:
    return float(np.median(np.repeat([value * scale for value in values], list(values.values()))))


# ---- bare numbers -----------------------------------------------------------------------------------


def _unit(column: _Column, by_user: str | None, stated: str) -> tuple[str, bool]:
    """The unit of bare numbers, and whether only the column's own values show it."""
    bare = {value: rows for value, rows in column.bare.items() if value}
    if by_user or not bare:
        return by_user or stated or "minutes", False
    is_of_days = _are_parts_of_days(bare)
    # If the header names a unit but the numbers give no plausible wait in it, the user is asked.
    if stated:
        return ("" if is_of_days and not _is_plausible(bare, stated) else stated), False
    if is_of_days:
        return ("", False) if _may_be_parts_of_hours(bare) else ("days", True)
    known = {value: rows for value, rows in column.known.items() if value}
    if sum(known.values()) < sum(bare.values()):
        return _unit_by_size(bare)
    unit = _nearest_known(_median(bare), _median(known))
    if unit == "hours" and all(value % 1 == 0 for value in bare):
        return "", False  # 1 may be a minute, or an hour
    return unit, unit not in ("", "minutes")


def _are_parts_of_days(bare: dict[float, int]) -> bool:
    """Whether numbers are whole minutes as fractions of a day: a spreadsheet stores 45 minutes as 0.03125.

    No one holds for half a day, and no one types so many digits.
    """
    minutes = [value * 1440 for value in bare]
    is_whole = all(abs(value - round(value)) < 0.01 and value >= 1 for value in minutes)
    return is_whole and max(bare) < 0.5 and any(len(f"{value:g}") > 5 for value in bare)


def _unit_by_size(bare: dict[float, int]) -> tuple[str, bool]:
    """The unit in which numbers are waits, and whether their size alone shows it."""
    if _may_be_hours_and_minutes(bare):
        return "", False
    if max(bare) <= 6 and sum(value % 1 > 0 for value in bare) * 2 >= len(bare) >= MIN_VALUES:
        return "hours", True
    middle, smallest = _median(bare), min(bare)
    if middle <= MINUTES_TO or (middle <= SECONDS_FROM and smallest < MINUTE):
        return "minutes", False
    is_of_seconds = middle > SECONDS_FROM and len(bare) >= MIN_VALUES and smallest >= 15
    return ("seconds", True) if is_of_seconds else ("", False)


def _may_be_hours_and_minutes(bare: dict[float, int]) -> bool:
    """Whether 1.10, 0.45, 1.05 may be an hour and ten minutes as well as parts of an hour."""
    hundredths = [round(value % 1 * 100) for value in bare if value % 1]
    is_odd = any(each % 25 and each % 10 for each in hundredths)
    is_exact = all(abs(value * 100 - round(value * 100)) < 1e-6 for value in bare)
    return max(bare) <= 6 and len(hundredths) >= MIN_VALUES and is_exact and is_odd and max(hundredths) < 60


def _nearest_known(middle: float, known: float) -> str:
    apart = {unit: abs(np.log(middle * BARE_S[unit] / known)) for unit in ("minutes", "seconds", "hours")}
    best, second = sorted(apart, key=apart.__getitem__)[:2]
    return best if apart[second] - apart[best] >= CLOSER else ""


def _may_be_parts_of_hours(bare: dict[float, int]) -> bool:
    """Whether fractions may be parts of hours too: 0.25 and 0.3333333 of an hour are whole minutes."""
    minutes = [value * 60 for value in bare]
    return all(abs(value - round(value)) < 0.01 for value in minutes) and _is_plausible(bare, "hours")


def _is_plausible(bare: dict[float, int], unit: str) -> bool:
    low, high = PLAUSIBLE
    return low <= _median(bare, BARE_S[unit]) <= high


# ---- two parts --------------------------------------------------------------------------------------


def _clock(column: _Column, unit: str, stated: str) -> tuple[str, bool]:
    """The clock format of 1:15, and whether only the column's own values show it."""
    if stated or not column.pairs:
        return stated, False
    # A workbook adds zero seconds to a typed 0:45. If other cells have seconds, its times already have three parts.
    if column.has_seconds:
        return "h:mm", False
    # One value settles the whole column.
    if column.are_minutes:
        return "m:ss", False
    hours = _median({first * HOUR + second * MINUTE: rows for (first, second), rows in column.pairs.items()})
    minutes = _median({first * MINUTE + second: rows for (first, second), rows in column.pairs.items()})
    known = {value: rows for value, rows in column.known.items() if value}
    if unit:
        known |= {value * BARE_S[unit]: rows for value, rows in column.bare.items() if value}
    if known and hours and minutes:
        apart = abs(np.log(hours / _median(known))) - abs(np.log(minutes / _median(known)))
        return ("h:mm" if apart < 0 else "m:ss", True) if abs(apart) >= CLOSER else ("", False)
    # Take the only reading in which the column's median is a plausible wait.
    low, high = PLAUSIBLE
    fits = {"h:mm": low <= hours <= high, "m:ss": low <= minutes <= high}
    fitting = [clock for clock, is_fit in fits.items() if is_fit]
    is_enough = len(column.pairs) >= MIN_VALUES
    return (fitting[0] if len(fitting) == 1 and is_enough else ""), is_enough


STRING = pa.string()
PROMISES = pa.array(["urgent", "regular", "unknown"])
AUTOMATIC = pa.array(["queue"])
# Outcomes that show how the wait ended, if nothing else does.
NOT_QUEUED = pa.array("ivr_resolved ivr_ended ivr_not_understood ivr_gave_up closed wrong_line".split())
REACHED = pa.array(ONLY_A_PERSON)
LOST = pa.array(["gave_up", "cut_off"])
OPEN_ENDS = pa.array(["unknown", "no_person"])  # these do not say who ended the call
UNDECIDED = ("ambiguous_clock", "ambiguous_unit")  # the user is asked about these


def read_wait(contact, columns: dict[str, pa.Array], settings) -> dict[str, pa.Array]:
    """The wait of an agency call, its rounding and origin, how it ended, and the outcome completed from these.

    What the user states about waits (``settings``) applies if the sheet does not state it.
    """
    span = _span(contact, settings)
    is_dial = pc.fill_null(pc.equal(columns["kind"], "dial"), False)
    wait_s = span.converted(lambda s: s.seconds).array(pa.int32())
    contact.problems.warn(pc.and_(pc.invert(is_dial), pc.is_valid(wait_s)).to_numpy(False), "wait_without_call")
    wait_s = pc.if_else(is_dial, wait_s, pa.scalar(None, pa.int32()))
    grid = pc.coalesce(contact.column("wait_rounding_s"), span.converted(lambda s: s.grid_s).array(pa.int16()))
    kind = pc.if_else(is_dial, _wait_outcome(contact, span, columns), "unknown")
    # "More than 2 hours" is a minimum. That is enough for a wait no person ended, but not for a wait until answered.
    at_least = span.converted(lambda s: s.at_least or None).array(pa.bool_()).is_valid()
    contact.problems.warn(pc.and_(at_least, pc.is_valid(wait_s)).to_numpy(False), "wait_at_least")
    wait_s = pc.if_else(pc.and_(at_least, pc.equal(kind, "reached")), pa.scalar(None, pa.int32()), wait_s)
    contact.problems.warn(pc.fill_null(pc.greater(wait_s, LONG_S), False).to_numpy(False), "wait_long")
    longer = pc.fill_null(pc.greater(wait_s, columns["duration_s"]), False)
    contact.problems.warn(longer.to_numpy(False), "wait_over_call")
    # The start of the wait: as the sheet states, else as the user states.
    written = pc.fill_null(contact.column("wait_origin"), "unstated")
    written = pc.if_else(pc.equal(written, "unstated"), settings.wait_origin or "unstated", written)
    return {
        "wait_s": wait_s,
        "wait_outcome": kind,
        "wait_origin": pc.if_else(is_dial, written, "unstated"),
        "wait_rounding_s": pc.if_else(pc.is_valid(wait_s), grid, pa.scalar(None, pa.int16())),
        "outcome": _completed(columns, kind, is_dial, span.converted(lambda s: s.outcome or None).array(STRING)),
    }


def column_of(table, fmt: Format) -> str:
    """The table's header for the column of waits, the first if there are several; "wait" if none is found."""
    rules = (rule for rule in fmt.rules if rule.target == "wait")
    found = (find(column, table.header) for rule in rules for column in rule.all_columns)
    events = fmt.events.columns if fmt.events else ()
    return next(filter(None, found), None) or next(filter(None, (find(c, table.header) for c in events)), "wait")


def _span(contact, settings) -> Reading:
    rule = contact.rules.get("wait")
    units = decide(rule, contact.cells, settings)
    if rule is not None and contact.cells.is_workbook and not rule.take:
        rule = replace(rule, take=WITHOUT_ZERO_SECONDS)
    reading = _with_decimals(read(rule, contact.cells, unit=units.unit, clock=units.clock), rule, units)
    grid = 60 if rule is not None and rule.parse == "minutes" else 1
    reading = reading.converted(lambda v: v if isinstance(v, Span) else Span(v, grid))
    # Warn in each row about what was not written: the unit of a bare number, the clock format, the words' meaning.
    unsure = reading.without_problems().numbers(lambda span: span.is_unsure, "?", False)
    contact.problems.warn(unsure, "wait_unsure")
    for name in units.is_inferred:
        texts = [lacks(name, text, contact.cells.is_workbook) for text in reading.texts]
        concerned = replace(reading, values=texts, problems={}).is_in(True)
        contact.problems.warn(concerned & ~reading.is_bad, f"wait_{name}_inferred")
    return contact.checked(_without_asked(contact, reading), "wait")


def _with_decimals(reading: Reading, rule, units: Units) -> Reading:
    """The reading with 31.02 as the column shows it: 31 minutes 2 seconds, a part of a minute, or unreadable."""
    if rule is None or rule.parse != "human_span" or units.decimals == "parts":
        return reading
    values, problems = list(reading.values), dict(reading.problems)
    for code, text in enumerate(reading.texts):
        if code in problems:
            continue
        if SMALL.fullmatch(text):
            values[code], problems[code] = None, Unreadable("part_of_what", PART_OF_WHAT)
        elif not (match := HUNDREDTHS.search(text)):
            continue
        elif units.decimals == "seconds" and int(match[2]) < 60:
            as_clock = HUNDREDTHS.sub(r"\1:\2", text)
            values[code] = PARSERS["human_span"](as_clock, unit=units.unit, clock="m:ss")
        else:
            values[code], problems[code] = None, Unreadable("unreadable", "minutes, as in 45; or 31:02 for seconds too")
    return replace(reading, values=values, problems=problems)


def _without_asked(contact, reading: Reading) -> Reading:
    """The reading without ambiguous amounts: the user is asked about them, and they are left out meanwhile."""
    asked = {code for code, problem in reading.problems.items() if problem.reason in UNDECIDED}
    if not asked:
        return reading
    for code in sorted(asked):
        rows = np.flatnonzero(reading.codes == code)
        contact.problems.asked.append((reading.problems[code].reason, reading.name, reading.texts[code], rows))
    contact.problems.warn(np.isin(reading.codes, list(asked)), "wait_unread")
    values = [without_amount(reading.texts[code]) if code in asked else v for code, v in enumerate(reading.values)]
    problems = {code: problem for code, problem in reading.problems.items() if code not in asked}
    return replace(reading, values=values, problems=problems)


LONGEST_MENU_S = 900  # who held longer was in the queue, whatever ended the call


def _wait_outcome(contact, span: Reading, columns: dict[str, pa.Array]) -> pa.Array:
    """How the wait ended: from its column, else from the wait's words (*hung up after 50*), else from other cells."""
    kinds = pc.fill_null(contact.column("wait_outcome"), "unknown")
    by_span = span.converted(lambda s: s.ended or None).array(STRING)
    # The outcome shows how the wait ended, or that a person spoke, because it names a person or a promise.
    outcome = columns["outcome"]
    by_system = pc.and_(pc.equal(outcome, "callback_promised"), pc.is_in(columns["promised"], AUTOMATIC))
    by_person = pc.and_not(pc.is_in(outcome, REACHED), pc.fill_null(by_system, False))
    person = pc.or_(by_person, pc.is_in(columns["promised"], PROMISES))
    # If the outcome says that no one answered, a role alone, such as Tier 2, is only whom the office called.
    is_named = pc.and_(pc.is_valid(columns["agent_name"]), pa.array(~(contact.is_role & contact.is_unanswered)))
    for is_there in (is_named, *(pc.is_valid(columns[name]) for name in ("tier", "agent_id", "sr_number"))):
        person = pc.or_(person, is_there)
    person = pc.or_(person, pa.array(contact.has_spoken))
    length = span.converted(lambda s: s.seconds).array(pa.int32())
    is_short = pc.fill_null(pc.less_equal(length, LONGEST_MENU_S), True)
    says = (
        (pc.equal(outcome, "hung_up"), "gave_up"),
        (pc.equal(outcome, "dropped"), "cut_off"),
        (pc.or_(pc.is_in(outcome, NOT_QUEUED), pa.array(contact.in_menu)), "not_queued"),
        (person, "reached"),
        (pc.and_(pa.array(contact.is_of_system), is_short), "not_queued"),
        (pa.array(contact.is_unanswered & ~contact.is_of_callback), "no_person"),
    )
    found = pa.repeat(pa.scalar("unknown"), len(outcome))
    # The first that applies is written last, so it wins.
    for mask, word in reversed(says):
        found = pc.if_else(mask, word, found)
    # "No person came" does not show who ended the call, so any other sign of its end decides.
    found = pc.if_else(pc.equal(found, "unknown"), kinds, found)
    denied = pc.fill_null(pc.equal(by_span, "no_person"), False)
    # Where the wait's own words say that no person came, other cells that say that one did leave it unknown.
    if_denied = pc.if_else(pc.equal(found, "unknown"), "no_person", found)
    if_denied = pc.if_else(pc.equal(if_denied, "reached"), "unknown", if_denied)
    found = pc.if_else(denied, if_denied, pc.coalesce(by_span, found))
    # A lost call "answered" in the minute of dialing was not answered, unless a person is named or its own column says
    # so.
    rule = contact.rules.get("wait_outcome")
    cases = [case for _, case in rule.cases if case.parse == "end_at_clock"] if rule else []
    by_clock = any(contact.cells.name_of(column) for case in cases for column in case.columns)
    is_zero = pc.fill_null(pc.equal(length, 0), False)
    is_lost = pc.and_(pc.and_(pc.is_in(found, LOST), is_zero), pc.and_(pc.invert(person), pa.scalar(by_clock)))
    return pc.if_else(pc.or_(pc.is_in(kinds, OPEN_ENDS), is_lost), found, kinds)


def _completed(columns: dict[str, pa.Array], kind: pa.Array, is_dial: pa.Array, by_span: pa.Array) -> pa.Array:
    """The outcome, completed if unknown: from the wait's words, a promise, or the end of the wait."""
    is_silent = pc.and_(is_dial, pc.equal(columns["outcome"], "unknown"))
    outcome = pc.if_else(is_silent, pc.coalesce(by_span, columns["outcome"]), columns["outcome"])
    promised = pc.or_(pc.is_in(columns["promised"], PROMISES), pc.is_in(columns["promised"], AUTOMATIC))
    says = (
        (promised, "callback_promised"),
        (pc.equal(kind, "gave_up"), "hung_up"),
        (pc.equal(kind, "cut_off"), "dropped"),
    )
    for mask, word in says:
        is_open = pc.and_(is_dial, pc.equal(outcome, "unknown"))
        outcome = pc.if_else(pc.and_(is_open, mask), word, outcome)
    return outcome
