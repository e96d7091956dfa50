"""How a measure is computed: the card's counts by keys, the figures made from them, and what they leave out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from numbers import Real
from typing import Any

from callanalytics import agencies, estimates, invented, schema
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, day_given
from callanalytics.lazy import np, pd
from callanalytics.measures import sql_counts
from callanalytics.measures.card import KEYS, Card, Count, Excluded, Rate, shipped
from callanalytics.measures.definitions import (
    INTERVAL_MINIMUM,
    MEDIAN_MINIMUM,
    REACHED_MINIMUM,
    SHARE_MINIMUM,
    STALE_DAYS,
)
from callanalytics.measures.result import SEVERAL_LINES, Caveat, Result, account_of_frame
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.schema import FREE_BITS
from callanalytics.wording import joined

HOURS = ("hour", "hour_local")
DATES = tuple(key for key in KEYS if key.startswith(("month", "date", "weekday")))


def as_keys(by) -> tuple[str, ...]:
    """The keys as a tuple without repeats; a single key may be given as a string.

    >>> as_keys("month"), as_keys(["weekday", "hour", "weekday"])
    (('month',), ('weekday', 'hour'))
    """
    if not isinstance(by, Iterable):
        raise InvalidRequest("keys to split by are words", found=repr(by), wanted='by="month", by=("weekday", "hour")')
    return (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))


def checked(by, card: Card) -> tuple[str, ...]:
    """The keys as a tuple; refuse a key that the measure does not have, and name those it takes."""
    by = as_keys(by)
    unknown = [key for key in by if key not in card.keys]
    if unknown:
        raise InvalidRequest(
            f"{card.name} cannot be split by {joined(map(repr, unknown), 'or')}",
            wanted=", ".join(card.keys),
            do="choose among these keys",
        )
    return by


def with_key(by, key: str) -> tuple[str, ...]:
    """The keys plus one that a measure is always split by.

    >>> with_key("month", "wait_origin"), with_key(("wait_origin", "month"), "wait_origin")
    (('month', 'wait_origin'), ('wait_origin', 'month'))
    """
    return as_keys((*as_keys(by), key))


def check_above_zero(value, what: str, wanted: str) -> None:
    """Refuse an amount of time or money that is not a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < float("inf"):
        raise InvalidRequest(f"{what} above 0", found=str(value), wanted=wanted)


def tally(frame, card: Card, by=(), extra_keys=(), where: str = "") -> pd.DataFrame:
    """The card's counts by keys (and `extra_keys`, stored columns), as a small frame without empty groups.

    A row whose hour is not known to be that of the call's start is counted in the row without an hour: the clock
    repeated or skipped the hour, or the logged time may be the answer or the end.
    """
    keys = list(dict.fromkeys([*(KEYS[key] for key in by), *extra_keys]))
    # The columns that list the free callbacks that may have been a row's, as far as the card needs them
    by_days = any(each.within is not None for each in card.free.values())
    callbacks = ["free_callbacks"] * bool(card.free) + ["free_days"] * by_days
    predicates = dict(card.counts) | {name: each.where for name, each in card.free.items()}
    # Only rows whose hour is that of the start
    noted = " AND time_refers_to = 'start'" if "time_refers_to" in schema.TABLES[card.table].names else ""
    timed = {key: f"CASE WHEN dst_flag IS NULL{noted} THEN {key} END" for key in by if key in HOURS}
    counted = sql_counts.count(frame, card.table, [*keys, *callbacks], predicates, where, timed)
    counted = counted[counted["n"] > 0]  # an empty table gives one row of zeros without keys
    if callbacks:
        counted = _with_served(counted, keys, card)
    counted = counted.rename(columns={"office_id": "office"}) if "office" in by else counted
    return _with_office_names(counted, frame, by)


def _with_office_names(counted, frame, by):
    """The counts with offices by name, where the frame knows the names."""
    names = getattr(frame, "office_names", None)
    if "office" not in by or not names:
        return counted
    return counted.assign(office=[names.get(office, office) for office in counted["office"]])


