"""A cell that tells of several calls gives a note for each, or is rejected as it stands; forms; sheets by year."""

import openpyxl
import pytest

from callanalytics import intake
from callanalytics.store import Store
from callanalytics.values.callbacks import callbacks_among, read_callbacks
from callanalytics.values.parsers import PARSERS, Unreadable
from read_logs import entries_of

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}
events = PARSERS["events"]


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


def contacts_in(cell: str, year: str = "2022") -> list[tuple]:
    return [(event.date, event.kind, event.wait, event.outcome) for event in events(cell, year=year)]


def test_each_date_begins_a_contact_and_words_without_one_belong_to_the_last():
    assert contacts_in("3/4 hold 1h; 3/11 SR 1234, cb missed 3/15") == [
        ("3/4/2022", "dial", "hold 1h", ""),
        ("3/11/2022", "dial", "", ""),
        ("3/15/2022", "ring", "", "missed"),
    ]


def test_how_a_wait_ended_may_stand_beside_how_long_it_was():
    assert contacts_in("3/4 held 45 minutes, hung up; 3/5 cut off, on hold 1h") == [
        ("3/4/2022", "dial", "held 45 minutes hung up", ""),
        ("3/5/2022", "dial", "cut off on hold 1h", ""),
    ]
    assert PARSERS["human_span"]("held 45 minutes hung up")[:3] == (2700, 60, "gave_up")


def test_a_column_whose_calls_are_read_is_not_called_unread(tmp_path):
    (tmp_path / "log.csv").write_text('Matter,Calls,Paralegal\nM-1,"3/14/2022 hold 1h; cb missed 3/15/2022",Ann\n')
    page = intake.check([tmp_path / "log.csv"], "Alder and Birch", "Central").text()
    assert 'not stored: column "Paralegal"' in page


@pytest.mark.parametrize(
    ("cell", "contacts"),
    [
        (
            "1/13 called, held 45, spoke w/ Tier 1, cb in 72 hrs; 1/15 USCIS called, missed",
            [("1/13/2022", "dial", "45, spoke", ""), ("1/15/2022", "ring", "", "missed")],
        ),
        (
            "1/9 - emailed lockbox\n1/12 - called, no answer after 90 min",
            [("1/12/2022", "dial", "no answer after 90 min", "")],
        ),
        (
            "1/8 called, 45 min hold, T1. 1/10 called again, 20 min hold, dropped",
            [("1/8/2022", "dial", "45 min hold", ""), ("1/10/2022", "dial", "20 min hold dropped", "")],
        ),
        ("2/1 called, held 1 hr 10 min, no answer, gave up", [("2/1/2022", "dial", "1 hr 10 min, gave up", "")]),
        (
            "3/1: Tier 2 called, spoke, resolved; 3/2 hold 5",
            [("3/1/2022", "ring", "", "answered"), ("3/2/2022", "dial", "hold 5", "")],
        ),
        ("3/1 20 min hung up", [("3/1/2022", "dial", "20 min hung up", "")]),
        (
            "3/1 emailed USCIS; 3/2 called 30 min, hung up",
            [("3/2/2022", "dial", "30 min, hung up", "")],
        ),
    ],
)
def test_an_entry_in_more_words_is_read_as_a_note_of_one_call(cell, contacts):
    assert contacts_in(cell) == contacts


def test_a_promise_of_an_entry_is_kept_and_a_word_before_the_next_date_is_not_of_that():
    first, _ = events("1/13 called, held 45, spoke w/ Tier 1, cb in 72 hrs; 1/15 USCIS called, missed", year="2022")
    assert (first.promised, first.agent_id) == ("urgent", "")
    first, second = events("1/8 called, 45 min hold, T1. 1/10 called again, 20 min hold, dropped", year="2022")
    assert (first.tier, second.tier) == ("tier1", "")


@pytest.mark.parametrize(("calls", "n_read"), [("3/14/2022 hold 1h; 3/15/2022 hold 20", 1), ("called, on hold 1h", 0)])
def test_a_sheet_of_clients_is_one_of_histories_if_its_cells_are(calls, n_read, tmp_path):
    (tmp_path / "log.csv").write_text(f'Client,Receipt,Call log\nRoe,IOE0912345678,"{calls}"\n')
    receipt = intake.check([tmp_path / "log.csv"], "Alder and Birch", "Central")
    assert receipt.totals["entries"] == n_read
    assert "Roe" not in receipt.text()


