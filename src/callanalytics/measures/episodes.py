"""What one matter costs: calls linked by matter and reason, redials among them, and whether the first answer held.

An *episode* is the calls about one matter and reason, numbered in order (``episode_id``, ``episode_call``). All three
functions take the table of agency calls. An episode's month, office, and weekday are those of its first call in the log
used. An episode that goes on after ``as_of``, or that began before the log, looks shorter than it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from callanalytics import estimates
from callanalytics.lazy import np, pd
from callanalytics.measures.compute import (
    check_above_zero,
    day_of,
    days_of,
    estimated,
    figures_table,
    measure,
    number,
    share,
    sums_by_group,
)
from callanalytics.measures.definitions import MEAN_MINIMUM
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys

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
    result = _of_episodes(
        agency_calls, "redial_rate", by, as_of, _redials, seen=day_of(agency_calls, as_of), within=within_days
    )
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
    return _of_episodes(
        agency_calls,
        "first_contact_resolution",
        by,
        as_of,
        _resolved,
        seen=day_of(agency_calls, as_of),
        within=within_days,
    )


def _of_episodes(agency_calls, card, by, as_of, estimate, **options):
    if "within" in options:
        check_above_zero(options["within"], "a further call comes within a number of days", "days, as in within_days=7")
    return measure(
        agency_calls,
        card,
        by,
        as_of=as_of,
        estimate=partial(estimate, **options),
        extra_keys=("episode_id", "episode_call", "date"),
    )


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

    def followed(self, within: int) -> np.ndarray:
        """Whether the episode's next call came within this many days."""
        days = np.diff(self.day).astype("m8[D]")
        close = (np.diff(self.episode) == 0) & (days <= np.timedelta64(within, "D"))
        # The last call has no next one; the slice is for a log without calls.
        return np.r_[close, False][: len(self.episode)]

    def settled_before(self, seen, within: int) -> np.ndarray:
        """Whether a call that followed would be in the log."""
        if seen is None:  # without `as_of`, none is known to be
            return np.zeros(len(self.day), bool)
        return self.day <= np.datetime64(seen, "D") - within


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
        np.bincount(episodes.cell[some], minlength=len(cells)) for some in (old, old & episodes.followed(within))
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
    settled = (episodes.calls["n_settled"].to_numpy() > 0)[contacts] & ~episodes.followed(within)[contacts]
    n, events = (np.bincount(cell[some], minlength=len(cells)) for some in (old, old & settled))
    rate = share("rate", events, n, "episodes with a contact")
    return figures_table(card, cells, sums, [rate], [_too_recent(cell[~old], sums)]), None


def _too_recent(cell, sums):
    """The number of cases too recent to be in the rate."""
    return number("n_too_recent", np.bincount(cell, minlength=len(sums["n"])), sums["n"], "all rows")