def add_up(counted: pd.DataFrame, keys, card: Card) -> pd.DataFrame:
    """The same counts by fewer (or coarser) keys, in the schema's order. Counts add; nothing else does.

    A count that depends on free callbacks is then still a bound, but not the tightest: two groups may both have used a
    callback.
    """
    _, cells, summed = sums_by_group(counted, keys, card)
    return with_columns(cells, summed)


def _with_served(counted: pd.DataFrame, keys, card: Card) -> pd.DataFrame:
    """The counts by keys only, with what depends on free callbacks counted group by group."""
    codes, cells, summed = sums_by_group(counted, keys, card)
    some = counted["free_callbacks"].notna().to_numpy()
    lists = {name: counted.loc[some, name] for name in ("free_callbacks", "free_days") if name in counted}
    owner = np.repeat(np.flatnonzero(some), [len(each) for each in lists["free_callbacks"]])
    flat = {name: np.concatenate([np.empty(0, np.int64), *each]) for name, each in lists.items()}
    for name, each in card.free.items():
        count = counted[name].to_numpy()
        fits = np.any([_is_worth(flat["free_callbacks"], owner, choice) for choice in each.choices()], axis=0)
        fits &= (count[owner] > 0) & (each.within is None or flat["free_days"] <= each.within)
        # The lower eight bits hold a callback's flags (`FREE_BITS`), the others its number.
        served = _served(count, owner[fits], flat["free_callbacks"][fits] >> 8, codes, len(cells))
        summed[name] = summed[name] - served if each.rest else served
    return with_columns(cells, summed)


def _served(count: np.ndarray, owner: np.ndarray, callback: np.ndarray, codes: np.ndarray, n: int) -> np.ndarray:
    """How many rows in each group can each be given one of their callbacks."""
    from callanalytics.facts.arrays import indices_in_ranges  # not needed to print a list of measures

    size = np.bincount(owner, minlength=len(count))
    row = np.repeat(np.arange(len(count)), count)  # repeat a row that counts several promises
    pairs = indices_in_ranges((np.cumsum(size) - size)[row], size[row])
    # A callback that several groups may use is a different one in each.
    things = np.unique(callback, return_inverse=True)[1][pairs] * n + np.repeat(codes[row], size[row])
    return np.bincount(codes[row], estimates.is_served(things, size[row]), n).astype("int64")


def _is_worth(callbacks: np.ndarray, owner: np.ndarray, choice: str) -> np.ndarray:
    """Which callbacks have the flags of all words of a choice and of none after a "not".

    With "two", the row must also have more than one callback with the flag "before"."""
    needs_two, words = choice.startswith("two "), choice.removeprefix("two ")
    worth, *without = f" {words}".split(" not ")
    is_worth = np.bitwise_and(callbacks, _bits(worth)) == _bits(worth)
    for word in without:
        is_worth &= callbacks & _bits(word) == 0
    is_before = callbacks & FREE_BITS["before"] != 0
    return is_worth & (not needs_two or np.bincount(owner, is_before)[owner] > 1)


def _bits(words: str) -> int:
    return sum(FREE_BITS[word] for word in words.split())


def cells_of(counted: pd.DataFrame, keys, card: Card) -> tuple[np.ndarray, pd.DataFrame]:
    """The group of each row, and the groups in the schema's order."""
    sort_keys = sql_counts.sort_keys(counted, keys, card.table)
    _, first, codes = np.unique(sort_keys, return_index=True, return_inverse=True)
    return codes, counted[list(keys)].iloc[first].reset_index(drop=True)


def sums_by_group(counted: pd.DataFrame, keys, card: Card) -> tuple[np.ndarray, pd.DataFrame, dict[str, np.ndarray]]:
    """The group of each row, the groups in the schema's order, and the card's counts of each group."""
    codes, cells = cells_of(counted, keys, card)
    each = zip(card.names, counted[[*card.names]].to_numpy(float).T, strict=True)
    return codes, cells, {name: np.bincount(codes, column, len(cells)).astype("int64") for name, column in each}


