"""Lengths of time: as machines write durations, and as people write how long they were on hold."""

from __future__ import annotations

import re
from typing import NamedTuple

from callanalytics.values.registry import Unreadable, parser, tidy

LONGEST_S = 12 * 3600  # a longer wait is a slip of the pen: the lines are live for twelve hours a day


# 0.0416667 is an hour as a spreadsheet keeps it, 0.75 three quarters of one as people write it; neither is certain.
PART_OF_WHAT = "whole minutes, as in 45: this may be a part of an hour, of a day or of a minute"


class Span(NamedTuple):
    """How long somebody says it took.

    ``grid_s`` is the grid the figure seems rounded to; ``ended`` is ``gave_up`` or ``cut_off`` where the words
    say that nobody came. Both figures are None where that is all that was written. ``at_least``: it took longer
    (``>2 hrs``), nobody says how much.
    """

    seconds: int | None
    grid_s: int | None = 60
    ended: str = ""
    at_least: bool = False


def seconds_of(span: int | Span) -> int | None:
    """The seconds of what any of these parsers gives; :class:`Unreadable` where it says only how long at least.

    >>> seconds_of(Span(2700)), seconds_of(271)
    (2700, 271)
    """
    if isinstance(span, Span) and span.at_least:
        raise Unreadable("at_least", "how long it took")
    return span.seconds if isinstance(span, Span) else span


class Told(NamedTuple):
    """So many hours, days or business days."""

    value: int
    unit: str


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

    >>> read_minutes("2.86"), read_minutes("1,062")
    (172, 63720)
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
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
        raise Unreadable
    return _whole(float(text) * scale)


def _whole(seconds: float) -> int:
    """Rounded half up; what no Parquet column of ours holds is no duration."""
    if seconds >= 2**31:
        raise Unreadable
    return int(seconds + 0.5)


@parser("clock_span", "H:MM:SS, as in 0:04:31")
def read_clock_span(text: str, clock: str = "") -> int:
    """H:MM:SS as seconds. Two parts alone are read only where the format says what they are (``clock``).

    >>> read_clock_span("0:04:31"), read_clock_span("2:12", clock="m:ss"), read_clock_span("2:12", clock="h:mm")
    (271, 132, 7920)
    """
    match = re.fullmatch(r"(?:(\d+):)?(\d+):(\d{2})(?:\.\d+)?", tidy(text))
    if not match:
        raise Unreadable
    first, second, third = (int(part or 0) for part in match.groups())
    if match[1] is None:
        if not clock:
            raise Unreadable("ambiguous_clock", "H:MM:SS, or minutes alone, as in 45")
        first, second, third = (second, third, 0) if clock == "h:mm" else (0, second, third)
    if third > 59 or (second > 59 and (match[1] or clock == "h:mm")):
        raise Unreadable
    return _whole(first * 3600 + second * 60 + third)


@parser("iso_duration", "an ISO 8601 duration, as in PT4M45S, or its parts alone, as in 4m 45s")
def read_iso_duration(text: str) -> int:
    """An ISO 8601 duration, or its parts as other machines write them, as seconds.

    >>> read_iso_duration("PT4M45S"), read_iso_duration("PT1H51M35S"), read_iso_duration("1h 10m 23s")
    (285, 6695, 4223)
    """
    text = tidy(text).upper()
    if not text.startswith("P"):
        text = re.sub(r"^(\d+D)?", r"P\1T", text.replace(" ", ""))
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?", text)
    if not match or not any(match.groups()):
        raise Unreadable
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return _whole(days * 86400 + hours * 3600 + minutes * 60 + seconds)


# ---- people -----------------------------------------------------------------------------------------

