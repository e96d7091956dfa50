"""What can be measured, and how it is counted.

Conventions
-----------
*How to call a measure.* Pass its table (``log.agency_calls``, ``log.callbacks``, ``log.promises`` or ``log.entries``; a
pandas, Polars or Arrow frame of the same columns will do), ``by``, the keys to split by (``CARDS["wait"].keys``
lists them), and ``as_of`` where the table does not know its day. It returns a :class:`Result`: ``.table`` with one row
a figure, and ``.card``, the definition.

*Unit.* An agency call is a call of ours to an agency line; a callback an incoming contact that is or may be the
agency's; a promise a callback that was promised. Rates of callbacks are over promises, never over callbacks.

*Hours.* ``month``, ``date``, ``weekday``, ``hour`` are on the agency's clock, where the queue lives; with ``_local``
they are the office's own. They are those of the call's start. A row with only a date, or in an hour that a clock change
repeats or skips, stands in the row without an hour.

*Population.* Calls outside a line's live hours are in no denominator and are counted; calls to a line that no one
noted or whose hours are not known all stay, so "in live hours" means not known to lie outside them. A promise enters
a rate when its urgency and rule are known, we did not withdraw it, its line was watched, and it fell due by
``as_of``: so a promise not yet due is in no rate, not even as an early success.

*Missing values.* They are excluded from every rate and counted separately.

*Waits.* A caller who hung up waited at least that long (Kaplan-Meier). ``wait_origin`` is always a key: waits that run
from different moments are never pooled. Charts, reports and sentences lead with the moment from which most waits run
(:func:`clock_of`), and name the others with their number.

*Links.* In a figure over callbacks ``link = certain`` counts the callbacks that are certainly theirs, ``link =
possible`` is the bound that takes in what may be. In one over promises they are its two ends: what came for certain,
and the most that may have come. In the table of callbacks ``link = certain`` says that the callback is theirs, and that
promise's. A callback that is certainly theirs, and of which no one knows which promise it answers, is ``possible``
there with ``is_credited``; a ledger shows it at the promise due first.

*Figures.* Each has its n, a 95 % interval and a flag. ``ok``; ``small_n``: under the minimum sample (shares from 10
on keep their interval, below 10 the counts stand alone; times are left out); ``not_estimable``: the data cannot say;
``one_sided``: one limit does not exist. Counts are always shown. Shares carry Wilson's interval,
times log-log Greenwood's. Counts of what is in the log carry none: nothing was drawn, so that nothing but what is not
logged or not certain can make them another, and that is said as two counts.

Assumptions
-----------
What the figures take for granted, what would be wrong without it, and where the log itself says so.

*Who logs.* The calls are those that somebody wrote down, or that an office's phone system saw, of offices that chose to
take part: no sample of all callers, and no interval here allows for that. Where an office has both logs,
:func:`logging_bias` tells whether long calls were noted more often, and weighs them; the weighted wait then leads,
whatever it is, and the wait as noted is next to it. No test decides which is shown: a rule that looked at both waits
first would make the printed interval hold less often than it says. With 400 calls, of which long ones are noted 1.25,
1.5 or 2 times as often, the printed interval holds the truth in 94 to 96 of 100 logs. A call noted because its news was
bad is not corrected.

*Hanging up.* Whoever hung up after so long would have waited on as those who held (independent censoring). Who hangs up
*because* a long wait was announced breaks it, and the median is then too short. The bounds stand beside every median:
had all of them been about to get through, and had none ever. It is taken for granted within each cell shown: a figure
of all hours together also takes callers of every hour to hold alike. Where those of slow hours hold longer it is too
long (41 minutes where 30 is true). The median that leads a report therefore compares hang-ups with callers of the same
part of the day (8-10, 10-14, 14-17, 17-20 Eastern), and weighs the parts as the calls are spread
(:func:`standardized_wait`).

*One by one.* Wilson's and Greenwood's intervals take calls (promises, callbacks) as independent. Calls again
about one need, calls of one day and calls of one office are alike, and the true error is then greater. Over offices
:func:`over_offices` takes the office as the unit; :func:`when_to_call` takes the day; :func:`missed_callbacks` widens
its interval where months differ; a result that throws offices together says so.

*What was noted is right.* A wait is from dialing as somebody wrote it down, usually rounded to the nearest. The
heaping index says how much. The median that leads a report has rounded waits spread over what was rounded to them, and
the intervals of :func:`wait` allow for it: with 400 waits, all rounded to 5 or all to 10 minutes, they hold the truth
in 95 and 94 of 100 logs, without that in 80 and 57. Where many write half hours alone they hold it less often. Memory
that stretches long waits is not known, and not mended.

*Watched lines.* Nothing came means nothing on a line that would have shown it. Whether a line was watched is decided
before and regardless of what came.

*Whose callback it was.* Most callbacks name no request, some show no number, and a log may lack the request that a
callback was about. So what is counted over promises (kept, hit, late, silent, first and second attempts) is a range.
*Low end*: the log names the request, or the call can have been no other's: no other request was open at that number,
every call of the office to the agency around then was noted, and the exports show that there was no further one.
*High end*: the most requests that can be given one of the remaining calls each, no call twice: a call may be given to a
request whose number it rang while that request may have been open. Answers by email are counted by the same rules. The
interval printed reaches from the lower limit of the low end to the upper limit of the high end. Where both ends are
one, it is one figure. The low end of a rate over attempts sets those that are so whatever the remaining calls were
about against all that one of these may turn; the high end the other way round.

The range takes for granted that a callback of a logged request rang the number that was given, between 7 a.m. and 6:30
p.m. Eastern on a business day if it showed no number, and was in a log of a line that is covered; and that no number in
the log is wrong. A callback from a number that is not known as the agency's, from a phone of the office in no export,
or beyond the life of a request (fifteen business days past its lenient due moment) breaks it. It says nothing of
requests that no one logged: were those kept more or less often, the agency's own rate is another.

*Blocked lines.* On a line that lets no caller through who shows no number a callback may leave no trace. Its requests
are in no such figure and are counted beside. Whether callers get through is what the office says; else a call without a
number in the export of that line shows that they do. Of a line of which neither tells, the report says so.

*Many figures.* A report shows dozens of intervals at 95 %: of twenty in which nothing differs, one on average says so.
Stars on a map, the tips of :func:`when_to_call` and comparisons of weekdays and parts of the day allow for their
number; other figures do not.
A report calls one weekday or part of the day shorter than another, of the calls logged in this period, only where at
most 5 in 100 deals of the days show any two as unlike (log-rank sums, the greatest difference of all pairs). All
offices saw the same days, so they are dealt out together. Where weekdays do not differ and days do (by a log-sd of
0.3, 28 calls a day) a difference was claimed in 6.0 of 100 worlds (200 tried); intervals that do not touch claimed one
in 41.

*Before and after.* A change at a date is no proof of what caused it. The trend is taken as straight, and what else
changed then is not known.

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
hours of the week drawn together, :func:`standardized_wait` the wait with hang-ups judged within each part of the day,
:func:`before_after` the
weekly wait at a date known beforehand, :func:`search_changes` a search for dates that may find none, :func:`best_time`
what :func:`when_to_call` says, :func:`leading_wait` whether the wait weighted by :func:`logging_bias` leads a report.

Each has a card (:data:`CARDS`); :func:`sql` shows the text that counts it; :func:`run` takes it from a log;
:func:`local` makes one of a card of your own.
"""