# ---- what is left out, in sentences --------------------------------------------------------------------


def _left_out_sentences(frame, card: Card, by, counted: pd.DataFrame) -> tuple[str, ...]:
    """Sentences on what is not in the figures and how many; none where nothing was left out."""
    return (
        *_excluded(card, counted),
        *_undated_callbacks(counted),
        *_blanks(card, counted),
        *_old_rules(frame, card, counted),
        *_no_hour(by, counted),
        *_no_date(by, counted),
        *_parts(frame, card, by),
    )


def _excluded(card, counted):
    for row in card.rows:
        if isinstance(row, Excluded) and row.sentence and (left_out := int(counted[row.count].sum())):
            yield f"{row.sentence}: {left_out:,}."


def _undated_callbacks(counted):
    """How many promises had a callback that is in time, or late, only at the possible end."""
    n = int(counted["n_undated"].sum()) if "n_undated" in counted else 0
    if n:
        yield f"Promises for which a callback came on a day that no one noted, in time or late only possibly: {n:,}."


def _blanks(card, counted):
    """How far the rows without a logged answer could move the first rate, if all were no or all were yes."""
    if "n_blank" not in counted:
        return
    rate = next(row for row in card.rows if isinstance(row, Rate))
    blank, n, events = (int(counted[name].sum()) for name in ("n_blank", rate.n, rate.events))
    if blank and n:
        low, high = (f"{100 * k / (n + blank):.0f}%" for k in (events, events + blank))
        yield (
            f"{blank:,} calls could be yes or no and it is not logged which, and they are hardly a fair sample (a "
            f"promised callback is nearly always logged, other results are not). Were all of them no, {low} of "
            f"{n + blank:,}; were all of them yes, {high}; without them {100 * events / n:.0f}% of {n:,}."
        )


def _old_rules(frame, card, counted):
    """The stated times, and when they were last confirmed, that judge requests made more than a year later."""
    if "n_old_rule" not in counted or not counted["n_old_rule"].sum():
        return
    old = sql_counts.count(frame, card.table, ["rule_id"], where=f"rule_age_days > {STALE_DAYS}")["rule_id"].dropna()
    for rule in (agency_of(frame).rule(id) for id in sorted({id for ids in old for id in ids.split("|")})):
        yield f"Some are judged by the stated time as last confirmed on {rule.last_confirmed}: “{rule.words}”."


def _no_hour(by, counted):
    for key in [key for key in by if key in HOURS]:
        missing = int(counted.loc[counted[key].isna(), "n"].sum())
        if missing:
            yield (
                "In no hour, because only a date was written, the clock was changed in that hour, or the time is not "
                f"the start: {missing:,}. They stand in the row without an hour."
            )
            return


def _no_date(by, counted):
    missing = [int(counted.loc[counted[key].isna(), "n"].sum()) for key in by if key in DATES]
    if any(missing):
        yield f"Without a date, so in no {joined((key for key in by if key in DATES), 'or')}: {max(missing):,}."


def _parts(frame, card, by):
    """Sentences on lines and offices that are counted together because the figures are not split by them."""
    is_of_one = len(getattr(frame, "office_names", ())) == 1
    keys = ["line"] * (card.table == "agency_calls" and "line" not in by)
    keys += ["office_id"] * ("office" not in by and not is_of_one)
    sizes = _sizes(frame, card, keys)
    if len(lines := sizes.get("line", ())) > 1:
        each = ", ".join(f"{line} {n:,}" for line, n in lines)
        sentence = f"Several agency lines are counted together ({each}); split by line to part them."
        yield Caveat(sentence, SEVERAL_LINES)
    if len(offices := sizes.get("office_id", ())) > 1:
        numbers = [n for _, n in offices]
        yield (
            f"{len(offices)} offices are counted together. The intervals treat every row as independent, so they are "
            "narrower than offices that differ warrant; split by office to see it."
        )
        yield f"The largest office has {max(numbers) / sum(numbers):.0%} of the {card.noun}."


