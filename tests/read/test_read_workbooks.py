"""Workbooks: what Excel shows is what is read, and what it hides is said."""

import dataclasses
import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from callanalytics import read
from callanalytics.errors import CallLogError
from callanalytics.read import archive
from read_formats import HAND, LOG, a_file, reasons

HEADER = ["Date", "Time", "Number", "Wait", "Notes"]
ROW = [dt.datetime(2022, 3, 1), dt.time(10, 5), "2028382200", 45, "fine"]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_book(*rows, **sheets) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    return book


def table_of(folder, book, fmt=LOG):
    (table,) = read.rows(a_file(folder, saved(book), "march.xlsx"), fmt)
    return table


def cell_as_read(folder, value, number_format="General", epoch=None):
    book = a_book(HEADER, [*ROW[:4], value])
    book.active["E2"].number_format = number_format
    if epoch:
        book.epoch = epoch
    return table_of(folder, book).cells["Notes"][0].as_py()


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (dt.datetime(2022, 3, 1, 10, 5), "m/d/yyyy h:mm", "2022-03-01 10:05:00"),
        (dt.datetime(2022, 3, 1), "m/d/yyyy", "2022-03-01"),
        (dt.datetime(2022, 3, 1), "m/d/yyyy h:mm", "2022-03-01 00:00:00"),
        (dt.datetime(2022, 3, 1, 10, 5), "m/d/yyyy", "2022-03-01 10:05:00"),
        (dt.time(0, 45), "h:mm", "00:45:00"),
        (dt.timedelta(hours=26, minutes=5), "[h]:mm:ss", "26:05:00"),
        (417, "General", "417"),
        (417, "00000", "00417"),
        (12025550143, "0", "12025550143"),
        (1.5, "General", "1.5"),
        (45.0, "General", "45"),
        (-3, "General", "-3"),
        (True, "General", "TRUE"),
        ("00417", "@", "00417"),
        ("  a _x000D_\nb ", "General", "a \r\nb"),
        ("#REF!", "General", "#REF!"),
        ("=1+1", "@", None),
        (99_999_999, "m/d/yyyy", "#VALUE!"),
    ],
)
def test_each_cell_has_one_canonical_text(tmp_path, value, number_format, text):
    assert cell_as_read(tmp_path, value, number_format) == text


def test_dates_of_both_epochs_are_read(tmp_path):
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    day = dt.datetime(2022, 3, 1)
    assert cell_as_read(tmp_path, day, "m/d/yyyy", epoch=CALENDAR_MAC_1904) == "2022-03-01"


def test_rows_have_the_numbers_excel_shows(tmp_path):
    table = table_of(tmp_path, a_book(["Our calls"], [], HEADER, ROW, [], ROW))
    assert table.rows.tolist() == [4, 6]
    assert table.header_row == 3
    assert table.cells["Time"].to_pylist() == ["10:05:00", "10:05:00"]


def test_empty_cells_at_the_end_of_a_row_are_no_damage(tmp_path):
    table = table_of(tmp_path, a_book(HEADER, ROW[:3], ROW))
    assert table.cells["Notes"].to_pylist() == [None, "fine"]
    assert reasons(table) == []


def test_text_beside_the_table_is_said_and_its_row_is_kept(tmp_path):
    table = table_of(tmp_path, a_book(HEADER, [*ROW, None, "ask Kim"], ROW))
    assert table.rows.tolist() == [2, 3]
    assert table.notes == ("text to the right of the last named column was not read (1 row)",)


def test_totals_and_repeated_headers_are_set_aside(tmp_path):
    table = table_of(tmp_path, a_book(HEADER, ROW, HEADER, ROW, ["Total", None, None, 90]))
    assert reasons(table) == [(3, "header", "set_aside"), (5, "total", "set_aside")]


def test_comments_on_cells_are_not_read_and_that_is_said(tmp_path):
    book = a_book(HEADER, ROW, ROW)
    book.active["D2"].comment = openpyxl.comments.Comment("held 55 min", "an office")
    table = table_of(tmp_path, book)
    assert len(table) == 2
    assert table.notes == ("not read: comments attached to cells. Write what they say about a call in a column",)


def test_hidden_rows_are_read_and_said(tmp_path):
    book = a_book(HEADER, ROW, ROW, ROW)
    book.active.row_dimensions[3].hidden = True
    table = table_of(tmp_path, book)
    assert len(table) == 3
    assert table.notes == ("read like the others: 1 hidden row",)


