"""Hand-kept logs whose headers say little: they are known by the days, lengths, and times in them. All is invented."""

from __future__ import annotations

import csv

import openpyxl
import pytest

import callanalytics as ca
from read_logs import entries_of, receipt_and_entries

HEADED = ("When I rang", "Min. on hold", "Talked to", "Badge", "SR given?", "Told to expect")


def written(folder, rows, name="calls to uscis.csv"):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def days_of(entries):
    return [f"{day:%Y-%m-%d}" for day in entries["started_at_local"]]


@pytest.mark.slow
@pytest.mark.parametrize("header", ["When I rang", "Workday", "Moment of it", "Our attempt"])
def test_a_column_of_days_is_the_date_whatever_it_is_called(tmp_path, header):
    rows = [[f"3/{day}/2024 9:05 AM", 30 + day, "Ana", 4470 + day, f"QX-{day}", "72 hours"] for day in range(14, 19)]
    found = entries_of(written(tmp_path, [[header, *HEADED[1:]], *rows]))
    assert days_of(found) == [f"2024-03-{day}" for day in range(14, 19)]
    assert found["wait_s"].tolist() == [(30 + day) * 60 for day in range(14, 19)]


@pytest.mark.slow
def test_a_column_of_lengths_with_a_word_of_holding_is_the_wait(tmp_path):
    rows = [[f"3/{day}/2024", "9:05 AM", f"{30 + day} min", "Ana", 4470 + day, "72 hrs"] for day in range(14, 19)]
    header = ["Date", "Time", "Sat there on hold", "Rep", "Rep no.", "Promised"]
    assert entries_of(written(tmp_path, [header, *rows]))["wait_s"].tolist() == [
        (30 + day) * 60 for day in range(14, 19)
    ]


@pytest.mark.slow
def test_a_year_in_a_line_of_its_own_is_that_of_the_days_under_it(tmp_path):
    header = ["Day", "o'clock", "Hold min", "Officer", "ID", "Result"]
    rows = [
        ["2024", "", "", "", "", ""],
        ["1/19", "9:00 am", 40, "Ana", 4471, "resolved"],
        ["1/13", "2:10 pm", 35, "Bo", 4472, "resolved"],
        ["2023", "", "", "", "", ""],
        ["12/20", "8:05 am", 20, "Ana", 4471, "resolved"],
        ["11/22", "1:00 pm", 55, "", "", "hung up"],
    ]
    found = entries_of(written(tmp_path, [header, *rows]))
    assert days_of(found) == ["2024-01-19", "2024-01-13", "2023-12-20", "2023-11-22"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("USCIS calls, Feb thru Apr 2024", {"2024"}),
        ("Call log 2024, Reed Law, 2015 K Street NW", {"2024"}),
        ("USCIS call log (2024)", {"2024"}),
        ("2024 USCIS calls", {"2024"}),
        ("REED & ROE - Calls to USCIS (800-375-5283) - 2024", {"2024"}),
        ("USCIS call log - FY 2024", set()),
        ("USCIS call log - updated Jan 2024", set()),
        ("USCIS call log through Jan 2024", set()),
        ("USCIS calls Nov-Feb 2024", set()),
        ("Law Office of Roe (2015) call log", set()),
        ("USCIS call log (AILA template 2019)", set()),
        ("USCIS call log, Smith & Lee, est. 2015", set()),
        ("USCIS calls about I-485s filed in 2019", set()),
        ("USCIS calls after the 2024 fee rule", set()),
        ("Reed Law, est. 2005", set()),
        ("Reed Law, 2015 K Street NW", set()),
        ("call log, form updated 2019", set()),
    ],
)
def test_a_title_has_the_year_of_its_days_unless_it_says_when_it_was_made(tmp_path, title, years):
    rows = [[title], ["Day", "Time", "Wait", "Agent", "Result"]]
    rows += [[f"Mar {day}", "9:05 AM", "35 min", "Ana 4471", "resolved"] for day in range(14, 19)]
    assert {day[:4] for day in days_of(entries_of(written(tmp_path, rows)))} == years


