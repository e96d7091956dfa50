"""Did the promised callback come in the stated time, did it reach anyone, and how soon did contact come? And of the
agency's calls: how many no one answered and why, at what hour they came, and what number they showed.

A promise is *counted* (on a reading) under five conditions, whatever happened before. Its urgency and rule are known,
the office did not withdraw it before it was answered, its line was observed, its line is not known to block callers who
show no number, and it fell due on or before ``as_of``. So a promise not yet due is in no rate, not even as an early
success, and none is counted because of what came.

It is often unknown which request a callback or an email was for: it names no request, or shows no number. So every
figure that depends on it has two ends. ``link = certain`` counts what certainly came. ``link = possible`` adds the most
that may also have come, under any assignment of the other callbacks and emails to requests, none assigned twice (see
*Whose callback it was*). For silence, the ends are reversed. The log cannot tell where between the two ends the truth
is, so the figure's interval spans both intervals.

An *attempt* is a callback of the agency's for a promise; here those of the first round. The low end of a rate over
attempts sets promises that are yes whatever the callbacks that name no request were about against all that may be no;
the high end does the reverse. Such a callback may have come before the first one that is certainly a promise's, and so
have been the first. The ends are valid bounds, and mostly the tightest: `benchmarks/attempts.py` tries every
assignment. A text that asks for the office is an attempt, but the office's reply to it is not an answer by a person:
its result counts as unknown. Voicemail is a miss.

Missed (the agency called, no one answered) and silent (the agency never called) are different failures of different
people and are never added.

The first functions take the table of promises, as ``log.promises`` gives it for an ``as_of``; ``month`` is that of the
promise's start. The last three take the table of callbacks: month and hour are those of the callback, ``hour_local``
the office's own. Shares carry Wilson's 95 % interval, counts none; what is in no rate is counted separately. Where
months differ by more than chance, the interval of missed callbacks is widened to match.
"""

from __future__ import annotations

from dataclasses import replace

from callanalytics import estimates
from callanalytics.estimates.intervals import OVER_DISPERSED
from callanalytics.lazy import np, pd
from callanalytics.measures.card import Excluded, Free, Rate, shipped, words_of_cards
from callanalytics.measures.compute import (
    Figures,
    cells_of,
    long,
    measure,
    number,
    share,
    single,
    sums_by_group,
    with_key,
)
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys
from callanalytics.wording import plural


def promise_kept_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks for which USCIS called or emailed by its stated time, whether or not anyone answered.

    Kept: the first incoming call to the office, answered or not, or an answer by email, by the due time. The table has
    a row for each reading of the stated time (``strict``, ``default``, ``lenient``; see the clocks), and ``quoted``
    where the agency told the caller a time. Promises made while more than one rule may have applied are judged by all
    of them. They are reported separately as two bounds, ``rate_rules_differ``: certainly kept under every rule, and
    the most kept under at least one.

    Gives ``rate`` [share] by ``reading`` and ``link``, its two ends. Answered ÷ all promises would read 45 % where
    60 % is true; answered ÷ closed promises, 65 %.

    Example: 40 observed promises, 10 not yet due. Of the 30 due, 21 had a callback in time, and 3 more may have.

    >>> import pandas as pd
    >>> names = ("due", "watched", "kept_certain")
    >>> one = {f"is_{name}_{r}": True for name in names for r in ("strict", "default", "lenient")}
    >>> one |= {"is_due_quoted": None, "is_watched_quoted": None, "is_kept_certain_quoted": None, "is_blocked": False}
    >>> one |= {"state": "answered_first", "free_callbacks": []}
    >>> broken = one | {"is_kept_certain_strict": False, "is_kept_certain_default": False, "state": "late"}
    >>> maybe = [broken | {"free_callbacks": [256 * ring + 2]} for ring in (1, 2, 3)]  # 2: in time, by default
    >>> early = one | {f"is_due_{r}": False for r in ("strict", "default", "lenient")}
    >>> promises = pd.DataFrame([one] * 21 + [broken] * 6 + maybe + [early] * 10)
    >>> promise_kept_rate(promises).table.loc[:5, ["reading", "link", "statistic", "n", "events", "value"]]
       reading      link statistic   n  events  value
    0   strict   certain      rate  30      21    0.7
    1   strict  possible      rate  30      21    0.7
    2  default   certain      rate  30      21    0.7
    3  default  possible      rate  30      24    0.8
    4  lenient   certain      rate  30      30    1.0
    5  lenient  possible      rate  30      30    1.0
    """
    return measure(promises, "promise_kept_rate", by, as_of=as_of)


def callback_hit_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks that a person at the office answered by the due time.

    A hit is a callback that a person at the office answered by the default due time. An answer by email is no hit; its
    promise stays in the denominator. USCIS's caller ID may be "unknown" (AILA's practice pointer), and most callbacks
    name no request. So the row ``link = certain`` counts callbacks that are certainly the promise's own, and ``link =
    possible`` adds the most that may also have been hit.

    Gives ``rate`` [share] by ``link``.

    >>> import pandas as pd
    >>> one = {"state": "answered_first", "is_due_strict": True, "is_due_default": True, "is_due_lenient": True,
    ...        "is_watched_default": True, "is_hit_certain": True, "is_blocked": False, "free_callbacks": []}
    >>> from callanalytics import schema
    >>> answered = schema.FREE_BITS["default"] + schema.FREE_BITS["answered"]
    >>> maybe = [one | {"is_hit_certain": False, "free_callbacks": [256 * ring + answered]} for ring in range(8)]
    >>> callback_hit_rate(pd.DataFrame([one] * 24 + maybe)).table.loc[:1, ["link", "n", "events", "value"]]
           link   n  events  value
    0   certain  32      24   0.75
    1  possible  32      32   1.00
    """
    return measure(promises, "callback_hit_rate", by, as_of=as_of)


