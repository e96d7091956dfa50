"""What the logs show of the calls: how long a person takes, at what hour, and what a conversation costs."""

from __future__ import annotations

from math import ceil

from callanalytics.facts.dials import WAITS_NAMED
from callanalytics.figures import labels, rows
from callanalytics.measures.definitions import MEDIAN_MINIMUM, OPEN_BLOCKS, REACHED_MINIMUM
from callanalytics.measures.result import SINCE
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Bar, Finding
from callanalytics.reports.results import Results

NO_WAIT = "No wait is noted, so nothing can be said of how long it takes to reach a person."
WHENCE = "A phone system does not know when a person answered: waits come from a log kept by hand."


def wait(results: Results) -> Finding:
    """Half of the calls need longer than this."""
    row = results.row("wait", "median")
    if not (row["n"] or results.other_clocks):
        return Finding(0, NO_WAIT, detail=WHENCE)
    if not say.is_shown(row):
        need = f"{MEDIAN_MINIMUM} calls whose wait was noted, {REACHED_MINIMUM} of which reached a person"
        there = f"here {row['n']} and {row['events']}{_named(results.clock) if row['n'] else ''}"
        return Finding(
            0,
            f"How long a caller needs to reach a person: {say.cannot(row['n'])}.",
            detail=say.joined(f"A median needs {need}; {there}.", other_clocks(results)),
        )
    if results.lead.is_weighted:
        return _weighted(results, results.lead)
    row = results.median
    return Finding(
        0,
        f"Half of these calls would have needed more than {labels.minutes(row['value'])} {SINCE[results.clock]}.",
        sure=f"{say.wait_sure(row)}; {labels.many(row['n'], 'call')}",
        detail=say.joined(results.lead.sentence, _tail(results), other_clocks(results)),
        bar=minutes_bar(row),
    )


def other_clocks(results: Results) -> str:
    """The waits that run from another moment, with n and median: beside the others, never pooled with them."""
    told = [_beside(clock, row) for clock, row in results.other_clocks.items()]
    return f"Not pooled with these: {'; '.join(told)}." if told else ""


def _beside(clock, row):
    median = f"median {say.without_interval_name(say.wait_alone(row))}" if say.is_shown(row) else "too few for a median"
    return f"{labels.many(row['n'], 'wait')}{_named(clock)} ({median})"


def _named(clock):
    return f" {WAITS_NAMED[clock]}"


def _weighted(results, lead) -> Finding:
    """Who waits long writes it down: the wait weighted by the share noted leads, and the one as noted is beside it."""
    row = results.median
    return Finding(
        0,
        f"Half of these calls would have needed more than {labels.minutes(row['value'])} {SINCE[results.clock]}.",
        sure=f"{say.wait_sure(row)}; {labels.many(row['n'], 'call')}",
        detail=say.joined(
            lead.sentence,
            _tail(results),
            other_clocks(results),
        ),
        bar=minutes_bar(row),
    )


def _tail(results):
    """Of the waits as noted: what one in ten needed, and what those who hung up could make of the median."""
    p90, lost = results.row("wait", "p90"), results.row("wait", "share_censored")
    return say.joined(
        f"One in ten needed more than {labels.minutes(p90['value'])}." if say.is_shown(p90) else "",
        _lost(lost, *(results.row("wait", f"median_if_{s}") for s in ("reached_next", "never_reached"))),
    )


def _lost(lost, soon, never):
    """Who hung up counts as a lower bound; what the figure would be at the worst and the best."""
    if not lost["events"]:
        return ""
    told = f"{labels.percent(lost['events'] / lost['n'])} hung up or were cut off and count as “at least”"
    if not say.is_shown(soon):
        return f"{told}."
    last = f"never, {never['value'] / 60:.0f}" if say.is_shown(never) else "never, more than half would still wait"
    return f"{told}: if about to get through, {soon['value'] / 60:.0f} minutes; if {last}."


