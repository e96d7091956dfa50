"""Page one of the liaison report: who sends it, one headline, four numbers, three charts, three asks.

It has few words on purpose: whatever can be said later stands on the pages behind it. Every number is a measure's, and
is the same one that the evidence gives.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import floor

from callanalytics import figures, wording
from callanalytics.figures.chart import Chart
from callanalytics.figures.style import HALF, WIDE
from callanalytics.measures.definitions import INTERVAL_MINIMUM, MEDIAN_MINIMUM, SHARE_MINIMUM
from callanalytics.reports import comparisons, findings, periods
from callanalytics.reports import sentences as say
from callanalytics.reports.document import FrontPage, Number
from callanalytics.reports.meeting import Meeting
from callanalytics.reports.periods import Pair
from callanalytics.reports.results import Results
from callanalytics.wording import plural

MIN_NO_CONTACT = 0.15  # a share of requests without a contact by the promised day that is worth a title
MAX_HEADLINE_WORDS = 20  # of the headline: two lines of its size
LATE, CLOSED = 0.25, 1 / 3  # shares from which the headline speaks of callbacks late, or missed when closed
KEY = "Dark: 95% interval; pale: every way to count; two ticks: a range."


def page(
    results: Results, meeting: Meeting, found: dict, asks: tuple[str, ...], drawn: list[Chart], pair: Pair | None = None
) -> FrontPage:
    """Page one.

    Parameters
    ----------
    found : name of a finding -> the finding, for its strip
    asks : what is asked of the agency
    drawn : its charts, as :func:`charts` gives them
    pair : the period before, to say beside each number what it was
    """
    before = pair if pair and pair.is_own else None
    shown = numbers(results, found, before)
    return FrontPage(
        sender=sender(meeting),
        headline=headline(results),
        scope=scope(results, before),
        numbers=tuple(shown),
        charts=tuple(chart for chart in drawn if not chart.says),
        notes=tuple(dict.fromkeys(chart.says for chart in drawn if chart.says)),
        asks=asks,
        key=KEY if any(number.bar for number in shown) else "",
        agency=results.agency.label,
    )


def sender(meeting: Meeting) -> str:
    """Who sends the report, for which meeting, and whom to ask; blanks for what no one gave."""
    sender = meeting.sender
    on = wording.day(sender.meets_on) if sender.meets_on else "________"
    return f"{sender.committee or 'From ________'} · meeting {on} · contact {sender.contact or '________'}"


def scope(results: Results, before: Pair | None = None) -> str:
    """Which offices and lines were selected of the log; who logged how many calls and when, in two short sentences."""
    offices, selected = results.calls_by_office, results.log.in_period().selected
    if not offices:
        return say.joined(
            *results.log.selected, f"No call to {results.agency.label} is logged as of {wording.day(results.as_of)}."
        )
    calls = plural(results.n_calls, "call")
    who = wording.spelled(len(offices), "law office")
    # A comma stands in days and in no months: only whole months are named in this line
    since = f" (before: {before.earlier})" if before and "," not in before.earlier else ""
    logged = f"{who} logged {calls} to {results.agency.label}, {_dates(results)}{since}."
    return say.joined(*selected, logged, "Volunteers, not a random sample.")


def _dates(results) -> str:
    """The months of the calls; of a period that was selected, its days where it is not one of whole months."""
    chosen = results.log.selection
    begun, ended = results.log.logged or results.period  # before and behind these nothing was logged
    first = max(chosen.since or results.period[0], begun)
    last = min(chosen.until or results.period[1], results.as_of, ended)
    is_whole = (first != chosen.since or first.day == 1) and (
        last != chosen.until or (last + timedelta(days=1)).day == 1
    )
    return say.months(first, last) if is_whole else say.period(first, last)


# ---- the headline ------------------------------------------------------------------------------------------


def headline(results: Results) -> str:
    """The strongest finding and the one after it: late callbacks, then callbacks to a closed office, then the wait.

    Callbacks lead, since for these the agency named the standard itself. Where none of the three can be shown, the
    counts.
    """
    half = _half(results)
    parts = [part for part in (_late(results), _closed(results), half, _in_time(results)) if part]
    if not parts:
        return _counts(results)
    short = [_half(results, is_short=True) if part == half else part for part in parts]
    # The fullest form that fits two lines of the headline
    forms = ("; ".join(words) for words in (parts[:2], short[:2], parts[:1]))
    return wording.capital(next(form for form in forms if len(form.split()) <= MAX_HEADLINE_WORDS))


def _late(results) -> str:
    """The urgency of which more requests had no call or email in time, by the end that counts fewer of them."""
    late = [(1 - row["most"] / row["most_n"], urgency, row) for urgency, row in _kept(results).items()
            if row["n"] >= INTERVAL_MINIMUM]  # fmt: skip
    if not late or max(late, key=lambda part: part[0])[0] < LATE:
        return ""
    share, urgency, row = max(late, key=lambda part: part[0])
    if not row["most"]:
        return f"none of {wording.number(row['most_n'])} {urgency} callbacks came in time"
    if row["n"] < SHARE_MINIMUM:
        n_late = wording.between(*map(wording.number, (row["most_n"] - row["most"], row["n"] - row["events"])))
        return f"{n_late} of {wording.number(row['n'])} {urgency} callbacks did not come in time"
    return f"{_tenths(share)} {urgency} callbacks did not come in time"


def _tenths(share: float) -> str:
    """A share in tenths, never rounded up.

    >>> _tenths(0.43), _tenths(0.405), _tenths(0.97)
    ('more than four in ten', 'four in ten', 'more than nine in ten')
    """
    # A float may lie a hair under its tenth
    tenths = floor(share * 10 + 1e-9)
    return f"{'more than ' if share * 10 - tenths >= 0.1 else ''}{wording.SMALL[tenths]} in ten"


def _kept(results) -> dict[str, dict]:
    return {urgency: results.row("promise_kept_rate", urgency=urgency) for urgency in ("urgent", "regular")}


def _closed(results) -> str:
    """How many missed callbacks rang when the office was closed: "both", "all" and "most" only where the hours of every
    missed callback are known, and "most" only where the interval says so."""
    outside, known = results.missed_outside
    is_every = known == results.missed_ends[0]["events"]
    # Of a few, only 'all of them' says something without an interval
    if 1 < known == outside < INTERVAL_MINIMUM:
        every = f"{'both' if known == 2 else f'all {known}'} missed callbacks"
        return f"{every if is_every else _of_known(outside, known)} rang a closed office"
    if known < INTERVAL_MINIMUM or outside / known < CLOSED:
        return ""
    if not is_every:
        return f"{_of_known(outside, known)} rang a closed office"
    row = findings.share_row(outside, known)
    # A majority of these callbacks may be chance; the interval decides
    which = "most" if row["low"] > 0.5 else f"{wording.number(outside)} of {wording.number(known)}"
    return f"{which} missed {'ones' if _late(results) else 'callbacks'} rang a closed office"


def _of_known(outside: int, known: int) -> str:
    return f"{wording.number(outside)} of the {wording.number(known)} missed callbacks {HOURS_KNOWN}"


def _half(results, *, is_short: bool = False) -> str:
    row = results.median
    if not say.is_shown(row):
        return ""
    length, whence = wording.minutes(row["value"]), findings.TO_A_PERSON[results.clock]
    if is_short:
        return f"the median wait was {length}{whence.removeprefix('to reach a person')}"
    return f"half of calls needed {length} or more {whence}"


def _in_time(results) -> str:
    """In the agency's favor: the urgency of which the end that counts fewest has the most in time."""
    kept = [(row["events"] / row["n"], urgency, row) for urgency, row in _kept(results).items()
            if row["n"] >= INTERVAL_MINIMUM and not say.tells_nothing(row)]  # fmt: skip
    if not kept:
        return ""
    _, urgency, row = max(kept, key=lambda part: part[0])
    return f"{results.agency.label} called or emailed in time on {say.all_or_some(row)} {urgency} requests"


