"""JSON, XML and pages: a row for each thing the file repeats, and none lost."""

import json
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import read
from callanalytics.errors import CallLogError
from callanalytics.read import documents
from read_formats import BACKUP, LIST, ONE, VOICE, a_file, a_format, reasons, table_of

CALL = {"startTime": "2023-06-06T23:07:20.000Z", "result": "Missed", "from": {"phoneNumber": "+12025550143"}, "n": 55}


# ---- JSON ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (json.dumps({"records": [CALL, CALL]}), [1, 2]),
        (json.dumps([{"records": [CALL]}, {"records": [CALL]}]), [1, 2]),
        (json.dumps({"records": [CALL]}) + "\n" + json.dumps({"records": [CALL]}), [1, 2]),
        (json.dumps({"records": CALL}), [1]),
        (json.dumps({"records": []}), []),
        ("\ufeff" + json.dumps({"records": [CALL, CALL]}, indent=2), [1, 2]),
    ],
    ids=["list", "pages", "a page a line", "one", "none", "with its mark"],
)
def test_records_are_found_under_their_path(tmp_path, content, rows):
    assert table_of(tmp_path, content, LIST, "a.json").rows.tolist() == rows


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (json.dumps(CALL), [1]),
        (json.dumps([CALL, CALL]), [1, 2]),
        (json.dumps(CALL) + "\n\n" + json.dumps(CALL) + "\n", [1, 3]),
        (json.dumps([CALL]) + "\n" + json.dumps([CALL, CALL]), [1, 2, 3]),
    ],
    ids=["object", "list", "lines", "lists"],
)
def test_the_file_itself_may_be_the_records(tmp_path, content, rows):
    assert table_of(tmp_path, content, ONE, "a.json").rows.tolist() == rows


def test_nested_keys_become_columns_with_dots(tmp_path):
    table = table_of(tmp_path, json.dumps([CALL, {**CALL, "from": {}, "legs": [{}, {}], "on": True}]), ONE, "a.json")
    assert table.header == ("startTime", "result", "from.phoneNumber", "n", "legs[]", "on")
    assert table.cells["from.phoneNumber"].to_pylist() == ["+12025550143", None]
    assert table.cells["legs[]"].to_pylist() == [None, "2"]
    assert table.cells["on"].to_pylist() == [None, "true"]


def test_records_may_lie_at_one_of_several_places(tmp_path):
    fmt = a_format("one", "json", keys=("startTime", "result"))
    fmt = replace(fmt, file=replace(fmt.file, records=("items", "")))
    for content in ({"items": [CALL, CALL]}, [CALL, CALL]):
        assert table_of(tmp_path, json.dumps(content), fmt, "a.json").rows.tolist() == [1, 2]
    assert len(table_of(tmp_path, json.dumps({"items": []}), fmt, "a.json")) == 0


def test_the_items_of_a_list_that_the_format_names_become_columns(tmp_path):
    fmt = replace(ONE, file=replace(ONE.file, lists=("who",)))
    table = table_of(tmp_path, json.dumps([CALL, {**CALL, "who": [{"no": 7}, "x"], "legs": [{}]}]), fmt, "a.json")
    assert table.header[-4:] == ("who[]", "who[1].no", "who[2]", "legs[]")
    assert table.cells["who[1].no"].to_pylist() == [None, "7"]


def test_numbers_keep_every_digit(tmp_path):
    content = '{"startTime": 12345678901234567890, "result": 2.860, "a": 1e3, "b": -0}'
    table = table_of(tmp_path, content, ONE, "a.json")
    assert list(table.cells.to_pylist()[0].values()) == ["12345678901234567890", "2.860", "1e3", "-0"]


def test_what_is_no_record_is_named(tmp_path):
    table = table_of(tmp_path, json.dumps([CALL, 5, {}, {"startTime": None, "result": " "}, None, CALL]), ONE, "a.json")
    assert table.rows.tolist() == [1, 6]
    assert reasons(table) == [
        (2, "json", "reject"),
        (3, "json", "reject"),
        (4, "empty", "set_aside"),
        (5, "json", "reject"),
    ]


