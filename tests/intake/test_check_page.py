"""What `check` says of a folder as an office sends it: read as a lawyer would."""

import json
import re
import shlex
from datetime import datetime, timedelta

import openpyxl
import pytest

import messy_folder
from callanalytics import agencies, intake
from callanalytics.errors import CallLogError
from callanalytics.normalize import shown_words
from callanalytics.store import Store
from callanalytics.template.columns import choices
from commands import run
from roots import GOLDEN


@pytest.fixture(scope="module")
def receipt(tmp_path_factory):
    return intake.check([messy_folder.make(tmp_path_factory.mktemp("inbox") / "USCIS calls")], timezone="Eastern")


@pytest.fixture(scope="module")
def page(receipt):
    """The page as one line of words: where it wraps is of no account."""
    return " ".join(receipt.text().split())


def test_the_headline_counts_every_file_once(page):
    assert page.startswith(
        "10 files: 3 read, 1 an older version, 1 the same as another, 1 with a question, 2 cannot be read, "
        "2 not call logs. Nothing was stored."
    )


def test_every_row_of_every_file_is_in_the_table(receipt):
    for entry in receipt.files:
        assert entry.rows == entry.calls + entry.entries + entry.notices + entry.rejects + entry.set_aside


def test_a_promise_in_the_office_s_own_words_is_read(receipt, page):
    assert not [u for u in receipt.unclear if u.doubt.target == "promised"]  # "within 30 days" is read
    assert "callback whose kind only its timeframe shows: read by USCIS's own list (54 rows)" in page


def test_a_cell_that_no_one_can_read_is_shown_with_its_row(receipt, page):
    words = {u.doubt.word: u.doubt.rows for u in receipt.unclear if u.file.endswith("USCIS calls.xlsx")}
    assert words == {"4S": (122,)}
    assert 'column "Wait (min)": "4S" (1 row: 122). Unknown for these rows: how long the wait was' in page


def test_a_promise_under_a_header_of_the_office_s_own_is_read(receipt):
    assert "When promised" not in [column.name for _, column in receipt.unread]


def test_columns_that_mean_nothing_to_us_are_named_and_their_cells_are_not(page):
    assert 'ignored and not stored: column "Remarks"' in page
    assert "clients told apart by codes, so that calls about one are known; no name is stored" in page
    for secret in ("Maria", "Quintanilla", "Okafor", "Chen", "asked about"):
        assert secret not in page


def test_a_column_name_that_looks_like_a_cell_is_masked(tmp_path):
    sheet = tmp_path / "log.csv"
    sheet.write_text("Date,Wait (min),Outcome,EAC2190012345\n3/14/2022,40,Solved,x\n")
    result = intake.check([sheet], timezone="Eastern")
    assert [column.name for _, column in result.unread] == ["xxx9999999999"]
    assert "2190012345" not in result.text() + json.dumps(result.to_json())


def test_a_name_among_the_words_of_a_list_is_masked(tmp_path):
    sheet = tmp_path / "log.csv"
    sheet.write_text("Date,Wait (min),Callback?\n3/14/2022,40,Maria will call\n3/15/2022,41,Yes\n")
    result = intake.check([sheet], timezone="Eastern")
    assert [unclear.doubt.word for unclear in result.unclear] == ["xxxxx xxxx xxxx"]
    assert "Maria" not in result.text() + json.dumps(result.to_json())


@pytest.mark.parametrize("word", ["Yes - 72 hours", "within 30 days", "Tier 2 will call back", "no - too soon"])
def test_words_that_anybody_would_write_are_shown(word):
    assert shown_words(word) == word


@pytest.mark.parametrize("word", ["Maria", "A123456789", "Yes, 212-555-0101", "told Ng", "EAC2190012345"])
def test_anything_else_is_masked(word):
    assert not re.search(r"[A-Z]|\d{3}(?<!999)", shown_words(word))


