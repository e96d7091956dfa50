"""Files without a header: told apart by what stands in them, each cell under the column that its place means."""

import pytest

from callanalytics import agencies, formats, read
from callanalytics.errors import CallLogError
from callanalytics.normalize import normalize
from callanalytics.read import text_files
from read_formats import a_book, a_file, reasons
from text_rows import NEW_YORK

FORMATS = formats.load()
ASTERISK = FORMATS["asterisk_cdr"]
BASE = (
    '"","201","918003755283","office","""Ng"" <201>","PJSIP/201-1","PJSIP/trunk-2","Dial","PJSIP/1@trunk,300",'
    '"2022-03-01 10:05:00","2022-03-01 10:05:02","2022-03-01 10:46:13",2473,2471,"ANSWERED","DOCUMENTATION"'
)
UNIQUE, USER, NEWER = '"1646147100.1"', '"our word"', '"peer","1646147100.1",5'
WIDTHS = {
    16: ((), ()),
    17: ((UNIQUE,), ("uniqueid",)),
    18: ((UNIQUE, USER), ("uniqueid", "userfield")),
    19: ((NEWER,), ("peeraccount", "linkedid", "sequence")),
    20: ((UNIQUE, NEWER), ("uniqueid", "peeraccount", "linkedid", "sequence")),
    21: ((UNIQUE, USER, NEWER), ("uniqueid", "userfield", "peeraccount", "linkedid", "sequence")),
}


def line(*more):
    return ",".join((BASE, *more)) + "\n"


@pytest.mark.parametrize("width", WIDTHS)
def test_an_asterisk_file_of_any_width_is_read_under_the_right_columns(tmp_path, width):
    more, columns = WIDTHS[width]
    file = a_file(tmp_path, line(*more) * 3)
    assert read.identify(file, FORMATS) is ASTERISK
    (table,) = read.rows(file, ASTERISK)
    assert table.header[16:] == columns
    assert (len(table.header), table.rows.tolist(), table.odd) == (width, [1, 2, 3], ())
    assert table.cells["start"].to_pylist() == ["2022-03-01 10:05:00"] * 3


def test_a_column_more_is_told_by_its_content_where_two_may_be_meant(tmp_path):
    for more, column in ((UNIQUE, "uniqueid"), (USER, "userfield"), ('""', "userfield")):
        (table,) = read.rows(a_file(tmp_path, line(more)), ASTERISK)
        assert table.header[16:] == (column,)


def test_a_setting_changed_in_the_middle_of_a_file_loses_no_row(tmp_path):
    content = line() + line(UNIQUE, USER) + line(UNIQUE) + "cut off,in the middle\n" + line(UNIQUE, USER, NEWER)
    (table,) = read.rows(a_file(tmp_path, content), ASTERISK)
    assert table.cells["uniqueid"].to_pylist() == [None, *["1646147100.1"] * 3]
    assert table.cells["linkedid"].to_pylist() == [None, None, None, "1646147100.1"]
    assert table.rows.tolist() == [1, 2, 3, 5]
    assert reasons(table) == [(4, "width", "reject")]
    assert table.odd[0].wanted == "16 to 21 cells"


def test_a_delimiter_too_many_at_the_end_is_forgiven(tmp_path):
    (table,) = read.rows(a_file(tmp_path, line(UNIQUE, USER, NEWER, "", "") * 2), ASTERISK)
    assert (len(table.header), table.cells.num_rows) == (21, 2)


def test_one_damaged_row_at_the_beginning_does_not_hide_what_a_file_is(tmp_path):
    assert read.identify(a_file(tmp_path, "03-01 10:05:00,2473\n" + line(UNIQUE) * 5), FORMATS) is ASTERISK


def test_one_row_among_many_makes_no_format(tmp_path):
    with pytest.raises(CallLogError, match="not an export we know yet"):
        read.identify(a_file(tmp_path, "some,words\n" * 5 + line(UNIQUE)), FORMATS)