@pytest.mark.slow
def test_a_row_that_says_same_call_is_a_part_of_the_call_above_it(tmp_path):
    header = ["Date", "Time", "Case", "Hold", "Agent", "SR"]
    rows = [
        ["3/14/2024", "9:05 AM", "Ames", "40 min", "Ana 4471", "QX-1"],
        ["", "", "Brook (same call)", "", "", ""],
        ["3/15/2024", "9:15 AM", "Coy", "45 min", "Bo 4472", "QX-2"],
        ["3/16/2024", "1:15 PM", "Dee", "25 min", "Ana 4471", "same call center"],
        ["", "", "Dee", "", "", "same call problem, hung up"],
    ]
    assert days_of(entries_of(written(tmp_path, [header, *rows]))) == [
        "2024-03-14",
        "2024-03-15",
        "2024-03-16",
        "2024-03-16",
    ]


@pytest.mark.slow
def test_a_row_that_says_that_it_was_entered_twice_counts_once(tmp_path):
    header = ["Date", "Time", "Hold", "Agent", "Remarks"]
    rows = [
        ["3/14/2024", "9:05 AM", "40 min", "Ana 4471", ""],
        ["3/14/2024", "9:05 AM", "40 min", "", "entered twice, ignore"],
        ["3/15/2024", "9:15 AM", "45 min", "Bo 4472", "duplicate"],
    ]
    assert days_of(entries_of(written(tmp_path, [header, *rows]))) == ["2024-03-14", "2024-03-15"]


@pytest.mark.slow
def test_a_day_whose_caller_is_no_calls_is_no_call(tmp_path):
    header = ["Date", "Caller", "Time", "Hold", "Rep", "Rep no."]
    rows = [
        ["3/14/2024", "Tess", "9:05 AM", "40 min", "Ana", "4471"],
        ["3/15/2024", "no calls", "", "", "", ""],
        ["3/16/2024", "HOLIDAY", "", "", "", ""],
        ["3/17/2024", "Tess", "8:00 AM", "12 min", "Bo", "4472"],
    ]
    assert days_of(entries_of(written(tmp_path, [header, *rows]))) == ["2024-03-14", "2024-03-17"]


@pytest.mark.slow
def test_a_diary_with_columns_from_and_to_tells_calls_from_callbacks_and_clients(tmp_path):
    header = ["Matter", "Type", "Date", "Time", "From", "To", "Subject", "Body"]
    calls = [
        [
            "Ames",
            "Phone",
            f"3/{day}/2024",
            "9:05 AM",
            "Ana Reed",
            "USCIS Contact Center",
            "EAD",
            f"On hold {20 + day} min. Agent Bo (id 44{day}1).",
        ]
        for day in range(11, 16)
    ]
    others = [
        ["Ames", "Phone", "3/18/2024", "2:05 PM", "USCIS (unknown number)", "Ana Reed", "EAD", "Missed."],
        ["Ames", "Phone", "3/18/2024", "3:05 PM", "Ames (client)", "Front desk", "news", "told him we try"],
        ["Ames", "Email", "3/19/2024", "3:05 PM", "Ana Reed", "Client", "EAD", "sent the number"],
    ]
    found = entries_of(written(tmp_path, [header, *calls, *others], "case diary.csv"))
    assert found["kind"].tolist() == ["dial"] * 5 + ["ring"]
    assert found["outcome"].tolist()[-1] == "missed"
    assert found["wait_s"].tolist()[:5] == [(20 + day) * 60 for day in range(11, 16)]


@pytest.mark.slow
def test_a_sheet_of_lines_under_a_title_is_a_log(tmp_path):
    lines = ["Calls to USCIS 2024"]
    lines += [f"3/{day} 9:10am - Ames - {20 + day} min hold - Agent Bo 44{day}" for day in range(11, 17)]
    lines += ["3/18 10:40am - Ames - USCIS called back, answered", "3/19 - mailed photos"]
    found = entries_of(written(tmp_path, [[line] for line in lines]))
    assert found["kind"].tolist() == ["dial"] * 6 + ["ring"]
    assert found["wait_s"].tolist()[:6] == [(20 + day) * 60 for day in range(11, 17)]