def test_a_wait_of_which_no_one_knows_how_it_ended_is_not_counted_as_usable(tmp_path):
    sheet = tmp_path / "log.csv"
    rows = ["Date,Time,Wait (min),Agent ID", *(f"3/{n + 1}/2022,10:05 AM,{20 + n},{'A1' * (n < 4)}" for n in range(10))]
    sheet.write_text("\n".join(rows) + "\n3/20/2022,9:15 AM,,\n")
    result = intake.check([sheet], timezone="Eastern", date_order="mdy")
    assert result.scope.waits == (4, 10, 11)
    page = " ".join(result.text().split())
    assert "waits: usable for 4 of 11 calls that queued" in page
    assert "6 waits logged, but not whether a person answered or the caller hung up" in page


def page_of(tmp_path, text: str) -> str:
    """The page of a file with this text, on one line."""
    (tmp_path / "march.csv").write_text(text)
    return " ".join(intake.check([tmp_path / "march.csv"], "Alder and Birch", "Eastern").text().split())


MAPPED = "Date,Began,Talk\n3/1/2022,2022-03-01 10:00,5\n3/2/2022,2022-03-02 11:00,7\n"  # a mapping can be proposed


def test_a_file_no_one_knows_is_answered_with_the_command_that_proposes_what_it_means(tmp_path):
    result = page_of(tmp_path, MAPPED)
    assert re.search(r"`callanalytics map \S*/march.csv` drafts what its columns mean", result)


def test_the_file_in_that_command_is_named_as_it_lies_and_nowhere_else(tmp_path, monkeypatch):
    (tmp_path / "our logs" / "Ng").mkdir(parents=True)
    (tmp_path / "our logs" / "Ng" / "x.csv").write_text(MAPPED)
    monkeypatch.chdir(tmp_path)
    assert '`callanalytics map "our logs/Ng/x.csv"` drafts' in " ".join(intake.check(["our logs"]).text().split())
    monkeypatch.chdir(tmp_path / "our logs")
    receipt = intake.check(["."])
    assert "  our logs/Ng/x.csv: is not" in receipt.text()
    assert "`callanalytics map Ng/x.csv` drafts" in " ".join(receipt.text().split())
    assert "Ng" not in json.dumps(receipt.to_json()) + receipt._repr_html_()


@pytest.mark.slow
def test_an_older_copy_of_which_nothing_counts_asks_nothing(tmp_path):
    rows = [f"3/{day}/2022,10:{day} AM,{20 + day},A{day},Solved" for day in range(1, 29)]
    for name, n in (("log.csv", 28), ("log (1).csv", 20)):
        (tmp_path / name).write_text("\n".join(["Date,Time,Wait,Agent ID,Outcome", *rows[:n]]) + "\n")
    receipt = intake.check([tmp_path], timezone="Eastern")
    assert {(asked.file, asked.rows, asked.question.code) for asked in receipt.questions} == {
        (f"{tmp_path.name}/log.csv", 28, "wait_origin"),
        (f"{tmp_path.name}/log.csv", 19, "time_refers_to"),  # 10:1 AM is no time
    }


@pytest.mark.slow
def test_a_word_of_two_sheets_is_said_once_with_the_rows_of_each(tmp_path):
    """And the other sheet is no other file."""
    book = openpyxl.Workbook()
    for year in (2021, 2022):
        sheet = book.active if year == 2021 else book.create_sheet()
        sheet.title = str(year)
        sheet.append(["Date", "Time", "Wait", "Agent ID", "Call back promised"])
        for day in range(1, 9):
            sheet.append([f"3/1{day}/{year}", f"10:0{day} AM", 20 + day, f"A{day}7", "maybe" if day == 5 else ""])
    book.save(tmp_path / "log.xlsx")
    text = " ".join(intake.check([tmp_path / "log.xlsx"], timezone="Eastern").text().split())
    assert 'log.xlsx, column "Call back promised": "maybe" (2 rows: 6 of sheet "2021", 6 of sheet "2022").' in text
    assert "other file" not in text


