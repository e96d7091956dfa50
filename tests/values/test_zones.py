"""Local clocks to UTC and back: against the standard library, over every zone there is."""

from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callanalytics.errors import CallLogError
from callanalytics.values import zones
from callanalytics.values.zones import iana_keys, transitions
from exhaustive import fair

NAMES = sorted(iana_keys().values())
names = st.sampled_from(NAMES)
seconds = st.integers(-2_000_000_000, 6_000_000_000)  # 1906 to 2160
CLOCK = datetime(1970, 1, 1)


def library(name: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def utc_by_library(local: datetime, name: str) -> datetime:
    return local.replace(tzinfo=library(name)).astimezone(UTC).replace(tzinfo=None)


def flag_by_library(local: datetime, name: str) -> int:
    """0 ordinary, 1 repeated, 2 skipped, from what happens on the way there and back (PEP 495)."""
    early, late = (local.replace(tzinfo=library(name), fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return 0
    return 1 if early.astimezone(UTC) < late.astimezone(UTC) else 2


@given(names, st.lists(seconds, min_size=1, max_size=8))
def test_local_to_utc_is_what_the_library_says_with_fold_0(name, moments):
    local = [CLOCK + timedelta(seconds=s) for s in moments]
    utc, flag = zones.to_utc(np.array(local, "M8[us]"), name)
    assert utc.tolist() == [utc_by_library(clock, name) for clock in local]
    assert flag.tolist() == [flag_by_library(clock, name) for clock in local]


@given(names, st.lists(seconds, min_size=1, max_size=8))
def test_utc_to_local_is_what_the_library_says(name, moments):
    utc = [CLOCK + timedelta(seconds=s) for s in moments]
    expected = [u.replace(tzinfo=UTC).astimezone(library(name)).replace(tzinfo=None) for u in utc]
    assert zones.to_local(np.array(utc, "M8[us]"), name).tolist() == expected


@pytest.mark.slow
@given(names, st.data())
@example("Australia/Lord_Howe", None)  # half an hour of summer time
@example("Pacific/Apia", None)  # a day that was not, 30 December 2011
@example("Africa/Casablanca", None)  # summer time suspended for Ramadan
@example("Europe/Dublin", None)  # its rule counts winter as the exception
def test_every_second_around_a_change_is_right(name, data):
    changes = transitions(name).utc
    if not len(changes):
        return
    moment = changes[data.draw(st.integers(0, len(changes) - 1)) if data else len(changes) // 2].item()
    around = [moment + timedelta(hours=h, seconds=s) for h in range(-26, 27) for s in (-1, 0, 1)]
    utc, flag = zones.to_utc(np.array(around, "M8[us]"), name)
    assert utc.tolist() == [utc_by_library(clock, name) for clock in around]
    assert flag.tolist() == [flag_by_library(clock, name) for clock in around]


YEARS = [1971, 1999, 2007, 2022, 2026, 2045, 2099]  # each with all zones where everything is tried; else with its part


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_every_zone_agrees_with_the_library_at_each_hour_of_some_weeks(year):
    local = np.concatenate(
        [np.arange(f"{year}-{m:02}-{d:02}", 24, dtype="M8[h]") for m in range(1, 13) for d in (1, 8, 15, 26)]
    ).astype("M8[us]")
    for name in fair(NAMES, len(YEARS), first=YEARS.index(year)):
        zone = library(name)
        expected = [u.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) for u in local.tolist()]
        assert zones.to_utc(local, name)[0].tolist() == expected, name


@given(names, st.lists(seconds, min_size=1, max_size=8))
def test_an_ordinary_or_repeated_time_comes_back_as_written(name, moments):
    local = np.array([CLOCK + timedelta(seconds=s) for s in moments], "M8[us]")
    utc, flag = zones.to_utc(local, name)
    back = zones.to_local(utc, name)
    assert (back == local)[flag != 2].all()
    assert (back != local)[flag == 2].all()


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ("2022-03-13T02:30", "America/New_York", "2022-03-13T07:30:00.000000"),
        ("2024-10-06T02:15", "Australia/Lord_Howe", "2024-10-05T15:45:00.000000"),  # only 2:00 to 2:30 was skipped
    ],
)
def test_a_skipped_time_takes_the_offset_before_it(local, zone, utc):
    moments, flag = zones.to_utc([local], zone)
    assert (str(moments[0]), flag[0]) == (utc, zones.SKIPPED)


def test_missing_moments_stay_missing():
    utc, flag = zones.to_utc(["NaT", "2022-03-01"], "America/Chicago")
    assert np.isnat(utc).tolist() == [True, False]
    assert flag.tolist() == [0, 0]
    assert np.isnat(zones.to_local(["NaT"], "America/Chicago")).all()
    assert zones.to_utc(np.array([], "M8[us]"), "America/Chicago")[0].tolist() == []


@pytest.mark.parametrize("year", ["0001-01-01", "9999-12-31T23:00", "12022-03-01", "-0005-01-01"])
def test_no_year_is_too_odd_to_be_asked_about(year):
    for zone in ("America/New_York", "UTC+14:00", "Pacific/Kiritimati"):
        zones.to_utc([year], zone)
        zones.to_local([year], zone)


def test_the_rules_are_the_packages_and_not_the_machines(monkeypatch, tmp_path):
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "Bogota").write_bytes(
        resources.files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    )
    import zoneinfo

    zoneinfo.reset_tzpath([str(tmp_path)])
    try:
        assert ZoneInfo("America/Bogota").utcoffset(datetime(2022, 1, 1)) == timedelta(hours=9)
        assert str(zones.to_utc(["2022-01-01"], "America/Bogota")[0][0]) == "2022-01-01T05:00:00.000000"
    finally:
        zoneinfo.reset_tzpath()
        ZoneInfo.clear_cache()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Eastern", "America/New_York"),
        (" eastern time ", "America/New_York"),
        ("ET", "America/New_York"),
        ("EST", "America/New_York"),
        ("EDT", "America/New_York"),
        ("Eastern Standard Time", "America/New_York"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("Central", "America/Chicago"),
        ("Mountain Daylight Time", "America/Denver"),
        ("US Mountain Standard Time", "America/Phoenix"),
        ("Arizona", "America/Phoenix"),
        ("pst", "America/Los_Angeles"),
        ("Alaska", "America/Anchorage"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Puerto Rico", "America/Puerto_Rico"),
        ("US/Eastern", "US/Eastern"),
        ("asia/kolkata", "Asia/Kolkata"),
        ("Z", "UTC"),
        ("+0000", "UTC"),
        ("UTC-5", "UTC-05:00"),
        ("GMT+05:30", "UTC+05:30"),
        ("-0700", "UTC-07:00"),
    ],
)
def test_zones_are_known_by_the_words_people_write(written, meant):
    assert zones.zone(written) == meant
    zones.to_utc(["2022-03-01"], meant)


