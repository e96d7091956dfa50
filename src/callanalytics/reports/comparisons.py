"""Figures compared: before and after a change, between offices, and by other organizations' rules."""

from __future__ import annotations

from datetime import timedelta

from callanalytics import measures, wording
from callanalytics.agencies import Agency
from callanalytics.estimates.pooling import MIN_OFFICES
from callanalytics.figures.rows import event_day
from callanalytics.measures.result import SINCE
from callanalytics.measures.waits import OURS
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Finding, Heading, Note, TableBlock, Text
from callanalytics.reports.results import Results
from callanalytics.reports.sentences import Figure
from callanalytics.wording import plural

# ---- before and after --------------------------------------------------------------------------------


STEPS_NOTE = (
    "Compared is the mean wait of a week, each wait counted up to one hour, after over before, the trend already there "
    "taken out and weeks next to each other allowed to be alike; only calls between the changes before and after."
)
DAY = timedelta(days=1)


def step_finding(results: Results) -> Finding | None:
    """The result of a search over all weeks for a change in the wait."""
    if not results.period:
        return None
    search = measures.search_changes(results.aside("wait", "office", "date"))
    if search.why:
        return Finding("Too few weeks to say whether the wait changed.", detail=f"{search.why}.")
    if search.found:
        n = plural(len(search.found), "week")
        return Finding(f"The wait may have changed; a search found {n} to look at.", detail=search.sentence)
    weeks = plural(search.n, "week")
    detail = f"The means of {weeks} were searched for any date at which their level changed."
    return Finding(f"No change in the wait was found in {weeks}.", detail=detail)


def before_and_after(results: Results) -> list[Block]:
    """One line per change that may affect waits and falls within the period."""
    if not results.period:
        return []
    first, last = results.period
    every = sorted((e for e in results.agency.events if e.regime), key=lambda e: e.latest)
    # Only changes that charts show by default and that have dates on both sides
    events = [e for e in every if e.mark == "A" and first < e.latest < last]
    if not events:
        return []
    waits = results.aside("wait", "office", "date")
    found = [(event, *_step_at(waits, event, [e for e in every if e is not event])) for event in events]
    made = [one for *_, one in found if one]
    moved = max((one.joined + one.left for one in made), default=0)
    lines = [*(_step_sentence(event, one) for event, _, one in found if one), *_not_attempted(found)]
    lines += [STEPS_NOTE] if made else []
    if moved:
        lines.append(
            f"Offices whose calls begin or end inside one of these series: {moved}; a wait that changes with them is "
            "a change of callers."
        )
    return [Heading("Before and after", 2), Note(tuple(lines))]


def _not_attempted(found):
    """The changes without a comparison, one sentence per reason."""
    reasons = {}
    for event, why, one in found:
        if not one:
            reasons.setdefault(why, []).append(f"{event_day(event)} ({event.label})")
    for why, changes in reasons.items():
        yield f"No comparison, since {why}: {'; '.join(changes)}."


def _step_sentence(event, one):
    """One change in a sentence, with the rank of its step among steps at other dates."""
    when = f"At {event_day(event)} ({event.label})"
    if one.step.value != one.step.value:
        return f"{when}: not attempted{one.step.why and ': '}{one.step.why}."
    return f"{when} {one.change}"


def _step_at(waits, event, others):
    """The comparison, or why there is none: it never spans a change whose day is unknown."""
    # An uncertain day would put some weeks on the wrong side of the step
    if event.earliest != event.latest or event.period:
        return "the day is not known", None
    if any(_earliest_day(e) is None and e.latest > event.latest for e in others):
        return "another change may have come at any time", None
    if any(_earliest_day(e) <= event.latest <= _latest_day(e) for e in others if _earliest_day(e)):
        return "another change may have come at the same time", None
    # The series runs from the day after the previous change to the day before the next one
    before = max((_latest_day(e) + DAY for e in others if e.latest < event.latest), default=None)
    after = min((_earliest_day(e) - DAY for e in others if e.latest > event.latest), default=None)
    return "", measures.before_after(waits, event.latest, before, after)


def _earliest_day(event):
    return event.earliest or (event.latest if event.precision == "day" or event.period else None)


def _latest_day(event):
    return event.until or event.latest


# ---- from office to office ---------------------------------------------------------------------------


OFFICE_FIGURES = {  # words -> measure, and which end of its range
    "Mean wait {since}": ("wait", "certain"),
    "Calls that reached a person": ("reach_rate", "certain"),
    "Requests answered in {agency}'s stated time, at least": ("promise_kept_rate", "certain"),
    "In {agency}'s stated time, at most": ("promise_kept_rate", "possible"),
    "Requests whose callback reached the office in time, at least": ("callback_hit_rate", "certain"),
    "Reached the office in time, at most": ("callback_hit_rate", "possible"),
}
OFFICES_NOTE = (
    "Typical office: random effects over the offices' own figures, 95% interval of Hartung, Knapp, Sidik and Jonkman; "
    "offices whose own figure is not known are in none. One more office: where the figure of another office like these "
    "would lie. Without any one: the figure of all calls together, with each office left out in turn; a statement that "
    "does not hold at both ends rests on one office."
)


