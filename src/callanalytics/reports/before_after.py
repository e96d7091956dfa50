"""Before and after: what the weekly wait did at the changes whose day is known, and why nothing is said of the rest."""

from __future__ import annotations

from datetime import timedelta

from callanalytics import measures
from callanalytics.figures import labels
from callanalytics.reports.document import Block, Finding, Heading, Note
from callanalytics.reports.results import Results

NOTE = (
    "Compared is the mean wait of a week, each wait counted up to one hour, after over before, the trend already there "
    "taken out and weeks next to each other allowed to be alike; only calls between the changes before and after."
)
DAY = timedelta(days=1)


def finding(results: Results) -> Finding | None:
    """Whether any week marks a change in the wait, as a search over all of them finds or does not."""
    if not results.period:
        return None
    search = measures.search_changes(results.aside("wait", "office", "date"))
    if search.why:
        return Finding(0, "Too few weeks to say whether the wait changed.", detail=f"{search.why} (n = {search.n}).")
    if search.found:
        n = labels.many(len(search.found), "week")
        return Finding(0, f"The wait may have changed; a search found {n} to look at.", detail=search.sentence)
    return Finding(
        0,
        f"No change in the wait was found in {labels.many(search.n, 'week')}.",
        detail=f"The means of {labels.many(search.n, 'week')} were searched for any date at which their level changed.",
    )


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
    made = [one for *_, one in found if one]
    moved = max((one.joined + one.left for one in made), default=0)
    lines = [*(_step(event, one) for event, _, one in found if one), *_not_attempted(found)]
    lines += [NOTE] if made else []
    if moved:
        lines.append(
            f"Offices whose calls begin or end inside one of these series: {moved}; a wait that changes with them is "
            "a change of callers."
        )
    return [Heading("Before and after", 2), Note(tuple(lines))]


def _not_attempted(found):
    """The changes at which nothing was compared, those of the same reason in one sentence."""
    reasons = {}
    for event, why, one in found:
        if not one:
            reasons.setdefault(why, []).append(f"{_when(event)} ({event.label})")
    for why, changes in reasons.items():
        yield f"No comparison, since {why}: {'; '.join(changes)}."


def _step(event, one):
    """One change in a sentence, with the rank of its step among those at other dates."""
    when, step = f"At {_when(event)} ({event.label})", one.step
    if step.value != step.value:
        return f"{when}: {step.why or 'not attempted'}."
    few = "; short series" if step.flag == "small_n" else ""
    sure = f"95% interval {step.low:.2f}–{step.high:.2f}; {labels.many(step.n, 'week')}{few}"
    return f"{when} the wait went to {step.value:.2f} times what it was ({sure}). {_rank(one.placebo)}"


def _rank(placebo):
    """How unusual a step of this size is among those the same model finds at dates at which nothing happened."""
    usual = "unusual" if placebo.rank <= max(1, placebo.n // 20) else "not unusual"
    return f"That step ranks {ordinal(placebo.rank)} of {placebo.n} dates: {usual}."


def ordinal(n: int) -> str:
    """
    >>> [ordinal(n) for n in (1, 2, 3, 11, 31)]
    ['1st', '2nd', '3rd', '11th', '31st']
    """
    end = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{end}"


def _compared(waits, event, others):
    """Why nothing is compared, or the comparison: never across a day that is not known."""
    if event.earliest != event.latest or event.period:
        return "the day is not known", None
    if any(_begins(e) is None and e.latest > event.latest for e in others):
        return "another change may have come at any time", None
    if any(_begins(e) <= event.latest <= _ends(e) for e in others if _begins(e)):
        return "another change may have come at the same time", None
    before = max((_ends(e) + DAY for e in others if e.latest < event.latest), default=None)
    after = min((_begins(e) - DAY for e in others if e.latest > event.latest), default=None)
    return "", measures.before_after(waits, event.latest, before, after)


def _begins(event):
    return event.earliest or (event.latest if event.precision == "day" or event.period else None)


def _ends(event):
    return event.until or event.latest


def _when(event):
    if event.earliest and event.earliest != event.latest:
        return f"between {labels.day(event.earliest)} and {labels.day(event.latest)}"
    return labels.day(event.latest) if event.earliest else f"by {labels.day(event.latest)}"
