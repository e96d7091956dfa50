"""The wait week by week: who logged in each week, whether it changed at a known date, and a search for other dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from callanalytics import estimates, wording
from callanalytics.errors import InvalidRequest, day_given
from callanalytics.estimates import Estimate
from callanalytics.estimates.intervals import student_quantile
from callanalytics.lazy import np, pd
from callanalytics.measures.compute import (
    enough_waits,
    estimated,
    figures_table,
    group_by_group,
    long,
    measure,
    single,
    sums_by_group,
    with_key,
)
from callanalytics.measures.definitions import (
    GRACE,
    WAIT_COUNTS,
    WEEK_MINIMUM,
    WEEK_REACHED_MINIMUM,
    unreached,
)
from callanalytics.measures.log_quality import noted_unevenly
from callanalytics.measures.result import Result, Sentence, check_result, clock_of
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.measures.wait_curves import QUEUED
from callanalytics.wording import ordinal, plural

WEEK_CAP_S = 3600  # a week's mean counts each wait up to one hour; in few weeks do calls reach further
MONDAY = date(1970, 1, 5)
OF_STEADY = "the same, from offices that logged from beginning to end"


def weeks_of(dates) -> np.ndarray:
    """The number of each date's week, counted from Monday, January 5, 1970.

    >>> weeks_of(pd.Series(pd.to_datetime(["1970-01-11", "1970-01-12"]))).tolist()
    [0, 1]
    """
    days = pd.to_datetime(pd.Series(dates)).to_numpy().astype("datetime64[D]")
    return (days - np.datetime64(MONDAY)).astype(int) // 7


def monday(week) -> np.ndarray:
    """The Monday of each week number."""
    return np.datetime64(MONDAY) + 7 * np.asarray(week, int)


def weekly_wait(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Wait of each week, Monday to Sunday.

    A line over time also moves when callers change. So each week shows how many offices logged in it and how many
    joined or left, and gives the same figures for the offices that logged from beginning to end. Weeks without a call
    are rows too.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by; the week (its Monday) is always added

    Returns
    -------
    Result
        ``median``, ``mean_60min`` [s] with 95 % intervals (log-log; Student, with one degree of freedom fewer than
        calls that reached a person). ``median_steady``, ``mean_60min_steady`` [s]: for the offices that logged from
        beginning to end. ``offices``, ``offices_steady``, ``joined``, ``left`` [offices]. n is calls that queued,
        events is live answers.

    Notes
    -----
    The intervals assume independent calls within a week. Neighboring weeks are alike, so do not read a step or a trend
    off the line; use :func:`before_after` for that.

    Examples
    --------
    >>> days = pd.date_range("2022-01-03", periods=14).repeat(4)
    >>> calls = pd.DataFrame({"date": days, "wait_s": [600, 1200, 1800, 2400] * 14, "office_id": ["a", "b"] * 28})
    >>> table = weekly_wait(calls.assign(wait_outcome="reached", wait_origin="dial")).table
    >>> table.loc[table["statistic"].isin(["median", "offices"]), ["week", "statistic", "n", "value"]]
             week statistic   n   value
    0  2022-01-03    median  28  1200.0
    4  2022-01-03   offices  28     2.0
    8  2022-01-10    median  28  1200.0
    12 2022-01-10   offices  28     2.0
    """
    by = with_key(by, "wait_origin")
    extra_keys = ("office_id", "date", "wait_s")
    return measure(
        agency_calls, "weekly_wait", by, as_of=as_of, estimate=_by_week, extra_keys=extra_keys, derived={"week": _week},
        caveats=noted_unevenly(agency_calls),
    )  # fmt: skip


def _week(counted):
    """The Monday of each row; none without a date."""
    week = pd.Series(pd.NaT, counted.index, dtype="datetime64[ns]")
    dated = counted["date"].notna()
    week[dated] = monday(weeks_of(counted.loc[dated, "date"])).astype("datetime64[ns]")
    return week


