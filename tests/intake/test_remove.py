"""A file is taken out of the store, told and reversible: ingested again, all is as it was."""

import random
import re
import shlex

import pytest
from click.testing import CliRunner

from callanalytics import intake, sample, schema
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.store import Store
from exhaustive import EXHAUSTIVE, fair
from intake_files import hand_csv, note, phone_csv
from rolling_sheets import OFFICE, assert_whole, calls, expected, numbers, rolling, sheet


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


def fingerprint(place) -> str:
    assert Store.open(place).verify() == []
    return Store.open(place).fingerprint()


def tables(place) -> dict:
    """What is published, but for the name that a file was given by: of itself, or in its folder."""
    opened = Store.open(place)
    assert opened.verify() == []
    read = {name: opened.read(name) for name in schema.TABLES}
    return read | {"sources": read["sources"].drop_columns(["name"])}


def digests(place) -> list[str]:
    opened = Store.open(place)
    return [digest for source in opened.source_ids() for digest in opened.source_card(source)["files"]]


# ---- what goes, and what it is told by -----------------------------------------------------------------------------


@pytest.mark.slow
def test_what_the_file_alone_had_goes_and_is_counted(tmp_path, place):
    one = sheet(tmp_path / "one.csv", calls(9))
    intake.ingest([one], place, **OFFICE)
    intake.ingest([phone_csv(tmp_path / "march.csv", range(9))], place)
    gone = intake.remove(place, "march.csv")
    assert (gone.rows, gone.gone) == (9, {"entries": 0, "calls": 9, "notices": 0, "promises": 0})
    gone = intake.remove(place, "one.csv")
    assert (gone.rows, gone.gone) == (9, {"entries": 9, "calls": 0, "notices": 0, "promises": 6})
    assert "Removed with it: 9 entries, 6 promised callbacks." in gone.text()
    assert Store.open(place).verify() == []
    for table in ("entries", "calls", "agency_calls", "promises", "sources", "coverage"):
        assert Store.open(place).read(table).num_rows == 0
    assert [office["name"] for office in Store.open(place).offices()] == ["Alder and Birch"]


def test_a_copy_with_the_same_bytes_goes_too_and_is_said_to(tmp_path, place):
    sheet(tmp_path / "in" / "uscis.csv", calls(4))
    copy = sheet(tmp_path / "in" / "uscis (1).csv", calls(4))
    intake.ingest([tmp_path / "in"], place, **OFFICE)
    before = tables(place)
    gone = intake.remove(place, tmp_path / "in" / "uscis.csv")
    assert gone.gone["entries"] == 4
    assert "An identical copy under another name counts as the same file and is removed too." in gone.text()
    intake.ingest([copy], place, **OFFICE)
    assert tables(place) == before


@pytest.mark.slow
def test_a_file_goes_by_the_name_that_the_receipt_shows_and_no_other_goes_for_it(tmp_path, place):
    """The table leaves out the folder; of a name that may be a client's the store keeps nothing to know it by."""
    phone_csv(tmp_path / "in" / "rc.csv", range(9))
    sheet(tmp_path / "in" / "call log.csv", calls(9))
    intake.ingest([tmp_path / "in"], place, **OFFICE)
    for name in ("ng.csv", "in/ng.csv", "rc.csv"):
        with pytest.raises(CallLogError, match="is not in the store") as refused:
            intake.remove(place, name)
        assert "give the path of the file itself, or its ID" in refused.value.do
    assert intake.remove(place, "call log.csv").rows == 9
    assert intake.remove(place, tmp_path / "in" / "rc.csv").rows == 9


@pytest.mark.slow
def test_what_another_file_has_too_stays(tmp_path, place):
    intake.ingest([phone_csv(tmp_path / "march.csv", range(9))], place, **OFFICE)
    intake.ingest([phone_csv(tmp_path / "april.csv", range(4, 14))], place)
    assert intake.remove(place, "march.csv").gone["calls"] == 4
    assert Store.open(place).read("calls").num_rows == 10


@pytest.mark.slow
@pytest.mark.parametrize("named_by", ["name", "path", "folder", "id", "base id", "digest", "part of the digest"])
def test_a_file_is_named_as_the_screen_shows_it_by_path_id_or_digest(named_by, tmp_path, place):
    path = sheet(tmp_path / "logs" / "call log.csv", calls(9))
    intake.ingest([path], place, **OFFICE)
    (source,) = Store.open(place).source_ids()
    (digest,) = digests(place)
    words = {"name": "call log.csv", "path": path, "folder": path.parent, "id": source}
    words |= {"base id": source[:16], "digest": digest, "part of the digest": digest[:12]}
    assert intake.remove(place, words[named_by]).rows == 9
    assert digests(place) == []


@pytest.mark.slow
def test_twice_says_that_it_is_not_in_the_store(tmp_path, place):
    path = sheet(tmp_path / "log.csv", calls(9))
    intake.ingest([path], place, **OFFICE)
    intake.remove(place, path)
    before = Store.open(place).version
    for word in (path, "log.csv"):
        with pytest.raises(CallLogError, match="is not in the store"):
            intake.remove(place, word)
    assert Store.open(place).version == before


@pytest.mark.slow
def test_a_name_of_two_files_removes_none_and_gives_their_ids(tmp_path, place):
    for folder, some in (("a", calls(9)), ("b", calls(9, seed=2))):
        intake.ingest([sheet(tmp_path / folder / "log.csv", some)], place, **OFFICE)
    with pytest.raises(CallLogError, match="matches 2 files") as refused:
        intake.remove(place, "log.csv")
    assert all(source in refused.value.found for source in Store.open(place).source_ids())
    assert len(digests(place)) == 2


