"""Phone systems in the office, telephones and carriers' bills: what tells their files apart, and real ones."""

import json
import shutil

import pytest

from callanalytics import agencies, formats, read
from callanalytics.errors import CallLogError
from callanalytics.normalize import normalize
from callanalytics.proposals.columns import peek
from exports import of_shared
from read_formats import a_file, a_format, reasons
from roots import GOLDEN
from text_rows import NEW_YORK

FORMATS = formats.load()


def done(file, fmt):
    (table,) = read.rows(file, fmt)
    return normalize(table, fmt, NEW_YORK, agencies.load())


# ---- three programs, one name ----------------------------------------------------------------------

MASTERS = ("asterisk_cdr", "asterisk_cdr_custom", "freeswitch_cdr")


@pytest.mark.parametrize("name", MASTERS)
def test_a_master_csv_is_known_by_what_stands_in_it(tmp_path, name):
    shutil.copy(GOLDEN / name / "export.csv", tmp_path / "Master.csv")
    (file,) = read.files([tmp_path]).files
    assert read.identify(file, FORMATS).name == name


def test_a_master_csv_that_two_could_have_written_names_both(tmp_path):
    """A mapping of one's own that says less than the shipped format fits the same file."""
    mapping = tmp_path / "ours.toml"
    mapping.write_text('extends = "asterisk_cdr"\n', "utf-8")
    both = {"asterisk_cdr": FORMATS["asterisk_cdr"], "ours": formats.read_mapping(mapping)}
    (file,) = read.files([GOLDEN / "asterisk_cdr" / "export.csv"]).files
    with pytest.raises(CallLogError, match=r"fits 2 formats[\s\S]*asterisk_cdr, ours"):
        read.identify(file, both)


def test_an_order_of_ones_own_needs_only_the_names_of_the_columns(tmp_path):
    mapping = tmp_path / "ours.toml"
    columns = "uniqueid start end answer duration billsec disposition src dst clid channel dstchannel lastapp".split()
    mapping.write_text(f'extends = "asterisk_cdr"\n[file]\ncolumns = {columns}\n', "utf-8")
    fmt = formats.read_mapping(mapping)
    line = "1646147100.1,2022-03-01 10:05:00,2022-03-01 10:46:13,2022-03-01 10:05:02,2473,2471,ANSWERED,201,18003755283"
    file = a_file(tmp_path, f"{line},,SIP/201-1,SIP/trunk-2,Dial\n")
    assert read.identify(file, FORMATS | {"ours": fmt}) is fmt
    (call,) = done(file, fmt).calls.to_pylist()
    assert (call["direction"], call["other_number"], call["timezone"]) == ("outbound", "+18003755283", "UTC-05:00")


def test_a_look_at_a_file_without_a_header_names_its_columns_and_masks_its_rows():
    seen = peek(GOLDEN / "asterisk_cdr" / "export.csv")
    assert seen["header"][:3] == ["accountcode", "src", "dst"]
    assert seen["rows"][0]["start"] == "2022-03-01 10:05:00"
    assert seen["rows"][1]["src"] == "9999999999"


# ---- telephones of a group, a row each -------------------------------------------------------------


@pytest.mark.parametrize(("second", "n"), [(":10", 2), ("", 5)])
def test_telephones_that_ring_in_one_second_are_one_call_and_in_one_minute_each_its_own(tmp_path, second, n):
    """A group of three telephones, of which the second took the call; then a group of two, of which none did."""
    header = "Call Type,User Name,DateTime,Duration,Answered,From,To\n"
    took = [("0s", "No"), ("7m 6s", "Yes"), ("0s", "No")]
    rows = [f"Inbound call,A,2022-03-02 09:12{second},{s},{end},202-838-2200,202-555-0143" for s, end in took]
    rows += [f"Inbound call,A,2022-03-03 09:12{second},0s,No,Anonymous,202-555-0143"] * 2
    calls = done(a_file(tmp_path, header + "\n".join(rows) + "\n"), FORMATS["nextiva"]).calls.to_pylist()
    assert len(calls) == n
    if second:
        assert [(call["outcome"], call["duration_s"], call["legs"]) for call in calls] == [
            ("answered", 426, 3), ("missed", 0, 2),
        ]  # fmt: skip


def dialpad_line(own: str, entry: str, connected: int, length: float | None, state: str = "hangup") -> dict:
    numbers = {"external_number": "+12028382200", "internal_number": "+12025550143", "direction": "inbound"}
    times = {"date_started": 1646230364000, "date_connected": connected, "event_timestamp": 1646230975000}
    return {"call_id": own, "entry_point_call_id": entry, "state": state, "duration": length} | numbers | times


@pytest.mark.parametrize(
    ("of_persons", "outcome", "seconds"),
    [
        ([(0, None, "missed"), (1646230370000, 605000.0, "hangup")], "answered", 605),
        ([(0, None, "missed"), (0, None, "voicemail")], "voicemail", None),
        ([(0, None, "missed"), (0, None, "missed")], "missed", None),
    ],
)
def test_a_dialpad_line_that_only_rang_is_answered_by_a_persons_leg(tmp_path, of_persons, outcome, seconds):
    """The record of the line has no moment of an answer; those of the two persons whom it rang have."""
    of_line = dialpad_line("70", "", 0, None)
    legs = [dialpad_line(f"7{n}", "70", *person) for n, person in enumerate(of_persons, 1)]
    path = tmp_path / "calls.json"
    path.write_text(json.dumps({"items": [of_line, *legs]}))
    (file,) = read.files([path]).files
    (call,) = done(file, FORMATS["dialpad_json"]).calls.to_pylist()
    assert (call["outcome"], call["duration_s"], call["legs"]) == (outcome, seconds, 3)