@pytest.mark.slow
def test_files_that_ask_alike_may_be_answered_one_by_one(tmp_path):
    for name, minute in (("a.csv", 0), ("b.csv", 30)):
        rows = [f"3/{day}/2022,10:{minute + day:02} AM,{20 + day},A{day}{minute},Solved" for day in range(1, 9)]
        (tmp_path / name).write_text("\n".join(["Date,Time,Wait,Agent ID,Outcome", *rows]) + "\n")
    text = intake.check([tmp_path], timezone="Eastern", date_order="mdy").text()
    assert "a.csv and 1 other file" in text
    assert "if the answer is not the same for all of them, name one file at a time" in text


def test_where_nothing_of_a_file_can_be_taken_the_format_says_what_to_do(tmp_path):
    header = "Subject,Body,From: (Name),From: (Address),From: (Type)"
    page = page_of(tmp_path, f"{header}\nx,Your request,USCIS,no-reply@uscis.dhs.gov,SMTP\n")
    assert "row 2 Received is empty" in page
    assert "Outlook leaves out when a message came. Such messages are rejected: drag them into a folder" in page


def test_what_was_wanted_is_shortened_at_its_end_and_never_in_the_middle(tmp_path):
    page = page_of(tmp_path, "Matter,Calls\nM-1,3/14/2022 told his sister\n")
    assert "a semicolon between, as in 3/4/2022 hold 1h; 3/11/2022 SR 12345678; cb missed 3/15/2022" in page


def test_the_words_wanted_for_a_result_begin_with_those_for_every_sheet(tmp_path):
    page = page_of(tmp_path, "Date,Time,Wait,Agent ID,Outcome\n3/14/2022,10:05 AM,45,A12,zzz frobnicated\n")
    assert "Unknown for these rows: how the call ended. Write one of: Resolved, Service request" in page


def test_without_a_phone_log_the_page_does_not_count_noughts(tmp_path):
    page = page_of(tmp_path, "Date,Time,Wait,Agent ID\n3/14/2022,10:05 AM,45,A12\n")
    assert "is not known (no call is in both logs that could tell); 1 of 1 such times" in page


def two_logs(tmp_path, days, hours_late: int = 0, noted=lambda n: True):
    """The page of a phone log with a call to the agency on each of these days, and a sheet of those that were noted."""
    phone, sheet = [messy_folder.RINGCENTRAL], ["Date,Time,Wait,Agent ID"]
    for n, day in enumerate(days):
        moment = datetime(2022, 1, 3, 9, n * 7 % 60) + timedelta(days=day)
        noted_at = moment - timedelta(hours=hours_late)
        phone.append(f"Voice,(800) 375-5283,,{moment:%a %m/%d/%Y},{moment:%I:%M %p},VoIP Call,Call connected,,0:45:11")
        sheet += [f"{noted_at:%m/%d/%Y},{noted_at:%I:%M %p},40,A12"] if noted(n) else []
    (tmp_path / "phone.csv").write_text("\n".join(phone) + "\n")
    (tmp_path / "sheet.csv").write_text("\n".join(sheet) + "\n")
    receipt = intake.check([tmp_path / "phone.csv", tmp_path / "sheet.csv"], "Alder and Birch", "Eastern")
    return " ".join(receipt.text().split())


WEEKDAYS = [day for day in range(120) if day % 7 < 5]


@pytest.mark.slow
def test_calls_no_one_noted_and_entries_without_a_call_are_counted(tmp_path, page):
    assert "(62%); 12 not logged" in page
    assert "3 entries match no phone record on covered days (rows 42-44)" in page
    result = two_logs(tmp_path, WEEKDAYS)
    assert "in its period (100%) " in result
    assert "no phone record on" not in result