def silent_promises(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks for which no contact is recorded, on lines that could be observed.

    Nothing came by the due time, nor since: no callback, answered or not, and no email. Do not add these to missed
    callbacks, which are calls that the office did not answer. The row ``link = certain`` counts all for which nothing
    came that is certainly theirs. ``link = possible`` is a lower bound: the fewest left once each possible callback or
    email is assigned to one of them. A promise for which the office gave a number with an extension, which USCIS does
    not call, is not silent; it is counted separately.

    Gives ``count`` [promises] and ``rate`` [share]; n counted promises.

    >>> import pandas as pd
    >>> one = {"state": "silent", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"certain_contact": "none", "is_blocked": False, "free_callbacks": []}
    >>> promises = pd.DataFrame([one] * 3 + [one | {"certain_contact": "in_time"}] * 7)
    >>> silent_promises(promises).table.loc[:1, ["link", "statistic", "n", "value", "low", "high"]].round(2)
          link statistic   n  value   low  high
    0  certain     count  10    3.0   NaN   NaN
    1  certain      rate  10    0.3  0.11   0.6
    """
    return measure(promises, "silent_promises", by, as_of=as_of)


def late_callbacks(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks for which the first contact came after USCIS's stated time.

    Nothing came by the default due time, something since. The row ``link = certain`` counts those that were late
    whichever requests the unassigned callbacks were for; ``link = possible`` the most that may have been late.

    Gives ``count`` [promises] and ``rate`` [share]; n counted promises.

    >>> import pandas as pd
    >>> one = {"state": "late", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"certain_contact": "late", "is_blocked": False, "free_callbacks": []}
    >>> promises = pd.DataFrame([one] * 2 + [one | {"certain_contact": "in_time"}] * 8)
    >>> late_callbacks(promises).table.loc[:0, ["n", "value"]]
        n  value
    0  10    2.0
    """
    return measure(promises, "late_callbacks", by, as_of=as_of)


def promise_states(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Status of each promised callback on the last day whose records are used [``as_of``].

    Every promise is in exactly one state; the states are those of the default reading (see the dictionary).

    Gives ``count`` [promises] by ``state``, which is always a key; states that do not occur have no row.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"state": ["silent", "waiting", "silent"]})
    >>> promise_states(promises).table[["state", "value"]]
         state  value
    0  waiting    1.0
    1   silent    2.0
    """
    return measure(promises, "promise_states", with_key(by, "state"), as_of=as_of)


# ---- attempts: the first, the second, missed, announced ----------------------------------------------


def first_attempt_hit_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """First callback attempts that a person at the office answered.

    Over promises with a callback. At the low end, a callback whose promise is unknown was a missed first attempt
    wherever it can have been one; at the high end, an answered one.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"certain_first_callback_result": ["answered"] * 21 + ["voicemail"] * 9 + [None] * 5})
    >>> promises = promises.assign(is_blocked=False, free_callbacks=[[]] * 35)
    >>> first_attempt_hit_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30      21    0.7
    """
    return measure(promises, "first_attempt_hit_rate", by, as_of=as_of)


def second_attempt_made_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Missed first attempts after which USCIS called a second time.

    "If the first call is missed, the USCIS officer will attempt a second call" (AILA's practice pointer of 10 January
    2022). Over promises whose first callback no one answered, once the round is over. Until then a second callback may
    still come, and these are counted separately. The line must have been observed that long, whether or not one came:
    otherwise only rounds with a second callback would be sure to be seen. Where an email answered, or the office
    withdrew, no second callback was to be expected; those are counted separately too.

    >>> import pandas as pd
    >>> second = ["answered"] * 20 + [None] * 20
    >>> promises = pd.DataFrame({"certain_first_callback_result": "missed", "certain_second_callback_result": second,
    ...                          "is_blocked": False, "is_round_watched_certain": True})
    >>> promises = promises.assign(is_round_closed_certain=[True] * 32 + [False] * 8, free_callbacks=[[]] * 40)
    >>> second_attempt_made_rate(promises).table[["statistic", "n", "events", "value"]].iloc[[0, 3]]
      statistic   n  events  value
    0      rate  32      20  0.625
    3    n_open  40       8  8.000
    """
    return measure(promises, "second_attempt_made_rate", by, as_of=as_of)


