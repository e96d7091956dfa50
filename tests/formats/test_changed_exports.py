"""Exports of known systems as vendors and offices change them: other columns, lengths, numbers and zones.

Each is read as the unchanged one is, or what was left out is told; nothing is read as something else.
"""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from callanalytics import intake
from callanalytics.store import Store
from roots import GOLDEN

SIMPLE = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration"
ROWS = (
    "Voice,{uscis},,Tue 03/01/2022,9:05 AM,VoIP Call,Call connected,,{long}",
    "Voice,{client},,Wed 03/02/2022,10:00 AM,Phone Call,Missed,,{none}",
    "Voice,{back},,Tue 03/15/2022,10:00 AM,Phone Call,Accepted,,{short}",
)
PLAIN = {
    "uscis": "8003755283",
    "client": "3125550188",
    "back": "2028382200",
    "long": "1:33:36",
    "none": "0:00:00",
    "short": "0:00:41",
}
LENGTHS = [5616, 0, 41]


def stored(folder: Path, text: str, timezone: str = "Central", **encoding) -> tuple[list[dict], str]:
    """The calls of a file, by their start, and what the receipt says."""
    path = folder / "calls.csv"
    path.write_text(text, **({"encoding": "utf-8"} | encoding))
    done = intake.ingest([path], folder / "store", "Alder and Birch", timezone)
    assert not done.questions, done.text()
    calls = Store.open(folder / "store").read("calls").to_pylist()
    return sorted(calls, key=lambda call: call["started_at_utc"]), " ".join(done.text().split())


def simple(**more) -> str:
    return "\n".join([SIMPLE, *ROWS]).format(**(PLAIN | more)) + "\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "lengths",
    [
        {},
        {"long": "5616", "none": "0", "short": "41"},
        {"long": "93 min 36 s", "none": "0 s", "short": "41 sec"},
        {"long": "1h 33m 36s", "none": "0m", "short": "41s"},
    ],
)
def test_a_length_in_another_form_is_the_same_length(tmp_path, lengths):
    calls, _ = stored(tmp_path, simple(**lengths))
    assert [call["duration_s"] for call in calls] == LENGTHS


def test_bare_numbers_that_may_be_minutes_are_left_out_and_told(tmp_path):
    calls, result = stored(tmp_path, simple(long="94", none="0", short="1"))
    assert [call["duration_s"] for call in calls] == [None, None, None]
    assert "call length that cannot be read: left out, and the call is kept" in result


@pytest.mark.slow
@pytest.mark.parametrize(
    "numbers",
    [
        {"uscis": "+18003755283", "back": "1-202-838-2200"},
        {"uscis": "(800) 375-5283", "back": "202.838.2200"},
        {"uscis": "1 (800) 375-5283", "back": '="2028382200"'},
    ],
)
def test_a_number_in_another_form_is_the_same_number(tmp_path, numbers):
    calls, _ = stored(tmp_path, simple(**numbers))
    assert [call["other_number"] for call in calls] == ["+18003755283", None, "+12028382200"]


def test_numbers_that_a_spreadsheet_shortened_are_told(tmp_path):
    calls, result = stored(tmp_path, simple(uscis="8.00375E+09"))
    assert calls[0]["other_number"] is None
    assert calls[0]["warnings"] == "number_shortened"
    assert "number shortened by a spreadsheet (8.00375E+09)" in result