@pytest.mark.parametrize(
    "cell",
    [
        "3/4 called, held 45, dropped, called back held 30, T1",  # two calls under one date
        "3/4 called, held 45, T1. USCIS called same day, missed",
        "3/4 dropped after 20 min; T2 called 3/5, missed",
        "3/4 hung up after 20 min, USCIS later called, no answer",
        "3/4 USCIS called 2x, missed both",
        "3/4 held 20 min, hung up; USCIS called back, missed",
        "3/4 hung up after 20 min, T2 callback missed",
        "3/4 called, held 45, T1; 3/5 tried again, busy",  # one entry that is not understood
        "hold 1h",  # no date
        "3/4 hold 1h, 3/5 3/6 missed",  # two dates, one contact
        "3/4 talked to Maria",  # words no one listed
        "3/4 hold 1h, hold 2h",  # two waits
        "3/4 SR 1234, SR 1235",
        "3/4 555-0100",
        "; ;",
    ],
)
def test_what_is_not_wholly_understood_is_not_read(cell):
    with pytest.raises(Unreadable):
        contacts_in(cell)


@pytest.mark.parametrize(("cell", "year"), [("3/4 hold 1h", ""), ("12/29 hold 40; 1/4 hold 30", "2022")])
def test_a_year_is_never_guessed(cell, year):
    with pytest.raises(Unreadable) as refused:
        contacts_in(cell, year)
    assert refused.value.reason == "no_year"


def book(path, sheets: dict):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


@pytest.mark.slow
def test_sheets_by_year_give_their_years_to_dates_without_one(tmp_path, place):
    head = ["Matter", "Calls"]
    cases = {
        "2021": [head, ["21-1", "3/14 hold 1h; cb missed 3/20"]],
        "2022": [head, ["21-1", "3/14 hold 30 min"], ["22-7", "who knows"]],
    }
    receipt = intake.ingest([book(tmp_path / "log.xlsx", cases)], place, **OFFICE)
    store = Store.open(place)
    entries = sorted(store.read("entries").to_pylist(), key=lambda note: note["started_at_local"])
    assert [(n["started_at_local"].year, n["kind"], n["item"]) for n in entries] == [
        (2021, "dial", 0),
        (2021, "ring", 1),
        (2022, "dial", 0),
    ]
    assert entries[1]["parent_entry_id"] == entries[0]["entry_id"]
    assert (receipt.totals["rows"], receipt.totals["entries"], receipt.totals["rejects"]) == (3, 2, 1)
    assert '"xxx xxxxx"' in receipt.text()
    assert store.verify() == []
    assert intake.compare(store, tmp_path).problems == []


@pytest.mark.slow
def test_the_timestamp_of_a_form_is_not_the_moment_of_the_call(tmp_path, place):
    rows = [
        ["Timestamp", "Date of call", "Time of call", "Wait (minutes)", "Agent ID"],
        ["3/15/2022 18:05:11", "3/14/2022", "10:05 AM", "45", "A123"],
    ]
    path = tmp_path / "form.csv"
    path.write_text("\n".join(",".join(row) for row in rows))
    intake.ingest([path], place, **OFFICE)
    (note,) = Store.open(place).read("entries").to_pylist()
    assert str(note["started_at_local"]) == "2022-03-14 10:05:00"
    assert "Timestamp" not in intake.check([path], "Alder and Birch", "Central").text()  # nor is it to be called one


def test_a_form_that_asks_when_you_called_is_about_the_call_and_no_callback(tmp_path, place):
    path = tmp_path / "form.csv"
    path.write_text(
        "Timestamp,When did you call USCIS?,How long were you on hold (minutes)?,When did USCIS call you back?\n"
        "3/15/2022 18:05:11,3/14/2022 10:05 AM,45,3/16/2022 9:10 AM\n3/15/2022 18:06:40,3/15/2022 2:20 PM,31,\n"
    )
    intake.ingest([path], place, **OFFICE)
    entries = Store.open(place).read("entries").to_pylist()
    assert sorted((note["kind"], str(note["started_at_local"])) for note in entries) == [
        ("dial", "2022-03-14 10:05:00"),
        ("dial", "2022-03-15 14:20:00"),
        ("ring", "2022-03-16 09:10:00"),
    ]


@pytest.mark.parametrize("header", ["Who did you call for?", "Whom did you call about?"])
def test_whom_a_call_was_for_is_not_the_line_that_was_called(tmp_path, place, header):
    path = tmp_path / "form.csv"
    rows = [f"3/{day}/2022 18:05:11,3/{day}/2022,{who},{day}" for day, who in ((14, "Ana Poe"), (15, "Lin Roe"))]
    path.write_text("\n".join([f"Timestamp,When did you call USCIS?,{header},Hold (min)", *rows]))
    intake.ingest([path], place, **OFFICE)
    assert {note["line"] for note in Store.open(place).read("entries").to_pylist()} == {None}


def test_a_form_that_never_asks_for_the_date_is_not_read_by_its_timestamp(tmp_path, place):
    path = tmp_path / "form.csv"
    path.write_text("Timestamp,Wait (minutes),Agent ID\n3/2/2022 18:05:11,45,A123\n")
    receipt = intake.ingest([path], place, **OFFICE)
    assert "column 'Date'" in str(receipt.problems[0])
    assert not place.exists()


