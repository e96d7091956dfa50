"""Logs that say a date, a wait or a whole call in pieces: day numbers under a month, two clock times, one note."""

from __future__ import annotations

import csv

import openpyxl
import pytest

import callanalytics as ca
from callanalytics import formats
from callanalytics.errors import CallLogError
from callanalytics.values.narratives import read_narrative
from read_logs import entries_of, receipt_and_entries
from text_rows import became, normalized

HAND_SHEET = formats.load()["hand_sheet"]
GIVEN = {"office": "Alder Immigration", "timezone": "America/New_York"}


def is_taken(path) -> bool:
    """Whether anything of a file would be stored."""
    try:
        return bool(ca.check([path], **GIVEN).totals["entries"])
    except CallLogError:
        return False


def written(tmp_path, name: str, rows):
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def agency_calls(rows, **more):
    return [row for row in became(rows, HAND_SHEET, **more) if row["kind"] == "dial"]


# ---- several calls of the office in one row ------------------------------------------------------------

CASES = {
    "numbered": "Client,Call 1 date,Call 1 hold (min),Call 1 outcome,Call 2 date,Call 2 hold (min),Call 2 outcome",
    "the first without its number": "Client,1st attempt,Hold,Result,2nd attempt,Hold 2,Result 2",
    "repeated": "Client,First call,Wait,Result,Second call,Wait,Result",
}


@pytest.mark.parametrize("header", CASES.values(), ids=CASES)
def test_each_call_of_a_row_a_case_is_a_call_of_ours(tmp_path, header):
    """And none of them a callback of the agency, whatever stands at its end."""
    rows = [
        ["Gomez", "2024-02-05", "50", "Tier 1", "2024-02-20", "35", "hung up"],
        ["Tran", "2024-02-06", "75", "Tier 2 cb 72 hrs", "", "", ""],
        ["Haddad", "2024-02-08", "40", "Tier 1", "2024-03-01", "22", "no answer"],
    ]
    entries = entries_of(written(tmp_path, "uscis.csv", [header.split(","), *rows]), **GIVEN)
    assert set(entries["kind"]) == {"dial"}
    assert sorted(entries["wait_s"] / 60) == [22, 35, 40, 50, 75]
    assert sorted(entries["wait_outcome"]) == ["gave_up", "no_person", "reached", "reached", "reached"]


def test_a_second_call_without_a_day_that_can_be_read_is_kept_and_has_none(tmp_path):
    header = "Date,Hold (min),Result,2nd call,Hold (min),Result".split(",")
    rows = [
        ["2022-03-01", "45", "hung up", "2022-03-04", "35", "Tier 1"],
        ["2022-03-02", "30", "dropped", "next day", "20", "Tier 2"],
        ["2022-03-08", "21", "hung up", "", "25", "hung up"],
        ["2022-03-09", "22", "hung up", "no", "", ""],
    ]
    entries = entries_of(written(tmp_path, "uscis.csv", [header, *rows]), **GIVEN)
    assert sorted(entries["wait_s"] / 60) == [20, 21, 22, 25, 30, 35, 45]
    assert sorted(entries.loc[entries["started_at_local"].isna(), "wait_s"] / 60) == [20, 25]


def test_a_promise_of_a_row_is_of_its_second_call_where_the_first_was_lost(tmp_path):
    header = "Date,Hold (min),Result,2nd call,Hold (min),Result,Promised".split(",")
    rows = [
        ["2022-03-01", "45", "hung up", "2022-03-04", "35", "they will call within 72 hours", "72 hours"],
        ["2022-03-07", "50", "Tier 2", "2022-03-09", "70", "hung up", "72 hours"],
    ]
    entries = entries_of(written(tmp_path, "uscis.csv", [header, *rows]), **GIVEN)
    assert sorted(entries.loc[entries["promised"] == "urgent", "wait_s"] / 60) == [35, 50]


def test_a_success_or_a_failure_is_read_and_that_is_said(tmp_path):
    rows = [["Date", "Hold (min)", "Result"], ["2022-03-01", "45", "Success"], ["2022-03-02", "30", "Fail"]]
    receipt, entries = receipt_and_entries(written(tmp_path, "uscis calls.csv", rows), **GIVEN)
    assert sorted(entries["wait_outcome"]) == ["no_person", "reached"]
    assert set(entries["warnings"]) == {"success_as_reached"}
    assert "read as a person reached, or no person" in receipt.text().replace("\n      ", " ")


