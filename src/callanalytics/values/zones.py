"""Convert local times to UTC and back. No other module does this.

Zone names may be as people write them (``Eastern``, ``EST``, ``UTC-5``). Conversion is exact and flags each local time
as ordinary, repeated, or skipped. The edition of the zone database (:func:`version`) is stored with the data.

The changes of a zone's offset, 1970-2049, are in numpy tables. Zone rules come from the ``tzdata`` package, never from
the machine (``ZoneInfo(key)`` would ask the machine first), so that every office and every year of reports agree.
"""

from __future__ import annotations

import difflib
import functools
import itertools
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

import tzdata

from callanalytics.errors import InvalidRequest
from callanalytics.lazy import np, pa, regex

FIRST, LAST = "1970-01-02", "2049-12-30"  # the first and last day that the tables cover
ORDINARY, REPEATED, SKIPPED = 0, 1, 2  # kinds of local times

_OFFSET = regex(r"(?:utc|gmt)?\s*([+\-−])(\d{1,2})(?::?(\d\d))?")
_FIRST_SECOND, _LAST_SECOND = 0, int(datetime(2050, 1, 1, tzinfo=UTC).timestamp())


class Transitions:
    """The changes of one zone's offset: ``offsets[i]`` applies before the i-th change, ``offsets[-1]`` after the last.

    Attributes
    ----------
    utc : times of the changes
    wall_from, wall_to : start and end of the local times that each change repeats or skips
    flags : whether it repeats or skips them
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
    """The changes of a zone's offset, for an IANA key or a fixed offset (``UTC-05:00``)."""
    if (minutes := offset_minutes(zone)) is not None:
        return Transitions([], [minutes * 60])
    # The changes that the zone's file lists (TZif, RFC 9636, second block).
    data = _zone_file(zone).read_bytes()
    # Skip the first block, whose 32-bit times end in 2038: a header of 44 bytes, then these counts of records.
    isut, isstd, leap, times, types, chars = np.frombuffer(data, ">u4", 6, 20).tolist()
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
    times = int(np.frombuffer(data, ">u4", 1, second + 32)[0])
    stated = np.frombuffer(data, ">i8", times, second + 44).tolist()
    stated = [moment for moment in stated if _FIRST_SECOND < moment < _LAST_SECOND]
    # Later changes follow the yearly rule at the end of the file, never two in a month.
    last = max(stated, default=_FIRST_SECOND)
    months = np.arange("1970-01", "2050-02", dtype="M8[M]").astype("M8[s]").astype(np.int64).tolist()
    probes = [(probe, _offset(zone, probe)) for probe in [last, *(month for month in months if month > last)]]
    by_rule = [_change(zone, a, b) for (a, before), (b, after) in itertools.pairwise(probes) if before != after]
    moments = [_FIRST_SECOND, *stated, *by_rule]
    offsets = [_offset(zone, moment) for moment in moments]
    changes = [i for i in range(1, len(moments)) if offsets[i] != offsets[i - 1]]
    return Transitions([moments[i] for i in changes], [offsets[0], *(offsets[i] for i in changes)])


@functools.cache
def iana_keys() -> dict[str, str]:
    """Every key of the zone database by its lowercase form."""
    keys = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {key.casefold(): key for key in keys}


def offset_minutes(text: str) -> int | None:
    """Minutes east of UTC for ``UTC``, ``UTC-5``, ``+0530``, ``GMT+02:00``; None if the text is not an offset."""
    match = _OFFSET.fullmatch(text.casefold())
    if not match:
        return 0 if text == "UTC" else None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return None if minutes > 14 * 60 else minutes if match[1] == "+" else -minutes


@functools.cache
def rules(zone: str) -> tzinfo:
    """The zone as a standard library object, for years that the tables do not cover."""
    if (minutes := offset_minutes(zone)) is not None:
        return timezone(timedelta(minutes=minutes))
    with _zone_file(zone).open("rb") as file:
        return ZoneInfo.from_file(file, key=zone)


def _zone_file(zone: str):
    if iana_keys().get(zone.casefold()) != zone:  # also keeps "../" out of the path
        raise ValueError(f"{zone!r} is no IANA zone; pass names through zones.zone first")
    return resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))


def _change(zone: str, before: int, after: int) -> int:
    """The second at which the offset changes between two times, found by bisection."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: str, moment: int) -> int:
    return int(offset_of(datetime.fromtimestamp(moment, rules(zone))).total_seconds())


def offset_of(moment: datetime) -> timedelta:
    """The offset from UTC of a time that has a zone."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("this moment has no zone")
    return offset


EASTERN = "America/New_York"
US_ZONES = ("Eastern", "Central", "Mountain", "Arizona", "Pacific", "Alaska", "Hawaii")  # as people call them

