"""An export made shareable is read like the original, and nothing of the people in the original is left in it."""

import csv
import io
import json
import re
import shutil
import zipfile
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from click.testing import CliRunner

from bad_input.make import CANARIES, CASES, write
from callanalytics import agencies, formats, read
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.normalize import Settings, meanings
from callanalytics.sharing import scrub
from callanalytics.sharing.column_policy import IDS, NAMES, NUMBERS, column_uses
from callanalytics.sharing.pseudonyms import numbers_in
from callanalytics.sharing.writers import is_heading, page_bytes
from callanalytics.values.parsers import read_caller
from exhaustive import fair, some
from intake_files import hand_xlsx, note
from roots import GOLDEN, ROOT

FORMATS = formats.load()
SAMPLE = ROOT / "data" / "sample"
EXPORTS = [next((GOLDEN / name).glob("export*")) for name in FORMATS]
OF_THE_SAMPLE = sorted(
    path for path in SAMPLE.glob("[1-9]*/*") if path.suffix in (".csv", ".xlsx", ".json", ".xml", ".zip")
)
# Sheets in words of the office's own: where one cannot be told without its words, there is no file.
IN_OWN_WORDS = [p for p in OF_THE_SAMPLE if p.parent.name == "5-denver" or p.name == "Contact Center log.csv"]
OF_THE_SAMPLE = [path for path in OF_THE_SAMPLE if path not in IN_OWN_WORDS]


def text_of(path: Path) -> str:
    """Everything that stands in a file or ZIP, names and parts of workbooks too."""
    content = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    return "\n".join(name + "\n" + part.decode("utf-8", "replace") for name, part in parts)


def tables_of(path: Path):
    """Every table of what was named, with its format."""
    files = read.files([path]).files
    fmt = read.identify(files[0], FORMATS)
    tables = [read.rows_of_many(files, fmt)] if fmt.kind in read.KINDS_OF_MANY_FILES else read.rows(files[0], fmt)
    return [
        (meanings.fit(table, fmt, Settings(""))[0] if fmt.words else fmt, table)
        for table in tables
        if not table.is_office
    ]


def private_cells(path: Path) -> set[str]:
    """The cells of columns that hold numbers, names and ids, or that no rule reads."""
    found = set()
    for fmt, table in tables_of(path):
        looks = column_uses(fmt, table.header)
        for name in table.header:
            look = looks.get(name)
            rules = look.all_rules if look else []
            of_people = any(r.parse in NUMBERS or r.target in (*NAMES, *IDS, "sender", "body") for r in rules)
            if look is None or look.is_key or of_people:
                found |= {text for text in table.cells.column(name).unique().to_pylist() if text}
    return {text for text in found if len(text) > 5 and read_caller(text) in ("known", "text") and is_private(text)}


def is_private(text: str) -> bool:
    """Not a length of time, a word over columns, or how a machine writes "never"."""
    machine = r"[\d:]{1,8}|\d+ business days|\d{1,7}\.0|CALL_RECORDS|0001-.*|\[No associated user\]"
    return not (is_heading(text) or re.fullmatch(machine, text))


def is_public(text: str) -> bool:
    agency = agencies.load()
    inner = text.removeprefix("9")  # the way to an outside line
    return any(agency.is_agency_number(number) for number in numbers_in(text) | numbers_in(inner)) or any(
        sender.has(text) for sender in agency.senders
    )


# One export of each kind of file, small.
QUICK = ("ringcentral_simple", "zoom_json", "sms_backup_restore", "google_voice", "email", "hand_sheet", "freepbx")
of_every_format = some({path.parent.name: path for path in EXPORTS}, QUICK)
NIGHT = """1-new-york USCIS call log.xlsx
1-new-york RingCentral Oct 2021 to Jul 2022.csv
2-chicago USCIS calls.csv
2-chicago cdr 2021-2022.csv
3-los-angeles call log.xlsx
3-los-angeles takeout-20230103.zip""".splitlines()  # long files; each format has a short one
of_the_sample = some(
    {f"{path.parent.name} {path.name}": path for path in OF_THE_SAMPLE}, ["4-honolulu call-log.json"], NIGHT
)


@pytest.fixture(scope="module")
def scrubbed(tmp_path_factory):
    """An export made shareable, once for the laws that look at it."""
    return cache(lambda path: scrub(path, tmp_path_factory.mktemp("scrubbed") / "new", seed=11))


