"""Many offices at once: one command, no office stops another, and a letter to each that must answer."""

import json
import re
from datetime import date

import pytest

from callanalytics import agencies
from callanalytics.errors import CallLogError
from callanalytics.intake import batch as many
from callanalytics.intake import letters, offices
from callanalytics.proposals.columns import shareable_header
from callanalytics.store import Store
from commands import run
from exhaustive import EXHAUSTIVE
from intake_files import CLIENT, hand_csv, note, phone_csv

ZONES = ("Eastern", "Central", "Mountain", "Pacific", "America/Anchorage")
TREES = "Alder Ash Aspen Birch Elm Oak Pine Willow".split()
if EXHAUSTIVE:
    TREES += "Beech Cedar Cherry Cypress Fir Hazel Hemlock Hickory Holly Juniper Larch Linden Maple".split()
    TREES += "Plum Rowan Spruce Tamarind".split()
NAMES = tuple(f"{tree} and Fern" for tree in sorted(TREES))


@pytest.fixture
def inbox(tmp_path):
    """Invented offices; Aspen's has a file no one can date, Birch's a word no one knows."""
    folder = tmp_path / "inbox"
    for n, name in enumerate(NAMES):
        hand_csv(folder / name.split()[0].lower() / "log.csv", [note(i, minute=n) for i in range(5, 20)])
    (folder / "aspen" / "march.csv").write_text("Date,Wait (min),Callback?\n3/4/2022,40,Yes\n5/6/2022,41,No\n")
    (folder / "birch" / "own.csv").write_text(
        f"Date,Wait (min),Callback?,Client\n3/14/2022,40,within 30 days,{CLIENT}\n3/15/2022,41,Yes,{CLIENT}\n"
    )
    return folder


def write(path, rows, header="folder,office,timezone"):
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def rows_of_all():
    return [f"{name.split()[0].lower()},{name},{ZONES[n % 5]}" for n, name in enumerate(NAMES)]


@pytest.mark.slow
def test_one_command_stores_all_offices(inbox, tmp_path):
    roster = write(tmp_path / "offices.csv", rows_of_all())
    printed = run("ingest", inbox, "--roster", roster, "--store", tmp_path / "calls", "--json")
    assert printed.exit_code == 1  # one of them has a question
    offices = Store.open(tmp_path / "calls").offices()
    assert sorted(office["name"] for office in offices) == sorted(NAMES)
    assert {office["timezone"] for office in offices} >= {"America/Chicago", "America/Anchorage"}
    found = json.loads(printed.output)
    assert found["entries"] == len(NAMES) * 15 + 2
    for office in found["offices"]:
        parts = ("calls", "entries", "notices", "rejects", "set_aside")
        assert office["rows"] == sum(office[part] for part in parts)


@pytest.mark.slow
def test_a_second_time_adds_nothing(inbox, tmp_path):
    roster = write(tmp_path / "offices.csv", rows_of_all())
    words = ["ingest", inbox, "--roster", roster, "--store", tmp_path / "calls"]
    run(*words)
    before = Store.open(tmp_path / "calls").version
    assert "nothing new" in run(*words).output
    assert Store.open(tmp_path / "calls").version == before


@pytest.mark.slow
def test_what_is_wrong_with_one_office_never_stops_the_others(inbox, tmp_path):
    rows = rows_of_all()
    rows[0] = "alder,Alder and Fern,Pacfic"
    rows[1] = "ashes,Ash and Fern,Eastern"
    (inbox / "elm" / "log.csv").unlink()
    rounds = many.ingest(many.open_roster(write(tmp_path / "o.csv", rows), inbox), tmp_path / "calls")
    failed = {outcome.office: str(outcome.problem) for outcome in rounds.outcomes if outcome.problem}
    assert set(failed) == {"Alder and Fern", "Ash and Fern"}
    assert "row 2 of the roster, Alder and Fern: there is no time zone of this name" in failed["Alder and Fern"]
    assert "did you mean Pacific (America/Los_Angeles)?" in failed["Alder and Fern"]
    assert "inbox has nothing called ashes" in failed["Ash and Fern"]
    assert rounds.unclaimed == ("alder", "ash") or set(rounds.unclaimed) == {"ash"}
    stored = {office["name"] for office in Store.open(tmp_path / "calls").offices()}
    assert stored == set(NAMES) - {"Alder and Fern", "Ash and Fern", "Elm and Fern"}


