"""How long callers wait for a person, what holding costs them, and what others' published rules make of the same calls.

All take the table of agency calls. ``wait_origin`` is always a key: times from dialing and times from entering the
queue are neither pooled nor added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from callanalytics import estimates
from callanalytics.lazy import np
from callanalytics.measures.card import Rule, shipped
from callanalytics.measures.compute import (
    check_above_zero,
    enough_waits,
    estimated,
    figures_table,
    measure,
    sample_flag,
    share,
    single,
    sums_by_group,
    with_key,
)
from callanalytics.measures.definitions import (
    INTERVAL_MINIMUM,
    MEAN_MINIMUM,
    SHARE_MINIMUM,
    unreached,
)
from callanalytics.measures.log_quality import noted_unevenly
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.measures.wait_curves import QUEUED, capped_mean, chance, curves_of, mean_of_answered, times, within
from callanalytics.wording import words_for

WITHIN_S = (900, 1800, 3600, 5400)
OF_A_TIER = (
    "By tier, only calls that reached a person count, since no other call has a tier; so these waits are shorter than "
    "those of all callers."
)


def wait(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Time from dialing (or from the point the log counts from [``wait_origin``]) to a live person.

    A caller who reached a person waited as long as logged; one who hung up or was cut off waited *at least* as long. A
    call that never queued is not in the population; a call without a logged wait, or without its end, is in no curve.
    All are counted, and so are calls outside staffed hours. ``wait_origin`` is always a key: waits with different
    starting points are never pooled.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by; with ``tier``, only calls that reached a person count, since no other has a tier

    Returns
    -------
    Result
        ``median``, ``p90``, ``mean_120min`` (mean of the wait, capped at two hours) [s] with 95 % intervals.
        ``median_if_reached_next`` and ``median_if_never_reached`` [s]: if every lost caller had been about to get
        through, or never had. ``heaping_index`` (1: no one rounds, 5: all waits are multiples of 5 minutes; above 2.5
        they are heaped). ``median_spread``, ``p90_spread`` [s]: each heap spread evenly over the waits that round to
        it. ``share_censored``, ``share_unknown``, and counts of calls. ``curve``: S(t) and its limits.

    Notes
    -----
    The median is the first time with S(t) <= 1/2, its interval the times at which the log-log band gets there. A
    limit that does not exist is flagged ``one_sided``; a curve that never falls that far, ``not_estimable``.

    People write "30 minutes". A wait is spread if it was logged to five minutes or coarser, or if it is a multiple of
    five and the index is above 2.5. It is spread evenly over half a grid on either side, for callers who hung up too,
    and Kaplan-Meier is computed again. This assumes that people round to the nearest; where they round up, every figure
    is half a grid too long. How often the group's waits end on each minute shows whether a multiple of five was rounded
    to 5, 10, 15, or 30 minutes. Where nothing is rounded, both medians are the same; otherwise the intervals of
    ``median`` and ``p90`` include those of the spread ones.

    References
    ----------
    .. [1] L. Brown et al., "Statistical analysis of a telephone call center", JASA 100 (2005), 36-50.
    .. [2] D. Heitjan, D. Rubin, "Inference from coarse data via multiple imputation with application to age heaping",
           JASA 85 (1990), 304-314.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_s": [600, 1200, 1500, 2400, 3000, 1800, 1800, 3000] * 3,
    ...                       "wait_outcome": (["reached"] * 5 + ["gave_up"] * 3) * 3, "wait_origin": "dial"})
    >>> wait(calls).table.loc[:1, ["wait_origin", "statistic", "n", "events", "value", "flag"]]
      wait_origin statistic   n  events   value     flag
    0        dial    median  24      15  2400.0       ok
    1        dial       p90  24      15     NaN  small_n
    """
    return _waits(agency_calls, "wait", by, as_of, times, extra_keys=("wait_s", "wait_rounding_s"))


