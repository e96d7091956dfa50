"""The commands that measure, and a measure's layout on screen: names of statistics, one line per group, a grid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from callanalytics import wording
from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, FILE_OUT, JSON, STORE, Listing, main, opened, selection_options

if TYPE_CHECKING:
    import pandas as pd  # slow to load, so only where a table is shown

KEY_WORDS = {"wait_origin": "counted from"}
REPORTED = "The report counts only calls to the {line} or to a line no one logged: --line "


@main.command()
@JSON
def measures(json_):
    """List the measures with their definitions and versions."""
    from callanalytics.measures import CARDS
    from callanalytics.reports import sentences

    if json_:
        screen.as_json({"measures": [card.to_json() for card in CARDS.values()]})
        return
    screen.table([{"measure": c.name, "version": c.version, "definition": sentences.in_plain_words(c.title)}
                  for c in CARDS.values()])  # fmt: skip


def _measure_names() -> str:
    from callanalytics.measures import CARDS

    keys = list(dict.fromkeys(key for card in CARDS.values() for key in card.keys))
    return f"Measures: {', '.join(CARDS)}.\n\nKeys for --by: {', '.join(keys)}."


@main.command(cls=Listing, names=_measure_names)
@click.argument("name", metavar="MEASURE")
@STORE
@AS_OF
@click.option("--by", "keys", metavar="A,B", multiple=True, help="Keys to split by, such as weekday,hour.")
@selection_options()
@click.option("--all", "every", is_flag=True, help="If split, show every figure of each group, not only the main one.")
@FILE_OUT
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", help="What computes it; spark: docs/spark.md."
)
@click.option("--master", metavar="URL", default="local[*]", help="Where Spark runs, such as spark://host:7077.")
@JSON
def measure(name, store, as_of, keys, selection, every, out, engine, master, json_):
    """Show one measure as a table: every figure with n, interval, and flag.

    Split by two keys, the main figure is shown in a grid. The screen shows minutes and percent; --json and --out use
    seconds and 0-1 and have every figure.

    \b
    Example:  callanalytics measure wait --by weekday,hour
    """
    from callanalytics import measures as known
    from callanalytics.facts.agency_calls import reported_lines
    from callanalytics.measures.result import SEVERAL_LINES, Caveat
    from callanalytics.reports import sentences, tables

    log = opened(store, as_of, **selection)
    if engine == "spark":
        from callanalytics import spark

        session = spark.session(master)
        # Otherwise Java would keep running after the command
        click.get_current_context().call_on_close(session.stop)
        log = spark.on_spark(log, session)
    keys = tuple(word.strip() for part in keys for word in part.split(",") if word.strip())
    result = known.run(name, log, by=keys)
    if out:
        tables.write(result, out)
        if not json_:
            screen.say(f"Saved {out}.")
    if json_:
        screen.as_json(result.to_json() | ({"account": result.account.to_json()} if result.account else {}))
    elif not out:
        screen.label(log)
        screen.say(f"{sentences.in_plain_words(result.card.title)}\nAs of {result.as_of}.\n")
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
            lines = ",".join(reported_lines(result.agency))
            screen.say(f"  {result.agency.fill(REPORTED)}{lines}.")


def _show_leading(result, keys: tuple[str, ...]) -> None:
    """Print the leading figure of each group: by two keys in a grid, by one in lines; ``--all`` shows the rest."""
    # Imported here because it loads pandas
    from callanalytics.measures import in_words

    rows = without_unnoted(leading_rows(result.table))
    if not len(rows) or not _has_figure(rows):
        n_groups, most = int((rows["n"] > 0).sum()), int(rows["n"].max()) if len(rows) else 0
        which = "the only one" if n_groups == 1 else f"the largest of {n_groups:,}" if n_groups else "every group"
        fewer = f"use --by {','.join(keys[1:])}, or " if keys[1:] else ""
        screen.say(f"No group has enough cases for a figure: {which} has n {most:,}. Combine them: {fewer}omit --by.")
        return
    labeled = [key for key in (*result.by, *result.card.labels) if key not in keys]
    split = [key for key in labeled if rows[key].nunique(dropna=False) > 1]
    # A key with only one value goes into the title instead of a column
    whole = [GROUP_WORDS[rows[key].iloc[0]] for key in labeled if key not in split and rows[key].iloc[0] in GROUP_WORDS]
    what = ", ".join([result.card.label(rows["statistic"].iloc[0]), *whole])
    # ACROSS + 1: the days of a week and the group of unknown values
    if len(keys) == 2 and rows[keys[1]].nunique(dropna=False) <= ACROSS + 1:
        for kept, lines in _grids(rows, keys[0], keys[1], split, brief_figure):
            title = "".join(f", {group_name(key, value)}" for key, value in kept.items())
            screen.say(f"{what}{title}: {_unit_name(rows.iloc[0])}", look="bold")
            screen.table(lines)
            screen.say()
        title = "Every figure" if rows["unit"].iloc[0] == "count" else "Intervals, and every figure"
        screen.say(f"{title} of each group: --all")
        return
    if len(keys) == 1 and len(split) <= 1:
        interval = "95% interval "  # printed once above, so that each group fits on one line
        across = split[0] if split else "statistic"
        named = rows if split else rows.assign(statistic="figure")
        for _, lines in _grids(named, keys[0], across, [], lambda row: in_words(row).replace(interval, "")):
            screen.say(f"{what}{f' ({interval.strip()})' if rows['low'].notna().any() else ''}:", look="bold")
            screen.table(lines)
    else:
        _show_rows(result, rows)
    screen.say("\nEvery figure of each group: --all")


def _show_rows(result, table) -> None:
    from callanalytics.measures import in_words

    keys = [*result.by, *result.card.labels]
    named = {KEY_WORDS.get(key, key.replace("_", " ")): key for key in keys}
    screen.table([{word: _key_value(key, row[key]) for word, key in named.items()}
                  | {"": result.card.label(row["statistic"]), "figure": in_words(row)}
                  for row in table.to_dict("records")])  # fmt: skip


def _key_value(key: str, value):
    """A key for display: weekdays and hours by name, a date without a time of day."""
    if key.startswith(("weekday", "hour", "month")):
        return group_name(key, value)
    return value.date() if isinstance(value, datetime) and value == value else value


# ---- a measure by two keys ------------------------------------------------------------------------------------------

GROUP_WORDS = wording.words_for("groups")
ACROSS = 7  # most groups shown side by side: the days of a week


def leading_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the figure that a measure is quoted with, on the default reading.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"statistic": ["median", "p90", "median"], "value": [1, 2, 3]})
    >>> leading_rows(rows)["value"].tolist()
    [1, 3]
    """
    # A measure is quoted with its first statistic
    rows = table[table["statistic"] == table["statistic"].iloc[0]] if len(table) else table
    if "reading" in rows and (rows["reading"] == "default").any():
        rows = rows[rows["reading"] == "default"]
    return rows


