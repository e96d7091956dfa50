"""An export made again: what was corrected counts once, the newest export decides, and the loser can be found."""

import hashlib
import json
import math
import os
import shutil

import openpyxl
import pytest

from callanalytics import intake, schema
from callanalytics.store import Store
from callanalytics.store.merge import united_with_corrections
from exhaustive import EXHAUSTIVE
from intake_files import call, phone_csv

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


def lines(numbers, **changed) -> list[str]:
    """Calls of a phone export, some of them changed: ``at_3=("0:03:11", "0:09:00")``."""
    found = {n: call(n) for n in numbers}
    for name, (before, after) in changed.items():
        n = int(name.removeprefix("at_"))
        assert before in found[n]
        found[n] = found[n].replace(before, after)
    return list(found.values())


def export(path, numbers, **changed):
    return phone_csv(path, [], *lines(numbers, **changed))


@pytest.mark.slow
def test_a_corrected_outcome_counts_as_the_newer_export_says(tmp_path, place):
    intake.ingest([export(tmp_path / "march.csv", range(9))], place, **OFFICE)
    newer = export(tmp_path / "march again.csv", range(9), at_2=("Missed", "Voicemail"))
    receipt = intake.ingest([newer], place)
    calls = Store.open(place).read("calls").to_pylist()
    assert len(calls) == 9
    (corrected,) = [row for row in calls if row["warnings"] == "corrected"]
    assert corrected["outcome"] == "voicemail"
    (differs,) = [note for note in receipt.notes if "differs" in note]
    assert differs == (
        "1 call or entry differs between two files; the file read last counts: outcome, outcome raw of row 4 of "
        "march again.csv instead of row 4 of march.csv"
    )


@pytest.mark.slow
def test_a_corrected_duration_makes_no_second_call(tmp_path, place):
    intake.ingest([export(tmp_path / "march.csv", range(9))], place, **OFFICE)
    newer = export(tmp_path / "march again.csv", range(9), at_3=("0:03:11", "0:31:11"))
    receipt = intake.ingest([newer], place)
    store = Store.open(place)
    calls = store.read("calls").to_pylist()
    assert len(calls) == 9
    assert 31 * 60 + 11 in [row["duration_s"] for row in calls]
    assert 3 * 60 + 11 not in [row["duration_s"] for row in calls]
    assert "duration of row 5" in "".join(receipt.notes)
    assert store.verify() == []


@pytest.mark.slow
def test_the_loser_stays_in_its_source_and_is_named(tmp_path, place):
    for name, seconds in (("march.csv", "0:03:11"), ("march again.csv", "0:31:11"), ("march anew.csv", "0:41:11")):
        intake.ingest([export(tmp_path / name, range(9), at_3=("0:03:11", seconds))], place, **OFFICE)
    store = Store.open(place)
    given = [store.read_source(source, "calls") for source in store.source_ids()]
    _, found = united_with_corrections(given, "call_id")
    assert [c.source_id for c in found] == store.source_ids()[:2]
    assert {c.by_source_id for c in found} == {store.source_ids()[2]}
    assert all(c.columns == ("duration_s",) and c.row == 5 for c in found)
    assert store.read("calls").num_rows == 9


@pytest.mark.slow
def test_two_calls_of_one_minute_are_not_taken_for_a_correction(tmp_path, place):
    """An export of one telephone and one of another have a minute in common, and hardly a call."""
    one, other = range(0, 40, 2), range(1, 41, 2)
    intake.ingest([export(tmp_path / "one.csv", [*one, 100])], place, **OFFICE)
    receipt = intake.ingest([export(tmp_path / "two.csv", [*other, 100], at_100=("0:40:11", "0:02:00"))], place)
    assert Store.open(place).read("calls").num_rows == 42
    assert not receipt.notes


def test_of_one_folder_the_export_that_reaches_further_is_the_newer(tmp_path, place):
    export(tmp_path / "exports" / "b.csv", range(9))
    export(tmp_path / "exports" / "c.csv", range(9), at_2=("Missed", "Voicemail"))
    export(tmp_path / "exports" / "a.csv", range(12), at_2=("Missed", "Voicemail"))
    intake.ingest([tmp_path / "exports"], place, **OFFICE)
    outcomes = [row["outcome"] for row in Store.open(place).read("calls").to_pylist()]
    assert outcomes.count("voicemail") == 1


@pytest.mark.slow
def test_an_id_of_the_vendor_makes_a_call_the_same_whatever_its_duration(tmp_path, place):
    def answer(seconds: int) -> dict:
        known = {"uri": "x", "id": "abc", "sessionId": "77", "startTime": "2022-03-01T15:05:00.000Z"}
        party = {"from": {"phoneNumber": "+12025550143"}, "to": {"phoneNumber": "+18003755283"}}
        given = {"type": "Voice", "direction": "Outbound", "action": "VoIP Call", "result": "Call connected"}
        return known | party | given | {"duration": seconds}

    for name, seconds in (("a.json", 100), ("b.json", 160)):
        (tmp_path / name).write_text(json.dumps({"records": [answer(seconds)]}))
        intake.ingest([tmp_path / name], place, **OFFICE)
    assert [row["duration_s"] for row in Store.open(place).read("calls").to_pylist()] == [160]


# ---- every order of six ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    """Six overlapping exports of one log, in which some calls come twice and one row cannot be read."""
    folder = tmp_path_factory.mktemp("six")
    spans = [(0, 12), (6, 20), (10, 30), (0, 30), (25, 40), (12, 13)]
    odd = "Voice,,,not a date,9:00 AM,VoIP Call,Call connected,,0:01:00"
    return [phone_csv(folder / f"part {n}.csv", [*range(*s), s[0]], *[odd] * (n == 2)) for n, s in enumerate(spans)]