@pytest.mark.slow
def test_a_hole_in_a_phone_log_is_named_with_its_days(tmp_path):
    result = two_logs(tmp_path, [day for day in WEEKDAYS if not 40 <= day < 65])
    assert "gap RingCentral shows no calls between Feb 11, 2022 and Mar 9, 2022: if the office was open" in result
    assert " gap " not in two_logs(tmp_path, WEEKDAYS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("late", "asked"),  # of 86 entries of an office on Eastern time, all but one in the time of the phone log
    [
        (-3, "phone.csv (86 rows): 85 of 85 entries without a phone record are 3 hours after a call in this phone log "
         "that no one logged. Is this phone log in another time zone? Until this is answered, these calls count twice. "
         "if so, ingest it again by itself with --file-timezone Pacific"),
        (1, "sheet.csv (86 rows): 85 of 85 entries without a phone record are 1 hour before a call that no one logged. "
         "Is the sheet in another time zone? Until this is answered, these calls count twice. if so, ingest it again "
         "by itself with --file-timezone Central if the office is in another zone, ingest all its files again with "
         "--timezone Central"),
    ],
)  # fmt: skip
def test_a_log_on_the_clock_of_another_zone_is_asked_about(late, asked, tmp_path):
    assert asked in two_logs(tmp_path, WEEKDAYS, hours_late=late)


@pytest.mark.slow
def test_entries_of_calls_from_another_phone_raise_no_doubt_of_the_clock(tmp_path):
    assert "on the clock" not in two_logs(tmp_path, WEEKDAYS, noted=lambda n: n % 3)


def test_rows_to_fix_of_one_kind_stand_together(tmp_path):
    sheet = tmp_path / "log.csv"
    rows = [
        "Date,Time,Wait (min),Outcome",
        *("2/30/22,9:15 AM,40,Solved" for _ in range(5)),
        "3/4/2022 and 3/5,9:15 AM,40,Solved",
    ]
    sheet.write_text("\n".join(rows) + "\n")
    page = intake.check([sheet], timezone="Eastern").text()
    assert 'rows 2-6  Date "2/30/22": a day that exists' in page
    assert 'row 7  Date "3/4/2022 xxx 3/5"' in page


def test_the_page_says_what_the_folder_can_and_cannot_show(page):
    assert "hand log Jan 4 - Jun 18, 2022" in page
    assert "the hand log has 20 of the 32 phone calls to USCIS in its period (62%); 12 not logged" in page
    assert "can waits: usable for 115 of 121 calls that queued" in page
    assert "52 promised callbacks to ***-***-0101, promised Jan 4 - Jun 17, 2022" in page
    assert re.search(r"which of your phones rang: the RingCentral export does not say\.", page)
    assert "expires how long Google, RingCentral keep their logs: set in your account" in page


def test_the_next_command_is_whole_and_answers_the_question(receipt):
    command, *beside = receipt.text().splitlines()[-3:]
    words = '/USCIS calls" --office "YOUR OFFICE" --timezone America/New_York --date-order mdy --wait-origin dial'
    assert command.endswith(words)
    assert beside == [
        "       (or dmy: see the question above)",
        "       (or queue; omit --wait-origin if no one knows: see the question above)",
    ]


def test_json_has_every_row_to_fix_and_every_word_with_its_rows(receipt):
    result = receipt.to_json()
    assert [fix["row"] for fix in result["to_fix"]] == [123, 124]
    assert {"file", "column", "word", "rows"} == set(result["not_understood"][0])
    assert {"file", "column", "rows", "looks_like"} == set(result["columns_not_read"][0])


def test_no_line_is_wider_than_a_screen_but_for_the_command(receipt):
    assert all(len(line) <= 125 for line in receipt.text().splitlines() if not line.startswith("Next:"))


@pytest.mark.slow
def test_a_misspelled_office_is_answered_with_the_nearest_even_where_its_files_are_stored(tmp_path):
    sheet = tmp_path / "log.csv"
    sheet.write_text("Date,Wait (min),Callback?\n3/14/2022,40,Yes\n")
    intake.ingest([sheet], tmp_path / "calls", "Alder and Birch", "Eastern")
    with pytest.raises(CallLogError) as refused:
        intake.ingest([sheet], tmp_path / "calls", "Adler and Birch")
    assert 'did you mean  --office "Alder and Birch"  ?' in refused.value.do
    assert "--replaces" not in str(refused.value)
    result = intake.ingest([sheet], tmp_path / "calls", "Adler and Birch", "Eastern", new_office=True)
    assert 'did you mean  --office "Alder and Birch"  ?' in str(result.problems[0].why)


