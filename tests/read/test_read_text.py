"""Text files with delimiters: every row is read or named, whatever a spreadsheet or vendor did to the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import read
from callanalytics.errors import CallLogError
from callanalytics.read import headers, text_files
from callanalytics.read.file import decoded
from callanalytics.read.grids import Grid
from callanalytics.read.text_files import Dialect
from read_formats import HEADER, LOG, ROW, a_file, a_format, last_row, reasons, table_of

FINE = ["3/1/2022", "10:05 AM", "2028382200", "45", "fine"]
REJECT, ASIDE = "reject", "set_aside"


def other(delimiter: str) -> str:
    return (HEADER + ROW * 2).replace(",", delimiter)


def quoted(text: str, quote: str, after: str = ",") -> str:
    return "\n".join(after.join(quote + cell + quote for cell in line.split(",")) for line in text.strip().split("\n"))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (HEADER + ROW * 2, [2, 3]),
        ("sep=;\n" + other(";"), [3, 4]),
        (other(";"), [2, 3]),
        (other("\t"), [2, 3]),
        (other("|"), [2, 3]),
        (other(",").replace("\n", "\r"), [2, 3]),
        (other(",").replace("\n", "\r\n"), [2, 3]),
        (HEADER + ROW.replace("\n", "\r\n") + ROW, [2, 3]),
        (other(",").strip(), [2, 3]),
        (quoted(other(","), '"'), [2, 3]),
        (quoted(other(","), "'"), [2, 3]),
        (quoted(other(","), '"', after=", "), [2, 3]),
        (other(",").encode("utf-8-sig"), [2, 3]),
        (other("\t").encode("utf-16"), [2, 3]),
        (other(",").encode("utf-16-le"), [2, 3]),
        (other(",").encode("utf-16-be"), [2, 3]),
        (other(",").encode("utf-32"), [2, 3]),
        ("Call report\nGenerated 3/1/2022, by admin\n\n" + HEADER + ROW * 2, [5, 6]),
        ("# made by x\n" * 12 + HEADER + ROW * 2, [14, 15]),
        (HEADER.strip() + ",,\n" + (ROW.strip() + ",,\n") * 2, [2, 3]),
        (HEADER + "\n" + ROW + ",,,,\n \n\xa0,,\n" + ROW, [3, 7]),
        (HEADER.replace("Notes", '"No\ntes"') + ROW * 2, [3, 4]),
        (HEADER + "DATE,VARCHAR(5),INTEGER,INTEGER,TEXT\n" + ROW * 2, [3, 4]),
    ],
    ids=[
        "plain", "sep line", "semicolon", "tab", "bar", "bare CR", "CRLF", "mixed ends", "no last end", "all quoted",
        "apostrophes", "blank before quote", "UTF-8 mark", "UTF-16", "UTF-16-LE", "UTF-16-BE", "UTF-32", "preamble",
        "comments", "empty extra cells", "blank rows", "header of two lines", "row of types",
    ],
)  # fmt: skip
def test_a_table_is_read_however_it_is_written(tmp_path, content, rows):
    table = table_of(tmp_path, content)
    assert table.rows.tolist() == rows
    assert last_row(table)[:5] == FINE
    assert reasons(table) == []


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ('"a\nb"', "a\nb"),
        ('5" pipe', '5" pipe'),
        ('"User 10" <114>', "User 10 <114>"),
        ('""""" <client1>"', '"" <client1>'),
        ('="2:12"', '="2:12"'),
        ("'00417", "'00417"),
        ("x" * 300_000, "x" * 300_000),
        ("a\u2028b\x0bc\x85d", "a\u2028b\x0bc\x85d"),
        ("\xa0\ufeff padded\t", "padded"),
        ("  ", None),
        ("NA", "NA"),
        ("00417", "00417"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_a_cell_is_kept_as_it_stands(tmp_path, cell, read_as):
    table = table_of(tmp_path, HEADER + ROW.replace("fine", cell) + ROW)
    assert table.cells["Notes"].to_pylist() == [read_as, "fine"]
    assert reasons(table) == []


def test_backslashes_before_quotes_are_understood(tmp_path):
    table = table_of(tmp_path, HEADER + ROW.replace("fine", '"she said \\"now\\", twice"') * 3)
    assert last_row(table)[-1] == 'she said "now", twice'


def test_decimal_commas_do_not_split_cells(tmp_path):
    table = table_of(tmp_path, "Date;Time;Number;Wait;Notes\n3/1/2022;10:05;1;0,45;x\n3/1/2022;10:05;1;1,45;y\n")
    assert table.cells["Wait"].to_pylist() == ["0,45", "1,45"]


@pytest.mark.parametrize(
    ("content", "rows", "odd"),
    [
        (HEADER + ROW + "3/1/2022,10:05\n" + ROW, [2, 4], [(3, "width", REJECT)]),
        (HEADER + ROW + ROW.strip() + ",extra\n" + ROW, [2, 4], [(3, "width", REJECT)]),
        (HEADER + '3/1/2022,10:05,1,2,"a\n' + ROW * 3, [3, 4, 5], [(2, "quote", REJECT)]),
        (HEADER + '3/1/2022,"10:05,1,2,a\n' + ROW.replace("fine", '"f,g"') * 3, [3, 4, 5], [(2, "quote", REJECT)]),
        (HEADER + ROW + '3/1/2022,10:05,1,2,"a', [2], [(3, "quote", REJECT)]),
        (HEADER + ROW + HEADER + ROW, [2, 4], [(3, "header", ASIDE)]),
        (HEADER + ROW + "\nReport: April\n" + HEADER + ROW, [2, 6], [(4, "header", ASIDE), (5, "header", ASIDE)]),
        (HEADER + ROW + "Total,,,90,\n", [2], [(3, "total", ASIDE)]),
        (HEADER + ROW + "Subtotal of Msg's,90\n" + ROW, [2, 4], [(3, "total", ASIDE)]),
        (HEADER + ROW + "Subtotal ext. 101,,,90,\n" + ROW, [2, 4], [(3, "total", ASIDE)]),
        (HEADER + ROW + "Total 3/1/2022,,,90,\n" + ROW, [2, 4], [(3, "total", ASIDE)]),
        (HEADER + ROW + "3/1/2022 Total,,,90,\n" + ROW, [2, 4], [(3, "total", ASIDE)]),
        (HEADER + ROW + "# comment\n", [2], [(3, "width", REJECT)]),
        (HEADER + ROW + "Fees,Due\n1,2\n", [2], [(3, "width", REJECT), (4, "width", REJECT)]),
    ],
    ids=[
        "short", "long", "open quote", "open quote before quotes", "cut off", "header again", "title and header again",
        "total", "subtotal", "subtotal of a line", "total of a day", "a spreadsheet's total of a day", "comment",
        "second table",
    ],
)  # fmt: skip
def test_an_odd_row_is_named_and_its_neighbors_are_read(tmp_path, content, rows, odd):
    table = table_of(tmp_path, content)
    assert table.rows.tolist() == rows
    assert reasons(table) == odd


def test_a_remark_of_many_lines_is_one_cell_if_its_quote_closes(tmp_path):
    remark = "a line, and more\n" * 150
    table = table_of(tmp_path, HEADER + ROW.replace("fine", f'"{remark}"') + ROW)
    assert (table.rows.tolist(), reasons(table)) == ([2, 153], [])


def test_an_open_quote_that_another_closes_far_below_swallows_no_calls(tmp_path):
    table = table_of(tmp_path, HEADER + ROW.replace("fine", '"a') + ROW * 120 + ROW.replace("fine", 'b"') + ROW)
    assert reasons(table) == [(2, "quote", REJECT)]
    assert len(table.rows) == 122


@pytest.mark.slow
def test_quotes_that_never_close_cost_no_more_than_their_lines(tmp_path):
    line = ROW.replace("fine", '"a ""b""')
    table = table_of(tmp_path, HEADER + (line + ROW * 3) * 20_000)
    assert len(table) == 80_000


def test_cells_under_columns_without_a_name_are_beside_the_table(tmp_path):
    table = table_of(tmp_path, HEADER.strip() + ",,\n" + ROW.strip() + ",more,\n" + ROW + ROW.strip() + ",a,b,c\n")
    assert table.rows.tolist() == [2, 3]
    assert reasons(table) == [(4, "width", REJECT)]
    assert table.notes == ("text to the right of the last named column was not read (1 row)",)


def test_a_row_of_the_wrong_width_says_what_was_found_and_wanted(tmp_path):
    (odd,) = table_of(tmp_path, "Report\n" + HEADER + "3/1/2022,10:05\n" + ROW).odd
    assert (odd.found, odd.wanted) == ("2 cells", "5 cells, as in the header (row 2)")


def test_a_caller_named_total_is_a_call(tmp_path):
    fmt = a_format("names", header="Name, Date")
    table = table_of(tmp_path, "Name,Date\nTotal Wine,3/1/2022\nTOTALLY FIT,3/1/2022\n", fmt)
    assert table.rows.tolist() == [2, 3]


def test_a_total_that_does_not_fit_is_said(tmp_path):
    assert table_of(tmp_path, HEADER + ROW * 2 + "Total calls: 2\n").notes == ()
    assert table_of(tmp_path, HEADER + ROW * 2 + "Total calls: 132\n").notes == (
        "the file's own total says 132; there are 2 rows",
    )


def test_a_file_without_calls_is_an_empty_table(tmp_path):
    table = table_of(tmp_path, HEADER)
    assert (len(table), table.header) == (0, ("Date", "Time", "Number", "Wait", "Notes"))


def test_equal_and_empty_column_names_are_told_apart(tmp_path):
    table = table_of(tmp_path, "Date,Time,Number,Wait,, Date \n1,2,3,4,5,6\n")
    assert table.header == ("Date", "Time", "Number", "Wait", "(column 5)", "Date (2)")


@pytest.mark.slow
def test_three_thousand_columns_are_no_problem(tmp_path):
    more = [f"c{i}" for i in range(3000)]
    table = table_of(tmp_path, HEADER.strip() + "," + ",".join(more) + "\n" + ROW.strip() + ",x" * 3000 + "\n")
    assert last_row(table)[-1] == "x"


@pytest.mark.parametrize(
    ("content", "text", "note"),
    [
        ("José".encode("cp1252"), "José", "line 1 is not UTF-8: read as Windows-1252"),
        ("日本\n".encode() + b"Jos\xe9", "日本\nJosé", "line 2 is not UTF-8: read as Windows-1252"),
        (b"\x81\xe9", "\x81é", "line 1 is not UTF-8: read as Windows-1252"),
        ("ab\n".encode("utf-16")[:-1], "ab�", "damaged UTF-16: unreadable places, shown as �: 1"),
        ("a,b\n".encode("utf-16-le"), "a,b\n", "no mark of its encoding: read as UTF-16"),
        ("a\n".encode("utf-8-sig"), "a\n", None),
        ("café".encode(), "café", None),
        (b"", "", None),
    ],
)
def test_the_encoding_is_found_and_said(content, text, note):
    assert decoded(content) == (text, [note] if note else [])


@given(st.binary(max_size=200))
def test_any_bytes_become_text(content):
    text, notes = decoded(content)
    assert isinstance(text, str)
    assert all(isinstance(note, str) for note in notes)


@given(
    st.text(max_size=50).map(lambda t: "a" + t),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]),
)
def test_a_mark_of_the_encoding_is_believed(text, name):
    assert decoded(text.encode(name)) == (text, [])


