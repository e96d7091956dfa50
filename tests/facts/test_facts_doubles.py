"""The same call noted twice is one call and one promise; two calls stay two."""

import random
from datetime import datetime, timedelta

import pytest

from callanalytics import accounting, agencies, intake, schema
from callanalytics.log import load
from callanalytics.store import Store
from facts_rows import build, call, note, stranger
from sample_world import tables as invented
from sample_world.offices import OFFICES

AT = datetime(2022, 3, 1, 10, 5)


def noted(n: int, later: int = 0, kind: str = "dial", **more) -> dict:
    """The n-th row of a sheet: a call of 40 minutes that reached Tier 1, so many minutes after five past ten."""
    given = {"wait_s": 2400, "wait_rounding_s": 60, "wait_outcome": "person_reached", "tier": "tier1", "line": "main"}
    given |= {"outcome": "callback_promised", "promised": "urgent", "source_row": n + 1}
    given = given if kind == "dial" else {"outcome": "answered", "source_row": n + 1}
    return note(f"n{n}", f"{AT + timedelta(minutes=later):%Y-%m-%d %H:%M}", kind, **(given | more))


LOST = {"wait_outcome": "gave_up", "tier": None, "outcome": "unknown", "promised": None}
SR = {"sr_number": "SR1001"}
MATTER = {"matter": "22-014"}
AGENT = {"agent_id": "A77"}
FOLD = {  # what the first row says, minutes between, what the second says
    "all the same, a minute apart": ((MATTER | SR | AGENT), 1, (MATTER | SR | AGENT)),
    "matter alone, while both were on hold": (MATTER, 2, MATTER),
    "receipt alone, while both were on hold": ({"receipt": "IOE1"}, 3, {"receipt": "IOE1"}),
    "one agent's ID": (AGENT, 4, AGENT),
    "one agent's ID, and one wait not noted": (AGENT, 5, AGENT | {"wait_s": None}),
    "an agent's name, written in two ways, about one matter": (
        MATTER | {"agent_name": "Ms. Lee", "wait_s": None},
        3,
        MATTER | {"agent_name": "ms lee", "wait_s": None},
    ),
    "one service request given, no wait noted": (SR | {"wait_s": None}, 5, SR | {"wait_s": None}),
    "waits that two people remember differently": (MATTER, 1, MATTER | {"wait_s": 2700}),
    "what one left empty": (MATTER | SR, 1, MATTER | {"promised": None, "reason": "expedite"}),
    "two people's books": (MATTER, 2, MATTER | {"source_id": "i", "source_row": 2}),
    "both gave up after the same long wait": (MATTER | LOST, 1, MATTER | LOST),
    "the same minute": (MATTER, 0, MATTER),
    "an urgency that one did not note": (MATTER | {"promised": "unknown"}, 1, MATTER),
}
STAY = {
    "two service requests about one matter": (MATTER | SR, 2, MATTER | {"sr_number": "SR1002"}),
    "20 minutes later about one matter": (MATTER | SR, 20, MATTER | SR),
    "six minutes later with one agent": (AGENT, 6, AGENT),
    "a redial after a hang-up": (MATTER | LOST | {"wait_s": 120}, 3, MATTER),
    "two short calls given up": (MATTER | LOST | {"wait_s": 120}, 2, MATTER | LOST | {"wait_s": 120}),
    "two calls given up, no wait noted": (MATTER | LOST | {"wait_s": None}, 1, MATTER | LOST | {"wait_s": None}),
    "a hang-up about a known request, and a redial": (
        SR | LOST | {"wait_s": 60, "wait_rounding_s": 60},
        2,
        SR | LOST | {"wait_s": 60, "wait_rounding_s": 60},
    ),
    "two agents": (MATTER | AGENT, 1, MATTER | {"agent_id": "B12"}),
    "two matters with one agent": (AGENT | MATTER, 1, AGENT | {"matter": "22-015"}),
    "nothing tells the case or the agent": ({}, 1, {}),
    "an agent's first name alone": ({"agent_name": "Maria"}, 2, {"agent_name": "Maria"}),
    "from two phones of ours": (
        MATTER | {"our_number": "+13125550100"},
        1,
        MATTER | {"our_number": "+13125550101"},
    ),
    "to two lines": (MATTER, 1, MATTER | {"line": "premium"}),
    "waits far apart": (MATTER, 1, MATTER | {"wait_s": 600}),
    "two results": (MATTER, 1, MATTER | {"outcome": "resolved"}),
    "two contacts of one row": (MATTER, 1, MATTER | {"source_row": 2}),
    "a wait of three minutes, three minutes apart": (MATTER | {"wait_s": 180}, 3, MATTER | {"wait_s": 180}),
}


