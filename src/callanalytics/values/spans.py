"""Read lengths of time: durations as machines write them, and hold times as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from callanalytics.lazy import regex
from callanalytics.values import Unreadable, lexicon, parser, tidy, try_read

LONG_S = 4 * 3600  # a longer wait is more often a typing error, such as 450 for 45, than a wait
LONGEST_S = 12 * 3600  # a longer wait is a typing error: the lines are staffed twelve hours a day
LONGEST_BESIDE_END_S = 6 * 3600  # 10:41 next to a hang-up is a time of day rather than so many hours

# 0.0416667 is an hour as a spreadsheet stores it; 0.75 is three quarters of one as people write it. Neither is certain.
PART_OF_WHAT = "whole minutes, as in 45: this may be a part of an hour, of a day, or of a minute"


def are_minutes_and_seconds(pairs: Iterable[tuple[int, int]], texts: Iterable[str]) -> bool:
    """Whether the cells of a column show that its ``pairs``, as in 1:15, are minutes and seconds: as hours, one would
    be over half a day, or a length from an hour on is written to the second (1:02:10).

    >>> are_minutes_and_seconds([(12, 30)], ["12:30", "1:02:10"]), are_minutes_and_seconds([(45, 10)], ["45:10"])
    (True, True)
    >>> are_minutes_and_seconds([(1, 15)], ["1:15", "0:45:00"])
    False
    """
    return any(first * 3600 > LONGEST_S for first, _ in pairs) or any(map(_HOURS_TO_THE_SECOND.search, texts))


_HOURS_TO_THE_SECOND = regex(r"(?<![\d:])0*[1-9]\d*:\d\d:(?!00)\d\d(?!\s*[ap]\.?m)", re.IGNORECASE)


class Span(NamedTuple):
    """A length of time as someone logged it.

    ``grid_s`` is the unit that the figure seems rounded to, in seconds. ``ended`` is how the wait ended, by its words
    (``unknown``: they say more than one thing), and ``outcome`` is the call's outcome that they name. ``seconds`` and
    ``grid_s`` are None if only words were written. ``at_least``: it took longer, by an unknown time (``>2 hrs``).
    ``is_unsure``: the words may mean more than one thing.
    """

    seconds: int | None
    grid_s: int | None = 60
    ended: str = ""
    at_least: bool = False
    outcome: str = ""
    is_unsure: bool = False


def seconds_of(span: int | Span) -> int | None:
    """The seconds of any of these parsers' values; raise :class:`Unreadable` if only a minimum is known.

    >>> seconds_of(Span(2700)), seconds_of(271)
    (2700, 271)
    """
    if isinstance(span, Span) and span.at_least:
        raise Unreadable("at_least", "how long it took")
    return span.seconds if isinstance(span, Span) else span


PART_OF_DAY = regex(r"\s*0?[.,]\d{7,}\s*")  # no machine writes so exact a part of a second

# ---- machines ---------------------------------------------------------------------------------------


@parser("seconds", "whole seconds, as in 271")
def read_seconds(text: str) -> int:
    """Read seconds, with or without a fraction, as whole seconds; not a spreadsheet's part of a day.

    >>> read_seconds("271"), read_seconds("4.0"), try_read(read_seconds, "0.007118056")
    (271, 4, None)
    """
    if PART_OF_DAY.fullmatch(text):
        raise Unreadable
    return _count(text, 1)


@parser("minutes", "minutes, as in 2.86")
def read_minutes(text: str) -> int:
    """Read minutes, with or without a fraction, as seconds.

    >>> read_minutes("2.86"), read_minutes("2,86"), read_minutes("1,062")
    (172, 172, 63720)
    """
    return _count(text, 60)


@parser("milliseconds", "milliseconds, as in 271000")
def read_milliseconds(text: str) -> int:
    """Read milliseconds as seconds.

    >>> read_milliseconds("271499")
    271
    """
    return _count(text, 0.001)


def _count(text: str, scale: float) -> int:
    text = tidy(text)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    text = re.sub(r"^(\d+),(\d{1,2})$", r"\1.\2", text)  # a decimal comma; three digits after a comma are thousands
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
        raise Unreadable
    return _rounded_half_up(float(text) * scale)


def _rounded_half_up(seconds: float) -> int:
    """Round half up; refuse a value that does not fit a stored column."""
    if seconds >= 2**31:
        raise Unreadable
    # round() would round every other half down.
    return int(seconds + 0.5)


@parser("clock_span", "H:MM:SS, as in 0:04:31")
def read_clock_span(text: str, clock: str = "") -> int:
    """Read H:MM:SS as seconds. Two parts alone are read only if the format states what they are (``clock``).

    >>> read_clock_span("0:04:31"), read_clock_span("2:12", clock="m:ss"), read_clock_span("2:12", clock="h:mm")
    (271, 132, 7920)
    >>> read_clock_span("93 min 36 s")
    5616
    """
    match = re.fullmatch(r"(?:(\d+):)?(\d+):(\d{2})(?:\.\d+)?", tidy(text))
    if not match:
        return read_iso_duration(text)
    # Two parts alone are in the last two groups, whatever their units.
    first, second, third = (int(part or 0) for part in match.groups())
    if match[1] is None:
        if not clock:
            raise Unreadable("ambiguous_clock", "H:MM:SS, or minutes alone, as in 45")
        first, second, third = (second, third, 0) if clock == "h:mm" else (0, second, third)
    if third > 59 or (second > 59 and (match[1] or clock == "h:mm")):
        raise Unreadable
    return _rounded_half_up(first * 3600 + second * 60 + third)


_UNIT = regex(r"(?<![A-Z])(?:HOURS?|HRS?|MINUTES?|MINS?|SECONDS?|SECS?|[HMS])\b[.,]?")


@parser("iso_duration", "an ISO 8601 duration, as in PT4M45S, or its parts alone, as in 4m 45s")
def read_iso_duration(text: str) -> int:
    """Read an ISO 8601 duration, or its parts as other machines write them, as seconds.

    >>> read_iso_duration("PT4M45S"), read_iso_duration("PT1H51M35S"), read_iso_duration("1h 10m 23s")
    (285, 6695, 4223)
    >>> read_iso_duration("93 min 36 s"), read_iso_duration("1 hour, 2 minutes"), read_iso_duration("5min 1sec")
    (5616, 3720, 301)
    >>> read_iso_duration("753s (12m 33s)")
    753
    """
    if twice := re.fullmatch(r"([^()]+)\(([^()]+)\)", tidy(text)):
        first, again = map(read_iso_duration, twice.groups())
        if first != again:
            raise Unreadable
        return first
    text = _UNIT.sub(lambda unit: unit[0][0], tidy(text).upper())
    if not text.startswith("P"):
        # In an ISO duration, days come before the T, and all other parts after it.
        text = re.sub(r"^(\d+D)?", r"P\1T", text.replace(" ", ""))
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?", text)
    if not match or not any(match.groups()):
        raise Unreadable
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return _rounded_half_up(days * 86400 + hours * 3600 + minutes * 60 + seconds)


# ---- amounts: 45, 1 hr 5, 1h10, 45-60 min, an hour and a half, 0:45 --------------------------------------------------

TO = ("-", "–", "—", "to", "or", "a")  # 10 a 15 in Spanish; "a" alone is a number
HALVES = (("and", "a", "half"), ("&", "a", "half"), ("y", "media"))
MAX_DIGITS = 12  # characters of a number in a cell
UNIT_S = {"hours": 3600, "minutes": 60, "seconds": 1}
BARE_S = UNIT_S | {"days": 86400}  # what a bare number may count, in seconds


class Amount(NamedTuple):
    """A length of time in seconds, from `low` to `high`.

    ``step_s`` is the finest unit written. ``bare`` is a number without a unit, which the column decides. ``clock`` is
    two parts such as 0:45, whose format the column decides.
    """

    low: float
    high: float
    step_s: int = 60
    bare: float | None = None
    clock: tuple[int, int] | None = None


def read_amount(words: list[str], index: int) -> tuple[Amount, int] | None:
    """The length of time that begins at an index of a text's tokens, and the index after it; None if none does.

    >>> read_amount(lexicon.tokens("an hour and a half"), 0)[0].low
    5400.0
    >>> read_amount(lexicon.tokens("45-60 min"), 0)[0][:2]
    (2700.0, 3600.0)
    """
    is_figure = words[index] == ":" or words[index].isdigit()
    if not is_figure and not number(words, index) and not _spoken_hours(words, index):
        return None  # true of most words in a cell, so checked first
    for reader in (_clock, _span_between, _parts, _amount_without_unit):
        if found := reader(words, index):
            return found
    return None


def number(words: list[str], index: int) -> tuple[float, int] | None:
    """A number in digits or in words, and the index after it."""
    if index >= len(words):
        return None
    word = words[index]
    if len(word) <= MAX_DIGITS and word.isascii() and word.replace(".", "", 1).isdigit():
        return float(word), index + 1
    named = lexicon.phrases("numbers").match(words, index)
    return (float(named[0]), index + named[1]) if named else None


def unit(words: list[str], index: int) -> tuple[str, int] | None:
    """A unit of time, and the index after it."""
    named = lexicon.phrases("units").match(words, index)
    if named is None:
        return None
    index += named[1]
    # A slice, here and below: after the last word it is empty, while an index would raise an error.
    return named[0], index + 1 if words[index : index + 1] == ["."] else index


def _clock(words: list[str], index: int) -> tuple[Amount, int] | None:
    """0:45, :45, 1:05:30, 1'30, and 1:15 hrs."""
    parts: list[str] = []
    here = index
    while here < len(words):
        if words[here].isdigit() and words[here].isascii():
            parts.append(words[here])
            here += 1
        elif here == index == 0 and words[here] == ":":
            parts.append("0")
        else:
            break
        behind = "".join(words[here + 1 : here + 2])
        if len(parts) < 3 and words[here : here + 1] in ([":"], ["'"]) and len(behind) == 2 and behind.isdigit():
            here += 1
        else:
            break
    named = unit(words, here)
    # With another unit after it, as in 1:30 min, the two parts are ambiguous.
    if len(parts) < 2 or (named and (len(parts), named[0]) != (2, "hours")):
        return None
    first, *rest = map(int, parts)
    if any(part > 59 for part in rest):
        raise Unreadable
    if named:  # 14:10 h is a time of day
        seconds = first * 3600 + rest[0] * 60
        return (Amount(seconds, seconds), named[1]) if first <= LONGEST_HOURS else None
    if len(rest) == 1:
        return Amount(0, 0, clock=(first, rest[0])), here
    seconds = first * 3600 + rest[0] * 60 + rest[1]
    return Amount(seconds, seconds, 1), here


