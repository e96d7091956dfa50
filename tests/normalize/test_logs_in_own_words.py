"""Hand-kept logs whose headers and cells have words of their own. All cells are invented."""

from __future__ import annotations

from datetime import datetime

import openpyxl
import pytest
from pyarrow import compute as pc

import callanalytics as ca
from callanalytics import formats
from callanalytics.errors import CallLogError
from callanalytics.formats import column_meanings, contents
from callanalytics.values import narratives
from read_logs import entries_of, receipt_and_entries
from text_rows import normalized

HAND_SHEET = formats.load()["hand_sheet"]
BASE = {"Time": "9:10 AM", "Wait": "45 min"}


def entries(rows):
    return normalized(rows, HAND_SHEET).entries.sort_by("source_row")


def dials(rows):
    records = entries(rows)
    return records.filter(pc.equal(records.column("kind"), "dial"))


def on_days(rows, first=14):
    return [{"Date": f"3/{day}/2022", **row} for day, row in enumerate(rows, first)]


def meanings(cells):
    return column_meanings.find(HAND_SHEET, list(cells), lambda place: list(cells.values())[place]).columns


def a_workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.title = "Sheet1"
    book.save(path)
    return path


# ---- what stands in a column decides what it is -------------------------------------------------------------


@pytest.mark.parametrize("header", ["Call to expect", "Undertook to call"])
def test_a_column_of_promises_is_no_column_of_lines(header):
    promises = ["30 business days", "72 hours", "none", "72 hours"]
    rows = on_days([{**BASE, "Agent": "Ana #4190", header: promise} for promise in promises])
    records = dials(rows)
    assert set(records.column("line").to_pylist()) == {None} or "other" not in records.column("line").to_pylist()
    assert records.column("promised").to_pylist() == ["regular", "urgent", "none", "urgent"]


def test_forms_are_no_lines():
    assert contents.verdict(["I-130 pending", "N-400", "EAD lost", "I-765"], "line") == -1
    assert contents.verdict(["USCIS", "NVC re I-130", "800-375-5283", "client"], "line") == 1


def test_agencies_by_name_tell_more_than_the_numbers_dialed():
    agencies = {"Who": ["USCIS", "NVC", "USCIS"], "Number dialed": ["800-375-5283", "603-334-0700", "800-375-5283"]}
    columns = {"Date": ["3/1/2022", "3/2/2022", "3/3/2022"], "Wait": ["20 min", "30 min", "40 min"], **agencies}
    assert meanings(columns)["line"] == "Who"


@pytest.mark.parametrize("header", ["Time Spent Holding", "Time spent waiting", "Minutes listening to music"])
def test_time_spent_holding_is_a_wait(header):
    cells = ["0:22", "1:10", "0:48", "0:09"] if header.startswith("Time") else ["22", "70", "48", "9"]
    rows = on_days([{"Time": "9:10 AM", header: cell, "Agent": "Ana #4190"} for cell in cells])
    assert dials(rows).column("wait_s").to_pylist() == [1320, 4200, 2880, 540]


@pytest.mark.parametrize("numbers", [("QX1-1", "QX1-2", "QX1-3"), ("MB21-04", "MB21-05", "MB21-06"), ("WT-A1",) * 3])
def test_short_codes_under_a_header_of_requests_are_their_numbers(numbers):
    rows = on_days([{**BASE, "Agent": "Ana #4190", "SRQ": number} for number in numbers])
    assert dials(rows).column("sr_number").to_pylist() == list(numbers)


def test_forms_and_tiers_are_no_numbers_of_requests():
    assert contents.share(["I-485", "N-400", "I-765", "T2", "yes"], "sr") == 0.0


def test_a_question_when_with_times_asks_for_the_time():
    cells = {
        "On what day did you call USCIS? (date)": ["3/1/2022", "3/2/2022", "3/3/2022"],
        "When did you call USCIS? (time)": ["9:10 AM", "1:20 PM", "8:05 AM"],
        "Minutes on hold": ["20", "45", "8"],
        "Will anyone call back?": ["Within 72 hours", "", "Within 30 business days"],
    }
    found = meanings(cells)
    assert (found["time"], found["promised"]) == ("When did you call USCIS? (time)", "Will anyone call back?")


def test_that_they_said_they_would_call_is_a_promise():
    cells = {
        "Date": ["3/1/2022", "3/2/2022", "3/3/2022"],
        "Wait": ["20 min", "45 min", "8 min"],
        "how it went": ["inquiry", "gave up", "sent up"],
        "they said they'll call": ["30 days", "no", "72 hrs"],
    }
    assert meanings(cells)["promised"] == "they said they'll call"


def test_days_with_results_tell_of_callbacks_beside_many_that_did_not_come():
    cells = ["not so far", "3/17 1:15 pm, spoke to officer", "not so far", "3/19 9:05 am, missed", "not so far"]
    rows = on_days([{**BASE, "Agent": "Ana", "Whether it was honored": cell} for cell in cells])
    records = entries(rows)
    assert records.column("outcome").to_pylist().count("answered") == 1
    assert records.column("kind").to_pylist().count("ring") == 2


def test_a_promise_and_its_callbacks_in_one_cell():
    cells = [
        "72 hours / 3/16 9:40 am missed, 3/16 2:15 pm answered",
        "30 days / no",
        "none",
        "72 hours / 3/19 10:05 am voicemail",
        "72 hours / 3/20 11:05 am answered",
    ]
    rows = on_days([{**BASE, "Agent": "Ana", "Callback promised / received": cell} for cell in cells])
    records = entries(rows)
    rings = records.filter(pc.equal(records.column("kind"), "ring"))
    assert sorted(rings.column("outcome").to_pylist()) == ["answered", "answered", "missed", "voicemail"]
    assert dials(rows).column("promised").to_pylist() == ["urgent", "regular", "none", "urgent", "urgent"]


