"""Numbers with intervals: what may be inferred from counts. The door to ``scipy``.

Everything here takes counts, never calls, so that the same figure comes from one laptop, from a cluster and
from tables that several offices added up. All functions take numbers or arrays and work on whole arrays.

=====================================  ==================================================================
:func:`wilson`                         a share: interval for everything that is shown
:func:`jeffreys`                       a share as a posterior
:func:`clopper_pearson`                a share: the exact interval, for a reader who insists on it
:func:`newcombe`                       the difference of two shares
:func:`garwood`                        a count, or a rate per exposure
:func:`mean`                           a mean of complete data (Student)
:func:`order_statistic`                a quantile of complete data from a count table
:class:`~survival.Curves`              waits with callers who hung up: Kaplan-Meier from a count table
=====================================  ==================================================================

There is no Wald interval here: on the small samples of a law office it covers 63-89 % where it says 95 %.
"""

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
from callanalytics.estimates.survival import Curves, kaplan_meier

__all__ = [
    "Curves",
    "clopper_pearson",
    "garwood",
    "jeffreys",
    "kaplan_meier",
    "mean",
    "newcombe",
    "order_statistic",
    "quantile_ranks",
    "wilson",
]
