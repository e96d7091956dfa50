"""What the logs show: page one, each finding one sentence, its number, its n and its interval."""

from __future__ import annotations

from math import ceil

from callanalytics.figures import labels, rows
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Bar, Finding
from callanalytics.reports.results import BLOCKS, Results

FAVOURABLE = 0.75  # a stated time kept at least this often, at the interval's lower end, is said in the agency's favour
TAG = "in the agency's favour"


def all_of(results: Results) -> list[Finding]:
    """The findings, numbered; what cannot be told yet is said so and not left out."""
    told = [
        _wait(results),
        _hours(results),
        _kept(results, "urgent"),
        _kept(results, "regular"),
        _answered(results),
        _missed(results),
        _silent(results),
        _rules_differ(results),
    ]
    return [_finding(n, results, *parts) for n, parts in enumerate((t for t in told if t), 1)]


def _finding(number, results, text, detail="", bar=None, tag="", spec=""):
    """A finding with its strip, where there is a figure that could be counted otherwise."""
    return Finding(number, text, detail, bar, tag, _holds(results, spec) if spec and bar else ())


OTHERWISE = {
    "hours": "calls outside live hours",
    "hang-ups": "other readings of a hang-up",
    "line": "named lines alone",
    "reading": "other readings of the stated time",
    "old rules": "older stated times",
    "links": "calls that may have been it",
    "window": "USCIS's hours alone",
    "office left out": "any office left out",
}


def _holds(results, spec):
    """Ways of counting otherwise, one at a time, and whether the figure stays inside its interval."""
    if spec not in results.specified:
        return ()
    return tuple((OTHERWISE[name], held) for name, held in results.specified[spec].items())


def _wait(results):
    row = results.row("wait", "median")
    if not say.is_shown(row):
        return "How long a caller needs to reach a person: " + say.cannot(row["n"]) + ".", _too_few_waits(row)
    p90, lost = results.row("wait", "p90"), results.row("wait", "share_censored")
    soon, never = (results.row("wait", f"median_if_{s}") for s in ("reached_next", "never_reached"))
    detail = [
        f"{_cap(say.wait_sure(row))}; {labels.many(row['n'], 'call')}.",
        f"One in ten needed more than {labels.minutes(p90['value'])}." if say.is_shown(p90) else "",
        f"{labels.percent(lost['events'] / lost['n'])} hung up or were cut off and count as having waited at least "
        "that long." if lost["events"] else "",
        _bounds(soon, never) if lost["events"] else "",
    ]  # fmt: skip
    text = f"Half of these calls would have needed more than {labels.minutes(row['value'])} from dialling to a person."
    return text, _joined(detail), _minutes_bar(row), "", "wait"


def _too_few_waits(row):
    need = f"A median needs {rows.MINIMUM_MEDIAN} calls whose wait was noted, {rows.MINIMUM_REACHED} of which reached a"
    return f"{need} person; here {row['n']} and {row['events']}."


def _bounds(soon, never):
    if not say.is_shown(soon):
        return ""
    last = f"never: {never['value'] / 60:.0f}" if say.is_shown(never) else "never: more than half would still wait"
    first = f"Had each of them been about to get through, the figure would be {soon['value'] / 60:.0f} minutes"
    return f"{first}; had they {last}."


def _hours(results):
    cells = rows.pick(results.by_block, "median", wait_from="dial")
    cells = cells[cells["flag"].isin(rows.SHOWN) & cells["hour"].notna()]
    if len(cells) < 2:
        return None
    best, worst = (cells.loc[i].to_dict() for i in (cells["value"].idxmin(), cells["value"].idxmax()))
    detail = f"{_part(best)}: {say.wait(best)}. {_part(worst)}: {say.wait(worst)}. {_weekdays(results)}"
    hours = labels.hours(*_hours_of(best))
    if _stands_apart(cells, best):
        text = f"The wait is shortest at {hours} Eastern: {labels.minutes(best['value'])}."
    elif say.apart(best, worst):
        text = f"The wait is shorter at {hours} than at {_part(worst)} Eastern; the parts between cannot be told apart."
    else:
        text = "No part of the day can be told apart from another by the wait."
    return text, detail, _minutes_bar(best)


