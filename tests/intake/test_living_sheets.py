"""A hand log is a living sheet: its newest version counts, older ones step back, and every row stays accounted for."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from callanalytics import intake
from callanalytics.store import Store
from exhaustive import EXHAUSTIVE
from intake_files import hand_csv, hand_xlsx, note

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}
PARTS = ("calls", "entries", "notices", "rejects", "set_aside")
OWN = ("entries", "agency_calls", "callbacks", "promises", "coverage")  # what a hand log says, and what follows from it


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


def rows_of(place, names=OWN) -> dict:
    store = Store.open(place)
    return {name: store.read(name).to_pylist() for name in names}


def assert_accounted(receipt, place):
    result = receipt.to_json()
    assert all(e["rows"] == sum(e[part] for part in PARTS) for e in [*result["files"], result])
    store = Store.open(place)
    for source in store.read("sources").to_pylist():
        assert source["rows"] == sum(source[part] for part in PARTS)
    aside = store.read("set_aside").column("source_id").to_pylist()
    for source in store.read("sources").to_pylist():
        assert aside.count(source["source_id"]) == source["set_aside"]
    assert store.verify() == []


def entry_of(receipt, name: str):
    return next(entry for entry in receipt.files if entry.file.endswith(name))


# ---- two versions ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_newer_version_takes_the_place_of_the_older(tmp_path, place):
    rows = [note(n) for n in range(1, 13)]
    older = hand_csv(tmp_path / "older.csv", rows[:11])
    newer = hand_csv(tmp_path / "newer.csv", [*rows[:8], note(9, reason="Expedite a decision"), *rows[10:]])
    intake.ingest([older], place, **OFFICE)
    receipt = intake.ingest([newer], place)
    (version,) = receipt.versions
    assert (version.older, version.newer) == ("older.csv", "newer.csv")
    assert (version.same, version.changed, version.added) == (9, 1, 1)
    assert version.removed == ((11, datetime(2022, 3, 11, 10, 5)),)
    assert "removed: row 11 of the older file, Mar 11, 2022, 10:05" in receipt.text()
    assert receipt.to_json()["versions"][0]["removed"] == [11]
    assert Store.open(place).read("entries").num_rows == 11
    assert_accounted(receipt, place)


@pytest.mark.slow
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_ledger_of_promises_takes_nothing_from_the_log_of_waits(tmp_path, place, order):
    days = [f"3/{day}/2022,9:{day} AM" for day in range(14, 19)]
    waits = [f"{day},{30 + n} min,Ana #44{n},SR1234567{n}" for n, day in enumerate(days)]
    promised = [f"{day},SR1234567{n},72 hours" for n, day in enumerate(days) if n]
    sheets = {
        "waits.csv": ["Date,Time called,Hold time,Agent,Service request", *waits],
        "promises.csv": ["Date,Time called,SR #,Callback promised", *promised],
    }
    for name, rows in sheets.items():
        (tmp_path / name).write_text("\n".join(rows) + "\n", "utf-8")
    for index in order:
        receipt = intake.ingest([tmp_path / [*sheets][index]], place, wait_origin="dial", **OFFICE)
    entries = Store.open(place).read("entries").sort_by("started_at_local")
    assert not receipt.versions
    note = "That removes what the newer lacks: 0 entries of promises.csv, or 1 entry of waits.csv"
    assert note in " ".join(receipt.text().split())
    assert entries.column("wait_s").to_pylist() == [60 * (30 + n) for n in range(5)]
    assert entries.column("promised").to_pylist() == [None, *["urgent"] * 4]
    assert_accounted(receipt, place)


@pytest.mark.slow
def test_a_corrected_minute_makes_no_second_note(tmp_path, place):
    intake.ingest([hand_csv(tmp_path / "older.csv", [note(1), note(2), note(3)])], place, **OFFICE)
    receipt = intake.ingest([hand_csv(tmp_path / "newer.csv", [note(1), note(2, minute=50), note(3)])], place)
    assert receipt.versions[0].changed == 1
    assert not receipt.versions[0].removed
    starts = Store.open(place).read("entries").column("started_at_local").to_pylist()
    assert sorted(start.minute for start in starts) == [5, 5, 50]


@pytest.mark.slow
def test_an_older_version_that_comes_later_does_not_wipe_the_newer(tmp_path, place):
    newer = hand_csv(tmp_path / "newer.csv", [note(1), note(2, reason="Expedite a decision"), note(3)])
    older = hand_csv(tmp_path / "older.csv", [note(1), note(2)])
    intake.ingest([newer], place, **OFFICE)
    before = rows_of(place)
    receipt = intake.ingest([older], place)
    assert rows_of(place) == before
    entry = entry_of(receipt, "older.csv")
    assert (entry.state, entry.like, entry.rows, entry.set_aside) == ("older", "newer.csv", 2, 2)
    assert "older version of newer.csv" in receipt.text()
    assert set(Store.open(place).read("set_aside").column("reason").to_pylist()) == {"older_version"}
    assert_accounted(receipt, place)
    assert intake.ingest([older, newer], place).already_ingested == 2
    assert intake.compare(Store.open(place), tmp_path).problems == []


@pytest.mark.slow
@pytest.mark.parametrize("names", [("log 1.csv", "log 2.csv"), ("log 2.csv", "log 1.csv")])
def test_in_one_run_neither_name_nor_order_decides(names, tmp_path, place):
    older, newer = names
    hand_csv(tmp_path / "logs" / older, [note(1), note(2), note(3)])
    hand_csv(tmp_path / "logs" / newer, [note(1, reason="Expedite a decision"), note(2), note(3)])
    receipt = intake.ingest([tmp_path / "logs"], place, **OFFICE)
    assert entry_of(receipt, older).state == "older"
    assert Store.open(place).read("entries").column("reason").drop_null().to_pylist() == ["expedite_adjudication"]
    assert_accounted(receipt, place)


@pytest.mark.slow
def test_check_shows_versions_as_ingest_would(tmp_path, place):
    hand_csv(tmp_path / "logs" / "older.csv", [note(1), note(2)])
    hand_csv(tmp_path / "logs" / "newer.csv", [note(1), note(2), note(3)])
    receipt = intake.check([tmp_path / "logs"])
    assert receipt.totals == intake.ingest([tmp_path / "logs"], place, **OFFICE).totals
    assert receipt.totals["set_aside"] == 2


@pytest.mark.slow
def test_a_longer_sheet_counts_as_newer_although_the_shorter_is_read_last(tmp_path, place):
    """Rows taken out are not told from rows not yet written: nothing is lost without a word from a person."""
    whole = hand_csv(tmp_path / "whole.csv", [note(1), note(2), note(3), note(4)])
    shorter = hand_csv(tmp_path / "shorter.csv", [note(1), note(3), note(4)])
    intake.ingest([whole], place, **OFFICE)
    assert entry_of(intake.ingest([shorter], place), "shorter.csv").state == "older"
    assert Store.open(place).read("entries").num_rows == 4


@pytest.mark.slow
def test_a_person_may_say_which_replaces_which(tmp_path, place):
    whole = hand_csv(tmp_path / "logs" / "log whole.csv", [note(1), note(2), note(3), note(4)])
    shorter = hand_csv(tmp_path / "logs" / "log shorter.csv", [note(1), note(3), note(4)])
    intake.ingest([whole], place, **OFFICE)
    receipt = intake.ingest([shorter], place, replaces="log whole.csv")
    assert [row for row, _ in receipt.versions[0].removed] == [3]
    assert Store.open(place).read("entries").num_rows == 3
    assert_accounted(receipt, place)
    assert not intake.ingest([tmp_path / "logs"], place).stored  # both are known: next week changes nothing
    assert Store.open(place).read("entries").num_rows == 3
    assert intake.compare(Store.open(place), tmp_path / "logs").problems == []


@pytest.mark.slow
def test_a_person_may_say_it_of_a_folder_that_holds_both(tmp_path, place):
    whole = hand_csv(tmp_path / "logs" / "log whole.csv", [note(1), note(2), note(3), note(4)])
    hand_csv(tmp_path / "logs" / "log shorter.csv", [note(1), note(3), note(4)])
    intake.ingest([whole], place, **OFFICE)
    receipt = intake.ingest([tmp_path / "logs"], place, replaces="log whole.csv")
    assert Store.open(place).read("entries").num_rows == 3
    assert_accounted(receipt, place)


@pytest.mark.slow
def test_the_date_in_a_workbook_decides_where_the_rows_do_not(tmp_path, place):
    import openpyxl

    def saved(name, rows, when):
        path = hand_xlsx(tmp_path / name, rows, [("Office name", "Alder and Birch")])
        book = openpyxl.load_workbook(path)
        book.save(path)  # the library writes the moment of saving; it is put right below
        return _dated(path, when)

    newer = saved("newer.xlsx", [note(1), note(2, minute=40), note(3)], "2022-05-02T08:00:00Z")
    older = saved("older.xlsx", [note(1), note(2), note(3)], "2022-05-01T08:00:00Z")
    intake.ingest([newer], place, **OFFICE)
    receipt = intake.ingest([older], place)
    assert entry_of(receipt, "older.xlsx").state == "older"
    assert receipt.versions[0].decided_by == "saved"
    assert 40 in [start.minute for start in Store.open(place).read("entries").column("started_at_local").to_pylist()]


def _dated(path: Path, when: str) -> Path:
    import re
    import zipfile

    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    core = members["docProps/core.xml"].decode()
    members["docProps/core.xml"] = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{when}", core).encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, data in members.items():
            book.writestr(name, data)
    return path


@pytest.mark.slow
def test_where_nothing_tells_the_one_read_last_counts_and_the_receipt_says_so(tmp_path, place):
    intake.ingest([hand_csv(tmp_path / "one.csv", [note(1), note(2), note(3)])], place, **OFFICE)
    receipt = intake.ingest([hand_csv(tmp_path / "two.csv", [note(1), note(2, minute=40), note(3)])], place)
    assert receipt.versions[0].decided_by == "order"
    assert "Nothing shows which is newer" in " ".join(receipt.text().split())


@pytest.mark.slow
def test_a_sheet_that_two_logs_were_put_into_replaces_both(tmp_path, place):
    intake.ingest([hand_csv(tmp_path / "one.csv", [note(n) for n in (1, 3, 5)])], place, **OFFICE)
    intake.ingest([hand_csv(tmp_path / "two.csv", [note(n) for n in (2, 4, 6)])], place)
    assert Store.open(place).read("entries").num_rows == 6
    receipt = intake.ingest([hand_csv(tmp_path / "both.csv", [note(n) for n in range(1, 8)])], place)
    assert {version.older for version in receipt.versions} == {"one.csv", "two.csv"}
    assert Store.open(place).read("entries").num_rows == 7
    assert_accounted(receipt, place)


@pytest.mark.slow
def test_two_logs_with_an_entry_in_common_are_both_kept_and_it_counts_once(tmp_path, place):
    intake.ingest([hand_csv(tmp_path / "one.csv", [note(n) for n in range(1, 8)])], place, **OFFICE)
    receipt = intake.ingest([hand_csv(tmp_path / "two.csv", [note(n) for n in range(7, 14)])], place)
    assert [(v.same, v.added, v.kept, v.removed) for v in receipt.versions] == [(1, 6, 6, ())]
    assert "two.csv overlaps one.csv. Entries: 1 as before, 6 new; 6 entries of one.csv stay" in receipt.text()
    assert Store.open(place).read("entries").num_rows == 13


def own_sheet(path: Path, rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["Date,Wait,Agent ID,Matter", *rows]) + "\n")
    return path


@pytest.mark.slow
def test_two_people_who_note_only_the_day_keep_two_logs(tmp_path, place):
    one = own_sheet(tmp_path / "one.csv", [f"2022-03-{d:02},{d + 9},A{d},22-{d}" for d in range(1, 10)])
    two = own_sheet(tmp_path / "two.csv", [f"2022-03-{d:02},{d + 30},B{d},22-{d + 50}" for d in range(1, 10)])
    intake.ingest([one], place, **OFFICE)
    receipt = intake.ingest([two], place)
    assert not receipt.versions
    store = Store.open(place)
    assert store.read("entries").num_rows == len(set(store.read("entries").column("entry_id").to_pylist())) == 18
    assert_accounted(receipt, place)
    for path in (two, one):
        intake.ingest([path], tmp_path / "other", **OFFICE)
    assert Store.open(tmp_path / "other").fingerprint() == store.fingerprint()


@pytest.mark.slow
def test_an_entry_that_two_logs_of_days_share_counts_once(tmp_path, place):
    rows = [f"2022-03-{d:02},{d + 9},A{d},22-{d}" for d in range(1, 20)]
    intake.ingest([own_sheet(tmp_path / "one.csv", rows[:10])], place, **OFFICE)
    intake.ingest([own_sheet(tmp_path / "two.csv", rows[9:])], place)
    assert Store.open(place).read("entries").num_rows == 19


@pytest.mark.slow
def test_what_an_older_version_says_of_the_office_is_not_taken(tmp_path, place):
    sheet = [("Office name", "Dogwood Law"), ("Time zone", "Pacific"), ("Monday", "9:00", "17:30")]
    newer = hand_xlsx(tmp_path / "newer.xlsx", [note(1), note(2), note(3)], sheet)
    older = hand_xlsx(tmp_path / "older.xlsx", [note(1), note(2)], [*sheet[:2], ("Monday", "8:00", "12:00")])
    intake.ingest([newer], place)
    intake.ingest([older], place)
    assert Store.open(place).offices()[0]["hours"][0]["opens"] == "09:00"


# ---- week by week --------------------------------------------------------------------------------------------------

HEADER = (
    "No.,Date,Time,What happened,About no.,Minutes to a person,Who spoke to us,Result,Call-back promised,"
    "Number for the call-back,Agent ID,Receipt no."
)


@dataclass(frozen=True)
class Entry:
    """One call of the invented log, as it is known in the end, and the weeks in which that came to be known."""

    start: datetime
    wait: int
    agent: str
    receipt: str
    week: int
    completed: int
    corrected: int  # the week in which a wrong minute was put right; 0 if it was right at once

    def as_of(self, number: int, week: int) -> str:
        start = self.start if week >= self.corrected else self.start + timedelta(minutes=7)
        late = week >= self.completed
        result = f"{self.wait},Tier 1,Call-back promised,Urgent (72 hours),202-555-0147" if late else ",,,,"
        known = f"{self.agent},{self.receipt}" if late else ","
        return f"{number},{start:%m/%d/%Y},{start:%I:%M %p},We called,,{result},{known}"


def a_log(weeks: int, seed: int) -> list[Entry]:
    chance, entries = random.Random(seed), []
    for week in range(1, weeks + 1):
        monday = datetime(2022, 1, 3) + timedelta(weeks=week - 1)
        for n in range(chance.randint(3, 9)):
            start = monday + timedelta(days=chance.randrange(5), hours=chance.randrange(8, 17), minutes=n * 6 + 1)
            late = week + chance.randint(1, 6) if chance.random() < 0.5 else week
            wrong = week + chance.randint(1, 4) if chance.random() < 0.15 else 0
            receipt = f"XYZ{chance.randrange(10**10):010}"
            entries.append(Entry(start, chance.randrange(5, 90), f"A{n}{week}", receipt, week, late, wrong))
    return [replace(e, completed=min(e.completed, weeks), corrected=min(e.corrected, weeks)) for e in entries]


def write_week(folder: Path, entries: list[Entry], week: int) -> Path:
    there = sorted((e for e in entries if e.week <= week), key=lambda e: e.start)
    path = folder / f"log week {week}.csv"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *(e.as_of(n, week) for n, e in enumerate(there, 1))]) + "\n")
    return path


def try_weeks(tmp_path, weeks: int, seed: int, order=None) -> None:
    entries = a_log(weeks, seed)
    files = [write_week(tmp_path / "weeks", entries, week) for week in range(1, weeks + 1)]
    for file in [files[n] for n in order] if order else files:
        receipt = intake.ingest([file], tmp_path / "living", **OFFICE)
        assert_accounted(receipt, tmp_path / "living")
    intake.ingest([files[-1]], tmp_path / "last", **OFFICE)
    assert rows_of(tmp_path / "living") == rows_of(tmp_path / "last")
    assert len(Store.open(tmp_path / "living").read("entries")) == len(entries)
    assert not intake.ingest(files, tmp_path / "living").stored
    assert intake.compare(Store.open(tmp_path / "living"), tmp_path / "weeks").problems == []


HALF_A_YEAR = [(26, 20220711), (26, 26)]  # where everything is tried


@pytest.mark.slow
@pytest.mark.parametrize(("weeks", "seed"), [(8, 3), *(HALF_A_YEAR if EXHAUSTIVE else ())])
def test_weeks_of_late_entries_and_corrections_give_the_calls_of_the_last_version(tmp_path, weeks, seed):
    try_weeks(tmp_path, weeks, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("weeks", "seed"), [(5, 4), *(HALF_A_YEAR if EXHAUSTIVE else ())])
def test_so_they_do_in_any_order(tmp_path, weeks, seed):
    order = list(range(weeks))
    random.Random(7).shuffle(order)
    try_weeks(tmp_path, weeks, seed, order)


@pytest.mark.slow
@pytest.mark.parametrize("head", ["Date,Wait,Agent ID,Outcome", "Date,Wait,Outcome", "Date,Wait"])
def test_two_people_who_call_on_the_same_days_and_note_no_time_lose_no_call(head, tmp_path):
    """Their rows share day and outcome, and so an id; that makes neither a correction of the other's."""
    (tmp_path / "in").mkdir()
    for who, least in (("ana", 20), ("bob", 50)):
        cells = [(f"3/{day}/2022", str(least + day), f"{who[0]}{day}77", "Solved") for day in range(1, 29)]
        rows = [",".join(row[:2] + row[4 - (head.count(",") - 1) :]) for row in cells]
        (tmp_path / "in" / f"{who}.csv").write_text("\n".join([head, *rows]) + "\n")
    receipt = intake.ingest([tmp_path / "in"], tmp_path / "calls", "Elm", "Central", date_order="mdy")
    assert not receipt.versions
    assert receipt.totals["duplicates"] == 0
    assert str(receipt.scope.account) == "All 56 logged calls are in these figures."
    again = intake.check([tmp_path / "in" / "bob.csv"], store=tmp_path / "calls")
    assert again.already_ingested == 1


@pytest.mark.slow
def test_a_row_of_a_day_alone_is_still_corrected_in_its_own_sheet(tmp_path):
    rows = [f"3/{day}/2022,{20 + day},Solved" for day in range(1, 29)]
    for name, last in (("march.csv", "48"), ("march (1).csv", "58")):
        (tmp_path / name).write_text("\n".join(["Date,Wait,Outcome", *rows[:-1], f"3/28/2022,{last},Solved"]) + "\n")
        receipt = intake.ingest([tmp_path / name], tmp_path / "calls", "Elm", "Central", date_order="mdy")
    assert [(version.same, version.changed) for version in receipt.versions] == [(27, 1)]
    waits = Store.open(tmp_path / "calls").read("entries").column("wait_s").to_pylist()
    assert len(waits) == 28
    assert max(waits) == 58 * 60