@pytest.mark.slow
@pytest.mark.parametrize(("one", "later", "two"), FOLD.values(), ids=FOLD)
def test_rows_that_note_one_call_fold(one, later, two):
    for first, second in ((one, two), (two, one)):
        made = build(entries=[noted(1, **first), noted(2, later, **second)])
        (agency_call,) = made.agency_calls
        assert len(made.promises) == (first.get("wait_outcome") != "gave_up")
        assert all(promise["urgency"] == "urgent" for promise in made.promises)
        assert "noted_twice" in agency_call["warnings"]


@pytest.mark.parametrize(("one", "later", "two"), STAY.values(), ids=STAY)
def test_rows_of_two_calls_stay_two(one, later, two):
    assert len(build(entries=[noted(1, **one), noted(2, later, **two)]).agency_calls) == 2


def test_what_only_the_second_says_is_kept():
    one, two = noted(1, **MATTER, wait_s=None), noted(2, 1, **MATTER, **AGENT, wait_s=None)
    three = noted(3, 2, **AGENT, sr_number="SR1001", caller_role="attorney", reason=None, wait_s=None)
    made = build(entries=[one | AGENT | {"promised": "none", "outcome": "unknown"}, two, three])
    assert len(made.agency_calls) == 2  # "none" is not "urgent": the first is another call
    made = build(entries=[one | AGENT | {"promised": None, "outcome": "unknown"}, two, three])
    (agency_call,) = made.agency_calls
    assert (agency_call["matter"], agency_call["sr_number"], agency_call["caller_role"]) == (
        "22-014",
        "SR1001",
        "attorney",
    )
    (promise,) = made.promises
    assert promise["sr_number"] == "SR1001"


def test_a_callback_about_the_second_row_is_about_the_one_call():
    entries = [noted(1, **MATTER, **AGENT), noted(2, 1, **MATTER, reason="expedite")]
    for n, parent_entry_id in ((3, "n1"), (4, "n2")):
        made = build(entries=[*entries, noted(n, 90, "ring", parent_entry_id=parent_entry_id, outcome="answered")])
        (callback,), (promise,) = made.callbacks, made.promises
        assert callback["promise_id"] == promise["promise_id"]
        assert promise["n_callbacks"] == 1


def callback(n: int, later: int, parent_entry_id="n1", result="answered") -> dict:
    return noted(n, later, "ring", parent_entry_id=parent_entry_id, outcome=result)


@pytest.mark.parametrize(
    ("one", "two", "callbacks"),
    [
        (callback(3, 90), callback(4, 92, "n2"), 1),
        (callback(3, 90, result="missed"), callback(4, 90, "n2", "missed"), 1),
        (callback(3, 90, result="missed"), callback(4, 93, "n2", "missed"), 2),  # the agency tries twice
        (callback(3, 90, result="missed"), callback(4, 92, "n2"), 2),
        (callback(3, 90), callback(4, 110, "n2"), 2),
    ],
)
def test_a_callback_noted_twice_is_one_where_it_cannot_be_a_second(one, two, callbacks):
    entries = [noted(1, **MATTER), noted(2, 1, **MATTER)]
    assert len(build(entries=[*entries, one, two]).callbacks) == callbacks


def test_three_rows_of_one_call_are_one_and_a_fourth_of_another_is_not():
    found = [noted(n, n, **MATTER) for n in range(1, 4)] + [noted(5, 4, **MATTER, **AGENT, sr_number="S9")]
    found[2] |= {"sr_number": "S8"}
    assert len(build(entries=found).agency_calls) == 2


@pytest.mark.slow
def test_the_order_of_rows_and_files_leaves_no_trace():
    entries = [noted(n, n % 4, **MATTER, source_id="hij"[n % 3]) for n in range(6)] + [noted(9, 300, **MATTER)]
    first = build(entries=entries).tables
    for seed in range(5):
        again = build(entries=random.Random(seed).sample(entries, len(entries))).tables
        assert all(first[name].equals(again[name]) for name in first)


# ---- through the store ---------------------------------------------------------------------------------------------

SHEET = "Date,Time,Wait (min),Agent ID,SR number,Matter,Outcome,Call back promised,Call-back number\n"
ROW = "3/{day}/2022,10:{minute:02} AM,40,A{agent},SR{agent},22-{agent},Call back,72 hours,312-555-0147\n"