# ---- minutes, of what the header does not say ---------------------------------------------------------


@pytest.mark.parametrize("header", ["Min.", "Mins", "Minutes", "Time (min)", "How long?", "# of minutes", "Minutos"])
def test_minutes_alone_are_those_of_the_wait(header):
    rows = [
        {"Date": f"3/{day}/2022", "Time": "10:05 AM", header: str(day), "Agent": "Ana", "Result": "spoke"}
        for day in (21, 22, 23)
    ]
    assert [row["wait_s"] for row in agency_calls(rows)] == [1260, 1320, 1380]


def test_minutes_beside_a_wait_are_those_of_the_call():
    rows = [{"Date": "3/21/2022", "Hold (min)": "30", "Minutes": "42", "Agent": "Ana"}] * 3
    assert {(row["wait_s"], row["duration_s"]) for row in agency_calls(rows)} == {(1800, 2520)}


# ---- 31.02 ----------------------------------------------------------------------------------------------


def waits(header, *texts, kind="csv"):
    rows = [
        {"Date": f"3/{day}/2022", header: text, "Agent": "Ana", "Time": "10:05 AM"}
        for day, text in enumerate(texts, 21)
    ]
    return [row["wait_s"] for row in agency_calls(rows, kind=kind)]


def test_two_digits_behind_a_point_among_whole_minutes_are_left_out():
    assert waits("Wait", "45", "31.02", "20", "15") == [2700, None, 1200, 900]


def test_two_digits_behind_a_point_are_seconds_where_the_column_or_its_header_says_so():
    assert waits("Hold (min.sec)", "31.02", "12.45", "8") == [1862, 765, 480]
    assert waits("Hold", "31.02", "12.45", "8.30", "40.10", "22.05", "15.58") == [1862, 765, 510, 2410, 1325, 958]


def test_over_59_they_are_parts_of_a_minute():
    assert waits("Hold", "31.75", "12.50", "8.33") == [1905, 750, 500]


def test_hours_and_minutes_behind_a_point_are_asked_about():
    done = normalized(
        [
            {"Date": f"3/{day}/2022", "Wait": text, "Agent": "Ana"}
            for day, text in enumerate(("1.10", "0.45", "1.05", "0.35"), 21)
        ],
        HAND_SHEET,
    )
    assert "wait_unit" in [question.code for question in done.questions]
    assert set(done.entries.column("wait_s").to_pylist()) == {None}


# ---- two clock times ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "since"),
    [
        ("Dialed", "Answered", "dial"),
        ("Call start", "Picked up", "dial"),
        ("Time out", "Time connected", "dial"),
        ("Hold began", "Hold ended", "queue"),
        ("On hold from", "till", "queue"),
    ],
)
def test_the_wait_is_what_lies_between(start, end, since):
    pairs = [("10:05 AM", "10:50 AM"), ("11:50 AM", "12:35 PM"), ("1:10 PM", "1:20 PM"), ("2:00 PM", "")]
    rows = [
        {"Date": f"3/{day}/2022", start: a, end: b, "Agent": "Ana", "Result": "spoke"}
        for day, (a, b) in enumerate(pairs, 21)
    ]
    found = agency_calls(rows)
    assert [row["wait_s"] for row in found] == [2700, 2700, 600, None]
    assert {row["wait_origin"] for row in found[:3]} == {since}
    assert [f"{row['started_at_local']:%H:%M}" for row in found[:2]] == ["10:05", "11:50"]


def test_who_writes_no_half_of_the_day_goes_past_noon():
    rows = [
        {"Date": f"3/{day}/2022", "Dialed": a, "Answered": b, "Rep": "Ana"}
        for day, a, b in ((21, "12:40", "1:25"), (22, "9:10", "9:55"), (23, "11:30", "12:15"))
    ]
    assert [row["wait_s"] for row in agency_calls(rows)] == [2700] * 3


def test_what_cannot_be_is_left_out_and_told():
    pairs = [("10:50 AM", "10:05 AM"), ("9:00 AM", "9:30 AM"), ("9:00 AM", "5:00 PM"), ("9:00 AM", "9:20 AM")]
    rows = [
        {"Date": f"3/{day}/2022", "Hold began": a, "Hold ended": b, "Rep": "Ana"}
        for day, (a, b) in enumerate(pairs, 21)
    ]
    found = agency_calls(rows)
    assert [row["wait_s"] for row in found] == [None, 1800, None, 1200]
    assert found[0]["warnings"] == "wait_unread"


