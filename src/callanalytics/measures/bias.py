"""Is the hand log a fair sample of the calls? Where the phone system saw every call, it can be told, and mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from callanalytics import estimates
from callanalytics.errors import CallLogError
from callanalytics.measures.card import Beside, Card
from callanalytics.measures.fixed_mix import Waits
from callanalytics.measures.measure import measure
from callanalytics.measures.outcomes import LIVE, OUTSIDE
from callanalytics.measures.rates import Figures, excluded_counts, long, share
from callanalytics.measures.result import Result
from callanalytics.measures.tally import add_up, cells_of
from callanalytics.measures.wait_figures import MEDIAN_MINIMUM, REACHED_MINIMUM

BANDS_MIN = (0, 5, 15, 30, 60, 120)
NAMES = (*(f"noted_{a}_{b}min" for a, b in pairwise(BANDS_MIN)), f"noted_from_{BANDS_MIN[-1]}min")
SEEN = f"{LIVE} AND evidence IN ('phone', 'both') AND duration_s IS NOT NULL"
WAITED = f"{SEEN} AND evidence = 'both' AND wait_from = 'dial' AND wait_s IS NOT NULL"
OF_SEEN = "calls to the agency in the phone log"
OF_WAITED = "calls in both logs that queued and whose wait was noted"

LOGGING_BIAS = Card(
    name="logging_bias",
    version=3,
    title="Share of the phone system's calls that somebody noted, by their length, and the wait corrected for it.",
    table="dials",
    population="calls to the agency in the phone log, in live hours, whose duration it shows",
    numerator="noted_...: a note belongs to it; redialled_...: the same number of ours called more than once that day; "
    "median_weighted: each noted call stands for all calls of its band of duration (weight: seen over noted), "
    "Kaplan-Meier with a robust standard error that knows how many calls of each band were seen",
    denominator="calls of that band of duration; for the medians, calls in both logs",
    clock_start="dialing",
    clock_stop="a live person speaks",
    minimum="shares: n >= 30, from 10 on with their interval; medians: n >= 20 with 10 reached",
    source="D. G. Horvitz, D. J. Thompson, JASA 47 (1952), 663-685; D. A. Binder, Biometrika 79 (1992), 139-147",
    counts={
        "n_seen": SEEN,
        "n_noted": f"{SEEN} AND evidence = 'both'",
        "n_reached": f"{WAITED} AND wait_kind = 'reached'",
        "n_gave_up": f"{WAITED} AND wait_kind = 'gave_up'",
        "n_cut_off": f"{WAITED} AND wait_kind = 'cut_off'",
    },
    rows=(
        Beside(
            "n_unseen",
            "Noted calls that no phone log shows, in no figure here",
            f"{LIVE} AND evidence = 'note'",
            "no_phone_log",
        ),
        OUTSIDE,
    ),
    counted="n_seen",
    left_out={"no_duration": f"{LIVE} AND evidence IN ('phone', 'both') AND duration_s IS NULL"},
)


def logging_bias(dials, by=(), *, as_of=None) -> Result:
    """Share of the phone system's calls that somebody noted, by their length, and the wait corrected for it.

    Who waits long is likelier to write it down; then the noted waits are too long. Gives ``noted`` and, by the whole
    call's duration, ``noted_0_5min`` to ``noted_from_120min`` [share]; ``covered``, the share of calls in bands of
    which something was noted; how long the noted and the other calls lasted, ``duration_noted`` and
    ``duration_unnoted`` [s], and how many of them were made on a day on which the same number called more than once,
    ``redialled_noted`` and ``redialled_unnoted`` [share]. Split by hour or weekday it says when they were made.

    And the median wait from dialing of the same calls, ``median_as_noted`` and ``median_weighted`` [s]. The weighted
    one leads wherever it can be computed and most noted calls stand in a phone log, whatever it is; a caveat says
    which leads (:func:`leading_wait`). Only what the duration tells is corrected: a call noted because its news was bad
    is not known by its length.

    >>> import pandas as pd
    >>> short = pd.DataFrame({"duration_s": 1200, "wait_s": range(600, 1200, 10), "evidence": ["both", "phone"] * 30})
    >>> long = pd.DataFrame({"duration_s": 4000, "wait_s": range(3000, 3600, 10), "evidence": "both"})
    >>> dials = pd.concat([short, long]).assign(wait_kind="reached", wait_from="dial")
    >>> dials.loc[dials["evidence"] == "phone", ["wait_s", "wait_kind"]] = [None, "unknown"]
    >>> value = logging_bias(dials).table.set_index("statistic")["value"]
    >>> print(value["noted"], value["noted_15_30min"], value["median_as_noted"], value["median_weighted"])
    0.75 0.5 3140.0 1180.0
    """
    result = measure(
        dials,
        LOGGING_BIAS,
        by,
        as_of=as_of,
        estimate=_figures,
        further=("duration_s", "wait_s", "wait_from", "our_number", "date", "hour"),
        kept=partial(_without_numbers, by=by),
    )
    return result if result.by else replace(result, caveats=(*result.caveats, *_lead_said(result)))


def _lead_said(result):
    if sentence := leading_wait(result).sentence:
        yield sentence


def _figures(card, counted, by):
    codes, cells = cells_of(counted, by, card)
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.names}
    duration = counted["duration_s"].to_numpy(float, na_value=0)
    band = np.searchsorted(np.array(BANDS_MIN) * 60, duration, side="right") - 1
    noted, seen = (_by_band(counted[f"n_{name}"], codes, band, len(cells)) for name in ("noted", "seen"))
    weights, covered = np.full(noted.shape, np.nan), np.zeros(len(cells), "int64")
    for cell in range(len(cells)):
        weights[cell], _ = estimates.logging_weights(noted[cell], seen[cell])
        covered[cell] = seen[cell][noted[cell] > 0].sum()
    figures = [
        share("noted", sums["n_noted"], sums["n_seen"], OF_SEEN),
        *(share(name, noted[:, k], seen[:, k], OF_SEEN) for k, name in enumerate(NAMES)),
        share("covered", covered, sums["n_seen"], OF_SEEN),
        *_compared(counted, codes, len(cells)),
        *_medians(counted, codes, np.nan_to_num(weights[codes, band], nan=0.0), estimates.Bands(band, noted), sums),
        *excluded_counts(card, sums),
    ]
    return long(card, cells, figures), None


def _compared(counted, codes, n_cells):
    """Noted calls beside those that nobody noted: how long they lasted, and whether one called more than once a day."""
    noted = counted["n_noted"].to_numpy()
    duration = counted["duration_s"].to_numpy(float, na_value=0)
    again = counted["again"].to_numpy()
    for name, of, many in (
        ("noted", "calls in the phone log that somebody noted", noted),
        ("unnoted", "calls in the phone log that nobody noted", counted["n_seen"].to_numpy() - noted),
    ):
        n = np.bincount(codes, many, n_cells).astype("int64")
        found = [_median(duration, np.where(codes == cell, many, 0)) for cell in range(n_cells)]
        value, low, high = np.where(n >= MEDIAN_MINIMUM, np.array(found, float).reshape(n_cells, 3).T, np.nan)
        flag = np.where(n >= MEDIAN_MINIMUM, "ok", np.where(n > 0, "small_n", "not_estimable"))
        yield Figures(f"duration_{name}", "s", of, n, n, value, low, high, flag)
        dated = np.bincount(codes, np.where(again >= 0, many, 0), n_cells)
        yield share(f"redialled_{name}", np.bincount(codes, np.where(again > 0, many, 0), n_cells), dated, of)


def _median(values, counts):
    some = counts > 0
    return estimates.order_statistic(values[some], counts[some], 0.5)


def _without_numbers(counted, by):
    """The counts with whether a call was one of several that day, in place of the number that made it and the day.

    A day lies in one month of one office, so that this of parts is this of the whole.
    """
    counted = counted.assign(again=_days_with_more(counted))
    left_out = {"our_number"} | ({"date"} - ({by} if isinstance(by, str) else set(by)))
    keys = [c for c in counted.columns if c not in (*left_out, "n", *LOGGING_BIAS.counts)]
    return add_up(counted, keys, LOGGING_BIAS)


def _days_with_more(counted):
    """1 where the same number of ours called the agency more than once on that day, 0 where once, -1 if not known."""
    (number, numbers), (day, _) = (pd.factorize(counted[name]) for name in ("our_number", "date"))
    known = (number >= 0) & (day >= 0)
    pair = np.where(known, day * (len(numbers) + 1) + number, -1)
    _, pair = np.unique(pair, return_inverse=True)
    calls = np.bincount(pair, counted["n_seen"]) if len(pair) else np.zeros(0)
    return np.where(known, (calls[pair] > 1).astype(int), -1)


def _by_band(counts, codes, band, n_cells):
    n_bands = len(BANDS_MIN)
    return np.bincount(codes * n_bands + band, counts, n_cells * n_bands).astype("int64").reshape(n_cells, n_bands)


def _medians(counted, codes, weight, bands, sums):
    reached = counted["n_reached"].to_numpy()
    lost = (counted["n_gave_up"] + counted["n_cut_off"]).to_numpy()
    rows = np.flatnonzero(reached + lost)
    wait = counted["wait_s"].to_numpy("int64", na_value=0)[rows]
    n = sums["n_reached"] + sums["n_gave_up"] + sums["n_cut_off"]
    enough = (n >= MEDIAN_MINIMUM) & (sums["n_reached"] >= REACHED_MINIMUM)
    noted, band = counted["n_noted"].to_numpy()[rows], bands.band[rows]
    calls = Waits(codes[rows], counted["hour"].iloc[rows], wait, reached[rows], lost[rows])
    for name, each in (("median_as_noted", None), ("median_weighted", weight[rows])):
        found = calls.medians(len(n), each, None if each is None else (band, noted, len(NAMES)))
        value, low, high = np.where(enough, found, np.nan)
        flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
        flag = np.where(np.isnan(value), np.where(enough | (n == 0), "not_estimable", "small_n"), flag)
        yield Figures(name, "s", OF_WAITED, n, sums["n_reached"], value, low, high, flag)


@dataclass(frozen=True)
class Lead:
    """Which median wait a report leads with, and why.

    Attributes
    ----------
    is_weighted : the weighted one: it can be computed, and most noted calls stand in a phone log too
    as_noted, weighted : the rows of both, of the same calls: those in both logs
    n_noted, n_unseen : noted calls that a phone log shows, with their duration; and those that none shows
    """

    is_weighted: bool
    as_noted: dict
    weighted: dict
    n_noted: int = 0
    n_unseen: int = 0

    @property
    def sentence(self) -> str:
        """The rule and what it gives, in words; nothing where no call stands in both logs."""
        if not self.n_noted:
            return ""
        if np.isnan(self.weighted["value"]):
            return (
                "The wait as noted leads: a wait weighted for the calls that were not noted needs "
                f"{MEDIAN_MINIMUM} waits in both logs, {REACHED_MINIMUM} of which reached a person, and a curve that "
                f"comes down to one half; here {self.weighted['n']:,} and {self.weighted['events']:,}."
            )
        noted, weighted = (f"{row['value'] / 60:.0f}" for row in (self.as_noted, self.weighted))
        found = (
            f"In the {self.weighted['n']:,} calls that stand in both logs the wait as noted is {noted} minutes, and "
            f"{weighted} once each noted call stands for the calls of its length that the phone system saw"
        )
        if self.is_weighted:
            return f"{found}; the weighted figure leads."
        return (
            f"{found}; the waits as noted lead, because no phone log shows {self.n_unseen:,} of the "
            f"{self.n_unseen + self.n_noted:,} noted calls."
        )


def leading_wait(result: Result) -> Lead:
    """The one decision which wait leads: the weighted one wherever it can be computed, whatever it is.

    The rule looks at how many calls each log holds and never at a wait: a weighted wait that led only where it
    differs would be shown when chance moved it. Where it cannot be computed, or where most noted calls are in no phone
    log, the waits as noted lead. Both medians are of the same calls, so that nothing but the weights tells them apart.

    Parameters
    ----------
    result : :func:`logging_bias`, split by nothing

    Examples
    --------
    >>> import pandas as pd
    >>> short = pd.DataFrame({"duration_s": 1200, "wait_s": range(600, 1200, 10), "evidence": ["both", "phone"] * 30})
    >>> long = pd.DataFrame({"duration_s": 4000, "wait_s": range(3000, 3600, 10), "evidence": "both"})
    >>> dials = pd.concat([short, long]).assign(wait_kind="reached", wait_from="dial")
    >>> dials.loc[dials["evidence"] == "phone", ["wait_s", "wait_kind"]] = [None, "unknown"]
    >>> leading_wait(logging_bias(dials)).is_weighted
    True
    """
    if result.by:
        raise CallLogError("which wait leads is decided over all calls at once", found=", ".join(result.by))
    rows = {row["statistic"]: row for row in result.table.to_dict("records")}
    if "median_weighted" not in rows:
        return Lead(False, {}, {})
    n_noted, n_unseen = rows["noted"]["events"], rows["n_unseen"]["events"]
    leads = not np.isnan(rows["median_weighted"]["value"]) and n_noted >= n_unseen
    return Lead(leads, rows["median_as_noted"], rows["median_weighted"], n_noted, n_unseen)


CARDS = (LOGGING_BIAS,)