@pytest.mark.parametrize("name", ["USCIS 2024.txt", "USCIS 2024.xlsx"])
def test_lines_without_a_title_are_a_log_by_the_name_of_the_file(tmp_path, name):
    lines = [f"3/{day} 9:10am called USCIS, {20 + day} min hold, Agent Bo, no news" for day in range(11, 17)]
    lines += ["3/18 10:40am USCIS called, we answered"]
    path = tmp_path / name
    if name.endswith(".txt"):
        path.write_text("\n".join(lines) + "\n")
    else:
        written(tmp_path, [[line] for line in lines], name)
    found = entries_of(path)
    assert found["kind"].tolist() == ["dial"] * 6 + ["ring"]
    assert found["wait_s"].tolist()[:6] == [(20 + day) * 60 for day in range(11, 17)]
    assert found["source_row"].tolist() == [*range(1, 8)]


@pytest.mark.parametrize(
    ("title", "header", "who"),
    [("Calls to Tallow Bank", "Rep", "Ana"), ("Boiler repair", "Company", "Polar Heat"), ("calls", "Vendor", "Acme")],
)
def test_two_times_alone_make_no_log_of_another_business(tmp_path, title, header, who):
    rows = [[title], ["Date", "Time", header, "On hold", "Ticket", "Promised"]]
    rows += [[f"3/{day}/2024", "9:05 AM", who, "20 min", f"T-55{day}", "part within 72 hours"] for day in range(14, 19)]
    with pytest.raises(ca.CallLogError):
        entries_of(written(tmp_path, rows, "calls.csv"))


DAYS = [f"3/{day}/2024" for day in range(14, 20)]
FULL = ["Date", "Time", "Hold (min)", "Spoke with", "Employee ID", "Ticket number", "Promised", "Callback"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["DC700", "HU-12", "D44-2"])
def test_an_id_of_letters_and_digits_is_no_lost_call(tmp_path, name):
    header = ["Date", "Time", "Wait", "Person we got", "Person's ID", "Service request"]
    rows = [[day, "9:05 AM", "35 min", "Ana", name, f"QX-4{n}1"] for n, day in enumerate(DAYS)]
    found = entries_of(written(tmp_path, [header, *rows]))
    assert set(found["wait_outcome"]) == {"reached"}


def test_a_whole_log_of_calls_is_not_ours_where_its_title_names_another_trade_and_no_cell_casework(tmp_path):
    rows = [[day, "9:05 AM", 14, "Ana", "B771", f"TK-100{n}4", "48 hours", ""] for n, day in enumerate(DAYS)]
    with pytest.raises(ca.CallLogError):
        entries_of(written(tmp_path, [["Calls to the bank about the trust account"], FULL, *rows], "calls.csv"))


def test_columns_that_a_program_named_are_no_office_s_own(tmp_path):
    header = ["request_id", "created", "agent_id", "wait_seconds", "call_type", "outcome", "neighborhood"]
    rows = [[f"SR-7000{n}", f"{day} 8:11", "A11", 45, "noise", "service request", "East"] for n, day in enumerate(DAYS)]
    with pytest.raises(ca.CallLogError):
        entries_of(written(tmp_path, [header, *rows], "city lines.csv"))


@pytest.mark.slow
def test_called_and_received_say_which_way_a_call_went(tmp_path):
    header = ["Date", "Time", "Called / received", "Agency", "Minutes waiting", "Name / ID", "Result"]
    rows = [[day, "9:05 AM", "called", "USCIS", 28, "Ana / 60121", "inquiry opened"] for day in DAYS[:4]]
    rows += [[DAYS[4], "2:45 PM", "received", "USCIS", "", "Officer Bo", "spoke with officer"]]
    assert entries_of(written(tmp_path, [header, *rows]))["kind"].tolist() == ["dial"] * 4 + ["ring"]