def second_attempt_hit_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Second callback attempts that a person at the office answered.

    Over promises with a second callback in the first round. It does not show whether a second call is easier to
    answer: offices that miss the first call differ from other offices.

    >>> import pandas as pd
    >>> second = ["answered"] * 18 + ["missed"] * 12
    >>> promises = pd.DataFrame({"certain_first_callback_result": "missed", "certain_second_callback_result": second,
    ...                          "is_blocked": False})
    >>> promises = promises.assign(free_callbacks=[[]] * 30)
    >>> second_attempt_hit_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30      18    0.6
    """
    return measure(promises, "second_attempt_hit_rate", by, as_of=as_of)


def both_missed_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promises called back twice with no one answering, so that the request may have to be made again.

    Over promises with at least one callback, once a person answered or the round is over; those with an open round are
    counted separately.

    >>> import pandas as pd
    >>> second = [None] * 30 + ["voicemail"] * 8 + ["answered"] * 2
    >>> promises = pd.DataFrame({"certain_first_callback_result": ["answered"] * 30 + ["missed"] * 10,
    ...                          "is_blocked": False,
    ...                          "certain_second_callback_result": second, "is_round_closed_certain": True})
    >>> promises = promises.assign(free_callbacks=[[]] * 40)
    >>> both_missed_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40       8    0.2
    """
    return measure(promises, "both_missed_rate", by, as_of=as_of)


def notice_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promises called back after a text or email announced the call.

    USCIS "will send a text message and/or email one to two business days before initiating contact" (AILA's practice
    pointer of 10 January 2022). Next to ``rate`` are ``announced_by_text`` and ``announced_by_email`` (a notice that
    came both ways is in both). ``answered_if_announced`` and ``answered_if_not_announced`` are the share of first
    attempts that the office answered, with and without notice.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"first_callback_result": ["answered"] * 24 + ["missed"] * 16,
    ...                          "notice_channel": ["text"] * 18 + [None] * 22})
    >>> notice_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40      18   0.45
    """
    return measure(promises, "notice_rate", by, as_of=as_of)


# ---- how soon contact came ---------------------------------------------------------------------------


def time_to_callback(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Promised callbacks with a first contact within so many federal business days.

    The days are 3, 7, 15, 30, and 45. Each day's share counts only promises whose line was observed that long,
    whatever came. So the newest months are in every figure they can support, and none is in because of what came. A
    callback counts whether or not the office answered, and an answer by email counts as a callback does.

    Gives ``contact_within_...d`` [share] by ``link``, its two ends, with Wilson's 95 % intervals. A call more than
    fifteen business days past a promise's lenient due time is not taken for its callback, unless the log says so.

    Example: 40 promises, observed for 10 business days; 20 had contact within 3, and 4 more may have had it.

    >>> import pandas as pd
    >>> one = {"state": "late", "is_blocked": False, "followed_days": 10, "certain_contact_days": None}
    >>> one |= {"free_callbacks": [], "free_days": []}
    >>> maybe = [one | {"free_callbacks": [256 * ring], "free_days": [2]} for ring in range(4)]
    >>> promises = pd.DataFrame([one | {"certain_contact_days": 3}] * 20 + [one] * 16 + maybe)
    >>> time_to_callback(promises).table.loc[:1, ["statistic", "link", "n", "events", "value"]]
               statistic      link   n  events  value
    0  contact_within_3d   certain  40      20    0.5
    1  contact_within_3d  possible  40      24    0.6
    """
    return measure(promises, "time_to_callback", by, as_of=as_of)


