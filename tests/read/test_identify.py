"""Which format a file is of: exactly one, by content; what is none says what it is nearest to."""

import json
import random

import pytest

from callanalytics import formats, read
from callanalytics.errors import CallLogError
from read_formats import BACKUP, HAND, HEADER, LIST, LOG, ONE, ROW, VOICE, a_book, a_file, a_format

ALL = {f.name: f for f in (LOG, HAND, LIST, ONE, BACKUP, VOICE)}
CALL = {"startTime": "x", "result": "Missed"}
PAGE = '<html><body><div class="haudio"></div></body></html>'


WORDS = HEADER.strip().split(",")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (HEADER + ROW, "log"),
        (HEADER.upper() + ROW, "log"),
        (HEADER.replace(",", " , ") + ROW, "log"),
        ("Wait,Number,Time,Date,Extra\n1,2,3,4,5\n", "log"),
        ("Our report\nfor,March\n\n" + HEADER + ROW, "log"),
        ("x\n" * 29 + HEADER + ROW, "log"),
        ("sep=;\n" + HEADER.replace(",", ";"), "log"),
        (a_book(WORDS, ["3/1/2022"]), "log"),
        (a_book(["Report"], [], WORDS), "log"),
        (a_book(["No.", "Date", "What happened"], title="Calls"), "hand"),
        ("No.,Date,What happened\n1,3/1/2022,We called\n", "hand"),
        (json.dumps({"records": [CALL]}), "list"),
        (json.dumps([CALL, {}]), "one"),
        (json.dumps({"records": [{"startTime": 1}, CALL]}), "list"),
        ('<calls count="1"><call number="1" date="2"/></calls>', "backup"),
        (PAGE, "voice"),
    ],
)
def test_a_file_is_known_by_its_content(tmp_path, content, name):
    for given in ("march.csv", "march.xlsx", "march"):
        assert read.identify(a_file(tmp_path, content, given), ALL).name == name


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("Date,Time,Number,Hold\n" + ROW, "closest to 'log', but it lacks the column 'Wait'"),
        ("Date,Time,Phone,Hold\n" + ROW, "closest to 'log', but it lacks the columns 'Number', 'Wait'"),
        ("a,b,c\n1,2,3\n", "no known format is similar"),
        ("just some words\nand more of them\n", "no known format is similar"),
        ("x\n" * 40 + HEADER + ROW, "no known format is similar"),
        (a_book(["Date", "Time", "Number"]), "closest to 'log', but it lacks the column 'Wait'"),
        (a_book(["x"], hidden=[("Old", [WORDS])]), "no known format is similar"),
        (a_book(["No.", "Date", "What happened"], title="Other"), "no known format is similar"),
        (json.dumps({"records": [{"startTime": 1}]}), "closest to 'list', but it lacks the column 'result'"),
        (json.dumps({"data": {"value": {"call_id": 1}}}), "no known format is similar"),
        ('<calls><call number="1"/></calls>', "closest to 'backup', but it lacks the column 'date'"),
        ("<other/>", "no known format is similar"),
        ("<html><body>hello</body></html>", "no known format is similar"),
    ],
)
def test_an_unknown_file_says_what_it_is_nearest_to(tmp_path, content, found):
    with pytest.raises(CallLogError) as caught:
        read.identify(a_file(tmp_path, content), ALL)
    assert caught.value.found == found
    assert caught.value.what == "march.csv is not an export we know yet"


def test_two_formats_that_fit_are_both_named(tmp_path):
    both = {"log": LOG, "wide": a_format("wide", header="Date, Number")}
    with pytest.raises(CallLogError, match=r"fits 2 formats[\s\S]*log, wide[\s\S]*--format log"):
        read.identify(a_file(tmp_path, HEADER + ROW), both)


