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
from callanalytics.measures.card import Card, Excluded, Rate
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
    LIVE,
    MEDIAN_MINIMUM,
    PROMISED,
    REACHED_MINIMUM,
    SHARES_MINIMUM,
    WAIT_MINIMUM,
    ended,
    unreached,
)
from callanalytics.measures.outcomes import OUTSIDE
from callanalytics.measures.result import NOTED_UNEVENLY, Caveat, Result, check_result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.measures.wait_curves import OF_NONZERO, Waits

ASKED = {  # field: (calls that can have it, predicate of a filled field, in words)
    "time": ("n_agency_calls", "started_precision_s < 86400", "logged calls"),
    "time_zone": ("n_agency_calls", "timezone IS NOT NULL", "logged calls"),
    "number_used": ("n_agency_calls", "our_number IS NOT NULL", "logged calls"),
    "agent_name": ("n_spoke", "agent_name IS NOT NULL", "logged calls on which a person spoke"),
    "agent_id": ("n_spoke", "agent_id IS NOT NULL", "logged calls on which a person spoke"),
    "sr_number": (
        "n_requests",
        "(sr_number IS NOT NULL OR no_sr_reason IS NOT NULL)",
        "logged calls with a service request or a promised callback",
    ),
    "callback_number": ("n_promised", "callback_number IS NOT NULL", "logged calls with a promised callback"),
}
BASES = {
    "n_agency_calls": "kind = 'dial'",
    "n_spoke": "kind = 'dial' AND (wait_outcome = 'reached' OR tier IS NOT NULL)",
    "n_requests": f"kind = 'dial' AND (outcome IN ('service_request', 'callback_promised') OR {PROMISED})",
    "n_promised": f"kind = 'dial' AND {PROMISED}",
}
_WAITS = "kind = 'dial' AND wait_s >= 30"
_ON_5 = "(wait_s + 30) % 300 < 60"  # as facts.time_rounding.whole_fives; a test checks that they are the same

LOG_COMPLETENESS = Card(
    name="log_completeness",
    title="Share of the fields {association} asks for that are filled, and of calls to the agency that no one logged.",
    table="entries",
    also=("agency_calls",),
    population="calls in the hand log; for those no one logged [not_noted], calls to the agency in the phone log, "
    "in live hours",
    numerator="the field [filled_...] is filled (or says why there is no number); those no one logged [not_noted]: no "
    "entry belongs to the call; waits_on_5_minutes: the wait, to the nearest minute, is a multiple of five, as one in "
    "five would be by chance",
    denominator="calls that can have the field: an agent's name only if a person spoke; waits_on_5_minutes: logged "
    "waits of at least half a minute",
    version=2,
    counted="n_agency_calls",
    left_out={"not_a_call": "kind <> 'dial'"},
    keys=("office",),
    counts={
        **BASES,
        **{f"n_{name}": f"{BASES[base]} AND {filled}" for name, (base, filled, _) in ASKED.items()},
        "n_waits": _WAITS,
        "n_on_5": f"{_WAITS} AND {_ON_5}",
    },
    rows=(
        *(Rate(base, f"n_{name}", cases, f"filled_{name}") for name, (base, _, cases) in ASKED.items()),
        Rate("n_waits", "n_on_5", OF_NONZERO, "waits_on_5_minutes"),
    ),
    words={
        "n_note_only": "not counted: in the hand log alone",
        "n_outside_hours": "calls: outside live hours",
        "not_noted": "phone calls to {agency} that no one logged",
        "waits_on_5_minutes": "waits that are multiples of five minutes",
        r"filled_(\w+)": r"filled in: \1",
    },
)
_PHONED = f"{LIVE} AND recorded_in IN ('phone', 'both')"
NOT_NOTED = replace(
    LOG_COMPLETENESS,
    table="agency_calls",
    counts={
        "n_phone": _PHONED,
        "n_not_noted": f"{LIVE} AND recorded_in = 'phone'",
    },
    rows=(
        Rate("n_phone", "n_not_noted", "calls to the agency in the phone log", "not_noted"),
        Excluded(
            "n_note_only",
            "Logged calls that no phone log shows: on a line without an export, or with a wrong time",
            "recorded_in = 'entry'",
        ),
        OUTSIDE,
    ),
)


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
        for frame, card in ((entries, LOG_COMPLETENESS), (agency_calls, NOT_NOTED))
    )
    table = sql_counts.in_order(pd.concat([filled.table, noted.table], ignore_index=True), filled.by, "agency_calls")
    return replace(filled, table=table, caveats=tuple(dict.fromkeys((*filled.caveats, *noted.caveats))), tally=None)