# ---- laws -----------------------------------------------------------------------------------------

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]), max_size=8)
WITHIN = st.text(alphabet="ab ,;\t|\"'\n\r\\", max_size=6).map(lambda t: f"x{t}y")  # never blank outside


def written(rows, delimiter: str, end: str, always: bool) -> str:
    """As RFC 4180 says. Python's own writer leaves a bare CR unquoted, which nothing can read back."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if always or set(text) & {delimiter, '"', "\r", "\n"} else text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def table_from(text: str, tmp_path_factory):
    return table_of(tmp_path_factory.mktemp("law"), text)


@given(
    st.lists(st.lists(st.one_of(PLAIN, WITHIN), min_size=5, max_size=5), max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_rows_written_in_any_dialect_come_back(tmp_path_factory, rows, delimiter, end, always):
    header = ["Date", "Time", "Number", "Wait", "Notes"]
    # The first column is ours, so that no made-up row is blank, a total or the header.
    rows = [[f"{i}/1/2022", *row[1:]] for i, row in enumerate(rows)]
    table = table_from(written([header, *rows], delimiter, end, always), tmp_path_factory)
    strip = read.table.BLANKS
    assert [list(r.values()) for r in table.cells.to_pylist()] == [
        [c.strip(strip) or None for c in row] for row in rows
    ]
    assert table.odd == ()


LINE = st.text(alphabet="ab,\"' ;0", max_size=14)


@given(st.lists(LINE, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_no_row_is_lost(tmp_path_factory, lines, end, last_end):
    """Every line that holds something is a row, an odd row, or inside the quotes of a row."""
    text = HEADER.strip() + end + end.join(lines) + (end if last_end else "")
    table = table_from(text, tmp_path_factory)
    starts = sorted([*table.rows.tolist(), *(o.row for o in table.odd)])
    assert len(starts) == len(set(starts)) == len(table)
    records = list(text_files.records(text_files.physical_lines(text), dialect_of(text)))
    holding = [n for n, cells in records[1:] if cells is None or any(c.strip(read.table.BLANKS) for c in cells)]
    assert starts == holding
    held = {n for n, _ in records} | {n for n, cells in records if cells and any("\n" in c or "\r" in c for c in cells)}
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        inside = any(n < number <= n + sum(c.count("\n") + c.count("\r") for c in cells or []) for n, cells in records)
        assert not line or number in held or inside


def dialect_of(text: str) -> Dialect:
    return text_files.find_dialect(text_files.physical_lines(text), headers.KnownHeaders(LOG))


CLEAN = st.text(alphabet="ab '0é", max_size=4)
MESSY = st.one_of(
    CLEAN, CLEAN.map('"{}"'.format), CLEAN.map('\ufeff"{}"'.format), st.text(alphabet="ab\"' ;0é\n", max_size=4)
)


@given(st.lists(st.lists(MESSY, min_size=3, max_size=3).map(",".join), min_size=1, max_size=5), st.booleans())
def test_the_short_way_and_the_careful_way_give_the_same(lines, last_end):
    content = ("a,b,c\n" + "\n".join(lines) + "\n" * last_end).encode()
    head = headers.Heading(("a", "b", "c"), 1, 1)
    found = text_files.fast_cells(content, Dialect(), head)
    if found is None:
        return
    short = Grid(head, aligned=False)
    short.cells, short.rows = found
    careful = Grid(head, aligned=False).take(text_files.all_records(content, Dialect())[0])
    a, b = (grid.table(None, "", "csv") for grid in (short, careful))
    assert a.cells.equals(b.cells)
    assert (a.rows.tolist(), a.odd) == (b.rows.tolist(), b.odd)


def test_most_files_go_the_short_way():
    head = headers.Heading(tuple(HEADER.strip().split(",")), 1, 1)
    for content in (HEADER + ROW * 3, quoted(HEADER + ROW, '"'), (HEADER + ROW).replace("\n", "\r\n")):
        assert text_files.fast_cells(content.encode(), Dialect(), head) is not None


@pytest.mark.slow
def test_many_open_quotes_cost_no_more_than_their_lines(tmp_path):
    table = table_of(tmp_path, HEADER + '3/1/2022,10:05,1,2,"a\n' * 20_000 + ROW)
    assert len(table) == 20_001


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read_both_ways(tmp_path):
    short = table_of(tmp_path, HEADER + ROW * 100_000)
    careful = table_of(tmp_path, HEADER + ROW * 100_000 + '"a\nb",,,,\n')
    assert len(short) + 1 == len(careful) == 100_001
    assert careful.rows.tolist() == [*short.rows.tolist(), 100_002]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    file = a_file(tmp_path, HEADER + ROW)
    assert len(file.sha256) == 64
    (tmp_path / "march.csv").write_text(HEADER)
    with pytest.raises(CallLogError, match="changed while"):
        read.rows(file, LOG)


# ---- headers and rows with stray quotes ------------------------------------------------------------------------


def test_a_header_with_a_stray_quote_is_still_the_header(tmp_path):
    table = table_of(tmp_path, HEADER.replace("Notes", '"Notes') + ROW * 2)
    assert table.rows.tolist() == [2, 3]


def test_a_row_whose_stray_quote_hides_a_delimiter_is_parted_where_that_gives_its_width(tmp_path):
    table = table_of(tmp_path, HEADER + ROW + '3/1/2022,"10:05,1,2,"a"\n' + ROW)
    assert table.rows.tolist() == [2, 3, 4]
    assert table.cells["Time"].to_pylist()[1] == '"10:05'  # as it stands: nothing is taken off


def test_an_unknown_tables_header_may_have_two_rows(tmp_path):
    file = a_file(tmp_path, "Call,Call,Talk\nDate,Hour,Minutes\n3/1/2022,9,12\n3/2/2022,10,15\n")
    (table,) = read.tables(file)
    assert table.header == ("Call Date", "Call Hour", "Talk Minutes")
    assert table.rows.tolist() == [3, 4]


def test_a_table_of_words_alone_has_a_header_of_one_row(tmp_path):
    (table,) = read.tables(a_file(tmp_path, "Who,What\nKim,rang\nLee,wrote\n"))
    assert table.header == ("Who", "What")
    assert len(table) == 2


PRINTED = """\
Calls to USCIS   March 2022

