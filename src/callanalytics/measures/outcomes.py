"""Outcomes of calls: whether they ended with a person, a hang-up, or the automated system, and what callers obtained.

Each function takes the table of agency calls. Rates carry Wilson's 95 % interval; exclusions are counted separately.
The funnel follows calls past the automated system, to Tier 1 and Tier 2, and to the callbacks that came.

Whether a caller asked for Tier 2, urgency, or a request is not always logged. Missing answers are not missing at
random, so a caveat says how far they could move the rate if all were no, or all yes. Requests are appointments,
expedites, and reschedulings, which an officer decides: granted, relayed, refused, or nothing came.

The last three say what one matter costs: its calls, redials among them, and whether the first answer held. An *episode*
is the calls about one matter and reason, numbered in order (``episode_id``, ``episode_call``). Its month, office, and
weekday are those of its first call in the log used. An episode that goes on after ``as_of``, or that began before the
log, looks shorter than it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from callanalytics import estimates
from callanalytics.lazy import np, pd
from callanalytics.measures import sql_counts
from callanalytics.measures.card import words_of_cards
from callanalytics.measures.compute import (
    Figures,
    agency_of,
    check_above_zero,
    day_of,
    days_of,
    estimated,
    figures_table,
    measure,
    number,
    share,
    sums_by_group,
    with_key,
)
from callanalytics.measures.definitions import INTERVAL_MINIMUM, MEAN_MINIMUM, MEDIAN_MINIMUM, SHARE_MINIMUM
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.schema import REQUEST_RESULTS


def volume(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls from the office to an agency line.

    Every call counts, whatever its outcome and hour: answered or not, known from the phone log, from an entry, or from
    both (then once). Calls outside the line's staffed hours are also counted separately.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    by : keys to split by, such as ``("weekday", "hour")``; on the agency's clock unless they end in ``_local``

    Returns
    -------
    Result
        ``count`` and ``n_outside_hours`` [calls].

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"weekday": [1, 1, 5]})
    >>> volume(calls, by=("weekday",)).table[["weekday", "statistic", "value"]]
       weekday        statistic  value
    0        1            count    2.0
    1        1  n_outside_hours    0.0
    2        5            count    1.0
    3        5  n_outside_hours    0.0
    """
    return measure(agency_calls, "volume", by, as_of=as_of)


# ---- outcomes ----------------------------------------------------------------------------------------


def reach_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls in live hours on which a live person spoke.

    Counts every call for which it is known whether a person spoke, even if it never queued: a busy line, or an
    automated system that ended the call, is a call without a person. A call known only from the phone log is in no
    rate: a phone system cannot tell a person from a queue.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": [True] * 24 + [False] * 8 + [None] * 3})
    >>> reach_rate(calls).table[["statistic", "n", "events", "value"]]
             statistic   n  events  value
    0             rate  32      24   0.75
    1        n_unknown  35       3   3.00
    2  n_outside_hours  35       0   0.00
    """
    return measure(agency_calls, "reach_rate", by, as_of=as_of)


def abandonment_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that queued and on which the caller hung up before a person spoke.

    Denominator: calls in staffed hours that queued, however the wait ended. Calls that were cut off are in the
    denominator and not in the numerator (see :func:`disconnect_rate`); short calls are included.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_outcome": ["reached"] * 24 + ["gave_up"] * 12 + ["cut_off"] * 4 + ["not_queued"]})
    >>> abandonment_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40      12    0.3
    """
    return measure(agency_calls, "abandonment_rate", by, as_of=as_of)


def disconnect_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that queued and were cut off before a person spoke.

    The line or the system ended the call while the caller waited. Denominator as in :func:`abandonment_rate`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"wait_outcome": ["reached"] * 36 + ["cut_off"] * 4})
    >>> disconnect_rate(calls).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40       4    0.1
    """
    return measure(agency_calls, "disconnect_rate", by, as_of=as_of)


def ivr_containment_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that the automated system resolved.

    Only calls whose purpose was met count; a call that ended without result is in :func:`ivr_unresolved_exit_rate`. A
    call that never queued and whose result no one logged may count in either, so each has two ends.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": ["ivr_resolved"] * 3 + ["resolved"] * 25 + ["closed"] + ["unknown"] * 3})
    >>> calls["wait_outcome"] = ["not_queued"] * 3 + ["reached"] * 25 + ["not_queued"] * 3 + ["unknown"]
    >>> ivr_containment_rate(calls).table.loc[:1, ["link", "n", "events"]]
           link   n  events
    0   certain  30       3
    1  possible  30       5
    """
    return measure(agency_calls, "ivr_containment_rate", by, as_of=as_of)