@pytest.mark.slow
def test_a_folder_without_a_row_is_named(inbox, tmp_path):
    printed = run("check", inbox, "--roster", write(tmp_path / "o.csv", rows_of_all()[:-1]))
    assert "Not in the roster, so not read: willow" in printed.output


def test_an_office_that_stands_twice_is_refused_and_so_is_a_folder_of_two(inbox, tmp_path):
    rows = [*rows_of_all(), "oak;pine,Alder and Fern,Eastern"]
    opened = many.open_roster(write(tmp_path / "o.csv", rows), inbox)
    records = {opened.rows[place - 2].office: why.what for place, why in opened.wrong.items()}
    assert f"Alder and Fern is in rows 2, {len(NAMES) + 2} of the roster" in records["Alder and Fern"]
    assert "the folder oak also belongs to Alder and Fern" in records["Oak and Fern"]


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("folder,office", "alder,Alder", "it has no column timezone"),
        ("folder,office,timezone,hours", "alder,Alder,Eastern,nine to five", "Can't read these opening hours"),
        ("folder,office,timezone,lines", "alder,Alder,Eastern,12", "This is not a phone number"),
        ("folder,office,timezone,complete_to", "alder,Alder,Eastern,June", "complete_to is not a date"),
        (
            "folder,office,timezone,complete_to",
            "alder,Alder,Eastern,6/5/2022",
            "complete_to can mean 2022-06-05 or 2022-05-06",
        ),
        ("folder,office,timezone", "../elsewhere,Alder,Eastern", "inbox has nothing called ../elsewhere"),
        ("folder,office,timezone", ",Alder,Eastern", "has no folder"),
    ],
)
def test_what_is_wrong_in_a_roster_is_a_sentence(inbox, tmp_path, header, row, words):
    path = write(tmp_path / "o.csv", [row], header)
    try:
        text = str(next(iter(many.open_roster(path, inbox).wrong.values())))
    except CallLogError as why:
        text = str(why)
    assert words in text


@pytest.mark.slow
def test_patterns_hours_and_lines_of_a_roster_are_taken(inbox, tmp_path):
    phone_csv(inbox / "oak calls.csv", range(10))
    row = 'oak;oak*.csv,Oak and Fern,Eastern,"Mon-Thu 9-17, Fri 9-16",212-555-0100:desk:ringcentral'
    path = write(tmp_path / "o.csv", [row], "folder,office,timezone,hours,lines")
    rounds = many.ingest(many.open_roster(path, inbox), tmp_path / "calls")
    assert rounds.totals["calls"] == 10
    (office,) = Store.open(tmp_path / "calls").offices()
    assert [line["number"] for line in office["lines"]] == ["+12125550100"]
    assert office["hours"][4]["closes"] == "16:00"


def test_a_roster_that_went_through_a_spreadsheet_is_read(inbox, tmp_path):
    row = 'oak,Oak and Fern,Eastern,"Mon-Fri 9:00 AM-5:30 PM",6/30/2022'
    path = write(tmp_path / "o.csv", [row], "folder,office,timezone,hours,complete_to")
    opened = many.open_roster(path, inbox)
    assert not opened.wrong
    assert many._day(opened.rows[0]) == date(2022, 6, 30)
    assert offices.hours_from(opened.rows[0].hours)[4] == {"weekday": 5, "opens": "09:00", "closes": "17:30"}


def test_a_slip_in_the_roster_is_not_asked_of_the_office_and_an_empty_folder_is(inbox, tmp_path):
    rows = ["oak,Oak and Fern,Pacfic", "nowhere,Ash and Fern,Eastern"]
    rounds = many.check(many.open_roster(write(tmp_path / "o.csv", rows), inbox))
    text = {outcome.office: letters.letter(outcome, agency=agencies.load()) for outcome in rounds.outcomes}
    assert not text["Oak and Fern"]
    assert "We have no files from your office" in text["Ash and Fern"]
    assert "roster" not in text["Ash and Fern"]


def test_an_empty_folder_is_asked_for_its_files_and_a_misspelled_one_is_not(inbox, tmp_path):
    (inbox / "poplar").mkdir()
    phone_csv(inbox / "hemlock" / "calls.csv", range(3))
    rows = ["poplar,Poplar,Eastern", "hemlok,Hemlock,Eastern"]
    rounds = many.check(many.open_roster(write(tmp_path / "o.csv", rows), inbox))
    text = {outcome.office: letters.letter(outcome, agency=agencies.load()) for outcome in rounds.outcomes}
    assert "We have no files from your office" in text["Poplar"]
    assert not text["Hemlock"]
    assert "did you mean hemlock?" in str(rounds.outcomes[1].problem)


