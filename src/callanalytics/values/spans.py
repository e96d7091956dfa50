"""Lengths of time: as machines write durations, and as people write how long they were on hold."""

from __future__ import annotations

import re
from typing import NamedTuple

from callanalytics.lazy import regex
from callanalytics.values import Unreadable, lexicon, parser, tidy, try_read

LONG_S = 4 * 3600  # a wait longer than this is more often a slip, as in 450 for 45, than a wait
LONGEST_S = 12 * 3600  # a longer wait is a slip of the pen: the lines are live for twelve hours a day
LONGEST_BESIDE_END_S = 6 * 3600  # 10:41 beside a hang-up is a time of day before it is so many hours

# 0.0416667 is an hour as a spreadsheet keeps it, 0.75 three quarters of one as people write it; neither is certain.
PART_OF_WHAT = "whole minutes, as in 45: this may be a part of an hour, of a day or of a minute"


class Span(NamedTuple):
    """How long somebody says it took.

    ``grid_s`` is the grid the figure seems rounded to; ``ended`` how the wait ended, as the words say it (``unknown``:
    they say more than one thing), and ``outcome`` what they say of the call. Both figures are None where that is all
    that was written. ``at_least``: it took longer (``>2 hrs``), no one says how much. ``is_unsure``: the words may mean
    more than one thing.
    """

    seconds: int | None
    grid_s: int | None = 60
    ended: str = ""
    at_least: bool = False
    outcome: str = ""
    is_unsure: bool = False


def seconds_of(span: int | Span) -> int | None:
    """The seconds of what any of these parsers gives; :class:`Unreadable` where it says only how long at least.

    >>> seconds_of(Span(2700)), seconds_of(271)
    (2700, 271)
    """
    if isinstance(span, Span) and span.at_least:
        raise Unreadable("at_least", "how long it took")
    return span.seconds if isinstance(span, Span) else span


# ---- machines ---------------------------------------------------------------------------------------


@parser("seconds", "whole seconds, as in 271")
def read_seconds(text: str) -> int:
    """Seconds, with or without a fraction.

    >>> read_seconds("271"), read_seconds("4.0")
    (271, 4)
    """
    return _count(text, 1)


@parser("minutes", "minutes, as in 2.86")
def read_minutes(text: str) -> int:
    """Minutes, with or without a fraction, as seconds.

    >>> read_minutes("2.86"), read_minutes("2,86"), read_minutes("1,062")
    (172, 172, 63720)
    """
    return _count(text, 60)


@parser("milliseconds", "milliseconds, as in 271000")
def read_milliseconds(text: str) -> int:
    """Milliseconds as seconds.

    >>> read_milliseconds("271499")
    271
    """
    return _count(text, 0.001)


def _count(text: str, scale: float) -> int:
    text = tidy(text)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    text = re.sub(r"^(\d+),(\d{1,2})$", r"\1.\2", text)  # a decimal comma; three figures behind one are thousands
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
        raise Unreadable
    return _whole(float(text) * scale)


def _whole(seconds: float) -> int:
    """Rounded half up; what no Parquet column of ours holds is no duration."""
    if seconds >= 2**31:
        raise Unreadable
    # round() would give every other half to the smaller number
    return int(seconds + 0.5)


@parser("clock_span", "H:MM:SS, as in 0:04:31")
def read_clock_span(text: str, clock: str = "") -> int:
    """H:MM:SS as seconds. Two parts alone are read only where the format says what they are (``clock``).

    >>> read_clock_span("0:04:31"), read_clock_span("2:12", clock="m:ss"), read_clock_span("2:12", clock="h:mm")
    (271, 132, 7920)
    >>> read_clock_span("93 min 36 s")
    5616
    """
    match = re.fullmatch(r"(?:(\d+):)?(\d+):(\d{2})(?:\.\d+)?", tidy(text))
    if not match:
        return read_iso_duration(text)
    # Two parts alone are in the last two groups, whatever they are
    first, second, third = (int(part or 0) for part in match.groups())
    if match[1] is None:
        if not clock:
            raise Unreadable("ambiguous_clock", "H:MM:SS, or minutes alone, as in 45")
        first, second, third = (second, third, 0) if clock == "h:mm" else (0, second, third)
    if third > 59 or (second > 59 and (match[1] or clock == "h:mm")):
        raise Unreadable
    return _whole(first * 3600 + second * 60 + third)


_UNIT = regex(r"(?<![A-Z])(?:HOURS?|HRS?|MINUTES?|MINS?|SECONDS?|SECS?|[HMS])\b[.,]?")


