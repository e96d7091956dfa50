"""Which moment of a call a sheet's times are: asked, else told by the phone log, else not known."""

from datetime import datetime, timedelta

import pytest

import callanalytics as ca
from callanalytics import intake, measures
from callanalytics.facts import time_rounding
from facts_rows import build, call, note, table

FIRST = datetime(2022, 3, 1, 9, 0)
WAIT, LASTED = 1800, 3600


def sheet(offset, n=30, grid=1, **more):
    """A call every other hour, the first n noted in a sheet that says of no time what it is, and one call more.

    ``offset``: seconds from the start of a call to the time written, for each place; the last note has no call.
    """
    calls, entries = [], []
    for place in range(n):
        start = FIRST + timedelta(hours=2 * (place % 4), days=place // 4, minutes=11 * place % 50, seconds=13)
        calls.append(call(f"c{place:03}", f"{start:%Y-%m-%d %H:%M:%S}", s=LASTED + 60 * (place % 5)))
        written = start + timedelta(seconds=offset(place))
        minute = grid * round(written.minute / grid)
        written = written.replace(minute=0, second=0) + timedelta(minutes=minute)
        entries.append(
            by_hand(f"n{place:03}", written, wait_s=WAIT, wait_rounding_s=60, wait_outcome="reached", **more)
        )
    entries.append(by_hand("lone", FIRST + timedelta(days=90), **more))
    made = build(calls, entries)
    made.given = calls, entries
    return made


def by_hand(id, moment, **more):
    return note(id, f"{moment:%Y-%m-%d %H:%M}", **{"time_refers_to": "unknown", "format": "hand_sheet", **more})


def lone(made):
    (agency_call,) = [d for d in made.agency_calls if d["entry_id"] == "lone"]
    return agency_call


@pytest.mark.parametrize(
    ("moment", "offset"),
    [("start", lambda _: 20), ("answer", lambda _: WAIT), ("end", lambda p: LASTED + 60 * (p % 5))],
)
def test_the_phone_log_tells_which_moment_the_times_of_a_sheet_are(moment, offset):
    made = sheet(offset)
    assert sum(d["recorded_in"] == "both" for d in made.agency_calls) == 30
    assert lone(made)["time_refers_to"] == moment
    assert "time_of_estimated" in lone(made)["warnings"]


def test_what_the_sheet_says_of_its_times_is_believed_before_the_phone_log():
    made = sheet(lambda _: 20, time_refers_to="end", n=0)
    assert (lone(made)["time_refers_to"], lone(made)["warnings"]) == ("end", None)


@pytest.mark.parametrize("offset", [lambda p: 0 if p % 4 else LASTED, lambda p: 400 + 37 * p])
def test_a_mixed_habit_stays_unknown_and_leaves_the_hourly_cells_counted(offset):
    made = sheet(offset)
    assert lone(made)["time_refers_to"] == "unknown"
    volume = measures.volume(made.tables["agency_calls"], by=("hour",))
    without = volume.table[volume.table["hour"].isna()]
    assert without[without["statistic"] == "count"]["value"].tolist() == [1]
    assert any("the time is not the start: 1." in result for result in volume.caveats)


def test_nineteen_calls_do_not_settle_it_and_twenty_do():
    assert lone(sheet(lambda _: 0, n=19))["time_refers_to"] == "unknown"
    assert lone(sheet(lambda _: 0, n=20))["time_refers_to"] == "start"


def test_calls_too_short_to_tell_the_moments_apart_tell_nothing():
    calls = [call(f"c{p:02}", f"2022-03-{p + 1:02} 10:00", s=240) for p in range(28)]
    entries = [by_hand(f"n{p:02}", datetime(2022, 3, p + 1, 10, 0)) for p in range(28)]
    made = build(calls, [*entries, by_hand("lone", datetime(2022, 6, 1, 10, 0))])
    assert lone(made)["time_refers_to"] == "unknown"


def test_times_rounded_to_a_quarter_of_an_hour_are_compared_as_such_and_contradict_no_one():
    made = sheet(lambda _: 0, grid=15)
    assert lone(made)["time_refers_to"] == "start"
    assert not any("conflict_start" in (d["warnings"] or "") for d in made.agency_calls)


def test_the_habit_is_told_with_how_many_calls_it_rests_on():
    made = sheet(lambda _: 0, grid=5)
    (habit,) = time_rounding.habits(table("entries", made.given[1]), made.tables["agency_calls"]).values()
    assert (habit.word, habit.telling, habit.near[0], habit.times, habit.on_5) == ("start", 30, 30, 31, 31)
    assert habit.grid_s == 300


def test_it_does_not_matter_in_which_order_the_notes_come():
    made = sheet(lambda _: LASTED + 30)
    again = build(*(rows[::-1] for rows in made.given))
    assert again.tables["agency_calls"].equals(made.tables["agency_calls"])


SHEET = """Date,Time,Hold time,Called back on,Called back at
3/1/2022,10:05 AM,45,3/3/2022,2:15 PM
3/13/2022,11:40 AM,20,,
"""


def taken(tmp_path, **more):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sheet.csv").write_text(SHEET)
    store = tmp_path / "store"
    receipt = ca.ingest([tmp_path / "in"], store, "Alder and Birch", "Central", date_order="mdy", **more)
    return receipt, ca.load(store)


@pytest.mark.slow
def test_a_person_may_say_what_the_times_of_a_sheet_are_and_it_is_kept_with_the_file(tmp_path):
    receipt, log = taken(tmp_path, time_refers_to="end")
    rows = log.entries.to_pandas()
    assert rows[rows["kind"] == "dial"]["time_refers_to"].tolist() == ["end", "end"]
    assert rows[rows["kind"] == "ring"]["time_refers_to"].tolist() == ["unknown"]  # said of calls of ours
    assert log.sources.to_pandas()["settings"].str.contains('"time_refers_to": "end"').all()
    assert intake.compare(log.store, tmp_path / "in").problems == []
    assert "  times " not in receipt.text()


@pytest.mark.slow
def test_the_answer_holds_for_later_sheets_of_the_office_which_say_so(tmp_path):
    first, log = taken(tmp_path, time_refers_to="start")
    later = tmp_path / "later.csv"
    later.write_text(SHEET.replace("/2022", "/2023"))
    second = ca.ingest([later], log.store)
    entries = ca.load(log.store).entries.to_pandas()
    assert entries[entries["kind"] == "dial"]["time_refers_to"].tolist() == ["start"] * 4
    note = "its times mark the start of a call, as for an earlier file; to change this, use --time-refers-to"
    assert [note in " ".join(receipt.notes) for receipt in (first, second)] == [False, True]


@pytest.mark.slow
def test_where_no_one_said_it_the_receipt_asks_if_there_may_be_a_figure_by_hour(tmp_path):
    receipt, log = taken(tmp_path)
    assert set(log.entries.to_pandas()["time_refers_to"]) == {"unknown"}
    assert "2 of 2 such times are in no phone log" in " ".join(receipt.text().split())
    assert "time_refers_to" not in {asked.question.code for asked in receipt.questions}
    calls = [f"3/{day}/2022,9:{day} AM,{day},," for day in range(14, 24)]
    (tmp_path / "in" / "sheet.csv").write_text(SHEET + "\n".join(calls))
    text = " ".join(intake.check([tmp_path / "in"], office="A", timezone="Eastern").text().split())
    assert (
        "do its times mark when you dialed, when a person answered, or when the call ended? Until someone says, no "
        "figure by hour uses those of calls in no phone log. say which: --time-refers-to start or" in text
    )
    assert "--time-refers-to" not in text.rpartition("Next:")[2]


def test_another_word_for_the_moment_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(ca.CallLogError, match="--time-refers-to can't be 'middle'"):
        taken(tmp_path, time_refers_to="middle")