def test_an_office_in_two_rows_is_one_office_and_its_problem_is_told_once(inbox, tmp_path):
    rows = ["oak,Oak and Fern,Eastern", "oak,Oak and Fern,Central"]
    shown = run("check", inbox, "--roster", write(tmp_path / "o.csv", rows)).output
    assert shown.count("keep one row per office") == 1
    assert "0 of 1 offices checked; 1 needs an answer" in shown


def test_an_office_that_never_said_its_zone_is_asked(tmp_path):
    phone_csv(tmp_path / "inbox" / "oak" / "calls.csv", range(10))
    asked, known = (
        many.check(many.roster_of_folders(tmp_path / "inbox", zone)).outcomes[0] for zone in ("", "Eastern")
    )
    assert "In which time zone is your office" in letters.letter(asked, agency=agencies.load())
    assert "In which time zone" not in letters.letter(known, agency=agencies.load())


@pytest.mark.parametrize(("complete_to", "asked"), [("2022-02-28", False), ("2022-03-06", False), ("2022-03-07", True)])
def test_a_week_end_after_the_last_call_is_no_missing_file(complete_to, asked, tmp_path):
    rows = [f"{n},03/{n:02}/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,," for n in range(1, 5)]
    hand_csv(tmp_path / "inbox" / "oak" / "log.csv", rows)  # to Friday, March 4
    path = write(tmp_path / "o.csv", [f"oak,Oak,Eastern,{complete_to}"], "folder,office,timezone,complete_to")
    (outcome,) = many.check(many.open_roster(path, tmp_path / "inbox")).outcomes
    assert ("but should reach" in " ".join(letters.letter(outcome, agency=agencies.load()).split())) == asked


@pytest.mark.slow
def test_only_offices_that_must_answer_get_a_letter_and_no_client_is_in_it(inbox, tmp_path):
    roster = write(tmp_path / "o.csv", rows_of_all())
    printed = run("check", inbox, "--roster", roster, "--letters", tmp_path / "letters")
    assert "Traceback" not in printed.output
    texts = {path.stem: path.read_text("utf-8") for path in (tmp_path / "letters").iterdir()}
    assert "Month first: 3/4 is March 4; or day first: 3/4 is April 3?" in " ".join(texts["Aspen and Fern"].split())
    assert "within 30 days" not in " ".join(texts["Birch and Fern"].split())  # it is read
    for text in texts.values():
        assert not [secret for secret in ("Maria", "Quintanilla", "202-555-0147", "2025550147") if secret in text]
        assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.slow
def test_an_office_without_questions_gets_no_letter(tmp_path):
    folder = tmp_path / "inbox"
    rows = [f"{n},03/{n:02}/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,," for n in range(1, 9)]
    hand_csv(folder / "alder" / "log.csv", rows)
    hand_csv(folder / "birch" / "log.csv", [*rows, "9,2/30/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,,"])
    rounds = many.check(many.roster_of_folders(folder, "Eastern"))
    assert [path.name for path in letters.write(rounds, tmp_path / "letters", agency=agencies.load())] == ["birch.txt"]
    text = " ".join((tmp_path / "letters" / "birch.txt").read_text("utf-8").split())
    assert "log.csv, row 10, column “Date”: “2/30/2022” could not be read. Please write: a day that exists" in text


def test_a_letter_asks_for_nothing_that_only_the_committees_program_can_do(tmp_path):
    folder = tmp_path / "inbox"
    rows = [f"{n},03/{n:02}/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,," for n in range(1, 9)]
    hand_csv(folder / "birch" / "log.csv", rows)
    (folder / "birch" / "other.csv").write_text("color,weight\nred,3\nblue,4\n", "utf-8")
    letters.write(many.check(many.roster_of_folders(folder, "Eastern")), tmp_path / "letters", agency=agencies.load())
    text = " ".join((tmp_path / "letters" / "birch.txt").read_text("utf-8").split())
    assert "is not an export we know" in text
    assert "Which program or phone system wrote it?" in text
    assert not re.search(r"--\w|callanalytics|\.md\b|TOML", text)