# ---- days under a month ---------------------------------------------------------------------------------


def a_workbook(path, tabs):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in tabs.items():
        tab = workbook.create_sheet(title)
        for row in rows:
            tab.append(row)
    workbook.save(path)
    return path


@pytest.mark.slow
def test_days_under_the_month_of_their_tab(tmp_path):
    header = ["Day", "Time", "Hold", "Agent", "Result"]
    tabs = {
        "March 2022": [header, *([day, "10:05 AM", "45 min", "Ana", "spoke"] for day in (3, 4, 7))],
        "April 2022": [header, *([day, "10:05 AM", "45 min", "Ana", "spoke"] for day in ("1st", "12th"))],
    }
    found = entries_of(a_workbook(tmp_path / "USCIS calls.xlsx", tabs), **GIVEN)
    days = sorted(f"{day:%Y-%m-%d}" for day in found["started_at_local"])
    assert days == ["2022-03-03", "2022-03-04", "2022-03-07", "2022-04-01", "2022-04-12"]


def test_month_and_day_apart():
    rows = [
        {"Month": "Mar", "Day": "30", "Year": "2022"},
        {"Month": "4", "Day": "1", "Year": "2022"},
        {"Month": "", "Day": "5", "Year": "2022"},
        {"Month": "", "Day": "2", "Year": "2022"},
        {"Month": "May", "Day": "2", "Year": "2022"},
    ]
    rows = [row | {"Wait (min)": "45", "Agent": "Ana", "Result": "spoke"} for row in rows]
    days = [row["started_at_local"] and f"{row['started_at_local']:%m-%d}" for row in agency_calls(rows)]
    # Under the fifth of a month the second, month not written: of the same month, or the next?
    assert days == ["03-30", "04-01", "04-05", None, "05-02"]


def test_a_row_whose_date_no_one_can_read_stays_with_all_else():
    given = {"Time": "10:05 AM", "Wait (min)": "45", "Agent": "Ana", "Result": "spoke"}
    found = agency_calls([{"Date": "see email"} | given, {"Date": "3/4/2022"} | given, {"Date": "3/25/2022"} | given])
    assert [row["wait_s"] for row in found] == [2700] * 3
    assert found[0]["started_at_local"] is None
    assert found[0]["warnings"] == "date_unread no_date"


def test_a_line_under_the_table_is_still_no_entry():
    rows = [{"Date": f"3/{day}/2022", "Wait (min)": "45", "Agent": "Ana", "Result": "spoke"} for day in (3, 4, 25)]
    done = normalized([*rows, {"Date": "Avg. hold", "Wait (min)": "45"}], HAND_SHEET)
    assert done.entries.num_rows == 3
    assert done.set_aside.num_rows == 1


# ---- the time of a call -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Time we called", "start"),
        ("Time dialed", "start"),
        ("Dial time", "start"),
        ("Start time", "start"),
        ("Time", "unknown"),
        ("Time of call", "unknown"),
    ],
)
def test_the_header_may_say_which_moment_a_time_is(header, moment):
    rows = [{"Date": "3/25/2022", header: "10:05 AM", "Wait": "45", "Agent": "Ana"}] * 3
    assert {row["time_refers_to"] for row in agency_calls(rows)} == {moment}


# ---- one note -----------------------------------------------------------------------------------------------

ENTRIES = [
    "3/14/22 called 10:05am, on hold 45 min, agent Maria K1234, SR T1329856038",
    "3/15/22 called 9:10am, held 1h 10m, hung up",
    "3/17/22 called 2:20pm, waited 30 min, call dropped",
    "3/22/22 called 11am, on hold 20 min, spoke to Officer Reyes 4471",
]


@pytest.mark.slow
def test_a_call_told_in_one_note(tmp_path):
    rows = [["Client", "Notes"], *(["A. Okafor", note] for note in ENTRIES)]
    found = entries_of(written(tmp_path, "call notes.csv", rows), **GIVEN).sort_values("started_at_local")
    assert [f"{day:%m-%d %H:%M}" for day in found["started_at_local"]] == [
        "03-14 10:05", "03-15 09:10", "03-17 14:20", "03-22 11:00",
    ]  # fmt: skip
    assert found["wait_s"].tolist() == [2700, 4200, 1800, 1200]
    assert found["wait_outcome"].tolist() == ["reached", "gave_up", "cut_off", "reached"]
    assert found["agent_id"].tolist()[0] == "K1234"
    assert found["sr_number"].tolist()[0] == "T1329856038"