@pytest.mark.slow
@pytest.mark.parametrize("path", [*of_every_format, *of_the_sample])
def test_no_number_name_or_id_of_the_original_is_left(path, scrubbed):
    made = scrubbed(path)
    written = text_of(made.out)
    words = {word.casefold() for words in made.kept.values() for word in words}
    left = [
        cell
        for cell in private_cells(path)
        if cell in written and not is_public(cell) and cell.casefold() not in words and re.search(r"[^\W_]", cell)
    ]
    assert left == []
    digits = re.sub(r"[^\d\n]", "", re.sub(r"[(). -]", "", written))
    for cell in private_cells(path):
        for number in numbers_in(cell):
            assert is_public(cell) or number[-10:] not in digits


@pytest.mark.parametrize("path", of_every_format)
def test_the_new_file_is_known_as_its_format_and_has_every_row(path, scrubbed):
    """That calls, entries, rejects are the same is what `scrub` proves before it writes; see the last tests."""
    made = scrubbed(path)
    new, old = tables_of(made.out), tables_of(path)
    assert [fmt.name for fmt, _ in new] == [fmt.name for fmt, _ in old]
    assert [len(table) for _, table in new] == [len(table) for _, table in old]
    assert [table.rows.tolist() for _, table in new] == [table.rows.tolist() for _, table in old]


def test_a_column_that_no_rule_reads_is_emptied_and_a_word_no_one_knows_is_masked(tmp_path):
    """Also a header, a preamble, a row too wide: nothing passes because no one thought of it."""
    export = tmp_path / "march.csv"
    export.write_text(
        "Report for Maria Canary\n"
        "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration,Maria's note\n"
        "Voice,(312) 555-0186,Maria Canary,Tue 03/01/2022,9:02 AM,Phone Call,Call connected,Maria,0:41:11,Canary\n"
        "Voice,(312) 555-0187,Canary,Tue 03/15/2022,9:02 AM,Phone Call,Maria Canary,,0:41:11,call Canary\n"
        "Voice,Maria Canary,one,two,three,four,five,six,seven,eight,nine,ten\n"
    )
    made = scrub(export, tmp_path / "new.csv", seed=1)
    written = made.out.read_text()
    assert not re.search("maria|canary|0186|0187", written, re.IGNORECASE)
    assert "Call connected" in written
    assert set(made.emptied) >= {"Name", "Maria's note"}


@pytest.mark.slow
def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path):
    path = GOLDEN / "zoom" / "export.csv"
    first, again, other = (scrub(path, tmp_path / f"{n}.csv", seed=seed).out for n, seed in enumerate((1, 1, 2)))
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_one_number_is_one_number_however_it_is_written(tmp_path):
    rows = [("(312) 666-7788", "1"), ("13126667788", "2"), ("+1 312 666 7788", "3"), ("(312) 666-7789", "4")]
    export = tmp_path / "calls.csv"
    head = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration\n"
    body = [f'Voice,"{n}",,Tue 03/{d}5/2022,9:02 AM,Phone Call,Missed,,0:00:11\n' for n, d in rows[:3]]
    export.write_text(head + "".join(body).replace("03/35", "03/29"))
    with scrub(export, tmp_path / "new.csv", seed=1).out.open(newline="") as stream:
        numbers = [row["Phone Number"] for row in csv.DictReader(stream)]
    assert len({found for number in numbers for found in numbers_in(number)}) == 1
    assert [re.sub(r"\d", "9", number) for number in numbers] == [re.sub(r"\d", "9", n) for n, _ in rows[:3]]
    assert all(re.search(r"555.?01\d\d$", number) for number in numbers)


def test_hour_and_weekday_stay_and_summer_time_stays_summer_time(tmp_path):
    """Every week of a year that keeps UTC: an hour that moved would show."""
    path = SAMPLE / "key"
    records = [
        {"startTime": f"2022-{m:02}-{d:02}T15:05:00.000Z", "id": f"A{m}{d}", "direction": "Outbound", "duration": 60,
         "type": "Voice", "action": "Phone Call", "result": "Call connected", "from": {"phoneNumber": "+13126667788"},
         "to": {"phoneNumber": "+18003755283"}}
        for m in range(1, 13) for d in (1, 8, 15, 22)
    ]  # fmt: skip
    export = tmp_path / "calls.json"
    export.write_text(json.dumps({"records": records}))
    made = scrub(export, tmp_path / "new.json", seed=4)
    assert made.season == 0, path
    moved = json.loads(made.out.read_text())["records"]

    def shown(record):
        moment = datetime.fromisoformat(record["startTime"]).astimezone(ZoneInfo("America/Chicago"))
        return moment.weekday(), moment.hour, moment.dst()

    assert [shown(record) for record in moved] == [shown(record) for record in records]
    assert moved[0]["startTime"] != records[0]["startTime"]