def test_a_letter_names_the_columns_of_a_file_that_no_one_knows_and_none_of_its_cells(tmp_path):
    folder = tmp_path / "inbox" / "birch"
    folder.mkdir(parents=True)
    (folder / "log of Ng 2125550177.csv").write_text(
        "Ref,Ext,Dialed number,Secs,Res code,Whose\n"
        f"1,101,8003755283,300,zz,{CLIENT}\n2,101,8003755283,310,zz,{CLIENT}\n",
        "utf-8",
    )
    (outcome,) = many.check(many.roster_of_folders(tmp_path / "inbox", "Eastern")).outcomes
    text = " ".join(letters.letter(outcome, agency=agencies.load()).split())
    assert "birch/log of Ng ***.csv: is not an export we know yet" in text
    assert "“Ext”, “Dialed number”, “Secs”, “Res code”, “Whose”" in text
    assert not [secret for secret in (CLIENT, "2125550177", "8003755283", "zz") if secret in text]


ROWS_OF_CLIENTS = "Perez Juan,I-130,no,called\nDiaz Ana,I-765,no,called\n"
ROWS_OF_CALLS = "3/1/2022,x,Ann,1\n3/2/2022,y,Bob,2\n"


def letter_about(tmp_path, content: str) -> str:
    """The letter to an office that sent one file, as one line."""
    (tmp_path / "inbox" / "birch").mkdir(parents=True)
    (tmp_path / "inbox" / "birch" / "v.csv").write_text(content, "utf-8")
    (outcome,) = many.check(many.roster_of_folders(tmp_path / "inbox", "Eastern")).outcomes
    text = " ".join(letters.letter(outcome, agency=agencies.load()).split())
    assert "is not an export we know yet" in text
    return text


def test_a_letter_asks_once_what_the_times_mark_and_about_a_column_by_its_name(tmp_path):
    calls = "".join(f"3/{day}/2022,9:{day} AM,{day} min,A{day},zzz\n" for day in range(14, 25))
    (tmp_path / "inbox" / "birch").mkdir(parents=True)
    (tmp_path / "inbox" / "birch" / "v.csv").write_text(f"Date,Time,Hold time,Agent ID,Mood\n{calls}")
    (outcome,) = many.check(many.roster_of_folders(tmp_path / "inbox", "Eastern")).outcomes
    text = " ".join(letters.letter(outcome, agency=agencies.load()).split())
    assert text.count("when the call ended") == 1
    assert "do its times mark when you dialed, when a person answered, or when the call ended?" in text
    assert "we did not read the column “Mood”. Does it show when you called" in text


def test_the_digits_of_a_number_that_is_written_in_pairs_are_masked_in_a_header(tmp_path):
    (tmp_path / "v.csv").write_text("Date,Call 12 34 56 78,Agent name\n3/1/2022,x,Ann\n")
    assert shareable_header(tmp_path / "v.csv") == ["Date", "xxxx 99 99 99 99", "Agent name"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            f"Lopez Maria 208-123-456,312-444-5555,DOB 1/2/1980,Notes\n{ROWS_OF_CLIENTS}", id="a row of numbers first"
        ),
        pytest.param(ROWS_OF_CLIENTS, id="a form among them"),
        pytest.param(ROWS_OF_CLIENTS.replace(",I-130", "").replace(",I-765", ""), id="answers that come again"),
        pytest.param("Perez Juan,yes,called\nDiaz Ana,no,left message\n", id="an answer"),
        pytest.param("Perez Juan,Diaz Ana,Called\nx,y,z\n", id="names only"),
        pytest.param("Perez Juan,1/2/1980,Called,Notes\nDiaz Ana,3/4/1981,x,y\n", id="a date"),
        pytest.param(
            f"Log of Perez Juan\n\nDate called,Perez Juan,Agent name,Odd\n{ROWS_OF_CALLS}", id="a title above"
        ),
    ],
)
def test_a_letter_names_no_columns_where_the_first_row_may_be_of_a_client(tmp_path, content):
    text = letter_about(tmp_path, content)
    assert "Which of its columns" not in text
    assert not re.search("Perez|Juan|Lopez|Diaz|Ana|I-130|1980|208|312", text)


@pytest.mark.parametrize("name", ["Perez Juan", "Zorp", "Called Perez Juan"])
def test_a_letter_masks_each_column_that_is_not_named_by_words_of_columns(tmp_path, name):
    text = letter_about(tmp_path, f"Date called,{name},Agent name,Notes\n{ROWS_OF_CALLS}")
    masked = re.sub(r"\w", "x", name)
    assert f"came: “Date called”, “{masked}”, “Agent name”, “Notes”?" in text
    assert not re.search("Perez|Juan|Zorp|Ann|Bob", text)