def test_a_column_that_only_another_format_has_decides(tmp_path):
    both = {"log": LOG, "wide": a_format("wide", header="Date, Number", absent=(("Wait",),))}
    assert read.identify(a_file(tmp_path, HEADER + ROW), both).name == "log"
    with pytest.raises(CallLogError, match="'wide', but with the extra column 'Wait'"):
        read.identify(a_file(tmp_path, HEADER + ROW), {"wide": both["wide"]})


def test_alternative_names_of_a_column_count(tmp_path):
    fmt = a_format("alt", header="Day|Date, Clock|Time")
    assert read.identify(a_file(tmp_path, HEADER + ROW), [fmt]) is fmt


def test_a_known_header_decides_between_delimiters(tmp_path):
    content = "Date;Time;Number;Wait\n" + "1,2,3,4,5;x;y;z\n" * 5
    assert read.identify(a_file(tmp_path, content), ALL).name == "log"
    assert read.rows(a_file(tmp_path, content), LOG)[0].cells["Date"].to_pylist() == ["1,2,3,4,5"] * 5


def test_a_format_given_by_hand_must_fit(tmp_path):
    with pytest.raises(CallLogError, match="is not a file of the format list"):
        read.rows(a_file(tmp_path, HEADER + ROW), LIST)
    with pytest.raises(CallLogError, match=r"the columns No\., Date, What happened"):
        read.rows(a_file(tmp_path, HEADER + ROW), HAND)
    with pytest.raises(CallLogError, match="no sheet of the format log"):
        read.rows(a_file(tmp_path, a_book(["x"])), LOG)
    with pytest.raises(CallLogError, match='a list under "records"'):
        read.rows(a_file(tmp_path, json.dumps(CALL)), LIST)


def test_an_unknown_table_can_still_be_looked_at(tmp_path):
    (table,) = read.tables(a_file(tmp_path, "Report\n\nWhen;Who;Long\n3/1/2022;x;0:45\n3/2/2022;y;1:10\n"))
    assert (table.header, table.rows.tolist()) == (("When", "Who", "Long"), [4, 5])
    (table,) = read.tables(a_file(tmp_path, a_book(["When", "Who"], ["3/1/2022", "x"])))
    assert table.header == ("When", "Who")
    (table,) = read.tables(a_file(tmp_path, json.dumps({"meta": {}, "data": {"items": [{"a": 1}, {"a": 2}]}})))
    assert table.cells.to_pylist() == [{"a": "1"}, {"a": "2"}]
    (table,) = read.tables(a_file(tmp_path, "<log><entry a='1'/><entry a='2'/><x b='1'/></log>"))
    assert table.cells["a"].to_pylist() == ["1", "2"]
    assert read.tables(a_file(tmp_path, PAGE)) == []


def test_no_message_and_no_note_holds_what_stands_in_the_cells(tmp_path):
    secrets = ("Maria", "2025550143", "EAC2190012345", "maria@example.com")
    line = "3/1/2022,Maria,2025550143,EAC2190012345,maria@example.com"
    contents = [
        HEADER + line + ",too long\n" + line[:20] + "\n" + f'"{line}\n',
        HEADER.replace("Wait", "Hold") + line,
        json.dumps({"records": [secrets[0], {"startTime": secrets[1]}]}),
        '{"records": [' + json.dumps(line),
        f"<calls><call number='{secrets[1]}' date='",
        f"<html><body>{line}</body></html>",
        a_book(WORDS, [*line.split(","), "beside"], title="Maria"),
        a_book(["x", line], title="Maria 2025550143"),
        f"# {line}\n-- input.csv --\n",
        (HEADER + line).encode("utf-16")[:-1],
    ]
    for content in contents:
        file = a_file(tmp_path, content)
        try:
            tables = read.rows(file, read.identify(file, ALL))
            text = str([(t.odd, t.notes) for t in tables])
        except CallLogError as refused:
            text = str(refused)
        assert not any(secret in text for secret in secrets), text