LONGEST_HOURS = 5  # of a wait


def _span_between(words: list[str], index: int) -> tuple[Amount, int] | None:
    """45-60, 45 to 60 minutes, 1-2 hours; a number without a unit takes the other's."""
    low = number(words, index)
    if low is None:
        return None
    low_unit = unit(words, low[1])
    here = low_unit[1] if low_unit else low[1]
    # Only a range word joins two figures; otherwise the second is about something else.
    if words[here : here + 1] not in [[word] for word in TO]:
        return None
    high = number(words, here + 1)
    # 10 - 10:45 ends in a clock, 3 - 4/14 in a date: neither is a range
    if high is None or words[high[1] : high[1] + 1] in ([":"], ["/"]):
        return None
    high_unit = unit(words, high[1])
    first, last = low_unit or high_unit, high_unit or low_unit
    if first is None or last is None:
        return _range_amount(low[0], high[0], None, None), high[1]
    end = high_unit[1] if high_unit else high[1]
    if not high_unit and (more := number(words, high[1])) and more:
        return None
    return _range_amount(low[0], high[0], first[0], last[0]), end


def _range_amount(low: float, high: float, low_unit: str | None, high_unit: str | None) -> Amount:
    scale = UNIT_S[low_unit or "minutes"], UNIT_S[high_unit or "minutes"]
    if low_unit and low > high and low_unit == high_unit == "hours":
        scale = UNIT_S["minutes"], scale[1]  # 45 - 1 hour
    if low * scale[0] >= high * scale[1]:
        raise Unreadable("unreadable", "a range from the smaller to the larger, as in 45-50")
    return Amount(low * scale[0], high * scale[1], bare=None if low_unit else (low + high) / 2)


