"""Sheets as busy offices keep them, each smallest where it was read wrongly. All sheets are invented."""

from __future__ import annotations

import re

import pytest

from callanalytics import formats
from callanalytics.values.callbacks import callbacks_among
from callanalytics.values.narratives import read_narrative
from text_rows import normalized

HAND_SHEET = formats.load()["hand_sheet"]


def entries(*rows, sheet="", **more):
    header, *cells = rows
    done = normalized([dict(zip(header, row, strict=True)) for row in cells], HAND_SHEET, sheet=sheet, **more)
    assert not done.blocking, done.blocking
    return sorted(done.entries.to_pylist(), key=lambda each: (each["source_row"], each["item"]))


def shown(entry):
    return f"{entry['started_at_local']:%m-%d %H:%M}", entry["outcome"]


# ---- tabs of callbacks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "timed"),
    [
        (("Date of call", "Callback date", "Callback time"), True),
        (("Date of call", "Callback date", "Time"), True),
        (("Callback date", "Time", "Date of call"), True),
        (("Callback date", "Date of call", "Time"), False),
        (("Date of call", "Time", "Callback date"), False),
    ],
)
def test_in_a_tab_of_callbacks_the_day_of_the_call_is_not_that_of_the_callback(header, timed):
    cells = {"Date of call": "2/{}/2025", "Callback date": "2/{}/2025", "Time": "11:15 AM", "Callback time": "11:15 AM"}
    days = {"Date of call": (3, 13, 17), "Callback date": (5, 18, 20)}
    rows = [[cells[name].format(days.get(name, ("",) * 3)[row]) for name in header] for row in range(3)]
    found = entries(
        [*header, "Picked up"], *([*row, answer] for row, answer in zip(rows, "NYY", strict=True)), sheet="Callbacks"
    )
    assert [each["kind"] for each in found] == ["ring"] * 3
    clock = "11:15" if timed else "00:00"
    assert [*map(shown, found)] == [
        (f"02-{day} {clock}", result) for day, result in (("05", "missed"), ("18", "answered"), ("20", "answered"))
    ]


# ---- calls of theirs among ours --------------------------------------------------------------------------------------

LOG = ("Date", "Time", "Client", "Hold", "Result")
CALLS = (
    ("2/12/2024", "9:05 AM", "Doe", "38", "spoke with agent"),
    ("2/13/2024", "8:30 AM", "Roe", "14", "disconnected"),
    ("2/14/2024", "8:50 AM", "Poe", "47", "spoke with agent, callback promised"),
)


@pytest.mark.parametrize(
    ("result", "kind", "outcome"),
    [
        ("Incoming - Missed", "ring", "missed"),
        ("Inbound call, answered", "ring", "answered"),
        ("Incoming call from client", None, None),
        ("incoming: client wants update", None, None),
    ],
)
def test_a_result_that_begins_with_incoming_is_of_a_call_of_theirs(result, kind, outcome):
    found = entries(LOG, *CALLS, ("2/15/2024", "2:12 PM", "Poe", "", result))[3:]
    assert [(each["kind"], each["outcome"]) for each in found] == ([(kind, outcome)] if kind else [])


def test_in_a_tab_of_incoming_calls_those_of_clients_are_none_of_the_agency():
    header = ("Date", "Time", "From", "Client", "Taken by")
    rows = [
        ("4/9/2025", "11:30 AM", "USCIS", "Doe", "nobody (missed)"),
        ("4/10/2025", "9:50 AM", "USCIS", "Doe", "Rae"),
        ("4/10/2025", "3:05 PM", "Client", "Roe", "Rae"),
        ("4/14/2025", "10:20 AM", "USCIS", "Lim", "VM"),
    ]
    found = entries(header, *rows, sheet="Incoming")
    assert [(each["source_row"], each["outcome"]) for each in found] == [
        (2, "missed"),
        (3, "answered"),
        (5, "voicemail"),
    ]


@pytest.mark.parametrize(
    ("note", "kind", "outcome", "wait"),
    [
        ("10:10a T2 called back, I answered. Card remailed.", "ring", "answered", None),
        ("11:40a USCIS called back while I was at lunch - missed, no VM", "ring", "missed", None),
        ("1:10p held 44, T1, biometrics reset", "dial", "unknown", 2640),
        ("9:55a busy signal", "dial", "unknown", None),
        ("waited almost 50 min. Representative said to wait", "dial", "unknown", 3000),
    ],
)
def test_a_note_may_begin_with_a_time_of_one_letter(note, kind, outcome, wait):
    others = [
        ("1/22/2025", "9:05a held 47 min, T1, promised cb in 72 hrs"),
        ("1/23/2025", "3:15p held 20, dropped"),
        ("1/24/2025", "2:30p held 1 hr 5, T1, SR opened"),
    ]
    found = entries(("Date", "USCIS call notes (newest on top!)"), *others, ("1/27/2025", note))[-1]
    assert (found["kind"], found["outcome"], found["wait_s"]) == (kind, outcome, wait)


