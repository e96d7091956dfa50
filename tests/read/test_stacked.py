"""Tables below one another in one tab of a hand-kept log. Everything here is invented."""

from __future__ import annotations

import openpyxl
import pytest

from read_logs import receipt_and_entries

CALLS = ["Date", "Time", "Hold", "Agent", "Result", "SR"]
OF_CLIENTS = ["Date", "Time", "Client", "Hold", "Agent", "Result", "SR"]
THEIRS = ["Date", "Time", "Agent", "Result"]
CALLBACKS = [
    ["Callbacks from USCIS"],
    THEIRS,
    ["3/25/2024", "2:10 PM", "", "missed"],
    ["3/26/2024", "2:10 PM", "", "answered"],
]


def calls_in(month, header=CALLS):
    cells = {"Time": "9:05 AM", "Client": "A-1", "Agent": "Ana 4471", "Result": "spoke"}
    days = [cells | {"Date": f"{month}/{day}/2024", "SR": f"QX-22{day}"} for day in range(13, 17)]
    return [[row.get(name, "41 min") for name in header] for row in days]


def stored(folder, rows):
    """The receipt of a sheet, and the row, kind and outcome of each entry."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "USCIS calls.xlsx")
    receipt, entries = receipt_and_entries(folder / "USCIS calls.xlsx")
    return receipt, list(zip(entries["source_row"], entries["kind"], entries["outcome"], strict=True))


def kinds_below(folder, below, header=CALLS):
    """The kinds of what is read under four calls; every row is an entry, set aside, or to be fixed."""
    rows = [header, *calls_in(3, header), *below]
    receipt, result = stored(folder, rows)
    n = receipt.totals
    assert n["rows"] == sum(any(row) for row in rows) - 1 == n["entries"] + n["set_aside"] + n["rejects"]
    assert [kind for _, kind, _ in result[:4]] == ["dial"] * 4
    return [kind for _, kind, _ in result[4:]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "header", "row"),
    [
        ("Hearings", ["Date", "Time", "Length", "Client", "Result"], ["9:00 AM", "2 hr", "A-1", "continued"]),
        ("Hearings", ["Date", "Judge", "Courtroom", "Outcome"], ["Smith", "12", "reset"]),
        ("Consultations", ["Date", "Time", "Duration", "Client", "Outcome"], ["9:00 AM", "30 min", "A-1", "declined"]),
        ("Billing", ["Date", "Staff", "Hours", "Matter", "Note"], ["Jo", "30 min", "A-1", "drafting"]),
        ("Voicemails left by clients", ["Date", "Time", "Length", "Client"], ["9:00 AM", "2 min", "A-1"]),
        ("Interviews", ["Date", "Time", "Officer", "Client", "Result"], ["9:00 AM", "Smith", "A-1", "approved"]),
        ("RFEs received", ["Date", "Client", "Receipt", "Outcome"], ["A-1", "IOE0912345678", "answered"]),
        ("", ["Date", "Time", "Client", "Result"], ["9:00 AM", "A-1", "left message"]),
        ("Incoming mail", ["Date", "From", "Case", "Note"], ["USCIS", "A-1", "receipt notice"]),
        ("Clients to call back", ["Callback date", "Callback time", "Client", "Answered?"], ["9:00 AM", "A-1", "no"]),
        ("Service requests", ["Date", "SR", "Client", "Promised", "Result"], ["QX-220", "A-1", "72 hours", "answered"]),
        ("Callbacks due", ["Date", "Client", "SR", "Promised", "Result"], ["A-1", "QX-220", "72 hours", "missed"]),
        ("Office closed", ["Date", "Reason"], ["Memorial Day"]),
        ("", ["Date", "Time", "Client", "Agent", "Result"], ["9:00 AM", "A-1", "Jo", "hired us"]),
    ],
)
def test_a_table_of_other_things_below_is_set_aside(title, header, row, tmp_path):
    rows = [[f"4/{day}/2024", *row] for day in (2, 3)]
    assert kinds_below(tmp_path, [[title], header, *rows], OF_CLIENTS) == []


@pytest.mark.slow
@pytest.mark.parametrize("title", ["Calls from USCIS", "USCIS called us back", "Llamadas recibidas de USCIS"])
def test_callbacks_under_their_title_need_no_time(title, tmp_path):
    rows = [["3/25/2024", "Roe", "missed"], ["3/26/2024", "Doe", "answered, approved"], ["3/27/2024", "Poe", "left vm"]]
    assert kinds_below(tmp_path, [[], [title], ["Date", "Officer", "Notes"], *rows]) == ["ring"] * 3


@pytest.mark.slow
@pytest.mark.parametrize("title", ["April", "Calls to USCIS, April"])
def test_calls_below_that_tell_how_they_ended_need_no_hold(title, tmp_path):
    rows = [["4/2/2024", "9:05 AM", end] for end in ("hung up", "spoke to Ana", "SR opened", "cut off")]
    assert kinds_below(tmp_path, [[], [title], ["Date", "Time", "Result"], *rows]) == ["dial"] * 4


@pytest.mark.slow
def test_many_rows_of_other_things_below_hide_no_calls(tmp_path):
    rows = [["4/2/2024", "9:00 AM", "Smith", "A-1", "continued"], ["4/3/2024", "9:05 AM", "Roe", "A-2", "granted"]]
    below = [[], ["Hearings"], ["Date", "Time", "Judge", "Client", "Result"], *rows * 8]
    assert kinds_below(tmp_path, below, ["Date", "Time", "Hold", "Result"]) == []


@pytest.mark.slow
def test_a_table_without_days_below_is_set_aside(tmp_path):
    assert kinds_below(tmp_path, [["By person"], ["", "Calls", "Average hold"], ["Ana", "3", "41"]]) == []


@pytest.mark.slow
def test_a_legend_below_still_explains_the_codes(tmp_path):
    legend = [["R", "reached"], ["H", "hung up"]]
    rows = [[*cells[:4], "H", ""] for cells in calls_in(3)]
    _, result = stored(tmp_path, [CALLS, *rows, [], *legend])
    assert [outcome for _, _, outcome in result] == ["hung_up"] * 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("April", ["Date", "Time", "Agent", "Hold", "Result", "SR"]),
        ("April", ["Date", "Time", "Agent", "Result", "SR"]),
        ("", ["Date", "Time", "Agent", "Result", "SR"]),
        ("Calls of June", ["Date", "SR", "Client", "Result", "Time"]),
        ("Jo", ["Date", "Agent", "Time", "Hold", "Result"]),
    ],
)
def test_a_table_of_calls_below_is_read(title, header, tmp_path):
    assert kinds_below(tmp_path, [[title], header, *calls_in(4, header)]) == ["dial"] * 4


@pytest.mark.slow
@pytest.mark.parametrize("title", ["April", "Week of April 2", "Outgoing", "Our calls", ""])
def test_calls_under_the_header_of_the_callbacks_above_are_calls(title, tmp_path):
    ours = [["4/2/2024", "9:00 AM", "Ana 4471", "spoke"], ["4/3/2024", "9:05 AM", "", "no answer"]]
    assert kinds_below(tmp_path, [*CALLBACKS, [title], THEIRS, *ours]) == ["ring"] * 2 + ["dial"] * 2


TIMED = [["3/25/2024", "2:10 PM", "QX-2213", "missed"], ["3/26/2024", "2:20 PM", "QX-2214", "answered, card sent"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["USCIS called back", "They called", "CB from USCIS", "Date they called back", "T2 called back"]
)
@pytest.mark.parametrize("places", [[0, 1, 2, 3], [2, 0, 1, 3], [0, 2, 3]])
def test_a_table_whose_days_are_headed_as_the_agencys_callbacks_is_of_callbacks(name, places, tmp_path):
    table = [[row[place] for place in places] for row in [[name, "Time", "SR", "Result"], *TIMED]]
    _, result = stored(tmp_path, [CALLS, *calls_in(3), [], *table])
    assert [(kind, outcome) for _, kind, outcome in result[4:]] == [("ring", "missed"), ("ring", "answered")]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["We called back", "Called back", "CB to USCIS"])
def test_a_table_whose_days_are_not_headed_as_the_agencys_callbacks_is_not(name, tmp_path):
    assert kinds_below(tmp_path, [[], [name, "Time", "SR", "Result"], *TIMED]) == []


@pytest.mark.slow
def test_clients_to_call_about_the_agencys_callbacks_are_none(tmp_path):
    header = ["USCIS called back", "Time", "SR", "Result"]
    assert kinds_below(tmp_path, [["Clients to call back"], header, *TIMED]) == []


@pytest.mark.slow
@pytest.mark.parametrize("title", ["They called us", "Callbacks, page 2"])
def test_callbacks_under_the_header_of_the_callbacks_above_are_callbacks(title, tmp_path):
    assert kinds_below(tmp_path, [*CALLBACKS, [title], *CALLBACKS[1:]]) == ["ring"] * 4


@pytest.mark.slow
def test_a_remark_on_callbacks_that_are_waited_for_is_no_title_of_them(tmp_path):
    header = ["Date", "Time", "Agent", "Result", "SR"]
    title = ["Waiting for callbacks from USCIS on QX-220"]
    assert kinds_below(tmp_path, [title, header, *calls_in(4, header)]) == ["dial"] * 4


@pytest.mark.slow
@pytest.mark.parametrize("title", ["NVC cases", "Court cases", "ICE detained cases"])
def test_the_first_header_again_over_calls_to_us_goes_on_whatever_its_title(title, tmp_path):
    assert kinds_below(tmp_path, [[title], CALLS, *calls_in(4)]) == ["dial"] * 4


@pytest.mark.slow
@pytest.mark.parametrize("title", ["NVC cases", "Court cases", "NVC calls"])
def test_the_first_header_again_over_rows_that_name_no_request_is_what_its_title_says(title, tmp_path):
    rows = [["4/2/2024", "9:00 AM", "20 min", "Jim", "fee unpaid", ""]] * 2
    assert kinds_below(tmp_path, [[title], CALLS, *rows]) == []


@pytest.mark.slow
def test_a_smaller_table_above_that_of_the_calls_is_read_by_its_own_header(tmp_path):
    _, result = stored(tmp_path, [*CALLBACKS, [], ["Calls we made"], CALLS, *calls_in(4)])
    assert [kind for _, kind, _ in result] == ["ring"] * 2 + ["dial"] * 4


@pytest.mark.slow
def test_a_smaller_table_of_other_things_above_is_set_aside(tmp_path):
    hearings = [["Date", "Time", "Length", "Client", "Result"], ["4/2/2024", "9:00 AM", "2 hr", "A-1", "continued"]]
    receipt, result = stored(tmp_path, [["Hearings"], *hearings, [], ["USCIS calls"], CALLS, *calls_in(4)])
    assert [kind for _, kind, _ in result] == ["dial"] * 4
    assert receipt.aside == {"no_call": 1, "header": 2}


@pytest.mark.slow
def test_a_wider_table_of_calls_below_leaves_none_above_out(tmp_path):
    wider = ["Date", "Time", "Client", "Hold", "Agent", "Agent ID", "Result", "SR", "Promised"]
    rows = [["4/2/2024", "9:05 AM", "A-1", "41 min", "Ana", "K4471", "spoke", "QX-1", "72 hours"]] * 2
    assert kinds_below(tmp_path, [["April"], wider, *rows]) == ["dial"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("row", [["", "noon", "", "", "dropped", "callback"], ["", "", "long", "", "no answer", ""]])
def test_a_row_told_in_words_under_a_gap_is_a_call(row, tmp_path):
    assert kinds_below(tmp_path, [[], row, *calls_in(4)])[-4:] == ["dial"] * 4


def test_tables_below_in_a_text_file_are_read_by_their_own_headers(tmp_path):
    calls = "Date,Time,Hold,Result\n3/14/2024,9:05 AM,40 min,spoke\n3/15/2024,9:05 AM,55 min,hung up\n"
    theirs = "USCIS called back\nDate,Time,Picked up?\n3/20/2024,3:20 PM,no\n3/21/2024,8:45 AM,yes\n3/22/2024,8:45 AM\n"
    (tmp_path / "calls.csv").write_text(f"USCIS calls\n{calls}\n{theirs}\nClients\nName,Phone\nA-1,none\n")
    receipt, entries = receipt_and_entries(tmp_path / "calls.csv")
    assert entries["source_row"].tolist() == [3, 4, 8, 9]
    assert entries["outcome"].tolist()[1:] == ["hung_up", "missed", "answered"]
    assert receipt.totals["rejects"] == 1  # a row that is not as wide as the header of its own table
    assert receipt.aside == {"header": 4, "no_call": 1}


def test_three_calls_in_a_row_whose_days_alone_are_numbered_are_three_calls(tmp_path):
    header = ["Client", "1st call", "Hold", "Outcome", "2nd call", "Hold", "Outcome", "3rd call", "Hold", "Outcome"]
    rows = [
        ["Doe", "7/15/2024", "30", "spoke", "7/18/2024", "55", "hung up", "7/22/2024", "40", "dropped"],
        ["Roe", "7/16/2024", "75", "hung up"],
        ["Poe", "7/17/2024", "10", "Tier 1", "7/19/2024", "5", "dropped"],
    ]
    _, found = stored(tmp_path, [header, *rows])
    assert found == [
        (2, "dial", "unknown"),
        (2, "dial", "hung_up"),
        (2, "dial", "dropped"),
        (3, "dial", "hung_up"),
        (4, "dial", "unknown"),
        (4, "dial", "dropped"),
    ]
