"""Has the wait changed at a date known beforehand? Week by week, the trend that was there already taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.errors import CallLogError
from callanalytics.estimates import Estimate
from callanalytics.measures.result import Result
from callanalytics.measures.wait_clock import clock_of
from callanalytics.measures.weekly import CAP_S, GRACE, MONDAY, monday, weeks_of

FEWEST_CALLS = 5  # of a week
YEAR = 365.25 / 7


@dataclass(frozen=True)
class BeforeAfter:
    """What changed at a date.

    Attributes
    ----------
    step : the week's mean wait after the date over that before, the trend taken out; ``n`` counts weeks
    placebo : the same model at every other date: the rank of this one; None where nothing was attempted
    lag1 : how far a week's error still goes with the next one's
    weeks : DataFrame: ``week`` (its Monday), ``n``, ``mean_60min`` [s], ``fitted``, ``without`` [s]
    joined, left : offices whose calls begin, or end, more than four weeks inside the series
    """

    step: Estimate
    placebo: estimates.Placebo | None
    lag1: float
    weeks: pd.DataFrame
    joined: int
    left: int


def before_after(result: Result, day: date, first: date | None = None, last: date | None = None) -> BeforeAfter:
    """Interrupted time series of the weekly wait, of the moment from which most waits run (:func:`clock_of`).

    Parameters
    ----------
    result : ``wait`` by office and date
    day : the date, known beforehand to the day; a date found in the same data must not be tested here
    first, last : only calls between these dates, both included, so that no other change lies in the comparison

    Returns
    -------
    BeforeAfter
        ``step.why`` says why nothing was attempted: fewer than 12 weeks on either side. The week in which the date
        falls, unless it is a Monday, and weeks with fewer than 5 calls are left out.

    References
    ----------
    .. [1] J. Lopez Bernal, S. Cummins, A. Gasparrini, IJE 46 (2017), 348-355.

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> days = pd.date_range("2021-01-04", periods=560).repeat(4)
    >>> dials = pd.DataFrame({"date": days, "wait_s": np.random.default_rng(1).integers(600, 3000, len(days))})
    >>> dials = dials.assign(wait_kind="reached", wait_from="dial", office_id="o")
    >>> found = before_after(wait(dials, by=("office", "date")), date(2022, 1, 3))
    >>> print(f"{found.step.value:.2f} ({found.step.low:.2f} to {found.step.high:.2f}), n {found.step.n} weeks")
    1.01 (0.94 to 1.08), n 80 weeks
    """
    weeks, joined, left = _weeks(result, first, last)
    start = -(-(day - MONDAY).days // 7)  # the first week wholly after
    kept = weeks[(weeks["place"] != start - 1) | ((day - MONDAY).days % 7 == 0)].reset_index(drop=True)
    t, y, n = kept["place"].to_numpy(), np.log(kept["mean_60min"].to_numpy(float)), kept["n"].to_numpy()
    season = YEAR if len(t) and np.ptp(t) >= 2 * YEAR else 0.0

    def model(at):
        return estimates.interrupted_series(t, y, at, n=n, season=season, pairs=1, slope=False)

    found = model(start)
    if found.step.value != found.step.value:
        return BeforeAfter(found.step, None, float("nan"), weeks, joined, left)
    told = kept.assign(fitted=np.exp(found.fitted), without=np.exp(found.without))
    placebo = estimates.placebo_dates(model, t, start)
    return BeforeAfter(_ratio(found.step), placebo, found.lag1, told, joined, left)


@dataclass(frozen=True)
class Found:
    """A week at which the level may have changed: the first Monday of the new level, between which Mondays it may as
    well lie (95 %), and the mean wait after over that before."""

    week: date
    earliest: date
    latest: date
    ratio: float


@dataclass(frozen=True)
class Search:
    """What a search for changes found: nothing, too, or not tried because of `why`; `n` weeks were looked at."""

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
            f"the week of {_day(one.week)} (as well between {_day(one.earliest)} and {_day(one.latest)}), to "
            f"{one.ratio:.2f} times"
            for one in self.found
        )
        return (
            f"A search over {self.n} weeks for dates at which the wait changed found {len(self.found)}: {dates}. They "
            "were chosen because they look strongest: questions and no findings, which only later weeks can confirm."
        )


def search_changes(result: Result) -> Search:
    """Weeks at which the level of the wait may have changed, when no date is known: it may find none.

    Of the moment from which most waits run (:func:`clock_of`). Exploratory: weeks next to each other may be alike, and
    a change has to stand out from that. A date found here must not be tested by :func:`before_after` on the same calls.

    Parameters
    ----------
    result : ``wait`` by office and date

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> days = pd.date_range("2021-01-04", periods=560).repeat(4)
    >>> dials = pd.DataFrame({"date": days, "wait_s": np.random.default_rng(1).integers(600, 3000, len(days))})
    >>> dials = dials.assign(wait_kind="reached", wait_from="dial", office_id="o")
    >>> search_changes(wait(dials, by=("office", "date"))).sentence
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
    """The weekly means from the daily counts, and how many offices join or leave on the way."""
    if [key for key in result.by if key != "wait_from"] != ["office", "date"]:
        raise CallLogError(
            f"{result.card.name} is split by {', '.join(result.by) or 'nothing'}",
            wanted="split by office and date",
            do='take the measure by=("office", "date")',
        )
    rows = result.curve
    if rows is not None:
        rows = rows[(rows["wait_from"] == clock_of(result)) & rows["date"].notna()]
        days = pd.to_datetime(rows["date"])
        inside = pd.Series(True, rows.index)
        inside &= days >= pd.Timestamp(first) if first else True
        inside &= days <= pd.Timestamp(last) if last else True
        rows = rows[inside]
    if rows is None or not len(rows):
        return pd.DataFrame({"place": [], "week": [], "n": [], "mean_60min": []}), 0, 0
    place = weeks_of(rows["date"])
    cells, week = np.unique(place, return_inverse=True)
    lost = (rows["gave_up"] + rows["cut_off"]).to_numpy()
    curves = estimates.kaplan_meier(week, rows["t_s"].to_numpy(), rows["reached"].to_numpy(), lost, len(cells))
    n = np.bincount(week, rows["reached"].to_numpy() + lost, len(cells)).astype(int)
    mean = curves.restricted_mean(CAP_S)[0]
    frame = pd.DataFrame({"place": cells, "week": monday(cells), "n": n, "mean_60min": mean})
    ends = pd.Series(place).groupby(rows["office"].to_numpy()).agg(["min", "max"])
    joined, left = int((ends["min"] > cells[0] + GRACE).sum()), int((ends["max"] < cells[-1] - GRACE).sum())
    return frame[(n >= FEWEST_CALLS) & np.isfinite(mean)].reset_index(drop=True), joined, left


def _day(day: date) -> str:
    """
    >>> _day(date(2022, 1, 3))
    'January 3, 2022'
    """
    return f"{day:%B} {day.day}, {day.year}"


def _ratio(step):
    """A step of logarithms as a ratio."""
    value, low, high = (float(np.exp(v)) for v in (step.value, step.low, step.high))
    words = f"weekly mean to 60 minutes, {step.method}"
    return Estimate(value, low, high, step.n, "weeks", words, step.level, step.se, step.p, step.flag)
