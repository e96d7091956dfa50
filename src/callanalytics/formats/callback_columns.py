"""Columns about callbacks whose headers are ambiguous: a promised callback, or one that came.

Examples are *CB?* with yes or no, and *Call back on* with days. Other columns or the days themselves decide; if they
do not, the column is not read and a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callanalytics.formats.contents import KINDS, MIN_CELLS, filled, is_mark
from callanalytics.formats.words import tokens
from callanalytics.values import Unreadable, lexicon, try_read
from callanalytics.values.callbacks import CallbackEvent, read_callbacks
from callanalytics.values.lexicon import Patterns
from callanalytics.values.parsers import PARSERS
from callanalytics.values.promises import Promise, read_promise

_WORDS = Patterns("columns")
# Words in headers for callbacks that came.
CAME = lexicon.word_set("came")
OURS, GOT = frozenset(("we", "i")), frozenset("get got receive received".split())  # Did we get a callback?
BARE = lexicon.word_set("of_callbacks_alone")  # (Y/N): and n
BESIDE = frozenset("us me ever so far has have been back from through".split())  # filler words that go with those
OF_PROMISE = frozenset("promised promise promises offered committed expected escalated escalation".split())
IN_TIME = frozenset("in within window timeframe offered expected".split())
ON_DAY = frozenset("date on day when of datetime for".split())
IF_SO = frozenset("if yes so they did time at and & what".split())
OF_PROMISED_TIME = lexicon.word_set("of_promised_time")  # in a header for the time promised, beside its unit
OF_PROMISES_ALONE = lexicon.word_set("of_promises_alone")
OF_CALLBACKS = "callback_answered callback_by callback_missed callback_time second_callback callback_due".split()
PROMISES = ("promised", "told", "promised_on")
URGENT_DAYS, REGULAR_DAYS, CALENDAR_DAYS = (3, 4), (30, 33), (30, 42)  # 72 hours, 30 business days, with holidays
SHARE_WITHOUT_HOLIDAY = 0.8
YEAR = "2021"  # for days written without a year
EITHER = {
    ("promised", "callback"): ("whether a callback was promised", "whether one came"),
    ("callback_due", "callback"): ("by when they were to call back", "when they called back"),
}


def events_of(text: str) -> tuple[CallbackEvent, ...] | None:
    """The callbacks in a cell, where a mark means one that came; None if the cell cannot be read."""
    if is_mark(text):
        return (CallbackEvent(),)
    return () if KINDS.no_mark.match(text) else try_read(read_callbacks, text)


def asks_whether(texts: Sequence[str]) -> bool:
    """Whether every cell of a column says yes, no, or the result of a callback, and at least one says yes or no."""
    return any(map(KINDS.yes.match, texts)) and all(events_of(text) is not None for text in texts)


def are_of_callbacks(texts: Sequence[str]) -> bool:
    """Whether some cells of such a column give more than that a callback came, such as its day or result."""
    return any(came != CallbackEvent() for text in texts for came in events_of(text) or ())


def says_came(name: str) -> bool:
    """Whether a header is about callbacks that came.

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


def asks_when(name: str) -> bool:
    """Whether the header behind a question asks for the day of what it asked about.

    >>> [asks_when(name) for name in ("If yes, when?", "If so, date and time", "When?", "If no, why?", "By when?")]
    [True, True, True, False, False]
    """
    words = frozenset(tokens(name))
    return words <= IF_SO | ON_DAY and not words.isdisjoint(("when", "date", "day", "datetime"))


def is_bare(name: str) -> bool:
    """Whether a header says that the column is about callbacks and nothing more.

    >>> [is_bare(name) for name in ("CB?", "Tier 2 callback", "Callback date", "Callback promised", "Called back?")]
    [True, True, False, False, False]
    """
    words = frozenset(tokens(name))
    return "callback" in words and words <= BARE and not _WORDS.past.search(name)


def promised_unit(name: str) -> str:
    """The unit of the times within which callbacks were promised, if the header of their column names it; else "".

    >>> [promised_unit(name) for name in ("CB in (days)", "Promised within (hrs)", "Callback promised (bus. days)")]
    ['days', 'hours', 'business_days']
    >>> [promised_unit(name) for name in ("Callback promised", "Days to callback", "CB (days)", "Hold (hrs)")]
    ['', '', '', '']
    """
    walked = list(lexicon.phrases("told_units").walk(list(tokens(name))))
    units = [heading for heading, _ in walked if heading]
    others = frozenset(word for heading, words in walked if not heading for word in words)
    is_of_promise = bool(others & OF_PROMISES_ALONE) or ("callback" in others and bool(others & IN_TIME))
    return units[0] if len(units) == 1 and is_of_promise and others <= OF_PROMISED_TIME else ""