def hours(results: Results) -> Finding | None:
    """At what part of the day the wait is shortest, if any can be told apart."""
    cells = rows.pick(results.by_block, "median", wait_from=results.clock)
    cells = cells[cells["flag"].isin(rows.SHOWN) & cells["hour"].notna()]
    if len(cells) < 2:
        return None
    best, worst = (cells.loc[i].to_dict() for i in (cells["value"].idxmin(), cells["value"].idxmax()))
    sure = f"{say.wait_sure(best)}; {labels.many(best['n'], 'call')}"
    longest = f"{_part(worst)}: {say.wait(worst)}."
    if _stands_apart(results, cells, best):
        text = f"The wait is shortest at {_part(best)} Eastern: {labels.minutes(best['value'])}."
        detail = f"Longest at {say.without_interval_name(longest)}"
    elif results.differ("hour", int(best["hour"]), int(worst["hour"])):
        text = (
            f"The wait is shorter at {_part(best)} than at {_part(worst)} Eastern: {labels.minutes(best['value'])} "
            f"against {worst['value'] / 60:.0f}."
        )
        detail = f"{say.without_interval_name(longest)} The parts between cannot be told apart."
    else:
        text, sure = "No part of the day can be told apart from another by the wait.", ""
        detail = f"Shortest at {_part(best)} Eastern: {say.wait(best)}. Longest at {say.without_interval_name(longest)}"
    return Finding(0, text, sure=sure, detail=say.joined(detail, _weekdays(results)), bar=minutes_bar(best))


def _stands_apart(results, cells, best):
    """Whether the best differs from every other, days permuted: only then is it the best."""
    others = (cell for cell in cells.to_dict("records") if cell["value"] != best["value"])
    return (cells["value"] == best["value"]).sum() == 1 and all(
        results.differ("hour", int(best["hour"]), int(other["hour"])) for other in others
    )


def _part(cell):
    return labels.hours(*next(block for block in OPEN_BLOCKS if block[0] == int(cell["hour"])))


def _weekdays(results):
    cells = rows.pick(results.take("wait", "weekday"), "median", wait_from=results.clock)
    cells = cells[cells["flag"].isin(rows.SHOWN) & cells["weekday"].notna()]
    if len(cells) < 2:
        return ""
    best, worst = (cells.loc[i].to_dict() for i in (cells["value"].idxmin(), cells["value"].idxmax()))
    if not results.differ("weekday", int(best["weekday"]), int(worst["weekday"])):
        return "No weekday can be told apart from another."
    names = [labels.WEEKDAYS[int(cell["weekday"]) - 1] for cell in (best, worst)]
    shorter = f"shorter on {names[0]} ({say.wait(best)}) than on {names[1]} ({say.wait(worst)})"
    return say.without_interval_name(f"Of the calls logged in this period, {shorter}.")


def burden(results: Results) -> Finding | None:
    """What one conversation costs, calls in vain included."""
    each, needs = results.row("hold_per_answer", "hold_per_answer"), results.row("calls_per_need", "mean_if_resolved")
    if not say.is_shown(each):
        return None
    settled = (
        f"A settled matter took {needs['value']:.2f} calls ({needs['low']:.2f}–{needs['high']:.2f}; "
        f"{labels.many(needs['n'], 'matter')})."
        if say.is_shown(needs)
        else ""
    )
    return Finding(
        0,
        f"Each conversation with a person took {labels.minutes(each['value'])} of holding, calls in vain included.",
        sure=f"{say.wait_sure(each)}; {labels.many(each['n'], 'call')}",
        detail=settled,
        bar=minutes_bar(each),
    )


def minutes_bar(row) -> Bar:
    """A time on a scale of whole hours, two at least."""
    top = max(7200, ceil((row["high"] if row["high"] == row["high"] else row["value"]) / 3600) * 3600)
    high = row["high"] if row["high"] == row["high"] else top
    low = row["low"] if row["low"] == row["low"] else 0
    return Bar(row["value"], low, high, 0, top, "0", f"{top // 3600} hours")