def _by_week(card, counted, by):
    groups = tuple(key for key in by if key != "week")
    codes, cells, sums = sums_by_group(counted, groups, card)
    dated = counted["week"].notna().to_numpy()
    week = np.full(len(counted), -1)
    week[dated] = weeks_of(counted.loc[dated, "week"])
    first = int(week[dated].min()) if dated.any() else 0
    n_weeks = int(week.max()) - first + 1 if dated.any() else 0
    grid = cells.iloc[np.repeat(np.arange(len(cells)), n_weeks)].reset_index(drop=True)
    grid = grid.assign(week=np.tile(monday(first + np.arange(n_weeks)).astype("datetime64[ns]"), len(cells)))
    names = next((counted[name] for name in ("office", "office_id") if name in counted), None)
    office = np.zeros(len(counted), int) if names is None else pd.factorize(names)[0]
    logged = _offices_throughout(codes[dated], office[dated], week[dated] - first, len(cells), n_weeks)
    noted = dated & (counted[list(WAIT_COUNTS)].sum(axis=1).to_numpy() > 0)
    index = codes * n_weeks + week - first
    figures = _figures(index[noted], office[noted], counted[noted], len(cells) * n_weeks, logged)
    line, rest = long(card, grid, figures), figures_table(card, cells.assign(week=pd.NaT), sums)
    return group_by_group(len(cells), by, line, rest), None


def _offices_throughout(group, office, week, n_cells, n_weeks):
    """The offices that logged throughout, and how many others joined, or left, in each week of each group."""
    # Uses every dated call, with a wait or not, in any group: an office joins once.
    # An office that began within the first weeks counts as there all along; only a later start changes who calls.
    there = pd.Series(week).groupby(office).agg(["min", "max"])
    late, early = (there["min"] > GRACE).to_numpy(), (there["max"] < n_weeks - 1 - GRACE).to_numpy()
    in_group = np.zeros((n_cells, len(there)), bool)
    in_group[group, there.index.get_indexer(office)] = True
    joined, left = np.zeros((n_cells, n_weeks)), np.zeros((n_cells, n_weeks))
    for moves, which, weeks_of_offices in ((joined, late, there["min"]), (left, early, there["max"])):
        for i in np.flatnonzero(which):
            moves[:, weeks_of_offices.iloc[i]] += in_group[:, i]
    return there.index.to_numpy()[~late & ~early], joined.ravel(), left.ravel()


def _figures(index, office, counted, size, logged):
    """The weekly figures of every group: all offices, those that stayed, and how many there were."""
    reached = counted["n_reached"].to_numpy()
    lost = unreached(counted).to_numpy()
    wait = counted["wait_s"].to_numpy("int64", na_value=0)
    n, events = (np.bincount(index, v, size).astype("int64") for v in (reached + lost, reached))
    steady, joined, left = logged
    stayed = np.isin(office, steady)
    count = partial(single, unit="offices", cases=QUEUED, n=n, events=events)
    return [
        *_times("", index, wait, reached, lost, size),
        *_times("_steady", *(v[stayed] for v in (index, wait, reached, lost)), size),
        count("offices", value=_distinct(index, office, size)),
        count("offices_steady", value=_distinct(index[stayed], office[stayed], size)),
        count("joined", value=joined),
        count("left", value=left),
    ]


def _times(suffix, index, wait, reached, lost, size):
    curves = estimates.kaplan_meier(index, wait, reached, lost, size)
    n, events = (np.bincount(index, v, size).astype("int64") for v in (reached + lost, reached))
    enough = enough_waits(n, events)
    some = (n >= WEEK_MINIMUM) & (events >= WEEK_REACHED_MINIMUM)
    mean, se = curves.restricted_mean(WEEK_CAP_S)
    half = student_quantile(np.maximum(events - 1, 1)) * se
    band = np.clip(mean - half, 0, None), np.clip(mean + half, None, WEEK_CAP_S)
    cases = OF_STEADY if suffix else QUEUED
    for name, shown, found in (
        ("median", enough, curves.quantile(0.5)),
        ("mean_60min", some, (mean, *band)),
    ):
        figure = estimated(f"{name}{suffix}", "s", cases, n, events, found, shown, needs_limits=True)
        # A mean is shown for fewer calls than a median, and flagged then.
        yield replace(figure, flag=np.where((figure.flag == "ok") & ~enough, "small_n", figure.flag))


def _distinct(index, office, size):
    """How many different offices have a row at each index."""
    pairs = np.unique(np.column_stack((index, office)), axis=0) if len(index) else np.zeros((0, 2), int)
    return np.bincount(pairs[:, 0], minlength=size)


# ---- before and after a date -------------------------------------------------------------------------


MIN_CALLS_OF_WEEK = 5  # a week with fewer calls is left out
YEAR = 365.25 / 7