@pytest.mark.slow
def test_what_stands_beside_a_date_is_no_date(tmp_path):
    """A file number in its place, a name behind it, a number behind it, a name like the weekday in front of it."""
    days = ["22-014", "3/15/22-014", "3/14/2022 Canary", "3/15/2022 A123456789", "Monica 3/21/2022"]
    days += ["Tuesday 3/22/2022", "3/23/2022 9:05 AM"]
    log = tmp_path / "log.csv"
    log.write_text("Date,Time,Wait,Reason\n" + "".join(f"{day},10:05 AM,45,expedite\n" for day in days))
    made = scrub(log, tmp_path / "new.csv", seed=1)
    assert not re.search("Canary|123456789|Monica|22-014", text_of(made.out))
    assert re.search(r"(?m)^Tuesday \d+/\d+/20\d\d,.*\n^\d+/\d+/20\d\d 9:05 AM,", text_of(made.out))


@pytest.mark.slow
def test_a_workbook_says_nothing_of_who_made_it(tmp_path):
    hand_xlsx(tmp_path / "log.xlsx", [note(1)], {})
    book = openpyxl.load_workbook(tmp_path / "log.xlsx")
    book.properties.creator = book.properties.lastModifiedBy = book.properties.title = "Maria Canary"
    book.create_sheet("Canary").append(["Canary"])
    book.save(tmp_path / "log.xlsx")
    made = scrub(tmp_path / "log.xlsx", tmp_path / "new.xlsx", seed=1)
    assert "Canary" not in text_of(made.out)


@pytest.mark.slow
def test_a_folder_becomes_a_zip_whose_members_names_say_nothing(tmp_path):
    shutil.copytree(GOLDEN / "google_voice" / "export", tmp_path / "Maria Canary" / "Voice")
    (tmp_path / "Maria Canary" / "notes by Canary.txt").write_text("call Canary")
    made = scrub(tmp_path / "Maria Canary", tmp_path / "new.zip", seed=1)
    assert not re.search("Canary|A Client|3125550186", text_of(made.out))
    with zipfile.ZipFile(made.out) as archive:
        assert any(name.startswith(" - Missed - ") for name in archive.namelist())
    assert any("#" in name for name in made.left_out)


def test_a_page_that_is_written_again_says_what_it_was_given_and_no_more(tmp_path):
    fmt, given = FORMATS["google_voice"], "tel:+1 (312) é \u202f <b>&\"'%20"
    (page,) = (GOLDEN / "google_voice" / "export").glob("A Client - Text*.html")
    (original,) = read.files([page])
    (tmp_path / page.name).write_bytes(page_bytes(original, fmt, lambda name, text: text and given))
    before, after = (read.rows_of_many(list(read.files([folder])), fmt).cells for folder in (page, tmp_path))
    for name in fmt.file.fields:
        assert after[name].to_pylist() == [cell and given for cell in before[name].to_pylist()], name


def test_an_open_question_is_asked_and_nothing_is_written(tmp_path):
    export = tmp_path / "calls.csv"
    head = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration\n"
    export.write_text(head + "Voice,(312) 555-0186,,03/04/2022,9:02 AM,Phone Call,Missed,,0:00:11\n")
    with pytest.raises(CallLogError, match="question is answered"):
        scrub(export, tmp_path / "new.csv")
    assert not (tmp_path / "new.csv").exists()
    assert scrub(export, tmp_path / "new.csv", date_order="mdy").rows == 1


def test_a_file_that_is_there_is_not_written_over(tmp_path):
    (tmp_path / "new.csv").write_text("mine")
    with pytest.raises(CallLogError, match="already exists"):
        scrub(GOLDEN / "zoom" / "export.csv", tmp_path / "new.csv")
    assert (tmp_path / "new.csv").read_text() == "mine"