@parser("iso_duration", "an ISO 8601 duration, as in PT4M45S, or its parts alone, as in 4m 45s")
def read_iso_duration(text: str) -> int:
    """An ISO 8601 duration, or its parts as other machines write them, as seconds.

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
        # Of an ISO duration the days stand before the T, and all else behind it
        text = re.sub(r"^(\d+D)?", r"P\1T", text.replace(" ", ""))
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?", text)
    if not match or not any(match.groups()):
        raise Unreadable
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return _whole(days * 86400 + hours * 3600 + minutes * 60 + seconds)


# ---- amounts: 45, 1 hr 5, 1h10, 45-60 min, an hour and a half, 0:45 --------------------------------------------------

TO = ("-", "–", "—", "to", "or", "a")  # 10 a 15 in Spanish; "a" alone is a number
HALVES = (("and", "a", "half"), ("&", "a", "half"), ("y", "media"))
MAX_DIGITS = 12  # of a number that somebody wrote
UNIT_S = {"hours": 3600, "minutes": 60, "seconds": 1}
BARE_S = UNIT_S | {"days": 86400}  # what a bare number may count, in seconds


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


def read_amount(words: list[str], index: int) -> tuple[Amount, int] | None:
    """The length of time that begins at an index of a text's tokens, and the index behind it.

    >>> read_amount(lexicon.tokens("an hour and a half"), 0)[0].low
    5400.0
    >>> read_amount(lexicon.tokens("45-60 min"), 0)[0][:2]
    (2700.0, 3600.0)
    """
    is_figure = words[index] == ":" or words[index].isdigit()
    if not is_figure and not number(words, index) and not _spoken_hours(words, index):
        return None  # most words of a cell
    for reader in (_clock, _span_between, _parts, _amount_without_unit):
        if found := reader(words, index):
            return found
    return None


def number(words: list[str], index: int) -> tuple[float, int] | None:
    """A number in digits or in words, and the index behind it."""
    if index >= len(words):
        return None
    word = words[index]
    if len(word) <= MAX_DIGITS and word.isascii() and word.replace(".", "", 1).isdigit():
        return float(word), index + 1
    named = lexicon.phrases("numbers").match(words, index)
    return (float(named[0]), index + named[1]) if named else None


def unit(words: list[str], index: int) -> tuple[str, int] | None:
    """A unit of time, and the index behind it."""
    named = lexicon.phrases("units").match(words, index)
    if named is None:
        return None
    index += named[1]
    # A slice, here and below: behind the last word it is empty, where an index would raise
    return named[0], index + 1 if words[index : index + 1] == ["."] else index


def _clock(words: list[str], index: int) -> tuple[Amount, int] | None:
    """0:45, :45, 1:05:30, 1'30 and 1:15 hrs."""
    parts: list[str] = []
    here = index
    while here < len(words) and len(parts) < 3:
        if words[here].isdigit() and words[here].isascii():
            parts.append(words[here])
            here += 1
        elif here == index == 0 and words[here] == ":":
            parts.append("0")
        else:
            break
        if len(parts) < 3 and words[here : here + 1] in ([":"], ["'"]) and _two_digits(words, here + 1):
            here += 1
        else:
            break
    named = unit(words, here)
    # With another unit behind it, as in 1:30 min, no one knows what the two parts are.
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


def _two_digits(words: list[str], index: int) -> bool:
    return index < len(words) and len(words[index]) == 2 and words[index].isdigit()


def _span_between(words: list[str], index: int) -> tuple[Amount, int] | None:
    """45-60, 45 to 60 minutes, 1-2 hours; the unit of the second counts for a first without."""
    low = number(words, index)
    if low is None:
        return None
    low_unit = unit(words, low[1])
    here = low_unit[1] if low_unit else low[1]
    # Only a word of a range joins two figures; else the second is of something else.
    if words[here : here + 1] not in [[word] for word in TO]:
        return None
    high = number(words, here + 1)
    # 10 - 10:45 ends in a clock, 3 - 4/14 in a date: neither is a range
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
        # A lone "4S" is a slip for 45, not four seconds: a bare s counts only behind minutes or hours.
        if name == "seconds" and not step and words[here - 1] in ("s", '"'):
            raise Unreadable
        total, step = total + value * UNIT_S[name], UNIT_S[name]
        if not is_written:
            break
    return (Amount(total, total, step), here) if step else None


