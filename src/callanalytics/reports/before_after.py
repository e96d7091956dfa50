"""Before and after: what the weekly wait did at the changes whose day is known, and why nothing is said of the rest."""

from __future__ import annotations

from datetime import timedelta

from callanalytics import measures
from callanalytics.figures import labels
from callanalytics.reports.document import Block, Note, TableBlock
from callanalytics.reports.results import Results

NOTE = (
    "Mean wait of a week, each wait counted up to one hour: after over before, the trend already there taken out, "
    "weeks next to each other allowed to be alike; only calls between the changes before and after it. Other dates: "
    "the rank of this date among all dates, by the same model. A step says when something changed, not what changed it."
)
DAY = timedelta(days=1)


def blocks(results: Results) -> list[Block]:
    """One line a change that may move waits and lies in the period."""
    if not results.period:
        return []
    first, last = results.period
    every = sorted((e for e in results.agency.events if e.regime), key=lambda e: e.latest)
    events = [e for e in every if e.mark == "A" and first < e.latest < last]
    if not events:
        return []
    waits = results.aside("wait", "office", "date")
    found = [(event, *_compared(waits, event, [e for e in every if e is not event])) for event in events]
    rows = tuple((_when(event), event.label, *told) for event, told, _ in found)
    columns = ("when", "what", "wait after over before", "other dates")
    table = TableBlock("Before and after", columns, rows, note=NOTE, numeric=False, widths=(1.4, 1.8, 2.4, 1.0))
    moved = max((one.joined + one.left for *_, one in found if one), default=0)
    said = f"Offices whose calls begin or end inside one of these series: {moved}; a wait that changes with them is a "
    return [table, *([Note((f"{said}change of callers.",))] if moved else [])]


def _compared(waits, event, others):
    """The words of a comparison, and the comparison where one was made: never across a day that is not known."""
    if event.earliest != event.latest or event.period:
        return ("not attempted: the day is not known", "–"), None
    if any(_begins(e) is None and e.latest > event.latest for e in others):
        return ("not attempted: another change may have come at any time", "–"), None
    if any(_begins(e) <= event.latest <= _ends(e) for e in others if _begins(e)):
        return ("not attempted: another change may have come at the same time", "–"), None
    before = max((_ends(e) + DAY for e in others if e.latest < event.latest), default=None)
    after = min((_begins(e) - DAY for e in others if e.latest > event.latest), default=None)
    one = measures.before_after(waits, event.latest, before, after)
    return _told(one), one


def _begins(event):
    return event.earliest or (event.latest if event.precision == "day" or event.period else None)


def _ends(event):
    return event.until or event.latest


def _when(event):
    if event.earliest and event.earliest != event.latest:
        return f"between {labels.day(event.earliest)} and {labels.day(event.latest)}"
    return labels.day(event.latest) if event.earliest else f"by {labels.day(event.latest)}"


def _told(one):
    step = one.step
    if step.value != step.value:
        return step.why or "not attempted", "–"
    few = "; short series" if step.flag == "small_n" else ""
    ratio = f"{step.value:.2f} times (95% interval {step.low:.2f}–{step.high:.2f}; {labels.many(step.n, 'week')}{few})"
    return ratio, f"{one.placebo.rank} of {one.placebo.n}"
