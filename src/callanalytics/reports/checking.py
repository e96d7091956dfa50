"""How to check us: how fair a sample the hand logs are, how sure the links, and calls drawn by lot."""

from __future__ import annotations

from itertools import pairwise

from callanalytics.facts.dials import LINES
from callanalytics.figures import labels
from callanalytics.measures.log_quality import BANDS_MIN, NAMES
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, TableBlock
from callanalytics.reports.meeting import Audit
from callanalytics.reports.results import Results

BANDS = (*(f"{a} to {b} minutes" for a, b in pairwise(BANDS_MIN)), f"{BANDS_MIN[-1]} minutes and more")
DRAWN = 30


def ways(results: Results, audit: Audit | None = None) -> TableBlock:
    """Four ways to put the figures to the test; of an audit that was made, what came of it."""
    checks = {
        "Logging": _noted(results),
        "Links": _links(results),
        "Draw": _draw(results, audit),
        "First figure": f"{again(results)}  (the rows with wait_from {results.clock}; without --line, "
        f"{labels.number(results.other_lines)} calls to other lines of the agency are counted too).",
    }
    rows = tuple((word, text) for word, text in checks.items() if text)
    return TableBlock("What can be checked", ("check", "how, and what it gives here"), rows, "", False, (0.7, 6.0))


def again(results: Results) -> str:
    """The command that gives the report's first figure; for the folder in which the store lies as `calls`."""
    return f"callanalytics measure wait --as-of {results.as_of} --line {','.join(LINES)}"


def _noted(results):
    """What share of the phone systems' calls was noted, and the wait with each noted call standing for its like."""
    noted, as_noted, weighted = (
        results.row("logging_bias", name) for name in ("noted", "median_as_noted", "median_weighted")
    )
    if not noted["n"]:
        return "No phone system's export shows a call to USCIS, so nobody can tell which calls went unnoted."
    share = f"Calls to USCIS in the phone systems' exports that somebody noted: {say.share(noted)}."
    if not say.is_shown(weighted):
        return share
    return (
        f"{share} Half of the {labels.number(as_noted['n'])} waits from dialing in both logs: {_minutes(as_noted)}; "
        f"each weighted for the unnoted calls of its length: {_minutes(weighted)}."
    )


def _minutes(row):
    return f"{labels.minutes(row['value'])} ({say.wait_sure(row)})"


def _links(results):
    sure, most = (results.row("missed_callbacks", "count", link=link) for link in ("certain", "possible"))
    if not most["n"]:
        return ""
    credited = results.row("missed_callbacks", "n_credited")["events"]
    return (
        f"Callback attempts that are certainly USCIS's: {labels.number(sure['n'])}; {whose(sure['n'], credited)}. "
        f"With those that only may be USCIS's, never mixed with these: {labels.number(most['n'])}."
    )


def whose(n: int, credited: int) -> str:
    """How many of USCIS's calls are certain as to the request they were for, and how the others are counted.

    >>> whose(157, 0)
    'each is certain as to which request it was for'
    >>> whose(157, 38)  # doctest: +NORMALIZE_WHITESPACE
    '119 are certain as to which request they were for, and the other 38 count once each, for the request due first of
    those that were open at their number'
    """
    if not credited:
        return "each is certain as to which request it was for"
    return (
        f"{labels.number(n - credited)} are certain as to which request they were for, and the other "
        f"{labels.number(credited)} count once each, for the request due first of those that were open at their number"
    )


def _draw(results, audit):
    if audit:
        return (
            f"{labels.many(audit.drawn, 'call')} drawn by seed {audit.seed}; {labels.number(audit.documented)} "
            "documented by their offices. The draw again: callanalytics audit draw "
            f"--as-of {results.as_of} --seed {audit.seed} --n {audit.drawn}"
        )
    if not results.n_calls:
        return ""
    n = min(DRAWN, results.n_calls)
    return (
        f"callanalytics audit draw --as-of {results.as_of} --seed {results.as_of:%Y%m%d} --n {n}  draws "
        f"{n} calls by lot; each names the file and row it was read from, for the office to document."
    )


def by_length(results: Results) -> list[Block]:
    """The share noted by the length of the call: whether long calls were likelier to be written down."""
    rows = [results.row("logging_bias", name) for name in NAMES]
    if not sum(row["n"] for row in rows):
        return []
    lines = tuple((words, say.share(row)) for words, row in zip(BANDS, rows, strict=True) if row["n"])
    note = "Calls to USCIS in the phone systems' exports, in live hours, by the length of the whole call."
    return [TableBlock("Which calls were noted", ("the call lasted", "noted"), lines, note, False, (1.5, 2.0))]