def _parts(words: list[str], index: int) -> tuple[Amount, int] | None:
    """1h, 1 hr 5, 90m, 1 hour and 10 minutes, half an hour, an hour and a half, 4 min 30 s."""
    total, step, here = 0.0, 0, index
    for name in ("hours", "minutes", "seconds"):
        found = _part(words, _behind_and(words, here) if step else here, name, bool(step) and name == "minutes")
        if found is None:
            continue
        value, here, is_written = found
        if step and value > 59:
            raise Unreadable
        # A lone "4S" is a typing error for 45, not four seconds: a bare s counts only after minutes or hours.
        if name == "seconds" and not step and words[here - 1] in ("s", '"'):
            raise Unreadable
        total, step = total + value * UNIT_S[name], UNIT_S[name]
        if not is_written:
            break
    return (Amount(total, total, step), here) if step else None


def _behind_and(words: list[str], index: int) -> int:
    """The index of the next part, after commas and words for *and*; `index` if no number follows them."""
    here = index
    while words[here : here + 1] in ([","], ["and"], ["&"], ["y"], ["con"]):
        here += 1
    return here if number(words, here) else index


def _part(words: list[str], index: int, name: str, may_be_bare: bool) -> tuple[float, int, bool] | None:
    """A number of one unit at an index, or bare minutes after hours (1h10); with the index after it, and if a unit is
    written."""
    if name == "hours" and (spoken := _spoken_hours(words, index)):
        return *spoken, True
    value = number(words, index)
    if value is None:
        return None
    amount, here = value
    amount, here = _with_half(words, amount, here)
    named = unit(words, here)
    if named is None:
        # After a comma, a bare number begins something new: "1 hr, 5 calls".
        is_minutes = may_be_bare and words[index].isdigit() and words[index - 1] not in (",", "&")
        return (amount, here, False) if is_minutes and amount <= 59 else None
    if named[0] != name:
        return None
    return *_with_half(words, amount, named[1]), True


