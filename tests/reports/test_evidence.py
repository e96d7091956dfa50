"""The evidence sheet, the calendar and the office's own report: what they hold, and for whose eyes."""

import io
import re
from datetime import UTC, date, datetime

import docx
import icalendar
import pikepdf
import pytest
from pypdf import PdfReader

from callanalytics import intake, schema
from callanalytics import log as logs
from callanalytics.errors import CallLogError
from callanalytics.figures.promises import Mark, timeline
from callanalytics.reports import calendar, evidence, firm, sentences
from callanalytics.reports import case as cases
from callanalytics.reports import docx as word
from callanalytics.reports.document import Heading, TableBlock, Text
from callanalytics.reports.writers import Report
from facts_rows import MAIN, note, promise, rang, stranger
from stored_log import stored

SEEN = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-04-29 18:00")]
ENTRIES = [
    promise("p", "2022-03-01 10:00", matter="2022-014", sr_number="12345678", agent_id="A77", agent_name="Kim",
            our_number=MAIN, receipt="IOE0912345678", wait_s=2100, source_id="a", source_row=12),
    note("q", "2022-03-08 09:30", matter="2022-014", wait_outcome="reached", tier="tier1", outcome="refused_too_soon"),
    promise("other", "2022-03-02 10:00", matter="2022-015", sr_number="99999999"),
]  # fmt: skip
CALLBACKS = [rang("r", "2022-03-02 05:00"), rang("s", "2022-03-03 14:00", outcome="voicemail")]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return logs.load(
        stored(tmp_path_factory.mktemp("evidence") / "calls", [*SEEN, *CALLBACKS], ENTRIES, []), "2022-03-20"
    )


def status(sheet):
    """What its title says of where the matter stands."""
    return sheet.title.partition(": ")[2]


def words_of(report):
    """Every word of a report."""
    return " ".join(str(value) for block in report.blocks for value in vars(block).values())


@pytest.mark.slow
@pytest.mark.parametrize(("number", "lines"), [("SR15800618164", 1), ("SR1234567890123456789012345", 3)])
def test_a_long_service_request_number_stays_in_its_column(tmp_path, number, lines):
    asked = [promise("p", "2022-03-01 10:00", matter="M", sr_number=number)]
    log = logs.load(stored(tmp_path / "calls", SEEN, asked, []), "2022-03-20")
    (printed,) = evidence.write(log, tmp_path, matter="M", to=("pdf",))
    text = " ".join(page.extract_text() for page in PdfReader(printed).pages)
    # The letter names it whole; in the table it is whole where it has room, else on several lines
    assert text.count(number) == (2 if lines == 1 else 1)
    assert number[:12] + "to be called" not in text.replace(" ", "")


def test_a_further_sheet_keeps_its_name_beside_the_files_own(tmp_path):
    named = {"march ***.xlsx, sheet 2": ", sheet 2", 'log.xlsx, sheet "Oct 26"': ', sheet "Oct 26"', "log.xlsx": ""}
    assert {name: (found[0] if (found := evidence.OF_SHEET.search(name)) else "") for name in named} == named


# ---- the sheet ------------------------------------------------------------------------------------------


def test_the_sheet_has_every_attempt_what_was_promised_and_what_came(log):
    result = words_of(evidence.build(log, matter="2022-014"))
    for wanted in (
        "March 1, 2022, 10:00 a.m.", "Kim A77", "12345678", "35 min", "told: too soon", "march.csv, 12",
        "“within 72 hours (Monday thru Friday)”", "312-555-0100", "outside USCIS's stated hours",
        "went to voicemail", "came in time twice or more, not answered",
    ):  # fmt: skip
        assert wanted in result, wanted


def test_the_sheet_is_of_one_matter_and_no_other(log):
    assert "99999999" not in words_of(evidence.build(log, matter="2022-014"))


def test_a_promise_is_found_by_the_first_letters_of_its_id(log):
    assert evidence.build(log, promise="oth").title.startswith("Matter 2022-015: ")


def test_what_case_assistance_asks_for_and_the_log_lacks_is_named(log):
    (table,) = [
        b for b in evidence.build(log, matter="2022-014").blocks if isinstance(b, TableBlock) and "case" in b.title
    ]
    assert table.rows == (("March 8, 2022, 9:30 a.m.", "number called from and agent ID"),)


