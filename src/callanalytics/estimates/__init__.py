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
:func:`ratio`                            a sum over the events in it: minutes held for each answer
:func:`order_statistic`                  a quantile of complete data from a count table
:func:`grouped_quantile`                 a quantile of rounded data; :func:`heaping_index`, :func:`turnbull`
:func:`kaplan_meier`                     waits with callers who hung up; gives :class:`Curves`
:func:`patience`                         how long callers hold before they hang up
:func:`weighted_kaplan_meier`            waits of calls that were not logged with equal chance
:func:`log_rank`                         could groups of waits have one curve?
:func:`difference_of_means`              two restricted means
:func:`aalen_johansen`                   a call, an e-mail, or neither: competing causes
:func:`adjusted_p`, :func:`discoveries`  many comparisons at once
:func:`shrink_cells`                     hours of the week with few calls: partial pooling, colors and stars
:func:`standardized_chance` and kin      a fixed mix of hours: ``_quantile``, ``_mean``, ``_share``
:func:`pool_offices`                     the figure of a typical office; :func:`pool_shares`, :func:`random_effects`
:func:`office_equal_mean`                every office counting once; :func:`cluster_mean`: every call
:func:`dominance`                        how far one office carries the figure; :func:`leave_one_out`
:func:`intraclass`                       how alike the calls of one office are
:func:`week_bootstrap`                   quantiles of waits over resampled weeks; :func:`cluster_bootstrap`: any figure
:func:`interrupted_series`               before and after a known date; :func:`interrupted_counts`
:func:`placebo_dates`                    the same model at every other date
:func:`change_points`                    a search for dates, which may find none; :func:`one_change`
:func:`permuted_days`                    do weekdays or hours differ, all callers of a day sharing one queue
:func:`slot_costs`, :func:`best_slots`   when calling would have cost least, and how sure one can be
:func:`stratified_ratio`                 the cost on one side of the day or week over that on the other
:func:`calls_for_share` and kin          how many calls a wished precision takes: ``_for_median``, ``_to_see``
:func:`served`                           how many requests rings of nobody known can serve at most
=======================================  ================================================================

There is no Wald interval here: on the small samples of a law office it covers 63-89 % where it says 95 %.
"""

from callanalytics.estimates.best import BestSlots, best_slots, p_better
from callanalytics.estimates.bootstrap import Resampled, cluster_bootstrap, week_bootstrap
from callanalytics.estimates.categories import goodman, kappa
from callanalytics.estimates.changepoints import Changes, change_points, one_change
from callanalytics.estimates.comparing import LogRank, difference_of_means, log_rank
from callanalytics.estimates.competing import Incidence, aalen_johansen
from callanalytics.estimates.curves import Curves
from callanalytics.estimates.day_permutations import Permuted, log_rank_sums, p_slots, permuted_days
from callanalytics.estimates.estimate import Estimate
from callanalytics.estimates.interrupted_counts import CountInterruption, Placebo, interrupted_counts, placebo_dates
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
from callanalytics.estimates.offices import Dominance, LeftOut, cluster_mean, dominance, intraclass, leave_one_out
from callanalytics.estimates.pooling import Pooled, office_equal_mean, pool_offices, pool_shares, random_effects
from callanalytics.estimates.rates import Dispersion, control_limits, dispersion, rate, rate_ratio, rule_of_three
from callanalytics.estimates.ratios import ratio
from callanalytics.estimates.rounding import IntervalCensored, grouped_quantile, heaping_index, turnbull
from callanalytics.estimates.samples import calls_for_median, calls_for_share, calls_to_see
from callanalytics.estimates.series import Interruption, design, interrupted_series
from callanalytics.estimates.served import served
from callanalytics.estimates.shrinkage import Shrunken, shrink_cells
from callanalytics.estimates.slots import Costs, Days, slot_costs, stratified_ratio
from callanalytics.estimates.standard import (
    standardized_chance,
    standardized_mean,
    standardized_quantile,
    standardized_share,
)
from callanalytics.estimates.survival import kaplan_meier, patience
from callanalytics.estimates.weighting import Bands, WeightedCurves, logging_weights, weighted_kaplan_meier

__all__ = [
    "Bands",
    "BestSlots",
    "Changes",
    "Costs",
    "CountInterruption",
    "Curves",
    "Days",
    "Dispersion",
    "Dominance",
    "Estimate",
    "Incidence",
    "Interruption",
    "IntervalCensored",
    "LeftOut",
    "LogRank",
    "Permuted",
    "Placebo",
    "Pooled",
    "Resampled",
    "Shrunken",
    "WeightedCurves",
    "aalen_johansen",
    "adjusted_p",
    "best_slots",
    "calls_for_median",
    "calls_for_share",
    "calls_to_see",
    "change_points",
    "clopper_pearson",
    "cluster_bootstrap",
    "cluster_mean",
    "control_limits",
    "design",
    "difference_of_means",
    "discoveries",
    "dispersion",
    "dominance",
    "garwood",
    "goodman",
    "grouped_quantile",
    "heaping_index",
    "interrupted_counts",
    "interrupted_series",
    "intraclass",
    "jeffreys",
    "kaplan_meier",
    "kappa",
    "leave_one_out",
    "log_rank",
    "log_rank_sums",
    "logging_weights",
    "mean",
    "newcombe",
    "office_equal_mean",
    "one_change",
    "order_statistic",
    "p_better",
    "p_slots",
    "patience",
    "permuted_days",
    "placebo_dates",
    "pool_offices",
    "pool_shares",
    "quantile_ranks",
    "random_effects",
    "rate",
    "rate_ratio",
    "ratio",
    "rule_of_three",
    "served",
    "shrink_cells",
    "slot_costs",
    "standardized_chance",
    "standardized_mean",
    "standardized_quantile",
    "standardized_share",
    "stratified_ratio",
    "turnbull",
    "week_bootstrap",
    "weighted_kaplan_meier",
    "wilson",
]
