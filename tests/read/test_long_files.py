"""A long export read portion by portion gives the rows that reading it whole gives, wherever the portions end."""

import errno
import os
import random
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import agencies, formats, read
from callanalytics.errors import CallLogError
from callanalytics.intake import compare, exports, forget, ingest
from callanalytics.intake.exports import ROWS
from callanalytics.normalize import Seen, normalize
from callanalytics.store import Store
from exhaustive import examples, some
from exports import export_files
from roots import GOLDEN
from text_rows import NEW_YORK

FORMATS = formats.load()
RC, SHORT = FORMATS["ringcentral_simple"], FORMATS["freepbx_short"]
ROW_BY_ROW = [fmt for fmt in FORMATS.values() if exports.is_row_by_row(fmt)]
RC_HEADER = '"Type","Phone Number","Name","Date","Time","Action","Action Result","Result Description","Duration"\r\n'
SHORT_HEADER = "calldate,src,dst,duration,billsec,disposition\n"
PLAIN = [f"2022-03-{day:02} 10:0{day % 10}:00,{200 + day},918003755283,61,60,ANSWERED" for day in range(1, 29)]


def the_file(path: Path, content: str | bytes):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read.files([path]).files[0]


def whole(file, fmt, said=NEW_YORK) -> dict:
    made = exports.read_export([file], fmt, said, agencies.load())
    return {name: rows_of(made.tables[name]) for name in (*ROWS, "sources")} | {"told": made.remarks}


def by_portions(file, fmt, size: int, said=NEW_YORK, near: Path = Path("nowhere")) -> dict | None:
    made = exports.export_by_portions(file, fmt, said, agencies.load(), near, size)
    if made is None:
        return None
    return {name: rows_of(made.tables[name]) for name in (*ROWS, "sources")} | {"told": made.remarks}


def rows_of(table) -> list:
    return sorted(table.to_pylist(), key=repr)


# ---- the law ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", some({str(size): size for size in (1, 200, 1_000, 1 << 20)}, ["200"]))
@pytest.mark.parametrize("fmt", ROW_BY_ROW, ids=lambda fmt: fmt.name)
def test_the_golden_exports_come_out_the_same(fmt, size):
    files = [file for file in export_files(GOLDEN / fmt.name) if file.name.endswith("csv")]
    for file in files:
        found = by_portions(file, fmt, size)
        assert found in (None, whole(file, fmt))
        assert found or fmt.name != "ringcentral_simple"


@pytest.mark.parametrize("fmt", ROW_BY_ROW, ids=lambda fmt: fmt.name)
def test_no_word_is_stored_that_no_row_says(fmt):
    """A stranger's number in the dictionary of a column would be in the store, though in no row of it."""
    for file in (file for file in export_files(GOLDEN / fmt.name) if file.name.endswith("csv")):
        (table,) = read.rows(file, fmt)
        calls = normalize(table, fmt, NEW_YORK, agencies.load(), seen=Seen(is_part=True)).calls
        for column in calls.columns:
            for chunk in column.chunks:
                if pa.types.is_dictionary(chunk.type):
                    assert set(chunk.dictionary.to_pylist()) == set(chunk.drop_null().to_pylist())


numbers = st.sampled_from(
    ["(800) 375-5283", "1-202-838-2200", "+1 (202) 555-0143", "212.555.0147", "Anonymous", "", "114", "7378742833",
     "61400000001", "tel: 2028382200", "202-838-2200 x4", "Ng", '=""2028382200""', "(737) 874-2833", "5552200"]
)  # fmt: skip
rc_rows = st.tuples(
    st.sampled_from(["Voice", "Voice", "Voice", "Fax"]),
    numbers,
    st.sampled_from(["", " ", "Maria", "Total Care", "José"]),
    st.sampled_from(["Tue 03/01/2022", "03/13/2022", "03/04/2022", "13/04/2022", "2022-02-30", "", "11/06/2022"]),
    st.sampled_from(["9:02 AM", "1:30 AM", "2:30 AM", "25:61", "", "7:40 PM", "11:15 EST"]),
    st.sampled_from(["VoIP Call", "Phone Call", "Something"]),
    st.sampled_from(["Call connected", "Missed", "In Progress", "No Answer", "Odd", "Accepted"]),
    st.just(""),
    st.sampled_from(["0:41:11", "0:00:21", "-", "x", "99:00:00", ""]),
)  # fmt: skip


