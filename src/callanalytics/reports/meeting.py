"""Facts that no log has: who sends the report and for which meeting, the last meeting, and the result of an audit.

The file is TOML; `callanalytics report --help` shows one with every field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, log
from pathlib import Path
from typing import Annotated

from callanalytics import estimates, measures, wording
from callanalytics.errors import InvalidRequest
from callanalytics.figures import rows
from callanalytics.measures.definitions import SHARE_MINIMUM
from callanalytics.measures.result import is_range
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Finding, TableBlock
from callanalytics.reports.results import Results
from callanalytics.toml_files import Checked, content_of
from callanalytics.wording import plural

FIGURES = ("wait", "urgent", "regular", "answered")


@dataclass(frozen=True)
class Item:
    """Something asked at the last meeting, or at an earlier one (`asked_on`), with the answer and the figure that shows
    its effect. Without an answer, `owner` and `answer_by` say who owes it and by when."""

    asked: str
    answer: str = ""
    figure: Annotated[str, FIGURES] = ""
    asked_on: date | None = None
    owner: str = ""
    answer_by: date | None = None

    def words(self) -> str:
        """What was asked, with the day if it was not the last meeting."""
        return f"{self.asked} (asked on {wording.day(self.asked_on)})" if self.asked_on else self.asked

    def status(self, as_of: date) -> str:
        """The answer; for an open item, who owes it and by when.

        >>> Item("Why?", "To follow.").status(date(2022, 6, 30)), Item("Why?").status(date(2022, 6, 30))
        ('To follow.', 'Open')
        >>> Item("Why?", owner="Public Engagement", answer_by=date(2022, 6, 1)).status(date(2022, 6, 30))
        'Open; with Public Engagement; due June 1, 2022, overdue'
        """
        if self.answer:
            return self.answer
        late = ", overdue" if self.answer_by and self.answer_by < as_of else ""
        due = f"due {wording.day(self.answer_by)}{late}" if self.answer_by else ""
        return "; ".join(filter(None, ("Open", self.owner and f"with {self.owner}", due)))


@dataclass(frozen=True)
class Audit:
    """Calls drawn at random with a seed named in advance, and how many of them the offices could document."""

    seed: str
    drawn: int
    documented: int


@dataclass(frozen=True)
class Sender:
    """Who sends the report, for which meeting, and whom to contact."""

    committee: str = ""
    meets_on: date | None = None
    contact: str = ""


@dataclass(frozen=True)
class Last:
    """The last meeting: its day, and what was asked there."""

    on: date
    items: tuple[Item, ...] = field(default=(), metadata={"key": "item"})


@dataclass(frozen=True)
class Meeting:
    """The contents of a meeting file, field by field."""

    sender: Sender = Sender()
    last: Last | None = None
    audit: Audit | None = None


class _File(Checked):
    kind = "file on a meeting"


def read(path) -> Meeting:
    """Read a meeting file.

    Raises
    ------
    CallLogError
        The file cannot be read or is not TOML, or a key is unknown, missing, or of the wrong type.
    """
    path = Path(path)
    meeting = _File(path).record(Meeting, content_of(path))
    audit = meeting.audit
    if audit and not 0 <= audit.documented <= audit.drawn:
        found = f"drawn = {audit.drawn}, documented = {audit.documented}"
        raise InvalidRequest("more calls were documented than drawn", where=f"{path.name}, [audit]", found=found)
    return meeting


# ---- what the logs show since the last meeting -------------------------------------------------------


ROWS_TO_FOLLOW = {  # figure -> measure, statistic, and keys of the row that is quoted
    "wait": ("wait", "median", {}),
    "urgent": ("promise_kept_rate", "rate", {"urgency": "urgent"}),
    "regular": ("promise_kept_rate", "rate", {"urgency": "regular"}),
    "answered": ("first_attempt_hit_rate", "rate", {}),
}
WORTH_S = 600  # seconds: a change of ten minutes is large enough to matter
POWER = 1.96 + 0.84  # normal quantiles of a two-sided 5% and of 80%


def last_meeting(results: Results, meeting: Meeting) -> list[Block]:
    """One line per item asked at the last meeting."""
    last = meeting.last
    if not last or not last.items:
        return []
    lines = tuple((item.words(), item.status(results.as_of), since(results, item.asked_on or last.on, item.figure))
                  for item in last.items)  # fmt: skip
    title = f"Last time: {wording.day(last.on)}"
    return [TableBlock(title, ("asked", "answer", "logged since (95% interval)"), lines, "", (1.8, 1.5, 3.5))]


def since(results: Results, on, figure: str) -> str:
    """The figure since the meeting and before it, and their difference if one can be shown."""
    if not figure:
        return "–"
    chosen = results.log.selection
    if (chosen.since and chosen.since >= on) or (chosen.until and chosen.until < on):
        return "These figures are of one side of the meeting alone, so nothing can be compared."
    # The day of the meeting counts as since
    before, after = (_row(results, figure, *span) for span in ((None, on - timedelta(days=1)), (on, None)))
    in_words = say.wait if figure == "wait" else say.share
    comparison = say.without_interval_name(f"{wording.capital(in_words(after))}; before: {in_words(before)}.")
    return say.joined(comparison, _difference(figure, after, before))


def _row(results, figure, first, last):
    name, statistic, keys = ROWS_TO_FOLLOW[figure]
    part = Results(results.log.where(since=first, until=last), results.confirmed)
    judged = part.judged if measures.CARDS[name].judges_promises else part
    return rows.headline(measures.run(name, judged, tuple(keys)), statistic, **{"wait_origin": results.clock, **keys})


def _difference(figure, after, before):
    if figure == "wait":
        known = say.is_shown(after) and say.is_shown(before)
        return "" if not known else "They differ." if say.intervals_apart(after, before) else "No difference shown."
    if min(after["n"], before["n"]) < SHARE_MINIMUM:
        return ""
    if is_range(after) or is_range(before):  # a test of a difference cannot handle calls of unknown origin
        return "They differ." if say.intervals_apart(after, before) else "No difference shown."
    difference = estimates.newcombe(after["events"], after["n"], before["events"], before["n"])
    points, low, high = (100 * float(value) for value in difference)
    span = f"{low:+.0f} to {high:+.0f}"
    if low <= 0 <= high:
        return f"No difference shown ({points:+.0f} points; {span}).".replace("-", "−")
    return f"{'More' if points > 0 else 'Fewer'} by {abs(points):.0f} points ({span}).".replace("-", "−")


def change_since(results: Results, meeting: Meeting) -> Finding | None:
    """Whether the wait has changed since the last meeting; if no change can be shown, how many more weeks that would
    take."""
    if not meeting.last or not results.period:
        return None
    found = measures.before_after(results.aside("wait", "office", "date"), meeting.last.on)
    when = f"Since the last meeting ({wording.day(meeting.last.on)})"
    step = found.step
    if step.value != step.value:
        return Finding(f"{when} no comparison of the wait is possible: {step.why}.")
    interval = f"95% interval {step.low:.2f}–{step.high:.2f}; {plural(step.n, 'week')}"
    sure = f"{step.value:.2f} times the weekly wait before, {interval}"
    if step.low > 1 or step.high < 1:
        return Finding(f"{when} the wait has become {'longer' if step.value > 1 else 'shorter'}.", sure=sure)
    return Finding(f"{when} no change of the wait can be shown.", sure=sure, detail=_more_weeks(found))


def _more_weeks(found):
    """About how many more weeks would show a real change of ten minutes with 80% power."""
    # The step is a ratio of waits, so ten minutes must be taken relative to the wait without it
    usual = float(found.weeks["without"].mean())
    # The error falls with the square root of the weeks, so the weeks needed grow with its square
    needed = found.step.n * (POWER * found.step.se / log(1 + WORTH_S / usual)) ** 2
    more = ceil(needed - found.step.n)
    if more <= 0:
        return f"One of {WORTH_S // 60} minutes would most likely have been seen."
    return f"To see {WORTH_S // 60} minutes, about {plural(more, 'more week')} would be needed."
