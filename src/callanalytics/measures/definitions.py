"""What several measures share, each defined once: minimum samples, predicates of calls."""

from __future__ import annotations

from callanalytics import schema

POINTER = "{pointer}"  # a card is filled with the words of the agency whose calls it counts (`Card.worded`)

# ---- minimum samples ------------------------------------------------------------------------------------

SHARE_MINIMUM, INTERVAL_MINIMUM = 30, 10  # cases: a share; "k of n" with its interval, below it without
TELLS_NOTHING = 0.9  # a range whose interval spans this much of 0 to 100% says nothing about the share
MEDIAN_MINIMUM, REACHED_MINIMUM = 20, 10  # calls for a median, and how many of them must have reached a person
P90_MINIMUM = 36  # calls that reached a person; with fewer, the interval of the p90 has no upper end
MEAN_MINIMUM = 20  # cases of a mean
WEEK_MINIMUM, WEEK_REACHED_MINIMUM = 10, 5  # calls for a week's mean, and how many of them must have reached a person

PERCENT_MINIMUM = (
    f"{SHARE_MINIMUM} cases for a percentage; from {INTERVAL_MINIMUM} on “k of n” with its interval; under "
    f"{INTERVAL_MINIMUM} “k of n” alone"
)
SHARES_MINIMUM = f"n >= {SHARE_MINIMUM}, from {INTERVAL_MINIMUM} on with their interval"
WAIT_MINIMUM = f"{MEDIAN_MINIMUM} calls, {REACHED_MINIMUM} of which reached a person"
TOO_FEW_WAITS = f"fewer than {MEDIAN_MINIMUM} calls, or fewer than {REACHED_MINIMUM} that reached a person"
FOR_A_MEDIAN = f"it takes {MEDIAN_MINIMUM} calls with a wait, {REACHED_MINIMUM} of them reached, and few hang-ups"
COUNT_MINIMUM = "none: counts are always shown"

# ---- the figure that is quoted where there are several --------------------------------------------------

# Labels of the row that leads: certain links, default reading. Waits lead with the starting point of most of them.
HEADLINE = {"link": "certain", "reading": "default"}

STALE_DAYS = 365  # a stated time that no one has confirmed for this long is old


# ---- predicates -----------------------------------------------------------------------------------------

LIVE = "(in_live_hours IS NULL OR in_live_hours)"
PROMISED = "promised IN ('urgent', 'regular', 'unknown')"  # by Tier 2; not an automatic queue callback
# For a call that ended as `no_person`, only a logged wait shows that it queued.
QUEUED_KINDS = f"wait_outcome IN {schema.WAIT_ENDS} AND NOT (wait_outcome = 'no_person' AND wait_s IS NULL)"
UNANSWERED = str(schema.UNANSWERED)  # results of a callback that no one answered, as SQL has them


def ended(where: str) -> dict[str, str]:
    """The counts of a measure of waits: how the calls of a predicate ended."""
    return {f"n_{kind}": f"{where} AND wait_outcome = '{kind}'" for kind in schema.WAIT_ENDS}


WAIT_COUNTS = tuple(f"n_{kind}" for kind in schema.WAIT_ENDS)  # the names of these counts


def unreached(counts, prefix: str = "n_"):
    """The sum of the counts, by how the wait ended, of calls that reached no person."""
    return sum(counts[prefix + kind] for kind in schema.LOST)