def test_notes_of_being_busy_and_of_an_article_behind_a_time_are_of_no_call():
    notes = (
        "called USCIS 9:15, hold 40 min, T1 Lee, said pending",
        "Client busy today",
        "Busy week, no time",
        "called USCIS 10:05 am, hold 25 min, hung up",
        "9:15 a draft letter",
        "2:10 p prep interview",
        "called 8:30 am, held 55 min, spoke to agent Ana",
        "busy at court",
        "called USCIS 11:10 am, hold 70 min, T2 Po",
        "8:15 a rep answered after 20 min",
        "called 9:15 a rep said pending, hold 20 min",
        "USCIS called 2:15 p, missed",
    )
    header = ("Date", "USCIS call notes")
    found = entries(header, *((f"3/{day}/2025", note) for day, note in enumerate(notes, 13)))
    assert [(each["source_row"], each["started_at_local"].strftime("%H:%M")) for each in found] == [
        (2, "09:15"),
        (5, "10:05"),
        (8, "08:30"),
        (10, "11:10"),
        (11, "00:00"),
        (12, "09:15"),
        (13, "14:15"),
    ]


def test_of_lines_that_each_begin_with_the_time_of_a_call_no_wait_is_taken():
    notes = (
        "9:05 held 20, dropped\n9:40 held 55, T1",
        "1:10p held 48, T1, SR",
        "8:15a held 33, T1",
        "2:30p held 40, T1",
    )
    found = entries(("Date", "USCIS calls today"), *((f"3/1{day}/2025", note) for day, note in enumerate(notes, 3)))
    assert [each["wait_s"] for each in found] == [None, 2880, 1980, 2400]
    assert "wait_unread" in found[0]["warnings"]


# ---- what came after the call ----------------------------------------------------------------------------------------


def test_what_happened_next_is_not_how_the_call_ended():
    header = ("Date", "Time", "Client", "Waited", "Result", "What happened next")
    call = ("1/{}/2025", "9:20 AM", "Doe", "40 min", "Tier 1. Call back promised in 72 hours.")
    after = ("They called 1/16 at 2:15 pm, missed it.", "Officer called 1/17 at 10:30 am and spoke with Pat.", "")
    found = entries(header, *((call[0].format(14 + day), *call[1:], text) for day, text in enumerate(after)))
    ours = [each for each in found if each["kind"] == "dial"]
    assert [(each["wait_s"], each["promised"], each["wait_outcome"]) for each in ours] == [
        (2400, "urgent", "reached")
    ] * 3
    assert [shown(each) for each in found if each["kind"] == "ring"] == [
        ("01-16 14:15", "missed"),
        ("01-17 10:30", "answered"),
    ]


def test_one_result_before_several_days_is_of_each():
    header = ("Date", "Client", "Hold (min)", "Reached?", "Notes")
    rows = [
        ("4/8/2025", "Doe", "55", "Y", "cb promised 72 hrs, missed it 4/14 and 4/15"),
        ("4/16/2025", "Roe", "30", "N", ""),
    ]
    found = [
        shown(each) for each in entries(header, *rows, ("4/17/2025", "Poe", "20", "Y", "")) if each["kind"] == "ring"
    ]
    assert found == [("04-14 00:00", "missed"), ("04-15 00:00", "missed")]


@pytest.mark.parametrize(
    ("note", "days"),
    [
        ("4/14, 4/15 & 4/16", ["14", "15", "16"]),
        ("4/14 and 4/15 biometrics", ["14"]),
        ("4/14, 4/20/25 interview", ["14"]),
        ("4/14, 4/15 sent letter", ["14"]),
        ("4/14 and 4/15/2025 RFE due", ["14"]),
        ("4/14 to 4/16", ["14"]),
        ("4/14 - 4/16", ["14"]),
        ("4/14 and 4/15, 4/16 letter", ["14"]),
    ],
)
@pytest.mark.parametrize(
    ("result", "outcome"), [("Missed T2 callback", "missed"), ("Answered T2 callback", "answered")]
)
def test_a_day_with_words_of_its_own_or_the_end_of_a_span_is_no_further_callback(note, days, result, outcome):
    came = callbacks_among(f"{result} {note}", is_remark=True)
    assert [(each.date.split("/")[1], each.result) for each in came] == [(day, outcome) for day in days]


def test_of_marks_in_two_columns_of_callbacks_each_is_one_that_came():
    header = ("Date", "Time", "Mins held", "Live person", "CB promised", "CB came", "CB missed")
    rows = [
        ("1/13/2025", "9:00 AM", "44", "✓", "", "", ""),
        ("1/14/2025", "9:30 AM", "59", "✓", "✓", "✓", ""),
        ("1/15/2025", "8:35 AM", "66", "✓", "✓", "", "✓"),
    ]
    assert [each["outcome"] for each in entries(header, *rows) if each["kind"] == "ring"] == ["unknown", "missed"]