def test_a_line_that_is_cut_off_is_named(tmp_path):
    table = table_of(tmp_path, json.dumps(CALL) + "\n" + json.dumps(CALL) + "\n" + json.dumps(CALL)[:30], ONE, "a.json")
    assert table.rows.tolist() == [1, 2]
    assert reasons(table) == [(3, "json", "reject")]


@pytest.mark.parametrize("content", ['{"records": [', '{"a": 1} trailing', "[1, 2"])
def test_damaged_json_is_refused_with_the_place(tmp_path, content):
    with pytest.raises(CallLogError, match=r"damaged JSON[\s\S]*line 1, character"):
        read.rows(a_file(tmp_path, content, "a.json"), LIST)


def test_json_nested_without_end_is_refused(tmp_path):
    with pytest.raises(CallLogError):
        read.rows(a_file(tmp_path, "[" * 200_000 + "]" * 200_000, "a.json"), ONE)


def test_half_of_a_character_pair_does_no_harm(tmp_path):
    table = table_of(tmp_path, '{"startTime": "a\\ud83d", "result": "\\ud83d\\ude00"}', ONE, "a.json")
    assert table.cells.to_pylist() == [{"startTime": "a?", "result": "😀"}]


@pytest.mark.slow
@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda j: st.lists(j) | st.dictionaries(st.text(), j), max_leaves=8
    )
)
def test_any_record_can_be_flattened(value):
    flat = dict(documents.flattened({"a": value}))
    assert all(name.startswith("a") for name in flat)
    pa.array(list(flat.values()), pa.string())


# ---- XML -------------------------------------------------------------------------------------------

ENTRY = '<call number="2025550143" date="1467998061690" type="3" contact_name="{}" />'


def backup(*entries, head="<calls count='{}'>", prolog="<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"):
    return prolog + head.format(len(entries)) + "".join(entries) + "</calls>"


def test_each_element_of_the_format_is_a_row(tmp_path):
    content = backup(ENTRY.format("x"), '<sms address="1" body="hi"/>', "<other/>", ENTRY.format("y"))
    table = table_of(tmp_path, content.replace("count='4'", "count='3'"), BACKUP, "a.xml")
    assert table.cells["(element)"].to_pylist() == ["call", "sms", "call"]
    assert table.cells["contact_name"].to_pylist() == ["x", None, "y"]
    assert table.rows.tolist() == [1, 2, 3]
    assert table.notes == ()


def test_a_count_that_is_wrong_is_said(tmp_path):
    content = backup(ENTRY.format("x")).replace("count='1'", "count='7'")
    assert table_of(tmp_path, content, BACKUP, "a.xml").notes == ("the file states 7 entries; 1 were found",)


def test_elements_are_found_in_a_namespace_and_at_any_depth(tmp_path):
    content = f'<a:log xmlns:a="urn:x"><a:part><a:call number="1" date="2"/></a:part>{ENTRY.format("x")}</a:log>'
    assert len(table_of(tmp_path, content, BACKUP, "a.xml")) == 2


def test_an_emoji_written_in_two_halves_is_one_character(tmp_path):
    table = table_of(tmp_path, backup(ENTRY.format("&#55357;&#56832; &#55357;")), BACKUP, "a.xml")
    assert table.cells["contact_name"].to_pylist() == ["😀 �"]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        f'<!--{"x" * 9000}--><!DOCTYPE x [<!ENTITY a "a">]>',  # beyond the part of the file that is looked at first
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 15_000}">]>',
    ],
)
def test_entities_in_xml_are_refused(tmp_path, prolog):
    with pytest.raises(CallLogError, match="its own XML entities"):
        read.rows(a_file(tmp_path, backup(ENTRY.format("&a;"), prolog=prolog), "a.xml"), BACKUP)


@pytest.mark.parametrize("content", [backup(ENTRY.format("x"))[:-20], backup("<call number=1/>"), "<calls><call>"])
def test_damaged_xml_is_refused_with_the_line(tmp_path, content):
    with pytest.raises(CallLogError, match=r"damaged XML[\s\S]*line 1"):
        read.rows(a_file(tmp_path, content, "a.xml"), BACKUP)


@pytest.mark.slow
def test_deep_xml_is_read_in_bounded_memory(tmp_path):
    content = "<calls>" + "<p>" * 50_000 + ENTRY.format("x") + "</p>" * 50_000 + "</calls>"
    assert len(table_of(tmp_path, content, BACKUP, "a.xml")) == 1