def _with_half(words: list[str], amount: float, index: int) -> tuple[float, int]:
    """The amount plus a half after it, and the index after that: 2 and a half, 2 horas y media."""
    for half in HALVES:
        if tuple(words[index : index + len(half)]) == half:
            return amount + 0.5, index + len(half)
    return amount, index


def _spoken_hours(words: list[str], index: int) -> tuple[float, int] | None:
    """Half an hour, an hour and a half, three quarters of an hour."""
    named = lexicon.phrases("spoken_hours").match(words, index)
    return (float(named[0]), index + named[1]) if named else None


def _amount_without_unit(words: list[str], index: int) -> tuple[Amount, int] | None:
    if words[index : index + 1] in (["a"], ["an"], ["un"], ["una"]):
        return None  # "a" is a number only before a unit
    found = number(words, index)
    return (Amount(0, 0, bare=found[0]), found[1]) if found else None


# ---- people -----------------------------------------------------------------------------------------

# One letter for each heading of the lexicon; the order of the letters shows how a wait ended.
_LETTERS = {
    "about": "~", "at_least": "+", "zero": "Y", "gave_up": "G", "hang_up": "H", "cut": "X", "on_us": "O", "they": "T",
    "system": "S", "stuck": "K", "not_queued": "Q", "closed": "Z", "person": "P", "contact": "C", "negation": "N",
    "nobody": "n", "before": "B", "talking": "V", "waiting_for": "W", "for": "f", "transfer": "R", "held": "h",
    "no_music": "y", "filler": "", "sign": "", "not_found": "!",
}  # fmt: skip
# The meaning of several letters together, applied in this order. A is an amount.
_MEANINGS = [
    (regex(pattern), letter)
    for pattern, letter in (
        (r"[HX][OT]*V|V[OT]*[HX][OT]*|V", "C"),  # dropped while talking: a person was there
        (r"[Wf]P", "h"),  # waiting for an agent
        (r"W", "h"),
        (r"f", ""),
        (r"(?:N[OT]*[CP]*S|KS|SK)", "Q"),  # never got past the IVR
        (r"B[ATO]*[CP]+", "b"),  # before an agent answered
        (r"N[OT]*[CP]+|n[CPTO]*", "n"),  # never reached anyone
        (r"S[TO]*[HX][OX]*|[HX]O*S", "s"),  # the IVR hung up on us
        (r"(?<!T)HO+T", "G"),  # we hung up on them
        (r"TO*[HX]O*|HO+|X[OT]*", "X"),  # they hung up; hung up on me
        (r"P[HX]", "C"),  # the agent hung up: there was one
        (r"H", "G"),
        (r"[CP]+", "C"),
        (r"[TOKB]", ""),
    )
]
_NAMES = 3  # most words of a name after "spoke with"


