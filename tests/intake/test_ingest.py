"""Ingest: every row accounted for, twice is once, order leaves no trace, and nothing of a client is told."""

import itertools
import json
import re
import shutil
import zipfile
from datetime import date
from functools import partial
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from callanalytics import intake, schema
from callanalytics.errors import CallLogError
from callanalytics.intake import offices
from callanalytics.store import Disk, Store, parquet
from callanalytics.store.merge import united
from exhaustive import EXHAUSTIVE
from intake_files import CLIENT, STRANGER, hand_csv, hand_xlsx, note, phone_csv, voice_page
from roots import GOLDEN

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}
COUNTS = ("rows", "calls", "entries", "notices", "rejects", "set_aside")


def exports(root: Path) -> Path:
    """A folder with two overlapping phone exports and a hand log."""
    phone_csv(root / "exports" / "calls march.csv", range(20))
    phone_csv(root / "exports" / "calls april.csv", range(10, 40))
    hand_csv(root / "exports" / "log.csv", [note(n) for n in range(1, 9)])
    return root / "exports"


@pytest.fixture
def folder(tmp_path):
    return exports(tmp_path)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


def everything(root: Path) -> dict:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def is_accounted(entry: dict) -> bool:
    return entry["rows"] == sum(entry[name] for name in COUNTS[1:])


# ---- what is stored ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_folder_is_stored_with_its_facts(folder, place):
    receipt = intake.ingest([folder], place, **OFFICE)
    store = Store.open(place)
    assert receipt.totals["rows"] == 58
    assert store.read("calls").num_rows == 40
    assert store.read("entries").num_rows == 8
    assert store.read("promises").num_rows == 8
    assert store.read("agency_calls").num_rows >= 27
    assert store.verify() == []
    assert intake.compare(store, folder).problems == []


@pytest.mark.slow
def test_every_row_of_every_file_is_accounted_for(folder, place):
    phone_csv(folder / "odd.csv", [50], "Voice,,,not a date,9:00 AM,VoIP Call,Call connected,,0:01:00", "Fax,,,,,,,,")
    as_json = intake.ingest([folder], place, **OFFICE).to_json()
    assert all(is_accounted(entry) for entry in [*as_json["files"], as_json])
    assert all(as_json[name] == sum(entry[name] for entry in as_json["files"]) for name in (*COUNTS, "duplicates"))
    odd = next(entry for entry in as_json["files"] if entry["rejects"])
    assert (odd["rows"], odd["calls"], odd["rejects"], odd["set_aside"]) == (3, 1, 1, 1)


@pytest.mark.slow
def test_rows_that_another_export_holds_are_counted_and_stored_once(folder, place):
    receipt = intake.ingest([folder], place, **OFFICE)
    assert receipt.totals["duplicates"] == 10
    again = intake.ingest([phone_csv(folder / "may.csv", range(35, 45))], place)
    assert again.totals["duplicates"] == 5
    assert Store.open(place).read("calls").num_rows == 45


@pytest.mark.slow
def test_true_repeats_inside_one_export_stay(folder, place):
    twice = phone_csv(folder / "twice.csv", [100, 100, 100])
    assert intake.ingest([twice], place, **OFFICE).totals["duplicates"] == 0
    intake.ingest([phone_csv(folder / "once.csv", [100])], place)
    assert Store.open(place).read("calls").num_rows == 3


@pytest.mark.slow
def test_twice_is_once(folder, place):
    intake.ingest([folder], place, **OFFICE)
    before = everything(place)
    receipt = intake.ingest([folder], place)
    assert everything(place) == before
    assert receipt.already_ingested == 3
    assert not receipt.stored
    assert receipt.totals["duplicates"] == receipt.totals["calls"] + receipt.totals["entries"] == 58
    assert "already in the store" in receipt.text()


def test_the_same_bytes_under_another_name_are_known(folder, place):
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    shutil.copy(folder / "calls march.csv", folder / "calls march (1).csv")
    assert intake.ingest([folder / "calls march (1).csv"], place).already_ingested == 1


