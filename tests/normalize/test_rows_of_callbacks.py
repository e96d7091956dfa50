"""Rows of hand-kept logs that are callbacks, or no call at all, and cells that hold two things. All are invented."""

from __future__ import annotations

import csv

import openpyxl
import pytest
from pyarrow import compute as pc

import callanalytics as ca
from callanalytics import formats
from callanalytics.formats import column_meanings
from callanalytics.normalize.row_kinds import says_callback
from callanalytics.values.narratives import read_narrative
from read_logs import entries_of
from text_rows import normalized

HAND_SHEET = formats.load()["hand_sheet"]
BASE = {"Time": "9:10 AM", "Hold": "45 min", "Agent": "Ana", "ID": "Q4471", "Result": "spoke"}


def entries(rows):
    return normalized(rows, HAND_SHEET).entries.sort_by("source_row")


def on_days(rows, first=14):
    return [{"Date": f"3/{day}/2022", **row} for day, row in enumerate(rows, first)]


def stored(folder, rows, name="USCIS calls", columns=("source_row", "kind", "outcome")):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / f"{name}.xlsx"
    book.save(path)
    records = entries_of(path)
    return list(zip(*(records[column] for column in columns), strict=True))


# ---- callbacks in rows of their own ---------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["USCIS officer", "Officer", "Tier 2", "oficial"])
@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("C/B: missed it", "missed"),
        ("third attempt, left VM", "voicemail"),
        ("Second try by officer, left voicemail.", "voicemail"),
        ("took the call, card is in the mail", "answered"),
        ("tried us, no answer, at lunch", "missed"),
        ("no la contestamos, en junta", "missed"),
    ],
)
def test_a_row_whose_agent_is_the_agency_alone_is_a_callback(agent, text, result):
    log = entries(on_days([BASE, {"Time": "2:40 PM", "Agent": agent, "Result": text}, BASE]))
    assert log.column("kind").to_pylist() == ["dial", "ring", "dial"]
    assert log.column("outcome").to_pylist()[1] == result


WAITED = {  # a result of a row with a hold, and what came of the callback that it tells of; none: it is a call of ours
    "USCIS called us back, spoke with officer": "answered",
    "Tier 2 called back, left VM": "voicemail",
    "They called back - missed it": "missed",
    "nos llamaron, hablamos con oficial": "answered",
    "They called back": None,
    "we called USCIS back, spoke with officer": None,
    "client called back, answered": None,
}


@pytest.mark.parametrize("text", WAITED)
@pytest.mark.parametrize("column", ["Result", "Remarks"])
def test_a_length_beside_a_callback_does_not_make_it_a_call(text, column):
    log = entries(on_days([BASE, {"Time": "2:40 PM", "Hold": "12", column: text}, BASE]))
    # Of a callback that was missed nobody held: the row may tell of what came after a call of ours
    is_callback = WAITED[text] == "answered"
    of_rows, further = log.filter(pc.equal(log["item"], 0)), log.filter(pc.greater(log["item"], 0))
    assert of_rows.column("kind").to_pylist() == ["dial", "ring" if is_callback else "dial", "dial"]
    # The callback that came after is kept beside the call, without a day.
    is_kept = column == "Result" and WAITED[text] in ("missed", "voicemail")
    assert further.column("outcome").to_pylist() == [WAITED[text]] * is_kept
    assert of_rows.column("wait_s").to_pylist() == [2700, None if is_callback else 720, 2700]
    if is_callback:
        assert log.column("outcome").to_pylist()[1] == WAITED[text]
        assert log.column("warnings").to_pylist()[1] == "wait_without_call"


@pytest.mark.parametrize("beside", [{"Agent": "Ana"}, {"SR": "SR12345678"}, {"Promised": "72 hours"}])
def test_a_length_beside_what_only_a_call_of_ours_has_is_its_wait(beside):
    rows = [
        {"SR": "", "Promised": "", **BASE},
        {"Time": "2:40 PM", "Hold": "12", "Remarks": "They called, missed"} | beside,
    ]
    assert entries(on_days(rows)).column("kind").to_pylist() == ["dial", "dial"]


@pytest.mark.parametrize("row", [{"Hold": "20", "Result": "missed"}, {"Result": "answered my question"}])
def test_a_call_to_an_officer_stays_a_call(row):
    log = entries(on_days([BASE, {"Time": "2:40 PM", "Agent": "Officer", **row}, BASE]))
    assert set(log.column("kind").to_pylist()) == {"dial"}


@pytest.mark.parametrize("agent", ["USCIS", "Tier 2"])
@pytest.mark.parametrize(
    "text",
    [
        "no answer again",
        "nobody picked up, gave up",
        "rang out",
        "line busy",
        "nadie contestó",
        "went to voicemail, called the local office",
        "no answer, left a message",
        "no answer, call back Monday",
        "closed, call back tomorrow",
        "line busy, left at 5",
        "no answer, client at hearing",
        "went to voicemail, tried back later",
        "no contestaron, dejo para mañana",
    ],
)
def test_a_call_to_the_agency_that_no_one_answered_reached_no_one(agent, text):
    log = entries(on_days([BASE, {"Time": "2:40 PM", "Agent": agent, "Result": text}, BASE]))
    assert set(log.column("kind").to_pylist()) == {"dial"}
    assert "reached" not in log.column("wait_outcome").to_pylist()[1]


@pytest.mark.parametrize(
    ("agent", "text", "ended"),
    [
        ("USCIS", "", "unknown"),
        ("contact center", "expedite", "unknown"),
        ("USCIS", "told to wait", "reached"),
        ("Tier 2", "expedite", "reached"),
        ("Ana", "no answer", "reached"),
    ],
)
def test_the_name_of_the_agency_is_no_person_who_answered(agent, text, ended):
    log = entries(on_days([BASE, {"Time": "2:40 PM", "Hold": "20 min", "Agent": agent, "Result": text}, BASE]))
    assert log.column("wait_outcome").to_pylist()[1] == ended


