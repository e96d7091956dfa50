"""From which moment a hand log counts its waits: asked once a sheet, remembered, and never guessed."""

import csv
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from callanalytics import CallLogError, intake, log
from callanalytics.cli import main
from callanalytics.reports import findings
from callanalytics.reports.results import Results
from callanalytics.store import Store

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}


def sheet(path, rows=3, header="Hold time", first=0):
    """A hand log of an office's own: one call a day, each of which reached an agent."""
    with path.open("w", newline="") as file:
        write = csv.writer(file).writerow
        write(["Date", "Time", header, "Agent ID", "Number called"])
        for n in range(first, first + rows):
            write([f"{date(2022, 3, 14) + timedelta(n):%m/%d/%Y}", "10:05 AM", 30 + n % 40, f"A{n}", "800-375-5283"])
    return path


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


def clocks_in(place):
    return set(Store.open(place).read("entries").column("wait_origin").to_pylist())


@pytest.mark.slow
def test_a_sheet_that_does_not_say_it_is_asked_once_and_stored_all_the_same(tmp_path, place):
    receipt = intake.ingest([sheet(tmp_path / "log.csv")], place, **OFFICE)
    (asked,) = receipt.questions
    assert (asked.file, asked.rows, asked.question.column) == ("log.csv", 3, "Hold time")
    assert (asked.question.code, asked.question.blocks) == ("wait_origin", False)
    assert [answer.option for answer in asked.question.answers] == ["--wait-origin dial", "--wait-origin queue"]
    assert receipt.stored
    assert not receipt.is_waiting
    assert clocks_in(place) == {"unstated"}
    assert "log.csv (3 rows), column Hold time: do these waits run from dialing" in receipt.text()


@pytest.mark.slow
def test_several_tabs_of_one_workbook_are_one_question(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for title in ("2021", "2022"):
        tab = book.create_sheet(title)
        tab.append(["Date", "Time", "Hold time", "Agent ID"])
        tab.append([date(int(title), 3, 14), "10:05 AM", 30, "A1"])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "log.xlsx")
    (asked,) = intake.check([tmp_path / "log.xlsx"]).questions
    assert (asked.file, asked.rows) == ("log.xlsx", 2)
    assert "other file" not in intake.check([tmp_path / "log.xlsx"]).text()


@pytest.mark.slow
@pytest.mark.parametrize("clock", ["dial", "queue"])
def test_the_answer_is_the_clock_of_every_wait_and_asks_no_more(tmp_path, place, clock):
    receipt = intake.ingest([sheet(tmp_path / "log.csv")], place, **OFFICE, wait_origin=clock)
    assert not receipt.questions
    assert clocks_in(place) == {clock}
    assert f"--wait-origin {clock}" in intake.check([tmp_path / "log.csv"], wait_origin=clock).command


@pytest.mark.slow
def test_the_answer_is_remembered_for_later_files_of_the_office(tmp_path, place):
    intake.ingest([sheet(tmp_path / "march.csv")], place, **OFFICE, wait_origin="queue")
    receipt = intake.ingest([sheet(tmp_path / "april.csv", first=40)], place)
    assert not receipt.questions
    assert clocks_in(place) == {"queue"}
    assert any("from when the hold music began, as for an earlier file" in note for note in receipt.notes)
    assert intake.ingest([sheet(tmp_path / "other.csv", first=90)], place, "Elm", "Eastern", new_office=True).questions


@pytest.mark.slow
def test_the_answer_given_now_goes_before_the_one_remembered(tmp_path, place):
    intake.ingest([sheet(tmp_path / "march.csv")], place, **OFFICE, wait_origin="queue")
    intake.ingest([sheet(tmp_path / "april.csv", first=40)], place, wait_origin="dial")
    assert clocks_in(place) == {"dial", "queue"}
    receipt = intake.ingest([sheet(tmp_path / "may.csv", first=90)], place)
    assert receipt.questions, "earlier files disagree: none of them answers for a new one"


@pytest.mark.slow
def test_reading_the_file_again_to_compare_counts_from_the_same_moment(tmp_path, place):
    intake.ingest([sheet(tmp_path / "log.csv")], place, **OFFICE, wait_origin="queue")
    assert intake.compare(Store.open(place), sheet(tmp_path / "log.csv").parent).problems == []


@pytest.mark.slow
@pytest.mark.parametrize(("header", "clock"), [("Queue time", "queue"), ("Minutes from dialing", "dial")])
def test_a_header_that_says_it_needs_no_question_and_is_not_overruled(tmp_path, place, header, clock):
    receipt = intake.ingest([sheet(tmp_path / "log.csv", header=header)], place, **OFFICE, wait_origin="dial")
    assert not receipt.questions
    assert clocks_in(place) == {clock}


def test_a_sheet_without_a_wait_is_not_asked(tmp_path):
    path = sheet(tmp_path / "log.csv")
    path.write_text("Date,Time,Hold time,Agent ID\n3/14/2022,10:05 AM,,A1\n")
    assert not intake.check([path]).questions


def test_another_word_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(CallLogError, match="--wait-origin can't be 'talk'"):
        intake.check([sheet(tmp_path / "log.csv")], wait_origin="talk")
    done = CliRunner().invoke(main, ["check", str(tmp_path / "log.csv"), "--wait-origin", "talk"])
    assert done.exit_code == 2
    assert "dial" in done.output


@pytest.mark.slow
def test_the_receipt_says_of_the_waits_what_the_report_uses(tmp_path, place):
    """Thursday to Sunday: what was noted on the weekend lies outside the hours in which people answer."""
    receipt = intake.ingest([sheet(tmp_path / "log.csv", rows=4, first=3)], place, **OFFICE)
    text = " ".join(receipt.text().split())
    assert "waits: usable for 2 of 4 calls that queued, or may have, as noted, start not logged" in text
    assert "2 waits outside staffed hours" in text
    row = Results(log.load(place)).row("wait", "median")
    assert row["n"] == sum(receipt.scope.clocks.values()) == 2


@pytest.mark.slow
def test_the_clock_of_most_waits_leads_and_the_others_stand_beside_it(tmp_path, place):
    intake.ingest([sheet(tmp_path / "a.csv", rows=60)], place, **OFFICE)
    receipt = intake.ingest([sheet(tmp_path / "b.csv", rows=40, first=100)], place, wait_origin="queue")
    assert "reported separately, not pooled: " in " ".join(receipt.text().split())
    results = Results(log.load(place))
    assert results.clock == "unstated"
    found = findings.wait(results)
    assert found.text.endswith("to reach a person, start not logged.")
    assert "the log does not say whether they run from dialing" in found.detail
    assert f"{results.other_clocks['queue']['n']} waits from entering the queue (median" in found.detail
