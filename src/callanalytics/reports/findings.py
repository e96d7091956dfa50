"""What the logs show: the evidence, each finding one sentence with its number, its n and its interval."""

from __future__ import annotations

from dataclasses import replace

from callanalytics.measures.specifications import OFFICE
from callanalytics.reports import before_after, callback_findings, last_time, wait_findings
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Finding
from callanalytics.reports.meeting import Meeting
from callanalytics.reports.results import Results

NONE = Meeting()  # no file was given: nothing is said of a last time
TOLD = (  # in the order of the pages; the name is that of its specifications, where it can be counted otherwise
    ("wait", wait_findings.wait),
    ("hours", wait_findings.hours),
    ("burden", wait_findings.burden),
    ("urgent", callback_findings.urgent),
    ("regular", callback_findings.regular),
    ("rules", callback_findings.rules_differ),
    ("answered", callback_findings.answered),
    ("missed", callback_findings.missed),
    ("silent", callback_findings.silent),
    ("granted", wait_findings.granted),
    ("change", before_after.finding),
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


def by_name(results: Results, meeting: Meeting = NONE) -> dict[str, Finding]:
    """The findings by name, numbered in their order."""
    return dict(_named(results, meeting))


def _named(results, meeting):
    tellers = (*TOLD, ("last", lambda results: last_time.finding(results, meeting)))
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


def without_one(results: Results, found: dict[str, Finding]) -> str:
    """How far each figure moves when any one office is left out; nothing where there is one office."""
    told = [f"{one.number}: {span}" for name, one in found.items() if (span := _moved(results, name, one))]
    return f"Without any one office, finding {'; '.join(told)}." if told else ""


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