def _stands_apart(cells, best):
    """Whether the interval of the best lies below that of every other: only then is it the best."""
    others = (cell for cell in cells.to_dict("records") if cell["value"] != best["value"])
    return (cells["value"] == best["value"]).sum() == 1 and all(say.apart(best, other) for other in others)


def _hours_of(cell):
    return next(block for block in BLOCKS if block[0] == int(cell["hour"]))


def _part(cell):
    return labels.hours(*_hours_of(cell))


def _weekdays(results):
    cells = rows.pick(results.take("wait", "weekday"), "median", wait_from="dial")
    cells = cells[cells["flag"].isin(rows.SHOWN) & cells["weekday"].notna()]
    if len(cells) < 2:
        return ""
    best, worst = (cells.loc[i].to_dict() for i in (cells["value"].idxmin(), cells["value"].idxmax()))
    if not say.apart(best, worst):
        return "No weekday can be told apart from another."
    names = [labels.WEEKDAYS[int(cell["weekday"]) - 1] for cell in (best, worst)]
    return f"Shorter on {names[0]} ({say.wait(best)}) than on {names[1]} ({say.wait(worst)})."


def _kept(results, urgency):
    row = results.row("promise_kept_rate", urgency=urgency, reading="default")
    text = say.of_all(
        row,
        f"{urgency} requests now due and observed",
        f"had a call or an e-mail within USCIS's stated time{_as_confirmed(results)}",
        f"No {urgency} request is due and observed so far",
    )
    tag = TAG if row["n"] >= rows.MINIMUM_SHARE and row["low"] >= FAVOURABLE else ""
    detail = [
        _readings(results, urgency, row),
        _apart(results, urgency),
        _stale(results, urgency),
        _stated(results, urgency),
    ]
    return text, _joined(detail), _share_bar(row), tag, urgency


def _as_confirmed(results):
    """The words for a stated time that judges requests made more than a year after it was last confirmed."""
    used = results.confirmed and results.last_confirmed
    return f" as last confirmed on {labels.day(results.last_confirmed)}" if used else ""


def _stale(results, urgency):
    n = results.n_stale(urgency)
    if not n:
        return ""
    return (
        f"{labels.many(n, 'more request')} came over a year after the stated time was last confirmed "
        f"({labels.day(results.last_confirmed)}): not judged by it."
    )


def _stated(results, urgency):
    """The words of the stated times that judged these requests, oldest first."""
    words = [f"“{rule.words}”" for rule, _ in results.rules if rule.applies_to(urgency)]
    return f"Stated time: {', later '.join(words)}." if words else ""


READINGS = {
    "urgent": ("Not counting weekends, holidays and closures", "counting every hour", "counting only staffed hours"),
    "regular": ("Not counting holidays and closures", "counting holidays", "to the end of the last day"),
}


def _readings(results, urgency, default):
    if not default["n"]:
        return ""
    strict, lenient = (results.row("promise_kept_rate", urgency=urgency, reading=r) for r in ("strict", "lenient"))
    how, stricter, milder = READINGS[urgency]
    return f"{how}: {say.share(default)}; {stricter}: {say.share(strict)}; {milder}: {say.share(lenient)}."


def _apart(results, urgency):
    early, unwatched, withdrawn = (
        results.left_out(why, urgency=urgency) for why in ("not_due", "unwatched", "withdrawn")
    )
    return (
        f"Not counted: {labels.number(early)} not due yet, {labels.number(unwatched)} not observed throughout, "
        f"{labels.number(withdrawn)} withdrawn."
    )


