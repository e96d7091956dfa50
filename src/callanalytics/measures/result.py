"""What a measure returns: a plain table, its definition, and what is not in it."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from callanalytics.accounting import Account
from callanalytics.invented import LABEL
from callanalytics.measures.account import widened
from callanalytics.measures.card import Card

DECIMAL = {"calls_per_need": 1, "times": 2, "index": 1}  # units of which a tenth, or a hundredth, matters
SHOWN = 100  # rows a notebook shows of a result


@dataclass(frozen=True)
class Result:
    """The figures of one measure.

    Attributes
    ----------
    card : the definition
    by : the keys it is split by
    table : DataFrame, one row a figure
        The keys; ``reading`` or ``link`` where several stand side by side; ``statistic``, ``unit``, ``of`` (what n
        counts), ``n``, ``events``, ``value``, ``low``, ``high`` (95 %), ``flag``. Shares 0-1, times in seconds.
    curve : DataFrame, for waits
        The keys, ``t_s``, ``n_at_risk``, ``reached``, ``gave_up``, ``cut_off``, ``s``, ``se``, ``low``, ``high``.
    as_of : the day the log was looked at
    account : how many of what was stored are in the figures, and why the others are not
    caveats : sentences, computed: what is not in the figures, how many, and why
    """

    card: Card
    by: tuple[str, ...]
    table: pd.DataFrame
    curve: pd.DataFrame | None = None
    as_of: date | None = None
    caveats: tuple[str, ...] = ()
    # The counts the figures were made of: they add up, so a coarser table needs no second look at the log.
    tally: pd.DataFrame | None = field(default=None, repr=False)
    estimate: Callable | None = field(default=None, repr=False)
    is_invented: bool = False  # counted from the invented sample
    # What the account is made of when it is first asked for: the measure's own rows, and what was left out before.
    counting: Callable[[], Account] | None = field(default=None, repr=False)
    left_before: Mapping[str, int] = field(default_factory=dict, repr=False)
    left_after: Mapping[str, int] = field(default_factory=dict, repr=False)  # known only once the figures are made

    @cached_property
    def account(self) -> Account | None:
        """Stored = counted + left out, each reason named and counted; None of figures that are made of others."""
        return widened(self.counting(), self.left_before, self.left_after) if self.counting else None

    def to_json(self) -> dict:
        """The shape scripts rely on; unknown is null, a date ISO 8601."""
        rows = [
            {name: _plain(value) for name, value in row.items() if name != "of"}
            for row in self.table.to_dict("records")
        ]
        as_of = None if self.as_of is None else str(self.as_of)
        return {
            "measure": self.card.name,
            "version": self.card.version,
            "as_of": as_of,
            "rows": rows,
            "caveats": list(self.caveats),
        } | ({"invented": True} if self.is_invented else {})

    def _repr_html_(self) -> str:
        names = [*self.by, *self.card.labels]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in [*names, "", "figure"])
        body = []
        for row in self.table.head(SHOWN).to_dict("records"):
            cells = [*(_cell(row[name]) for name in names), row["statistic"].replace("_", " "), in_words(row)]
            body.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells) + "</tr>")
        more = len(self.table) - SHOWN
        rest = f"<p>and {more:,} more rows in .table</p>" if more > 0 else ""
        lines = [*([str(self.account)] if self.account else []), *self.caveats]
        said = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        seen = f" As of {self.as_of}." if self.as_of else ""
        seen += f" <b>{LABEL}</b>" if self.is_invented else ""
        return (
            f"<p><b>{html.escape(self.card.name.replace('_', ' '))}</b>: {html.escape(self.card.title)}{seen}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{rest}<ul>{said}</ul>"
        )


def _plain(value):
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return value.item() if hasattr(value, "item") else value


def _cell(value) -> str:
    plain = _plain(value)
    return "not noted" if plain is None else str(plain)


def in_words(row) -> str:
    """One figure with its interval and n, as a lawyer reads it. Too few: the counts alone, no percentage.

    >>> in_words({"unit": "share", "flag": "ok", "n": 41, "events": 23, "value": 23 / 41, "low": 0.41, "high": 0.70})
    '56% (95% interval 41-70%; 23 of 41)'
    >>> in_words({"unit": "share", "flag": "small_n", "n": 7, "events": 3})
    '3 of 7'
    >>> in_words({"unit": "s", "flag": "one_sided", "n": 60, "value": 2460, "low": 2280, "high": float("nan")})
    '41 minutes (95% interval 38 to unknown; n 60)'
    >>> in_words({"unit": "days", "flag": "ok", "n": 60, "value": 9.0, "low": 7.0, "high": 12.0})
    '9 days (95% interval 7-12; n 60)'
    >>> in_words({"unit": "times", "flag": "ok", "n": 60, "value": 1.2, "low": 1.05, "high": 1.37})
    '1.20 times (95% interval 1.05-1.37; n 60)'
    >>> in_words({"unit": "chance", "flag": "ok", "n": 60, "value": 0.7})
    '70% probability'
    """
    if row["unit"] == "share":
        return _share(row)
    if row["unit"] == "s":
        return _time(row)
    value, low, high = (row.get(name) for name in ("value", "low", "high"))
    if row["flag"] in ("not_estimable", "small_n"):
        return "not estimable" if row["flag"] == "not_estimable" else f"too few (n {row['n']:,})"
    if row["unit"] == "ratio":
        return f"{value:.2f} ({row['events']:,} to {row['n']:,})"
    if row["unit"] == "yes_no":
        return "yes" if value else "no"
    if row["unit"] == "chance":
        return f"{_percent(value)}% probability"
    shown = f"{{:,.{DECIMAL.get(row['unit'], 0)}f}}"
    interval = "" if pd.isna(low) or pd.isna(high) else f"95% interval {shown.format(low)}-{shown.format(high)}"
    counts = row["unit"] in ("count", "offices")  # a count is its own n
    beside = "; ".join(filter(None, (interval, "" if counts or not row.get("n") else f"n {row['n']:,}")))
    unit = "" if row["unit"] in ("count", "index") else f" {row['unit'].replace('_', ' ')}"
    return f"{shown.format(value)}{unit}{f' ({beside})' if beside else ''}"


def _share(row):
    k_of_n = f"{row['events']:,} of {row['n']:,}"
    low, high = (None if pd.isna(row.get(name)) else f"{row[name] * 100:.0f}" for name in ("low", "high"))
    interval = f"95% interval {_between(low, high)}%" if low or high else ""
    if row["flag"] == "not_estimable":
        return f"not estimable (n {row['n']:,})"
    # None of so many is not "0%", and a share of few is no percentage.
    if row["flag"] == "small_n" or not row["events"]:
        return f"{k_of_n} ({interval})" if interval else k_of_n
    return f"{_percent(row['value'])}% ({interval}; {k_of_n})" if interval else f"{_percent(row['value'])}% ({k_of_n})"


def _percent(share):
    return "under 1" if 0 < share < 0.005 else "over 99" if 0.995 < share < 1 else f"{share * 100:.0f}"


def _time(row):
    if pd.isna(row.get("value")):
        why = "too few" if row["flag"] == "small_n" else "not estimable"
        return f"{why} (n {row['n']:,})"
    low, high = (None if pd.isna(row[name]) else f"{row[name] / 60:.0f}" for name in ("low", "high"))
    interval = f"95% interval {_between(low, high)}; " if low or high else ""
    return f"{row['value'] / 60:.0f} minutes ({interval}n {row['n']:,})"


def _between(low, high):
    return f"{low}-{high}" if low and high else f"{low or 'unknown'} to {high or 'unknown'}"