@pytest.mark.parametrize(
    "text",
    [
        "call from USCIS within 72 hrs",
        "call from USCIS - within 72 hrs",
        "call from USCIS 72 hrs",
        "call from USCIS never came",
        "call from USCIS scheduled for Monday",
        "llamada del oficial en 30 días",
        "Llamada de USCIS prometida",
    ],
)
def test_a_call_of_the_agency_that_is_to_come_is_no_callback(text):
    assert not says_callback(text)
    assert not read_narrative(text).in_out


@pytest.mark.parametrize(
    "text",
    [
        "Call from USCIS, said decision within 30 days",
        "Call from USCIS - card in 10 days",
        "Llamada de USCIS: dijeron que en 30 días",
    ],
)
def test_a_call_of_the_agency_in_which_it_named_a_time_is_a_callback(text):
    assert says_callback(text)
    assert read_narrative(text).in_out == "incoming"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Missed a call from the officer", "missed"),
        ("Missed their callback (dentist)", "missed"),
        ("Got their call, all good", "answered"),
        ("Picked up the officer's call", "answered"),
        ("Perdimos la llamada del oficial, en audiencia", "missed"),
        ("Llamada perdida de USCIS", "missed"),
        ("No alcanzamos a contestar la llamada de USCIS", "missed"),
        ("El oficial nos dejó recado", "voicemail"),
        ("Nos marcó USCIS, contesté", "answered"),
    ],
)
def test_a_result_that_names_their_call_is_a_callback(text, result):
    log = entries(on_days([BASE, {"Time": "2:40 PM", "Result": text}, BASE]))
    assert log.column("kind").to_pylist() == ["dial", "ring", "dial"]
    assert log.column("outcome").to_pylist()[1] == result


@pytest.mark.parametrize(
    "text", ["Missed call from client", "Missed callback window, called again", "se cortó la llamada"]
)
def test_a_missed_call_of_another_or_a_lost_one_is_no_callback(text):
    assert not says_callback(text)


def test_a_status_of_callbacks_is_theirs_however_many_are_pending():
    waiting = [{**BASE, "Callback status": "Pending"}] * 5
    came = {"Callback date": "3/21/2022", "Callback time": "2:05 PM"}
    rows = on_days([*waiting, *({**BASE, "Callback status": text, **came} for text in ("Answered", "Missed"))])
    rings = (log := entries(rows)).filter(pc.equal(log.column("kind"), "ring"))
    assert rings.column("outcome").to_pylist() == ["answered", "missed"]


# ---- tables below one another ---------------------------------------------------------------------------------------

CALLS = [
    ["Date", "Time", "Case", "On hold", "Rep", "Rep ID", "SR", "Promised", "Outcome"],
    ["3/14/2022", "9:05 AM", "A-1", "31 min", "Ana", "Q4471", "WS10044", "72 hours", "spoke"],
    ["3/15/2022", "1:10 PM", "A-2", "50 min", None, None, None, None, "hung up"],
    ["3/16/2022", "8:02 AM", "A-2", "4 min", "Bo", "Q4488", None, "no callback", "spoke"],
    [],
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "header", "answers"),
    [
        ("Calls we got from USCIS", ["Date", "Time", "Case", "Got it?"], ["missed", "answered"]),
        ("THEY CALLED", ["When", "Time", "Case", "Answered?"], ["N", "Y"]),
        ("Voicemails from officers", ["Date", "Time", "Case", "Note"], ["left VM", "left a message, all good"]),
        ("Call-backs received", ["Date", "Time", "Case", "Outcome"], ["missed, in court", "spoke w/ officer"]),
        ("Llamadas recibidas de USCIS", ["Fecha", "Hora", "Caso", "¿Contestamos?"], ["no", "sí"]),
    ],
)
def test_a_table_of_callbacks_below_the_calls_is_of_callbacks(title, header, answers, tmp_path):
    rows = [["3/17/2022", "3:20 PM", "A-1", answers[0]], ["3/18/2022", "8:40 AM", "A-1", answers[1]]]
    records = stored(tmp_path, [*CALLS, [title], header, *rows])
    ends = ("voicemail", "voicemail") if "Voicemails" in title else ("missed", "answered")
    assert records[3:] == [(8, "ring", ends[0]), (9, "ring", ends[1])]
    assert [kind for _, kind, _ in records[:3]] == ["dial"] * 3


@pytest.mark.slow
def test_a_lower_table_of_calls_is_read_by_its_own_columns(tmp_path):
    header = ["Case", "When", "Time called", "Time on hold", "Outcome"]
    rows = stored(tmp_path, [*CALLS, ["spring, continued"], header, ["A-3", "3/21/2022", "9:00 AM", "33", "hung up"]])
    assert rows[3:] == [(8, "dial", "hung_up")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "header", "row"),
    [
        ("NVC calls", ["Date", "Time", "Case", "Hold", "Operator"], ["3/17/2022", "3:20 PM", "A-1", "20", "Jim"]),
        ("Open requests", ["Case", "Date opened", "SR", "Status"], ["A-1", "3/17/2022", "WS10044", "open"]),
    ],
)
def test_a_lower_table_of_other_things_holds_no_calls(title, header, row, tmp_path):
    assert len(stored(tmp_path, [*CALLS, [title], header, row])) == 3


FIRST = ["Date", "Time", "Hold", "Agent", "Result", "SR"]
OURS = ["Date", "Time", "Agent", "Result", "SR"]  # and no wait
THEIRS = [["Date", "Time", "Result"], ["3/25/2024", "2:10 PM", "missed"], ["3/26/2024", "3:10 PM", "answered"]]
ELSEWHERE = [["Date", "Time", "Agent", "Wait", "Notes"], ["3/20/2024", "9:00 AM", "Jo", "20 min", "x"]]


