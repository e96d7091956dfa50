"""Two sheets of an office: two people's logs, or versions of one; every case is worked out by hand.

A sheet takes the place of another only if nearly all of its rows stand in it. Where each has rows of its own both
count, and a call that both note counts once: the same minute, and nothing that differs.
"""

from dataclasses import dataclass

import openpyxl
import pytest

from callanalytics import intake
from callanalytics.log import load
from callanalytics.store import Store
from exhaustive import in_turn

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}
OFFICE |= {"wait_origin": "dial", "date_order": "mdy"}
HEADER = "Date,Time,Hold,Result"


@dataclass(frozen=True)
class Case:
    """The rows of two sheets, the calls they come to, and what the receipt says of rows that one of them lacks."""

    one: tuple[str, ...]
    two: tuple[str, ...]
    calls: int
    removed: int = 0
    asked: int = 0
    header: str = HEADER
    says: str = ""


def july(day, time, hold, result="agent", *more):
    return ",".join([f"7/{day}/2026", time, str(hold), result, *more])


LONG = tuple(july(day, "10:05 AM", 20 + day) for day in range(1, 13))
BOTH = (july(13, "2:20 PM", 33), july(20, "11:15 AM", 28))
LEFT, LAST = july(22, "8:45 AM", 55, "hung up"), july(27, "4:00 PM", 41)
TWO_LOGS = {
    "one minute that both have, and told differently": Case(
        (july(1, "9:05 AM", 45), july(3, "1:30 PM", 62, "hung up")),
        (july(1, "9:05 AM", 30), july(4, "4:10 PM", 85, "hung up")), 4, says="1 pair of rows in two"),
    "a call that one says no one answered, and the other that we hung up": Case(
        (july(1, "9:05 AM", 45), july(22, "8:45 AM", 55, "did not get through"), july(23, "2:00 PM", 30)),
        (july(2, "1:30 PM", 62, "hung up"), LEFT, LAST), 5, says="share 1 entry; it counts once"),
    "three calls that both note, and one of each alone": Case(
        (*BOTH, LEFT, LAST),
        (*BOTH, july(21, "1:05 PM", 39, "hung up"), LAST),
        5, says="share 3 entries; each counts once"),
    "three calls that both note, and on one day a call of each": Case(
        (*BOTH, LEFT, LAST),
        (*BOTH, july(22, "1:05 PM", 39, "hung up"), LAST),
        5, says="share 3 entries; each counts once"),
    "other hours of the same days, and one minute in common": Case(
        tuple(july(day, "9:00 AM", 20 + day) for day in range(13, 20)),
        tuple(july(day, "9:00 AM" if day == 17 else "2:00 PM", 30 + day, "hung up") for day in range(13, 20)), 14,
        says="1 pair of rows in two"),
    "at nine sharp each day": Case(
        tuple(july(day, "9:00 AM", 20 + day) for day in range(1, 13)),
        tuple(july(day, "9:00 AM", 50 + day) for day in range(1, 13)), 24,
        says="12 pairs of rows in two"),
    "at nine sharp, and no wait noted": Case(
        tuple(july(day, "9:00 AM", "") for day in range(1, 5)),
        tuple(july(day, "9:00 AM", "", "hung up") for day in range(1, 5)), 8),
    "hours that overlap, and no call in common": Case(
        LONG, tuple(july(day, "10:35 AM", 70 - day) for day in range(1, 13)), 24),
    "one minute, another receipt": Case(
        (july(1, "9:05 AM", 45, "agent", "IOE0920000001"), july(3, "1:30 PM", 62, "hung up", "")),
        (july(1, "9:05 AM", 45, "agent", "IOE0920000002"), july(4, "4:10 PM", 85, "hung up", "")),
        4, header=f"{HEADER},Receipt"),
    "one minute, one receipt, and a slip in the wait": Case(
        (july(1, "9:05 AM", 45, "agent", "IOE0920000001"), july(3, "1:30 PM", 62, "hung up", "")),
        (july(1, "9:05 AM", 46, "agent", "IOE0920000001"), july(4, "4:10 PM", 85, "hung up", "")),
        3, header=f"{HEADER},Receipt"),
    "four to six minutes apart": Case(
        (*BOTH, july(22, "8:45 AM", 55), july(27, "4:00 PM", 41)),
        (july(13, "2:24 PM", 33), july(20, "11:10 AM", 30), july(21, "1:05 PM", 39), july(27, "4:06 PM", 40)), 8,
        says="3 pairs of rows in two sheets, within ten minutes of each other, may log the same call"),
    "a row of twelve changed in each": Case(
        (*LONG[:5], july(6, "8:00 AM", 15, "hung up"), july(7, "8:10 AM", 11, "hung up"), *LONG[7:]),
        (*LONG[:3], july(4, "3:00 PM", 66, "hung up"), july(5, "3:10 PM", 77, "hung up"), *LONG[5:]), 16),
}  # fmt: skip
VERSIONS = {
    "rows added": Case(LONG[:8], LONG, 12),
    "shuffled": Case(LONG, (*LONG[6:], *LONG[:6]), 12),
    "a wait corrected": Case(LONG[:4], (*LONG[:2], july(3, "10:05 AM", 63), *LONG[3:]), 12),
    "a wait and what ended it corrected": Case(
        LONG[:4], (*LONG[:2], july(3, "10:05 AM", 63, "hung up"), *LONG[3:]), 12),
    "a minute corrected": Case(LONG, (*LONG[:2], july(3, "10:50 AM", 23), *LONG[3:]), 12),
    "of twelve rows one removed": Case(LONG, (*LONG[:6], *LONG[7:], july(13, "10:05 AM", 33)), 12, removed=1),
    "of twelve rows two removed": Case(LONG, (*LONG[:6], *LONG[8:], july(13, "10:05 AM", 33)), 13, asked=2),
    "of four rows one removed": Case(LONG[:4], (*LONG[:2], *LONG[3:5]), 5, asked=1),
    "an export of some days": Case(LONG, LONG[4:8], 12),
    "the first days cut off": Case(LONG, (*LONG[8:], july(13, "10:05 AM", 33)), 13),
}  # fmt: skip