def test_a_callback_of_a_case_with_several_calls_is_kept():
    columns = (
        "Case",
        "Attempt 1 Date",
        "Attempt 1 Wait",
        "Attempt 2 Date",
        "Attempt 2 Wait",
        "Callback rcvd",
        "CB answered?",
    )
    row = dict(zip(columns, ("24-1", "5/6/2024", "35", "5/13/2024", "62", "5/15/2024", "N"), strict=True))
    found = normalized([row], formats.load()["hand_cases"]).entries.to_pylist()
    assert [(each["kind"], each["started_at_local"].day) for each in found] == [("dial", 6), ("dial", 13), ("ring", 15)]
    assert found[-1]["outcome"] == "missed"


# ---- promises --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "promised"),
    [
        ("T2 w/in 72", "urgent"),
        ("T1 cb 72", "urgent"),
        ("sr opened, cb 72", "urgent"),
        ("T2 30", None),
        ("we call again in 30 days", None),
        ("CB prom, no time given", "unknown"),
    ],
)
def test_what_an_office_shortens_of_a_promise(step, promised):
    rows = [
        ("4/14/2025", "9:00 AM", "30", "T1", "cb 24-48 hrs"),
        ("4/15/2025", "9:30 AM", "41", "T1", "T2 call within 72 hrs"),
        ("4/16/2025", "1:00 PM", "45", "T1", step),
    ]
    assert entries(("Date", "Time", "Hold", "Tier", "Next step"), *rows)[-1]["promised"] == promised


def test_a_mark_of_any_kind_says_that_a_callback_was_promised():
    rows = [(f"2/1{day}/2025", "9:00 AM", "30", mark) for day, mark in enumerate(("checked", "✓", "no"), 3)]
    found = entries(("Date", "Time", "Hold (min)", "CB Promised"), *rows)
    assert [each["promised"] for each in found] == ["unknown", "unknown", "none"]


# ---- headers ---------------------------------------------------------------------------------------------------------


def swapped(header):
    """A header with the second and third letter of each word of four to six the other way round."""
    return re.sub(r"\b(\w)(\w)(\w)(\w{1,3})\b", r"\1\3\2\4", header)


def test_a_header_with_its_letters_in_another_order_is_read():
    header = ("Date", "Time", "Client", "Hold time (mins)", "Live agent", "CB promised", "CB received", "Comments")
    rows = [
        ("5/14/2024", "9:40 AM", "Doe", "61", "y", "y", "5/16/2024", ""),
        ("5/15/2024", "1:00 PM", "Roe", "17", "n", "n", "", ""),
        ("5/17/2024", "2:20 PM", "Poe", "39", "y", "n", "", "no news"),
    ]
    assert swapped(header[3]) != header[3]
    found = entries(tuple(map(swapped, header)), *rows)
    parts = [(each["kind"], each["wait_s"], each["promised"]) for each in found]
    assert parts == [
        ("dial", 3660, "unknown"),
        ("ring", None, None),
        ("dial", 1020, "none"),
        ("dial", 2340, "none"),
    ]


@pytest.mark.parametrize("header", ["Agent Y/N", "Attended by agent?"])
def test_whether_an_agent_came_is_read_under_other_headers(header):
    rows = [(f"10/1{day}/2024", "9:00 AM", "42", answer) for day, answer in enumerate(("yes", "no", "yes"), 4)]
    found = entries(("Date", "Time", "Hold (min)", header), *rows)
    assert [each["wait_outcome"] for each in found] == ["reached", "no_person", "reached"]


def test_who_answered_a_callback_is_not_the_agent_of_the_call():
    header = ("Date", "Time", "Hold min", "Agent", "CB actually came", "Who answered")
    rows = [
        ("5/14/2024", "9:10 AM", "36", "T1", "", ""),
        ("5/15/2024", "10:20 AM", "58", "T1", "5/17 1:25pm", "nobody"),
        ("5/16/2024", "2:05 PM", "17", "", "5/20 9:15am", "JK"),
    ]
    ours = [each for each in entries(header, *rows) if each["kind"] == "dial"]
    assert [each["wait_outcome"] for each in ours] == ["reached", "reached", "unknown"]


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        ("1/16 Not answered", "missed"),
        ("1/16 NOT answered", "missed"),
        ("1/16 2:15 pm - Nobody picked up", "missed"),
        ("They called 1/16. Nobody picked up.", "missed"),
        ("1/16 Voicemail picked up", "voicemail"),
        ("1/16 Answered by VM", "voicemail"),
        ("1/16 We were closed", "missed"),
        ("1/16 Almost missed it", "unknown"),
        ("1/16 Rosa picked up", "answered"),
    ],
)
def test_nobody_with_a_capital_is_no_name_of_ours(cell, result):
    rows = [("1/13/2025", "45", "T1", "72 hrs", ""), ("1/14/2025", "50", "T1", "72 hrs", cell)]
    more = ("1/15/2025", "20", "T1", "72 hrs", "1/17 missed")
    found = entries(("Date", "Hold (min)", "Agent", "Promised", "Called back"), *rows, more)
    assert [each["outcome"] for each in found if each["kind"] == "ring"] == [result, "missed"]


