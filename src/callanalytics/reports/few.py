"""What a log of a few calls can say: its counts, and in one place what cannot be shown yet and what that needs.

Drawings of nothing but hatched cells, and pages of "cannot tell yet", hide the little there is.
"""

from __future__ import annotations

from callanalytics import figures, wording
from callanalytics.facts.agency_calls import WAITS_NAMED
from callanalytics.facts.linking import UNANSWERED
from callanalytics.figures import rows
from callanalytics.measures.definitions import INTERVAL_MINIMUM, MEDIAN_MINIMUM, REACHED_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import SHOWN_FLAGS
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, TableBlock, Text
from callanalytics.reports.results import Results
from callanalytics.reports.sections import OF, OUTCOMES, STATES
from callanalytics.wording import plural

NOTHING = (
    "Nothing is logged so far. Put the phone system's exports and the hand log into one folder, then run:  "
    "callanalytics start FOLDER"
)
SHARES = {
    "Urgent requests kept in time": ("promise_kept_rate", "urgent", "urgent requests due and observed"),
    "Regular requests kept in time": ("promise_kept_rate", "regular", "regular requests due and observed"),
    "First callbacks answered": ("first_attempt_hit_rate", "", "requests with a callback"),
    "Second calls after a miss": ("second_attempt_made_rate", "", "first calls missed, the round over"),
}


def is_too_few(results: Results) -> bool:
    """Whether there are too few calls for any wait, and none of the other main figures can be shown."""
    if results.n_calls >= MEDIAN_MINIMUM:
        return False
    return not any(say.is_shown(row) for row in (results.row("wait", "median"), *_shares(results).values()))


FEWEST_HOURS = 4  # hours of the day whose wait can be shown, below which they compare nothing


def is_small(results: Results) -> bool:
    """Whether neither a share of requests in time nor the wait by hour can be shown: then the counts say more than
    charts of what is hatched."""
    kept = [row for title, row in _shares(results).items() if title.endswith("kept in time")]
    if any(row["n"] >= SHARE_MINIMUM for row in kept):
        return False
    hours = rows.pick(results.take("wait", "hour"), "median", wait_origin=results.clock)
    hours = hours[hours["hour"].notna() & (hours["n"] > 0)]
    shown = int(hours["flag"].isin(SHOWN_FLAGS).sum())
    return shown < FEWEST_HOURS or 2 * shown < len(hours)


def _shares(results) -> dict[str, dict]:
    return {
        title: results.row(name, **({"urgency": urgency} if urgency else {}))
        for title, (name, urgency, _) in SHARES.items()
    }


def blocks(results: Results) -> list[Block]:
    """The counts there are, what became of every request, and what cannot be shown yet."""
    states = [results.take(name, "urgency") for name in ("promise_states", "silent_promises")]
    return [
        Heading("What the log shows so far"),
        *([] if results.n_calls or len(results.callbacks.to_arrow()) else [Text(NOTHING)]),
        _counts(results),
        *([figures.promise_states(*states, title=STATES)] if results.n_promises() else []),
        *_stale(results),
        Heading("What cannot be shown yet"),
        _lacking(results),
    ]


def _counts(results) -> TableBlock:
    lines: list[tuple[str, ...]] = [(words, say.share(results.row(name)), OF[name]) for words, name in OUTCOMES.items()]
    lines += [(words, say.share(row), SHARES[words][2]) for words, row in _shares(results).items()]
    sure, most = (results.row("missed_callbacks", "count", link=link) for link in ("certain", "possible"))
    words = f"{wording.number(sure['events'])} for certain, at most {wording.number(most['events'])}"
    missed = say.Figure(words, "share", events=sure["events"], most=most["events"])
    if most["n"]:  # without an attempt, 0 would say that none was missed
        lines.append(("Callbacks no one answered", missed, f"{plural(sure['n'], 'attempt')} known to be one"))
    lines += _from_the_agency(results)
    return TableBlock(
        "Counts so far",
        ("what", "how many", "counted from"),
        tuple(row for row in lines if "n = 0" not in row[1]),
        note="Counts of what was logged; a percentage where they are enough for one.",
        numeric=False,
        widths=(2.4, 2.2, 2.1),
    )


def _from_the_agency(results) -> list[tuple[str, str, str]]:
    """Incoming calls that showed the agency's number and answer no request in the log, as those of an office without a
    hand log do: a missed one counts as a callback only in "at most"."""
    came = results.callbacks.to_arrow().select(["caller_id", "link", "result"]).to_pylist()
    came = [callback["result"] for callback in came if callback["caller_id"] == "agency" and callback["link"] == "none"]
    if not came:
        return []
    missed = sum(result in UNANSWERED for result in came)
    return [
        (
            f"Calls from {results.agency.label}'s number that answer no logged request",
            f"{missed} not answered",
            plural(len(came), "call"),
        )
    ]


def _stale(results) -> list[Block]:
    """Requests that no confirmed stated time judges."""
    n = sum(results.n_stale(urgency) for urgency in ("urgent", "regular"))
    if not n:
        return []
    requests = (
        f"{plural(n, 'request')} came more than a year after {results.agency.label}'s stated time was last confirmed"
    )
    return [Text(f"{requests} ({wording.day(results.last_confirmed)}): not judged by it.")]


def _lacking(results) -> TableBlock:
    wait = results.row("wait", "median")
    waits = (
        "How long a caller needs to reach a person",
        f"{MEDIAN_MINIMUM} calls whose wait was noted, {REACHED_MINIMUM} of which reached one",
        f"{plural(wait['n'], 'call')}{f' {WAITS_NAMED[results.clock]}' if wait['n'] else ''}, "
        f"{wording.number(wait['events'])} reached{_elsewhere(results)}",
    )
    hours = (
        "At what hour the wait is shortest",
        f"the same for each part of the day: {MEDIAN_MINIMUM} calls, {REACHED_MINIMUM} reached",
        "not yet",
    )
    shares = [
        (
            title,
            f"{SHARE_MINIMUM} {SHARES[title][2]} for a percentage, {INTERVAL_MINIMUM} for an interval",
            say.count(row["n"]),
        )
        for title, row in _shares(results).items()
        if row["n"] < SHARE_MINIMUM
    ]
    change = ("Whether anything changed", "several months with these", "not yet")
    lacking = [*([] if say.is_shown(wait) else [waits]), hours, *shares, change]
    return TableBlock(
        "Figures, what each needs, and what there is",
        ("figure", "needs", "there is"),
        tuple(lacking),
        note="Each figure appears once the log holds what it needs.",
        numeric=False,
        widths=(2.1, 2.9, 1.7),
    )


def _elsewhere(results) -> str:
    """Waits that run from another moment: they would not be pooled."""
    waits = [f"{wording.number(row['n'])} more {WAITS_NAMED[clock]}" for clock, row in results.other_clocks.items()]
    return "".join(f"; {text}" for text in waits)