@pytest.mark.slow
def test_the_same_bytes_twice_in_one_run_are_read_once(folder, place):
    shutil.copy(folder / "calls march.csv", folder / "calls march (1).csv")
    receipt = intake.ingest([folder], place, **OFFICE)
    assert [entry.state for entry in receipt.files].count("repeat") == 1
    assert "same bytes as" in receipt.text()
    assert Store.open(place).read("sources").num_rows == 3


@pytest.mark.slow
def test_one_run_and_many_give_the_same_tables(folder, tmp_path):
    files = sorted(folder.iterdir())
    intake.ingest(files, tmp_path / "at once", **OFFICE)
    for file in reversed(files):
        intake.ingest([file], tmp_path / "one by one", **OFFICE)
    assert Store.open(tmp_path / "at once").fingerprint() == Store.open(tmp_path / "one by one").fingerprint()


@pytest.mark.slow
def test_a_file_that_no_one_can_read_does_not_keep_the_others_out(folder, place):
    (folder / "bill.pdf").write_bytes(b"%PDF-1.7 " + b"x" * 100)
    (folder / "letters.csv").write_text("Client,City\nA,B\n")
    receipt = intake.ingest([folder, folder / "nowhere"], place, **OFFICE)
    assert len(receipt.problems) == 3
    assert Store.open(place).read("calls").num_rows == 40
    problems = [str(problem) for problem in receipt.problems]
    assert all("\n" not in line for line in problems)
    assert any("PDF" in line and "CSV" in line for line in problems)
    assert any("no file or folder nowhere" in line for line in problems)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "it is empty"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Save it as XLSX or CSV"),
        ("photo.jpg", b"\xff\xd8\xff" + b"\0" * 100, "a picture"),
        ("notes.docx", None, "Word document"),
        ("bare.csv", b"".join(b"3/1%d/2025,9:10 AM,35 min,agent\n" % n for n in range(4, 8)), "Write the names of its"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name, content, words, tmp_path, place):
    path = tmp_path / name
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
    else:
        path.write_bytes(content)
    receipt = intake.ingest([path], place, **OFFICE)
    assert words in receipt.text()
    assert not place.exists()


def test_an_empty_path_is_refused_and_not_taken_for_the_folder_we_are_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text("Date,Time,Hold\n2022-03-01,9:05,45\n")
    for command in (intake.check, partial(intake.ingest, store=tmp_path / "store")):
        with pytest.raises(CallLogError, match="A path is empty"):
            command("", office="Alder", timezone="Central")
    assert not (tmp_path / "store").exists()


def test_an_empty_folder_says_so(tmp_path, place):
    (tmp_path / "exports").mkdir()
    receipt = intake.ingest([tmp_path / "exports"], place, **OFFICE)
    assert "is empty" in str(receipt.problems[0])
    assert not receipt.files


@pytest.mark.slow
def test_a_file_that_may_not_be_opened_says_so(folder, place, monkeypatch):
    opened = Path.open

    def refuse(self, *args, **options):
        if self.name == "calls april.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **options)

    monkeypatch.setattr(Path, "open", refuse)
    receipt = intake.ingest([folder], place, **OFFICE)
    assert "open in another program" in str(receipt.problems[0])
    assert Store.open(place).read("calls").num_rows == 20


@pytest.mark.slow
def test_excels_lock_file_is_passed_over(folder, place):
    (folder / "~$log.xlsx").write_bytes(b"x" * 165)
    receipt = intake.ingest([folder], place, **OFFICE)
    assert "lock file" in receipt.text()
    assert not receipt.problems