@pytest.mark.parametrize(
    ("result", "ended", "outcome"),
    [
        ("Almost got agent, dropped", "cut_off", "dropped"),
        ("almost 45 min, T1", "reached", "unknown"),
        ("Cb not offered", "unknown", "unknown"),
        ("Refused callback", "unknown", "unknown"),
    ],
)
def test_what_nearly_came_or_was_refused_did_not_come(result, ended, outcome):
    (found,) = entries(LOG, *CALLS, ("2/15/2024", "2:12 PM", "Poe", "30", result))[3:]
    assert (found["wait_outcome"], found["outcome"]) == (ended, outcome)


def test_of_one_and_a_half_among_whole_minutes_no_one_can_tell():
    rows = [
        (f"2/{day}/2024", "9:00 AM", hold, "T1") for day, hold in ((13, "38"), (14, "1.5"), (15, "47"), (16, "1h05"))
    ]
    found = entries(("Date", "Time", "Hold", "Agent"), *rows)
    assert [each["wait_s"] for each in found] == [2280, None, 2820, 3900]
    assert "wait_unread" in found[1]["warnings"]


@pytest.mark.parametrize(
    ("note", "ended", "promised"),
    [
        ("2/13 busy. 2/15 held 50 min T1 cb promised in 72 hrs", "unknown", None),
        ("T2 will call in 72 hrs. 2/15 called again, held 20 min, T1, 30 business days", "reached", "urgent"),
        ("spoke to Ana, T2 to call within 72 hrs. 2/15 USCIS called 9:10 am - missed", "reached", "urgent"),
    ],
)
def test_what_a_note_tells_of_a_call_of_another_day_is_not_of_its_row(note, ended, promised):
    rows = [("2/13/2024", "9:00 AM", "30", note), ("2/16/2024", "9:00 AM", "40", "T1")]
    found = [each for each in entries(("Date", "Time", "Hold (min)", "Notes"), *rows) if each["kind"] == "dial"]
    assert (found[0]["wait_outcome"], found[0]["promised"]) == (ended, promised)


@pytest.mark.parametrize(
    ("note", "wait", "result"),
    [
        ("tried 2/13, 20 min then dropped", "20 min", "dropped"),
        ("2/13 45 min and hung up", "45 min", "hung up"),
        ("2/13 agent Ana, 20 min then disconnected", "", ""),
    ],
)
def test_a_length_before_a_loss_is_the_wait_unless_someone_spoke(note, wait, result):
    found = read_narrative(note)
    assert (found.date, found.wait, found.result) == ("2/13", wait, result)


@pytest.mark.parametrize(
    ("note", "promised"),
    [
        ("transferred to T2 in 30, no help", None),
        ("cb in 30, answered", None),
        ("Agent said we will call back in 72 hours", "urgent"),
        ("Rep: we will call back in 72 hours", "urgent"),
        ("USCIS said they will call within 72 hours and we will check again in 30 days", "urgent"),
        ("T1 said response within 3 business days", "urgent"),
    ],
)
def test_what_the_agency_said_of_itself_is_a_promise_and_minutes_are_none(note, promised):
    rows = [("2/13/2024", "30", "T1", note), ("2/16/2024", "40", "T1", "")]
    found = entries(("Date", "Hold (min)", "Agent", "Result"), *rows)
    assert found[0]["promised"] == promised


@pytest.mark.parametrize("further", ["", "Agent on the case", "Our agent", "Assigned agent", "Attorney"])
@pytest.mark.parametrize(("who", "is_theirs"), [("Sam", False), ("Ms. Lee T1", True)])
def test_who_answered_a_callback_and_agents_of_the_office_prove_no_person(further, who, is_theirs):
    header = ("Date", "Time", "Hold (min)", "Callback dates", "Who answered", *[further] * bool(further))
    days = [(f"3/1{day}/2025", f"3/1{day + 2} missed") for day in range(7)]
    rows = [(day, "9:15 AM", "33", came, who, "Pat")[: len(header)] for day, came in days]
    calls = [each for each in entries(header, *rows) if each["kind"] == "dial"]
    wanted = ("Ms. Lee", "reached") if is_theirs else (None, "unknown")
    assert [(each["agent_name"], each["wait_outcome"]) for each in calls] == [wanted] * 7


# ---- callbacks, ends, and marks as busy paralegals write them --------------------------------------------------------


def contacts(header, *rows):
    return [(each["source_row"], each["kind"], *shown(each)) for each in entries(header, *rows)]