def calls_in(month, header=FIRST):
    cells = {"Time": "9:05 AM", "Agent": "Ana 4471", "Result": "spoke"}
    days = [cells | {"Date": f"{month}/{day}/2024", "SR": f"QX-22{day}"} for day in range(13, 19)]
    return [[row.get(name, "41 min") for name in header] for row in days]


def kinds_and_waits(folder, below):
    """What is read under six calls, as kind and whether a wait is known."""
    rows = [FIRST, *calls_in(3), *below]
    records = stored(folder, rows, columns=("source_row", "kind", "wait_s"))
    return [(kind, str(wait) == "2460") for row, kind, wait in records if row > 7]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("between", "n_rings"),
    [
        ([["Callbacks from USCIS"], *THEIRS, ["April"]], 2),
        ([["Callbacks from USCIS"], *THEIRS, THEIRS[0], *THEIRS[1:]], 4),  # its header again, as on a new page
        ([["NVC calls"], *ELSEWHERE, ["USCIS calls, April"]], 0),
    ],
)
def test_where_the_first_header_comes_again_the_first_table_goes_on(between, n_rings, tmp_path):
    result = kinds_and_waits(tmp_path, [*between, FIRST, *calls_in(4)])
    assert result == [("ring", False)] * n_rings + [("dial", True)] * 6


@pytest.mark.slow
def test_weeks_with_two_headers_by_turns_are_all_read(tmp_path):
    other = ["Date", "Time", "Agent", "Hold", "Result", "SR"]
    result = kinds_and_waits(tmp_path, [other, *calls_in(4, other), FIRST, *calls_in(5), other, *calls_in(6, other)])
    assert result == [("dial", True)] * 18


@pytest.mark.slow
def test_the_first_header_again_under_the_title_of_another_agency_holds_no_calls(tmp_path):
    assert kinds_and_waits(tmp_path, [["NVC calls"], FIRST, *calls_in(4)]) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "is_wait_known"),
    [
        (OURS, False),
        (["Date", "Time", "Duration", "Agent", "Result", "SR"], True),
        (["Date", "Time", "Length", "Agent", "Result", "SR"], True),
        (["Date", "Time", "Agent", "Result", "SR", "Duration"], False),  # of the whole call, it may be
    ],
)
def test_a_lower_table_of_our_calls_needs_no_wait(header, is_wait_known, tmp_path):
    assert kinds_and_waits(tmp_path, [["April"], header, *calls_in(4, header)]) == [("dial", is_wait_known)] * 6


@pytest.mark.slow
@pytest.mark.parametrize(
    "below",
    [
        [
            ["Callbacks from USCIS"],
            ["Date", "Time", "Promised", "Result"],
            ["3/25/2024", "2:10 PM", "72 hours", "missed"],
        ],
        [["Callback date", "Callback time", "Answered?"], ["3/25/2024", "2:10 PM", "no"]],
        [["Callbacks from USCIS"], CALLS[0], ["3/25/2024", "2:10 PM", "A-1", *[None] * 5, "missed"]],
    ],
)
def test_a_lower_table_titled_or_headed_as_of_callbacks_is_of_callbacks(below, tmp_path):
    rows = stored(tmp_path, [*CALLS, *below], columns=("kind", "outcome", "started_at_local"))
    assert [(kind, outcome, str(moment)) for kind, outcome, moment in rows[3:]] == [
        ("ring", "missed", "2024-03-25 14:10:00")
    ]


@pytest.mark.slow
def test_calls_to_clients_below_are_no_calls_to_the_agency(tmp_path):
    rows = [["Date", "Time", "Client", "Result"], ["4/2/2024", "9:00 AM", "A-1", "left message"]]
    assert kinds_and_waits(tmp_path, [["Calls to clients"], *rows]) == []


@pytest.mark.slow
@pytest.mark.parametrize("below", [calls_in(4), []])
def test_a_row_in_words_is_no_header(below, tmp_path):
    words = ["date unclear", "", "long hold", "agent name not given", "no answer", "callback promised"]
    result = kinds_and_waits(tmp_path, [words, *below])
    assert result == [("dial", False), *[("dial", True)] * len(below)]


@pytest.mark.slow
def test_a_title_may_stand_over_the_days_beside_the_numbers_of_the_rows(tmp_path):
    table = [["Nr", *FIRST], *(["a", *cells] for cells in calls_in(3))]
    below = [["", "Callbacks"], ["Nr", *THEIRS[0]], *(["b", *cells] for cells in THEIRS[1:])]
    assert [kind for _, kind, _ in stored(tmp_path, [*table, *below])[6:]] == ["ring"] * 2


@pytest.mark.slow
def test_a_remark_under_another_column_is_no_title(tmp_path):
    remark = ["", "", "", "", "officers called back about this", ""]
    result = kinds_and_waits(tmp_path, [remark, OURS, *calls_in(4, OURS)])
    assert result[-6:] == [("dial", False)] * 6


# ---- rows that are no call ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["called NVC instead, paid the fee", "Court: hearing moved", "llamé al consulado"])
def test_a_result_that_begins_with_another_office_is_no_call_to_the_agency(text):
    assert entries(on_days([BASE, {"Time": "2:40 PM", "Result": text}, BASE])).num_rows == 2


def test_a_callback_on_a_day_on_which_no_one_called_stays():
    rows = [
        {**BASE, "Callback": None},
        {"Time": "9:00 AM", "Callback": "3/18 1:15pm missed", "Notes": "did not call today"},
    ]
    log = entries(on_days(rows))
    assert log.column("kind").to_pylist() == ["dial", "ring"]
    assert [str(day)[:16] for day in log.column("started_at_local").to_pylist()][1] == "2022-03-18 13:15"


def test_a_day_on_which_no_one_had_called_back_is_no_call():
    rows = [{**BASE, "Callback": "3/18 1:15pm missed"}, {"Callback": "none as of 3/29", "Notes": "they did not call"}]
    assert entries(on_days(rows)).column("kind").to_pylist() == ["dial", "ring"]
    called = {"Hold": "20 min", "Callback": "none as of 3/29", "Notes": "they did not call"}
    assert entries(on_days([rows[0], called])).column("kind").to_pylist() == ["dial", "ring", "dial", "none_came"]