def over_offices(results: Results) -> list[Block]:
    """The figures of a typical office, given five or more offices; with two to four, why there are none."""
    n = len(results.calls_by_office)
    if n < 2:
        return []
    heading = Heading("From office to office")
    if n < MIN_OFFICES:
        too_few = (
            f"{wording.spelled(n, 'law office')} took part. What differs between offices cannot be told from so few, "
            f"so no interval over offices is given; it takes {MIN_OFFICES}. Every interval in this report takes each "
            "call as independent of the others and is, for callers in general, too narrow."
        )
        return [heading, Text(too_few)]
    since = SINCE[results.clock]
    by_office = {name: results.aside(name, "office") for name, _ in OFFICE_FIGURES.values()}
    pooled = {
        results.agency.fill(words).replace("{since}", since): measures.over_offices(by_office[name], link)
        for words, (name, link) in OFFICE_FIGURES.items()
    }
    columns = ("figure", "typical office", "one more office", "without any one")
    rows = tuple(_office_row(words, found) for words, found in pooled.items())
    return [
        heading,
        Text(
            "Offices differ in whom they call for, when, and what they write down. Taking every call as independent of "
            "the others gives intervals that are too narrow for what callers of "
            f"{results.agency.label} meet; here the office counts."
        ),
        TableBlock("A typical office", columns, rows, note=OFFICES_NOTE, widths=(2.0, 2.4, 1.3, 1.3)),
        *_dominated(pooled),
    ]


def _office_row(words, found):
    typical, unit = found.typical, found.unit
    is_time = unit == "s"
    if is_time:  # name the cap, because waits beyond an office's longest call are unknown
        words += f", each wait counted up to {found.statistic.removeprefix('mean_').removesuffix('min')} minutes"
    together = _span(found.together.low, found.together.high, unit)
    if typical.value != typical.value:
        return words, f"not estimable: {typical.why}", "–", together
    value = wording.minutes(typical.value) if is_time else wording.percent(typical.value)
    sure = f"95% interval {_span(typical.low, typical.high, unit)}; {plural(typical.n, 'office')}"
    numbers = {name: getattr(typical, name) / (60 if is_time else 1) for name in ("value", "low", "high")}
    typical_figure = Figure(f"{value} ({sure})", "min" if is_time else "share", n=typical.n, **numbers)
    return words, typical_figure, _span(found.prediction_low, found.prediction_high, unit), together


def _span(low, high, unit):
    if low != low and high != high:
        return "–"
    if unit == "s":
        return Figure(say.span(low / 60, high / 60), "min", least=low / 60, greatest=high / 60)
    return Figure(say.span(low * 100, high * 100, "%"), "share", least=low, greatest=high)


def _dominated(pooled):
    named = [words for words, found in pooled.items() if found.typical.flag == "dominated"]
    if named:
        yield Text(
            "More than half of the cases come from one office, or more than 85% from two, in: "
            f"{'; '.join(named)}. Read these as that office's figures."
        )


# ---- counted by the rules of others, and what the calling cost ---------------------------------------


RULE_FIGURES = wording.words_for("figures_by_rule")

RULES_ON_PAPER = (  # figure and rule -> its words on paper; the remaining rules are only on the screen
    ("service_level", OURS, "Ours: a person within 60 minutes"),
    ("average_wait", OURS, "Ours: average wait"),
    ("average_wait", "Genesys Cloud", "Answered calls only: average wait"),
    ("average_wait", "SSA", "As the SSA counts: average wait"),
    ("answered", "IRS Level of Service", "IRS Level of Service: calls answered"),
    ("answered", "Of all calls", "IRS's auditors: calls answered"),
)
EARLIER = ("wait-2001", "answered-2012")  # the agency's own figures of earlier years


def other_rules(results: Results) -> list[Block]:
    """Our figures next to those that readers at the agency know."""
    rows = {(row["statistic"], row["rule"]): row for row in _rows(results)}
    lines = tuple(
        (words, _in_words(rows[figure, rule]), rows[figure, rule]["why"])
        for figure, rule, words in RULES_ON_PAPER
        if (figure, rule) in rows
    )
    head, widths = ("counted as", "figure", "why it differs"), (2.3, 1.75, 3.3)
    title, name = "The same calls, counted as others publish theirs", "Counted as others publish"
    table = TableBlock(title, head, lines, widths=widths, name=name)
    return [Heading("Why our number differs from yours"), table] if lines else []


def yardstick(agency: Agency) -> str:
    """The mean wait of an earlier year, in a few words; empty if none was published."""
    found = next((anchor for anchor in agency.published if anchor.id == EARLIER[0]), None)
    return f"{found.period}: {found.figure.replace('wait of ', '')} ({found.cited_as})" if found else ""