@pytest.mark.parametrize(
    "entries",
    [
        ["3/14/22 filed I-485", "3/15/22 client paid", "3/17/22 RFE came"],
        ["3/14/22 called client, talked 20 min", "3/15/22 called court clerk", "3/16/22 waited for mail"],
        ["3/14 and 3/15 on hold 45 min, agent Ana", "see file", "call USCIS next week"],
    ],
)
def test_other_notes_are_no_log(entries, tmp_path):
    path = written(tmp_path, "notes.csv", [["Client", "Notes"], *(["A. Okafor", note] for note in entries)])
    assert not is_taken(path)


# ---- calls to others --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "result"),
    [
        (("Patient", "J. Petrov"), "Approved"),
        (("Insurer", "Koval Mutual"), "Denied"),
        (("Taxpayer", "J. Petrov"), "Transcript faxed"),
        (("Clerk", "J. Petrov"), "Date confirmed"),
        (("Account", "Acme"), "Sold"),
        (("Complaint", "Bill"), "Technician"),
    ],
)
def test_calls_to_others_are_not_taken(more, result, tmp_path):
    header, cell = more
    rows = [["Date", "Time", "Hold (min)", "Rep", header, "Result"]]
    rows += [[f"3/{day}/2022", "10:05 AM", day, "Ana", cell, result] for day in range(2, 20, 3)]
    assert not is_taken(written(tmp_path, "log.csv", rows))


@pytest.mark.slow
def test_a_header_that_names_the_agency_as_well_is_no_other_trade(tmp_path):
    rows = [["Date", "Time", "Hold (min)", "Rep", "Called (USCIS or court clerk)", "Result"]]
    rows += [[f"3/{day}/2022", "10:05 AM", day, "Ana", "USCIS", "SR created"] for day in range(2, 29, 3)]
    assert len(entries_of(written(tmp_path, "log.csv", rows), **GIVEN)) == 9


# ---- days in rows of their own --------------------------------------------------------------------------


@pytest.mark.slow
def test_a_day_in_a_row_of_its_own_is_that_of_the_calls_below_it(tmp_path):
    path = written(tmp_path, "daily.csv", [
        ["Time", "Client", "Hold", "Spoke to", "Result"],
        ["Monday, March 14, 2022", "", "", "", ""],
        ["10:05 AM", "Ruiz", "45 min", "Ana", "spoke to rep"],
        ["2:10 PM", "Kim", "20 min", "", "hung up"],
        ["Tuesday, March 15, 2022", "", "", "", ""],
        ["9:00 AM", "Ruiz", "15 min", "", "dropped"],
    ])  # fmt: skip
    entries = entries_of(path, **GIVEN).sort_values("source_row")
    assert [f"{day:%m-%d %H:%M}" for day in entries["started_at_local"]] == [
        "03-14 10:05",
        "03-14 14:10",
        "03-15 09:00",
    ]
    assert list(entries["source_row"]) == [3, 4, 6]


# ---- a wait in two columns, or in a part of one ------------------------------------------------------


def test_hours_and_minutes_in_two_columns_are_one_wait():
    rows = [
        {"Date": f"3/{day}/2022", "Hold hrs": hours, "Hold mins": minutes, "Agent": "Ana"}
        for day, hours, minutes in ((21, "0", "45"), (22, "1", "10"), (23, "", "20"), (24, "2", ""))
    ]
    assert [row["wait_s"] for row in agency_calls(rows)] == [2700, 4200, 1200, 7200]


def test_seconds_in_a_column_of_their_own_belong_to_the_minutes_beside_them():
    rows = [{"Date": f"3/{day}/2022", "Hold min": "10", "Sec": str(day), "Agent": "Ana"} for day in (21, 22, 23)]
    assert [row["wait_s"] for row in agency_calls(rows)] == [621, 622, 623]


def test_the_hour_of_the_day_is_no_part_of_a_wait():
    rows = [{"Date": f"3/{day}/2022", "Hour": "14", "Min": "30", "Agent": "Ana"} for day in (21, 22, 23)]
    assert [row["wait_s"] for row in agency_calls(rows)] == [1800] * 3


