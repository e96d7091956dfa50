"""The ratio of a sum to a number of events: what one event costs."""

from __future__ import annotations

import numpy as np

from callanalytics.estimates.estimate import normal_quantile


def ratio(total, squares, of_events, events, n, level: float = 0.95):
    """A total over the number of events among those who made it up, such as all minutes held over calls answered.

    Parameters
    ----------
    total, squares : sum of the values of all, and of their squares
    of_events : sum of the values of those that were events
    events, n : how many were events, of how many

    Returns
    -------
    value, low, high
        In the unit of the values; nan without an event. Limits are nan below n = 2.

    Notes
    -----
    Linearized on the log scale, with residuals :math:`e_i = x_i - R d_i`:

    .. math:: \\mathrm{var} \\log R = \\frac{n}{n - 1} \\sum e_i^2 / (\\sum x_i)^2

    References
    ----------
    .. [1] W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 6.4.

    Examples
    --------
    Four held 10, 20, 30 and 40 minutes; the second and the fourth got through: 100 minutes for two answers.

    >>> value, low, high = ratio(100, 3000, 60, 2, 4)
    >>> print(f"{value:.0f} {low:.1f} {high:.1f}")
    50 18.2 137.6
    """
    total, squares, of_events, events, n = (np.asarray(v, float) for v in (total, squares, of_events, events, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(events > 0, total / events, np.nan)
        left = np.maximum(squares - 2 * value * of_events + value**2 * events, 0)
        spread = np.where(n > 1, n / (n - 1) * left, np.nan)
        half = normal_quantile(level) * np.sqrt(spread) / total
        low, high = value * np.exp(-half), value * np.exp(half)
    return value[()], low[()], high[()]
