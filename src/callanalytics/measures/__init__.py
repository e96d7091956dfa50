"""What can be measured, and how it is counted.

Conventions
-----------
*How to call a measure.* Pass its table (``log.agency_calls``, ``log.callbacks``, ``log.promises``, or ``log.entries``,
or a pandas, Polars, or Arrow frame with the same columns). Pass ``by``, the keys to split by (``CARDS["wait"].keys``
lists them), and ``as_of`` where the table does not know its day. The measure returns a :class:`Result`: ``.table``,
with one row per figure, and ``.card``, the definition.

*Unit.* An agency call is a call from an office to an agency line. A callback is an incoming contact that is, or may be,
the agency's. A promise is a callback that the agency promised. Rates of callbacks are over promises, never over
callbacks.

*Hours.* ``month``, ``date``, ``weekday``, ``hour`` are on the agency's clock; with ``_local`` they are on the office's
own. They are those of the call's start. A row with only a date, or in an hour that a clock change repeats or skips,
is counted in the row without an hour.

*Population.* Calls outside a line's staffed hours (``in_live_hours``) are in no denominator and are counted separately.
Calls to an unlogged line, or to a line with unknown hours, all stay, so "in live hours" means not known to be outside
them. A promise enters a rate when its urgency and rule are known, the office did not withdraw it, its line was
observed, and it fell due by ``as_of``. A promise not yet due is in no rate, not even as an early success.

*Missing values.* They are excluded from every rate and counted separately.

*Waits.* A caller who hung up waited at least that long (Kaplan-Meier). ``wait_origin`` is always a key: waits with
different starting points are never pooled. Charts, reports, and sentences lead with the starting point of most waits
(:func:`clock_of`), and name the others with their number.

*Links.* In a figure over callbacks, ``link = certain`` counts confirmed callbacks of the agency. ``link = possible`` is
the bound that adds the possible ones. In a figure over promises, the two are the ends of a range: what certainly came,
and the most that may have come. In the table of callbacks, ``link = certain`` says that the callback is the agency's,
and that promise's. A confirmed callback whose promise is unknown is ``possible`` there, with ``is_credited``; a ledger
shows it at the promise due first.

*Figures.* Each has its n, a 95 % interval, and a flag. ``ok``; ``small_n``: under the minimum sample (shares of 10 or
more cases keep their interval, below 10 only the counts appear; times are left out); ``not_estimable``: the data cannot
say; ``one_sided``: one limit does not exist. Counts are always shown. Shares carry Wilson's interval, times log-log
Greenwood's. Counts of what is in the log carry none, since no sample was drawn. Only what is unlogged or uncertain
could change them, and two counts show that.

Assumptions
-----------
What the figures assume, what would be wrong without it, and where the log itself shows it.

*Who logs.* The calls are those that someone wrote down, or that an office's phone system saw, at offices that chose to
take part. They are no sample of all callers, and no interval here allows for that. Where an office has both logs,
:func:`logging_bias` tests whether long calls were logged more often, and weights them. The weighted wait then leads,
whatever it is, and the wait as logged is next to it. No test decides which is shown: a rule that looked at both waits
first would make the printed interval hold less often than it says. With 400 calls, of which long ones are logged 1.25,
1.5, or 2 times as often, the printed interval holds the truth in 94 to 96 of 100 logs. A call logged because its news
was bad is not corrected.

*Hanging up.* A caller who hung up would have waited on like those who held (independent censoring). Callers who hang up
*because* a long wait was announced break this, and the median is then too short. The bounds appear next to every
median: one if all of them had been about to get through, one if none ever had. The assumption holds within each cell
shown: a figure of all hours together also assumes that callers of every hour hold alike. Where callers of slow hours
hold longer, it is too long (41 minutes where 30 is true). So the median that leads a report compares hang-ups with
callers of the same part of the day (8-10, 10-14, 14-17, 17-20 Eastern), and weights the parts by their calls
(:func:`standardized_wait`).

*Independence.* Wilson's and Greenwood's intervals treat calls (promises, callbacks) as independent. Repeat calls about
one need, calls of one day, and calls of one office are alike, and the true error is then greater. Over offices,
:func:`over_offices` takes the office as the unit; :func:`when_to_call` takes the day; :func:`missed_callbacks` widens
its interval where months differ; a result that pools offices says so.

*What was logged is right.* A wait is from dialing as someone wrote it down, usually rounded to the nearest. The
heaping index says how much. The median that leads a report spreads rounded waits over the values that round to them,
and the intervals of :func:`wait` allow for rounding. With 400 waits, all rounded to 5 or all to 10 minutes, they hold
the truth in 95 and 94 of 100 logs; without that, in 80 and 57. Where many people write only half hours, they hold it
less often. Memory that stretches long waits is not known and not corrected.

*Observed lines.* "Nothing came" means nothing unless the line's records would have shown it. Whether a line was
observed is decided before, and regardless of, what came.

*Whose callback it was.* Most callbacks name no request, some show no number, and a log may lack the request that a
callback was about. So what is counted over promises (kept, hit, late, silent, first and second attempts) is a range.
*Low end*: the log names the request, or the call can have been for no other. No other request was open at that number,
every call of the office to the agency around then was logged, and the exports show that there was no further one.
*High end*: the most requests that can each be given one of the remaining calls, no call twice. A call may be given to a
request whose number it called while that request may have been open. Answers by email are counted by the same rules.
The printed interval runs from the lower limit of the low end to the upper limit of the high end. Where both ends are
the same, it is one figure. In a rate over attempts, the low end sets the certain cases against all that the remaining
calls may turn into the opposite; the high end does the reverse.

The range assumes that a callback of a logged request called the number given, between 7 a.m. and 6:30 p.m. Eastern on a
business day if it showed no number, and is in a log of a covered line. It also assumes that no number in the log is
wrong. A callback breaks it if it came from a number not known as the agency's or to an office phone in no export. So
does one beyond the life of a request (fifteen business days past its lenient due time). The range says nothing of
unlogged requests: if those were kept more or less often, the agency's own rate differs.

*Blocked lines.* On a line that blocks callers who show no number, a callback may leave no trace. Its requests are in no
such figure and are counted separately. The office says whether callers get through; if it does not, a call without a
number in the export of that line shows that they do. If neither tells, its requests stay in the figures, and each
range in time holds only if such callers get through: where they do not, and the agency shows no number on three of five
calls, it held the truth in about half of simulated offices. So page 1 gives the number of these requests next to the
range, and says of none of them that no call came in time.

*Many figures.* A report shows dozens of intervals at 95 %: of twenty where nothing differs, one on average shows a
difference. Stars on a map, the tips of :func:`when_to_call`, and comparisons of weekdays and parts of the day allow for
their number; other figures do not.
A report calls one weekday or part of the day shorter than another, for the calls logged in this period, only under a
permutation test. At most 5 in 100 random orders of the days may show any two as different (log-rank sums, the greatest
difference of all pairs). All offices saw the same days, so their days are permuted together. Where weekdays do not
differ and days do (by a log-sd of 0.3, 28 calls a day), 6.0 of 100 simulations claimed a difference (200 tried);
the rule of intervals that do not overlap claimed one in 41.

*Before and after.* A change at a date does not prove what caused it. The trend is assumed to be straight, and what else
changed then is unknown.

Measures
--------
:func:`volume` · :func:`wait` · :func:`weekly_wait` · :func:`service_level` · :func:`average_speed_of_answer` ·
:func:`hold_per_answer` · :func:`hours_on_hold` · :func:`when_to_call` · :func:`reach_rate` ·
:func:`abandonment_rate` · :func:`disconnect_rate` ·
:func:`ivr_containment_rate` · :func:`ivr_unresolved_exit_rate` · :func:`path_success_rate` · :func:`funnel` ·
:func:`escalation_rate` · :func:`urgency_downgrade_rate` · :func:`tier2_request_granted` · :func:`refusal_rate` ·
:func:`request_outcome` · :func:`calls_per_need` · :func:`redial_rate` · :func:`first_contact_resolution` ·
:func:`promise_kept_rate` · :func:`callback_hit_rate` · :func:`silent_promises` · :func:`late_callbacks` ·
:func:`promise_states` · :func:`time_to_callback` · :func:`restart_rate` · :func:`missed_callbacks` ·
:func:`out_of_window_rate` · :func:`withheld_share` · :func:`first_attempt_hit_rate` ·
:func:`second_attempt_made_rate` · :func:`second_attempt_hit_rate` · :func:`both_missed_rate` · :func:`notice_rate` ·
:func:`log_completeness` · :func:`logging_bias` · :func:`reconcile`

:func:`over_offices` gives the figure of a typical office (an interval from five offices on), :func:`pooled_week` the
hours of the week shrunk toward each other, and :func:`standardized_wait` the wait with hang-ups judged within each part
of the day. :func:`before_after` gives the weekly wait at a date known beforehand, and :func:`search_changes` a search
for dates that may find none. :func:`best_time` gives what :func:`when_to_call` says, and :func:`leading_wait` whether
the wait weighted by :func:`logging_bias` leads a report.

Each has a card (:data:`CARDS`); :func:`sql` shows the SQL that counts it; :func:`run` takes it from a log;
:func:`local` makes a measure from a card of your own.
"""