def ivr_unresolved_exit_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that ended in the automated system without being resolved.

    The system ended the call, it did not understand, or the caller gave up there. Denominator and two ends as in
    :func:`ivr_containment_rate`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": ["ivr_ended", "ivr_gave_up", "ivr_not_understood", "unknown"] * 4})
    >>> calls["wait_outcome"] = "not_queued"
    >>> ivr_unresolved_exit_rate(calls).table.loc[:1, ["link", "n", "events"]]
           link   n  events
    0   certain  16      12
    1  possible  16      16
    """
    return measure(agency_calls, "ivr_unresolved_exit_rate", by, as_of=as_of)


# ---- paths -------------------------------------------------------------------------------------------


STEPS = ("dialed", "queued", "reached", "tier2", "promised", "rung", "answered_first", "rung_again", "answered_second")


def funnel(agency_calls: Frame, promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """How many calls got past the automated system, to Tier 1 and Tier 2, and how many callbacks they led to.

    Steps of a call: ``dialed``, ``queued`` (past the automated system), ``reached`` (a person, Tier 1 or higher),
    ``tier2`` (an officer or supervisor on the same call). Steps of a callback: ``promised``, ``rung``,
    ``answered_first``, ``rung_again``, ``answered_second``. Counts of what the log shows; no rates, since they include
    promises not yet due.

    Parameters
    ----------
    agency_calls : one row per call to an agency line
    promises : one row per promised callback, as ``log.promises`` gives it for an ``as_of``
    by : keys that both tables have

    Returns
    -------
    Result
        ``count`` by ``step``; n is the first step of its kind.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"recorded_in": "entry", "wait_outcome": ["reached", "gave_up", "not_queued"],
    ...                       "person_reached": [True, False, False]})
    >>> promises = pd.DataFrame({"state": ["answered_first"], "first_callback_result": ["answered"]})
    >>> funnel(calls, promises).table.loc[:6, ["step", "n", "value"]]
                 step  n  value
    0          dialed  3    3.0
    1          queued  3    2.0
    2         reached  3    1.0
    3           tier2  3    0.0
    4        promised  1    1.0
    5            rung  1    1.0
    6  answered_first  1    1.0
    """
    called, rung = (
        measure(frame, card, by, as_of=as_of) for frame, card in ((agency_calls, "funnel"), (promises, "called_back"))
    )
    table = pd.concat([called.table, rung.table], ignore_index=True)
    table = table[table["statistic"].isin(STEPS)]
    table.insert(len(called.by), "step", table["statistic"])
    table = sql_counts.in_order(table.assign(statistic="count"), called.by, "agency_calls")
    caveats = tuple(dict.fromkeys((*called.caveats, *rung.caveats)))
    return replace(called, by=(*called.by, "step"), table=table, caveats=caveats, tally=None)


def path_success_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls on which words said to the automated system led to a live person.

    The automated system takes speech only; some words ("InfoPass") are said to lead to a person, others ("agent") no
    longer do (AILA's practice pointer of 10 January 2022). ``words_said`` is always a key. Callers chose their words,
    and callers who know the words may know more. So the rates compare paths as they were used, not what a path would do
    for everyone. Gives ``rate`` [share] with Wilson's 95 % interval.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"words_said": ["infopass"] * 40 + ["agent"] * 40,
    ...                       "person_reached": [True] * 30 + [False] * 10 + [True] * 10 + [False] * 30})
    >>> rates = path_success_rate(calls).table.query("statistic == 'rate'")
    >>> rates[["words_said", "n", "events", "value"]]
      words_said   n  events  value
    0      agent  40      10   0.25
    4   infopass  40      30   0.75
    """
    return measure(agency_calls, "path_success_rate", with_key(by, "words_said"), as_of=as_of)


# ---- what callers asked for --------------------------------------------------------------------------