@pytest.fixture
def stored(tmp_path):
    """A log of 16 calls, one noted twice in rows 5 and 6, and a colleague's book with another of them."""
    rows = [ROW.format(day=n, minute=5, agent=n) for n in range(14, 30)]
    rows.insert(4, ROW.format(day=17, minute=6, agent=17))
    (tmp_path / "log.csv").write_text(SHEET + "".join(rows))
    given = {"office": "Alder", "timezone": "Central", "wait_origin": "dial", "date_order": "mdy"}
    return intake.ingest([tmp_path / "log.csv"], tmp_path / "store", **given), tmp_path


@pytest.mark.slow
def test_a_call_noted_twice_is_counted_once_and_both_rows_are_stored(stored):
    receipt, folder = stored
    log = load(folder / "store", as_of="2022-06-01")
    assert (log.agency_calls.to_arrow().num_rows, log.promises.to_arrow().num_rows) == (16, 16)
    assert Store.open(folder / "store").read("entries").num_rows == 17
    assert Store.open(folder / "store").verify() == []
    assert "2 rows log the same call: rows 5 and 6 of log.csv. Each counts once" in " ".join(receipt.text().split())


FORM = "Timestamp,What day did you call?,What time did you dial?,Hold (min),Spoke to\n"
SENT = "2/13/2025 14:22:{second},2/13/2025,1:00 PM,{wait},{end}\n"
ANOTHER = "2/14/2025 14:22:58,2/14/2025,1:00 PM,32,Tier 1\n"
FORMS = [SENT.format(second=second, wait=wait, end="line dropped") for second, wait in ((31, 12), (58, 12), (59, 13))]
LOG = "Date,Time,Wait (min),Spoke to,Result,Notes\n1/8/2025,9:02 AM,45,Tier 1,SR,callback promised within 72 hours\n"
ROW_OF = "1/14/2025,{time},33,Tier 1,SR,{note}\n"
TIMED, UNTIMED = (ROW_OF.format(time=time, note="they will call back in 24-72 hours") for time in ("2:15 PM", ""))
NAMED = "".join(ROW_OF.format(time="2:15 PM", note=name) for name in ("Ramos", "Ali"))
BUSY = "1/14/2025,2:15 PM,,,busy,\n"
FOLDED, ALIKE = "rows {rows} of log.csv. Each counts once", "rows 3 and 4 of log.csv are alike"
ONE_SHEET = {  # a sheet, and the calls, promises, and words of the receipt that a reader of it expects
    "a form sent twice": (FORM + ANOTHER + FORMS[0] + FORMS[1], 2, 0, FOLDED.format(rows="3 and 4")),
    "a form sent twice, with another wait": (FORM + ANOTHER + FORMS[0] + FORMS[2], 3, 0, ""),
    "a row twice": (LOG + 2 * TIMED, 2, 2, FOLDED.format(rows="3 and 4")),
    "a row three times": (LOG + 3 * TIMED, 2, 2, FOLDED.format(rows="3, 4, and 5")),
    "without a time of day": (LOG + 2 * UNTIMED, 3, 3, ALIKE),
    "a line that was busy, dialed again": (LOG + 2 * BUSY, 3, 1, ALIKE),
    "two clients at one minute, whose names no one reads": (LOG + NAMED, 3, 1, ""),
}


@pytest.mark.parametrize(("sheet", "calls", "promises", "says"), ONE_SHEET.values(), ids=ONE_SHEET)
def test_a_row_that_one_sheet_has_twice_is_one_call_where_two_cannot_be(sheet, calls, promises, says, tmp_path):
    (tmp_path / "log.csv").write_text(sheet)
    given = {"office": "Alder", "timezone": "Central", "wait_origin": "dial", "date_order": "mdy"}
    receipt = intake.ingest([tmp_path / "log.csv"], tmp_path / "store", **given)
    log = load(tmp_path / "store", as_of="2025-06-01")
    assert (log.agency_calls.to_arrow().num_rows, log.promises.to_arrow().num_rows) == (calls, promises)
    text = " ".join(receipt.text().split())
    assert says in text
    assert bool(says) == ("alike" in text or "the same call" in text)


def test_a_callback_that_one_sheet_has_twice_at_one_minute_is_one():
    first, again = (noted(n, 90, "ring", outcome="missed", warnings="row_repeated") for n in (2, 3))
    assert len(build(entries=[noted(1), first, again]).callbacks) == 1
    assert len(build(entries=[noted(1), first, again | {"source_id": "i"}]).callbacks) == 2
    assert len(build(entries=[noted(1), first, again | {"warnings": None}]).callbacks) == 2