# Words that people write. "EST" in July means local time, not five hours behind UTC.
_WORDS = {
    "America/New_York": "eastern, et, est, edt",
    "America/Chicago": "central, ct, cst, cdt",
    "America/Denver": "mountain, mt, mst, mdt, mtn",
    "America/Phoenix": "arizona, az, phoenix, us mountain",  # the last is Windows' name
    "America/Los_Angeles": "pacific, pt, pst, pdt",
    "America/Anchorage": "alaska, alaskan, akt, akst, akdt, ak",
    "Pacific/Honolulu": "hawaii, hawaiian, hst, hi",
    "America/Puerto_Rico": "puerto rico, ast, pr",
    "Pacific/Guam": "guam, chst, chamorro",
    "UTC": "utc, gmt, z, zulu, greenwich mean, coordinated universal, etc/utc",
}
_ZONE_OF = {word: zone for zone, words in _WORDS.items() for word in words.split(", ")}
_STATED_HOURS = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
_STATED_HOURS |= {"akst": -9, "akdt": -8, "hst": -10, "ast": -4, "chst": 10}


def version() -> str:
    """The edition of the IANA zone database in use, such as ``2026f``."""
    return tzdata.IANA_VERSION


def in_words(key: str) -> str:
    """The common name of a zone; an IANA key without a common name stays as it is.

    >>> in_words("America/Los_Angeles"), in_words("Pacific/Honolulu"), in_words("America/Boise")
    ('Pacific time', 'Hawaii time', 'America/Boise')
    """
    return f"{_WORDS[key].split(', ')[0].title()} time" if key in _WORDS and key != "UTC" else key


def zone(name: str, office: str | None = None) -> str:
    """The IANA key of a zone (or ``UTC-05:00``) from its key, a word, an abbreviation, or an offset.

    `office` is the office's own zone: ``MST`` written in Arizona means Arizona's zone.
    Raises :class:`InvalidRequest` if no zone has this name, with the nearest zone if there is one.

    >>> zone("Eastern"), zone("EDT"), zone("Pacific Time (US & Canada)"), zone("america/chicago")
    ('America/New_York', 'America/New_York', 'America/Los_Angeles', 'America/Chicago')
    >>> zone("MST"), zone("MST", office="America/Phoenix"), zone("-0500"), zone("UTC+0")
    ('America/Denver', 'America/Phoenix', 'UTC-05:00', 'UTC')
    """
    found = find_zone(name, office)
    if found:
        return found
    near = nearest(name)
    raise InvalidRequest(
        "there is no time zone of this name",
        found=repr(" ".join(str(name).split())[:40]),
        wanted="Eastern, Central, Mountain, Arizona, Pacific, Alaska, Hawaii, or an IANA name such as America/Chicago",
        do=f"did you mean {near}? Nothing was read; say the zone again" if near else "",
    )


def nearest(name: str) -> str:
    """The zone nearest to a name, in words and by its key; "" if none is near.

    >>> nearest("Centrl"), nearest("Pac"), nearest("America/Chicgo"), nearest("Remote")
    ('Central (America/Chicago)', 'Pacific (America/Los_Angeles)', 'America/Chicago', '')
    """
    word = _table_word(name)
    begun = [known for known in _ZONE_OF if known.startswith(word)] if len(word) > 2 else []
    if near := begun or difflib.get_close_matches(word, _ZONE_OF, n=1, cutoff=0.6):
        key = _ZONE_OF[near[0]]
        return f"{in_words(key).removesuffix(' time')} ({key})"
    return next((iana_keys()[key] for key in difflib.get_close_matches(word, iana_keys(), n=1, cutoff=0.6)), "")


@lru_cache(maxsize=1024)
def find_zone(name: str | None, office: str | None = None) -> str | None:
    """Like :func:`zone`, but None if no zone has this name.

    >>> find_zone("Remote") is None
    True
    """
    word = _table_word(name)
    if word == "mst" and office == "America/Phoenix":
        return office
    if key := _ZONE_OF.get(word) or iana_keys().get(word):
        return key
    minutes = offset_minutes(word)
    if not minutes:
        return None if minutes is None else "UTC"
    return f"UTC{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@lru_cache(maxsize=1024)
def stated_offset(name: str | None) -> int | None:
    """Minutes east of UTC that an abbreviation or offset states (EST: -300); None if it states none (ET).

    Compare it with the actual offset to find "EST" written in July.

    >>> stated_offset("EST"), stated_offset("EDT"), stated_offset("Eastern"), stated_offset("UTC-5")
    (-300, -240, None, -300)
    """
    word = _table_word(name)
    return _STATED_HOURS[word] * 60 if word in _STATED_HOURS else offset_minutes(word)