def _sizes(frame, card, keys) -> dict[str, list[tuple[str, int]]]:
    """Row counts by each of these columns, in one query, values in order; omits a column the frame does not have."""
    try:
        return sql_counts.sizes(frame, card.table, keys)
    except CallLogError:
        return {key: each for one in keys if len(keys) > 1 for key, each in _sizes(frame, card, [one]).items()}


def days_of(dates: pd.Series) -> np.ndarray:
    """Dates as whole days in numpy's type; NaT where there is none.

    >>> days_of(pd.Series([pd.Timestamp("2022-03-01"), None])).astype(str).tolist()
    ['2022-03-01', 'NaT']
    """
    return pd.to_datetime(dates).to_numpy("M8[D]")


# ---- from counts to the rows of a result -------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """One kind of figure in every group: each array has one element per group."""

    statistic: str
    unit: str
    cases: str
    n: np.ndarray
    events: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    flag: np.ndarray
    reading: str = ""
    link: str = ""
    rule: str = ""


def sample_flag(enough, n) -> np.ndarray:
    """``ok`` where a sample reaches the minimum, else ``small_n``, or ``not_estimable`` where there is no case."""
    return np.where(enough, "ok", np.where(n > 0, "small_n", "not_estimable"))


def share(statistic: str, events, n, cases: str, **labels) -> Figures:
    """A share with its Wilson interval.

    With 30 or more cases it is ``ok``. With 10 to 29 it is flagged ``small_n`` and must be shown with its interval.
    Below 10 it has only the two counts.
    """
    events, n = np.asarray(events, "int64"), np.asarray(n, "int64")
    low, high = estimates.wilson(events, n)
    with np.errstate(invalid="ignore"):
        value = np.where(n > 0, events / np.maximum(n, 1), np.nan)
    flag = sample_flag(n >= SHARE_MINIMUM, n)
    value, low, high = (np.where(n >= INTERVAL_MINIMUM, v, np.nan) for v in (value, low, high))
    return Figures(statistic, "share", cases, n, events, value, low, high, flag, **labels)


def single(statistic: str, unit: str, cases: str, n, events, value, flag=None, **labels) -> Figures:
    """A figure without an interval; a missing value is ``not_estimable`` unless `flag` says otherwise."""
    value, none = np.asarray(value, float), np.full(len(n), np.nan)
    flag = np.where(np.isnan(value), "not_estimable", "ok") if flag is None else flag
    return Figures(statistic, unit, cases, n, events, value, none, none, flag, **labels)


def number(statistic: str, events, n, cases: str, **labels) -> Figures:
    """A count of what is in the log: always shown, and without an interval, since no sample was drawn."""
    events, n = np.asarray(events, "int64"), np.asarray(n, "int64")
    return single(statistic, "count", cases, n, events, events, **labels)


def enough_waits(n, reached) -> np.ndarray:
    """Whether `n` calls, of which `reached` reached a person, are enough for a median."""
    return (np.asarray(n) >= MEDIAN_MINIMUM) & (np.asarray(reached) >= REACHED_MINIMUM)


def estimated(
    statistic: str, unit: str, cases: str, n, events, found, enough, *, needs_limits: bool = False, **labels
) -> Figures:
    """A figure where the sample is large enough and the data can say it; elsewhere the flag says why it is missing.

    Parameters
    ----------
    found : value, low, high in every group
    enough : whether the sample reaches its minimum
    needs_limits : a figure without both of its limits is flagged ``one_sided``
    """
    known = enough & ~np.isnan(found[0])
    value, low, high = (np.where(known, v, np.nan) for v in found)
    flag = np.where((np.isnan(low) | np.isnan(high)) & needs_limits, "one_sided", "ok")
    flag = np.where(known, flag, np.where(enough | (n == 0), "not_estimable", "small_n"))
    return Figures(statistic, unit, cases, n, events, value, low, high, flag, **labels)


