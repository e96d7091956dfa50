"""The hand log: its headers, its drop-downs, and formulas that say what the clocks say."""

import re
import shutil
import subprocess
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from callanalytics import agencies, clocks, intake, template
from callanalytics.errors import CallLogError
from callanalytics.intake.offices import KINDS_OF_LINE
from callanalytics.store import Store
from callanalytics.template.columns import EXAMPLES
from callanalytics.values import zones
from sample_world import live_columns

# The columns to fill in, as the contract names them and in its order.
FILL_IN = [
    "No.", "Date", "Time", "Time zone", "What happened", "About no.", "Number we used", "Line", "Minutes to a person",
    "Who spoke to us", "Whole call, minutes", "Reason", "We said it was", "Result", "Call-back promised",
    "They said it would come within", "Number for the call-back", "Service request no.", "Why none", "Agent name",
    "Agent ID", "Inquiries on this call", "Matter", "Receipt no.", "VAWA, T or U matter", "May be cited", "Who called",
    "G-28 on file", "Words said to the system", "Tried first", "Asked for Tier 2", "Field office", "Emergency",
    "Appointment date", "Decided on", "Remarks",
]  # fmt: skip
LIVE = {"Due", "Overdue", "Window in our time", "Still missing for AILA"}
CHOICES = {  # word for word
    "Time zone": ["Office's", "Eastern", "Central", "Mountain", "Arizona", "Pacific", "Alaska", "Hawaii"],
    "What happened": [
        "We called", "They called, we answered", "They called, we missed it", "They left a voicemail",
        "Text or e-mail said a call would come", "They answered by e-mail", "Checked: no call-back came",
        "We no longer need the call-back",
    ],
    "Line": ["Contact Center", "Premium processing", "Other"],
    "Who spoke to us": [
        "Tier 1", "Tier 2", "Supervisor", "Nobody: we hung up while waiting", "Nobody: cut off",
        "Automated system: solved it", "Automated system: ended the call", "Automated system: did not understand",
        "Automated system: we gave up", "Closed or busy",
    ],
    "We said it was": ["Urgent", "Regular"],
    "Result": [
        "Solved", "Service request opened", "Call-back promised", "Appointment", "Told: too soon",
        "Told: use the website", "Told: three-inquiry limit", "Told: no G-28", "Refused otherwise", "Nothing",
    ],
    "Call-back promised": [
        "No", "Urgent (72 hours)", "Regular (30 business days)", "Yes, not told which", "Automatic (keeps our place)",
    ],
    "Why none": ["Refused", "Not needed", "Not offered"],
}  # fmt: skip
FUNCTIONS = set(  # what Excel 2007, Google Sheets and LibreOffice share
    "IF AND OR NOT ISNUMBER IFERROR ROUND MOD N INT VLOOKUP NETWORKDAYS WORKDAY TEXT MID COUNTIFS NOW TODAY".split()
)
FIRST = 5  # first numbered row: below the header and three examples