# ---- real files ------------------------------------------------------------------------------------

READ = {  # file: rows, of a layout that may be known
    "freepbx/cdr__1504525205ucoip.g9telecom.pt.csv": 100,
    "twilio/fivetran_twilio_call_data.csv": 9,
    "google_voice/mutual_aid/history.csv": 10,
    "cucm/sieteunoseis_cdr.txt": 3,
    "cucm/sieteunoseis_cmr.txt": 2,
    "sms_backup_restore/kmanwar89_calls.xml": 7,
    "sms_backup_restore/shruggietech_minimal_calls.xml": 1,
    "twilio/twilio_calls_list_readFullPage1.json": 2,
    "quo/quo_list_calls.json": 1,
    "ringcentral/call-log-sample.json": 1,
}


@pytest.mark.parametrize(("name", "rows"), READ.items())
def test_every_row_of_a_real_file_is_read(shared_data, name, rows):
    (file,) = read.files([shared_data / "exports" / name])
    (table,) = read.tables(file)
    assert len(table) == table.cells.num_rows == rows


def test_an_archive_of_text_files_is_refused(shared_data):
    (file,) = read.files([shared_data / "exports" / "iphone_imazing"])
    with pytest.raises(CallLogError, match="txtar archive"):
        read.identify(file, formats.load())


def test_shipped_formats_know_the_real_files_they_describe(shared_data):
    known = {}
    for file in read.files([shared_data / "exports"]):
        try:
            fmt = read.identify(file, formats.load())
        except CallLogError:
            continue
        known.setdefault(fmt.name, []).append(sum(len(t) for t in read.rows(file, fmt)))
    assert known["freepbx"] == [100]
    assert sorted(known["sms_backup_restore"]) == [1, 7]
    assert len(known["google_voice"]) == 9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_damage_of_any_kind_ends_in_rows_or_a_sentence(tmp_path, seed):
    """Bytes changed, lost, doubled, cut off: never a traceback, and rows, numbers and members agree."""
    wholes = [
        (HEADER + ROW * 5).encode(),
        (HEADER + ROW * 5).encode("utf-16"),
        a_book(WORDS, ["3/1/2022", 1.5, True], ["x"]),
        json.dumps({"records": [CALL] * 3}).encode(),
        b'<calls count="2"><call number="1" date="2"/><call number="" date="3"/></calls>',
        PAGE.encode(),
    ]
    chance = random.Random(seed)
    for _ in range(400):
        content = damaged(chance.choice(wholes), chance)
        for file in read.files([a_path(tmp_path, content)]):
            try:
                tables = read.rows(file, read.identify(file, ALL))
            except CallLogError:
                continue
            for table in tables:
                assert table.cells.num_rows == len(table.rows) == len(table.member)


def a_path(folder, content):
    (folder / "march").write_bytes(content)
    return folder / "march"


def damaged(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place = chance.randrange(len(content) + 1)
        stray = chance.choice([b'"', b"\0", b"\r", b"\n", b",", b"<", b"&", b"{", b"\xff", b"'"])
        content = chance.choice(
            [
                content[:place] + stray + content[place + 1 :],
                content[:place] + stray * 2 + content[place:],
                content[:place] + content[place + chance.randrange(1, 50) :],
                content[:place] + content[max(0, place - 30) :],
                content[:place],
            ]
        )
    return content


def test_a_column_of_many_names_is_called_by_its_first(tmp_path):
    fmt = a_format("sheet", header="Date|Day, Wait|Hold|Hold time")
    with pytest.raises(CallLogError, match=r"it lacks the column 'Wait'$|it lacks the column 'Wait'\n"):
        read.identify(a_file(tmp_path, "Day,Reason\n1,2\n"), [fmt])
    with pytest.raises(CallLogError, match="the columns Date, Wait"):
        read.rows(a_file(tmp_path, "Day,Reason\n1,2\n"), fmt)
