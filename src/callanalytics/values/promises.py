"""What people write of a promised callback: within 72 hrs, 30 biz days, T1 -> T2, urgent/72, no cb."""

from __future__ import annotations

import re
from typing import NamedTuple

from callanalytics.values import lexicon
from callanalytics.values.amounts import TO, number
from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME
from callanalytics.values.registry import Unreadable, parser, tidy

_DAY = rf"(?:\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|{MONTH_NAME}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?)"
# The last day, which somebody reckoned from what was promised: 72 hrs (by 3/4).
_LAST_DAY = re.compile(
    rf"\s?[(,;=-]{{0,2}}\s?(?:i\.e\.?,?\s?)?\b(?:by|until|before|due|on or before)\s+"
    rf"(?:{WEEKDAY_NAME}\.?,?\s+)?{_DAY}(?!\d)\)?",
    re.IGNORECASE,
)
TIMES = {"weeks": ("days", 7), "business_weeks": ("business_days", 5)}
MOST = 32767
TIERS = ("tier1", "tier2", "supervisor")
KINDS = ("none", "urgent", "regular", "queue")


class Told(NamedTuple):
    """So many hours, days or business days."""

    value: int
    unit: str


class Promise(NamedTuple):
    """What was promised, as written.

    ``kind`` is ``none``, ``urgent``, ``regular`` or ``queue`` (an automatic callback) where the words say it, else "";
    ``told`` the time within which it is to come; ``number`` one without a unit; ``tier`` who spoke, where both
    tiers are named; ``is_explicit``: a callback, a time or an escalation is named, not only a yes.
    """

    kind: str = ""
    told: Told | None = None
    number: int | None = None
    tier: str = ""
    is_explicit: bool = False


@parser("told", "so many hours, days or business days, as in 72 hours")
def read_told(text: str) -> Told:
    """What a caller was told: 72 hours, w/in 30 biz days, 2-3 days (the longer counts), two weeks.

    >>> read_told("within 72 hrs"), read_told("30 business days"), read_told("two to three weeks")
    (Told(value=72, unit='hours'), Told(value=30, unit='business_days'), Told(value=21, unit='days'))
    """
    told = read_promise(text).told
    if told is None:
        raise Unreadable
    return told


def read_promise(text: str) -> Promise:
    """A promised callback in the words of who noted it.

    >>> read_promise("w/in 72 hrs").told, read_promise("escalated - regular").kind
    (Told(value=72, unit='hours'), 'regular')
    >>> read_promise("72 hrs (by 3/4)").told
    Told(value=72, unit='hours')
    >>> read_promise("T1 -> T2").tier, read_promise("no cb").kind, read_promise("urgent/72").number
    ('tier1', 'none', 72)
    """
    words, listed, place = lexicon.tokens(_LAST_DAY.sub("", tidy(text))), lexicon.phrases("promise"), 0
    said: list[str] = []
    times: list[Told] = []
    numbers: list[int] = []
    while place < len(words):
        phrase, counted = listed.match(words, place), _time(words, place)
        if counted and not (phrase and phrase[1] > 1 and words[place].isalpha()):
            times, place = [*times, counted[0]], counted[1]
        elif phrase:
            said, place = [*said, phrase[0]], place + phrase[1]
        elif (bare := number(words, place)) and bare[0] == int(bare[0]) <= MOST:
            numbers, place = [*numbers, int(bare[0])], bare[1]
        else:
            raise Unreadable
    return _promise([word for word in said if word not in ("filler", "sign")], times, numbers)


def highest_tier(text: str) -> str:
    """The highest of the tiers that a cell names; words that say anything else leave it unread.

    >>> highest_tier("T1 -> T2"), highest_tier("Tier 1, then supervisor")
    ('tier2', 'supervisor')
    """
    words, listed, place, tiers = lexicon.tokens(tidy(text)), lexicon.phrases("promise"), 0, set()
    while place < len(words):
        phrase = listed.match(words, place)
        if phrase is None or phrase[0] not in (*TIERS, "filler", "sign"):
            raise Unreadable
        tiers.add(phrase[0])
        place += phrase[1]
    found = [tier for tier in TIERS if tier in tiers]
    if not found:
        raise Unreadable
    return found[-1]


def _promise(said: list[str], times: list[Told], numbers: list[int]) -> Promise:
    kinds = {word for word in said if word in KINDS}
    others = set(said) - kinds - {"callback"}
    if len(kinds) > 1 or len(times) > 1 or len(numbers) > 1 or (times and numbers):
        raise Unreadable
    if "blank" in said or not (kinds or times or numbers or said) or ("none" in kinds and (others or times or numbers)):
        raise Unreadable
    if numbers and others - {"yes"}:
        raise Unreadable
    first = next((word for word in said if word in TIERS), "")
    return Promise(
        next(iter(kinds), ""),
        times[0] if times else None,
        numbers[0] if numbers else None,
        first if first == "tier1" and "tier2" in said else "",
        bool(times or numbers or kinds - {"none"} or {"callback", "escalated", "tier2", "supervisor"} & set(said)),
    )


def _time(words: list[str], place: int) -> tuple[Told, int] | None:
    """So many hours or days from a place on, and the place behind them; of a range the longer."""
    value = number(words, place)
    if value is None:
        return None
    here = _unit_place(words, value[1])
    if words[here : here + 1] in [[word] for word in TO] and (longer := number(words, here + 1)):
        value = longer
    elif (own := lexicon.phrases("told_units").match(words, here)) and words[here + own[1] : here + own[1] + 1] in [
        [word] for word in TO
    ]:  # 48 hrs - 72 hrs
        if longer := _time(words, here + own[1] + 1):
            if longer[0].unit != own[0]:
                raise Unreadable  # 72 hours or 30 days: nobody knows which
            return longer
    return _counted(value[0], words, _unit_place(words, value[1]))


def _unit_place(words: list[str], place: int) -> int:
    """The place of a unit: a hyphen or an *of* may stand before it."""
    units = lexicon.phrases("told_units")
    if words[place : place + 1] in (["-"], ["of"]) and units.match(words, place + 1):
        return place + 1
    return place


def _counted(value: float, words: list[str], place: int) -> tuple[Told, int] | None:
    named = lexicon.phrases("told_units").match(words, place)
    if named is None or value != int(value):
        return None
    unit, times = TIMES.get(named[0], (named[0], 1))
    if value * times > MOST:
        raise Unreadable
    place += named[1]
    return Told(int(value) * times, unit), place + 1 if words[place : place + 1] == ["."] else place
