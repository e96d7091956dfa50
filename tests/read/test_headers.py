"""A hand log is known by what its columns say, in any words and order; what is none is not taken."""

from __future__ import annotations

import csv

import openpyxl
import pytest

from callanalytics import check, formats, ingest, load, proposals, read
from callanalytics.errors import CallLogError
from callanalytics.formats import column_meanings, contents
from callanalytics.intake import offices
from callanalytics.normalize.meanings import fitted_format
from callanalytics.store import Store

HAND_SHEET = formats.load()["hand_sheet"]
CELLS = {
    "date": ["3/1/2022", "3/2/2022", "3/15/2022", "3/22/2022"],
    "time": ["10:05 AM", "11:30 AM", "2:10 PM", "9:00 AM"],
    "moment": ["3/1/2022 10:05 AM", "3/2/2022 11:30 AM", "3/15/2022 2:10 PM", "3/22/2022 9:00 AM"],
    "wait": ["45", "1h10", "38 min", "gave up after 50"],
    "agent": ["Reyes #4471", "K4472/Park", "", "Ms. Ng (ID 5510)"],
    "agent_id": ["A1234", "A2234", "", "A4423"],
    "sr": ["T1-12345678", "", "12345679", ""],
    "our_number": ["202-555-0143"] * 4,
    "result": ["Spoke to rep", "SR created", "gave up", "Resolved"],
    "promised": ["72 hours", "no", "30 business days", ""],
    "callback": ["3/3/2022", "", "3/17 missed", ""],
    "picked_up": ["10:50 AM", "12:30 PM", "", "9:50 AM"],
    "ended": ["10:58 AM", "12:36 PM", "2:48 PM", "9:55 AM"],
    "hold_till": ["10:50 AM", "12:30 PM", "", "9:50 AM"],
    "client": ["Lee", "Koval", "Ruiz", "Lee"],
    "callback_answered": ["yes", "", "no", ""],
    "line": ["USCIS", "NVC", "USCIS", "USCIS"],
    "in_out": ["saliente", "entrante", "saliente", "saliente"],
    "spanish": ["hablamos con agente", "se cortó", "colgué", "abrieron SR"],
    "": ["x", "y", "z", "x"],
}


def meanings(*pairs, given=None):
    """What the columns are taken for: of (header, what stands there)."""
    header = [header for header, _ in pairs]
    found = column_meanings.find(HAND_SHEET, header, lambda place: contents.filled(CELLS[pairs[place][1]]), given)
    return found, {name: meaning for meaning, name in found.columns.items()}


@pytest.mark.parametrize(
    "pairs",
    [
        [("Date", "date"), ("Time", "time"), ("Min on hold", "wait"), ("Agent", "agent"), ("What happened", "result")],
        [("Date & time", "moment"), ("Minutes until person", "wait"), ("ID of rep", "agent_id"), ("Result", "result")],
        [
            ("Phone number called from", "our_number"),
            ("Date", "date"),
            ("Time (zone) of the call", "time"),
            ("Length of hold", "wait"),
            ("Name & ID # of agent", "agent"),
            ("Tracking/SR number", "sr"),
        ],
        [("WHEN", "date"), ("Time (CT)", "time"), ("HOW LONG ON HOLD? ", "wait"), ("Who did you speak to", "agent")],
        [("Called at", "moment"), ("hold_minutes", "wait"), ("Badge", "agent_id"), ("Call-back promised?", "promised")],
        [("Day", "date"), ("Start", "time"), ("Queue", "wait"), ("Officer", "agent"), ("Called back on", "callback")],
        [("How did it end", "result"), ("Service request #", "sr"), ("Waited ~", "wait"), ("Date of call", "date")],
        [("Date", "date"), ("Hold", "wait"), ("Rep name", "agent"), ("Initials", ""), ("Extension", "")],
    ],
)  # fmt: skip
def test_every_column_is_known_by_what_it_says(pairs, tmp_path):
    """The headers that were refused or half read when somebody kept eight logs as offices would."""
    _, taken = meanings(*pairs)
    wanted = {header: "date" if kind == "moment" else kind for header, kind in pairs if kind}
    assert {header: taken.get(header) for header in wanted} == wanted
    assert identified(tmp_path, pairs) == "hand_sheet"


