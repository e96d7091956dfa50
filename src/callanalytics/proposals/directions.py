"""Which way a call went where no column says it: told by the numbers of the office, which a person names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from callanalytics import agencies
from callanalytics.proposals.columns import Column
from callanalytics.proposals.numbers import Numbers
from callanalytics.proposals.words import Meanings, turn_round
from callanalytics.values.parsers import PARSERS, Unreadable

LEAST = 4  # digits by which a number may be named
OFTEN, ON_BOTH_SIDES = 0.5, 0.2  # shares of the rows in which a number stands that may be the office's
MOST = 4  # numbers that are proposed


def set_direction(meanings: Meanings, phones: Numbers, ours: Sequence[str]) -> list[tuple[str, int]]:
    """Put the rule for the direction in, by the office's own numbers; else the numbers that may be these.

    Nothing is done where a column says the direction, or caller and called have no column each.
    """
    if "map" in meanings.rules["direction"] or not {"caller", "called"} <= set(phones.rules):
        return []
    by_name = {column.name: column for column in phones.used}
    caller, called = (by_name[phones.rules[target]["from"]] for target in ("caller", "called"))
    own = [[text for text in column.texts if _is_one_of(text, ours)] for column in (caller, called)]
    if not all(map(len, own)):
        return _likely(caller, called)
    meanings.rules["direction"] = {
        "value": "unknown",
        "cases": [
            {"when": {caller.name: own[0], called.name: own[1]}, "value": "internal"},
            {"when": {caller.name: own[0]}, "value": "outbound"},
            {"when": {called.name: own[1]}, "value": "inbound"},
        ],
    }
    meanings.questions = [question for question in meanings.questions if question.about != "the direction"]
    turn_round(meanings)
    return []


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _is_one_of(text: str, ours: Sequence[str]) -> bool:
    named = [digits for digits in map(_digits, ours) if len(digits) >= LEAST]
    return len(_digits(text)) >= 10 and any(_digits(text).endswith(digits) for digits in named)


def _likely(caller: Column, called: Column) -> list[tuple[str, int]]:
    """Numbers that stand in half of the rows, or on both sides and in many; commonest first. The agency's are none.

    A client's number may not be shown, and stands in fewer.
    """
    sides = [_counted(column) for column in (caller, called)]
    total = sides[0] + sides[1]
    least = {n: ON_BOTH_SIDES if all(n in side for side in sides) else OFTEN for n in total}
    able = [n for n, rows in total.items() if rows >= least[n] * len(caller.cells)]
    agencys = agencies.uscis()
    able = [n for n in able if not agencys.is_agency_number(n)]
    return [(n, total[n]) for n in sorted(able, key=lambda n: -total[n])][:MOST]


def _counted(column: Column) -> Counter:
    found: Counter[str] = Counter()
    for text in column.texts:
        try:
            number = PARSERS["number"](text)
        except Unreadable:
            continue
        e164 = getattr(number, "e164", number)
        if isinstance(e164, str) and len(_digits(e164)) >= 10:
            found[e164] += column.counts[text]
    return found