# Whom the office called, before how the call ended.
_WHOM = regex(r"(?i)^(?:uscis|cis|contact center)(?:[,:;]|\s[-–—])\s*")
# How long somebody spoke after the wait: 45 (10 talk), 45 min, talked 10; in 1 hr 10 min talk, it may be all of it.
_TALK = regex(
    r"(?i)(?:\s*[,;/+(]\s*|\s+(?=talk)|(?<=\d)\s+|(?<=[mns])(?<!hrs)(?<!hours)\s+)"
    r"(?:talk(?:ed|ing)?:? ?[1-9]\d{0,2}(?: ?m(?:ins?)?)?|[1-9]\d{0,2}(?: ?m(?:ins?)?)? ?talk(?:ing)?)\)?$"
)


def _words_of(text: str) -> list[str]:
    """The tokens of a wait's cell, without whom the office called; a length of talk after the wait is a person."""
    return lexicon.tokens(_TALK.sub(", reached", _WHOM.sub("", tidy(text))))


@parser("human_span", "minutes, as in 45; or 1h10, ~45 min, 45-50")
def read_human_span(text: str, unit: str = "minutes", clock: str = "") -> Span:
    """A wait as someone logged it, and how it ended: 65, ~45 min, 1h10, 45-50, 40 (dropped), gave up after 50.

    The cell may have an amount and words for the end of the wait, in any order; unlisted words make it unreadable. A
    bare number is in `unit`; a range gives its middle. The grid [s] comes from the form alone: 1 if seconds are
    written; 300 for about or hours alone, or 900 if the figure is a multiple of a quarter of an hour; 300 for a range,
    or 900 if it is wider than five minutes; 60 otherwise. ``0:45`` is read only if the column's `clock` is known,
    because it may be 45 minutes or 45 seconds.

    >>> [read_human_span(text)[:2] for text in ("65", "~45 min", "on hold 1h10")]
    [(3900, 60), (2700, 900), (4200, 60)]
    >>> read_human_span("45-50")[:3], read_human_span("hung up after 50")[:3], read_human_span("40 (dropped)")[:3]
    ((2850, 300, ''), (3000, 60, 'gave_up'), (2400, 60, 'cut_off'))
    >>> read_human_span("45 (10 talk)")[:3], read_human_span("1 hr, talked 10 min")[:3]
    ((2700, 60, 'reached'), (3600, 900, 'reached'))
    >>> read_human_span(">2 hrs").at_least, read_human_span("IVR hung up on me").outcome
    (True, 'ivr_ended')
    >>> read_human_span("USCIS hung up").ended, read_human_span("USCIS, hung up").ended
    ('cut_off', 'gave_up')
    >>> read_human_span("I hung up on them").ended, read_human_span("hung up on me").ended
    ('gave_up', 'cut_off')
    >>> [try_read(read_human_span, text) for text in ("dropped x2", "30 min x2", "x3, 10 min")]
    [None, None, None]
    >>> read_human_span("robot, no hold music").ended, read_human_span("45 min, no music").seconds
    ('not_queued', 2700)
    >>> read_human_span("till 9:50", clock="m:ss")
    Traceback (most recent call last):
        ...
    callanalytics.values.Unreadable: unreadable
    """
    if _TILL_A_CLOCK.search(text):
        raise Unreadable
    amounts, letters = _amounts_and_letters(_words_of(text))
    ended, outcome, is_unsure = _end_of_wait(letters, bool(amounts))
    if not amounts:
        if not ended:
            raise Unreadable
        return Span(None, None, ended, outcome=outcome, is_unsure=is_unsure)
    if len(amounts) > 1 and not re.search("A.*R.*A", letters):
        raise Unreadable
    seconds, grid = _figure(amounts[0], "~" in letters, unit, clock)
    if seconds > LONGEST_S:
        raise Unreadable("too_long", "minutes, as in 45; not over 12 hours")
    if ended and amounts[0].clock and seconds > LONGEST_BESIDE_END_S:
        raise Unreadable
    return Span(seconds, grid, ended, "+" in letters, outcome, is_unsure)