@pytest.mark.slow
def test_the_account_leaves_the_second_out_as_noted_twice(stored):
    _, folder = stored
    account = accounting.of_rows(Store.open(folder / "store").read, agency=agencies.load())
    assert (account.stored, account.counted, account.left_out) == (17, 16, {"noted_twice": 1})
    assert str(account) == "16 of 17 stored rows are calls to USCIS; the 1 noted twice is not."


@pytest.mark.slow
def test_a_colleagues_book_with_one_of_the_calls_says_so_and_counts_it_once(stored):
    _, folder = stored
    (folder / "book.csv").write_text(SHEET + ROW.format(day=20, minute=8, agent=20))
    receipt = intake.ingest([folder / "book.csv"], folder / "store", wait_origin="dial", date_order="mdy")
    text = " ".join(receipt.text().split())
    assert "2 rows log the same call: row 2 of book.csv and row 9 of log.csv" in text
    assert "rows 5 and 6" not in text  # of an earlier run
    assert Store.open(folder / "store").read("agency_calls").num_rows == 16


@pytest.mark.slow
@pytest.mark.parametrize(("other", "calls"), [(99, 20), (20, 19)], ids=["another case and agent", "the same"])
def test_two_books_with_a_call_of_one_minute_have_two_where_case_and_agent_differ(other, calls, stored):
    _, folder = stored
    others = [ROW.format(day=n, minute=45, agent=50 + n) for n in range(18, 21)]
    (folder / "book.csv").write_text(SHEET + ROW.format(day=20, minute=5, agent=other) + "".join(others))
    intake.ingest([folder / "book.csv"], folder / "store", wait_origin="dial", date_order="mdy")
    assert Store.open(folder / "store").read("agency_calls").num_rows == calls
    assert Store.open(folder / "store").verify() == []


# ---- against a world of which the truth is known -------------------------------------------------------------------


def written_twice(made, share: float, seed: int):
    """The log with some of its calls noted a second time, one to three minutes later, in the last rows."""
    chance = random.Random(seed)
    rows = [row | {"source_row": n} for n, row in enumerate(made.entries.to_pylist(), 1)]
    timed = [row for row in rows if row["kind"] == "dial" and row["started_at_utc"]]
    doubled = chance.sample(timed, round(share * len(timed)))
    for n, row in enumerate(doubled, len(rows) + 1):
        later = timedelta(minutes=chance.randrange(1, 4))
        moved = {name: row[name] + later for name in ("started_at_utc", "started_at_local")}
        rows.append(row | moved | {"entry_id": f"{row['entry_id']}-again", "source_row": n})
    entries = schema.build("entries", {name: [row[name] for row in rows] for name in rows[0]})
    return len(doubled), type(made)(**{**vars(made), "entries": entries})


@pytest.mark.slow
@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.key)
def test_a_log_with_3_percent_of_its_notes_written_twice_gives_the_same_volume_and_promises(office):
    made = invented.invent(office, 5)
    plain, (n, twice) = made.facts(), written_twice(made, 0.03, 6)
    facts = twice.facts()
    assert n >= 1
    for name in ("agency_calls", "promises"):
        assert abs(facts[name].num_rows - plain[name].num_rows) <= max(0.005 * plain[name].num_rows, 1)


def test_no_two_calls_of_the_invented_world_are_taken_for_one():
    made = written_twice(invented.invent(OFFICES[3], 5), 0, 1)[1]
    assert made.entries.num_rows > 40
    assert not any(
        "noted_twice" in (words or "") for words in made.facts()["agency_calls"].column("warnings").to_pylist()
    )


SHORT = {"wait_outcome": "gave_up", "wait_s": 60, "outcome": "hung_up", **MATTER, "our_number": "+13125550100"}


@pytest.mark.parametrize(("calls", "agency_calls"), [(["10:05"], 1), (["10:05", "10:08"], 2), (["09:00"], 3), ([], 2)])
def test_where_the_hand_log_cannot_tell_the_phone_log_does(calls, agency_calls):
    """Two notes of short calls given up, two minutes apart: one call where the phone shows one, else two."""
    phone = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-09-30 18:00")]
    phone += [call(f"c{n}", f"2022-03-01 {moment}", s=70) for n, moment in enumerate(calls)]
    entries = [note(f"n{n}", f"2022-03-01 10:0{5 + 2 * n}", source_row=n + 2, **SHORT) for n in range(2)]
    assert len(build(phone, entries).agency_calls) == agency_calls
