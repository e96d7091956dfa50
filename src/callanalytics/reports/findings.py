"""What the logs show: each finding is one sentence with its figure, its count, and its interval.

Unanswered callbacks and requests without a contact are different things and are never added.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import pyarrow.compute as pc

from callanalytics import estimates, wording
from callanalytics.errors import InvalidRequest
from callanalytics.facts.agency_calls import WAITS_NAMED
from callanalytics.figures import rows
from callanalytics.measures.definitions import MEDIAN_MINIMUM, REACHED_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import NOTED_UNEVENLY, SHOWN_FLAGS, is_range
from callanalytics.measures.specifications import OFFICE
from callanalytics.reports import comparisons
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Bar, Finding
from callanalytics.reports.meeting import Meeting, change_since
from callanalytics.reports.results import Results
from callanalytics.wording import plural

NO_WAIT = "No wait is logged yet, so none can be reported."
WHENCE = "A phone system can't tell when a person answers: waits come from a log kept by hand."
TO_A_PERSON = wording.words_for("wait_to_a_person")


def wait(results: Results) -> Finding:
    """The median wait: half of the calls needed this long or longer."""
    row = results.row("wait", "median")
    if results.other_lines and not results.n_calls:
        others = f"{plural(results.other_lines, 'call')} to other lines: measures count them, and no report does."
        return Finding(results.agency.fill("No call to the {line} is in this part of the log."), detail=others)
    if not (row["n"] or results.other_clocks):
        return Finding(NO_WAIT, detail=WHENCE)
    if not say.is_shown(row):
        there = f"{wording.number(row['n'])} logged{_of_clock(results.clock) if row['n'] else ''}, "
        there += f"{wording.number(row['events'])} of them reaching a person"
        need = f"{MEDIAN_MINIMUM} and {REACHED_MINIMUM} needed"
        return Finding(f"Too few waits to report a median: {there} ({need}).", detail=other_clocks(results))
    found = _median_finding(results, results.median)
    more = results.lead.sentence, _noted_unevenly(results), tail(results), other_clocks(results)
    return replace(found, detail=say.joined(found.detail, *more))


def curve(results: Results) -> Finding:
    """The median wait as the curve of all logged waits shows it, also where the report leads with another wait."""
    row = results.row("wait", "median")
    return _median_finding(results, row) if say.is_shown(row) else wait(results)


def _median_finding(results, row) -> Finding:
    calls, wait_in_words = plural(row["n"], "call"), wording.minutes(row["value"])
    text = f"Half of {calls} needed {wait_in_words} or more {TO_A_PERSON[results.clock]}."
    # When the waits start, if the log does not say
    start = results.waits_run if results.clock == "unstated" else ""
    return Finding(text, sure=say.wait_sure(row), detail=start, bar=minutes_bar(row))


def _noted_unevenly(results: Results) -> str:
    """The caveat that calls of some lengths were logged more often than others; empty if it does not apply."""
    caveats = results.take("wait").caveats
    return next((caveat for caveat in caveats if getattr(caveat, "code", "") == NOTED_UNEVENLY), "")


def other_clocks(results: Results) -> str:
    """The waits with another starting point, with count and median: reported separately, never pooled with the rest."""
    offices = {"unstated": results.unstated_offices}
    waits = [_of_other_clock(clock, row, offices.get(clock, 1)) for clock, row in results.other_clocks.items()]
    return f"Reported separately: {'; '.join(waits)}." if waits else ""


def _of_other_clock(clock, row, n_offices):
    median = "too few for a median"
    if say.is_shown(row):
        median = f"median {wording.minutes(row['value'])}, {say.without_interval_name(say.wait_sure(row))}"
    pooled = f" of {n_offices} offices" if n_offices > 1 else ""
    return f"{plural(row['n'], 'wait')}{pooled}{_of_clock(clock)} ({median})"


def _of_clock(clock):
    return f" {WAITS_NAMED[clock]}"


def not_in_waits(results: Results) -> str:
    """The calls that may have waited but are in no wait: the wait, or how it ended, was not logged."""
    unnoted, endless, n = results.unused_waits
    parts = {"without a noted wait": unnoted, "with a wait but no noted end": endless}
    why = ", ".join(f"{wording.number(k)} {words}" for words, k in parts.items() if k)
    return f"Of {plural(n, 'call')} that queued or may have, in no wait here: {why}." if why else ""


def tail(results):
    """For the waits as logged: what one in ten needed, and how far calls that hung up could move the median."""
    p90, lost = results.row("wait", "p90"), results.row("wait", "share_censored")
    return say.joined(
        say.without_interval_name(say.one_in_ten(p90)),
        _hang_ups(lost, *(results.row("wait", f"median_if_{s}") for s in ("reached_next", "never_reached"))),
    )


def _hang_ups(lost, soon, never):
    """How many hung up, which counts as a lower bound, and the median at best and at worst."""
    if not lost["events"]:
        return ""
    share = f"{say.without_interval_name(say.share(lost))} hung up or were cut off"
    if not say.is_shown(soon):
        return f"{share} and count as having waited at least that long."
    last = f"to {never['value'] / 60:.0f} minutes" if say.is_shown(never) else "minutes or more"
    return f"{share}; depending on how long they would have waited, the figure is {soon['value'] / 60:.0f} {last}."


def shortest(results: Results) -> int | None:
    """The first hour of the part of the day with the shortest wait; None unless it differs from every other part."""
    cells = _parts(results)
    if len(cells) < 2:
        return None
    best = cells.loc[cells["value"].idxmin()].to_dict()
    return int(best["hour"]) if _stands_apart(results, cells, best) else None


def _parts(results):
    """The medians of the parts of the day that have enough calls to be shown."""
    cells = rows.pick(results.by_block, "median", wait_origin=results.clock)
    return cells[cells["flag"].isin(SHOWN_FLAGS) & cells["hour"].notna()]


def hours(results: Results) -> Finding | None:
    """The part of the day with the shortest wait, if any differs measurably."""
    cells = _parts(results)
    if len(cells) < 2:
        return None
    best, worst = _shortest_and_longest(cells)
    clock, first, last = results.agency.clock, *(part_of_day(results, cell["hour"]) for cell in (best, worst))
    ends = int(best["hour"]), int(worst["hour"])
    sure = f"{say.wait_sure(best)}; {plural(best['n'], 'call')}"
    longest = f"{last}: {say.wait(worst)}."
    if _stands_apart(results, cells, best):
        text = f"Waits are shortest {first} {clock}: {wording.minutes(best['value'])}."
        detail = f"Longest {say.without_interval_name(longest)}"
    elif results.differ("hour", *ends):
        text = (
            f"Waits are shorter {first} {clock} than {last}: {wording.minutes(best['value'])} versus "
            f"{worst['value'] / 60:.0f}."
        )
        others = " The hours between did not differ measurably." if len(cells) > 2 else ""
        detail = f"{say.without_interval_name(longest)}{others}"
    else:
        n = wording.number(cells["n"].sum())
        text, sure = f"Too few days with waits at several hours to compare them ({n} waits).", ""
        if results.can_differ("hour", *ends):
            text = "Waits did not differ measurably by time of day."
        detail = f"Shortest {first} {clock}: {say.wait(best)}. Longest {say.without_interval_name(longest)}"
    return Finding(text, sure=sure, detail=say.joined(detail, _weekdays(results)), bar=minutes_bar(best))


def _shortest_and_longest(cells) -> tuple[dict, dict]:
    """The cells with the shortest and the longest wait: two different cells even if all waits are equal."""
    return cells.loc[cells["value"].idxmin()].to_dict(), cells.loc[cells["value"][::-1].idxmax()].to_dict()


def _stands_apart(results, cells, best):
    """Whether the best cell differs from every other in a permutation test over days; only then is it called the
    best."""
    others = (cell for cell in cells.to_dict("records") if cell["value"] != best["value"])
    # If two parts share the lowest median, neither is the shortest
    return (cells["value"] == best["value"]).sum() == 1 and all(
        results.differ("hour", int(best["hour"]), int(other["hour"])) for other in others
    )


def part_of_day(results: Results, hour: int) -> str:
    """The part of the day that begins with an hour."""
    return wording.hours(*results.agency.open_week.block_from(hour))


def best_part(results: Results) -> int | None:
    """The first hour of the part of the day with the shortest wait, even if it does not differ measurably."""
    cells = _parts(results)
    return int(cells.loc[cells["value"].idxmin()]["hour"]) if len(cells) > 1 else None


def _weekdays(results):
    every = rows.pick(results.take("wait", "weekday"), "median", wait_origin=results.clock)
    every = every[every["weekday"].notna() & (every["n"] > 0)]
    cells = every[every["flag"].isin(SHOWN_FLAGS)]
    if len(cells) < 2:
        return ""
    best, worst = _shortest_and_longest(cells)
    days = int(best["weekday"]), int(worst["weekday"])
    if not results.can_differ("weekday", *days):
        return f"Too few days to compare weekdays ({plural(cells['n'].sum(), 'wait')})."
    if not results.differ("weekday", *days):
        which = "Weekdays" if len(cells) == len(every) else "Weekdays with enough waits"
        return f"{which} did not differ measurably."
    names = [wording.WEEKDAYS[int(cell["weekday"]) - 1] for cell in (best, worst)]
    shorter = f"shorter on {names[0]} ({say.wait(best)}) than on {names[1]} ({say.wait(worst)})"
    return say.without_interval_name(f"Of the calls logged in this period, {shorter}.")


def burden(results: Results) -> Finding | None:
    """The holding time per conversation, failed calls included."""
    each, needs = results.row("hold_per_answer", "hold_per_answer"), results.row("calls_per_need", "mean_if_resolved")
    if not say.is_shown(each):
        return None
    settled = ""
    if say.is_shown(needs):
        sure = f"{needs['low']:.2f}–{needs['high']:.2f}; {wording.number(needs['n'])} resolved"
        settled = f"Matters took {needs['value']:.2f} logged calls to resolve ({sure})."
    text = f"Counting failed calls, callers held {wording.minutes(each['value'])} for each conversation."
    sure, detail = f"{say.wait_sure(each)}; {plural(each['n'], 'call')}", say.joined(settled, _noted_unevenly(results))
    return Finding(text, sure=sure, detail=detail, bar=minutes_bar(each))


KINDS = ("appointment", "expedite", "reschedule")


def granted(results: Results) -> Finding | None:
    """The kind of request granted least often on the call, among those with enough requests, and how often it was
    passed on."""
    kind = least_granted(results)
    if not kind:
        return None
    row, passed = (results.request(kind, statistic) for statistic in ("granted", "relayed"))
    # Zero takes the singular too: none was granted
    was = "was" if row["events"] < 2 else "were"
    text = wording.capital(f"{say.all_or_some(row)} {kind} requests {was} granted on the call.")
    detail = f"Passed on to a field office, which decides: {say.without_interval_name(say.share(passed))}."
    return Finding(text, sure=say.percent_and_sure(row), detail=detail, bar=share_bar(row))


def least_granted(results: Results) -> str:
    """The kind of request granted least often, among those with enough requests; empty if none has enough."""
    asked = {kind: results.request(kind, "granted") for kind in KINDS}
    often = {kind: row["events"] / row["n"] for kind, row in asked.items() if row["n"] >= SHARE_MINIMUM}
    return min(often, key=often.__getitem__, default="")


def minutes_bar(row) -> Bar:
    """A time on a scale of whole hours, at least two."""
    top = max(7200, ceil((row["high"] if row["high"] == row["high"] else row["value"]) / 3600) * 3600)
    high = row["high"] if row["high"] == row["high"] else top
    low = row["low"] if row["low"] == row["low"] else 0
    return Bar(row["value"], low, high, 0, top, "0", f"{top // 3600} hours")


FAVORABLE = 0.75  # a timeframe kept at least this often, by the interval's lower end, counts in the agency's favor
TAG = "in the agency's favor"

NO_PROMISE = "No promised callback is logged yet, so none can be judged."


def urgent(results: Results) -> Finding:
    return _rate_in_time(results, "urgent") if results.n_promises() else Finding(NO_PROMISE)


def regular(results: Results) -> Finding | None:
    return _rate_in_time(results, "regular") if results.n_promises() else None


def _rate_in_time(results, urgency):
    row = results.row("promise_kept_rate", urgency=urgency, reading="default")
    if not row["n"]:
        left = say.joined(_left_out(results, urgency), stale_sentence(results, urgency))
        return Finding(_none_judged(results, urgency), detail=left)
    came, some = f"{results.agency.label} called or emailed in time", say.all_or_some(row)
    return Finding(
        f"The logs cannot tell on how many {urgency} requests {came} ({some}){_as_confirmed(results)}."
        if say.tells_nothing(row)
        else f"{came} on {some} {urgency} {_requests(row)}{_as_confirmed(results)}.",
        sure=say.percent_and_sure(row),
        detail=say.joined(
            _readings(results, urgency, row),
            _left_out(results, urgency),
            _on_lines_of_unknown_blocking(results, urgency=urgency),
            stale_sentence(results, urgency),
        ),
        note=_stated_timeframes(results, urgency),
        bar=share_bar(row),
        # The interval's lower end: as strict as for findings against the agency
        favors=TAG if row["n"] >= SHARE_MINIMUM and row["low"] >= FAVORABLE else "",
    )


def _none_judged(results, urgency) -> str:
    n = results.n_promises(urgency)
    if not n:
        return f"No {urgency} request is logged yet."
    yet = "" if results.n_stale(urgency) == n else " yet"  # an outdated timeframe never judges a request
    if n == 1:
        return f"The only {urgency} request can't be judged{yet}."
    return f"None of {wording.number(n)} {urgency} requests can be judged{yet}."


def _requests(row) -> str:
    return "request" if row.get("most_n", row["n"]) == 1 else "requests"


OTHER_READINGS = wording.words_for("other_readings")


def _readings(results, urgency, default):
    if not default["n"]:
        return ""
    strict, lenient = (results.row("promise_kept_rate", urgency=urgency, reading=r) for r in ("strict", "lenient"))
    stricter, milder = OTHER_READINGS[urgency]
    return say.without_interval_name(f"{stricter}: {say.share(strict)}. {milder}: {say.share(lenient)}.")


def _left_out(results, urgency):
    """The requests excluded from every rate, by reason; reasons with none are omitted."""
    reasons = {"not_due": "not yet due", "unwatched": "without complete records", "withdrawn": "withdrawn"}
    reasons |= {"blocked": "on a line that blocks unknown callers"}
    counts = {words: results.left_out(why, urgency=urgency) for why, words in reasons.items()}
    parts = [f"{wording.number(n)} {words}" for words, n in counts.items() if n]
    return f"Excluded: {', '.join(parts)}." if parts else ""


def _as_confirmed(results):
    """The words for a timeframe that judges requests made more than a year after it was last confirmed."""
    # Only if such an old timeframe judged a request at all
    used = results.confirmed and results.last_confirmed
    return f", by the timeframe last confirmed {wording.day(results.last_confirmed)}" if used else ""


def stale_sentence(results, urgency) -> str:
    """How many requests of an urgency no confirmed timeframe judges; empty if none."""
    n = results.n_stale(urgency)
    if not n:
        return ""
    return (
        f"Not judged: {plural(n, 'request')} made over a year after the timeframe was last confirmed "
        f"({wording.day(results.last_confirmed)})."
    )


def not_confirmed(results) -> str:
    """How many of the logged requests no confirmed timeframe judges; empty if none."""
    if not (n := pc.sum(results.is_stale).as_py()):
        return ""
    are, were = ("is", "it was") if n == 1 else ("are", "they were")
    return (
        f"{wording.number(n)} of {plural(results.n_promises(), 'promised callback')} {are} not judged: {were} made "
        f"more than a year after {results.agency.label}'s stated time was last confirmed "
        f"({wording.day(results.last_confirmed)})."
    )


# For the office, not for the readers of its report
HOW_TO_JUDGE = (
    "To judge them, say who confirmed it since (--confirm-rule ID --source TEXT) or what was stated since "
    "(--agency-file FILE); callanalytics rules lists the stated times."
)


def _stated_timeframes(results, urgency):
    """The words of the timeframes that judged these requests, oldest first."""
    words = ", later ".join(f"“{rule.words}”" for rule, _ in results.rules if rule.applies_to(urgency))
    stated = f"{results.agency.label}'s stated time: {words}. Weekends, holidays, and closures don't count."
    return stated if words else ""


def answered(results: Results) -> Finding | None:
    """How often the office answered the first call, and whether a second came."""
    if not results.n_promises():
        return None
    first, again = results.row("first_attempt_hit_rate"), results.row("second_attempt_made_rate")
    if not first["n"]:
        return Finding("No callback is recorded yet.")
    some, agency = f"{say.all_or_some(first)} {_requests(first)}", results.agency.label
    second, text = f"{agency} called again on {say.share(again)}", f"Offices answered the first callback on {some}."
    if say.tells_nothing(again):
        sure = f"{say.share_sure(again)}; {say.count_of_cases(again)}"
        second = f"the logs cannot tell how often {agency} called again ({sure})"
    if say.tells_nothing(first):
        text = f"The logs cannot tell how often offices answered the first callback ({some})."
    detail = say.without_interval_name(f"After a first miss, {second}.") if again["n"] else ""
    return Finding(text, sure=say.percent_and_sure(first), detail=detail, bar=share_bar(first))


def missed(results: Results) -> Finding | None:
    """Callbacks that no one at the office answered; None if no callback came, as another finding says that."""
    sure, most = results.missed_ends
    if not most["events"]:
        return Finding("No unanswered callback is recorded.") if most["n"] else None
    (outside, known), (early, timed) = results.missed_outside, results.missed_early
    rate = results.row("missed_callbacks", "rate", link="certain")
    confirmed = f"{wording.number(rate['events'])} confirmed of {plural(rate['n'], 'attempt')}"
    detail = say.joined(
        _of_known("When the office was closed", "hours", outside, known, sure["events"]),
        _of_known("Before 8 a.m. local time", "time", early, timed, sure["events"]),
        _at_any_hour(results, most),
    )
    return Finding(
        f"{_how_many(sure['events'], most['events'])} went unanswered.",
        sure=f"{confirmed}; {say.share_sure(rate)}" if rate["n"] else "",
        detail=say.without_interval_name(detail),
        bar=share_bar(rate),
    )


def _how_many(low, high):
    """The number of callbacks, as a range if possible callbacks add to it.

    >>> _how_many(213, 227), _how_many(1, 1)
    ('Between 213 and 227 callbacks', '1 callback')
    """
    if low == high:
        return wording.capital(plural(low, "callback"))
    return f"Between {wording.number(low)} and {plural(high, 'callback')}"


def _at_any_hour(results, most):
    """The upper bound if the agency also calls at other hours or about requests not logged; empty if it is the same."""
    every = results.row("missed_callbacks", "count_any_hour", link="possible")
    if every["events"] == most["events"]:
        return ""
    return f"Up to {wording.number(every['events'])} if all other calls with no caller ID count too."


def _of_known(when: str, what: str, some: int, known: int, every: int) -> str:
    """How many missed callbacks came at a time of day, out of those for which it is known.

    >>> _of_known("Before 8 a.m.", "time", 2, 2, 6), _of_known("Before 8 a.m.", "time", 2, 6, 6)
    ('Before 8 a.m.: 2 of 2 with known time.', 'Before 8 a.m.: 2 of 6.')
    """
    if not known:
        return ""
    return f"{when}: {say.share(share_row(some, known))}{'' if known == every else f' with known {what}'}."


def share_row(events, n) -> dict:
    """A share given only by its counts, with Wilson's interval."""
    low, high = (float(limit) for limit in estimates.wilson(events, n)) if n else (float("nan"),) * 2
    return {"n": n, "events": events, "low": low, "high": high}