_TILL_A_CLOCK = regex(r"(?i)\b(?:un)?till? (?:about |around |~ ?)?\d{1,2}:\d\d|\bhasta las? \d")  # 9:50 is not a length
_FIGURES = regex(r"\d[\d:.]*\s*(?:[ap]\.?\s?m?\b\.?)?", re.IGNORECASE)


@parser("end_at_clock", "a time of day, with how the wait ended if no one answered, as in 10:41 or hung up 10:41")
def read_end_at_clock(text: str) -> str:
    """How a wait ended, from a cell with the time of its end: ``reached`` unless other words say that no one answered.

    Two times give ``unknown``, because it is unclear which ended the wait.

    >>> [read_end_at_clock(text) for text in ("10:41 am", "nobody, hung up 10:41", "10:41 Ana", "10:41, recording")]
    ['reached', 'gave_up', 'reached', 'unknown']
    """
    if len(re.findall(r"\d:\d\d", text)) > 1:
        return "unknown"
    rest = _FIGURES.sub(" ", text)
    words, listed = lexicon.tokens(rest), lexicon.phrases("spoke")
    found = (listed.match(words, index) for index in range(len(words)))
    if not any(phrase and phrase[0] in ("lost", "system", "website") for phrase in found):
        return "reached"
    span = try_read(read_human_span, rest)
    return (span and span.ended) or "unknown"


def without_amount(text: str) -> Span:
    """What the words of a wait say about its end, while its amount is ambiguous.

    >>> without_amount("1:15 (dropped)").ended
    'cut_off'
    """
    amounts, letters = _amounts_and_letters(_words_of(text))
    ended, outcome, is_unsure = _end_of_wait(letters, bool(amounts))
    return Span(None, None, ended, outcome=outcome, is_unsure=is_unsure)


def amount_of(text: str) -> Amount | None:
    """The amount of a wait as written, before the column decides its unit; None if none is written.

    >>> amount_of("1:15 (dropped)").clock, amount_of("on hold 600").bare
    ((1, 15), 600.0)
    """
    amounts, _ = _amounts_and_letters(_words_of(text))
    return amounts[0] if amounts else None


def _amounts_and_letters(words: list[str]) -> tuple[list[Amount], str]:
    """The amounts in a cell, and its phrases as one letter each; raise :class:`Unreadable` at an unlisted word."""
    # 40-ish is 40ish.
    words = [word for word, behind in zip(words, [*words[1:], ""], strict=False) if (word, behind) != ("-", "ish")]
    for index in [i for i, word in enumerate(words) if word in ("+", "ish")]:  # 2+ hours, 40ish mins
        if lexicon.phrases("units").match(words, index + 1):
            words[index : index + 2] = words[index : index + 2][::-1]
    listed, amounts, letters, index, names = lexicon.phrases("wait"), [], "", 0, 0
    if words[:1] == ["-"] and len(words) > 1:
        raise Unreadable  # a negative number
    while index < len(words):
        phrase = listed.match(words, index)
        amount = None if phrase and phrase[1] > 1 else read_amount(words, index)
        if amount:
            amounts.append(amount[0])
            letters, index, names = letters + "A", amount[1], 0
        elif phrase:
            letter = _LETTERS[phrase[0]]
            is_break = phrase[0] == "sign" and words[index] != "."
            names = _NAMES if letter in ("C", "P") else 0 if letter or is_break else names
            letters, index = letters + letter, index + phrase[1]
        # After "spoke with" comes a name, which no list can contain.
        elif names and (words[index].isalpha() or words[index] == "#"):
            names, index = names - 1, index + 1
        else:
            raise Unreadable
    letters = re.sub(r"([SK]+)[Yy]|[Yy]([SK]+)", r"K\1\2", letters) if "S" in letters else letters  # IVR only, no hold
    # "No music" alone says nothing, because some callers wait in silence.
    letters = letters.replace("y", "")
    # A word for no wait at all counts as an amount of zero.
    if "Y" in letters:
        amounts, letters = [*amounts, Amount(0, 0)], letters.replace("Y", "A")
    return amounts, letters