def _behind_and(words: list[str], index: int) -> int:
    """The index of the next part: a comma and an *and* may stand before it."""
    here = index
    while words[here : here + 1] in ([","], ["and"], ["&"], ["y"], ["con"]):
        here += 1
    return here if number(words, here) else index


def _part(words: list[str], index: int, name: str, may_be_bare: bool) -> tuple[float, int, bool] | None:
    """So many of a unit from an index on; behind hours, bare minutes (1h10)."""
    if name == "hours" and (spoken := _spoken_hours(words, index)):
        return *spoken, True
    value = number(words, index)
    if value is None:
        return None
    amount, here = value
    amount, here = _with_half(words, amount, here)
    named = unit(words, here)
    if named is None:
        # Behind a comma a bare number begins something new: "1 hr, 5 calls".
        is_minutes = may_be_bare and words[index].isdigit() and words[index - 1] not in (",", "&")
        return (amount, here, False) if is_minutes and amount <= 59 else None
    if named[0] != name:
        return None
    return *_with_half(words, amount, named[1]), True


def _with_half(words: list[str], amount: float, index: int) -> tuple[float, int]:
    """The amount with a half that stands behind it: 2 and a half, 2 horas y media."""
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
        return None  # "a" is a number before a unit alone
    found = number(words, index)
    return (Amount(0, 0, bare=found[0]), found[1]) if found else None


# ---- people -----------------------------------------------------------------------------------------

# The headings of the lexicon in one letter each: how a wait ended is what their order says.
_LETTERS = {
    "about": "~", "at_least": "+", "zero": "Y", "gave_up": "G", "hang_up": "H", "cut": "X", "on_us": "O", "they": "T",
    "system": "S", "stuck": "K", "not_queued": "Q", "closed": "Z", "person": "P", "contact": "C", "negation": "N",
    "nobody": "n", "before": "B", "talking": "V", "waiting_for": "W", "for": "f", "transfer": "R", "held": "h",
    "no_music": "y", "filler": "", "sign": "", "not_found": "!",
}  # fmt: skip
# What several together mean, in this order. A is an amount.
_MEANINGS = [
    (regex(pattern), letter)
    for pattern, letter in (
        (r"[HX][OT]*V|V[OT]*[HX][OT]*|V", "C"),  # dropped while talking: somebody was there
        (r"[Wf]P", "h"),  # waiting for an agent
        (r"W", "h"),
        (r"f", ""),
        (r"(?:N[OT]*[CP]*S|KS|SK)", "Q"),  # never got past the IVR
        (r"B[ATO]*[CP]+", "b"),  # before an agent answered
        (r"N[OT]*[CP]+|n[CPTO]*", "n"),  # never reached anybody
        (r"S[TO]*[HX][OX]*|[HX]O*S", "s"),  # the IVR hung up on us
        (r"(?<!T)HO+T", "G"),  # we hung up on them
        (r"TO*[HX]O*|HO+|X[OT]*", "X"),  # they hung up; hung up on me
        (r"P[HX]", "C"),  # the agent hung up: there was one
        (r"H", "G"),
        (r"[CP]+", "C"),
        (r"[TOKB]", ""),
    )
]
_NAMES = 3  # words of a name behind "spoke with"


_WHOM = regex(
    r"(?i)^(?:uscis|cis|contact center)(?:[,:;]|\s[-–—])\s*"
)  # whom somebody called, and then what came of it