def test_a_letter_masks_a_number_beside_words_of_columns(tmp_path):
    text = letter_about(tmp_path, "Call 2085550143,Notes,Agent name\nx,y,z\n")
    assert "208" not in text


def test_a_letter_asks_of_due_dates_what_was_promised(tmp_path):
    (tmp_path / "inbox" / "birch").mkdir(parents=True)
    (tmp_path / "inbox" / "birch" / "log.csv").write_text(
        "Date,Wait (min),Outcome,Due,Callback by\n3/14/2022,40,Solved,3/17/2022,3/17/2022\n"
    )
    (outcome,) = many.check(many.roster_of_folders(tmp_path / "inbox", "Eastern")).outcomes
    text = " ".join(letters.letter(outcome, agency=agencies.load()).split())
    asked = "are these due dates you set? If so, what was promised: 72 hours, or 30 business days?"
    assert f"column “Callback by” (row 2): {asked}" in text
    assert f"column “Due” (1 row): {asked}" in text


@pytest.mark.slow
def test_a_letter_does_not_ask_what_the_store_remembers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox" / "Birch").mkdir(parents=True)
    sheet = tmp_path / "inbox" / "Birch" / "log.csv"
    sheet.write_text("Date,Wait (min),Outcome\n3/14/2022,40,Solved\n")
    assert run("check", "inbox", "--letters", "first").exit_code == 0
    assert "do these waits run from dialing" in (tmp_path / "first" / "Birch.txt").read_text("utf-8")
    run("ingest", "inbox/Birch", "--office", "Birch", "--timezone", "Central", "--wait-origin", "dial")
    run("check", "inbox", "--letters", "second")
    assert not (tmp_path / "second" / "Birch.txt").exists()


