"""The evidence of the liaison report: a page or a part of one for each finding, the finding as its title.

What page one draws is not drawn again. Tables that paper can do without, and every definition, are in :func:`further`,
which a screen and a workbook show.
"""

from __future__ import annotations

from dataclasses import replace

from callanalytics import accounting, figures, measures
from callanalytics.facts.dials import WAITS_NAMED
from callanalytics.figures import labels
from callanalytics.reports import (
    annex,
    before_after,
    calling,
    checking,
    differences,
    few,
    findings,
    oddities,
    offices,
    sections,
)
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Chart, Finding, Heading, Note, PageBreak, Text
from callanalytics.reports.results import Results


def evidence(results: Results, found: dict[str, Finding], meeting) -> list[Block]:
    """The pages behind the asks."""
    pages = (
        _waiting(results, found),
        _in_time(results, found),
        _answering(results, found),
        _calls(results, found),
        _change(results, found),
        _compared(results),
        _check(results, found, meeting),
    )
    return [block for page in pages if page for block in (PageBreak(), *page)]


def _under(found, first: str, *others: str) -> list[Finding]:
    """Findings of one page: the first that there is opens it."""
    there = [found[name] for name in (first, *others) if name in found]
    return [finding if n == 0 else _lower(finding) for n, finding in enumerate(there)]


def _lower(finding: Finding) -> Finding:
    return replace(finding, level=2)


def _waiting(results, found) -> list[Block]:
    first, *others = _under(found, "wait", "hours", "burden")
    return [
        first,
        _curve(results),
        *others,
        _flow(results, "wait", "calls logged", "in the median", "Which calls these are"),
    ]


def _curve(results) -> Chart:
    return figures.chance_by_minutes(
        results.take("wait"), wait_from=results.clock, title="How long callers hold until they reach a person"
    )


def _in_time(results, found) -> list[Block]:
    first, *others = _under(found, "urgent", "regular", "rules")
    if not results.n_promises():
        return []
    return [
        first,
        *[finding for finding in others if finding is not None],
        figures.promise_states(
            results.take("promise_states", "urgency"),
            results.take("silent_promises", "urgency"),
            title="What became of every request",
        ),
        _flow(results, "promise_kept_rate", "promised callbacks", "judged", "Which requests these are"),
    ]


def _flow(results, name: str, whole: str, last: str, title: str) -> Chart:
    taken = steps(results, name, whole, last)
    return figures.flow(taken, title=f"{title}: {labels.number(taken[-1][1])} of {labels.number(taken[0][1])}")


def steps(results: Results, name: str, whole: str, last: str) -> list[tuple[str, int, str]]:
    """From all that is logged to what a measure counts: words, how many are left, and who was taken out."""
    account = results.take(name).account
    if account is None:
        raise ValueError(f"{name} is made of other figures, and has no account of its own")
    left, found = account.stored, [(whole, account.stored, "")]
    for why, n in account.left_out.items():
        left -= n
        found.append(("", left, accounting.REASONS[why].format(day=labels.day(results.as_of))))
    if name == "wait":
        found += _timed(results)
    return [*found[:-1], (last, *found[-1][1:])] if len(found) > 1 else found


def _timed(results) -> list[tuple[str, int, str]]:
    """Of the waits, those of the moment that leads, and of these those that a phone log shows too, where they lead."""
    waits = measures.waits_by_clock(results.take("wait"))
    others = [WAITS_NAMED[clock] for clock in results.other_clocks]
    steps = [("", waits[results.clock], labels.joined(others))] if others else []
    if results.lead.is_weighted:
        steps.append(("", int(results.median["n"]), "in no phone log"))
    return steps


def _answering(results, found) -> list[Block]:
    there = _under(found, "answered", "missed", "silent")
    if not there:
        return []
    return [
        *there,
        figures.shares(sections.attempts(results), title="First call, second call, notice"),
        *sections.causes(results),
    ]


def _calls(results, found) -> list[Block]:
    if not results.n_calls:
        return []
    opening: list[Block] = [*_under(found, "granted")] or [Heading("What came of the calls")]
    return [
        *opening,
        figures.funnel(results.take("funnel"), title="How far calls got"),
        *sections.outcomes(results),
    ]


def _change(results, found) -> list[Block]:
    there = _under(found, "change", "last")
    if not there:
        return []
    return [
        *there,
        sections.wait_over_time(results, results.agency.events),
        *before_after.blocks(results),
    ]


def _compared(results) -> list[Block]:
    return [*differences.main(results), *differences.burden(results), *differences.monthly_counts()]


def _check(results, found, meeting) -> list[Block]:
    ways = [f"{finding.number}: {finding.ways}" for finding in found.values() if finding.ways]
    otherwise = f"Counted otherwise, one choice changed at a time: finding {'; '.join(ways)}." if ways else ""
    sentences = say.joined(otherwise, findings.without_one(results, found))
    return [*_limits(results), *([Text(sentences)] if sentences else []), checking.ways(results, meeting.audit)]


def _limits(results) -> list[Block]:
    return [Heading("How to check us"), Text(annex.scope(results)), *annex.caveats(results)]


def small(results: Results) -> list[Block]:
    """The evidence of a log of few calls: what there is, and in one place what cannot be shown yet."""
    return [PageBreak(), *few.blocks(results), PageBreak(), *_limits(results)]


def further(results: Results, *, is_short: bool = False) -> list[Block]:
    """What a screen and a workbook show besides: maps, tables in full, and the definitions; of a short report the
    curve of the waits too."""
    best = calling.best_time(results)
    shown = [
        *([_curve(results)] if is_short else []),
        figures.hour_by_weekday(results.take("wait", "weekday", "hour"), wait_from=results.clock, best=best.slots),
        *calling.blocks(results, best),
        figures.kept_by_reading(results.take("promise_kept_rate", "urgency"), title="In time, by each reading"),
        *sections.rules(results),
        figures.missed_by_local_hour(results.missed_by_hour, opening=results.opening),
        figures.volume_by_hour_weekday(results.take("volume", "weekday", "hour")),
        figures.missed_by_month(results.take("missed_callbacks", "month_local"), title="Unanswered callbacks by month"),
        sections.hits_by_month(results),
        *offices.blocks(results),
        *differences.differences(results),
        *annex.by_office(results),
        *checking.by_length(results),
        *oddities.contradictions(results.log),
    ]
    there = [block for block in shown if not isinstance(block, PageBreak | Note) and not (
        isinstance(block, Chart) and block.says)]  # fmt: skip
    return [Heading("More figures and tables"), *there, *annex.definitions(results)]
