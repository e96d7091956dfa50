"""Text rows and a format become calls, entries and notices: none is lost, none is guessed, no stranger is kept."""

import random
import re
import tomllib
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import agencies, formats, schema
from callanalytics.formats import fold, grammar
from callanalytics.normalize import Settings, normalize
from callanalytics.read import Odd
from exhaustive import examples, some
from text_rows import NEW_YORK, became, normalized, text_table

FORMATS = formats.load()
# A few of each kind: legs, events, a bill, messages, hand logs.
QUICK = ["asterisk_queue_log", "att_bill", "email", "hand_history", "hand_log", "hand_sheet", "ringcentral_detailed",
         "sms_backup_texts", "teams_calling_plan", "threecx_cdr", "webex_json", "zoom"]  # fmt: skip
HAND_LOG, HAND_SHEET, FREEPBX = FORMATS["hand_log"], FORMATS["hand_sheet"], FORMATS["freepbx"]
USCIS = agencies.load()
TABLES = ("calls", "entries", "notices", "rejects", "set_aside")

WE_CALLED = {"No.": "1", "Date": "3/1/2022", "Time": "10:05 AM", "What happened": "We called"}
OUT = {
    "calldate": "2022-03-01 10:05:00", "clid": "Front desk <201>", "src": "201", "dst": "18003755283",
    "dcontext": "from-internal", "channel": "PJSIP/201-1", "dstchannel": "PJSIP/trunk-1", "lastapp": "Dial",
    "lastdata": "x", "duration": "60", "billsec": "58", "disposition": "ANSWERED", "uniqueid": "1646147100.1",
}  # fmt: skip


def note(**cells) -> dict:
    """The note that a row of the hand log becomes: names as the headers, with _ for a blank."""
    (made,) = became([WE_CALLED | {name.replace("_", " "): text for name, text in cells.items()}], HAND_LOG)
    return made


# ---- no row is lost ---------------------------------------------------------------------------------

CELLS = st.sampled_from(
    [
        "", "", "3/1/2022", "2022-03-01 10:05:00", "10:05 AM", "3:15", "45", "~45", "4S", "We called", "Yes", "1", "2",
        "They called, we missed it", "114", "202-838-2200", "Tier 1", "No", "Fax", "Leg-1", "Leg-master", "Incoming",
        "ANSWERED", "12345.6", "1646147100.1", "Local/0@x;2", "from-internal", "Inbound", "call", "sms", "Total",
        "1646224810000", "0:01:00", "EXAMPLE",
    ]
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fmt", some(FORMATS, QUICK))
@examples(30)
@given(data=st.data())
def test_no_row_is_lost_or_counted_twice(fmt, data):
    """calls + entries + notices + rejects + set aside = rows, whatever stands in the cells."""
    columns = sorted({names[0] for names in columns_of(fmt)})
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELLS)), min_size=1, max_size=5))
    done = normalized(rows, fmt, replace(NEW_YORK, date_order="mdy"))
    if done.blocking:
        assert all(getattr(done, name).num_rows == 0 for name in TABLES)
        return
    places = list(done.calls.column("source_row").to_pylist())
    places += [n["source_row"] for n in done.entries.to_pylist() if n["item"] == 0]
    places += done.notices.column("source_row").to_pylist()
    places += done.rejects.column("row").to_pylist() + done.set_aside.column("row").to_pylist()
    assert len(places) == len(set(places)) == done.rows
    for name in TABLES:
        assert getattr(done, name).schema.equals(schema.arrow_schema(name))


def columns_of(fmt):
    rules = [*fmt.columns.values(), *(rule for part in fmt.parts for rule in part.columns.values())]
    rules += fmt.notices.columns.values() if fmt.notices else ()
    named = {column for rule in rules for column in rule.all_columns}
    named |= {column for aside in fmt.set_aside for column, _ in aside.when.tests}
    if fmt.legs:
        named |= {*fmt.legs.group, *fmt.legs.own, *fmt.legs.inherit}
        named |= {column for when in fmt.legs.any.values() for column, _ in when.tests}
    return named


# ---- several rows for one call ----------------------------------------------------------------------

CHILDREN = {
    "group": ["Parent"],
    "own": ["Id"],
    "master": [{"Parent": ""}],
    "any": {"(answered)": {"Parent": "*", "Result": "Answered"}},
}
ANSWERED_BY_ANY = {"value": "missed", "cases": [{"when": {"(answered)": "yes"}, "value": "answered"}]}


def a_call(id: str, parent: str = "", result: str = "Missed") -> dict:
    made = {"Started": "2022-03-01 10:05:00", "Direction": "In", "From": "202-555-0199", "To": "202-555-0143"}
    return made | {"Result": result, "Length": "0:00:20", "Id": id, "Parent": parent}


@pytest.fixture
def with_children():
    content = tomllib.loads(formats.TEMPLATE.read_text("utf-8"))
    content["columns"]["outcome"] = ANSWERED_BY_ANY
    return grammar.read_content(formats.TEMPLATE, content | {"legs": CHILDREN})


def test_a_row_that_names_another_belongs_to_it_wherever_it_stands(with_children):
    done = normalized([a_call("2", "1", "Answered"), a_call("1"), a_call("3"), a_call("4", "9")], with_children)
    legs_of_row = zip(done.calls.column("source_row").to_pylist(), done.calls.column("legs").to_pylist(), strict=True)
    assert dict(legs_of_row) == {3: 2, 4: 1, 5: 1}  # the parent of 4 lies in another export
    assert done.set_aside.column("reason").to_pylist() == ["leg"]


@pytest.mark.parametrize("none", ["0", "NA", "null", "-"])
def test_a_word_for_none_is_no_key_that_rows_share(with_children, none):
    assert len(became([a_call("1", none), a_call("2", none), a_call(none, "")], with_children)) == 3


def test_a_call_knows_whether_any_of_its_rows_was_answered(with_children):
    rows = [a_call("1"), a_call("2", "1"), a_call("3", "1", "Answered"), a_call("4"), a_call("5", "4")]
    assert [call["outcome"] for call in became(rows, with_children)] == ["answered", "missed"]


def test_what_the_reader_found_odd_is_counted_too():
    odd = [Odd(9, "width", "13 cells", "12 cells"), Odd(10, "totals", outcome="set_aside")]
    done = normalized([OUT], FREEPBX, odd=odd)
    assert (done.rows, done.calls.num_rows) == (3, 1)
    assert done.rejects.to_pylist()[0]["row"] == 9
    assert done.set_aside.to_pylist() == [
        {"office_id": "an office", "source_id": "0123456789abcdef", "row": 10, "reason": "totals"}
    ]


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_an_export_with_a_header_and_no_row_gives_empty_tables(fmt):
    done = normalized([], fmt)
    assert done.rows == 0
    assert all(getattr(done, name).schema.equals(schema.arrow_schema(name)) for name in TABLES)


