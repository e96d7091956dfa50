"""The commands that measure, and how a measure looks on a screen: words for statistics, one line a group, a grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, JSON, STORE, Listing, main

if TYPE_CHECKING:
    import pandas as pd  # slow to load, so only where a table is shown

KEY_WORDS = {"wait_from": "counted from"}
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
    rows = [{"measure": c.name, "version": c.version, "definition": plain.words(c.title)} for c in CARDS.values()]
    screen.table(rows)


def _measure_names() -> str:
    from callanalytics.measures import CARDS

    keys = list(dict.fromkeys(key for card in CARDS.values() for key in card.keys))
    return f"Measures: {', '.join(CARDS)}.\n\nKeys for --by: {', '.join(keys)}."


@main.command(cls=Listing, names=_measure_names)
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
        _write_result(result, out, quiet=json_)
    if json_:
        screen.as_json(result.to_json() | ({"account": result.account.to_json()} if result.account else {}))
    elif not out:
        screen.label(log)
        _show_result(result, _listed(by), every)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _show_result(result, keys, every: bool) -> None:
    from callanalytics.measures.result import SEVERAL_LINES, Caveat
    from callanalytics.reports import plain

    screen.say(f"{plain.words(result.card.title)}\nAs of {result.as_of}.\n")
    if keys and not every and len(result.table):
        _show_leading(result, keys)
    else:
        _show_rows(result, result.table)
    screen.say()
    if result.account:
        screen.say(f"  {result.account}")
    for caveat in result.caveats:
        screen.say(f"  {caveat}")
    if any(isinstance(caveat, Caveat) and caveat.code == SEVERAL_LINES for caveat in result.caveats):
        screen.say(f"  {REPORTED}.")


def _show_leading(result, keys: tuple[str, ...]) -> None:
    """The leading figure of each group: by two keys in a grid, by one in a line each; the others with ``--all``."""
    pass  # it loads pandas
    from callanalytics.measures import in_words

    rows = leading_rows(result.table)
    split = [
        key for key in (*result.by, *result.card.labels) if key not in keys and rows[key].nunique(dropna=False) > 1
    ]
    what = statistic_label(rows["statistic"].iloc[0])
    if _fits_grid(rows, keys):
        for kept, lines in _grids(rows, keys[0], keys[1], split, brief_figure):
            title = "".join(f", {group_name(key, value)}" for key, value in kept.items())
            screen.say(f"{what}{title}: {_unit_name(rows.iloc[0])}")
            screen.table(lines)
            screen.say()
        title = "Every figure" if rows["unit"].iloc[0] == "count" else "Intervals, and every figure"
        screen.say(f"{title} of each group: --all")
        return
    if len(keys) == 1 and len(split) == 1:
        for _, lines in _grids(rows, keys[0], split[0], [], in_words):
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
            {KEY_WORDS.get(key, key.replace("_", " ")): _day(row[key]) for key in keys}
            | {"": statistic_label(row["statistic"]), "figure": in_words(row)}
            for row in table.to_dict("records")
        ]
    )


def _day(value):
    """A key as a person reads it: a date has no time of day."""
    return value.date() if isinstance(value, datetime) and value == value else value


def _write_result(result, out, *, quiet: bool) -> None:
    from callanalytics.reports import tables

    tables.write(result, out)
    if not quiet:
        screen.say(f"{out} is written.")


# ---- words for statistics -------------------------------------------------------------------------------------------

STATISTIC_WORDS = {
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
    "rate": "share",
    "count": "how many",
    "mean": "mean",
    "held": "time on hold, all calls together",
    "rate_urgent": "promised as urgent",
    "rate_regular": "promised as regular",
    "rate_rules_differ": "share, two stated times may have held",
    "promised_instead": "a call-back promised instead",
    "refused_too_soon": "told: too soon",
    "refused_use_online": "told: use the website",
    "refused_limit": "told: three-inquiry limit",
    "refused_no_g28": "told: no G-28",
    "refused_other": "refused otherwise",
    "relayed": "passed on to the field office",
    "median_days": "days to the decision: half took longer than",
    "granted_within_30_days": "granted within 30 days",
    "refused_within_30_days": "refused within 30 days",
    "mean_if_resolved": "calls, mean of settled ones",
    "one_call": "settled with one call",
    "calls": "calls in all",
    "after_both_missed": "asked again after two missed calls",
    "after_silence": "asked again after nothing came",
    "expected": "how many, those that may have been one by their chances",
    "announced_by_text": "announced by text",
    "announced_by_email": "announced by e-mail",
    "answered_if_announced": "answered, when announced",
    "answered_if_not_announced": "answered, when no notice was logged",
    "waits_on_5_minutes": "waits that are whole five minutes",
    "not_noted": "phone calls to USCIS that nobody noted",
    "noted": "phone calls to USCIS that somebody noted",
    "covered": "calls a phone export shows",
    "median_as_noted": "half waited longer than, as noted",
    "median_weighted": "half waited longer than, corrected for it",
    "n_bare_known": "first calls that no notice announced",
    "abandonment": "hung up",
    "service_level": "answered within 60 minutes",
    "answered": "answered at all",
    "average_wait": "average wait",
    "n_unheard": "counted, on a line that may block unknown callers",
    "n_credited": "counted once: which request they were for is not known",
}
NOT_COUNTED = {  # n_...: how many are in no figure, and why
    "not_due": "not due yet",
    "unwatched": "line not observed throughout",
    "blocked": "line blocks unknown callers",
    "withdrawn": "no longer needed",
    "rules_differ": "two stated times may have held",
    "extension": "an extension was given, so that the agency does not call",
    "old_rule": "stated time last confirmed over a year before",
    "closed": "closed or busy",
    "unsaid": "words not noted",
    "not_passed_on": "not passed on at all",
    "undated": "day of the decision not noted",
    "unchained": "matter not noted",
    "too_recent": "too recent to tell",
    "no_contact": "no contact so far",
    "not_followed": "line not observed from the start",
    "maybe_missed": "may have been one (in the upper bound)",
    "unlinked": "belong to no request",
    "no_chance": "chance not known (in the upper bound)",
    "hidden_outside": "without a number, outside USCIS's hours",
    "not_recorded": "caller ID not recorded",
    "open": "round of calls not over",
    "ended": "ended before a second call",
    "note_only": "in the hand log alone",
    "unseen": "not in any phone export",
}
PATTERNS = (
    (r"within_(\d+)min", r"a person within \1 minutes"),
    (r"sooner_than_(\d+)min", r"a person in less than \1 minutes"),
    (r"answered_within_(\d+)min", r"answered within \1 minutes, of all offered"),
    (r"contact_within_(\d+)d", r"a call or an e-mail within \1 business days"),
    (r"noted_from_(\d+)min", r"noted, calls from \1 minutes on"),
    (r"noted_(\d+)_(\d+)min", r"noted, calls of \1 to \2 minutes"),
    (r"filled_(\w+)", r"filled in: \1"),
)


def statistic_label(statistic: str) -> str:
    """A statistic's name in words.

    >>> [statistic_label(name) for name in ("contact_within_7d", "n_not_due", "filled_sr_number")]
    ['a call or an e-mail within 7 business days', 'not counted: not due yet', 'filled in: sr number']
    """
    if statistic in STATISTIC_WORDS:
        return STATISTIC_WORDS[statistic]
    if statistic.startswith("n_") and statistic[2:] in NOT_COUNTED:
        return f"not counted: {NOT_COUNTED[statistic[2:]]}"
    for pattern, words in PATTERNS:
        if match := re.fullmatch(pattern, statistic):
            return match.expand(words).replace("_", " ")
    return statistic.replace("_", " ")


# ---- a measure by two keys ------------------------------------------------------------------------------------------

GROUP_WORDS = {
    "dial": "from dialing",
    "queue": "from joining the queue",
    "unsaid": "from a moment not said",
    "certain": "for certain",
    "possible": "counting what may be",
    "dialled": "dialed",
}
ACROSS = 7  # groups that stand side by side: the days of a week


def leading_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the figure that a measure is quoted with, on the default reading.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"statistic": ["median", "p90", "median"], "value": [1, 2, 3]})
    >>> leading_rows(rows)["value"].tolist()
    [1, 3]
    """
    rows = table[table["statistic"] == table["statistic"].iloc[0]] if len(table) else table
    if "reading" in rows and (rows["reading"] == "default").any():
        rows = rows[rows["reading"] == "default"]
    return rows


