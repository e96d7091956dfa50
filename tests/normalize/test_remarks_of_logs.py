"""Hand-kept sheets as busy offices keep them: what remarks, results and odd columns tell. All cells are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyarrow import compute as pc

import callanalytics as ca
from callanalytics import formats, intake
from callanalytics.formats import column_meanings
from callanalytics.normalize.free_words import is_of_menu
from callanalytics.values import Unreadable, callbacks, narratives, promises
from callanalytics.values.spans import read_human_span
from read_logs import entries_of
from text_rows import NEW_YORK, normalized

HAND_SHEET = formats.load()["hand_sheet"]
BASE = {"Time": "9:10 AM", "Wait": "45 min", "Agent": "Ana #4471"}


def entries(rows):
    return normalized(rows, HAND_SHEET).entries


def of_kind(table, kind):
    return table.filter(pc.equal(table.column("kind"), kind))


def sheet(column, cells, **more):
    """Rows on the days of one month, each with a cell of this column and the cells of others."""
    return [
        {"Date": f"3/{day}/2022", **BASE, column: cell, **{name: texts[day - 14] for name, texts in more.items()}}
        for day, cell in enumerate(cells, 14)
    ]


NUMBERS = [f"WS-{n}" for n in range(101, 120)]


@pytest.mark.parametrize("column", ["Notes", "Result", "What happened"])
def test_a_sheet_whose_remarks_note_each_promise_is_read_by_its_habit(column):
    text = {
        "EAD late, urgent. She said 72 hrs": "urgent",
        "third case. regular": "regular",
        "30 days passed, nobody called. now urgent": "urgent",
        "address. regular, 30 days": "regular",
        "upgraded to urgent": "urgent",
        "will resend, 30 business days": None,  # the letter, or a call
        "SR WS-4410, 30 business days": "regular",
        "not in the system yet": None,
        "within normal time": None,
    }
    found = entries(sheet(column, text, **{"SR #": NUMBERS})).column("promised").to_pylist()
    assert [None if each == "unknown" else each for each in found] == list(text.values())


@pytest.mark.parametrize(
    "cell",
    [
        "Expedite request denied. Urgent",
        "Client travels, 72 hrs",
        "card mailed, 30 days",
        "interview, 30 days",
        "urgent - denied",
        "not urgent",
        "asked for expedite, urgent",
        "they said it was not, urgent",
        "pay fee, 30 days",
        "hung up, urgent",
        "urgent?",
        "case pending, 30 days",
    ],
)
def test_a_remark_that_may_tell_of_another_thing_is_no_promise_by_habit(cell):
    genuine = ["She said 72 hrs", "regular, 30 days", "marked it urgent", "third case. regular"]
    found = entries(sheet("Notes", [*genuine, cell], **{"SR #": NUMBERS}))
    assert found.column("promised").to_pylist()[:4] == ["urgent", "regular", "urgent", "regular"]
    assert found.column("promised").to_pylist()[4] in (None, "unknown")
    warned = ["promise_from_remark" in (each or "").split() for each in found.column("warnings").to_pylist()]
    assert warned == [True] * 4 + [False]


@pytest.mark.parametrize(
    "cell",
    [
        "no promise made, case urgent",
        "none, urgent",
        "Expedite request denied. Urgent",
        "refused, urgent",
        "hung up - urgent",
        "urgent - no agent",
        "no, urgent",
        "never said, 72 hrs",
        "urgent?",
        "72 hrs?",
        "not promised, urgent",
    ],
)
def test_a_cell_that_denies_its_promise_is_not_understood(cell):
    done = normalized(sheet("Promised callback", ["72 hrs", "30 business days", cell]), HAND_SHEET)
    assert done.entries.column("promised").to_pylist() == ["urgent", "regular", None]
    assert "promised_unread" in done.entries.column("warnings")[2].as_py()


@pytest.mark.slow
def test_the_receipt_counts_the_promises_that_it_read_from_remarks(tmp_path):
    remarks = ["She said 72 hrs", "regular; 30 days", "marked it urgent", "third case. regular"]
    rows = [f"3/{day}/2022,9:10 AM,45 min,WS-{day},{cell}" for day, cell in enumerate(remarks, 14)]
    (tmp_path / "log.csv").write_text("\n".join(["Date,Time,Wait,SR #,Notes", *rows]), encoding="utf-8")
    receipt = ca.ingest([tmp_path / "log.csv"], tmp_path / "calls", office="Invented", timezone="America/Chicago")
    assert "promise in no column of promises: read from a remark (4 rows)" in str(receipt)


def test_without_a_request_a_kind_alone_is_no_promise():
    rows = sheet("Notes", ["EAD late, urgent", "third case. regular", "client traveling, urgent"])
    assert set(entries(rows).column("promised").to_pylist()) <= {None, "unknown"}


@pytest.mark.parametrize(
    ("cell", "came"),
    [
        ("4-Apr-22 10:30 AM, call received and answered", ("2022-04-04 10:30", "answered")),
        ("yes 4/4 2:40pm JT took it", ("2022-04-04 14:40", "answered")),
        ("4/4 9:26 am, Sam K. picked up", ("2022-04-04 09:26", "answered")),
        ("4/4 10:15am, no answer our end", ("2022-04-04 10:15", "missed")),
        ("4/4 1015 missed", ("2022-04-04 10:15", "missed")),
        ("4/4 10 h 40 answered", ("2022-04-04 10:40", "answered")),
        ("4/4 9:30 am - got it. Appt 4/12", ("2022-04-04 09:30", "answered")),
        ("Tue 10:30 am answered", ("2022-03-22 10:30", "answered")),
        ("4/4 11:20 am, left voicemail for us", ("2022-04-04 11:20", "voicemail")),
    ],
)
def test_a_callback_cell_in_the_words_of_an_office(cell, came):
    rows = sheet("Called back on", ["3/29 2:00 pm missed", cell, "4/19 answered"], Promised=["72 hrs"] * 3)
    rows = [{**row, "Date": f"3/{day}/2022"} for row, day in zip(rows, (14, 21, 28), strict=True)]
    callbacks = of_kind(entries(rows), "ring")
    found = [
        (f"{start:%Y-%m-%d %H:%M}", outcome)
        for start, outcome in zip(
            callbacks.column("started_at_local").to_pylist(), callbacks.column("outcome").to_pylist(), strict=True
        )
    ]
    assert came in found


@pytest.mark.parametrize(
    "cell",
    [
        "regular. Client called 3/16 at 2:15 pm, answered",
        "regular. Called 3/18 at 2:15 pm, NBC answered",
        "72 hrs. Client called 3/16 at 2:15 pm, answered",
        "72 hrs. NVC answered 3/18 2:15 pm",
        "cb 3/18 2:15 pm, TSC answered",
        "Client called 3/18 at 2:15 pm, answered",
        "Called NBC 3/18 2:15 pm, answered",
        "Nebraska answered 3/18 2:15 pm",
    ],
)
@pytest.mark.parametrize("column", ["Follow up", "Called back on"])
def test_a_call_of_a_client_or_to_another_agency_is_no_callback(column, cell):
    rows = sheet(column, ["72 hrs. USCIS called 3/16 at 10:30 am, answered"] * 3 + [cell])
    callbacks = of_kind(entries(rows), "ring")
    assert all(start.hour == 10 for start in callbacks.column("started_at_local").to_pylist())


def test_a_weekday_is_a_day_only_behind_a_promise_of_72_hours():
    promised = ["72 hrs", "30 business days", "", "urgent"]
    rows = sheet("Callback", ["Tues 10:15 am missed"] * 3 + ["3/18 9:10 am answered"], Promised=promised)
    done = normalized(rows, HAND_SHEET)
    callbacks = of_kind(done.entries, "ring")
    starts = [f"{start:%Y-%m-%d %H:%M}" for start in callbacks.column("started_at_local").to_pylist()]
    assert starts == ["2022-03-15 10:15", "2022-03-18 09:10"]
    warned = ["weekday_inferred" in (each or "").split() for each in callbacks.column("warnings").to_pylist()]
    assert warned == [True, False]
    (doubt,) = [each for each in done.doubts if each.column == "Callback"]
    assert (doubt.target, len(doubt.rows)) == ("contact", 2)


def test_a_callback_whose_day_is_open_is_asked_about_and_holds_up_no_file():
    rows = [
        {"Date": f"2022-03-0{day}", **BASE, "Called back on": cell}
        for day, cell in enumerate(["5/4/2022 10:54am missed", "", "no"], 1)
    ]
    done = normalized(rows, HAND_SHEET)
    (question,) = [each for each in done.questions if each.code == "date_order"]
    assert (question.blocks, question.column, done.entries.num_rows) == (False, "Called back on", 3)


def test_days_in_their_order_prove_the_order_of_day_and_month():
    days = [f"{month}/{day}/2022" for month in (1, 2, 3) for day in (4, 5, 6, 7, 8, 10, 11)]
    done = normalized([{"Date": day, **BASE} for day in days], HAND_SHEET)
    assert not any(question.blocks for question in done.questions)
    assert f"{done.entries.column('started_at_local')[15].as_py():%Y-%m-%d}" == "2022-03-05"
    assert set(done.entries.column("warnings").to_pylist()) == {"date_order_inferred"}
    few = normalized([{"Date": day, **BASE} for day in days[:8]], HAND_SHEET)
    assert [question.code for question in few.blocking] == ["date_order"]


def test_days_sorted_as_texts_prove_no_order_of_day_and_month():
    days = ["01/04/2022", "04/08/2022", "06/01/2022", "07/02/2022", "09/06/2022", "09/12/2022"]
    done = normalized([{"Date": day, **BASE} for day in days], HAND_SHEET)
    assert [question.code for question in done.blocking] == ["date_order"]


@pytest.mark.parametrize(
    ("came", "is_inferred"), [(["2/5/2022", "4/4/2022", "1/4/2022"], False), (["2/5/2022"] * 3, True)]
)
def test_one_callback_does_not_tell_the_order_of_day_and_month(came, is_inferred):
    rows = [
        {"Date": f"2022-02-0{day}", **BASE, "Promised": "72 hours", "Callback date": cell}
        for day, cell in enumerate(came, 1)
    ]
    done = normalized(rows, HAND_SHEET)
    assert [question.code for question in done.questions if question.code == "date_order"] == ["date_order"] * (
        not is_inferred
    )
    warned = {word for text in done.entries.column("warnings").to_pylist() for word in (text or "").split()}
    assert ("date_order_inferred" in warned) is is_inferred


def test_kinds_of_a_priority_column_are_asked_about_and_not_taken():
    rows = sheet("Priority", ["Urgent", "Regular", "R", "U"], **{"SR #": NUMBERS})
    done = normalized(rows, HAND_SHEET)
    assert ("Priority", "which_column", False) in [(q.column, q.code, q.blocks) for q in done.questions]
    assert set(done.entries.column("promised").to_pylist()) == {None}
    answered = normalized(rows, HAND_SHEET, replace(NEW_YORK, columns=(("promised", "Priority"),))).entries
    assert answered.column("promised").to_pylist() == ["urgent", "regular", "regular", "urgent"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Connected", "reached"), ("Completed", "reached"), ("Abandoned", "gave_up"), ("Dropped", "cut_off")],
)
def test_results_stand_in_a_column_of_status(status, outcome):
    cells = ["Connected", "Abandoned", "Dropped", status]
    rows = [
        {"Date": f"3/{day}/2022", "Time": "9:10 AM", "Queue time": "45 min", "Status": cell}
        for day, cell in enumerate(cells, 14)
    ]
    assert entries(rows).column("wait_outcome")[3].as_py() == outcome


def test_a_column_of_yes_and_no_is_not_how_calls_ended():
    rows = sheet("Resolved", ["Yes", "No", "Yes"], Notes=["case pending", "hung up", "SR filed"])
    rows[1]["Agent"] = ""
    assert entries(rows).column("wait_outcome").to_pylist() == ["reached", "gave_up", "reached"]


DIARY = [
    ("Phone Call", "USCIS", "On hold 42 min. Spoke w/ Agent Ana ID 61140. SR 0805240917. T2 to call in 72 hrs."),
    ("Phone Call", "USCIS callback", "2nd attempt, picked up. Approved."),
    ("Email", "to client", "Sent draft for review."),
    ("Phone Call", "NVC", "Called NVC re fee bill. On hold 12 min."),
    ("Phone Call", "USCIS", "Held 28 min then the line cut out."),
    ("Phone Call", "USCIS - second try", "Waited an hour and hung up."),
    ("Phone Call", "USCIS", "10 min hold. Agent would not give name, ID 61077. No SR, told to wait until 5/30."),
    ("Phone Call", "client call", "Told client EAD approved."),
    ("Document", "Memo", "Memo to file re USCIS call."),
]


@pytest.mark.parametrize("kind", ["Type", "Activity category"])
def test_the_calls_of_a_case_diary_are_read_and_nothing_else_of_it(kind):
    rows = [
        {
            "Activity ID": str(88120 + n),
            kind: what,
            "Date": f"2024-08-{n + 1:02}",
            "Start": "9:05 AM",
            "Subject": subject,
            "Description": text,
        }
        for n, (what, subject, text) in enumerate(DIARY)
    ]
    records = entries(rows).sort_by("source_row")
    assert records.column("kind").to_pylist() == ["dial", "ring", "dial", "dial", "dial"]
    assert records.column("wait_s").to_pylist() == [2520, None, 1680, 3600, 600]
    assert records.column("wait_outcome").to_pylist() == ["reached", "unknown", "cut_off", "gave_up", "reached"]
    assert records.column("outcome")[1].as_py() == "answered"
    assert records.column("agent_id").to_pylist() == ["61140", None, None, None, "61077"]


def test_who_called_whom_tells_the_direction():
    cells = ["us > them", "them > us", "us > them", "them > us"]
    rows = [
        {
            "who called whom": cell,
            "Date": f"3/{day}/2022",
            "Time": "9:10 AM",
            "Wait": "" if "> us" in cell else "45",
            "gist": "missed" if "> us" in cell else "hung up",
        }
        for day, cell in enumerate(cells, 14)
    ]
    records = entries(rows)
    assert records.column("kind").to_pylist() == ["dial", "ring", "dial", "ring"]
    assert set(records.column("line").to_pylist()) <= {None, "contact_center"}


@pytest.mark.parametrize("header", ["Attempt Date", "Shift date", "ymd"])
def test_the_only_column_of_days_is_the_date(header):
    rows = [
        {header: f"2022-03-{day}", "Time": "9:10 AM", "Hold": "45 min", "Agent": "Ana #4471"} for day in (14, 15, 16)
    ]
    assert f"{entries(rows).column('started_at_local')[0].as_py():%Y-%m-%d}" == "2022-03-14"


@pytest.mark.parametrize("header", ["Date of birth", "Next hearing date", "Callback date"])
def test_a_day_of_something_else_is_not_the_date_of_the_call(header):
    cells = {header: [f"2022-03-{day}" for day in (14, 15, 16)], "Hold": ["45 min"] * 3, "Agent": ["Ana"] * 3}
    found = column_meanings.find(HAND_SHEET, list(cells), lambda place: list(cells.values())[place])
    assert "date" not in found.columns


def test_parts_of_a_day_are_times_and_waits_whatever_the_header_says():
    rows = [
        {"Call date": f"3/{14 + n}/2022", "Start": start, "On hold (h:mm)": wait, "Rep": "Ana"}
        for n, (start, wait) in enumerate([("0.375", "0.03125"), ("0.5", "0.0416667"), ("0.3958333", "0.0208333")])
    ]
    records = entries(rows)
    assert records.column("wait_s").to_pylist() == [2700, 3600, 1800]
    assert [f"{each:%H:%M}" for each in records.column("started_at_local").to_pylist()] == ["09:00", "12:00", "09:30"]


def test_tenths_of_an_hour_are_no_times_of_day():
    rows = [{"Date": f"3/{14 + n}/2022", **BASE, "Time": cell} for n, cell in enumerate(["0.3", "0.5", "0.7", "0.4"])]
    done = normalized(rows, HAND_SHEET)
    assert [f"{each:%H:%M}" for each in done.entries.column("started_at_local").to_pylist()] == ["00:00"] * 4
    assert {doubt.target for doubt in done.doubts} == {"time"}


def test_boxes_that_are_ticked_or_not_tell_what_was_promised():
    ticks = {
        "72 hr": ["TRUE", "FALSE", "FALSE"],
        "30 day": ["FALSE", "TRUE", "FALSE"],
        "No callback": ["FALSE", "FALSE", "TRUE"],
    }
    rows = sheet("Notes", ["", "", ""], **ticks)
    assert entries(rows).column("promised").to_pylist() == ["urgent", "regular", "none"]


def test_a_column_of_names_under_a_word_for_a_person_is_the_agents():
    rows = [
        {"Date": f"3/{day}/2022", "Hold": "45 min", "Reached human": box, "Human": name}
        for day, box, name in [
            (14, "checked", "Tobias 15520"),
            (15, "", ""),
            (16, "checked", "Marge 15209"),
            (17, "checked", "Kay 15377"),
        ]
    ]
    records = entries(rows)
    assert records.column("agent_id").to_pylist() == ["15520", None, "15209", "15377"]
    assert records.column("wait_outcome")[0].as_py() == "reached"


@pytest.mark.parametrize(
    "name", ["man", "lady, wouldn't give name", "gentleman, 90450", "Soft-spoken lady", "señorita, no dio nombre"]
)
def test_somebody_without_a_name_is_no_name(name):
    rows = entries([{"Date": "3/14/2022", "Wait": "45", "Agent": name} for _ in range(3)])
    assert set(rows.column("agent_name").to_pylist()) == {None}
    assert set(rows.column("wait_outcome").to_pylist()) == {"reached"}


@pytest.mark.parametrize(
    ("text", "number"),
    [("letter lost. SR 0224-5003", "0224-5003"), ("resent. SR# D21-118", "D21-118"), ("SR 3/14/22 sent", None)],
)
def test_the_number_of_a_request_is_read_whole_in_a_result(text, number):
    rows = sheet("Outcome", [text, "card lost. SR 0224-5077", "moved. SR 0224-5190"])
    assert entries(rows).column("sr_number")[0].as_py() == number


def test_a_short_number_under_its_header_is_the_requests():
    rows = sheet("SR", ["TF-11", "TF-12", "Q-1"])
    assert entries(rows).column("sr_number").to_pylist() == ["TF-11", "TF-12", "Q-1"]


def test_a_lost_call_has_the_wait_that_its_result_tells():
    rows = [
        {"Date": f"3/{14 + n}/2022", "Dialed": "9:00 AM", "Live person at": live, "Outcome": text}
        for n, (live, text) in enumerate(
            [
                ("9:25 AM", "SR created"),
                ("-", "hung up after 40 min"),
                ("-", "gave up, 25 min, day was over"),
                ("-", "hung up"),
            ]
        )
    ]
    records = entries(rows)
    assert records.column("wait_s").to_pylist() == [1500, 2400, 1500, None]
    assert records.column("wait_outcome").to_pylist() == ["reached", "gave_up", "gave_up", "gave_up"]


@pytest.mark.parametrize(
    "text",
    [
        "dropped. Called again, waited 50 min, hung up",
        "hung up after client waited 40 min for me",
        "dropped after 5 min with agent",
        "disconnected, 90 min total, spoke 50 min",
    ],
)
def test_the_wait_of_another_call_or_person_completes_none(text):
    rows = [
        {"Date": f"3/{day}/2022", "Hold (min)": wait, "Outcome": result}
        for day, wait, result in [(14, "25", "spoke"), (15, "", "hung up after 40 min"), (16, "", text)]
    ]
    assert entries(rows).column("wait_s").to_pylist() == [1500, 2400, None]


def test_what_came_of_a_callback_stands_first_in_the_remark_beside_it():
    came = ["3/15/2022 10:15 AM", "3/16/2022 2:30 PM", "", "3/18/2022 11:00 AM"]
    notes = ["answered, sent on", "vm", "needs a form", "missed, other line"]
    rows = sheet("Callback received", came, Remarks=notes)
    assert of_kind(entries(rows), "ring").column("outcome").to_pylist() == ["answered", "voicemail", "missed"]


def test_who_hung_up_is_told_behind_the_word():
    rows = [
        {"Date": "3/14/2022", "Wait": "45 min", "Outcome": text}
        for text in ("HU by me", "DC'd by them", "hung up to take a call")
    ]
    assert entries(rows).column("wait_outcome").to_pylist() == ["gave_up", "cut_off", "gave_up"]


@pytest.mark.parametrize("text", ["Incoming from USCIS, missed", "USCIS called me: missed", "T2 VM re WS-101"])
def test_a_row_that_says_so_is_a_call_of_the_agency(text):
    rows = sheet("Outcome of the call", ["SR filed", "hung up", text])
    rows[2] = {"Date": "3/16/2022", "Time": "11:00 AM", "Wait": "", "Agent": "", "Outcome of the call": text}
    assert entries(rows).column("kind").to_pylist() == ["dial", "dial", "ring"]


@pytest.mark.slow
def test_an_entry_that_tells_nothing_of_a_call_is_none(tmp_path):
    path = tmp_path / "calendar.csv"
    path.write_text(
        "Subject,Start Date,Start Time,Categories,Description\n"
        "Call USCIS - Mora,3/14/2023,9:00:00 AM,USCIS,On hold 41 min. Spoke with Agent Todd #3391. SR 8812004.\n"
        'Call USCIS - Mora,3/16/2023,1:00:00 PM,USCIS,"held 25 min, hung up"\n'
        "Lunch,3/16/2023,12:00:00 PM,,\n"
        "Call USCIS - Pham,3/20/2023,8:00:00 AM,USCIS,waited 30 minutes then disconnected\n"
    )
    rows = entries_of(path)
    assert sorted(rows["wait_s"]) == [1500, 1800, 2460]


@pytest.mark.slow
def test_tabs_with_one_header_are_understood_together(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    weeks = {
        "Wk of 2023-09-11": [
            ("Mon", "8:10", "21 min", "Ana", "WS-0911", "72 hours", "Wed 10:30 answered"),
            ("Tue", "9:00", "33 min", "Bo", "WS-0912", "72 hours", "Thu 11:00 missed"),
            ("Tue", "1:30", "45 min", "", "", "we hung up", ""),
        ],
        "Wk of 2023-09-18": [("Thu", "12:00", "66 min", "Cy", "WS-0921", "30 business days", "")],
    }
    for title, rows in weeks.items():
        tab = book.create_sheet(title)
        tab.append(["Day", "At", "On hold for", "Answered by", "SR", "Told us", "Callback"])
        for row in rows:
            tab.append(row)
    book.save(path := tmp_path / "board.xlsx")
    records = entries_of(path)
    calls, callbacks = records[records["kind"] == "dial"], records[records["kind"] == "ring"]
    days = sorted(calls["started_at_local"].dt.strftime("%Y-%m-%d"))
    assert days == ["2023-09-11", "2023-09-12", "2023-09-12", "2023-09-21"]
    assert sorted(callbacks["started_at_local"].dt.strftime("%Y-%m-%d %H:%M")) == [
        "2023-09-13 10:30",
        "2023-09-14 11:00",
    ]
    assert sorted(calls["promised"].dropna()) == ["regular", "urgent", "urgent"]


@pytest.mark.slow
def test_a_title_merged_over_every_column_is_no_part_of_their_names(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    tab = book.active
    for row in [
        ["Calls to USCIS"],
        ["Date", "Time", "Wait (min)", "Agent", "Notes"],
        ["2022-03-14", "9:05 AM", 45, "Ana #4471"],
    ]:
        tab.append(row)
    tab.merge_cells("A1:E1")
    book.save(path := tmp_path / "log.xlsx")
    (result,) = entries_of(path).to_dict("records")
    assert (result["agent_name"], result["agent_id"], result["wait_outcome"]) == ("Ana", "4471", "reached")


def test_a_count_of_calls_below_a_sheet_is_no_call():
    rows = sheet("Outcome", ["SR filed", "hung up", "SR filed"])
    rows.append(dict.fromkeys(rows[0], "") | {"Agent": "calls this term: 3"})
    done = normalized(rows, HAND_SHEET)
    assert (done.entries.num_rows, done.set_aside.column("reason").to_pylist()) == (3, ["total"])


def test_that_none_was_offered_is_told_whatever_stands_before_it():
    given = ["case not in system yet. no callback offered", "T2 will call, 72 hrs", "SR filed, T2 will call in 30 days"]
    assert entries(sheet("Notes", given)).column("promised").to_pylist() == ["none", "urgent", "regular"]


def test_a_column_that_asks_whether_they_rang_back_tells_of_callbacks():
    cells = ["4/4 2:00 pm missed", "no", "4/13 11:20 am, left voicemail for us"]
    callbacks = of_kind(entries(sheet("Did they ring us back?", cells)), "ring")
    assert callbacks.column("outcome").to_pylist() == ["missed", "voicemail"]


# ---- what the receipt says -----------------------------------------------------------------------------------


def receipt_of(tmp_path, text, **given):
    path = tmp_path / "log.csv"
    path.write_text(text)
    return ca.ingest([path], tmp_path / "store", office="Alder Immigration", **{"timezone": "Eastern"} | given)


CALLS = "3/14/2022,9:05 AM,25,Maria,spoke\n3/15/2022,9:10 AM,31,Ana,spoke\n3/16/2022,10:00 AM,42,Jo,spoke\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "given", "zone", "note"),
    [
        ("Est. time", {"timezone": "Pacific"}, "America/Los_Angeles", ""),
        ("Time est.", {"timezone": "Pacific"}, "America/Los_Angeles", ""),
        ("Time (ET)", {"timezone": "Pacific"}, "America/New_York", "times read as Eastern time, by the header"),
        (
            "Time (ET)",
            {"timezone": "Eastern", "file_timezone": "Pacific"},
            "America/Los_Angeles",
            "times read as Pacific time, as you set it, although the header names Eastern time",
        ),
    ],
)
def test_a_zone_in_a_header_is_named_and_gives_way_to_the_users(tmp_path, header, given, zone, note):
    receipt = receipt_of(tmp_path, f"Date,{header},Hold (min),Agent,Result\n{CALLS}", **given)
    stored = ca.load(tmp_path / "store").entries.to_arrow()
    assert set(stored.column("timezone").to_pylist()) == {zone}
    assert ("times read as" in str(receipt)) is bool(note)
    assert note in str(receipt)


@pytest.mark.slow
def test_columns_from_which_something_was_taken_are_not_called_unread(tmp_path):
    ticked = (
        "Date,Time,Hold (min),Agent,Urgent,Regular,No callback,Shoes\n"
        "3/14/2022,9:05 AM,25,Maria,x,,,a\n3/15/2022,9:10 AM,31,Ana,,x,,b\n3/16/2022,10:00 AM,42,Jo,,,x,c\n"
    )
    assert {column.name for _, column in receipt_of(tmp_path, ticked).unread} == {"Shoes"}


@pytest.mark.slow
def test_no_column_is_to_be_called_what_no_sheet_calls_one(tmp_path):
    text = (
        "Date,Time,Hold (min),Agent,Class,Callback\n3/14/2022,9:05 AM,25,Maria,U,\n3/15/2022,9:10 AM,31,Ana,R,\n"
        "3/16/2022,10:00 AM,42,Jo,U,3/18/2022 answered\n3/17/2022,10:00 AM,42,Jo,R,\n"
    )
    receipt = receipt_of(tmp_path, text)
    assert "Class" in {column.name for _, column in receipt.unread}
    assert "<" not in str(receipt)


@pytest.mark.slow
def test_a_question_names_a_column_that_the_sheet_has(tmp_path):
    waits = (
        "Date,Time,Hold (min),Agent,Outcome\n3/14/2022,9:05 AM,25,Maria,spoke\n3/15/2022,9:10 AM,31,Ana,spoke\n"
        "3/16/2022,10:00 AM,,,hung up after 40 min\n"
    )
    assert {asked.question.column for asked in receipt_of(tmp_path, waits).questions} == {"Hold (min)"}


@pytest.mark.parametrize(
    "note",
    [
        "USCIS callback requested, 12 min hold, spoke to Ann 44123",
        "USCIS call back promised in 72 hrs, spoke to Bob",
        "USCIS callback not received, called again, 32 min hold, spoke to Cora",
    ],
)
def test_a_note_of_a_call_of_ours_that_begins_with_the_callback_is_no_incoming_call(note):
    assert not narratives.read_narrative(note).in_out


@pytest.mark.parametrize(
    ("note", "wait", "result"),
    [
        ("USCIS nos dejó esperando 35 min, colgué", "35 min", "colgué"),
        ("La oficial me dejó en espera 20 min y se cortó", "20 min", "se cortó"),
        ("USCIS dejó de contestar, 25 min de espera", "25 min", ""),
        ("Llamé 10am, 30 min esperando a un representante, tuve que salir", "30 min", ""),
        ("15 min en espera de la agente, nunca contestó", "15 min", "nunca contestó"),
        ("Llamé 10am, pedí hablar con un agente, 12 min de espera", "12 min", ""),
        ("Llamada de USCIS en 30 días, esperé 22 min", "22 min", ""),
        ("10am, 18 min de espera, la agente dijo que sigue pendiente", "18 min", "spoke"),
        ("10am, 18 min de espera, me atendió una agente", "18 min", "spoke"),
        ("10am, 18 min de espera, la oficial no quiso dar su nombre", "18 min", "spoke"),
        ("10am, 18 min de espera, una representante me dio la fecha", "18 min", "spoke"),
        ("10am, 18 min de espera, la agente muy amable", "18 min", "spoke"),
        ("10am, 18 min de espera, un agente resolvió", "18 min", "spoke"),
        ("10am, 18 min de espera, el agente me transfirió", "18 min", "spoke"),
        ("15 min esperando a la agente muy amable de ayer", "15 min", ""),
        ("15 min en espera de un agente, tuve que irme", "15 min", ""),
        ("15 min de espera para hablar con un representante, no contestaron", "15 min", "no contestaron"),
        ("15 min de espera, quise hablar con un agente, no pude", "15 min", ""),
        ("15 min de espera, el agente colgó", "15 min", ""),
    ],
)
def test_a_spanish_note_of_a_wait_is_of_a_call_of_ours_and_only_a_verb_says_who_spoke(note, wait, result):
    found = narratives.read_narrative(note)
    assert (found.in_out, found.wait, found.result) == ("", wait, result)


def test_a_spanish_result_tells_who_spoke_by_its_verb():
    given = ["una representante me dio la fecha", "el agente me transfirió", "esperando a la agente, nunca contestó"]
    rows = [{"Date": f"3/{day}/2022", "Wait": "45 min", "Outcome": text} for day, text in enumerate(given, 14)]
    assert entries(rows).column("wait_outcome").to_pylist() == ["reached", "reached", "no_person"]


def test_a_thing_with_a_number_behind_the_hold_is_no_agent():
    for thing in ("Case 44321", "Client 2231", "Matter 55012", "Room 2034", "Zip 10025"):
        assert not narratives.read_narrative(f"32 min hold, {thing}, no SR").agent
    found = narratives.read_narrative("12 min hold, Extension 4410, cut off")
    assert (found.agent, found.result) == ("", "cut off")


@pytest.mark.parametrize(
    "cell", ["called client 3/16 answered", "3/16 answered by NBC", "Spoke with client 3/24, answered"]
)
def test_a_call_to_a_client_or_of_another_agency_is_no_callback(cell):
    with pytest.raises(Unreadable):
        callbacks.read_callbacks(cell)


def test_a_name_that_no_one_was_sure_of_denies_no_promise():
    assert not promises.is_denied("72 hrs, not sure of her name")
    assert promises.is_denied("72 hrs, not sure")


def test_no_total_is_a_call_neither_a_second_one_nor_that_of_totals(tmp_path):
    days = [f"03/{day:02}/2022,{wait},Ms. Lee" for day, wait in enumerate((10, 12, 8, 14, 16, 20, 22, 18, 12, 14), 14)]
    rows = ["Date,Minutes to a person,Agent name", *days[:5], ",60,", *days[5:], ",86,", ",146,"]
    (tmp_path / "log.csv").write_text("\n".join(rows) + "\n")
    receipt = intake.check([tmp_path / "log.csv"], timezone="Eastern")
    assert (receipt.files[0].entries, receipt.files[0].set_aside) == (10, 3)


@pytest.mark.parametrize(
    ("words", "wait"),
    [
        ("waited an hour and ten minutes", "an hour and ten minutes"),
        ("held one hour and twenty minutes", "one hour and twenty minutes"),
        ("hold 1 hour and fifteen minutes", "1 hour and fifteen minutes"),
        ("held forty-five minutes", "forty-five minutes"),
        ("waited an hour", "an hour"),
        ("waited an hour and change", "an hour and change"),  # which has no length: left out, and no hour
        ("held 2 hours and then an agent", "2 hours"),
    ],
)
def test_a_wait_that_is_told_is_told_to_its_end(words, wait):
    assert narratives.read_narrative(f"called USCIS 9:05 am, {words}, rep").wait == wait


@pytest.mark.parametrize(
    ("note", "wait", "result"),
    [
        ("called, held 20 min, rep had no answer", "20 min", "spoke"),  # to the question
        ("called, held 20 min, no answer", "20 min", "no answer"),
        ("held 30 min, T1, then T2 after 20 min", "30 min", "spoke"),
        ("called at 2 pm, agent after 30 min", "30 min", "spoke"),
    ],
)
def test_the_first_who_spoke_ended_the_wait(note, wait, result):
    found = narratives.read_narrative(note)
    assert (found.wait, found.result) == (wait, result)


@pytest.mark.parametrize(
    "note",
    [
        "T2 call promised",
        "cb promised, T2",
        "Tier 1, will have Tier 2 call",
        "ok - supervisor to call",
        "promised T2 call",
    ],
)
def test_one_remark_that_says_who_is_to_call_is_a_promise(note):
    rows = [
        {"Date": f"3/{day}/2022", "Hold (min)": "40", "Result": "spoke to rep", "Notes": text}
        for day, text in ((14, "card mailed"), (15, note), (16, "address changed"))
    ]
    assert normalized(rows, HAND_SHEET).entries.column("promised").to_pylist() == [None, "unknown", None]


@pytest.mark.parametrize("note", ["no T2 call promised", "they called, client to call", "wants supervisor to call"])
def test_a_remark_that_denies_or_wishes_a_call_is_no_promise(note):
    rows = [{"Date": f"3/{day}/2022", "Hold (min)": "40", "Result": "spoke to rep", "Notes": note} for day in (14, 15)]
    assert "unknown" not in normalized(rows, HAND_SHEET).entries.column("promised").to_pylist()


@pytest.mark.parametrize(
    ("note", "wait"),
    [
        ("10:15-10:50 on hold, spoke to Ana", ""),  # no fifty minutes
        ("45-50 min on hold, T1", "45-50 min"),
        ("on hold 45-50 min, T1", "45-50 min"),
        ("9:05 - 45 min hold, T1", "45 min"),
        ("9:05-45 min hold, T1", "45 min"),
        ("T1-45 min on hold", "45 min"),  # no minute to 45
        ("3/4-45 min on hold, T1", "45 min"),
        ("35-40 on hold, T1", "35-40"),
        ("2-3 hrs on hold, T1", "2-3 hrs"),
        ("on hold 1-1.5 hours, T1", "1-1.5 hours"),
    ],
)
def test_the_end_of_a_time_or_of_a_range_is_no_wait(note, wait):
    assert narratives.read_narrative(note).wait == wait


@pytest.mark.parametrize("text", ["an hour & a half", "1 hour & a half", "1 & a half hours"])
def test_an_hour_and_a_half_may_have_its_sign(text):
    assert read_human_span(text).seconds == 5400


def test_a_time_before_what_is_no_call_makes_it_none():
    others = ("10am busy at court", "9:15 draft letter", "10:30 tried court", "10:30 nobody at court")
    calls = ("10:30 no luck", "10:30 tried, nothing", "10:30 busy", "10am got through", "10am 45 min", "2pm 45")
    methods = [narratives.read_narrative(note).method for note in (*others, *calls)]
    assert methods == ["no call"] * len(others) + [""] * len(calls)


def test_a_title_before_a_name_ends_no_sentence():
    assert promises.promise_noted_in("spoke to Ms. Hall, 30 days") == "30 days"


SYSTEM = ("bot", "Automated system", "IVR", "robot", "recording", "EMMA", "none, IVR closed")


@pytest.mark.parametrize("column", ["Result", "Rep", "Notes"])
@pytest.mark.parametrize("cell", [*SYSTEM, "Recording: high volume, call later"])
def test_a_call_that_only_the_automated_system_took_reached_no_person(column, cell):
    lost = [{"Date": f"3/{day}/2022", "Time": "9:10 AM", "Hold": "5 min", column: "hung up"} for day in (14, 15)]
    last = entries([*lost, {**lost[0], "Date": "3/16/2022", column: cell}]).to_pylist()[-1]
    if (column, cell) != ("Rep", "EMMA"):  # Emma may be a person's name
        assert (last["wait_outcome"], last["agent_name"]) == ("not_queued", None)


@pytest.mark.parametrize(
    ("cells", "end"),
    [
        ({"Rep": "Lee", "Result": "IVR"}, "reached"),
        ({"Rep": "IVR", "Result": "SR opened"}, "reached"),
        ({"Result": "SR opened", "Notes": "recording"}, "reached"),
        ({"Result": "hung up", "Notes": "IVR"}, "gave_up"),
        ({"Result": "Checked status", "Notes": "high volume"}, "unknown"),
        ({"Result": "IVR"}, "unknown"),  # 45 minutes are no menu: the caller was in the queue
        ({"Result": "IVR", "Hold": "15 min"}, "not_queued"),
    ],
)
def test_whatever_else_a_row_says_of_its_end_counts_before_the_system(cells, end):
    rows = [{"Date": "3/14/2022", "Time": "9:10 AM", "Hold": "45 min", "Rep": "", "Result": "", **cells}]
    assert entries(rows).column("wait_outcome").to_pylist() == [end]


TIERS_NAMED = [
    ("Tier 1 - opened SR", "tier1"),
    ("spoke to T1, T2 will call within 72 hrs", "tier1"),
    ("spoke with a supervisor, SR opened", "supervisor"),
    ("nivel 1 atendió", "tier1"),
    ("T2 will call within 72 hrs", None),
    ("SR opened, asked for tier 2", None),
    ("never got to tier 1, hung up", None),
    ("Tier 1, transferred to tier 2", None),
    ("SR opened for T1 visa", None),
]


@pytest.mark.parametrize("column", ["Result", "Notes"])
@pytest.mark.parametrize(("text", "tier"), TIERS_NAMED)
def test_a_tier_among_other_words_is_the_one_that_spoke(column, text, tier):
    rows = [{"Date": f"3/{day}/2022", "Hold": "45 min", column: text} for day in (14, 15, 16)]
    assert entries(rows).column("tier").to_pylist() == [tier] * 3


@pytest.mark.parametrize(
    ("cell", "name", "tier"),
    [("Tier 1 (Brenda)", "Brenda", "tier1"), ("T2 - Officer Hale", "Officer Hale", "tier2"), ("Tier 1", None, "tier1")],
)
def test_an_agent_beside_a_tier_gives_both_and_a_tier_alone_names_no_one(cell, name, tier):
    rows = [{"Date": f"3/{day}/2022", "Hold": "45 min", "Spoke with": cell} for day in (14, 15, 16)]
    read = [(each["agent_name"], each["tier"], each["wait_outcome"]) for each in entries(rows).to_pylist()]
    assert read == [(name, tier, "reached")] * 3


@pytest.mark.parametrize(
    "text", ["stuck in IVR, gave up", "only recording, couldn't get to a person", "pura grabación, no pasó"]
)
def test_a_call_that_never_left_the_menu_was_not_queued_whatever_the_caller_then_did(text):
    lost = [{"Date": f"3/{day}/2022", "Hold": "45 min", "Result": "hung up"} for day in (14, 15)]
    last = entries([*lost, {"Date": "3/16/2022", "Hold": "", "Result": text}]).to_pylist()[-1]
    assert last["wait_outcome"] == "not_queued"


def test_a_menu_before_a_hold_or_a_person_is_not_the_end():
    for text in ("stuck in IVR, then held 40 min", "only recording, then Ana", "stuck in IVR, T1 took SR"):
        assert not is_of_menu(text)


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("9:05 am held 15 min. T1 rep, urgent, 72 hrs", "urgent"),
        ("9:05 am held 12 min. Tier 1 escalated as urgent, 72 hrs.", "urgent"),
        ("9:05 am held 12 min. T1 rep, regular, 30 business days", "regular"),
        ("9:05 am held 12 min. T1 rep, urgent, 30 days", None),
    ],
)
def test_a_kind_of_callback_beside_its_time_is_a_promise(text, promised):
    rows = [{"Date": f"3/{day}/2022", "USCIS call notes": text} for day in (14, 15, 16)]
    assert entries(rows).column("promised").to_pylist() == [promised] * 3


def test_the_number_of_an_agent_is_no_promised_time():
    rows = [
        {"Date": f"3/{day}/2022", "Hold": "45 min", "Result": text} for day, text in ((14, "Agent 1"), (15, "Rep 2"))
    ]
    assert entries(rows).column("promised").to_pylist() == [None, None]
