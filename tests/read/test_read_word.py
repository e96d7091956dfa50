"""Tables and notes of Word documents are read as sheets of a workbook are. Every cell is invented."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

import callanalytics as ca
from read_logs import entries_of, receipt_and_entries

HEADING = ["Date/time", "Client", "Length of hold", "Spoke to", "Result"]
ROWS = [
    ["2/10/2025 9:20 am", "Roe", "38 minutes", "Rep. Moss", "pending"],
    ["2/14/2025 1:45 pm", "Poe", "1 hour 20 minutes", "Rep. Vann", "referred to Tier 2, promised call in 72 hours"],
    ["2/18/2025 3:05 pm", "Roe", "25 minutes", "no one", "call disconnected"],
]


def saved(path, *tables, title="USCIS calls"):
    document = docx.Document()
    for rows in tables:
        document.add_paragraph(title)
        table = document.add_table(0, len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    document.save(path)
    return path


def entries_by_day(path):
    return entries_of(path, timezone="America/New_York").sort_values("started_at_local")


def test_the_calls_in_a_table_are_read(tmp_path):
    found = entries_by_day(saved(tmp_path / "calls.docx", [HEADING, *ROWS]))
    assert found.started_at_local.dt.strftime("%m-%d %H:%M").tolist() == ["02-10 09:20", "02-14 13:45", "02-18 15:05"]
    assert found.wait_s.tolist() == [2280, 4800, 1500]
    assert found.wait_outcome.tolist() == ["reached", "reached", "cut_off"]
    assert found.source_row.tolist() == [2, 3, 4]


@pytest.mark.parametrize(("title", "n_read"), [("USCIS calls 2024", 4), ("USCIS calls", 0), ("printed 2024", 0)])
def test_a_table_under_a_month_has_the_year_of_the_title(tmp_path, title, n_read):
    document = docx.Document()
    for line, days in ((title, ()), ("September", ("9/13", "9/20")), ("October", ("10/18", "10/21"))):
        document.add_paragraph(line)
        table = document.add_table(0, len(HEADING)) if days else None
        for row in [HEADING, *([day, *ROWS[0][1:]] for day in days)] if table else ():
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    document.save(tmp_path / "calls.docx")
    _, found = receipt_and_entries(tmp_path / "calls.docx")
    days = sorted(found.started_at_local.dt.strftime("%Y-%m-%d")) if n_read else []
    assert days == ["2024-09-13", "2024-09-20", "2024-10-18", "2024-10-21"][:n_read]


@pytest.mark.parametrize(
    ("lines", "n_read"),
    [
        (["USCIS Contact Center log 2024", "kept by JR"], 4),
        (["Calls to USCIS (800-375-5283), all of spring 2024"], 4),
        (["Smith and Roe, founded 2004", "kept by JR"], 0),
        (["USCIS calls, printed 2024"], 0),
    ],
)
def test_every_table_takes_the_year_of_a_line_about_calls_above_it(tmp_path, lines, n_read):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    for days in (["Monday 3/4", "Wed 3/6"], ["Monday 3/11"], ["Tuesday 3/19"]):
        table = document.add_table(0, len(HEADING))
        for row in [HEADING, *([day, *ROWS[0][1:]] for day in days)]:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
        document.add_paragraph("")
    document.save(tmp_path / "calls.docx")
    _, found = receipt_and_entries(tmp_path / "calls.docx")
    days = sorted(found.started_at_local.dt.strftime("%Y-%m-%d")) if n_read else []
    assert days == ["2024-03-04", "2024-03-06", "2024-03-11", "2024-03-19"][:n_read]


def test_notes_that_begin_with_their_days_are_read(tmp_path):
    document = docx.Document()
    for day in range(15, 21):
        document.add_paragraph(f"2/{day}/2024 9:30 AM - Called USCIS, on hold {30 + day} min.")
        document.add_paragraph("Spoke with Agent Diaz, case is pending.")
    document.add_paragraph("2/22/2024 3:20 PM - USCIS called back, we missed the call.")
    document.save(tmp_path / "USCIS.docx")
    found = entries_by_day(tmp_path / "USCIS.docx")
    assert found.kind.tolist() == ["dial"] * 6 + ["ring"]
    assert found.wait_s.tolist()[:6] == [(30 + day) * 60 for day in range(15, 21)]
    assert found.wait_outcome.tolist()[:6] == ["reached"] * 6


def test_calls_under_the_line_of_their_day_are_read(tmp_path):
    document = docx.Document()
    for line in (
        "USCIS phone diary 2024",
        "Monday October 7",
        "9:25am called about Roe, waited 12 min, Maria will have T2 call back",
        "10:40am called about Poe, waited 20 min, got cut off",
        "Wednesday October 9",
        "1:15pm called about Doe, waited 58 min, Carlos answered",
        "says card was mailed",
        "Thursday October 10",
        "9:05am tried again, waited 30 min and hung up",
        "Tuesday October 15",
        "11am called about Roe, on hold 41 min, spoke to Ana",
        "2pm called about Poe, on hold 15 min then got disconnected",
    ):
        document.add_paragraph(line)
    document.save(tmp_path / "diary.docx")
    found = entries_by_day(tmp_path / "diary.docx")
    assert found.started_at_local.dt.strftime("%Y-%m-%d %H:%M").tolist() == [
        "2024-10-07 09:25", "2024-10-07 10:40", "2024-10-09 13:15", "2024-10-10 09:05",
        "2024-10-15 11:00", "2024-10-15 14:00",
    ]  # fmt: skip
    assert found.wait_s.tolist() == [720, 1200, 3480, 1800, 2460, 900]
    assert found.wait_outcome.tolist() == ["reached", "cut_off", "reached", "gave_up", "reached", "cut_off"]


def test_every_table_is_read_and_one_of_other_things_is_none(tmp_path):
    letterhead = [["Invented Law Group", "555-0100"]]
    path = saved(tmp_path / "calls.docx", letterhead, [HEADING, *ROWS[:2]], [HEADING, *ROWS[2:]])
    assert len(entries_by_day(path)) == 3


def test_a_date_picked_in_a_content_control_stays_in_its_column(tmp_path):
    path = saved(tmp_path / "calls.docx", [HEADING, *ROWS])
    document = docx.Document(path)
    for row in document.tables[0].rows:
        cell = row.cells[0]._tc
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        cell.addprevious(control)
        control.append(content)
        content.append(cell)
    document.save(path)
    assert entries_by_day(path).wait_s.tolist() == [2280, 4800, 1500]


def part(name, **attributes):
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def test_what_one_does_not_see_in_a_table_is_no_call_and_no_wait(tmp_path):
    path = saved(tmp_path / "calls.docx", [HEADING, *ROWS, ["2/19/2025 9:00 am", "Poe", "70 minutes", "Rep. Moss", ""]])
    document = docx.Document(path)
    rows = document.tables[0].rows
    rows[4]._tr.get_or_add_trPr().append(part("del", id="1", author="Moss"))  # a row taken out
    paragraph = rows[1].cells[2].paragraphs[0]
    paragraph.runs[0]._r.addprevious(moved := part("moveFrom", id="2", author="Moss"))
    moved.append(paragraph.runs[0]._r)
    paragraph.add_run("52 minutes")
    rows[2].cells[2].paragraphs[0].add_run(" or 99").font.hidden = True
    document.save(path)
    assert entries_by_day(path).wait_s.tolist() == [3120, 4800, 1500]


def test_a_row_without_its_first_cells_and_a_table_in_a_cell_move_no_column(tmp_path):
    path = saved(tmp_path / "calls.docx", [HEADING, *ROWS])
    document = docx.Document(path)
    row = document.tables[0].rows[3]
    inner = row.cells[1].add_table(1, 2)
    inner.cell(0, 0).merge(inner.cell(0, 1))
    row = document.tables[0].rows[2]._tr
    row.remove(row.tc_lst[0])
    row.get_or_add_trPr().append(part("gridBefore", val="1"))
    document.save(path)
    assert sorted(entries_by_day(path).wait_s) == [1500, 2280, 4800]


def test_a_table_of_one_call_without_a_header_is_not_called_empty(tmp_path):
    path = saved(tmp_path / "calls.docx", [HEADING, *ROWS[:2]], [ROWS[2][:4]])
    read = ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/New_York")
    assert "sheet 2 of 2 was not read, but 1 of its first rows has dates" in " ".join(read.text().split())


def test_a_table_that_goes_on_has_the_header_of_the_one_before_it(tmp_path):
    path = saved(tmp_path / "calls.docx", [HEADING, *ROWS[:2]], [ROWS[2], ROWS[0]], title="USCIS calls 2025")
    assert sorted(entries_by_day(path).wait_s) == [1500, 2280, 4800]  # one of them in both


def test_a_table_of_other_things_without_a_header_has_none(tmp_path):
    hearings = [["Roe", "2/20/2025", "master", "courtroom 4", "9:00 am"]]
    path = saved(tmp_path / "calls.docx", [HEADING, *ROWS], hearings)
    assert len(entries_by_day(path)) == 3


@pytest.mark.parametrize("tables", [[], [[["Dear Sir or Madam", "2/10/2025"]]]])
def test_a_document_without_calls_is_refused(tables, tmp_path):
    path = saved(tmp_path / "letter.docx", *tables)
    read = ca.ingest([path], tmp_path / "store", office="Invented", timezone="America/New_York")
    assert read.problems
    assert not (tmp_path / "store").exists()


def test_a_table_within_a_cell_of_a_page_laid_out_as_a_table_is_read(tmp_path):
    document = docx.Document()
    page = document.add_table(1, 1).cell(0, 0)
    inner = page.add_table(0, len(HEADING))
    for row in [HEADING, *ROWS]:
        for cell, text in zip(inner.add_row().cells, row, strict=True):
            cell.text = text
    document.save(tmp_path / "calls.docx")
    assert entries_by_day(tmp_path / "calls.docx").wait_s.tolist() == [2280, 4800, 1500]
