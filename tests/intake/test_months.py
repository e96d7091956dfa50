"""A large office's calls lie by month: one more month leaves the others alone, and the tables are those of one run."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from callanalytics import agencies, facts, intake
from callanalytics.facts import observation
from callanalytics.store import SOURCE_TABLES, Store, parquet
from exhaustive import fair
from intake_files import PHONE, hand_csv, note

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "a" * 32}
AGENCY = "(800) 375-5283"


@dataclass(frozen=True)
class Month:
    """An export of calls from a day of a month to another, every third to the agency."""

    month: int
    first: int = 1
    last: int = 28
    seconds: int = 11

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [PHONE]
        for day in range(self.first, self.last + 1):
            number = AGENCY if day % 3 == 0 else f"(212) 555-{day:04}"
            for hour in range(9, 13):
                action = "VoIP Call,Call connected" if hour % 2 else "Phone Call,Missed"
                when = datetime(2022, self.month, day, hour, day)
                rows.append(f"Voice,{number},,{when:%a %m/%d/%Y},{when:%I:%M %p},{action},,0:04:{self.seconds}")
        path.write_text("\n".join(rows) + "\n", "utf-8")
        return path


MONTHS = [Month(1), Month(2), Month(3), Month(4)]
LATER = {
    "next": [Month(5)],
    "overlapping": [Month(4, 20), Month(5, 1, 9)],
    "corrected": [Month(3, 2, seconds=12)],
    "between": [Month(2, 10, 12)],
    "from_one_to_the_next": [Month(1, 20)],
}


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(parquet, "LARGE", 60)


def taken(store: Path, files: list[Path]) -> Store:
    for file in files:
        intake.ingest([file], store, date_order="mdy", **OFFICE)
    return Store.open(store)


def calls_files(store: Store) -> dict[str, Path]:
    return {path.name.split(".")[1]: path for path in sorted(store.path("calls", immutable=True).iterdir())}


def in_full(store: Store, tmp_path, monkeypatch) -> Store:
    """The same sources published by one that keeps no file."""
    copy = tmp_path / "in full"
    shutil.copytree(store.root, copy)
    monkeypatch.setattr(parquet, "LARGE", 1 << 40)
    again = Store.open(copy)
    with again.writing():
        intake.publish.publish(again, again.offices(), intake.publish.rows_of_office, agencies.load())
    return Store.open(copy)


@pytest.mark.slow
def test_the_files_of_other_months_are_the_same_files(large, tmp_path):
    store = taken(tmp_path / "store", [m.write(tmp_path / f"{m.month}.csv") for m in MONTHS])
    before = calls_files(store)
    assert list(before) == ["202201", "202202", "202203", "202204"]
    after = calls_files(taken(tmp_path / "store", [Month(5).write(tmp_path / "5.csv")]))
    assert list(after) == [*before, "202205"]
    assert all(after[month].samefile(before[month]) for month in before)


@pytest.mark.slow
@pytest.mark.parametrize("later", LATER)
def test_what_is_published_month_by_month_is_what_all_files_give(large, later, tmp_path, monkeypatch):
    files = [m.write(tmp_path / f"{n}.csv") for n, m in enumerate([*MONTHS, *LATER[later]])]
    store = taken(tmp_path / "store", files)
    assert store.verify() == []
    assert intake.recount(store) == []
    whole = in_full(store, tmp_path, monkeypatch)
    assert [path.name for path in whole.path("calls").iterdir()] == [f"{'a' * 32}.parquet"]
    for name in (*SOURCE_TABLES, *intake.publish.FACTS):
        assert parquet.ordered(name, store.read(name)).equals(parquet.ordered(name, whole.read(name))), name


@pytest.mark.slow
@pytest.mark.parametrize("gone", fair(range(4), 2))
def test_a_file_taken_out_takes_its_months_calls_alone(large, gone, tmp_path):
    files = [m.write(tmp_path / f"{n}.csv") for n, m in enumerate([*MONTHS, Month(5), Month(6)])]
    store = taken(tmp_path / "store", files)
    intake.remove(tmp_path / "store", files[gone])
    left = Store.open(tmp_path / "store")
    assert left.verify() == []
    assert intake.recount(left) == []
    assert left.read("calls").num_rows == store.read("calls").num_rows - 4 * 28


@pytest.fixture
def read_whole(monkeypatch):
    """The files of calls that are read with all rows and columns."""
    found, read = [], parquet.read

    def watched(path, name, columns=None, offices=None, narrow=None):
        if name == "calls" and not columns and not narrow:
            found.append(path.name)
        return read(path, name, columns, offices, narrow)

    monkeypatch.setattr(parquet, "read", watched)
    return found


@pytest.mark.slow
def test_only_a_removal_reads_calls_and_only_those_of_its_month(large, read_whole, tmp_path):
    store = taken(tmp_path / "store", [m.write(tmp_path / f"{m.month}.csv") for m in MONTHS])
    log = hand_csv(tmp_path / "log.csv", [note(n) for n in range(5)])
    read_whole.clear()
    taken(tmp_path / "store", [log])
    assert intake.forget(store.root, number="212-555-0199").is_nothing
    assert read_whole == []
    assert intake.remove(store.root, tmp_path / "4.csv").gone["calls"] == 4 * 28
    assert read_whole == [f"{'a' * 32}.202204.parquet"]


@pytest.mark.slow
def test_the_facts_of_the_calls_that_are_needed_are_those_of_all(tmp_path):
    store = taken(tmp_path / "store", [m.write(tmp_path / f"{m.month}.csv") for m in MONTHS])
    agency, rows = agencies.load(), {name: store.read(name) for name in SOURCE_TABLES}
    needed = observation.needed_calls(rows["calls"], agency)
    assert needed.num_rows < rows["calls"].num_rows
    office = store.offices()[0]
    made = [
        facts.build(office, calls, rows["entries"], rows["notices"], rows["sources"], agency)
        for calls in (rows["calls"], needed)
    ]
    assert made[0] == made[1]