@pytest.mark.slow
def test_what_would_be_read_otherwise_is_not_written(tmp_path, monkeypatch):
    """The proof can fail: cells that lose their length are noticed."""
    from callanalytics.sharing.column_policy import CellReplacer

    own = CellReplacer.cell
    monkeypatch.setattr(
        CellReplacer, "cell", lambda self, column, text: "" if column == "Duration" else own(self, column, text)
    )
    with pytest.raises(CallLogError, match="read differently"):
        scrub(GOLDEN / "ringcentral_simple" / "export.csv", tmp_path / "new.csv", seed=1)
    assert not list(tmp_path.iterdir())


def test_the_screen_says_what_was_done_and_what_to_look_at(tmp_path):
    path = GOLDEN / "ringcentral_simple" / "export.csv"
    result = CliRunner().invoke(main, ["scrub", str(path), "--out", str(tmp_path / "new.csv"), "--seed", "3"])
    assert result.exit_code == 0, result.output
    assert all(
        words in result.output
        for words in ("555-01xx", "whole weeks", "emptied", "Check it before you share it", "agency")
    )
    assert "312" not in result.output


# ---- a name where no one expects one ----------------------------------------------------------------------------

CANARY = "Maria Canary 312-666-7788"
REFUSED = {"asterisk_cdr"}  # rather no file than one whose damaged rows are read otherwise
PLANTED = {path.parent.name: path for path in EXPORTS if path.suffix in (".csv", ".json", ".xml")}


def with_canaries(path: Path) -> str:
    """The file with further rows: one of canaries alone, and for each column one with a canary in that."""
    text = path.read_bytes().decode("utf-8-sig")
    return {".json": in_records, ".xml": in_elements}.get(path.suffix, in_rows)(text)


def in_rows(text: str) -> str:
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    rows = list(csv.reader(text.replace("\r\n", "\n").replace("\r", "\n").splitlines(), delimiter=delimiter))
    last = [row for row in rows if len(row) > 3][-1]
    planted = [[CANARY] * len(last)]
    planted += [[CANARY if n == place else cell for n, cell in enumerate(last)] for place in range(len(last))]
    lines = io.StringIO()
    # Three times the rows as they were: a sheet is told by what most of its cells hold.
    csv.writer(lines, delimiter=delimiter, lineterminator="\n").writerows([*rows, *rows[1:], *rows[1:], *planted])
    return lines.getvalue()


def in_records(text: str) -> str:
    def planted(value):
        if isinstance(value, list) and value and isinstance(value[0], dict):
            last = value[-1]
            return [*value, dict.fromkeys([*last, "Canary"], CANARY), *({**last, key: CANARY} for key in last)]
        if isinstance(value, dict):
            return {key: planted(inner) for key, inner in value.items()} | {"Canary": CANARY}
        return value

    return json.dumps(planted(json.loads(text)))


def in_elements(text: str) -> str:
    last = re.findall(r"<\w+ [^>]*/>", text)[-1]
    places = list(re.finditer(r'="[^"]*"', last))
    each = "".join(f'{last[: place.start()]}="{CANARY}"{last[place.end() :]}' for place in places)
    return text.replace(last, last + re.sub(r'="[^"]*"', f'="{CANARY}"', last) + each)


@pytest.mark.slow
@pytest.mark.parametrize("path", fair(IN_OWN_WORDS[:12], 4), ids=lambda path: path.name)
def test_a_log_in_words_of_its_own_is_made_shareable(path, tmp_path):
    made = scrub(path, tmp_path / "new", seed=11)
    written = text_of(made.out)
    assert not [cell for cell in private_cells(path) if re.fullmatch(r"M-\d+|\d{8}|#?\d{4}", cell) and cell in written]


FREE = """Date,Time called,Hold time,Agent name,Tracking #,What happened,Remarks
3/14/2022,10:05 AM,35 min,Ms. Canary,SR12345678,"Spoke with Ms. Canary about Maria, will call back",Maria 202-666-7788
3/15/2022,9:15 AM,40 (dropped),,,"line died, Maria upset",
3/16/2022,1:15 PM,1 hr 10,Officer Canary,SR12345679,"T2 promised 72 hrs, call Maria at 202-666-7788",A012345678
3/17/2022,10:25 AM,20,Ms. Lee,,Solved,
"""