@pytest.mark.slow
def test_answers_of_every_call_are_not_those_of_the_few_callbacks(tmp_path):
    header = ["Date", "Time", "Picked up", "Min", "Agent (ID)", "SRN", "CB window", "CB result"]
    rows = [[day, "9:05 AM", "yes", 12, "Ana (IL-501)", f"L03{n}-1", "72 hrs", ""] for n, day in enumerate(DAYS[:4])]
    rows[0][7] = "3/15/2024 9:40 AM answered"
    rows += [
        [DAYS[4], "1:20 PM", "no, quit", 46, "", "", "", ""],
        [DAYS[5], "1:20 PM", "no, dropped", 33, "", "", "", ""],
    ]
    calls = (found := entries_of(written(tmp_path, [header, *rows])))[found["kind"] == "dial"]
    assert calls["wait_outcome"].tolist() == ["reached"] * 4 + ["gave_up", "cut_off"]


@pytest.mark.slow
@pytest.mark.parametrize("text", ["Missed callback from USCIS re Dabo.", "missed call from USCIS"])
def test_a_row_says_first_that_a_callback_was_missed(tmp_path, text):
    header = ["Date", "Time", "Wait", "Client", "Agent + ID", "Notes"]
    rows = [[day, "9:05 AM", "25 min", "Dabo", "Ana, ID 9041", "Case is pending."] for day in DAYS[:5]]
    found = entries_of(written(tmp_path, [header, *rows, [DAYS[5], "4:30 PM", "", "", text, ""]]))
    assert found["kind"].tolist() == ["dial"] * 5 + ["ring"]
    assert found["outcome"].tolist()[-1] == "missed"


def test_a_column_named_by_a_year_gives_no_day_its_year(tmp_path):
    header = ["Day", "Time", "Wait", "Agent", "Result", "Calls in 2023"]
    rows = [[f"Mar {day}", "9:05 AM", "35 min", "Ana 4471", "resolved", 3] for day in range(14, 19)]
    assert days_of(entries_of(written(tmp_path, [header, *rows]))) == []


@pytest.mark.slow
def test_a_word_of_doubling_in_another_column_or_without_a_time_drops_no_call(tmp_path):
    header = ["Date", "Hold (min)", "Agent", "Reason", "Result"]
    rows = [
        ["3/14/2024", 45, "Ana K4471", "I-485 status", "Spoke"],
        ["3/14/2024", 62, "Bo K1182", "Duplicate", "Spoke"],
        ["3/15/2024", 12, "Bo K1182", "Duplicate of receipt notice needed", "Spoke"],
    ]
    assert entries_of(written(tmp_path, [header, *rows]))["wait_s"].tolist() == [45 * 60, 62 * 60, 12 * 60]


@pytest.mark.slow
def test_of_two_rows_that_both_say_that_they_were_entered_twice_the_first_stays(tmp_path):
    header = ["Date", "Time", "Hold", "Agent", "Remarks"]
    row = ["3/14/2024", "9:05 AM", "40 min", "Ana 4471", "entered twice"]
    other = ["3/14/2024", "9:05 AM", "12 min", "Bo 4472", "entered twice"]
    assert len(entries_of(written(tmp_path, [header, row, row, other]))) == 2


@pytest.mark.slow
def test_a_row_of_the_same_call_stays_for_the_sake_of_its_own_request(tmp_path):
    header = ["Date", "Time", "Hold", "Agent", "SR", "Promised", "Matter", "Notes"]
    rows = [
        ["3/14/2024", "9:05 AM", "40 min", "Ana 4471", "T1B0632400001", "72 hours", "Ames", ""],
        ["", "", "", "", "T1B0632400002", "30 business days", "Brook", "(same call)"],
    ]
    assert entries_of(written(tmp_path, [header, *rows]))["sr_number"].tolist() == ["T1B0632400001", "T1B0632400002"]


