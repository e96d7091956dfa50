"""The same bytes with another setting replace that file's reading; the same settings change nothing."""

import json
import re
import shlex
from datetime import timedelta

import pytest

from callanalytics import intake
from callanalytics.errors import CallLogError
from callanalytics.store import Store
from intake_files import hand_csv, note, phone_csv
from rolling_sheets import calls, sheet
from roots import GOLDEN

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def log(tmp_path, place):
    """A sheet of 20 calls in the store, of which no one said what its times and waits are."""
    path = sheet(tmp_path / "call log.csv", calls(20))
    intake.ingest([path], place, **OFFICE)
    return path


def column(place, name, table="entries"):
    return Store.open(place).read(table).column(name).to_pylist()


def notes_of(receipt) -> str:
    return " ".join(receipt.notes)


@pytest.mark.slow
def test_another_setting_replaces_the_reading_and_the_receipt_says_what_moved(log, place):
    receipt = intake.ingest([log], place, time_refers_to="start")
    assert "read again with --time-refers-to start: 20 times changed from unknown to start" in notes_of(receipt)
    assert receipt.stored
    assert set(column(place, "time_refers_to")) == {"start"}
    assert Store.open(place).read("entries").num_rows == 20
    assert Store.open(place).verify() == []
    assert intake.compare(Store.open(place), log.parent).problems == []


@pytest.mark.slow
def test_settings_that_are_not_named_keep_what_was_said_before(log, place):
    intake.ingest([log], place, time_refers_to="start")
    receipt = intake.ingest([log], place, wait_origin="dial")
    assert "20 waits changed from unstated to dial" in notes_of(receipt)
    assert set(column(place, "time_refers_to")) == {"start"}


@pytest.mark.slow
def test_the_same_settings_are_nothing_new(log, place):
    intake.ingest([log], place, time_refers_to="start", wait_origin="dial")
    before = Store.open(place).version
    for result in ({}, {"time_refers_to": "start"}, {"wait_origin": "dial", "time_refers_to": "start"}):
        receipt = intake.ingest([log], place, **result)
        assert not receipt.stored
        assert receipt.already_ingested == 1
    assert Store.open(place).version == before


@pytest.mark.slow
def test_a_file_on_another_clock_moves(log, place):
    before = column(place, "started_at_utc")
    receipt = intake.ingest([log], place, file_timezone="Eastern")
    assert "20 start times changed" in notes_of(receipt)
    assert {(a - b).total_seconds() for a, b in zip(before, column(place, "started_at_utc"), strict=True)} == {3600.0}


def test_times_without_the_zone_that_the_system_writes_are_in_it_and_told(tmp_path):
    export = (GOLDEN / "teams_calling_plan" / "export.csv").read_text("utf-8")
    cut, whole = tmp_path / "cut.csv", tmp_path / "whole.csv"
    cut.write_text(re.sub(r"(T\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)", r"\1", export), "utf-8")
    whole.write_text(export, "utf-8")
    sentence = "without the time zone that Microsoft Teams (Calling Plan) writes with its times, read as"
    assert f"{sentence} UTC" in notes_of(intake.check([cut], timezone="Central"))
    assert sentence not in notes_of(intake.check([whole], timezone="Central"))
    stores = {name: tmp_path / name for name in ("cut", "whole", "stated")}
    intake.ingest([cut], stores["cut"], **OFFICE)
    intake.ingest([whole], stores["whole"], **OFFICE)
    assert sentence not in notes_of(intake.ingest([cut], stores["stated"], file_timezone="Central", **OFFICE))
    as_cut, as_whole, as_stated = (sorted(column(store, "started_at_utc", "calls")) for store in stores.values())
    assert [moment.replace(microsecond=0) for moment in as_whole] == as_cut
    assert {stated - written for stated, written in zip(as_stated, as_cut, strict=True)} == {timedelta(hours=6)}