def silent(results: Results) -> Finding | None:
    """Requests without a recorded contact, as two bounds: a possible callback counts as neither contact nor no
    contact."""
    row = results.row("silent_promises")
    if not row["n"]:
        return None
    n, low, high = (wording.number(k) for k in (row["n"], row["events"], row["most"]))
    how_many = low if low == high else f"{low} to {high}"
    counts = {why: results.left_out(why) for why in ("unwatched", "blocked")}
    extension = int(results.row("silent_promises", "n_extension")["events"])
    words = {
        "unwatched": "without complete records",
        "blocked": f"on a line that blocks unknown callers, and {results.agency.label} may call as one",
    }
    parts = [f"{wording.number(n)} {words[why]}" for why, n in counts.items() if n]
    text = f"Contact from {results.agency.label} is recorded for all {n} requests."
    if row["most"]:
        text = f"No contact from {results.agency.label} is recorded for {how_many} of {n} requests."
    detail = say.joined(
        f"Excluded: {', '.join(parts)}." if parts else "",
        _on_lines_of_unknown_blocking(results),
        f"Not among them: {wording.number(extension)} for which the office gave an extension." if extension else "",
        "Counted separately from missed callbacks.",
    )
    return Finding(text, sure=say.share_sure(row), detail=detail, bar=share_bar(row))