def test_the_ready_e_mail_has_address_subject_and_every_call(log):
    result = words_of(evidence.build(log, matter="2022-014"))
    assert "reports@aila.org" in result
    assert "USCIS Contact Center" in result
    assert "asked to be called at 312-555-0100; agent ID A77; service request 12345678" in result


@pytest.mark.parametrize("wanted", [{}, {"matter": "a", "promise": "b"}, {"matter": "none such"}, {"promise": "zz"}])
def test_a_sheet_of_nothing_or_of_two_things_is_refused(log, wanted):
    with pytest.raises(CallLogError):
        evidence.build(log, **wanted)


@pytest.mark.slow
def test_the_mark_stands_on_every_page_of_the_pdf_and_in_the_header_of_the_word_file(log, tmp_path):
    as_word, as_pdf = evidence.write(log, tmp_path, matter="2022-014")
    header = docx.Document(as_word).sections[0].header
    assert "Holds client data" in header.paragraphs[0].text
    printed = pikepdf.open(as_pdf)
    assert len(printed.pages) >= 1
    assert evidence.build(log, matter="2022-014").marking.startswith("Holds client data. For Alder and Birch alone")


@pytest.mark.slow
def test_no_other_report_is_marked_as_holding_client_data(log):
    assert "client" not in firm.build(log).marking


@pytest.mark.slow
def test_the_word_file_says_what_the_report_says(log):
    built = evidence.build(log, matter="2022-014")
    made = docx.Document(io.BytesIO(word.document(built)))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    for block in built.blocks:
        if isinstance(block, TableBlock):
            assert all(text in cells for row in block.rows for text in row)
        elif isinstance(block, Heading | Text):
            assert any(block.text in paragraph.text for paragraph in made.paragraphs)


@pytest.mark.parametrize(
    ("last", "behind"), [(Text("The end."), "The end."), (TableBlock("A", ("b",), (("c",),), numeric=True), "")]
)
def test_a_word_file_ends_with_its_last_words_so_that_no_empty_page_follows(last, behind):
    built = Report("A", "B", date(2022, 6, 30), "5f" * 32, (last,))
    made = docx.Document(io.BytesIO(word.document(built)))
    assert made.paragraphs[-1].text == behind
    assert made.element.body[-2].tag.endswith("}p")


def test_a_word_file_takes_any_text_as_text():
    hostile = '<w:p/> & "quoted" {0} %s =1+1 \u202e'
    built = Report("A", "B", date(2022, 6, 30), "5f" * 32, (Text(hostile, lead=hostile),))
    made = docx.Document(io.BytesIO(word.document(built)))
    assert any(hostile in paragraph.text for paragraph in made.paragraphs)


@pytest.mark.slow
def test_the_sheet_names_the_originals_where_they_are_there_and_says_else_what_stands_for_their_names(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "Marigold log of Ng.csv").write_text(
        "Date,Time,Wait (min),Agent ID,Outcome,Matter\n3/14/2022,10:05 AM,40,A1,Solved,2022-014\n", "utf-8"
    )
    intake.ingest([folder], tmp_path / "s", "Alder", "Eastern")
    log = logs.load(tmp_path / "s")

    def words(**more):
        (path,) = evidence.write(log, tmp_path / "out", matter="2022-014", to=("docx",), **more)
        sheet = docx.Document(path)
        cells = [cell.text for table in sheet.tables for row in table.rows for cell in row.cells]
        return " ".join([*cells, *(paragraph.text for paragraph in sheet.paragraphs)])

    masked, whole = words(), words(originals=folder)
    assert "logs/#1 *** log of ***.csv, 2" in masked
    assert "Marigold" not in masked
    assert "With --originals FOLDER this sheet calls each file by its own name" in masked
    assert "logs/Marigold log of Ng.csv, 2" in whole
    assert "--originals" not in whole


@pytest.mark.slow
def test_the_sheet_of_another_store_is_not_lost_and_a_later_one_of_the_same_takes_its_place(tmp_path):
    """A matter's number is the office's own: two offices may each have one of that name."""
    (tmp_path / "log.csv").write_text("Date,Time,Wait,Agent ID,File\n3/14/2022,10:05 AM,20,A77,2022-014\n")
    both = []
    for office in ("Elm", "Oak"):
        intake.ingest([tmp_path / "log.csv"], tmp_path / office, office, "Central")
        both.append(logs.load(tmp_path / office))
    first, second = (evidence.write(log, tmp_path / "out", matter="2022-014") for log in both)
    assert len({*first, *second}) == 4
    was = [path.read_bytes() for path in second]
    assert evidence.write(both[0], tmp_path / "out", matter="2022-014") == first
    assert evidence.write(both[1], tmp_path / "out", matter="2022-014") == second
    assert [path.read_bytes() for path in second] == was