# ---- how a call ended, in own words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("ended by us", "gave_up"),
        ("ended by them", "cut_off"),
        ("call failed on their side", "cut_off"),
        ("tired of it and hung up", "gave_up"),
        ("patience ran out", "gave_up"),
    ],
)
def test_how_a_call_ended_in_own_words(text, ended):
    rows = on_days([{**BASE, "Result": text}, {**BASE, "Result": "spoke to Ana"}])
    assert dials(rows).column("wait_outcome")[0].as_py() == ended


def test_a_case_that_is_not_in_their_system_is_no_automated_system():
    rows = on_days([{**BASE, "Agent": "#4190", "Result": "not in system"}, {**BASE, "Result": "only the system"}])
    assert dials(rows).column("wait_outcome")[0].as_py() == "reached"


def test_a_no_that_says_why_completes_the_results():
    rows = [
        {**BASE, "Did you reach an agent?": reached, "What did they say?": result}
        for reached, result in [
            ("Yes", "Inquiry opened"),
            ("No, I gave up", ""),
            ("Yes", "Sent to an officer"),
            ("No, it was cut off", ""),
            ("Yes", "Case is pending"),
        ]
    ]
    found = dials(on_days(rows)).column("wait_outcome").to_pylist()
    assert found == ["reached", "gave_up", "reached", "cut_off", "reached"]