def contact_by_day(promises: Frame, last_day: int, by: Keys = (), *, as_of: Day = None) -> Result:
    """Requests of :func:`promise_kept_rate` (standard reading) with a first contact on record by each business day.

    Gives ``contact_within_...d`` [share] by ``link``, its two ends, for the days 0 to `last_day`. All days count the
    same requests, so the rows are one curve; what came after ``as_of`` is not on record.

    Example: 40 requests; 20 had contact on day 2, and 4 of the others may have had it then.

    >>> import pandas as pd
    >>> one = {"state": "late", "is_blocked": False, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"certain_contact_days": None, "free_callbacks": [], "free_days": []}
    >>> maybe = [one | {"free_callbacks": [256 * ring], "free_days": [2]} for ring in range(4)]
    >>> promises = pd.DataFrame([one | {"certain_contact_days": 2}] * 20 + [one] * 16 + maybe)
    >>> contact_by_day(promises, 2).table.loc[2:, ["statistic", "link", "n", "events"]]
               statistic      link   n  events
    2  contact_within_1d   certain  40       0
    3  contact_within_1d  possible  40       0
    4  contact_within_2d   certain  40      20
    5  contact_within_2d  possible  40      24
    """
    promises_counted = words_of_cards()["counted"]
    days = range(last_day + 1)
    came = {t: f"(certain_contact_days IS NOT NULL AND certain_contact_days <= {t})" for t in days}
    of_day, kept = shipped("time_to_callback"), shipped("promise_kept_rate")
    card = replace(
        of_day,
        name="contact_by_day",
        version=1,
        title="Counted requests with a first contact on record by each federal business day.",
        population=kept.population,
        denominator="counted promises (default reading)",
        counted="n_counted",
        left_out=kept.reasons,
        counts={"n_counted": promises_counted} | {f"n_contact_{t}d": f"{promises_counted} AND {came[t]}" for t in days},
        free={f"n_maybe_contact_{t}d": Free(f"{promises_counted} AND NOT {came[t]}", within=t) for t in days},
        rows=tuple(
            Rate("n_counted", events, "promises counted", f"contact_within_{t}d", link=link)
            for t in days
            for link, events in (
                ("certain", f"n_contact_{t}d"),
                ("possible", f"n_contact_{t}d + n_maybe_contact_{t}d"),
            )
        ),
    )
    return measure(promises, card, by, as_of=as_of)