def test_rows_that_an_office_crossed_out_are_read_and_named(tmp_path):
    book = a_book(HEADER, ROW, ROW, ROW, ROW)
    for cell in (*book.active[3], book.active["D5"]):
        cell.font = openpyxl.styles.Font(strike=True)
    table = table_of(tmp_path, book)
    note = "read like the others: 2 rows with text struck through (rows 3, 5). Delete rows that do not count"
    assert (len(table), table.notes) == (4, (note,))


@pytest.mark.parametrize(
    ("key", "is_said"), [("Green = reached, red = cut off", True), ("Green - left message", False), ("Green", False)]
)
def test_a_key_of_colors_is_not_read_and_that_is_said(key, is_said, tmp_path):
    book = a_book(HEADER, ROW, ROW)
    book.active["H1"] = key
    notes = " ".join(table_of(tmp_path, book).notes)
    assert ("not read: colors" in notes) == is_said


def test_a_formula_without_a_stored_value_is_missing_and_said(tmp_path):
    table = table_of(tmp_path, a_book(HEADER, [*ROW[:3], "=40+5", "fine"]))
    assert table.cells["Wait"].to_pylist() == [None]
    assert "1 formula without a stored value" in table.notes[0]


def test_numbers_too_long_for_excel_are_said(tmp_path):
    table = table_of(tmp_path, a_book(HEADER, [*ROW[:2], 1234567890123456, 45, "fine"]))
    assert table.notes == (
        'column "Number" has numbers of more than 15 digits: Excel has replaced the last digits with 0',
    )


def test_a_title_merged_over_the_table_is_passed_over(tmp_path):
    book = a_book(["Calls of March"], HEADER, ROW)
    book.active.merge_cells("A1:E1")
    assert table_of(tmp_path, book).rows.tolist() == [3]


def test_a_header_of_two_rows_tied_by_merged_cells_is_one_header(tmp_path):
    book = a_book(["Date", "Time", "Number", "Call", None], [None, None, None, "Wait", "Notes"], ROW)
    for merged in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        book.active.merge_cells(merged)
    table = table_of(tmp_path, book)
    assert table.header == tuple(HEADER)
    assert table.rows.tolist() == [3]


def test_a_column_name_merged_over_two_columns_names_both(tmp_path):
    book = a_book(["Date", "Time", "Number", "Wait", None], ROW)
    book.active.merge_cells("D1:E1")
    table = table_of(tmp_path, book)
    assert table.header == ("Date", "Time", "Number", "Wait", "Wait (2)")


def test_merged_cells_among_the_rows_are_said(tmp_path):
    book = a_book(HEADER, ROW, ROW)
    book.active.merge_cells("E2:E3")
    table = table_of(tmp_path, book)
    assert table.cells["Notes"].to_pylist() == ["fine", None]
    assert table.notes == ("1 merged cell below the header (row 2): the text counts for the first cell only",)


def test_sheets_that_are_no_table_are_passed_over_and_said(tmp_path):
    book = a_book(HEADER, ROW, Meaning=[["Date", "when"]], Lists=[HEADER, ROW])
    book["Lists"].sheet_state = "hidden"
    table = table_of(tmp_path, book)
    assert table.notes == ("sheet 2 of 3 has no calls", "sheet 3 of 3 is hidden: not read")


def test_a_log_kept_by_hand_beside_the_calls_of_another_format_is_said_not_to_be_read(tmp_path):
    log = [["Date", "Time", "Who called", "On hold (min)", "Agent", "Result"]]
    log += [[f"3/{day}/2021", "10:05 AM", "KM", 45 + day, "Mora", "SR opened"] for day in range(1, 7)]
    table = table_of(tmp_path, a_book(HEADER, ROW, Before=log))
    (note,) = table.notes
    assert note == "sheet 2 of 2 looks like a hand-kept call log and was not read: save it as a separate file"


def test_two_sheets_of_calls_are_two_tables(tmp_path):
    book = a_book(HEADER, ROW, April=[HEADER, ROW, ROW])
    tables = read.rows(a_file(tmp_path, saved(book), "march.xlsx"), LOG)
    assert [(t.sheet, len(t)) for t in tables] == [("Sheet", 1), ("April", 2)]