def service_level(
    agency_calls: Frame, by: Keys = (), *, within_s: Sequence[int] = WITHIN_S, as_of: Day = None
) -> Result:
    """Chance of a live person within so many minutes.

    ``within_60min`` is what a caller who stays can expect: a caller who hung up or was cut off counts as having waited
    at least that long. Many write "an hour" for 57 or 62 minutes, so ``sooner_than_60min`` counts waits logged as
    exactly an hour as longer: the truth is between the two. ``answered_within_60min`` is the industry's figure:
    answered by then ÷ all who queued, as if those who hung up earlier could never have got through.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by
    within_s : times [s]

    Returns
    -------
    Result
        Shares, 0-1, with 95 % intervals (log-log; Wilson).

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_s": [600, 1200, 1500, 2400, 3000, 1800, 1800, 3000] * 4,
    ...                       "wait_outcome": (["reached"] * 5 + ["gave_up"] * 3) * 4, "wait_origin": "dial"})
    >>> service_level(calls, within_s=[2400]).table.loc[:2, ["statistic", "n", "events", "value"]].round(3)
                   statistic   n  events  value
    0           within_40min  32      16  0.583
    1      sooner_than_40min  32      12  0.375
    2  answered_within_40min  32      16  0.500
    """
    times_s = tuple(within_s) if isinstance(within_s, Iterable) and not isinstance(within_s, str) else (within_s,)
    for time_s in times_s:
        check_above_zero(time_s, "a time to be answered within is", "seconds, as in within_s=(900, 3600)")
    return _waits(agency_calls, "service_level", by, as_of, partial(within, within_s=times_s))


def average_speed_of_answer(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Mean wait of answered calls: what an agency would publish.

    It excludes callers who hung up or were cut off, so it is shorter than the wait and falls when callers give up
    sooner. Use it only to compare with an agency's own figure, never as a finding.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by

    Returns
    -------
    Result
        ``mean`` [s] with Student's 95 % interval.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_s": [600, 1200] * 10 + [7200], "wait_outcome": ["reached"] * 20 + ["gave_up"],
    ...                       "wait_origin": "dial"})
    >>> average_speed_of_answer(calls).table.loc[:0, ["n", "value"]]
        n  value
    0  20  900.0
    """
    return _waits(agency_calls, "average_speed_of_answer", by, as_of, mean_of_answered)


def _waits(agency_calls, card, by, as_of, estimate, extra_keys=("wait_s",)):
    """A measure of waits, always split by their starting point; by tier, only over calls that reached a person."""
    by = with_key(by, "wait_origin")
    only, caveats = ("wait_outcome = 'reached'", (OF_A_TIER,)) if "tier" in by else ("", ())
    caveats += noted_unevenly(agency_calls)
    return measure(
        agency_calls, card, by, as_of=as_of, estimate=estimate, extra_keys=extra_keys, where=only, caveats=caveats
    )


# ---- what holding costs ------------------------------------------------------------------------------


def hold_per_answer(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Time on hold for each conversation: all time on hold, whether or not a person answered, over live answers.

    What one conversation with a person costs a caller in minutes: minutes of calls that were given up or cut off count
    too. It is also the mean of the wait if the chance of getting through were the same at every moment. Gives
    ``hold_per_answer`` [s] with a 95 % interval (linearized ratio on the log scale); n is calls that queued, events is
    live answers.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_s": [1200, 2400] * 10, "wait_outcome": ["gave_up", "reached"] * 10,
    ...                       "wait_origin": "dial"})
    >>> hold_per_answer(calls).table.loc[:0, ["wait_origin", "statistic", "n", "events", "value"]]
      wait_origin        statistic   n  events   value
    0        dial  hold_per_answer  20      10  3600.0
    """
    return _waits(agency_calls, "hold_per_answer", by, as_of, _per_answer)