def _on_lines_of_unknown_blocking(results, **keys) -> str:
    """Counted requests on lines for which it is unknown whether callers without a number get through."""
    n = results.left_out("unheard", **keys)
    if not n:
        return ""
    return (
        f"Of {plural(n, 'request')} it is not known whether the line blocks unknown callers; if so, a call may "
        "have left no trace."
    )


def rules_differ(results: Results) -> Finding | None:
    """Requests made while it is unclear which timeframe applied."""
    n = results.n_rules_differ
    under_all, under_one = (results.row("promise_kept_rate", "rate_rules_differ", reading=reading)
                            for reading in ("strict", "lenient"))  # fmt: skip
    if not n:
        return None
    detail = f"Due and observed under every timeframe: 0 of {wording.number(n)}."
    if under_all["n"]:
        strict, lenient = say.share(under_all), say.without_interval_name(say.share(under_one))
        detail = f"Of {wording.number(under_all['n'])} due under every timeframe, in time by the strictest: {strict}; "
        detail += f"by the most lenient: {lenient}."
    unclear = f"For {plural(n, 'request')}, it is unclear which timeframe applied; they are reported separately."
    return Finding(unclear, detail=detail)


def share_bar(row) -> Bar | None:
    """A share on a scale to 100%; None if there are too few cases for a percentage."""
    if row["n"] < SHARE_MINIMUM:
        return None
    most = row["most"] / row["most_n"] if is_range(row) else None
    return Bar(row["events"] / row["n"], row["low"], row["high"], 0, 1, "0%", "100%", most)