@pytest.mark.slow
def test_a_row_a_case_gives_every_call_and_each_call_back_with_its_call(tmp_path, place):
    groups = [f"Call {n},Wait {n},Result {n},CB {n},Answered {n}" for n in range(1, 6)]
    cells = [f"3/{13 + n}/2022,{20 + n},72 hours,3/{15 + n}/2022,{'yes' if n == 5 else 'no'}" for n in range(1, 6)]
    (tmp_path / "cases.csv").write_text(f"Matter,{','.join(groups)}\nM-1,{','.join(cells)}\n")
    intake.ingest([tmp_path / "cases.csv"], place, **OFFICE)
    entries = Store.open(place).read("entries").to_pylist()
    calls = {note["entry_id"]: note for note in entries if note["kind"] == "dial"}
    callbacks = [note for note in entries if note["kind"] == "ring"]
    assert sorted(note["wait_s"] // 60 for note in calls.values()) == [21, 22, 23, 24, 25]
    assert {note["promised"] for note in calls.values()} == {"urgent"}
    assert [callback["outcome"] for callback in sorted(callbacks, key=lambda callback: callback["item"])] == [
        "missed"
    ] * 4 + ["answered"]
    for callback in callbacks:
        assert (callback["started_at_local"] - calls[callback["parent_entry_id"]]["started_at_local"]).days == 2


# ---- results apart from the words for a callback, and from its date -------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ("3/4 cb 9:40 missed", "missed"),
        ("3/4 callback received vm", "voicemail"),
        ("3/4 call back came 9:40 answered", "answered"),
    ],
)
def test_a_result_may_stand_apart_from_the_words_for_a_callback(cell, outcome):
    assert contacts_in(cell) == [("3/4/2022", "ring", "", outcome)]


@pytest.mark.parametrize(
    ("cell", "came"),
    [
        ("1/13 missed, email 1/20", [("1/13", "", "missed"), ("1/20", "", "email")]),  # it belongs to the next date
        ("1/13 missed, answered", [("1/13", "", "missed"), ("1/13", "", "answered")]),
        ("1/13 missed, voicemail", [("1/13", "", "voicemail")]),
        ("10:15 1/13 missed", [("1/13", "10:15", "missed")]),
    ],
)
def test_each_result_goes_to_its_own_date(cell, came):
    assert [tuple(each) for each in read_callbacks(cell)] == came


def test_the_next_sentence_may_have_only_the_result():
    assert callbacks_among("Officer called 11/7 at 10:15 AM; answered") == (("11/7", "10:15 AM", "answered"),)


@pytest.mark.parametrize(
    ("cell", "quoted"),
    [
        ("3/14/2022 called, T2 cb 30 days", ("regular", 30, "days")),
        ("3/14/2022 called, T2 cb 14 days", ("unknown", 14, "days")),
        ("3/14/2022 held 50 min, 72 hrs; 3/19/2022 cb missed", ("urgent", 72, "hours")),
        ("3/14/2022 hold 1h, within 30 business days", ("regular", 30, "business_days")),
        ("3/14/2022 hold 1h, urgent", ("urgent", None, None)),
    ],
)
def test_a_promise_in_a_history_keeps_the_time_that_was_promised(tmp_path, cell, quoted):
    (tmp_path / "log.csv").write_text(f'Matter,Calls\nM-1,"{cell}"\n')
    first = entries_of(tmp_path / "log.csv").iloc[0]
    read = tuple(first[["promised", "quoted_value", "quoted_unit"]].astype(object).where(first.notna(), None))
    assert read == quoted


@pytest.mark.parametrize("promise", ["T2 cb 72 hrs", "T2 cb in 72 hrs", "T2 callback within 72 hours"])
@pytest.mark.parametrize("held", ["held 50 min", "50 min", "50 min hold"])
def test_a_callback_with_its_timeframe_in_a_call_that_was_held_is_promised_and_did_not_come(held, promise):
    (event,) = events(f"3/6 - {held} - {promise}", year="2024")
    span = PARSERS["human_span"](event.wait)
    assert (event.kind, span[0], event.promised) == ("dial", 3000, "urgent")


def test_the_clients_of_a_history_are_told_apart(tmp_path, place):
    (tmp_path / "log.csv").write_text(
        "Client,Receipt,Call history\n"
        "Mora,,3/14/2024 hold 1h; 3/15/2024 hold 9 min\nNasser,,3/18/2024 hold 20 min; 3/19/2024 dropped\n"
    )
    intake.ingest([tmp_path / "log.csv"], place, **OFFICE)
    rows = Store.open(place).read("entries").sort_by("started_at_local").to_pylist()
    mora, again, nasser, _ = (each["matter"] for each in rows)
    assert mora == again != nasser
    assert not any("Mora" in str(value) for row in rows for value in row.values())
