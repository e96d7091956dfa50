"""Which column says when a call began: in one cell, or as a date and a time, and in which order day and month stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import mean

from callanalytics.proposals.columns import Column, Question
from callanalytics.values.dates import DAY, date_order, is_serial, needs_order
from callanalytics.values.moments import Moment

NUMBER = r"\d+(?:\.\d*)?"  # 01.03.2022 is none
BEGINS = "start started begin began begins invite initiated placed origination"
NAMES = "date time datetime timestamp created calldate when epoch day"
OTHER = """end ended answer answered connect connected disconnect disconnected update updated synced release failure
    rang queued completed stop hangup event modified recorded"""
EARLIEST, LATEST = datetime(2000, 1, 1), datetime(2035, 1, 1)  # of epochs: other numbers of ten digits are none


@dataclass
class When:
    """The rules for the moment (``started``, or ``date`` and ``time``), the columns they use, what is doubtful."""

    rules: dict[str, dict] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    has_zone: bool = False
    used: list[Column] = field(default_factory=list)


def find(columns: list[Column]) -> When:
    """The moment of a call, or a question where no column can be it."""
    moments = moments_of(columns)
    able = [column for column in moments if _fitness(column) > 0]
    if able:
        return _in_one(sorted(able, key=lambda column: _rank(column, moments[column][1])), moments)
    dates = [column for column in columns if _is_date(column)]
    times = [column for column in columns if column.has("time") and _fitness(column) > 0 and column.reads("time_24")]
    if dates:
        return _in_two(max(dates, key=_fitness), times)
    nothing = Question("the moment", "no column reads as a date and a time of day.", "Which one is it?")
    return When(questions=[nothing])


def moments_of(columns: list[Column]) -> dict[Column, tuple[str, Mapping[str, datetime]]]:
    """Every column of moments: the parser that reads it and the clock reading of each different cell."""
    found = {}
    for column in columns:
        for parse in ("moment", "epoch_s", "epoch_ms"):
            values = _readings(column, parse)
            if values:
                found[column] = (parse, values)
                break
    return found


def _readings(column: Column, parse: str) -> dict[str, datetime]:
    digits = all(re.fullmatch(NUMBER, text) for text in column.texts)
    order = date_order(column.texts) or "mdy"
    if digits and not _fitness(column) and not column.has(OTHER):
        return {}
    if digits == (parse == "moment") and not all(map(is_serial, column.texts)):
        return {}
    if not column.reads(parse, order=order):
        return {}
    values = column.values(parse, order=order)
    if any(not isinstance(v, Moment) for v in values.values()) or all(v.precision_s == DAY for v in values.values()):
        return {}
    local = {text: value.local for text, value in values.items()}
    if parse != "moment" and not all(EARLIEST <= moment <= LATEST for moment in local.values()):
        return {}
    return local


def _fitness(column: Column) -> int:
    """How much the name of a column says that a call begins there; 0 or less: it does not say so."""
    if column.has(OTHER):
        return -1
    return 3 * bool(column.has(BEGINS)) + bool(column.has(NAMES))


def _rank(column: Column, values: Mapping[str, datetime]) -> tuple:
    """Begin before the rest; what is always there and states its zone; then the earlier."""
    always = column.filled > 0.9
    said = [values[cell].timestamp() for cell in column.cells if cell in values]
    return -_fitness(column), not always, not _states_zone(column), not column.has("utc"), mean(said)


def _states_zone(column: Column) -> bool:
    values = column.values("moment", order="mdy").values()
    return bool(values) and all(value.offset is not None or value.zone for value in values)


def _in_one(able: list[Column], moments) -> When:
    first = able[0]
    parse = moments[first][0]
    rule = {"from": first.name, "parse": parse}
    found = When(used=[first], has_zone=parse != "moment" or _states_zone(first))
    if parse == "moment":
        _settle_order(first, rule, found)
    found.rules["started"] = rule
    alike = [column.name for column in able[1:] if _fitness(column) == _fitness(first)]
    if alike:
        text = f"{', '.join(map(repr, alike[:3]))} could be the begin of a call as well."
        found.questions.append(Question(repr(first.name), text, "Is this the moment at which it began?"))
    if first.has("utc") and not found.has_zone:
        rule["zone"], found.has_zone = "UTC", True
    _ask_zone(first, found)
    return found


def _in_two(day: Column, times: list[Column]) -> When:
    rule = {"from": day.name, "parse": "date"}
    found = When(used=[day])
    _settle_order(day, rule, found)
    found.rules["date"] = rule
    if times:
        time = max(times, key=_fitness)
        found.rules["time"] = {"from": time.name, "parse": "time_24"}
        found.used.append(time)
    else:
        found.questions.append(Question(repr(day.name), "no column has the time of day.", "Which one is it?"))
    _ask_zone(day, found)
    return found


def _is_date(column: Column) -> bool:
    order = date_order(column.texts) or "mdy"
    plain = not all(re.fullmatch(NUMBER, text) for text in column.texts)
    if not plain or _fitness(column) <= 0 or not column.reads("date", order=order):
        return False
    return all(isinstance(value, date) for value in column.values("date", order=order).values())


def _settle_order(column: Column, rule: dict, found: When) -> None:
    """The order that the column proves; where it proves none, a question, and ``evidence`` in the rule."""
    doubtful = next((text for text in column.texts if needs_order(text)), None)
    proven = date_order(column.texts)
    if proven or doubtful:
        rule["order"] = proven or "evidence"
    if doubtful and not proven:
        text = "all its dates fit both month/day and day/month."
        do = 'Which comes first? Write order = "mdy" or order = "dmy".'
        found.questions.append(Question(repr(column.name), text, do))


def _ask_zone(column: Column, found: When) -> None:
    if not found.has_zone:
        text = "its times do not say their zone; they are taken for the office's."
        do = 'If the system writes another, add zone = "Pacific" (or "UTC") to the rule.'
        found.questions.append(Question(repr(column.name), text, do))