def test_the_sheet_about_the_office_is_read_cell_by_cell(tmp_path):
    book = a_book(Calls=[["No.", "Date", "What happened"], [1, "3/1/2022", "We called"]])
    book.create_sheet("Your office").append(["Name", "Alder and Birch"])
    book["Your office"]["C4"] = "8:30"
    calls, office = read.rows(a_file(tmp_path, saved(book), "log.xlsx"), HAND)
    assert (calls.is_office, len(calls)) == (False, 1)
    assert office.is_office
    assert office.header == ("A", "B", "C")
    assert office.cells.to_pylist() == [
        {"A": "Name", "B": "Alder and Birch", "C": None},
        {"A": None, "B": None, "C": "8:30"},
    ]
    assert office.rows.tolist() == [1, 4]


@pytest.mark.slow
def test_a_stray_cell_at_the_far_end_costs_nothing_and_is_said(tmp_path):
    book = a_book(HEADER, ROW)
    book.active["XFD1048576"] = "x"
    table = table_of(tmp_path, book)
    assert len(table) == 1
    assert table.notes == ("text to the right of the last named column was not read (1 row)",)


@pytest.mark.slow
def test_a_word_far_to_the_right_of_the_header_makes_no_thousands_of_columns(tmp_path):
    book = a_book(HEADER, ROW)
    book.active["XFD1"] = "x"
    table = table_of(tmp_path, book)
    assert (len(table), len(table.header)) == (1, 5)
    assert table.notes == ("ignored: text far to the right of the header, in cell 16,384",)


def test_rows_after_thousands_of_empty_ones_are_read(tmp_path):
    book = a_book(HEADER, ROW)
    for place, cell in enumerate(ROW, 1):
        book.active.cell(30_000, place, cell)
    assert table_of(tmp_path, book).rows.tolist() == [2, 30_000]


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path):
    content = rewritten(saved(a_book(HEADER, ROW, ROW)), "xl/worksheets/sheet1.xml", b"A1:E3", b"A1:B2")
    (table,) = read.rows(a_file(tmp_path, content, "march.xlsx"), LOG)
    assert (len(table), len(table.header)) == (2, 5)


# ---- workbooks made to do harm --------------------------------------------------------------------


def rewritten(content: bytes, member: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == member:
                assert old in data
                data = data.replace(old, new)
            target.writestr(info.filename, data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbook_that_would_swell_is_refused(tmp_path):
    swollen = b"<sheetData>" + b'<row r="900"></row>' * 1_000_000
    content = rewritten(saved(a_book(HEADER, ROW)), SHEET, b"<sheetData>", swollen)
    with pytest.raises(CallLogError, match="grow"):
        read.rows(a_file(tmp_path, content, "march.xlsx"), LOG)


def test_a_workbook_too_large_to_be_read_in_time_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "OF_A_WORKBOOK", dataclasses.replace(archive.OF_A_WORKBOOK, unpacked=1_000))
    with pytest.raises(CallLogError, match="unpacked it would fill") as refused:
        table_of(tmp_path, a_book(HEADER, ROW))
    assert "save it as CSV" in refused.value.do


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_in_a_sheet_are_refused(tmp_path, declaration):
    content = rewritten(saved(a_book(HEADER, ROW)), SHEET, b"<worksheet", declaration + b"<worksheet")
    with pytest.raises(CallLogError, match="could not be read as a workbook"):
        read.rows(a_file(tmp_path, content, "march.xlsx"), LOG)


def test_rows_out_of_order_are_refused_rather_than_left_out(tmp_path):
    content = rewritten(saved(a_book(HEADER, ROW, ROW)), SHEET, b'<row r="3"', b'<row r="2"')
    with pytest.raises(CallLogError, match="out of order"):
        read.rows(a_file(tmp_path, content, "march.xlsx"), LOG)


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9, 0.99])
def test_a_workbook_cut_off_is_refused_in_a_sentence(tmp_path, keep):
    content = saved(a_book(HEADER, *[ROW] * 50))
    with pytest.raises(CallLogError):
        read.rows(a_file(tmp_path, content[: int(len(content) * keep)], "march.xlsx"), LOG)


def test_a_workbook_is_not_read_without_its_guard(tmp_path, monkeypatch):
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    with pytest.raises(CallLogError, match="guard against XML bombs"):
        read.rows(a_file(tmp_path, saved(a_book(HEADER, ROW)), "march.xlsx"), LOG)


def test_a_damaged_part_is_a_sentence(tmp_path):
    content = rewritten(saved(a_book(HEADER, ROW)), SHEET, b"</row>", b"</rowe>")
    with pytest.raises(CallLogError, match="could not be read as a workbook") as caught:
        read.rows(a_file(tmp_path, content, "march.xlsx"), LOG)
    assert "2028382200" not in str(caught.value)
