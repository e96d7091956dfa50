"""The pages after the brief: one question each, with its charts and what they show."""

from __future__ import annotations

from collections.abc import Iterator

from callanalytics import figures, measures, schema, wording
from callanalytics.facts.agency_calls import WAITS_NAMED
from callanalytics.figures import rows
from callanalytics.figures.chart import Chart
from callanalytics.measures.definitions import INTERVAL_MINIMUM, MEDIAN_MINIMUM, REACHED_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import SHOWN_FLAGS
from callanalytics.measures.slots import LOOKS_BACK, PATIENCE_S, BestTime
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, PageBreak, TableBlock, Text
from callanalytics.reports.findings import KINDS, hours, not_in_waits, other_clocks
from callanalytics.reports.results import Results
from callanalytics.wording import plural

ENDS_OF_CALLS = wording.words_for("ends_of_calls")

# Titles of charts that show more than one finding.
HELD, STATES = "How long calls hold until a person answers", "What became of every request"
FUNNEL, VOLUME, HOURS = "How far calls got", "Calls made by hour and weekday", "Waits by hour and weekday"


def waits(results: Results) -> list[Block]:
    """When callers get through."""
    best = best_time(results)
    # The finding about the hours gives the title, if there is one
    found, whence = hours(results), "Every wait was written down by a caller"
    whence += ": a phone system does not know when a person answered."
    title = found.text.removesuffix(".") if found else HOURS
    fine = results.take("wait", "weekday", "hour")
    return [
        PageBreak(),
        Heading("When callers get through"),
        Text(say.joined(whence, results.waits_run, not_in_waits(results), other_clocks(results))),
        figures.hour_by_weekday(fine, wait_origin=results.clock, best=best.slots, title=title),
        curve(results),
        *slot_by_slot(results, best),
    ]


def stated_times(results: Results) -> list[Block]:
    """Whether callbacks came within the timeframe."""
    return [
        PageBreak(),
        Heading("Callbacks in the stated time"),
        figures.kept_by_reading(
            results.take("promise_kept_rate", "urgency"), title="Requests with a call or an email in the stated time"
        ),
        states(results),
        *rules(results),
    ]


def curve(results) -> Chart:
    """The share of callers who reached a person, by minutes held."""
    return figures.chance_by_minutes(results.take("wait"), wait_origin=results.clock, title=HELD)


def states(results) -> Chart:
    """What became of every request, by urgency."""
    found = [results.take(name, "urgency") for name in ("promise_states", "silent_promises")]
    return figures.promise_states(*found, title=STATES)


def rules(results):
    """The timeframes that judge the requests."""
    if not results.rules and not results.n_rules_differ:
        return []
    lines: list[tuple[str, ...]] = []
    for rule, n in results.rules:
        # In the agency's files, the address of a copy follows the source
        sources = [rule.source.split(" (copy:")[0], *(c.source for c in results.confirmed if c.rule_id == rule.id)]
        seen = say.Day(wording.day(rule.last_confirmed), rule.last_confirmed)
        lines.append((f"“{rule.words}”", rule.urgency, seen, "; confirmed by: ".join(sources), say.count(n)))
    if results.n_rules_differ:
        lines.append(("more than one may have held", "both", "–", "–", say.count(results.n_rules_differ)))
    title = "The stated times the requests are judged by"
    head = (f"{results.agency.label}'s words", "inquiries", "last confirmed", "source", "requests")
    note = "A request is judged by the time in force when it was made; later ones by the time last confirmed."
    yield TableBlock(title, head, tuple(lines), note, (1.9, 0.7, 1.2, 2.9, 0.7), name="Stated times")


def attempts(results):
    """The results of callbacks, as rows of a chart of shares."""
    notice = results.take("notice_rate")
    return {
        "First call answered": results.take("first_attempt_hit_rate"),
        "Second call made after a miss": results.take("second_attempt_made_rate"),
        "Second call answered": results.take("second_attempt_hit_rate"),
        "Both calls missed": results.take("both_missed_rate"),
        "Announced by text or email": notice,
        "Answered when announced": (notice, "answered_if_announced"),
        "Answered when no notice was logged": (notice, "answered_if_not_announced"),
        f"Rang outside {results.agency.label}'s stated hours": results.take("out_of_window_rate"),
        "Showed no number": results.take("withheld_share"),
    }


