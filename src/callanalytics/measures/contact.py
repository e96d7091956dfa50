"""How soon contact came after a call-back was promised, and what we did where none came.

Both take the table of promises, as ``log.promises`` gives it for an ``as_of``, and have two ends (see
:mod:`.callbacks`): whose a ring or an e-mail was is often not known.
"""

from __future__ import annotations

from callanalytics.measures.attempts import CLOSED, FIRST, SECOND, UNANSWERED
from callanalytics.measures.callbacks import BLOCKED, HEARS, NO_CONTACT, NOT_COUNTED, WITHDRAWN, counted
from callanalytics.measures.card import POINTER, Beside, Card, Free, Rate
from callanalytics.measures.measure import measure
from callanalytics.measures.result import Result

OWNER = "the start of the call on which it was promised"
HEARD = f"state <> 'withdrawn' AND {HEARS}"
AT_DAYS = (3, 7, 15, 30, 45)
WATCHED = {t: f"{HEARD} AND followed_days >= {t}" for t in AT_DAYS}
CAME = {t: f"(certain_contact_days IS NOT NULL AND certain_contact_days <= {t})" for t in AT_DAYS}

TIME_TO_CALLBACK = Card(
    name="time_to_callback",
    version=2,
    title="Promised call-backs with a first contact within so many federal business days.",
    table="promises",
    population="promised call-backs on a line that was watched from the start and blocks no caller for showing no "
    "number, not withdrawn",
    numerator="contact_within_...: a ring, answered or not, or an e-mail, within so many business days of the promise; "
    "certain: one that is its for certain; possible: and the most that may have had another by then",
    denominator="of these, the ones whose line was watched for so many business days",
    clock_start="the promise",
    clock_stop="first contact",
    owns_hour=OWNER,
    source=POINTER,
    counted="n_followed",
    counts={
        "n_followed": f"{HEARD} AND followed_days IS NOT NULL",
        **{f"n_watched_{t}d": WATCHED[t] for t in AT_DAYS},
        **{f"n_contact_{t}d": f"{WATCHED[t]} AND {CAME[t]}" for t in AT_DAYS},
    },
    free={f"n_maybe_contact_{t}d": Free(f"{WATCHED[t]} AND NOT {CAME[t]}", within=t) for t in AT_DAYS},
    rows=(
        *(
            Rate(f"n_watched_{t}d", events, "promises watched so long", f"contact_within_{t}d", link=link)
            for t in AT_DAYS
            for link, events in (
                ("certain", f"n_contact_{t}d"),
                ("possible", f"n_contact_{t}d + n_maybe_contact_{t}d"),
            )
        ),
        Beside(
            "n_not_followed",
            "Promises whose line was not watched from the start, in no rate",
            f"{HEARD} AND followed_days IS NULL",
            "not_followed",
        ),
        WITHDRAWN,
        BLOCKED,
    ),
)
AGAIN = "restarted_at_utc IS NOT NULL"
# Where nothing at all is counted for a request, a call about it came after the due moment.
AGAIN_ONCE_DUE = f"({AGAIN} AND state = 'silent')"
# Settled by what is counted for it: had that been another's, we may have called again.
MAYBE_AGAIN = f"({AGAIN} OR reached_at_utc IS NOT NULL OR emailed_at_utc IS NOT NULL)"
BOTH_MISSED = f"{counted()} AND {FIRST} IN {UNANSWERED} AND is_round_closed AND {SECOND} IN {UNANSWERED}"
NOT_BOTH_MISSED = (
    f"({FIRST} IS NULL OR {FIRST} NOT IN {UNANSWERED} OR NOT is_round_closed OR {SECOND} IS NULL OR "
    f"{SECOND} NOT IN {UNANSWERED})"
)
CONTACT = "(certain_contact <> 'none' OR (callback_extension IS NOT NULL AND callback_extension))"
# Missed a second time by a ring that nobody can say whose it was: once more, or from the first.
MAYBE_SECOND = f"{counted()} AND {CLOSED} AND {SECOND} IS NULL"
MAYBE_BOTH = f"{counted()} AND {FIRST} IS NULL"
RESTART_RATE = Card(
    name="restart_rate",
    version=2,
    title="Requests that had to be made again after both call-backs were missed, or after no contact came.",
    table="promises",
    population="counted promises (default reading) that ended without anybody being reached",
    numerator="we called again about it",
    denominator="after_both_missed: USCIS rang twice and nobody answered; after_silence: no contact is recorded. Two "
    "charges against different people, never added; each with two ends, for whose a ring was is often not known",
    owns_hour=OWNER,
    source=POINTER,
    counts={
        "n_both_missed": BOTH_MISSED,
        "n_after_both_missed": f"{BOTH_MISSED} AND {AGAIN}",
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
    left_out=NOT_COUNTED | {"ended_otherwise": f"{counted()} AND {NOT_BOTH_MISSED} AND {CONTACT}"},
    rows=(
        Rate(
            "n_both_missed + n_maybe_missed + n_maybe_both_missed",
            "n_after_both_missed",
            "promises rung twice and missed",
            "after_both_missed",
            link="certain",
        ),
        Rate(
            "n_both_missed + n_maybe_missed_again + n_maybe_both_missed_again",
            "n_after_both_missed + n_maybe_missed_again + n_maybe_both_missed_again",
            "promises rung twice and missed",
            "after_both_missed",
            link="possible",
        ),
        Rate(
            "n_after_silence + n_silent_not_again",
            "n_after_silence",
            "promises without a contact",
            "after_silence",
            link="certain",
        ),
        Rate(
            "n_after_silence_at_most + n_silent_let_go",
            "n_after_silence_at_most",
            "promises without a contact",
            "after_silence",
            link="possible",
        ),
    ),
)


def time_to_callback(promises, by=(), *, as_of=None) -> Result:
    """Promised call-backs with a first contact within so many federal business days.

    The days are 3, 7, 15, 30 and 45. At each number of them only the promises are counted whose line was watched that
    long, whatever came. So the newest months are in the figures that they can tell, and none is in because of what
    came. A ring counts whether or not we answered, and an answer by e-mail counts as a ring does.

    Gives ``contact_within_...d`` [share] by ``link``, its two ends, with Wilson's 95 % intervals. Nothing is taken for
    a promise's call-back more than fifteen business days past its lenient due moment, unless the log says so.

    Forty promises, watched for ten business days; twenty had contact within three, four more may have had it.

    >>> import pandas as pd
    >>> one = {"state": "late", "is_blocked": False, "followed_days": 10, "certain_contact_days": None}
    >>> one |= {"free_rings": [], "free_days": []}
    >>> maybe = [one | {"free_rings": [256 * ring], "free_days": [2]} for ring in range(4)]
    >>> promises = pd.DataFrame([one | {"certain_contact_days": 3}] * 20 + [one] * 16 + maybe)
    >>> time_to_callback(promises).table.loc[:1, ["statistic", "link", "n", "events", "value"]]
               statistic      link   n  events  value
    0  contact_within_3d   certain  40      20    0.5
    1  contact_within_3d  possible  40      24    0.6
    """
    return measure(promises, TIME_TO_CALLBACK, by, as_of=as_of)


def restart_rate(promises, by=(), *, as_of=None) -> Result:
    """Requests that had to be made again after both call-backs were missed, or after no contact came.

    "If both are missed a response may have to be repeated" (AILA's practice pointer of 10 January 2022). Gives
    ``after_both_missed`` and ``after_silence`` [share] by ``link``, with Wilson's 95 % interval: whose doing it was
    differs, so the two are never added. Which requests were missed twice, or heard nothing, has two ends; so has the
    share of them that was made again, and these ends are safe ones, not always the closest. A matter that was let go,
    or solved otherwise, was not made again either.

    >>> import pandas as pd
    >>> one = {"state": "both_missed", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"is_blocked": False, "certain_contact": "in_time", "is_round_closed": True, "free_rings": []}
    >>> one |= {"certain_ring1_result": "missed", "certain_ring2_result": "voicemail"}
    >>> one |= dict.fromkeys(["reached_at_utc", "emailed_at_utc"])
    >>> again = one | {"restarted_at_utc": pd.Timestamp("2022-03-01", tz="UTC")}
    >>> promises = pd.DataFrame([one] * 24 + [again] * 8)
    >>> restart_rate(promises).table.loc[:0, ["statistic", "n", "events", "value"]]
               statistic   n  events  value
    0  after_both_missed  32       8   0.25
    """
    return measure(promises, RESTART_RATE, by, as_of=as_of)


CARDS = (TIME_TO_CALLBACK, RESTART_RATE)