def _counts(results) -> str:
    requests = plural(results.n_promises(), "request")
    if not results.n_calls and not results.n_promises():
        return f"No call to {results.agency.label} is logged yet"
    if results.n_calls >= MEDIAN_MINIMUM and not results.n_promises() and not results.median["n"]:
        return f"{plural(results.n_calls, 'call')} logged, but neither waits nor requests: those stand in a hand log"
    return f"{plural(results.n_calls, 'call')} and {requests} logged: too few yet for a finding"


# ---- the four numbers --------------------------------------------------------------------------------------


def numbers(results: Results, found: dict, before: Pair | None = None) -> list[Number]:
    """The wait, urgent and regular callbacks in time, and callbacks missed when the office was closed; each with what
    it was in the period before; where there is none, the wait with what was published of it once."""
    shown = [
        _wait(results, found.get("wait")),
        _in_time_number(results, "urgent", found.get("urgent")),
        _in_time_number(results, "regular", found.get("regular")),
        _missed(results),
    ]
    if before:
        kept = (
            periods.in_brief(before.rows("promise_kept_rate", urgency=u), say.share_in_brief) for u in _kept(results)
        )
        wait = periods.in_brief(before.waits(), lambda row: f"{row['value'] / 60:.0f} min")
        was = (
            wait if before.has_same_lead else "",
            *kept,
            periods.in_brief(before.missed_outside(), say.count_of_cases),
        )
        shown = [replace(n, note="; ".join(filter(None, (n.note, words)))) for n, words in zip(shown, was, strict=True)]
    elif (
        say.is_shown(results.median)
        and results.clock != "unstated"
        and (yardstick := comparisons.yardstick(results.agency))
    ):
        shown[0] = replace(shown[0], note=f"{shown[0].note}. {yardstick}")
    return shown