def _grids(rows: pd.DataFrame, down: str, across: str, split: list[str], cell) -> Iterator[tuple[dict, list[dict]]]:
    """One grid for each combination of the columns `split`: that combination, and the lines; `cell` words a figure."""
    for kept, part in rows.groupby(split, sort=False, dropna=False) if split else [((), rows)]:
        columns = [each for each in _in_order(rows[across]) if part[across].isin([each]).any()]
        lines = []
        for key in _in_order(part[down]):
            here = part[part[down].isin([key])]
            cells = {group_name(across, each): _grid_cell(here[here[across].isin([each])], cell) for each in columns}
            lines.append({down.replace("_", " "): group_name(down, key)} | cells)
        yield dict(zip(split, kept, strict=True)), lines


def _fits_grid(rows: pd.DataFrame, keys: tuple[str, ...]) -> bool:
    """Whether groups by two keys can stand in a grid."""
    return len(keys) == 2 and rows[keys[1]].nunique(dropna=False) <= ACROSS + 1


def group_name(key: str, value) -> str:
    """A group's name as a person says it.

    >>> group_name("hour", 13), group_name("weekday", 2), group_name("month", 202203), group_name("hour", None)
    ('1 p.m.', 'Tue', 'Mar 2022', 'not known')
    """
    import pandas as pd

    from callanalytics.figures import labels

    if pd.isna(value):
        return "not known"
    if key.startswith("hour"):
        return labels.hour(int(value))
    if key.startswith("weekday"):
        return labels.WEEKDAYS[int(value) - 1][:3]
    if key.startswith("month"):
        return labels.month(int(value), short=True)
    text = str(value.date() if hasattr(value, "date") else value)
    return GROUP_WORDS.get(text, text if key == "office" else text.replace("_", " "))