def teams_zip(path: Path, *extra: tuple[str, str]) -> Path:
    """The ZIP that Teams makes: calls of both kinds and the settings of the export."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, kind in (("PSTN", "calling_plan"), ("DirectRouting", "direct_routing")):
            packed.write(GOLDEN / f"teams_{kind}" / "export.csv", f"{name}.calls.2022-03-31.csv")
        for name, content in extra:
            packed.writestr(name, content)
    return path


@pytest.mark.slow
def test_the_settings_beside_the_calls_of_an_export_are_passed_over(tmp_path, place):
    settings = ("parameters.json", '{"start": "2022-03-01T00:00:00Z", "end": "2022-04-01T00:00:00Z"}')
    receipt = intake.ingest([teams_zip(tmp_path / "calls.zip", settings)], place, **OFFICE)
    assert not receipt.problems
    assert "settings of an export" in receipt.text()
    assert receipt.totals["rows"] == 21


@pytest.mark.slow
def test_a_system_without_unanswered_calls_witnesses_no_silence(tmp_path, place):
    intake.ingest([teams_zip(tmp_path / "calls.zip")], place, **OFFICE)
    store = Store.open(place)
    formats = {row["source_id"]: row["format"] for row in store.read("sources").to_pylist()}
    seen = {(formats[row["source_id"]], row["has_unanswered"]) for row in store.read("coverage").to_pylist()}
    assert seen == {("teams_calling_plan", False), ("teams_direct_routing", True)}


@pytest.mark.slow
def test_a_file_no_one_knows_is_a_problem_whatever_it_lies_beside(tmp_path, place):
    receipt = intake.ingest([teams_zip(tmp_path / "calls.zip", ("other.json", '{"start": 1}'))], place, **OFFICE)
    assert len(receipt.problems) == 1


@pytest.mark.slow
def test_a_file_with_a_question_waits_and_the_others_do_not(folder, place):
    path = folder / "doubtful.csv"
    path.write_text((folder / "calls march.csv").read_text().splitlines()[0] + "\n")
    with path.open("a") as stream:
        stream.write("Voice,(800) 375-5283,,03/04/2022,9:02 AM,VoIP Call,Call connected,,0:41:11\n")
    receipt = intake.ingest([folder], place, **OFFICE)
    assert [asked.rows for asked in receipt.questions] == [1]
    assert "--date-order mdy" in receipt.text()
    assert receipt.to_json()["questions"][0]["do"].startswith("say which")
    assert Store.open(place).read("calls").num_rows == 40
    answered = intake.ingest([folder], place, date_order="mdy")
    assert answered.totals["rows"] - 58 == 1
    assert Store.open(place).read("calls").num_rows == 41


# ---- offices ---------------------------------------------------------------------------------------------------


def refusal(*arguments, **more) -> str:
    with pytest.raises(CallLogError) as refused:
        intake.ingest(*arguments, **more)
    return str(refused.value)


def test_a_first_ingest_asks_for_the_office_and_then_for_its_zone(folder, place):
    assert "These files don't name an office" in refusal([folder], place)
    assert "Alder and Birch has no time zone yet" in refusal([folder], place, office="Alder and Birch")
    assert not place.exists()


def test_a_zone_no_one_knows_is_refused_with_the_nearest(folder, place):
    assert "Pacific" in refusal([folder], place, office="A", timezone="Pacifc")


def test_a_name_not_in_the_store_is_refused_with_the_nearest(folder, place):
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    result = refusal([folder], place, office="Alder & Birch", timezone="Central")
    assert '--office "Alder and Birch"' in result
    assert "--new-office" in result
    assert Store.open(place).read("sources").num_rows == 1


@pytest.mark.slow
def test_a_second_office_is_new_when_it_is_said_to_be(folder, place):
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    intake.ingest([folder / "calls april.csv"], place, office="Cedar", timezone="Pacific", new_office=True)
    store = Store.open(place)
    assert [o["name"] for o in sorted(store.offices(), key=lambda o: o["name"])] == ["Alder and Birch", "Cedar"]
    assert store.read("calls").num_rows == 50  # the same moments on other clocks, of another office
    assert store.verify() == []
    assert "These files don't name an office" in refusal([folder], place)
    before = store.read("agency_calls").filter(
        pa.compute.equal(store.read("agency_calls").column("office_id"), "5" * 32)
    )
    intake.ingest([folder / "log.csv"], place, office="Cedar")
    after = Store.open(place).read("agency_calls")
    assert after.filter(pa.compute.equal(after.column("office_id"), "5" * 32)).equals(before)


@pytest.mark.slow
def test_capitals_and_blanks_do_not_make_another_office(folder, place):
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    intake.ingest([folder], place, office="  alder  AND birch ")
    assert len(Store.open(place).offices()) == 1


def test_another_zone_for_a_known_office_is_refused_while_its_files_are_not_there(folder, place):
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    assert "--file-timezone" in refusal([folder / "log.csv"], place, timezone="Pacific")


@pytest.mark.slow
def test_a_file_of_one_office_is_not_taken_for_another_but_can_be_moved(folder, place):
    cedar = {"office": "Cedar", "timezone": "Pacific", "new_office": True}
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    receipt = intake.ingest([folder], place, **cedar)
    assert '--replaces "calls march.csv"' in str(receipt.problems[0])
    intake.ingest([folder / "calls march.csv"], place, replaces="calls march.csv", **cedar)
    store = Store.open(place)
    assert {row["office_id"] for row in store.read("calls").to_pylist()} == {
        office["office_id"] for office in store.offices() if office["name"] == "Cedar"
    }
    assert store.verify() == []


def test_a_sheet_of_a_file_that_waits_says_nothing_of_the_office_yet(tmp_path, place):
    dogwood = {"office": "Dogwood Law", "timezone": "Pacific"}
    row = "1,3/4/2022,10:05 AM,We called,,10,Tier 1,,,,,"
    doubtful = hand_xlsx(tmp_path / "log.xlsx", [row, row.replace("3/4/2022", "25/4/2022")], SHEET)
    receipt = intake.ingest([doubtful, phone_csv(tmp_path / "calls.csv", [1])], place, **dogwood)
    assert len(receipt.questions) == 1
    assert Store.open(place).offices()[0]["hours"] is None


def test_repeats_of_a_file_that_cannot_be_read_are_named(tmp_path, place):
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7 xxxx")
    receipt = intake.ingest([tmp_path / "a.pdf", tmp_path / "b.pdf"], place, **OFFICE)
    assert "b.pdf: identical to another file" in receipt.text()


SHEET = [
    ("Office name", "Dogwood Law"),
    ("Time zone", "Pacific"),
    ("Monday", "9:00", "17:30"),
    ("Telephone number", "Desk or mobile", "Do unknown callers get through?", "Which export shows it"),
    ("202-555-0147", "desk", "Yes", "ringcentral_simple"),
    ("Do you write down every call-back, missed ones too?", "Yes"),
    ("Since when?", "1/1/2022"),
]


@pytest.mark.slow
def test_the_hand_log_says_whose_it_is_and_in_which_zone(tmp_path, place):
    path = hand_xlsx(tmp_path / "log.xlsx", [note(1), note(2)], SHEET)
    receipt = intake.ingest([path], place)
    (office,) = Store.open(place).offices()
    assert receipt.office == office["name"] == "Dogwood Law"
    assert office["timezone"] == "America/Los_Angeles"
    assert office["hours"] == [{"weekday": 1, "opens": "09:00", "closes": "17:30"}]
    assert office["lines"][0]["number"] == "+12025550147"
    assert str(office["logs_callbacks_since"]) == "2022-01-01"
    assert receipt.totals["rows"] == 2


@pytest.mark.slow
def test_a_sheet_with_another_zone_puts_its_file_aside(tmp_path, folder, place):
    intake.ingest([folder], place, **OFFICE)
    path = hand_xlsx(tmp_path / "log.xlsx", [note(30)], SHEET)
    assert "no office 'Dogwood Law'" in refusal([path], place)
    receipt = intake.ingest([path], place, office="Alder and Birch")
    assert "another time zone" in str(receipt.problems[0])
    assert Store.open(place).read("entries").num_rows == 8


@pytest.mark.slow
def test_what_an_office_is_told_is_kept_and_changes_its_facts(folder, place):
    intake.ingest([folder], place, **OFFICE)
    intake.set_office(
        place,
        "alder and birch",
        hours="Mon-Fri 9:00-17:00",
        lines=["202-555-0147:desk:ringcentral_simple", "202-555-0148:mobile:blocks-unknown"],
        logs_callbacks_since="2022-01-15",
    )
    intake.set_office(place, "Alder and Birch", lines=["202-555-0148:mobile"])
    store = Store.open(place)
    (office,) = store.offices()
    assert len(office["hours"]) == 5
    assert [line["withheld_get_through"] for line in office["lines"]] == [None, None]
    assert store.read("coverage").num_rows > 0
    assert store.verify() == []
    with pytest.raises(CallLogError, match="were read in the time zone"):
        intake.set_office(place, "Alder and Birch", timezone="Pacific")
    with pytest.raises(CallLogError, match="no office 'Birch'"):
        intake.set_office(place, "Birch", hours="Mon 9-17")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"hours": "nine to five"}, "Can't read these opening hours"),
        ({"hours": "Mon-Fri 17:00-9:00"}, "Can't read these opening hours"),
        ({"lines": ["555"]}, "not a phone number"),
        ({"lines": ["202-555-0147:ringcentrall_simple"]}, "did you mean ringcentral_simple"),
        ({"logs_callbacks_since": "yesterday"}, "--logs-callbacks-since is not a date"),
    ],
)
def test_what_cannot_be_told_of_an_office_is_a_sentence(given, sentence):
    with pytest.raises(CallLogError, match=sentence):
        offices.office_details(**given)


@pytest.mark.parametrize(
    ("options", "word"),
    [({"date_order": "ymd"}, "--date-order can't be 'ymd'"), ({"format": "ringcentral_simpel"}, "did you mean")],
)
def test_options_no_one_knows_are_sentences(folder, place, options, word):
    assert word in refusal([folder], place, **OFFICE, **options)


# ---- newer versions ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_hand_log_filled_in_later_replaces_what_it_said_before(tmp_path, place):
    intake.ingest([hand_csv(tmp_path / "log.csv", [note(1), note(2)])], place, **OFFICE)
    newer = hand_csv(tmp_path / "log.csv", [note(1), note(2, reason="Expedite a decision"), note(3)])
    receipt = intake.ingest([newer], place)
    entries = Store.open(place).read("entries")
    assert entries.num_rows == 3
    assert entries.column("reason").drop_null().to_pylist() == ["expedite_adjudication"]
    assert receipt.totals["duplicates"] == 2
    assert not receipt.notes


@pytest.mark.slow
def test_in_one_run_the_longer_hand_log_is_the_newer(tmp_path, place):
    hand_csv(tmp_path / "logs" / "b.csv", [note(1), note(2)])
    hand_csv(tmp_path / "logs" / "a.csv", [note(1), note(2, reason="Expedite a decision"), note(3)])
    intake.ingest([tmp_path / "logs"], place, **OFFICE)
    assert Store.open(place).read("entries").column("reason").drop_null().to_pylist() == ["expedite_adjudication"]


@pytest.mark.slow
def test_a_file_read_in_the_wrong_zone_can_be_read_again(folder, place):
    march = folder / "calls march.csv"
    intake.ingest([march], place, file_timezone="Pacific", **OFFICE)
    intake.ingest([march], place, replaces="calls march.csv")
    store = Store.open(place)
    assert store.read("sources").num_rows == 1
    assert store.read("calls").column("timezone").unique().to_pylist() == ["America/Chicago"]
    assert store.verify() == []
    assert intake.compare(store, folder).problems == []


def test_replacing_needs_a_file_that_is_there_and_one_in_its_place(folder, place):
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    assert "matches 0 of the files" in refusal([folder], place, replaces="juni.csv")
    (folder / "x.pdf").write_bytes(b"%PDF-1.7 xxxx")
    receipt = intake.ingest([folder / "x.pdf"], place, replaces="calls march.csv")
    assert any("it stays" in str(problem) for problem in receipt.problems)
    assert Store.open(place).read("calls").num_rows == 20


# ---- many pages ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_takeout_is_one_source_with_a_row_a_page(tmp_path, place):
    calls = tmp_path / "Takeout" / "Voice" / "Calls"
    for n in range(1, 8):
        voice_page(calls, n)
    receipt = intake.ingest([tmp_path / "Takeout"], place, **OFFICE)
    store = Store.open(place)
    assert len(receipt.to_json()["files"]) == 7
    assert all(entry["rows"] == entry["calls"] == 1 for entry in receipt.to_json()["files"])
    assert "(7 pages)" in receipt.text()
    assert len(store.source_ids()) == 1
    assert store.read("sources").num_rows == 7
    for n in range(8, 10):
        voice_page(calls, n)
    again = intake.ingest([tmp_path / "Takeout"], place)
    assert again.already_ingested == 7
    store = Store.open(place)
    assert len(store.source_ids()) == 2
    assert store.read("calls").num_rows == 9
    assert store.verify() == []
    assert intake.compare(store, tmp_path / "Takeout").problems == []


def test_a_page_that_cannot_be_read_does_not_keep_the_others_out(tmp_path, place, monkeypatch):
    calls = tmp_path / "Calls"
    bad = [voice_page(calls, n) for n in range(1, 5)][2]
    rows_of = intake.planning.exports.text_rows

    def refuse(files, fmt):
        if any(file.name.endswith(bad.name) for file in files):
            raise CallLogError(f"{files[0].shown} could not be read")
        return rows_of(files, fmt)

    monkeypatch.setattr(intake.planning.exports, "text_rows", refuse)
    receipt = intake.ingest([calls], place, **OFFICE)
    assert len(receipt.problems) == 1
    assert Store.open(place).read("calls").num_rows == 3


# ---- the receipt --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_json_has_the_shape_that_scripts_rely_on(folder, place):
    as_json = intake.ingest([folder], place, **OFFICE).to_json()
    assert set(as_json) == {"files", *COUNTS, "duplicates", "already_ingested"}
    assert all(set(entry) == {"file", "format", "sha256", *COUNTS, "duplicates"} for entry in as_json["files"])
    json.dumps(as_json)


@pytest.mark.slow
def test_check_stores_nothing_and_needs_neither_office_nor_zone(folder, place, tmp_path):
    before = everything(tmp_path)
    receipt = intake.check([folder])
    assert everything(tmp_path) == before
    assert "Nothing was stored" in receipt.text()
    assert "times without one are read as Eastern" in receipt.text()
    assert receipt.totals == intake.ingest([folder], place, **OFFICE).totals


@pytest.mark.slow
def test_check_against_a_store_knows_what_it_holds(folder, place):
    intake.ingest([folder / "calls march.csv"], place, **OFFICE)
    receipt = intake.check([folder], store=place)
    assert receipt.already_ingested == 1
    assert receipt.totals["duplicates"] == 30


@pytest.mark.slow
def test_the_receipt_says_what_the_files_can_and_cannot_show(folder, place):
    receipt = intake.ingest([folder], place, **OFFICE)
    assert receipt.scope.waits == (8, 8, 8)
    assert receipt.scope.unseen == (("***-***-0147", 8, date(2022, 3, 2), date(2022, 3, 9)),)
    text = receipt.text()
    assert "8 promised callbacks to ***-***-0147" in text
    assert "waits: usable for 8 of 8 calls that queued" in text
    assert "Mar 2 - Mar 9, 2022" in text


@pytest.mark.slow
def test_nothing_of_a_client_is_told_or_stored(folder, place):
    phone_csv(
        folder / f"{CLIENT} 212-555-0177.csv", [60], f"Voice,{STRANGER},{CLIENT},soon,9:00 AM,VoIP Call,Missed,,x"
    )
    hand_csv(folder / CLIENT / "log.csv", [note(40), f"41,{CLIENT},10:05 AM,We called,,{CLIENT},Tier 1,,,,,"])
    receipt = intake.ingest([folder], place, **OFFICE)
    assert receipt.to_fix
    texts = f"{json.dumps(receipt.to_json())}{receipt._repr_html_()}"
    store = Store.open(place)
    stored = "".join(str(store.read(name).to_pylist()) for name in schema.TABLES)
    stored += "".join(str(store.source_card(source)) for source in store.source_ids())
    own = receipt.text().replace(f"{CLIENT} 212-555-0177.csv", "").replace(f"{CLIENT}/log.csv", "")
    for secret in (CLIENT, "Quintanilla", "2125550177", "555-0177"):
        assert secret not in texts
        assert secret not in own  # on one's own screen a file has its own name, and nothing else has
        assert secret not in stored


@pytest.mark.slow
def test_a_notebook_shows_the_receipt_as_text(folder, place):
    assert intake.ingest([folder], place, **OFFICE)._repr_html_().count(">3 files") == 1


def test_peek_masks_what_it_shows(folder):
    seen = intake.peek(folder / "calls march.csv")
    assert "ringcentral_simple" in seen["verdict"]
    assert "555" not in str(seen["rows"])
    assert len(seen["rows"]) == 3


def test_peek_masks_the_first_row_of_a_file_without_a_header(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("3/1/2022,212-555-0177,4\n3/2/2022,212-555-0178,5\n")
    assert "0177" not in str(intake.peek(path))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_peek_masks_a_row_of_clients_that_looks_like_a_header(tmp_path, kind):
    first = ["Lopez Maria 208-123-456", "312-444-5555", "DOB 1/2/1980", "Notes"]
    rows = [["Perez Juan", "I-130", "no", "called"], ["Diaz Ana", "I-765", "no", "called"]]
    for number, kept in enumerate(([first, *rows], rows)):
        path = tmp_path / f"{number}.{kind}"
        if kind == "csv":
            path.write_text("".join(",".join(row) + "\n" for row in kept), "utf-8")
        else:
            book = openpyxl.Workbook()
            for row in kept:
                book.active.append(row)
            book.save(path)
        assert not re.search("Perez|Juan|Lopez|Diaz|I-130|1980|208", str(intake.peek(path)))


def test_peek_masks_a_number_beside_words_of_columns(tmp_path):
    (tmp_path / "calls.csv").write_text("Call 2085550143,Notes\nx,y\n")
    assert "2085550143" not in str(intake.peek(tmp_path / "calls.csv"))


def test_peek_masks_the_digits_of_a_number_that_is_written_in_pairs(tmp_path):
    (tmp_path / "v.csv").write_text("Date,Call 12 34 56 78,Agent name\n3/1/2022,x,Ann\n")
    assert intake.peek(tmp_path / "v.csv")["header"] == ["Date", "xxxx 99 99 99 99", "Agent name"]


@pytest.mark.slow
def test_progress_ends_with_all_of_it(folder, place):
    steps = []
    intake.ingest([folder], place, progress=lambda done, total: steps.append((done, total)), **OFFICE)
    assert steps[-1] == (6, 6)


# ---- together ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_ingest_that_was_overtaken_looks_again(folder, place):
    intake.ingest([phone_csv(folder / "first.csv", [90])], place, **OFFICE)
    overtaken = []

    def step(done, total):
        if not overtaken:
            overtaken.append(intake.ingest([folder / "calls april.csv"], place))

    receipt = intake.ingest([folder], place, progress=step)
    store = Store.open(place)
    assert receipt.already_ingested == 2
    assert store.read("calls").num_rows == 41
    assert store.verify() == []


@pytest.mark.slow
def test_a_kill_at_each_renaming_of_an_ingest_is_mended_by_the_next(folder, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def killed_at(n):
        left = itertools.count(n, -1)

        def call(self, operation, function, *arguments):
            if operation == "replace" and next(left) <= 0:
                raise Killed
            return None if operation == "sync" else function(*arguments)

        return call

    for n in range(0, 40, 1 if EXHAUSTIVE else 3):
        place = tmp_path / f"store {n}"
        with monkeypatch.context() as patch:
            patch.setattr(Disk, "call", killed_at(n))
            try:
                intake.ingest([folder], place, **OFFICE)
                break
            except Killed:
                pass
        intake.ingest([folder], place, **OFFICE)
        store = Store.open(place)
        assert store.read("calls").num_rows == 40
        assert store.verify() == []
    assert 5 < n < 39


@pytest.mark.slow
def test_compare_sees_a_changed_row_and_a_missing_file(folder, place):
    intake.ingest([folder], place, **OFFICE)
    store = Store.open(place)
    source = store.source_ids()[0]
    rows = store.read_source(source, "calls")
    path = place / "sources" / source / "calls.parquet"
    path.write_bytes(parquet.to_bytes("calls", rows.slice(1)))
    (folder / "log.csv").unlink()
    result = "\n".join(intake.compare(store, folder).problems)
    assert "1 rows of calls differ" in result
    assert "log.csv" in result


def changed(table: pa.Table, column: str, value) -> pa.Table:
    place = table.column_names.index(column)
    return table.set_column(
        place, table.schema.field(place), pa.array([value] * len(table), table.schema.field(place).type)
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store with rows in every table."""
    root = tmp_path_factory.mktemp("whole")
    phone_csv(exports(root) / "odd.csv", [50], "Fax,,,,,,,,")
    intake.ingest([root / "exports"], root / "store", **OFFICE)
    return root / "store"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "column", "value", "words"),
    [
        (
            "agency_calls",
            "wait_s",
            7,
            "agency_calls: 35 rows differ from those of Alder and Birch's calls and entries now",
        ),
        ("promises", "urgency", "regular", "promises: 8 rows"),
        ("calls", "duration_s", 7, "calls: 41 published rows differ from the sources"),
        ("entries", "agent_id", "A1", "entries: 8 published rows differ from the sources"),
        ("set_aside", "reason", "leg", "set_aside"),
    ],
)
def test_a_changed_column_of_any_table_is_found(name, column, value, words, whole, place):
    shutil.copytree(whole, place)
    store = Store.open(place)
    assert intake.recount(store) == []
    with store.writing():
        store.publish({name: changed(store.read(name), column, value)})
    assert words in "\n".join([*store.verify(), *intake.recount(store)])