def test_a_printed_number_alone_is_no_row_and_a_remark_alone_is_set_aside():
    rows = [WE_CALLED, {"No.": "2"}, {"No.": "3", "Due": "3/4/2022"}, {"No.": "4", "Remarks": "see file"}]
    done = normalized(rows, HAND_LOG)
    assert (done.rows, done.entries.num_rows) == (2, 1)
    assert done.set_aside.column("reason").to_pylist() == ["empty"]


def test_many_pages_keep_each_its_own_source():
    table = text_table([{"tag": "x#missed", "published": "2022-03-02T07:40:10-05:00", "tel": "tel:"}] * 2, kind="html")
    pages = (SimpleNamespace(sha256="a" * 64), SimpleNamespace(sha256="b" * 64))
    table = replace(table, files=pages, member=np.array([0, 1], np.int32))
    done = normalize(table, FORMATS["google_voice"], NEW_YORK, USCIS)
    assert done.calls.column("source_id").to_pylist() == ["a" * 16, "b" * 16]
    named = normalize(table, FORMATS["google_voice"], NEW_YORK, USCIS, ["one", "two"])
    assert named.calls.column("source_id").to_pylist() == ["one", "two"]


# ---- ids --------------------------------------------------------------------------------------------


def exported(seed: int) -> list[dict]:
    """Forty rows, among them some that are alike to the last cell."""
    draw = random.Random(seed)
    rows = [
        OUT | {"calldate": f"2022-03-01 10:{draw.randrange(5):02}:00", "duration": draw.choice("12")} for _ in range(40)
    ]
    return [row | {"uniqueid": "", "disposition": draw.choice(["ANSWERED", "BUSY"])} for row in rows]


def test_the_order_of_rows_and_of_files_does_not_change_an_id():
    rows = exported(1)
    shuffled = random.Random(2).sample(rows, len(rows))
    ids = {call["call_id"] for call in became(rows, FREEPBX)}
    assert len(ids) == len(rows)
    assert {call["call_id"] for call in became(shuffled, FREEPBX)} == ids


def test_overlapping_exports_give_the_same_ids():
    rows = [OUT | {"uniqueid": f"{1646147100 + i}.1"} for i in range(10)]
    first, second = became(rows[:7], FREEPBX), became(rows[3:], FREEPBX)
    assert len({c["call_id"] for c in first} & {c["call_id"] for c in second}) == 4


def test_the_same_moment_told_in_another_zone_is_the_same_call():
    row = FORMATS["ringcentral_json"].examples[0].row
    here = row | {"startTime": "2023-06-06T19:07:20-04:00"}
    (one,), (other,) = became([row], FORMATS["ringcentral_json"]), became([here], FORMATS["ringcentral_json"])
    assert one["call_id"] == other["call_id"]


def test_what_is_filled_in_later_leaves_a_notes_id_alone():
    later = {"Minutes_to_a_person": "47", "Who_spoke_to_us": "Tier 1", "Call-back_promised": "No", "Matter": "2022-014"}
    assert note()["entry_id"] == note(**later)["entry_id"]


def test_another_office_has_other_ids():
    (ours,), (theirs,) = became([OUT], FREEPBX), became([OUT], FREEPBX, replace(NEW_YORK, office_id="another"))
    assert ours["call_id"] != theirs["call_id"]


# ---- strangers --------------------------------------------------------------------------------------

STRANGER = OUT | {"dst": "13125550186", "uniqueid": "1646147100.2"}
CLIENT = STRANGER | {"src": "3125550186", "dst": "600", "dcontext": "ext-group", "uniqueid": "1646147100.3"}


# Each row a minute, the number, and the length: no ID tells a row entered twice from two calls.
SIMPLE = [
    {"Type": "Voice", "Phone Number": number, "Name": "", "Date": "Tue 03/01/2022", "Time": f"9:{minute:02} AM",
     "Action": action, "Action Result": result, "Duration": f"0:{minute:02}:11"}
    for minute, number, action, result in [
        (1, "(800) 375-5283", "VoIP Call", "Call connected"), (9, "", "Phone Call", "Missed"),
        (20, "(202) 838-2200", "Phone Call", "Missed"), (33, "(800) 375-5283", "VoIP Call", "Call connected"),
        (48, "(312) 555-0188", "Phone Call", "Accepted"),
    ]
]  # fmt: skip


def pasted(rows: list[dict]) -> tuple[int, list[str]]:
    """The number of calls, and why the other rows were set aside."""
    done = normalized(rows, FORMATS["ringcentral_simple"])
    return done.calls.num_rows, done.set_aside.column("reason").to_pylist()


def test_days_that_two_exports_pasted_into_one_file_share_count_once():
    assert pasted([*SIMPLE[:4], *SIMPLE[1:]]) == (5, ["copy"] * 3)
    assert pasted([*SIMPLE[::-1][1:], *SIMPLE[::-1]]) == (5, ["copy"] * 4), "the newest call first"


def test_two_calls_of_one_minute_stay_two_in_a_copy_too():
    twice = [*SIMPLE[:2], *SIMPLE[1:]]  # no number was shown, both times
    assert pasted(twice) == (6, [])
    assert pasted([*twice, *twice]) == (6, ["copy"] * 6)


def test_a_row_or_two_that_come_again_are_calls():
    assert pasted([*SIMPLE, *SIMPLE[:2]]) == (7, [])
    assert pasted([SIMPLE[1]] * 5) == (5, [])


def test_strangers_are_not_stored():
    done = normalized([OUT, STRANGER, CLIENT], FREEPBX)
    assert done.calls.column("other_number").to_pylist() == ["+18003755283", None, None]
    assert "5550186" not in str([getattr(done, name).to_pylist() for name in TABLES])


def test_keeping_numbers_changes_no_id():
    kept = became([OUT, STRANGER], FREEPBX, replace(NEW_YORK, keep_numbers=True))
    assert [call["other_number"] for call in kept] == ["+18003755283", "+13125550186"]
    assert [c["call_id"] for c in kept] == [c["call_id"] for c in became([OUT, STRANGER], FREEPBX)]


def test_of_two_columns_that_are_named_alike_the_first_is_meant_whether_numbers_are_kept_or_not():
    row = {"Type": "Voice", "phone number": "(800) 375-5283", "PHONE NUMBER": "(312) 555-0186",
           "Date": "Tue 03/01/2022", "Time": "9:02 AM", "Action": "VoIP Call", "Action Result": "Call connected",
           "Duration": "0:00:10"}  # fmt: skip
    for keep in (True, False):
        (call,) = became([row], FORMATS["ringcentral_simple"], replace(NEW_YORK, keep_numbers=keep))
        assert call["other_number"] == "+18003755283"


def test_of_caller_and_called_the_direction_says_which_is_ours():
    fmt = grammar.read_content(formats.TEMPLATE, tomllib.loads(formats.TEMPLATE.read_text("utf-8")))
    made = {"Started": "2022-03-01 10:05:00", "From": "202-838-2200", "To": "202-555-0143", "Result": "Answered"}
    rows = [made | {"Direction": "In"}, made | {"Direction": "Out", "From": "202-555-0144"}]
    into, out = sorted(became(rows, fmt), key=lambda call: call["direction"])
    assert (into["our_number"], into["other_number"], into["caller_id"]) == ("+12025550143", "+12028382200", "known")
    assert (out["our_number"], out["other_number"], out["caller_id"]) == ("+12025550144", None, "known")