@pytest.mark.slow
def test_notes_that_say_what_they_tell_are_read_for_each(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text(
        'Date,Time called,On hold,Client,SR,"Notes (agent, ID, what they said)"\n'
        '1/8/2024,9:10 am,22 min,Ito,LK-01,"Spoke to Carla, ID 4190. Officer will call within 30 business days."\n'
        '1/9/2024,1:20 pm,51 min,Ito,,"Gave up, no one came on."\n'
        '1/10/2024,8:05 am,9 min,Mora,LK-02,"Spoke to Officer Todd, ID 4477. Urgent, call within 72 hours."\n'
        '1/11/2024,10:30 am,,Mora,,"Called client, told her."\n'
        '1/12/2024,9:05 am,12 min,Pham,LK-03,"Spoke to Carla, ID 4190. Officer will call within 30 business days."\n'
        '1/16/2024,11:30 am,38 min,Mora,,"Line disconnected."\n'
    )
    rows = entries_of(path).sort_values("started_at_local")
    assert list(rows["agent_id"].dropna()) == ["4190", "4477", "4190"]
    assert list(rows["promised"].dropna()) == ["regular", "urgent", "regular"]
    assert list(rows["wait_outcome"]) == ["reached", "gave_up", "reached", "reached", "cut_off"]


# ---- titles -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_months_over_their_rows_and_the_year_in_the_name_of_the_file(tmp_path):
    path = a_workbook(
        tmp_path / "2023 USCIS calls (Ira).xlsx",
        [
            ["2023 USCIS CALLS"],
            [],
            ["Date", "Time", "Waited (min)", "Status", "Agent / ID"],
            ["MAY"],
            ["5/16", "7:40 am", 14, "talked to agent", "Carla, 4190"],
            ["5/19", "1:10 pm", 48, "gave up", None],
            ["JUNE"],
            ["6/21", "9:05 am", 36, "talked to agent", "Officer Todd, 4477"],
            ["6/26", "10:20 am", 31, "disconnected", None],
        ],
    )
    rows = entries_of(path).sort_values("started_at_local")
    assert [f"{each:%Y-%m-%d}" for each in rows["started_at_local"]] == [
        "2023-05-16", "2023-05-19", "2023-06-21", "2023-06-26",
    ]  # fmt: skip
    assert list(rows["agent_id"].dropna()) == ["4190", "4477"]


@pytest.mark.parametrize("title", ["NVC line - no USCIS calls in here", "NVC calls (not USCIS)"])
def test_a_title_that_says_the_calls_of_the_agency_are_not_here_does_not_name_it(title, tmp_path):
    rows = [
        [title],
        [],
        ["Date", "Time", "NVC case number", "NVC operator", "Minutes on hold", "Said"],
        ["4/3/2024", "8:30 AM", "MNL2022000001", "Kim", 38, "wait for interview"],
        ["4/10/2024", "9:15 AM", "GUZ2022000002", "Troy", 50, "missing police certificate"],
        ["4/17/2024", "8:05 AM", "BGT2022000003", "Kim", 27, "fee not posted"],
    ]
    path = a_workbook(tmp_path / "NVC.xlsx", rows)
    try:
        ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago")
    except CallLogError:
        return
    assert not (tmp_path / "store").exists() or ca.load(tmp_path / "store").entries.to_pandas().empty


def test_a_callback_on_a_day_that_the_agency_set_is_a_promise():
    promises = (
        "T1 sched callback 3/22",
        "callback scheduled 3/22",
        "T1 scheduled a callback for 3/22",
        "T2 will call 3/22",
        "USCIS will call us on 3/22",
    )
    others = (
        "T1, client will call 3/22",
        "T1, we will call 3/22",
        "T1, interview scheduled 3/22",
        "T1, will call again 3/22",
    )
    log = dials(on_days([{**BASE, "Outcome": outcome} for outcome in promises + others]))
    assert log.column("promised").to_pylist() == ["unknown"] * len(promises) + [None] * len(others)


def test_after_a_wait_a_person_sent_the_caller_to_the_website_and_without_one_perhaps_a_machine():
    outcomes = ("sent to website", "Sent us to the website", "referred to website", "told to check website")
    waited = dials(on_days([{**BASE, "What happened": outcome} for outcome in outcomes]))
    assert waited.column("outcome").to_pylist() == ["refused_use_online"] * 4
    assert waited.column("wait_outcome").to_pylist() == ["reached"] * 4
    others = on_days([{**BASE, "What happened": "spoke to rep"}, {**BASE, "Wait": "", "What happened": outcomes[0]}])
    assert dials(others).column("wait_outcome").to_pylist() == ["reached", "unknown"]


@pytest.mark.parametrize("header", ["Callback promised", "Expected callback", "Due"])
@pytest.mark.parametrize("due", ["3/18/2022", "3/18", "by 3/18/2022", "by March 18"])
def test_a_due_date_of_the_office_takes_back_no_promise_that_the_outcome_tells(header, due):
    outcomes = ("Call back", "72 hours", "Will call us in 30 business days", "Solved")
    log = dials(on_days([{**BASE, "Outcome": outcome, header: due} for outcome in outcomes]))
    assert log.column("promised").to_pylist() == [
        "unknown",
        "urgent",
        "regular",
        None if header == "Due" else "unknown",
    ]


@pytest.mark.parametrize(("word", "promise"), [("No", "none"), ("72 hours", "urgent"), ("3/18 zorp", None)])
def test_what_the_column_of_promises_has_besides_dates_stands_before_the_outcome(word, promise):
    log = dials(on_days([{**BASE, "Outcome": "Call back", "Callback promised": cell} for cell in ("3/18/2022", word)]))
    assert log.column("promised").to_pylist() == ["unknown", promise]


# ---- calls told in Spanish ----------------------------------------------------------------------------------


def extracted_from(header, *notes):
    return on_days([{"Cliente": "Ruiz", header: note} for note in notes])


@pytest.mark.parametrize("header", ["Apuntes", "Notas"])
def test_calls_told_in_spanish_have_their_time_wait_and_end(header):
    result = dials(
        extracted_from(
            header,
            "9:20am, 38 min de hold. Agente Rosa (#KR551) dice que sigue pendiente",
            "10:00am esperé 52 min y colgué, tenía cita",
            "2:15pm, 47 min, se cortó",
            "8:05am casi una hora de hold y se cayó la llamada",
            "1:40pm llamé a USCIS, 1 hora 5 min en espera, me atendió Luz (#KR560), SR 77120034",
        )
    )
    assert result.column("wait_s").to_pylist() == [2280, 3120, 2820, 3600, 3900]
    assert result.column("wait_outcome").to_pylist() == ["reached", "gave_up", "cut_off", "cut_off", "reached"]


def test_callbacks_told_in_spanish_are_no_calls_of_ours():
    calls = ["9:20am, 38 min de hold y colgué", "10:15am, 20 min de espera. Agente Rosa (#KR551)", "8am, 9 min de hold"]
    came = {
        "3:10pm nos llamó el oficial de USCIS, contestamos": "answered",
        "llamada perdida del oficial de USCIS": "missed",
        "11am USCIS dejó mensaje": "voicemail",
        "el oficial nos llamó a las 2:20pm, no contestamos": "missed",
    }
    found = entries(extracted_from("Apuntes", *calls, *came))
    rings = found.filter(pc.equal(found.column("kind"), "ring"))
    assert rings.column("outcome").to_pylist() == list(came.values())
    assert len(found) - len(rings) == len(calls)


def test_calls_to_others_told_in_spanish_are_none_of_the_agencys():
    calls = ["9:20am, 38 min de hold y colgué", "10:15am, 20 min de espera. Agente Rosa (#KR551)", "8am, 9 min de hold"]
    found = entries(extracted_from("Apuntes", *calls, "10:40am llamé al NVC, no contestan", "2pm llamé a la corte"))
    assert (
        found.filter(pc.equal(found.column("line"), "contact_center")).num_rows
        <= len(calls)
        == len(dials(extracted_from("Apuntes", *calls)))
    )


# ---- calls among billed work --------------------------------------------------------------------------------


@pytest.mark.slow
def test_calls_are_told_from_other_work_in_a_billing_export_and_its_money_is_no_wait(tmp_path):
    header = ["Date", "Type", "Matter", "User", "Description", "Quantity", "Rate", "Total"]
    work = [
        "TC to USCIS Contact Center. On hold 41 min. Spoke w/ Agent Ana (ID 4471). SR 5541908, 30 business days",
        "Draft brief for Ruiz",
        "TC with court clerk re: hearing",
        "TC to USCIS Contact Center; call dropped 36 min into hold",
        "TC to client re: fees",
        "On hold with USCIS Contact Center 29 min; gave up",
        "USCIS officer called 3:10pm, I answered",
        "TC to USCIS Contact Center; 12 min hold; Agent Bo ID 4472; no callback",
    ]
    rows = [[datetime(2023, 8, day), "TimeEntry", "M-1", "JK", text, 0.8, 150, 120] for day, text in enumerate(work, 7)]
    path = a_workbook(tmp_path / "activities export.xlsx", [header, *rows])
    receipt = str(ca.check([path]))
    assert "do these waits run from dialing" in receipt
    assert "look like how long the wait was" not in receipt
    found = entries_of(path).sort_values("source_row")
    calls = found[found["kind"] == "dial"]
    assert calls["wait_s"].tolist() == [2460, 2160, 1740, 720]
    assert found[found["kind"] == "ring"]["outcome"].tolist() == ["answered"]


# ---- ordinary habits ----------------------------------------------------------------------------------------


def test_what_they_said_is_no_column_of_results_where_it_holds_promises_and_another_has_the_results():
    ends = ["talked to rep", "gave up", "talked to rep", "call dropped", "talked to rep"] * 2
    promises = ["72 hrs", None, "30 bus days", None, "nothing"] * 2
    rows = [{**BASE, "Result": end, "They said": result} for end, result in zip(ends, promises, strict=True)]
    records = dials(on_days(rows))
    assert records.column("wait_outcome").to_pylist() == ["reached", "gave_up", "reached", "cut_off", "reached"] * 2
    assert records.column("promised").to_pylist()[:3:2] == ["urgent", "regular"]


def test_a_tier_that_no_one_reached_says_why():
    tiers = ["Tier 1", "None - hung up", "Tier 2", "None - call dropped", "Tier 1", "None - gave up"]
    result = dials(on_days([{**BASE, "Agent": "Ana" * (tier[0] == "T"), "Tier reached": tier} for tier in tiers]))
    assert result.column("wait_outcome").to_pylist() == [
        "reached",
        "gave_up",
        "reached",
        "cut_off",
        "reached",
        "gave_up",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("label", ["May total", "Monthly total", "Q2 total:", "weekly totals"])
def test_the_total_of_a_month_is_no_call(tmp_path, label):
    header = ["", "Date", "Time", "Client", "Min. waiting", "Talked to", "Outcome"]
    calls = [["", f"5/{day}/2023", "9:05 AM", "Roe", 20 + day, "Ana", "Inquiry opened"] for day in range(15, 19)]
    path = a_workbook(tmp_path / "uscis 2023.xlsx", [header, *calls, [label, "", "", "", 144, "", ""]])
    assert len(entries_of(path)) == 4


@pytest.mark.parametrize(
    "other",
    [
        {"Talked to": "NVC, Ms. Tully", "What happened": "Not there yet"},
        {"Talked to": "National Visa Center", "What happened": "They still wait for papers"},
        {"Talked to": "NVC, Ms. Tully", "What happened": "Not there yet, still with USCIS"},
        {"Wait": "", "What happened": "Called NVC, on hold 20 min, spoke to operator"},
        {"What happened": "Called the immigration court in Newark. No hearing set."},
    ],
)
def test_a_call_with_another_office_is_none_of_the_agencys_although_it_was_held(other):
    ours = [{**BASE, "Talked to": "Ana", "What happened": f"told it is pending, {n}"} for n in range(5)]
    found = entries(on_days([*ours, {**BASE, "Talked to": "", **other}]))
    assert found.num_rows == len(ours)


@pytest.mark.parametrize("about", ["SSA: rep will resend the I-765 data, SR opened", "Court, told 72 hours callback"])
def test_what_a_call_was_about_is_not_whom_it_was_with(about):
    ours = [{**BASE, "Rep": "Ana", "Outcome": f"told it is pending, {n}"} for n in range(5)]
    found = entries(on_days([*ours, {"Time": "9:10 AM", "Wait": "", "Rep": "", "Outcome": about}]))
    assert found.num_rows == len(ours) + 1


def test_a_column_of_tickets_makes_no_log_a_help_desks():
    cells = {"Date": ["3/1/2022", "3/2/2022", "3/3/2022"], "Hold": ["20 min", "30 min", "40 min"]}
    cells |= {
        "Time": ["9:05 AM", "1:10 PM", "8:02 AM"],
        "Agent": ["Ana 4471", "Bo 4472", "Cy 4480"],
        "Result": ["spoke", "hung up", "spoke"],
        "Tickets": ["a", "b", "c"],
    }
    found = column_meanings.find(HAND_SHEET, list(cells), lambda place: list(cells.values())[place])
    assert found.weight >= HAND_SHEET.recognize.enough


@pytest.mark.parametrize(
    "remark",
    [
        {"Outcome": "spoke to rep", "Notes": "Then called NVC, case not there yet"},
        {"Outcome": "hung up", "Notes": "I called court too about the hearing"},
        {"Outcome": "72 hours", "Notes": "called SSA first, they said ask them"},
        {"Outcome": "Called court clerk earlier; on hold here, hung up", "Notes": ""},
    ],
)
def test_a_held_call_that_tells_of_another_office_as_well_is_one_to_the_agency(remark):
    ours = [{**BASE, "Outcome": "spoke to rep", "Notes": f"told it is pending, {n}"} for n in range(5)]
    assert entries(on_days([*ours, {**BASE, **remark}])).num_rows == len(ours) + 1


@pytest.mark.parametrize("note", ["Roe (23104) wants an update", "Doe (T5512) asked us to call", "Silva again, 55210"])
def test_a_client_with_a_number_is_no_agent(note):
    ours = [{**BASE, "Notes": text} for text in ("hung up", "spoke to agent Ana, ID 4471", "dropped", "gave up")]
    found = dials(on_days([*ours, {**BASE, "Notes": note}]))
    assert found.column("agent_name").to_pylist()[-1] is None
    assert found.column("wait_outcome").to_pylist()[-1] == "unknown"


OTHER_THAN_CALLS = [
    "client called, AP card came!!",
    "client rang, has the AP",
    "Client's wife called, worried",
    "call from client, wants update",
    "el cliente llamó, ya tiene la tarjeta",
    "master hearing Hartford, reset to May",
    "Hearing continued to 9/14",
    "APPROVED, letter to client 5/28",
    "I-765 approved, closed file",
    "EAD arrived!",
    "voicemail from client, wants a copy",
    "approved, called client",
]
OF_A_CALL = [
    "client called USCIS, held 40 min",
    "client called CC herself, still pending",
    "client on the line, held",
    "client called with us, dropped",
    "called re hearing",
    "told case approved",
    "approved, card mailed",
    "approved, agent says letter to client sent",
    "no answer, client at hearing",
    "hearing only music",
    "card came back undeliverable",
    "denied",
    "client called",
    "client called in, gave consent",
    "client walked in",
    "called client instead",
    "call with client, no help",
]
CALLS = [{"Agent": name, "Agent ID": f"47{n}0"} for n, name in enumerate(("Ana", "Bo", "Cy", "Di", "Ed"), 1)]
CALLS = [{"Client": "Roe", **BASE, "Outcome": "spoke to rep", **call, "SR": ""} for call in CALLS]


@pytest.mark.parametrize("column", ["Outcome", "Notes"])
@pytest.mark.parametrize("text", OTHER_THAN_CALLS)
def test_a_row_whose_only_words_are_of_something_else_is_no_call(text, column):
    rows = on_days([*CALLS, {"Client": "Roe", "Time": "1:00 PM", column: text}])
    found = normalized(rows, HAND_SHEET)
    assert len(found.entries) == len(CALLS)
    assert found.set_aside.column("reason").to_pylist() == ["no_call"]


OF_CALLS_LOST = [
    *("client called, got cut off", "petitioner called, no one picked up", "client called; was refused"),
    *("card arrived damaged", "EAD arrived with wrong name, need correction", "RFE sent, told client"),
]


def test_a_hold_of_no_minutes_is_of_a_call_whatever_the_words():
    row = {"Client": "Roe", "Wait": "0", "Outcome": "client called, wants refund"}
    assert len(entries(on_days([*CALLS, row]))) == len(CALLS) + 1


@pytest.mark.parametrize("text", [*OF_A_CALL, *OF_CALLS_LOST])
def test_a_row_whose_words_may_be_of_a_call_stays(text):
    assert len(entries(on_days([*CALLS, {"Client": "Roe", "Outcome": text}]))) == len(CALLS) + 1


@pytest.mark.parametrize(
    "call",
    [
        *({"Wait": "20 min"}, {"Agent": "Ana"}, {"Agent ID": "4710"}, {"SR": "T1329856038"}, {"Promised": "72 hrs"}),
        *({"In/Out": "OUT"}, {"Line": "USCIS"}, {"Notes": "then I called USCIS"}, {"Tier": "1"}),
        {"Reason": "client called, worried", "Outcome": ""},
    ],
)
def test_a_row_with_a_sign_of_a_call_stays_whatever_else_it_tells(call):
    row = {"Client": "Roe", "Outcome": "client called, wants update"} | call
    assert len(entries(on_days([*CALLS, row]))) == len(CALLS) + 1


@pytest.mark.parametrize("way", ["IN", "in", "Incoming"])
def test_a_client_who_called_in_is_no_callback_of_the_agency(way):
    calls = [{"In/Out": "OUT", **call} for call in CALLS]
    rows = on_days(
        [*calls, {"In/Out": way, "Time": "2:00 PM", "Client": "Roe", "Outcome": "client called, wants refund"}]
    )
    assert len(entries(rows)) == len(CALLS)


def test_a_decision_in_the_column_of_callbacks_is_no_callback():
    calls = [{**call, "Called back": f"3/{day}/2022 9:00 am missed"} for day, call in enumerate(CALLS, 20)]
    rows = on_days([*calls, {"Client": "Roe", "Called back": "APPROVED, letter to client 5/28"}])
    assert set(entries(rows).column("source_row").to_pylist()) == set(range(2, len(CALLS) + 2))


def test_headings_of_one_or_two_letters_are_read_where_their_cells_confirm_them():
    short = {
        "dt": ["1/6", "1/7", "1/9"], "tm": ["8:10", "13:05", "9:30"], "cl": ["Roe", "Doe", "Poe"],
        "w": ["45", "1h05", "5"], "agt": ["Ana", "", "Bo"], "id": ["z204", "", "z219"], "sr": ["jp01", "", "jp02"],
        "res": ["agent", "hung up", "agent"], "cb": ["30 bd", "", "72 h"], "nts": ["x", "", "y"],
    }  # fmt: skip
    found = meanings(short)
    wanted = {"date": "dt", "time": "tm", "wait": "w", "agent": "agt", "agent_id": "id", "sr": "sr", "result": "res"}
    assert wanted.items() <= found.items()
    assert (found["promised"], found["client"], found["notes"]) == ("cb", "cl", "nts")
    for heading in ("wt", "hld"):
        assert meanings({heading if name == "w" else name: cells for name, cells in short.items()})["wait"] == heading


@pytest.mark.parametrize("heading", ["w", "W (min)"])
def test_a_letter_alone_over_minutes_is_a_wait(heading):
    rows = on_days([{"Time": "9:10 AM", heading: cell, "Agent": "Ana"} for cell in ("45", "1h05", "5", "30")])
    assert dials(rows).column("wait_s").to_pylist() == [2700, 3900, 300, 1800]


@pytest.mark.parametrize("heading", ["Duration (h)", "Quantity (h)", "Billed, h", "Talked w", "h"])
def test_a_letter_beside_other_words_makes_no_wait(heading):
    cells = {"Date": ["4/2/2024", "4/3/2024", "4/16/2024"], "Time": ["9:05 AM"] * 3, heading: ["0.6", "2.1", "0.9"]}
    assert meanings(cells).get("wait") != heading


def test_hours_and_minutes_under_a_letter_each_are_one_wait():
    rows = on_days([{"Time": "9:10 AM", "H": h, "M": m, "Agent": "Ana"} for h, m in ("05", "12", "04", "10")])
    assert dials(rows).column("wait_s").to_pylist() == [300, 3720, 240, 3600]


@pytest.mark.parametrize("cells", [["Ana", "Bo", "Cy", "Di"], ["x", "", "x", "x"]])
def test_a_letter_over_cells_that_are_no_lengths_is_no_wait(cells):
    assert "wait" not in meanings({"dt": ["1/6", "1/7", "1/9", "1/10"], "w": cells})


INTAKE = {
    "Date": ["6/2/2025", "6/3/2025", "6/4/2025", "6/5/2025", "6/6/2025", "6/19/2025"],
    "Time": ["9:15 AM", "1:20 PM", "8:50 AM", "11:30 AM", "3:00 PM", "9:05 AM"],
    "Caller": ["Rosa M.", "Ahmed K.", "Thuy N.", "Pavel S.", "Fatou D.", "John P."],
    "Problem": ["notice to appear", "asylum clock", "EAD renewal", "DACA renewal", "TPS", "green card lost"],
    "Callback promised": ["within 24 hrs", "72 hrs", "72 hrs", "", "72 hrs", ""],
    "Called back": ["yes 6/2 4 pm", "left voicemail 6/4", "yes", "no answer 6/6", "", "yes 6/22"],
}
OF_INTAKE = [
    {"Taken by": ["Kim", "Joel"] * 3},
    {"Number": [f"913-555-010{n}" for n in range(6)]},
    {"How heard": ["radio", "friend", "web"] * 2},
    {"Consult set?": ["6/5", "", "6/9"] * 2},
]


@pytest.mark.parametrize("column", OF_INTAKE)
def test_callbacks_that_the_office_promised_its_own_callers_make_no_log(column, tmp_path):
    cells = INTAKE | column
    path = a_workbook(tmp_path / "line.xlsx", [list(cells), *zip(*cells.values(), strict=True)])
    with pytest.raises(CallLogError):
        entries_of(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "column",
    [
        {"Hold": ["40 min", "1 hr", "5 min"] * 2, "Call taken by": ["Ana", "Bo", ""] * 2, **OF_INTAKE[0]},
        {"Agent": ["Ana", "Bo", ""] * 2, **OF_INTAKE[1]},
        {"Result": ["spoke", "spoke", "hung up"] * 2, "Client phone": OF_INTAKE[1]["Number"]},
    ],
)
def test_calls_of_our_own_stay_a_log_beside_who_took_one_and_numbers(column, tmp_path):
    cells = INTAKE | column | {"Caller": ["KJ", "LB"] * 3}
    path = a_workbook(tmp_path / "line.xlsx", [list(cells), *zip(*cells.values(), strict=True)])
    assert (entries_of(path)["kind"] == "dial").sum() == len(INTAKE["Date"])


@pytest.mark.parametrize("header", ["Did you speak with a person?", "Reached?"])
def test_an_answer_whether_a_person_was_reached_says_how_the_call_ended_and_promises_nothing(header):
    answers = ["Yes, Tier 1", "Yes, Tier 2", "n/cut off", "yes", "N/hung up", "no - disconnected", "no"]
    done = normalized(
        [
            {"Date": f"3/{day}/2022", "Time": "9:10 AM", "Hold": "45", header: answer, "CB promised?": "No"}
            for day, answer in enumerate(answers, 14)
        ],
        HAND_SHEET,
    )
    rows = done.entries.sort_by("source_row")
    ends = ["reached", "reached", "cut_off", "reached", "gave_up", "cut_off", "no_person"]
    assert rows.column("wait_outcome").to_pylist() == ends
    outcomes = ["unknown", "unknown", "dropped", "unknown", "hung_up", "dropped", "unknown"]
    assert rows.column("outcome").to_pylist() == outcomes
    assert done.doubts == []


def test_two_waits_in_one_cell_of_a_workbook_are_no_wait(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Date", "Time", "Hold", "Result"],
        ["3/14/2025", "9:05 AM", "20 min\n45 min", "dropped"],
        ["3/17/2025", "9:05 AM", "35 min", "agent"],
    ):
        book.active.append(row)
    book.save(tmp_path / "calls.xlsx")
    read, found = receipt_and_entries(tmp_path / "calls.xlsx")
    assert found.wait_s.fillna(0).tolist() == [0, 2100]
    assert "20 min 45 min" in " ".join(read.text().split())


@pytest.mark.parametrize(
    "short",
    ["TC w/ ISO Reyes", "T/C with ISO Reyes", "Telcon w/ ISO Reyes", "Tel. conf. with ISO Reyes", "TCW ISO Reyes"],
)
def test_whom_a_telephone_call_was_with_was_reached(short):
    records = dials(on_days([{**BASE, "Notes": f"{short}, case still pending"}, {**BASE, "Notes": "t/c w/ client"}]))
    assert records.column("wait_outcome").to_pylist() == ["reached", "unknown"]


@pytest.mark.parametrize("header", [["Hold time", "Notes"], ["Wait", "What happened?"]])
def test_what_a_form_and_a_stopwatch_stamp_to_the_second_is_a_log_by_hand(header, tmp_path):
    happened = [
        "spoke to agent, opened SR",
        "hung up",
        "T2 callback in 72 hrs",
        "no info",
        "spoke to officer",
        "cut off",
    ]
    rows = [["Timestamp", "Client phone", *header]]
    for day, text in enumerate(happened, 14):
        rows.append([f"3/{day}/2022 9:{day}:07", f"(202) 555-01{day}", f"0:{day}:31", text])
    receipt, found = receipt_and_entries(a_workbook(tmp_path / "USCIS calls (Responses).xlsx", rows))
    assert len(found) == 6, receipt.text()


def test_a_title_with_a_year_gives_it_and_is_no_row_and_an_hour_is_no_year(tmp_path):
    header = ["When", "Client", "Hold", "Talked to someone?"]
    days = ["Mar 4, 9:15a", "Mar 5, 10a", "Mar 7, 11:20a", "Mar 12, 12 pm"]
    rows = [[day, "Roe", "40m", "yes"] for day in days]
    path = a_workbook(tmp_path / "log.xlsx", [["Invented Law - USCIS Calls 2024"], ["do not sort!!"], header, *rows])
    receipt, found = receipt_and_entries(path)
    times = found.started_at_local.dt.strftime("%Y-%m-%d %H:%M").tolist()
    assert times == ["2024-03-04 09:15", "2024-03-05 10:00", "2024-03-07 11:20", "2024-03-12 12:00"]
    assert receipt.totals["rows"] == 4


@pytest.mark.parametrize("length", ["Duration", "Call duration", "Call length"])
def test_tiers_beside_the_stated_times_name_the_agency(length, tmp_path):
    path = tmp_path / "log.csv"
    ends = [("Karen T1", "T2 in 72 hrs")] * 3 + [("", "hung up"), ("Karen T1", "T2 in 72 hrs")]
    rows = [f"9/{3 * row}/2025,C{row},8:40,{spoke},35,{end}" for row, (spoke, end) in enumerate(ends, 1)]
    path.write_text("\n".join([f"Date,Client,Called at,Spoke to,{length},Result", *rows]))
    (file,) = ca.check([path], office="Alder Immigration", timezone="America/Chicago").files
    assert file.entries == 5


# ---- whom a column names ------------------------------------------------------------------------------------


NAMES = ["Diaz", "Okafor", "Nguyen", "Patel", "Kim", "Haddad"]
ENDS = ["Yes - Karen", "No - hung up", "yes (Officer Brown)", "No", "Yes, Mr. Lewis", "no"]


def named_by(header, cells, **more):
    """The codes of clients and the names of agents in rows whose cells under a header are these."""
    rows = [
        {**BASE, header: cell} | {name: texts[row] for name, texts in more.items()} for row, cell in enumerate(cells)
    ]
    found = dials(on_days(rows))
    return [found.column(name).to_pylist() for name in ("matter", "agent_name")]


@pytest.mark.parametrize("header", ["Who", "Name", "👤", "Person"])
def test_a_name_beside_every_call_also_the_lost_ones_is_a_clients(header):
    clients, agents = named_by(header, NAMES, Reached=["✅", "❌", "✅", "❌", "✅", "❌"])
    assert len(set(clients)) == 6
    assert None not in clients
    assert agents == [None] * 6


def test_a_name_only_where_somebody_was_reached_is_an_agents():
    clients, agents = named_by("Name", ["Karen", "", "Ana", "", "Ms. Lee", ""], Reached=["y", "n", "y", "n", "y", "n"])
    assert (clients, agents) == ([None] * 6, ["Karen", None, "Ana", None, "Ms. Lee", None])


def test_the_few_names_beside_all_calls_are_the_offices_own():
    names = ["Lucy", "Ben"] * 6
    rows = on_days([{**BASE, "Name": name, "Reached": "y" if row % 3 else "n"} for row, name in enumerate(names)])
    assert set(dials(rows).column("matter").to_pylist()) == {None}


@pytest.mark.parametrize("header", ["Person reached", "Person?", "Got a person?", "Reached"])
def test_an_agent_is_named_behind_the_yes_to_whether_one_was_reached(header):
    rows = on_days([{**BASE, header: end} for end in ENDS])
    assert dials(rows).column("agent_name").to_pylist() == ["Karen", None, "Officer Brown", None, "Mr. Lewis", None]
    assert dials(rows).column("wait_outcome").to_pylist()[::2] == ["reached"] * 3
    assert "reached" not in dials(rows).column("wait_outcome").to_pylist()[1::2]


def test_an_outcome_that_somebody_was_got_names_the_agent():
    ends = ["got Karen", "gave up", "got Ms. Lee", "got through", "got Ana.", "got EAD approved"]
    rows = on_days([{**BASE, "Outcome": end} for end in ends])
    assert dials(rows).column("agent_name").to_pylist() == ["Karen", None, "Ms. Lee", None, "Ana", None]


# ---- lines that go on ---------------------------------------------------------------------------------------


def test_a_line_below_a_call_that_goes_on_about_it_is_no_second_call():
    calls = [
        {"Date": "3/14/2022", "Time": "9:10 AM", "Min. on hold": "45", "Result": "spoke to Tasha"},
        {"Result": "-- they will call back in 72 hrs"},
        {"Date": "3/15/2022", "Time": "9:30 AM", "Min. on hold": "20", "Result": "hung up"},
        {"Date": "3/16/2022", "Time": "1:15 PM", "Min. on hold": "50", "Result": "spoke to Ana"},
        {"Result": "asked for a supervisor"},
        {"Result": "call back in 30 days"},
    ]
    done = normalized(calls, HAND_SHEET)
    found = done.entries.sort_by("source_row")
    assert found.column("source_row").to_pylist() == [2, 4, 5]
    assert found.column("promised").to_pylist() == ["urgent", None, "regular"]
    assert found.column("quoted_value").to_pylist() == [72, None, 30]
    assert done.set_aside.select(["row", "reason"]).to_pylist() == [
        {"row": row, "reason": "same_call"} for row in (3, 6, 7)
    ]


@pytest.mark.parametrize("line", ["hung up", "called again, no answer", "held 20 min, T1", "Roe"])
def test_a_line_below_a_call_about_another_one_stays_apart(line):
    first = {"Date": "3/14/2022", "Time": "9:10 AM", "Min. on hold": "45", "Result": "spoke to Tasha"}
    done = normalized([first, {"Result": line}], HAND_SHEET)
    assert "same_call" not in done.set_aside.column("reason").to_pylist()
    assert done.entries.column("outcome").to_pylist()[0] == "unknown"


# ---- headings in French, and marks --------------------------------------------------------------------------


def test_french_headings_of_agents_and_promises_are_read():
    first = {"Heure": "9h10", "Attente": "45 min", "Nom de l'agent": "Karen", "Rappel promis": "72 heures"}
    rows = on_days([first, first | {"Nom de l'agent": "Ana", "Rappel promis": "30 jours"}])
    found = normalized(rows, HAND_SHEET).entries.sort_by("source_row")
    assert found.column("agent_name").to_pylist() == ["Karen", "Ana"]
    assert found.column("promised").to_pylist() == ["urgent", "regular"]


def test_a_mark_under_voicemail_or_ivr_says_that_only_the_system_took_the_call():
    marks = ["Live agent", "Hung up", "Voicemail/IVR", "Live agent", "Disconnected", "Voicemail/IVR"]
    rows = on_days([{**BASE} | {name: "x" * (name == mark) for name in dict.fromkeys(marks)} for mark in marks])
    rows = [row | {"Wait": "" if row["Voicemail/IVR"] else "45 min"} for row in rows]
    ends = dials(rows).column("wait_outcome").to_pylist()
    assert [ends[row] for row in (0, 1, 3, 4)] == ["reached", "gave_up", "reached", "cut_off"]
    assert {ends[2], ends[5]} <= {"no_person", "not_queued"}


def test_clients_named_in_the_lines_of_a_log_have_codes_of_their_own(tmp_path):
    path = tmp_path / "USCIS calls 2024.txt"
    path.write_text(
        """3/14 9:10 AM - called USCIS for Maria Diaz, on hold 45 min, talked to Tasha
        3/15 9:30 AM - called USCIS re Okafor, on hold 20 min, hung up
        3/18 1:15 PM - called USCIS for Maria Diaz, on hold 50 min, talked to Ana about EAD
        3/19 1:20 PM - called USCIS for an update, on hold 12 min, call dropped
        3/20 1:25 PM - called USCIS re I-130, on hold 30 min, talked to Ana
        3/21 1:30 PM - called USCIS for Roe IOE0912345678, on hold 31 min, hung up""".replace("        ", ""),
        encoding="utf-8",
    )
    found = entries_of(path, date_order="mdy").matter.tolist()
    assert found[0] == found[2] != found[1]
    assert [isinstance(each, str) for each in found] == [True, True, True, False, False, True]
    assert not any("Diaz" in str(each) or "Roe" in str(each) for each in found)


@pytest.mark.parametrize("header", ["Person?", "Agent", "Reached", "Got a person?"])
def test_a_thumb_is_a_yes_or_a_no_and_names_no_one(header):
    found = dials(on_days([{**BASE, header: sign} for sign in ["👍", "👎", "👎", "👍"]]))
    assert found.column("agent_name").to_pylist() == [None] * 4
    ends = found.column("wait_outcome").to_pylist()
    assert "reached" not in (ends[1], ends[2])


def test_an_agent_got_in_one_part_of_a_line_is_named():
    note = "3/14/24 1:30 PM Diaz - hold 45 min - got Kevin - cb 72 hrs"
    assert narratives.read_narrative(note).agent == "Kevin"
    assert narratives.read_narrative(note.replace("Kevin", "Officer Brown")).agent == "Officer Brown"


def test_a_title_of_holds_gives_the_year(tmp_path):
    rows = [
        ["USCIS holds 2024"],
        ["Date", "Time", "Case", "Minutes", "Ended"],
        ["3/20", "9:10 AM", "Roe", 45, "hung up"],
    ]
    found = entries_of(a_workbook(tmp_path / "log.xlsx", rows))
    assert found.started_at_local.dt.strftime("%Y-%m-%d").tolist() == ["2024-03-20"]


CALLS_TOLD = [
    "Called 10:05 AM for Diaz. Held 45 min. Got Karen. Said someone will call within 72 hours.",
    "Called 9:30 AM for Okafor. Held 25 min. Gave up.",
    "Called 1:15 PM for Diaz. Held 1 hr 5 min. Line went dead.",
]


@pytest.mark.parametrize(("title", "n_read"), [("USCIS", 3), ("Calls for clients", 0)])
def test_calls_told_under_what_happened_are_read_in_a_tab_of_the_agency(tmp_path, title, n_read):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in [["Date", "What happened"], *([f"03/{day}/2024", text] for day, text in enumerate(CALLS_TOLD, 18))]:
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")
    _, found = receipt_and_entries(tmp_path / "log.xlsx")
    assert len(found) == n_read
    if n_read:
        assert found.started_at_local.dt.strftime("%H:%M").tolist() == ["10:05", "09:30", "13:15"]
        assert found.wait_s.tolist() == [2700, 1500, 3900]
        assert found.wait_outcome.tolist() == ["reached", "gave_up", "cut_off"]
        assert found.promised.tolist()[0] == "urgent"
        assert found.agent_name.tolist()[0] == "Karen"
        assert found.matter.tolist()[0] == found.matter.tolist()[2] != found.matter.tolist()[1]