def identified(folder, pairs) -> str:
    path = folder / "log.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([[h for h, _ in pairs], *zip(*(CELLS[kind] for _, kind in pairs), strict=True)])
    return read.identify(read.files([path]).files[0], formats.load()).name


def test_two_columns_for_one_meaning_are_a_question_that_names_both():
    found, _ = meanings(("Date", "date"), ("Hold time", "wait"), ("Wait time", "wait"))
    assert (found.columns["wait"], found.doubts) == ("Hold time", {"wait": ("Wait time",)})
    answered, _ = meanings(("Date", "date"), ("Hold time", "wait"), ("Wait time", "wait"), given={"Wait time": "wait"})
    assert (answered.columns["wait"], answered.doubts) == ("Wait time", {})


def test_a_column_that_looks_like_a_time_and_is_not_taken_is_asked_about():
    found, _ = meanings(("Date", "date"), ("Wait", "wait"), ("Tid?", "time"))
    assert found.likes == {"Tid?": "time"}


def test_a_header_names_the_zone_and_the_unit():
    found, _ = meanings(("Date", "date"), ("Time called (CT)", "time"), ("Wait", "wait"), ("Call length (sec)", "wait"))
    fitted = fitted_rules(found)
    assert [then.value for _, then in fitted["timezone"].cases] == ["CT"]
    assert fitted["duration_s"].unit == "seconds"


def fitted_rules(found):
    return fitted_format(HAND_SHEET, found).columns


@pytest.mark.parametrize(
    "header",
    [
        "Date,Patient,Arrival time,Wait (min),Provider",
        "Date,Time,Party size,Quoted wait,Table",
        "Title,Author,Hold date,Pickup by,Branch",
        "Date,Time,Client,Minutes,Description,Rate,Amount",
        "Date,Time,Event,Location,Notes",
        "Client,Receipt number,Form,Filed date,Status",
        "Date,Time,Rep,Prospect,Outcome,Next step",
        "Date,Time,Direction,Extension,Number,Duration,Hold time",
        "Date,Queue,Calls offered,Calls abandoned,Avg wait,Agents",
        "Date,Time,Officer,Client,Field office,Result",
    ],
)
def test_what_is_no_log_of_calls_is_not_taken_for_one(header, tmp_path):
    path = tmp_path / "table.csv"
    rows = [f"3/{day}/2022" if "ate" in name else f"{9 + day % 8}:{day + 10} AM" if "ime" in name else str(day)
            for day in range(1, 20) for name in header.split(",")]  # fmt: skip
    width = len(header.split(","))
    lines = [",".join(rows[i : i + width]) for i in range(0, len(rows), width)]
    path.write_text("\n".join([header, *lines]) + "\n")
    with pytest.raises(CallLogError):
        read.identify(read.files([path]).files[0], formats.load())


@pytest.mark.slow
def test_every_tab_that_is_a_log_is_read_under_titles_and_its_own_header(tmp_path):
    book = openpyxl.Workbook()
    first, second, other = book.active, book.create_sheet("2022"), book.create_sheet("Contacts")
    first.title = "2021"
    first.append(["USCIS calls of the office"])
    first.append(["Date", "Time", "Wait (min)", "Agent", "Result"])
    second.append(["When", "Min on hold", "Rep ID", "What happened"])
    for day in range(20, 25):
        first.append([f"3/{day}/2021", "10:05 AM", 20 + day, "Reyes", "SR created"])
        second.append([f"3/{day}/2022", 20 + day, f"A12{day}", "gave up"])
        other.append(["Ng", "202-555-0143"])
    first.append(["Total", "", 215])
    book.save(tmp_path / "log.xlsx")
    receipt = check([tmp_path / "log.xlsx"])
    assert receipt.totals["entries"] == 10
    assert any("sheet 3 of 3 has no entries" in note for note in receipt.notes)


