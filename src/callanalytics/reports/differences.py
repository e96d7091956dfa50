"""Why our number differs from yours, what the calling cost, and ten counts a month that would settle it."""

from __future__ import annotations

from callanalytics.figures import labels
from callanalytics.measures import published
from callanalytics.measures.result import WAITS_RUN
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, TableBlock, Text
from callanalytics.reports.results import Results

FIGURES = {  # figure of the measure -> title of its table
    "service_level": "A person within 60 minutes",
    "abandonment": "Callers who hung up",
    "answered": "Calls a person answered",
    "average_wait": "Average wait",
}
SHORTER = {
    "dial": " From the queue they are shorter whatever the rule.",
    "queue": "",
    "unsaid": " Others count from the queue; from there a wait is never longer.",
}


MAIN = (  # figure and rule -> what stands on paper; the others are on the screen
    ("service_level", published.OURS, "Ours: a person within 60 minutes"),
    ("average_wait", published.OURS, "Ours: average wait"),
    ("average_wait", "Genesys Cloud", "Answered calls only: average wait"),
    ("average_wait", "SSA", "As the SSA counts: average wait"),
    ("answered", "IRS Level of Service", "IRS Level of Service: calls answered"),
    ("answered", "Of all calls", "IRS's auditors: calls answered"),
)
EARLIER = ("wait-2001", "answered-2012")  # the agency's own figures of earlier years


def main(results: Results) -> list[Block]:
    """Ours beside the figures that USCIS's readers know, and USCIS's own of earlier years."""
    rows = {(row["statistic"], row["rule"]): row for row in _rows(results) if row["n"]}
    lines = tuple(
        (words, _in_words(rows[figure, rule]), rows[figure, rule]["why"])
        for figure, rule, words in MAIN
        if (figure, rule) in rows
    )
    if not lines:
        return []
    return [
        Heading("Why our number differs from yours"),
        TableBlock(
            "The same calls, counted as others publish theirs",
            ("counted as", "figure", "why it differs"),
            lines,
            numeric=False,
            widths=(2.3, 1.75, 3.3),
        ),
        Text(_earlier(results), lead="Published before."),
    ]


def _earlier(results) -> str:
    known = {anchor.id: anchor for anchor in results.agency.published}
    anchors = (known[id] for id in EARLIER if id in known)
    return " ".join(f"{a.period}: {a.figure} ({a.definition}; {a.source})." for a in anchors)


def _rows(results) -> list[dict]:
    table = results.take("reconcile").table
    return [row for row in table.to_dict("records") if row["wait_from"] == results.clock]


def differences(results: Results) -> list[Block]:
    """The same calls under other people's rules, one table a figure."""
    rows = _rows(results)
    tables = [_table(figure, [row for row in rows if row["statistic"] == figure and row["n"]]) for figure in FIGURES]
    if not any(tables):
        return []
    return [
        Text(
            "The same logged calls, counted as others publish theirs; the sources stand with the definitions. "
            f"{WAITS_RUN[results.clock]}{SHORTER[results.clock]}"
        ),
        *[table for table in tables if table],
    ]


def _table(figure, rows):
    if not rows:
        return None
    ours = [row for row in rows if row["rule"] == published.OURS]
    lines = [("Ours" if row["rule"] == published.OURS else row["rule"], _in_words(row), row["why"])
            for row in (*ours, *(row for row in rows if row not in ours))]  # fmt: skip
    return TableBlock(
        FIGURES[figure], ("rule", "figure", "why it differs"), tuple(lines), numeric=False, widths=(1.7, 1.75, 3.85)
    )


def _in_words(row):
    """A figure, its interval and the calls that its rule counts: these differ from rule to rule."""
    if row["value"] != row["value"]:
        return say.cannot(row["n"])
    if row["unit"] == "ratio":
        return f"{labels.number(row['events'])} to {labels.number(row['n'])}"
    if row["unit"] == "s":
        sure = say.span(row["low"] / 60, row["high"] / 60)
        return f"{labels.minutes(row['value'])} ({sure}; n {labels.number(row['n'])})"
    if not say.is_shown(row) or not row["events"]:
        return say.count_of_cases(row)
    sure = say.span(row["low"] * 100, row["high"] * 100, "%")
    return f"{labels.percent(row['value'])} ({sure}; n {labels.number(row['n'])})"


def burden(results: Results) -> list[Block]:
    """What the calling cost: hours held, minutes for each conversation, calls for each matter."""
    held, each = results.row("hours_on_hold", "held"), results.row("hold_per_answer", "hold_per_answer")
    if not held["n"]:
        return []
    hours = round(held["value"] / 3600)
    needs = results.row("calls_per_need", "mean")
    again = results.row("redial_rate")
    lines = [
        ("Hours held, of calls whose wait was noted", f"{labels.number(hours)} ({labels.many(held['n'], 'call')})"),
        ("Held for each conversation, calls in vain included", say.wait(each)),
        ("Calls made for each matter and reason", _mean(needs)),
        ("Called again within 7 days after reaching nobody", say.share(again)),
        (
            "Settled by the first contact, no further call in 14 days",
            say.share(results.row("first_contact_resolution")),
        ),
    ]
    return [
        TableBlock(
            "What the calling cost",
            ("burden", "figure"),
            tuple(lines),
            note="A matter whose calls nobody linked is in none of the last three lines.",
            numeric=False,
            widths=(3.4, 3.8),
        )
    ]


def _mean(row):
    if not say.is_shown(row):
        return say.cannot(row["n"])
    limits = f"95% interval {row['low']:.2f}–{row['high']:.2f}"
    return f"{row['value']:.2f} ({limits}; {labels.many(row['n'], 'matter')})"


MONTHLY = (
    ("Calls offered", "Every call that the Contact Center's number took up, automated system included, by hour."),
    ("Ended in the automated system", "Of these, calls that never joined a queue: resolved by the system, ended by it, "
     "or given up in it; the three apart."),
    ("Joined the queue for a person", "Calls put in line for Tier 1, at the moment they were put there."),
    ("Hung up while waiting; cut off", "Of those in line, calls that ended before a person spoke: by the caller, by "
     "the system; in bands of 15 minutes waited."),
    ("Reached a person", "Calls on which a person spoke, in bands of 15 minutes from dialing; callers who hung up are "
     "in the count above, not left out."),
    ("Callbacks promised", "Requests passed to Tier 2, urgent and regular apart, by day of the request."),
    ("First callback in the stated time", "Of those, requests with a first call by the stated time, whoever "
     "answered; with the time stated and from what moment it runs."),
    ("Callbacks answered; tried and missed", "First and second attempts apart, by the hour on the clock of the "
     "place called."),
    ("Closed without contact", "Requests closed with neither an answered call nor an answer in writing."),
    ("Asked for, granted, refused", "Appointments, expedites and new dates asked for by phone, what became of them, "
     "and the days it took."),
)  # fmt: skip


def monthly_counts() -> list[Block]:
    """The ten counts."""
    return [
        Heading("What would settle it"),
        TableBlock(
            "Ten counts a month",
            ("count", "definition"),
            tuple((f"{n}. {name}", definition) for n, (name, definition) in enumerate(MONTHLY, 1)),
            note="Volunteers' logs stand in for counts that nobody outside can make. These ten, published each month, "
            "would replace them; none names a caller.",
            numeric=False,
            widths=(2.2, 4.6),
        ),
    ]