_ENDED = {
    "gave_up": r"(?:we |i )?(?:hung up|gave up|hang up|abandoned)",
    "cut_off": r"(?:got |was |were )?(?:cut off|disconnected|dropped|call dropped)",
}
_ABOUT = re.compile(
    r"~|≈|\b(?:about|around|approximately|approx|roughly|nearly|almost|circa|ca|est)\b\.?|(?<=\d)ish\b|\?$"
)
_FILLER = re.compile(
    r"\b(?:on hold|hold|held|waited|waiting|wait|after|for|at|total|in total|time|of|was|the|line)\b|[.,;()]+$"
)
_LONGER = re.compile(
    r"(?:>=?|≥|\b(?:over|more than|at least|longer than|minimum)\b)\s*(?=\d)"
    r"|(?<=\d)\s*\+|(?<=\w)\s*(?:\+|\b(?:or more|and more|or longer|plus)\b)\s*$"
)
_HOURS = r"(?:hours?|hrs?|h)"
_MINUTES = r"(?:minutes?|mins?|m|')"
_NUMBER = r"\d+(?:\.\d+)?"
_PARTS = re.compile(
    rf"(?:(?P<h>{_NUMBER})\s*{_HOURS}\.?)?\s*(?:and\s*)?"
    rf"(?:(?P<m>{_NUMBER})(?![\d.])\s*(?P<mu>{_MINUTES}\.?)?)?\s*(?:and\s*)?"
    r"(?:(?P<s>\d+)\s*(?P<su>seconds?|secs?|s|\")\.?)?"
)
_RANGE = re.compile(
    rf"({_NUMBER})\s*(?:{_MINUTES}|({_HOURS}))?\s*(?:-|–|—|to|or)\s*({_NUMBER})\s*(?:{_MINUTES}|({_HOURS}))?\.?"
)
_SPOKEN = (
    (r"\b(?:an|one) hour and a half\b|\bhour and a half\b", "1.5 h"),
    (r"\bhalf an hour\b|\bhalf hour\b", "0.5 h"),
    (r"\ban hour\b|\bone hour\b", "1 h"),
    (r"\btwo hours\b", "2 h"),
    (r"^(?:no wait|no hold|immediately|right away|at once)$", "0 min"),
)


@parser("human_span", "minutes, as in 45; or 1h10, ~45 min, 45-50")
def read_human_span(text: str, unit: str = "minutes", clock: str = "") -> Span:
    """How long somebody noted: 65, ~45 min, 1h10, 45-50, on hold 1h10, hung up after 50.

    A bare number is in `unit`; of a range the middle is taken. The grid is inferred from the writing alone:
    seconds written 1; about, a range, or hours alone 300, or 900 where the figure is a multiple of a quarter of an hour
    (a range: wider than five minutes); everything else 60. ``0:45`` is read only where the column's `clock` is
    known, since it may be 45 minutes or 45 seconds.

    >>> [read_human_span(text)[:2] for text in ("65", "~45 min", "on hold 1h10")]
    [(3900, 60), (2700, 900), (4200, 60)]
    >>> read_human_span("45-50")[:3], read_human_span("hung up after 50")[:3]
    ((2850, 300, ''), (3000, 60, 'gave_up'))
    >>> read_human_span(">2 hrs")
    Span(seconds=7200, grid_s=900, ended='', at_least=True)
    """
    words, ended = _ending(tidy(text).casefold())
    for pattern, plain in _SPOKEN:
        words = re.sub(pattern, plain, words)
    words, at_least = _lower_bound(words)
    about = bool(_ABOUT.search(words))
    words = " ".join(_FILLER.sub(" ", _ABOUT.sub(" ", words)).split())
    words = re.sub(r"^[:,;] |[ :,;]+$", "", words)
    if ended and not words:
        return Span(None, None, ended)
    seconds, grid = _figure(words, about, unit, clock)
    if seconds > LONGEST_S:
        raise Unreadable("too_long", "minutes, as in 45; not over 12 hours")
    return Span(seconds, grid, ended, at_least)


def _lower_bound(words: str) -> tuple[str, bool]:
    """The text without the words that say it took longer, and whether there were any."""
    rest = _LONGER.sub("", words)
    return rest, rest != words


def _ending(words: str) -> tuple[str, str]:
    """The text without the words that say nobody came, and what they say."""
    for ended, pattern in _ENDED.items():
        if re.search(rf"\b{pattern}\b", words):
            return re.sub(rf"\b{pattern}\b", " ", words), ended
    return words, ""