@examples(60)
@given(rows=st.lists(rc_rows, min_size=1, max_size=30), size=st.integers(1, 900), order=st.sampled_from([None, "mdy"]))
def test_portion_boundaries_change_nothing(tmp_path_factory, rows, size, order):
    text = RC_HEADER + "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    file = the_file(tmp_path_factory.mktemp("rc") / "calls.csv", text)
    said = replace(NEW_YORK, date_order=order) if order else NEW_YORK
    found = by_portions(file, RC, size, said)
    if found is not None:
        assert found == whole(file, RC, said)


@examples(40)
@given(
    rows=st.lists(st.tuples(st.sampled_from(["03/14/22 09:05", "2022-03-14 09:05:00", "3/4/22 9:05", "14/3/22 9:00"]),
                            numbers.filter(lambda n: '"' not in n), numbers.filter(lambda n: '"' not in n)),
                  min_size=1, max_size=20),
    size=st.integers(1, 500),
)  # fmt: skip
def test_an_order_of_day_and_month_is_that_of_the_whole_file_or_the_file_is_read_whole(tmp_path_factory, rows, size):
    text = SHORT_HEADER + "".join(f"{a},{b},{c},61,60,ANSWERED\n" for a, b, c in rows)
    file = the_file(tmp_path_factory.mktemp("short") / "calls.csv", text)
    found = by_portions(file, SHORT, size)
    made = exports.read_export([file], SHORT, NEW_YORK, agencies.load())
    assert found is None or (not made.questions and found == whole(file, SHORT))


def test_an_order_that_a_later_portion_proves_holds_for_the_earlier(tmp_path):
    rows = [f"03/{day:02}/22 09:05,201,918003755283,61,60,ANSWERED\n" for day in (4, 5, 6, 14)]
    file = the_file(tmp_path / "calls.csv", SHORT_HEADER + "".join(rows))
    found = by_portions(file, SHORT, 60)
    assert found == whole(file, SHORT)
    assert min(row["started_at_local"] for row in found["calls"]).day == 4


@pytest.mark.parametrize("late", ["14/03/22 09:05", "not a date"])
def test_doubt_that_only_the_last_row_raises_sends_the_file_back(tmp_path, late):
    rows = [f"03/{day:02}/22 09:05,201,918003755283,61,60,ANSWERED\n" for day in range(13, 28)]
    file = the_file(tmp_path / "calls.csv", SHORT_HEADER + "".join(rows) + f"{late},201,202,61,60,ANSWERED\n")
    found = by_portions(file, SHORT, 100)
    assert (found is None) if late.startswith("14") else (found == whole(file, SHORT))


def test_why_no_row_could_be_taken_is_said_of_a_long_file_too(tmp_path):
    rows = ['"Voice","","","2022-02-30","9:02 AM","VoIP Call","Missed","","0:41:11"\r\n'] * 6
    file = the_file(tmp_path / "calls.csv", RC_HEADER + "".join(rows))
    found = by_portions(file, RC, 100)
    assert found == whole(file, RC)
    assert RC.caveat in found["told"]


# ---- what is not regular ------------------------------------------------------------------------------------------