from callanalytics.measures.callbacks import (
    both_missed_rate,
    callback_hit_rate,
    first_attempt_hit_rate,
    late_callbacks,
    missed_callbacks,
    notice_rate,
    out_of_window_rate,
    promise_kept_rate,
    promise_states,
    restart_rate,
    second_attempt_hit_rate,
    second_attempt_made_rate,
    silent_promises,
    time_to_callback,
    withheld_share,
)
from callanalytics.measures.card import Card
from callanalytics.measures.log_quality import Lead, leading_wait, log_completeness, logging_bias
from callanalytics.measures.outcomes import (
    abandonment_rate,
    calls_per_need,
    disconnect_rate,
    escalation_rate,
    first_contact_resolution,
    funnel,
    ivr_containment_rate,
    ivr_unresolved_exit_rate,
    path_success_rate,
    reach_rate,
    redial_rate,
    refusal_rate,
    request_outcome,
    tier2_request_granted,
    urgency_downgrade_rate,
    volume,
)
from callanalytics.measures.registry import CARDS, local, run, sql
from callanalytics.measures.result import Result, clock_of, in_words, of_one_clock, waits_by_clock
from callanalytics.measures.slots import BestTime, best_time, when_to_call
from callanalytics.measures.small_cells import OverOffices, Week, coarsen, over_offices, pooled_week
from callanalytics.measures.wait_curves import standardized_wait
from callanalytics.measures.waits import (
    average_speed_of_answer,
    hold_per_answer,
    hours_on_hold,
    reconcile,
    service_level,
    wait,
)
from callanalytics.measures.weekly import BeforeAfter, Search, before_after, search_changes, weekly_wait

