"""Time zones: the one place where a local clock becomes UTC, and UTC a local clock.

Names are taken as people write them (``Eastern``, ``EST``, ``UTC-5``). Conversion is exact, and says
of each local time whether it is ordinary, repeated or skipped. The edition of the zone database
(:func:`version`) is stored with the data.
"""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pyarrow as pa
import tzdata

from callanalytics.errors import CallLogError
from callanalytics.values.transitions import (
    FIRST,
    LAST,
    ORDINARY,
    REPEATED,
    SKIPPED,
    Transitions,
    iana_keys,
    offset_minutes,
    offset_of,
    rules,
    transitions,
)

EASTERN = "America/New_York"
FEW = 16  # changes of a zone in a log of eight years

# Words that people write. "EST" in July means the clock on the wall, not five hours behind UTC.
_WORDS = {
    "America/New_York": "eastern, et, est, edt",
    "America/Chicago": "central, ct, cst, cdt",
    "America/Denver": "mountain, mt, mst, mdt",
    "America/Phoenix": "arizona, az, phoenix, us mountain",  # the last is Windows' name
    "America/Los_Angeles": "pacific, pt, pst, pdt",
    "America/Anchorage": "alaska, alaskan, akt, akst, akdt, ak",
    "Pacific/Honolulu": "hawaii, hawaiian, hst, hi",
    "America/Puerto_Rico": "puerto rico, ast, pr",
    "Pacific/Guam": "guam, chst, chamorro",
    "UTC": "utc, gmt, z, zulu, greenwich mean, coordinated universal, etc/utc",
}
_ZONE_OF = {word: zone for zone, words in _WORDS.items() for word in words.split(", ")}
_SAID = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
_SAID |= {"akst": -9, "akdt": -8, "hst": -10, "ast": -4, "chst": 10}


def version() -> str:
    """The edition of the IANA zone database in use, such as ``2026f``."""
    return tzdata.IANA_VERSION


def in_words(key: str) -> str:
    """A zone as a person calls it; an IANA name that has no usual word stays as it is.

    >>> in_words("America/Los_Angeles"), in_words("Pacific/Honolulu"), in_words("America/Boise")
    ('Pacific time', 'Hawaii time', 'America/Boise')
    """
    return f"{_WORDS[key].split(', ')[0].title()} time" if key in _WORDS and key != "UTC" else key


def zone(name: str, office: str | None = None) -> str:
    """The IANA key of a zone (or ``UTC-05:00``) from its key, a word, an abbreviation or an offset.

    `office` is the office's own zone: ``MST`` written in Arizona is Arizona's.
    Raises :class:`CallLogError` that names the nearest zone where there is none of this name.

    >>> zone("Eastern"), zone("EDT"), zone("Pacific Time (US & Canada)"), zone("america/chicago")
    ('America/New_York', 'America/New_York', 'America/Los_Angeles', 'America/Chicago')
    >>> zone("MST"), zone("MST", office="America/Phoenix"), zone("-0500"), zone("UTC+0")
    ('America/Denver', 'America/Phoenix', 'UTC-05:00', 'UTC')
    """
    found = find_zone(name, office)
    if found:
        return found
    names = {**iana_keys(), **_ZONE_OF}
    near = difflib.get_close_matches(_word(name), names, n=1, cutoff=0.6)
    word = f"{near[0].title()} ({names[near[0]]})" if near and near[0] in _ZONE_OF else near and names[near[0]]
    raise CallLogError(
        "there is no time zone of this name",
        found=repr(" ".join(str(name).split())[:40]),
        wanted="Eastern, Central, Mountain, Arizona, Pacific, Alaska, Hawaii, or an IANA name such as America/Chicago",
        do=f"did you mean {word}? Nothing was read; say the zone again" if near else "",
    )


@lru_cache(maxsize=1024)
def find_zone(name: str | None, office: str | None = None) -> str | None:
    """As :func:`zone`, but None where there is none of this name.

    >>> find_zone("Remote") is None
    True
    """
    word = _word(name)
    if word == "mst" and office == "America/Phoenix":
        return office
    return _ZONE_OF.get(word) or iana_keys().get(word) or _fixed(word)


@lru_cache(maxsize=1024)
def said_offset(name: str | None) -> int | None:
    """Minutes east of UTC that an abbreviation or offset states (EST: -300); None where it states none (ET).

    Compare it with the offset in force to find "EST" written in July.

    >>> said_offset("EST"), said_offset("EDT"), said_offset("Eastern"), said_offset("UTC-5")
    (-300, -240, None, -300)
    """
    word = _word(name)
    return _SAID[word] * 60 if word in _SAID else offset_minutes(word)