def escalation_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that reached a person and on which a callback was promised.

    A callback by Tier 2: urgent, regular, or of unknown kind. An automatic callback that only keeps the caller's place
    in the queue does not count. Gives ``rate``, and its parts ``rate_urgent`` and ``rate_regular`` [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "promised": ["urgent"] * 8 + ["regular"] * 12 + ["none"] * 20})
    >>> escalation_rate(calls).table.loc[:1, ["statistic", "n", "events", "value"]]
         statistic   n  events  value
    0         rate  40      20    0.5
    1  rate_urgent  40       8    0.2
    """
    return measure(agency_calls, "escalation_rate", by, as_of=as_of)


def urgency_downgrade_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Matters the caller said were urgent that were passed on as regular.

    Tier 1 decides whether a request is urgent. Over calls on which the caller said that it was, and a callback was
    promised as urgent or as regular; those not passed on at all are counted separately. Gives ``rate`` [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "urgency_claimed": "urgent",
    ...                       "promised": ["urgent"] * 24 + ["regular"] * 8 + ["none"] * 3})
    >>> urgency_downgrade_rate(calls).table.loc[:1, ["statistic", "n", "events", "value"]]
             statistic   n  events  value
    0             rate  32       8   0.25
    1  n_not_passed_on  35       3   3.00
    """
    return measure(agency_calls, "urgency_downgrade_rate", by, as_of=as_of)


