"""Can the log be trusted? How complete it is, and whether it is a fair sample of the calls.

Where the phone system saw every call, the measures show how much more often long calls were logged, and correct for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from callanalytics import estimates
from callanalytics.errors import InvalidRequest
from callanalytics.lazy import np, pd
from callanalytics.measures import sql_counts
from callanalytics.measures.card import shipped
from callanalytics.measures.compute import (
    add_up,
    as_keys,
    enough_waits,
    estimated,
    figures_table,
    measure,
    share,
    sums_by_group,
)
from callanalytics.measures.definitions import (
    INTERVAL_MINIMUM,
    MEDIAN_MINIMUM,
    REACHED_MINIMUM,
    unreached,
)
from callanalytics.measures.result import NOTED_UNEVENLY, Caveat, Result, check_result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.measures.wait_curves import Waits


def log_completeness(entries: Frame, agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Share of the fields AILA asks for that are filled, and of calls to the agency that no one logged.

    Fields: time, time zone, number used, agent's name and ID, service request number (or why none), number for the
    callback. Each is counted only over calls that can have it. ``waits_on_5_minutes`` shows how waits were rounded.
    ``not_noted`` counts in the other direction: calls in the phone log without an entry. A log kept only on bad days
    makes waits look long; ``not_noted`` shows it.

    Parameters
    ----------
    entries : one row per contact that someone wrote down
    agency_calls : one row per call to an agency line
    by : ``("office",)`` or nothing

    Returns
    -------
    Result
        ``filled_...`` and ``not_noted`` [share] with Wilson's 95 % interval.

    References
    ----------
    .. [1] AILA, "Practice Pointer: Navigating the USCIS Contact Center", updated 10 Jan. 2022: "The log should
           include the phone number used when calling, the time (zone) of the call, name and agent ID number, and any
           tracking or service request (SR) number issued."

    Examples
    --------
    >>> import pandas as pd
    >>> entries = pd.DataFrame({"kind": "dial", "wait_outcome": "reached", "outcome": "resolved",
    ...                       "agent_id": ["A1"] * 24 + [None] * 8})
    >>> calls = pd.DataFrame({"recorded_in": ["both"] * 32 + ["phone"] * 8})
    >>> log_completeness(entries, calls).table.iloc[[4, 8]][["statistic", "n", "events", "value"]]
             statistic   n  events  value
    4  filled_agent_id  32      24   0.75
    8        not_noted  40       8   0.20
    """
    filled, noted = (
        measure(frame, card, by, as_of=as_of)
        for frame, card in ((entries, "log_completeness"), (agency_calls, "not_noted"))
    )
    table = sql_counts.in_order(pd.concat([filled.table, noted.table], ignore_index=True), filled.by, "agency_calls")
    return replace(filled, table=table, caveats=tuple(dict.fromkeys((*filled.caveats, *noted.caveats))), tally=None)


# ---- is the log a fair sample? -----------------------------------------------------------------------


LOGGING_BIAS = shipped("logging_bias")
BANDS_MIN = (0, 5, 15, 30, 60, 120)
NAMES = (*(f"noted_{a}_{b}min" for a, b in pairwise(BANDS_MIN)), f"noted_from_{BANDS_MIN[-1]}min")
OF_SEEN = "calls to the agency in the phone log"
OF_WAITED = "calls in both logs that queued and whose wait was logged"


