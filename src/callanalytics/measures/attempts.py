"""The agency's call-back attempts, over promises: was the first answered, was there a second, was it announced.

An *attempt* is a ring that is certainly the agency's and is counted for a promise; here those of the first round. One
that names no request is counted for the promise due first (see *Whose call-back it was*). A text that asks for us is an
attempt, but our reply to it is not an answer by a person: its result counts as not known. Voicemail is a miss.

Each function takes the table of promises, as ``log.promises`` gives it for an ``as_of``, and gives ``rate`` [share]
with Wilson's 95 % interval, and counts of what is left out beside it.
"""

from __future__ import annotations

from callanalytics.measures.card import Beside, Card, Rate, one_rate
from callanalytics.measures.measure import measure
from callanalytics.measures.result import Result

UNANSWERED = "('missed', 'voicemail', 'blocked')"
FIRST_UNANSWERED = f"ring1_result IN {UNANSWERED}"
SECOND_UNANSWERED = f"ring2_result IN {UNANSWERED}"
# Nothing more was to be expected: no reproach that a second ring did not come.
ENDED = "ring2_result IS NULL AND (emailed_at_utc IS NOT NULL OR withdrawn_at_utc IS NOT NULL)"
RUNG = "promises with at least one ring that is certainly theirs"
UNKNOWN_SAID = "Promises with a ring of which nobody noted whether a person answered, or that came by text, in no rate"
UNKNOWN = Beside("n_unknown", UNKNOWN_SAID, "ring1_result = 'unknown'", "ring_unknown")
OPEN = Beside(
    "n_open",
    "Promises whose first round of attempts is not over, in no rate",
    f"{FIRST_UNANSWERED} AND (is_round_closed IS NULL OR NOT is_round_closed)",
    "round_open",
)
NOT_RUNG = {"not_rung": "ring1_result IS NULL"}
OF_PROMISES = {
    "table": "promises",
    "population": f"{RUNG} (first round of attempts)",
    "owns_hour": "the start of the call on which it was promised",
}

FIRST_ATTEMPT_HIT_RATE = one_rate(
    "first_attempt_hit_rate",
    "First call-back attempts that a person of ours answered.",
    numerator="first ring answered",
    denominator=RUNG,
    n=("n_rung", "ring1_result <> 'unknown'"),
    events=("n_answered", "ring1_result = 'answered'"),
    of="promises rung",
    beside=(UNKNOWN,),
    left_out=NOT_RUNG,
    **OF_PROMISES,
)
SECOND_ATTEMPT_MADE_RATE = one_rate(
    "second_attempt_made_rate",
    "Missed first attempts after which USCIS rang a second time.",
    numerator="a second ring in the same round",
    version=2,
    denominator="promises whose first ring nobody answered, once the round is over and on a line watched to its end; "
    "not those that an e-mail or our withdrawal ended without a second ring",
    n=("n_missed_first", f"{FIRST_UNANSWERED} AND is_round_closed AND is_round_watched AND NOT ({ENDED})"),
    events=("n_rang_again", "ring2_result IS NOT NULL"),
    of="promises with a missed first attempt",
    beside=(
        UNKNOWN,
        OPEN,
        Beside(
            "n_ended",
            "Missed first attempts after which an e-mail or our withdrawal ended the matter, in no rate",
            f"{FIRST_UNANSWERED} AND is_round_closed AND {ENDED}",
            "round_ended",
        ),
        Beside(
            "n_unwatched",
            "Missed first attempts on a line that no log covers as long as a second may come, in no rate",
            f"{FIRST_UNANSWERED} AND is_round_closed AND NOT ({ENDED}) AND "
            "(is_round_watched IS NULL OR NOT is_round_watched)",
            "round_unwatched",
        ),
    ),
    left_out=NOT_RUNG | {"answered_first": "ring1_result = 'answered'"},
    **OF_PROMISES,
)
SECOND_ATTEMPT_HIT_RATE = one_rate(
    "second_attempt_hit_rate",
    "Second call-back attempts that a person of ours answered.",
    numerator="second ring answered",
    denominator="promises with a second ring in the first round",
    n=("n_second", "ring2_result <> 'unknown'"),
    events=("n_answered", "ring2_result = 'answered'"),
    of="promises with a second attempt",
    beside=(Beside("n_unknown", UNKNOWN_SAID, "ring2_result = 'unknown'", "ring_unknown"),),
    left_out=NOT_RUNG | {"not_rung_again": "ring2_result IS NULL"},
    **OF_PROMISES,
)
BOTH_MISSED_RATE = one_rate(
    "both_missed_rate",
    "Promises rung twice with nobody answering, so that the request may have to be made again.",
    numerator="first and second ring unanswered",
    denominator=f"{RUNG}, once answered or the round is over",
    n=(
        "n_rung",
        f"(ring1_result = 'answered' OR ({FIRST_UNANSWERED} AND is_round_closed AND "
        "(ring2_result IS NULL OR ring2_result <> 'unknown')))",
    ),
    events=("n_both_missed", f"{FIRST_UNANSWERED} AND {SECOND_UNANSWERED}"),
    of="promises rung",
    beside=(
        Beside(
            "n_unknown",
            UNKNOWN_SAID,
            f"ring1_result = 'unknown' OR ({FIRST_UNANSWERED} AND is_round_closed AND ring2_result = 'unknown')",
            "ring_unknown",
        ),
        OPEN,
    ),
    left_out=NOT_RUNG,
    **OF_PROMISES,
)
NOTICE_RATE = Card(
    name="notice_rate",
    title="Promises rung that a text or e-mail had announced.",
    numerator="a text or e-mail ahead was logged",
    denominator=RUNG,
    left_out=NOT_RUNG,
    **OF_PROMISES,
    counts={
        "n_rung": "ring1_result IS NOT NULL",
        "n_announced": "ring1_result IS NOT NULL AND notice_channel IS NOT NULL",
        "n_by_text": "ring1_result IS NOT NULL AND notice_channel IN ('text', 'both')",
        "n_by_email": "ring1_result IS NOT NULL AND notice_channel IN ('email', 'both')",
        "n_announced_known": "ring1_result <> 'unknown' AND notice_channel IS NOT NULL",
        "n_announced_answered": "ring1_result = 'answered' AND notice_channel IS NOT NULL",
        "n_bare_answered": "ring1_result = 'answered' AND notice_channel IS NULL",
    },
    rows=(
        Rate("n_rung", "n_announced", "promises rung"),
        Rate("n_rung", "n_by_text", "promises rung", "announced_by_text"),
        Rate("n_rung", "n_by_email", "promises rung", "announced_by_email"),
        Rate("n_announced_known", "n_announced_answered", "first attempts announced", "answered_if_announced"),
        Rate("n_bare_known", "n_bare_answered", "first attempts not announced", "answered_if_not_announced"),
        Beside(
            "n_bare_known",
            "First attempts with no text or e-mail ahead in the log; one nobody logged looks the same",
            "ring1_result <> 'unknown' AND notice_channel IS NULL",
        ),
    ),
)


