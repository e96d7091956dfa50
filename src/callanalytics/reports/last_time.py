"""Last time: what was asked at the last meeting, what USCIS answered, and what the logs show since."""

from __future__ import annotations

from datetime import timedelta
from math import ceil, log

from callanalytics import estimates, measures
from callanalytics.figures import labels, rows
from callanalytics.measures.definitions import SHARE_MINIMUM
from callanalytics.measures.result import is_range
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Finding, TableBlock
from callanalytics.reports.meeting import Meeting
from callanalytics.reports.results import Results

OF = {  # figure -> measure, statistic and keys of the row that is told
    "wait": ("wait", "median", {}),
    "urgent": ("promise_kept_rate", "rate", {"urgency": "urgent"}),
    "regular": ("promise_kept_rate", "rate", {"urgency": "regular"}),
    "answered": ("first_attempt_hit_rate", "rate", {}),
}
WORTH_S = 600  # a change of ten minutes is worth seeing
POWER = 1.96 + 0.84  # normal quantiles of a two-sided 5% and of 80%


def box(results: Results, meeting: Meeting) -> list[Block]:
    """One line for each thing asked."""
    if not meeting.items or meeting.on is None:
        return []
    lines = tuple((item.asked, item.answer, since(results, meeting.on, item.figure)) for item in meeting.items)
    title = f"Last time: {labels.day(meeting.on)}"
    return [TableBlock(title, ("asked", "answered", "logged since (95% interval)"), lines, "", False, (1.8, 1.5, 3.5))]


def since(results: Results, on, figure: str) -> str:
    """The figure of the time since the meeting beside that before it, and their difference where it can be told."""
    if not figure:
        return "–"
    before, after = (_row(results, figure, *span) for span in ((None, on - timedelta(days=1)), (on, None)))
    in_words = say.wait if figure == "wait" else say.share
    comparison = say.without_interval_name(f"{say.capital(in_words(after))}; before: {in_words(before)}.")
    return say.joined(comparison, _difference(figure, after, before))


def _row(results, figure, first, last):
    name, statistic, keys = OF[figure]
    log_ = results.judged if measures.CARDS[name].judges else results
    return rows.headline(
        measures.run(name, log_, tuple(keys), first, last), statistic, **{"wait_from": results.clock, **keys}
    )


def _difference(figure, after, before):
    if figure == "wait":
        known = say.is_shown(after) and say.is_shown(before)
        return "" if not known else "They differ." if say.intervals_apart(after, before) else "No difference shown."
    if min(after["n"], before["n"]) < SHARE_MINIMUM:
        return ""
    if is_range(after) or is_range(before):  # no test of a difference knows whose the calls were
        return "They differ." if say.intervals_apart(after, before) else "No difference shown."
    points, low, high = (
        100 * float(v) for v in estimates.newcombe(after["events"], after["n"], before["events"], before["n"])
    )
    span = f"{low:+.0f} to {high:+.0f}"
    if low <= 0 <= high:
        return f"No difference shown ({points:+.0f} points; {span}).".replace("-", "−")
    return f"{'More' if points > 0 else 'Fewer'} by {abs(points):.0f} points ({span}).".replace("-", "−")


def finding(results: Results, meeting: Meeting) -> Finding | None:
    """Whether the wait has changed since the last meeting, or how many more weeks it takes to see ten minutes."""
    if meeting.on is None or not results.period:
        return None
    found = measures.before_after(results.aside("wait", "office", "date"), meeting.on)
    when, step = f"Since the last meeting ({labels.day(meeting.on)})", found.step
    if step.value != step.value:
        return Finding(0, f"{when} no comparison of the wait is possible: {step.why.removeprefix('not attempted: ')}.")
    sure = (
        f"{step.value:.2f} times the weekly wait before, 95% interval {step.low:.2f}–{step.high:.2f}; "
        f"{labels.many(step.n, 'week')}"
    )
    if step.low > 1 or step.high < 1:
        return Finding(0, f"{when} the wait has become {'longer' if step.value > 1 else 'shorter'}.", sure=sure)
    return Finding(0, f"{when} no change of the wait can be shown.", sure=sure, detail=_more_weeks(found))


def _more_weeks(found):
    """About how many weeks more would show a change of ten minutes, were it there, four times in five."""
    usual = float(found.weeks["without"].mean())
    needed = found.step.n * (POWER * found.step.se / log(1 + WORTH_S / usual)) ** 2
    more = ceil(needed - found.step.n)
    if more <= 0:
        return f"One of {WORTH_S // 60} minutes would most likely have been seen."
    return f"To see {WORTH_S // 60} minutes, about {labels.many(more, 'more week')} would be needed."
