"""What the logs show: page one, each finding one sentence with its number, its n and its interval."""

from __future__ import annotations

from dataclasses import replace

from callanalytics.measures.specifications import OFFICE
from callanalytics.reports import callback_findings, last_time, wait_findings
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Finding
from callanalytics.reports.meeting import Meeting
from callanalytics.reports.results import Results

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
    return [(name, _counted_otherwise(results, name, replace(found, number=n))) for n, (name, found) in
            enumerate(told, 1)]  # fmt: skip


def _counted_otherwise(results, name, found):
    """The finding with the range of all other ways to count it, one choice changed at a time."""
    curve = results.curves.get(name)
    if not found.bar or curve is None or not curve.changing():
        return found
    low, high = curve.span()
    least = min(found.bar.value, low)
    widest = max(found.bar.value if found.bar.most is None else found.bar.most, high)
    ways = ", ".join(OTHERWISE[question] for question in curve.changing())
    text = f"{_figure(curve, name, least, widest)} counted otherwise"
    return replace(found, bar=replace(found.bar, least=least, widest=widest), otherwise=text, ways=ways)


def _figure(curve, name, low, high):
    if curve.finding.unit == "s":
        return f"{_between(low / 60, high / 60)} minutes"
    return f"{_between(low * 100, high * 100)}%{' of attempts' if name == 'missed' else ''}"


def ways(results: Results, meeting: Meeting = NONE) -> str:
    """By which other ways each finding was counted; nothing where there are none."""
    told = [f"{found.number}: {found.ways}" for found in all_of(results, meeting) if found.ways]
    return f"Counted otherwise, one choice changed at a time: finding {'; '.join(told)}." if told else ""


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
    low, high = curve.span(OFFICE)
    return "" if low != low else _figure(curve, name, low, high)


def _between(low, high):
    """
    >>> _between(54.2, 66.4), _between(44.9, 45.1)
    ('54–66', '45')
    """
    return f"{low:.0f}" if round(low) == round(high) else say.span(low, high)
