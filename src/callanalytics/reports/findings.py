"""What the logs show: page one, each finding one sentence with its number, its n and its interval."""

from __future__ import annotations

from dataclasses import replace

from callanalytics.reports import callback_findings, last_time, wait_findings
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Finding
from callanalytics.reports.meeting import Meeting
from callanalytics.reports.results import Results
from callanalytics.specifications import NOBODY, OFFICE

NONE = Meeting()  # no file was given: nothing is said of a last time
TOLD = (  # what is told, in order; the name is that of its specifications, where it can be counted otherwise
    ("wait", wait_findings.wait),
    ("", wait_findings.hours),
    ("urgent", callback_findings.urgent),
    ("regular", callback_findings.regular),
    ("answered", callback_findings.answered),
    ("missed", callback_findings.missed),
    ("silent", callback_findings.silent),
    ("", wait_findings.burden),
    ("", callback_findings.rules_differ),
)
OTHERWISE = {
    "hours": "calls outside live hours",
    "hang-ups": "other readings of a hang-up",
    "line": "named lines alone",
    "reading": "other readings of the stated time",
    "old rules": "older stated times",
    "links": "calls that may have been it",
    "window": "USCIS's hours alone",
    OFFICE: "any office left out",
}


def all_of(results: Results, meeting: Meeting = NONE) -> list[Finding]:
    """The findings, numbered; what cannot be told yet is said so and not left out."""
    return [finding for _, finding in _named(results, meeting)]


def _named(results, meeting):
    tellers = (*TOLD, ("", lambda results: last_time.finding(results, meeting)))
    told = [(name, found) for name, tell in tellers if (found := tell(results))]
    return [(name, replace(found, number=n, holds=_holds(results, name, found))) for n, (name, found) in
            enumerate(told, 1)]  # fmt: skip


def _holds(results, name, found):
    """Ways of counting otherwise, one at a time, and whether the figure stays inside its interval."""
    if not found.bar or name not in results.specified:
        return ()
    return tuple((OTHERWISE[question], held) for question, held in results.specified[name].items())


def without_one(results: Results, meeting: Meeting = NONE) -> str:
    """How far each figure moves when any one office is left out; nothing where there is one office."""
    told = [
        f"{found.number}: {span}" for name, found in _named(results, meeting) if (span := _moved(results, name, found))
    ]
    return f"With any one office left out, finding {'; '.join(told)}." if told else ""


def _moved(results, name, found):
    """Lowest and highest figure with an office left out."""
    curve = results.curves.get(name)
    if curve is None or not found.bar or OFFICE not in curve.answers:
        return ""
    alone = curve.table[curve.table[OFFICE] != NOBODY].dropna(subset=["value"])
    if not len(alone):
        return ""
    low, high = alone["value"].min(), alone["most"].max()
    if curve.finding.unit == "s":
        return f"{_between(low / 60, high / 60)} minutes"
    return f"{_between(low * 100, high * 100)}%{' of attempts' if name == 'missed' else ''}"


def _between(low, high):
    """
    >>> _between(54.2, 66.4), _between(44.9, 45.1)
    ('54–66', '45')
    """
    return f"{low:.0f}" if round(low) == round(high) else say.span(low, high)