@pytest.mark.slow
def test_a_receipt_number_is_printed_as_uscis_prints_it_and_nothing_of_another_client_is(tmp_path):
    """A store of an earlier version may have it as it was typed: small letters, blanks, signs that no one sees."""
    typed = {"a": "ioe 0900000011", "b": "IOE-09\u200b00-000011", "c": "IOE\u00a00900000011"}
    mine = [promise(k, f"2022-03-0{n} 10:00", matter="22-014", receipt=typed[k]) for n, k in enumerate(typed, 1)]
    canary = dict(matter="22-015", receipt="IOE0911111111", sr_number="77777777", agent_name="Canary", agent_id="ZZ9",
                  number="+13125550177", our_number="+13125550178", no_sr_reason="canaryreason")  # fmt: skip
    calls = [*SEEN, rang("r", "2022-03-05 10:00")]
    entries = [*mine, promise("x", "2022-03-02 10:00", **canary)]
    log = logs.load(stored(tmp_path / "calls", calls, entries, []), "2022-03-20")
    report = evidence.build(log, matter="22-014")
    assert "Receipt IOE0900000011." in report.scope
    result = (words_of(report) + report.scope + report.title).casefold()
    for value in ("IOE0911111111", "77777777", "Canary", "ZZ9", "0177", "0178", "22-015", "canaryreason"):
        assert value.casefold() not in result, value


# ---- the calendar ---------------------------------------------------------------------------------------


def entries(log):
    return {str(e["uid"]): e for e in icalendar.Calendar.from_ical(calendar.calendar(log)).walk("VEVENT")}


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    entries = [
        promise("p", "2022-03-01 10:00", matter="Quintanilla"),
        note("w", "2022-03-10 09:00", "withdrawn", parent_entry_id="p"),
    ]
    return stored(tmp_path_factory.mktemp("waiting") / "w", SEEN, entries, [])


def test_a_due_call_back_is_an_entry_over_the_window_of_its_day(waiting):
    (entry,) = entries(logs.load(waiting, "2022-03-03")).values()
    assert entry["status"] == "CONFIRMED"
    assert entry["dtstart"].dt == datetime(2022, 3, 4, 12, 0, tzinfo=UTC)
    assert entry["dtend"].dt == datetime(2022, 3, 4, 23, 30, tzinfo=UTC)
    assert len(entry.walk("VALARM")) == 2


def test_the_same_day_twice_is_the_same_file(waiting):
    log = logs.load(waiting, "2022-03-03")
    assert calendar.calendar(log) == calendar.calendar(log)


@pytest.mark.slow
def test_a_later_file_keeps_the_uid_and_counts_on(waiting):
    first, later = (entries(logs.load(waiting, day)) for day in ("2022-03-02", "2022-03-03"))
    assert set(first) == set(later)
    (uid,) = first
    assert later[uid]["sequence"] > first[uid]["sequence"]


@pytest.mark.slow
def test_what_was_settled_is_sent_as_canceled_under_the_same_uid(waiting):
    before, after = (entries(logs.load(waiting, day)) for day in ("2022-03-03", "2022-03-11"))
    (uid,) = before
    assert after[uid]["status"] == "CANCELLED"
    assert after[uid]["sequence"] > before[uid]["sequence"]


@pytest.mark.slow
def test_one_whose_calls_were_all_missed_is_taken_out_of_the_calendar_and_one_merely_overdue_is_not(tmp_path):
    callbacks = [rang("r", "2022-03-02 10:00"), rang("s", "2022-03-02 11:00")]
    store = stored(tmp_path / "m", [*SEEN, *callbacks], [promise("p", "2022-03-01 10:00")], [])
    (entry,) = entries(logs.load(store, "2022-03-03")).values()
    assert (entry["status"], entry["summary"]) == ("CANCELLED", "USCIS callback: missed, ask again")
    overdue = stored(tmp_path / "o", SEEN, [promise("p", "2022-03-01 10:00")], [])
    assert entries(logs.load(overdue, "2022-03-10")) == {}