def test_a_hold_from_one_clock_time_to_another_is_a_wait_in_the_queue():
    rows = [
        {"Date": f"3/{day}/2022", "On hold (from - to)": hold, "Agent": "Ana"}
        for day, hold in ((21, "10:05am - 10:50am"), (22, "11:50am - 12:35pm"), (23, "1:00 - 1:20 pm"))
    ]
    assert [(row["wait_s"], row["wait_origin"]) for row in agency_calls(rows)] == [
        (2700, "queue"),
        (2700, "queue"),
        (1200, "queue"),
    ]


@pytest.mark.parametrize(("header", "cell"), [("Hold/talk (min)", "45/10"), ("Talk/hold", "10/45")])
def test_of_hold_and_talk_in_one_cell_the_hold_is_the_wait(header, cell):
    rows = [{"Date": f"3/{day}/2022", "Time": "10:05 AM", header: cell, "Agent": "Ana"} for day in (21, 22, 23)]
    assert [row["wait_s"] for row in agency_calls(rows)] == [2700] * 3


# ---- hints under the header ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_row_that_says_how_to_fill_in_the_columns_is_no_call(tmp_path):
    path = written(tmp_path, "log.csv", [
        ["Date", "Time", "Hold", "Agent", "Outcome"],
        ["(mm/dd/yyyy)", "(local)", "(minutes)", "(first name)", ""],
        ["3/14/2022", "10:05 AM", "45", "Ana", "spoke"],
        ["3/15/2022", "10:05 AM", "20", "", "hung up"],
    ])  # fmt: skip
    assert list(entries_of(path, **GIVEN)["wait_s"]) == [2700, 1200]


# ---- days under the line of their week -------------------------------------------------------------------------------


def test_a_day_takes_its_year_from_the_line_of_its_week(tmp_path):
    rows = [
        ["USCIS call sheet"],
        ["Week of 12/30/2024"],
        ["Date", "Start", "Wait", "Notes"],
        ["Mon 12/30", "8:05 AM", 45, "T1"],
    ]
    rows += [["Thurs 1/2", "9:30 AM", 20, "hung up"], ["Week of 1/6/2025"], ["Mon 1/6", "9:10 AM", 30, "T1"]]
    rows += [["1/9", "9:10 AM", 30, "T1"], ["3/9", "9:10 AM", 30, "T1"]]  # the last is in no week above it
    found = entries_of(a_workbook(tmp_path / "log.xlsx", {"Sheet1": rows}), **GIVEN).sort_values("source_row")
    days = found.started_at_local.dt.strftime("%Y-%m-%d").to_list()
    assert days == ["2024-12-30", "2025-01-02", "2025-01-06", "2025-01-09", "2025-03-09"]
    assert found.warnings.fillna("").str.contains("year_inferred").to_list() == [False] * 4 + [True]


# ---- waits and what is written beside them ---------------------------------------------------------------------------


def test_a_length_of_talk_beside_a_wait_is_no_part_of_it():
    assert waits("Wait", "45 (10 talk)", "20", "1 hr, talked 10 min", "30 + 5 talk") == [2700, 1200, 3600, 1800]


@pytest.mark.parametrize("cell", ["45 (0 talk)", "40, talk 0", "1 hr 10 min talk"])
def test_no_talk_is_nobody_and_a_length_before_it_may_be_all_talk(cell):
    assert waits("Wait", "45", cell, "20") == [2700, None, 1200]


@pytest.mark.parametrize(
    ("time", "wait"),
    [("", 2700), ("8:05 AM", 2700), ("10:15 AM", None)],  # the last starts at two times
)
def test_two_hours_of_the_day_in_a_column_of_waits_are_its_ends(time, wait):
    rows = [{"Date": f"3/{day}/2022", "Time": "9:00 AM", "Wait": "30", "Agent": "Ana"} for day in (21, 22, 23)]
    rows[1] |= {"Time": time, "Wait": "8:05-8:50"}
    assert [row["wait_s"] for row in agency_calls(rows)] == [1800, wait, 1800]


