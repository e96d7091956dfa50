"""The findings compared with the period before: the same measures and offices, in the months just before.

A selected period is compared with the one before it; a whole log, its second half with its first. An office that logged
only one of the two would change the callers, so it is in neither. Two figures are called different only if their
intervals do not touch; else the report says that no change can be shown.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from callanalytics import accounting, wording
from callanalytics.figures import rows
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.measures.result import is_range
from callanalytics.reports import findings
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Ends, Marks, Number, Numbers, TableBlock, Text
from callanalytics.reports.results import Results
from callanalytics.wording import plural

DAY = timedelta(days=1)
WEEKEND = timedelta(days=4)  # longest gap between a month's last call and its end, with a holiday
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
    """The figures of two adjacent periods, for the offices that logged throughout both.

    `is_own`: the later figures are the report's own, because its period was selected and all its offices logged
    both."""

    spans: tuple[Span, Span]
    parts: tuple[Results, Results]
    n_offices: int
    is_own: bool

    @property
    def earlier(self) -> str:
        return _period_name(*self.spans[0])

    @property
    def has_same_lead(self) -> bool:
        """Whether the leading median wait is counted the same way in both periods."""
        earlier, later = ((part.clock, part.lead.is_weighted) for part in self.parts)
        return earlier == later

    def waits(self) -> list[dict]:
        """Both median waits: the leading ones if they are counted the same way; else both as logged."""
        return [part.median for part in self.parts] if self.has_same_lead else self.rows("wait", "median")

    def rows(self, measure: str, statistic: str = "rate", **keys) -> list[dict]:
        """The row of a measure in both periods."""
        return [part.row(measure, statistic, wait_origin=self.parts[1].clock, **keys) for part in self.parts]

    def missed_outside(self) -> list[dict]:
        """Missed callbacks outside office hours, out of those whose hours are known, in both periods."""
        return [findings.share_row(*part.missed_outside) for part in self.parts]


def pair(results: Results) -> Pair | None:
    """The period of a report and the one before it; None if no office logged throughout both."""
    spans = _spans(results) if results.period else None
    if spans is None:
        return None
    every = results.log.offices.to_arrow()["office_id"].to_pylist()
    offices = _offices_throughout(results.log, *spans)
    if not offices:
        return None
    # The same offices in both: a change of callers must not read as a change at the agency
    parts = [Results(results.log.in_period(*span).where(office=offices), results.confirmed) for span in spans]
    is_own = results.log.selection.since is not None and len(offices) == len(every)
    return Pair(spans, (parts[0], results if is_own else parts[1]), len(offices), is_own)


def _spans(results) -> tuple[Span, Span] | None:
    """First and last day of both periods, in whole months if the later period starts and ends with one."""
    chosen = results.log.selection
    last = results.period[1]
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


def _offices_throughout(log, *spans: Span) -> list[str]:
    """The offices with a call in each quarter of both periods, or in each week of short ones. An office that paused
    would change the callers too."""
    calls = log.in_period().agency_calls.to_arrow().select(["office_id", "date"]).to_pandas().dropna()
    offices = []
    for first, last in spans:
        n_days = (last - first).days + 1
        # At least a week per part: in fewer days, a quiet office may not have called at all
        n_parts = min(4, max(1, n_days // 7))
        within = calls[calls["date"].between(first, last)]
        part = (pd.to_datetime(within["date"]) - pd.Timestamp(first)).dt.days * n_parts // n_days
        n_filled = part.groupby(within["office_id"]).nunique()
        offices.append(set(n_filled.index[n_filled == n_parts]))
    return sorted(set.intersection(*offices))


def _period_name(first: date, last: date) -> str:
    is_whole = first.day == 1 and (last + WEEKEND).month != last.month
    return say.months(first, last) if is_whole else say.period(first, last)


# ---- in words ----------------------------------------------------------------------------------------------

NO_CHANGE = "no change can be shown"
TIME = "s"  # unit of a time; a share may have none
CHANGED = {True: ("longer", "shorter"), False: ("higher", "lower")}  # True: words for a time; False: for a share


def change(earlier: dict, later: dict) -> str:
    """How a figure changed from the period before; empty if either figure has too few cases.

    >>> few, half, most = ({"n": n, "low": low, "high": high} for n, low, high in
    ...                    ((8, 0.1, 0.6), (90, 0.4, 0.6), (90, 0.7, 0.9)))
    >>> change(few, most), change(half, half), change(half, most)
    ('', 'no change can be shown', 'higher')
    """
    is_time = later.get("unit") == TIME
    if any(row["n"] < INTERVAL_MINIMUM or (is_time and not say.is_shown(row)) for row in (earlier, later)):
        return ""
    # Stricter than a test of the difference, because the report looks at a dozen pairs
    if not say.intervals_apart(earlier, later):
        return NO_CHANGE
    more, less = CHANGED[is_time]
    return more if say.is_above(later, earlier) else less


def in_brief(rows: list[dict], in_words) -> str:
    """The change in brief for page one: the earlier figure, if it changed.

    >>> half, most = ({"n": 90, "events": n, "low": low, "high": high} for n, low, high in
    ...               ((45, 0.4, 0.6), (72, 0.7, 0.9)))
    >>> in_brief([half, most], say.share_in_brief), in_brief([half, half], say.share_in_brief)
    ('was 50%', 'no change shown')
    """
    return {"": "", NO_CHANGE: "no change shown"}.get(change(*rows), f"was {in_words(rows[0])}")


NONE = "No office logged throughout two periods of equal length, so nothing is compared with one before."


def against_before(results: Results, found: dict, pair: Pair | None) -> Block:
    """Each finding with its figure in both periods; findings that are counts or changes have no row."""
    if pair is None:
        return Text(NONE)
    head = ("finding", *(_period_name(*span) for span in pair.spans), "change")
    lines = tuple(
        (f"{found[name].number}. {words}", *map(_in_words, of_both), change(*of_both) or "too few to compare")
        for name, words, of_both in compared(results, pair)
        if name in found
    )
    note = f"{wording.spelled(pair.n_offices, 'law office')} logged throughout both. In brackets: 95% interval."
    return TableBlock("Each finding against the period before", head, lines, note, (1.75, 2.1, 2.1, 1.85))


def _in_words(row: dict) -> str:
    return say.without_interval_name(say.wait(row) if row.get("unit") == TIME else say.share(row))


def compared(results, pair) -> Iterator[tuple[str, str, list[dict]]]:
    """For each finding, its name, what it counts, and its rows in both periods."""
    yield "wait", f"Median wait{'' if pair.has_same_lead else ', as logged'}", pair.waits()
    if (best := findings.best_part(results)) is not None:
        rows_of_part = [rows.headline(part.by_block, "median", hour=best, wait_origin=results.clock)
                        for part in pair.parts]  # fmt: skip
        yield "hours", f"Wait {findings.part_of_day(results, best).replace('–', ' to ')}", rows_of_part
    yield "burden", "Held for each conversation", pair.rows("hold_per_answer", "hold_per_answer")
    for name, (words, measure, keys) in SHARES.items():
        yield name, words, pair.rows(measure, **keys)
        if name == "missed":
            yield name, "Of these, office closed", pair.missed_outside()
    if kind := findings.least_granted(results):
        words = f"{wording.capital(kind)} requests granted"
        yield "granted", words, [part.request(kind, "granted") for part in pair.parts]


# ---- the last three months of an office ------------------------------------------------------------------------------
# Four numbers, compared with the three months before and with other offices.
# A figure from few calls moves by chance alone. So a comparison says how far it moved only if the two intervals
# do not touch; else it says that no change can be shown. Months that the log does not cover from their first day are
# not compared with later ones; the report then says when the log begins.


LAST_MONTHS = 3
SHARES_OF_MONTHS = {  # words -> measure, statistic, and keys of the row, and whether the figure is adverse
    "of calls reached a person": ("reach_rate", "rate", {}, False),
    "of callbacks came in time": ("promise_kept_rate", "rate", {}, False),
    "of callbacks went unanswered": ("missed_callbacks", "rate", {"link": "certain"}, True),
}


@dataclass(frozen=True)
class LastMonths:
    """The figures of the last months, of as many months before, and of the other offices in the last months.

    ``begins`` is the first day by which every office had logged something; ``before`` is None if that day is too late
    for the months before."""

    first: date
    last: date
    begins: date
    now: Results
    before: Results | None
    elsewhere: Results | None


def last_months(results: Results) -> LastMonths | None:
    """The months up to the last day logged; None if they cannot be compared: nothing is logged, the log is too short,
    or a period was selected."""
    log = results.log
    if not log.logged or log.selection.has_period:
        return None
    last = min(log.as_of, log.logged[1])
    first = months_before(last) + timedelta(days=1)
    # The first day on which each office logged anything; offices that logged nothing are omitted
    spans = [_logged_span(log.where(office=office["office_id"])) for office in log.offices.to_arrow().to_pylist()]
    starts = [span[0] for span in spans if span]
    if not starts or first <= min(starts):
        return None

    def part(whole, since, until):
        return Results(whole.where(since=since, until=until), results.confirmed)

    # Calendar months, whatever their length
    begins = months_before(first - timedelta(days=1)) + timedelta(days=1)
    others = log.others
    return LastMonths(
        first,
        last,
        max(starts),
        part(log, first, last),
        part(log, begins, first - timedelta(days=1)) if max(starts) <= begins else None,
        part(others, first, last) if others else None,
    )


def _logged_span(log) -> tuple[date, date] | None:
    """The first and last day of a selection's rows; ``log.logged`` has those of the whole store."""
    return accounting.logged(lambda name: log.table(name).to_arrow(), log.agency.timezone)