def test_a_number_of_unknown_direction_is_taken_for_ours_by_no_one():
    row = {"Type": "Voice", "Phone Number": "(312) 555-0186", "Name": "", "Date": "Tue 03/01/2022", "Time": "9:02 AM",
           "Action": "Monitoring", "Action Result": "Hang Up", "Duration": "0:00:10"}  # fmt: skip
    (call,) = became([row], FORMATS["ringcentral_simple"])
    assert (call["direction"], call["our_number"], call["outcome"]) == ("unknown", None, "unknown")


AIRCALL = FORMATS["aircall"]


def aircall(direction: str, caller: str, called: str) -> dict:
    """A row of an export whose words for the direction are not all known."""
    return {
        "line": "Main", "datetime (UTC)": "2022-03-01 15:05:00", "direction": direction, "from": caller, "to": called,
        "answered": "Yes", "duration (total)": "60",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("caller", "called", "direction", "ours"),
    [
        ("2025550143", "18003755283", "outbound", "+12025550143"),
        ("2028382200", "2025550143", "inbound", "+12025550143"),
        ("2025550143", "3125550187", "unknown", None),
        ("2028382200", "18003755283", "unknown", None),
    ],
)
def test_where_no_word_says_the_direction_the_agencys_number_does(caller, called, direction, ours):
    done = normalized([aircall("Click2Dial", caller, called)], AIRCALL)
    (call,) = done.calls.to_pylist()
    assert (call["direction"], call["our_number"]) == (direction, ours)


def test_a_direction_that_is_stated_stays_whoever_called():
    rows = [aircall("outbound", "2028382200", "2025550143"), aircall("inbound", "2025550143", "18003755283")]
    assert sorted(normalized(rows, AIRCALL).calls.column("direction").to_pylist()) == ["inbound", "outbound"]


@pytest.mark.parametrize(("fmt", "row"), [
    (AIRCALL, aircall("Click2Dial", "2025550143", "3125550187")),
    (FORMATS["teams_direct_routing"], FORMATS["teams_direct_routing"].examples[0].row | {"Call type": "Click2Dial"}),
])  # fmt: skip
def test_a_word_for_the_direction_that_the_format_does_not_list_is_told(fmt, row):
    (doubt,) = [each for each in normalized([row], fmt).doubts if each.target == "direction"]
    assert fold(doubt.column) in ("direction", "call type")
    assert list(doubt.rows) == [2]


@pytest.mark.parametrize(
    ("direction", "caller", "called"),
    [("outbound", "2028382200", "2025550143"), ("inbound", "3125550187", "18003755283")],
)
def test_the_agencys_number_is_no_line_of_ours(direction, caller, called):
    (call,) = normalized([aircall(direction, caller, called)], AIRCALL).calls.to_pylist()
    assert (call["direction"], call["our_number"]) == (direction, None)


def test_an_empty_direction_is_no_word_that_was_not_understood():
    done = normalized([aircall("", "2025550143", "18003755283")], AIRCALL)
    assert done.doubts == []
    assert done.calls.column("direction").to_pylist() == ["outbound"]


def test_a_cell_that_is_left_out_and_a_rejected_row_show_nothing_of_a_client():
    rows = [
        WE_CALLED | {"Minutes to a person": "Maria Delgado waited, call 202-555-0186, EAC2190012345"},
        WE_CALLED | {"Date": "Maria Delgado"},
        WE_CALLED | {"Time zone": "202-555-0186"},
    ]
    done = normalized(rows, HAND_LOG)
    assert (done.rejects.num_rows, done.entries.num_rows, len(done.doubts)) == (1, 2, 2)
    shown = " ".join([*done.rejects.column("found").to_pylist(), *(doubt.word for doubt in done.doubts)])
    assert not re.search(r"Maria|Delgado|0186|2190012345", shown)


@pytest.mark.parametrize("shown", ["Private", "Anonymous", "No caller ID"])
def test_a_number_that_was_withheld_is_no_other_line(shown):
    made = note(Line=shown)
    assert (made["line"], made["warnings"]) == (None, None)


def test_remarks_and_words_that_are_not_listed_are_not_kept():
    made = note(
        Reason="Maria's green card", Remarks="Maria cried", Line="the other one", Words_said_to_the_system="Maria"
    )
    assert (made["reason"], made["line"], made["words_said"]) == ("other", "other", "other")
    assert "Maria" not in str(made)
    assert set(made["warnings"].split()) == {"reason_unlisted", "line_unlisted", "words_said_unlisted"}


def test_a_result_that_is_a_sentence_with_a_number_is_not_kept_as_the_systems_word():
    fmt = FORMATS["ringcentral_simple"]
    (call,) = became([fmt.examples[0].row | {"Action Result": "Forwarded to 3125550186"}], fmt)
    assert (call["outcome"], call["outcome_raw"]) == ("unknown", None)


# ---- zones ------------------------------------------------------------------------------------------


def start(fmt, row, settings=NEW_YORK) -> tuple:
    (made,) = became([row], fmt, settings)
    utc = made["started_at_utc"]
    return utc and utc.strftime("%m-%d %H:%M"), made["timezone"], made["timezone_source"]


def test_a_zone_in_the_row_wins_over_all():
    assert start(HAND_LOG, WE_CALLED | {"Time zone": "Pacific"}) == ("03-01 18:05", "America/Los_Angeles", "row")
    assert start(HAND_LOG, WE_CALLED | {"Time": "10:05 AM PT", "Time zone": "Central"})[1] == "America/Los_Angeles"
    assert start(HAND_LOG, WE_CALLED | {"Time zone": "Office's"}) == ("03-01 15:05", "America/New_York", "user")


def test_an_offset_wins_over_what_the_user_says():
    row = FORMATS["google_voice"].examples[0].row
    elsewhere = replace(NEW_YORK, file_zone="Pacific/Honolulu")
    assert start(FORMATS["google_voice"], row, elsewhere) == ("03-02 12:40", "UTC-05:00", "offset")


def test_an_epoch_in_the_file_wins_over_what_the_user_says():
    elsewhere = replace(NEW_YORK, file_zone="Pacific/Honolulu")
    assert start(FREEPBX, OUT, elsewhere) == ("03-01 15:05", "UTC-05:00", "epoch")


def test_without_proof_the_zone_of_the_file_is_the_users_word_and_else_the_offices():
    row = OUT | {"uniqueid": "abc"}
    assert start(FREEPBX, row) == ("03-01 15:05", "America/New_York", "user")
    assert start(FREEPBX, row, replace(NEW_YORK, file_zone="America/Denver")) == (
        "03-01 17:05",
        "America/Denver",
        "user",
    )
    assert start(FREEPBX, row, Settings("an office")) == (None, None, None)