@pytest.mark.slow
def test_an_answer_about_a_column_is_kept_with_the_file(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("Date,Hold time,Wait time,Agent\n3/1/2022,45,50,Reyes\n3/15/2022,40,52,Park\n3/16/2022,41,55,Ng\n")
    asked = [each.question for each in check([path]).questions if each.question.code == "which_column"]
    assert [answer.option for answer in asked[0].answers] == ['--column wait="Hold time"', '--column wait="Wait time"']
    office = {"office": "Alder", "timezone": "Eastern"}
    ingest([path], tmp_path / "store", column=("wait=Wait time",), **office)
    store = Store.open(tmp_path / "store")
    assert sorted(store.read("entries").column("wait_s").to_pylist()) == [3000, 3120, 3300]
    assert store.source_card(store.source_ids()[0])["settings"]["columns"] == [["wait", "Wait time"]]


def test_a_meaning_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(CallLogError, match="did you mean wait"):
        offices.read_options(column="wiat=Hold time")


@pytest.mark.slow
def test_map_proposes_the_hand_sheet_with_the_columns_named(tmp_path):
    """And never a phone log: the wait, the agent and the number of the request are kept."""
    path = tmp_path / "log.csv"
    path.write_text(
        "Day,Began,On hold,Officer ID,SRMT #,Extension,Direction\n"
        "3/14/2022,10:05 AM,45,A1234,12345678,x,y\n3/15/2022,11:05 AM,50,A1235,12345679,x,y\n"
        "3/16/2022,1 PM,5,A12,1234567,x,y\n"
    )
    made = proposals.propose(path)
    assert 'extends = "hand_sheet"' in made.toml
    mapping = made.write(tmp_path / "own.toml")
    ingest([path], tmp_path / "store", mapping=mapping, office="Alder", timezone="Eastern")
    entries = Store.open(tmp_path / "store").read("entries").to_pylist()
    assert {(note["wait_s"], note["agent_id"], note["sr_number"]) for note in entries} == {
        (2700, "A1234", "12345678"),
        (3000, "A1235", "12345679"),
        (300, "A12", "1234567"),
    }


def test_a_promise_that_is_not_understood_is_told_of_its_own_column(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("Date,Wait,Call back promised,Outcome\n3/14/2022,45,whatever they meant,Resolved\n")
    (unclear,) = [each for each in check([path]).unclear if each.doubt.target == "promised"]
    assert unclear.doubt.column == "Call back promised"


DAYS = [f"3/{day}/2022" for day in range(1, 11)]
# The headers of two columns of minutes, the hold first: the second is how long somebody spoke, or what was announced.
HELD_AND_OTHER = """
Time on hold | Time with agent
Hold | Time w/ officer
Hold (min) | Talk w/ officer (min)
Minutes on hold | Minutes with officer
Hold | Agent time
Time on hold | Time spent with rep
Actual wait | Estimated wait (min)
Wait (min) | Wait they quoted
Wait | Est. wait
"""
PAIRS = [line.split(" | ") for line in HELD_AND_OTHER.strip().splitlines()]


def found_among(**columns):
    cells = {"Date": DAYS, "Time dialed": ["9:05 AM"] * 10, **columns, "Spoke to": ["Tier 1", "Tier 2"] * 5}
    return column_meanings.find(HAND_SHEET, list(cells), lambda place: list(cells.values())[place]).columns


@pytest.mark.parametrize(("held", "other"), PAIRS)
@pytest.mark.parametrize("turn", [1, -1])
def test_how_long_somebody_spoke_or_what_was_announced_is_no_wait(held, other, turn):
    minutes = {held: ["43", "61"] * 5, other: ["12", "8"] * 5}
    assert found_among(**dict(list(minutes.items())[::turn]))["wait"] == held


@pytest.mark.parametrize(
    "header", ["Time with agent", "Time spent with rep", "Minutes with officer", "Wait they quoted"]
)
def test_without_a_hold_beside_it_there_is_no_wait(header):
    assert "wait" not in found_among(**{header: ["12", "8"] * 5})


@pytest.mark.parametrize("header", ["Waited until", "Held until", "Waited till", "On hold until"])
def test_hours_of_the_day_until_which_one_waited_end_the_wait(header):
    assert found_among(**{header: ["9:45", "9:50"] * 5})["wait"] == f"wait from dialing: Time dialed to {header}"


@pytest.mark.parametrize("header", ["Wait until answered", "Time in queue", "Time In Queue (h:mm)"])
def test_lengths_under_an_hour_are_no_hours_of_the_day(header):
    assert found_among(**{header: ["0:45", "1:10"] * 5})["wait"] == header


SECOND_CALLS = {
    "its result": {"2nd call": DAYS, "Result (2)": ["missed", "answered"] * 5},
    "whether it was answered": {"2nd call": DAYS, "Answered?": ["no", "yes"] * 5},
}


@pytest.mark.parametrize("beside", SECOND_CALLS.values(), ids=SECOND_CALLS)
def test_a_second_call_is_the_agencys_where_something_beside_it_tells_of_a_callback(beside):
    columns = {"First call": DAYS, "Hold": ["45"] * 10, "Result": ENDS, **beside}
    found = column_meanings.find(HAND_SHEET, list(columns), lambda place: list(columns.values())[place]).columns
    assert "second_call" not in found
    held = {**columns, "Hold (2)": ["20"] * 10}
    found = column_meanings.find(HAND_SHEET, list(held), lambda place: list(held.values())[place]).columns
    assert found["second_call"] == "2nd call"


OTHERS = {"IVR (min)": ["17", "24"], "Which?": ["Tier 1", "Tier 2"], "Cell": ["773-555-0121", "773-555-0122"]}


@pytest.mark.parametrize(("header", "texts"), OTHERS.items())
def test_amounts_tiers_and_telephone_numbers_are_not_taken_for_numbers_of_agents(header, texts):
    columns = {"Date": DAYS, "Hold (min)": ["45"] * 10, header: texts * 5, "Result": ENDS}
    found = column_meanings.find(HAND_SHEET, list(columns), lambda place: list(columns.values())[place])
    assert "agent_id" not in found.likes.values()


# ---- whose name it is ---------------------------------------------------------------------------------------

ENDS = ["spoke", "spoke", "hung up", "spoke", "dropped", "spoke", "hung up", "spoke", "spoke", "dropped"]
BY_ENDS = ["Ana", "Beth", "", "Tyler", "", "Ana", "", "Marcus", "Beth", ""]
IDS_BY_ENDS = ["K1234", "K2234", "", "K1235", "", "K1234", "", "T1222", "K2234", ""]


def fitted_by_rows(header: str, names: list[str]):
    columns = {"Date": DAYS, "Minutes on hold": ["45"] * 10, header: names, "Result": ENDS}
    return column_meanings.find(HAND_SHEET, list(columns), lambda place: list(columns.values())[place])


@pytest.mark.parametrize("header", ["Who", "Name", "Contact", "Person", "Full name", "Answered by"])
def test_a_name_that_stands_where_somebody_was_reached_is_the_agents(header):
    assert fitted_by_rows(header, BY_ENDS).columns["agent"] == header
    assert "agent" not in fitted_by_rows(header, ["Ruiz", "Kim"] * 5).columns


def test_names_that_recur_beside_a_column_of_agents_are_the_offices_own():
    columns = {"Date": DAYS, "Minutes on hold": ["45"] * 10, "Person": ["Ruiz", "Kim"] * 5, "Agent name": BY_ENDS}
    columns |= {"Result": ENDS}
    found = column_meanings.find(HAND_SHEET, list(columns), lambda place: list(columns.values())[place])
    assert found.columns["agent"] == "Agent name"


@pytest.mark.parametrize("header", ["Agent", "Officer", "Rep", "Spoke with"])
def test_names_that_recur_under_a_header_for_agents_are_agents(header):
    assert fitted_by_rows(header, ["Ruiz", "Kim"] * 5).columns["agent"] == header


def test_names_under_person_that_mostly_differ_are_agents():
    names = ["Ana", "Beth", "Tyler", "Marcus", "Ruiz", "Kim", "Jo", "Omar", "Ty", "Beth"]
    assert fitted_by_rows("Person", names).columns["agent"] == "Person"


def test_a_name_with_an_officers_title_is_the_agents():
    assert fitted_by_rows("Who", ["Officer Dunn", "Ms. Lee"] * 5).columns["agent"] == "Who"


@pytest.mark.parametrize("header", ["Contact ID", "#", "Desk ID"])
def test_a_number_that_stands_where_somebody_was_reached_is_the_agents(header):
    assert fitted_by_rows(header, IDS_BY_ENDS).columns["agent_id"] == header


def test_a_number_in_every_row_is_not_the_agents():
    assert "agent_id" not in fitted_by_rows("#", [str(n) for n in range(1, 11)]).columns
    assert "agent_id" not in fitted_by_rows("Contact ID", ["C1001"] * 10).columns


@pytest.mark.parametrize("header", ["Code", "Status", "How'd it go"])
def test_a_column_whose_cells_tell_how_calls_ended_is_the_result(header):
    columns = {"Date": DAYS, "Minutes on hold": ["45"] * 10, header: ENDS}
    found = column_meanings.find(HAND_SHEET, list(columns), lambda place: list(columns.values())[place])
    assert found.columns["result"] == header


def test_client_on_line_is_not_which_line_was_called():
    columns = {"Date": DAYS, "Hold": ["45"] * 10, "Client on line?": ["Y", "N"] * 5, "Line?": ["Y", "N"] * 5}
    found = column_meanings.find(HAND_SHEET, list(columns), lambda place: list(columns.values())[place])
    assert "line" not in found.columns


@pytest.mark.parametrize(
    "pairs",
    [
        [("Data", "date"), ("Hora", "time"), ("Tempo de espera", "wait"), ("Atendente", "agent")],
        [("Datum", "date"), ("Uhrzeit", "time"), ("Wartezeit", "wait"), ("Sachbearbeiter", "agent")],
        [("Date 日期", "date"), ("Time 时间", "time"), ("Wait 等待", "wait"), ("Agent 客服", "agent")],
        [("날짜 (Date)", "date"), ("시간 (Time)", "time"), ("대기시간 (Wait)", "wait"), ("상담원 (Agent)", "agent")],
        [("Ngày", "date"), ("Giờ gọi", "time"), ("Thời gian chờ", "wait"), ("Nhân viên", "agent")],
        [("Date de l'appel", "date"), ("Heure", "time"), ("Attente", "wait"), ("Résultat", "result")],
        [("Date", "date"), ("Called", "time"), ("Que (min)", "wait"), ("Op name", "agent"), ("Op ID", "agent_id")],
        [("Called USCIS", "date"), ("Held", "wait"), ("T1 agent", "agent"), ("Svc Req #", "sr")],
        [("Day", "date"), ("Hold before pickup", "wait"), ("Who picked up", "agent"), ("Result/next steps", "result")],
        [("Date", "date"), ("Hold time and result", "wait"), ("Agent", "agent")],
        [("Phoned USCIS (date)", "date"), ("Phoned USCIS (time)", "time"), ("Wait", "wait"), ("Spoke w", "agent")],
        [("Día", "date"), ("Hora de inicio", "time"), ("Tiempo esperando", "wait"), ("Atendido por", "agent")],
        [("Date", "date"), ("Wait", "wait"), ("T2 call 1", "callback")],
        [("FECHA", "date"), ("Hora llamada", "time"), ("¿Cuanto espere?", "wait"), ("Con quien hable", "agent")],
        [("Cuándo", "date"), ("A qué hora", "time"), ("Rato en espera", "wait"), ("Nos atendió", "agent")],
        [("Fecha", "date"), ("Marqué", "time"), ("Contestaron", "picked_up"), ("Hora fin", "ended")],
        [("Fecha", "date"), ("Espera", "wait"), ("Prometen llamar en", "promised"), ("Nos llamaron", "callback")],
        [("Fecha", "date"), ("Espera", "wait"), ("A quién se llamó", "line"), ("Qué dijeron", "result")],
        [("Fecha", "date"), ("Espera", "wait"), ("Placa", "agent_id"), ("Folio", "sr")],
        [("Fecha", "date"), ("Tiempo de hold", "wait"), ("Tipo de llamada", "in_out"), ("ID agente", "agent_id")],
        [("Day", "date"), ("T2 promised", "promised"), ("T2 called", "callback"), ("Got it?", "callback_answered")],
        [("Date", "date"), ("Dialed", "time"), ("Off hold", "hold_till"), ("Hung up", "ended"), ("Rep", "agent")],
        [("Date", "date"), ("Called", "time"), ("Human", "picked_up"), ("Done", "ended"), ("Happened", "result")],
        [("Date", "date"), ("Hold", "wait"), ("Who we called", "line"), ("Case for", "client")],
        [("1. Date of your call to the USCIS Contact Center", "date"), ("2. Number of minutes on hold", "wait")],
        [("Date", "date"), ("Hold", "wait"), ("Follow-up received", "callback")],
        [("Date", "date"), ("Dial", "time"), ("Agent on", "picked_up"), ("Call ended", "ended")],
        [("Placed", "date"), ("Hold", "wait"), ("What we learned", "result"), ("Reply expected", "promised")],
        [("Date", "date"), ("Hold", "wait"), ("Bottom line", "result"), ("Did we answer?", "callback_answered")],
        [("Date", "date"), ("About how many minutes were you on hold before a person came on (or it ended)", "wait")],
    ],
)  # fmt: skip
def test_columns_are_known_in_other_languages_and_in_questions(pairs):
    _, taken = meanings(*pairs)
    assert {header: taken.get(header) for header, _ in pairs} == dict(pairs)


def test_a_talk_is_neither_the_time_of_the_call_nor_its_length():
    _, taken = meanings(("Call placed", "moment"), ("On hold", "wait"), ("Talk time", "wait"), ("Result", "result"))
    assert (taken["Call placed"], taken["On hold"], taken["Talk time"]) == ("date", "wait", "talk")


def test_the_time_at_which_an_officer_called_is_not_when_somebody_answered():
    pairs = [
        ("Fecha", "date"),
        ("Hora llamada", "time"),
        ("Fecha llamada oficial", "callback"),
        ("Hora llamada oficial", "time"),
    ]
    assert meanings(*pairs)[1]["Hora llamada oficial"] == "callback_time"


def test_a_column_full_of_72_hours_is_of_promises_whatever_its_header():
    columns = {
        "Date": DAYS,
        "Hold": ["45"] * 10,
        "Agent": ["Ana"] * 10,
        "Level": ["T2 72 hrs", "", "30 bus. days", "T2 72hr", ""] * 2,
    }
    found = column_meanings.find(
        HAND_SHEET, list(columns), lambda place: contents.filled(list(columns.values())[place])
    )
    assert found.columns["promised"] == "Level"


def test_urgent_and_regular_beside_callbacks_are_promises():
    columns = {
        "Date": DAYS,
        "Hold": ["45"] * 10,
        "Level": ["Regular", "Urgent"] * 5,
        "1st call back": ["11/7 voicemail"] * 10,
    }
    found = column_meanings.find(
        HAND_SHEET, list(columns), lambda place: contents.filled(list(columns.values())[place])
    )
    assert found.columns["promised"] == "Level"


GROUPS = [
    ["", "", "", "", "Nos devolvieron la llamada", "", ""],
    ["Fecha", "Hora", "Espera (min)", "Agente", "Fecha", "Hora", "¿Contestamos?"],
    ["2/15/2023", "8:10 am", "20", "Shawna 7714", "2/17/2023", "10:05 am", "Sí"],
    ["2/20/2023", "11:00 am", "30", "se cortó", "", "", ""],
    ["2/21/2023", "8:05 am", "10", "Dana 7120", "2/23/2023", "1:40 pm", "No, buzón de voz"],
]


@pytest.mark.slow
@pytest.mark.parametrize("is_merged", [True, False])
def test_a_name_over_a_group_of_columns_is_of_each_of_them(is_merged, tmp_path):
    path = tmp_path / "calls.xlsx"
    book = openpyxl.Workbook()
    for row in GROUPS:
        book.active.append([cell or None for cell in row])
    if is_merged:
        book.active.merge_cells("E1:G1")
    book.save(path)
    ingest([path], tmp_path / "store", office="A", timezone="America/Chicago")
    entries = load(tmp_path / "store", as_of="2024-01-01").entries.to_pandas()
    callbacks = entries[entries.kind == "ring"].sort_values("started_at_local")
    assert [f"{moment:%m/%d %H:%M}" for moment in callbacks.started_at_local] == ["02/17 10:05", "02/23 13:40"]
    assert (list(callbacks.outcome), len(entries[entries.kind == "dial"])) == (["answered", "voicemail"], 3)


@pytest.mark.slow
def test_a_tab_of_callbacks_holds_calls_of_the_agency(tmp_path):
    path = tmp_path / "uscis.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Date", "Time", "Client", "Wait (min)", "Rep", "Notes"])
    book.active.append(["10/13/2022", "8:30 am", "Lee", 25, "Simone", "AP expedite"])
    book.active.append(["10/14/2022", "1:00 pm", "Lee", 40, None, "hung up"])
    tab = book.create_sheet("Call backs rec'd")
    tab.append(["Date", "Time", "Client", "Answered?", "Officer", "Notes"])
    for day, result, officer in (
        ("10/17/2022", "No", None),
        ("10/18/2022", "Yes", "Ofc. Kent"),
        ("10/19/2022", "Voicemail", None),
    ):
        tab.append([day, "9:15 am", "Lee", result, officer, None])
    book.save(path)
    ingest([path], tmp_path / "store", office="A", timezone="America/Chicago")
    entries = load(tmp_path / "store", as_of="2024-01-01").entries.to_pandas().sort_values("started_at_local")
    assert list(entries.kind) == ["dial", "dial", "ring", "ring", "ring"]
    assert list(entries.outcome)[2:] == ["missed", "answered", "voicemail"]


