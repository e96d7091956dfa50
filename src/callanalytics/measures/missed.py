"""The agency's callbacks: how many no one answered and why, at what hour they came, and what number they showed.

Missed (the agency called, no one answered) and silent (the agency never called) are different failures of different
people and are never added.

Each function takes the table of callbacks; month and hour are those of the callback, ``hour_local`` the office's own.
Shares carry Wilson's 95 % interval, counts none. Where months differ by more than chance, the interval is widened to
match.
"""

from __future__ import annotations

from dataclasses import replace

from callanalytics import estimates
from callanalytics.estimates.intervals import OVER_DISPERSED
from callanalytics.lazy import np, pd
from callanalytics.measures.card import Excluded
from callanalytics.measures.compute import Figures, cells_of, long, measure, number, share, single, sums_by_group
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.wording import plural

# ---- months that differ ------------------------------------------------------------------------------


MIN_DF = 8  # degrees of freedom below which the figure is flagged (NCHS, rates and counts, 2023)


def _between_months(counted: pd.DataFrame, codes, groups, whole_of) -> tuple[np.ndarray, np.ndarray]:
    """How much months differ in each group: Pearson's X² over its degrees of freedom, and the degrees of freedom.

    ``groups``, ``whole_of``: as in :func:`_missed`.
    """
    n_cells = len(whole_of)
    if "month" not in counted:  # joined to quarters, which show nothing about months
        return np.full(n_cells, np.nan), np.zeros(n_cells, int)
    dated = counted["month"].notna().to_numpy()
    month, months = pd.factorize(counted["month"].to_numpy("int64", na_value=0))
    shape = len(months) or 1

    def table(group, n, name):
        values = np.where(dated, counted[name].to_numpy(), 0)
        return np.bincount(group * shape + month, values, n * shape).reshape(n, shape)

    x, whole = table(codes, n_cells, "n_missed"), table(groups, n_cells, "n_attempts")[whole_of]
    found = [estimates.dispersion(a, b) for a, b in zip(x, whole, strict=True)]
    return np.array([f.ratio for f in found], float), np.array([f.df for f in found], int)


def _as_wide_as_months(figure: Figures, ratio: np.ndarray) -> Figures:
    """A share whose Wilson interval, where months differ, uses the effective sample size: n over the dispersion."""
    with np.errstate(invalid="ignore"):
        differ = ratio > OVER_DISPERSED
    worth = np.where(differ, ratio, 1.0)  # how many cases count as one independent case
    low, high = estimates.wilson(figure.events / worth, figure.n / worth)
    shown = differ & (figure.n >= INTERVAL_MINIMUM)
    return replace(figure, low=np.where(shown, low, figure.low), high=np.where(shown, high, figure.high))


# ---- the measures ------------------------------------------------------------------------------------


ANY_HOUR = "attempts, certain or possible, and all other calls without a number"