def imported(kept, file):
    """What a calendar holds after an import (RFC 5545 3.8.7.4, RFC 5546 2.1.5): by UID, the higher SEQUENCE, then the
    later DTSTAMP, stands; a canceled entry is gone but remembered."""
    kept = dict(kept)
    for entry in icalendar.Calendar.from_ical(file).walk("VEVENT"):
        uid, rank = str(entry["uid"]), (int(entry["sequence"]), entry["dtstamp"].dt)
        if uid not in kept or rank > kept[uid][0]:
            kept[uid] = (rank, None if entry["status"] == "CANCELLED" else entry.to_ical())
    return kept


@pytest.mark.slow
def test_importing_twice_or_an_older_file_after_a_newer_changes_nothing(tmp_path):
    asked = [promise(f"p{day}", f"2022-03-0{day} 10:00") for day in (1, 2, 3)]
    done = [note("w", "2022-03-04 09:00", "withdrawn", parent_entry_id="p2")]
    store = stored(tmp_path / "c", SEEN, [*asked, *done], [])
    files = [calendar.calendar(logs.load(store, f"2022-03-0{day}")) for day in (3, 4)]
    given = {}
    for file in files:
        given = imported(given, file)
    assert imported(given, files[1]) == given
    assert imported(given, files[0]) == given
    shown = [entry for _, entry in given.values() if entry]
    assert len(given) == 3
    assert len(shown) == 2


def test_no_client_matter_or_whole_number_stands_in_the_calendar(waiting):
    text = calendar.calendar(logs.load(waiting, "2022-03-03")).decode()
    assert "Quintanilla" not in text
    assert not re.search(r"\d{3}-?555-?\d{4}", text)


def test_the_file_is_as_rfc_5545_wants_it(waiting):
    raw = calendar.calendar(logs.load(waiting, "2022-03-03"))
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    for wanted in (b"VERSION:2.0", b"PRODID:-//callanalytics//callbacks//EN", b"METHOD:PUBLISH"):
        assert lines.count(wanted) == 1
    for component in icalendar.Calendar.from_ical(raw).walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "STATUS"} <= set(component)


# ---- a callback without a logged answer -------------------------------------------------------------------


def unnoted(folder, **more):
    """A log of one promise, and one callback noted for it without a result; long after its round was over."""
    call = rang("r", "2022-03-02 10:00", outcome="unknown")
    return logs.load(
        stored(folder / "calls", [*SEEN, call], [promise("p", "2022-03-01 10:00", **more)], []), "2022-03-20"
    )


@pytest.mark.slow
def test_a_callback_whose_result_no_one_noted_is_called_missed_nowhere(tmp_path):
    log = unnoted(tmp_path, matter="M")
    sheet, office = words_of(evidence.build(log, matter="M")), words_of(firm.build(log))
    assert "came in time, answer not logged" in sheet
    assert "came, answer not logged: log whether it was answered" in office.lower()
    for text in (sheet, office):
        assert "not answered" not in text
        assert "ask again" not in text
    assert "note in the log whether it was answered" in calendar.calendar(log).decode().replace("\r\n ", "")


@pytest.mark.slow
def test_without_a_due_moment_nothing_came_in_time(tmp_path):
    sheet = words_of(evidence.build(unnoted(tmp_path, matter="M", promised="unknown"), matter="M"))
    assert "came, answer not logged" in sheet
    assert "in time" not in sheet


# ---- the office's report, and the words --------------------------------------------------------------------


@pytest.mark.slow
def test_the_offices_report_lists_what_is_open_and_what_the_tips_show(log):
    result = words_of(firm.build(log))
    assert "open callback" in result
    assert "2022-015" in result
    assert "These calls have none of these: " in result
    assert "requests with an extension to the number given" in result


def test_every_closed_word_has_its_saying():
    wanted = {
        "TIERS": schema.TIERS.split(),
        "PROMISED": schema.PROMISED.split(),
        "OUTCOMES": schema.AGENCY_CALL_OUTCOMES.split(),
        "RESULTS": schema.CALLBACK_RESULTS.split(),
        "STATES": list(schema.STATES.split()),
    }
    for name, listed in wanted.items():
        assert set(getattr(sentences, name)) == set(listed), name


