"""Page one of the liaison report: who sends it, one headline, four numbers, three charts, three asks.

It has few words on purpose: whatever can wait is on later pages. Every number comes from a measure and equals the one
in the evidence.
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

MIN_NO_CONTACT = 0.15  # share of requests without a contact by the promised day from which a title says so
MAX_HEADLINE_WORDS = 20  # they fill two lines in the headline's size
LATE, CLOSED = 0.25, 1 / 3  # shares from which the headline reports late callbacks, or callbacks missed when closed
KEY = "Dark: 95% interval; pale: every way to count; two ticks: a range."


def page(
    results: Results, meeting: Meeting, found: dict, asks: tuple[str, ...], drawn: list[Chart], pair: Pair | None = None
) -> FrontPage:
    """Page one.

    Parameters
    ----------
    found : name of a finding -> the finding, for its strip
    asks : what the report asks of the agency
    drawn : its charts, as :func:`charts` returns them
    pair : this period and the one before, to give each number's earlier value
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
    """Who sends the report, for which meeting, and whom to contact; a blank line for anything not given."""
    sender = meeting.sender
    on = wording.day(sender.meets_on) if sender.meets_on else "________"
    return f"{sender.committee or 'From ________'} · meeting {on} · contact {sender.contact or '________'}"


def scope(results: Results, before: Pair | None = None) -> str:
    """The selected offices and lines, then who logged how many calls and when, in two short sentences."""
    offices, selected = results.calls_by_office, results.log.in_period().selected
    if not offices:
        none = f"No call to {results.agency.label} is logged as of {wording.day(results.as_of)}."
        return say.joined(*results.log.selected, none)
    calls = plural(results.n_calls, "call")
    who = wording.spelled(len(offices), "law office")
    # Days contain a comma and months do not: this line names only whole months
    since = f" (before: {before.earlier})" if before and "," not in before.earlier else ""
    logged = f"{who} logged {calls} to {results.agency.label}, {_dates(results)}{since}."
    return say.joined(*selected, logged, "Volunteers, not a random sample.")


def _dates(results) -> str:
    """The months of the calls; for a selected period that is not whole months, its days."""
    chosen = results.log.selection
    begun, ended = results.log.logged or results.period  # nothing was logged before or after these
    first = max(chosen.since or results.period[0], begun)
    last = min(chosen.until or results.period[1], results.as_of, ended)
    ends_whole = last != chosen.until or (last + timedelta(days=1)).day == 1
    is_whole = ends_whole and (first != chosen.since or first.day == 1)
    return say.months(first, last) if is_whole else say.period(first, last)


# ---- the headline ------------------------------------------------------------------------------------------


def headline(results: Results) -> str:
    """The one or two strongest findings, in this order: late callbacks, callbacks to a closed office, the wait, and
    callbacks in time.

    Callbacks lead because the agency itself set the standard for them. If none of these can be shown, the headline
    gives the counts.
    """
    half = _median_clause(results)
    parts = [part for part in (_share_late(results), _closed(results), half, _in_time(results)) if part]
    if not parts:
        return _counts(results)
    short = [_median_clause(results, is_short=True) if part == half else part for part in parts]
    # The longest form that fits two lines
    forms = ("; ".join(words) for words in (parts[:2], short[:2], parts[:1]))
    return wording.capital(next(form for form in forms if len(form.split()) <= MAX_HEADLINE_WORDS))


def _share_late(results) -> str:
    """The share of late requests of the urgency with the larger one, by the end of the range that counts fewer as
    late."""
    late = [(_surely_late(row) / row["most_n"], urgency, row) for urgency, row in _rates_in_time(results).items()
            if row["n"] >= INTERVAL_MINIMUM]  # fmt: skip
    if not late or max(late, key=lambda part: part[0])[0] < LATE:
        return ""
    share, urgency, row = max(late, key=lambda part: part[0])
    if share == 1:
        return f"none of {wording.number(row['most_n'])} {urgency} callbacks came in time"
    if row["n"] < SHARE_MINIMUM:
        n_late = wording.between(*map(wording.number, (_surely_late(row), row["n"] - row["events"])))
        return f"{n_late} of {wording.number(row['n'])} {urgency} callbacks did not come in time"
    return f"{_tenths(share)} {urgency} callbacks did not come in time"