def _in_order(values: pd.Series) -> list:
    """The groups in order: numbers, days and offices by size or name, states as the dictionary has them, other words
    as they come; those not known last."""
    from callanalytics import schema

    there = list(values.dropna().unique())
    if values.name == "state":
        there.sort(key=schema.STATES.split().index)
    elif values.name == "office" or not any(isinstance(value, str) for value in there):
        there.sort()
    return there + ([None] if values.isna().any() else [])


def _grid_cell(rows: pd.DataFrame, cell) -> str:
    return cell(rows.iloc[0]) if len(rows) else ""


def brief_figure(row) -> str:
    """A figure and its n in a few letters.

    >>> brief_figure({"unit": "s", "value": 1860.0, "n": 45, "events": 30, "flag": "ok"})
    '31 (45)'
    >>> brief_figure({"unit": "share", "value": float("nan"), "n": 4, "events": 1, "flag": "small_n"})
    '1 of 4'
    """
    import pandas as pd

    value = row["value"]
    if row["unit"] == "count":
        return f"{row['events']:,}"
    if pd.isna(value):
        return f"{row['events']:,} of {row['n']:,}" if row["unit"] == "share" else f"– ({row['n']:,})"
    figure = {"s": f"{value / 60:.0f}", "share": f"{100 * value:.0f}%"}.get(row["unit"], f"{value:.2g}")
    return f"{figure} ({row['n']:,})"


def _unit_name(row) -> str:
    """What stands in a grid's cells.

    >>> _unit_name({"unit": "s"}), _unit_name({"unit": "count"})
    ('minutes (n)', 'number')
    """
    return {"s": "minutes (n)", "share": "percent (n)", "count": "number"}.get(row["unit"], f"{row['unit']} (n)")