@pytest.mark.slow
@pytest.mark.parametrize("header", ["Days case waiting", "Months waiting", "Waiting since (weeks)"])
def test_what_else_waits_is_no_wait_of_a_call(tmp_path, header):
    rows = [[day, "9:05 AM", 60, "Ana K99", "Spoke"] for day in DAYS]
    path = written(tmp_path, [["Date", "Time", header, "Agent", "Result"], *rows])
    try:
        assert entries_of(path)["wait_s"].isna().all()
    except ca.CallLogError:
        pass  # refused is as good


@pytest.mark.parametrize("title", ["Comcast calls", "Delta refund", "My calls"])
def test_lines_under_a_title_that_speak_of_no_case_are_no_log(tmp_path, title):
    lines = [title, *(f"{day} called 9:05am, on hold 45 min, agent Maria" for day in DAYS)]
    with pytest.raises(ca.CallLogError):
        entries_of(written(tmp_path, [[line] for line in lines], "c.csv"))


@pytest.mark.slow
@pytest.mark.parametrize("outcome", ["spoke to T1, T2 callback 72 hours", "reached", "on hold 40 min, gave up"])
def test_a_word_of_scams_drops_no_row_that_tells_of_a_call(tmp_path, outcome):
    header = ["Date", "Time", "Wait", "Agent", "Outcome", "Notes"]
    rows = [[day, "9:05 AM", "35 min", "Ana 4471", "resolved", ""] for day in DAYS[:4]]
    rows += [[DAYS[4], "10:00 AM", "", "", outcome, "Scam report re a consultant"]]
    assert len(entries_of(written(tmp_path, [header, *rows]))) == 5


@pytest.mark.slow
def test_a_row_marked_as_a_duplicate_stays_if_it_tells_more(tmp_path):
    header = ["Date", "Time", "Wait", "Agent", "Outcome", "Notes"]
    rows = [[day, "9:05 AM", "35 min", "Ana 4471", "resolved", ""] for day in DAYS[:4]]
    rows += [[DAYS[0], "9:05 AM", "", "", "T2 callback promised, 72 hrs", "duplicate"]]
    assert "urgent" in entries_of(written(tmp_path, [header, *rows]))["promised"].tolist()


CALLS = [
    ["3/14/2024", "9:05 AM", "Roe", "41 min", "spoke to Ana, ID 4471", "SR QX-2201", "72 hours"],
    ["3/15/2024", "1:10 PM", "Moss", "55 min", "hung up", "", ""],
    ["3/18/2024", "8:02 AM", "Moss", "4 min", "spoke to Bo, ID 4472", "no SR", "none"],
    ["3/19/2024", "3:30 PM", "Lund", "1 hr 5", "dropped while holding", "", ""],
    ["3/20/2024", "9:45 AM", "Lund", "38 min", "spoke to Ana, ID 4471", "SR QX-2240", "30 business days"],
    ["3/21/2024", "2:20 PM", "Vale", "29 min", "spoke to Cy, ID 4480", "SR QX-2251", "72 hours"],
]


@pytest.mark.slow
@pytest.mark.parametrize("above", [[], [["Spring 2024"]], [["Spring 2024"], ["calls made for clients"]]])
def test_a_log_without_a_row_of_headers_is_read_by_what_stands_in_its_columns(tmp_path, above):
    found = entries_of(written(tmp_path, [*above, *CALLS]))
    assert days_of(found) == [f"2024-03-{day}" for day in (14, 15, 18, 19, 20, 21)]
    assert found["wait_s"].tolist() == [2460, 3300, 240, 3900, 2280, 1740]
    assert found["wait_outcome"].tolist() == ["reached", "gave_up", "reached", "cut_off", "reached", "reached"]
    assert found["promised"].tolist()[::4] == ["urgent", "regular"]
    assert found["sr_number"].dropna().tolist() == ["SR QX-2201", "SR QX-2240", "SR QX-2251"]


def test_that_no_row_names_the_columns_is_said(tmp_path):
    found = ca.check([written(tmp_path, CALLS)])
    assert "no row names the columns, so they were read by their contents, as Date, Time, Wait" in str(found)