@pytest.mark.slow
def test_a_log_of_free_words_is_shared_with_them_masked_and_what_is_read_otherwise_is_told(tmp_path):
    (tmp_path / "log.csv").write_text(FREE)
    result = CliRunner().invoke(
        main, ["scrub", str(tmp_path / "log.csv"), "--out", str(tmp_path / "new.csv"), "--seed", "3"]
    )
    assert result.exit_code == 0, result.output
    written = (tmp_path / "new.csv").read_text()
    assert not re.search(r"canary|maria|lee|666.?7788|12345678|spoke with|upset", written, re.IGNORECASE)
    header, *rows = csv.reader(io.StringIO(written))
    assert header == next(csv.reader(io.StringIO(FREE)))
    assert [row[2] for row in rows] == ["35 min", "40 (dropped)", "1 hr 10", "20"]


@pytest.mark.slow
def test_a_figure_among_words_of_no_list_stays_in_a_wait_and_the_words_go(tmp_path):
    rows = "Date,Time,Wait,Agent\n3/14/2022,10:05 AM,47 w/ Canary singing,Ms. Lee\n3/15/2022,9:15 AM,20,Ms. Lee\n"
    (tmp_path / "log.csv").write_text(rows)
    result = CliRunner().invoke(
        main, ["scrub", str(tmp_path / "log.csv"), "--out", str(tmp_path / "new.csv"), "--seed", "3"]
    )
    assert result.exit_code == 0, result.output
    waits = [row[2] for row in csv.reader(io.StringIO((tmp_path / "new.csv").read_text()))][1:]
    assert [wait[:2] for wait in waits] == ["47", "20"]
    assert "canary" not in waits[0].casefold()


@pytest.mark.slow
def test_what_the_masked_words_told_of_a_call_is_counted_by_column(tmp_path):
    path = next(path for path in IN_OWN_WORDS if path.name.endswith("2022-02.csv"))
    result = CliRunner().invoke(main, ["scrub", str(path), "--out", str(tmp_path / "new.csv"), "--seed", "11"])
    assert "but reads differently here: agent id in " in result.output


@pytest.mark.slow
@pytest.mark.parametrize("path", some(PLANTED, set(QUICK) & set(PLANTED), every=2))
def test_a_name_in_any_place_of_any_format_does_not_pass(path, tmp_path):
    (tmp_path / path.name).write_text(with_canaries(path), "utf-8")
    if path.parent.name in REFUSED:
        with pytest.raises(CallLogError, match="read differently"):
            scrub(tmp_path / path.name, tmp_path / "new", seed=2)
        return
    made = scrub(tmp_path / path.name, tmp_path / "new", seed=2)
    assert not re.search(r"canary|maria|666.?7788", text_of(made.out), re.IGNORECASE)


QUICK_CASES = ("enc_nuls_at_the_end", "json_half_a_letter", "struct_header_ends_in_commas")
HOSTILE = [*QUICK_CASES, "json_number_of_a_million_digits", *fair(CASES, 16, first=6)]


@pytest.mark.slow
@pytest.mark.parametrize("case", some({name: CASES[name] for name in HOSTILE}, QUICK_CASES, every=2))
def test_a_hostile_file_is_made_shareable_or_refused_in_a_sentence(case, tmp_path):
    path = write(tmp_path, case)
    try:
        made = scrub(path, tmp_path / "new", seed=1, date_order="mdy")
    except CallLogError:
        return
    written = re.sub(r"[ ().-]", "", text_of(made.out).casefold())
    assert not [word for word in CANARIES if word in written]


def test_words_that_the_phone_system_writes_stay_and_others_do_not(tmp_path):
    """The file is given to show how the system writes its calls."""
    export = tmp_path / "march.csv"
    export.write_text(
        "Type,SessionId,Leg,Direction,From,To,Date,Time,Action,Action Result,Duration\n"
        "Voice,11,Leg-master,Outgoing,(202) 555-0143,(800) 375-5283,Tue 03/01/2022,9:02 AM,VoIP Call,Accepted,0:41:11\n"
        "Voice,12,Leg-master,Incoming,(202) 555-0188,(202) 555-0143,Tue 03/15/2022,9:02 AM,FindMe,Missed,0:41:11\n"
        "Maria,13,Leg-master,Incoming,(202) 555-0188,(202) 555-0143,Tue 03/15/2022,9:02 AM,Canary,Missed,0:41:11\n"
    )
    rows = list(csv.DictReader(io.StringIO(scrub(export, tmp_path / "new.csv", seed=1).out.read_text())))
    assert [row["Type"] for row in rows][:2] == ["Voice", "Voice"]
    assert [row["Action"] for row in rows][:2] == ["VoIP Call", "FindMe"]
    assert "Maria" not in str(rows)
    assert "Canary" not in str(rows)
