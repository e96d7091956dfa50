"""What the logs show of the call-backs: in time or not, answered or not, and what nobody can tell.

Call-backs that came and were not answered and requests without a contact are different things, never added.
"""

from __future__ import annotations

from callanalytics import estimates
from callanalytics.figures import labels
from callanalytics.measures.definitions import SHARE_MINIMUM
from callanalytics.measures.result import is_range
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Bar, Finding
from callanalytics.reports.results import Results

FAVORABLE = 0.75  # a stated time kept at least this often, at the interval's lower end, is said in the agency's favor
TAG = "in the agency's favor"


NO_PROMISE = "No promised callback is logged yet, so none can be judged."


def urgent(results: Results) -> Finding:
    return _kept(results, "urgent") if results.n_promises() else Finding(0, NO_PROMISE)


def regular(results: Results) -> Finding | None:
    return _kept(results, "regular") if results.n_promises() else None


def _kept(results, urgency):
    row = results.row("promise_kept_rate", urgency=urgency, reading="default")
    if not row["n"]:
        why = "can be judged" if results.n_promises(urgency) else "is logged"
        return Finding(0, f"No {urgency} request {why} yet.", detail=_left_out(results, urgency))
    return Finding(
        0,
        f"USCIS called or emailed in time on {say.all_or_some(row)} {urgency} {_requests(row)}"
        f"{_as_confirmed(results)}.",
        sure=say.percent_and_sure(row),
        detail=say.joined(_readings(results, urgency, row), _left_out(results, urgency), _stale(results, urgency)),
        note=_stated(results, urgency),
        bar=share_bar(row),
        favors=TAG if row["n"] >= SHARE_MINIMUM and row["low"] >= FAVORABLE else "",
    )


def _requests(row) -> str:
    return "request" if row.get("most_n", row["n"]) == 1 else "requests"


OTHER_READINGS = {
    "urgent": ("Every hour counted", "Staffed hours"),
    "regular": ("Counting holidays", "To day's end"),
}


def _readings(results, urgency, default):
    if not default["n"]:
        return ""
    strict, lenient = (results.row("promise_kept_rate", urgency=urgency, reading=r) for r in ("strict", "lenient"))
    stricter, milder = OTHER_READINGS[urgency]
    return say.without_interval_name(f"{stricter}: {say.share(strict)}. {milder}: {say.share(lenient)}.")


def _left_out(results, urgency):
    """Those in no rate, whatever came: only the reasons that there are."""
    reasons = {"not_due": "not yet due", "unwatched": "without complete records", "withdrawn": "withdrawn"}
    reasons |= {"blocked": "on a line that blocks unknown callers"}
    counts = {words: results.left_out(why, urgency=urgency) for why, words in reasons.items()}
    told = [f"{labels.number(n)} {words}" for words, n in counts.items() if n]
    return f"Excluded: {', '.join(told)}." if told else ""


def _as_confirmed(results):
    """The words for a stated time that judges requests made more than a year after it was last confirmed."""
    used = results.confirmed and results.last_confirmed
    return f", by the timeframe last confirmed {labels.day(results.last_confirmed)}" if used else ""


def _stale(results, urgency):
    n = results.n_stale(urgency)
    if not n:
        return ""
    return (
        f"Not judged: {labels.many(n, 'request')} made over a year after the timeframe was last confirmed "
        f"({labels.day(results.last_confirmed)})."
    )


def _stated(results, urgency):
    """The words of the stated times that judged these requests, oldest first."""
    words = [f"“{rule.words}”" for rule, _ in results.rules if rule.applies_to(urgency)]
    return (
        f"USCIS's stated time: {', later '.join(words)}. Weekends, holidays, and closures don't count." if words else ""
    )


def answered(results: Results) -> Finding | None:
    """How often the office could take the first call, and whether a second came."""
    if not results.n_promises():
        return None
    first, again = results.row("first_attempt_hit_rate"), results.row("second_attempt_made_rate")
    if not first["n"]:
        return Finding(0, "No callback is recorded yet.")
    detail = say.without_interval_name(f"After a first miss, USCIS called again on {say.share(again)}.")
    return Finding(
        0,
        f"Offices answered the first callback on {say.all_or_some(first)} {_requests(first)}.",
        sure=say.percent_and_sure(first),
        detail=detail,
        bar=share_bar(first),
    )