@pytest.mark.slow
@pytest.mark.parametrize("beside", [lambda n: n, lambda n: 61140, lambda n: 2025550143, lambda n: 485])
def test_numbers_that_are_no_lengths_are_not_the_wait_of_a_log_without_headers(tmp_path, beside):
    found = entries_of(
        written(tmp_path, [[beside(n), *call] for n, call in enumerate(CALLS, 1)], name="uscis calls.csv")
    )
    assert found["wait_s"].tolist() == [2460, 3300, 240, 3900, 2280, 1740]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("uscis appointments.csv", ["9:00 AM", "Roe", "biometrics", "1 hr", "USCIS ASC Boston"]),
        ("time.csv", ["9:00 AM", "Roe", "30 min", "client call re USCIS notice; told 72 hours", "75.00"]),
        ("uscis time.csv", ["Roe", "0.3", "call with client re USCIS RFE, hung up", "75.00"]),
        ("uscis interviews.csv", ["9:00 AM", "Roe", "30 min, interview at field office, told decision in 30 days"]),
        ("uscis.csv", ["Roe", "41", "phone with bank", "", "150.00"]),
        ("book.csv", ["9:05 AM", "Roe", "41 min", "spoke to Ana, ID 4471", "", ""]),
    ],
)
def test_a_table_without_headers_is_a_log_only_if_it_tells_of_calls_to_the_agency(tmp_path, name, row):
    with pytest.raises(ca.CallLogError):
        entries_of(written(tmp_path, [[f"3/{day}/2024", *row] for day in range(11, 20)], name=name))