# ---- what a format cannot show ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["att_bill", "tmobile_usage", "imazing_calls"])
def test_a_bill_and_a_list_without_missed_calls_witness_no_silence(name):
    assert not FORMATS[name].has_unanswered
    assert not FORMATS[name].has_caller_id


def test_the_time_in_the_offices_own_queue_is_no_duration_of_a_call():
    (file,) = read.files([GOLDEN / "asterisk_queue_log" / "export.log"]).files
    calls = done(file, FORMATS["asterisk_queue_log"]).calls.to_pylist()
    assert [call["duration_s"] for call in calls] == [None, 426, None, None, None]  # 24, 60: time in the queue


# ---- stacked files ---------------------------------------------------------------------------------

BILL = "Line:,1\nDate,Number,Min\n1,2,3\nTotals,,3\n"


def stacked(tmp_path, content):
    from callanalytics.formats.layout import FilePart, OtherBlock, Test

    other = OtherBlock(header=(("Date",), ("Text",)), reason="data")
    part = FilePart(above={"Line": (Test("Line:"),)}, others=(other,))
    fmt = a_format("bill", header="Date, Number, Min")
    object.__setattr__(fmt, "file", part)
    (table,) = read.rows(a_file(tmp_path, content), fmt)
    return table


def test_each_block_has_what_stands_above_it(tmp_path):
    table = stacked(tmp_path, BILL + BILL.replace("Line:,1", "Line:,2"))
    assert table.cells["Line"].to_pylist() == ["1", "2"]
    assert table.rows.tolist() == [3, 7]
    assert reasons(table) == [(4, "total", "set_aside"), (8, "total", "set_aside")]


def test_a_block_whose_columns_stand_in_another_order_is_read_by_name(tmp_path):
    table = stacked(tmp_path, BILL + "Min,Date,Number\n7,8,9\n")
    assert table.cells.to_pylist()[1] == {"Date": "8", "Number": "9", "Min": "7", "Line": "1"}


def test_a_block_without_calls_is_set_aside_row_by_row(tmp_path):
    table = stacked(tmp_path, BILL + "Date,Text\n1,2\n3,4\n")
    assert reasons(table)[1:] == [(6, "data", "set_aside"), (7, "data", "set_aside")]


def test_a_damaged_row_in_front_of_a_block_is_no_title(tmp_path):
    table = stacked(tmp_path, BILL + "4,5\n" + BILL)
    assert (5, "width", "reject") in reasons(table)
    table = stacked(tmp_path, BILL + "4\n")
    assert (5, "width", "reject") in reasons(table)


def test_every_line_of_a_bill_that_is_a_row_is_accounted_for():
    (file,) = read.files([GOLDEN / "att_bill" / "export.csv"]).files
    bill = done(file, FORMATS["att_bill"])
    assert (bill.rows, bill.calls.num_rows, bill.set_aside.num_rows, bill.rejects.num_rows) == (10, 4, 5, 1)
    assert set(bill.calls.column("our_number").to_pylist()) == {"+12025550143", "+12025550144", None}


# ---- real files ------------------------------------------------------------------------------------


def test_a_real_cisco_file_gives_its_one_call_and_sets_the_recorder_aside(shared_data):
    cdr = of_shared(shared_data / "exports" / "cucm" / "sieteunoseis_cdr.txt")
    assert (cdr.rows, cdr.calls.num_rows, cdr.rejects.num_rows) == (3, 1, 0)
    assert cdr.set_aside.column("reason").to_pylist() == ["recording", "recording"]
    (call,) = cdr.calls.to_pylist()
    assert call["started_at_utc"].isoformat() == "2025-04-18T16:32:08+00:00"
    assert (call["direction"], call["outcome"], call["duration_s"]) == ("internal", "answered", 11)


def test_a_real_cisco_quality_file_is_refused_as_what_it_is(shared_data):
    (file,) = read.files([shared_data / "exports" / "cucm" / "sieteunoseis_cmr.txt"]).files
    with pytest.raises(CallLogError) as result:
        read.identify(file, FORMATS)
    assert result.value.what == "sieteunoseis_cmr.txt is not a call log"
    assert "sound quality (Cisco CMR)" in result.value.found
    assert "cdr_" in result.value.do


def test_the_table_in_a_real_imazing_archive_is_read_as_local_time(shared_data, tmp_path):
    """The archive itself is refused; its table is read, and not as UTC, as the program beside it does."""
    (archive,) = (shared_data / "exports" / "iphone_imazing").glob("*.txtar")
    text = archive.read_text("utf-8").split("-- input.csv --\n")[1].split("\n-- ")[0]
    calls = done(a_file(tmp_path, text), FORMATS["imazing_calls"])
    assert (calls.rows, calls.calls.num_rows, calls.set_aside.num_rows) == (4, 3, 1)
    assert calls.calls.column("started_at_utc")[0].as_py().isoformat() == "2024-03-15T18:30:00+00:00"
    assert calls.calls.column("duration_s").to_pylist() == [165, 80, 315]