@pytest.mark.parametrize(
    ("cell", "wait"),
    [("on hold from 9:02 to 9:51", 2940), ("held 9:02-9:51", 2940), ("from 9:02 to 9:51 am", 2940), ("1:10-1:20", None),
     ("on hold from 10:15 to 10:40", None)],
)  # fmt: skip
def test_two_hours_behind_a_word_for_holding_are_the_ends_of_the_hold(cell, wait):
    rows = [{"Date": f"3/{day}/2022", "Time": "9:00 AM", "Wait": "30", "Agent": "Ana"} for day in (21, 22, 23)]
    rows[1] |= {"Wait": cell}
    assert [row["wait_s"] for row in agency_calls(rows)] == [1800, wait, 1800]


@pytest.mark.parametrize(
    ("note", "wait"),
    [
        ("call 1-45 min hold, hung up", "45 min"),
        ("call #3-45 min hold, hung up", "45 min"),
        ("called USCIS 9:05 am, 45 - 50 min on hold, hung up", "45-50 min"),
        ("called USCIS 9:05 am, 45 to 50 min on hold, hung up", "45 to 50 min"),
        ("called USCIS 9:05 am - 45 min on hold, hung up", "45 min"),
        ("T1 - 45 min hold, hung up", "45 min"),
        ("called USCIS, call 2 - 30 min hold, hung up", "30 min"),
        ("called USCIS 9:05 am, tier 1 - 45 min hold, hung up", "45 min"),
        ("called USCIS, opt 2 - 3 hrs hold, hung up", "3 hrs"),
        ("called USCIS at 9 - 45 min hold, hung up", "45 min"),
        ("called USCIS, held 9 to 10, hung up", "9"),
    ],
)
def test_a_dash_joins_two_figures_of_one_wait_alone(note, wait):
    assert read_narrative(note).wait == wait


# ---- a day or a week on a line of its own ----------------------------------------------------------------------------

LINES = ["Monday, May 5, 2025", "8:05 AM,45,T1", "9:30 AM,20,hung up", "Tuesday, May 6, 2025", "8:05 AM,45,T1"]


@pytest.mark.parametrize("has_column", [True, False])
@pytest.mark.parametrize("is_padded", [True, False])
def test_a_day_on_a_line_of_its_own_is_no_call(has_column, is_padded, tmp_path):
    first = "," if has_column else ""
    ends = ",,," if is_padded else ""
    lines = [f'"{line}"{ends}' if "2025" in line else first + line for line in LINES]
    path = tmp_path / "USCIS call log.csv"
    path.write_text("\n".join([("Date," if has_column else "") + "Start,Wait,Result", *lines]))
    found = entries_of(path, **GIVEN).sort_values("source_row")
    assert found.started_at_local.dt.strftime("%m/%d %H:%M").to_list() == ["05/05 08:05", "05/05 09:30", "05/06 08:05"]


def test_a_row_with_a_day_alone_above_another_day_stays(tmp_path):
    rows = [["Date", "Start", "Wait", "Result"], ["5/5/2025"], ["5/16/2025", "8:05 AM", 45, "T1"], ["5/17/2025"]]
    found = entries_of(a_workbook(tmp_path / "USCIS call log.xlsx", {"Calls": rows}), **GIVEN)
    assert len(found) == 3


def test_a_line_with_a_week_alone_is_no_damaged_row(tmp_path):
    lines = ["Date,Start,Wait,Result", "Week of 5/5/2025", "Mon 5/5,8:05 AM,45,T1", "Tue 5/6,8:05 AM,20,hung up"]
    path = tmp_path / "USCIS call log.csv"
    path.write_text("\n".join(lines))
    found = entries_of(path, **GIVEN)
    assert sorted(found.started_at_local.dt.strftime("%Y-%m-%d")) == ["2025-05-05", "2025-05-06"]


def test_a_table_copied_with_the_email_it_came_in_is_read(tmp_path):
    lines = ["From: Dana", "To: Attorney", "Subject: USCIS calls", "Date: Mon, 24 Mar 2025", "", "Here's my log:", ""]
    lines += ["Date\tTime\tClient\tHold\tResult", "3/17/2025\t9:00 AM\tA-1\t40 min\tT1 - nothing new"]
    lines += ["3/18/2025\t8:05 AM\tA-1\t33 min\tdropped", "3/19/2025\t2:45 PM\tA-2\t50 min\tT1 - done"]
    path = tmp_path / "calls.txt"
    path.write_text("\n".join(lines))
    assert entries_of(path)["wait_s"].tolist() == [2400, 1980, 3000]