def test_a_zone_that_the_layout_states_is_proven_by_the_file(tmp_path):
    path = tmp_path / "pacific.toml"
    path.write_text('extends = "freepbx"\n[columns.started]\nzone = "Pacific"\n')
    assert start(formats.read_mapping(path), OUT | {"uniqueid": ""}) == ("03-01 18:05", "America/Los_Angeles", "file")


def test_one_row_off_by_minutes_does_not_move_the_servers_zone():
    rows = [OUT | {"calldate": f"2022-03-01 10:{i:02}:00", "uniqueid": f"{1646146800 + 60 * i}.{i}"} for i in range(9)]
    rows.append(
        OUT | {"calldate": "2022-03-01 10:31:00", "uniqueid": f"{1646146800 + 60 * 20}.99"}
    )  # parked 11 minutes
    assert {call["timezone"] for call in became(rows, FREEPBX)} == {"UTC-05:00"}


def test_a_call_parked_an_hour_in_winter_does_not_get_the_offset_of_a_summer_day_of_a_thin_log():
    kept = [OUT | {"calldate": f"2022-01-11 10:0{i}:00", "uniqueid": f"{1641913200 + 60 * i}.{i}"} for i in range(3)]
    parked = OUT | {"calldate": "2022-01-11 11:00:00", "uniqueid": "1641913200.9"}
    summer = OUT | {"calldate": "2022-07-11 10:00:00", "uniqueid": "1657548000.1"}
    zones = [call["timezone"] for call in became([*kept, parked, summer], FREEPBX)]
    assert zones == ["UTC-05:00"] * 4 + ["UTC-04:00"]


def test_a_server_that_changes_to_summer_time_is_followed_day_by_day():
    winter = OUT | {"calldate": "2022-03-11 10:00:00", "uniqueid": "1647010800.1"}
    summer = OUT | {"calldate": "2022-03-14 10:00:00", "uniqueid": "1647266400.1"}
    assert [call["timezone"] for call in became([winter, summer], FREEPBX)] == ["UTC-05:00", "UTC-04:00"]


def test_repeated_and_skipped_hours_are_flagged():
    repeated = note(Date="11/6/2022", Time="1:30 AM")
    skipped = note(Date="3/13/2022", Time="2:30 AM")
    assert (repeated["dst_flag"], repeated["started_at_utc"].hour) == ("repeated", 5)  # the first of the two
    assert (skipped["dst_flag"], skipped["started_at_utc"].hour) == ("skipped", 7)  # the offset before it
    assert note()["dst_flag"] is None


def test_est_in_july_is_eastern_wall_clock_and_warned_of():
    made = note(Date="7/5/2022", Time_zone="EST")
    assert (made["started_at_utc"].hour, made["warnings"]) == (14, "zone_not_in_season")
    assert note(Date="7/5/2022", Time_zone="ET")["warnings"] is None
    assert note(Time="10:05 AM EDT")["warnings"] == "zone_not_in_season"


def test_mst_is_arizonas_in_an_office_there():
    phoenix = replace(NEW_YORK, zone="America/Phoenix")
    row = WE_CALLED | {"Date": "7/5/2022", "Time zone": "MST"}
    assert start(HAND_LOG, row, phoenix) == ("07-05 17:05", "America/Phoenix", "row")


@pytest.mark.parametrize(("zone", "utc"), [("America/Phoenix", "07-15 17:05"), ("America/Denver", "07-15 16:05")])
def test_mst_over_a_column_of_times_is_arizonas_in_an_office_there(zone, utc):
    row = {"Date": "7/15/2022", "Time (MST)": "10:05 AM", "Wait": "45"}
    assert start(formats.load()["hand_sheet"], row, replace(NEW_YORK, zone=zone)) == (utc, zone, "row")


def test_of_a_zone_no_one_knows_the_day_alone_is_kept():
    made = note(Time_zone="Remote")
    assert (made["started_at_utc"], made["started_precision_s"]) == (None, 86400)
    assert made["warnings"] == "timezone_unread"


# ---- days and months --------------------------------------------------------------------------------


def sheet(*dates: str) -> list[dict]:
    return [{"Date": day, "Time": "10:05 AM", "Wait": "45"} for day in dates]


def test_a_column_that_proves_no_order_is_a_question_and_nothing_is_taken():
    done = normalized(sheet("3/4/2022", "5/6/2022"), HAND_SHEET)
    (question,) = done.blocking
    assert (question.column, question.example) == ("Date", "3/4/2022")
    assert "--date-order mdy" in question.do
    assert (done.rows, [getattr(done, name).num_rows for name in TABLES]) == (2, [0] * 5)


@pytest.mark.parametrize(("day", "month"), [("3/14/2022", 3), ("14/3/2022", 4)])
def test_one_cell_proves_the_order_of_its_column(day, month):
    made = became(sheet("3/4/2022", day), HAND_SHEET)
    assert made[0]["started_at_local"].month == month


def test_a_date_elsewhere_in_the_sheet_proves_it_too():
    rows = [sheet("3/4/2022")[0] | {"Called back on": "3/16/2022"}]
    assert [n["started_at_local"].month for n in became(rows, HAND_SHEET)] == [3, 3]


def test_a_column_that_contradicts_itself_is_a_question():
    assert normalized(sheet("3/14/2022", "14/3/2022"), HAND_SHEET).blocking


def test_the_user_settles_the_order_and_what_does_not_fit_it_is_rejected():
    dmy = replace(NEW_YORK, date_order="dmy")
    done = normalized(sheet("3/4/2022", "3/14/2022"), HAND_SHEET, dmy)
    assert done.entries.column("started_at_local").to_pylist() == [datetime(2022, 4, 3, 10, 5)]
    assert done.rejects.column("reason").to_pylist() == ["other_order"]


def test_a_file_that_proves_its_order_many_times_is_not_turned_round_by_the_users_word_for_its_folder():
    dmy = replace(NEW_YORK, date_order="dmy")
    made = became(sheet("3/4/2022", *(f"3/{day}/2022" for day in range(13, 18))), HAND_SHEET, dmy)
    assert {n["started_at_local"].month for n in made} == {3}


def test_our_own_template_is_month_first_until_it_proves_the_contrary():
    assert note(Date="3/4/2022")["started_at_local"].month == 3
    rows = [WE_CALLED | {"Date": day} for day in ("3/4/2022", "14/3/2022")]
    assert normalized(rows, HAND_LOG).blocking


def test_an_epoch_beside_it_settles_the_order():
    """As in a hand-made FreePBX export of which every row parses both ways: 1/9/2017 was 1 September."""
    row = OUT | {"calldate": "1/9/2017 16:33:01", "uniqueid": "1504279981.1"}
    (call,) = became([row], FREEPBX)
    assert (call["started_at_local"], call["timezone"]) == (datetime(2017, 9, 1, 16, 33, 1), "UTC+01:00")