# ---- whose callback it was --------------------------------------------------------------------------------


def came(log, matter):
    (table,) = [
        b for b in evidence.build(log, matter=matter).blocks if isinstance(b, TableBlock) and "answer" in b.title
    ]
    return [row[1] for row in table.rows]


def test_a_call_that_names_no_request_says_how_many_others_were_open_at_its_number(log):
    early, late = came(log, "2022-014")
    assert "the only one open in the log" in early  # before the other request was made
    assert late.endswith("names no request: 2 were open at this number; counted for this one, due first")


def test_a_call_counted_for_another_request_stands_on_the_sheet_of_each_it_may_have_been_for(log):
    (late,) = came(log, "2022-015")
    assert late.endswith("names no request: 2 were open at this number; counted for another, due first")
    result = words_of(evidence.build(log, matter="2022-015"))
    assert "1 call that may have been it went unanswered" in result
    assert "a call counted for it may have been for another" in words_of(evidence.build(log, matter="2022-014"))


@pytest.mark.slow
def test_a_call_of_which_somebody_noted_the_request_is_that_ones(tmp_path):
    result = note("n", "2022-03-03 14:00", "ring", outcome="missed", our_number=MAIN, parent_entry_id="p")
    log = logs.load(stored(tmp_path / "calls", [*SEEN, *CALLBACKS], [*ENTRIES, result], []), "2022-03-20")
    assert "names no request" not in came(log, "2022-014")[1]
    assert "No callback, text, or email is in the log." in words_of(evidence.build(log, matter="2022-015"))


# ---- the timeline ---------------------------------------------------------------------------------------


def test_the_sheet_draws_what_its_tables_tell(log):
    built = evidence.build(log, matter="2022-014")
    (drawn,) = built.charts
    case = cases.find(log, matter="2022-014")
    calls = [kind for kind in drawn.data["kind"] if kind in ("call", "promise")]
    assert len(calls) == len([entry for entry in case.entries if entry["started_at_utc"]])
    assert list(drawn.data["when"]) == sorted(drawn.data["when"])
    assert all(what in drawn.alt for what in drawn.data["what"])
    assert built.title == f"Matter 2022-014: {cases.status(case, log.agency, log.as_of)}"


def test_a_timeline_of_nothing_is_a_sentence():
    drawn = timeline([], seen=datetime(2022, 3, 1), title="No callback was promised", caption="")
    assert drawn.says == "Nothing in the log of this matter has a date."


def test_no_two_labels_of_a_timeline_lie_over_each_other():
    days = [datetime(2022, 3, 1 + n, 9) for n in range(24)]
    marks = [Mark(day, "call", f"Mar {day.day} · called, 20 min hold", "9:00 a.m.; cut off") for day in days]
    drawn = timeline(marks, seen=datetime(2022, 4, 1), title="t", caption="")
    drawn.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in drawn.figure.axes[0].texts]
    assert 12 <= len(boxes) < 48
    on_one_line = [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if abs(a.y0 - b.y0) < 1]
    assert on_one_line
    assert not any(a.overlaps(b) for a, b in on_one_line)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([], "No callback is on record; the promised time ended March 4, 2022"),
        ([("2022-03-02 10:00", "answered")], "USCIS called and the office answered"),
        ([("2022-03-02 10:00", "missed")], "One callback came and no one answered"),
    ],
)
def test_the_status_is_one_plain_sentence(tmp_path, rows, wanted):
    made = [rang(f"r{n}", moment, outcome=result) for n, (moment, result) in enumerate(rows)]
    asked = [promise("p", "2022-03-01 10:00", matter="M")]
    log = logs.load(stored(tmp_path / "calls", [*SEEN, *made], asked, []), "2022-03-20")
    assert status(evidence.build(log, matter="M")) == wanted


def status_of(tmp_path, asked, calls=(), entries=(), matter="Ortega", as_of="2022-04-20", seen=SEEN):
    store = stored(tmp_path / "calls", [*seen, *calls], [*asked, *entries], [])
    return evidence.build(logs.load(store, as_of), matter=matter)


TWO = [promise("a", "2022-03-01 10:00", matter="Ortega"), promise("b", "2022-03-01 10:50", matter="Petrov")]