def _wait(results, finding) -> Number:
    row = results.median
    if not say.is_shown(row):
        waits = plural(row["n"], "wait")
        return Number(waits, "logged, too few for a median", f"{MEDIAN_MINIMUM} are needed")
    # The weighted one is of the months that a phone export shows: perhaps not of all that the line above names
    which = " in both logs" if results.lead.is_weighted and results.lead.n_unseen else ""
    note = f"{plural(row['n'], 'call')}{which}; {say.span(row['low'] / 60, row['high'] / 60)}{_otherwise(finding)}"
    short = wording.words_for("wait_short")[results.clock]
    since = f"to a person, {short}" if short else "to reach a person"
    return Number(f"{row['value'] / 60:.0f} min", f"{since}, for half of calls", note, finding.bar)


def _in_time_number(results, urgency, finding) -> Number:
    row = results.row("promise_kept_rate", urgency=urgency)
    words = f"{urgency} callbacks came in time"
    if not row["n"]:
        return _none_judged(results, urgency)
    counts = say.count_of_cases(row)
    if say.least_n(row) < INTERVAL_MINIMUM:
        return Number(counts, words, "too few for a percentage")
    span = say.span(row["low"] * 100, row["high"] * 100, "%")
    if say.tells_nothing(row):
        return Number("cannot tell", f"how many {words}", f"{counts}; {span}", finding.bar)
    if row["n"] < SHARE_MINIMUM:
        return Number(counts, words, span)
    return Number(wording.percents(row), f"of {words}", f"{counts}; {span}{_otherwise(finding)}", finding.bar)


def _none_judged(results, urgency) -> Number:
    """How many are logged, and the main reason why none of them can be judged."""
    n, old = results.n_promises(urgency), results.n_stale(urgency)
    if not n:
        return Number("no", f"{urgency} callback is logged", "")
    left = {"not yet due": results.left_out("not_due", urgency=urgency)}
    left["without complete records"] = results.left_out("unwatched", urgency=urgency)
    if old:
        left[f"timeframe last confirmed {wording.day(results.last_confirmed, short=True)}"] = old
    why = max(left, key=left.__getitem__)
    return Number(f"none of {wording.number(n)}", f"{urgency} callbacks can be judged", why if left[why] else "")


def _otherwise(finding) -> str:
    """From where to where the figure goes when it is counted otherwise, as the strip shows it in a pale tone."""
    return f"; pale {finding.otherwise.split(' ')[0]}" if finding and finding.otherwise else ""


def _missed(results) -> Number:
    outside, known = results.missed_outside
    if not known:
        return _missed_at_any_hour(results)
    row, every = findings.share_row(outside, known), results.missed_ends[0]["events"]
    words = MISSED if known == every else f"missed {HOURS_KNOWN} rang a closed office"
    if known < INTERVAL_MINIMUM:
        # How many came before 8 a.m., and of how many where these are not the ones just counted
        early, timed = results.missed_early
        those = "" if timed == known else f" of {wording.number(timed)}"
        return Number(
            say.count_of_cases(row),
            words,
            f"{wording.number(early)}{those} before 8 a.m. local time" if timed else "",
            is_adverse=True,
        )
    percent = f"{wording.percent(outside / known)} " if known >= SHARE_MINIMUM else ""
    note = f"{percent}({say.span(row['low'] * 100, row['high'] * 100, '%')})"
    return Number(say.count_of_cases(row), words, note, findings.share_bar(row), is_adverse=True)