from callanalytics.measures.attempts import (
    both_missed_rate,
    first_attempt_hit_rate,
    notice_rate,
    restart_rate,
    second_attempt_hit_rate,
    second_attempt_made_rate,
    time_to_callback,
)
from callanalytics.measures.callbacks import (
    callback_hit_rate,
    late_callbacks,
    promise_kept_rate,
    promise_states,
    silent_promises,
)
from callanalytics.measures.card import Card
from callanalytics.measures.episodes import calls_per_need, first_contact_resolution, redial_rate
from callanalytics.measures.escalation import (
    escalation_rate,
    refusal_rate,
    request_outcome,
    tier2_request_granted,
    urgency_downgrade_rate,
)
from callanalytics.measures.log_quality import Lead, leading_wait, log_completeness, logging_bias
from callanalytics.measures.missed import missed_callbacks, out_of_window_rate, withheld_share
from callanalytics.measures.outcomes import (
    abandonment_rate,
    disconnect_rate,
    funnel,
    ivr_containment_rate,
    ivr_unresolved_exit_rate,
    path_success_rate,
    reach_rate,
    volume,
)
from callanalytics.measures.published import reconcile
from callanalytics.measures.registry import CARDS, local, run, sql
from callanalytics.measures.result import Result, clock_of, in_words, of_one_clock, waits_by_clock
from callanalytics.measures.slots import BestTime, best_time, when_to_call
from callanalytics.measures.small_cells import OverOffices, Week, coarsen, over_offices, pooled_week
from callanalytics.measures.wait_curves import standardized_wait
from callanalytics.measures.waits import average_speed_of_answer, hold_per_answer, hours_on_hold, service_level, wait
from callanalytics.measures.weekly import BeforeAfter, Search, before_after, search_changes, weekly_wait

__all__ = [
    "CARDS",
    "BeforeAfter",
    "BestTime",
    "Card",
    "Lead",
    "OverOffices",
    "Result",
    "Search",
    "Week",
    "abandonment_rate",
    "average_speed_of_answer",
    "before_after",
    "best_time",
    "both_missed_rate",
    "callback_hit_rate",
    "calls_per_need",
    "clock_of",
    "coarsen",
    "disconnect_rate",
    "escalation_rate",
    "first_attempt_hit_rate",
    "first_contact_resolution",
    "funnel",
    "hold_per_answer",
    "hours_on_hold",
    "in_words",
    "ivr_containment_rate",
    "ivr_unresolved_exit_rate",
    "late_callbacks",
    "leading_wait",
    "local",
    "log_completeness",
    "logging_bias",
    "missed_callbacks",
    "notice_rate",
    "of_one_clock",
    "out_of_window_rate",
    "over_offices",
    "path_success_rate",
    "pooled_week",
    "promise_kept_rate",
    "promise_states",
    "reach_rate",
    "reconcile",
    "redial_rate",
    "refusal_rate",
    "request_outcome",
    "restart_rate",
    "run",
    "search_changes",
    "second_attempt_hit_rate",
    "second_attempt_made_rate",
    "service_level",
    "silent_promises",
    "sql",
    "standardized_wait",
    "tier2_request_granted",
    "time_to_callback",
    "urgency_downgrade_rate",
    "volume",
    "wait",
    "waits_by_clock",
    "weekly_wait",
    "when_to_call",
    "withheld_share",
]


def __dir__() -> list[str]:
    return sorted(__all__)  # what completion offers: no modules