@pytest.mark.parametrize("text", ["never got to this, do Monday", "no me dio tiempo de llamar"])
def test_a_planned_call_that_no_one_made_is_none(text):
    planned = {"Time": "2:40 PM", "Client": "A-1", "Notes": text}
    assert entries(on_days([{**BASE, "Client": "A-2"}, planned, {**BASE, "Client": "A-2"}])).num_rows == 2


def test_the_mean_of_a_column_in_one_cell_is_no_call():
    assert entries([*on_days([BASE, BASE]), {"Hold": "avg 41 min"}]).num_rows == 2


def test_a_day_over_calls_to_others_is_that_of_the_next_call():
    agency = {**BASE, "Agency": "USCIS"}
    other = {"Date": "3/17/2022", "Time": "9:00 AM", "Agency": "NVC", "Hold": "20", "Agent": "Jim"}
    log = entries([*on_days([agency, agency]), other, {**agency, "Date": None}])
    assert [str(day)[:10] for day in log.column("started_at_local").to_pylist()][-1] == "2022-03-17"
    assert "date_from_above" in log.column("warnings").to_pylist()[-1]


def test_the_year_of_a_day_over_calls_to_others_is_that_of_the_days_around_it():
    other = {"Date": "3/17", "Time": "9:00 AM", "Result": "called NVC instead"}
    log = entries([*on_days([BASE, BASE]), other, {**BASE, "Date": None}])
    assert [str(day)[:10] for day in log.column("started_at_local").to_pylist()][-1] == "2022-03-17"


def test_tickets_of_a_help_desk_are_no_log(tmp_path):
    header = ["Ticket", "Opened", "Opened by", "Issue", "Agent", "Agent ID", "Wait (min)", "Status", "Callback"]
    rows = [[f"N-{n}", f"3/{n}/2022", "Lee", "no toner", "Bo", "Z1", n, "Open", "72 hours"] for n in range(14, 20)]
    with pytest.raises(ca.CallLogError):
        stored(tmp_path, [header, *rows], "Requests of the staff")


# ---- cells of two ---------------------------------------------------------------------------------------------------


def test_a_request_and_its_promise_stand_in_one_cell():
    cells = ["WS-2044 / 30 bus days", "no SR / no callback", "WS-2061 / 72 hrs"]
    log = entries(on_days([{**BASE, "SR / callback promised": cell} for cell in cells]))
    assert log.column("sr_number").to_pylist() == ["WS-2044", None, "WS-2061"]
    assert log.column("promised").to_pylist() == ["regular", "none", "urgent"]


def test_days_by_which_they_are_to_call_stand_beside_what_remarks_note():
    given = [
        ("4/25/2022", "30 business days"),
        ("no callback", "do it online"),
        ("3/18/2022", "72 hours, AP"),
        ("5/2/2022", "30 business days, last one came to nothing"),
        ("4/28/2022", "30 business days"),
    ]
    rows = [{**BASE, "SR": f"WS-20{n}", "They call by": due, "Notes": note} for n, (due, note) in enumerate(given, 10)]
    promised = entries(on_days(rows)).column("promised").to_pylist()
    assert promised == ["regular", "none", "urgent", "regular", "regular"]


def test_a_wait_from_the_time_of_its_row_to_another_is_reckoned():
    clocked = {**BASE, "Time": "10:05 AM", "Hold": "10:05-10:50"}
    holds = [clocked, *({**BASE, "Hold": f"{n} min"} for n in (30, 20, 25, 35, 15)), {**BASE, "Hold": "40ish mins"}]
    assert entries(on_days(holds)).column("wait_s").to_pylist()[::6] == [2700, 2400]


def test_of_a_call_lost_while_it_was_handed_on_no_one_knows_that_it_was_lost_in_the_queue():
    row = {"Time": "9:10 AM", "Hold": "35 min", "Result": "line died mid-transfer"}
    assert entries(on_days([BASE, row, BASE])).column("wait_outcome").to_pylist()[1] == "unknown"


# ---- several callbacks of a row, each in columns of its own ---------------------------------------------------------

ONE, TWO, THREE = [(f"8/{day}/2024", "1:10 PM", how) for day, how in ((6, "missed"), (7, "yes"), (8, "left VM"))]
DATE_TIME_RESULT = ("{} date", "{} time", "{} result")
CAME = [("2024-08-06 13:10", "missed"), ("2024-08-07 13:10", "answered"), ("2024-08-08 13:10", "voicemail")]


def came(folder, header, cells, ending="xlsx"):
    """When callbacks came and how they ended, by these cells behind those of the first call."""
    calls = [{"Date": f"8/{day}/2024", **BASE, "Promised": "72 hours"} for day in (5, 13, 14, 15)]
    rows = [
        [*calls[0], *header],
        [*calls[0].values(), *cells],
        *([*each.values(), *[""] * len(cells)] for each in calls[1:]),
    ]
    if ending == "xlsx":
        records = stored(folder, rows, columns=("kind", "started_at_local", "outcome"))
    else:
        path = folder / "USCIS calls.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        found = entries_of(path)
        records = list(zip(*(found[name] for name in ("kind", "started_at_local", "outcome")), strict=True))
    assert [kind for kind, *_ in records].count("dial") == len(calls)
    return sorted((f"{moment:%Y-%m-%d %H:%M}", outcome) for kind, moment, outcome in records if kind == "ring")


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("CB 1", "CB 2", "CB 3"), DATE_TIME_RESULT),
        (("CB1", "CB2", "CB3"), ("{} date", "{} time", "{}")),
        (("1st attempt", "2nd attempt", "3rd attempt"), DATE_TIME_RESULT),
        (("CB", "CB", "CB"), DATE_TIME_RESULT),
        (("1st callback", "2nd callback", "3rd callback"), ("{}", "Time", "Answered?")),
    ],
)
def test_each_callback_has_columns_of_its_own(names, columns, n, ending, tmp_path):
    header = [column.format(name) for name in names[:n] for column in columns]
    cells = [cell for each in (ONE, TWO, THREE)[:n] for cell in each]
    assert came(tmp_path, header, cells, ending) == CAME[:n]


