"""The same calls under other organizations' rules: what they would have published, and why it differs."""

from __future__ import annotations

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
    with_key,
)
from callanalytics.measures.definitions import (
    INTERVAL_MINIMUM,
    MEAN_MINIMUM,
    SHARE_MINIMUM,
)
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.measures.wait_curves import QUEUED, capped_mean, chance, curves_of

OURS = "this project"
FIGURES = ("abandonment", "service_level", "answered", "average_wait")
TERMS = (
    "answered gave_up cut_off answered_in_time gave_up_in_time gave_up_short callback_taken left_in_ivr solved_in_ivr"
).split()
WHY_OURS = {
    "abandonment": "Callers who hung up while queued, over all that queued, cut off or not; no short call is left out.",
    "service_level": "A caller who hung up counts as not having got through by then, and no more: neither as served "
    "nor as lost (Kaplan-Meier).",
    "average_wait": "Mean wait, each counted up to two hours; the waits of those who hung up are lower bounds.",
}


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
    figures = _ours(sums, rows, curves, within_s)
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


def _ours(sums, rows, curves, within_s):
    gave_up = sums["n_gave_up"] + sums["n_no_person"]
    n = sums["n_answered"] + gave_up + sums["n_cut_off"]
    in_time = np.bincount(rows["cell"], np.where(rows["t_s"] <= within_s, rows["n_reached"], 0), len(n)).astype("int64")
    level = chance("service_level", n, in_time, *curves.survival_at(within_s), rule=OURS)
    reached = sums["n_answered"]
    mean = estimated("average_wait", "s", QUEUED, n, reached, capped_mean(curves), enough_waits(n, reached), rule=OURS)
    return [share("abandonment", gave_up, n, QUEUED, rule=OURS), level, mean]
