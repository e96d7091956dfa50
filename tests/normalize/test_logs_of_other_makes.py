"""Hand-kept logs in other makes: trackers of requests, exports of time, other languages. All cells are invented."""

from __future__ import annotations

import openpyxl
import pytest
from pyarrow import compute as pc

import callanalytics as ca
from callanalytics import formats
from callanalytics.formats import fitting
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
    return fitting.fit(HAND_SHEET, list(cells), lambda place: list(cells.values())[place]).columns


def stored(path, folder, **settings):
    ca.ingest([path], folder / "store", office="Invented", timezone="America/Chicago", **settings)
    return ca.load(folder / "store", as_of="2030-01-01").entries.to_pandas()


@pytest.mark.parametrize("name", ["did not tell", "sem nome", "bà không cho tên", "lady without name", "ohne Namen"])
def test_that_no_one_gave_a_name_is_no_name_in_any_language(name):
    rows = on_days([{**BASE, "Agent": each} for each in ("Ana #4471", name, "Bo #4472")])
    assert entries(rows).column("agent_name").to_pylist() == ["Ana", None, "Bo"]


@pytest.mark.parametrize(
    "text", ["USCIS gọi lại - called back, missed", "USCIS ligou, missed", "USCIS rief zurück, missed"]
)
def test_a_row_says_in_another_language_that_the_agency_called(text):
    rows = on_days([{**BASE, "Agent": "Ana", "Notes": "sent"}, {**BASE, "Agent": "Bo", "Notes": "hung up"}])
    told = entries([*rows, {"Date": "3/16/2022", "Time": "11:00 AM", "Notes": text}])
    assert told.column("kind").to_pylist() == ["dial", "dial", "ring"]
    assert told.column("outcome")[2].as_py() == "missed"


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
    told = entries(rows)
    dials, rings = of_kind(told, "dial"), of_kind(told, "ring")
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
    told = entries(rows)
    dials = of_kind(told, "dial")
    assert dials.column("wait_outcome").to_pylist() == ["reached", "gave_up", "reached", "cut_off"]
    assert dials.column("sr_number").to_pylist() == ["AB-9001", None, "AB-9002", None]
    assert sorted(of_kind(told, "ring").column("outcome").to_pylist()) == ["answered", "answered", "missed"]


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
    told = stored(path, tmp_path).sort_values("started_at_local")
    assert list(told["kind"]) == ["dial", "dial", "ring", "dial"]
    assert list(told["wait_s"].dropna()) == [1320, 2400, 540]
    assert list(told["agent_id"].dropna()) == ["33911", "33188"]


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
    told = stored(path, tmp_path).sort_values("started_at_local")
    assert list(told["kind"]) == ["dial", "ring", "dial", "dial"]
    assert list(told["wait_s"].dropna()) == [840, 2880, 4080]
    assert list(told["agent_id"].dropna()) == ["55-201", "55-902"]
    assert list(told["sr_number"].dropna()) == ["RL-205A"]


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
    told = entries(on_days([dict(zip(boxes, row, strict=True)) for row in zip(*boxes.values(), strict=True)]))
    assert told.column("wait_s").to_pylist() == [1680, 2340, 2760]
    assert told.column("wait_outcome").to_pylist() == ["reached", "cut_off", "reached"]
    assert told.column("promised").to_pylist() == ["urgent", None, "regular"]


def test_waits_from_their_start_to_their_end_do_not_say_from_where_they_run():
    ranges = ["9:30-10:05 am", "12:10-12:50 pm", "1:00-2:02 pm"]
    told = entries(on_days([{"start-end of wait": text, "who answered": "Ana (4190)"} for text in ranges]))
    assert told.column("wait_s").to_pylist() == [2100, 2400, 3720]
    assert set(told.column("wait_origin").to_pylist()) == {"unstated"}


def test_from_when_to_when_a_call_was_gives_its_time_and_no_wait():
    ranges = ["9:15-9:44", "1:00-1:45", "11:20-11:26"]
    rows = on_days([{"from-to": text, "outcome": "connected", "USCIS agent": "Ana [4190]"} for text in ranges])
    told = entries(rows)
    assert [f"{each:%H:%M}" for each in told.column("started_at_local").to_pylist()] == ["09:15", "13:00", "11:20"]
    assert told.column("wait_s").to_pylist() == [None, None, None]


def test_a_year_in_a_row_of_its_own_is_that_of_the_days(tmp_path):
    path = tmp_path / "calls.csv"
    rows = "".join(f"Ana,09/{day},9:15 AM,45 min,Bo 4190,USCIS status\n" for day in ("09", "12", "16"))
    path.write_text(f"by,date (mm/dd),time,hold,agent,notes\nYear: 2021 (fall),,,,,\n{rows}")
    assert {f"{each:%Y}" for each in stored(path, tmp_path)["started_at_local"]} == {"2021"}


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
    told = stored(path, tmp_path).sort_values("started_at_local")
    assert list(told["wait_outcome"]) == ["reached", "gave_up", "cut_off", "reached", "gave_up", "reached"]


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
    told = entries(rows)
    dials = of_kind(told, "dial")
    assert dials.column("wait_outcome").to_pylist()[:2] == ["gave_up", "cut_off"]
    assert of_kind(told, "ring").column("outcome").to_pylist() == ["answered"]


def test_a_promise_behind_the_number_of_a_request_is_read_and_no_part_of_it():
    rows = on_days(
        [
            {**BASE, "Agent": "Ana #4471", "SR": text}
            for text in ("MC-1, 72 hours", "MC-2, 30 business days", "no SR, no callback", "MC-4 - 72 hours")
        ]
    )
    told = entries(rows)
    assert told.column("sr_number").to_pylist() == ["MC-1", "MC-2", None, "MC-4"]
    assert told.column("promised").to_pylist() == ["urgent", "regular", "none", "urgent"]


@pytest.mark.parametrize("text", ["no SR / no callback", "no SR no callback"])
def test_that_neither_was_given_promises_nothing(text):
    rows = on_days([{**BASE, "Agent": "Ana #4471", "Notes": each} for each in (text, "T2 will call in 72 hrs", text)])
    assert entries(rows).column("promised").to_pylist() == ["none", "urgent", "none"]
