"""What we ask: items in the order a liaison meeting knows, each with what was said, what was logged, and the ask."""

from __future__ import annotations

from callanalytics.figures import labels
from callanalytics.reports import sentences as say
from callanalytics.reports.document import AgendaItem
from callanalytics.reports.results import Results


def items(results: Results, space: int = 38) -> list[AgendaItem]:
    """The items for which something was logged, numbered, each with room for the response, in points."""
    told = [_times(results), _attempts(results), _waits(results)]
    return [_item(n, *parts, space) for n, parts in enumerate((t for t in told if t), 1)]


def _item(number, heading, said, source, logged, questions, ask, space):
    return AgendaItem(number, heading, said, source, say.interval_named_once(logged), questions, ask, space)


def _times(results):
    """The stated times: are they still the standard, from what moment, and are they tracked?"""
    urgent, regular = (results.row("promise_kept_rate", urgency=u, reading="default") for u in ("urgent", "regular"))
    if not urgent["n"] + regular["n"]:
        return None
    rules = [_rule(results, urgency) for urgency in ("urgent", "regular")]
    silent = results.row("silent_promises")
    return (
        "Call-backs within the stated time",
        f"Urgent inquiries: call-back “{rules[0].words}”; regular inquiries: “{rules[1].words}”.",
        _source(rules[0]),
        f"In time, by a call or an e-mail: urgent {say.share(urgent)}; regular {say.share(regular)}. "
        f"No contact recorded: {say.share(silent)}.",
        (
            "Are these times still the standard, and from what moment do they run?",
            "Do weekends, holidays and closures stop them?",
            "Does USCIS track the time to the first call, and how often it reaches the caller?",
        ),
        "That USCIS state the times in force and publish each month the share of call-backs made within them.",
    )


def _rule(results, urgency):
    """The stated time last confirmed of those that judge these requests; of all, where none of them is judged."""
    judging = [rule for rule, _ in results.rules if rule.applies_to(urgency)]
    known = [rule for rule in results.agency.rules if rule.applies_to(urgency)]
    return max(judging or known, key=lambda rule: (rule.last_confirmed, rule.from_latest))


def _attempts(results):
    """Call-backs that came when nobody could answer."""
    missed = results.row("missed_callbacks", "count", link="certain")
    if not missed["events"]:
        return None
    window, attempts = results.agency.window, max(results.agency.attempts, key=lambda a: a.last_confirmed)
    outside, again = results.row("out_of_window_rate"), results.row("second_attempt_made_rate")
    return (
        "Call-backs that nobody can answer",
        f"Call-backs come “{window.words}”. “{attempts.words}.”",
        _source(window),
        f"{say.capital(labels.many(missed['events'], 'call-back'))} unanswered{_when(results, missed['events'])}. "
        f"Outside USCIS's own hours: {say.share(outside)} of the attempts. "
        f"A second call after a miss: {say.share(again)}.",
        (
            "Is the caller's time zone recorded when a call-back is promised?",
            "How is it recorded that a call-back was tried and missed?",
            "Must a caller start again when both calls are missed?",
        ),
        "That a caller may name a two-hour window in the caller's own time zone, and a number with an extension.",
    )


def _when(results, missed: int) -> str:
    """At what hours of the office they rang, as far as its hours and the time of day are known."""
    (outside, open_known), (early, timed) = results.missed_outside, results.missed_early
    told = [f"{say.of_known(outside, open_known, missed)} rang outside the office's hours"] if open_known else []
    if timed:
        told.append(f"{say.of_known(early, timed, missed)} {'' if told else 'rang '}before 8 a.m. there")
    return f": {', '.join(told)}" if told else ""


def _waits(results):
    """The wait, and calls that end in the automated system."""
    median, p90 = results.median, results.row("wait", "p90")
    ended = results.row("ivr_unresolved_exit_rate")
    if not median["n"] + ended["n"]:
        return None
    claim = next(c for c in results.agency.claims if c.id == "ivr-gate")
    slow = f"One in ten needed more than {labels.minutes(p90['value'])}." if say.is_shown(p90) else ""
    vain = f"Ended in the automated system with nothing resolved: {say.share(ended)}." if ended["n"] else ""
    return (
        "Reaching a person",
        f"Callers must first use the automated system, since “{claim.words}” lengthened the wait.",
        _source(claim),
        say.joined(_half(median, results.clock), slow, vain),
        (
            "From what moment does USCIS measure the wait, and are callers who hang up counted?",
            "How many calls end in the automated system, and how many of these are resolved?",
            "Which words bring a representative to a person?",
        ),
        "That USCIS publish each month calls received, calls answered by a person, and the median wait from dialing.",
    )


def _half(median, clock):
    if not median["n"]:
        return "How long a caller needs to reach a person was not noted."
    if not say.is_shown(median):
        return f"How long a caller needs to reach a person: {say.wait(median)}."
    as_noted = " The log does not say whether from dialing." if clock == "unsaid" else ""
    return f"Half of the calls would have needed more than {say.wait(median)}.{as_noted}"


def _source(row):
    said = f"{row.stated_by}. " if getattr(row, "stated_by", "") else ""
    return f"{said}{row.source}."