def test_a_callback_named_alone_is_one_if_a_cell_beside_it_says_what_came_of_it():
    header = ("Date", "Time", "Wait", "Result", "Notes")
    base = ("9/14/2025", "2:15 pm", "61", "T1", "")
    rows = (
        base,
        ("9/18/2025", "10:05 am", "", "T2 cb", "missed, on other line"),
        ("9/19/2025", "9:00 am", "", "T2 cb", ""),
    )
    assert [(kind, outcome) for _, kind, _, outcome in contacts(header, *rows)] == [
        ("dial", "unknown"),
        ("ring", "missed"),
        ("dial", "callback_promised"),
    ]


def test_an_answered_callback_may_have_the_time_at_which_an_agent_spoke():
    header = ("Date", "Hold started", "Agent on", "Off phone", "Notes")
    rows = [
        ("7/16/2025", "8:00 AM", "9:15 AM", "9:30 AM", "T1"),
        ("7/17/2025", "", "2:12 PM", "2:20 PM", "T2 called us - took it"),
    ]
    assert contacts(header, *rows)[1] == (3, "ring", "07-17 14:12", "answered")


@pytest.mark.parametrize("label", ["sub total", "Sub-total", "subtotal"])
def test_a_subtotal_below_calls_with_blank_days_is_no_call(label):
    header = ("Date", "Start time", "Wait", "Agent?", "Remarks")
    rows = [
        ("7/15/2025", "9:00 AM", "42 min", "Y", ""),
        ("7/15/2025", "11:15 AM", "65 min", "N", ""),
        ("", "", "107 min", "", label),
    ]
    assert len(entries(header, *rows)) == 2


def test_an_automated_system_that_let_no_one_through_is_no_person():
    header = ("Date", "Time", "Hold", "Spoke w/", "What they said")
    rows = [
        ("3/13/2025", "9:05 AM", "40", "T1 Dana", "pending"),
        ("3/14/2025", "2:20 PM", "n/a", "IVR", "wouldn't let me thru"),
    ]
    assert entries(header, *rows)[1]["wait_outcome"] != "reached"