def test_the_short_way_and_the_careful_way_give_the_same(tmp_path, monkeypatch):
    file = a_file(tmp_path, line() * 4 + line())
    (short,) = read.rows(file, ASTERISK)
    monkeypatch.setattr(text_files, "fast_cells", lambda *_: None)
    (careful,) = read.rows(file, ASTERISK)
    assert short.cells.equals(careful.cells)
    assert short.rows.tolist() == careful.rows.tolist()


def test_a_file_without_a_header_that_was_saved_as_a_workbook_is_still_known(tmp_path):
    rows = [cell.split("|") for cell in ("|201|918003755283|office|Ng|PJSIP/201-1|PJSIP/t-2|Dial|x",)]
    tail = ["2022-03-01 10:05:00", "", "2022-03-01 10:05:20", "20", "0", "NO ANSWER", "3", "1646147100.1", "", ""]
    book = a_book(*[[*row, *tail] for row in rows * 3])
    file = a_file(tmp_path, book, "Master.xlsx")
    assert read.identify(file, FORMATS) is ASTERISK
    (table,) = read.rows(file, ASTERISK)
    assert table.cells["uniqueid"].to_pylist() == ["1646147100.1"] * 3
    assert table.rows.tolist() == [1, 2, 3]


def test_a_format_given_by_hand_must_fit_a_file_without_a_header_too(tmp_path):
    with pytest.raises(CallLogError, match="rows without a header: accountcode, src"):
        read.rows(a_file(tmp_path, "Date,Time\n1,2\n"), ASTERISK)


def test_every_row_of_a_file_without_a_header_becomes_something(tmp_path):
    file = a_file(tmp_path, line(UNIQUE) * 2 + "x\n" + line() + "\n\n" + line(UNIQUE, USER))
    (table,) = read.rows(file, ASTERISK)
    done = normalize(table, ASTERISK, NEW_YORK, agencies.load())
    assert done.rows == 5
    assert (done.calls.num_rows, done.set_aside.num_rows, done.rejects.num_rows) == (2, 2, 1)


# ---- several rows of a call ------------------------------------------------------------------------


def test_what_another_row_of_a_call_says_can_be_asked_for(tmp_path):
    mapping = tmp_path / "ours.toml"
    text = formats.TEMPLATE.read_text("utf-8")
    legs = (
        '[legs]\ngroup = ["Session"]\n[legs.gather]\n'
        '"(talk)" = { from = "Length", when = { Result = "Answered" } }\n\n[[example]]'
    )
    text = text.replace('duration_s = { from = "Length"', 'duration_s = { from = "(talk)"').replace(
        "[[example]]", legs, 1
    )
    mapping.write_text(text, "utf-8")
    fmt = formats.read_mapping(mapping)
    content = (
        "Started,Direction,From,To,Result,Length,Session\n"
        "2022-03-01 10:05:00,In,202-838-2200,202-555-0143,Missed,0:00:09,7\n"
        "2022-03-01 10:05:09,In,202-838-2200,202-555-0143,Answered,0:00:50,7\n"
        "2022-03-01 10:05:09,In,202-838-2200,202-555-0143,Answered,0:00:51,7\n"
        "2022-03-01 11:05:00,In,202-838-2200,202-555-0143,Missed,0:00:08,8\n"
    )
    (table,) = read.rows(a_file(tmp_path, content), fmt)
    done = normalize(table, fmt, NEW_YORK, agencies.load())
    assert done.calls.column("duration_s").to_pylist() == [50, None]
    assert done.calls.column("legs").to_pylist() == [3, 1]


# ---- files that only look like calls ---------------------------------------------------------------


def test_a_look_alike_is_refused_as_what_it_is(tmp_path):
    mapping = tmp_path / "ours.toml"
    alike = (
        '[[look_alike]]\nheader = ["Started", "Packets"]\nwhat = "sound quality"\ndo = "ask for the calls"\n[columns]\n'
    )
    mapping.write_text(formats.TEMPLATE.read_text("utf-8").replace("[columns]\n", alike, 1), "utf-8")
    with pytest.raises(CallLogError) as result:
        read.identify(a_file(tmp_path, "Started;Packets\n1;2\n"), [formats.read_mapping(mapping)])
    assert (result.value.what, result.value.found) == ("march.csv is not a call log", "sound quality")