def call(day, clock, promised="Urgent (72 hours)", **more):
    return {
        "Date": date.fromisoformat(day), "Time": time.fromisoformat(clock), "What happened": "We called",
        "Call-back promised": promised, **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "log.xlsx"
    template.write(path)
    return path


@pytest.fixture(scope="module")
def book(empty):
    return openpyxl.load_workbook(empty)


def shown(rows, zone="America/Los_Angeles", as_of=None):
    """What the live columns of the rows say."""
    return live_columns.of_log(rows, zone, agencies.load(), as_of)[len(EXAMPLES) :]


def cells(sheet, count):
    header = [cell.value for cell in sheet[1]]
    return [
        {name: cell.value or "" for name, cell in zip(header, row, strict=True)}
        for row in sheet.iter_rows(FIRST, FIRST + count - 1)
    ]


# ---- the sheet --------------------------------------------------------------------------------------


def test_the_headers_are_those_of_the_contract(book):
    header = [cell.value for cell in book["Calls"][1]]
    assert [name for name in header if name in FILL_IN] == FILL_IN
    assert set(header) - set(FILL_IN) - set(template.WORKING) == LIVE
    assert len(header) == len(set(header))
    assert tuple(header) == (*template.HEADERS, *template.WORKING)


@pytest.fixture(scope="module")
def reader():
    """The format that reads the log back, as it stands in its file."""
    text = (Path(agencies.__file__).parent.parent / "formats" / "hand_log.toml").read_text("utf-8")
    return tomllib.loads(text)


def test_the_format_that_reads_it_back_knows_every_header(reader):
    named = {source for column in reader["columns"].values() for source in [column.get("from")] if source}
    assert set(FILL_IN) - named == {"Remarks"}
    assert named <= set(FILL_IN)
    assert set(reader["computed"]) == {*LIVE, *template.WORKING}


def test_the_format_that_reads_it_back_knows_every_word(reader):
    for header, words in CHOICES.items():
        if header in ("Time zone", "Line", "Why none"):
            continue  # read by a parser, by the agencies file, as it stands
        known = set()
        for column in reader["columns"].values():
            for case in [column, *column.get("cases", [])]:
                if case.get("from", column.get("from")) == header:
                    listed = [*case.get("map", {}).values(), case.get("blank", [])]
                    known |= {word for result in listed for word in ([result] if isinstance(result, str) else result)}
        assert set(words) <= known, header


def test_the_sheet_about_the_office_has_the_labels_that_are_looked_for(reader, book):
    labels = {cell.value for cell in book["Your office"]["A"] if cell.value}
    assert reader["office"]["sheet"] in book.sheetnames
    assert all(set(names) & labels for names in reader["office"]["labels"].values())


def test_lists_and_closures_are_hidden_and_nothing_else(book):
    assert book.sheetnames == ["Calls", "Your office", "What the columns mean", "Lists", "Closures"]
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["Lists", "Closures"]


def test_three_gray_rows_say_example_then_a_thousand_are_numbered(book):
    numbers = [cell.value for cell in book["Calls"]["A"][1:]]
    assert numbers == ["EXAMPLE"] * 3 + list(range(1, 1001))


def test_the_examples_hold_no_real_number_and_no_name(book):
    text = " ".join(str(cell.value) for row in book["Calls"].iter_rows(2, 4) for cell in row if cell.value)
    assert set(re.findall(r"\d{3}-\d{3}-\d{4}", text)) == {"312-555-0143", "312-555-0148"}  # kept for fiction
    assert "as given" in text


def drop_downs(book):
    """Header -> what its drop-down offers."""
    sheet, lists = book["Calls"], book["Lists"]
    found = {}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list":
            assert re.fullmatch(r"Lists!\$[A-Z]+\$2:\$[A-Z]+\$\d+", check.formula1), "typed lists end at 255 characters"
            column = next(iter(check.sqref.ranges)).min_col
            found[sheet.cell(1, column).value] = [
                cell.value for (cell,) in lists[check.formula1.removeprefix("Lists!").replace("$", "")]
            ]
    return found


@pytest.mark.parametrize("header", CHOICES)
def test_a_drop_down_offers_the_words_of_the_contract(book, header):
    assert drop_downs(book)[header] == CHOICES[header]


def test_every_choice_is_filled_and_reasons_are_about_twenty(book):
    offered = drop_downs(book)
    assert all(None not in words for words in offered.values())
    assert 18 <= len(offered["Reason"]) <= 26
    assert {"InfoPass appointment", "Reschedule interview", "Reschedule biometrics", "Case inquiry"} <= set(
        offered["Reason"]
    )
    assert set(offered) == {column.header for column in template.columns.COLUMNS if column.kind == "list"}


def test_minutes_are_whole_numbers_so_that_0_45_is_refused(book):
    sheet = book["Calls"]
    checks = {
        sheet.cell(1, next(iter(check.sqref.ranges)).min_col).value: check
        for check in sheet.data_validations.dataValidation
    }
    assert checks["Minutes to a person"].type == "whole"
    assert "0:45" in checks["Minutes to a person"].error


@pytest.mark.parametrize("header", ["Number we used", "Number for the call-back", "Service request no.", "Agent ID",
                                    "Matter", "Receipt no."])  # fmt: skip
def test_numbers_that_are_names_are_kept_as_text(book, header):
    sheet = book["Calls"]
    letter = openpyxl.utils.get_column_letter(template.HEADERS.index(header) + 1)
    assert sheet.column_dimensions[letter].number_format == "@" or sheet[f"{letter}2"].number_format == "@"


def test_more_columns_are_folded_and_the_working_columns_hidden(book):
    sheet = book["Calls"]
    folded = []
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden:
            folded += [(n, dimension.outlineLevel) for n in range(dimension.min, dimension.max + 1)]
    header = [cell.value for cell in sheet[1]]
    assert [header[n - 1] for n, level in sorted(folded) if level == 1] == FILL_IN[26:35]
    assert [header[n - 1] for n, level in sorted(folded) if level == 0] == list(template.WORKING)


def test_number_due_date_and_time_stay_in_sight(book):
    assert book["Calls"].freeze_panes == "F2"
    assert template.HEADERS[:5] == ("No.", "Due", "Overdue", "Date", "Time")


def test_formulas_use_only_what_every_spreadsheet_knows(book):
    for row in (2, FIRST, 1004):
        formulas = [str(cell.value) for cell in book["Calls"][row] if str(cell.value).startswith("=")]
        assert len(formulas) == len(LIVE) + len(template.WORKING)
        for formula in formulas:
            outside_quotes = re.sub(r'"[^"]*"|\'[^\']*\'', "", formula)
            assert set(re.findall(r"([A-Z][A-Z.]*)\(", outside_quotes)) <= FUNCTIONS
            assert "_xlfn" not in formula
            assert len(formula) < 8192


def test_the_closures_sheet_is_the_calendar(book):
    days = {cell.value.date() for cell in book["Closures"]["A"][1:]}
    assert set(clocks.calendar("federal", agency=agencies.load()).closed.tolist()) <= days
    assert date(2028, 7, 4) in days  # provisional, so that a log of 2027 does not run out


def test_every_column_is_explained(book):
    explained = {row[0].value for row in book["What the columns mean"].iter_rows()}
    assert set(template.HEADERS) <= explained


@pytest.mark.slow
def test_the_same_call_writes_the_same_bytes(tmp_path, empty):
    template.write(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == empty.read_bytes()


# ---- filling it -------------------------------------------------------------------------------------


OFFICE = {
    "name": "=2+2",
    "timezone": "America/Los_Angeles",
    "hours": [{"weekday": 1, "opens": "09:00", "closes": "17:30"}],
    "lines": [{"number": "+12135550101", "kind": "mobile", "withheld_get_through": False, "covered_by": "ringcentral"}],
    "logs_callbacks_since": date(2022, 1, 3),
}
GIVEN = [
    {
        "Date": date(2022, 3, 1), "Time": time(10, 5), "What happened": "We called", "Number we used": "0123",
        "Minutes to a person": 47, "Agent ID": 123456789012345678, "VAWA, T or U matter": True, "Remarks": "=1+1",
    },
    call("2022-03-01", "10:05"),
    {"Date": "2/30/22", "Time": "morning", "What happened": "We called", "Time zone": "Nome"},
    *[{"What happened": "We called"}] * 1002,
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "filled.xlsx"
    beside = live_columns.of_log(GIVEN, OFFICE["timezone"], agencies.load())
    template.write(path, rows=GIVEN, shown=beside, office=OFFICE)
    return openpyxl.load_workbook(path, data_only=True)  # what a program reads that works out no formula


def test_rows_are_written_as_given(filled):
    row = cells(filled["Calls"], 1)[0]
    assert row["Date"] == datetime(2022, 3, 1)
    assert row["Time"] == time(10, 5)
    assert (row["No."], row["Number we used"], row["Agent ID"]) == (1, "0123", "123456789012345678")
    assert (row["Minutes to a person"], row["VAWA, T or U matter"]) == (47, "Yes")


def test_live_columns_have_their_values_beside_the_formulas(filled):
    promise = cells(filled["Calls"], 2)[1]
    assert (promise["Due"], promise["Overdue"]) == (datetime(2022, 3, 4, 10, 5), "open")
    assert promise["Window in our time"] == "4:00 AM - 3:30 PM"


def test_a_cell_that_is_not_what_the_column_wants_is_kept(filled):
    row = cells(filled["Calls"], 3)[2]
    assert (row["Date"], row["Time"], row["Due"]) == ("2/30/22", "morning", "")


def test_more_rows_than_prepared_are_all_written(filled):
    assert [row["No."] for row in cells(filled["Calls"], 1005)] == list(range(1, 1006))


def test_text_that_looks_like_a_formula_is_not_one(filled):
    remark = filled["Calls"].cell(FIRST, filled["Calls"].max_column - len(template.WORKING) - 2)
    assert (remark.value, remark.data_type) == ("=1+1", "s")
    assert (filled["Your office"]["B2"].value, filled["Your office"]["B2"].data_type) == ("=2+2", "s")


def test_the_office_is_written_beside_its_labels(filled):
    rows = [[cell.value for cell in row if cell.value is not None] for row in filled["Your office"].iter_rows()]
    assert ["Office name", "=2+2"] in rows
    assert ["Time zone", "Pacific"] in rows
    assert ["Do you write down every call-back, missed ones too?", "Yes"] in rows
    assert ["Since when?", datetime(2022, 1, 3)] in rows
    assert ["Monday", time(9, 0), time(17, 30)] in rows
    assert ["+12135550101", "Mobile", "No", "ringcentral"] in rows


@pytest.mark.slow
def test_every_kind_of_telephone_can_be_chosen_and_is_read_as_the_office_command_names_it(tmp_path, book):
    place = next(column[0].column_letter for column in book["Lists"].iter_cols() if column[0].value == "desk or mobile")
    chosen = [cell.value for cell in book["Lists"][place][1:] if cell.value]
    lines = [{"number": f"+1213555010{n}", "kind": kind.casefold()} for n, kind in enumerate(chosen)]
    office = {"name": "Alder and Birch", "timezone": "America/Chicago", "lines": lines}
    template.write(tmp_path / "log.xlsx", rows=[call("2022-03-01", "10:05")], office=office)
    intake.ingest([tmp_path / "log.xlsx"], tmp_path / "store", "Alder and Birch", "Central")
    (result,) = Store.open(tmp_path / "store").offices()
    assert [line["kind"] for line in result["lines"]] == list(KINDS_OF_LINE)


@pytest.mark.parametrize("header", ["Due", "Client"])
def test_a_column_that_is_not_to_fill_in_is_refused(tmp_path, header):
    with pytest.raises(KeyError, match=header):
        template.write(tmp_path / "log.xlsx", rows=[{header: "x"}])


def test_an_empty_log_is_not_written_over_a_file_that_is_there(tmp_path):
    path = tmp_path / "log.xlsx"
    path.write_text("somebody's log", "utf-8")
    with pytest.raises(CallLogError, match=r"log\.xlsx already exists"):
        template.write(path)
    assert path.read_text("utf-8") == "somebody's log"


@pytest.mark.slow
def test_a_folder_that_cannot_be_there_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    for name in ("file/log.xlsx", "a" * 300 + ".xlsx"):
        with pytest.raises(CallLogError, match="cannot be written"):
            template.write(tmp_path / name)


@pytest.mark.parametrize("name", ["log.csv", "log", "log.xls"])
def test_the_log_is_a_workbook_and_no_other_name_is_taken(tmp_path, name):
    with pytest.raises(CallLogError, match="the call log is a workbook"):
        template.write(tmp_path / name)
    assert not (tmp_path / name).exists()


# ---- what the live columns say ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "zone", "due"),
    [
        # The published cases, from and to the office's clock.
        (call("2025-12-23", "06:00"), "America/Los_Angeles", datetime(2025, 12, 31, 6, 0)),  # 9:00 Eastern
        (call("2021-12-22", "15:00"), "America/New_York", datetime(2021, 12, 28, 15, 0)),
        (call("2025-01-07", "11:00", **{"Time zone": "Eastern"}), "America/Denver", datetime(2025, 1, 13, 9, 0)),
        (call("2024-12-05", "10:00", "Regular (30 business days)"), "America/Chicago", datetime(2025, 1, 23, 17, 30)),
        (call("2022-01-10", "10:00", "Regular (30 business days)"), "America/New_York", datetime(2022, 2, 23, 18, 30)),
        # From the end of the call.
        (call("2022-03-01", "10:05", **{"Whole call, minutes": 62}), "America/New_York", datetime(2022, 3, 4, 11, 7)),
        # Saturday counts from Monday 0:00 Eastern, in Hawaii Sunday evening.
        (call("2022-03-05", "09:00"), "Pacific/Honolulu", datetime(2022, 3, 9, 19, 0)),
        # Before the change of 10 February 2021, and in the months when no one knows.
        (call("2021-02-10", "07:00"), "America/New_York", datetime(2021, 2, 12, 7, 0)),
        (call("2021-06-01", "07:00"), "America/New_York", "two stated times"),
        # No time, no promise, no urgency, no zone: nothing due.
        ({**call("2022-03-01", "10:00"), "Time": None}, "America/New_York", ""),
        (call("2022-03-01", "10:00", "No"), "America/New_York", ""),
        (call("2022-03-01", "10:00", "Yes, not told which"), "America/New_York", ""),
        (call("2022-03-01", "10:00"), None, ""),
    ],
)
def test_due_on_the_offices_clock(row, zone, due):
    assert shown([row], zone)[0]["Due"] == due


def test_a_promise_stands_as_its_contacts_do():
    promised = [call("2022-03-01", "10:00") for _ in range(7)]
    about = [
        (1, "They called, we answered"), (2, "They answered by e-mail"), (3, "We no longer need the call-back"),
        (4, "They called, we missed it"), (5, "They left a voicemail"), (6, "Checked: no call-back came"),
        (6, "Text or e-mail said a call would come"), (4, "They called, we answered"),
    ]  # fmt: skip
    rows = [*promised, *({"What happened": what, "About no.": number} for number, what in about)]
    standing = [row["Overdue"] for row in shown(rows, as_of=date(2022, 3, 10))]
    assert standing[:7] == ["came", "came", "not needed", "came", "missed", "OVERDUE", "OVERDUE"]
    assert standing[7:] == [""] * len(about)
    assert shown(rows, as_of=date(2022, 3, 3))[6]["Overdue"] == "open"


def test_the_window_on_the_offices_clock():
    rows = [call("2022-01-10", "10:00"), call("2022-07-11", "10:00")]
    assert [r["Window in our time"] for r in shown(rows)] == ["4:00 AM - 3:30 PM"] * 2
    hawaii = shown(rows, "Pacific/Honolulu")
    assert [r["Window in our time"] for r in hawaii] == ["2:00 AM - 1:30 PM", "1:00 AM - 12:30 PM"]


def test_what_aila_still_misses():
    full = {
        **call("2022-03-01", "10:00"), "Number we used": "1", "Minutes to a person": 0, "Who spoke to us": "Tier 1",
        "Agent name": "as given", "Agent ID": "as given", "Why none": "Refused", "Number for the call-back": "2",
    }  # fmt: skip
    bare = {"Date": date(2022, 3, 1), "What happened": "We called"}
    alone = {**full, "Who spoke to us": "Closed or busy", "Agent name": None, "Call-back promised": None}
    callback = {"What happened": "They called, we missed it"}
    found = [row["Still missing for AILA"] for row in shown([full, bare, alone, callback])]
    assert found == ["complete", "time, number we used, minutes, who spoke", "complete", ""]
    assert "time zone" in shown([bare], None)[0]["Still missing for AILA"]


# ---- a spreadsheet works out the same ---------------------------------------------------------------


def work_out(path: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it after working out every formula."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not here")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item></oor:items>",
        "utf-8",
    )
    command = [office, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--convert-to", "xlsx",
               "--outdir", str(folder / "worked"), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "worked" / path.name


def many_rows() -> list[dict]:
    """Promises of every zone, urgency and season, at awkward hours, some with a contact that settles them."""
    pick = np.random.default_rng(20220711)
    rows = []
    for _ in range(380):
        moment = datetime(2019, 1, 1) + timedelta(minutes=int(pick.integers(0, 7 * 365 * 1440)))
        if pick.random() < 0.3:
            moment = moment.replace(hour=int(pick.choice([0, 18, 19, 20, 21, 22, 23])), minute=0)
        rows.append({
            "Date": moment.date(), "Time": moment.time(), "What happened": "We called",
            "Call-back promised": str(pick.choice(CHOICES["Call-back promised"])),
            "Time zone": str(pick.choice(CHOICES["Time zone"])) if pick.random() < 0.7 else None,
            "Whole call, minutes": int(pick.integers(1, 200)) if pick.random() < 0.5 else None,
            "Who spoke to us": str(pick.choice(CHOICES["Who spoke to us"])),
            "Agent ID": "x" if pick.random() < 0.5 else None,
        })  # fmt: skip
    rows += [{"What happened": str(pick.choice(CHOICES["What happened"])), "About no.": int(pick.integers(1, 380))}
             for _ in range(200)]  # fmt: skip
    return rows


def clock_change(row) -> bool:
    """Within a day of a change to or from summer time the formulas go by the date, not by the hour."""
    if not isinstance(row.get("Date"), date):
        return False
    around = np.datetime64(row["Date"]) + np.array([-1, 2], "m8[D]")
    ahead = zones.to_local(around.astype("M8[us]"), "America/New_York") - around
    return ahead[0] != ahead[1]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Honolulu", "America/Phoenix", "Europe/London"])
def test_libreoffice_works_out_what_the_clocks_say(tmp_path, zone):
    rows = [row for row in many_rows() if not clock_change(row)]
    path = tmp_path / "log.xlsx"
    beside = live_columns.of_log(rows, zone, agencies.load(), date(2035, 1, 1))
    template.write(path, rows=rows, shown=beside, office={"timezone": zone})
    ours = cells(openpyxl.load_workbook(path, data_only=True)["Calls"], len(rows))
    theirs = cells(openpyxl.load_workbook(work_out(path, tmp_path), data_only=True)["Calls"], len(rows))
    for ours_row, theirs_row in zip(ours, theirs, strict=True):
        for header in LIVE:
            if zone == "Europe/London" and header in ("Due", "Window in our time"):
                continue  # its summer time begins on other days
            assert _to_the_minute(theirs_row[header]) == _to_the_minute(ours_row[header]), (header, ours_row)


def _to_the_minute(value):
    return (value + timedelta(seconds=30)).replace(second=0, microsecond=0) if isinstance(value, datetime) else value