@parser("human_span", "minutes, as in 45; or 1h10, ~45 min, 45-50")
def read_human_span(text: str, unit: str = "minutes", clock: str = "") -> Span:
    """How long somebody noted, and how it ended: 65, ~45 min, 1h10, 45-50, 40 (dropped), gave up after 50.

    An amount and words for the end of the wait, in any order; words that no list has leave the cell unread. A bare
    number is in `unit`; of a range the middle is taken. The grid is inferred from the writing alone: seconds written 1;
    about, a range, or hours alone 300, or 900 where the figure is a multiple of a quarter of an hour (a range: wider
    than five minutes); everything else 60. ``0:45`` is read only where the column's `clock` is known, since it may be
    45 minutes or 45 seconds.

    >>> [read_human_span(text)[:2] for text in ("65", "~45 min", "on hold 1h10")]
    [(3900, 60), (2700, 900), (4200, 60)]
    >>> read_human_span("45-50")[:3], read_human_span("hung up after 50")[:3], read_human_span("40 (dropped)")[:3]
    ((2850, 300, ''), (3000, 60, 'gave_up'), (2400, 60, 'cut_off'))
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
    amounts, letters = _amounts_and_letters(lexicon.tokens(_WHOM.sub("", tidy(text))))
    ended, outcome, is_unsure = _ending(letters, bool(amounts))
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


_TILL_A_CLOCK = regex(r"(?i)\b(?:un)?till? (?:about |around |~ ?)?\d{1,2}:\d\d|\bhasta las? \d")  # 9:50 is no length
_FIGURES = regex(r"\d[\d:.]*\s*(?:[ap]\.?\s?m?\b\.?)?", re.IGNORECASE)


@parser("end_at_clock", "a time of day, with how the wait ended if no one answered, as in 10:41 or hung up 10:41")
def read_end_at_clock(text: str) -> str:
    """How a wait ended of which a cell tells when: somebody answered, where no word beside the time says otherwise.

    Of two times no one knows which ended the wait.

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
    """What a wait says of its end, where no one knows yet what its amount is.

    >>> without_amount("1:15 (dropped)").ended
    'cut_off'
    """
    amounts, letters = _amounts_and_letters(lexicon.tokens(tidy(text)))
    ended, outcome, is_unsure = _ending(letters, bool(amounts))
    return Span(None, None, ended, outcome=outcome, is_unsure=is_unsure)


def amount_of(text: str) -> Amount | None:
    """The amount of a wait as it is written, before a column decides what it is; None where none is written.

    >>> amount_of("1:15 (dropped)").clock, amount_of("on hold 600").bare
    ((1, 15), 600.0)
    """
    amounts, _ = _amounts_and_letters(lexicon.tokens(tidy(text)))
    return amounts[0] if amounts else None


def _amounts_and_letters(words: list[str]) -> tuple[list[Amount], str]:
    """The amounts of a cell, and what stands in it, a letter each; :class:`Unreadable` at a word of no list."""
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
        # Behind "spoke with" stands a name, which no list can have.
        elif names and (words[index].isalpha() or words[index] == "#"):
            names, index = names - 1, index + 1
        else:
            raise Unreadable
    letters = re.sub(r"([SK]+)[Yy]|[Yy]([SK]+)", r"K\1\2", letters) if "S" in letters else letters  # IVR only, no hold
    # No music alone says nothing: some wait in silence.
    letters = letters.replace("y", "")
    # A word for no wait at all is an amount of zero.
    if "Y" in letters:
        amounts, letters = [*amounts, Amount(0, 0)], letters.replace("Y", "A")
    return amounts, letters


def _ending(letters: str, has_amount: bool) -> tuple[str, str, bool]:
    """How the wait ended, the outcome that the words name, and whether they leave it in doubt."""
    for pattern, letter in _MEANINGS:
        letters = pattern.sub(letter, letters)
    if not {"N", "S", "!"}.isdisjoint(letters):
        raise Unreadable  # a word that denies something else; a time in the automated system; a case not in theirs
    ends = "".join(dict.fromkeys(letter for letter in letters if letter in "CGXnsQZR"))
    # Before an agent answered: one did, unless other words end the wait.
    if "b" in letters and not set(ends) & set("GXns"):
        ends += "C"
    if "s" in ends:  # after a time on hold the system let go of a call in its queue
        if not has_amount:
            return "not_queued", "ivr_ended", False
        ends = ends.replace("s", "X") if "h" in letters else "s"
    if "R" in ends and len(ends) == 1:
        return "", "", letters.count("A") > 1  # 30m, transferred, 20m: somebody came after 30, if the record says so
    ends = ends.replace("R", "") if ends in ("RC", "CR") else ends
    # That no one answered adds nothing to how the wait ended.
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
    """Seconds and grid of an amount; a bare number in the unit of its column, ``""`` where nothing says it."""
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
        # A range is taken at its middle, and as coarse as its width.
        return _whole((low + high) / 2), 300 if high - low <= 300 else 900
    if amount.bare is None:
        seconds = _whole(amount.low)
        return seconds, _grid(seconds, about or amount.step_s == 3600, amount.step_s == 1)
    if unit == "minutes" and 0 < amount.bare < 1:
        raise Unreadable("part_of_what", PART_OF_WHAT)
    seconds = _whole(amount.bare * BARE_S[unit or "minutes"])
    return seconds, _grid(seconds, about or unit == "hours", unit == "seconds")


def _grid(seconds: int, about: bool, to_the_second: bool) -> int:
    if to_the_second:
        return 1
    if not about:
        return 60
    return 900 if seconds % 900 == 0 else 300
