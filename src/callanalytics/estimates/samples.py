"""How many calls a wished precision takes, so that "not detectable" can say what would be."""

from __future__ import annotations

from math import ceil, log, pi, sqrt

from callanalytics.estimates.estimate import normal_quantile
from callanalytics.estimates.intervals import wilson

TYPICAL_SPREAD = 0.7  # standard deviation of the logarithm of waits within an hour of the week


def calls_for_share(half_width: float, share: float = 0.5, level: float = 0.95) -> int:
    """Fewest n at which Wilson's interval of a share is no wider than twice `half_width`.

    >>> calls_for_share(0.15)
    39
    """
    n = 1
    while True:
        low, high = wilson(share * n, n, level)
        if high - low <= 2 * half_width:
            return n
        n += max(1, n // 100)


def calls_for_median(half_width: float, median: float, spread: float = TYPICAL_SPREAD, level: float = 0.95) -> int:
    """Callers reached that a median to within `half_width` takes; a difference of two takes twice that in each group.

    Parameters
    ----------
    half_width, median : in the same unit
    spread : standard deviation of the logarithm of the waits

    Notes
    -----
    The error of a log-normal median is :math:`m \\sigma \\sqrt{\\pi / 2 n}`.

    Examples
    --------
    >>> calls_for_median(10, 35), calls_for_median(5, 35)
    (37, 145)
    """
    return ceil((normal_quantile(level) * spread * sqrt(pi / 2) * median / half_width) ** 2)


def calls_to_see(ratio: float, spread: float = TYPICAL_SPREAD, level: float = 0.95, power: float = 0.8) -> int:
    """Callers reached in each of two groups at which medians that differ by `ratio` are told apart four times in five.

    >>> calls_to_see(1.25)
    243
    """
    z = normal_quantile(level) + normal_quantile(2 * power - 1)
    return ceil(2 * (z * spread * sqrt(pi / 2) / log(ratio)) ** 2)
