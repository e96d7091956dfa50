"""Which column says how long a call took, and in which unit; the unit is proved by the file or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations
from statistics import median

from callanalytics.proposals.columns import Column, Question
from callanalytics.proposals.moments import moments_of
from callanalytics.values.dates import DAY

NAMES = ("duration length elapsed", "talk talking talktime billsec conversation", "minutes minute min seconds sec time")
OTHER = """ring ringing wait waiting hold queue ivr answer cost price charge rate voicemail count handle on billed
    zone to start end date offset included purchased fee"""
UNITS = {
    "milliseconds": ("ms msec millis milliseconds", 0.001),
    "seconds": ("s sec secs second seconds billsec", 1),
    "minutes": ("min mins minute minutes", 60),
}
HOUR = 3600  # [s]
LONGEST_MINUTES = 720  # a greater number of minutes would be a call of more than half a day
SHORT_S = 30  # a shorter time between two moments may be a ringing, and proves no unit
MANY = 0.6  # share of the rows in which a length must agree with two moments beside it


@dataclass
class Length:
    """The rule for ``duration_s``, the column it uses, what is doubtful."""

    rules: dict[str, dict] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    used: list[Column] = field(default_factory=list)


def find(columns: list[Column], taken: list[Column]) -> Length:
    """The length of a call, in the unit that the file proves; else a question and no rule."""
    able = [column for column in columns if column not in taken and _fitness(column) and _forms(column)]
    if not able:
        nothing = Question("the duration", "no column reads as the length of a call.", "Is there one?")
        return Length(questions=[nothing])
    best = max(able, key=lambda column: (_fitness(column), _forms(column) != ["human"]))
    found = Length(used=[best])
    rule, doubt = _rule(best, columns)
    if doubt:
        found.questions.append(Question(repr(best.name), *doubt))
    if rule:
        found.rules["duration_s"] = rule | ({"blank": best.blanks} if best.blanks else {})
        _ask_kind(best, able, found)
    return found


def _fitness(column: Column) -> int:
    if (column.has(OTHER) and not column.has(NAMES[0])) or column.has("ring wait waiting hold queue ivr voicemail"):
        return 0
    if column.has("call time") == 2:
        return 3
    return next((3 - place for place, words in enumerate(NAMES) if column.has(words)), 0)


def _forms(column: Column) -> list[str]:
    """The machine's ways of writing a length that fit the column."""
    return [form for form in ("seconds", "clock_span", "iso_duration") if column.reads(form, clock="m:ss")]


def _rule(column: Column, columns: list[Column]) -> tuple[dict, tuple[str, str] | None]:
    form = _forms(column)[0]
    rule = {"from": column.name, "parse": form}
    if form == "seconds":
        ways = {unit: {"parse": unit} for unit in UNITS}
        unit = _proved(column, columns, ways) or _by_name(column) or _by_size(column)
        if unit is None:
            return {}, ("its numbers may be seconds or minutes.", 'Write parse = "seconds" or "minutes".')
        return rule | {"parse": unit}, None
    if form == "clock_span" and any(text.count(":") == 1 for text in column.texts):
        clocks = {clock: {"parse": form, "clock": clock} for clock in ("m:ss", "h:mm")}
        clock = _proved(column, columns, clocks) or _clock_by_size(column)
        if clock is None:
            do = 'Write clock = "m:ss" or clock = "h:mm"; until then such cells are left out.'
            return rule, ("two parts may be minutes and seconds, or hours and minutes.", do)
        return rule | {"clock": clock}, None
    return rule, None


def _proved(column: Column, columns: list[Column], ways: dict[str, dict]) -> str | None:
    """The one way of reading in which the length lies between two moments of most rows."""
    spans = list(_between([c for c in columns if c is not column]))
    for name, options in ways.items():
        parse = options["parse"]
        step = UNITS[parse][1] if parse in UNITS else 1
        read = column.values(parse, **{key: value for key, value in options.items() if key != "parse"})
        for span in spans:
            pairs = [(read[c], s) for c, s in zip(column.cells, span, strict=True) if c in read and s]
            pairs = [(told, s) for told, s in pairs if told > 0]
            near = [abs(told - s) <= max(2, step, 0.02 * s) for told, s in pairs if s > max(SHORT_S, 2 * step)]
            if len(near) >= 2 and sum(near) >= MANY * len(near):
                return name
    return None


def _between(columns: list[Column]) -> Iterator[list[float | None]]:
    """The seconds from one moment of a row to another, for every two columns of moments."""
    moments = moments_of(columns)
    for first, last in permutations(list(moments)[:8], 2):
        begins, ends = moments[first][1], moments[last][1]
        yield [
            (ends[b] - begins[a]).total_seconds() if a in begins and b in ends else None
            for a, b in zip(first.cells, last.cells, strict=True)
        ]


def _by_name(column: Column) -> str | None:
    return next((unit for unit, (words, _) in UNITS.items() if column.has(words)), None)


def _by_size(column: Column) -> str | None:
    """Seconds where minutes would make a call of half a day; milliseconds where seconds would make most one of hours.

    A single number of more than a day may be a counter that ran on; it proves nothing where calls are short.
    """
    lengths = sorted(n for text in column.values("seconds") if (n := float(text.replace(",", ""))) > 0)
    if not lengths:
        return None
    too_long = sum(length > DAY for length in lengths)
    if too_long and median(lengths) > 4 * HOUR:
        return "milliseconds"
    if too_long > max(1, len(lengths) // 10) or (too_long and median(lengths) > HOUR):
        return None
    return "seconds" if lengths[-1 - too_long] > LONGEST_MINUTES else None


def _clock_by_size(column: Column) -> str | None:
    """Minutes and seconds where hours stand in a third part, or would be more than half a day."""
    two = [text for text in column.texts if re.fullmatch(r"\d+:\d\d(\.\d+)?", text)]
    has_hours = len(two) < sum(":" in text for text in column.texts)
    return "m:ss" if has_hours or any(int(text.partition(":")[0]) > 12 for text in two) else None


def _ask_kind(best: Column, able: list[Column], found: Length) -> None:
    others = [column.name for column in able if column is not best and _fitness(column) >= 2]
    text = "is it with the ringing, or only from the answer on?"
    if others:
        text += f" And is it this one, or {', '.join(map(repr, others[:3]))}?"
    do = 'Write duration_kind = { value = "total" }, "connected" or "talk".'
    found.questions.append(Question(repr(best.name), text, do))