def test_a_day_that_does_not_exist_rejects_its_row_alone():
    done = normalized([OUT, OUT | {"calldate": "2022-02-30 10:00:00", "uniqueid": ""}], FREEPBX)
    assert (done.calls.num_rows, done.rejects.column("reason").to_pylist()) == (1, ["no_such_day"])


def test_no_date_is_refused_for_its_age():
    today = replace(NEW_YORK, today=date(2022, 3, 1))
    rows = [WE_CALLED | {"No.": str(i), "Date": day} for i, day in enumerate(["12/31/2017", "3/1/2022", "3/2/2022"], 1)]
    assert [n["warnings"] for n in became(rows, HAND_LOG, today)] == ["before_2018", None, "after_ingest"]


# ---- times of day in a workbook ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "time", "hour", "is_inferred"),
    [
        ("America/New_York", "03:15:00", 15, True),  # no one works at the agency at night: PM was left out
        ("America/New_York", "06:59:00", 18, True),
        ("America/New_York", "07:05:00", 7, False),
        ("America/Los_Angeles", "05:15:00", 5, False),  # 8:15 Eastern: the best hour to call
        ("America/Los_Angeles", "03:15:00", 15, True),
        ("Pacific/Honolulu", "03:15:00", 3, False),
        ("Pacific/Honolulu", "02:15:00", 14, True),  # 7:15 Eastern is before anybody answers
        ("America/Los_Angeles", "3:15", 15, True),
        ("America/Los_Angeles", "5:15", 5, True),  # typed as text: the morning is read for the same reason
        ("America/Los_Angeles", "15:15:00", 15, False),
    ],
)
def test_a_time_without_half_is_read_as_the_half_in_which_the_agency_works(zone, time, hour, is_inferred):
    rows = [WE_CALLED | {"Date": "2022-03-01", "Time": time}]
    (made,) = became(rows, HAND_LOG, replace(NEW_YORK, zone=zone), kind="xlsx")
    assert (made["started_at_local"].hour, made["warnings"]) == (hour, "time_half_inferred" if is_inferred else None)


def test_in_a_column_that_counts_to_24_a_time_without_half_stays_unread():
    rows = [WE_CALLED | {"Time": "15:40"}, WE_CALLED | {"No.": "2", "Time": "3:15"}]
    first, second = became(rows, HAND_LOG)
    assert (first["started_at_local"].hour, second["started_precision_s"]) == (15, 86400)
    assert second["warnings"] == "time_unread"


@pytest.mark.parametrize(("time", "hour"), [("2:30", 14), ("6:45", None)])
def test_a_callback_without_half_is_read_by_the_hours_of_callbacks(time, hour):
    """The agency calls back from 7:00 to 18:30 Eastern: 6:45 fits neither half."""
    made = note(What_happened="They called, we missed it", Time=time)
    assert (made["started_at_local"].hour if made["started_precision_s"] == 60 else None) == hour


def test_a_date_without_a_time_has_no_moment():
    made = note(Time="")
    assert (made["started_at_utc"], made["started_at_local"]) == (None, datetime(2022, 3, 1))
    assert made["started_precision_s"] == 86400


def test_a_midnight_that_no_one_wrote_is_a_date_alone():
    rows = [{"Date": "2022-03-01 00:00:00", "Wait": "45"}]
    (made,) = became(rows, HAND_SHEET, kind="xlsx")
    assert (made["started_precision_s"], made["started_at_utc"]) == (86400, None)


def test_the_hand_log_needs_a_date_and_an_older_sheet_is_kept_without():
    assert normalized([WE_CALLED | {"Date": ""}], HAND_LOG).rejects.column("column").to_pylist() == ["Date"]
    (made,) = became([{"Date": "", "Wait": "45", "Agent ID": "A1"}], HAND_SHEET)
    assert (made["started_at_local"], made["started_precision_s"], made["warnings"]) == (None, None, "no_date")


# ---- waits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", [f for f in FORMATS.values() if f.makes == "calls"], ids=lambda f: f.name)
def test_a_phone_system_knows_no_wait(fmt):
    assert not [name for name in schema.TABLES["calls"].names if "wait" in name or "queue" in name or "hold" in name]


@pytest.mark.parametrize(
    ("who", "kind", "outcome"),
    [
        ("Tier 1", "reached", "unknown"),
        ("Nobody: we hung up while waiting", "gave_up", "hung_up"),
        ("Nobody: cut off", "cut_off", "dropped"),
        ("Automated system: solved it", "not_queued", "ivr_resolved"),
        ("Automated system: we gave up", "not_queued", "ivr_gave_up"),
        ("Closed or busy", "not_queued", "closed"),
        ("", "unknown", "unknown"),
    ],
)
def test_who_spoke_says_how_the_wait_ended(who, kind, outcome):
    made = note(Minutes_to_a_person="30", Who_spoke_to_us=who)
    assert (made["wait_s"], made["wait_outcome"], made["wait_origin"], made["outcome"]) == (1800, kind, "dial", outcome)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"Wait": "45"}, "unknown"),
        ({"Wait": "45", "Agent ID": "A1"}, "reached"),
        ({"Wait": "45", "Tier": "T2"}, "reached"),
        ({"Wait": "45", "Outcome": "SR opened"}, "reached"),
        ({"Wait": "45", "Callback": "72 hours"}, "reached"),
        ({"Wait": "45", "Outcome": "hung up"}, "gave_up"),
        ({"Wait": "hung up after 45"}, "gave_up"),
        ({"Wait": "45", "Disconnected": "yes"}, "cut_off"),
        ({"Wait": "45", "Reached?": "yes"}, "reached"),
        ({"Wait": "45", "Reached?": "no"}, "no_person"),
        ({"Wait": "45", "Got a human?": "N"}, "no_person"),
        ({"Wait": "45", "Reached?": "No - line went quiet"}, "no_person"),
        ({"Wait": "45", "Outcome": "no answer"}, "no_person"),
        ({"Wait": "45", "Outcome": "Did not get through"}, "no_person"),
        ({"Wait": "45", "Outcome": "Not reached"}, "no_person"),
        ({"Wait": "45", "Outcome": "got it resolved"}, "reached"),
        ({"Wait": "2", "Outcome": "line closed for the holiday"}, "not_queued"),
        ({"Wait": "2", "Outcome": "office was closed"}, "not_queued"),
        ({"Wait": "45", "Agent": "nobody"}, "no_person"),
        ({"Wait": "45", "Agent": "no one - hung up"}, "gave_up"),
        ({"Wait": "45", "Agent": "none"}, "unknown"),
        ({"Wait": "45", "Agent": "-"}, "unknown"),
        ({"Wait": "45 min, never got through"}, "no_person"),
        ({"Wait": "45", "Reached?": "no", "Outcome": "hung up"}, "gave_up"),
        ({"Wait": "45", "Reached?": "no", "Outcome": "disconnected"}, "cut_off"),
        ({"Wait": "45 (hung up)", "Reached?": "no"}, "gave_up"),
        ({"Wait": "2", "Reached?": "no", "Outcome": "closed"}, "not_queued"),
        ({"Wait": "45 min, never got through", "Outcome": "hung up"}, "gave_up"),
        ({"Wait": "45 min, never got through", "Tier": "T2"}, "unknown"),
        ({"Wait": "45", "Reached?": ""}, "unknown"),
        ({"Wait": "2", "Outcome": "closed"}, "not_queued"),
    ],
)
def test_a_sheets_wait_ended_with_a_person_only_where_something_says_so(cells, kind):
    (made,) = became([{"Date": "2022-03-01", "Time": "10:05 AM"} | cells], HAND_SHEET)
    assert (made["wait_outcome"], made["wait_origin"]) == (kind, "unstated")