@pytest.mark.parametrize("written", ["", None, "Office", "+25:00", "../../etc/passwd", "America", "5"])
def test_what_is_no_zone_is_none(written):
    assert zones.find_zone(written) is None


def test_an_unknown_zone_is_refused_with_the_nearest():
    with pytest.raises(CallLogError, match=r"did you mean Eastern \(America/New_York\)\?") as caught:
        zones.zone("Eastren")
    assert "Arizona" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "near"),
    [("Cen", "Central (America/Chicago)"), ("East", "Eastern (America/New_York)"), ("Bostn", "")],
)
def test_the_nearest_zone_is_a_usual_one_where_one_begins_so(written, near):
    assert zones.find_zone(written) is None
    assert zones.nearest(written) == near
    assert zones.find_zone("Mtn") == "America/Denver"


def test_an_unchecked_name_never_becomes_a_path():
    with pytest.raises(ValueError, match="IANA"):
        zones.to_utc(["2022-03-01"], "../zones")


def test_est_in_july_is_the_wall_clock_and_can_be_told():
    utc, _ = zones.to_utc(["2022-07-01T10:00"], zones.zone("EST"))
    assert str(utc[0]) == "2022-07-01T14:00:00.000000"
    in_force = (np.datetime64("2022-07-01T10:00") - utc[0]) / np.timedelta64(1, "m")
    assert zones.stated_offset("EST") != in_force == zones.stated_offset("EDT")


def test_keys_are_those_of_the_calendar():
    days = [CLOCK + timedelta(hours=h) for h in range(-20_000, 700_000, 1013)]
    keys = zones.keys(np.array(days, "M8[us]"))
    assert keys["date"].to_pylist() == [d.date() for d in days]
    assert keys["month"].to_pylist() == [d.year * 100 + d.month for d in days]
    assert keys["weekday"].to_pylist() == [d.isoweekday() for d in days]
    assert keys["hour"].to_pylist() == [d.hour for d in days]
    assert [key.type for key in keys.values()] == [pa.date32(), pa.int32(), pa.int8(), pa.int8()]


def test_the_edition_of_the_zone_database_is_known():
    assert zones.version()[:2] == "20"
