"""Does it hold from office to office? The office as the sampling unit, beside the figures of all calls together."""

from __future__ import annotations

from callanalytics import measures
from callanalytics.estimates.pooling import FEWEST_OFFICES
from callanalytics.figures import labels
from callanalytics.measures.result import SINCE
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, TableBlock, Text
from callanalytics.reports.results import Results

FIGURES = {  # what is said of it -> measure, and which of its two ends
    "Mean wait {since}": ("wait", "certain"),
    "Calls that reached a person": ("reach_rate", "certain"),
    "Requests answered in USCIS's stated time, at least": ("promise_kept_rate", "certain"),
    "In USCIS's stated time, at most": ("promise_kept_rate", "possible"),
    "Requests whose callback reached the office in time, at least": ("callback_hit_rate", "certain"),
    "Reached the office in time, at most": ("callback_hit_rate", "possible"),
}
NOTE = (
    "Typical office: random effects over the offices' own figures, 95% interval of Hartung, Knapp, Sidik and Jonkman; "
    "offices whose own figure is not known are in none. One more office: where the figure of another office like these "
    "would lie. Without any one: the figure of all calls together, with each office left out in turn; a statement that "
    "does not hold at both ends rests on one office."
)


def blocks(results: Results) -> list[Block]:
    """The figures of a typical office from five offices on; under five, why there are none."""
    n = len(results.calls_by_office)
    if n < 2:
        return []
    heading = Heading("Does it hold from office to office?")
    if n < FEWEST_OFFICES:
        return [heading, Text(_too_few(n))]
    since = SINCE[results.clock]
    pooled = {
        words.format(since=since): measures.over_offices(results.aside(name, "office"), link)
        for words, (name, link) in FIGURES.items()
    }
    columns = ("figure", "typical office", "one more office", "without any one")
    rows = tuple((_name(words, found), *_row(found)) for words, found in pooled.items())
    return [
        heading,
        Text(
            "Offices differ in whom they call for, when, and what they write down. Taking every call as independent of "
            "the others gives intervals that are too narrow for what callers of USCIS meet; here the office counts."
        ),
        TableBlock("A typical office", columns, rows, note=NOTE, numeric=False, widths=(2.0, 2.4, 1.3, 1.3)),
        *_dominated(pooled),
    ]


def _too_few(n):
    return (
        f"{labels.spelled(n, 'law office')} took part. What differs between offices cannot be told from "
        f"so few, so no interval over offices is given; it takes {FEWEST_OFFICES}. Every interval in this report takes "
        "each call as independent of the others and is, for callers in general, too narrow."
    )


def _name(words, found):
    """A mean wait says at which time it is capped: what lies beyond the longest call of an office nobody knows."""
    if found.unit != "s":
        return words
    return f"{words}, each wait counted up to {found.statistic.removeprefix('mean_').removesuffix('min')} minutes"


def _row(found):
    typical, unit = found.typical, found.unit
    if typical.value != typical.value:
        return f"not estimable: {typical.why}", "–", _span(found.together.low, found.together.high, unit)
    value = labels.minutes(typical.value) if unit == "s" else labels.percent(typical.value)
    sure = f"95% interval {_span(typical.low, typical.high, unit)}; {labels.many(typical.n, 'office')}"
    next_one = _span(found.prediction_low, found.prediction_high, unit)
    return f"{value} ({sure})", next_one, _span(found.together.low, found.together.high, unit)


def _span(low, high, unit):
    if low != low and high != high:
        return "–"
    return say.span(low / 60, high / 60) if unit == "s" else say.span(low * 100, high * 100, "%")


def _dominated(pooled):
    named = [words for words, found in pooled.items() if found.typical.flag == "dominated"]
    if named:
        yield Text(
            "More than half of the cases come from one office, or more than 85% from two, in: "
            f"{'; '.join(named)}. Read these as that office's figures."
        )