def _figure(words: str, about: bool, unit: str, clock: str) -> tuple[int, int]:
    """Seconds and grid of what is left when all that is no figure is taken off."""
    if re.fullmatch(r"(\d+:)?\d*:\d{2}", words):
        with_seconds = words.count(":") == 2 or clock == "m:ss"
        return read_clock_span(words if words[0] != ":" else "0" + words, clock=clock), 1 if with_seconds else 60
    if match := _RANGE.fullmatch(words):
        return _middle(match, unit)
    match = _PARTS.fullmatch(words)
    if not match or not any(match[part] for part in "hms"):
        raise Unreadable
    return _sum_of(match, about, unit)


def _sum_of(match: re.Match, about: bool, unit: str) -> tuple[int, int]:
    hours, minutes, seconds = (float(match[part] or 0) for part in "hms")
    # A lone "4S" is a slip for 45, not four seconds: a bare s counts only behind minutes or hours.
    if match["s"] and match["su"] == "s" and not (match["h"] or match["mu"]):
        raise Unreadable
    if (match["m"] and match["s"] and not match["mu"]) or (match["h"] and match["m"] and minutes > 59):
        raise Unreadable
    bare = match["m"] and not match["mu"] and not match["h"]
    if bare and unit != "hours" and 0 < minutes < 1:
        raise Unreadable("part_of_what", PART_OF_WHAT)
    scale = {"minutes": 60, "seconds": 1, "hours": 3600}[unit or "minutes"] if bare else 60
    total = _whole(hours * 3600 + minutes * scale + seconds)
    only_hours = bool(match["h"]) and not match["m"]
    return total, _grid(total, about or only_hours, bool(match["s"]) or scale == 1)


def _grid(seconds: int, about: bool, to_the_second: bool) -> int:
    if to_the_second:
        return 1
    if not about:
        return 60
    return 900 if seconds % 900 == 0 else 300


def _middle(match: re.Match, unit: str) -> tuple[int, int]:
    low, low_hours, high, high_hours = match.groups()
    plain = 3600 if unit == "hours" else 60
    top = float(high) * (3600 if high_hours else plain)
    bottom = float(low) * (3600 if low_hours or (high_hours and float(low) < float(high)) else plain)
    if bottom >= top:
        raise Unreadable("unreadable", "a range from the smaller to the larger, as in 45-50")
    return _whole((bottom + top) / 2), 300 if top - bottom <= 300 else 900


_ONES = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_ONES |= {"thirty": 30, "couple": 2}
_UNITS = {
    "hour": ("hours", 1),
    "hr": ("hours", 1),
    "day": ("days", 1),
    "calendar day": ("days", 1),
    "business day": ("business_days", 1),
    "working day": ("business_days", 1),
    "work day": ("business_days", 1),
    "bus day": ("business_days", 1),
    "week": ("days", 7),
    "business week": ("business_days", 5),
}


@parser("told", "so many hours, days or business days, as in 72 hours")
def read_told(text: str) -> Told:
    """What a caller was told: 72 hours, within 30 business days, 2-3 days (the longer counts), two weeks.

    >>> read_told("within 72 hrs"), read_told("30 business days"), read_told("two to three weeks")
    (Told(value=72, unit='hours'), Told(value=30, unit='business_days'), Told(value=21, unit='days'))
    """
    words = tidy(text).casefold().strip(" .")
    words = re.sub(r"^(?:within|in|up to|about|approx\.?|~|at most|max\.?)\s*(?:the next\s*)?|^next\s+", "", words)
    number = r"(\d+|" + "|".join(_ONES) + ")"
    match = re.fullmatch(rf"(?:{number}\s*(?:-|–|to|or)\s*)?{number}\s*(?:of\s+)?-?\s*([a-z ]+?)s?\.?", words)
    if not match or match[3].strip() not in _UNITS:
        raise Unreadable
    unit, times = _UNITS[match[3].strip()]
    value = (_ONES.get(match[2]) or int(match[2])) * times
    if value > 32767:
        raise Unreadable
    return Told(value, unit)