def to_utc(local, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Times of a local clock as UTC, and a flag each: 0 ordinary, 1 repeated hour, 2 skipped hour.

    A repeated time takes its first instant, a skipped one the offset before it (as ``fold=0`` does). NaT
    stays NaT. `local` is datetime64 without zone; `zone` an IANA key or fixed offset; out comes datetime64[us].

    >>> utc, flag = to_utc(np.array(["2022-03-01T10:00", "2022-11-06T01:30", "2022-03-13T02:30"], "M8[us]"), EASTERN)
    >>> utc.astype("M8[m]").astype(str).tolist(), flag.tolist()
    (['2022-03-01T15:00', '2022-11-06T05:30', '2022-03-13T07:30'], [0, 1, 2])
    """
    local = np.atleast_1d(np.asarray(local, "M8[us]"))
    table = transitions(zone)
    place = _changes_passed(table.wall_to, local)
    utc = local - table.offsets[place]
    flag = _flags(table, local, place)
    for i in _outside(local):
        utc[i], flag[i] = _one_to_utc(local[i].item(), zone)
    return utc, flag


def to_local(utc, zone: str) -> np.ndarray:
    """Moments in UTC as the local clock shows them, datetime64[us] without zone; NaT stays NaT.

    >>> to_local(np.array(["2022-07-01T15:00"], "M8[us]"), "America/Chicago").astype("M8[m]").astype(str).tolist()
    ['2022-07-01T10:00']
    """
    utc = np.atleast_1d(np.asarray(utc, "M8[us]"))
    table = transitions(zone)
    local = utc + table.offsets[_changes_passed(table.utc, utc)]
    for i in _outside(utc):
        local[i] = _one_to_local(utc[i].item(), zone)
    return local


def _flags(table: Transitions, local: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Which times the change ahead of them repeats or skips; ``place`` is which change that is."""
    flag = np.full(local.shape, ORDINARY, np.int8)
    if not len(place):
        return flag
    if place.max() - place.min() <= FEW:
        for change in range(place.min(), min(place.max() + 1, len(table.wall_to))):
            inside = (local >= table.wall_from[change]) & (local < table.wall_to[change])
            flag[inside] = table.flags[change]
        return flag
    ahead = np.flatnonzero(place < len(table.wall_to))
    ahead = ahead[local[ahead] >= table.wall_from[place[ahead]]]
    flag[ahead] = table.flags[place[ahead]]
    return flag


def _changes_passed(changes: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """How many of the changes each moment has passed; of NaT any number.

    A log spans few changes: comparing with each of those is several times as fast as a search among all.
    """
    known = moments[~np.isnat(moments)] if np.isnat(moments).any() else moments
    if not len(known):
        return np.zeros(len(moments), np.int64)
    first, last = np.searchsorted(changes, [known.min(), known.max()], side="right")
    if last - first > FEW:
        return np.searchsorted(changes, moments, side="right")
    passed = np.zeros(len(moments), np.int8)
    for change in changes[first:last]:
        passed += moments >= change
    return first + passed.astype(np.int64)


def keys(local) -> dict[str, pa.Array]:
    """Calendar keys of a local clock: ``date``, ``month`` (yyyymm), ``weekday`` (1 = Monday), ``hour``; null for NaT.

    Eastern keys of a moment are ``keys(to_local(utc, EASTERN))``.

    >>> {name: key.to_pylist() for name, key in keys(np.array(["2022-03-06T09:59", "NaT"], "M8[us]")).items()}
    {'date': [datetime.date(2022, 3, 6), None], 'month': [202203, None], 'weekday': [7, None], 'hour': [9, None]}
    """
    local = np.asarray(local, "M8[us]")
    missing = np.isnat(local)
    day = local.astype("M8[D]")
    months = day.astype("M8[M]").astype(np.int64)
    weekday = (day.astype(np.int64) + 3) % 7 + 1  # 1 January 1970 was a Thursday
    hour = (local - day).astype("m8[h]").astype(np.int64)
    return {
        "date": pa.array(day, pa.date32(), mask=missing),
        "month": _integers((months // 12 + 1970) * 100 + months % 12 + 1, missing, pa.int32()),
        "weekday": _integers(weekday, missing, pa.int8()),
        "hour": _integers(hour, missing, pa.int8()),
    }


def _integers(values: np.ndarray, missing: np.ndarray, kind: pa.DataType) -> pa.Array:
    return pa.array(np.where(missing, 0, values), kind, mask=missing)


def _word(name: str | None) -> str:
    """The name as it stands in the tables: "(UTC-05:00) Eastern Time (US & Canada)" is ``eastern``."""
    word = " ".join((name or "").casefold().split())
    word = re.sub(r"^\((?:utc|gmt)[^)]*\) ?(?=\S)| ?\(us & canada\)$", "", word).strip(" .")
    return re.sub(r"(?: standard| daylight)?(?: time(?: zone)?)$", "", word)


def _fixed(word: str) -> str | None:
    minutes = offset_minutes(word)
    if not minutes:
        return None if minutes is None else "UTC"
    return f"UTC{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


# Years the tables do not hold, as a slip of the pen may write them: one by one, by the standard library.


def _outside(moments: np.ndarray) -> np.ndarray:
    return np.flatnonzero((moments < FIRST) | (moments > LAST))


def _one_to_utc(local, zone: str) -> tuple[np.datetime64, int]:
    if not isinstance(local, datetime):  # numpy knows years that no calendar has
        return np.datetime64("NaT"), ORDINARY
    first = local.replace(tzinfo=rules(zone))
    early, late = offset_of(first), offset_of(first.replace(fold=1))
    flag = ORDINARY if early == late else REPEATED if early > late else SKIPPED
    return np.datetime64(local) - np.timedelta64(early), flag


def _one_to_local(utc, zone: str) -> np.datetime64:
    if not isinstance(utc, datetime):
        return np.datetime64("NaT")
    try:
        return np.datetime64(utc.replace(tzinfo=UTC).astimezone(rules(zone)).replace(tzinfo=None))
    except OverflowError:  # before the year 1 or after 9999
        return np.datetime64("NaT")
