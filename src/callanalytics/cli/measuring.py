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
@click.option("--all", "every", is_flag=True, help="Split, show every figure of each group, not only the leading one.")
@click.option("--out", metavar="FILE", type=click.Path(), help="Write csv, parquet, json or xlsx, by its ending.")
@JSON
def measure(name, store, as_of, by, from_, to, lines, every, out, json_):
    """One measure as a table: every figure with n, interval and flag.

    Split by two keys, the leading figure stands in a grid. On the screen in minutes and percent; --json and --out have
    seconds and 0-1, and every figure.

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
        _show(result, _listed(by), every)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _show(result, by, every: bool) -> None:
    from callanalytics.reports import plain

    screen.say(f"{plain.words(result.card.title)}\nAs of {result.as_of}.\n")
    if by and not every and len(result.table):
        _show_leading(result, by)
    else:
        _show_rows(result, result.table)
    screen.say()
    if result.account:
        screen.say(f"  {result.account}")
    for caveat in result.caveats:
        screen.say(f"  {caveat}")
    if any(caveat.startswith("Several agency lines") for caveat in result.caveats):
        screen.say(f"  {REPORTED}.")


def _show_leading(result, by: tuple[str, ...]) -> None:
    """The leading figure of each group: by two keys in a grid, by one in a line each; the others with ``--all``."""
    from callanalytics.cli import grid  # it loads pandas
    from callanalytics.measures import in_words

    rows = grid.leading(result.table)
    apart = [key for key in (*result.by, *result.card.labels) if key not in by and rows[key].nunique(dropna=False) > 1]
    what = statistics.statistic_label(rows["statistic"].iloc[0], SAID)
    if grid.fits(rows, by):
        for kept, lines in grid.grids(rows, *by, apart, grid.brief):
            told = "".join(f", {grid.shown(key, value)}" for key, value in kept.items())
            screen.say(f"{what}{told}: {grid.unit(rows.iloc[0])}")
            screen.table(lines)
            screen.say()
        told = "Every figure" if rows["unit"].iloc[0] == "count" else "Intervals, and every figure"
        screen.say(f"{told} of each group: --all")
        return
    if len(by) == 1 and len(apart) == 1:
        for _, lines in grid.grids(rows, *by, apart[0], [], in_words):
            screen.say(f"{what}:")
            screen.table(lines)
    else:
        _show_rows(result, rows)
    screen.say("\nEvery figure of each group: --all")


def _show_rows(result, table) -> None:
    from callanalytics.measures import in_words

    keys = [*result.by, *result.card.labels]
    screen.table(
        [
            {KEYS.get(key, key.replace("_", " ")): _day(row[key]) for key in keys}
            | {"": statistics.statistic_label(row["statistic"], SAID), "figure": in_words(row)}
            for row in table.to_dict("records")
        ]
    )


def _day(value):
    """A key as a person reads it: a date has no time of day."""
    return value.date() if isinstance(value, datetime) and value == value else value


def _write(result, out, *, quiet: bool) -> None:
    from callanalytics.reports import tables

    tables.write(result, out)
    if not quiet:
        screen.say(f"{out} is written.")