@pytest.mark.slow
def test_the_command_office_advises_only_what_it_can_do(tmp_path):
    sheet = tmp_path / "log.csv"
    sheet.write_text("Date,Wait (min),Callback?\n3/14/2022,40,Yes\n")
    intake.ingest([sheet], tmp_path / "calls", "Alder and Birch", "Eastern")
    with pytest.raises(CallLogError) as refused:
        intake.set_office(tmp_path / "calls", "Adler and Birch", hours="Mon-Fri 9-17")
    assert 'callanalytics office "Alder and Birch"' in refused.value.do
    assert "--office" not in refused.value.do
    assert "--new-office" not in refused.value.do


@pytest.mark.slow
def test_the_receipt_names_the_store_with_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sheet = tmp_path / "log.csv"
    sheet.write_text("Date,Wait (min),Callback?\n3/14/2022,40,Yes\n")
    result = intake.ingest([sheet], "demo/store", "Alder and Birch", "Eastern")
    assert "Stored in demo/store." in result.text()


@pytest.mark.slow
def test_our_own_template_gives_no_notes_of_its_formulas_and_lists(tmp_path):
    from callanalytics import template

    template.write(tmp_path / "log.xlsx")
    result = intake.check([tmp_path / "log.xlsx"], timezone="Eastern")
    assert result.notes == ()
    assert result.unread == ()


def test_a_wait_longer_than_the_whole_call_beside_it_is_flagged_with_its_row(tmp_path):
    (tmp_path / "log.csv").write_text(
        "Date,Time,Wait (min),Total time,Agent ID\n"
        "3/14/2022,9:05 AM,47,62,A1\n3/15/2022,9:10 AM,62,47,A1\n"
        "3/16/2022,10:10 AM,45,,A1\n3/17/2022,10:10 AM,45,45,A1\n"
    )
    receipt = intake.check([tmp_path / "log.csv"], timezone="Eastern")
    assert receipt.totals["entries"] == 4
    assert "row 3, wait longer than the whole call in its row" in receipt.text()


def test_own_file_names_are_shown_on_the_screen_and_masked_in_what_scripts_keep(tmp_path):
    folder = tmp_path / "Ng exports"
    folder.mkdir()
    (folder / "Maria Ng (312) 555-0186.csv").write_text("Date,Wait (min),Outcome\n3/14/2022,40,Solved\n4/35/2022,4,x\n")
    (folder / "locked\x07.pdf").write_bytes(b"%PDF-1.4\n")
    result = intake.check([folder], timezone="Eastern")
    assert "Maria Ng (312) 555-0186.csv" in result.text()
    assert "locked" in result.text()
    assert "\x07" not in result.text()
    assert "#" not in result.text()
    assert "Maria" not in json.dumps(result.to_json())
    assert "Maria" not in str([entry.file for entry in result.files])


@pytest.mark.slow
def test_a_file_is_replaced_by_its_own_name_as_the_screen_shows_it(tmp_path):
    folder = tmp_path / "calls of Ng"
    folder.mkdir()
    sheet = folder / "Maria Ng.csv"
    sheet.write_text("Date,Wait (min),Outcome\n3/14/2022,40,Solved\n")
    intake.ingest([folder], tmp_path / "s", "Alder", "Eastern")
    sheet.write_text("Date,Wait (min),Outcome\n3/16/2022,50,Solved\n")
    result = intake.ingest([folder], tmp_path / "s", replaces="calls of Ng/Maria Ng.csv")
    assert result.stored


DUE = "Date,Time,Wait (min),Agent ID,Outcome,{}\n" + "".join(
    f"3/{n}/2022,10:05 AM,{20 + n},A{n},SR opened,{due}\n"
    for n, due in enumerate(("3/17/2022", "3/18/2022", "4/29/2022"), 14)
)