def out_of_window_rate(callbacks: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Callback attempts outside the hours USCIS states: 7 a.m.-6:30 p.m. Eastern on a federal business day.

    Counts confirmed callbacks by phone, whichever promise they were for, whose time of day is known.

    Gives ``rate`` [share].

    >>> import pandas as pd
    >>> callbacks = pd.DataFrame({"link": "certain", "channel": "voice", "in_window": [True] * 27 + [False] * 3})
    >>> out_of_window_rate(callbacks).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30       3    0.1
    """
    return measure(callbacks, "out_of_window_rate", by, as_of=as_of)


def withheld_share(callbacks: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Callback attempts that showed no number.

    Caller ID withheld or "unknown", over attempts whose caller ID was recorded. A callback without a number is harder
    to confirm as USCIS's, so confirmed callbacks understate the share; the row ``link = possible`` includes the
    possible ones.

    Gives ``rate`` [share] by ``link``.

    >>> import pandas as pd
    >>> callbacks = pd.DataFrame({"link": ["certain"] * 30 + ["possible"] * 10, "channel": "voice",
    ...                       "caller_id": ["agency"] * 24 + ["withheld"] * 16})
    >>> withheld_share(callbacks).table.loc[:1, ["link", "n", "events", "value"]]
           link   n  events  value
    0   certain  30       6    0.2
    1  possible  40      16    0.4
    """
    return measure(callbacks, "withheld_share", by, as_of=as_of)


def missed_callbacks(callbacks: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Callback attempts that no one answered.

    Missed, voicemail, and blocked callbacks. ``count`` with ``link = certain`` counts each confirmed callback once; the
    promise is unknown for ``n_credited`` attempts, and does not matter here. With ``link = possible`` it is an upper
    bound. It adds three kinds of unanswered calls: possible callbacks, calls of USCIS for which the log holds no
    promise, and calls without a number within the stated hours. The last count even if no logged request was open: it
    may not have been logged. ``count_any_hour`` also adds all other unanswered calls without a number, in case USCIS
    does not keep to the stated hours. Do not add these counts to silent promises.

    Gives ``count`` [attempts], with n the attempts (exposure), and ``rate`` [share] and ``dispersion`` of confirmed
    attempts. Dispersion is how much months differ (Pearson's X² over its degrees of freedom; 1 is chance alone). Above
    1.5, the rate's interval uses n over the dispersion, since months are then the unit that varies. The interval also
    covers the share with all answered calls of the upper bound added, and with all its unanswered calls added. A count
    has no interval: it is what the log holds, and the two rows ``count`` give its range.

    Split by ``cause`` or ``attributed_to``, n stays the attempts of the whole group, so that the causes add up to the
    missed share. A blocked call may leave no trace, so the count is a lower bound of what USCIS tried.

    >>> import pandas as pd
    >>> callbacks = pd.DataFrame({"link": ["certain"] * 4 + ["possible"] * 2, "result": ["answered"] + ["missed"] * 5,
    ...                       "channel": "voice", "caller_id": "withheld"})
    >>> missed_callbacks(callbacks).table.loc[:3, ["link", "statistic", "n", "value"]]
           link   statistic  n  value
    0   certain       count  4    3.0
    1   certain        rate  4    NaN
    2   certain  dispersion  4    NaN
    3  possible       count  6    5.0
    """
    result = measure(callbacks, "missed_callbacks", by, as_of=as_of, estimate=_missed, extra_keys=("month",))
    rows = result.table[result.table["statistic"] == "dispersion"]
    wide = rows[rows["value"] > OVER_DISPERSED]
    result = replace(result, caveats=(*_beyond_chance(result.table, rows["value"].to_numpy()), *result.caveats))
    if not len(wide):
        return result
    caveat = (
        f"In {len(wide)} of {len(rows)} groups, months differ more than {OVER_DISPERSED:g} times as much as chance "
        f"alone would make them on average (dispersion up to {wide['value'].max():.1f}): there, the rate's interval "
        "is as wide as the months differ."
    )
    return replace(result, caveats=(caveat, *result.caveats))


def _beyond_chance(table, ratio) -> tuple[str, ...]:
    """A caveat if calls that may have been callbacks make an interval of the rate wider than one of 95%."""
    rates = table[table["statistic"] == "rate"]
    events, n = (rates[name].to_numpy(int) for name in ("events", "n"))
    own = _as_wide_as_months(share("rate", events, n, "attempts", link="certain"), ratio)
    is_wide = (rates["low"].to_numpy(float) < own.low - 1e-9) | (rates["high"].to_numpy(float) > own.high + 1e-9)
    if not is_wide.any():
        return ()
    return (
        f"In {is_wide.sum()} of {plural(len(rates), 'group')} the interval of the rate is wider than a 95% interval: "
        "it takes in the share with all calls that may have been callbacks answered, and with all of them missed.",
    )


WHY = ("cause", "attributed_to")


def _missed(card, counted, by):
    codes, cells, sums = sums_by_group(counted, by, card)
    # An answered callback has no cause, so attempts are those of the whole group, whatever the cause of a miss.
    groups, wholes = cells_of(counted, [key for key in by if key not in WHY], card)
    whole_of = groups[np.unique(codes, return_index=True)[1]]

    def exposure(*kinds):
        return sum(np.bincount(groups, counted[f"n_{kind}"], len(wholes)).astype("int64") for kind in kinds)[whole_of]

    attempts, maybe = exposure("attempts"), exposure("attempts", "maybe_attempts", "unlinked_attempts")
    upper = sums["n_missed"] + sums["n_maybe_missed"] + sums["n_unlinked"] + sums["n_hidden_inside"]
    ratio, df = _between_months(counted, codes, groups, whole_of)
    flag = np.where(np.isnan(ratio), "not_estimable", np.where(df >= MIN_DF, "ok", "small_n"))
    rate = _as_wide_as_months(share("rate", sums["n_missed"], attempts, "attempts", link="certain"), ratio)
    # Which calls are confirmed depends on what was logged, and so on how they ended. The callbacks among the other
    # calls may all have been answered, or all missed.
    others = upper - sums["n_missed"]
    least, most = sums["n_missed"] / np.maximum(maybe - others, 1), upper / np.maximum(attempts + others, 1)
    figures = [
        number("count", sums["n_missed"], attempts, "attempts", link="certain"),
        replace(rate, low=np.minimum(rate.low, least), high=np.maximum(rate.high, most)),
        single("dispersion", "index", "attempts", attempts, sums["n_missed"], ratio, flag, link="certain"),
        number("count", upper, maybe, "attempts, certain or possible", link="possible"),
        number(
            "count_any_hour",
            upper + sums["n_hidden_outside"],
            maybe + exposure("hidden_attempts"),
            ANY_HOUR,
            link="possible",
        ),
        *(number(row.count, sums[row.count], sums["n"], "callbacks") for row in card.rows if isinstance(row, Excluded)),
    ]
    # An answered call has no cause; split by cause, its group would read "cause not known: none missed".
    shown = np.repeat((upper > 0) | (not set(by) & set(WHY)), len(figures))
    return long(card, cells, figures)[shown].reset_index(drop=True), None
