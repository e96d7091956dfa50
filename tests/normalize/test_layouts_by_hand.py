"""Hand-kept sheets in layouts of their own: weeks, tabs, headers in two rows, sums, calls and callbacks in one row.

All cells are invented.
"""

from __future__ import annotations

import openpyxl
import pytest

from read_logs import entries_of

HEADER = ["Day", "Hold", "Talked to", "Notes"]
WEEK = [["Mon", "35", "T1", ""], ["Tue", "50", "T1", "case pending"], ["Thu", "15", "-", "dropped"]]
NEXT_WEEK = [["Wed", "28", "T1", ""], ["Fri", "70", "T2", ""]]


def stored(folder, tabs):
    """The entries of a workbook of these tabs, in the order of their days."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in tabs.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / "calls.xlsx")
    return entries_of(folder / "calls.xlsx").sort_values("started_at_local")


def waits(entries):
    return [(f"{day:%m/%d}", s / 60) for day, s in zip(entries.started_at_local, entries.wait_s, strict=True)]


FIRST, SECOND = [("03/03", 35), ("03/04", 50), ("03/06", 15)], [("03/12", 28), ("03/14", 70)]
WEEKS = {
    "the header under each week": [["Week of 3/3/2025"], HEADER, *WEEK, [], ["Week of 3/10/2025"], HEADER, *NEXT_WEEK],
    "one header": [HEADER, ["Week of March 3, 2025"], *WEEK, ["Week of March 10, 2025"], *NEXT_WEEK],
}


@pytest.mark.slow
@pytest.mark.parametrize("rows", WEEKS.values(), ids=WEEKS)
def test_a_weekday_is_a_day_of_the_week_that_stands_over_it(rows, tmp_path):
    assert waits(stored(tmp_path, {"Sheet1": rows})) == FIRST + SECOND


@pytest.mark.slow
def test_each_tab_of_weekdays_has_the_week_over_its_header(tmp_path):
    tabs = {"Wk 1": [["Week of 3/3/2025"], HEADER, *WEEK], "Wk 2": [["Week of 3/10/2025"], HEADER, *NEXT_WEEK, *WEEK]}
    assert waits(stored(tmp_path, tabs)) == [*FIRST, ("03/10", 35), ("03/11", 50), SECOND[0], ("03/13", 15), SECOND[1]]


@pytest.mark.slow
def test_weekdays_that_come_again_under_one_week_may_be_of_the_next(tmp_path):
    rows = [["Week of 3/3/2025"], HEADER, *WEEK, *WEEK, ["Week of 3/17/2025"], *NEXT_WEEK]
    found = stored(tmp_path, {"Sheet1": rows})
    assert found.started_at_local.dropna().dt.strftime("%m/%d").tolist() == ["03/19", "03/21"]
    assert len(found) == 8


@pytest.mark.slow
@pytest.mark.parametrize(("title", "n_read"), [("USCIS calls March 2025", 4), ("Printed March 2025", 0)])
def test_days_alone_are_of_the_month_over_their_header_unless_it_says_when_it_was_made(title, n_read, tmp_path):
    rows = [[title], HEADER, *([day, f"3{day}", "T1", ""] for day in range(3, 7))]
    found = waits(stored(tmp_path, {"Sheet1": rows}))
    assert found == [("03/03", 33), ("03/04", 34), ("03/05", 35), ("03/06", 36)][:n_read]


@pytest.mark.slow
def test_a_group_over_two_rows_of_a_header_says_whose_date_it_is(tmp_path):
    rows = [
        ["Call", "", "", "Callback"],
        ["Date", "Time", "Hold (min)", "Promised", "Date", "Answered"],
        ["7/8/2024", "9:30 AM", 44, "Y", "7/10/2024", "N"],
        ["7/9/2024", "10:30 AM", 31, "N", "", ""],
        ["7/10/2024", "1:30 PM", 57, "Y", "7/12/2024", "Y"],
        ["7/15/2024", "3:30 PM", 20, "Y", "", ""],
    ]
    found = stored(tmp_path, {"Log": rows})
    assert found.outcome[found.kind == "ring"].tolist() == ["missed", "answered"]


@pytest.mark.slow
def test_the_date_of_callback_in_a_tab_of_callbacks_is_that_of_its_rows(tmp_path):
    calls = [["Date", "Time", "Hold (min)", "Reached"]]
    calls += [[f"2024-04-0{day}", "9:05 AM", 30 + day, "Y"] for day in range(1, 5)]
    callbacks = [["Date of callback", "Time", "Matter", "Did we answer?", "Notes"]]
    callbacks += [["2024-04-03", "3:12 PM", "A-1", "N", ""], ["2024-04-04", "9:20 AM", "A-2", "Y", "resolved"]]
    found = stored(tmp_path, {"Calls": calls, "Callbacks": callbacks})
    rings = found[found.kind == "ring"]
    assert [f"{day:%m/%d %H:%M}" for day in rings.started_at_local] == ["04/03 15:12", "04/04 09:20"]
    assert rings.outcome.tolist() == ["missed", "answered"]


@pytest.mark.slow
@pytest.mark.parametrize("result", ["Missed", "Answered"])
@pytest.mark.parametrize(
    ("header", "clock"),
    [
        (["Date of call", "Callback date", "Time", "Result"], "10:00"),
        (["Date of call", "Callback date", "Result"], "00:00"),
        (["Callback date", "Time", "Result"], "10:00"),
        (["Date of call", "Call time", "Callback date", "Callback time", "Outcome"], "10:00"),
    ],
)
def test_the_callbacks_of_a_tab_of_their_own_may_all_have_one_result(header, clock, result, tmp_path):
    calls = [["Date", "Time", "Hold (min)", "Reached"]]
    calls += [[f"2024-04-0{day}", "9:05 AM", 30 + day, "Y"] for day in range(1, 5)]
    cells = [{"Date of call": f"2024-04-0{day}", "Callback date": f"2024-04-1{day}"} for day in range(1, 4)]
    cells = [each | {"Result": result, "Outcome": result, "Call time": "9:05 AM"} for each in cells]
    callbacks = [[each.get(name, "10:00 AM") for name in header] for each in cells]
    found = stored(tmp_path, {"Calls": calls, "Callbacks": [header, *callbacks]})
    rings = found[found.kind == "ring"]
    assert [f"{day:%m/%d %H:%M}" for day in rings.started_at_local] == [f"04/1{day} {clock}" for day in range(1, 4)]
    assert rings.outcome.tolist() == [result.lower()] * 3


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "n_calls"), [("101", 3), ("102", 4)])
def test_a_figure_alone_that_is_the_sum_of_three_is_no_call(figure, n_calls, tmp_path):
    rows = [["Date", "Time", "Minutes on hold", "Result"]]
    rows += [[f"2024-04-0{day}", "9:05 AM", wait, "Spoke"] for day, wait in ((1, "50"), (2, "20"), (3, "31"))]
    assert len(stored(tmp_path, {"Log": [*rows, ["", "", figure, ""]]})) == n_calls


ANSWERED = {  # rows, and how their calls ended; of the callbacks the first was missed, the second answered
    "before the columns of the callback": (
        [["Date", "Wait time", "Answered?", "C/B promised", "C/B received", "C/B answered"],
         ["2024-01-08", "45 min", "Yes", "Yes", "2024-01-10", "No"], ["2024-01-18", "30 min", "No", "No", "", ""],
         ["2024-01-22", "25 min", "Yes", "Yes", "2024-01-24", "Yes"], ["2024-01-29", "5 min", "No", "No", "", ""]],
        ["reached", "no_person", "reached", "no_person"]),
    "that of the callbacks in a later column": (
        [["Called on", "Hold (min)", "Answered?", "Callback promised?", "They called back on", "Answered by us?"],
         ["2024-09-16", "45", "Y", "Y", "2024-09-18 10:05", "N"], ["2024-09-17", "30", "N", "N", "", ""],
         ["2024-09-18", "15", "Y", "N", "", ""], ["2024-09-23", "62", "Y", "Y", "2024-09-25 14:30", "Y"]],
        ["reached", "no_person", "reached", "reached"]),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "ends"), ANSWERED.values(), ids=ANSWERED)
def test_answered_of_every_call_is_not_of_the_callbacks(rows, ends, tmp_path):
    found = stored(tmp_path, {"Log": rows})
    assert found.wait_outcome[found.kind == "dial"].tolist() == ends
    assert found.outcome[found.kind == "ring"].tolist() == ["missed", "answered"]


@pytest.mark.slow
def test_marks_behind_the_day_of_a_callback_say_how_it_ended(tmp_path):
    rows = [["Date", "Hold (min)", "Outcome", "Promised?", "Callback date", "Answered", "Missed", "Voicemail"]]
    rows += [
        ["2024-03-21", "45", "T1", "Y", "2024-03-24", "x", "", ""],
        ["2024-03-28", "12", "hung up", "N", "", "", "", ""],
        ["2024-03-22", "50", "T1", "Y", "2024-03-25", "", "", "x"],
        ["2024-03-29", "22", "T1", "Y", "2024-03-30", "", "x", ""],
    ]
    found = stored(tmp_path, {"Log": rows})
    rings = found[found.kind == "ring"]
    assert [f"{day:%m/%d}" for day in rings.started_at_local] == ["03/24", "03/25", "03/30"]
    assert rings.outcome.tolist() == ["answered", "voicemail", "missed"]


@pytest.mark.slow
def test_we_called_back_is_a_call_of_ours(tmp_path):
    rows = [["Date", "Time", "Hold", "Result", "We called back", "Hold on 2nd call"]]
    rows += [["2024-09-16", "9:05 AM", "20 min", "dropped", "2024-09-17", "40 min"]]
    rows += [["2024-09-18", "9:05 AM", "30 min", "T1", "", ""], ["2024-09-19", "1:05 PM", "5 min", "dropped", "", ""]]
    found = stored(tmp_path, {"Log": rows})
    assert set(found.kind) == {"dial"}
    assert waits(found) == [("09/16", 20), ("09/17", 40), ("09/18", 30), ("09/19", 5)]


@pytest.mark.slow
@pytest.mark.parametrize("header", ["We were called back", "We received callback"])
def test_that_we_were_called_back_is_a_call_of_theirs(tmp_path, header):
    rows = [["Date", "Time", "Hold", "Result", header], ["2024-09-16", "9:05 AM", "20 min", "T1", "2024-09-17"]]
    rows += [["2024-09-18", "9:05 AM", "30 min", "T1", ""], ["2024-09-19", "1:05 PM", "5 min", "dropped", ""]]
    found = stored(tmp_path, {"Log": rows})
    assert sorted(found.kind) == ["dial", "dial", "dial", "ring"]


@pytest.mark.slow
def test_uscis_called_beside_our_date_and_what_we_missed_is_the_callback(tmp_path):
    rows = [["Date", "Hold", "Rep", "USCIS called", "We missed it?", "We called back"]]
    rows += [["2024-09-13", "38 min", "T1", "2024-09-16", "Y", "2024-09-17"]]
    rows += [["2024-09-14", "22 min", "T1", "2024-09-18", "N", ""], ["2024-09-19", "10 min", "T1", "", "", ""]]
    found = stored(tmp_path, {"Log": rows})
    rings = found[found.kind == "ring"]
    assert [f"{day:%m/%d}" for day in rings.started_at_local] == ["09/16", "09/18"]
    assert rings.outcome.tolist() == ["missed", "answered"]
    assert (found.kind == "dial").sum() == 4


@pytest.mark.slow
def test_one_callback_told_with_its_day_and_result_is_enough(tmp_path):
    rows = [["Date", "Time", "Hold", "Result"]]
    rows += [["2024-09-13", "9:05 AM", "38 min", "T1, 72 hr cb. CB rec'd 9/15 2:15pm, missed"]]
    rows += [["2024-09-16", "9:05 AM", "22 min", "T1, no cb"], ["2024-09-17", "9:05 AM", "15 min", "cut off"]]
    rows += [["2024-09-18", "9:05 AM", "50 min", "T1, 30 day cb, nothing yet"]]
    found = stored(tmp_path, {"Log": rows})
    (ring,) = found[found.kind == "ring"].itertuples()
    assert (f"{ring.started_at_local:%m/%d %H:%M}", ring.outcome) == ("09/15 14:15", "missed")


@pytest.mark.slow
@pytest.mark.parametrize("header", ["Who", "Got", "Outcome"])
def test_tiers_alone_say_who_answered_whatever_the_header(header, tmp_path):
    cells = ["T1", "T1", "T2", "T1", "nobody"]
    rows = [["Date", "Wait (min)", header], *([f"2024-09-{day}", 20 + day, c] for day, c in enumerate(cells, 13))]
    found = stored(tmp_path, {"USCIS calls": rows})
    assert found.wait_outcome.tolist() == ["reached"] * 4 + ["no_person"]


@pytest.mark.slow
def test_initials_are_known_as_they_are_cut_short(tmp_path):
    rows = [["date", "int.", "hold", "notes"]]
    rows += [["2024-03-01", "jm", "40", "t1 - nothing new"], ["2024-03-04", "tk", "1 hour 40 mins", "t1, asked for t2"]]
    rows += [["2024-03-06", "tk", "~15", "cut off"], ["2024-03-07", "jm", "35", "t1, sr"]]
    assert [wait for _, wait in waits(stored(tmp_path, {"Log": rows}))] == [40, 100, 15, 35]


@pytest.mark.slow
def test_notes_beside_a_date_and_a_time_may_tell_whole_calls(tmp_path):
    notes = ["45 min hold. T1. No ETA.", "held 1.5 hrs, then dropped", "5 min wait! T1", "T1 after 38 mins"]
    rows = [["Date", "Time", "Case", "Notes"]]
    rows += [[f"2024-10-{day:02}", "9:05 AM", "A-1", note] for day, note in enumerate(notes, 7)]
    assert [wait for _, wait in waits(stored(tmp_path, {"Log": rows}))] == [45, 90, 5, 38]


@pytest.mark.parametrize(
    ("tab", "is_read"), [("Jan", True), ("NVC", False), ("Court 2025", False), ("Other agencies", False)]
)
def test_a_thin_tab_with_the_header_of_another_is_read_like_it_unless_it_is_of_others(tab, is_read, tmp_path):
    header = ["Date", "Time", "Client", "Wait", "Outcome"]
    calls = [
        ["2024-12-02", "9:00 AM", "A-1", "38", "T1, cb w/in 72 hrs"],
        ["2024-12-31", "11:00 AM", "A-2", "60", "gave up"],
    ]
    thin = [["2025-01-02", "9:00 AM", "A-2", "95", "T1"], ["2025-01-06", "9:15 AM", "A-3", "50", "T1, cb by 1/9"]]
    thin += [["2025-01-09", "4:00 PM", "A-3", "", "no CB"]]
    found = stored(tmp_path, {"Dec": [header, *calls], tab: [header, *thin]})
    assert len(found) == (5 if is_read else 2)


def test_a_zone_named_above_a_log_is_that_of_its_times_and_callbacks(tmp_path):
    rows = [
        ("All times Pacific. Times are when we dialed.",),
        (),
        ("Date", "Time", "Hold (min)", "Result", "Called back", "CB answered?"),
        ("2/9/2026", "6:05", "22", "spoke to agent", "2/11/2026 9:00 AM", "Y"),
        ("2/10/2026", "11:00", "58", "gave up", "", ""),
        ("2/16/2026", "9:15", "39", "disconnected", "", ""),
    ]
    found = stored(tmp_path, {"USCIS calls": rows})
    assert {*found["timezone"].dropna()} == {"America/Los_Angeles"}
    assert [f"{moment:%H:%M}" for moment in found["started_at_local"]] == ["06:05", "11:00", "09:00", "09:15"]