def with_promised_unit(texts: Sequence[str | None], name: str) -> list[str | None]:
    """The cells of a column, each bare number with the unit that the header of promised times names.

    >>> with_promised_unit(["14", "30-45", "no", "0", None], "CB in (days)")
    ['14 days', '30-45 days', 'no', '0', None]
    """
    unit = promised_unit(name).replace("_", " ")
    return [f"{text} {unit}" if unit and text and _WORDS.bare_time.fullmatch(text) else text for text in texts]


def has_promise(text: str | None) -> bool:
    """Whether a cell in a column of promises, or of their days, holds a promise."""
    if not text or KINDS.no_mark.match(text):
        return False
    promise = _promise(text)
    return promise is None or promise.kind != "none"


def contradicts(promised: Sequence[str | None], asked: Sequence[str | None]) -> bool:
    """Whether a column says no in a row with a promise: it then is about what came, not about what was promised."""
    return any(
        has_promise(promise) and events_of(text) == () for promise, text in zip(promised, asked, strict=True) if text
    )


# ---- days ------------------------------------------------------------------------------------------------------------


def is_open(name: str) -> bool:
    """Whether days under a header may be either due days of callbacks or days on which callbacks came."""
    words = frozenset(tokens(name))
    return "callback" in words and words <= BARE | ON_DAY and not _WORDS.past.search(name)


def are_days(texts: Sequence[str | None]) -> bool:
    """Whether cells are days, or say that there is no callback.

    >>> are_days(["9/5", None, "none", "-"]), are_days(["9/5", "72 hours"]), are_days(["no", "never"])
    (True, False, False)
    """
    written = filled(texts)
    are_days = [bool(KINDS.day_alone.match(text)) for text in written]
    return any(are_days) and all(
        is_day or events_of(text) == () for is_day, text in zip(are_days, written, strict=True)
    )


def meaning_of_days(
    days: Sequence[str | None], calls: Sequence[str | None], promised: Sequence[str | None] | None
) -> str:
    """The meaning of days under such a header: ``callback`` (they came), ``callback_due``, or "" if neither is certain.

    Due days are counted from the call, so all are equally far from it; days on which callbacks came are not. ``calls``
    are the days of the calls, ``promised`` what was promised on each, if the sheet says so.

    >>> calls = ["3/1/2022", "3/2/2022", "3/8/2022"]
    >>> meaning_of_days(["3/4/2022", "3/5/2022", "3/11/2022"], calls, ["72 hours"] * 3)
    'callback_due'
    >>> meaning_of_days(["3/4/2022", "3/10/2022", "3/9/2022"], calls, ["72 hours"] * 3)
    'callback'
    >>> meaning_of_days(["3/2/2022", "3/3/2022", "3/9/2022"], calls, ["72 hours"] * 3)  # always the next day
    ''
    """
    stated = promised or [None] * len(days)
    written = {row: day for row, day in enumerate(days) if day and has_promise(day)}
    if not written or not all(map(KINDS.day_alone.match, written.values())):
        return "callback"  # has a time of day or a result
    if any(stated[row] and not has_promise(stated[row]) for row in written):
        return "callback"  # a day next to a no: nothing is due there
    rows = [row for row in written if calls[row]]
    apart = _days_apart([(calls[row], written[row]) for row in rows]) if rows else None
    if apart is None:
        return "callback"
    regular = np.array([_is_regular(stated[row]) for row in rows])
    groups = [(is_of, *(each[regular == is_of] for each in apart)) for is_of in {*regular.tolist()}]
    if all(_are_due(*group) for group in groups):
        return "callback_due" if len(rows) >= MIN_CELLS else ""
    is_reckoned = all(
        _are_near(is_of, business) or len({*calendar.tolist()}) == 1 or len({*business.tolist()}) == 1
        for is_of, calendar, business in groups
    )
    return "" if is_reckoned and len(rows) >= MIN_CELLS else "callback"


def _are_near(is_regular: bool, business: np.ndarray) -> bool:
    """Whether days are as many business days after their calls as a timeframe has, with a holiday or without."""
    first, last = REGULAR_DAYS if is_regular else URGENT_DAYS
    return bool(all((first <= business) & (business <= last)))


def _are_due(is_regular: bool, calendar: np.ndarray, business: np.ndarray) -> bool:
    """Whether days are those on which a timeframe of the agency ends."""
    first = URGENT_DAYS[0]
    if any(all(calendar == each) for each in (CALENDAR_DAYS if is_regular else (first,))):
        return True
    # 72 hours sometimes include a holiday, 30 business days usually do
    is_usual = is_regular or (business == first).mean() >= SHARE_WITHOUT_HOLIDAY
    return _are_near(is_regular, business) and bool(is_usual)


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
    """Days, and business days, between the two days of each pair, in the day-month order in which no second day comes
    before the first; None if there is no such order."""
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
    """The day in a cell; if it has no year, in the year given."""
    read, text = PARSERS["moment_by_hand"], (text or "").strip()
    moment = next(
        filter(None, (try_read(read, f"{text}{end}", order=order) for end in ("", f"/{year}", f" {year}"))), None
    )
    return np.datetime64((moment or read(text, order=order)).local, "D")
