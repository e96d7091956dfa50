"""Callbacks told beside their promises, in one cell or in a remark of the same row. All is invented."""

from __future__ import annotations

import pytest

import callanalytics as ca
from callanalytics import intake
from read_logs import entries_of, receipt_and_entries

UNREAD, NOTHING = "unread", "nothing"
# A cell of a column of promises, and what is read of a callback in it: its day, time and result.
CELLS = {
    "promised w/in 72 hours, came 10/3 11:00": ("2024-10-03 11:00", "unknown"),
    "72 hours - called back 10/3 2pm, we missed it": ("2024-10-03 14:00", "missed"),
    "72 hrs; they called 10/3": ("2024-10-03 00:00", "unknown"),
    "72 hours. USCIS called back 10/3 9:15am, spoke": ("2024-10-03 09:15", "answered"),
    "72h, nos llamaron 10/3": ("2024-10-03 00:00", "unknown"),
    "72 hours, rang 10/3 4pm": ("2024-10-03 16:00", "unknown"),
    "72 hours, came while we were at court": UNREAD,
    "72 hours, they called twice, different days": UNREAD,
    "72 hours - returned call sometime that week": UNREAD,
    "72 hours": NOTHING,
    "72 hours, never called": NOTHING,
    "72 hours, they will call by 10/3": NOTHING,
    "72 hours, no one called as of 10/5": NOTHING,
    "within 72 hours, did not come": NOTHING,
}
# A remark beside a promise of 72 hours.
REMARKS = {
    "came Thurs 10/3 3pm, we missed": ("2024-10-03 15:00", "missed"),
    "they called 10/3": ("2024-10-03 00:00", "unknown"),
    "missed their call 10/3 9:15am": ("2024-10-03 09:15", "missed"),
    "officer called back 10/3 at 2pm, left VM": ("2024-10-03 14:00", "voicemail"),
    "USCIS called 10/3 4:10 pm, took the call": ("2024-10-03 16:10", "answered"),
    "called back 10/3 10:00am, got through": UNREAD,
    "they rang when we were out": UNREAD,
    "we missed the call, in a hearing": UNREAD,
    "no call": NOTHING,
    "never came": NOTHING,
    "spoke to Ana about the card": NOTHING,
    "card came 10/3": NOTHING,
    "client called 10/3": NOTHING,
    "we called again 10/3": NOTHING,
}


def log_of(folder, promise, remark):
    path = folder / "USCIS calls.csv"
    path.write_text(
        "Date,Time,Hold,Result,Promise,Comments\n"
        f'10/1/2024,9:00 AM,30,spoke to rep,"{promise}","{remark}"\n'
        "10/8/2024,9:00 AM,33,hung up,,\n10/15/2024,9:00 AM,33,spoke to rep,72 hours,\n"
        "12/3/2024,9:00 AM,20,hung up,,\n"
    )
    return path


CASES = [(cell, "", came) for cell, came in CELLS.items()] + [
    ("72 hours", text, came) for text, came in REMARKS.items()
]


@pytest.mark.parametrize(("promise", "remark", "wanted"), CASES)
def test_a_callback_beside_its_promise_is_read_or_told_to_be_unread(promise, remark, wanted, tmp_path):
    receipt, rows = receipt_and_entries(log_of(tmp_path, promise, remark), date_order="mdy")
    came = rows[rows.kind == "ring"]
    assert (rows[rows.kind == "dial"].promised.tolist().count("urgent")) == 2
    is_asked = "contact" in {unclear.doubt.target for unclear in receipt.unclear}
    assert is_asked is (wanted == UNREAD)
    assert rows.warnings.dropna().str.contains("contact_unread").sum() == (wanted == UNREAD)
    if wanted in (UNREAD, NOTHING):
        assert came.empty
    else:
        moment, result = wanted
        assert [(str(row.started_at_local)[:16], row.outcome) for row in came.itertuples()] == [(moment, result)]


BEGINS = {  # a remark beside a dated callback, and what came of it
    "Callback came, spoke to Tier 2": "answered",
    "They called, missed it": "missed",
    "CB came. Left VM": "voicemail",
    "Got callback, spoke to officer": "answered",
    "came, spoke": "answered",
    "card came, spoke to Ana": "unknown",
    "Nos llamaron - hablamos con oficial": "answered",
    "Callback came, needs G-28": "unknown",
    "called client, answered": "unknown",
    "Client called, missed it": "unknown",
    "spoke to Ana about the card": "unknown",
}


@pytest.mark.parametrize("remark", BEGINS)
def test_what_came_of_a_dated_callback_may_begin_a_remark_that_names_it(remark, tmp_path):
    path = tmp_path / "USCIS calls.csv"
    path.write_text(
        "Date,Time,Hold,Agent,Promised,They called on,Comments\n"
        f'10/14/2024,9:00 AM,30,Ana,72 hours,10/16/2024,"{remark}"\n'
        "10/15/2024,9:00 AM,33,Bo,72 hours,10/17/2024,wants an update\n10/16/2024,9:00 AM,33,Cy,no,,\n"
    )
    rows = entries_of(path).sort_values("started_at_local")
    assert rows[rows.kind == "ring"].outcome.tolist() == [BEGINS[remark], "unknown"]