def _missed_at_any_hour(results) -> Number:
    """Of missed callbacks of which none is known to have come in or outside office hours."""
    sure, most = results.missed_ends
    if not most["n"]:
        is_noted = not results.row("missed_callbacks", "n_unknown")["events"]
        return Number("no callback", "is logged" if is_noted else "logged notes whether it was answered", "")
    if not most["events"]:
        n, kind = (sure["n"], "callbacks") if sure["n"] else (most["n"], "possible callbacks")
        return Number(f"none of {wording.number(n)}", f"{kind} was missed", "")
    why = "office hours not given" if results.missed_early[1] else "hours not known"
    if not sure["events"]:
        return Number(wording.between("0", wording.number(most["events"])), f"missed callbacks; {why}", "")
    return Number(
        wording.number(sure["events"]), f"missed {'callback' if sure['events'] == 1 else 'callbacks'}; {why}", ""
    )


HOURS_KNOWN = "with known hours"
MISSED = "missed callbacks rang a closed office"


# ---- the three charts --------------------------------------------------------------------------------------


def charts(results: Results) -> dict[str, Chart]:
    """Callbacks by day over the width of the page; waits by hour and missed callbacks by hour side by side. Of too few
    calls for hours, every wait. By name; one of which nothing is logged is missing."""
    days, hours = _by_day(results), _by_hour(results)
    # Beside nothing else it has the whole width
    waits = _every_wait(results, HALF if days else WIDE) if hours.says else hours
    found = {"days": days, "waits": waits, "missed": _by_local_hour(results)}
    return {name: chart for name, chart in found.items() if chart}


def _by_day(results):
    known = results.callback_curves.items()
    curves = {urgency: curve for urgency, curve in known if curve["n"].iloc[0] >= INTERVAL_MINIMUM}
    if not curves:
        return None
    return figures.callbacks_by_day(curves, title=_title_by_day([_kept(results)[urgency] for urgency in curves]))


def _title_by_day(kept: list[dict]) -> str:
    """What the end that counts fewest against its side shows: late at best, or in time for certain; else no finding."""
    # Judged by the end that counts most contacts: what is said against the agency holds at best
    if max(1 - row["most"] / row["most_n"] for row in kept) >= MIN_NO_CONTACT:
        return "Many requests have no callback by the promised day"
    if min(row["low"] for row in kept) > 0.5:
        return "Most callbacks come by the promised day"
    return "Callbacks by business day since the request"


def _by_hour(results):
    finding = findings.hours(results)
    title = finding.text.removesuffix(".") if finding else "Waits by hour of the day"
    return figures.wait_by_hour(
        results.take("wait", "hour"), wait_origin=results.clock, best=best_hours(results), width=HALF, title=title
    )


def _every_wait(results, width):
    """In place of the hours of an office of few calls: each of its waits."""
    median = results.median
    drawn = figures.every_wait(
        results.take("wait"),
        wait_origin=results.clock,
        median=median["value"] if say.is_shown(median) else float("nan"),
        width=width,
        title="Every wait",
    )
    return drawn if not drawn.says else _by_hour(results)


def best_hours(results) -> tuple[int, ...]:
    """The hours of the part of the day that is shortest, where it differs from every other."""
    best = findings.shortest(results)
    return tuple(range(*results.agency.open_week.block_from(best))) if best is not None else ()


def _by_local_hour(results):
    early, timed = results.missed_early
    if not timed:
        return None
    return figures.missed_by_local_hour(
        results.missed_by_hour,
        opening=results.opening,
        width=HALF,
        title=_title_by_local_hour(early, timed, results.missed_ends[0]["events"]),
    )


def _title_by_local_hour(early: int, timed: int, every: int) -> str:
    if not early:
        return "Missed callbacks by the office's own clock"
    if timed < every:
        return f"Before 8 a.m.: {wording.number(early)} of {wording.number(timed)} missed with known time"
    return f"{wording.number(early)} of {plural(timed, 'missed callback')} came before 8 a.m."