@pytest.mark.parametrize(
    "header",
    [
        *("Due", "Due date", "Follow up by", "Follow-up", "Deadline", "Response by", "Callback by", "Callback due"),
        *("Promised by", "Callback promised by", "Expected callback", "Call expected by", "USCIS will call by"),
    ],
)
def test_due_dates_that_an_office_worked_out_are_counted_once_under_that_name(header, tmp_path):
    (tmp_path / "log.csv").write_text(DUE.format(header))
    text = " ".join(intake.check([tmp_path / "log.csv"], timezone="Eastern").text().split())
    named = rf'column "{header}"(: 3 rows with| was ignored, but 3 cells look like) due dates you set'
    assert (
        len(re.findall(rf"{named}\. They are not stored: the program computes the due date from the call", text)) == 1
    )
    assert text.count(header) == 1


@pytest.mark.slow
def test_the_words_for_a_call_that_ended_in_the_automated_system_are_offered_and_read(tmp_path):
    offered = [word for word in choices(agencies.load())["Who spoke to us"] if word.startswith("Automated system")]
    rows = ["frobnicated with the bot", *offered, "Solved", "Solved", "Hung up"]
    lines = [f"3/{n}/2022,10:05 AM,{20 + n},{word}" for n, word in enumerate(rows, 14)]
    (tmp_path / "log.csv").write_text("\n".join(["Date,Time,Wait (min),Outcome", *lines]) + "\n")
    receipt = intake.ingest(
        [tmp_path / "log.csv"], tmp_path / "calls", "Alder", "Eastern", wait_origin="dial", time_refers_to="start"
    )
    (unclear,) = receipt.unclear
    assert unclear.doubt.rows == (2,)
    assert not [word for word in offered if word not in unclear.wanted]
    entries = Store.open(tmp_path / "calls").read("entries").to_pylist()[1 : 1 + len(offered)]
    assert [row["outcome"] for row in entries] == ["ivr_resolved", "ivr_ended", "ivr_not_understood", "ivr_gave_up"]
    assert {row["wait_outcome"] for row in entries} == {"not_queued"}


@pytest.mark.slow
def test_the_words_for_the_automated_system_are_no_person_where_it_is_asked_who_spoke(tmp_path):
    words = ["Automated system: ended the call", "Automated system: we gave up", "Emma chat bot only", *["Emma"] * 6]
    lines = [f"3/{n}/2022,10:05 AM,{20 + n},{word}" for n, word in enumerate(words, 14)]
    (tmp_path / "log.csv").write_text("\n".join(["Date,Time,Wait (min),Who spoke", *lines]) + "\n")
    intake.ingest([tmp_path / "log.csv"], tmp_path / "calls", "Alder", "Eastern", wait_origin="dial")
    found = [row["wait_outcome"] for row in Store.open(tmp_path / "calls").read("entries").to_pylist()]
    assert found == ["not_queued"] + ["unknown"] * 2 + ["reached"] * 6


SHEET = "Date,Time,Wait (min),Agent ID,Outcome\n3/14/2022,9:05 AM,47,A1,Solved\n3/{}/2022,9:10 AM,62,A2,Solved\n"


@pytest.fixture
def answered(tmp_path, monkeypatch):
    """A folder with the store of an office that said from when its waits run."""
    monkeypatch.chdir(tmp_path)
    for n in (15, 16):
        (tmp_path / f"{n}.csv").write_text(SHEET.format(n))
    intake.ingest("15.csv", "calls", "Alder and Birch", "Central", wait_origin="dial")
    return tmp_path


@pytest.mark.slow
def test_check_does_not_ask_again_what_the_store_beside_it_remembers(answered):
    text = run("check", "16.csv").output
    assert "question" not in text
    assert "earlier answers about the files of Alder and Birch apply (store calls)" in text
    assert 'Next:  callanalytics ingest 16.csv --office "Alder and Birch" --timezone America/Chicago\n' in text
    assert "usable for 2 of 2 calls that queued, or may have, from dialing" in " ".join(text.split())


@pytest.mark.slow
def test_check_reads_a_file_that_the_store_holds_as_it_was_read(answered):
    intake.ingest("15.csv", "calls", time_refers_to="start")
    text = run("check", "15.csv").output
    assert "1 file: 1 read." in text
    assert "question" not in text
    assert "--time-refers-to" not in text


