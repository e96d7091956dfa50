"""The moments at which a zone's offset changes, 1970-2100, as numpy tables.

Zone rules come from the ``tzdata`` package, never from the machine (``ZoneInfo(key)`` would ask the
machine first), so that every office and every year of reports agree.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from importlib import resources
from zoneinfo import ZoneInfo

import numpy as np

FIRST, LAST = np.datetime64("1970-01-02"), np.datetime64("2100-12-30")  # days that a table answers for
ORDINARY, REPEATED, SKIPPED = 0, 1, 2  # what a local time may be

_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])(\d{1,2})(?::?(\d\d))?")
_START, _STOP = 0, int(datetime(2101, 1, 1, tzinfo=UTC).timestamp())


class Transitions:
    """The changes of one zone: ``offsets[i]`` is in force before the i-th of them, ``offsets[-1]`` after all.

    Attributes
    ----------
    utc : the moments of change
    wall_from, wall_to : the local times that each change repeats or skips begin and end here
    flags : which of the two it does
    """

    def __init__(self, moments: list[int], offsets: list[int]):
        self.utc = np.array(moments, "M8[s]").astype("M8[us]")
        self.offsets = np.array(offsets, "m8[s]").astype("m8[us]")
        before, after = self.offsets[:-1], self.offsets[1:]
        self.wall_from = self.utc + np.minimum(before, after)
        self.wall_to = self.utc + np.maximum(before, after)
        self.flags = np.where(after > before, SKIPPED, REPEATED).astype(np.int8)


@functools.cache
def transitions(zone: str) -> Transitions:
    """The changes of a zone given by its IANA key or a fixed offset (``UTC-05:00``)."""
    if (minutes := offset_minutes(zone)) is not None:
        return Transitions([], [minutes * 60])
    moments = [_START, *_stated(zone), *_by_rule(zone)]
    offsets = [_offset(zone, moment) for moment in moments]
    changes = [i for i in range(1, len(moments)) if offsets[i] != offsets[i - 1]]
    return Transitions([moments[i] for i in changes], [offsets[0], *(offsets[i] for i in changes)])


@functools.cache
def iana_keys() -> dict[str, str]:
    """Every key of the zone database by its lower-case form."""
    keys = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {key.casefold(): key for key in keys}


def offset_minutes(text: str) -> int | None:
    """Minutes east of UTC of ``UTC``, ``UTC-5``, ``+0530``, ``GMT+02:00``; None where the text is no offset."""
    match = _OFFSET.fullmatch(text.casefold())
    if not match:
        return 0 if text == "UTC" else None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return None if minutes > 14 * 60 else minutes if match[1] == "+" else -minutes


@functools.cache
def rules(zone: str) -> tzinfo:
    """The zone as the standard library has it, for the years no table holds."""
    if (minutes := offset_minutes(zone)) is not None:
        return timezone(timedelta(minutes=minutes))
    with _file(zone).open("rb") as file:
        return ZoneInfo.from_file(file, key=zone)


def _file(zone: str):
    if iana_keys().get(zone.casefold()) != zone:  # also keeps "../" out of the path
        raise ValueError(f"{zone!r} is no IANA zone; pass names through zones.zone first")
    return resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))


def _stated(zone: str) -> list[int]:
    """The changes that the zone's file states one by one (TZif, RFC 9636, second block)."""
    data = _file(zone).read_bytes()
    isut, isstd, leap, times, types, chars = np.frombuffer(data, ">u4", 6, 20).tolist()
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
    times = int(np.frombuffer(data, ">u4", 1, second + 32)[0])
    stated = np.frombuffer(data, ">i8", times, second + 44).tolist()
    return [moment for moment in stated if _START < moment < _STOP]


def _by_rule(zone: str) -> list[int]:
    """The changes after those: they follow the yearly rule at the end of the file, never two in a month."""
    last = max(_stated(zone), default=_START)
    months = np.arange("1970-01", "2101-02", dtype="M8[M]").astype("M8[s]").astype(np.int64).tolist()
    probes = [last, *(month for month in months if month > last)]
    offsets = [_offset(zone, probe) for probe in probes]
    return [_change(zone, probes[i - 1], probes[i]) for i in range(1, len(probes)) if offsets[i] != offsets[i - 1]]


def _change(zone: str, before: int, after: int) -> int:
    """The second at which the offset changes between two moments, by halving."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: str, moment: int) -> int:
    return int(offset_of(datetime.fromtimestamp(moment, rules(zone))).total_seconds())


def offset_of(moment: datetime) -> timedelta:
    """How far a moment that has a zone lies from UTC."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("this moment has no zone")
    return offset
