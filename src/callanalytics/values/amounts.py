"""Lengths of time as people write them: 45, 1 hr 5, 1h10, 45-60 min, an hour and a half, 0:45."""

from __future__ import annotations

from typing import NamedTuple

from callanalytics.values import lexicon
from callanalytics.values.registry import Unreadable

TO = ("-", "–", "—", "to", "or", "a")  # 10 a 15 in Spanish; "a" alone is a number
HALVES = (("and", "a", "half"), ("y", "media"))
LONGEST = 12  # digits of a number that somebody wrote
UNIT_S = {"hours": 3600, "minutes": 60, "seconds": 1}


class Amount(NamedTuple):
    """A length of time in seconds, from `low` to `high`.

    ``step_s`` is the finest unit written; ``bare`` a number without unit, whose unit the column has; ``clock`` two
    parts such as 0:45, which the column reads.
    """

    low: float
    high: float
    step_s: int = 60
    bare: float | None = None
    clock: tuple[int, int] | None = None


def read_amount(words: list[str], place: int) -> tuple[Amount, int] | None:
    """The length of time that begins at a place of a text's tokens, and the place behind it.

    >>> read_amount(lexicon.tokens("an hour and a half"), 0)[0].low
    5400.0
    >>> read_amount(lexicon.tokens("45-60 min"), 0)[0][:2]
    (2700.0, 3600.0)
    """
    for reader in (_clock, _span_between, _parts, _bare):
        if found := reader(words, place):
            return found
    return None


def number(words: list[str], place: int) -> tuple[float, int] | None:
    """A number in digits or in words, and the place behind it."""
    if place >= len(words):
        return None
    if _is_number(words[place]):
        return float(words[place]), place + 1
    named = lexicon.phrases("numbers").match(words, place)
    return (float(named[0]), place + named[1]) if named else None


def _is_number(word: str) -> bool:
    return len(word) <= LONGEST and word.isascii() and word.replace(".", "", 1).isdigit()


def unit(words: list[str], place: int) -> tuple[str, int] | None:
    """A unit of time, and the place behind it."""
    named = lexicon.phrases("units").match(words, place)
    if named is None:
        return None
    place += named[1]
    return named[0], place + 1 if words[place : place + 1] == ["."] else place


def _clock(words: list[str], place: int) -> tuple[Amount, int] | None:
    """0:45, :45, 1:05:30 and 1'30."""
    parts: list[str] = []
    here = place
    while here < len(words) and len(parts) < 3:
        if words[here].isdigit() and words[here].isascii():
            parts.append(words[here])
            here += 1
        elif here == place == 0 and words[here] == ":":
            parts.append("0")
        else:
            break
        if len(parts) < 3 and words[here : here + 1] in ([":"], ["'"]) and _two_digits(words, here + 1):
            here += 1
        else:
            break
    if len(parts) < 2 or unit(words, here):
        return None
    first, *rest = map(int, parts)
    if any(part > 59 for part in rest):
        raise Unreadable
    if len(rest) == 1:
        return Amount(0, 0, clock=(first, rest[0])), here
    seconds = first * 3600 + rest[0] * 60 + rest[1]
    return Amount(seconds, seconds, 1), here


def _two_digits(words: list[str], place: int) -> bool:
    return place < len(words) and len(words[place]) == 2 and words[place].isdigit()


def _span_between(words: list[str], place: int) -> tuple[Amount, int] | None:
    """45-60, 45 to 60 minutes, 1-2 hours; the unit of the second counts for a first without."""
    low = number(words, place)
    if low is None:
        return None
    low_unit = unit(words, low[1])
    here = low_unit[1] if low_unit else low[1]
    if words[here : here + 1] not in [[word] for word in TO]:
        return None
    high = number(words, here + 1)
    if high is None or words[high[1] : high[1] + 1] in ([":"], ["/"]):
        return None
    high_unit = unit(words, high[1])
    first, last = low_unit or high_unit, high_unit or low_unit
    if first is None or last is None:
        return _between(low[0], high[0], None, None), high[1]
    end = high_unit[1] if high_unit else high[1]
    if not high_unit and (more := number(words, high[1])) and more:
        return None
    return _between(low[0], high[0], first[0], last[0]), end


def _between(low: float, high: float, low_unit: str | None, high_unit: str | None) -> Amount:
    scale = UNIT_S[low_unit or "minutes"], UNIT_S[high_unit or "minutes"]
    if low_unit and low > high and low_unit == high_unit == "hours":
        scale = UNIT_S["minutes"], scale[1]  # 45 - 1 hour
    if low * scale[0] >= high * scale[1]:
        raise Unreadable("unreadable", "a range from the smaller to the larger, as in 45-50")
    return Amount(low * scale[0], high * scale[1], bare=None if low_unit else (low + high) / 2)


def _parts(words: list[str], place: int) -> tuple[Amount, int] | None:
    """1h, 1 hr 5, 90m, 1 hour and 10 minutes, half an hour, an hour and a half, 4 min 30 s."""
    total, step, here = 0.0, 0, place
    for name in ("hours", "minutes", "seconds"):
        found = _part(words, _behind_and(words, here) if step else here, name, bool(step) and name == "minutes")
        if found is None:
            continue
        value, here, is_written = found
        if step and value > 59:
            raise Unreadable
        # A lone "4S" is a slip for 45, not four seconds: a bare s counts only behind minutes or hours.
        if name == "seconds" and not step and words[here - 1] in ("s", '"'):
            raise Unreadable
        total, step = total + value * UNIT_S[name], UNIT_S[name]
        if not is_written:
            break
    return (Amount(total, total, step), here) if step else None


def _behind_and(words: list[str], place: int) -> int:
    """The place of the next part: a comma and an *and* may stand before it."""
    here = place
    while words[here : here + 1] in ([","], ["and"], ["&"], ["y"], ["con"]):
        here += 1
    return here if number(words, here) else place


def _part(words: list[str], place: int, name: str, may_be_bare: bool) -> tuple[float, int, bool] | None:
    """So many of a unit from a place on; behind hours, bare minutes (1h10)."""
    if name == "hours" and (spoken := _spoken_hours(words, place)):
        return *spoken, True
    value = number(words, place)
    if value is None:
        return None
    amount, here = value
    amount, here = _with_half(words, amount, here)
    named = unit(words, here)
    if named is None:
        is_minutes = may_be_bare and words[place].isdigit() and words[place - 1] not in (",", "&")
        return (amount, here, False) if is_minutes and amount <= 59 else None
    if named[0] != name:
        return None
    return *_with_half(words, amount, named[1]), True


def _with_half(words: list[str], amount: float, place: int) -> tuple[float, int]:
    """The amount with a half that stands behind it: 2 and a half, 2 horas y media."""
    for half in HALVES:
        if tuple(words[place : place + len(half)]) == half:
            return amount + 0.5, place + len(half)
    return amount, place


def _spoken_hours(words: list[str], place: int) -> tuple[float, int] | None:
    """Half an hour, an hour and a half, three quarters of an hour."""
    named = lexicon.phrases("spoken_hours").match(words, place)
    return (float(named[0]), place + named[1]) if named else None


def _bare(words: list[str], place: int) -> tuple[Amount, int] | None:
    if words[place : place + 1] in (["a"], ["an"], ["un"], ["una"]):
        return None  # "a" is a number before a unit alone
    found = number(words, place)
    return (Amount(0, 0, bare=found[0]), found[1]) if found else None
