"""A hand log exported for the last days only, again and again: every call is there once, whatever comes when."""

import itertools
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from callanalytics import intake
from callanalytics.intake.sheet_versions import Sheets, State
from callanalytics.store import Store
from exhaustive import seeds
from rolling_sheets import OFFICE, Call, assert_whole, calls, expected, removals_asked, rolling, sheet

# ---- through the store ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nine_overlapping_exports_of_78_calls_store_78(tmp_path):
    log = calls(78)
    files = rolling(tmp_path / "logs", log)
    assert len(files) >= 9
    for file in files:
        receipt = intake.ingest([file], tmp_path / "one by one", **OFFICE)
        assert not removals_asked(receipt)
        assert not any(version.removed for version in receipt.versions)
    intake.ingest([tmp_path / "logs"], tmp_path / "one folder", **OFFICE)
    for place in (tmp_path / "one by one", tmp_path / "one folder"):
        assert_whole(place, log)
        assert intake.compare(Store.open(place), tmp_path / "logs").problems == []
    assert Store.open(place).read("agency_calls").num_rows == 78
    assert not intake.ingest([tmp_path / "logs"], place).stored  # twice is once


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(50))
def test_the_order_of_the_files_leaves_no_trace(seed, tmp_path):
    log = calls(40, seed)
    files = rolling(tmp_path / "logs", log, days=45, step=20)
    random.Random(seed).shuffle(files)
    for file in files:
        intake.ingest([file], tmp_path / "shuffled", **OFFICE)
    intake.ingest(files, tmp_path / "at once", **OFFICE)
    assert_whole(tmp_path / "shuffled", log)
    assert Store.open(tmp_path / "shuffled").fingerprint() == Store.open(tmp_path / "at once").fingerprint()