# ---- pages -----------------------------------------------------------------------------------------


def page(type_="Missed", tel="+12025550143", more="", kind="haudio"):
    return (
        '<?xml version="1.0" ?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd"><html><body>'
        f'<div class="{kind}"><div class="contributor vcard">{type_} call from <a class="tel" href="tel:{tel}">'
        f'<span class="fn">{tel}</span></a></div><abbr class="published" title="2020-08-19T08:03:42.000-04:00">'
        f"Aug 19, 2020, 8:03:42&#8239;AM</abbr>{more}</div></body></html>"
    )


def test_an_entry_of_a_page_is_a_row_with_what_the_name_tells(tmp_path):
    name = "+12025550143 - Missed - 2020-08-19T12_03_42Z.html"
    table = table_of(tmp_path, page(), VOICE, name)
    assert table.cells.to_pylist() == [
        {
            "class": "haudio",
            "published": "2020-08-19T08:03:42.000-04:00",
            "duration": None,
            "tel": "tel:+12025550143",
            "_name_party": "+12025550143",
            "_name_type": "Missed",
            "_name_utc": "2020-08-19T12:03:42Z",
        }
    ]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (" - Received - 2020-06-12T14_41_25Z", (None, "Received")),
        ("- Missed - 2020-06-12T14_41_25Z", (None, "Missed")),
        ("+14016660192 - 2018-04-01T16_28_19Z", ("+14016660192", None)),
        ("Person B - Text - 2020-05-14T15_47_49Z", ("Person B", "Text")),
        ("Ann - Lee - Placed - 2020-05-14T15_47_49Z", ("Ann - Lee", "Placed")),
        ("Group Conversation - 2020-05-14T15_47_49Z", ("Group Conversation", None)),
        ("Bob - Voicemail - 2020-05-14T15_47_49Z(1)", ("Bob", "Voicemail")),
        ("notes", (None, None)),
    ],
)
def test_the_name_of_a_page_tells_party_and_type(name, parts):
    assert read.documents.parse_page_name(name)[:2] == parts


def test_many_pages_are_one_table_that_knows_whose_row_is_whose(tmp_path):
    for i in range(3):
        (tmp_path / f"{i} - Missed - 2020-08-19T12_03_4{i}Z.html").write_text(page(tel=str(i)))
    (tmp_path / "3 - Text - 2020-08-19T12_03_43Z.html").write_text(page(kind="hChatLog hfeed"))
    found = read.files([tmp_path])
    table = read.rows_of_many(list(found), VOICE)
    assert table.member.tolist() == [0, 1, 2, 3]
    assert table.rows.tolist() == [1, 1, 1, 1]
    assert table.cells["class"].to_pylist()[-1] == "hChatLog hfeed"
    assert table.files == found.files


def test_a_page_without_an_entry_is_refused(tmp_path):
    with pytest.raises(CallLogError, match="no entry"):
        read.rows(a_file(tmp_path, "<html><body>hello</body></html>", "a.html"), VOICE)


def test_a_page_that_the_library_cannot_read_whole_is_a_sentence(tmp_path):
    deep = page().replace("<body>", "<body>" + "<div>" * 3000)
    with pytest.raises(CallLogError, match="damaged HTML"):
        read.rows(a_file(tmp_path, deep, "a.html"), VOICE)


def test_markup_that_is_none_costs_no_entry(tmp_path):
    content = page().replace("<body>", "<body><![OCTYPE x[ <p>&nothing; </b>\x1b")
    assert len(table_of(tmp_path, content, VOICE, "a.html").rows) == 1


def test_the_takeout_is_read_as_another_program_reads_it(shared_data):
    folder = shared_data / "exports" / "google_voice" / "mutual_aid"
    found = list(read.files([folder / "Takeout"]))
    table = read.rows_of_many(found, VOICE)
    key = (folder / "history.csv").read_text().splitlines()[1:]
    ours = list(zip(table.cells["_name_utc"].to_pylist(), table.cells["_name_type"].to_pylist(), strict=True))
    assert len(ours) == 9
    # Its list has a second voicemail of the same second, whose page is not among these.
    assert set(ours) == {(line.split(",")[0].replace("+00:00", "Z"), line.split(",")[3]) for line in key}