def published_before(results: Results) -> list[Block]:
    """The agency's own figures of earlier years, for comparison with ours."""
    known = {anchor.id: anchor for anchor in results.agency.published}
    anchors = (known[id] for id in EARLIER if id in known)
    figures_in_words = " ".join(f"{a.period}: {a.figure} ({a.definition}; {a.source})." for a in anchors)
    return [Text(figures_in_words, lead="Published before.")] if figures_in_words else []


def _rows(results) -> list[dict]:
    table = results.take("reconcile").table
    # Waits with another starting point answer another question, so they never share a table with these
    return [row for row in table.to_dict("records") if row["wait_origin"] == results.clock and row["n"]]


def every_rule(results: Results) -> list[Block]:
    """The same calls by other organizations' rules, one table per figure."""
    rows = {figure: [row for row in _rows(results) if row["statistic"] == figure] for figure in RULE_FIGURES}
    tables = [_table(figure, own) for figure, own in rows.items() if own]
    if not tables:
        return []
    return [
        Text(
            "The same logged calls, counted as others publish theirs; the sources are with the definitions. "
            f"{results.waits_run}{wording.words_for('wait_shorter')[results.clock]}"
        ),
        *tables,
    ]


def _table(figure, rows):
    ours = [row for row in rows if row["rule"] == OURS]
    lines = [("Ours" if row["rule"] == OURS else row["rule"], _in_words(row), row["why"])
            for row in (*ours, *(row for row in rows if row not in ours))]  # fmt: skip
    head = ("rule", "figure", "why it differs")
    return TableBlock(RULE_FIGURES[figure], head, tuple(lines), widths=(1.7, 1.75, 3.85))


def _in_words(row):
    """A figure, its interval, and the number of calls its rule counts, which differs between rules."""
    if row["value"] != row["value"]:
        return say.cannot(row["n"])
    if row["unit"] == "ratio":
        words = f"{wording.number(row['events'])} to {wording.number(row['n'])}"
        return Figure(words, events=row["events"], n=row["n"])
    numbers = {name: row[name] / (60 if row["unit"] == "s" else 1) for name in ("value", "low", "high")}
    if row["unit"] == "s":
        sure = say.span(numbers["low"], numbers["high"])
        words = f"{wording.minutes(row['value'])} ({sure}; n {wording.number(row['n'])})"
        return Figure(words, "min", n=row["n"], **numbers)
    # If a rule counts too few calls, or none, show its counts alone
    if not say.is_shown(row) or not row["events"]:
        return say.count_of_cases(row)
    sure = say.span(row["low"] * 100, row["high"] * 100, "%")
    words = f"{wording.percent(row['value'])} ({sure}; n {wording.number(row['n'])})"
    return Figure(words, "share", n=row["n"], events=row["events"], **numbers)


def burden(results: Results) -> list[Block]:
    """What calling cost: hours held, minutes per conversation, and calls per matter."""
    held, each = results.row("hours_on_hold", "held"), results.row("hold_per_answer", "hold_per_answer")
    if not held["n"]:
        return []
    # A sum has no interval: it covers what was logged and says nothing about other calls
    hours = round(held["value"] / 3600)
    words = f"{wording.number(hours)} ({plural(held['n'], 'call')})"
    lines = {
        "Hours on hold, for calls with a logged wait": Figure(words, "hours", value=hours, n=held["n"]),
        "Held for each conversation, failed calls included": say.wait(each),
        "Calls made for each matter and reason": _mean(results.row("calls_per_need", "mean")),
        "Called again within 7 days after reaching no one": say.share(results.row("redial_rate")),
        "Settled by the first contact, no further call in 14 days": say.share(results.row("first_contact_resolution")),
    }
    note = "The last three lines exclude matters whose calls no one linked."
    return [TableBlock("What the calling cost", ("burden", "figure"), tuple(lines.items()), note, (3.4, 3.8))]


def _mean(row):
    if not say.is_shown(row):
        return say.cannot(row["n"])
    limits = f"95% interval {row['low']:.2f}–{row['high']:.2f}"
    numbers = {name: row[name] for name in ("value", "low", "high", "n")}
    return Figure(f"{row['value']:.2f} ({limits}; {plural(row['n'], 'matter')})", "calls", **numbers)


def monthly_counts(agency: Agency) -> list[Block]:
    """The ten counts that the agency could publish each month."""
    counts = wording.words_for("monthly_counts")
    rows = tuple((f"{n}. {name}", agency.fill(definition)) for n, (name, definition) in enumerate(counts.items(), 1))
    note = (
        "Volunteers' logs take the place of counts that only the agency can make. These ten, published each month, "
        "would replace them; none names a caller."
    )
    table = TableBlock("Ten counts a month", ("count", "definition"), rows, note, (2.2, 4.6))
    return [Heading("What would settle it"), table]