def causes(results):
    """Why no one at the office answered."""
    counts = rows.pick(results.take("missed_callbacks", "cause"), "count", link="certain")
    total = int(counts["value"].sum())
    if not total:
        return
    causes = wording.words_for("causes")
    by_cause = {
        results.agency.fill(causes.get(row.cause, "not known")): int(row.value)
        for row in counts.sort_values("value").itertuples()
        if row.value
    }
    # Unknown comes last, however often it occurs
    ordered = sorted(by_cause.items(), key=lambda item: (item[0] == causes["unknown"], -item[1]))
    lines = tuple((cause, wording.number(n)) for cause, n in ordered)
    note = f"{wording.number(total)} confirmed ones, one cause each; unknown causes come last and are kept apart."
    note += _under_another_cause(results, by_cause.get(causes["outside_office_hours"], 0))
    yield TableBlock("Why no one answered", ("cause", "callbacks"), lines, note, numeric=True)


def _under_another_cause(results: Results, n_closed: int) -> str:
    """Why page 1 counts more missed callbacks to a closed office than this table."""
    n_outside = results.missed_in("outside office hours")
    others = n_outside - n_closed
    rest = f"{wording.number(others)} {'has' if others == 1 else 'have'} another cause"
    return f" Of {wording.number(n_outside)} that came to a closed office, {rest}." if others > 0 else ""


def calls(results: Results) -> list[Block]:
    """What happened on the calls."""
    return [
        PageBreak(),
        Heading("What happened on the calls"),
        figures.funnel(results.take("funnel"), title=FUNNEL),
        # Before the tables, which may break across pages
        figures.volume_by_hour_weekday(results.take("volume", "weekday", "hour"), title=VOLUME),
        *outcomes(results),
    ]


def outcomes(results) -> list[Block]:
    """How calls ended, which words led to a person, and what was granted."""
    head = ("end of the call", "share", "counted from")
    ends = TableBlock("How calls ended", head, tuple(_ends_of_calls(results)), widths=(2.4, 2.6, 1.7))
    return [ends, *_words(results), *_requests(results)]


def _ends_of_calls(results) -> Iterator[tuple[str, say.Figure, str]]:
    """How calls ended: in words, the share, and of which calls."""
    for name, (words, counted_from) in ENDS_OF_CALLS.items():
        yield words, say.share(results.row(name)), counted_from


def _words(results):
    shares = rows.pick(results.take("path_success_rate"), "rate")
    shares = shares[shares["words_said"].notna() & (shares["n"] > 0)].sort_values("n", ascending=False)
    if not len(shares):
        return
    names = {word.code: word.label for word in results.agency.words_said}
    title, name = "Words said to the automated system, and whether a person spoke", "Words said to the system"
    lines = tuple((names.get(row["words_said"], "Other words"), say.share(row)) for row in shares.to_dict("records"))
    note = (
        "Calls in live hours with logged words and a logged end. The callers chose the words; none were assigned at "
        "random."
    )
    yield TableBlock(title, ("words", "a person spoke"), lines, note, name=name)


def _requests(results):
    """Requests granted and passed on, and the days to the decision if any is known; kinds no one asked for have no
    row."""
    statistics = ("granted", "relayed", "median_days")
    requests = {kind: [results.request(kind, statistic) for statistic in statistics] for kind in KINDS}
    requests = {kind: figures for kind, figures in requests.items() if figures[0]["n"]}
    dated = any(days["n"] for *_, days in requests.values())
    rows = tuple(
        (kind.capitalize(), say.share(granted), say.share(relayed), *([_days(days)] if dated else []))
        for kind, (granted, relayed, days) in requests.items()
    )
    if rows:
        head = ("request", "granted", "passed on", *(["days to the decision: median"] if dated else []))
        no_day = "" if dated else " The day of the decision is not logged."
        note = f"Requests with a logged result. Passed on is not granted: the field office decides.{no_day}"
        yield TableBlock("What was asked for, and granted", head, rows, note, (1.0, 2.6, 2.6, 1.9)[: len(head)])


