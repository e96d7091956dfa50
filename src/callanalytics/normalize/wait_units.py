"""What a bare number and two parts such as 1:15 are in a column of waits: decided for the column as a whole.

The header says it, or the user, or a value that can only be one of them, or the other waits of the column. Where none
does, the column is asked about, and its doubtful cells are left out meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from callanalytics.formats import Rule
from callanalytics.normalize.cells import Cells
from callanalytics.values import lexicon
from callanalytics.values.parsers import Unreadable
from callanalytics.values.spans import BARE_S, LONGEST_S, amount_of

MINUTE, HOUR = 60, 3600  # [s]
PLAUSIBLE = (4 * MINUTE, 5 * HOUR)  # a column's median wait for a person, at the least and at the most
ENOUGH = 3  # different values that may decide without others beside them
CLOSER = np.log(3)  # a reading has to be so much nearer to the other waits of the column
SECONDS_FROM, MINUTES_TO = 240, 120  # medians of bare numbers that can only be seconds, only be minutes
# A spreadsheet stores a typed 0:45 as 0:45:00: there, seconds of zero prove nothing and are taken off.
WITHOUT_ZERO_SECONDS = r"^(\d+:\d\d(?=:00$)|.*)"


@dataclass(frozen=True)
class Units:
    """How a column of waits is read: ``unit`` of bare numbers and ``clock`` of two parts; "" where nothing decides.

    ``decimals``: what 31.02 is in a column of minutes, ``parts`` of a minute or ``seconds``; "" where nothing decides.

    ``is_inferred``: by the other values of the column alone, which the rows concerned say.
    """

    unit: str = "minutes"
    clock: str = ""
    decimals: str = ""
    is_inferred: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Column:
    """The different amounts of a column, each with how many rows have it."""

    pairs: dict[tuple[int, int], int]
    bare: dict[float, int]
    known: dict[float, int]
    has_seconds: bool  # a workbook's times, some with seconds that are not zero


def decide(rule: Rule | None, cells: Cells, settings) -> Units:
    """How the column of waits of a rule is to be read."""
    if rule is None or rule.parse not in ("human_span", "clock_span") or not rule.columns:
        return Units(rule.unit if rule and rule.unit else "minutes", rule.clock if rule else "")
    texts = cells.joined(rule.columns)
    rows = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.texts)).tolist()
    column = _amounts(zip(texts.texts, rows, strict=True), cells.is_workbook)
    header = _stated(texts.name)
    unit, by_unit = _unit(column, settings.wait_unit or header.get("unit") or _other(rule.unit))
    clock, by_clock = _clock(column, unit, settings.wait_clock or rule.clock or header.get("clock", ""))
    inferred = [name for name, by_others in (("unit", by_unit), ("clock", by_clock)) if by_others]
    decimals = _decimals(texts.texts, rows, texts.name, cells.is_workbook) if unit == "minutes" else "parts"
    return Units(unit, clock, decimals, tuple(inferred))


# ---- 31.02 ------------------------------------------------------------------------------------------

HUNDREDTHS = re.compile(r"(?<![\d:.,])(\d{1,3})\.(\d\d)(?![\d:.,])(?!\s*(?:h|m|s|min))", re.IGNORECASE)
SEVERAL = 5  # different values that make a habit


def _decimals(texts: list[str], rows: list[int], header: str, is_workbook: bool) -> str:
    """What two digits behind a point are, as the whole column shows it.

    Parts of a minute where most numbers have them and some are over .59; seconds where the header says so, or where
    most numbers of a text file have two digits and none is over .59. A lone 31.02 among whole numbers is a slip.

    >>> _decimals(["12.75", "8.33", "7.5"], [1, 1, 1], "Wait", False), _decimals(["31.02", "45"], [1, 9], "Wait", False)
    ('parts', '')
    """
    if re.search(r"\b(?:m{1,2}|mins?|minutes?)\s*[.]\s*(?:s{1,2}|secs?|seconds?)\b", header.casefold()):
        return "seconds"
    found = {text: (match, n) for text, n in zip(texts, rows, strict=True) if (match := HUNDREDTHS.search(text))}
    plain = sum(n for text, n in zip(texts, rows, strict=True) if re.fullmatch(r"\d+", text))
    broken = sum(n for text, n in zip(texts, rows, strict=True) if re.fullmatch(r"\d+\.\d+", text))
    if broken < plain or not found:
        return ""
    if any(int(match[2]) > 59 for match, _ in found.values()):
        return "parts"
    return "seconds" if len(found) >= SEVERAL and not is_workbook and broken > 9 * plain else ""


def _other(unit: str) -> str:
    """What a format says beyond the usual: minutes are what it says of every sheet."""
    return "" if unit == "minutes" else unit


def _stated(header: str) -> dict[str, str]:
    """The unit or the clock that a header names: Wait (min), Hold h:mm.

    >>> _stated("Wait (mins)"), _stated("Hold time (h:mm)"), _stated("Hold")
    ({'unit': 'minutes'}, {'clock': 'h:mm'}, {})
    """
    if match := re.search(r"\b(h{1,2}|m{1,2}):(m{1,2}|s{1,2})\b", header.casefold()):
        return {"clock": "h:mm" if match[1][0] == "h" else "m:ss"}
    units = lexicon.phrases("units")
    words = [word for word in lexicon.tokens(header) if word.isalpha()]
    named = {found[0] for place in range(len(words)) if (found := units.match(words, place))}
    return {"unit": named.pop()} if len(named) == 1 else {}


def _amounts(texts: Iterable[tuple[str, int]], is_workbook: bool) -> _Column:
    column = _Column({}, {}, {}, False)
    has_seconds = False
    for text, rows in texts:
        if is_workbook:
            has_seconds |= bool(re.search(r"\d:\d\d:(?!00)\d\d", text))
            text = _without_zero_seconds(text)
        try:
            amount = amount_of(text)
        except Unreadable:
            continue
        if amount is None:
            continue
        if amount.clock:
            column.pairs[amount.clock] = column.pairs.get(amount.clock, 0) + rows
        elif amount.bare is not None:
            column.bare[amount.bare] = column.bare.get(amount.bare, 0) + rows
        elif amount.high:
            middle = (amount.low + amount.high) / 2
            column.known[middle] = column.known.get(middle, 0) + rows
    return _Column(column.pairs, column.bare, column.known, has_seconds)


def _without_zero_seconds(text: str) -> str:
    """What a person typed of a cell to which the workbook added seconds."""
    found = re.search(WITHOUT_ZERO_SECONDS, text)
    return found[1] if found else text


def lacks(name: str, text: str, is_workbook: bool) -> bool:
    """Whether a wait has no ``unit``, or is two parts of which the ``clock`` is not written."""
    try:
        amount = amount_of(_without_zero_seconds(text) if is_workbook else text)
    except Unreadable:
        return False
    return amount is not None and bool(amount.clock if name == "clock" else amount.bare)


def _median(values: dict[float, int], scale: float = 1.0) -> float:
    return float(np.median(np.repeat([value * scale for value in values], list(values.values()))))


# ---- bare numbers -----------------------------------------------------------------------------------


def _unit(column: _Column, stated: str) -> tuple[str, bool]:
    """The unit of bare numbers, and whether the column's own values alone say it."""
    bare = {value: rows for value, rows in column.bare.items() if value}
    if stated or not bare:
        return stated or "minutes", False
    known = {value: rows for value, rows in column.known.items() if value}
    if sum(known.values()) >= sum(bare.values()):
        unit = _nearest(_median(bare), _median(known))
        if unit == "hours" and all(value % 1 == 0 for value in bare):
            return "", False  # 1 may be a minute, or an hour
        return unit, unit not in ("", "minutes")
    return _by_size(bare)