NONE = Meeting()  # no file was given, so the report has nothing on a last meeting
IN_ORDER = (  # in page order; findings with other ways to count share their name with `specifications`
    ("wait", wait),
    ("hours", hours),
    ("burden", burden),
    ("urgent", urgent),
    ("regular", regular),
    ("rules", rules_differ),
    ("answered", answered),
    ("missed", missed),
    ("silent", silent),
    ("granted", granted),
    ("change", comparisons.step_finding),
)
OTHERWISE = wording.words_for("counted_otherwise")

NOTHING = Finding("Too little is logged yet to say.")


def tell(results: Results, name: str) -> Finding:
    """One finding by name, without its number and without the range of other ways to count it."""
    known = dict(IN_ORDER) | {"curve": curve}
    if name not in known:
        raise InvalidRequest(f"there is no finding {name!r}", wanted=", ".join(known))
    return known[name](results) or NOTHING


def by_name(results: Results, meeting: Meeting = NONE) -> dict[str, Finding]:
    """The findings by name, numbered in order."""
    return dict(_findings_by_name(results, meeting))


def _findings_by_name(results, meeting):
    tellers = (*IN_ORDER, ("last", lambda results: change_since(results, meeting)))
    findings = [(name, found) for name, tell in tellers if (found := tell(results))]
    return [(name, _counted_otherwise(results, name, replace(found, number=n))) for n, (name, found) in
            enumerate(findings, 1)]  # fmt: skip