def _days(days):
    if say.is_shown(days):
        words = f"{days['value']:.0f} ({say.span(days['low'], days['high'])})"
        return say.Figure(words, "days", value=days["value"], low=days["low"], high=days["high"])
    return say.cannot(days["n"])


def wait_over_time(results, events):
    """The wait by week; if no week has enough calls, by month, or coarser if months have too few."""
    title = wording.words_for("wait_titles")[results.clock]
    weekly = figures.wait_by_week(
        results.take("weekly_wait"), events, wait_origin=results.clock, title=f"{title}, week by week"
    )
    if not weekly.says:
        return weekly
    return figures.wait_by_month(results.take("wait", "month"), events, wait_origin=results.clock, title=title)


def hits_by_month(results):
    """Callbacks that reached the office in time, by month."""
    # By urgency, unless that leaves one figure a year; all requests together then show finer periods
    hits = results.take("callback_hit_rate", "urgency", "month")
    if "year" in measures.coarsen(hits).by:
        hits = results.take("callback_hit_rate", "month")
    title = _hits_title(results.row("callback_hit_rate"))
    return figures.hit_rate_by_month(hits, results.agency.events, named=False, title=title)


def _hits_title(row) -> str:
    """
    >>> _hits_title({"n": 213, "events": 111}), _hits_title({"n": 0, "events": 0})
    ('Callbacks reached the office in time on 111 of 213 requests', 'Callbacks that reached the office in time')
    """
    if not row["n"]:
        return "Callbacks that reached the office in time"
    requests = "request" if row["n"] == 1 else "requests"
    return f"Callbacks reached the office in time on {say.all_or_some(row)} {requests}"


def missed_by_hour(results) -> Chart:
    """When missed callbacks came, by each office's local time."""
    opening, title = results.opening_hours, closed_title(results)
    return figures.missed_by_local_hour(results.missed_by_hour, opening=opening, title=title)


def closed_title(results) -> str:
    """How many missed callbacks came when the office was closed, as a chart title."""
    outside, known = results.missed_outside
    if not outside:
        return "When callbacks were missed"
    return f"{_missed_in_words(outside, known, results.missed_ends[0]['events'])} rang when the office was closed"


def _missed_in_words(some: int, known: int, every: int) -> str:
    """
    >>> _missed_in_words(44, 76, 76), _missed_in_words(2, 2, 2), _missed_in_words(1, 1, 1)
    ('44 of 76 missed callbacks', 'Both missed callbacks', 'The only missed callback')
    >>> _missed_in_words(2, 2, 6)
    '2 of the 2 missed callbacks with known hours (of 6)'
    """
    if known < every:
        counts = f"{wording.number(some)} of the {wording.number(known)}"
        return f"{counts} missed callbacks with known hours (of {wording.number(every)})"
    if some < known:
        return f"{wording.number(some)} of {wording.number(known)} missed callbacks"
    return {1: "The only missed callback", 2: "Both missed callbacks"}.get(known, f"All {known} missed callbacks")


# ---- when to call ------------------------------------------------------------------------------------


TIP_COMPARISONS = wording.words_for("compared_by_a_tip")
TIPS_NOTE = (
    "Holding for each live answer at the times advised against, over that at the others; the three intervals hold "
    "together with 95%."
)


def best_time(results: Results) -> BestTime:
    """The result on when to call."""
    return measures.best_time(results.take("when_to_call"), results.clock)