def first_attempt_hit_rate(promises, by=(), *, as_of=None) -> Result:
    """First call-back attempts that a person of ours answered.

    Over promises with at least one ring that is certainly theirs.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"ring1_result": ["answered"] * 21 + ["voicemail"] * 9 + [None] * 5})
    >>> first_attempt_hit_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30      21    0.7
    """
    return measure(promises, FIRST_ATTEMPT_HIT_RATE, by, as_of=as_of)


def second_attempt_made_rate(promises, by=(), *, as_of=None) -> Result:
    """Missed first attempts after which USCIS rang a second time.

    "If the first call is missed, the USCIS officer will attempt a second call" (AILA's practice pointer of 10 January
    2022). Over promises whose first ring nobody answered, once the round is over: until then a second ring may still
    come, and these are counted beside. The line must have been watched that long, whether or not one came: else only
    the rounds with a second ring would be sure to be seen. Where an e-mail answered, or we withdrew, no second ring was
    to be expected; those are counted beside too.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"ring1_result": "missed", "ring2_result": ["answered"] * 20 + [None] * 20,
    ...                          "is_round_closed": [True] * 32 + [False] * 8, "is_round_watched": True})
    >>> second_attempt_made_rate(promises).table[["statistic", "n", "events", "value"]].iloc[[0, 2]]
      statistic   n  events  value
    0      rate  32      20  0.625
    2    n_open  40       8  8.000
    """
    return measure(promises, SECOND_ATTEMPT_MADE_RATE, by, as_of=as_of)


def second_attempt_hit_rate(promises, by=(), *, as_of=None) -> Result:
    """Second call-back attempts that a person of ours answered.

    Over promises with a second ring in the first round. It says nothing of whether a second call is easier to
    answer: offices that miss the first are not all offices.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"ring1_result": "missed", "ring2_result": ["answered"] * 18 + ["missed"] * 12})
    >>> second_attempt_hit_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  30      18    0.6
    """
    return measure(promises, SECOND_ATTEMPT_HIT_RATE, by, as_of=as_of)


def both_missed_rate(promises, by=(), *, as_of=None) -> Result:
    """Promises rung twice with nobody answering, so that the request may have to be made again.

    Over promises with at least one ring, once a person answered or the round is over; those with an open round are
    counted beside.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"ring1_result": ["answered"] * 30 + ["missed"] * 10, "is_round_closed": True,
    ...                          "ring2_result": [None] * 30 + ["voicemail"] * 8 + ["answered"] * 2})
    >>> both_missed_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40       8    0.2
    """
    return measure(promises, BOTH_MISSED_RATE, by, as_of=as_of)


def notice_rate(promises, by=(), *, as_of=None) -> Result:
    """Promises rung that a text or e-mail had announced.

    USCIS "will send a text message and/or email one to two business days before initiating contact" (AILA's practice
    pointer of 10 January 2022). Beside the ``rate`` stand ``announced_by_text`` and ``announced_by_email`` (what came
    both ways is in both), and ``answered_if_announced`` and ``answered_if_not_announced``: the share of first attempts
    that we answered, with and without notice.

    >>> import pandas as pd
    >>> promises = pd.DataFrame({"ring1_result": ["answered"] * 24 + ["missed"] * 16,
    ...                          "notice_channel": ["text"] * 18 + [None] * 22})
    >>> notice_rate(promises).table.loc[:0, ["n", "events", "value"]]
        n  events  value
    0  40      18   0.45
    """
    return measure(promises, NOTICE_RATE, by, as_of=as_of)


CARDS = (
    FIRST_ATTEMPT_HIT_RATE,
    SECOND_ATTEMPT_MADE_RATE,
    SECOND_ATTEMPT_HIT_RATE,
    BOTH_MISSED_RATE,
    NOTICE_RATE,
)
