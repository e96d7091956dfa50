"""The report for a liaison meeting: page one, the asks, the evidence, and how to check it.

It speaks of the agency's "stated time" and of "no contact recorded". Unanswered callbacks and requests without a
contact are different things and are never added. No office, client, or agent is named.

Each finding has a page of evidence, or part of one, with the finding as its title. Charts of page one are not
repeated. Tables that paper can do without are in :func:`further_blocks`; a screen and a workbook show them with every
definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callanalytics import accounting, figures, measures, wording
from callanalytics.facts.agency_calls import WAITS_NAMED
from callanalytics.figures import rows
from callanalytics.log import Log
from callanalytics.measures.definitions import INTERVAL_MINIMUM, MEDIAN_MINIMUM
from callanalytics.reports import annex, comparisons, findings, front, periods, sections
from callanalytics.reports import sentences as say
from callanalytics.reports.document import (
    MAX_SLIDES,
    AgendaItem,
    Block,
    Chart,
    Finding,
    Heading,
    Note,
    PageBreak,
    Slide,
    Text,
)
from callanalytics.reports.meeting import Meeting, last_meeting
from callanalytics.reports.periods import Pair
from callanalytics.reports.results import Confirmed, Results
from callanalytics.reports.writers import Report
from callanalytics.wording import plural

ROOM, ROOM_BESIDE_BOX = 38, 16  # points for the response, chosen so that the asks fit on their page


def build(log: Log, confirmed: tuple[Confirmed, ...] = (), meeting: Meeting = findings.NONE) -> Report:
    """The liaison report of a log.

    Parameters
    ----------
    log : the log that ``callanalytics.load`` returns
    confirmed : timeframes that, by a source, still held more than a year after they were last confirmed
    meeting : who sends the report, the last meeting, what was asked there, and the audit, as ``meeting.read`` returns
        them

    Returns
    -------
    Report
        The same log and the same day give the same report.
    """
    results = Results(log, confirmed)
    found, asks = findings.by_name(results, meeting), _blocks_of_asks(results, meeting)
    drawn = front.charts(results)
    wanted = tuple(block.ask for block in asks if isinstance(block, AgendaItem))
    is_small = sections.is_small(results)
    pair = None if is_small else periods.pair(results)
    page = front.page(results, meeting, found, wanted, list(drawn.values()), pair)
    quality, further = annex.data_quality(results, is_short=is_small), further_blocks(results, is_short=is_small)
    later = {} if is_small else later_charts(results)
    spoken = slides(results, drawn, found, later)
    # Built last: its caveats count the intervals of every measure taken so far, and those measures need definitions.
    if is_small:  # the counts so far, and one list of what cannot be shown yet
        evidence = [PageBreak(), *sections.blocks_of_few(results), PageBreak(), *_limits_section(results)]
    else:
        evidence = evidence_pages(results, found, meeting, pair, later)
    return Report.from_log(
        log,
        f"Reaching {results.agency.label} by phone" + (f": {say.months(*results.period)}" if results.period else ""),
        annex.scope(results),
        (*asks, *evidence, *quality),
        front=page,
        account=f"{results.account}",
        further=(*further, *annex.definitions(results)),
        spoken=tuple(spoken),
    )


def slides(results: Results, drawn: dict, found: dict[str, Finding], later: dict[str, Chart]) -> list[Slide]:
    """Up to six slides: the charts of page one, then `later` ones titled with their finding. If there are fewer than
    six, the last says why."""
    spoken = [(chart, *_chart_words(name, chart, results, found)) for name, chart in drawn.items()]
    for name in [name for name in later if name in found]:
        detail = findings.tail(results) if name == "wait" else found[name].detail
        spoken.append((later[name], found[name].text.removesuffix("."), _under_title(found[name], detail)))
    shown = [Slide(title, chart, sentence) for chart, title, sentence in spoken if not chart.says][:MAX_SLIDES]
    if len(shown) == MAX_SLIDES:
        return shown
    *first, last = shown or [Slide(front.headline(results), None, "")]
    return [*first, replace(last, sentence=say.joined(last.sentence, _why_no_other(results, drawn)))]


def _why_no_other(results, drawn: dict[str, Chart]) -> str:
    """Why there are no more slides: too few calls, or what the log lacks; empty if none of these applies."""
    n = results.n_calls
    if n < sections.MIN_HOURS * MEDIAN_MINIMUM:
        return f"{plural(n, 'call')} {'is' if n == 1 else 'are'} too few for other slides."
    lacking = ["enough waits with a known hour"] * bool(drawn["waits"].says)
    lacking += [f"{INTERVAL_MINIMUM} requests that can be judged"] * ("days" not in drawn)
    lacking += ["a phone log"] * (not len(results.log.calls.to_arrow()))
    return f"Other slides need {wording.joined(lacking)}." if lacking else ""


def _chart_words(name: str, chart: Chart, results, found) -> tuple[str, str]:
    """The words above and below a chart of page one."""
    if name == "days":
        kept = {urgency: results.row("promise_kept_rate", urgency=urgency) for urgency in results.callback_curves}
        shares = "; ".join(f"{urgency} {say.share(row)}" for urgency, row in kept.items() if row["n"])
        return chart.title, say.interval_named_once(f"Requests with a call or email in time: {shares}.")
    if name == "missed":
        closed = f"{sections.closed_title(results)}." if results.missed_outside[0] else ""
        sure = f"{found['missed'].lead.removesuffix('.')}{found['missed'].brackets.removesuffix('.')}"
        return chart.title, say.joined(closed, f"{sure}; we ask {results.agency.label} to {_attempts(results)[-1]}.")
    if "hours" in found:
        return chart.title, _under_title(found["hours"], found["hours"].detail)
    return found["wait"].text.removesuffix("."), _under_title(found["wait"], findings.tail(results))


def _under_title(finding: Finding, detail: str) -> str:
    """How sure the finding in a slide's title is, which the title is too short for, and the first sentence after it."""
    return say.joined(f"In figures: {finding.sure}." if finding.sure else "", say.first_sentence(detail))