def _nearest(middle: float, known: float) -> str:
    """The unit in which a median is nearest to the waits whose unit is written."""
    apart = {unit: abs(np.log(middle * BARE_S[unit] / known)) for unit in ("minutes", "seconds", "hours")}
    best, second = sorted(apart, key=apart.__getitem__)[:2]
    return best if apart[second] - apart[best] >= CLOSER else ""


def _by_size(bare: dict[float, int]) -> tuple[str, bool]:
    middle, smallest, largest = _median(bare), min(bare), max(bare)
    if _are_parts_of_days(bare):
        return "days", True
    if _may_be_hours_and_minutes(bare):
        return "", False
    if largest <= 6 and sum(value % 1 > 0 for value in bare) * 2 >= len(bare) >= ENOUGH:
        return "hours", True
    if middle <= MINUTES_TO or (middle <= SECONDS_FROM and smallest < MINUTE):
        return "minutes", False
    if middle > SECONDS_FROM and len(bare) >= ENOUGH and smallest >= 15:
        return "seconds", True
    return "", False


def _may_be_hours_and_minutes(bare: dict[float, int]) -> bool:
    """1.10, 0.45, 1.05: an hour and ten minutes, or a part of an hour; nobody can tell."""
    hundredths = [round(value % 1 * 100) for value in bare if value % 1]
    is_odd = any(each % 25 and each % 10 for each in hundredths)
    is_exact = all(abs(value * 100 - round(value * 100)) < 1e-6 for value in bare)
    return max(bare) <= 6 and len(hundredths) >= ENOUGH and is_exact and is_odd and max(hundredths) < 60


def _are_parts_of_days(bare: dict[float, int]) -> bool:
    """0.03125 is 45 minutes as a spreadsheet keeps them: whole minutes of a day, and never written so by a person."""
    minutes = [value * 1440 for value in bare]
    is_whole = all(abs(value - round(value)) < 0.01 and value >= 1 for value in minutes)
    return is_whole and max(bare) < 0.5 and any(len(f"{value:g}") > 5 for value in bare)


# ---- two parts --------------------------------------------------------------------------------------


def _clock(column: _Column, unit: str, stated: str) -> tuple[str, bool]:
    """What 1:15 is, and whether the column's own values alone say it."""
    if stated or not column.pairs:
        return stated, False
    if column.has_seconds:
        return "h:mm", False
    if max(first for first, _ in column.pairs) * HOUR > LONGEST_S:
        return "m:ss", False
    hours = _median({first * HOUR + second * MINUTE: rows for (first, second), rows in column.pairs.items()})
    minutes = _median({first * MINUTE + second: rows for (first, second), rows in column.pairs.items()})
    known = {value: rows for value, rows in column.known.items() if value}
    if unit:
        known |= {value * BARE_S[unit]: rows for value, rows in column.bare.items() if value}
    if known and hours and minutes:
        apart = abs(np.log(hours / _median(known))) - abs(np.log(minutes / _median(known)))
        return ("h:mm" if apart < 0 else "m:ss", True) if abs(apart) >= CLOSER else ("", False)
    return _by_plausibility(len(column.pairs), hours, minutes), len(column.pairs) >= ENOUGH


def _by_plausibility(different: int, hours: float, minutes: float) -> str:
    """The reading in which the column's median is a wait that people have, if the other is none."""
    low, high = PLAUSIBLE
    fits = {"h:mm": low <= hours <= high, "m:ss": low <= minutes <= high}
    fitting = [clock for clock, is_fit in fits.items() if is_fit]
    return fitting[0] if len(fitting) == 1 and different >= ENOUGH else ""
