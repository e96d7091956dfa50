"""The findings against the period before: the same measure, the same offices, as many months earlier.

Of a selected period, what came before it; of a whole log, its first half against its second. An office that logged only
one of the two would change the callers, so it is in neither. Two figures are called different only where their
intervals do not touch; else the report says that no change can be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from callanalytics import wording
from callanalytics.figures import rows
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.reports import findings
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, TableBlock, Text
from callanalytics.reports.last_months import months_before
from callanalytics.reports.results import Results
from callanalytics.reports.sentences import Figure

DAY = timedelta(days=1)
WEEKEND = timedelta(days=4)  # between the last call of a month and its end, a holiday among them
Span = tuple[date, date]
SHARES = {  # finding -> what it counts, measure and keys
    "urgent": ("Urgent requests in time", "promise_kept_rate", {"urgency": "urgent"}),
    "regular": ("Regular requests in time", "promise_kept_rate", {"urgency": "regular"}),
    "answered": ("First callback answered", "first_attempt_hit_rate", {}),
    "missed": ("Callbacks unanswered", "missed_callbacks", {"link": "certain"}),
    "silent": ("No contact recorded", "silent_promises", {}),
}


@dataclass(frozen=True)
class Pair:
    """The figures of two periods that meet, of the offices that logged throughout both.

    `is_own`: the later figures are those of the report itself, whose period was selected and whose offices all did."""

    spans: tuple[Span, Span]
    parts: tuple[Results, Results]
    n_offices: int
    is_own: bool

    @property
    def earlier(self) -> str:
        return _named(*self.spans[0])

    @property
    def has_same_lead(self) -> bool:
        """Whether the median wait that leads is counted in one way in both."""
        earlier, later = ((part.clock, part.lead.is_weighted) for part in self.parts)
        return earlier == later

    def waits(self) -> list[dict]:
        """Both median waits: those that lead, where these are counted in one way; else both as logged."""
        return [part.median for part in self.parts] if self.has_same_lead else self.rows("wait", "median")

    def rows(self, measure: str, statistic: str = "rate", **keys) -> list[dict]:
        """The row of a measure in both."""
        return [part.row(measure, statistic, wait_origin=self.parts[1].clock, **keys) for part in self.parts]

    def missed_outside(self) -> list[dict]:
        """Missed callbacks outside office hours, of those whose hours are known."""
        return [findings.share_row(*part.missed_outside) for part in self.parts]


def pair(results: Results) -> Pair | None:
    """The period of a report and that before it; None where no office logged throughout two."""
    spans = _spans(results) if results.period else None
    if spans is None:
        return None
    every = results.log.offices.to_arrow()["office_id"].to_pylist()
    offices = _throughout(results.log, *spans)
    if not offices:
        return None
    parts = [Results(results.log.in_period(*span).where(office=offices), results.confirmed) for span in spans]
    is_own = results.log.selection.since is not None and len(offices) == len(every)
    return Pair(spans, (parts[0], results if is_own else parts[1]), len(offices), is_own)


def _spans(results) -> tuple[Span, Span] | None:
    """First and last day of both periods: of whole months where the later begins with one."""
    chosen, last = results.log.selection, results.period[1]
    last = min(chosen.until or results.as_of, results.as_of)
    since = chosen.since
    if since is None:
        half = _months(results.period[0], last) // 2
        if not half:
            return None
        since = months_before(last.replace(day=1), half - 1)
    is_whole = since.day == 1 and (last + WEEKEND).month != last.month
    first = months_before(since, _months(since, last)) if is_whole else since - (last - since) - DAY
    return (first, since - DAY), (since, last)


def _months(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month + 1


def _throughout(log, *spans: Span) -> list[str]:
    """The offices with a call in each quarter of both periods, or each week of short ones; one that paused would change
    the callers as well."""
    calls = log.in_period().agency_calls.to_arrow().select(["office_id", "date"]).to_pandas().dropna()
    offices = []
    for first, last in spans:
        n_days = (last - first).days + 1
        n_parts = min(4, max(1, n_days // 7))
        within = calls[calls["date"].between(first, last)]
        part = (pd.to_datetime(within["date"]) - pd.Timestamp(first)).dt.days * n_parts // n_days
        n_filled = part.groupby(within["office_id"]).nunique()
        offices.append(set(n_filled.index[n_filled == n_parts]))
    return sorted(set.intersection(*offices))


def _named(first: date, last: date) -> str:
    is_whole = first.day == 1 and (last + WEEKEND).month != last.month
    return say.months(first, last) if is_whole else say.period(first, last)


# ---- in words ----------------------------------------------------------------------------------------------

NO_CHANGE = "no change can be shown"
TIME = "s"  # unit of a time; a share may have none
CHANGED = {True: ("longer", "shorter"), False: ("higher", "lower")}  # for a time, and for a share


def change(earlier: dict, later: dict) -> str:
    """Whether a figure is another than in the period before; nothing where one of the two is of too few.

    >>> few, half, most = ({"n": n, "low": low, "high": high} for n, low, high in
    ...                    ((8, 0.1, 0.6), (90, 0.4, 0.6), (90, 0.7, 0.9)))
    >>> change(few, most), change(half, half), change(half, most)
    ('', 'no change can be shown', 'higher')
    """
    is_time = later.get("unit") == TIME
    if any(row["n"] < INTERVAL_MINIMUM or (is_time and not say.is_shown(row)) for row in (earlier, later)):
        return ""
    if not say.intervals_apart(earlier, later):
        return NO_CHANGE
    more, less = CHANGED[is_time]
    return more if say.is_above(later, earlier) else less


def in_brief(rows: list[dict], in_words) -> str:
    """The same for page one: what the figure was, if it changed.

    >>> half, most = ({"n": 90, "events": n, "low": low, "high": high} for n, low, high in
    ...               ((45, 0.4, 0.6), (72, 0.7, 0.9)))
    >>> in_brief([half, most], say.share_in_brief), in_brief([half, half], say.share_in_brief)
    ('was 50%', 'no change shown')
    """
    return {"": "", NO_CHANGE: "no change shown"}.get(change(*rows), f"was {in_words(rows[0])}")


NONE = "No office logged throughout two periods of equal length, so nothing is compared with one before."


def against_before(results: Results, found: dict, pair: Pair | None) -> Block:
    """Each finding with its figure in both periods; a finding that is a count, or a change itself, has none."""
    if pair is None:
        return Text(NONE)
    return TableBlock(
        "Each finding against the period before",
        ("finding", *(_named(*span) for span in pair.spans), "change"),
        tuple(
            (f"{found[name].number}. {words}", *map(_in_words, of_both), change(*of_both) or "too few to compare")
            for name, words, of_both in compared(results, pair)
            if name in found
        ),
        note=f"{wording.spelled(pair.n_offices, 'law office')} logged throughout both. In brackets: 95% interval.",
        numeric=False,
        widths=(1.75, 2.1, 2.1, 1.85),
    )


def _in_words(row: dict) -> Figure:
    figure = say.wait(row) if row.get("unit") == TIME else say.share(row)
    return Figure(say.without_interval_name(figure), figure.unit, **figure.numbers)


def compared(results, pair) -> Iterator[tuple[str, str, list[dict]]]:
    """Name of the finding, what it counts, and its row in both periods."""
    yield "wait", f"Median wait{'' if pair.has_same_lead else ', as logged'}", pair.waits()
    if (best := findings.best_part(results)) is not None:
        rows_of_part = [rows.headline(part.by_block, "median", hour=best, wait_origin=results.clock)
                        for part in pair.parts]  # fmt: skip
        yield "hours", f"Wait {wording.hours(*findings.block_from(best)).replace('–', ' to ')}", rows_of_part
    yield "burden", "Held for each conversation", pair.rows("hold_per_answer", "hold_per_answer")
    for name, (words, measure, keys) in SHARES.items():
        yield name, words, pair.rows(measure, **keys)
        if name == "missed":
            yield name, "Of these, office closed", pair.missed_outside()
    if kind := findings.least_granted(results):
        yield "granted", f"{say.capital(kind)} requests granted", [part.request(kind, "granted") for part in pair.parts]