@pytest.mark.parametrize(("kind", "cell"), [("csv", "0:45"), ("xlsx", "00:45:00"), ("xlsx", "0:45"), ("csv", ":45")])
def test_a_wait_of_two_parts_is_asked_for_the_whole_column(kind, cell):
    done = normalized([WE_CALLED | {"Minutes to a person": cell}, {"No.": "2"}], HAND_LOG, kind=kind)
    (question,) = done.questions
    assert (question.column, question.code, question.blocks) == ("Minutes to a person", "wait_clock", False)
    assert [answer.option for answer in question.answers] == ["--wait-clock m:ss", "--wait-clock h:mm"]
    assert "row 2" in question.text
    (made,) = done.entries.to_pylist()
    assert (made["wait_s"], made["warnings"]) == (None, "wait_unread")


@pytest.mark.parametrize(("clock", "seconds"), [("h:mm", 2700), ("m:ss", 45)])
def test_the_answer_settles_the_column(clock, seconds):
    (made,) = became([WE_CALLED | {"Minutes to a person": "0:45"}], HAND_LOG, replace(NEW_YORK, wait_clock=clock))
    assert (made["wait_s"], made["warnings"]) == (seconds, None)


@pytest.mark.parametrize(("clock", "seconds"), [("h:mm", 2700), ("m:ss", 45)])
def test_the_answer_is_remembered_in_a_mapping(tmp_path, clock, seconds):
    path = tmp_path / "ours.toml"
    path.write_text(f'extends = "hand_log"\n[columns.wait]\nclock = "{clock}"\n')
    for kind, cell in (("csv", "0:45"), ("xlsx", "00:45:00")):
        (made,) = became([WE_CALLED | {"Minutes to a person": cell}], formats.read_mapping(path), kind=kind)
        assert made["wait_s"] == seconds


def test_seconds_that_are_not_zero_settle_it_in_a_workbook_too():
    (made,) = became([WE_CALLED | {"Minutes to a person": "00:45:30"}], HAND_LOG, kind="xlsx")
    assert (made["wait_s"], made["wait_rounding_s"]) == (2730, 1)


def test_a_wait_belongs_to_a_call_of_ours():
    made = note(What_happened="They called, we answered", Minutes_to_a_person="30")
    assert (made["wait_s"], made["wait_outcome"], made["wait_origin"]) == (None, "unknown", "unstated")
    assert made["warnings"] == "wait_without_call"


# ---- promises ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "promised"),
    [("No", "none"), ("Urgent (72 hours)", "urgent"), ("Regular (30 business days)", "regular"),
     ("Yes, not told which", "unknown"), ("Automatic (keeps our place)", "queue"), ("", None)],
)  # fmt: skip
def test_a_promise_is_what_the_column_says(cell, promised):
    assert note(**{"Call-back_promised": cell})["promised"] == promised


@pytest.mark.parametrize(
    ("cells", "promised"),
    [
        ({"Callback": "72 hours"}, "urgent"),
        ({"Callback": "30 business days"}, "regular"),
        ({"Callback": "will call"}, "unknown"),
        ({"Callback": "no"}, "none"),
        ({"Outcome": "72 hours"}, "urgent"),  # closed words elsewhere, where the column is silent
        ({"Outcome": "72 hours", "Callback": "no"}, "none"),
        ({"Outcome": "they said 72 hours"}, "urgent"),
        ({"Outcome": "72 hours since the RFE"}, None),  # free text
        ({"Reason": "72 hours"}, None),
        ({"Notes": "72 hours"}, None),
        ({"Callback": "in a while"}, None),
    ],
)
def test_a_promise_is_never_read_from_reasons_or_words_of_no_list(cells, promised):
    (made,) = became([{"Date": "2022-03-01", "Time": "10:05 AM", "Wait": "45"} | cells], HAND_SHEET)
    assert made["promised"] == promised


def test_a_promise_that_cannot_be_read_is_told():
    done = normalized([WE_CALLED | {"Call-back promised": "maybe"}], HAND_LOG)
    assert [(doubt.target, doubt.word, doubt.rows) for doubt in done.doubts] == [("promised", "maybe", (2,))]
    (made,) = became([{"Date": "2022-03-01", "Wait": "45", "Callback": "in a while"}], HAND_SHEET)
    assert made["warnings"] == "promised_unread"


def test_a_request_alone_is_granted_relayed_or_refused():
    assert note(Reason="InfoPass appointment", Result="Appointment")["request_result"] == "granted"
    assert note(Reason="Expedite a decision", Result="Told: too soon")["request_result"] == "refused"
    assert note(Reason="Case status", Result="Solved")["request_result"] is None


# ---- contacts that hang together --------------------------------------------------------------------


def test_about_no_becomes_the_id_of_that_note():
    rows = [
        WE_CALLED | {"No.": "12"},
        WE_CALLED | {"No.": "13", "Time": "11:00 AM", "What happened": "They called, we missed it", "About no.": "#12"},
        WE_CALLED | {"No.": "14", "Time": "11:30 AM", "What happened": "They left a voicemail", "About no.": "99"},
    ]
    agency_call, missed, voicemail = became(rows, HAND_LOG)
    assert missed["parent_entry_id"] == agency_call["entry_id"]
    assert (voicemail["parent_entry_id"], voicemail["warnings"]) == (None, "about_unknown")


def test_a_number_given_twice_names_no_row():
    rows = [WE_CALLED, WE_CALLED | {"Time": "11:00 AM"}, WE_CALLED | {"No.": "2", "Time": "1:00 PM", "About no.": "1"}]
    assert became(rows, HAND_LOG)[2]["parent_entry_id"] is None


def test_a_wide_row_is_a_call_and_the_call_backs_that_came():
    row = {
        "Date": "2022-03-01", "Time": "10:05 AM", "Wait": "45", "Callback": "72 hours", "Answered?": "no",
        "Called back on": "2022-03-03 2:10 pm", "2nd call": "2022-03-04", "2nd answered?": "yes",
        "Callback number": "202-555-0147",
    }  # fmt: skip
    done = normalized([row], HAND_SHEET)
    agency_call, first, second = done.entries.to_pylist()
    assert (done.rows, [n["item"] for n in (agency_call, first, second)]) == (1, [0, 1, 2])
    assert {first["parent_entry_id"], second["parent_entry_id"]} == {agency_call["entry_id"]}
    assert (first["kind"], first["outcome"], second["outcome"]) == ("ring", "missed", "answered")
    assert (first["our_number"], first["started_at_local"]) == ("+12025550147", datetime(2022, 3, 3, 14, 10))