def months_before(day: date, months: int = LAST_MONTHS) -> date:
    """The same day of an earlier month, or that month's last day if it is shorter.

    >>> months_before(date(2022, 12, 30)), months_before(date(2022, 5, 31)), months_before(date(2022, 1, 15))
    (datetime.date(2022, 9, 30), datetime.date(2022, 2, 28), datetime.date(2021, 10, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def numbers_of_months(found: LastMonths) -> list[Block]:
    """Hours on hold, calls that reached a person, callbacks in time, and missed callbacks."""
    shares = [_share_number(found, words, *share) for words, share in SHARES_OF_MONTHS.items()]
    shown = [_hours_number(found), *(number for number in shares if number)]
    note = _before_in_words(found) + (
        " Elsewhere: the other offices in this log, these months." * bool(found.elsewhere)
    )
    note = say.joined(note, _marks_in_words([number.marks for number in shown if number.marks]))
    return [Numbers(say.period(found.first, found.last), tuple(shown), note)]


def _marks_in_words(drawn: list[Marks]) -> str:
    """The key to the marks that are shown; empty if none is."""
    if not drawn:
        return ""
    kinds = {"ring: before": any(m.before for m in drawn), "tick: elsewhere": any(m.elsewhere for m in drawn)}
    return f"Dot: now{''.join(f'; {words}' for words, is_there in kinds.items() if is_there)}."


def _before_in_words(found: LastMonths) -> str:
    """What the months are compared with, or why there is no comparison with the months before."""
    if found.before:
        return "Before: the three months before these."
    whose = "the last office's log" if len(found.now.log.offices) > 1 else "the log"
    return f"Not compared with the three months before these: {whose} begins on {wording.day(found.begins)}."


def _hours_number(found: LastMonths) -> Number:
    """Hours on hold in each period. A sum is not an estimate, so no comparison is made."""
    if found.now.n_calls and not _n_held(found.now):
        return Number("not known", "hours on hold", "no wait logged")
    notes = [f"{hours_on_hold(found.before):,.0f} before"] if found.before else []
    now = hours_on_hold(found.now)
    sums = [now, hours_on_hold(found.before) if found.before else None, None]
    if found.elsewhere and (n := len(found.elsewhere.calls_by_office)):
        sums[2] = hours_on_hold(found.elsewhere) / n
        notes.append(f"{sums[2]:,.0f} on average at {plural(n, 'other office')}")
    # Room to the right of the longest, so that its dot is not on the edge
    top = 1.1 * max(filter(None, sums), default=1)
    last_months = (found.now, found.before, found.elsewhere)
    ends = (
        (hours / top, hours / top) if part and hours is not None and _n_held(part) >= INTERVAL_MINIMUM else None
        for part, hours in zip(last_months, sums, strict=True)
    )
    return Number(plural(now, "hour"), "on hold", "; ".join(notes), marks=_marks(*ends))


def _marks(now: Ends | None, before: Ends | None, elsewhere: Ends | None) -> Marks | None:
    """The marks of a line; None without a current figure and another to compare with it."""
    return Marks(now, before, elsewhere) if now and (before or elsewhere) else None


def _ends_of_share(row: dict | None) -> Ends | None:
    """Both ends of a share, from 0 to 1; None if there are too few cases."""
    if row is None or row["n"] < INTERVAL_MINIMUM:
        return None
    least = row["events"] / row["n"]
    return least, row["most"] / row["most_n"] if is_range(row) else least


def hours_on_hold(results: Results) -> float:
    """Hours on hold of all calls with a logged wait, whatever its starting point."""
    return float(rows.pick(results.take("hours_on_hold"), "held")["value"].sum()) / 3600


def _n_held(results: Results) -> int:
    return int(rows.pick(results.take("hours_on_hold"), "held")["n"].sum())


def _share_number(
    found: LastMonths, words: str, name: str, statistic: str, keys: dict, is_adverse: bool
) -> Number | None:
    row = found.now.row(name, statistic, **keys)
    if not row["n"]:
        return Number("none", words.removeprefix("of ").replace("callbacks", "callback", 1), "none to judge yet")
    notes: list[str] = [say.count_of_cases(row)] if say.is_percent(row) else []
    others = [other.row(name, statistic, **keys) if other else None for other in (found.before, found.elsewhere)]
    sides = (("before", "up", "down"), ("elsewhere", "more here", "fewer here"))
    for then, (when, more, less) in zip(others, sides, strict=True):
        if then and then["n"]:
            notes.append(f"{say.share_in_brief(then)} {when}, {change_of_share(row, then, more, less)}")
    if name == "promise_kept_rate" and (n := found.now.left_out("unwatched")):
        notes.append(f"{plural(n, 'more request')} without complete records")
    counted = words if say.is_percent(row) else words.removeprefix("of ")
    return Number(say.share_in_brief(row), counted, "; ".join(notes), is_adverse=is_adverse and row["events"] > 0,
                  marks=_marks(*map(_ends_of_share, (row, *others))))  # fmt: skip


def change_of_share(after, before, more: str = "up", less: str = "down") -> str:
    """How a share differs from another, if a difference can be shown.

    >>> few, half, near, most = ({"n": n, "events": k, "low": low, "high": high} for n, k, low, high in
    ...     ((8, 2, 0.1, 0.6), (90, 45, 0.4, 0.6), (90, 50, 0.45, 0.65), (90, 72, 0.7, 0.87)))
    >>> change_of_share(half, few), change_of_share(half, near), change_of_share(half, most)
    ('too few to compare', 'no change can be shown', 'down by 30 points')
    """
    fewest = min(after["n"], before["n"])
    if fewest < INTERVAL_MINIMUM:
        return "too few to compare"
    if not say.intervals_apart(after, before):
        return NOT_MOVED[more]
    word = more if say.is_above(after, before) else less
    if is_range(after) or is_range(before):
        return word
    return f"{word} by {100 * abs(after['events'] / after['n'] - before['events'] / before['n']):.0f} points"


NOT_MOVED = {"up": "no change can be shown", "more here": "no difference can be shown"}


def months_by_office(found: LastMonths) -> list[Block]:
    """The same figures for each office, if the report covers several."""
    names = [office["name"] for office in found.now.log.offices.to_arrow().to_pylist()]
    if len(names) < 2:
        return []
    hours = rows.pick(found.now.take("hours_on_hold", "office"), "held")
    hours = hours[hours["n"] > 0].groupby("office")["value"].sum() / 3600
    figures = [(measure, statistic, keys) for measure, statistic, keys, _ in SHARES_OF_MONTHS.values()]
    lines = tuple(
        (name, say.count(round(hours[name])) if name in hours else "–",
         *(_cell(found.now.row(*figure, office=name, **keys)) for *figure, keys in figures))
        for name in sorted(names)
    )  # fmt: skip
    head = ("office", "hours on hold", "reached a person", "callbacks in time", "went unanswered")
    title = f"Office by office: {say.period(found.first, found.last)}"
    return [TableBlock(title, head, lines, widths=(1.8, 1.0, 1.4, 1.4, 1.4))]


def _cell(row) -> str:
    return say.count_of_cases(row) if row["n"] else "–"
