"""Columns about callbacks that leave open whether one was promised or came. All sheets are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callanalytics import formats
from callanalytics.values import try_read
from callanalytics.values.callbacks import read_callbacks
from text_rows import NEW_YORK, normalized

HAND_SHEET = formats.load()["hand_sheet"]
DAYS = [f"3/{day}/2022" for day in (1, 3, 7, 9, 14, 16)]
CALL = {"Time dialed": "9:10 AM", "Hold (min)": "50", "Spoke to": "Tier 1"}
YES_NO = ["Yes", "No", "Yes", "No", "Yes", "No"]


def sheet(**columns):
    return [{"Date": DAYS[row], **CALL, **{n: cells[row] for n, cells in columns.items()}} for row in range(len(DAYS))]


def read(rows, **answers):
    done = normalized(rows, HAND_SHEET, replace(NEW_YORK, columns=tuple(answers.items())))
    entries = done.entries.sort_by("source_row").to_pylist()
    promised = [each["promised"] for each in entries if each["kind"] == "dial"]
    came = [
        (each["started_at_local"] and f"{each['started_at_local']:%m-%d}", each["outcome"])
        for each in entries
        if each["kind"] == "ring"
    ]
    return promised, came, done


def asked(done):
    return {(question.column, len(question.answers)) for question in done.questions if question.code == "which_column"}


# ---- a yes or a no ---------------------------------------------------------------------------------------------------

ASKING = (
    "Callback received? · Did they call back? · Called back? · CB? · Call back came · Callback rec'd · Callback? · "
    "Did USCIS call back? · Did we get a callback? · Did the callback come? · Called us back? · ¿Llamaron? · "
    "Called Back (Y/N) · CB? (y/n) · Was there a callback? · Callback yet? · Did they call? · Call returned?"
).split(" · ")


@pytest.mark.parametrize("header", ASKING)
@pytest.mark.parametrize("is_first", [True, False])
def test_beside_promises_a_yes_says_that_the_callback_came(header, is_first):
    columns = {"Promised": ["72 hours"] * 6, header: YES_NO}
    columns = dict(reversed(columns.items())) if is_first else columns
    promised, came, done = read(sheet(**columns))
    assert promised == ["urgent"] * 6
    assert came == [(None, "unknown")] * 3
    assert asked(done) == set()


@pytest.mark.parametrize("cell", ["missed", "Yes, answered", "voicemail", "pending", "3/17 missed"])
def test_one_cell_of_another_kind_changes_the_reading_of_no_other(cell):
    result = {"pending": [], "Yes, answered": [(None, "answered")], "3/17 missed": [("03-17", "missed")]}
    columns = {"Promised": ["72 hours"] * 6, "Callback received?": [*YES_NO[:5], cell]}
    promised, came, _ = read(sheet(**columns))
    assert promised == ["urgent"] * 6
    assert came == [(None, "unknown")] * 3 + result.get(cell, [(None, cell)])


@pytest.mark.parametrize(("yes", "no"), [("x", ""), ("✓", ""), ("Y", "N"), ("TRUE", "FALSE"), ("1", "0"), ("sí", "no")])
def test_marks_say_so_as_well(yes, no):
    cells = [yes, no] * 3
    promised, came, _ = read(sheet(**{"Promised": ["72 hours"] * 6, "Callback received?": cells}))
    assert (promised, came) == (["urgent"] * 6, [(None, "unknown")] * 3)


def test_in_a_ledger_of_promises_too():
    rows = [{"Promised on": day, "Client": "A", "Called back?": text} for day, text in zip(DAYS, YES_NO, strict=True)]
    promised, came, _ = read([{**row, "Hold (min)": "50"} for row in rows])
    assert (promised, came) == (["unknown"] * 6, [(None, "unknown")] * 3)


@pytest.mark.parametrize("answer", ["promised", "callback"])
def test_where_nothing_tells_which_it_is_asked_and_not_read(answer):
    rows = sheet(**{"CB?": YES_NO})
    promised, came, done = read(rows)
    assert (set(promised), came, asked(done)) == ({None}, [], {("CB?", 3)})
    promised, came, done = read(rows, **{answer: "CB?"})
    assert asked(done) == set()
    if answer == "promised":
        assert (promised, came) == (["unknown", "none"] * 3, [])
    else:
        assert (set(promised), came) == ({None}, [(None, "unknown")] * 3)


def test_a_yes_in_each_row_with_a_promise_may_repeat_that_one_was_made():
    kinds = ["72 hours", "", "72 hours", "", "30 business days", ""]
    promised, came, done = read(sheet(**{"Promised": kinds, "CB?": YES_NO}))
    assert [each for each in promised if each not in (None, "none")] == ["urgent", "urgent", "regular"]
    assert (came, asked(done)) == ([], {("CB?", 3)})
    # Until someone says, these rows are no evidence that nothing came.
    unread = [each["warnings"] or "" for each in done.entries.sort_by("source_row").to_pylist()]
    assert ["contact_unread" in each for each in unread] == [True, False] * 3


def test_beside_days_a_yes_alone_is_a_callback_without_one():
    days = ["3/3/2022", "", "", "", "3/16/2022", ""]
    columns = {"Promised": ["72 hours"] * 6, "Called back?": YES_NO, "Called back on": days}
    promised, came, _ = read(sheet(**columns))
    assert promised == ["urgent"] * 6
    assert came == [("03-03", "unknown"), (None, "unknown"), ("03-16", "unknown")]


@pytest.mark.parametrize(("header", "result"), [("Callback answered?", "answered"), ("Missed CB?", "missed")])
def test_a_yes_to_how_it_ended_is_a_callback_and_a_no_may_be_none(header, result):
    _, came, done = read(sheet(**{"Promised": ["72 hours"] * 5 + [""], header: YES_NO}))
    assert came == [(None, result)] * 3
    (doubt,) = done.doubts
    assert (doubt.column, len(doubt.rows)) == (header, 2)  # of the last row no callback was promised


@pytest.mark.parametrize(
    "header", ["Callback promised?", "Escalated?", "Callback offered", "Tier 2 callback requested?"]
)
def test_a_header_of_promises_is_read_as_before(header):
    promised, came, done = read(sheet(**{header: YES_NO}))
    assert (promised, came, asked(done)) == (["unknown", "none"] * 3, [], set())


@pytest.mark.parametrize("header", ["Callback", "CB?", "Callback?"])
def test_a_column_that_names_a_promise_in_one_cell_is_of_promises(header):
    promised, _, done = read(sheet(**{header: [*YES_NO[:5], "72 hours"]}))
    assert (promised[:2], promised[5], asked(done)) == (["unknown", "none"], "urgent", set())


OTHERS = "We called back? · Client called back? · Need to call back? · Told client of callback? · Callback confirmed?"


@pytest.mark.parametrize("header", OTHERS.split(" · "))
@pytest.mark.parametrize("is_first", [True, False])
def test_a_no_to_another_question_takes_no_promise_back(header, is_first):
    columns = {"Promised": ["72 hours"] * 6, header: YES_NO}
    promised, came, _ = read(sheet(**dict(reversed(columns.items())) if is_first else columns))
    assert (promised, came) == (["urgent"] * 6, [])


# ---- days ------------------------------------------------------------------------------------------------------------


def later(*apart):
    return [f"3/{int(day.split('/')[1]) + days}/2022" for day, days in zip(DAYS, apart, strict=True)]


TO_COME = "They will call · They'll call on · Will call back · USCIS will call on · Officer to call".split(" · ")


@pytest.mark.parametrize("header", TO_COME)
@pytest.mark.parametrize("days", [later(2, 2, 2, 2, 2, 2), later(1, 2, 5, 2, 9, 4)])
def test_days_of_calls_to_come_are_not_those_of_callbacks(header, days):
    promised, came, done = read(sheet(**{"Promised": ["72 hours"] * 6, header: days}))
    assert (promised, came, asked(done)) == (["urgent"] * 6, [], set())


@pytest.mark.parametrize("header", ["Called back on", "They called", "Callback received on", "USCIS called back"])
def test_days_of_calls_that_came_are(header):
    _, came, _ = read(sheet(**{"Promised": ["72 hours"] * 6, header: later(3, 3, 3, 3, 3, 3)}))
    assert len(came) == 6


@pytest.mark.parametrize("header", ["Callback arrived at", "Callback received at", "Callback time", "T2 call at"])
def test_a_day_with_its_time_is_read_under_a_header_of_times(header):
    came = ["", "3/4/2022 9:10 AM", "", "3/10/2022 2:15 PM", "", ""]
    taken = ["", "yes", "", "no", "", ""]
    assert read(sheet(**{header: came, "Callback picked up": taken}))[1] == [("03-04", "answered"), ("03-10", "missed")]


@pytest.mark.parametrize("header", ["Callback time", "Callback at", "T2 call time"])
def test_a_time_with_a_dot_is_no_day(header):
    days, times = ["3/4/2022", "3/9/2022", "3/10/2022"], ["9.10", "10.15", "14.30"]
    came = {"Callback date": [*[""] * 3, *days], header: [*[""] * 3, *times]}
    found = normalized(sheet(**came), HAND_SHEET).entries.to_pylist()
    rings = [each["started_at_local"] for each in found if each["kind"] == "ring"]
    assert [f"{moment:%d %H:%M}" for moment in rings] == ["04 09:10", "09 10:15", "10 14:30"]


@pytest.mark.parametrize("header", ["Call back on", "Callback date", "CB date", "Date of callback"])
@pytest.mark.parametrize(
    ("apart", "is_read"),
    [
        ((3, 3, 3, 3, 3, 3), "due"),  # exactly 72 hours on
        ((1, 1, 1, 1, 1, 1), ""),  # always the next day: reckoned, or prompt
        ((3, 6, 3, 6, 3, 6), ""),  # three or four business days on: reckoned over a holiday, or not
        ((1, 2, 3, 1, 8, 2), "came"),
    ],
)
def test_days_all_as_far_from_their_calls_were_reckoned(header, apart, is_read):
    promised, came, done = read(sheet(**{"Promised": ["72 hours"] * 6, header: later(*apart)}))
    assert promised == ["urgent"] * 6
    assert len(came) == (6 if is_read == "came" else 0)
    assert asked(done) == ({(header, 3)} if not is_read else set())


@pytest.mark.parametrize("header", ["CB", "Callback", "C/B", "Callback?"])
@pytest.mark.parametrize(
    ("apart", "is_read"),
    [((3, 3, 3, 3, 3, 3), "due"), ((1, 1, 1, 1, 1, 1), ""), ((1, 2, 3, 1, 8, 2), "came")],
)
def test_days_under_a_bare_header_are_no_more_promises_than_those_under_a_header_of_days(header, apart, is_read):
    days = later(*apart)
    for cells in (days, [*days[:5], "none"]):
        _, came, done = read(sheet(**{header: cells}))
        wanted = [f"{day[0]:0>2}-{day[2:-5]:0>2}" for day in cells if day != "none"] if is_read == "came" else []
        assert [day for day, _ in came] == wanted
        assert asked(done) == (set() if is_read == "due" else {(header, 3)})


def test_days_that_only_themselves_show_to_be_of_callbacks_are_read_and_asked_about():
    _, came, done = read(sheet(CB=later(1, 2, 3, 1, 8, 2)))
    (question,) = [each for each in done.questions if each.column == "CB"]
    assert len(came) == 6
    assert question.text.endswith("Until someone says, the column is read as when they called back")
    answered = {"CB came": ["yes", "no"] * 3, "CB date": later(1, 2, 3, 1, 8, 2)}
    assert not asked(read(sheet(**answered))[2])


def test_where_nothing_came_by_a_day_and_a_time_the_column_is_still_of_callbacks():
    cells = ["3/3 2:10p missed", "3/4 11a", "3/9 4pm no show", "never", "3/16 vm", ""]
    _, came, _ = read(sheet(CB=cells))
    assert came == [("03-03", "missed"), ("03-04", "unknown"), ("03-16", "voicemail")]


def test_a_result_or_a_time_beside_the_days_says_that_they_came():
    columns = {"Promised": ["72 hours"] * 6, "Callback date": later(3, 3, 3, 3, 3, 3)}
    _, came, _ = read(sheet(**columns, **{"Callback result": ["answered", "missed"] * 3}))
    assert [result for _, result in came] == ["answered", "missed"] * 3
    timed = [f"{day} 9:40 AM" for day in columns["Callback date"]]
    assert len(read(sheet(**columns | {"Callback date": timed}))[1]) == 6


def test_thirty_business_days_on_are_due_days_whatever_holidays_lie_between():
    days = ["4/12/2022", "4/14/2022", "4/18/2022", "4/20/2022", "4/25/2022", "4/27/2022"]
    promised, came, done = read(sheet(**{"Promised": ["30 business days"] * 6, "Callback date": days}))
    assert (promised, came, asked(done)) == (["regular"] * 6, [], set())


@pytest.mark.parametrize("answer", ["callback_due", "callback"])
def test_what_a_person_says_of_the_days_holds(answer):
    rows = sheet(**{"Promised": ["72 hours"] * 6, "Call back on": later(1, 1, 1, 1, 1, 1)})
    _, came, done = read(rows, **{answer: "Call back on"})
    assert (len(came), asked(done)) == (6 if answer == "callback" else 0, set())


# ---- callbacks in rows of their own ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        ("Tier 2", "answered"),
        ("Officer Lee", "answered"),
        ("Officer, case reopened", "answered"),
        ("missed", "missed"),
        ("left VM", "voicemail"),
        ("no one", "unknown"),
        ("n/a", "unknown"),
        ("", "unknown"),
    ],
)
def test_who_spoke_on_a_call_of_the_agency_was_spoken_to(cell, result):
    ours = {"Time": "9:10 AM", "Direction": "We called", "Wait (min)": "50", "Spoke to": "Tier 1"}
    theirs = {"Time": "10:00 AM", "Direction": "USCIS called", "Wait (min)": "", "Spoke to": cell}
    rows = [{"Date": day, **row} for day, row in zip(DAYS, [ours, theirs] * 3, strict=True)]
    _, came, _ = read(rows)
    assert [outcome for _, outcome in came] == [result] * 3


@pytest.mark.parametrize("header", ["Tier", "Agent"])
def test_a_tier_alone_does_not_say_that_somebody_spoke(header):
    ours = {"Time": "9:10 AM", "Direction": "We called", "Wait (min)": "50", header: "Tier 1"}
    theirs = {"Time": "10:00 AM", "Direction": "USCIS called", "Wait (min)": "", header: "Tier 2"}
    rows = [{"Date": day, **row} for day, row in zip(DAYS, [ours, theirs] * 3, strict=True)]
    assert {outcome for _, outcome in read(rows)[1]} == {"unknown"}


# ---- picked up and lost, several days with one result ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        ("answered but dropped", "unknown"),
        ("picked up, nobody there", "unknown"),
        ("answered, line went dead", "unknown"),
        ("spoke to officer, then call dropped", "answered"),
        ("missed, they hung up", "missed"),
        ("client spoke to officer", "answered"),
        ("took call, explained RFE, line dropped", "answered"),
        ("officer answered questions, disconnected", "answered"),
        ("answered, officer unknown", "answered"),
    ],
)
def test_a_call_that_was_picked_up_and_lost_is_neither_answered_nor_missed(cell, result):
    cells = ["3/2/2022 missed", None, f"3/9/2022 {cell}", None, "3/16/2022 answered", None]
    _, came, _ = read(sheet(**{"Promised": ["72 hours"] * 6, "Callback came": cells}))
    assert came == [("03-02", "missed"), ("03-09", result), ("03-16", "answered")]


@pytest.mark.parametrize(
    ("cell", "came"),
    [
        ("Missed 3/2 and 3/3, answered 3/4", [("03-02", "missed"), ("03-03", "missed"), ("03-04", "answered")]),
        ("missed callbacks: 3/2, 3/3, 3/4", [("03-02", "missed"), ("03-03", "missed"), ("03-04", "missed")]),
        ("missed 3/2 9am, 3/3 10am", [("03-02", "missed"), ("03-03", "missed")]),
        ("missed CB 3/2 to 3/4", [("03-02", "missed")]),  # how many more came, it does not say
    ],
)
def test_days_side_by_side_share_a_result_and_a_span_is_no_two_days(cell, came):
    cells = [cell, None, None, None, "3/16/2022 answered", None]
    assert read(sheet(**{"Promised": ["72 hours"] * 6, "Callback came": cells}))[1] == [*came, ("03-16", "answered")]
    rows = sheet(Promised=["72 hours"] * 6, Notes=["T1 helped", None, None, None, "they called 3/16, answered", None])
    rows[0]["Notes"] = f"72 hrs. {cell}"
    assert read(rows)[1] == [*came, ("03-16", "answered")]


@pytest.mark.parametrize(
    ("cell", "came"),
    [
        ("3/2 - 2:15 pm answered", [("3/2", "2:15 pm", "answered")]),
        ("3/2 - 9am missed, 3/3 - 9:05 am VM", [("3/2", "9am", "missed"), ("3/3", "9:05 am", "voicemail")]),
        ("missed - 3/2 - 9:05am", [("3/2", "9:05am", "missed")]),
        ("3/2 9:00 am - 9:10 am answered", [("3/2", "9:00 am", "answered")]),
        ("missed 3/2, 3/3 9am answered", [("3/2", "", "missed"), ("3/3", "9am", "answered")]),
        ("missed 3/2 9am, 3/3 10am", [("3/2", "9am", "missed"), ("3/3", "10am", "missed")]),
    ],
)
def test_a_time_behind_a_day_is_no_span_of_days_and_hides_no_result(cell, came):
    assert [tuple(each) for each in read_callbacks(cell)] == came


@pytest.mark.parametrize("cell", ["unknown", "3/2 unknown", "Mon-Tues missed"])
def test_what_no_one_knows_is_no_callback(cell):
    assert try_read(read_callbacks, cell) is None


# ---- the status of each promise --------------------------------------------------------------------------------------

STATES = {  # a cell, and the promise and the result of the callback in it
    "promised": ("unknown", None),
    "Pending": ("unknown", None),
    "Never received": ("unknown", None),
    "72 hours": ("urgent", None),
    "answered 3/18": ("unknown", "answered"),
    "Received 3/18 - missed": ("unknown", "missed"),
    "none": (None, None),
    "N/A": (None, None),
}


@pytest.mark.parametrize("header", ["Callback", "Callback status", "CB?"])
@pytest.mark.parametrize("text", STATES)
def test_the_status_of_a_promise_says_that_there_is_one(header, text):
    rows = [
        {"Date": "3/14/2022", "Hold": "42", "Agent": "Ana", header: cell} for cell in ("pending", text, "3/16 missed")
    ]
    found = normalized(rows, HAND_SHEET).entries.to_pylist()
    calls = [each for each in found if each["kind"] == "dial"]
    came = [each["outcome"] for each in found if each["kind"] == "ring" and each["source_row"] == 3]
    assert (calls[1]["promised"], *(came or [None])) == STATES[text]
    assert "contact_unread" not in (calls[1]["warnings"] or "")
    if header == "Callback status":  # the others may be columns of promises
        assert ("promise_from_remark" in (calls[1]["warnings"] or "")) == (STATES[text][0] is not None)


def test_without_an_open_promise_a_callback_shows_none():
    rows = [{"Date": "3/14/2022", "Hold": "42", "Agent": "Ana", "Callback": cell} for cell in ("none", "3/18 answered")]
    found = normalized(rows, HAND_SHEET).entries
    assert found.column("promised").to_pylist() == [None] * 3


@pytest.mark.parametrize(("wait", "cell", "promised"), [
    ("hung up after 20", "not yet", None), ("45 (dropped)", "none yet", None),
    ("45", "not yet", "unknown"),
])  # fmt: skip
def test_a_lost_call_brought_no_promise_that_its_status_does_not_state(wait, cell, promised):
    row = {"Date": "3/14/2022", "Hold": "42", "Agent": "Ana", "Callback": "pending"}
    rows = [row, row | {"Hold": wait, "Agent": "", "Callback": cell}, row | {"Callback": "3/16 missed"}]
    assert read(rows)[0] == ["unknown", promised, "unknown"]


PROMISED = {  # a cell of a column of promises, and the promise and the result of the callback in it
    "promised / none": ("unknown", None),
    "promised 3/19 - none": ("unknown", None),
    "promised - missed 3/18": ("unknown", "missed"),
    "yes / 3/18 2:10 pm answered": ("unknown", "answered"),
    "72 hrs - 3/18 missed": ("urgent", "missed"),
    "promised - none": ("none", None),
}


@pytest.mark.parametrize("text", PROMISED)
def test_a_promise_is_read_before_what_came_of_it(text):
    row = {"Date": "3/14/2022", "Hold": "42", "Agent": "Ana"}
    rows = [row | {"CB promised": cell} for cell in ("72 hours", text, "72 hours / 3/16 missed", "30 days")]
    found = normalized(rows, HAND_SHEET).entries.to_pylist()
    own = [each for each in found if each["source_row"] == 3]
    assert own[0]["promised"] == PROMISED[text][0]
    assert [each["outcome"] for each in own[1:]] == [PROMISED[text][1]] * (PROMISED[text][1] is not None)


@pytest.mark.parametrize("window", ["3/18-3/22", "3/18 - 3/22", "3/18 to 3/22", "3/21 or 3/22"])
def test_a_window_in_which_they_will_call_is_a_promise(window):
    row = {"Date": "3/14/2022", "Hold": "42", "Agent": "Ana"}
    rows = [row | {"CB window": cell} for cell in (window, "3/17-3/20", "")]
    found = normalized(rows, HAND_SHEET).entries
    assert found.column("promised").to_pylist() == ["unknown", "unknown", None]
    assert found.column("warnings").to_pylist() == [None] * 3


@pytest.mark.parametrize("day", ["by 3/18", "by Friday", "callback by 3/18", "they call by 3/18/2022"])
def test_the_day_by_which_they_will_call_is_named_as_not_used(day):
    rows = sheet(Promised=["72 hours", day, "30 business days", "", "72 hours", "no"])
    promised, _, done = read(rows)
    assert promised == ["urgent", "unknown", "regular", None, "urgent", "none"]
    assert [(doubt.column, doubt.target, doubt.rows) for doubt in done.doubts] == [("Promised", "told", (3,))]


OWN_PLANS = ["call again in 30 days", "will call again 3/15", "to call tomorrow", "to call 3/7", "30 day inquiry"]


@pytest.mark.parametrize("plan", OWN_PLANS)
def test_what_the_office_plans_itself_is_no_promise_and_is_named(plan):
    rows = sheet(Promised=["72 hours", plan, "30 business days", "", "T2 to call in 72 hours", "no"])
    promised, _, done = read(rows)
    assert promised == ["urgent", None, "regular", None, "urgent", "none"]
    assert [(doubt.column, doubt.target, doubt.rows) for doubt in done.doubts] == [("Promised", "promised", (3,))]


# ---- missed, or not ------------------------------------------------------------------------------------------------

MISSED_OR_NOT = [
    (["Y", "N", "Y", "N"], ["missed", "answered", "missed", "answered"]),
    (["✓", "", "", ""], ["missed", "unknown", "unknown", "unknown"]),  # a single tick is an answer, no empty cell
    (["yes - in court", "no", "yes, lunch", "no, took it"], ["missed", "answered", "missed", "answered"]),
]


@pytest.mark.parametrize("header", ["CB missed by us", "Missed?", "Did we miss it?", "Missed CB (y/n)"])
@pytest.mark.parametrize(("cells", "wanted"), MISSED_OR_NOT)
def test_a_yes_under_missed_is_a_missed_callback_and_a_no_an_answered_one(header, cells, wanted):
    days = ["3/4/2022 11:20", "3/8/2022 14:05", "3/10/2022 9:00", "3/15/2022 10:00", "", ""]
    columns = {"CB promised": ["Y"] * 6, "CB came": days, header: [*cells, "", ""]}
    assert [result for _, result in read(sheet(**columns))[1]] == wanted


@pytest.mark.parametrize("cell", ["missed - in court", "no, voicemail"])
def test_a_no_under_missed_is_no_missed_callback_beside_other_words(cell):
    days = ["3/4/2022", "3/8/2022", "3/10/2022", "3/15/2022", "", ""]
    cells = [cell, "no", "left vm", "answered", "", ""]
    results = [result for _, result in read(sheet(**{"CB came": days, "CB missed?": cells}))[1]]
    assert results[1:] == ["answered", "voicemail", "answered"]
    assert results[0] in ("missed", "voicemail")


# ---- the question after a question ---------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["If yes, when?", "If so, date and time", "When?"])
@pytest.mark.parametrize("is_due_asked", [True, False])
def test_the_question_behind_whether_they_called_back_asks_when_they_did(header, is_due_asked):
    due = {"If yes, by when?": ["72 hours", "", "30 days", "", "72 hours", ""]} if is_due_asked else {}
    came = {"Did USCIS call back?": YES_NO, header: ["3/4/2022 2:15 PM", "", "3/10/2022 11:00 AM", "", "3/16/2022", ""]}
    columns = {"Promised a callback?": YES_NO, **due, **came, "Did we pick up?": ["No", "", "Yes", "", "No", ""]}
    promised, rings, done = read(sheet(**columns))
    assert rings == [("03-04", "missed"), ("03-10", "answered"), ("03-16", "missed")]
    kinds = ["urgent", "none", "regular", "none", "urgent", "none"]
    assert promised == (kinds if is_due_asked else ["unknown", "none"] * 3)
    assert asked(done) == set()
    assert done.doubts == []


@pytest.mark.parametrize("cell", ["3/14 missed", "3/14", "3/14/2022 missed"])
def test_a_callback_whose_day_has_no_year_proves_the_order_of_the_calls_too(cell):
    rows = [{**CALL, "Date": day, "Called back on": text} for day, text in (("3/3/2022", cell), ("3/4/2022", ""))]
    assert [question.code for question in read(rows)[2].blocking] == []
    assert [question.code for question in read([{**row, "Called back on": ""} for row in rows])[2].blocking] == [
        "date_order"
    ]


DENYING = [
    "Did not get through",
    "No live agent",
    "Unable to reach (Y/N)",
    "No callback",
    "CB not answered",
    "No CB promised",
]


@pytest.mark.parametrize("header", DENYING)
def test_a_yes_to_whether_something_did_not_happen_is_no_yes(header):
    plain = [{name: text for name, text in row.items() if name != "Spoke to"} for row in sheet()]
    asking = [{**row, header: text} for row, text in zip(plain, YES_NO, strict=True)]
    columns = ["kind", "outcome", "wait_outcome", "promised"]
    found = [normalized(rows, HAND_SHEET).entries.sort_by("source_row").select(columns) for rows in (plain, asking)]
    assert found[0].equals(found[1])


# ---- columns that few sheets have ------------------------------------------------------------------------------------

LATER = [f"3/{day}/2022" for day in (3, 7, 10, 14, 16, 18)]
DUE = [f"4/{day}/2022" for day in (1, 4, 8, 11, 15, 18)]


def of_columns(**columns):
    return [
        {name: cells if isinstance(cells, str) else cells[row] for name, cells in columns.items()} for row in range(6)
    ]


def test_in_a_list_of_promises_the_day_received_is_that_of_the_callback():
    rows = of_columns(**{"Asked on": DAYS, "T2 will call by": DUE, "Date received": LATER, "Time rec'd": "10:15 AM"})
    _, came, done = read(rows)
    assert came == [(f"03-{day:02}", "unknown") for day in (3, 7, 10, 14, 16, 18)]
    assert {f"{each['started_at_local']:%H:%M}" for each in done.entries.to_pylist() if each["kind"] == "ring"} == {
        "10:15"
    }


def test_a_bare_at_beside_the_day_of_a_callback_is_its_time():
    rows = sheet(**{"Called back?": YES_NO, "USCIS callback date": LATER, "At": ["10:15 AM"] * 6})
    rings = [each["started_at_local"] for each in read(rows)[2].entries.to_pylist() if each["kind"] == "ring"]
    assert {f"{moment:%H:%M}" for moment in rings} == {"10:15"}


def test_a_second_call_with_its_own_hold_is_the_offices_own():
    rows = sheet(**{"2nd call": LATER, "2nd call time": ["11:05 AM"] * 6, "2nd hold": ["20"] * 6})
    dials = [each for each in read(rows)[2].entries.to_pylist() if each["kind"] == "dial"]
    assert sorted((f"{each['started_at_local']:%H:%M}", each["wait_s"]) for each in dials) == [
        *[("09:10", 3000)] * 6,
        *[("11:05", 1200)] * 6,
    ]


def test_first_attempts_that_a_header_calls_the_agencys_are_callbacks():
    rows = of_columns(
        **{"Date": DAYS, "First callback attempt from USCIS": LATER, "Hold (min)": "50", "Result": "spoke"}
    )
    assert [day for day, _ in read(rows)[1]] == ["03-03", "03-07", "03-10", "03-14", "03-16", "03-18"]


def test_a_yes_where_none_was_promised_says_that_one_came():
    promised, came, _ = read(sheet(Promised=["72 hours", "no"] * 3, Callback=["no", "yes"] * 3))
    assert promised == ["urgent", "none"] * 3
    assert came == [(None, "unknown")] * 3


def test_a_column_of_means_whatever_its_header_sets_aside_what_was_no_call():
    means = ["Phone", "Emma"] * 3
    rows = of_columns(**{"Date": DAYS, "Time": "9:10 AM", "Used": means, "Hold (min)": "50", "Result": "spoke T1"})
    assert [each["source_row"] for each in read(rows)[2].entries.sort_by("source_row").to_pylist()] == [2, 4, 6]


@pytest.mark.parametrize("header", ["Answered by", "Who took it?", "Who answered CB", "CB answered by"])
def test_the_initials_of_whoever_answered_a_callback_say_that_it_was_answered(header):
    days = ["3/4/2022", "", "3/10/2022", "3/11/2022", "3/16/2022", ""]
    answers = ["KT", "-", "missed", "nobody", "voicemail", ""]
    columns = {"CB promised": ["Y", "N", "Y", "Y", "Y", "N"], "CB date": days, header: answers}
    results = [result for _, result in read(sheet(**columns))[1]]
    assert results == ["answered", "missed", "missed", "voicemail"]


@pytest.mark.parametrize("staff", ["Staff", "Called by", "Paralegal"])
def test_a_name_under_answered_by_that_is_of_the_office_elsewhere_answered_the_callback(staff):
    names = ["Karen Thorne", "Marta", "Karen Thorne", "Marta", "Marta", "Karen Thorne"]
    days = ["3/4/2022", "", "3/10/2022", "3/11/2022", "3/16/2022", ""]
    answers = ["Marta", "", "karen thorne", "Lunch", "Tier 1", ""]
    columns = {"CB promised": ["Y", "N", "Y", "Y", "Y", "N"], "CB date": days, "CB answered by": answers, staff: names}
    results = [result for _, result in read(sheet(**columns))[1]]
    assert results == ["answered", "answered", "unknown", "unknown"]


def test_who_answered_shows_that_days_are_of_callbacks_that_came():
    days = [f"3/{day}/2022" for day in (7, 9, 13, 15, 20, 22)]  # six days after each call: they may be due then
    columns = {"CB promised": ["Y"] * 6, "CB date": days, "CB answered by": ["KT", "missed", "Yes", "No", "VM", ""]}
    _, came, done = read(sheet(**columns))
    assert [result for _, result in came[:5]] == ["answered", "missed", "answered", "missed", "voicemail"]
    assert not asked(done)


@pytest.mark.parametrize("header", ["CB promised or not", "CB promised? (Y / No)", "CB promised/not promised"])
def test_a_header_that_gives_both_answers_denies_nothing(header):
    assert read(sheet(**{header: YES_NO}))[0] == read(sheet(**{"CB promised": YES_NO}))[0]


@pytest.mark.parametrize(("yes", "no"), [("x", ""), ("Y", "N")])
@pytest.mark.parametrize("header", ["CB answered", "CB received"])
def test_a_callback_is_told_under_answered_or_under_missed(header, yes, no):
    answered, missed = [yes, no, "", yes, no, ""], [no, yes, "", no, yes, ""]
    results = [result for _, result in read(sheet(**{header: answered, "CB missed": missed}))[1]]
    assert results[1::2] == ["missed"] * 2
    assert {*results[::2]} <= ({"answered"} if no or "answered" in header else {"unknown"})  # one who received it


# ---- numbers in the unit of their header -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Callback promised (days)", "days"),
        ("CB in (days)", "days"),
        ("Days promised", "days"),
        ("CB window (days)", "days"),
        ("CB promised (bus. days)", "business_days"),
        ("Promised within (hrs)", "hours"),
    ],
)
def test_a_bare_number_is_promised_in_the_unit_of_its_header(header, unit):
    _, _, done = read(sheet(**{header: ["30", "14", "", "72", "0", "14"]}))
    quoted = [(each["promised"], each["quoted_value"], each["quoted_unit"]) for each in done.entries.to_pylist()]
    assert [each[1:] for each in quoted] == [(30, unit), (14, unit), (None, None), (72, unit), (None, None), (14, unit)]
    assert [each[0] for each in quoted[1:3]] == ["unknown", None]  # no callback of the agency is due in 14
    assert quoted[4][0] == "none"


@pytest.mark.parametrize("header", ["Days to callback", "CB days", "CB came after (days)", "Hold before CB (hrs)"])
def test_days_until_a_callback_came_are_no_promise(header):
    promised, _, done = read(sheet(**{header: ["30", "14", "", "72", "0", "14"]}))
    assert promised == [None] * 6
    assert done.entries.column("quoted_value").to_pylist() == [None] * 6