@dataclass(frozen=True, repr=False)
class BeforeAfter(Sentence):
    """What changed at a date.

    Attributes
    ----------
    step : ratio of the weekly mean wait after the date to that before, with the trend removed; ``n`` counts weeks
    placebo : the rank of this date's step among those of the same model at other dates; None where nothing was tried
    lag1 : the correlation that remains between a week's error and the next one's
    weeks : DataFrame: ``week`` (its Monday), ``n``, ``mean_60min`` [s], ``fitted``, ``without`` [s]
    joined, left : offices whose calls begin, or end, more than four weeks inside the series
    day : the date
    as_of : the last day whose records the figures use
    is_invented : counted from the invented sample
    """

    step: Estimate
    placebo: estimates.Placebo | None
    lag1: float
    weeks: pd.DataFrame
    joined: int
    left: int
    day: date
    as_of: date | None = None
    is_invented: bool = False

    @property
    def sentence(self) -> str:
        """The outcome, and how unusual a step of this size is among dates at which nothing happened."""
        if self.step.value != self.step.value:
            why = self.step.why or "the change is not known"
            return f"No comparison at {wording.day(self.day)} was made: {why}."
        return f"From {wording.day(self.day)} on, {self.change}"

    @property
    def change(self) -> str:
        """The outcome without its date."""
        step = self.step
        few = "; short series" if step.flag == "small_n" else ""
        sure = f"95% interval {step.low:.2f}–{step.high:.2f}; {plural(step.n, 'week')}{few}"
        outcome = f"the wait went to {step.value:.2f} times what it was ({sure})."
        if self.placebo is None:
            return outcome
        rank, n = self.placebo.rank, self.placebo.n
        # By chance, one in 20 dates ranks this high: 5 %.
        usual = "unusual" if rank <= max(1, n // 20) else "not unusual"
        return f"{outcome} That step ranks {ordinal(rank)} of {n} dates: {usual}."


def before_after(result: Result, day: date | str, first: Day = None, last: Day = None) -> BeforeAfter:
    """Interrupted time series of the weekly wait, for the starting point of most waits (:func:`clock_of`).

    Parameters
    ----------
    result : ``wait`` by office and date
    day : the date, known beforehand to the day; do not test a date found in the same data
    first, last : use only calls between these dates, inclusive, so that no other change is in the comparison

    Returns
    -------
    BeforeAfter
        ``step.why`` says why nothing was tried: fewer than 12 weeks on either side. The week of the date, unless the
        date is a Monday, and weeks with fewer than 5 calls are left out.

    References
    ----------
    .. [1] J. Lopez Bernal, S. Cummins, A. Gasparrini, IJE 46 (2017), 348-355.

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> days = pd.date_range("2021-01-04", periods=560).repeat(4)
    >>> calls = pd.DataFrame({"date": days, "wait_s": np.random.default_rng(1).integers(600, 3000, len(days))})
    >>> calls = calls.assign(wait_outcome="reached", wait_origin="dial", office_id="o")
    >>> found = before_after(wait(calls, by=("office", "date")), date(2022, 1, 3))
    >>> print(f"{found.step.value:.2f} ({found.step.low:.2f} to {found.step.high:.2f}), n {found.step.n} weeks")
    1.01 (0.94 to 1.08), n 80 weeks
    """
    weeks, joined, left = _weeks(result, first, last)
    if day is None:
        raise InvalidRequest("a change is looked for at a day", wanted="a date known beforehand, as in 2021-12-16")
    known_day = day_given(day, "the day of a change")
    # The week of the date belongs to neither side, unless the date is its Monday.
    # The two minus signs round up.
    start = -(-(known_day - MONDAY).days // 7)  # the first week wholly after
    kept = weeks[(weeks["place"] != start - 1) | ((known_day - MONDAY).days % 7 == 0)].reset_index(drop=True)
    t, y, n = kept["place"].to_numpy(), np.log(kept["mean_60min"].to_numpy(float)), kept["n"].to_numpy()
    # Less than two years of data cannot separate a season from a trend.
    season = YEAR if len(t) and np.ptp(t) >= 2 * YEAR else 0.0

    def model(start_week):
        return estimates.interrupted_series(t, y, start_week, n=n, season=season)

    found = model(start)
    step = found.step
    seen = (known_day, result.as_of, result.is_invented)
    if step.value != step.value:
        return BeforeAfter(step, None, float("nan"), weeks, joined, left, *seen)
    fitted_weeks = kept.assign(fitted=np.exp(found.fitted), without=np.exp(found.without))
    placebo = estimates.placebo_dates(model, t, start)
    value, low, high = (float(np.exp(v)) for v in (step.value, step.low, step.high))
    words = f"weekly mean to 60 minutes, {step.method}"
    ratio = Estimate(value, low, high, step.n, "weeks", words, step.level, step.se, step.p, step.flag)
    return BeforeAfter(ratio, placebo, found.lag1, fitted_weeks, joined, left, *seen)


@dataclass(frozen=True)
class Found:
    """A week at which the level may have changed: the first Monday of the new level, the range of Mondays where it may
    be instead (95 %), and the ratio of the mean wait after to that before."""

    week: date
    earliest: date
    latest: date
    ratio: float


@dataclass(frozen=True, repr=False)
class Search(Sentence):
    """The result of a search for changes: dates, none, or not tried because of `why`; `n` weeks were searched."""

    found: tuple[Found, ...]
    n: int
    why: str = ""

    @property
    def sentence(self) -> str:
        """The outcome, with the warning that belongs to it."""
        if self.why:
            return f"No search for other dates was made: {self.why}."
        if not self.found:
            return f"A search over {self.n} weeks for any other date at which the wait changed found none."
        dates = "; ".join(
            "the week of {} (as well between {} and {}), to {:.2f} times".format(
                *map(wording.day, (one.week, one.earliest, one.latest)), one.ratio
            )
            for one in self.found
        )
        return (
            f"A search over {self.n} weeks for dates at which the wait changed found {len(self.found)}: {dates}. They "
            "were chosen because they look strongest: questions and no findings, which only later weeks can confirm."
        )


def search_changes(result: Result) -> Search:
    """Search for weeks at which the level of the wait may have changed, when no date is known; it may find none.

    Uses the starting point of most waits (:func:`clock_of`). Exploratory: neighboring weeks may be alike, and a change
    must exceed that. Do not test a date found here with :func:`before_after` on the same calls.

    Parameters
    ----------
    result : ``wait`` by office and date

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> days = pd.date_range("2021-01-04", periods=560).repeat(4)
    >>> calls = pd.DataFrame({"date": days, "wait_s": np.random.default_rng(1).integers(600, 3000, len(days))})
    >>> calls = calls.assign(wait_outcome="reached", wait_origin="dial", office_id="o")
    >>> search_changes(wait(calls, by=("office", "date"))).sentence
    'A search over 80 weeks for any other date at which the wait changed found none.'
    """
    weeks, _, _ = _weeks(result, None, None)
    seen = [day.date() for day in pd.to_datetime(weeks["week"])]
    changes = estimates.change_points(np.log(weeks["mean_60min"].to_numpy(float)), alike=True)
    if changes.why:
        return Search((), len(seen), changes.why.replace("points", "weeks"))
    ratios = np.exp(np.diff(changes.levels))
    found = [
        Found(seen[after + 1], seen[first + 1], seen[min(last + 1, len(seen) - 1)], float(ratio))
        for after, (first, last), ratio in zip(changes.after, changes.spans, ratios, strict=True)
    ]
    return Search(tuple(found), len(seen))


def _weeks(result, first, last):
    """The weekly means from the daily counts, and how many offices join or leave within the series."""
    check_result(result, "wait", ("office", "date"))
    first, last = (day and day_given(day, name) for day, name in ((first, "first"), (last, "last")))
    rows = result.curve
    if rows is not None:
        rows = rows[(rows["wait_origin"] == clock_of(result)) & rows["date"].notna()]
        days = pd.to_datetime(rows["date"])
        inside = pd.Series(True, rows.index)
        inside &= days >= pd.Timestamp(first) if first else True
        inside &= days <= pd.Timestamp(last) if last else True
        rows = rows[inside]
    if rows is None or not len(rows):
        return pd.DataFrame({"place": [], "week": [], "n": [], "mean_60min": []}), 0, 0
    index = weeks_of(rows["date"])
    cells, week = np.unique(index, return_inverse=True)
    lost = unreached(rows, "").to_numpy()
    curves = estimates.kaplan_meier(week, rows["t_s"].to_numpy(), rows["reached"].to_numpy(), lost, len(cells))
    n = np.bincount(week, rows["reached"].to_numpy() + lost, len(cells)).astype(int)
    mean = curves.restricted_mean(WEEK_CAP_S)[0]
    frame = pd.DataFrame({"place": cells, "week": monday(cells), "n": n, "mean_60min": mean})
    ends = pd.Series(index).groupby(rows["office"].to_numpy()).agg(["min", "max"])
    joined, left = int((ends["min"] > cells[0] + GRACE).sum()), int((ends["max"] < cells[-1] - GRACE).sum())
    return frame[(n >= MIN_CALLS_OF_WEEK) & np.isfinite(mean)].reset_index(drop=True), joined, left