Date      Time       Number       Wait   Notes
--------------------------------------------------------
3/1/2022  10:05 AM   2028382200      5   spoke to someone
3/2/2022             2028382200    120
3/3/2022  9:40 AM    2028382200     45   hung up
"""


def test_blanks_that_align_the_cells_of_every_row_part_them(tmp_path):
    table = table_of(tmp_path, PRINTED, name="march.txt")
    assert table.rows.tolist() == [5, 6, 7]
    assert table.cells["Time"].to_pylist() == ["10:05 AM", None, "9:40 AM"]
    assert table.cells["Wait"].to_pylist() == ["5", "120", "45"]
    assert table.cells["Notes"].to_pylist() == ["spoke to someone", None, "hung up"]
    assert table.notes == ("no mark separates its cells: cut where every row has a blank",)
    assert reasons(table) == []


def test_a_row_with_a_word_where_the_others_have_blanks_is_not_cut(tmp_path):
    rows = PRINTED.splitlines(keepends=True)
    table = table_of(tmp_path, "".join([*rows, *rows[-1:] * 200, "3/4/2022  called all morning    45   hung up\n"]))
    assert table.rows.tolist() == list(range(5, 208))
    assert reasons(table) == [(208, "width", REJECT)]


@pytest.mark.parametrize(
    "lines",
    [
        PRINTED.replace("2028382200    120", "2028382200 or 8003755283  120"),
        "3/1/2022 called.  Held 40 min.  No one came.\n3/2/2022 again.  Held an hour.  Cut off.\n" * 3,
        "Date,     Wait,   Result\n3/1/2022, 40,     agent\n3/2/2022, 12,     hung up\n",
    ],
    ids=["a cell over its column", "notes", "a delimiter, and blanks"],
)
def test_blanks_alone_part_no_cells_where_they_are_not_in_every_row(lines):
    assert text_files.find_dialect(lines.splitlines(keepends=True)) != text_files._ALIGNED