def tier2_request_granted(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Requests for Tier 2 after which an officer or a supervisor spoke on the same call.

    Tier 1 does not put calls through on request (AILA's practice pointer of 10 January 2022): this measure tests that.
    Over calls whose highest tier was logged. Gives ``rate`` and ``promised_instead``, where only Tier 1 spoke and a
    callback was promised [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "tier2_requested": True, "tier": ["tier1"] * 27 + ["tier2"] * 3,
    ...                       "promised": ["regular"] * 15 + ["none"] * 15})
    >>> tier2_request_granted(calls).table.loc[:1, ["statistic", "n", "events", "value"]]
              statistic   n  events  value
    0              rate  30       3    0.1
    1  promised_instead  30      15    0.5
    """
    return measure(agency_calls, "tier2_request_granted", by, as_of=as_of)


def refusal_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that reached a person who refused what the caller asked.

    Split by ``caller_role`` or ``g28_on_file``, it shows whether staff are refused more than attorneys. Gives ``rate``
    and, of the same calls, the share of each refusal: ``refused_too_soon``, ``refused_use_online``, ``refused_limit``,
    ``refused_no_g28``, ``refused_other`` [share].

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"person_reached": True, "caller_role": ["staff"] * 30 + ["attorney"] * 30,
    ...                       "outcome": ["refused_no_g28"] * 12 + ["resolved"] * 45 + ["refused_too_soon"] * 3})
    >>> rates = refusal_rate(calls, by=("caller_role",)).table.query("statistic == 'rate'")
    >>> rates[["caller_role", "n", "events", "value"]]
      caller_role   n  events  value
    0    attorney  30       3    0.1
    8       staff  30      12    0.4
    """
    return measure(agency_calls, "refusal_rate", by, as_of=as_of)


# ---- appointments, expedites, reschedulings ----------------------------------------------------------


RESULTS = {result: result for result in REQUEST_RESULTS.split()} | {"none": "nothing_came"}
WITHIN_DAYS = 30
OF = "requests whose result was logged"


def request_outcome(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Results of requests for an appointment, an expedite, or a rescheduling.

    ``request`` (appointment, expedite, reschedule) is always a key. Gives the shares ``granted``, ``relayed``,
    ``refused``, and ``nothing_came``. ``median_days`` runs from the call to the decision, for those decided on a known
    day, with the interval of its order statistics. Also gives ``granted_within_30_days`` and
    ``refused_within_30_days`` [share]: a request not decided by ``as_of`` counts as open until then, so that slow
    decisions are not left out. Those need ``as_of``; without it they are not estimable. A request that was never logged
    again looks open.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"reason": "appointment", "request_result": ["granted"] * 20 + ["none"] * 20,
    ...                       "request_days": [9] * 20 + [None] * 20})
    >>> request_outcome(calls).table.loc[[0, 4], ["request", "statistic", "n", "events", "value"]]
           request    statistic   n  events  value
    0  appointment      granted  40      20    0.5
    4  appointment  median_days  20      20    9.0
    """
    kinds = {reason.code: reason.topic for reason in agency_of(agency_calls).reasons if reason.request}
    return measure(
        agency_calls,
        "request_outcome",
        by,
        as_of=as_of,
        estimate=partial(_requests, seen=day_of(agency_calls, as_of)),
        extra_keys=("reason", "request_days", "date"),
        where=words_of_cards()["requested"],
        derived={"request": lambda counted: [kinds.get(reason) for reason in counted["reason"]]},
    )


def _requests(card, counted, by, *, seen):
    codes, cells, sums = sums_by_group(counted, by, card)
    n = sums["n_decided"]
    days = counted["request_days"].to_numpy(dtype=float, na_value=np.nan)
    decided = counted["n_decided"].to_numpy()
    found = np.full((len(n), 3), np.nan)
    for cell in np.flatnonzero(n >= MEDIAN_MINIMUM):
        rows = (codes == cell) & (decided > 0)
        found[cell] = estimates.order_statistic(days[rows], decided[rows], 0.5)
    figures = [
        *(share(statistic, sums[f"n_{result}"], sums["n_asked"], OF) for result, statistic in RESULTS.items()),
        estimated("median_days", "days", "requests decided on a known day", n, n, found.T, n >= MEDIAN_MINIMUM),
        *_incidence_by_30_days(counted, codes, sums, seen),
    ]
    return figures_table(card, cells, sums, figures), None


def _incidence_by_30_days(counted, codes, sums, seen):
    """Cumulative incidence of both decisions at 30 days; nan where `as_of` is not known."""
    decided = sums["n_decided"]
    n = decided + sums["n_open"]
    shares = np.full((len(n), 2, 3), np.nan)
    days = counted["request_days"].to_numpy(dtype=float, na_value=np.nan)
    asked = days_of(counted["date"])
    # Without `as_of`, no cell is estimated below, so any day will do here.
    age = (np.datetime64(seen or date.min, "D") - asked).astype(float)
    # A request of an unknown day is followed for 0 days; one without a day of decision, until `as_of`.
    age = np.where(np.isnat(asked), 0, np.maximum(age, 0))
    events = counted[["n_granted_dated", "n_refused_dated"]].to_numpy()
    rows = np.where(np.isnan(days), age, days), events, counted["n_open"].to_numpy()
    for cell in np.flatnonzero((n >= INTERVAL_MINIMUM) & (seen is not None)):
        here = codes == cell
        found = estimates.aalen_johansen(*(part[here] for part in rows)).shares_at(WITHIN_DAYS)
        shares[cell] = np.stack([found[0], found[2], found[3]], axis=1)
    for k, (name, events) in enumerate((("granted", "n_granted_dated"), ("refused", "n_refused_dated"))):
        value, low, high = shares[:, k].T
        flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
        flag = np.where(n < SHARE_MINIMUM, "small_n", flag)  # too few matters more than a missing limit
        flag = np.where(np.isnan(value) & ((n >= INTERVAL_MINIMUM) | (n == 0)), "not_estimable", flag)
        statistic = f"{name}_within_{WITHIN_DAYS}_days"
        yield Figures(statistic, "share", "requests followed", n, sums[events], value, low, high, flag)


# ---- calls about one matter --------------------------------------------------------------------------


REDIAL_DAYS, AGAIN_DAYS = 7, 14

THIN = (
    "A call that no one logged is missing from its episode, so the mean is usually too low if the log is incomplete: "
    "with half of the calls logged, at random, 1.5 instead of 2. If episodes of many calls are logged more carefully, "
    "it may be too high. log_completeness gives the share of the phone log's calls that no one logged."
)


def calls_per_need(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls in each episode, that is, about one matter and reason.

    Gives ``mean`` [calls per episode] over all episodes with Student's 95 % interval, ``mean_if_resolved`` over those
    resolved in the log, and ``one_call`` [share], episodes with a single call. Open ones count with the calls made
    so far, so the mean is low where many are young.

    A call that no one logged is missing from its episode. Long episodes are seen more often, but that effect is
    smaller. If every call is equally likely to be logged, the mean is too low in a thin log: with half of the calls
    logged, 1.5 where 2 is true (half of all episodes ending with each call). The mean of those logged as resolved is
    certainly too low. If long episodes are logged more carefully than others, the mean of all episodes may be too
    high (:func:`log_completeness` gives the share logged). A caveat says so.

    >>> import pandas as pd
    >>> calls = [(need, seq) for need in range(20) for seq in range(1, 2 + need % 3)]
    >>> calls = pd.DataFrame(calls, columns=["episode_id", "episode_call"]).assign(outcome="unknown")
    >>> calls_per_need(calls.astype({"episode_id": str})).table.loc[:0, ["statistic", "n", "events", "value"]]
      statistic   n  events  value
    0      mean  20      20   1.95
    """
    result = _of_episodes(agency_calls, "calls_per_need", by, as_of, _calls)
    return replace(result, caveats=(THIN, *result.caveats)) if result.tally["n_calls"].sum() else result


