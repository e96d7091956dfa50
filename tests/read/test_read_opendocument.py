"""OpenDocument spreadsheets are read as workbooks are. Every cell is invented."""

from __future__ import annotations

import zipfile

import pytest

import callanalytics as ca
from callanalytics.read import office_documents
from read_logs import entries_of

SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def cell(text: str, kind: str = "string", **more) -> str:
    value = {"date": "date-value", "time": "time-value", "float": "value"}.get(kind, "")
    stored = f' office:{value}="{text}"' if value else ""
    others = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<table:table-cell office:value-type="{kind}"{stored}{others}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def saved(path, *rows: str):
    body = f'<table:table table:name="USCIS 2022">{"".join(rows)}</table:table>'
    content = f"<office:document-content {SPACES}><office:body><office:spreadsheet>{body}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"{content}</office:spreadsheet></office:body></office:document-content>")
    return path


HEADER = row(*map(cell, ("Date", "Time", "Wait (min)", "Agent", "Notes")))
EMPTY = '<table:table-cell table:number-columns-repeated="1000"/>'
GAP = f'<table:table-row table:number-rows-repeated="2">{EMPTY}</table:table-row>'


@pytest.mark.slow
def test_a_spreadsheet_is_read_with_its_dates_times_and_row_numbers(tmp_path):
    rows = [
        row(cell("2022-03-14", "date"), cell("PT09H05M00S", "time"), cell("45", "float"), cell("Ana #4471"), EMPTY),
        GAP,
        row(cell("2022-03-15", "date"), cell("PT14H20M00S", "time"), cell("30.5", "float"), EMPTY),
    ]
    path = saved(tmp_path / "log.ods", row(cell("Calls to USCIS", number_columns_spanned=5)), HEADER, *rows)
    records = entries_of(path, timezone="America/New_York").sort_values("source_row")
    assert [f"{each:%Y-%m-%d %H:%M}" for each in records["started_at_local"]] == [
        "2022-03-14 09:05",
        "2022-03-15 14:20",
    ]
    assert (records["wait_s"].tolist(), records["source_row"].tolist()) == ([2700, 1830], [3, 6])
    assert records["agent_name"].tolist()[0] == "Ana"


def test_blanks_lines_and_comments_of_a_cell():
    from defusedxml.ElementTree import fromstring

    text = '<text:p>a<text:s text:c="2"/>b<office:annotation><text:p>no</text:p></office:annotation>c</text:p>'
    parsed = fromstring(f"<table:table-cell {SPACES}>{text}<text:p>d</text:p></table:table-cell>")
    assert office_documents._value(parsed) == "a  bc\nd"


def test_a_damaged_spreadsheet_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "log.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<table:table")
    receipt = ca.check([path])
    assert "could not be read as a workbook" in str(receipt.problems[0].why)
