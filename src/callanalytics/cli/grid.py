"""A measure by group in as few lines as tell it: its leading figure, in a grid of two keys or a line a group."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from callanalytics import schema

WORDS = {
    "dial": "from dialing",
    "queue": "from joining the queue",
    "unsaid": "from a moment not said",
    "certain": "for certain",
    "possible": "counting what may be",
    "dialled": "dialed",
}
ACROSS = 7  # groups that stand side by side: the days of a week


def leading(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the figure that a measure is quoted with, on the default reading.

    >>> rows = pd.DataFrame({"statistic": ["median", "p90", "median"], "value": [1, 2, 3]})
    >>> leading(rows)["value"].tolist()
    [1, 3]
    """
    rows = table[table["statistic"] == table["statistic"].iloc[0]] if len(table) else table
    if "reading" in rows and (rows["reading"] == "default").any():
        rows = rows[rows["reading"] == "default"]
    return rows


def grids(rows: pd.DataFrame, down: str, across: str, apart: list[str], cell) -> Iterator[tuple[dict, list[dict]]]:
    """One grid for each combination of the columns `apart`: that combination, and the lines; `cell` words a figure."""
    for kept, part in rows.groupby(apart, sort=False, dropna=False) if apart else [((), rows)]:
        columns = [each for each in _in_order(rows[across]) if part[across].isin([each]).any()]
        lines = []
        for key in _in_order(part[down]):
            here = part[part[down].isin([key])]
            told = {shown(across, each): _cell(here[here[across].isin([each])], cell) for each in columns}
            lines.append({down.replace("_", " "): shown(down, key)} | told)
        yield dict(zip(apart, kept, strict=True)), lines


def fits(rows: pd.DataFrame, by: tuple[str, ...]) -> bool:
    """Whether groups by two keys can stand in a grid."""
    return len(by) == 2 and rows[by[1]].nunique(dropna=False) <= ACROSS + 1


def shown(key: str, value) -> str:
    """A group's name as a person says it.

    >>> shown("hour", 13), shown("weekday", 2), shown("month", 202203), shown("office", "Rowan"), shown("hour", None)
    ('1 p.m.', 'Tue', 'Mar 2022', 'Rowan', 'not known')
    """
    from callanalytics.figures import labels

    if pd.isna(value):
        return "not known"
    if key.startswith("hour"):
        return labels.hour(int(value))
    if key.startswith("weekday"):
        return labels.WEEKDAYS[int(value) - 1][:3]
    if key.startswith("month"):
        return labels.month(int(value), short=True)
    told = str(value.date() if hasattr(value, "date") else value)
    return WORDS.get(told, told if key == "office" else told.replace("_", " "))


def _in_order(values: pd.Series) -> list:
    """The groups in order: numbers, days and offices by size or name, states as the dictionary has them, other words
    as they come; those not known last."""
    there = list(values.dropna().unique())
    if values.name == "state":
        there.sort(key=schema.STATES.split().index)
    elif values.name == "office" or not any(isinstance(value, str) for value in there):
        there.sort()
    return there + ([None] if values.isna().any() else [])


def _cell(rows: pd.DataFrame, cell) -> str:
    return cell(rows.iloc[0]) if len(rows) else ""


def brief(row) -> str:
    """A figure and its n in a few letters.

    >>> brief({"unit": "s", "value": 1860.0, "n": 45, "events": 30, "flag": "ok"})
    '31 (45)'
    >>> brief({"unit": "share", "value": float("nan"), "n": 4, "events": 1, "flag": "small_n"})
    '1 of 4'
    """
    value = row["value"]
    if row["unit"] == "count":
        return f"{row['events']:,}"
    if pd.isna(value):
        return f"{row['events']:,} of {row['n']:,}" if row["unit"] == "share" else f"– ({row['n']:,})"
    told = {"s": f"{value / 60:.0f}", "share": f"{100 * value:.0f}%"}.get(row["unit"], f"{value:.2g}")
    return f"{told} ({row['n']:,})"


def unit(row) -> str:
    """What stands in a grid's cells.

    >>> unit({"unit": "s"}), unit({"unit": "count"})
    ('minutes (n)', 'number')
    """
    return {"s": "minutes (n)", "share": "percent (n)", "count": "number"}.get(row["unit"], f"{row['unit']} (n)")