def redial_rate(agency_calls: Frame, by: Keys = (), *, within_days: int = REDIAL_DAYS, as_of: Day = None) -> Result:
    """Calls that reached no person and were followed by another call in the same episode within 7 days.

    The caller hung up, was cut off, or the call ended in the automated system. A call made in the last 7 days before
    ``as_of`` is in no rate, since what follows it is not known yet. Gives ``rate`` [share]. Where callers redial, calls
    are not independent, and a wait per call hides what a matter costs: see :func:`calls_per_need`.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"episode_id": [str(i) for i in range(30)] + ["0", "1", "2"],
    ...                       "episode_call": [1] * 30 + [2] * 3,
    ...                       "person_reached": [False] * 30 + [True] * 3, "date": pd.Timestamp("2022-03-01")})
    >>> redial_rate(calls, as_of="2022-03-31").table.loc[:0, ["statistic", "n", "events", "value"]]
      statistic   n  events  value
    0      rate  30       3    0.1
    """
    seen = day_of(agency_calls, as_of)
    result = _of_episodes(agency_calls, "redial_rate", by, as_of, _redials, seen=seen, within=within_days)
    recent = result.table.loc[result.table["statistic"] == "n_too_recent", "value"].sum()
    return replace(result, left_after={"too_recent": int(recent)})


def first_contact_resolution(
    agency_calls: Frame, by: Keys = (), *, within_days: int = AGAIN_DAYS, as_of: Day = None
) -> Result:
    """Episodes that the first contact resolved, with no further call in the next 14 days.

    USCIS's own goal is "giving an accurate and complete answer the first time to eliminate the need for a subsequent
    inquiry about the same issue". A contact is a call on which a person spoke or that the automated system resolved;
    calls before it that reached no one do not count against it. A service request or a promised callback does not
    resolve one. Gives ``rate`` [share]. The usual window for a further call is 7 to 30 days; this measure uses 14.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"episode_id": [str(i) for i in range(30)] + ["0"], "episode_call": [1] * 30 + [2],
    ...                       "outcome": ["resolved"] * 16 + ["service_request"] * 15, "person_reached": True,
    ...                       "date": pd.Timestamp("2022-03-01")})
    >>> first_contact_resolution(calls, as_of="2022-03-31").table.loc[:0, ["statistic", "n", "events", "value"]]
      statistic   n  events  value
    0      rate  30      15    0.5
    """
    seen = day_of(agency_calls, as_of)
    return _of_episodes(agency_calls, "first_contact_resolution", by, as_of, _resolved, seen=seen, within=within_days)


def _of_episodes(agency_calls, card, by, as_of, estimate, **options):
    if "within" in options:
        check_above_zero(options["within"], "a further call comes within a number of days", "days, as in within_days=7")
    keys = ("episode_id", "episode_call", "date")
    return measure(agency_calls, card, by, as_of=as_of, estimate=partial(estimate, **options), extra_keys=keys)