def test_a_callback_that_cannot_be_read_leaves_its_row():
    row = {"Date": "2022-03-01", "Wait": "45", "Called back on": "3/16 Maria about the RFE"}
    done = normalized([row], HAND_SHEET)
    assert [(n["kind"], n["wait_s"]) for n in done.entries.to_pylist()] == [("dial", 2700)]
    assert [(doubt.column, doubt.rows) for doubt in done.doubts] == [("Called back on", (2,))]


def test_never_called_back_is_no_call_back():
    assert len(became([{"Date": "2022-03-01", "Wait": "45", "Called back on": "never"}], HAND_SHEET)) == 1


def test_an_extension_is_noted_and_its_number_kept():
    made = note(Number_for_the_call_back="")
    assert made["callback_extension"] is None
    (made,) = became([WE_CALLED | {"Number for the call-back": "202-555-0147 ext. 12"}], HAND_LOG)
    assert (made["callback_number"], made["callback_extension"]) == ("+12025550147", True)


def test_digits_that_a_spreadsheet_threw_away_are_not_kept_as_a_number():
    made = note(Service_request_no="1.23E+12")
    (made,) = became([WE_CALLED | {"Service request no.": "1.23457E+11", "Agent ID": "0412"}], HAND_LOG)
    assert (made["sr_number"], made["agent_id"], made["warnings"]) == (None, "0412", "sr_number_unread")


# ---- legs -------------------------------------------------------------------------------------------

DETAILED = FORMATS["ringcentral_detailed"]
MASTER = DETAILED.examples[1].row


def test_legs_are_folded_and_a_stopped_leg_is_no_missed_call():
    leg = dict.fromkeys(MASTER, "") | {"Date": MASTER["Date"], "Time": MASTER["Time"], "Direction": "Outgoing"}
    rows = [
        MASTER | {"Action Result": "Accepted"},
        leg | {"Leg": "Leg-1", "Action Result": "Stopped"},
        leg | {"Leg": "Leg-2", "Action Result": "Call connected"},
    ]
    done = normalized(rows, DETAILED)
    (call,) = done.calls.to_pylist()
    assert (call["direction"], call["outcome"], call["legs"]) == ("inbound", "answered", 3)
    assert done.set_aside.column("reason").to_pylist() == ["leg", "leg"]


def test_a_leg_whose_call_is_missing_is_no_call():
    leg = dict.fromkeys(MASTER, "") | {"Date": MASTER["Date"], "Time": MASTER["Time"], "Direction": "Outgoing"}
    done = normalized(
        [leg | {"Leg": "Leg-1"}, MASTER | {"Action Result": "In Progress"}, leg | {"Leg": "Leg-1"}], DETAILED
    )
    assert (done.calls.num_rows, done.rejects.num_rows) == (0, 0)
    assert done.set_aside.column("reason").to_pylist() == ["leg", "unfinished", "leg"]


def test_the_legs_of_a_fax_are_a_fax():
    leg = dict.fromkeys(MASTER, "") | {"Date": MASTER["Date"], "Time": MASTER["Time"], "Leg": "Leg-1"}
    done = normalized([MASTER | {"Type": "Fax"}, leg, MASTER | {"SessionId": "14"}], DETAILED)
    assert done.set_aside.column("reason").to_pylist() == ["fax", "fax"]
    assert done.calls.num_rows == 1


def test_a_queue_that_rings_four_telephones_is_one_call():
    leg = OUT | {"src": "2028382200", "dst": "600", "dcontext": "ext-queues", "linkedid": "1646147100.1"}
    rows = [leg | {"dstchannel": f"PJSIP/20{i}", "disposition": "NO ANSWER"} for i in range(3)]
    rows.append(leg | {"dstchannel": "PJSIP/204", "duration": "600"})
    (call,) = normalized(rows, FREEPBX).calls.to_pylist()
    assert (call["legs"], call["outcome"], call["duration_s"]) == (4, "answered", 600)
    assert call["source_row"] == 5


def test_a_row_without_a_session_is_a_call_of_its_own():
    rows = [OUT | {"uniqueid": ""}, OUT | {"uniqueid": "", "calldate": "2022-03-01 11:00:00"}]
    assert normalized(rows, FREEPBX).calls.num_rows == 2


# ---- callers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("src", "state", "kept"),
    [
        ("", "unknown", None), ("anonymous", "withheld", None), ("2028382200", "known", "+12028382200"),
        ("3125550186", "known", None), ("Internal Revenue Service", "text", None),
    ],
)  # fmt: skip
def test_what_is_known_of_the_caller_is_never_a_null(src, state, kept):
    row = OUT | {"src": src, "dst": "600", "dcontext": "ext-group", "did": "2025550143", "disposition": "NO ANSWER"}
    (call,) = became([row], FREEPBX)
    assert (call["direction"], call["caller_id"], call["other_number"]) == ("inbound", state, kept)
    assert (call["our_number"], call["outcome"]) == ("+12025550143", "missed")


def test_a_format_that_has_no_such_field_says_so(tmp_path):
    path = tmp_path / "blind.toml"
    path.write_text('extends = "freepbx"\nhas_caller_id = false\n')
    (call,) = became([OUT | {"src": "anonymous", "dcontext": "ext-group", "dst": "600"}], formats.read_mapping(path))
    assert call["caller_id"] == "not_recorded"
    (call,) = became([OUT | {"src": "3125550186", "dcontext": "ext-group", "dst": "600"}], formats.read_mapping(path))
    assert call["caller_id"] == "known", "a client whose number is shown is nobody unknown"


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        (["Main IVR (800) Answered 9:59:58", "Ng, Ana (117) Answered 10:00:02"], "answered"),
        (["Main IVR (800) Answered 9:59:58", "Ng, Ana (117) Unanswered 10:00:02"], "missed"),
        (["Main IVR (800) Answered 9:59:58", "Voicemail of Ng, Ana (117) Answered 10:00:22"], "voicemail"),
        (["Alder Law (800) Answered 9:59:58", "Ng, Ana (117) Unanswered 10:00:02"], "unknown"),
        (["Ng, Ana (117) Unanswered 9:59:58", "Lee, Bo (118) Answered 9:59:58"], "answered"),
        (["Main IVR (800) Answered 9:59:58"], "missed"),
        (["Receptionist (101) Answered 9:59:58"], "unknown"),
        (["Main Queue (801) Answered 9:59:58"], "unknown"),
        (["Digital Receptionist (800) Answered 9:59:58"], "missed"),
        (["Alder Law (800) Answered 11:59:58AM", "Ng, Ana (117) Unanswered 12:00:02PM"], "unknown"),
        (["Alder Law (800) Answered 12:59:58PM", "Ng, Ana (117) Unanswered 1:00:02PM"], "unknown"),
        (["Alder Law (800) Answered 12:59:58PM", "Ng, Ana (117) Unanswered 01:00:02PM"], "unknown"),
    ],
    ids=str,
)
def test_a_menu_that_stands_as_answered_is_no_answer(rows, outcome):
    made = {"Call ID": "12", "From": "2028382200", "Direction": "Inbound", "Ringing": "0:00:02", "Talking": "0:00:09"}
    parts = [row.rsplit(" ", 2) for row in rows]
    (call,) = became(
        [made | {"To": to, "Status": status, "Call Time": f"2022-03-01 {time}"} for to, status, time in parts],
        FORMATS["threecx_report"],
    )
    assert call["outcome"] == outcome


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [(["No Answer"], "unknown"), (["No Answer", "Voicemail"], "voicemail"), (["No Answer", "{took}"], "answered"),
     ([], "answered")],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("name", ["zoom", "ringcentral_detailed"])