OTHERS = {
    "Consulado": ("Fecha", "Hora", "Consulado", "Espera", "Nos atendió", "Cliente", "Resultado"),
    "Company": ("Date", "Time", "Company", "Client", "On hold (min)", "Rep", "Confirmation #", "Result"),
    "Travel": ("Date", "Time", "Traveler", "On hold (min)", "Agent", "Booking", "Result"),
    "Computers": ("Date", "Time", "User", "Wait (min)", "Agent", "Ticket #", "Result"),
}


@pytest.mark.parametrize("header", OTHERS.values(), ids=OTHERS)
def test_calls_to_a_consulate_or_a_company_are_no_log(header, tmp_path):
    days, times, waits = ["3/1/2022", "3/22/2022", "3/23/2022"], ["9:00 am"] * 3, ["20", "35", "50"]
    cells = {"Fecha": days, "Date": days, "Hora": times, "Time": times, "Espera": waits}
    cells |= {"On hold (min)": waits, "Wait (min)": waits}
    cells["Company"] = ["Power Co", "Gas Co", "Phone Co"]
    columns = [cells.get(name, ["Ana Ruiz", "Eva Paz", "Luz Gil"]) for name in header]
    path = tmp_path / "log.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *zip(*columns, strict=True)])
    with pytest.raises(CallLogError):
        read.identify(read.files([path]).files[0], formats.load())