def a_book(folder, tabs, name="uscis calls.xlsx"):
    """A workbook of tabs with the same columns, each at an hour of its own."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for hour, (title, days) in enumerate(tabs.items(), 8):
        sheet = book.create_sheet(title)
        sheet.append(["Date", "Time", "Hold", "Rep", "Result"])
        for day in days:
            sheet.append([day, f"{hour}:05 AM", "31 min", "Ana", "spoke"])
    folder.mkdir(exist_ok=True)
    book.save(folder / name)
    return folder / name


def in_month(month, year=""):
    return [f"{month}/{day}{year and f'/{year}'}" for day in range(14, 19)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tabs", "years"),
    [
        ({"Ann": in_month(4, 2024), "Ben": in_month(4)}, [2024]),
        ({"Nov": in_month(11, 2023), "Dec": in_month(12, 2023), "Jan": in_month(1), "Feb": in_month(2)}, [2023, 2024]),
        ({"Ann": in_month(4, 2023), "Ben": ["Tue 4/11", "Wed 4/12", "Thu 4/13"]}, [2023]),
        ({"Ann": in_month(4, 2023), "Team 10": ["Apr 18", "Apr 19", "Apr 20"]}, [2023]),
        ({"Ann": ["5/12/2023", "6/12/2023", "13/12/2023"], "Ben": ["8/1", "9/1", "10/1"]}, [2023, 2024]),
    ],
)
def test_days_without_a_year_take_the_year_next_to_the_days_of_the_other_tabs(tmp_path, tabs, years):
    found = entries_of(a_book(tmp_path, tabs))
    assert sorted({day.year for day in found["started_at_local"]}) == years
    assert len(found) == sum(map(len, tabs.values()))


def days_alone(first):
    return [str(day) for day in range(first, first + 5)]


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("USCIS calls 2024.xlsx", {"2024"}),
        ("office 12 USCIS calls 2024.xlsx", {"2024"}),
        ("USCIS calls 2023-24.xlsx", set()),
        ("USCIS calls 2023-2024.xlsx", set()),
        ("USCIS calls FY2024.xlsx", set()),
        ("USCIS calls 11-02-2024.xlsx", set()),
        ("12 USCIS calls, exported 2024.xlsx", set()),
        ("USCIS calls.xlsx", set()),
    ],
)
@pytest.mark.parametrize("tabs", [{"Nov": days_alone(4), "Dec": days_alone(9)}, {"Ann": in_month(11)}], ids=str)
def test_a_file_named_by_one_year_gives_it_to_its_days_and_that_is_said(tmp_path, name, years, tabs):
    book = a_book(tmp_path / "log", tabs, name)
    receipt, found = receipt_and_entries(book)
    assert {day[:4] for day in days_of(found)} == years
    n = sum(map(len, tabs.values()))
    assert (f"name or title ({n} rows)" in " ".join(str(receipt).split())) is bool(years)
    assert ("or the year in the name of the sheet" in " ".join(str(receipt).split())) is not bool(years)


@pytest.mark.slow
@pytest.mark.parametrize(
    "tabs",
    [
        {"Ann": in_month(4, 2022), "Ben": in_month(4, 2024), "Cleo": in_month(4)},
        {"Ann": in_month(4, 2023), "Spring '22": in_month(4)},
        {"Ann": in_month(4, 2023), "Ben FY22": in_month(4)},
        {"Ann": in_month(4, 2023), "Ben": in_month(10)},
        {"Ann": [*in_month(1, 2023), *in_month(12, 2023)], "Ben": in_month(2)},
        {"Ann": in_month(4, 2023), "Ben": ["Mon 4/11", "Tue 4/12", "Wed 4/13", "Thu 4/14", "Fri 4/15"]},
    ],
)
def test_where_other_tabs_do_not_tell_the_year_days_stay_to_be_fixed(tmp_path, tabs):
    found = entries_of(a_book(tmp_path, tabs))
    assert len(found) == sum(map(len, tabs.values())) - 5


# ---- a year that somebody wrote wrong ---------------------------------------------------------------

AUTUMN = [f"{month}/{day}/2023" for month in (9, 10, 11, 12) for day in (4, 11, 18)]
JANUARY = ["1/8/2023", "1/15/2023"]  # of 2024
SPRING = [f"{month}/{day}/2024" for month in (2, 3) for day in (5, 12, 19)]


@pytest.mark.parametrize(
    ("days", "slips"),
    [
        ([*AUTUMN, *JANUARY, *SPRING], JANUARY),
        ([*AUTUMN, *JANUARY, *SPRING][::-1], JANUARY),
        ([*AUTUMN, *JANUARY], JANUARY),
        ([*AUTUMN, "10/9/2022", *SPRING], []),  # no year brings it between its neighbors
        ([*SPRING, *AUTUMN], []),  # the older ones stand below
        ([*AUTUMN, *JANUARY * 3, *SPRING][::2], JANUARY[:1] * 3),
        ([day for pair in zip(AUTUMN, SPRING, strict=False) for day in pair], []),  # by client, not by day
        (AUTUMN, []),
    ],
)
def test_days_a_year_off_from_their_neighbors_are_named_and_kept_as_written(tmp_path, days, slips):
    rows = [[day, f"{9 + n % 8}:00 AM".replace("13:", "1:"), "30", "Ana", "spoke"] for n, day in enumerate(days)]
    log = written(tmp_path, [["Date", "Time", "Hold", "Rep", "Result"], *rows])
    receipt = ca.ingest([log], tmp_path / "store", office="Invented", timezone="America/Chicago", date_order="mdy")
    found = ca.load(tmp_path / "store").agency_calls.to_pandas()
    assert len(found) == len(days)
    assert found["warnings"].fillna("").str.contains("year_off").sum() == len(slips)
    assert ("a year off" in str(receipt)) is bool(slips)


@pytest.mark.parametrize("year", ["", "/24", "/2024"])
@pytest.mark.parametrize("form", ["{} Thu", "{} (Thu)", "{}, Thursday", "{} Thurs."])
def test_a_weekday_may_stand_behind_its_date_and_has_to_be_its_own(tmp_path, form, year):
    days = ["3/7/2024", form.format(f"3/14{year}"), form.format(f"3/15{year}"), "3/21/2024"]
    rows = [[day, "9:05 AM", "30", "Ana", "spoke"] for day in days]
    log = written(tmp_path, [["Date", "Time", "Hold", "Rep", "Result"], *rows])
    assert days_of(entries_of(log)) == ["2024-03-07", "2024-03-14", "2024-03-21"]  # 3/15 was a Friday


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_under_the_line_of_their_day_are_its_calls(tmp_path, end):
    lines = ["USCIS calls (Rosa) 2024", "", "3/4/24", "8:04 Roe - held 35 min, Carlos said T2 will call",
             "8:56 Poe - held 22 min, spoke to Maria", "card was mailed", "", "3/5/24",
             "1:57 Doe - held 25 min, disconnected", "", "3/8/24", "10:10 Roe - held 33 min, gave up", "", "3/15/24",
             "9:05 called for Poe, held 12 min, Ana said still pending", "4pm again, held 50 min, gave up"]  # fmt: skip
    (tmp_path / "notes.txt").write_text(end.join(lines))
    read, found = receipt_and_entries(tmp_path / "notes.txt")
    assert found.source_row.tolist() == [4, 5, 9, 12, 15, 16]
    assert found.started_at_local.dt.day.tolist() == [4, 4, 5, 8, 15, 15]
    assert found.wait_outcome.tolist() == ["reached", "reached", "cut_off", "gave_up", "reached", "gave_up"]
    assert read.totals["rejects"] == 0


def test_a_later_time_of_one_call_under_its_day_makes_no_further_call(tmp_path):
    call = ("9:05 called USCIS, held 60 min", "9:40 still on hold", "10:05 Maria said T2 will call back")
    lines = ["USCIS calls 2024", *(line for day in range(14, 20) for line in (f"3/{day}/24", *call))]
    (tmp_path / "notes.txt").write_text("\n".join(lines))
    assert entries_of(tmp_path / "notes.txt").started_at_local.dt.day.tolist() == [14, 15, 16, 17, 18, 19]


def test_messages_in_brackets_of_their_times_are_notes(tmp_path):
    ends = ["said still pending", "put in T2 request, cb in 72 hrs", "said still pending"]
    days = [f"[9/{day}/2024 9:55 AM] Tom: called USCIS - held 42 min, Ana {end}" for day, end in enumerate(ends, 14)]
    (tmp_path / "messages.txt").write_text("\n".join(days))
    found = entries_of(tmp_path / "messages.txt")
    assert found.started_at_local.dt.day.tolist() == [14, 15, 16]
    assert found.wait_s.tolist() == [2520] * 3
    assert found.promised.fillna("").tolist() == ["", "urgent", ""]


def test_a_weekday_with_its_day_and_a_colon_heads_the_calls_under_it(tmp_path):
    lines = ["USCIS call diary 2024"]
    for day in ("Monday 10/7:", "Tuesday 10/8:", "Friday 10/11:"):
        lines += [
            day,
            "  - 9:02 called re Roe; 84 min on hold; cut off",
            "  - 10:43 called re Poe; 33 min on hold; hung up",
        ]
    (tmp_path / "diary.txt").write_text("\n".join(lines))
    found = entries_of(tmp_path / "diary.txt")
    assert found.started_at_local.dt.day.tolist() == [7, 7, 8, 8, 11, 11]
    assert (found.wait_s / 60).tolist() == [84, 33] * 3
    assert found.wait_outcome.tolist() == ["cut_off", "gave_up"] * 3


def test_lines_with_signs_between_their_parts_are_notes_under_a_title_of_the_agency(tmp_path):
    lines = [
        "USCIS LOG 2024",
        "3/14 915a re: Doe; 50m hold; Rep Carter; cb 72h",
        "3/15 130p re: Roe; 65m hold; hung up",
        "3/18 8a re: Roe; 12m hold; Rep Silva; pending",
        "3/18 1105a USCIS cb re: Doe; missed",
    ]
    (tmp_path / "log.txt").write_text("\n".join(lines))
    found = entries_of(tmp_path / "log.txt")
    assert [f"{start:%m-%d %H:%M}" for start in found.started_at_local] == [
        "03-14 09:15",
        "03-15 13:30",
        "03-18 08:00",
        "03-18 11:05",
    ]
    assert found.kind.tolist() == ["dial", "dial", "dial", "ring"]
    assert found.wait_s.tolist()[:3] == [3000, 3900, 720]