def _surely_late(row) -> int:
    """Requests without a contact in time, whichever request each call was for, and even if every line that may block
    unknown callers hid a call for each of its requests."""
    return max(0, row["most_n"] - row["most"] - row.get("unheard", 0))


def _tenths(share: float) -> str:
    """A share in tenths, never rounded up.

    >>> _tenths(0.43), _tenths(0.405), _tenths(0.97)
    ('more than four in ten', 'four in ten', 'more than nine in ten')
    """
    # A float may fall just below its tenth
    tenths = floor(share * 10 + 1e-9)
    return f"{'more than ' if share * 10 - tenths >= 0.1 else ''}{wording.SMALL[tenths]} in ten"


def _rates_in_time(results) -> dict[str, dict]:
    """The rates in time by urgency, each with its number of requests on lines that may block unknown callers."""
    kept = {urgency: results.row("promise_kept_rate", urgency=urgency) for urgency in ("urgent", "regular")}
    return {name: row | {"unheard": results.left_out("unheard", urgency=name)} for name, row in kept.items()}


def _closed(results) -> str:
    """How many missed callbacks came when the office was closed. The words "both", "all", and "most" stand alone only
    if the hours of every missed callback are known, and "most" only if the interval supports it."""
    outside, known = results.missed_outside
    is_every = known == results.missed_ends[0]["events"]
    # With few cases, only "all of them" is informative without an interval
    if 1 < known == outside < INTERVAL_MINIMUM:
        every = f"{'both' if known == 2 else f'all {known}'} missed callbacks"
        return f"{every if is_every else _of_known(outside, known)} came to a closed office"
    if known < INTERVAL_MINIMUM or outside / known < CLOSED:
        return ""
    if not is_every:
        return f"{_of_known(outside, known)} came to a closed office"
    row = findings.share_row(outside, known)
    # A majority may be due to chance, so the interval decides
    which = "most" if row["low"] > 0.5 else f"{wording.number(outside)} of {wording.number(known)}"
    return f"{which} missed {'ones' if _share_late(results) else 'callbacks'} came to a closed office"


def _of_known(outside: int, known: int) -> str:
    return f"{wording.number(outside)} of the {wording.number(known)} missed callbacks {HOURS_KNOWN}"


def _median_clause(results, *, is_short: bool = False) -> str:
    row = results.median
    if not say.is_shown(row):
        return ""
    length, whence = wording.minutes(row["value"]), findings.TO_A_PERSON[results.clock]
    if is_short:
        return f"the median wait was {length}{whence.removeprefix('to reach a person')}"
    return f"half of calls needed {length} or more {whence}"


def _in_time(results) -> str:
    """The finding in the agency's favor: the urgency with the larger share in time, by the end that counts fewest."""
    kept = [(row["events"] / row["n"], urgency, row) for urgency, row in _rates_in_time(results).items()
            if row["n"] >= INTERVAL_MINIMUM and not say.tells_nothing(row)]  # fmt: skip
    if not kept:
        return ""
    _, urgency, row = max(kept, key=lambda part: part[0])
    some = say.all_or_some(row)
    if row["events"] < row["n"] and row["unheard"]:
        # Calls that left no trace can only add to those on record
        some = f"at least {wording.number(row['events'])} of {wording.number(row['n'])}"
    return f"{results.agency.label} called or emailed in time on {some} {urgency} requests"


def _counts(results) -> str:
    requests = plural(results.n_promises(), "request")
    if not results.n_calls and not results.n_promises():
        return f"No call to {results.agency.label} is logged yet"
    if results.n_calls >= MEDIAN_MINIMUM and not results.n_promises() and not results.median["n"]:
        return f"{plural(results.n_calls, 'call')} logged, but neither waits nor requests: those stand in a hand log"
    return f"{plural(results.n_calls, 'call')} and {requests} logged: too few yet for a finding"


# ---- the four numbers --------------------------------------------------------------------------------------


