"""Hand-kept logs in other makes: trackers of requests, exports of time, other languages. All cells are invented."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from pyarrow import compute as pc

import callanalytics as ca
from callanalytics import formats, intake
from callanalytics.formats import column_meanings
from callanalytics.store import Store
from read_logs import entries_of, receipt_and_entries
from text_rows import normalized

HAND_SHEET = formats.load()["hand_sheet"]
BASE = {"Time": "9:10 AM", "Wait": "45 min"}


def entries(rows):
    return normalized(rows, HAND_SHEET).entries.sort_by("source_row")


def of_kind(table, kind):
    return table.filter(pc.equal(table.column("kind"), kind))


def on_days(rows, first=14):
    return [{"Date": f"3/{day}/2022", **row} for day, row in enumerate(rows, first)]


def meanings(cells):
    return column_meanings.find(HAND_SHEET, list(cells), lambda place: list(cells.values())[place]).columns


@pytest.mark.parametrize("name", ["did not tell", "sem nome", "bà không cho tên", "lady without name", "ohne Namen"])
def test_that_no_one_gave_a_name_is_no_name_in_any_language(name):
    rows = on_days([{**BASE, "Agent": each} for each in ("Ana #4471", name, "Bo #4472")])
    assert entries(rows).column("agent_name").to_pylist() == ["Ana", None, "Bo"]


@pytest.mark.parametrize(
    "text", ["USCIS gọi lại - called back, missed", "USCIS ligou, missed", "USCIS rief zurück, missed"]
)
def test_a_row_says_in_another_language_that_the_agency_called(text):
    rows = on_days([{**BASE, "Agent": "Ana", "Notes": "sent"}, {**BASE, "Agent": "Bo", "Notes": "hung up"}])
    records = entries([*rows, {"Date": "3/16/2022", "Time": "11:00 AM", "Notes": text}])
    assert records.column("kind").to_pylist() == ["dial", "dial", "ring"]
    assert records.column("outcome")[2].as_py() == "missed"


@pytest.mark.parametrize("text", ["(snow! nobody called)", "no one phoned"])
def test_a_day_on_which_no_one_called_is_no_call(text):
    rows = on_days([{**BASE, "Agent": "Ana"}, {**BASE, "Agent": "Bo"}, {"Time": text}])
    assert entries(rows).num_rows == 2


def test_a_figure_that_adds_up_the_column_above_it_is_no_call():
    waits = ["0.5", "0.7", "0.1", "1.2", "0.6"]
    rows = on_days([{"Time": "9:10 AM", "Hold (hrs)": wait, "Agent": "Ana"} for wait in waits])
    assert entries([*rows, {"Hold (hrs)": "3.1"}]).num_rows == 5
    assert entries([*rows, {"Hold (hrs)": "0.4"}]).num_rows == 6


def test_a_wait_alone_that_is_by_chance_the_mean_is_a_call():
    rows = on_days([{"Time": "9:10 AM", "Hold": wait, "Agent": "Ana"} for wait in ("30", "40", "50", "35", "45")])
    assert entries([*rows, {"Hold": "40"}]).num_rows == 6


def test_a_count_under_the_table_is_no_call():
    rows = on_days([{**BASE, "Agent": "Ana", "SR #": f"WS-10{n}"} for n in range(3)])
    assert entries([*rows, {"SR #": "OPEN: 2"}]).num_rows == 3


def test_pictures_stand_for_words_in_headers_and_say_nothing_in_cells():
    rows = [
        {
            "📅": f"Jan {day}, 2024",
            "🕐 (my time)": "7:20am",
            "⏳ how long": "18m",
            "📝 what happened": text,
            "📞 back": came,
        }
        for day, text, came in [
            (8, "72 hrs ✔", "Jan 10 9:10am answered ✔"),
            (9, "hung up 😡", "✖"),
            (10, "72 hrs, form", "Jan 12 1:30pm missed ✖"),
        ]
    ]
    records = entries(rows)
    dials, rings = of_kind(records, "dial"), of_kind(records, "ring")
    assert dials.column("wait_s").to_pylist() == [1080, 1080, 1080]
    assert rings.column("outcome").to_pylist() == ["answered", "missed"]


def test_a_tracker_of_requests_is_a_log_of_the_calls_that_opened_them():
    cells = {
        "Service request": ["AB-9001", "(failed)", "AB-9002", "(failed)"],
        "Opened / tried on": ["2022-08-15", "2022-08-16", "2022-08-18", "2022-08-22"],
        "Call began (Central)": ["08:15", "14:30", "09:50", "11:00"],
        "Queue minutes": ["21", "47", "38", "30"],
        "Rep ID": ["50660", "", "50112", ""],
        "1st return call": ["8/17 9:20 AM missed", "", "8/19 1:00 PM answered", ""],
        "2nd return call": ["8/17 1:40 PM answered", "", "", ""],
        "Comments": ["", "hung up", "", "dropped"],
    }
    rows = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    records = entries(rows)
    dials = of_kind(records, "dial")
    assert dials.column("wait_outcome").to_pylist() == ["reached", "gave_up", "reached", "cut_off"]
    assert dials.column("sr_number").to_pylist() == ["AB-9001", None, "AB-9002", None]
    assert sorted(of_kind(records, "ring").column("outcome").to_pylist()) == ["answered", "answered", "missed"]


@pytest.mark.slow
def test_of_an_export_of_all_work_the_calls_to_the_agency_are_read(tmp_path):
    path = tmp_path / "time_entries.csv"
    path.write_text(
        "User,Client,Description,Start date,Start time,Duration,Tags\n"
        'Ira,Mora,"USCIS call: 22 min hold, Officer Todd 33911, SR LL-1003, 72 hrs",2023-10-03,09:00:00,00:35:00,p\n'
        "Ira,Mora,draft cover letter,2023-10-03,10:00:00,01:20:00,d\n"
        "Ira,Mora,call with client re fees,2023-10-03,11:30:00,00:10:00,d\n"
        'Ira,Pham,"USCIS call: 40 min hold, gave up",2023-10-04,13:15:00,00:40:00,p\n'
        'Ira,Mora,"USCIS callback, answered",2023-10-05,10:40:00,00:12:00,p\n'
        'Ira,Pham,"USCIS call: 9 min hold, Carla 33188, no SR",2023-10-06,08:02:00,00:18:00,p\n'
        "Ira,Mora,lunch,2023-10-06,12:00:00,01:00:00,n\n"
    )
    rows = entries_of(path).sort_values("started_at_local")
    assert list(rows["kind"]) == ["dial", "dial", "ring", "dial"]
    assert list(rows["wait_s"].dropna()) == [1320, 2400, 540]
    assert list(rows["agent_id"].dropna()) == ["33911", "33188"]


@pytest.mark.slow
def test_the_notes_of_a_case_system_are_read_part_by_part(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_bytes(
        "\ufeffCase;Note Date;Note Subject;Note Body;By\n"
        "A;02/05/2024;Call - USCIS;8:05 am / held 14 min / agent Carla 55-201 / SR RL-205A / T2 w/in 72 hrs;Kim\n"
        "A;02/07/2024;Call from USCIS;10:30 am / answered / will schedule;Kim\n"
        "A;02/07/2024;Call to client;10:45 am / told her;Kim\n"
        "B;02/08/2024;Call - USCIS;1:20 pm / held 48 min / gave up;Kim\n"
        "B;02/12/2024;Letter;Notice scanned;Kim\n"
        "B;02/13/2024;Call - USCIS;11:00 am / held 1 hr 8 min / agent (no name) 55-902 / no SR;Kim\n".encode()
    )
    rows = entries_of(path).sort_values("started_at_local")
    assert list(rows["kind"]) == ["dial", "ring", "dial", "dial"]
    assert list(rows["wait_s"].dropna()) == [840, 2880, 4080]
    assert list(rows["agent_id"].dropna()) == ["55-201", "55-902"]
    assert list(rows["sr_number"].dropna()) == ["RL-205A"]


def test_columns_of_a_database_are_known_by_their_short_names():
    found = meanings(
        {
            "CallDate": ["2022-03-01", "2022-03-02", "2022-03-03"],
            "HoldTime": ["30 min", "45 min", "9 min"],
            "RepName": ["Ana", "Bo", "Cy"],
            "SRNum": ["TR-51", "TR-52", "TR-53"],
            "CBDate": ["44623", "44624", "44625"],
            "cb_tm": ["10:15", "11:00", "9:05"],
            "cb_disposition": ["answered", "missed", "voicemail"],
        }
    )
    assert (found["sr"], found["callback"], found["callback_time"]) == ("SRNum", "CBDate", "cb_tm")
    assert found["callback_answered"] == "cb_disposition"


def test_boxes_of_a_tracker_tell_who_hung_up_and_what_was_promised():
    boxes = {
        "Minutes before pick-up": ["28", "39", "46"],
        "Human?": ["TRUE", "FALSE", "TRUE"],
        "Hung up on us?": ["FALSE", "TRUE", "FALSE"],
        "Urgent (72h)?": ["TRUE", "FALSE", "FALSE"],
        "Regular (30d)?": ["FALSE", "FALSE", "TRUE"],
    }
    rows = entries(on_days([dict(zip(boxes, row, strict=True)) for row in zip(*boxes.values(), strict=True)]))
    assert rows.column("wait_s").to_pylist() == [1680, 2340, 2760]
    assert rows.column("wait_outcome").to_pylist() == ["reached", "cut_off", "reached"]
    assert rows.column("promised").to_pylist() == ["urgent", None, "regular"]


def test_waits_from_their_start_to_their_end_do_not_say_from_where_they_run():
    ranges = ["9:30-10:05 am", "12:10-12:50 pm", "1:00-2:02 pm"]
    rows = entries(on_days([{"start-end of wait": text, "who answered": "Ana (4190)"} for text in ranges]))
    assert rows.column("wait_s").to_pylist() == [2100, 2400, 3720]
    assert set(rows.column("wait_origin").to_pylist()) == {"unstated"}


def test_from_when_to_when_a_call_was_gives_its_time_and_no_wait():
    ranges = ["9:15-9:44", "1:00-1:45", "11:20-11:26"]
    rows = on_days([{"from-to": text, "outcome": "connected", "USCIS agent": "Ana [4190]"} for text in ranges])
    records = entries(rows)
    assert [f"{each:%H:%M}" for each in records.column("started_at_local").to_pylist()] == ["09:15", "13:00", "11:20"]
    assert records.column("wait_s").to_pylist() == [None, None, None]


@pytest.mark.slow
def test_a_year_in_a_row_of_its_own_is_that_of_the_days(tmp_path):
    path = tmp_path / "calls.csv"
    rows = "".join(f"Ana,09/{day},9:15 AM,45 min,Bo 4190,USCIS status\n" for day in ("09", "12", "16"))
    path.write_text(f"by,date (mm/dd),time,hold,agent,notes\nYear: 2021 (fall),,,,,\n{rows}")
    assert {f"{each:%Y}" for each in entries_of(path)["started_at_local"]} == {"2021"}


@pytest.mark.slow
def test_a_legend_of_figures_explains_the_only_column_of_codes(tmp_path):
    book = openpyxl.Workbook()
    tab = book.active
    tab.append(["result codes:  1 = talked to person   2 = I hung up   3 = they cut"])
    tab.append(["date", "start", "wait min", "code", "rep ID"])
    for day, code, rep in [
        (16, "1", "45501"),
        (17, "2", ""),
        (18, "3", ""),
        (19, "1", "45220"),
        (20, "2", ""),
        (23, "1", "45501"),
    ]:
        tab.append([f"5/{day}/2022", "8:30 AM", "19", code, rep])
    book.save(path := tmp_path / "codes.xlsx")
    rows = entries_of(path).sort_values("started_at_local")
    assert list(rows["wait_outcome"]) == ["reached", "gave_up", "cut_off", "reached", "gave_up", "reached"]


def test_times_with_a_dot_stand_behind_the_day_of_a_callback():
    rows = on_days([{**BASE, "Agent": "Ana", "Officer's call": came} for came in ("15 March 11.15, answered", "", "")])
    (ring,) = of_kind(entries(rows), "ring").to_pylist()
    assert (f"{ring['started_at_local']:%Y-%m-%d %H:%M}", ring["outcome"]) == ("2022-03-15 11:15", "answered")


def test_other_words_for_ringing():
    rows = [
        {"Rang them": f"Tue 3/{day}/2022 2:15p", "Time in queue": "37 mins", "What they said": text, "Rang back?": came}
        for day, text, came in [
            (15, "rang off, lunch", ""),
            (22, "cut us off", ""),
            (29, "form", "3/31 9:40a, took it"),
        ]
    ]
    records = entries(rows)
    dials = of_kind(records, "dial")
    assert dials.column("wait_outcome").to_pylist()[:2] == ["gave_up", "cut_off"]
    assert of_kind(records, "ring").column("outcome").to_pylist() == ["answered"]


def test_a_promise_behind_the_number_of_a_request_is_read_and_no_part_of_it():
    rows = on_days(
        [
            {**BASE, "Agent": "Ana #4471", "SR": text}
            for text in ("MC-1, 72 hours", "MC-2, 30 business days", "no SR, no callback", "MC-4 - 72 hours")
        ]
    )
    records = entries(rows)
    assert records.column("sr_number").to_pylist() == ["MC-1", "MC-2", None, "MC-4"]
    assert records.column("promised").to_pylist() == ["urgent", "regular", "none", "urgent"]


@pytest.mark.parametrize("text", ["no SR / no callback", "no SR no callback"])
def test_that_neither_was_given_promises_nothing(text):
    rows = on_days([{**BASE, "Agent": "Ana #4471", "Notes": each} for each in (text, "T2 will call in 72 hrs", text)])
    assert entries(rows).column("promised").to_pylist() == ["none", "urgent", "none"]


@pytest.mark.parametrize(
    ("answered", "ended", "wait"),
    [
        ("9:40 AM", "reached", 1800),
        ("nobody - gave up 9:40 AM", "gave_up", 1800),
        ("nadie, se cayó 9:40 AM", "cut_off", 1800),
        ("9:40 AM (recording)", "unknown", 1800),
    ],
)
def test_words_beside_the_time_of_an_answer_tell_that_no_one_answered(answered, ended, wait):
    rows = on_days([{"Dialed": "9:10 AM", "Answered at": text} for text in ("9:30 AM", answered, "9:25 AM")])
    made = entries(rows).to_pylist()[1]
    assert (made["wait_outcome"], made["wait_s"]) == (ended, wait)


def test_when_a_call_was_lost_stands_in_columns_of_its_own():
    clocks = {
        "In queue since": ["9:00 AM", "1:05 PM", "3:30 PM", "8:10 AM"],
        "Answered at": ["9:42 AM", "", "", "8:22 AM"],
        "Hung up at": ["", "1:40 PM", "", ""],
        "Dropped at": ["", "", "3:55 PM", ""],
    }
    made = entries(on_days([dict(zip(clocks, row, strict=True)) for row in zip(*clocks.values(), strict=True)]))
    assert made.column("wait_s").to_pylist() == [2520, 2100, 1500, 720]
    assert made.column("wait_outcome").to_pylist() == ["reached", "gave_up", "cut_off", "reached"]
    assert [f"{each:%H:%M}" for each in made.column("started_at_local").to_pylist()] == [
        "09:00", "13:05", "15:30", "08:10",
    ]  # fmt: skip


def test_when_every_call_ended_is_no_sign_that_it_was_lost():
    rows = on_days([{"Dialed": "9:10 AM", "Agent": "Ana #4471", "Hung up at": text} for text in ("9:50 AM", "9:31 AM")])
    assert set(entries(rows).column("wait_outcome").to_pylist()) == {"reached"}


@pytest.mark.parametrize("label", ["4 of 6", "4 out of 6"])
def test_a_sum_beside_so_many_of_all_is_no_call(label):
    rows = on_days([{"Time": "9:10 AM", "Hold": wait, "Live?": "Y", "ID": "K44"} for wait in ("0:40:00", "0:20:00")])
    assert entries([*rows, {"Hold": "1:00:00", "Live?": label}]).num_rows == 2


@pytest.mark.parametrize(
    ("remark", "result"), [("no one at the desk", "missed"), ("left VM at the front desk", "voicemail")]
)
def test_the_column_of_who_was_called_tells_that_the_agency_called(remark, result):
    ours = on_days([{**BASE, "Called": "USCIS", "Agent": name, "Remarks": ""} for name in ("Ana", "Bo", "Cy")])
    theirs = {"Date": "3/18/2022", "Time": "2:05 PM", "Called": "USCIS called us", "Remarks": remark}
    made = entries([*ours, theirs]).to_pylist()[3]
    assert (made["kind"], made["outcome"]) == ("ring", result)


@pytest.mark.parametrize("line", ["USCIS email", "Nebraska lockbox", "Omaha district office", "Newark field office"])
def test_a_letter_and_a_field_office_are_no_calls_to_the_contact_center(line):
    lines = ["USCIS", "USCIS", "USCIS", line]
    rows = on_days(
        [
            {"Time": "9:10 AM", "Hold": wait, "Agency": each, "Agent": "-"}
            for each, wait in zip(lines, ["30", "40", "50", ""], strict=True)
        ]
    )
    assert entries(rows).num_rows == 3


NOTES = [
    "Called USCIS at 9:05 am. Held 22 min. Agent Wilma, ID 44-310. Renewal pending.",
    "Called USCIS at 1:30 pm, gave up after 41 min.",
    "Called USCIS at 8:15 am. Held 12 min. Agent would not give a name, ID 44-902. T2 should call within 72 hrs.",
    "Called USCIS at 2:10 pm. Held 36 min then the line dropped.",
]


@pytest.mark.parametrize(
    "text",
    ["Called the consulate at 10:00 am, 25 min.", "Client called at 4:30 pm, upset.", "Letter to client on the calls.",
     "Llamé al consulado, 20 min", "Emailed USCIS about the missed call."],
)  # fmt: skip
def test_a_note_of_a_word_with_somebody_else_is_no_call_to_the_agency(text):
    rows = on_days([{"Matter": "Adeleke", "Note": note} for note in [*NOTES, text]])
    made = entries(rows)
    assert made.num_rows == 4
    assert made.column("agent_id").to_pylist() == ["44-310", None, "44-902", None]
    assert made.column("promised").to_pylist() == [None, None, "urgent", None]


def test_a_call_that_was_lost_while_somebody_talked_had_reached_them():
    texts = ["Cut off while talking", "dropped mid-conversation", "dropped"]
    rows = on_days([{**BASE, "Outcome": text} for text in texts])
    assert entries(rows).column("wait_outcome").to_pylist() == ["reached", "reached", "cut_off"]


@pytest.mark.parametrize("text", ["Rejected by the bot", "IVR would not let us through", "IVR only, no hold"])
def test_a_system_that_let_no_one_through_queued_no_one(text):
    rows = on_days([{"Time": "9:10 AM", "Wait": wait, "Outcome": each} for wait, each in [("45", "spoke"), ("", text)]])
    assert entries(rows).column("wait_outcome").to_pylist() == ["reached", "not_queued"]


def test_a_system_and_an_agent_without_a_name_are_no_names():
    names = ["Ana", "unnamed rep", "(IVR, no hold)", "he gave none", "somebody", "Bo"]
    rows = on_days([{**BASE, "Agent": name} for name in names])
    assert entries(rows).column("agent_name").to_pylist() == ["Ana", None, None, None, None, "Bo"]


@pytest.mark.parametrize("text", ["done", "resolved", "Closed."])
def test_that_a_matter_is_over_is_no_callback(text):
    rows = on_days(
        [{**BASE, "Agent": "Ana", "Called back": came} for came in ("3/16 9:20 missed", text, "3/18 answered")]
    )
    assert of_kind(entries(rows), "ring").num_rows == 2


def test_the_result_of_a_callback_stands_behind_its_day_under_any_header():
    cells = {
        "Phoned in (date)": ["5/2/2022", "5/3/2022", "5/9/2022", "5/10/2022", "5/12/2022", "5/16/2022", "5/17/2022"],
        "Mins held": ["41", "30", "55", "28", "19", "33", "26"],
        "Got": ["person", "gave up", "person", "dropped", "person", "gave up", "person"],
        "Rep ID": ["71-204", "", "71-550", "", "71-204", "", "71-118"],
        "Kind (X = expedite 72h, R = normal 30 bd)": ["X", "", "R", "", "X", "", "X"],
        "Callback due by": ["5/5/2022", "", "6/21/2022", "", "5/17/2022", "", "5/20/2022"],
        "Callback came": ["5/4/2022 10:15", "", "", "", "5/13/2022 9:05", "", "5/19/2022 14:30"],
        "How": ["answered", "", "", "", "missed", "", "voicemail"],
    }
    made = entries([dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)])
    dials, rings = of_kind(made, "dial"), of_kind(made, "ring")
    assert dials.column("promised").to_pylist() == ["urgent", None, "regular", None, "urgent", None, "urgent"]
    assert dials.column("wait_outcome").to_pylist() == [
        "reached", "gave_up", "reached", "cut_off", "reached", "gave_up", "reached",
    ]  # fmt: skip
    assert sorted(rings.column("outcome").to_pylist()) == ["answered", "missed", "voicemail"]


def test_a_persons_id_and_a_persons_name_in_two_columns():
    cells = {
        "hold": ["44 min", "31 min", "9 min", "50 min"],
        "live human": ["Greta", "", "Officer Lund", "she gave none"],
        "human's ID": ["8-1101", "", "8-2040", "8-3300"],
        "comments": ["72 hrs", "hung up", "30 business days", "72 hrs"],
        "SRN": ["QA-11", "", "QA-12", "QA-13"],
        "return call": ["3/16 at 9:40, we got it", "", "approved", "voicemail 3/19, 2:15"],
    }
    made = entries(on_days([dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]))
    dials = of_kind(made, "dial")
    assert dials.column("agent_name").to_pylist() == ["Greta", None, "Officer Lund", None]
    assert dials.column("agent_id").to_pylist() == ["8-1101", None, "8-2040", "8-3300"]
    assert dials.column("promised").to_pylist() == ["urgent", None, "regular", "urgent"]
    assert sorted(of_kind(made, "ring").column("outcome").to_pylist()) == ["answered", "voicemail"]


@pytest.mark.parametrize("header", ["Ticket", "Confirmation"])
def test_a_ticket_that_only_those_who_were_reached_have_is_a_service_request(header):
    cells = {
        "Hold": ["44", "31", "9", "50", "20", "15"],
        "Result": ["spoke", "hung up", "spoke", "dropped", "hung up", "spoke"],
    }
    numbers = ["QRS-101", "", "QRS-102", "", "", "QRS-103"]
    rows = on_days(
        [dict(zip([*cells, header], row, strict=True)) for row in zip(*cells.values(), numbers, strict=True)]
    )
    assert entries(rows).column("sr_number").to_pylist() == ["QRS-101", None, "QRS-102", None, None, "QRS-103"]


@pytest.mark.parametrize("header", ["Ticket #", "Confirmation #"])
def test_a_number_that_calls_without_a_person_have_too_is_no_service_request(header):
    results = ["spoke with agent", "hung up", "left no message, office closed", "dropped", "no answer"]
    rows = on_days([{**BASE, "Result": text, header: f"{1041 + row}"} for row, text in enumerate(results)])
    records = entries(rows)
    assert records.column("sr_number").null_count == 5
    ends = records.column("wait_outcome").to_pylist()
    assert [end == "reached" for end in ends] == [True, False, False, False, False]


@pytest.mark.parametrize("header", ["SR #", "SRN", "Request #", "Service request number", "Inquiry #"])
def test_a_header_that_names_a_request_keeps_its_number_on_lost_calls_too(header):
    results = ["spoke with agent", "hung up", "dropped", "spoke with agent", "hung up"]
    numbers = [f"QRS-{row}" for row in range(1041, 1046)]
    rows = on_days([{**BASE, "Result": end, header: number} for end, number in zip(results, numbers, strict=True)])
    records = entries(rows)
    assert records.column("sr_number").to_pylist() == numbers
    assert records.column("wait_outcome").to_pylist() == ["reached", "gave_up", "cut_off", "reached", "gave_up"]


def test_the_numbers_of_a_list_s_rows_are_no_agents_ids():
    results = ["Spoke to officer", "Disconnected", "Could not reach anyone", "Gave up", "Spoke to officer"]
    rows = on_days([{**BASE, "ID": f"{row}", "Outcome": text} for row, text in enumerate(results, 101)])
    records = entries(rows)
    assert records.column("agent_id").null_count == records.column("agent_name").null_count == 5
    ends = records.column("wait_outcome").to_pylist()
    assert [end == "reached" for end in ends] == [True, False, False, False, True]


def test_sums_beside_a_log_do_not_make_it_a_list_of_counts():
    sums = [("Jan", "2", "38"), ("Feb", "2", "25"), *[("", "", "")] * 4]
    cells = [
        {"Time": "9:10 AM", "Hold (min)": "30", "Result": text, "": "", "Month": month, "# calls": n, "avg hold": mean}
        for text, (month, n, mean) in zip(["agent", "dropped", "agent", "hung up", "agent", "agent"], sums, strict=True)
    ]
    header = ["Date", *cells[0]]
    found = column_meanings.find(HAND_SHEET, header, lambda place: [[*row.values()][place] for row in on_days(cells)])
    assert found.weight >= HAND_SHEET.recognize.enough


def test_a_note_of_a_callback_behind_who_wrote_it_is_no_call_of_ours(tmp_path):
    lines = [f"[2025-06-0{day} 09:48] maria: USCIS for Roe, 40 min hold, got T1, pending" for day in range(2, 6)]
    lines += ["[2025-06-12 13:15] maria: T2 called back for Roe, missed it"]
    lines += ["[2025-06-17 15:44] tomas: USCIS for Poe, 45 min hold, nobody"]
    (tmp_path / "notes.txt").write_text("\n".join(lines))
    found = entries_of(tmp_path / "notes.txt")
    assert found.kind.tolist() == ["dial"] * 4 + ["ring", "dial"]
    assert found.wait_outcome.tolist()[-1] == "no_person"
    assert found.outcome.tolist()[-2] == "missed"


def test_words_for_nobody_and_no_in_portuguese_are_read():
    rows = on_days(
        [
            {"Hora": "9:10", "Espera (min)": "45", "Atendente": who, "Resultado": text, "Retorno prometido": promise}
            for who, text, promise in (("Ana", "", "não"), ("ninguém", "desliguei", ""), ("Tom", "", "30 dias"))
        ]
    )
    records = entries(rows)
    assert records.column("agent_name").to_pylist() == ["Ana", None, "Tom"]
    assert records.column("promised").to_pylist() == ["none", None, "regular"]


def test_a_column_of_statuses_in_an_offices_short_words_tells_how_calls_ended():
    texts = ["got thru", "disc.", "kicked off", "busy", "LVM", "gave up", "spoke", "bot"]
    records = entries(on_days([{**BASE, "Status": text} for text in texts]))
    ends = ["reached", "cut_off", "cut_off", "not_queued", "no_person", "gave_up", "reached", "unknown"]
    assert records.column("wait_outcome").to_pylist() == ends


def test_a_voicemail_in_the_column_of_agents_is_no_person():
    rows = on_days([{**BASE, "Talked to": text} for text in ("T1 Fern", "voicemail", "T1 Olu")])
    assert entries(rows).column("wait_outcome").to_pylist() == ["reached", "no_person", "reached"]


def test_whether_an_agent_was_spoken_to_may_be_answered_in_spanish():
    rows = on_days(
        [
            {"Hora": "9:10", "Espera (min)": "45", "Atendió": answer, "Observaciones": text}
            for answer, text in (("sí", "sin cambios"), ("no", "buzón de voz"), ("sí", "cita nueva"), ("no", ""))
        ]
    )
    records = entries(rows)
    assert records.column("wait_outcome").to_pylist() == ["reached", "no_person", "reached", "no_person"]
    assert records.column("agent_name").null_count == 4


@pytest.mark.parametrize("header", ["Came?", "Got it?", "CBd", "T2 rcvd", "Devolvieron"])
def test_a_bare_header_about_what_came_beside_promises_is_that_of_callbacks(header):
    answers = ["3/21", "no", "", "3/23"]
    rows = on_days([{**BASE, "Agent": "Ana", "Promised": "10 days", header: text} for text in answers])
    rings = of_kind(entries(rows), "ring")
    assert [f"{each:%m-%d}" for each in rings.column("started_at_local").to_pylist()] == ["03-21", "03-23"]


def test_the_day_that_tier_2_is_due_shows_a_promise():
    days = ["4/3/2022", "", "4/9/2022", "4/20/2022"]
    rows = on_days([{**BASE, "Agent": "Ana", "T2 due": day} for day in days])
    assert entries(rows).column("promised").to_pylist() == ["unknown", None, "unknown", "unknown"]


def test_the_offices_own_call_after_a_wait_is_no_promised_callback():
    texts = ["wait 60 days then call again", "officer to call within 30 days"]
    rows = on_days([{**BASE, "Agent": "Ana", "They said": text} for text in texts])
    assert entries(rows).column("promised").to_pylist() == [None, "regular"]


def test_an_outcome_tells_a_promise_by_its_time_beside_what_only_a_person_does():
    texts = ["talked, 30 business days", "spoke, T2 to ring inside 72 hours", "card mailed, 30 days"]
    rows = on_days([{**BASE, "Outcome": text} for text in texts])
    assert entries(rows).column("promised").to_pylist() == ["regular", "urgent", None]


def workbook(path, **tabs):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in tabs.items():
        tab = book.create_sheet(title)
        for row in rows:
            tab.append(row)
    book.save(path)
    return path


CALLS_OUT = [
    ["Date", "Time", "Hold (min)", "End", "Agent", "SR"],
    ["2/15/2024", "9:20 AM", 41, "spoke", "Greta", "MN-201"],
    ["2/16/2024", "1:00 PM", 35, "hung up", "", ""],
    ["2/20/2024", "8:00 AM", 8, "spoke", "Officer Rhee", "MN-202"],
]


@pytest.mark.slow
@pytest.mark.parametrize("title", ["IN - they called", "Calls from USCIS", "In"])
def test_a_tab_of_what_came_in_is_one_of_callbacks(title, tmp_path):
    came = [
        ["Came on", "At", "For", "SR quoted", "Picked up?", "By"],
        ["2/20/2024", "10:25 AM", "Pereira", "MN-201", "yes", "Lou"],
        ["2/21/2024", "9:05 AM", "Pereira", "MN-201", "no", ""],
        ["2/22/2024", "11:00 AM", "(robocall)", "", "", "Lou"],
        ["2/22/2024", "2:40 PM", "Haddad", "MN-202", "no, left VM", ""],
    ]
    path = workbook(tmp_path / "USCIS both ways.xlsx", **{"Out": CALLS_OUT, title: came})
    rows = entries_of(path).sort_values("started_at_local")
    rings = rows[rows["kind"] == "ring"]
    assert list(rings["outcome"]) == ["answered", "missed", "voicemail"]
    assert list(rings["sr_number"]) == ["MN-201", "MN-201", "MN-202"]
    assert (rows["kind"] == "dial").sum() == 3


@pytest.mark.slow
def test_a_tab_explains_the_letters_of_each_column_by_its_label(tmp_path):
    calls = [
        ["Date", "Hour", "Hold, mins", "Result", "Agent", "C.B."],
        ["6/15/2023", "10:10 AM", 44, "P", "Greta", "T 6/17 9:20 am"],
        ["6/16/2023", "2:20 PM", 39, "H", "", ""],
        ["6/20/2023", "8:00 AM", 11, "P", "Rhee", "N 6/22 1:15 pm, T 6/22 4:00 pm"],
        ["6/21/2023", "9:00 AM", 25, "H", "", ""],
    ]
    key = [["Result: P", "person came on"], ["Result: H", "we hung up"], ["C.B.: T", "taken"], ["C.B.: N", "missed it"]]
    rows = entries_of(workbook(tmp_path / "USCIS tally.xlsx", tally=calls, key=key))
    dials, rings = rows[rows["kind"] == "dial"], rows[rows["kind"] == "ring"]
    assert list(dials.sort_values("started_at_local")["wait_outcome"]) == ["reached", "gave_up", "reached", "gave_up"]
    assert list(rings.sort_values("started_at_local")["outcome"]) == ["answered", "missed", "answered"]


@pytest.mark.parametrize("day", ["Called back", "Llamaron"])
def test_behind_the_day_of_a_callback_a_column_of_results_is_of_the_callback(day):
    cells = {
        day: ["3/16/2022", "3/17/2022", "", "3/18/2022"],
        "Result of that": ["picked up", "missed", "", "left VM"],
    }
    made = entries(
        [
            row | {**BASE, "Agent": "Ana #4471"}
            for row in on_days([dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)])
        ]
    )
    assert of_kind(made, "ring").column("outcome").to_pylist() == ["answered", "missed", "voicemail"]
    assert set(of_kind(made, "dial").column("outcome").to_pylist()) == {"unknown"}


def test_an_outcome_in_rows_without_a_callback_is_of_the_call():
    outcomes = ["answered", "no answer", "answered", "no answer"]
    days = ["3/16/2022", "", "3/18/2022", ""]
    rows = on_days([{**BASE, "Callback date": day, "Outcome": text} for day, text in zip(days, outcomes, strict=True)])
    assert set(of_kind(entries(rows), "ring").column("outcome").to_pylist()) == {"unknown"}


def test_in_spanish_as_well_when_a_call_was_lost_stands_in_columns_of_its_own():
    clocks = {
        "en espera desde": ["9:02 AM", "1:30 PM", "10:00 AM", "8:00 AM"],
        "contestaron a las": ["9:40 AM", "", "", "8:12 AM"],
        "colgué a las": ["", "2:10 PM", "", ""],
        "se cortó a las": ["", "", "10:31 AM", ""],
    }
    made = entries(on_days([dict(zip(clocks, row, strict=True)) for row in zip(*clocks.values(), strict=True)]))
    assert made.column("wait_s").to_pylist() == [2280, 2400, 1860, 720]
    assert made.column("wait_outcome").to_pylist() == ["reached", "gave_up", "cut_off", "reached"]


def test_of_two_times_of_an_answer_no_one_knows_which_ended_the_wait():
    texts = ["9:30 AM", "9:20 AM, cut off 9:45 AM", "9:25 AM"]
    rows = on_days([{"Dialed": "9:10 AM", "Got a person": text} for text in texts])
    made = entries(rows)
    assert made.column("wait_s").to_pylist() == [1200, None, 900]
    assert made.column("wait_outcome").to_pylist() == ["reached", "unknown", "reached"]


@pytest.mark.parametrize("share", ["3/5", "60%", ""])
def test_hours_and_minutes_that_add_up_are_no_call(share):
    waits = ["0:40:00", "0:20:00", "1:05:00", "0:30:00", "0:10:00"]
    rows = on_days([{"Time": "9:10 AM", "Hold": wait, "Live?": "Y", "ID": "K44"} for wait in waits])
    assert entries([*rows, {"Hold": "2:45:00", "Live?": share}]).num_rows == 5
    assert entries([*rows, {"Hold": "0:45:00", "Live?": share}]).num_rows == 6


@pytest.mark.parametrize("line", ["USCIS (incoming)", "Inbound - USCIS"])
def test_a_line_with_its_direction_tells_a_callback(line):
    ours = on_days([{**BASE, "Line": "USCIS", "Agent": name, "Result": "spoke"} for name in ("Ana", "Bo", "Cy")])
    theirs = {"Date": "3/18/2022", "Time": "2:05 PM", "Line": line, "Result": "voicemail"}
    made = entries([*ours, theirs]).to_pylist()[3]
    assert (made["kind"], made["outcome"], made["line"]) == ("ring", "voicemail", "contact_center")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Spoke with client re the USCIS call", []),
        ("Called back client", []),
        ("Client called, then I called USCIS at 4 pm, held 20 min", ["dial"]),
        ("Voicemail from officer at 3:10 pm", ["ring"]),
    ],
)
def test_a_note_says_who_called_whom(text, kinds):
    made = entries(on_days([{"Matter": "Adeleke", "Note": note} for note in [*NOTES, text]]))
    assert made.column("kind").to_pylist()[4:] == kinds


@pytest.mark.parametrize(("remark", "kept"), [("spam", 3), ("Robocall, hung up", 3), ("Spam likely, it was USCIS", 4)])
def test_a_call_that_only_looked_unwanted_stays(remark, kept):
    ours = on_days([{**BASE, "In/out": "out", "Notes": "sent"} for _ in range(3)])
    row = {"Date": "3/18/2022", "Time": "2:05 PM", "Wait": "", "In/out": "in", "Notes": remark}
    assert entries([*ours, row]).num_rows == kept


def test_a_line_reached_through_the_website_is_called_where_the_result_says_so():
    lines = ["USCIS", "USCIS", "USCIS", "USCIS (number of the web form)"]
    rows = on_days([{"Time": "9:10 AM", "Hold": "", "Line": line, "Agent": "", "Result": "hung up"} for line in lines])
    assert entries(rows).num_rows == 4


@pytest.mark.parametrize(
    ("text", "ended"),
    [("robot, no line", "not_queued"), ("no hold music", "unknown"), ("IVR refused us", "not_queued")],
)
def test_no_music_says_only_beside_the_system_that_there_was_no_queue(text, ended):
    rows = on_days([{"Time": "9:10 AM", "Wait": wait, "Outcome": each} for wait, each in [("45", "spoke"), ("", text)]])
    assert entries(rows).column("wait_outcome").to_pylist() == ["reached", ended]


def test_a_callback_alone_in_a_row_is_no_further_call():
    cells = {
        "File": ["A-1", "A-2", "A-1", "A-3"],
        "Called on": ["8/15/2023", "8/16/2023", "", "8/21/2023"],
        "Hour": ["9:05 AM", "10:00 AM", "", "1:50 PM"],
        "Hold": ["37", "50", "", "20"],
        "Agent": ["Ana #4471", "Bo #4472", "", "Cy #4473"],
        "They called back": ["8/17/2023 10:10 AM missed", "", "8/18/2023 1:05 PM spoke", ""],
    }
    made = entries([dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)])
    assert of_kind(made, "dial").num_rows == 3
    rings = sorted(of_kind(made, "ring").to_pylist(), key=lambda ring: ring["started_at_local"])
    assert [(f"{ring['started_at_local']:%m/%d %H:%M}", ring["outcome"]) for ring in rings] == [
        ("08/17 10:10", "missed"), ("08/18 13:05", "answered"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["10:15am - Roe - called NVC", "client Roe stopped by, interview", "asked the phone company"]
)
def test_of_notes_with_strokes_those_of_others_are_no_calls(text):
    notes = [
        "9:10am - Roe - 35 min hold - Agent Ana 4456 - SR WQ-31 - 72 hours", "1:20pm - Lund - 41 min hold - hung up",
        "8:00am - Lund - 5 min hold - Officer Bell 4018 - SR WQ-32 - 30 business days",
        "9:30am - Roe - 16 min hold - Agent Ana 4456 - SR WQ-33 - 72 hours",
    ]  # fmt: skip
    made = entries(on_days([{"Notes": note} for note in [*notes, text]]))
    assert made.num_rows == 4
    assert made.column("promised").to_pylist() == ["urgent", None, "regular", "urgent"]


def test_whose_case_a_request_is_of_is_no_part_of_its_number():
    rows = on_days([{**BASE, "Agent": "Ana #4471", "SR": text} for text in ("WS-12 (Mora)", "WS-13", "WS-14")])
    assert entries(rows).column("sr_number").to_pylist() == ["WS-12", "WS-13", "WS-14"]


def test_advice_to_call_in_so_many_days_is_no_promise():
    texts = ["pending, call in 45 days", "T2 to call in 72 hrs", "told me there is no callback for this"]
    texts += ["they have 30 business days", "we have 30 days to answer"]
    rows = on_days([{**BASE, "Agent": "Ana #4471", "Outcome": text} for text in texts])
    assert entries(rows).column("promised").to_pylist() == [None, "urgent", "none", "regular", None]


@pytest.mark.parametrize(("text", "kept"), [("e-mailed the senator", 3), ("card mailed to old address", 4)])
def test_a_row_that_tells_of_a_letter_and_nothing_else_is_no_call(text, kept):
    rows = on_days([{"File": "A-1", **BASE, "Agent": name, "Heard since": ""} for name in ("Ana", "Bo", "Cy")])
    letter = {"File": "A-2", "Date": "3/18/2022", "Time": "", "Wait": "", "Agent": "", "Heard since": text}
    assert entries([*rows, letter]).num_rows == kept


def test_a_letter_of_theirs_behind_a_call_leaves_the_call():
    rows = on_days(
        [
            {"File": "A-1", "Result": "spoke to rep", "Promised": "72 hrs", "Then": then}
            for then in ("", "emailed 3/20", "")
        ]
    )
    assert of_kind(entries(rows), "dial").num_rows == 3


@pytest.mark.parametrize(
    ("tab", "kind"),
    [
        ("USCIS call log", "dial"), ("Officer call notes", "dial"), ("IN", "dial"),
        ("USCIS calls us", "ring"), ("In - they rang", "ring"),
    ],
)  # fmt: skip
def test_a_tab_is_of_callbacks_only_where_its_name_says_that_the_agency_called(tab, kind):
    rows = on_days([{"Time": "9:10 AM", "Agent": f"{name} #4471", "Notes": ""} for name in ("Ana", "Bo", "Cy")])
    made = normalized(rows, HAND_SHEET, sheet=tab).entries
    assert set(made.column("kind").to_pylist()) == {kind}


def test_a_tab_in_with_how_callbacks_were_answered_is_of_callbacks():
    rows = on_days([{"Time": "9:10 AM", "Answered?": each} for each in ("yes", "no", "yes")])
    assert set(normalized(rows, HAND_SHEET, sheet="IN").entries.column("kind").to_pylist()) == {"ring"}


def test_a_callback_that_is_promised_in_a_call_is_no_callback_that_came():
    notes = [
        "8:40am - Roe - callback from Tier 2 within 72 hrs, on hold 22 min, agent Ana K4456",
        "Lund - callback from T2 promised 72 hrs, on hold 35 min, agent Bell 4018",
        "Requested - callback from officer in 30 days, held 15 min, SR T1B0412300007",
        "Lund: got callback from USCIS promised within 72 hrs, held 50 min",
        "8:15am - Roe - USCIS called back, missed it",
        "Lund - callback from T2, answered, agent Bell 4018",
    ]
    made = entries(on_days([{"Notes": note} for note in notes]))
    assert made.column("kind").to_pylist() == ["dial"] * 4 + ["ring"] * 2
    assert made.column("wait_s").to_pylist() == [22 * 60, 35 * 60, 15 * 60, 50 * 60, None, None]
    assert made.column("wait_outcome").to_pylist()[:4] == ["reached"] * 4
    assert made.column("promised").to_pylist()[:4] == ["urgent", "urgent", "regular", "urgent"]
    assert made.column("outcome").to_pylist()[4:] == ["missed", "answered"]


@pytest.mark.parametrize(
    ("cells", "is_kept"),
    [
        ({"Agent": "Bo #4472", "Reason": "Scam by a consultant", "Result": "Spoke"}, True),
        ({"Reason": "Scam victim, VAWA", "Result": "Hung up"}, True),
        ({"Agent": "Bo #4472", "Notes": "Spam on the caller ID"}, True),
        ({"SR": "WQ-33", "Notes": "Spam on the caller ID"}, True),
        ({"Notes": "Spam call on caller ID - was Tier 2, answered"}, True),
        ({"Notes": "Spam? unknown number, didn't answer"}, True),
        ({"Notes": "Robocall again"}, False),
        ({"Agent": "spam"}, False),
    ],
)
def test_spam_is_no_call_only_where_no_agent_and_no_result_stands_beside_it(cells, is_kept):
    empty = dict.fromkeys(("Agent", "Reason", "SR", "Notes", "Result"), "")
    rows = on_days([{**BASE, **empty, "Agent": "Ana #4471", "Reason": "EAD", "Result": "Spoke"} for _ in range(3)])
    made = entries([*rows, {"Date": "3/18/2022", "Time": "2:05 PM", "Wait": "", **empty, **cells}])
    assert made.num_rows == 3 + is_kept


def test_which_of_so_many_attempts_a_row_is_makes_no_sum_of_it():
    attempts = [("20", "8811", "1 of 2"), ("55", "8842", "2 of 2"), ("45", "5566", "1 of 3"), ("13", "", "2 of 3")]
    days = ["3/14/2022", "", "3/15/2022", ""]
    rows = [
        {"Date": day, "Wait (min)": wait, "Agent ID": agent, "Attempt": attempt}
        for day, (wait, agent, attempt) in zip(days, attempts, strict=True)
    ]
    assert entries(rows).num_rows == 4
    assert entries([{**rows[0], "Attempt": ""}, rows[1]]).num_rows == 2


def test_how_many_of_all_calls_got_through_is_a_sum_under_the_last_day():
    rows = on_days([{"Wait": wait, "Agent": "Ana", "Reached": "yes"} for wait in ("0:20:00", "0:45:00", "0:12:00")])
    assert entries([*rows, {"Wait": "1:17:00", "Reached": "3 of 3"}]).num_rows == 3


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Client called in with us on 3-way, held 41 min, gave up", 4),
        ("Client called with me, 38 min wait, dropped", 4),
        ("Client called NVC with me, 38 min wait, dropped", 3),
        ("Client called, upset about the wait", 3),
    ],
)
def test_a_client_who_held_with_us_made_a_call_to_the_agency(text, kept):
    notes = [
        "9:10am - 35 min hold - Agent Ana 4456",
        "1:20pm - 41 min hold - hung up",
        "8am - 5 min hold - Agent Bo 4457",
    ]
    assert entries(on_days([{"Notes": note} for note in [*notes, text]])).num_rows == kept


@pytest.mark.parametrize(
    ("line", "wait", "agent", "result", "kept"),
    [
        ("USCIS 800 re Tucson field office", "25 min", "Bo #4472", "Spoke", 4),
        ("USCIS 800# (after online chat failed)", "", "", "no one picked up", 4),
        ("USCIS 800# re online account", "", "", "recording only", 4),
        ("USCIS web form", "", "", "never got through", 4),
        ("USCIS Tucson field office", "", "", "left message", 3),
        ("Tucson district office", "15 min", "Bo", "Spoke", 3),
        ("USCIS online account", "", "", "message sent", 3),
    ],
)
def test_a_call_to_the_agency_stays_one_whatever_it_was_about(line, wait, agent, result, kept):
    rows = on_days([{**BASE, "Line": "USCIS 800", "Agent": "Ana #4471", "Result": "Spoke"} for _ in range(3)])
    row = {"Date": "3/18/2022", "Time": "2:05 PM", "Wait": wait, "Line": line, "Agent": agent, "Result": result}
    assert entries([*rows, row]).num_rows == kept


@pytest.mark.parametrize(("missed", "came"), [("Y", "missed"), ("N", "answered"), ("✓", "missed"), ("no", "answered")])
def test_a_yes_under_missed_is_a_callback_that_no_one_answered(missed, came):
    rows = on_days([{**BASE, "Agent": "Ana #4471", "CB rec'd": "3/20/2022", "CB missed?": missed} for _ in range(3)])
    assert of_kind(entries(rows), "ring").column("outcome").to_pylist() == [came] * 3


def test_whether_one_was_promised_and_of_what_kind_may_stand_in_two_columns():
    kinds = [("Y", "72h"), ("Y", "30d"), ("N", ""), ("Y", "")]
    rows = on_days([{**BASE, "Agent": "Ana #4471", "CB?": answer, "72h/30d": kind} for answer, kind in kinds])
    assert entries(rows).column("promised").to_pylist() == ["urgent", "regular", "none", "unknown"]


@pytest.mark.parametrize("text", ["pending", "same", "?", "TBD", "check online in 30 days", "wait 30 days"])
def test_what_leaves_a_promise_open_is_neither_a_promise_nor_none(text):
    rows = on_days([{**BASE, "Agent": "Ana #4471", "CB promised": each} for each in ("72 hrs", text, "no", "30 days")])
    assert entries(rows).column("promised").to_pylist() == ["urgent", None, "none", "regular"]


def test_who_was_called_beside_the_way_it_went_is_not_who_called():
    parties = [
        ("Outgoing", "USCIS 1-800-375-5283", "Dropped"),
        ("Incoming", "Rosa Roe", "Message taken"),
        ("Incoming", "USCIS (202) 838-2200", "Missed"),
        ("Outgoing", "Acme Movers", "Connected"),
    ]
    rows = on_days([{**BASE, "Direction": way, "Caller / Called": who, "Status": end} for way, who, end in parties])
    found = entries(rows).to_pylist()
    assert [(each["kind"], each["line"] == "other") for each in found] == [
        ("dial", False),
        ("ring", True),
        ("ring", False),
        ("dial", True),
    ]


def test_numbers_dialed_tell_the_agencys_line_from_another():
    dialed = ["800-375-5283", "603-555-0170", "8003755283"]
    found = entries(on_days([{**BASE, "Dialed": number, "Result": "agent"} for number in dialed]))
    assert found.column("line").to_pylist() == ["contact_center", "other", "contact_center"]


@pytest.mark.parametrize(
    "remark", ["NVC re Roe, documents complete", "Called immigration court re hearing", "SSA office"]
)
def test_a_remark_that_begins_with_another_office_says_whose_agent_answered(remark):
    rows = on_days(
        [{**BASE, "Agent": "Ana", "Notes": text} for text in ("USCIS - SR opened", remark, "USCIS, hung up")]
    )
    assert entries(rows).column("source_row").to_pylist() == [2, 4]


@pytest.mark.parametrize(
    ("result", "end"), [("USCIS, hung up", "gave_up"), ("USCIS hung up", "cut_off"), ("I hung up on them", "gave_up")]
)
def test_whom_somebody_called_is_not_who_hung_up(result, end):
    found = entries(on_days([{**BASE, "Result": text} for text in ("agent", result, "gave up")]))
    assert found.column("wait_outcome").to_pylist()[1] == end


@pytest.mark.parametrize(
    ("reached", "by", "end"), [("N", "us", "gave_up"), ("N", "them", "cut_off"), ("Y", "us", "reached")]
)
def test_who_ended_a_call_that_reached_no_one_says_how_it_was_lost(reached, by, end):
    rows = on_days([{**BASE, "Person?": "Y", "Ended by": "us"}] + [{**BASE, "Person?": reached, "Ended by": by}] * 2)
    assert entries(rows).column("wait_outcome").to_pylist() == ["reached", end, end]


def test_an_infopass_that_somebody_waited_to_ask_for_is_a_call():
    asked = ["Outside normal processing", "Infopass", "Expedite"]
    rows = on_days([{**BASE, "Agent": "Ana #4471", "Inquiry type": text} for text in asked])
    assert entries(rows).num_rows == 3


def test_a_ledger_of_promises_alone_is_read():
    came = [("3/16/2022", "Y"), ("3/20/2022", "N"), ("never", "")]
    rows = [
        {"SR": f"SR123456700{n}", "Promised on": f"3/1{n}/2022", "They called": day, "Did we pick up": answer}
        for n, (day, answer) in enumerate(came)
    ]
    found = entries(rows)
    assert of_kind(found, "dial").column("promised").to_pylist() == ["unknown"] * 3
    assert of_kind(found, "ring").column("outcome").to_pylist() == ["answered", "missed"]


def test_a_tab_of_callbacks_beside_the_calls_needs_not_name_the_agency(tmp_path):
    calls = [["Date", "Time", "Mins until live", "CB promised"], ["4/15/2024", "7:10 AM", 18, "72 hours"]]
    calls += [["4/16/2024", "8:10 AM", 28, "30 days"], ["4/17/2024", "9:10 AM", 8, "No"]]
    came = [
        ["Call #", "Date", "Time", "Picked up?"],
        [1, "4/18/2024", "9:30 AM", "No"],
        [1, "4/18/2024", "11:05 AM", "Yes"],
    ]
    path = workbook(tmp_path / "log.xlsx", USCIS=calls, Callbacks=came)
    found = entries_of(path)
    assert sorted(found[found.kind == "ring"].outcome) == ["answered", "missed"]


def test_months_that_stand_above_their_days_are_no_rows(tmp_path):
    rows = [["Day", "Time", "Wait min", "Result"], ["JANUARY"], ["3", "9:00 AM", 22, "Spoke to agent"]]
    rows += [["17", "2:00 PM", 60, "Hung up"], ["FEBRUARY"], ["5", "8:30 AM", 14, "Disconnected"]]
    found = entries_of(workbook(tmp_path / "USCIS calls 2024.xlsx", Sheet1=rows))
    assert sorted(found.started_at_local.dt.strftime("%m/%d")) == ["01/03", "01/17", "02/05"]


def test_the_name_of_a_group_of_marks_says_nothing_of_the_end(tmp_path):
    group, names = (
        ["Call", None, "Wait on hold", "Result"],
        ["Date", "Time", "Min", "Spoke to agent", "We hung up", "Disconnected"],
    )
    marks = [
        ["5/20/2023", "8:30 AM", 40, "✓"],
        ["5/21/2023", "3:05 PM", 15, None, "✓"],
        ["5/22/2023", "9:00 AM", 62, None, None, "✓"],
    ]
    book = openpyxl.Workbook()
    for row in (group, names, *marks):
        book.active.append(row)
    book.active.merge_cells("D1:F1")
    book.save(tmp_path / "USCIS.xlsx")
    assert list(entries_of(tmp_path / "USCIS.xlsx").wait_outcome) == ["reached", "gave_up", "cut_off"]


@pytest.mark.parametrize(("header", "lengths"), [("Time on the phone", ("1:05", "0:45")), ("Time", ("0:50", "0:45"))])
def test_how_long_somebody_was_on_the_phone_is_no_time_of_day(header, lengths):
    rows = on_days([{header: length, "On hold": "40 min", "Result": "agent"} for length in lengths * 2])
    found = entries(rows)
    assert set(found.column("started_precision_s").to_pylist()) == {86400}
    assert set(found.column("wait_s").to_pylist()) == {2400}


def test_from_and_to_say_who_called_whom():
    pairs = [
        ("us", "USCIS", "agent"),
        ("USCIS", "us", "missed"),
        ("Rosa", "us", "told her"),
        ("us", "USCIS", "hung up"),
    ]
    rows = on_days([{**BASE, "From": a, "To": b, "What came of it": end} for a, b, end in pairs])
    found = entries(rows).to_pylist()
    assert [(each["kind"], each["line"]) for each in found] == [
        ("dial", "contact_center"),
        ("ring", "contact_center"),
        ("dial", "other"),
        ("dial", "contact_center"),
    ]


@pytest.mark.parametrize("note", ["Phone call w/ Roe about fee", "Called Acme Bank, on hold 20 min, agent Carla"])
def test_a_diary_that_names_the_agency_names_whoever_else_was_called(note):
    ours = ["Called USCIS 9:15am, 52 min hold, agent Jo", "Called USCIS at 3pm, gave up after 40 min"] * 2
    rows = [{"Date": f"3/{n}/2022", "What I did": text} for n, text in enumerate([*ours, note], 14)]
    assert entries(rows).num_rows == len(ours)


@pytest.mark.parametrize(
    "note",
    [
        "9:40am hold 55 min, spoke with Maria, SR1234567",
        "9:05 call with Ms. Ortiz (agent), hold 22 min",
        "Called Hotline 8am, 30 min hold, no agent",
        "Called Nebraska Service Center line, 30 min hold",
        "Called at 3pm, 35 min hold, talked to Denise (T2), 72h callback",
    ],
)
def test_a_diary_that_names_the_agency_keeps_a_call_that_names_its_agent_or_line(note):
    ours = ["Called USCIS 9:15am, 52 min hold, agent Jo", "Called USCIS at 3pm, gave up after 40 min"] * 2
    rows = [{"Date": f"3/{n}/2022", "What I did": text} for n, text in enumerate([*ours, note], 14)]
    assert entries(rows).num_rows == len(rows)


@pytest.mark.parametrize(
    "more",
    [
        {"Line": "USCIS 800", "Notes": "NVC re Lopez: asked whether file was sent"},
        {"Line": "USCIS 800", "Notes": "EOIR - case terminated; asked to rebook biometrics"},
        {"Result": "NVC - sent file back to us"},
        {"Agent": "Bia"},
    ],
)
def test_what_a_call_to_the_agency_was_about_does_not_make_it_another_offices(more):
    call = {"Time": "9:10 AM", "Wait": "45 min", "Agent": "Ana #4471", "Result": "Spoke", "Notes": "", "Line": "USCIS"}
    assert entries(on_days([call, call | more, call])).num_rows == 3


def test_one_cell_that_names_the_agency_makes_no_line_of_a_column_of_clients():
    names = ["Roe", "Lopez", "USCIS", "Kim", "Diaz", "Chen"]
    rows = on_days([{"Time": "9:10 AM", "Hold": "45 min", "Client name": name, "Result": "agent"} for name in names])
    assert set(entries(rows).column("line").to_pylist()) == {None}


def test_marks_under_by_us_and_by_them_say_who_hung_up():
    rows = [{"Time": "9:10 AM", "Hold": "45 min", "Hung up by us": us, "Hung up by them": them}
            for us, them in (("x", ""), ("", "x"), ("x", ""))]  # fmt: skip
    assert entries(on_days(rows)).column("wait_outcome").to_pylist() == ["gave_up", "cut_off", "gave_up"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("esperar llamada en 72 horas", "urgent"), ("wait for T2, 72 hrs", "urgent"), ("letter or c/b 30 days", "regular"),
     ("check online in 30 days", None)],
)  # fmt: skip
def test_who_is_to_wait_for_a_call_was_promised_one(text, kind):
    call = {"Time": "9:10 AM", "Wait": "45 min", "Result": "agent", "Promised": text}
    promised = entries(on_days([call | {"Promised": "72 hours"}, call, call | {"Promised": "none"}])).column("promised")
    assert promised.to_pylist() == ["urgent", kind, "none"]


@pytest.mark.parametrize(("tab", "year"), [("Apr '24", 2024), ("Apr. '23", 2023)])
def test_the_tab_of_a_month_says_the_year_of_its_days(tmp_path, tab, year):
    rows = [["Date", "Time", "Wait (min)", "Result"], ["4/15", "9:00 AM", 25, "T1"], ["4/16", "9:30 AM", 60, "hung up"]]
    found = entries_of(workbook(tmp_path / "USCIS.xlsx", **{tab: rows}))
    assert set(found.started_at_local.dt.year) == {year}


HEADING = ["Day", "Who", "Mins on hold", "Got thru?"]


@pytest.mark.parametrize(
    "days", [("Mon 3", '"', "Wed 5", "Thu 13"), ("3", "", "5th", "13th"), ("3/3", "ditto", "3/5", "3/13")]
)
def test_the_days_of_a_tab_named_for_its_month_and_year_are_of_that_month(tmp_path, days):
    ends = ("y", "n - dropped", "y", "y")
    rows = [[day, "JR", wait, end] for day, wait, end in zip(days, (40, 25, 30, 55), ends, strict=True)]
    april = [
        [day.replace("3/", "4/").replace("Mon", "Thu").replace("Wed", "Sat").replace("Thu 13", "Sun 13"), *row]
        for day, *row in rows
    ]
    book = {"Mar 25": [HEADING, *rows], "Apr 25": [HEADING, *april]}
    found = entries_of(workbook(tmp_path / "holds.xlsx", **book)).sort_values(["started_at_local", "wait_s"])
    days_found = found.started_at_local.dt.strftime("%m-%d-%Y").tolist()
    assert days_found == [f"{month}-{day}-2025" for month in ("03", "04") for day in ("03", "03", "05", "13")]
    assert found.wait_outcome.tolist() == ["cut_off", "reached", "reached", "reached"] * 2


@pytest.mark.parametrize(
    ("tab", "days"),
    [
        ("Mar 24", ("3/24", "3/25", "3/28")),
        ("Mar 25", ("3/12", "3/17", "3/24")),  # of two weeks
        ("Mar 25", ("2/27", "3/7", "3/24")),
        ("Mar 25", ("3/3", "3/17", "3/25")),  # of the month until that day
        ("Mar 27", ("3/3", "3/5", "3/13")),  # a year to come
    ],
)
def test_a_tab_named_for_a_day_says_no_year(tmp_path, tab, days):
    path = workbook(tmp_path / "holds.xlsx", **{tab: [HEADING, *([day, "JR", 30, "y"] for day in days)]})
    read = ca.ingest(
        [path], tmp_path / "store", office="Invented", timezone="America/Chicago", today=date(2026, 11, 29)
    )
    assert read.totals["rejects"] == 3


def test_two_months_next_to_one_another_are_both_read(tmp_path):
    january = [["1/6", "9:10", 44, "reached"], ["1/8", "14:20", 71, "reached"], ["1/21", "15:40", 90, "gave up"]]
    february = [["2/3", "9:00", 40, "reached"], ["2/26", "13:10", 66, "cut off"]]
    heading = ["Date", "Time", "Hold (min)", "Result"]
    pairs = zip([*january], [*february, [None] * 4], strict=True)
    rows = [["January 2025", *[""] * 4, "February 2025"], [*heading, "", *heading], *([*a, "", *b] for a, b in pairs)]
    path = workbook(tmp_path / "holds.xlsx", **{"2025": rows})
    found = entries_of(path).sort_values("started_at_local")
    assert found.started_at_local.dt.strftime("%m-%d").tolist() == ["01-06", "01-08", "01-21", "02-03", "02-26"]
    assert found.wait_outcome.tolist() == ["reached", "reached", "gave_up", "reached", "cut_off"]
    assert found.source_row.tolist() == [3, 4, 5, 3, 4]
    ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago")
    assert intake.compare(Store.open(tmp_path / "store"), tmp_path).problems == []
    again = ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago")
    assert not again.stored


def test_calls_of_one_day_in_tables_next_to_one_another_are_as_many_calls(tmp_path):
    heading = ["Date", "Client", "Hold", "Result"]
    rows = [
        ["3/14/2025", "Roe", 44, "agent", None, "3/14/2025", "Roe", 20, "hung up"],
        ["3/17/2025", "Poe", 31, "agent", None, "3/17/2025", "Poe", 31, "agent"],
    ]
    path = workbook(tmp_path / "holds.xlsx", USCIS=[["Ann", *[""] * 4, "Bo"], [*heading, "", *heading], *rows])
    found = entries_of(path)
    assert sorted(found.wait_s / 60) == [20, 31, 31, 44]
    assert found.entry_id.is_unique
    ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago")
    assert not ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago").stored


@pytest.mark.parametrize("groups", [("1st call", "2nd call", "3rd call"), ("First", "Second", "Third")])
def test_the_calls_of_a_case_next_to_one_another_are_all_read(tmp_path, groups):
    over = ["", "", *(cell for group in groups for cell in (group, "", ""))]
    heading = ["Client", "Receipt", *["Date", "Hold", "Result"] * 3]
    rows = [
        [
            "Roe",
            "IOE0912345678",
            "3/13/2025",
            44,
            "agent",
            "3/13/2025",
            20,
            "hung up",
            "3/16/2025",
            70,
            "T2 to call back",
        ],
        ["Poe", "IOE0912345679", "3/14/2025", 15, "agent", *[None] * 6],
        ["Doe", "IOE0912345670", "3/15/2025", 35, "dropped", "3/17/2025", 55, "agent", *[None] * 3],
    ]
    found = entries_of(workbook(tmp_path / "USCIS.xlsx", **{"Follow up": [over, heading, *rows]}))
    assert sorted(found.wait_s / 60) == [15, 20, 35, 44, 55, 70]
    assert found.groupby("receipt").size().to_dict() == {"IOE0912345670": 2, "IOE0912345678": 3, "IOE0912345679": 1}


def test_one_day_before_the_calls_of_each_person_is_the_day_of_all(tmp_path):
    over = ["", "Ana", "", "", "Luis", "", ""]
    heading = ["Date", *["Client", "Hold", "Result"] * 2]
    rows = [
        ["3/13/2025", "Roe", 44, "T1 answered", "Poe", 20, "hung up"],
        ["3/14/2025", None, None, None, "Doe", 31, "T1 answered"],
        ["3/17/2025", *[None] * 6],
    ]
    read, found = receipt_and_entries(workbook(tmp_path / "holds.xlsx", **{"USCIS holds": [over, heading, *rows]}))
    assert found.set_index("wait_s").started_at_local.dt.day.to_dict() == {2640: 13, 1200: 13, 1860: 14}
    assert read.totals["set_aside"] == 1


def test_a_tab_whose_days_fit_both_orders_has_that_of_the_others(tmp_path):
    calls = [["1/8", "30", "agent"], ["1/26", "40", "hung up"], ["2/20", "50", "agent"]]
    later = [["4/1", "20", "agent"], ["4/3", "45", "agent"]]
    headings = ["Date", "Hold (min)", "Result"], ["Call date", "Wait (mins)", "Outcome"]
    tabs = {"Q1 2024": [headings[0], ["JANUARY"], *calls], "Q2 2024": [headings[1], ["APRIL"], *later]}
    read, found = receipt_and_entries(workbook(tmp_path / "USCIS.xlsx", **tabs))
    assert sorted(found.started_at_local.dt.month) == [1, 1, 2, 4, 4]
    assert read.totals["rejects"] == 0


@pytest.mark.parametrize(
    "over",
    [["", "", "Tier 1", "", "Tier 2", ""], ["", "", "First line", "", "Transfer", ""], ["USCIS calls of 2025"], []],
)
def test_holds_for_two_tiers_on_one_call_are_no_two_calls(tmp_path, over):
    heading = ["Date", "Client", *["Hold", "Agent"] * 2]
    rows = [
        ["3/13/2025", "Roe", 44, "Ana", 12, "Ofc Lee"],
        ["3/14/2025", "Poe", 20, "Bo", None, None],
        ["3/17/2025", "Doe", 31, "Cy", 9, "Ofc Kim"],
    ]
    path = workbook(tmp_path / "USCIS.xlsx", USCIS=[*[over] * bool(over), heading, *rows])
    assert (entries_of(path).wait_s.dropna() / 60).tolist()[:1] == [44]
    assert len(entries_of(path)) == 3


def test_numbered_tries_of_a_day_are_as_many_calls(tmp_path):
    heading = ["Date", "Client", "Time 1", "Hold 1", "Result 1", "Time 2", "Hold 2", "Result 2"]
    rows = [
        ["3/13/2025", "Roe", "8:30 AM", 15, "dropped", "9:10 AM", 44, "spoke to agent"],
        ["3/14/2025", "Poe", "1:05 PM", 20, "hung up", *[None] * 3],
        ["3/17/2025", "Doe", "8:45 AM", 31, "spoke to agent", *[None] * 3],
    ]
    found = entries_of(workbook(tmp_path / "USCIS.xlsx", USCIS=[heading, *rows])).sort_values("started_at_local")
    assert found.started_at_local.dt.strftime("%d %H:%M").tolist() == ["13 08:30", "13 09:10", "14 13:05", "17 08:45"]
    assert found.wait_outcome.tolist() == ["cut_off", "reached", "gave_up", "reached"]


def test_a_row_of_hints_tells_the_kinds_of_a_promise(tmp_path):
    hints = ["(m/d)", "(min)", "(name)", "(U/R)", "(date)", "(y/n)"]
    rows = [["3/13", 44, "Ana", "U", "3/17", "n"], ["3/14", 20, "hung up", None, None, None],
            ["3/17", 31, "Bo", "R", None, None], ["3/18", 25, "Cy", "U", "3/20", "y"]]  # fmt: skip
    heading = ["Date", "On hold", "Rep", "Promise", "Call back", "Answered"]
    found = entries_of(workbook(tmp_path / "USCIS.xlsx", **{"USCIS 2025": [heading, hints, *rows]}))
    assert found[found.kind == "dial"].promised.fillna("").tolist() == ["urgent", "", "regular", "urgent"]
    assert found[found.kind == "ring"].outcome.tolist() == ["missed", "answered"]


def test_days_of_a_call_and_of_its_callback_under_one_header_are_no_two_calls(tmp_path):
    over = ["", "Our call", "", "Callback", ""]
    rows = [
        ["Roe", "3/13/2025", "agent", "3/15/2025", "missed"],
        ["Poe", "3/14/2025", "agent", "3/17/2025", "answered"],
    ]
    heading = ["Client", *["Date", "Result"] * 2]
    found = entries_of(workbook(tmp_path / "USCIS.xlsx", **{"USCIS calls": [over, heading, *rows]}))
    assert found[found.kind == "dial"].started_at_local.dt.day.tolist() == [13, 14]


def test_a_table_next_to_another_is_shown_by_its_column_and_by_no_name_of_its_tab(tmp_path):
    heading = ["Date", "Time", "Hold (min)", "Result"]
    days = [
        [f"3/{13 + n}/2025", "9:10", 40 + n, "reached", "", f"4/{14 + n}/2025", "x9:99", 50 + n, "hung up"]
        for n in range(4)
    ]
    path = workbook(tmp_path / "holds.xlsx", **{"Maria Gonzalez": [[*heading, "", *heading], *days]})
    receipt = ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago")
    text = " ".join(receipt.text().split())
    assert "(4 rows: 2-5 of sheet 2, from column 6)" in text
    assert "holds.xlsx Hand-kept" in text
    assert "Gonzalez" not in text
    assert not any(b"Gonzalez" in file.read_bytes() for file in (tmp_path / "store").rglob("*") if file.is_file())


def test_an_email_in_the_list_of_a_clients_activities_is_no_call():
    kinds = [("Phone Call", "38"), ("Email", ""), ("Phone Call", "65"), ("Phone Call", "12")]
    rows = on_days([{"Activity Type": kind, "Call Result": "agent", "Hold Time (min)": wait} for kind, wait in kinds])
    assert entries(rows).num_rows == 3


def test_a_time_beside_words_that_no_one_called_makes_no_call():
    rows = on_days([{**BASE, "Result": "agent"}, {"Time": "9:00 AM", "Result": "office closed, no call"}])
    assert entries(rows).num_rows == 1


MIXED = [["Date", "U/E/N", "Time", "Hold", "Result"], ["2/13/2025", "U", "9:00 AM", "25m", "agent"]]
MIXED += [["2/14/2025", "E", "9:00 AM", "5m", "hung up"], ["2/18/2025", "N", "9:00 AM", "15m", "agent"]]


def test_a_title_of_several_offices_over_rows_that_do_not_say_which_is_refused(tmp_path):
    assert ca.ingest([workbook(tmp_path / "a.xlsx", **{"USCIS EOIR NVC holds": MIXED})], tmp_path / "no").problems
    lined = [
        MIXED[0],
        *([*row[:1], name, *row[2:]] for row, name in zip(MIXED[1:], ("USCIS", "EOIR", "USCIS"), strict=True)),
    ]
    assert len(entries_of(workbook(tmp_path / "b.xlsx", **{"USCIS EOIR NVC holds": lined}))) == 2


def test_a_tab_named_for_missed_calls_from_the_agency_is_one_of_callbacks(tmp_path):
    came = [["Date", "Time", "Which phone", "Reason missed"], ["5/13/2025", "7:10 AM", "main", "before open"]]
    ours = [["Date", "Time", "Minutes held", "Got someone?"], ["5/13/2025", "9:10 AM", 30, "Y"]]
    ours += [["5/15/2025", "9:10 AM", 44, "N"], ["5/16/2025", "3:10 PM", 20, "N"]]
    book = {"Missed calls from USCIS": came, "Our calls to USCIS": ours}
    assert sorted(entries_of(workbook(tmp_path / "log.xlsx", **book)).kind) == ["dial"] * 3 + ["ring"]


@pytest.mark.parametrize(("note", "is_ours"), [("NVC case, docs complete", False), ("NVC case, SR opened", True)])
def test_a_sheet_that_names_another_office_and_never_the_agency_is_refused(tmp_path, note, is_ours):
    rows = [
        ["Date", "Time", "Wait", "Agent", "Result", "Notes"],
        ["3/14/2024", "9:00 AM", "25 min", "Kim", "told to wait", note],
    ]
    rows += [
        ["3/15/2024", "9:10 AM", "40 min", "Troy", "spoke to rep", "I-130"],
        ["3/18/2024", "1 PM", "55 min", "", "hung up", ""],
    ]
    read = ca.ingest(
        [workbook(tmp_path / "calls.xlsx", Sheet1=rows)], tmp_path / "store", office="A", timezone="America/Chicago"
    )
    assert bool(read.problems) != is_ours


ASKED_ON = [
    ["Asked on", "T2 will call by", "Did they call?", "When", "Did we pick up?"],
    ["3/14/2025", "3/19/2025", "Yes", "3/17/2025 9:15 AM", "Yes"],
    ["3/17/2025", "3/20/2025", "Yes", "3/20/2025 2:40 PM", "No"],
    ["3/18/2025", "3/21/2025", "No", "", ""],
    ["3/20/2025", "5/2/2025", "", "", ""],
]
REQUESTED = [
    ["Date requested", "USCIS callback due", "Date received", "Time received", "Result"],
    ["3/14/2025", "3/19/2025", "3/17/2025", "9:15 AM", "answered"],
    ["3/17/2025", "3/20/2025", "3/20/2025", "2:40 PM", "missed"],
    ["3/18/2025", "3/21/2025", "", "", ""],
    ["3/20/2025", "5/2/2025", "", "", ""],
]
CALLED_BACK = [
    ["Asked on", "Tier 2 will call by", "Called back?", "Notes"],
    ["3/14/2025", "3/19/2025", "Yes 3/17 9:15am", "spoke w/ officer"],
    ["3/17/2025", "3/20/2025", "Yes 3/20 2:40pm", "missed, in court"],
    ["3/18/2025", "3/21/2025", "No", ""],
    ["3/20/2025", "5/2/2025", "", ""],
]


@pytest.mark.parametrize("rows", [ASKED_ON, REQUESTED, CALLED_BACK])
def test_a_list_of_promises_alone_is_read_with_what_came_of_each(rows, tmp_path):
    rows = [["Client", *rows[0]], *(["Roe", *row] for row in rows[1:])]
    found = entries_of(workbook(tmp_path / "list.xlsx", Sheet1=rows)).sort_values("started_at_local")
    promises = found[found.kind == "dial"]
    assert promises.started_at_local.dt.strftime("%m-%d").tolist() == ["03-14", "03-17", "03-18", "03-20"]
    assert promises.promised.tolist() == ["unknown"] * 4
    assert promises.wait_s.isna().all()
    came = found[found.kind == "ring"]
    assert came.started_at_local.dt.strftime("%m-%d %H:%M").tolist() == ["03-17 09:15", "03-20 14:40"]
    assert came.outcome.tolist() == ["answered", "missed"]


def test_a_list_of_callbacks_that_names_no_agency_is_refused(tmp_path):
    rows = [["Client", *(name.replace("USCIS c", "C") for name in REQUESTED[0])], *(["Roe", *r] for r in REQUESTED[1:])]
    assert ca.ingest([workbook(tmp_path / "list.xlsx", Sheet1=rows)], tmp_path / "no").problems


def test_a_month_over_the_first_calls_says_their_year_as_the_ones_further_down_do(tmp_path):
    rows = [["March 2025"], ["Date", "Time", "Hold", "Who", "Notes"], ["3/20", "2:15 PM", 40, "T1", "pending"]]
    rows += [["3/14", "9:30 AM", 55, "T1", "wait"], ["December 2024"], ["12/27", "10:00 AM", 30, "T1", "wait"]]
    rows += [["12/12", "1:20 PM", 66, "T1", "wait 60 days"]]
    found = entries_of(workbook(tmp_path / "log.xlsx", Log=rows)).sort_values("source_row")
    days = found.started_at_local.dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2025-03-20", "2025-03-14", "2024-12-27", "2024-12-12"]


def test_a_month_over_days_of_other_months_says_no_year(tmp_path):
    rows = [["January 2025"], ["Date", "Time", "Hold", "Who", "Notes"], ["11/20", "2:15 PM", 40, "T1", "pending"]]
    rows += [["12/27", "9:30 AM", 55, "T1", "wait"], ["1/13", "10:00 AM", 30, "T1", "wait"]]
    assert entries_of(workbook(tmp_path / "log.xlsx", Log=rows)).empty


@pytest.mark.parametrize("title", ["2024-25", "2024-2025 calls", "FY24-25"])
@pytest.mark.parametrize(
    ("days", "years"),
    [
        (["12/16", "12/19", "12/30", "1/6", "1/14"], ["2024"] * 3 + ["2025"] * 2),
        (["1/14", "1/6", "12/30", "12/19", "12/16"], ["2025"] * 2 + ["2024"] * 3),
        (["9/16", "9/19", "10/30", "11/6", "12/14"], []),  # of either year
        (["3/14", "5/6", "9/16", "2/19", "1/30"], []),
        (["12/16", "12/19", "1/6", "12/14", "12/15"], []),
    ],
)
def test_a_sheet_of_two_years_that_passes_new_year_once_shows_the_year_of_each_day(title, days, years, tmp_path):
    rows = [["Date", "Time", "Hold", "Agent", "Result"], *([day, "9:10 AM", 40, "Lee", "SR opened"] for day in days)]
    found = entries_of(workbook(tmp_path / "log.xlsx", **{title: rows})).sort_values("source_row")
    assert found.started_at_local.dt.strftime("%Y").tolist() == years


OF_CALLS = [["Date", "Time", "Hold", "Agent", "Result"]]
OF_CALLS += [[f"3/{day}/2025", "9:10 AM", 30 + day, "Lee", "SR opened, T2 to call"] for day in (14, 17, 18)]
OF_CALLBACKS = [
    ["Date", "Time", "Answered?", "By"],
    ["3/18/2025", "10:05 AM", "no", "-"],
    ["3/20/2025", "3:30 PM", "yes", "KT"],
]


def test_a_short_tab_of_callbacks_with_their_results_is_read_beside_calls(tmp_path):
    path = workbook(tmp_path / "log.xlsx", Calls=OF_CALLS, Callbacks=OF_CALLBACKS)
    found = entries_of(path)
    assert sorted(found[found.kind == "ring"].outcome) == ["answered", "missed"]


def test_a_tab_of_calls_back_to_other_numbers_is_not_of_the_agency(tmp_path):
    others = [[*row, phone] for row, phone in zip(OF_CALLBACKS, ["Phone", "202-555-0199", "202-555-0198"], strict=True)]
    path = workbook(tmp_path / "log.xlsx", Calls=OF_CALLS, Callbacks=others)
    assert "ring" not in set(entries_of(path).kind)


def test_a_tab_with_dates_that_is_not_read_is_not_called_empty(tmp_path):
    other = [["date", "begin", "end", "client", "who"], ["4/1/2025", "9:00 AM", "9:44 AM", "Roe", "rep"]]
    other += [["4/3/2025", "2:05 PM", "2:25 PM", "Poe", "nobody"]]
    path = workbook(tmp_path / "log.xlsx", Calls=OF_CALLS, LP=other, Legend=[["A", "agent"], ["D", "dropped"]])
    read = ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago")
    text = " ".join(read.text().split())
    assert "sheet 2 of 3 was not read, but 2 of its first rows have dates" in text
    assert 'sheet "Legend" has no entries' in text or "sheet 3 of 3 has no entries" in text