@pytest.fixture(scope="module")
def beginning(tmp_path_factory):
    """A store that already has its office and a call of another year."""
    place = tmp_path_factory.mktemp("beginning") / "store"
    intake.ingest([phone_csv(place.parent / "before.csv", [900])], place, **OFFICE)
    return place


def after(file, beginning, place):
    """A copy of a store into which one more export was read."""
    shutil.copytree(beginning, place, copy_function=os.link)  # the store never changes a file, it makes new ones
    intake.ingest([file], place)
    return place


def published(place) -> tuple:
    """The bytes of every published table."""
    store = Store.open(place)
    version = store.root / "published" / store.version
    return tuple((version / file).read_bytes() for name in schema.TABLES for file in store.files(name))


def every_order(files, beginning, scratch):
    """What is published after these exports in each of their orders; orders that begin alike share the beginning."""
    if not files:
        yield published(beginning)
    for place, file in enumerate(files):
        store = after(file, beginning, scratch / f"{len(files)} {place}")
        yield from every_order(files[:place] + files[place + 1 :], store, scratch)
        shutil.rmtree(store)


@pytest.mark.slow
def test_the_order_of_ingests_leaves_no_byte(six, beginning, tmp_path):
    found = list(every_order([six[1], six[2]], beginning, tmp_path))
    assert len(found) == 2
    assert len(set(found)) == 1


@pytest.mark.slow
def test_all_orders_of_the_exports_publish_the_same_bytes(six, beginning, tmp_path):
    """All 720 of six where everything is tried; else the six of three of them, which overlap and repeat each other."""
    six = six if EXHAUSTIVE else six[2:5]
    found = [hashlib.sha256(b"".join(tables)).digest() for tables in every_order(six, beginning, tmp_path)]
    assert len(found) == math.factorial(len(six))
    assert len(set(found)) == 1


# ---- copies that a spreadsheet saved --------------------------------------------------------------------------------

HEADER = "NO.,Direction,From Phone Number,To Phone Number,Start Time,Call Result,Duration"


def portal_rows(numbers, seconds: str) -> list[list[str]]:
    """Calls of a portal's export, half of them answered; `seconds` is the format of their starts."""
    return [
        [
            str(n),
            "Inbound",
            "Anonymous",
            "2025550143",
            f"2022-03-{n:02} 09:{n:02}{seconds.format(n % 7 + 1)}",
            "Answered" if n % 2 else "Ring Timeout",
            f"00:00:{n:02}",
        ]
        for n in numbers
    ]


def portal_csv(path, numbers, seconds=":{:02}"):
    path.write_text("\n".join([HEADER, *map(",".join, portal_rows(numbers, seconds))]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("first", ["copy.csv", "march.csv"])
def test_a_copy_without_seconds_holds_no_second_calls(tmp_path, place, first):
    files = [portal_csv(tmp_path / "march.csv", range(1, 15)), portal_csv(tmp_path / "copy.csv", range(3, 20), "")]
    notes: list[str] = []
    for path in sorted(files, key=lambda path: path.name != first):
        notes += intake.ingest([path], place, **OFFICE).notes
    store = Store.open(place)
    moments = [row["started_at_utc"] for row in store.read("calls").to_pylist()]
    assert sum(moment.second > 0 for moment in moments) == 14
    assert len(moments) == 19
    assert "12 calls without the seconds that another file gives: counted once, with them" in notes
    assert store.verify() == []


def test_a_call_from_another_line_in_the_same_minute_is_no_copy(tmp_path, place):
    """Both files have the calls of 1 to 14 March. On 15 March two lines called the agency in one minute, as long."""
    for name, seconds, line in (("march.csv", ":{:02}", "2025550143"), ("copy.csv", "", "2025550188")):
        path = portal_csv(tmp_path / name, range(1, 15), seconds)
        moment = "2022-03-15 10:20" + seconds.format(11)
        path.write_text(
            path.read_text("utf-8") + f"15,Outbound,{line},8003755283,{moment},Answered,00:10:00\n", "utf-8"
        )
    intake.ingest([tmp_path], place, **OFFICE)
    calls = Store.open(place).read("calls").to_pylist()
    assert {call["our_number"] for call in calls if call["direction"] == "outbound"} == {"+12025550143", "+12025550188"}
    assert len(calls) == 16


def test_an_export_without_seconds_of_other_calls_stays(tmp_path, place):
    portal_csv(tmp_path / "march.csv", range(1, 15))
    other = portal_csv(tmp_path / "other.csv", range(1, 15), "")
    other.write_text(other.read_text("utf-8").replace("00:00:", "00:01:"), "utf-8")
    intake.ingest([tmp_path], place, **OFFICE)
    assert Store.open(place).read("calls").num_rows == 28


def test_a_call_in_two_sheets_of_a_workbook_counts_once(tmp_path, place):
    book = openpyxl.Workbook()
    for name, numbers in (("Jan-Feb", range(1, 15)), ("Feb-Mar", range(10, 20))):
        sheet = book.create_sheet(name)
        for row in [HEADER.split(","), *portal_rows(numbers, ":{:02}")]:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "calls.xlsx")
    receipt = intake.ingest([tmp_path / "calls.xlsx"], place, **OFFICE)
    assert Store.open(place).read("calls").num_rows == 19
    assert "known: 5 of the calls and entries were seen before" in receipt.text()
    assert Store.open(place).verify() == []
