"""The stated times as a person reads them: in what words, since when, how surely, and whether they are one's own."""

from __future__ import annotations

import dataclasses

from callanalytics import agencies
from callanalytics.cli import screen


def show(json_: bool) -> None:
    """Print the rules in force, oldest first."""
    shipped = {rule.id for rule in agencies.load().rules}
    rules = agencies.uscis().rules
    if json_:
        screen.as_json({"rules": [_told(rule, shipped) for rule in rules]})
        return
    screen.table([_row(rule, shipped) for rule in rules])
    screen.say("Where two may have been in force, a request is judged by both. Sources and grades: --json.")


def _told(rule, shipped) -> dict:
    return dataclasses.asdict(rule) | {"is_own": rule.id not in shipped}


def _row(rule, shipped) -> dict:
    until = f"{rule.to_earliest} - {rule.to_latest}" if rule.to_latest else "in force"
    return {
        "rule": f"{rule.id}{'' if rule.id in shipped else ' (your own)'}",
        "for": rule.urgency,
        "within": f"{rule.value} {rule.unit.replace('_', ' ')}",
        "began": _span(rule.from_earliest, rule.from_latest),
        "ended": until,
        "last confirmed": str(rule.last_confirmed),
    }


def _span(first, last) -> str:
    return str(first) if first == last else f"{first} - {last}"
