"""Cells of hand-kept logs that look like something they are not, and what is read or asked instead. All is invented."""

import callanalytics as ca
from callanalytics.values.narratives import read_narrative

HEADER = "Date,Time,Hold,Outcome,CB promised"


def read(tmp_path, *lines: str):
    (tmp_path / "log.csv").write_text("\n".join(lines))
    store = tmp_path / "s"
    receipt = ca.ingest([tmp_path / "log.csv"], store, office="Elm", timezone="America/Chicago", date_order="mdy")
    return ca.load(store, as_of="2026-12-31").entries.to_pandas().sort_values("source_row"), str(receipt)


def test_the_length_of_a_call_that_includes_the_hold_is_no_wait(tmp_path):
    found, receipt = read(
        tmp_path,
        "Date,Time,Total length incl. hold,Outcome,CB promised",
        "3/2/2026,9:05 AM,52,Reached Tier 1,72 hours",
        "3/3/2026,1:40 PM,61,Hung up,",
        "3/5/2026,8:15 AM,25,Reached Tier 1,none",
    )
    assert len(found) == 3
    assert found.wait_s.isna().all()
    assert 'column "Total length incl. hold"' in " ".join(receipt.split())


def test_rows_that_show_how_to_fill_in_a_sheet_are_no_calls(tmp_path):
    found, receipt = read(
        tmp_path,
        HEADER,
        "mm/dd/yyyy,hh:mm,minutes,reached / hung up / cut off,72h / 30d / none",
        "e.g. 1/1/2026,9:00 AM,30,reached,72h",
        "4/6/2026,9:00 AM,40,reached,72h",
        "4/7/2026,1:00 PM,62,hung up,",
        "4/8/2026,8:00 AM,18,reached,none",
    )
    assert list(found.source_row) == [4, 5, 6]
    assert "2 rows that are not calls" in receipt


def test_two_commas_repeat_the_day_above(tmp_path):
    found, _ = read(
        tmp_path, HEADER, "4/6/2026,9:00 AM,40,reached,72h", '",,",1:00 PM,62,hung up,', "same,2:00 PM,18,cut off,"
    )
    assert {f"{day:%m/%d}" for day in found.started_at_local} == {"04/06"}


def test_a_tier_that_spoke_is_not_the_name_of_an_agent():
    for tier in ("Tier 1", "Tier 1 representative", "Level 1"):
        assert read_narrative(f"Called 9 am, on hold 45 min; spoke with {tier}").agent == ""
    assert read_narrative("Called 9 am, on hold 45 min; spoke with Tier 1 Maria").agent == "Tier 1 Maria"


def test_a_note_of_a_call_and_a_second_call_is_listed_and_not_read_as_one_call(tmp_path):
    notes = [
        "Called USCIS 9:05 am, held 50 min then disconnected. Called again 10:10, held 35 min, Tier 1",
        "Called USCIS 1:00 pm, on hold 70 min, gave up",
        "Called USCIS 8:02 am, held 12 min, Tier 1 escalated as urgent",
        "9:05 held 50 min, dropped. 10:10 held 35 min, Tier 1",
    ]
    found, receipt = read(
        tmp_path, "Date,Client,Notes", *(f'3/{n}/2026,A-{n},"{note}"' for n, note in enumerate(notes, 2))
    )
    assert list(found.wait_s.isna()) == [True, False, False, True]
    assert "(1 row: 2)" in receipt
    assert "(1 row: 5)" in receipt


def test_a_callback_in_notes_belongs_to_the_client_whom_it_names():
    assert read_narrative("8:30 am USCIS called for Rossi, missed").client == "Rossi"
    assert read_narrative("USCIS called back re Halloran, answered").client == "Halloran"


def test_a_promise_that_a_remark_corrects_is_not_the_promise(tmp_path):
    found, _ = read(
        tmp_path,
        "Date,Time,Hold,Outcome,Notes",
        "4/6/2026,9:00 AM,40,Spoke to T1,30 bus days. CORRECTION: 72 hrs",
        "4/7/2026,9:00 AM,40,Spoke to T1,72 hrs",
        "4/8/2026,9:00 AM,40,Gave up,",
        "4/9/2026,9:00 AM,40,Spoke to T1,no callback. Correction: she said 30 business days",
    )
    assert list(found.promised.dropna()) == ["urgent", "urgent", "regular"]
