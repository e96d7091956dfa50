"""Times of day, as machines and as people write them."""

from __future__ import annotations

import re
from typing import NamedTuple

from callanalytics.values.registry import Unreadable, parser, tidy
from callanalytics.values.zones import find_zone

MORNING_OR_AFTERNOON = "morning or afternoon? write 3:15 PM or 15:15"
MINUTE, QUARTER, HOUR = 60, 900, 3600  # [s]
CLOCK = re.compile(
    r"""(?:(?P<about>~|about|around|approx\.?|ca\.?|circa)\s*)?
    (?:(?P<compact>\d{3,4})(?![\d:])
       |(?P<hour>\d{1,2})(?!\d)
        (?: [:.h](?P<minute>\d{2}) (?: :(?P<second>\d{2}) (?:[.,](?P<fraction>\d+))? )? )?)
    \s*(?:(?P<half>(?<=:\d\d)[ap](?!\w)|[ap](?=\.?\s*m\b))(?:\.?\s*m\b\.?)?)?""",
    re.IGNORECASE | re.VERBOSE,
)
OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{2}):?(\d{2})", re.IGNORECASE)


class TimeOfDay(NamedTuple):
    """A time of day in seconds from midnight, how exactly it was written, and the zone word if there is one.

    24:00 is the next midnight. ``no_half``: nobody wrote AM or PM beside 1:00 to 6:59 (``typed``), or a spreadsheet
    stores it so that one cannot see whether somebody did (``stored``).
    """

    seconds: int
    precision_s: int = MINUTE
    zone: str | None = None
    no_half: str = ""


@parser("time", "a time of day, as in 10:05 AM or 15:40")
def read_time(text: str) -> TimeOfDay:
    """A time of day as people write it: 10:05 AM, 9.05am, 0905, 3pm, noon; a zone may stand behind it.

    Without AM or PM, 7:00 to 12:59 are taken as written and 13:00 on is the 24-hour clock. From 1:00 to 6:59
    the cell alone does not tell the afternoon from the night: it is given as it stands and marked, as is a
    spreadsheet's stored time (03:15:00). Of a range the start is read.

    >>> read_time("10:05 AM ET").zone, read_time("3pm").precision_s, read_time("0905").seconds
    ('ET', 3600, 32700)
    >>> read_time("03:15:00")
    TimeOfDay(seconds=11700, precision_s=60, zone=None, no_half='stored')
    >>> read_time("3:15").no_half, read_time("10:05-10:50 AM").seconds == read_time("10:05 AM").seconds
    ('typed', True)
    """
    time, has_half = _time(_start_of(tidy(text)))
    if has_half or not HOUR <= time.seconds < 7 * HOUR:
        return time
    is_stored = re.fullmatch(r"\d\d:\d\d:\d\d", tidy(text))
    return time._replace(no_half="stored" if is_stored else "typed")


def _start_of(text: str) -> str:
    """Of a range of times the first, with what stands behind the second; any other text as it is."""
    time = r"\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?\s*m?\b\.?)?"
    match = re.fullmatch(rf"({time})\s*(?:-|–|—|to)\s*({time})(\s*[a-z()]*)", text, re.IGNORECASE)
    if not match or not re.search(r"[:.]|[ap]", match[1], re.IGNORECASE):
        return text
    half = re.search(r"[ap]\.?\s*m?\b\.?$", match[2], re.IGNORECASE)
    own = re.search(r"[ap]\.?\s*m?\b\.?$", match[1].strip(), re.IGNORECASE)
    crosses_noon = half and _hour_of(match[1]) % 12 > _hour_of(match[2]) % 12
    return f"{match[1]} {'' if own or not half or crosses_noon else half[0]}{match[3]}".strip()


def _hour_of(text: str) -> int:
    return int(re.sub(r"\D.*", "", text, flags=re.DOTALL))


@parser("time_24", "a time of day, as in 15:40 or 3:40 PM")
def read_machine_time(text: str) -> TimeOfDay:
    """A time of day as machines write it: the 24-hour clock unless AM or PM stands there.

    >>> read_machine_time("3:04 PM").seconds == read_machine_time("15:04").seconds, read_machine_time("3:15").seconds
    (True, 11700)
    >>> read_machine_time("24:00").seconds
    86400
    """
    return _time(text)[0]


def _time(text: str) -> tuple[TimeOfDay, bool]:
    """The time, and whether AM, PM or a word settles the half of the day."""
    text = re.sub(
        r"^(\d{4}|\d{1,2}:\d\d)\s*(?:h(?:(?:ou)?rs)?|horas)\.?$", r"\1", tidy(text), flags=re.IGNORECASE
    )  # 1540 hrs
    text = re.sub(
        r"\s+de la ma[nñ]ana$", " am", re.sub(r"\s+de la (?:tarde|noche)$", " pm", text, flags=re.I), flags=re.I
    )
    word = re.match(r"(?:12\s*)?(noon|midnight|medio ?d[ií]a)(?!\w)", text, re.IGNORECASE)
    if word:
        seconds = 0 if word[1].lower() == "midnight" else 12 * HOUR
        return TimeOfDay(seconds, HOUR, _zone_word(text[word.end() :])), True
    match = CLOCK.match(text)
    if not match:
        raise Unreadable
    zone = _zone_word(text[match.end() :])
    hour, minute, second = _clock_parts(match)
    exact = MINUTE if match["minute"] or match["compact"] else HOUR
    if match["hour"] and not match["minute"] and not match["half"]:
        raise Unreadable  # "10" alone may be anything
    if match["about"]:
        exact = QUARTER if exact == MINUTE else HOUR
    return TimeOfDay(hour * HOUR + minute * 60 + second, exact, zone), bool(match["half"])


def _clock_parts(match: re.Match) -> tuple[int, int, int]:
    if match["compact"]:
        hour, minute, second = int(match["compact"][:-2]), int(match["compact"][-2:]), 0
    else:
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    # "18:50 PM" is written by machines and says nothing false; "18:50 AM" does.
    if half and (hour > 23 or (hour > 12 and half == "a") or (hour == 0 and half == "p")):
        raise Unreadable
    if (hour, minute, second, half) == (24, 0, 0, ""):
        return hour, minute, second  # the end of the day that stands before it
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Unreadable("no_such_time", "a time of day, as in 10:05 AM or 15:40")
    return hour, minute, second


def _zone_word(rest: str) -> str | None:
    """The zone word behind a time; anything else there cannot be read."""
    word = rest.strip(" ,()")
    if not word:
        return None
    if OFFSET.fullmatch(word) or find_zone(word):
        return word
    raise Unreadable("unreadable", "one time of day, with or without its zone, as in 10:05 AM ET")
