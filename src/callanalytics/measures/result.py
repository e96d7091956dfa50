"""What a measure returns: figures with their n, interval, and flag, their basis, and how they are quoted.

An account says how many rows are in the figures and why the others are not. A figure that depends on which request a
callback was for has two ends, shown as one row. Waits with different starting points are never pooled: reports quote
the starting point of most waits.
"""

from __future__ import annotations

import html
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from callanalytics import agencies, schema
from callanalytics.agencies import Agency
from callanalytics.errors import InvalidRequest
from callanalytics.invented import LABEL
from callanalytics.lazy import pd
from callanalytics.measures import sql_counts
from callanalytics.measures.card import Card, Excluded
from callanalytics.measures.definitions import WAIT_COUNTS
from callanalytics.tables import html_table, text_table, with_calendar
from callanalytics.wording import in_calendar_words, joined, percent, plural, words_for

if TYPE_CHECKING:
    from callanalytics.accounting import Account

DECIMAL = {"calls_per_need": 1, "times": 2, "index": 1}  # decimal places of the units that need them
SHOWN = 100  # rows a notebook shows of a result, and of its further figures
LONGEST_OPEN = 15  # rows of a table that a notebook shows unfolded
SHOWN_IN_TEXT = 12  # rows a terminal shows
NO_CASE = "No figure: there is no case to count."
WIDTH = 100  # characters per line in a terminal
MAX_NAMED = 40  # values that a message lists
SEVERAL_LINES = "several_lines"  # code of the caveat that calls to several agency lines are counted together
NOTED_UNEVENLY = "noted_unevenly"  # code of the caveat that not all calls were equally likely to be logged