def numbers(results: Results, found: dict, before: Pair | None = None) -> list[Number]:
    """The wait, urgent and regular callbacks in time, and callbacks missed when the office was closed. Each has its
    value in the period before; without such a period, the wait has an earlier published figure."""
    shown = [
        _wait(results, found.get("wait")),
        _in_time_number(results, "urgent", found.get("urgent")),
        _in_time_number(results, "regular", found.get("regular")),
        _missed(results),
    ]
    yardstick = comparisons.yardstick(results.agency)
    if before:
        rates = [before.rows("promise_kept_rate", urgency=urgency) for urgency in ("urgent", "regular")]
        wait = periods.in_brief(before.waits(), lambda row: f"{row['value'] / 60:.0f} min")
        missed = periods.in_brief(before.missed_outside(), say.count_of_cases)
        kept = (periods.in_brief(rate, say.share_in_brief) for rate in rates)
        was = (wait if before.has_same_lead else "", *kept, missed)
        shown = [replace(n, note="; ".join(filter(None, (n.note, words)))) for n, words in zip(shown, was, strict=True)]
    elif say.is_shown(results.median) and results.clock != "unstated" and yardstick:
        shown[0] = replace(shown[0], note=f"{shown[0].note}. {yardstick}")
    return shown


def _wait(results, finding) -> Number:
    row = results.median
    if not say.is_shown(row):
        waits = plural(row["n"], "wait")
        return Number(waits, "logged, too few for a median", f"{MEDIAN_MINIMUM} are needed")
    # The weighted wait covers only the months of a phone export, perhaps fewer than the line above names
    which = " in both logs" if results.lead.is_weighted and results.lead.n_unseen else ""
    note = f"{plural(row['n'], 'call')}{which}; {say.span(row['low'] / 60, row['high'] / 60)}{_other_counts(finding)}"
    short = wording.words_for("wait_short")[results.clock]
    since = f"to a person, {short}" if short else "to reach a person"
    return Number(f"{row['value'] / 60:.0f} min", f"{since}, for half of calls", note, finding.bar)


def _in_time_number(results, urgency, finding) -> Number:
    row = _rates_in_time(results)[urgency]
    words = f"{urgency} callbacks came in time"
    if not row["n"]:
        return _none_judged(results, urgency)
    counts = say.count_of_cases(row)
    if say.least_n(row) < INTERVAL_MINIMUM:
        return Number(counts, words, "too few for a percentage")
    span = say.span(row["low"] * 100, row["high"] * 100, "%")
    if say.tells_nothing(row):
        return Number("cannot tell", f"how many {words}", f"{counts}; {span}", finding.bar)
    # The span holds only if calls without a number got through
    unheard = row["unheard"]
    span += f"; {wording.number(unheard)} on lines that may block unknown callers" if unheard else ""
    if row["n"] < SHARE_MINIMUM:
        return Number(counts, words, span)
    return Number(wording.percents(row), f"of {words}", f"{counts}; {span}{_other_counts(finding)}", finding.bar)


def _none_judged(results, urgency) -> Number:
    """How many requests are logged, and why none can be judged: with counts, unless one reason holds for all."""
    n, old = results.n_promises(urgency), results.n_stale(urgency)
    if not n:
        return Number("no", f"{urgency} callback is logged", "")
    left = {"not yet due": results.left_out("not_due", urgency=urgency)}
    left["without complete records"] = results.left_out("unwatched", urgency=urgency)
    if old:
        left[f"timeframe last confirmed {wording.day(results.last_confirmed, short=True)}"] = old
    why = "; ".join(words if k == n else f"{words}: {wording.number(k)}" for words, k in left.items() if k)
    return Number(f"none of {wording.number(n)}", f"{urgency} callbacks can be judged", why)


def _other_counts(finding) -> str:
    """The range of the figure under other ways to count, which the strip shows in a pale tone."""
    return f"; pale {finding.otherwise.split(' ')[0]}" if finding and finding.otherwise else ""


