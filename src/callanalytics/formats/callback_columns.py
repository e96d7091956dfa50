"""Columns about callbacks whose headers leave open what they say: one that was promised, or one that came.

*CB?* with a yes or a no, and *Call back on* with days. The columns beside decide, or the days; where nothing does, the
column is asked about and not read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callanalytics.formats.contents import KINDS, MIN_CELLS, is_mark
from callanalytics.formats.words import tokens
from callanalytics.values import Unreadable, lexicon, try_read
from callanalytics.values.callbacks import CallbackEvent, read_callbacks
from callanalytics.values.lexicon import Patterns
from callanalytics.values.parsers import PARSERS
from callanalytics.values.promises import Promise, read_promise

_WORDS = Patterns("columns")
# Words of a header that says of a callback that it came.
CAME = lexicon.word_set("came")
OURS, GOT = frozenset(("we", "i")), frozenset("get got receive received".split())  # Did we get a callback?
BARE = lexicon.word_set("of_callbacks_alone")  # (Y/N): and n
BESIDE = frozenset("us me ever so far has have been back from through".split())  # words that go with those
OF_PROMISE = frozenset("promised promise promises offered committed expected escalated escalation".split())
ON_DAY = frozenset("date on day when of datetime for".split())
OF_CALLBACKS = ("callback_answered", "callback_missed", "callback_time", "second_callback", "callback_due")
PROMISES = ("promised", "told", "promised_on")
URGENT_DAYS, REGULAR_DAYS, CALENDAR_DAYS = (3, 4), (30, 33), (30, 42)  # of 72 hours and 30 business days, with holidays
SHARE_WITHOUT_HOLIDAY = 0.8
YEAR = "2021"  # of a day without its own
EITHER = {
    ("promised", "callback"): ("whether a callback was promised", "whether one came"),
    ("callback_due", "callback"): ("by when they were to call back", "when they called back"),
}


def events_of(text: str) -> tuple[CallbackEvent, ...] | None:
    """The callbacks that a cell tells of, a mark being one that came; None where no one can read it."""
    if is_mark(text):
        return (CallbackEvent(),)
    return () if KINDS.no_mark.match(text) else try_read(read_callbacks, text)


def asks_whether(texts: Sequence[str]) -> bool:
    """Whether each cell of a column says yes, no, or what came of a callback; some a yes or a no."""
    return any(map(KINDS.yes.match, texts)) and all(events_of(text) is not None for text in texts)


def are_of_callbacks(texts: Sequence[str]) -> bool:
    """Whether some cells of such a column tell of a callback more than that there was one: its day, its end."""
    return any(came != CallbackEvent() for text in texts for came in events_of(text) or ())


def says_came(name: str) -> bool:
    """Whether a header says of callbacks that they came.

    >>> [says_came(name) for name in ("Callback received?", "Did they call back?", "Called back", "Did we get a CB?")]
    [True, True, True, True]
    >>> [says_came(name) for name in ("CB?", "CB promised", "We called back")]
    [False, False, False]
    >>> says_came("Did they call?"), says_came("Did the call drop?"), says_came("Client called back?")
    (True, False, False)
    """
    words = frozenset(tokens(name))
    is_of_callback = not words.isdisjoint(("callback", "call", "heard"))
    is_ours = bool(words & OURS) and not words & GOT
    is_past = _WORDS.past.search(name) is not None or not words.isdisjoint(CAME | GOT)
    return is_of_callback and is_past and not is_ours and words <= BARE | BESIDE | CAME | GOT | OURS


def is_bare(name: str) -> bool:
    """Whether a header says that it is of callbacks, and no more.

    >>> [is_bare(name) for name in ("CB?", "Tier 2 callback", "Callback date", "Callback promised", "Called back?")]
    [True, True, False, False, False]
    """
    words = frozenset(tokens(name))
    return "callback" in words and words <= BARE and not _WORDS.past.search(name)


def has_promise(text: str | None) -> bool:
    """Whether a cell of promises, or of the days of promises, has one."""
    promise = _promise(text)
    return bool(text) and not (promise and promise.kind == "none") and not KINDS.no_mark.match(text or "")


def names_promise(name: str) -> bool:
    """Whether a header names a promise."""
    return not OF_PROMISE.isdisjoint(tokens(name))


def contradicts(promised: Sequence[str | None], asked: Sequence[str | None]) -> bool:
    """Whether a column says no in a row that has a promise: it is of what came, and not of what was promised."""
    return any(
        has_promise(promise) and events_of(text) == () for promise, text in zip(promised, asked, strict=True) if text
    )


# ---- days ------------------------------------------------------------------------------------------------------------


def is_open(name: str) -> bool:
    """Whether days under a header may be those by which a callback was due as well as those on which one came."""
    words = frozenset(tokens(name))
    return "callback" in words and words <= BARE | ON_DAY and not _WORDS.past.search(name)


def meaning_of_days(
    days: Sequence[str | None], calls: Sequence[str | None], promised: Sequence[str | None] | None
) -> str:
    """What days under such a header are: ``callback`` (they came), ``callback_due``, or "" where no one can tell.

    Days by which a callback is due are reckoned from the call, so that all are as far from it; those on which one came
    are not. ``calls`` are the days of the calls, ``promised`` what was promised on each, where the sheet says so.

    >>> calls = ["3/1/2022", "3/2/2022", "3/8/2022"]
    >>> meaning_of_days(["3/4/2022", "3/5/2022", "3/11/2022"], calls, ["72 hours"] * 3)
    'callback_due'
    >>> meaning_of_days(["3/4/2022", "3/10/2022", "3/9/2022"], calls, ["72 hours"] * 3)
    'callback'
    >>> meaning_of_days(["3/2/2022", "3/3/2022", "3/9/2022"], calls, ["72 hours"] * 3)  # always the next day
    ''
    """
    rows = [row for row, day in enumerate(days) if day]
    if not rows or not all(KINDS.day_alone.match(days[row] or "") for row in rows):
        return "callback"  # with a time of day, or what came of it
    if promised and any(promised[row] and not has_promise(promised[row]) for row in rows):
        return "callback"  # beside a no: nothing is due there
    rows = [row for row in rows if calls[row]]
    apart = _days_apart([(calls[row], days[row]) for row in rows]) if rows else None
    if apart is None:
        return "callback"
    regular = np.array([_is_regular(promised[row] if promised else None) for row in rows])
    is_due, is_reckoned = True, True
    for is_of_regular in {*regular.tolist()}:
        calendar, business = (each[regular == is_of_regular] for each in apart)
        first, last = REGULAR_DAYS if is_of_regular else URGENT_DAYS
        is_exact = any(all(calendar == each) for each in (CALENDAR_DAYS if is_of_regular else (first,)))
        is_near = bool(all((first <= business) & (business <= last)))
        # 72 hours have a holiday in them now and then, 30 business days mostly
        is_due &= is_exact or (is_near and (is_of_regular or (business == first).mean() >= SHARE_WITHOUT_HOLIDAY))
        is_reckoned &= is_near or any(len(set(each.tolist())) == 1 for each in (calendar, business))
    if len(rows) < MIN_CELLS:
        return "" if is_due else "callback"
    return "callback_due" if is_due else "" if is_reckoned else "callback"


def _is_regular(text: str | None) -> bool:
    promise = _promise(text)
    if promise is None:
        return False
    return promise.kind == "regular" or bool(
        promise.stated and promise.stated.unit != "hours" and promise.stated.value > 20
    )


def _promise(text: str | None) -> Promise | None:
    return try_read(read_promise, text) if text else None


def _days_apart(pairs: Sequence[tuple[str | None, str | None]]) -> tuple[np.ndarray, np.ndarray] | None:
    """How many days, and business days, lie between each two days, in the order of day and month in which none lies
    before the other; None where there is none."""
    for order in ("mdy", "dmy"):
        try:
            first = np.array([_day(text, order, YEAR) for text, _ in pairs])
            years = first.astype("M8[Y]").astype(str)
            last = np.array([_day(text, order, year) for (_, text), year in zip(pairs, years, strict=True)])
        except Unreadable:
            continue
        last = np.where(last < first - np.timedelta64(180, "D"), last + np.timedelta64(365, "D"), last)  # past New Year
        if (last >= first).all():
            return (last - first).astype(int), np.busday_count(first, last)
    return None


def _day(text: str | None, order: str, year: str) -> np.datetime64:
    """The day of a cell; of one without its year, in this one."""
    read, text = PARSERS["moment_by_hand"], (text or "").strip()
    moment = next(
        filter(None, (try_read(read, f"{text}{end}", order=order) for end in ("", f"/{year}", f" {year}"))), None
    )
    return np.datetime64((moment or read(text, order=order)).local, "D")