def later_charts(results) -> dict[str, Chart]:
    """Charts of the evidence by finding; those made for slides alone are simpler than those of the pages."""
    months = figures.wait_by_month(results.take("wait", "month"), wait_origin=results.clock)
    calls = dict(list(sections.attempts(results).items())[:4])
    return {"wait": sections.curve(results), "answered": figures.shares(calls, title="First and second call"),
            "change": months, "silent": sections.states(results)}  # fmt: skip


def _blocks_of_asks(results, meeting) -> list[Block]:
    """What was asked at the last meeting, then what is asked now."""
    box = last_meeting(results, meeting)
    items: Sequence[Block] = agenda_items(results, ROOM_BESIDE_BOX if box else ROOM)
    none = Text(f"Nothing is logged yet that could support a question to {results.agency.label}.")
    return [Heading("What we ask"), *box, *(items or (none,))]


# ---- what we ask -------------------------------------------------------------------------------------


def agenda_items(results: Results, space: int = 38) -> list[AgendaItem]:
    """The agenda items with something logged, numbered; `space` is the room for each response, in points."""
    drafts = filter(None, [_times(results), _attempts(results), _waits(results)])
    return [
        AgendaItem(n, head, stated, source, say.interval_named_once(logged), asked, ask, space, results.agency.label)
        for n, (head, stated, source, logged, asked, ask) in enumerate(drafts, 1)
    ]


def _times(results):
    """Timeframes: whether they are still the standard, when they start, and whether the agency tracks them."""
    urgent, regular = (results.row("promise_kept_rate", urgency=u, reading="default") for u in ("urgent", "regular"))
    if not urgent["n"] + regular["n"]:
        return None
    rules = [_stated_time(results, urgency) for urgency in ("urgent", "regular")]
    silent = results.row("silent_promises")
    return (
        "Callbacks in time",
        f"Urgent inquiries: “{rules[0].words}”; regular inquiries: “{rules[1].words}.”",
        _source_of(rules[0]),
        f"{results.agency.label} called or emailed in time on urgent requests: {say.share(urgent)}; regular ones: "
        f"{say.share(regular)}. No contact recorded: {say.share(silent)}.",
        (
            "Are these timeframes still the standard? When do they start?",
            "Do weekends, holidays, and closures count?",
            f"Does {results.agency.label} track time to the first call and how often it is answered?",
        ),
        "state the current callback timeframes, and publish each month the share kept",
    )


def _stated_time(results, urgency):
    """The last confirmed timeframe among those that judge these requests; among all for the urgency if none judges
    any."""
    judging = [rule for rule, _ in results.rules if rule.applies_to(urgency)]
    known = [rule for rule in results.agency.rules if rule.applies_to(urgency)]
    return max(judging or known, key=lambda rule: (rule.last_confirmed, rule.from_latest))