def written(folder, case: Case):
    for name, rows in (("ann.csv", case.one), ("bob.csv", case.two)):
        (folder / name).write_text("\n".join([case.header, *rows]) + "\n", "utf-8")
    return [folder / "ann.csv", folder / "bob.csv"]


def calls_of(store) -> int:
    log = load(store, as_of="2026-10-01")
    ids = log.entries.to_arrow().column("entry_id").to_pylist()
    assert len({*ids}) == len(ids)
    return len(log.agency_calls.to_arrow())


def stored(tmp_path, case, ways):
    """The receipts and the store of both sheets in one run, and of one after the other in either order."""
    paths = written(tmp_path, case)
    runs = {"one run": [paths], "in order": paths, "backwards": paths[::-1]}
    for way in ways:
        yield [intake.ingest(files, tmp_path / way, **OFFICE) for files in runs[way]], tmp_path / way


WAYS = ("one run", "in order", "backwards")


@pytest.mark.parametrize(("case", "ways"), in_turn(TWO_LOGS, WAYS))
def test_the_logs_of_two_people_both_count(case, ways, tmp_path):
    for receipts, store in stored(tmp_path, case, ways):
        assert calls_of(store) == case.calls
        assert not receipts[-1].versions
        assert case.says in " ".join(receipts[-1].text().split())
        assert Store.open(store).verify() == []
        assert {row["set_aside"] for row in Store.open(store).read("sources").to_pylist()} == {0}


@pytest.mark.parametrize(("case", "ways"), in_turn(VERSIONS, WAYS))
def test_a_version_takes_the_place_of_the_other(case, ways, tmp_path):
    for receipts, store in stored(tmp_path, case, ways):
        assert calls_of(store) == case.calls
        removed = sum(len(version.removed) for version in receipts[-1].versions)
        asked = sum(each.rows for each in receipts[-1].questions if each.question.code == "removed_rows")
        assert (len(receipts[-1].versions), removed, asked) == (1, case.removed, case.asked)
        assert Store.open(store).verify() == []


def test_one_minute_of_two_people_in_one_workbook_is_two_calls(tmp_path):
    book = openpyxl.Workbook()
    for sheet, row in ((book.active, july(1, "9:05 AM", 45)), (book.create_sheet(), july(1, "9:05 AM", 30))):
        for line in (HEADER, row, july(2, "9:05 AM", 20)):
            sheet.append(line.split(","))
    book.save(tmp_path / "by person.xlsx")
    receipt = intake.ingest(tmp_path / "by person.xlsx", tmp_path / "store", **OFFICE)
    assert calls_of(tmp_path / "store") == 3
    assert receipt.totals["duplicates"] == 1
    assert Store.open(tmp_path / "store").verify() == []