def test_a_caseworker_of_ours_makes_no_other_trade_of_a_sheet_of_calls_to_the_agency(tmp_path):
    path = tmp_path / "calls to USCIS.csv"
    rows = [["3/1/2022", "YM", "20 min", "Ana", "hung up"], ["3/2/2022", "RC", "35 min", "Eva", "call dropped"]]
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([["Date", "Caseworker", "Time on hold", "Name of agent", "Notes"], *rows])
    assert read.identify(read.files([path]).files[0], formats.load()).name == "hand_sheet"


MARKS = {"Date": "3/1/2022", "Wait": "45", "Agent": "Reyes #4471", "Result": "Resolved"}


@pytest.mark.parametrize(
    ("header", "promised"),
    [
        (["Date", "Wait", "Agent", "Result", "Urgent", "Regular"], False),
        (["Date", "Wait", "Agent", "Result", "Urgent case?", "Interview in 30 days"], False),
        (["Date", "Wait", "Agent", "Result", "Urgent", "Regular", "CB date"], True),
        (["Date", "Wait", "Agent", "Result", "Call back promised Urgent", "Call back promised Regular"], True),
        (["Date", "Wait", "Agent", "Result", "72 hrs", "30 days"], True),
    ],
)
def test_marks_are_a_promise_where_a_header_names_one(header, promised):
    cells = [[MARKS.get(name)] * 4 for name in header]
    cells[4], cells[5] = ["x", None, "x", None], [None, "x", None, "x"]
    found = column_meanings.find(HAND_SHEET, header, lambda place: cells[place])
    assert ("promised" in found.columns) is promised


@pytest.mark.parametrize(
    ("last", "is_callback"), [("1/26 missed", True), ("called again 1/26, VM", False), ("left VM 1/26", False)]
)
def test_a_column_that_tells_of_calls_of_ours_as_well_is_not_one_of_callbacks(last, is_callback):
    columns = {
        "Date": [f"1/{day}/2022" for day in range(10, 18)],
        "Hold": ["40 min"] * 8,
        "Outcome": ["tier 2, 72 hours"] * 8,
        "Follow-up": ["1/20 missed", "1/21 spoke to officer", "1/24 VM", "1/25 picked up", last],
    }
    found = column_meanings.find(HAND_SHEET, list(columns), lambda place: list(columns.values())[place])
    assert (found.columns.get("callback") == "Follow-up") == is_callback