def hours_on_hold(agency_calls: Frame, by: Keys = (), *, per_hour: float | None = None, as_of: Day = None) -> Result:
    """Time on hold in all, and what it costs at a stated rate.

    A sum over logged waits, and so a lower bound: calls without a logged wait are counted separately and add nothing.
    It has no interval, since it is not an estimate. Gives ``held`` [s], and with a rate ``cost`` [in the rate's
    currency]; n is calls that queued.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by
    per_hour : cost of an hour of the person who holds, such as 95 for a paralegal at $95

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_s": [1200, 2400], "wait_outcome": ["gave_up", "reached"], "wait_origin": "dial"})
    >>> hours_on_hold(calls, per_hour=95).table.loc[:1, ["statistic", "unit", "n", "value"]]
      statistic  unit  n   value
    0      held     s  2  3600.0
    1      cost  cost  2    95.0
    """
    if per_hour is not None:
        check_above_zero(per_hour, "a rate per hour is an amount", "such as 95")
    by, estimate = with_key(by, "wait_origin"), partial(_in_all, per_hour=per_hour)
    return measure(agency_calls, "hours_on_hold", by, as_of=as_of, estimate=estimate, extra_keys=("wait_s",))


def _sums(card, counted, by):
    """The groups, their counts, calls with a wait, and the sums of waits, of their squares, and of answered waits."""
    codes, cells, sums = sums_by_group(counted, by, card)
    answered = counted["n_reached"].to_numpy(float)
    many = answered + unreached(counted).to_numpy()
    wait = np.where(many > 0, counted["wait_s"].to_numpy(float, na_value=0), 0)
    added = (np.bincount(codes, w, len(cells)) for w in (many * wait, many * wait**2, answered * wait))
    return cells, sums, sums["n_reached"] + unreached(sums), *added


def _per_answer(card, counted, by):
    cells, sums, n, total, squares, of_answered = _sums(card, counted, by)
    reached = sums["n_reached"]
    found = estimates.ratio(total, squares, of_answered, reached, n)
    figure = estimated("hold_per_answer", "s", QUEUED, n, reached, found, enough_waits(n, reached))
    return figures_table(card, cells, sums, [figure]), None


def _in_all(card, counted, by, *, per_hour):
    cells, sums, n, total, *_ = _sums(card, counted, by)
    figures = [single("held", "s", QUEUED, n, n, total)]
    if per_hour is not None:
        figures.append(single("cost", "cost", QUEUED, n, n, total / 3600 * per_hour))
    return figures_table(card, cells, sums, figures), None


# ---- by the rules of others --------------------------------------------------------------------------


OURS = "this project"
FIGURES = ("abandonment", "service_level", "answered", "average_wait")
TERMS = (
    "answered gave_up cut_off answered_in_time gave_up_in_time gave_up_short callback_taken left_in_ivr solved_in_ivr"
).split()
WHY_OURS = words_for("why_ours")


def rules() -> list[Rule]:
    """The other organizations' rules, in the order of their file."""
    return [row for row in shipped("reconcile").rows if isinstance(row, Rule)]


def reconcile(agency_calls: Frame, by: Keys = (), *, within_s: int = 3600, as_of: Day = None) -> Result:
    """The same calls under other organizations' published rules, and why each differs from this project's.

    An agency may answer with a number defined differently. These are the figures that call-center software, the IRS,
    and the SSA would have published for these calls, next to this project's. They are ``abandonment``,
    ``service_level`` (answered in time), ``answered`` [share], and ``average_wait`` [s]. ``rule`` names the rule;
    ``why`` says in a sentence why it differs. ``wait_origin`` is always a key: the industry's waits start in the queue,
    this project's mostly at dialing, so its waits are longer under any rule. Queue callbacks (``promised = queue``)
    differ from callbacks by Tier 2; only queue callbacks are counted as the SSA counts them.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by
    within_s : what "in time" means [s]

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_s": [20] * 60 + [90] * 20 + [40] * 20, "wait_origin": "queue",
    ...                       "wait_outcome": ["reached"] * 80 + ["gave_up"] * 20, "outcome": "unknown"})
    >>> level = reconcile(calls, within_s=60).table.query("statistic == 'service_level'").set_index("rule")
    >>> level.loc[["Asterisk ServiceLevelPerf", "Asterisk ServiceLevelPerf2", "Genesys Cloud, abandons in"], "value"]
    rule
    Asterisk ServiceLevelPerf     0.75
    Asterisk ServiceLevelPerf2    0.80
    Genesys Cloud, abandons in    0.60
    Name: value, dtype: float64
    """
    check_above_zero(within_s, "what counts as in time is a time", "seconds, such as 3600")
    by = with_key(by, "wait_origin")
    estimate = partial(_under_all, within_s=within_s)
    return measure(agency_calls, "reconcile", by, as_of=as_of, estimate=estimate, extra_keys=("wait_s",))