def slot_by_slot(results: Results, best: BestTime) -> list[Block]:
    """The slots that cost least, or that this is not known yet, and the tips."""
    if not best.n:
        return []
    patience = f"For a caller who gives up after {wording.minutes(PATIENCE_S)} and calls again in the same slot."
    return [
        Heading("What calling cost, slot by slot", 2),
        # A hyphen reads as a range, and lines may break at it
        Text(say.joined(best.sentence.replace("-", "−"), _best_slots(best, results.agency), patience, LOOKS_BACK)),
        _tips(results, best),
    ]


def _best_slots(best, agency):
    """The best slots by name, grouped by hours, and what they cost; empty unless the verdict is a set."""
    if best.verdict != "set":
        return ""
    by_block = {}
    for weekday, block in best.slots:
        by_block.setdefault(block, []).append(wording.WEEKDAYS[weekday - 1])
    slots = [f"{wording.joined(days)} {wording.hours(*map(int, block.split('-')))}" for block, days in by_block.items()]
    low, high, least, most = (f"{seconds / 60:.0f}" for seconds in (*best.hold, *best.limits))
    each = f"{low if low == high else f'{low}–{high}'} minutes each (their 95% intervals lie within {least}–{most})"
    return f"They are {'; '.join(slots)} {agency.clock}: {each}."


def _tips(results, best):
    claims = {claim.id: claim for claim in results.agency.claims}
    title, name = "The practice pointer's advice on when to call", "Advice on when to call"
    head = ("advice", "compared", "held, times as long", "calls", "here")
    lines = tuple(
        (claims[id].claim, results.agency.fill(TIP_COMPARISONS[id]), *_tip_in_words(found))
        for id, found in best.tips.items()
        if id in claims
    )
    return TableBlock(title, head, lines, TIPS_NOTE, (2.5, 2.3, 1.3, 0.6, 0.8), name=name)


def _tip_in_words(found):
    if found.value != found.value:
        return say.cannot(found.n), say.count(found.n), "–"
    borne_out = "borne out" if found.low > 1 else "the reverse" if found.high < 1 else "not shown"
    words = f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})"
    held = say.Figure(words, "times", value=found.value, low=found.low, high=found.high)
    return held, say.count(found.n), borne_out


# ---- what a log of a few calls can say -------------------------------------------------------------------------------
# Its counts, and one list of what cannot be shown yet and what each figure needs.
# Charts of only hatched cells, and pages of "cannot tell yet", hide what little there is.


NOTHING = (
    "Nothing is logged so far. Put the phone system's exports and the hand log into one folder, then run:  "
    "callanalytics start FOLDER"
)
SMALL_SHARES = {
    "Urgent requests kept in time": ("promise_kept_rate", "urgent", "urgent requests that can be judged"),
    "Regular requests kept in time": ("promise_kept_rate", "regular", "regular requests that can be judged"),
    "First callbacks answered": ("first_attempt_hit_rate", "", "requests with a callback"),
    "Second calls after a miss": ("second_attempt_made_rate", "", "first calls missed, the round over"),
}


def is_too_few(results: Results) -> bool:
    """Whether there are too few calls for any wait, and no other main figure can be shown."""
    # With this many calls, the waits alone are worth showing
    if results.n_calls >= MEDIAN_MINIMUM:
        return False
    return not any(say.is_shown(row) for row in (results.row("wait", "median"), *_shares_of_few(results).values()))


MIN_HOURS = 4  # fewest hours of the day with a wait to show; fewer compare nothing


def is_small(results: Results) -> bool:
    """Whether neither a share of requests in time nor the wait by hour can be shown; counts then say more than hatched
    charts."""
    kept = [row for title, row in _shares_of_few(results).items() if title.endswith("kept in time")]
    if any(row["n"] >= SHARE_MINIMUM for row in kept):
        return False
    hours = rows.pick(results.take("wait", "hour"), "median", wait_origin=results.clock)
    hours = hours[hours["hour"].notna() & (hours["n"] > 0)]
    shown = int(hours["flag"].isin(SHOWN_FLAGS).sum())
    # A map that is mostly hatched says less than the counts
    return shown < MIN_HOURS or 2 * shown < len(hours)