def without_unnoted(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, without those of an unstated starting point that has no wait.

    >>> import pandas as pd
    >>> without_unnoted(pd.DataFrame({"wait_origin": ["dial", "unstated", "unstated"], "n": [0, 0, 3]}))["n"].tolist()
    [0, 3]
    """
    if "wait_origin" not in rows:
        return rows
    return rows[(rows["wait_origin"] != "unstated") | (rows["n"] > 0)]


def _has_figure(rows: pd.DataFrame) -> bool:
    """Whether any group has a figure; a share with too few cases still has its counts."""
    return bool((rows["value"].notna() | ((rows["unit"] == "share") & (rows["n"] > 0))).any())


def _grids(rows: pd.DataFrame, down: str, across: str, split: list[str], cell) -> Iterator[tuple[dict, list[dict]]]:
    """One grid per combination of the columns `split`: the combination and its lines. `cell` puts a figure in words."""
    for kept, part in rows.groupby(split, sort=False, dropna=False) if split else [((), rows)]:
        # In the order of the whole table, so that all grids have the same order
        columns = [each for each in _in_order(rows[across]) if _is(part[across], each).any()]
        lines = []
        for key in _in_order(part[down]):
            here = part[_is(part[down], key)]
            cells = {group_name(across, each): _grid_cell(here[_is(here[across], each)], cell) for each in columns}
            lines.append({down.replace("_", " "): group_name(down, key)} | cells)
        yield dict(zip(split, kept, strict=True)), lines


def group_name(key: str, value) -> str:
    """A group's name in everyday words.

    >>> group_name("hour", 13), group_name("weekday", 2), group_name("month", 202203), group_name("hour", None)
    ('1 p.m.', 'Tue', 'Mar 2022', 'unknown')
    """
    import pandas as pd

    if pd.isna(value):
        return "unknown"
    if key.startswith(("hour", "weekday", "month")):
        words = wording.in_calendar_words(key, int(value))
        return words[:3] if key.startswith("weekday") else words
    text = str(value.date() if hasattr(value, "date") else value)
    return GROUP_WORDS.get(text, text if key == "office" else text.replace("_", " "))


def _in_order(values: pd.Series) -> list:
    """The groups in order: numbers, days, and offices by size or name, states as in the dictionary, other words as
    they come; unknown last."""
    from callanalytics import schema

    there = list(values.dropna().unique())
    if values.name == "state":
        # In the order in which a promise passes through them, not by the alphabet
        there.sort(key=schema.STATES.split().index)
    elif values.name == "office" or not any(isinstance(value, str) for value in there):
        there.sort()
    return there + ([None] if values.isna().any() else [])


def _is(values: pd.Series, group) -> pd.Series:
    """Which values are in a group; None is the group of unknown values, which are equal to nothing."""
    return values.isna() if group is None else values == group


def _grid_cell(rows: pd.DataFrame, cell) -> str:
    return cell(rows.iloc[0]) if len(rows) else ""


def brief_figure(row) -> str:
    """A figure and its n in a few characters.

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
    # Seconds as whole minutes, shares as whole percent: a grid cell has room for about five characters
    figure = {"s": f"{value / 60:.0f}", "share": f"{100 * value:.0f}%"}.get(row["unit"], f"{value:.2g}")
    return f"{figure} ({row['n']:,})"


def _unit_name(row) -> str:
    """The unit of the figures in a grid's cells.

    >>> _unit_name({"unit": "s"}), _unit_name({"unit": "count"})
    ('minutes (n)', 'number')
    """
    return {"s": "minutes (n)", "share": "percent (n)", "count": "number"}.get(row["unit"], f"{row['unit']} (n)")