ANALYTICS = (
    "Session Id,From Number,To Number,Result,Call Length,Call Start Time{zone},Call Direction\n"
    "s1,2025550143,8003755283,Answered,00:41:11,2022-03-01 10:05:00,Outbound\n"
    "s2,Anonymous,2025550143,Missed,00:00:21,2022-07-02 10:05:00,Inbound\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("zone", [" (America/New_York)", " (Eastern)", " (EST)", " [EDT]"])
def test_a_zone_behind_the_name_of_a_column_is_that_of_its_times(tmp_path, zone):
    calls, result = stored(tmp_path, ANALYTICS.format(zone=zone), "Pacific")
    assert [str(call["started_at_utc"])[:16] for call in calls] == ["2022-03-01 15:05", "2022-07-02 14:05"]
    assert {call["format"] for call in calls} == {"ringcentral_analytics"}
    assert {call["timezone_source"] for call in calls} == {"file"}
    assert "its times are read as Eastern time: the file says so" in result
    assert "Call Start Time" not in result, "a column that is read"


@pytest.mark.parametrize("zone", ["Eastern Time (US & Canada)", "(GMT-05:00) Eastern Time (US and Canada)"])
def test_a_zone_in_a_row_above_is_that_of_its_times(tmp_path, zone):
    calls, _ = stored(tmp_path, f"Call report\nTime zone: {zone}\n" + simple(), "Pacific")
    assert str(calls[0]["started_at_utc"])[:16] == "2022-03-01 14:05"


@pytest.mark.slow
def test_without_a_zone_the_office_clock_counts(tmp_path):
    calls, result = stored(tmp_path, ANALYTICS.format(zone=" (local)").replace(" (local)", ""), "Pacific")
    assert str(calls[0]["started_at_utc"])[:16] == "2022-03-01 18:05"
    assert "the file says so" not in result


@pytest.mark.slow
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
@pytest.mark.parametrize(("suffix", "began"), [("PT", "18:05"), ("MT", "17:05"), ("CT", "16:05"), ("ET", "15:05")])
def test_quo_names_the_zone_in_its_columns(tmp_path, suffix, began, change):
    header = change(f"type,createdAt{suffix},answeredAt{suffix},direction,status,from,to")
    text = f"{header}\ncall,2022-03-01 10:05:00,2022-03-01 10:05:04,outgoing,completed,+12025550143,+18003755283\n"
    calls, _ = stored(tmp_path, text, "Hawaii")
    assert (calls[0]["format"], str(calls[0]["started_at_utc"])[11:16]) == ("quo", began)


FREEPBX = "calldate,src,dst,dcontext,lastapp,duration,billsec,disposition,uniqueid,did\n"


@pytest.mark.slow
@pytest.mark.parametrize("number", ["18003755283", "918003755283", "1-800-375-5283", "(800) 375-5283", "800.375.5283"])
def test_some_columns_of_freepbx_are_enough(tmp_path, number):
    calls, _ = stored(
        tmp_path,
        FREEPBX + f"2022-03-01 09:05:00,201,{number},from-internal,Dial,2473,2471,ANSWERED,1646147100.12,\n"
        "2022-03-02 09:05:00,anonymous,201,from-trunk,VoiceMail,40,20,ANSWERED,1646233500.13,2025550143\n"
        "2022-03-03 09:05:00,2028382200,201,from-trunk,Dial,20,0,NO ANSWER,1646319900.14,2025550143\n",
        "Pacific",
    )
    assert [call["direction"] for call in calls] == ["outbound", "inbound", "inbound"]
    assert [call["other_number"] for call in calls] == ["+18003755283", None, "+12028382200"]
    assert [call["outcome"] for call in calls] == ["answered", "voicemail", "missed"]
    assert str(calls[0]["started_at_utc"])[:16] == "2022-03-01 15:05"  # the epoch says Central


def test_quo_has_a_length_where_its_unit_is_plain(tmp_path):
    text = (
        "type,createdAtET,answeredAtET,direction,status,from,to,duration\n"
        "call,2022-03-01 10:05:00,2022-03-01 10:05:04,outgoing,completed,+12025550143,+18003755283,2471\n"
    )
    calls, _ = stored(tmp_path, text)
    assert calls[0]["duration_s"] == 2471


# ---- numbers that a spreadsheet shortened ----------------------------------------------------------------------------

LEGS = "Type,SessionId,Leg,Direction,From,To,Date,Time,Action,Action Result,Duration\n"
SHORTENED = "4.00123E+13"  # of every call alike


def test_calls_whose_ids_were_shortened_are_told_apart_by_their_place(tmp_path):
    day, line = "Tue 03/01/2022", "2025550143"
    rows = [
        f"Voice,{SHORTENED},Leg-master,Incoming,Anonymous,{line},{day},9:05 AM,Phone Call,Accepted,0:01:00",
        f",{SHORTENED},Leg-1,Incoming,,,{day},9:05 AM,Ring Directly,Accepted,0:01:00",
        f"Voice,{SHORTENED},Leg-master,Incoming,2028382200,{line},{day},9:45 AM,Phone Call,Missed,0:00:20",
    ]
    calls, result = stored(tmp_path, LEGS + "\n".join(rows) + "\n")
    assert [(call["legs"], call["outcome"]) for call in calls] == [(2, "answered"), (1, "missed")]
    assert "1 call leg" in result


DIALPAD = (
    "date_started,call_id,category,direction,external_number,internal_number,date_connected,entry_point_call_id,"
    "timezone,talk_duration\n"
)


def dialpad(*ids: tuple[str, str]) -> str:
    rows = (
        f"2022-03-0{day} 09:05:00,{own},incoming,inbound,+12028382200,+12025550143,2022-03-0{day} 09:05:09,{entry},"
        "America/Chicago,2.5\n"
        for day, (own, entry) in enumerate(ids, 1)
    )
    return DIALPAD + "".join(rows)


def test_rows_that_may_be_one_call_after_their_ids_were_shortened_are_returned(tmp_path):
    text = dialpad(("5.12346E+15", ""), ("5.12346E+15", ""), ("6.12346E+15", ""), ("77", ""))
    calls, result = stored(tmp_path, text)
    assert len(calls) == 2, "an id that no other row has is that of its call"
    assert "rows 2-3 entry_point_call_id was shortened by a spreadsheet: export it again" in result


@pytest.mark.parametrize("moment", ["6.67840E+08", "6.6784E+08"])
def test_a_start_that_was_shortened_is_returned_never_rounded(tmp_path, moment):
    text = "ZDATE,ZDURATION,ZORIGINATED,ZANSWERED,ZADDRESS,ZCALLTYPE\n667839610.5,60,1,0,+18003755283,1\n"
    calls, result = stored(tmp_path, text + f"{moment},60,1,0,+18003755283,1\n")
    assert [str(call["started_at_utc"])[:19] for call in calls] == ["2022-03-01 15:00:10"]
    assert "row 3 ZDATE" in result
    assert "was shortened by a spreadsheet" in result


def test_an_id_whose_fraction_was_cut_off_settles_the_zone(tmp_path):
    columns = "calldate,src,dst,dcontext,channel,dstchannel,lastapp,duration,billsec,disposition,uniqueid\n"
    row = "3/1/2022 15:05,201,18003755283,from-internal,PJSIP/201-1,PJSIP/trunk-1,Dial,2473,2471,ANSWERED,1646147100\n"
    calls, _ = stored(tmp_path, columns + row + row.replace("3/1/", "3/15/").replace("1646147100", "1647356700"))
    assert [str(call["started_at_utc"])[:16] for call in calls] == ["2022-03-01 15:05", "2022-03-15 15:05"]
    assert {call["timezone_source"] for call in calls} == {"epoch"}


@pytest.mark.parametrize(
    ("lengths", "taken"),
    [
        (("93:36", "0:00", "0:41"), 0),
        (("93:36:00", "0:00:00", "0:41:00"), 3),  # as a spreadsheet shows them
        (("1:33:36", "12:15:00", "0:41:00"), 2),
    ],
)
def test_minutes_and_seconds_that_are_too_long_as_hours_are_read_as_such(tmp_path, lengths, taken):
    calls, result = stored(tmp_path, simple(**dict(zip(("long", "none", "short"), lengths, strict=True))))
    assert [call["duration_s"] for call in calls] == [5616, 735 if "15" in lengths[1] else 0, 41]
    assert [call["warnings"] for call in calls].count("duration_of_minutes") == taken
    assert ("read as minutes and seconds" in result) is bool(taken)


def test_lengths_that_a_spreadsheet_shows_without_their_hours_are_left_out_and_named(tmp_path):
    """1:33:36.0, 0:00:00.0, and 0:00:41.0, as a spreadsheet shows and saves them."""
    calls, result = stored(tmp_path, simple(long="33:36.0", none="00:00.0", short="00:41.0"))
    assert [call["duration_s"] for call in calls] == [None] * 3
    assert "row 2 and 2 more rows, call length that a spreadsheet shows without its hours" in result


def test_lengths_with_a_fraction_keep_their_hours(tmp_path):
    calls, _ = stored(tmp_path, simple(long="1:33:36.0", none="0:00:00.0", short="0:00:41.0"))
    assert [call["duration_s"] for call in calls] == LENGTHS


def test_an_hour_that_the_clock_shows_twice_is_named(tmp_path):
    text = simple().replace("Tue 03/01/2022,9:05 AM", "Sun 11/06/2022,1:30 AM").replace("Wed 03/02", "Mon 11/07")
    calls, result = stored(tmp_path, text)
    assert str(calls[1]["started_at_utc"])[:16] == "2022-11-06 06:30", "the first 1:30 AM, in summer time"
    assert "row 2, in an hour that the clock showed twice: read as the first" in result


def clocks(*texts: str) -> str:
    rows = [
        f"Voice,8003755283,,03/{day}/2022,{text},VoIP Call,Call connected,,0:01:00"
        for day, text in enumerate(texts, 13)
    ]
    return "\n".join([SIMPLE, *rows]) + "\n"


@pytest.mark.parametrize(
    ("texts", "is_named"),
    [
        (["9:05", "10:30", "11:45", "12:10", "1:15", "2:20", "3:30", "4:45", "9:50", "5:55"], True),
        (["9:05", "10:30", "11:45", "12:10", "13:15", "14:20", "15:30", "16:45", "9:50", "17:55"], False),
        (["9:05", "10:30", "11:45", "12:10", "9:15", "8:20", "8:30", "10:45", "9:50", "1:55"], False),
    ],
)
def test_times_that_seem_to_lack_am_and_pm_are_named(tmp_path, texts, is_named):
    """An office's day as a clock of twelve hours shows it, one of 24 hours, mornings with one night."""
    _, result = stored(tmp_path, clocks(*texts))
    assert ("5 are from 1 to 6 a.m.: AM and PM may be missing" in result) is is_named


def test_the_period_above_a_known_export_proves_the_order_of_its_days(tmp_path):
    calls, _ = stored(
        tmp_path, "Call log\nFrom 01/05/2022 to 31/05/2022\n\n" + clocks("9:05").replace("03/13", "06/05")
    )
    assert [str(call["started_at_local"])[:10] for call in calls] == ["2022-05-06"]


@pytest.mark.parametrize(("number", "is_named"), [("8003755283", True), ("3125550188", False)])
def test_three_calls_lack_am_and_pm_if_the_agency_was_called_at_night(tmp_path, number, is_named):
    """The agency is closed at 1:15 and 2:20 a.m.; a client may call then."""
    _, result = stored(tmp_path, clocks("9:05", "1:15", "2:20").replace("8003755283", number))
    remark = "none of its 3 calls is at 1 p.m. or later, and 2 are from 1 to 6 a.m.: AM and PM may be missing"
    assert (remark in result) is is_named


def test_a_list_trimmed_to_the_result_keeps_what_the_result_says(tmp_path):
    rows = [row.format(**PLAIN).split(",") for row in (SIMPLE, *ROWS)]
    trimmed = "\n".join(",".join(row[index] for index in (1, 3, 4, 6, 8)) for row in rows)
    calls, result = stored(tmp_path, trimmed + "\n")
    assert [(call["direction"], call["outcome"]) for call in calls] == [
        ("outbound", "answered"), ("inbound", "missed"), ("inbound", "answered"),
    ]  # fmt: skip
    assert 'without the column "Action" it does not always say which way a call went' in result
    assert 'without the column "Action" it does not always say whether a call was answered' in result
    assert "cannot show a missed callback" not in result


@pytest.mark.parametrize(
    ("lengths", "seconds"),
    [
        (("1:13:00", "19:55", "0:41"), [4380, 1195, 41]),  # a system that writes hours only where there are some
        (("93:36:00", "19:55", "0:41"), [5616, 1195, 41]),  # 93:36, as a spreadsheet saves 24 minutes or more
    ],
)
def test_three_parts_beside_two_are_hours_unless_a_spreadsheet_made_them(tmp_path, lengths, seconds):
    calls, _ = stored(tmp_path, simple(**dict(zip(("long", "none", "short"), lengths, strict=True))))
    assert [call["duration_s"] for call in calls] == seconds


def test_whole_minutes_of_which_none_is_too_long_stay_hours_and_minutes(tmp_path):
    calls, _ = stored(tmp_path, simple(long="1:33:00", none="0:00:00", short="0:41:00"))
    assert [call["duration_s"] for call in calls] == [5580, 0, 2460]


def test_a_line_that_stayed_open_for_half_a_day_does_not_make_seconds_of_minutes(tmp_path):
    calls, result = stored(tmp_path, simple(long="12:00:00", none="0:05:10", short="0:00:41"))
    assert [call["duration_s"] for call in calls] == [43_200, 310, 41]
    assert "minutes and seconds" not in result


def test_a_file_pasted_under_another_has_its_own_order_of_columns(tmp_path):
    header = ANALYTICS.format(zone="").splitlines()[0]
    rows = [
        f"s{month},2025550143,8003755283,Answered,00:41:11,2022-{month:02}-01 10:05:00,Outbound\n"
        f"t{month},Anonymous,2025550143,Missed,00:00:21,2022-{month:02}-02 10:05:00,Inbound"
        for month in range(1, 11)
    ]
    first, second, third = ("\n".join([header, *part]) for part in (rows[:6], rows[6:8], rows[8:]))
    swapped = re.sub(r"(?m)^([^,]*),([^,]*),([^,]*)", r"\1,\3,\2", second)  # From and To
    calls, result = stored(tmp_path, f"{first}\n{swapped}\n{third}\n")
    assert [call["direction"] for call in calls] == ["outbound", "inbound"] * 10
    assert [call["other_number"] for call in calls] == ["+18003755283", None] * 10
    assert [call["caller_id"] for call in calls] == ["known", "withheld"] * 10
    assert "set aside: 2 header" in result


# ---- rows that may be one call ---------------------------------------------------------------------------------------

FILLED_DOWN = "Type,Direction,From,To,Date,Time,Action,Action Result,Duration"
RANG = "Voice,Incoming,(202) 838-2200,(202) 555-0143,03/{day}/2022,{time},{action},{result},0:00:21"


def rung(day: int, time: str, *results: str) -> list[str]:
    """A call to the office and its telephones, each row filled down with the day and the numbers of the call."""
    actions = ["Phone Call", *["FindMe"] * (len(results) - 1)]
    return [
        RANG.format(day=day, time=time, action=action, result=result)
        for action, result in zip(actions, results, strict=True)
    ]


def test_filled_down_telephones_without_the_column_of_legs_are_one_call_and_said_so(tmp_path):
    rows = [row for day in (21, 22, 23) for row in rung(day, "10:05 AM", "Missed", "Missed", "Missed", "Missed")]
    rows += rung(24, "9:00 AM", "Accepted", "Missed", "Call connected")
    rows += rung(25, "9:00 AM", "Accepted", "Missed", "Missed")
    calls, receipt = stored(tmp_path, "\n".join([FILLED_DOWN, *rows]) + "\n")
    # A menu accepts every call: where telephones rang and none took it, who did is unknown
    assert [call["outcome"] for call in calls] == ["missed", "missed", "missed", "answered", "unknown"]
    assert [call["legs"] for call in calls] == [4, 4, 4, 3, 3]
    assert "row 2 and 4 more rows, time and numbers that further rows repeat" in receipt


def test_telephones_without_numbers_are_of_the_call_above_them_also_without_the_column_of_legs(tmp_path):
    rang, taken = "Missed", "Call connected"
    rows = []
    for day, ends in ((21, (rang, rang)), (22, (rang, taken)), (23, ("Voicemail", rang))):
        rows += rung(day, "10:05 AM", "Accepted")
        rows += [f",Outgoing,,,03/{day}/2022,10:05 AM,FindMe,{end},0:00:20" for end in ends]
    calls, receipt = stored(tmp_path, "\n".join([FILLED_DOWN, *rows]) + "\n")
    assert [(call["outcome"], call["legs"]) for call in calls] == [("unknown", 3), ("answered", 3), ("voicemail", 3)]
    assert "6 call legs" in receipt


def test_webex_without_the_type_of_user_says_what_it_cannot_tell(tmp_path):
    header = "Start time,Direction,Answered,Calling number,Called number,Call type,Correlation ID"
    row = "2022-03-2{n}T10:05:00.000Z,TERMINATING,{answered},+12028382200,+12025550143,SIP_INBOUND,k{n}"
    rows = [row.format(n=n, answered=answered) for n, answered in enumerate(("true", "false"))]
    calls, receipt = stored(tmp_path, "\n".join([header, *rows]) + "\n")
    assert [call["outcome"] for call in calls] == ["unknown", "missed"]
    lacks = '"Call outcome reason", "Call outcome", "User type", and "Answer indicator"'
    assert f"without the columns {lacks} it does not always say whether a call was answered" in receipt


@pytest.mark.parametrize(
    ("system", "column", "unknown"),
    [
        ("aircall", "voicemail", "whether a call was answered"),
        ("dialpad", "voicemail", "whether a call was answered"),
        ("dialpad", "is_internal", "which way a call went"),
        ("twilio_warehouse", "answered_by", "whether a call was answered"),
        ("teams_direct_routing", "Final SIP code", "whether a call was answered"),
        ("webex", "Answer indicator", "whether a call was answered"),
        ("webex", "Call outcome", "whether a call was answered"),
        ("ringcentral_simple", "Type", "which rows are calls"),
    ],
)
def test_an_export_without_a_column_that_decides_a_call_says_what_it_cannot_tell(system, column, unknown, tmp_path):
    rows = list(csv.reader(io.StringIO((GOLDEN / system / "export.csv").read_text("utf-8-sig"))))
    place = rows[0].index(column)
    lines = io.StringIO()
    csv.writer(lines).writerows([[cell for index, cell in enumerate(row) if index != place] for row in rows])
    _, receipt = stored(tmp_path, lines.getvalue())
    assert f'without the column "{column}" it does not always say {unknown}' in receipt


@pytest.mark.parametrize(
    ("system", "key", "unknown"),
    [
        ("zoom_json", "callee_did_number", 'column "callee_did_number" it does not say who was called'),
        ("zoom_call_logs_json", "has_voicemail", '"has_voicemail" it does not always say whether a call was answered'),
        ("ringcentral_json", "phoneNumber", 'column "from.phoneNumber" it does not say who called'),
    ],
)
def test_records_without_a_key_that_decides_a_call_say_what_they_cannot_tell(system, key, unknown, tmp_path):
    def without(record):
        if isinstance(record, list):
            return [without(each) for each in record]
        return {k: without(v) for k, v in record.items() if k != key} if isinstance(record, dict) else record

    path = tmp_path / "calls.json"
    path.write_text(json.dumps(without(json.loads((GOLDEN / system / "export.json").read_text("utf-8")))), "utf-8")
    done = intake.ingest([path], tmp_path / "store", "Alder and Birch", "Central")
    assert unknown in " ".join(done.text().split())


def test_two_rows_of_one_minute_among_many_calls_are_two_calls_that_may_be_one(tmp_path):
    rows = [row for day in (21, 22, 23) for row in rung(day, "10:05 AM", "Missed")]
    calls, receipt = stored(tmp_path, "\n".join([FILLED_DOWN, *rows, *rung(24, "9:00 AM", "Missed", "Missed")]) + "\n")
    assert len(calls) == 5
    assert "row 6: the call begins with another one of the same numbers" in receipt


SESSIONS = "Session Id,From Number,To Number,Result,Call Length,Handle Time,Call Start Time{zone},Call Direction"


@pytest.mark.parametrize(
    ("zone", "july", "december"),
    [(" (EST)", "2022-07-05 10:05:00", "2022-12-05 10:05:00"), ("", "7/25/2022 10:05 EST", "12/25/2022 10:05 EST")],
)
def test_a_summer_time_named_est_is_local_clock_time_and_said_so(zone, july, december, tmp_path):
    rows = [
        f"s{n},2028382200,2025550143,Missed,0:00:11,0:00:00,{when},Inbound" for n, when in enumerate((december, july))
    ]
    calls, receipt = stored(tmp_path, "\n".join([SESSIONS.format(zone=zone), *rows]) + "\n")
    assert [call["started_at_utc"].hour for call in calls] == [14, 15]
    assert "row 3, time zone not in use on that date (EST in July): read as local clock time" in receipt


ZOOM = "NO.,Direction,From Phone Number,To Phone Number,Start Time,Call Result,Duration"
TO_USCIS = "{n},Outbound,2025550143,8003755283,2022-03-2{n} 10:05:00,Connected,{length}"


@pytest.mark.parametrize(("lengths", "is_said"), [(("0:41", "1:02", "0:12"), True), (("0:41", "41:11", "0:12"), False)])
def test_short_lengths_of_two_parts_may_be_hours_and_minutes_and_are_said_so(lengths, is_said, tmp_path):
    rows = [TO_USCIS.format(n=n, length=length) for n, length in enumerate(lengths)]
    calls, receipt = stored(tmp_path, "\n".join([ZOOM, *rows]) + "\n")
    assert [call["duration_s"] for call in calls] == [41, 2471 if lengths[1] == "41:11" else 62, 12]
    assert ("call length such as 0:41, all of them under five minutes" in receipt) is is_said


def test_short_lengths_of_two_parts_are_named_beside_lengths_in_seconds_too(tmp_path):
    header = "line,datetime (UTC),direction,from,to,answered,missed_call_reason,voicemail,duration (total)"
    row = "Main,2022-03-0{n} 15:05:00,outbound,2025550143,18003755283,Yes,,,{length}"
    rows = [row.format(n=n, length=length) for n, length in enumerate(("0:41", "1:02", "0:12", "2471"), 1)]
    calls, receipt = stored(tmp_path, "\n".join([header, *rows]) + "\n")
    assert [call["duration_s"] for call in calls] == [41, 62, 12, 2471]
    assert "row 2 and 2 more rows, call length such as 0:41, all of them under five minutes" in receipt


# ---- what a spreadsheet rewrote --------------------------------------------------------------------------------------

DIALED = "calldate,src,dst,dcontext,channel,dstchannel,lastapp,disposition,duration,uniqueid"
DIALING = (
    "2022-03-01 10:05:0{n},2025550143,{dst},from-internal,PJSIP/101-01,PJSIP/trunk-02,Dial,ANSWERED,60,16461471{n}0.1"
)


def test_a_dialed_number_that_a_spreadsheet_shortened_is_named(tmp_path):
    rows = [DIALING.format(n=n, dst=dst) for n, dst in enumerate(("918003755283", "9.18003E+11"))]
    assert "row 3, number shortened by a spreadsheet" in stored(tmp_path, "\n".join([DIALED, *rows]) + "\n")[1]


def test_a_length_that_a_spreadsheet_made_a_part_of_a_day_is_left_out_and_named(tmp_path):
    header = "line,datetime (UTC),direction,from,to,answered,missed_call_reason,voicemail,duration (total)"
    row = "Main,2022-03-0{n} 15:05:00,outbound,2025550143,18003755283,Yes,,,{length}"
    rows = [row.format(n=n, length=length) for n, length in ((1, "0.028599537"), (2, "2471"))]
    calls, receipt = stored(tmp_path, "\n".join([header, *rows]) + "\n")
    assert [call["duration_s"] for call in calls] == [None, 2471]
    assert "row 2, call length that cannot be read" in receipt