@pytest.mark.slow
@pytest.mark.parametrize("matter", ["Ortega", "Petrov"])
@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        ("answered", "the office answered"),
        ("missed", "no one answered"),
        ("unknown", "the log does not say whether it was answered"),
    ],
)
def test_a_call_that_may_be_either_requests_is_said_alike_on_the_sheets_of_both(tmp_path, matter, outcome, result):
    built = status_of(tmp_path, TWO, [rang("r", "2022-03-03 13:00", outcome=outcome)], matter=matter)
    wanted = f"A call came that may have been for this request or for another; {result}"
    assert status(built) == wanted
    (drawn,) = [row for row in built.charts[0].data.itertuples() if "USCIS called" in row.what]
    assert drawn.kind == "other"  # gray
    assert "may have been for another" in drawn.what


@pytest.mark.slow
def test_a_call_counted_for_another_request_is_named_where_this_one_stands(tmp_path):
    built = status_of(tmp_path, TWO, [rang("r", "2022-03-03 13:00", outcome="answered")], matter="Petrov")
    assert "1 call counted for another may have been for it" in words_of(built)


@pytest.mark.slow
def test_a_call_without_a_number_may_not_even_have_been_the_agencys(tmp_path):
    built = status_of(tmp_path, TWO[:1], [rang("r", "2022-03-03 13:00", None, outcome="answered")])
    wanted = "A call came that may have been USCIS's, for this request or for another; the office answered"
    assert status(built) == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("2022-03-03 13:00", "USCIS called and the office answered"),
        ("2022-03-04 13:00",
         "USCIS called late (promised by March 4, 2022, 10:00 a.m., came March 4, 2022, 1:00 p.m.) and the office "
         "answered"),
        ("2022-03-15 13:00",
         "USCIS called late (promised by March 4, 2022, came March 15, 2022) and the office answered"),
        ("2022-04-19", "USCIS called late (promised by March 4, 2022, came April 19, 2022) and the office answered"),
    ],
)  # fmt: skip
def test_a_callback_that_came_late_is_not_said_as_one_that_came(tmp_path, moment, wanted):
    """The last came so late that it is linked to no request: its own entry names the matter."""
    answered = note("n", moment, "ring", outcome="answered", matter="Ortega", our_number=MAIN)
    built = status_of(tmp_path, TWO[:1], entries=[answered])
    assert status(built) == wanted
    assert "No callback, text, or email" not in words_of(built)


@pytest.mark.slow
def test_a_call_whose_own_entry_names_the_matter_is_on_its_sheet_and_on_no_others(tmp_path):
    late = note("n", "2022-04-19 13:00", "ring", outcome="missed", matter="Ortega", our_number=MAIN)
    mine, other = (status_of(tmp_path / m, TWO, entries=[late], matter=m) for m in ("Ortega", "Petrov"))
    assert "its entry names this matter" in words_of(mine)
    assert "1 call came whose entry names the matter" in words_of(mine)
    assert status(mine).startswith("One callback came late (promised by March 4, 2022, came April 19, 2022)")
    assert "No callback, text, or email is in the log." in words_of(other)
    assert status(other) == "No callback is on record; the promised time ended March 4, 2022"


@pytest.mark.slow
def test_a_call_that_came_before_the_latest_request_does_not_answer_it(tmp_path):
    asked = [TWO[0], promise("c", "2022-04-20 10:00", matter="Ortega")]
    late = note("n", "2022-04-19 13:00", "ring", outcome="answered", matter="Ortega", our_number=MAIN)
    built = status_of(tmp_path, asked, entries=[late], as_of="2022-04-28")
    assert status(built) == "No callback is on record; the promised time ended April 25, 2022"


@pytest.mark.slow
def test_of_a_line_that_was_not_observed_the_sheet_says_that_nothing_was_observed(tmp_path):
    built = status_of(tmp_path, TWO[:1], seen=[])
    assert status(built) == (
        "No callback is on record, but the line's records are incomplete; the promised time ended March 4, 2022"
    )
    assert "No callback, text, or email is on record; the line's records are incomplete." in words_of(built)


@pytest.mark.slow
def test_an_email_that_came_late_is_said_as_late(tmp_path):
    email = note("e", "2022-03-08 09:00", "email", matter="Ortega", parent_entry_id="a")
    built = status_of(tmp_path, TWO[:1], entries=[email])
    assert status(built) == "USCIS answered late (promised by March 4, 2022, came March 8, 2022) by email"