def _missed(results) -> Number:
    outside, known = results.missed_outside
    if not known:
        return _missed_at_any_hour(results)
    row, every = findings.share_row(outside, known), results.missed_ends[0]["events"]
    words = MISSED if known == every else f"missed {HOURS_KNOWN} came to a closed office"
    if known < INTERVAL_MINIMUM:
        # How many came before 8 a.m., and out of how many if that differs from the number just counted
        early, timed = results.missed_early
        those = "" if timed == known else f" of {wording.number(timed)}"
        note = f"{wording.number(early)}{those} before 8 a.m. local time" if timed else ""
        return Number(say.count_of_cases(row), words, note, is_adverse=True)
    percent = f"{wording.percent(outside / known)} " if known >= SHARE_MINIMUM else ""
    note = f"{percent}({say.span(row['low'] * 100, row['high'] * 100, '%')})"
    return Number(say.count_of_cases(row), words, note, findings.share_bar(row), is_adverse=True)


def _missed_at_any_hour(results) -> Number:
    """The number for missed callbacks if none is known to be inside or outside office hours."""
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
    callbacks = "callback" if sure["events"] == 1 else "callbacks"
    return Number(wording.number(sure["events"]), f"missed {callbacks}; {why}", "")


HOURS_KNOWN = "with known hours"
MISSED = "missed callbacks came to a closed office"


# ---- the three charts --------------------------------------------------------------------------------------


def charts(results: Results) -> dict[str, Chart]:
    """The charts by name: callbacks by day, as wide as the page; waits by hour and missed callbacks by hour, side by
    side. With too few calls for hours, every wait replaces the hours. A chart without logged data is omitted."""
    days, hours = _by_day(results), _by_hour(results)
    # Full width if the chart of days is missing
    waits = _every_wait(results, HALF if days else WIDE) if hours.says else hours
    found = {"days": days, "waits": waits, "missed": _by_local_hour(results)}
    return {name: chart for name, chart in found.items() if chart}


def _by_day(results):
    known = results.callback_curves.items()
    curves = {urgency: curve for urgency, curve in known if curve["n"].iloc[0] >= INTERVAL_MINIMUM}
    if not curves:
        return None
    kept = [_rates_in_time(results)[urgency] for urgency in curves]
    return figures.callbacks_by_day(curves, title=_title_by_day(kept))


def _title_by_day(kept: list[dict]) -> str:
    """A title that states lateness, or being in time, only if even the range's unfavorable end shows it; else a neutral
    one."""
    # By the end that counts most contacts: a title against the agency must hold even then
    if max(_surely_late(row) / row["most_n"] for row in kept) >= MIN_NO_CONTACT:
        return "Many requests have no callback by the promised day"
    if min(row["low"] for row in kept) > 0.5:
        return "Most callbacks come by the promised day"
    return "Callbacks by business day since the request"


def _by_hour(results):
    finding = findings.hours(results)
    title = finding.text.removesuffix(".") if finding else "Waits by hour of the day"
    waits, best = results.take("wait", "hour"), best_hours(results)
    return figures.wait_by_hour(waits, wait_origin=results.clock, best=best, width=HALF, title=title)


def _every_wait(results, width):
    """Every wait as a dot, in place of the chart of hours if there are few calls."""
    median = results.median["value"] if say.is_shown(results.median) else float("nan")
    drawn = figures.every_wait(results.take("wait"), wait_origin=results.clock, median=median, width=width)
    return drawn if not drawn.says else _by_hour(results)


def best_hours(results) -> tuple[int, ...]:
    """The hours of the part of the day with the shortest wait, if it differs from every other part; else none."""
    best = findings.shortest(results)
    return tuple(range(*results.agency.open_week.block_from(best))) if best is not None else ()


def _by_local_hour(results):
    early, timed = results.missed_early
    if not timed:
        return None
    title = _title_by_local_hour(early, timed, results.missed_ends[0]["events"])
    missed, opening = results.missed_by_hour, results.opening_hours
    return figures.missed_by_local_hour(missed, opening=opening, width=HALF, title=title)


def _title_by_local_hour(early: int, timed: int, every: int) -> str:
    if not early:
        return "Missed callbacks by the office's own clock"
    if timed < every:
        return f"Before 8 a.m.: {wording.number(early)} of {wording.number(timed)} missed with known time"
    return f"{wording.number(early)} of {plural(timed, 'missed callback')} came before 8 a.m."