@pytest.mark.slow
def test_each_of_three_callbacks_is_told_in_one_column(tmp_path):
    cells = [" ".join(each).replace("yes", "answered") for each in (ONE, TWO, THREE)]
    assert came(tmp_path, ["Callback 1", "Callback 2", "Callback 3"], cells) == CAME


@pytest.mark.slow
def test_a_callback_takes_no_result_of_another_one(tmp_path):
    header = ["CB 1 date", "CB 1 result", "CB 2 date", "CB 2 result", "CB 3 date", "CB 3 time"]
    cells = ["8/6/2024", "", "8/7/2024", "answered", "8/8/2024", "1:10 PM"]
    assert [how for _, how in came(tmp_path, header, cells)] == ["unknown", "answered", "unknown"]


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("Attempt 1", "Attempt 2"), ("{} date", "{} hold", "{} result")),
        (("CB 1", "CB 2"), ("{} due", "{} time", "{} result")),
        (("Tier 1 CB", "Tier 2 CB"), DATE_TIME_RESULT),
    ],
)
def test_attempts_of_ours_days_that_are_due_and_tiers_are_no_numbered_callbacks(names, columns):
    header = [column.format(name) for name in names for column in columns]
    cells = [[cell] for each in (ONE, TWO) for cell in each]
    assert not column_meanings.numbered_callbacks(["Date", *header], [["8/5/2024"], *cells], set())


# ---- a group of columns under one name ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("group", ["USCIS CALLS BACK", "CALLBACK FROM USCIS", "CALL BACK"])
@pytest.mark.parametrize("answer", ["Picked up?", "Answered?"])
def test_whether_we_picked_up_in_a_group_of_callbacks_is_their_result(group, answer, tmp_path):
    rows = [["OUR CALL", "", "", "", "", group], ["Date", "Time", "Hold", "Rep name", "How it went", "When", answer]]
    for day, text in enumerate(["yes", "no, left voicemail", "no, missed", "no"], 5):
        rows.append([f"8/{day}/2024", "9:05 AM", "17 min", "Ana", "rep", f"8/{day + 10}/2024 1:10 PM", text])
        rows.append([f"8/{day}/2024", "10:05 AM", "37 min", "", "we hung up"])
    records = [outcome for _, kind, outcome in stored(tmp_path, rows) if kind == "ring"]
    assert records == ["answered", "voicemail", "missed", "missed"]


@pytest.mark.slow
def test_whether_one_was_promised_in_a_group_of_callbacks_is_no_result(tmp_path):
    rows = [["OUR CALL", "", "", "", "CALL BACK"], ["Date", "Time", "Hold", "Rep name", "When", "Promised?"]]
    for day, text in enumerate(["yes", "no", "yes", "no"], 5):
        rows.append([f"8/{day}/2024", "9:05 AM", "17 min", "Ana", f"8/{day + 10}/2024", text])
    assert {outcome for _, kind, outcome in stored(tmp_path, rows) if kind == "ring"} == {"unknown"}


# ---- the order of day and month of callbacks without a year ---------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("others", "days"),
    [(["5/13 10:40 AM missed"], ["2024-04-09"]), (["13/5 10:40 AM missed"], ["2024-09-04"]), (["5/6 missed"], [])],
)
def test_callbacks_of_other_tabs_tell_the_order_of_day_and_month(others, days, tmp_path):
    book = openpyxl.Workbook()
    for month, cell in (("04", "4/9 3:10 PM answered"), ("05", *others)):
        tab = book.create_sheet(month)
        tab.append(["Date", *BASE, "Callback"])
        for day, text in (("08", cell), ("09", "")):
            tab.append([f"2024-{month}-{day}", *BASE.values(), text])
    path = tmp_path / "USCIS calls.xlsx"
    book.save(path)
    entries = entries_of(path)
    found = entries[(entries["kind"] == "ring") & (entries["outcome"] == "answered")]
    assert [f"{moment:%Y-%m-%d}" for moment in found["started_at_local"]] == days


@pytest.mark.parametrize(
    ("row", "moment", "result"),
    [
        ({"Who": "T2", "Result": "called us back 10:20 am, resolved"}, "10:20", "answered"),
        ({"Result": "rcvd cb @ 4:50 pm; K picked up; EAD remailed"}, "16:50", "answered"),
        ({"Result": "T2 cb'd 9:05 am, went to VM"}, "09:05", "voicemail"),
        ({"Result": "missed cb 11:40 am"}, "11:40", "missed"),
        ({"Who": "T2", "Result": "called us back re: hearing at 1:30 pm, missed"}, "00:00", "missed"),
        ({"Result": "T2 cb'd between 9 and 10 am, missed"}, "00:00", "missed"),
        ({"Who": "T2", "Result": "called us back"}, "00:00", "unknown"),
        ({"Result": "missed cb, called back at 3 pm"}, "00:00", "missed"),  # our own time is none of theirs
        ({"Result": "They called 3/15 at 2:15 pm, we were closed. Nobody picked up."}, "14:15", "missed"),
    ],
)
def test_the_time_in_the_words_of_a_callback_is_that_of_its_row(row, moment, result):
    rows = on_days([BASE | {"Who": "T1"}, row, BASE | {"Who": "T1"}])
    found = entries([{**dict.fromkeys((*BASE, "Who")), **each} for each in rows]).to_pylist()
    rings = [(f"{each['started_at_local']:%H:%M}", each["outcome"]) for each in found if each["kind"] == "ring"]
    assert rings == [(moment, result)]