def test_a_call_that_a_menu_took_is_answered_where_a_telephone_took_it(name, ends, outcome):
    of_zoom = name == "zoom"
    first = (
        {"NO.": "1", "Direction": "Inbound", "From Phone Number": "2028382200", "To Phone Number": "2025550143",
         "Start Time": "2022-03-01 09:02:00", "Duration": "00:05:00"}
        if of_zoom else
        {"Type": "Voice", "SessionId": "1", "Leg": "Leg-master", "Direction": "Incoming", "From": "2028382200",
         "To": "2025550143", "Date": "Tue 03/01/2022", "Time": "9:02 AM", "Duration": "0:05:00", "Action": "Phone Call"}
    )  # fmt: skip
    leg = {"NO.": ""} if of_zoom else {"SessionId": "", "Type": "", "From": "", "To": ""}
    result, took = ("Call Result", "Connected") if of_zoom else ("Action Result", "Accepted")
    rows = [first | {result: took}]
    for number, end in enumerate(ends, 1):
        rows.append(first | leg | {result: end.format(took=took)} | ({} if of_zoom else {"Leg": f"Leg-{number}"}))
    (call,) = became(rows, FORMATS[name])
    assert (call["outcome"], call["legs"]) == (outcome, len(rows))


@pytest.mark.parametrize("turned", [False, True])
def test_a_call_begins_when_the_first_telephone_rings_not_the_one_that_took_it(turned):
    came = OUT | {"src": "2028382200", "dst": "201", "dcontext": "ext-local", "uniqueid": "1646146790.1"}
    first = came | {"disposition": "NO ANSWER", "calldate": "2022-03-01 09:59:50"}
    then = came | {"disposition": "ANSWERED", "calldate": "2022-03-01 10:00:10"}
    (call,) = became([then, first] if turned else [first, then], FREEPBX)
    assert str(call["started_at_local"]) == "2022-03-01 09:59:50"
    assert (call["outcome"], call["legs"]) == ("answered", 2)
    (alone,) = became([then], FREEPBX)  # the export of one telephone
    assert alone["call_id"] == call["call_id"]


def test_a_call_of_ours_begins_with_the_row_that_was_taken():
    first = OUT | {"disposition": "NO ANSWER", "calldate": "2022-03-01 10:04:50"}
    (call,) = became([first, OUT], FREEPBX)
    assert (str(call["started_at_local"]), call["direction"]) == ("2022-03-01 10:05:00", "outbound")


def test_a_prefix_for_an_outside_line_is_taken_off():
    for dst in ("918003755283", "98003755283", "8003755283", "+18003755283"):
        assert became([OUT | {"dst": dst}], FREEPBX)[0]["other_number"] == "+18003755283"


def test_a_duration_that_cannot_be_read_leaves_the_call():
    (call,) = became([OUT | {"duration": "about a minute"}], FREEPBX)
    assert (call["duration_s"], call["warnings"]) == (None, "duration_unread")


# ---- notices ----------------------------------------------------------------------------------------

SMS = {"(element)": "sms", "type": "1", "date": "1696257610000", "address": "99999"}
ASKED = "USCIS: are you available in the next 30 minutes? It is about service request 12345678."


def test_a_text_of_the_agency_is_a_notice_and_its_words_are_dropped():
    done = normalized(
        [SMS | {"body": ASKED}, SMS | {"body": "See you at nine"}], FORMATS["sms_backup_restore"], kind="xml"
    )
    (notice,) = done.notices.to_pylist()
    assert (notice["channel"], notice["kind"], notice["sr_number"]) == ("text", "text_ahead", "12345678")
    assert done.set_aside.column("reason").to_pylist() == ["text"]
    assert "available" not in str(notice)


def test_the_same_words_sent_by_us_are_no_notice():
    done = normalized([SMS | {"body": ASKED, "type": "2"}], FORMATS["sms_backup_restore"], kind="xml")
    assert (done.notices.num_rows, done.set_aside.num_rows) == (0, 1)


# ---- the office -------------------------------------------------------------------------------------


def office_sheet(*rows) -> dict:
    cells = {letter: pa.array([dict(zip("ABCD", row, strict=False)).get(letter) for row in rows]) for letter in "ABCD"}
    table = replace(text_table([{"A": ""}]), sheet="Your office", header=tuple("ABCD"), cells=pa.table(cells))
    done = normalize(table, HAND_LOG, NEW_YORK, USCIS)
    assert done.rows == 0
    return done.office


def test_the_sheet_about_the_office_is_read():
    office = office_sheet(
        ("Your office", "Answer"),
        ("Office name", "Alder and Birch"),
        ("Time zone", "Central"),
        ("Do you write down every call-back, missed ones too?", "Yes"),
        ("Since when?", "2022-01-03"),
        ("Opening hours", "Opens", "Closes"),
        ("Monday", "09:00:00", "5:30 PM"),
        ("Sunday", None, None),
        ("Telephone number", "Desk or mobile", "Do unknown callers get through?", "Which system's export shows it"),
        ("202-555-0143", "Mobile", "No", "Google Voice"),
        ("202-555-0147", None, "Not known", None),
    )
    assert (office["name"], office["timezone"]) == ("Alder and Birch", "America/Chicago")
    assert office["logs_callbacks_since"] == date(2022, 1, 3)
    assert office["hours"] == [{"weekday": 1, "opens": "09:00", "closes": "17:30"}]
    assert office["lines"] == [
        {"number": "+12025550143", "kind": "mobile", "withheld_get_through": False, "covered_by": "Google Voice"},
        {"number": "+12025550147", "kind": None, "withheld_get_through": None, "covered_by": None},
    ]


def test_a_date_beside_a_no_declares_nothing():
    asked = "Do you write down every call-back, missed ones too?"
    assert office_sheet((asked, "No"), ("Since when?", "2022-01-03"))["logs_callbacks_since"] is None


# ---- size -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_seconds():
    rows = [OUT | {"uniqueid": f"{1646147100 + i}.{i}"} for i in range(100_000)]
    table = text_table(rows)
    began = datetime.now()
    assert normalize(table, FREEPBX, NEW_YORK, USCIS).calls.num_rows == 100_000
    assert (datetime.now() - began).total_seconds() < 20  # about one, on an idle machine