@pytest.mark.slow
def test_a_corrected_row_is_corrected_once(tmp_path):
    log = calls(7)
    for name, some in [
        ("first.csv", log[:6]),
        ("second.csv", log[3:]),
        ("third.csv", [replace(call, wait=call.wait + 3) for call in log[:6]]),
    ]:
        intake.ingest([sheet(tmp_path / name, some)], tmp_path / "store", **OFFICE)
    entries = Store.open(tmp_path / "store").read("entries").to_pylist()
    waits = {note["matter"]: note["wait_s"] // 60 for note in entries}
    assert waits == {f"22-{c.number:03}": c.wait + 3 * (c.number < 7) for c in log}
    assert_whole(tmp_path / "store", log)


@pytest.mark.slow
def test_a_corrected_minute_is_corrected_once_in_any_order(tmp_path):
    log = calls(12)
    moved = [replace(call, start=call.start + timedelta(minutes=4)) if call.number == 6 else call for call in log]
    one, two = sheet(tmp_path / "one.csv", log[:8]), sheet(tmp_path / "two.csv", moved[3:])
    for files in ([one, two], [two, one]):
        place = tmp_path / f"store {files[0].stem}"
        for file in files:
            intake.ingest([file], place, **OFFICE)
        assert_whole(place, log)
        assert moved[5].start in Store.open(place).read("entries").column("started_at_local").to_pylist()


@pytest.mark.slow
def test_a_row_taken_out_in_the_middle_goes_and_is_told(tmp_path):
    log = calls(12)
    intake.ingest([sheet(tmp_path / "one.csv", log)], tmp_path / "store", **OFFICE)
    later = [*log[:6], *log[7:], Call(13, log[-1].start + timedelta(days=2), 20)]
    receipt = intake.ingest([sheet(tmp_path / "two.csv", later)], tmp_path / "store", **OFFICE)
    assert [row for row, _ in receipt.versions[0].removed] == [8]
    assert not removals_asked(receipt)
    assert_whole(tmp_path / "store", later)


# ---- many removals are a question ------------------------------------------------------------------------------------


def asked(tmp_path):
    """A log of 40 calls, then a newer file of the same days that holds every second."""
    log = calls(40)
    part = [*log[2::2], Call(41, log[-1].start + timedelta(days=2), 20)]
    older, newer = sheet(tmp_path / "whole log.csv", log), sheet(tmp_path / "newer.csv", part)
    intake.ingest([older], tmp_path / "store", **OFFICE)
    return log, part, newer, intake.ingest([newer], tmp_path / "store", **OFFICE)


@pytest.mark.slow
def test_many_missing_rows_stay_and_are_asked_about(tmp_path):
    log, part, _, receipt = asked(tmp_path)
    (question,) = removals_asked(receipt)
    assert not question.blocks
    assert [answer.option for answer in question.answers] == ["--keep-removed", '--replaces "whole log.csv"']
    assert "19 entries of whole log.csv" in receipt.text()
    # Two more lie before the newer file: they go as well where it replaces the older
    assert "with --replaces, the older file loses 21 of its 40 entries" in receipt.text()
    assert question.answers[1].text.endswith("the older file loses 21 of its 40 entries")
    assert question.do.startswith("ingest it again with  --keep-removed ")  # its name may be masked
    assert receipt.stored
    assert_whole(tmp_path / "store", [*log, part[-1]])


@pytest.mark.slow
def test_the_missing_rows_are_kept_for_good_where_a_person_says_so(tmp_path):
    log, part, newer, _ = asked(tmp_path)
    receipt = intake.ingest([newer], tmp_path / "store", keep_removed=True)
    assert not removals_asked(receipt)
    later = sheet(tmp_path / "later.csv", [Call(42, part[-1].start + timedelta(days=3), 9)])
    assert not removals_asked(intake.ingest([later], tmp_path / "store", date_order="mdy"))
    assert_whole(tmp_path / "store", [*log, part[-1], Call(42, log[-1].start, 9)])


@pytest.mark.slow
def test_the_missing_rows_go_where_a_person_says_that_the_newer_is_the_whole(tmp_path):
    _, part, newer, _ = asked(tmp_path)
    receipt = intake.ingest([newer], tmp_path / "store", replaces="whole log.csv")
    assert receipt.stored
    assert len(receipt.versions[0].removed) == 21  # the first two as well, which lie before the newer file
    assert_whole(tmp_path / "store", part)
    again = intake.ingest([tmp_path / "newer.csv", tmp_path / "whole log.csv"], tmp_path / "store")
    assert not again.stored
    assert_whole(tmp_path / "store", part)


# ---- the rules, without a store --------------------------------------------------------------------------------------


def states(folder: Path, files: list[Path]) -> dict[Path, State]:
    place = folder / "read"
    read = {}
    for n, file in enumerate(files):
        intake.ingest([file], place / str(n), **OFFICE)
        read[file] = State(str(n), file.name, "hand_sheet", Store.open(place / str(n)).read("entries"))
    return read


def what_counts(some: list[State]) -> list[tuple]:
    sheets = Sheets(some)
    gone = {id(entry) for removal in sheets.removals() if not removal.is_asked for entry, _ in removal.rows}
    entries = [entry for each in sheets.sheets for entry in each.entries if id(entry) not in gone]
    return sorted((row.facts["0 matter"], row.start, row.facts["0 wait_s"]) for _, row in map(sheets.counted, entries))


@pytest.mark.slow
def test_78_calls_in_200_orders_of_nine_exports_with_corrections_between(tmp_path):
    log = calls(78, seed=5)
    files = rolling(tmp_path / "logs", log)
    corrected = {
        n: replace(c, wait=c.wait + 3, start=c.start + timedelta(minutes=n % 2))
        for n, c in enumerate(log)
        if n % 9 == 4
    }
    now = [corrected.get(n, call) for n, call in enumerate(log)]
    for file in files[4:]:  # from the fifth export on the log says otherwise
        there = {int(line.split(",")[5][1:]) for line in file.read_text().splitlines()[1:]}
        sheet(file, [call for call in now if call.number in there])
    read = list(states(tmp_path, files).values())
    known = {row.facts["0 matter"] for state in read[4:] for row in state.rows}
    truth = sorted(
        (f"22-{c.number:03}", c.start, c.wait * 60)
        for c in (now[n] if f"22-{call.number:03}" in known else call for n, call in enumerate(log))
    )
    chance = random.Random(9)
    for _ in range(200):
        chance.shuffle(read)
        assert what_counts(read) == truth


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(5))
def test_any_overlap_that_begins_and_ends_within_a_day(seed, tmp_path):
    chance = random.Random(seed)
    log = calls(60, seed)
    cuts = sorted(chance.sample(range(1, 59), 6))
    ranges = [(max(0, a - chance.randrange(1, 12)), b) for a, b in itertools.pairwise([0, *cuts, 60])]
    files = [sheet(tmp_path / f"{n}.csv", log[a:b]) for n, (a, b) in enumerate(ranges)]
    read = list(states(tmp_path, files).values())
    for _ in range(20):
        chance.shuffle(read)
        assert [number for number, *_ in what_counts(read)] == expected(log)
