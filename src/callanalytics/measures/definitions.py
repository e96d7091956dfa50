"""What several measures share, each defined once: minimum samples, and which figure is quoted."""

from __future__ import annotations

from callanalytics import schema
from callanalytics.estimates.slots import MASS, SURE

POINTER = "{pointer}"  # a card is filled with the words of the agency whose calls it counts (`Card.worded`)

# ---- minimum samples ------------------------------------------------------------------------------------

SHARE_MINIMUM, INTERVAL_MINIMUM = 30, 10  # cases: a share; "k of n" with its interval, below it without
TELLS_NOTHING = 0.9  # a range whose interval spans this much of 0 to 100% says nothing about the share
MEDIAN_MINIMUM, REACHED_MINIMUM = 20, 10  # calls for a median, and how many of them must have reached a person
P90_MINIMUM = 36  # calls that reached a person; with fewer, the interval of the p90 has no upper end
MEAN_MINIMUM = 20  # cases of a mean
WEEK_MINIMUM, WEEK_REACHED_MINIMUM = 10, 5  # calls for a week's mean, and how many of them must have reached a person
GRACE = 4  # an office counts as present throughout if it begins or ends within this many weeks of the series' ends
BEST_SET_HOLDS, SURE_ENOUGH = f"{MASS:.0%}", f"{SURE:.0%}"  # of a set of slots: to hold the best; to save anything

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

# ---- how waits end --------------------------------------------------------------------------------------

WAIT_COUNTS = tuple(f"n_{kind}" for kind in schema.WAIT_ENDS)  # the counts of every card of waits


def unreached(counts, prefix: str = "n_"):
    """The sum of the counts, by how the wait ended, of calls that reached no person."""
    return sum(counts[prefix + kind] for kind in schema.LOST)
