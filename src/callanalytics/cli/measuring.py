"""The commands that measure: which measures there are, and one of them as a table."""

from __future__ import annotations

from datetime import datetime

import click

from callanalytics.cli import screen, statistics
from callanalytics.cli.group import AS_OF, JSON, STORE, Listing, main

# What the statistics of the waits are called on a screen; the others: ``statistics``.
SAID = {
    "median": "half waited longer than",
    "p90": "one in ten longer than",
    "mean_120min": "mean, two hours at most",
    "median_if_reached_next": "half, had each caller who was lost been about to get through",
    "median_if_never_reached": "half, had they never got through",
    "dispersion": "how much months differ (1: by chance alone)",
    "heaping_index": "rounding (1: nobody rounds, 5: all to five minutes)",
    "median_spread": "half longer than, rounded waits spread out",
    "p90_spread": "one in ten longer than, rounded waits spread out",
    "share_censored": "hung up or were cut off",
    "share_unknown": "wait not noted",
    "duration_noted": "half of the noted calls lasted longer than",
    "duration_unnoted": "half of the others lasted longer than",
    "redialled_noted": "of the noted, called more than once that day",
    "redialled_unnoted": "of the others, called more than once that day",
    "hold_per_answer": "held for each live answer",
    "p_best": "that it is the cheapest",
    "in_best_set": "in the set that holds the cheapest",
    "saving": "held less for each answer, calling only in that set",
    "p_saves": "that it saves anything",
    "p_saves_5min": "that it saves more than 5 minutes",
    "more_calls": "calls still needed to tell, about",
    "late_over_early_in_day": "held after 2 p.m. Eastern against before",
    "late_over_early_in_week": "held on Thursday and Friday against Monday to Wednesday",
    "friday_over_other_days": "held on Friday against other days",
    "mean_60min": "mean, an hour at most",
    "median_steady": "half longer than, offices there throughout",
    "mean_60min_steady": "mean, an hour at most, offices there throughout",
    "offices": "offices that logged",
    "offices_steady": "of these, there throughout",
    "joined": "offices that began",
    "left": "offices that ended",
    "n_gave_up": "calls: hung up while waiting",
    "n_cut_off": "calls: cut off while waiting",
    "n_not_queued": "calls: never queued for a person",
    "n_unknown": "calls: not known",
    "n_outside_hours": "calls: outside live hours",
    "n_rounded": "waits noted to five minutes or coarser",
}
KEYS = {"wait_from": "counted from"}
REPORTED = "The report counts only calls to the Contact Center or to a line nobody noted: --line contact_center,unknown"


@main.command()
@JSON
def measures(json_):
    """What can be measured: definition and version."""
    from callanalytics.measures import CARDS
    from callanalytics.reports import plain

    if json_:
        screen.as_json({"measures": [card.to_json() for card in CARDS.values()]})
        return
    told = [{"measure": c.name, "version": c.version, "definition": plain.words(c.title)} for c in CARDS.values()]
    screen.table(told)


def _names() -> str:
    from callanalytics.measures import CARDS

    keys = list(dict.fromkeys(key for card in CARDS.values() for key in card.keys))
    return f"Measures: {', '.join(CARDS)}.\n\nKeys for --by: {', '.join(keys)}."


@main.command(cls=Listing, names=_names)
@click.argument("name", metavar="MEASURE")
@STORE
@AS_OF
@click.option("--by", metavar="A,B", default="", help="Keys to split by, such as weekday,hour.")
@click.option("--from", "from_", metavar="DATE", help="First Eastern date, included.")
@click.option("--to", metavar="DATE", help="Last Eastern date, included.")
@click.option("--line", "lines", metavar="A,B", default="", help="Only calls to these lines, such as premium.")
@click.option("--out", metavar="FILE", type=click.Path(), help="Write csv, parquet, json or xlsx, by its ending.")
@JSON
def measure(name, store, as_of, by, from_, to, lines, out, json_):
    """One measure as a table: every figure with n, interval and flag.

    On the screen in minutes and percent; --json and --out have seconds and 0-1.

    \b
    Example:  callanalytics measure wait --by weekday,hour
    """
    from callanalytics import measures as known
    from callanalytics.log import load

    log = load(store, as_of=as_of)
    result = known.run(name, log, by=_listed(by), from_=from_, to=to, lines=_listed(lines))
    if out:
        _write(result, out, quiet=json_)
    if json_:
        screen.as_json(result.to_json() | ({"account": result.account.to_json()} if result.account else {}))
    elif not out:
        screen.label(log)
        _show(result)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _show(result) -> None:
    from callanalytics.measures import in_words
    from callanalytics.reports import plain

    keys = [*result.by, *result.card.labels]
    screen.say(f"{plain.words(result.card.title)}\nAs of {result.as_of}.\n")
    screen.table(
        [
            {KEYS.get(key, key.replace("_", " ")): _day(row[key]) for key in keys}
            | {"": statistics.statistic_label(row["statistic"], SAID), "figure": in_words(row)}
            for row in result.table.to_dict("records")
        ]
    )
    screen.say()
    if result.account:
        screen.say(f"  {result.account}")
    for caveat in result.caveats:
        screen.say(f"  {caveat}")
    if any(caveat.startswith("Several agency lines") for caveat in result.caveats):
        screen.say(f"  {REPORTED}.")


def _day(value):
    """A key as a person reads it: a date has no time of day."""
    return value.date() if isinstance(value, datetime) and value == value else value


def _write(result, out, *, quiet: bool) -> None:
    from callanalytics.reports import tables

    tables.write(result, out)
    if not quiet:
        screen.say(f"{out} is written.")
