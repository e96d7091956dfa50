"""What the logs show of the calls: how long a person takes, at what hour, and what a conversation costs."""

from __future__ import annotations

from math import ceil

from callanalytics.facts.dials import WAITS_NAMED
from callanalytics.figures import labels, rows
from callanalytics.measures.definitions import MEDIAN_MINIMUM, OPEN_BLOCKS, REACHED_MINIMUM, SHARE_MINIMUM
from callanalytics.reports import callback_findings
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Bar, Finding
from callanalytics.reports.results import Results

NO_WAIT = "No wait is logged yet, so none can be reported."
WHENCE = "A phone system can't tell when a person answers: waits come from a log kept by hand."
TO_A_PERSON = {  # behind "Half of 1,735 calls needed 45 minutes or more"
    "dial": "to reach a person",
    "queue": "from entering the queue to a person",
    "unsaid": "to a person, as noted; the log does not say whether from dialing",
}


def wait(results: Results) -> Finding:
    """Half of the calls need longer than this."""
    row = results.row("wait", "median")
    if not (row["n"] or results.other_clocks):
        return Finding(0, NO_WAIT, detail=WHENCE)
    if not say.is_shown(row):
        there = f"{labels.number(row['n'])} logged{_named(results.clock) if row['n'] else ''}, "
        need = f"{MEDIAN_MINIMUM} and {REACHED_MINIMUM} needed"
        return Finding(
            0,
            f"Too few waits to report a median: {there}{labels.number(row['events'])} of them reaching a person "
            f"({need}).",
            detail=other_clocks(results),
        )
    row = results.median
    return Finding(
        0,
        f"Half of {labels.many(row['n'], 'call')} needed {labels.minutes(row['value'])} or more "
        f"{TO_A_PERSON[results.clock]}.",
        sure=say.wait_sure(row),
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


def _tail(results):
    """Of the waits as noted: what one in ten needed, and what those who hung up could make of the median."""
    p90, lost = results.row("wait", "p90"), results.row("wait", "share_censored")
    return say.joined(
        f"One in ten needed {labels.minutes(p90['value'])} or more." if say.is_shown(p90) else "",
        _lost(lost, *(results.row("wait", f"median_if_{s}") for s in ("reached_next", "never_reached"))),
    )


def _lost(lost, soon, never):
    """Who hung up counts as a lower bound; what the figure would be at the worst and the best."""
    if not lost["events"]:
        return ""
    told = f"{labels.percent(lost['events'] / lost['n'])} hung up or were cut off"
    if not say.is_shown(soon):
        return f"{told} and count as having waited at least that long."
    last = f"to {never['value'] / 60:.0f} minutes" if say.is_shown(never) else "minutes or more"
    return f"{told}; depending on how long they would have waited, the figure is {soon['value'] / 60:.0f} {last}."


def shortest(results: Results) -> int | None:
    """The first hour of the part of the day that is shortest; None where it does not differ from every other."""
    cells = _parts(results)
    if len(cells) < 2:
        return None
    best = cells.loc[cells["value"].idxmin()].to_dict()
    return int(best["hour"]) if _stands_apart(results, cells, best) else None


def _parts(results):
    """The medians of the parts of the day, those that may be shown."""
    cells = rows.pick(results.by_block, "median", wait_from=results.clock)
    return cells[cells["flag"].isin(rows.SHOWN) & cells["hour"].notna()]


def hours(results: Results) -> Finding | None:
    """At what part of the day the wait is shortest, if any can be told apart."""
    cells = _parts(results)
    if len(cells) < 2:
        return None
    best, worst = (cells.loc[i].to_dict() for i in (cells["value"].idxmin(), cells["value"].idxmax()))
    sure = f"{say.wait_sure(best)}; {labels.many(best['n'], 'call')}"
    longest = f"{_part(worst)}: {say.wait(worst)}."
    if _stands_apart(results, cells, best):
        text = f"Waits are shortest {_part(best)} Eastern: {labels.minutes(best['value'])}."
        detail = f"Longest {say.without_interval_name(longest)}"
    elif results.differ("hour", int(best["hour"]), int(worst["hour"])):
        text = (
            f"Waits are shorter {_part(best)} Eastern than {_part(worst)}: {labels.minutes(best['value'])} versus "
            f"{worst['value'] / 60:.0f}."
        )
        detail = f"{say.without_interval_name(longest)} The hours between did not differ measurably."
    else:
        text, sure = "Waits did not differ measurably by time of day.", ""
        detail = f"Shortest {_part(best)} Eastern: {say.wait(best)}. Longest {say.without_interval_name(longest)}"
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
        return "Weekdays did not differ measurably."
    names = [labels.WEEKDAYS[int(cell["weekday"]) - 1] for cell in (best, worst)]
    shorter = f"shorter on {names[0]} ({say.wait(best)}) than on {names[1]} ({say.wait(worst)})"
    return say.without_interval_name(f"Of the calls logged in this period, {shorter}.")


def burden(results: Results) -> Finding | None:
    """What one conversation costs, calls in vain included."""
    each, needs = results.row("hold_per_answer", "hold_per_answer"), results.row("calls_per_need", "mean_if_resolved")
    if not say.is_shown(each):
        return None
    settled = (
        f"Matters took {needs['value']:.2f} calls to resolve ({needs['low']:.2f}–{needs['high']:.2f}; "
        f"{labels.number(needs['n'])} resolved)."
        if say.is_shown(needs)
        else ""
    )
    return Finding(
        0,
        f"Counting failed calls, members held {labels.minutes(each['value'])} for each conversation.",
        sure=f"{say.wait_sure(each)}; {labels.many(each['n'], 'call')}",
        detail=settled,
        bar=minutes_bar(each),
    )


KINDS = ("appointment", "expedite", "reschedule")


def granted(results: Results) -> Finding | None:
    """Of the kinds of request asked for often enough, the one granted least on the call, and how often it was passed
    on."""
    asked = {kind: results.request(kind, "granted") for kind in KINDS}
    often = {kind: row for kind, row in asked.items() if row["n"] >= SHARE_MINIMUM}
    if not often:
        return None
    kind = min(often, key=lambda k: often[k]["events"] / often[k]["n"])
    row, passed = often[kind], results.request(kind, "relayed")
    was = "was" if row["events"] < 2 else "were"
    return Finding(
        0,
        say.capital(f"{say.all_or_some(row)} {kind} requests {was} granted on the call."),
        sure=say.percent_and_sure(row),
        detail=f"Passed on to a field office, which decides: {say.without_interval_name(say.share(passed))}.",
        bar=callback_findings.share_bar(row),
    )


def minutes_bar(row) -> Bar:
    """A time on a scale of whole hours, two at least."""
    top = max(7200, ceil((row["high"] if row["high"] == row["high"] else row["value"]) / 3600) * 3600)
    high = row["high"] if row["high"] == row["high"] else top
    low = row["low"] if row["low"] == row["low"] else 0
    return Bar(row["value"], low, high, 0, top, "0", f"{top // 3600} hours")