def from_card(card: Card, counted: pd.DataFrame, by) -> tuple[pd.DataFrame, None]:
    """The figures that a card names, in each group, without a curve."""
    _, cells, sums = sums_by_group(counted, by, card)
    return long(card, cells, [f for row in card.rows for f in _figures(row, sums)]), None


def figures_table(
    card: Card, cells: pd.DataFrame, sums, figures: Iterable[Figures] = (), last: Iterable[Figures] = ()
) -> pd.DataFrame:
    """One row per group and figure: the figures given, the card's separately shown counts, and the `last`."""
    excluded = [f for row in card.rows if isinstance(row, Excluded) for f in _figures(row, sums)]
    return long(card, cells, [*figures, *excluded, *last])


def _figures(row, sums):
    if isinstance(row, Excluded):
        yield number(row.count, sums[row.count], sums["n"], "all rows")
        return
    n, events = (sum(sums[name] for name in names.split(" + ")) for names in (row.n, row.events))
    if isinstance(row, Count):
        yield number(row.statistic, events, n, row.cases, link=row.link)
    elif not row.optional or n.sum():
        yield share(row.statistic, events, n, row.cases, reading=row.reading, link=row.link)


def long(card: Card, cells: pd.DataFrame, figures: list[Figures]) -> pd.DataFrame:
    """One row per group and figure: a group's figures are adjacent, in the order given."""
    n_cells, n_figures = len(cells), len(figures)
    columns: dict[str, Any] = {}
    for name in (*card.labels, "statistic", "unit", "cases"):
        words = np.tile(np.array([getattr(f, name) or None for f in figures], object), n_cells)
        columns["of" if name == "cases" else name] = pd.Series(words, dtype=object)  # the column keeps its short name
    for name in ("n", "events", "value", "low", "high", "flag"):
        values = [np.asarray(getattr(f, name)) for f in figures]
        kind = np.dtype({"n": "int64", "events": "int64", "flag": "object"}.get(name, "float64"))
        columns[name] = np.stack(values, axis=1).reshape(-1).astype(kind) if values else np.empty(0, kind)
    return with_columns(cells.iloc[np.repeat(np.arange(n_cells), n_figures)].reset_index(drop=True), columns)