class Sentence:
    """A finding that a notebook shows as its sentence."""

    @property
    def sentence(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return f"<p><strong>{html.escape(self.sentence)}</strong></p>"


class Caveat(str):
    """A sentence on what a figure leaves out or mixes, with a code that a program can test.

    >>> Caveat("Several agency lines are counted together.", SEVERAL_LINES).code
    'several_lines'
    """

    code: str

    def __new__(cls, sentence: str, code: str) -> Self:
        caveat = super().__new__(cls, sentence)
        caveat.code = code
        return caveat


@dataclass(frozen=True, repr=False)
class Result:
    """The figures of one measure.

    Attributes
    ----------
    card : the definition
    by : the keys it is split by
    table : DataFrame, one row per figure
        The keys; ``reading`` or ``link`` where a statistic has several rows; ``statistic``, ``unit``, ``of`` (what n
        counts), ``n``, ``events``, ``value``, ``low``, ``high`` (95 %), ``flag``. Shares 0-1, times in seconds.
    curve : DataFrame, for waits
        The keys, ``t_s``, ``n_at_risk``, ``reached``, ``gave_up``, ``cut_off``, ``no_person``, ``s``, ``se``,
        ``low``, ``high``.
    as_of : the last day whose records the figures use
    account : how many of the stored rows are in the figures, and why the others are not
    caveats : computed sentences: what is not in the figures, how many, and why
    """

    card: Card
    by: tuple[str, ...]
    table: pd.DataFrame
    curve: pd.DataFrame | None = None
    as_of: date | None = None
    caveats: tuple[str, ...] = ()
    # The counts the figures were made of: they add up, so a coarser table need not read the log again.
    tally: pd.DataFrame | None = field(default=None, repr=False)
    estimate: Callable[..., Any] | None = field(default=None, repr=False)
    is_invented: bool = False  # counted from the invented sample
    agency: Agency = field(default_factory=agencies.load, repr=False)  # whose calls and promises are counted
    # The inputs of the account, which is made when first asked for: the measure's rows, and what was left out before.
    counting: Callable[[], Account] | None = field(default=None, repr=False)
    left_before: Mapping[str, int] = field(default_factory=dict, repr=False)
    selected: tuple[str, ...] = ()  # sentences that say which part of the log was used; they are caveats too
    left_after: Mapping[str, int] = field(default_factory=dict, repr=False)  # known only once the figures are made

    @cached_property
    def account(self) -> Account | None:
        """Stored = counted + left out, each reason named and counted; None for figures made from other figures."""
        if self.counting is None:
            return None
        counted = self.counting()
        # Left out before the measure saw its rows (by day, period, or line), and after it had counted.
        # Adding Counters drops a reason that left out nothing.
        left = Counter(self.left_before) + Counter(counted.left_out) + Counter(self.left_after)
        stored = counted.stored + sum(self.left_before.values())
        return replace(counted, stored=stored, left_out=dict(left))

    def to_json(self) -> dict[str, Any]:
        """The JSON form that scripts rely on; unknown is null, a date is ISO 8601."""
        records = self.table.drop(columns="of", errors="ignore").to_dict("records")
        rows = [{name: _as_python(value) for name, value in row.items()} for row in records]
        as_of = None if self.as_of is None else str(self.as_of)
        found = {"measure": self.card.name, "version": self.card.version, "as_of": as_of, "rows": rows}
        return found | {"caveats": list(self.caveats)} | ({"invented": True} if self.is_invented else {})

    def pick(self, statistic: str, **keys: object) -> Result:
        """A result with the figures of one statistic, in the cells that keys name; its day and caveats are kept.

        >>> import pandas as pd
        >>> from callanalytics.measures import reach_rate
        >>> calls = pd.DataFrame({"weekday": [1] * 40 + [2] * 40, "person_reached": [True] * 50 + [False] * 30})
        >>> reach_rate(calls, by="weekday").pick("rate", weekday=2).table[["weekday", "n", "value"]]
           weekday   n  value
        3        2  40   0.25
        """
        rows = self.table
        for name, value in {"statistic": statistic, **keys}.items():
            if name not in rows:
                known = ["statistic", *self.by, *self.card.labels]
                raise InvalidRequest(f"{self.card.name} is not split by {name!r}", wanted=", ".join(known))
            kept = rows[rows[name] == value]
            if not len(kept) and len(rows):
                known = [str(each) for each in rows[name].unique()]
                raise InvalidRequest(f"{self.card.name} has no {name} {value!r}", wanted=", ".join(known[:MAX_NAMED]))
            rows = kept
        return replace(self, table=rows)

    def to_pandas(self, *, minutes: bool = False) -> pd.DataFrame:
        """The figures as a frame, with months as periods and weekdays as an ordered category.

        ``minutes``: times in minutes instead of seconds; their unit is then ``min``.
        """
        frame = with_calendar(self.table)
        if minutes:
            is_time = frame["unit"] == "s"
            for name in ("value", "low", "high"):
                frame[name] = frame[name].where(~is_time, frame[name] / 60)
            frame["unit"] = frame["unit"].where(~is_time, "min")
        return frame

    def in_words(self) -> pd.DataFrame:
        """A table to print: the figures in words with their interval and n, one row each.

        ``great_tables.GT(result.in_words())`` takes it, and so do ``to_markdown`` and ``to_excel`` of pandas.
        """
        names, body = self._rows_in_words(self.table)
        return pd.DataFrame(body, columns=[name or "statistic" for name in names])

    def wide(self, across: str = "statistic", *, minutes: bool = False) -> pd.DataFrame:
        """The values as a table: a row for each cell, a column for each statistic, or for each value of a key.

        >>> import pandas as pd
        >>> from callanalytics.measures import reach_rate
        >>> calls = pd.DataFrame({"tier": ["tier1", "tier2"] * 40, "weekday": [1, 1, 2, 2] * 20})
        >>> reach_rate(calls.assign(person_reached=True), by=("tier", "weekday")).pick("rate").wide("weekday")
        weekday  Monday  Tuesday
        tier
        tier1       1.0      1.0
        tier2       1.0      1.0
        """
        known = ("statistic", *self.by, *self._labels(self.table))
        if across not in known:
            raise InvalidRequest(f"{self.card.name} is not split by {across!r}", wanted=", ".join(known))
        rows = [name for name in known if name != across]
        frame = self.to_pandas(minutes=minutes)
        same = [name for name in ("statistic", "wait_origin") if name in rows and frame[name].nunique() < 2]
        rows = [name for name in rows if name not in same]
        frame[[*rows, across]] = frame[[*rows, across]].astype(
            {name: "str" for name in self.card.labels if name in rows}
        )
        if not rows:
            return frame.set_index(across)[["value"]].T
        return frame.pivot(index=rows, columns=across, values="value")

    def __repr__(self) -> str:
        first, rest = self._in_order()
        names, body = self._rows_in_words(first.head(SHOWN_IN_TEXT))
        more = len(first) + len(rest) - len(body)
        last = [f"{plural(more, 'more figure')} in .table"] if more else []
        last += [f"{plural(len(self.caveats), 'caveat')} in .caveats"] if self.caveats else []
        title = f"{self.card.name}: {self.card.title}{self._as_of_note()}{f' {LABEL}' if self.is_invented else ''}"
        lines = text_table(names, body) or [NO_CASE]
        return "\n".join([*textwrap.wrap(title, WIDTH), *lines, ", ".join(last)]).rstrip()

    def _as_of_note(self) -> str:
        return f" As of {self.as_of}." if self.as_of else ""

    def _repr_html_(self) -> str:
        first, rest = self._in_order()
        more = len(first) + len(rest) - 2 * SHOWN
        tables = html_table(*self._rows_in_words(first.head(SHOWN))) if len(first) else f"<p>{NO_CASE}</p>"
        if len(first) > LONGEST_OPEN:
            tables = _folded(f"Show the table: {plural(len(first), 'figure')}", tables)
        if len(rest):
            tables += _folded(plural(len(rest), "more figure"), html_table(*self._rows_in_words(rest.head(SHOWN))))
        tables += f"<p>and {more:,} more rows in .table</p>" if more > 0 else ""
        lines = [*([str(self.account)] if self.account else []), *self.caveats]
        items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        seen = self._as_of_note() + (f" <b>{LABEL}</b>" if self.is_invented else "")
        return (
            f"<p><b>{html.escape(self.card.name.replace('_', ' '))}</b>: {html.escape(self.card.title)}{seen}</p>"
            f"{tables}<ul>{items}</ul>"
        )

    def _in_order(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The figures a reader looks for, and the others.

        First come those of the first statistic (without a split, of all statistics in its unit), for the leading
        ``wait_origin``."""
        table = self.table
        if not len(table):
            return table, table
        leads = table["statistic"] == table["statistic"].iloc[0]
        if not set(self.by) - {"wait_origin"}:
            leads |= (table["unit"] == table["unit"].iloc[0]) & ~table["statistic"].str.startswith("n_")
        if "wait_origin" in self.by and "wait_origin" in table:
            clocks = table["wait_origin"]
            leads &= (clocks == clock_of(self)) | ~(clocks == clock_of(self)).any()
        return _with_cases(table[leads]), _with_cases(table[~leads])

    def _labels(self, rows: pd.DataFrame) -> list[str]:
        """The labels with a value in some of these rows."""
        return [name for name in self.card.labels if name in rows and (rows[name].fillna("") != "").any()]

    def _rows_in_words(self, rows: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
        """Column names, and for each figure its keys, its statistic, and the figure in words."""
        labels = self._labels(rows)
        # A statistic of all cells together has no key in any row; there, an empty key does not mean "not logged".
        split = {name: set(self.table.loc[self.table[name].notna(), "statistic"]) for name in self.by}
        body = [
            [
                *(_key(name, row[name], is_split=row["statistic"] in split[name]) for name in self.by),
                *(str(row[name] or "") if row[name] == row[name] else "" for name in labels),
                self.card.label(row["statistic"]),
                in_words(row),
            ]
            for row in rows.to_dict("records")
        ]
        return [*self.by, *labels, "", "figure"], body


def _with_cases(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, or an empty table if no case was counted in any of them."""
    return rows if rows["n"].any() or rows["value"].fillna(0).any() else rows.head(0)


def _folded(summary: str, page: str) -> str:
    return f"<details><summary>{summary}</summary>{page}</details>"


def _key(name: str, value: object, *, is_split: bool) -> str:
    """The value of a key in words; "not logged" where the figure is for cases in which no one logged it."""
    plain = _as_python(value)
    if plain is None:
        return "not logged" if is_split else ""
    return in_calendar_words(name, plain)


def _as_python(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return value.item() if hasattr(value, "item") else value


def in_words(row: Mapping[str, Any]) -> str:
    """One figure with its interval and n, as a lawyer reads it. Too few cases: only the counts, no percentage.

    >>> in_words({"unit": "share", "flag": "ok", "n": 41, "events": 23, "value": 23 / 41, "low": 0.41, "high": 0.70})
    '56% (95% interval 41-70%; 23 of 41)'
    >>> in_words({"unit": "share", "flag": "small_n", "n": 7, "events": 3})
    '3 of 7'
    >>> in_words({"unit": "s", "flag": "one_sided", "n": 60, "value": 2460, "low": 2280, "high": float("nan")})
    '41 minutes (95% interval 38 or more; n 60)'
    >>> in_words({"unit": "days", "flag": "ok", "n": 60, "value": 9.0, "low": 7.0, "high": 12.0})
    '9 days (95% interval 7-12; n 60)'
    >>> in_words({"unit": "times", "flag": "ok", "n": 60, "value": 1.2, "low": 1.05, "high": 1.37})
    '1.20 times (95% interval 1.05-1.37; n 60)'
    >>> in_words({"unit": "chance", "flag": "ok", "n": 60, "value": 0.7})
    '70% probability'
    """
    if isinstance(row, Result):
        raise InvalidRequest("in_words takes one row of a result's table", run="result.in_words() for all its rows")
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
        return f"{percent(row['value'])} probability"
    shown = f"{{:,.{DECIMAL.get(row['unit'], 0)}f}}"
    interval = "" if pd.isna(low) or pd.isna(high) else f"95% interval {shown.format(low)}-{shown.format(high)}"
    is_count = row["unit"] in ("count", "offices")  # a count is its own n
    brackets = "; ".join(filter(None, (interval, "" if is_count or not row.get("n") else f"n {row['n']:,}")))
    unit = "" if row["unit"] in ("count", "index") else f" {row['unit'].replace('_', ' ')}"
    return f"{shown.format(value)}{unit}{f' ({brackets})' if brackets else ''}"


def _share(row: Mapping[str, Any]) -> str:
    k_of_n = f"{row['events']:,} of {row['n']:,}"
    low, high = (None if pd.isna(row.get(name)) else f"{row[name] * 100:.0f}" for name in ("low", "high"))
    interval = f"95% interval {_interval_text(low, high, '%')}" if low or high else ""
    if row["flag"] == "not_estimable":
        return f"not estimable (n {row['n']:,})"
    # Zero events are not shown as "0%", and too few cases get no percentage.
    if row["flag"] == "small_n" or not row["events"]:
        return f"{k_of_n} ({interval})" if interval else k_of_n
    return f"{percent(row['value'])} ({interval}; {k_of_n})" if interval else f"{percent(row['value'])} ({k_of_n})"


def _time(row: Mapping[str, Any]) -> str:
    if pd.isna(row.get("value")):
        why = "too few" if row["flag"] == "small_n" else "not estimable"
        return f"{why} (n {row['n']:,})"
    low, high = (None if pd.isna(row[name]) else f"{row[name] / 60:.0f}" for name in ("low", "high"))
    interval = f"95% interval {_interval_text(low, high)}; " if low or high else ""
    return f"{row['value'] / 60:.0f} minutes ({interval}n {row['n']:,})"


def _interval_text(low: str | None, high: str | None, unit: str = "") -> str:
    if low and high:
        return f"{low}-{high}{unit}"
    return f"{low}{unit} or more" if low else f"up to {high}{unit}"


# ---- how many rows are in it -------------------------------------------------------------------------


def account_of_frame(
    frame: sql_counts.Frame, card: Card, where: str, as_of: date | None, agency: Agency,
    sums: Mapping[str, int] = MappingProxyType({}),
) -> Account:  # fmt: skip
    """The account of a frame's rows: each is counted, or left out for the first of the card's reasons that holds.

    `where` is a further predicate of the figures: waits by tier, for example, use only calls that reached a person.
    Rows in neither a reason nor the population are ``other``; only a user's own card has them. `sums` are the card's
    counts over the whole frame, if taken: where no row meets two predicates, they are the whole account.
    """
    from callanalytics.accounting import Account

    if card.are_apart and not card.left_out and sums:
        left = {row.why: int(sums[row.count]) for row in card.rows if isinstance(row, Excluded) and row.why}
        if sum(left.values()) + sum(sums[name] for name in card.counted.split(" + ")) == sums["n"]:
            return Account(card.table, int(sums["n"]), {why: n for why, n in left.items() if n}, as_of, agency)
    population = " OR ".join(f"({card.counts.get(name, 'TRUE')})" for name in card.counted.split(" + "))
    reasons = card.reasons | ({"no_tier": f"NOT coalesce({where}, FALSE)"} if where else {})
    whys = [*reasons, "counted", "other"]
    cases = (f"WHEN {holds} THEN {n}" for n, holds in enumerate([*reasons.values(), population]))
    # One pass counts each row under the first predicate that it meets; numbers stand for reasons, as words are slower.
    first = {"why": f"CASE {' '.join(cases)} ELSE {len(whys) - 1} END"}
    counted = sql_counts.count(frame, card.table, ["why"], instead=first)
    found = {whys[why]: int(n) for why, n in zip(counted["why"], counted["n"], strict=True) if n}
    left = {why: found[why] for why in (*reasons, "other") if why in found}
    return Account(card.table, sum(found.values()), left, as_of, agency)


# ---- two ends of one figure --------------------------------------------------------------------------


LINKS = ("certain", "possible")
SHOWN_FLAGS = ("ok", "one_sided", "dominated")  # flags of a figure that may be shown
# For a figure that shows each request in one place, and so has no two ends.
SHOWN_ONCE = "A callback that names no request is shown with the one due first; it may have been for another."


def joined_ends(rows: pd.DataFrame) -> dict[str, Any]:
    """The row of a figure, with its two ends joined where it has two.

    ``n``, ``events``, ``value``, and ``low`` are those of the lower end; ``high`` is the limit of the higher one, so
    the interval covers both. ``most_n`` and ``most`` are n and events of the higher end. For a figure with one end,
    or with two equal ends, they are those of the figure itself.

    >>> ends = pd.DataFrame({"link": ["certain", "possible"], "n": [50, 50], "events": [25, 33], "value": [0.5, 0.66],
    ...                      "low": [0.37, 0.52], "high": [0.63, 0.78], "flag": "ok"})
    >>> {name: joined_ends(ends)[name] for name in ("events", "most", "low", "high")}
    {'events': 25, 'most': 33, 'low': 0.37, 'high': 0.78}
    """
    ends = rows.to_dict("records")
    low = high = ends[0]
    if tuple(end.get("link") for end in ends) == LINKS:
        if not all(end["n"] for end in ends):  # an end that counts no case is no limit: use the other for both
            low = high = max(ends, key=lambda end: end["n"])
        else:
            # The ends of a rate over attempts differ in n too, so find the lower one by its share, not by its name.
            low, high = sorted(ends, key=lambda end: end["events"] / end["n"])
    return {**low, "high": high["high"], "most": high["events"], "most_n": high["n"]}


def paired_ends(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one statistic over many cells, with the two ends of each joined (:func:`joined_ends`)."""
    if "link" not in rows or set(rows["link"]) != set(LINKS):
        return rows.assign(most=rows["events"], most_n=rows["n"])
    certain, possible = (rows[rows["link"] == link].reset_index(drop=True) for link in LINKS)
    certain, possible = certain.mask(certain["n"] == 0, possible), possible.mask(possible["n"] == 0, certain)
    return certain.assign(high=possible["high"], most=possible["events"], most_n=possible["n"])


def is_range(row: Mapping[str, Any]) -> bool:
    """Whether the two ends of a row differ."""
    most, n = row.get("most", row["events"]), row.get("most_n", row["n"])
    return bool((most, n) != (row["events"], row["n"]))


# ---- the starting point of waits ---------------------------------------------------------------------


COUNTED = WAIT_COUNTS  # the counts, in every measure of waits, of calls with a wait

SINCE = words_for("wait_since")  # follows "half of these calls needed more than 45 minutes"
WAITS_RUN = words_for("wait_runs")  # a whole sentence


def waits_by_clock(result: Result) -> dict[str, int]:
    """How many waits of a result have each starting point, including those without an hour or a week."""
    _check_is_result(result, "waits_by_clock")
    if result.tally is None or "wait_origin" not in result.tally:
        return {}
    names = [name for name in COUNTED if name in result.tally] or ["n"]
    waits = result.tally[names].sum(axis=1).groupby(result.tally["wait_origin"].astype(str)).sum()
    return {clock: int(waits[clock]) for clock in schema.WAIT_ORIGINS.split() if clock in waits}


def of_one_clock(result: Result, wait_origin: str | None = None) -> Result:
    """The result with only the waits of one starting point: the one given, or that of most (:func:`clock_of`)."""
    _check_is_result(result, "of_one_clock")
    if "wait_origin" not in result.by:
        raise InvalidRequest(f"{result.card.name} counts no waits", wanted="a measure that is split by wait_origin")
    clock = clock_of(result, wait_origin)
    frames = {name: getattr(result, name) for name in ("table", "curve", "tally")}
    return replace(result, **{n: f[f["wait_origin"] == clock] for n, f in frames.items() if f is not None})


def _check_is_result(result: object, name: str) -> None:
    if not isinstance(result, Result):
        raise InvalidRequest(
            f"{name} takes the result of a measure", found=type(result).__name__, run=f"{name}(wait(log.agency_calls))"
        )


def clock_of(result: Result, wait_origin: str | None = None) -> str:
    """The starting point of the waits that a result is quoted with (:func:`~.facts.agency_calls.leading_clock`).

    ``wait_origin`` names another one; it must be one of the known starting points.

    >>> import pandas as pd
    >>> from callanalytics.measures import wait
    >>> calls = pd.DataFrame({"wait_s": 600, "wait_outcome": "reached", "wait_origin": ["dial"] * 3 + ["unstated"] * 9})
    >>> clock_of(wait(calls)), clock_of(wait(calls.head(3)))
    ('unstated', 'dial')
    """
    from callanalytics.facts.agency_calls import CLOCKS, leading_clock

    if wait_origin is not None and wait_origin not in CLOCKS:
        raise InvalidRequest(f"waits do not run from {wait_origin!r}", wanted=", ".join(CLOCKS))
    return wait_origin or leading_clock(waits_by_clock(result))


def check_result(result: Result, name: str, *splits: tuple[str, ...]) -> None:
    """Refuse a result that is not of this measure, or not split by exactly one of these sets of keys.

    ``name`` is the measure's; "" where any will do. A wait's own key, ``wait_origin``, is allowed with every split.
    """
    keys = getattr(result, "by", ())
    wanted = f"{name or 'a measure'}, split by {joined((joined(keys) or 'nothing' for keys in splits), 'or')}"
    do = f"take the measure by={splits[0]!r}"
    if not isinstance(result, Result) or (name and result.card.name != name):
        found = result.card.name if isinstance(result, Result) else type(result).__name__
        raise InvalidRequest("this needs the result of another measure", found=found, wanted=wanted, do=do)
    if {key for key in keys if key != "wait_origin"} not in map(set, splits):
        what = f"{result.card.name} is split by {', '.join(keys) or 'nothing'}"
        raise InvalidRequest(what, wanted=wanted, do=do)