def to_utc(local, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Convert local times to UTC, and flag each: 0 ordinary, 1 in a repeated hour, 2 in a skipped hour.

    A repeated time means its first occurrence; a skipped time takes the offset before the change (as ``fold=0`` does).
    NaT stays NaT. `local` is datetime64 without zone; `zone` is an IANA key or fixed offset; the result is
    datetime64[us].

    >>> utc, flag = to_utc(np.array(["2022-03-01T10:00", "2022-11-06T01:30", "2022-03-13T02:30"], "M8[us]"), EASTERN)
    >>> utc.astype("M8[m]").astype(str).tolist(), flag.tolist()
    (['2022-03-01T15:00', '2022-11-06T05:30', '2022-03-13T07:30'], [0, 1, 2])
    """
    local = np.atleast_1d(np.asarray(local, "M8[us]"))
    table = transitions(zone)
    # Compare with the end of repeated or skipped times, so that these take the offset before the change, as in fold=0.
    index = np.searchsorted(table.wall_to, local, side="right")
    utc = local - table.offsets[index]
    flag = np.full(local.shape, ORDINARY, np.int8)
    ahead = np.flatnonzero(index < len(table.wall_to))
    ahead = ahead[local[ahead] >= table.wall_from[index[ahead]]]  # the next change repeats or skips these
    flag[ahead] = table.flags[index[ahead]]
    for i in _outside_table(local):
        utc[i], flag[i] = _one_to_utc(local[i].item(), zone)
    return utc, flag


def to_local(utc, zone: str) -> np.ndarray:
    """Convert times in UTC to local time, datetime64[us] without zone; NaT stays NaT.

    >>> to_local(np.array(["2022-07-01T15:00"], "M8[us]"), "America/Chicago").astype("M8[m]").astype(str).tolist()
    ['2022-07-01T10:00']
    """
    utc = np.atleast_1d(np.asarray(utc, "M8[us]"))
    table = transitions(zone)
    local = utc + table.offsets[np.searchsorted(table.utc, utc, side="right")]
    for i in _outside_table(utc):
        local[i] = _one_to_local(utc[i].item(), zone)
    return local


def local_days(utc, zone: str) -> np.ndarray:
    """Day of each time in a zone; NaT for a missing time."""
    return to_local(utc, zone).astype("M8[D]")


def weekdays(days: np.ndarray) -> np.ndarray:
    """The weekday of each day, 1 for Monday.

    >>> weekdays(np.array(["2022-03-06", "2022-03-07"], "M8[D]")).tolist()
    [7, 1]
    """
    return (days.astype(np.int64) + 3) % 7 + 1  # January 1, 1970, was a Thursday


def keys(local) -> dict[str, pa.Array]:
    """Calendar keys of local times: ``date``, ``month`` (yyyymm), ``weekday`` (1 = Monday), ``hour``; null for NaT.

    For Eastern keys of times in UTC, use ``keys(to_local(utc, EASTERN))``.

    >>> {name: key.to_pylist() for name, key in keys(np.array(["2022-03-06T09:59", "NaT"], "M8[us]")).items()}
    {'date': [datetime.date(2022, 3, 6), None], 'month': [202203, None], 'weekday': [7, None], 'hour': [9, None]}
    """
    local = np.asarray(local, "M8[us]")
    missing = np.isnat(local)
    day = local.astype("M8[D]")
    months = day.astype("M8[M]").astype(np.int64)
    weekday = weekdays(day)
    hour = (local - day).astype("m8[h]").astype(np.int64)
    month = (months // 12 + 1970) * 100 + months % 12 + 1
    counts = {"month": (month, pa.int32()), "weekday": (weekday, pa.int8()), "hour": (hour, pa.int8())}
    # NaT became an arbitrary number above; 0 replaces it so that it fits the type.
    counted = {name: pa.array(np.where(missing, 0, n), kind, mask=missing) for name, (n, kind) in counts.items()}
    return {"date": pa.array(day, pa.date32(), mask=missing), **counted}


def _table_word(name: str | None) -> str:
    """The name in the form used in the tables: "(UTC-05:00) Eastern Time (US & Canada)" is ``eastern``."""
    word = " ".join((name or "").casefold().split())
    word = re.sub(r"^\((?:utc|gmt)[^)]*\) ?(?=\S)| ?\(us (?:&|and) canada\)$", "", word).strip(" .")
    return re.sub(r"(?: standard| daylight)?(?: time(?: zone)?)$", "", word)


# Years that the tables do not cover, as in a typing error, are converted one by one with the standard library.


def _outside_table(moments: np.ndarray) -> np.ndarray:
    return np.flatnonzero((moments < np.datetime64(FIRST)) | (moments > np.datetime64(LAST)))


def _one_to_utc(local, zone: str) -> tuple[np.datetime64, int]:
    if not isinstance(local, datetime):  # numpy has years that datetime lacks
        return np.datetime64("NaT", "us"), ORDINARY
    first = local.replace(tzinfo=rules(zone))
    early, late = offset_of(first), offset_of(first.replace(fold=1))
    flag = ORDINARY if early == late else REPEATED if early > late else SKIPPED
    return np.datetime64(local) - np.timedelta64(early), flag


def _one_to_local(utc, zone: str) -> np.datetime64:
    if not isinstance(utc, datetime):
        return np.datetime64("NaT", "us")
    try:
        return np.datetime64(utc.replace(tzinfo=UTC).astimezone(rules(zone)).replace(tzinfo=None))
    except OverflowError:  # before the year 1 or after 9999
        return np.datetime64("NaT", "us")