def restart_rate(promises: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Requests that had to be made again after both callbacks were missed, or after no contact came.

    "If both are missed a response may have to be repeated" (AILA's practice pointer of 10 January 2022). Gives
    ``after_both_missed`` and ``after_silence`` [share] by ``link``, with Wilson's 95 % interval. Different parties are
    responsible, so the two are never added. The number of requests missed twice, or without contact, has two ends. So
    has the share of them that was made again, and these ends are valid bounds, not always the tightest. A matter that
    was let go, or resolved otherwise, was not made again either.

    >>> import pandas as pd
    >>> one = {"state": "both_missed", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"is_blocked": False, "certain_contact": "in_time", "is_round_closed_certain": True}
    >>> one |= {"certain_first_callback_result": "missed", "certain_second_callback_result": "voicemail"}
    >>> one |= dict.fromkeys(["callback_answered_at_utc", "emailed_at_utc"]) | {"free_callbacks": []}
    >>> again = one | {"restarted_at_utc": pd.Timestamp("2022-03-01", tz="UTC")}
    >>> promises = pd.DataFrame([one] * 24 + [again] * 8)
    >>> restart_rate(promises).table.loc[:0, ["statistic", "n", "events", "value"]]
               statistic   n  events  value
    0  after_both_missed  32       8   0.25
    """
    return measure(promises, "restart_rate", by, as_of=as_of)


# ---- months that differ ------------------------------------------------------------------------------


MIN_DF = 8  # degrees of freedom below which the figure is flagged (NCHS, rates and counts, 2023)


def _between_months(counted: pd.DataFrame, codes, groups, whole_of) -> tuple[np.ndarray, np.ndarray]:
    """How much months differ in each group: Pearson's X² over its degrees of freedom, and the degrees of freedom.

    ``groups``, ``whole_of``: as in :func:`_missed`.
    """
    n_cells = len(whole_of)
    if "month" not in counted:  # joined to quarters, which show nothing about months
        return np.full(n_cells, np.nan), np.zeros(n_cells, int)
    dated = counted["month"].notna().to_numpy()
    month, months = pd.factorize(counted["month"].to_numpy("int64", na_value=0))
    shape = len(months) or 1

    def table(group, n, name):
        values = np.where(dated, counted[name].to_numpy(), 0)
        return np.bincount(group * shape + month, values, n * shape).reshape(n, shape)

    x, whole = table(codes, n_cells, "n_missed"), table(groups, n_cells, "n_attempts")[whole_of]
    found = [estimates.dispersion(a, b) for a, b in zip(x, whole, strict=True)]
    return np.array([f.ratio for f in found], float), np.array([f.df for f in found], int)


def _as_wide_as_months(figure: Figures, ratio: np.ndarray) -> Figures:
    """A share whose Wilson interval, where months differ, uses the effective sample size: n over the dispersion."""
    with np.errstate(invalid="ignore"):
        differ = ratio > OVER_DISPERSED
    worth = np.where(differ, ratio, 1.0)  # how many cases count as one independent case
    low, high = estimates.wilson(figure.events / worth, figure.n / worth)
    shown = differ & (figure.n >= INTERVAL_MINIMUM)
    return replace(figure, low=np.where(shown, low, figure.low), high=np.where(shown, high, figure.high))


# ---- calls of the agency ---------------------------------------------------------------------------------


ANY_HOUR = "attempts, certain or possible, and all other calls without a number"


def out_of_window_rate(callbacks: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Callback attempts outside the hours USCIS states: 7 a.m.-6:30 p.m. Eastern on a federal business day.

    Counts confirmed callbacks by phone, whichever promise they were for, whose time of day is known.

    Gives ``rate`` [share].

    >>> import pandas as pd
    >>> callbacks = pd.DataFrame({"link": "certain", "channel": "voice", "in_window": [True] * 27 + [False] * 3})
    >>> out_of_window_rate(callbacks).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30       3    0.1
    """
    return measure(callbacks, "out_of_window_rate", by, as_of=as_of)


def withheld_share(callbacks: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Callback attempts that showed no number.

    Caller ID withheld or "unknown", over attempts whose caller ID was recorded. A callback without a number is harder
    to confirm as USCIS's, so confirmed callbacks understate the share; the row ``link = possible`` includes the
    possible ones.

    Gives ``rate`` [share] by ``link``.

    >>> import pandas as pd
    >>> callbacks = pd.DataFrame({"link": ["certain"] * 30 + ["possible"] * 10, "channel": "voice",
    ...                       "caller_id": ["agency"] * 24 + ["withheld"] * 16})
    >>> withheld_share(callbacks).table.loc[:1, ["link", "n", "events", "value"]]
           link   n  events  value
    0   certain  30       6    0.2
    1  possible  40      16    0.4
    """
    return measure(callbacks, "withheld_share", by, as_of=as_of)


def missed_callbacks(callbacks: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Callback attempts that no one answered.

    Missed, voicemail, and blocked callbacks. ``count`` with ``link = certain`` counts each confirmed callback once; the
    promise is unknown for ``n_credited`` attempts, and does not matter here. With ``link = possible`` it is an upper
    bound. It adds three kinds of unanswered calls: possible callbacks, calls of USCIS for which the log holds no
    promise, and calls without a number within the stated hours. The last count even if no logged request was open: it
    may not have been logged. ``count_any_hour`` also adds all other unanswered calls without a number, in case USCIS
    does not keep to the stated hours. Do not add these counts to silent promises.

    Gives ``count`` [attempts], with n the attempts (exposure), and ``rate`` [share] and ``dispersion`` of confirmed
    attempts. Dispersion is how much months differ (Pearson's X² over its degrees of freedom; 1 is chance alone). Above
    1.5, the rate's interval uses n over the dispersion, since months are then the unit that varies. The interval also
    covers the share with all answered calls of the upper bound added, and with all its unanswered calls added. A count
    has no interval: it is what the log holds, and the two rows ``count`` give its range.

    Split by ``cause`` or ``attributed_to``, n stays the attempts of the whole group, so that the causes add up to the
    missed share. A blocked call may leave no trace, so the count is a lower bound of what USCIS tried.

    >>> import pandas as pd
    >>> callbacks = pd.DataFrame({"link": ["certain"] * 4 + ["possible"] * 2, "result": ["answered"] + ["missed"] * 5,
    ...                       "channel": "voice", "caller_id": "withheld"})
    >>> missed_callbacks(callbacks).table.loc[:3, ["link", "statistic", "n", "value"]]
           link   statistic  n  value
    0   certain       count  4    3.0
    1   certain        rate  4    NaN
    2   certain  dispersion  4    NaN
    3  possible       count  6    5.0
    """
    result = measure(callbacks, "missed_callbacks", by, as_of=as_of, estimate=_missed, extra_keys=("month",))
    rows = result.table[result.table["statistic"] == "dispersion"]
    wide = rows[rows["value"] > OVER_DISPERSED]
    result = replace(result, caveats=(*_beyond_chance(result.table, rows["value"].to_numpy()), *result.caveats))
    if not len(wide):
        return result
    caveat = (
        f"In {len(wide)} of {len(rows)} groups, months differ more than {OVER_DISPERSED:g} times as much as chance "
        f"alone would make them on average (dispersion up to {wide['value'].max():.1f}): there, the rate's interval "
        "is as wide as the months differ."
    )
    return replace(result, caveats=(caveat, *result.caveats))


def _beyond_chance(table, ratio) -> tuple[str, ...]:
    """A caveat if calls that may have been callbacks make an interval of the rate wider than one of 95%."""
    rates = table[table["statistic"] == "rate"]
    events, n = (rates[name].to_numpy(int) for name in ("events", "n"))
    own = _as_wide_as_months(share("rate", events, n, "attempts", link="certain"), ratio)
    is_wide = (rates["low"].to_numpy(float) < own.low - 1e-9) | (rates["high"].to_numpy(float) > own.high + 1e-9)
    if not is_wide.any():
        return ()
    return (
        f"In {is_wide.sum()} of {plural(len(rates), 'group')} the interval of the rate is wider than a 95% interval: "
        "it takes in the share with all calls that may have been callbacks answered, and with all of them missed.",
    )


WHY = ("cause", "attributed_to")


def _missed(card, counted, by):
    codes, cells, sums = sums_by_group(counted, by, card)
    # An answered callback has no cause, so attempts are those of the whole group, whatever the cause of a miss.
    groups, wholes = cells_of(counted, [key for key in by if key not in WHY], card)
    whole_of = groups[np.unique(codes, return_index=True)[1]]

    def exposure(*kinds):
        return sum(np.bincount(groups, counted[f"n_{kind}"], len(wholes)).astype("int64") for kind in kinds)[whole_of]

    attempts, maybe = exposure("attempts"), exposure("attempts", "maybe_attempts", "unlinked_attempts")
    upper = sums["n_missed"] + sums["n_maybe_missed"] + sums["n_unlinked"] + sums["n_hidden_inside"]
    ratio, df = _between_months(counted, codes, groups, whole_of)
    flag = np.where(np.isnan(ratio), "not_estimable", np.where(df >= MIN_DF, "ok", "small_n"))
    rate = _as_wide_as_months(share("rate", sums["n_missed"], attempts, "attempts", link="certain"), ratio)
    # Which calls are confirmed depends on what was logged, and so on how they ended. The callbacks among the other
    # calls may all have been answered, or all missed.
    others = upper - sums["n_missed"]
    least, most = sums["n_missed"] / np.maximum(maybe - others, 1), upper / np.maximum(attempts + others, 1)
    any_hour = upper + sums["n_hidden_outside"], maybe + exposure("hidden_attempts")
    figures = [
        number("count", sums["n_missed"], attempts, "attempts", link="certain"),
        replace(rate, low=np.minimum(rate.low, least), high=np.maximum(rate.high, most)),
        single("dispersion", "index", "attempts", attempts, sums["n_missed"], ratio, flag, link="certain"),
        number("count", upper, maybe, "attempts, certain or possible", link="possible"),
        number("count_any_hour", *any_hour, ANY_HOUR, link="possible"),
        *(number(row.count, sums[row.count], sums["n"], "callbacks") for row in card.rows if isinstance(row, Excluded)),
    ]
    # An answered call has no cause; split by cause, its group would read "cause not known: none missed".
    shown = np.repeat((upper > 0) | (not set(by) & set(WHY)), len(figures))
    return long(card, cells, figures)[shown].reset_index(drop=True), None
