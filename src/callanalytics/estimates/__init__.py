"""Numbers with intervals: what may be inferred from counts. The door to ``scipy``.

Everything here takes counts, never calls, so that the same figure comes from one laptop, from a cluster and
from tables that several offices added up. What is inferred never comes without its n and its interval.

=======================================  ================================================================
:func:`wilson`                           a share: interval for everything that is shown
:func:`jeffreys`                         a share as a posterior
:func:`clopper_pearson`                  a share: the exact interval, for a reader who insists on it
:func:`newcombe`                         the difference of two shares
:func:`goodman`, :func:`kappa`           shares of several causes at once; agreement of two coders
:func:`garwood`, :func:`rate`            a count, or a rate per exposure; over uneven periods
:func:`rate_ratio`                       two rates: exact, given the sum of both counts
:func:`dispersion`                       do periods differ by more than chance?
:func:`control_limits`                   where a period's rate lies if nothing but chance moves it
:func:`rule_of_three`                    the most a rate can be of which nothing was seen
:func:`mean`                             a mean of complete data (Student)
:func:`order_statistic`                  a quantile of complete data from a count table
:func:`grouped_quantile`                 a quantile of rounded data; :func:`heaping_index`, :func:`turnbull`
:func:`kaplan_meier`                     waits with callers who hung up; gives :class:`Curves`
:func:`weighted_kaplan_meier`            the same where calls were not logged with equal chance
:func:`log_rank`                         could groups of waits have one curve?
:func:`difference_of_means`              two restricted means
:func:`aalen_johansen`                   a call, an e-mail, or neither: competing causes
:func:`adjusted_p`, :func:`discoveries`  many comparisons at once
=======================================  ================================================================

There is no Wald interval here: on the small samples of a law office it covers 63-89 % where it says 95 %.
"""

from callanalytics.estimates.categories import goodman, kappa
from callanalytics.estimates.comparing import LogRank, difference_of_means, log_rank
from callanalytics.estimates.competing import Incidence, aalen_johansen
from callanalytics.estimates.curves import Curves
from callanalytics.estimates.estimate import Estimate
from callanalytics.estimates.intervals import (
    clopper_pearson,
    garwood,
    jeffreys,
    mean,
    newcombe,
    order_statistic,
    quantile_ranks,
    wilson,
)
from callanalytics.estimates.multiplicity import adjusted_p, discoveries
from callanalytics.estimates.rates import Dispersion, control_limits, dispersion, rate, rate_ratio, rule_of_three
from callanalytics.estimates.rounding import IntervalCensored, grouped_quantile, heaping_index, turnbull
from callanalytics.estimates.survival import kaplan_meier
from callanalytics.estimates.weighting import WeightedCurves, logging_weights, weighted_kaplan_meier

__all__ = [
    "Curves",
    "Dispersion",
    "Estimate",
    "Incidence",
    "IntervalCensored",
    "LogRank",
    "WeightedCurves",
    "aalen_johansen",
    "adjusted_p",
    "clopper_pearson",
    "control_limits",
    "difference_of_means",
    "discoveries",
    "dispersion",
    "garwood",
    "goodman",
    "grouped_quantile",
    "heaping_index",
    "jeffreys",
    "kaplan_meier",
    "kappa",
    "log_rank",
    "logging_weights",
    "mean",
    "newcombe",
    "order_statistic",
    "quantile_ranks",
    "rate",
    "rate_ratio",
    "rule_of_three",
    "turnbull",
    "weighted_kaplan_meier",
    "wilson",
]