def _answered(results):
    first, again = results.row("first_attempt_hit_rate"), results.row("second_attempt_made_rate")
    text = say.of_all(first, "first call-backs that came", "were answered at the office", "No call-back is recorded")
    if not first["n"]:
        return text, ""
    detail = f"{_cap(say.sure(first))}. After an unanswered first call a second one came: {say.share(again)}."
    return text, detail, _share_bar(first), "", "answered"


def _missed(results):
    sure, most = (results.row("missed_callbacks", "count", link=link) for link in ("certain", "possible"))
    outside = results.missed_in("outside office hours")
    early = sum(results.missed_in(part, before=8) for part in results.missed_by_hour)
    if not most["events"]:
        return "No unanswered call-back is recorded.", ""
    text = (
        f"{_cap(labels.many(sure['events'], 'call-back'))} came for certain and nobody at the office answered; "
        f"{labels.number(most['events'])} if every unanswered call that may have been one was one."
    )
    detail = (
        f"95% interval of the certain ones {say.span(sure['low'], sure['high'])}, among "
        f"{labels.many(sure['n'], 'attempt')}. {_hours_told(results, sure, outside)}"
        f"{labels.number(early)} rang before 8 a.m. on the office's clock."
    )
    return text, detail, _count_bar(sure, most), "", "missed"


def _hours_told(results, sure, outside):
    known = sure["events"] - results.missed_in("hours not given")
    if not known:
        return ""
    return f"{labels.number(outside)} of {labels.number(known)} at offices with stated hours rang outside them. "


def _silent(results):
    """Two bounds: a call that may have been the call-back is neither a contact nor its absence."""
    most, least = (results.row("silent_promises", link=link) for link in ("certain", "possible"))
    if not most["n"]:
        return None
    n, low, high = (labels.number(k) for k in (most["n"], least["events"], most["events"]))
    how_many = low if low == high else f"between {low} and {high}"
    text = f"Of {n} requests now due and observed, {how_many} have no contact recorded by the due moment or later."
    detail = (
        f"Without a certain contact: {say.share(most)}; without even a call that may have been one: "
        f"{say.share(least)}. Each is seen as far as the log of its line reaches. "
        f"{labels.number(results.left_out('unwatched'))} more were not observed throughout and are not counted. "
        "These are not the unanswered call-backs above, and the two are never added."
    )
    return text, detail, _share_bar(most), "", "silent"


def _rules_differ(results):
    under_all, under_one = (
        results.row("promise_kept_rate", "rate_rules_differ", reading=reading) for reading in ("strict", "lenient")
    )
    if not results.n_rules_differ:
        return None
    text = (
        f"{labels.many(results.n_rules_differ, 'request')} fell in a time of which it is not known which stated "
        "time applied; they stand apart."
    )
    detail = (
        f"Of {labels.number(under_all['n'])} due and observed under every time that may have applied, in time by the "
        f"strictest reading of each (nights, weekends and holidays count): {say.share(under_all)}; by the mildest of "
        f"any: {say.share(under_one)}. They are in no other line."
        if under_all["n"]
        else "None of them is due and observed under every time that may have applied."
    )
    return text, detail


# ---- small parts --------------------------------------------------------------------------------------------


def _minutes_bar(row):
    top = max(7200, ceil((row["high"] if row["high"] == row["high"] else row["value"]) / 3600) * 3600)
    high = row["high"] if row["high"] == row["high"] else top
    low = row["low"] if row["low"] == row["low"] else 0
    return Bar(row["value"], low, high, 0, top, "0", f"{top // 3600} hours")


def _share_bar(row):
    if row["n"] < rows.MINIMUM_SHARE:
        return None
    return Bar(row["events"] / row["n"], row["low"], row["high"], 0, 1, "0%", "100%")


def _count_bar(sure, most):
    top = max(10, ceil(max(sure["high"], most["events"]) / 10) * 10)
    return Bar(sure["events"], sure["low"], sure["high"], 0, top, "0", labels.number(top))


def _joined(parts):
    return " ".join(part for part in parts if part)


def _cap(text):
    return text[0].upper() + text[1:]