@pytest.mark.parametrize("words", ["no call", "never called", "they never called back", "nunca llamaron"])
@pytest.mark.parametrize("column", ["Promise", "Callback due"])
def test_that_no_callback_came_is_read_where_a_promise_stands_beside_it(words, column, tmp_path):
    path, promise = tmp_path / "USCIS calls.csv", "72 hours" if column == "Promise" else "10/18/2024"
    path.write_text(
        f"Date,Time,Hold,Agent,{column},Comments\n10/14/2024,9:00 AM,30,Ana,{promise},{words}\n"
        f"10/15/2024,9:00 AM,33,Bo,{promise},\n10/16/2024,9:00 AM,33,Cy,,\n"
    )
    receipt, entries = receipt_and_entries(path)
    assert not receipt.unread
    assert set(entries.kind) == {"dial"}


DUE = {  # a remark, and whether it promises a callback
    "callback by 10/18": True,
    "they will call by 10/18": True,
    "SR opened, cb by Friday": True,
    "told to expect a call by Oct 18": True,
    "nos llaman antes del 18 de octubre": True,
    "no callback by 10/18": False,
    "call back by 10/18": False,
    "we will call by 10/18": False,
    "follow up by 10/18": False,
    "callback by officer": False,
    "RFE due by 10/18": False,
}


@pytest.mark.parametrize("remark", DUE)
def test_a_day_by_which_a_remark_says_that_they_call_is_a_promise(remark, tmp_path):
    path = tmp_path / "USCIS calls.csv"
    path.write_text(
        f'Date,Time,Hold,Agent,Result,Comments\n10/14/2024,9:00 AM,30,Ana,spoke,"{remark}"\n'
        "10/15/2024,9:00 AM,33,Bo,spoke,\n10/16/2024,9:00 AM,33,Cy,spoke,needs G-28\n"
    )
    rows = entries_of(path).sort_values("started_at_local")
    assert rows.promised.fillna("").tolist() == ["unknown" if DUE[remark] else "", "", ""]


def test_words_that_no_one_could_read_are_shown_as_they_are(tmp_path):
    receipt, _ = receipt_and_entries(log_of(tmp_path, "72 hours", "they rang when we were out"), date_order="mdy")
    (unclear,) = [unclear for unclear in receipt.unclear if unclear.doubt.target == "contact"]
    assert unclear.doubt.word.count(":") == 0


@pytest.mark.parametrize(("remark", "state"), [("no call", "silent"), ("they rang when we were out", "unwatched")])
def test_of_a_promise_beside_words_that_no_one_could_read_no_one_knows_whether_it_was_kept(remark, state, tmp_path):
    path = log_of(tmp_path, "72 hours", remark)
    ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago", date_order="mdy")
    intake.set_office(tmp_path / "store", "Invented", logs_callbacks_since="2024-09-01")
    promises = ca.load(tmp_path / "store", as_of="2025-01-01").promises.to_pandas().sort_values("started_at_utc")
    assert promises.state.tolist() == [state, "silent"]


# What an outcome says beside a column that says that a callback was promised: its kind, by a time noted by itself.
BESIDE_YES = {
    "transferred; 30 days": "regular",
    "escalated - 72 hrs": "urgent",
    "case pending 90 days; escalated, 72 hours": "urgent",
    "card mailed 30 days ago": "unknown",
    "wait another 30 days": "unknown",
    "30 days past processing time": "unknown",
    "nothing, 72 hours passed": "unknown",
    "send documents within 30 days": "unknown",
    "transferred, 72 hours, then 30 days": "unknown",
    "RFE due; 30 days": "unknown",
    "EAD expires, 30 days": "unknown",
}


def test_the_time_noted_beside_a_yes_says_which_callback_was_promised(tmp_path):
    path = tmp_path / "USCIS calls.csv"
    rows = [f'1/{day}/2024,9:00 AM,30,Tier 2,"{words}",y' for day, words in enumerate(BESIDE_YES, 8)]
    rows += ['1/29/2024,9:00 AM,30,Tier 2,"transferred; 30 days",']  # nothing says that these days are of a callback
    path.write_text("\n".join(["Date,Time,Hold (min),Spoke with,What they said,CB promised?", *rows]), "utf-8")
    ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/Chicago", date_order="mdy")
    promises = ca.load(tmp_path / "store", as_of="2024-03-01").promises.to_pandas()
    assert promises["urgency"].tolist() == list(BESIDE_YES.values())


@pytest.mark.parametrize(
    ("cell", "promised"),
    [
        ("yes, did not catch when", "unknown"),
        ("yes but no time given", "unknown"),
        ("will call Monday", "unknown"),
        ("yes, tomorrow", "unknown"),
        ("none offered", "none"),
        ("yes but no callback", None),
        ("yes, by letter", None),
        ("will call if needed", None),
        ("yes - declined", None),
        ("yes but they could not promise", None),
        ("yes, called back already", None),
        ("to call USCIS Monday", None),
        ("will call back ourselves", None),
        ("yes?", None),
    ],
)
def test_a_yes_holds_whatever_stands_behind_it_unless_that_denies_it(cell, promised, tmp_path):
    path = tmp_path / "USCIS calls.csv"
    lines = ["Date,Time,Hold (min),Agent ID,Callback promised", f'1/16/2024,9:00 AM,30,T4471,"{cell}"']
    path.write_text("\n".join([*lines, "1/17/2024,9:00 AM,30,T4470,72 hours"]), "utf-8")
    found = entries_of(path)["promised"]
    assert found.astype(object).where(found.notna(), None).tolist()[0] == promised