# ---- the union -----------------------------------------------------------------------------------------------------


def calls_of(source: str, *rows) -> pa.Table:
    ids, says = zip(*rows, strict=True)
    n = len(rows)
    return pa.table(
        {
            "call_id": list(ids),
            "source_id": [source] * n,
            "source_row": list(range(n)),
            "format": [source] * n,
            "outcome": pa.array(says, pa.string()),
        },
    )


def by_id(table: pa.Table) -> dict:
    return {row["call_id"]: (row["outcome"], row["source_id"]) for row in table.to_pylist()}


def test_the_export_accepted_last_decides_and_the_smallest_source_gets_the_credit():
    a, b, c = (
        calls_of("a", ("x", "missed"), ("y", None)),
        calls_of("b", ("x", "answered")),
        calls_of("c", ("x", "answered")),
    )
    assert by_id(united([a, b, c], "call_id")) == {"x": ("answered", "b"), "y": (None, "a")}
    assert by_id(united([c, b, a], "call_id")) == {"x": ("missed", "a"), "y": (None, "a")}


def test_a_value_and_none_are_not_the_same():
    a, b = calls_of("a", ("x", None)), calls_of("b", ("x", "answered"))
    assert by_id(united([a, b], "call_id")) == {"x": ("answered", "b")}
    assert by_id(united([b, a], "call_id")) == {"x": (None, "a")}


def test_uniting_is_idempotent():
    a, b = calls_of("a", ("x", "missed"), ("y", None)), calls_of("b", ("x", "missed"), ("z", "busy"))
    result = by_id(united([a, b], "call_id"))
    assert by_id(united([a, b, a, b], "call_id")) == by_id(united([b, a], "call_id")) == result