__all__ = [
    "CARDS", "BeforeAfter", "BestTime", "Card", "Lead", "OverOffices", "Result", "Search", "Week",
    "abandonment_rate", "average_speed_of_answer", "before_after", "best_time", "both_missed_rate",
    "callback_hit_rate", "calls_per_need", "clock_of", "coarsen", "disconnect_rate", "escalation_rate",
    "first_attempt_hit_rate", "first_contact_resolution", "funnel", "hold_per_answer", "hours_on_hold", "in_words",
    "ivr_containment_rate", "ivr_unresolved_exit_rate", "late_callbacks", "leading_wait", "local",
    "log_completeness", "logging_bias", "missed_callbacks", "notice_rate", "of_one_clock", "out_of_window_rate",
    "over_offices", "path_success_rate", "pooled_week", "promise_kept_rate", "promise_states", "reach_rate",
    "reconcile", "redial_rate", "refusal_rate", "request_outcome", "restart_rate", "run", "search_changes",
    "second_attempt_hit_rate", "second_attempt_made_rate", "service_level", "silent_promises", "sql",
    "standardized_wait", "tier2_request_granted", "time_to_callback", "urgency_downgrade_rate", "volume", "wait",
    "waits_by_clock", "weekly_wait", "when_to_call", "withheld_share",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)  # what completion offers: no modules