@pytest.mark.slow
def test_check_takes_no_folder_for_that_of_the_stores_only_office(answered):
    (answered / "rowan").mkdir()
    (answered / "rowan" / "15.csv").write_text(SHEET.format(15).replace("AM", "PM"))
    printed = run("check", "rowan").output
    assert "earlier answers about the files of" not in printed
    assert "no file here is known to belong to the store's office" in printed
    line = 'callanalytics ingest rowan --office "YOUR OFFICE" --timezone ZONE --wait-origin dial --new-office'
    assert line in printed
    words = shlex.split(line.replace("YOUR OFFICE", "Rowan").replace("ZONE", "Eastern"))
    assert run(*words[1:]).exit_code == 0
    assert {office["name"] for office in Store.open("calls").offices()} == {"Alder and Birch", "Rowan"}


@pytest.mark.slow
def test_a_later_export_of_a_phone_of_the_office_is_known_by_its_number(answered):
    export = next((GOLDEN / "zoom").glob("export*")).read_text("utf-8-sig")
    for month in (3, 4):
        (answered / f"{month}.csv").write_text(export.replace("2022-03", f"2022-0{month}"), "utf-8")
    intake.ingest("3.csv", "calls")
    assert '--office "Alder and Birch" --timezone America/Chicago' in run("check", "4.csv").output
    (answered / "4.csv").write_text(export.replace("2022-03", "2022-04").replace("555-0143", "555-0155"), "utf-8")
    assert '--office "YOUR OFFICE"' in run("check", "4.csv").output


@pytest.mark.slow
def test_after_many_offices_came_in_at_once_check_knows_each_by_its_files(answered):
    names = {"elm": ("Elm and Fern", "Central"), "oak": ("Oak and Fern", "Pacific")}
    for folder in names:
        (answered / "inbox" / folder).mkdir(parents=True)
        (answered / "inbox" / folder / "log.csv").write_text(SHEET.format(17).replace("A1", folder))
    rows = [f"{folder},{name},{zone}" for folder, (name, zone) in names.items()]
    (answered / "o.csv").write_text("\n".join(["folder,office,timezone", *rows]))
    run("ingest", "inbox", "--roster", "o.csv")
    assert '--office "Elm and Fern" --timezone America/Chicago' in run("check", "inbox/elm").output
    assert '--office "Oak and Fern" --timezone America/Los_Angeles' in run("check", "inbox/oak/log.csv").output


@pytest.mark.slow
def test_a_store_elsewhere_is_named_for_its_answers_and_in_the_command(answered):
    (answered / "calls").rename(answered / "our store")
    assert "1 question" in run("check", "16.csv").output
    text = run("check", "16.csv", "--store", "our store").output
    assert "question" not in text
    assert text.rstrip().endswith('--timezone America/Chicago --store "our store"')
    assert "There is no store in nowhere" in run("check", "16.csv", "--store", "nowhere").output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "given"),
    [
        (("--office", "Rowan"), ""),
        (
            ("--timezone", "Eastern"),
            "has Alder and Birch in the time zone America/Chicago, so its answers are not used",
        ),
    ],
)
def test_the_answers_of_another_office_or_another_clock_are_not_taken(option, given, answered):
    text = " ".join(run("check", "16.csv", *option).output.split())
    assert "1 question" in text
    assert "earlier answers about the files of" not in text
    assert given in text


@pytest.mark.slow
def test_of_several_offices_the_answers_are_those_of_the_one_that_is_named(answered):
    (answered / "17.csv").write_text(SHEET.format(17))
    intake.ingest("17.csv", "calls", "Rowan", "Eastern", wait_origin="queue", new_office=True)
    text = run("check", "16.csv").output
    assert "1 question" in text
    assert "the store calls has the answers of 2 offices: --office NAME uses those of one" in text
    assert "when the hold music began, as for" in " ".join(run("check", "16.csv", "--office", "Rowan").output.split())


def test_no_zone_is_printed_into_the_command_that_no_one_said(tmp_path):
    (tmp_path / "log.csv").write_text(SHEET.format(15))
    assert "--timezone ZONE" in intake.check([tmp_path / "log.csv"], "Rowan").command
