"""The agency's callback attempts, over promises: first and second, missed, announced; and how soon contact came.

An *attempt* is a callback of the agency's for a promise; here those of the first round. It is often unknown which
request a callback was for (a *free* callback), so each rate has two ends. The low end sets promises that are yes
whatever the free callbacks were about against all that may be no; the high end (``link = possible``) does the reverse.
A free callback may have come before the first callback that is certainly a promise's, and so have been the first. The
ends are valid bounds, and mostly the tightest: `benchmarks/attempts.py` tries every assignment. A text that asks for
the office is an attempt, but the office's reply to it is not an answer by a person: its result counts as unknown.
Voicemail is a miss.

Each function takes the table of promises, as ``log.promises`` gives it for an ``as_of``. Shares carry Wilson's 95 %
interval; what is excluded is counted separately.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callanalytics.measures.callbacks import (
    BLOCKED,
    COUNTED,
    NO_CONTACT,
    NOT_COUNTED,
    OBSERVABLE,
    OWNS_HOUR,
    UNBLOCKED,
    WITHDRAWN,
    counted,
)
from callanalytics.measures.card import Card, Excluded, Free, Rate, two_ends
from callanalytics.measures.compute import measure
from callanalytics.measures.definitions import UNANSWERED
from callanalytics.measures.result import Result
from callanalytics.measures.sql_counts import Day, Frame, Keys

FIRST, SECOND = "certain_first_callback_result", "certain_second_callback_result"
FIRST_ANSWERED = f"{UNBLOCKED} AND {FIRST} = 'answered'"
FIRST_UNANSWERED = f"{UNBLOCKED} AND {FIRST} IN {UNANSWERED}"
SURELY_NOT_CALLED_BACK = f"{UNBLOCKED} AND {FIRST} IS NULL"
# The matter had ended, so no second callback was to be expected.
ENDED = f"{SECOND} IS NULL AND (certain_emailed_at_utc IS NOT NULL OR withdrawn_at_utc IS NOT NULL)"
CLOSED = f"{FIRST_UNANSWERED} AND is_round_closed_certain"
CALLED_BACK = "promises with a callback that certainly is (or, at the other end, may be) for them"
LINE_BLOCKED = Excluded(
    "n_blocked",
    "Promises for which the office gave a line that blocks callers who show no number, as {agency} may, in no rate",
    "is_blocked",
    "line_blocks",
    label="not counted: line blocks unknown callers",
)
UNKNOWN_SENTENCE = "Promises with a callback by text, or for which no one logged whether a person answered, in no rate"
UNKNOWN = Excluded(
    "n_unknown", UNKNOWN_SENTENCE, f"{UNBLOCKED} AND {FIRST} = 'unknown'", "ring_unknown", label="calls: not known"
)
OPEN = Excluded(
    "n_open",
    "Promises whose first round of callback attempts is not over, in no rate",
    f"{FIRST_UNANSWERED} AND (is_round_closed_certain IS NULL OR NOT is_round_closed_certain)",
    "round_open",
    label="not counted: round of calls not over",
)
NOT_CALLED_BACK = {"not_rung": SURELY_NOT_CALLED_BACK}
OF_PROMISES: dict[str, Any] = {
    "table": "promises",
    "population": f"{CALLED_BACK}, first round of attempts",
    "owns_hour": OWNS_HOUR,
}


def _of_attempts(name, title, *, counts, low, high, cases, excluded, **parts):
    """The card of a rate with two ends, each a pair of yes and no: the certain cases of one against all possible cases
    of the other."""
    (yes, no), (most_yes, least_no) = low, high
    ends = two_ends(cases, (f"{yes} + {no}", yes), (f"{most_yes} + {least_no}", most_yes))
    rows = (*ends, *excluded, LINE_BLOCKED)
    return Card(name, title, counts=counts, counted=" + ".join(counts), rows=rows, **parts, **OF_PROMISES)


def _is_not(predicate: str) -> str:
    """SQL for "a predicate is false or unknown", in terms that every engine has."""
    return f"(({predicate}) IS NULL OR NOT ({predicate}))"


def _other_than(predicate: str) -> str:
    """The promises that a free callback may bring under a predicate: all that do not meet it, in the rate or not."""
    return f"{UNBLOCKED} AND {_is_not(predicate)}"


FIRST_ATTEMPT_HIT_RATE = _of_attempts(
    "first_attempt_hit_rate",
    "First callback attempts that a person at the office answered.",
    version=3,
    numerator="first callback answered",
    denominator=CALLED_BACK,
    counts={"n_answered": FIRST_ANSWERED, "n_missed": FIRST_UNANSWERED},
    free={
        # Only a free callback before the first certain one can have been the first attempt instead.
        "n_surely_answered": Free(FIRST_ANSWERED, "before not answered", rest=True),
        "n_surely_missed": Free(FIRST_UNANSWERED, "before not missed", rest=True),
        "n_maybe_answered": Free(_other_than(FIRST_ANSWERED), "before answered"),
        "n_maybe_missed": Free(_other_than(FIRST_UNANSWERED), "before missed"),
    },
    low=("n_surely_answered", "n_missed + n_maybe_missed"),
    high=("n_answered + n_maybe_answered", "n_surely_missed"),
    cases="promises called back",
    excluded=(UNKNOWN,),
    left_out=NOT_CALLED_BACK,
)
MISSED_FIRST = f"{CLOSED} AND is_round_watched_certain AND NOT ({ENDED})"
MISSED_ONCE = f"{FIRST_UNANSWERED} AND {SECOND} IS NULL"
CALLED_AGAIN, NOT_AGAIN = f"{MISSED_FIRST} AND {SECOND} IS NOT NULL", f"{MISSED_FIRST} AND {SECOND} IS NULL"
SECOND_ATTEMPT_MADE_RATE = _of_attempts(
    "second_attempt_made_rate",
    "Missed first attempts after which {agency} called a second time.",
    version=6,
    numerator="a second callback in the same round",
    denominator="promises whose first callback no one answered, once the round is over, on a line observed to the "
    "round's end; not those that ended without a second callback because of an email or the office's withdrawal",
    counts={"n_rang_again": CALLED_AGAIN, "n_not_again": NOT_AGAIN},
    free={
        # A free callback undoes this if it was a first round by itself, or an answered first attempt.
        "n_surely_again": Free(CALLED_AGAIN, "before not beside or before not missed", rest=True),
        # Undone by a free callback as the second one or as an answered first one, or by two missed before the first.
        "n_surely_not_again": Free(NOT_AGAIN, "beside or before not missed or two before missed", rest=True),
        "n_maybe_again": Free(f"{_other_than(CALLED_AGAIN)} AND {MISSED_ONCE}", "beside or two before missed"),
        "n_maybe_again_else": Free(
            f"{_other_than(CALLED_AGAIN)} AND {_is_not(MISSED_ONCE)}", "before beside missed or two before missed"
        ),
        "n_maybe_not_again": Free(_other_than(NOT_AGAIN), "before missed not beside"),
    },
    low=("n_surely_again", "n_not_again + n_maybe_not_again"),
    high=("n_rang_again + n_maybe_again + n_maybe_again_else", "n_surely_not_again"),
    cases="promises with a missed first attempt",
    excluded=(
        UNKNOWN,
        OPEN,
        Excluded(
            "n_ended",
            "Missed first attempts after which an email certainly for the promise, or the office's withdrawal, ended "
            "it, in no rate",
            f"{CLOSED} AND {ENDED}",
            "round_ended",
            label="not counted: ended before a second call",
        ),
        Excluded(
            "n_unwatched",
            "Missed first attempts on a line that no log covers for as long as a second may come, in no rate",
            f"{CLOSED} AND NOT ({ENDED}) AND (is_round_watched_certain IS NULL OR NOT is_round_watched_certain)",
            "round_unwatched",
            label="not counted: line not observed throughout",
        ),
    ),
    left_out=NOT_CALLED_BACK | {"answered_first": FIRST_ANSWERED},
)
SECOND_ANSWERED = f"{UNBLOCKED} AND {SECOND} = 'answered'"
SECOND_UNANSWERED = f"{UNBLOCKED} AND {SECOND} IN {UNANSWERED}"
SECOND_ATTEMPT_HIT_RATE = _of_attempts(
    "second_attempt_hit_rate",
    "Second callback attempts that a person at the office answered.",
    version=3,
    numerator="second callback answered",
    denominator="promises with a second callback in the first round",
    counts={"n_answered": SECOND_ANSWERED, "n_missed": SECOND_UNANSWERED},
    free={
        "n_surely_answered": Free(SECOND_ANSWERED, "beside or before", rest=True),
        "n_surely_missed": Free(SECOND_UNANSWERED, "beside or before", rest=True),
        "n_maybe_answered": Free(
            f"{_other_than(SECOND_ANSWERED)} AND {_is_not(FIRST_ANSWERED)}",
            "beside answered not before or two before answered",
        ),
        "n_maybe_answered_before": Free(FIRST_ANSWERED, "beside before or two before answered"),
        "n_maybe_missed": Free(
            f"{_other_than(SECOND_UNANSWERED)} AND {_is_not(FIRST_UNANSWERED)}",
            "beside missed not before or two before missed",
        ),
        "n_maybe_missed_before": Free(
            f"{_other_than(SECOND_UNANSWERED)} AND {FIRST_UNANSWERED}",
            "beside before or beside missed or two before missed",
        ),
    },
    low=("n_surely_answered", "n_missed + n_maybe_missed + n_maybe_missed_before"),
    high=("n_answered + n_maybe_answered + n_maybe_answered_before", "n_surely_missed"),
    cases="promises with a second attempt",
    excluded=(
        Excluded(
            "n_unknown",
            UNKNOWN_SENTENCE,
            f"{UNBLOCKED} AND {SECOND} = 'unknown'",
            "ring_unknown",
            label="calls: not known",
        ),
    ),
    left_out=NOT_CALLED_BACK | {"not_rung_again": f"{UNBLOCKED} AND {SECOND} IS NULL"},
)
SECOND_KNOWN = f"({SECOND} IS NULL OR {SECOND} <> 'unknown')"
OVER = f"({FIRST} = 'answered' OR ({FIRST} IN {UNANSWERED} AND is_round_closed_certain AND {SECOND_KNOWN}))"
BOTH_MISSED = f"{UNBLOCKED} AND {FIRST} IN {UNANSWERED} AND is_round_closed_certain AND {SECOND} IN {UNANSWERED}"
NOT_BOTH_MISSED = f"{UNBLOCKED} AND {OVER} AND {_is_not(BOTH_MISSED)}"
BOTH_MISSED_RATE = _of_attempts(
    "both_missed_rate",
    "Promises called back twice with no one answering, so that the request may have to be made again.",
    version=5,
    numerator="first and second callback unanswered",
    denominator=f"{CALLED_BACK}, once one is answered or the round is over",
    counts={"n_both_missed": BOTH_MISSED, "n_not_both_missed": NOT_BOTH_MISSED},
    free={
        # A free callback undoes this if it was first or second and not missed, or made a round of its own.
        "n_surely_both_missed": Free(
            BOTH_MISSED, "beside not missed or before not missed or before not beside", rest=True
        ),
        "n_surely_not": Free(
            f"{NOT_BOTH_MISSED} AND {FIRST} <> 'answered'", "beside not answered or before not answered", rest=True
        ),
        "n_surely_answered": Free(FIRST_ANSWERED, "before not answered not missed or two before missed", rest=True),
        "n_maybe_both_missed": Free(
            f"{_other_than(BOTH_MISSED)} AND {FIRST_UNANSWERED}", "beside missed or two before missed"
        ),
        "n_maybe_both_missed_else": Free(f"{UNBLOCKED} AND {_is_not(FIRST_UNANSWERED)}", "two before missed"),
        "n_maybe_not": Free(
            _other_than(NOT_BOTH_MISSED), "beside answered or before answered or before missed not beside"
        ),
    },
    low=("n_surely_both_missed", "n_not_both_missed + n_maybe_not"),
    high=("n_both_missed + n_maybe_both_missed + n_maybe_both_missed_else", "n_surely_not + n_surely_answered"),
    cases="promises called back",
    excluded=(
        Excluded(
            "n_unknown",
            UNKNOWN_SENTENCE,
            f"{UNBLOCKED} AND ({FIRST} = 'unknown' OR ({CLOSED} AND {SECOND} = 'unknown'))",
            "ring_unknown",
        ),
        OPEN,
    ),
    left_out=NOT_CALLED_BACK,
)
NOTICE_NOT_RUNG = {"not_rung": "first_callback_result IS NULL"}
NOTICE_RATE = Card(
    **OF_PROMISES,
    name="notice_rate",
    title="Promises called back after a text or email announced the call.",
    numerator="a text or email announcing the call was logged",
    denominator="promises with at least one callback counted for them",
    left_out=NOTICE_NOT_RUNG,
    counts={
        "n_rung": "first_callback_result IS NOT NULL",
        "n_announced": "first_callback_result IS NOT NULL AND notice_channel IS NOT NULL",
        "n_by_text": "first_callback_result IS NOT NULL AND notice_channel IN ('text', 'both')",
        "n_by_email": "first_callback_result IS NOT NULL AND notice_channel IN ('email', 'both')",
        "n_announced_known": "first_callback_result <> 'unknown' AND notice_channel IS NOT NULL",
        "n_announced_answered": "first_callback_result = 'answered' AND notice_channel IS NOT NULL",
        "n_bare_answered": "first_callback_result = 'answered' AND notice_channel IS NULL",
    },
    rows=(
        Rate("n_rung", "n_announced", "promises called back"),
        Rate("n_rung", "n_by_text", "promises called back", "announced_by_text"),
        Rate("n_rung", "n_by_email", "promises called back", "announced_by_email"),
        Rate("n_announced_known", "n_announced_answered", "first attempts announced", "answered_if_announced"),
        Rate("n_bare_known", "n_bare_answered", "first attempts not announced", "answered_if_not_announced"),
        Excluded(
            "n_bare_known",
            "First attempts that no logged text or email announced; an announcement no one logged looks the same",
            "first_callback_result <> 'unknown' AND notice_channel IS NULL",
            label="first calls that no notice announced",
        ),
    ),
    words={
        "announced_by_email": "announced by email",
        "answered_if_announced": "answered, when announced",
        "answered_if_not_announced": "answered, when no notice was logged",
        "n_bare_known": "first calls that no notice announced",
    },
)


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
    return measure(promises, FIRST_ATTEMPT_HIT_RATE, by, as_of=as_of)


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
    return measure(promises, SECOND_ATTEMPT_MADE_RATE, by, as_of=as_of)


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
    return measure(promises, SECOND_ATTEMPT_HIT_RATE, by, as_of=as_of)


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
    return measure(promises, BOTH_MISSED_RATE, by, as_of=as_of)


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
    return measure(promises, NOTICE_RATE, by, as_of=as_of)


# ---- how soon contact came ---------------------------------------------------------------------------


HORIZON_DAYS = (3, 7, 15, 30, 45)


def _by_day(watched: dict[int, str], n: str, cases: str) -> dict[str, Any]:
    """The parts of a card that give the share with contact by each day; `watched` maps a day to its promises.

    `n` names the count of those promises, with the day in the name or without.
    """
    came = {t: f"(certain_contact_days IS NOT NULL AND certain_contact_days <= {t})" for t in watched}
    rates: list[Rate] = []
    for t in watched:
        certain, total = f"n_contact_{t}d", n.format(t)
        possible = f"{certain} + n_maybe_contact_{t}d"
        rates += two_ends(cases, (total, certain), (total, possible), f"contact_within_{t}d")
    return {
        "counts": {n.format(t): where for t, where in watched.items()}
        | {f"n_contact_{t}d": f"{where} AND {came[t]}" for t, where in watched.items()},
        "free": {f"n_maybe_contact_{t}d": Free(f"{where} AND NOT {came[t]}", within=t) for t, where in watched.items()},
        "rows": tuple(rates),
    }


_DAYS = _by_day(
    {t: f"{OBSERVABLE} AND followed_days >= {t}" for t in HORIZON_DAYS}, "n_watched_{}d", "promises observed so long"
)
TIME_TO_CALLBACK = Card(
    name="time_to_callback",
    version=3,
    title="Promised callbacks with a first contact within so many federal business days.",
    table="promises",
    population="promised callbacks, not withdrawn, on a line that was observed from the start and blocks no caller for "
    "showing no number",
    numerator="with contact by then [contact_within_...]: a callback, answered or not, or an email, within so many "
    "business days of the promise; certain: one certainly for this promise; possible: plus the most promises that may "
    "have had another by then",
    denominator="these promises, if their line was observed for so many business days",
    clock_start="the promise",
    clock_stop="first contact",
    owns_hour=OWNS_HOUR,
    counted="n_followed",
    counts={"n_followed": f"{OBSERVABLE} AND followed_days IS NOT NULL", **_DAYS["counts"]},
    free=_DAYS["free"],
    rows=(
        *_DAYS["rows"],
        Excluded(
            "n_not_followed",
            "Promises whose line was not observed from the start, in no rate",
            f"{OBSERVABLE} AND followed_days IS NULL",
            "not_followed",
            label="not counted: line not observed from the start",
        ),
        WITHDRAWN,
        BLOCKED,
    ),
    words={r"contact_within_(\d+)d": r"a call or an email within \1 business days"},
)
AGAIN = "restarted_at_utc IS NOT NULL"
# If nothing at all is counted for a request, a call about it came after the due time.
AGAIN_ONCE_DUE = f"({AGAIN} AND state = 'silent')"
# What is counted for the request resolved it. If that was another request's, the office may have called again.
MAYBE_AGAIN = f"({AGAIN} OR callback_answered_at_utc IS NOT NULL OR emailed_at_utc IS NOT NULL)"
ENDED_BOTH_MISSED = f"{counted()} AND {FIRST} IN {UNANSWERED} AND is_round_closed_certain AND {SECOND} IN {UNANSWERED}"
# Part by part, since NOT of an unknown predicate is unknown too.
NOT_ENDED_BOTH_MISSED = (
    f"({FIRST} IS NULL OR {FIRST} NOT IN {UNANSWERED} OR NOT is_round_closed_certain OR {SECOND} IS NULL OR "
    f"{SECOND} NOT IN {UNANSWERED})"
)
CONTACT = "(certain_contact <> 'none' OR (callback_extension IS NOT NULL AND callback_extension))"
# Both callbacks may have been missed if free ones count: one more after a missed first, or both.
MAYBE_SECOND = f"{counted()} AND {CLOSED} AND {SECOND} IS NULL"
MAYBE_BOTH = f"{counted()} AND {FIRST} IS NULL"
RESTART_RATE = Card(
    name="restart_rate",
    version=4,
    title="Requests that had to be made again after both callbacks were missed, or after no contact came.",
    table="promises",
    population="counted promises (default reading) that ended without anyone at the office being reached",
    numerator="the office called again about it",
    denominator="after two missed calls [after_both_missed]: {agency} called twice and no one answered; after silence "
    "[after_silence]: no contact is recorded. Different parties are responsible, so the two are never added; each has "
    "two ends, since it is often not known which promise a callback was for",
    owns_hour=OWNS_HOUR,
    counts={
        "n_both_missed": ENDED_BOTH_MISSED,
        "n_after_both_missed": f"{ENDED_BOTH_MISSED} AND {AGAIN}",
        "n_silent": NO_CONTACT,
        "n_silent_not_again": f"{NO_CONTACT} AND NOT {AGAIN_ONCE_DUE}",
        "n_after_silence_at_most": f"{NO_CONTACT} AND {MAYBE_AGAIN}",
    },
    free={
        "n_maybe_missed": Free(f"{MAYBE_SECOND} AND NOT ({AGAIN})", "beside missed"),
        "n_maybe_both_missed": Free(f"{MAYBE_BOTH} AND NOT ({AGAIN})", "missed"),
        "n_maybe_missed_again": Free(f"{MAYBE_SECOND} AND {MAYBE_AGAIN}", "beside missed"),
        "n_maybe_both_missed_again": Free(f"{MAYBE_BOTH} AND {MAYBE_AGAIN}", "missed"),
        "n_after_silence": Free(f"{NO_CONTACT} AND {AGAIN_ONCE_DUE}", rest=True),
        "n_silent_let_go": Free(f"{NO_CONTACT} AND NOT {MAYBE_AGAIN}", rest=True),
    },
    counted="n_both_missed + n_silent",
    left_out=NOT_COUNTED | {"ended_otherwise": f"{counted()} AND {NOT_ENDED_BOTH_MISSED} AND {CONTACT}"},
    rows=(
        *two_ends(
            "promises with two missed callbacks",
            ("n_both_missed + n_maybe_missed + n_maybe_both_missed", "n_after_both_missed"),
            (
                "n_both_missed + n_maybe_missed_again + n_maybe_both_missed_again",
                "n_after_both_missed + n_maybe_missed_again + n_maybe_both_missed_again",
            ),
            "after_both_missed",
        ),
        *two_ends(
            "promises without a contact",
            ("n_after_silence + n_silent_not_again", "n_after_silence"),
            ("n_after_silence_at_most + n_silent_let_go", "n_after_silence_at_most"),
            "after_silence",
        ),
    ),
    words={
        "after_both_missed": "asked again after two missed calls",
        "after_silence": "asked again after no contact",
    },
)


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
    return measure(promises, TIME_TO_CALLBACK, by, as_of=as_of)


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
    days = {t: counted() for t in range(last_day + 1)}
    card = replace(
        TIME_TO_CALLBACK,
        name="contact_by_day",
        version=1,
        title="Counted requests with a first contact on record by each federal business day.",
        population=COUNTED,
        denominator="counted promises (default reading)",
        counted="n_counted",
        left_out=NOT_COUNTED,
        **_by_day(days, "n_counted", "promises counted"),
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
    return measure(promises, RESTART_RATE, by, as_of=as_of)