def with_columns(frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The frame with further columns, built at once: pandas is slower when it adds columns one by one."""
    return pd.DataFrame({**frame, **columns}, index=frame.index)


def group_by_group(n_cells: int, keys, fine: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """One table, group by group: figures of each group's parts (weeks, slots), then of the whole group."""
    order = [np.repeat(np.arange(n_cells), len(table) // max(n_cells, 1)) for table in (fine, whole)]
    # Keys that are all missing in one part have a different type there, and pandas would turn both into objects.
    both = pd.concat([fine.astype(whole.dtypes), whole], ignore_index=True)
    both = both.iloc[np.argsort(np.concatenate(order), kind="stable")].reset_index(drop=True)
    return both[[*keys, *both.columns.drop(list(keys))]]


# ---- computing a measure -----------------------------------------------------------------------------


def measure(
    frame: Frame,
    card: Card | str,
    by: Keys = (),
    *,
    as_of: Day = None,
    estimate=from_card,
    extra_keys=(),
    where: str = "",
    caveats: tuple[str, ...] = (),
    derived: Mapping[str, Callable] | None = None,
    privacy_filter: Callable | None = None,
) -> Result:
    """The figures of a card over a frame.

    Parameters
    ----------
    frame : Table, pandas, Polars, or Arrow frame of the card's table
    card : a card, or the name of a shipped one
    by : keys to split by
    as_of : the last day whose records count; by default the frame's own, where it knows it
    estimate : card, counts, keys -> table, curve
    extra_keys : further stored columns to count by, such as the wait in seconds
    where : a further predicate; `caveats` tell the reader why
    caveats : sentences that come before the card's own
    derived : further key -> function of the counts; such a key is always one of the result's
    privacy_filter : function of the counts -> the part to keep: they are shared, and must hold no phone number
    """
    agency = agency_of(frame)
    card = (shipped(card) if isinstance(card, str) else card).worded(agency)
    by = checked(by, card)
    counted = tally(frame, card, by, extra_keys, where)
    # Filter before the estimates: a result keeps these counts as its tally, and is shared with them.
    counted = privacy_filter(counted) if privacy_filter else counted
    counted = counted.assign(**{name: make(counted) for name, make in (derived or {}).items()})
    keys = (*by, *(derived or {}))
    table, curve = estimate(card, counted, keys)
    missing = _missing_columns(frame, card, by, counted)
    selected = tuple(getattr(frame, "selected", ()))
    left_out = _left_out_sentences(frame, card, by, counted)
    sentences = (*selected, *(caveats if len(counted) else ()), *left_out, *missing)
    is_invented = invented.is_invented(_office_names(frame, card.table))
    seen = day_of(frame, as_of)
    sums = {} if where else counted[[name for name in ("n", *card.counts) if name in counted]].sum().to_dict()
    counting = partial(account_of_frame, frame, card, where, seen, agency, sums)
    return Result(
        card, keys, table, curve, seen, sentences, counted, estimate, is_invented, agency, counting, selected=selected
    )


def _missing_columns(frame, card: Card, by, counted: pd.DataFrame) -> tuple[str, ...]:
    """A sentence on the columns a frame does not have; refuse it where nothing can be counted without them."""
    text = sql_counts.sql(card.table, [KEYS[key] for key in by], card.counts)
    missing = sql_counts.missing_columns(frame, card.table, text)
    if not missing:
        return ()
    if unsplit := [key for key in by if KEYS[key] in missing]:
        raise InvalidRequest(
            f"{card.name} cannot be split by {joined(unsplit, 'or')}: these rows have no such column",
            run=f"pass log.{card.table}, or a frame that keeps {joined(KEYS[key] for key in unsplit)}",
        )
    in_figures = [name for name in card.counted.split(" + ") if name in counted]
    needed = [name for name in missing if any(_needs_value(name, card.counts.get(figure, "")) for figure in in_figures)]
    if needed and counted["n"].sum() and not counted[in_figures].to_numpy().sum():
        raise InvalidRequest(
            f"{card.name} counts nothing in these rows: they have no column {' and no column '.join(needed)}",
            run=f"pass log.{card.table}, or a frame that keeps these columns",
        )
    return (f"These rows have no column {', '.join(missing)}: counted as if no one had noted it.",)


def _needs_value(column: str, predicate: str) -> bool:
    """Whether a predicate needs a value of a column, so that no row without one meets it.

    >>> _needs_value("in_live_hours", "(in_live_hours IS NULL OR in_live_hours)")
    False
    >>> _needs_value("wait_s", "wait_s IS NOT NULL")
    True
    """
    return column in re.findall(
        r"\w+", re.sub(rf"\b{column} IS NULL OR {column}\b|\b{column} IS (NOT (FALSE|TRUE)|NULL)\b", "", predicate)
    )


def agency_of(frame: Frame) -> Agency:
    """The agency that a log's table is about; for a bare frame, the agency that ships with the package."""
    return getattr(frame, "agency", None) or agencies.load()


def _office_names(frame, table: str) -> list[str]:
    """The ids of the offices whose rows a frame holds, as far as it shows them."""
    if (names := getattr(frame, "office_names", None)) is not None:
        return list(names)
    has_ids = "office_id" in getattr(frame, "column_names", getattr(frame, "columns", ()))
    return [office for office, _ in sql_counts.sizes(frame, table, ["office_id"])["office_id"]] if has_ids else []


def day_of(frame: Frame, as_of: Day = None) -> date | None:
    """The last day whose records a table uses: the day given, else the one the table knows."""
    day = as_of if as_of is not None else getattr(frame, "as_of", None)
    return None if day is None else day_given(day, "as_of")