def _under_all(card, counted, by, *, within_s):
    # The curves use this name; here it omits callers who took an automatic callback.
    counted = counted.assign(n_reached=counted["n_answered"])
    codes, cells, sums, rows, curves = curves_of(card, counted, by)
    wait = counted["wait_s"].to_numpy(float, na_value=np.nan)
    figures = _estimates_by_our_rule(sums, rows, curves, within_s)
    for rule in rules():
        terms = _counts(counted, wait, within_s, rule.short_s)
        n, events = (
            np.bincount(codes, sum(sign * terms[term] for sign, term in side), len(cells)).astype("int64")
            for side in (rule.n, rule.events)
        )
        if rule.figure == "average_wait":
            figures.append(_mean(rule, terms, wait, codes, n, len(cells)))
        elif rule.is_ratio:  # a ratio of two counts is not a share, so it has no interval of a share
            value = np.where(n >= INTERVAL_MINIMUM, events / np.maximum(n, 1), np.nan)
            flag = sample_flag(n >= SHARE_MINIMUM, n)
            figures.append(single(rule.figure, "ratio", rule.formula(), n, events, value, flag, rule=rule.rule))
        else:
            figures.append(share(rule.figure, events, n, rule.formula(), rule=rule.rule))
    figures.sort(key=lambda figure: FIGURES.index(figure.statistic))
    table = figures_table(card, cells, sums, figures)
    why = {(figure, OURS): reason for figure, reason in WHY_OURS.items()}
    why |= {(rule.figure, rule.rule): rule.why for rule in rules()}
    named = zip(table["statistic"], table["rule"], strict=True)
    return table.assign(why=np.array([why.get(pair) for pair in named], object)), None


def _counts(counted, wait, within_s, short_s):
    """Every term a rule may name: the number of calls in each row of the table of counts."""
    terms = {name: counted[f"n_{name}"].to_numpy() for name in TERMS if f"n_{name}" in counted}
    terms["gave_up"] = terms["gave_up"] + counted["n_no_person"].to_numpy()
    in_time = wait <= within_s
    return terms | {
        "answered_in_time": np.where(in_time, terms["answered"], 0),
        "gave_up_in_time": np.where(in_time, terms["gave_up"], 0),
        "gave_up_short": np.where(wait < short_s, terms["gave_up"], 0),
    }


def _mean(rule, terms, wait, codes, n, n_cells):
    many = sum(sign * terms[term] for sign, term in rule.events)
    held = np.where(many > 0, wait, 0)
    total, squares = (np.bincount(codes, many * held**p, n_cells) for p in (1, 2))
    value, low, high = estimates.mean(total, squares, n)
    found = value, np.maximum(low, 0), high
    return estimated("average_wait", "s", rule.formula(), n, n, found, n >= MEAN_MINIMUM, rule=rule.rule)


def _estimates_by_our_rule(sums, rows, curves, within_s):
    gave_up = sums["n_gave_up"] + sums["n_no_person"]
    n = sums["n_answered"] + gave_up + sums["n_cut_off"]
    in_time = np.bincount(rows["cell"], np.where(rows["t_s"] <= within_s, rows["n_reached"], 0), len(n)).astype("int64")
    level = chance("service_level", n, in_time, *curves.survival_at(within_s), rule=OURS)
    reached = sums["n_answered"]
    mean = estimated("average_wait", "s", QUEUED, n, reached, capped_mean(curves), enough_waits(n, reached), rule=OURS)
    return [share("abandonment", gave_up, n, QUEUED, rule=OURS), level, mean]