@pytest.mark.parametrize(
    ("starts", "ends", "waits"),
    [
        (
            ("9:00a", "11:00a", "8:00a", "1:00p", "8:05a"),
            ("9:45", "12:10", "8:14", "2:30", "8:55"),
            [45, 70, 14, 90, 50],
        ),
        (("9:00a", "9:10a", "2:00p", "1:00p", "8:05a"), ("6:45", "7:10", "8:14", "9:30", "8:55"), [6, 7, 8, 9, 8]),
    ],
)
def test_hours_of_the_day_soon_after_each_start_are_the_end_of_the_hold_and_no_lengths(starts, ends, waits):
    rows = [
        (f"12/{day}/2025", start, end, "got T1") for day, (start, end) in enumerate(zip(starts, ends, strict=True), 15)
    ]
    found = entries(("Date", "Start", "Hold as of", "Result"), *rows)
    assert [each["wait_s"] // 60 for each in found] == waits


def test_a_tier_under_our_call_is_no_promise_and_a_reason_for_missing_is_a_missed_callback():
    header = (
        "Our call Date",
        "Our call Hold",
        "Our call Tier",
        "Their callback Date",
        "Their callback Answered by",
        "Their callback If missed why",
    )
    rows = [
        ("4/1/2025", "35", "1", "", "", ""),
        ("4/2/2025", "50", "2", "4/4/2025", "JR", ""),
        ("4/3/2025", "65", "1", "4/17/2025", "", "office closed"),
    ]
    found = entries(header, *rows)
    assert [(each["promised"], each["tier"]) for each in found if each["kind"] == "dial"] == [
        (None, "tier1"),
        (None, "tier2"),
        (None, "tier1"),
    ]
    assert [shown(each) for each in found if each["kind"] == "ring"] == [
        ("04-04 00:00", "answered"),
        ("04-17 00:00", "missed"),
    ]


@pytest.mark.parametrize(("cell", "kind"), [("Phone - inbound", "ring"), ("Phone", "dial")])
def test_a_channel_may_tell_that_a_call_came_in(cell, kind):
    header = ("Date", "Channel", "Start", "Waited", "Outcome")
    rows = [("10/14/2025", "Phone", "9:02 AM", "41 mins", "T1"), ("10/15/2025", cell, "9:40 AM", "", "missed, at ASC")]
    rows += [
        ("10/16/2025", channel, "9:00 AM", "", "sent") for channel in ("InfoMod", "Text from USCIS", "Online acct msg")
    ]
    assert [each["kind"] for each in entries(header, *rows)] == ["dial", kind]


def test_marks_under_tiers_tell_which_tier_spoke():
    header = ("Date", "Hrs", "Min", "T1", "T2", "Note")
    rows = [
        ("5/13/2025", "0", "45", "x", "", ""),
        ("5/14/2025", "1", "10", "x", "x", ""),
        ("5/15/2025", "1", "30", "", "", "gave up"),
    ]
    assert [each["tier"] for each in entries(header, *rows)] == ["tier1", "tier2", None]


@pytest.mark.parametrize(
    ("cell", "day", "outcome"),
    [
        ("6/20 at 9:15, missed (hearing)", "06-20 09:15", "missed"),
        ("same day 4:50pm - answered", "06-16 16:50", "answered"),
        ("next day, missed", "06-17 00:00", "missed"),
        ("cb'd 6/19 @ 2 - missed", "06-19 14:00", "missed"),
    ],
)
def test_days_and_hours_of_callbacks_may_be_told_by_the_call(cell, day, outcome):
    header = ("Date", "Hold (m)", "Rep", "Told callback", "Actually called")
    rows = [("6/13/2025", "30", "T1", "72 hrs", "6/15 9:00am missed"), ("6/16/2025", "30", "T1", "72 hrs", cell)]
    found = entries(header, *rows)
    assert [shown(each) for each in found if each["source_row"] == 3][1:] == [(day, outcome)]


def test_a_loss_without_a_day_under_callbacks_may_be_that_of_the_call():
    header = ("Date", "Hold (m)", "Rep", "Told callback", "Actually called")
    rows = [("6/13/2025", "30", "T1", "72 hrs", "6/15 9:00am missed"), ("6/16/2025", "45", "-", "-", "dropped")]
    found = entries(header, *rows)
    assert [each["kind"] for each in found] == ["dial", "ring", "dial"]
    assert "contact_unread" in found[2]["warnings"]


@pytest.mark.parametrize(
    ("header", "cell", "came"),
    [
        ("CB status", "CB missed", [(None, "missed")]),
        ("CB status", "CB missed 1/15 @ 11:30", [("01-15 11:30", "missed")]),
        ("CB status", "CB pending", []),
        ("Result", "CB missed", [(None, "missed")]),
        ("Result", "they called, we spoke", [(None, "answered")]),
        ("Result", "called, no answer", []),
    ],
)
def test_a_callback_without_a_day_is_kept(header, cell, came):
    rows = [("1/13/2025", "9:00 AM", "50", "T1", cell), ("1/14/2025", "9:00 AM", "60", "T1", "CB missed 1/20")]
    found = entries(("Date", "Time", "Hold", "Agent", header), *rows)
    rings = [each for each in found if each["kind"] == "ring" and each["source_row"] == 2]
    assert [(each["started_at_local"] and shown(each)[0], each["outcome"]) for each in rings] == came
    assert [each["wait_outcome"] for each in found if each["kind"] == "dial"] == ["reached"] * 2


@pytest.mark.parametrize(
    ("result", "promised", "quoted"),
    [
        ("T1 says callback within 5 business days", "unknown", 5),
        ("sup. says callback w/i 72 hrs", "urgent", 72),
        ("T1 says to call back in 72 hrs", None, None),
        ("prometieron llamar en 72 horas", "urgent", 72),
        ("cb set for 10/8 between 9 and 11", "unknown", None),
        ("T1 - t2 to call by EOD Fri", "unknown", None),
    ],
)
def test_promises_as_the_agency_words_them(result, promised, quoted):
    found = entries(
        ("Date", "Hold (min)", "Agent", "Result"), ("10/6/2025", "30", "T1", result), ("10/16/2025", "40", "T1", "")
    )
    assert (found[0]["promised"], found[0]["quoted_value"]) == (promised, quoted)


@pytest.mark.parametrize("note", ["TC w/ client re RFE", "t/c with client", "phone call from client"])
def test_a_call_with_a_client_is_none_with_the_agency(note):
    rows = [
        ("8/14/2025", "42 min", "USCIS T1 re status"),
        ("8/15/2025", "", note),
        ("8/16/2025", "", "TC from USCIS T2, done"),
    ]
    found = entries(("Work date", "Hold", "Description"), *rows)
    assert [(each["source_row"], each["kind"]) for each in found] == [(2, "dial"), (4, "ring")]


# ---- whose case it is, and who was spoken to -------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Case", "Clients", "Cases"])
def test_names_under_a_header_that_may_mean_a_number_tell_clients_apart(header):
    rows = [
        ["3/14/2024", "45", "Doe"],
        ["3/15/2024", "20", "Roe"],
        ["3/18/2024", "30", "Doe"],
        ["3/19/2024", "5", "Poe"],
    ]
    found = [each["matter"] for each in entries(["Date", "Hold (min)", header], *rows)]
    assert found[0] == found[2]
    assert len({*found} - {None}) == 3


@pytest.mark.parametrize(
    "cells",
    [
        ["I-485", "N-400", "I-765", "I-485"],
        ["Open", "Closed", "Open", "Open"],
        ["Asylum", "AOS", "Asylum", "Lost card"],
    ],
)
def test_forms_and_states_of_a_case_name_no_client(cells):
    rows = [[f"3/{day}/2024", "45", cell] for day, cell in zip((14, 15, 18, 19), cells, strict=True)]
    assert {each["matter"] for each in entries(["Date", "Hold (min)", "Case"], *rows)} == {None}


@pytest.mark.parametrize("kind", ["Naturalization", "I-130 spouse", "EAD renewal", "I-485/I-765", "U visa"])
@pytest.mark.parametrize("header", ["Case", "Client"])
def test_a_kind_of_case_among_names_is_no_client(header, kind):
    cells = ["Doe", kind, "Roe", f"Doe - {kind}", f"Doe ({kind})", "Poe"]
    rows = [[f"3/{day}/2024", "45", cell] for day, cell in zip((14, 15, 18, 19, 20, 21), cells, strict=True)]
    doe, none, roe, dashed, in_brackets, poe = (
        each["matter"] for each in entries(["Date", "Hold (min)", header], *rows)
    )
    assert none is None
    assert doe == dashed == in_brackets
    assert len({doe, roe, poe} - {None}) == 3


def test_an_incoming_call_with_a_client_is_not_the_agencys():
    rows = [
        ["Out", "3/14/2024", "9:05 AM", "Doe", "USCIS", "48", "tier 2 requested"],
        ["In", "3/15/2024", "1:20 PM", "Doe", "USCIS", "6", "resolved"],
        ["In", "3/18/2024", "9:45 AM", "Doe", "client", "4", "asked status"],
        ["Out", "3/18/2024", "10:00 AM", "Doe", "USCIS", "33", "hung up"],
    ]
    found = entries(["In/Out", "Date", "Time", "Client", "With", "Mins", "Notes"], *rows)
    assert [(each["source_row"], each["kind"]) for each in found] == [(2, "dial"), (3, "ring"), (5, "dial")]


def test_the_agencys_program_is_not_an_agent_but_a_person_may_bear_its_name():
    rows = [["3/14/2024", "45", "EMMA"], ["3/15/2024", "20", "Emma"], ["3/18/2024", "30", "Kate"]]
    assert [each["agent_name"] for each in entries(["Date", "Hold (min)", "Rep"], *rows)] == [None, "Emma", "Kate"]


# ---- callbacks that came, in the words of a row ----------------------------------------------------------------------


@pytest.mark.parametrize("words", ["Callback rec'd", "CB received", "Call-back received"])
def test_a_callback_received_is_a_call_of_the_agency(words):
    assert entries(LOG, *CALLS, ["2/14/2024", "11:00 AM", "Doe", "", words])[-1]["kind"] == "ring"


def test_a_result_beside_whether_one_came_is_that_of_a_callback_with_its_time():
    header = ["Date", "Client", "Tier 2 promised", "Called back?", "Date/time called back"]
    rows = [
        ["5/6/2024", "Doe", "72 hours", "Y", "5/8/2024 10:15am"],
        ["5/13/2024", "Roe", "72 hours", "VM", "5/15/2024 12:10pm"],
        ["5/20/2024", "Poe", "72 hours", "N", ""],
        ["5/21/2024", "Doe", "72 hours", "missed", "5/23/2024 4:10pm"],
    ]
    found = [shown(each) for each in entries(header, *rows) if each["kind"] == "ring"]
    assert found == [("05-08 10:15", "unknown"), ("05-15 12:10", "voicemail"), ("05-23 16:10", "missed")]


def test_an_actual_response_on_the_day_of_the_call_is_a_callback():
    header = ["Date", "Time", "Hold", "Rep", "Promised response", "Actual response"]
    rows = [
        ["3/14/2024", "9:00 AM", "40 min", "Rita", "72 hours", "3/15 called"],
        ["3/15/2024", "9:00 AM", "50 min", "Sam", "30 days", "none"],
        ["3/18/2024", "9:00 AM", "60 min", "Wes", "end of day", "3/18 4pm vm"],
    ]
    found = [shown(each) for each in entries(header, *rows) if each["kind"] == "ring"]
    assert found == [("03-15 00:00", "unknown"), ("03-18 16:00", "voicemail")]


def test_a_request_for_tier_2_with_its_timeframe_is_a_promise_however_short():
    rows = [
        ["2/12/2024", "9:05 AM", "Doe", "38", "T2 req, 30 days"],
        ["2/13/2024", "9:05 AM", "Doe", "20", "t2 req 72 hrs"],
    ]
    promised = [(each["promised"], each["quoted_value"]) for each in entries(LOG, *CALLS, *rows)[-2:]]
    assert [value for _, value in promised] == [30, 72]


def test_the_actual_day_beside_a_promise_is_that_of_the_callback():
    header = ["Client", "Promised on", "What they promised", "Actual date/time", "Comments"]
    rows = [
        ["Doe", "4/15/2024", "T2 call in 72 hours", "4/17/2024 10:05", "spoke"],
        ["Roe", "4/16/2024", "call within 30 days", "", ""],
        ["Poe", "4/17/2024", "T2 call in 72 hours", "4/24/2024 9:00", "missed"],
        ["Moe", "4/18/2024", "call in 48 hrs", "4/19/2024 16:45", "left vm"],
    ]
    found = entries(header, *rows)
    assert [f"{each['started_at_local']:%m-%d}" for each in found if not each["item"]] == [
        "04-15",
        "04-16",
        "04-17",
        "04-18",
    ]
    came = [shown(each) for each in found if each["item"]]
    assert came == [("04-17 10:05", "answered"), ("04-24 09:00", "missed"), ("04-19 16:45", "voicemail")]


@pytest.mark.parametrize("words", ["not called yet", "need to call", "to call Monday", "have not called yet"])
def test_a_client_without_a_day_whom_nobody_called_about_yet_is_no_call(words):
    rows = [
        ["Doe", "4/15/2024", "50", "spoke with agent"],
        ["Roe", "4/16/2024", "65", "hung up"],
        ["Poe", "", "", words],
    ]
    assert [each["source_row"] for each in entries(["Client", "Date", "Hold", "Remarks"], *rows)] == [2, 3]


def test_a_ditto_mark_repeats_the_client_above_it_also_over_a_row_set_aside():
    rows = [
        ["2/14/2024", "9:05 AM", "Poe", "38", "spoke with agent"],
        ['"', "9:50 AM", '"', "14", "disconnected"],
        ["2/15/2024", "9:05 AM", "do.", "20", "hung up"],
        ["2/15/2024", "9:30 AM", "Moe", "5", "called NVC"],
        ["2/15/2024", "9:40 AM", "''", "25", "hung up"],
    ]
    found = [each["matter"] for each in entries(LOG, *CALLS, *rows)[-4:]]
    assert found[0] == found[1] == found[2] != found[3] is not None


def test_a_day_received_beside_the_day_of_a_promise_is_that_of_the_callback():
    header = ["Client", "Date promised", "Promise", "Date rec'd", "Time rec'd", "Picked up?"]
    rows = [
        ["Doe", "4/15/2024", "72 hours", "4/17/2024", "9:05 AM", "Y"],
        ["Roe", "4/16/2024", "72 hours", "4/22/2024", "12:40 PM", "N"],
        ["Poe", "4/16/2024", "30 days", "", "", ""],
        ["Moe", "4/18/2024", "72 hours", "4/19/2024", "7:10 AM", "N"],
    ]
    found = entries(header, *rows)
    calls = [f"{each['started_at_local']:%m-%d}" for each in found if not each["item"]]
    came = [shown(each) for each in found if each["item"]]
    assert calls == ["04-15", "04-16", "04-16", "04-18"]
    assert came == [("04-17 09:05", "answered"), ("04-22 12:40", "missed"), ("04-19 07:10", "missed")]


@pytest.mark.parametrize("words", ["T2, missed", "T2 - missed it", "Officer, missed"])
def test_a_callback_of_an_officer_that_was_missed_is_not_answered(words):
    header = ["Date", "Time", "Type", "Client", "Wait", "Details"]
    rows = [
        ["4/15/2024", "9:00 AM", "Call", "Doe", "40 min", "Rep Bo: wait 60 days"],
        ["4/16/2024", "11:00 AM", "Call", "Roe", "1 hr", "no answer, hung up"],
        ["4/17/2024", "8:00 AM", "Call", "Roe", "15 min", "Rep Cy: T2 72 hrs"],
        ["4/18/2024", "3:30 PM", "Callback", "Roe", "", words],
    ]
    assert shown(entries(header, *rows)[-1]) == ("04-18 15:30", "missed")


def test_a_lost_call_beside_clocks_has_the_wait_of_its_remark():
    header = ["Date", "Start", "Reached", "Client", "Notes"]
    rows = [
        ["3/14/2024", "9:10 AM", "9:52 AM", "Doe", "sr opened"],
        ["3/15/2024", "1:00 PM", "no", "Roe", "hung up 45 min"],
        ["3/18/2024", "8:00 AM", "8:20 AM", "Roe", "pending"],
    ]
    found = [(each["wait_s"], each["wait_outcome"]) for each in entries(header, *rows)]
    assert found == [(2520, "reached"), (2700, "gave_up"), (1200, "reached")]


def test_the_actual_day_of_a_planned_call_is_no_callback():
    header = ["Planned", "Actual date", "Actual time", "Hold (min)", "Rep", "Result"]
    rows = [
        ["3/14/2022", "3/14/2022", "9:10 AM", "45", "Ana", "spoke"],
        ["3/15/2022", "3/16/2022", "9:20 AM", "50", "", "hung up"],
        ["3/16/2022", "3/17/2022", "1:10 PM", "38", "Tom", "SR opened"],
    ]
    done = normalized([dict(zip(header, row, strict=True)) for row in rows], HAND_SHEET)
    assert "ring" not in done.entries.column("kind").to_pylist()
