"""The last three months of an office: four numbers, against the three months before and against other offices.

A figure of a few calls moves by chance alone. So each comparison says by how much it moved only where the interval of
the difference leaves out zero; else it says that no change can be shown. Months that a log does not cover from their
first day are no measure of the later ones: then nothing is compared with them, and the report says when the log begins.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from callanalytics import accounting, wording
from callanalytics.figures import rows
from callanalytics.measures.definitions import INTERVAL_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import is_range
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Ends, Marks, Number, Numbers, TableBlock
from callanalytics.reports.results import Results
from callanalytics.wording import plural

MONTHS = 3
SHARES = {  # words -> measure, statistic and keys of the row that is told, and whether it is of what went wrong
    "of calls reached a person": ("reach_rate", "rate", {}, False),
    "of callbacks came in time": ("promise_kept_rate", "rate", {}, False),
    "of callbacks rang and no one answered": ("missed_callbacks", "rate", {"link": "certain"}, True),
}


@dataclass(frozen=True)
class Parts:
    """The figures of the last months, of as many before, and of the other offices in the last months.

    ``begins`` is the first day on which each office had logged something; ``before`` is None where that lies in the
    months before."""

    first: date
    last: date
    begins: date
    now: Results
    before: Results | None
    elsewhere: Results | None


def parts(results: Results) -> Parts | None:
    """The months up to the last day logged; None where nothing is logged or a period was selected, which has no other
    to stand against."""
    log = results.log
    if not log.logged or log.selection.has_period:
        return None
    last = min(log.as_of, log.logged[1])
    first = months_before(last) + timedelta(days=1)
    starts = _starts(log)
    if not starts or first <= min(starts):
        return None

    def part(whole, since, until):
        return Results(whole.where(since=since, until=until), results.confirmed)

    begins = months_before(first - timedelta(days=1)) + timedelta(days=1)
    others = log.others
    return Parts(
        first,
        last,
        max(starts),
        part(log, first, last),
        part(log, begins, first - timedelta(days=1)) if max(starts) <= begins else None,
        part(others, first, last) if others else None,
    )


def _starts(log) -> list[date]:
    """The first day on which each office logged anything; nothing of an office that logged nothing."""
    spans = [_logged(log.where(office=office["office_id"])) for office in log.offices.to_arrow().to_pylist()]
    return [span[0] for span in spans if span]


def _logged(log) -> tuple[date, date] | None:
    """The first and the last day of the rows of a selection; ``log.logged`` has those of the whole store."""
    return accounting.logged(lambda name: log.table(name).to_arrow(), log.agency.timezone)


def months_before(day: date, months: int = MONTHS) -> date:
    """The same day of an earlier month, or the last one that the month has.

    >>> months_before(date(2022, 12, 30)), months_before(date(2022, 5, 31)), months_before(date(2022, 1, 15))
    (datetime.date(2022, 9, 30), datetime.date(2022, 2, 28), datetime.date(2021, 10, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def numbers(found: Parts) -> list[Block]:
    """Hours on hold, calls that reached a person, callbacks in time, and callbacks that no one answered."""
    shares = [_share_number(found, words, *share) for words, share in SHARES.items()]
    shown = [_hours_number(found), *(number for number in shares if number)]
    note = _before_in_words(found) + (
        " Elsewhere: the other offices in this log, these months." * bool(found.elsewhere)
    )
    note = say.joined(note, _marks_in_words([number.marks for number in shown if number.marks]))
    return [Numbers(say.period(found.first, found.last), tuple(shown), note)]


def _marks_in_words(drawn: list[Marks]) -> str:
    """What the marks of the lines are, of those that there are."""
    if not drawn:
        return ""
    kinds = {"ring: before": any(m.before for m in drawn), "tick: elsewhere": any(m.elsewhere for m in drawn)}
    return f"Dot: now{''.join(f'; {words}' for words, is_there in kinds.items() if is_there)}."


def _before_in_words(found: Parts) -> str:
    """What the months are compared with, or why with none before them."""
    if found.before:
        return "Before: the three months before these."
    whose = "the last office's log" if len(found.now.log.offices) > 1 else "the log"
    return f"Not compared with the three months before these: {whose} begins on {wording.day(found.begins)}."


def _hours_number(found: Parts) -> Number:
    """A sum is no estimate: that of each time is shown, and none is compared."""
    if found.now.n_calls and not _n_held(found.now):
        return Number("none", "hours on hold", "no wait logged")
    notes = [f"{held(found.before):,.0f} before"] if found.before else []
    now = held(found.now)
    sums = [now, held(found.before) if found.before else None, None]
    if found.elsewhere and (n := len(found.elsewhere.calls_by_office)):
        sums[2] = held(found.elsewhere) / n
        notes.append(f"{sums[2]:,.0f} on average at {plural(n, 'other office')}")
    top, parts = 1.1 * max(filter(None, sums), default=1), (found.now, found.before, found.elsewhere)
    places = (
        (hours / top, hours / top) if part and hours is not None and _n_held(part) >= INTERVAL_MINIMUM else None
        for part, hours in zip(parts, sums, strict=True)
    )
    return Number(plural(now, "hour"), "on hold", "; ".join(notes), marks=_marks(*places))


def _marks(now: Ends | None, before: Ends | None, elsewhere: Ends | None) -> Marks | None:
    """Nothing to draw without a figure now and another to hold it against."""
    return Marks(now, before, elsewhere) if now and (before or elsewhere) else None


def _ends(row: dict | None) -> Ends | None:
    """Both ends of a share, from 0 to 1; None of too few."""
    if row is None or row["n"] < INTERVAL_MINIMUM:
        return None
    least = row["events"] / row["n"]
    return least, row["most"] / row["most_n"] if is_range(row) else least


def held(results: Results) -> float:
    """Hours on hold, of all calls whose wait is noted, from whatever moment it runs."""
    return float(rows.pick(results.take("hours_on_hold"), "held")["value"].sum()) / 3600


def _n_held(results: Results) -> int:
    return int(rows.pick(results.take("hours_on_hold"), "held")["n"].sum())


def _share_number(found: Parts, words: str, name: str, statistic: str, keys: dict, is_adverse: bool) -> Number | None:
    row = found.now.row(name, statistic, **keys)
    if not row["n"]:
        return Number("none", words.removeprefix("of ").replace("callbacks", "callback", 1), "none to judge yet")
    notes: list[str] = [say.count_of_cases(row)] if row["n"] >= SHARE_MINIMUM else []
    others = [other.row(name, statistic, **keys) if other else None for other in (found.before, found.elsewhere)]
    sides = (("before", "up", "down"), ("elsewhere", "more here", "fewer here"))
    for then, (when, more, less) in zip(others, sides, strict=True):
        if then and then["n"]:
            notes.append(f"{say.share_in_brief(then)} {when}, {moved(row, then, more, less)}")
    if name == "promise_kept_rate" and (n := found.now.left_out("unwatched")):
        notes.append(f"{plural(n, 'more request')} without complete records")
    counted = words.removeprefix("of ") if row["n"] < SHARE_MINIMUM else words
    return Number(say.share_in_brief(row), counted, "; ".join(notes), is_adverse=is_adverse and row["events"] > 0,
                  marks=_marks(*map(_ends, (row, *others))))  # fmt: skip


def moved(after, before, more: str = "up", less: str = "down") -> str:
    """How a share differs from another, as far as that can be shown.

    >>> few, half, near, most = ({"n": n, "events": k, "low": low, "high": high} for n, k, low, high in
    ...     ((8, 2, 0.1, 0.6), (90, 45, 0.4, 0.6), (90, 50, 0.45, 0.65), (90, 72, 0.7, 0.87)))
    >>> moved(half, few), moved(half, near), moved(half, most)
    ('too few to compare', 'no change can be shown', 'down by 30 points')
    """
    fewest = min(after["n"], before["n"])
    if fewest < INTERVAL_MINIMUM:
        return "too few to compare"
    if not say.intervals_apart(after, before):
        return NO_CHANGE[more]
    word = more if say.is_above(after, before) else less
    if is_range(after) or is_range(before):
        return word
    return f"{word} by {100 * abs(after['events'] / after['n'] - before['events'] / before['n']):.0f} points"


NO_CHANGE = {"up": "no change can be shown", "more here": "no difference can be shown"}


def by_office(found: Parts) -> list[Block]:
    """The same figures of each office, where the report is of several."""
    names = [office["name"] for office in found.now.log.offices.to_arrow().to_pylist()]
    if len(names) < 2:
        return []
    hours = rows.pick(found.now.take("hours_on_hold", "office"), "held")
    hours = hours[hours["n"] > 0].groupby("office")["value"].sum() / 3600
    lines = tuple(
        (
            name,
            say.count(round(hours[name])) if name in hours else "–",
            *(
                _cell(found.now.row(measure, statistic, office=name, **keys))
                for measure, statistic, keys, _ in SHARES.values()
            ),
        )
        for name in sorted(names)
    )
    head = ("office", "hours on hold", "reached a person", "callbacks in time", "rang, no one answered")
    title = f"Office by office: {say.period(found.first, found.last)}"
    return [TableBlock(title, head, lines, numeric=False, widths=(1.8, 1.0, 1.4, 1.4, 1.4))]


def _cell(row) -> str:
    return say.count_of_cases(row) if row["n"] else "–"