@pytest.mark.slow
def test_another_offices_rows_stay_as_they_are(tmp_path, place):
    intake.ingest([sheet(tmp_path / "log.csv", calls(9))], place, **OFFICE)
    other = dict(office="Rowan", timezone="Eastern", office_id="6" * 32, new_office=True, date_order="mdy")
    intake.ingest([sheet(tmp_path / "theirs.csv", calls(12, seed=2))], place, **other)
    intake.remove(place, "log.csv")
    intake.ingest([sheet(tmp_path / "theirs.csv", calls(12, seed=2))], tmp_path / "alone", **other)
    for table in ("entries", "agency_calls", "promises"):
        assert Store.open(place).read(table).equals(Store.open(tmp_path / "alone").read(table))


# ---- older versions ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_rows_set_aside_for_it_count_again_and_that_is_told(tmp_path, place):
    older = hand_csv(tmp_path / "older.csv", [note(1), note(2)])
    newer = hand_csv(tmp_path / "newer.csv", [note(1), note(2, "Expedite"), note(3)])
    intake.ingest([older], place, **OFFICE)
    alone = fingerprint(place)
    intake.ingest([newer], place)
    gone = intake.remove(place, "newer.csv")
    assert gone.gone["entries"] == 1
    assert gone.back == (("older.csv", 2),)
    assert "2 rows of older.csv, set aside in favor of it, count again." in gone.text()
    assert fingerprint(place) == alone


@pytest.mark.slow
def test_rows_that_another_version_stands_in_place_of_stay_set_aside(tmp_path, place):
    for n in (2, 3, 4):
        intake.ingest([hand_csv(tmp_path / f"{n}.csv", [note(each) for each in range(1, n + 1)])], place, **OFFICE)
    gone = intake.remove(place, "4.csv")
    assert gone.back == (("3.csv", 3),)
    assert Store.open(place).read("entries").num_rows == 3
    assert Store.open(place).read("set_aside").num_rows == 2


@pytest.mark.slow
def test_an_answer_rests_while_the_file_that_it_names_is_out(tmp_path, place):
    log = calls(30)
    whole, part = sheet(tmp_path / "whole.csv", log), sheet(tmp_path / "part.csv", log[:12] + log[24:])
    intake.ingest([whole], place, **OFFICE)
    alone = Store.open(place).read("entries")
    intake.ingest([part], place, replaces="whole.csv")
    replaced = fingerprint(place)
    assert len(numbers(place)) == 18
    intake.remove(place, "part.csv")
    assert Store.open(place).read("entries").equals(alone)
    assert Store.open(place).verify() == []
    intake.ingest([part], place)
    assert fingerprint(place) == replaced


@pytest.mark.slow
def test_without_any_one_of_rolling_exports_every_call_of_the_others_is_there(tmp_path):
    log = calls(40)
    files = rolling(tmp_path / "logs", log, days=45, step=20)
    for file in fair(files, 3):
        place, others = tmp_path / f"without {file.stem}", [each for each in files if each != file]
        intake.ingest(files, place, **OFFICE)
        intake.remove(place, file)
        intake.ingest(others, tmp_path / f"never {file.stem}", **OFFICE)
        assert fingerprint(place) == fingerprint(tmp_path / f"never {file.stem}")
        intake.ingest([file], place)
        assert_whole(place, log)


# ---- and back ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2 if EXHAUSTIVE else 1))
def test_rolling_exports_removed_and_ingested_again_are_as_they_were(seed, tmp_path, place):
    chance = random.Random(seed)
    log = calls(40, seed)
    files = rolling(tmp_path / "logs", log, days=45, step=20)
    intake.ingest(files, place, **OFFICE)
    before = tables(place)
    for _ in range(3 if EXHAUSTIVE else 1):
        some = chance.sample(files, chance.randrange(1, len(files)))
        for file in some:
            intake.remove(place, file)
        for file in chance.sample(some, len(some)):
            intake.ingest([file], place, date_order="mdy")
        assert tables(place) == before
    assert numbers(place) == expected(log)


@pytest.mark.slow
def test_the_files_of_a_small_office_removed_and_ingested_again_are_as_they_were(place):
    office = next(office for office in sample.offices() if office.folder == "4-honolulu")
    sample.ingest(place, office)
    before = tables(place)
    for file in sorted(office.files.iterdir()):
        gone = intake.remove(place, file)
        assert gone.rows
        assert tables(place) != before
        done = CliRunner().invoke(main, shlex.split(gone.command)[1:])
        assert done.exit_code in (0, 1), done.output
        assert tables(place) == before


@pytest.mark.slow
def test_the_printed_line_reads_the_file_as_it_was_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = sheet(tmp_path / "our log.csv", calls(20))
    intake.ingest([path], "calls", time_refers_to="start", wait_origin="queue", file_timezone="Eastern", **OFFICE)
    before = fingerprint("calls")
    done = CliRunner().invoke(main, ["remove", "our log.csv"])
    assert done.exit_code == 0
    (line,) = re.findall(r"callanalytics (ingest .*)", done.output)
    assert CliRunner().invoke(main, shlex.split(line)).exit_code == 0
    assert fingerprint("calls") == before


@pytest.mark.slow
def test_a_mapping_that_came_with_this_file_alone_is_asked_for_again(tmp_path, place):
    mapping = tmp_path / "own.toml"
    mapping.write_text('extends = "hand_log"\n[columns.wait]\nclock = "h:mm"\n')
    intake.ingest([hand_csv(tmp_path / "one.csv", [note(1)])], place, **OFFICE | {"mapping": mapping})
    intake.ingest([hand_csv(tmp_path / "two.csv", [note(30)])], place)
    assert "--mapping" not in intake.remove(place, "two.csv").command
    assert "--mapping MAPPING" in intake.remove(place, "one.csv").command