def test_a_zone_that_a_system_writes_gives_way_to_one_that_was_stated(tmp_path, place):
    """Also if it was stated with an earlier file, and if it is the office's own."""
    export = (GOLDEN / "webex" / "export.csv").read_text("utf-8")
    first, second = (tmp_path / f"{n}.csv" for n in range(2))
    for n, path in enumerate((first, second)):
        path.write_text(re.sub(r"2022-03-0(\d)T([\d:]+)\.\d+Z", rf"2022-0{n + 3}-0\1T\2", export), "utf-8")
    intake.ingest([first], place, file_timezone="Pacific", **OFFICE)
    notes = notes_of(intake.ingest([second], place))
    assert "read as Pacific time. If a spreadsheet removed it" in notes


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Pacific", None])
def test_the_clock_of_a_phone_system_is_remembered(zone, tmp_path, place):
    """For the office's later exports of the same layout; what is said of a later one holds for it."""
    first, second, third = (phone_csv(tmp_path / f"{n}.csv", range(9 * n, 9 * n + 9)) for n in range(3))
    intake.ingest([first], place, file_timezone=zone, **OFFICE)
    receipt = intake.ingest([second], place)
    assert ("its times are read as Pacific time, as for an earlier file" in notes_of(receipt)) is bool(zone)
    intake.ingest([third], place, file_timezone="Eastern")
    zones = [json.loads(text)["file_timezone"] for text in column(place, "settings", "sources")]
    own = "America/Los_Angeles" if zone else "America/Chicago"
    assert sorted(zones) == sorted([own, own, "America/New_York"])
    log = sheet(tmp_path / "call log.csv", calls(20))
    intake.ingest([log], place)
    assert set(column(place, "timezone")) == {"America/Chicago"}


@pytest.mark.slow
def test_a_hand_logs_words_are_not_asked_of_phone_exports(tmp_path, log, place):
    phone = phone_csv(tmp_path / "march.csv", range(9))
    intake.ingest([phone], place)
    receipt = intake.ingest([log, phone], place, time_refers_to="start")
    assert receipt.already_ingested == 1


@pytest.mark.slow
def test_an_older_version_read_again_stays_the_older(tmp_path, place):
    older = hand_csv(tmp_path / "older.csv", [note(1), note(2)])
    newer = hand_csv(tmp_path / "newer.csv", [note(1), note(2), note(3)])
    intake.ingest([older], place, **OFFICE)
    intake.ingest([newer], place)
    intake.ingest([older], place, file_timezone="Pacific")
    assert Store.open(place).read("entries").num_rows == 3
    assert Store.open(place).read("set_aside").num_rows == 2
    assert Store.open(place).verify() == []


# ---- the office's zone ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_offices_zone_changes_with_all_of_its_files(tmp_path, log, place):
    phone = phone_csv(tmp_path / "march.csv", range(9))
    intake.ingest([phone], place)
    before = column(place, "started_at_utc")
    receipt = intake.ingest([log, phone], place, timezone="Eastern")
    assert receipt.already_ingested == 0
    (office,) = Store.open(place).offices()
    assert office["timezone"] == "America/New_York"
    assert {(a - b).total_seconds() for a, b in zip(before, column(place, "started_at_utc"), strict=True)} == {3600.0}
    intake.ingest([tmp_path / "march.csv", log], tmp_path / "new", **OFFICE | {"timezone": "Eastern"})
    for table in ("agency_calls", "callbacks", "promises", "calls"):
        assert Store.open(place).read(table).equals(Store.open(tmp_path / "new").read(table))
    assert Store.open(place).verify() == []


@pytest.mark.slow
def test_the_offices_zone_stays_while_a_file_is_missing_which_is_named(tmp_path, log, place):
    intake.ingest([phone_csv(tmp_path / "march.csv", range(9))], place)
    before = Store.open(place).version
    with pytest.raises(CallLogError) as refused:
        intake.ingest([log], place, timezone="Eastern")
    assert "march.csv" in str(refused.value)
    assert "Nothing was changed" in str(refused.value)
    assert Store.open(place).version == before
    (line,) = re.findall(r"ingest FOLDER (.*)", str(refused.value))
    assert shlex.split(line) == ["--office", "Alder and Birch", "--timezone", "America/New_York"]
    intake.ingest([tmp_path], place, office="Alder and Birch", timezone="America/New_York")
    assert Store.open(place).offices()[0]["timezone"] == "America/New_York"


# ---- what the receipt advises, pasted -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--time-refers-to start", "--wait-origin dial", "--wait-origin queue"])
def test_what_a_receipt_advises_does_what_it_says(option, log, place):
    name, word = option.removeprefix("--").replace("-", "_").split()
    text = " ".join(intake.check([log], "Alder and Birch", "Central").text().split())
    assert option in text
    intake.ingest([log], place, **{name: word})
    assert set(column(place, name)) == {word}
    words = intake.check([log], "Alder and Birch", "Central", **{name: word}).text()
    assert option not in " ".join(words.partition("Next:")[0].split())