def _counted_otherwise(results, name, found):
    """The finding with the range of all other ways to count it, one choice changed at a time."""
    curve = results.curves.get(name)
    # Choices that change nothing are not mentioned
    if not found.bar or curve is None or not (changing := curve.changing()):
        return found
    low, high = curve.span()
    # The strip must include the figure itself, even if no other way to count reaches it
    least = min(found.bar.value, low)
    widest = max(found.bar.value if found.bar.most is None else found.bar.most, high)
    ways = ", ".join(results.agency.fill(OTHERWISE[question]) for question in changing)
    text = f"{_figure(curve, name, least, widest)} counted otherwise"
    return replace(found, bar=replace(found.bar, least=least, widest=widest), otherwise=text, ways=ways)


def _figure(curve, name, low, high):
    if curve.finding.unit == "s":
        return f"{_percent_range(low / 60, high / 60)} minutes"
    return f"{_percent_range(low * 100, high * 100)}%{' of attempts' if name == 'missed' else ''}"


def without_one(results: Results, found: dict[str, Finding]) -> str:
    """How far each figure moves when any one office is left out; empty if there is only one office."""
    spans = [f"{one.number}: {span}" for name, one in found.items() if (span := _moved(results, name, one))]
    return f"Without any one office, finding {'; '.join(spans)}." if spans else ""


def _moved(results, name, found):
    """Lowest and highest figure with an office left out."""
    curve = results.curves.get(name)
    if curve is None or not found.bar or OFFICE not in curve.answers:
        return ""
    low, high = curve.span(OFFICE)
    return "" if low != low else _figure(curve, name, low, high)


def _percent_range(low, high):
    """
    >>> _percent_range(54.2, 66.4), _percent_range(44.9, 45.1)
    ('54–66', '45')
    """
    return f"{low:.0f}" if round(low) == round(high) else say.span(low, high)