@pytest.mark.parametrize("day", ["Date", "Date USCIS called"])
def test_whether_ours_picked_up_goes_before_the_name_of_one_of_ours(day, tmp_path):
    header = ("Client", "Date promised", day, "Time", "Picked up?", "Who")
    rows = [("Roe", "3/14/2022", f"3/{d}/2022", "2:15 PM", answer, "Maria") for d, answer in ((16, "N"), (17, "Y"))]
    book = openpyxl.Workbook()
    book.active.title = "Callbacks"
    for row in (header, *rows):
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")
    ca.ingest([tmp_path / "log.xlsx"], tmp_path / "store", office="Invented", timezone="America/Chicago")
    found = ca.load(tmp_path / "store", as_of="2030-01-01").callbacks.to_pandas().sort_values("date")
    assert found["result"].to_list() == ["missed", "answered"]


@pytest.mark.parametrize("header", ["Called", "Agency"])
def test_a_column_that_names_the_agency_alone_makes_no_call_of_ours_a_callback(header):
    notes = ("EAD mailed", "left message with T2", "missed the prompt", "left message")
    rows = on_days([{"Time": "9:00 AM", header: "USCIS", "Tier": "", "Hold": "", "Notes": note} for note in notes])
    rows[0] |= {"Tier": "T1", "Hold": "40"}
    found = entries(rows).sort_by("source_row")
    assert found.column("kind").to_pylist() == ["dial"] * len(notes)


# ---- a tab of callbacks that also has the day of each promise --------------------------------------------------------

TAB = ("Date promised", "Date", "Time", "Picked up?", "Who")
KEPT = ("3/14/2022", "3/16/2022", "2:15 PM", "Y", "Maria")
OPEN = ("3/15/2022", "", "", "", "Maria")


def _book(folder, *rows, calls=(), header=TAB):
    book = openpyxl.Workbook()
    for row in (("Date", "Time", "Hold", "Result"), *calls):
        book.active.append(row)
    tab = book.active if not calls else book.create_sheet("Callbacks")
    tab.title = "Callbacks"
    for number, row in enumerate((header, *rows), 1):
        for column, text in enumerate(row, 1):
            tab.cell(number, column, text)
    path = folder / "log.xlsx"
    book.save(path)
    ca.ingest([path], folder / "store", office="Invented", timezone="America/Chicago", date_order="mdy")
    return ca.load(folder / "store", as_of="2030-01-01")


def _kinds(log, *columns):
    found = log.entries.to_pandas().sort_values(["started_at_local", "item"])
    found["day"] = found.started_at_local.dt.strftime("%m/%d")
    return [*found[["kind", "day", *columns]].itertuples(index=False, name=None)]


def test_a_promise_without_a_callback_in_a_tab_of_callbacks_stays_a_promise(tmp_path):
    log = _book(tmp_path, KEPT, OPEN)
    assert _kinds(log, "outcome") == [
        ("dial", "03/14", "callback_promised"),
        ("dial", "03/15", "callback_promised"),  # no callback on the day above, and nobody answered one
        ("ring", "03/16", "answered"),
    ]
    assert not log.entries.to_pandas().warnings.fillna("").str.contains("date_from_above").any()


def test_without_the_days_of_callbacks_the_day_of_a_promise_is_not_theirs(tmp_path):
    rows = [("3/14/2022", "", "2:15 PM", "Y", "Maria"), OPEN]
    log = _book(tmp_path, *rows, header=("Date promised", "Ref", *TAB[2:]))
    assert "ring" not in [kind for kind, *_ in _kinds(log)]


def test_a_promise_of_a_call_in_another_tab_is_counted_once(tmp_path):
    calls = [(f"3/{day}/2022", "9:05 AM", 42, "T2 to call back in 72 hrs") for day in (14, 15)]
    late = ("3/21/2022", "", "", "", "")  # a promise of a call that no other tab has
    log = _book(tmp_path, KEPT, OPEN, late, calls=calls)
    assert _kinds(log) == [("dial", "03/14"), ("dial", "03/15"), ("ring", "03/16"), ("dial", "03/21")]
    assert [row["reason"] for row in log.set_aside.to_pandas().to_dict("records")] == ["same_call"]


@pytest.mark.parametrize("result", ["hung up", "T2 to call back in 72 hrs"])
def test_a_promise_is_kept_where_no_call_of_its_day_has_it(tmp_path, result):
    calls = [("3/14/2022", "9:05 AM", 42, "spoke to T1"), ("3/15/2022", "9:05 AM", 42, result)]
    log = _book(tmp_path, KEPT, OPEN, OPEN, calls=calls)
    assert {day for _, day, promised in _kinds(log, "promised") if promised == "unknown"} >= {"03/14", "03/15"}
    assert log.set_aside.to_pandas().empty


def test_a_list_of_callbacks_with_their_numbers_is_no_phone_log(tmp_path):
    """Read as one, it would show that no other call came in."""
    path = tmp_path / "USCIS callbacks.csv"
    rows = [
        f"3/{day}/2022,9:05 AM,202-838-2200,202-555-0143,{ans}," for day, ans in ((14, "Yes"), (15, "No"), (16, "No"))
    ]
    path.write_text("\n".join(["Date,Time,Caller ID,Number called,Answered?,Notes", *rows]))
    ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago", date_order="mdy")
    log = ca.load(tmp_path / "store", as_of="2030-01-01")
    assert [result for _, _, result in _kinds(log, "outcome")] == ["answered", "missed", "missed"]


def test_a_name_beside_a_blank_answer_is_no_answer(tmp_path):
    rows = [("3/16/2022", "2:15 PM", "N", "Ana"), ("3/17/2022", "9:00 AM", "", "Ana")]
    calls = [(f"3/{day}/2022", "9:05 AM", 42, "T2 to call back in 72 hrs") for day in (14, 15)]
    log = _book(tmp_path, *rows, calls=calls, header=TAB[1:])
    assert _kinds(log, "outcome")[2:] == [("ring", "03/16", "missed"), ("ring", "03/17", "unknown")]