def logging_bias(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Share of the phone system's calls that someone logged, by their length, and the wait corrected for it.

    Callers who wait long are more likely to log it; the logged waits are then too long. Gives ``noted`` and, by the
    whole call's duration, ``noted_0_5min`` to ``noted_from_120min`` [share]. ``covered`` is the share of calls in bands
    with at least one logged call. ``duration_noted`` and ``duration_unnoted`` [s] are the median durations of logged
    and unlogged calls. ``redialed_noted`` and ``redialed_unnoted`` [share] are the shares of them made on a day on
    which the same number called more than once. Split by hour or weekday, the result shows when they were made.

    Also gives the median wait from dialing of the same calls, ``median_as_noted`` and ``median_weighted`` [s]; both
    spread rounded waits as :func:`wait` does. The weighted one leads wherever it can be computed and a phone log shows
    at least half of the logged calls, whatever it is; a caveat says which leads (:func:`leading_wait`).

    Only bias that depends on duration is corrected: duration does not show that a call was logged because its news was
    bad. Where calls of some lengths were logged more often than others, by more than chance, a caveat
    (``noted_unevenly``) says so.

    >>> import pandas as pd
    >>> short = pd.DataFrame({"duration_s": 1200, "wait_s": range(600, 1200, 10), "recorded_in": ["both",
    ...                                                                                           "phone"] * 30})
    >>> long = pd.DataFrame({"duration_s": 4000, "wait_s": range(3000, 3600, 10), "recorded_in": "both"})
    >>> calls = pd.concat([short, long]).assign(wait_outcome="reached", wait_origin="dial")
    >>> calls.loc[calls["recorded_in"] == "phone", ["wait_s", "wait_outcome"]] = [None, "unknown"]
    >>> value = logging_bias(calls).table.set_index("statistic")["value"]
    >>> print(value["noted"], value["noted_15_30min"], value["median_as_noted"], value["median_weighted"])
    0.75 0.5 3140.0 1180.0
    """
    keys = ("duration_s", "wait_s", "wait_rounding_s", "wait_origin", "our_number", "date", "hour")
    hidden = partial(_without_numbers, by=by)
    result = measure(agency_calls, "logging_bias", by, as_of=as_of, estimate=_figures, extra_keys=keys,
                     privacy_filter=hidden)  # fmt: skip
    lead = "" if result.by else leading_wait(result).sentence
    return replace(result, caveats=(*result.caveats, *([lead] if lead else []), *noted_unevenly(agency_calls)))


def _figures(card, counted, by):
    codes, cells, sums = sums_by_group(counted, by, card)
    band = _band(counted)
    shape = len(cells), len(BANDS_MIN)
    noted, seen = (
        np.bincount(codes * shape[1] + band, counted[f"n_{name}"], shape[0] * shape[1]).astype("int64").reshape(shape)
        for name in ("noted", "seen")
    )
    weights = estimates.logging_weights(noted, seen)
    covered = np.where(noted > 0, seen, 0).sum(axis=1)
    weight = np.nan_to_num(weights[codes, band], nan=0.0)
    figures = [
        share("noted", sums["n_noted"], sums["n_seen"], OF_SEEN),
        *(share(name, noted[:, k], seen[:, k], OF_SEEN) for k, name in enumerate(NAMES)),
        share("covered", covered, sums["n_seen"], OF_SEEN),
        *_compared(counted, codes, len(cells)),
        *_medians(counted, codes, weight, estimates.Bands(band, noted), sums, card.week),
    ]
    return figures_table(card, cells, sums, figures), None


def _compared(counted, codes, n_cells):
    """Logged and unlogged calls compared: how long they lasted, and whether the number called more than once a day."""
    noted = counted["n_noted"].to_numpy()
    duration = counted["duration_s"].to_numpy(float, na_value=0)
    again = counted["again"].to_numpy()
    for name, cases, many in (
        ("noted", "calls in the phone log that someone logged", noted),
        ("unnoted", "calls in the phone log that no one logged", counted["n_seen"].to_numpy() - noted),
    ):
        n = np.bincount(codes, many, n_cells).astype("int64")
        found = [
            estimates.order_statistic(duration[here], many[here], 0.5)
            for here in ((codes == cell) & (many > 0) for cell in range(n_cells))
        ]
        found = np.array(found, float).reshape(n_cells, 3).T
        yield estimated(f"duration_{name}", "s", cases, n, n, found, n >= MEDIAN_MINIMUM)
        dated = np.bincount(codes, np.where(again >= 0, many, 0), n_cells)
        yield share(f"redialed_{name}", np.bincount(codes, np.where(again > 0, many, 0), n_cells), dated, cases)


def _without_numbers(counted, by):
    """The counts with a mark for calls that were one of several that day, instead of the number and the day."""
    # A day is in one month of one office, so marks computed within groups equal marks computed over all.
    # 1 where the same office number called the agency more than once on that day, 0 where once, -1 if not known
    (number, numbers), (day, _) = (pd.factorize(counted[name]) for name in ("our_number", "date"))
    known = (number >= 0) & (day >= 0)
    pair = np.where(known, day * (len(numbers) + 1) + number, -1)  # one integer per pair of day and number
    _, pair = np.unique(pair, return_inverse=True)
    calls = np.bincount(pair, counted["n_seen"]) if len(pair) else np.zeros(0)
    counted = counted.assign(again=np.where(known, (calls[pair] > 1).astype(int), -1))
    left_out = {"our_number"} | ({"date"} - set(as_keys(by)))
    keys = [c for c in counted.columns if c not in (*left_out, "n", *LOGGING_BIAS.counts)]
    return add_up(counted, keys, LOGGING_BIAS)


# ---- calls of some lengths logged more often -----------------------------------------------------------


UNEVEN = 2.2  # Pearson's X² over its five degrees of freedom: chance alone exceeds it in one log of twenty


def noted_unevenly(agency_calls: Frame) -> tuple[Caveat, ...]:
    """A caveat where the phone log shows that calls of some lengths were logged more often than others; else none."""
    known = getattr(agency_calls, "counted_before", {})  # every wait of a report asks this
    if NOTED_UNEVENLY not in known:
        known[NOTED_UNEVENLY] = _noted_unevenly(agency_calls)
    return known[NOTED_UNEVENLY]


def _noted_unevenly(agency_calls: Frame) -> tuple[Caveat, ...]:
    if sql_counts.missing_columns(agency_calls, "agency_calls", "recorded_in, duration_s"):
        return ()
    counts = {name: LOGGING_BIAS.counts[name] for name in ("n_noted", "n_seen")}
    counted = sql_counts.count(agency_calls, "agency_calls", ["duration_s"], counts, LOGGING_BIAS.counts["n_seen"])
    noted, seen = (np.bincount(_band(counted), counted[name], len(NAMES)) for name in counts)
    shares = sorted((k / n, name) for name, k, n in zip(NAMES, noted, seen, strict=True) if n >= INTERVAL_MINIMUM)
    if len(shares) < 2 or not estimates.dispersion(noted, seen).ratio > UNEVEN:  # the ratio is nan without entries
        return ()
    least, most = (
        f"{value:.0%} of those {LOGGING_BIAS.label(name).removeprefix('logged, calls ')}"
        for value, name in (shares[0], shares[-1])
    )
    sentence = (
        f"Calls were not logged alike: {most} and {least} were. Waits as logged lean toward the former. The corrected "
        "median allows for length alone; if bad calls were logged more often than good ones, it is too long."
    )
    return (Caveat(sentence, NOTED_UNEVENLY),)


def _band(counted) -> np.ndarray:
    """The duration band of each row; calls without a duration are in the first, where they are not counted."""
    return np.searchsorted(np.array(BANDS_MIN) * 60, counted["duration_s"].to_numpy(float, na_value=0), "right") - 1


def _medians(counted, codes, weight, bands, sums, week):
    reached = counted["n_reached"].to_numpy()
    lost = unreached(counted).to_numpy()
    rows = np.flatnonzero(reached + lost)
    n = sums["n_reached"] + unreached(sums)
    enough = enough_waits(n, sums["n_reached"])
    # Callers of busy hours hang up sooner, so both medians judge hang-ups within each part of the day, as reports do.
    calls = Waits.rounded(codes[rows], counted.iloc[rows], reached[rows], lost[rows], len(n), week)
    row = rows[calls.row]
    noted = counted["n_noted"].to_numpy()[row] * (calls.reached + calls.lost) / (reached + lost)[row]
    for name, each in (("median_as_noted", None), ("median_weighted", weight[row])):
        found = calls.medians(len(n), each, None if each is None else (bands.band[row], noted, len(NAMES)))
        yield estimated(name, "s", OF_WAITED, n, sums["n_reached"], found, enough, needs_limits=True)


@dataclass(frozen=True)
class Lead:
    """Which median wait a report leads with, and why.

    Attributes
    ----------
    is_weighted : the weighted one leads: it can be computed, and a phone log shows at least half of the logged calls
    as_noted, weighted : the rows of both medians, over the same calls: those in both logs
    n_noted, n_unseen : logged calls that a phone log shows with their duration; and those that none shows
    """

    is_weighted: bool
    as_noted: dict
    weighted: dict
    n_noted: int = 0
    n_unseen: int = 0

    @property
    def sentence(self) -> str:
        """The rule and its result, in words; empty where no call is in both logs."""
        if not self.n_noted:
            return ""
        if np.isnan(self.weighted["value"]):
            return (
                "We report the wait as logged: correcting it for calls no one logged takes "
                f"{MEDIAN_MINIMUM} waits in both logs, {REACHED_MINIMUM} of them reaching a person, and a curve that "
                f"falls to one half; here {self.weighted['n']:,} and {self.weighted['events']:,}."
            )
        noted, weighted = (f"{row['value'] / 60:.0f}" for row in (self.as_noted, self.weighted))
        found = (
            f"In {self.weighted['n']:,} calls found in both logs, the median is {noted} minutes as logged and "
            f"{weighted} corrected for calls no one logged"
        )
        if self.is_weighted:
            return f"{found}; we report the corrected one."
        return (
            f"{found}; we report the one as logged, because no phone log shows {self.n_unseen:,} of the "
            f"{self.n_unseen + self.n_noted:,} logged calls."
        )


def leading_wait(result: Result) -> Lead:
    """Decide, in one place, which wait leads: the weighted one wherever it can be computed, whatever it is.

    The rule uses how many calls each log holds and never a wait: a weighted wait that led only where it differs would
    be shown when chance moved it. Where it cannot be computed, or where most logged calls are in no phone log, the
    waits as logged lead. Both medians are of the same calls, so only the weights make them differ.

    Parameters
    ----------
    result : :func:`logging_bias`, split by nothing

    Examples
    --------
    >>> import pandas as pd
    >>> short = pd.DataFrame({"duration_s": 1200, "wait_s": range(600, 1200, 10), "recorded_in": ["both",
    ...                                                                                           "phone"] * 30})
    >>> long = pd.DataFrame({"duration_s": 4000, "wait_s": range(3000, 3600, 10), "recorded_in": "both"})
    >>> calls = pd.concat([short, long]).assign(wait_outcome="reached", wait_origin="dial")
    >>> calls.loc[calls["recorded_in"] == "phone", ["wait_s", "wait_outcome"]] = [None, "unknown"]
    >>> leading_wait(logging_bias(calls)).is_weighted
    True
    """
    if keys := getattr(result, "by", ()):
        what = "which wait to report is decided over all calls together"
        raise InvalidRequest(what, found=", ".join(keys), wanted="logging_bias without keys")
    check_result(result, "logging_bias", ())
    rows = {row["statistic"]: row for row in result.table.to_dict("records")}
    if "median_weighted" not in rows:
        return Lead(False, {}, {})
    n_noted, n_unseen = rows["noted"]["events"], rows["n_unseen"]["events"]
    # The rule uses how many calls each log holds, never a wait: otherwise it would lead only where chance moved it.
    leads = not np.isnan(rows["median_weighted"]["value"]) and n_noted >= n_unseen
    return Lead(leads, rows["median_as_noted"], rows["median_weighted"], n_noted, n_unseen)