def _attempts(results):
    """Callbacks that the office missed."""
    missed = results.missed_ends[0]
    if not missed["events"]:
        return None
    # The agency has stated several over the years; the report quotes the last confirmed
    window = results.agency.window
    attempts = max(results.agency.attempts, key=lambda a: a.last_confirmed)
    outside, again = results.row("out_of_window_rate"), results.row("second_attempt_made_rate")
    known = " with a known time" if results.row("out_of_window_rate", "n_unknown")["events"] else ""
    hours = f"Attempts{known} outside {results.agency.label}'s own hours: {say.share(outside)}."
    return (
        "Callbacks no one can answer",
        f"Callbacks come “{window.words}”. “{attempts.words}.”",
        _source_of(window),
        say.joined(
            f"{wording.capital(plural(missed['events'], 'callback'))} unanswered"
            f"{_missed_outside_hours(results, missed['events'])}.",
            hours if outside["n"] else "",
            f"A second call after a miss: {say.share(again)}." if again["n"] else "",
        ),
        (
            f"When promising a callback, does {results.agency.label} record the time zone?",
            f"How does {results.agency.label} record a missed callback?",
            "Must a caller start over after two missed calls?",
        ),
        "let callers choose a two-hour window in their time zone, and a phone extension",
    )


def _missed_outside_hours(results, missed: int) -> str:
    """How many callbacks came outside office hours and before 8 a.m., if the hours and the time of day are known."""
    (outside, open_known), (early, timed) = results.missed_outside, results.missed_early
    clauses = [f"{say.of_known(outside, open_known, missed)} rang outside the office's hours"] if open_known else []
    if timed:
        clauses.append(f"{say.of_known(early, timed, missed)} {'' if clauses else 'rang '}before 8 a.m. there")
    return f": {', '.join(clauses)}" if clauses else ""


def _waits(results):
    """The wait, and calls that ended in the automated system."""
    median, p90 = results.median, results.row("wait", "p90")
    ended = results.row("ivr_unresolved_exit_rate")
    claim = next((c for c in results.agency.claims if c.id == "ivr-gate"), None)
    if claim is None or not median["n"] + ended["n"]:  # an item must begin with the agency's own words
        return None
    slow = say.one_in_ten(p90)
    vain = f"Ended in the automated system with nothing resolved: {say.share(ended)}." if ended["n"] else ""
    return (
        "Reaching a person",
        f"Callers must first use the automated system, since “{claim.words}” lengthened the wait.",
        _source_of(claim),
        say.joined(_median_sentence(median, results.clock), slow, vain),
        (
            f"When does {results.agency.label} start timing the wait, and does it count callers who hang up?",
            "How many calls end in the automated system, and how many of these are resolved?",
            "Which words get a representative to a person?",
        ),
        "publish each month calls received, calls a person answered, and the median wait",
    )


def _median_sentence(median, clock):
    if not median["n"]:
        return "No wait for a person is logged."
    if not say.is_shown(median):
        return f"The wait for a person: {say.wait(median)}."
    as_noted = " The log does not say whether from dialing." if clock == "unstated" else ""
    return f"Half of the calls needed this long or longer: {say.wait(median)}.{as_noted}"


def _source_of(row):
    author = f"{row.stated_by}. " if getattr(row, "stated_by", "") else ""
    return f"{author}{row.source}."


# ---- the evidence ------------------------------------------------------------------------------------


def evidence_pages(
    results: Results, found: dict[str, Finding], meeting, pair: Pair | None, charts: dict[str, Chart]
) -> list[Block]:
    """The pages after the asks."""
    # The finding on waits always exists, if only to say that none is logged
    first, *others = _findings_of_page(found, "wait", "hours", "burden")
    ways = [f"{finding.number}: {finding.ways}" for finding in found.values() if finding.ways]
    otherwise = f"Counted otherwise, one choice changed at a time: finding {'; '.join(ways)}." if ways else ""
    sentences = say.joined(otherwise, findings.without_one(results, found))
    drawn = _flow_chart(results, "wait", "calls logged", "in the median", "Which calls these are")
    pages = (
        [first, charts["wait"], *comparisons.published_before(results), *others, drawn],
        _in_time(results, found, charts["silent"]),
        _answering(results, found),
        _calls(results, found),
        _change(results, found, pair),
        [*comparisons.other_rules(results), *comparisons.burden(results), *comparisons.monthly_counts(results.agency)],
        [*_limits_section(results), *([Text(sentences)] if sentences else []), annex.ways(results, meeting.audit)],
    )
    return [block for page in pages if page for block in (PageBreak(), *page)]