@pytest.mark.parametrize("ours", ["USCIS call", "called", "we called", "1-800-375-5283"])
@pytest.mark.parametrize(
    ("label", "words", "result"),
    [
        ("USCIS callback", "officer Roe, took it", "answered"),
        ("USCIS callback", "missed, in court", "missed"),
        ("called us", "missed", "missed"),
        ("T2 - answered", "case sent for review", "answered"),
        ("Callback", "", "unknown"),
    ],
)
@pytest.mark.parametrize("column", ["Category", "Phone"])
def test_a_column_of_labels_tells_the_calls_of_the_agency_from_ours(ours, label, words, result, column):
    call = {"Time": "9:10 AM", "Hold": "45 min", column: ours, "Result": "spoke to T1"}
    rows = on_days([call, {"Time": "2:40 PM", "Hold": "", column: label, "Result": words}, call])
    log = entries(rows)
    assert log.column("kind").to_pylist() == ["dial", "ring", "dial"]
    assert log.column("outcome").to_pylist()[1] == result


@pytest.mark.parametrize(("label", "hold"), [("USCIS callback", "40 min"), ("USCIS call", ""), ("client callback", "")])
def test_a_label_makes_no_call_of_ours_a_callback(label, hold):
    call = {"Time": "9:10 AM", "Hold": "45 min", "Category": "USCIS call", "Result": "spoke to T1"}
    rows = on_days([call, {"Time": "2:40 PM", "Hold": hold, "Category": label, "Result": "hung up"}, call])
    assert entries(rows).column("kind").to_pylist() == ["dial"] * 3


@pytest.mark.parametrize(
    ("label", "note"), [("Call back", "closed"), ("in", "client asked about her case"), ("called us", "client asked")]
)
def test_a_label_that_names_no_agency_may_be_of_something_else(label, note):
    call = {"Time": "9:10 AM", "Hold": "45 min", "Category": "called", "Result": "spoke to T1"}
    rows = on_days([call, {"Time": "2:40 PM", "Hold": "", "Category": label, "Result": "", "Remarks": note}, call])
    assert "ring" not in entries(rows).column("kind").to_pylist()


# ---- notes that begin with a day, or tell of a callback further down -------------------------------------------------

NOTES = {  # of a row on 3/15 without a call of ours: the moment of the callback, and its result
    "3/18: they called back, missed it": ("18 00:00", "missed"),
    "3/18 - USCIS called back 2:10 pm, answered": ("18 14:10", "answered"),
    "officer review\nmissed call from USCIS": ("15 00:00", "missed"),
    "EAD case\nUSCIS called back 6:15 pm, spoke w/ officer": ("15 18:15", "answered"),
    "EAD\n3/17 USCIS called, missed": ("17 00:00", "missed"),
}


@pytest.mark.parametrize("column", ["Result", "Remarks"])
@pytest.mark.parametrize("note", NOTES)
def test_a_note_tells_the_day_of_its_callback_on_any_line(note, column):
    rows = on_days([BASE | {"Remarks": ""}, dict.fromkeys(BASE, "") | {column: note}, BASE])
    found = entries(rows).to_pylist()
    rings = [(f"{each['started_at_local']:%d %H:%M}", each["outcome"]) for each in found if each["kind"] == "ring"]
    assert (len(found), rings) == (3, [NOTES[note]])


@pytest.mark.parametrize(
    "note", ["called 9:05, held 20 min\nUSCIS called back, missed", "3/18: RFE due", "missed cb from client"]
)
def test_a_note_about_something_else_is_no_callback(note):
    found = entries(on_days([BASE, {"Time": "2:40 PM", "Result": "", "Remarks": note}, BASE])).to_pylist()
    assert "ring" not in [each["kind"] for each in found]


@pytest.mark.parametrize(
    ("promise", "kind"),
    [("done", "ring"), ("Completed", "ring"), ("kept", "ring"), ("", "ring"), ("72 hours", "dial"), ("soon", "dial")],
)
def test_a_word_for_what_came_in_the_column_of_promises_makes_no_call_of_ours(promise, kind, tmp_path):
    header = ["Date", "Time", "Hold (min)", "Promised callback?", "Notes"]
    calls = [["3/14/2022", "9:10 AM", 45, "72 hours", "T1 only"], ["3/16/2022", "9:20 AM", 35, "no", "spoke T1"]]
    row = ["3/18/2022", "1:10 PM", None, promise, "they called, spoke w T2"]
    assert [found[1] for found in stored(tmp_path, [header, *calls, row])] == ["dial", "dial", kind]


@pytest.mark.parametrize(
    ("result", "agent", "ended"),
    [
        ("CB missed", "", "unknown"),
        ("missed callback 3/20", "", "unknown"),
        ("USCIS called back - voicemail", "", "unknown"),
        ("CB missed", "Tier 2", "unknown"),
        ("CB missed", "Ana", "reached"),
        ("no answer", "", "no_person"),
        ("missed", "", "no_person"),
    ],
)
def test_a_missed_callback_in_the_row_of_a_call_does_not_say_how_its_wait_ended(result, agent, ended, tmp_path):
    header = ["Date", "Time", "Hold (min)", "Agent", "Result"]
    calls = [["3/14/2022", "9:10 AM", 45, "Bea", "spoke"], ["3/16/2022", "9:20 AM", 35, "Cal", "spoke"]]
    rows = [header, *calls, ["3/18/2022", "1:10 PM", 50, agent, result]]
    found = stored(tmp_path, rows, columns=("source_row", "kind", "wait_outcome", "wait_s"))
    assert [each[1:] for each in found if each[0] == 4 and each[1] == "dial"] == [("dial", ended, 3000)]