@dataclass(frozen=True)
class _Episodes:
    """The linked calls in order, episode by episode.

    `calls` with their `episode` (0, 1 ...), `day`, and group `cell`; `first` is the index of each episode's first call.
    """

    calls: pd.DataFrame
    episode: np.ndarray
    day: np.ndarray
    cell: np.ndarray
    first: np.ndarray

    def is_followed(self, within: int) -> np.ndarray:
        """Whether the episode's next call came within this many days."""
        days = np.diff(self.day).astype("m8[D]")
        close = (np.diff(self.episode) == 0) & (days <= np.timedelta64(within, "D"))
        # The last call has no next one; the slice is for a log without calls.
        return np.r_[close, False][: len(self.episode)]

    def settled_before(self, seen, within: int) -> np.ndarray:
        """Whether a call that followed would be in the log."""
        if seen is None:  # without `as_of`, none is known to be
            return np.zeros(len(self.day), bool)
        return self.day <= np.datetime64(seen, "D") - np.timedelta64(within, "D")


def _chained(card, counted, by):
    codes, cells, sums = sums_by_group(counted, by, card)
    rows = np.flatnonzero(counted["n_calls"].to_numpy() > 0)
    calls = counted.iloc[rows]
    episode = pd.factorize(calls["episode_id"])[0]
    # A call of an episode that was logged late may be in an earlier row: the stored number decides, not the row.
    order = np.lexsort((calls["episode_call"].to_numpy("int64"), episode))
    calls, episode, cell = calls.iloc[order], episode[order], codes[rows][order]
    episode = np.cumsum(np.r_[0, np.diff(episode) != 0])[: len(episode)]  # 0, 1 ... in the order of the sorted rows
    day = days_of(calls["date"])
    return cells, sums, _Episodes(calls, episode, day, cell, np.unique(episode, return_index=True)[1])


def _calls(card, counted, by):
    cells, sums, episodes = _chained(card, counted, by)
    # An episode is in the group of its first call.
    calls = np.bincount(episodes.episode, minlength=len(episodes.first))
    settled = np.bincount(episodes.episode, episodes.calls["n_settled"], len(episodes.first)) > 0
    cell = episodes.cell[episodes.first]

    def per_episode(statistic, chosen):
        n, total, squares = (
            # The powers 0, 1, and 2 give the number of episodes, the sum of their calls, and the sum of squares.
            np.bincount(cell[chosen], weight[chosen], len(cells))
            for weight in (calls**0, calls, calls**2)
        )
        n, found = n.astype("int64"), estimates.mean(total, squares, n)
        return estimated(statistic, "calls_per_need", "episodes", n, n, found, n >= MEAN_MINIMUM)

    n = np.bincount(cell, minlength=len(cells))
    figures = [
        per_episode("mean", np.ones(len(cell), bool)),
        per_episode("mean_if_resolved", settled),
        share("one_call", np.bincount(cell[calls == 1], minlength=len(cells)), n, "episodes"),
        number("calls", np.bincount(cell, calls, len(cells)), n, "episodes"),
    ]
    return figures_table(card, cells, sums, figures), None


def _redials(card, counted, by, *, seen, within):
    cells, sums, episodes = _chained(card, counted, by)
    lost = episodes.calls["n_lost"].to_numpy() > 0
    old = lost & episodes.settled_before(seen, within)
    n, again = (
        np.bincount(episodes.cell[some], minlength=len(cells)) for some in (old, old & episodes.is_followed(within))
    )
    rate = share("rate", again, n, "calls of an episode that reached no person")
    return figures_table(card, cells, sums, [rate], [_too_recent(episodes.cell[lost & ~old], sums)]), None


def _resolved(card, counted, by, *, seen, within):
    cells, sums, episodes = _chained(card, counted, by)
    contacts = np.flatnonzero(episodes.calls["n_contacts"].to_numpy() > 0)
    # Calls before it that reached no one do not count against the first contact.
    contacts = contacts[np.unique(episodes.episode[contacts], return_index=True)[1]]  # the first of each episode
    cell = episodes.cell[episodes.first][episodes.episode[contacts]]
    old = episodes.settled_before(seen, within)[contacts]
    settled = (episodes.calls["n_settled"].to_numpy() > 0)[contacts] & ~episodes.is_followed(within)[contacts]
    n, events = (np.bincount(cell[some], minlength=len(cells)) for some in (old, old & settled))
    rate = share("rate", events, n, "episodes with a contact")
    return figures_table(card, cells, sums, [rate], [_too_recent(cell[~old], sums)]), None


def _too_recent(cell, sums):
    """The number of cases too recent to be in the rate."""
    return number("n_too_recent", np.bincount(cell, minlength=len(sums["n"])), sums["n"], "all rows")