ODD = {
    "a short line": "2022-03-29 10:00:00,201",
    "a quote that never closes": '2022-03-29 10:00:00,"201,918003755283,61,60,ANSWERED',
    "a quote that never closes behind a cell of odd quotes": '"2022-03-29" 10:00:00,"2"01,9,61,60,"ANSWERED',
    "a cell of two lines": '2022-03-29 10:00:00,"2\n01",918003755283,61,60,ANSWERED',
    "a bare CR": "2022-03-29 10:00:00,2\r01,918003755283,61,60,ANSWERED",
    "a NUL": "2022-03-29 10:00:00,2\x0001,918003755283,61,60,ANSWERED",
    "a blank before a quote": '2022-03-29 10:00:00, "201",918003755283,61,60,ANSWERED',
    "the header again": SHORT_HEADER.strip(),
    "a total": "Total calls: 28,,,,,",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("place", [0, 14, 28])
def test_an_odd_line_anywhere_sends_the_file_back(tmp_path, odd, place):
    lines = [*PLAIN[:place], odd, *PLAIN[place:]]
    file = the_file(tmp_path / "calls.csv", SHORT_HEADER + "\n".join(lines) + "\n")
    assert by_portions(file, SHORT, 150) is None


@pytest.mark.parametrize("size", [1, 50, 92])
def test_a_mark_of_the_encoding_between_two_exports_means_the_same_wherever_a_portion_begins(tmp_path, size):
    lines = [*PLAIN[:3], '\ufeff"2022-03-29 10:00:00",201,918003755283,61,60,ANSWERED', *PLAIN[3:]]
    file = the_file(tmp_path / "calls.csv", SHORT_HEADER + "\n".join(lines) + "\n")
    assert by_portions(file, SHORT, size) in (None, whole(file, SHORT))


@pytest.mark.parametrize("blank", ["", ",,,,,", " ,,,,,"])
def test_a_blank_line_is_no_row(tmp_path, blank):
    file = the_file(tmp_path / "calls.csv", SHORT_HEADER + "\n".join([*PLAIN[:14], blank, *PLAIN[14:]]) + "\n")
    found = by_portions(file, SHORT, 150)
    assert found == whole(file, SHORT)
    assert max(row["source_row"] for row in found["calls"]) == 30


def test_bytes_that_are_no_utf8_send_the_file_back(tmp_path):
    lines = [*PLAIN[:20], "2022-03-29 10:00:00,José,201,61,60,ANSWERED"]
    file = the_file(tmp_path / "calls.csv", (SHORT_HEADER + "\n".join(lines)).encode("cp1252"))
    assert by_portions(file, SHORT, 150) is None


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    file = the_file(tmp_path / "calls.csv", SHORT_HEADER + "\n".join(PLAIN))
    assert file.sha256
    (tmp_path / "calls.csv").write_text(SHORT_HEADER + "\n".join(PLAIN[:-1]))
    with pytest.raises(Exception, match="changed while it was being read"):
        by_portions(file, SHORT, 150)


def test_a_file_that_the_disk_says_no_one_wrote_is_digested_once(tmp_path, monkeypatch):
    content = SHORT_HEADER + "\n".join(PLAIN)
    file = the_file(tmp_path / "calls.csv", content)
    monkeypatch.setattr(read.file, "SETTLED_S", -60)
    assert file.sha256
    monkeypatch.setattr(read.file, "hashlib", None)
    assert len(by_portions(file, SHORT, 150)["calls"]) == 28


@pytest.mark.parametrize("settled_s", [-60, 3])
def test_a_file_that_is_written_between_two_portions_is_refused(tmp_path, monkeypatch, settled_s):
    file = the_file(tmp_path / "calls.csv", SHORT_HEADER + "\n".join(PLAIN * 500))
    monkeypatch.setattr(read.file, "SETTLED_S", settled_s)
    assert file.sha256
    portions = read.portions(file, SHORT, 20_000)
    next(portions)
    with (tmp_path / "calls.csv").open("r+") as out:
        out.seek(400_000)
        out.write("9")
    with pytest.raises(CallLogError, match="changed while it was being read"):
        list(portions)


@pytest.mark.parametrize("tells", [True, False], ids=["the disk tells of it", "the disk tells nothing of it"])
def test_a_file_of_which_another_byte_stands_there_is_refused_though_its_time_was_put_back(
    tmp_path, monkeypatch, tells
):
    path = tmp_path / "calls.csv"
    file = the_file(path, SHORT_HEADER + "\n".join(PLAIN))
    monkeypatch.setattr(read.file, "SETTLED_S", -60)
    monkeypatch.setattr(read.file, "SHOWS_CHANGES_AT_ONCE", tells)
    assert file.sha256
    before = path.stat()
    time.sleep(0.05)  # longer than the disk's clock takes from one tick to the next
    path.write_bytes(path.read_bytes().replace(b"10:01:00", b"11:01:00"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    if not tells:
        monkeypatch.setattr(read.file.os, "fstat", lambda descriptor: before)
    with pytest.raises(CallLogError, match="changed while it was being read"):
        by_portions(file, SHORT, 150)


# ---- in the store -------------------------------------------------------------------------------------------------


def invented(path: Path, rows: int, odd: str = "") -> Path:
    draw = random.Random(7)
    lines = []
    for i in range(rows):
        number = draw.choice(["(800) 375-5283", "(202) 838-2200", "", f"(212) 555-01{i % 100:02}"])
        result = draw.choice(["Call connected", "Missed", "Accepted"])
        when = [f"03/{1 + i % 28:02}/2022", f"{1 + i % 12}:0{i % 10} PM"]
        cells = ["Voice", number, "", *when, "Phone Call", result, "", f"0:0{i % 10}:11"]
        lines.append(",".join(f'"{cell}"' for cell in cells))
        lines += [lines[-1]] if i % 9 == 0 else []  # two calls that look just alike
    path.write_text(RC_HEADER + "\r\n".join([*lines, odd] if odd else lines) + "\r\n", newline="")
    return path


@pytest.fixture
def short_is_long(monkeypatch):
    """Files of any size are read portion by portion, of about ten rows."""
    monkeypatch.setattr(exports, "LONG", 0)
    monkeypatch.setattr(exports, "PORTION", 1_000)
    monkeypatch.setattr(exports.export_by_portions, "__defaults__", (1_000,))


def stored(path: Path, exported: Path) -> Store:
    ingest([exported], path, office="Alder", timezone="Eastern", office_id="0" * 32)
    return Store.open(path)


@pytest.mark.parametrize("odd", ["", '"Voice","x"'], ids=["regular", "an odd line at the end"])
def test_the_published_tables_are_the_same_bytes(tmp_path, request, odd):
    exported = invented(tmp_path / "calls.csv", 200, odd)
    before = stored(tmp_path / "whole", exported)
    request.getfixturevalue("short_is_long")
    after = stored(tmp_path / "portions", exported)
    assert after.fingerprint() == before.fingerprint()
    assert after.verify() == []
    assert compare(after, tmp_path) == []


def test_a_disk_that_is_full_is_a_sentence_and_nothing_is_stored(tmp_path, short_is_long, monkeypatch):
    def full(self, rows):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(exports.Spool, "add", full)
    receipt = ingest([invented(tmp_path / "calls.csv", 50)], tmp_path / "store", office="Alder", timezone="Eastern")
    assert "the disk is full" in str(receipt.problems[0].why)
    assert not (tmp_path / "store").exists()


def test_the_ids_are_made_when_the_rows_are_read(tmp_path, short_is_long):
    store = stored(tmp_path / "store", invented(tmp_path / "calls.csv", 200))
    (folder,) = (tmp_path / "store" / "sources").iterdir()
    assert b"call_id" not in (folder / "calls.parquet").read_bytes()
    (source,) = store.source_ids()
    assert store.read_source(source, "calls").column("call_id").null_count == 0


def test_what_was_erased_stays_erased_and_the_other_ids_stay(tmp_path, short_is_long, monkeypatch):
    monkeypatch.setenv("CALLANALYTICS_KEY", str(tmp_path / "key"))
    exported = GOLDEN / "ringcentral_analytics" / "export.csv"
    store = stored(tmp_path / "store", exported)
    before = store.read("calls")
    assert "+12025550143" in before.column("our_number").to_pylist()
    forget(tmp_path / "store", number="202-555-0143", own_line=True)
    after = must_be_without_it(Store.open(tmp_path / "store"))
    assert after.read("calls").column("call_id").equals(before.column("call_id"))
    more = tmp_path / "more.csv"
    more.write_bytes(exported.read_bytes() + b"\n")  # other bytes, the same calls
    again = must_be_without_it(stored(tmp_path / "store", more))
    assert len(again.read("sources")) == 2
    assert set(again.read("calls").column("call_id").to_pylist()) == set(before.column("call_id").to_pylist())


def must_be_without_it(store: Store) -> Store:
    assert store.verify() == []
    assert "+12025550143" not in store.read("calls").column("our_number").to_pylist()
    return store