TYPED = [
    ("Outbound - USCIS", "38", "Agent - no update"),
    ("Outbound - client", "", "left VM"),
    ("Inbound - USCIS", "", "Missed"),
    ("Incoming: T2 officer", "", "answered"),
    ("Inbound missed", "", ""),
    ("Incoming - NVC", "", "fee"),
    ("Client in", "", "asked for status"),
    ("USCIS in", "", "VM"),
    ("Outbound - USCIS", "15", "Disconnected"),
    ("Outbound (client on the line)", "41", "Agent - no update"),
    ("Out - client's case", "22", "Agent - no update"),
]


def test_the_type_of_a_call_says_which_way_it_went_and_with_whom():
    rows = [
        {"Date": f"3/{day}/2022", "Time": "9:15 AM", "Call type": kind, "Hold (min)": wait, "Outcome": outcome}
        for day, (kind, wait, outcome) in enumerate(TYPED, 14)
    ]
    found = entries(rows).sort_by("source_row")
    assert found.column("source_row").to_pylist() == [2, 4, 5, 6, 9, 10, 11, 12]
    assert found.column("kind").to_pylist() == ["dial", "ring", "ring", "ring", "ring", "dial", "dial", "dial"]
    assert found.column("outcome").to_pylist()[1:5] == ["missed", "answered", "missed", "voicemail"]


def test_a_row_that_is_a_callback_takes_its_time_from_the_cell_that_says_when_it_came():
    rows = [
        {
            "Date": "3/14/2022",
            "Time": "9:10 AM",
            "Hold": "45",
            "Outcome": "CB promised",
            "When they called back": "3/16",
        },
        {"Date": "3/17/2022", "Outcome": "USCIS called back, answered", "When they called back": "3/17 4:05p"},
        {"Date": "3/18/2022", "Outcome": "USCIS called back, answered", "When they called back": "3/18"},
        {
            "Date": "3/21/2022",
            "Time": "2:00 PM",
            "Outcome": "USCIS called back, missed",
            "When they called back": "3/21 4p",
        },
    ]
    found = entries(rows).filter(pc.field("kind") == "ring")
    moments = [f"{each:%d %H:%M}" for each in found.column("started_at_local").to_pylist()]
    assert moments == ["16 00:00", "17 16:05", "18 00:00", "21 14:00", "21 16:00"]
    assert found.column("outcome").to_pylist()[1:4] == ["answered", "answered", "missed"]
    assert [f"{each:%H:%M}" for each in found.column("started_at_utc").to_pylist() if each] == [
        "20:05",
        "18:00",
        "20:00",
    ]


# Time of a row that is a callback, the cell that says when it came, and the callbacks of that day
RESULTS_BESIDE = [
    ("", "3/18/2022 4:10 PM answered", [("16:10", "answered")]),
    ("4:10 PM", "3/18/2022 missed", [("16:10", "missed")]),
    ("4:10 PM", "missed", [("16:10", "missed")]),
    ("4:10 PM", "3/18/2022 4:10 PM answered", [("16:10", "answered")]),
    ("", "3/18/2022 missed; 3/18/2022 4:10 PM answered", [("00:00", "missed"), ("16:10", "answered")]),
]


@pytest.mark.parametrize(("time", "cell", "callbacks"), RESULTS_BESIDE)
def test_a_row_that_is_a_callback_takes_its_result_from_the_cell_that_says_when_it_came(time, cell, callbacks):
    call = {"Type": "Call", "Time": "9:10 AM", "Hold": "42", "Result": "Tier 1"}
    rows = [
        call | {"Date": "3/14/2022", "Called back?": "3/16/2022 2:15 PM missed"},
        call | {"Date": "3/15/2022", "Called back?": "3/17/2022 2:15 PM answered"},
        {"Type": "CB", "Date": "3/18/2022", "Time": time, "Called back?": cell},
    ]
    found = entries(rows).filter(pc.field("source_row") == 4)
    starts = [f"{start:%H:%M}" for start in found.column("started_at_local").to_pylist()]
    assert sorted(zip(starts, found.column("outcome").to_pylist(), strict=True)) == callbacks


@pytest.mark.parametrize(
    ("about", "result", "read"),
    [
        ("USCIS callback for Tran", "answered, expedite denied", ("ring", "answered")),
        ("USCIS callback for Tran", "missed, no VM", ("ring", "missed")),
        ("callback from T2 re Tran", "missed", ("ring", "missed")),
        ("USCIS callback for Tran", "SR opened", ("dial", "service_request")),
    ],
)
def test_a_callback_named_beside_its_result_is_theirs(about, result, read):
    calls = [
        {"Date": f"3/{day}/2022", "Time": "9:05 AM", "Client / re": "Roe EAD", "Hold": "45 min", "Outcome": "gave up"}
        for day in (14, 15)
    ]
    last = {"Date": "3/16/2022", "Time": "9:05 AM", "Client / re": about, "Hold": "", "Outcome": result}
    entry = entries([*calls, last]).to_pylist()[-1]
    assert (entry["kind"], entry["outcome"]) == read


def test_a_line_that_begins_with_a_callback_and_its_result_is_of_an_incoming_call():
    missed, taken = map(read_narrative, ("8:10 AM callback re Diaz - missed it, in court", "cb for Diaz - answered"))
    assert [(call.in_out, call.result) for call in (missed, taken)] == [
        ("incoming", "missed"),
        ("incoming", "answered"),
    ]
    promised = read_narrative("9:05 AM held 40 min, T1, callback in 72 hrs")
    assert promised.in_out == ""


def test_a_sheet_of_who_called_for_whom_with_holds_is_no_reception_log(tmp_path):
    rows = [
        ("1/14/2026", "9:10 AM", "SB", "Roe", "35 min", "Agent helped, no callback"),
        ("1/15/2026", "2:30 PM", "SB", "Diaz", "65 min", "Got cut off"),
        ("1/16/2026", "8:15 AM", "AL", "Diaz", "20 min", "Agent escalated, 72 hours"),
    ]
    header = ("Date", "Time", "Who called", "For", "Hold", "Result")
    assert len(stored(tmp_path, [header, *rows], name="log")) == 3
