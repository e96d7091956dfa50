"""What we ask: items in the order a liaison meeting knows, each with what was said, what was logged, and the ask."""

from __future__ import annotations

from callanalytics.figures import labels
from callanalytics.reports import sentences as say
from callanalytics.reports.document import AgendaItem
from callanalytics.reports.results import Results


def items(results: Results, space: int = 38) -> list[AgendaItem]:
    """The items for which something was logged, numbered, each with room for the response, in points."""
    drafts = [_times(results), _attempts(results), _waits(results)]
    return [_item(n, parts, space) for n, parts in enumerate((t for t in drafts if t), 1)]


def _item(number: int, parts: tuple, space: int) -> AgendaItem:
    heading, statement, source, logged, questions, ask = parts
    return AgendaItem(number, heading, statement, source, say.interval_named_once(logged), questions, ask, space)


def _times(results):
    """The stated times: are they still the standard, from what moment, and are they tracked?"""
    urgent, regular = (results.row("promise_kept_rate", urgency=u, reading="default") for u in ("urgent", "regular"))
    if not urgent["n"] + regular["n"]:
        return None
    rules = [_rule(results, urgency) for urgency in ("urgent", "regular")]
    silent = results.row("silent_promises")
    return (
        "Callbacks in time",
        f"Urgent inquiries: “{rules[0].words}”; regular inquiries: “{rules[1].words}.”",
        _source(rules[0]),
        f"USCIS called or emailed in time on urgent requests: {say.share(urgent)}; regular ones: "
        f"{say.share(regular)}. No contact recorded: {say.share(silent)}.",
        (
            "Are these timeframes still the standard? When do they start?",
            "Do weekends, holidays, and closures count?",
            "Does USCIS track time to the first call and how often it is answered?",
        ),
        "state the current callback timeframes, and publish each month the share kept",
    )


def _rule(results, urgency):
    """The stated time last confirmed of those that judge these requests; of all, where none of them is judged."""
    judging = [rule for rule, _ in results.rules if rule.applies_to(urgency)]
    known = [rule for rule in results.agency.rules if rule.applies_to(urgency)]
    return max(judging or known, key=lambda rule: (rule.last_confirmed, rule.from_latest))


def _attempts(results):
    """Callbacks that came when nobody could answer."""
    missed = results.row("missed_callbacks", "count", link="certain")
    if not missed["events"]:
        return None
    window, attempts = results.agency.window, max(results.agency.attempts, key=lambda a: a.last_confirmed)
    outside, again = results.row("out_of_window_rate"), results.row("second_attempt_made_rate")
    return (
        "Callbacks no one can answer",
        f"Callbacks come “{window.words}”. “{attempts.words}.”",
        _source(window),
        f"{say.capital(labels.many(missed['events'], 'callback'))} unanswered{_when(results, missed['events'])}. "
        f"Outside USCIS's own hours: {say.share(outside)} of the attempts. "
        f"A second call after a miss: {say.share(again)}.",
        (
            "When promising a callback, does USCIS record the time zone?",
            "How does USCIS record a missed callback?",
            "Must a caller start over after two missed calls?",
        ),
        "let callers choose a two-hour window in their time zone, and give an extension",
    )


def _when(results, missed: int) -> str:
    """At what hours of the office they rang, as far as its hours and the time of day are known."""
    (outside, open_known), (early, timed) = results.missed_outside, results.missed_early
    clauses = [f"{say.of_known(outside, open_known, missed)} rang outside the office's hours"] if open_known else []
    if timed:
        clauses.append(f"{say.of_known(early, timed, missed)} {'' if clauses else 'rang '}before 8 a.m. there")
    return f": {', '.join(clauses)}" if clauses else ""


def _waits(results):
    """The wait, and calls that end in the automated system."""
    median, p90 = results.median, results.row("wait", "p90")
    ended = results.row("ivr_unresolved_exit_rate")
    if not median["n"] + ended["n"]:
        return None
    claim = next(c for c in results.agency.claims if c.id == "ivr-gate")
    slow = f"One in ten needed {labels.minutes(p90['value'])} or more." if say.is_shown(p90) else ""
    vain = f"Ended in the automated system with nothing resolved: {say.share(ended)}." if ended["n"] else ""
    return (
        "Reaching a person",
        f"Callers must first use the automated system, since “{claim.words}” lengthened the wait.",
        _source(claim),
        say.joined(_half(median, results.clock), slow, vain),
        (
            "When does USCIS start timing the wait, and does it count callers who hang up?",
            "How many calls end in the automated system, and how many of these are resolved?",
            "Which words get a representative to a person?",
        ),
        "publish each month calls received, calls a person answered, and the median wait",
    )


def _half(median, clock):
    if not median["n"]:
        return "No wait for a person is logged."
    if not say.is_shown(median):
        return f"The wait for a person: {say.wait(median)}."
    as_noted = " The log does not say whether from dialing." if clock == "unsaid" else ""
    return f"Half of the calls needed this long or longer: {say.wait(median)}.{as_noted}"


def _source(row):
    author = f"{row.stated_by}. " if getattr(row, "stated_by", "") else ""
    return f"{author}{row.source}."