def test_before_the_first_ingest_the_store_that_will_be_is_said_not_to_be_there_and_letters_are_written(
    inbox, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    roster = write(tmp_path / "offices.csv", rows_of_all())
    printed = run("check", inbox, "--roster", roster, "--letters", "letters", "--store", "new")
    assert "There is no store in new yet" in printed.stderr
    assert list((tmp_path / "letters").iterdir())
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("command", ["check", "ingest"])
@pytest.mark.parametrize("option", [["--timezone", "Central"], ["--office", "Alder"]])
def test_what_the_roster_says_of_each_office_is_not_taken_for_all(command, option, inbox, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = run(command, inbox, "--roster", write(tmp_path / "offices.csv", rows_of_all()), *option)
    assert printed.exit_code == 2
    assert f"{option[0]} cannot be used for many offices" in printed.output


@pytest.mark.slow
def test_a_letter_names_no_other_office_where_two_gave_one_file(tmp_path):
    rows = [f"{n},03/{n:02}/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,," for n in range(1, 9)]
    for office in ("alder", "birch"):
        hand_csv(tmp_path / "inbox" / office / "log.csv", rows)
    letters.write(
        many.ingest(many.roster_of_folders(tmp_path / "inbox", "Eastern"), tmp_path / "calls"),
        tmp_path / "letters",
        agency=agencies.load(),
    )
    text = (tmp_path / "letters" / "birch.txt").read_text("utf-8")
    assert "sent the same file" in text
    assert "alder" not in text.casefold()


def test_files_that_end_before_the_day_they_should_reach_are_asked_about(inbox, tmp_path):
    path = write(tmp_path / "o.csv", ["oak,Oak,Eastern,2022-06-30"], "folder,office,timezone,complete_to")
    (outcome,) = many.check(many.open_roster(path, inbox)).outcomes
    assert "should reach June 30, 2022" in " ".join(letters.letter(outcome, agency=agencies.load()).split())


@pytest.mark.slow
def test_a_fault_that_no_one_foresaw_stays_with_its_office(inbox, tmp_path, monkeypatch):
    from callanalytics import intake

    whole = intake.ingest

    def broken(paths, store, office, *rest, **more):
        if office.startswith("Elm"):
            raise ValueError("Maria Ng 212-555-0143")
        return whole(paths, store, office, *rest, **more)

    monkeypatch.setattr(intake, "ingest", broken)
    rows = [row for row in rows_of_all() if row.startswith(("birch", "elm", "oak", "pine"))]
    rounds = many.ingest(many.open_roster(write(tmp_path / "o.csv", rows), inbox), tmp_path / "calls")
    problems = [outcome for outcome in rounds.outcomes if outcome.problem]
    assert [outcome.office for outcome in problems] == ["Elm and Fern"]
    assert "Maria" not in str(problems[0].problem)
    assert len(Store.open(tmp_path / "calls").offices()) == 3


def test_offices_whose_names_make_one_file_name_get_two_letters(tmp_path):
    from callanalytics.intake import letters

    taken: set[str] = set()
    for office in ("Smith & Co", "Smith / Co", "smith co"):
        taken.add(letters._file_name(office, taken).casefold())
    assert taken == {"smith co", "smith co 2", "smith co 3"}


def reasons(inbox):
    """Six offices, of which one can be stored; each of the others for a reason of its own."""
    ready = [f"{n},03/{n:02}/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,," for n in range(1, 9)]
    hand_csv(inbox / "alder" / "log.csv", ready)
    (inbox / "aspen").mkdir()
    (inbox / "aspen" / "march.csv").write_text("Date,Wait (min),Callback?\n3/4/2022,40,Yes\n5/6/2022,41,No\n")
    (inbox / "birch").mkdir()
    (inbox / "birch" / "u.csv").write_text("Color,Size\nred,4\nblue,5\n")
    (inbox / "cedar").mkdir()
    (inbox / "elm").mkdir()
    (inbox / "elm" / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    return {"alder": "", "aspen": "All dates fit both", "birch": "u.csv", "cedar": "empty", "elm": ""}


@pytest.mark.slow
@pytest.mark.parametrize("hours", ["", "Mon-Fri 9-17"])
def test_each_offices_true_reason_stands_in_its_row_and_stored_means_stored(hours, tmp_path):
    """Hours in the roster hid the reason before; without them every office read as stored."""
    why = reasons(tmp_path / "inbox")
    rows = [f"{name},{name.title()} Law,Eastern,{hours}" for name in why]
    roster = write(tmp_path / "o.csv", rows, "folder,office,timezone,hours")
    printed = run("ingest", tmp_path / "inbox", "--roster", roster, "--store", tmp_path / "calls")
    assert printed.exit_code == 1
    head, *table = [line.split("\t") for line in printed.output.splitlines() if "\t" in line]
    by_name = {row["office"]: row for row in (dict(zip(head, line, strict=True)) for line in table)}
    assert "The store has no office" not in printed.output
    for name, reason in why.items():
        row = by_name[f"{name.title()} Law"]
        assert reason in row["why"]
        assert (row["outcome"] == "stored") == (name == "alder")
        assert bool(row["why"]) == (name != "alder")
    assert "1 of 5 offices stored; 4 need an answer." in printed.output


def test_a_letter_names_rows_and_columns_and_asks_about_what_would_be_lost(tmp_path):
    """Columns that were not read, and from when the waits run; the file goes by the name that the office knows."""
    folder = tmp_path / "inbox" / "alder"
    folder.mkdir(parents=True)
    rows = [f"3/{n}/2022,{20 + n},Solved,zz top,{CLIENT}" for n in range(14, 20)]
    (folder / "Ng log 2125550177.csv").write_text(
        "\n".join(["Date,Wait (min),Outcome,Call back promised,Remarks of ours", *rows, "2/30/2022,4,Solved,No,x"])
        + "\n"
    )
    (outcome,) = many.check(many.roster_of_folders(tmp_path / "inbox", "Eastern")).outcomes
    text = " ".join(letters.letter(outcome, agency=agencies.load()).split())
    assert "alder/Ng log ***.csv, row 8, column “Date”: “2/30/2022” could not be read" in text
    assert "column “Call back promised”: what do you mean by “xx xxx” (rows 2-7)?" in text
    assert "we did not read the column “Remarks of ours”" in text
    assert "column “Wait (min)”: do these waits run from dialing" in text
    assert "From dialing, automated system included; or from when the hold music began?" in text
    assert not [secret for secret in (CLIENT, "2125550177", "callanalytics", "--") if secret in text]


def test_a_list_of_folders_that_is_cut_says_how_many_more_there_are(tmp_path):
    for n in range(12):
        (tmp_path / "inbox" / f"office {n:02}").mkdir(parents=True)
    roster = many.open_roster(
        write(tmp_path / "o.csv", ["folder,office,timezone", "hill,Hill Law,Eastern"]), tmp_path / "inbox"
    )
    (why,) = roster.wrong.values()
    assert why.found.endswith("office 07, and 4 more")