def missed(results: Results) -> Finding | None:
    """Call-backs that came and nobody at the office answered; nothing where none came, which is said already."""
    sure, most = (results.row("missed_callbacks", "count", link=link) for link in ("certain", "possible"))
    if not most["events"]:
        return Finding(0, "No unanswered callback is recorded.") if most["n"] else None
    early, timed = results.missed_early
    rate = results.row("missed_callbacks", "rate", link="certain")
    return Finding(
        0,
        f"{_between(sure['events'], most['events'])} went unanswered.",
        sure=f"{labels.number(rate['events'])} confirmed of {labels.many(rate['n'], 'attempt')}; {say.share_sure(rate)}"
        if rate["n"]
        else "",
        detail=say.without_interval_name(
            say.joined(
                _outside(results),
                f"Before 8 a.m. local time: {say.share(share_row(early, timed))}." if timed else "",
                _at_any_hour(results, most),
            )
        ),
        bar=share_bar(rate),
    )


def _between(low, high):
    """How many call-backs, where those that may have been one make it more.

    >>> _between(213, 227), _between(1, 1)
    ('Between 213 and 227 callbacks', '1 callback')
    """
    if low == high:
        return say.capital(labels.many(low, "callback"))
    return f"Between {labels.number(low)} and {labels.many(high, 'callback')}"


def _at_any_hour(results, most):
    """The bound for the case that the agency rings outside the hours it states, where that is another."""
    every = results.row("missed_callbacks", "count_any_hour", link="possible")
    if every["events"] == most["events"]:
        return ""
    return f"Up to {labels.number(every['events'])} if calls with no caller ID outside USCIS's hours count too."


def _outside(results):
    outside, known = results.missed_outside
    return f"When the office was closed: {say.share(share_row(outside, known))}." if known else ""


def share_row(events, n) -> dict:
    """A share of which nothing but its counts is known, with Wilson's interval."""
    low, high = (float(limit) for limit in estimates.wilson(events, n)) if n else (float("nan"),) * 2
    return {"n": n, "events": events, "low": low, "high": high}


def silent(results: Results) -> Finding | None:
    """Two bounds: a call that may have been the call-back is neither a contact nor its absence."""
    row = results.row("silent_promises")
    if not row["n"]:
        return None
    n, low, high = (labels.number(k) for k in (row["n"], row["events"], row["most"]))
    how_many = low if low == high else f"{low} to {high}"
    counts = {why: results.left_out(why) for why in ("unwatched", "blocked")}
    extension = int(results.row("silent_promises", "n_extension")["events"])
    return Finding(
        0,
        f"No contact from USCIS is recorded for {how_many} of {n} requests."
        if row["most"]
        else f"Contact from USCIS is recorded for all {n} requests.",
        sure=say.share_sure(row),
        detail=say.joined(
            _beside(counts),
            _unheard(results),
            f"Not among them: {labels.number(extension)} for which the office gave an extension." if extension else "",
            "Counted separately from missed callbacks.",
        ),
        bar=share_bar(row),
    )


def _beside(counts: dict[str, int]) -> str:
    words = {
        "unwatched": "without complete records",
        "blocked": "on a line that blocks unknown callers, and USCIS may call as one",
    }
    told = [f"{labels.number(n)} {words[why]}" for why, n in counts.items() if n]
    return f"Excluded: {', '.join(told)}." if told else ""


def _unheard(results) -> str:
    """Requests on lines of which it is not known whether a caller without a number gets through."""
    n = int(results.row("silent_promises", "n_unheard")["events"])
    if not n:
        return ""
    return (
        f"Of {labels.many(n, 'request')} it is not known whether the line blocks unknown callers; if so, a call may "
        "have left no trace."
    )


def rules_differ(results: Results) -> Finding | None:
    """Requests of a time of which it is not known which stated time applied."""
    under_all, under_one = (
        results.row("promise_kept_rate", "rate_rules_differ", reading=reading) for reading in ("strict", "lenient")
    )
    if not results.n_rules_differ:
        return None
    return Finding(
        0,
        f"For {labels.many(results.n_rules_differ, 'request')}, it is unclear which timeframe applied; they are "
        "reported separately.",
        detail=f"Of {labels.number(under_all['n'])} due under every timeframe, in time by the strictest: "
        f"{say.share(under_all)}; by the most lenient: {say.without_interval_name(say.share(under_one))}."
        if under_all["n"]
        else f"Due and observed under every timeframe: 0 of {labels.number(results.n_rules_differ)}.",
    )


def share_bar(row) -> Bar | None:
    """A share on a scale to 100%; none where a percentage would say too much."""
    if row["n"] < SHARE_MINIMUM:
        return None
    most = row["most"] / row["most_n"] if is_range(row) else None
    return Bar(row["events"] / row["n"], row["low"], row["high"], 0, 1, "0%", "100%", most)