def _findings_of_page(found, first: str, *others: str) -> list[Finding]:
    """The findings of one page that exist; the first is its main heading, the rest are second level."""
    there = [found[name] for name in (first, *others) if name in found]
    return [finding if n == 0 else replace(finding, level=2) for n, finding in enumerate(there)]


def _in_time(results, found, states: Chart) -> list[Block]:
    there = _findings_of_page(found, "urgent", "regular", "rules")
    if not results.n_promises():
        return []
    which = ("promised callbacks", "judged", "Which requests these are")
    return [*there, states, _flow_chart(results, "promise_kept_rate", *which)]


def _flow_chart(results, name: str, whole: str, last: str, title: str) -> Chart:
    taken = steps(results, name, whole, last)
    title = f"{title}: {wording.number(taken[-1][1])} of {wording.number(taken[0][1])}"
    return figures.flow(taken, title=title, caption=rows.caption(results.take(name)))


def steps(results: Results, name: str, whole: str, last: str) -> list[tuple[str, int, str]]:
    """The steps from all logged rows to those a measure counts: words, how many remain, and what was excluded."""
    account = results.take(name).account
    if account is None:
        raise ValueError(f"{name} is made of other figures, and has no account of its own")
    left, found = account.stored, [(whole, account.stored, "")]
    for why, n in account.left_out.items():
        left -= n
        found.append(("", left, accounting.reason(why, results.agency, wording.day(results.as_of))))
    if name == "wait":
        # Waits: first those with the leading starting point, then those also in a phone log if the weighted wait leads
        waits = measures.waits_by_clock(results.take("wait"))
        others = [WAITS_NAMED[clock] for clock in results.other_clocks]
        steps = [("", waits[results.clock], wording.joined(others))] if others else []
        if results.lead.is_weighted:
            steps.append(("", int(results.median["n"]), "in no phone log"))
        found += steps
    return [*found[:-1], (last, *found[-1][1:])] if len(found) > 1 else found


def _answering(results, found) -> list[Block]:
    there = _findings_of_page(found, "answered", "missed", "silent")
    if not there:
        return []
    drawn = figures.shares(sections.attempts(results), title="First call, second call, notice")
    return [*there, drawn, *sections.causes(results)]


def _calls(results, found) -> list[Block]:
    if not results.n_calls:
        return []
    opening: list[Block] = [*_findings_of_page(found, "granted")] or [Heading("What came of the calls")]
    drawn = figures.funnel(results.take("funnel"), title=sections.FUNNEL)
    return [*opening, drawn, *sections.outcomes(results)]


def _change(results, found, pair) -> list[Block]:
    there = _findings_of_page(found, "change", "last")
    if not there:
        return []
    return [
        *there,
        periods.against_before(results, found, pair),
        sections.wait_over_time(results, results.agency.events),
        *comparisons.before_and_after(results),
    ]


def _limits_section(results) -> list[Block]:
    return [Heading("How to check us"), Text(annex.scope(results)), *annex.caveats(results, "This report")]


def further_blocks(results: Results, *, is_short: bool = False) -> list[Block]:
    """What only a screen and a workbook show: maps and full tables; for a short report, the curve of the waits too."""
    best, waits = sections.best_time(results), results.take("wait", "weekday", "hour")
    shown = [
        *([sections.curve(results)] if is_short else []),
        figures.hour_by_weekday(waits, wait_origin=results.clock, best=best.slots, title=sections.HOURS),
        *sections.slot_by_slot(results, best),
        figures.kept_by_reading(results.take("promise_kept_rate", "urgency"), title="In time, by each reading"),
        *sections.rules(results),
        sections.missed_by_hour(results),
        figures.volume_by_hour_weekday(results.take("volume", "weekday", "hour"), title=sections.VOLUME),
        figures.missed_by_month(results.take("missed_callbacks", "month_local"), title="Unanswered callbacks by month"),
        sections.hits_by_month(results),
        *comparisons.over_offices(results),
        *comparisons.every_rule(results),
        *annex.by_office(results),
        *annex.by_length(results),
        *annex.contradictions(results.log),
    ]
    # A screen has no pages, and an empty chart would be only a sentence without context
    there = [block for block in shown if not isinstance(block, PageBreak | Note) and not getattr(block, "says", "")]
    return [Heading("More figures and tables"), *there]