def _shares_of_few(results) -> dict[str, dict]:
    return {
        title: results.row(name, **({"urgency": urgency} if urgency else {}))
        for title, (name, urgency, _) in SMALL_SHARES.items()
    }


def blocks_of_few(results: Results) -> list[Block]:
    """The counts so far, what became of every request, and what cannot be shown yet."""
    return [
        Heading("What the log shows so far"),
        *([] if results.n_calls or len(results.callbacks.to_arrow()) else [Text(NOTHING)]),
        _counts_so_far(results),
        *([states(results)] if results.n_promises() else []),
        Heading("What cannot be shown yet"),
        _missing_figures(results),
    ]


def _counts_so_far(results) -> TableBlock:
    lines: list[tuple[str, ...]] = [*_ends_of_calls(results)]
    lines += [(words, say.share(row), SMALL_SHARES[words][2]) for words, row in _shares_of_few(results).items()]
    sure, most = results.missed_ends
    words = wording.number(sure["events"])
    if most["events"] != sure["events"]:
        words += f" for certain, at most {wording.number(most['events'])}"
    missed = say.Figure(words, "share", events=sure["events"], most=most["events"])
    if most["n"]:  # without an attempt, 0 would claim that none was missed
        lines.append(("Callbacks no one answered", missed, plural(sure["n"], "confirmed callback")))
    lines += _from_the_agency(results)
    # say.share() writes "n = 0" for a share of nothing
    known = tuple(row for row in lines if "n = 0" not in row[1])
    note = "Counts of what was logged; a percentage where they are enough for one."
    return TableBlock("Counts so far", ("what", "how many", "counted from"), known, note, (2.4, 2.2, 2.1))


def _from_the_agency(results) -> list[tuple[str, str, str]]:
    """Incoming calls that showed the agency's number and answer no logged request, as in an office without a hand log.
    A missed one counts as a callback only in "at most"."""
    came = results.callbacks.to_arrow().select(["caller_id", "link", "result"]).to_pylist()
    # The number is certainly the agency's, so an office that logged no requests sees its calls too
    came = [callback["result"] for callback in came if callback["caller_id"] == "agency" and callback["link"] == "none"]
    if not came:
        return []
    missed = f"{sum(result in schema.UNANSWERED for result in came)} not answered"
    words = f"Calls from {results.agency.label}'s number that answer no logged request"
    return [(words, missed, plural(len(came), "call"))]


def _missing_figures(results) -> TableBlock:
    wait = results.row("wait", "median")
    # Waits with another starting point are not pooled with these
    others = (f"; {wording.number(row['n'])} more {WAITS_NAMED[clock]}" for clock, row in results.other_clocks.items())
    waits = (
        "How long a caller needs to reach a person",
        f"{MEDIAN_MINIMUM} calls with a logged wait, {REACHED_MINIMUM} of which reached one",
        f"{plural(wait['n'], 'call')}{f' {WAITS_NAMED[results.clock]}' if wait['n'] else ''}, "
        f"{wording.number(wait['events'])} reached{''.join(others)}",
    )
    needs = f"the same for each part of the day: {MEDIAN_MINIMUM} calls, {REACHED_MINIMUM} reached"
    hours = ("At what hour the wait is shortest", needs, "not yet")
    shares = [
        (
            # The counts so far already show such a share with its interval
            f"{title}, as a percentage" if say.least_n(row) >= INTERVAL_MINIMUM else title,
            f"{SHARE_MINIMUM} {SMALL_SHARES[title][2]} for a percentage, {INTERVAL_MINIMUM} for an interval",
            say.count(row["n"]),
        )
        for title, row in _shares_of_few(results).items()
        if row["n"] < SHARE_MINIMUM
    ]
    change = ("Whether anything changed", "several months with these", "not yet")
    lacking = [*([] if say.is_shown(wait) else [waits]), hours, *shares, change]
    title, head = "Figures, what each needs, and what there is", ("figure", "needs", "there is")
    note = "Each figure appears once the log holds what it needs."
    return TableBlock(title, head, tuple(lacking), note, (2.1, 2.9, 1.7))