# ---- is the log a fair sample? -----------------------------------------------------------------------


BANDS_MIN = (0, 5, 15, 30, 60, 120)
NAMES = (*(f"noted_{a}_{b}min" for a, b in pairwise(BANDS_MIN)), f"noted_from_{BANDS_MIN[-1]}min")
# An entry with only a date may be about one of several calls. It is unknown whether these calls were logged, and so is
# it for the call that the entry was taken to be about.
_GUESSED = "coalesce(warnings, '') LIKE '%call_of_day_assumed%' OR coalesce(warnings, '') LIKE '%call_of_day_possible%'"
_SHOWN = f"{LIVE} AND recorded_in IN ('phone', 'both')"
SEEN = f"{_SHOWN} AND duration_s IS NOT NULL AND NOT ({_GUESSED})"
WAITED = f"{SEEN} AND recorded_in = 'both' AND wait_origin = 'dial' AND wait_s IS NOT NULL"
OF_SEEN = "calls to the agency in the phone log"
OF_WAITED = "calls in both logs that queued and whose wait was logged"

LOGGING_BIAS = Card(
    name="logging_bias",
    version=4,
    title="Share of the phone system's calls that someone logged, by their length, and the wait corrected for it.",
    table="agency_calls",
    population="calls to the agency in the phone log, in live hours, with a duration",
    numerator="share logged [noted_...]: an entry belongs to the call; called again that day [redialed_...]: the same "
    "number of the office called more than once that day; corrected median [median_weighted]: each logged call "
    "represents all calls of its duration band (weight: seen over logged), Kaplan-Meier with a robust standard error "
    "that uses how many calls of each band were seen",
    denominator="calls of that band of duration; for the medians, calls in both logs",
    clock_start="dialing",
    clock_stop="a live person speaks",
    minimum=f"shares: {SHARES_MINIMUM}; medians: {WAIT_MINIMUM}",
    source="D. G. Horvitz, D. J. Thompson, JASA 47 (1952), 663-685; D. A. Binder, Biometrika 79 (1992), 139-147",
    counts={
        "n_seen": SEEN,
        "n_noted": f"{SEEN} AND recorded_in = 'both'",
        **ended(WAITED),
    },
    rows=(
        Excluded(
            "n_unseen",
            "Logged calls that no phone log shows, in no figure here",
            f"{LIVE} AND recorded_in = 'entry'",
            "no_phone_log",
            label="not counted: not in any phone export",
        ),
        OUTSIDE,
    ),
    counted="n_seen",
    left_out={
        "call_of_day_guessed": f"{_SHOWN} AND ({_GUESSED})",
        "no_duration": f"{_SHOWN} AND duration_s IS NULL AND NOT ({_GUESSED})",
    },
    words={
        "covered": "calls in duration bands with a logged call",
        "duration_noted": "median duration of logged calls",
        "duration_unnoted": "median duration of calls no one logged",
        "median_as_noted": "median wait, as logged",
        "median_weighted": "median wait, corrected for calls no one logged",
        "noted": "phone calls to {agency} that someone logged",
        "redialed_noted": "of logged calls, called more than once that day",
        "redialed_unnoted": "of calls no one logged, called more than once that day",
        r"noted_from_(\d+)min": r"logged, calls of \1 minutes or more",
        r"noted_(\d+)_(\d+)min": r"logged, calls of \1 to \2 minutes",
    },
)


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
    result = measure(
        agency_calls,
        LOGGING_BIAS,
        by,
        as_of=as_of,
        estimate=_figures,
        extra_keys=("duration_s", "wait_s", "wait_rounding_s", "wait_origin", "our_number", "date", "hour"),
        privacy_filter=partial(_without_numbers, by=by),
    )
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
    weights, covered = estimates.logging_weights(noted, seen), np.where(noted > 0, seen, 0).sum(axis=1)
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
    if sql_counts.missing_columns(agency_calls, "agency_calls", "recorded_in, duration_s"):
        return ()
    # Only two of the card's counts: every wait of a report asks this, and a query of all of them takes twice as long.
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