def _end_of_wait(letters: str, has_amount: bool) -> tuple[str, str, bool]:
    """How the wait ended, the outcome that the words name, and whether the words are ambiguous."""
    for pattern, letter in _MEANINGS:
        letters = pattern.sub(letter, letters)
    if not {"N", "S", "!"}.isdisjoint(letters):
        raise Unreadable  # a denial of something else; a time in the automated system; a case not found there
    ends = "".join(dict.fromkeys(letter for letter in letters if letter in "CGXnsQZR"))
    # "Before an agent answered" means that one did, unless other words end the wait.
    if "b" in letters and not set(ends) & set("GXns"):
        ends += "C"
    if "s" in ends:  # after a time on hold, the system dropped a call in its queue
        if not has_amount:
            return "not_queued", "ivr_ended", False
        ends = ends.replace("s", "X") if "h" in letters else "s"
    if "R" in ends and len(ends) == 1:
        return "", "", letters.count("A") > 1  # 30m, transferred, 20m: a person came after 30, if the row says so
    ends = ends.replace("R", "") if ends in ("RC", "CR") else ends
    # "No one answered" adds nothing to how the wait ended.
    if len(ends) == 2 and "n" in ends and "C" not in ends:
        ends = ends.replace("n", "")
    if ends in _ENDS:
        kind, outcome = _ENDS[ends]
        if kind == "not_queued" and has_amount:
            raise Unreadable
        return kind, outcome, False
    return "unknown", "", True


_ENDS = {
    "": ("", ""), "C": ("reached", ""), "CX": ("reached", ""), "CG": ("reached", ""), "G": ("gave_up", ""),
    "X": ("cut_off", ""), "n": ("no_person", ""), "Q": ("not_queued", ""), "Z": ("not_queued", "closed"),
}  # fmt: skip


def _figure(amount: Amount, about: bool, unit: str, clock: str) -> tuple[int, int]:
    """Seconds and grid of an amount, by the `unit` and `clock` of its column.

    A bare number is refused if `unit` is "", except zero; two parts are refused if `clock` is ""."""
    if amount.clock:
        if not clock:
            raise Unreadable("ambiguous_clock", "H:MM:SS, or minutes alone, as in 45")
        first, second = amount.clock
        return (first * 3600 + second * 60, 60) if clock == "h:mm" else (first * 60 + second, 1)
    # Zero needs no unit
    if amount.bare and not unit:
        raise Unreadable("ambiguous_unit", "with its unit, as in 45 min")
    if amount.high > amount.low:
        scale = BARE_S[unit] / 60 if amount.bare is not None else 1
        low, high = amount.low * scale, amount.high * scale
        # A range gives its middle, and a grid by its width.
        return _rounded_half_up((low + high) / 2), 300 if high - low <= 300 else 900
    if amount.bare is None:
        seconds = _rounded_half_up(amount.low)
        return seconds, _grid(seconds, about or amount.step_s == 3600, amount.step_s == 1)
    if unit == "minutes" and 0 < amount.bare < 1:
        raise Unreadable("part_of_what", PART_OF_WHAT)
    seconds = _rounded_half_up(amount.bare * BARE_S[unit or "minutes"])
    return seconds, _grid(seconds, about or unit == "hours", unit == "seconds")


def _grid(seconds: int, about: bool, to_the_second: bool) -> int:
    if to_the_second:
        return 1
    if not about:
        return 60
    return 900 if seconds % 900 == 0 else 300
